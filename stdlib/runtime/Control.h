//===- Control.h - procedures, boundaries, winds, conditions ----*- C++ -*-===//
//
// The interface between the files that implement control: calling and entering
// Lisp, continuations, dynamic-wind, exception handlers, backtraces. See
// docs/runtime.md, section 4.
//
//===----------------------------------------------------------------------===//
#ifndef PLC_RUNTIME_CONTROL_H
#define PLC_RUNTIME_CONTROL_H

#include "stdlib/runtime/Runtime.h"

typedef struct plc_plugin plc_plugin;

namespace plc::rt {

//===--- Procedures (Arguments.cpp) ---------------------------------------===//

inline plc_code codeOf(Value procedure) {
  return reinterpret_cast<plc_code>(plc_fields(procedure)[0]);
}
/// Free variable `index` of a closure.
inline Value &freeVariable(Value closure, unsigned index) {
  return plc_fields(closure)[1 + index];
}
/// A closure of the runtime: `entry` is a PLC_LISP_ENTRY symbol.
Value makeClosure(Context *ctx, const void *entry, size_t freeVariables,
                  const Value *values);
bool acceptsArguments(Value procedure, int64_t argc);
/// Raises for an argument of `who` that cannot be called.
void notCallable(Context *ctx, const char *who, int position, Value v);
inline void checkCallable(Context *ctx, const char *who, int position,
                          Value v) {
  if (__builtin_expect(!plc_is_procedure(v), 0))
    notCallable(ctx, who, position, v);
}
/// Arity of a procedure; most is -1 if there is no upper bound. A case-lambda
/// takes any number, see acceptsArguments.
void procedureArity(Value procedure, int64_t *least, int64_t *most);
/// The same, and for a case-lambda the bounds over all clauses.
void callableArity(Value procedure, int64_t *least, int64_t *most);
/// UTF-8 name, or null.
const char *procedureName(Value procedure);
/// What the source of a procedure says of it, UTF-8.
struct ProcedureNote {
  const char *parameters; ///< as written: `(a . rest)` or `list`
  size_t length;          ///< of the parameters, in bytes
  const char *docstring;  ///< or null
};
/// False: nothing is known.
bool procedureNote(Value procedure, ProcedureNote *note);
/// Arguments from number `first` on as a fresh list.
Value listFromArguments(Context *ctx, int64_t argc, int64_t first, Value a0,
                        Value a1, Value a2, Value a3, Value a4);

/// cons without a call as long as the nursery has room.
inline Value consFast(Context *ctx, Value car, Value cdr) {
  uint64_t at = ctx->ap;
  if (__builtin_expect(at + 16 > ctx->lim, 0))
    return cons(ctx, car, cdr);
  ctx->ap = at + 16;
  uint64_t *words = reinterpret_cast<uint64_t *>(at);
  words[0] = car;
  words[1] = cdr;
  return at | PLC_TAG_PAIR;
}

/// Elements of a proper list; -1 if it is improper or circular. (Lists.cpp)
int64_t properListLength(Value list);

//===--- Entering Lisp from foreign code (Enter.cpp) ----------------------===//

using Boundary = plc_boundary;
inline bool isCallback(const Boundary *boundary) {
  return boundary->serial & PLC_CALLBACK_SERIAL;
}
/// The number by which continuations know it.
uint64_t serialOf(Boundary *boundary);

enum class EnterStatus : int {
  Returned = 0,
  /// An uncaught raise: the object is pendingObject().
  Raised = 1,
  /// An escape to a continuation beyond this entry: resumePending() when the
  /// foreign frames are gone.
  Escaping = 2
};

/// Foreign code calls Lisp. Nothing jumps over the caller.
EnterStatus enterLisp(Context *ctx, Value procedure, int64_t argc,
                      const Value *argv, Value *result);
/// The object of the raise that ended the last enterLisp. Not of a callback.
Value pendingObject(Context *ctx);
/// Goes on with the escape that ended the last enterLisp.
[[noreturn]] void resumePending(Context *ctx);
/// The same for what pendingObject() was then.
[[noreturn]] void resumeEscape(Context *ctx, Value pending);
inline Boundary *boundaryOf(const Context *ctx) { return ctx->boundary; }
/// True if native code has called the Lisp code that runs, however far out.
bool isInCallback(const Context *ctx);
/// Leaves the youngest enterLisp with this status; `object` is what was raised
/// or, for an escape, the continuation and its values as a pair. A callback
/// returns the zero of its type, and what left it waits for the end of the
/// native function.
[[noreturn]] void leaveBoundary(Context *ctx, EnterStatus status, Value object);

//===--- Continuations (Continuation.cpp) ---------------------------------===//

/// Once, after the context was made.
void initializeContinuations(Context *ctx);
/// Runs the afters and befores between the current winds and `target`.
void rewind(Context *ctx, Value target);
/// Called when frames below `slot` are given up without returning.
void dropFrames(Context *ctx, uint64_t slot);
/// Holds several values while other code runs.
Value saveValues(Context *ctx, Value result);
Value restoreValues(Context *ctx, Value saved);

/// The youngest boundary is that of a callback: its call returns zero.
[[noreturn]] void returnFromCallback(Context *ctx);

//===--- Conditions (Condition.cpp, Backtrace.cpp) ------------------------===//

/// A condition object; irritants a list. The trace is taken here.
Value makeCondition(Context *ctx, Value type, Value message, Value irritants);
/// `trace`: #f for none yet.
Value makeCondition(Context *ctx, Value type, Value message, Value irritants,
                    Value trace);
bool isCondition(Value v);
enum ConditionField {
  ConditionKind,
  ConditionText,
  ConditionIrritants,
  ConditionPcs, ///< the trace, see Backtrace.cpp
  ConditionForeign, ///< #f, or a vector: language, type, the host's object
  ConditionFields
};
inline Value conditionField(Value condition, ConditionField field) {
  return plc_fields(condition)[1 + field];
}
inline Value conditionForeign(Value condition) {
  return conditionField(condition, ConditionForeign);
}
void setConditionField(Context *ctx, Value condition, ConditionField field,
                       Value v);
/// One line that tells of a raised object: a string.
Value conditionText(Context *ctx, Value object);
/// Return addresses of the active frames as a bytevector; those below the
/// youngest call of a plugin are left out. `nativeFunction`: called by the innermost.
Value captureTrace(Context *ctx, const char *nativeFunction = nullptr);
/// Adds frames that were active outside of those that a condition knows.
void appendTrace(Context *ctx, Value condition, Value pcs);
/// The same for frames of a foreign runtime, see plc_error::trace.
void appendForeignTrace(Context *ctx, Value condition, const char *language,
                        Value frames);
/// (procedure file line column language) for each frame of a trace.
Value traceToList(Context *ctx, Value trace);
/// Writes the trace to stderr.
void printTrace(Context *ctx, Value trace);
/// Message, type, irritants and trace to stderr.
void reportUnhandled(Context *ctx, Value object);
/// A foreign runtime ends the program, see PLC_E_EXIT: shows its text.
/// \returns the exit status
int reportForeignExit(Context *ctx, Value condition);
/// Set by plc_main: the outermost entry has no foreign caller to tell.
extern bool exitOnUnhandled;
/// Hook of Module.cpp; null in programs. The process is another runtime's, which
/// has loaded the program: (exit) is told to that.
extern void (*rt_module_exit)(Context *ctx, int status);
inline bool isModule() { return rt_module_exit; }
/// No handler is left: reports, or hands the object to the foreign caller.
[[noreturn]] void unhandled(Context *ctx, Value object);
[[noreturn]] void raiseStackOverflow(Context *ctx);

//===--- Parameters (Parameters.cpp) --------------------------------------===//

bool isParameter(Value procedure);
Value parameterValue(Context *ctx, Value procedure);

//===--- Foreign objects (Foreign.cpp, if the program has it) ---------------===//

/// The code of references, as if they were procedures. Null until there are any.
extern plc_code rt_foreign_call;
/// Arithmetic (a plc_operator) on two values of which one is a reference.
extern Value (*rt_foreign_operate)(Context *ctx, int op, Value a, Value b);
/// Comparison (a plc_comparison) of two such values.
extern bool (*rt_foreign_compare)(Context *ctx, int op, Value a, Value b);
/// equal? and its hash; by identity where the host has no hash.
extern bool (*rt_foreign_equal)(Context *ctx, Value a, Value b);
extern uint64_t (*rt_foreign_hash)(Context *ctx, Value v);
extern int64_t (*rt_foreign_length)(Context *ctx, Value v);
/// The element of a key, or `otherwise` where there is none (or nil).
extern Value (*rt_foreign_lookup)(Context *ctx, Value object, Value key,
                                  Value otherwise);
extern void (*rt_foreign_store)(Context *ctx, Value object, Value key,
                                Value value);
/// Takes the entry of a key away; false if there was none.
extern bool (*rt_foreign_delete)(Context *ctx, Value object, Value key);
/// Keys and values: a list of pairs.
extern Value (*rt_foreign_entries)(Context *ctx, Value object);
/// A fresh vector of what the object is made of.
extern Value (*rt_foreign_elements)(Context *ctx, Value object);
/// The element at an index that counts from zero; stores `element` there unless
/// that is PLC_UNBOUND.
extern Value (*rt_foreign_element)(Context *ctx, const char *who, Value object,
                                   Value index, Value element);
/// References of plugins, and pointers of native code.
inline bool isForeign(Value v) {
  return plc_is_kind(v, PLC_KIND_FOREIGN) || plc_is_kind(v, PLC_KIND_POINTER);
}
/// The operations on pointers, in the form of a plugin that is part of the
/// runtime; null until types of native code are registered.
extern plc_plugin *rt_native_plugin;
/// What is known of procedures that stand for native functions: #f, or a table
/// to (declaration . documentation).
extern Value rt_procedure_notes;
/// What an object is waited for by: a promise, or the object itself. `isHere`: the fiber
/// that calls waits for it at once.
extern Value (*rt_foreign_await)(Context *ctx, Value object, bool isHere);
/// True if the values that a call has just delivered are the results of a host,
/// whose callers may take the first.
extern bool (*rt_foreign_values)(Context *ctx);
/// Gives hosts back what Lisp holds no more.
extern void (*rt_foreign_release)();
/// Called by the handler of SIGINT.
extern void (*rt_interrupt_hook)();
/// Runs handlers of signals that plugins have told of, in the thread of the main
/// program; what they raise is raised here.
extern void (*rt_signals_hook)(Context *ctx);
/// Called when the process ends in an orderly way.
extern void (*rt_shutdown_hook)();
/// An operation of a plugin that runs; on the stack.
struct ForeignCall {
  ForeignCall *prev;
  Boundary *boundary; ///< the youngest when it began
};
extern ForeignCall *youngestForeignCall;
/// Whether a throw waits for the end of a native function (ctx->thrown): until
/// then its callbacks return at once.
void setThrown(Context *ctx, bool isThrown);
/// The part of a stack that callbacks of native code leave to what they do.
inline constexpr uint64_t LeastForCallback = 512 * 1024;
/// Callbacks at `here` and somewhat deeper need not ask again.
void lowerCallbackLimit(Context *ctx, uint64_t here);
/// The stack that Lisp runs on from now on.
void setLispStack(Context *ctx, uint64_t low, uint64_t high);
/// Keeps in keptToken how Lisp ended that foreign code had called, unless an
/// earlier end waits there.
void keepEnd(Context *ctx, EnterStatus status, Value object);
/// A raise that waits for a plugin to return, PLC_FALSE if there is none; and
/// how deep calls of Lisp by plugins are nested. Each fiber has its own.
extern Value keptToken;
/// Before Lisp's standard output is written, if native code may write there too.
extern void (*rt_show_foreign_output)();
extern int nestedForeignCalls;

//===--- Polls and fibers (Overflow.cpp, Enter.cpp) ---------------------------===//

/// The record type of promises, once there is one. (Async.h)
extern Value asyncPromiseType;
/// True while a fiber runs, not the main program. (Fiber.h)
extern bool onFiber;
/// Serial numbers of the outermost boundaries of fibers have this bit.
inline constexpr uint64_t FiberSerial = uint64_t(1) << 58;

/// Asks the code that runs for a poll; any thread, signal handlers.
inline void requestPoll(Context *ctx, plc_pending what) {
  __atomic_fetch_or(&ctx->pending, uint64_t(what), __ATOMIC_SEQ_CST);
  __atomic_store_n(&ctx->lim, 0, __ATOMIC_SEQ_CST);
}
inline void clearPending(Context *ctx, plc_pending what) {
  __atomic_fetch_and(&ctx->pending, ~uint64_t(what), __ATOMIC_SEQ_CST);
}
/// Raises what is pending and may be raised here.
void pollRaises(Context *ctx);
/// Hooks of Async.cpp and World.cpp; null in programs without them. The first two
/// hand an interrupt and what handlers of signals raise to the main program; the
/// third ends a wait of the event loop (signal handlers); the fourth lets waiting
/// threads run Lisp.
extern int (*rt_interrupt_fiber)(Context *ctx);
extern void (*rt_signals_in_fiber)(Context *ctx);
extern void (*rt_wake_hook)();
extern void (*rt_yield_world)(Context *ctx);
/// The process ends in an orderly way: what nobody has awaited is told.
extern void (*rt_async_end_hook)(Context *ctx);
/// A continuation of another fiber: does not return if that can be entered.
extern void (*rt_enter_fiber)(Context *ctx, Value k, Value packed);

//===--- Start and end (Start.cpp, Overflow.cpp) --------------------------===//

/// Flushes the ports; the status to end with, for lost output is no success.
int statusAfterFlush(Context *ctx, int status);
/// Flushes the ports, writes statistics that were asked for, ends the process.
[[noreturn]] void exitProcess(Context *ctx, int status);
/// Status of (exit v).
int exitStatus(Value v);
/// Installs the handlers of SIGSEGV and SIGINT; [low, high) is the Lisp stack,
/// the guard lies below low.
void installStackGuard(Context *ctx, uint64_t reserveLow, uint64_t low);
/// The guard of one stack, [low, high): sizes from the top downwards of what
/// the first and the second fault open. Each fiber has its own.
struct StackGuard {
  uint64_t low, high, upper, lower;
  int opened;
};
/// Where the guard of this stack begins, which is the end of the stack.
uint64_t stackGuardLow();
/// Takes the guard of another stack into force; the one that was.
StackGuard exchangeStackGuard(StackGuard next);
/// For handlers of signals in this thread; null if there is no memory.
inline constexpr size_t SignalStackSize = 64 * 1024;
void *installSignalStack();
/// 0: closed; else how much of the guard is in use.
extern int stackGuardOpened;
void closeOpenedGuard(uint64_t sp);
/// Closes the guard again if `sp`, and the caller's own frame, lie above it.
inline void closeStackGuard(uint64_t sp) {
  if (__builtin_expect(stackGuardOpened != 0, 0))
    closeOpenedGuard(sp);
}

} // namespace plc::rt
#endif // PLC_RUNTIME_CONTROL_H
