/// \file
/// C++ shims: types of the library whose instances are values of Lisp.
#ifndef PLC_CXX_VALUES_H
#define PLC_CXX_VALUES_H

#include "plc/cxx/calls.h"

#include <tuple>

namespace plc {
namespace cxx __attribute__((visibility("hidden"))) {

/// What a class of values has of instances that were made by name: `Own` has
/// rankOf(v) and make(v), or make(v, texts) for its parts, for what is none.
template <class T, class Own> struct ConvertValue {
  using IsValue = void;
  static int rank(plc_value v) {
    int rank = objectRank<T>(v);
    return rank == Impossible ? Own::rankOf(v) : rank;
  }
  static HeldObject<T> from(plc_value v) {
    int depth;
    HeldObject<T> held;
    held.object = objectIn<T>(v, depth);
    if (held.object)
      return held;
    if constexpr (requires { Own::make(v, held.texts); })
      held.own.emplace(Own::make(v, held.texts));
    else
      held.own.emplace(Own::make(v));
    return held;
  }
};

/// The worst of the ranks of parts, each of which needs the rank of data.
inline int rankOfParts(std::initializer_list<int> ranks) {
  int worst = Data;
  for (int rank : ranks)
    worst = std::max(worst, rank);
  return worst;
}

/// A pair, also a list of two if that fits.
template <class A, class B>
struct Convert<std::pair<A, B>>
    : ConvertValue<std::pair<A, B>, Convert<std::pair<A, B>>> {
  static int rankOf(plc_value v) {
    if (!plc_is_pair(v))
      return Impossible;
    return rankOfParts({Convert<std::remove_cv_t<A>>::rank(plc_car(v)),
                        Convert<std::remove_cv_t<B>>::rank(second(v))});
  }
  static std::pair<A, B> make(plc_value v, LastingText &texts) {
    if (!plc_is_pair(v))
      refuse("a pair is needed here");
    return std::pair<A, B>(Part<std::remove_cv_t<A>>(plc_car(v), texts).get(),
                           Part<std::remove_cv_t<B>>(second(v), texts).get());
  }
  template <class U> static plc_value to(U &&x, Owner owner = {}) {
    plc_value first = resultOf(
        [&]() -> decltype(auto) { return (std::forward<U>(x).first); }, owner);
    plc_value second = resultOf(
        [&]() -> decltype(auto) { return (std::forward<U>(x).second); }, owner);
    return host()->cons(host(), first, second);
  }

private:
  static plc_value second(plc_value v) {
    plc_value rest = plc_cdr(v);
    bool isList = plc_is_pair(rest) && plc_cdr(rest) == PLC_NULL &&
                  Convert<std::remove_cv_t<B>>::rank(rest) == Impossible;
    return isList ? plc_car(rest) : rest;
  }
};

/// A list, also a vector.
template <class... T>
struct Convert<std::tuple<T...>>
    : ConvertValue<std::tuple<T...>, Convert<std::tuple<T...>>> {
  using Parts = std::index_sequence_for<T...>;
  static int rankOf(plc_value v) {
    plc_value parts[sizeof...(T) + 1];
    return split(v, parts) ? rankOf(parts, Parts()) : int(Impossible);
  }
  static std::tuple<T...> make(plc_value v, LastingText &texts) {
    plc_value parts[sizeof...(T) + 1];
    if (!split(v, parts))
      refuse("a list or vector of " + std::to_string(sizeof...(T)) +
             " elements is needed here");
    return make(parts, texts, Parts());
  }
  template <class U> static plc_value to(U &&x, Owner owner = {}) {
    return to(std::forward<U>(x), owner, Parts());
  }

private:
  static bool split(plc_value v, plc_value *parts) {
    if (!isSequence(v) || (plc_is_pair(v) && host()->list_length(host(), v) < 0))
      return false;
    size_t count = 0;
    eachElement(v, [&](plc_value part) {
      if (count < sizeof...(T))
        parts[count] = part;
      ++count;
    });
    return count == sizeof...(T);
  }
  template <size_t... I>
  static int rankOf(const plc_value *parts, std::index_sequence<I...>) {
    return rankOfParts({Convert<std::remove_cv_t<T>>::rank(parts[I])...});
  }
  template <size_t... I>
  static std::tuple<T...> make(const plc_value *parts, LastingText &texts,
                               std::index_sequence<I...>) {
    return std::tuple<T...>(Part<std::remove_cv_t<T>>(parts[I], texts).get()...);
  }
  template <class U, size_t... I>
  static plc_value to(U &&x, Owner owner, std::index_sequence<I...>) {
    plc_value parts[] = {
        resultOf([&]() -> decltype(auto) { return std::get<I>(std::forward<U>(x)); },
                 owner)...,
        PLC_NULL};
    plc_value list = PLC_NULL;
    for (size_t i = sizeof...(T); i-- > 0;)
      list = host()->cons(host(), parts[i], list);
    return list;
  }
};

/// The value or nil.
template <class T>
struct Convert<std::optional<T>>
    : ConvertValue<std::optional<T>, Convert<std::optional<T>>> {
  static int rankOf(plc_value v) {
    return v == PLC_NIL ? int(Exact) : Convert<T>::rank(v);
  }
  static std::optional<T> make(plc_value v, LastingText &texts) {
    if (v == PLC_NIL)
      return std::nullopt;
    return std::optional<T>(std::in_place, Part<T>(v, texts).get());
  }
  template <class U> static plc_value to(U &&x, Owner owner = {}) {
    if (!x)
      return PLC_NIL;
    return resultOf([&]() -> decltype(auto) { return *std::forward<U>(x); },
                    owner);
  }
};

} // namespace cxx
} // namespace plc
#endif // PLC_CXX_VALUES_H
