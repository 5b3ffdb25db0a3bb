//===- Docstring.h - documentation in front of a body -----------*- C++ -*-===//
#ifndef PLC_FRONTEND_DOCSTRING_H
#define PLC_FRONTEND_DOCSTRING_H

#include "frontend/Syntax.h"

#include <string>

namespace plc::frontend {

/// The string that a body begins with and does not end with, or null.
const ir::Datum *docstringOf(llvm::ArrayRef<const Syntax *> body);

/// Without the indentation that the lines after the first have in common, and
/// without blank lines at both ends: as PEP 257 has it.
std::string cleanDocstring(llvm::StringRef text);

} // namespace plc::frontend

#endif
