//===- Clang.h - libclang with values that clean up -------------*- C++ -*-===//
#ifndef PLC_C_IMPORT_CLANG_H
#define PLC_C_IMPORT_CLANG_H

#include "plc/native.h"

#include <clang-c/Index.h>

#include <string>
#include <utility>

namespace plc::cimport {

/// Takes the string over.
inline std::string text(CXString string) {
  const char *chars = clang_getCString(string);
  std::string result = chars ? chars : "";
  clang_disposeString(string);
  return result;
}

inline std::string spelling(CXCursor cursor) {
  return text(clang_getCursorSpelling(cursor));
}
inline std::string spelling(CXType type) {
  return text(clang_getTypeSpelling(type));
}

/// A file as it was found: "./" and the like are as the include path has them.
inline std::string fileName(CXFile file) {
  return file ? text(clang_getFileName(file)) : "";
}

/// Where a location is written; of what a macro expands to, where the macro is
/// used.
native::Origin originOf(CXSourceLocation location);
inline native::Origin originOf(CXCursor cursor) {
  return originOf(clang_getCursorLocation(cursor));
}

/// Calls `visit(cursor)` for each child; children of children are not visited.
template <typename Visit> void eachChild(CXCursor parent, Visit visit) {
  clang_visitChildren(
      parent,
      [](CXCursor cursor, CXCursor, CXClientData data) {
        (*static_cast<Visit *>(data))(cursor);
        return CXChildVisit_Continue;
      },
      &visit);
}

/// What is behind parentheses and implicit conversions.
CXCursor strippedExpression(CXCursor expression);

/// A parsed header. Movable, owns what libclang gave.
class Unit {
public:
  Unit() = default;
  Unit(Unit &&other) { swap(other); }
  Unit &operator=(Unit &&other) {
    swap(other);
    return *this;
  }
  ~Unit() {
    if (unit)
      clang_disposeTranslationUnit(unit);
    if (index)
      clang_disposeIndex(index);
  }
  void swap(Unit &other) {
    std::swap(index, other.index);
    std::swap(unit, other.unit);
  }

  CXIndex index = nullptr;
  CXTranslationUnit unit = nullptr;
};

} // namespace plc::cimport
#endif // PLC_C_IMPORT_CLANG_H
