//===- NativeSignature.h - signatures of native functions -------*- C++ -*-===//
//
// The text of a signature (plc/native.h) taken apart, and which IR types its
// values have on the Lisp side.
//
//===----------------------------------------------------------------------===//
#ifndef PLC_IR_NATIVESIGNATURE_H
#define PLC_IR_NATIVESIGNATURE_H

#include "ir/Type.h"
#include "plc/native_scalars.h"

#include "llvm/ADT/StringRef.h"

#include <optional>
#include <string>
#include <vector>

namespace plc::ir {

using plc::NativeClass;
using plc::NativeScalar;

struct NativeType {
  enum Kind : uint8_t { Scalar, Text, Pointer, Enum, Function, Record, Lisp };
  Kind kind = Scalar;
  NativeScalar scalar = NativeScalar::Void; ///< of Scalar, Enum
  bool isConst = false;                     ///< Pointer
  /// Of Pointer what it points to; of Enum and Record their name; of Function
  /// the signature.
  std::string name;

  NativeClass scalarClass() const;
  unsigned bytes() const;
  bool isVoid() const {
    return kind == Scalar && scalar == NativeScalar::Void;
  }
  bool isInteger() const {
    return kind == Enum ||
           (kind == Scalar && (scalarClass() == NativeClass::Signed ||
                               scalarClass() == NativeClass::Unsigned));
  }
  /// A double or a float; not a long double.
  bool isReal() const {
    return kind == Scalar && (scalar == NativeScalar::Float32 ||
                              scalar == NativeScalar::Float64);
  }
};

struct NativeSignature {
  NativeType result;
  std::vector<NativeType> parameters;
  bool isVariadic = false;
  /// A call may wait for other threads, which may run Lisp meanwhile.
  bool isBlocking = false;
  bool accepts(size_t count) const {
    return isVariadic ? count >= parameters.size() : count == parameters.size();
  }
};

/// Nothing if the text is no signature.
std::optional<NativeSignature> parseNativeSignature(llvm::StringRef text);
/// As it stands in a signature.
std::string nativeTypeText(const NativeType &type);
/// The type of the Lisp value that stands for a result.
Type nativeResultType(const NativeType &type);

} // namespace plc::ir
#endif // PLC_IR_NATIVESIGNATURE_H
