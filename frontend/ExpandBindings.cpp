//===- ExpandBindings.cpp - lambda, let and their kin ---------------------===//

#include "frontend/Docstring.h"
#include "frontend/FormExpander.h"
#include "ir/Module.h"

using namespace plc::ir;

namespace plc::frontend {

Variable *FormExpander::temporary(llvm::StringRef name, Location location) {
  auto *variable = new (arena) Variable{};
  variable->name = session.interner.intern(name);
  variable->location = location;
  variable->id = nextVariable++;
  return variable;
}

Variable *FormExpander::bindVariable(const Syntax *id, Scope *scope) {
  Variable *variable = temporary(id->name->text(), id->location);
  Binding *binding = libraries.makeBinding(BindingKind::Local);
  binding->variable = variable;
  binding->location = id->location;
  scope->bind(keyOf(id), binding);
  return variable;
}

void FormExpander::checkDistinct(llvm::ArrayRef<const Syntax *> ids,
                                 llvm::StringRef what) {
  llvm::DenseMap<IdentifierKey, Location> seen;
  for (const Syntax *id : ids) {
    auto [previous, isNew] = seen.try_emplace(keyOf(id), id->location);
    if (!isNew)
      diagnostics
          .report(Diag::DuplicateName, id->location, {id->name->text(), what})
          .label(previous->second, "first bound here");
  }
}

bool FormExpander::parseFormals(const Syntax *formals,
                                llvm::ArrayRef<const Syntax *> list,
                                const Syntax *tail, Scope *scope,
                                Formals &result, llvm::StringRef what) {
  llvm::SmallVector<const Syntax *, 8> ids;
  if (formals->isIdentifier())
    tail = formals;
  else if (!formals->isList()) {
    diagnostics.report(Diag::BadFormals, formals->location, {what});
    return false;
  }
  for (size_t i = 0; i < list.size(); ++i) {
    const Syntax *id = list[i];
    if (!id->isIdentifier()) {
      auto report = diagnostics.report(Diag::BadFormals, id->location, {what});
      if (id->isList())
        report.help("a default value or destructuring is not part of the "
                    "language; see `case-lambda`");
      return false;
    }
    // (a b :up-to 2 rest)
    if (id->name->text() == ":up-to") {
      const ir::Datum *limit = i + 1 < list.size() ? list[i + 1]->datum : nullptr;
      if (tail || i + 3 != list.size() || !limit ||
          limit->kind != ir::DatumKind::Fixnum || limit->integer < 0 ||
          limit->integer > ir::kMostRestLimit ||
          !list[i + 2]->isIdentifier()) {
        diagnostics.report(Diag::BadFormals, id->location, {what})
            .help("`:up-to` stands before a number and the last name, that of "
                  "the list of at most so many arguments");
        return false;
      }
      result.restLimit = int32_t(limit->integer);
      tail = list[i + 2];
      break;
    }
    // [a b & rest]
    if (id->name->text() == "&" && formals->brackets == Brackets::Square) {
      if (tail || i + 2 != list.size()) {
        diagnostics.report(Diag::BadFormals, id->location, {what})
            .help("`&` stands before the last name, that of the list of the "
                  "remaining arguments");
        return false;
      }
      tail = list[i + 1];
      if (!tail->isIdentifier()) {
        diagnostics.report(Diag::BadFormals, tail->location, {what});
        return false;
      }
      break;
    }
    ids.push_back(id);
  }
  if (tail) {
    if (!tail->isIdentifier()) {
      diagnostics.report(Diag::BadFormals, tail->location, {what});
      return false;
    }
    ids.push_back(tail);
    result.hasRest = true;
  }
  checkDistinct(ids, what);
  for (const Syntax *id : ids)
    result.variables.push_back(bindVariable(id, scope));
  return true;
}

Node *FormExpander::expandLambda(const Syntax *form, const Syntax *formals,
                                 llvm::ArrayRef<const Syntax *> list,
                                 const Syntax *tail,
                                 llvm::ArrayRef<const Syntax *> body,
                                 Scope *scope, CoreForm core, Symbol name) {
  Scope *inner = libraries.makeScope(scope);
  Formals parsed;
  if (!parseFormals(formals, list, tail, inner, parsed, "parameter list"))
    return makeError(form->location);
  const ir::Datum *documentation = docstringOf(body);
  if (documentation)
    body = body.drop_front();
  ++lambdaDepth;
  Node *node =
      lambda(parsed, expandBody(body, inner, form, core), form->location);
  --lambdaDepth;
  node->name = name;
  node->datum = documentation;
  return node;
}

Node *FormExpander::expandLambdaForm(const Syntax *form, CoreForm core,
                                     Scope *scope) {
  if (form->size() < 3)
    return badForm(core, form, "no parameters and body");
  const Syntax *formals = (*form)[1];
  llvm::ArrayRef<const Syntax *> body = form->elements.drop_front(2);
  if (core == CoreForm::NamedLambda) {
    if (!formals->isList() || formals->elements.empty() ||
        !(*formals)[0]->isIdentifier())
      return badForm(core, formals, "no name and parameters");
    return expandLambda(form, formals, formals->elements.drop_front(),
                        formals->tail, body, scope, core, (*formals)[0]->name);
  }
  // (fn name [formal ...] body ...)
  if (core == CoreForm::Fn && formals->isIdentifier() && body.size() >= 2 &&
      body[0]->isList() && body[0]->brackets == Brackets::Square) {
    const Syntax *list = body[0];
    Scope *inner = libraries.makeScope(scope);
    Variable *self = bindVariable(formals, inner);
    Node *procedure =
        expandLambda(form, list, list->elements, list->tail, body.drop_front(),
                     inner, core, formals->name);
    return let({self}, {procedure}, reference(self, form->location),
               form->location, NodeKind::Letrec);
  }
  return expandLambda(form, formals, formals->elements, formals->tail, body,
                      scope, core, nullptr);
}

Node *FormExpander::expandCaseLambda(const Syntax *form, Scope *scope) {
  llvm::SmallVector<Node *, 4> clauses;
  for (const Syntax *clause : form->elements.drop_front()) {
    if (!clause->isProperList() || clause->size() < 2) {
      badSyntax(CoreForm::CaseLambda, clause, "no parameters and body");
      continue;
    }
    const Syntax *formals = (*clause)[0];
    Node *node = expandLambda(clause, formals, formals->elements, formals->tail,
                              clause->elements.drop_front(), scope,
                              CoreForm::CaseLambda, nullptr);
    if (node->kind == NodeKind::Lambda)
      clauses.push_back(node);
  }
  if (clauses.empty() && form->size() > 1)
    return makeError(form->location);
  return caseLambda(clauses, form->location);
}

bool FormExpander::parseBindings(const Syntax *list, CoreForm core,
                                 llvm::SmallVectorImpl<BindingPair> &result) {
  if (!list->isProperList()) {
    badSyntax(core, list, "no list of bindings");
    return false;
  }
  if (list->brackets == Brackets::Square && list->size() == 2 &&
      (*list)[0]->isIdentifier()) {
    const Span &span = session.sources.span(list->location);
    llvm::StringRef text =
        session.sources.fileText(span.file).slice(span.begin, span.end);
    badSyntax(core, list, "one binding where a list of them is expected")
        .help((llvm::Twine("each binding has brackets of its own: `(") +
               coreFormRow(core).name + " (" + text + ") ...)`")
                  .str())
        .edit(list->location, ("(" + text + ")").str());
    return false;
  }
  for (const Syntax *binding : list->elements) {
    if (!binding->isProperList() || binding->size() != 2) {
      badSyntax(core, binding, "no (name init)");
      return false;
    }
    if (!(*binding)[0]->isIdentifier()) {
      badSyntax(core, (*binding)[0], "no name");
      return false;
    }
    result.push_back({(*binding)[0], (*binding)[1]});
  }
  return true;
}

Node *FormExpander::expandLet(const Syntax *form, Scope *scope) {
  if (form->size() < 3)
    return badForm(CoreForm::Let, form,
                   form->size() == 1 ? "no bindings and body" : "no body");
  if ((*form)[1]->isIdentifier())
    return expandNamedLet(form, scope);
  llvm::SmallVector<BindingPair, 8> bindings;
  if (!parseBindings((*form)[1], CoreForm::Let, bindings))
    return makeError(form->location);
  Scope *inner = libraries.makeScope(scope);
  llvm::SmallVector<const Syntax *, 8> ids;
  llvm::SmallVector<Variable *, 8> bound;
  llvm::SmallVector<Node *, 8> inits;
  for (BindingPair &binding : bindings) {
    ids.push_back(binding.name);
    inits.push_back(expand(binding.init, scope));
    nameLambda(inits.back(), binding.name->name);
  }
  checkDistinct(ids, "let");
  for (const Syntax *id : ids)
    bound.push_back(bindVariable(id, inner));
  Node *body =
      expandBody(form->elements.drop_front(2), inner, form, CoreForm::Let);
  return bound.empty() ? body : let(bound, inits, body, form->location);
}

Node *FormExpander::expandNamedLet(const Syntax *form, Scope *scope) {
  if (form->size() < 4)
    return badForm(CoreForm::Let, form, "no body");
  llvm::SmallVector<BindingPair, 8> bindings;
  if (!parseBindings((*form)[2], CoreForm::Let, bindings))
    return makeError(form->location);
  const Syntax *name = (*form)[1];
  Scope *loopScope = libraries.makeScope(scope);
  Variable *loop = bindVariable(name, loopScope);
  Scope *inner = libraries.makeScope(loopScope);
  llvm::SmallVector<const Syntax *, 8> ids;
  llvm::SmallVector<Variable *, 8> parameters;
  llvm::SmallVector<Node *, 8> inits;
  for (BindingPair &binding : bindings) {
    ids.push_back(binding.name);
    inits.push_back(expand(binding.init, scope));
  }
  checkDistinct(ids, "let");
  for (const Syntax *id : ids)
    parameters.push_back(bindVariable(id, inner));
  Node *procedure = lambda(
      parameters, false,
      expandBody(form->elements.drop_front(3), inner, form, CoreForm::Let),
      form->location);
  procedure->name = name->name;
  Node *start = call(reference(loop, form->location), inits, form->location);
  return let({loop}, {procedure}, start, form->location, NodeKind::Letrec);
}

Node *FormExpander::expandLetStar(const Syntax *form, Scope *scope) {
  if (form->size() < 3)
    return badForm(CoreForm::LetStar, form,
                   form->size() == 1 ? "no bindings and body" : "no body");
  llvm::SmallVector<BindingPair, 8> bindings;
  if (!parseBindings((*form)[1], CoreForm::LetStar, bindings))
    return makeError(form->location);
  llvm::SmallVector<std::pair<Variable *, Node *>, 8> levels;
  for (BindingPair &binding : bindings) {
    Node *init = expand(binding.init, scope);
    nameLambda(init, binding.name->name);
    scope = libraries.makeScope(scope);
    levels.push_back({bindVariable(binding.name, scope), init});
  }
  Node *result =
      expandBody(form->elements.drop_front(2), scope, form, CoreForm::LetStar);
  for (auto &[variable, init] : llvm::reverse(levels))
    result = let({variable}, {init}, result, form->location);
  return result;
}

/// True if evaluating the node may capture its continuation.
static bool mayCapture(const Node *node) {
  if (node->kind == NodeKind::Lambda || node->kind == NodeKind::CaseLambda)
    return false;
  if (node->kind == NodeKind::Call) {
    const Node *callee = node->children[0];
    if (callee->kind != NodeKind::PrimitiveRef ||
        primitiveRow(callee->primitive).effects & Calls)
      return true;
  }
  return llvm::any_of(node->children, mayCapture);
}

Node *FormExpander::expandLetrec(const Syntax *form, CoreForm core,
                                 Scope *scope) {
  if (form->size() < 3)
    return badForm(core, form,
                   form->size() == 1 ? "no bindings and body" : "no body");
  llvm::SmallVector<BindingPair, 8> bindings;
  if (!parseBindings((*form)[1], core, bindings))
    return makeError(form->location);
  Scope *inner = libraries.makeScope(scope);
  llvm::SmallVector<const Syntax *, 8> ids;
  llvm::SmallVector<Variable *, 8> bound;
  llvm::SmallVector<Node *, 8> inits;
  for (BindingPair &binding : bindings)
    ids.push_back(binding.name);
  checkDistinct(ids, coreFormRow(core).name);
  for (const Syntax *id : ids)
    bound.push_back(bindVariable(id, inner));
  for (BindingPair &binding : bindings) {
    inits.push_back(expand(binding.init, inner));
    nameLambda(inits.back(), binding.name->name);
  }
  Node *body = expandBody(form->elements.drop_front(2), inner, form, core);
  if (bound.empty())
    return body;
  Node *node = let(bound, inits, body, form->location, NodeKind::Letrec);
  node->assignsAfterInits =
      core == CoreForm::Letrec && llvm::any_of(inits, mayCapture);
  return node;
}

Node *FormExpander::expandLet1(const Syntax *form, Scope *scope) {
  if (form->size() < 4 || !(*form)[1]->isIdentifier())
    return badForm(CoreForm::Let1, form, "no name, init and body");
  Node *init = expand((*form)[2], scope);
  nameLambda(init, (*form)[1]->name);
  Scope *inner = libraries.makeScope(scope);
  Variable *variable = bindVariable((*form)[1], inner);
  Node *body =
      expandBody(form->elements.drop_front(3), inner, form, CoreForm::Let1);
  return let({variable}, {init}, body, form->location);
}

Node *FormExpander::expandReceive(const Syntax *form, Scope *scope) {
  if (form->size() < 4)
    return badForm(CoreForm::Receive, form, "no formals, expression and body");
  const Syntax *formals = (*form)[1];
  Node *producer =
      implicitLambda({}, expand((*form)[2], scope), (*form)[2]->location);
  Node *consumer = expandLambda(form, formals, formals->elements, formals->tail,
                                form->elements.drop_front(3), scope,
                                CoreForm::Receive, nullptr);
  return callPrimitive("call-with-values", {producer, consumer},
                       form->location);
}

Node *FormExpander::expandLetValues(const Syntax *form, CoreForm core,
                                    Scope *scope) {
  if (form->size() < 3)
    return badForm(core, form, "no bindings and body");
  const Syntax *list = (*form)[1];
  if (!list->isProperList())
    return badForm(core, list, "no list of bindings");
  bool isStar = core == CoreForm::LetStarValues;
  struct Level {
    Formals formals;
    Node *init;
    Location location;
  };
  std::vector<Level> levels;
  // The variables of let-values are all bound in one scope, which no init
  // sees.
  Scope *inner = libraries.makeScope(scope);
  llvm::SmallVector<const Syntax *, 8> ids;
  for (const Syntax *binding : list->elements) {
    if (!binding->isProperList() || binding->size() != 2)
      return badForm(core, binding, "no (formals expr)");
    const Syntax *formals = (*binding)[0];
    Level level{{}, expand((*binding)[1], scope), binding->location};
    if (isStar)
      inner = libraries.makeScope(scope);
    if (!parseFormals(formals, formals->elements, formals->tail, inner,
                      level.formals, "list of variables"))
      return makeError(form->location);
    if (formals->isList())
      for (const Syntax *id : formals->elements)
        ids.push_back(id);
    if (formals->isIdentifier())
      ids.push_back(formals);
    else if (formals->tail)
      ids.push_back(formals->tail);
    levels.push_back(std::move(level));
    if (isStar)
      scope = inner;
  }
  if (!isStar)
    checkDistinct(ids, "let-values");
  Node *result = expandBody(form->elements.drop_front(2),
                            isStar ? scope : inner, form, core);
  for (Level &level : llvm::reverse(levels)) {
    Node *producer = implicitLambda({}, level.init, level.location);
    Node *consumer = lambda(level.formals, result, level.location);
    result =
        callPrimitive("call-with-values", {producer, consumer}, level.location);
  }
  return result;
}

Node *FormExpander::expandLetSyntax(const Syntax *form, CoreForm core,
                                    Scope *scope) {
  if (form->size() < 3)
    return badForm(core, form, "no bindings and body");
  llvm::SmallVector<BindingPair, 4> bindings;
  if (!parseBindings((*form)[1], core, bindings))
    return makeError(form->location);
  Scope *inner = libraries.makeScope(scope);
  llvm::SmallVector<const Syntax *, 4> ids;
  for (BindingPair &binding : bindings)
    ids.push_back(binding.name);
  checkDistinct(ids, coreFormRow(core).name);
  for (BindingPair &binding : bindings)
    bindSyntax(binding.name, binding.init,
               core == CoreForm::LetSyntax ? scope : inner, inner, false,
               (*form)[1]->location);
  return expandBody(form->elements.drop_front(2), inner, form, core);
}

Node *FormExpander::expandDo(const Syntax *form, Scope *scope) {
  if (form->size() < 3 || !(*form)[1]->isProperList() ||
      !(*form)[2]->isProperList() || (*form)[2]->elements.empty())
    return badForm(CoreForm::Do, form, "no variables and test");
  Location location = form->location;
  llvm::SmallVector<const Syntax *, 8> ids, steps;
  llvm::SmallVector<Node *, 8> inits;
  for (const Syntax *binding : (*form)[1]->elements) {
    if (!binding->isProperList() || binding->size() < 2 ||
        binding->size() > 3 || !(*binding)[0]->isIdentifier())
      return badForm(CoreForm::Do, binding, "no (name init step)");
    ids.push_back((*binding)[0]);
    inits.push_back(expand((*binding)[1], scope));
    steps.push_back(binding->size() == 3 ? (*binding)[2] : nullptr);
  }
  checkDistinct(ids, "do");
  Variable *loop = temporary("do", location);
  Scope *inner = libraries.makeScope(scope);
  llvm::SmallVector<Variable *, 8> parameters;
  for (const Syntax *id : ids)
    parameters.push_back(bindVariable(id, inner));
  const Syntax *exit = (*form)[2];
  Node *test = expand((*exit)[0], inner);
  Node *result = exit->size() == 1 ? unspecified(location)
                                   : expandSequence(exit->elements.drop_front(),
                                                    inner, exit->location);
  llvm::SmallVector<Node *, 8> body;
  for (const Syntax *command : form->elements.drop_front(3))
    body.push_back(expand(command, inner));
  llvm::SmallVector<Node *, 8> next;
  for (size_t i = 0; i < ids.size(); ++i)
    next.push_back(steps[i] ? expand(steps[i], inner)
                            : reference(parameters[i], ids[i]->location));
  body.push_back(call(reference(loop, location), next, location));
  Node *procedure = lambda(
      parameters, false,
      ifNode(test, result, sequence(body, location), location), location);
  procedure->name = loop->name;
  return let({loop}, {procedure},
             call(reference(loop, location), inits, location), location,
             NodeKind::Letrec);
}

} // namespace plc::frontend
