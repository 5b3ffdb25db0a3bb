//===- TypeLowering.cpp - IR types as LLVM types --------------------------===//

#include "codegen/TypeLowering.h"

namespace plc::codegen {

TypeLowering::TypeLowering(llvm::LLVMContext &context)
    : bit(llvm::Type::getInt1Ty(context)), byte(llvm::Type::getInt8Ty(context)),
      i32(llvm::Type::getInt32Ty(context)),
      word(llvm::Type::getInt64Ty(context)),
      pointer(llvm::PointerType::getUnqual(context)),
      real(llvm::Type::getDoubleTy(context)),
      nothing(llvm::Type::getVoidTy(context)) {
  llvm::SmallVector<llvm::Type *, 8> parameters{pointer, word, word};
  parameters.append(PLC_REGISTER_ARGS, word);
  uniformType = llvm::FunctionType::get(word, parameters, false);
}

llvm::Type *TypeLowering::lower(ir::Type type) const {
  switch (ir::representation(type)) {
  case ir::Representation::Tagged:
    return word;
  case ir::Representation::Double:
    return real;
  case ir::Representation::Bit:
    return bit;
  case ir::Representation::Nothing:
    return nothing;
  }
  llvm_unreachable("representation");
}

llvm::FunctionType *TypeLowering::worker(const ir::Function &function) const {
  llvm::SmallVector<llvm::Type *, 8> parameters{pointer, word};
  for (const ir::Value *parameter : function.entry()->arguments())
    parameters.push_back(lower(parameter->type()));
  return llvm::FunctionType::get(lower(function.resultType), parameters, false);
}

} // namespace plc::codegen
