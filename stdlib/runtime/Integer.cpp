//===- Integer.cpp - exact integers of any size ----------------------------===//
//
// Fixnums and bignums over GMP's mpn layer, which works on plain limb arrays
// and never owns memory: operands are read in place in our heap, results are
// written into fresh objects.
//
//===----------------------------------------------------------------------===//

#include "stdlib/runtime/Number.h"

#include <cmath>
#include <cstring>

namespace plc::rt {

namespace {

mp_limb_t *limbsOf(Value bignum) {
  return reinterpret_cast<mp_limb_t *>(plc_fields(bignum));
}
Value allocateBignum(Context *ctx, mp_size_t size, bool negative) {
  return allocateBytes(ctx, PLC_KIND_BIGNUM, negative,
                       size_t(size) * sizeof(mp_limb_t));
}
/// Bytes an object takes whose length field is `length`.
size_t objectBytes(size_t length) { return (8 + length + 15) & ~size_t(15); }

mp_size_t significant(const mp_limb_t *limbs, mp_size_t size) {
  while (size > 0 && limbs[size - 1] == 0)
    --size;
  return size;
}
/// True, and the value, if the magnitude fits a fixnum.
bool asFixnum(const mp_limb_t *limbs, mp_size_t size, bool negative,
              Value *result) {
  if (size > 1)
    return false;
  uint64_t m = size == 0 ? 0 : limbs[0];
  if (m > uint64_t(PLC_FIXNUM_MAX) + negative)
    return false;
  *result = (negative ? 0 - m : m) << 3;
  return true;
}
/// Scratch limbs: garbage of the heap, so that a raise leaks nothing.
mp_limb_t *scratch(Context *ctx, mp_size_t size) {
  return limbsOf(allocateBytes(ctx, PLC_KIND_BYTES, 0,
                               size_t(size) * sizeof(mp_limb_t)));
}

} // namespace

IntResult::IntResult(Context *ctx, mp_size_t size) {
  if (size <= kLocal) {
    limbs = local;
    return;
  }
  object = allocateBignum(ctx, size, false);
  limbs = limbsOf(object);
}

Value IntResult::finish(Context *ctx, mp_size_t size, bool negative) {
  size = significant(limbs, size);
  // Small results, and large objects (they own their pages), are copied.
  size_t whole = object ? objectBytes(lengthOf(object)) : 0;
  size_t length = size_t(size) * sizeof(mp_limb_t);
  size_t needed = objectBytes(length);
  if (!object || size <= 1 || (whole != needed && whole > 4096))
    return makeIntegerFromLimbs(ctx, limbs, size, negative);
  uint64_t *words = plc_object_words(object);
  words[0] = PLC_HEADER(PLC_KIND_BIGNUM, negative, length);
  if (whole != needed) // keep the page walkable
    words[needed / 8] = PLC_HEADER(PLC_KIND_FILLER, 0, whole - needed - 8);
  return object;
}

Value makeIntegerFromLimbs(Context *ctx, const mp_limb_t *limbs, mp_size_t size,
                           bool negative) {
  size = significant(limbs, size);
  Value result;
  if (asFixnum(limbs, size, negative, &result))
    return result;
  result = allocateBignum(ctx, size, negative);
  memcpy(plc_fields(result), limbs, size_t(size) * sizeof(mp_limb_t));
  return result;
}

Value makeInteger(Context *ctx, int64_t n) {
  if (plc_fits_fixnum(n))
    return plc_fixnum(n);
  mp_limb_t limb = n < 0 ? 0 - uint64_t(n) : uint64_t(n);
  return makeIntegerFromLimbs(ctx, &limb, 1, n < 0);
}

Value makeUnsigned(Context *ctx, uint64_t n) {
  mp_limb_t limb = n;
  return makeIntegerFromLimbs(ctx, &limb, 1, false);
}

//===--- Sums -------------------------------------------------------------===//

static int compareMagnitudes(const IntView &a, const IntView &b) {
  if (a.size != b.size)
    return a.size < b.size ? -1 : 1;
  return a.size == 0 ? 0 : mpn_cmp(a.limbs, b.limbs, a.size);
}

/// a + b with the sign of b flipped if `flip`.
static Value addSigned(Context *ctx, Value av, Value bv, bool flip) {
  IntView a(av), b(bv);
  bool bNegative = b.negative != flip;
  if (b.size == 0)
    return av;
  if (a.size == 0)
    return flip ? intNegate(ctx, bv) : bv;
  if (a.negative == bNegative) {
    const IntView &x = a.size >= b.size ? a : b;
    const IntView &y = a.size >= b.size ? b : a;
    IntResult r(ctx, x.size + 1);
    r.limbs[x.size] = mpn_add(r.limbs, x.limbs, x.size, y.limbs, y.size);
    return r.finish(ctx, x.size + 1, a.negative);
  }
  int order = compareMagnitudes(a, b);
  if (order == 0)
    return kZero;
  const IntView &x = order > 0 ? a : b;
  const IntView &y = order > 0 ? b : a;
  IntResult r(ctx, x.size);
  mpn_sub(r.limbs, x.limbs, x.size, y.limbs, y.size);
  return r.finish(ctx, x.size, order > 0 ? a.negative : bNegative);
}

Value intAdd(Context *ctx, Value a, Value b) {
  if (plc_is_fixnum(a) && plc_is_fixnum(b))
    return makeInteger(ctx, plc_fixnum_value(a) + plc_fixnum_value(b));
  return addSigned(ctx, a, b, false);
}
Value intSub(Context *ctx, Value a, Value b) {
  if (plc_is_fixnum(a) && plc_is_fixnum(b))
    return makeInteger(ctx, plc_fixnum_value(a) - plc_fixnum_value(b));
  return addSigned(ctx, a, b, true);
}

Value intNegate(Context *ctx, Value v) {
  if (plc_is_fixnum(v))
    return makeInteger(ctx, -plc_fixnum_value(v));
  IntView a(v);
  return makeIntegerFromLimbs(ctx, a.limbs, a.size, !a.negative);
}
Value intAbs(Context *ctx, Value v) {
  return intIsNegative(v) ? intNegate(ctx, v) : v;
}

int intCompare(Value av, Value bv) {
  if (plc_is_fixnum(av) && plc_is_fixnum(bv))
    return int64_t(av) < int64_t(bv) ? -1 : int64_t(av) > int64_t(bv);
  IntView a(av), b(bv);
  if (a.negative != b.negative)
    return a.negative ? -1 : 1;
  int order = compareMagnitudes(a, b);
  order = order < 0 ? -1 : order > 0;
  return a.negative ? -order : order;
}

//===--- Products and quotients -------------------------------------------===//

Value intMul(Context *ctx, Value av, Value bv) {
  if (plc_is_fixnum(av) && plc_is_fixnum(bv)) {
    auto product = __int128(plc_fixnum_value(av)) * plc_fixnum_value(bv);
    if (product == int64_t(product))
      return makeInteger(ctx, int64_t(product));
    bool negative = product < 0;
    auto magnitude = static_cast<unsigned __int128>(negative ? -product
                                                             : product);
    mp_limb_t limbs[2] = {mp_limb_t(magnitude), mp_limb_t(magnitude >> 64)};
    return makeIntegerFromLimbs(ctx, limbs, 2, negative);
  }
  IntView a(av), b(bv);
  if (a.size == 0 || b.size == 0)
    return kZero;
  bool negative = a.negative != b.negative;
  mp_size_t size = a.size + b.size;
  IntResult r(ctx, size);
  if (av == bv && a.size > 1)
    mpn_sqr(r.limbs, a.limbs, a.size);
  else if (a.size >= b.size)
    mpn_mul(r.limbs, a.limbs, a.size, b.limbs, b.size);
  else
    mpn_mul(r.limbs, b.limbs, b.size, a.limbs, a.size);
  return r.finish(ctx, size, negative);
}

void intDivRem(Context *ctx, Value av, Value bv, Value *quotient,
               Value *remainder) {
  if (plc_is_fixnum(av) && plc_is_fixnum(bv)) {
    int64_t a = plc_fixnum_value(av), b = plc_fixnum_value(bv);
    if (quotient)
      *quotient = makeInteger(ctx, a / b);
    if (remainder)
      *remainder = plc_fixnum(a % b);
    return;
  }
  IntView a(av), b(bv);
  if (compareMagnitudes(a, b) < 0) {
    if (quotient)
      *quotient = kZero;
    if (remainder)
      *remainder = av;
    return;
  }
  IntResult q(ctx, a.size - b.size + 1), r(ctx, b.size);
  mpn_tdiv_qr(q.limbs, r.limbs, 0, a.limbs, a.size, b.limbs, b.size);
  if (quotient)
    *quotient = q.finish(ctx, a.size - b.size + 1, a.negative != b.negative);
  if (remainder)
    *remainder = r.finish(ctx, b.size, a.negative);
}

Value intDivExact(Context *ctx, Value a, Value b) {
  if (b == kOne)
    return a;
  Value quotient;
  intDivRem(ctx, a, b, &quotient, nullptr);
  return quotient;
}

static uint64_t gcdWords(uint64_t a, uint64_t b) {
  if (a == 0 || b == 0)
    return a | b;
  int shift = __builtin_ctzll(a | b);
  a >>= __builtin_ctzll(a);
  while (b != 0) {
    b >>= __builtin_ctzll(b);
    if (a > b)
      std::swap(a, b);
    b -= a;
  }
  return a << shift;
}

/// Copies without the trailing zero bits; returns their number.
static mp_bitcnt_t copyOdd(mp_limb_t *out, const IntView &a, mp_size_t *size) {
  mp_bitcnt_t zeros = mpn_scan1(a.limbs, 0);
  mp_size_t skip = mp_size_t(zeros / GMP_NUMB_BITS);
  unsigned bits = unsigned(zeros % GMP_NUMB_BITS);
  mp_size_t n = a.size - skip;
  if (bits)
    mpn_rshift(out, a.limbs + skip, n, bits);
  else
    mpn_copyi(out, a.limbs + skip, n);
  *size = significant(out, n);
  return zeros;
}

Value intGcd(Context *ctx, Value av, Value bv) {
  IntView a(av), b(bv);
  if (a.size == 0)
    return intAbs(ctx, bv);
  if (b.size == 0)
    return intAbs(ctx, av);
  if (a.size == 1 && b.size == 1)
    return makeUnsigned(ctx, gcdWords(a.limbs[0], b.limbs[0]));
  if (b.size == 1 || a.size == 1) {
    const IntView &x = a.size == 1 ? b : a;
    uint64_t y = a.size == 1 ? a.limbs[0] : b.limbs[0];
    return makeUnsigned(ctx, gcdWords(mpn_mod_1(x.limbs, x.size, y), y));
  }
  // mpn_gcd wants odd operands, the longer one first, and destroys both.
  mp_limb_t *x = scratch(ctx, a.size);
  mp_limb_t *y = scratch(ctx, b.size);
  mp_size_t xn, yn;
  mp_bitcnt_t xz = copyOdd(x, a, &xn), yz = copyOdd(y, b, &yn);
  mp_bitcnt_t zeros = xz < yz ? xz : yz;
  if (xn < yn || (xn == yn && mpn_cmp(x, y, xn) < 0)) {
    std::swap(x, y);
    std::swap(xn, yn);
  }
  IntResult r(ctx, yn);
  mp_size_t n = mpn_gcd(r.limbs, x, xn, y, yn);
  return intShift(ctx, r.finish(ctx, n, false), int64_t(zeros));
}

Value intPower(Context *ctx, Value a, uint64_t n) {
  if (n == 0)
    return kOne;
  if (a == kZero || a == kOne)
    return a;
  if (a == plc_fixnum(-1))
    return n & 1 ? a : kOne;
  // Over 2 GiB GMP would end the process when its scratch memory runs out.
  constexpr uint64_t kMostBits = uint64_t(1) << 34;
  if (n > kMostBits / (intBits(a) - 1))
    raiseCondition(ctx, "heap-exhausted", "expt: the result is too large",
                   list2(ctx, a, makeUnsigned(ctx, n)));
  if (a == plc_fixnum(2))
    return intShift(ctx, kOne, int64_t(n));
  Value result = a;
  for (int bit = 62 - __builtin_clzll(n); bit >= 0; --bit) {
    result = intMul(ctx, result, result);
    if (n >> bit & 1)
      result = intMul(ctx, result, a);
  }
  return result;
}

void intSqrt(Context *ctx, Value v, Value *root, Value *rest) {
  IntView a(v);
  if (a.size == 0) {
    *root = *rest = kZero;
    return;
  }
  mp_size_t rootSize = (a.size + 1) / 2;
  IntResult r(ctx, rootSize), s(ctx, a.size);
  mp_size_t n = mpn_sqrtrem(r.limbs, s.limbs, a.limbs, a.size);
  Value result = r.finish(ctx, rootSize, false);
  *rest = s.finish(ctx, n, false);
  *root = result;
}

//===--- Bits -------------------------------------------------------------===//

Value intShift(Context *ctx, Value v, int64_t count) {
  if (v == kZero || count == 0)
    return v;
  IntView a(v);
  if (count > 0) {
    if (plc_is_fixnum(v) && count < 60) {
      int64_t n = plc_fixnum_value(v);
      if (n >> (60 - count) == (n < 0 ? -1 : 0))
        return plc_fixnum(int64_t(uint64_t(n) << count));
    }
    if (count >= int64_t(1) << 40)
      raiseCondition(ctx, "heap-exhausted",
                     "arithmetic-shift: the result is too large",
                     list2(ctx, v, makeInteger(ctx, count)));
    mp_size_t skip = mp_size_t(count / GMP_NUMB_BITS);
    unsigned bits = unsigned(count % GMP_NUMB_BITS);
    mp_size_t size = a.size + skip + 1;
    IntResult r(ctx, size);
    mpn_zero(r.limbs, skip);
    if (bits)
      r.limbs[size - 1] = mpn_lshift(r.limbs + skip, a.limbs, a.size, bits);
    else {
      mpn_copyi(r.limbs + skip, a.limbs, a.size);
      r.limbs[size - 1] = 0;
    }
    return r.finish(ctx, size, a.negative);
  }
  uint64_t down = 0 - uint64_t(count);
  if (plc_is_fixnum(v))
    return plc_fixnum(plc_fixnum_value(v) >> (down > 63 ? 63 : down));
  uint64_t skip = down / GMP_NUMB_BITS;
  unsigned bits = unsigned(down % GMP_NUMB_BITS);
  if (skip >= uint64_t(a.size))
    return a.negative ? plc_fixnum(-1) : kZero;
  mp_size_t size = a.size - mp_size_t(skip);
  IntResult r(ctx, size + 1);
  mp_limb_t lost = 0;
  if (bits)
    lost = mpn_rshift(r.limbs, a.limbs + skip, size, bits);
  else
    mpn_copyi(r.limbs, a.limbs + skip, size);
  r.limbs[size] = 0;
  if (a.negative) { // floor: round the magnitude up
    for (uint64_t i = 0; lost == 0 && i < skip; ++i)
      lost = a.limbs[i];
    if (lost != 0)
      r.limbs[size] = mpn_add_1(r.limbs, r.limbs, size, 1);
  }
  return r.finish(ctx, size + 1, a.negative);
}

uint64_t intBits(Value v) {
  IntView a(v);
  if (a.size == 0)
    return 0;
  return uint64_t(a.size) * 64 -
         unsigned(__builtin_clzll(a.limbs[a.size - 1]));
}

//===--- Doubles ----------------------------------------------------------===//

double roundToDouble(uint64_t m, bool sticky, int64_t exponent) {
  int64_t top = exponent + 63; // exponent of the leading bit
  if (top > 1023)
    return HUGE_VAL;
  int64_t precision = top >= -1022 ? 53 : 53 - (-1022 - top);
  if (precision < 0)
    return 0.0;
  unsigned drop = unsigned(64 - precision);
  uint64_t kept = drop == 64 ? 0 : m >> drop;
  uint64_t half = uint64_t(1) << (drop - 1);
  uint64_t rest = m & (half | (half - 1));
  if (rest > half || (rest == half && (sticky || (kept & 1))))
    ++kept;
  return ldexp(double(kept), int(exponent + drop));
}

double intToDouble(Value v) {
  if (plc_is_fixnum(v))
    return double(plc_fixnum_value(v));
  IntView a(v);
  uint64_t top = a.limbs[a.size - 1];
  unsigned shift = unsigned(__builtin_clzll(top));
  uint64_t m = top << shift;
  bool sticky = false;
  mp_size_t i = a.size - 2;
  if (shift != 0 && i >= 0) {
    m |= a.limbs[i] >> (64 - shift);
    sticky = a.limbs[i] << shift != 0;
    --i;
  }
  for (; !sticky && i >= 0; --i)
    sticky = a.limbs[i] != 0;
  double d = roundToDouble(m, sticky, int64_t(a.size - 1) * 64 - shift);
  return a.negative ? -d : d;
}

Value doubleToInt(Context *ctx, double d) {
  if (fabs(d) < 0x1p60)
    return plc_fixnum(int64_t(d));
  int exponent;
  double m = frexp(fabs(d), &exponent);
  // m in [1/2, 1): 2^53 m is an integer.
  Value n = plc_fixnum(int64_t(ldexp(m, 53)));
  n = intShift(ctx, n, exponent - 53);
  return d < 0 ? intNegate(ctx, n) : n;
}

} // namespace plc::rt
