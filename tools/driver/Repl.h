//===- Repl.h - reads, evaluates, prints ------------------------*- C++ -*-===//
//
// Two parts: the Evaluator turns text into values of the running world, one
// unit a form, and the Repl talks to the user. All of it runs on the Lisp
// stack.
//
//===----------------------------------------------------------------------===//
#ifndef PLC_TOOLS_DRIVER_REPL_H
#define PLC_TOOLS_DRIVER_REPL_H

#include "frontend/Expander.h"
#include "tools/driver/HotCode.h"

#include "llvm/ADT/StringSet.h"

namespace plc::driver {

class Evaluator {
public:
  Evaluator(const Options &options, const plc_host &host);

  /// Evaluates all forms of a text; `name` is shown in messages. Prints the
  /// values if asked to. False after an error, which was reported.
  bool evaluate(llvm::StringRef text, llvm::StringRef name, bool printValues);
  bool evaluateFile(llvm::StringRef path);

  /// Expands the forms of a text and calls back for each unit.
  bool expandOnly(llvm::StringRef text,
                  llvm::function_ref<void(const frontend::Unit &)> use);
  /// Names for completion, sorted.
  const std::vector<std::string> &names();
  const frontend::Global *findGlobal(llvm::StringRef name) const;
  /// Where a global was defined last; unknown if that did not work out.
  ir::Location definitionOf(const frontend::Global *global) const {
    return definitions.lookup(global->symbol);
  }

  Compiler compiler;
  Process process;
  frontend::Environment environment;
  /// None with -O1 and -O2: all is compiled well at once.
  std::optional<HotCode> hotCode;

private:
  bool evaluateForm(const frontend::Syntax *form, bool printValues);
  frontend::Unit *expand(const frontend::Syntax *form);
  bool addLibraries(const frontend::Unit &unit);
  bool runUnit(const plc_unit *unit, plc_value *result);
  bool call(plc_value procedure, llvm::ArrayRef<plc_value> arguments,
            plc_value *result);
  bool callPrimitive(llvm::StringRef id, llvm::ArrayRef<plc_value> arguments);
  bool print(plc_value value);
  void remember(plc_value value);
  plc_value *makeCell();
  plc_value *cell(llvm::StringRef name);
  static plc_value lookUp(plc_context *, plc_value symbol);
  static bool assign(plc_context *, plc_value symbol, plc_value value);

  /// Cells of globals, registered as roots like those of a unit. They belong
  /// to no form: a form that cannot be compiled leaves the names it defines.
  struct CellBlock {
    static constexpr size_t kSize = 256;
    plc_value cells[kSize];
    size_t used = 0;
    uint8_t isInitialized = 0;
    plc_unit unit = {};
  };
  std::vector<std::unique_ptr<CellBlock>> cellBlocks;
  llvm::StringMap<plc_value *> cells; // by link symbol
  llvm::StringMap<ir::Location> definitions; // the last of each, likewise
  llvm::StringMap<const plc_unit *> libraryUnits;
  std::vector<std::string> nameCache;
  bool namesAreOld = true;
};

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

} // namespace plc::driver
#endif // PLC_TOOLS_DRIVER_REPL_H
