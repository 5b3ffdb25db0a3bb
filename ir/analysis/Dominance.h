//===- Dominance.h - what runs before what ----------------------*- C++ -*-===//
#ifndef PLC_IR_ANALYSIS_DOMINANCE_H
#define PLC_IR_ANALYSIS_DOMINANCE_H

#include "ir/analysis/Cfg.h"

#include <memory>

namespace plc::ir {

/// Dominator tree of one function. Valid until its graph of blocks changes.
/// Blocks that the entry does not reach are not in the tree.
class DominatorTree {
public:
  explicit DominatorTree(const Function &function);

  bool isReachable(const Block *b) const { return numbers.contains(b); }
  /// Null for the entry and for unreachable blocks.
  Block *immediateDominator(const Block *b) const;
  /// Blocks of which b is the immediate dominator, in reverse post-order.
  llvm::ArrayRef<Block *> children(const Block *b) const;
  /// Every block dominates itself and every unreachable block.
  bool dominates(const Block *a, const Block *b) const;
  llvm::ArrayRef<Block *> reversePostOrder() const { return order; }
  /// Blocks where the dominance of b ends.
  llvm::ArrayRef<Block *> frontier(const Block *b) const;

private:
  void computeFrontiers(const Predecessors &preds) const;

  const Function &function;
  std::vector<Block *> order;
  llvm::DenseMap<const Block *, unsigned> numbers; // index in order
  std::vector<unsigned> idom;
  std::vector<std::vector<Block *>> childLists;
  /// Interval of each block in a walk of the tree: nested means dominated.
  std::vector<std::pair<unsigned, unsigned>> interval;
  mutable std::vector<llvm::SmallVector<Block *, 2>> frontiers; // lazily
};

/// Dominance of ops and values across nested functions: a nested function runs
/// after the `closure` op that makes it. Valid until graphs of blocks or
/// closure ops change, or ops are inserted or moved.
class NestedDominance {
public:
  explicit NestedDominance(const Module &module);

  const DominatorTree &tree(const Function *function);
  /// The op in `function` that is `op` or makes the function around it; null
  /// if `op` is not in `function` or one nested in it.
  const Op *lift(const Op *op, const Function *function) const;
  /// `a` has run whenever `b` runs; both different ops. `b` may be in a
  /// function nested in that of `a`.
  bool dominates(const Op *a, const Op *b);
  /// `value` exists whenever `user` runs.
  bool dominates(const Value *value, const Op *user);

private:
  unsigned position(const Op *op);

  ClosureOps makers;
  llvm::DenseMap<const Function *, std::unique_ptr<DominatorTree>> trees;
  llvm::DenseMap<const Op *, unsigned> positions; // in the block, lazily
};

} // namespace plc::ir
#endif // PLC_IR_ANALYSIS_DOMINANCE_H
