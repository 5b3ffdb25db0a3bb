//===- TypeInference.cpp - what numbers values are ------------------------===//

#include "ir/analysis/TypeInference.h"

#include "ir/Builder.h"
#include "ir/analysis/Nesting.h"

#include "llvm/ADT/StringSwitch.h"

#include <cmath>

namespace plc::ir {

namespace {

Type numericParent(Type type) {
  return type == Type::Flonum ? Type::Real : parent(type);
}

/// How the result of a primitive depends on flonum operands.
enum class FlonumRule {
  None,
  Always,      // a flonum whatever the operands are
  OfReal,      // a flonum for every real operand
  OfFlonum,    // a flonum for flonum operands
  OfNonNegative // a flonum for flonums without a sign, maybe complex otherwise
};

FlonumRule flonumRule(llvm::StringRef id) {
  return llvm::StringSwitch<FlonumRule>(id)
      .Cases("F64VectorRef", "F32VectorRef", FlonumRule::Always)
      .Case("Inexact", FlonumRule::OfReal)
      .Cases("Exp", "Sin", "Cos", "Tan", "Atan", FlonumRule::OfFlonum)
      .Cases("Floor", "Ceiling", "Round", "Truncate", FlonumRule::OfFlonum)
      .Cases("Abs", "Square", "Max", "Min", FlonumRule::OfFlonum)
      .Cases("Sqrt", "Log", FlonumRule::OfNonNegative)
      .Default(FlonumRule::None);
}

bool keepsFixnums(llvm::StringRef id) {
  return id == "Floor" || id == "Ceiling" || id == "Round" ||
         id == "Truncate" || id == "Max" || id == "Min";
}

} // namespace

bool isNumericSubtype(Type type, Type wanted) {
  while (type != wanted) {
    Type above = numericParent(type);
    if (above == type)
      return false;
    type = above;
  }
  return true;
}

Type numericJoin(Type a, Type b) {
  if (a == Type::None)
    return b;
  if (b == Type::None || a == b)
    return a;
  while (!isNumericSubtype(b, a)) {
    Type above = numericParent(a);
    if (above == a)
      return Type::Any;
    a = above;
  }
  return a;
}

TypeInference::TypeInference(Module &module) : module(module) {
  // Who can be called by strangers: through a closure that escapes, through the
  // global of a library, through a static closure as a value.
  llvm::DenseSet<const Function *> open{module.init()};
  bool exports = !module.isProgram || module.needsEvaluator;
  for (auto &g : module.globals())
    if (g->function && (exports || !g->function->isOwn()))
      open.insert(g->function);
  for (auto &f : module.functions())
    for (auto &block : f->blocks())
      for (Op *op : *block)
        if (op->opcode() == Opcode::GlobalClosure && op->global->function)
          open.insert(op->global->function);
        else if (op->opcode() == Opcode::Closure)
          for (unsigned i = 0; i < op->functions.size(); ++i)
            if (!hasOnlyKnownCalls(op->result(i), op->functions[i]))
              open.insert(op->functions[i]);
  for (auto &f : module.functions())
    if (!open.contains(f.get()))
      closed.insert(f.get());
}

Type TypeInference::of(const Value *v) const {
  if (assumed)
    if (auto found = assumed->find(v); found != assumed->end())
      return found->second;
  return types.lookup(v);
}

bool TypeInference::raise(const Value *v, Type type) {
  Type &slot = types[v];
  Type joined = numericJoin(slot, type);
  if (joined == slot)
    return false;
  slot = joined;
  return true;
}

void TypeInference::run() {
  std::vector<std::vector<Block *>> orders;
  for (Function *f : outerFirst(module)) {
    orders.push_back(reversePostOrder(*f));
    if (!closed.contains(f) || f == module.init())
      for (Value *parameter : f->entry()->arguments())
        types[parameter] = parameter->type();
  }
  for (bool again = true; again;) {
    again = false;
    for (auto &order : orders)
      for (Block *block : order)
        again |= visit(block);
  }
}

void TypeInference::runRegion(llvm::ArrayRef<Block *> blocks,
                              const Assumptions &assumptions) {
  assumed = &assumptions;
  for (Block *block : blocks) {
    for (Value *argument : block->arguments())
      types.erase(argument);
    for (Op *op : *block)
      for (Value *result : op->results())
        types.erase(result);
  }
  // Values that flow in from outside.
  llvm::DenseSet<Block *> inside(blocks.begin(), blocks.end());
  if (!blocks.empty())
    for (auto &block : blocks.front()->function()->blocks())
      if (Op *end = block->terminator(); end && !inside.contains(block.get()))
        for (unsigned s = 0; s < end->successors().size(); ++s)
          if (Block *target = end->successors()[s].block;
              inside.contains(target))
            for (unsigned i = 0; i < target->arguments().size(); ++i)
              raise(target->argument(i), of(end->successorArguments(s)[i]));
  for (bool again = true; again;) {
    again = false;
    for (Block *block : blocks)
      again |= visit(block);
  }
  assumed = nullptr;
}

bool TypeInference::visit(Block *block) {
  bool changed = false;
  for (Op *op : *block) {
    switch (op->opcode()) {
    case Opcode::CallKnown:
    case Opcode::TailCallKnown:
      if (closed.contains(op->callee()) && !assumed)
        for (unsigned i = 1; i < op->operandCount(); ++i)
          changed |= raise(op->callee()->entry()->argument(i - 1),
                           of(op->operand(i)));
      break;
    case Opcode::Return:
      if (!assumed) {
        Type &slot = results[block->function()];
        Type joined = numericJoin(slot, of(op->operand(0)));
        changed |= joined != slot;
        slot = joined;
      }
      break;
    default:
      break;
    }
    if (!assumed && (op->opcode() == Opcode::TailCall ||
                     op->opcode() == Opcode::TailCallKnown)) {
      Type &slot = results[block->function()];
      changed |= slot != Type::Any;
      slot = Type::Any;
    }
    if (op->results().size() == 1)
      changed |= raise(op->result(), transfer(op));
    else
      for (Value *result : op->results())
        changed |= raise(result, result->type());
    for (unsigned s = 0; s < op->successors().size(); ++s) {
      Block *target = op->successors()[s].block;
      for (unsigned i = 0; i < target->arguments().size(); ++i)
        changed |= raise(target->argument(i), of(op->successorArguments(s)[i]));
    }
  }
  return changed;
}

Type TypeInference::transfer(const Op *op) const {
  auto operand = [&](unsigned i) { return of(op->operand(i)); };
  switch (op->opcode()) {
  case Opcode::Const:
    return typeOfDatum(op->datum);
  case Opcode::CallKnown:
    return resultOf(op->callee());
  case Opcode::Prim:
    return transferPrimitive(op);
  case Opcode::NumAdd:
  case Opcode::NumSub:
  case Opcode::NumMul:
  case Opcode::NumDiv: {
    Type a = operand(0), b = operand(1);
    if (a == Type::None || b == Type::None)
      return Type::None;
    if (!isNumericSubtype(a, Type::Real) || !isNumericSubtype(b, Type::Real))
      return Type::Number;
    return a == Type::Flonum || b == Type::Flonum ? Type::Flonum : Type::Real;
  }
  case Opcode::NumQuotient:
  case Opcode::NumRemainder:
  case Opcode::NumModulo: {
    Type a = operand(0), b = operand(1);
    if (a == Type::None || b == Type::None)
      return Type::None;
    bool areFixnums = a == Type::Fixnum && b == Type::Fixnum;
    return areFixnums && op->opcode() != Opcode::NumQuotient ? Type::Fixnum
                                                             : Type::Real;
  }
  case Opcode::FlBox:
    return Type::Flonum;
  case Opcode::Refine: {
    Type known = operand(0);
    return isNumericSubtype(known, op->result()->type()) ? known
                                                         : op->result()->type();
  }
  default:
    return op->result()->type();
  }
}

Type TypeInference::transferPrimitive(const Op *op) const {
  const PrimitiveRow &row = primitiveRow(op->primitive);
  Type declared = op->result()->type();
  FlonumRule rule = flonumRule(row.id);
  if (rule == FlonumRule::None)
    return declared;
  if (rule == FlonumRule::Always)
    return Type::Flonum;
  bool areFlonums = true, areFixnums = true, areReal = true;
  for (const Value *v : op->operands()) {
    Type t = of(v);
    if (t == Type::None)
      return Type::None;
    areFlonums &= t == Type::Flonum;
    areFixnums &= t == Type::Fixnum;
    areReal &= isNumericSubtype(t, Type::Real);
  }
  if (areFlonums && (rule != FlonumRule::OfNonNegative ||
                     (op->operandCount() == 1 &&
                      isNonNegative(op->operand(0)))))
    return Type::Flonum;
  if (rule == FlonumRule::OfReal && areReal)
    return Type::Flonum;
  if (areFixnums && keepsFixnums(row.id))
    return Type::Fixnum;
  return isSubtype(Type::Number, declared) ? Type::Number : declared;
}

bool TypeInference::isNonNegative(const Value *v, unsigned depth) const {
  const Op *op = v->op();
  if (!op || depth == 0)
    return false;
  auto both = [&] {
    return isNonNegative(op->operand(0), depth - 1) &&
           isNonNegative(op->operand(1), depth - 1);
  };
  switch (op->opcode()) {
  case Opcode::Const:
    return (op->datum->kind == DatumKind::Flonum && op->datum->real >= 0 &&
            !std::signbit(op->datum->real)) ||
           (op->datum->kind == DatumKind::Fixnum && op->datum->integer >= 0);
  case Opcode::NumMul:
  case Opcode::FlMul:
    return op->operand(0) == op->operand(1) || both();
  case Opcode::NumAdd:
  case Opcode::FlAdd:
    return both();
  case Opcode::NumDiv:
  case Opcode::FlDiv: {
    // Of a constant only one knows that it is not zero.
    const Op *divisor = op->operand(1)->op();
    return divisor && divisor->opcode() == Opcode::Const &&
           divisor->datum->kind == DatumKind::Flonum &&
           divisor->datum->real > 0 &&
           isNonNegative(op->operand(0), depth - 1);
  }
  case Opcode::FlAbs:
    return true;
  case Opcode::FlSqrt: // of -0.0 it is -0.0
  case Opcode::FlBox:
  case Opcode::FlUnbox:
  case Opcode::Refine:
    return isNonNegative(op->operand(0), depth - 1);
  case Opcode::Prim: {
    llvm::StringRef id = primitiveRow(op->primitive).id;
    return id == "Abs" || id == "Square" || id == "Exp" ||
           (id == "Sqrt" && isNonNegative(op->operand(0), depth - 1));
  }
  default:
    return false;
  }
}

} // namespace plc::ir
