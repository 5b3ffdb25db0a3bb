//===- NumVectors.cpp - homogeneous vectors, SRFI 160 ----------------------===//
//
// The rows of Primitives.def differ in the element type only; they are made
// from plc/elements.def by templates. u8vectors are bytevectors
// (Bytevectors.cpp).
//
//===----------------------------------------------------------------------===//

#include "stdlib/runtime/NumVectors.h"
#include "stdlib/runtime/Number.h"
#include "stdlib/runtime/Text.h"

#include <cstdio>
#include <limits>
#include <type_traits>

namespace plc::rt {

ElementName::ElementName(plc_element element, const char *prefix,
                         const char *suffix) {
  static const char *const kNames[] = {
#define PLC_ELEMENT(Name, Number, CType, Bytes) #Name,
#include "plc/elements.def"
  };
  const char *name = kNames[element];
  snprintf(text, sizeof text, "%s%c%s%s", prefix, name[0] - 'A' + 'a',
           name + 1, suffix);
}

namespace {

template <class T> constexpr plc_element elementOf() {
#define PLC_ELEMENT(Name, Number, CType, Bytes)                                \
  if constexpr (std::is_same_v<T, CType>)                                      \
    return PLC_ELEMENT_##Name;
#include "plc/elements.def"
}

bool isNumVector(Value v, plc_element element) {
  return plc_is_kind(v, PLC_KIND_NUMVECTOR) && plc_element_of(v) == element;
}

/// Converts to T; false if T cannot hold it.
template <class T> bool toElement(Value v, T *result) {
  if constexpr (std::is_floating_point_v<T>) {
    if (!isReal(v))
      return false;
    *result = T(realToDouble(v));
    return true;
  } else {
    if (plc_is_fixnum(v)) {
      int64_t n = plc_fixnum_value(v);
      *result = T(n);
      if constexpr (sizeof(T) == 8)
        return std::is_signed_v<T> || n >= 0;
      else
        return n >= int64_t(std::numeric_limits<T>::min()) &&
               n <= int64_t(std::numeric_limits<T>::max());
    }
    if constexpr (sizeof(T) == 8) {
      if (!isExactInteger(v))
        return false;
      IntView a(v);
      if (a.size != 1)
        return false;
      uint64_t m = a.limbs[0];
      *result = T(a.negative ? 0 - m : m);
      if constexpr (std::is_signed_v<T>)
        return m <= uint64_t(std::numeric_limits<T>::max()) + a.negative;
      else
        return !a.negative;
    }
    return false;
  }
}

template <class T> Value fromElement(Context *ctx, T element) {
  if constexpr (std::is_floating_point_v<T>)
    return makeFlonum(ctx, double(element));
  else if constexpr (std::is_same_v<T, uint64_t>)
    return makeUnsigned(ctx, element);
  else
    return makeInteger(ctx, int64_t(element));
}

[[noreturn]] void cannotHold(Context *ctx, const char *who, int position,
                             plc_element element, Value v) {
  wrongType(ctx, who, position, ElementName(element, "a number that fits ",
                                            "").text, v);
}

/// Address of element `index` of a checked vector.
template <class T> char *elementAt(Value vector, size_t index) {
  return reinterpret_cast<char *>(plc_fields(vector)) + index * sizeof(T);
}

template <class T> bool tryStore(Value vector, size_t index, Value number) {
  T element;
  if (!toElement(number, &element))
    return false;
  memcpy(elementAt<T>(vector, index), &element, sizeof element);
  return true;
}
template <class T>
void storeElement(Context *ctx, const char *who, int position, Value vector,
                  size_t index, Value number) {
  if (!tryStore<T>(vector, index, number))
    cannotHold(ctx, who, position, elementOf<T>(), number);
}

template <class T> size_t lengthIn(Value vector) {
  return lengthOf(vector) / sizeof(T);
}

template <class T>
void checkVector(Context *ctx, const char *suffix, Value v) {
  if (!isNumVector(v, elementOf<T>()))
    wrongType(ctx, ElementName(elementOf<T>(), "", suffix).text, 1,
              ElementName(elementOf<T>(), "a homogeneous vector of ", "").text,
              v);
}

template <class T>
size_t checkElement(Context *ctx, const char *suffix, Value v, Value index) {
  checkVector<T>(ctx, suffix, v);
  auto length = int64_t(lengthIn<T>(v));
  if (plc_is_fixnum(index) && plc_fixnum_value(index) >= 0 &&
      plc_fixnum_value(index) < length)
    return size_t(plc_fixnum_value(index));
  ElementName who(elementOf<T>(), "", suffix);
  if (!plc_is_fixnum(index))
    wrongType(ctx, who.text, 2, "an index", index);
  outOfRange(ctx, who.text, index, length);
}

template <class T> Value make(Context *ctx, Value length, Value fill) {
  ElementName who(elementOf<T>(), "make-", "vector");
  auto n = size_t(checkLength(ctx, who.text, length, int64_t(1) << 37));
  Value v = makeNumVector(ctx, elementOf<T>(), n);
  if (fill == PLC_DEFAULT)
    return v;
  T element;
  if (!toElement(fill, &element))
    cannotHold(ctx, who.text, 2, elementOf<T>(), fill);
  for (size_t i = 0; i < n; ++i)
    memcpy(elementAt<T>(v, i), &element, sizeof element);
  return v;
}

template <class T>
Value fromArguments(Context *ctx, int64_t argc, const Value *argv) {
  ElementName who(elementOf<T>(), "", "vector");
  Value v = makeNumVector(ctx, elementOf<T>(), size_t(argc));
  for (int64_t i = 0; i < argc; ++i)
    storeElement<T>(ctx, who.text, int(i) + 1, v, size_t(i), argv[i]);
  return v;
}

template <class T> Value length(Context *ctx, Value v) {
  checkVector<T>(ctx, "vector-length", v);
  return plc_fixnum(int64_t(lengthIn<T>(v)));
}

template <class T> Value ref(Context *ctx, Value v, Value index) {
  size_t i = checkElement<T>(ctx, "vector-ref", v, index);
  T element;
  memcpy(&element, elementAt<T>(v, i), sizeof element);
  return fromElement(ctx, element);
}

template <class T> Value set(Context *ctx, Value v, Value index, Value n) {
  size_t i = checkElement<T>(ctx, "vector-set!", v, index);
  ElementName who(elementOf<T>(), "", "vector-set!");
  checkMutable(ctx, who.text, v);
  storeElement<T>(ctx, who.text, 3, v, i, n);
  return PLC_UNSPECIFIED;
}

} // namespace

size_t elementSize(plc_element element) {
  static constexpr uint8_t kSizes[] = {
#define PLC_ELEMENT(Name, Number, CType, Bytes) Bytes,
#include "plc/elements.def"
  };
  return kSizes[element];
}

uint64_t numVectorHeader(plc_element element, size_t length) {
  plc_kind kind = element == PLC_ELEMENT_U8 ? PLC_KIND_BYTEVECTOR
                                            : PLC_KIND_NUMVECTOR;
  unsigned flags = element == PLC_ELEMENT_U8 ? 0 : unsigned(element) << 1;
  return PLC_HEADER(kind, flags, length * elementSize(element));
}

Value makeNumVector(Context *ctx, plc_element element, size_t length) {
  size_t bytes = length * elementSize(element);
  uint64_t header = numVectorHeader(element, length);
  Value v = allocateBytes(ctx, plc_kind(plc_header_kind(header)),
                          unsigned(plc_header_flags(header)), bytes);
  memset(plc_fields(v), 0, bytes);
  return v;
}

bool numVectorStore(Value vector, plc_element element, size_t index,
                    Value number) {
  switch (element) {
#define PLC_ELEMENT(Name, Number, CType, Bytes)                                \
  case PLC_ELEMENT_##Name:                                                     \
    return tryStore<CType>(vector, index, number);
#include "plc/elements.def"
  }
  __builtin_unreachable();
}

extern "C" {

#define NUMBER_VECTOR_PRIMITIVES(Name, T)                                      \
  Value prim_##Name##VectorP(Context *, Value v) {                             \
    return plc_bool(isNumVector(v, PLC_ELEMENT_##Name));                       \
  }                                                                            \
  Value prim_Make##Name##Vector(Context *ctx, Value n, Value fill) {           \
    return make<T>(ctx, n, fill);                                              \
  }                                                                            \
  Value prim_##Name##Vector(Context *ctx, int64_t argc, const Value *argv) {   \
    return fromArguments<T>(ctx, argc, argv);                                  \
  }                                                                            \
  Value prim_##Name##VectorLength(Context *ctx, Value v) {                     \
    return length<T>(ctx, v);                                                  \
  }                                                                            \
  Value prim_##Name##VectorRef(Context *ctx, Value v, Value i) {               \
    return ref<T>(ctx, v, i);                                                  \
  }                                                                            \
  Value prim_##Name##VectorSet(Context *ctx, Value v, Value i, Value n) {      \
    return set<T>(ctx, v, i, n);                                               \
  }
NUMBER_VECTOR_PRIMITIVES(S8, int8_t)
NUMBER_VECTOR_PRIMITIVES(U16, uint16_t)
NUMBER_VECTOR_PRIMITIVES(S16, int16_t)
NUMBER_VECTOR_PRIMITIVES(U32, uint32_t)
NUMBER_VECTOR_PRIMITIVES(S32, int32_t)
NUMBER_VECTOR_PRIMITIVES(U64, uint64_t)
NUMBER_VECTOR_PRIMITIVES(S64, int64_t)
NUMBER_VECTOR_PRIMITIVES(F32, float)
NUMBER_VECTOR_PRIMITIVES(F64, double)
#undef NUMBER_VECTOR_PRIMITIVES

} // extern "C"
} // namespace plc::rt
