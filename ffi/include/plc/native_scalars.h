//===- native_scalars.h - scalar types of native code -----------*- C++ -*-===//
//
// The rows of native_types.def as the compiler and the runtime have them.
//
//===----------------------------------------------------------------------===//
#ifndef PLC_NATIVE_SCALARS_H
#define PLC_NATIVE_SCALARS_H

#include <cstdint>

namespace plc {

enum class NativeScalar : uint8_t {
#define NATIVE_SCALAR(Id, Spelling, CType, Bytes, Class) Id,
#include "plc/native_types.def"
};

/// The column Class.
enum class NativeClass : uint8_t { Void, Bool, Signed, Unsigned, Float, Complex };

} // namespace plc
#endif // PLC_NATIVE_SCALARS_H
