//===- FormExpander.h - expands the forms of one unit -----------*- C++ -*-===//
//
// Internal to the expander. Definitions of a body or top level are collected
// first, expanding macros at the head of each form; right-hand sides and
// expressions are expanded after that, so that every definition is visible to
// all of them.
//
//===----------------------------------------------------------------------===//
#ifndef PLC_FRONTEND_FORMEXPANDER_H
#define PLC_FRONTEND_FORMEXPANDER_H

#include "frontend/Binding.h"
#include "frontend/Expander.h"
#include "frontend/LibraryManager.h"
#include "frontend/NativeRows.h"
#include "frontend/SyntaxRules.h"
#include "ir/Op.h"

#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/ADT/STLFunctionalExtras.h"

#include <functional>

namespace plc::frontend {

/// A use that expands to another use this many times in a row, or until that
/// much syntax was made, never ends.
constexpr unsigned kMaxExpansionSteps = 100000;
constexpr size_t kMaxExpansionBytes = size_t(512) << 20;

/// "+" of the primitive that is the operator of that sign in other languages; ""
/// of others.
llvm::StringRef signOfOperator(ir::PrimitiveId primitive);

enum class ExpandMode : uint8_t { Program, Library, Repl };

/// `"module" :keyword value ...` in an import form.
struct ForeignImport {
  const Syntax *name;
  /// Keyword and value; null where the form ends too early.
  llvm::SmallVector<std::pair<const Syntax *, const Syntax *>, 4> options;
};
/// What stands in an import form, sorted.
struct ImportParts {
  std::vector<const Syntax *> sets; // of R7RS
  std::vector<ForeignImport> foreign;
};
ImportParts splitImport(llvm::ArrayRef<const Syntax *> parts);

class FormExpander {
public:
  FormExpander(Session &session, TopLevel &top, Unit &unit, ExpandMode mode);

  /// Set for a library: macros and includes are recorded there.
  Library *library = nullptr;
  /// Libraries imported explicitly, in order.
  std::vector<Library *> importedLibraries;
  /// Those that the forms at hand name; earlier ones may have done so before.
  std::vector<Library *> importedHere;
  /// Called for a define-library or import form at top level.
  bool allowsImports = true;

  /// Collects the definitions of top-level forms.
  void scanTopLevel(llvm::ArrayRef<const Syntax *> forms);
  /// An include declaration of a library.
  void scanIncludeAtTop(const Syntax *form, bool foldCase) {
    scanInclude(form, topContext, foldCase);
  }
  /// The path of the file that the string inside an include form names.
  std::string includedPath(const Syntax *name);
  /// The forms of all files that an include form names.
  std::vector<const Syntax *> readIncluded(const Syntax *form, CoreForm core,
                                           bool foldCase);
  /// Binds the namespace, and the members that the import names.
  void importForeign(const ForeignImport &import) {
    scanForeignImport(import, topContext);
  }
  /// Tells who uses the program as a module that it has this.
  void scanExport(ir::Symbol name, const Binding *binding,
                  ir::Location location);
  /// Expands what was collected, in order, into the unit's body.
  void expandCollected();
  /// Fixes the kinds of globals and the unit's imports.
  void finish();

  Node *expand(const Syntax *s, Scope *scope);

private:
  // --- What a definition defines
  struct Target {
    Variable *variable = nullptr;
    Global *global = nullptr;
    explicit operator bool() const { return variable || global; }
  };
  struct Item {
    Target target; // empty: an expression
    std::function<Node *()> make;
    ir::Location location = {};
  };
  /// A body or top level whose definitions are being collected.
  struct Context {
    Scope *scope;
    bool isTop;
    std::vector<Item> items;
    llvm::DenseMap<IdentifierKey, ir::Location> defined;
    Context(Scope *scope, bool isTop) : scope(scope), isTop(isTop) {}
  };

  // ExpandDefinitions.cpp
  void scan(const Syntax *form, Context &context);
  void scanCore(const Syntax *form, CoreForm core, Context &context);
  void addExpression(const Syntax *form, Context &context);
  void checkOpen(const Syntax *id);
  Target define(const Syntax *id, Context &context);
  Target defineHidden(llvm::StringRef name, ir::Location location,
                      Context &context);
  void scanDefine(const Syntax *form, CoreForm core, Context &context);
  void scanDefineValues(const Syntax *form, Context &context);
  void scanDefineSyntax(const Syntax *form, Context &context);
  void scanDefineRecord(const Syntax *form, Context &context);
  void scanInclude(const Syntax *form, Context &context, bool foldCase);
  void scanCondExpand(const Syntax *form, Context &context);
  void scanImport(const Syntax *form, Context &context);
  Node *expandBody(llvm::ArrayRef<const Syntax *> forms, Scope *scope,
                   const Syntax *whole, CoreForm core);
  Node *finishBody(Context &context, const Syntax *whole);
  Node *expandSequence(llvm::ArrayRef<const Syntax *> forms, Scope *scope,
                       ir::Location location);
  // Expander.cpp
  /// A macro use, its expansion, and so on until it is none.
  class Chain {
  public:
    explicit Chain(const FormExpander &expander)
        : arena(expander.arena), bytesBefore(arena.getBytesAllocated()) {}
    /// Before each expansion.
    bool isEndless() {
      return steps++ == kMaxExpansionSteps ||
             arena.getBytesAllocated() - bytesBefore > kMaxExpansionBytes;
    }

  private:
    const llvm::BumpPtrAllocator &arena;
    size_t bytesBefore;
    unsigned steps = 0;
  };
  const Syntax *expandMacro(const Syntax *form, Macro &macro, Scope *scope);
  Binding *headBinding(const Syntax *form, Scope *scope);
  bool bindSyntax(const Syntax *id, const Syntax *spec, Scope *specScope,
                  Scope *target, bool isTopLevel, ir::Location location);
  Node *expandIdentifier(const Syntax *id, Scope *scope);
  Node *expandUnbound(const Syntax *id, Scope *scope);
  Node *expandCall(const Syntax *form, Scope *scope);
  Node *expandCore(const Syntax *form, CoreForm core, Scope *scope);
  Node *expandSet(const Syntax *form, Scope *scope);
  Node *expandSetPlace(const Syntax *form, const Syntax *place, Scope *scope);
  void noteEvaluator(ir::Symbol name);
  void warnUnbound(const Syntax *id, Scope *scope);
  /// Names of a program that have no meaning yet, and where they stand.
  std::vector<std::pair<const Syntax *, Scope *>> unboundNames;
  std::string nearestVisible(llvm::StringRef name, Scope *scope);

  // ExpandForeign.cpp
  struct ForeignModule {
    const Syntax *name = nullptr;
    const Syntax *from = nullptr;
    const Syntax *as = nullptr;
    std::string ecosystem;
    std::string prefix;
    /// Names here, and in the module.
    llvm::SmallVector<std::pair<const Syntax *, ir::Symbol>, 4> members;
    /// What the plugin is to know: keyword value ...
    ir::Datum *options = nullptr;
  };
  /// object.member.member, at least one.
  struct MemberPath {
    const Binding *base = nullptr;
    llvm::SmallVector<ir::Symbol, 4> names;
    bool isNativeMember() const {
      return base->kind == BindingKind::NativeSpace && names.size() == 1;
    }
  };
  void badImport(const Syntax *at, llvm::StringRef found);
  std::optional<ForeignModule> parseForeign(const ForeignImport &import);
  /// False after a diagnostic.
  bool providePackage(ForeignModule &module);
  Node *foreignNamespace(const ForeignModule &module);
  /// What `:only`, `:alias` and `:prefix` name.
  void bindMembers(const ForeignModule &module, const Binding *space);
  static std::string meaningOf(const ForeignModule &module);
  /// The later of two imports is meant; if they mean different things, that is
  /// reported.
  void bindForeign(const Syntax *id, Binding *binding, std::string meaning);
  void scanForeignImport(const ForeignImport &import, Context &context);
  Node *expandForeignObject(const Syntax *form, Scope *scope);
  Node *expandImportExpression(const Syntax *form);
  /// The value of a binding that is no syntax.
  Node *objectOf(const Binding *binding, ir::Location location);
  Node *member(Node *object, ir::Symbol name, ir::Location location);
  /// What a name of the program means at this place, see hiddenImports.
  Binding *meaningHere(Binding *binding) const;
  /// What an identifier names by sugar or by an import of a member.
  std::optional<MemberPath> memberPath(const Syntax *id, Scope *scope);
  Node *objectOfPath(const MemberPath &path, ir::Location location);
  Node *valueOfPath(const MemberPath &path, ir::Location location);
  Node *methodCall(Node *object, ir::Symbol name,
                   llvm::ArrayRef<const Syntax *> args, Scope *scope,
                   ir::Location location);
  bool checkDot(const Syntax *form);
  /// (. object name ... last) without the last name.
  Node *expandDotObject(const Syntax *form, Scope *scope);
  Node *expandDot(const Syntax *form, Scope *scope);
  Node *expandMemberDoc(const Syntax *form, Scope *scope);
  /// A call of a member, or null if the form is none.
  Node *expandForeignCall(const Syntax *form, Scope *scope);
  Node *setMember(Node *object, ir::Symbol name, const Syntax *value,
                  Scope *scope, ir::Location location);
  /// (set! place value) where the place is a member; null if it is none.
  Node *expandSetMember(const Syntax *form, Scope *scope);

  // ExpandNative.cpp
  void scanNativeImport(const ForeignModule &module, Context &context);
  /// Null after a diagnostic.
  const NativeMember *nativeMember(const Binding *space, ir::Symbol name,
                                   ir::Location location);
  void useModule(const native::Module *module);
  ir::Datum *constantOf(const native::Constant &value);
  Node *nativeValue(const Binding *space, ir::Symbol name,
                    ir::Location location);
  Node *nativeGlobal(llvm::StringRef primitive, const native::Module &module,
                     const native::Global &global, Node *value,
                     ir::Location location);
  Node *setNativeMember(const Binding *space, ir::Symbol name,
                        const Syntax *value, Scope *scope,
                        ir::Location location);
  const Syntax *syntaxText(llvm::StringRef text, ir::Location location);
  const Syntax *freshIdentifier(llvm::StringRef name, ir::Location location);
  Node *coreForm(llvm::StringRef keyword, llvm::ArrayRef<const Syntax *> parts,
                 Scope *scope, ir::Location location);
  Node *rawNativeCall(const NativeSpace &space,
                      const native::Function &function,
                      llvm::ArrayRef<const Syntax *> args, Scope *scope,
                      ir::Location location);
  static void noteDeclaration(ir::DiagnosticBuilder &report,
                              const native::Module &module,
                              const native::Function &function);
  const ir::Datum *literalOf(const Syntax *s, Scope *scope);
  bool checkNativeArguments(const native::Module &module,
                            const native::Function &function,
                            llvm::ArrayRef<const Syntax *> args, Scope *scope,
                            ir::Location location,
                            llvm::SmallVectorImpl<const Syntax *> &result);
  Node *callNativeFunction(const NativeSpace &space,
                           const native::Function &function,
                           llvm::ArrayRef<const Syntax *> args, Scope *scope,
                           ir::Location location);
  // NativeChecks.cpp
  Node *nativeSuccess(const NativeCheck &check, const native::Type &type,
                      Variable *result, ir::Location location);
  Node *finishNativeCall(const NativeSpace &space,
                         const native::Function &function,
                         llvm::ArrayRef<const Syntax *> args, Scope *scope,
                         ir::Location location);
  Node *transientNativeCall(const NativeSpace &space,
                            const native::Function &function,
                            llvm::ArrayRef<const Syntax *> args, Scope *scope,
                            ir::Location location);
  void passConstantCallbacks();
  Node *checkedNativeCall(const NativeSpace &space,
                          const native::Function &function,
                          const NativeCheck &check,
                          llvm::ArrayRef<const Syntax *> args, Scope *scope,
                          ir::Location location);
  // ExpandNative.cpp
  Global *standForNative(ir::Symbol name, Node *procedure,
                         const std::string &declaration, const std::string &doc,
                         ir::Location location);
  Node *nativeProcedure(const NativeSpace &space,
                        const native::Function &function,
                        ir::Location location);
  Node *callNativeMember(const Binding *space, ir::Symbol name,
                         llvm::ArrayRef<const Syntax *> args, Scope *scope,
                         ir::Location location);
  Node *makeNative(const native::Module &module, const native::TypeName &name,
                   llvm::ArrayRef<const Syntax *> args, Scope *scope,
                   ir::Location location);
  void finishNative();

  //===--- Declarations that are asked for (ExpandShims.cpp) -----------------===//
  /// The source of a namespace, null if all its declarations are known.
  native::Source *sourceOf(const Binding *space);
  /// Something of a source: the name of what is called, or the class of an object.
  struct OfSource {
    native::Source *source = nullptr;
    std::string name;
  };
  std::optional<OfSource> findInSource(const Binding *space, ir::Symbol name,
                                       ir::Location location);
  Node *callSource(const Binding *space, ir::Symbol name,
                   llvm::ArrayRef<const Syntax *> args, Scope *scope,
                   ir::Location location);
  Node *sourceProcedure(const Binding *space, ir::Symbol name,
                        const OfSource &full, llvm::ArrayRef<uint32_t> counts,
                        ir::Location location);
  Node *sourceValue(const Binding *space, ir::Symbol name,
                    ir::Location location);
  Node *setInSource(const Binding *space, ir::Symbol name, const Syntax *value,
                    Scope *scope, ir::Location location);
  Node *sourceDocumentation(const Binding *space, ir::Symbol name, bool isShown,
                            const Binding *show, ir::Location location);
  /// Null if no class that is known has such a member.
  Node *memberDocumentation(const MemberPath &path, bool isShown,
                            const Binding *documentation, const Binding *show,
                            ir::Location location);
  bool makeSourceCall(Node *node, native::Source *source,
                      const std::optional<native::Call> &call,
                      const native::ImportError &error);
  Node *makeSourceCall(native::Source *source,
                       const std::optional<native::Call> &call,
                       const native::ImportError &error, ir::Symbol name,
                       llvm::ArrayRef<Node *> operands, ir::Location location);
  /// A member of some object is used, whose class may be any.
  void noteMemberUse(ir::Symbol name);
  /// Chooses what sources are asked to call, by what is known of the arguments
  /// (ResolveShims.cpp).
  void resolveSources();
  friend class SourceResolver;
  /// Calls that are not chosen yet; objects.
  llvm::DenseMap<const Node *, OfSource> sourceNames, sourceTypes;
  /// The shims of all sources: linked, and started before anything else.
  void finishSources(std::vector<Node *> &first);
  void finishSource(native::Source *source, std::vector<Node *> &first);
  // JoinShims.cpp
  /// The modules of an ecosystem that the unit imports, and the source that has
  /// those of the libraries below it, too, if there is need of one.
  struct Joint {
    std::string ecosystem;
    std::vector<native::Source *> own;
    ForeignUses::Known known; ///< of these libraries
    native::Source *source = nullptr;
    bool isNeeded = false;
  };
  std::vector<const Library *> librariesBelow() const;
  std::vector<const NativeSpace *> spacesToJoin(llvm::StringRef ecosystem);
  native::Source *joinedSource(llvm::StringRef ecosystem);
  void tellMembers(native::Source *source, bool isNew);
  std::vector<Joint> planJoints();
  bool join(Joint &joint);
  void noteKnowledge(llvm::ArrayRef<Joint> joints);
  llvm::StringMap<native::Source *> joinedSources;
  ForeignUses foreignUses; ///< of the unit
  /// How often members of a name are used that may be of any object.
  llvm::StringMap<unsigned> usedMembers;
  /// Where calls of sources are, by symbol; the last of all.
  llvm::StringMap<ir::Location> sourceCalls;
  ir::Location lastSourceCall;
  /// What calls of code that stands in the program are, by symbol.
  llvm::StringMap<std::string> codeCalls;
  // ExpandNativeCode.cpp
  Node *makeCodeCall(native::Source *source,
                     const std::optional<native::Call> &call,
                     const native::ImportError &error, llvm::StringRef what,
                     llvm::ArrayRef<const Syntax *> args, Scope *scope,
                     ir::Location location);
  Node *expandNativeCode(const Syntax *form, Scope *scope);
  Node *expandNativeDerive(const Syntax *form, Scope *scope);
  // NativeDeclarations.cpp
  Node *expandNativeFunction(const Syntax *form, Scope *scope);
  Node *expandNativeMacro(const Syntax *form, Scope *scope);
  Node *expandNativeMemberCall(const Syntax *form, Scope *scope);
  /// The text of a declared type in a signature; "" after a diagnostic.
  std::string declaredType(const Syntax *s, Scope *scope);
  /// What a pointer to a declared type is called.
  std::string declaredName(const Syntax *s, Scope *scope);

  // ExpandNativeCall.cpp
  Node *expandNativeCall(const Syntax *form, Scope *scope);
  Node *expandNativeCallback(const Syntax *form, Scope *scope);
  /// The native namespace that an identifier means, or null.
  const Binding *nativeSpaceOf(const Syntax *id, Scope *scope);

  // ExpandBindings.cpp
  struct Formals {
    llvm::SmallVector<Variable *, 8> variables;
    bool hasRest = false;
    int32_t restLimit = -1; // see Node::restLimit
  };
  bool parseFormals(const Syntax *formals, llvm::ArrayRef<const Syntax *> list,
                    const Syntax *tail, Scope *scope, Formals &result,
                    llvm::StringRef what);
  Node *expandLambda(const Syntax *form, const Syntax *formals,
                     llvm::ArrayRef<const Syntax *> list, const Syntax *tail,
                     llvm::ArrayRef<const Syntax *> body, Scope *scope,
                     CoreForm core, ir::Symbol name);
  Node *expandLambdaForm(const Syntax *form, CoreForm core, Scope *scope);
  Node *expandCaseLambda(const Syntax *form, Scope *scope);
  Node *expandLet(const Syntax *form, Scope *scope);
  Node *expandNamedLet(const Syntax *form, Scope *scope);
  Node *expandLetStar(const Syntax *form, Scope *scope);
  Node *expandLetrec(const Syntax *form, CoreForm core, Scope *scope);
  Node *expandLet1(const Syntax *form, Scope *scope);
  Node *expandLetValues(const Syntax *form, CoreForm core, Scope *scope);
  Node *expandReceive(const Syntax *form, Scope *scope);
  Node *expandLetSyntax(const Syntax *form, CoreForm core, Scope *scope);
  Node *expandDo(const Syntax *form, Scope *scope);
  struct BindingPair {
    const Syntax *name;
    const Syntax *init;
  };
  bool parseBindings(const Syntax *list, CoreForm core,
                     llvm::SmallVectorImpl<BindingPair> &result);
  Variable *bindVariable(const Syntax *id, Scope *scope);
  void checkDistinct(llvm::ArrayRef<const Syntax *> ids, llvm::StringRef what);

  // ExpandControl.cpp
  Node *expandAndOr(const Syntax *form, CoreForm core, Scope *scope);
  Node *expandWhen(const Syntax *form, CoreForm core, Scope *scope);
  using BodyWrapper = llvm::function_ref<Node *(Node *)>;
  Node *expandClauses(llvm::ArrayRef<const Syntax *> clauses, Scope *scope,
                      Node *otherwise, BodyWrapper wrap, CoreForm core);
  Node *expandCond(const Syntax *form, Scope *scope);
  Node *expandCase(const Syntax *form, Scope *scope);
  Node *expandGuard(const Syntax *form, Scope *scope);
  Node *expandParameterize(const Syntax *form, Scope *scope);
  Node *expandDelay(const Syntax *form, CoreForm core, Scope *scope);
  bool isSimple(const Node *node,
                llvm::SmallPtrSetImpl<const Variable *> &own);

  // ExpandData.cpp
  /// (unquote-splicing list)
  bool isSplice(const Syntax *s, Scope *scope);
  Node *expandQuasi(const Syntax *s, unsigned depth, Scope *scope);
  Node *expandInterpolate(const Syntax *form, Scope *scope);
  Node *expandVectorExpression(const Syntax *form, Scope *scope);
  Node *expandMapExpression(const Syntax *form, Scope *scope);
  Node *mapOf(llvm::ArrayRef<Node *> parts, ir::Location location);
  Node *expandSyntaxError(const Syntax *form);

public:
  /// The datum of quoted syntax.
  ir::Datum *quote(const Syntax *s);

private:
  /// A quoted datum, or the very value that eval was given.
  Node *expandQuote(const Syntax *s);
  /// A value of the running program; null if the syntax itself has to do.
  Node *objectRef(const Syntax *s);
  bool containsObject(const Syntax *s, unsigned depth);
  ir::Datum *quoteInner(const Syntax *s, unsigned depth);
  /// What each LabelDefinition that was read stands for.
  llvm::DenseMap<const Syntax *, ir::Datum *> labels;

  // --- Making nodes
  Node *make(NodeKind kind, ir::Location location) {
    return new (arena) Node(kind, location);
  }
  Node *makeError(ir::Location location);
  Node *constant(const ir::Datum *datum, ir::Location location);
  Node *unspecified(ir::Location location);
  Node *reference(Variable *variable, ir::Location location);
  Node *globalRef(Global *global, ir::Location location);
  Node *primitiveRef(llvm::StringRef name, ir::Location location);
  Node *primitiveRef(ir::PrimitiveId id, ir::Location location);
  Node *call(Node *callee, llvm::ArrayRef<Node *> args, ir::Location location);
  Node *callPrimitive(llvm::StringRef name, llvm::ArrayRef<Node *> args,
                      ir::Location location);
  Node *lambda(llvm::ArrayRef<Variable *> variables, bool hasRest, Node *body,
               ir::Location location);
  Node *lambda(const Formals &formals, Node *body, ir::Location location);
  /// \pre there is a clause
  Node *caseLambda(llvm::ArrayRef<Node *> clauses, ir::Location location);
  /// A lambda around what the program wrote, see Node::isImplicit.
  Node *implicitLambda(llvm::ArrayRef<Variable *> variables, Node *body,
                       ir::Location location);
  Node *let(llvm::ArrayRef<Variable *> variables, llvm::ArrayRef<Node *> inits,
            Node *body, ir::Location location, NodeKind kind = NodeKind::Let);
  Node *ifNode(Node *test, Node *then, Node *otherwise, ir::Location location);
  Node *sequence(llvm::ArrayRef<Node *> nodes, ir::Location location);
  Variable *temporary(llvm::StringRef name, ir::Location location);
  llvm::MutableArrayRef<Node *> nodes(llvm::ArrayRef<Node *> list) {
    return list.copy(arena);
  }
  llvm::MutableArrayRef<Variable *> variables(llvm::ArrayRef<Variable *> list) {
    return list.copy(arena);
  }
  Node *target(const Target &target, Node *value, ir::Location location);
  Node *targetRef(const Target &target, ir::Location location);
  static void nameLambda(Node *node, ir::Symbol name) {
    if ((node->kind == NodeKind::Lambda ||
         node->kind == NodeKind::CaseLambda) &&
        !node->name)
      node->name = name;
  }
  /// This unit's view of a global: itself, or an external stand-in.
  Global *globalHere(const Binding *binding);
  Global *makeOwnGlobal(ir::Symbol name, ir::Location location, bool isHidden);

  // --- Diagnostics
  void reportTooDeep(ir::Location location);
  ir::DiagnosticBuilder badSyntax(CoreForm core, const Syntax *at,
                                  llvm::StringRef found);
  Node *badForm(CoreForm core, const Syntax *at, llvm::StringRef found) {
    badSyntax(core, at, found);
    return makeError(at->location);
  }
  bool isCore(const Syntax *s, Scope *scope, CoreForm form) {
    return libraries.isCore(s, scope, form);
  }

  Session &session;
  LibraryManager &libraries;
  ir::DiagnosticEngine &diagnostics;
  llvm::BumpPtrAllocator &arena;
  TopLevel &top;
  Unit &unit;
  ExpandMode mode;
  Context topContext;
  llvm::DenseSet<const Global *> owned;
  llvm::DenseMap<const Global *, Global *> external;
  llvm::DenseMap<const Global *, unsigned> definitions;
  llvm::DenseSet<const Library *> usedLibraries;
  /// Local record predicates and accessors: calling them has no effects that
  /// a handler could tell.
  llvm::DenseSet<const Variable *> simpleProcedures;
  /// What a name of the program means until its definition is reached: what it
  /// was imported as. `(define old-car car)` may stand before `(define (car x)`.
  llvm::DenseMap<const Global *, Binding *> hiddenImports;
  unsigned lambdaDepth = 0;
  unsigned includeDepth = 0;
  unsigned depth = 0;
  bool isTooDeep = false; // reported for this top-level form
  uint32_t nextVariable = 0;
  /// Types of native code that the unit knows.
  NativeRows nativeRows;
  /// Procedures of the unit that stand for native functions.
  llvm::DenseMap<std::pair<const NativeSpace *, const native::Function *>,
                 Global *>
      nativeProcedures;
  std::map<std::pair<native::Source *, std::string>, Global *> sourceProcedures;
  /// In transient calls: a stub that is made of a variable's value, and given
  /// back.
  struct GlobalCallback {
    const Global *global;
    Node *made, *release;
  };
  llvm::SmallVector<GlobalCallback, 4> globalCallbacks;
  /// What comes before everything else that the unit does.
  std::vector<Node *> nativePrologue;
};

} // namespace plc::frontend
#endif // PLC_FRONTEND_FORMEXPANDER_H
