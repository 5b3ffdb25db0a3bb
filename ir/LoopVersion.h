//===- LoopVersion.h - loops with a version behind a test -------*- C++ -*-===//
#ifndef PLC_IR_LOOPVERSION_H
#define PLC_IR_LOOPVERSION_H

#include "ir/Clone.h"
#include "ir/analysis/Dominance.h"

#include "llvm/ADT/DenseSet.h"

#include <optional>

namespace plc::ir {

/// One loop: its header and all blocks the header dominates, so that nothing
/// outside uses a value of them.
struct LoopRegion {
  Block *header = nullptr;
  llvm::SmallVector<Block *, 16> blocks; // reverse post-order
  llvm::DenseSet<Block *> set;
  llvm::SmallVector<Edge, 4> entries, backEdges;

  bool isOutside(const Value *v) const { return !set.contains(v->block()); }
};

/// The region of a block that is the header of a loop and not the entry. Nothing
/// for other blocks, and where the region has more than `mostOps` operations or
/// makes closures.
std::optional<LoopRegion> loopRegion(Block *header, const DominatorTree &tree,
                                     const Predecessors &predecessors,
                                     size_t mostOps);

/// Gives a loop a second version. The region itself becomes the version for
/// which all tests hold; a copy of it is entered where one does not:
///
///   jump ^loop(%a)     becomes   jump ^guard(%a)
///                                ^guard(%b): branch TEST, ..., ^copy(%b)
///                                            jump ^loop(%b)
class LoopVersion {
public:
  /// Copies the region and leads its entries to the guard. The builder stands
  /// there until `enter`.
  LoopVersion(const LoopRegion &region, Builder &builder);

  void test(Type type, Value *v);
  void test(Value *condition);
  /// What the header's arguments are at the guard, in order.
  llvm::ArrayRef<Value *> arguments() const { return passed; }
  /// The copies.
  const BlockClone &generic() const { return copies; }
  /// After the tests, with the arguments of the header.
  void enter(llvm::ArrayRef<Value *> arguments);

private:
  const LoopRegion &region;
  Builder &b;
  BlockClone copies;
  llvm::SmallVector<Value *, 8> passed;
};

} // namespace plc::ir
#endif // PLC_IR_LOOPVERSION_H
