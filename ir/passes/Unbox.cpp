//===- Unbox.cpp - flonums without boxes ----------------------------------===//
// before   ^loop(%x: any):                    after   ^loop(%x: flonum):
//            %y = num.mul %x, %half                     %y = fl.mul %x, %half
// Why      a tagged flonum costs a test, a decode and an encode an operation;
//          unboxed, the loop is the C loop.
// Method   types by optimistic inference (TypeInference.h). Whatever is
//          inferred to be a flonum and is defined by a block argument, a
//          parameter or result of a procedure that is only called by name, a
//          constant or arithmetic is computed as a double; a tagged use boxes
//          it where it stands, which leaves boxes to cold paths. The worker
//          part is Peyton Jones & Launchbury 1991.
// Requires canonical, known-calls, after contify.
//===----------------------------------------------------------------------===//

#include "ir/Builder.h"
#include "ir/NativeSignature.h"
#include "ir/analysis/ConstantArithmetic.h"
#include "ir/analysis/Nesting.h"
#include "ir/analysis/TypeInference.h"
#include "ir/passes/Passes.h"

#include "llvm/ADT/Statistic.h"

#include <cmath>

#define DEBUG_TYPE "unbox"
ALWAYS_ENABLED_STATISTIC(numUnboxed, "ops that compute unboxed flonums");
ALWAYS_ENABLED_STATISTIC(numArguments, "block arguments that became flonums");

namespace plc::ir {
namespace {

/// Flonum parameters have a prototype of their own; few are worth it.
constexpr size_t kMostWorkerParameters = 5;

class Unboxing {
public:
  explicit Unboxing(Module &module) : module(module), types(module), b(module) {}

  bool run() {
    eraseUnreachable(module);
    types.run();
    chooseWorkers();
    std::vector<Function *> functions = outerFirst(module);
    for (Function *f : functions)
      retypeArguments(f);
    for (Function *f : functions)
      for (Block *block : reversePostOrder(*f))
        rewrite(block);
    for (size_t i = replaced.size(); i-- > 0;)
      replaced[i]->erase();
    return changed;
  }

private:
  bool isFlonum(const Value *v) const { return types.of(v) == Type::Flonum; }

  /// Procedures whose parameters or result may be unboxed: never tail called,
  /// since a tail call needs equal prototypes.
  void chooseWorkers() {
    for (auto &f : module.functions())
      if (types.hasKnownCallers(f.get()) &&
          f->entry()->arguments().size() <= kMostWorkerParameters)
        workers.insert(f.get());
    llvm::DenseSet<const Function *> tailCalls;
    for (auto &f : module.functions())
      for (auto &block : f->blocks())
        for (Op *op : *block) {
          if (op->opcode() == Opcode::TailCallKnown)
            workers.erase(op->callee());
          if (op->opcode() == Opcode::TailCallKnown ||
              op->opcode() == Opcode::TailCall)
            tailCalls.insert(f.get());
        }
    for (const Function *f : workers)
      if (types.resultOf(f) == Type::Flonum && !tailCalls.contains(f))
        flonumResults.insert(f);
  }

  void retypeArguments(Function *f) {
    if (flonumResults.contains(f))
      f->resultType = Type::Flonum;
    for (auto &block : f->blocks()) {
      if (block.get() == f->entry() && !workers.contains(f))
        continue;
      for (Value *argument : block->arguments()) {
        if (!isFlonum(argument) || argument->type() == Type::Flonum)
          continue;
        argument->setType(Type::Flonum);
        ++numArguments;
        changed = true;
      }
    }
  }

  //===--- Values in either form ------------------------------------------===//

  /// The unboxed form if one exists.
  Value *unboxed(Value *v) const {
    if (v->type() == Type::Flonum)
      return v;
    return doubles.lookup(v);
  }

  /// The tagged form of a value for use by `user`.
  Value *tagged(Value *v, Op *user) {
    Value *raw = unboxed(v);
    if (!raw)
      return v;
    if (raw->op() && raw->op()->opcode() == Opcode::Const)
      return constantBefore(user, raw->op()->datum, Type::Real);
    // A closure captures the box, made where the flonum is.
    bool isCaptured = raw->block()->function() != user->function();
    Block *home = isCaptured ? raw->block() : user->parent();
    Value *&box = (isCaptured ? captured : boxes)[{raw, home}];
    if (!box) {
      if (!isCaptured)
        b.setBefore(user);
      else if (raw->op())
        b.setBefore(raw->op()->next());
      else
        b.setBefore(home->first());
      b.location = user->location();
      box = b.unary(Opcode::FlBox, raw);
      box->setName(raw->name());
    }
    return box;
  }

  Value *constantBefore(Op *user, const Datum *datum, Type type) {
    b.setBefore(user);
    b.location = user->location();
    return b.constant(datum, type);
  }

  /// The unboxed flonum of a value inferred to be real.
  Value *asDouble(Value *v, Op *user) {
    if (v->op() && v->op()->opcode() == Opcode::Const &&
        v->op()->datum->kind == DatumKind::Fixnum)
      return constantBefore(
          user,
          module.datums().flonum(
              static_cast<double>(v->op()->datum->integer)),
          Type::Flonum);
    if (v->op() && v->op()->opcode() == Opcode::Const &&
        v->op()->datum->kind == DatumKind::Flonum)
      return constantBefore(user, v->op()->datum, Type::Flonum);
    Value *raw = unboxed(v);
    if (raw && raw->block()->function() == user->function())
      return raw;
    Value *word = raw ? tagged(v, user) : v;
    b.setBefore(user);
    b.location = user->location();
    Type type = types.of(v);
    Opcode convert = raw || type == Type::Flonum ? Opcode::FlUnbox
                     : type == Type::Fixnum      ? Opcode::FlFromFixnum
                                                 : Opcode::FlFromReal;
    // What the callers of a procedure pass is known to the inference only.
    if (convert == Opcode::FlFromFixnum && word->type() != Type::Fixnum)
      word = b.refine(Type::Fixnum, word);
    return b.unary(convert, word);
  }

  //===--- Rewriting ------------------------------------------------------===//

  void rewrite(Block *block) {
    for (Op *op : opsOf(block)) {
      if (replace(op))
        continue;
      adaptOperands(op);
    }
  }

  /// An exact operand can be compared as a double without loss.
  bool isExactDouble(const Value *v) const {
    if (isFlonum(v))
      return true;
    const Op *op = v->op();
    return op && op->opcode() == Opcode::Const &&
           op->datum->kind == DatumKind::Fixnum &&
           std::abs(op->datum->integer) <= (int64_t(1) << 53);
  }

  bool replace(Op *op) {
    Opcode form = flonumOpcode(op->opcode()).value_or(op->opcode());
    if (form != op->opcode()) {
      bool isArithmetic = op->opcode() < Opcode::NumQuotient;
      bool fits = isArithmetic
                      ? isFlonum(op->result())
                      : (isFlonum(op->operand(0)) || isFlonum(op->operand(1))) &&
                            isExactDouble(op->operand(0)) &&
                            isExactDouble(op->operand(1));
      return fits && replaceArithmetic(op, form);
    }
    if (op->opcode() == Opcode::FlBox) {
      doubles[op->result()] = op->operand(0);
      replaced.push_back(op);
      return true;
    }
    if (op->opcode() == Opcode::FlUnbox) {
      if (unboxings.contains(op))
        return true;
      Value *raw = unboxed(op->operand(0));
      if (!raw || raw->block()->function() != op->function())
        return false;
      op->result()->replaceAllUsesWith(raw);
      replaced.push_back(op);
      return changed = true;
    }
    if (op->opcode() == Opcode::Prim)
      return replacePrimitive(op);
    return false;
  }

  bool replaceArithmetic(Op *op, Opcode form) {
    // x * -1 is how the frontend writes a negation.
    if (form == Opcode::FlMul)
      for (unsigned i = 0; i < 2; ++i)
        if (Op *c = op->operand(i)->op();
            c && c->opcode() == Opcode::Const &&
            c->datum->kind == DatumKind::Fixnum && c->datum->integer == -1)
          return finish(op, {asDouble(op->operand(1 - i), op)}, Opcode::FlNeg);
    Value *left = asDouble(op->operand(0), op);
    Value *right = asDouble(op->operand(1), op);
    return finish(op, {left, right}, form);
  }

  bool finish(Op *op, llvm::ArrayRef<Value *> operands, Opcode form) {
    b.setBefore(op);
    b.location = op->location();
    Value *result = b.create(form, operands)->result();
    result->setName(op->result()->name());
    if (result->type() == Type::Flonum)
      doubles[op->result()] = result;
    else
      op->result()->replaceAllUsesWith(result);
    replaced.push_back(op);
    ++numUnboxed;
    return changed = true;
  }

  bool replacePrimitive(Op *op) {
    llvm::StringRef id = primitiveRow(op->primitive).id;
    if (op->results().empty() || !isFlonum(op->result()))
      return false;
    if (id == "Sqrt")
      return finish(op, {asDouble(op->operand(0), op)}, Opcode::FlSqrt);
    if (id == "Abs")
      return finish(op, {asDouble(op->operand(0), op)}, Opcode::FlAbs);
    if (id == "Square") {
      Value *x = asDouble(op->operand(0), op);
      return finish(op, {x, x}, Opcode::FlMul);
    }
    if (id == "Inexact") {
      doubles[op->result()] = asDouble(op->operand(0), op);
      replaced.push_back(op);
      return changed = true;
    }
    // The call stays tagged; code generation cancels the decoding of a result
    // that it had unboxed.
    adaptOperands(op);
    b.setBefore(op->next());
    b.location = op->location();
    Value *raw = b.unary(Opcode::FlUnbox, op->result());
    raw->setName(op->result()->name());
    doubles[op->result()] = raw;
    unboxings.insert(raw->op());
    ++numUnboxed;
    return changed = true;
  }

  void adaptOperands(Op *op) {
    for (unsigned i = 0; i < op->allOperands().size(); ++i) {
      Value *v = op->allOperands()[i];
      if (wantsFlonum(op, i)) {
        if (v->type() != Type::Flonum ||
            v->block()->function() != op->function())
          op->setOperand(i, asDouble(v, op));
      } else if (op->row().operands != llvm::StringRef("flonum") &&
                 op->row().operands != llvm::StringRef("flonum flonum")) {
        Value *word = tagged(v, op);
        if (word != v)
          op->setOperand(i, word);
      }
    }
    if (op->opcode() == Opcode::CallKnown &&
        flonumResults.contains(op->callee()) &&
        op->result()->type() != Type::Flonum) {
      // A fresh op, since tagged users are rewritten by their own visit.
      b.setBefore(op);
      b.location = op->location();
      Op *fresh =
          b.create(Opcode::CallKnown, op->operands(), Type::Flonum);
      fresh->functions = op->functions;
      fresh->result()->setName(op->result()->name());
      doubles[op->result()] = fresh->result();
      replaced.push_back(op);
    }
  }

  bool wantsFlonum(const Op *op, unsigned i) const {
    if (i < op->operandCount()) {
      if (op->opcode() == Opcode::Return)
        return flonumResults.contains(op->function());
      if ((op->opcode() == Opcode::CallKnown) && i > 0)
        return op->callee()->entry()->argument(i - 1)->type() == Type::Flonum;
      // What may be another number is converted by the call itself, which says
      // whose argument it was.
      if (op->opcode() == Opcode::NativeCall && isFlonum(op->operand(i))) {
        auto signature = parseNativeSignature(op->native->signature);
        return i >= signature->parameters.size() ||
               signature->parameters[i].isReal();
      }
      return false;
    }
    for (const Successor &s : op->successors())
      if (i >= s.firstOperand && i < s.firstOperand + s.count)
        return s.block->argument(i - s.firstOperand)->type() == Type::Flonum;
    return false;
  }

  Module &module;
  TypeInference types;
  Builder b;
  llvm::DenseSet<const Function *> workers, flonumResults;
  llvm::DenseMap<Value *, Value *> doubles;
  llvm::DenseMap<std::pair<Value *, Block *>, Value *> boxes, captured;
  /// The unboxing of a tagged result: the one use that must stay tagged.
  llvm::DenseSet<const Op *> unboxings;
  std::vector<Op *> replaced;
  bool changed = false;
};

} // namespace

bool runUnbox(Module &module) { return Unboxing(module).run(); }

} // namespace plc::ir
