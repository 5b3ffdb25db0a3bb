//===- NativeLinks.cpp - native code that units refer to ------------------===//

#include "tools/driver/NativeLinks.h"

#include "plc/native.h"
#include "tools/driver/ObjectReferences.h"

#include "llvm/ADT/StringSet.h"
#include "llvm/Support/DynamicLibrary.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"

#include <dlfcn.h>

using namespace llvm;

namespace plc::driver {

void addNativePlaces(const ir::Module &module, NativePlaces &places) {
  for (auto &function : module.functions())
    for (auto &block : function->blocks())
      for (const ir::Op *op : *block)
        if (op->opcode() == ir::Opcode::NativeCall) {
          StringRef symbol = op->native->symbol;
          bool isVariable = symbol.consume_front("&");
          places.try_emplace(symbol, NativePlace{op->location(), isVariable});
        }
}

static void addLink(const std::string &shims,
                    const std::vector<std::string> &flags,
                    codegen::LinkOptions &options) {
  if (!shims.empty() && !is_contained(options.objects, shims))
    options.objects.push_back(shims);
  for (const std::string &flag : flags)
    if (!is_contained(options.flags, flag))
      options.flags.push_back(flag);
}

void addNativeLinks(const frontend::Unit &unit, codegen::LinkOptions &options) {
  for (const native::Module *module : unit.natives)
    addLink(module->shims, module->linkFlags, options);
  for (const native::Module *module : unit.nativeImports)
    addLink("", module->linkFlags, options);
}

void addNativeLinks(const frontend::Library &library,
                    codegen::LinkOptions &options) {
  for (const frontend::NativeLink &link : library.nativeLinks)
    addLink(link.shims, link.flags, options);
}

/// A place in the text of a file that was not read, since what was made of it was
/// in the cache. Column 0: the whole line.
static ir::Location placeInFile(ir::SourceManager &sources, StringRef file,
                                ir::LineColumn place, uint32_t length) {
  auto buffer = MemoryBuffer::getFile(file, /*IsText=*/true);
  if (!buffer)
    return {};
  uint32_t id = sources.addFile(file.str(), (*buffer)->getBuffer().str());
  if (place.column == 0) {
    StringRef line = sources.lineText(id, place.line);
    place.column = uint32_t(line.size() - line.ltrim().size()) + 1;
    length = uint32_t(line.trim().size());
  }
  std::optional<uint32_t> begin = sources.offsetOf(id, place);
  return begin ? sources.add(id, *begin, *begin + length) : ir::Location();
}

/// The place that the linker tells by the object's debug information:
/// ">>> referenced by a.sld:3 (/folder/a.sld:3)".
static ir::Location placeOfLinker(ir::SourceManager &sources, StringRef text) {
  StringRef line = text.split('\n').second.split('\n').first;
  if (!line.consume_front(">>> referenced by "))
    return {};
  if (size_t open = line.find(" ("); open != StringRef::npos)
    line = line.drop_front(open + 2).rtrim(')');
  auto [file, number] = line.rsplit(':');
  ir::LineColumn place;
  if (number.getAsInteger(10, place.line))
    return {};
  return placeInFile(sources, file, place, 0);
}

/// `by`: the inline function of a header that needs it, "" if Lisp does.
static void reportMissing(Compiler &compiler, StringRef symbol,
                          ir::Location place, StringRef by = "") {
  ir::SourceManager &sources = compiler.session.sources;
  // Not inside of a macro such as c-function.
  if (place.isKnown())
    place = sources.written(place);
  if (place.isKnown() && sources.isPlaceholder(sources.span(place).file)) {
    const ir::Span &span = sources.span(place);
    if (ir::Location found =
            placeInFile(sources, sources.fileName(place),
                        sources.lineColumn(place), span.end - span.begin);
        found.isKnown())
      place = found;
  }
  auto report = compiler.session.diagnostics.report(ir::Diag::NoNativeSymbol,
                                                    place, {symbol});
  if (!by.empty())
    report.note("the inline function or macro `" + by.str() +
                "` of a header refers to it");
  report.help("name the library that has it: `:link \"name\"` in the import, or "
              "`-l name`");
}

/// "plc_shim_1f_uses" is the shim of "uses" (plugins/c-import).
static constexpr StringLiteral kShimPrefix = "plc_shim_";

static StringRef nameOfShim(StringRef symbol) {
  symbol.consume_front(kShimPrefix);
  return symbol.split('_').second;
}

bool reportMissingSymbols(Compiler &compiler, StringRef text,
                          const NativePlaces &places,
                          const std::vector<std::string> &objects) {
  bool found = false;
  StringSet<> seen;
  std::vector<StringRef> unplaced;
  constexpr StringLiteral mark = "undefined symbol: ";
  for (size_t at = 0; (at = text.find(mark, at)) != StringRef::npos;) {
    at += mark.size();
    StringRef symbol = text.substr(at).take_until(
        [](char c) { return c == '\n' || c == '\r'; });
    if (!seen.insert(symbol).second)
      continue;
    ir::Location place = places.lookup(symbol).location;
    if (!place.isKnown())
      place = placeOfLinker(compiler.session.sources, text.substr(at));
    if (!place.isKnown()) {
      unplaced.push_back(symbol);
      continue;
    }
    found = true;
    reportMissing(compiler, symbol, place);
  }
  if (unplaced.empty())
    return found;
  // What is left is needed by shims, best by one whose call has a place: those of
  // libraries that came from the cache have none.
  for (bool hasPlace : {true, false})
    for (const std::string &path : objects) {
      auto buffer = MemoryBuffer::getFile(path);
      if (!buffer)
        continue;
      ObjectReferences references((*buffer)->getBuffer());
      for (StringRef shim : references.defined()) {
        if (!shim.starts_with(kShimPrefix) || places.contains(shim) != hasPlace)
          continue;
        std::set<std::string> needed = references.undefinedFrom(shim);
        erase_if(unplaced, [&](StringRef symbol) {
          if (!needed.count(symbol.str()))
            return false;
          found = true;
          reportMissing(compiler, symbol, places.lookup(shim).location,
                        nameOfShim(shim));
          return true;
        });
      }
    }
  return found;
}

/// What a shim names and no library has must not stop the other shims: a variable
/// is at NULL then; a function raises when it is called.
static void defineMissing(const native::Module &natives,
                          const ObjectReferences &references,
                          codegen::Jit &jit, void *missing,
                          StringSet<> &undefined) {
  for (const std::string &name : references.undefined()) {
    if (undefined.contains(name) ||
        sys::DynamicLibrary::SearchForAddressOfSymbol(name))
      continue;
    if (auto address = jit.lookup(name))
      continue;
    else
      consumeError(address.takeError());
    bool isVariable = any_of(natives.globals, [&](const native::Global &g) {
      return g.symbol == name;
    });
    cantFail(jit.define(name, isVariable ? nullptr : missing));
    undefined.insert(name);
  }
}

/// What is being opened; a signal handler may ask.
static const char *volatile libraryInOpening;

const char *libraryBeingOpened() { return libraryInOpening; }

void loadNativeCode(Compiler &compiler, const frontend::Unit &unit,
                    const ir::Module &module, codegen::Jit &jit,
                    void *missing) {
  NativePlaces places;
  addNativePlaces(module, places);
  // One Lisp world in a process.
  static StringSet<> loaded, undefined;
  static std::vector<std::unique_ptr<ObjectReferences>> shims;
  auto &diagnostics = compiler.session.diagnostics;
  auto open = [&](const std::string &library, const std::string &module = {}) {
    if (loaded.contains(library))
      return;
    std::string why;
    libraryInOpening = (module.empty() ? library : module).c_str();
    bool isMissing =
        sys::DynamicLibrary::LoadLibraryPermanently(library.c_str(), &why);
    libraryInOpening = nullptr;
    if (isMissing) {
      diagnostics.report(ir::Diag::NativeImportFailed, {}, {library, why});
      return;
    }
    // LLVM closes it when the process ends: threads of the library may still run.
    dlopen(library.c_str(), RTLD_NOW | RTLD_NOLOAD | RTLD_NODELETE);
    loaded.insert(library);
  };
  for (const std::string &name : compiler.options.nativeLibraries) {
    std::string library = "lib" + name + ".so";
    for (const std::string &folder : compiler.options.nativePath)
      if (sys::fs::exists(folder + "/" + library)) {
        library = folder + "/" + library;
        break;
      }
    open(library);
  }
  for (const native::Module *natives : unit.nativeImports)
    for (const std::string &library : natives->libraries)
      open(library);
  for (const native::Module *natives : unit.natives) {
    for (const std::string &library : natives->libraries)
      open(library);
    if (natives->isLoaded && !natives->shimLibrary.empty())
      open(natives->shimLibrary, natives->name);
    if (natives->shims.empty() || natives->isLoaded ||
        !loaded.insert(natives->shims).second)
      continue;
    auto buffer = MemoryBuffer::getFile(natives->shims);
    if (!buffer) {
      diagnostics.report(ir::Diag::CannotReadFile, {}, {natives->shims});
      continue;
    }
    StringRef bytes = (*buffer)->getBuffer();
    auto references = std::make_unique<ObjectReferences>(bytes);
    defineMissing(*natives, *references, jit, missing, undefined);
    if (any_of(references->undefined(), [&](const std::string &name) {
          return undefined.contains(name);
        }))
      shims.push_back(std::move(references));
    codegen::ObjectBytes object(bytes.begin(), bytes.end());
    if (Error error = jit.addObject(std::move(object), natives->shims))
      diagnostics.report(ir::Diag::NativeImportFailed, {},
                         {natives->name, toString(std::move(error))});
  }
  std::vector<StringRef> symbols;
  for (auto &place : places)
    symbols.push_back(place.first());
  sort(symbols);
  for (StringRef symbol : symbols) {
    if (undefined.contains(symbol)) {
      reportMissing(compiler, symbol, places.lookup(symbol).location);
      continue;
    }
    for (const auto &references : shims)
      for (const std::string &name : references->undefinedFrom(symbol))
        if (undefined.contains(name))
          reportMissing(compiler, name, places.lookup(symbol).location,
                        nameOfShim(symbol));
    if (sys::DynamicLibrary::SearchForAddressOfSymbol(symbol.str()))
      continue;
    if (auto address = jit.lookup(symbol))
      continue;
    else
      consumeError(address.takeError());
    NativePlace place = places.lookup(symbol);
    reportMissing(compiler, symbol, place.location);
    cantFail(jit.define(symbol, place.isVariable ? nullptr : missing));
    undefined.insert(symbol);
  }
}

} // namespace plc::driver
