//===- LispProcedure.h - Lisp procedures in C++ for tests -------*- C++ -*-===//
#ifndef PLC_TEST_LISPPROCEDURE_H
#define PLC_TEST_LISPPROCEDURE_H

#include "stdlib/runtime/Control.h"
#include "stdlib/runtime/LispEntry.h"
#include "stdlib/runtime/PrimitiveClosures.h"
#include "stdlib/runtime/Start.h"

/// LISP(name, min, max) { body } defines the procedure `name`; the body sees
/// ctx, self, argc, a0 to a4. `procedure(name)` is the value without free
/// variables.
#define LISP(NAME, MIN, MAX)                                                   \
  PLC_LISP_ENTRY(entry_##NAME, code_##NAME, MIN, MAX, #NAME);                  \
  extern "C" const plc::rt::StaticClosure closure_##NAME = {                   \
      plc::rt::StaticClosureHeader, entry_##NAME};                             \
  extern "C" PLC_LISP_CC plc_value code_##NAME(                                \
      [[maybe_unused]] plc_context *ctx, [[maybe_unused]] plc_value self,      \
      [[maybe_unused]] int64_t argc, [[maybe_unused]] plc_value a0,            \
      [[maybe_unused]] plc_value a1, [[maybe_unused]] plc_value a2,            \
      [[maybe_unused]] plc_value a3, [[maybe_unused]] plc_value a4)
#define procedure(NAME) plc::rt::staticProcedure(closure_##NAME)
#define primitive(ID) plc::rt::staticProcedure(plc_prim_##ID)

template <typename... Args>
plc_value call(plc_context *ctx, plc_value callee, Args... arguments) {
  plc_value argv[sizeof...(Args) + 1] = {arguments...};
  return plc::rt::callLisp(ctx, callee, sizeof...(Args), argv);
}
inline plc_value fix(int64_t n) { return plc_fixnum(n); }
inline int64_t num(plc_value v) { return plc_fixnum_value(v); }

/// Calls a procedure without arguments in a world that is made at need; the
/// value is kept in `result` on the C stack only: for fixnums and constants.
inline int runLisp(plc_value thunk, plc_value *result = nullptr) {
  struct Job {
    plc_value thunk, *result;
  } job = {thunk, result};
  static char name[] = "test";
  static char *argv[] = {name, nullptr};
  plc_context *ctx = plc_runtime_start(1, argv);
  return plc_run_on_lisp_stack(
      ctx,
      [](plc_context *ctx, void *arg) {
        Job *job = static_cast<Job *>(arg);
        int status = plc_enter(ctx, job->thunk, 0, nullptr, job->result);
        if (status == 1)
          plc_report_condition(ctx, plc_pending_object(ctx));
        return status;
      },
      &job);
}

#endif // PLC_TEST_LISPPROCEDURE_H
