//===- NumberArith.cpp - + - * / and integer division on the tower ---------===//
//
// Generated code handles fixnum and flonum pairs itself and calls the rt_num_*
// functions for everything else. A flonum with any real operand gives a flonum,
// also (* 0 1.5): the optimizer relies on it.
//
//===----------------------------------------------------------------------===//

#include "plc/plugin.h"
#include "stdlib/runtime/Control.h"
#include "stdlib/runtime/Number.h"
#include "stdlib/runtime/RuntimeCalls.h"
#include "stdlib/runtime/TwoArguments.h"

#include <cmath>

namespace plc::rt {

namespace {

enum class Level { Integer, Rational, Flonum, Complex };

Level levelOf(NumKind kind) {
  switch (kind) {
  case NumKind::Fixnum:
  case NumKind::Bignum: return Level::Integer;
  case NumKind::Ratnum: return Level::Rational;
  case NumKind::Flonum: return Level::Flonum;
  case NumKind::Compnum:
  case NumKind::None: break;
  }
  return Level::Complex;
}

/// What a host makes of an operation with one of its objects, or 0.
inline Value foreignOperation(Context *ctx, int op, Value a, Value b) {
  if (rt_foreign_operate && (isForeign(a) || isForeign(b)))
    return rt_foreign_operate(ctx, op, a, b);
  return 0;
}

/// The level at which an operation on a and b is done; raises for others.
Level commonLevel(Context *ctx, Value a, Value b, const char *who) {
  NumKind ka = numKind(a), kb = numKind(b);
  if (ka == NumKind::None)
    wrongType(ctx, who, 1, "a number", a);
  if (kb == NumKind::None)
    wrongType(ctx, who, 2, "a number", b);
  Level la = levelOf(ka), lb = levelOf(kb);
  return la > lb ? la : lb;
}

[[noreturn]] void divideByZero(Context *ctx, const char *who, Value a) {
  char message[64];
  char *out = message;
  for (const char *p = who; *p && out < message + 32; ++p)
    *out++ = *p;
  for (const char *p = ": division by zero"; *p; ++p)
    *out++ = *p;
  *out = 0;
  raiseCondition(ctx, "divide-by-zero", message, list1(ctx, a));
}

Value newPair(Context *ctx, plc_kind kind, Value first, Value second) {
  Value v = allocateObject(ctx, kind, 0, 2, kZero);
  plc_fields(v)[0] = first;
  plc_fields(v)[1] = second;
  return v;
}

} // namespace

Value makeRational(Context *ctx, Value n, Value d) {
  if (intIsNegative(d)) {
    n = intNegate(ctx, n);
    d = intNegate(ctx, d);
  }
  if (d == kOne)
    return n;
  Value g = intGcd(ctx, n, d);
  if (g != kOne) {
    n = intDivExact(ctx, n, g);
    d = intDivExact(ctx, d, g);
    if (d == kOne)
      return n;
  }
  return newPair(ctx, PLC_KIND_RATNUM, n, d);
}

Value makeComplex(Context *ctx, Value re, Value im) {
  if (im == kZero)
    return re;
  bool inexactRe = plc_is_flonum(re), inexactIm = plc_is_flonum(im);
  if (inexactRe != inexactIm) {
    if (inexactRe)
      im = makeFlonum(ctx, realToDouble(im));
    else
      re = makeFlonum(ctx, realToDouble(re));
  }
  return newPair(ctx, PLC_KIND_COMPNUM, re, im);
}

//===--- Sums, products, quotients ----------------------------------------===//

namespace {
/// The parts of a number whose arithmetic is that of two doubles.
struct Doubles {
  double re, im;
};
} // namespace

/// True of complex numbers with flonum parts.
static inline bool isInexactComplex(Value v, Doubles &parts) {
  if (!plc_is_kind(v, PLC_KIND_COMPNUM) || !plc_is_flonum(plc_fields(v)[0]))
    return false;
  parts = {plc_flonum_value(plc_fields(v)[0]),
           plc_flonum_value(plc_fields(v)[1])};
  return true;
}

static Value fromDoubles(Context *ctx, double re, double im) {
  Value real = makeFlonum(ctx, re);
  return newPair(ctx, PLC_KIND_COMPNUM, real, makeFlonum(ctx, im));
}

/// n1/d1 + n2/d2, or the difference.
static Value addRationals(Context *ctx, Value a, Value b, bool subtract) {
  Value n1 = numerator(a), d1 = denominator(a);
  Value n2 = numerator(b), d2 = denominator(b);
  Value x = intMul(ctx, n1, d2), y = intMul(ctx, n2, d1);
  Value n = subtract ? intSub(ctx, x, y) : intAdd(ctx, x, y);
  return makeRational(ctx, n, intMul(ctx, d1, d2));
}

Value numAdd(Context *ctx, Value a, Value b, const char *who) {
  Doubles x, y;
  if (isInexactComplex(a, x) && isInexactComplex(b, y))
    return fromDoubles(ctx, x.re + y.re, x.im + y.im);
  if (Value result = foreignOperation(ctx, PLC_OPERATOR_ADD, a, b))
    return result;
  switch (commonLevel(ctx, a, b, who)) {
  case Level::Integer: return intAdd(ctx, a, b);
  case Level::Rational: return addRationals(ctx, a, b, false);
  case Level::Flonum: return makeFlonum(ctx, realToDouble(a) + realToDouble(b));
  case Level::Complex: break;
  }
  Value re = numAdd(ctx, realPart(a), realPart(b));
  return makeComplex(ctx, re, numAdd(ctx, imagPart(a), imagPart(b)));
}

Value numSub(Context *ctx, Value a, Value b, const char *who) {
  Doubles x, y;
  if (isInexactComplex(a, x) && isInexactComplex(b, y))
    return fromDoubles(ctx, x.re - y.re, x.im - y.im);
  if (Value result = foreignOperation(ctx, PLC_OPERATOR_SUB, a, b))
    return result;
  switch (commonLevel(ctx, a, b, who)) {
  case Level::Integer: return intSub(ctx, a, b);
  case Level::Rational: return addRationals(ctx, a, b, true);
  case Level::Flonum: return makeFlonum(ctx, realToDouble(a) - realToDouble(b));
  case Level::Complex: break;
  }
  Value re = numSub(ctx, realPart(a), realPart(b));
  return makeComplex(ctx, re, numSub(ctx, imagPart(a), imagPart(b)));
}

Value numNegate(Context *ctx, Value a) {
  // Not 0 - a: the negation of 0.0 is -0.0.
  switch (numKind(a)) {
  case NumKind::Fixnum:
  case NumKind::Bignum: return intNegate(ctx, a);
  case NumKind::Ratnum:
    return newPair(ctx, PLC_KIND_RATNUM, intNegate(ctx, numerator(a)),
                   denominator(a));
  case NumKind::Flonum: return makeFlonum(ctx, -plc_flonum_value(a));
  case NumKind::Compnum: {
    Value re = numNegate(ctx, realPart(a));
    return newPair(ctx, PLC_KIND_COMPNUM, re, numNegate(ctx, imagPart(a)));
  }
  case NumKind::None: break;
  }
  if (Value result =
          foreignOperation(ctx, PLC_OPERATOR_NEGATE, a, PLC_DEFAULT))
    return result;
  wrongType(ctx, "-", 1, "a number", a);
}

Value numMul(Context *ctx, Value a, Value b, const char *who) {
  Doubles x, y;
  if (isInexactComplex(a, x) && isInexactComplex(b, y))
    return fromDoubles(ctx, x.re * y.re - x.im * y.im,
                       x.re * y.im + x.im * y.re);
  if (Value result = foreignOperation(ctx, PLC_OPERATOR_MUL, a, b))
    return result;
  switch (commonLevel(ctx, a, b, who)) {
  case Level::Integer: return intMul(ctx, a, b);
  case Level::Rational: {
    Value n = intMul(ctx, numerator(a), numerator(b));
    return makeRational(ctx, n, intMul(ctx, denominator(a), denominator(b)));
  }
  case Level::Flonum: return makeFlonum(ctx, realToDouble(a) * realToDouble(b));
  case Level::Complex: break;
  }
  Value ar = realPart(a), ai = imagPart(a), br = realPart(b), bi = imagPart(b);
  if (isReal(a) || isReal(b)) { // no 0 * infinity out of a missing part
    Value re = numMul(ctx, ar, br);
    return makeComplex(ctx, re,
                       isReal(a) ? numMul(ctx, ar, bi) : numMul(ctx, ai, br));
  }
  Value re = numSub(ctx, numMul(ctx, ar, br), numMul(ctx, ai, bi));
  Value im = numAdd(ctx, numMul(ctx, ar, bi), numMul(ctx, ai, br));
  return makeComplex(ctx, re, im);
}

/// Quotient of two flonum complex numbers without needless overflow (Smith).
static Value divideInexactComplex(Context *ctx, Value a, Value b) {
  double ar = realToDouble(realPart(a)), ai = realToDouble(imagPart(a));
  double br = realToDouble(realPart(b)), bi = realToDouble(imagPart(b));
  double re, im;
  if (fabs(br) >= fabs(bi)) {
    double r = bi / br, d = br + bi * r;
    re = (ar + ai * r) / d;
    im = (ai - ar * r) / d;
  } else {
    double r = br / bi, d = br * r + bi;
    re = (ar * r + ai) / d;
    im = (ai * r - ar) / d;
  }
  Value real = makeFlonum(ctx, re);
  return makeComplex(ctx, real, makeFlonum(ctx, im));
}

Value numDiv(Context *ctx, Value a, Value b, const char *who) {
  if (Value result = foreignOperation(ctx, PLC_OPERATOR_DIV, a, b))
    return result;
  switch (commonLevel(ctx, a, b, who)) {
  case Level::Integer:
    if (b == kZero)
      divideByZero(ctx, who, a);
    return makeRational(ctx, a, b);
  case Level::Rational: {
    if (b == kZero)
      divideByZero(ctx, who, a);
    Value n = intMul(ctx, numerator(a), denominator(b));
    return makeRational(ctx, n, intMul(ctx, denominator(a), numerator(b)));
  }
  case Level::Flonum: return makeFlonum(ctx, realToDouble(a) / realToDouble(b));
  case Level::Complex: break;
  }
  if (b == kZero)
    divideByZero(ctx, who, a);
  if (isReal(b)) {
    Value re = numDiv(ctx, realPart(a), b);
    return makeComplex(ctx, re, numDiv(ctx, imagPart(a), b));
  }
  if (plc_is_flonum(imagPart(a)) || plc_is_flonum(realPart(a)) ||
      plc_is_flonum(imagPart(b)))
    return divideInexactComplex(ctx, a, b);
  Value br = realPart(b), bi = imagPart(b);
  Value norm = numAdd(ctx, numMul(ctx, br, br), numMul(ctx, bi, bi));
  Value conjugate = makeComplex(ctx, br, numNegate(ctx, bi));
  return numDiv(ctx, numMul(ctx, a, conjugate), norm);
}

//===--- Integer division -------------------------------------------------===//

namespace {

enum class Division { TruncateQuotient, TruncateRest, FloorQuotient, FloorRest };

void checkInteger(Context *ctx, const char *who, int position, Value v) {
  if (!isInteger(v))
    wrongType(ctx, who, position, "an integer", v);
}

double divideDoubles(Division what, double a, double b) {
  switch (what) {
  case Division::TruncateRest: return fmod(a, b);
  case Division::FloorRest: {
    double r = fmod(a, b);
    return r != 0 && (r < 0) != (b < 0) ? r + b : r;
  }
  case Division::TruncateQuotient:
  case Division::FloorQuotient: break;
  }
  // a - rest is a multiple of b, so that the quotient is a rounded integer.
  double rest = fmod(a, b);
  if (what == Division::FloorQuotient && rest != 0 && (rest < 0) != (b < 0))
    rest += b;
  return nearbyint((a - rest) / b);
}

Value integerDivision(Context *ctx, Division what, Value a, Value b,
                      const char *who) {
  if (plc_is_fixnum(a) && plc_is_fixnum(b) && b != kZero) {
    int64_t x = plc_fixnum_value(a), y = plc_fixnum_value(b);
    int64_t q = x / y, r = x % y;
    bool adjust = r != 0 && (r < 0) != (y < 0);
    switch (what) {
    case Division::TruncateQuotient: return makeInteger(ctx, q);
    case Division::TruncateRest: return plc_fixnum(r);
    case Division::FloorQuotient: return makeInteger(ctx, q - adjust);
    case Division::FloorRest: return plc_fixnum(adjust ? r + y : r);
    }
  }
  checkInteger(ctx, who, 1, a);
  checkInteger(ctx, who, 2, b);
  if (plc_is_flonum(a) || plc_is_flonum(b)) {
    double y = realToDouble(b);
    if (y == 0)
      divideByZero(ctx, who, a);
    return makeFlonum(ctx, divideDoubles(what, realToDouble(a), y));
  }
  if (b == kZero)
    divideByZero(ctx, who, a);
  bool wantQuotient =
      what == Division::TruncateQuotient || what == Division::FloorQuotient;
  bool floors = what == Division::FloorQuotient || what == Division::FloorRest;
  Value q = kZero, r = kZero;
  intDivRem(ctx, a, b, wantQuotient ? &q : nullptr,
            floors || !wantQuotient ? &r : nullptr);
  if (floors && r != kZero && intIsNegative(r) != intIsNegative(b)) {
    if (wantQuotient)
      return intSub(ctx, q, kOne);
    return intAdd(ctx, r, b);
  }
  return wantQuotient ? q : r;
}

/// argv[0] `two` argv[1] `two` ..., each step at once where that can be done.
template <auto Primitive>
Value combineAll(Context *ctx, int64_t argc, const Value *argv, const char *who,
                 Value (*two)(Context *, Value, Value, const char *)) {
  Value result = argv[0];
  // With an object of another language anything may be computed.
  if (!isNumber(result) && !isForeign(result) &&
      !(argc > 1 && isForeign(argv[1])))
    wrongType(ctx, who, 1, "a number", result);
  for (int64_t i = 1; i < argc; ++i) {
    if constexpr (detail::TwoArguments<Primitive>::exist) {
      Value next;
      if (detail::TwoArguments<Primitive>::tryTwo(result, argv[i], &next)) {
        result = next;
        continue;
      }
    }
    if (!isNumber(argv[i]) && !isForeign(argv[i]) && !isForeign(result))
      wrongType(ctx, who, int(i) + 1, "a number", argv[i]);
    result = two(ctx, result, argv[i], who);
  }
  return result;
}

Value twoValues(Context *ctx, Value a, Value b) {
  Value both[2] = {a, b};
  return returnValues(ctx, 2, both);
}

} // namespace

extern "C" {

Value rt_num_add(Context *ctx, Value a, Value b) { return numAdd(ctx, a, b); }
Value rt_num_sub(Context *ctx, Value a, Value b) { return numSub(ctx, a, b); }
Value rt_num_mul(Context *ctx, Value a, Value b) { return numMul(ctx, a, b); }
Value rt_num_div(Context *ctx, Value a, Value b) { return numDiv(ctx, a, b); }
Value rt_num_quotient(Context *ctx, Value a, Value b) {
  if (Value result = foreignOperation(ctx, PLC_OPERATOR_QUOTIENT, a, b))
    return result;
  return integerDivision(ctx, Division::TruncateQuotient, a, b, "quotient");
}
Value rt_num_remainder(Context *ctx, Value a, Value b) {
  return integerDivision(ctx, Division::TruncateRest, a, b, "remainder");
}
Value rt_num_modulo(Context *ctx, Value a, Value b) {
  if (Value result = foreignOperation(ctx, PLC_OPERATOR_MODULO, a, b))
    return result;
  return integerDivision(ctx, Division::FloorRest, a, b, "modulo");
}

Value rt_num_unary(Context *ctx, Value a, int64_t operation) {
  switch (operation) {
  case '+': return detail::prim_Add(ctx, 1, &a);
  case '-': return detail::prim_Sub(ctx, 1, &a);
  case '*': return detail::prim_Mul(ctx, 1, &a);
  default: return detail::prim_Div(ctx, 1, &a);
  }
}

Value prim_Add(Context *ctx, int64_t argc, const Value *argv) {
  return argc == 0 ? kZero : combineAll<prim_Add>(ctx, argc, argv, "+", numAdd);
}
Value prim_Mul(Context *ctx, int64_t argc, const Value *argv) {
  return argc == 0 ? kOne : combineAll<prim_Mul>(ctx, argc, argv, "*", numMul);
}
Value prim_Sub(Context *ctx, int64_t argc, const Value *argv) {
  return argc == 1 ? numNegate(ctx, argv[0])
                   : combineAll<prim_Sub>(ctx, argc, argv, "-", numSub);
}
Value prim_Div(Context *ctx, int64_t argc, const Value *argv) {
  if (argc > 1)
    return combineAll<prim_Div>(ctx, argc, argv, "/", numDiv);
  if (!isNumber(argv[0]) && !isForeign(argv[0]))
    wrongType(ctx, "/", 1, "a number", argv[0]);
  return numDiv(ctx, kOne, argv[0]);
}

Value prim_Quotient(Context *ctx, Value a, Value b) {
  return rt_num_quotient(ctx, a, b);
}
Value prim_Remainder(Context *ctx, Value a, Value b) {
  return rt_num_remainder(ctx, a, b);
}
Value prim_Modulo(Context *ctx, Value a, Value b) {
  return rt_num_modulo(ctx, a, b);
}
Value prim_FloorQuotient(Context *ctx, Value a, Value b) {
  return integerDivision(ctx, Division::FloorQuotient, a, b, "floor-quotient");
}
Value prim_FloorDivide(Context *ctx, Value a, Value b) {
  Value q = integerDivision(ctx, Division::FloorQuotient, a, b, "floor/");
  return twoValues(ctx, q,
                   integerDivision(ctx, Division::FloorRest, a, b, "floor/"));
}
Value prim_TruncateDivide(Context *ctx, Value a, Value b) {
  Value q = integerDivision(ctx, Division::TruncateQuotient, a, b, "truncate/");
  return twoValues(
      ctx, q, integerDivision(ctx, Division::TruncateRest, a, b, "truncate/"));
}
Value prim_ExactIntegerSqrt(Context *ctx, Value n) {
  if (!isExactInteger(n) || intIsNegative(n))
    wrongType(ctx, "exact-integer-sqrt", 1, "an exact integer >= 0", n);
  Value root, rest;
  intSqrt(ctx, n, &root, &rest);
  return twoValues(ctx, root, rest);
}

/// gcd and lcm of any number of integers, inexact if one is.
static Value foldIntegers(Context *ctx, int64_t argc, const Value *argv,
                          const char *who, bool lcm) {
  Value result = lcm ? kOne : kZero;
  bool inexact = false;
  for (int64_t i = 0; i < argc; ++i) {
    checkInteger(ctx, who, int(i) + 1, argv[i]);
    inexact |= plc_is_flonum(argv[i]);
    Value v = intAbs(ctx, toExact(ctx, argv[i], who));
    Value g = intGcd(ctx, result, v);
    if (!lcm)
      result = g;
    else
      result = g == kZero || v == kZero
                   ? kZero
                   : intMul(ctx, result, intDivExact(ctx, v, g));
  }
  return inexact ? makeFlonum(ctx, intToDouble(result)) : result;
}
Value prim_Gcd(Context *ctx, int64_t argc, const Value *argv) {
  return foldIntegers(ctx, argc, argv, "gcd", false);
}
Value prim_Lcm(Context *ctx, int64_t argc, const Value *argv) {
  return foldIntegers(ctx, argc, argv, "lcm", true);
}

Value prim_Square(Context *ctx, Value a) {
  if (!isNumber(a))
    wrongType(ctx, "square", 1, "a number", a);
  return numMul(ctx, a, a);
}

} // extern "C"
} // namespace plc::rt
