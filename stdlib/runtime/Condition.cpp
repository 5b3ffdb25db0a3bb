//===- Condition.cpp - conditions, handlers, raise, exit ------------------===//
//
// A condition is a RECORD of a type that the runtime makes: type symbol,
// message, irritants, return addresses of the active frames. Handlers are
// called as procedures where the raise happened, with the outer handlers
// installed (R7RS 6.11).
//
//===----------------------------------------------------------------------===//
#include "stdlib/runtime/Control.h"
#include "stdlib/runtime/LispEntry.h"
#include "stdlib/runtime/Number.h"
#include "stdlib/runtime/PrimitiveClosures.h"
#include "stdlib/runtime/RuntimeCalls.h"

#include <cstdio>
#include <cstdlib>

using namespace plc::rt;
using namespace plc::rt::detail;

namespace plc::rt {

static Value conditionType;

static Value recordTypeOfConditions(Context *ctx) {
  if (conditionType)
    return conditionType;
  Value names =
      allocateObject(ctx, PLC_KIND_VECTOR, 0, ConditionFields, PLC_FALSE);
  static const char *const fields[] = {"type", "message", "irritants", "trace",
                                       "foreign"};
  for (size_t i = 0; i < ConditionFields; ++i)
    store(ctx, plc_fields(names) + i, intern(ctx, fields[i]));
  Value flags =
      allocateObject(ctx, PLC_KIND_VECTOR, 0, ConditionFields, PLC_FALSE);
  Value name = intern(ctx, "condition");
  Value type = allocateObject(ctx, PLC_KIND_RECORD_TYPE, 0, 4, PLC_FALSE);
  store(ctx, plc_fields(type), name);
  store(ctx, plc_fields(type) + 1, names);
  store(ctx, plc_fields(type) + 3, flags);
  conditionType = type;
  registerRoots(ctx, &conditionType, 1);
  return type;
}

Value makeCondition(Context *ctx, Value type, Value message, Value irritants) {
  return makeCondition(ctx, type, message, irritants, captureTrace(ctx));
}

Value makeCondition(Context *ctx, Value type, Value message, Value irritants,
                    Value trace) {
  Value recordType = recordTypeOfConditions(ctx);
  Value condition =
      allocateObject(ctx, PLC_KIND_RECORD, 0, 1 + ConditionFields, PLC_FALSE);
  Value *fields = plc_fields(condition);
  store(ctx, fields, recordType);
  store(ctx, fields + 1 + ConditionKind, type);
  store(ctx, fields + 1 + ConditionText, message);
  store(ctx, fields + 1 + ConditionIrritants, irritants);
  store(ctx, fields + 1 + ConditionPcs, trace);
  return condition;
}

void setConditionField(Context *ctx, Value condition, ConditionField field,
                       Value v) {
  store(ctx, plc_fields(condition) + 1 + field, v);
}

bool isCondition(Value v) {
  return conditionType && plc_is_kind(v, PLC_KIND_RECORD) &&
         plc_fields(v)[0] == conditionType;
}

static bool hasType(Context *ctx, Value v, const char *name) {
  return isCondition(v) &&
         conditionField(v, ConditionKind) == intern(ctx, name);
}

//===--- Raising ----------------------------------------------------------===//

void raise(Context *ctx, Value object) {
  ctx->nvals = 0;
  if (ctx->handlers == PLC_NULL)
    unhandled(ctx, object);
  Value handler = plc_car(ctx->handlers);
  ctx->handlers = plc_cdr(ctx->handlers);
  callLisp(ctx, handler, 1, &object);
  // The secondary exception is raised in the handler's dynamic environment.
  ctx->nvals = 0;
  raiseCondition(ctx, "handler-returned", "the handler of a raise returned",
                 list1(ctx, object));
}

void raiseCondition(Context *ctx, const char *type, const char *message,
                    Value irritants) {
  Value kind = intern(ctx, type);
  Value text = makeString(ctx, message);
  raise(ctx, makeCondition(ctx, kind, text, irritants));
}

void wrongType(Context *ctx, const char *who, int position,
               const char *expected, Value got) {
  char text[256];
  int n = snprintf(text, sizeof text, "%.100s: expected %.100s", who, expected);
  if (position > 0)
    snprintf(text + n, sizeof text - size_t(n), " as argument %d", position);
  raiseCondition(ctx, "wrong-type", text, list1(ctx, got));
}

void outOfRange(Context *ctx, const char *who, Value index, int64_t length) {
  char text[256];
  snprintf(text, sizeof text, "%.100s: index out of range, length %lld", who,
           (long long)length);
  raiseCondition(ctx, "range", text, list1(ctx, index));
}

void immutable(Context *ctx, const char *who, Value object) {
  char text[256];
  snprintf(text, sizeof text, "%.100s: a constant cannot be changed", who);
  raiseCondition(ctx, "immutable-literal", text, list1(ctx, object));
}

int64_t checkIndex(Context *ctx, const char *who, int position, Value v,
                   int64_t limit) {
  if (!plc_is_fixnum(v))
    wrongType(ctx, who, position, "an index", v);
  int64_t n = plc_fixnum_value(v);
  if (n < 0 || n > limit)
    outOfRange(ctx, who, v, limit);
  return n;
}

int64_t checkLength(Context *ctx, const char *who, Value v, int64_t limit) {
  bool isTooLarge = plc_is_fixnum(v) ? plc_fixnum_value(v) > limit
                                     : isExactInteger(v) && !intIsNegative(v);
  if (isTooLarge) {
    char text[256];
    snprintf(text, sizeof text, "%.100s: expected at most %lld elements", who,
             (long long)limit);
    raiseCondition(ctx, "range", text, list1(ctx, v));
  }
  if (!plc_is_fixnum(v) || plc_fixnum_value(v) < 0)
    wrongType(ctx, who, 1, "an exact integer >= 0", v);
  return plc_fixnum_value(v);
}

void checkRange(Context *ctx, const char *who, Value start, Value end,
                int64_t length, int64_t *first, int64_t *last) {
  int64_t from = 0, to = length;
  if (end != PLC_DEFAULT) {
    if (!plc_is_fixnum(end))
      wrongType(ctx, who, 0, "an end index", end);
    to = plc_fixnum_value(end);
    if (to < 0 || to > length)
      outOfRange(ctx, who, end, length);
  }
  if (start != PLC_DEFAULT) {
    if (!plc_is_fixnum(start))
      wrongType(ctx, who, 0, "a start index", start);
    from = plc_fixnum_value(start);
    if (from < 0 || from > length)
      outOfRange(ctx, who, start, length);
    if (from > to) {
      char text[256];
      snprintf(text, sizeof text, "%.100s: the start %lld is after the end %lld",
               who, (long long)from, (long long)to);
      raiseCondition(ctx, "range", text, list1(ctx, start));
    }
  }
  *first = from;
  *last = to;
}

bool exitOnUnhandled;
void (*rt_module_exit)(Context *ctx, int status);

void unhandled(Context *ctx, Value object) {
  Boundary *entry = boundaryOf(ctx);
  // A plugin passes on what it is given, a native function what it has called.
  if (entry && (isCallback(entry) ||
                (youngestForeignCall &&
                 youngestForeignCall->boundary == entry->prev)))
    leaveBoundary(ctx, EnterStatus::Raised, object);
  // Whoever awaits the fiber is told.
  if (entry && onFiber && !entry->prev)
    leaveBoundary(ctx, EnterStatus::Raised, object);
  // Without a condition the place of the raise would be lost.
  if (!isCondition(object))
    object = makeCondition(ctx, intern(ctx, "uncaught-object"),
                           makeString(ctx, "an object was raised that no "
                                           "handler took"),
                           list1(ctx, object));
  // A foreign runtime ends the program, see PLC_E_EXIT: in the REPL, too.
  bool isExit =
      conditionForeign(object) != PLC_FALSE && hasType(ctx, object, "exit");
  Boundary *boundary = boundaryOf(ctx);
  if ((isExit && !isModule()) || !boundary || (exitOnUnhandled && !boundary->prev)) {
    // Reported before the afters run: they may fail or never end.
    int status = hasType(ctx, object, "interrupt") ? 130 : 1;
    if (isExit)
      status = reportForeignExit(ctx, object);
    else
      reportUnhandled(ctx, object);
    rewind(ctx, PLC_NULL);
    exitProcess(ctx, status);
  }
  leaveBoundary(ctx, EnterStatus::Raised, object);
}

int exitStatus(Value v) {
  if (v == PLC_DEFAULT || v == PLC_TRUE)
    return 0;
  // The system keeps the low byte only: a failure must not end up as 0.
  int64_t status = plc_is_fixnum(v) ? plc_fixnum_value(v) : 1;
  return status != 0 && (status & 255) == 0 ? 1 : int(status & 255);
}

} // namespace plc::rt

//===--- Errors that generated code meets ---------------------------------===//

plc_value plc::rt::detail::rt_unbound_variable(Context *ctx, Value symbol) {
  raiseCondition(ctx, "unbound-variable", "unbound variable",
                 list1(ctx, symbol));
}

plc_value plc::rt::detail::rt_uninitialized(Context *ctx, Value symbol) {
  raiseCondition(ctx, "uninitialized-variable",
                 "variable used before its definition was evaluated",
                 list1(ctx, symbol));
}

//===--- Procedures -------------------------------------------------------===//

extern "C" PLC_LISP_CC plc_value
prim_WithExceptionHandler(PLC_LISP_PARAMETERS) {
  if (argc != 2)
    PLC_WRONG_COUNT(WithExceptionHandler);
  (void)self;
  if (!plc_is_procedure(a0))
    wrongType(ctx, "with-exception-handler", 1, "a procedure", a0);
  Value outer = ctx->handlers;
  ctx->handlers = cons(ctx, a0, outer);
  Value result = callLisp(ctx, a1, 0, nullptr);
  ctx->handlers = outer;
  return result;
}

extern "C" PLC_LISP_CC plc_value prim_Raise(PLC_LISP_PARAMETERS) {
  if (argc != 1)
    PLC_WRONG_COUNT(Raise);
  (void)self;
  raise(ctx, a0);
}

extern "C" PLC_LISP_CC plc_value prim_RaiseContinuable(PLC_LISP_PARAMETERS) {
  if (argc != 1)
    PLC_WRONG_COUNT(RaiseContinuable);
  (void)self;
  Value handlers = ctx->handlers;
  if (handlers == PLC_NULL)
    unhandled(ctx, a0);
  ctx->handlers = plc_cdr(handlers);
  Value result = callLisp(ctx, plc_car(handlers), 1, &a0);
  ctx->handlers = handlers;
  return result;
}

extern "C" PLC_LISP_CC plc_value prim_Error(PLC_LISP_PARAMETERS) {
  if (argc < 1)
    PLC_WRONG_COUNT(Error);
  (void)self;
  Value irritants = listFromArguments(ctx, argc, 1, a0, a1, a2, a3, a4);
  raise(ctx, makeCondition(ctx, intern(ctx, "error"), a0, irritants));
}

extern "C" PLC_LISP_CC plc_value prim_Exit(PLC_LISP_PARAMETERS) {
  if (argc > 1)
    PLC_WRONG_COUNT(Exit);
  (void)self;
  int status = exitStatus(argc ? a0 : PLC_DEFAULT);
  if (isModule())
    rt_module_exit(ctx, status);
  rewind(ctx, PLC_NULL);
  exitProcess(ctx, status);
}

plc_value plc::rt::detail::prim_EmergencyExit(Context *ctx, Value v) {
  // No afters, no handlers of exit(), but output stays output, and the REPL
  // leaves the terminal as it was.
  quick_exit(statusAfterFlush(ctx, exitStatus(v)));
}

plc_value plc::rt::detail::prim_ErrorObjectP(Context *, Value v) {
  return plc_bool(isCondition(v));
}

static Value checkCondition(Context *ctx, const char *who, Value v) {
  if (!isCondition(v))
    wrongType(ctx, who, 1, "a condition", v);
  return v;
}

plc_value plc::rt::detail::prim_ErrorObjectMessage(Context *ctx, Value v) {
  return conditionField(checkCondition(ctx, "error-object-message", v),
                        ConditionText);
}
plc_value plc::rt::detail::prim_ErrorObjectIrritants(Context *ctx, Value v) {
  return conditionField(checkCondition(ctx, "error-object-irritants", v),
                        ConditionIrritants);
}
plc_value plc::rt::detail::prim_ConditionType(Context *ctx, Value v) {
  return conditionField(checkCondition(ctx, "condition-type", v),
                        ConditionKind);
}
plc_value plc::rt::detail::prim_ConditionTrace(Context *ctx, Value v) {
  return traceToList(
      ctx,
      conditionField(checkCondition(ctx, "condition-trace", v), ConditionPcs));
}
plc_value plc::rt::detail::prim_ReadErrorP(Context *ctx, Value v) {
  return plc_bool(hasType(ctx, v, "read-error"));
}
plc_value plc::rt::detail::prim_FileErrorP(Context *ctx, Value v) {
  return plc_bool(hasType(ctx, v, "file-error"));
}

plc_value plc::rt::detail::prim_MakeCondition(Context *ctx, Value type,
                                              Value message, Value irritants) {
  if (!plc_is_kind(type, PLC_KIND_SYMBOL))
    wrongType(ctx, "make-condition", 1, "a symbol", type);
  return makeCondition(ctx, type, message, irritants);
}
