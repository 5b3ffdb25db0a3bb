//===- NumberConvert.cpp - flonums, exactness, rounding, parts -------------===//

#include "stdlib/runtime/Number.h"
#include "stdlib/runtime/RuntimeCalls.h"

#include <cmath>

namespace plc::rt {

//===--- Flonums ----------------------------------------------------------===//

namespace {
/// Boxed flonums that are needed often: immutable objects outside the heap.
struct alignas(16) StaticFlonum {
  uint64_t header = PLC_HEADER(PLC_KIND_FLONUM, 0, 8);
  double value;
};
constinit StaticFlonum positiveInfinity{.value = __builtin_inf()};
constinit StaticFlonum negativeInfinity{.value = -__builtin_inf()};
constinit StaticFlonum notANumber{.value = __builtin_nan("")};

Value staticValue(StaticFlonum &object) {
  return reinterpret_cast<uint64_t>(&object) | PLC_TAG_OBJECT;
}
} // namespace

Value makeFlonum(Context *ctx, double d) {
  Value v = plc_flonum_encode(d);
  if (plc_is_immediate_flonum(v))
    return v;
  if (d != d)
    return staticValue(notANumber);
  if (std::isinf(d))
    return staticValue(d > 0 ? positiveInfinity : negativeInfinity);
  v = allocateBytes(ctx, PLC_KIND_FLONUM, 0, sizeof d);
  memcpy(plc_fields(v), &d, sizeof d);
  return v;
}

double ratioToDouble(Context *ctx, Value n, Value d) {
  if (n == kZero)
    return 0.0;
  constexpr int64_t kExact = int64_t(1) << 53;
  if (plc_is_fixnum(n) && plc_is_fixnum(d)) {
    int64_t x = plc_fixnum_value(n), y = plc_fixnum_value(d);
    if (x >= -kExact && x <= kExact && y <= kExact)
      return double(x) / double(y); // both exact: one rounding
  }
  bool negative = intIsNegative(n);
  n = intAbs(ctx, n);
  // A quotient of 64 or 65 bits, and whether something is left.
  int64_t scale = int64_t(intBits(d)) - int64_t(intBits(n)) + 64;
  if (scale > 0)
    n = intShift(ctx, n, scale);
  else
    d = intShift(ctx, d, -scale);
  Value q, r;
  intDivRem(ctx, n, d, &q, &r);
  IntView view(q);
  uint64_t m = view.limbs[0];
  bool sticky = r != kZero;
  int64_t exponent = -scale;
  if (view.size > 1) {
    sticky |= m & 1;
    m = m >> 1 | view.limbs[1] << 63;
    ++exponent;
  }
  double result = roundToDouble(m, sticky, exponent);
  return negative ? -result : result;
}

double realToDouble(Value v) {
  switch (numKind(v)) {
  case NumKind::Fixnum:
  case NumKind::Bignum: return intToDouble(v);
  case NumKind::Ratnum: return ratioToDouble(theContext, plc_fields(v)[0],
                                             plc_fields(v)[1]);
  case NumKind::Flonum: return plc_flonum_value(v);
  case NumKind::Compnum:
  case NumKind::None: break;
  }
  return 0;
}

Value doubleToExact(Context *ctx, double d) {
  if (d == trunc(d))
    return doubleToInt(ctx, d);
  int exponent;
  double m = ldexp(frexp(d, &exponent), 53);
  exponent -= 53; // d = m * 2^exponent with an integer m, exponent < 0
  int64_t n = int64_t(m);
  int zeros = __builtin_ctzll(uint64_t(n));
  n >>= zeros;
  return makeRational(ctx, plc_fixnum(n),
                      intShift(ctx, kOne, -(exponent + zeros)));
}

Value toExact(Context *ctx, Value v, const char *who) {
  switch (numKind(v)) {
  case NumKind::Fixnum:
  case NumKind::Bignum:
  case NumKind::Ratnum: return v;
  case NumKind::Flonum: {
    double d = plc_flonum_value(v);
    if (!std::isfinite(d))
      wrongType(ctx, who, 1, "a finite number", v);
    return doubleToExact(ctx, d);
  }
  case NumKind::Compnum: {
    Value re = toExact(ctx, plc_fields(v)[0], who);
    return makeComplex(ctx, re, toExact(ctx, plc_fields(v)[1], who));
  }
  case NumKind::None: break;
  }
  wrongType(ctx, who, 1, "a number", v);
}

Value toInexact(Context *ctx, Value v, const char *who) {
  switch (numKind(v)) {
  case NumKind::Fixnum:
  case NumKind::Bignum:
  case NumKind::Ratnum: return makeFlonum(ctx, realToDouble(v));
  case NumKind::Flonum: return v;
  case NumKind::Compnum: {
    Value re = toInexact(ctx, plc_fields(v)[0], who);
    return makeComplex(ctx, re, toInexact(ctx, plc_fields(v)[1], who));
  }
  case NumKind::None: break;
  }
  wrongType(ctx, who, 1, "a number", v);
}

bool isInteger(Value v) {
  if (isExactInteger(v))
    return true;
  if (!plc_is_flonum(v))
    return false;
  double d = plc_flonum_value(v);
  return std::isfinite(d) && d == trunc(d);
}

//===--- Rounding ---------------------------------------------------------===//

namespace {

enum class Rounding { Floor, Ceiling, Truncate, Nearest };

Value roundRatio(Context *ctx, Rounding how, Value n, Value d) {
  Value q, r;
  intDivRem(ctx, n, d, &q, &r); // truncates, r has the sign of n
  bool negative = intIsNegative(n);
  bool away = false; // one further from zero
  switch (how) {
  case Rounding::Floor: away = negative; break;
  case Rounding::Ceiling: away = !negative; break;
  case Rounding::Truncate: break;
  case Rounding::Nearest: {
    int order = intCompare(intShift(ctx, intAbs(ctx, r), 1), d);
    away = order > 0 || (order == 0 && intIsOdd(q));
    break;
  }
  }
  if (!away)
    return q;
  return negative ? intSub(ctx, q, kOne) : intAdd(ctx, q, kOne);
}

Value roundNumber(Context *ctx, Rounding how, Value v, const char *who) {
  switch (numKind(v)) {
  case NumKind::Fixnum:
  case NumKind::Bignum: return v;
  case NumKind::Ratnum:
    return roundRatio(ctx, how, plc_fields(v)[0], plc_fields(v)[1]);
  case NumKind::Flonum: {
    double d = plc_flonum_value(v);
    switch (how) {
    case Rounding::Floor: return makeFlonum(ctx, floor(d));
    case Rounding::Ceiling: return makeFlonum(ctx, ceil(d));
    case Rounding::Truncate: return makeFlonum(ctx, trunc(d));
    case Rounding::Nearest: return makeFlonum(ctx, nearbyint(d));
    }
    break;
  }
  case NumKind::Compnum:
  case NumKind::None: break;
  }
  wrongType(ctx, who, 1, "a real number", v);
}

Value ratioPart(Context *ctx, Value v, const char *who, Value (*part)(Value)) {
  if (isExactRational(v))
    return part(v);
  if (!plc_is_flonum(v) || !std::isfinite(plc_flonum_value(v)))
    wrongType(ctx, who, 1, "a rational number", v);
  return toInexact(ctx, part(doubleToExact(ctx, plc_flonum_value(v))), who);
}

void checkNumber(Context *ctx, Value v, const char *who) {
  if (!isNumber(v))
    wrongType(ctx, who, 1, "a number", v);
}

} // namespace

extern "C" {

Value rt_box_flonum(Context *ctx, double d) { return makeFlonum(ctx, d); }
double rt_real_to_double(Context *ctx, Value v) {
  if (!isReal(v))
    wrongType(ctx, "arithmetic", 1, "a real number", v);
  return realToDouble(v);
}

Value prim_Floor(Context *ctx, Value v) {
  return roundNumber(ctx, Rounding::Floor, v, "floor");
}
Value prim_Ceiling(Context *ctx, Value v) {
  return roundNumber(ctx, Rounding::Ceiling, v, "ceiling");
}
Value prim_Truncate(Context *ctx, Value v) {
  return roundNumber(ctx, Rounding::Truncate, v, "truncate");
}
Value prim_Round(Context *ctx, Value v) {
  return roundNumber(ctx, Rounding::Nearest, v, "round");
}
Value prim_Exact(Context *ctx, Value v) { return toExact(ctx, v, "exact"); }
Value prim_Inexact(Context *ctx, Value v) {
  return toInexact(ctx, v, "inexact");
}
Value prim_Numerator(Context *ctx, Value v) {
  return ratioPart(ctx, v, "numerator", numerator);
}
Value prim_Denominator(Context *ctx, Value v) {
  return ratioPart(ctx, v, "denominator", denominator);
}
Value prim_Abs(Context *ctx, Value v) {
  switch (numKind(v)) {
  case NumKind::Fixnum:
  case NumKind::Bignum: return intAbs(ctx, v);
  case NumKind::Ratnum:
    return intIsNegative(numerator(v)) ? numNegate(ctx, v) : v;
  case NumKind::Flonum: return makeFlonum(ctx, fabs(plc_flonum_value(v)));
  case NumKind::Compnum:
  case NumKind::None: break;
  }
  wrongType(ctx, "abs", 1, "a real number", v);
}

Value prim_RealPart(Context *ctx, Value v) {
  checkNumber(ctx, v, "real-part");
  return realPart(v);
}
Value prim_ImagPart(Context *ctx, Value v) {
  checkNumber(ctx, v, "imag-part");
  return imagPart(v);
}
Value prim_MakeRectangular(Context *ctx, Value re, Value im) {
  if (!isReal(re))
    wrongType(ctx, "make-rectangular", 1, "a real number", re);
  if (!isReal(im))
    wrongType(ctx, "make-rectangular", 2, "a real number", im);
  return makeComplex(ctx, re, im);
}

} // extern "C"
} // namespace plc::rt
