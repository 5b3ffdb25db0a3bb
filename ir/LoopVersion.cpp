//===- LoopVersion.cpp - loops with a version behind a test ---------------===//

#include "ir/LoopVersion.h"

namespace plc::ir {

std::optional<LoopRegion> loopRegion(Block *header, const DominatorTree &tree,
                                     const Predecessors &predecessors,
                                     size_t mostOps) {
  LoopRegion region;
  region.header = header;
  auto edges = predecessors.find(header);
  if (edges == predecessors.end() || header == header->function()->entry())
    return std::nullopt;
  for (Edge edge : edges->second)
    (tree.dominates(header, edge.source()) ? region.backEdges : region.entries)
        .push_back(edge);
  if (region.backEdges.empty())
    return std::nullopt;
  size_t size = 0;
  for (Block *block : tree.reversePostOrder()) {
    if (!tree.dominates(header, block))
      continue;
    region.blocks.push_back(block);
    region.set.insert(block);
    for (Op *op : *block)
      if (op->opcode() == Opcode::Closure || ++size > mostOps)
        return std::nullopt;
  }
  return region;
}

LoopVersion::LoopVersion(const LoopRegion &region, Builder &builder)
    : region(region), b(builder) {
  Function *f = region.header->function();
  copies = cloneBlocks(region.blocks, f, b);
  Block *guard = f->addBlock("guard");
  for (Value *v : region.header->arguments())
    passed.push_back(guard->addArgument(v->type(), v->name()));
  for (Edge edge : region.entries) {
    llvm::SmallVector<Value *, 8> args(
        edge.terminator->successorArguments(edge.index));
    edge.terminator->setSuccessor(edge.index, guard, args);
  }
  b.setEnd(guard);
  b.location = region.header->first()->location();
}

void LoopVersion::test(Type type, Value *v) { test(b.is(type, v)); }

void LoopVersion::test(Value *condition) {
  Block *next = region.header->function()->addBlock("guard");
  b.branch(condition, next, {}, copies.blocks[region.header], passed);
  b.setEnd(next);
}

void LoopVersion::enter(llvm::ArrayRef<Value *> arguments) {
  b.jump(region.header, arguments);
}

} // namespace plc::ir
