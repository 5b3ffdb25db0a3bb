//===- NativeRows.cpp - types that a unit makes known to the runtime ------===//

#include "frontend/NativeRows.h"

using namespace plc::ir;
using plc::native::Type;
using plc::native::TypeId;
using plc::native::TypeKind;

namespace plc::frontend {

std::string nativePlaceText(const native::Module &module, TypeId id) {
  const Type &type = module.types[id];
  auto named = [&](TypeId other) {
    // "n<NAME>" is the text of a record as well as of any name.
    std::string text = nativeTypeText(module, other);
    const Type &t = module.types[other];
    if (t.kind == TypeKind::Record)
      return "n" + text.substr(1);
    std::string name = "n<";
    for (char c : t.name) {
      if (c == '<' || c == '>' || c == '\\')
        name += '\\';
      name += c;
    }
    return name + ">";
  };
  if (type.kind == TypeKind::Array)
    return "[" + std::to_string(type.count) + "]" + named(type.element);
  if (type.kind == TypeKind::Record)
    return named(id);
  return nativeTypeText(module, id);
}

Datum *NativeRows::list(llvm::ArrayRef<Datum *> items) {
  Datum *result = data.make(DatumKind::Null);
  for (size_t i = items.size(); i-- > 0;)
    result = data.pair(items[i], result);
  return result;
}

Datum *NativeRows::symbol(llvm::StringRef name) {
  return data.symbol(data.symbols().intern(name));
}

/// Known to the runtime from its spelling.
static bool isKnownName(llvm::StringRef name) {
#define NATIVE_NAME(Spelling, Scalar)                                          \
  if (name == Spelling)                                                        \
    return true;
#include "plc/native_names.def"
  return false;
}

static std::string placeOf(const native::Module &module, TypeId id) {
  for (const native::TypeName &name : module.typeNames)
    if (name.type == id && name.origin.line)
      return name.origin.file + ":" + std::to_string(name.origin.line);
  return module.name;
}

void NativeRows::addUse(const native::Module &module, TypeId id) {
  if (!used.insert({&module, id}).second)
    return;
  const Type &type = module.types[id];
  switch (type.kind) {
  case TypeKind::Pointer:
    if (module.types[type.element].kind == TypeKind::Function)
      return addUse(module, type.element);
    [[fallthrough]];
  case TypeKind::Array:
    return addNamed(module, type.element);
  case TypeKind::Function:
    addUse(module, type.result);
    for (const native::Parameter &parameter : type.parameters)
      addUse(module, parameter.type);
    return;
  case TypeKind::Record:
  case TypeKind::Enum:
    return addNamed(module, id);
  default:
    return;
  }
}

void NativeRows::addFields(const native::Module &module, const Type &record,
                           uint64_t bitOffset,
                           llvm::SmallVectorImpl<Datum *> &parts) {
  for (const native::Field &field : record.fields) {
    uint64_t offset = bitOffset + field.bitOffset;
    const Type &type = module.types[field.type];
    if (field.name.empty()) {
      if (type.kind == TypeKind::Record)
        addFields(module, type, offset, parts);
      continue;
    }
    addUse(module, field.type);
    parts.push_back(
        list({symbol(field.name),
              data.string(nativePlaceText(module, field.type)),
              data.fixnum(int64_t(offset)), data.fixnum(field.bitWidth)}));
  }
}

void NativeRows::addRecord(const native::Module &module, TypeId id) {
  const Type &type = module.types[id];
  llvm::SmallVector<Datum *, 16> parts{symbol(type.name)};
  if (!type.isComplete) {
    parts.push_back(symbol("opaque"));
    parts.push_back(data.string(placeOf(module, id)));
    rows.push_back(list(parts));
    return;
  }
  parts.push_back(symbol("record"));
  parts.push_back(data.string(placeOf(module, id)));
  parts.push_back(data.fixnum(int64_t(type.size)));
  parts.push_back(data.fixnum(int64_t(type.align)));
  parts.push_back(data.boolean(type.isUnion));
  addFields(module, type, 0, parts);
  rows.push_back(list(parts));
}

void NativeRows::addNamed(const native::Module &module, TypeId id) {
  if (!seen.insert({&module, id}).second)
    return;
  const Type &type = module.types[id];
  switch (type.kind) {
  case TypeKind::Record:
    return addRecord(module, id);
  case TypeKind::Enum: {
    // As text: 10^5 members would be as many symbols and relocations.
    std::string members;
    for (const native::EnumMember &member : type.members)
      members += member.name + " " + std::to_string(member.value) + " ";
    rows.push_back(
        list({symbol(type.name), symbol("enum"), data.string(placeOf(module, id)),
              data.string(nativeTypeText(module, type.element)),
              data.string(members)}));
    return;
  }
  case TypeKind::Function:
    return addUse(module, id);
  case TypeKind::Pointer:
  case TypeKind::Array:
    addUse(module, id);
    break;
  default:
    if (isKnownName(type.name))
      return;
  }
  rows.push_back(list(
      {symbol(type.name), data.string(nativePlaceText(module, id))}));
}

Datum *NativeRows::take() {
  Datum *vector = data.make(DatumKind::Vector);
  vector->elements = data.array(rows.size());
  llvm::copy(rows, vector->elements.begin());
  rows.clear();
  return vector;
}

} // namespace plc::frontend
