//===- NativeLinks.cpp - native code that units refer to ------------------===//

#include "tools/driver/NativeLinks.h"

#include "plc/native.h"

#include "llvm/ADT/StringSet.h"
#include "llvm/Object/ObjectFile.h"
#include "llvm/Support/DynamicLibrary.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"

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

static void reportMissing(Compiler &compiler, StringRef symbol,
                          ir::Location place) {
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
  compiler.session.diagnostics
      .report(ir::Diag::NoNativeSymbol, place, {symbol})
      .help("name the library that has it: `:link \"name\"` in the import, or "
            "`-l name`");
}

bool reportMissingSymbols(Compiler &compiler, StringRef text,
                          const NativePlaces &places) {
  bool found = false;
  StringSet<> seen;
  constexpr StringLiteral mark = "undefined symbol: ";
  for (size_t at = 0; (at = text.find(mark, at)) != StringRef::npos;) {
    at += mark.size();
    StringRef symbol = text.substr(at).take_until(
        [](char c) { return c == '\n' || c == '\r'; });
    ir::Location place = places.lookup(symbol).location;
    if (!place.isKnown())
      place = placeOfLinker(compiler.session.sources, text.substr(at));
    if (!place.isKnown() || !seen.insert(symbol).second)
      continue;
    found = true;
    reportMissing(compiler, symbol, place);
  }
  return found;
}

/// What a shim names and no library has must not stop the other shims: a variable
/// is at NULL then, which reading it finds; a function raises when it is called.
static void defineMissing(const native::Module &natives, StringRef object,
                          codegen::Jit &jit, void *missing,
                          StringSet<> &undefined) {
  auto parsed =
      object::ObjectFile::createObjectFile(MemoryBufferRef(object, "shims"));
  if (!parsed)
    return consumeError(parsed.takeError()); // adding it says what is wrong
  for (const object::SymbolRef &symbol : (*parsed)->symbols()) {
    Expected<uint32_t> flags = symbol.getFlags();
    Expected<StringRef> name = symbol.getName();
    if (!flags || !name) {
      consumeError(flags.takeError());
      consumeError(name.takeError());
      continue;
    }
    if (!(*flags & object::SymbolRef::SF_Undefined) || name->empty() ||
        *name == "_GLOBAL_OFFSET_TABLE_" ||
        sys::DynamicLibrary::SearchForAddressOfSymbol(name->str()))
      continue;
    if (auto address = jit.lookup(*name))
      continue;
    else
      consumeError(address.takeError());
    bool isVariable = any_of(natives.globals, [&](const native::Global &g) {
      return g.symbol == *name;
    });
    cantFail(jit.define(*name, isVariable ? nullptr : missing));
    undefined.insert(*name);
  }
}

void loadNativeCode(Compiler &compiler, const frontend::Unit &unit,
                    const ir::Module &module, codegen::Jit &jit,
                    void *missing) {
  NativePlaces places;
  addNativePlaces(module, places);
  if (places.empty() && unit.natives.empty())
    return;
  static StringSet<> loaded, undefined; // one Lisp world in a process
  auto &diagnostics = compiler.session.diagnostics;
  auto open = [&](const std::string &library) {
    std::string why;
    if (sys::DynamicLibrary::LoadLibraryPermanently(library.c_str(), &why)) {
      diagnostics.report(ir::Diag::NativeImportFailed, {}, {library, why});
      return;
    }
    loaded.insert(library);
  };
  for (const std::string &name : compiler.options.nativeLibraries) {
    std::string library = "lib" + name + ".so";
    for (const std::string &folder : compiler.options.nativePath)
      if (sys::fs::exists(folder + "/" + library)) {
        library = folder + "/" + library;
        break;
      }
    if (!loaded.contains(library))
      open(library);
  }
  for (const native::Module *natives : unit.natives) {
    for (const std::string &library : natives->libraries)
      if (!loaded.contains(library))
        open(library);
    if (natives->shims.empty() || !loaded.insert(natives->shims).second)
      continue;
    auto buffer = MemoryBuffer::getFile(natives->shims);
    if (!buffer) {
      diagnostics.report(ir::Diag::CannotReadFile, {}, {natives->shims});
      continue;
    }
    StringRef bytes = (*buffer)->getBuffer();
    defineMissing(*natives, bytes, jit, missing, undefined);
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
