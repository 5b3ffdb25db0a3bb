//===- Clone.h - copies of groups of blocks ---------------------*- C++ -*-===//
#ifndef PLC_IR_CLONE_H
#define PLC_IR_CLONE_H

#include "ir/Builder.h"

#include "llvm/ADT/DenseMap.h"

namespace plc::ir {

/// Where each block and value of the original went, and each function made in
/// the blocks.
struct BlockClone {
  llvm::DenseMap<Block *, Block *> blocks;
  llvm::DenseMap<Value *, Value *> values;
  llvm::DenseMap<const Function *, Function *> functions;
};

/// Copies blocks to the end of `target`, which may be of another module: the
/// builder's. Within the copies, blocks and values of the group are replaced by
/// their copies; all else is shared, among it globals and called functions that
/// are not nested in the blocks. Functions that the blocks make are copied with
/// them and are nested in `target`.
BlockClone cloneBlocks(llvm::ArrayRef<Block *> blocks, Function *target,
                       Builder &builder);

/// All blocks of a function, in order.
llvm::SmallVector<Block *, 16> blocksOf(const Function *function);

} // namespace plc::ir
#endif // PLC_IR_CLONE_H
