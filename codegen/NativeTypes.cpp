//===- NativeTypes.cpp - types of native code in LLVM ---------------------===//

#include "codegen/NativeTypes.h"

#include "llvm/IR/DerivedTypes.h"

namespace plc::codegen {

using namespace ir;

llvm::Type *nativeType(const TypeLowering &types, const NativeType &type) {
  llvm::LLVMContext &context = types.word->getContext();
  if (type.kind == NativeType::Lisp)
    return types.word;
  if (type.kind != NativeType::Scalar && type.kind != NativeType::Enum)
    return types.pointer;
  switch (type.scalarClass()) {
  case NativeClass::Void:
    return types.nothing;
  case NativeClass::Bool:
    return types.bit;
  case NativeClass::Signed:
  case NativeClass::Unsigned:
    return llvm::IntegerType::get(context, type.bytes() * 8);
  case NativeClass::Float:
    return type.bytes() == 4   ? llvm::Type::getFloatTy(context)
           : type.bytes() == 8 ? types.real
                               : llvm::Type::getX86_FP80Ty(context);
  case NativeClass::Complex:
    if (type.bytes() == 8)
      return llvm::FixedVectorType::get(llvm::Type::getFloatTy(context), 2);
    return llvm::StructType::get(types.real, types.real);
  }
  llvm_unreachable("class of scalar");
}

llvm::SmallVector<llvm::Type *, 8>
nativeParameters(const TypeLowering &types, const NativeSignature &signature) {
  llvm::SmallVector<llvm::Type *, 8> list;
  if (signature.result.kind == NativeType::Record)
    list.push_back(types.pointer);
  for (const NativeType &type : signature.parameters) {
    llvm::Type *lowered = nativeType(types, type);
    if (lowered->isStructTy())
      list.append(2, types.real);
    else
      list.push_back(lowered);
  }
  return list;
}

llvm::Type *nativeResult(const TypeLowering &types,
                         const NativeSignature &signature) {
  return signature.result.kind == NativeType::Record
             ? types.nothing
             : nativeType(types, signature.result);
}

} // namespace plc::codegen
