//===- LeafCallbacks.cpp - callbacks that need no boundary ----------------===//
//
// A procedure whose usual work calls nothing, like the comparator of a sort, is
// put in place in a function of C's convention. Where its work is not the usual
// one, nothing has happened yet, and the handler of NativeCallbacks.cpp does it
// all. So what it writes is written at its end, behind all that might give up,
// the conversion of its result, too.
//
// A parameter of the procedure that is a pointer to numbers is its address
// there, if all that is done with it is to read elements: `(ref p 0)`.
//
//===----------------------------------------------------------------------===//

#include "codegen/FunctionLowering.h"
#include "codegen/NativeCallbacks.h"
#include "codegen/NativeTypes.h"

namespace plc::codegen {

using namespace ir;

//===----------------------------------------------------------------------===//
// The body of a leaf
//===----------------------------------------------------------------------===//

static bool isLeafOp(const Op *op) {
  switch (op->opcode()) {
  // They need a closure, a variable or the runtime.
  case Opcode::Self:
  case Opcode::Free:
  case Opcode::BoxGet:
  case Opcode::VarGet:
  case Opcode::VarCheck:
  case Opcode::UnboundRef:
  case Opcode::NumDiv:
    return false;
  case Opcode::Prim: {
    // Others run, too: they give up.
    const PrimitiveRow &row = primitiveRow(op->primitive);
    return row.lowering != PrimitiveLowering::Inline ||
           !(row.effects & (Writes | Allocates | Calls));
  }
  default:
    return !(op->effects() & (Writes | Allocates | Calls));
  }
}

/// Its result, unspecified, is not asked for.
static bool isWrite(const Op *op) {
  if (op->opcode() == Opcode::GlobalSet)
    return true;
  if (op->opcode() != Opcode::Prim || !op->result()->users().empty())
    return false;
  const PrimitiveRow &row = primitiveRow(op->primitive);
  return row.lowering == PrimitiveLowering::Inline && (row.effects & Writes) &&
         !(row.effects & (Allocates | Calls));
}

/// True if what the block writes can wait until its end: only the first write
/// may give up, nothing reads what they write, and the procedure returns then.
static bool canWriteLast(const Block &block, const UnitPlan &plan) {
  llvm::SmallPtrSet<const GlobalVariable *, 4> assigned;
  bool hasWritten = false;
  for (const Op *op : block) {
    if (isWrite(op)) {
      bool isGlobal = op->opcode() == Opcode::GlobalSet;
      if (hasWritten && !(isGlobal && plan.isBound(op->global)))
        return false;
      hasWritten = true;
      if (isGlobal)
        assigned.insert(op->global);
    } else if (hasWritten && (op->effects() & Reads)) {
      if (op->opcode() != Opcode::GlobalRef || assigned.contains(op->global))
        return false;
    }
  }
  return !hasWritten || block.terminator()->opcode() == Opcode::Return;
}

/// True if native code can have `v` as it is, or null if that is sure.
static llvm::Value *resultFits(llvm::IRBuilderBase &b, const NativeType &type,
                               llvm::Value *v) {
  if (type.isInteger()) {
    llvm::Value *bits = nullptr, *fits = nullptr;
    integerOfFixnum(b, type, v, bits, fits);
    return fits;
  }
  return type.isReal() ? isImmediateDouble(b, v) : nullptr;
}

/// The scalar that a pointer's name stands for, if that is a number of C.
static std::optional<NativeScalar> scalarOfName(llvm::StringRef name) {
  static constexpr std::pair<llvm::StringRef, NativeScalar> rows[] = {
#define NATIVE_SCALAR(Id, Spelling, CType, Bytes, Class)                       \
  {#CType, NativeScalar::Id},
#include "plc/native_types.def"
      {"short", NativeScalar::Int16},
      {"unsigned short", NativeScalar::UInt16},
      {"int", NativeScalar::Int32},
      {"unsigned int", NativeScalar::UInt32},
      {"long", NativeScalar::Int64},
      {"unsigned long", NativeScalar::UInt64},
      {"long long", NativeScalar::Int64},
      {"unsigned long long", NativeScalar::UInt64},
  };
  for (auto &[spelling, scalar] : rows)
    if (spelling == name) {
      NativeType type;
      type.scalar = scalar;
      if (type.isReal() || (type.isInteger() && type.bytes() > 1))
        return scalar;
    }
  return std::nullopt;
}

/// Reads the element of a sequence or of memory of C with one key.
static bool isElementRead(const Op *op) {
  if (op->opcode() == Opcode::Prim)
    return primitiveRow(op->primitive).id == llvm::StringRef("ForeignRef");
  if (op->opcode() != Opcode::CallKnown || op->operandCount() != 4)
    return false;
  const Op *more = op->operand(3)->op();
  return op->callee()->symbol() == "plc:(plc sequence):ref.code" && more &&
         more->opcode() == Opcode::Const &&
         more->datum->kind == DatumKind::Null;
}
static const ir::Value *readObject(const Op *op) {
  return op->operand(op->opcode() == Opcode::Prim ? 0 : 1);
}
static const ir::Value *readKey(const Op *op) {
  return op->operand(op->opcode() == Opcode::Prim ? 1 : 2);
}

/// The index that stands there as a number, if it is small.
static std::optional<int64_t> readIndex(const Op *op) {
  const Op *key = readKey(op)->op();
  constexpr int64_t most = 1 << 20;
  if (!key || key->opcode() != Opcode::Const ||
      key->datum->kind != DatumKind::Fixnum || key->datum->integer < 0 ||
      key->datum->integer > most)
    return std::nullopt;
  return key->datum->integer;
}

bool FunctionLowering::isLeaf(const ir::Function &source,
                              const LeafPointers &pointers,
                              const UnitPlan &plan) {
  constexpr size_t mostOps = 100;
  size_t count = 0;
  auto parameters = source.entry()->arguments();
  if (source.hasRest || source.captureCount ||
      parameters.size() > PLC_REGISTER_ARGS)
    return false;
  auto isPointer = [&](const ir::Value *v) {
    return v->isArgument() && v->block() == source.entry() &&
           pointers[v->index()];
  };
  for (const ir::Value *v : parameters)
    if (isPointer(v))
      for (const Op *user : v->users())
        if (!isElementRead(user) || readObject(user) != v ||
            readKey(user) == v || !readIndex(user))
          return false;
  for (const auto &block : source.blocks()) {
    // A loop would give the parameter other values.
    for (const Successor &s : block->terminator()->successors())
      if (s.block == source.entry())
        return false;
    if (!canWriteLast(*block, plan))
      return false;
    for (const Op *op : *block)
      if (++count > mostOps ||
          !(isLeafOp(op) || isWrite(op) ||
            (isElementRead(op) && isPointer(readObject(op)))))
        return false;
  }
  return true;
}

bool FunctionLowering::lowerLeafRead(const Op *op) {
  if (!giveUp || !isElementRead(op) || !readObject(op)->isArgument())
    return false;
  auto scalar = (*leafPointers)[readObject(op)->index()];
  if (!scalar)
    return false;
  NativeType type;
  type.scalar = *scalar;
  llvm::Value *at = b.CreateConstInBoundsGEP1_64(
      types.byte, b.CreateIntToPtr(get(readObject(op)), types.pointer),
      *readIndex(op) * int64_t(type.bytes()));
  llvm::Value *v =
      b.CreateAlignedLoad(nativeType(types, type), at, llvm::Align(1));
  set(op->result(),
      tagNumber(b, type, v, [&](llvm::Value *fits) { require(fits, giveUp); }));
  return true;
}

bool FunctionLowering::delayLeafWrite(const Op *op) {
  if (!giveUp)
    return false;
  if (isWrite(op)) {
    leafWrites.push_back(op);
    return true;
  }
  if (op->opcode() != Opcode::Return || leafWrites.empty())
    return false;
  if (llvm::Value *fits = resultFits(b, *leafResult, get(op->operand(0))))
    require(fits, giveUp);
  for (const Op *write : leafWrites) {
    current = write;
    lowerOp(write);
  }
  leafWrites.clear();
  current = op;
  return false;
}

llvm::Value *FunctionLowering::leaveLeaf(llvm::Type *type) {
  jump({giveUp});
  b.SetInsertPoint(newColdBlock("")); // nothing leads here
  return type->isVoidTy() ? nullptr : llvm::PoisonValue::get(type);
}

void FunctionLowering::runLeaf(const LeafPointers &pointers,
                               const NativeType &result) {
  leafPointers = &pointers;
  leafResult = &result;
  giveUp = newColdBlock("give.up");
  {
    llvm::IRBuilderBase::InsertPointGuard guard(b);
    b.SetInsertPoint(giveUp);
    b.CreateRet(word(PLC_UNBOUND));
  }
  runBody(false);
}

//===----------------------------------------------------------------------===//
// The function of C's convention
//===----------------------------------------------------------------------===//

namespace {

class LeafCallback {
public:
  LeafCallback(ModuleLowering &unit, const NativeSignature &signature,
               llvm::Function *target, llvm::Function *general)
      : unit(unit), types(unit.types), signature(signature), target(target),
        general(general), b(target->getContext()) {}

  void run(llvm::Function *leaf) {
    b.SetInsertPoint(newBlock());
    other = newBlock();
    context = requireWorld(unit, b, other);
    llvm::SmallVector<llvm::Value *, 8> arguments{
        context, llvm::PoisonValue::get(types.word),
        llvm::PoisonValue::get(types.word)};
    for (unsigned i = 0; i < signature.parameters.size(); ++i)
      arguments.push_back(
          toLisp(signature.parameters[i], target->getArg(i)));
    arguments.resize(types.uniform()->getNumParams(),
                     llvm::PoisonValue::get(types.word));
    llvm::Value *v = b.CreateCall(leaf, arguments);
    require(b.CreateICmpNE(v, word(PLC_UNBOUND)));
    returnValue(v);
    lowerOther();
  }

  static bool serves(const NativeSignature &signature) {
    return llvm::all_of(signature.parameters,
                        [](const NativeType &type) {
                          return isSimple(type) || pointerOf(type);
                        }) &&
           (signature.result.isVoid() || isSimple(signature.result));
  }
  static std::optional<NativeScalar> pointerOf(const NativeType &type) {
    return type.kind == NativeType::Pointer ? scalarOfName(type.name)
                                            : std::nullopt;
  }

private:
  static bool isSimple(const NativeType &type) {
    return isNumber(type) || isBool(type);
  }
  llvm::ConstantInt *word(uint64_t bits) {
    return llvm::ConstantInt::get(types.word, bits);
  }
  llvm::BasicBlock *newBlock() {
    return llvm::BasicBlock::Create(target->getContext(), "", target);
  }
  void require(llvm::Value *condition) {
    llvm::BasicBlock *next = newBlock();
    b.CreateCondBr(condition, next, other, unit.likely());
    b.SetInsertPoint(next);
  }
  static bool isBool(const NativeType &type) {
    return type.kind == NativeType::Scalar &&
           type.scalarClass() == NativeClass::Bool;
  }

  llvm::Value *toLisp(const NativeType &type, llvm::Value *v) {
    if (isBool(type))
      return b.CreateSelect(v, word(PLC_TRUE), word(PLC_FALSE));
    if (type.kind == NativeType::Pointer) {
      llvm::Value *address = b.CreatePtrToInt(v, types.word);
      require(b.CreateICmpNE(address, word(0)));
      return address;
    }
    return tagNumber(b, type, v, [&](llvm::Value *fits) { require(fits); });
  }

  void returnValue(llvm::Value *v) {
    llvm::Type *result = target->getReturnType();
    const NativeType &type = signature.result;
    if (result->isVoidTy()) {
      b.CreateRetVoid();
    } else if (isBool(type)) {
      b.CreateRet(b.CreateICmpNE(b.CreateAnd(v, word(PLC_FALSE_MASK)),
                                 word(PLC_FALSE)));
    } else {
      b.CreateRet(untagNumber(b, type, v, result,
                              [&](llvm::Value *fits) { require(fits); }));
    }
  }

  void lowerOther() {
    b.SetInsertPoint(other);
    llvm::SmallVector<llvm::Value *, 8> arguments;
    for (llvm::Argument &argument : target->args())
      arguments.push_back(&argument);
    auto *call = b.CreateCall(general, arguments);
    call->setAttributes(
        general->getAttributes().removeFnAttributes(b.getContext()));
    call->setTailCallKind(llvm::CallInst::TCK_MustTail);
    if (call->getType()->isVoidTy())
      b.CreateRetVoid();
    else
      b.CreateRet(call);
  }

  ModuleLowering &unit;
  const TypeLowering &types;
  const NativeSignature &signature;
  llvm::Function *target, *general;
  llvm::IRBuilder<> b;
  llvm::Value *context = nullptr;
  llvm::BasicBlock *other = nullptr;
};

} // namespace

llvm::Function *leafCallback(ModuleLowering &unit,
                             const NativeSignature &signature,
                             llvm::Function *general,
                             const CallbackProcedure &procedure) {
  const ir::Function *source = procedure.source;
  if (!source || unit.options.optLevel == 0 || unit.options.hotId ||
      !source->isOwn() || unit.plan.partOf(source) != unit.part ||
      source->entry()->arguments().size() != signature.parameters.size() ||
      hasOwnPrototype(*source) || !LeafCallback::serves(signature))
    return nullptr;
  LeafPointers pointers;
  for (const NativeType &type : signature.parameters)
    pointers.push_back(LeafCallback::pointerOf(type));
  if (!FunctionLowering::isLeaf(*source, pointers, unit.plan))
    return nullptr;
  auto make = [&](llvm::FunctionType *type, const char *name) {
    auto *made = llvm::Function::Create(
        type, llvm::GlobalValue::InternalLinkage, name, unit.module.get());
    setFunctionAttributes(made);
    return made;
  };
  llvm::Function *leaf = make(unit.types.uniform(), "callback.body");
  leaf->addFnAttr(llvm::Attribute::AlwaysInline);
  FunctionLowering(unit, *source, leaf, /*isCopy=*/true)
      .runLeaf(pointers, signature.result);
  llvm::Function *target = make(general->getFunctionType(), "callback.leaf");
  setExtensions(target, signature);
  LeafCallback(unit, signature, target, general).run(leaf);
  return target;
}

} // namespace plc::codegen
