//===- TypeLowering.h - IR types as LLVM types ------------------*- C++ -*-===//
//
// Types and prototypes of one LLVM context. The uniform prototype is described
// in stdlib/Context.h (plc_code).
//
//===----------------------------------------------------------------------===//
#ifndef PLC_CODEGEN_TYPELOWERING_H
#define PLC_CODEGEN_TYPELOWERING_H

#include "ir/Module.h"
#include "stdlib/Context.h"

#include "llvm/IR/DerivedTypes.h"

namespace plc::codegen {

class TypeLowering {
public:
  explicit TypeLowering(llvm::LLVMContext &context);

  llvm::Type *lower(ir::Type type) const;
  /// i64 (ptr ctx, i64 self, i64 argc, i64 a0..a4)
  llvm::FunctionType *uniform() const { return uniformType; }
  /// Its first `count` parameters.
  llvm::FunctionType *uniformPrefix(size_t count) const {
    return llvm::FunctionType::get(
        word, uniformType->params().take_front(count), false);
  }
  /// ret (ptr ctx, i64 self, typed parameters...)
  llvm::FunctionType *worker(const ir::Function &function) const;

  llvm::IntegerType *bit, *byte, *i32, *word;
  llvm::PointerType *pointer;
  llvm::Type *real, *nothing;

private:
  llvm::FunctionType *uniformType;
};

/// Positions in the uniform prototype.
enum UniformParameter : unsigned {
  kContextParameter = 0,
  kSelfParameter = 1,
  kArgcParameter = 2,
  kFirstParameter = 3
};

} // namespace plc::codegen
#endif // PLC_CODEGEN_TYPELOWERING_H
