//===- MultipleValues.cpp - call-with-values as two calls -----------------===//
//
// before   %r = prim "call-with-values"(%produce, %consume)
// after    %v = call %produce()
//          %p = prim "%values?"(%v, 2)
//          branch (truthy %p), ^taken, ^wrong
//        ^taken:
//          %a = prim "%values-ref"(%v, 0)
//          %b = prim "%values-ref"(%v, 1)
//          prim "%values-taken"(%v)
//          %r = call %consume(%a, %b)
//        ^wrong:
//          prim "%wrong-values"(%v, 2, "consume")
// Why      let-values, receive and define-values are calls of two lambdas, which
//          inline and contify can put in place once they see calls; fold then
//          takes the values from where `values` makes them.
// Method   a consumer that takes a fixed number of arguments gets the above;
//          any other one is handed what the producer returned, by
//          `%pass-values`. Nothing runs between the return of a producer and
//          the reads of its values.
// Requires canonical.
//===----------------------------------------------------------------------===//

#include "ir/Builder.h"
#include "ir/analysis/Facts.h"
#include "ir/passes/Passes.h"

#include "llvm/ADT/Statistic.h"
#include "llvm/ADT/Twine.h"

#define DEBUG_TYPE "multiple-values"
ALWAYS_ENABLED_STATISTIC(numTaken, "consumers called with their values");
ALWAYS_ENABLED_STATISTIC(numPassed, "consumers handed a result");

namespace plc::ir {
namespace {

/// Larger numbers of values are left to the runtime.
constexpr unsigned kMostValues = 16;

class MultipleValues {
public:
  explicit MultipleValues(Module &module) : module(module), b(module) {}

  bool run() {
    bool changed = false;
    for (auto &f : module.functions())
      // What follows a call moves to a new block, which comes later.
      for (auto &block : f->blocks())
        for (Op *op : opsOf(block.get()))
          if (op->parent() == block.get() && isCallWithValues(op)) {
            rewrite(op);
            changed = true;
          }
    return changed;
  }

private:
  Module &module;
  Builder b;
  PrimitiveId callWithValues = primitiveById("CallWithValues");

  /// The two operands come last.
  bool isCallWithValues(const Op *op) const {
    if (op->opcode() == Opcode::Prim)
      return op->primitive == callWithValues;
    if (op->opcode() != Opcode::Call && op->opcode() != Opcode::TailCall)
      return false;
    const Op *callee = baseOf(op->operand(0))->op();
    return callee && callee->opcode() == Opcode::PrimRef &&
           callee->primitive == callWithValues && op->operandCount() == 3;
  }

  /// The procedure, if it is known and takes a fixed number of arguments.
  static const Function *consumerOf(Value *v) {
    const Op *op = baseOf(v)->op();
    const Function *f = nullptr;
    if (op && op->opcode() == Opcode::Closure)
      f = op->functions[baseOf(v)->index()];
    else if (op && op->opcode() == Opcode::GlobalClosure)
      f = op->global->function;
    return f && !f->hasRest && f->requiredArguments() <= kMostValues ? f
                                                                     : nullptr;
  }

  void rewrite(Op *op) {
    bool isTail = op->opcode() == Opcode::TailCall;
    Value *producer = op->operand(op->operandCount() - 2);
    Value *consumer = op->operand(op->operandCount() - 1);
    b.setBefore(op);
    b.location = op->location();
    Value *got = b.call(producer, {});
    if (const Function *f = consumerOf(consumer))
      take(op, isTail, got, consumer, *f);
    else
      pass(op, isTail, got, consumer);
    op->erase();
  }

  void pass(Op *op, bool isTail, Value *got, Value *consumer) {
    ++numPassed;
    PrimitiveId passValues = primitiveById("PassValues");
    if (!isTail)
      return replaceResult(op, b.prim(passValues, {consumer, got}));
    Op *callee = b.create(Opcode::PrimRef);
    callee->primitive = passValues;
    b.tailCall(callee->result(), {consumer, got});
  }

  void take(Op *op, bool isTail, Value *got, Value *consumer,
            const Function &f) {
    ++numTaken;
    Function *caller = op->function();
    unsigned count = f.requiredArguments();
    Block *after = isTail ? nullptr : splitAfter(op);
    Block *taken = caller->addBlock("taken");
    Block *wrong = caller->addBlock("wrong");
    Value *fits = b.prim(primitiveById("ValuesP"), {got, b.fixnum(count)});
    b.branch(b.unary(Opcode::Truthy, fits), taken, {}, wrong, {});

    b.setEnd(wrong);
    Datum *name = module.datums().string(describe(f));
    b.prim(primitiveById("WrongValues"),
           {got, b.fixnum(count), b.constant(name)});
    b.unreachable();

    b.setEnd(taken);
    llvm::SmallVector<Value *, 4> values;
    if (count == 1) {
      values.push_back(got);
    } else {
      for (unsigned i = 0; i < count; ++i)
        values.push_back(
            b.prim(primitiveById("ValuesRef"), {got, b.fixnum(i)}));
      b.prim(primitiveById("ValuesTaken"), {got});
    }
    if (isTail)
      b.tailCall(consumer, values);
    else
      b.jump(after, {b.call(consumer, values)});
  }

  /// What the runtime calls the procedure in messages: what has no name, by the
  /// place that the debug information of its entry gives.
  std::string describe(const Function &f) const {
    if (!f.lispName.empty())
      return f.lispName;
    const SourceManager &sources = module.sourceManager();
    Location place = sources.written(f.location);
    if (!place.isKnown())
      return "a procedure";
    llvm::StringRef file = sources.fileName(place).rsplit('/').second;
    if (file.empty())
      file = sources.fileName(place);
    return ("the procedure at " + file.take_front(80) + ":" +
            llvm::Twine(sources.lineColumn(place).line))
        .str();
  }

  /// Moves what follows op to a new block, whose argument is op's result.
  Block *splitAfter(Op *op) {
    Block *after = op->function()->addBlock("after");
    Value *result = op->result();
    Value *argument = after->addArgument(result->type(), result->name());
    result->replaceAllUsesWith(argument);
    for (Op *moved = op->next(), *next; moved; moved = next) {
      next = moved->next();
      moved->moveToEnd(after);
    }
    return after;
  }

  void replaceResult(Op *op, Value *by) {
    by->setName(op->result()->name());
    op->result()->replaceAllUsesWith(by);
  }
};

} // namespace

bool runMultipleValues(Module &module) { return MultipleValues(module).run(); }

} // namespace plc::ir
