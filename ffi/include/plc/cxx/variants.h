/// \file
/// C++ shims: std::variant. Included where the header of the library is.
#ifndef PLC_CXX_VARIANTS_H
#define PLC_CXX_VARIANTS_H

#include "plc/cxx/values.h"

#include <variant>

namespace plc {
namespace cxx __attribute__((visibility("hidden"))) {

template <> struct Convert<std::monostate> {
  static int rank(plc_value v) { return Convert<std::nullptr_t>::rank(v); }
  static std::monostate from(plc_value v) {
    Convert<std::nullptr_t>::from(v);
    return {};
  }
  static plc_value to(std::monostate) { return PLC_NIL; }
};

/// The alternative that suits the value best; the first one of several.
template <class... T>
struct Convert<std::variant<T...>>
    : ConvertValue<std::variant<T...>, Convert<std::variant<T...>>> {
  static int rankOf(plc_value v) {
    return std::min({Convert<std::remove_cv_t<T>>::rank(v)...});
  }
  static std::variant<T...> make(plc_value v, LastingText &texts) {
    const int ranks[] = {Convert<std::remove_cv_t<T>>::rank(v)...};
    size_t best = 0;
    for (size_t i = 1; i < sizeof...(T); ++i)
      if (ranks[i] < ranks[best])
        best = i;
    if (ranks[best] == Impossible)
      refuse("nothing that `" +
             demangled(typeid(std::variant<T...>).name()) +
             "` may hold can be made of this");
    return make(v, best, texts, std::index_sequence_for<T...>());
  }
  template <class U> static plc_value to(U &&x, Owner owner = {}) {
    return std::visit(
        [&]<class V>(V &&held) {
          return resultOf([&]() -> V && { return static_cast<V &&>(held); },
                          owner);
        },
        std::forward<U>(x));
  }

private:
  template <size_t... I>
  static std::variant<T...> make(plc_value v, size_t best,
                                 LastingText &texts, std::index_sequence<I...>) {
    std::optional<std::variant<T...>> made;
    ((I == best
          ? void(made.emplace(std::in_place_index<I>,
                              Part<std::remove_cv_t<T>>(v, texts).get()))
          : void()),
     ...);
    return std::move(*made);
  }
};

} // namespace cxx
} // namespace plc
#endif // PLC_CXX_VARIANTS_H
