//===- Importing.h - the state of one import --------------------*- C++ -*-===//
#ifndef PLC_C_IMPORT_IMPORTING_H
#define PLC_C_IMPORT_IMPORTING_H

#include "CommandLine.h"
#include "Ownership.h"
#include "Types.h"

#include <unordered_set>

namespace plc::cimport {

/// C code that a declaration needs to be called: one line of a generated file.
struct Shim {
  enum Kind : uint8_t { Function, Global } kind;
  std::string name; ///< of the declaration
  std::string code; ///< without a line end
  /// What is refused if it does not compile; "" if clang's reason is all that
  /// is to be said.
  std::string refusal;
};

/// All that the steps of an import share.
struct Importing {
  Importing(const native::ImportOptions &options, native::Module &module)
      : options(options), module(module), types(module.types) {}

  const native::ImportOptions &options;
  native::Module &module;
  CommandLine command;
  Unit unit;
  TypeTable types;
  Ownership ownership;
  std::vector<Shim> shims;
  std::string shimPrefix; ///< of their symbols

  /// Functions, globals, constants and typedefs by name, as far as they are
  /// there.
  std::unordered_set<std::string> names;

  void refuse(const std::string &name, const std::string &reason,
              const native::Origin &origin, bool isSyntax = false) {
    module.refusals.push_back({name, reason, origin, isSyntax});
  }
  /// The place, and whether it is the header's own.
  native::Origin origin(CXCursor cursor) {
    native::Origin origin = originOf(cursor);
    // Names that C reserves are nobody's interface.
    std::string name = spelling(cursor);
    bool isReserved =
        name.size() > 1 && name[0] == '_' &&
        (name[1] == '_' || (name[1] >= 'A' && name[1] <= 'Z'));
    origin.isOwn = ownership.isOwn(origin.file) && !isReserved;
    return origin;
  }
};

/// Parses `text`, which is the whole of a file that is not there; `extra` is
/// added to the command line. False if Clang gives nothing at all.
bool parse(const CommandLine &command, const std::string &text,
           const std::vector<std::string> &extra, Unit &unit);

/// How the file is called that `parse` makes up.
extern const char *const kMainFile;

/// The functions, globals, types and members of enums in the unit.
void collectDeclarations(Importing &importing);

/// Constants, aliases and shims for macros; needs the declarations.
void collectMacros(Importing &importing);

/// The shims compiled, Module::shims; what does not compile is refused.
/// \returns false and fills in `error` if they cannot be written.
bool compileShims(Importing &importing, native::ImportError &error);

} // namespace plc::cimport
#endif // PLC_C_IMPORT_IMPORTING_H
