//===- NativeConvert.cpp - values in memory of native code ----------------===//

#include "stdlib/runtime/NativeCalls.h"
#include "stdlib/runtime/NativeDynamic.h"
#include "stdlib/runtime/NativeMemory.h"
#include "stdlib/runtime/NumVectors.h"
#include "stdlib/runtime/Number.h"
#include "stdlib/runtime/Text.h"

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>

using namespace plc::rt;

namespace plc::rt {

//===--- Integers ---------------------------------------------------------===//

namespace {

/// An exact integer of at most 64 bits of magnitude.
struct Integer {
  uint64_t magnitude = 0;
  bool negative = false, fits = false;
};

Integer integerOf(Value v) {
  Integer n;
  if (!isExactInteger(v))
    return n;
  IntView view(v);
  if (view.size > 1)
    return n;
  n.magnitude = view.size ? view.limbs[0] : 0;
  n.negative = view.negative;
  n.fits = true;
  return n;
}

/// The bits of an integer of `width` bits, or false if it is out of range.
bool bitsOf(Value v, unsigned width, bool isSigned, uint64_t *bits) {
  Integer n = integerOf(v);
  if (!n.fits)
    return false;
  if (n.negative) {
    if (!isSigned || n.magnitude > uint64_t(1) << (width - 1))
      return false;
    *bits = 0 - n.magnitude;
    return true;
  }
  unsigned usable = width - isSigned;
  if (usable < 64 && n.magnitude >> usable)
    return false;
  *bits = n.magnitude;
  return true;
}

Value integerValue(Context *ctx, uint64_t bits, unsigned width,
                   bool isSigned) {
  if (width < 64) {
    bits &= (uint64_t(1) << width) - 1;
    if (isSigned && bits >> (width - 1))
      bits |= ~uint64_t(0) << width;
  }
  return isSigned ? makeInteger(ctx, int64_t(bits)) : makeUnsigned(ctx, bits);
}

uint64_t loadBits(const char *at, unsigned offset, unsigned width) {
  unsigned __int128 word = 0;
  memcpy(&word, at, (offset + width + 7) / 8);
  uint64_t bits = uint64_t(word >> offset);
  return width < 64 ? bits & ((uint64_t(1) << width) - 1) : bits;
}

void storeBits(char *at, unsigned offset, unsigned width, uint64_t bits) {
  size_t bytes = (offset + width + 7) / 8;
  unsigned __int128 word = 0, mask = width < 64 ? (uint64_t(1) << width) - 1
                                                : ~uint64_t(0);
  memcpy(&word, at, bytes);
  word = (word & ~(mask << offset)) | ((bits & mask) << offset);
  memcpy(at, &word, bytes);
}

/// "an exact integer from -128 to 127"
void describeRange(char *text, size_t size, unsigned width, bool isSigned) {
  if (isSigned)
    snprintf(text, size, "an exact integer from %lld to %lld",
             (long long)(width == 64 ? INT64_MIN : -(int64_t(1) << (width - 1))),
             (long long)(~uint64_t(0) >> 1 >> (64 - width)));
  else
    snprintf(text, size, "an exact integer from 0 to %llu",
             (unsigned long long)(~uint64_t(0) >> (64 - width)));
}

/// Value of the member of an enumeration.
bool memberValue(const NativeType *type, Value name, int64_t *value) {
  for (size_t i = 0; i < type->memberCount; ++i)
    if (type->members[i].name == name) {
      *value = type->members[i].value;
      return true;
    }
  return false;
}

bool integerBits(const NativeType *type, Value v, unsigned width,
                 uint64_t *bits, NativeFailure &failure) {
  const NativeScalarRow &row = nativeScalarRow(type->scalar);
  if (row.kind == NativeClass::Bool) {
    *bits = plc_is_true(v);
    return true;
  }
  bool isSigned = row.kind == NativeClass::Signed;
  if (type->shape == NativeShape::Enum && isSymbol(v)) {
    int64_t value;
    if (memberValue(type, v, &value)) {
      *bits = uint64_t(value);
      bool fits = width >= 64 ||
                  (isSigned ? value >= -(INT64_C(1) << (width - 1)) &&
                                  value < INT64_C(1) << (width - 1)
                            : uint64_t(value) < UINT64_C(1) << width);
      return fits || failure.cannotHold(
                         type, "a member whose value fits the bit-field");
    }
    char text[400] = "a member of it: ";
    for (size_t i = 0; i < type->memberCount && strlen(text) < 300; ++i) {
      char name[80];
      strcat(text, i ? ", " : "");
      strncat(text, symbolText(type->members[i].name, name, sizeof name), 79);
    }
    return failure.cannotHold(type, text);
  }
  if (plc_is_char(v) && row.bytes == 1 && plc_char_code(v) < 256) {
    *bits = plc_char_code(v);
    return true;
  }
  if (bitsOf(v, width, isSigned, bits))
    return true;
  char text[120];
  describeRange(text, sizeof text, width, isSigned);
  return failure.cannotHold(type, text);
}

//===--- Floats -----------------------------------------------------------===//

Value complexValue(Context *ctx, double re, double im) {
  return makeComplex(ctx, makeFlonum(ctx, re), makeFlonum(ctx, im));
}

Value loadScalar(Context *ctx, NativeScalar scalar, const char *at) {
  const NativeScalarRow &row = nativeScalarRow(scalar);
  switch (row.kind) {
  case NativeClass::Void:
    return PLC_UNSPECIFIED;
  case NativeClass::Bool:
    return plc_bool(*at != 0);
  case NativeClass::Signed:
  case NativeClass::Unsigned:
    return integerValue(ctx, loadBits(at, 0, row.bytes * 8u), row.bytes * 8u,
                        row.kind == NativeClass::Signed);
  case NativeClass::Float: {
    if (scalar == NativeScalar::Float32) {
      float f;
      memcpy(&f, at, sizeof f);
      return makeFlonum(ctx, double(f));
    }
    if (scalar == NativeScalar::Float80) {
      long double f;
      memcpy(&f, at, sizeof f);
      return makeFlonum(ctx, double(f));
    }
    double f;
    memcpy(&f, at, sizeof f);
    return makeFlonum(ctx, f);
  }
  case NativeClass::Complex: {
    if (scalar == NativeScalar::Complex64) {
      float f[2];
      memcpy(f, at, sizeof f);
      return complexValue(ctx, double(f[0]), double(f[1]));
    }
    double f[2];
    memcpy(f, at, sizeof f);
    return complexValue(ctx, f[0], f[1]);
  }
  }
  __builtin_unreachable();
}

bool storeFloat(const NativeType *type, char *at, Value v,
                NativeFailure &failure) {
  if (!isReal(v))
    return failure.cannotHold(type, "a real number");
  double d = realToDouble(v);
  if (type->scalar == NativeScalar::Float32) {
    float f = float(d);
    memcpy(at, &f, sizeof f);
  } else if (type->scalar == NativeScalar::Float80) {
    long double f = d;
    memcpy(at, &f, 10); // the rest is padding
  } else {
    memcpy(at, &d, sizeof d);
  }
  return true;
}

bool storeComplex(const NativeType *type, char *at, Value v,
                  NativeFailure &failure) {
  if (!isNumber(v))
    return failure.cannotHold(type, "a number");
  double re = realToDouble(realPart(v)), im = realToDouble(imagPart(v));
  if (type->scalar == NativeScalar::Complex64) {
    float f[2] = {float(re), float(im)};
    memcpy(at, f, sizeof f);
  } else {
    double f[2] = {re, im};
    memcpy(at, f, sizeof f);
  }
  return true;
}

//===--- Pointers ---------------------------------------------------------===//

bool isVoid(Value name) {
  char text[16];
  return isSymbol(name) &&
         strcmp(symbolText(name, text, sizeof text), "void") == 0;
}

/// "char" and its relatives, which stand for one another.
bool isCharacter(Value name) {
  char text[32];
  if (!isSymbol(name))
    return false;
  symbolText(name, text, sizeof text);
  return strcmp(text, "char") == 0 || strcmp(text, "signed char") == 0 ||
         strcmp(text, "unsigned char") == 0;
}

/// True if the elements of a homogeneous vector are those of a scalar.
bool elementFits(Value vector, const NativeType *pointee) {
  if (!pointee || pointee->shape != NativeShape::Scalar)
    return false;
  const NativeScalarRow &row = nativeScalarRow(pointee->scalar);
  switch (plc_element_of(vector)) {
#define PLC_ELEMENT(Name, Number, CType, Bytes)                                \
  case PLC_ELEMENT_##Name:                                                     \
    return row.bytes == Bytes &&                                               \
           row.kind == (std::is_floating_point_v<CType> ? NativeClass::Float   \
                        : std::is_signed_v<CType> ? NativeClass::Signed        \
                                                  : NativeClass::Unsigned);
#include "plc/elements.def"
  }
  return false;
}

/// NUL-terminated UTF-8 in memory that a block owns; 0, and why, if there are
/// NULs inside.
Value textBlock(Context *ctx, Value string, const NativeType *type,
                NativeFailure &failure) {
  size_t bytes;
  char *utf8 = toUtf8(ctx, string, &bytes);
  if (strlen(utf8) != bytes) {
    free(utf8);
    failure.cannotHold(type, "a string without #\\null");
    return 0;
  }
  static const NativeType *character;
  if (!character)
    character = findNativeType(ctx, intern(ctx, "char"));
  Value memory = newNative(ctx, character, character->name, bytes + 1);
  memcpy(pointerAddress(memory), utf8, bytes);
  free(utf8);
  return memory;
}

bool storeAddress(char *at, const void *address) {
  memcpy(at, &address, sizeof address);
  return true;
}

/// How C calls what a pointer points to.
const char *spelledName(Context *ctx, Value name, char *buffer, size_t size) {
  const NativeType *type = findNativeType(ctx, name);
  if (!type || type->shape != NativeShape::Function)
    return symbolText(name, buffer, size);
  snprintf(buffer, size, "%s", nativeTypeName(type));
  return buffer;
}

bool storePointer(Context *ctx, const NativeType *type, char *at, Value v,
                  Value *kept, NativeFailure &failure) {
  if (v == PLC_NIL || v == PLC_UNDEFINED)
    return storeAddress(at, nullptr);
  bool isText = type->shape == NativeShape::Text;
  Value name = isText ? intern(ctx, "char") : type->name;
  if (isPointer(v)) {
    if (isFreed(v)) {
      failure.status = PLC_E_RANGE;
      snprintf(failure.text, sizeof failure.text,
               "this memory was given back by c:free");
      return false;
    }
    if (pointerType(v) == intern(ctx, kReleasedCallback) ||
        isReleasedUse(ctx, v)) {
      failure.status = PLC_E_RANGE;
      snprintf(failure.text, sizeof failure.text,
               "this callback was given back by c:release");
      return false;
    }
    if (!pointerFits(ctx, pointerType(v), name)) {
      char have[200], a[200], b[200];
      spelledName(ctx, name, a, sizeof a);
      spelledName(ctx, pointerType(v), b, sizeof b);
      snprintf(have, sizeof have, "a pointer to `%.80s`, not to `%.80s`", a, b);
      return failure.cannotHold(type, have);
    }
    *kept = v;
    return storeAddress(at, pointerAddress(v));
  }
  const NativeType *target = isText ? nullptr : findNativeType(ctx, name);
  if (plc_is_procedure(v) && target &&
      target->shape == NativeShape::Function) {
    *kept = nativeCallback(ctx, target->signature, v);
    return storeAddress(at, pointerAddress(*kept));
  }
  bool isBytes = isVoid(name) || isCharacter(name);
  if (isString(v) && isBytes && (isText || type->isConst)) {
    Value memory = textBlock(ctx, v, type, failure);
    if (!memory)
      return false;
    *kept = memory;
    return storeAddress(at, pointerAddress(memory));
  }
  const NativeType *pointee = findNativeType(ctx, name);
  bool isInteger = pointee && pointee->shape == NativeShape::Scalar &&
                   nativeScalarRow(pointee->scalar).kind != NativeClass::Void;
  bool isVector = (plc_is_kind(v, PLC_KIND_BYTEVECTOR) && (isBytes || isInteger)) ||
                  (plc_is_kind(v, PLC_KIND_NUMVECTOR) &&
                   (isVoid(name) || elementFits(v, pointee)));
  if (isVector) {
    // Literals lie outside of the heap, where nothing can be written.
    if (!isText && !type->isConst && !inHeap(ctx, v) &&
        plc_header_length(plc_header(v)) > 0)
      return failure.cannotHold(
          type, "memory that may be changed: a copy of a constant");
    *kept = v;
    return storeAddress(at, plc_fields(v));
  }
  return failure.cannotHold(
      type, isText ? "a string, a pointer, a bytevector or nil"
            : target && target->shape == NativeShape::Function
                ? "a procedure, a pointer to such a function or nil"
                   : "a pointer, a vector of such elements or nil");
}

/// The bytes of a homogeneous vector into an array of such elements.
bool copyElements(const NativePlace &place, Value v, NativeFailure &failure) {
  const NativeType *type = place.type, *element = elementOf(type->element);
  uint64_t size = element->size;
  bool fits = lengthOf(v) <= type->count * size &&
              (plc_is_kind(v, PLC_KIND_BYTEVECTOR) ? size == 1
                                                   : elementFits(v, element));
  if (!fits)
    return failure.cannotHold(type, "a vector of such elements, not longer");
  auto *from = reinterpret_cast<const char *>(plc_fields(v));
  if (element == type->element)
    memcpy(place.address, from, lengthOf(v));
  else
    for (uint64_t i = 0; i < lengthOf(v) / size; ++i)
      memcpy(place.address + int64_t(i) * stepOf(type->element), from + i * size,
             size);
  return true;
}

bool storeElements(Context *ctx, const NativePlace &place, Value v,
                   NativeFailure &failure) {
  const NativeType *type = place.type;
  if (isHomogeneous(v))
    return copyElements(place, v, failure);
  if (!plc_is_kind(v, PLC_KIND_VECTOR) || lengthOf(v) > type->count)
    return failure.cannotHold(type, "a vector, not longer");
  for (uint64_t i = 0; i < lengthOf(v); ++i) {
    NativePlace part{elementOf(type->element),
                     place.address + int64_t(i) * stepOf(type->element)};
    Value kept = PLC_FALSE;
    if (!storeNative(ctx, part, plc_fields(v)[i], &kept, failure))
      return false;
    if (kept != PLC_FALSE)
      return failure.cannotHold(type, "elements one by one: each pointer has to "
                                      "be kept alive");
  }
  return true;
}

/// Copies a record, or the elements of an array.
bool storeAggregate(Context *ctx, const NativePlace &place, Value v,
                    Value *aggregateKept, NativeFailure &failure) {
  const NativeType *type = place.type;
  if (type->shape == NativeShape::Array &&
      type->element->shape == NativeShape::Strided)
    return storeElements(ctx, place, v, failure);
  if (isPointer(v)) {
    // What its fields refer to.
    *aggregateKept = pointerKeeps(v);
    bool fits = type->shape == NativeShape::Record
                    ? pointerType(v) == type->name
                    : type->element->name == pointerType(v) &&
                          pointerBytes(v) <= int64_t(type->size);
    if (isFreed(v) || !fits)
      return failure.cannotHold(type, "a pointer to one of that type");
    int64_t bytes = pointerBytes(v);
    if (type->shape == NativeShape::Record && bytes >= 0 &&
        bytes < int64_t(type->size))
      return failure.cannotHold(type, "a pointer to a whole one");
    size_t count = type->shape == NativeShape::Array && bytes >= 0
                       ? size_t(bytes)
                       : size_t(type->size);
    memmove(place.address, pointerAddress(v), count);
    return true;
  }
  if (type->shape != NativeShape::Array)
    return failure.cannotHold(type, "a pointer to one of that type");
  const NativeType *element = type->element;
  // Text of an array of characters, with a NUL behind it if there is room.
  if (isString(v) && element->size == 1) {
    size_t bytes;
    char *utf8 = toUtf8(ctx, v, &bytes);
    bool fits = bytes <= type->size;
    if (fits) {
      memset(place.address, 0, type->size);
      memcpy(place.address, utf8, bytes);
    }
    free(utf8);
    return fits || failure.cannotHold(type, "a string of at most that length");
  }
  return storeElements(ctx, place, v, failure);
}

} // namespace

bool NativeFailure::cannotHold(const NativeType *type, const char *expected) {
  status = PLC_E_TYPE;
  snprintf(text, sizeof text, "`%.100s` takes %.340s", nativeTypeName(type),
           expected);
  return false;
}

/// `long` and `long long`: the same numbers in the same memory.
static bool areAlike(const NativeType *a, const NativeType *b) {
  if (!a || !b || a->shape != NativeShape::Scalar ||
      b->shape != NativeShape::Scalar)
    return false;
  const NativeScalarRow &x = nativeScalarRow(a->scalar);
  const NativeScalarRow &y = nativeScalarRow(b->scalar);
  return x.kind == y.kind && x.bytes == y.bytes;
}

bool pointerFits(Context *ctx, Value have, Value want) {
  if (have == want || isVoid(have) || (isCharacter(have) && isCharacter(want)))
    return true;
  const NativeType *type = findNativeType(ctx, have);
  // C would run over the gaps.
  if (isVoid(want))
    return !type || type->shape != NativeShape::Strided;
  return areAlike(type, findNativeType(ctx, want));
}

Value textOfNative(Context *ctx, const char *text) {
  return text ? makeString(ctx, text) : PLC_NIL;
}

Value loadNative(Context *ctx, const NativePlace &place) {
  const NativeType *type = place.type;
  const char *at = place.address;
  if (place.bitWidth) {
    const NativeScalarRow &row = nativeScalarRow(type->scalar);
    uint64_t bits = loadBits(at, place.bitOffset, place.bitWidth);
    if (row.kind == NativeClass::Bool)
      return plc_bool(bits != 0);
    return integerValue(ctx, bits, place.bitWidth,
                        row.kind == NativeClass::Signed);
  }
  switch (type->shape) {
  case NativeShape::Scalar:
  case NativeShape::Enum:
    return loadScalar(ctx, type->scalar, at);
  case NativeShape::Text: {
    const char *text;
    memcpy(&text, at, sizeof text);
    return textOfNative(ctx, text);
  }
  case NativeShape::Pointer: {
    const char *address;
    memcpy(&address, at, sizeof address);
    return makePointer(ctx, address, type->name, PLC_FALSE, -1);
  }
  case NativeShape::Array:
    // A flexible array member: nobody knows how many there are.
    return makePointer(ctx, at, type->element->name, place.keeps,
                       type->size ? int64_t(type->size) : -1);
  case NativeShape::Record:
    return makePointer(ctx, at, type->name, place.keeps, int64_t(type->size));
  case NativeShape::Strided:
  case NativeShape::Function:
  case NativeShape::Opaque:
    return makePointer(ctx, at, type->name, place.keeps, -1);
  }
  __builtin_unreachable();
}

bool storeNative(Context *ctx, const NativePlace &place, Value v, Value *kept,
                 NativeFailure &failure) {
  const NativeType *type = place.type;
  switch (type->shape) {
  case NativeShape::Scalar: {
    NativeClass kind = nativeScalarRow(type->scalar).kind;
    if (kind == NativeClass::Float)
      return storeFloat(type, place.address, v, failure);
    if (kind == NativeClass::Complex)
      return storeComplex(type, place.address, v, failure);
    if (kind == NativeClass::Void)
      return failure.cannotHold(type, "no value");
    [[fallthrough]];
  }
  case NativeShape::Enum: {
    unsigned width = place.bitWidth ? place.bitWidth : unsigned(type->size) * 8;
    uint64_t bits;
    if (!integerBits(type, v, width, &bits, failure))
      return false;
    storeBits(place.address, place.bitOffset, width, bits);
    return true;
  }
  case NativeShape::Text:
  case NativeShape::Pointer:
    return storePointer(ctx, type, place.address, v, kept, failure);
  case NativeShape::Array:
  case NativeShape::Record:
    return storeAggregate(ctx, place, v, kept, failure);
  case NativeShape::Strided:
  case NativeShape::Function:
  case NativeShape::Opaque:
    return failure.cannotHold(type, "no value: what is in it is not known");
  }
  __builtin_unreachable();
}

Value nativeText(Context *ctx, Value string) {
  StringView text(string);
  size_t bytes = utf8Size(text, 0, text.length);
  Value copy = allocateBytes(ctx, PLC_KIND_BYTEVECTOR, 0, bytes + 1);
  char *start = reinterpret_cast<char *>(plc_fields(copy)), *out = start;
  if (!text.isWide && bytes == text.length) {
    memcpy(start, text.narrow, bytes);
    out += bytes;
  } else {
    for (size_t i = 0; i < text.length; ++i)
      out = encodeUtf8(out, text[i]);
  }
  *out = 0;
  return memchr(start, 0, bytes) ? Value(0) : copy;
}

bool storeNativeArgument(Context *ctx, const NativePlace &place, Value v,
                         Value *kept, NativeFailure &failure) {
  const NativeType *type = place.type;
  bool takesText = type->shape == NativeShape::Text ||
                   (type->shape == NativeShape::Pointer && type->isConst &&
                    (isVoid(type->name) || isCharacter(type->name)));
  if (!isString(v) || !takesText)
    return storeNative(ctx, place, v, kept, failure);
  Value text = nativeText(ctx, v);
  if (!text)
    return failure.cannotHold(type, "a string without #\\null");
  *kept = text;
  return storeAddress(place.address, plc_fields(text));
}

bool storeRecordArgument(Context *ctx, const NativePlace &place, Value v,
                         Value *kept, NativeFailure &failure) {
  if (!storeNativeArgument(ctx, place, v, kept, failure))
    return false;
  const NativeType *record = findNativeType(ctx, place.type->name);
  if (isPointer(v) && (pointerBytes(v) < 0 || !record ||
                       pointerBytes(v) >= int64_t(record->size)))
    return true;
  return failure.cannotHold(place.type, "a pointer to a whole one");
}

} // namespace plc::rt
