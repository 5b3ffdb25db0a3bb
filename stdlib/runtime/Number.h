//===- Number.h - the numeric tower, between its files -----------*- C++ -*-===//
//
// Exact integers are fixnums or BIGNUM objects whose limbs GMP's mpn layer
// works on in place; rationals are RATNUM pairs of them; COMPNUM has two exact
// or two flonum parts. Every number has one form: integers that fit are
// fixnums, rationals are in lowest terms with a denominator above 1, a complex
// number never has an exact zero as imaginary part.
//
//===----------------------------------------------------------------------===//
#ifndef PLC_RUNTIME_NUMBER_H
#define PLC_RUNTIME_NUMBER_H

#include "stdlib/runtime/Runtime.h"

#include <gmp.h>

namespace plc::rt {

enum class NumKind : uint8_t { Fixnum, Bignum, Ratnum, Flonum, Compnum, None };

inline NumKind numKind(Value v) {
  if (plc_is_fixnum(v))
    return NumKind::Fixnum;
  if (plc_is_immediate_flonum(v))
    return NumKind::Flonum;
  if (!plc_is_object(v))
    return NumKind::None;
  switch (plc_header_kind(plc_header(v))) {
  case PLC_KIND_FLONUM: return NumKind::Flonum;
  case PLC_KIND_BIGNUM: return NumKind::Bignum;
  case PLC_KIND_RATNUM: return NumKind::Ratnum;
  case PLC_KIND_COMPNUM: return NumKind::Compnum;
  default: return NumKind::None;
  }
}
inline bool isNumber(Value v) { return numKind(v) != NumKind::None; }
inline bool isReal(Value v) { return numKind(v) < NumKind::Compnum; }
inline bool isExactInteger(Value v) { return numKind(v) <= NumKind::Bignum; }
inline bool isExactRational(Value v) { return numKind(v) <= NumKind::Ratnum; }

inline constexpr Value kZero = 0; // plc_fixnum(0)
inline constexpr Value kOne = 8;  // plc_fixnum(1)

//===--- Exact integers (Integer.cpp) -------------------------------------===//

/// The limbs of a fixnum or bignum. Zero has no limbs. The limbs of a bignum
/// stay where they are as long as the view lives on a stack.
struct IntView {
  explicit IntView(Value v) {
    if (plc_is_fixnum(v)) {
      int64_t n = plc_fixnum_value(v);
      negative = n < 0;
      small = negative ? 0 - uint64_t(n) : uint64_t(n);
      limbs = &small;
      size = small != 0;
    } else {
      limbs = reinterpret_cast<const mp_limb_t *>(plc_fields(v));
      size = mp_size_t(lengthOf(v) / sizeof(mp_limb_t));
      negative = plc_header_flags(plc_header(v)) & 1;
    }
  }
  IntView(const IntView &) = delete;
  IntView &operator=(const IntView &) = delete;

  const mp_limb_t *limbs;
  mp_size_t size;
  bool negative;

private:
  mp_limb_t small;
};

/// Room for a result of at most `size` limbs: on the stack when small, else a
/// bignum object that finish() shrinks. No destructor, so that operations may
/// raise.
class IntResult {
public:
  IntResult(Context *ctx, mp_size_t size);
  IntResult(const IntResult &) = delete;
  /// The integer in the first `size` limbs, leading zeros allowed.
  Value finish(Context *ctx, mp_size_t size, bool negative);
  mp_limb_t *limbs;

private:
  static constexpr mp_size_t kLocal = 24;
  mp_limb_t local[kLocal];
  Value object = 0;
};

/// Integer with this magnitude, leading zeros allowed.
Value makeIntegerFromLimbs(Context *ctx, const mp_limb_t *limbs, mp_size_t size,
                           bool negative);
Value makeUnsigned(Context *ctx, uint64_t n);

Value intAdd(Context *ctx, Value a, Value b);
Value intSub(Context *ctx, Value a, Value b);
Value intMul(Context *ctx, Value a, Value b);
Value intNegate(Context *ctx, Value a);
Value intAbs(Context *ctx, Value a);
/// Truncating division; either result may be null. \pre b != 0
void intDivRem(Context *ctx, Value a, Value b, Value *quotient,
               Value *remainder);
/// Quotient of a division known to be without remainder.
Value intDivExact(Context *ctx, Value a, Value b);
Value intGcd(Context *ctx, Value a, Value b);
int intCompare(Value a, Value b);
inline bool intIsNegative(Value a) {
  return plc_is_fixnum(a) ? int64_t(a) < 0
                          : (plc_header_flags(plc_header(a)) & 1) != 0;
}
inline int intSign(Value a) { return a == kZero ? 0 : intIsNegative(a) ? -1 : 1; }
inline bool intIsOdd(Value a) {
  return plc_is_fixnum(a) ? (a & 8) != 0 : (plc_fields(a)[0] & 1) != 0;
}
/// a * 2^count, flooring when count is negative.
Value intShift(Context *ctx, Value a, int64_t count);
/// a to the power of n >= 0.
Value intPower(Context *ctx, Value a, uint64_t n);
/// Floor of the square root, and the rest. \pre a >= 0
void intSqrt(Context *ctx, Value a, Value *root, Value *rest);
/// Bits of the magnitude; 0 for zero.
uint64_t intBits(Value a);
/// Nearest double, ties to even; infinite when too large.
double intToDouble(Value a);
/// The integer a finite double without fraction stands for.
Value doubleToInt(Context *ctx, double d);

/// m * 2^exponent rounded to nearest, m >= 2^63; sticky: a little more than m.
double roundToDouble(uint64_t m, bool sticky, int64_t exponent);

//===--- Rationals and complex numbers (NumberArith.cpp) -------------------===//

inline Value numerator(Value v) {
  return numKind(v) == NumKind::Ratnum ? plc_fields(v)[0] : v;
}
inline Value denominator(Value v) {
  return numKind(v) == NumKind::Ratnum ? plc_fields(v)[1] : kOne;
}
inline Value realPart(Value v) {
  return numKind(v) == NumKind::Compnum ? plc_fields(v)[0] : v;
}
inline Value imagPart(Value v) {
  return numKind(v) == NumKind::Compnum ? plc_fields(v)[1] : kZero;
}
/// n / d in lowest terms. \pre d != 0
Value makeRational(Context *ctx, Value n, Value d);
/// re + im i; if one part is a flonum and im is not exact 0, both become one.
Value makeComplex(Context *ctx, Value re, Value im);

Value numAdd(Context *ctx, Value a, Value b, const char *who = "+");
Value numSub(Context *ctx, Value a, Value b, const char *who = "-");
Value numMul(Context *ctx, Value a, Value b, const char *who = "*");
Value numDiv(Context *ctx, Value a, Value b, const char *who = "/");
Value numNegate(Context *ctx, Value a);

//===--- Comparison (NumberCompare.cpp) ------------------------------------===//

enum Order : int { Less = -1, Equal = 0, Greater = 1, Unordered = 2 };
/// Compares two reals by their exact values; Unordered with NaN.
Order compareReals(Context *ctx, Value a, Value b);
/// -1, 0, 1; 0 for NaN. \pre v is real
int realSign(Value v);

//===--- Conversion (NumberConvert.cpp) ------------------------------------===//

/// Nearest double of a real.
double realToDouble(Value v);
/// Nearest double of n / d, d > 0.
double ratioToDouble(Context *ctx, Value n, Value d);
/// Exact value of a finite double.
Value doubleToExact(Context *ctx, double d);
Value toExact(Context *ctx, Value v, const char *who);
Value toInexact(Context *ctx, Value v, const char *who);
/// True of exact integers and of flonums without fraction.
bool isInteger(Value v);

//===--- Text (NumberText.cpp) ---------------------------------------------===//

/// Number in ASCII text, or PLC_FALSE if it is none.
Value parseNumber(Context *ctx, const char *text, size_t length,
                  unsigned radix);
/// Longest text of a double.
inline constexpr size_t kDoubleTextMax = 40;
/// Writes the shortest text that reads back as d in radix 10; returns its end.
char *formatDouble(char *out, double d);
/// Receives the text of a number piece by piece.
class Scratch;
using TextSink = void (*)(Context *ctx, void *data, const char *text,
                          size_t length);
/// The sink frees `scratch` before it raises.
void formatNumber(Scratch &scratch, Value v, unsigned radix, TextSink sink,
                  void *data);

} // namespace plc::rt

#endif // PLC_RUNTIME_NUMBER_H
