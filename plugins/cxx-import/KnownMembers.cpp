//===- KnownMembers.cpp - members of objects of known classes -------------===//
//
// Where the class of an object is known when compiling, the shim of its member is
// called without looking for that.
//
//===----------------------------------------------------------------------===//

#include "CxxSource.h"

#include "clang/AST/DeclTemplate.h"

using clang::dyn_cast;
using clang::isa;

namespace plc::cxximport {

std::optional<Call> CxxSource::member(const std::string &type,
                                      const std::string &name, MemberUse use,
                                      const std::vector<Argument> &arguments) {
  auto known = classes.find(type);
  if (known == classes.end())
    return std::nullopt;
  std::vector<const clang::NamedDecl *> found =
      current->membersOf(known->second, name);
  if (use == MemberUse::Call)
    return callKnown(known->second, name, found, arguments);
  if (found.size() != 1 || isa<clang::FunctionDecl>(found[0]))
    return std::nullopt;
  auto *field = dyn_cast<clang::ValueDecl>(found[0]);
  if (!field || isa<clang::FunctionTemplateDecl>(found[0]) || (use == MemberUse::Set &&
                 (field->getType().isConstQualified() ||
                  field->getType()->isReferenceType())))
    return std::nullopt;
  return useField(known->second, field, use == MemberUse::Set);
}

std::optional<Call>
CxxSource::callKnown(const clang::CXXRecordDecl *record,
                     const std::string &name,
                     const std::vector<const clang::NamedDecl *> &found,
                     const std::vector<Argument> &arguments) {
  std::vector<Candidate> all;
  for (const clang::NamedDecl *declaration : found) {
    if (auto *method = dyn_cast<clang::CXXMethodDecl>(declaration))
      all.push_back(current->candidate(method));
    auto *made = dyn_cast<clang::FunctionTemplateDecl>(declaration);
    if (made && takesCount(made, arguments.size()))
      return std::nullopt; // its types are deduced later
  }
  std::vector<Candidate> possible = possibleOf(all, arguments);
  if (possible.empty())
    return std::nullopt;
  for (const Candidate &candidate : possible)
    useTypes(candidate);
  std::string type = current->spell(record);
  size_t arity = arguments.size();
  std::string what = type + "." + name + "/" + std::to_string(arity);
  for (const Candidate &candidate : possible)
    what += "\n" + candidate.declaration;
  std::string id = symbol("m" + what), parameters, passed, signature;
  auto *only = llvm::cast<clang::CXXMethodDecl>(possible[0].function);
  if (possible.size() == 1 && !only->isStatic() && !mayBlock(only))
    signature = scalarSignature(possible[0], arity, "V");
  bool isScalar = !signature.empty();
  for (size_t i = 0; i < arity; ++i) {
    std::string x = "a" + std::to_string(i);
    parameters += ", " + (isScalar ? possible[0].parameters[i] : "plc_value") +
                  " " + x;
    passed += (i ? ", " : "") + x;
    signature += isScalar ? "" : ",V";
  }
  std::string head = id + "(plc_value self" + parameters + ") noexcept {";
  if (isScalar) {
    std::string result = current->spell(only->getReturnType());
    wanted.try_emplace(
        id, "PLC_SHIM " + result + " " + head + " try { return plc::cxx::" +
                (only->isConst() ? "unchanged<::" : "changeable<::") + type +
                (only->isConst() ? ">(self)" : ">(self, \"" + name + "\")") +
                "->" + name + "(" + passed +
                "); } catch (...) { plc::cxx::failed(); } return " +
                (result == "void" ? "" : "{}") + "; }\n");
    return Call{id, name, signature};
  }
  std::string table;
  for (const Candidate &candidate : possible)
    table += methodRow(record, found, candidate, arity);
  wanted.try_emplace(
      id, "PLC_SHIM plc_value " + head +
              "\n  static const plc::cxx::Overload overloads[] = {\n" + table +
              "  };\n  const plc_value args[] = {" +
              (arity ? passed : "PLC_FALSE") +
              "};\n  return plc::cxx::callKnown<::" + type + ">(\"" + name +
              "\", overloads, self, args, " + std::to_string(arity) +
              ");\n}\n");
  return Call{id, name, "V(V" + signature + ")", resultClass(possible)};
}

static bool isBitField(const clang::ValueDecl *field) {
  if (auto *part = dyn_cast<clang::IndirectFieldDecl>(field))
    field = part->getAnonField();
  auto *member = dyn_cast<clang::FieldDecl>(field);
  return member && member->isBitField();
}

/// A closure that yields the field; `object` ends with `->`.
std::string CxxSource::readField(const clang::ValueDecl *field,
                                 const std::string &object) {
  std::string read = object + field->getNameAsString();
  return std::string("[&]() -> ") +
         (isBitField(field) ? "auto" : "decltype(auto)") + " { return " +
         (field->getType()->isArrayType() ? "plc::cxx::contentOf(" : "(") + read +
         "); }";
}

std::string CxxSource::assignField(const clang::CXXRecordDecl *record,
                                   const clang::ValueDecl *field,
                                   const std::string &object,
                                   const std::string &value) {
  std::string place = object + field->getNameAsString();
  // Nothing refers to one.
  return isBitField(field)
             ? place + " = plc::cxx::Argument<" + current->spellTypeOf(record, field) +
                   ">(" + value + ").get();"
             : "plc::cxx::assign(" + place + ", " + value + ");";
}

Call CxxSource::useField(const clang::CXXRecordDecl *record,
                         const clang::ValueDecl *field, bool isSet) {
  std::string type = current->spell(record), name = field->getNameAsString();
  useType(current->context.getBaseElementType(field->getType()));
  std::string scalar = current->scalarText(field->getType());
  std::string own = current->spellTypeOf(record, field);
  std::string id = symbol((isSet ? "=" : ".") + type + "." + name);
  std::string caught = " } catch (...) { plc::cxx::failed(); } ";
  std::string holder = std::string("plc::cxx::") +
                       (isSet ? "changeable" : "unchanged") + "<::" + type +
                       ">(self)->";
  std::string object = holder + name;
  if (isSet && !scalar.empty()) {
    wanted.try_emplace(id, "PLC_SHIM void " + id + "(plc_value self, " + own +
                               " v) noexcept { try { " + object + " = v;" +
                               caught + "}\n");
    return {id, name, "v(V," + scalar + ")"};
  }
  if (isSet) {
    wanted.try_emplace(id, "PLC_SHIM plc_value " + id +
                               "(plc_value self, plc_value v) noexcept { try { " +
                               assignField(record, field, holder, "v") + caught +
                               "return PLC_UNSPECIFIED; }\n");
    return {id, name, "V(V,V)"};
  }
  if (!scalar.empty()) {
    wanted.try_emplace(id, "PLC_SHIM " + own + " " + id +
                               "(plc_value self) noexcept { try { return " +
                               object + ";" + caught + "return {}; }\n");
    return {id, name, scalar + "(V)"};
  }
  // Its part of the object, which can be changed if that can.
  wanted.try_emplace(
      id, "PLC_SHIM plc_value " + id +
              "(plc_value self) noexcept { try { auto *object = const_cast<::" +
              type + " *>(plc::cxx::unchanged<::" + type +
              ">(self)); return plc::cxx::resultOf(" +
              readField(field, "object->") + ", plc::cxx::Owner{self});" + caught +
              "return PLC_UNSPECIFIED; }\n");
  return {id, name, "V(V)", resultClassOf(field->getType())};
}

} // namespace plc::cxximport
