//===- CommandLine.h - what Clang is told -----------------------*- C++ -*-===//
#ifndef PLC_C_IMPORT_COMMANDLINE_H
#define PLC_C_IMPORT_COMMANDLINE_H

#include "plc/native.h"

#include <string>
#include <vector>

namespace plc::cimport {

/// The arguments for Clang and the linker that options stand for.
struct CommandLine {
  const char *standard = "gnu17"; ///< of the language
  bool isCxx = false;
  std::vector<std::string> arguments; ///< for Clang
  std::vector<std::string> folders;   ///< of headers, in order, all of them
  /// Folders in which headers of many packages lie side by side.
  std::vector<std::string> roots;
  std::vector<std::string> linkFlags; ///< of `packages` and `arguments`
  std::string header;                 ///< the path of the module's header
  std::string compilerFolder;         ///< of Clang's own headers
};

/// \returns false and fills in `error` if a package or the header is missing.
bool makeCommandLine(const native::ImportOptions &options, CommandLine &line,
                     native::ImportError &error);

/// `#include` of each header, with line ends.
std::string includeLine(const native::ImportOptions &options);

/// The names in `known` that a mistyped name may mean, as the text of a hint.
std::string nearestNames(const std::string &name,
                         const std::vector<std::string> &known);

/// Words of a command's output, quotes and backslashes as a shell has them.
std::vector<std::string> splitWords(const std::string &text);

} // namespace plc::cimport
#endif // PLC_C_IMPORT_COMMANDLINE_H
