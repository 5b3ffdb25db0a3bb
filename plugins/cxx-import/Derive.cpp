//===- Derive.cpp - classes that Lisp derives -----------------------------===//

#include "Derive.h"

#include "clang/AST/Attr.h"
#include "clang/AST/CXXInheritance.h"

using namespace clang;

namespace plc::cxximport {

/// A name of Lisp as one of C++.
static std::string identifierOf(llvm::StringRef name) {
  std::string result;
  for (char c : name)
    result += isalnum(static_cast<unsigned char>(c)) ? c : '_';
  return result.empty() || isdigit(static_cast<unsigned char>(result[0]))
             ? "c" + result
             : result;
}

Derived::Derived(Declarations &declarations, std::string name,
                 std::string space)
    : declarations(declarations), name(identifierOf(name)),
      space(std::move(space)) {}

/// Whether both are the same method for who overrides it.
static bool isSame(Declarations &declarations, const CXXMethodDecl *a,
                   const CXXMethodDecl *b) {
  return a->getNumParams() == b->getNumParams() &&
         a->getMethodQualifiers() == b->getMethodQualifiers() &&
         [&] {
           for (unsigned i = 0; i < a->getNumParams(); ++i)
             if (declarations.spell(a->getParamDecl(i)->getType()) !=
                 declarations.spell(b->getParamDecl(i)->getType()))
               return false;
           return true;
         }();
}

/// The virtual methods of that name, those of derived classes first.
void Derived::collect(const CXXRecordDecl *record, const std::string &method,
                      std::vector<const CXXMethodDecl *> &found) {
  for (const CXXMethodDecl *own : record->methods()) {
    if (!own->isVirtual() || !own->getIdentifier() || own->getName() != method)
      continue;
    bool isKnown = false;
    for (const CXXMethodDecl *other : found)
      isKnown |= isSame(declarations, own, other);
    if (!isKnown)
      found.push_back(own);
  }
  for (const CXXBaseSpecifier &base : record->bases())
    if (const CXXRecordDecl *above = base.getType()->getAsCXXRecordDecl();
        above && above->hasDefinition())
      collect(above->getDefinition(), method, found);
}

std::string Derived::methodText(const CXXMethodDecl *method, size_t index) {
  auto *type = method->getType()->castAs<FunctionProtoType>();
  std::string parameters, passed, types;
  for (unsigned i = 0; i < method->getNumParams(); ++i) {
    QualType parameter = method->getParamDecl(i)->getType();
    used.push_back(parameter);
    std::string spelled =
        "std::type_identity_t<" + declarations.spell(parameter) + ">";
    std::string p = "p" + std::to_string(i);
    parameters += (i ? ", " : "") + spelled + " " + p;
    types += ", " + spelled;
    passed += ", static_cast<" + spelled + " &&>(" + p + ")";
  }
  used.push_back(method->getReturnType());
  std::string result = declarations.spell(method->getReturnType());
  bool isNothrow = type->isNothrow();
  std::string suffix = method->isConst() ? " const" : "";
  suffix += method->isVolatile() ? " volatile" : "";
  suffix += type->getRefQualifier() == RQ_LValue   ? " &"
            : type->getRefQualifier() == RQ_RValue ? " &&"
                                                   : "";
  suffix += isNothrow ? " noexcept" : "";
  return "  auto " + method->getNameAsString() + "(" + parameters + ")" +
         suffix + " -> " + result + " override { return plc::cxx::callOverride<" +
         result + ", " + (isNothrow ? "true" : "false") + types +
         ">(const_cast<" + name + " &>(*this), " + std::to_string(index) +
         passed + "); }\n";
}

bool Derived::read(const std::vector<const CXXRecordDecl *> &bases,
                   const std::vector<native::Source::Method> &methods,
                   native::ImportError &error) {
  std::string head, body;
  for (const CXXRecordDecl *base : bases) {
    std::string spelled = "::" + declarations.spell(base);
    if (base->isEffectivelyFinal()) {
      error.message = "`" + declarations.spell(base) + "` is final";
      return false;
    }
    if (const CXXDestructorDecl *end = base->getDestructor();
        end && !end->isVirtual()) {
      error.message = "`" + declarations.spell(base) +
                      "` has no virtual destructor: C++ could not destroy what "
                      "is derived from it";
      return false;
    }
    head += (head.empty() ? "" : ", ") + ("public " + spelled);
    if (body.empty())
      body = "  using plc_base = " + spelled + ";\n";
  }
  std::vector<const CXXMethodDecl *> defined;
  for (size_t i = 0; i < methods.size(); ++i) {
    const native::Source::Method &method = methods[i];
    std::vector<const CXXMethodDecl *> all, fitting;
    for (const CXXRecordDecl *base : bases) {
      collect(base, method.name, all);
      if (all.empty() && method.name.find('-') != std::string::npos) {
        std::string other = method.name;
        std::replace(other.begin(), other.end(), '-', '_');
        collect(base, other, all);
      }
    }
    for (const CXXMethodDecl *found : all)
      if (found->getNumParams() == method.count ||
          (method.isVariadic && found->getNumParams() > method.count))
        fitting.push_back(found);
    for (const CXXMethodDecl *found : fitting)
      if (found->hasAttr<FinalAttr>()) {
        error.message = "`" + method.name + "` is final";
        return false;
      }
    if (fitting.empty()) {
      error.message =
          "there is no virtual method `" + method.name + "` with " +
          std::to_string(method.count) +
          (method.count == 1 ? " parameter" : " parameters");
      for (const CXXMethodDecl *found : all)
        error.hint += (error.hint.empty() ? "there is " : "; ") +
                      declarations.declarationOf(found);
      return false;
    }
    for (const CXXMethodDecl *found : fitting) {
      body += methodText(found, i);
      defined.push_back(found);
    }
  }
  for (const CXXRecordDecl *base : bases) {
    CXXFinalOverriderMap final;
    base->getFinalOverriders(final);
    for (auto &[method, parts] : final)
      for (auto &[part, overriders] : parts)
        for (const UniqueVirtualMethod &one : overriders) {
          if (!one.Method->isPureVirtual() || isa<CXXDestructorDecl>(one.Method))
            continue;
          bool isDefined = false;
          for (const CXXMethodDecl *other : defined)
            isDefined |= other->getNameAsString() ==
                             one.Method->getNameAsString() &&
                         isSame(declarations, other, one.Method);
          if (isDefined)
            continue;
          error.message = "`" + one.Method->getNameAsString() +
                          "` must be defined";
          error.hint = "it is " + declarations.declarationOf(one.Method);
          return false;
        }
  }
  text = "namespace " + space + " {\nstruct " + name + " final : " + head +
         ", plc::cxx::Derived {\n" + body + "  template <class... A> " + name +
         "(A &&...a) : plc_base(static_cast<A &&>(a)...) {}\n  " + name +
         "(const " + name + " &) = delete;\n};\n}\n";
  return true;
}

} // namespace plc::cxximport
