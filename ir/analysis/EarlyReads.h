//===- EarlyReads.h - globals read before their definition ------*- C++ -*-===//
//
// Whatever code has been referred to when the top level first calls something
// may run then. A read in code that runs no earlier than the definition of its
// global always finds the same value: no activation of that code is older than
// the definition, not even one that a continuation enters again.
//
//===----------------------------------------------------------------------===//
#ifndef PLC_IR_ANALYSIS_EARLYREADS_H
#define PLC_IR_ANALYSIS_EARLYREADS_H

#include "ir/Module.h"

#include "llvm/ADT/DenseSet.h"

namespace plc::ir {

/// The globals that the module may read or assign before it defines them. Any
/// stage.
llvm::DenseSet<const GlobalVariable *> findEarlyReads(const Module &module);

} // namespace plc::ir
#endif // PLC_IR_ANALYSIS_EARLYREADS_H
