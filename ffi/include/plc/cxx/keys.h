/// \file
/// C++ shims: elements that a class finds by text: `x["key"]`.
#ifndef PLC_CXX_KEYS_H
#define PLC_CXX_KEYS_H

#include "plc/cxx/calls.h"

#include <utility>

namespace plc {
namespace cxx __attribute__((visibility("hidden"))) {

template <class T, class Key>
concept KeyedBy = requires(T &x, const Key &key) { x[key]; };

/// Has an operator [] for text, also one that is a template. Maps and documents have
/// their own ways.
template <class T>
concept Keyed = !Mapping<T> && !Document<T> &&
                (KeyedBy<T, std::string> || KeyedBy<T, const char *>);

template <class T>
using KeyOf =
    std::conditional_t<KeyedBy<T, std::string>, std::string, const char *>;

/// The element of a key. What is only looked at is not made, if the class has an
/// operator for that whose result is an object of its own.
template <Keyed T>
plc_value keyedElement(T &x, plc_value key, plc_value reference) {
  Argument<const KeyOf<T> &> text(key);
  using Element = decltype(x[text.get()]);
  constexpr bool isConst = KeyedBy<const T, KeyOf<T>> &&
                           !std::is_reference_v<Element> &&
                           !std::is_pointer_v<Element>;
  return resultOf(
      [&]() -> decltype(auto) {
        if constexpr (isConst)
          return std::as_const(x)[text.get()];
        else
          return x[text.get()];
      },
      Owner{reference});
}

/// `place = v`, where only the operator of what stands for the element knows what it
/// takes: numbers, booleans and text are tried as what they are in C++.
template <class Place> bool assignPlace(Place &&place, plc_value v) {
  using T = std::remove_cvref_t<Place>;
  auto assign = [&]<class From>(From &&value) {
    if constexpr (requires { place = std::forward<From>(value); }) {
      place = std::forward<From>(value);
      return true;
    }
    return false;
  };
  if (plc_is_kind(v, PLC_KIND_STRING))
    return assign(Convert<std::string>::from(v));
  if (v == PLC_TRUE || v == PLC_FALSE)
    return assign(v == PLC_TRUE);
  if (isInteger(v) && fits<long>(v))
    return assign(Convert<long>::from(v));
  if (isReal(v))
    return assign(Convert<double>::from(v));
  if (Convert<T>::rank(v) == Impossible)
    return false;
  return assign(Argument<const T &>(v).get());
}

template <Keyed T> void setKeyed(T &x, plc_value key, plc_value v) {
  Argument<const KeyOf<T> &> text(key);
  using Element = decltype(x[text.get()]);
  if constexpr (requires(Element place, std::remove_cvref_t<Element> value) {
                  requires std::is_lvalue_reference_v<Element>;
                  place = value;
                }) {
    Argument<std::remove_cvref_t<Element>> value(v);
    x[text.get()] = value.get();
  } else if (!assignPlace(x[text.get()], v)) {
    refuse("an element of this object does not become such a value");
  }
}

} // namespace cxx
} // namespace plc
#endif // PLC_CXX_KEYS_H
