//===- Fold.cpp - what is known at compile time ---------------------------===//
//
// before   %c = num.add %two, %three     after   %c = const 5
//          branch %true, ^a, ^b                  jump ^a
//          %h = prim "car"(%x)                   %h = prim "car"(%x)
//          %p = is pair %x                       true
//          %t = prim "cdr"(%x)                   %y = refine %x : pair
//                                                %t = prim "cdr"(%y)
//          num.lt %i, %n of fixnums              fx.lt %i, %n
//          ^loop(%i: any), passed fixnums        ^loop(%i: fixnum)
//          truthy of prim "eq?"(%a, %b)          eq %a, %b
// Why      macros and inlining leave constants, tests already made and
//          predicates as values; code generation drops checks on types it can
//          see.
// Method   one walk of the dominator tree with facts (analysis/Facts.h), nested
//          functions where their closure is made; constants are computed
//          exactly (analysis/ConstantArithmetic.h).
// Requires canonical or lowered. Leaves what would raise where it stands.
//
//===----------------------------------------------------------------------===//

#include "ir/Builder.h"
#include "ir/analysis/ConstantArithmetic.h"
#include "ir/analysis/Dominance.h"
#include "ir/analysis/Facts.h"
#include "ir/passes/Passes.h"

#include "llvm/ADT/Statistic.h"
#include "llvm/ADT/StringSwitch.h"

#include <cmath>

#define DEBUG_TYPE "fold"
ALWAYS_ENABLED_STATISTIC(numFolded, "ops replaced by constants or simpler ops");
ALWAYS_ENABLED_STATISTIC(numBranches, "branches decided");
ALWAYS_ENABLED_STATISTIC(numRefined, "operands refined by a dominating test");
ALWAYS_ENABLED_STATISTIC(numNarrowed, "block arguments with a narrower type");

namespace plc::ir {
namespace {

/// Constants that are one word wherever they are written.
bool isImmediate(const Datum *d) {
  switch (d->kind) {
  case DatumKind::Fixnum:
  case DatumKind::False:
  case DatumKind::True:
  case DatumKind::Null:
  case DatumKind::Nil:
  case DatumKind::Undefined:
  case DatumKind::Unspecified:
  case DatumKind::Eof:
  case DatumKind::Default:
  case DatumKind::Character:
  case DatumKind::Symbol:
    return true;
  default:
    return false;
  }
}
bool isSameImmediate(const Datum *a, const Datum *b) {
  if (a->kind != b->kind)
    return false;
  if (a->kind == DatumKind::Symbol)
    return a->symbol == b->symbol;
  return a->integer == b->integer;
}

bool isComparison(Opcode op) {
  return op >= Opcode::NumEq && op <= Opcode::NumGe;
}

class Folder {
public:
  explicit Folder(Module &module)
      : module(module), facts(module), b(module) {}

  bool run() {
    // Functions without a parent; the others are met at their closure.
    for (auto &f : module.functions())
      if (!f->parent)
        walk(f.get());
    changed |= eraseUnreachable(module);
    for (auto &f : module.functions())
      narrowArguments(f.get());
    return changed;
  }

private:
  Module &module;
  Facts facts;
  Builder b;
  bool changed = false;

  //===--- The walk -------------------------------------------------------===//

  void walk(Function *f) {
    DominatorTree tree(*f);
    // The block before each block that has only one. Terminators may change
    // during the walk, though an edge never gets a new source.
    llvm::DenseMap<const Block *, Block *> only;
    for (auto &[block, edges] : predecessors(*f))
      if (edges.size() == 1)
        only[block] = edges[0].source();
    struct Frame {
      Block *block;
      size_t mark, nextChild;
    };
    std::vector<Frame> stack;
    auto enter = [&](Block *block) {
      stack.push_back({block, facts.mark(), 0});
      if (Block *before = only.lookup(block))
        if (Op *branch = before->terminator();
            branch->opcode() == Opcode::Branch)
          facts.learnOutcome(branch->operand(0),
                             branch->successors()[0].block == block, block);
      visit(block);
    };
    enter(f->entry());
    while (!stack.empty()) {
      Frame &top = stack.back();
      llvm::ArrayRef<Block *> children = tree.children(top.block);
      if (top.nextChild < children.size()) {
        enter(children[top.nextChild++]);
        continue;
      }
      facts.rewind(top.mark);
      stack.pop_back();
    }
  }

  void visit(Block *block) {
    for (Op *op = block->first(), *next; op; op = next) {
      next = op->next();
      takeVector(op);
      refineOperands(op);
      if (Value *by = op->results().size() == 1 ? fold(op) : nullptr) {
        replace(op, by);
        continue;
      }
      if (op->opcode() == Opcode::Branch) {
        foldBranch(op);
        continue;
      }
      facts.learn(op);
      if (op->opcode() == Opcode::Closure)
        for (Function *made : op->functions)
          if (made->parent)
            walk(made);
    }
  }

  /// Gives each block argument the join of the types that are passed, starting
  /// from nothing, so that values that only go around a loop do not count.
  void narrowArguments(Function *f) {
    Predecessors preds = predecessors(*f);
    llvm::DenseMap<Value *, Type> types;
    for (auto &block : f->blocks())
      if (block.get() != f->entry())
        for (Value *argument : block->arguments())
          if (isTagged(argument->type()))
            types[argument] = Type::None;
    for (bool again = !types.empty(); again;) {
      again = false;
      for (auto &block : f->blocks())
        for (Value *argument : block->arguments()) {
          auto slot = types.find(argument);
          if (slot == types.end())
            continue;
          Type joined = slot->second;
          for (const Edge &edge : preds[block.get()]) {
            Value *v = edge.terminator->successorArguments(
                edge.index)[argument->index()];
            auto known = types.find(v);
            Type passed = known == types.end() ? v->type() : known->second;
            if (passed != Type::None)
              joined = joined == Type::None ? passed : join(joined, passed);
          }
          again |= joined != slot->second;
          slot->second = joined;
        }
    }
    for (auto &[argument, type] : types)
      if (type != Type::None && type != argument->type() &&
          isSubtype(type, argument->type())) {
        argument->setType(type);
        ++numNarrowed;
        changed = true;
      }
  }

  void replace(Op *op, Value *by) {
    if (by->name().empty() && by->op() && by->op()->parent() == op->parent())
      by->setName(op->result()->name());
    op->result()->replaceAllUsesWith(by);
    op->erase();
    ++numFolded;
    changed = true;
  }

  /// Code for the op, or what follows it, depends on the type of operand i.
  static bool profitsFromType(Op *op, unsigned i) {
    switch (op->opcode()) {
    case Opcode::Prim: {
      llvm::ArrayRef<Type> types = primitiveRow(op->primitive).parameters;
      return !types.empty() &&
             types[std::min<size_t>(i, types.size() - 1)] != Type::Any;
    }
    case Opcode::Jump:
    case Opcode::Branch: {
      // Not to a loop that hands its own argument around.
      unsigned s = op->successors().size() - 1;
      while (s && i < op->successors()[s].firstOperand)
        --s;
      Value *base = baseOf(op->operand(i));
      return !base->isArgument() ||
             base->block() != op->successors()[s].block;
    }
    case Opcode::CallKnown:
    case Opcode::TailCallKnown:
    case Opcode::FlFromReal:
      return true;
    default:
      return op->opcode() >= Opcode::NumAdd && op->opcode() <= Opcode::NumGe;
    }
  }

  /// What takes any sequence is the vector's own if it is known to be one: more
  /// is known after that.
  void takeVector(Op *op) {
    if (op->opcode() != Opcode::Prim)
      return;
    std::optional<PrimitiveId> row = vectorRow(op->primitive);
    if (!row || !isSubtype(facts.typeOf(op->operand(0)), Type::Vector))
      return;
    op->primitive = *row;
    op->result()->setType(primitiveRow(op->primitive).result);
    changed = true;
  }

  /// Operands that profit get the most precise type and known truth values.
  void refineOperands(Op *op) {
    for (unsigned i = 0; i < op->allOperands().size(); ++i) {
      Value *v = op->operand(i), *better = v;
      if (isTagged(v->type()) && profitsFromType(op, i))
        better = facts.refined(v, op);
      else if (v->type() == Type::Bool && !isBoolConst(v))
        if (std::optional<bool> known = facts.outcome(v))
          better = boolConst(op, *known);
      if (better == v)
        continue;
      op->setOperand(i, better);
      ++numRefined;
      changed = true;
    }
  }

  static bool isBoolConst(Value *v) {
    return v->op() && v->op()->opcode() == Opcode::BoolConst;
  }

  void foldBranch(Op *op) {
    Op *condition = op->operand(0)->op();
    if (!condition)
      return;
    b.setBefore(op);
    b.location = op->location();
    llvm::SmallVector<Value *, 8> first(op->successorArguments(0)),
        second(op->successorArguments(1));
    Block *ifTrue = op->successors()[0].block,
          *ifFalse = op->successors()[1].block;
    if (condition->opcode() == Opcode::BoolConst) {
      if (condition->indexAttribute)
        b.jump(ifTrue, first);
      else
        b.jump(ifFalse, second);
      op->erase();
      ++numBranches;
      changed = true;
    } else if (condition->opcode() == Opcode::BoolNot) {
      b.branch(condition->operand(0), ifFalse, second, ifTrue, first);
      op->erase();
      changed = true;
    }
  }

  //===--- Making ops -----------------------------------------------------===//

  void at(Op *op) {
    b.setBefore(op);
    b.location = op->location();
  }
  Value *boolConst(Op *op, bool value) {
    at(op);
    return b.boolConst(value);
  }
  /// A constant in the representation of `type`.
  Value *constant(Op *op, const Datum *datum, Type type = Type::Any) {
    at(op);
    Type natural = typeOfDatum(datum);
    if (natural == Type::Flonum && isTagged(type))
      natural = Type::Real;
    return b.constant(datum, natural);
  }
  Value *fixnum(Op *op, int64_t n) {
    return constant(op, module.datums().fixnum(n));
  }
  /// Makes an op in front of `op` and folds it in turn.
  Value *emit(Op *op, Opcode opcode, llvm::ArrayRef<Value *> operands,
              Type tested = Type::None) {
    at(op);
    Op *fresh = b.create(opcode, operands);
    fresh->typeAttribute = tested;
    refineOperands(fresh);
    if (Value *by = fold(fresh)) {
      fresh->erase();
      return by;
    }
    facts.learn(fresh);
    return fresh->result();
  }

  //===--- Rules ----------------------------------------------------------===//

  /// What to use instead of the result of an op, or null.
  Value *fold(Op *op) {
    switch (op->opcode()) {
    case Opcode::NumAdd:
    case Opcode::NumSub:
    case Opcode::NumMul:
    case Opcode::NumDiv:
    case Opcode::NumQuotient:
    case Opcode::NumRemainder:
    case Opcode::NumModulo:
    case Opcode::FxAdd:
    case Opcode::FxSub:
    case Opcode::FxMul:
    case Opcode::FxAddNw:
    case Opcode::FxSubNw:
    case Opcode::FlAdd:
    case Opcode::FlSub:
    case Opcode::FlMul:
    case Opcode::FlDiv:
      return foldArithmeticOp(op);
    case Opcode::NumEq:
    case Opcode::NumLt:
    case Opcode::NumLe:
    case Opcode::NumGt:
    case Opcode::NumGe:
    case Opcode::FxEq:
    case Opcode::FxLt:
    case Opcode::FxLe:
    case Opcode::FxGt:
    case Opcode::FxGe:
    case Opcode::FlEq:
    case Opcode::FlLt:
    case Opcode::FlLe:
    case Opcode::FlGt:
    case Opcode::FlGe:
      return foldComparisonOp(op);
    case Opcode::FlNeg:
    case Opcode::FlAbs:
    case Opcode::FlSqrt:
      return foldFlonumFunction(op);
    case Opcode::FlBox:
    case Opcode::FlUnbox:
    case Opcode::FlFromFixnum:
    case Opcode::FlFromReal:
      return foldConversion(op);
    case Opcode::BoolBox:
    case Opcode::BoolNot:
    case Opcode::Truthy:
    case Opcode::Is:
    case Opcode::Eq:
      return foldTest(op);
    case Opcode::Refine:
      return foldRefinement(op);
    case Opcode::Single:
      return isOneValue(baseOf(op->operand(0))) ? op->operand(0) : nullptr;
    case Opcode::VarCheck:
      return facts.isChecked(op->operand(0)) ? op->operand(0) : nullptr;
    case Opcode::Prim:
      return foldPrimitive(op);
    default:
      return nullptr;
    }
  }

  Value *foldArithmeticOp(Op *op) {
    Value *x = op->operand(0), *y = op->operand(1);
    const Datum *p = constantOf(x), *q = constantOf(y);
    if (p && q && p->isNumber() && q->isNumber())
      if (Datum *d = foldArithmetic(op->opcode(), p, q, module.datums()))
        // Code that never runs may overflow where the type excludes it.
        if (op->result()->type() != Type::Fixnum ||
            d->kind == DatumKind::Fixnum)
          return constant(op, d, op->result()->type());
    if (Value *v = foldIdentity(op, x, y, p, q))
      return v;
    if (x->type() == Type::Fixnum && y->type() == Type::Fixnum) {
      if (Value *v = withoutOverflow(op, x, y))
        return v;
      if (std::optional<Opcode> fx = fixnumOpcode(op->opcode()))
        return emit(op, *fx, {x, y});
    }
    if (std::optional<Opcode> fl = flonumOpcode(op->opcode());
        fl && isFlonumOperation(x, y, /*zeroToo=*/false))
      return emit(op, Opcode::FlBox,
                  {emit(op, *fl, {flonum(op, x), flonum(op, y)})});
    return nullptr;
  }

  /// x + 0, x - 0, x * 1 of known kinds of numbers.
  Value *foldIdentity(Op *op, Value *x, Value *y, const Datum *p,
                      const Datum *q) {
    auto is = [](const Datum *d, int64_t n) {
      return d && d->kind == DatumKind::Fixnum && d->integer == n;
    };
    bool xFixnum = x->type() == Type::Fixnum;
    bool yFixnum = y->type() == Type::Fixnum;
    switch (op->opcode()) {
    case Opcode::NumAdd:
    case Opcode::FxAdd:
    case Opcode::FxAddNw:
      if (xFixnum && is(q, 0))
        return x;
      return yFixnum && is(p, 0) ? y : nullptr;
    case Opcode::NumSub:
    case Opcode::FxSub:
    case Opcode::FxSubNw:
      if (xFixnum && is(q, 0))
        return x;
      return xFixnum && baseOf(x) == baseOf(y) ? fixnum(op, 0) : nullptr;
    case Opcode::NumMul:
    case Opcode::FxMul:
      if (is(q, 1) && isSubtype(x->type(), Type::Number))
        return x;
      return is(p, 1) && isSubtype(y->type(), Type::Number) ? y : nullptr;
    default:
      return nullptr;
    }
  }

  /// A sum of fixnums whose ranges are small enough.
  Value *withoutOverflow(Op *op, Value *x, Value *y) {
    Range a = facts.rangeOf(x), c = facts.rangeOf(y);
    switch (op->opcode()) {
    case Opcode::NumAdd:
    case Opcode::FxAdd:
      if (a.low + c.low < kFixnumMin || a.high + c.high > kFixnumMax)
        return nullptr;
      return emit(op, Opcode::FxAddNw, {x, y});
    case Opcode::NumSub:
    case Opcode::FxSub:
      if (a.low - c.high < kFixnumMin || a.high - c.low > kFixnumMax)
        return nullptr;
      return emit(op, Opcode::FxSubNw, {x, y});
    default:
      return nullptr;
    }
  }

  Value *foldComparisonOp(Op *op) {
    Value *x = op->operand(0), *y = op->operand(1);
    const Datum *p = constantOf(x), *q = constantOf(y);
    if (p && q && p->isNumber() && q->isNumber())
      if (std::optional<bool> outcome = foldComparison(op->opcode(), p, q))
        return boolConst(op, *outcome);
    if (x->type() == Type::Fixnum && y->type() == Type::Fixnum) {
      if (std::optional<Opcode> fx = fixnumOpcode(op->opcode()))
        return emit(op, *fx, {x, y});
      if (std::optional<bool> outcome = compareRanges(op->opcode(), x, y))
        return boolConst(op, *outcome);
      return nullptr;
    }
    if (std::optional<Opcode> fl = flonumOpcode(op->opcode());
        fl && isFlonumOperation(x, y, /*zeroToo=*/true))
      return emit(op, *fl, {flonum(op, x), flonum(op, y)});
    return nullptr;
  }

  std::optional<bool> compareRanges(Opcode opcode, Value *x, Value *y) {
    Range a = facts.rangeOf(x), c = facts.rangeOf(y);
    bool same = baseOf(x) == baseOf(y);
    auto less = [&]() -> std::optional<bool> { // x < y
      if (same || a.low >= c.high)
        return false;
      return a.high < c.low ? std::optional(true) : std::nullopt;
    };
    auto greater = [&]() -> std::optional<bool> {
      if (same || a.high <= c.low)
        return false;
      return a.low > c.high ? std::optional(true) : std::nullopt;
    };
    auto negate = [](std::optional<bool> outcome) {
      return outcome ? std::optional(!*outcome) : outcome;
    };
    switch (opcode) {
    case Opcode::FxEq:
      if (same)
        return true;
      return a.high < c.low || a.low > c.high ? std::optional(false)
                                              : std::nullopt;
    case Opcode::FxLt:
      return less();
    case Opcode::FxGe:
      return negate(less());
    case Opcode::FxGt:
      return greater();
    case Opcode::FxLe:
      return negate(greater());
    default:
      return std::nullopt;
    }
  }

  //===--- Flonums --------------------------------------------------------===//

  /// A flonum and another one, or a fixnum constant that stands for itself as
  /// one: exact zero does so in comparisons only.
  bool isFlonumOperation(Value *x, Value *y, bool zeroToo) {
    auto fits = [&](Value *v) {
      if (facts.isFlonum(v))
        return true;
      const Datum *d = constantOf(v);
      return d && d->kind == DatumKind::Fixnum && (zeroToo || d->integer) &&
             std::abs(d->integer) <= (int64_t(1) << 53);
    };
    return (facts.isFlonum(x) || facts.isFlonum(y)) && fits(x) && fits(y);
  }

  /// The unboxed value of an operand for which isFlonumOperation holds.
  Value *flonum(Op *op, Value *v) {
    if (const Datum *d = constantOf(v))
      return constant(op, module.datums().flonum(*asDouble(d)), Type::Flonum);
    Op *source = baseOf(v)->op();
    if (source && source->opcode() == Opcode::FlBox)
      // A closure captures the box.
      return source->function() == op->function()
                 ? source->operand(0)
                 : emit(op, Opcode::FlUnbox, {source->result()});
    return facts.unboxed(v, op);
  }

  Value *foldFlonumFunction(Op *op) {
    const Datum *d = constantOf(op->operand(0));
    if (!d)
      return nullptr;
    double x = d->real;
    double result = op->opcode() == Opcode::FlNeg   ? -x
                    : op->opcode() == Opcode::FlAbs ? std::fabs(x)
                                                    : std::sqrt(x);
    return constant(op, module.datums().flonum(result), Type::Flonum);
  }

  Value *foldConversion(Op *op) {
    Value *v = op->operand(0);
    Op *source = v->op();
    const Datum *d = constantOf(v);
    switch (op->opcode()) {
    case Opcode::FlBox:
      if (d)
        return constant(op, d, Type::Real);
      if (source && source->opcode() == Opcode::FlUnbox &&
          isSubtype(source->operand(0)->type(), Type::Real))
        return source->operand(0);
      return nullptr;
    case Opcode::FlUnbox:
      return facts.isFlonum(v) && !isCarrier(op) ? flonum(op, v) : nullptr;
    case Opcode::FlFromFixnum:
      return d ? constant(op, module.datums().flonum(*asDouble(d)),
                          Type::Flonum)
               : nullptr;
    default: // FlFromReal
      if (d) {
        std::optional<double> x = asDouble(d);
        return x ? constant(op, module.datums().flonum(*x), Type::Flonum)
                 : nullptr;
      }
      if (facts.isFlonum(v))
        return flonum(op, v);
      if (v->type() == Type::Fixnum)
        return emit(op, Opcode::FlFromFixnum, {v});
      return nullptr;
    }
  }

  /// An fl.unbox that is itself where the flonum comes from.
  bool isCarrier(Op *op) {
    Value *v = op->operand(0);
    if (constantOf(v))
      return false;
    if (Op *source = baseOf(v)->op();
        source && source->opcode() == Opcode::FlBox)
      return source->function() != op->function();
    return facts.unboxed(v, op) == op->result();
  }

  //===--- Tests ----------------------------------------------------------===//

  Value *foldTest(Op *op) {
    Value *v = op->operand(0);
    Op *source = v->op();
    switch (op->opcode()) {
    case Opcode::BoolBox:
      if (isBoolConst(v)) {
        at(op);
        return b.boolean(source->indexAttribute);
      }
      if (source && source->opcode() == Opcode::Truthy &&
          source->operand(0)->type() == Type::Boolean)
        return source->operand(0);
      return nullptr;
    case Opcode::BoolNot:
      if (isBoolConst(v))
        return boolConst(op, !source->indexAttribute);
      return source && source->opcode() == Opcode::BoolNot
                 ? source->operand(0)
                 : nullptr;
    case Opcode::Truthy:
      if (std::optional<bool> known = facts.isTrue(v))
        return boolConst(op, *known);
      // A procedure captures the box, not the bit in it.
      source = baseOf(v)->op();
      return source && source->opcode() == Opcode::BoolBox &&
                     source->function() == op->function()
                 ? source->operand(0)
                 : nullptr;
    case Opcode::Is:
      if (std::optional<bool> known = facts.isOfType(v, op->typeAttribute))
        return boolConst(op, *known);
      return nullptr;
    default: // Eq
      if (std::optional<bool> known = sameWord(v, op->operand(1)))
        return boolConst(op, *known);
      return nullptr;
    }
  }

  std::optional<bool> sameWord(Value *x, Value *y) {
    if (baseOf(x) == baseOf(y))
      return true;
    const Datum *p = constantOf(x), *q = constantOf(y);
    if (p && q && (isImmediate(p) || isImmediate(q)))
      return isSameImmediate(p, q);
    Type a = facts.typeOf(x), c = facts.typeOf(y);
    if (!isSubtype(a, c) && !isSubtype(c, a))
      return false;
    if ((a == Type::Fixnum && facts.isFlonum(y)) ||
        (c == Type::Fixnum && facts.isFlonum(x)))
      return false;
    return std::nullopt;
  }

  Value *foldRefinement(Op *op) {
    Value *v = op->operand(0);
    if (isSubtype(v->type(), op->result()->type()))
      return v;
    // The same fact was learned above.
    Value *known = facts.refined(v, op);
    return known != op->result() &&
                   isSubtype(known->type(), op->result()->type())
               ? known
               : nullptr;
  }

  //===--- Primitives -----------------------------------------------------===//

  Value *boxed(Op *op, Value *condition) {
    return emit(op, Opcode::BoolBox, {condition});
  }

  Value *foldPrimitive(Op *op) {
    const PrimitiveRow &row = primitiveRow(op->primitive);
    llvm::StringRef id = row.id;
    llvm::ArrayRef<Value *> args = op->operands();
    if (Value *v = foldLiteral(op, id))
      return v;
    if (row.lowering == PrimitiveLowering::IrOp) {
      if (args.size() != 2)
        return nullptr;
      Value *v = emit(op, row.op, {args[0], args[1]});
      return isComparison(row.op) ? boxed(op, v) : v;
    }
    if (Type type = testedType(id); type != Type::None)
      return boxed(op, emit(op, Opcode::Is, {args[0]}, type));
    if (id == "NumberP" || id == "RealP") {
      std::optional<bool> known = facts.isOfType(
          args[0], id == "RealP" ? Type::Real : Type::Number);
      return known ? boxed(op, boolConst(op, *known)) : nullptr;
    }
    if (id == "EqP")
      return boxed(op, emit(op, Opcode::Eq, {args[0], args[1]}));
    if (id == "EqvP" || id == "EqualP") {
      auto *comparesWords = id == "EqvP" ? hasIdentity : isAtomic;
      if (!comparesWords(facts.typeOf(args[0])) &&
          !comparesWords(facts.typeOf(args[1])))
        return nullptr;
      return boxed(op, emit(op, Opcode::Eq, {args[0], args[1]}));
    }
    if (id == "Not")
      return boxed(op, emit(op, Opcode::BoolNot,
                            {emit(op, Opcode::Truthy, {args[0]})}));
    if (Value *v = foldValues(op, id))
      return v;
    auto againstZero = llvm::StringSwitch<std::optional<Opcode>>(id)
                           .Case("ZeroP", Opcode::NumEq)
                           .Case("PositiveP", Opcode::NumGt)
                           .Case("NegativeP", Opcode::NumLt)
                           .Default(std::nullopt);
    if (againstZero) {
      Value *outcome = emit(op, *againstZero, {args[0], fixnum(op, 0)});
      // Its operand may still be no number: it is the predicate that says so.
      if (Op *test = outcome->op(); test && test->opcode() == *againstZero) {
        test->primitive = op->primitive;
        test->indexAttribute = 2;
      }
      return boxed(op, outcome);
    }
    return nullptr;
  }

  /// Values that are taken where they are made.
  Value *foldValues(Op *op, llvm::StringRef id) {
    if (id == "Values")
      return op->operandCount() == 1 ? op->operand(0) : nullptr;
    if (id != "ValuesP" && id != "ValuesRef" && id != "ValuesTaken")
      return nullptr;
    Op *source = baseOf(op->operand(0))->op();
    if (!source || source->opcode() != Opcode::Prim ||
        llvm::StringRef(primitiveRow(source->primitive).id) != "Values" ||
        source->operandCount() == 1)
      return nullptr;
    if (id == "ValuesTaken") {
      at(op);
      return b.unspecified();
    }
    size_t number = constantOf(op->operand(1))->integer;
    if (id == "ValuesP")
      return boxed(op, boolConst(op, number == source->operandCount()));
    // A larger one stands behind a test that fails.
    return number < source->operandCount() ? source->operand(number) : nullptr;
  }

  /// Parts of literals, which are immutable. Parts with an identity of their
  /// own stay where they are.
  Value *foldLiteral(Op *op, llvm::StringRef id) {
    const Datum *d =
        op->operandCount() == 1 ? constantOf(op->operand(0)) : nullptr;
    if (!d)
      return nullptr;
    if (d->kind == DatumKind::Pair && (id == "Car" || id == "Cdr")) {
      const Datum *part = id == "Car" ? d->first : d->second;
      return isImmediate(part) ? constant(op, part) : nullptr;
    }
    if (d->kind == DatumKind::Vector && id == "VectorLength")
      return fixnum(op, d->elements.size());
    if (d->kind == DatumKind::Bytevector && id == "BytevectorLength")
      return fixnum(op, d->text.size());
    if (d->kind == DatumKind::String && id == "StringLength")
      return fixnum(op, llvm::count_if(d->text, [](char c) {
                      return (c & 0xC0) != 0x80;
                    }));
    if (d->kind == DatumKind::Character && id == "CharToInteger")
      return fixnum(op, d->integer);
    return nullptr;
  }
};

} // namespace

bool runFold(Module &module) { return Folder(module).run(); }

} // namespace plc::ir
