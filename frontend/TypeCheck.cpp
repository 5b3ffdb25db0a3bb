//===- TypeCheck.cpp - calls that cannot succeed --------------------------===//
//
// A walk over the expanded unit. Argument counts of primitives, of globals
// that are never assigned and of local procedures are errors, constants of a
// plainly wrong type are warnings (the call still raises its condition when it
// runs), and a variable of a letrec* that is used while an earlier one is
// computed is an error where that use is certain.
//
// Where the program may be about to catch what a call raises, errors are warnings
// too: in the body of a guard, in a lambda that is an argument of
// with-exception-handler or call/cc, and in a thunk, a lambda without
// parameters that is an argument of any procedure. Tests provoke errors there on
// purpose.
//
//===----------------------------------------------------------------------===//

#include "frontend/Expander.h"

#include "ir/Op.h"
#include "ir/support/DatumText.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringSwitch.h"

#include <utility>

using namespace plc::ir;

namespace plc::frontend {

namespace {

/// True if a constant can be of a type named in Primitives.def; unknown words
/// admit everything.
bool fits(const Datum *d, llvm::StringRef type) {
  DatumKind k = d->kind;
  bool isReal = k == DatumKind::Fixnum || k == DatumKind::BigInteger ||
                k == DatumKind::Ratio || k == DatumKind::Flonum;
  // An inexact integer is an integer to most procedures.
  bool isInteger = k == DatumKind::Fixnum || k == DatumKind::BigInteger ||
                   k == DatumKind::Flonum;
  if (type == "number")
    return d->isNumber();
  if (type == "real")
    return isReal;
  if (type == "integer")
    return isInteger;
  if (type == "fixnum")
    return k == DatumKind::Fixnum;
  if (type == "pair")
    return k == DatumKind::Pair;
  if (type == "list")
    return k == DatumKind::Pair || k == DatumKind::Null;
  if (type == "string")
    return k == DatumKind::String;
  if (type == "symbol")
    return k == DatumKind::Symbol;
  if (type == "char")
    return k == DatumKind::Character;
  if (type == "vector")
    return k == DatumKind::Vector;
  if (type == "bytevector")
    return k == DatumKind::Bytevector;
  if (type == "hash-table")
    return k == DatumKind::Map;
  if (type == "procedure" || type == "box")
    return false;
  return true;
}

llvm::StringRef describe(const Datum *d) {
  switch (d->kind) {
  case DatumKind::Fixnum:
  case DatumKind::BigInteger:
    return "the integer";
  case DatumKind::Ratio:
  case DatumKind::Flonum:
  case DatumKind::Complex:
    return "the number";
  case DatumKind::False:
  case DatumKind::True:
    return "the boolean";
  case DatumKind::Null:
    return "the empty list";
  case DatumKind::Character:
    return "the character";
  case DatumKind::String:
    return "the string";
  case DatumKind::Symbol:
    return "the symbol";
  case DatumKind::Pair:
    return "the list";
  case DatumKind::Vector:
    return "the vector";
  case DatumKind::Bytevector:
  case DatumKind::NumVector:
    return "the bytes or numbers";
  case DatumKind::Map:
    return "the map";
  case DatumKind::Nil:
  case DatumKind::Undefined:
  case DatumKind::Unspecified:
  case DatumKind::Eof:
  case DatumKind::Default:
    return "the constant";
  }
  llvm_unreachable("unknown datum kind");
}

/// "a pair" for the word `pair` of Primitives.def.
llvm::StringRef typeInWords(llvm::StringRef type) {
  if (type == "fixnum" || type == "integer")
    return "an integer";
  if (type == "number")
    return "a number";
  if (type == "real")
    return "a real number";
  if (type == "pair")
    return "a pair";
  if (type == "list")
    return "a list";
  if (type == "string")
    return "a string";
  if (type == "symbol")
    return "a symbol";
  if (type == "char")
    return "a character";
  if (type == "vector")
    return "a vector";
  if (type == "bytevector")
    return "a bytevector";
  if (type == "hash-table")
    return "a hash table";
  if (type == "procedure")
    return "a procedure";
  if (type == "box")
    return "a box";
  return type;
}

std::string countText(int min, int max) {
  auto plural = [](int n) {
    return std::to_string(n) + (n == 1 ? " argument" : " arguments");
  };
  if (max < 0)
    return "at least " + plural(min);
  if (min == max)
    return plural(min);
  return std::to_string(min) + " to " + plural(max);
}

class Checker {
public:
  Checker(Session &session, const Unit &unit, bool isOwnFile)
      : session(session), hasReferences(unit.hasReferences),
        isOwnFile(isOwnFile) {}

  void check(const Node *node) {
    switch (node->kind) {
    case NodeKind::Call:
      checkCall(node);
      for (const Node *child : node->children) {
        bool isCaught = mayCatch(node->children[0], child);
        caughtDepth += isCaught;
        check(child);
        caughtDepth -= isCaught;
      }
      calls += mayLeave(node->children[0]);
      return;
    case NodeKind::Let:
    case NodeKind::Letrec:
      for (size_t i = 0; i < node->variables.size(); ++i)
        if (!node->variables[i]->isAssigned &&
            (node->children[i]->kind == NodeKind::Lambda ||
             node->children[i]->kind == NodeKind::CaseLambda))
          procedures[node->variables[i]] = node->children[i];
      if (node->kind == NodeKind::Letrec)
        checkOrder(node);
      break;
    case NodeKind::LocalRef:
      // A reference evaluated now (not inside a lambda, see Lambda below).
      if (auto pending = uninitialized.find(node->variable);
          pending != uninitialized.end() &&
          pending->second.lambdaDepth == lambdaDepth) {
        // After a call it is not certain that control comes here.
        bool isCertain = pending->second.calls == calls;
        caughtDepth += !isCertain;
        report(Diag::UseBeforeInit, node->location,
               {node->variable->name->text()})
            .label(node->variable->location, "defined here");
        caughtDepth -= !isCertain;
      }
      break;
    case NodeKind::If: {
      // Only the test is certain to be evaluated.
      check(node->children[0]);
      auto saved = std::move(uninitialized);
      uninitialized.clear();
      check(node->children[1]);
      check(node->children[2]);
      uninitialized = std::move(saved);
      return;
    }
    case NodeKind::Lambda:
    case NodeKind::CaseLambda: {
      ++lambdaDepth;
      unsigned saved = calls;
      for (const Node *child : node->children)
        check(child);
      calls = saved;
      --lambdaDepth;
      return;
    }
    default:
      break;
    }
    if (node->kind == NodeKind::Letrec)
      return; // its children have been checked in order
    for (const Node *child : node->children)
      check(child);
  }

private:
  /// True if a caller of `callee` may be about to catch an error of the operand.
  /// A guard has become calls of the primitives.
  static bool mayCatch(const Node *callee, const Node *operand) {
    if (operand->kind != NodeKind::Lambda || operand->isImplicit ||
        operand == callee)
      return false;
    if (operand->variables.empty())
      return true;
    if (callee->kind != NodeKind::PrimitiveRef)
      return false;
    static const PrimitiveId catching[] = {
        primitiveById("WithExceptionHandler"), primitiveById("CallCC"),
        primitiveById("CallEC")};
    return llvm::is_contained(catching, callee->primitive);
  }

  DiagnosticBuilder report(Diag id, Location location,
                           llvm::ArrayRef<llvm::StringRef> args) {
    // What a template wrote may stand where it never runs: (min) as the value
    // of nothing at all, say. Whoever uses the macro cannot change it.
    bool isOfTemplate =
        session.sources.span(location).expandedFrom.isKnown();
    // One call does not make the rest of a library useless.
    bool isOfLibrary =
        isOwnFile && lambdaDepth && id == Diag::WrongArgumentCount;
    Severity severity = caughtDepth || isOfTemplate || isOfLibrary
                            ? Severity::Warning
                            : diagnosticRow(id).severity;
    return session.diagnostics.report(id, severity, location, args);
  }

  static bool mayLeave(const Node *callee) {
    return callee->kind != NodeKind::PrimitiveRef ||
           primitiveRow(callee->primitive).effects & (Calls | MayRaise);
  }

  /// Checks the inits in order; variables of later ones have no value yet.
  void checkOrder(const Node *node) {
    for (const Variable *variable : node->variables)
      uninitialized[variable] = {lambdaDepth, calls};
    for (size_t i = 0; i < node->children.size(); ++i) {
      check(node->children[i]);
      if (i < node->variables.size())
        uninitialized.erase(node->variables[i]);
    }
  }

  void checkCount(const Node *call, llvm::StringRef name, int min, int max,
                  Location definition) {
    int count = int(call->children.size()) - 1;
    if (count >= min && (max < 0 || count <= max))
      return;
    auto wrongCount =
        report(Diag::WrongArgumentCount, call->location,
               {name, countText(min, max), std::to_string(count)});
    if (definition.isKnown())
      wrongCount.label(definition, "defined here");
  }

  void checkLambda(const Node *call, const Node *lambda, llvm::StringRef name,
                   Location definition) {
    if (lambda->kind == NodeKind::CaseLambda) {
      int count = int(call->children.size()) - 1;
      std::string expected = lambda->children.empty() ? "no call" : "";
      for (const Node *clause : lambda->children) {
        int min = clause->minArgs(), max = clause->maxArgs();
        if (count >= min && (max < 0 || count <= max))
          return;
        expected += (expected.empty() ? "" : " or ") + countText(min, max);
      }
      report(Diag::WrongArgumentCount, call->location,
             {name, expected, std::to_string(count)})
          .label(definition, "defined here");
      return;
    }
    checkCount(call, name, lambda->minArgs(), lambda->maxArgs(), definition);
  }

  void checkCall(const Node *call) {
    const Node *callee = call->children[0];
    switch (callee->kind) {
    case NodeKind::PrimitiveRef: {
      const PrimitiveRow &row = primitiveRow(callee->primitive);
      checkCount(call, row.name, row.minArgs, row.maxArgs, {});
      checkOperands(call, row);
      return;
    }
    case NodeKind::GlobalRef: {
      const Global *global = callee->global;
      if (!global->isAssigned && global->minArgs >= 0)
        checkCount(call, global->name->text(), global->minArgs, global->maxArgs,
                   global->location);
      return;
    }
    case NodeKind::LocalRef: {
      auto found = procedures.find(callee->variable);
      if (found != procedures.end())
        checkLambda(call, found->second, callee->variable->name->text(),
                    callee->variable->location);
      return;
    }
    case NodeKind::Lambda:
      checkLambda(call, callee, "lambda", callee->location);
      return;
    case NodeKind::Constant: {
      DatumKind kind = callee->datum->kind;
      // Keywords and the unspecified value of a wrong form were diagnosed.
      if (kind == DatumKind::Unspecified || kind == DatumKind::Symbol)
        return;
      // An operand that leaves comes first: (0 (escape 1)) is no error.
      bool isCertain = llvm::none_of(
          call->children.drop_front(), [](const Node *operand) {
            return operand->kind == NodeKind::Call &&
                   mayLeave(operand->children[0]);
          });
      caughtDepth += !isCertain;
      report(Diag::NotAProcedure, callee->location,
             {(describe(callee->datum) + " `" + datumText(callee->datum) + "`")
                  .str()});
      caughtDepth -= !isCertain;
      return;
    }
    default:
      return;
    }
  }

  /// True if an operator may be that of another language: of an object, if there
  /// are any, and what that language takes for the other operand.
  bool mayBeForeign(const Node *call, const PrimitiveRow &row) const {
    return hasReferences &&
           llvm::StringSwitch<bool>(row.id)
               .Cases("Add", "Sub", "Mul", "Div", true)
               .Cases("Quotient", "Modulo", "Expt", true)
               .Cases("NumEq", "NumLt", "NumGt", "NumLe", "NumGe", true)
               .Default(false) &&
           llvm::any_of(call->children.drop_front(), [](const Node *operand) {
             return operand->kind != NodeKind::Constant &&
                    operand->kind != NodeKind::Lambda &&
                    operand->kind != NodeKind::CaseLambda;
           });
  }

  void checkOperands(const Node *call, const PrimitiveRow &row) {
    if (mayBeForeign(call, row))
      return;
    llvm::StringRef parameters = llvm::StringRef(row.type).split(" -> ").first;
    llvm::SmallVector<llvm::StringRef, 8> words;
    parameters.drop_front().drop_back().split(words, ' ', -1, false);
    bool repeats = !words.empty() && words.back() == "...";
    if (repeats)
      words.pop_back();
    for (size_t i = 1; i < call->children.size(); ++i) {
      const Node *arg = call->children[i];
      if (arg->kind != NodeKind::Constant ||
          arg->datum->kind == DatumKind::Unspecified)
        continue;
      size_t index = i - 1;
      if (index >= words.size()) {
        if (!repeats || words.empty())
          return;
        index = words.size() - 1;
      }
      // Generic sequence procedures take the values of hosts too; constants
      // never are such values. The last argument of append may be anything.
      if (fits(arg->datum, words[index]) ||
          (row.name == llvm::StringRef("append") &&
           i + 1 == call->children.size()))
        continue;
      std::string text = datumText(arg->datum);
      if (text.size() > 30)
        text = text.substr(0, 27) + "...";
      session.diagnostics.report(
          Diag::WrongOperandType, arg->location,
          {row.name, typeInWords(words[index]),
           (describe(arg->datum) + " `" + text + "`").str()});
    }
  }

  Session &session;
  bool hasReferences; ///< the unit has objects of other languages
  bool isOwnFile;
  llvm::DenseMap<const Variable *, const Node *> procedures;
  /// The state at the beginning of a letrec* form.
  struct Beginning {
    unsigned lambdaDepth, calls;
  };
  /// Variables of enclosing letrec* forms without a value yet.
  llvm::DenseMap<const Variable *, Beginning> uninitialized;
  unsigned lambdaDepth = 0;
  /// Calls evaluated so far that may end otherwise than by a return.
  unsigned calls = 0;
  /// Lambdas around this place whose errors the program is about to catch.
  unsigned caughtDepth = 0;
};

} // namespace

void checkCalls(Session &session, const Unit &unit, bool isOwnFile) {
  Checker checker(session, unit, isOwnFile);
  for (const Node *node : unit.body)
    checker.check(node);
}

} // namespace plc::frontend
