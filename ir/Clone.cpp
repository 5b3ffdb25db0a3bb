//===- Clone.cpp - copies of groups of blocks -----------------------------===//

#include "ir/Clone.h"

#include <cassert>

namespace plc::ir {

BlockClone cloneBlocks(llvm::ArrayRef<Block *> blocks, Function *target,
                       Builder &builder) {
  BlockClone clone;
  for (Block *block : blocks) {
    Block *copy = target->addBlock(block->name());
    clone.blocks[block] = copy;
    for (Value *argument : block->arguments())
      clone.values[argument] =
          copy->addArgument(argument->type(), argument->name());
  }
  llvm::SmallVector<Op *, 32> copies;
  for (Block *block : blocks) {
    builder.setEnd(clone.blocks[block]);
    for (Op *op : *block) {
      assert(op->opcode() != Opcode::Closure && "copied code makes a closure");
      Op *copy = builder.clone(op);
      for (unsigned i = 0; i < op->results().size(); ++i)
        clone.values[op->result(i)] = copy->result(i);
      copies.push_back(copy);
    }
  }
  for (Op *op : copies) {
    for (unsigned i = 0; i < op->allOperands().size(); ++i)
      if (Value *v = clone.values.lookup(op->allOperands()[i]))
        op->setOperand(i, v);
    for (unsigned i = 0; i < op->successors().size(); ++i)
      if (Block *block = clone.blocks.lookup(op->successors()[i].block)) {
        llvm::SmallVector<Value *, 8> args(op->successorArguments(i));
        op->setSuccessor(i, block, args);
      }
  }
  return clone;
}

} // namespace plc::ir
