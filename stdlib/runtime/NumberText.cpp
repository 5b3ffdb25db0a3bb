//===- NumberText.cpp - numbers to text and back ---------------------------===//
//
// Syntax is recognised by NumberSyntax.h; here texts become values and values
// texts. Flonums print as the shortest decimal that reads back as the same
// double; in another radix than 10, which has no decimal notation in R7RS, as
// their exact value behind #i.
//
//===----------------------------------------------------------------------===//

#include "stdlib/NumberSyntax.h"
#include "stdlib/runtime/Number.h"
#include "stdlib/runtime/Scratch.h"
#include "stdlib/runtime/Text.h"

#include <charconv>
#include <cmath>

namespace plc::rt {

//===--- Text to number ---------------------------------------------------===//

namespace {

/// Largest exponent of an exact decimal: above, it would fill the memory.
constexpr int64_t kMaxExactExponent = 10'000'000;

/// Digits of [a, aEnd) followed by those of [b, bEnd) as an integer.
Value digitsToInteger(Context *ctx, const char *a, const char *aEnd,
                      const char *b, const char *bEnd, unsigned radix) {
  size_t count = size_t(aEnd - a) + size_t(bEnd - b);
  constexpr size_t kShort = 11; // 36^11 < 2^60
  if (count <= kShort || (radix == 10 && count <= 18)) {
    uint64_t n = 0;
    for (const char *p = a; p != aEnd; ++p)
      n = n * radix + plc::detail::digitValue(*p);
    for (const char *p = b; p != bEnd; ++p)
      n = n * radix + plc::detail::digitValue(*p);
    return plc_fixnum(int64_t(n));
  }
  Value bytes = allocateBytes(ctx, PLC_KIND_BYTES, 0, count);
  auto *out = reinterpret_cast<unsigned char *>(plc_fields(bytes));
  unsigned char *p = out;
  for (; a != aEnd; ++a)
    *p++ = (unsigned char)plc::detail::digitValue(*a);
  for (; b != bEnd; ++b)
    *p++ = (unsigned char)plc::detail::digitValue(*b);
  p = out;
  while (count > 1 && *p == 0) {
    ++p;
    --count;
  }
  // 64 / log2(36) > 12 digits fill at most one limb.
  IntResult r(ctx, mp_size_t(count / 12 + 2));
  mp_size_t size = mpn_set_str(r.limbs, p, count, int(radix));
  return r.finish(ctx, size, false);
}

Value exactDecimal(Context *ctx, const RealSyntax &r) {
  Value n = digitsToInteger(ctx, r.digits, r.digitsEnd, r.tail, r.tailEnd, 10);
  if (n == kZero)
    return n;
  int64_t exponent = r.exponent - (r.tailEnd - r.tail);
  if (exponent > kMaxExactExponent || exponent < -kMaxExactExponent)
    raiseCondition(ctx, "heap-exhausted",
                   "the exponent of an exact number is too large",
                   list1(ctx, makeInteger(ctx, exponent)));
  Value scale = intPower(ctx, plc_fixnum(10),
                         uint64_t(exponent < 0 ? -exponent : exponent));
  return exponent < 0 ? makeRational(ctx, n, scale) : intMul(ctx, n, scale);
}

/// Value of a part. Decimals are inexact unless the number has #e.
Value realFromSyntax(Context *ctx, const RealSyntax &r, unsigned radix,
                     NumberSyntax::Exactness exactness) {
  Value v = kZero;
  switch (r.kind) {
  case RealSyntax::None: return kZero;
  case RealSyntax::Infinity:
    return makeFlonum(ctx, r.negative ? -HUGE_VAL : HUGE_VAL);
  case RealSyntax::NaN: return makeFlonum(ctx, NAN);
  case RealSyntax::Decimal:
    if (exactness != NumberSyntax::Exact)
      return makeFlonum(ctx, decimalToDouble(r));
    v = exactDecimal(ctx, r);
    break;
  case RealSyntax::Integer:
    v = digitsToInteger(ctx, r.digits, r.digitsEnd, nullptr, nullptr, radix);
    break;
  case RealSyntax::Ratio: {
    v = digitsToInteger(ctx, r.digits, r.digitsEnd, nullptr, nullptr, radix);
    Value d = digitsToInteger(ctx, r.tail, r.tailEnd, nullptr, nullptr, radix);
    v = makeRational(ctx, v, d);
    break;
  }
  }
  if (exactness == NumberSyntax::Inexact) {
    double d = realToDouble(v);
    return makeFlonum(ctx, r.negative ? -d : d);
  }
  return r.negative ? numNegate(ctx, v) : v;
}

} // namespace

Value parseNumber(Context *ctx, const char *text, size_t length,
                  unsigned radix) {
  NumberSyntax n;
  if (!parseNumberSyntax(text, text + length, radix, n))
    return PLC_FALSE;
  Value first = realFromSyntax(ctx, n.first, n.radix, n.exactness);
  if (n.form == NumberSyntax::Real)
    return first;
  Value second = realFromSyntax(ctx, n.second, n.radix, n.exactness);
  if (n.form == NumberSyntax::Rectangular)
    return makeComplex(ctx, first, second);
  Value z = detail::prim_MakePolar(ctx, first, second);
  return n.exactness == NumberSyntax::Exact ? toExact(ctx, z, "exact") : z;
}

//===--- Number to text ---------------------------------------------------===//

char *formatDouble(char *out, double d) {
  if (d != d || std::isinf(d)) {
    memcpy(out, d != d ? "+nan.0" : d > 0 ? "+inf.0" : "-inf.0", 6);
    return out + 6;
  }
  // Shortest digits, plain from 1e-7 up to 1e21, else as 1.0e+21.
  char buffer[32];
  char *end = std::to_chars(buffer, buffer + sizeof buffer, d,
                            std::chars_format::scientific)
                  .ptr;
  const char *p = buffer;
  if (*p == '-')
    *out++ = *p++;
  char digits[20];
  int count = 0;
  for (; *p != 'e'; ++p)
    if (*p != '.')
      digits[count++] = *p;
  ++p;
  bool negativeExponent = *p++ == '-';
  int exponent = 0;
  for (; p != end; ++p)
    exponent = exponent * 10 + (*p - '0');
  if (negativeExponent)
    exponent = -exponent;
  if (exponent >= 0 && exponent < 21) {
    for (int i = 0; i <= exponent || i < count; ++i) {
      if (i == exponent + 1)
        *out++ = '.';
      *out++ = i < count ? digits[i] : '0';
    }
    if (count <= exponent + 1) {
      *out++ = '.';
      *out++ = '0';
    }
    return out;
  }
  if (exponent < 0 && exponent >= -7) {
    *out++ = '0';
    *out++ = '.';
    for (int i = -1; i > exponent; --i)
      *out++ = '0';
    memcpy(out, digits, size_t(count));
    return out + count;
  }
  *out++ = digits[0];
  *out++ = '.';
  if (count == 1)
    digits[count++] = '0';
  memcpy(out, digits + 1, size_t(count - 1));
  out += count - 1;
  *out++ = 'e';
  if (!negativeExponent) // as C and JavaScript; suites of others expect it
    *out++ = '+';
  return std::to_chars(out, out + 8, exponent).ptr;
}

namespace {

void formatInteger(Scratch &scratch, Value v, unsigned radix, TextSink sink,
                   void *data) {
  Context *ctx = scratch.context();
  if (plc_is_fixnum(v)) {
    char buffer[72];
    char *end = std::to_chars(buffer, buffer + sizeof buffer,
                              plc_fixnum_value(v), int(radix))
                    .ptr;
    sink(ctx, data, buffer, size_t(end - buffer));
    return;
  }
  IntView a(v);
  // mpn_get_str destroys its operand unless the radix is a power of 2. Nothing
  // here may allocate on the heap: the printer relies on it.
  size_t room = size_t(double(intBits(v)) / log2(double(radix))) + 4;
  size_t limbBytes = size_t(a.size + 1) * sizeof(mp_limb_t);
  auto *limbs =
      static_cast<mp_limb_t *>(scratch.resize(nullptr, limbBytes + room));
  mpn_copyi(limbs, a.limbs, a.size);
  auto *out = reinterpret_cast<unsigned char *>(limbs) + limbBytes;
  size_t count = mpn_get_str(out + 1, int(radix), limbs, a.size);
  unsigned char *first = out + 1, *end = first + count;
  while (*first == 0)
    ++first;
  for (unsigned char *p = first; p != end; ++p)
    *p = (unsigned char)"0123456789abcdefghijklmnopqrstuvwxyz"[*p];
  if (a.negative)
    *--first = '-';
  sink(ctx, data, reinterpret_cast<char *>(first), size_t(end - first));
  scratch.release(limbs);
}

void formatReal(Scratch &scratch, Value v, unsigned radix, bool plus,
                TextSink sink, void *data) {
  Context *ctx = scratch.context();
  if (plc_is_flonum(v)) {
    double d = plc_flonum_value(v);
    if (radix == 10 || !std::isfinite(d)) {
      char buffer[kDoubleTextMax];
      char *start = buffer + 1;
      char *end = formatDouble(start, d);
      if (plus && *start != '-' && *start != '+')
        *--start = '+';
      sink(ctx, data, start, size_t(end - start));
      return;
    }
    if (std::signbit(d)) {
      sink(ctx, data, "-", 1);
      plus = false;
      d = -d;
    }
    v = doubleToExact(ctx, d);
  }
  if (plus && realSign(v) >= 0)
    sink(ctx, data, "+", 1);
  formatInteger(scratch, numerator(v), radix, sink, data);
  if (numKind(v) == NumKind::Ratnum) {
    sink(ctx, data, "/", 1);
    formatInteger(scratch, denominator(v), radix, sink, data);
  }
}

bool needsInexactPrefix(Value part) {
  return plc_is_flonum(part) && std::isfinite(plc_flonum_value(part));
}

} // namespace

void formatNumber(Scratch &scratch, Value v, unsigned radix, TextSink sink,
                  void *data) {
  Context *ctx = scratch.context();
  if (radix != 10 &&
      (needsInexactPrefix(realPart(v)) || needsInexactPrefix(imagPart(v))))
    sink(ctx, data, "#i", 2);
  if (numKind(v) != NumKind::Compnum) {
    formatReal(scratch, v, radix, false, sink, data);
    return;
  }
  Value re = realPart(v), im = imagPart(v);
  if (re != kZero)
    formatReal(scratch, re, radix, false, sink, data);
  if (im == kOne || im == plc_fixnum(-1))
    sink(ctx, data, im == kOne ? "+" : "-", 1);
  else
    formatReal(scratch, im, radix, true, sink, data);
  sink(ctx, data, "i", 1);
}

//===--- Primitives -------------------------------------------------------===//

static unsigned checkRadix(Context *ctx, const char *who, Value radix) {
  if (radix == PLC_DEFAULT)
    return 10;
  if (!plc_is_fixnum(radix) || plc_fixnum_value(radix) < 2 ||
      plc_fixnum_value(radix) > 36)
    wrongType(ctx, who, 2, "a radix from 2 to 36", radix);
  return unsigned(plc_fixnum_value(radix));
}

extern "C" {

Value prim_NumberToString(Context *ctx, Value v, Value radix) {
  if (!isNumber(v))
    wrongType(ctx, "number->string", 1, "a number", v);
  TextBuilder text(ctx);
  Scratch scratch(ctx);
  formatNumber(
      scratch, v, checkRadix(ctx, "number->string", radix),
      [](Context *, void *data, const char *piece, size_t length) {
        static_cast<TextBuilder *>(data)->addLatin1(piece, length);
      },
      &text);
  return text.finish();
}

Value prim_StringToNumber(Context *ctx, Value s, Value radixArgument) {
  if (!plc_is_kind(s, PLC_KIND_STRING))
    wrongType(ctx, "string->number", 1, "a string", s);
  unsigned radix = checkRadix(ctx, "string->number", radixArgument);
  StringView text(s);
  char local[64];
  char *chars = local;
  if (text.length > sizeof local)
    chars = reinterpret_cast<char *>(
        plc_fields(allocateBytes(ctx, PLC_KIND_BYTES, 0, text.length)));
  for (size_t i = 0; i < text.length; ++i) {
    uint32_t c = text[i];
    if (c >= 0x80)
      return PLC_FALSE;
    chars[i] = char(c);
  }
  return parseNumber(ctx, chars, text.length, radix);
}

} // extern "C"
} // namespace plc::rt
