//===- InlineCall.cpp - a procedure's text in the place of a call ---------===//

#include "ir/InlineCall.h"

#include "ir/Clone.h"
#include "ir/Inlined.h"

namespace plc::ir {

/// What left the procedure continues at `after`.
static void leaveTo(Op *op, Block *after, Location call, Builder &b) {
  b.setBefore(op);
  b.location = op->opcode() == Opcode::Return ? op->location() : call;
  switch (op->opcode()) {
  case Opcode::Return:
    b.jump(after, {op->operand(0)});
    break;
  case Opcode::TailCall:
    b.jump(after, {b.call(op->operand(0), op->operands().drop_front())});
    break;
  case Opcode::TailCallKnown:
    b.jump(after, {b.callKnown(op->callee(), op->operand(0),
                               op->operands().drop_front())});
    break;
  default:
    return;
  }
  op->erase();
}

/// Copies the body to the end of the caller; returns the copy of the entry.
static Block *cloneBody(const Function *callee, const Op *call, Block *after,
                        Builder &b) {
  llvm::SmallVector<Block *, 16> blocks = blocksOf(callee);
  BlockClone clone = cloneBlocks(blocks, call->function(), b);
  InlinedLocations inlined(*callee, call);
  for (Block *block : blocks) {
    Block *copy = clone.blocks[block];
    for (Op *op : *copy)
      op->setLocation(inlined(op->location()));
    if (after)
      leaveTo(copy->terminator(), after, call->location(), b);
  }
  return clone.blocks[callee->entry()];
}

void inlineCall(Op *call, const Function *callee, Builder &b) {
  Function *caller = call->function();
  Block *after = nullptr;
  if (call->opcode() == Opcode::CallKnown) {
    after = caller->addBlock("after");
    Value *result =
        after->addArgument(call->result()->type(), call->result()->name());
    call->result()->replaceAllUsesWith(result);
    for (Op *op = call->next(); op;) {
      Op *next = op->next();
      op->moveToEnd(after);
      op = next;
    }
  }
  Block *entry = cloneBody(callee, call, after, b);
  entry->setName(callee->lispName);
  b.setBefore(call);
  b.location = call->location();
  b.jump(entry, call->operands().drop_front());
  call->erase();
}

} // namespace plc::ir
