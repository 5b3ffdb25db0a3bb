//===- DocNative.cpp - modules of C, C++ and Rust, for plc doc ------------===//

#include "tools/driver/Doc.h"

#include "llvm/ADT/StringSet.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include <tuple>

using namespace llvm;
using namespace plc::native;

namespace plc::driver {
namespace {

/// Adds a keyword and its strings to the options of an import.
void addOption(frontend::Session &session, StringRef keyword,
               const std::vector<std::string> &values, ir::Datum *&options) {
  if (values.empty())
    return;
  ir::Datum *list = session.data.make(ir::DatumKind::Null);
  for (const std::string &value : reverse(values))
    list = session.data.pair(session.data.string(value), list);
  ir::Datum *name = session.data.symbol(session.interner.intern(keyword));
  options = session.data.pair(name, session.data.pair(list, options));
}

DocItem itemOf(StringRef name, const Origin &origin) {
  DocItem item;
  item.name = lispSpelling(name);
  // Clang finds headers by way of "..".
  SmallString<128> path;
  item.file = sys::fs::real_path(origin.file, path) ? origin.file
                                                    : std::string(path);
  item.line = origin.line;
  return item;
}

/// What the first lines of the documentation of a constant, type or variable
/// declare.
void describe(const frontend::NativeSpace &space, StringRef name,
              const std::string &doc, DocItem &item) {
  std::optional<frontend::NativeMember> member = space.find(name);
  if (!member)
    return;
  std::string text = frontend::nativeDocumentation(space, *member);
  StringRef declaration = text;
  if (item.line)
    declaration = declaration.rsplit("\ndeclared in ").first;
  if (!doc.empty())
    declaration.consume_back("\n" + doc);
  item.signature = declaration.str();
  item.doc = doc;
}

/// A module whose lists are complete: C.
void addLists(const frontend::NativeSpace &space, DocPage &page) {
  const native::Module &module = *space.module;
  for (const native::Function &function : module.functions) {
    if (!function.origin.isOwn)
      continue;
    DocItem item = itemOf(function.name, function.origin);
    item.kind = "function";
    item.signature = frontend::nativeDeclaration(module, function);
    item.doc = function.doc;
    page.items.push_back(std::move(item));
  }
  auto add = [&](const auto &list, const char *kind) {
    for (const auto &entry : list) {
      if (!entry.origin.isOwn)
        continue;
      DocItem item = itemOf(entry.name, entry.origin);
      item.kind = kind;
      describe(space, entry.name, entry.doc, item);
      page.items.push_back(std::move(item));
    }
  };
  add(module.typeNames, "type");
  add(module.constants, "constant");
  add(module.globals, "variable");
  for (const Refusal &refusal : module.refusals) {
    if (!refusal.origin.isOwn || refusal.isSyntax)
      continue;
    DocItem item = itemOf(refusal.name, refusal.origin);
    item.kind = "refused";
    item.reason = refusal.reason;
    page.items.push_back(std::move(item));
  }
}

const char *kindOf(Source::Found::Kind kind) {
  switch (kind) {
  case Source::Found::Functions:
    return "function";
  case Source::Found::Class:
    return "class";
  case Source::Found::Value:
    return "value";
  case Source::Found::Space:
    return "namespace";
  case Source::Found::Nothing:
  case Source::Found::Refused:
    break;
  }
  return "refused";
}

/// What a Source says of a name.
DocItem describe(Source &source, StringRef name) {
  std::string spelling = lispSpelling(name);
  Source::Found found = source.find(spelling);
  DocItem item = itemOf(spelling, found.origin);
  item.kind = kindOf(found.kind);
  item.signature = found.declaration;
  item.doc = found.doc;
  item.reason = found.reason;
  return item;
}

/// The headers of the C++ library lie in one folder: what belongs to <regex> is
/// declared in files that have its name in theirs.
bool belongsTo(StringRef module, StringRef file) {
  return sys::path::has_extension(module) ||
         sys::path::stem(file).contains(sys::path::filename(module));
}

/// A module that answers what it is asked for: C++, Rust.
void addSource(const std::string &name, Source &source, DocPage &page) {
  StringSet<> seen;
  for (const std::string &each : source.names())
    if (seen.insert(lispSpelling(each)).second)
      page.items.push_back(describe(source, each));
  std::vector<Source::Declared> all = source.declared();
  bool isPartly = any_of(all, [&](const Source::Declared &each) {
    return belongsTo(name, each.origin.file);
  });
  // Of a name that has several overloads some may be refused.
  StringSet<> isBound, refused;
  std::string lastClass;
  for (const Source::Declared &each : all)
    if (each.reason.empty())
      isBound.insert(lispSpelling(each.name));
  for (const Source::Declared &each : all) {
    std::string spelling = lispSpelling(each.name);
    if (isPartly && !belongsTo(name, each.origin.file))
      continue;
    if (!each.reason.empty()) {
      if (!refused.insert(spelling + "\n" + each.reason).second)
        continue;
      DocItem item = itemOf(each.name, each.origin);
      item.kind = isBound.contains(spelling) ? "overload" : "refused";
      item.reason = each.reason;
      page.items.push_back(std::move(item));
      continue;
    }
    if (!seen.insert(spelling).second)
      continue;
    // The class itself, once, before its members.
    std::string scope = StringRef(spelling).rsplit(':').first.str();
    if (scope != spelling && seen.insert(scope).second) {
      DocItem owner = describe(source, scope);
      if (owner.kind == "class")
        page.items.push_back(std::move(owner));
    }
    DocItem item = describe(source, spelling);
    if (item.kind == "refused") {
      // A member of a template, whose arguments a program names.
      if (!item.line)
        item = itemOf(each.name, each.origin);
      item.kind = "method";
      item.reason.clear();
    }
    page.items.push_back(std::move(item));
  }
}

} // namespace

bool gatherNative(Compiler &compiler, DocPage &page) {
  const Options &options = compiler.options;
  page.title = options.file;
  page.import = importForm(options);
  frontend::Session &session = compiler.session;
  ir::Datum *list = session.data.make(ir::DatumKind::Null);
  std::vector<std::string> arguments;
  for (const std::string &folder : options.libraryPath)
    arguments.push_back("-I" + folder);
  for (const std::string &folder : options.nativePath)
    arguments.push_back("-L" + folder);
  if (options.ecosystem != "rust")
    addOption(session, ":args", arguments, list);
  addOption(session, ":link", options.nativeLibraries, list);
  // A crate is a folder in one of these.
  std::string folder;
  for (const std::string &place : reverse(options.libraryPath)) {
    SmallString<128> crate(place);
    sys::path::append(crate, options.file, "Cargo.toml");
    if (options.ecosystem == "rust" && sys::fs::exists(crate))
      folder = place;
  }
  const frontend::NativeSpace *space = session.libraries().importNative(
      "plc-doc", options.ecosystem, options.file, list, folder, {});
  if (!space)
    return false;
  if (space->module->source)
    addSource(options.file, *space->module->source, page);
  else
    addLists(*space, page);
  llvm::sort(page.items, [](const DocItem &a, const DocItem &b) {
    return std::tie(a.name, a.file, a.line, a.reason) <
           std::tie(b.name, b.file, b.line, b.reason);
  });
  return true;
}

} // namespace plc::driver
