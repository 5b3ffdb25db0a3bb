//===- RuntimeCalls.h - C prototypes of RuntimeCalls.def --------*- C++ -*-===//
//
// Derives the C function type from each row's signature letters, so that a
// definition that differs from its row does not compile.
//
//===----------------------------------------------------------------------===//
#ifndef PLC_RUNTIME_RUNTIMECALLS_H
#define PLC_RUNTIME_RUNTIMECALLS_H

#include "stdlib/Context.h"
#include <cstddef>
#include <type_traits>
#include <utility>

namespace plc::rt::detail {

template <char Letter> struct Letter2Type;
template <> struct Letter2Type<'v'> {
  using type = plc_value;
};
template <> struct Letter2Type<'i'> {
  using type = int64_t;
};
template <> struct Letter2Type<'d'> {
  using type = double;
};
template <> struct Letter2Type<'b'> {
  using type = bool;
};
template <> struct Letter2Type<'.'> {
  using type = void;
};

/// 'p' is spelled as the definition needs it; see the casts in Anchor.cpp.
template <> struct Letter2Type<'p'> {
  using type = void *;
};

template <size_t N> struct SignatureText {
  char text[N];
  constexpr SignatureText(const char (&s)[N]) {
    for (size_t i = 0; i < N; ++i)
      text[i] = s[i];
  }
  static constexpr size_t Parameters = N - 2;
};

template <SignatureText S, typename Is> struct SignatureType;
template <SignatureText S, size_t... Is>
struct SignatureType<S, std::index_sequence<Is...>> {
  using type = typename Letter2Type<S.text[0]>::type(
      plc_context *, typename Letter2Type<S.text[Is + 1]>::type...);
};
template <SignatureText S>
using FunctionOf =
    typename SignatureType<S, std::make_index_sequence<S.Parameters>>::type;

#define RUNTIME_CALL(NAME, SIGNATURE, ATTRIBUTES, DOC)                         \
  using Call_##NAME = FunctionOf<SIGNATURE>;                                   \
  extern "C" Call_##NAME NAME;
#define LISP_ENTRY(NAME, DOC) extern "C" std::remove_pointer_t<plc_code> NAME;
#include "stdlib/RuntimeCalls.def"

} // namespace plc::rt::detail
#endif // PLC_RUNTIME_RUNTIMECALLS_H
