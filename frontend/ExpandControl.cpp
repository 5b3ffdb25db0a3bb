//===- ExpandControl.cpp - conditionals, guard, parameterize, delay -------===//

#include "frontend/FormExpander.h"

using namespace plc::ir;

namespace plc::frontend {

Node *FormExpander::expandAndOr(const Syntax *form, CoreForm core,
                                Scope *scope) {
  llvm::ArrayRef<const Syntax *> parts = form->elements.drop_front();
  Location location = form->location;
  bool isAnd = core == CoreForm::And;
  if (parts.empty())
    return constant(session.data.boolean(isAnd), location);
  llvm::SmallVector<Node *, 8> list;
  for (const Syntax *part : parts)
    list.push_back(expand(part, scope));
  Node *result = list.pop_back_val();
  while (!list.empty()) {
    Node *test = list.pop_back_val();
    if (isAnd) {
      result =
          ifNode(test, result, constant(session.data.boolean(false), location),
                 location);
    } else {
      Variable *value = temporary("or", test->location);
      result = let({value}, {test},
                   ifNode(reference(value, location),
                          reference(value, location), result, location),
                   location);
    }
  }
  return result;
}

Node *FormExpander::expandWhen(const Syntax *form, CoreForm core,
                               Scope *scope) {
  if (form->size() < 3)
    return badForm(core, form, "no test and body");
  Node *test = expand((*form)[1], scope);
  Node *body =
      expandSequence(form->elements.drop_front(2), scope, form->location);
  Node *nothing = unspecified(form->location);
  return core == CoreForm::When ? ifNode(test, body, nothing, form->location)
                                : ifNode(test, nothing, body, form->location);
}

Node *FormExpander::expandClauses(llvm::ArrayRef<const Syntax *> clauses,
                                  Scope *scope, Node *otherwise,
                                  BodyWrapper wrap, CoreForm core) {
  // Each clause becomes a function of what follows it; built from the last.
  struct Clause {
    Node *test;
    Node *body;               // null: the value of the test
    Node *receiver = nullptr; // of =>
    Location location;
  };
  llvm::SmallVector<Clause, 8> list;
  for (size_t i = 0; i < clauses.size(); ++i) {
    const Syntax *clause = clauses[i];
    if (!clause->isProperList() || clause->elements.empty()) {
      badSyntax(core, clause, "no clause");
      continue;
    }
    if (isCore((*clause)[0], scope, CoreForm::Else)) {
      if (clause->size() < 2)
        badSyntax(core, clause, "no body after `else`");
      else
        otherwise = wrap(expandSequence(clause->elements.drop_front(), scope,
                                        clause->location));
      if (i + 1 < clauses.size())
        badSyntax(core, clauses[i + 1], "a clause after `else`");
      break;
    }
    Node *test = expand((*clause)[0], scope);
    if (clause->size() == 1) {
      list.push_back({test, nullptr, nullptr, clause->location});
    } else if (isCore((*clause)[1], scope, CoreForm::Arrow)) {
      if (clause->size() != 3) {
        badSyntax(core, clause, "not one expression after `=>`");
        continue;
      }
      list.push_back(
          {test, nullptr, expand((*clause)[2], scope), clause->location});
    } else {
      list.push_back({test,
                      expandSequence(clause->elements.drop_front(), scope,
                                     clause->location),
                      nullptr, clause->location});
    }
  }
  Node *result = otherwise;
  for (Clause &clause : llvm::reverse(list)) {
    Location location = clause.location;
    if (clause.body) {
      result = ifNode(clause.test, wrap(clause.body), result, location);
      continue;
    }
    Variable *value = temporary("test", location);
    Node *then = reference(value, location);
    if (clause.receiver)
      then = call(clause.receiver, {then}, location);
    result =
        let({value}, {clause.test},
            ifNode(reference(value, location), wrap(then), result, location),
            location);
  }
  return result;
}

Node *FormExpander::expandCond(const Syntax *form, Scope *scope) {
  if (form->size() < 2)
    return badForm(CoreForm::Cond, form, "no clauses");
  return expandClauses(
      form->elements.drop_front(), scope, unspecified(form->location),
      [](Node *body) { return body; }, CoreForm::Cond);
}

Node *FormExpander::expandCase(const Syntax *form, Scope *scope) {
  if (form->size() < 2)
    return badForm(CoreForm::Case, form, "no key");
  Location location = form->location;
  Variable *key = temporary("key", (*form)[1]->location);
  Node *keyInit = expand((*form)[1], scope);
  Node *result = unspecified(location);
  struct Clause {
    llvm::SmallVector<Datum *, 4> data;
    Node *body;
    Location location;
  };
  std::vector<Clause> list;
  llvm::ArrayRef<const Syntax *> clauses = form->elements.drop_front(2);
  for (size_t i = 0; i < clauses.size(); ++i) {
    const Syntax *clause = clauses[i];
    if (!clause->isProperList() || clause->size() < 2) {
      badSyntax(CoreForm::Case, clause, "no data and body");
      continue;
    }
    Node *body;
    if (isCore((*clause)[1], scope, CoreForm::Arrow)) {
      if (clause->size() != 3) {
        badSyntax(CoreForm::Case, clause, "not one expression after `=>`");
        continue;
      }
      body = call(expand((*clause)[2], scope),
                  {reference(key, clause->location)}, clause->location);
    } else {
      body = expandSequence(clause->elements.drop_front(), scope,
                            clause->location);
    }
    if (isCore((*clause)[0], scope, CoreForm::Else)) {
      result = body;
      if (i + 1 < clauses.size())
        badSyntax(CoreForm::Case, clauses[i + 1], "a clause after `else`");
      break;
    }
    if (!(*clause)[0]->isProperList()) {
      badSyntax(CoreForm::Case, (*clause)[0], "no list of data")
          .help("data stand in a list: `((1 2 3) ...)`");
      continue;
    }
    Clause entry{{}, body, clause->location};
    for (const Syntax *datum : (*clause)[0]->elements)
      entry.data.push_back(quote(datum));
    list.push_back(std::move(entry));
  }
  auto isImmediate = [](const Datum *d) {
    switch (d->kind) {
    case DatumKind::Fixnum:
      return d->integer >= -(int64_t(1) << 60) &&
             d->integer < (int64_t(1) << 60);
    case DatumKind::BigInteger:
    case DatumKind::Ratio:
    case DatumKind::Flonum:
    case DatumKind::Complex:
      return false;
    default:
      return true; // eq? and eqv? agree
    }
  };
  constexpr size_t kMaxTests = 8;
  for (Clause &clause : llvm::reverse(list)) {
    Location at = clause.location;
    Node *test = nullptr;
    if (clause.data.size() > kMaxTests) {
      bool allImmediate = llvm::all_of(clause.data, isImmediate);
      Datum *data = session.data.make(DatumKind::Null);
      for (Datum *d : llvm::reverse(clause.data))
        data = session.data.pair(d, data);
      test = callPrimitive(allImmediate ? "memq" : "memv",
                           {reference(key, at), constant(data, at)}, at);
    } else {
      for (Datum *d : llvm::reverse(clause.data)) {
        Node *equal = callPrimitive(isImmediate(d) ? "eq?" : "eqv?",
                                    {reference(key, at), constant(d, at)}, at);
        test = test ? ifNode(equal, constant(session.data.boolean(true), at),
                             test, at)
                    : equal;
      }
    }
    if (test)
      result = ifNode(test, clause.body, result, at);
  }
  return let({key}, {keyInit}, result, location);
}

Node *FormExpander::expandDelay(const Syntax *form, CoreForm core,
                                Scope *scope) {
  if (form->size() != 2)
    return badForm(core, form, "not one expression");
  Location location = form->location;
  ++lambdaDepth;
  Node *value = expand((*form)[1], scope);
  --lambdaDepth;
  if (core == CoreForm::Delay)
    value = callPrimitive("%make-forced", {value}, location);
  return callPrimitive("%make-lazy", {implicitLambda({}, value, location)},
                       location);
}

Node *FormExpander::expandParameterize(const Syntax *form, Scope *scope) {
  if (form->size() < 3 || !(*form)[1]->isProperList())
    return badForm(CoreForm::Parameterize, form, "no bindings and body");
  Location location = form->location;
  llvm::SmallVector<Node *, 4> parameters, values;
  for (const Syntax *binding : (*form)[1]->elements) {
    if (!binding->isProperList() || binding->size() != 2)
      return badForm(CoreForm::Parameterize, binding, "no (parameter value)");
    parameters.push_back(expand((*binding)[0], scope));
    values.push_back(expand((*binding)[1], scope));
  }
  Node *body = expandBody(form->elements.drop_front(2), scope, form,
                          CoreForm::Parameterize);
  if (parameters.empty())
    return body;
  return callPrimitive("%parameterize",
                       {callPrimitive("list", parameters, location),
                        callPrimitive("list", values, location),
                        implicitLambda({}, body, location)},
                       location);
}

/// True if evaluating the expression inside the handler cannot be told from
/// evaluating it after the escape to the guard: it calls nothing that could
/// look at the dynamic environment, raises nothing, which would be for the
/// handlers of the guard, and reads nothing that an after thunk could change.
/// Of variables, only `own`, those of the guard, are known by now to be
/// never assigned.
bool FormExpander::isSimple(const Node *node,
                            llvm::SmallPtrSetImpl<const Variable *> &own) {
  auto areSimple = [&](llvm::ArrayRef<Node *> nodes) {
    return llvm::all_of(nodes,
                        [&](const Node *n) { return isSimple(n, own); });
  };
  switch (node->kind) {
  case NodeKind::Constant:
  case NodeKind::PrimitiveRef:
  case NodeKind::Lambda:
  case NodeKind::CaseLambda:
    return true;
  case NodeKind::LocalRef:
    return own.contains(node->variable) && !node->variable->isAssigned;
  case NodeKind::Let:
    for (const Variable *variable : node->variables)
      own.insert(variable);
    return areSimple(node->children);
  case NodeKind::If:
  case NodeKind::Sequence:
    return areSimple(node->children);
  case NodeKind::Call: {
    const Node *callee = node->children[0];
    if (callee->kind == NodeKind::PrimitiveRef) {
      const PrimitiveRow &row = primitiveRow(callee->primitive);
      int count = node->children.size() - 1;
      if (row.effects & (Calls | Writes | Reads | MayRaise) ||
          count < row.minArgs || (row.maxArgs >= 0 && count > row.maxArgs))
        return false;
    } else if (callee->kind == NodeKind::GlobalRef) {
      if (!callee->global->isSimpleProcedure || callee->global->isAssigned)
        return false;
    } else if (callee->kind == NodeKind::LocalRef) {
      if (!simpleProcedures.count(callee->variable))
        return false;
    } else {
      return false;
    }
    return areSimple(node->children.drop_front());
  }
  default:
    return false;
  }
}

// R7RS 4.2.7. The handler finds the clause, escapes to the guard and leaves
// there a thunk of the clause's body:
//
//   (let* ((caught (cons #f '()))
//          (result (call/ec (lambda (k)
//             (with-exception-handler
//               (lambda (e)
//                 (cond (test (set-car! caught (lambda () body)) (k caught))
//                       ...
//                       (else (%leave-and-enter k) (raise-continuable e))))
//               (lambda () body ...))))))
//     (if (eq? result caught) ((car caught)) result))
//
// `caught` is fresh for each guard, so no value of the body is mistaken for
// it, and multiple values pass through `result`. A test must be evaluated in
// the dynamic environment of the guard, that is after the escape, with a way
// back for the case that no clause fits. Tests that cannot tell the difference
// (isSimple) are evaluated in the handler, and %leave-and-enter runs the thunks
// of the way out and back; with an `else` there is no way back to take;
// otherwise the handler is
//
//   (lambda (e)
//     (if (%call-outside k
//           (lambda () (cond (test (set-car! caught (lambda () body)) #t)
//                            ...
//                            (else #f))))
//         (k caught)
//         (raise-continuable e)))
//
// The tests run on top of the frames of the raise: these may be all that the
// stack and the heap have room for, so a continuation for the way back would
// lose what it is to report.
Node *FormExpander::expandGuard(const Syntax *form, Scope *scope) {
  if (form->size() < 3 || !(*form)[1]->isProperList() ||
      (*form)[1]->elements.empty() || !(*(*form)[1])[0]->isIdentifier())
    return badForm(CoreForm::Guard, form, "no (name clause ...) and body");
  Location location = form->location;
  const Syntax *head = (*form)[1];
  llvm::ArrayRef<const Syntax *> clauses = head->elements.drop_front();
  Variable *caught = temporary("caught", location);
  Variable *result = temporary("result", location);
  Variable *escape = temporary("escape", location);
  bool hasElse = !clauses.empty() && clauses.back()->isProperList() &&
                 !clauses.back()->elements.empty() &&
                 isCore((*clauses.back())[0], scope, CoreForm::Else);

  auto keep = [&](Node *body) {
    return callPrimitive(
        "set-car!",
        {reference(caught, location), implicitLambda({}, body, location)},
        location);
  };
  auto leave = [&] {
    return call(reference(escape, location), {reference(caught, location)},
                location);
  };
  auto leaveWith = [&](Node *body) {
    return sequence({keep(body), leave()}, location);
  };

  // Are all tests simple? Expand the clauses as they are needed then; a test
  // is expanded once only, so decide on what came out.
  Scope *inner = libraries.makeScope(scope);
  Variable *condition = bindVariable((*head)[0], inner);
  auto reraise = [&] {
    return callPrimitive("raise-continuable", {reference(condition, location)},
                         location);
  };
  // Marks where bodies were put, to undo the wrapping if a test is not simple.
  llvm::SmallVector<std::pair<Node *, Node *>, 8> wrapped;
  Node *otherwise = unspecified(location);
  Node *chain = expandClauses(
      clauses, inner, otherwise,
      [&](Node *body) {
        Node *place = make(NodeKind::Sequence, body->location);
        place->children = nodes({body});
        wrapped.push_back({place, body});
        return place;
      },
      CoreForm::Guard);
  // The chain without its bodies, to look at the tests alone.
  for (auto &[place, body] : wrapped)
    place->children = nodes({otherwise});
  llvm::SmallPtrSet<const Variable *, 4> own{condition};
  bool testsAreSimple = isSimple(chain, own);
  Node *handlerBody;
  if (testsAreSimple) {
    for (auto &[place, body] : wrapped)
      place->children = nodes({leaveWith(body)});
    if (!hasElse)
      *otherwise = *sequence({callPrimitive("%leave-and-enter",
                                            {reference(escape, location)},
                                            location),
                              reraise()},
                             location);
    handlerBody = chain;
  } else if (hasElse) {
    for (auto &[place, body] : wrapped)
      place->children = nodes({body});
    handlerBody = leaveWith(chain);
  } else {
    for (auto &[place, body] : wrapped)
      place->children =
          nodes({keep(body), constant(session.data.boolean(true), location)});
    *otherwise = *constant(session.data.boolean(false), location);
    Node *isFound = callPrimitive("%call-outside",
                                  {reference(escape, location),
                                   implicitLambda({}, chain, location)},
                                  location);
    handlerBody = ifNode(isFound, leave(), reraise(), location);
  }
  Node *handler = implicitLambda({condition}, handlerBody, location);
  Node *body = lambda(
      {}, false,
      expandBody(form->elements.drop_front(2), scope, form, CoreForm::Guard),
      location);
  Node *run = callPrimitive("call-with-escape-continuation",
                            {implicitLambda(
                                {escape},
                                callPrimitive("with-exception-handler",
                                              {handler, body}, location),
                                location)},
                            location);
  Datum *null = session.data.make(DatumKind::Null);
  Node *token = callPrimitive("cons",
                              {constant(session.data.boolean(false), location),
                               constant(null, location)},
                              location);
  // The body may deliver several values.
  result->holdsSeveral = true;
  Node *delivered = reference(result, location);
  delivered->wantsSeveral = true;
  Node *finish = ifNode(
      callPrimitive("eq?", {delivered, reference(caught, location)}, location),
      call(callPrimitive("car", {reference(caught, location)}, location), {},
           location),
      reference(result, location), location);
  return let({caught}, {token}, let({result}, {run}, finish, location),
             location);
}

} // namespace plc::frontend
