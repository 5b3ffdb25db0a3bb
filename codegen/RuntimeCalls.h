//===- RuntimeCalls.h - functions of the runtime ----------------*- C++ -*-===//
//
// Declares, on first use, what generated code calls: the rows of
// RuntimeCalls.def and Primitives.def.
//
//===----------------------------------------------------------------------===//
#ifndef PLC_CODEGEN_RUNTIMECALLS_H
#define PLC_CODEGEN_RUNTIMECALLS_H

#include "codegen/TypeLowering.h"

#include "llvm/IR/Module.h"

namespace plc::codegen {

enum class RuntimeCall : uint8_t {
#define RUNTIME_CALL(Name, Signature, Attributes, Doc) Name,
#define LISP_ENTRY(Name, Doc) Name,
#include "stdlib/RuntimeCalls.def"
};

class RuntimeCalls {
public:
  RuntimeCalls(llvm::Module &module, const TypeLowering &types, bool isFar)
      : module(module), types(types), isFar(isFar) {}

  llvm::Function *get(RuntimeCall call);
  static bool isNoReturn(RuntimeCall call);
  /// `prim_<Id>`; its prototype follows from the row.
  llvm::Function *primitive(ir::PrimitiveId id);
  /// The static closure `plc_prim_<Id>`.
  llvm::GlobalVariable *primitiveClosure(ir::PrimitiveId id);
  /// The variable of the runtime that holds the context.
  llvm::GlobalVariable *context();
  /// Arguments are passed as (ctx, argc, argv).
  static bool takesArray(const ir::PrimitiveRow &row) {
    return row.maxArgs < 0 || row.maxArgs > PLC_REGISTER_ARGS;
  }

private:
  llvm::Function *declare(llvm::StringRef name, llvm::FunctionType *type,
                          bool isLisp);
  llvm::Module &module;
  const TypeLowering &types;
  bool isFar;
  llvm::SmallVector<llvm::Function *, 64> calls;
};

} // namespace plc::codegen
#endif // PLC_CODEGEN_RUNTIMECALLS_H
