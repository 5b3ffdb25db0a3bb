//===- NoReturn.cpp - nothing follows a call that never returns -----------===//
// before   %r = call.known @wrong-type(...)    after   %r = call.known ...
//          jump ^after(%r)                             unreachable
// Why      checks of arguments call a procedure that raises; what is known
//          where they succeed is then known of all that follows, and nothing
//          has to be kept for a return.
// Method   a procedure never returns if all its ways out are raises, or tail
//          calls of procedures that never return; least fixed point. What it
//          finds of constant procedures goes to interfaces.
// Requires canonical, known-calls.
//===----------------------------------------------------------------------===//

#include "ir/Builder.h"
#include "ir/analysis/BodyFacts.h"
#include "ir/analysis/Cfg.h"
#include "ir/passes/Passes.h"

#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/Statistic.h"

#define DEBUG_TYPE "no-return"
ALWAYS_ENABLED_STATISTIC(numEnds, "calls that nothing follows");

namespace plc::ir {
namespace {

using Functions = llvm::DenseSet<const Function *>;

Functions findNeverReturning(Module &module) {
  Functions never;
  for (auto &g : module.globals())
    if (g->function && g->neverReturns && !g->function->isOwn())
      never.insert(g->function);
  auto leaves = [&](const Op *end) {
    return end->successors().empty() && !isRaise(end) &&
           !(end->opcode() == Opcode::TailCallKnown &&
             never.contains(end->callee()));
  };
  // A raise of its own is what a procedure that never returns begins with: one
  // that only calls itself without end is left alone.
  auto raises = [&](const Function &f) {
    bool hasEnd = false;
    for (auto &block : f.blocks()) {
      const Op *end = block->terminator();
      if (!end || leaves(end))
        return false;
      hasEnd |= end->successors().empty();
    }
    return hasEnd;
  };
  for (bool changed = true; changed;) {
    changed = false;
    for (auto &f : module.functions())
      if (f->origin != Origin::Declared && !never.contains(f.get()) &&
          f.get() != module.init() && raises(*f)) {
        never.insert(f.get());
        changed = true;
      }
  }
  return never;
}

} // namespace

bool runNoReturn(Module &module) {
  eraseUnreachable(module);
  Functions never = findNeverReturning(module);
  for (auto &g : module.globals())
    if (g->function && !g->isExternal)
      g->neverReturns = never.contains(g->function);
  if (never.empty())
    return false;
  bool changed = false;
  Builder b(module);
  for (auto &f : module.functions())
    for (auto &block : f->blocks())
      for (Op *op : opsOf(block.get())) {
        if (op->parent() != block.get() ||
            op->opcode() != Opcode::CallKnown ||
            !never.contains(op->callee()) ||
            op->next()->opcode() == Opcode::Unreachable)
          continue;
        Block *dead = f->addBlock("dead");
        for (Op *moved = op->next(), *next; moved; moved = next) {
          next = moved->next();
          moved->moveToEnd(dead);
        }
        b.setEnd(block.get());
        b.location = op->location();
        b.unreachable();
        ++numEnds;
        changed = true;
      }
  if (changed)
    eraseUnreachable(module);
  return changed;
}

} // namespace plc::ir
