//===- Importer.cpp - reads a C header ------------------------------------===//
//
// plc-c-import.so: makes a native::Module of a header, with libclang. The steps:
// the command line, the cache, a parse of the header, its declarations, its
// macros (evaluated in parses of probes), its libraries, its shims (generated C,
// compiled by clang), the cache again.
//
//===----------------------------------------------------------------------===//

#include "Cache.h"
#include "Clang.h"
#include "Importing.h"
#include "Libraries.h"
#include "Process.h"

using namespace plc::native;

namespace plc::cimport {

const char *const kMainFile = "/plc-import.c";

bool parse(const CommandLine &command, const std::string &text,
           const std::vector<std::string> &extra, Unit &unit) {
  std::vector<const char *> arguments = {"clang", "-x", "c"};
  for (const std::string &argument : command.arguments)
    arguments.push_back(argument.c_str());
  for (const std::string &argument : extra)
    arguments.push_back(argument.c_str());
  arguments.push_back("-ferror-limit=0");
  CXUnsavedFile file = {kMainFile, text.c_str(), text.size()};
  Unit made;
  made.index = clang_createIndex(0, 0);
  CXErrorCode code = clang_parseTranslationUnit2FullArgv(
      made.index, kMainFile, arguments.data(),
      static_cast<int>(arguments.size()), &file, 1,
      CXTranslationUnit_DetailedPreprocessingRecord |
          CXTranslationUnit_KeepGoing,
      &made.unit);
  unit = std::move(made);
  return code == CXError_Success && unit.unit;
}

/// The first error of the parse.
static bool findError(Importing &importing, ImportError &error) {
  CXTranslationUnit unit = importing.unit.unit;
  for (unsigned i = 0, count = clang_getNumDiagnostics(unit); i < count; ++i) {
    CXDiagnostic diagnostic = clang_getDiagnostic(unit, i);
    bool isError =
        clang_getDiagnosticSeverity(diagnostic) >= CXDiagnostic_Error;
    if (isError) {
      Origin origin = originOf(clang_getDiagnosticLocation(diagnostic));
      error.message = "clang cannot read `" + importing.options.module + "`: " +
                      text(clang_getDiagnosticSpelling(diagnostic));
      error.origin = origin.file == kMainFile ? Origin() : origin;
      error.hint = "see whether `clang-19 -fsyntax-only` takes it; flags for it "
                   "go into `:args`, headers that it needs first can be "
                   "included with `:args \"-include x.h\"`";
    }
    clang_disposeDiagnostic(diagnostic);
    if (isError)
      return true;
  }
  return false;
}

/// The files that were read, in order, each once.
static void collectInputs(Importing &importing) {
  std::vector<std::string> files;
  clang_getInclusions(
      importing.unit.unit,
      [](CXFile file, CXSourceLocation *, unsigned, CXClientData data) {
        std::string name = fileName(file);
        if (name != kMainFile)
          static_cast<std::vector<std::string> *>(data)->push_back(name);
      },
      &files);
  std::unordered_set<std::string> seen;
  for (const std::string &file : files) {
    std::string contents;
    if (seen.insert(file).second && readFile(file, contents))
      importing.module.inputs.push_back({file, hashBytes(contents)});
  }
}

static bool import(const ImportOptions &options, Module &module,
                   ImportError &error) {
  module = Module();
  Importing importing(options, module);
  if (!makeCommandLine(options, importing.command, error))
    return false;
  Cache cache(options, importing.command, text(clang_getClangVersion()));
  if (cache.load(module))
    return true;
  module = Module();
  module.name = options.module;
  if (!parse(importing.command, includeLine(options), {}, importing.unit)) {
    error.message = "clang cannot read `" + options.module + "`";
    error.hint = "look at `:args`";
    return false;
  }
  if (findError(importing, error))
    return false;
  collectInputs(importing);
  uint64_t hash = cache.key();
  for (auto &[file, contents] : module.inputs)
    hash = hashBytes(file, hash ^ contents);
  importing.shimPrefix = "plc_shim_" + hexText(hash) + "_";
  importing.ownership.find(importing.unit.unit, importing.command);
  collectDeclarations(importing);
  collectMacros(importing);
  return resolveLibraries(options, importing.command, module, error) &&
         compileShims(importing, error) && cache.store(module, error);
}

} // namespace plc::cimport

extern "C" __attribute__((visibility("default"))) bool
plc_native_importer(const plc::native::ImportOptions &options,
                    plc::native::Module &module,
                    plc::native::ImportError &error) {
  bool isGood = plc::cimport::import(options, module, error);
  // libclang has put its handlers of signals before those of the program, which
  // may run in this process.
  clang_toggleCrashRecovery(0);
  return isGood;
}
