//===- Declarations.h - what names of C++ mean ------------------*- C++ -*-===//
#ifndef PLC_CXX_IMPORT_DECLARATIONS_H
#define PLC_CXX_IMPORT_DECLARATIONS_H

#include "plc/native.h"

#include "clang/AST/ASTContext.h"
#include "clang/AST/Decl.h"
#include "clang/AST/DeclCXX.h"
#include "clang/Frontend/ASTUnit.h"

#include <optional>
#include <string>
#include <vector>

namespace plc::cxximport {

/// "a::b<c>" of "a:b<c>".
std::string cxxName(const std::string &name);

/// A function that can be called, or why it cannot.
struct Candidate {
  const clang::FunctionDecl *function;
  std::string declaration;
  std::string refusal; ///< "" if there is none
  /// Spelled so that they mean the same anywhere.
  std::vector<std::string> parameters;
  unsigned least, most; ///< arguments
  /// 1 for a method that is called by its full name: the first argument is the
  /// object.
  unsigned objects = 0;
  bool mayThrow = true;
};

class Declarations {
public:
  explicit Declarations(clang::ASTUnit &unit);

  /// All that "a::b" names in the outermost scope: functions of several
  /// declarations are there once. `context` receives the namespace or class.
  std::vector<const clang::NamedDecl *> find(const std::string &name);

  Candidate candidate(const clang::FunctionDecl *function);
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
  /// False if no Lisp value of that kind can be passed for the type.
  bool mayTake(clang::QualType type, const native::Argument &argument) const;

  /// The symbol of a function that is called without a shim: it has one, throws
  /// nothing, and takes and returns scalars; "" if it is not so.
  std::string symbolOf(const clang::FunctionDecl *function) const;

  /// The class behind a type, a reference or a pointer to it; null if it is none
  /// whose instances can be had.
  const clang::CXXRecordDecl *classOf(clang::QualType type) const;
  const clang::CXXRecordDecl *classOf(const clang::NamedDecl *declaration) const;
  std::string spell(const clang::CXXRecordDecl *record) const;
  /// The public ones.
  std::vector<const clang::CXXRecordDecl *>
  basesOf(const clang::CXXRecordDecl *record) const;
  /// Public methods, fields and static members, of the class or of the first base
  /// that has some.
  std::vector<const clang::NamedDecl *>
  membersOf(const clang::CXXRecordDecl *record, const std::string &name) const;

  /// Classes of exceptions: those derived from std::exception, and those that code
  /// of the headers themselves throws.
  const std::vector<const clang::CXXRecordDecl *> &exceptions();

  clang::ASTContext &context;

private:
  clang::PrintingPolicy policy;
  std::optional<std::vector<const clang::CXXRecordDecl *>> knownExceptions;
};

} // namespace plc::cxximport
#endif // PLC_CXX_IMPORT_DECLARATIONS_H
