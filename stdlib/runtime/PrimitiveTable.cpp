//===- PrimitiveTable.cpp - the procedures behind the primitives ----------===//
//
// For each row of Primitives.def the code with the uniform Lisp prototype and
// the static closure `plc_prim_<Id>` over it. Each lies in a section of its
// own: a program keeps those that it mentions.
//
//===----------------------------------------------------------------------===//
#include "stdlib/runtime/Control.h"
#include "stdlib/runtime/LispEntry.h"
#include "stdlib/runtime/PrimitiveClosures.h"
#include "stdlib/runtime/RuntimeCalls.h"
#include "stdlib/runtime/TwoArguments.h"

namespace plc::rt::detail {

using AnyFunction = Value(Context *, int64_t, const Value *);

/// Most arguments that are gathered on the stack.
static constexpr int64_t StackArguments = 64;

template <int64_t Room>
[[gnu::noinline]] static Value
callWithStackArray(Context *ctx, AnyFunction *function, int64_t argc,
                   const Value *registers) {
  Value all[Room];
  memcpy(all, registers, PLC_REGISTER_ARGS * sizeof(Value));
  memcpy(all + PLC_REGISTER_ARGS, ctx->argv,
         (argc - PLC_REGISTER_ARGS) * sizeof(Value));
  return function(ctx, argc, all);
}

/// Calls a primitive that takes its arguments as an array, when they are more
/// than fit in registers. What is longer than ctx->argv lives in a vector: the
/// stack is no place for any number of them.
__attribute__((noinline)) static Value callWithArray(Context *ctx,
                                                     AnyFunction *function,
                                                     int64_t argc,
                                                     const Value *registers) {
  if (argc <= StackArguments)
    return callWithStackArray<StackArguments>(ctx, function, argc, registers);
  if (argc <= PLC_ARGV_MAX)
    return callWithStackArray<PLC_ARGV_MAX>(ctx, function, argc, registers);
  Value list = rt_list_from_args(ctx, argc, 0, const_cast<Value *>(registers));
  int64_t count = 0;
  for (Value v = list; plc_is_pair(v); v = plc_cdr(v))
    ++count;
  Value vector = allocateObject(ctx, PLC_KIND_VECTOR, 0, count, PLC_FALSE);
  Value *out = plc_fields(vector);
  for (Value v = list; plc_is_pair(v); v = plc_cdr(v), ++out)
    store(ctx, out, plc_car(v));
  Value result = function(ctx, count, plc_fields(vector));
  asm volatile("" : : "r"(vector)); // keep the base alive, not only the array
  return result;
}

template <auto Function, int Min, int Max>
[[gnu::always_inline]] inline Value callPrimitive(Context *ctx, int64_t argc,
                                                  Value a0, Value a1, Value a2,
                                                  Value a3, Value a4) {
#define GIVEN(i) (Min > i || argc > i ? a##i : PLC_DEFAULT)
  if constexpr (Max == 0) {
    return Function(ctx);
  } else if constexpr (Max == 1) {
    return Function(ctx, GIVEN(0));
  } else if constexpr (Max == 2) {
    return Function(ctx, GIVEN(0), GIVEN(1));
  } else if constexpr (Max == 3) {
    return Function(ctx, GIVEN(0), GIVEN(1), GIVEN(2));
  } else if constexpr (Max == 4) {
    return Function(ctx, GIVEN(0), GIVEN(1), GIVEN(2), GIVEN(3));
  } else if constexpr (Max == 5) {
    return Function(ctx, GIVEN(0), GIVEN(1), GIVEN(2), GIVEN(3), GIVEN(4));
  } else {
    static_assert(Max == Any);
    Value registers[PLC_REGISTER_ARGS] = {a0, a1, a2, a3, a4};
    if (argc > PLC_REGISTER_ARGS)
      return callWithArray(ctx, Function, argc, registers);
    return Function(ctx, argc, registers);
  }
#undef GIVEN
}

template <auto Function, int Min, int Max>
[[gnu::noinline]] Value PLC_LISP_CC checkedCode(Context *ctx, Value self,
                                                int64_t argc, Value a0,
                                                Value a1, Value a2, Value a3,
                                                Value a4) {
  if (argc < Min || (Max != Any && argc > Max)) [[clang::musttail]]
    return rt_arity_error(ctx, self, argc, a0, a1, a2, a3, a4);
  return callPrimitive<Function, Min, Max>(ctx, argc, a0, a1, a2, a3, a4);
}

template <auto Function, int Min, int Max, Lowering How>
[[gnu::always_inline]] inline Value PLC_LISP_CC
primitiveCode(Context *ctx, Value self, int64_t argc, Value a0, Value a1,
              Value a2, Value a3, Value a4) {
  if constexpr (How == Lowering::LispCall) {
    [[clang::musttail]] return Function(ctx, self, argc, a0, a1, a2, a3, a4);
  } else if constexpr (TwoArguments<Function>::exist) {
    Value result;
    if (argc == 2 && TwoArguments<Function>::tryTwo(a0, a1, &result))
      return result;
    [[clang::musttail]] return checkedCode<Function, Min, Max>(
        ctx, self, argc, a0, a1, a2, a3, a4);
  } else {
    if (argc < Min || (Max != Any && argc > Max)) [[clang::musttail]]
      return rt_arity_error(ctx, self, argc, a0, a1, a2, a3, a4);
    return callPrimitive<Function, Min, Max>(ctx, argc, a0, a1, a2, a3, a4);
  }
}

/// What the procedure of a primitive does. Only calls in place know whether
/// objects of other languages may come along.
template <auto Function> inline constexpr auto *asProcedure = Function;
template <>
inline constexpr auto *asProcedure<prim_VectorLength> = prim_SequenceLength;
template <>
inline constexpr auto *asProcedure<prim_VectorRef> = prim_SequenceRef;
template <>
inline constexpr auto *asProcedure<prim_VectorSet> = prim_SequenceSet;

} // namespace plc::rt::detail

using namespace plc::rt;
using namespace plc::rt::detail;

// One out-of-line function per row; the C++ name is fixed for the assembly.
#define IrOp(op) Lowering::IrOp
#define Inline(emit) Lowering::Inline
#define PRIMITIVE(ID, NAME, MIN, MAX, TYPE, EFFECTS, LOWERING, DOC)            \
  extern "C" PLC_LISP_CC                                                       \
      __attribute__((visibility("hidden"))) plc_value plc_wrap_##ID(           \
          plc_context *ctx, plc_value self, int64_t argc, plc_value a0,        \
          plc_value a1, plc_value a2, plc_value a3, plc_value a4) {            \
    [[clang::musttail]] return primitiveCode<asProcedure<prim_##ID>, MIN, MAX, \
                                             LOWERING>(ctx, self, argc, a0,    \
                                                       a1, a2, a3, a4);        \
  }                                                                            \
  PLC_LISP_ENTRY(plc_entry_##ID, plc_wrap_##ID, MIN, MAX, NAME);               \
  extern "C" const StaticClosure plc_prim_##ID = {StaticClosureHeader,         \
                                                  plc_entry_##ID};
#include "stdlib/Primitives.def"
