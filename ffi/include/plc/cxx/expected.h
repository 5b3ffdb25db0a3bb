/// \file
/// C++ shims: std::expected (C++23). Included where the header of the library is.
#ifndef PLC_CXX_EXPECTED_H
#define PLC_CXX_EXPECTED_H

#include "plc/cxx/values.h"

#include <expected>

namespace plc {
namespace cxx __attribute__((visibility("hidden"))) {

/// The value; an error is raised as if it had been thrown.
template <class T, class E>
struct Convert<std::expected<T, E>>
    : ConvertValue<std::expected<T, E>, Convert<std::expected<T, E>>> {
  static int rankOf(plc_value v) {
    if constexpr (std::is_void_v<T>)
      return Impossible;
    else
      return Convert<T>::rank(v);
  }
  static std::expected<T, E> make(plc_value v, LastingText &texts) {
    if constexpr (std::is_void_v<T>)
      return {};
    else
      return Part<T>(v, texts).get();
  }
  template <class U> static plc_value to(U &&x, Owner owner = {}) {
    if (!x)
      throw std::forward<U>(x).error();
    return resultOf([&]() -> decltype(auto) { return *std::forward<U>(x); }, owner);
  }
};

} // namespace cxx
} // namespace plc
#endif // PLC_CXX_EXPECTED_H
