//===- ForeignSequences.cpp - foreign objects as vectors and maps ---------===//
//
// What `vector-ref`, `hash-table-keys` and the like do with an object of another
// language, by the operations that its plugin has.
//
//===----------------------------------------------------------------------===//
#include "stdlib/runtime/Foreign.h"
#include "stdlib/runtime/HeapImpl.h"
#include "stdlib/runtime/Operation.h"

using namespace plc::rt;
using namespace plc::rt::detail;

namespace plc::rt {

/// Calls f with each element that the host finds in the object.
template <typename Visit>
static void forEachElement(Context *ctx, Value object, Visit visit) {
  plc_plugin *plugin = pluginOfObject(ctx, "iterate", object);
  volatile Value iterator = PLC_FALSE;
  {
    Operation op(ctx, plugin, "iterate");
    if (!plugin->iterate || !plugin->next)
      op.missing();
    Value made = PLC_FALSE;
    op.finish(plugin->iterate(plugin, object, &made, &op.error));
    iterator = made;
  }
  // To wait here would be in the middle of an operation: `for` and `map` do.
  if (plugin->is_async && plugin->is_async(plugin, iterator))
    raiseCondition(ctx, "unsupported",
                   "the elements of this object have to be awaited: use `for`",
                   list1(ctx, object));
  for (;;) {
    Operation op(ctx, plugin, "next");
    Value element = PLC_UNSPECIFIED;
    if (op.finish(plugin->next(plugin, iterator, &element, &op.error)) ==
        PLC_END)
      return;
    visit(element);
  }
}

static Value reversed(Context *ctx, Value list) {
  Value result = PLC_NULL;
  for (; plc_is_pair(list); list = plc_cdr(list))
    result = cons(ctx, plc_car(list), result);
  return result;
}

static Value foreignElements(Context *ctx, Value object) {
  Value list = PLC_NULL;
  forEachElement(ctx, object,
                 [&](Value element) { list = cons(ctx, element, list); });
  return prim_ListToVector(ctx, reversed(ctx, list));
}

static Value valueOfKey(Context *ctx, plc_plugin *plugin, Value object,
                        Value key) {
  Operation op(ctx, plugin, "ref");
  if (!plugin->index)
    op.missing();
  Value value = PLC_UNSPECIFIED;
  op.finish(plugin->index(plugin, object, key, &value, &op.error), key);
  return value;
}

static Value foreignEntries(Context *ctx, Value object) {
  plc_plugin *plugin = pluginOfObject(ctx, "hash-table->alist", object);
  Value list = PLC_NULL;
  if (!plugin->entries) {
    // What is gone through are its keys.
    forEachElement(ctx, object, [&](Value key) {
      volatile Value kept = key;
      Value value = valueOfKey(ctx, plugin, object, key);
      list = cons(ctx, cons(ctx, kept, value), list);
    });
    return reversed(ctx, list);
  }
  Operation op(ctx, plugin, "hash-table->alist");
  op.finish(plugin->entries(plugin, object, &list, &op.error));
  return list;
}

static bool deleteForeign(Context *ctx, Value object, Value key) {
  plc_plugin *plugin = pluginOfObject(ctx, "hash-table-delete!", object);
  Operation op(ctx, plugin, "hash-table-delete!");
  if (!plugin->delete_index)
    op.missing();
  plc_status status = plugin->delete_index(plugin, object, key, &op.error);
  if (status == PLC_E_NAME || status == PLC_E_RANGE) {
    op.end();
    return false;
  }
  op.finish(status, key);
  return true;
}

static Value foreignElement(Context *ctx, const char *who, Value object,
                            Value index, Value element) {
  plc_plugin *plugin = pluginOfObject(ctx, who, object);
  if (!plc_is_fixnum(index))
    wrongType(ctx, who, 2, "an index", index);
  int64_t i = plc_fixnum_value(index);
  if (i < 0) {
    char text[64];
    snprintf(text, sizeof text, "%.20s: the index is below zero", who);
    raiseCondition(ctx, "range", text, list1(ctx, index));
  }
  // Fixnums leave room for one sum.
  Value key = makeInteger(ctx, i + plugin->first_index);
  if (element == PLC_UNBOUND)
    return valueOfKey(ctx, plugin, object, key);
  rt_foreign_store(ctx, object, key, element);
  return PLC_UNSPECIFIED;
}

void installForeignSequences() {
  rt_foreign_elements = foreignElements;
  rt_foreign_entries = foreignEntries;
  rt_foreign_delete = deleteForeign;
  rt_foreign_element = foreignElement;
}

} // namespace plc::rt
