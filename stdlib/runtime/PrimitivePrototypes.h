//===- PrimitivePrototypes.h - C prototypes from the tables ------*- C++ -*-===//
//
// One declaration per row of Primitives.def and RuntimeCalls.def, so that a
// function whose signature differs from its row does not compile.
//
//===----------------------------------------------------------------------===//
#ifndef PLC_RUNTIME_PRIMITIVEPROTOTYPES_H
#define PLC_RUNTIME_PRIMITIVEPROTOTYPES_H

#include "stdlib/Context.h"
#include <type_traits>

namespace plc::rt {

enum class Lowering { IrOp, Inline, RuntimeCall, LispCall };
inline constexpr int Any = -1;

namespace detail {
using V = plc_value;
using C = plc_context *;
/// The C function type of a primitive with these argument bounds.
template <int Max, bool Lisp> struct PrimitiveType;
template <> struct PrimitiveType<0, false> { using type = V(C); };
template <> struct PrimitiveType<1, false> { using type = V(C, V); };
template <> struct PrimitiveType<2, false> { using type = V(C, V, V); };
template <> struct PrimitiveType<3, false> { using type = V(C, V, V, V); };
template <> struct PrimitiveType<4, false> { using type = V(C, V, V, V, V); };
template <> struct PrimitiveType<5, false> {
  using type = V(C, V, V, V, V, V);
};
template <> struct PrimitiveType<Any, false> {
  using type = V(C, int64_t, const V *);
};
template <int Max> struct PrimitiveType<Max, true> {
  using type = std::remove_pointer_t<plc_code>;
};
} // namespace detail
} // namespace plc::rt

extern "C" {
#define IrOp(X) Lowering::IrOp
#define Inline(X) Lowering::Inline
#define PRIMITIVE(Id, Name, Min, Max, Type, Effects, HowLowered, Doc)          \
  namespace plc::rt::detail {                                                  \
  inline constexpr Lowering lowering##Id = []() constexpr {                    \
    using enum Lowering;                                                       \
    return HowLowered;                                                         \
  }();                                                                         \
  using Type##Id =                                                             \
      PrimitiveType<Max, lowering##Id == Lowering::LispCall>::type;            \
  }                                                                            \
  plc::rt::detail::Type##Id prim_##Id;
#include "stdlib/Primitives.def"
#undef IrOp
#undef Inline
}

#endif // PLC_RUNTIME_PRIMITIVEPROTOTYPES_H
