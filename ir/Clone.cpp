//===- Clone.cpp - copies of groups of blocks -----------------------------===//

#include "ir/Clone.h"

#include <cassert>

namespace plc::ir {
namespace {

class Cloning {
public:
  explicit Cloning(Builder &builder) : b(builder) {}

  BlockClone run(llvm::ArrayRef<Block *> blocks, Function *target) {
    copy(blocks, target);
    // Nested procedures, which may nest in turn.
    for (size_t i = 0; i < nested.size(); ++i) {
      const Function *original = nested[i];
      copy(blocksOf(original), clone.functions[original]);
    }
    resolve();
    return std::move(clone);
  }

private:
  void copy(llvm::ArrayRef<Block *> blocks, Function *target) {
    for (Block *block : blocks) {
      Block *twin = target->addBlock(block->name());
      clone.blocks[block] = twin;
      for (Value *argument : block->arguments())
        clone.values[argument] =
            twin->addArgument(argument->type(), argument->name());
    }
    for (Block *block : blocks) {
      b.setEnd(clone.blocks[block]);
      for (Op *op : *block) {
        Op *twin = b.clone(op);
        for (unsigned i = 0; i < op->results().size(); ++i)
          clone.values[op->result(i)] = twin->result(i);
        copies.push_back(twin);
        if (op->opcode() == Opcode::Closure)
          for (const Function *made : op->functions)
            declare(*made, target);
      }
    }
  }

  void declare(const Function &made, Function *parent) {
    Function *twin =
        b.module.addFunction(b.module.uniqueSymbol(made.symbol()));
    twin->lispName = made.lispName;
    twin->lispNote = made.lispNote;
    twin->location = made.location;
    twin->hasRest = made.hasRest;
    twin->restLimit = made.restLimit;
    twin->resultType = made.resultType;
    twin->parent = parent;
    clone.functions[&made] = twin;
    nested.push_back(&made);
  }

  void resolve() {
    for (Op *op : copies) {
      for (unsigned i = 0; i < op->allOperands().size(); ++i)
        if (Value *v = clone.values.lookup(op->allOperands()[i]))
          op->setOperand(i, v);
      for (unsigned i = 0; i < op->successors().size(); ++i)
        if (Block *block = clone.blocks.lookup(op->successors()[i].block)) {
          llvm::SmallVector<Value *, 8> args(op->successorArguments(i));
          op->setSuccessor(i, block, args);
        }
      for (Function *&f : op->functions)
        if (Function *twin = clone.functions.lookup(f))
          f = twin;
    }
  }

  Builder &b;
  BlockClone clone;
  std::vector<const Function *> nested;
  std::vector<Op *> copies;
};

} // namespace

llvm::SmallVector<Block *, 16> blocksOf(const Function *function) {
  llvm::SmallVector<Block *, 16> blocks;
  for (auto &block : function->blocks())
    blocks.push_back(block.get());
  return blocks;
}

BlockClone cloneBlocks(llvm::ArrayRef<Block *> blocks, Function *target,
                       Builder &builder) {
  return Cloning(builder).run(blocks, target);
}

} // namespace plc::ir
