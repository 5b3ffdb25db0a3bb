//===- NativeLinks.cpp - native code that units refer to ------------------===//

#include "tools/driver/NativeLinks.h"

#include "plc/native.h"

#include "llvm/ADT/StringSet.h"
#include "llvm/Support/DynamicLibrary.h"
#include "llvm/Support/MemoryBuffer.h"

using namespace llvm;

namespace plc::driver {

void addNativePlaces(const ir::Module &module, NativePlaces &places) {
  for (auto &function : module.functions())
    for (auto &block : function->blocks())
      for (const ir::Op *op : *block)
        if (op->opcode() == ir::Opcode::NativeCall)
          places.try_emplace(op->native->symbol, op->location());
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

static void reportMissing(Compiler &compiler, StringRef symbol,
                          ir::Location place) {
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
    auto place = places.find(symbol);
    if (place == places.end() || !seen.insert(symbol).second)
      continue;
    found = true;
    reportMissing(compiler, symbol, place->second);
  }
  return found;
}

void loadNativeCode(Compiler &compiler, const frontend::Unit &unit,
                    const ir::Module &module, codegen::Jit &jit,
                    void *missing) {
  NativePlaces places;
  addNativePlaces(module, places);
  if (places.empty() && unit.natives.empty())
    return;
  static StringSet<> loaded; // one Lisp world in a process
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
    if (sys::DynamicLibrary::SearchForAddressOfSymbol(symbol.str()))
      continue;
    if (auto address = jit.lookup(symbol))
      continue;
    else
      consumeError(address.takeError());
    reportMissing(compiler, symbol, places.lookup(symbol));
    cantFail(jit.define(symbol, missing));
  }
}

} // namespace plc::driver
