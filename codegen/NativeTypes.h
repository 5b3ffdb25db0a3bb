//===- NativeTypes.h - types of native code in LLVM -------------*- C++ -*-===//
//
// How values of a signature are passed by the C calling convention of x86-64.
//
//===----------------------------------------------------------------------===//
#ifndef PLC_CODEGEN_NATIVETYPES_H
#define PLC_CODEGEN_NATIVETYPES_H

#include "codegen/TypeLowering.h"
#include "ir/NativeSignature.h"

#include "llvm/IR/IRBuilder.h"

namespace plc::codegen {

/// As a result; as a parameter unless it is a double _Complex, which is passed
/// as two doubles.
llvm::Type *nativeType(const TypeLowering &types, const ir::NativeType &type);
llvm::SmallVector<llvm::Type *, 8>
nativeParameters(const TypeLowering &types,
                 const ir::NativeSignature &signature);
/// void if the result is a record: its address is the first parameter.
llvm::Type *nativeResult(const TypeLowering &types,
                         const ir::NativeSignature &signature);
/// Narrow integers are extended by the caller. `F` has addParamAttr and
/// addRetAttr: a function or a call. `first`: parameters before those of C.
template <class F>
void setExtensions(F *callee, const ir::NativeSignature &signature,
                   unsigned first = 0) {
  auto kindOf = [](const ir::NativeType &type) {
    if (type.kind == ir::NativeType::Scalar &&
        type.scalarClass() == ir::NativeClass::Bool)
      return llvm::Attribute::ZExt;
    if (!type.isInteger() || type.bytes() >= 4)
      return llvm::Attribute::None;
    return type.scalarClass() == ir::NativeClass::Signed
               ? llvm::Attribute::SExt
               : llvm::Attribute::ZExt;
  };
  if (auto kind = kindOf(signature.result); kind != llvm::Attribute::None)
    callee->addRetAttr(kind);
  unsigned at = first + (signature.result.kind == ir::NativeType::Record);
  for (const ir::NativeType &type : signature.parameters) {
    if (auto kind = kindOf(type); kind != llvm::Attribute::None)
      callee->addParamAttr(at, kind);
    at += type.kind == ir::NativeType::Scalar &&
                  type.scalar == ir::NativeScalar::Complex128
              ? 2
              : 1;
  }
}

} // namespace plc::codegen
#endif // PLC_CODEGEN_NATIVETYPES_H
