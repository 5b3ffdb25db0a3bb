//===- InlinePrimitives.cpp - primitives with a value, in line ------------===//
//
// Each emitter: checks, fast path, and a block that calls the runtime function
// of the row, which raises or does what the fast path does not.
//
//===----------------------------------------------------------------------===//

#include "codegen/FunctionLowering.h"

#include "llvm/IR/Intrinsics.h"

namespace plc::codegen {

using namespace ir;

/// Objects whose header must not have the flag `immutable`.
static constexpr uint64_t kKindAndMutability = 0x1FF;

//===----------------------------------------------------------------------===//
// Numbers and characters
//===----------------------------------------------------------------------===//

llvm::Value *FunctionLowering::emitSqrt(const Op *op) {
  const Value *operand = op->operand(0);
  llvm::BasicBlock *slow = newColdBlock("slow");
  llvm::Value *x = doubleOf(operand);
  if (!x) {
    llvm::Value *v = get(operand);
    require(isImmediateFlonum(v), slow);
    x = decodeFlonum(v);
  }
  // Below zero the root is complex.
  require(b.CreateFCmpOGE(x, llvm::ConstantFP::get(types.real, 0.0)), slow);
  llvm::Value *root =
      encodeFlonum(b.CreateUnaryIntrinsic(llvm::Intrinsic::sqrt, x));
  require(isImmediateFlonum(root), slow);
  return joinSlow(op, root, slow);
}

llvm::Value *FunctionLowering::emitAbs(const Op *op) {
  if (llvm::Value *x = doubleOf(op->operand(0)))
    return b.CreateUnaryIntrinsic(llvm::Intrinsic::fabs, x);
  llvm::BasicBlock *slow = newColdBlock("slow");
  requireType(op, 0, Type::Fixnum, slow);
  llvm::Value *v = get(op->operand(0));
  llvm::Value *magnitude =
      b.CreateBinaryIntrinsic(llvm::Intrinsic::abs, v, b.getFalse());
  // The smallest fixnum, whose word is the smallest there is, has none.
  require(b.CreateICmpSGE(magnitude, word(0)), slow);
  return joinSlow(op, magnitude, slow);
}

/// The larger or smaller of two fixnums, or of two unboxed flonums.
llvm::Value *FunctionLowering::extreme(const Op *op, unsigned ofFixnums,
                                       llvm::CmpInst::Predicate ofFlonums) {
  if (op->operandCount() != 2)
    return callPrimitive(op);
  llvm::Value *x = doubleOf(op->operand(0)), *y = doubleOf(op->operand(1));
  if (x && y) {
    // A NaN is the result; of equal ones the first.
    llvm::Value *second = b.CreateOr(b.CreateFCmp(ofFlonums, y, x),
                                     b.CreateFCmpUNO(y, y));
    return b.CreateSelect(second, y, x);
  }
  if (x || y)
    return callPrimitive(op);
  llvm::BasicBlock *slow = newColdBlock("slow");
  requireType(op, 0, Type::Fixnum, slow);
  requireType(op, 1, Type::Fixnum, slow);
  return joinSlow(op,
                  b.CreateBinaryIntrinsic(ofFixnums, get(op->operand(0)),
                                          get(op->operand(1))),
                  slow);
}

llvm::Value *FunctionLowering::emitMax(const Op *op) {
  return extreme(op, llvm::Intrinsic::smax, llvm::CmpInst::FCMP_OGT);
}
llvm::Value *FunctionLowering::emitMin(const Op *op) {
  return extreme(op, llvm::Intrinsic::smin, llvm::CmpInst::FCMP_OLT);
}

/// Bits of two fixnums; those of the tag are zero, and stay so.
llvm::Value *FunctionLowering::bitwise(const Op *op,
                                       llvm::Instruction::BinaryOps bits) {
  if (op->operandCount() != 2 || doubleOf(op->operand(0)) ||
      doubleOf(op->operand(1)))
    return callPrimitive(op);
  llvm::BasicBlock *slow = newColdBlock("slow");
  requireType(op, 0, Type::Fixnum, slow);
  requireType(op, 1, Type::Fixnum, slow);
  return joinSlow(
      op, b.CreateBinOp(bits, get(op->operand(0)), get(op->operand(1))), slow);
}

llvm::Value *FunctionLowering::emitBitAnd(const Op *op) {
  return bitwise(op, llvm::Instruction::And);
}
llvm::Value *FunctionLowering::emitBitIor(const Op *op) {
  return bitwise(op, llvm::Instruction::Or);
}
llvm::Value *FunctionLowering::emitBitXor(const Op *op) {
  return bitwise(op, llvm::Instruction::Xor);
}

llvm::Value *FunctionLowering::emitBitNot(const Op *op) {
  if (doubleOf(op->operand(0)))
    return callPrimitive(op);
  llvm::BasicBlock *slow = newColdBlock("slow");
  requireType(op, 0, Type::Fixnum, slow);
  return joinSlow(
      op, b.CreateXor(get(op->operand(0)), word(~uint64_t(7))), slow);
}

llvm::Value *FunctionLowering::emitShift(const Op *op) {
  // In line: by a constant, as programs do; to the left, what fits.
  const Datum *datum = constantOf(op->operand(1));
  if (!datum || datum->kind != DatumKind::Fixnum || datum->integer > 60 ||
      doubleOf(op->operand(0)))
    return callPrimitive(op);
  llvm::BasicBlock *slow = newColdBlock("slow");
  requireType(op, 0, Type::Fixnum, slow);
  llvm::Value *v = get(op->operand(0));
  if (datum->integer <= 0) {
    uint64_t count = -std::max<int64_t>(datum->integer, -63);
    return joinSlow(op,
                    b.CreateAnd(b.CreateAShr(v, word(count)),
                                word(~uint64_t(7))),
                    slow);
  }
  llvm::Value *shifted = b.CreateShl(v, word(datum->integer));
  require(b.CreateICmpEQ(b.CreateAShr(shifted, word(datum->integer)), v), slow);
  return joinSlow(op, shifted, slow);
}

llvm::Value *FunctionLowering::emitCharToInteger(const Op *op) {
  llvm::BasicBlock *slow = newColdBlock("slow");
  requireType(op, 0, Type::Char, slow);
  return joinSlow(op,
                  b.CreateAnd(b.CreateLShr(get(op->operand(0)), word(5)),
                              word(~uint64_t(7))),
                  slow);
}

llvm::Value *FunctionLowering::emitIntegerToChar(const Op *op) {
  llvm::BasicBlock *slow = newColdBlock("slow");
  requireType(op, 0, Type::Fixnum, slow);
  llvm::Value *v = get(op->operand(0));
  require(b.CreateICmpULT(v, word(plc_fixnum(0xD800))), slow);
  return joinSlow(op, b.CreateOr(b.CreateShl(v, word(5)), word(plc_char(0))),
                  slow);
}

//===----------------------------------------------------------------------===//
// Pairs
//===----------------------------------------------------------------------===//

llvm::Value *FunctionLowering::emitCons(const Op *op) {
  llvm::Value *pair = b.CreateAdd(allocate(16), word(PLC_TAG_PAIR));
  store(tagged(op->operand(0)), pair, -PLC_TAG_PAIR);
  store(tagged(op->operand(1)), pair, 8 - PLC_TAG_PAIR);
  return pair;
}

llvm::Value *FunctionLowering::emitList(const Op *op) {
  unsigned count = op->operandCount();
  if (count == 0)
    return word(PLC_NULL);
  if (!allocationSize(op))
    return callPrimitive(op);
  llvm::Value *start = allocate(16 * count);
  for (unsigned i = 0; i < count; ++i) {
    store(tagged(op->operand(i)), start, 16 * i);
    store(i + 1 < count ? b.CreateAdd(start, word(16 * (i + 1) + PLC_TAG_PAIR))
                        : word(PLC_NULL),
          start, 16 * i + 8);
  }
  return b.CreateAdd(start, word(PLC_TAG_PAIR));
}

llvm::Value *FunctionLowering::pairField(const Op *op, int64_t displacement) {
  if (op->operand(0)->type() != Type::Pair)
    require(hasTag(get(op->operand(0)), PLC_TAG_PAIR), raisingPath(op));
  return load(get(op->operand(0)), displacement);
}

llvm::Value *FunctionLowering::emitCar(const Op *op) {
  return pairField(op, -PLC_TAG_PAIR);
}
llvm::Value *FunctionLowering::emitCdr(const Op *op) {
  return pairField(op, 8 - PLC_TAG_PAIR);
}

llvm::Value *FunctionLowering::emitCxr(const Op *op) {
  // The name says it: "caddr" is car of cdr of cdr.
  llvm::StringRef path =
      llvm::StringRef(primitiveRow(op->primitive).name).slice(1, -1);
  path = path.take_while([](char c) { return c != 'r'; });
  llvm::BasicBlock *raise = raisingPath(op);
  llvm::Value *v = get(op->operand(0));
  bool isKnown = op->operand(0)->type() == Type::Pair;
  for (size_t i = path.size(); i-- > 0;) {
    if (!isKnown)
      require(hasTag(v, PLC_TAG_PAIR), raise);
    isKnown = false;
    v = load(v, (path[i] == 'a' ? 0 : 8) - PLC_TAG_PAIR);
  }
  return v;
}

llvm::Value *FunctionLowering::setPairField(const Op *op,
                                            int64_t displacement) {
  llvm::Value *pair = get(op->operand(0));
  llvm::BasicBlock *raise = raisingPath(op);
  requireType(op, 0, Type::Pair, raise);
  require(isInHeap(pair), raise);
  store(tagged(op->operand(1)), pair, displacement);
  barrier(address(pair, displacement), op->operand(1));
  return word(PLC_UNSPECIFIED);
}

llvm::Value *FunctionLowering::emitSetCar(const Op *op) {
  return setPairField(op, -PLC_TAG_PAIR);
}
llvm::Value *FunctionLowering::emitSetCdr(const Op *op) {
  return setPairField(op, 8 - PLC_TAG_PAIR);
}

//===----------------------------------------------------------------------===//
// Strings
//===----------------------------------------------------------------------===//

// Fields of a STRING as displacements from the tagged word.
static constexpr int64_t kLength = 1, kStorage = 9, kHash = 17;
/// Flags byte of a header.
static constexpr int64_t kFlags = -6;

llvm::Value *FunctionLowering::emitStringLength(const Op *op) {
  llvm::BasicBlock *slow = newColdBlock("slow");
  requireType(op, 0, Type::String, slow);
  return joinSlow(op, load(get(op->operand(0)), kLength), slow);
}

llvm::Value *FunctionLowering::emitStringRef(const Op *op) {
  llvm::BasicBlock *slow = newColdBlock("slow");
  requireType(op, 0, Type::String, slow);
  llvm::Value *string = get(op->operand(0));
  llvm::Value *index = requireIndex(op, 1, load(string, kLength), slow);
  llvm::Value *position = b.CreateLShr(index, word(3));
  llvm::Value *storage = load(string, kStorage);
  llvm::BasicBlock *narrow = newBlock("");
  llvm::BasicBlock *wide = newBlock("");
  llvm::BasicBlock *join = newBlock("");
  llvm::Value *isWide =
      b.CreateTrunc(load(storage, kFlags, types.byte), types.bit);
  branch(isWide, {wide}, {narrow});
  b.SetInsertPoint(narrow);
  llvm::Value *byte = b.CreateZExt(
      load(b.CreateAdd(storage, position), 1, types.byte), types.word);
  jump({join});
  b.SetInsertPoint(wide);
  llvm::Value *at =
      address(b.CreateAdd(storage, b.CreateShl(position, word(2))), 1);
  llvm::LoadInst *unit32 = b.CreateAlignedLoad(types.i32, at, llvm::Align(4));
  unit32->setMetadata(llvm::LLVMContext::MD_tbaa, unit.memoryTag(Memory::Heap));
  llvm::Value *point = b.CreateZExt(unit32, types.word);
  jump({join});
  b.SetInsertPoint(join);
  llvm::PHINode *phi = b.CreatePHI(types.word, 2);
  phi->addIncoming(byte, narrow);
  phi->addIncoming(point, wide);
  return joinSlow(op, b.CreateOr(b.CreateShl(phi, word(8)), word(plc_char(0))),
                  slow);
}

llvm::Value *FunctionLowering::emitStringSet(const Op *op) {
  // In line: narrow character into narrow, mutable string.
  llvm::BasicBlock *slow = newColdBlock("slow");
  llvm::Value *string = get(op->operand(0)), *character = get(op->operand(2));
  requireKind(string, kKindAndMutability, PLC_KIND_STRING << 3 | 4, slow);
  llvm::Value *index = requireIndex(op, 1, load(string, kLength), slow);
  constexpr uint64_t narrowBits = 0xFF00;
  require(b.CreateICmpEQ(b.CreateAnd(character, word(~narrowBits)),
                         word(plc_char(0))),
          slow);
  llvm::Value *storage = load(string, kStorage);
  forbid(b.CreateTrunc(load(storage, kFlags, types.byte), types.bit), slow);
  store(b.CreateTrunc(b.CreateLShr(character, word(8)), types.byte),
        b.CreateAdd(storage, b.CreateLShr(index, word(3))), 1);
  store(word(0), string, kHash);
  return joinSlow(op, word(PLC_UNSPECIFIED), slow);
}

//===----------------------------------------------------------------------===//
// Vectors: a tagged index is the offset of the element
//===----------------------------------------------------------------------===//

/// length << 3 of a header.
static llvm::Value *taggedLength(llvm::IRBuilder<> &b, llvm::Value *header) {
  return b.CreateAnd(b.CreateLShr(header, 13), ~uint64_t(7));
}

llvm::Value *FunctionLowering::objectOf(const Op *op, uint64_t header,
                                        llvm::ArrayRef<Value *> fields) {
  llvm::Value *object =
      b.CreateAdd(allocate(allocationSize(op)), word(PLC_TAG_OBJECT));
  store(word(header), object, -7);
  for (unsigned i = 0; i < fields.size(); ++i)
    store(tagged(fields[i]), object, 1 + 8 * i);
  if (fields.size() % 2 == 0) // padding
    store(word(0), object, 1 + 8 * fields.size());
  return object;
}

llvm::Value *FunctionLowering::emitVector(const Op *op) {
  if (!allocationSize(op))
    return callPrimitive(op);
  return objectOf(op, PLC_HEADER(PLC_KIND_VECTOR, 0, op->operandCount()),
                  op->operands());
}

llvm::Value *FunctionLowering::emitVectorLength(const Op *op) {
  llvm::BasicBlock *slow = newColdBlock("slow");
  requireType(op, 0, Type::Vector, slow);
  return joinSlow(op, taggedLength(b, load(get(op->operand(0)), -7)), slow);
}

llvm::Value *FunctionLowering::emitVectorRef(const Op *op) {
  llvm::BasicBlock *slow = newColdBlock("slow");
  requireType(op, 0, Type::Vector, slow);
  llvm::Value *vector = get(op->operand(0));
  llvm::Value *index =
      requireIndex(op, 1, taggedLength(b, load(vector, -7)), slow);
  return joinSlow(op, load(b.CreateAdd(vector, index), 1), slow);
}

llvm::Value *FunctionLowering::emitVectorSet(const Op *op) {
  llvm::BasicBlock *slow = newColdBlock("slow");
  llvm::Value *vector = get(op->operand(0));
  requireKind(vector, kKindAndMutability, PLC_KIND_VECTOR << 3 | 4, slow);
  llvm::Value *index =
      requireIndex(op, 1, taggedLength(b, load(vector, -7)), slow);
  llvm::Value *element = b.CreateAdd(vector, index);
  store(tagged(op->operand(2)), element, 1);
  barrier(address(element, 1), op->operand(2));
  return joinSlow(op, word(PLC_UNSPECIFIED), slow);
}

llvm::Value *FunctionLowering::emitBytevectorLength(const Op *op) {
  llvm::BasicBlock *slow = newColdBlock("slow");
  requireType(op, 0, Type::Bytevector, slow);
  return joinSlow(op, taggedLength(b, load(get(op->operand(0)), -7)), slow);
}

llvm::Value *FunctionLowering::emitBytevectorRef(const Op *op) {
  llvm::BasicBlock *slow = newColdBlock("slow");
  requireType(op, 0, Type::Bytevector, slow);
  llvm::Value *bytes = get(op->operand(0));
  llvm::Value *index =
      requireIndex(op, 1, taggedLength(b, load(bytes, -7)), slow);
  llvm::Value *byte =
      load(b.CreateAdd(bytes, b.CreateLShr(index, word(3))), 1, types.byte);
  return joinSlow(op, b.CreateShl(b.CreateZExt(byte, types.word), word(3)),
                  slow);
}

llvm::Value *FunctionLowering::emitBytevectorSet(const Op *op) {
  llvm::BasicBlock *slow = newColdBlock("slow");
  llvm::Value *bytes = get(op->operand(0)), *value = get(op->operand(2));
  requireKind(bytes, kKindAndMutability, PLC_KIND_BYTEVECTOR << 3 | 4, slow);
  llvm::Value *index =
      requireIndex(op, 1, taggedLength(b, load(bytes, -7)), slow);
  constexpr uint64_t byteBits = 0xFF << 3;
  require(b.CreateICmpEQ(b.CreateAnd(value, word(~byteBits)), word(0)), slow);
  store(b.CreateTrunc(b.CreateLShr(value, word(3)), types.byte),
        b.CreateAdd(bytes, b.CreateLShr(index, word(3))), 1);
  return joinSlow(op, word(PLC_UNSPECIFIED), slow);
}

//===----------------------------------------------------------------------===//
// Flonum vectors: the header has the length in bytes, which is the tagged one
//===----------------------------------------------------------------------===//

llvm::Value *FunctionLowering::emitNumVectorLength(const Op *op) {
  llvm::BasicBlock *slow = newColdBlock("slow");
  requireType(op, 0, Type::F64Vector, slow);
  return joinSlow(op, b.CreateLShr(load(get(op->operand(0)), -7), word(16)),
                  slow);
}

llvm::Value *FunctionLowering::emitF64VectorRef(const Op *op) {
  llvm::BasicBlock *slow = newColdBlock("slow");
  requireType(op, 0, Type::F64Vector, slow);
  llvm::Value *vector = get(op->operand(0));
  llvm::Value *index =
      requireIndex(op, 1, b.CreateLShr(rawHeader(vector), word(16)), slow);
  return joinSlow(op, load(b.CreateAdd(vector, index), 1, types.real), slow);
}

llvm::Value *FunctionLowering::emitF64VectorSet(const Op *op) {
  llvm::BasicBlock *slow = newColdBlock("slow");
  llvm::Value *vector = get(op->operand(0));
  if (!isSubtype(op->operand(0)->type(), Type::F64Vector))
    require(hasTag(vector, PLC_TAG_OBJECT), slow);
  llvm::Value *header = rawHeader(vector);
  constexpr uint64_t mask = 0x1FFF; // kind, element type, mutability
  require(b.CreateICmpEQ(b.CreateAnd(header, word(mask)),
                         word(PLC_HEADER(PLC_KIND_NUMVECTOR,
                                         PLC_ELEMENT_F64 << 1, 0))),
          slow);
  llvm::Value *index =
      requireIndex(op, 1, b.CreateLShr(header, word(16)), slow);
  llvm::Value *number = doubleOf(op->operand(2));
  if (!number) {
    llvm::Value *v = get(op->operand(2));
    require(isImmediateFlonum(v), slow);
    number = decodeFlonum(v);
  }
  store(number, b.CreateAdd(vector, index), 1);
  return joinSlow(op, word(PLC_UNSPECIFIED), slow);
}

//===----------------------------------------------------------------------===//
// Multiple values
//===----------------------------------------------------------------------===//

llvm::Value *FunctionLowering::emitValues(const Op *op) {
  constexpr unsigned mostInLine = 8;
  if (op->operandCount() == 1)
    return tagged(op->operand(0));
  if (op->operandCount() > mostInLine)
    return callPrimitive(op);
  for (unsigned i = 0; i < op->operandCount(); ++i)
    storeContext(tagged(op->operand(i)), offsetof(plc_context, vals) + 8 * i);
  storeContext(word(op->operandCount()), offsetof(plc_context, nvals));
  return word(PLC_MV);
}

llvm::Value *FunctionLowering::emitValuesRef(const Op *op) {
  int64_t i = constantOf(op->operand(1))->integer;
  return loadContext(offsetof(plc_context, vals) + 8 * i);
}

llvm::Value *FunctionLowering::emitValuesTaken(const Op *) {
  storeContext(word(0), offsetof(plc_context, nvals));
  return word(PLC_UNSPECIFIED);
}

//===----------------------------------------------------------------------===//
// Records and boxes
//===----------------------------------------------------------------------===//

llvm::Value *FunctionLowering::emitMakeRecord(const Op *op) {
  if (!allocationSize(op))
    return callPrimitive(op);
  return objectOf(op, PLC_HEADER(PLC_KIND_RECORD, 0, op->operandCount()),
                  op->operands());
}

llvm::Value *FunctionLowering::requireRecord(const Op *op,
                                             llvm::BasicBlock *slow) {
  // A record of a subtype is left to the runtime.
  llvm::Value *record = get(op->operand(0));
  requireKind(record, 0xFF, PLC_KIND_RECORD << 3 | 4, slow);
  require(b.CreateICmpEQ(load(record, 1), get(op->operand(1))), slow);
  return b.CreateAdd(record, get(op->operand(2)));
}

llvm::Value *FunctionLowering::emitRecordRef(const Op *op) {
  llvm::BasicBlock *slow = newColdBlock("slow");
  llvm::Value *field = requireRecord(op, slow);
  return joinSlow(op, load(field, 9), slow);
}

llvm::Value *FunctionLowering::emitRecordSet(const Op *op) {
  llvm::BasicBlock *slow = newColdBlock("slow");
  llvm::Value *field = requireRecord(op, slow);
  store(tagged(op->operand(3)), field, 9);
  barrier(address(field, 9), op->operand(3));
  return joinSlow(op, word(PLC_UNSPECIFIED), slow);
}

llvm::Value *FunctionLowering::emitMakeBox(const Op *op) {
  llvm::Value *box = b.CreateAdd(allocate(16), word(PLC_TAG_OBJECT));
  store(word(PLC_HEADER(PLC_KIND_BOX, 0, 1)), box, -7);
  store(tagged(op->operand(0)), box, 1);
  return box;
}

llvm::Value *FunctionLowering::emitUnbox(const Op *op) {
  llvm::BasicBlock *slow = newColdBlock("slow");
  requireType(op, 0, Type::Box, slow);
  return joinSlow(op, load(get(op->operand(0)), 1), slow);
}

llvm::Value *FunctionLowering::emitSetBox(const Op *op) {
  llvm::BasicBlock *slow = newColdBlock("slow");
  requireType(op, 0, Type::Box, slow);
  llvm::Value *box = get(op->operand(0));
  store(tagged(op->operand(1)), box, 1);
  barrier(address(box, 1), op->operand(1));
  return joinSlow(op, word(PLC_UNSPECIFIED), slow);
}

} // namespace plc::codegen
