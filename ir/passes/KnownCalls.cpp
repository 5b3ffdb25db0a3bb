//===- KnownCalls.cpp - calls whose callee is known name its function -----===//
// before   %f = closure @f           after   %f = closure @f
//          %r = call %f(%x)                  %r = call.known @f(%f, %x)
// Why      a known call skips the procedure test, the load of the code address
//          and the argument count; and inlining starts from it.
// Method   looks through `closure`, `global.closure` and the clauses of
//          `%case-lambda`; a rest parameter gets its list at the call.
//          A primitive as a callee becomes an op, too.
// Leaves   calls with a wrong argument count, which raise at run time.
//===----------------------------------------------------------------------===//

#include "ir/Builder.h"
#include "ir/passes/Passes.h"

#include "llvm/ADT/Statistic.h"
#include "llvm/Support/ErrorHandling.h"

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

/// A call of a primitive as a value: the primitive itself, where it has code of
/// its own for so many arguments.
Value *primitiveFor(Builder &b, const Op *callee,
                    llvm::ArrayRef<Value *> args) {
  if (!callee || callee->opcode() != Opcode::PrimRef)
    return nullptr;
  const PrimitiveRow &row = primitiveRow(callee->primitive);
  int count = int(args.size());
  if (count < row.minArgs || (row.maxArgs >= 0 && count > row.maxArgs) ||
      row.result == Type::None)
    return nullptr;
  switch (row.lowering) {
  case PrimitiveLowering::Inline:
  case PrimitiveLowering::RuntimeCall:
    return b.prim(callee->primitive, args);
  case PrimitiveLowering::IrOp: {
    if (count != 2)
      return nullptr;
    Value *result = b.binary(row.op, args[0], args[1]);
    return result->type() == Type::Bool ? b.unary(Opcode::BoolBox, result)
                                        : result;
  }
  case PrimitiveLowering::LispCall:
    return nullptr;
  }
  llvm_unreachable("kind of lowering");
}

void finish(Builder &b, Op *call, Value *result) {
  if (call->opcode() == Opcode::Call) {
    result->setName(call->result()->name());
    call->result()->replaceAllUsesWith(result);
  } else {
    b.ret(result);
  }
  call->erase();
  ++numKnown;
}

bool makeKnown(Module &module, Op *op) {
  llvm::SmallVector<Value *, 8> args(op->operands().drop_front());
  Builder b(module);
  b.setBefore(op);
  b.location = op->location();
  if (Value *v = primitiveFor(b, op->operand(0)->op(), args)) {
    finish(b, op, v);
    return true;
  }
  Target target = functionOf(op->operand(0), args.size());
  if (!target.function)
    return false;
  if (target.function->hasRest) {
    size_t required = target.function->requiredArguments();
    Value *rest =
        args.size() == required
            ? b.constant(module.datums().make(DatumKind::Null))
            : b.prim(primitiveById("List"),
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
