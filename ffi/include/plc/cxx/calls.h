/// \file
/// C++ shims: arguments and results.
#ifndef PLC_CXX_CALLS_H
#define PLC_CXX_CALLS_H

#include "plc/cxx/containers.h"

#include <tuple>
#include <utility>

namespace plc {
namespace cxx __attribute__((visibility("hidden"))) {

/// True of types of parameters that change what they refer to.
template <class P>
constexpr bool isChanged = std::is_lvalue_reference_v<P> &&
                           !std::is_const_v<std::remove_reference_t<P>>;

/// An argument of type P: what it refers to lives as long as this. What may be
/// changed is an object, unless it may be made for the call, too.
template <class P, bool MayBeMade> struct Argument {
  using T = std::remove_cv_t<std::remove_reference_t<P>>;
  decltype(Convert<T>::from(plc_value())) held;
  explicit Argument(plc_value v) : held(Convert<T>::from(v)) {
    if (!isChanged<P>)
      return;
    if (isConstObject(v))
      refuse("this object is const");
    if (std::is_class_v<T> && !MayBeMade &&
        !plc_is_reference(v, shims->plugin))
      refuse("an object of the class `" + demangled(typeid(T).name()) +
             "` is needed here: it may be changed");
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
    else if constexpr (isCopyable<T>)
      return static_cast<const T &>(x);
    else
      return static_cast<T &&>(x);
  }
};

template <class F> plc_value resultOf(F run, Owner owner = {});

/// What may be changed and is no object of Lisp, as a rule.
template <class T>
concept Boxed = std::is_arithmetic_v<T> || std::is_enum_v<T> ||
                std::is_same_v<T, std::string> ||
                requires { typename Convert<T>::IsValue; };

/// What C++ may change: an object that was made by name, or the content of a box, which
/// becomes what C++ has left there. That of nil or #f was nothing yet.
template <class T> class Changed {
public:
  explicit Changed(plc_value v) : box(v), object(objectOf(v)) {
    if (object && isConstObject(v))
      refuse("this object is const");
    if (object)
      return;
    if (!plc_is_kind(v, PLC_KIND_BOX))
      refuse("a box is needed here: this `" + demangled(typeid(T).name()) +
             "` may be changed");
    plc_value content = plc_fields(v)[0];
    if (isNothing(content))
      own.emplace();
    else
      own.emplace(Argument<T>(content).get());
  }
  Changed(const Changed &) = delete;
  ~Changed() {
    if (own)
      shims->set_box(box, resultOf([&]() -> T && { return std::move(*own); }));
  }
  T &get() { return own ? *own : *object; }
  operator T *() { return &get(); }
  static int rank(plc_value v) {
    if (objectOf(v))
      return Exact;
    if (!plc_is_kind(v, PLC_KIND_BOX))
      return Impossible;
    plc_value content = plc_fields(v)[0];
    return isNothing(content) ? int(Conversion) : Convert<T>::rank(content);
  }

private:
  static bool isNothing(plc_value content) {
    return std::is_default_constructible_v<T> && !std::is_same_v<T, bool> &&
           (content == PLC_FALSE || content == PLC_NIL) &&
           Convert<T>::rank(content) == Impossible;
  }
  static T *objectOf(plc_value v) {
    if constexpr (std::is_same_v<T, std::string>) {
      return stringIn(v);
    } else if constexpr (std::is_class_v<T>) {
      int depth;
      return objectIn<T>(v, depth);
    } else {
      return nullptr;
    }
  }
  plc_value box;
  T *object;
  std::optional<T> own;
};

template <class P>
  requires(isChanged<P> && Boxed<std::remove_reference_t<P>>)
struct Argument<P, false> {
  Changed<std::remove_reference_t<P>> held;
  explicit Argument(plc_value v) : held(v) {}
  P get() { return held.get(); }
};

/// The text that an argument refers to, null if it cannot refer to any.
template <class Held> LastingText *textsOf(Held &) { return nullptr; }
template <class T> LastingText *textsOf(HeldObject<T> &held) {
  return &held.texts;
}
/// \{ The result may refer to what an argument refers to.
template <class P> void lend(Owner &owner, Argument<P> &argument) {
  if (LastingText *texts = textsOf(argument.held))
    owner.lend(*texts);
}
template <class T> void lend(Owner &owner, LastingArgument<T> &argument) {
  owner.lend(argument.held);
}
/// \}

template <class T> struct Part : Argument<T> {
  Part(plc_value v, LastingText &texts) : Argument<T>(v) {
    if (LastingText *own = textsOf(this->held))
      texts.take(*own);
  }
};
template <TextView T> struct Part<T> : LastingArgument<T> {
  Part(plc_value v, LastingText &texts) : LastingArgument<T>(v) {
    texts.take(this->held);
  }
};

/// In the place of an argument that the code has already: this text.
template <size_t Count> struct FixedText {
  char bytes[Count];
  constexpr FixedText(const char (&text)[Count]) {
    for (size_t i = 0; i < Count; ++i)
      bytes[i] = text[i];
  }
};
template <FixedText Text> struct Literal {};
template <FixedText Text> struct Convert<Literal<Text>> {
  static int rank(plc_value v) {
    return plc_is_kind(v, PLC_KIND_STRING) &&
                   textOf(v) == std::string_view(Text.bytes, sizeof Text.bytes - 1)
               ? Exact
               : Impossible;
  }
};

/// What is made for the call binds to `T &&` rather than to `const T &`, an object
/// of Lisp to `T &` rather than to that, and never to `T &&`.
template <class P> int rankOf(plc_value v) {
  using T = std::remove_reference_t<P>;
  if constexpr (isChanged<P> && Boxed<T>)
    return std::min(2 * Changed<T>::rank(v), int(Impossible));
  int rank = Convert<std::remove_cv_t<T>>::rank(v);
  bool isObject = plc_is_reference(v, shims->plugin);
  if (rank == Impossible || (std::is_rvalue_reference_v<P> && isObject) ||
      (isChanged<P> && (!isObject || isConstObject(v))))
    return Impossible;
  return 2 * rank + (std::is_lvalue_reference_v<P> && std::is_const_v<T>);
}

/// A pointer to what is changed, or nil.
template <> struct Convert<std::string *> {
  struct Held {
    std::optional<Changed<std::string>> text;
    explicit Held(plc_value v) {
      if (v != PLC_NIL)
        text.emplace(v);
    }
    operator std::string *() { return text ? &text->get() : nullptr; }
  };
  static int rank(plc_value v) {
    return v == PLC_NIL ? int(Conversion) : Changed<std::string>::rank(v);
  }
  static Held from(plc_value v) { return Held(v); }
  static plc_value to(std::string *text, Owner owner = {}) {
    return text ? reference(text, false, owner) : PLC_NIL;
  }
};

/// `x(key ...) = value`, of which the last argument is the value.
template <class T, class... A> void setCall(T &x, A &&...args) {
  auto all = std::forward_as_tuple(std::forward<A>(args)...);
  [&]<size_t... I>(std::index_sequence<I...>) {
    x(std::get<I>(std::move(all))...) = std::get<sizeof...(A) - 1>(std::move(all));
  }(std::make_index_sequence<sizeof...(A) - 1>());
}

/// Runs code and converts what it returns.
template <class F> plc_value resultOf(F run, Owner owner) {
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

} // namespace cxx
} // namespace plc
#endif // PLC_CXX_CALLS_H
