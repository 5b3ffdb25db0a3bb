//===- Ownership.cpp - which files belong to a header ---------------------===//

#include "Ownership.h"

#include "Importing.h"

#include <algorithm>
#include <filesystem>
#include <vector>

namespace fs = std::filesystem;

namespace plc::cimport {

namespace {
/// One `#include`.
struct Inclusion {
  std::string from, to;
  bool isQuoted;
};
} // namespace

static bool isQuoted(CXTranslationUnit unit, CXCursor directive) {
  CXToken *tokens = nullptr;
  unsigned count = 0;
  clang_tokenize(unit, clang_getCursorExtent(directive), &tokens, &count);
  // `#`, `include`, and then a literal or `<` and what follows.
  bool result = count > 2 && clang_getTokenKind(tokens[2]) == CXToken_Literal;
  clang_disposeTokens(unit, tokens, count);
  return result;
}

void Ownership::find(CXTranslationUnit unit, const CommandLine &command) {
  std::vector<Inclusion> inclusions;
  eachChild(clang_getTranslationUnitCursor(unit), [&](CXCursor cursor) {
    if (clang_getCursorKind(cursor) != CXCursor_InclusionDirective)
      return;
    CXFile file = clang_getIncludedFile(cursor);
    if (!file)
      return;
    inclusions.push_back({originOf(cursor).file, fileName(file),
                          isQuoted(unit, cursor)});
  });
  // Not what the command line includes before.
  std::string header;
  for (const Inclusion &inclusion : inclusions)
    if (inclusion.from == kMainFile)
      header = inclusion.to;
  if (header.empty())
    return;
  own.insert(header);
  fs::path folder = fs::path(header).parent_path();
  auto isRoot = [&](const fs::path &path) {
    return std::find(command.roots.begin(), command.roots.end(),
                     path.string()) != command.roots.end();
  };
  std::string stem = fs::path(header).stem().string();
  std::string name = fs::path(header).filename().string();
  auto isBelow = [](const std::string &file, const std::string &place) {
    return file.size() > place.size() && file.starts_with(place) &&
           file[place.size()] == '/';
  };
  auto belongs = [&](const std::string &file) {
    if (!isRoot(folder) && isBelow(file, folder.string()))
      return true;
    for (const std::string &root : command.folders)
      if (isBelow(file, root + "/" + stem) || file == root + "/" + name)
        return true;
    return false;
  };
  auto isPart = [&](const Inclusion &inclusion) {
    if (belongs(inclusion.to) || inclusion.isQuoted)
      return true;
    std::string place = fs::path(inclusion.to).parent_path().string();
    return place.ends_with("/bits") || place.find("/bits/") != place.npos;
  };
  // Files are included before what they include is seen, but by several files.
  for (bool isChanged = true; isChanged;) {
    isChanged = false;
    for (const Inclusion &inclusion : inclusions)
      if (own.contains(inclusion.from) && !own.contains(inclusion.to) &&
          isPart(inclusion)) {
        own.insert(inclusion.to);
        isChanged = true;
      }
  }
  for (const Inclusion &inclusion : inclusions)
    if (belongs(inclusion.to))
      own.insert(inclusion.to);
}

} // namespace plc::cimport
