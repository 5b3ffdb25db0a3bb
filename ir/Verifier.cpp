//===- Verifier.cpp - is the IR well formed -------------------------------===//
//
// Invariants. The tag in brackets is found at the check and in the name of the
// negative test, test/ir/verifier-TAG.plcir.
//
// Every stage:
//  [init]        The module has functions; the first one, which runs the top
//                level, takes no arguments and is not nested.
//  [global]      A global with a function is a procedure, external if that is
//                the function's origin, and accepts the argument counts that
//                the function takes.
//  [blocks]      A function has an entry block, and nothing continues there.
//  [rest]        A function with a rest parameter has a parameter.
//  [terminator]  A block ends with a terminator, and has no other.
//  [successors]  jump has one successor, branch two, no other op has any; they
//                are blocks of the same function.
//  [edge]        An edge passes as many values as its target has arguments, of
//                their types.
//  [operands]    An op has the number of operands its row says, of the types
//                its row says. A primitive takes a number of arguments between
//                its bounds; they are tagged, or flonums where its row says
//                number or real.
//  [result]      The type of a result is that of the row, or a subtype; that of
//                a primitive may be a flonum where its row says number or real.
//                A constant has the type of its datum or a more general one; a
//                tagged flonum is a real. A refinement is tagged (it may
//                contradict its operand's type in code that never runs).
//  [attribute]   Names of variables are there; type tests ask for a tagged type
//                or for flonum; bool.const is 0 or 1. Only generic arithmetic
//                says which call it stands for.
//  [dominance]   A value is defined before it is used, on every path. A nested
//                function runs after the closure op that makes it.
//  [call]        call.known and tailcall.known pass one value for the closure
//                and one for each parameter, of the parameters' types. The
//                result is of the function's result type; in tail position the
//                caller's result type covers it, and a callee with a prototype
//                of its own has the caller's: the frame is replaced.
//  [native]      A native call has a symbol and a signature that can be read,
//                passes as many operands as it takes (flonums only where it
//                takes a double or a float), and has the result type that
//                follows from it. A callback has a signature.
//  [return]      A returned value has the function's result type.
//  [closure]     A nested function is made by exactly one closure op, in the
//                function around it.
// Raw:
//  [variable]    The result of var.new is used by var.get and var.set only, and
//                only it is used by those.
// Raw and canonical:
//  [captured]    closure has no operands, there is no free. What a nested
//                function uses of outer ones is tagged, or a constant.
// Canonical and lowered:
//  [no-variable] There is no var.new, var.get or var.set.
// Lowered:
//  [closed]      No function is nested or uses a value of another; closure has
//                one operand for each captured value of its functions; free
//                stays below the number of captured values.
//
//===----------------------------------------------------------------------===//

#include "ir/Verifier.h"

#include "ir/Builder.h"
#include "ir/NativeSignature.h"
#include "ir/Text.h"
#include "ir/analysis/Dominance.h"
#include "ir/analysis/Nesting.h"

#include "llvm/ADT/StringExtras.h"

namespace plc::ir {
namespace {

class Verifier {
public:
  explicit Verifier(const Module &module)
      : module(module), dominance(module) {}

  llvm::Error run() {
    checkModule();
    for (auto &f : module.functions())
      checkFunction(*f);
    return report();
  }

private:
  const Module &module;
  NestedDominance dominance;
  std::vector<std::string> moduleErrors;
  struct FunctionErrors {
    const Function *function = nullptr;
    std::vector<std::string> head;
    llvm::DenseMap<const Op *, std::vector<std::string>> ops;
  };
  std::vector<FunctionErrors> functionErrors;
  const Function *function = nullptr;
  /// Closure ops that make each function.
  llvm::DenseMap<const Function *, unsigned> makers;

  FunctionErrors &current() {
    if (functionErrors.empty() || functionErrors.back().function != function)
      functionErrors.emplace_back().function = function;
    return functionErrors.back();
  }
  void error(const llvm::Twine &text) { moduleErrors.push_back(text.str()); }
  void headError(const llvm::Twine &text) {
    current().head.push_back(text.str());
  }
  void opError(const Op *op, const llvm::Twine &text) {
    current().ops[op].push_back(text.str());
  }

  llvm::Error report() {
    if (moduleErrors.empty() && functionErrors.empty())
      return llvm::Error::success();
    std::string text;
    llvm::raw_string_ostream out(text);
    out << "the module is malformed\n";
    for (const std::string &e : moduleErrors)
      out << "; error: " << e << '\n';
    for (const FunctionErrors &errors : functionErrors) {
      PrintOptions options;
      options.annotate = [&](const Op *op, llvm::raw_ostream &to) {
        if (!op) {
          for (const std::string &e : errors.head)
            to << "  ; error: " << e << '\n';
          return;
        }
        auto found = errors.ops.find(op);
        if (found != errors.ops.end())
          for (const std::string &e : found->second)
            to << "    ; error: " << e << '\n';
      };
      print(*errors.function, out, options);
    }
    return llvm::createStringError(llvm::inconvertibleErrorCode(), text);
  }

  //===--- Module ---------------------------------------------------------===//

  void checkModule() {
    if (module.functions().empty()) { // [init]
      error("the module has no function");
      return;
    }
    const Function *init = module.init();
    if (init->parent ||
        (!init->blocks().empty() && !init->entry()->arguments().empty()))
      error("@" + init->symbol() +
            ", the first function, takes arguments or is nested");

    for (auto &g : module.globals()) { // [global]
      if (!g->function)
        continue;
      if (!g->isProcedure || g->isExternal == g->function->isOwn())
        error("global @" + g->symbol +
              " has a function but is no procedure of this module");
      else if (!g->function->blocks().empty()) {
        if (g->minArgs != int(g->function->requiredArguments()) ||
            g->maxArgs != g->function->mostArguments())
          error("global @" + g->symbol + " and its function @" +
                g->function->symbol() + " differ in argument counts");
      }
    }

    for (auto &f : module.functions())
      for (auto &block : f->blocks())
        for (Op *op : *block)
          if (op->opcode() == Opcode::Closure)
            for (Function *made : op->functions)
              ++makers[made];
  }

  void checkFunction(const Function &f) {
    function = &f;
    if (f.blocks().empty()) { // [blocks]
      headError("the function has no block");
      return;
    }
    Predecessors edges = predecessors(f);
    for (const Edge &edge : edges[f.entry()])
      opError(edge.terminator, "continues at the entry block"); // [blocks]
    if (f.hasRest && f.entry()->arguments().empty()) // [rest]
      headError("the rest parameter is missing");
    if (f.parent && module.stage == Stage::Lowered) // [closed]
      headError("the function is nested, the stage is lowered");
    if (f.parent && makers.lookup(&f) != 1) // [closure]
      headError(llvm::Twine(makers.lookup(&f)) +
                " closure ops make this nested function");
    for (auto &block : f.blocks())
      checkBlock(*block);
  }

  void checkBlock(const Block &block) {
    if (!block.terminator()) { // [terminator]
      std::string name = block.name().str();
      if (block.empty())
        headError("block ^" + name + " is empty");
      else
        opError(block.last(), "the block does not end with a terminator");
    }
    for (Op *op : block) {
      if (op->isTerminator() && op != block.last())
        opError(op, "a terminator within a block");
      checkAttributes(op);
      checkOperands(op);
      checkResults(op);
      checkSuccessors(op);
      checkDominance(op);
      checkStage(op);
    }
  }

  //===--- Ops ------------------------------------------------------------===//

  static std::string typeText(const Value *v) {
    return spelling(v->type()).str();
  }

  void checkAttributes(Op *op) { // [attribute]
    switch (op->row().attribute) {
    case AttributeKind::Datum:
      if (!op->datum)
        opError(op, "constant without datum");
      break;
    case AttributeKind::Function:
      if (op->functions.size() != 1)
        opError(op, "one function must stand here");
      break;
    case AttributeKind::Functions:
      if (op->functions.empty())
        opError(op, "closure without function");
      break;
    case AttributeKind::Global:
      if (!op->global)
        opError(op, "global is missing");
      else if (op->opcode() == Opcode::GlobalClosure &&
               !op->global->isProcedure)
        opError(op, "the global is no constant procedure");
      break;
    case AttributeKind::Primitive:
      if (op->primitive >= primitiveCount())
        opError(op, "no such primitive");
      break;
    case AttributeKind::Type:
      if (!isTagged(op->typeAttribute) && op->typeAttribute != Type::Flonum)
        opError(op, "nothing can be tested for type `" +
                        spelling(op->typeAttribute) + "`");
      break;
    case AttributeKind::Name:
      if (!op->nameAttribute)
        opError(op, "name is missing");
      else if (op->opcode() == Opcode::NativeCallback && // [native]
               !parseNativeSignature(op->nameAttribute->text()))
        opError(op, "`" + op->nameAttribute->text() + "` is no signature");
      break;
    case AttributeKind::Native: // [native]
      if (!op->native || op->native->symbol.empty() ||
          !parseNativeSignature(op->native->signature))
        opError(op, "a symbol and a signature must stand here");
      break;
    case AttributeKind::Index:
      if (op->opcode() == Opcode::BoolConst &&
          (op->indexAttribute < 0 || op->indexAttribute > 1))
        opError(op, "bool.const is 0 or 1");
      break;
    case AttributeKind::None:
      if (op->indexAttribute && (op->opcode() < Opcode::NumAdd ||
                                 op->opcode() > Opcode::NumGe))
        opError(op, "only generic arithmetic stands for a call");
      break;
    }
  }

  void checkCount(Op *op, size_t min, size_t max) {
    size_t found = op->operandCount();
    if (found >= min && found <= max)
      return;
    opError(op, llvm::Twine("expected ") + llvm::Twine(min) +
                    (max == min           ? ""
                     : max == size_t(-1) ? " or more"
                                         : " to " + llvm::utostr(max)) +
                    " operands, found " + llvm::Twine(found));
  }

  void checkType(Op *op, unsigned i, Type wanted) {
    Value *v = op->operand(i);
    if (!isSubtype(v->type(), wanted))
      opError(op, "operand " + llvm::Twine(i) + " is " + typeText(v) +
                      ", expected " + spelling(wanted));
  }

  void checkOperands(Op *op) { // [operands]
    switch (op->opcode()) {
    case Opcode::CallKnown:
    case Opcode::TailCallKnown:
      checkKnownCall(op);
      return;
    case Opcode::NativeCall:
      checkNativeCall(op);
      return;
    case Opcode::Return: // [return]
      checkCount(op, 1, 1);
      if (op->operandCount() == 1)
        checkType(op, 0, function->resultType);
      return;
    case Opcode::Prim: {
      const PrimitiveRow &row = primitiveRow(op->primitive);
      checkCount(op, row.minArgs,
                 row.maxArgs < 0 ? size_t(-1) : size_t(row.maxArgs));
      for (unsigned i = 0; i < op->operandCount(); ++i)
        if (!takesFlonum(row, i) || op->operand(i)->type() != Type::Flonum)
          checkType(op, i, Type::Any);
      return;
    }
    default:
      break;
    }
    llvm::SmallVector<llvm::StringRef, 4> words;
    llvm::StringRef(op->row().operands).split(words, ' ', -1, false);
    bool variadic = !words.empty() && words.back() == "...";
    if (variadic)
      words.pop_back();
    // The repeated operand may be missing.
    checkCount(op, words.size() - variadic,
               variadic ? size_t(-1) : words.size());
    for (unsigned i = 0; i < op->operandCount(); ++i)
      if (i < words.size() || variadic)
        checkType(op, i, *parseType(i < words.size() ? words[i]
                                                     : words.back()));
  }

  static bool isNumber(Type type) {
    return type == Type::Number || type == Type::Real;
  }
  static bool takesFlonum(const PrimitiveRow &row, size_t i) {
    return !row.parameters.empty() &&
           isNumber(row.parameters[std::min(i, row.parameters.size() - 1)]);
  }

  void checkKnownCall(Op *op) { // [call]
    if (op->functions.size() != 1)
      return;
    Function *callee = op->callee();
    if (callee->blocks().empty())
      return;
    llvm::ArrayRef<Value *> parameters = callee->entry()->arguments();
    checkCount(op, parameters.size() + 1, parameters.size() + 1);
    if (op->operandCount() != parameters.size() + 1)
      return;
    checkType(op, 0, Type::Any);
    for (unsigned i = 0; i < parameters.size(); ++i)
      checkType(op, i + 1, parameters[i]->type());
    if (op->opcode() == Opcode::TailCallKnown &&
        !isSubtype(callee->resultType, function->resultType))
      opError(op, "the callee yields " + spelling(callee->resultType) +
                      ", the caller " + spelling(function->resultType));
    if (op->opcode() == Opcode::TailCallKnown && hasOwnPrototype(*callee) &&
        !haveEqualPrototypes(*callee, *function))
      opError(op, "the prototypes of callee and caller differ");
  }

  void checkNativeCall(Op *op) { // [native]
    auto signature =
        op->native ? parseNativeSignature(op->native->signature) : std::nullopt;
    if (!signature)
      return;
    size_t count = signature->parameters.size();
    checkCount(op, count, signature->isVariadic ? size_t(-1) : count);
    for (unsigned i = 0; i < op->operandCount(); ++i)
      if (op->operand(i)->type() != Type::Flonum ||
          (i < count && !signature->parameters[i].isReal()))
        checkType(op, i, Type::Any);
    Type wanted = nativeResultType(signature->result);
    if (op->results().size() != 1 || op->result()->type() != wanted)
      opError(op, "the signature yields " + spelling(wanted));
  }

  void checkResults(Op *op) { // [result]
    llvm::StringRef declared = op->row().result;
    if (op->opcode() == Opcode::Closure) {
      if (op->results().size() != op->functions.size())
        opError(op, "expected one result for each function");
      for (Value *v : op->results())
        if (v->type() != Type::Procedure)
          opError(op, "a closure is a procedure");
      return;
    }
    Type wanted;
    switch (op->opcode()) {
    case Opcode::NativeCall: // checked with its operands
      return;
    case Opcode::Const:
      checkConstant(op);
      return;
    case Opcode::Refine:
      if (!isTagged(op->result()->type()))
        opError(op, "nothing can be refined to " + typeText(op->result()));
      return;
    case Opcode::CallKnown:
      if (op->functions.size() != 1)
        return;
      wanted = op->callee()->resultType;
      if (op->result()->type() != wanted)
        opError(op, "the callee yields " + spelling(wanted));
      return;
    case Opcode::Prim:
      wanted = primitiveRow(op->primitive).result;
      if (isNumber(wanted) && !op->results().empty() &&
          op->result()->type() == Type::Flonum)
        return;
      break;
    default:
      wanted = *parseType(declared);
    }
    if (op->results().empty() != (wanted == Type::None))
      opError(op, wanted == Type::None ? "the op has no result"
                                       : "the result is missing");
    else if (wanted != Type::None && !isSubtype(op->result()->type(), wanted))
      opError(op, "the result is " + typeText(op->result()) + ", expected " +
                      spelling(wanted));
  }

  void checkConstant(Op *op) { // [result]
    if (!op->datum)
      return;
    Type natural = typeOfDatum(op->datum), type = op->result()->type();
    bool fits = isSubtype(natural, type) ||
                (natural == Type::Flonum && isSubtype(Type::Real, type));
    if (!fits)
      opError(op, "the constant is " + spelling(natural) + ", not " +
                      spelling(type));
  }

  void checkSuccessors(Op *op) { // [successors]
    size_t wanted = op->opcode() == Opcode::Jump     ? 1
                    : op->opcode() == Opcode::Branch ? 2
                                                     : 0;
    if (op->successors().size() != wanted)
      opError(op, llvm::Twine("expected ") + llvm::Twine(wanted) +
                      " successors, found " +
                      llvm::Twine(op->successors().size()));
    for (unsigned i = 0; i < op->successors().size(); ++i) {
      Block *target = op->successors()[i].block;
      if (target->function() != function) {
        opError(op, "continues in another function");
        continue;
      }
      // [edge]
      llvm::ArrayRef<Value *> values = op->successorArguments(i);
      if (values.size() != target->arguments().size()) {
        opError(op, "^" + target->name() + " has " +
                        llvm::Twine(target->arguments().size()) +
                        " arguments, " + llvm::Twine(values.size()) +
                        " are passed");
        continue;
      }
      for (unsigned k = 0; k < values.size(); ++k)
        if (!isSubtype(values[k]->type(), target->argument(k)->type()))
          opError(op, "argument " + llvm::Twine(k) + " of ^" +
                          target->name() + " is " +
                          typeText(target->argument(k)) + ", passed is " +
                          typeText(values[k]));
    }
  }

  void checkDominance(Op *op) { // [dominance]
    for (unsigned i = 0; i < op->allOperands().size(); ++i) {
      Value *v = op->operand(i);
      bool sameFunction = v->block()->function() == function;
      // [closed]
      if (module.stage == Stage::Lowered && !sameFunction) {
        opError(op, "operand " + llvm::Twine(i) +
                        " is a value of another function");
        continue;
      }
      // Closures made together may hold one another.
      if (module.stage == Stage::Lowered && v->op() == op &&
          op->opcode() == Opcode::Closure)
        continue;
      if (!sameFunction && !isTagged(v->type()) &&
          !(v->op() && isRematerializable(v->op()))) // [captured]
        opError(op, "operand " + llvm::Twine(i) + " is " + typeText(v) +
                        ", captured values are tagged");
      if (!dominance.dominates(v, op))
        opError(op, "operand " + llvm::Twine(i) +
                        " is not defined on every path to this use");
    }
  }

  void checkStage(Op *op) {
    bool lowered = module.stage == Stage::Lowered;
    switch (op->opcode()) {
    case Opcode::VarNew:
      if (module.stage == Stage::Raw) { // [variable]
        for (Op *user : op->result()->users())
          if ((user->opcode() != Opcode::VarGet &&
               user->opcode() != Opcode::VarSet) ||
              llvm::is_contained(user->allOperands().drop_front(),
                                 op->result()))
            opError(op, llvm::Twine("the variable is used by ") +
                            user->row().spelling);
        return;
      }
      [[fallthrough]];
    case Opcode::VarGet:
    case Opcode::VarSet:
      if (module.stage != Stage::Raw) // [no-variable]
        opError(op, "variables are for stage raw only");
      else if (op->operandCount() &&
               (op->operand(0)->isArgument() ||
                op->operand(0)->op()->opcode() != Opcode::VarNew))
        opError(op, "operand 0 is not the result of var.new"); // [variable]
      return;
    case Opcode::Free:
      if (!lowered) // [captured]
        opError(op, "free before closure conversion");
      else if (op->indexAttribute < 0 ||
               op->indexAttribute >= int64_t(function->captureCount))
        opError(op, "the function has " + // [closed]
                        llvm::Twine(function->captureCount) +
                        " captured values");
      return;
    case Opcode::Closure: {
      if (!lowered) {
        if (op->operandCount()) // [captured]
          opError(op, "closure has operands before closure conversion");
        for (Function *f : op->functions)
          if (f->parent && f->parent != function) // [closure]
            opError(op, "@" + f->symbol() + " is nested in @" +
                            f->parent->symbol());
        return;
      }
      unsigned captured = 0;
      for (Function *f : op->functions)
        captured += f->captureCount;
      if (op->operandCount() != captured) // [closed]
        opError(op, "the functions capture " + llvm::Twine(captured) +
                        " values");
      return;
    }
    default:
      return;
    }
  }
};

} // namespace

llvm::Error verify(const Module &module) { return Verifier(module).run(); }

} // namespace plc::ir
