//===- Probe.cpp - what Clang thinks of small functions -------------------===//

#include "Probe.h"

namespace plc::cimport {

size_t Probe::add(const std::string &code) {
  std::string name = "plc_piece_" + std::to_string(lines.size());
  std::string line;
  for (char c : code)
    if (c == '@')
      line += name;
    else
      line += c;
  lines.push_back(line);
  return lines.size() - 1;
}

void Probe::run() {
  errors.assign(lines.size(), "");
  cursors.assign(lines.size(), clang_getNullCursor());
  if (lines.empty())
    return;
  std::string source = includeLine(importing.options);
  for (const std::string &line : lines)
    source += line + "\n";
  constexpr unsigned kFirstLine = 2;
  // -w quiets what is an error by default, unless it is asked for.
  std::vector<std::string> flags = {"-w"};
  for (const char *kind : {"int-conversion", "incompatible-pointer-types",
                           "incompatible-function-pointer-types"})
    flags.push_back(std::string(isLenient ? "-Wno-" : "-Werror=") + kind);
  parse(importing.command, source, flags, unit);
  if (!unit.unit)
    return;
  for (unsigned i = 0, n = clang_getNumDiagnostics(unit.unit); i < n; ++i) {
    CXDiagnostic diagnostic = clang_getDiagnostic(unit.unit, i);
    if (clang_getDiagnosticSeverity(diagnostic) >= CXDiagnostic_Error) {
      native::Origin origin = originOf(clang_getDiagnosticLocation(diagnostic));
      size_t piece = origin.line - kFirstLine;
      if (origin.file == kMainFile && origin.line >= kFirstLine &&
          piece < lines.size() && errors[piece].empty())
        errors[piece] = text(clang_getDiagnosticSpelling(diagnostic));
    }
    clang_disposeDiagnostic(diagnostic);
  }
  eachChild(clang_getTranslationUnitCursor(unit.unit), [&](CXCursor cursor) {
    native::Origin origin = originOf(cursor);
    size_t piece = origin.line - kFirstLine;
    if (origin.file == kMainFile && origin.line >= kFirstLine &&
        piece < lines.size() &&
        spelling(cursor) == "plc_piece_" + std::to_string(piece))
      cursors[piece] = cursor;
  });
  for (size_t i = 0; i < lines.size(); ++i)
    if (errors[i].empty() && clang_Cursor_isNull(cursors[i]))
      errors[i] = "it changes what stands around it";
}

void eachBelow(CXCursor root, const std::function<void(CXCursor)> &visit) {
  clang_visitChildren(
      root,
      [](CXCursor cursor, CXCursor, CXClientData data) {
        (*static_cast<const std::function<void(CXCursor)> *>(data))(cursor);
        return CXChildVisit_Recurse;
      },
      const_cast<std::function<void(CXCursor)> *>(&visit));
}

CXCursor findVariable(CXCursor function, const std::string &name) {
  CXCursor found = clang_getNullCursor();
  eachBelow(function, [&](CXCursor cursor) {
    if (clang_getCursorKind(cursor) == CXCursor_VarDecl &&
        spelling(cursor) == name && clang_Cursor_isNull(found))
      found = cursor;
  });
  return found;
}

CXCursor initialValue(CXCursor variable) {
  return clang_Cursor_getVarDeclInitializer(variable);
}

} // namespace plc::cimport
