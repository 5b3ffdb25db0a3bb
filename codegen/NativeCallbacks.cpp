//===- NativeCallbacks.cpp - native functions that call Lisp --------------===//
//
// One function for each signature, which finds the procedure in a slot, and one
// for each constant procedure that is passed with a signature.
//
//===----------------------------------------------------------------------===//

#include "codegen/ModuleLowering.h"
#include "codegen/NativeTypes.h"

#include "llvm/IR/Intrinsics.h"

namespace plc::codegen {

using namespace ir;

namespace {

class CallbackLowering {
public:
  CallbackLowering(ModuleLowering &unit, const NativeSignature &signature,
                   llvm::Constant *site, llvm::Function *target,
                   llvm::Constant *procedure)
      : unit(unit), types(unit.types), signature(signature), site(site),
        target(target), procedure(procedure), b(target->getContext()) {}

  void run();

private:
  llvm::Value *call(RuntimeCall row, llvm::ArrayRef<llvm::Value *> arguments) {
    llvm::SmallVector<llvm::Value *, 5> all{context};
    all.append(arguments.begin(), arguments.end());
    return b.CreateCall(unit.runtime.get(row), all);
  }
  llvm::ConstantInt *word(uint64_t bits) {
    return llvm::ConstantInt::get(types.word, bits);
  }
  llvm::BasicBlock *newBlock() {
    return llvm::BasicBlock::Create(target->getContext(), "", target);
  }
  llvm::Value *join(llvm::Value *fast, llvm::Value *isFast,
                    llvm::function_ref<llvm::Value *()> slow);
  /// Takes one or two of the target's arguments.
  llvm::Value *toLisp(const NativeType &type, unsigned &argument);
  void returnValue(llvm::Value *v);
  llvm::Value *isImmediateFlonum(llvm::Value *v);

  ModuleLowering &unit;
  const TypeLowering &types;
  const NativeSignature &signature;
  llvm::Constant *site;
  llvm::Function *target;
  llvm::Constant *procedure;
  llvm::IRBuilder<> b;
  llvm::Value *context = nullptr;
};

llvm::Value *CallbackLowering::join(llvm::Value *fast, llvm::Value *isFast,
                                    llvm::function_ref<llvm::Value *()> slow) {
  llvm::BasicBlock *before = b.GetInsertBlock();
  llvm::BasicBlock *other = newBlock(), *after = newBlock();
  b.CreateCondBr(isFast, after, other, unit.likely());
  b.SetInsertPoint(other);
  llvm::Value *value = slow();
  llvm::BasicBlock *end = b.GetInsertBlock();
  b.CreateBr(after);
  b.SetInsertPoint(after);
  llvm::PHINode *phi = b.CreatePHI(fast->getType(), 2);
  phi->addIncoming(fast, before);
  phi->addIncoming(value, end);
  return phi;
}

llvm::Value *CallbackLowering::isImmediateFlonum(llvm::Value *v) {
  llvm::Value *shifted =
      b.CreateLShr(b.getInt32(0x46464646),
                   b.CreateTrunc(b.CreateAnd(v, word(31)), types.i32));
  return b.CreateTrunc(shifted, types.bit);
}

llvm::Value *CallbackLowering::toLisp(const NativeType &type,
                                      unsigned &argument) {
  llvm::Value *value = target->getArg(argument++);
  if (type.isInteger()) {
    bool isSigned = type.scalarClass() == NativeClass::Signed;
    if (type.bytes() < 8)
      return b.CreateShl(isSigned ? b.CreateSExt(value, types.word)
                                  : b.CreateZExt(value, types.word),
                         word(3));
    llvm::Value *shifted = b.CreateShl(value, word(3));
    return join(shifted,
                isSigned ? b.CreateICmpEQ(b.CreateAShr(shifted, word(3)), value)
                         : b.CreateICmpULE(value, word(PLC_FIXNUM_MAX)),
                [&] {
                  return call(isSigned ? RuntimeCall::rt_native_signed
                                       : RuntimeCall::rt_native_unsigned,
                              {value});
                });
  }
  if (type.kind == NativeType::Text)
    return call(RuntimeCall::rt_native_text, {value});
  if (type.kind == NativeType::Scalar &&
      type.scalarClass() == NativeClass::Bool)
    return b.CreateSelect(value, word(PLC_TRUE), word(PLC_FALSE));
  if (type.kind == NativeType::Scalar &&
      type.scalarClass() == NativeClass::Float) {
    if (type.bytes() == 4)
      value = b.CreateFPExt(value, types.real);
    else if (type.bytes() == 16)
      value = b.CreateFPTrunc(value, types.real);
    llvm::Value *bits = b.CreateBitCast(value, types.word);
    bits = b.CreateXor(b.CreateIntrinsic(types.word, llvm::Intrinsic::fshl,
                                         {bits, bits, word(4)}),
                       word(2));
    return join(bits, isImmediateFlonum(bits), [&] {
      return call(RuntimeCall::rt_box_flonum, {value});
    });
  }
  // By the runtime: pointers, records, complex numbers.
  llvm::Value *room = b.CreateAlloca(llvm::ArrayType::get(types.word, 2));
  b.CreateStore(value, room);
  if (type.kind == NativeType::Scalar && value->getType()->isDoubleTy())
    b.CreateStore(target->getArg(argument++),
                  b.CreateConstInBoundsGEP1_64(types.byte, room, 8));
  // The site's own result type is that of the callback; parameters have sites
  // of their own.
  return call(RuntimeCall::rt_native_load,
              {unit.text("callback" + std::string(1, '\0') +
                         nativeTypeText(type) + "()"),
               room});
}

void CallbackLowering::returnValue(llvm::Value *v) {
  const NativeType &type = signature.result;
  llvm::Type *result = target->getReturnType();
  if (result->isVoidTy()) {
    b.CreateRetVoid();
    return;
  }
  llvm::Value *room = b.CreateAlloca(llvm::ArrayType::get(types.word, 2));
  auto convert = [&]() -> llvm::Value * {
    llvm::Value *done =
        call(RuntimeCall::rt_callback_result, {site, v, room});
    return b.CreateSelect(done, b.CreateLoad(result, room),
                          llvm::Constant::getNullValue(result));
  };
  if (type.kind == NativeType::Scalar &&
      type.scalarClass() == NativeClass::Bool) {
    b.CreateRet(b.CreateICmpNE(b.CreateAnd(v, word(PLC_FALSE_MASK)),
                               word(PLC_FALSE)));
  } else if (type.isInteger()) {
    bool isSigned = type.scalarClass() == NativeClass::Signed;
    llvm::Value *n = b.CreateAShr(v, word(3));
    llvm::Value *bits = b.CreateTrunc(n, result);
    llvm::Value *fits =
        b.CreateICmpEQ(b.CreateAnd(v, word(PLC_TAG_MASK)), word(0));
    if (type.bytes() < 8)
      fits = b.CreateAnd(
          fits, b.CreateICmpEQ(isSigned ? b.CreateSExt(bits, types.word)
                                        : b.CreateZExt(bits, types.word),
                               n));
    else if (!isSigned)
      fits = b.CreateAnd(fits, b.CreateICmpSGE(n, word(0)));
    b.CreateRet(join(bits, fits, convert));
  } else if (type.isReal()) {
    llvm::Value *bits = b.CreateXor(v, word(2));
    bits = b.CreateIntrinsic(types.word, llvm::Intrinsic::fshr,
                             {bits, bits, word(4)});
    llvm::Value *d = b.CreateBitCast(bits, types.real);
    if (result != types.real)
      d = b.CreateFPTrunc(d, result);
    b.CreateRet(join(d, isImmediateFlonum(v), convert));
  } else {
    b.CreateRet(convert());
  }
}

void CallbackLowering::run() {
  b.SetInsertPoint(newBlock());
  context = b.CreateCall(unit.runtime.get(RuntimeCall::rt_callback_context),
                         {llvm::ConstantPointerNull::get(types.pointer)});
  unsigned count = signature.parameters.size(), at = 0;
  llvm::Value *callee = procedure;
  if (!procedure)
    callee = b.CreateLoad(types.word, target->getArg(at++));
  llvm::Value *arguments = b.CreateAlloca(
      llvm::ArrayType::get(types.word, std::max(count, 1u)));
  for (unsigned i = 0; i < count; ++i)
    b.CreateStore(toLisp(signature.parameters[i], at),
                  b.CreateConstInBoundsGEP1_64(types.word, arguments, i));
  llvm::Value *v = call(RuntimeCall::rt_callback_enter,
                        {callee, word(count), arguments});
  llvm::BasicBlock *left = newBlock(), *returned = newBlock();
  b.CreateCondBr(b.CreateICmpEQ(v, word(PLC_UNBOUND)), left, returned,
                 unit.unlikely());
  b.SetInsertPoint(left);
  if (target->getReturnType()->isVoidTy())
    b.CreateRetVoid();
  else
    b.CreateRet(llvm::Constant::getNullValue(target->getReturnType()));
  b.SetInsertPoint(returned);
  returnValue(v);
}

} // namespace

llvm::Function *ModuleLowering::callback(llvm::StringRef text,
                                         llvm::Constant *procedure) {
  llvm::Constant *site =
      this->text("callback" + std::string(1, '\0') + text.str());
  llvm::Function *&known = callbacks[{site, procedure}];
  if (known)
    return known;
  auto signature = parseNativeSignature(text);
  assert(signature && "verified");
  auto parameters = nativeParameters(types, *signature);
  if (!procedure)
    parameters.insert(parameters.begin(), types.pointer);
  known = llvm::Function::Create(
      llvm::FunctionType::get(codegen::nativeResult(types, *signature),
                              parameters, false),
      llvm::GlobalValue::InternalLinkage, "callback", module.get());
  setFunctionAttributes(known);
  setExtensions(known, *signature);
  if (!procedure)
    known->addParamAttr(0, llvm::Attribute::Nest);
  CallbackLowering(*this, *signature, site, known, procedure).run();
  return known;
}

} // namespace plc::codegen
