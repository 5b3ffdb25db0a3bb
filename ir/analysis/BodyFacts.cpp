//===- BodyFacts.cpp - what copies of a procedure cost --------------------===//

#include "ir/analysis/BodyFacts.h"

#include "ir/analysis/Nesting.h"

namespace plc::ir {

bool isRaise(const Op *op) {
  if (op->opcode() == Opcode::Unreachable)
    return true;
  if (op->opcode() != Opcode::TailCall)
    return false;
  const Op *callee = op->operand(0)->op();
  return callee && callee->opcode() == Opcode::PrimRef &&
         primitiveRow(callee->primitive).result == Type::None;
}

BodyFacts factsOf(const Function *f) {
  BodyFacts facts;
  for (auto &block : f->blocks()) {
    const Op *end = block->terminator();
    if (end && end->successors().empty() && !isRaise(end))
      facts.neverReturns = false;
    for (Op *op : *block) {
      if (!isRematerializable(op) && op->opcode() != Opcode::Refine)
        ++facts.size;
      if (op->opcode() == Opcode::Closure)
        facts.makesClosures = true;
      if (op->opcode() == Opcode::CallKnown && op->callee() == f)
        facts.selfCalls.push_back(op);
      if (op->opcode() == Opcode::TailCallKnown && op->callee() == f)
        facts.hasSelfTailCall = true;
    }
  }
  return facts;
}

size_t growthAllowance(const Module &module) {
  constexpr size_t always = 4000, percent = 10;
  size_t size = 0;
  for (auto &f : module.functions())
    if (f->isOwn())
      size += factsOf(f.get()).size;
  return std::max(always, size * percent / 100);
}

bool isSmallBody(const BodyFacts &facts) {
  constexpr size_t most = 24;
  // A call takes less room than the making of a condition, and is as good.
  constexpr size_t mostOfRaise = 3;
  return (!facts.neverReturns || facts.size <= mostOfRaise) &&
         !facts.makesClosures && facts.selfCalls.empty() &&
         !facts.hasSelfTailCall && facts.size <= most;
}

} // namespace plc::ir
