//===- Operation.h - one call of a plugin -----------------------*- C++ -*-===//
//
// What a plugin reports becomes a value or a condition. What Lisp that it
// called raised, or where it left to, goes on when the plugin has returned.
//
//===----------------------------------------------------------------------===//
#ifndef PLC_RUNTIME_OPERATION_H
#define PLC_RUNTIME_OPERATION_H

#include "stdlib/runtime/Enter.h"
#include "stdlib/runtime/Foreign.h"

namespace plc::rt {

/// Calls of Lisp by foreign code that are nested: each level has frames of the
/// foreign code, of its runtime and of Lisp.
inline constexpr int MostNested = 10000;
[[noreturn]] void raiseTooDeep(Context *ctx, void * = nullptr);
/// How a call of Lisp ends that is nested too deep or has too many arguments.
EnterStatus refuseCall(Context *ctx, int64_t argc);
/// enterLisp for a plugin; a stack-overflow condition is raised where such calls
/// are nested too deep, before the stack is full of foreign frames.
[[gnu::always_inline]] inline EnterStatus
callFromPlugin(Context *ctx, Value procedure, int64_t argc, const Value *argv,
               Value *result) {
  uint64_t here = reinterpret_cast<uint64_t>(__builtin_frame_address(0));
  if (__builtin_expect(nestedForeignCalls >= MostNested ||
                           argc > PLC_ARGV_MAX ||
                           (onFiber &&
                            here < ctx->stack_low + LeastForCallback),
                       0))
    return refuseCall(ctx, argc);
  ++nestedForeignCalls;
  EnterStatus status = boundaryOf(ctx)
                           ? enterNested(ctx, procedure, argc, argv, result)
                           : enterLisp(ctx, procedure, argc, argv, result);
  --nestedForeignCalls;
  return status;
}
/// Before the first operation.
void prepareOperations(Context *ctx);

/// Keeps how Lisp ended that foreign code had called, which cannot be told: it
/// goes on when the operation has finished.
void keepEnd(Context *ctx, EnterStatus status);
/// True while there is such an end: no more Lisp is to be called then.
bool hasKeptEnd();

/// Raises the condition for what an operation reported.
[[noreturn]] void raiseForeign(Context *ctx, plc_plugin *plugin,
                               plc_status status, plc_error &error,
                               const char *operation, Value irritant);

/// That condition; the object that Lisp raised for PLC_E_LISP. `isTraced`: the trace
/// is taken here.
Value foreignCondition(Context *ctx, const plc_plugin *plugin,
                       plc_status status, plc_error &error,
                       const char *operation, Value irritant,
                       bool isTraced = true);

/// After an operation that did not just return PLC_OK: raises what is to be
/// raised.
plc_status finishOperation(Context *ctx, plc_plugin *plugin, const char *name,
                           plc_error &error, plc_status status, Value irritant);

/// A function of native code was active where the condition was raised.
void appendNativeFrame(Context *ctx, Value condition, const char *name);
/// The same for what is kept for the end of a call of that function.
void noteNativeCall(Context *ctx, void *function, const char *name);

/// One call of an operation. No destructor: raising leaves by a jump.
struct Operation {
  Operation(Context *ctx, plc_plugin *plugin, const char *name)
      : ctx(ctx), plugin(plugin), name(name) {
    // Operations on pointers are the runtime's own: they may raise.
    if (plugin != rt_native_plugin) {
      showLispOutput(ctx);
      call = {youngestForeignCall, boundaryOf(ctx)};
      youngestForeignCall = &call;
    }
    error = {PLC_FALSE, PLC_FALSE, PLC_FALSE, PLC_FALSE, PLC_FALSE, PLC_FALSE};
  }
  /// After the plugin returned; PLC_OK or PLC_END, other states raise.
  plc_status finish(plc_status status, Value irritant = PLC_DEFAULT) {
    end();
    if (__builtin_expect(status <= PLC_END && keptToken == PLC_FALSE, 1))
      return status;
    return finishOperation(ctx, plugin, name, error, status, irritant);
  }
  /// The same for a status that the caller looks at first.
  void end() {
    if (plugin == rt_native_plugin)
      return;
    youngestForeignCall = call.prev;
    showForeignOutput();
  }
  /// Where the plugin lacks the operation.
  [[noreturn]] void missing() {
    end();
    raiseForeign(ctx, plugin, PLC_E_UNSUPPORTED, error, name, PLC_DEFAULT);
  }

  Context *ctx;
  plc_plugin *plugin;
  const char *name;
  ForeignCall call;
  plc_error error;
};

/// The same for calls, which are to be quick: by a plugin of its own, where
/// `isPlain` was true before.
struct PlainOperation {
  /// Nothing has to be done before the operation.
  static bool isPlain() { return deadReferences == 0 && !hasLispOutput(); }

  explicit PlainOperation(Context *ctx)
      : call{youngestForeignCall, boundaryOf(ctx)},
        error{PLC_FALSE, PLC_FALSE, PLC_FALSE, PLC_FALSE, PLC_FALSE,
              PLC_FALSE} {
    youngestForeignCall = &call;
  }
  /// After the plugin returned; true if it returned PLC_OK and all is done.
  bool isDone(plc_status status) {
    youngestForeignCall = call.prev;
    return status == PLC_OK && keptToken == PLC_FALSE &&
           !mayHaveForeignOutput();
  }
  /// What is to be done then.
  [[gnu::noinline]] plc_status finish(Context *ctx, plc_plugin *plugin,
                                      const char *name, plc_status status,
                                      Value irritant = PLC_DEFAULT) {
    showForeignOutput();
    return finishOperation(ctx, plugin, name, error, status, irritant);
  }

  ForeignCall call;
  plc_error error;
};

} // namespace plc::rt
#endif // PLC_RUNTIME_OPERATION_H
