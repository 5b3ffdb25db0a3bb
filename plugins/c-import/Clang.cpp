//===- Clang.cpp - libclang with values that clean up ---------------------===//

#include "Clang.h"

namespace plc::cimport {

native::Origin originOf(CXSourceLocation location) {
  native::Origin origin;
  CXFile file;
  clang_getExpansionLocation(location, &file, &origin.line, &origin.column,
                             nullptr);
  origin.file = fileName(file);
  return origin;
}

CXCursor strippedExpression(CXCursor expression) {
  for (;;) {
    CXCursorKind kind = clang_getCursorKind(expression);
    if (kind != CXCursor_ParenExpr && kind != CXCursor_UnexposedExpr)
      return expression;
    CXCursor inner = clang_getNullCursor();
    int count = 0;
    eachChild(expression, [&](CXCursor child) {
      inner = child;
      ++count;
    });
    if (count != 1)
      return expression;
    expression = inner;
  }
}

} // namespace plc::cimport
