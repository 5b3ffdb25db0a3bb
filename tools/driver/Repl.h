//===- Repl.h - reads, evaluates, prints ------------------------*- C++ -*-===//
//
// What the parts of plc repl share: its commands, and what the line editor asks.
//
//===----------------------------------------------------------------------===//
#ifndef PLC_TOOLS_DRIVER_REPL_H
#define PLC_TOOLS_DRIVER_REPL_H

#include "tools/driver/Evaluator.h"

#include "llvm/ADT/StringSet.h"

namespace plc::driver {

/// What a command of the REPL takes.
enum class ReplArgument : uint8_t { None, Name, Text, Form, Path };
struct ReplCommand {
  const char *name;
  ReplArgument argument;
  const char *shape, *doc;
};
llvm::ArrayRef<ReplCommand> replCommands();
const ReplCommand *findReplCommand(llvm::StringRef name);

/// Style of each piece of a text, and the bracket partners at the cursor, for
/// the line editor.
void highlight(llvm::StringRef text, size_t cursor,
               llvm::function_ref<void(size_t, size_t, int)> add);
/// Words that may stand at the cursor, and where they begin.
void completeWord(Evaluator &evaluator, llvm::StringRef text, size_t cursor,
                  llvm::function_ref<void(llvm::StringRef, size_t)> add);

/// Gives the terminal back as it was before the line that is edited, if one is.
/// For ends of the process; a signal handler may call it.
void restoreTerminal();

} // namespace plc::driver
#endif // PLC_TOOLS_DRIVER_REPL_H
