//===- Expander.cpp - forms, definitions and names ------------------------===//
//
// The dispatch of the expander: what each form means in a body, at top level
// and as an expression. The forms themselves are in Expand*.cpp.
//
//===----------------------------------------------------------------------===//

#include "frontend/FormExpander.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Path.h"

using namespace plc::ir;

namespace plc::frontend {

namespace {
/// A use that expands to another use this many times in a row never ends.
constexpr unsigned kMaxExpansionSteps = 100000;
constexpr unsigned kMaxIncludeDepth = 64;
} // namespace

FormExpander::FormExpander(Session &session, TopLevel &top, Unit &unit,
                           ExpandMode mode)
    : session(session), libraries(session.libraries()),
      diagnostics(session.diagnostics), arena(session.interner.allocator()),
      top(top), unit(unit), mode(mode), topContext(&top, true) {}

//===----------------------------------------------------------------------===//
// Collecting definitions
//===----------------------------------------------------------------------===//

void FormExpander::scanTopLevel(llvm::ArrayRef<const Syntax *> forms) {
  for (const Syntax *form : forms)
    scan(form, topContext);
}

void FormExpander::expandCollected() {
  // Making an item never adds items: definitions stand at top level only.
  for (Item &item : topContext.items) {
    isTooDeep = false;
    Node *node = item.make();
    if (item.target)
      node = target(item.target, node, item.location);
    unit.body.push_back(node);
  }
  topContext.items.clear();
}

Binding *FormExpander::headBinding(const Syntax *form, Scope *scope) {
  if (!form->isList() || form->elements.empty() ||
      form->brackets == Brackets::Square || !(*form)[0]->isIdentifier())
    return nullptr;
  const Syntax *head = (*form)[0];
  Binding *binding = libraries.lookup(head, scope);
  // The reader makes #"..." a form of this name, whatever is imported.
  if (!binding && head->name->text() == "%interpolate")
    return libraries.core(CoreForm::Interpolate);
  if (!binding && allowsImports && scope == &top) {
    // A program may import before anything is bound.
    if (head->name->text() == "import")
      return libraries.core(CoreForm::Import);
    if (head->name->text() == "define-library")
      return libraries.core(CoreForm::DefineLibrary);
    if (head->name->text() == "cond-expand")
      return libraries.core(CoreForm::CondExpand);
  }
  return binding;
}

void FormExpander::scan(const Syntax *form, Context &context) {
  Location begin = form->location;
  for (unsigned steps = 0;; ++steps) {
    Binding *binding = headBinding(form, context.scope);
    if (binding && binding->kind == BindingKind::Core)
      return scanCore(form, binding->core, context);
    if (!binding || binding->kind != BindingKind::Macro)
      return addExpression(form, context);
    if (steps == kMaxExpansionSteps) {
      diagnostics.report(Diag::EndlessExpansion, begin,
                         {binding->macro->name->text()});
      return;
    }
    form = expandMacro(form, *binding->macro, context.scope);
    if (!form)
      return;
  }
}

void FormExpander::addExpression(const Syntax *form, Context &context) {
  Scope *scope = context.scope;
  context.items.push_back(
      {{}, [=, this] { return expand(form, scope); }, form->location});
}

void FormExpander::scanCore(const Syntax *form, CoreForm core,
                            Context &context) {
  switch (core) {
  case CoreForm::Begin:
    if (form->tail) {
      badSyntax(core, form, "an improper list");
      return;
    }
    if (++depth > kMaxNesting) {
      reportTooDeep(form->location);
    } else {
      for (const Syntax *child : form->elements.drop_front())
        scan(child, context);
    }
    --depth;
    return;
  case CoreForm::Define:
  case CoreForm::Defn:
  case CoreForm::Def:
  case CoreForm::Defq:
  case CoreForm::Defun:
    return scanDefine(form, core, context);
  case CoreForm::DefineValues:
    return scanDefineValues(form, context);
  case CoreForm::DefineSyntax:
    return scanDefineSyntax(form, context);
  case CoreForm::DefineRecordType:
    return scanDefineRecord(form, context);
  case CoreForm::Include:
    return scanInclude(form, context, false);
  case CoreForm::IncludeCi:
    return scanInclude(form, context, true);
  case CoreForm::CondExpand:
    return scanCondExpand(form, context);
  case CoreForm::Import:
    return scanImport(form, context);
  case CoreForm::DefineLibrary:
    if (!context.isTop || mode == ExpandMode::Library) {
      badSyntax(core, form, "a library inside another form");
      return;
    }
    libraries.define(form,
                     session.sources.fileName(form->location), true);
    return;
  default:
    return addExpression(form, context);
  }
}

void FormExpander::reportTooDeep(Location location) {
  // Once a top-level form, and where the user wrote something.
  if (isTooDeep)
    return;
  isTooDeep = true;
  while (session.sources.span(location).expandedFrom.isKnown())
    location = session.sources.span(location).expandedFrom;
  diagnostics.report(Diag::NestingTooDeep, location);
}

Global *FormExpander::makeOwnGlobal(Symbol name, Location location,
                                    bool isHidden) {
  Global *global = session.makeGlobal();
  global->name = name;
  global->location = location;
  Symbol linkName = name;
  for (unsigned n = 1; (isHidden && n == 1) || top.definedNames.count(linkName);
       ++n)
    linkName = session.interner.intern(
        (name->text() + "~" + llvm::Twine(n)).str());
  top.definedNames[linkName] = 1;
  global->symbol =
      ("plc:" + top.unitName + ":" + linkName->text()).str();
  owned.insert(global);
  unit.globals.push_back(global);
  return global;
}

FormExpander::Target FormExpander::define(const Syntax *id,
                                          Context &context) {
  IdentifierKey key = keyOf(id);
  if (!context.isTop) {
    auto [previous, isNew] = context.defined.try_emplace(key, id->location);
    if (!isNew)
      diagnostics
          .report(Diag::DuplicateName, id->location,
                  {id->name->text(), "body"})
          .label(previous->second, "first defined here");
    return {bindVariable(id, context.scope), nullptr};
  }
  Binding *existing = top.find(key);
  if (existing && existing->kind == BindingKind::Global) {
    Global *global = existing->global;
    if (mode == ExpandMode::Library) {
      diagnostics
          .report(Diag::DuplicateName, id->location,
                  {id->name->text(), "library"})
          .label(global->location, "first defined here");
    }
    if (mode == ExpandMode::Repl && !owned.count(global))
      return {nullptr, globalHere(existing)};
    global->isAssigned = true;
    return {nullptr, global};
  }
  if (mode == ExpandMode::Library && !id->alias && top.imports.count(id->name))
    diagnostics.report(Diag::RedefinedImport, id->location,
                       {id->name->text()});
  Global *global = makeOwnGlobal(id->name, id->location, id->alias != nullptr);
  global->isDefined = true;
  Binding *binding = libraries.makeBinding(BindingKind::Global);
  binding->global = global;
  binding->library = library;
  binding->location = id->location;
  top.bind(key, binding);
  return {nullptr, global};
}

FormExpander::Target FormExpander::defineHidden(llvm::StringRef name,
                                                Location location,
                                                Context &context) {
  if (!context.isTop)
    return {temporary(name, location), nullptr};
  Global *global =
      makeOwnGlobal(session.interner.intern(name), location, true);
  global->isDefined = true;
  return {nullptr, global};
}

void FormExpander::scanDefine(const Syntax *form, CoreForm core,
                              Context &context) {
  Scope *scope = context.scope;
  if (form->tail || form->size() < 2) {
    badSyntax(core, form,
              form->tail ? "an improper list" : "nothing to define");
    return;
  }
  // (defn name [formal ...] body ...)
  if (core == CoreForm::Defn || core == CoreForm::Defun) {
    if (form->size() < 4 || !(*form)[1]->isIdentifier() ||
        !((*form)[2]->isList() || (*form)[2]->isIdentifier())) {
      badSyntax(core, form, "no name, parameters and body");
      return;
    }
    Target defined = define((*form)[1], context);
    Symbol name = (*form)[1]->name;
    context.items.push_back(
        {defined,
         [=, this] {
           const Syntax *formals = (*form)[2];
           return expandLambda(form, formals, formals->elements, formals->tail,
                               form->elements.drop_front(3), scope, core,
                               name);
         },
         form->location});
    return;
  }
  if (core == CoreForm::Defq || core == CoreForm::Def) {
    if (form->size() < 3 || form->size() % 2 == 0 ||
        (core == CoreForm::Def && form->size() != 3)) {
      badSyntax(core, form, "no value for each name");
      return;
    }
    for (size_t i = 1; i + 1 < form->size(); i += 2) {
      const Syntax *id = (*form)[i], *value = (*form)[i + 1];
      if (!id->isIdentifier()) {
        badSyntax(core, id, "no name");
        continue;
      }
      context.items.push_back({define(id, context),
                               [=, this] {
                                 Node *node = expand(value, scope);
                                 nameLambda(node, id->name);
                                 return node;
                               },
                               form->location});
    }
    return;
  }
  const Syntax *name = (*form)[1];
  if (name->isIdentifier()) {
    if (form->size() > 3) {
      badSyntax(core, (*form)[3], "more than one expression")
          .help(("to define a procedure write `(define (" +
                 name->name->text() + " ...) ...)`")
                    .str());
      return;
    }
    Target defined = define(name, context);
    context.items.push_back(
        {defined,
         [=, this] {
           if (form->size() == 2)
             return unspecified(form->location);
           Node *node = expand((*form)[2], scope);
           nameLambda(node, name->name);
           return node;
         },
         form->location});
    return;
  }
  // (define ((curried a) b) body ...) defines a procedure of procedures.
  llvm::SmallVector<const Syntax *, 2> nested;
  while (name->isList() && !name->elements.empty()) {
    nested.push_back(name);
    name = (*name)[0];
  }
  if (!name->isIdentifier() || nested.empty()) {
    badSyntax(core, name, "no name");
    return;
  }
  if (form->size() < 3) {
    badSyntax(core, form, "no body");
    return;
  }
  Target defined = define(name, context);
  Symbol symbol = name->name;
  auto formals = nested; // innermost list, which has the name, last
  context.items.push_back(
      {defined,
       [=, this] {
         llvm::ArrayRef<const Syntax *> body = form->elements.drop_front(2);
         // Outer procedures return inner ones: wrap from the outside in.
         std::function<Node *(size_t, Scope *)> build =
             [&](size_t level, Scope *outer) -> Node * {
           const Syntax *list = formals[level];
           if (level == 0)
             return expandLambda(form, list, list->elements.drop_front(),
                                 list->tail, body, outer, core,
                                 formals.size() == 1 ? symbol : nullptr);
           Scope *inner = libraries.makeScope(outer);
           Formals parsed;
           if (!parseFormals(list, list->elements.drop_front(), list->tail,
                             inner, parsed, "parameter list"))
             return makeError(form->location);
           Node *node = lambda(parsed.variables, parsed.hasRest,
                               build(level - 1, inner), form->location);
           if (level + 1 == formals.size())
             node->name = symbol;
           return node;
         };
         return build(formals.size() - 1, scope);
       },
       form->location});
}

void FormExpander::scanDefineValues(const Syntax *form, Context &context) {
  Scope *scope = context.scope;
  if (form->tail || form->size() != 3) {
    badSyntax(CoreForm::DefineValues, form, "no formals and expression");
    return;
  }
  const Syntax *formals = (*form)[1];
  llvm::SmallVector<const Syntax *, 8> ids;
  if (formals->isIdentifier()) {
    ids.push_back(formals);
  } else if (formals->isList()) {
    ids.append(formals->elements.begin(), formals->elements.end());
    if (formals->tail)
      ids.push_back(formals->tail);
  }
  bool hasRest = formals->isIdentifier() || formals->tail;
  if (!formals->isIdentifier() && !formals->isList()) {
    badSyntax(CoreForm::DefineValues, formals, "no list of names");
    return;
  }
  for (const Syntax *id : ids)
    if (!id->isIdentifier()) {
      badSyntax(CoreForm::DefineValues, id, "no name");
      return;
    }
  // The values go into a vector, so that no variable is assigned.
  Target values = defineHidden("values", form->location, context);
  context.items.push_back(
      {values,
       [=, this] {
         llvm::SmallVector<Variable *, 8> parameters;
         llvm::SmallVector<Node *, 8> elements;
         for (const Syntax *id : ids) {
           parameters.push_back(temporary(id->name->text(), id->location));
           elements.push_back(reference(parameters.back(), id->location));
         }
         Node *producer =
             lambda({}, false, expand((*form)[2], scope), form->location);
         Node *consumer =
             lambda(parameters, hasRest,
                    callPrimitive("vector", elements, form->location),
                    form->location);
         return callPrimitive("call-with-values", {producer, consumer},
                              form->location);
       },
       form->location});
  for (size_t i = 0; i < ids.size(); ++i)
    context.items.push_back(
        {define(ids[i], context),
         [=, this] {
           Location location = ids[i]->location;
           return callPrimitive(
               "vector-ref",
               {targetRef(values, location),
                constant(session.data.fixnum(int64_t(i)), location)},
               location);
         },
         ids[i]->location});
}

void FormExpander::scanDefineSyntax(const Syntax *form, Context &context) {
  if (form->tail || form->size() != 3) {
    badSyntax(CoreForm::DefineSyntax, form, "no keyword and rules");
    return;
  }
  const Syntax *id = (*form)[1];
  if (!id->isIdentifier()) {
    badSyntax(CoreForm::DefineSyntax, id, "no keyword");
    return;
  }
  if (!context.isTop) {
    auto [previous, isNew] =
        context.defined.try_emplace(keyOf(id), id->location);
    if (!isNew)
      diagnostics
          .report(Diag::DuplicateName, id->location,
                  {id->name->text(), "body"})
          .label(previous->second, "first defined here");
  }
  bindSyntax(id, (*form)[2], context.scope, context.scope, context.isTop,
             form->location);
}

bool FormExpander::bindSyntax(const Syntax *id, const Syntax *spec,
                              Scope *specScope, Scope *target,
                              bool isTopLevel, Location location) {
  for (unsigned steps = 0;; ++steps) {
    Binding *binding = spec->isIdentifier()
                           ? libraries.lookup(spec, specScope)
                           : headBinding(spec, specScope);
    if (spec->isIdentifier() && binding && binding->isSyntax()) {
      target->bind(keyOf(id), binding); // another name for a keyword
      if (isTopLevel && library)
        library->isUncacheable = true; // interfaces have no such entries
      return true;
    }
    if (!spec->isIdentifier() && binding &&
        binding->kind == BindingKind::Macro && steps < kMaxExpansionSteps) {
      spec = expandMacro(spec, *binding->macro, specScope);
      if (!spec)
        return false;
      continue;
    }
    if (spec->isIdentifier() || !binding ||
        binding->kind != BindingKind::Core ||
        binding->core != CoreForm::SyntaxRulesForm) {
      diagnostics.report(Diag::NotATransformer, spec->location,
                         {id->name->text()});
      // Bound all the same, so that its uses are not diagnosed again.
      Binding *broken = libraries.makeBinding(BindingKind::Macro);
      broken->macro = new (arena) Macro(id->name);
      broken->macro->isBroken = true;
      target->bind(keyOf(id), broken);
      return false;
    }
    break;
  }
  auto *macro = new (arena) Macro(id->name);
  macro->spec = spec;
  macro->scope = specScope;
  macro->location = location;
  Binding *bound = libraries.makeBinding(BindingKind::Macro);
  bound->macro = macro;
  bound->location = location;
  target->bind(keyOf(id), bound);
  if (isTopLevel && library) {
    const Span &span = session.sources.span(spec->location);
    macro->library = library;
    macro->sourceFile = span.file;
    macro->begin = span.begin;
    macro->end = span.end;
    // What a macro defined has no source text of its own.
    if (span.expandedFrom.isKnown() || id->alias)
      library->isUncacheable = true;
  }
  // Mistakes in the rules are diagnosed where they stand, used or not.
  return libraries.rulesOf(*macro) != nullptr;
}

std::vector<const Syntax *>
FormExpander::readIncluded(const Syntax *form, CoreForm core, bool foldCase) {
  std::vector<const Syntax *> forms;
  if (form->tail || form->size() < 2) {
    badSyntax(core, form, "no file name");
    return forms;
  }
  for (const Syntax *name : form->elements.drop_front()) {
    if (name->kind != SyntaxKind::Constant ||
        name->datum->kind != DatumKind::String) {
      badSyntax(core, name, "no string");
      continue;
    }
    llvm::SmallString<128> path(name->datum->text);
    if (!llvm::sys::path::is_absolute(path)) {
      path = llvm::sys::path::parent_path(
          session.sources.fileName(name->location));
      llvm::sys::path::append(path, name->datum->text);
    }
    std::optional<uint32_t> file = session.openFile(path);
    if (!file) {
      diagnostics.report(Diag::CannotReadFile, name->location, {path});
      continue;
    }
    if (library)
      library->includedFiles.push_back(std::string(path));
    if (library && foldCase)
      library->isUncacheable = true; // places of its macros are shifted
    llvm::ArrayRef<const Syntax *> read = readForms(session, *file, foldCase);
    forms.insert(forms.end(), read.begin(), read.end());
  }
  return forms;
}

void FormExpander::scanInclude(const Syntax *form, Context &context,
                               bool foldCase) {
  // A file that includes itself is found by how deep this gets.
  if (++includeDepth > kMaxIncludeDepth) {
    diagnostics.report(Diag::IncludeCycle, form->location);
  } else {
    for (const Syntax *child : readIncluded(
             form, foldCase ? CoreForm::IncludeCi : CoreForm::Include,
             foldCase))
      scan(child, context);
  }
  --includeDepth;
}

void FormExpander::scanCondExpand(const Syntax *form, Context &context) {
  for (const Syntax *clause : form->elements.drop_front()) {
    if (!clause->isProperList() || clause->elements.empty()) {
      badSyntax(CoreForm::CondExpand, clause, "no clause");
      continue;
    }
    if (!libraries.isSatisfied((*clause)[0], context.scope))
      continue;
    for (const Syntax *child : clause->elements.drop_front())
      scan(child, context);
    return;
  }
}

void FormExpander::scanImport(const Syntax *form, Context &context) {
  if (!context.isTop || mode == ExpandMode::Library) {
    badSyntax(CoreForm::Import, form, "an import inside another form");
    return;
  }
  for (const Syntax *set : form->elements.drop_front())
    if (set->kind == SyntaxKind::Constant &&
        set->datum->kind == DatumKind::String) {
      diagnostics.report(Diag::NoForeignHost, set->location,
                         {set->datum->text});
      return;
    }
  libraries.importInto(top, form, importedLibraries,
                       mode == ExpandMode::Program);
}

//===----------------------------------------------------------------------===//
// Bodies
//===----------------------------------------------------------------------===//

Node *FormExpander::expandBody(llvm::ArrayRef<const Syntax *> forms,
                               Scope *scope, const Syntax *whole,
                               CoreForm core) {
  if (forms.empty())
    return badForm(core, whole, "no body");
  Context context(libraries.makeScope(scope), false);
  for (const Syntax *form : forms)
    scan(form, context);
  return finishBody(context, whole);
}

Node *FormExpander::finishBody(Context &context, const Syntax *whole) {
  Location location = whole->location;
  std::vector<Item> &items = context.items;
  size_t lastDefinition = 0; // one past
  for (size_t i = 0; i < items.size(); ++i)
    if (items[i].target)
      lastDefinition = i + 1;
  llvm::SmallVector<Variable *, 8> variables;
  llvm::SmallVector<Node *, 8> inits, expressions;
  auto flush = [&](Location at) {
    // Expressions between definitions: the init of an unused variable.
    if (expressions.empty())
      return;
    variables.push_back(temporary("ignored", at));
    inits.push_back(sequence(expressions, at));
    expressions.clear();
  };
  for (size_t i = 0; i < items.size(); ++i) {
    Node *node = items[i].make();
    if (items[i].target) {
      flush(items[i].location);
      variables.push_back(items[i].target.variable);
      inits.push_back(node);
    } else {
      expressions.push_back(node);
    }
  }
  if (expressions.empty()) {
    // Only definitions (or errors in them): there is no value.
    if (lastDefinition)
      diagnostics.report(Diag::NoExpressionInBody, items.back().location);
    expressions.push_back(unspecified(location));
  }
  Node *body = sequence(expressions, location);
  if (variables.empty())
    return body;
  return let(variables, inits, body, location, NodeKind::Letrec);
}

Node *FormExpander::expandSequence(llvm::ArrayRef<const Syntax *> forms,
                                   Scope *scope, Location location) {
  llvm::SmallVector<Node *, 8> list;
  for (const Syntax *form : forms)
    list.push_back(expand(form, scope));
  return sequence(list, location);
}

//===----------------------------------------------------------------------===//
// Expressions
//===----------------------------------------------------------------------===//

const Syntax *FormExpander::expandMacro(const Syntax *form, Macro &macro,
                                        Scope *scope) {
  if (macro.isBroken)
    return nullptr;
  const SyntaxRules *rules = libraries.rulesOf(macro);
  if (!rules)
    return nullptr;
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
  for (unsigned steps = 0;; ++steps) {
    switch (s->kind) {
    case SyntaxKind::Identifier:
      return expandIdentifier(s, scope);
    case SyntaxKind::Constant:
      return constant(s->datum, s->location);
    case SyntaxKind::Vector:
      return constant(quote(s), s->location);
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
    if (steps == kMaxExpansionSteps) {
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
  if (form->tail) {
    diagnostics.report(Diag::ImproperCall, form->location);
    return makeError(form->location);
  }
  Node *node = make(NodeKind::Call, form->location);
  node->children = {arena.Allocate<Node *>(form->size()), form->size()};
  for (size_t i = 0; i < form->size(); ++i)
    node->children[i] = expand((*form)[i], scope);
  return node;
}

Node *FormExpander::expandIdentifier(const Syntax *id, Scope *scope) {
  Binding *binding = libraries.lookup(id, scope);
  if (!binding)
    return expandUnbound(id, scope);
  switch (binding->kind) {
  case BindingKind::Core:
  case BindingKind::Macro: {
    auto report = diagnostics.report(Diag::KeywordAsVariable, id->location,
                                     {id->name->text()});
    if (binding->kind == BindingKind::Core)
      report.note(
          (llvm::Twine("it is used as `") + coreFormRow(binding->core).form +
           "`")
              .str());
    return makeError(id->location);
  }
  case BindingKind::Local:
    return reference(binding->variable, id->location);
  case BindingKind::Global: {
    Node *node = make(NodeKind::GlobalRef, id->location);
    node->global = globalHere(binding);
    if (binding->library && binding->library->isStandard)
      noteEvaluator(binding->global->name);
    return node;
  }
  case BindingKind::Primitive: {
    Node *node = make(NodeKind::PrimitiveRef, id->location);
    node->primitive = binding->primitive;
    noteEvaluator(id->name);
    return node;
  }
  case BindingKind::Constant:
    return constant(binding->datum, id->location);
  }
  llvm_unreachable("unknown binding kind");
}

/// Programs that evaluate keep their globals in cells.
void FormExpander::noteEvaluator(Symbol name) {
  for (const char *evaluator :
       {"eval", "load", "environment", "interaction-environment"})
    if (name->text() == evaluator)
      unit.needsEvaluator = true;
}

Node *FormExpander::expandUnbound(const Syntax *id, Scope *scope) {
  llvm::StringRef name = id->name->text();
  if (name.size() > 1 && name.front() == ':')
    return constant(session.data.symbol(id->name), id->location);
  // obj.name with obj bound: a member, for which a host is needed. A name
  // split at `:` belongs to a namespace, and only hosts have those.
  llvm::SmallVector<llvm::StringRef, 4> parts;
  name.split(parts, '.');
  if (parts.size() > 1 && !parts[0].contains(':') &&
      llvm::none_of(parts, [](llvm::StringRef part) { return part.empty(); })) {
    Symbol first = session.interner.intern(parts[0]);
    Binding *binding = libraries.lookupPart(first, id->alias, scope);
    if (binding && !binding->isSyntax()) {
      diagnostics.report(Diag::NoForeignMember, id->location,
                         {name, first->text()});
      return makeError(id->location);
    }
  }
  noteEvaluator(id->name);
  if (mode != ExpandMode::Repl && !top.hasBrokenImports)
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
  else if (!top.seesStandardLibraries &&
           libraries.allStandardBindings().count(id->name))
    report.help("an import is missing: the standard libraries have it");
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
  Binding *binding = libraries.lookup(place, scope);
  Node *value = expand((*form)[2], scope);
  Location location = form->location;
  if (!binding) {
    Node *asReference = expandUnbound(place, scope);
    if (asReference->kind != NodeKind::UnboundRef)
      return asReference;
    Node *node = make(NodeKind::UnboundSet, location);
    node->name = place->name;
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
    if (binding->library == library) {
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
    return expandCore(place, CoreForm::Dot, scope);
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
    return constant(quote(parts[0]), form->location);
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
    // As an expression: the forms in sequence.
    Context context(scope, false);
    scanCore(form, core, context);
    llvm::SmallVector<Node *, 8> list;
    for (Item &item : context.items) {
      if (item.target)
        diagnostics.report(Diag::DefinitionInExpression, item.location);
      list.push_back(item.make());
    }
    return list.empty() ? unspecified(form->location)
                        : sequence(list, form->location);
  }
  case CoreForm::Dot:
    diagnostics.report(
        Diag::NoForeignMember, form->location,
        {parts.size() > 1 && parts[1]->isIdentifier() ? parts[1]->name->text()
                                                      : "",
         parts.size() && parts[0]->isIdentifier() ? parts[0]->name->text()
                                                  : "the object"});
    return makeError(form->location);
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
  case CoreForm::DefineLibrary:
    return badForm(core, form, "it inside another form");
  case CoreForm::SyntaxRulesForm:
  case CoreForm::Else:
  case CoreForm::Arrow:
  case CoreForm::Unquote:
  case CoreForm::UnquoteSplicing:
  case CoreForm::Ellipsis:
  case CoreForm::Underscore:
    diagnostics.report(Diag::KeywordAsVariable, (*form)[0]->location,
                       {(*form)[0]->name->text()})
        .note((llvm::Twine("it is used as `") + coreFormRow(core).form + "`")
                  .str());
    return makeError(form->location);
  }
  llvm_unreachable("unknown core form");
}

} // namespace plc::frontend
