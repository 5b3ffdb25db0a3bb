//===- Main.cpp - plc-rust-report: what an import of a crate gives --------===//
//
// Counts what of the public functions, methods and constants of a crate is
// bound and what is refused, and why; --compile lets cargo build a call of
// each.
//
//===----------------------------------------------------------------------===//

#include "plc/native.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <dlfcn.h>
#include <map>
#include <set>
#include <unistd.h>

using namespace plc::native;

namespace {

constexpr const char kUsage[] = R"(usage: plc-rust-report [options] FOLDER...

Prints how many public items of each crate are bound.

  --dump        print the declarations of what is bound
  --refused     print what is refused, and why
  --reasons     print how often each reason occurs
  --compile     build a call of each; what cargo refuses counts as refused
  --at-least=N  exit with 1 if less than N percent are bound
)";

struct Options {
  std::vector<std::string> crates;
  bool isDump = false, isRefused = false, isReasons = false, isCompile = false;
  double atLeast = 0;
};

bool parseArguments(int argc, char **argv, Options &options) {
  for (int i = 1; i < argc; ++i) {
    std::string argument = argv[i];
    if (argument == "--dump")
      options.isDump = true;
    else if (argument == "--refused")
      options.isRefused = true;
    else if (argument == "--reasons")
      options.isReasons = true;
    else if (argument == "--compile")
      options.isCompile = true;
    else if (argument.compare(0, 11, "--at-least=") == 0)
      options.atLeast = strtod(argument.c_str() + 11, nullptr);
    else if (argument[0] == '-')
      return false;
    else
      options.crates.push_back(argument);
  }
  return !options.crates.empty();
}

ImporterFn *openImporter() {
  char path[4096];
  ssize_t size = readlink("/proc/self/exe", path, sizeof path);
  std::string folder(path, size > 0 ? size : 0);
  folder.erase(folder.rfind("/bin/"));
  std::string library = folder + "/lib/plc/plc-rust-import.so";
  void *handle = dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!handle) {
    fprintf(stderr, "plc-rust-report: %s\n", dlerror());
    return nullptr;
  }
  return reinterpret_cast<ImporterFn *>(dlsym(handle, "plc_native_importer"));
}

/// Asks for a call of the item, whatever it takes.
std::optional<Call> use(Source &source, const std::string &name,
                        Source::Found::Kind kind, ImportError &error) {
  if (kind == Source::Found::Value)
    return source.value(name, error);
  std::optional<Call> call;
  for (size_t arity = 0; arity < 12 && !call; ++arity)
    call = source.call(name, std::vector<Argument>(arity), error);
  return call;
}

/// Builds calls of all that is bound; what cannot be built becomes refused.
void compile(Source &source, std::map<std::string, Source::Found> &items) {
  for (;;) {
    std::map<std::string, std::string> names;
    for (auto &[name, found] : items) {
      if (found.kind == Source::Found::Refused)
        continue;
      ImportError error;
      std::optional<Call> call = use(source, name, found.kind, error);
      if (call) {
        names[call->symbol] = name;
      } else {
        found.kind = Source::Found::Refused;
        found.reason = error.message;
      }
    }
    ImportError error;
    std::string start;
    source.finish(start, error);
    if (error.message.empty())
      return;
    auto failed = names.find(error.symbol);
    if (failed == names.end()) {
      fprintf(stderr, "error: %s\nhint: %s\n", error.message.c_str(),
              error.hint.c_str());
      return;
    }
    items[failed->second].kind = Source::Found::Refused;
    items[failed->second].reason = error.message;
  }
}

/// The reason without the names in it.
std::string kindOfReason(const std::string &reason) {
  size_t at =
      reason.compare(0, 4, "its ") == 0 ? reason.find(": ") : std::string::npos;
  std::string text = at == std::string::npos ? reason : reason.substr(at + 2);
  for (size_t open = 0; (open = text.find('`', open)) != std::string::npos;) {
    size_t close = text.find('`', open + 1);
    if (close == std::string::npos)
      break;
    text.replace(open, close + 1 - open, "...");
    open += 3;
  }
  return text;
}

/// The share that is bound, in percent.
double report(const std::string &crate, Source &source,
              const Options &options) {
  std::map<std::string, Source::Found> items;
  for (const std::string &name : source.names())
    items[name] = source.find(name);
  if (options.isCompile)
    compile(source, items);
  size_t bound = 0, named = 0;
  std::map<std::string, size_t> reasons;
  for (auto &[name, found] : items) {
    if (found.kind != Source::Found::Refused) {
      ++bound;
      if (options.isDump)
        printf("%s: %s\n", name.c_str(), found.declaration.c_str());
      continue;
    }
    ++reasons[kindOfReason(found.reason)];
    named += found.reason.find("name the types") != std::string::npos ||
             found.reason.find("name its types") != std::string::npos;
    if (options.isRefused)
      printf("refused %s: %s\n", name.c_str(), found.reason.c_str());
  }
  std::vector<std::pair<size_t, std::string>> list;
  for (auto &[reason, count] : reasons)
    list.push_back({count, reason});
  std::sort(list.rbegin(), list.rend());
  if (options.isReasons)
    for (auto &[count, reason] : list)
      printf("%6zu  %s\n", count, reason.c_str());
  double share = items.empty() ? 100 : 100.0 * (bound + named) / items.size();
  printf("%s: %zu bound, %zu when types are named, %zu refused; %.1f %%\n",
         crate.c_str(), bound, named, items.size() - bound - named, share);
  return share;
}

} // namespace

int main(int argc, char **argv) {
  Options options;
  if (!parseArguments(argc, argv, options)) {
    fputs(kUsage, stderr);
    return 2;
  }
  ImporterFn *importer = openImporter();
  if (!importer)
    return 2;
  bool isGood = true;
  for (const std::string &crate : options.crates) {
    ImportOptions import;
    import.module = crate;
    import.folders.push_back(".");
    Module module;
    ImportError error;
    if (!importer(import, module, error)) {
      fprintf(stderr, "%s: error: %s\n", crate.c_str(), error.message.c_str());
      if (!error.hint.empty())
        fprintf(stderr, "hint: %s\n", error.hint.c_str());
      isGood = false;
      continue;
    }
    isGood &= report(crate, *module.source, options) >= options.atLeast;
  }
  return isGood ? 0 : 1;
}
