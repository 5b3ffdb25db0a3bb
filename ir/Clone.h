//===- Clone.h - copies of groups of blocks ---------------------*- C++ -*-===//
#ifndef PLC_IR_CLONE_H
#define PLC_IR_CLONE_H

#include "ir/Builder.h"

#include "llvm/ADT/DenseMap.h"

namespace plc::ir {

/// Where each block and value of the original went.
struct BlockClone {
  llvm::DenseMap<Block *, Block *> blocks;
  llvm::DenseMap<Value *, Value *> values;
};

/// Copies blocks to the end of `target`. Within the copies, blocks and values
/// of the group are replaced by their copies; all else is shared. The group
/// must not contain `closure` ops, whose functions would be shared.
BlockClone cloneBlocks(llvm::ArrayRef<Block *> blocks, Function *target,
                       Builder &builder);

} // namespace plc::ir
#endif // PLC_IR_CLONE_H
