//===- Binding.h - what identifiers mean ------------------------*- C++ -*-===//
//
// Hygiene by aliases: an expansion gives each identifier that the template
// inserts a fresh Alias, which remembers the identifier in the template and
// the scope of the macro's definition. Binding forms bind identifiers (symbol
// and alias together). An identifier means the innermost binding of itself, or
// else whatever its base means in the scope of the definition. Quoting drops
// aliases.
//
//===----------------------------------------------------------------------===//
#ifndef PLC_FRONTEND_BINDING_H
#define PLC_FRONTEND_BINDING_H

#include "frontend/Core.h"
#include "frontend/Syntax.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SmallVector.h"

namespace plc::frontend {

class Scope;
class SyntaxRules;
struct Library;

struct Alias;

/// What one expansion inserted: identifiers of the template and their aliases
/// (null where not used yet).
struct Expansion {
  llvm::ArrayRef<const Syntax *> identifiers;
  llvm::MutableArrayRef<const Alias *> aliases;
};

struct Alias {
  ir::Symbol base;
  const Alias *outer; // alias of the identifier in the template
  Scope *scope;       // of the macro's definition
  const Expansion *expansion;
};

/// A symbol or an alias: equal keys, same identifier.
using IdentifierKey = const void *;
inline IdentifierKey keyOf(const Syntax *id) {
  return id->alias ? static_cast<const void *>(id->alias) : id->name;
}

enum class CoreForm : uint8_t {
#define CORE_FORM(Id, Name, Library, Form, Doc) Id,
#include "frontend/CoreForms.def"
};
constexpr size_t kCoreFormCount = 0
#define CORE_FORM(Id, Name, Library, Form, Doc) +1
#include "frontend/CoreForms.def"
    ;
struct CoreFormRow {
  const char *name;
  const char *library; // R7RS library or "(plc)" that exports it
  const char *form;    // shape, for diagnostics
  const char *doc;
};
const CoreFormRow &coreFormRow(CoreForm form);

/// A syntax-rules macro, compiled at its first use.
struct Macro {
  ir::Symbol name;
  const Syntax *spec = nullptr; // the (syntax-rules ...) form
  Scope *scope = nullptr;       // where it was defined
  ir::Location location;
  const SyntaxRules *rules = nullptr;
  /// From an interface: the spec is read again from the library's source,
  /// where its definition has this byte range.
  Library *library = nullptr;
  uint32_t sourceFile = 0;
  uint32_t begin = 0, end = 0;
  bool isBroken = false;
  explicit Macro(ir::Symbol name) : name(name) {}
};

enum class BindingKind : uint8_t {
  Core,
  Macro,
  Local,
  Global,
  Primitive,
  Constant,
  Member,
  NativeSpace ///< a namespace whose members are known when compiling
};

struct Binding {
  BindingKind kind;
  CoreForm core{};
  PrimitiveId primitive = 0;
  Macro *macro = nullptr;
  Variable *variable = nullptr;
  Global *global = nullptr;
  Library *library = nullptr; // whose global it is; null: the program's
  const ir::Datum *datum = nullptr;
  /// Member: of the namespace that `space` binds.
  const Binding *space = nullptr;
  ir::Symbol member = nullptr;
  /// NativeSpace: null where the import failed, or is still to be done: then
  /// `pendingImport` is (ecosystem module folder options).
  mutable const struct NativeSpace *native = nullptr;
  mutable const ir::Datum *pendingImport = nullptr;
  ir::Location location;
  explicit Binding(BindingKind kind) : kind(kind) {}
  bool isSyntax() const {
    return kind == BindingKind::Core || kind == BindingKind::Macro;
  }
  bool isNamespace() const {
    return kind == BindingKind::NativeSpace ||
           (kind == BindingKind::Global && global->isNamespace);
  }
};

/// A region of the program with bindings of its own. Owned by the
/// LibraryManager.
class Scope {
public:
  /// Which scopes bind a name, of those that lie deep.
  using DeepScopes =
      llvm::DenseMap<IdentifierKey, llvm::SmallVector<const Scope *, 1>>;

  explicit Scope(Scope *parent, DeepScopes *deep = nullptr);
  virtual ~Scope();

  Binding *find(IdentifierKey key) const {
    if (!index.empty())
      return index.lookup(key);
    for (auto &[k, binding] : entries)
      if (k == key)
        return binding;
    return nullptr;
  }
  /// Binds or rebinds.
  void bind(IdentifierKey key, Binding *binding);
  /// Looks in this scope and those around it. Takes time that grows with the
  /// logarithm of the depth, if the name has few meanings in deep scopes.
  Binding *findVisible(IdentifierKey key) const;
  /// The outermost scope around this one.
  Scope *root() const;

  Scope *const parent;
  struct Entry {
    IdentifierKey key;
    Binding *binding;
  };
  /// In order of first binding.
  llvm::SmallVector<Entry, 4> entries;
  /// How often a name began or ceased to mean syntax.
  unsigned syntaxChanges = 0;

private:
  static constexpr size_t kMaxLinear = 8;
  /// So many scopes are looked through one by one.
  static constexpr unsigned kMaxSteps = 16;
  const Scope *around(unsigned wanted) const;

  llvm::DenseMap<IdentifierKey, Binding *> index;
  const unsigned depth;
  /// A scope around this one, far enough away to reach any in a logarithmic
  /// number of steps (Myers 1983, applicative random-access stacks).
  const Scope *const jump;
  DeepScopes *const deep;
};

/// The outermost scope of a library, program or REPL. Definitions win over
/// imports; imports over what is visible implicitly.
class TopLevel : public Scope {
public:
  explicit TopLevel(std::string unitName)
      : Scope(nullptr), unitName(std::move(unitName)) {}

  std::string unitName;
  llvm::DenseMap<ir::Symbol, Binding *> imports;
  /// Programs without an R7RS import and REPLs see the standard libraries.
  bool seesStandardLibraries = false;
  /// Made by `environment`: nothing is defined here, and what is unbound stays
  /// so.
  bool isFixed = false;
  /// Names that begin so are members of a namespace (`:prefix`).
  llvm::SmallVector<std::pair<std::string, const Binding *>, 0> memberPrefixes;
  /// An import failed: unbound names are then not worth a word.
  bool hasBrokenImports = false;
  /// What foreign imports brought, in order. A definition may hide the binding,
  /// but names with a colon go on to mean members of the namespace.
  struct ForeignName {
    Binding *binding = nullptr;
    std::string meaning; ///< the same module and options, the same text
  };
  llvm::MapVector<IdentifierKey, ForeignName> foreignNames;
  /// Symbols of own definitions, to make link names unique.
  llvm::DenseMap<ir::Symbol, unsigned> definedNames;
};

} // namespace plc::frontend
#endif // PLC_FRONTEND_BINDING_H
