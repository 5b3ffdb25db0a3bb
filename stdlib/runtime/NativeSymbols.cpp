//===- NativeSymbols.cpp - globals, failures and docs of native code ------===//

#include "stdlib/runtime/HashTable.h"
#include "stdlib/runtime/NativeMemory.h"
#include "stdlib/runtime/NativeObjects.h"
#include "stdlib/runtime/Operation.h"
#include "stdlib/runtime/Text.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

using namespace plc::rt;

/// A global variable; name and type are constants of compiled code. Its address
/// is nil where a shim names it and no library has it.
static NativePlace globalPlace(Context *ctx, Value pointer, Value name,
                               Value text) {
  if (!isPointer(pointer))
    raiseCondition(ctx, "no-such-member",
                   "the libraries of this program have no such variable",
                   list1(ctx, name));
  char *typeText = toUtf8(ctx, text, nullptr);
  const NativeType *type = nativeTypeOfText(ctx, typeText);
  free(typeText);
  return {type, pointerAddress(pointer)};
}

/// What a global refers to lives as long as it: the pointer whose block keeps
/// that. One for each address.
static Value holderOf(Context *ctx, void *global) {
  static Value table;
  if (!table) {
    table = makeTable(ctx, TableEq);
    registerRoots(ctx, &table, 1);
  }
  Value address = plc_fixnum(int64_t(global));
  Value holder = tableRef(ctx, table, address, PLC_FALSE);
  if (holder == PLC_FALSE) {
    holder = makePointer(ctx, global, intern(ctx, "void"), PLC_FALSE, -1);
    tableSet(ctx, table, address, holder);
  }
  return holder;
}

static bool isAggregate(const NativeType *type) {
  return type->shape == NativeShape::Record ||
         type->shape == NativeShape::Array;
}

extern "C" {

Value prim_NativeGlobalRef(Context *ctx, Value pointer, Value name,
                           Value text) {
  installNativeObjects(ctx);
  NativePlace place = globalPlace(ctx, pointer, name, text);
  if (isAggregate(place.type)) // what is stored in its fields stays
    place.keeps = blockOf(ctx, holderOf(ctx, place.address));
  return loadNative(ctx, place);
}

Value prim_NativeGlobalSet(Context *ctx, Value pointer, Value name, Value text,
                           Value value) {
  NativePlace place = globalPlace(ctx, pointer, name, text);
  NativeFailure failure;
  Value kept = PLC_FALSE;
  if (!storeNative(ctx, place, value, &kept, failure)) {
    char message[600];
    char *utf8 = toUtf8(ctx, name, nullptr);
    snprintf(message, sizeof message, "%.100s: %s", utf8, failure.text);
    free(utf8);
    raiseCondition(ctx, "wrong-type", message, list1(ctx, value));
  }
  // A global lives for ever, and so does what it refers to, until the next.
  Value holder = holderOf(ctx, place.address);
  if (place.type->shape == NativeShape::Pointer ||
      place.type->shape == NativeShape::Text)
    keepWith(ctx, holder, place.address, kept);
  else if (isAggregate(place.type))
    keepWith(ctx, holder, place.address + 1, kept);
  return PLC_UNSPECIFIED;
}

Value prim_NativeErrno(Context *) { return plc_fixnum(errno); }

Value prim_NativeFailure(Context *ctx, Value function, Value result,
                         Value text) {
  int number = errno; // for handlers that ask
  installNativeObjects(ctx);
  plc_error error = {PLC_FALSE, PLC_FALSE, PLC_FALSE,
                     PLC_FALSE, PLC_FALSE, PLC_FALSE};
  char message[600];
  char *name = toUtf8(ctx, function, nullptr);
  // Some message functions return a `char *`.
  if (isPointer(text))
    text = textOfNative(ctx, pointerAddress(text));
  if (plc_is_fixnum(text)) {
    snprintf(message, sizeof message, "%.100s: %s", name,
             strerror(int(plc_fixnum_value(text))));
  } else if (isString(text)) {
    char *utf8 = toUtf8(ctx, text, nullptr);
    snprintf(message, sizeof message, "%.100s: %.480s", name, utf8);
    free(utf8);
  } else if (plc_is_fixnum(result)) {
    snprintf(message, sizeof message, "%.100s returned %lld", name,
             (long long)plc_fixnum_value(result));
  } else if (result == PLC_NIL || result == PLC_FALSE) {
    snprintf(message, sizeof message, "%.100s returned %s", name,
             result == PLC_NIL ? "NULL" : "false");
  } else {
    snprintf(message, sizeof message, "%.100s failed", name);
  }
  free(name);
  error.type = function;
  error.value = result;
  error.message = makeString(ctx, message);
  errno = number;
  raiseForeign(ctx, rt_native_plugin, PLC_E_FOREIGN, error, "call",
               PLC_DEFAULT);
}

Value prim_NativeDescribe(Context *ctx, Value procedure, Value declaration,
                          Value documentation) {
  installNativeObjects(ctx);
  if (rt_procedure_notes == PLC_FALSE) {
    rt_procedure_notes = makeTable(ctx, TableEq);
    registerRoots(ctx, &rt_procedure_notes, 1);
  }
  tableSet(ctx, rt_procedure_notes, procedure,
           cons(ctx, declaration, documentation));
  return PLC_UNSPECIFIED;
}

} // extern "C"
