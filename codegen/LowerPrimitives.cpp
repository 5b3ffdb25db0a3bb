//===- LowerPrimitives.cpp - calls of primitives --------------------------===//
//
// How a `prim` op is compiled follows from the Lowering column of its row. The
// emitters themselves are in InlinePrimitives.cpp and InlineTests.cpp.
//
//===----------------------------------------------------------------------===//

#include "codegen/FunctionLowering.h"

namespace plc::codegen {

using namespace ir;

namespace {

/// An emitter named in the Lowering column, of either kind.
struct Emitter {
  FunctionLowering::ValueEmitter value = nullptr;
  FunctionLowering::TestEmitter test = nullptr;
  constexpr Emitter() = default;
  constexpr Emitter(FunctionLowering::ValueEmitter value) : value(value) {}
  constexpr Emitter(FunctionLowering::TestEmitter test) : test(test) {}
};

#define IrOp(op)                                                               \
  Emitter {}
#define Inline(emit)                                                           \
  Emitter { &FunctionLowering::emit }
#define RuntimeCall                                                            \
  Emitter {}
#define LispCall                                                               \
  Emitter {}
constexpr Emitter emitters[] = {
#define PRIMITIVE(Id, Name, Min, Max, Type, Effects, Lowering, Doc) Lowering,
#include "stdlib/Primitives.def"
};
#undef IrOp
#undef Inline
#undef RuntimeCall
#undef LispCall

} // namespace

llvm::Value *FunctionLowering::tagged(const Value *value) {
  if (llvm::Value *known = values.lookup(value))
    return known->getType()->isDoubleTy() ? boxFlonum(known) : known;
  llvm::Value *d = doubles.lookup(value);
  assert(d && "used before it was lowered");
  return boxFlonum(d);
}

llvm::Value *FunctionLowering::argumentArray() {
  // One array serves all calls of the function.
  if (!arguments) {
    size_t most = 0;
    for (const Block *block : sequence)
      for (const Op *op : *block)
        if (op->opcode() == Opcode::Prim && !longCalls.contains(op))
          most = std::max<size_t>(most, op->operandCount());
    arguments = newArgumentArray(std::max<size_t>(most, 1));
  }
  return arguments;
}

llvm::Value *FunctionLowering::newArgumentArray(size_t count) {
  llvm::IRBuilderBase::InsertPointGuard guard(b);
  llvm::BasicBlock &entry = target->getEntryBlock();
  b.SetInsertPoint(&entry, entry.begin());
  return b.CreateAlloca(llvm::ArrayType::get(types.word, count));
}

/// Not a value of another block: it may be computed less often than the call
/// is made, which may write to the array.
static bool isStoredAtOnce(const Value *argument, const Op *call) {
  return argument->op() && argument->op()->parent() == call->parent();
}

/// Thousands of values that wait for one call are more than register
/// allocation can handle in reasonable time.
void FunctionLowering::findLongCalls() {
  constexpr size_t many = 64;
  for (const Block *block : sequence)
    for (const Op *op : *block) {
      if (op->opcode() != Opcode::Prim || op->operandCount() <= many ||
          primitiveRow(op->primitive).lowering == PrimitiveLowering::LispCall ||
          !RuntimeCalls::takesArray(primitiveRow(op->primitive)))
        continue;
      longCalls[op] = newArgumentArray(op->operandCount());
      for (unsigned i = 0; i < op->operandCount(); ++i)
        if (isStoredAtOnce(op->operand(i), op))
          storedAtOnce[op->operand(i)].push_back({op, i});
    }
}

void FunctionLowering::storeArguments(const Op *op) {
  for (const Value *result : op->results()) {
    auto found = storedAtOnce.find(result);
    if (found == storedAtOnce.end())
      continue;
    llvm::Value *word = tagged(result);
    for (auto [call, i] : found->second)
      b.CreateStore(word, b.CreateConstInBoundsGEP1_64(types.word,
                                                       longCalls[call], i));
  }
}

llvm::Value *FunctionLowering::callPrimitive(const Op *op) {
  if (giveUp)
    return leaveLeaf(types.word);
  const PrimitiveRow &row = primitiveRow(op->primitive);
  llvm::Function *callee = unit.runtime.primitive(op->primitive);
  if (llvm::Value *array = longCalls.lookup(op)) {
    for (unsigned i = 0; i < op->operandCount(); ++i)
      if (!isStoredAtOnce(op->operand(i), op))
        b.CreateStore(tagged(op->operand(i)),
                      b.CreateConstInBoundsGEP1_64(types.word, array, i));
    return b.CreateCall(callee, {context, word(op->operandCount()), array});
  }
  llvm::SmallVector<llvm::Value *, 8> operands;
  for (const Value *operand : op->operands())
    operands.push_back(tagged(operand));
  if (row.lowering == PrimitiveLowering::LispCall)
    return callUniform(
        callee,
        unit.literals.tagged(unit.runtime.primitiveClosure(op->primitive),
                             PLC_TAG_PROCEDURE),
        word(operands.size()), operands, false);
  llvm::SmallVector<llvm::Value *, 8> all{context};
  if (RuntimeCalls::takesArray(row)) {
    llvm::Value *array = argumentArray();
    for (unsigned i = 0; i < operands.size(); ++i)
      b.CreateStore(operands[i],
                    b.CreateConstInBoundsGEP1_64(types.word, array, i));
    all.append({word(operands.size()), array});
  } else {
    all.append(operands.begin(), operands.end());
    while (all.size() < size_t(row.maxArgs) + 1)
      all.push_back(word(PLC_DEFAULT));
  }
  return b.CreateCall(callee, all);
}

void FunctionLowering::lowerPrim(const Op *op) {
  const Emitter &emitter = emitters[op->primitive];
  llvm::Value *result = nullptr;
  if (emitter.value) {
    result = (this->*emitter.value)(op);
  } else if (emitter.test) {
    llvm::BasicBlock *yes = newBlock("");
    llvm::BasicBlock *no = newBlock("");
    llvm::BasicBlock *join = newBlock("");
    (this->*emitter.test)(op, {yes}, {no});
    for (llvm::BasicBlock *block : {yes, no}) {
      b.SetInsertPoint(block);
      jump({join});
    }
    b.SetInsertPoint(join);
    llvm::PHINode *phi = b.CreatePHI(types.word, 2);
    phi->addIncoming(word(PLC_TRUE), yes);
    phi->addIncoming(word(PLC_FALSE), no);
    result = phi;
  } else {
    result = callPrimitive(op);
  }
  if (op->results().empty() || !result)
    return;
  if (op->result()->type() == Type::Flonum)
    set(op->result(),
        result->getType()->isDoubleTy() ? result : unboxFlonum(result));
  else if (result->getType()->isDoubleTy())
    setDouble(op->result(), result);
  else
    set(op->result(), result);
}

void FunctionLowering::emitPredicate(const Op *op, Target ifTrue,
                                     Target ifFalse) {
  const Emitter &emitter = emitters[op->primitive];
  assert(emitter.test && "a boolean result, but no test");
  (this->*emitter.test)(op, ifTrue, ifFalse);
}

bool FunctionLowering::isPredicate(const Op *op) const {
  return op->opcode() == Opcode::Prim && emitters[op->primitive].test;
}

//===----------------------------------------------------------------------===//
// Slow paths
//===----------------------------------------------------------------------===//

llvm::BasicBlock *FunctionLowering::raisingPath(const Op *op) {
  llvm::BasicBlock *block = newColdBlock("raise");
  llvm::IRBuilderBase::InsertPointGuard guard(b);
  b.SetInsertPoint(block);
  callPrimitive(op);
  b.CreateUnreachable();
  return block;
}

llvm::Value *FunctionLowering::joinSlow(const Op *op, llvm::Value *fast,
                                        llvm::BasicBlock *slow) {
  if (slow->hasNPredecessors(0)) { // every test was proved
    coldBlocks.erase(llvm::find(coldBlocks, slow));
    slow->eraseFromParent();
    return fast;
  }
  llvm::BasicBlock *usual = b.GetInsertBlock();
  llvm::BasicBlock *join = newBlock("");
  jump({join});
  b.SetInsertPoint(slow);
  llvm::Value *called = callPrimitive(op);
  bool isDouble = fast && fast->getType()->isDoubleTy();
  if (isDouble)
    called = unboxFlonum(called);
  llvm::BasicBlock *slowEnd = b.GetInsertBlock();
  jump({join});
  b.SetInsertPoint(join);
  // Other constants are results of constant operands, for which the fast path
  // may never be taken.
  if (!fast || fast == word(PLC_UNSPECIFIED))
    return fast;
  llvm::PHINode *phi = b.CreatePHI(fast->getType(), 2);
  phi->addIncoming(fast, usual);
  phi->addIncoming(called, slowEnd);
  return phi;
}

void FunctionLowering::testSlow(const Op *op, llvm::BasicBlock *slow,
                                Target ifTrue, Target ifFalse) {
  if (slow->hasNPredecessors(0)) {
    coldBlocks.erase(llvm::find(coldBlocks, slow));
    slow->eraseFromParent();
    return;
  }
  b.SetInsertPoint(slow);
  branch(b.CreateICmpNE(callPrimitive(op), word(PLC_FALSE)), ifTrue, ifFalse);
}

void FunctionLowering::requireType(const Op *op, unsigned i, Type type,
                                   llvm::BasicBlock *otherwise) {
  const Value *operand = op->operand(i);
  if (isSubtype(operand->type(), type))
    return;
  if (llvm::Value *bit = simpleIs(type, operand))
    return require(bit, otherwise);
  llvm::BasicBlock *next = newBlock("");
  testType(type, operand, {next}, {otherwise}, Weight::Likely);
  b.SetInsertPoint(next);
}

llvm::Value *FunctionLowering::requireIndex(const Op *op, unsigned i,
                                            llvm::Value *taggedLength,
                                            llvm::BasicBlock *otherwise) {
  // Compared as tagged words: negative indices are large unsigned ones.
  llvm::Value *index = get(op->operand(i));
  if (op->operand(i)->type() != Type::Fixnum)
    require(isFixnum(index), otherwise);
  require(b.CreateICmpULT(index, taggedLength), otherwise);
  return index;
}

} // namespace plc::codegen
