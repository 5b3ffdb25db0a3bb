//===- Report.cpp - what of a C++ header can be called --------------------===//
//
// The public functions and methods of a header and of those that lie in its folder
// or below: "fmt/core.h" stands for all of fmt. Class templates are looked at with
// arguments that suit most of them.
//
//===----------------------------------------------------------------------===//

#include "CxxSource.h"

#include "clang/AST/DeclTemplate.h"

#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/ADT/StringMap.h"

#include <filesystem>

using namespace clang;

namespace plc::cxximport {

/// Nobody but the implementation may use the name.
static bool isReserved(llvm::StringRef name) {
  return name.empty() || name.starts_with("_") || name == "detail" ||
         name == "details" || name == "internal" || name == "impl";
}

/// Clang finds headers by way of links and "..".
static std::string folderOf(llvm::StringRef file) {
  std::error_code trouble;
  std::filesystem::path path =
      std::filesystem::weakly_canonical(file.str(), trouble);
  return path.parent_path().string() + "/";
}

namespace {

class Report {
public:
  explicit Report(const std::string &header)
      : folder(folderOf(header)) {}

  void walk(Declarations &names, const DeclContext *scope);
  /// Text that makes instances of the class templates that were met.
  std::string instances() const;
  /// Their methods, in a unit that ends with that text.
  void addInstances(Declarations &names);
  std::vector<Source::Declared> take() { return std::move(all); }

private:
  bool isOwn(const Decl *declaration);
  void add(Declarations &names, const NamedDecl *declaration,
           const std::string &name);
  void addClass(Declarations &names, const CXXRecordDecl *record,
                const std::string &name);

  std::string folder;
  llvm::StringMap<bool> ownFiles;
  struct Template {
    std::string name, type; ///< type: with arguments, "" if none suit
  };
  std::vector<Template> templates;
  llvm::SmallPtrSet<const Decl *, 32> seen;
  std::vector<Source::Declared> all;
};

} // namespace

bool Report::isOwn(const Decl *declaration) {
  const SourceManager &sources =
      declaration->getASTContext().getSourceManager();
  llvm::StringRef file =
      sources.getFilename(sources.getExpansionLoc(declaration->getLocation()));
  auto [known, isNew] = ownFiles.try_emplace(file);
  if (isNew)
    known->second = llvm::StringRef(folderOf(file)).starts_with(folder);
  return known->second;
}

/// A function or a template of functions.
void Report::add(Declarations &names, const NamedDecl *declaration,
                 const std::string &name) {
  auto *pattern = dyn_cast<FunctionTemplateDecl>(declaration);
  const FunctionDecl *function = declaration->getAsFunction();
  if ((function->getIdentifier() && isReserved(function->getName())) ||
      !seen.insert(declaration->getCanonicalDecl()).second ||
      isa<CXXDestructorDecl, CXXDeductionGuideDecl>(function))
    return;
  Source::Declared entry{name, "", names.originOf(declaration),
                         pattern != nullptr};
  if (!pattern)
    entry.reason = names.candidate(function).refusal;
  all.push_back(std::move(entry));
}

void Report::addClass(Declarations &names, const CXXRecordDecl *record,
                      const std::string &name) {
  for (const Decl *declaration : record->decls()) {
    auto *named = dyn_cast<NamedDecl>(declaration);
    if (!named || named->getAccess() != AS_public || named->isImplicit())
      continue;
    std::string full = name + "::" + named->getNameAsString();
    auto *inner = dyn_cast<CXXRecordDecl>(named);
    if (inner && inner->isThisDeclarationADefinition() &&
        !isReserved(inner->getName()))
      addClass(names, inner, full);
    else if (isa<FunctionDecl, FunctionTemplateDecl>(named) &&
             !(isa<CXXConstructorDecl>(named->getAsFunction()) &&
               record->isAbstract()))
      add(names, named, full);
  }
}

/// Arguments of a template that suit most of those that call them so.
static std::string argumentsFor(const ClassTemplateDecl *declaration) {
  std::string text;
  for (const NamedDecl *parameter : *declaration->getTemplateParameters()) {
    std::string argument;
    if (auto *type = dyn_cast<TemplateTypeParmDecl>(parameter)) {
      if (type->hasDefaultArgument() || type->isParameterPack())
        break; // and all that follow
      std::string name = llvm::StringRef(type->getName()).lower();
      argument = name.find("char") != name.npos     ? "char"
                 : name.find("iter") != name.npos   ? "int *"
                 : name.find("ratio") != name.npos ||
                         name.find("period") != name.npos
                     ? "std::ratio<1>"
                     : "int";
    } else if (auto *value = dyn_cast<NonTypeTemplateParmDecl>(parameter)) {
      if (value->hasDefaultArgument() || value->isParameterPack())
        break;
      argument = "1";
    } else if (cast<TemplateTemplateParmDecl>(parameter)->hasDefaultArgument()) {
      break;
    } else {
      return "";
    }
    text += (text.empty() ? "" : ", ") + argument;
  }
  return "<" + text + ">";
}

void Report::walk(Declarations &names, const DeclContext *scope) {
  for (const Decl *declaration : scope->decls()) {
    if (auto *linkage = dyn_cast<LinkageSpecDecl>(declaration))
      walk(names, linkage);
    auto *named = dyn_cast<NamedDecl>(declaration);
    if (!named)
      continue;
    if (auto *space = dyn_cast<NamespaceDecl>(named)) {
      if (!isReserved(space->getName()) || space->isInline())
        walk(names, space);
      continue;
    }
    if (!isOwn(named))
      continue;
    std::string name = names.qualifiedName(named);
    if (isa<FunctionDecl, FunctionTemplateDecl>(named)) {
      // Methods that are defined outside of their class stand there, too.
      if (!isa<CXXMethodDecl>(named->getAsFunction()))
        add(names, named, name);
      continue;
    }
    if (!named->getIdentifier() || isReserved(named->getName()))
      continue;
    if (auto *pattern = dyn_cast<ClassTemplateDecl>(named)) {
      if (pattern->isThisDeclarationADefinition() &&
          seen.insert(pattern->getCanonicalDecl()).second) {
        std::string arguments = argumentsFor(pattern);
        templates.push_back({name, arguments.empty() ? "" : name + arguments});
      }
      continue;
    }
    auto *record = dyn_cast<CXXRecordDecl>(named);
    if (record && record->isThisDeclarationADefinition() &&
        !isa<ClassTemplateSpecializationDecl>(record))
      addClass(names, record, name);
  }
}

static std::string aliasOf(size_t index) {
  return "plc_report_" + std::to_string(index);
}

std::string Report::instances() const {
  std::string text;
  for (size_t i = 0; i < templates.size(); ++i)
    if (!templates[i].type.empty())
      // What is complete then has all its members.
      text += "using " + aliasOf(i) + " = " + templates[i].type +
              ";\nstatic_assert(sizeof(" + aliasOf(i) + "));\n";
  return text;
}

void Report::addInstances(Declarations &names) {
  for (size_t i = 0; i < templates.size(); ++i) {
    const CXXRecordDecl *record = nullptr;
    for (const NamedDecl *found : names.find(aliasOf(i)))
      record = names.classOf(found);
    if (record && record->isCompleteDefinition() && !record->isInvalidDecl())
      addClass(names, record, templates[i].name);
  }
}

std::vector<Source::Declared> CxxSource::declared() {
  Report report(command.header);
  report.walk(*current, current->context.getTranslationUnitDecl());
  IgnoringDiagConsumer ignored;
  units.push_back(read(unitText() + report.instances(), ignored));
  if (units.back()) {
    Declarations names(*units.back());
    report.addInstances(names);
  }
  return report.take();
}

} // namespace plc::cxximport
