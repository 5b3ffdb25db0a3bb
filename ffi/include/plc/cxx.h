/// \file
/// C++ shims: conversions between Lisp values and C++ types, the choice among
/// overloads by the values of a call, exceptions to conditions. Included by the
/// code that the importer of C++ generates (plugins/cxx-import); C++20.
#ifndef PLC_CXX_H
#define PLC_CXX_H

#include "plc/shims.h"

#include <climits>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <cxxabi.h>
#include <exception>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>
#include <typeinfo>

namespace plc {
namespace cxx __attribute__((visibility("hidden"))) {

/// Of this program or library; set before any shim is called.
inline const plc_shim_host *shims;
inline const plc_host *host() { return shims->host; }

//===----------------------------------------------------------------------===//
// Errors
//===----------------------------------------------------------------------===//

/// What a conversion throws.
struct Failure {
  plc_status status;
  std::string text;
};

[[noreturn]] inline void refuse(std::string text) {
  throw Failure{PLC_E_TYPE, std::move(text)};
}

inline std::string demangled(const char *name) {
  int status;
  char *text = abi::__cxa_demangle(name, nullptr, nullptr, &status);
  std::string result = status == 0 ? text : name;
  free(text);
  return result;
}

/// Describes the exception that is being handled.
inline plc_status describe(plc_error *error) noexcept {
  auto fail = [&](plc_status status, const char *type, const char *text) {
    return host()->fail(host(), error, status, type, text);
  };
  try {
    const std::type_info *type = abi::__cxa_current_exception_type();
    std::string name = type ? demangled(type->name()) : "foreign exception";
    try {
      throw;
    } catch (const Failure &failure) {
      return fail(failure.status, nullptr, failure.text.c_str());
    } catch (const std::exception &e) {
      return fail(PLC_E_FOREIGN, name.c_str(), e.what());
    } catch (const std::string &text) {
      return fail(PLC_E_FOREIGN, name.c_str(), text.c_str());
    } catch (const char *text) {
      return fail(PLC_E_FOREIGN, name.c_str(), text ? text : "");
    } catch (int number) {
      return fail(PLC_E_FOREIGN, name.c_str(),
                  std::to_string(number).c_str());
    } catch (...) {
      return fail(PLC_E_FOREIGN, name.c_str(),
                  ("a `" + name + "` was thrown").c_str());
    }
  } catch (...) { // what() threw, or there is no memory
    return fail(PLC_E_FOREIGN, nullptr, "an exception that cannot be described");
  }
}

/// In a handler of a shim that compiled code called.
inline void failed() noexcept {
  plc_error error = {PLC_FALSE, PLC_FALSE, PLC_FALSE,
                     PLC_FALSE, PLC_FALSE, PLC_FALSE};
  plc_status status = describe(&error);
  shims->raise(shims->plugin, status, &error);
}

//===----------------------------------------------------------------------===//
// Conversions
//===----------------------------------------------------------------------===//

/// How well a value suits a type: less is better.
enum Rank : int {
  Exact,
  Promotion,
  Conversion,
  Narrow, ///< to a type that has room for this value but not for all
  Loose,
  Impossible = 100
};

/// Conversions of a type without qualifiers: rank(v), from(v), to(x). What has no
/// other one has no values in Lisp.
template <class T> struct Convert {
  static int rank(plc_value) { return Impossible; }
  static T &from(plc_value) {
    refuse("no Lisp value is a `" + demangled(typeid(T).name()) + "`");
  }
  template <class U> static plc_value to(U &&) {
    refuse("a `" + demangled(typeid(T).name()) + "` is no Lisp value");
  }
};

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

/// Bytes that are no UTF-8 are a bytevector.
inline plc_value textValue(std::string_view text) {
  plc_value result;
  if (host()->string(host(), text.data(), text.size(), &result) == PLC_OK)
    return result;
  return host()->bytevector(host(), text.data(), text.size());
}

inline std::string textOf(plc_value v) {
  if (plc_is_kind(v, PLC_KIND_BYTEVECTOR))
    return std::string(reinterpret_cast<const char *>(plc_bytes(v)),
                       plc_bytes_length(v));
  if (!plc_is_kind(v, PLC_KIND_STRING))
    refuse("a string is needed here");
  char buffer[256];
  size_t bytes = host()->string_utf8(host(), v, buffer, sizeof buffer);
  if (bytes <= sizeof buffer)
    return std::string(buffer, bytes);
  std::string text(bytes, '\0');
  host()->string_utf8(host(), v, text.data(), bytes);
  return text;
}

template <> struct Convert<std::string> {
  static int rank(plc_value v) {
    return plc_is_kind(v, PLC_KIND_STRING)       ? Exact
           : plc_is_kind(v, PLC_KIND_BYTEVECTOR) ? Conversion
                                                 : Impossible;
  }
  static std::string from(plc_value v) { return textOf(v); }
  static plc_value to(const std::string &text) { return textValue(text); }
};

/// What lives as long as a call, and is a view or a pointer there.
struct HeldText {
  std::string text;
  bool isNull = false;
  operator std::string_view() const { return text; }
  operator const char *() const { return isNull ? nullptr : text.c_str(); }
};

template <> struct Convert<std::string_view> {
  static int rank(plc_value v) {
    int rank = Convert<std::string>::rank(v);
    return rank == Impossible ? rank : rank + 1;
  }
  static HeldText from(plc_value v) { return {textOf(v)}; }
  static plc_value to(std::string_view text) { return textValue(text); }
};

template <> struct Convert<const char *> {
  static int rank(plc_value v) {
    return plc_is_kind(v, PLC_KIND_STRING) ? Conversion
           : v == PLC_NIL                  ? Conversion
                                           : Impossible;
  }
  static HeldText from(plc_value v) {
    if (v == PLC_NIL)
      return {"", true};
    if (!plc_is_kind(v, PLC_KIND_STRING))
      refuse("a string or nil is needed here");
    HeldText held{textOf(v)};
    if (held.text.find('\0') != std::string::npos)
      refuse("a string without NUL is needed here");
    return held;
  }
  static plc_value to(const char *text) {
    return text ? textValue(text) : PLC_NIL;
  }
};

//===----------------------------------------------------------------------===//
// Calls
//===----------------------------------------------------------------------===//

/// An argument of type P: what it refers to lives as long as this.
template <class P> struct Argument {
  using T = std::remove_cv_t<std::remove_reference_t<P>>;
  decltype(Convert<T>::from(plc_value())) held;
  explicit Argument(plc_value v) : held(Convert<T>::from(v)) {}
  decltype(auto) get() {
    using Held = decltype(held);
    if constexpr (std::is_reference_v<Held>)
      return object();
    else if constexpr (!std::is_same_v<Held, T>)
      return T(held);
    else if constexpr (std::is_lvalue_reference_v<P>)
      return static_cast<P>(held);
    else
      return static_cast<T &&>(held);
  }

private:
  /// An object that lives on: by reference, or a copy of it.
  decltype(auto) object() {
    if constexpr (std::is_reference_v<P>)
      return static_cast<P>(held);
    else if constexpr (std::is_copy_constructible_v<T>)
      return static_cast<const T &>(held);
    else
      return static_cast<T &&>(held);
  }
};

template <class P> int rankOf(plc_value v) {
  return Convert<std::remove_cv_t<std::remove_reference_t<P>>>::rank(v);
}

/// Runs code and converts what it returns.
template <class F> plc_value resultOf(F run) {
  using R = decltype(run());
  if constexpr (std::is_void_v<R>) {
    run();
    return PLC_UNSPECIFIED;
  } else {
    return Convert<std::remove_cv_t<std::remove_reference_t<R>>>::to(run());
  }
}

/// One way to call something.
struct Overload {
  const char *declaration;
  /// Of one argument; more than there are parameters are never asked for.
  int (*rank)(plc_value v, size_t index);
  plc_value (*call)(const plc_value *args);
};

/// For Lisp values that may be an index.
template <class... P> int rankAt(plc_value v, size_t index) {
  int (*const ranks[])(plc_value) = {rankOf<P>..., nullptr};
  return ranks[index](v);
}

/// The overload that suits the values best, by the rule of C++: better for one
/// argument, and worse for none.
inline const Overload *choose(const char *name, const Overload *overloads,
                              size_t count, const plc_value *args,
                              size_t arity) {
  auto isPossible = [&](const Overload &o) {
    for (size_t i = 0; i < arity; ++i)
      if (o.rank(args[i], i) == Impossible)
        return false;
    return true;
  };
  auto isBetter = [&](const Overload &a, const Overload &b) {
    bool isBetterOnce = false;
    for (size_t i = 0; i < arity; ++i) {
      int ra = a.rank(args[i], i), rb = b.rank(args[i], i);
      if (ra > rb)
        return false;
      isBetterOnce |= ra < rb;
    }
    return isBetterOnce;
  };
  const Overload *best = nullptr;
  for (size_t i = 0; i < count; ++i)
    if (isPossible(overloads[i]) && (!best || isBetter(overloads[i], *best)))
      best = &overloads[i];
  std::string text;
  bool isAmbiguous = false;
  for (size_t i = 0; i < count; ++i) {
    if (best && &overloads[i] != best && isPossible(overloads[i]) &&
        !isBetter(*best, overloads[i])) {
      isAmbiguous = true;
      text += std::string("; ") + overloads[i].declaration;
    } else if (!best) {
      text += std::string(i ? "; " : ": ") + overloads[i].declaration;
    }
  }
  if (!best)
    refuse(std::string(name) + ": no overload takes these arguments" + text);
  if (isAmbiguous)
    refuse(std::string(name) + ": these overloads take the arguments as well: " +
           best->declaration + text);
  return best;
}

template <size_t Count>
plc_value callBest(const char *name, const Overload (&overloads)[Count],
                   const plc_value *args, size_t arity) noexcept {
  try {
    // With one there is nothing to choose: it says what it does not take.
    const Overload *best =
        Count == 1 ? overloads : choose(name, overloads, Count, args, arity);
    return best->call(args);
  } catch (...) {
    failed();
    return PLC_UNSPECIFIED;
  }
}

} // namespace cxx
} // namespace plc
#endif // PLC_CXX_H
