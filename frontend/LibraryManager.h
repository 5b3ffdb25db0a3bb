//===- LibraryManager.h - libraries and what names mean ---------*- C++ -*-===//
//
// Finds, expands and remembers libraries; owns scopes and bindings. A library
// whose interface file (.plci) is valid is not expanded: its bindings come
// from there, and its macros are compiled from the source when first used.
//
//===----------------------------------------------------------------------===//
#ifndef PLC_FRONTEND_LIBRARYMANAGER_H
#define PLC_FRONTEND_LIBRARYMANAGER_H

#include "frontend/Binding.h"
#include "frontend/ProcedureTable.h"
#include "frontend/Session.h"

#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/MemoryBuffer.h"

#include <map>
#include <set>

namespace plc::frontend {

/// What code that uses a module of native code is linked with.
struct NativeLink {
  std::string shims, shimLibrary;
  std::vector<std::string> flags, libraries;
};

/// What the code of a library does with objects of other languages, and what it
/// knows of their classes, for the units that import it (JoinShims.cpp).
struct ForeignUses {
  /// Members of what may be any object; calls with the number of arguments, others
  /// with -1.
  std::set<std::pair<std::string, int>> members;
  std::set<std::string> operators; ///< of two operands
  struct Known {
    std::vector<std::string> requests, knowledge; ///< native::Source
  };
  std::map<std::string, Known> ecosystems;
};

/// A library as its importers see it.
struct Library {
  explicit Library(std::string name) : name(name), scope(name) {}

  std::string name; // "(scheme base)"; also the name of its unit
  /// Its source; empty for built-in ones.
  std::string file;
  /// Found below SessionOptions::standardLibrary.
  bool isStandard = false;
  bool isBuiltin = false;
  /// Defined inside a program's file: never cached.
  bool isInProgram = false;
  bool hasErrors = false;
  /// Its top level does something when run: the unit must be initialised.
  bool needsInit = false;
  /// What it delivers may be objects of other languages.
  bool hasReferences = false;
  /// It, or a library that it imports, may evaluate forms in the program.
  bool needsEvaluator = false;

  TopLevel scope;
  llvm::MapVector<ir::Symbol, Binding *> exports;
  /// Names outside and inside, in the order of the export declarations; those
  /// that mean nothing too.
  std::vector<std::pair<ir::Symbol, ir::Symbol>> exportNames;
  /// Import sets as written.
  std::vector<const ir::Datum *> importSets;
  /// Libraries it imports, in order, each once.
  std::vector<Library *> imports;
  /// Units its code refers to or whose init must come first.
  std::vector<std::string> unitImports;
  /// Files included, absolute or relative as opened.
  std::vector<std::string> includedFiles;
  /// Its top-level variables.
  std::vector<const Global *> globals;
  /// Of the interface it came from: the IR of its procedures lies behind the
  /// rest, to be read when needed.
  std::unique_ptr<llvm::MemoryBuffer> interface;

  /// Modules of native code that it imports: what it is linked with, and the
  /// files that were read.
  std::vector<NativeLink> nativeLinks;
  std::vector<std::string> nativeInputs;
  ForeignUses foreignUses;

  /// Expanded in this session; null when it came from an interface file.
  Unit *unit = nullptr;
  /// Hex digits over source, included files, imports' hashes and options.
  std::string contentHash;
  /// A macro of this library cannot be re-read from source text alone (a
  /// macro defined it): such a library is expanded each time.
  bool isUncacheable = false;
  /// Set while it is being loaded, to find cycles.
  bool isLoading = false;
};

struct NativeSpace;
} // namespace plc::frontend
namespace plc::native {
class Source;
struct ImportOptions;
struct MacroTypes;
}
namespace plc::frontend {

class LibraryManager {
public:
  explicit LibraryManager(Session &session);
  ~LibraryManager();

  /// The library of that name, loaded if need be; null after a diagnostic at
  /// `at`.
  Library *load(llvm::StringRef name, ir::Location at);
  /// True if the library could be loaded (cond-expand).
  bool exists(llvm::StringRef name);
  /// Every library loaded so far, each after those it imports.
  const std::vector<Library *> &loaded() const { return order; }
  Library *find(llvm::StringRef name) const {
    auto found = libraries.find(name);
    return found == libraries.end() ? nullptr : found->second.get();
  }

  /// Expands one (define-library ...) form. `origin` is its file.
  Library *define(const Syntax *form, llvm::StringRef origin, bool inProgram);

  /// "(scheme base)" from its syntax; empty after a diagnostic.
  std::string nameOf(const Syntax *name);

  using Imports = llvm::MapVector<ir::Symbol, Binding *>;
  /// The names an import set brings. Libraries met are appended to `used`.
  bool resolveImportSet(const Syntax *set, Imports &result,
                        std::vector<Library *> &used);
  /// Adds the names of `(import set ...)` to a top level; false if it has all of
  /// them, and nothing was loaded.
  bool importInto(TopLevel &top, llvm::ArrayRef<const Syntax *> sets,
                  std::vector<Library *> &used, bool reportsConflicts);

  /// Evaluates a cond-expand requirement.
  bool isSatisfied(const Syntax *requirement, Scope *scope);

  /// Where the interface of a library lies or would lie; empty: nowhere.
  std::string interfacePath(const Library &library) const;
  /// The interface as text, for the driver to write once the library's object
  /// has been written.
  std::string interfaceText(const Library &library) const;

  /// What is known of the code of libraries.
  ProcedureTable procedures;

  // --- Bindings and scopes
  Binding *core(CoreForm form) { return coreBindings[size_t(form)]; }
  Binding *primitive(PrimitiveId id) { return primitiveBindings[id]; }
  Binding *makeBinding(BindingKind kind);
  /// What an imported member of a namespace is bound to.
  Binding *makeMember(const Binding *space, ir::Symbol member,
                      ir::Location location);
  const native::Module *readModule(llvm::StringRef ecosystem,
                                   const native::ImportOptions &options,
                                   ir::Location location);
  /// The module of native code that an import names; null after a diagnostic.
  /// \param folder  where headers are looked for first
  const NativeSpace *importNative(llvm::StringRef name,
                                  llvm::StringRef ecosystem,
                                  llvm::StringRef module,
                                  const ir::Datum *options,
                                  llvm::StringRef folder,
                                  ir::Location location);
  /// The same module with a macro whose types are given; null if that is not
  /// possible.
  const NativeSpace *importMacro(const NativeSpace &space,
                                 const native::MacroTypes &macro);
  /// A source that has all modules of an ecosystem that were imported there, or
  /// none; null after a diagnostic.
  native::Source *sourceOfAll(llvm::StringRef ecosystem, const TopLevel &top,
                              llvm::StringRef folder, ir::Location location);
  native::Source *sourceOfAll(llvm::ArrayRef<const NativeSpace *> spaces,
                              llvm::StringRef folder, ir::Location location);
  /// The modules of an ecosystem that have been imported there, each once.
  std::vector<const NativeSpace *> spacesOf(llvm::StringRef ecosystem,
                                            const TopLevel &top);
  /// The sources of declarations that have been imported, in order.
  llvm::ArrayRef<native::Source *> sources() const { return nativeSources; }
  /// \{ A unit that was expanded in this session is used; or is not, for it has
  /// errors, or was only looked at.
  void keepShims() const;
  void dropShims() const;
  /// \}
  /// What a NativeSpace is, read again if an interface only names it; null where
  /// that failed.
  const NativeSpace *nativeOf(const Binding *space);
  Scope *makeScope(Scope *parent);
  TopLevel *makeTopLevel(std::string unitName);

  /// What an identifier means; null when unbound.
  Binding *lookup(const Syntax *id, Scope *scope);
  Binding *lookup(ir::Symbol name, const Alias *alias, Scope *scope,
                  bool *isImported = nullptr);
  /// True unless a binding form or definition that the identifier can see is
  /// what gives it its meaning: a template of a library may name the library's
  /// own variables wherever it is used.
  bool isImported(const Syntax *id, Scope *scope);
  /// The hygiene of a name that stands in the text of something that has `alias`;
  /// `scope` becomes where it is looked for.
  static const Alias *aliasOfPart(ir::Symbol part, const Alias *alias,
                                  Scope *&scope);
  /// What the first part of an identifier such as `a.b` means, with the
  /// hygiene marks of the whole; `isNamespace`: the namespace of that name, be
  /// it hidden by something else.
  Binding *lookupPart(ir::Symbol part, const Alias *alias, Scope *scope,
                      bool isNamespace = false);
  /// True if `s` is an identifier that means the form (or is unbound and has
  /// its name: auxiliary keywords need no import).
  bool isCore(const Syntax *s, Scope *scope, CoreForm form);
  /// free-identifier=?
  bool sameMeaning(const Syntax *a, Scope *aScope, const Syntax *b,
                   Scope *bScope);
  /// What a program without imports sees: R7RS and (plc).
  Binding *standardBinding(ir::Symbol name);
  /// The first library of them that exports the name, or "".
  std::string standardLibraryOf(ir::Symbol name);
  /// Loads all of them; for completion and nearest names.
  const Imports &allStandardBindings();

  /// The rules of a macro, compiled on demand; null when they are broken.
  const SyntaxRules *rulesOf(Macro &macro);

  /// Called by expanders of libraries: `library` refers to these units.
  Library *libraryOfUnit(llvm::StringRef unitName) const {
    return find(unitName);
  }

private:
  friend class FormMemory;
  friend class LibraryExpander;
  friend class InterfaceReader;
  Library *makeLibrary(std::string name);
  void makeBuiltins();
  std::string findFile(llvm::StringRef name, bool &isStandard) const;
  std::string findOnPath(llvm::StringRef name) const;
  std::string findIn(llvm::StringRef folder, llvm::StringRef name) const;
  void warnLeftOut(llvm::StringRef name, llvm::StringRef file, ir::Location at);
  Library *loadFile(llvm::StringRef name, llvm::StringRef file, bool isStandard,
                    ir::Location at);
  void readMacroSource(Macro &macro);
  Library *loadInterface(llvm::StringRef name, llvm::StringRef file,
                         bool isStandard);
  void computeHash(Library &library);
  std::string interfacePath(llvm::StringRef name, llvm::StringRef file,
                            bool isStandard) const;
  bool hashSources(llvm::StringRef file, bool isStandard,
                   llvm::ArrayRef<std::string> included,
                   llvm::ArrayRef<std::string> nativeInputs,
                   llvm::ArrayRef<Library *> imports, std::string &hash) const;

  Session &session;
  llvm::StringMap<std::unique_ptr<Library>> libraries;
  size_t loads = 0; ///< libraries that were looked for in files
  std::vector<Library *> order;
  std::vector<std::string> loading; // names, outermost first
  std::vector<std::string> loadingInterfaces;
  unsigned nesting = 0;          // of import sets and requirements
  bool lacksImports = false;     // an import set names what is not exported
  bool definingStandard = false; // the file being loaded is a standard one
  /// Forms of files that macros have been compiled from.
  llvm::StringMap<llvm::ArrayRef<const Syntax *>> macroSources;
  std::vector<std::unique_ptr<Scope>> scopes;
  Scope::DeepScopes deepScopes;
  std::vector<Binding *> coreBindings;
  std::vector<Binding *> primitiveBindings;
  std::vector<std::unique_ptr<NativeSpace>> nativeSpaces;
  std::vector<native::Source *> nativeSources;
  Imports standard;
  size_t standardLoaded = 0; // how many of the standard libraries
};

} // namespace plc::frontend
#endif // PLC_FRONTEND_LIBRARYMANAGER_H
