//===- Derive.h - classes that Lisp derives ---------------------*- C++ -*-===//
#ifndef PLC_CXX_IMPORT_DERIVE_H
#define PLC_CXX_IMPORT_DERIVE_H

#include "Declarations.h"

namespace plc::cxximport {

/// The text of a class whose virtual methods call procedures of Lisp.
class Derived {
public:
  /// \param space  a namespace that only this class has
  Derived(Declarations &declarations, std::string name, std::string space);

  /// \returns false and fills in `error` if there is no such virtual method, or one
  /// that must be defined is not.
  bool read(const std::vector<const clang::CXXRecordDecl *> &bases,
            const std::vector<native::Source::Method> &methods,
            native::ImportError &error);

  std::string spelling() const { return "::" + space + "::" + name; }
  const std::string &definition() const { return text; }
  /// Of parameters and results.
  const std::vector<clang::QualType> &types() const { return used; }

private:
  void collect(const clang::CXXRecordDecl *record, const std::string &method,
               std::vector<const clang::CXXMethodDecl *> &found);
  std::string methodText(const clang::CXXMethodDecl *method, size_t index);

  Declarations &declarations;
  std::string name, space, text;
  std::vector<clang::QualType> used;
};

} // namespace plc::cxximport
#endif // PLC_CXX_IMPORT_DERIVE_H
