//===- Code.h - C++ in programs ---------------------------------*- C++ -*-===//
#ifndef PLC_CXX_IMPORT_CODE_H
#define PLC_CXX_IMPORT_CODE_H

#include "plc/native.h"

#include <string>
#include <vector>

namespace plc::cxximport {

/// The text of `(c++ "...")`, read as far as it is not C++: `$x`, `${x-y}` and
/// `$(type x)` are variables of Lisp, but not in literals and comments.
struct Code {
  struct Variable {
    std::string name; ///< of Lisp
    std::string type; ///< "": what its place needs
  };
  std::string text; ///< with `plc_0` for the first one
  std::vector<Variable> variables;
  bool isExpression = true; ///< else statements, with their own `return`
  /// Names in the text, as far as they are qualified, and of members.
  std::vector<std::string> names, members;
};

/// \returns false and fills in `error` if it cannot be read.
bool readCode(const std::string &text, Code &code, native::ImportError &error);

} // namespace plc::cxximport
#endif // PLC_CXX_IMPORT_CODE_H
