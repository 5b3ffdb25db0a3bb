//===- TwoArguments.h - primitives as values, of two arguments --*- C++ -*-===//
//
// Arithmetic and comparison that is passed as a value, `(fold + 0 list)`, takes
// any number of arguments but is called with two almost always, fixnums or
// flonums mostly. The procedures of PrimitiveTable.cpp try the functions below
// before they gather their arguments in an array: no memory, no C call. Sums of
// more use them for each step.
//
//===----------------------------------------------------------------------===//
#ifndef PLC_RUNTIME_TWOARGUMENTS_H
#define PLC_RUNTIME_TWOARGUMENTS_H

#include "stdlib/runtime/Runtime.h"

namespace plc::rt::detail {

/// What a primitive does with two arguments whose words say enough.
/// `tryTwo(a, b, &result)` is false where they do not.
template <auto Primitive> struct TwoArguments {
  static constexpr bool exist = false;
};

/// False unless both are fixnums (given as words) or immediate flonums.
template <typename Fixnums, typename Flonums>
[[gnu::always_inline]] inline bool numbers(Value a, Value b, Fixnums fixnums,
                                           Flonums flonums) {
  if (__builtin_expect(plc_is_fixnum(a | b), 1))
    return fixnums(int64_t(a), int64_t(b));
  return plc_is_immediate_flonum(a) && plc_is_immediate_flonum(b) &&
         flonums(plc_flonum_decode(a), plc_flonum_decode(b));
}
[[gnu::always_inline]] inline bool flonumResult(double d, Value *result) {
  *result = plc_flonum_encode(d);
  return plc_is_immediate_flonum(*result);
}

/// Computed on the words of fixnums; the result is the word of theirs.
#define PLC_ARITHMETIC(ID, OVERFLOWS, OPERATOR)                                \
  template <> struct TwoArguments<prim_##ID> {                                 \
    static constexpr bool exist = true;                                        \
    [[gnu::always_inline]] static bool tryTwo(Value a, Value b,                \
                                              Value *result) {                 \
      return numbers(                                                          \
          a, b,                                                                \
          [result](int64_t x, int64_t y) {                                     \
            int64_t word;                                                      \
            bool fits = !(OVERFLOWS);                                          \
            *result = Value(word);                                             \
            return fits;                                                       \
          },                                                                   \
          [result](double x, double y) {                                       \
            return flonumResult(x OPERATOR y, result);                         \
          });                                                                  \
    }                                                                          \
  };
PLC_ARITHMETIC(Add, __builtin_add_overflow(x, y, &word), +)
PLC_ARITHMETIC(Sub, __builtin_sub_overflow(x, y, &word), -)
PLC_ARITHMETIC(Mul, __builtin_mul_overflow(x >> 3, y, &word), *)
#undef PLC_ARITHMETIC

#define PLC_COMPARISON(ID, OPERATOR)                                           \
  template <> struct TwoArguments<prim_##ID> {                                 \
    static constexpr bool exist = true;                                        \
    [[gnu::always_inline]] static bool tryTwo(Value a, Value b,                \
                                              Value *result) {                 \
      auto compare = [result](auto x, auto y) {                                \
        *result = plc_bool(x OPERATOR y);                                      \
        return true;                                                           \
      };                                                                       \
      return numbers(a, b, compare, compare);                                  \
    }                                                                          \
  };
PLC_COMPARISON(NumEq, ==)
PLC_COMPARISON(NumLt, <)
PLC_COMPARISON(NumGt, >)
PLC_COMPARISON(NumLe, <=)
PLC_COMPARISON(NumGe, >=)
#undef PLC_COMPARISON

/// Divisors of zero, and -1 for the one quotient that does not fit, are left.
#define PLC_DIVISION(ID, RESULT)                                               \
  template <> struct TwoArguments<prim_##ID> {                                 \
    static constexpr bool exist = true;                                        \
    [[gnu::always_inline]] static bool tryTwo(Value a, Value b,                \
                                              Value *result) {                 \
      int64_t x = plc_fixnum_value(a), y = plc_fixnum_value(b);                \
      if (!plc_is_fixnum(a | b) || y == 0 || y == -1)                          \
        return false;                                                          \
      *result = plc_fixnum(RESULT);                                            \
      return true;                                                             \
    }                                                                          \
  };
PLC_DIVISION(Quotient, x / y)
PLC_DIVISION(Remainder, x % y)
PLC_DIVISION(Modulo, x % y + (x % y != 0 && (x < 0) != (y < 0) ? y : 0))
#undef PLC_DIVISION

/// Immediate flonums are no NaN; of equal ones the first is the result.
#define PLC_EXTREME(ID, OPERATOR)                                              \
  template <> struct TwoArguments<prim_##ID> {                                 \
    static constexpr bool exist = true;                                        \
    [[gnu::always_inline]] static bool tryTwo(Value a, Value b,                \
                                              Value *result) {                 \
      auto choose = [=](auto x, auto y) {                                      \
        *result = y OPERATOR x ? b : a;                                        \
        return true;                                                           \
      };                                                                       \
      return numbers(a, b, choose, choose);                                    \
    }                                                                          \
  };
PLC_EXTREME(Max, >)
PLC_EXTREME(Min, <)
#undef PLC_EXTREME

/// The words of characters are ordered as their scalar values are.
#define PLC_CHARACTERS(ID, OPERATOR)                                           \
  template <> struct TwoArguments<prim_##ID> {                                 \
    static constexpr bool exist = true;                                        \
    [[gnu::always_inline]] static bool tryTwo(Value a, Value b,                \
                                              Value *result) {                 \
      *result = plc_bool(a OPERATOR b);                                        \
      return plc_is_char(a) && plc_is_char(b);                                 \
    }                                                                          \
  };
PLC_CHARACTERS(CharEqP, ==)
PLC_CHARACTERS(CharLtP, <)
PLC_CHARACTERS(CharGtP, >)
PLC_CHARACTERS(CharLeP, <=)
PLC_CHARACTERS(CharGeP, >=)
#undef PLC_CHARACTERS

} // namespace plc::rt::detail

#endif // PLC_RUNTIME_TWOARGUMENTS_H
