/// \file
/// C++ shims: numbers, booleans and enums.
#ifndef PLC_CXX_SCALARS_H
#define PLC_CXX_SCALARS_H

#include "plc/cxx/objects.h"

#include <cstdint>
#include <limits>

namespace plc {
namespace cxx __attribute__((visibility("hidden"))) {

/// An exact integer as sign and magnitude; false if it needs more than 64 bits.
inline bool integerOf(plc_value v, bool &isNegative, uint64_t &magnitude) {
  if (plc_is_fixnum(v)) {
    int64_t n = plc_fixnum_value(v);
    isNegative = n < 0;
    magnitude = isNegative ? 0 - uint64_t(n) : uint64_t(n);
    return true;
  }
  if (!plc_is_kind(v, PLC_KIND_BIGNUM) || plc_bignum_count(v) != 1)
    return false;
  isNegative = plc_bignum_is_negative(v);
  magnitude = plc_bignum_limbs(v)[0];
  return true;
}
inline bool isInteger(plc_value v) {
  return plc_is_fixnum(v) || plc_is_kind(v, PLC_KIND_BIGNUM);
}
template <class T> bool fits(plc_value v) {
  bool isNegative;
  uint64_t magnitude;
  if (!integerOf(v, isNegative, magnitude))
    return false;
  if (isNegative)
    return std::is_signed_v<T> &&
           magnitude <= uint64_t(std::numeric_limits<T>::max()) + 1;
  return magnitude <= uint64_t(std::numeric_limits<T>::max());
}

template <class T>
  requires std::is_integral_v<T>
struct Convert<T> {
  static int rank(plc_value v) {
    constexpr bool isCharacter =
        std::is_same_v<T, char> || std::is_same_v<T, char8_t> ||
        std::is_same_v<T, char16_t> || std::is_same_v<T, char32_t> ||
        std::is_same_v<T, wchar_t>;
    if (plc_is_char(v))
      return !isCharacter || plc_char_code(v) > most() ? Impossible : Exact;
    if (!isInteger(v) || !fits<T>(v))
      return Impossible;
    return isCharacter                                       ? Loose
           : std::is_same_v<T, int>                          ? Exact
           : std::is_signed_v<T> && sizeof(T) > sizeof(int)  ? Promotion
           : std::is_unsigned_v<T> && sizeof(T) > sizeof(int) ? Conversion
                                                             : Narrow;
  }
  static T from(plc_value v) {
    if (plc_is_char(v) && plc_char_code(v) <= most())
      return T(plc_char_code(v));
    if (!isInteger(v))
      refuse("an exact integer is needed here");
    bool isNegative;
    uint64_t magnitude;
    if (!fits<T>(v) || !integerOf(v, isNegative, magnitude))
      refuse("an exact integer from " +
             std::to_string(std::numeric_limits<T>::min()) + " to " +
             std::to_string(std::numeric_limits<T>::max()) +
             " is needed here");
    return T(isNegative ? 0 - magnitude : magnitude);
  }
  static plc_value to(T n) {
    if constexpr (std::is_unsigned_v<T> && sizeof(T) == 8) {
      uint64_t limb = n;
      if (n > uint64_t(INT64_MAX))
        return host()->integer_from_limbs(host(), false, &limb, 1);
    }
    return host()->integer(host(), int64_t(n));
  }

private:
  static constexpr uint64_t most() {
    return sizeof(T) == 1 ? 0x7F : uint64_t(std::numeric_limits<T>::max());
  }
};

template <> struct Convert<bool> {
  static int rank(plc_value v) {
    return v == PLC_TRUE || v == PLC_FALSE ? Exact : Impossible;
  }
  static bool from(plc_value v) { return plc_is_true(v); }
  static plc_value to(bool b) { return b ? PLC_TRUE : PLC_FALSE; }
};

inline bool isReal(plc_value v) {
  return plc_is_flonum(v) || isInteger(v) || plc_is_kind(v, PLC_KIND_RATNUM);
}

inline double magnitudeOf(plc_value v) {
  double d = 0;
  for (size_t i = plc_bignum_count(v); i-- > 0;)
    d = d * 0x1p64 + double(plc_bignum_limbs(v)[i]);
  return plc_bignum_is_negative(v) ? -d : d;
}

inline double doubleOf(plc_value v) {
  if (plc_is_flonum(v))
    return plc_flonum_value(v);
  if (plc_is_fixnum(v))
    return double(plc_fixnum_value(v));
  if (plc_is_kind(v, PLC_KIND_BIGNUM))
    return magnitudeOf(v);
  if (plc_is_kind(v, PLC_KIND_RATNUM))
    return doubleOf(plc_fields(v)[0]) / doubleOf(plc_fields(v)[1]);
  refuse("a real number is needed here");
}

template <class T>
  requires std::is_floating_point_v<T>
struct Convert<T> {
  static int rank(plc_value v) {
    if (plc_is_flonum(v))
      return std::is_same_v<T, double> ? Exact
             : sizeof(T) > 8           ? Promotion
                                       : Conversion;
    return isReal(v) ? (std::is_same_v<T, double> ? Narrow : Loose) : Impossible;
  }
  static T from(plc_value v) { return T(doubleOf(v)); }
  static plc_value to(T x) { return host()->flonum(host(), double(x)); }
};

template <class T>
  requires std::is_enum_v<T>
struct Convert<T> {
  using Integer = std::underlying_type_t<T>;
  static int rank(plc_value v) {
    return isInteger(v) && fits<Integer>(v) ? Conversion : Impossible;
  }
  static T from(plc_value v) { return T(Convert<Integer>::from(v)); }
  static plc_value to(T x) { return Convert<Integer>::to(Integer(x)); }
};

template <> struct Convert<std::nullptr_t> {
  static int rank(plc_value v) { return v == PLC_NIL ? Exact : Impossible; }
  static std::nullptr_t from(plc_value v) {
    if (v != PLC_NIL)
      refuse("nil is needed here");
    return nullptr;
  }
  static plc_value to(std::nullptr_t) { return PLC_NIL; }
};

} // namespace cxx
} // namespace plc
#endif // PLC_CXX_SCALARS_H
