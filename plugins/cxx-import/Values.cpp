//===- Values.cpp - names of C++ as values --------------------------------===//
//
// Variables and constants, which are read and assigned by shims of their own, and what
// the compiler has to know of functions and classes to make procedures of them.
//
//===----------------------------------------------------------------------===//

#include "CxxSource.h"

#include "clang/AST/DeclTemplate.h"

using namespace plc::native;
using clang::dyn_cast;
using clang::isa;

namespace plc::cxximport {

std::vector<uint32_t> CxxSource::arities(const std::string &name) {
  std::set<uint32_t> counts;
  auto add = [&](auto isTaken) {
    for (uint32_t count = 0; count <= MostOfValue; ++count)
      if (isTaken(count))
        counts.insert(count);
  };
  auto addCandidate = [&](const Candidate &candidate) {
    add([&](uint32_t count) {
      return candidate.refusal.empty() && count >= candidate.least &&
             count <= candidate.most;
    });
  };
  for (const clang::NamedDecl *declaration : lookUp(cxxName(name))) {
    auto *method = dyn_cast<clang::CXXMethodDecl>(declaration);
    if (method && !method->isStatic() &&
        !isa<clang::CXXConstructorDecl>(method)) {
      addCandidate(current->qualified(method));
    } else if (auto *function = dyn_cast<clang::FunctionDecl>(declaration)) {
      addCandidate(current->candidate(function));
    } else if (auto *pattern =
                   dyn_cast<clang::FunctionTemplateDecl>(declaration)) {
      add([&](uint32_t count) { return takesCount(pattern, count); });
    } else if (auto *record = current->classOf(declaration);
               record && !record->isAbstract()) {
      for (const clang::CXXConstructorDecl *constructor : record->ctors())
        addCandidate(current->candidate(constructor));
      if (std::optional<Candidate> fields = current->aggregate(record))
        addCandidate(*fields);
    }
  }
  return {counts.begin(), counts.end()};
}

std::optional<Call> CxxSource::value(const std::string &name,
                                     ImportError &error) {
  for (const clang::NamedDecl *declaration : lookUp(cxxName(name))) {
    if (!isa<clang::VarDecl, clang::EnumConstantDecl>(declaration))
      continue;
    std::string what = current->qualifiedName(declaration);
    std::string id = symbol("g" + what);
    clang::QualType type = llvm::cast<clang::ValueDecl>(declaration)->getType();
    useType(type);
    wanted.try_emplace(id,
                       "PLC_SHIM plc_value " + id +
                           "() noexcept { try { return plc::cxx::resultOf([]() "
                           "-> decltype(auto) { return (::" +
                           what +
                           "); }); } catch (...) { plc::cxx::failed(); return "
                           "PLC_UNSPECIFIED; } }\n");
    return Call{id, name, "V()",
                resultClassOf(type)};
  }
  error.message = "it is no value";
  for (const clang::NamedDecl *declaration : lookUp(cxxName(name)))
    if (isa<clang::ClassTemplateDecl, clang::TypeAliasTemplateDecl>(declaration))
      error.message = kWhichClass;
  return std::nullopt;
}

std::optional<Call> CxxSource::assign(const std::string &name,
                                      ImportError &error) {
  for (const clang::NamedDecl *declaration : lookUp(cxxName(name))) {
    auto *variable = dyn_cast<clang::VarDecl>(declaration);
    if (!variable || variable->getType().isConstQualified())
      continue;
    std::string what = current->qualifiedName(declaration);
    std::string id = symbol("=" + what);
    wanted.try_emplace(
        id, "PLC_SHIM plc_value " + id +
                "(plc_value v) noexcept { try { ::" + what +
                " = plc::cxx::Argument<" +
                current->spell(variable->getType()) +
                ">(v).get(); } catch (...) { plc::cxx::failed(); } return "
                "PLC_UNSPECIFIED; }\n");
    return Call{id, name, "V(V)"};
  }
  error.message = "it is no variable";
  return std::nullopt;
}

} // namespace plc::cxximport
