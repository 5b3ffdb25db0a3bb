//===- Core.h - the core language after expansion ---------------*- C++ -*-===//
//
// The Expander turns syntax into these nodes: every name is resolved, every
// derived form gone. Lower turns them into IR. Nodes live in the session's
// arena.
//
//===----------------------------------------------------------------------===//
#ifndef PLC_FRONTEND_CORE_H
#define PLC_FRONTEND_CORE_H

#include "ir/support/Datum.h"
#include "ir/support/Location.h"

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/raw_ostream.h"

#include <string>
#include <vector>

namespace plc::native {
struct Module;
}
namespace plc::ir {
struct ExportedProcedure;
}

namespace plc::frontend {

/// A local variable: parameter, let or letrec binding.
struct Variable {
  ir::Symbol name = nullptr;
  ir::Location location;
  uint32_t id = 0;           // unique in the unit
  bool isAssigned = false;   // target of a set!
  /// Made by the expander for whatever an expression delivers, which may be
  /// several values.
  bool holdsSeveral = false;
  uint32_t references = 0;
};

/// What is known of a global of this or another unit.
enum class GlobalKind : uint8_t {
  /// A cell `plc_value` in static memory; the link symbol names the word.
  Cell,
  /// Never assigned and bound to a closed procedure: the link symbol names its
  /// static closure object {header, code}; code has arity minArgs..maxArgs.
  Procedure
};

/// A top-level variable.
struct Global {
  ir::Symbol name = nullptr;
  ir::Location location;
  /// Link symbol `plc:UNIT:NAME`, e.g. "plc:(scheme base):map".
  std::string symbol;
  /// Another unit's: only referred to here.
  bool isExternal = false;
  bool isAssigned = false;   // set! somewhere, or defined more than once
  bool isDefined = false;
  GlobalKind kind = GlobalKind::Cell;
  /// Of a Procedure (or of the lambda that defines it); maxArgs -1: rest.
  int32_t minArgs = -1;
  int32_t maxArgs = -1;
  /// A module of another language: `name:member` refers to what it has.
  bool isNamespace = false;
  /// The value of the running program that it stands for (Session.h), 0: none.
  uint64_t object = 0;
  /// A record's constructor or predicate: calls nothing else, never raises.
  bool isSimpleProcedure = false;
  /// What the library's interface says of the code of its Procedure: filled
  /// when the library has been compiled, for all who refer to it. Null in
  /// programs.
  ir::ExportedProcedure *exported = nullptr;
};

/// Row number in stdlib/Primitives.def, in order.
using PrimitiveId = uint16_t;

enum class NodeKind : uint8_t {
  Constant,    // datum
  LocalRef,    // variable
  LocalSet,    // variable, children[0]
  GlobalRef,   // global
  GlobalSet,   // global, children[0]; an assignment by set!
  GlobalDefine,// global, children[0]; a definition
  PrimitiveRef,// primitive
  UnboundRef,  // name: looked up in the interaction environment at run time
  UnboundSet,  // name, children[0]
  If,          // children: test, then, else
  Lambda,      // variables: parameters (last is rest if hasRest); children[0] body;
               // datum: its documentation, a string, or null
  CaseLambda,  // children: Lambdas
  Sequence,    // children, at least one; value of the last
  Let,         // variables, children: one init each, then the body
  Letrec,      // letrec*: variables, children: one init each, then the body
  Call,        // children: operator, operands
  NativeCall,  // native; children: operands
  NativeCallback // native.signature; children[0] the procedure
};

/// A function of native code, or just a signature (plc/native.h).
struct NativeName {
  ir::Symbol symbol = nullptr, name = nullptr, signature = nullptr;
};

struct Node {
  NodeKind kind;
  bool hasRest = false;
  /// Lambda only: the expander made it around what the program wrote.
  bool isImplicit = false;
  /// LocalRef of a variable that holds several values: all of them are wanted.
  bool wantsSeveral = false;
  /// Letrec only: a letrec whose inits may be entered again. All variables exist
  /// before, and get their values after, the inits.
  bool assignsAfterInits = false;
  /// Lambda only: the definition is a procedure with this name.
  ir::Symbol name = nullptr;
  /// Lambda with hasRest: how long the list can be, -1: any length.
  int32_t restLimit = -1;
  PrimitiveId primitive = 0;
  ir::Location location;
  const ir::Datum *datum = nullptr;
  Variable *variable = nullptr;
  Global *global = nullptr;
  NativeName native;
  llvm::MutableArrayRef<Variable *> variables;
  llvm::MutableArrayRef<Node *> children;

  Node(NodeKind kind, ir::Location location) : kind(kind), location(location) {}

  /// Bounds of the number of arguments of a Lambda; maxArgs -1: none.
  int32_t minArgs() const { return int32_t(variables.size()) - hasRest; }
  int32_t maxArgs() const {
    return hasRest && restLimit < 0 ? -1 : minArgs() + (hasRest ? restLimit : 0);
  }
};

/// The parameters of a Lambda as they are written: `(a . rest)` or `list`.
void writeFormals(llvm::raw_ostream &out, const Node &lambda,
                  llvm::function_ref<void(const Variable *)> writeName);

/// What a unit supposes of a global of a REPL, which any form may change: calls
/// of it compare, and go straight to `copy` while it holds `expected`.
struct Supposition {
  const Global *cell;     // compared by its symbol
  const Global *expected; // Procedure of another unit
  const Global *copy;     // Procedure of this unit, with the same lambda
};

class TopLevel;
struct Library;

/// One library or program, expanded.
struct Unit {
  /// "(scheme base)", or the file name of a program.
  std::string name;
  bool isProgram = false;
  /// Other units call its procedures.
  bool isLibrary = false;
  /// Mentions interaction-environment or load.
  bool needsEvaluator = false;
  /// Objects of other languages may come along: procedures of vectors take
  /// them, too. Not in standard libraries, which look for them where they may.
  bool hasReferences = false;
  /// Calls functions of C or gives them procedures, by headers or without.
  bool callsNative = false;
  /// A program's outermost scope (of a form: only if it has defined syntax), and
  /// the libraries it imports by itself.
  TopLevel *scope = nullptr;
  std::vector<Library *> importedLibraries;
  /// The init procedure returns the value of the last form (REPL).
  bool returnsLast = false;
  /// Units whose init must run first, in order; all but built-in ones.
  std::vector<std::string> imports;
  std::vector<Global *> globals; // defined here, in order of definition
  std::vector<Node *> body;      // top-level forms in order
  std::vector<Supposition> suppositions;
  /// Modules of native code whose functions or globals it refers to, in order.
  std::vector<const native::Module *> natives;
  /// Modules of native code that it imports: their libraries are there, be they
  /// used or only looked into when it runs.
  std::vector<const native::Module *> nativeImports;
};

} // namespace plc::frontend
#endif // PLC_FRONTEND_CORE_H
