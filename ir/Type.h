//===- Type.h - types of IR values ------------------------------*- C++ -*-===//
//
// A small lattice; see Types.def.
//
//===----------------------------------------------------------------------===//
#ifndef PLC_IR_TYPE_H
#define PLC_IR_TYPE_H

#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <optional>

namespace plc::ir {

enum class Representation : uint8_t { Tagged, Double, Bit, Nothing };

enum class Type : uint8_t {
#define TYPE(Id, Spelling, Representation, Parent, Doc) Id,
#include "ir/Types.def"
};

llvm::StringRef spelling(Type type);
std::optional<Type> parseType(llvm::StringRef spelling);
Representation representation(Type type);
inline bool isTagged(Type type) {
  return representation(type) == Representation::Tagged;
}
/// Values of the type are the same (eqv?) exactly if their words are.
bool hasIdentity(Type type);
/// Values of the type are equal? exactly if their words are the same.
bool isAtomic(Type type);
/// The next more general type (itself for the roots).
Type parent(Type type);
/// A value of type `type` may stand where `wanted` is expected.
bool isSubtype(Type type, Type wanted);
/// Least type above both; None when the representations differ.
Type join(Type a, Type b);

} // namespace plc::ir
#endif // PLC_IR_TYPE_H
