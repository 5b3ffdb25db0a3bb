//===- Enter.h - C++ calls Lisp, quickly ------------------------*- C++ -*-===//
//
// What enterLisp does, inline for those who call Lisp from a foreign frame again
// and again.
//
//===----------------------------------------------------------------------===//
#ifndef PLC_RUNTIME_ENTER_H
#define PLC_RUNTIME_ENTER_H

#include "stdlib/runtime/Control.h"
#include "stdlib/runtime/Watermark.h"

extern "C" {
// Assembly of Enter.cpp: the first lets the frames begin at boundary->stack_top, the
// second right here.
plc_value plc_enter_lisp(plc_context *ctx, plc_value procedure, int64_t argc,
                         const plc_value *argv, plc_code code,
                         plc_boundary *boundary);
plc_value plc_enter_nested(plc_context *ctx, plc_value procedure, int64_t argc,
                           const plc_value *argv, plc_code code,
                           plc_boundary *boundary);
plc_value PLC_LISP_CC rt_not_procedure(plc_context *, plc_value, int64_t,
                                       plc_value, plc_value, plc_value,
                                       plc_value, plc_value);
}

namespace plc::rt {

/// What ended the last entry: Returned, but from leaveBoundary until the entry
/// has seen it. There is one Lisp world in a process.
extern EnterStatus pendingStatus;
/// Even, see PLC_CALLBACK_SERIAL.
extern uint64_t lastSerial;
inline uint64_t nextSerial() { return lastSerial += 2; }

/// Continuations that may go on in place (Continuation.cpp).
extern unsigned leftCount;
/// False: dropFrames would do nothing.
inline bool hasFramesToDrop(const Context *ctx, uint64_t slot) {
  return ctx->barrier || leftCount || youngestMark <= slot || stackGuardOpened;
}

/// The code to call; arguments that registers do not hold go where it looks for
/// them.
inline plc_code prepareCall(Context *ctx, Value procedure, int64_t argc,
                            const Value *argv) {
  if (__builtin_expect(argc > PLC_REGISTER_ARGS, 0))
    memcpy(ctx->argv, argv + PLC_REGISTER_ARGS,
           size_t(argc - PLC_REGISTER_ARGS) * sizeof(Value));
  return plc_is_procedure(procedure) ? codeOf(procedure) : rt_not_procedure;
}

/// Enters Lisp behind `boundary`, whose stack_top and serial are set.
[[gnu::always_inline]] inline EnterStatus
enterWithin(Boundary &boundary, Context *ctx, Value procedure, int64_t argc,
            const Value *argv, Value *result) {
  boundary.prev = boundaryOf(ctx);
  boundary.barrier = ctx->barrier;
  boundary.winds = ctx->winds;
  boundary.handlers = ctx->handlers;
  boundary.params = ctx->params;
  ctx->boundary = &boundary;
  ctx->barrier = nullptr;
  ctx->handlers = PLC_NULL;

  plc_code code = prepareCall(ctx, procedure, argc, argv);
  Value value =
      (boundary.stack_top ? plc_enter_lisp : plc_enter_nested)(
          ctx, procedure, argc, argv, code, &boundary);

  EnterStatus status = pendingStatus;
  if (hasFramesToDrop(ctx, boundary.sp))
    dropFrames(ctx, boundary.sp);
  ctx->boundary = boundary.prev;
  ctx->barrier = boundary.barrier;
  ctx->winds = boundary.winds;
  ctx->handlers = boundary.handlers;
  ctx->params = boundary.params;
  if (__builtin_expect(status != EnterStatus::Returned, 0)) {
    pendingStatus = EnterStatus::Returned;
    value = PLC_UNSPECIFIED;
  }
  if (result)
    *result = value;
  return status;
}

/// enterLisp where Lisp has been entered before.
[[gnu::always_inline]] inline EnterStatus
enterNested(Context *ctx, Value procedure, int64_t argc, const Value *argv,
            Value *result) {
  Boundary boundary;
  boundary.stack_top = 0;
  boundary.serial = nextSerial();
  return enterWithin(boundary, ctx, procedure, argc, argv, result);
}

} // namespace plc::rt
#endif // PLC_RUNTIME_ENTER_H
