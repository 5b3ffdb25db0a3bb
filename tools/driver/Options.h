//===- Options.h - the command line as data ---------------------*- C++ -*-===//
//
// Made from Commands.def and Options.td. The front and libplcjit.so each parse
// the same arguments: it takes microseconds and no object has to cross.
//
//===----------------------------------------------------------------------===//
#ifndef PLC_TOOLS_DRIVER_OPTIONS_H
#define PLC_TOOLS_DRIVER_OPTIONS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Option/OptTable.h"
#include "llvm/Support/raw_ostream.h"

#include <optional>
#include <string>
#include <vector>

namespace plc::driver {

enum class Command : uint8_t {
#define COMMAND(Id, Name, Where, Arguments, Doc, Details) Id,
#include "tools/driver/Commands.def"
};

struct CommandRow {
  const char *name;
  bool needsCompiler;
  const char *arguments, *doc, *details;
  /// Bit of the flags visible to this command.
  unsigned visibility;
};
llvm::ArrayRef<CommandRow> commandRows();
inline const CommandRow &rowOf(Command command) {
  return commandRows()[size_t(command)];
}

/// The flags of Options.td.
enum Flag : unsigned {
  OPT_INVALID = 0,
#define OPTION(...) LLVM_MAKE_OPT_ID(__VA_ARGS__),
#include "tools/driver/Options.inc"
#undef OPTION
};
const llvm::opt::OptTable &flagTable();

enum class Emit : uint8_t {
  Executable,
  Forms,
  Ir,
  Llvm,
  Asm,
  Object,
  PythonModule
};
enum class Color : uint8_t { Auto, Always, Never };

struct Options {
  /// None: no command and no file was given.
  std::optional<Command> command;
  /// Source file, `-`, or the one word that a small command takes.
  std::string file;
  /// Words behind it.
  std::vector<std::string> programArguments;

  int level = 2;
  bool debugInfo = false;
  std::vector<std::string> libraryPath; // -I, then PLC_LIBRARY_PATH
  std::vector<std::string> nativeLibraries, nativePath; // -l, -L

  std::string output;
  Emit emit = Emit::Executable;
  std::vector<std::string> printAfter, disabled;
  bool verifyEach = false, stats = false, time = false, verbose = false;

  std::string heapLimit;
  bool gcStats = false;

  bool jsonErrors = false, json = false, verifyDiagnostics = false;
  unsigned errorLimit = 20;
  Color color = Color::Auto;
  bool markdown = false;
  /// `--from`: of the module that is described; "" for Lisp.
  std::string ecosystem;
  /// Of a new plugin.
  std::string language = "c";
  bool noInput = false, help = false, version = false;
};

/// Parses argv. On a usage error says what is wrong and what was meant on
/// `errors` and returns nothing (exit status 2).
std::optional<Options> parseOptions(int argc, char **argv,
                                    llvm::raw_ostream &errors);

/// Whether to colour what goes to this file descriptor (cli.md).
bool useColor(Color choice, int fd);

} // namespace plc::driver
#endif // PLC_TOOLS_DRIVER_OPTIONS_H
