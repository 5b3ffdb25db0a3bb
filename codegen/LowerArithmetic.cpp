//===- LowerArithmetic.cpp - generic, fixnum and flonum arithmetic --------===//
//
// Generic operations: fixnums in line; at -O2 immediate flonums out of line but
// in the function; everything else in the runtime (runtime.md 2.3).
//
//===----------------------------------------------------------------------===//

#include "codegen/FunctionLowering.h"

#include "llvm/IR/Intrinsics.h"

namespace plc::codegen {

using namespace ir;

namespace {

enum class Arithmetic { Add, Sub, Mul, Div, Quotient, Remainder, Modulo };

Arithmetic arithmeticOf(Opcode opcode) {
  switch (opcode) {
  case Opcode::NumAdd:
  case Opcode::FxAdd:
  case Opcode::FxAddNw:
    return Arithmetic::Add;
  case Opcode::NumSub:
  case Opcode::FxSub:
  case Opcode::FxSubNw:
    return Arithmetic::Sub;
  case Opcode::NumMul:
  case Opcode::FxMul:
    return Arithmetic::Mul;
  case Opcode::NumDiv:
    return Arithmetic::Div;
  case Opcode::NumQuotient:
    return Arithmetic::Quotient;
  case Opcode::NumRemainder:
    return Arithmetic::Remainder;
  case Opcode::NumModulo:
    return Arithmetic::Modulo;
  default:
    llvm_unreachable("not arithmetic");
  }
}

RuntimeCall slowCall(Arithmetic operation) {
  switch (operation) {
  case Arithmetic::Add:
    return RuntimeCall::rt_num_add;
  case Arithmetic::Sub:
    return RuntimeCall::rt_num_sub;
  case Arithmetic::Mul:
    return RuntimeCall::rt_num_mul;
  case Arithmetic::Div:
    return RuntimeCall::rt_num_div;
  case Arithmetic::Quotient:
    return RuntimeCall::rt_num_quotient;
  case Arithmetic::Remainder:
    return RuntimeCall::rt_num_remainder;
  case Arithmetic::Modulo:
    return RuntimeCall::rt_num_modulo;
  }
  llvm_unreachable("operation");
}

struct Comparison {
  llvm::CmpInst::Predicate fixnum, flonum;
  RuntimeCall slow;
};
Comparison comparisonOf(Opcode opcode) {
  using P = llvm::CmpInst::Predicate;
  switch (opcode) {
  case Opcode::NumEq:
    return {P::ICMP_EQ, P::FCMP_OEQ, RuntimeCall::rt_num_eq};
  case Opcode::NumLt:
    return {P::ICMP_SLT, P::FCMP_OLT, RuntimeCall::rt_num_lt};
  case Opcode::NumLe:
    return {P::ICMP_SLE, P::FCMP_OLE, RuntimeCall::rt_num_le};
  case Opcode::NumGt:
    return {P::ICMP_SGT, P::FCMP_OGT, RuntimeCall::rt_num_gt};
  case Opcode::NumGe:
    return {P::ICMP_SGE, P::FCMP_OGE, RuntimeCall::rt_num_ge};
  default:
    llvm_unreachable("not a comparison");
  }
}

bool isKnownFixnum(const Value *value) { return value->type() == Type::Fixnum; }

/// Cannot be a fixnum: a constant of another kind.
bool isNoFixnum(const Datum *datum) {
  return datum && datum->kind != DatumKind::Fixnum;
}

/// A constant that arithmetic with a flonum turns into this flonum. An exact 0
/// is left to the runtime, which knows what it yields.
std::optional<double> asFlonum(const Datum *datum) {
  if (!datum)
    return std::nullopt;
  if (datum->kind == DatumKind::Flonum)
    return datum->real;
  constexpr int64_t exactLimit = int64_t(1) << 53;
  if (datum->kind == DatumKind::Fixnum && datum->integer != 0 &&
      datum->integer < exactLimit && datum->integer > -exactLimit)
    return static_cast<double>(datum->integer);
  return std::nullopt;
}

} // namespace

bool FunctionLowering::hasFlonumPath(const Op *op) const {
  if (unit.options.optLevel < 2)
    return false;
  switch (op->opcode()) {
  case Opcode::NumAdd:
  case Opcode::NumSub:
  case Opcode::NumMul:
  case Opcode::NumDiv:
  case Opcode::NumEq:
  case Opcode::NumLt:
  case Opcode::NumLe:
  case Opcode::NumGt:
  case Opcode::NumGe:
    break;
  default:
    return false;
  }
  unsigned variable = 0;
  for (const Value *operand : op->operands()) {
    if (const Datum *datum = constantOf(operand)) {
      if (!asFlonum(datum))
        return false;
    } else if (!isSubtype(Type::Real, operand->type()) &&
               operand->type() != Type::Real) {
      return false;
    } else {
      ++variable;
    }
  }
  // Counting and comparing with a small integer is nearly always exact.
  return variable == 2 || llvm::none_of(op->operands(), [](const Value *v) {
           return isConstantFixnum(v);
         });
}

std::optional<std::pair<llvm::Value *, llvm::Value *>>
FunctionLowering::flonumOperands(const Op *op, llvm::BasicBlock *otherwise) {
  llvm::Value *test = nullptr;
  llvm::Value *doubles[2];
  for (const Value *operand : op->operands())
    if (!constantOf(operand)) {
      llvm::Value *is = isImmediateFlonum(get(operand));
      test = test ? b.CreateAnd(test, is) : is;
    }
  if (test)
    require(test, otherwise);
  for (unsigned i = 0; i < 2; ++i) {
    auto known = asFlonum(constantOf(op->operand(i)));
    doubles[i] = known ? llvm::ConstantFP::get(types.real, *known)
                       : decodeFlonum(get(op->operand(i)));
  }
  return std::pair{doubles[0], doubles[1]};
}

llvm::Value *FunctionLowering::emitFixnumStep(Opcode opcode, llvm::Value *x,
                                              llvm::Value *y,
                                              const Value *sourceX,
                                              const Value *sourceY,
                                              llvm::BasicBlock *overflow) {
  auto checked = [&](llvm::Intrinsic::ID intrinsic, llvm::Value *p,
                     llvm::Value *q) {
    llvm::Value *pair = b.CreateIntrinsic(intrinsic, {types.word}, {p, q});
    forbid(b.CreateExtractValue(pair, 1), overflow);
    return b.CreateExtractValue(pair, 0);
  };
  auto requirePositive = [&] {
    const Datum *divisor = constantOf(sourceY);
    if (!divisor || divisor->integer <= 0)
      require(b.CreateICmpSGT(y, word(0)), overflow);
  };
  switch (arithmeticOf(opcode)) {
  case Arithmetic::Add:
    return checked(llvm::Intrinsic::sadd_with_overflow, x, y);
  case Arithmetic::Sub:
    return checked(llvm::Intrinsic::ssub_with_overflow, x, y);
  case Arithmetic::Mul:
    // Untag the constant, if there is one.
    if (isConstantFixnum(sourceY))
      return checked(llvm::Intrinsic::smul_with_overflow, x,
                     b.CreateAShr(y, word(3)));
    return checked(llvm::Intrinsic::smul_with_overflow,
                   b.CreateAShr(x, word(3)), y);
  case Arithmetic::Quotient:
    requirePositive();
    return b.CreateShl(
        b.CreateSDiv(b.CreateAShr(x, word(3)), b.CreateAShr(y, word(3))),
        word(3));
  case Arithmetic::Remainder:
    requirePositive();
    return b.CreateSRem(x, y);
  case Arithmetic::Modulo: {
    requirePositive();
    llvm::Value *rest = b.CreateSRem(x, y);
    return b.CreateSelect(b.CreateICmpSLT(rest, word(0)), b.CreateAdd(rest, y),
                          rest);
  }
  case Arithmetic::Div:
    break;
  }
  llvm_unreachable("no fixnum path");
}

/// Before the runtime computes: raises for the call that the op stands for.
void FunctionLowering::checkNumbers(const Op *op) {
  if (!op->indexAttribute)
    return;
  bool isOrder = op->opcode() >= Opcode::NumLt && op->opcode() <= Opcode::NumGe;
  callRuntime(isOrder ? RuntimeCall::rt_check_reals
                      : RuntimeCall::rt_check_numbers,
              {get(op->operand(0)), get(op->operand(1)),
               unit.literals.text(primitiveRow(op->primitive).name),
               word(op->indexAttribute)});
}

/// Of a call with one argument, such as x * -1 that stands for (- x), the
/// argument; else null.
static const Value *onlyArgument(const Op *op) {
  switch (op->indexAttribute) {
  case 1:
    return op->operand(1);
  case 2:
    return op->operand(0);
  default:
    return nullptr;
  }
}

/// What the runtime computes.
llvm::Value *FunctionLowering::callArithmetic(const Op *op) {
  if (const Value *argument = onlyArgument(op))
    return callRuntime(
        RuntimeCall::rt_num_unary,
        {get(argument), word(uint64_t(*primitiveRow(op->primitive).name))});
  checkNumbers(op);
  return callRuntime(slowCall(arithmeticOf(op->opcode())),
                     {get(op->operand(0)), get(op->operand(1))});
}

void FunctionLowering::lowerGeneric(const Op *op) {
  const Value *sourceX = op->operand(0), *sourceY = op->operand(1);
  llvm::Value *x = get(sourceX), *y = get(sourceY);
  Arithmetic operation = arithmeticOf(op->opcode());
  if (runsOnce(op))
    return set(op->result(), callArithmetic(op));
  bool hasFixnumPath = operation != Arithmetic::Div &&
                       !isNoFixnum(constantOf(sourceX)) &&
                       !isNoFixnum(constantOf(sourceY));
  llvm::BasicBlock *slow = newColdBlock("slow");
  llvm::BasicBlock *join = newBlock("");
  llvm::BasicBlock *notFixnums =
      hasFlonumPath(op)
          ? (hasFixnumPath ? newColdBlock("flonum") : newBlock("flonum"))
          : slow;
  llvm::SmallVector<std::pair<llvm::Value *, llvm::BasicBlock *>, 3> incoming;
  auto finish = [&](llvm::Value *result) {
    incoming.push_back({result, b.GetInsertBlock()});
    jump({join});
  };

  if (hasFixnumPath) {
    if (!isKnownFixnum(sourceX) && !isKnownFixnum(sourceY))
      require(areFixnums(x, y), notFixnums);
    else if (!isKnownFixnum(sourceX))
      require(isFixnum(x), notFixnums);
    else if (!isKnownFixnum(sourceY))
      require(isFixnum(y), notFixnums);
    finish(emitFixnumStep(op->opcode(), x, y, sourceX, sourceY, slow));
  } else {
    jump({notFixnums});
  }
  if (notFixnums != slow) {
    b.SetInsertPoint(notFixnums);
    auto operands = flonumOperands(op, slow);
    auto [p, q] = *operands;
    llvm::Value *result = operation == Arithmetic::Add   ? b.CreateFAdd(p, q)
                          : operation == Arithmetic::Sub ? b.CreateFSub(p, q)
                          : operation == Arithmetic::Mul ? b.CreateFMul(p, q)
                                                         : b.CreateFDiv(p, q);
    result = encodeFlonum(result);
    require(isImmediateFlonum(result), slow);
    finish(result);
  }
  b.SetInsertPoint(slow);
  finish(callArithmetic(op));

  b.SetInsertPoint(join);
  llvm::PHINode *phi = b.CreatePHI(types.word, incoming.size());
  for (auto [value, block] : incoming)
    phi->addIncoming(value, block);
  set(op->result(), phi);
}

void FunctionLowering::lowerGenericTest(const Op *op, Target ifTrue,
                                        Target ifFalse) {
  const Value *sourceX = op->operand(0), *sourceY = op->operand(1);
  llvm::Value *x = get(sourceX), *y = get(sourceY);
  Comparison comparison = comparisonOf(op->opcode());
  if (isKnownFixnum(sourceX) && isKnownFixnum(sourceY))
    return branch(b.CreateICmp(comparison.fixnum, x, y), ifTrue, ifFalse);
  if (runsOnce(op)) {
    checkNumbers(op);
    return branch(callRuntime(comparison.slow, {x, y}), ifTrue, ifFalse);
  }
  bool hasFixnumPath =
      !isNoFixnum(constantOf(sourceX)) && !isNoFixnum(constantOf(sourceY));
  llvm::BasicBlock *slow = newColdBlock("slow");
  llvm::BasicBlock *notFixnums =
      hasFlonumPath(op)
          ? (hasFixnumPath ? newColdBlock("flonum") : newBlock("flonum"))
          : slow;
  if (hasFixnumPath) {
    if (unit.options.optLevel == 0 && !isKnownFixnum(sourceX) &&
        !isKnownFixnum(sourceY))
      require(areFixnums(x, y), notFixnums);
    else // each by itself: what follows often adds to one of them
      for (const Value *operand : {sourceX, sourceY})
        if (!isKnownFixnum(operand))
          require(isFixnum(get(operand)), notFixnums);
    branch(b.CreateICmp(comparison.fixnum, x, y), ifTrue, ifFalse);
  } else {
    jump({notFixnums});
  }
  if (notFixnums != slow) {
    b.SetInsertPoint(notFixnums);
    auto operands = flonumOperands(op, slow);
    branch(b.CreateFCmp(comparison.flonum, operands->first, operands->second),
           ifTrue, ifFalse);
  }
  b.SetInsertPoint(slow);
  checkNumbers(op);
  branch(callRuntime(comparison.slow, {x, y}), ifTrue, ifFalse);
}

void FunctionLowering::lowerFixnum(const Op *op) {
  llvm::Value *x = get(op->operand(0)), *y = get(op->operand(1));
  set(op->result(), op->opcode() == Opcode::FxAddNw ? b.CreateNSWAdd(x, y)
                                                    : b.CreateNSWSub(x, y));
}

void FunctionLowering::lowerFlonum(const Op *op) {
  llvm::Value *x = get(op->operand(0));
  llvm::Value *y = op->operandCount() > 1 ? get(op->operand(1)) : nullptr;
  llvm::Value *result = nullptr;
  switch (op->opcode()) {
  case Opcode::FlAdd:
    result = b.CreateFAdd(x, y);
    break;
  case Opcode::FlSub:
    result = b.CreateFSub(x, y);
    break;
  case Opcode::FlMul:
    result = b.CreateFMul(x, y);
    break;
  case Opcode::FlDiv:
    result = b.CreateFDiv(x, y);
    break;
  case Opcode::FlNeg:
    result = b.CreateFNeg(x);
    break;
  case Opcode::FlAbs:
    result = b.CreateUnaryIntrinsic(llvm::Intrinsic::fabs, x);
    break;
  case Opcode::FlSqrt:
    result = b.CreateUnaryIntrinsic(llvm::Intrinsic::sqrt, x);
    break;
  case Opcode::FlFromFixnum:
    result = b.CreateSIToFP(b.CreateAShr(x, word(3)), types.real);
    break;
  default:
    llvm_unreachable("not flonum arithmetic");
  }
  set(op->result(), result);
}

} // namespace plc::codegen
