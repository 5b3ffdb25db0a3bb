//===- Computations.cpp - what a library computes later -------------------===//
//
// Operators and functions of some libraries yield no numbers or matrices, but computations
// that are not done yet, each of a type of its own, which names the types of the operands.
// These types have no end, and refer to operands: for Lisp, they are done at once.
//
//===----------------------------------------------------------------------===//

#include "Declarations.h"

#include "clang/AST/DeclTemplate.h"

#include "llvm/ADT/SmallPtrSet.h"

#include <algorithm>

using namespace clang;

namespace plc::cxximport {

/// What a class or one of its bases names so.
static std::vector<const NamedDecl *> findIn(const CXXRecordDecl *record,
                                             llvm::StringRef name) {
  IdentifierInfo &id = record->getASTContext().Idents.get(name);
  std::vector<const NamedDecl *> found;
  for (const NamedDecl *declaration : record->lookup(DeclarationName(&id)))
    found.push_back(declaration);
  for (const CXXBaseSpecifier &base : record->bases())
    if (const CXXRecordDecl *above = base.getType()->getAsCXXRecordDecl();
        above && above->hasDefinition() && found.empty())
      found = findIn(above->getDefinition(), name);
  return found;
}

/// See Expression in plc/cxx/objects.h.
const CXXRecordDecl *Declarations::resultClass(QualType type) const {
  const CXXRecordDecl *record = classOf(type);
  if (!record || type->isReferenceType() || type->isPointerType())
    return record;
  const char *member = findIn(record, "eval").empty() ? "result_type" : "PlainObject";
  for (const NamedDecl *plain : findIn(record, member))
    if (auto *name = dyn_cast<TypedefNameDecl>(plain))
      if (const CXXRecordDecl *found = classOf(name->getUnderlyingType());
          found && found != record &&
          (!findIn(record, "eval").empty() ||
           converts(type, name->getUnderlyingType())))
        return found;
  const CXXRecordDecl *operand = computedClass(record);
  return operand ? operand : record;
}

/// The classes that the arguments of a template's instance name, also within others.
static void collectNamed(const CXXRecordDecl *record,
                         llvm::SmallPtrSetImpl<const CXXRecordDecl *> &seen,
                         std::vector<const CXXRecordDecl *> &found) {
  auto *instance = dyn_cast<ClassTemplateSpecializationDecl>(record);
  if (!instance || !seen.insert(record).second)
    return;
  auto collect = [&](const TemplateArgument &argument) {
    if (argument.getKind() != TemplateArgument::Type)
      return;
    if (const CXXRecordDecl *named = argument.getAsType()
                                         .getNonReferenceType()
                                         ->getAsCXXRecordDecl()) {
      found.push_back(named);
      collectNamed(named, seen, found);
    }
  };
  for (const TemplateArgument &argument : instance->getTemplateArgs().asArray())
    if (argument.getKind() == TemplateArgument::Pack)
      std::for_each(argument.pack_begin(), argument.pack_end(), collect);
    else
      collect(argument);
}

/// Has an operator that yields a reference, can be assigned to or made of nothing: it is
/// or stands for an object, and is no computation.
static bool isObject(const CXXRecordDecl *record) {
  if (record->needsImplicitDefaultConstructor())
    return true;
  for (const CXXConstructorDecl *constructor : record->ctors())
    if (constructor->isDefaultConstructor() && !constructor->isDeleted() &&
        constructor->getAccess() == AS_public)
      return true;
  for (const CXXMethodDecl *method : record->methods()) {
    auto *conversion = dyn_cast<CXXConversionDecl>(method);
    if ((conversion && conversion->getConversionType()->isReferenceType()) ||
        (!method->isImplicit() && !method->isDeleted() &&
         method->getOverloadedOperator() == OO_Equal))
      return true;
  }
  return false;
}

const CXXRecordDecl *
Declarations::computedClass(const CXXRecordDecl *record) const {
  auto [known, isNew] = computed.try_emplace(record, nullptr);
  if (!isNew)
    return known->second;
  if (record->isInStdNamespace() || isObject(record))
    return nullptr;
  std::vector<const CXXRecordDecl *> named;
  llvm::SmallPtrSet<const CXXRecordDecl *, 8> seen;
  collectNamed(record, seen, named);
  const CXXRecordDecl *result = nullptr;
  QualType type = record->getASTContext().getRecordType(record);
  for (const CXXRecordDecl *operand : named) {
    if (operand == record || !operand->hasDefinition() || operand->isInStdNamespace() ||
        operand->isEmpty() || operand->isAbstract())
      continue;
    operand = operand->getDefinition();
    // Of a class and one below it, what is more general: no row is a matrix.
    if ((!result || result->isDerivedFrom(operand)) &&
        converts(type, operand->getASTContext().getRecordType(operand)) &&
        !takesAnything(operand) && !computedClass(operand))
      result = operand;
  }
  return computed[record] = result;
}

} // namespace plc::cxximport
