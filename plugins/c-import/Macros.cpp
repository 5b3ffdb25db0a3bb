//===- Macros.cpp - constants and aliases ---------------------------------===//
//
// Macros without parameters. Clang evaluates each as the initial value of a
// variable after the header, so that casts, sizeof, members of enums and other
// macros mean what they mean in C. A macro that names a function or global is
// another name for it; a place in memory (`errno`) is a global whose address is
// computed; another value that is known only when the program runs is a function
// without parameters. Those with parameters are in MacroFunctions.cpp.
//
//===----------------------------------------------------------------------===//

#include "MacroFunctions.h"
#include "Probe.h"

#include <algorithm>

using namespace plc::native;

namespace plc::cimport {

/// The text of a literal as Clang prints it; nothing if its characters are wide.
static std::optional<std::string> literalText(const std::string &literal) {
  size_t start = literal.find('"');
  if (start == literal.npos || literal.back() != '"' ||
      (start != 0 && literal.substr(0, start) != "u8"))
    return std::nullopt;
  std::string result;
  for (size_t i = start + 1; i + 1 < literal.size(); ++i) {
    char c = literal[i];
    if (c != '\\') {
      result += c;
      continue;
    }
    c = literal[++i];
    if (c >= '0' && c <= '7') {
      int value = 0;
      size_t digits = 0;
      for (; digits < 3 && literal[i + digits] >= '0' &&
             literal[i + digits] <= '7';
           ++digits)
        value = value * 8 + literal[i + digits] - '0';
      i += digits - 1;
      result += static_cast<char>(value);
      continue;
    }
    static const char kEscapes[] = "a\ab\bf\fn\nr\rt\tv\v";
    const char *escape = nullptr;
    for (const char *e = kEscapes; *e; e += 2)
      if (*e == c)
        escape = e + 1;
    result += escape ? *escape : c;
  }
  return result;
}

namespace {

class ObjectMacros {
public:
  ObjectMacros(Importing &importing, const MacroTable &table,
               const std::vector<const Macro *> &macros)
      : importing(importing), module(importing.module), table(table),
        macros(macros),
        values(importing), others(importing) {}

  void run();

private:
  struct Other {
    const Macro *macro;
    size_t type, place, statement;
    std::string error;
    CXCursor variable;
  };
  bool addConstant(const Macro &macro, CXCursor piece, CXCursor variable);
  bool addAlias(const Macro &macro, CXCursor variable);
  bool addField(const Macro &macro);
  void addOther(const Other &other);
  void addFunction(const Macro &macro, CXType result, const std::string &code);

  Importing &importing;
  Module &module;
  const MacroTable &table;
  const std::vector<const Macro *> &macros;
  Probe values, others;
};

} // namespace

static bool isScalarNumber(TypeKind kind) {
  switch (kind) {
#define NATIVE_SCALAR(Id, Spelling, CType, Bytes, Class)                       \
  case TypeKind::Id:                                                           \
    return TypeKind::Id != TypeKind::Void;
#include "plc/native_types.def"
  case TypeKind::Enum:
    return true;
  default:
    return false;
  }
}

bool ObjectMacros::addConstant(const Macro &macro, CXCursor piece,
                               CXCursor variable) {
  Constant constant;
  constant.name = macro.name;
  constant.origin = macro.origin;
  CXCursor written = strippedExpression(initialValue(variable));
  if (clang_getCursorKind(written) == CXCursor_StringLiteral) {
    std::optional<std::string> text = literalText(spelling(written));
    if (!text)
      return false;
    constant.value = *text;
    module.constants.push_back(std::move(constant));
    return true;
  }
  std::string reason;
  std::optional<TypeId> type =
      importing.types.add(clang_getCursorType(variable), reason);
  if (!type)
    return false;
  bool isPointer = module.types[*type].kind == TypeKind::Pointer;
  if (!isPointer && !isScalarNumber(module.types[*type].kind))
    return false;
  CXCursor evaluated =
      isPointer ? findVariable(piece, "plc_address") : variable;
  CXEvalResult result = clang_Cursor_Evaluate(evaluated);
  if (!result)
    return false;
  bool isGood = true;
  switch (clang_EvalResult_getKind(result)) {
  case CXEval_Int:
    if (isPointer)
      constant.value =
          static_cast<uint64_t>(clang_EvalResult_getAsUnsigned(result));
    else if (clang_EvalResult_isUnsignedInt(result) &&
             clang_EvalResult_getAsUnsigned(result) > INT64_MAX)
      constant.value =
          static_cast<uint64_t>(clang_EvalResult_getAsUnsigned(result));
    else if (clang_EvalResult_isUnsignedInt(result))
      constant.value =
          static_cast<int64_t>(clang_EvalResult_getAsUnsigned(result));
    else
      constant.value =
          static_cast<int64_t>(clang_EvalResult_getAsLongLong(result));
    break;
  case CXEval_Float:
    constant.value = clang_EvalResult_getAsDouble(result);
    break;
  default:
    isGood = false;
  }
  clang_EvalResult_dispose(result);
  if (!isGood)
    return false;
  if (isPointer)
    constant.type = *type;
  module.constants.push_back(std::move(constant));
  return true;
}

bool ObjectMacros::addAlias(const Macro &macro, CXCursor variable) {
  CXCursor written = strippedExpression(initialValue(variable));
  if (clang_getCursorKind(written) != CXCursor_DeclRefExpr)
    return false;
  std::string target = spelling(clang_getCursorReferenced(written));
  auto copy = [&](auto &list) {
    for (size_t i = 0; i < list.size(); ++i)
      if (list[i].name == target && !list[i].isShim) {
        auto alias = list[i];
        alias.name = macro.name;
        alias.origin = macro.origin;
        list.push_back(std::move(alias));
        return true;
      }
    return false;
  };
  if (copy(module.functions) || copy(module.globals))
    return true;
  for (const Refusal &refusal : module.refusals)
    if (refusal.name == target) {
      std::string reason = "it is `" + target + "`: " + refusal.reason;
      importing.refuse(macro.name, reason, macro.origin);
      return true;
    }
  return false;
}

void ObjectMacros::addFunction(const Macro &macro, CXType result,
                               const std::string &expression) {
  addMacroFunction(importing, macro, {}, result, expression);
}

/// The field `name`, also of a record without a name in it; null if there is
/// none. `offset` (in bits) grows by its place.
static const Field *findField(const Module &module, const Type &record,
                              const std::string &name, uint64_t &offset) {
  for (const Field &field : record.fields) {
    if (field.name == name) {
      offset += field.bitOffset;
      return &field;
    }
    if (!field.name.empty())
      continue;
    uint64_t inner = offset + field.bitOffset;
    if (const Field *found =
            findField(module, module.types[field.type], name, inner)) {
      offset = inner;
      return found;
    }
  }
  return nullptr;
}

/// `#define st_atime st_atim.tv_sec` is one more field of the records that have
/// such a place.
bool ObjectMacros::addField(const Macro &macro) {
  std::vector<std::string> path;
  std::vector<std::string> tokens = table.flatten(macro);
  for (size_t i = 0; i < tokens.size(); ++i)
    if (i % 2 == 0)
      path.push_back(tokens[i]);
    else if (tokens[i] != ".")
      return false;
  bool isFound = false;
  for (size_t id = 0; id < module.types.size(); ++id) {
    if (module.types[id].kind != TypeKind::Record)
      continue;
    uint64_t offset = 0;
    const Field *field = nullptr;
    const Type *record = &module.types[id];
    for (const std::string &name : path) {
      field = record ? findField(module, *record, name, offset) : nullptr;
      if (!field)
        break;
      const Type &type = module.types[field->type];
      record = type.kind == TypeKind::Record ? &type : nullptr;
    }
    uint64_t ignored = 0;
    if (!field ||
        findField(module, module.types[id], macro.name, ignored))
      continue;
    Field made = *field;
    made.name = macro.name;
    made.bitOffset = offset;
    module.types[id].fields.push_back(std::move(made));
    isFound = true;
  }
  return isFound;
}

/// A compound literal is a place, but one that ends with its function.
static bool hasLiteral(CXCursor piece) {
  bool isFound = false;
  eachBelow(piece, [&](CXCursor cursor) {
    isFound |= clang_getCursorKind(cursor) == CXCursor_CompoundLiteralExpr;
  });
  return isFound;
}

/// No constant and no other name.
void ObjectMacros::addOther(const Other &other) {
  const Macro &macro = *other.macro;
  if (others.error(other.type).empty() && !other.error.empty()) {
    // `__typeof__` takes what is no value only if it is a type.
    CXType type =
        clang_getPointeeType(clang_getTypedefDeclUnderlyingType(
            others.cursor(other.type)));
    std::string reason;
    std::optional<TypeId> id = importing.types.add(type, reason);
    if (id && module.types[*id].kind != TypeKind::Void) {
      module.typeNames.push_back({macro.name, *id, "", macro.origin});
      return;
    }
  }
  if (other.error.empty()) {
    CXType type = clang_getCursorType(other.variable);
    std::string reason;
    if (others.error(other.place).empty() &&
        !hasLiteral(others.cursor(other.place))) {
      CXCursor place = findVariable(others.cursor(other.place), "plc_place");
      std::optional<TypeId> id = importing.types.add(
          clang_getPointeeType(
              clang_getCanonicalType(clang_getCursorType(place))),
          reason);
      if (id) {
        Global global;
        global.name = macro.name;
        global.symbol = importing.shimPrefix + macro.name;
        global.type = *id;
        global.isConst = clang_isConstQualifiedType(clang_getPointeeType(
                             clang_getCanonicalType(
                                 clang_getCursorType(place)))) != 0;
        global.isShim = true;
        global.origin = macro.origin;
        importing.shims.push_back({Shim::Global, macro.name,
                                   "void *" + global.symbol +
                                       "(void) { return (void *)&(" +
                                       macro.name + "); }",
                                   ""});
        module.globals.push_back(std::move(global));
        return;
      }
    }
    return addFunction(macro, type, "return " + macro.name + ";");
  }
  if (others.error(other.statement).empty()) {
    CXType type = clang_getResultType(
        clang_getCursorType(others.cursor(other.statement)));
    return addFunction(macro, type, macro.name + ";");
  }
  if (addField(macro))
    return;
  // Of `#define SUFFIX L` the letter is a part of what it stands beside.
  bool isSyntax = other.error.starts_with("expected") ||
                  other.error.find("initializer list") != other.error.npos ||
                  (macro.body.size() == 1 &&
                   other.error.starts_with("use of undeclared"));
  importing.refuse(macro.name, "it is no value; clang says: " + other.error,
                   macro.origin, isSyntax);
}

void ObjectMacros::run() {
  for (const Macro *macro : macros) {
    const std::string &name = macro->name;
    // Without parentheses: a literal stays one.
    values.add("void @(void) { __auto_type plc_value = " + name +
               "; __UINTPTR_TYPE__ plc_address = (__UINTPTR_TYPE__)(" + name +
               "); }");
  }
  values.run();
  std::vector<Other> rest;
  for (size_t i = 0; i < macros.size(); ++i) {
    const Macro &macro = *macros[i];
    CXCursor piece = values.cursor(i);
    CXCursor variable = clang_Cursor_isNull(piece)
                            ? clang_getNullCursor()
                            : findVariable(piece, "plc_value");
    std::string error = values.error(i);
    // Only the address may be what is wrong: floats have none.
    bool hasValue = !clang_Cursor_isNull(variable) &&
                    !clang_Cursor_isNull(initialValue(variable)) &&
                    clang_getCanonicalType(clang_getCursorType(variable))
                            .kind != CXType_Invalid;
    if (!error.empty() && hasValue &&
        (error.find("operand of type") != error.npos))
      error.clear();
    if (error == "use of undeclared identifier '" + macro.name + "'")
      continue; // undefined again
    if (error.empty() &&
        (addConstant(macro, piece, variable) || addAlias(macro, variable)))
      continue;
    rest.push_back({&macro,
                    others.add("typedef __typeof__(" + macro.name + ") *@;"),
                    others.add("void @(void) { __auto_type plc_place = &(" +
                               macro.name + "); }"),
                    others.add("void @(void) { " + macro.name + "; }"), error,
                    variable});
  }
  others.run();
  for (const Other &other : rest)
    addOther(other);
}

void collectMacros(Importing &importing) {
  MacroTable table(importing);
  std::vector<const Macro *> objects, functions;
  for (const Macro &macro : table.macros) {
    // What is declared as well is its declaration.
    if (importing.names.contains(macro.name))
      continue;
    if (!macro.origin.isOwn && macro.name.starts_with("__"))
      continue;
    std::vector<std::string> tokens = table.flatten(macro);
    std::string error = shapeError(tokens);
    if (!error.empty()) {
      importing.refuse(macro.name, "the macro is no value: " + error,
                       macro.origin, true);
      continue;
    }
    (macro.isFunction ? functions : objects).push_back(&macro);
  }
  ObjectMacros(importing, table, objects).run();
  collectMacroFunctions(importing, table, functions);
}

} // namespace plc::cimport
