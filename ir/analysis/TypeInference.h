//===- TypeInference.h - what numbers values are ----------------*- C++ -*-===//
//
// Optimistic inference over SSA, across known calls of one module. Types here
// are about the number, not its representation: a tagged value can be inferred
// to be a Flonum. Type::None stands for "nothing yet".
//
//===----------------------------------------------------------------------===//
#ifndef PLC_IR_ANALYSIS_TYPEINFERENCE_H
#define PLC_IR_ANALYSIS_TYPEINFERENCE_H

#include "ir/Module.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"

namespace plc::ir {

/// Join of the lattice in which Flonum lies below Real.
Type numericJoin(Type a, Type b);
bool isNumericSubtype(Type type, Type wanted);

class TypeInference {
public:
  /// Assumptions replace what would be inferred for a value.
  using Assumptions = llvm::DenseMap<const Value *, Type>;

  explicit TypeInference(Module &module);
  /// Infers the whole module.
  void run();
  /// Infers anew for some blocks of one function only, under assumptions; all
  /// other values keep their types.
  void runRegion(llvm::ArrayRef<Block *> blocks,
                 const Assumptions &assumptions);

  Type of(const Value *v) const;
  /// A flonum that is neither negative nor -0.0 (it may be NaN).
  bool isNonNegative(const Value *v, unsigned depth = 8) const;
  Type resultOf(const Function *f) const { return results.lookup(f); }
  /// All calls are known, so that parameters have the types of the arguments.
  bool hasKnownCallers(const Function *f) const {
    return closed.contains(f);
  }
  /// Type of the op's result from those of its operands.
  Type transfer(const Op *op) const;

private:
  Type transferPrimitive(const Op *op) const;
  bool visit(Block *block);
  bool raise(const Value *v, Type type);

  Module &module;
  llvm::DenseMap<const Value *, Type> types;
  llvm::DenseMap<const Function *, Type> results;
  llvm::DenseSet<const Function *> closed;
  const Assumptions *assumed = nullptr;
};

} // namespace plc::ir
#endif // PLC_IR_ANALYSIS_TYPEINFERENCE_H
