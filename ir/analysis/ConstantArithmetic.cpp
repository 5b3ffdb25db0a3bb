//===- ConstantArithmetic.cpp - numbers known at compile time -------------===//

#include "ir/analysis/ConstantArithmetic.h"

#include "llvm/ADT/APInt.h"
#include "llvm/ADT/SmallString.h"

#include <cmath>

namespace plc::ir {

namespace {

/// Results beyond this are left to run time, so that literals stay small.
constexpr unsigned kMaxBits = 2048;

enum class Operation : uint8_t {
  None,
  Add,
  Sub,
  Mul,
  Div,
  Quotient,
  Remainder,
  Modulo,
  Eq,
  Lt,
  Le,
  Gt,
  Ge
};

Operation operationOf(Opcode opcode) {
  switch (opcode) {
  case Opcode::NumAdd:
  case Opcode::FxAdd:
  case Opcode::FxAddNw:
  case Opcode::FlAdd:
    return Operation::Add;
  case Opcode::NumSub:
  case Opcode::FxSub:
  case Opcode::FxSubNw:
  case Opcode::FlSub:
    return Operation::Sub;
  case Opcode::NumMul:
  case Opcode::FxMul:
  case Opcode::FlMul:
    return Operation::Mul;
  case Opcode::NumDiv:
  case Opcode::FlDiv:
    return Operation::Div;
  case Opcode::NumQuotient:
    return Operation::Quotient;
  case Opcode::NumRemainder:
    return Operation::Remainder;
  case Opcode::NumModulo:
    return Operation::Modulo;
  case Opcode::NumEq:
  case Opcode::FxEq:
  case Opcode::FlEq:
    return Operation::Eq;
  case Opcode::NumLt:
  case Opcode::FxLt:
  case Opcode::FlLt:
    return Operation::Lt;
  case Opcode::NumLe:
  case Opcode::FxLe:
  case Opcode::FlLe:
    return Operation::Le;
  case Opcode::NumGt:
  case Opcode::FxGt:
  case Opcode::FlGt:
    return Operation::Gt;
  case Opcode::NumGe:
  case Opcode::FxGe:
  case Opcode::FlGe:
    return Operation::Ge;
  default:
    return Operation::None;
  }
}

bool isInteger(const Datum *d) {
  return d->kind == DatumKind::Fixnum || d->kind == DatumKind::BigInteger;
}

/// Wide enough for any operation on two of them.
llvm::APInt toInteger(const Datum *d) {
  constexpr unsigned width = 2 * kMaxBits + 64;
  if (d->kind == DatumKind::Fixnum)
    return llvm::APInt(width, static_cast<uint64_t>(d->integer),
                       /*isSigned=*/true);
  return llvm::APInt(width, d->text, 10);
}

/// Operands that are not too long for toInteger.
bool isShort(const Datum *d) {
  return d->kind == DatumKind::Fixnum || d->text.size() <= kMaxBits / 4;
}

Datum *fromInteger(const llvm::APInt &n, DatumFactory &factory) {
  if (n.getSignificantBits() <= 61)
    return factory.fixnum(n.getSExtValue());
  if (n.getSignificantBits() > kMaxBits)
    return nullptr;
  llvm::SmallString<64> text;
  n.toString(text, 10, /*Signed=*/true);
  Datum *d = factory.make(DatumKind::BigInteger);
  d->text = factory.symbols().copy(text);
  return d;
}

Datum *divideIntegers(llvm::APInt a, llvm::APInt b, DatumFactory &factory) {
  if (b.isZero())
    return nullptr;
  if (b.isNegative()) {
    a.negate();
    b.negate();
  }
  llvm::APInt divisor =
      llvm::APIntOps::GreatestCommonDivisor(a.abs(), b);
  a = a.sdiv(divisor);
  b = b.sdiv(divisor);
  Datum *numerator = fromInteger(a, factory);
  if (b.isOne() || !numerator)
    return numerator;
  Datum *ratio = factory.make(DatumKind::Ratio);
  ratio->first = numerator;
  ratio->second = fromInteger(b, factory);
  return ratio->second ? ratio : nullptr;
}

Datum *foldIntegers(Operation operation, const Datum *x, const Datum *y,
                    DatumFactory &factory) {
  llvm::APInt a = toInteger(x), b = toInteger(y);
  switch (operation) {
  case Operation::Add:
    return fromInteger(a + b, factory);
  case Operation::Sub:
    return fromInteger(a - b, factory);
  case Operation::Mul:
    return fromInteger(a * b, factory);
  case Operation::Div:
    return divideIntegers(a, b, factory);
  case Operation::Quotient:
    return b.isZero() ? nullptr : fromInteger(a.sdiv(b), factory);
  case Operation::Remainder:
    return b.isZero() ? nullptr : fromInteger(a.srem(b), factory);
  case Operation::Modulo: {
    if (b.isZero())
      return nullptr;
    llvm::APInt r = a.srem(b);
    if (!r.isZero() && r.isNegative() != b.isNegative())
      r += b;
    return fromInteger(r, factory);
  }
  default:
    return nullptr;
  }
}

bool isExactDouble(int64_t n) {
  return n >= -(int64_t(1) << 53) && n <= (int64_t(1) << 53);
}

/// Operand of flonum arithmetic; exact zero stands for itself (it may annihilate
/// a flonum), so it is none.
std::optional<double> flonumOperand(const Datum *d) {
  if (d->kind == DatumKind::Flonum)
    return d->real;
  if (d->kind == DatumKind::Fixnum && d->integer && isExactDouble(d->integer))
    return static_cast<double>(d->integer);
  return std::nullopt;
}

} // namespace

Datum *foldArithmetic(Opcode opcode, const Datum *a, const Datum *b,
                      DatumFactory &factory) {
  Operation operation = operationOf(opcode);
  if (isInteger(a) && isInteger(b))
    return isShort(a) && isShort(b) ? foldIntegers(operation, a, b, factory)
                                    : nullptr;
  std::optional<double> x = flonumOperand(a), y = flonumOperand(b);
  if (!x || !y)
    return nullptr;
  switch (operation) {
  case Operation::Add:
    return factory.flonum(*x + *y);
  case Operation::Sub:
    return factory.flonum(*x - *y);
  case Operation::Mul:
    return factory.flonum(*x * *y);
  case Operation::Div:
    return factory.flonum(*x / *y);
  default:
    return nullptr;
  }
}

std::optional<bool> foldComparison(Opcode opcode, const Datum *a,
                                   const Datum *b) {
  int order; // of a to b
  if (isInteger(a) && isInteger(b)) {
    if (!isShort(a) || !isShort(b))
      return std::nullopt;
    llvm::APInt x = toInteger(a), y = toInteger(b);
    order = x.slt(y) ? -1 : x == y ? 0 : 1;
  } else {
    auto operand = [](const Datum *d) -> std::optional<double> {
      if (d->kind == DatumKind::Flonum)
        return d->real;
      if (d->kind == DatumKind::Fixnum && isExactDouble(d->integer))
        return static_cast<double>(d->integer);
      return std::nullopt;
    };
    std::optional<double> x = operand(a), y = operand(b);
    if (!x || !y)
      return std::nullopt;
    if (std::isnan(*x) || std::isnan(*y))
      return operationOf(opcode) == Operation::None ? std::nullopt
                                                    : std::optional(false);
    order = *x < *y ? -1 : *x == *y ? 0 : 1;
  }
  switch (operationOf(opcode)) {
  case Operation::Eq:
    return order == 0;
  case Operation::Lt:
    return order < 0;
  case Operation::Le:
    return order <= 0;
  case Operation::Gt:
    return order > 0;
  case Operation::Ge:
    return order >= 0;
  default:
    return std::nullopt;
  }
}

std::optional<double> asDouble(const Datum *d) {
  if (d->kind == DatumKind::Flonum)
    return d->real;
  if (d->kind == DatumKind::Fixnum)
    return static_cast<double>(d->integer);
  return std::nullopt;
}

std::optional<Opcode> fixnumOpcode(Opcode generic) {
  switch (generic) {
  case Opcode::NumAdd:
    return Opcode::FxAdd;
  case Opcode::NumSub:
    return Opcode::FxSub;
  case Opcode::NumMul:
    return Opcode::FxMul;
  case Opcode::NumEq:
    return Opcode::FxEq;
  case Opcode::NumLt:
    return Opcode::FxLt;
  case Opcode::NumLe:
    return Opcode::FxLe;
  case Opcode::NumGt:
    return Opcode::FxGt;
  case Opcode::NumGe:
    return Opcode::FxGe;
  default:
    return std::nullopt;
  }
}

std::optional<Opcode> flonumOpcode(Opcode generic) {
  switch (generic) {
  case Opcode::NumAdd:
    return Opcode::FlAdd;
  case Opcode::NumSub:
    return Opcode::FlSub;
  case Opcode::NumMul:
    return Opcode::FlMul;
  case Opcode::NumDiv:
    return Opcode::FlDiv;
  case Opcode::NumEq:
    return Opcode::FlEq;
  case Opcode::NumLt:
    return Opcode::FlLt;
  case Opcode::NumLe:
    return Opcode::FlLe;
  case Opcode::NumGt:
    return Opcode::FlGt;
  case Opcode::NumGe:
    return Opcode::FlGe;
  default:
    return std::nullopt;
  }
}

} // namespace plc::ir
