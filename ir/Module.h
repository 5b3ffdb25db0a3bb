//===- Module.h - functions and modules -------------------------*- C++ -*-===//
//
// A Module is one unit (library or program). A Function is one lambda; while
// `parent` is set it is nested and may use values of its ancestors that
// dominate the `closure` op which makes it (stages raw and canonical). Closure
// conversion makes every function closed (stage lowered).
//
//===----------------------------------------------------------------------===//
#ifndef PLC_IR_MODULE_H
#define PLC_IR_MODULE_H

#include "ir/Op.h"

#include "llvm/ADT/STLFunctionalExtras.h"

#include <list>
#include <memory>
#include <string>
#include <vector>

namespace plc::ir {

class Module;

/// So that fixed parameters and a bounded rest list fit into ctx->argv.
inline constexpr int kMostRestLimit = 99;

enum class Stage : uint8_t { Raw, Canonical, Lowered };

/// Where the code of a function is compiled.
enum class Origin : uint8_t {
  /// Here.
  Own,
  /// In another unit. Its one block does what nobody knows; calls pass what
  /// its parameters say.
  Declared,
  /// In another unit; the blocks are a copy of its IR, to be inlined.
  Imported
};

/// What other units may know of a library's constant procedure, besides its
/// arity; part of the library's interface.
struct ExportedProcedure {
  /// Link symbol of its global.
  std::string symbol;
  /// See GlobalVariable.
  bool returnsOne = false, neverReturns = false;
  /// Small enough to be inlined anywhere.
  bool isSmall = false;
  /// Its parameters that it calls, or hands to such a parameter: bit i for
  /// parameter i.
  uint32_t calledParameters = 0;
  /// A module with its IR, in stage canonical; empty if its code is of no use
  /// to others.
  std::string text;
};

/// Finds procedures of other units by the link symbols of their globals.
class ProcedureSource {
public:
  virtual ~ProcedureSource();
  /// Null if nothing is known of it.
  virtual const ExportedProcedure *find(llvm::StringRef symbol) = 0;
};

class Function {
public:
  Function(Module *module, std::string symbol)
      : owner(module), linkSymbol(std::move(symbol)) {}
  ~Function();

  Module *module() const { return owner; }
  /// Unique in the module, without '@'; also the link symbol of the code.
  llvm::StringRef symbol() const { return linkSymbol; }
  /// Lisp name for messages and debuggers; may be empty.
  std::string lispName;
  /// For those who ask the procedure: its parameters as in the source, `(a . rest)`
  /// or `list`, and behind a newline its docstring. May be empty.
  std::string lispNote;
  Location location;
  Origin origin = Origin::Own;
  bool isOwn() const { return origin == Origin::Own; }
  /// The function in which this one is nested, or null.
  Function *parent = nullptr;
  /// Parameters are the entry block's arguments; with hasRest the last one
  /// receives the list of the other arguments.
  bool hasRest = false;
  /// With hasRest: how many arguments that list can have, -1: any number.
  int32_t restLimit = -1;
  unsigned requiredArguments() const {
    return entry()->arguments().size() - hasRest;
  }
  /// The greatest number of arguments, -1: any.
  int32_t mostArguments() const {
    if (!hasRest)
      return int32_t(requiredArguments());
    return restLimit < 0 ? -1 : int32_t(requiredArguments()) + restLimit;
  }
  bool acceptsArguments(size_t count) const {
    return count >= requiredArguments() &&
           (mostArguments() < 0 || count <= size_t(mostArguments()));
  }
  /// Result type of call.known: any, unless a pass has proved more.
  Type resultType = Type::Any;
  /// Lowered: number of captured values; 0 means the closure can be static.
  unsigned captureCount = 0;
  /// Lowered: some use needs the uniform entry (its closure exists).
  bool escapes = true;

  Block *entry() const { return blockList.front().get(); }
  /// Appends a block.
  Block *addBlock(llvm::StringRef name = "");
  void eraseBlock(Block *block);
  /// Moves a block of another function to the end of this one.
  void adoptBlock(Block *block);
  const std::list<std::unique_ptr<Block>> &blocks() const { return blockList; }
  std::list<std::unique_ptr<Block>> &blocks() { return blockList; }

private:
  friend class Module;
  Module *owner;
  /// In the module's list.
  std::list<std::unique_ptr<Function>>::iterator position;
  std::string linkSymbol;
  std::list<std::unique_ptr<Block>> blockList;
};

/// Called by name only and with untagged parameters or result: the code does
/// not have the prototype that all Lisp procedures have.
bool hasOwnPrototype(const Function &function);
/// Of two functions with prototypes of their own.
bool haveEqualPrototypes(const Function &a, const Function &b);

class Module {
public:
  Module(std::string name, SourceManager &sources, Interner &interner)
      : unitName(std::move(name)), sources(sources), data(interner) {}

  ~Module();

  /// The unit: "(scheme base)" or the program's file.
  const std::string &name() const { return unitName; }
  Stage stage = Stage::Raw;
  bool isProgram = false;
  /// Other units may call its constant procedures by name.
  bool isLibrary = false;
  bool needsEvaluator = false;
  /// Units initialised before this one.
  std::vector<std::string> imports;
  /// Procedures of other units whose code may be used here; null: none.
  ProcedureSource *procedures = nullptr;
  /// Literal strings are names for messages, whose identity is of no account.
  bool stringsAreNames = false;
  /// What other units may know of this one's, after export-procedures.
  std::vector<ExportedProcedure> exports;

  /// The function that runs the top level; always the first.
  Function *init() const { return functionList.front().get(); }
  Function *addFunction(std::string symbol);
  void eraseFunction(Function *function);
  Function *findFunction(llvm::StringRef symbol) const;
  /// A symbol not yet taken: `base`, `base.1`, ...
  std::string uniqueSymbol(llvm::StringRef base);
  const std::list<std::unique_ptr<Function>> &functions() const {
    return functionList;
  }

  GlobalVariable *addGlobal(std::string symbol);
  void eraseGlobals(llvm::function_ref<bool(const GlobalVariable *)> isDead);
  GlobalVariable *findGlobal(llvm::StringRef symbol) const;
  const std::vector<std::unique_ptr<GlobalVariable>> &globals() const {
    return globalList;
  }

  /// The one object for a native function as it is declared here.
  const NativeCallee *nativeCallee(const NativeCallee &callee);

  SourceManager &sourceManager() const { return sources; }
  DatumFactory &datums() { return data; }

private:
  std::string unitName;
  SourceManager &sources;
  DatumFactory data;
  std::list<std::unique_ptr<Function>> functionList;
  llvm::StringMap<Function *> functionsBySymbol;
  /// The first number for each base that may be free.
  llvm::StringMap<unsigned> nextNumbers;
  std::vector<std::unique_ptr<GlobalVariable>> globalList;
  llvm::StringMap<GlobalVariable *> globalsBySymbol;
  std::vector<std::unique_ptr<NativeCallee>> nativeList;
  /// By symbol, name and signature.
  llvm::StringMap<const NativeCallee *> natives;
};

} // namespace plc::ir
#endif // PLC_IR_MODULE_H
