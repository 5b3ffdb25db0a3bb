//===- Verifier.h - is the IR well formed -----------------------*- C++ -*-===//
#ifndef PLC_IR_VERIFIER_H
#define PLC_IR_VERIFIER_H

#include "ir/Module.h"

#include "llvm/Support/Error.h"

namespace plc::ir {

/// Checks every invariant of the module's stage (listed in Verifier.cpp). The
/// error's text holds all violations: those of the module, then each function
/// concerned, printed with the violations under the ops.
llvm::Error verify(const Module &module);

} // namespace plc::ir
#endif // PLC_IR_VERIFIER_H
