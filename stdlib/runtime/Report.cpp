//===- Report.cpp - unhandled conditions on stderr, end of the process ----===//
#include "stdlib/runtime/Control.h"
#include "stdlib/runtime/Globals.h"
#include "stdlib/runtime/Heap.h"
#include "stdlib/runtime/Options.h"
#include "stdlib/runtime/Text.h"

#include <cstdio>
#include <cstdlib>

using namespace plc::rt;
using namespace plc::rt::detail;

// Only there if the program uses ports.
extern "C" __attribute__((weak)) bool plc_flush_ports(plc_context *ctx);

/// Writes a value as `write` (or `display`) does.
static void printValue(Context *ctx, Value v, bool display) {
  Value port = prim_OpenOutputString(ctx);
  if (display)
    prim_Display(ctx, v, port);
  else
    prim_Write(ctx, v, port);
  Value text = prim_GetOutputString(ctx, port);
  size_t bytes;
  char *utf8 = toUtf8(ctx, text, &bytes);
  fwrite(utf8, 1, bytes, stderr);
  free(utf8);
}

/// Prints the message; returns the irritants that were no part of it. In
/// (error 'who "message" x), the order of R6RS, the message comes second.
static Value printMessage(Context *ctx, Value condition) {
  Value text = conditionField(condition, ConditionText);
  Value irritants = conditionField(condition, ConditionIrritants);
  bool isWho = text == PLC_FALSE || plc_is_kind(text, PLC_KIND_SYMBOL);
  if (isWho && plc_is_pair(irritants) && isString(plc_car(irritants))) {
    if (text != PLC_FALSE) {
      printValue(ctx, text, true);
      fputs(": ", stderr);
    }
    text = plc_car(irritants);
    irritants = plc_cdr(irritants);
  }
  printValue(ctx, text, true);
  return irritants;
}

Value plc::rt::conditionText(Context *ctx, Value object) {
  Value port = prim_OpenOutputString(ctx);
  if (!isCondition(object)) {
    prim_Write(ctx, object, port);
    return prim_GetOutputString(ctx, port);
  }
  prim_Display(ctx, conditionField(object, ConditionText), port);
  for (Value list = conditionField(object, ConditionIrritants);
       plc_is_pair(list); list = plc_cdr(list)) {
    prim_Display(ctx, plc_char(' '), port);
    prim_Write(ctx, plc_car(list), port);
  }
  return prim_GetOutputString(ctx, port);
}

void plc::rt::reportUnhandled(Context *ctx, Value object) {
  if (plc_flush_ports)
    plc_flush_ports(ctx);
  if (!isCondition(object)) {
    fputs("error: an object was raised that no handler took: ", stderr);
    printValue(ctx, object, false);
    fputs("\ncondition: uncaught-object\n", stderr);
    return;
  }
  fputs("error: ", stderr);
  Value irritants = printMessage(ctx, object);
  fputs("\ncondition: ", stderr);
  printValue(ctx, conditionField(object, ConditionKind), true);
  fputs("\n", stderr);
  if (plc_is_pair(irritants)) {
    fputs("irritants:", stderr);
    for (; plc_is_pair(irritants); irritants = plc_cdr(irritants)) {
      fputs(" ", stderr);
      printValue(ctx, plc_car(irritants), false);
    }
    fputs("\n", stderr);
  }
  printTrace(ctx, conditionField(object, ConditionPcs));
  fflush(stderr);
}

int plc::rt::reportForeignExit(Context *ctx, Value condition) {
  Value text = conditionField(condition, ConditionText);
  if (isString(text) && StringView(text).length > 0) {
    if (plc_flush_ports)
      plc_flush_ports(ctx);
    printValue(ctx, text, true);
    fputc('\n', stderr);
  }
  return exitStatus(plc_car(conditionField(condition, ConditionIrritants)));
}

int plc::rt::statusAfterFlush(Context *ctx, int status) {
  bool isWritten = !plc_flush_ports || plc_flush_ports(ctx);
  return isWritten || status != 0 ? status : 1;
}

void (*rt_exit_hook)();

void plc::rt::exitProcess(Context *ctx, int status) {
  if (rt_async_end_hook)
    rt_async_end_hook(ctx);
  status = statusAfterFlush(ctx, status);
  if (options().gcStats)
    printGcStatistics(ctx);
  if (rt_shutdown_hook)
    rt_shutdown_hook();
  if (rt_exit_hook)
    rt_exit_hook();
  fflush(nullptr);
  exit(status);
}
