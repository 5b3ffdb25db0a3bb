//===- Operation.cpp - one call of a plugin -------------------------------===//

#include "stdlib/runtime/Operation.h"
#include "stdlib/runtime/LispEntry.h"
#include "stdlib/runtime/PrimitiveClosures.h"
#include "stdlib/runtime/RuntimeCalls.h"
#include "stdlib/runtime/Symbols.h"
#include "stdlib/runtime/Text.h"

#include <cstdio>
#include <cstdlib>
#include <dlfcn.h>
#include <stdio_ext.h>

using namespace plc::rt;
using namespace plc::rt::detail;

namespace plc::rt {

//===--- Raises that wait for a plugin to return -------------------------===//

namespace {
struct alignas(16) Protected {
  void (*run)(Context *ctx, void *data);
  void *data;
};
} // namespace

extern "C" PLC_LISP_CC __attribute__((visibility("hidden"))) plc_value
plc_protected_code(plc_context *ctx, plc_value, int64_t, plc_value work,
                   plc_value, plc_value, plc_value, plc_value) {
  // Aligned to 16 bytes: a fixnum to everybody else.
  auto *p = reinterpret_cast<Protected *>(work);
  p->run(ctx, p->data);
  return PLC_UNSPECIFIED;
}
PLC_LISP_ENTRY(plc_protected_entry, plc_protected_code, 1, 1, "foreign call");
static const StaticClosure protectedClosure = {StaticClosureHeader,
                                               plc_protected_entry};

void flushForeignOutput() {
  if (__fpending(stdout) > 0)
    fflush(stdout);
}

static EnterStatus enter(Context *ctx, Protected &work) {
  Value argument = reinterpret_cast<Value>(&work);
  Value procedure =
      reinterpret_cast<Value>(&protectedClosure) | PLC_TAG_PROCEDURE;
  return enterLisp(ctx, procedure, 1, &argument, nullptr);
}

void keepEnd(Context *ctx, EnterStatus status) {
  keepEnd(ctx, status, pendingObject(ctx));
}

bool hasKeptEnd() { return keptToken != PLC_FALSE; }

bool protect(Context *ctx, void (*run)(Context *ctx, void *data), void *data) {
  Protected work{run, data};
  EnterStatus status = enter(ctx, work);
  if (status == EnterStatus::Returned)
    return true;
  keepEnd(ctx, status);
  return false;
}

void raiseTooDeep(Context *ctx, void *) {
  raiseCondition(ctx, "stack-overflow",
                 "calls between Lisp and another language are nested too deep",
                 list1(ctx, plc_fixnum(MostNested)));
}

EnterStatus refuseCall(Context *ctx, int64_t argc) {
  Protected work{raiseTooDeep, nullptr};
  if (argc > PLC_ARGV_MAX)
    work.run = [](Context *context, void *) {
      raiseCondition(context, "wrong-number-of-arguments",
                     "a procedure that another language calls takes at most "
                     "4096 arguments",
                     PLC_NULL);
    };
  return enter(ctx, work);
}

//===--- Several results -------------------------------------------------===//

// The first of the values that a host delivered last: they tell those in the
// context from values that a procedure of Lisp delivered later.
static constexpr uint64_t MostRemembered = 4;
static Value hostValues[MostRemembered] = {PLC_FALSE, PLC_FALSE, PLC_FALSE,
                                           PLC_FALSE};
static uint64_t hostValuesCount;

void rememberHostValues(Context *ctx, Value result) {
  hostValuesCount = result == PLC_MV ? ctx->nvals : 0;
  const Value *values = plc_values(ctx);
  for (uint64_t i = 0; i < MostRemembered; ++i)
    hostValues[i] = i < hostValuesCount ? values[i] : Value(PLC_FALSE);
}

static bool areHostValues(Context *ctx) {
  if (hostValuesCount == 0 || ctx->nvals != hostValuesCount)
    return false;
  const Value *values = plc_values(ctx);
  for (uint64_t i = 0; i < hostValuesCount && i < MostRemembered; ++i)
    if (values[i] != hostValues[i])
      return false;
  return true;
}

//===--- Conditions -------------------------------------------------------===//

void appendNativeFrame(Context *ctx, Value condition, const char *name) {
  Value frame = cons(ctx, PLC_FALSE, PLC_NULL);
  frame = cons(ctx, PLC_FALSE, frame);
  frame = cons(ctx, makeString(ctx, name), frame);
  appendForeignTrace(ctx, condition, "c", list1(ctx, frame));
}

void noteNativeCall(Context *ctx, void *function, const char *name) {
  if (keptToken == PLC_FALSE)
    return;
  Value object = plc_fields(keptToken)[1];
  if (plc_fields(keptToken)[0] != plc_fixnum(int(EnterStatus::Raised)) ||
      !isCondition(object))
    return;
  Dl_info info;
  // Else what stands nearest before it.
  bool isNamed = dladdr(function, &info) && info.dli_saddr == function;
  appendNativeFrame(ctx, object, isNamed ? info.dli_sname : name);
}

/// Goes on with what left Lisp that a plugin had called. `trace`: frames of the
/// plugin's runtime that it passed.
[[noreturn]] static void resumeToken(Context *ctx, plc_plugin *plugin,
                                     Value token, Value trace) {
  Value object = tokenObject(token);
  if (!isRaised(token))
    resumeEscape(ctx, object);
  if (isCondition(object)) {
    appendForeignTrace(ctx, object, plugin->language, trace);
    appendTrace(ctx, object, captureTrace(ctx));
  }
  raise(ctx, object);
}

/// Type of the condition for a status.
static const char *conditionTypeOf(plc_status status) {
  switch (status) {
  case PLC_E_TYPE:
    return "wrong-type";
  case PLC_E_NAME:
    return "no-such-member";
  case PLC_E_RANGE:
    return "range";
  case PLC_E_UNSUPPORTED:
    return "unsupported";
  case PLC_E_DEPTH:
    return "stack-overflow";
  case PLC_E_EXIT:
    return "exit";
  case PLC_E_INTERRUPT:
    return "interrupt";
  default:
    return "foreign-error";
  }
}

/// "; nearest: a, b"
static void addNearest(char *text, size_t size, Value nearest) {
  size_t used = strlen(text);
  const char *separator = "; nearest: ";
  for (; plc_is_pair(nearest); nearest = plc_cdr(nearest)) {
    if (!isString(plc_car(nearest)))
      continue;
    char name[80];
    size_t n =
        hostTable.string_utf8(&hostTable, plc_car(nearest), name, sizeof name);
    if (n >= sizeof name || used + n + 16 > size)
      continue;
    used += size_t(
        snprintf(text + used, size - used, "%s%.*s", separator, int(n), name));
    separator = ", ";
  }
}

Value foreignCondition(Context *ctx, const plc_plugin *plugin,
                       plc_status status, plc_error &error,
                       const char *operation, Value irritant, bool isTraced) {
  if (status == PLC_E_LISP)
    return tokenObject(error.token);
  Value message = error.message;
  if (!isString(message)) {
    char text[200];
    snprintf(text, sizeof text, "%s: not possible for this object of %s",
             operation, plugin->language);
    message = makeString(ctx, text);
  }
  if (plc_is_pair(error.nearest)) {
    size_t bytes;
    char *head = toUtf8(ctx, message, &bytes);
    char text[400];
    snprintf(text, sizeof text, "%.200s", head);
    free(head);
    addNearest(text, sizeof text, error.nearest);
    message = makeString(ctx, text);
  }
  Value irritants =
      status == PLC_E_EXIT      ? list1(ctx, error.nearest)
      : irritant == PLC_DEFAULT ? Value(PLC_NULL)
                                : list1(ctx, irritant);
  Value lisp = isTraced ? captureTrace(ctx) : PLC_FALSE;
  Value condition = makeCondition(ctx, internKept(ctx, conditionTypeOf(status)),
                                  message, irritants, PLC_FALSE);
  Value types = plc_is_pair(error.type)     ? error.type
                : error.type == PLC_FALSE ? Value(PLC_NULL)
                                          : list1(ctx, error.type);
  Value details = allocateObject(ctx, PLC_KIND_VECTOR, 0, 3, PLC_FALSE);
  store(ctx, plc_fields(details), internKept(ctx, plugin->language));
  store(ctx, plc_fields(details) + 1, types);
  store(ctx, plc_fields(details) + 2, error.value);
  setConditionField(ctx, condition, ConditionForeign, details);
  appendForeignTrace(ctx, condition, plugin->language, error.trace);
  if (isTraced)
    appendTrace(ctx, condition, lisp);
  return condition;
}

void raiseForeign(Context *ctx, plc_plugin *plugin, plc_status status,
                  plc_error &error, const char *operation, Value irritant) {
  if (status == PLC_E_LISP)
    resumeToken(ctx, plugin, error.token, error.trace);
  raise(ctx, foreignCondition(ctx, plugin, status, error, operation, irritant));
}

//===--- Operations -------------------------------------------------------===//

void prepareOperations(Context *ctx) {
  registerRoots(ctx, &keptToken, 1);
  registerRoots(ctx, hostValues, MostRemembered);
  rt_foreign_values = areHostValues;
}

plc_status finishOperation(Context *ctx, plc_plugin *plugin, const char *name,
                           plc_error &error, plc_status status,
                           Value irritant) {
  if (keptToken != PLC_FALSE) {
    Value token = keptToken;
    keptToken = PLC_FALSE;
    setThrown(ctx, false); // if it left a callback of native code
    resumeToken(ctx, plugin, token, PLC_NULL);
  }
  // An interrupt that stopped the plugin is the interrupt of the program.
  if (status > PLC_END && (ctx->pending & PLC_PENDING_INTERRUPT))
    rt_poll(ctx);
  if (status > PLC_END)
    raiseForeign(ctx, plugin, status, error, name, irritant);
  return status;
}

} // namespace plc::rt
