//===- KnownCalls.cpp - calls whose callee is known name its function -----===//
// before   %f = closure @f           after   %f = closure @f
//          %r = call %f(%x)                  %r = call.known @f(%f, %x)
// Why      a known call skips the procedure test, the load of the code address
//          and the argument count; and inlining starts from it.
// Method   looks through `closure`, `global.closure` and the clauses of
//          `%case-lambda`; a rest parameter gets its list at the call.
// Leaves   calls with a wrong argument count, which raise at run time.
//===----------------------------------------------------------------------===//

#include "ir/Builder.h"
#include "ir/passes/Passes.h"

#include "llvm/ADT/Statistic.h"

#define DEBUG_TYPE "known-calls"
ALWAYS_ENABLED_STATISTIC(numKnown, "calls with a known callee");

namespace plc::ir {
namespace {

struct Target {
  Function *function = nullptr;
  Value *self = nullptr; // null: closed
};

Target functionOf(Value *callee, size_t count) {
  Op *op = callee->op();
  if (!op)
    return {};
  switch (op->opcode()) {
  case Opcode::Refine:
    return functionOf(op->operand(0), count);
  case Opcode::Closure: {
    Function *f = op->functions[callee->index()];
    return f->acceptsArguments(count) ? Target{f, callee} : Target{};
  }
  case Opcode::GlobalClosure: {
    Function *f = op->global->function;
    return f && f->acceptsArguments(count) ? Target{f, nullptr} : Target{};
  }
  case Opcode::Prim: {
    static const PrimitiveId caseLambda = primitiveById("CaseLambda");
    if (op->primitive != caseLambda)
      return {};
    // The first clause that accepts; an unknown clause hides later ones.
    for (Value *clause : op->operands()) {
      if (!clause->op() || clause->op()->opcode() != Opcode::Closure)
        return {};
      if (Target t = functionOf(clause, count); t.function)
        return t;
    }
    return {};
  }
  default:
    return {};
  }
}

bool makeKnown(Module &module, Op *op) {
  llvm::SmallVector<Value *, 8> args(op->operands().drop_front());
  Target target = functionOf(op->operand(0), args.size());
  if (!target.function)
    return false;
  Builder b(module);
  b.setBefore(op);
  b.location = op->location();
  if (target.function->hasRest) {
    size_t required = target.function->requiredArguments();
    Value *rest = b.prim(primitiveById("List"),
                         llvm::ArrayRef(args).drop_front(required));
    args.truncate(required);
    args.push_back(rest);
  }
  Value *self = target.self ? target.self : b.unspecified();
  if (op->opcode() == Opcode::Call) {
    Value *result = b.callKnown(target.function, self, args);
    result->setName(op->result()->name());
    op->result()->replaceAllUsesWith(result);
  } else {
    b.tailCallKnown(target.function, self, args);
  }
  op->erase();
  ++numKnown;
  return true;
}

} // namespace

bool runKnownCalls(Module &module) {
  bool changed = false;
  for (auto &f : module.functions())
    for (auto &block : f->blocks())
      for (Op *op : opsOf(block.get()))
        if (op->opcode() == Opcode::Call || op->opcode() == Opcode::TailCall)
          changed |= makeKnown(module, op);
  return changed;
}

} // namespace plc::ir
