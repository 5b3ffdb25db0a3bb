//===- Doc.cpp - plc doc: what a module has -------------------------------===//

#include "tools/driver/Doc.h"

#include "tools/driver/Process.h"
#include "tools/driver/Progress.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>

using namespace llvm;

namespace plc::driver {

std::string lispSpelling(StringRef name) {
  std::string text;
  for (size_t i = 0; i < name.size(); ++i) {
    text += name[i];
    if (name.substr(i).starts_with("::"))
      ++i;
  }
  return text;
}

std::string importForm(const Options &options) {
  std::string text = "(import \"" + options.file + "\" :from \"" +
                     options.ecosystem + "\"";
  for (const std::string &library : options.nativeLibraries)
    text += " :link \"" + library + "\"";
  return text + ")";
}

namespace {

/// A name that the user gives is that of an item, or ends it: `regex_replace`
/// is "std:regex_replace", too.
bool isNamed(const DocItem &item, StringRef name) {
  StringRef whole = item.name;
  return whole == name ||
         (whole.ends_with(name) && whole.drop_back(name.size()).ends_with(":"));
}

/// Members of a class stand below it.
bool isBelow(const DocItem &item, StringRef name) {
  StringRef rest = item.name;
  return rest.consume_front(name) && rest.starts_with(":");
}

/// A name as Lisp may spell it: `json.push-back` or `vector<int>:push-back`.
std::string plainName(StringRef name) {
  std::string text;
  size_t depth = 0;
  bool isOperator = name.contains("operator");
  for (char c : name) {
    if (!isOperator && c == '<')
      ++depth;
    else if (!isOperator && c == '>' && depth)
      --depth;
    else if (!depth)
      text += c == '.' ? ':' : c == '-' && !isOperator ? '_' : c;
  }
  return text;
}

int writeNames(const DocPage &page, const Options &options, raw_ostream &out) {
  int status = 0;
  for (const std::string &word : options.programArguments) {
    std::string name = lispSpelling(word);
    // "JSONEncoder.encode", as Python and Lua write it.
    if (page.hasDots)
      std::replace(name.begin(), name.end(), '.', ':');
    std::vector<const DocItem *> found;
    // The very name, before those that only end so.
    for (const DocItem &item : page.items)
      if (item.name == name || isBelow(item, name))
        found.push_back(&item);
    if (found.empty())
      for (const DocItem &item : page.items)
        if (isNamed(item, name))
          found.push_back(&item);
    if (found.empty())
      for (const DocItem &item : page.items) {
        DocItem plain;
        plain.name = plainName(item.name);
        if (isNamed(plain, plainName(name)))
          found.push_back(&item);
      }
    if (!found.empty()) {
      writeItems(page, found, options, out);
      continue;
    }
    std::vector<StringRef> names;
    for (const DocItem &item : page.items)
      names.push_back(item.name);
    // Without the namespace, too.
    for (const DocItem &item : page.items)
      names.push_back(StringRef(item.name).rsplit(':').second);
    StringRef nearest = ir::nearestName(name, names);
    errs() << "error: `" << page.title << "` has nothing called `" << word
           << "`\n";
    if (!nearest.empty())
      errs() << "help: is `" << nearest << "` meant?\n";
    status = 1;
  }
  return status;
}

/// To standard output at once; quiet if nobody reads it any longer.
bool print(StringRef text) {
  outs() << text;
  outs().flush();
  if (!outs().has_error())
    return true;
  std::error_code error = outs().error();
  outs().clear_error();
  if (error == std::errc::broken_pipe || error == std::errc::bad_file_descriptor)
    return true;
  errs() << "error: cannot write to standard output: " << error.message()
         << '\n';
  return false;
}

int write(Compiler &compiler, const DocPage &page, bool isGood) {
  int status = compiler.report();
  if (!isGood)
    return 1;
  const Options &options = compiler.options;
  std::string text;
  raw_string_ostream out(text);
  std::vector<const DocItem *> all;
  if (page.isOneName)
    for (const DocItem &item : page.items)
      all.push_back(&item);
  if (!all.empty()) {
    if (!options.json)
      out << page.import << '\n';
    writeItems(page, all, options, out);
  } else if (!options.programArguments.empty())
    status |= writeNames(page, options, out);
  else
    writePage(page, options, out);
  return print(text) ? status : 1;
}

} // namespace

int runDoc(const Options &options, const plc_host &host) {
  bool isC = options.ecosystem == "c" || options.ecosystem == "c++";
  if (!isC && !(options.nativePath.empty() && options.nativeLibraries.empty())) {
    errs() << "error: `" << (options.nativePath.empty() ? "-l" : "-L")
           << "` is for modules of C and C++ only\n"
              "help: leave it out, or write `--from c`\n";
    return 2;
  }
  int status = 0;
  Compiler compiler(options, host);
  bool isNative = compiler.nativeImports.serves(options.ecosystem);
  if (options.ecosystem.empty() || isNative) {
    runOnBigStack([&] {
      DocPage page;
      // What reads a module may build or fetch it first.
      Progress progress(options);
      compiler.stages.enter("read the module", options.file);
      bool isGood = isNative ? gatherNative(compiler, page)
                             : gatherLisp(compiler, page);
      progress.finish();
      status = write(compiler, page, isGood);
    });
    return status;
  }
  // Only the language itself knows what its modules have.
  Process process(options, host, {"plc"});
  process.runOnStack([&] {
    DocPage page;
    bool isGood = gatherHosted(compiler, process, page);
    status = write(compiler, page, isGood);
    process.exit(status);
  });
  return status;
}

} // namespace plc::driver
