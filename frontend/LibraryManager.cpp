//===- LibraryManager.cpp - bindings, imports, finding libraries ----------===//

#include "frontend/LibraryManager.h"

#include "frontend/Expander.h"
#include "frontend/Native.h"
#include "frontend/SyntaxRules.h"
#include "ir/Op.h"

#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include <utility>

using namespace plc::ir;

namespace plc::frontend {

namespace {

/// What a program without imports sees, in this order: names of later
/// libraries do not replace those of earlier ones.
constexpr const char *kStandardLibraries[] = {"(scheme base)",
                                              "(scheme write)",
                                              "(scheme char)",
                                              "(scheme cxr)",
                                              "(scheme inexact)",
                                              "(scheme lazy)",
                                              "(scheme complex)",
                                              "(scheme file)",
                                              "(scheme read)",
                                              "(scheme time)",
                                              "(scheme process-context)",
                                              "(scheme case-lambda)",
                                              "(scheme eval)",
                                              "(scheme load)",
                                              "(scheme repl)",
                                              "(scheme r5rs)",
                                              "(plc)",
                                              "(plc hosts)"};

constexpr const char *kFeatures[] = {
#define FEATURE(Name) Name,
#include "stdlib/Features.def"
};

/// True of srfi-1: the library (srfi 1) tells whether there is such a feature,
/// so that both kinds of requirement agree.
bool namesSrfi(llvm::StringRef feature) {
  return feature.consume_front("srfi-") && !feature.empty() &&
         feature.find_first_not_of("0123456789") == llvm::StringRef::npos;
}

} // namespace

LibraryManager::LibraryManager(Session &session) : session(session) {
  for (size_t i = 0; i < kCoreFormCount; ++i) {
    Binding *binding = makeBinding(BindingKind::Core);
    binding->core = static_cast<CoreForm>(i);
    coreBindings.push_back(binding);
  }
  for (size_t i = 0; i < primitiveCount(); ++i) {
    Binding *binding = makeBinding(BindingKind::Primitive);
    binding->primitive = static_cast<frontend::PrimitiveId>(i);
    primitiveBindings.push_back(binding);
  }
  makeBuiltins();
}

LibraryManager::~LibraryManager() = default;

Binding *LibraryManager::makeBinding(BindingKind kind) {
  return new (session.interner.allocator()) Binding(kind);
}

Binding *LibraryManager::makeMember(const Binding *space, Symbol member,
                                    Location location) {
  Binding *binding = makeBinding(BindingKind::Member);
  binding->space = space;
  binding->member = member;
  binding->location = location;
  return binding;
}

Scope *LibraryManager::makeScope(Scope *parent) {
  scopes.push_back(std::make_unique<Scope>(parent, &deepScopes));
  return scopes.back().get();
}

TopLevel *LibraryManager::makeTopLevel(std::string unitName) {
  auto top = std::make_unique<TopLevel>(std::move(unitName));
  TopLevel *result = top.get();
  scopes.push_back(std::move(top));
  return result;
}

Library *LibraryManager::makeLibrary(std::string name) {
  session.keepForm();
  std::unique_ptr<Library> &slot = libraries[name];
  slot = std::make_unique<Library>(name);
  return slot.get();
}

void LibraryManager::makeBuiltins() {
  Library *core = makeLibrary("(plc core)");
  core->isBuiltin = true;
  for (size_t i = 0; i < kCoreFormCount; ++i)
    core->exports[session.interner.intern(
        coreFormRow(static_cast<CoreForm>(i)).name)] = coreBindings[i];
  auto addConstant = [&](const char *name, DatumKind kind) {
    Binding *binding = makeBinding(BindingKind::Constant);
    binding->datum = session.data.make(kind);
    core->exports[session.interner.intern(name)] = binding;
  };
  addConstant("nil", DatumKind::Nil);
  addConstant("undefined", DatumKind::Undefined);
  order.push_back(core);
  Library *primitives = makeLibrary("(plc primitives)");
  primitives->isBuiltin = true;
  for (size_t i = 0; i < primitiveCount(); ++i)
    primitives->exports[session.interner.intern(
        primitiveRow(static_cast<ir::PrimitiveId>(i)).name)] =
        primitiveBindings[i];
  order.push_back(primitives);
}

//===----------------------------------------------------------------------===//
// Meanings
//===----------------------------------------------------------------------===//

Binding *LibraryManager::lookup(Symbol name, const Alias *alias, Scope *scope,
                                bool *isImported) {
  if (isImported)
    *isImported = false;
  for (;;) {
    IdentifierKey key = alias ? static_cast<const void *>(alias) : name;
    if (Binding *binding = scope->findVisible(key))
      return binding;
    if (!alias) {
      if (isImported)
        *isImported = true;
      auto *top = static_cast<TopLevel *>(scope->root());
      if (Binding *binding = top->imports.lookup(name))
        return binding;
      return top->seesStandardLibraries ? standardBinding(name) : nullptr;
    }
    scope = alias->scope;
    name = alias->base;
    alias = alias->outer;
  }
}

Binding *LibraryManager::lookup(const Syntax *id, Scope *scope) {
  return lookup(id->name, id->alias, scope);
}

bool LibraryManager::isImported(const Syntax *id, Scope *scope) {
  bool result;
  lookup(id->name, id->alias, scope, &result);
  return result;
}

/// As `lookup`, of namespaces only, also of those that a definition hides.
static Binding *lookupNamespace(Symbol name, const Alias *alias, Scope *scope) {
  for (;;) {
    IdentifierKey key = alias ? static_cast<const void *>(alias) : name;
    Scope *root = scope;
    for (Scope *s = scope; s; s = s->parent) {
      if (Binding *binding = s->find(key); binding && binding->isNamespace())
        return binding;
      root = s;
    }
    auto *top = static_cast<TopLevel *>(root);
    if (auto found = top->foreignNames.find(key);
        found != top->foreignNames.end() &&
        found->second.binding->isNamespace())
      return found->second.binding;
    if (!alias) {
      Binding *binding = top->imports.lookup(name);
      return binding && binding->isNamespace() ? binding : nullptr;
    }
    scope = alias->scope;
    name = alias->base;
    alias = alias->outer;
  }
}

const Alias *LibraryManager::aliasOfPart(Symbol part, const Alias *alias,
                                         Scope *&scope) {
  while (alias) {
    // The alias that the same expansion gave to the part, if it inserted it.
    const Expansion &expansion = *alias->expansion;
    for (size_t i = 0; i < expansion.identifiers.size(); ++i)
      if (expansion.identifiers[i]->name == part &&
          expansion.identifiers[i]->alias == alias->outer &&
          expansion.aliases[i])
        return expansion.aliases[i];
    scope = alias->scope;
    alias = alias->outer;
  }
  return nullptr;
}

Binding *LibraryManager::lookupPart(Symbol part, const Alias *alias,
                                    Scope *scope, bool isNamespace) {
  const Alias *own = aliasOfPart(part, alias, scope);
  return isNamespace ? lookupNamespace(part, own, scope)
                     : lookup(part, own, scope);
}

bool LibraryManager::isCore(const Syntax *s, Scope *scope, CoreForm form) {
  if (!s->isIdentifier() || s->name->text() != coreFormRow(form).name)
    return s->isIdentifier() && lookup(s, scope) == core(form);
  Binding *binding = lookup(s, scope);
  return !binding || binding == core(form);
}

bool LibraryManager::sameMeaning(const Syntax *a, Scope *aScope,
                                 const Syntax *b, Scope *bScope) {
  Binding *aBinding = lookup(a, aScope), *bBinding = lookup(b, bScope);
  if (aBinding || bBinding) {
    if (aBinding == bBinding)
      return true;
    // An auxiliary keyword that one side did not import.
    auto isUnimported = [](Binding *x, Binding *y) {
      return !x && y->kind == BindingKind::Core && y->core >= CoreForm::Else;
    };
    return a->name == b->name &&
           ((!aBinding && isUnimported(aBinding, bBinding)) ||
            (!bBinding && isUnimported(bBinding, aBinding)));
  }
  return a->name == b->name;
}

Binding *LibraryManager::standardBinding(Symbol name) {
  if (Binding *binding = standard.lookup(name))
    return binding;
  // What needs no library to be read: all of (plc core), and the primitives
  // that are not internal.
  Binding *builtin = find("(plc core)")->exports.lookup(name);
  if (!builtin && !name->text().starts_with("%"))
    builtin = find("(plc primitives)")->exports.lookup(name);
  if (builtin) {
    standard.insert({name, builtin});
    return builtin;
  }
  while (standardLoaded < std::size(kStandardLibraries)) {
    const char *libraryName = kStandardLibraries[standardLoaded++];
    Library *library = load(libraryName, {});
    if (!library)
      continue;
    for (auto &[symbol, binding] : library->exports)
      standard.insert({symbol, binding});
    if (Binding *binding = standard.lookup(name))
      return binding;
  }
  return nullptr;
}

const LibraryManager::Imports &LibraryManager::allStandardBindings() {
  standardBinding(session.interner.intern(""));
  for (auto &[symbol, binding] : find("(plc core)")->exports)
    standard.insert({symbol, binding});
  return standard;
}

std::string LibraryManager::standardLibraryOf(Symbol name) {
  if (!allStandardBindings().count(name))
    return "";
  for (const char *libraryName : kStandardLibraries)
    if (Library *library = load(libraryName, {});
        library && library->exports.count(name))
      return libraryName;
  return "(plc core)";
}

//===----------------------------------------------------------------------===//
// Names and imports
//===----------------------------------------------------------------------===//

std::string LibraryManager::nameOf(const Syntax *name) {
  std::string text = "(";
  bool isGood = name->isProperList() && name->size() > 0;
  if (isGood)
    for (const Syntax *part : name->elements) {
      if (text.size() > 1)
        text += ' ';
      if (part->isIdentifier())
        text += part->name->text();
      else if (part->kind == SyntaxKind::Constant &&
               part->datum->kind == DatumKind::Fixnum &&
               part->datum->integer >= 0)
        text += std::to_string(part->datum->integer);
      else
        isGood = false;
    }
  if (!isGood) {
    session.diagnostics.report(Diag::BadLibraryName, name->location);
    return "";
  }
  return text + ")";
}

bool LibraryManager::resolveImportSet(const Syntax *set, Imports &result,
                                      std::vector<Library *> &used) {
  DiagnosticEngine &diagnostics = session.diagnostics;
  auto leave = llvm::make_scope_exit([this] { --nesting; });
  if (++nesting > kMaxNesting) {
    diagnostics.report(Diag::NestingTooDeep, set->location);
    return false;
  }
  auto nearest = [](Symbol name, const Imports &from) {
    std::vector<llvm::StringRef> candidates;
    for (auto &[symbol, binding] : from)
      candidates.push_back(symbol->text());
    return nearestName(name->text(), candidates);
  };
  // (only set name ...): a library may be called (only ...) all the same.
  if (set->isProperList() && set->size() >= 2 && (*set)[0]->isIdentifier() &&
      (*set)[1]->isProperList() && (*set)[1]->size() > 0) {
    llvm::StringRef kind = (*set)[0]->name->text();
    bool isModifier = kind == "only" || kind == "except" || kind == "prefix" ||
                      kind == "rename";
    if (isModifier) {
      Imports inner;
      std::vector<Library *> libraries;
      if (!resolveImportSet((*set)[1], inner, libraries))
        return false;
      used.insert(used.end(), libraries.begin(), libraries.end());
      auto missing = [&](const Syntax *id) {
        for (const Library *library : libraries)
          for (auto &[outside, inside] : library->exportNames)
            if (outside == id->name)
              return; // exported, but not defined
        lacksImports = true;
        auto report =
            diagnostics.report(Diag::NotExported, id->location,
                               {libraries.empty() ? "" : libraries.back()->name,
                                id->name->text()});
        llvm::StringRef name = nearest(id->name, inner);
        if (!name.empty())
          report.help(("is `" + name + "` meant?").str())
              .edit(id->location, name.str());
      };
      llvm::ArrayRef<const Syntax *> rest = set->elements.drop_front(2);
      if (kind == "prefix") {
        if (rest.size() != 1 || !rest[0]->isIdentifier()) {
          diagnostics.report(Diag::BadImport, set->location,
                             {"(prefix import-set name)"});
          return false;
        }
        for (auto &[symbol, binding] : inner)
          result[session.interner.intern(
              (rest[0]->name->text() + symbol->text()).str())] = binding;
        return true;
      }
      if (kind == "rename") {
        llvm::DenseMap<Symbol, Symbol> renames;
        for (const Syntax *pair : rest) {
          if (!pair->isProperList() || pair->size() != 2 ||
              !(*pair)[0]->isIdentifier() || !(*pair)[1]->isIdentifier()) {
            diagnostics.report(Diag::BadImport, pair->location,
                               {"(rename import-set (old new) ...)"});
            return false;
          }
          if (!inner.count((*pair)[0]->name))
            missing((*pair)[0]);
          renames[(*pair)[0]->name] = (*pair)[1]->name;
        }
        for (auto &[symbol, binding] : inner) {
          auto found = renames.find(symbol);
          result[found == renames.end() ? symbol : found->second] = binding;
        }
        return true;
      }
      for (const Syntax *id : rest) {
        if (!id->isIdentifier()) {
          diagnostics.report(Diag::BadImport, id->location,
                             {kind == "only" ? "(only import-set name ...)"
                                             : "(except import-set name ...)"});
          return false;
        }
        if (!inner.count(id->name))
          missing(id);
      }
      if (kind == "only") {
        for (const Syntax *id : rest)
          if (Binding *binding = inner.lookup(id->name))
            result[id->name] = binding;
        return true;
      }
      llvm::DenseSet<Symbol> excluded;
      for (const Syntax *id : rest)
        excluded.insert(id->name);
      for (auto &[symbol, binding] : inner)
        if (!excluded.count(symbol))
          result[symbol] = binding;
      return true;
    }
  }
  std::string name = nameOf(set);
  if (name.empty())
    return false;
  Library *library = load(name, set->location);
  if (!library)
    return false;
  for (auto &[symbol, binding] : library->exports)
    result[symbol] = binding;
  used.push_back(library);
  return true;
}

bool LibraryManager::importInto(TopLevel &top,
                                llvm::ArrayRef<const Syntax *> sets,
                                std::vector<Library *> &used,
                                bool reportsConflicts) {
  size_t loadsBefore = loads;
  bool isNew = false;
  for (const Syntax *set : sets) {
    Imports names;
    std::vector<Library *> libraries;
    // Libraries that are loaded on the way have imports of their own.
    bool outer = std::exchange(lacksImports, false);
    bool isResolved = resolveImportSet(set, names, libraries);
    bool isWhole = !std::exchange(lacksImports, outer) && isResolved;
    // What was meant to come from there must not be reported as unbound.
    if (!isWhole)
      top.hasBrokenImports = true;
    if (!isResolved)
      continue;
    for (Library *library : libraries)
      if (!llvm::is_contained(used, library))
        used.push_back(library);
    llvm::SmallVector<llvm::StringRef, 4> conflicts;
    for (auto &[symbol, binding] : names) {
      Binding *&slot = top.imports[symbol];
      if (slot && slot != binding && reportsConflicts)
        conflicts.push_back(symbol->text());
      isNew |= slot != binding;
      slot = binding;
    }
    if (conflicts.empty())
      continue;
    llvm::sort(conflicts);
    session.diagnostics
        .report(Diag::ImportConflict, set->location,
                {"`" + llvm::join(conflicts, "`, `") + "`"})
        .help("leave them out of one import with `(except ... " +
              llvm::join(conflicts, " ") + ")`, or use `rename` or `prefix`");
  }
  return isNew || loads != loadsBefore;
}

bool LibraryManager::isSatisfied(const Syntax *requirement, Scope *scope) {
  auto leave = llvm::make_scope_exit([this] { --nesting; });
  if (++nesting > kMaxNesting) {
    session.diagnostics.report(Diag::NestingTooDeep, requirement->location);
    return false;
  }
  if (requirement->isIdentifier()) {
    llvm::StringRef name = requirement->name->text();
    if (namesSrfi(name))
      return exists(("(srfi " + name.drop_front(5) + ")").str());
    // Like that of cond where names have a meaning, which declarations of
    // libraries come before. The other words are a language of their own.
    bool isElse = scope ? isCore(requirement, scope, CoreForm::Else)
                        : name == "else";
    return isElse || llvm::is_contained(kFeatures, name) ||
           llvm::is_contained(session.options.features, name);
  }
  if (requirement->isProperList() && requirement->size() > 0 &&
      (*requirement)[0]->isIdentifier()) {
    llvm::StringRef kind = (*requirement)[0]->name->text();
    llvm::ArrayRef<const Syntax *> rest = requirement->elements.drop_front();
    if (kind == "and")
      return llvm::all_of(
          rest, [&](const Syntax *r) { return isSatisfied(r, scope); });
    if (kind == "or")
      return llvm::any_of(
          rest, [&](const Syntax *r) { return isSatisfied(r, scope); });
    if (kind == "not" && rest.size() == 1)
      return !isSatisfied(rest[0], scope);
    if (kind == "library" && rest.size() == 1) {
      std::string name = nameOf(rest[0]);
      return !name.empty() && exists(name);
    }
  }
  session.diagnostics.report(Diag::BadRequirement, requirement->location);
  return false;
}

//===----------------------------------------------------------------------===//
// Finding and loading
//===----------------------------------------------------------------------===//

/// Of the file of library `name`, without extension.
static std::string relativePath(llvm::StringRef name) {
  std::string path = name.drop_front().drop_back().str();
  std::replace(path.begin(), path.end(), ' ', '/');
  return path;
}

std::string LibraryManager::findIn(llvm::StringRef folder,
                                   llvm::StringRef name) const {
  for (const char *extension : {".sld", ".lisp"}) {
    llvm::SmallString<128> path(folder);
    llvm::sys::path::append(path, relativePath(name) + extension);
    if (session.fileExists(path))
      return std::string(path);
  }
  return "";
}

/// A name that only plc gives meaning to: (scheme ...) and (srfi ...), which R7RS
/// reserves, and (plc ...).
static bool isReserved(llvm::StringRef name) {
  llvm::StringRef first = name.drop_front().drop_back().split(' ').first;
  return first == "scheme" || first == "srfi" || first == "plc";
}

std::string LibraryManager::findOnPath(llvm::StringRef name) const {
  for (const std::string &folder : session.options.libraryPath)
    if (std::string file = findIn(folder, name); !file.empty())
      return file;
  return "";
}

/// The standard library comes first where the name is reserved: its parts are made
/// for one another, and a file for another system could not replace them. Other
/// names, as (chibi test), are those of another system, which may be on the path.
std::string LibraryManager::findFile(llvm::StringRef name,
                                     bool &isStandard) const {
  bool reserved = isReserved(name);
  isStandard = false;
  if (!reserved)
    if (std::string file = findOnPath(name); !file.empty())
      return file;
  if (!session.options.standardLibrary.empty())
    if (std::string file = findIn(session.options.standardLibrary, name);
        !file.empty()) {
      isStandard = true;
      return file;
    }
  return reserved ? findOnPath(name) : "";
}

/// The name of the standard library that `name` is another name of, or an empty
/// string.
static std::string aliasedName(llvm::StringRef name) {
  constexpr llvm::StringLiteral kColon = "(srfi :";
  if (name.starts_with(kColon))
    return ("(srfi " + name.drop_front(kColon.size())).str();
  return llvm::StringSwitch<llvm::StringRef>(name)
#define LIBRARY_ALIAS(Alias, Name) .Case(Alias, Name)
#include "stdlib/LibraryAliases.def"
      .Default("")
      .str();
}

bool LibraryManager::exists(llvm::StringRef name) {
  if (find(name))
    return true;
  bool isStandard;
  if (!findFile(name, isStandard).empty())
    return true;
  std::string aliased = aliasedName(name);
  return !aliased.empty() && exists(aliased);
}

/// A file on the library path that a standard library stands before.
void LibraryManager::warnLeftOut(llvm::StringRef name, llvm::StringRef file,
                                 Location at) {
  for (const std::string &folder : session.options.libraryPath) {
    std::string own = findIn(folder, name);
    if (own.empty() || llvm::sys::fs::equivalent(own, file))
      continue;
    session.diagnostics.report(Diag::LibraryLeftOut, at, {name, own})
        .help("give yours another name to use it");
    return;
  }
}

Library *LibraryManager::load(llvm::StringRef name, Location at) {
  if (Library *library = find(name)) {
    if (!library->isLoading)
      return library;
    std::string cycle;
    for (auto it = llvm::find(loading, name); it != loading.end(); ++it)
      cycle += *it + " -> ";
    session.diagnostics.report(Diag::CyclicImport, at,
                               {name, cycle + name.str()});
    return nullptr;
  }
  if (llvm::is_contained(loadingInterfaces, name)) {
    // The interface is no longer true; but a source that imports the library for
    // which it is expanded closes a circle.
    if (at.isKnown()) {
      std::string cycle;
      for (auto it = llvm::find(loadingInterfaces, name);
           it != loadingInterfaces.end(); ++it)
        cycle += *it + " -> ";
      session.diagnostics.report(Diag::CyclicImport, at,
                                 {name, cycle + name.str()});
    }
    return nullptr;
  }
  bool isStandard;
  std::string file = findFile(name, isStandard);
  if (file.empty()) {
    if (std::string aliased = aliasedName(name);
        !aliased.empty() && exists(aliased))
      return load(aliased, at);
    if (at.isKnown()) {
      auto report =
          session.diagnostics.report(Diag::UnknownLibrary, at, {name});
      std::string folders;
      for (const std::string &folder : session.options.libraryPath)
        folders += (folders.empty() ? "" : ", ") + folder;
      if (!folders.empty())
        report.note("searched for " + relativePath(name) +
                    " with .sld or .lisp in: " + folders);
      std::vector<llvm::StringRef> candidates(std::begin(kStandardLibraries),
                                              std::end(kStandardLibraries));
      for (auto &entry : libraries)
        candidates.push_back(entry.first());
      llvm::sort(candidates);
      llvm::StringRef nearest = nearestName(name, candidates);
      if (!nearest.empty())
        report.help(("is `" + nearest + "` meant?").str());
    }
    return nullptr;
  }
  ++loads;
  if (isStandard && at.isKnown() && !definingStandard)
    warnLeftOut(name, file, at);
  if (Library *library = loadInterface(name, file, isStandard))
    return library;
  return loadFile(name, file, isStandard, at);
}

const SyntaxRules *LibraryManager::rulesOf(Macro &macro) {
  if (macro.rules || macro.isBroken)
    return macro.rules;
  if (!macro.spec && macro.library)
    readMacroSource(macro);
  // It lives longer than the form that uses it first.
  if (macro.library)
    session.keepForm();
  if (macro.spec)
    macro.rules = SyntaxRules::compile(session, macro.spec, macro.scope);
  if (!macro.rules)
    macro.isBroken = true;
  return macro.rules;
}

} // namespace plc::frontend
