//===- ImportNative.cpp - modules of native code --------------------------===//
//
// Reads the options of an import whose declarations are known when compiling,
// and has the importer of its ecosystem read the module.
//
//===----------------------------------------------------------------------===//

#include "frontend/FormExpander.h"
#include "frontend/NativeChecks.h"

#include "llvm/Support/Path.h"

using namespace plc::ir;

namespace plc::frontend {

namespace {

/// Reads the options of an import; reports what is wrong with them.
class OptionReader {
public:
  OptionReader(Session &session, NativeSpace &space, Location location)
      : session(session), space(space), location(location) {}

  bool read(const Datum *options) {
    for (; options->kind == DatumKind::Pair && ok;
         options = options->second->second)
      readOne(options->first->symbol->text(), options->second->first);
    return ok;
  }

private:
  void bad(llvm::StringRef what) {
    ok = false;
    session.diagnostics.report(Diag::BadForeignImport, location, {what})
        .note("options of a header are `:link`, `:pkg-config`, `:args`, "
              "`:headers` (a string or a list of strings), `:check ((name policy [message]) "
              "...)`, `:macros ((name (type ...) -> type) ...)`, `:blocking` "
              "(#t or names of functions) and `:null "
              "error`; of a crate of Rust `:share` (#t or #f)");
  }

  static std::optional<std::string> textOf(const Datum *d) {
    if (d->kind == DatumKind::String)
      return d->text.str();
    if (d->kind == DatumKind::Symbol)
      return d->symbol->text().str();
    return std::nullopt;
  }

  void readStrings(llvm::StringRef option, const Datum *value,
                   std::vector<std::string> &list) {
    if (std::optional<std::string> text = textOf(value)) {
      list.push_back(*text);
      return;
    }
    for (; value->kind == DatumKind::Pair; value = value->second) {
      std::optional<std::string> text = textOf(value->first);
      if (!text)
        break;
      list.push_back(*text);
    }
    if (value->kind != DatumKind::Null)
      bad(("no string or list of strings after `" + option + "`").str());
  }

  void readCheck(const Datum *entry) {
    checks.emplace_back();
    std::string problem = frontend::readCheck(entry, checks.back());
    if (!problem.empty())
      bad(problem);
  }

  /// `(name (type ...) -> type)`: what a macro of C is called with.
  void readMacro(const Datum *entry) {
    llvm::SmallVector<const Datum *, 4> parts;
    for (; entry->kind == DatumKind::Pair; entry = entry->second)
      parts.push_back(entry->first);
    native::MacroTypes macro;
    bool isGood = parts.size() == 4 && textOf(parts[0]) &&
                  textOf(parts[2]) == "->" && textOf(parts[3]);
    if (isGood) {
      macro.name = *textOf(parts[0]);
      macro.result = *textOf(parts[3]);
      const Datum *types = parts[1];
      for (; types->kind == DatumKind::Pair; types = types->second) {
        std::optional<std::string> text = textOf(types->first);
        isGood &= text.has_value();
        macro.parameters.push_back(text.value_or(""));
      }
      isGood &= types->kind == DatumKind::Null;
    }
    if (!isGood)
      return bad("no list of `(name (type ...) -> type)` after `:macros`");
    space.importOptions.macros.push_back(std::move(macro));
  }

  /// `#t`, or names of functions.
  void readNames(llvm::StringRef option, const Datum *value, bool &isAll,
                 llvm::StringSet<> &names) {
    if (value->kind == DatumKind::True || value->isFalse()) {
      isAll = !value->isFalse();
      return;
    }
    std::vector<std::string> list;
    readStrings(option, value, list);
    for (const std::string &name : list)
      names.insert(name);
  }

  void readOne(llvm::StringRef option, const Datum *value) {
    native::ImportOptions &options = space.importOptions;
    if (option == ":link")
      return readStrings(option, value, options.link);
    if (option == ":pkg-config")
      return readStrings(option, value, options.packages);
    if (option == ":headers")
      return readStrings(option, value, options.others);
    if (option == ":args")
      return readStrings(option, value, options.arguments);
    if (option == ":namespace")
      return readStrings(option, value, space.namespaces);
    if (option == ":null") {
      space.isNullError = textOf(value) == "error";
      if (!space.isNullError)
        bad("something other than `error` after `:null`");
      return;
    }
    if (option == ":blocking")
      return readNames(option, value, space.isBlocking, space.blocking);
    if (option == ":share" && space.ecosystem == "rust") {
      options.isSharing = value->kind == DatumKind::True;
      if (!options.isSharing && !value->isFalse())
        bad("something other than `#t` or `#f` after `:share`");
      return;
    }
    if (option == ":transient")
      return readNames(option, value, space.isTransient, space.transient);
    if (option == ":check") {
      if (value->kind != DatumKind::Pair)
        return bad("no list after `:check`");
      for (; value->kind == DatumKind::Pair; value = value->second)
        readCheck(value->first);
      return;
    }
    if (option == ":macros") {
      if (value->kind != DatumKind::Pair)
        return bad("no list after `:macros`");
      for (; value->kind == DatumKind::Pair; value = value->second)
        readMacro(value->first);
      return;
    }
    bad(("the option `" + option + "`").str());
  }

public:
  std::vector<WrittenCheck> checks;

private:
  Session &session;
  NativeSpace &space;
  Location location;
  bool ok = true;
};

} // namespace

/// Null after a diagnostic.
const native::Module *
LibraryManager::readModule(llvm::StringRef ecosystem,
                           const native::ImportOptions &options,
                           Location location) {
  native::ImportError error;
  const native::Module *module =
      session.natives->import(ecosystem, options, error);
  if (!module) {
    auto report = session.diagnostics.report(
        Diag::NativeImportFailed, location,
        {options.module.empty() ? ecosystem : options.module, error.message});
    if (!location.isKnown()) // no place that the reason stands at
      report.note(error.message);
    if (!error.origin.file.empty())
      report.note("at " + error.origin.file + ":" +
                  std::to_string(error.origin.line) + ":" +
                  std::to_string(error.origin.column));
    if (!error.hint.empty())
      report.help(error.hint);
    return nullptr;
  }
  if (native::Source *source = module->source.get();
      source && !llvm::is_contained(nativeSources, source))
    nativeSources.push_back(source);
  return module;
}

std::vector<const NativeSpace *>
LibraryManager::spacesOf(llvm::StringRef ecosystem, const TopLevel &top) {
  std::vector<const NativeSpace *> spaces;
  auto add = [&](const Binding *binding) {
    if (binding->kind != BindingKind::NativeSpace)
      return;
    const NativeSpace *space = nativeOf(binding);
    if (space && space->ecosystem == ecosystem &&
        llvm::none_of(spaces, [&](auto *other) {
          return other->module == space->module;
        }))
      spaces.push_back(space);
  };
  for (auto &[key, name] : top.foreignNames)
    add(name.binding);
  // Of an interface there are only these.
  for (const Scope::Entry &entry : top.entries)
    add(entry.binding);
  return spaces;
}

native::Source *LibraryManager::sourceOfAll(llvm::StringRef ecosystem,
                                            const TopLevel &top,
                                            llvm::StringRef folder,
                                            Location location) {
  std::vector<const NativeSpace *> spaces = spacesOf(ecosystem, top);
  if (!spaces.empty())
    return sourceOfAll(spaces, folder, location);
  native::ImportOptions none;
  none.folders.push_back(folder.empty() ? "." : folder.str());
  const native::Module *module = readModule(ecosystem, none, location);
  return module ? module->source.get() : nullptr;
}

native::Source *
LibraryManager::sourceOfAll(llvm::ArrayRef<const NativeSpace *> spaces,
                            llvm::StringRef folder, Location location) {
  if (spaces.size() == 1)
    return spaces[0]->module->source.get();
  native::ImportOptions all;
  all.folders.push_back(folder.empty() ? "." : folder.str());
  auto add = [](std::vector<std::string> &to,
                const std::vector<std::string> &from) {
    for (const std::string &item : from)
      if (!llvm::is_contained(to, item))
        to.push_back(item);
  };
  for (const NativeSpace *space : spaces) {
    const native::ImportOptions &options = space->importOptions;
    if (all.module.empty())
      all.module = options.module;
    else
      add(all.others, {options.module});
    add(all.others, options.others);
    add(all.link, options.link);
    add(all.packages, options.packages);
    add(all.arguments, options.arguments);
    add(all.folders, options.folders);
    add(all.blocking, options.blocking);
    all.isBlocking |= options.isBlocking;
    all.isSharing |= options.isSharing;
  }
  const native::Module *module = readModule(spaces[0]->ecosystem, all, location);
  return module ? module->source.get() : nullptr;
}

const NativeSpace *LibraryManager::importNative(
    llvm::StringRef name, llvm::StringRef ecosystem, llvm::StringRef module,
    const Datum *options, llvm::StringRef folder, Location location) {
  nativeSpaces.push_back(std::make_unique<NativeSpace>());
  NativeSpace &space = *nativeSpaces.back();
  space.name = name.str();
  space.ecosystem = ecosystem.str();
  space.options = options;
  space.importOptions.module = module.str();
  OptionReader reader(session, space, location);
  if (!reader.read(options))
    return nullptr;
  space.importOptions.folders.push_back(folder.empty() ? "." : folder.str());
  // `std:sort` of `:as std` is std::sort.
  space.namespaces.push_back(space.name);
  for (auto &entry : space.blocking)
    space.importOptions.blocking.push_back(entry.first().str());
  llvm::sort(space.importOptions.blocking);
  space.importOptions.isBlocking = space.isBlocking;
  space.module = readModule(ecosystem, space.importOptions, location);
  if (!space.module)
    return nullptr;
  indexMembers(space);
  resolveChecks(session, space, reader.checks, location);
  // By the names of the module.
  for (llvm::StringSet<> *names : {&space.blocking, &space.transient})
    for (auto &entry : std::exchange(*names, {})) {
      native::Source::Found found;
      if (native::Source *source = space.module->source.get()) {
        sourceName(space, *source, entry.first(), found);
        if (found.kind != native::Source::Found::Nothing)
          continue;
      }
      std::optional<NativeMember> member = space.find(entry.first());
      if (member && member->kind == NativeMember::Function) {
        names->insert(space.module->functions[member->index].name);
        continue;
      }
      auto report = session.diagnostics.report(Diag::NoNativeMember, location,
                                               {name, entry.first()});
      std::string nearest = nearestName(entry.first(), space.names()).str();
      if (!nearest.empty())
        report.help("is `" + nearest + "` meant?");
    }
  return &space;
}

const NativeSpace *LibraryManager::nativeOf(const Binding *space) {
  if (const Datum *d = std::exchange(space->pendingImport, nullptr))
    if (session.natives) {
      session.keepForm();
      const Datum *rest = d->second;
      space->native = importNative(
          space->member->text(), d->first->text, rest->first->text,
          rest->second->second->first, rest->second->first->text,
          space->location);
    }
  return space->native;
}

void FormExpander::scanNativeImport(const ForeignModule &module,
                                    Context &context) {
  Location location = module.name->location;
  checkOpen(module.as);
  llvm::StringRef folder = llvm::sys::path::parent_path(
      session.sources.fileName(session.sources.written(location)));
  Binding *space = libraries.makeBinding(BindingKind::NativeSpace);
  space->member = module.as->name;
  space->location = location;
  space->native = libraries.importNative(
      module.as->name->text(), module.ecosystem, module.name->datum->text,
      module.options, folder, location);
  bindForeign(module.as, space, meaningOf(module));
  if (library && space->native) {
    library->isUncacheable |= module.as->alias != nullptr;
    for (auto &[file, hash] : space->native->module->inputs)
      library->nativeInputs.push_back(file);
    if (!space->native->module->linkFlags.empty())
      library->nativeLinks.push_back(
          {"", "", space->native->module->linkFlags,
           space->native->module->libraries});
  }
  if (space->native)
    unit.nativeImports.push_back(space->native->module);
  bindMembers(module, space);
}

} // namespace plc::frontend
