//===- LowerOps.cpp - one function per op ---------------------------------===//
//
// Constants, names, closures, boxes, conversions, tests and control. Arithmetic
// is in LowerArithmetic.cpp, calls in LowerCalls.cpp, primitives in
// LowerPrimitives.cpp.
//
//===----------------------------------------------------------------------===//

#include "codegen/FunctionLowering.h"

namespace plc::codegen {

using namespace ir;

void FunctionLowering::lowerOp(const Op *op) {
  switch (op->opcode()) {
  case Opcode::Const:
    return lowerConst(op);
  case Opcode::GlobalRef:
    return lowerGlobalRef(op);
  case Opcode::GlobalSet:
    return lowerGlobalSet(op);
  case Opcode::GlobalDefine:
    return lowerGlobalDefine(op);
  case Opcode::GlobalClosure:
    return set(op->result(), unit.procedureWord(op->global));
  case Opcode::PrimRef:
    return set(op->result(), unit.literals.tagged(
                                 unit.runtime.primitiveClosure(op->primitive),
                                 PLC_TAG_PROCEDURE));
  case Opcode::UnboundRef:
  case Opcode::UnboundSet:
    return lowerUnbound(op);
  case Opcode::Closure:
    return lowerClosure(op);
  case Opcode::Self:
    return set(op->result(), self);
  case Opcode::Free:
    return lowerFree(op);
  case Opcode::Call:
    return lowerCall(op, false);
  case Opcode::CallKnown:
    return lowerCallKnown(op, false);
  case Opcode::Prim:
    return lowerPrim(op);
  case Opcode::NativeCall:
    return lowerNativeCall(op);
  case Opcode::NativeCallback:
    return lowerNativeCallback(op);
  case Opcode::VarNew:
  case Opcode::BoxNew:
    return lowerBoxNew(op);
  case Opcode::VarGet:
  case Opcode::BoxGet:
    return lowerBoxGet(op);
  case Opcode::VarSet:
  case Opcode::BoxSet:
    return lowerBoxSet(op);
  case Opcode::Single:
    return lowerSingle(op);
  case Opcode::VarCheck:
    return lowerVarCheck(op);
  case Opcode::NumAdd:
  case Opcode::NumSub:
  case Opcode::NumMul:
  case Opcode::NumDiv:
  case Opcode::NumQuotient:
  case Opcode::NumRemainder:
  case Opcode::NumModulo:
  case Opcode::FxAdd:
  case Opcode::FxSub:
  case Opcode::FxMul:
    return lowerGeneric(op);
  case Opcode::FxAddNw:
  case Opcode::FxSubNw:
    return lowerFixnum(op);
  case Opcode::FlAdd:
  case Opcode::FlSub:
  case Opcode::FlMul:
  case Opcode::FlDiv:
  case Opcode::FlNeg:
  case Opcode::FlAbs:
  case Opcode::FlSqrt:
  case Opcode::FlFromFixnum:
    return lowerFlonum(op);
  case Opcode::FlBox:
    return lowerFlBox(op);
  case Opcode::FlUnbox:
    return lowerFlUnbox(op);
  case Opcode::FlFromReal:
    return lowerFlFromReal(op);
  case Opcode::BoolBox:
    return set(op->result(), boolWord(get(op->operand(0))));
  case Opcode::Refine:
    return set(op->result(), get(op->operand(0)));
  case Opcode::NumEq:
  case Opcode::NumLt:
  case Opcode::NumLe:
  case Opcode::NumGt:
  case Opcode::NumGe:
  case Opcode::FxEq:
  case Opcode::FxLt:
  case Opcode::FxLe:
  case Opcode::FxGt:
  case Opcode::FxGe:
  case Opcode::FlEq:
  case Opcode::FlLt:
  case Opcode::FlLe:
  case Opcode::FlGt:
  case Opcode::FlGe:
  case Opcode::Is:
  case Opcode::Truthy:
  case Opcode::Eq:
  case Opcode::BoolNot:
  case Opcode::BoolConst:
    return set(op->result(), materialize(op));
  case Opcode::Jump:
    return lowerJump(op);
  case Opcode::Branch:
    return lowerBranch(op);
  case Opcode::Return:
    return emitReturn(get(op->operand(0)));
  case Opcode::TailCall:
    return lowerCall(op, true);
  case Opcode::TailCallKnown:
    return lowerCallKnown(op, true);
  case Opcode::Unreachable:
    return lowerUnreachable();
  }
  llvm_unreachable("opcode");
}

//===----------------------------------------------------------------------===//
// Constants and names
//===----------------------------------------------------------------------===//

void FunctionLowering::lowerConst(const Op *op) {
  const Datum *datum = op->datum;
  if (op->result()->type() == Type::Flonum)
    return set(op->result(), llvm::ConstantFP::get(types.real, datum->real));
  if (llvm::Constant *cell = unit.literalCell(datum)) {
    auto *loaded = b.CreateAlignedLoad(types.word, cell, llvm::Align(8));
    loaded->setMetadata(llvm::LLVMContext::MD_tbaa,
                        unit.memoryTag(Memory::Cell));
    return set(op->result(), loaded);
  }
  set(op->result(), unit.literals.value(datum));
}

void FunctionLowering::requireBound(const GlobalVariable *global,
                                    llvm::Value *value) {
  llvm::BasicBlock *unbound = newColdBlock("unbound");
  require(b.CreateICmpNE(value, word(PLC_UNBOUND)), unbound);
  llvm::IRBuilderBase::InsertPointGuard guard(b);
  b.SetInsertPoint(unbound);
  callRuntime(RuntimeCall::rt_unbound_variable,
              {unit.literals.symbol(global->name)});
  b.CreateUnreachable();
}

void FunctionLowering::lowerGlobalRef(const Op *op) {
  if (op->global->isProcedure)
    return set(op->result(), unit.procedureWord(op->global));
  auto *value =
      b.CreateAlignedLoad(types.word, unit.cell(op->global), llvm::Align(8));
  value->setMetadata(llvm::LLVMContext::MD_tbaa, unit.memoryTag(Memory::Cell));
  if (unit.plan.isSettled(op->global) && &source != unit.source.init())
    value->setMetadata(llvm::LLVMContext::MD_invariant_load,
                       llvm::MDNode::get(b.getContext(), {}));
  if (!unit.plan.isBound(op->global))
    requireBound(op->global, value);
  set(op->result(), value);
}

void FunctionLowering::lowerGlobalSet(const Op *op) {
  if (unit.plan.isBound(op->global))
    return lowerGlobalDefine(op);
  auto *old =
      b.CreateAlignedLoad(types.word, unit.cell(op->global), llvm::Align(8));
  old->setMetadata(llvm::LLVMContext::MD_tbaa, unit.memoryTag(Memory::Cell));
  requireBound(op->global, old);
  lowerGlobalDefine(op);
}

void FunctionLowering::lowerGlobalDefine(const Op *op) {
  b.CreateAlignedStore(get(op->operand(0)), unit.cell(op->global),
                       llvm::Align(8))
      ->setMetadata(llvm::LLVMContext::MD_tbaa, unit.memoryTag(Memory::Cell));
}

void FunctionLowering::lowerUnbound(const Op *op) {
  // The runtime finds the variable by name; no unit defines it.
  llvm::SmallVector<llvm::Value *, 3> arguments{
      unit.literals.symbol(op->nameAttribute->text())};
  if (op->opcode() == Opcode::UnboundRef)
    return set(op->result(),
               callRuntime(RuntimeCall::rt_global_ref, arguments));
  arguments.push_back(get(op->operand(0)));
  callRuntime(RuntimeCall::rt_global_set, arguments);
}

//===----------------------------------------------------------------------===//
// Closures
//===----------------------------------------------------------------------===//

void FunctionLowering::lowerClosure(const Op *op) {
  // All objects in one piece, so that they can refer to one another.
  uint64_t bytes = allocationSize(op);
  llvm::Value *start = bytes ? allocate(bytes) : nullptr;
  uint64_t offset = 0;
  for (unsigned i = 0; i < op->functions.size(); ++i) {
    const ir::Function *function = op->functions[i];
    if (!function->captureCount) {
      // Only known calls reach a procedure without an entry, and a closed one
      // ignores its own value.
      set(op->result(i),
          unit.procedure(function).entry
              ? unit.literals.tagged(unit.staticClosure(function),
                                     PLC_TAG_PROCEDURE)
              : unit.literals.word(0));
      continue;
    }
    set(op->result(i), b.CreateAdd(start, word(offset + PLC_TAG_PROCEDURE)));
    offset += (16 + 8 * function->captureCount + 15) & ~15u;
  }
  unsigned operand = 0;
  for (unsigned i = 0; i < op->functions.size(); ++i) {
    const ir::Function *function = op->functions[i];
    if (!function->captureCount)
      continue;
    llvm::Value *closure = get(op->result(i));
    store(word(PLC_HEADER(PLC_KIND_CLOSURE, 0, function->captureCount)),
          closure, -PLC_TAG_PROCEDURE);
    // Only known calls reach a procedure without an entry: no code address.
    llvm::Function *entry = unit.procedure(function).entry;
    store(entry ? b.CreatePtrToInt(entry, types.word) : word(0), closure,
          8 - PLC_TAG_PROCEDURE);
    for (unsigned k = 0; k < function->captureCount; ++k)
      store(get(op->operand(operand++)), closure,
            16 + 8 * k - PLC_TAG_PROCEDURE);
    if (function->captureCount % 2)
      store(word(0), closure,
            16 + 8 * function->captureCount - PLC_TAG_PROCEDURE);
  }
}

void FunctionLowering::lowerFree(const Op *op) {
  set(op->result(),
      load(self, 16 + 8 * op->indexAttribute - PLC_TAG_PROCEDURE));
}

//===----------------------------------------------------------------------===//
// Boxes
//===----------------------------------------------------------------------===//

void FunctionLowering::lowerSingle(const Op *op) {
  llvm::Value *value = get(op->operand(0));
  llvm::BasicBlock *several = newColdBlock("values");
  require(b.CreateICmpNE(value, word(PLC_MV)), several);
  llvm::BasicBlock *usual = b.GetInsertBlock(), *join = newBlock("");
  jump({join});
  b.SetInsertPoint(several);
  llvm::Value *first = callRuntime(RuntimeCall::rt_single_value, {});
  llvm::BasicBlock *end = b.GetInsertBlock();
  jump({join});
  b.SetInsertPoint(join);
  llvm::PHINode *phi = b.CreatePHI(value->getType(), 2);
  phi->addIncoming(value, usual);
  phi->addIncoming(first, end);
  set(op->result(), phi);
}

void FunctionLowering::lowerVarCheck(const Op *op) {
  llvm::Value *value = get(op->operand(0));
  llvm::BasicBlock *early = newColdBlock("uninitialized");
  require(b.CreateICmpNE(value, word(PLC_DEFAULT)), early);
  set(op->result(), value);
  llvm::IRBuilderBase::InsertPointGuard guard(b);
  b.SetInsertPoint(early);
  callRuntime(RuntimeCall::rt_uninitialized,
              {unit.literals.symbol(op->nameAttribute->text())});
  b.CreateUnreachable();
}

void FunctionLowering::lowerBoxNew(const Op *op) {
  llvm::Value *box = b.CreateAdd(allocate(16), word(PLC_TAG_OBJECT));
  store(word(PLC_HEADER(PLC_KIND_BOX, 0, 1)), box, -7);
  store(get(op->operand(0)), box, 1);
  set(op->result(), box);
}

void FunctionLowering::lowerBoxGet(const Op *op) {
  set(op->result(), load(get(op->operand(0)), 1));
}

void FunctionLowering::lowerBoxSet(const Op *op) {
  llvm::Value *box = get(op->operand(0));
  store(get(op->operand(1)), box, 1);
  barrier(address(box, 1), op->operand(1));
}

//===----------------------------------------------------------------------===//
// Flonum conversions
//===----------------------------------------------------------------------===//

bool FunctionLowering::takesDouble(const Op *user, const Value *value) {
  if (user->opcode() == Opcode::FlUnbox || user->opcode() == Opcode::FlFromReal)
    return true;
  if (user->opcode() == Opcode::NativeCall) {
    auto signature = parseNativeSignature(user->native->signature);
    for (unsigned i = 0; i < user->operandCount(); ++i)
      if (user->operand(i) == value && i < signature->parameters.size() &&
          !signature->parameters[i].isReal())
        return false;
    return true;
  }
  return user->opcode() == Opcode::Prim &&
         primitiveRow(user->primitive).id == llvm::StringRef("F64VectorSet") &&
         user->operand(0) != value && user->operand(1) != value;
}

void FunctionLowering::setDouble(const Value *value, llvm::Value *d) {
  doubles[value] = d;
  // Boxed only if somebody wants the box.
  if (llvm::all_of(value->users(),
                   [&](const Op *user) { return takesDouble(user, value); }))
    return;
  set(value, boxFlonum(d));
}

llvm::Value *FunctionLowering::doubleOf(const Value *value) {
  if (value->type() == Type::Flonum)
    return get(value);
  if (llvm::Value *known = doubles.lookup(value))
    return known;
  const Datum *datum = constantOf(value);
  if (datum && datum->kind == DatumKind::Flonum)
    return llvm::ConstantFP::get(types.real, datum->real);
  return nullptr;
}

void FunctionLowering::lowerFlBox(const Op *op) {
  const Datum *datum = constantOf(op->operand(0));
  if (datum)
    return set(op->result(), unit.literals.value(datum));
  setDouble(op->result(), get(op->operand(0)));
}

void FunctionLowering::lowerFlUnbox(const Op *op) {
  llvm::Value *known = doubleOf(op->operand(0));
  set(op->result(), known ? known : unboxFlonum(get(op->operand(0))));
}

void FunctionLowering::lowerFlFromReal(const Op *op) {
  const Value *operand = op->operand(0);
  if (llvm::Value *known = doubleOf(operand))
    return set(op->result(), known);
  llvm::Value *v = get(operand);
  if (operand->type() == Type::Fixnum)
    return set(op->result(),
               b.CreateSIToFP(b.CreateAShr(v, word(3)), types.real));
  llvm::BasicBlock *immediate = newBlock("");
  llvm::BasicBlock *fixnum = newBlock("");
  llvm::BasicBlock *other = newBlock("");
  llvm::BasicBlock *slow = newColdBlock("real");
  llvm::BasicBlock *join = newBlock("");
  branch(isImmediateFlonum(v), {immediate}, {other});
  b.SetInsertPoint(other);
  branch(isFixnum(v), {fixnum}, {slow}, Weight::Likely);
  b.SetInsertPoint(immediate);
  llvm::Value *decoded = decodeFlonum(v);
  jump({join});
  b.SetInsertPoint(fixnum);
  llvm::Value *converted = b.CreateSIToFP(b.CreateAShr(v, word(3)), types.real);
  jump({join});
  b.SetInsertPoint(slow);
  llvm::Value *called = callRuntime(RuntimeCall::rt_real_to_double, {v});
  jump({join});
  b.SetInsertPoint(join);
  llvm::PHINode *phi = b.CreatePHI(types.real, 3);
  phi->addIncoming(decoded, immediate);
  phi->addIncoming(converted, fixnum);
  phi->addIncoming(called, slow);
  set(op->result(), phi);
}

//===----------------------------------------------------------------------===//
// Tests
//===----------------------------------------------------------------------===//

namespace {
/// Objects told apart by their header.
struct KindTest {
  uint64_t mask, header;
};
std::optional<KindTest> kindOf(Type type) {
  auto kind = [](plc_kind k) { return KindTest{0xFF, uint64_t(k) << 3 | 4}; };
  switch (type) {
  case Type::Symbol:
    return kind(PLC_KIND_SYMBOL);
  case Type::String:
    return kind(PLC_KIND_STRING);
  case Type::Vector:
    return kind(PLC_KIND_VECTOR);
  case Type::Bytevector:
    return kind(PLC_KIND_BYTEVECTOR);
  case Type::Box:
    return kind(PLC_KIND_BOX);
  case Type::F64Vector:
    return KindTest{0x1EFF, uint64_t(PLC_ELEMENT_F64) << 9 |
                                uint64_t(PLC_KIND_NUMVECTOR) << 3 | 4};
  default:
    return std::nullopt;
  }
}
} // namespace

llvm::Value *FunctionLowering::simpleIs(Type type, const Value *operand) {
  if (isSubtype(operand->type(), type))
    return b.getTrue();
  llvm::Value *v = get(operand);
  switch (type) {
  case Type::Any:
    return b.getTrue();
  case Type::Fixnum:
    return isFixnum(v);
  case Type::Pair:
    return hasTag(v, PLC_TAG_PAIR);
  case Type::Procedure:
    return hasTag(v, PLC_TAG_PROCEDURE);
  case Type::Null:
    return b.CreateICmpEQ(v, word(PLC_NULL));
  case Type::Unspecified:
    return b.CreateICmpEQ(v, word(PLC_UNSPECIFIED));
  case Type::Boolean:
    return b.CreateICmpEQ(b.CreateAnd(v, word(~(PLC_TRUE ^ PLC_FALSE))),
                          word(PLC_FALSE & PLC_TRUE));
  case Type::Char:
    return b.CreateICmpEQ(b.CreateAnd(v, word(0xFF)), word(0x0C));
  default:
    return nullptr;
  }
}

void FunctionLowering::lowerIs(const Op *op, Target ifTrue, Target ifFalse) {
  testType(op->typeAttribute, op->operand(0), ifTrue, ifFalse);
}

void FunctionLowering::testType(Type type, const Value *operand, Target ifTrue,
                                Target ifFalse, Weight weight) {
  if (llvm::Value *bit = simpleIs(type, operand))
    return branch(bit, ifTrue, ifFalse, weight);
  llvm::Value *v = get(operand);
  if (auto kind = kindOf(type))
    return testKind(v, kind->mask, kind->header, ifTrue, ifFalse, weight);
  // Numbers: immediate ones, then the kinds FLONUM to COMPNUM.
  static_assert(PLC_KIND_FLONUM + 1 == PLC_KIND_BIGNUM &&
                PLC_KIND_BIGNUM + 1 == PLC_KIND_RATNUM &&
                PLC_KIND_RATNUM + 1 == PLC_KIND_COMPNUM);
  assert((type == Type::Flonum || type == Type::Real || type == Type::Number) &&
         "no test for this type");
  unsigned kinds = type == Type::Flonum ? 1 : type == Type::Real ? 3 : 4;
  llvm::Value *immediate = isImmediateFlonum(v);
  if (type != Type::Flonum)
    immediate = b.CreateOr(immediate, isFixnum(v));
  llvm::BasicBlock *other = newBlock("");
  llvm::BasicBlock *object = newBlock("");
  branch(immediate, ifTrue, {other});
  b.SetInsertPoint(other);
  branch(hasTag(v, PLC_TAG_OBJECT), {object}, ifFalse);
  b.SetInsertPoint(object);
  llvm::Value *first =
      b.CreateSub(load(v, -7, types.byte), b.getInt8(PLC_KIND_FLONUM << 3 | 4));
  branch(b.CreateICmpULT(first, b.getInt8(kinds << 3)), ifTrue, ifFalse);
}

llvm::Value *FunctionLowering::simpleTest(const Op *op) {
  auto operand = [&](unsigned i) { return get(op->operand(i)); };
  using Predicate = llvm::CmpInst::Predicate;
  auto fixnums = [&](Predicate p) {
    return b.CreateICmp(p, operand(0), operand(1));
  };
  auto flonums = [&](Predicate p) {
    return b.CreateFCmp(p, operand(0), operand(1));
  };
  switch (op->opcode()) {
  case Opcode::FxEq:
    return fixnums(Predicate::ICMP_EQ);
  case Opcode::FxLt:
    return fixnums(Predicate::ICMP_SLT);
  case Opcode::FxLe:
    return fixnums(Predicate::ICMP_SLE);
  case Opcode::FxGt:
    return fixnums(Predicate::ICMP_SGT);
  case Opcode::FxGe:
    return fixnums(Predicate::ICMP_SGE);
  case Opcode::FlEq:
    return flonums(Predicate::FCMP_OEQ);
  case Opcode::FlLt:
    return flonums(Predicate::FCMP_OLT);
  case Opcode::FlLe:
    return flonums(Predicate::FCMP_OLE);
  case Opcode::FlGt:
    return flonums(Predicate::FCMP_OGT);
  case Opcode::FlGe:
    return flonums(Predicate::FCMP_OGE);
  case Opcode::BoolConst:
    return b.getInt1(op->indexAttribute);
  case Opcode::Eq:
    return b.CreateICmpEQ(operand(0), operand(1));
  case Opcode::Is:
    return simpleIs(op->typeAttribute, op->operand(0));
  case Opcode::BoolNot:
    return isDeferred(op->operand(0)) ? nullptr : b.CreateNot(operand(0));
  case Opcode::Truthy: {
    const Value *value = op->operand(0);
    if (isDeferred(value))
      return nullptr;
    if (value->type() == Type::Boolean)
      return b.CreateICmpNE(get(value), word(PLC_FALSE));
    return isTrue(get(value));
  }
  default:
    return nullptr;
  }
}

void FunctionLowering::emitTest(const Op *op, Target ifTrue, Target ifFalse) {
  unit.debug.setLocation(b, target, op->location());
  const Op *saved = current;
  current = op;
  if (llvm::Value *bit = simpleTest(op))
    branch(bit, ifTrue, ifFalse);
  else
    switch (op->opcode()) {
    case Opcode::BoolNot:
      branchOn(op->operand(0), ifFalse, ifTrue);
      break;
    case Opcode::Truthy:
      branchOn(op->operand(0), ifTrue, ifFalse);
      break;
    case Opcode::Is:
      lowerIs(op, ifTrue, ifFalse);
      break;
    case Opcode::Prim:
      emitPredicate(op, ifTrue, ifFalse);
      break;
    case Opcode::NumEq:
    case Opcode::NumLt:
    case Opcode::NumLe:
    case Opcode::NumGt:
    case Opcode::NumGe:
      lowerGenericTest(op, ifTrue, ifFalse);
      break;
    default:
      llvm_unreachable("not a test");
    }
  current = saved;
}

//===----------------------------------------------------------------------===//
// Control
//===----------------------------------------------------------------------===//

void FunctionLowering::lowerJump(const Op *op) {
  keepLoopBasesAlive(op);
  if (pollBefore.contains(op))
    poll();
  jump(targetOf(op, 0));
}

void FunctionLowering::lowerBranch(const Op *op) {
  keepLoopBasesAlive(op);
  Target ifTrue = targetOf(op, 0), ifFalse = targetOf(op, 1);
  bool polls = pollBefore.contains(op);
  // A back edge gets a block of its own for the poll; two edges to one block
  // need different predecessors for their arguments.
  bool isShared = ifTrue.block == ifFalse.block && !ifTrue.arguments.empty();
  auto split = [&](Target &to) -> std::optional<Target> {
    bool isBack = polls && order[to.irBlock] <= order[op->parent()];
    if (!isBack && !isShared)
      return std::nullopt;
    Target original = to;
    to = {newBlock("")};
    return original;
  };
  auto trueEdge = split(ifTrue), falseEdge = split(ifFalse);
  branchOn(op->operand(0), ifTrue, ifFalse);
  auto finish = [&](Target edge, std::optional<Target> original) {
    if (!original)
      return;
    b.SetInsertPoint(edge.block);
    if (polls && order[original->irBlock] <= order[op->parent()])
      poll();
    jump(*original);
  };
  finish(ifTrue, trueEdge);
  finish(ifFalse, falseEdge);
}

void FunctionLowering::standAlone() {
  if (unit.options.optLevel > 0)
    return;
  llvm::BasicBlock *alone = newBlock("end");
  jump({alone});
  b.SetInsertPoint(alone);
}

void FunctionLowering::emitReturn(llvm::Value *value) {
  llvm::Type *wanted = target->getReturnType();
  if (wanted != value->getType()) {
    assert((wanted->isDoubleTy() || value->getType()->isDoubleTy()) &&
           "result of another representation");
    value = wanted->isDoubleTy() ? unboxFlonum(value) : boxFlonum(value);
  }
  standAlone();
  b.CreateRet(value);
}

void FunctionLowering::lowerUnreachable() {
  // A call that never returns stands before it.
  b.CreateUnreachable();
}

} // namespace plc::codegen
