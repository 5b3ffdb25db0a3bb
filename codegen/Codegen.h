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

#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"

#include <functional>
#include <memory>

namespace plc::codegen {

/// The word of an interned symbol, for modules that run in this process. The
/// symbol must neither move nor die.
using SymbolResolver = std::function<uint64_t(llvm::StringRef name)>;

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
};

/// Link symbol of the descriptor and of the init procedure of a unit.
std::string unitSymbol(llvm::StringRef unitName);
std::string initSymbol(llvm::StringRef unitName);

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
