//===- NativeCallbacks.cpp - native functions that call Lisp --------------===//
//
// One function for each signature, which finds the procedure in a slot, and one
// for each constant procedure that is passed with a signature. It is in two
// parts. The handler has C's convention: it puts the record of a boundary
// (plc_boundary) around the call, if it may run Lisp at once. The adapter has
// Lisp's convention with values of C: it converts, inside of the boundary, so
// that all it does may raise. What leaves it goes back to the handler as if the
// adapter had returned zero; that is all that is known of the handler's frame.
// Numbers that are words in registers the handler converts by itself and calls
// the procedure: then 0 is what that returns.
//
//===----------------------------------------------------------------------===//

#include "codegen/NativeCallbacks.h"
#include "codegen/NativeTypes.h"

#include "llvm/IR/InlineAsm.h"
#include "llvm/IR/Intrinsics.h"

namespace plc::codegen {

using namespace ir;

llvm::Value *encodeDouble(llvm::IRBuilderBase &b, llvm::Value *d) {
  llvm::Type *word = b.getInt64Ty();
  llvm::Value *bits = b.CreateBitCast(d, word);
  bits = b.CreateIntrinsic(word, llvm::Intrinsic::fshl,
                           {bits, bits, b.getInt64(4)});
  return b.CreateXor(bits, b.getInt64(2));
}

llvm::Value *decodeDouble(llvm::IRBuilderBase &b, llvm::Value *v) {
  llvm::Value *bits = b.CreateXor(v, b.getInt64(2));
  bits = b.CreateIntrinsic(b.getInt64Ty(), llvm::Intrinsic::fshr,
                           {bits, bits, b.getInt64(4)});
  return b.CreateBitCast(bits, b.getDoubleTy());
}

llvm::Value *isImmediateDouble(llvm::IRBuilderBase &b, llvm::Value *v) {
  llvm::Value *shift =
      b.CreateTrunc(b.CreateAnd(v, b.getInt64(31)), b.getInt32Ty());
  return b.CreateTrunc(b.CreateLShr(b.getInt32(0x46464646), shift),
                       b.getInt1Ty());
}

void integerOfFixnum(llvm::IRBuilderBase &b, const NativeType &type,
                     llvm::Value *v, llvm::Value *&integer,
                     llvm::Value *&fits) {
  bool isSigned = type.scalarClass() == NativeClass::Signed;
  unsigned width = type.bytes() * 8;
  llvm::Value *n = b.CreateAShr(v, b.getInt64(3));
  integer = b.CreateTrunc(n, b.getIntNTy(width));
  if (width < 64) {
    // One test for both: the tag becomes the highest bits, and the least
    // integer 0.
    uint64_t least = isSigned ? uint64_t(1) << (width - 1) : 0;
    llvm::Value *sum = b.CreateAdd(v, b.getInt64(least << 3));
    llvm::Value *turned = b.CreateIntrinsic(
        b.getInt64Ty(), llvm::Intrinsic::fshr, {sum, sum, b.getInt64(3)});
    fits = b.CreateICmpULT(turned, b.getInt64(uint64_t(1) << width));
    return;
  }
  fits = b.CreateICmpEQ(b.CreateAnd(v, b.getInt64(PLC_TAG_MASK)),
                        b.getInt64(0));
  if (!isSigned)
    fits = b.CreateAnd(fits, b.CreateICmpSGE(n, b.getInt64(0)));
}

llvm::Value *tagNumber(llvm::IRBuilderBase &b, const NativeType &type,
                       llvm::Value *v, Require require) {
  llvm::Type *word = b.getInt64Ty();
  if (!type.isInteger()) {
    llvm::Value *bits = encodeDouble(b, b.CreateFPExt(v, b.getDoubleTy()));
    require(isImmediateDouble(b, bits));
    return bits;
  }
  bool isSigned = type.scalarClass() == NativeClass::Signed;
  bool isWhole = type.bytes() == 8;
  if (!isWhole)
    v = isSigned ? b.CreateSExt(v, word) : b.CreateZExt(v, word);
  llvm::Value *shifted = b.CreateShl(v, b.getInt64(3));
  if (isWhole)
    require(isSigned
                ? b.CreateICmpEQ(b.CreateAShr(shifted, b.getInt64(3)), v)
                : b.CreateICmpULE(v, b.getInt64(PLC_FIXNUM_MAX)));
  return shifted;
}

llvm::Value *untagNumber(llvm::IRBuilderBase &b, const NativeType &type,
                         llvm::Value *v, llvm::Type *result, Require require) {
  if (!type.isInteger()) {
    require(isImmediateDouble(b, v));
    return b.CreateFPTrunc(decodeDouble(b, v), result);
  }
  llvm::Value *bits = nullptr, *fits = nullptr;
  integerOfFixnum(b, type, v, bits, fits);
  require(fits);
  return bits;
}

llvm::Value *requireWorld(ModuleLowering &unit, llvm::IRBuilderBase &b,
                          llvm::BasicBlock *otherwise) {
  llvm::LLVMContext &llvm = b.getContext();
  const TypeLowering &types = unit.types;
  llvm::Function *function = b.GetInsertBlock()->getParent();
  llvm::Value *context =
      b.CreateLoad(types.pointer, unit.runtime.context(), "ctx");
  auto load = [&](size_t offset) {
    return b.CreateAlignedLoad(
        types.word, b.CreateConstInBoundsGEP1_64(types.byte, context, offset),
        llvm::Align(8));
  };
  auto require = [&](llvm::Value *condition) {
    auto *next = llvm::BasicBlock::Create(llvm, "", function);
    b.CreateCondBr(condition, next, otherwise, unit.likely());
    b.SetInsertPoint(next);
  };
  llvm::LoadInst *holder = load(offsetof(plc_context, holder));
  holder->setAtomic(llvm::AtomicOrdering::Monotonic);
  // The thread's own address stands at the start of its data, in fs.
  constexpr unsigned fs = 257;
  llvm::Value *thread = b.CreateAlignedLoad(
      types.word,
      llvm::ConstantPointerNull::get(llvm::PointerType::get(llvm, fs)),
      llvm::Align(8));
  require(b.CreateICmpEQ(holder, thread));
  llvm::Value *here = b.CreatePtrToInt(
      b.CreateIntrinsic(llvm::Intrinsic::frameaddress, {types.pointer},
                        {b.getInt32(0)}),
      types.word);
  require(b.CreateICmpULT(
      b.CreateSub(here, load(offsetof(plc_context, callback_low))),
      load(offsetof(plc_context, callback_size))));
  return context;
}

namespace {

/// What C passes beyond this many arguments goes to the adapter in memory: the
/// Lisp convention has registers for so many.
constexpr size_t kMostDirect = 8;

class CallbackLowering {
public:
  CallbackLowering(ModuleLowering &unit, const NativeSignature &signature,
                   llvm::Constant *site, llvm::Function *target,
                   const CallbackProcedure &procedure)
      : unit(unit), types(unit.types), signature(signature), site(site),
        handler(target), procedure(procedure), b(target->getContext()) {}

  void run();

private:
  //===--- The handler: C's convention and the boundary ------------------===//
  llvm::Function *makeAdapter();
  llvm::Function *makeReplay(llvm::StructType *block);
  llvm::Function *makeResult();
  void lowerHandler(llvm::Function *adapter);
  llvm::Value *callAdapter(llvm::Function *adapter);
  void callDirectly(llvm::Value *record, llvm::BasicBlock *otherwise,
                    llvm::Function *slowResult);
  void returnNumber(llvm::Value *v);
  bool takesNumbersOnly() const;
  /// A field of `record`, a structure of plc_context or plc_boundary.
  llvm::Value *field(llvm::Value *record, size_t offset) {
    return b.CreateConstInBoundsGEP1_64(types.byte, record, offset);
  }
  llvm::LoadInst *load(llvm::Value *record, size_t offset) {
    return b.CreateAlignedLoad(types.word, field(record, offset),
                               llvm::Align(8));
  }
  void store(llvm::Value *v, llvm::Value *record, size_t offset) {
    b.CreateAlignedStore(v, field(record, offset), llvm::Align(8));
  }
  /// \{ A word of the context, which the record has, too; between the two it has
  /// its usual value.
  void makeUsual(size_t field, uint64_t usual);
  void restoreUsual(llvm::Value *record, size_t from, size_t to,
                    uint64_t usual);
  /// \}
  void restoreBoundary(llvm::Value *record);
  /// Does `rare` first where `usual` does not hold.
  void unless(llvm::Value *usual, llvm::function_ref<void()> rare);
  /// As the adapter has it: no long double.
  llvm::Type *narrowed(llvm::Type *type) {
    return type->isX86_FP80Ty() ? types.real : type;
  }

  //===--- The adapter: Lisp's convention, values of C -------------------===//
  void lowerAdapter();
  llvm::Value *callProcedure(llvm::ArrayRef<llvm::Value *> arguments);
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
  llvm::AllocaInst *room(llvm::Type *type) {
    llvm::IRBuilderBase::InsertPointGuard guard(b);
    llvm::BasicBlock &entry = target->getEntryBlock();
    b.SetInsertPoint(&entry, entry.begin());
    return b.CreateAlloca(type);
  }
  llvm::AllocaInst *room16() {
    llvm::AllocaInst *place = room(llvm::ArrayType::get(types.word, 2));
    place->setAlignment(llvm::Align(16));
    return place;
  }
  llvm::Value *join(llvm::Value *fast, llvm::Value *isFast,
                    llvm::function_ref<llvm::Value *()> slow);
  /// Takes one or two of the target's arguments.
  llvm::Value *toLisp(const NativeType &type, unsigned &argument);
  void returnValue(llvm::Value *v);

  ModuleLowering &unit;
  const TypeLowering &types;
  const NativeSignature &signature;
  llvm::Constant *site;
  llvm::Function *handler;
  CallbackProcedure procedure;
  llvm::IRBuilder<> b;
  /// Of the function that is being made.
  llvm::Function *target = nullptr;
  llvm::Value *context = nullptr, *self = nullptr;
  llvm::SmallVector<llvm::Value *, 8> raw; ///< arguments of C in the adapter
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

llvm::Value *CallbackLowering::toLisp(const NativeType &type,
                                      unsigned &argument) {
  llvm::Value *value = raw[argument++];
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
    llvm::Value *bits = encodeDouble(b, value);
    return join(bits, isImmediateDouble(b, bits), [&] {
      return call(RuntimeCall::rt_box_flonum, {value});
    });
  }
  // By the runtime: pointers, records, complex numbers.
  llvm::Value *room = room16();
  b.CreateStore(value, room);
  if (type.kind == NativeType::Scalar && value->getType()->isDoubleTy())
    b.CreateStore(raw[argument++], field(room, 8));
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
  auto convert = [&]() -> llvm::Value * {
    llvm::Value *room = room16();
    call(RuntimeCall::rt_callback_result, {site, v, room});
    if (signature.result.kind == NativeType::Scalar && result == types.real &&
        type.bytes() == 16)
      return b.CreateFPTrunc(
          b.CreateLoad(llvm::Type::getX86_FP80Ty(b.getContext()), room),
          types.real);
    return b.CreateLoad(result, room);
  };
  if (type.kind == NativeType::Scalar &&
      type.scalarClass() == NativeClass::Bool) {
    b.CreateRet(b.CreateICmpNE(b.CreateAnd(v, word(PLC_FALSE_MASK)),
                               word(PLC_FALSE)));
  } else if (type.isInteger()) {
    llvm::Value *bits = nullptr, *fits = nullptr;
    integerOfFixnum(b, type, v, bits, fits);
    b.CreateRet(join(bits, fits, convert));
  } else if (type.isReal()) {
    llvm::Value *d = decodeDouble(b, v);
    if (result != types.real)
      d = b.CreateFPTrunc(d, result);
    b.CreateRet(join(d, isImmediateDouble(b, v), convert));
  } else {
    b.CreateRet(convert());
  }
}

llvm::Value *
CallbackLowering::callProcedure(llvm::ArrayRef<llvm::Value *> arguments) {
  llvm::Value *code = procedure.code;
  if (!code)
    code = b.CreateAlignedLoad(
        types.pointer,
        b.CreateIntToPtr(b.CreateAdd(self, word(8 - PLC_TAG_PROCEDURE)),
                         types.pointer),
        llvm::Align(8));
  llvm::SmallVector<llvm::Value *, 8> all{context, self,
                                          word(arguments.size())};
  all.append(arguments.begin(),
             arguments.begin() +
                 std::min<size_t>(arguments.size(), PLC_REGISTER_ARGS));
  all.resize(types.uniform()->getNumParams(),
             llvm::PoisonValue::get(types.word));
  for (size_t i = PLC_REGISTER_ARGS; i < arguments.size(); ++i)
    store(arguments[i], context,
          offsetof(plc_context, argv) + 8 * (i - PLC_REGISTER_ARGS));
  auto *call = b.CreateCall(types.uniform(), code, all);
  call->setCallingConv(llvm::CallingConv::PreserveNone);
  return call;
}

void CallbackLowering::lowerAdapter() {
  b.SetInsertPoint(newBlock());
  context = target->getArg(0);
  self = target->getArg(1);
  auto parameters = nativeParameters(types, signature);
  bool isDirect = parameters.size() <= kMostDirect;
  auto *block = llvm::StructType::get(b.getContext(), parameters);
  for (unsigned i = 0; i < parameters.size(); ++i) {
    llvm::Value *v = nullptr;
    if (isDirect)
      v = target->getArg(2 + i);
    else
      v = b.CreateLoad(parameters[i],
                       b.CreateStructGEP(block, target->getArg(2), i));
    if (v->getType()->isX86_FP80Ty())
      v = b.CreateFPTrunc(v, types.real);
    raw.push_back(v);
  }
  unsigned at = signature.result.kind == NativeType::Record;
  llvm::SmallVector<llvm::Value *, 8> arguments;
  for (const NativeType &type : signature.parameters)
    arguments.push_back(toLisp(type, at));
  returnValue(callProcedure(arguments));
}

llvm::Function *CallbackLowering::makeAdapter() {
  llvm::SmallVector<llvm::Type *, 10> parameters{types.pointer, types.word};
  auto native = nativeParameters(types, signature);
  if (native.size() <= kMostDirect)
    for (llvm::Type *type : native)
      parameters.push_back(narrowed(type));
  else
    parameters.push_back(types.pointer);
  auto *adapter = llvm::Function::Create(
      llvm::FunctionType::get(
          narrowed(codegen::nativeResult(types, signature)), parameters, false),
      llvm::GlobalValue::InternalLinkage, "callback.lisp", unit.module.get());
  adapter->setCallingConv(llvm::CallingConv::PreserveNone);
  setFunctionAttributes(adapter);
  adapter->addFnAttr(llvm::Attribute::NoInline);
  return adapter;
}

/// What C gets for a result that is no word for it. As the adapter, it may raise.
llvm::Function *CallbackLowering::makeResult() {
  target = llvm::Function::Create(
      llvm::FunctionType::get(handler->getReturnType(),
                              {types.pointer, types.word}, false),
      llvm::GlobalValue::InternalLinkage, "callback.result", unit.module.get());
  target->setCallingConv(llvm::CallingConv::PreserveNone);
  setFunctionAttributes(target);
  target->addFnAttr(llvm::Attribute::NoInline);
  target->addFnAttr(llvm::Attribute::Cold);
  b.SetInsertPoint(newBlock());
  context = target->getArg(0);
  returnValue(target->getArg(1));
  return target;
}

/// Calls the handler again with the arguments in a block, whose last field
/// receives the result.
llvm::Function *CallbackLowering::makeReplay(llvm::StructType *block) {
  auto *replay = llvm::Function::Create(
      llvm::FunctionType::get(types.nothing, {types.pointer}, false),
      llvm::GlobalValue::InternalLinkage, "callback.replay", unit.module.get());
  setFunctionAttributes(replay);
  replay->addFnAttr(llvm::Attribute::Cold);
  target = replay;
  b.SetInsertPoint(newBlock());
  llvm::Value *at = replay->getArg(0);
  llvm::SmallVector<llvm::Value *, 8> arguments;
  for (unsigned i = 0; i < handler->arg_size(); ++i)
    arguments.push_back(b.CreateLoad(block->getElementType(i),
                                     b.CreateStructGEP(block, at, i)));
  auto *call = b.CreateCall(handler, arguments);
  call->setAttributes(handler->getAttributes().removeFnAttributes(
      b.getContext()));
  if (!call->getType()->isVoidTy())
    b.CreateStore(call, b.CreateStructGEP(block, at, handler->arg_size()));
  b.CreateRetVoid();
  return replay;
}

void CallbackLowering::unless(llvm::Value *usual,
                              llvm::function_ref<void()> rare) {
  llvm::BasicBlock *other = newBlock(), *after = newBlock();
  b.CreateCondBr(usual, after, other, unit.likely());
  b.SetInsertPoint(other);
  rare();
  b.CreateBr(after);
  b.SetInsertPoint(after);
}

void CallbackLowering::makeUsual(size_t field, uint64_t usual) {
  unless(b.CreateICmpEQ(load(context, field), word(usual)),
         [&] { store(word(usual), context, field); });
}

void CallbackLowering::restoreUsual(llvm::Value *record, size_t from, size_t to,
                                    uint64_t usual) {
  llvm::Value *v = load(record, from);
  unless(b.CreateICmpEQ(v, word(usual)), [&] { store(v, context, to); });
}

void CallbackLowering::restoreBoundary(llvm::Value *record) {
  store(load(record, offsetof(plc_boundary, prev)), context,
        offsetof(plc_context, boundary));
}

bool CallbackLowering::takesNumbersOnly() const {
  return llvm::all_of(signature.parameters, isNumber) &&
         signature.parameters.size() <= PLC_REGISTER_ARGS &&
         (signature.result.isVoid() || isNumber(signature.result)) &&
         !handler->getReturnType()->isX86_FP80Ty();
}

void CallbackLowering::returnNumber(llvm::Value *v) {
  if (target->getReturnType()->isVoidTy())
    b.CreateRetVoid();
  else
    b.CreateRet(v);
}

/// The handler calls the procedure, if the arguments are words and there is
/// neither a handler nor a barrier outside.
void CallbackLowering::callDirectly(llvm::Value *record,
                                    llvm::BasicBlock *otherwise,
                                    llvm::Function *slowResult) {
  auto orElse = [&](llvm::BasicBlock *other) {
    return [this, other](llvm::Value *holds) {
      llvm::BasicBlock *next = newBlock();
      b.CreateCondBr(holds, next, other, unit.likely());
      b.SetInsertPoint(next);
    };
  };
  auto require = orElse(otherwise);
  require(b.CreateICmpEQ(load(context, offsetof(plc_context, barrier)),
                         word(0)));
  require(b.CreateICmpEQ(load(context, offsetof(plc_context, handlers)),
                         word(PLC_NULL)));
  llvm::SmallVector<llvm::Value *, 8> arguments;
  for (unsigned i = 0; i < signature.parameters.size(); ++i)
    arguments.push_back(
        tagNumber(b, signature.parameters[i],
                  handler->getArg(i + (procedure.word ? 0 : 1)), require));
  llvm::Value *outer = context;
  llvm::Value *v = callProcedure(arguments);
  // Read again: the call keeps no register.
  auto readContext = [&] {
    context = b.CreateLoad(types.pointer, unit.runtime.context(), "ctx");
  };
  auto finish = [&](llvm::Value *number) {
    readContext();
    restoreBoundary(record);
    returnNumber(number);
  };
  if (!slowResult) {
    finish(nullptr);
  } else {
    llvm::BasicBlock *slow = newBlock();
    finish(untagNumber(b, signature.result, v, handler->getReturnType(),
                       orElse(slow)));
    b.SetInsertPoint(slow);
    readContext();
    auto *number = b.CreateCall(slowResult, {context, v});
    number->setCallingConv(llvm::CallingConv::PreserveNone);
    finish(number);
  }
  context = outer;
}

llvm::Value *CallbackLowering::callAdapter(llvm::Function *adapter) {
  llvm::LLVMContext &llvm = b.getContext();
  unsigned first = procedure.word ? 0 : 1;
  llvm::SmallVector<llvm::Value *, 10> arguments{context, self};
  if (handler->arg_size() - first <= kMostDirect) {
    for (llvm::Argument &argument : llvm::drop_begin(handler->args(), first)) {
      llvm::Value *v = &argument;
      if (v->getType()->isX86_FP80Ty())
        v = b.CreateFPTrunc(v, types.real);
      arguments.push_back(v);
    }
  } else {
    auto *list = llvm::StructType::get(
        llvm, handler->getFunctionType()->params().drop_front(first));
    llvm::Value *memory = room(list);
    for (unsigned i = first; i < handler->arg_size(); ++i)
      b.CreateStore(handler->getArg(i),
                    b.CreateStructGEP(list, memory, i - first));
    arguments.push_back(memory);
  }
  auto *value = b.CreateCall(adapter, arguments);
  value->setCallingConv(llvm::CallingConv::PreserveNone);
  return value;
}

void CallbackLowering::lowerHandler(llvm::Function *adapter) {
  llvm::LLVMContext &llvm = b.getContext();
  llvm::Type *result = handler->getReturnType();
  llvm::SmallVector<llvm::Type *, 8> fields(
      handler->getFunctionType()->params());
  if (!result->isVoidTy())
    fields.push_back(result);
  auto *block = llvm::StructType::get(llvm, fields);
  llvm::Function *replay = makeReplay(block);
  bool isDirect = takesNumbersOnly();
  llvm::Function *slowResult =
      isDirect && !result->isVoidTy() ? makeResult() : nullptr;

  target = handler;
  b.SetInsertPoint(newBlock());
  llvm::AllocaInst *record =
      b.CreateAlloca(llvm::ArrayType::get(types.byte, sizeof(plc_boundary)));
  record->setAlignment(llvm::Align(8));
  llvm::BasicBlock *slow = newBlock();
  context = requireWorld(unit, b, slow);

  store(load(context, offsetof(plc_context, boundary)), record,
        offsetof(plc_boundary, prev));
  // Four words, in one order in both.
  constexpr size_t saved = offsetof(plc_boundary, winds);
  constexpr size_t kept = offsetof(plc_context, winds);
  static_assert(
      offsetof(plc_boundary, handlers) - saved ==
              offsetof(plc_context, handlers) - kept &&
          offsetof(plc_boundary, params) - saved ==
              offsetof(plc_context, params) - kept &&
          offsetof(plc_boundary, barrier) - saved ==
              offsetof(plc_context, barrier) - kept &&
          offsetof(plc_boundary, barrier) - saved == 3 * sizeof(plc_value),
      "winds, handlers, params, barrier");
  auto *pair = llvm::FixedVectorType::get(types.word, 2);
  for (size_t i = 0; i < 4; i += 2)
    b.CreateAlignedStore(
        b.CreateAlignedLoad(pair, field(context, kept + 8 * i), llvm::Align(8)),
        field(record, saved + 8 * i), llvm::Align(8));
  store(word(PLC_CALLBACK_SERIAL), record, offsetof(plc_boundary, serial));
  // The frame has its final size: this is rsp at the call, too.
  auto *writerType =
      llvm::FunctionType::get(types.nothing, {types.pointer}, false);
  auto storeRegister = [&](const char *text, size_t to) {
    auto *write = b.CreateCall(
        llvm::InlineAsm::get(writerType, text, "=*m", /*hasSideEffects=*/true),
        {field(record, to)});
    write->addParamAttr(0, llvm::Attribute::get(
                               llvm, llvm::Attribute::ElementType, types.word));
  };
  storeRegister("movq %rsp, $0", offsetof(plc_boundary, sp));
  storeRegister("movq %rbp, $0", offsetof(plc_boundary, rbp));
  store(b.CreatePtrToInt(record, types.word), context,
        offsetof(plc_context, boundary));
  self = procedure.word ? static_cast<llvm::Value *>(procedure.word)
                        : b.CreateLoad(types.word, handler->getArg(0));

  if (isDirect) {
    llvm::BasicBlock *indirect = newBlock();
    callDirectly(record, indirect, slowResult);
    b.SetInsertPoint(indirect);
  }
  // Written only where it changes something: the next callback would have to
  // wait for the word that this one writes back.
  makeUsual(offsetof(plc_context, barrier), 0);
  makeUsual(offsetof(plc_context, handlers), PLC_NULL);
  llvm::Value *value = callAdapter(adapter);
  // Left by a raise or an escape, too: then the value is zero. The winds and
  // parameters are those of before in both cases; there is no barrier.
  restoreBoundary(record);
  restoreUsual(record, offsetof(plc_boundary, barrier),
               offsetof(plc_context, barrier), 0);
  restoreUsual(record, offsetof(plc_boundary, handlers),
               offsetof(plc_context, handlers), PLC_NULL);
  returnNumber(result->isX86_FP80Ty() ? b.CreateFPExt(value, result) : value);

  b.SetInsertPoint(slow);
  context = b.CreateLoad(types.pointer, unit.runtime.context(), "ctx");
  llvm::Value *memory = room(block);
  for (unsigned i = 0; i < handler->arg_size(); ++i)
    b.CreateStore(handler->getArg(i), b.CreateStructGEP(block, memory, i));
  llvm::Value *at = nullptr;
  if (!result->isVoidTy()) {
    at = b.CreateStructGEP(block, memory, handler->arg_size());
    b.CreateStore(llvm::Constant::getNullValue(result), at);
  }
  call(RuntimeCall::rt_callback_slow, {replay, memory});
  returnNumber(at ? b.CreateLoad(result, at) : nullptr);
}

void CallbackLowering::run() {
  llvm::Function *adapter = makeAdapter();
  lowerHandler(adapter);
  target = adapter;
  lowerAdapter();
}

} // namespace

llvm::Function *ModuleLowering::callback(llvm::StringRef text,
                                         const CallbackProcedure &procedure) {
  llvm::Constant *site =
      this->text("callback" + std::string(1, '\0') + text.str());
  llvm::Function *&known = callbacks[{site, procedure.word}];
  if (known)
    return known;
  auto signature = parseNativeSignature(text);
  assert(signature && "verified");
  auto parameters = nativeParameters(types, *signature);
  if (!procedure.word)
    parameters.insert(parameters.begin(), types.pointer);
  known = llvm::Function::Create(
      llvm::FunctionType::get(codegen::nativeResult(types, *signature),
                              parameters, false),
      llvm::GlobalValue::InternalLinkage, "callback", module.get());
  setFunctionAttributes(known);
  setExtensions(known, *signature, procedure.word ? 0 : 1);
  if (!procedure.word)
    known->addParamAttr(0, llvm::Attribute::Nest);
  llvm::Function *made = known; // the table may grow
  CallbackLowering(*this, *signature, site, made, procedure).run();
  if (llvm::Function *leaf = leafCallback(*this, *signature, made, procedure))
    made = callbacks[{site, procedure.word}] = leaf;
  return made;
}

} // namespace plc::codegen
