//===- CalledParameters.h - parameters that are procedures ------*- C++ -*-===//
//
// Which parameters of a procedure it calls, or hands to a procedure that calls
// them: `map` and whatever is like it. A copy of the code for one argument that
// is known has known calls.
//
//===----------------------------------------------------------------------===//
#ifndef PLC_IR_ANALYSIS_CALLEDPARAMETERS_H
#define PLC_IR_ANALYSIS_CALLEDPARAMETERS_H

#include "ir/Module.h"

#include "llvm/ADT/DenseMap.h"

namespace plc::ir {

class CalledParameters {
public:
  explicit CalledParameters(const Module &module);
  /// Bit i for parameter i; no more than 32 are looked at.
  uint32_t of(const Function *function) const {
    return called.lookup(function);
  }

private:
  llvm::DenseMap<const Function *, uint32_t> called;
};

/// The value is a procedure whose code is known, here or elsewhere.
bool isKnownProcedure(const Value *value);

} // namespace plc::ir
#endif // PLC_IR_ANALYSIS_CALLEDPARAMETERS_H
