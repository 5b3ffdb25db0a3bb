//===- Declarations.cpp - functions, globals, types and enums -------------===//

#include "Comments.h"
#include "Importing.h"

#include <algorithm>
#include <map>

using namespace plc::native;

namespace plc::cimport {

namespace {

/// Walks the declarations of a unit.
class Collector {
public:
  explicit Collector(Importing &importing)
      : importing(importing), module(importing.module) {}

  void run() {
    eachChild(
        clang_getTranslationUnitCursor(importing.unit.unit),
        [&](CXCursor cursor) { visit(cursor); });
    nameTags();
  }

private:
  void visit(CXCursor cursor) {
    switch (clang_getCursorKind(cursor)) {
    case CXCursor_FunctionDecl:
      return addFunction(cursor);
    case CXCursor_VarDecl:
      return addGlobal(cursor);
    case CXCursor_TypedefDecl:
      return addTypedef(cursor);
    case CXCursor_StructDecl:
    case CXCursor_UnionDecl:
    case CXCursor_EnumDecl:
      return addTag(cursor);
    default:
      return;
    }
  }
  void addFunction(CXCursor cursor);
  void addShim(CXCursor cursor, Function &function);
  void addGlobal(CXCursor cursor);
  void addTypedef(CXCursor cursor);
  void addTag(CXCursor cursor);
  void nameTags();
  std::string symbolOf(CXCursor cursor);

  Importing &importing;
  Module &module;
  std::map<std::string, size_t> functions, globals;
  /// Names of tags ("stat"), in the order of the header.
  std::vector<TypeName> tags;
  std::map<std::string, size_t> tagPlaces;
};

} // namespace

/// What the linker calls it: `__asm__("name")` counts.
std::string Collector::symbolOf(CXCursor cursor) {
  std::string symbol = text(clang_Cursor_getMangling(cursor));
  if (!symbol.empty() && symbol[0] == '\1')
    symbol.erase(0, 1);
  return symbol.empty() ? spelling(cursor) : symbol;
}

/// Reads attributes in the declaration as Clang prints it, macros expanded;
/// libclang does not list them.
static void readAttributes(CXCursor cursor, size_t count, Function &function) {
  CXPrintingPolicy policy = clang_getCursorPrintingPolicy(cursor);
  clang_PrintingPolicy_setProperty(policy, CXPrintingPolicy_TerseOutput, 1);
  std::string printed = text(clang_getCursorPrettyPrinted(cursor, policy));
  clang_PrintingPolicy_dispose(policy);
  function.neverReturns = printed.find("noreturn") != std::string::npos ||
                          printed.find("_Noreturn") != std::string::npos ||
                          spelling(clang_getCursorType(cursor))
                                  .find("noreturn") != std::string::npos;
  const std::string key = "nonnull";
  for (size_t at = printed.find(key); at != std::string::npos;
       at = printed.find(key, at + 1)) {
    // Not of `returns_nonnull`.
    if (at && (isalnum(printed[at - 1]) || printed[at - 1] == '_'))
      if (!printed.substr(0, at).ends_with("__"))
        continue;
    if (printed.substr(0, at).ends_with("returns_"))
      continue;
    size_t next = at + key.size();
    while (next < printed.size() && printed[next] == '_')
      ++next;
    if (next >= printed.size() || printed[next] != '(') {
      for (size_t i = 0; i < count; ++i)
        function.nonNull.push_back(i);
      continue;
    }
    for (++next; next < printed.size() && printed[next] != ')';) {
      char *end;
      unsigned long place = strtoul(&printed[next], &end, 10);
      if (place >= 1 && place <= count)
        function.nonNull.push_back(place - 1);
      next = end - printed.data();
      while (next < printed.size() && printed[next] != ')' &&
             !isdigit(printed[next]))
        ++next;
    }
  }
  std::sort(function.nonNull.begin(), function.nonNull.end());
  function.nonNull.erase(
      std::unique(function.nonNull.begin(), function.nonNull.end()),
      function.nonNull.end());
}

void Collector::addFunction(CXCursor cursor) {
  std::string name = spelling(cursor);
  std::string doc = documentation(cursor);
  if (auto found = functions.find(name); found != functions.end()) {
    // A later declaration may have the words.
    Function &function = module.functions[found->second];
    if (function.doc.empty())
      function.doc = doc;
    return;
  }
  Origin origin = importing.origin(cursor);
  if (importing.names.contains(name))
    return;
  importing.names.insert(name);
  if (clang_getCursorAvailability(cursor) == CXAvailability_NotAvailable)
    return importing.refuse(name, "the header says that it is unavailable",
                            origin);
  std::string reason;
  std::optional<TypeId> type =
      importing.types.addFunction(clang_getCursorType(cursor), cursor, reason);
  if (!type)
    return importing.refuse(name, reason, origin);
  Function function;
  function.name = name;
  function.symbol = symbolOf(cursor);
  function.type = *type;
  function.doc = doc;
  function.origin = origin;
  readAttributes(cursor, module.types[*type].parameters.size(), function);
  bool isStatic = clang_Cursor_getStorageClass(cursor) == CX_SC_Static;
  // C99's `inline` need not be there as a symbol; GNU's `extern inline` is.
  bool isInline = clang_Cursor_isFunctionInlined(cursor) &&
                  clang_Cursor_getStorageClass(cursor) != CX_SC_Extern;
  const Type &signature = module.types[*type];
  auto isRecord = [&](TypeId id) {
    return module.types[id].kind == TypeKind::Record;
  };
  bool hasRecord = isRecord(signature.result);
  for (const Parameter &parameter : signature.parameters)
    hasRecord |= isRecord(parameter.type);
  if (isStatic || isInline || hasRecord) {
    if (signature.isVariadic)
      return importing.refuse(
          name,
          hasRecord
              ? "it takes a record by value and any number of arguments"
              : "it is static and takes any number of arguments",
          origin);
    addShim(cursor, function);
  }
  functions[name] = module.functions.size();
  module.functions.push_back(std::move(function));
}

/// A function that can be linked, with records by their address.
void Collector::addShim(CXCursor cursor, Function &function) {
  const Type &signature = module.types[function.type];
  CXType type = clang_getCanonicalType(clang_getCursorType(cursor));
  auto written = [](CXType type) {
    return "__typeof__(" + spelling(type) + ")";
  };
  auto isRecord = [&](TypeId id) {
    return module.types[id].kind == TypeKind::Record;
  };
  CXType result = clang_getResultType(clang_getCursorType(cursor));
  bool hasRecordResult = isRecord(signature.result);
  std::string parameters, arguments;
  if (hasRecordResult)
    parameters = written(result) + " *plc_result";
  for (size_t i = 0; i < signature.parameters.size(); ++i) {
    bool isByValue = isRecord(signature.parameters[i].type);
    std::string name = "plc_" + std::to_string(i + 1);
    parameters += parameters.empty() ? "" : ", ";
    parameters += written(clang_getUnqualifiedType(clang_getArgType(type, i)));
    parameters += (isByValue ? " *" : " ") + name;
    arguments += (i ? ", " : "") + std::string(isByValue ? "*" : "") + name;
  }
  std::string call = "(" + function.name + ")(" + arguments + ");";
  function.isShim = true;
  function.symbol = importing.shimPrefix + function.name;
  bool isVoid = module.types[signature.result].kind == TypeKind::Void;
  std::string code =
      (hasRecordResult || isVoid ? "void" : written(result)) + " " +
      function.symbol + "(" + (parameters.empty() ? "void" : parameters) +
      ") { " +
      (hasRecordResult ? "*plc_result = " : isVoid ? "" : "return ") + call +
      " }";
  importing.shims.push_back({Shim::Function, function.name, code, ""});
}

void Collector::addGlobal(CXCursor cursor) {
  std::string name = spelling(cursor);
  if (importing.names.contains(name)) {
    auto found = globals.find(name);
    if (found != globals.end() && module.globals[found->second].doc.empty())
      module.globals[found->second].doc = documentation(cursor);
    return;
  }
  importing.names.insert(name);
  Origin origin = importing.origin(cursor);
  if (clang_getCursorAvailability(cursor) == CXAvailability_NotAvailable)
    return importing.refuse(name, "the header says that it is unavailable",
                            origin);
  std::string reason;
  CXType written = clang_getCursorType(cursor);
  std::optional<TypeId> type = importing.types.add(written, reason);
  if (!type)
    return importing.refuse(name, reason, origin);
  Global global;
  global.name = name;
  global.symbol = symbolOf(cursor);
  global.type = *type;
  // Of an array its elements may be const, not itself.
  CXType part = written;
  for (;;) {
    global.isConst |= clang_isConstQualifiedType(part) != 0;
    CXType canonical = clang_getCanonicalType(part);
    global.isConst |= clang_isConstQualifiedType(canonical) != 0;
    CXType element = clang_getArrayElementType(part);
    if (element.kind == CXType_Invalid)
      element = clang_getArrayElementType(canonical);
    if (element.kind == CXType_Invalid)
      break;
    part = element;
  }
  global.doc = documentation(cursor);
  global.origin = origin;
  if (clang_Cursor_getStorageClass(cursor) == CX_SC_Static ||
      clang_getCursorTLSKind(cursor) != CXTLS_None) {
    // Nothing to link with, or one for each thread: its address is computed.
    global.isShim = true;
    global.symbol = importing.shimPrefix + name;
    importing.shims.push_back({Shim::Global, name,
                               "void *" + global.symbol +
                                   "(void) { return (void *)&(" + name +
                                   "); }",
                               ""});
  }
  globals[name] = module.globals.size();
  module.globals.push_back(std::move(global));
}

void Collector::addTypedef(CXCursor cursor) {
  std::string name = spelling(cursor);
  if (importing.names.contains(name))
    return;
  importing.names.insert(name);
  std::string reason;
  CXType type = clang_getTypedefDeclUnderlyingType(cursor);
  Origin origin = importing.origin(cursor);
  std::optional<TypeId> id = importing.types.add(type, reason);
  if (!id)
    return importing.refuse(name, reason, origin);
  module.typeNames.push_back({name, *id, documentation(cursor), origin});
}

void Collector::addTag(CXCursor cursor) {
  std::string name = spelling(cursor);
  bool isUnnamed = clang_Cursor_isAnonymous(cursor) || name.empty() ||
                   name.find('(') != std::string::npos;
  Origin origin = importing.origin(cursor);
  TypeId id = 0;
  if (!isUnnamed) {
    id = importing.types.addTag(cursor);
    std::string doc = documentation(cursor);
    auto [found, isNew] = tagPlaces.try_emplace(name, tags.size());
    if (isNew) {
      tags.push_back({name, id, doc, origin});
    } else {
      // The definition is its place, not what announces it.
      TypeName &tag = tags[found->second];
      if (clang_isCursorDefinition(cursor))
        tag.origin = origin;
      if (tag.doc.empty())
        tag.doc = doc;
    }
  }
  if (clang_getCursorKind(cursor) == CXCursor_EnumDecl &&
      clang_isCursorDefinition(cursor)) {
    CXType integer =
        clang_getCanonicalType(clang_getEnumDeclIntegerType(cursor));
    bool isUnsigned = integer.kind == CXType_UInt ||
                      integer.kind == CXType_ULong ||
                      integer.kind == CXType_ULongLong;
    eachChild(cursor, [&](CXCursor child) {
      std::string member = spelling(child);
      if (clang_getCursorKind(child) != CXCursor_EnumConstantDecl ||
          !importing.names.insert(member).second)
        return;
      Constant constant;
      constant.name = member;
      long long value = clang_getEnumConstantDeclValue(child);
      if (isUnsigned && value < 0)
        constant.value = static_cast<uint64_t>(value);
      else
        constant.value = static_cast<int64_t>(value);
      constant.doc = documentation(child);
      constant.origin = importing.origin(child);
      module.constants.push_back(std::move(constant));
    });
  }
  // Records and enums that others declare inside of themselves are known in
  // the whole file.
  eachChild(cursor, [&](CXCursor child) {
    CXCursorKind kind = clang_getCursorKind(child);
    if (kind == CXCursor_StructDecl || kind == CXCursor_UnionDecl ||
        kind == CXCursor_EnumDecl)
      addTag(child);
  });
}

/// "stat" for "struct stat"; if that is something else, "struct_stat".
void Collector::nameTags() {
  for (TypeName &tag : tags) {
    std::string name = tag.name;
    if (importing.names.contains(name)) {
      // A typedef of the same name is nearly always the same type.
      auto same = [&](const TypeName &other) {
        return other.name == name && other.type == tag.type;
      };
      if (std::any_of(module.typeNames.begin(), module.typeNames.end(), same))
        continue;
      tag.name = module.types[tag.type].name;
      std::replace(tag.name.begin(), tag.name.end(), ' ', '_');
      if (importing.names.contains(tag.name))
        continue;
    }
    importing.names.insert(tag.name);
    module.typeNames.push_back(tag);
  }
}

void collectDeclarations(Importing &importing) { Collector(importing).run(); }

} // namespace plc::cimport
