//===- Ownership.h - which files belong to a header -------------*- C++ -*-===//
#ifndef PLC_C_IMPORT_OWNERSHIP_H
#define PLC_C_IMPORT_OWNERSHIP_H

#include "Clang.h"
#include "CommandLine.h"

#include <unordered_set>

namespace plc::cimport {

/// Which files are part of a header's interface and which are only used by it.
/// Its own are: the header; what lies in its folder or in a folder of its name
/// (`curl/`, `uv/` of uv.h), unless headers of all packages lie there; what an
/// own file includes in quotes (`"zconf.h"`); and the C library's parts, in
/// `bits/`, that an own file includes.
class Ownership {
public:
  void find(CXTranslationUnit unit, const CommandLine &command);
  bool isOwn(const std::string &file) const { return own.contains(file); }

private:
  std::unordered_set<std::string> own;
};

} // namespace plc::cimport
#endif // PLC_C_IMPORT_OWNERSHIP_H
