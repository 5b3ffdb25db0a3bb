//===- Types.cpp - C types to native types --------------------------------===//

#include "Types.h"

#include "Comments.h"

using plc::native::Type;
using plc::native::TypeId;
using plc::native::TypeKind;

namespace plc::cimport {

/// The type without typedefs, qualifiers and `_Atomic`, whose values are those
/// of the type in it (its size and place are the same for what calls pass).
static CXType bareType(CXType type) {
  CXType canonical = clang_getCanonicalType(type);
  if (canonical.kind == CXType_Atomic)
    canonical = clang_getCanonicalType(clang_Type_getValueType(canonical));
  return clang_getUnqualifiedType(canonical);
}

static uint64_t positive(long long value) {
  return value > 0 ? static_cast<uint64_t>(value) : 0;
}

std::optional<TypeTable::Scalar> TypeTable::scalarOf(CXType type) {
  switch (type.kind) {
  case CXType_Void:
    return Scalar{TypeKind::Void, "void"};
  case CXType_Bool:
    return Scalar{TypeKind::Bool, "bool"};
  case CXType_Char_S:
    return Scalar{TypeKind::Int8, "char"};
  case CXType_Char_U: // -funsigned-char
    return Scalar{TypeKind::UInt8, "char"};
  case CXType_SChar:
    return Scalar{TypeKind::Int8, "signed char"};
  case CXType_UChar:
    return Scalar{TypeKind::UInt8, "unsigned char"};
  case CXType_Short:
    return Scalar{TypeKind::Int16, "short"};
  case CXType_UShort:
    return Scalar{TypeKind::UInt16, "unsigned short"};
  case CXType_Int:
    return Scalar{TypeKind::Int32, "int"};
  case CXType_UInt:
    return Scalar{TypeKind::UInt32, "unsigned int"};
  case CXType_Long:
    return Scalar{TypeKind::Int64, "long"};
  case CXType_ULong:
    return Scalar{TypeKind::UInt64, "unsigned long"};
  case CXType_LongLong:
    return Scalar{TypeKind::Int64, "long long"};
  case CXType_ULongLong:
    return Scalar{TypeKind::UInt64, "unsigned long long"};
  case CXType_Float:
    return Scalar{TypeKind::Float32, "float"};
  case CXType_Double:
    return Scalar{TypeKind::Float64, "double"};
  case CXType_LongDouble:
    return Scalar{TypeKind::Float80, "long double"};
  case CXType_Complex: {
    CXType part = clang_getElementType(type);
    if (part.kind == CXType_Float)
      return Scalar{TypeKind::Complex64, "float _Complex"};
    if (part.kind == CXType_Double)
      return Scalar{TypeKind::Complex128, "double _Complex"};
    return std::nullopt;
  }
  default:
    return std::nullopt;
  }
}

TypeId TypeTable::make(const std::string &key, TypeKind kind, CXType type) {
  TypeId id = static_cast<TypeId>(types.size());
  known.emplace(key, id);
  Type &made = types.emplace_back();
  made.kind = kind;
  made.name = key;
  if (kind != TypeKind::Function && kind != TypeKind::Void) {
    made.size = positive(clang_Type_getSizeOf(type));
    made.align = positive(clang_Type_getAlignOf(type));
  }
  return id;
}

/// A record without fields: what has no type can still be pointed to.
TypeId TypeTable::addOpaque(CXType type) {
  std::string key = spelling(type);
  if (auto found = known.find(key); found != known.end())
    return found->second;
  TypeId id = make(key, TypeKind::Record, type);
  types[id].isComplete = types[id].size != 0;
  return id;
}

std::optional<TypeId> TypeTable::add(CXType type, std::string &reason) {
  return addAny(type, "", reason);
}

std::optional<TypeId> TypeTable::addParameter(CXType type,
                                              std::string &reason) {
  CXType canonical = clang_getCanonicalType(type);
  switch (canonical.kind) {
  case CXType_ConstantArray:
  case CXType_IncompleteArray:
  case CXType_VariableArray:
  case CXType_DependentSizedArray: {
    CXType element = clang_getArrayElementType(canonical);
    return addPointer(addPointee(element),
                      clang_isConstQualifiedType(element) != 0);
  }
  case CXType_FunctionProto:
  case CXType_FunctionNoProto:
    return addPointer(addPointee(canonical), false);
  default:
    break;
  }
  std::optional<TypeId> id = addAny(type, "", reason);
  if (id && types[*id].kind == TypeKind::Record && !types[*id].isComplete) {
    reason = "`" + types[*id].name + "` is incomplete";
    return std::nullopt;
  }
  return id;
}

TypeId TypeTable::addPointee(CXType type) {
  std::string reason;
  if (std::optional<TypeId> id = addAny(type, "", reason))
    return *id;
  return addOpaque(bareType(type));
}

TypeId TypeTable::addPointer(TypeId element, bool isConst) {
  const Type &target = types[element];
  std::string key;
  if (target.kind == TypeKind::Function) {
    // "int (const void *)" is pointed to by "int (*)(const void *)".
    size_t open = target.name.find('(');
    key = target.name;
    key.insert(open == std::string::npos ? key.size() : open, "(*)");
  } else {
    key = (isConst ? "const " : "") + target.name;
    key += key.back() == '*' ? "*" : " *";
    // A const pointer is pointed to.
    if (isConst && target.kind == TypeKind::Pointer)
      key = target.name + "const *";
  }
  if (auto found = known.find(key); found != known.end() &&
                                    types[found->second].element == element)
    return found->second;
  TypeId id = static_cast<TypeId>(types.size());
  known.insert_or_assign(key, id);
  Type &made = types.emplace_back();
  made.kind = TypeKind::Pointer;
  made.name = key;
  made.size = made.align = 8;
  made.element = element;
  made.isConst = isConst;
  return id;
}

std::optional<TypeId> TypeTable::addFunction(CXType type, CXCursor declaration,
                                             std::string &reason) {
  CXType canonical = clang_getCanonicalType(type);
  switch (clang_getFunctionTypeCallingConv(canonical)) {
  case CXCallingConv_Default:
  case CXCallingConv_C:
  case CXCallingConv_X86_64SysV:
    break;
  default:
    reason = "its calling convention is not that of C";
    return std::nullopt;
  }
  CXType resultType = clang_getResultType(canonical);
  std::optional<TypeId> result = addAny(resultType, "", reason);
  if (!result) {
    reason = "its result: " + reason;
    return std::nullopt;
  }
  if (types[*result].kind == TypeKind::Record && !types[*result].isComplete) {
    reason = "its result: `" + types[*result].name + "` is incomplete";
    return std::nullopt;
  }
  bool isNamed = !clang_Cursor_isNull(declaration);
  int count = clang_getNumArgTypes(canonical);
  std::vector<native::Parameter> parameters;
  for (int i = 0; i < count; ++i) {
    std::optional<TypeId> parameter =
        addParameter(clang_getArgType(canonical, i), reason);
    std::string name;
    if (isNamed)
      name = spelling(clang_Cursor_getArgument(declaration, i));
    if (!parameter) {
      reason = "its parameter " + std::to_string(i + 1) +
               (name.empty() ? "" : " (`" + name + "`)") + ": " + reason;
      return std::nullopt;
    }
    parameters.push_back({name, *parameter});
  }
  TypeId id;
  if (isNamed) {
    id = static_cast<TypeId>(types.size());
    types.emplace_back().kind = TypeKind::Function;
    types[id].name = spelling(declaration);
  } else {
    std::string key = spelling(canonical);
    // Attributes such as `noreturn` make no other type.
    if (size_t at = key.find(" __attribute__"); at != key.npos)
      key.erase(at);
    if (auto found = known.find(key); found != known.end())
      return found->second;
    id = make(key, TypeKind::Function, canonical);
  }
  Type &function = types[id];
  function.result = *result;
  function.parameters = std::move(parameters);
  // `int f()` takes whatever it takes.
  function.isVariadic = clang_isFunctionTypeVariadic(canonical) != 0 ||
                        canonical.kind == CXType_FunctionNoProto;
  return id;
}

/// How a record or enum is called: unnamed ones by their place, "struct
/// outer.field", which is the same wherever the header lies.
static std::string tagName(CXType type, const std::string &place) {
  std::string name = spelling(type);
  if (name.find("(unnamed") == std::string::npos &&
      name.find("(anonymous") == std::string::npos)
    return name;
  CXCursor declaration = clang_getTypeDeclaration(type);
  std::string kind;
  switch (clang_getCursorKind(declaration)) {
  case CXCursor_UnionDecl:
    kind = "union ";
    break;
  case CXCursor_EnumDecl:
    kind = "enum ";
    break;
  default:
    kind = "struct ";
    break;
  }
  if (!place.empty())
    return kind + place;
  native::Origin origin = originOf(declaration);
  return kind + "at line " + std::to_string(origin.line);
}

static std::string withoutTag(const std::string &name) {
  for (const char *tag : {"struct ", "union ", "enum "})
    if (name.starts_with(tag))
      return name.substr(std::string(tag).size());
  return name;
}

TypeId TypeTable::addRecord(CXType type, const std::string &place) {
  std::string key = spelling(type);
  TypeId id;
  if (auto found = known.find(key); found != known.end()) {
    id = found->second;
    // One that is first named in a list of parameters is a type of its own to C,
    // and meant to be this one.
    if (types[id].isComplete || open.contains(id) ||
        types[id].kind != TypeKind::Record || clang_Type_getSizeOf(type) < 0)
      return id;
    types[id].size = positive(clang_Type_getSizeOf(type));
    types[id].align = positive(clang_Type_getAlignOf(type));
  } else {
    // Known before its fields, which may point to it.
    id = make(key, TypeKind::Record, type);
  }
  std::string name = tagName(type, place);
  types[id].name = name;
  CXCursor declaration = clang_getTypeDeclaration(type);
  types[id].isUnion = clang_getCursorKind(declaration) == CXCursor_UnionDecl;
  CXCursor definition = clang_getCursorDefinition(declaration);
  if (clang_Cursor_isNull(definition) || clang_Type_getSizeOf(type) < 0)
    return id;
  open.insert(id);
  types[id].isComplete = true;
  struct Visitor {
    TypeTable &table;
    std::string owner;
    std::vector<native::Field> fields;
    unsigned count = 0;
  } visitor{*this, withoutTag(name), {}, 0};
  clang_Type_visitFields(
      type,
      [](CXCursor cursor, CXClientData data) {
        auto &v = *static_cast<Visitor *>(data);
        native::Field field;
        CXType type = clang_getCursorType(cursor);
        ++v.count;
        CXCursor made = clang_getTypeDeclaration(clang_getCanonicalType(type));
        bool isAnonymous = clang_Cursor_isAnonymousRecordDecl(made) != 0;
        field.name = isAnonymous ? "" : spelling(cursor);
        bool isBitField = clang_Cursor_isBitField(cursor) != 0;
        // Padding has no name.
        if (field.name.empty() && (isBitField || !isAnonymous))
          return CXVisit_Continue;
        field.type = v.table.addField(
            type, v.owner + "." +
                      (field.name.empty() ? std::to_string(v.count)
                                          : field.name));
        field.bitOffset = positive(clang_Cursor_getOffsetOfField(cursor));
        field.bitWidth =
            isBitField ? clang_getFieldDeclBitWidth(cursor) : 0;
        field.doc = documentation(cursor);
        v.fields.push_back(std::move(field));
        return CXVisit_Continue;
      },
      &visitor);
  types[id].fields = std::move(visitor.fields);
  open.erase(id);
  return id;
}

/// Of a type that native code does not have, the field is its bytes.
TypeId TypeTable::addField(CXType type, const std::string &place) {
  std::string reason;
  if (std::optional<TypeId> id = addAny(type, place, reason))
    return *id;
  return addOpaque(bareType(type));
}

TypeId TypeTable::addEnum(CXType type, const std::string &place) {
  std::string key = spelling(type);
  if (auto found = known.find(key); found != known.end())
    return found->second;
  TypeId id = make(key, TypeKind::Enum, type);
  types[id].name = tagName(type, place);
  CXCursor declaration = clang_getTypeDeclaration(type);
  CXType integer = clang_getEnumDeclIntegerType(declaration);
  std::string reason;
  std::optional<TypeId> element;
  if (integer.kind != CXType_Invalid)
    element = addAny(integer, "", reason);
  CXCursor definition = clang_getCursorDefinition(declaration);
  if (clang_Cursor_isNull(definition) || !element) {
    // Declared only: a GNU extension, whose values are unsigned.
    CXType standard = clang_getCanonicalType(type);
    standard.kind = CXType_UInt;
    auto scalar = known.find("unsigned int");
    element = scalar != known.end()
                  ? scalar->second
                  : make("unsigned int", TypeKind::UInt32, type);
    types[*element].size = types[*element].align = 4;
    types[id].size = types[id].align = 4;
    types[id].element = *element;
    return id;
  }
  types[id].element = *element;
  types[id].isComplete = true;
  std::vector<native::EnumMember> members;
  eachChild(definition, [&](CXCursor child) {
    if (clang_getCursorKind(child) == CXCursor_EnumConstantDecl)
      members.push_back(
          {spelling(child), clang_getEnumConstantDeclValue(child)});
  });
  types[id].members = std::move(members);
  return id;
}

TypeId TypeTable::addTag(CXCursor declaration) {
  CXType type = bareType(clang_getCursorType(declaration));
  return clang_getCursorKind(declaration) == CXCursor_EnumDecl
             ? addEnum(type, "")
             : addRecord(type, "");
}

std::optional<TypeId> TypeTable::addAny(CXType written,
                                        const std::string &place,
                                        std::string &reason) {
  CXType type = bareType(written);
  if (std::optional<Scalar> scalar = scalarOf(type)) {
    if (auto found = known.find(scalar->name); found != known.end())
      return found->second;
    return make(scalar->name, scalar->kind, type);
  }
  switch (type.kind) {
  case CXType_Pointer: {
    CXType pointee = clang_getCanonicalType(clang_getPointeeType(type));
    // An unnamed record that is pointed to has its name from here, too.
    std::string ignored;
    std::optional<TypeId> element = addAny(pointee, place, ignored);
    if (!element)
      element = addOpaque(bareType(pointee));
    return addPointer(*element, clang_isConstQualifiedType(pointee) != 0);
  }
  case CXType_Record:
    return addRecord(type, place);
  case CXType_Enum:
    return addEnum(type, place);
  case CXType_FunctionProto:
  case CXType_FunctionNoProto:
    return addFunction(type, clang_getNullCursor(), reason);
  case CXType_ConstantArray:
  case CXType_IncompleteArray: {
    std::optional<TypeId> element =
        addAny(clang_getArrayElementType(type), place, reason);
    if (!element)
      return std::nullopt;
    // As C writes it: the first of several bounds is the outermost.
    bool isFlexible = type.kind == CXType_IncompleteArray;
    long long count = isFlexible ? 0 : clang_getArraySize(type);
    std::string bound =
        isFlexible ? "[]" : "[" + std::to_string(count) + "]";
    std::string name = types[*element].name;
    size_t at = types[*element].kind == TypeKind::Array ? name.find('[')
                                                        : name.size();
    if (size_t star = name.find("(*)"); star != std::string::npos)
      at = star + 2;
    name.insert(at, bound);
    if (auto found = known.find(name); found != known.end())
      return found->second;
    TypeId id = make(name, TypeKind::Array, type);
    types[id].element = *element;
    types[id].count = positive(count);
    types[id].isComplete = !isFlexible;
    types[id].align = types[*element].align;
    return id;
  }
  default:
    reason = "plc has no type for `" + spelling(type) + "`";
    return std::nullopt;
  }
}

} // namespace plc::cimport
