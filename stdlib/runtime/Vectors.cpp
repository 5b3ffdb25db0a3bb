//===- Vectors.cpp - vectors and records ----------------------------------===//
#include "stdlib/runtime/Control.h"
#include "stdlib/runtime/RuntimeCalls.h"

#include <cstdio>
#include <cstdlib>

using namespace plc::rt;
using namespace plc::rt::detail;

static Value checkVector(Context *ctx, const char *who, int position, Value v) {
  if (!plc_is_kind(v, PLC_KIND_VECTOR))
    wrongType(ctx, who, position, "a vector", v);
  return v;
}
/// The vector, or one of the elements of an object of another language.
static Value elementsOf(Context *ctx, const char *who, int position, Value v) {
  if (rt_foreign_elements && isForeign(v))
    return rt_foreign_elements(ctx, v);
  return checkVector(ctx, who, position, v);
}
static Value checkMutable(Context *ctx, const char *who, Value v) {
  checkVector(ctx, who, 1, v);
  if (!inHeap(ctx, v) || (plc_header_flags(plc_header(v)) & 1))
    immutable(ctx, who, v);
  return v;
}

/// Copies values into an object, with the write barrier.
static void storeAll(Context *ctx, Value *to, const Value *from,
                     int64_t count) {
  for (int64_t i = 0; i < count; ++i)
    store(ctx, to + i, from[i]);
}

namespace plc::rt::detail {

plc_value prim_VectorP(Context *, Value v) {
  return plc_bool(plc_is_kind(v, PLC_KIND_VECTOR));
}

plc_value prim_MakeVector(Context *ctx, Value length, Value fill) {
  int64_t n = checkLength(ctx, "make-vector", length);
  return allocateObject(ctx, PLC_KIND_VECTOR, 0, n,
                        fill == PLC_DEFAULT ? PLC_UNSPECIFIED : fill);
}

plc_value prim_Vector(Context *ctx, int64_t argc, const Value *argv) {
  Value vector = allocateObject(ctx, PLC_KIND_VECTOR, 0, argc, PLC_FALSE);
  storeAll(ctx, plc_fields(vector), argv, argc);
  return vector;
}

plc_value prim_VectorLength(Context *ctx, Value v) {
  return plc_fixnum(lengthOf(checkVector(ctx, "vector-length", 1, v)));
}

static int64_t checkElement(Context *ctx, const char *who, Value vector,
                            Value index) {
  int64_t length = lengthOf(vector);
  if (!plc_is_fixnum(index))
    wrongType(ctx, who, 2, "an index", index);
  int64_t i = plc_fixnum_value(index);
  if (i < 0 || i >= length)
    outOfRange(ctx, who, index, length);
  return i;
}

plc_value prim_VectorRef(Context *ctx, Value v, Value index) {
  checkVector(ctx, "vector-ref", 1, v);
  return plc_fields(v)[checkElement(ctx, "vector-ref", v, index)];
}
plc_value prim_VectorSet(Context *ctx, Value v, Value index, Value element) {
  checkVector(ctx, "vector-set!", 1, v);
  int64_t i = checkElement(ctx, "vector-set!", v, index);
  checkMutable(ctx, "vector-set!", v);
  store(ctx, plc_fields(v) + i, element);
  return PLC_UNSPECIFIED;
}

plc_value prim_SequenceLength(Context *ctx, Value v) {
  if (!rt_foreign_length || !isForeign(v))
    return prim_VectorLength(ctx, v);
  // Compiled code takes it for a fixnum.
  Value length = makeInteger(ctx, rt_foreign_length(ctx, v));
  if (!plc_is_fixnum(length))
    raiseCondition(ctx, "range", "vector-length: the object is too long",
                   list1(ctx, length));
  return length;
}
plc_value prim_SequenceRef(Context *ctx, Value v, Value index) {
  return rt_foreign_element && isForeign(v)
             ? rt_foreign_element(ctx, "vector-ref", v, index, PLC_UNBOUND)
             : prim_VectorRef(ctx, v, index);
}
plc_value prim_SequenceSet(Context *ctx, Value v, Value index, Value element) {
  return rt_foreign_element && isForeign(v)
             ? rt_foreign_element(ctx, "vector-set!", v, index, element)
             : prim_VectorSet(ctx, v, index, element);
}

plc_value prim_VectorToList(Context *ctx, Value v, Value start, Value end) {
  v = elementsOf(ctx, "vector->list", 1, v);
  int64_t first, last;
  checkRange(ctx, "vector->list", start, end, lengthOf(v), &first, &last);
  Value list = PLC_NULL;
  while (last-- > first)
    list = consFast(ctx, plc_fields(v)[last], list);
  return list;
}

plc_value prim_ListToVector(Context *ctx, Value list) {
  int64_t n = properListLength(list);
  if (n < 0)
    wrongType(ctx, "list->vector", 1, "a proper list", list);
  Value vector = allocateObject(ctx, PLC_KIND_VECTOR, 0, n, PLC_FALSE);
  for (int64_t i = 0; i < n; ++i, list = plc_cdr(list))
    store(ctx, plc_fields(vector) + i, plc_car(list));
  return vector;
}

plc_value prim_VectorFill(Context *ctx, Value v, Value fill, Value start,
                          Value end) {
  checkMutable(ctx, "vector-fill!", v);
  int64_t first, last;
  checkRange(ctx, "vector-fill!", start, end, lengthOf(v), &first, &last);
  for (; first < last; ++first)
    store(ctx, plc_fields(v) + first, fill);
  return PLC_UNSPECIFIED;
}

plc_value prim_VectorCopy(Context *ctx, Value v, Value start, Value end) {
  v = elementsOf(ctx, "vector-copy", 1, v);
  int64_t first, last;
  checkRange(ctx, "vector-copy", start, end, lengthOf(v), &first, &last);
  Value copy = allocateObject(ctx, PLC_KIND_VECTOR, 0, last - first, PLC_FALSE);
  storeAll(ctx, plc_fields(copy), plc_fields(v) + first, last - first);
  return copy;
}

plc_value prim_VectorCopyTo(Context *ctx, Value to, Value at, Value from,
                            Value start, Value end) {
  checkMutable(ctx, "vector-copy!", to);
  from = elementsOf(ctx, "vector-copy!", 3, from);
  int64_t first, last;
  checkRange(ctx, "vector-copy!", start, end, lengthOf(from), &first, &last);
  int64_t length = lengthOf(to);
  int64_t target = checkIndex(ctx, "vector-copy!", 2, at, length);
  int64_t count = last - first;
  if (count > length - target)
    outOfRange(ctx, "vector-copy!", at, length);
  Value *out = plc_fields(to) + target;
  const Value *in = plc_fields(from) + first;
  if (out <= in)
    storeAll(ctx, out, in, count);
  else
    while (count-- > 0)
      store(ctx, out + count, in[count]);
  return PLC_UNSPECIFIED;
}

plc_value prim_VectorAppend(Context *ctx, int64_t argc, const Value *argv) {
  int64_t total = 0;
  for (int64_t i = 0; i < argc; ++i)
    total += lengthOf(checkVector(ctx, "vector-append", int(i + 1), argv[i]));
  Value result = allocateObject(ctx, PLC_KIND_VECTOR, 0, total, PLC_FALSE);
  Value *out = plc_fields(result);
  for (int64_t i = 0; i < argc; ++i) {
    int64_t length = lengthOf(argv[i]);
    storeAll(ctx, out, plc_fields(argv[i]), length);
    out += length;
  }
  return result;
}

//===--- Records ----------------------------------------------------------===//

plc_value prim_MakeRecordType(Context *ctx, Value name, Value fields,
                              Value flags, Value parent) {
  if (!plc_is_kind(name, PLC_KIND_SYMBOL))
    wrongType(ctx, "make-record-type", 1, "a symbol", name);
  checkVector(ctx, "make-record-type", 2, fields);
  checkVector(ctx, "make-record-type", 3, flags);
  if (parent == PLC_DEFAULT)
    parent = PLC_FALSE;
  if (parent != PLC_FALSE && !plc_is_kind(parent, PLC_KIND_RECORD_TYPE))
    wrongType(ctx, "make-record-type", 4, "a record type", parent);
  Value type = allocateObject(ctx, PLC_KIND_RECORD_TYPE, 0, 4, PLC_FALSE);
  const Value words[] = {name, fields, parent, flags};
  storeAll(ctx, plc_fields(type), words, 4);
  return type;
}

plc_value prim_MakeRecord(Context *ctx, int64_t argc, const Value *argv) {
  if (!plc_is_kind(argv[0], PLC_KIND_RECORD_TYPE))
    wrongType(ctx, "make-record", 1, "a record type", argv[0]);
  Value record = allocateObject(ctx, PLC_KIND_RECORD, 0, argc, PLC_FALSE);
  storeAll(ctx, plc_fields(record), argv, argc);
  return record;
}

static bool isRecordOf(Value v, Value type) {
  if (!plc_is_kind(v, PLC_KIND_RECORD))
    return false;
  for (Value t = plc_fields(v)[0]; plc_is_kind(t, PLC_KIND_RECORD_TYPE);
       t = plc_fields(t)[2])
    if (t == type)
      return true;
  return false;
}

plc_value prim_RecordIs(Context *, Value v, Value type) {
  return plc_bool(isRecordOf(v, type));
}
plc_value prim_RecordP(Context *, Value v) {
  return plc_bool(plc_is_kind(v, PLC_KIND_RECORD));
}

/// Text of the symbol or string `name`, cut to fit.
static void nameText(Context *ctx, Value name, char *text, size_t size) {
  if (plc_is_kind(name, PLC_KIND_SYMBOL))
    name = plc_fields(name)[0];
  size_t bytes;
  char *utf8 = toUtf8(ctx, name, &bytes);
  if (bytes >= size)
    bytes = size - 1;
  memcpy(text, utf8, bytes);
  text[bytes] = 0;
  free(utf8);
}

/// Raises that `v` is no record of `type`, in the words of its definition.
[[noreturn]] static void notOfType(Context *ctx, Value v, Value type,
                                   Value index) {
  char name[64] = "record", field[64] = "?", text[256];
  if (plc_is_kind(type, PLC_KIND_RECORD_TYPE)) {
    nameText(ctx, plc_fields(type)[0], name, sizeof name);
    Value names = plc_fields(type)[1];
    uint64_t i = plc_fixnum_value(index);
    if (plc_is_kind(names, PLC_KIND_VECTOR) && i < lengthOf(names))
      nameText(ctx, plc_fields(names)[i], field, sizeof field);
  }
  snprintf(text, sizeof text, "field %s: expected a record of type %s", field,
           name);
  raiseCondition(ctx, "wrong-type", text, list1(ctx, v));
}

static Value *recordField(Context *ctx, const char *who, Value v, Value type,
                          Value index) {
  if (!isRecordOf(v, type))
    notOfType(ctx, v, type, index);
  if (!plc_is_fixnum(index))
    wrongType(ctx, who, 3, "an index", index);
  int64_t i = plc_fixnum_value(index), count = lengthOf(v) - 1;
  if (i < 0 || i >= count)
    outOfRange(ctx, who, index, count);
  return plc_fields(v) + 1 + i;
}

plc_value prim_RecordRef(Context *ctx, Value v, Value type, Value index) {
  return *recordField(ctx, "record-ref", v, type, index);
}
plc_value prim_RecordSet(Context *ctx, Value v, Value type, Value index,
                         Value field) {
  store(ctx, recordField(ctx, "record-set!", v, type, index), field);
  return PLC_UNSPECIFIED;
}

} // namespace plc::rt::detail
