//===- Facts.cpp - what is known of values at a place ---------------------===//

#include "ir/analysis/Facts.h"

#include "ir/analysis/ConstantArithmetic.h"

#include "llvm/ADT/StringSwitch.h"

#include <algorithm>

namespace plc::ir {

Value *baseOf(Value *v) {
  while (v->op() && (v->op()->opcode() == Opcode::Refine ||
                     v->op()->opcode() == Opcode::VarCheck))
    v = v->op()->operand(0);
  return v;
}

bool isOneValue(const Value *v) {
  if (v->type() != Type::Any)
    return true;
  const Op *op = v->op();
  if (!op)
    return false;
  switch (op->opcode()) {
  case Opcode::Call: {
    const Op *callee = op->operand(0)->op();
    return callee && callee->opcode() == Opcode::GlobalClosure &&
           callee->global->returnsOne;
  }
  case Opcode::CallKnown:
    return false;
  case Opcode::Prim: {
    static const PrimitiveId values = primitiveById("Values");
    if (op->primitive == values)
      return op->operandCount() == 1;
    return !(primitiveRow(op->primitive).effects & Calls);
  }
  default:
    return true;
  }
}

const Datum *constantOf(Value *v) {
  v = baseOf(v);
  if (v->op() && v->op()->opcode() == Opcode::FlBox)
    v = v->op()->operand(0);
  return v->op() && v->op()->opcode() == Opcode::Const ? v->op()->datum
                                                       : nullptr;
}

namespace {

/// No sequence is longer: addresses have fewer bits.
constexpr int64_t kMostElements = int64_t(1) << 48;

/// The second argument is an index below the length of the first.
bool isElementAccess(llvm::StringRef id) {
  return llvm::StringSwitch<bool>(id)
      .Cases("VectorRef", "VectorSet", "StringRef", "StringSet", true)
      .Cases("BytevectorRef", "BytevectorSet", "F64VectorRef", "F64VectorSet",
             true)
      .Default(false);
}

} // namespace

//===--- State ------------------------------------------------------------===//

const Facts::Fact *Facts::find(Value *v) const {
  auto found = facts.find(baseOf(v));
  return found == facts.end() ? nullptr : &found->second;
}

Facts::Fact &Facts::change(Value *v) {
  v = baseOf(v);
  Fact &fact = facts[v];
  undo.push_back({v, fact});
  return fact;
}

void Facts::rewind(size_t mark) {
  while (undo.size() > mark) {
    facts[undo.back().value] = undo.back().fact;
    undo.pop_back();
  }
}

//===--- Learning ---------------------------------------------------------===//

void Facts::learnType(Value *v, Type type, Place place, Value *refined) {
  if (!isTagged(type))
    return;
  Type known = typeOf(v);
  // A contradiction stands in code that never runs.
  if (isSubtype(known, type) || !isSubtype(type, known))
    return;
  Fact &fact = change(v);
  fact.type = type;
  fact.after = place.after;
  fact.start = place.start;
  if (refined)
    remember(v, place, type, refined);
}

void Facts::learnFlonum(Value *v, Place place, Value *unboxed) {
  learnType(v, Type::Real, place);
  if (isFlonum(v) || !isSubtype(Type::Real, typeOf(v)))
    return;
  Fact &fact = change(v);
  fact.isFlonum = true;
  // The later of two places serves both facts.
  fact.after = place.after;
  fact.start = place.start;
  if (unboxed)
    remember(v, place, Type::Flonum, unboxed);
}

void Facts::exclude(Value *v, Type type) {
  change(v).excluded |= 1u << static_cast<unsigned>(type);
}

void Facts::limit(Value *v, Range range) {
  Range known = rangeOf(v);
  range = {std::max(known.low, range.low), std::min(known.high, range.high)};
  if (range.low > range.high ||
      (range.low == known.low && range.high == known.high))
    return;
  change(v).range = range;
}

void Facts::learn(Op *op) {
  Place here{op, nullptr};
  switch (op->opcode()) {
  case Opcode::NumAdd:
  case Opcode::NumSub:
  case Opcode::NumMul:
  case Opcode::NumDiv:
  case Opcode::NumEq:
    learnType(op->operand(0), Type::Number, here);
    learnType(op->operand(1), Type::Number, here);
    return;
  case Opcode::NumQuotient:
  case Opcode::NumRemainder:
  case Opcode::NumModulo:
  case Opcode::NumLt:
  case Opcode::NumLe:
  case Opcode::NumGt:
  case Opcode::NumGe:
    learnType(op->operand(0), Type::Real, here);
    learnType(op->operand(1), Type::Real, here);
    return;
  case Opcode::FlFromReal:
    learnType(op->operand(0), Type::Real, here);
    return;
  case Opcode::FlUnbox:
    learnFlonum(op->operand(0), here, op->result());
    return;
  case Opcode::Refine:
    learnType(op->operand(0), op->result()->type(), here, op->result());
    return;
  case Opcode::VarCheck:
    if (!isChecked(op->operand(0)))
      change(op->operand(0)).isChecked = true;
    return;
  case Opcode::Prim: {
    // It would have raised. Optional arguments may be left out (`default`).
    const PrimitiveRow &row = primitiveRow(op->primitive);
    if (!(row.effects & MayRaise) || (row.effects & Calls))
      return;
    for (int i = 0; i < row.minArgs && i < int(row.parameters.size()); ++i)
      learnType(op->operand(i), row.parameters[i], here);
    if (isElementAccess(row.id))
      limit(op->operand(1), {0, kMostElements - 1});
    else if (vectorRow(op->primitive) && row.minArgs > 1)
      limit(op->operand(1), {0, kFixnumMax}); // objects may be sparse
    return;
  }
  default:
    return;
  }
}

void Facts::learnOutcome(Value *condition, bool outcome, Block *from) {
  if (this->outcome(condition))
    return;
  change(condition).truth = outcome;
  Op *op = condition->op();
  if (!op)
    return;
  Place here{nullptr, from};
  switch (op->opcode()) {
  case Opcode::BoolNot:
    learnOutcome(op->operand(0), !outcome, from);
    return;
  case Opcode::Truthy:
    change(op->operand(0)).truth = outcome;
    return;
  case Opcode::Is:
    if (!outcome)
      exclude(op->operand(0), op->typeAttribute);
    else if (op->typeAttribute == Type::Flonum)
      learnFlonum(op->operand(0), here);
    else
      learnType(op->operand(0), op->typeAttribute, here);
    return;
  case Opcode::Eq:
    if (outcome) {
      learnType(op->operand(0), typeOf(op->operand(1)), here);
      learnType(op->operand(1), typeOf(op->operand(0)), here);
    }
    return;
  case Opcode::FxEq:
  case Opcode::FxLt:
  case Opcode::FxLe:
  case Opcode::FxGt:
  case Opcode::FxGe:
    learnOrder(op->opcode(), op->operand(0), op->operand(1), outcome);
    return;
  default:
    return;
  }
}

void Facts::learnOrder(Opcode opcode, Value *a, Value *b, bool outcome) {
  switch (opcode) {
  case Opcode::FxGt:
    return learnOrder(Opcode::FxLt, b, a, outcome);
  case Opcode::FxGe:
    return learnOrder(Opcode::FxLe, b, a, outcome);
  case Opcode::FxLe:
    return learnOrder(Opcode::FxLt, b, a, !outcome);
  default:
    break;
  }
  Range x = rangeOf(a), y = rangeOf(b);
  if (opcode == Opcode::FxEq) {
    if (outcome) {
      limit(a, y);
      limit(b, x);
    }
  } else if (outcome) { // a < b
    limit(a, {kFixnumMin, y.high - 1});
    limit(b, {x.low + 1, kFixnumMax});
  } else { // a >= b
    limit(a, {y.low, kFixnumMax});
    limit(b, {kFixnumMin, x.high});
  }
}

//===--- Questions --------------------------------------------------------===//

Type Facts::typeOf(Value *v) const {
  // Each link of a chain of refinements may know most.
  Type best = v->type();
  for (Value *link = v; link != baseOf(link);) {
    link = link->op()->operand(0);
    if (isSubtype(link->type(), best))
      best = link->type();
  }
  if (const Fact *fact = find(v); fact && isSubtype(fact->type, best))
    best = fact->type;
  return best;
}

bool Facts::isFlonum(Value *v) const {
  Value *base = baseOf(v);
  if (base->op() && base->op()->opcode() == Opcode::FlBox)
    return true;
  if (const Datum *d = constantOf(v))
    return d->kind == DatumKind::Flonum;
  const Fact *fact = find(v);
  return fact && fact->isFlonum;
}

std::optional<bool> Facts::isOfType(Value *v, Type type) const {
  if (const Datum *d = constantOf(v)) {
    Type natural = typeOfDatum(d);
    if (natural == Type::Flonum)
      return type == Type::Flonum || isSubtype(Type::Real, type);
    // The constants of type any are of none of the types below it.
    return isSubtype(natural, type);
  }
  if (isFlonum(v))
    return type == Type::Flonum || isSubtype(Type::Real, type);
  Type known = typeOf(v);
  Type nextAbove = type == Type::Flonum ? Type::Real : type;
  if (type != Type::Flonum && isSubtype(known, type))
    return true;
  if (!isSubtype(nextAbove, known))
    return false;
  const Fact *fact = find(v);
  if (!fact || !fact->excluded)
    return std::nullopt;
  auto isExcluded = [&](Type t) {
    return (fact->excluded >> static_cast<unsigned>(t)) & 1;
  };
  if (isExcluded(type))
    return false;
  for (Type t = nextAbove; t != parent(t); t = parent(t))
    if (isExcluded(t))
      return false;
  return std::nullopt;
}

std::optional<bool> Facts::isTrue(Value *v) const {
  if (const Datum *d = constantOf(v))
    return !d->isFalse();
  Type known = typeOf(v);
  if (known != Type::Any && known != Type::Boolean)
    return true;
  const Fact *fact = find(v);
  return fact ? fact->truth : std::nullopt;
}

std::optional<bool> Facts::outcome(Value *v) const {
  if (v->op() && v->op()->opcode() == Opcode::BoolConst)
    return v->op()->indexAttribute != 0;
  const Fact *fact = find(v);
  return fact ? fact->truth : std::nullopt;
}

bool Facts::isChecked(Value *v) const {
  if (const Datum *d = constantOf(v))
    return d->kind != DatumKind::Default;
  if (typeOf(v) != Type::Any)
    return true;
  const Fact *fact = find(v);
  return fact && fact->isChecked;
}

Range Facts::rangeOf(Value *v, unsigned depth) const {
  Range range{kFixnumMin, kFixnumMax};
  if (const Datum *d = constantOf(v))
    return d->kind == DatumKind::Fixnum ? Range{d->integer, d->integer} : range;
  if (const Fact *fact = find(v))
    range = {std::max(range.low, fact->range.low),
             std::min(range.high, fact->range.high)};
  const Op *op = baseOf(v)->op();
  if (!op || depth == 0)
    return range;
  Range natural{kFixnumMin, kFixnumMax};
  if (op->opcode() == Opcode::FxAddNw || op->opcode() == Opcode::FxSubNw) {
    Range a = rangeOf(op->operand(0), depth - 1);
    Range b = rangeOf(op->operand(1), depth - 1);
    // Fixnums leave room for one sum in an int64_t.
    natural = op->opcode() == Opcode::FxAddNw
                  ? Range{a.low + b.low, a.high + b.high}
                  : Range{a.low - b.high, a.high - b.low};
  } else if (op->opcode() == Opcode::Prim) {
    natural = llvm::StringSwitch<Range>(primitiveRow(op->primitive).id)
                  .Cases("Length", "VectorLength", "StringLength",
                         "BytevectorLength", "F64VectorLength",
                         {0, kMostElements})
                  .Case("CharToInteger", {0, 0x10FFFF})
                  .Case("BytevectorRef", {0, 255})
                  .Default(natural);
  }
  return {std::max(range.low, natural.low), std::min(range.high, natural.high)};
}

//===--- Ops that carry a fact --------------------------------------------===//

void Facts::remember(Value *v, Place place, Type type, Value *carrier) {
  const void *at = place.after ? static_cast<const void *>(place.after)
                               : place.start;
  carriers[{baseOf(v), at, type}] = carrier;
}

Value *Facts::carrier(Value *v, Type type, Op *user) {
  const Fact *fact = find(v);
  Op *after = fact->after;
  Block *start = fact->start;
  Function *home = after ? after->function() : start->function();
  if (home != user->function()) {
    // In a nested function: it captures the value, not one more value.
    after = nullptr;
    start = user->function()->entry();
  }
  const void *at = after ? static_cast<const void *>(after) : start;
  Value *&slot = carriers[{baseOf(v), at, type}];
  if (!slot) {
    Builder b(module);
    Op *next = after ? after->next() : start->first();
    b.setBefore(next);
    b.location = after ? after->location() : next->location();
    slot = type == Type::Flonum ? b.unary(Opcode::FlUnbox, baseOf(v))
                                : b.refine(type, baseOf(v));
  }
  return slot;
}

Value *Facts::refined(Value *v, Op *user) {
  const Fact *fact = find(v);
  if (!fact || v->type() == fact->type || !isSubtype(fact->type, v->type()))
    return v;
  return carrier(v, fact->type, user);
}

Value *Facts::unboxed(Value *v, Op *user) {
  return carrier(v, Type::Flonum, user);
}

} // namespace plc::ir
