//===- Expander.cpp - expressions and names -------------------------------===//
//
// What each form means as an expression, and what each name means. The forms
// themselves are in Expand*.cpp.
//
//===----------------------------------------------------------------------===//

#include "frontend/FormExpander.h"

#include "plc/shims.h"

using namespace plc::ir;

namespace plc::frontend {

FormExpander::FormExpander(Session &session, TopLevel &top, Unit &unit,
                           ExpandMode mode)
    : session(session), libraries(session.libraries()),
      diagnostics(session.diagnostics), arena(session.interner.allocator()),
      top(top), unit(unit), mode(mode), topContext(&top, true),
      nativeRows(session.data) {}

const Syntax *FormExpander::expandMacro(const Syntax *form, Macro &macro,
                                        Scope *scope) {
  const SyntaxRules *rules = libraries.rulesOf(macro);
  if (!rules) {
    // Its definition was reported when it was compiled; but that may have been a
    // form evaluated before this one.
    if (!diagnostics.errorCount())
      diagnostics
          .report(Diag::NotATransformer, form->location, {macro.name->text()})
          .help("its definition was in error");
    return nullptr;
  }
  return rules->expand(session, macro, form, scope);
}

Node *FormExpander::expand(const Syntax *s, Scope *scope) {
  struct Guard {
    unsigned &depth;
    ~Guard() { --depth; }
  } guard{depth};
  if (++depth > kMaxNesting) {
    reportTooDeep(s->location);
    return makeError(s->location);
  }
  Location begin = s->location;
  for (Chain chain(*this);;) {
    switch (s->kind) {
    case SyntaxKind::Identifier:
      return expandIdentifier(s, scope);
    case SyntaxKind::Object:
      if (s->isUnending) {
        diagnostics.report(Diag::CircularForm, s->location);
        return makeError(s->location);
      }
      [[fallthrough]];
    case SyntaxKind::Constant:
    case SyntaxKind::Vector:
      return expandQuote(s);
    case SyntaxKind::Map:
      return expandMapExpression(s, scope);
    case SyntaxKind::LabelDefinition:
    case SyntaxKind::LabelReference:
      diagnostics.report(Diag::LabelOutsideQuote, s->location);
      return makeError(s->location);
    case SyntaxKind::Error:
      return makeError(s->location);
    case SyntaxKind::List:
      break;
    }
    if (s->brackets == Brackets::Square)
      return expandVectorExpression(s, scope);
    if (s->isNull()) {
      diagnostics.report(Diag::EmptyCombination, s->location)
          .help("the empty list is written `'()`");
      return makeError(s->location);
    }
    Binding *binding = headBinding(s, scope);
    if (binding && binding->kind == BindingKind::Core)
      return expandCore(s, binding->core, scope);
    if (!binding || binding->kind != BindingKind::Macro)
      return expandCall(s, scope);
    if (chain.isEndless()) {
      diagnostics.report(Diag::EndlessExpansion, begin,
                         {binding->macro->name->text()});
      return makeError(begin);
    }
    const Syntax *expansion = expandMacro(s, *binding->macro, scope);
    if (!expansion)
      return makeError(s->location);
    s = expansion;
  }
}

Node *FormExpander::expandCall(const Syntax *form, Scope *scope) {
  // It may be a use of syntax that a broken import would have brought: nothing
  // can be said of its parts. In a REPL the import is over, and others may follow.
  if (mode != ExpandMode::Repl && top.hasBrokenImports &&
      (*form)[0]->isIdentifier() && !libraries.lookup((*form)[0], scope))
    return makeError(form->location);
  if (form->tail) {
    diagnostics.report(Diag::ImproperCall, form->location);
    return makeError(form->location);
  }
  if (Node *foreign = expandForeignCall(form, scope))
    return foreign;
  Node *node = make(NodeKind::Call, form->location);
  node->children = {arena.Allocate<Node *>(form->size()), form->size()};
  bool wasOpen = unit.needsEvaluator;
  for (size_t i = 0; i < form->size(); ++i) {
    node->children[i] = expand((*form)[i], scope);
    // Only without an environment does `eval` mean that of the program.
    if (i == 0 && form->size() == 3 && (*form)[0]->isIdentifier() &&
        (*form)[0]->name->text() == "eval")
      unit.needsEvaluator = wasOpen;
  }
  return node;
}

Binding *FormExpander::meaningHere(Binding *binding) const {
  if (binding->kind == BindingKind::Global && !lambdaDepth)
    if (Binding *hidden = hiddenImports.lookup(binding->global))
      return hidden;
  return binding;
}

Node *FormExpander::expandIdentifier(const Syntax *id, Scope *scope) {
  Binding *binding = libraries.lookup(id, scope);
  if (!binding)
    return expandUnbound(id, scope);
  binding = meaningHere(binding);
  switch (binding->kind) {
  case BindingKind::Core:
  case BindingKind::Macro: {
    auto report = diagnostics.report(Diag::KeywordAsVariable, id->location,
                                     {id->name->text()});
    if (binding->kind == BindingKind::Core)
      report.note((llvm::Twine("it is used as `") +
                   coreFormRow(binding->core).form + "`")
                      .str());
    return makeError(id->location);
  }
  case BindingKind::Local:
    return reference(binding->variable, id->location);
  case BindingKind::Global: {
    if (binding->library && binding->library->isStandard)
      noteEvaluator(binding->global->name);
    Node *node = objectOf(binding, id->location);
    // A namespace is loaded at its first use.
    return binding->global->isNamespace
               ? callPrimitive("%foreign-module", {node}, id->location)
               : node;
  }
  case BindingKind::Primitive:
    noteEvaluator(id->name);
    return objectOf(binding, id->location);
  case BindingKind::Constant:
  case BindingKind::Member:
  case BindingKind::NativeSpace:
    return objectOf(binding, id->location);
  }
  llvm_unreachable("unknown binding kind");
}

/// Programs that can be changed from outside keep their globals in cells.
void FormExpander::noteEvaluator(Symbol name) {
  for (const char *evaluator :
       {"eval", "load", "interaction-environment", "test-read-eval-string"})
    if (name->text() == evaluator)
      unit.needsEvaluator = true;
}

Node *FormExpander::expandUnbound(const Syntax *id, Scope *scope) {
  llvm::StringRef name = id->name->text();
  if (name.size() > 1 && name.front() == ':')
    return constant(session.data.symbol(id->name), id->location);
  if (std::optional<MemberPath> path = memberPath(id, scope))
    return valueOfPath(*path, id->location);
  noteEvaluator(id->name);
  if (top.isFixed) {
    Node *node = make(NodeKind::GlobalRef, id->location);
    node->global = session.objects->unboundCell(id->name);
    return node;
  }
  if (mode == ExpandMode::Program && !top.hasBrokenImports)
    unboundNames.push_back({id, scope});
  else if (mode == ExpandMode::Library && !top.hasBrokenImports)
    warnUnbound(id, scope);
  Node *node = make(NodeKind::UnboundRef, id->location);
  node->name = id->name;
  return node;
}

std::string FormExpander::nearestVisible(llvm::StringRef name, Scope *scope) {
  std::vector<llvm::StringRef> candidates;
  for (Scope *s = scope; s; s = s->parent)
    for (const Scope::Entry &entry : s->entries)
      if (entry.binding->kind == BindingKind::Local)
        candidates.push_back(entry.binding->variable->name->text());
      else if (entry.binding->kind == BindingKind::Global)
        candidates.push_back(entry.binding->global->name->text());
      else if (entry.binding->kind == BindingKind::Macro)
        candidates.push_back(entry.binding->macro->name->text());
  for (auto &[symbol, binding] : top.imports)
    candidates.push_back(symbol->text());
  if (top.seesStandardLibraries)
    for (auto &[symbol, binding] : libraries.allStandardBindings())
      candidates.push_back(symbol->text());
  llvm::sort(candidates);
  return nearestName(name, candidates).str();
}

void FormExpander::warnUnbound(const Syntax *id, Scope *scope) {
  auto report = diagnostics.report(Diag::UnboundVariable, id->location,
                                   {id->name->text()});
  std::string nearest = nearestVisible(id->name->text(), scope);
  if (!nearest.empty())
    report.help("is `" + nearest + "` meant?").edit(id->location, nearest);
  else if (std::string library;
           !top.seesStandardLibraries &&
           !(library = libraries.standardLibraryOf(id->name)).empty())
    report.help("an import is missing: `" + library + "` has it");
}

Node *FormExpander::expandSet(const Syntax *form, Scope *scope) {
  if (form->tail || form->size() != 3)
    return badForm(CoreForm::Set, form,
                   form->size() < 3 ? "too few parts" : "too many parts");
  const Syntax *place = (*form)[1];
  if (place->isList() && !place->elements.empty())
    return expandSetPlace(form, place, scope);
  if (!place->isIdentifier())
    return badForm(CoreForm::Set, place, "no variable");
  if (Node *foreign = expandSetMember(form, scope))
    return foreign;
  Binding *binding = libraries.lookup(place, scope);
  Node *value = expand((*form)[2], scope);
  Location location = form->location;
  if (!binding) {
    Node *asReference = expandUnbound(place, scope);
    bool isCell = asReference->kind == NodeKind::GlobalRef;
    if (asReference->kind != NodeKind::UnboundRef && !isCell)
      return asReference;
    Node *node =
        make(isCell ? NodeKind::GlobalSet : NodeKind::UnboundSet, location);
    node->name = place->name;
    node->global = asReference->global;
    node->children = nodes({value});
    return node;
  }
  switch (binding->kind) {
  case BindingKind::Local: {
    Node *node = make(NodeKind::LocalSet, location);
    node->variable = binding->variable;
    node->variable->isAssigned = true;
    node->children = nodes({value});
    return node;
  }
  case BindingKind::Global:
    // Another library's own macro may assign its variable, which then is a cell
    // (LibraryExpander::noteAssignments).
    if (binding->library == library ||
        (binding->global->isAssigned && !libraries.isImported(place, scope))) {
      Node *node = make(NodeKind::GlobalSet, location);
      node->global = globalHere(binding);
      node->global->isAssigned = true;
      binding->global->isAssigned = true;
      node->children = nodes({value});
      return node;
    }
    [[fallthrough]];
  case BindingKind::Primitive:
  case BindingKind::Constant:
  case BindingKind::Member:
  case BindingKind::NativeSpace:
    diagnostics
        .report(Diag::AssignedImport, place->location, {place->name->text()})
        .help(("define a variable of your own first: `(define " +
               place->name->text() + " ...)`")
                  .str());
    return makeError(location);
  case BindingKind::Core:
  case BindingKind::Macro:
    diagnostics.report(Diag::KeywordAsVariable, place->location,
                       {place->name->text()});
    return makeError(location);
  }
  llvm_unreachable("unknown binding kind");
}

Node *FormExpander::expandSetPlace(const Syntax *form, const Syntax *place,
                                   Scope *scope) {
  // (set! (ref x key ...) value) calls the setter that stands beside `ref` in
  // its library.
  Binding *binding = headBinding(place, scope);
  if (binding && binding->kind == BindingKind::Core &&
      binding->core == CoreForm::Dot)
    return expandSetMember(form, scope);
  if (binding && binding->kind == BindingKind::Global && binding->library) {
    Symbol setter = session.interner.intern(
        ("%set-" + binding->global->name->text() + "!").str());
    if (Binding *bound = binding->library->scope.find(setter)) {
      llvm::SmallVector<Node *, 4> args;
      for (const Syntax *arg : place->elements.drop_front())
        args.push_back(expand(arg, scope));
      args.push_back(expand((*form)[2], scope));
      Node *callee = make(NodeKind::GlobalRef, (*place)[0]->location);
      callee->global = globalHere(bound);
      return call(callee, args, form->location);
    }
  }
  // (set! (object key ...) value): what the call of an object of another language
  // refers to.
  bool isVariable = !binding || binding->kind == BindingKind::Local ||
                    binding->kind == BindingKind::Global;
  if (isVariable && !libraries.sources().empty()) {
    llvm::SmallVector<Node *, 6> args = {
        expand((*place)[0], scope),
        constant(session.data.symbol(session.interner.intern(PLC_SHIM_CALL_SET)),
                 place->location)};
    for (const Syntax *arg : place->elements.drop_front())
      args.push_back(expand(arg, scope));
    args.push_back(expand((*form)[2], scope));
    return callPrimitive("foreign-call-method", args, form->location);
  }
  return badForm(CoreForm::Set, place, "no variable and no place");
}

Node *FormExpander::expandCore(const Syntax *form, CoreForm core,
                               Scope *scope) {
  if (form->tail)
    return badForm(core, form, "an improper list");
  llvm::ArrayRef<const Syntax *> parts = form->elements.drop_front();
  switch (core) {
  case CoreForm::Quote:
    if (parts.size() != 1)
      return badForm(core, form, "not one datum");
    return expandQuote(parts[0]);
  case CoreForm::Quasiquote:
    if (parts.size() != 1)
      return badForm(core, form, "not one template");
    return expandQuasi(parts[0], 1, scope);
  case CoreForm::Lambda:
  case CoreForm::NamedLambda:
  case CoreForm::Fn:
    return expandLambdaForm(form, core, scope);
  case CoreForm::CaseLambda:
    return expandCaseLambda(form, scope);
  case CoreForm::If: {
    if (parts.size() < 2 || parts.size() > 3)
      return badForm(core, parts.size() > 3 ? parts[3] : form,
                     parts.size() > 3 ? "a fourth part" : "too few parts");
    Node *test = expand(parts[0], scope);
    Node *then = expand(parts[1], scope);
    Node *otherwise = parts.size() == 3 ? expand(parts[2], scope)
                                        : unspecified(form->location);
    return ifNode(test, then, otherwise, form->location);
  }
  case CoreForm::Set:
    return expandSet(form, scope);
  case CoreForm::Begin:
    if (parts.empty())
      return unspecified(form->location);
    return expandSequence(parts, scope, form->location);
  case CoreForm::Let:
    return expandLet(form, scope);
  case CoreForm::LetStar:
    return expandLetStar(form, scope);
  case CoreForm::Letrec:
  case CoreForm::LetrecStar:
    return expandLetrec(form, core, scope);
  case CoreForm::LetValues:
  case CoreForm::LetStarValues:
    return expandLetValues(form, core, scope);
  case CoreForm::Receive:
    return expandReceive(form, scope);
  case CoreForm::Let1:
    return expandLet1(form, scope);
  case CoreForm::LetSyntax:
  case CoreForm::LetrecSyntax:
    return expandLetSyntax(form, core, scope);
  case CoreForm::SyntaxError:
    return expandSyntaxError(form);
  case CoreForm::And:
  case CoreForm::Or:
    return expandAndOr(form, core, scope);
  case CoreForm::When:
  case CoreForm::Unless:
    return expandWhen(form, core, scope);
  case CoreForm::Cond:
    return expandCond(form, scope);
  case CoreForm::Case:
    return expandCase(form, scope);
  case CoreForm::Do:
    return expandDo(form, scope);
  case CoreForm::Delay:
  case CoreForm::DelayForce:
    return expandDelay(form, core, scope);
  case CoreForm::Parameterize:
    return expandParameterize(form, scope);
  case CoreForm::Guard:
    return expandGuard(form, scope);
  case CoreForm::Interpolate:
    return expandInterpolate(form, scope);
  case CoreForm::CondExpand:
  case CoreForm::Include:
  case CoreForm::IncludeCi: {
    // As an expression: the forms in sequence. What they define, wrongly, must
    // not stay in a top level.
    Context context(libraries.makeScope(scope), false);
    scanCore(form, core, context);
    llvm::SmallVector<Node *, 8> list;
    bool isReported = context.scope->entries.empty();
    Span reported;
    auto report = [&](Location at) {
      isReported = true;
      // A record type is one definition with many items.
      const Span &span = session.sources.span(at);
      if (span.file == reported.file && reported.begin <= span.begin &&
          span.end <= reported.end)
        return;
      reported = span;
      diagnostics.report(Diag::DefinitionInExpression, at)
          .help("put it at the top level or in a body, for example of "
                "`(let () ...)`");
    };
    for (Item &item : context.items) {
      if (item.target)
        report(item.location);
      list.push_back(item.make());
    }
    if (!isReported) { // of syntax, which leaves no item
      const Binding *binding = context.scope->entries.front().binding;
      report(binding->kind == BindingKind::Macro ? binding->macro->location
                                                 : form->location);
    }
    return list.empty() ? unspecified(form->location)
                        : sequence(list, form->location);
  }
  case CoreForm::Dot:
    return expandDot(form, scope);
  case CoreForm::ForeignObject:
    return expandForeignObject(form, scope);
  case CoreForm::NativeFunction:
    return expandNativeFunction(form, scope);
  case CoreForm::NativeMacro:
    return expandNativeMacro(form, scope);
  case CoreForm::NativeMemberCall:
    return expandNativeMemberCall(form, scope);
  case CoreForm::NativeCode:
    return expandNativeCode(form, scope);
  case CoreForm::NativeDerive:
    return expandNativeDerive(form, scope);
  case CoreForm::NativeCall:
    return expandNativeCall(form, scope);
  case CoreForm::NativeCallback:
    return expandNativeCallback(form, scope);
  case CoreForm::Define:
  case CoreForm::DefineValues:
  case CoreForm::DefineSyntax:
  case CoreForm::DefineRecordType:
  case CoreForm::Defn:
  case CoreForm::Def:
  case CoreForm::Defq:
  case CoreForm::Defun:
    diagnostics.report(Diag::DefinitionInExpression, form->location)
        .help("put it at the top level or in a body, for example of "
              "`(let () ...)`");
    return makeError(form->location);
  case CoreForm::Import:
    return expandImportExpression(form);
  case CoreForm::DefineLibrary:
    return badForm(core, form, "it inside another form");
  case CoreForm::SyntaxRulesForm:
  case CoreForm::Else:
  case CoreForm::Arrow:
  case CoreForm::Unquote:
  case CoreForm::UnquoteSplicing:
  case CoreForm::Ellipsis:
  case CoreForm::Underscore:
    diagnostics
        .report(Diag::KeywordAsVariable, (*form)[0]->location,
                {(*form)[0]->name->text()})
        .note((llvm::Twine("it is used as `") + coreFormRow(core).form + "`")
                  .str());
    return makeError(form->location);
  }
  llvm_unreachable("unknown core form");
}

} // namespace plc::frontend
