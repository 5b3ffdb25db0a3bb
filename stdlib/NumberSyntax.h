//===- NumberSyntax.h - the syntax of numbers, R7RS 7.1.1 --------*- C++ -*-===//
//
// Recognises numbers and takes them apart; it does not compute values. Shared
// by the compiler's reader, the runtime's reader and string->number, so that
// all agree on what is a number. Contract file: no LLVM, no runtime.
//
//===----------------------------------------------------------------------===//
#ifndef PLC_STDLIB_NUMBERSYNTAX_H
#define PLC_STDLIB_NUMBERSYNTAX_H

#include <charconv>
#include <cstdint>
#include <cstring>
#include <string>
#include <system_error>

namespace plc {

/// One real number as written. All pointers point into the text parsed.
struct RealSyntax {
  enum Kind : uint8_t {
    None,     ///< a part that is not there
    Integer,  ///< digits
    Ratio,    ///< digits / denominator; the denominator is not zero
    Decimal,  ///< digits . fraction e exponent; radix 10 only
    Infinity, ///< inf.0
    NaN       ///< nan.0
  };
  Kind kind = None;
  bool negative = false;
  /// Integer digits, the numerator, or the digits before the point (may be
  /// empty there). For the bare `i` of `+i`: the text "1".
  const char *digits = nullptr, *digitsEnd = nullptr;
  /// Denominator, or the digits after the point (may be empty).
  const char *tail = nullptr, *tailEnd = nullptr;
  /// Decimal only: the exponent as written, clamped to +-10^9.
  int64_t exponent = 0;
  /// Decimal only: the whole unsigned text, and where its exponent marker
  /// stands; std::from_chars takes it if that is an `e` or missing.
  const char *text = nullptr, *textEnd = nullptr;
  const char *marker = nullptr;
};

struct NumberSyntax {
  enum Exactness : uint8_t { AsWritten, Exact, Inexact };
  enum Form : uint8_t {
    Real,        ///< first
    Rectangular, ///< first + second i; first is None in a pure `+2i`
    Polar        ///< first @ second
  };
  Exactness exactness = AsWritten; ///< #e, #i or neither
  Form form = Real;
  unsigned radix = 10;
  RealSyntax first, second;
};

namespace detail {

/// Digit value of an ASCII letter or digit, 99 for anything else.
constexpr unsigned digitValue(char c) {
  if (c >= '0' && c <= '9')
    return unsigned(c - '0');
  if (c >= 'a' && c <= 'z')
    return unsigned(c - 'a') + 10;
  if (c >= 'A' && c <= 'Z')
    return unsigned(c - 'A') + 10;
  return 99;
}
constexpr char lower(char c) {
  return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c;
}

class NumberParser {
public:
  constexpr NumberParser(const char *p, const char *end) : p(p), end(end) {}

  constexpr bool parse(unsigned defaultRadix, NumberSyntax &n) {
    n.radix = defaultRadix;
    if (!parsePrefix(n))
      return false;
    radix = n.radix;
    if (!parseComplex(n))
      return false;
    // There is no exact infinity or NaN.
    return n.exactness != NumberSyntax::Exact ||
           (isFinite(n.first) && isFinite(n.second));
  }

private:
  const char *p, *end;
  unsigned radix = 10;

  static constexpr bool isFinite(const RealSyntax &r) {
    return r.kind != RealSyntax::Infinity && r.kind != RealSyntax::NaN;
  }
  constexpr bool atEnd() const { return p == end; }
  constexpr bool atDigit() const { return p != end && digitValue(*p) < radix; }
  constexpr bool atSign() const { return p != end && (*p == '+' || *p == '-'); }
  /// The last character, an `i`.
  constexpr bool atFinalI() const { return end - p == 1 && lower(*p) == 'i'; }

  constexpr bool parsePrefix(NumberSyntax &n) {
    bool radixSeen = false, exactnessSeen = false;
    while (p != end && *p == '#') {
      if (end - p < 2)
        return false;
      char c = lower(p[1]);
      p += 2;
      if (c == 'e' || c == 'i') {
        if (exactnessSeen)
          return false;
        exactnessSeen = true;
        n.exactness = c == 'e' ? NumberSyntax::Exact : NumberSyntax::Inexact;
        continue;
      }
      if (radixSeen)
        return false;
      radixSeen = true;
      switch (c) {
      case 'b': n.radix = 2; break;
      case 'o': n.radix = 8; break;
      case 'd': n.radix = 10; break;
      case 'x': n.radix = 16; break;
      default: return false;
      }
    }
    return true;
  }

  constexpr bool parseComplex(NumberSyntax &n) {
    bool leadingSign = atSign();
    if (!parseReal(n.first))
      return false;
    if (atEnd()) // a lone `+i` stops before its `i`
      return n.first.kind != RealSyntax::None && !bareUnit;
    if (leadingSign && atFinalI()) { // +2i, -i, +inf.0i
      n.form = NumberSyntax::Rectangular;
      n.second = n.first;
      n.first = RealSyntax();
      return true;
    }
    if (bareUnit)
      return false;
    if (*p == '@') {
      ++p;
      n.form = NumberSyntax::Polar;
      return parseReal(n.second) && atEnd() && !bareUnit;
    }
    if (!atSign())
      return false;
    n.form = NumberSyntax::Rectangular;
    return parseReal(n.second) && atFinalI();
  }

  /// Set by parseReal: it met a sign right before a final `i`.
  bool bareUnit = false;

  /// [sign] ureal | sign inf.0 | sign nan.0 | sign before a final i.
  constexpr bool parseReal(RealSyntax &r) {
    bareUnit = false;
    bool sign = atSign();
    if (sign) {
      r.negative = *p == '-';
      ++p;
      if (atFinalI()) {
        bareUnit = true;
        r.kind = RealSyntax::Integer;
        r.digits = "1";
        r.digitsEnd = r.digits + 1;
        return true;
      }
      if (special("inf.0")) {
        r.kind = RealSyntax::Infinity;
        return true;
      }
      if (special("nan.0")) {
        r.kind = RealSyntax::NaN;
        return true;
      }
    }
    return parseUnsigned(r);
  }

  constexpr bool special(const char *word) {
    if (end - p < 5)
      return false;
    for (int i = 0; i < 5; ++i)
      if (lower(p[i]) != word[i])
        return false;
    p += 5;
    return true;
  }

  constexpr bool parseUnsigned(RealSyntax &r) {
    r.text = r.digits = p;
    while (atDigit())
      ++p;
    r.digitsEnd = p;
    bool anyDigit = r.digits != r.digitsEnd;
    r.kind = RealSyntax::Integer;
    if (anyDigit && p != end && *p == '/') {
      ++p;
      r.kind = RealSyntax::Ratio;
      r.tail = p;
      bool nonZero = false;
      while (atDigit())
        nonZero |= *p++ != '0';
      r.tailEnd = p;
      return nonZero;
    }
    if (radix != 10)
      return anyDigit;
    r.tail = r.tailEnd = p;
    if (p != end && *p == '.') {
      r.kind = RealSyntax::Decimal;
      r.tail = ++p;
      while (atDigit())
        ++p;
      r.tailEnd = p;
      anyDigit |= r.tail != r.tailEnd;
    }
    if (!anyDigit)
      return false;
    if (p != end && isExponentMarker(lower(*p))) {
      r.marker = p;
      if (!parseExponent(r))
        return false;
    }
    r.textEnd = p;
    return true;
  }

  /// R7RS has `e` only; the precisions of older reports, s f d l, are all
  /// doubles here.
  static constexpr bool isExponentMarker(char c) {
    return c == 'e' || c == 's' || c == 'f' || c == 'd' || c == 'l';
  }

  constexpr bool parseExponent(RealSyntax &r) {
    ++p;
    bool negative = false;
    if (atSign())
      negative = *p++ == '-';
    if (!atDigit())
      return false;
    int64_t value = 0;
    while (atDigit()) {
      value = value * 10 + int64_t(digitValue(*p++));
      if (value > 1000000000)
        value = 1000000000;
    }
    r.exponent = negative ? -value : value;
    r.kind = RealSyntax::Decimal;
    return true;
  }
};

} // namespace detail

/// True if [begin, end) is a number; then `result` describes it. radix is that
/// of a text without a radix prefix: 2 to 36 (decimals only in 10).
constexpr bool parseNumberSyntax(const char *begin, const char *end,
                                 unsigned radix, NumberSyntax &result) {
  // Quick no for nearly every identifier.
  if (begin == end)
    return false;
  char c = *begin;
  if (c != '#' && c != '+' && c != '-' && c != '.' &&
      detail::digitValue(c) >= radix)
    return false;
  result = NumberSyntax();
  return detail::NumberParser(begin, end).parse(radix, result);
}

/// The double nearest to a Decimal part, sign included; overflow gives an
/// infinity, underflow a zero.
inline double decimalToDouble(const RealSyntax &r) {
  double d = 0;
  const char *text = r.text, *textEnd = r.textEnd;
  std::string respelled;
  if (r.marker && detail::lower(*r.marker) != 'e') {
    respelled.assign(text, textEnd);
    respelled[size_t(r.marker - text)] = 'e';
    text = respelled.data();
    textEnd = text + respelled.size();
  }
  auto [stop, error] = std::from_chars(text, textEnd, d);
  if (error == std::errc::result_out_of_range) {
    // Where the first significant digit stands decides which way it went.
    const char *q = r.digits;
    while (q != r.digitsEnd && *q == '0')
      ++q;
    int64_t magnitude = r.digitsEnd - q;
    if (magnitude == 0) {
      q = r.tail;
      while (q != r.tailEnd && *q == '0')
        ++q;
      magnitude = r.tail - q;
    }
    d = magnitude + r.exponent > 0 ? __builtin_inf() : 0.0;
  }
  return r.negative ? -d : d;
}

} // namespace plc

#endif // PLC_STDLIB_NUMBERSYNTAX_H
