/// \file
/// C++ shims: fields that are arrays, and what is assigned to fields.
#ifndef PLC_CXX_FIELDS_H
#define PLC_CXX_FIELDS_H

#include "plc/cxx/calls.h"

#include <array>
#include <cstring>

namespace plc {
namespace cxx __attribute__((visibility("hidden"))) {

/// An array as the class of the library that is laid out alike.
template <class T> struct AsArray { using Type = T; };
template <class T, size_t N> struct AsArray<T[N]> {
  using Type = std::array<typename AsArray<std::remove_const_t<T>>::Type, N>;
};
template <class T, size_t N> struct AsArray<const T[N]> {
  using Type = const std::array<typename AsArray<T>::Type, N>;
};

/// The content of a field that is an array: text up to its NUL, else the elements,
/// which can be changed in place.
template <class T, size_t N> decltype(auto) contentOf(T (&field)[N]) {
  if constexpr (std::is_same_v<std::remove_const_t<T>, char>)
    return std::string(field, strnlen(field, N));
  else
    return reinterpret_cast<typename AsArray<T[N]>::Type &>(field);
}

template <class T> void assign(T &field, plc_value v) {
  if constexpr (std::is_same_v<std::remove_extent_t<T>, char> && std::is_array_v<T>) {
    std::string text = textOf(v);
    if (text.size() >= sizeof field || text.find('\0') != text.npos)
      refuse("there is room for a string of " + std::to_string(sizeof field - 1) +
             " bytes, without NUL");
    memset(field, 0, sizeof field);
    memcpy(field, text.data(), text.size());
  } else if constexpr (std::is_array_v<T>) {
    assign(contentOf(field), v);
  } else if constexpr (requires(Argument<T> x) { field = x.get(); }) {
    field = Argument<T>(v).get();
  } else if constexpr (requires(Argument<typename T::value_type> x) {
                         field = x.get();
                       }) { // std::atomic
    field = Argument<typename T::value_type>(v).get();
  } else {
    refuse("a field of type `" + demangled(typeid(T).name()) +
           "` cannot be assigned");
  }
}

} // namespace cxx
} // namespace plc
#endif // PLC_CXX_FIELDS_H
