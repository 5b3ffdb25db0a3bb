//===- Bytevectors.cpp - bytevectors (also as u8vectors), UTF-8 ------------===//

#include "stdlib/runtime/Text.h"

namespace plc::rt {

namespace {

bool isBytevector(Value v) { return plc_is_kind(v, PLC_KIND_BYTEVECTOR); }
uint8_t *bytesOf(Value v) { return reinterpret_cast<uint8_t *>(plc_fields(v)); }

void checkBytes(Context *ctx, const char *who, int position, Value v) {
  if (!isBytevector(v))
    wrongType(ctx, who, position, "a bytevector", v);
}
uint8_t checkByte(Context *ctx, const char *who, int position, Value v) {
  if (!plc_is_fixnum(v) || plc_fixnum_value(v) < 0 || plc_fixnum_value(v) > 255)
    wrongType(ctx, who, position, "a byte (0 to 255)", v);
  return uint8_t(plc_fixnum_value(v));
}
Value allocateBytevector(Context *ctx, size_t length) {
  return allocateBytes(ctx, PLC_KIND_BYTEVECTOR, 0, length);
}

Value make(Context *ctx, const char *who, Value length, Value fill) {
  auto n = size_t(checkLength(ctx, who, length));
  uint8_t byte = fill == PLC_DEFAULT ? 0 : checkByte(ctx, who, 2, fill);
  Value v = allocateBytevector(ctx, n);
  memset(bytesOf(v), byte, n);
  return v;
}

Value fromArguments(Context *ctx, const char *who, int64_t argc,
                    const Value *argv) {
  for (int64_t i = 0; i < argc; ++i)
    checkByte(ctx, who, int(i) + 1, argv[i]);
  Value v = allocateBytevector(ctx, size_t(argc));
  for (int64_t i = 0; i < argc; ++i)
    bytesOf(v)[i] = uint8_t(plc_fixnum_value(argv[i]));
  return v;
}

/// The byte at an index that must exist.
uint8_t *elementAt(Context *ctx, const char *who, Value v, Value index) {
  checkBytes(ctx, who, 1, v);
  if (!plc_is_fixnum(index))
    wrongType(ctx, who, 2, "an index", index);
  if (uint64_t(plc_fixnum_value(index)) >= lengthOf(v))
    outOfRange(ctx, who, index, int64_t(lengthOf(v)));
  return bytesOf(v) + plc_fixnum_value(index);
}

Value set(Context *ctx, const char *who, Value v, Value index, Value byte) {
  uint8_t *element = elementAt(ctx, who, v, index);
  uint8_t b = checkByte(ctx, who, 3, byte);
  checkMutable(ctx, who, v);
  *element = b;
  return PLC_UNSPECIFIED;
}

} // namespace

extern "C" {

Value prim_BytevectorP(Context *, Value v) { return plc_bool(isBytevector(v)); }
Value prim_U8VectorP(Context *, Value v) { return plc_bool(isBytevector(v)); }
Value prim_MakeBytevector(Context *ctx, Value length, Value fill) {
  return make(ctx, "make-bytevector", length, fill);
}
Value prim_MakeU8Vector(Context *ctx, Value length, Value fill) {
  return make(ctx, "make-u8vector", length, fill);
}
Value prim_Bytevector(Context *ctx, int64_t argc, const Value *argv) {
  return fromArguments(ctx, "bytevector", argc, argv);
}
Value prim_U8Vector(Context *ctx, int64_t argc, const Value *argv) {
  return fromArguments(ctx, "u8vector", argc, argv);
}
Value prim_BytevectorLength(Context *ctx, Value v) {
  checkBytes(ctx, "bytevector-length", 1, v);
  return plc_fixnum(int64_t(lengthOf(v)));
}
Value prim_U8VectorLength(Context *ctx, Value v) {
  checkBytes(ctx, "u8vector-length", 1, v);
  return plc_fixnum(int64_t(lengthOf(v)));
}
Value prim_BytevectorRef(Context *ctx, Value v, Value index) {
  return plc_fixnum(*elementAt(ctx, "bytevector-u8-ref", v, index));
}
Value prim_U8VectorRef(Context *ctx, Value v, Value index) {
  return plc_fixnum(*elementAt(ctx, "u8vector-ref", v, index));
}
Value prim_BytevectorSet(Context *ctx, Value v, Value index, Value byte) {
  return set(ctx, "bytevector-u8-set!", v, index, byte);
}
Value prim_U8VectorSet(Context *ctx, Value v, Value index, Value byte) {
  return set(ctx, "u8vector-set!", v, index, byte);
}

Value prim_BytevectorCopy(Context *ctx, Value v, Value start, Value end) {
  checkBytes(ctx, "bytevector-copy", 1, v);
  int64_t first, last;
  checkRange(ctx, "bytevector-copy", start, end, int64_t(lengthOf(v)), &first,
             &last);
  Value copy = allocateBytevector(ctx, size_t(last - first));
  memcpy(bytesOf(copy), bytesOf(v) + first, size_t(last - first));
  return copy;
}

Value prim_BytevectorCopyTo(Context *ctx, Value to, Value at, Value from,
                            Value start, Value end) {
  checkBytes(ctx, "bytevector-copy!", 1, to);
  checkBytes(ctx, "bytevector-copy!", 3, from);
  auto room = int64_t(lengthOf(to));
  int64_t index = checkIndex(ctx, "bytevector-copy!", 2, at, room);
  int64_t first, last;
  checkRange(ctx, "bytevector-copy!", start, end, int64_t(lengthOf(from)),
             &first, &last);
  if (last - first > room - index)
    outOfRange(ctx, "bytevector-copy!", plc_fixnum(index + last - first), room);
  checkMutable(ctx, "bytevector-copy!", to);
  memmove(bytesOf(to) + index, bytesOf(from) + first, size_t(last - first));
  return PLC_UNSPECIFIED;
}

Value prim_BytevectorAppend(Context *ctx, int64_t argc, const Value *argv) {
  size_t length = 0;
  for (int64_t i = 0; i < argc; ++i) {
    checkBytes(ctx, "bytevector-append", int(i) + 1, argv[i]);
    length += lengthOf(argv[i]);
  }
  Value v = allocateBytevector(ctx, length);
  uint8_t *out = bytesOf(v);
  for (int64_t i = 0; i < argc; ++i) {
    memcpy(out, bytesOf(argv[i]), lengthOf(argv[i]));
    out += lengthOf(argv[i]);
  }
  return v;
}

Value prim_BytevectorFill(Context *ctx, Value v, Value byte, Value start,
                          Value end) {
  checkBytes(ctx, "bytevector-fill!", 1, v);
  uint8_t b = checkByte(ctx, "bytevector-fill!", 2, byte);
  int64_t first, last;
  checkRange(ctx, "bytevector-fill!", start, end, int64_t(lengthOf(v)), &first,
             &last);
  checkMutable(ctx, "bytevector-fill!", v);
  memset(bytesOf(v) + first, b, size_t(last - first));
  return PLC_UNSPECIFIED;
}

Value prim_Utf8ToString(Context *ctx, Value v, Value start, Value end) {
  checkBytes(ctx, "utf8->string", 1, v);
  int64_t first, last;
  checkRange(ctx, "utf8->string", start, end, int64_t(lengthOf(v)), &first,
             &last);
  // The view on the stack keeps the bytes where they are.
  const uint8_t *begin = bytesOf(v) + first, *stop = bytesOf(v) + last;
  Utf8Extent extent = measureUtf8(begin, stop);
  if (extent.bad)
    raiseCondition(ctx, "encoding-error",
                   "utf8->string: the bytes are no UTF-8 at this index",
                   list2(ctx, plc_fixnum(extent.bad - bytesOf(v)), v));
  return makeMeasuredString(ctx, begin, stop, extent);
}

Value prim_StringToUtf8(Context *ctx, Value s, Value start, Value end) {
  if (!isString(s))
    wrongType(ctx, "string->utf8", 1, "a string", s);
  StringView text(s);
  int64_t first, last;
  checkRange(ctx, "string->utf8", start, end, int64_t(text.length), &first,
             &last);
  for (int64_t i = first; text.isWide && i < last; ++i)
    if (isSurrogate(text.wide[i]))
      raiseCondition(ctx, "encoding-error",
                     "string->utf8: a lone surrogate cannot be encoded",
                     list2(ctx, plc_fixnum(i), s));
  Value v =
      allocateBytevector(ctx, utf8Size(text, size_t(first), size_t(last)));
  char *out = reinterpret_cast<char *>(bytesOf(v));
  for (int64_t i = first; i < last; ++i)
    out = encodeUtf8(out, text[size_t(i)]);
  return v;
}

} // extern "C"
} // namespace plc::rt
