//===- ExpandDefinitions.cpp - bodies and top levels ----------------------===//
//
// Collects what the forms of a body or top level define, expanding macros at
// their heads, and makes a letrec* or definitions of globals of it.
//
//===----------------------------------------------------------------------===//

#include "frontend/FormExpander.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/Path.h"

using namespace plc::ir;

namespace plc::frontend {

namespace {
constexpr unsigned kMaxIncludeDepth = 64;
} // namespace

void FormExpander::scanTopLevel(llvm::ArrayRef<const Syntax *> forms) {
  for (const Syntax *form : forms)
    scan(form, topContext);
}

void FormExpander::expandCollected() {
  // Making an item never adds items: definitions stand at top level only.
  for (Item &item : topContext.items) {
    isTooDeep = false;
    Node *node = item.make();
    if (item.target) {
      node = target(item.target, node, item.location);
      if (item.target.global)
        hiddenImports.erase(item.target.global);
    }
    unit.body.push_back(node);
  }
  topContext.items.clear();
  finishNative();
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
  for (Chain chain(*this);;) {
    Binding *binding = headBinding(form, context.scope);
    if (binding && binding->kind == BindingKind::Core)
      return scanCore(form, binding->core, context);
    if (!binding || binding->kind != BindingKind::Macro)
      return addExpression(form, context);
    if (chain.isEndless()) {
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
    libraries.define(form, session.sources.fileName(form->location), true);
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
  diagnostics.report(Diag::NestingTooDeep, session.sources.written(location));
}

Global *FormExpander::makeOwnGlobal(Symbol name, Location location,
                                    bool isHidden) {
  Global *global = session.makeGlobal();
  global->name = name;
  global->location = location;
  Symbol linkText = name;
  for (unsigned n = 1; (isHidden && n == 1) || top.definedNames.count(linkText);
       ++n)
    linkText =
        session.interner.intern((name->text() + "~" + llvm::Twine(n)).str());
  top.definedNames[linkText] = 1;
  global->symbol =
      "plc:" + ir::linkName((top.unitName + ":" + linkText->text()).str());
  owned.insert(global);
  unit.globals.push_back(global);
  return global;
}

/// Nothing is defined in what `environment` returns.
void FormExpander::checkOpen(const Syntax *id) {
  if (top.isFixed)
    diagnostics
        .report(Diag::FixedEnvironment, id->location, {id->name->text()})
        .help("define it in `(interaction-environment)`");
}

FormExpander::Target FormExpander::define(const Syntax *id, Context &context) {
  IdentifierKey key = keyOf(id);
  if (!context.isTop) {
    auto [previous, isNew] = context.defined.try_emplace(key, id->location);
    if (isNew)
      return {bindVariable(id, context.scope), nullptr};
    Binding *existing = context.scope->find(key);
    if (existing->kind != BindingKind::Local) {
      diagnostics
          .report(Diag::DuplicateName, id->location, {id->name->text(), "body"})
          .label(previous->second, "first defined here");
      return {bindVariable(id, context.scope), nullptr};
    }
    diagnostics
        .report(Diag::DuplicateDefinition, id->location,
                {id->name->text(), "body"})
        .label(previous->second, "first defined here");
    existing->variable->isAssigned = true;
    return {existing->variable, nullptr};
  }
  checkOpen(id);
  Binding *existing = top.find(key);
  bool isNamespace = existing && existing->isNamespace();
  if (existing && existing->kind == BindingKind::Global && !isNamespace) {
    Global *global = existing->global;
    if (mode == ExpandMode::Library) {
      diagnostics
          .report(Diag::DuplicateDefinition, id->location,
                  {id->name->text(), "library"})
          .label(global->location, "first defined here");
    }
    if (mode == ExpandMode::Repl && !owned.count(global))
      return {nullptr, globalHere(existing)};
    global->isAssigned = true;
    return {nullptr, global};
  }
  if (mode == ExpandMode::Library && !id->alias &&
      (isNamespace || top.imports.count(id->name)))
    diagnostics.report(Diag::RedefinedImport, id->location, {id->name->text()});
  Binding *hidden = id->alias ? nullptr : libraries.lookup(id, &top);
  Global *global = makeOwnGlobal(id->name, id->location, id->alias != nullptr);
  if (hidden && !hidden->isSyntax() && mode != ExpandMode::Library)
    hiddenImports[global] = hidden;
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
  Global *global = makeOwnGlobal(session.interner.intern(name), location, true);
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
                               form->elements.drop_front(3), scope, core, name);
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
          .help(("to define a procedure write `(define (" + name->name->text() +
                 " ...) ...)`")
                    .str());
      return;
    }
    Target defined = define(name, context);
    context.items.push_back({defined,
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
           Node *node =
               lambda(parsed, build(level - 1, inner), form->location);
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
  // In a body and a library define() finds out.
  if (context.isTop && mode != ExpandMode::Library)
    checkDistinct(ids, coreFormRow(CoreForm::DefineValues).name);
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
             implicitLambda({}, expand((*form)[2], scope), form->location);
         Node *consumer = lambda(
             parameters, hasRest,
             callPrimitive("vector", elements, form->location), form->location);
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
  if (context.isTop)
    checkOpen(id);
  if (!context.isTop) {
    auto [previous, isNew] =
        context.defined.try_emplace(keyOf(id), id->location);
    if (!isNew)
      diagnostics
          .report(Diag::DuplicateName, id->location, {id->name->text(), "body"})
          .label(previous->second, "first defined here");
  }
  bindSyntax(id, (*form)[2], context.scope, context.scope, context.isTop,
             form->location);
}

bool FormExpander::bindSyntax(const Syntax *id, const Syntax *spec,
                              Scope *specScope, Scope *target, bool isTopLevel,
                              Location location) {
  for (Chain chain(*this);;) {
    Binding *binding = spec->isIdentifier() ? libraries.lookup(spec, specScope)
                                            : headBinding(spec, specScope);
    if (spec->isIdentifier() && binding && binding->isSyntax()) {
      target->bind(keyOf(id), binding); // another name for a keyword
      if (isTopLevel && library)
        library->isUncacheable = true; // interfaces have no such entries
      return true;
    }
    if (!spec->isIdentifier() && binding &&
        binding->kind == BindingKind::Macro && !chain.isEndless()) {
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

/// Beside the file that includes it; else, where that has none, in the folders
/// where libraries are searched.
std::string FormExpander::includedPath(const Syntax *name) {
  llvm::StringRef text = name->datum->text;
  llvm::SmallString<128> own(
      llvm::sys::path::parent_path(session.sources.fileName(name->location)));
  if (llvm::sys::path::is_absolute(text))
    own.clear();
  llvm::sys::path::append(own, text);
  if (session.fileExists(own) || llvm::sys::path::is_absolute(text))
    return std::string(own);
  for (const std::string &folder : session.options.libraryPath) {
    llvm::SmallString<128> path(folder);
    llvm::sys::path::append(path, text);
    if (session.fileExists(path))
      return std::string(path);
  }
  return std::string(own);
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
    std::string path = includedPath(name);
    std::optional<uint32_t> file = session.openFile(path);
    if (!file) {
      diagnostics.report(Diag::CannotReadFile, name->location, {path});
      continue;
    }
    if (library)
      library->includedFiles.push_back(path);
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
    for (const Syntax *child :
         readIncluded(form, foldCase ? CoreForm::IncludeCi : CoreForm::Include,
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
  if (!context.isTop && !splitImport(form->elements.drop_front()).foreign.empty())
    return addExpression(form, context);
  if (!context.isTop || mode == ExpandMode::Library || top.isFixed) {
    badSyntax(CoreForm::Import, form,
              top.isFixed ? "an import into an environment that is fixed"
                          : "an import inside another form");
    return;
  }
  ImportParts parts = splitImport(form->elements.drop_front());
  std::vector<Library *> used;
  bool isNew = libraries.importInto(top, parts.sets, used,
                                    mode == ExpandMode::Program);
  for (Library *library : used) {
    importedHere.push_back(library);
    if (llvm::is_contained(importedLibraries, library))
      continue;
    importedLibraries.push_back(library);
    isNew = true;
  }
  if (isNew)
    session.keepForm();
  for (const ForeignImport &import : parts.foreign)
    scanForeignImport(import, context);
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
  llvm::SmallVector<Variable *, 8> variables;
  llvm::SmallDenseSet<Variable *, 8> defined;
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
    Variable *variable = items[i].target.variable;
    if (variable && !defined.insert(variable).second) {
      Node *assignment = make(NodeKind::LocalSet, items[i].location);
      assignment->variable = variable;
      assignment->children = nodes({node});
      expressions.push_back(assignment);
    } else if (variable) {
      flush(items[i].location);
      variables.push_back(variable);
      inits.push_back(node);
    } else {
      expressions.push_back(node);
    }
  }
  if (items.empty() || items.back().target) {
    // It ends with a definition, or holds errors only: there is no value.
    if (!items.empty())
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

} // namespace plc::frontend
