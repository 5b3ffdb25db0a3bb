//===- Promises.cpp - delay, delay-force, force ---------------------------===//
//
// A PROMISE holds a pair (done? . value-or-thunk) that promises of one
// delay-force chain come to share: `force` runs such a chain in constant space
// (R7RS 4.2.5).
//
//===----------------------------------------------------------------------===//
#include "stdlib/runtime/Control.h"
#include "stdlib/runtime/PrimitiveClosures.h"
#include "stdlib/runtime/RuntimeCalls.h"

using namespace plc::rt;
using namespace plc::rt::detail;

static bool isPromise(Value v) { return plc_is_kind(v, PLC_KIND_PROMISE); }

static Value newPromise(Context *ctx, Value done, Value content) {
  Value cell = cons(ctx, done, content);
  return allocateObject(ctx, PLC_KIND_PROMISE, 0, 1, cell);
}

plc_value plc::rt::detail::prim_MakePromise(Context *ctx, Value v) {
  return isPromise(v) ? v : newPromise(ctx, PLC_TRUE, v);
}

plc_value plc::rt::detail::prim_MakeLazy(Context *ctx, Value thunk) {
  if (!plc_is_procedure(thunk))
    wrongType(ctx, "delay-force", 1, "a procedure", thunk);
  return newPromise(ctx, PLC_FALSE, thunk);
}

plc_value plc::rt::detail::prim_PromiseP(Context *, Value v) {
  return plc_bool(isPromise(v));
}

static void setCell(Context *ctx, Value cell, Value done, Value content) {
  store(ctx, plc_object_words(cell), done);
  store(ctx, plc_object_words(cell) + 1, content);
}

extern "C" PLC_LISP_CC plc_value prim_Force(PLC_LISP_PARAMETERS) {
  if (argc != 1)
    PLC_WRONG_COUNT(Force);
  (void)self;
  Value promise = a0;
  if (!isPromise(promise))
    return promise;
  for (;;) {
    Value cell = plc_fields(promise)[0];
    if (plc_car(cell) == PLC_TRUE)
      return plc_cdr(cell);
    Value next = callLisp(ctx, plc_cdr(cell), 0, nullptr);
    // The thunk may have forced this very promise.
    cell = plc_fields(promise)[0];
    if (plc_car(cell) == PLC_TRUE)
      return plc_cdr(cell);
    if (next == PLC_MV)
      rt_cold_wrong_values(ctx, 1, next);
    if (!isPromise(next)) {
      setCell(ctx, cell, PLC_TRUE, next);
      return next;
    }
    Value nextCell = plc_fields(next)[0];
    setCell(ctx, cell, plc_car(nextCell), plc_cdr(nextCell));
    store(ctx, plc_fields(next), cell);
  }
}
