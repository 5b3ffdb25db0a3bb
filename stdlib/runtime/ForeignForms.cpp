//===- ForeignForms.cpp - scopes, slices and errors of foreign objects ----===//
//
// Primitives behind `with-foreign`, `slice`, keys of several dimensions, and
// what a condition tells of the error that it was made from.
//
//===----------------------------------------------------------------------===//
#include "stdlib/runtime/Async.h"
#include "stdlib/runtime/Foreign.h"
#include "stdlib/runtime/HeapImpl.h"
#include "stdlib/runtime/Operation.h"
#include "stdlib/runtime/RuntimeCalls.h"
#include "stdlib/runtime/Symbols.h"
#include "stdlib/runtime/Text.h"

using namespace plc::rt;
using namespace plc::rt::detail;

//===--- Scopes, keys, slices ---------------------------------------------===//

extern "C" Value prim_ForeignEnter(Context *ctx, Value object) {
  plc_plugin *plugin = pluginOfObject(ctx, "enter", object);
  if (!plugin->enter)
    return object;
  Operation op(ctx, plugin, "enter");
  Value result = PLC_UNSPECIFIED;
  op.finish(plugin->enter(plugin, object, &result, &op.error));
  return soleIfPromise(result);
}

extern "C" Value prim_ForeignLeave(Context *ctx, Value object, Value raised) {
  plc_plugin *plugin = pluginOfObject(ctx, "foreign-leave", object);
  if (!plugin->leave) {
    prim_ForeignClose(ctx, object);
    return PLC_FALSE;
  }
  Operation op(ctx, plugin, "leave");
  Value result = PLC_FALSE;
  op.finish(plugin->leave(plugin, object,
                          raised == PLC_DEFAULT ? Value(PLC_UNBOUND) : raised,
                          &result, &op.error));
  return soleIfPromise(result);
}

extern "C" Value prim_ForeignTakesErrorsP(Context *ctx, Value object) {
  return plc_bool(pluginOfObject(ctx, "foreign-leave", object)->leave);
}

extern "C" Value prim_ForeignJoinKeys(Context *ctx, int64_t argc,
                                      const Value *argv) {
  Value object = argv[0];
  plc_plugin *plugin = pluginOfObject(ctx, "ref", object);
  if (!plugin->join_keys)
    return PLC_FALSE;
  Operation op(ctx, plugin, "ref");
  Value result = PLC_FALSE;
  plc_status status = plugin->join_keys(plugin, object, argv + 1,
                                        size_t(argc - 1), &result, &op.error);
  if (status == PLC_E_UNSUPPORTED) {
    op.end();
    return PLC_FALSE;
  }
  op.finish(status);
  return result;
}

extern "C" Value prim_ForeignSlice(Context *ctx, Value object, Value start,
                                   Value end, Value step) {
  plc_plugin *plugin = pluginOfObject(ctx, "slice", object);
  if (!plugin->slice)
    return PLC_FALSE;
  Operation op(ctx, plugin, "slice");
  Value result = PLC_FALSE;
  plc_status status =
      plugin->slice(plugin, object, start, end, step, &result, &op.error);
  if (status == PLC_E_UNSUPPORTED) {
    op.end();
    return PLC_FALSE;
  }
  op.finish(status);
  return result;
}

//===--- Errors -----------------------------------------------------------===//

static Value foreignDetail(Value condition, size_t index) {
  Value details =
      isCondition(condition) ? conditionForeign(condition) : Value(PLC_FALSE);
  return details == PLC_FALSE ? Value(PLC_FALSE) : plc_fields(details)[index];
}
extern "C" Value prim_ForeignErrorP(Context *ctx, Value v, Value type) {
  bool isForeign = isCondition(v) && conditionForeign(v) != PLC_FALSE;
  if (type == PLC_DEFAULT)
    return plc_bool(isForeign);
  if (isSymbol(type))
    type = symbolName(type);
  if (!isString(type))
    wrongType(ctx, "foreign-error?", 2, "a string or symbol", type);
  // Its type, and those that it is one of.
  for (Value types = isForeign ? foreignDetail(v, 1) : Value(PLC_NULL);
       plc_is_pair(types); types = plc_cdr(types))
    if (equalStrings(plc_car(types), type))
      return PLC_TRUE;
  return PLC_FALSE;
}
extern "C" Value prim_ForeignErrorLanguage(Context *, Value v) {
  return foreignDetail(v, 0);
}
extern "C" Value prim_ForeignErrorType(Context *, Value v) {
  Value types = foreignDetail(v, 1);
  return plc_is_pair(types) ? plc_car(types) : Value(PLC_FALSE);
}
extern "C" Value prim_ForeignErrorValue(Context *, Value v) {
  return foreignDetail(v, 2);
}
