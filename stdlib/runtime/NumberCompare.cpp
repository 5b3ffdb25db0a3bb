//===- NumberCompare.cpp - comparison, predicates on values ----------------===//
//
// Exact and inexact numbers are compared by their exact values, so that `=` and
// `<` are transitive.
//
//===----------------------------------------------------------------------===//

#include "plc/plugin.h"
#include "stdlib/runtime/Control.h"
#include "stdlib/runtime/Number.h"
#include "stdlib/runtime/RuntimeCalls.h"

#include <cmath>

namespace plc::rt {

int realSign(Value v) {
  if (numKind(v) == NumKind::Flonum) {
    double d = plc_flonum_value(v);
    return d > 0 ? 1 : d < 0 ? -1 : 0;
  }
  return intSign(numerator(v));
}

static Order compareDoubles(double a, double b) {
  return a < b ? Less : a > b ? Greater : a == b ? Equal : Unordered;
}
static Order reverse(Order o) { return o == Unordered ? o : Order(-int(o)); }

static Order compareExact(Context *ctx, Value a, Value b) {
  if (isExactInteger(a) && isExactInteger(b))
    return Order(intCompare(a, b));
  int sa = realSign(a), sb = realSign(b);
  if (sa != sb)
    return sa < sb ? Less : Greater;
  return Order(intCompare(intMul(ctx, numerator(a), denominator(b)),
                          intMul(ctx, numerator(b), denominator(a))));
}

/// \pre a is exact
static Order compareMixed(Context *ctx, Value a, double b) {
  if (b != b)
    return Unordered;
  if (std::isinf(b))
    return b > 0 ? Less : Greater;
  if (plc_is_fixnum(a)) {
    int64_t n = plc_fixnum_value(a);
    if (n >= -(int64_t(1) << 53) && n <= int64_t(1) << 53)
      return compareDoubles(double(n), b);
  }
  return compareExact(ctx, a, doubleToExact(ctx, b));
}

Order compareReals(Context *ctx, Value a, Value b) {
  bool fa = plc_is_flonum(a), fb = plc_is_flonum(b);
  if (fa && fb)
    return compareDoubles(plc_flonum_value(a), plc_flonum_value(b));
  if (fa)
    return reverse(compareMixed(ctx, b, plc_flonum_value(a)));
  if (fb)
    return compareMixed(ctx, a, plc_flonum_value(b));
  return compareExact(ctx, a, b);
}

static Order compareChecked(Context *ctx, Value a, Value b, const char *who,
                            int position) {
  if (!isReal(a))
    wrongType(ctx, who, position, "a real number", a);
  if (!isReal(b))
    wrongType(ctx, who, position + 1, "a real number", b);
  return compareReals(ctx, a, b);
}

static bool equalNumbers(Context *ctx, Value a, Value b, int position) {
  if (rt_foreign_compare && (isForeign(a) || isForeign(b)))
    return rt_foreign_compare(ctx, PLC_COMPARE_EQ, a, b);
  if (!isNumber(a))
    wrongType(ctx, "=", position, "a number", a);
  if (!isNumber(b))
    wrongType(ctx, "=", position + 1, "a number", b);
  return compareReals(ctx, realPart(a), realPart(b)) == Equal &&
         compareReals(ctx, imagPart(a), imagPart(b)) == Equal;
}

static bool holds(const char *who, Order order) {
  switch (who[0]) {
  case '<': return order == Less || (who[1] && order == Equal);
  case '>': return order == Greater || (who[1] && order == Equal);
  default: return order == Equal;
  }
}

static int comparisonOf(const char *who) {
  switch (who[0]) {
  case '<': return who[1] ? PLC_COMPARE_LE : PLC_COMPARE_LT;
  case '>': return who[1] ? PLC_COMPARE_GE : PLC_COMPARE_GT;
  default: return PLC_COMPARE_EQ;
  }
}

static bool isForeignPair(Value a, Value b) {
  return rt_foreign_compare && (isForeign(a) || isForeign(b));
}

static bool compares(Context *ctx, const char *who, Value a, Value b,
                     int position) {
  if (isForeignPair(a, b))
    return rt_foreign_compare(ctx, comparisonOf(who), a, b);
  return holds(who, compareChecked(ctx, a, b, who, position));
}

static Value compareAll(Context *ctx, int64_t argc, const Value *argv,
                        const char *who) {
  if (!isReal(argv[0]) && !isForeign(argv[0]))
    wrongType(ctx, who, 1, "a real number", argv[0]);
  bool result = true;
  for (int64_t i = 1; i < argc; ++i) // checks the types of all
    result &= compares(ctx, who, argv[i - 1], argv[i], int(i));
  return plc_bool(result);
}

/// Largest or smallest; one NaN or flonum makes the result inexact.
static Value extreme(Context *ctx, int64_t argc, const Value *argv,
                     const char *who, Order wanted) {
  if (!isReal(argv[0]))
    wrongType(ctx, who, 1, "a real number", argv[0]);
  Value best = argv[0];
  bool inexact = plc_is_flonum(best);
  for (int64_t i = 1; i < argc; ++i) {
    if (!isReal(argv[i]))
      wrongType(ctx, who, int(i) + 1, "a real number", argv[i]);
    inexact |= plc_is_flonum(argv[i]);
    Order order = compareReals(ctx, argv[i], best);
    if (order == wanted ||
        (order == Unordered && plc_is_flonum(argv[i]) &&
         std::isnan(plc_flonum_value(argv[i]))))
      best = argv[i];
  }
  return inexact ? makeFlonum(ctx, realToDouble(best)) : best;
}

extern "C" {

// With an object of another language anything may be computed.

void rt_check_numbers(Context *ctx, Value a, Value b, void *name,
                      int64_t place) {
  auto *who = static_cast<const char *>(name);
  if (isForeign(a) || isForeign(b))
    return;
  if (!isNumber(a))
    wrongType(ctx, who, 1, "a number", a);
  if (!isNumber(b))
    wrongType(ctx, who, int(place), "a number", b);
}
void rt_check_reals(Context *ctx, Value a, Value b, void *name,
                    int64_t place) {
  auto *who = static_cast<const char *>(name);
  if (isForeign(a) || isForeign(b))
    return;
  if (!isReal(a))
    wrongType(ctx, who, 1, "a real number", a);
  if (!isReal(b))
    wrongType(ctx, who, int(place), "a real number", b);
}
bool rt_num_eq(Context *ctx, Value a, Value b) {
  return equalNumbers(ctx, a, b, 1);
}
bool rt_num_lt(Context *ctx, Value a, Value b) {
  return compares(ctx, "<", a, b, 1);
}
bool rt_num_gt(Context *ctx, Value a, Value b) {
  return compares(ctx, ">", a, b, 1);
}
bool rt_num_le(Context *ctx, Value a, Value b) {
  return compares(ctx, "<=", a, b, 1);
}
bool rt_num_ge(Context *ctx, Value a, Value b) {
  return compares(ctx, ">=", a, b, 1);
}

bool rt_eqv(Context *ctx, Value a, Value b) {
  if (a == b)
    return true;
  if (!plc_is_object(a) || !plc_is_object(b))
    return false;
  NumKind kind = numKind(a);
  if (kind != numKind(b))
    return false;
  switch (kind) {
  case NumKind::Flonum:
    return plc_double_bits(plc_flonum_value(a)) ==
           plc_double_bits(plc_flonum_value(b));
  case NumKind::Bignum: return intCompare(a, b) == 0;
  case NumKind::Ratnum:
  case NumKind::Compnum:
    return rt_eqv(ctx, plc_fields(a)[0], plc_fields(b)[0]) &&
           rt_eqv(ctx, plc_fields(a)[1], plc_fields(b)[1]);
  case NumKind::Fixnum:
  case NumKind::None: break;
  }
  return false;
}

Value prim_NumEq(Context *ctx, int64_t argc, const Value *argv) {
  if (!isNumber(argv[0]) && !isForeign(argv[0]))
    wrongType(ctx, "=", 1, "a number", argv[0]);
  bool result = true;
  for (int64_t i = 1; i < argc; ++i)
    result &= equalNumbers(ctx, argv[i - 1], argv[i], int(i));
  return plc_bool(result);
}
Value prim_NumLt(Context *ctx, int64_t argc, const Value *argv) {
  return compareAll(ctx, argc, argv, "<");
}
Value prim_NumGt(Context *ctx, int64_t argc, const Value *argv) {
  return compareAll(ctx, argc, argv, ">");
}
Value prim_NumLe(Context *ctx, int64_t argc, const Value *argv) {
  return compareAll(ctx, argc, argv, "<=");
}
Value prim_NumGe(Context *ctx, int64_t argc, const Value *argv) {
  return compareAll(ctx, argc, argv, ">=");
}
Value prim_Max(Context *ctx, int64_t argc, const Value *argv) {
  return extreme(ctx, argc, argv, "max", Greater);
}
Value prim_Min(Context *ctx, int64_t argc, const Value *argv) {
  return extreme(ctx, argc, argv, "min", Less);
}

Value prim_ZeroP(Context *ctx, Value v) {
  if (!isNumber(v))
    wrongType(ctx, "zero?", 1, "a number", v);
  if (plc_is_flonum(v))
    return plc_bool(plc_flonum_value(v) == 0);
  if (numKind(v) == NumKind::Compnum)
    return plc_bool(equalNumbers(ctx, v, kZero, 1));
  return plc_bool(v == kZero);
}
Value prim_PositiveP(Context *ctx, Value v) {
  if (!isReal(v))
    wrongType(ctx, "positive?", 1, "a real number", v);
  return plc_bool(realSign(v) > 0);
}
Value prim_NegativeP(Context *ctx, Value v) {
  if (!isReal(v))
    wrongType(ctx, "negative?", 1, "a real number", v);
  return plc_bool(realSign(v) < 0);
}
static bool isOdd(Context *ctx, Value v, const char *who) {
  if (isExactInteger(v))
    return intIsOdd(v);
  if (!isInteger(v))
    wrongType(ctx, who, 1, "an integer", v);
  return fmod(plc_flonum_value(v), 2) != 0;
}
Value prim_OddP(Context *ctx, Value v) {
  return plc_bool(isOdd(ctx, v, "odd?"));
}
Value prim_EvenP(Context *ctx, Value v) {
  return plc_bool(!isOdd(ctx, v, "even?"));
}

Value prim_NumberP(Context *, Value v) { return plc_bool(isNumber(v)); }
Value prim_RealP(Context *, Value v) { return plc_bool(isReal(v)); }
Value prim_RationalP(Context *, Value v) {
  return plc_bool(plc_is_flonum(v) ? std::isfinite(plc_flonum_value(v))
                                   : isReal(v));
}
Value prim_IntegerP(Context *, Value v) { return plc_bool(isInteger(v)); }
Value prim_ExactIntegerP(Context *, Value v) {
  return plc_bool(isExactInteger(v));
}
Value prim_ExactRationalP(Context *, Value v) {
  return plc_bool(isExactRational(v));
}
Value prim_FixnumP(Context *, Value v) { return plc_bool(plc_is_fixnum(v)); }
Value prim_FlonumP(Context *, Value v) { return plc_bool(plc_is_flonum(v)); }
bool rt_is_real(Context *, Value v) { return isReal(v); }

/// True if `test` holds of a flonum part; exact numbers are finite.
static Value anyPart(Context *ctx, Value v, const char *who,
                     bool (*test)(double)) {
  if (!isNumber(v))
    wrongType(ctx, who, 1, "a number", v);
  Value re = realPart(v), im = imagPart(v);
  return plc_bool((plc_is_flonum(re) && test(plc_flonum_value(re))) ||
                  (plc_is_flonum(im) && test(plc_flonum_value(im))));
}
Value prim_NanP(Context *ctx, Value v) {
  return anyPart(ctx, v, "nan?", [](double d) { return std::isnan(d); });
}
Value prim_InfiniteP(Context *ctx, Value v) {
  return anyPart(ctx, v, "infinite?", [](double d) { return std::isinf(d); });
}
Value prim_FiniteP(Context *ctx, Value v) {
  Value not_ = anyPart(ctx, v, "finite?",
                       [](double d) { return !std::isfinite(d); });
  return plc_bool(not_ == PLC_FALSE);
}
static bool isInexact(Context *ctx, Value v, const char *who) {
  if (!isNumber(v))
    wrongType(ctx, who, 1, "a number", v);
  return plc_is_flonum(v) ||
         (numKind(v) == NumKind::Compnum && plc_is_flonum(imagPart(v)));
}
Value prim_ExactP(Context *ctx, Value v) {
  return plc_bool(!isInexact(ctx, v, "exact?"));
}
Value prim_InexactP(Context *ctx, Value v) {
  return plc_bool(isInexact(ctx, v, "inexact?"));
}

} // extern "C"
} // namespace plc::rt
