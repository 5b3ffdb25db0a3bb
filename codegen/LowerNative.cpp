//===- LowerNative.cpp - calls of native code -----------------------------===//
//
// A direct call by the C convention with the conversions around it inline; what
// they cannot do at once is done by the runtime, out of line, and errors are
// raised there. Whatever a pointer argument comes from stays visible to the
// collector until the function has returned.
//
// Before the call Lisp's output is shown if there is any; after it the throw
// goes on that left a callback, if there is one.
//
//===----------------------------------------------------------------------===//

#include "codegen/FunctionLowering.h"
#include "codegen/NativeCallbacks.h"
#include "codegen/NativeTypes.h"

#include "plc/kinds_layout.h"
#include "plc/plugin.h"

#include "llvm/IR/InlineAsm.h"

namespace plc::codegen {

using namespace ir;

void FunctionLowering::startNative() {
  for (auto &function : unit.source.functions())
    for (auto &block : function->blocks())
      for (const Op *op : *block)
        if (op->opcode() == Opcode::NativeCall ||
            op->opcode() == Opcode::NativeCallback) {
          callRuntime(RuntimeCall::rt_native_start, {});
          return;
        }
}

llvm::Value *
FunctionLowering::orSlow(llvm::Value *fast, llvm::BasicBlock *slow,
                         llvm::function_ref<llvm::Value *()> emit) {
  if (slow->hasNPredecessors(0)) { // every test was proved
    llvm::IRBuilderBase::InsertPointGuard guard(b);
    b.SetInsertPoint(slow);
    b.CreateUnreachable();
    return fast;
  }
  llvm::BasicBlock *usual = b.GetInsertBlock(), *join = newBlock("");
  jump({join});
  b.SetInsertPoint(slow);
  llvm::Value *other = emit();
  llvm::BasicBlock *end = b.GetInsertBlock();
  jump({join});
  b.SetInsertPoint(join);
  llvm::PHINode *phi = b.CreatePHI(fast->getType(), 2);
  phi->addIncoming(fast, usual);
  phi->addIncoming(other, end);
  return phi;
}

llvm::Value *FunctionLowering::nativeRoom(uint64_t bytes) {
  llvm::IRBuilderBase::InsertPointGuard guard(b);
  llvm::BasicBlock &entry = target->getEntryBlock();
  b.SetInsertPoint(&entry, entry.begin());
  auto *room = b.CreateAlloca(llvm::ArrayType::get(types.byte, bytes));
  room->setAlignment(llvm::Align(16));
  return room;
}

//===----------------------------------------------------------------------===//
// Arguments
//===----------------------------------------------------------------------===//

llvm::Value *FunctionLowering::nativeInteger(const Op *op, unsigned i,
                                             const NativeType &type,
                                             llvm::Constant *site) {
  const Value *operand = op->operand(i);
  llvm::Value *v = tagged(operand);
  auto *narrow = llvm::cast<llvm::IntegerType>(nativeType(types, type));
  bool isSigned = type.scalarClass() == NativeClass::Signed;
  llvm::BasicBlock *slow = newColdBlock("convert");
  llvm::Value *bits = nullptr;
  if (narrow != types.word) {
    llvm::Value *fits = nullptr;
    integerOfFixnum(b, type, v, bits, fits);
    require(fits, slow);
  } else {
    if (operand->type() != Type::Fixnum)
      require(isFixnum(v), slow);
    bits = b.CreateAShr(v, word(3));
    if (!isSigned)
      require(b.CreateICmpSGE(bits, word(0)), slow);
  }
  return orSlow(bits, slow, [&] {
    return b.CreateTrunc(
        callRuntime(RuntimeCall::rt_native_argument, {site, word(i), v}),
        narrow);
  });
}

llvm::Value *FunctionLowering::nativeDouble(const Op *op, unsigned i,
                                            llvm::Constant *site) {
  const Value *operand = op->operand(i);
  if (llvm::Value *known = doubleOf(operand))
    return known;
  llvm::Value *v = tagged(operand);
  auto fromFixnum = [&] {
    return b.CreateSIToFP(b.CreateAShr(v, word(3)), types.real);
  };
  if (operand->type() == Type::Fixnum)
    return fromFixnum();
  llvm::BasicBlock *other = newColdBlock("number");
  require(isImmediateFlonum(v), other);
  return orSlow(decodeFlonum(v), other, [&] {
    llvm::BasicBlock *slow = newColdBlock("convert");
    require(isFixnum(v), slow);
    return orSlow(fromFixnum(), slow, [&]() -> llvm::Value * {
      return b.CreateBitCast(
          callRuntime(RuntimeCall::rt_native_argument, {site, word(i), v}),
          types.real);
    });
  });
}

/// True if a string may stand for an argument.
static bool takesText(const NativeType &type) {
  if (type.kind == NativeType::Text)
    return true;
  static constexpr llvm::StringRef bytes[] = {"void", "char", "signed char",
                                              "unsigned char"};
  return type.kind == NativeType::Pointer && type.isConst &&
         llvm::is_contained(bytes, type.name);
}

llvm::Constant *FunctionLowering::literalText(const Value *value) {
  const Op *op = value->op();
  if (!op || op->opcode() != Opcode::Const ||
      op->datum->kind != DatumKind::String ||
      op->datum->text.contains('\0'))
    return nullptr;
  return unit.text(op->datum->text);
}

/// One for each place among the arguments of a call: text is in use only until
/// the call returns.
llvm::Value *FunctionLowering::textRoom(unsigned i) {
  if (i >= textRooms.size())
    textRooms.resize(i + 1);
  if (!textRooms[i])
    textRooms[i] = nativeRoom(PLC_TEXT_ROOM);
  return textRooms[i];
}

llvm::Value *FunctionLowering::nativeAddress(const Op *op, unsigned i,
                                             const NativeType &type,
                                             llvm::Constant *site) {
  if (isAddress(op->operand(i)))
    return addressOf(op->operand(i));
  llvm::Value *v = tagged(op->operand(i));
  auto convert = [&]() -> llvm::Value * {
    return b.CreateIntToPtr(
        callRuntime(RuntimeCall::rt_native_argument, {site, word(i), v}),
        types.pointer);
  };
  auto convertText = [&]() -> llvm::Value * {
    return b.CreateIntToPtr(
        callRuntime(RuntimeCall::rt_native_string,
                    {site, word(i), v, textRoom(i)}),
        types.pointer);
  };
  bool isText = takesText(type);
  if (isText)
    if (llvm::Constant *text = literalText(op->operand(i)))
      return text;
  if (type.kind == NativeType::Text ||
      (isText && op->operand(i)->type() == Type::String))
    return convertText();
  // Of a record all bytes have to be there.
  if (type.kind == NativeType::Record)
    return convert();
  // A pointer of just that type, whose memory was not given back.
  llvm::BasicBlock *slow = newColdBlock("convert");
  require(hasTag(v, PLC_TAG_OBJECT), slow);
  llvm::BasicBlock *other = newBlock(""), *known = newBlock(""),
                   *object = newBlock(""), *valid = newBlock("");
  // One that came from C as it is: nothing can have been given back.
  llvm::Value *header = load(v, -7);
  branch(b.CreateICmpEQ(header, word(PLC_HEADER(PLC_KIND_POINTER, 0,
                                                PLC_POINTER_LEAST_WORDS))),
         {valid}, {other});
  b.SetInsertPoint(other);
  branch(b.CreateICmpEQ(b.CreateAnd(header, word(0xFF)),
                        word(PLC_HEADER(PLC_KIND_POINTER, 0, 0) & 0xFF)),
         {known}, {slow}, Weight::Likely);
  b.SetInsertPoint(known);
  llvm::Value *keeps = load(v, 1 + 8 * PLC_POINTER_KEEPS);
  branch(hasTag(keeps, PLC_TAG_OBJECT), {object}, {valid});
  b.SetInsertPoint(object);
  uint64_t freed = PLC_HEADER(PLC_KIND_POINTER, PLC_POINTER_FREED, 0);
  branch(b.CreateICmpEQ(
             b.CreateAnd(load(keeps, -7),
                         word(PLC_HEADER(31, PLC_POINTER_FREED, 0))),
             word(freed)),
         {slow}, {valid}, Weight::Unlikely);
  b.SetInsertPoint(valid);
  require(b.CreateICmpEQ(load(v, 1 + 8 * PLC_POINTER_TYPE),
                         unit.literals.symbol(type.name)),
          slow);
  llvm::Value *address = b.CreateIntToPtr(
      b.CreateAShr(load(v, 1 + 8 * PLC_POINTER_ADDRESS), word(3)),
      types.pointer);
  if (isText)
    return orSlow(address, slow, convertText);
  return orSlow(address, slow, convert);
}

/// The function behind a constant procedure if it is known here, else null.
static const ir::Function *functionOf(const Value *procedure) {
  const Op *op = procedure->op();
  if (op && op->opcode() == Opcode::GlobalClosure)
    return op->global->function;
  if (op && op->opcode() == Opcode::Closure)
    return op->functions[procedure->index()];
  return nullptr;
}

llvm::Value *FunctionLowering::nativeFunction(const Op *op, unsigned i,
                                              llvm::StringRef signature,
                                              llvm::Constant *site) {
  llvm::Value *v = tagged(op->operand(i));
  if (op->operand(i)->type() == Type::Procedure)
    if (auto *constant = llvm::dyn_cast<llvm::Constant>(v)) {
      CallbackProcedure procedure{constant};
      const ir::Function *known = functionOf(op->operand(i));
      // Not if the code may be exchanged.
      if (known && known->isOwn() && !unit.options.hotId) {
        procedure.source = known;
        procedure.code = unit.procedure(known).entry;
      }
      return unit.callback(signature, procedure);
    }
  return callRuntime(RuntimeCall::rt_native_function,
                     {site, word(i), v, unit.callback(signature)});
}

void FunctionLowering::nativeArgument(
    const Op *op, unsigned i, const NativeType &type, llvm::Constant *site,
    llvm::SmallVectorImpl<llvm::Value *> &arguments) {
  if (type.isInteger()) {
    arguments.push_back(nativeInteger(op, i, type, site));
    return;
  }
  switch (type.kind) {
  case NativeType::Function:
    arguments.push_back(nativeFunction(op, i, type.name, site));
    return;
  case NativeType::Text:
  case NativeType::Pointer:
  case NativeType::Record:
    arguments.push_back(nativeAddress(op, i, type, site));
    return;
  case NativeType::Lisp:
    arguments.push_back(tagged(op->operand(i)));
    return;
  case NativeType::Scalar:
  case NativeType::Enum:
    break;
  }
  llvm::Type *lowered = nativeType(types, type);
  if (type.scalarClass() == NativeClass::Bool) {
    arguments.push_back(isTrue(tagged(op->operand(i))));
  } else if (type.isReal()) {
    llvm::Value *d = nativeDouble(op, i, site);
    arguments.push_back(lowered == types.real ? d
                                              : b.CreateFPTrunc(d, lowered));
  } else {
    llvm::Value *room = nativeRoom(16);
    callRuntime(RuntimeCall::rt_native_wide,
                {site, word(i), tagged(op->operand(i)), room});
    if (!lowered->isStructTy()) {
      arguments.push_back(b.CreateLoad(lowered, room));
      return;
    }
    for (unsigned part = 0; part < 2; ++part)
      arguments.push_back(b.CreateLoad(
          types.real, b.CreateConstInBoundsGEP1_64(types.byte, room, 8 * part)));
  }
}

//===----------------------------------------------------------------------===//
// The call
//===----------------------------------------------------------------------===//

llvm::CallInst *FunctionLowering::callVariadic(
    llvm::Value *function, llvm::Type *result, const Op *op,
    const NativeSignature &signature, llvm::ArrayRef<llvm::Value *> arguments,
    llvm::Constant *site) {
  unsigned fixed = arguments.size(), known = signature.parameters.size();
  unsigned count = fixed + op->operandCount() - known;
  llvm::Value *words = nativeRoom(8 * count), *classes = nativeRoom(count);
  auto wordAt = [&](unsigned i) {
    return b.CreateConstInBoundsGEP1_64(types.byte, words, 8 * i);
  };
  auto classAt = [&](unsigned i) {
    return b.CreateConstInBoundsGEP1_64(types.byte, classes, i);
  };
  // A complex number of doubles is two arguments, the room for a record is one.
  llvm::SmallVector<bool, 8> isUnsigned(
      signature.result.kind == NativeType::Record ? 1 : 0, false);
  for (const NativeType &parameter : signature.parameters)
    isUnsigned.append(
        nativeType(types, parameter)->isStructTy() ? 2 : 1,
        (parameter.isInteger() || parameter.kind == NativeType::Scalar) &&
            (parameter.scalarClass() == NativeClass::Unsigned ||
             parameter.scalarClass() == NativeClass::Bool));
  assert(isUnsigned.size() == fixed && "arguments of the parameters");
  for (unsigned i = 0; i < fixed; ++i) {
    llvm::Value *value = arguments[i];
    bool isDouble = value->getType()->isFPOrFPVectorTy();
    if (value->getType()->isIntegerTy())
      value = isUnsigned[i] ? b.CreateZExt(value, types.word)
                            : b.CreateSExt(value, types.word);
    b.CreateStore(value, wordAt(i));
    b.CreateStore(b.getInt8(isDouble), classAt(i));
  }
  for (unsigned i = fixed, k = known; i < count; ++i, ++k) {
    llvm::Value *kind = callRuntime(
        RuntimeCall::rt_native_extra,
        {site, word(k), tagged(op->operand(k)), wordAt(i)});
    b.CreateStore(b.CreateTrunc(kind, types.byte), classAt(i));
  }
  llvm::Function *call = unit.runtime.get(RuntimeCall::rt_native_variadic);
  bool isNarrow = result->isIntegerTy() && result != types.word;
  auto *type = llvm::FunctionType::get(
      isNarrow ? static_cast<llvm::Type *>(types.word) : result,
      call->getFunctionType()->params(), false);
  // LLVM must not see which function this is: it would take a double from the
  // register of the result type that the declaration has.
  auto *opaque = llvm::InlineAsm::get(
      llvm::FunctionType::get(types.pointer, {types.pointer}, false), "", "=r,0",
      /*hasSideEffects=*/false);
  return b.CreateCall(type, b.CreateCall(opaque, {call}),
                      {context, function, word(count), words, classes});
}

llvm::CallInst *
FunctionLowering::callNative(const Op *op, const NativeSignature &signature,
                             llvm::SmallVectorImpl<llvm::Value *> &arguments,
                             llvm::Constant *site) {
  auto parameters = nativeParameters(types, signature);
  llvm::Type *result = codegen::nativeResult(types, signature);
  // Where all types are known the call is a direct one.
  unsigned known = signature.parameters.size();
  bool isDirect = true;
  for (const Value *extra : op->operands().drop_front(known))
    isDirect &= extra->type() == Type::Fixnum || doubleOf(extra) ||
                literalText(extra);
  auto *type =
      llvm::FunctionType::get(result, parameters, signature.isVariadic);
  llvm::FunctionCallee callee =
      unit.module->getOrInsertFunction(op->native->symbol, type);
  if (auto *function = llvm::dyn_cast<llvm::Function>(callee.getCallee())) {
    function->addFnAttr(llvm::Attribute::NoBuiltin);
    // By its address in memory: a jump less than by the linker's stub. Not with
    // JITLink, which makes of such a call one to a wrong place if the function lies
    // below 4 GB, as those of a program at a fixed address do (rt_native_missing, and
    // what the program itself calls of a library): it writes the address where the
    // distance belongs (LLVM 19, x86_64.cpp, Pointer32). Stubs it makes direct calls
    // where it can, correctly.
    if (!unit.options.forJit)
      function->addFnAttr(llvm::Attribute::NonLazyBind);
  }
  if (!isDirect)
    return callVariadic(callee.getCallee(), result, op, signature, arguments,
                        site);
  for (const Value *extra : op->operands().drop_front(known)) {
    if (llvm::Value *d = doubleOf(extra))
      arguments.push_back(d);
    else if (llvm::Constant *text = literalText(extra))
      arguments.push_back(text);
    else
      arguments.push_back(b.CreateAShr(get(extra), word(3)));
  }
  llvm::CallInst *call = b.CreateCall(type, callee.getCallee(), arguments);
  setExtensions(call, signature);
  call->addFnAttr(llvm::Attribute::NoBuiltin);
  call->addFnAttr(llvm::Attribute::NoMerge);
  call->addFnAttr(llvm::Attribute::NoUnwind);
  return call;
}

/// Calls ask for what a poll asks for, and do it, unless other Lisp could change
/// what the result points to before it is copied.
bool FunctionLowering::pollsNative(const Op *op) {
  if (op->opcode() != Opcode::NativeCall ||
      llvm::StringRef(op->native->symbol).starts_with("&"))
    return false;
  auto signature = parseNativeSignature(op->native->signature);
  return signature->result.kind != NativeType::Text;
}

void FunctionLowering::lowerNativeCall(const Op *op) {
  auto signature = parseNativeSignature(op->native->signature);
  assert(signature && "verified");
  llvm::Constant *site = unit.text(op->native->name + std::string(1, '\0') +
                                   op->native->signature);
  // A variable, by a reference that the linker sees.
  if (llvm::StringRef symbol = op->native->symbol; symbol.consume_front("&")) {
    auto *variable = llvm::cast<llvm::GlobalVariable>(
        unit.module->getOrInsertGlobal(symbol, types.byte));
    // In memory one that no library has is at NULL, which has been reported.
    if (unit.options.forJit)
      variable->setLinkage(llvm::GlobalValue::ExternalWeakLinkage);
    set(op->result(), nativeResult(signature->result, variable, site));
    return;
  }
  llvm::SmallVector<llvm::Value *, 8> arguments;
  llvm::Value *record = nullptr;
  if (signature->result.kind == NativeType::Record) {
    record = callRuntime(RuntimeCall::rt_native_new,
                         {unit.literals.symbol(signature->result.name)});
    arguments.push_back(b.CreateIntToPtr(
        b.CreateAShr(load(record, 1 + 8 * PLC_POINTER_ADDRESS), word(3)),
        types.pointer));
  }
  unsigned count = signature->parameters.size();
  for (unsigned i = 0; i < count; ++i)
    nativeArgument(op, i, signature->parameters[i], site, arguments);
  size_t fixed = arguments.size();

  llvm::BasicBlock *show = newColdBlock("output"), *ready = newBlock("");
  llvm::LoadInst *output = loadContext(offsetof(plc_context, unshown_output));
  // Set for good before the unit's procedures run, by its top level.
  if (&source != unit.source.init())
    output->setMetadata(llvm::LLVMContext::MD_invariant_load,
                        llvm::MDNode::get(b.getContext(), {}));
  llvm::Value *unshown = b.CreateLoad(
      types.word, b.CreateIntToPtr(output, types.pointer));
  branch(b.CreateICmpEQ(unshown, word(0)), {ready}, {show}, Weight::Likely);
  b.SetInsertPoint(show);
  callRuntime(RuntimeCall::rt_native_show, {});
  jump({ready});
  b.SetInsertPoint(ready);

  llvm::Value *region = nullptr;
  if (signature->isBlocking) {
    region = nativeRoom(sizeof(plc_region));
    callRuntime(RuntimeCall::rt_blocking_begin, {region});
  }
  llvm::Value *value = callNative(op, *signature, arguments, site);
  if (region)
    callRuntime(RuntimeCall::rt_blocking_end, {region});

  auto keep = [&](llvm::Value *v) {
    auto *type = llvm::FunctionType::get(types.nothing, {v->getType()}, false);
    b.CreateCall(llvm::InlineAsm::get(type, "", "r", /*hasSideEffects=*/true),
                 {v});
  };
  llvm::SmallPtrSet<llvm::Value *, 4> plain;
  for (const Value *operand : op->operands())
    if (isAddress(operand))
      plain.insert(addressOf(operand));
  for (size_t i = 0; i < fixed; ++i)
    if (arguments[i]->getType()->isPointerTy() &&
        !llvm::isa<llvm::Constant>(arguments[i]) &&
        !plain.contains(arguments[i]))
      keep(arguments[i]);
  for (unsigned i = 0; i < op->operandCount(); ++i) {
    if (i < count && (signature->parameters[i].isInteger() ||
                      signature->parameters[i].kind == NativeType::Scalar))
      continue;
    if (op->operand(i)->type() == Type::Flonum || isAddress(op->operand(i)) ||
        !mayBePointer(op->operand(i)))
      continue;
    llvm::Value *v = tagged(op->operand(i));
    if (!llvm::isa<llvm::Constant>(v))
      keep(v);
  }
  if (record)
    keep(record);

  // The limit is 0 while a throw waits.
  llvm::BasicBlock *left = newColdBlock("left"), *stayed = newBlock("");
  branch(b.CreateICmpEQ(loadContext(offsetof(plc_context, lim)), word(0)),
         {left}, {stayed}, Weight::Unlikely);
  b.SetInsertPoint(left);
  callRuntime(pollsNative(op) ? RuntimeCall::rt_native_poll
                              : RuntimeCall::rt_native_resume,
              {site});
  jump({stayed});
  b.SetInsertPoint(stayed);
  if (isAddress(op->result()))
    setAddress(op->result(), value);
  else
    set(op->result(), record ? record : nativeResult(signature->result, value,
                                                     site));
}

//===----------------------------------------------------------------------===//
// Results
//===----------------------------------------------------------------------===//

llvm::Value *FunctionLowering::pointerObject(llvm::Value *address,
                                             llvm::StringRef type) {
  llvm::BasicBlock *null = newBlock(""), *some = newBlock(""),
                   *join = newBlock("");
  llvm::Value *bits = b.CreatePtrToInt(address, types.word);
  branch(b.CreateICmpEQ(bits, word(0)), {null}, {some}, Weight::Unlikely);
  b.SetInsertPoint(null);
  jump({join});
  b.SetInsertPoint(some);
  constexpr uint64_t bytes = 8 + 8 * PLC_POINTER_LEAST_WORDS;
  static_assert(bytes % 16 == 0, "no padding to be cleared");
  llvm::Value *object = b.CreateAdd(allocate(bytes), word(PLC_TAG_OBJECT));
  // Nothing after the join may use room that only one way has reserved.
  reservedBytes = 0;
  store(word(PLC_HEADER(PLC_KIND_POINTER, 0, PLC_POINTER_LEAST_WORDS)), object,
        -7);
  store(b.CreateShl(bits, word(3)), object, 1 + 8 * PLC_POINTER_ADDRESS);
  store(unit.literals.symbol(type), object, 1 + 8 * PLC_POINTER_TYPE);
  store(word(PLC_FALSE), object, 1 + 8 * PLC_POINTER_KEEPS);
  llvm::BasicBlock *end = b.GetInsertBlock();
  jump({join});
  b.SetInsertPoint(join);
  llvm::PHINode *phi = b.CreatePHI(types.word, 2);
  phi->addIncoming(word(PLC_NIL), null);
  phi->addIncoming(object, end);
  return phi;
}

llvm::Value *FunctionLowering::nativeResult(const NativeType &type,
                                            llvm::Value *value,
                                            llvm::Constant *site) {
  if (type.isInteger()) {
    bool isSigned = type.scalarClass() == NativeClass::Signed;
    if (type.bytes() < 8) {
      // A variadic call yields a whole register.
      auto *narrow = llvm::IntegerType::get(b.getContext(), type.bytes() * 8);
      value = b.CreateTrunc(value, narrow);
      value = isSigned ? b.CreateSExt(value, types.word)
                       : b.CreateZExt(value, types.word);
      return b.CreateShl(value, word(3));
    }
    llvm::BasicBlock *large = newColdBlock("large");
    llvm::Value *shifted = b.CreateShl(value, word(3));
    llvm::Value *back = isSigned ? b.CreateAShr(shifted, word(3))
                                 : b.CreateLShr(shifted, word(4));
    if (isSigned)
      require(b.CreateICmpEQ(back, value), large);
    else
      require(b.CreateICmpULE(value, word(PLC_FIXNUM_MAX)), large);
    return orSlow(shifted, large, [&] {
      return callRuntime(isSigned ? RuntimeCall::rt_native_signed
                                  : RuntimeCall::rt_native_unsigned,
                         {value});
    });
  }
  switch (type.kind) {
  case NativeType::Text:
    return callRuntime(RuntimeCall::rt_native_text, {value});
  case NativeType::Pointer:
    return pointerObject(value, type.name);
  case NativeType::Lisp:
    return value;
  case NativeType::Scalar:
    break;
  case NativeType::Function: {
    llvm::Value *room = nativeRoom(8);
    b.CreateStore(value, room);
    return callRuntime(RuntimeCall::rt_native_load, {site, room});
  }
  case NativeType::Enum:
  case NativeType::Record:
    llvm_unreachable("no case of their own");
  }
  switch (type.scalarClass()) {
  case NativeClass::Void:
    return word(PLC_UNSPECIFIED);
  case NativeClass::Bool:
    // A variadic call yields a whole register.
    return boolWord(b.CreateTrunc(value, types.bit));
  case NativeClass::Float:
    return type.bytes() == 4    ? b.CreateFPExt(value, types.real)
           : type.bytes() == 16 ? b.CreateFPTrunc(value, types.real)
                                : value;
  case NativeClass::Complex: {
    llvm::Value *room = nativeRoom(16);
    b.CreateStore(value, room);
    return callRuntime(RuntimeCall::rt_native_load, {site, room});
  }
  case NativeClass::Signed:
  case NativeClass::Unsigned:
    break;
  }
  llvm_unreachable("integers were handled above");
}

void FunctionLowering::lowerNativeCallback(const Op *op) {
  llvm::StringRef signature = op->nameAttribute->text();
  llvm::Constant *site =
      unit.text("callback" + std::string(1, '\0') + signature.str());
  set(op->result(),
      callRuntime(RuntimeCall::rt_callback_pointer,
                  {site, tagged(op->operand(0)), unit.callback(signature)}));
}

} // namespace plc::codegen
