//===- Loops.h - natural loops of a function --------------------*- C++ -*-===//
#ifndef PLC_IR_ANALYSIS_LOOPS_H
#define PLC_IR_ANALYSIS_LOOPS_H

#include "ir/analysis/Dominance.h"

#include "llvm/ADT/DenseSet.h"

#include <memory>

namespace plc::ir {

/// The blocks that can reach an edge back to `header` without leaving what
/// `header` dominates. Loops with one header are one loop.
struct Loop {
  Block *header;
  /// The innermost loop around this one, or null.
  Loop *parent = nullptr;
  /// 1 for the outermost.
  unsigned depth = 1;
  /// In reverse post-order, the header first; inner loops included.
  std::vector<Block *> blocks;
  /// Edges back to the header.
  std::vector<Edge> backEdges;

  bool contains(const Block *b) const { return members.contains(b); }

private:
  friend class Loops;
  llvm::DenseSet<const Block *> members;
};

/// Valid as long as the dominator tree.
class Loops {
public:
  Loops(const Function &function, const DominatorTree &tree);

  /// Outer loops before those they contain.
  llvm::ArrayRef<std::unique_ptr<Loop>> all() const { return loops; }
  /// The innermost loop around a block, or null.
  const Loop *of(const Block *b) const { return innermost.lookup(b); }

private:
  std::vector<std::unique_ptr<Loop>> loops;
  llvm::DenseMap<const Block *, Loop *> innermost;
};

} // namespace plc::ir
#endif // PLC_IR_ANALYSIS_LOOPS_H
