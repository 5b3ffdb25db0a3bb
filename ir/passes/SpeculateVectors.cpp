//===- SpeculateVectors.cpp - versions of loops for vectors ---------------===//
// before   ^loop(...):                        after   %ok = is vector %v
//            ... %sequence-ref(%v, %i) ...            branch %ok, ^fast, ^loop
//                                             ^fast: %w = refine vector %v
//                                                     ... the loop with %w ...
// Why      where objects of other languages may come along, an access tells
//          nothing of what it takes: the type is tested in every round.
// Method   for each loop, outer ones first: the operands of its accesses that
//          come from outside it are tested once, at its entry.
// Requires canonical, after contify and inline; fold then makes the accesses
//          those of vectors.
//===----------------------------------------------------------------------===//

#include "ir/LoopVersion.h"
#include "ir/analysis/Loops.h"
#include "ir/passes/Passes.h"

#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/Statistic.h"

#define DEBUG_TYPE "speculate-vectors"
ALWAYS_ENABLED_STATISTIC(numVersioned, "loops with a version for vectors");

namespace plc::ir {
namespace {

constexpr size_t kLargestRegion = 250;
constexpr size_t kMostOperands = 6;
constexpr size_t kMostVersions = 100;

class Speculation {
public:
  explicit Speculation(Module &module) : module(module), b(module) {}

  bool run() {
    eraseUnreachable(module);
    for (auto &f : module.functions())
      while (numberOfVersions < kMostVersions && versionOneLoop(*f))
        ++numberOfVersions;
    numVersioned += numberOfVersions;
    return numberOfVersions > 0;
  }

private:
  bool versionOneLoop(Function &f) {
    DominatorTree tree(f);
    Predecessors preds = predecessors(f);
    Loops loops(f, tree);
    for (const std::unique_ptr<Loop> &loop : loops.all()) {
      if (!done.insert(loop->header).second)
        continue;
      std::optional<LoopRegion> region =
          loopRegion(loop->header, tree, preds, kLargestRegion);
      if (!region)
        continue;
      Values operands = undecided(*loop, *region);
      if (operands.empty() || operands.size() > kMostOperands)
        continue;
      version(*region, operands);
      return true;
    }
    return false;
  }

  using Values = llvm::SmallSetVector<Value *, kMostOperands>;

  static Values undecided(const Loop &loop, const LoopRegion &region) {
    Values operands;
    for (Block *block : loop.blocks)
      for (Op *op : *block)
        if (op->opcode() == Opcode::Prim && vectorRow(op->primitive) &&
            region.isOutside(op->operand(0)) &&
            op->operand(0)->type() == Type::Any)
          operands.insert(op->operand(0));
    return operands;
  }

  void version(const LoopRegion &region, const Values &operands) {
    LoopVersion version(region, b);
    for (auto [block, copy] : version.generic().blocks)
      done.insert(copy);
    llvm::DenseMap<Value *, Value *> vectors;
    for (Value *v : operands)
      version.test(Type::Vector, v);
    for (Value *v : operands)
      vectors[v] = b.refine(Type::Vector, v);
    for (Block *block : region.blocks)
      for (Op *op : *block)
        for (unsigned i = 0; i < op->allOperands().size(); ++i)
          if (Value *vector = vectors.lookup(op->allOperands()[i]))
            op->setOperand(i, vector);
    version.enter(version.arguments());
  }

  Module &module;
  Builder b;
  llvm::DenseSet<const Block *> done;
  size_t numberOfVersions = 0;
};

} // namespace

bool runSpeculateVectors(Module &module) { return Speculation(module).run(); }

} // namespace plc::ir
