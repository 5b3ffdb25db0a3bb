//===- Main.cpp - plc-rust-report: what an import of a crate gives --------===//
//
// Counts what of the public functions, methods and constants of a crate is
// bound and what is refused, and why; --compile lets cargo build a call of
// each.
//
//===----------------------------------------------------------------------===//

#include "tools/import-report/Report.h"

#include <cstdio>
#include <cstdlib>
#include <iterator>
#include <map>
#include <vector>

using namespace plc::native;
using namespace plc::report;

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
    std::string argument = argv[i], value;
    if (argument == "--dump")
      options.isDump = true;
    else if (argument == "--refused")
      options.isRefused = true;
    else if (argument == "--reasons")
      options.isReasons = true;
    else if (argument == "--compile")
      options.isCompile = true;
    else if (takeValue(argument, "--at-least=", value))
      options.atLeast = strtod(value.c_str(), nullptr);
    else if (argument[0] == '-')
      return false;
    else
      options.crates.push_back(argument);
  }
  return !options.crates.empty();
}

/// Asks for a call of the item, whatever it takes.
std::optional<Call> use(Source &source, const std::string &name,
                        Source::Found::Kind kind, ImportError &error) {
  if (kind == Source::Found::Value)
    return source.value(name, error);
  std::optional<Call> call;
  constexpr size_t Most = 12;
  for (size_t arity = 0; arity < Most && !call; ++arity) {
    ImportError other;
    call = source.call(name, std::vector<Argument>(arity), other);
    // With the right number of them it may be refused for another reason.
    if (error.message.empty() || error.message.find("it takes ") == 0)
      error = other;
  }
  return call;
}

/// A public function, method or constant.
struct Item {
  std::string name; ///< by which it is asked for: with types, if it needs them
  Source::Found found;
  bool isNamed = false; ///< only with types
  std::string plain;    ///< its name without these
  size_t tried = 0;     ///< so many of kTypes
};

/// What needs types is bound if it is so with one of these.
constexpr const char *kTypes[] = {
    "<i64>",      "<f64>",       "<String>", "<Lisp>",
    "<i64,i64>", "<Lisp,Lisp>", "<Lisp,Lisp,Lisp>"};

/// Not for safe code, which calls from Lisp are, so it is not counted.
bool isUnsafe(const Item &item) {
  return item.found.reason.find("it is unsafe") != std::string::npos;
}
bool isRefused(const Item &item) {
  return item.found.kind == Source::Found::Refused;
}

/// Goes on to the next types that may do.
void nameTypes(Source &source, Item &item) {
  bool isOfType = item.found.reason.find("name its types") != std::string::npos;
  if (!item.isNamed && !isOfType &&
      item.found.reason.find("name the types") == std::string::npos)
    return;
  if (!item.isNamed)
    item.plain = item.name;
  size_t end = isOfType ? item.plain.rfind(':') : item.plain.size();
  if (item.isNamed) // where they stand in the name
    end = item.name.find(kTypes[item.tried - 1]);
  while (item.tried < std::size(kTypes)) {
    std::string name = item.plain.substr(0, end) + kTypes[item.tried++] +
                       item.plain.substr(end);
    Source::Found found = source.find(name);
    if (found.kind == Source::Found::Nothing ||
        found.kind == Source::Found::Refused)
      continue;
    item.name = name;
    item.found = found;
    item.isNamed = true;
    return;
  }
}

/// Builds calls of all that is bound; what cannot be built becomes refused.
void compile(Source &source, std::vector<Item> &items) {
  for (;;) {
    std::map<std::string, Item *> bySymbol;
    auto refuse = [&](Item &item, const std::string &why) {
      item.found.kind = Source::Found::Refused;
      item.found.reason = why;
      if (item.isNamed)
        nameTypes(source, item);
    };
    for (Item &item : items) {
      if (isRefused(item))
        continue;
      ImportError error;
      if (auto call = use(source, item.name, item.found.kind, error))
        bySymbol[call->symbol] = &item;
      else
        refuse(item, error.message);
    }
    ImportError error;
    std::string start;
    source.finish(start, error);
    if (error.message.empty())
      return;
    auto failed = bySymbol.find(error.symbol);
    if (failed == bySymbol.end()) {
      fprintf(stderr, "error: %s\nhint: %s\n", error.message.c_str(),
              error.hint.c_str());
      return;
    }
    refuse(*failed->second, error.message);
  }
}

/// The share that is bound, in percent.
double report(const std::string &crate, Source &source,
              const Options &options) {
  std::vector<Item> items;
  for (const std::string &name : source.names()) {
    items.emplace_back();
    items.back().name = name;
    items.back().found = source.find(name);
    if (isRefused(items.back()))
      nameTypes(source, items.back());
  }
  if (options.isCompile)
    compile(source, items);
  size_t bound = 0, named = 0, refused = 0, unsafe = 0;
  Reasons reasons;
  for (const Item &item : items) {
    ++(isUnsafe(item)    ? unsafe
       : isRefused(item) ? refused
       : item.isNamed    ? named
                         : bound);
    if (isRefused(item))
      reasons.add(item.found.reason);
    if (isRefused(item) && options.isRefused)
      printf("refused %s: %s\n", item.name.c_str(), item.found.reason.c_str());
    if (!isRefused(item) && options.isDump)
      printf("%s: %s\n", item.name.c_str(), item.found.declaration.c_str());
  }
  if (options.isReasons)
    reasons.print();
  double share = percent(bound + named, items.size() - unsafe);
  printf("%s: %zu bound, %zu when types are named, %zu refused; %.1f %%",
         crate.c_str(), bound, named, refused, share);
  if (unsafe)
    printf("; %zu unsafe, not counted", unsafe);
  puts("");
  return share;
}

} // namespace

int main(int argc, char **argv) {
  Options options;
  if (!parseArguments(argc, argv, options)) {
    fputs(kUsage, stderr);
    return 2;
  }
  ImporterFn *importer = openImporter("plc-rust-report", "plc-rust-import");
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
      printError(crate, error);
      isGood = false;
      continue;
    }
    isGood &= report(crate, *module.source, options) >= options.atLeast;
  }
  return isGood ? 0 : 1;
}
