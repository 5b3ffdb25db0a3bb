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

namespace plc::rt::detail {
// Columns of Primitives.def that stand for a Lowering here.
inline constexpr Lowering RuntimeCall = Lowering::RuntimeCall;
inline constexpr Lowering LispCall = Lowering::LispCall;
#define IrOp(op) Lowering::IrOp
#define Inline(emit) Lowering::Inline
#define PRIMITIVE(ID, NAME, MIN, MAX, TYPE, EFFECTS, LOWERING, DOC)            \
  using Prototype##ID =                                                        \
      PrimitiveType<MAX, (LOWERING) == Lowering::LispCall>::type;              \
  extern "C" Prototype##ID prim_##ID;
#include "stdlib/Primitives.def"
#undef IrOp
#undef Inline
} // namespace plc::rt::detail

#endif // PLC_RUNTIME_PRIMITIVEPROTOTYPES_H
