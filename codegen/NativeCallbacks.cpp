//===- NativeCallbacks.cpp - native functions that call Lisp --------------===//
//
// One function for each signature, which finds the procedure in a slot, and one
// for each constant procedure that is passed with a signature. It is in two
// parts. The handler has C's convention: it puts the record of a boundary
// (plc_boundary) around the call, if it may run Lisp at once. The adapter has
// Lisp's convention with values of C: it converts, inside of the boundary, so
// that all it does may raise. What leaves it goes back to the handler as if the
// adapter had returned zero; that is all that is known of the handler's frame.
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
  void lowerHandler(llvm::Function *adapter);
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
  /// \{ A word of the context in the record; meanwhile it has its usual value.
  void keepUsual(llvm::Value *record, size_t to, size_t from, uint64_t usual);
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

void CallbackLowering::keepUsual(llvm::Value *record, size_t to, size_t from,
                                 uint64_t usual) {
  llvm::Value *v = load(context, from);
  store(v, record, to);
  unless(b.CreateICmpEQ(v, word(usual)),
         [&] { store(word(usual), context, from); });
}

void CallbackLowering::restoreUsual(llvm::Value *record, size_t from, size_t to,
                                    uint64_t usual) {
  llvm::Value *v = load(record, from);
  unless(b.CreateICmpEQ(v, word(usual)), [&] { store(v, context, to); });
}

/// The boundary outside is nearly always that of the callback before. What is
/// written back is a guess that has been right, not the word that was saved:
/// the next callback would have to wait until that has been read.
void CallbackLowering::restoreBoundary(llvm::Value *record) {
  constexpr const char *name = "callback.outer";
  llvm::GlobalVariable *last = unit.module->getGlobalVariable(name, true);
  if (!last)
    last = new llvm::GlobalVariable(*unit.module, types.word, false,
                                    llvm::GlobalValue::InternalLinkage,
                                    word(0), name);
  llvm::Value *saved = load(record, offsetof(plc_boundary, prev));
  llvm::Value *guess = b.CreateAlignedLoad(types.word, last, llvm::Align(8));
  // LLVM must not take one for the other.
  auto *type = llvm::FunctionType::get(types.word, {types.word}, false);
  llvm::Value *written = b.CreateCall(
      llvm::InlineAsm::get(type, "", "=r,0", /*hasSideEffects=*/false),
      {guess});
  store(written, context, offsetof(plc_context, boundary));
  unless(b.CreateICmpEQ(saved, guess), [&] {
    store(saved, context, offsetof(plc_context, boundary));
    b.CreateAlignedStore(saved, last, llvm::Align(8));
  });
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

  target = handler;
  b.SetInsertPoint(newBlock());
  llvm::AllocaInst *record =
      b.CreateAlloca(llvm::ArrayType::get(types.byte, sizeof(plc_boundary)));
  record->setAlignment(llvm::Align(8));
  llvm::BasicBlock *slow = newBlock();
  context = requireWorld(unit, b, slow);

  auto keep = [&](size_t to, size_t from) {
    llvm::Value *v = load(context, from);
    store(v, record, to);
  };
  keep(offsetof(plc_boundary, prev), offsetof(plc_context, boundary));
  keep(offsetof(plc_boundary, winds), offsetof(plc_context, winds));
  keep(offsetof(plc_boundary, params), offsetof(plc_context, params));
  // Written only where it changes something: the next callback would have to
  // wait for the word that this one writes back.
  keepUsual(record, offsetof(plc_boundary, barrier),
            offsetof(plc_context, barrier), 0);
  keepUsual(record, offsetof(plc_boundary, handlers),
            offsetof(plc_context, handlers), PLC_NULL);
  store(word(PLC_CALLBACK_SERIAL), record, offsetof(plc_boundary, serial));
  // The frame has its final size: this is rsp at the call, too.
  auto *registerType = llvm::FunctionType::get(types.word, false);
  auto readRegister = [&](const char *text) {
    return b.CreateCall(
        llvm::InlineAsm::get(registerType, text, "=r", /*hasSideEffects=*/true),
        {});
  };
  store(readRegister("movq %rsp, $0"), record, offsetof(plc_boundary, sp));
  store(readRegister("movq %rbp, $0"), record, offsetof(plc_boundary, rbp));
  store(b.CreatePtrToInt(record, types.word), context,
        offsetof(plc_context, boundary));

  unsigned first = procedure.word ? 0 : 1;
  llvm::SmallVector<llvm::Value *, 10> arguments{
      context, procedure.word
                   ? static_cast<llvm::Value *>(procedure.word)
                   : b.CreateLoad(types.word, handler->getArg(0))};
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
  // Left by a raise or an escape, too: then the value is zero. The winds and
  // parameters are those of before in both cases; there is no barrier.
  restoreBoundary(record);
  restoreUsual(record, offsetof(plc_boundary, barrier),
               offsetof(plc_context, barrier), 0);
  restoreUsual(record, offsetof(plc_boundary, handlers),
               offsetof(plc_context, handlers), PLC_NULL);
  if (result->isVoidTy())
    b.CreateRetVoid();
  else if (result->isX86_FP80Ty())
    b.CreateRet(b.CreateFPExt(value, result));
  else
    b.CreateRet(value);

  b.SetInsertPoint(slow);
  llvm::Value *memory = room(block);
  for (unsigned i = 0; i < handler->arg_size(); ++i)
    b.CreateStore(handler->getArg(i), b.CreateStructGEP(block, memory, i));
  llvm::Value *at = nullptr;
  if (!result->isVoidTy()) {
    at = b.CreateStructGEP(block, memory, handler->arg_size());
    b.CreateStore(llvm::Constant::getNullValue(result), at);
  }
  call(RuntimeCall::rt_callback_slow, {replay, memory});
  if (at)
    b.CreateRet(b.CreateLoad(result, at));
  else
    b.CreateRetVoid();
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
