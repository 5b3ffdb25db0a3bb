//===- ErrorNames.cpp - names by which programs know exceptions -----------===//
//
// An exception tells its class by the name that the class was declared with. Programs
// write what documentation says: without inline namespaces, which tell versions apart,
// and by aliases such as `nlohmann::json::parse_error`.
//
//===----------------------------------------------------------------------===//

#include "CxxSource.h"

#include "clang/AST/RecursiveASTVisitor.h"

#include <set>

using namespace clang;

namespace plc::cxximport {

namespace {

/// "a::b::c" of public classes and named namespaces; empty: nobody can write it.
std::string writtenName(const NamedDecl *declaration) {
  std::string name = declaration->getName().str();
  for (const DeclContext *context = declaration->getDeclContext();
       !name.empty() && !context->isTranslationUnit();
       context = context->getParent()) {
    if (auto *space = dyn_cast<NamespaceDecl>(context)) {
      if (space->isAnonymousNamespace())
        return "";
      if (!space->isInline())
        name = space->getName().str() + "::" + name;
    } else if (auto *record = dyn_cast<CXXRecordDecl>(context);
               record && !isa<ClassTemplateSpecializationDecl>(record)) {
      name = record->getName().str() + "::" + name;
    } else if (!isa<LinkageSpecDecl>(context)) {
      return "";
    }
  }
  return name;
}

bool isInInlineNamespace(const Decl *declaration) {
  for (const DeclContext *context = declaration->getDeclContext(); context;
       context = context->getParent())
    if (auto *space = dyn_cast<NamespaceDecl>(context); space && space->isInline())
      return true;
  return false;
}

bool isReachable(const Decl *declaration) {
  for (; !isa<TranslationUnitDecl>(declaration);
       declaration = cast<Decl>(declaration->getDeclContext()))
    if (AccessSpecifier access = declaration->getAccess();
        access != AS_public && access != AS_none)
      return false;
  return true;
}

/// Finds aliases in namespaces, and in classes those that are public.
class AliasFinder : public RecursiveASTVisitor<AliasFinder> {
public:
  AliasFinder(const std::set<const CXXRecordDecl *> &errors) : errors(errors) {}
  bool TraverseFunctionDecl(FunctionDecl *) { return true; }
  bool TraverseClassTemplateDecl(ClassTemplateDecl *) { return true; }
  bool VisitTypedefNameDecl(TypedefNameDecl *alias) {
    const auto *record = alias->getUnderlyingType()->getAsCXXRecordDecl();
    if (!record || !isReachable(alias) || alias->isInStdNamespace())
      return true;
    std::string name = writtenName(alias);
    if (name.empty())
      return true;
    record = record->getDefinition() ? record->getDefinition() : record;
    add(record, name);
    // Those of an instance of a class template are written behind its alias.
    if (isa<ClassTemplateSpecializationDecl>(record))
      for (const Decl *member : record->decls())
        if (auto *inside = dyn_cast<TypedefNameDecl>(member);
            inside && inside->getAccess() == AS_public)
          if (const auto *named = inside->getUnderlyingType()->getAsCXXRecordDecl())
            add(named->getDefinition() ? named->getDefinition() : named,
                name + "::" + inside->getName().str());
    return true;
  }
  std::map<const CXXRecordDecl *, std::set<std::string>> names;

private:
  void add(const CXXRecordDecl *record, const std::string &name) {
    if (errors.count(record))
      names[record].insert(name);
  }
  const std::set<const CXXRecordDecl *> &errors;
};

} // namespace

std::string CxxSource::errorNameCode() {
  std::set<const CXXRecordDecl *> errors;
  for (const CXXRecordDecl *exception : current->exceptions())
    if (!exception->isInStdNamespace() && isReachable(exception))
      errors.insert(exception->getDefinition());
  if (errors.empty())
    return "";
  AliasFinder finder(errors);
  finder.TraverseDecl(current->context.getTranslationUnitDecl());
  std::string code;
  for (const CXXRecordDecl *error : errors) {
    std::set<std::string> names = finder.names[error];
    std::string spelling = current->spell(error);
    // The first one is what errors are told by.
    std::vector<std::string> ordered(names.begin(), names.end());
    if (std::string written = writtenName(error);
        !written.empty() && isInInlineNamespace(error))
      ordered.insert(ordered.begin(), written);
    for (const std::string &name : ordered)
      if (named.insert(spelling + "=" + name).second)
        code += "  plc::cxx::nameError(typeid(::" + spelling + "), \"" + name + "\");\n";
  }
  return code;
}

} // namespace plc::cxximport
