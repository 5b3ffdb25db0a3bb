//===- Exceptions.cpp - classes of exceptions of a header -----------------===//

#include "Declarations.h"

#include "clang/AST/RecursiveASTVisitor.h"

#include "llvm/ADT/SmallPtrSet.h"

using namespace clang;

namespace plc::cxximport {

namespace {

/// Finds classes of exceptions.
class ExceptionFinder : public RecursiveASTVisitor<ExceptionFinder> {
public:
  ExceptionFinder(const Declarations &declarations) : names(declarations) {}

  bool TraverseDecl(Decl *declaration) {
    // What functions of the system throw is derived from std::exception.
    auto *function = dyn_cast_or_null<FunctionDecl>(declaration);
    if (function && names.context.getSourceManager().isInSystemHeader(
                        function->getLocation()))
      return true;
    return RecursiveASTVisitor::TraverseDecl(declaration);
  }
  bool VisitCXXRecordDecl(CXXRecordDecl *record) {
    if (record->hasDefinition() && !record->isDependentContext() && isError(record))
      add(names.classOf(record));
    return true;
  }
  bool VisitCXXThrowExpr(CXXThrowExpr *expression) {
    if (const Expr *thrown = expression->getSubExpr())
      if (!thrown->isTypeDependent() && thrown->getType()->isRecordType())
        add(names.classOf(thrown->getType()));
    return true;
  }
  std::vector<const CXXRecordDecl *> found;

private:
  static bool isError(const CXXRecordDecl *record) {
    if (record->getName() == "exception" && record->isInStdNamespace())
      return true;
    for (const CXXBaseSpecifier &base : record->bases())
      if (const CXXRecordDecl *above = base.getType()->getAsCXXRecordDecl();
          above && above->hasDefinition() && isError(above->getDefinition()))
        return true;
    return false;
  }
  void add(const CXXRecordDecl *record) {
    if (record && seen.insert(record).second)
      found.push_back(record);
  }

  const Declarations &names;
  llvm::SmallPtrSet<const CXXRecordDecl *, 16> seen;
};

} // namespace

const std::vector<const CXXRecordDecl *> &Declarations::exceptions() {
  if (!knownExceptions) {
    ExceptionFinder finder(*this);
    finder.TraverseDecl(context.getTranslationUnitDecl());
    knownExceptions = std::move(finder.found);
  }
  return *knownExceptions;
}

} // namespace plc::cxximport
