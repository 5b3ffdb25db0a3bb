/// \file
/// C++ shims: sequences and maps.
#ifndef PLC_CXX_CONTAINERS_H
#define PLC_CXX_CONTAINERS_H

#include "plc/cxx/scalars.h"
#include "plc/cxx/text.h"

#include <optional>

namespace plc {
namespace cxx __attribute__((visibility("hidden"))) {

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

} // namespace cxx
} // namespace plc
#endif // PLC_CXX_CONTAINERS_H
