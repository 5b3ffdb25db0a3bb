//===- NativeObjects.cpp - operations on pointers -------------------------===//
//
// Pointers answer to the operations of foreign objects, in the form of a plugin
// that is part of the runtime: Foreign.cpp dispatches to it by the kind of the
// object.
//
//===----------------------------------------------------------------------===//

#include "stdlib/runtime/NativeObjects.h"
#include "stdlib/runtime/Foreign.h"
#include "stdlib/runtime/HashTable.h"
#include "stdlib/runtime/NativeCalls.h"
#include "stdlib/runtime/NativeDynamic.h"
#include "stdlib/runtime/NativeMemory.h"
#include "stdlib/runtime/Text.h"

#include <algorithm>
#include <cstdio>
#include <cstring>

using namespace plc::rt;

namespace plc::rt {
namespace {

using Status = plc_status;

Status fail(plc_error *error, Status status, const char *text) {
  error->message = makeString(theContext, text);
  return status;
}

/// Checks before an access; the type of what is there.
Status pointee(Value object, const NativeType **type, plc_error *error) {
  if (isFreed(object))
    return fail(error, PLC_E_RANGE, "this memory was given back by c:free");
  if (pointerType(object) == intern(theContext, kReleasedCallback) ||
      isReleasedUse(theContext, object))
    return fail(error, PLC_E_RANGE, "this callback was given back by c:release");
  *type = findNativeType(theContext, pointerType(object));
  if (*type && (*type)->shape != NativeShape::Opaque)
    return PLC_OK;
  char text[300], name[200];
  snprintf(text, sizeof text,
           "nothing is known of what `%s` has in it: its declaration is "
           "incomplete",
           symbolText(pointerType(object), name, sizeof name));
  return fail(error, PLC_E_UNSUPPORTED, text);
}

//===--- Fields -----------------------------------------------------------===//

/// Edits that turn one name into another, at most 3.
size_t distance(const char *a, const char *b) {
  size_t n = strlen(a), m = strlen(b), row[64];
  if (n >= 64 || m >= 64 || (n > m ? n - m : m - n) > 2)
    return 3;
  for (size_t j = 0; j <= m; ++j)
    row[j] = j;
  for (size_t i = 1; i <= n; ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= m; ++j) {
      size_t above = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1,
                         diagonal + (a[i - 1] != b[j - 1])});
      diagonal = above;
    }
  }
  return row[m];
}

Status noField(const NativeType *type, Value name, plc_error *error) {
  char text[300], have[100], wanted[120];
  symbolText(name, wanted, sizeof wanted);
  snprintf(text, sizeof text, "`%.150s` has no field `%s`",
           nativeTypeName(type), wanted);
  Value nearest = PLC_NULL;
  for (size_t i = type->fieldCount; i-- > 0;)
    if (distance(symbolText(type->fields[i].name, have, sizeof have), wanted) *
            3 <=
        strlen(wanted))
      nearest =
          cons(theContext, symbolName(type->fields[i].name), nearest);
  error->nearest = nearest;
  return fail(error, PLC_E_NAME, text);
}

Status fieldPlace(Value object, Value name, NativePlace *place,
                  plc_error *error) {
  const NativeType *type;
  if (Status status = pointee(object, &type, error))
    return status;
  const NativeField *field = findNativeField(theContext, type, name);
  if (!field)
    return noField(type, name, error);
  uint64_t end = field->bitOffset / 8 +
                 (field->bitWidth ? (field->bitOffset % 8 + field->bitWidth + 7) / 8
                                  : field->type->size);
  int64_t bytes = pointerBytes(object);
  if (bytes >= 0 && end > uint64_t(bytes))
    return fail(error, PLC_E_RANGE, "the field lies behind the memory that the "
                                    "pointer is known to point to");
  *place = {field->type, pointerAddress(object) + field->bitOffset / 8,
            unsigned(field->bitOffset % 8), field->bitWidth,
            pointerKeeps(object)};
  return PLC_OK;
}

/// A pointer that Lisp stored there comes back as the same, with what it knows.
Value loadAt(Value object, const NativePlace &place) {
  Context *ctx = theContext;
  Value value = loadNative(ctx, place);
  if (place.type->shape != NativeShape::Pointer || !isPointer(value))
    return value;
  Value kept = keptWith(object, place.address);
  if (isPointer(kept) && pointerAddress(kept) == pointerAddress(value))
    return kept;
  bool isVector = plc_is_kind(kept, PLC_KIND_BYTEVECTOR) ||
                  plc_is_kind(kept, PLC_KIND_NUMVECTOR);
  char *data = isVector ? reinterpret_cast<char *>(plc_fields(kept)) : nullptr;
  char *at = pointerAddress(value);
  // C may have moved it on.
  if (isVector && at >= data && at <= data + lengthOf(kept))
    return makePointer(ctx, at, pointerType(value), kept,
                       data + lengthOf(kept) - at);
  return value;
}

Status storeAt(Value object, const NativePlace &place, Value what,
               Value value, plc_error *error) {
  Context *ctx = theContext;
  if (isReadOnly(object))
    return fail(error, PLC_E_TYPE, "this memory can only be read");
  NativeFailure failure;
  Value kept = PLC_FALSE;
  if (!storeNative(ctx, place, value, &kept, failure)) {
    char text[800], name[120] = "", type[120];
    symbolText(pointerType(object), type, sizeof type);
    if (plc_is_kind(what, PLC_KIND_SYMBOL)) {
      symbolText(what, name, sizeof name);
      snprintf(text, sizeof text, "`%s` of `%s`: %s", name, type, failure.text);
    } else {
      snprintf(text, sizeof text, "element %lld of `%s`: %s",
               (long long)plc_fixnum_value(what), type, failure.text);
    }
    raiseCondition(ctx, failure.status == PLC_E_RANGE ? "use-after-free"
                                                      : "wrong-type",
                   text, list1(ctx, value));
  }
  if (place.type->shape == NativeShape::Pointer ||
      place.type->shape == NativeShape::Text)
    keepWith(ctx, object, place.address, kept);
  // A record begins where its first field does: kept beside what that keeps.
  if (place.type->shape == NativeShape::Record ||
      place.type->shape == NativeShape::Array)
    keepWith(ctx, object, place.address + 1, kept);
  return PLC_OK;
}

Status get(plc_plugin *, Value object, Value name, Value *result,
           plc_error *error) {
  NativePlace place;
  if (Status status = fieldPlace(object, name, &place, error))
    return status;
  *result = loadAt(object, place);
  return PLC_OK;
}

Status set(plc_plugin *, Value object, Value name, Value value,
           plc_error *error) {
  NativePlace place;
  if (Status status = fieldPlace(object, name, &place, error))
    return status;
  return storeAt(object, place, name, value, error);
}

//===--- Elements ---------------------------------------------------------===//

Status elementPlace(Value object, Value key, NativePlace *place,
                    plc_error *error) {
  const NativeType *type;
  if (Status status = pointee(object, &type, error))
    return status;
  if (!plc_is_fixnum(key))
    return fail(error, PLC_E_TYPE, "an index is an exact integer");
  int64_t index = plc_fixnum_value(key), bytes = pointerBytes(object), offset;
  if (type->size == 0 && bytes != 0)
    return fail(error, PLC_E_UNSUPPORTED,
                "a pointer to void has no elements: c:cast gives it a type");
  int64_t length = countIn(type, bytes);
  bool isFar = __builtin_mul_overflow(index, stepOf(type), &offset) ||
               (bytes >= 0 && (index < 0 || index >= length));
  if (isFar) {
    char text[120];
    snprintf(text, sizeof text, "index %lld is out of range, length %lld",
             (long long)index, (long long)length);
    return fail(error, PLC_E_RANGE, text);
  }
  *place = {elementOf(type), pointerAddress(object) + offset, 0, 0,
            pointerKeeps(object)};
  return PLC_OK;
}

/// An element that is an array without bytes, of elements that may be such.
Value emptyElements(Context *ctx, const NativePlace &place) {
  const NativeType *element = place.type->element;
  char name[300];
  symbolText(element->name, name, sizeof name - 16);
  if (place.type->count)
    strcat(strcat(name, kStepOfType), "0");
  return makePointer(ctx, place.address, intern(ctx, name), place.keeps,
                     int64_t(place.type->count));
}

Status index(plc_plugin *, Value object, Value key, Value *result,
             plc_error *error) {
  NativePlace place;
  if (Status status = elementPlace(object, key, &place, error))
    return status;
  *result = place.type->shape == NativeShape::Array && place.type->size == 0
                ? emptyElements(theContext, place)
                : loadAt(object, place);
  return PLC_OK;
}

Status setIndex(plc_plugin *, Value object, Value key, Value value,
                plc_error *error) {
  NativePlace place;
  if (Status status = elementPlace(object, key, &place, error))
    return status;
  return storeAt(object, place, key, value, error);
}

Status length(plc_plugin *, Value object, int64_t *result, plc_error *error) {
  const NativeType *type;
  if (Status status = pointee(object, &type, error))
    return status;
  int64_t bytes = pointerBytes(object);
  if (bytes < 0 || (type->size == 0 && bytes > 0))
    return fail(error, PLC_E_UNSUPPORTED,
                "how many elements there are is not known: the pointer comes "
                "from C");
  *result = countIn(type, bytes);
  return PLC_OK;
}

//===--- Iteration --------------------------------------------------------===//
// An iterator is a POINTER whose type is #t: word 0 is the next index, word 2
// the pointer.

Status iterate(plc_plugin *self, Value object, Value *result,
               plc_error *error) {
  int64_t count;
  if (Status status = length(self, object, &count, error))
    return status;
  Value iterator = allocateObject(theContext, PLC_KIND_POINTER, 0,
                                  PointerWords, PLC_TRUE);
  store(theContext, plc_fields(iterator), plc_fixnum(0));
  store(theContext, plc_fields(iterator) + PointerKeeps, object);
  *result = iterator;
  return PLC_OK;
}

Status next(plc_plugin *self, Value iterator, Value *result,
            plc_error *error) {
  Value object = pointerKeeps(iterator), at = plc_fields(iterator)[0];
  int64_t count;
  if (Status status = length(self, object, &count, error))
    return status;
  if (plc_fixnum_value(at) >= count)
    return PLC_END;
  store(theContext, plc_fields(iterator),
        plc_fixnum(plc_fixnum_value(at) + 1));
  return index(self, object, at, result, error);
}

//===--- As Lisp data -----------------------------------------------------===//

constexpr int kDeepest = 200;

Value toLisp(Context *ctx, const NativePlace &place, int depth);

Value recordToLisp(Context *ctx, const NativePlace &place, int depth) {
  Value map = makeTable(ctx, TableEqual);
  for (size_t i = 0; i < place.type->fieldCount; ++i) {
    const NativeField &field = place.type->fields[i];
    NativePlace part{field.type, place.address + field.bitOffset / 8,
                     unsigned(field.bitOffset % 8), field.bitWidth,
                     place.keeps};
    Value value = toLisp(ctx, part, depth + 1);
    tableSet(ctx, map, symbolName(field.name), value);
  }
  return map;
}

Value elementsToLisp(Context *ctx, const NativeType *element, char *address,
                     uint64_t count, Value keeps, int depth) {
  Value vector = allocateObject(ctx, PLC_KIND_VECTOR, 0, count, PLC_FALSE);
  for (uint64_t i = 0; i < count; ++i) {
    NativePlace part{elementOf(element), address + int64_t(i) * stepOf(element), 0,
                     0, keeps};
    store(ctx, plc_fields(vector) + i, toLisp(ctx, part, depth + 1));
  }
  return vector;
}

/// Pointers inside stay pointers: nothing tells how much is there.
Value toLisp(Context *ctx, const NativePlace &place, int depth) {
  const NativeType *type = place.type;
  if (depth < kDeepest && type->shape == NativeShape::Record)
    return recordToLisp(ctx, place, depth);
  if (depth < kDeepest && type->shape == NativeShape::Array)
    return elementsToLisp(ctx, type->element, place.address, type->count,
                          place.keeps, depth);
  return loadNative(ctx, place);
}

bool isNamed(const NativeType *type, const char *name) {
  char text[16];
  return isSymbol(type->name) &&
         strcmp(symbolText(type->name, text, sizeof text), name) == 0;
}

/// A `char *` of unknown length is taken for text up to its NUL.
Status copyToLisp(plc_plugin *, Value object, Value *result,
                  plc_error *error) {
  const NativeType *type;
  if (Status status = pointee(object, &type, error))
    return status;
  Context *ctx = theContext;
  int64_t bytes = pointerBytes(object);
  if (type->size == 0 && bytes != 0) {
    *result = object;
  } else if (hasNoDimension(type, bytes)) {
    *result = toLisp(ctx, {type->element, pointerAddress(object), 0, 0, PLC_FALSE}, 0);
  } else if (bytes < 0 && isNamed(type, "char")) {
    *result = makeString(ctx, pointerAddress(object),
                         strlen(pointerAddress(object)));
  } else if (type->shape == NativeShape::Record &&
             (bytes < 0 || bytes == int64_t(type->size))) {
    *result = toLisp(
        ctx, {type, pointerAddress(object), 0, 0, pointerKeeps(object)}, 0);
  } else if (bytes < 0) {
    *result = object;
  } else {
    *result = elementsToLisp(ctx, type, pointerAddress(object),
                             uint64_t(countIn(type, bytes)),
                             pointerKeeps(object), 0);
  }
  return PLC_OK;
}

//===--- The rest ---------------------------------------------------------===//

Status compare(plc_plugin *, plc_comparison op, Value a, Value b, bool *result,
               plc_error *error) {
  if (!isPointer(a) || !isPointer(b))
    return fail(error, PLC_E_TYPE, "a pointer is compared with a pointer");
  uintptr_t x = uintptr_t(pointerAddress(a)), y = uintptr_t(pointerAddress(b));
  switch (op) {
  case PLC_COMPARE_EQ: *result = x == y; break;
  case PLC_COMPARE_LT: *result = x < y; break;
  case PLC_COMPARE_LE: *result = x <= y; break;
  case PLC_COMPARE_GT: *result = x > y; break;
  case PLC_COMPARE_GE: *result = x >= y; break;
  }
  return PLC_OK;
}

/// p + n, p - n in elements, as in C; p - q.
Status operate(plc_plugin *, plc_operator op, Value a, Value b, Value *result,
               plc_error *error) {
  Context *ctx = theContext;
  const NativeType *type;
  bool isSum = op == PLC_OPERATOR_ADD;
  if (isSum && !isPointer(a))
    std::swap(a, b);
  if ((!isSum && op != PLC_OPERATOR_SUB) || !isPointer(a))
    return fail(error, PLC_E_UNSUPPORTED,
                "of arithmetic, pointers know p + n, p - n and p - q");
  if (Status status = pointee(a, &type, error))
    return status;
  if (type->shape == NativeShape::Strided)
    return fail(error, PLC_E_UNSUPPORTED,
                "there is no arithmetic with pointers to memory with gaps");
  int64_t size = type->size ? int64_t(type->size) : 1;
  if (!isSum && isPointer(b)) {
    *result = makeInteger(ctx, (pointerAddress(a) - pointerAddress(b)) / size);
    return PLC_OK;
  }
  if (!plc_is_fixnum(b))
    return fail(error, PLC_E_TYPE, "an exact integer is added to a pointer");
  int64_t offset, bytes = pointerBytes(a);
  if (__builtin_mul_overflow(plc_fixnum_value(b), isSum ? size : -size,
                             &offset) ||
      (bytes >= 0 && (offset < 0 || offset > bytes)))
    return fail(error, PLC_E_RANGE,
                "the result would point outside of the memory");
  *result = makePointer(ctx, pointerAddress(a) + offset, pointerType(a),
                        pointerKeeps(a), bytes < 0 ? -1 : bytes - offset);
  return PLC_OK;
}

Status members(plc_plugin *, Value object, Value *result, plc_error *) {
  const NativeType *type = findNativeType(theContext, pointerType(object));
  Value names = PLC_NULL;
  for (size_t i = type ? type->fieldCount : 0; i-- > 0;)
    names = cons(theContext, symbolName(type->fields[i].name), names);
  *result = names;
  return PLC_OK;
}

/// The declaration, as far as it is known.
Status doc(plc_plugin *, Value object, Value *result, plc_error *) {
  const NativeType *type = findNativeType(theContext, pointerType(object));
  if (!type)
    return PLC_OK;
  TextBuilder text(theContext);
  auto add = [&](const char *utf8) { text.addLatin1(utf8, strlen(utf8)); };
  add("pointer to ");
  add(nativeTypeName(type));
  if (*type->place) {
    add(", declared in ");
    add(type->place);
  }
  for (size_t i = 0; i < type->fieldCount; ++i) {
    char name[200];
    add("\n  ");
    add(symbolText(type->fields[i].name, name, sizeof name));
    add(": ");
    add(nativeTypeName(type->fields[i].type));
    if (type->fields[i].bitWidth) {
      snprintf(name, sizeof name, " : %u", type->fields[i].bitWidth);
      add(name);
    }
  }
  for (size_t i = 0; i < type->memberCount; ++i) {
    char name[240];
    add("\n  ");
    add(symbolText(type->members[i].name, name, 200));
    snprintf(name, sizeof name, " = %lld", (long long)type->members[i].value);
    add(name);
  }
  *result = text.finish();
  return PLC_OK;
}

Status callPointer(Value callee, const char *name, const Value *args,
                   size_t positional, size_t keywords, Value *result,
                   plc_error *error) {
  const NativeType *type;
  if (Status status = pointee(callee, &type, error))
    return status;
  if (type->shape != NativeShape::Function)
    return fail(error, PLC_E_UNSUPPORTED,
                "a pointer to something else than a function cannot be called");
  if (keywords)
    return fail(error, PLC_E_UNSUPPORTED,
                "functions of C have no keyword arguments");
  *result = callNative(theContext, pointerAddress(callee), name,
                       type->signature, positional, args);
  return PLC_OK;
}

Status call(plc_plugin *, Value callee, const Value *args, size_t positional,
            size_t keywords, Value *result, plc_error *error) {
  return callPointer(callee, nullptr, args, positional, keywords, result,
                     error);
}

/// (record.field argument ...)
Status callMethod(plc_plugin *self, Value object, Value name,
                  const Value *args, size_t positional, size_t keywords,
                  Value *result, plc_error *error) {
  Value callee = PLC_FALSE;
  if (Status status = get(self, object, name, &callee, error))
    return status;
  char text[120];
  if (!isPointer(callee))
    return fail(error, PLC_E_UNSUPPORTED,
                callee == PLC_NIL ? "this function pointer is NULL"
                                  : "this field is no function pointer");
  return callPointer(callee, symbolText(name, text, sizeof text), args,
                     positional, keywords, result, error);
}

Status close(plc_plugin *, Value object, plc_error *) {
  if (isStubPointer(theContext, object)) {
    detail::prim_NativeRelease(theContext, object);
    return PLC_OK;
  }
  detail::prim_PointerFree(theContext, object);
  return PLC_OK;
}

plc_plugin table;

void releaseAll() {
  releaseDeadReferences();
  finalizeDeadPointers(theContext);
}

} // namespace

void installNativeObjects(Context *ctx) {
  if (rt_native_plugin)
    return;
  installForeignHooks(ctx);
  table.struct_size = sizeof table;
  table.abi_major = PLC_PLUGIN_ABI_MAJOR;
  table.abi_minor = PLC_PLUGIN_ABI_MINOR;
  table.language = "c";
  table.ecosystems = "c";
  table.version = "";
  table.get = get;
  table.set = set;
  table.index = index;
  table.set_index = setIndex;
  table.iterate = iterate;
  table.next = next;
  table.length = length;
  table.compare = compare;
  table.operate = operate;
  table.members = members;
  table.doc = doc;
  table.to_lisp = copyToLisp;
  table.call = call;
  table.call_method = callMethod;
  table.close = close;
  rt_native_plugin = &table;
  rt_foreign_release = releaseAll;
}

} // namespace plc::rt
