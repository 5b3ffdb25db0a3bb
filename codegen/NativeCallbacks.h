//===- NativeCallbacks.h - what kinds of callbacks share --------*- C++ -*-===//
#ifndef PLC_CODEGEN_NATIVECALLBACKS_H
#define PLC_CODEGEN_NATIVECALLBACKS_H

#include "codegen/ModuleLowering.h"
#include "ir/NativeSignature.h"

#include "llvm/IR/IRBuilder.h"

namespace plc::codegen {

/// The context; goes to `otherwise` unless this thread may run Lisp on the
/// stack where it is.
llvm::Value *requireWorld(ModuleLowering &unit, llvm::IRBuilderBase &b,
                          llvm::BasicBlock *otherwise);

/// \{ The immediate form of a double, see plc/value.h.
llvm::Value *encodeDouble(llvm::IRBuilderBase &b, llvm::Value *d);
llvm::Value *decodeDouble(llvm::IRBuilderBase &b, llvm::Value *v);
llvm::Value *isImmediateDouble(llvm::IRBuilderBase &b, llvm::Value *v);
/// \}

/// The integer of a type that a word stands for if `fits`.
void integerOfFixnum(llvm::IRBuilderBase &b, const ir::NativeType &type,
                     llvm::Value *v, llvm::Value *&integer,
                     llvm::Value *&fits);

/// \{ Numbers of C, `bool` not among them, in registers; `require` is told what
/// must hold for that.
using Require = llvm::function_ref<void(llvm::Value *holds)>;
inline bool isNumber(const ir::NativeType &type) {
  return type.isInteger() ||
         (type.kind == ir::NativeType::Scalar && type.isReal());
}
llvm::Value *tagNumber(llvm::IRBuilderBase &b, const ir::NativeType &type,
                       llvm::Value *v, Require require);
llvm::Value *untagNumber(llvm::IRBuilderBase &b, const ir::NativeType &type,
                         llvm::Value *v, llvm::Type *result, Require require);
/// \}

/// The function for a procedure that needs no boundary, or null; what that
/// cannot do is done by the general one of the same prototype.
llvm::Function *leafCallback(ModuleLowering &unit,
                             const ir::NativeSignature &signature,
                             llvm::Function *general,
                             const CallbackProcedure &procedure);

} // namespace plc::codegen
#endif // PLC_CODEGEN_NATIVECALLBACKS_H
