//===- NativeTypes.h - types of native code at run time ---------*- C++ -*-===//
//
// What a pointer points to is known by the symbol in it: records, enumerations
// and functions are registered under their names when a unit starts that can
// reach them; scalars, pointers and arrays are known from their spelling. Types
// live for ever.
//
// The text of a type is that of a signature (plc/native.h) or, for arrays,
// `[COUNT]` before the type of an element; `n<NAME>` is the type of a name.
//
//===----------------------------------------------------------------------===//
#ifndef PLC_RUNTIME_NATIVETYPES_H
#define PLC_RUNTIME_NATIVETYPES_H

#include "plc/native_scalars.h"
#include "stdlib/runtime/Runtime.h"

namespace plc::rt {

using plc::NativeClass;
using plc::NativeScalar;
struct NativeScalarRow {
  const char *spelling;
  const char *name; ///< as C has it
  uint8_t bytes;
  NativeClass kind;
};
const NativeScalarRow &nativeScalarRow(NativeScalar scalar);

enum class NativeShape : uint8_t {
  Scalar,
  Text,     ///< const char *
  Pointer,  ///< `name` is what it points to
  Enum,     ///< `scalar` of this width
  Function, ///< the function itself; a pointer to one is a Pointer
  Record,
  Array,
  /// Elements with gaps, in memory that another runtime shares. PointerBytes of a
  /// pointer to them counts elements.
  Strided,
  Opaque ///< declared, but not what is in it
};

struct NativeType;

struct NativeField {
  Value name; ///< symbol
  const NativeType *type;
  uint64_t bitOffset;
  uint32_t bitWidth; ///< of a bit-field, else 0
};

struct NativeMember {
  Value name; ///< symbol
  int64_t value;
};

/// Symbols never move, so these may lie in memory of C.
struct NativeType {
  NativeShape shape = NativeShape::Opaque;
  NativeScalar scalar = NativeScalar::Void;
  bool isUnion = false;
  bool isConst = false; ///< Pointer: to const
  uint64_t size = 0, align = 1;
  Value name = PLC_FALSE; ///< symbol
  uint64_t count = 0;     ///< Array
  int64_t pitch = 0;      ///< Strided: bytes from one to the next, may be <= 0
  const NativeType *element = nullptr; ///< Array, Strided
  NativeField *fields = nullptr;
  size_t fieldCount = 0;
  NativeMember *members = nullptr;
  size_t memberCount = 0;
  const char *signature = nullptr; ///< Function
  const char *place = "";          ///< "zlib.h:85", for messages
};

/// In the name of a Strided type, before its pitch: "double step 24".
inline constexpr char kStepOfType[] = " step ";

/// \{ What a pointer to this type points to: the type of an element and the bytes
/// from one to the next.
inline const NativeType *elementOf(const NativeType *pointee) {
  return pointee->shape == NativeShape::Strided ? pointee->element : pointee;
}
inline int64_t stepOf(const NativeType *pointee) {
  return pointee->shape == NativeShape::Strided ? pointee->pitch
                                                : int64_t(pointee->size);
}
/// \}
/// How many elements lie in so many bytes; what has none lies in none.
inline int64_t countIn(const NativeType *pointee, int64_t bytes) {
  return pointee->size ? bytes / int64_t(pointee->size) : 0;
}
/// What Buffers.cpp makes of an array of no dimensions: one element, no step.
inline bool hasNoDimension(const NativeType *pointee, int64_t bytes) {
  return pointee->shape == NativeShape::Strided && pointee->pitch == 0 &&
         bytes == 1 && pointee->element->shape == NativeShape::Scalar;
}

/// The type that a symbol names; null if nothing is known of it.
const NativeType *findNativeType(Context *ctx, Value name);
/// The type of a text that the compiler wrote.
const NativeType *nativeTypeOfText(Context *ctx, const char *text);
/// The field of a record; `-` in the name may stand for `_`. Fields of anonymous
/// records stand among those of the outer one.
const NativeField *findNativeField(Context *ctx, const NativeType *record,
                                   Value name);
/// Where the type ends that begins here in the text of a signature.
const char *endOfNativeType(const char *text);
/// Name of a type for messages, valid until the next call.
const char *nativeTypeName(const NativeType *type);
/// Text of a symbol in a buffer of the caller, cut to fit.
const char *symbolText(Value symbol, char *buffer, size_t size);

} // namespace plc::rt
#endif // PLC_RUNTIME_NATIVETYPES_H
