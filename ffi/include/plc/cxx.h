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
#include <cstdlib>
#include <cstring>
#include <cxxabi.h>
#include <exception>
#include <functional>
#include <limits>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <typeinfo>
#include <utility>

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

/// A value that is kept alive from anywhere, and given back from any thread.
class Root {
public:
  explicit Root(plc_value v) : root(host()->hold(host(), v)) {}
  Root(const Root &) = delete;
  Root &operator=(const Root &) = delete;
  ~Root() {
    host()->run(
        host(),
        [](void *data) { host()->drop(host(), *static_cast<plc_root *>(data)); },
        &root);
  }
  plc_value value() const { return host()->held(host(), root); }

private:
  plc_root root;
};

/// Lisp that was called raised, or left: what is thrown until Lisp is reached.
struct LispThrow {
  std::shared_ptr<Root> token;
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
    } catch (const LispThrow &thrown) {
      error->token = thrown.token->value();
      return PLC_E_LISP;
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

/// The class of instances of T.
template <class T> plc_shim_class *classOf();

/// Whose part a result may be: the object of a method, PLC_FALSE for none, and what
/// was passed.
struct Owner {
  plc_value reference = PLC_FALSE;
  const plc_value *args = nullptr;
  size_t count = 0;
  bool isConst = false; ///< what the result refers to
  /// Some argument was made for the call, of text or data of Lisp.
  bool hasTemporary() const {
    for (size_t i = 0; i < count; ++i)
      if (plc_is_pointer(args[i]) && !plc_is_flonum(args[i]) &&
          !plc_is_reference(args[i], shims->plugin))
        return true;
    return false;
  }
};

inline plc_shim_object *shimObject(plc_value reference) {
  return reinterpret_cast<plc_shim_object *>(plc_reference_handle(reference));
}
inline bool isAlive(const plc_shim_object *object) {
  for (; object; object = object->parent)
    if (!object->address)
      return false;
  return true;
}
inline bool isConstObject(plc_value v) {
  return plc_is_reference(v, shims->plugin) && shimObject(v)->is_const;
}

/// What a new reference keeps alive: the only object there was, or all of them.
inline void keepOwner(plc_shim_object *object, const Owner &owner) {
  plc_value keeps = owner.reference, only = owner.reference;
  size_t objects = keeps != PLC_FALSE;
  for (size_t i = 0; i < owner.count; ++i) {
    if (!plc_is_reference(owner.args[i], shims->plugin))
      continue;
    only = owner.args[i];
    if (objects == 1)
      keeps = host()->cons(host(), keeps, PLC_NULL);
    keeps = objects++ ? host()->cons(host(), only, keeps) : only;
  }
  if (objects == 0)
    return;
  // Which one it is a part of is known of one alone, and of a method's object.
  plc_value whole = owner.reference != PLC_FALSE ? owner.reference : only;
  if (objects == 1 || owner.reference != PLC_FALSE) {
    object->parent = shimObject(whole);
    object->is_const |= object->parent->is_const;
  }
  object->parent_root = host()->hold(host(), keeps);
}

/// A reference to an object at an address.
template <class T>
plc_value reference(T *address, bool isOwned, Owner owner = {}) {
  auto *object =
      static_cast<plc_shim_object *>(malloc(sizeof(plc_shim_object)));
  if (!object)
    throw std::bad_alloc();
  *object = {classOf<std::remove_const_t<T>>(),
             const_cast<std::remove_const_t<T> *>(address),
             isOwned,
             std::is_const_v<T> || owner.isConst,
             nullptr,
             0};
  keepOwner(object, owner);
  return shims->reference(shims->plugin, object);
}

/// An object that lives on. What a function returns by reference to const may be
/// what was made for the call: that is copied.
template <class T> plc_value valueOf(T &x, Owner owner) {
  if constexpr (std::is_copy_constructible_v<T>)
    if (owner.isConst && owner.hasTemporary())
      return reference(new T(x), true);
  return reference(&x, false, owner);
}

/// What v refers to if that is a T and no part of anything, as nearly always.
template <class T>
[[gnu::always_inline]] inline plc_shim_object *usualObject(plc_value v) {
  if (!plc_is_reference(v, shims->plugin))
    return nullptr;
  plc_shim_object *object = shimObject(v);
  return object->type == classOf<T>() && !object->parent && object->address
             ? object
             : nullptr;
}

/// The object that v refers to as a T; null if it is none.
template <class T> T *objectIn(plc_value v, int &depth) {
  if (plc_shim_object *usual = usualObject<T>(v)) {
    depth = 0;
    return static_cast<T *>(usual->address);
  }
  if (!plc_is_reference(v, shims->plugin))
    return nullptr;
  return static_cast<T *>(shims->cast(shimObject(v), classOf<T>(), &depth));
}

template <class T> [[noreturn, gnu::cold]] void refuseObject(plc_value v) {
  std::string name = "`" + demangled(typeid(T).name()) + "`";
  if (plc_is_reference(v, shims->plugin) && !isAlive(shimObject(v)))
    throw Failure{PLC_E_RANGE, "this " + name + " was destroyed"};
  refuse("an object of the class " + name + " is needed here");
}

template <class T>
[[gnu::noinline]] T *rareInstance(plc_value v, bool mayChange,
                                  const char *method) {
  int depth;
  T *object = objectIn<T>(v, depth);
  if (!object)
    refuseObject<T>(v);
  if (mayChange && isConstObject(v))
    refuse(method ? "this object is const, and " + std::string(method) +
                        " may change it"
                  : "this `" + demangled(typeid(T).name()) + "` is const");
  return object;
}

/// The instance that v refers to, for a method or an assignment that may change
/// it.
template <class T>
[[gnu::always_inline]] inline T *changeable(plc_value v,
                                            const char *method = nullptr) {
  plc_shim_object *object = usualObject<T>(v);
  return object && !object->is_const ? static_cast<T *>(object->address)
                                     : rareInstance<T>(v, true, method);
}
/// The same for a call that does not.
template <class T>
[[gnu::always_inline]] inline const T *unchanged(plc_value v) {
  plc_shim_object *object = usualObject<T>(v);
  return object ? static_cast<const T *>(object->address)
                : rareInstance<T>(v, false, nullptr);
}

/// Conversions of a type without qualifiers: rank(v), from(v), to(x). What has no
/// other one is a class, whose instances are references.
template <class T> struct Convert {
  static int rank(plc_value v) {
    int depth;
    if (!objectIn<T>(v, depth))
      return Impossible;
    return depth == 0 ? Exact : Promotion + depth;
  }
  static T &from(plc_value v) {
    int depth;
    T *object = objectIn<T>(v, depth);
    if (!object)
      refuseObject<T>(v);
    return *object;
  }
  /// A new object is Lisp's, another one is somebody's.
  template <class U> static plc_value to(U &&x, Owner owner = {}) {
    if constexpr (std::is_lvalue_reference_v<U>)
      return valueOf(x, owner);
    else
      return reference(new T(std::move(x)), true);
  }
};

/// A pointer to an instance, which somebody owns, or nil.
template <class T>
  requires std::is_class_v<T>
struct Convert<T *> {
  static int rank(plc_value v) {
    return v == PLC_NIL                               ? int(Conversion)
           : !std::is_const_v<T> && isConstObject(v) ? int(Impossible)
                                                     : Convert<std::remove_const_t<T>>::rank(v);
  }
  static T *from(plc_value v) {
    if (!std::is_const_v<T> && isConstObject(v))
      refuse("this object is const");
    return v == PLC_NIL ? nullptr
                        : &Convert<std::remove_const_t<T>>::from(v);
  }
  static plc_value to(T *object, Owner owner = {}) {
    if (!object)
      return PLC_NIL;
    return reference(object, false, owner);
  }
};

/// What a constructor has made.
template <class T> struct Made {
  T *object;
};
template <class T> struct Convert<Made<T>> {
  static plc_value to(Made<T> made) { return reference(made.object, true); }
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
// Containers
//===----------------------------------------------------------------------===//

/// An instance that is there, or one that was made of Lisp data for a call.
template <class T> struct HeldObject {
  T *object = nullptr;
  std::optional<T> own;
  T &get() { return own ? *own : *object; }
};

template <class T>
concept Sequence = requires(T &x, typename T::value_type v) {
  x.push_back(std::move(v));
  x.begin();
  x.end();
};
template <class T>
concept Mapping = requires(T &x, typename T::key_type k,
                           typename T::mapped_type v) {
  x.emplace(std::move(k), std::move(v));
};

inline bool isSequence(plc_value v) {
  return plc_is_kind(v, PLC_KIND_VECTOR) || plc_is_kind(v, PLC_KIND_NUMVECTOR) ||
         v == PLC_NULL || plc_is_pair(v);
}

template <class N, class F> void eachNumber(plc_value v, F use) {
  for (size_t i = 0; i < plc_bytes_length(v) / sizeof(N); ++i)
    use(Convert<N>::to(reinterpret_cast<const N *>(plc_bytes(v))[i]));
}

/// Calls use(element) for the elements of a list or vector.
template <class F> void eachElement(plc_value v, F use) {
  if (plc_is_kind(v, PLC_KIND_NUMVECTOR)) {
    switch (plc_element_of(v)) {
#define PLC_ELEMENT(Name, Number, CType, Bytes)                                \
  case PLC_ELEMENT_##Name:                                                     \
    return eachNumber<CType>(v, use);
#include "plc/elements.def"
    }
  }
  if (plc_is_kind(v, PLC_KIND_VECTOR)) {
    for (size_t i = 0; i < plc_vector_length(v); ++i)
      use(plc_vector_ref(v, i));
    return;
  }
  if (host()->list_length(host(), v) < 0)
    refuse("a list or vector is needed here");
  for (; plc_is_pair(v); v = plc_cdr(v))
    use(plc_car(v));
}

template <class T>
  requires Sequence<T>
struct Convert<T> {
  using Element = typename T::value_type;
  static int rank(plc_value v) {
    int depth;
    return objectIn<T>(v, depth) ? (depth ? Promotion + depth : int(Exact))
           : isSequence(v)       ? Conversion
                                 : Impossible;
  }
  static HeldObject<T> from(plc_value v) {
    int depth;
    if (T *object = objectIn<T>(v, depth))
      return {object, std::nullopt};
    HeldObject<T> held{nullptr, T()};
    eachElement(v, [&](plc_value element) {
      auto item = Convert<Element>::from(element);
      if constexpr (requires { held.own->push_back(item.get()); })
        held.own->push_back(item.get());
      else
        held.own->push_back(static_cast<Element>(item));
    });
    return held;
  }
  template <class U> static plc_value to(U &&x, Owner owner = {}) {
    if constexpr (std::is_lvalue_reference_v<U>)
      return valueOf(x, owner);
    else
      return reference(new T(std::move(x)), true);
  }
};

template <class A, class B> struct Convert<std::pair<A, B>> {
  static int rank(plc_value) { return Impossible; }
  static std::pair<A, B> from(plc_value) {
    refuse("pairs cannot be passed yet");
  }
  /// The parts as they are, in a pair.
  template <class U> static plc_value to(U &&x, Owner owner = {});
};

template <class T> struct Convert<std::optional<T>> {
  static int rank(plc_value v) {
    return v == PLC_NIL ? int(Exact) : Convert<T>::rank(v);
  }
  static std::optional<T> from(plc_value v);
  template <class U> static plc_value to(U &&x, Owner owner = {});
};

//===----------------------------------------------------------------------===//
// Calls
//===----------------------------------------------------------------------===//

/// True of types of parameters that change what they refer to.
template <class P>
constexpr bool isChanged = std::is_lvalue_reference_v<P> &&
                           !std::is_const_v<std::remove_reference_t<P>>;

/// An argument of type P: what it refers to lives as long as this.
template <class P> struct Argument {
  using T = std::remove_cv_t<std::remove_reference_t<P>>;
  decltype(Convert<T>::from(plc_value())) held;
  explicit Argument(plc_value v) : held(Convert<T>::from(v)) {
    if (isChanged<P> && isConstObject(v))
      refuse("this object is const");
  }
  decltype(auto) get() {
    using Held = decltype(held);
    if constexpr (std::is_reference_v<Held>)
      return object(held);
    else if constexpr (std::is_same_v<Held, HeldObject<T>>)
      return object(held.get());
    else if constexpr (!std::is_same_v<Held, T>)
      return T(held);
    else if constexpr (std::is_lvalue_reference_v<P>)
      return static_cast<P>(held);
    else
      return static_cast<T &&>(held);
  }

private:
  /// An object that lives on: by reference, or a copy of it.
  static decltype(auto) object(T &x) {
    if constexpr (std::is_reference_v<P>)
      return static_cast<P>(x);
    else if constexpr (std::is_copy_constructible_v<T>)
      return static_cast<const T &>(x);
    else
      return static_cast<T &&>(x);
  }
};

/// What is made for the call binds to `T &&` rather than to `const T &`, an object
/// of Lisp to `T &` rather than to that, and never to `T &&`.
template <class P> int rankOf(plc_value v) {
  using T = std::remove_reference_t<P>;
  int rank = Convert<std::remove_cv_t<T>>::rank(v);
  bool isObject = plc_is_reference(v, shims->plugin);
  if (rank == Impossible || (std::is_rvalue_reference_v<P> && isObject) ||
      (isChanged<P> && (!isObject || isConstObject(v))))
    return Impossible;
  return 2 * rank + (std::is_lvalue_reference_v<P> && std::is_const_v<T>);
}

/// Runs code and converts what it returns.
template <class F> plc_value resultOf(F run, Owner owner = {}) {
  using R = decltype(run());
  using T = std::remove_cv_t<std::remove_reference_t<R>>;
  if constexpr (std::is_void_v<R>) {
    run();
    return PLC_UNSPECIFIED;
  } else if constexpr (requires { Convert<T>::to(run(), owner); }) {
    owner.isConst |= std::is_lvalue_reference_v<R> &&
                     std::is_const_v<std::remove_reference_t<R>>;
    return Convert<T>::to(
        const_cast<std::conditional_t<std::is_lvalue_reference_v<R>, T &, T &&>>(
            static_cast<R &&>(run())),
        owner);
  } else {
    return Convert<T>::to(run());
  }
}

template <class A, class B>
template <class U>
plc_value Convert<std::pair<A, B>>::to(U &&x, Owner owner) {
  plc_value first =
      resultOf([&]() -> decltype(auto) { return (std::forward<U>(x).first); },
               owner);
  plc_value second =
      resultOf([&]() -> decltype(auto) { return (std::forward<U>(x).second); },
               owner);
  return host()->cons(host(), first, second);
}

template <class T>
std::optional<T> Convert<std::optional<T>>::from(plc_value v) {
  if (v == PLC_NIL)
    return std::nullopt;
  return Argument<T>(v).get();
}

template <class T>
template <class U>
plc_value Convert<std::optional<T>>::to(U &&x, Owner owner) {
  if (!x)
    return PLC_NIL;
  return resultOf([&]() -> decltype(auto) { return *std::forward<U>(x); },
                  owner);
}

//===----------------------------------------------------------------------===//
// Procedures
//===----------------------------------------------------------------------===//

/// An argument of a procedure of Lisp, which may keep it: a copy, unless C++ wants
/// it to be changed.
template <class A> plc_value valueFor(A &&a) {
  using T = std::remove_cv_t<std::remove_reference_t<A>>;
  constexpr bool isShared = std::is_lvalue_reference_v<A> &&
                            !std::is_const_v<std::remove_reference_t<A>>;
  if constexpr (isShared || !std::is_copy_constructible_v<T>)
    return resultOf([&]() -> A && { return static_cast<A &&>(a); });
  else
    return resultOf([&] { return T(a); });
}

/// What a procedure returns, as an R, or what it threw.
template <class R, class... A>
R callLisp(const std::shared_ptr<Root> &procedure, A &&...a) {
  using Kept = std::conditional_t<std::is_void_v<R>, char, R>;
  static_assert(!std::is_reference_v<R>, "a procedure returns no reference");
  std::optional<Kept> result;
  std::exception_ptr trouble;
  auto body = [&] {
    try {
      plc_value args[sizeof...(A) + 1] = {valueFor<A>(static_cast<A &&>(a))...};
      plc_value value = PLC_UNSPECIFIED;
      plc_error error = {PLC_FALSE, PLC_FALSE, PLC_FALSE,
                         PLC_FALSE, PLC_FALSE, PLC_FALSE};
      plc_status status = host()->call(host(), procedure->value(), args,
                                       sizeof...(A), &value, &error);
      // What C++ lends is there as long as the call.
      for (size_t i = 0; i < sizeof...(A); ++i)
        if (plc_is_reference(args[i], shims->plugin) &&
            !shimObject(args[i])->is_owned)
          shimObject(args[i])->address = nullptr;
      if (status == PLC_E_LISP)
        throw LispThrow{std::make_shared<Root>(error.token)};
      if (status != PLC_OK)
        refuse("the procedure cannot be called");
      if constexpr (!std::is_void_v<R>) {
        Argument<R> converted(value);
        result.emplace(converted.get());
      }
    } catch (...) {
      trouble = std::current_exception();
    }
  };
  // Any thread may call this.
  plc_status status = host()->run(
      host(), [](void *data) { (*static_cast<decltype(body) *>(data))(); },
      &body);
  if (trouble)
    std::rethrow_exception(trouble);
  if (status != PLC_OK)
    throw std::bad_alloc();
  if constexpr (!std::is_void_v<R>)
    return std::move(*result);
}

template <class R, class... A> struct Convert<std::function<R(A...)>> {
  static int rank(plc_value v) {
    return plc_is_procedure(v) ? int(Exact)
           : v == PLC_NIL      ? int(Conversion)
                               : int(Impossible);
  }
  static std::function<R(A...)> from(plc_value v) {
    if (v == PLC_NIL)
      return nullptr;
    if (!plc_is_procedure(v))
      refuse("a procedure is needed here");
    return [procedure = std::make_shared<Root>(v)](A... a) -> R {
      return callLisp<R, A...>(procedure, static_cast<A &&>(a)...);
    };
  }
  template <class U> static plc_value to(U &&f, Owner = {}) {
    using F = std::function<R(A...)>;
    return f ? reference(new F(std::forward<U>(f)), true) : PLC_NIL;
  }
};

/// One way to call something, with a number of arguments.
struct Overload {
  const char *declaration;
  size_t arity;
  int (*rank)(plc_value v, size_t index);
  /// `self`: the object of a method, which `owner` refers to.
  plc_value (*call)(void *self, Owner owner, const plc_value *args);
  enum : unsigned {
    Const = 1,  ///< for objects that are const
    Hidden = 2, ///< there is another one for those that are not
    Any = 4     ///< no method: there is no object
  };
  unsigned flags;
  bool serves(bool isConst) const {
    return (flags & Any) || (isConst ? flags & Const : !(flags & Hidden));
  }
};

template <class... P> int rankAt(plc_value v, size_t index) {
  int (*const ranks[])(plc_value) = {rankOf<P>..., nullptr};
  return ranks[index](v);
}

/// The overload that suits the values best, by the rule of C++: better for one
/// argument, and worse for none.
inline const Overload *choose(const char *name, const Overload *overloads,
                              size_t count, const plc_value *args,
                              size_t arity, bool isConst = false) {
  auto isPossible = [&](const Overload &o) {
    if (o.arity != arity || !o.serves(isConst))
      return false;
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
  const Overload *best = nullptr, *only = nullptr;
  size_t suitable = 0, others = 0;
  for (size_t i = 0; i < count; ++i) {
    others += !overloads[i].serves(isConst);
    if (overloads[i].arity == arity && overloads[i].serves(isConst)) {
      ++suitable;
      only = &overloads[i];
    }
    if (isPossible(overloads[i]) && (!best || isBetter(overloads[i], *best)))
      best = &overloads[i];
  }
  // With one there is nothing to choose: it says what it does not take.
  if (suitable == 1)
    return only;
  if (suitable == 0 && isConst && others)
    refuse("this object is const, and " + std::string(name) + " may change it");
  std::string text;
  bool isAmbiguous = false;
  for (size_t i = 0; i < count; ++i) {
    if (best && &overloads[i] != best && isPossible(overloads[i]) &&
        !isBetter(*best, overloads[i])) {
      isAmbiguous = true;
      text += std::string("; ") + overloads[i].declaration;
    } else if (!best && (i == 0 || strcmp(overloads[i].declaration,
                                          overloads[i - 1].declaration) != 0)) {
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
    return choose(name, overloads, Count, args, arity)
        ->call(nullptr, Owner{PLC_FALSE, args, arity}, args);
  } catch (...) {
    failed();
    return PLC_UNSPECIFIED;
  }
}

//===----------------------------------------------------------------------===//
// Classes
//===----------------------------------------------------------------------===//

/// Runs the body of an operation.
template <class F> plc_status guarded(plc_error *error, F run) noexcept {
  try {
    return run();
  } catch (...) {
    return describe(error);
  }
}

/// A method of a class that is known, with Lisp values.
template <class T, size_t Count>
plc_value callKnown(const char *name, const Overload (&overloads)[Count],
                    plc_value self, const plc_value *args,
                    size_t count) noexcept {
  try {
    void *object = const_cast<T *>(unchanged<T>(self));
    return choose(name, overloads, Count, args, count, isConstObject(self))
        ->call(object, Owner{self, args, count}, args);
  } catch (...) {
    failed();
    return PLC_UNSPECIFIED;
  }
}

template <size_t Count>
plc_status callMethod(const char *name, const Overload (&overloads)[Count],
                      plc_value self, plc_shim_object *object,
                      const plc_value *args, size_t count, plc_value *result,
                      plc_error *error) noexcept {
  return guarded(error, [&] {
    *result = choose(name, overloads, Count, args, count, object->is_const)
                  ->call(object->address, Owner{self, args, count}, args);
    return PLC_OK;
  });
}

template <class T> struct WalkOver {
  using IsWalk = void;
  decltype(std::declval<T &>().begin()) now;
  decltype(std::declval<T &>().end()) end;
};

/// The operations that a class has by what can be written with its instances.
template <class T> struct Class {
  static T &self(const plc_shim_object *object) {
    return *static_cast<T *>(object->address);
  }
  static plc_status destroy(void *address, plc_error *error) {
    return guarded(error, [&] {
      if constexpr (std::is_destructible_v<T>)
        delete static_cast<T *>(address);
      return PLC_OK;
    });
  }
  static plc_status length(plc_value, plc_shim_object *object,
                           const plc_value *, size_t, plc_value *result,
                           plc_error *error) {
    return guarded(error, [&] {
      *result = plc_fixnum(int64_t(self(object).size()));
      return PLC_OK;
    });
  }
  static plc_status compare(plc_comparison op, plc_value a, plc_value b,
                            bool *result, plc_error *error) {
    return guarded(error, [&] {
      int depth;
      T *x = objectIn<T>(a, depth), *y = objectIn<T>(b, depth);
      if (!x || !y) {
        if (op != PLC_COMPARE_EQ)
          return PLC_E_UNSUPPORTED;
        *result = false;
        return PLC_OK;
      }
      if constexpr (requires { bool(*x == *y); })
        if (op == PLC_COMPARE_EQ) {
          *result = bool(*x == *y);
          return PLC_OK;
        }
      if constexpr (requires { bool(*x < *y); })
        switch (op) {
        case PLC_COMPARE_LT:
          *result = bool(*x < *y);
          return PLC_OK;
        case PLC_COMPARE_GT:
          *result = bool(*y < *x);
          return PLC_OK;
        case PLC_COMPARE_LE:
          *result = !bool(*y < *x);
          return PLC_OK;
        case PLC_COMPARE_GE:
          *result = !bool(*x < *y);
          return PLC_OK;
        default:
          break;
        }
      if (op != PLC_COMPARE_EQ)
        return PLC_E_UNSUPPORTED;
      *result = x == y;
      return PLC_OK;
    });
  }
  static uint64_t hash(const void *address) {
    const T &x = *static_cast<const T *>(address);
    if constexpr (requires { size_t(std::hash<T>()(x)); })
      return std::hash<T>()(x);
    else if constexpr (requires { bool(x == x); })
      return 1; // all that is known of those that are equal
    else
      return reinterpret_cast<uintptr_t>(address);
  }
  /// The operands as A and B, if they are that.
  template <class A, class B>
  static bool tryOperate(plc_operator op, plc_value a, plc_value b,
                         plc_value *result) {
    if (Convert<A>::rank(a) == Impossible || Convert<B>::rank(b) == Impossible)
      return false;
    Argument<const A &> x(a);
    Argument<const B &> y(b);
#define PLC_OPERATE(Operator, Sign)                                            \
  if constexpr (requires(const A &l, const B &r) { l Sign r; })                \
    if (op == Operator) {                                                      \
      *result = resultOf([&] { return x.get() Sign y.get(); });                \
      return true;                                                             \
    }
    PLC_OPERATE(PLC_OPERATOR_ADD, +)
    PLC_OPERATE(PLC_OPERATOR_SUB, -)
    PLC_OPERATE(PLC_OPERATOR_MUL, *)
    PLC_OPERATE(PLC_OPERATOR_DIV, /)
#undef PLC_OPERATE
    return false;
  }
  static plc_status operate(plc_operator op, plc_value a, plc_value b,
                            plc_value *result, plc_error *error) {
    return guarded(error, [&] {
      if constexpr (requires(const T &l) { -l; })
        if (op == PLC_OPERATOR_NEGATE) {
          Argument<const T &> x(a);
          *result = resultOf([&] { return -x.get(); });
          return PLC_OK;
        }
      bool isDone = tryOperate<T, T>(op, a, b, result) ||
                    tryOperate<T, double>(op, a, b, result) ||
                    tryOperate<double, T>(op, a, b, result);
      return isDone ? PLC_OK : PLC_E_UNSUPPORTED;
    });
  }
  static plc_status index(plc_value reference, plc_shim_object *object,
                          const plc_value *args, size_t, plc_value *result,
                          plc_error *error) {
    return guarded(error, [&] {
      T &x = self(object);
      if constexpr (Mapping<T>) {
        Argument<const typename T::key_type &> key(args[0]);
        auto found = x.find(key.get());
        if (found == x.end())
          return host()->fail(host(), error, PLC_E_NAME, nullptr,
                              "there is no such key");
        *result = resultOf(
            [&]() -> decltype(auto) { return (found->second); },
            Owner{reference});
        return PLC_OK;
      } else {
      if constexpr (requires { x.size(); }) {
        if (!isInteger(args[0]) || !fits<size_t>(args[0]) ||
            Convert<size_t>::from(args[0]) >= x.size())
          return host()->fail(host(), error, PLC_E_RANGE, nullptr,
                              "the index is out of range");
      }
      *result = resultOf(
          [&]() -> decltype(auto) { return x[Convert<size_t>::from(args[0])]; },
          Owner{reference});
      return PLC_OK;
      }
    });
  }

  static plc_status setIndex(plc_value, plc_shim_object *object,
                             const plc_value *args, size_t, plc_value *,
                             plc_error *error) {
    return guarded(error, [&] {
      T &x = self(object);
      if constexpr (Mapping<T>) {
        Argument<typename T::key_type> key(args[0]);
        Argument<typename T::mapped_type> value(args[1]);
        x.insert_or_assign(key.get(), value.get());
      } else {
        size_t i = Convert<size_t>::from(args[0]);
        if (i >= x.size())
          return host()->fail(host(), error, PLC_E_RANGE, nullptr,
                              "the index is out of range");
        Argument<typename T::value_type> value(args[1]);
        x[i] = value.get();
      }
      return PLC_OK;
    });
  }
  /// An iterator as an object of its own.
  static plc_status iterate(plc_value reference, plc_shim_object *object,
                            const plc_value *, size_t, plc_value *result,
                            plc_error *error) {
    return guarded(error, [&] {
      using Walk = WalkOver<T>;
      T &x = self(object);
      *result = cxx::reference(new Walk{x.begin(), x.end()}, true,
                               Owner{reference});
      return PLC_OK;
    });
  }
  static plc_status next(plc_value reference, plc_shim_object *object,
                         const plc_value *, size_t, plc_value *result,
                         plc_error *error) {
    return guarded(error, [&] {
      T &walk = self(object);
      if (!(walk.now != walk.end))
        return PLC_END;
      *result = resultOf([&]() -> decltype(auto) { return *walk.now; },
                         Owner{reference});
      ++walk.now;
      return PLC_OK;
    });
  }
  static plc_status toLisp(plc_value reference, plc_shim_object *object,
                           const plc_value *, size_t, plc_value *result,
                           plc_error *error) {
    return guarded(error, [&] {
      T &x = self(object);
      size_t count = 0;
      for (auto i = x.begin(); i != x.end(); ++i)
        ++count;
      plc_value vector = host()->vector(host(), count);
      size_t at = 0;
      for (auto i = x.begin(); i != x.end() && at < count; ++i)
        host()->vector_set(
            host(), vector, at++,
            resultOf([&]() -> decltype(auto) { return *i; }, Owner{reference}));
      *result = vector;
      return PLC_OK;
    });
  }

  static plc_shim_class make() {
    plc_shim_class type = {};
    static std::string name = demangled(typeid(T).name());
    type.name = name.c_str();
    type.destroy = destroy;
    if constexpr (requires(T &x) { size_t(x.size()); })
      type.length = length;
    if constexpr (requires(T &x, size_t i) { x[i]; } || Mapping<T>)
      type.index = index;
    if constexpr (requires(T &x, size_t i, typename T::value_type v) {
                    x[i] = v;
                    x.size();
                  } || requires(T &x, typename T::key_type k,
                                typename T::mapped_type v) {
                    x.insert_or_assign(k, v);
                  })
      type.set_index = setIndex;
    if constexpr (requires(T &x) {
                    x.begin() != x.end();
                    ++std::declval<decltype(x.begin()) &>();
                    *x.begin();
                  }) {
      type.iterate = iterate;
      type.to_lisp = toLisp;
    }
    if constexpr (requires(T &x) { typename T::IsWalk; })
      type.next = next;
    type.compare = compare;
    type.hash = hash;
    type.operate = operate;
    return type;
  }
};

/// Made before anything else runs: no use asks whether it is there.
template <class T> inline plc_shim_class classRecord = Class<T>::make();
template <class T> plc_shim_class *classOf() { return &classRecord<T>; }

template <class T>
void addMember(const char *name, plc_shim_use *call, plc_shim_use *get,
               plc_shim_use *set) {
  plc_shim_member member = {name, call, get, set};
  shims->add_member(classOf<T>(), &member);
}

template <class D, class B> void addBase() {
  shims->add_base(classOf<D>(), classOf<B>(), [](void *p) -> void * {
    return static_cast<B *>(static_cast<D *>(p));
  });
}

} // namespace cxx
} // namespace plc
#endif // PLC_CXX_H
