//===- Classes.cpp - classes of C++ and their members ---------------------===//
//
// What makes classes known to the runtime: their bases, and of their members those
// that the program uses by name.
//
//===----------------------------------------------------------------------===//

#include "CxxSource.h"
#include "Shims.h"

#include "clang/AST/DeclTemplate.h"

#include <algorithm>

using clang::dyn_cast;
using clang::isa;

namespace plc::cxximport {

void CxxSource::useType(clang::QualType type) {
  const clang::CXXRecordDecl *record = current->resultClass(type);
  if (!record)
    return;
  if (const clang::CXXRecordDecl *written = current->classOf(type);
      written != record && current->computedClass(written) == record)
    finished.try_emplace(current->spell(written), current->spell(record));
  // Of values there are the parts.
  if (!current->isValue(record))
    useClass(record);
  else
    usePartsOf(record);
}

/// The classes that are arguments of a template's instance: elements, alternatives.
void CxxSource::usePartsOf(const clang::CXXRecordDecl *record) {
  auto *instance = dyn_cast<clang::ClassTemplateSpecializationDecl>(record);
  if (!instance)
    return;
  auto use = [&](const clang::TemplateArgument &argument) {
    if (argument.getKind() != clang::TemplateArgument::Type)
      return;
    const clang::CXXRecordDecl *part = current->classOf(argument.getAsType());
    // Not what says how a container works.
    if (part && !(part->isInStdNamespace() && part->isEmpty()))
      useType(argument.getAsType());
  };
  for (const clang::TemplateArgument &argument :
       instance->getTemplateArgs().asArray())
    if (argument.getKind() == clang::TemplateArgument::Pack)
      std::for_each(argument.pack_begin(), argument.pack_end(), use);
    else
      use(argument);
}

/// Templates that are made to be derived from repeat all members of a library (Eigen has
/// ten such bases for one matrix). No object shows itself as one of these: what derives
/// has their members, too.
static bool isMixin(const clang::CXXRecordDecl *record) {
  return isa<clang::ClassTemplateSpecializationDecl>(record) &&
         !record->isPolymorphic() && !record->isInStdNamespace();
}

void CxxSource::useClass(const clang::CXXRecordDecl *record, bool isBase) {
  // What operators of std::valarray yield has no end: it is computed at once.
  if (record->isInStdNamespace() && record->getName() == "_Expr")
    return;
  std::string name = current->spell(record);
  bool isNew = classes.try_emplace(name, record).second;
  if (!isBase)
    mixins.erase(name);
  if (!isNew)
    return;
  if (isBase && isMixin(record))
    mixins.insert(name);
  for (const clang::CXXRecordDecl *base : current->namedBasesOf(record))
    useClass(base, /*isBase=*/true);
  usePartsOf(record);
  if (clang::QualType element = current->elementType(record); !element.isNull())
    useType(element);
  if (const clang::CXXRecordDecl *pointee = current->pointeeOf(record))
    useClass(pointee);
}

/// True if there is a twin of the method for objects that may change.
static bool isHidden(Declarations &declarations, const Candidate &candidate,
                     const std::vector<const clang::NamedDecl *> &found) {
  auto *method = llvm::cast<clang::CXXMethodDecl>(candidate.function);
  return method->isConst() &&
         std::any_of(found.begin(), found.end(), [&](auto *other) {
           auto *twin = dyn_cast<clang::CXXMethodDecl>(other);
           return twin && !twin->isStatic() && !twin->isConst() &&
                  declarations.candidate(twin).parameters ==
                      candidate.parameters;
         });
}

/// A method as a row of a table of overloads; `found`: all of its name.
std::string
CxxSource::methodRow(const clang::CXXRecordDecl *record,
                     const std::vector<const clang::NamedDecl *> &found,
                     const Candidate &candidate, size_t arity,
                     const std::string &behind) {
  auto *method = llvm::cast<clang::CXXMethodDecl>(candidate.function);
  std::string flags =
      std::string(method->isStatic()  ? "plc::cxx::Overload::Any"
                  : method->isConst() ? "plc::cxx::Overload::Const"
                                      : "0") +
      (isHidden(*current, candidate, found) ? " | plc::cxx::Overload::Hidden"
                                            : "");
  // A method for const objects is called through one.
  std::string object = !behind.empty()
                           ? behind
                           : std::string("static_cast<") +
                                 (method->isConst() ? "const ::" : "::") +
                                 current->spell(record) + " *>(self)->";
  return overload(candidate, arity, object + method->getNameAsString() + "(",
                  ")", flags);
}

/// What assigns to what calls of the object refer to: the last argument is the value.
std::string CxxSource::callSetRows(const clang::CXXRecordDecl *record) {
  std::string rows;
  for (const clang::NamedDecl *declaration : current->membersOf(record, PLC_SHIM_CALL)) {
    auto *method = dyn_cast<clang::CXXMethodDecl>(declaration);
    if (!method || method->isConst())
      continue;
    clang::QualType place = method->getReturnType();
    Candidate candidate = current->candidate(method);
    if (!candidate.refusal.empty() || !place->isLValueReferenceType() ||
        place.getNonReferenceType().isConstQualified())
      continue;
    clang::QualType value = place.getNonReferenceType();
    for (size_t arity = candidate.least; arity <= candidate.most; ++arity) {
      Candidate row = candidate;
      row.types.resize(arity);
      row.parameters.resize(arity);
      row.types.push_back(value);
      row.parameters.push_back(current->spell(value));
      rows += overload(row, arity + 1,
                       "plc::cxx::setCall(*static_cast<::" + current->spell(record) +
                           " *>(self), ",
                       ")", "0");
    }
  }
  return rows;
}

/// What makes a member known, "" if the class has none of that name.
std::string CxxSource::memberCode(const clang::CXXRecordDecl *record,
                                  const std::string &name) {
  std::string type = "::" + current->spell(record);
  std::string self = "static_cast<" + type + " *>(self)->";
  std::string table, get, set;
  const char *use =
      "[](plc_value ref, plc_shim_object *object, const plc_value *args, size_t "
      "count, plc_value *result, plc_error *error) noexcept -> plc_status ";
  std::string base = withoutArguments(name);
  if (base.empty())
    base = name;
  std::vector<const clang::NamedDecl *> found =
      current->membersOf(record, base);
  // Else of what `->` leads to.
  const clang::CXXRecordDecl *owner = record;
  std::string behind;
  bool isConst = false;
  while (found.empty() && (owner = current->pointeeOf(owner, &isConst))) {
    found = current->membersOf(owner, base);
    behind = behind.empty() ? "plc::cxx::pointee(*static_cast<" + type +
                                  " *>(self))."
                            : "plc::cxx::pointee(" +
                                  behind.substr(0, behind.size() - 1) + ").";
    self = behind;
  }
  if (name == PLC_SHIM_CALL_SET)
    table = callSetRows(record);
  else if (!owner)
    return "";
  Templates templates;
  for (const clang::NamedDecl *declaration : found) {
    if (auto *made = dyn_cast<clang::FunctionTemplateDecl>(declaration))
      templates.push_back(made);
    if (auto *method = dyn_cast<clang::CXXMethodDecl>(declaration)) {
      Candidate candidate = current->candidate(method);
      if (isConst && !method->isConst())
        continue;
      if (!candidate.refusal.empty()) {
        table += refusedRow(candidate.declaration, std::to_string(candidate.most),
                            candidate.refusal);
        continue;
      }
      useTypes(candidate);
      for (size_t arity = candidate.least; arity <= candidate.most; ++arity)
        table += methodRow(record, found, candidate, arity, behind);
      continue;
    }
    auto *value = dyn_cast<clang::ValueDecl>(declaration);
    if (!value)
      continue;
    useType(current->context.getBaseElementType(value->getType()));
    get = std::string(use) +
          "{ return plc::cxx::guarded(error, [&] { void *self = "
          "object->address; *result = plc::cxx::resultOf(" +
          readField(value, self) +
          ", plc::cxx::Owner{ref}); return PLC_OK; }); }";
    if (!value->getType().isConstQualified() &&
        !value->getType()->isReferenceType() && !isConst)
      set = std::string(use) +
            "{ return plc::cxx::guarded(error, [&] { void *self = "
            "object->address; " +
            assignField(owner, value, self, "args[0]") + " return PLC_OK; }); }";
  }
  if (!templates.empty())
    table += memberTemplateRows(owner, self, name, templates, found);
  if (table.empty() && get.empty())
    return "";
  std::string call;
  if (!table.empty())
    call = std::string(use) +
           "{\n  static const plc::cxx::Overload overloads[] = {\n" + table +
           "  };\n  return plc::cxx::callMethod(\"" + name +
           "\", overloads, ref, object, args, count, result, error);\n}";
  auto orNull = [](const std::string &text) {
    return text.empty() ? std::string("nullptr") : text;
  };
  return "  plc::cxx::addMember<" + type + ">(\"" + name + "\", " +
         orNull(call) + ", " + orNull(get) + ", " + orNull(set) + ");\n";
}

/// What the class itself declares and others may use, a space behind each name.
static std::string publicNames(const clang::CXXRecordDecl *record) {
  std::set<std::string> names;
  for (const clang::Decl *declaration : record->decls()) {
    auto *named = dyn_cast<clang::NamedDecl>(declaration);
    if (named && named->getIdentifier() && !named->getName().empty() &&
        named->getAccess() == clang::AS_public && !named->isImplicit() &&
        !named->getName().starts_with("_") &&
        isa<clang::CXXMethodDecl, clang::FieldDecl, clang::IndirectFieldDecl,
            clang::VarDecl, clang::FunctionTemplateDecl>(named))
      names.insert(named->getName().str());
  }
  std::string text;
  for (const std::string &name : names)
    text += name + " ";
  return text;
}

/// What makes classes known that have not been: their bases, and the members that
/// the program uses. More classes may be seen on the way.
std::string CxxSource::classCode() {
  std::string code;
  // What all exceptions say, the shims tell anyway.
  for (const std::string &name : members)
    if (name != "what")
      for (const clang::CXXRecordDecl *exception : current->exceptions())
        if (!current->membersOf(exception, name).empty())
          useClass(exception);
  for (size_t before = 0; before != classes.size();) {
    before = classes.size();
    auto known = classes;
    for (auto &[spelling, record] : known) {
      for (const clang::CXXRecordDecl *base : current->namedBasesOf(record)) {
        std::string above = current->spell(base);
        if (madeMembers.insert(spelling + ":" + above).second)
          code += "  plc::cxx::addBase<::" + spelling + ", ::" + above + ">();\n";
      }
      if (current->isSmartPointer(record) &&
          madeMembers.insert(spelling + "->").second)
        if (const clang::CXXRecordDecl *pointee = current->pointeeOf(record))
          code += "  plc::cxx::addPointee<::" + spelling + ", ::" +
                  current->spell(pointee) + ">();\n";
      if (madeMembers.insert(spelling + ".").second)
        if (std::string names = publicNames(record); !names.empty())
          code += "  plc::cxx::nameMembers<::" + spelling + ">(\"" + names + "\");\n";
      if (mixins.count(spelling))
        continue;
      for (const std::string &name : members)
        if (madeMembers.insert(spelling + "." + name).second)
          code += memberCode(record, name);
    }
    for (auto &[sign, isOfLibrary] : operators)
      code += operatorCode(sign, isOfLibrary);
  }
  return code;
}

/// Forms of a session make the operations of a class once, that is most of what
/// clang has to do for it: `starting` makes them known, later ones look for them.
std::string CxxSource::knownClassCode(std::string &starting) {
  std::string code;
  for (auto &[spelling, record] : classes) {
    if (spelling == "std::exception" || !textType(spelling).empty())
      continue; // plc/cxx.h has made it before
    if (recorded.insert(spelling).second)
      starting += "  plc::cxx::addClass<::" + spelling + ">();\n";
    else
      code += "template <> inline plc_shim_class *plc::cxx::classOf<::" +
              spelling + ">() { static plc_shim_class *const type = "
              "plc::cxx::knownClass<::" + spelling + ">(); return type; }\n";
  }
  return code;
}

} // namespace plc::cxximport
