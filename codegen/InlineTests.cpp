//===- InlineTests.cpp - primitives that test, in line --------------------===//

#include "codegen/FunctionLowering.h"

namespace plc::codegen {

using namespace ir;
using Predicate = llvm::CmpInst::Predicate;

void FunctionLowering::emitFixnumP(const Op *op, Target yes, Target no) {
  testType(Type::Fixnum, op->operand(0), yes, no);
}
void FunctionLowering::emitFlonumP(const Op *op, Target yes, Target no) {
  testType(Type::Flonum, op->operand(0), yes, no);
}
void FunctionLowering::emitBooleanP(const Op *op, Target yes, Target no) {
  testType(Type::Boolean, op->operand(0), yes, no);
}
void FunctionLowering::emitPairP(const Op *op, Target yes, Target no) {
  testType(Type::Pair, op->operand(0), yes, no);
}
void FunctionLowering::emitNullP(const Op *op, Target yes, Target no) {
  testType(Type::Null, op->operand(0), yes, no);
}
void FunctionLowering::emitSymbolP(const Op *op, Target yes, Target no) {
  testType(Type::Symbol, op->operand(0), yes, no);
}
void FunctionLowering::emitCharP(const Op *op, Target yes, Target no) {
  testType(Type::Char, op->operand(0), yes, no);
}
void FunctionLowering::emitStringP(const Op *op, Target yes, Target no) {
  testType(Type::String, op->operand(0), yes, no);
}
void FunctionLowering::emitVectorP(const Op *op, Target yes, Target no) {
  testType(Type::Vector, op->operand(0), yes, no);
}
void FunctionLowering::emitBytevectorP(const Op *op, Target yes, Target no) {
  testType(Type::Bytevector, op->operand(0), yes, no);
}
void FunctionLowering::emitHashTableP(const Op *op, Target yes, Target no) {
  testKind(get(op->operand(0)), 0xFF, PLC_KIND_HASHTABLE << 3 | 4, yes, no);
}
void FunctionLowering::emitForeignP(const Op *op, Target yes, Target no) {
  llvm::BasicBlock *other = newBlock("");
  llvm::Value *v = get(op->operand(0));
  testKind(v, 0xFF, PLC_KIND_FOREIGN << 3 | 4, yes, {other});
  b.SetInsertPoint(other);
  testKind(v, 0xFF, PLC_KIND_POINTER << 3 | 4, yes, no);
}
void FunctionLowering::emitProcedureP(const Op *op, Target yes, Target no) {
  testType(Type::Procedure, op->operand(0), yes, no);
}

void FunctionLowering::emitEqP(const Op *op, Target yes, Target no) {
  branch(b.CreateICmpEQ(tagged(op->operand(0)), tagged(op->operand(1))), yes,
         no);
}

void FunctionLowering::emitEqvP(const Op *op, Target yes, Target no) {
  llvm::Value *x = get(op->operand(0)), *y = get(op->operand(1));
  // Only boxed numbers can be eqv? without being the same word.
  auto isWord = [](const Value *v) {
    switch (v->type()) {
    case Type::Fixnum:
    case Type::Boolean:
    case Type::Char:
    case Type::Null:
    case Type::Pair:
    case Type::Symbol:
    case Type::Procedure:
      return true;
    default:
      return false;
    }
  };
  llvm::Value *same = b.CreateICmpEQ(x, y);
  if (isWord(op->operand(0)) || isWord(op->operand(1)))
    return branch(same, yes, no);
  llvm::BasicBlock *differ = newBlock("");
  llvm::BasicBlock *objects = newColdBlock("eqv");
  branch(same, yes, {differ});
  b.SetInsertPoint(differ);
  llvm::Value *both = hasTag(b.CreateAnd(x, y), PLC_TAG_OBJECT);
  branch(both, {objects}, no);
  b.SetInsertPoint(objects);
  branch(callRuntime(RuntimeCall::rt_eqv, {x, y}), yes, no);
}

void FunctionLowering::emitNot(const Op *op, Target yes, Target no) {
  const Value *operand = op->operand(0);
  if (operand->type() == Type::Boolean)
    branch(b.CreateICmpEQ(get(operand), word(PLC_FALSE)), yes, no);
  else
    branch(isTrue(get(operand)), no, yes);
}

void FunctionLowering::testSign(const Op *op, Predicate fixnum,
                                Predicate flonum, Target yes, Target no) {
  llvm::Value *v = get(op->operand(0));
  if (op->operand(0)->type() == Type::Fixnum)
    return branch(b.CreateICmp(fixnum, v, word(0)), yes, no);
  llvm::BasicBlock *slow = newColdBlock("slow");
  llvm::BasicBlock *other =
      unit.options.optLevel >= 2 ? newColdBlock("flonum") : slow;
  require(isFixnum(v), other);
  branch(b.CreateICmp(fixnum, v, word(0)), yes, no);
  if (other != slow) {
    b.SetInsertPoint(other);
    require(isImmediateFlonum(v), slow);
    branch(b.CreateFCmp(flonum, decodeFlonum(v),
                        llvm::ConstantFP::get(types.real, 0.0)),
           yes, no);
  }
  testSlow(op, slow, yes, no);
}

void FunctionLowering::emitZeroP(const Op *op, Target yes, Target no) {
  testSign(op, Predicate::ICMP_EQ, Predicate::FCMP_OEQ, yes, no);
}
void FunctionLowering::emitPositiveP(const Op *op, Target yes, Target no) {
  testSign(op, Predicate::ICMP_SGT, Predicate::FCMP_OGT, yes, no);
}
void FunctionLowering::emitNegativeP(const Op *op, Target yes, Target no) {
  testSign(op, Predicate::ICMP_SLT, Predicate::FCMP_OLT, yes, no);
}

void FunctionLowering::testParity(const Op *op, bool isOdd, Target yes,
                                  Target no) {
  llvm::Value *v = get(op->operand(0));
  llvm::BasicBlock *slow = newColdBlock("slow");
  if (op->operand(0)->type() != Type::Fixnum)
    require(isFixnum(v), slow);
  llvm::Value *bit = b.CreateAnd(v, word(plc_fixnum(1)));
  branch(isOdd ? b.CreateICmpNE(bit, word(0)) : b.CreateICmpEQ(bit, word(0)),
         yes, no);
  testSlow(op, slow, yes, no);
}

void FunctionLowering::emitOddP(const Op *op, Target yes, Target no) {
  testParity(op, true, yes, no);
}
void FunctionLowering::emitEvenP(const Op *op, Target yes, Target no) {
  testParity(op, false, yes, no);
}

void FunctionLowering::testChars(const Op *op, Predicate predicate, Target yes,
                                 Target no) {
  if (op->operandCount() != 2)
    return branch(b.CreateICmpNE(callPrimitive(op), word(PLC_FALSE)), yes, no);
  llvm::BasicBlock *slow = newColdBlock("slow");
  requireType(op, 0, Type::Char, slow);
  requireType(op, 1, Type::Char, slow);
  branch(b.CreateICmp(predicate, get(op->operand(0)), get(op->operand(1))), yes,
         no);
  testSlow(op, slow, yes, no);
}

void FunctionLowering::emitCharEq(const Op *op, Target yes, Target no) {
  testChars(op, Predicate::ICMP_EQ, yes, no);
}
void FunctionLowering::emitCharLt(const Op *op, Target yes, Target no) {
  testChars(op, Predicate::ICMP_ULT, yes, no);
}
void FunctionLowering::emitCharGt(const Op *op, Target yes, Target no) {
  testChars(op, Predicate::ICMP_UGT, yes, no);
}
void FunctionLowering::emitCharLe(const Op *op, Target yes, Target no) {
  testChars(op, Predicate::ICMP_ULE, yes, no);
}
void FunctionLowering::emitCharGe(const Op *op, Target yes, Target no) {
  testChars(op, Predicate::ICMP_UGE, yes, no);
}

void FunctionLowering::emitValuesP(const Op *op, Target yes, Target no) {
  llvm::Value *several = b.CreateICmpEQ(get(op->operand(0)), word(PLC_MV));
  int64_t count = constantOf(op->operand(1))->integer;
  if (count == 1)
    return branch(several, no, yes);
  // How many there are says nothing when there are not several.
  llvm::Value *asMany = b.CreateICmpEQ(
      loadContext(offsetof(plc_context, nvals)), word(count));
  branch(b.CreateAnd(several, asMany), yes, no);
}

void FunctionLowering::emitRecordIs(const Op *op, Target yes, Target no) {
  llvm::Value *v = get(op->operand(0)), *wanted = get(op->operand(1));
  llvm::BasicBlock *record = newBlock("");
  llvm::BasicBlock *other = newBlock("");
  testKind(v, 0xFF, PLC_KIND_RECORD << 3 | 4, {record}, no);
  b.SetInsertPoint(record);
  llvm::Value *type = load(v, 1);
  branch(b.CreateICmpEQ(type, wanted), yes, {other});
  // A type without a parent is no subtype; chains are for the runtime.
  b.SetInsertPoint(other);
  llvm::BasicBlock *slow = newColdBlock("slow");
  branch(b.CreateICmpEQ(load(type, 17), word(PLC_FALSE)), no, {slow});
  testSlow(op, slow, yes, no);
}

} // namespace plc::codegen
