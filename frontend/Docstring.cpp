//===- Docstring.cpp - documentation in front of a body -------------------===//
#include "frontend/Docstring.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"

#include <algorithm>

namespace plc::frontend {

const ir::Datum *docstringOf(llvm::ArrayRef<const Syntax *> body) {
  if (body.size() < 2 || body[0]->kind != SyntaxKind::Constant ||
      body[0]->datum->kind != ir::DatumKind::String)
    return nullptr;
  return body[0]->datum;
}

std::string cleanDocstring(llvm::StringRef text) {
  llvm::SmallVector<llvm::StringRef, 8> lines;
  text.trim().split(lines, '\n');
  size_t indent = llvm::StringRef::npos;
  for (llvm::StringRef &line : llvm::MutableArrayRef(lines).drop_front()) {
    line = line.rtrim();
    if (!line.empty())
      indent = std::min(indent, line.find_first_not_of(" \t"));
  }
  lines[0] = lines[0].rtrim();
  for (llvm::StringRef &line : llvm::MutableArrayRef(lines).drop_front())
    line = line.drop_front(std::min(indent, line.size()));
  return llvm::join(lines, "\n");
}

} // namespace plc::frontend
