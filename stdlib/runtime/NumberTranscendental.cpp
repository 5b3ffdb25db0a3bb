//===- NumberTranscendental.cpp - roots, powers, exp, log, angles ----------===//
//
// Exact arguments give exact results where the result is exact: (sqrt 1/4),
// (exp 0), (expt 2 100). Complex arguments follow the branch cuts of R7RS
// 6.2.6, that is of C99 Annex G.
//
//===----------------------------------------------------------------------===//

#include "plc/plugin.h"
#include "stdlib/runtime/Control.h"
#include "stdlib/runtime/Number.h"

#include <cmath>

namespace plc::rt {

namespace {

using Complex = double _Complex;

// <complex.h> is <complex> in C++; the builtins call C's functions.
#define COMPLEX_FUNCTION(Name, function)                                       \
  Complex complex##Name(Complex z) { return __builtin_c##function(z); }
COMPLEX_FUNCTION(Exp, exp)
COMPLEX_FUNCTION(Sin, sin)
COMPLEX_FUNCTION(Cos, cos)
COMPLEX_FUNCTION(Tan, tan)
COMPLEX_FUNCTION(Asin, asin)
COMPLEX_FUNCTION(Acos, acos)
COMPLEX_FUNCTION(Atan, atan)
#undef COMPLEX_FUNCTION

Complex makeC(double re, double im) { return __builtin_complex(re, im); }
Complex toComplex(Value v) {
  return makeC(realToDouble(realPart(v)), realToDouble(imagPart(v)));
}
Value fromComplex(Context *ctx, Complex z) {
  Value re = makeFlonum(ctx, __real__ z);
  return makeComplex(ctx, re, makeFlonum(ctx, __imag__ z));
}
bool isComplexNumber(Value v) { return numKind(v) == NumKind::Compnum; }
void checkNumber(Context *ctx, Value v, const char *who, int position = 1) {
  if (!isNumber(v))
    wrongType(ctx, who, position, "a number", v);
}

struct Functions {
  const char *name;
  double (*real)(double);
  Complex (*complex)(Complex);
  Value exactArgument, exactResult;
  double domain; ///< reals of larger magnitude have a complex result
};

Value apply(Context *ctx, const Functions &f, Value v) {
  checkNumber(ctx, v, f.name);
  if (v == f.exactArgument)
    return f.exactResult;
  if (isComplexNumber(v))
    return fromComplex(ctx, f.complex(toComplex(v)));
  double d = realToDouble(v);
  if (fabs(d) > f.domain)
    // asin and acos continue the quadrants II and IV on their cuts.
    return fromComplex(ctx, f.complex(makeC(d, d > 0 ? -0.0 : 0.0)));
  return makeFlonum(ctx, f.real(d));
}

/// Square root of an exact rational >= 0 if that is exact, else PLC_FALSE.
Value exactRoot(Context *ctx, Value v) {
  Value n, d, rest;
  intSqrt(ctx, numerator(v), &n, &rest);
  if (rest != kZero)
    return PLC_FALSE;
  intSqrt(ctx, denominator(v), &d, &rest);
  return rest == kZero ? makeRational(ctx, n, d) : PLC_FALSE;
}

/// Square root of an exact rational >= 0 as a double, also where the argument
/// is out of a double's range.
double inexactRoot(Context *ctx, Value v) {
  double d = realToDouble(v);
  if (std::isfinite(d) && d >= 0x1p-1000)
    return sqrt(d);
  // v * 4^k near 2^120: its integer root has some 60 bits.
  Value n = numerator(v), den = denominator(v);
  int64_t k = (120 - (int64_t(intBits(n)) - int64_t(intBits(den)))) / 2;
  if (k > 0)
    n = intShift(ctx, n, 2 * k);
  else
    den = intShift(ctx, den, -2 * k);
  Value q, root, rest;
  intDivRem(ctx, n, den, &q, nullptr);
  intSqrt(ctx, q, &root, &rest);
  return ldexp(intToDouble(root), int(-k));
}

Value squareRoot(Context *ctx, Value v) {
  checkNumber(ctx, v, "sqrt");
  if (plc_is_flonum(v)) {
    double d = plc_flonum_value(v);
    if (d < 0)
      return makeComplex(ctx, kZero, makeFlonum(ctx, sqrt(-d)));
    return makeFlonum(ctx, sqrt(d));
  }
  if (isExactRational(v)) {
    bool negative = intIsNegative(numerator(v));
    Value magnitude = negative ? numNegate(ctx, v) : v;
    Value root = exactRoot(ctx, magnitude);
    if (root == PLC_FALSE)
      root = makeFlonum(ctx, inexactRoot(ctx, magnitude));
    return negative ? makeComplex(ctx, kZero, root) : root;
  }
  if (!plc_is_flonum(imagPart(v))) {
    // Exact where |v| and the half sums are squares: (sqrt 3+4i) is 2+i.
    Value a = realPart(v), b = imagPart(v);
    Value norm = numAdd(ctx, numMul(ctx, a, a), numMul(ctx, b, b));
    Value m = exactRoot(ctx, norm);
    if (m != PLC_FALSE) {
      Value x = exactRoot(ctx, numDiv(ctx, numAdd(ctx, m, a), plc_fixnum(2)));
      Value y = exactRoot(ctx, numDiv(ctx, numSub(ctx, m, a), plc_fixnum(2)));
      if (x != PLC_FALSE && y != PLC_FALSE)
        return makeComplex(ctx, x, realSign(b) < 0 ? numNegate(ctx, y) : y);
    }
  }
  Complex z = toComplex(v), root = __builtin_csqrt(z);
  // A root without a real part is never negative, whatever the sign of a zero;
  // one whose real part is only too small to be seen may be.
  if (__imag__ z == 0 && __real__ root == 0 && __imag__ root < 0)
    root = makeC(__real__ root, -__imag__ root);
  return fromComplex(ctx, root);
}

/// Natural logarithm of a positive exact integer of any size.
double logOfInteger(Context *ctx, Value n) {
  uint64_t bits = intBits(n);
  if (bits <= 1000)
    return log(intToDouble(n));
  int64_t shift = int64_t(bits) - 64;
  return log(intToDouble(intShift(ctx, n, -shift))) + double(shift) * M_LN2;
}

Value naturalLog(Context *ctx, Value v, int position) {
  checkNumber(ctx, v, "log", position);
  if (v == kOne)
    return kZero;
  if (isComplexNumber(v))
    return fromComplex(ctx, __builtin_clog(toComplex(v)));
  if (isExactRational(v) && realSign(v) != 0) {
    Value n = intAbs(ctx, numerator(v)), d = denominator(v);
    double re;
    double ratio = realToDouble(v);
    if (std::isfinite(ratio) && fabs(ratio) > 0x1p-1000)
      re = log(fabs(ratio));
    else
      re = logOfInteger(ctx, n) - logOfInteger(ctx, d);
    if (realSign(v) > 0)
      return makeFlonum(ctx, re);
    return fromComplex(ctx, makeC(re, M_PI));
  }
  double d = realToDouble(v);
  if (std::signbit(d) && !std::isnan(d)) // also of -0.0, as clog
    return fromComplex(ctx, makeC(log(-d), M_PI));
  return makeFlonum(ctx, log(d));
}

/// base^n for an exact integer n.
Value integerPower(Context *ctx, Value base, Value n) {
  if (plc_is_flonum(base)) {
    double x = plc_flonum_value(base);
    double result = pow(fabs(x), intToDouble(n));
    // As a double, a large odd exponent can become even.
    bool isNegative = std::signbit(x) && intIsOdd(n);
    return makeFlonum(ctx, isNegative ? -result : result);
  }
  bool inverse = intIsNegative(n);
  if (inverse && base == kZero)
    raiseCondition(ctx, "divide-by-zero", "expt: division by zero",
                   list2(ctx, base, n));
  if (base == kZero || base == kOne)
    return n == kZero ? kOne : base;
  if (base == plc_fixnum(-1))
    return intIsOdd(n) ? base : kOne;
  if (!plc_is_fixnum(n)) {
    if (isComplexNumber(base) && plc_is_flonum(imagPart(base)))
      return fromComplex(ctx, __builtin_cpow(toComplex(base), toComplex(n)));
    raiseCondition(ctx, "heap-exhausted", "expt: the result is too large",
                   list2(ctx, base, n));
  }
  uint64_t k = uint64_t(inverse ? -plc_fixnum_value(n) : plc_fixnum_value(n));
  Value result;
  if (isExactRational(base)) {
    Value num = intPower(ctx, numerator(base), k);
    Value den = intPower(ctx, denominator(base), k);
    return inverse ? makeRational(ctx, den, num) : makeRational(ctx, num, den);
  }
  result = kOne;
  for (Value square = base; k != 0; k >>= 1) {
    if (k & 1)
      result = numMul(ctx, result, square);
    if (k > 1)
      square = numMul(ctx, square, square);
  }
  return inverse ? numDiv(ctx, kOne, result) : result;
}

bool isHalf(Value v) {
  return plc_is_flonum(v) ? plc_flonum_value(v) == 0.5
                          : numerator(v) == kOne &&
                                denominator(v) == plc_fixnum(2);
}

Value power(Context *ctx, Value base, Value exponent) {
  checkNumber(ctx, base, "expt", 1);
  checkNumber(ctx, exponent, "expt", 2);
  if (isExactInteger(exponent))
    return integerPower(ctx, base, exponent);
  if (isReal(base) && isReal(exponent)) {
    if (numKind(exponent) == NumKind::Ratnum && isExactRational(base) &&
        realSign(base) >= 0 && denominator(exponent) == plc_fixnum(2)) {
      Value root = exactRoot(ctx, base);
      if (root != PLC_FALSE)
        return integerPower(ctx, root, numerator(exponent));
    }
    double x = realToDouble(base), y = realToDouble(exponent);
    if (x >= 0 || y == trunc(y) || std::isnan(x))
      return makeFlonum(ctx, pow(x, y));
  }
  if (isHalf(exponent)) {
    Value root = squareRoot(ctx, base);
    return plc_is_flonum(exponent) ? toInexact(ctx, root, "expt") : root;
  }
  if (isReal(base) && realSign(base) == 0) { // 0^z with a complex z
    if (realSign(realPart(exponent)) > 0)
      return plc_is_flonum(base) ? makeFlonum(ctx, 0.0) : kZero;
    raiseCondition(ctx, "divide-by-zero", "expt: undefined for zero",
                   list2(ctx, base, exponent));
  }
  Value product = numMul(ctx, exponent, naturalLog(ctx, base, 1));
  return fromComplex(ctx, __builtin_cexp(toComplex(product)));
}

/// Angle of the point (x, y). Two exact numbers that are no doubles, or lose
/// their digits as such, still have a quotient.
double angleOfReals(Context *ctx, Value y, Value x) {
  double dy = realToDouble(y), dx = realToDouble(x);
  auto isKept = [](double d) { return std::isnormal(d); };
  if (!isExactRational(y) || !isExactRational(x) || realSign(y) == 0 ||
      realSign(x) == 0 || (isKept(dy) && isKept(dx)))
    return atan2(dy, dx);
  double slope = fabs(realToDouble(numDiv(ctx, y, x)));
  return atan2(copysign(slope, realSign(y)), realSign(x));
}

} // namespace

extern "C" {

Value prim_Exp(Context *ctx, Value v) {
  return apply(ctx, {"exp", exp, complexExp, kZero, kOne, HUGE_VAL}, v);
}
Value prim_Sin(Context *ctx, Value v) {
  return apply(ctx, {"sin", sin, complexSin, kZero, kZero, HUGE_VAL}, v);
}
Value prim_Cos(Context *ctx, Value v) {
  return apply(ctx, {"cos", cos, complexCos, kZero, kOne, HUGE_VAL}, v);
}
Value prim_Tan(Context *ctx, Value v) {
  return apply(ctx, {"tan", tan, complexTan, kZero, kZero, HUGE_VAL}, v);
}
Value prim_Asin(Context *ctx, Value v) {
  return apply(ctx, {"asin", asin, complexAsin, kZero, kZero, 1.0}, v);
}
Value prim_Acos(Context *ctx, Value v) {
  return apply(ctx, {"acos", acos, complexAcos, kOne, kZero, 1.0}, v);
}

Value prim_Atan(Context *ctx, Value y, Value x) {
  if (x == PLC_DEFAULT)
    return apply(ctx, {"atan", atan, complexAtan, kZero, kZero, HUGE_VAL}, y);
  if (!isReal(y))
    wrongType(ctx, "atan", 1, "a real number", y);
  if (!isReal(x))
    wrongType(ctx, "atan", 2, "a real number", x);
  if (y == kZero && isExactRational(x)) {
    if (x == kZero)
      raiseCondition(ctx, "divide-by-zero", "atan: undefined for 0 and 0",
                     list2(ctx, y, x));
    if (realSign(x) > 0)
      return kZero;
  }
  return makeFlonum(ctx, angleOfReals(ctx, y, x));
}

Value prim_Sqrt(Context *ctx, Value v) { return squareRoot(ctx, v); }

Value prim_Log(Context *ctx, Value v, Value base) {
  Value result = naturalLog(ctx, v, 1);
  if (base == PLC_DEFAULT)
    return result;
  checkNumber(ctx, base, "log", 2);
  // Powers of 2 and 10 come out even.
  if (isReal(v) && realSign(v) > 0 && v != kOne) {
    double d = realToDouble(v);
    if (std::isfinite(d) && base == plc_fixnum(2))
      return makeFlonum(ctx, log2(d));
    if (std::isfinite(d) && base == plc_fixnum(10))
      return makeFlonum(ctx, log10(d));
  }
  return numDiv(ctx, result, naturalLog(ctx, base, 2), "log");
}

Value prim_Expt(Context *ctx, Value base, Value exponent) {
  if (rt_foreign_operate && (isForeign(base) || isForeign(exponent)))
    return rt_foreign_operate(ctx, PLC_OPERATOR_EXPT, base, exponent);
  return power(ctx, base, exponent);
}

Value prim_Magnitude(Context *ctx, Value v) {
  checkNumber(ctx, v, "magnitude");
  if (isReal(v))
    return detail::prim_Abs(ctx, v);
  Value re = realPart(v), im = imagPart(v);
  if (plc_is_flonum(im))
    return makeFlonum(ctx, hypot(realToDouble(re), realToDouble(im)));
  return squareRoot(ctx, numAdd(ctx, numMul(ctx, re, re), numMul(ctx, im, im)));
}

Value prim_Angle(Context *ctx, Value v) {
  checkNumber(ctx, v, "angle");
  if (isExactRational(v))
    return realSign(v) < 0 ? makeFlonum(ctx, M_PI) : kZero;
  return makeFlonum(ctx, angleOfReals(ctx, imagPart(v), realPart(v)));
}

Value prim_MakePolar(Context *ctx, Value magnitude, Value angle) {
  if (!isReal(magnitude))
    wrongType(ctx, "make-polar", 1, "a real number", magnitude);
  if (!isReal(angle))
    wrongType(ctx, "make-polar", 2, "a real number", angle);
  if (angle == kZero || magnitude == kZero)
    return magnitude;
  double m = realToDouble(magnitude), a = realToDouble(angle);
  Value re = makeFlonum(ctx, m * cos(a));
  return makeComplex(ctx, re, makeFlonum(ctx, m * sin(a)));
}

} // extern "C"
} // namespace plc::rt
