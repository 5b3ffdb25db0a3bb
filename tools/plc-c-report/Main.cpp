//===- Main.cpp - plc-c-report: what an import of a header gives ----------===//
//
// Counts what of a header is imported and what is refused, and why; with --dump
// prints all declarations of a header of C, one a line, as the compiler gets them.
//
//===----------------------------------------------------------------------===//

#include "tools/import-report/Report.h"
#include "tools/plc-c-report/Dump.h"

#include <chrono>
#include <cstdio>
#include <cstring>

using namespace plc::native;
using namespace plc::report;

namespace {

constexpr const char kUsage[] = R"(usage: plc-c-report [options] HEADER...

Prints how many declarations of each header are imported.

  --c++           the headers are C++; prints how many functions and methods of
                  the header and of what lies in its folder can be called
  --compile=CLASS make the code for all members of the class, too, which is named
                  in full: "std:vector<int>"; it must have a constructor without
                  arguments
  --dump          print the declarations
  --dump=TEXT     print those whose line contains TEXT
  --all           of included headers, too
  --refused       print what is refused, and why
  --libraries     print what is linked
  --files         print the files that were read
  --time          print how long the import took, in milliseconds
  --at-least=N    exit with 1 if less than N percent are imported
  --link=NAME     as :link
  --pkg-config=P  as :pkg-config
  --macro=NAME(TYPE,...)TYPE  the types of a macro, as :macros
  --folder=PATH   where headers are looked for first
  -I, -D, ...     as :args
)";

struct Options {
  ImportOptions import;
  std::vector<std::string> headers;
  bool isCxx = false, isDump = false, isAll = false, isRefused = false, isLibraries = false,
       isFiles = false, isTime = false;
  std::string filter;
  std::vector<std::string> classes;
  double atLeast = 0;
};

/// "NAME(TYPE,TYPE)TYPE"
MacroTypes macroTypes(const std::string &text) {
  MacroTypes types;
  size_t open = text.find('('), close = text.rfind(')');
  types.name = text.substr(0, open);
  if (open == text.npos || close == text.npos)
    return types;
  types.result = text.substr(close + 1);
  for (size_t start = open + 1; start < close;) {
    size_t end = std::min(text.find(',', start), close);
    types.parameters.push_back(text.substr(start, end - start));
    start = end + 1;
  }
  return types;
}

bool parseArguments(int argc, char **argv, Options &options) {
  for (int i = 1; i < argc; ++i) {
    std::string argument = argv[i], value;
    if (argument == "--c++")
      options.isCxx = true;
    else if (argument == "--dump")
      options.isDump = true;
    else if (takeValue(argument, "--dump=", options.filter))
      options.isDump = true;
    else if (argument == "--all")
      options.isAll = true;
    else if (argument == "--refused")
      options.isRefused = true;
    else if (argument == "--libraries")
      options.isLibraries = true;
    else if (argument == "--files")
      options.isFiles = true;
    else if (argument == "--time")
      options.isTime = true;
    else if (takeValue(argument, "--compile=", value))
      options.classes.push_back(value);
    else if (takeValue(argument, "--at-least=", value))
      options.atLeast = strtod(value.c_str(), nullptr);
    else if (takeValue(argument, "--link=", value))
      options.import.link.push_back(value);
    else if (takeValue(argument, "--pkg-config=", value))
      options.import.packages.push_back(value);
    else if (takeValue(argument, "--macro=", value))
      options.import.macros.push_back(macroTypes(value));
    else if (takeValue(argument, "--folder=", value))
      options.import.folders.push_back(value);
    else if (argument.compare(0, 2, "--") == 0)
      return false;
    else if (argument[0] == '-')
      options.import.arguments.push_back(argument);
    else
      options.headers.push_back(argument);
  }
  return !options.headers.empty();
}

/// The share of the header's own declarations that is imported, in percent.
double report(const std::string &header, const Module &module) {
  size_t counts[5] = {};
  auto count = [&](auto &list, size_t &number) {
    for (auto &entry : list)
      number += entry.origin.isOwn;
  };
  count(module.functions, counts[0]);
  count(module.constants, counts[1]);
  count(module.globals, counts[2]);
  count(module.typeNames, counts[3]);
  for (const Refusal &refusal : module.refusals)
    counts[4] += refusal.origin.isOwn && !refusal.isSyntax;
  size_t good = counts[0] + counts[1] + counts[2] + counts[3];
  double share = percent(good, good + counts[4]);
  printf("%s: %zu functions, %zu constants, %zu globals, %zu types; %zu "
         "refused; %.1f %%\n",
         header.c_str(), counts[0], counts[1], counts[2], counts[3], counts[4],
         share);
  return share;
}

/// The same of the functions and methods that a Source declares.
double reportSource(const std::string &header, Source &source, bool isRefused) {
  size_t good = 0, templates = 0, refused = 0;
  Reasons reasons;
  for (const Source::Declared &each : source.declared()) {
    (!each.reason.empty() ? refused : each.isTemplate ? templates : good)++;
    if (each.reason.empty())
      continue;
    reasons.add(each.reason);
    if (isRefused)
      printf("refused %s: %s\n", each.name.c_str(), each.reason.c_str());
  }
  size_t all = good + templates + refused;
  double share = percent(good + templates, all);
  printf("%s: %zu functions and methods, %zu templates of them; %zu refused; "
         "%.1f %%\n",
         header.c_str(), good, templates, refused, share);
  reasons.print();
  return share;
}

/// False after an error.
bool compileClass(Source &source, const std::string &name) {
  ImportError error;
  std::string start;
  size_t members = 0;
  std::optional<Call> made = source.call(name, {}, error);
  // "a::b<int>" is one of "a::b".
  std::string scope = made ? made->type.substr(0, made->type.find('<')) : "";
  for (const Source::Declared &each : source.declared())
    if (made && each.name.compare(0, scope.size() + 2, scope + "::") == 0) {
      source.useMember(each.name.substr(scope.size() + 2));
      ++members;
    }
  if (made && source.finish(start, error)) {
    printf("%s: code for %zu members\n", name.c_str(), members);
    return true;
  }
  fprintf(stderr, "%s: error: %s\n%s\n", name.c_str(), error.message.c_str(),
          error.hint.c_str());
  return false;
}

int run(const Options &options) {
  ImporterFn *importer =
      openImporter("plc-c-report",
                   options.isCxx ? "plc-cxx-import" : "plc-c-import");
  if (!importer)
    return 2;
  bool isGood = true;
  for (const std::string &header : options.headers) {
    ImportOptions import = options.import;
    import.module = header;
    Module module;
    ImportError error;
    auto start = std::chrono::steady_clock::now();
    if (!importer(import, module, error)) {
      printError(header, error);
      isGood = false;
      continue;
    }
    std::chrono::duration<double, std::milli> time =
        std::chrono::steady_clock::now() - start;
    if (options.isDump)
      for (const std::string &line :
           plc::creport::dump(module, options.isAll))
        if (line.find(options.filter) != line.npos)
          puts(line.c_str());
    if (options.isLibraries) {
      for (const std::string &flag : module.linkFlags)
        printf("link %s\n", flag.c_str());
      for (const std::string &library : module.libraries)
        printf("library %s\n", library.c_str());
      if (!module.shims.empty())
        printf("shims %s\nshims %s\n", module.shims.c_str(),
               module.shimLibrary.c_str());
    }
    if (options.isFiles)
      for (auto &[file, hash] : module.inputs)
        printf("file %s\n", file.c_str());
    if (options.isRefused)
      for (const Refusal &refusal : module.refusals)
        if ((refusal.origin.isOwn && !refusal.isSyntax) || options.isAll)
          printf("refused %s: %s\n", refusal.name.c_str(),
                 refusal.reason.c_str());
    if (options.isTime)
      printf("%.1f ms\n", time.count());
    for (const std::string &name : options.classes)
      isGood &= module.source && compileClass(*module.source, name);
    if (module.source)
      isGood &= reportSource(header, *module.source, options.isRefused) >=
                options.atLeast;
    else if (!options.isDump)
      isGood &= report(header, module) >= options.atLeast;
  }
  return isGood ? 0 : 1;
}

} // namespace

int main(int argc, char **argv) {
  Options options;
  if (!parseArguments(argc, argv, options)) {
    fputs(kUsage, stderr);
    return 2;
  }
  return run(options);
}
