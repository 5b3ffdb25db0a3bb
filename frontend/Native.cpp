//===- Native.cpp - modules of native declarations ------------------------===//

#include "frontend/Native.h"

#include "ir/support/DatumText.h"
#include "plc/native_scalars.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

#include <algorithm>

using namespace plc::ir;
using plc::native::Type;
using plc::native::TypeId;
using plc::native::TypeKind;

namespace plc::frontend {

//===----------------------------------------------------------------------===//
// Members
//===----------------------------------------------------------------------===//

void indexMembers(NativeSpace &space) {
  const native::Module &module = *space.module;
  // The first meaning of a name wins: functions before macros of the same name,
  // what can be used before what cannot.
  auto add = [&](auto &list, NativeMember::Kind kind) {
    for (size_t i = 0; i < list.size(); ++i)
      space.members.try_emplace(list[i].name, NativeMember{kind, i});
  };
  add(module.functions, NativeMember::Function);
  add(module.globals, NativeMember::Global);
  add(module.constants, NativeMember::Constant);
  add(module.typeNames, NativeMember::Type);
  add(module.refusals, NativeMember::Refusal);
}

std::optional<NativeMember> NativeSpace::find(llvm::StringRef member) const {
  auto found = members.find(member);
  if (found == members.end() && member.contains('-')) {
    std::string other = member.str();
    std::replace(other.begin(), other.end(), '-', '_');
    found = members.find(other);
  }
  if (found == members.end())
    return std::nullopt;
  return found->second;
}

std::vector<llvm::StringRef> NativeSpace::names() const {
  std::vector<llvm::StringRef> result;
  for (auto &entry : members)
    result.push_back(entry.first());
  llvm::sort(result);
  return result;
}

std::vector<llvm::StringRef> NativeSpace::ownNames() const {
  std::vector<llvm::StringRef> result;
  auto add = [&](const auto &list) {
    for (const auto &item : list)
      if (item.origin.isOwn)
        result.push_back(item.name);
  };
  add(module->functions);
  add(module->constants);
  add(module->globals);
  add(module->typeNames);
  llvm::sort(result);
  return result;
}

//===----------------------------------------------------------------------===//
// Text of types
//===----------------------------------------------------------------------===//

static std::string bracketed(llvm::StringRef name) {
  std::string text = "<";
  for (char c : name) {
    if (c == '<' || c == '>' || c == '\\')
      text += '\\';
    text += c;
  }
  return text + ">";
}

static const char *scalarText(TypeKind kind) {
  switch (kind) {
#define NATIVE_SCALAR(Id, Spelling, CType, Bytes, Class)                       \
  case TypeKind::Id:                                                           \
    return Spelling;
#include "plc/native_types.def"
  default:
    return nullptr;
  }
}

static bool isText(const native::Module &module, const Type &pointer) {
  const Type &element = module.types[pointer.element];
  return pointer.isConst && element.kind == TypeKind::Int8 &&
         element.name == "char";
}

std::string nativeTypeText(const native::Module &module, TypeId id) {
  const Type &type = module.types[id];
  if (const char *scalar = scalarText(type.kind))
    return scalar;
  switch (type.kind) {
  case TypeKind::Pointer: {
    const Type &element = module.types[type.element];
    if (element.kind == TypeKind::Function)
      return "F<" + nativeSignature(module, type.element) + ">";
    if (isText(module, type))
      return "s";
    return (type.isConst ? "k" : "p") + bracketed(element.name);
  }
  case TypeKind::Enum: {
    const char *scalar = scalarText(module.types[type.element].kind);
    return std::string("e") + (scalar ? scalar : "u32") + bracketed(type.name);
  }
  case TypeKind::Record:
    return "R" + bracketed(type.name);
  case TypeKind::Array: // of a parameter
    return "p" + bracketed(module.types[type.element].name);
  case TypeKind::Function:
    return "F<" + nativeSignature(module, id) + ">";
  default:
    llvm_unreachable("scalars have been handled");
  }
}

std::string nativeSignature(const native::Module &module, TypeId id) {
  const Type &function = module.types[id];
  std::string text = nativeTypeText(module, function.result) + "(";
  for (size_t i = 0; i < function.parameters.size(); ++i)
    text += (i ? "," : "") + nativeTypeText(module, function.parameters[i].type);
  if (function.isVariadic)
    text += function.parameters.empty() ? "..." : ",...";
  return text + ")";
}

//===----------------------------------------------------------------------===//
// Declarations
//===----------------------------------------------------------------------===//

std::string nativeTypeSpelling(const native::Module &module, TypeId id) {
  const Type &type = module.types[id];
  if (type.kind != TypeKind::Pointer)
    return type.name;
  const Type &element = module.types[type.element];
  if (element.kind == TypeKind::Function)
    return type.name;
  std::string text = nativeTypeSpelling(module, type.element);
  if (type.isConst && !llvm::StringRef(text).starts_with("const "))
    text = "const " + text;
  return text + (llvm::StringRef(text).ends_with("*") ? "*" : " *");
}

std::string nativeDeclaration(const native::Module &module,
                              const native::Function &function) {
  const Type &type = module.types[function.type];
  auto join = [](std::string spelling, llvm::StringRef name) {
    if (!name.empty() && !llvm::StringRef(spelling).ends_with("*"))
      spelling += " ";
    return spelling + name.str();
  };
  std::string text =
      join(nativeTypeSpelling(module, type.result), function.name) + "(";
  for (size_t i = 0; i < type.parameters.size(); ++i)
    text += (i ? ", " : "") + join(nativeTypeSpelling(module,
                                                      type.parameters[i].type),
                                   type.parameters[i].name);
  if (type.isVariadic)
    text += type.parameters.empty() ? "..." : ", ...";
  return text + ")";
}

static void addFields(const native::Module &module, const Type &record,
                      std::string &text) {
  for (const native::Field &field : record.fields) {
    const Type &type = module.types[field.type];
    if (field.name.empty() && type.kind == TypeKind::Record) {
      addFields(module, type, text);
      continue;
    }
    text += "\n  " + field.name + ": " + nativeTypeSpelling(module, field.type);
    if (field.bitWidth)
      text += " : " + std::to_string(field.bitWidth);
  }
}

static std::string declarationOf(const native::Module &module,
                                 const native::Constant &constant) {
  std::string text = constant.name + " = ";
  llvm::raw_string_ostream out(text);
  if (auto *n = std::get_if<int64_t>(&constant.value))
    out << *n;
  else if (auto *n = std::get_if<uint64_t>(&constant.value))
    if (constant.type)
      out << "(" << nativeTypeSpelling(module, *constant.type) << ") "
          << llvm::format_hex(*n, 0);
    else
      out << *n;
  else if (auto *x = std::get_if<double>(&constant.value))
    out << llvm::format("%.17g", *x);
  else
    writeQuoted(out, std::get<std::string>(constant.value));
  return text;
}

static std::string declarationOf(const native::Module &module,
                                 const native::TypeName &name) {
  const Type &type = module.types[name.type];
  std::string text = name.name;
  std::string spelling = nativeTypeSpelling(module, name.type);
  if (spelling != name.name)
    text += " is " + spelling;
  bool isPointer = type.kind == TypeKind::Pointer;
  const Type &function = isPointer ? module.types[type.element] : type;
  if (function.kind == TypeKind::Function) {
    std::vector<std::string> parameters;
    for (const native::Parameter &parameter : function.parameters)
      parameters.push_back(nativeTypeSpelling(module, parameter.type));
    if (function.isVariadic)
      parameters.push_back("...");
    text = name.name + ": " + (isPointer ? "pointer to " : "") + "function (" +
           llvm::join(parameters, ", ") + ") -> " +
           nativeTypeSpelling(module, function.result);
  } else if (type.size)
    text += ", " + std::to_string(type.size) +
            (type.size == 1 ? " byte" : " bytes");
  else
    text += ", its declaration is incomplete";
  addFields(module, type, text);
  for (const native::EnumMember &member : type.members)
    text += "\n  " + member.name + " = " + std::to_string(member.value);
  return text;
}

static std::string declarationOf(const native::Module &module,
                                 const native::Global &global) {
  return global.name + ": " + (global.isConst ? "a constant" : "a variable") +
         " of type " + nativeTypeSpelling(module, global.type);
}

std::string nativeDocumentation(const NativeSpace &space,
                                const NativeMember &member) {
  const native::Module &module = *space.module;
  auto textOf = [&](const auto &item) {
    std::string text = declarationOf(module, item);
    if (!item.doc.empty())
      text += "\n" + item.doc;
    if (item.origin.line)
      text += "\ndeclared in " + item.origin.file + ":" +
              std::to_string(item.origin.line);
    return text;
  };
  switch (member.kind) {
  case NativeMember::Constant:
    return textOf(module.constants[member.index]);
  case NativeMember::Type:
    return textOf(module.typeNames[member.index]);
  case NativeMember::Global:
    return textOf(module.globals[member.index]);
  case NativeMember::Function:
  case NativeMember::Refusal:
    break;
  }
  llvm_unreachable("functions describe themselves, refusals are reported");
}

//===----------------------------------------------------------------------===//
// Constants as arguments
//===----------------------------------------------------------------------===//

namespace {
struct ScalarRow {
  NativeClass kind;
  unsigned bytes;
};
} // namespace

static std::optional<ScalarRow> scalarRow(TypeKind kind) {
  switch (kind) {
#define NATIVE_SCALAR(Id, Spelling, CType, Bytes, Class)                       \
  case TypeKind::Id:                                                           \
    return ScalarRow{NativeClass::Class, Bytes};
#include "plc/native_types.def"
  default:
    return std::nullopt;
  }
}

static std::string integerMisfit(const ScalarRow &row, const Datum *datum) {
  unsigned width = row.bytes * 8;
  bool isSigned = row.kind == NativeClass::Signed;
  std::string range =
      "an exact integer from " +
      (isSigned ? std::to_string(width == 64 ? INT64_MIN
                                             : -(int64_t(1) << (width - 1)))
                : "0") +
      " to " +
      (isSigned ? std::to_string(~uint64_t(0) >> 1 >> (64 - width))
                : std::to_string(~uint64_t(0) >> (64 - width)));
  if (datum->kind == DatumKind::Character && row.bytes == 1)
    return datum->integer < 256 ? "" : range;
  if (datum->kind == DatumKind::BigInteger) {
    uint64_t magnitude;
    llvm::StringRef digits = datum->text;
    bool isNegative = digits.consume_front("-");
    if (digits.getAsInteger(10, magnitude) || width < 64)
      return range;
    if (isNegative)
      return isSigned && magnitude <= uint64_t(1) << 63 ? "" : range;
    return isSigned && magnitude > uint64_t(INT64_MAX) ? range : "";
  }
  if (datum->kind != DatumKind::Fixnum)
    return range;
  int64_t n = datum->integer;
  if (isSigned ? width < 64 && (n < -(int64_t(1) << (width - 1)) ||
                                n >= int64_t(1) << (width - 1))
               : n < 0 || (width < 64 && n >> width))
    return range;
  return "";
}

std::string nativeMisfit(const native::Module &module, TypeId id,
                         const Datum *datum) {
  const Type &type = module.types[id];
  bool isReal = datum->isNumber() && datum->kind != DatumKind::Complex;
  if (type.kind == TypeKind::Enum) {
    if (datum->kind == DatumKind::Symbol) {
      std::vector<llvm::StringRef> names;
      for (const native::EnumMember &member : type.members) {
        if (member.name == datum->symbol->text())
          return "";
        names.push_back(member.name);
      }
      return "a member of `" + type.name + "`: " +
             llvm::join(llvm::ArrayRef(names).take_front(12), ", ");
    }
    return integerMisfit(*scalarRow(module.types[type.element].kind), datum);
  }
  if (std::optional<ScalarRow> row = scalarRow(type.kind)) {
    switch (row->kind) {
    case NativeClass::Void:
    case NativeClass::Bool:
      return "";
    case NativeClass::Signed:
    case NativeClass::Unsigned:
      return integerMisfit(*row, datum);
    case NativeClass::Float:
      return isReal ? "" : "a real number";
    case NativeClass::Complex:
      return datum->isNumber() ? "" : "a number";
    }
  }
  bool isNull =
      datum->kind == DatumKind::Nil || datum->kind == DatumKind::Undefined;
  if (type.kind == TypeKind::Pointer || type.kind == TypeKind::Array) {
    bool isVector = datum->kind == DatumKind::Bytevector ||
                    datum->kind == DatumKind::NumVector;
    bool isEmpty = datum->kind == DatumKind::Bytevector
                       ? datum->text.empty()
                       : datum->elements.empty();
    if (isVector && type.kind == TypeKind::Pointer && !type.isConst && !isEmpty)
      return "memory that may be changed: a copy of a constant";
    if (isNull || isVector)
      return "";
    const Type &element = module.types[type.element];
    if (element.kind == TypeKind::Function)
      return "a procedure, a pointer to such a function or nil";
    bool isBytes = element.kind == TypeKind::Void ||
                   element.kind == TypeKind::Int8 ||
                   element.kind == TypeKind::UInt8;
    if (type.kind == TypeKind::Pointer && isText(module, type))
      return datum->kind != DatumKind::String ? "a string, a pointer or nil"
             : datum->text.contains('\0')     ? "a string without #\\null"
                                              : "";
    if (datum->kind == DatumKind::String && type.isConst && isBytes)
      return "";
    return "a pointer, a vector of such elements or nil";
  }
  return "a pointer to `" + type.name + "`";
}

} // namespace plc::frontend
