//===- ExpandUnits.cpp - programs, libraries, REPL forms ------------------===//

#include "frontend/FormExpander.h"
#include "frontend/Native.h"

#include "llvm/Support/Path.h"

#include <set>

using namespace plc::ir;

namespace plc::frontend {

//===----------------------------------------------------------------------===//
// Libraries
//===----------------------------------------------------------------------===//

/// Expands one define-library form.
class LibraryExpander {
public:
  LibraryExpander(Session &session, Library &library, Unit &unit,
                  Location place)
      : session(session), manager(session.libraries()), library(library),
        place(place),
        expander(session, library.scope, unit, ExpandMode::Library) {
    expander.library = &library;
    expander.allowsImports = false;
  }

  void expand(llvm::ArrayRef<const Syntax *> declarations) {
    for (const Syntax *declaration : declarations)
      declare(declaration);
    if (imports.empty() && foreignImports.empty() && !body.empty()) {
      session.diagnostics
          .report(Diag::NothingImported, place, {library.name})
          .help("most libraries need `(import (scheme base))`");
      // Said once, not of each name in the body.
      library.scope.hasBrokenImports = true;
    }
    manager.importInto(library.scope, imports, library.imports, true);
    for (const ForeignImport &import : foreignImports)
      expander.importForeign(import);
    for (const BodyPart &part : body)
      if (part.form)
        expander.scanIncludeAtTop(part.form, part.foldCase);
      else
        expander.scanTopLevel(part.forms);
    noteAssignments();
    resolveExports();
    expander.importedLibraries = library.imports;
    expander.expandCollected();
    expander.finish();
  }

private:
  struct BodyPart {
    llvm::ArrayRef<const Syntax *> forms;
    const Syntax *form = nullptr; // include
    bool foldCase = false;
  };

  void declare(const Syntax *declaration) {
    if (declaration->kind == SyntaxKind::Error)
      return;
    if (!declaration->isProperList() || declaration->elements.empty() ||
        !(*declaration)[0]->isIdentifier()) {
      session.diagnostics.report(Diag::BadLibraryDeclaration,
                                 declaration->location, {"this form"});
      return;
    }
    llvm::StringRef kind = (*declaration)[0]->name->text();
    llvm::ArrayRef<const Syntax *> rest = declaration->elements.drop_front();
    if (kind == "export") {
      exports.insert(exports.end(), rest.begin(), rest.end());
    } else if (kind == "import") {
      ImportParts parts = splitImport(rest);
      for (const Syntax *set : parts.sets) {
        imports.push_back(set);
        library.importSets.push_back(expander.quote(set));
      }
      foreignImports.insert(foreignImports.end(), parts.foreign.begin(),
                            parts.foreign.end());
    } else if (kind == "begin") {
      body.push_back({rest});
    } else if (kind == "include" || kind == "include-ci") {
      body.push_back({{}, declaration, kind == "include-ci"});
    } else if (kind == "include-library-declarations") {
      for (const Syntax *form :
           expander.readIncluded(declaration, CoreForm::Include, false))
        declare(form);
    } else if (kind == "cond-expand") {
      for (const Syntax *clause : rest) {
        if (!clause->isProperList() || clause->elements.empty()) {
          session.diagnostics.report(Diag::BadLibraryDeclaration,
                                     clause->location, {"this clause"});
          continue;
        }
        if (!manager.isSatisfied((*clause)[0], &library.scope))
          continue;
        for (const Syntax *form : clause->elements.drop_front())
          declare(form);
        return;
      }
    } else {
      auto report = session.diagnostics.report(Diag::BadLibraryDeclaration,
                                               declaration->location,
                                               {("`" + kind + "`").str()});
      if (kind.starts_with("def"))
        report.help("definitions stand inside `(begin ...)`");
    }
  }

  /// Other units expand the library's macros: a variable that a template
  /// assigns is never constant.
  void noteAssignments() {
    for (const Scope::Entry &entry : library.scope.entries)
      if (entry.binding->kind == BindingKind::Macro &&
          entry.binding->macro->spec)
        noteAssignments(entry.binding->macro->spec,
                        entry.binding->macro->scope);
  }
  void noteAssignments(const Syntax *part, Scope *scope) {
    if (part->size() == 3 && manager.isCore((*part)[0], scope, CoreForm::Set) &&
        (*part)[1]->isIdentifier()) {
      Binding *binding = manager.lookup((*part)[1], scope);
      if (binding && binding->kind == BindingKind::Global &&
          binding->library == &library)
        binding->global->isAssigned = true;
    }
    for (const Syntax *element : part->elements)
      noteAssignments(element, scope);
    if (part->tail)
      noteAssignments(part->tail, scope);
  }

  void resolveExports() {
    DiagnosticEngine &diagnostics = session.diagnostics;
    llvm::DenseMap<Symbol, Location> seen;
    for (const Syntax *spec : exports) {
      const Syntax *internal = spec, *externalName = spec;
      if (spec->isProperList() && spec->size() == 3 &&
          (*spec)[0]->isIdentifier() && (*spec)[0]->name->text() == "rename") {
        internal = (*spec)[1];
        externalName = (*spec)[2];
      }
      if (!internal->isIdentifier() || !externalName->isIdentifier()) {
        diagnostics.report(Diag::BadExport, spec->location);
        continue;
      }
      Binding *binding = manager.lookup(internal, &library.scope);
      auto [previous, isNew] =
          seen.try_emplace(externalName->name, spec->location);
      if (!isNew) {
        bool isSame = library.exports.lookup(externalName->name) == binding;
        diagnostics
            .report(isSame ? Diag::RepeatedExport : Diag::DuplicateExport,
                    spec->location, {externalName->name->text()})
            .label(previous->second, "first exported here");
        continue;
      }
      if (!binding) {
        // Systems without such a check let libraries export literals of their
        // macros so. Who imports it finds nothing, and no fault.
        library.exportNames.push_back({externalName->name, internal->name});
        if (library.scope.hasBrokenImports)
          continue;
        auto report =
            diagnostics.report(Diag::UndefinedExport, internal->location,
                               {internal->name->text(), library.name});
        std::vector<llvm::StringRef> candidates;
        for (const Scope::Entry &entry : library.scope.entries)
          if (entry.binding->kind == BindingKind::Global)
            candidates.push_back(entry.binding->global->name->text());
          else if (entry.binding->kind == BindingKind::Macro)
            candidates.push_back(entry.binding->macro->name->text());
        llvm::StringRef nearest =
            nearestName(internal->name->text(), candidates);
        if (!nearest.empty())
          report.help(("is `" + nearest + "` meant?").str())
              .edit(internal->location, nearest.str());
        continue;
      }
      library.exports[externalName->name] = binding;
      library.exportNames.push_back({externalName->name, internal->name});
    }
  }

  Session &session;
  LibraryManager &manager;
  Library &library;
  Location place; ///< of its name
  FormExpander expander;
  std::vector<const Syntax *> exports, imports;
  std::vector<ForeignImport> foreignImports;
  std::vector<BodyPart> body;
};

Library *LibraryManager::define(const Syntax *form, llvm::StringRef origin,
                                bool inProgram) {
  if (!form->isProperList() || form->size() < 2) {
    session.diagnostics.report(Diag::BadLibraryName, form->location);
    return nullptr;
  }
  std::string name = nameOf((*form)[1]);
  if (name.empty())
    return nullptr;
  if (find(name)) {
    session.diagnostics.report(Diag::DuplicateLibrary, (*form)[1]->location,
                               {name});
    return nullptr;
  }
  Library *library = makeLibrary(name);
  library->file = origin.str();
  library->isInProgram = inProgram;
  library->isStandard = definingStandard;
  library->isLoading = true;
  loading.push_back(name);
  size_t errorsBefore = session.diagnostics.errorCount();
  size_t diagnosticsBefore = session.diagnostics.all().size();
  Unit *unit = session.makeUnit(name);
  unit->isLibrary = true;
  LibraryExpander(session, *library, *unit, (*form)[1]->location)
      .expand(form->elements.drop_front(2));
  checkCalls(session, *unit, /*isOwnFile=*/!inProgram && !definingStandard);
  library->unit = unit;
  library->unitImports = unit->imports;
  library->hasReferences = unit->hasReferences;
  library->needsEvaluator = unit->needsEvaluator && !library->isStandard;
  for (const Library *import : library->imports)
    library->needsEvaluator |= import->needsEvaluator;
  if (library->isStandard)
    unit->hasReferences = false;
  library->hasErrors = session.diagnostics.errorCount() != errorsBefore;
  for (Global *global : unit->globals) {
    if (global->kind == GlobalKind::Procedure)
      global->exported = procedures.add(global->symbol);
    library->globals.push_back(global);
  }
  library->needsInit = llvm::any_of(unit->body, [](const Node *node) {
    return node->kind != NodeKind::GlobalDefine ||
           node->global->kind != GlobalKind::Procedure;
  });
  // Diagnostics must come again each time, but for those that say nothing to
  // who only uses the library.
  for (const auto &diagnostic :
       llvm::drop_begin(session.diagnostics.all(), diagnosticsBefore))
    library->isUncacheable |= diagnostic->id != Diag::UndefinedExport;
  computeHash(*library);
  loading.pop_back();
  library->isLoading = false;
  order.push_back(library);
  return library;
}

static bool isLibraryDefinition(const Syntax *form) {
  return form->isProperList() && form->size() >= 2 &&
         (*form)[0]->isIdentifier() &&
         (*form)[0]->name->text() == "define-library";
}

Library *LibraryManager::loadFile(llvm::StringRef name, llvm::StringRef file,
                                  bool isStandard, Location at) {
  std::optional<uint32_t> opened = session.openFile(file);
  if (!opened) {
    session.diagnostics.report(Diag::CannotReadFile, at, {file});
    return nullptr;
  }
  size_t errorsBefore = session.diagnostics.errorCount();
  for (const Syntax *form : readForms(session, *opened)) {
    if (!isLibraryDefinition(form))
      continue;
    bool saved = std::exchange(definingStandard, isStandard);
    define(form, file, false);
    definingStandard = saved;
  }
  Library *library = find(name);
  if (!library) {
    if (session.diagnostics.errorCount() == errorsBefore)
      session.diagnostics.report(Diag::LibraryNotInFile, at, {file, name});
    return nullptr;
  }
  return library;
}

std::vector<Unit *> expandLibraryFile(Session &session, uint32_t file) {
  std::vector<Unit *> units;
  for (const Syntax *form : readForms(session, file)) {
    if (isLibraryDefinition(form)) {
      if (Library *library = session.libraries().define(
              form, session.sources.fileName(file), false))
        units.push_back(library->unit);
    } else if (form->kind != SyntaxKind::Error) {
      session.diagnostics.report(Diag::NotALibrary, form->location);
    }
  }
  return units;
}

//===----------------------------------------------------------------------===//
// Programs
//===----------------------------------------------------------------------===//

/// True if the program begins with an R7RS import (library definitions and
/// foreign imports may stand before it).
static bool beginsWithImport(Session &session,
                             llvm::ArrayRef<const Syntax *> forms) {
  for (const Syntax *form : forms) {
    if (!form->isList() || form->elements.empty() ||
        !(*form)[0]->isIdentifier())
      return false;
    llvm::StringRef head = (*form)[0]->name->text();
    if (head == "define-library")
      continue;
    if (head == "cond-expand") {
      for (const Syntax *clause : form->elements.drop_front())
        if (clause->isProperList() && clause->size() > 1 &&
            session.libraries().isSatisfied((*clause)[0], nullptr))
          return beginsWithImport(session, clause->elements.drop_front());
      continue;
    }
    if (head != "import")
      return false;
    if (!splitImport(form->elements.drop_front()).sets.empty())
      return true;
  }
  return false;
}

/// What `scan` lets the expander collect becomes the body of the program.
static Unit *expandProgram(
    Session &session, llvm::StringRef name, bool seesStandardLibraries,
    llvm::function_ref<void(FormExpander &, TopLevel &)> scan) {
  // The folder does not enter symbols: same input, same bytes anywhere.
  std::string unitName = llvm::sys::path::filename(name).str();
  Unit *unit = session.makeUnit(unitName);
  unit->isProgram = true;
  TopLevel *top = session.libraries().makeTopLevel(unitName);
  top->seesStandardLibraries = seesStandardLibraries;
  FormExpander expander(session, *top, *unit, ExpandMode::Program);
  scan(expander, *top);
  expander.expandCollected();
  expander.finish();
  unit->scope = top;
  unit->importedLibraries = expander.importedLibraries;
  checkCalls(session, *unit);
  return unit;
}

Unit *expandProgram(Session &session, llvm::StringRef name,
                    llvm::ArrayRef<const Syntax *> forms) {
  return expandProgram(session, name, !beginsWithImport(session, forms),
                       [&](FormExpander &expander, TopLevel &) {
                         expander.scanTopLevel(forms);
                       });
}

Unit *expandProgram(Session &session, uint32_t file) {
  return expandProgram(session, session.sources.fileName(file),
                       readForms(session, file));
}

//===----------------------------------------------------------------------===//
// Modules
//===----------------------------------------------------------------------===//

/// Syntax is none, and names that begin with % are the program's own.
static bool isExported(Symbol name, const Binding *binding) {
  if (name->text().starts_with("%"))
    return false;
  switch (binding->kind) {
  case BindingKind::Global:
    return !binding->global->isNamespace;
  case BindingKind::Primitive:
  case BindingKind::Constant:
  case BindingKind::Member:
    return true;
  default:
    return false;
  }
}

Unit *expandModule(Session &session, uint32_t file) {
  std::vector<const Syntax *> forms = readForms(session, file);
  llvm::StringRef name = session.sources.fileName(file);
  bool isLibrary = !forms.empty() && llvm::all_of(forms, isLibraryDefinition);
  if (!isLibrary)
    return expandProgram(
        session, name, !beginsWithImport(session, forms),
        [&](FormExpander &expander, TopLevel &top) {
          expander.scanTopLevel(forms);
          for (const Scope::Entry &entry : top.entries)
            if (entry.binding->kind == BindingKind::Global &&
                isExported(entry.binding->global->name, entry.binding))
              expander.scanExport(entry.binding->global->name, entry.binding,
                                  {});
        });
  Library *library = nullptr;
  for (const Syntax *form : forms)
    library = session.libraries().define(form, name, true);
  if (!library)
    return nullptr;
  return expandProgram(
      session, name, false, [&](FormExpander &expander, TopLevel &top) {
        session.libraries().importInto(top, {(*forms.back())[1]},
                                       expander.importedLibraries, true);
        for (auto &[outside, inside] : library->exportNames)
          if (const Binding *binding = library->exports.lookup(outside);
              !binding)
            continue;
          else if (isExported(outside, binding))
            expander.scanExport(outside, binding, {});
          else if (binding->kind == BindingKind::Macro ||
                   binding->kind == BindingKind::Core)
            session.diagnostics.report(Diag::SyntaxLeftOut,
                                       forms.back()->location,
                                       {outside->text()});
      });
}

//===----------------------------------------------------------------------===//
// REPL
//===----------------------------------------------------------------------===//

struct Environment::State {
  TopLevel *top;
  std::vector<Library *> importedLibraries;
};

Environment::Environment(Session &session) : state(std::make_unique<State>()) {
  state->top = session.libraries().makeTopLevel("repl");
  state->top->seesStandardLibraries = true;
}

Environment::Environment(const Unit &program)
    : state(std::make_unique<State>()) {
  state->top = program.scope;
  state->importedLibraries = program.importedLibraries;
}

Environment::Environment(Session &session,
                         llvm::ArrayRef<const Syntax *> sets)
    : state(std::make_unique<State>()) {
  state->top = session.libraries().makeTopLevel("environment");
  state->top->isFixed = true;
  session.libraries().importInto(*state->top, sets, state->importedLibraries,
                                 /*reportsConflicts=*/true);
}

Environment::Environment(Environment &&) = default;
Environment::~Environment() = default;

const Global *Environment::find(Symbol name) const {
  Binding *binding = state->top->find(name);
  return binding && binding->kind == BindingKind::Global ? binding->global
                                                         : nullptr;
}

const std::vector<Library *> &Environment::libraries() const {
  return state->importedLibraries;
}

std::vector<const Global *> Environment::globals() const {
  std::vector<const Global *> result;
  for (const Scope::Entry &entry : state->top->entries)
    if (entry.binding->kind == BindingKind::Global)
      result.push_back(entry.binding->global);
  return result;
}

/// "z:compress" for each member.
static void addMembers(const Binding &space, std::set<std::string> &names) {
  if (!space.native)
    return;
  for (llvm::StringRef member : space.native->ownNames())
    names.insert((space.member->text() + ":" + member).str());
}

std::vector<std::string> Environment::visibleNames(Session &session) const {
  std::set<std::string> names;
  for (const Scope::Entry &entry : state->top->entries)
    if (entry.binding->kind == BindingKind::Global)
      names.insert(entry.binding->global->name->text().str());
    else if (entry.binding->kind == BindingKind::Macro)
      names.insert(entry.binding->macro->name->text().str());
  for (auto &[key, name] : state->top->foreignNames)
    if (name.binding->kind == BindingKind::NativeSpace)
      addMembers(*name.binding, names);
  for (auto &[symbol, binding] : state->top->imports) {
    names.insert(symbol->text().str());
    if (binding->kind == BindingKind::NativeSpace)
      addMembers(*binding, names);
  }
  for (auto &[symbol, binding] : session.libraries().allStandardBindings())
    names.insert(symbol->text().str());
  return {names.begin(), names.end()};
}

std::vector<std::string> Environment::namesIn(llvm::StringRef module,
                                              llvm::StringRef scope) const {
  std::set<std::string> names;
  auto add = [&](const Binding *binding) {
    if (binding->kind != BindingKind::NativeSpace || !binding->native ||
        binding->member->text() != module || !binding->native->module->source)
      return;
    std::vector<std::string> scopes = {scope.str()};
    for (const std::string &outer : binding->native->namespaces)
      scopes.push_back(scope.empty() ? outer : outer + ":" + scope.str());
    for (const std::string &each : scopes)
      for (std::string &name : binding->native->module->source->namesIn(each))
        names.insert(std::move(name));
  };
  for (auto &[key, name] : state->top->foreignNames)
    add(name.binding);
  for (auto &[symbol, binding] : state->top->imports)
    add(binding);
  return {names.begin(), names.end()};
}

Unit *expandForm(Session &session, Environment &environment,
                 const Syntax *form) {
  Environment::State &state = *environment.state;
  Unit *unit = session.makeUnit("repl-" + std::to_string(++session.evaluatedForms));
  unit->isProgram = true;
  unit->returnsLast = true;
  unsigned syntaxBefore = state.top->syntaxChanges;
  FormExpander expander(session, *state.top, *unit, ExpandMode::Repl);
  expander.importedLibraries = state.importedLibraries;
  expander.scanTopLevel(form);
  expander.expandCollected();
  expander.finish();
  state.importedLibraries = expander.importedLibraries;
  unit->importedLibraries = expander.importedHere;
  // A macro keeps pieces of the form.
  if (state.top->syntaxChanges != syntaxBefore)
    unit->scope = state.top;
  checkCalls(session, *unit);
  return unit;
}

} // namespace plc::frontend
