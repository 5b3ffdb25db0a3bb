//===- Nesting.h - nested functions and what they capture -------*- C++ -*-===//
//
// Questions about functions before closure conversion: who is nested in whom,
// which outer values a function uses, where a closure value goes.
//
//===----------------------------------------------------------------------===//
#ifndef PLC_IR_ANALYSIS_NESTING_H
#define PLC_IR_ANALYSIS_NESTING_H

#include "ir/analysis/Cfg.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SetVector.h"

namespace plc::ir {

/// True if `inner` is `outer` or nested in it at any depth.
bool isNestedIn(const Function *inner, const Function *outer);

/// Functions of the module, enclosing ones before nested ones.
std::vector<Function *> outerFirst(const Module &module);

/// Functions directly nested in each function.
using Children = llvm::DenseMap<const Function *, std::vector<Function *>>;
Children nestedFunctions(const Module &module);

/// Values of enclosing functions that `function` or functions nested in it
/// use, in order of first use. Includes closure values used as callees.
using ValueSet = llvm::SetVector<Value *>;
ValueSet freeValues(const Function *function, const Children &children);
/// The same for all functions, each of which is looked at once.
using FreeValues = llvm::DenseMap<const Function *, ValueSet>;
FreeValues allFreeValues(const Module &module, const Children &children);

/// True when every use of a closure's value is the callee of a known call.
bool hasOnlyKnownCalls(const Value *closure, const Function *function);

/// True for ops that any function can repeat for itself at no cost:
/// constants, primitives and constant procedures as values.
bool isRematerializable(const Op *op);

} // namespace plc::ir
#endif // PLC_IR_ANALYSIS_NESTING_H
