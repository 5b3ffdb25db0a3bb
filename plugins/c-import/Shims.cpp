//===- Shims.cpp - generated C that is compiled ---------------------------===//
//
// One line of C for each function that has no symbol of its own. What does not
// compile is found by a parse, so that one bad line costs one function; clang
// then makes the object, which is kept in the cache under the hash of its source
// and of the headers.
//
//===----------------------------------------------------------------------===//

#include "Cache.h"
#include "Importing.h"
#include "Process.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <unistd.h>

using namespace plc::native;

namespace plc::cimport {

/// Removes a function or global that cannot be had.
static void drop(Importing &importing, const Shim &shim,
                 const std::string &reason) {
  auto remove = [&](auto &list) {
    for (size_t i = 0; i < list.size(); ++i)
      if (list[i].name == shim.name && list[i].isShim) {
        importing.refuse(shim.name, reason, list[i].origin);
        list.erase(list.begin() + i);
        return;
      }
  };
  if (shim.kind == Shim::Function)
    remove(importing.module.functions);
  else
    remove(importing.module.globals);
}

static std::string sourceOf(const Importing &importing, unsigned &firstLine) {
  std::string source = includeLine(importing.options);
  firstLine = 2;
  for (const Shim &shim : importing.shims)
    source += "__attribute__((weak)) " + shim.code + "\n";
  return source;
}

/// The errors by shim, the first of each.
static std::map<size_t, std::string> findErrors(Importing &importing) {
  std::map<size_t, std::string> errors;
  unsigned firstLine;
  Unit unit;
  parse(importing.command, sourceOf(importing, firstLine), {"-w"}, unit);
  for (unsigned i = 0, n = clang_getNumDiagnostics(unit.unit); i < n; ++i) {
    CXDiagnostic diagnostic = clang_getDiagnostic(unit.unit, i);
    if (clang_getDiagnosticSeverity(diagnostic) >= CXDiagnostic_Error) {
      Origin origin = originOf(clang_getDiagnosticLocation(diagnostic));
      if (origin.file == kMainFile && origin.line >= firstLine)
        errors.try_emplace(origin.line - firstLine,
                           text(clang_getDiagnosticSpelling(diagnostic)));
    }
    clang_disposeDiagnostic(diagnostic);
  }
  return errors;
}

bool compileShims(Importing &importing, ImportError &error) {
  std::vector<Shim> &shims = importing.shims;
  if (shims.empty())
    return true;
  if (findProgram("clang-19").empty() && findProgram("clang").empty()) {
    for (const Shim &shim : shims)
      drop(importing, shim,
           "it needs a C compiler (`apt install clang-19`)");
    shims.clear();
    return true;
  }
  std::map<size_t, std::string> errors = findErrors(importing);
  std::vector<Shim> good;
  for (size_t i = 0; i < shims.size(); ++i) {
    auto found = errors.find(i);
    if (found == errors.end())
      good.push_back(std::move(shims[i]));
    else
      drop(importing, shims[i],
           shims[i].refusal.empty() ? "clang says: " + found->second
                                    : shims[i].refusal);
  }
  shims = std::move(good);
  if (shims.empty())
    return true;

  unsigned firstLine;
  std::string source = sourceOf(importing, firstLine);
  std::string stem =
      cacheFolder() + "/" + hexText(hashBytes(source, hashBytes(
                                importing.shimPrefix)));
  std::string object = stem + ".o", library = stem + ".so";
  importing.module.shims = object;
  importing.module.shimLibrary = library;
  if (isFile(object) && isFile(library))
    return true;
  auto failed = [&](const std::string &message, const std::string &hint) {
    error.message = message;
    error.hint = hint;
    return false;
  };
  if (std::string trouble = writeFile(stem + ".c", source); !trouble.empty())
    return failed(trouble, "PLC_CACHE_DIR names another folder");
  std::string part = "." + std::to_string(getpid()) + ".part";
  std::vector<std::string> command = {
      findProgram("clang-19").empty() ? "clang" : "clang-19"};
  command.insert(command.end(), importing.command.arguments.begin(),
                 importing.command.arguments.end());
  for (const char *word : {"-O2", "-fPIC", "-ffunction-sections",
                           "-fdata-sections", "-w", "-x", "c", "-c"})
    command.push_back(word);
  command.insert(command.end(), {stem + ".c", "-o", object + part});
  ProcessResult compiled = runProcess(command);
  if (compiled.status == 0) {
    command = {"ld.lld-19", "-shared", "--unresolved-symbols=ignore-all",
               object + part, "-o", library + part};
    // So that the loader finds what the shims call.
    for (const std::string &path : importing.module.libraries)
      if (path.find(".so") != path.npos)
        command.push_back(path);
    ProcessResult linked = runProcess(command);
    std::error_code trouble;
    if (linked.status == 0) {
      std::filesystem::rename(library + part, library, trouble);
      if (!trouble)
        std::filesystem::rename(object + part, object, trouble);
      if (!trouble)
        return true;
      return failed("cannot write `" + object + "`: " + trouble.message(),
                    "PLC_CACHE_DIR names another folder");
    }
    compiled = linked;
  }
  unlink((object + part).c_str());
  unlink((library + part).c_str());
  std::string first = compiled.errors.substr(0, compiled.errors.find('\n'));
  return failed("cannot compile what `" + importing.module.name +
                    "` needs to be called: " +
                    (first.empty() ? "the compiler was ended" : first),
                "the source is `" + stem + ".c`");
}

} // namespace plc::cimport
