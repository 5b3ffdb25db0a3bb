//===- Names.cpp - names of a header, for completion and documentation ----===//

#include "CxxSource.h"

#include "clang/AST/DeclTemplate.h"

#include <algorithm>
#include <set>

using clang::dyn_cast;
using clang::isa;

namespace plc::cxximport {

static void addNames(const clang::DeclContext *scope, const std::string &prefix,
                     const clang::SourceManager &sources, const std::string &file,
                     std::vector<std::string> &names) {
  for (const clang::Decl *declaration : scope->decls()) {
    auto *named = dyn_cast<clang::NamedDecl>(declaration);
    if (auto *linkage = dyn_cast<clang::LinkageSpecDecl>(declaration))
      addNames(linkage, prefix, sources, file, names);
    auto isOwn = [&] {
      return sources.getFilename(
                 sources.getExpansionLoc(declaration->getLocation())) == file;
    };
    // Of an enumeration its values can be named.
    if (auto *type = dyn_cast<clang::EnumDecl>(declaration)) {
      std::string inner =
          type->isScoped() ? prefix + type->getName().str() + ":" : prefix;
      if (isOwn())
        for (const clang::EnumConstantDecl *value : type->enumerators())
          names.push_back(inner + value->getName().str());
      continue;
    }
    if (!named || !named->getIdentifier() || named->getName().empty())
      continue;
    std::string name = prefix + named->getName().str();
    if (auto *space = dyn_cast<clang::NamespaceDecl>(named))
      addNames(space, space->isInline() ? prefix : name + ":", sources, file,
               names);
    else if (isOwn())
      names.push_back(name);
  }
}

std::vector<std::string> CxxSource::names() {
  std::vector<std::string> result;
  addNames(current->context.getTranslationUnitDecl(), "",
           unit->getSourceManager(), command.header, result);
  std::sort(result.begin(), result.end());
  result.erase(std::unique(result.begin(), result.end()), result.end());
  return result;
}

/// Adds what can be named behind `scope:`.
static void addNamesIn(const clang::DeclContext *scope, std::set<std::string> &names) {
  for (const clang::Decl *declaration : scope->decls()) {
    auto *named = dyn_cast<clang::NamedDecl>(declaration);
    if (isa<clang::LinkageSpecDecl>(declaration))
      addNamesIn(llvm::cast<clang::LinkageSpecDecl>(declaration), names);
    auto *space = dyn_cast<clang::NamespaceDecl>(declaration);
    if (space && (space->isInline() || space->isAnonymousNamespace()))
      addNamesIn(space, names);
    // Its members are those of the scope, too.
    auto *type = dyn_cast<clang::EnumDecl>(declaration);
    if (type && !type->isScoped())
      addNamesIn(type, names);
    bool isMember = llvm::isa<clang::CXXRecordDecl>(scope);
    if (!named || !named->getIdentifier() || named->getName().empty() ||
        named->getName().starts_with("_") || named->isImplicit() ||
        isa<clang::FieldDecl>(named) ||
        (isMember && named->getAccess() != clang::AS_public))
      continue;
    names.insert(named->getName().str() + (space ? ":" : ""));
  }
}

std::vector<std::string> CxxSource::namesIn(const std::string &scope) {
  std::set<std::string> names;
  std::vector<std::string> own = scope.empty() ? this->names() : std::vector<std::string>();
  for (const std::string &name : own)
    names.insert(name.find(':') == name.npos ? name
                                             : name.substr(0, name.find(':') + 1));
  for (const clang::NamedDecl *found : lookUp(cxxName(scope))) {
    if (auto *alias = dyn_cast<clang::NamespaceAliasDecl>(found))
      found = alias->getNamespace();
    if (auto *space = dyn_cast<clang::NamespaceDecl>(found)) {
      for (const clang::NamespaceDecl *part : space->redecls())
        addNamesIn(part, names);
    } else if (auto *type = dyn_cast<clang::EnumDecl>(found)) {
      addNamesIn(type, names);
    } else if (const clang::CXXRecordDecl *record = current->classOf(found)) {
      addNamesIn(record, names);
    }
  }
  return {names.begin(), names.end()};
}

std::vector<std::string> CxxSource::memberNotes(const std::string &member) {
  std::vector<std::string> notes;
  for (auto &[spelling, record] : classes) {
    Found all;
    for (const clang::NamedDecl *found : current->membersOf(record, member))
      describe(found, all);
    if (!all.declaration.empty())
      notes.push_back(spelling + "\n" + all.text());
  }
  return notes;
}

} // namespace plc::cxximport
