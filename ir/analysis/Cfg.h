//===- Cfg.h - the graph of blocks ------------------------------*- C++ -*-===//
#ifndef PLC_IR_ANALYSIS_CFG_H
#define PLC_IR_ANALYSIS_CFG_H

#include "ir/Module.h"

#include "llvm/ADT/DenseMap.h"

#include <vector>

namespace plc::ir {

/// One way into a block: successor number `index` of a terminator.
struct Edge {
  Op *terminator;
  unsigned index;
  Block *source() const { return terminator->parent(); }
};
/// All ways into each block; in order of the blocks they leave.
using Predecessors = llvm::DenseMap<const Block *, llvm::SmallVector<Edge, 2>>;
Predecessors predecessors(const Function &function);

/// Blocks that the entry reaches, each before its successors but for loops.
std::vector<Block *> reversePostOrder(const Function &function);

/// Appends a value to the arguments that an edge passes.
void appendArgument(Edge edge, Value *value);
/// Drops argument number i of an edge.
void eraseArgument(Edge edge, unsigned i);

/// The `closure` op that makes each nested function (stages raw, canonical).
using ClosureOps = llvm::DenseMap<const Function *, Op *>;
ClosureOps closureOps(const Module &module);

/// Erases blocks that no entry reaches, and nested functions that only those
/// make.
bool eraseUnreachable(Module &module);
/// The same for the blocks of one function. Others are erased, too, if only
/// those blocks make them.
bool eraseUnreachable(Function &function);

} // namespace plc::ir
#endif // PLC_IR_ANALYSIS_CFG_H
