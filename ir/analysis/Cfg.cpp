//===- Cfg.cpp - the graph of blocks --------------------------------------===//

#include "ir/analysis/Cfg.h"

#include "llvm/ADT/DenseSet.h"

#include <algorithm>

namespace plc::ir {

Predecessors predecessors(const Function &function) {
  Predecessors result;
  for (auto &block : function.blocks())
    if (Op *terminator = block->terminator())
      for (unsigned i = 0; i < terminator->successors().size(); ++i)
        result[terminator->successors()[i].block].push_back({terminator, i});
  return result;
}

std::vector<Block *> reversePostOrder(const Function &function) {
  std::vector<Block *> order;
  if (function.blocks().empty())
    return order;
  llvm::DenseSet<const Block *> seen;
  struct Frame {
    Block *block;
    unsigned left; // successors still to visit
  };
  llvm::SmallVector<Frame, 32> stack;
  auto push = [&](Block *b) {
    if (seen.insert(b).second) {
      Op *t = b->terminator();
      stack.push_back({b, t ? unsigned(t->successors().size()) : 0});
    }
  };
  push(function.entry());
  while (!stack.empty()) {
    Frame &top = stack.back();
    if (top.left) {
      // From the last to the first, so that the first comes first in the end.
      push(top.block->terminator()->successors()[--top.left].block);
      continue;
    }
    order.push_back(top.block);
    stack.pop_back();
  }
  std::reverse(order.begin(), order.end());
  return order;
}

void appendArgument(Edge edge, Value *value) {
  llvm::SmallVector<Value *, 8> args(
      edge.terminator->successorArguments(edge.index));
  args.push_back(value);
  edge.terminator->setSuccessor(
      edge.index, edge.terminator->successors()[edge.index].block, args);
}

void eraseArgument(Edge edge, unsigned i) {
  llvm::SmallVector<Value *, 8> args(
      edge.terminator->successorArguments(edge.index));
  args.erase(args.begin() + i);
  edge.terminator->setSuccessor(
      edge.index, edge.terminator->successors()[edge.index].block, args);
}

ClosureOps closureOps(const Module &module) {
  ClosureOps result;
  for (auto &function : module.functions())
    for (auto &block : function->blocks())
      for (Op *op : *block)
        if (op->opcode() == Opcode::Closure)
          for (Function *made : op->functions)
            result[made] = op;
  return result;
}

bool eraseUnreachable(Module &module) {
  llvm::DenseSet<const Block *> liveBlocks;
  llvm::DenseSet<const Function *> liveFunctions;
  llvm::SmallVector<Function *, 16> work;
  for (auto &f : module.functions())
    if (!f->parent && liveFunctions.insert(f.get()).second)
      work.push_back(f.get());
  while (!work.empty())
    for (Block *block : reversePostOrder(*work.pop_back_val())) {
      liveBlocks.insert(block);
      for (Op *op : *block)
        for (Function *f : op->functions)
          if (liveFunctions.insert(f).second)
            work.push_back(f);
    }

  llvm::SmallVector<Block *, 16> deadBlocks;
  llvm::SmallVector<Function *, 16> deadFunctions;
  for (auto &f : module.functions()) {
    if (!liveFunctions.contains(f.get()))
      deadFunctions.push_back(f.get());
    for (auto &block : f->blocks())
      if (!liveBlocks.contains(block.get())) {
        deadBlocks.push_back(block.get());
        for (Op *op : *block)
          op->dropOperands();
      }
  }
  for (Block *block : deadBlocks)
    if (liveFunctions.contains(block->function()))
      block->function()->eraseBlock(block);
  for (Function *f : deadFunctions)
    module.eraseFunction(f);
  return !deadBlocks.empty();
}

bool eraseUnreachable(Function &function) {
  llvm::DenseSet<const Block *> live;
  for (Block *block : reversePostOrder(function))
    live.insert(block);
  if (live.size() == function.blocks().size())
    return false;
  llvm::SmallVector<Block *, 8> dead;
  for (auto &block : function.blocks())
    if (!live.contains(block.get())) {
      dead.push_back(block.get());
      for (Op *op : *block)
        for (Function *f : op->functions)
          if (f->parent)
            return eraseUnreachable(*function.module());
    }
  for (Block *block : dead)
    for (Op *op : *block)
      op->dropOperands();
  for (Block *block : dead)
    function.eraseBlock(block);
  return true;
}

} // namespace plc::ir
