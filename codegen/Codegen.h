//===- Codegen.h - typed SSA IR to LLVM -------------------------*- C++ -*-===//
//
// The door of this folder: a lowered ir::Module becomes an llvm::Module with
// one unit descriptor (plc_unit of stdlib/Context.h). What happens to it then
// is in Optimize.h, EmitObject.h, Link.h and Jit.h.
//
//===----------------------------------------------------------------------===//
#ifndef PLC_CODEGEN_CODEGEN_H
#define PLC_CODEGEN_CODEGEN_H

#include "ir/Module.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"

#include <functional>
#include <memory>

namespace llvm {
class TargetMachine;
}

namespace plc::codegen {

/// The word of an interned symbol, for modules that run in this process. The
/// symbol must neither move nor die.
using SymbolResolver = std::function<uint64_t(llvm::StringRef name)>;

/// Link symbols of the data of literals, so that a procedure that is compiled
/// again has the same ones: they can be compared by eq?.
using LiteralNames = llvm::DenseMap<const ir::Datum *, std::string>;

/// What code calls that has been called `kCallsUntilHot` times. Sets the
/// counter anew, which then decides when it is called next.
inline constexpr const char *kHotSymbol = "plc:hot";
inline constexpr int64_t kCallsUntilHot = 10000;
using HotFunction = void(uint64_t id, int64_t *counter);

class ObjectEmitter;

struct CodegenOptions {
  /// 0, 1 or 2. The IR was optimized before; this decides how much is inlined
  /// here and what LLVM does.
  int optLevel = 2;
  /// Line tables and names of procedures; needed by backtraces.
  bool debugInfo = true;
  /// Names of variables for debuggers, too.
  bool debugVariables = false;
  /// The code will run in this process: runtime symbols may be far away, and
  /// Lisp symbols are words of the running program.
  bool forJit = false;
  /// Parts to compile side by side; 0: as many as are useful.
  unsigned parts = 0;
  /// Names of blocks and instructions, for people who read the result.
  bool keepNames = false;
  /// Not 0: the code may be exchanged while it runs. Procedures count their
  /// calls, and closures of globals are writable. Names the unit to
  /// HotFunction.
  uint64_t hotId = 0;
  /// Used where the unit is compiled in one part: making what it has takes as
  /// long as compiling a small form. Of the same optLevel, and forJit.
  ObjectEmitter *emitter = nullptr;
  /// Literals in it are those of another module; with hotId those that are not
  /// are added.
  LiteralNames *literalNames = nullptr;
};

/// Link symbol of the descriptor and of the init procedure of a unit.
std::string unitSymbol(llvm::StringRef unitName);
std::string initSymbol(llvm::StringRef unitName);

/// Link symbols of the code of a library's constant procedure: the entry, which
/// takes any number of arguments, and the body, which takes the parameters (a
/// rest parameter as its list). `global` is the symbol of its closure.
std::string entrySymbol(llvm::StringRef global);
std::string bodySymbol(llvm::StringRef global);

class UnitPlan;

/// Translates one part of a module in stage lowered. `resolver` is only asked
/// with options.forJit. Parts may be translated at the same time.
std::unique_ptr<llvm::Module> lowerPart(const ir::Module &source,
                                        llvm::LLVMContext &context,
                                        const CodegenOptions &options,
                                        const UnitPlan &plan, unsigned part,
                                        SymbolResolver resolver = {});

/// The same for a whole module.
std::unique_ptr<llvm::Module> lowerModule(const ir::Module &source,
                                          llvm::LLVMContext &context,
                                          const CodegenOptions &options,
                                          SymbolResolver resolver = {});

} // namespace plc::codegen
#endif // PLC_CODEGEN_CODEGEN_H
