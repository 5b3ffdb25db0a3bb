//===- ValueAccess.cpp - tags, memory, allocation -------------------------===//
//
// The bit patterns of plc/value.h as LLVM IR. The flonum scheme stands behind
// isImmediateFlonum, encodeFlonum, decodeFlonum and boxFlonum only.
//
//===----------------------------------------------------------------------===//

#include "codegen/FunctionLowering.h"

#include "llvm/IR/InlineAsm.h"
#include "llvm/IR/Intrinsics.h"

namespace plc::codegen {

using namespace ir;

llvm::Value *FunctionLowering::hasTag(llvm::Value *v, uint64_t tag) {
  return b.CreateICmpEQ(b.CreateAnd(v, word(PLC_TAG_MASK)), word(tag));
}

llvm::Value *FunctionLowering::isFixnum(llvm::Value *v) {
  return hasTag(v, PLC_TAG_FIXNUM);
}

llvm::Value *FunctionLowering::areFixnums(llvm::Value *x, llvm::Value *y) {
  return isFixnum(b.CreateOr(x, y));
}

llvm::Value *FunctionLowering::isImmediateFlonum(llvm::Value *v) {
  llvm::Value *shifted =
      b.CreateLShr(b.getInt32(0x46464646),
                   b.CreateTrunc(b.CreateAnd(v, word(31)), types.i32));
  return b.CreateTrunc(shifted, types.bit);
}

llvm::Value *FunctionLowering::decodeFlonum(llvm::Value *v) {
  llvm::Value *bits = b.CreateXor(v, word(2));
  bits = b.CreateIntrinsic(types.word, llvm::Intrinsic::fshr,
                           {bits, bits, word(4)});
  return b.CreateBitCast(bits, types.real);
}

llvm::Value *FunctionLowering::encodeFlonum(llvm::Value *d) {
  llvm::Value *bits = b.CreateBitCast(d, types.word);
  bits = b.CreateIntrinsic(types.word, llvm::Intrinsic::fshl,
                           {bits, bits, word(4)});
  return b.CreateXor(bits, word(2));
}

llvm::Value *FunctionLowering::boxFlonum(llvm::Value *d) {
  llvm::Value *encoded = encodeFlonum(d);
  llvm::BasicBlock *extreme = newColdBlock("box");
  llvm::BasicBlock *join = newBlock("");
  llvm::BasicBlock *before = b.GetInsertBlock();
  branch(isImmediateFlonum(encoded), {join}, {extreme}, Weight::Likely);
  b.SetInsertPoint(extreme);
  llvm::Value *boxed = callRuntime(RuntimeCall::rt_box_flonum, {d});
  jump({join});
  b.SetInsertPoint(join);
  llvm::PHINode *phi = b.CreatePHI(types.word, 2);
  phi->addIncoming(encoded, before);
  phi->addIncoming(boxed, extreme);
  return phi;
}

llvm::Value *FunctionLowering::unboxFlonum(llvm::Value *v) {
  llvm::BasicBlock *boxed = newColdBlock("unbox");
  llvm::BasicBlock *join = newBlock("");
  llvm::BasicBlock *before = b.GetInsertBlock();
  llvm::Value *decoded = decodeFlonum(v);
  branch(isImmediateFlonum(v), {join}, {boxed}, Weight::Likely);
  b.SetInsertPoint(boxed);
  llvm::Value *loaded = load(v, 1, types.real);
  jump({join});
  b.SetInsertPoint(join);
  llvm::PHINode *phi = b.CreatePHI(types.real, 2);
  phi->addIncoming(decoded, before);
  phi->addIncoming(loaded, boxed);
  return phi;
}

llvm::Value *FunctionLowering::isTrue(llvm::Value *v) {
  return b.CreateICmpNE(b.CreateAnd(v, word(PLC_FALSE_MASK)), word(PLC_FALSE));
}

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

llvm::Value *FunctionLowering::address(llvm::Value *v, int64_t displacement) {
  return b.CreateIntToPtr(b.CreateAdd(v, word(displacement)), types.pointer);
}

llvm::LoadInst *FunctionLowering::load(llvm::Value *v, int64_t displacement,
                                       llvm::Type *type) {
  llvm::LoadInst *loaded =
      b.CreateAlignedLoad(type ? type : types.word, address(v, displacement),
                          llvm::Align(type == types.byte ? 1 : 8));
  loaded->setMetadata(llvm::LLVMContext::MD_tbaa, unit.memoryTag(Memory::Heap));
  return loaded;
}

void FunctionLowering::store(llvm::Value *value, llvm::Value *v,
                             int64_t displacement) {
  bool isByte = value->getType() == types.byte;
  b.CreateAlignedStore(value, address(v, displacement),
                       llvm::Align(isByte ? 1 : 8))
      ->setMetadata(llvm::LLVMContext::MD_tbaa, unit.memoryTag(Memory::Heap));
}

llvm::LoadInst *FunctionLowering::loadContext(size_t offset) {
  llvm::LoadInst *loaded = b.CreateAlignedLoad(
      types.word, b.CreateConstInBoundsGEP1_64(types.byte, context, offset),
      llvm::Align(8));
  loaded->setMetadata(llvm::LLVMContext::MD_tbaa,
                      unit.memoryTag(Memory::Context));
  return loaded;
}

void FunctionLowering::storeContext(llvm::Value *value, size_t offset) {
  b.CreateAlignedStore(
       value, b.CreateConstInBoundsGEP1_64(types.byte, context, offset),
       llvm::Align(8))
      ->setMetadata(llvm::LLVMContext::MD_tbaa,
                    unit.memoryTag(Memory::Context));
}

bool FunctionLowering::mayBePointer(const ir::Value *value) {
  switch (value->type()) {
  case Type::Fixnum:
  case Type::Boolean:
  case Type::Char:
  case Type::Null:
  case Type::Unspecified:
    return false;
  default:
    break;
  }
  // Static data do not move, and are no roots of anything in the heap.
  const Datum *datum = constantOf(value);
  return !datum || Literals::needsConstruction(datum);
}

void FunctionLowering::barrier(llvm::Value *at, const ir::Value *stored) {
  if (!mayBePointer(stored))
    return;
  llvm::Value *cards = b.CreateIntToPtr(
      loadContext(offsetof(plc_context, cards)), types.pointer);
  llvm::Value *card =
      b.CreateLShr(b.CreatePtrToInt(at, types.word), word(PLC_CARD_SHIFT));
  b.CreateStore(b.getInt8(1), b.CreateGEP(types.byte, cards, card))
      ->setMetadata(llvm::LLVMContext::MD_tbaa, unit.memoryTag(Memory::Cards));
}

llvm::Value *FunctionLowering::isInHeap(llvm::Value *v) {
  llvm::Value *offset =
      b.CreateSub(v, loadContext(offsetof(plc_context, heap_base)));
  return b.CreateICmpULT(offset, loadContext(offsetof(plc_context, heap_size)));
}

llvm::Value *FunctionLowering::rawHeader(llvm::Value *v) {
  llvm::LoadInst *header = load(v, -7);
  header->setMetadata(llvm::LLVMContext::MD_invariant_load,
                      llvm::MDNode::get(b.getContext(), {}));
  return header;
}

void FunctionLowering::requireKind(llvm::Value *v, uint64_t mask,
                                   uint64_t header,
                                   llvm::BasicBlock *otherwise) {
  llvm::BasicBlock *next = newBlock("");
  testKind(v, mask, header, {next}, {otherwise}, Weight::Likely);
  b.SetInsertPoint(next);
}

void FunctionLowering::testKind(llvm::Value *v, uint64_t mask, uint64_t header,
                                Target ifTrue, Target ifFalse, Weight weight) {
  llvm::BasicBlock *object = newBlock("");
  branch(hasTag(v, PLC_TAG_OBJECT), {object}, ifFalse, weight);
  b.SetInsertPoint(object);
  llvm::Value *bits;
  if (mask == 0xFF)
    bits = b.CreateZExt(load(v, -7, types.byte), types.word);
  else
    bits = b.CreateAnd(load(v, -7), word(mask));
  branch(b.CreateICmpEQ(bits, word(header)), ifTrue, ifFalse, weight);
}

//===----------------------------------------------------------------------===//
// Allocation
//===----------------------------------------------------------------------===//

static uint64_t rounded(uint64_t bytes) { return (bytes + 15) & ~15ull; }

uint64_t FunctionLowering::allocationSize(const Op *op) {
  switch (op->opcode()) {
  case Opcode::BoxNew:
    return 16;
  case Opcode::Closure: {
    uint64_t bytes = 0;
    for (const ir::Function *function : op->functions)
      if (function->captureCount)
        bytes += rounded(16 + 8 * function->captureCount);
    return bytes;
  }
  case Opcode::Prim: {
    llvm::StringRef id = primitiveRow(op->primitive).id;
    if (id == "Cons" || id == "MakeBox")
      return 16;
    if (id == "List" && op->operandCount() <= 64)
      return 16 * op->operandCount();
    if ((id == "Vector" || id == "MakeRecord") && op->operandCount() <= 64)
      return rounded(8 + 8 * op->operandCount());
    return 0;
  }
  default:
    return 0;
  }
}

bool FunctionLowering::isSafepoint(const Op *op) {
  if (allocationSize(op))
    return false;
  switch (op->opcode()) {
  case Opcode::Const:
  case Opcode::GlobalDefine:
  case Opcode::GlobalClosure:
  case Opcode::PrimRef:
  case Opcode::Closure:
  case Opcode::Self:
  case Opcode::Free:
  case Opcode::BoxGet:
  case Opcode::BoxSet:
  case Opcode::FxAddNw:
  case Opcode::FxSubNw:
  case Opcode::FxEq:
  case Opcode::FxLt:
  case Opcode::FxLe:
  case Opcode::FxGt:
  case Opcode::FxGe:
  case Opcode::FlAdd:
  case Opcode::FlSub:
  case Opcode::FlMul:
  case Opcode::FlDiv:
  case Opcode::FlNeg:
  case Opcode::FlAbs:
  case Opcode::FlSqrt:
  case Opcode::FlEq:
  case Opcode::FlLt:
  case Opcode::FlLe:
  case Opcode::FlGt:
  case Opcode::FlGe:
  case Opcode::FlUnbox:
  case Opcode::FlFromFixnum:
  case Opcode::BoolBox:
  case Opcode::Refine:
  case Opcode::Is:
  case Opcode::Truthy:
  case Opcode::Eq:
  case Opcode::BoolNot:
  case Opcode::BoolConst:
    return false;
  default:
    return true;
  }
}

llvm::Value *FunctionLowering::allocate(uint64_t bytes) {
  if (reservedBytes < bytes) {
    // One bump for all allocations of the block up to the next safepoint.
    uint64_t total = bytes;
    for (const Op *op = current->next(); op && !isSafepoint(op);
         op = op->next()) {
      uint64_t more = allocationSize(op);
      if (total + more > 1024)
        break;
      total += more;
    }
    llvm::Value *start = loadContext(offsetof(plc_context, ap));
    llvm::Value *end = b.CreateAdd(start, word(total));
    llvm::BasicBlock *slow = newColdBlock("collect");
    llvm::BasicBlock *fast = newBlock("");
    llvm::BasicBlock *join = newBlock("");
    branch(b.CreateICmpUGT(end, loadContext(offsetof(plc_context, lim))),
           {slow}, {fast}, Weight::Unlikely);
    b.SetInsertPoint(slow);
    llvm::Value *fresh = b.CreatePtrToInt(
        callRuntime(RuntimeCall::rt_alloc_slow, {word(total)}), types.word);
    jump({join});
    b.SetInsertPoint(fast);
    storeContext(end, offsetof(plc_context, ap));
    jump({join});
    b.SetInsertPoint(join);
    llvm::PHINode *phi = b.CreatePHI(types.word, 2);
    phi->addIncoming(fresh, slow);
    phi->addIncoming(start, fast);
    reserved = phi;
    reservedOffset = 0;
    reservedBytes = total;
  }
  llvm::Value *at = reserved;
  if (reservedOffset) {
    // Opaque, and in its place: LLVM would keep only the start of the bump
    // across calls and derive this object from it, which then holds on to the
    // first object only (rule 3.4.2 of the collector).
    auto *type = llvm::FunctionType::get(types.word, {types.word}, false);
    at = b.CreateCall(
        llvm::InlineAsm::get(type, "", "=r,0", /*hasSideEffects=*/true),
        {b.CreateAdd(reserved, word(reservedOffset))});
  }
  reservedOffset += bytes;
  reservedBytes -= bytes;
  return at;
}

llvm::Value *
FunctionLowering::callRuntime(RuntimeCall call,
                              llvm::ArrayRef<llvm::Value *> arguments) {
  if (giveUp)
    return leaveLeaf(unit.runtime.get(call)->getReturnType());
  llvm::SmallVector<llvm::Value *, 6> all{context};
  all.append(arguments.begin(), arguments.end());
  return b.CreateCall(unit.runtime.get(call), all);
}

} // namespace plc::codegen
