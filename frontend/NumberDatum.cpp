//===- NumberDatum.cpp - numbers of the source as data --------------------===//
//
// NumberSyntax.h says what is a number; here its value is computed, the same
// that string->number of the runtime gives.
//
//===----------------------------------------------------------------------===//

#include "frontend/NumberDatum.h"

#include "plc/value.h"
#include "stdlib/NumberSyntax.h"

#include "llvm/ADT/APFloat.h"
#include "llvm/ADT/APInt.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"

#include <cmath>

namespace plc::frontend {
namespace {

using ir::Datum;
using ir::DatumKind;
using llvm::APFloat;
using llvm::APInt;

/// An exact decimal such as #e1e9 is written out in digits; more than these
/// are surely a mistake.
constexpr int64_t kMaxExactDigits = 100000;

/// Unsigned value of digits, with room for a few more bits.
APInt digitsToInt(llvm::StringRef digits, unsigned radix) {
  unsigned bitsPerDigit = radix <= 2 ? 1 : radix <= 8 ? 3 : radix <= 16 ? 4 : 6;
  if (digits.empty())
    digits = "0";
  unsigned bits = digits.size() * bitsPerDigit + 8;
  return APInt(bits, digits, radix);
}

APInt fitting(const APInt &n, unsigned bits) {
  return n.getBitWidth() < bits ? n.zext(bits) : n;
}

class NumberMaker {
public:
  explicit NumberMaker(ir::DatumFactory &data) : data(data) {}

  Datum *real(const RealSyntax &r, const NumberSyntax &n);
  Datum *complex(Datum *re, Datum *im);
  Datum *polar(Datum *magnitude, Datum *angle);
  Datum *exact(double d);
  llvm::StringRef problem;

private:
  Datum *integer(APInt magnitude, bool negative);
  Datum *decimalInteger(llvm::StringRef digits, bool negative);
  Datum *ratio(APInt numerator, APInt denominator, bool negative);
  Datum *exactDecimal(const RealSyntax &r);
  Datum *inexact(Datum *exact, bool negative) {
    double d = toDouble(exact);
    return data.flonum(negative ? -d : d);
  }

  ir::DatumFactory &data;
};

Datum *NumberMaker::integer(APInt magnitude, bool negative) {
  if (magnitude.getActiveBits() <= 61) {
    int64_t n = magnitude.getZExtValue();
    if (plc_fits_fixnum(negative ? -n : n))
      return data.fixnum(negative ? -n : n);
  }
  llvm::SmallString<64> text;
  if (negative)
    text += '-';
  magnitude.toStringUnsigned(text, 10);
  Datum *d = data.make(DatumKind::BigInteger);
  d->text = data.symbols().copy(text);
  return d;
}

/// Without the way through bits and back, which takes quadratic time.
Datum *NumberMaker::decimalInteger(llvm::StringRef digits, bool negative) {
  digits = digits.ltrim('0');
  uint64_t n = 0;
  if (digits.size() <= 18) {
    digits.getAsInteger(10, n);
    return data.fixnum(negative ? -int64_t(n) : int64_t(n));
  }
  if (digits.size() <= 19)
    return integer(digitsToInt(digits, 10), negative);
  Datum *d = data.make(DatumKind::BigInteger);
  d->text = data.symbols().copy((negative ? "-" : "") + digits.str());
  return d;
}

Datum *NumberMaker::ratio(APInt numerator, APInt denominator, bool negative) {
  unsigned bits = std::max(numerator.getBitWidth(), denominator.getBitWidth());
  numerator = fitting(numerator, bits);
  denominator = fitting(denominator, bits);
  APInt divisor = llvm::APIntOps::GreatestCommonDivisor(numerator, denominator);
  numerator = numerator.udiv(divisor);
  denominator = denominator.udiv(divisor);
  if (denominator.isOne())
    return integer(numerator, negative);
  Datum *d = data.make(DatumKind::Ratio);
  d->first = integer(numerator, negative);
  d->second = integer(denominator, false);
  return d;
}

Datum *NumberMaker::exactDecimal(const RealSyntax &r) {
  std::string digits(r.digits, r.digitsEnd);
  digits.append(r.tail, r.tailEnd);
  int64_t exponent = r.exponent - (r.tailEnd - r.tail);
  if (llvm::StringRef(digits).ltrim('0').empty())
    return data.fixnum(0);
  if (std::abs(exponent) > kMaxExactDigits) {
    problem = "an exact number with over 100000 digits";
    return nullptr;
  }
  if (exponent >= 0) {
    digits.append(exponent, '0');
    return decimalInteger(digits, r.negative);
  }
  return ratio(digitsToInt(digits, 10),
               digitsToInt("1" + std::string(-exponent, '0'), 10), r.negative);
}

Datum *NumberMaker::real(const RealSyntax &r, const NumberSyntax &n) {
  llvm::StringRef digits(r.digits, r.digitsEnd - r.digits);
  llvm::StringRef tail(r.tail, r.tailEnd - r.tail);
  bool isInexact = n.exactness == NumberSyntax::Inexact;
  bool negative = r.negative && !isInexact; // -0 is a flonum only
  Datum *exact = nullptr;
  switch (r.kind) {
  case RealSyntax::None:
    return data.fixnum(0);
  case RealSyntax::Infinity:
    return data.flonum(r.negative ? -HUGE_VAL : HUGE_VAL);
  case RealSyntax::NaN:
    return data.flonum(NAN);
  case RealSyntax::Decimal:
    if (n.exactness == NumberSyntax::Exact)
      return exactDecimal(r);
    return data.flonum(decimalToDouble(r));
  case RealSyntax::Integer:
    exact = n.radix == 10
                ? decimalInteger(digits, negative)
                : integer(digitsToInt(digits, n.radix), negative);
    break;
  case RealSyntax::Ratio:
    exact = ratio(digitsToInt(digits, n.radix), digitsToInt(tail, n.radix),
                  negative);
    break;
  }
  return isInexact ? inexact(exact, r.negative) : exact;
}

bool isExactZero(const Datum *d) {
  return d->kind == DatumKind::Fixnum && d->integer == 0;
}

Datum *NumberMaker::complex(Datum *re, Datum *im) {
  if (isExactZero(im))
    return re;
  // Both parts are exact, or both are not.
  bool inexactRe = re->kind == DatumKind::Flonum;
  bool inexactIm = im->kind == DatumKind::Flonum;
  if (inexactRe != inexactIm)
    (inexactRe ? im : re) = data.flonum(toDouble(inexactRe ? im : re));
  Datum *d = data.make(DatumKind::Complex);
  d->first = re;
  d->second = im;
  return d;
}

Datum *NumberMaker::polar(Datum *magnitude, Datum *angle) {
  if (isExactZero(angle) || isExactZero(magnitude))
    return magnitude;
  double m = toDouble(magnitude), a = toDouble(angle);
  return complex(data.flonum(m * std::cos(a)), data.flonum(m * std::sin(a)));
}

/// Exact value of a finite double.
Datum *NumberMaker::exact(double d) {
  int exponent = 0;
  auto mantissa = static_cast<int64_t>(
      std::ldexp(std::frexp(std::fabs(d), &exponent), 53));
  exponent -= 53;
  APInt n(64 + std::abs(exponent), mantissa), one(n.getBitWidth(), 1);
  if (exponent >= 0)
    return integer(n << exponent, d < 0);
  return ratio(n, one << -exponent, d < 0);
}

} // namespace

double toDouble(const Datum *d) {
  auto magnitude = [](const Datum *n, bool &negative) {
    std::string text = n->kind == DatumKind::Fixnum ? llvm::itostr(n->integer)
                                                    : n->text.str();
    negative = text[0] == '-';
    return digitsToInt(llvm::StringRef(text).drop_front(negative), 10);
  };
  bool negative = false;
  if (d->kind == DatumKind::Flonum)
    return d->real;
  if (d->kind != DatumKind::Ratio) {
    APFloat f(APFloat::IEEEdouble());
    f.convertFromAPInt(magnitude(d, negative), false,
                       APFloat::rmNearestTiesToEven);
    return negative ? -f.convertToDouble() : f.convertToDouble();
  }
  // A quotient of at least 64 bits whose last bit stands for all that follow
  // is exact enough to be rounded once, also to a subnormal.
  bool ignored = false;
  APInt n = magnitude(d->first, negative), m = magnitude(d->second, ignored);
  int shift = 66 + int(m.getActiveBits()) - int(n.getActiveBits());
  unsigned bits =
      std::max(n.getActiveBits(), m.getActiveBits()) + std::abs(shift) + 70;
  n = n.zextOrTrunc(bits);
  m = m.zextOrTrunc(bits);
  if (shift > 0)
    n <<= shift;
  else
    m <<= -shift;
  APInt quotient(bits, 0), remainder(bits, 0);
  APInt::udivrem(n, m, quotient, remainder);
  if (!remainder.isZero())
    quotient.setBit(0);
  APFloat f(APFloat::IEEEquad());
  f.convertFromAPInt(quotient, false, APFloat::rmNearestTiesToEven);
  f = llvm::scalbn(f, -shift, APFloat::rmNearestTiesToEven);
  bool losesInfo = false;
  f.convert(APFloat::IEEEdouble(), APFloat::rmNearestTiesToEven, &losesInfo);
  return negative ? -f.convertToDouble() : f.convertToDouble();
}

NumberResult readNumber(llvm::StringRef text, ir::DatumFactory &data) {
  NumberSyntax n;
  if (!parseNumberSyntax(text.begin(), text.end(), 10, n))
    return {};
  NumberMaker maker(data);
  Datum *first = maker.real(n.first, n);
  Datum *second = nullptr;
  if (first && n.form != NumberSyntax::Real)
    second = maker.real(n.second, n);
  NumberResult result;
  result.isNumber = true;
  result.problem = maker.problem;
  if (!first || (n.form != NumberSyntax::Real && !second))
    return result;
  switch (n.form) {
  case NumberSyntax::Real:
    result.datum = first;
    break;
  case NumberSyntax::Rectangular:
    result.datum = maker.complex(first, second);
    break;
  case NumberSyntax::Polar:
    result.datum = maker.polar(first, second);
    if (n.exactness == NumberSyntax::Exact &&
        result.datum->kind == DatumKind::Complex)
      result.datum = maker.complex(maker.exact(result.datum->first->real),
                                   maker.exact(result.datum->second->real));
    break;
  }
  return result;
}

} // namespace plc::frontend
