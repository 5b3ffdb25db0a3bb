//===- ForeignObjects.cpp - what foreign objects and errors tell ----------===//
//
// Operations on foreign objects that are not in the way of loops: their members,
// documentation and copies, scopes, keys of several dimensions; and what is known
// of an error of another language.
//
//===----------------------------------------------------------------------===//
#include "stdlib/runtime/Foreign.h"
#include "stdlib/runtime/HashTable.h"
#include "stdlib/runtime/Operation.h"
#include "stdlib/runtime/RuntimeCalls.h"
#include "stdlib/runtime/Symbols.h"
#include "stdlib/runtime/Text.h"

using namespace plc::rt;
using namespace plc::rt::detail;

//===--- Objects ----------------------------------------------------------===//

/// An operation with one object that answers with a value. Where the plugin has
/// none, `otherwise` is the answer; without that it is an error.
static Value ask(Context *ctx, const char *who, Value object,
                 plc_status (*plc_plugin::*operation)(plc_plugin *, plc_value,
                                                      plc_value *, plc_error *),
                 Value otherwise = PLC_UNBOUND) {
  plc_plugin *plugin = pluginOfObject(ctx, who, object);
  if (!(plugin->*operation) && otherwise != PLC_UNBOUND)
    return otherwise;
  Operation op(ctx, plugin, who);
  if (!(plugin->*operation))
    op.missing();
  Value result = PLC_FALSE;
  op.finish((plugin->*operation)(plugin, object, &result, &op.error));
  return result;
}

extern "C" Value prim_ForeignIterate(Context *ctx, Value object) {
  return ask(ctx, "iterate", object, &plc_plugin::iterate);
}

extern "C" Value prim_ForeignMembers(Context *ctx, Value object) {
  return ask(ctx, "foreign-members", object, &plc_plugin::members, PLC_NULL);
}

/// The declaration or documentation of a procedure of native code, or #f.
static Value procedureNote(Context *ctx, Value procedure, bool isDeclaration) {
  if (rt_procedure_notes == PLC_FALSE)
    return PLC_FALSE;
  Value note = tableRef(ctx, rt_procedure_notes, procedure, PLC_FALSE);
  return note == PLC_FALSE ? note
         : isDeclaration   ? plc_car(note)
                           : plc_cdr(note);
}

extern "C" Value prim_ForeignDoc(Context *ctx, Value object) {
  if (plc_is_procedure(object))
    return procedureNote(ctx, object, false);
  return ask(ctx, "foreign-documentation", object, &plc_plugin::doc, PLC_FALSE);
}
extern "C" Value prim_ForeignSignature(Context *ctx, Value object) {
  if (plc_is_procedure(object))
    return procedureNote(ctx, object, true);
  return ask(ctx, "foreign-signature", object, &plc_plugin::signature,
             PLC_FALSE);
}
extern "C" Value prim_ForeignToLisp(Context *ctx, Value object) {
  return ask(ctx, "->lisp", object, &plc_plugin::to_lisp);
}

extern "C" Value prim_ForeignClose(Context *ctx, Value object) {
  plc_plugin *plugin = pluginOfObject(ctx, "foreign-close", object);
  Operation op(ctx, plugin, "close");
  if (!plugin->close)
    op.missing();
  op.finish(plugin->close(plugin, object, &op.error));
  return PLC_UNSPECIFIED;
}

extern "C" Value prim_ForeignEnter(Context *ctx, Value object) {
  return ask(ctx, "enter", object, &plc_plugin::enter, object);
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
  return result;
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
  op.finish(
      plugin->slice(plugin, object, start, end, step, &result, &op.error));
  return result;
}

extern "C" Value prim_ForeignP(Context *, Value v) {
  return plc_bool(isForeign(v));
}

extern "C" Value prim_ForeignLanguage(Context *ctx, Value object) {
  return intern(ctx, pluginOfObject(ctx, "foreign-language", object)->language);
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
