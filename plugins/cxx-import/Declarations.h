//===- Declarations.h - what names of C++ mean ------------------*- C++ -*-===//
#ifndef PLC_CXX_IMPORT_DECLARATIONS_H
#define PLC_CXX_IMPORT_DECLARATIONS_H

#include "plc/native.h"

#include "clang/AST/ASTContext.h"
#include "clang/AST/Decl.h"
#include "clang/AST/DeclCXX.h"
#include "clang/Frontend/ASTUnit.h"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace clang {
class Scope;
}

namespace plc::cxximport {

/// "a::b<c>" of "a:b<c>".
std::string cxxName(const std::string &name);

/// "std::string" or "std::string_view" of what a type is spelled in full, "" of others.
std::string textType(llvm::StringRef spelling);

/// A function that can be called, or why it cannot.
struct Candidate {
  /// Null for the aggregate `made`, whose fields are the parameters.
  const clang::FunctionDecl *function = nullptr;
  /// The class of what a constructor makes.
  const clang::CXXRecordDecl *made = nullptr;
  std::string declaration;
  std::string refusal; ///< "" if there is none
  /// Spelled so that they mean the same anywhere.
  std::vector<std::string> parameters;
  std::vector<clang::QualType> types; ///< of these
  unsigned least = 0, most = 0; ///< arguments
  /// 1 for a method that is called by its full name: the first argument is the
  /// object.
  unsigned objects = 0;
  bool mayThrow = true;
  /// Text that stands for an argument, which C++ wants to know when it compiles:
  /// "" for those that are values.
  std::vector<std::string> literals;
};

class Declarations {
public:
  /// \param earlier  of a unit to whose declarations there are pointers, too
  explicit Declarations(clang::ASTUnit &unit,
                        const Declarations *earlier = nullptr);

  /// All that "a::b" names in the outermost scope: functions of several
  /// declarations are there once. `context` receives the namespace or class.
  std::vector<const clang::NamedDecl *> find(const std::string &name);

  Candidate candidate(const clang::FunctionDecl *function);
  /// What clang says against the body of a method of an instance, "" if nothing.
  /// \param isDeep  also against what that needs
  std::string errorIn(const clang::FunctionDecl *function, bool isDeep) const;
  /// The fields of a class as what makes it; none if it is no aggregate, or not
  /// all of them can be assigned.
  std::optional<Candidate> aggregate(const clang::CXXRecordDecl *record);
  /// Its public templates of constructors.
  std::vector<const clang::FunctionTemplateDecl *>
  constructorTemplates(const clang::CXXRecordDecl *record) const;
  /// True if a literal of that kind becomes an instance where one is needed.
  bool convertsTo(const clang::CXXRecordDecl *record,
                  const native::Argument &argument) const;
  /// It has a constructor for values of any type.
  bool takesAnything(const clang::CXXRecordDecl *record) const;
  /// Other classes whose instances become one of this class where one is needed.
  std::vector<const clang::CXXRecordDecl *>
  convertedClasses(const clang::CXXRecordDecl *record) const;
  /// Classes that its own instances become, by operators.
  std::vector<const clang::CXXRecordDecl *>
  conversionsOf(const clang::CXXRecordDecl *record) const;
  /// A method by its full name, that of this very class.
  Candidate qualified(const clang::CXXMethodDecl *method);
  std::string spell(clang::QualType type) const;
  std::string declarationOf(const clang::NamedDecl *declaration) const;
  std::string documentationOf(const clang::NamedDecl *declaration) const;
  native::Origin originOf(const clang::NamedDecl *declaration) const;
  std::string qualifiedName(const clang::NamedDecl *declaration) const;

  /// How a scalar stands in the text of a signature; "" if it is none, or a shim
  /// has to convert it.
  std::string scalarText(clang::QualType type) const;
  /// A reference to a number or string that may be changed.
  bool isBoxed(clang::QualType type) const;
  /// False if no Lisp value of that kind can be passed for the type.
  bool mayTake(clang::QualType type, const native::Argument &argument) const;

  /// The symbol of a function that is called without a shim: it has one, throws
  /// nothing, and takes and returns scalars; "" if it is not so.
  std::string symbolOf(const clang::FunctionDecl *function) const;

  /// The class behind a type, a reference or a pointer to it; null if it is none
  /// whose instances can be had.
  const clang::CXXRecordDecl *classOf(clang::QualType type) const;
  /// The class of that name, also std::string: made by it, that is an object.
  const clang::CXXRecordDecl *classOf(const clang::NamedDecl *declaration) const;
  /// The same of a result: what is computed later is computed then.
  const clang::CXXRecordDecl *resultClass(clang::QualType type) const;
  /// Of an unfinished computation without a type that says it, what that results
  /// in: the class of an operand that it becomes where one is needed. Null of others.
  const clang::CXXRecordDecl *
  computedClass(const clang::CXXRecordDecl *record) const;
  /// Of a class without a name, by the member that is one; "" if there is none.
  std::string spell(const clang::CXXRecordDecl *record) const;
  /// The type of a field or static member, without const.
  std::string spellTypeOf(const clang::CXXRecordDecl *owner,
                          const clang::ValueDecl *member) const;
  /// The public ones.
  std::vector<const clang::CXXRecordDecl *>
  basesOf(const clang::CXXRecordDecl *record) const;
  /// Those that a parameter may have: not what the library is made of.
  std::vector<const clang::CXXRecordDecl *>
  namedBasesOf(const clang::CXXRecordDecl *record) const;
  /// What a walk over it yields, a null type if there is none.
  clang::QualType elementType(const clang::CXXRecordDecl *record) const;
  /// What `->` leads to; null if there is no such operator. `isConst` is set if it
  /// cannot be changed.
  const clang::CXXRecordDecl *pointeeOf(const clang::CXXRecordDecl *record,
                                        bool *isConst = nullptr) const;
  /// std::unique_ptr or std::shared_ptr to a class.
  bool isSmartPointer(const clang::CXXRecordDecl *record) const;
  /// A variable whose class has an operator ().
  bool isCallable(const clang::VarDecl *variable) const;
  /// A class whose instances are values of Lisp, unless they are made by name.
  bool isValue(const clang::CXXRecordDecl *record) const;
  /// Public methods, templates of them, fields and static members, of the class or
  /// of the first base that has some.
  std::vector<const clang::NamedDecl *>
  membersOf(const clang::CXXRecordDecl *record, const std::string &name) const;

  /// Classes of exceptions: those derived from std::exception, and those that code
  /// of the headers themselves throws.
  const std::vector<const clang::CXXRecordDecl *> &exceptions();

  clang::ASTContext &context;

private:
  static bool isUnnamed(const clang::TagDecl *type);
  std::string spellMember(const clang::CXXRecordDecl *owner,
                          const clang::ValueDecl *member) const;
  const clang::CXXRecordDecl *recordOf(clang::QualType type) const;
  clang::Sema *semaOf(const clang::Decl *declaration) const;
  clang::QualType resultOf(const clang::CXXRecordDecl *record,
                           clang::DeclarationName method) const;
  bool converts(clang::QualType from, clang::QualType to) const;

  std::map<const clang::ASTContext *, clang::Sema *> semas;
  std::vector<std::shared_ptr<clang::Scope>> scopes; ///< the outermost ones of these
  clang::PrintingPolicy policy;
  std::optional<std::vector<const clang::CXXRecordDecl *>> knownExceptions;
  mutable std::map<const clang::FunctionDecl *, std::string> bodyErrors;
  mutable std::map<const clang::CXXRecordDecl *, const clang::CXXRecordDecl *>
      computed;
};

} // namespace plc::cxximport
#endif // PLC_CXX_IMPORT_DECLARATIONS_H
