//===- Reading.cpp - headers and what follows them, as clang reads them ---===//

#include "CxxSource.h"

#include "clang/Tooling/Tooling.h"

#include <algorithm>

using namespace plc::native;

namespace plc::cxximport {

namespace {
/// Keeps the first error.
struct FirstError final : clang::DiagnosticConsumer {
  explicit FirstError(ImportError &error) : error(error) {}
  void HandleDiagnostic(clang::DiagnosticsEngine::Level level,
                        const clang::Diagnostic &diagnostic) override {
    if (level < clang::DiagnosticsEngine::Error || !error.message.empty())
      return;
    llvm::SmallString<128> text;
    diagnostic.FormatDiagnostic(text);
    error.message = text.str().str();
    if (!diagnostic.hasSourceManager() || !diagnostic.getLocation().isValid())
      return;
    clang::PresumedLoc place = diagnostic.getSourceManager().getPresumedLoc(
        diagnostic.getLocation());
    llvm::StringRef file = place.isValid() ? place.getFilename() : "";
    if (!file.empty() && file != kHeadFile && file != kMainFile)
      error.origin = {place.getFilename(), place.getLine(), place.getColumn()};
  }
  ImportError &error;
};
} // namespace

/// Parses text; null if clang fails. Errors are told to `errors`.
static std::unique_ptr<clang::ASTUnit>
parseUnit(const CommandLine &command, const char *file, const std::string &text,
          clang::DiagnosticConsumer &errors, const std::vector<std::string> &more,
          const clang::tooling::FileContentMappings &others) {
  if (getenv("PLC_LOG"))
    fprintf(stderr, "plc: c++: reads %s\n", text.c_str());
  std::vector<std::string> arguments = command.arguments;
  arguments.insert(arguments.end(), {"-w", "-fparse-all-comments"});
  arguments.insert(arguments.end(), more.begin(), more.end());
  std::unique_ptr<clang::ASTUnit> unit =
      clang::tooling::buildASTFromCodeWithArgs(
          text, arguments, file, "clang++-19",
          std::make_shared<clang::PCHContainerOperations>(),
          clang::tooling::getClangStripDependencyFileAdjuster(), others, &errors);
  // Nothing is told after this.
  if (unit)
    unit->getDiagnostics().setClient(new clang::IgnoringDiagConsumer,
                                     /*ShouldOwnClient=*/true);
  return unit;
}

std::unique_ptr<clang::ASTUnit>
parseHead(const CommandLine &command, const std::string &text, ImportError &error) {
  FirstError errors(error);
  return parseUnit(command, kHeadFile, text, errors, {}, {});
}

/// What a unit has read, as later ones can begin with it.
static std::string saved(clang::ASTUnit &unit) {
  // Bodies that were tried have no part in it.
  unit.getDiagnostics().Reset(/*soft=*/true);
  std::string bytes;
  llvm::raw_string_ostream out(bytes);
  return unit.hasSema() && !unit.serialize(out) ? bytes : "";
}

/// Parses text that begins with the headers, which need not be read again: that takes a
/// second or two.
std::unique_ptr<clang::ASTUnit>
CxxSource::read(const std::string &text, clang::DiagnosticConsumer &errors,
                const std::vector<std::string> &more) {
  constexpr char kSavedFile[] = "/plc-headers.pch";
  if (savedHead.empty())
    savedHead = {{kSavedFile, saved(*units.front())}, {kHeadFile, head}};
  if (savedHead[0].second.empty() || !llvm::StringRef(text).starts_with(head))
    return parseUnit(command, kMainFile, text, errors, more, {});
  // Lines keep their numbers. What was saved is that of this process.
  std::string rest = std::string(std::count(head.begin(), head.end(), '\n'), '\n') +
                     text.substr(head.size());
  std::vector<std::string> arguments = more;
  for (const char *word : {"-include-pch", kSavedFile, "-fno-validate-pch"})
    arguments.insert(arguments.end(), {"-Xclang", word});
  return parseUnit(command, kMainFile, rest, errors, arguments, savedHead);
}

void CxxSource::use(std::unique_ptr<clang::ASTUnit> next) {
  units.push_back(std::move(next));
  unit = units.back().get();
  current = std::make_unique<Declarations>(*unit, current.get());
}

std::unique_ptr<clang::ASTUnit> CxxSource::read(const std::string &text,
                                                ImportError &error) {
  FirstError errors(error);
  return read(text, errors);
}

} // namespace plc::cxximport
