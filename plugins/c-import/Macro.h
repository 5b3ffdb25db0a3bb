//===- Macro.h - macros as they are written ---------------------*- C++ -*-===//
#ifndef PLC_C_IMPORT_MACRO_H
#define PLC_C_IMPORT_MACRO_H

#include "Importing.h"

#include <map>

namespace plc::cimport {

/// A definition, in tokens.
struct Macro {
  std::string name;
  bool isFunction = false, isVariadic = false;
  std::vector<std::string> parameters;
  std::vector<std::string> body;
  native::Origin origin;
};

/// The macros of a unit: the last definition of each, in the order of the text.
class MacroTable {
public:
  explicit MacroTable(Importing &importing);

  std::vector<Macro> macros;

  /// The tokens of the body with the bodies of all macros in it instead of their
  /// names; arguments stay where they are. Cut where it grows without bounds.
  std::vector<std::string> flatten(const Macro &macro) const;

private:
  void flatten(const std::vector<std::string> &body,
               std::vector<std::string> &stack,
               std::vector<std::string> &result) const;
  std::map<std::string, size_t> places;
};

/// Why the tokens cannot be a value or a statement, whatever their meaning; ""
/// if they may be one.
std::string shapeError(const std::vector<std::string> &tokens);

/// A statement in `do { } while (0)` or `{ }`.
bool isStatement(const std::vector<std::string> &tokens);

} // namespace plc::cimport
#endif // PLC_C_IMPORT_MACRO_H
