//===- Dump.h - forms as text: --emit=forms ---------------------*- C++ -*-===//
#ifndef PLC_FRONTEND_DUMP_H
#define PLC_FRONTEND_DUMP_H

#include "frontend/Syntax.h"

#include "llvm/Support/raw_ostream.h"

namespace plc::frontend {

/// Writes a form and a newline, broken to lines of 80 columns where it can be.
/// What is written reads back as the same form.
void dumpSyntax(const Syntax *form, llvm::raw_ostream &out);

} // namespace plc::frontend
#endif // PLC_FRONTEND_DUMP_H
