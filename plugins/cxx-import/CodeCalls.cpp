//===- CodeCalls.cpp - code and classes of programs -----------------------===//

#include "Code.h"
#include "CxxSource.h"
#include "Derive.h"

#include "clang/Sema/Sema.h"

using clang::dyn_cast;
using plc::cimport::hashBytes;

namespace plc::cxximport {

/// What code that has this name may have as its value.
void CxxSource::useName(const std::string &name) {
  for (const clang::NamedDecl *declaration : lookUp(name)) {
    if (auto *function = dyn_cast<clang::FunctionDecl>(declaration))
      useType(function->getReturnType());
    else if (auto *value = dyn_cast<clang::ValueDecl>(declaration))
      useType(value->getType());
    else if (auto *record = current->classOf(declaration);
             record && textType(current->spell(record)).empty())
      useClass(record);
  }
}

std::optional<Call> CxxSource::code(const std::string &text,
                                    const std::string &type,
                                    std::vector<std::string> &variables,
                                    ImportError &error) {
  Code code;
  if (!readCode(text, code, error))
    return std::nullopt;
  if (!type.empty())
    code.names.push_back(type);
  for (const std::string &name : code.names)
    useName(name);
  for (const std::string &name : code.members)
    for (auto &[spelling, record] : std::map(classes))
      for (const clang::NamedDecl *member : current->membersOf(record, name))
        if (auto *method = dyn_cast<clang::CXXMethodDecl>(member))
          useType(method->getReturnType());
        else if (auto *value = dyn_cast<clang::ValueDecl>(member))
          useType(value->getType());
  std::string parameters, arguments, made, signature;
  for (size_t i = 0; i < code.variables.size(); ++i) {
    const Code::Variable &variable = code.variables[i];
    variables.push_back(variable.name);
    std::string n = std::to_string(i), a = "a" + n, x = "x" + n;
    parameters += (i ? ", plc_value " : "plc_value ") + a;
    arguments += (i ? ", " : "") + a;
    signature += i ? ",V" : "V";
    made += variable.type.empty()
                ? "[[maybe_unused]] plc::cxx::Variable plc_" + n + "(" + a + "); "
                : "plc::cxx::Argument<std::add_lvalue_reference_t<" +
                      variable.type + ">, true> " + x + "(" + a +
                      "); [[maybe_unused]] auto &&plc_" + n + " = " + x +
                      ".get(); ";
  }
  std::string result = !type.empty()       ? type
                       : code.isExpression ? "decltype(auto)"
                                           : "auto";
  std::string id = symbol("c" + text + "\n" + type);
  texts.try_emplace(
      id, "#line 1 \"" + id + "\"\nPLC_SHIM plc_value " + id + "(" +
              parameters +
              ") noexcept { try { const plc_value args[] = {" +
              (arguments.empty() ? "PLC_FALSE" : arguments) + "}; " + made +
              "return plc::cxx::resultOfCode([&]() -> " + result + " {\n#line 1 \"" +
              id + "\"\n" + (code.isExpression ? "return " : "") + code.text +
              "\n;}, plc::cxx::Owner{PLC_FALSE, args, " +
              std::to_string(code.variables.size()) +
              "}); } catch (...) { plc::cxx::failed(); return PLC_UNSPECIFIED; "
              "} }\n");
  return Call{id, "c++", "V(" + signature + ")"};
}

std::optional<Call> CxxSource::derive(const std::string &name,
                                      const std::vector<std::string> &bases,
                                      const std::vector<Method> &methods,
                                      ImportError &error) {
  std::vector<const clang::CXXRecordDecl *> records;
  std::string what = "d" + name;
  for (const std::string &base : bases) {
    const clang::CXXRecordDecl *record = nullptr;
    for (const clang::NamedDecl *declaration : lookUp(cxxName(base)))
      if (const clang::CXXRecordDecl *found = current->classOf(declaration))
        record = found;
    if (!record) {
      error.message = "`" + base + "` is no class";
      return std::nullopt;
    }
    if (unit->hasSema())
      unit->getSema().ForceDeclarationOfImplicitMembers(
          const_cast<clang::CXXRecordDecl *>(record));
    useClass(record);
    records.push_back(record);
    what += "\n" + current->spell(record);
  }
  for (const Method &method : methods)
    what += "\n" + method.name + "/" + std::to_string(method.count) +
            (method.isVariadic ? "+" : "");
  std::string id = symbol(what);
  Derived derived(*current, name, "lisp_" + hexText(hashBytes(prefix + what)));
  if (!derived.read(records, methods, error))
    return std::nullopt;
  for (clang::QualType type : derived.types())
    useType(type);
  std::string table;
  for (const clang::CXXConstructorDecl *constructor : records[0]->ctors()) {
    Candidate candidate = current->candidate(constructor);
    bool isProtected = constructor->getAccess() == clang::AS_protected;
    if ((!candidate.refusal.empty() && !isProtected) ||
        constructor->isCopyOrMoveConstructor() || constructor->isDeleted())
      continue;
    for (size_t arity = candidate.least; arity <= candidate.most; ++arity)
      table += overload(candidate, arity,
                        "plc::cxx::madeOf(new " + derived.spelling() + "(", "))",
                        "plc::cxx::Overload::Any");
  }
  if (table.empty()) {
    error.message = "`" + current->spell(records[0]) +
                    "` has no constructor that a derived class may call";
    return std::nullopt;
  }
  texts.try_emplace(
      id, "#line 1 \"" + id + "\"\n" + derived.definition() +
              "PLC_SHIM plc_value " + id +
              "(plc_value methods, plc_value args) noexcept {\n  static const "
              "plc::cxx::Overload overloads[] = {\n" +
              table + "  };\n  return plc::cxx::makeDerived(\"" + name +
              "\", overloads, methods, args);\n}\n");
  if (!made.contains(id))
    madeClasses[derived.spelling()] = records;
  return Call{id, name, "V(V,V)"};
}

} // namespace plc::cxximport
