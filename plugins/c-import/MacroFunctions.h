//===- MacroFunctions.h - macros with parameters ----------------*- C++ -*-===//
#ifndef PLC_C_IMPORT_MACROFUNCTIONS_H
#define PLC_C_IMPORT_MACROFUNCTIONS_H

#include "Macro.h"

namespace plc::cimport {

/// Functions for those of the macros whose parameters have one type.
void collectMacroFunctions(Importing &importing, const MacroTable &table,
                           const std::vector<const Macro *> &macros);

/// A function and its shim; `statement` uses the arguments `plc_1`, `plc_2` and
/// so on. Refused if a type cannot be had.
void addMacroFunction(Importing &importing, const Macro &macro,
                      const std::vector<CXType> &parameters, CXType result,
                      const std::string &statement);

} // namespace plc::cimport
#endif // PLC_C_IMPORT_MACROFUNCTIONS_H
