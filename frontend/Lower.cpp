//===- Lower.cpp - core language to IR ------------------------------------===//
//
// Each node is lowered in one of four contexts: for its value, for its effect,
// as a test (control flow to two blocks), or in tail position. Tests and
// comparisons therefore never become boxed booleans unless somebody keeps them.
//
//===----------------------------------------------------------------------===//

#include "frontend/Lower.h"

#include "frontend/Docstring.h"
#include "frontend/LetrecGroups.h"
#include "ir/Builder.h"
#include "ir/analysis/Facts.h"
#include "ir/support/DatumText.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/StringSwitch.h"

namespace plc::frontend {
namespace {

using namespace ir;
using Args = llvm::SmallVector<Value *, 8>;

bool isComparison(Opcode op) {
  return op >= Opcode::NumEq && op <= Opcode::NumGe;
}

class Lowering {
public:
  Lowering(const Unit &unit, SourceManager &sources, Interner &interner)
      : unit(unit),
        module(std::make_unique<Module>(unit.name, sources, interner)),
        b(*module) {}

  std::unique_ptr<Module> run();

private:
  // The four contexts.
  Value *value(const Node *n);
  void effect(const Node *n);
  void test(const Node *n, Block *ifTrue, Block *ifFalse);
  void tail(const Node *n);

  Value *constant(const Datum *datum);
  Value *reference(const Variable *variable);
  void bindLet(const Node *n);
  void bindLetrec(const Node *n);
  void bind(const Variable *variable, Value *v);
  Function *lambda(const Node *n, llvm::StringRef nameHint);
  std::string functionSymbol(const Node *n, llvm::StringRef nameHint);
  void lambdaBody(Function *f, const Node *n);
  Value *closureOf(const Node *n, llvm::StringRef nameHint);
  Value *caseLambda(const Node *n, llvm::StringRef nameHint);
  Value *valueNamed(const Node *n, llvm::StringRef name);
  GlobalVariable *global(const Global *g);

  /// The result of a call, which may be several values.
  Value *call(const Node *n);
  Value *callForValue(const Node *n);
  Value *native(const Node *n);
  /// Tests that a value is one value.
  Value *single(Value *v) {
    return isOneValue(v) ? v : b.unary(Opcode::Single, v);
  }
  void tailCall(const Node *n);
  const Supposition *supposedCallee(const Node *n) const;
  Value *closureOf(const Global *g);
  /// Branches to two new blocks: for the supposed procedure and for any other.
  std::pair<Block *, Block *> testSupposition(const Supposition &supposition,
                                              Value *callee);
  Args operands(const Node *n);
  /// The primitive applied by a call with a fitting argument count.
  const PrimitiveRow *calledPrimitive(const Node *n) const;
  /// The outcome of a predicate call as an unboxed bool, or null when the
  /// call is not of that kind.
  Value *predicate(const Node *n);
  /// Says which call an arithmetic op stands for, for the condition it may
  /// raise: its second operand is argument number `place` of n.
  static Value *standingFor(const Node *n, size_t place, Value *result);
  /// The same primitive, or what also takes objects of other languages.
  PrimitiveId ofAnySequence(PrimitiveId id) const;
  Value *primitive(const Node *n, const PrimitiveRow &row);
  Value *define(const Node *n);
  Block *newBlock(llvm::StringRef name) { return function->addBlock(name); }
  Value *afterNoReturn();

  const Unit &unit;
  std::unique_ptr<Module> module;
  Builder b;
  Function *function = nullptr;
  llvm::DenseMap<const Variable *, Value *> values;
  /// Variables whose value is the content of a var.new.
  llvm::DenseSet<const Variable *> inVariable;
  /// Letrec variables that may be read before their init has run.
  llvm::DenseSet<const Variable *> unchecked;
  llvm::DenseMap<const Global *, GlobalVariable *> globals;
};

std::unique_ptr<Module> Lowering::run() {
  // What one form of a REPL defines the next ones see.
  module->isProgram = unit.isProgram && !unit.returnsLast;
  module->isLibrary = unit.isLibrary;
  module->needsEvaluator = unit.needsEvaluator;
  module->imports = unit.imports;
  function = module->addFunction("plc:init:" + linkName(unit.name));
  function->lispName = unit.isProgram ? "program" : unit.name;
  if (!unit.body.empty())
    function->location = unit.body.front()->location;
  b.setEnd(newBlock("entry"));
  llvm::ArrayRef<Node *> forms = unit.body;
  if (unit.returnsLast && !forms.empty() &&
      forms.back()->kind != NodeKind::GlobalDefine) {
    for (const Node *n : forms.drop_back())
      effect(n);
    tail(forms.back());
    return std::move(module);
  }
  for (const Node *n : forms)
    effect(n);
  b.ret(b.unspecified());
  return std::move(module);
}

//===--- Names ------------------------------------------------------------===//

GlobalVariable *Lowering::global(const Global *g) {
  GlobalVariable *&slot = globals[g];
  if (!slot) {
    slot = module->findGlobal(g->symbol);
    if (!slot)
      slot = module->addGlobal(g->symbol);
    slot->name = g->name->text().str();
    slot->isExternal = g->isExternal;
    slot->isProcedure = g->kind == GlobalKind::Procedure;
    // What a REPL defines may be defined again by a later form.
    slot->isConstant = g->kind == GlobalKind::Cell && !g->isExternal &&
                       g->isDefined && !g->isAssigned &&
                       !unit.needsEvaluator && !unit.returnsLast;
    slot->minArgs = g->minArgs;
    slot->maxArgs = g->maxArgs;
    if (g->isExternal && g->exported) {
      slot->returnsOne = g->exported->returnsOne;
      slot->neverReturns = g->exported->neverReturns;
    }
  }
  return slot;
}

Value *Lowering::reference(const Variable *variable) {
  Value *v = values.lookup(variable);
  assert(v && "variable used before it is bound");
  if (!inVariable.contains(variable))
    return v;
  Value *content = b.unary(Opcode::VarGet, v);
  if (!unchecked.contains(variable))
    return content;
  Op *check = b.create(Opcode::VarCheck, {content});
  check->nameAttribute = variable->name;
  return check->result();
}

void Lowering::bind(const Variable *variable, Value *v) {
  if (variable->isAssigned) {
    Op *home = b.create(Opcode::VarNew, {v});
    home->nameAttribute = variable->name;
    v = home->result();
    inVariable.insert(variable);
  }
  if (v->name().empty())
    v->setName(variable->name->text());
  values[variable] = v;
}

//===--- Values -----------------------------------------------------------===//

/// Flonum constants stay tagged here; the unbox pass knows their datum.
Value *Lowering::constant(const Datum *datum) {
  Type type = typeOfDatum(datum);
  return b.constant(datum, type == Type::Flonum ? Type::Real : type);
}

Value *Lowering::afterNoReturn() {
  b.unreachable();
  b.setEnd(newBlock("dead"));
  return b.unspecified();
}

Value *Lowering::value(const Node *n) { return valueNamed(n, ""); }

Value *Lowering::valueNamed(const Node *n, llvm::StringRef name) {
  b.location = n->location;
  switch (n->kind) {
  case NodeKind::Constant:
    return constant(n->datum);
  case NodeKind::LocalRef: {
    Value *v = reference(n->variable);
    return n->variable->holdsSeveral && !n->wantsSeveral ? single(v) : v;
  }
  case NodeKind::GlobalRef: {
    GlobalVariable *g = global(n->global);
    Op *op = b.create(g->isProcedure ? Opcode::GlobalClosure
                                     : Opcode::GlobalRef);
    op->global = g;
    return op->result();
  }
  case NodeKind::PrimitiveRef: {
    Op *op = b.create(Opcode::PrimRef);
    op->primitive = ofAnySequence(n->primitive);
    return op->result();
  }
  case NodeKind::UnboundRef: {
    Op *op = b.create(Opcode::UnboundRef);
    op->nameAttribute = n->name;
    return op->result();
  }
  case NodeKind::LocalSet:
  case NodeKind::GlobalSet:
  case NodeKind::GlobalDefine:
  case NodeKind::UnboundSet:
    effect(n);
    return b.unspecified();
  case NodeKind::If: {
    Block *ifTrue = newBlock("then");
    Block *ifFalse = newBlock("else");
    Block *join = newBlock("join");
    test(n->children[0], ifTrue, ifFalse);
    b.setEnd(ifTrue);
    Value *a = value(n->children[1]);
    b.jump(join, {a});
    b.setEnd(ifFalse);
    Value *c = value(n->children[2]);
    b.jump(join, {c});
    b.setEnd(join);
    return join->addArgument(Type::Any);
  }
  case NodeKind::Lambda:
    return closureOf(n, name);
  case NodeKind::CaseLambda:
    return caseLambda(n, name);
  case NodeKind::Sequence:
    for (const Node *child : n->children.drop_back())
      effect(child);
    return value(n->children.back());
  case NodeKind::Let:
    bindLet(n);
    return value(n->children.back());
  case NodeKind::Letrec:
    bindLetrec(n);
    return value(n->children.back());
  case NodeKind::Call:
    return callForValue(n);
  case NodeKind::NativeCall:
  case NodeKind::NativeCallback:
    return native(n);
  }
  llvm_unreachable("kind of node");
}

void Lowering::effect(const Node *n) {
  b.location = n->location;
  switch (n->kind) {
  case NodeKind::Constant:
  case NodeKind::PrimitiveRef:
  case NodeKind::Lambda:
  case NodeKind::CaseLambda:
    return;
  case NodeKind::LocalSet: {
    Value *v = valueNamed(n->children[0], n->variable->name->text());
    b.location = n->location;
    if (unchecked.contains(n->variable))
      reference(n->variable); // raises when not yet initialised
    b.create(Opcode::VarSet, {values.lookup(n->variable), v});
    return;
  }
  case NodeKind::GlobalSet:
  case NodeKind::GlobalDefine: {
    GlobalVariable *g = global(n->global);
    if (g->isProcedure && n->kind == NodeKind::GlobalDefine) {
      g->function = lambda(n->children[0], g->name);
      return;
    }
    Value *v = valueNamed(n->children[0], g->name);
    b.location = n->location;
    b.create(n->kind == NodeKind::GlobalSet ? Opcode::GlobalSet
                                            : Opcode::GlobalDefine,
             {v})
        ->global = g;
    return;
  }
  case NodeKind::UnboundSet: {
    Value *v = value(n->children[0]);
    b.location = n->location;
    b.create(Opcode::UnboundSet, {v})->nameAttribute = n->name;
    return;
  }
  case NodeKind::If: {
    Block *ifTrue = newBlock("then");
    Block *ifFalse = newBlock("else");
    Block *join = newBlock("join");
    test(n->children[0], ifTrue, ifFalse);
    b.setEnd(ifTrue);
    effect(n->children[1]);
    b.jump(join);
    b.setEnd(ifFalse);
    effect(n->children[2]);
    b.jump(join);
    b.setEnd(join);
    return;
  }
  case NodeKind::Sequence:
    for (const Node *child : n->children)
      effect(child);
    return;
  case NodeKind::Let:
    bindLet(n);
    effect(n->children.back());
    return;
  case NodeKind::Letrec:
    bindLetrec(n);
    effect(n->children.back());
    return;
  case NodeKind::LocalRef:
  case NodeKind::GlobalRef:
  case NodeKind::UnboundRef:
    value(n);
    return;
  case NodeKind::Call:
    call(n);
    return;
  case NodeKind::NativeCall:
  case NodeKind::NativeCallback:
    native(n);
    return;
  }
  llvm_unreachable("kind of node");
}

void Lowering::test(const Node *n, Block *ifTrue, Block *ifFalse) {
  b.location = n->location;
  switch (n->kind) {
  case NodeKind::Constant:
    b.jump(n->datum->isFalse() ? ifFalse : ifTrue);
    return;
  case NodeKind::Lambda:
  case NodeKind::CaseLambda:
  case NodeKind::PrimitiveRef:
    b.jump(ifTrue);
    return;
  case NodeKind::If: {
    Block *first = newBlock("and");
    Block *second = newBlock("or");
    test(n->children[0], first, second);
    b.setEnd(first);
    test(n->children[1], ifTrue, ifFalse);
    b.setEnd(second);
    test(n->children[2], ifTrue, ifFalse);
    return;
  }
  case NodeKind::Sequence:
    for (const Node *child : n->children.drop_back())
      effect(child);
    return test(n->children.back(), ifTrue, ifFalse);
  case NodeKind::Let:
    bindLet(n);
    return test(n->children.back(), ifTrue, ifFalse);
  case NodeKind::Letrec:
    bindLetrec(n);
    return test(n->children.back(), ifTrue, ifFalse);
  case NodeKind::Call: {
    const PrimitiveRow *row = calledPrimitive(n);
    if (row && llvm::StringRef(row->id) == "Not")
      return test(n->children[1], ifFalse, ifTrue);
    if (Value *condition = predicate(n)) {
      b.branch(condition, ifTrue, {}, ifFalse, {});
      return;
    }
    break;
  }
  default:
    break;
  }
  Value *v = value(n);
  b.location = n->location;
  b.branch(b.unary(Opcode::Truthy, v), ifTrue, {}, ifFalse, {});
}

void Lowering::tail(const Node *n) {
  b.location = n->location;
  switch (n->kind) {
  case NodeKind::If: {
    Block *ifTrue = newBlock("then");
    Block *ifFalse = newBlock("else");
    test(n->children[0], ifTrue, ifFalse);
    b.setEnd(ifTrue);
    tail(n->children[1]);
    b.setEnd(ifFalse);
    tail(n->children[2]);
    return;
  }
  case NodeKind::Sequence:
    for (const Node *child : n->children.drop_back())
      effect(child);
    return tail(n->children.back());
  case NodeKind::Let:
    bindLet(n);
    return tail(n->children.back());
  case NodeKind::Letrec:
    bindLetrec(n);
    return tail(n->children.back());
  case NodeKind::Call:
    return tailCall(n);
  case NodeKind::LocalRef:
    b.ret(reference(n->variable));
    return;
  default:
    Value *v = value(n);
    b.location = n->location;
    b.ret(v);
  }
}

//===--- Binding ----------------------------------------------------------===//

void Lowering::bindLet(const Node *n) {
  Args inits;
  for (size_t i = 0; i < n->variables.size(); ++i) {
    const Node *init = n->children[i];
    b.location = init->location;
    inits.push_back(n->variables[i]->holdsSeveral &&
                            init->kind == NodeKind::Call
                        ? call(init)
                        : valueNamed(init, n->variables[i]->name->text()));
  }
  for (size_t i = 0; i < n->variables.size(); ++i) {
    b.location = n->location;
    bind(n->variables[i], inits[i]);
  }
}

void Lowering::bindLetrec(const Node *n) {
  for (const LetrecGroup &group : letrecGroups(n)) {
    switch (group.kind) {
    case LetrecGroup::Simple: {
      size_t i = group.members[0];
      Value *v = valueNamed(n->children[i], n->variables[i]->name->text());
      b.location = n->children[i]->location;
      bind(n->variables[i], v);
      break;
    }
    case LetrecGroup::Procedures: {
      // The results must exist before the bodies are lowered.
      llvm::SmallVector<Function *, 4> functions;
      for (size_t i : group.members) {
        const Node *init = n->children[i];
        Function *f = module->addFunction(
            functionSymbol(init, n->variables[i]->name->text()));
        f->parent = function;
        functions.push_back(f);
      }
      b.location = n->children[group.members[0]]->location;
      Op *op = b.closure(functions);
      for (size_t k = 0; k < group.members.size(); ++k)
        bind(n->variables[group.members[k]], op->result(k));
      for (size_t k = 0; k < group.members.size(); ++k) {
        functions[k]->lispName =
            n->variables[group.members[k]]->name->text().str();
        lambdaBody(functions[k], n->children[group.members[k]]);
      }
      break;
    }
    case LetrecGroup::Complex:
      for (size_t i : group.members) {
        b.location = n->children[i]->location;
        const Variable *variable = n->variables[i];
        Op *home = b.create(
            Opcode::VarNew,
            {b.constant(module->datums().make(DatumKind::Default))});
        home->nameAttribute = variable->name;
        home->result()->setName(variable->name->text());
        values[variable] = home->result();
        inVariable.insert(variable);
        unchecked.insert(variable);
      }
      llvm::SmallVector<std::pair<size_t, Value *>, 4> waiting;
      for (size_t i : group.members) {
        Value *v = valueNamed(n->children[i], n->variables[i]->name->text());
        if (n->assignsAfterInits && n->children[i]->kind != NodeKind::Lambda)
          waiting.push_back({i, v});
        else
          b.create(Opcode::VarSet, {values.lookup(n->variables[i]), v});
      }
      for (auto [i, v] : waiting)
        b.create(Opcode::VarSet, {values.lookup(n->variables[i]), v});
      for (size_t i : group.members)
        unchecked.erase(n->variables[i]);
      break;
    }
  }
}

//===--- Procedures -------------------------------------------------------===//

std::string Lowering::functionSymbol(const Node *n, llvm::StringRef nameHint) {
  std::string name = n->name ? n->name->text().str() : nameHint.str();
  if (name.empty())
    name = "lambda";
  // Nested procedures carry the path: outer.inner.
  if (function == module->init() || !function)
    return module->uniqueSymbol("plc:" + linkName(unit.name + ":" + name) +
                                ".code");
  return module->uniqueSymbol(function->symbol().str() + "." + linkName(name));
}

/// See ir::Function::lispNote.
static std::string noteOf(const Node *n) {
  std::string note;
  llvm::raw_string_ostream out(note);
  writeFormals(out, *n, [&](const Variable *variable) {
    ir::Datum name(ir::DatumKind::Symbol);
    name.symbol = variable->name;
    ir::writeDatum(out, &name);
  });
  std::string docstring = n->datum ? cleanDocstring(n->datum->text) : "";
  if (!docstring.empty())
    out << '\n' << docstring;
  return note;
}

void Lowering::lambdaBody(Function *f, const Node *n) {
  Function *outer = function;
  Block *outerBlock = b.insertBlock();
  f->location = n->location;
  f->hasRest = n->hasRest;
  f->restLimit = n->restLimit;
  if (n->name)
    f->lispName = n->name->text().str();
  if (!n->isImplicit)
    f->lispNote = noteOf(n);
  function = f;
  Block *entry = f->addBlock("entry");
  b.setEnd(entry);
  b.location = n->location;
  for (size_t i = 0; i < n->variables.size(); ++i)
    entry->addArgument(Type::Any, n->variables[i]->name->text());
  for (size_t i = 0; i < n->variables.size(); ++i)
    bind(n->variables[i], entry->argument(i));
  tail(n->children[0]);
  function = outer;
  b.setEnd(outerBlock);
}

Function *Lowering::lambda(const Node *n, llvm::StringRef nameHint) {
  Function *f = module->addFunction(functionSymbol(n, nameHint));
  f->lispName = nameHint.str();
  if (n->kind == NodeKind::Lambda)
    lambdaBody(f, n);
  return f;
}

Value *Lowering::closureOf(const Node *n, llvm::StringRef nameHint) {
  Function *f = module->addFunction(functionSymbol(n, nameHint));
  f->lispName = nameHint.str();
  f->parent = function;
  lambdaBody(f, n);
  b.location = n->location;
  return b.closure({f})->result();
}

Value *Lowering::caseLambda(const Node *n, llvm::StringRef nameHint) {
  Args clauses;
  for (const Node *clause : n->children)
    clauses.push_back(closureOf(clause, nameHint));
  b.location = n->location;
  return b.prim(primitiveById("CaseLambda"), clauses);
}

//===--- Calls ------------------------------------------------------------===//

const PrimitiveRow *Lowering::calledPrimitive(const Node *n) const {
  if (n->kind != NodeKind::Call ||
      n->children[0]->kind != NodeKind::PrimitiveRef)
    return nullptr;
  const PrimitiveRow &row = primitiveRow(n->children[0]->primitive);
  int count = n->children.size() - 1;
  if (count < row.minArgs || (row.maxArgs >= 0 && count > row.maxArgs))
    return nullptr;
  return &row;
}

Args Lowering::operands(const Node *n) {
  Args args;
  for (const Node *operand : n->children.drop_front())
    args.push_back(value(operand));
  b.location = n->location;
  return args;
}

Value *Lowering::standingFor(const Node *n, size_t place, Value *result) {
  result->op()->primitive = n->children[0]->primitive;
  result->op()->indexAttribute = int64_t(place);
  return result;
}

Value *Lowering::predicate(const Node *n) {
  const PrimitiveRow *row = calledPrimitive(n);
  if (!row)
    return nullptr;
  llvm::StringRef id = row->id;
  size_t count = n->children.size() - 1;
  if (row->lowering == PrimitiveLowering::IrOp && isComparison(row->op) &&
      count == 2) {
    Args args = operands(n);
    return b.binary(row->op, args[0], args[1]);
  }
  if (id == "EqP") {
    Args args = operands(n);
    return b.binary(Opcode::Eq, args[0], args[1]);
  }
  if (id == "EofObjectP") {
    Args args = operands(n);
    return b.binary(Opcode::Eq, args[0],
                    constant(module->datums().make(DatumKind::Eof)));
  }
  if (id == "Not")
    return b.unary(Opcode::BoolNot, b.unary(Opcode::Truthy, operands(n)[0]));
  if (Type type = testedType(id); type != Type::None)
    return b.is(type, operands(n)[0]);
  Opcode compare = llvm::StringSwitch<Opcode>(id)
                       .Case("ZeroP", Opcode::NumEq)
                       .Case("PositiveP", Opcode::NumGt)
                       .Case("NegativeP", Opcode::NumLt)
                       .Default(Opcode::Const);
  if (compare != Opcode::Const) {
    Args args = operands(n);
    return standingFor(n, 2, b.binary(compare, args[0], b.fixnum(0)));
  }
  return nullptr;
}

PrimitiveId Lowering::ofAnySequence(PrimitiveId id) const {
  return unit.hasReferences ? sequenceRow(id).value_or(id) : id;
}

Value *Lowering::primitive(const Node *n, const PrimitiveRow &row) {
  PrimitiveId id = ofAnySequence(primitiveById(row.id));
  Args args = operands(n);
  if (row.lowering == PrimitiveLowering::IrOp && !isComparison(row.op)) {
    bool isSum = row.op == Opcode::NumAdd, isProduct = row.op == Opcode::NumMul;
    if (args.empty())
      return b.fixnum(isSum ? 0 : 1);
    if (args.size() == 1 && row.op == Opcode::NumSub)
      // Not 0 - x, which would make -0.0 of 0.0 into 0.0.
      return standingFor(n, 2, b.binary(Opcode::NumMul, args[0], b.fixnum(-1)));
    if (args.size() == 1 && row.op == Opcode::NumDiv)
      return standingFor(n, 1, b.binary(Opcode::NumDiv, b.fixnum(1), args[0]));
    if (args.size() == 1 && (isSum || isProduct))
      return standingFor(n, 2, b.binary(Opcode::NumMul, args[0], b.fixnum(1)));
    Value *result = b.binary(row.op, args[0], args[1]);
    for (size_t i = 2; i < args.size(); ++i)
      result = standingFor(n, i + 1, b.binary(row.op, result, args[i]));
    return result;
  }
  Value *result = b.prim(id, args);
  return result ? result : afterNoReturn();
}

const Supposition *Lowering::supposedCallee(const Node *n) const {
  const Node *callee = n->children[0];
  if (callee->kind != NodeKind::GlobalRef)
    return nullptr;
  int32_t count = int32_t(n->children.size()) - 1;
  for (const Supposition &s : unit.suppositions)
    if (s.cell->symbol == callee->global->symbol)
      // Wrong counts are the business of the general call.
      return s.copy->minArgs == count && s.copy->maxArgs == count ? &s
                                                                  : nullptr;
  return nullptr;
}

Value *Lowering::closureOf(const Global *g) {
  Op *op = b.create(Opcode::GlobalClosure);
  op->global = global(g);
  return op->result();
}

std::pair<Block *, Block *>
Lowering::testSupposition(const Supposition &supposition, Value *callee) {
  Block *asSupposed = newBlock("supposed");
  Block *other = newBlock("other");
  Value *expected = closureOf(supposition.expected);
  b.branch(b.binary(Opcode::Eq, callee, expected), asSupposed, {}, other, {});
  return {asSupposed, other};
}

Value *Lowering::call(const Node *n) {
  if (const PrimitiveRow *row = calledPrimitive(n)) {
    if (Value *condition = predicate(n))
      return b.unary(Opcode::BoolBox, condition);
    return primitive(n, *row);
  }
  const Node *callee = n->children[0];
  Value *f = value(callee);
  Args args = operands(n);
  const Supposition *supposition = supposedCallee(n);
  if (!supposition)
    return b.call(f, args);
  auto [asSupposed, other] = testSupposition(*supposition, f);
  Block *join = newBlock("join");
  b.setEnd(asSupposed);
  Value *known = b.call(closureOf(supposition->copy), args);
  b.jump(join, {known});
  b.setEnd(other);
  Value *unknown = b.call(f, args);
  b.jump(join, {unknown});
  b.setEnd(join);
  return join->addArgument(Type::Any);
}

Value *Lowering::callForValue(const Node *n) {
  Value *v = call(n);
  b.location = n->location;
  return single(v);
}

Value *Lowering::native(const Node *n) {
  Args args;
  for (const Node *operand : n->children)
    args.push_back(value(operand));
  b.location = n->location;
  if (n->kind == NodeKind::NativeCall)
    return b.nativeCall({n->native.symbol->text().str(),
                         n->native.name->text().str(),
                         n->native.signature->text().str()},
                        args);
  Op *op = b.create(Opcode::NativeCallback, args);
  op->nameAttribute = n->native.signature;
  return op->result();
}

void Lowering::tailCall(const Node *n) {
  const PrimitiveRow *row = calledPrimitive(n);
  if (row && row->lowering != PrimitiveLowering::LispCall) {
    Value *v = call(n);
    b.location = n->location;
    b.ret(v);
    return;
  }
  Value *f = value(n->children[0]);
  Args args = operands(n);
  if (const Supposition *supposition = supposedCallee(n)) {
    auto [asSupposed, other] = testSupposition(*supposition, f);
    b.setEnd(asSupposed);
    b.tailCall(closureOf(supposition->copy), args);
    b.setEnd(other);
  }
  b.tailCall(f, args);
}

} // namespace

std::unique_ptr<Module> lowerUnit(const Unit &unit, SourceManager &sources,
                                  Interner &interner) {
  return Lowering(unit, sources, interner).run();
}

} // namespace plc::frontend
