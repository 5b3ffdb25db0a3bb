//===- Type.cpp - types of IR values --------------------------------------===//

#include "ir/Type.h"

namespace plc::ir {

namespace {
struct TypeRow {
  const char *spelling;
  Representation representation;
  Type parent;
};
constexpr TypeRow rows[] = {
#define TYPE(Id, Spelling, Rep, Parent, Doc)                                   \
  {Spelling, Representation::Rep, Type::Parent},
#include "ir/Types.def"
};
const TypeRow &row(Type type) { return rows[static_cast<size_t>(type)]; }
} // namespace

llvm::StringRef spelling(Type type) { return row(type).spelling; }

std::optional<Type> parseType(llvm::StringRef spelling) {
  for (size_t i = 0; i < std::size(rows); ++i)
    if (spelling == rows[i].spelling)
      return static_cast<Type>(i);
  return std::nullopt;
}

Representation representation(Type type) { return row(type).representation; }

Type parent(Type type) { return row(type).parent; }

bool isSubtype(Type type, Type wanted) {
  while (type != wanted) {
    Type above = parent(type);
    if (above == type)
      return false;
    type = above;
  }
  return true;
}

Type join(Type a, Type b) {
  if (representation(a) != representation(b))
    return Type::None;
  while (!isSubtype(b, a))
    a = parent(a);
  return a;
}

bool hasIdentity(Type type) {
  switch (type) {
  case Type::Any:
  case Type::Number:
  case Type::Real:
    return false;
  default:
    return isTagged(type);
  }
}

bool isAtomic(Type type) {
  switch (type) {
  case Type::Fixnum:
  case Type::Boolean:
  case Type::Char:
  case Type::Null:
  case Type::Symbol:
  case Type::Procedure:
  case Type::Unspecified:
    return true;
  default:
    return false;
  }
}

} // namespace plc::ir
