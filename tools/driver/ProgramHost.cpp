//===- ProgramHost.cpp - what a program that evaluates brings along -------===//
//
// The constant plc_program_host (runtime/Evaluate.h) of a program's main module:
// tables of its own symbols and units, its sources, and where the compiler lies.
// Other programs have no such constant and nothing of this.
//
//===----------------------------------------------------------------------===//

#include "tools/driver/ProgramHost.h"

#include "codegen/Codegen.h"

#include "llvm/IR/Constants.h"
#include "llvm/Object/Archive.h"
#include "llvm/Object/ObjectFile.h"
#include "llvm/Support/Path.h"

#include <set>

using namespace llvm;

namespace plc::driver {
namespace {

class HostBuilder {
public:
  explicit HostBuilder(Module &module)
      : module(module), pointer(PointerType::get(module.getContext(), 0)) {}

  Constant *external(StringRef name) {
    GlobalVariable *global = module.getGlobalVariable(name);
    if (!global) {
      global = new GlobalVariable(
          module, Type::getInt8Ty(module.getContext()), true,
          GlobalValue::ExternalLinkage, nullptr, name);
      global->setVisibility(GlobalValue::HiddenVisibility);
      global->setDSOLocal(true);
    }
    return global;
  }

  Constant *text(StringRef characters) {
    Constant *bytes =
        ConstantDataArray::getString(module.getContext(), characters);
    return new GlobalVariable(module, bytes->getType(), true,
                              GlobalValue::PrivateLinkage, bytes, "text");
  }

  /// An array that ends with a null.
  Constant *table(std::vector<Constant *> elements) {
    elements.push_back(null());
    auto *type = ArrayType::get(pointer, elements.size());
    return new GlobalVariable(module, type, true, GlobalValue::PrivateLinkage,
                              ConstantArray::get(type, elements), "table");
  }

  Constant *null() { return ConstantPointerNull::get(pointer); }
  Constant *number(uint64_t n) {
    return ConstantInt::get(Type::getInt64Ty(module.getContext()), n);
  }

private:
  Module &module;
  PointerType *pointer;
};

} // namespace

/// Names that an object defines for others; an archive's members likewise.
static void addSymbols(MemoryBufferRef bytes, std::set<std::string> &names) {
  auto addObject = [&](const object::ObjectFile &object) {
    for (const object::SymbolRef &symbol : object.symbols()) {
      Expected<uint32_t> flags = symbol.getFlags();
      Expected<StringRef> name = symbol.getName();
      if (flags && name && (*flags & object::SymbolRef::SF_Global) &&
          !(*flags & object::SymbolRef::SF_Undefined) &&
          name->starts_with("plc:"))
        names.insert(name->str());
      consumeError(flags.takeError());
      consumeError(name.takeError());
    }
  };
  Expected<std::unique_ptr<object::Binary>> binary =
      object::createBinary(bytes);
  if (!binary) {
    consumeError(binary.takeError());
    return;
  }
  if (auto *object = dyn_cast<object::ObjectFile>(binary->get()))
    return addObject(*object);
  if (auto *archive = dyn_cast<object::Archive>(binary->get())) {
    Error error = Error::success();
    for (const object::Archive::Child &child : archive->children(error))
      if (Expected<MemoryBufferRef> member = child.getMemoryBufferRef())
        addSymbols(*member, names);
      else
        consumeError(member.takeError());
    consumeError(std::move(error));
  }
}

void addProgramHost(Module &module, const ProgramHost &program) {
  HostBuilder b(module);
  std::set<std::string> names;
  for (const std::string &path : program.objects)
    if (auto buffer = MemoryBuffer::getFile(path))
      addSymbols((*buffer)->getMemBufferRef(), names);
  std::vector<Constant *> symbols, units, sources, folders;
  for (const std::string &name : names) {
    symbols.push_back(b.text(name));
    symbols.push_back(b.external(name));
  }
  for (const std::string &unit : program.units)
    units.push_back(b.external(codegen::unitSymbol(unit)));
  for (const auto &[path, text] : program.sources) {
    sources.push_back(b.text(path));
    sources.push_back(b.text(text));
  }
  for (const std::string &folder : program.libraryPath)
    folders.push_back(b.text(folder));
  SmallString<128> library(sys::path::parent_path(program.libraryFolder));
  sys::path::append(library, "libplcjit.so");
  // In the order of plc_program.
  Constant *fields[] = {
      b.number(sizeof(plc_program)),
      b.text(library),
      b.text(program.libraryFolder),
      b.external("plc_anchor_table"),
      b.external("plc_standard_symbols"),
      b.external("plc_standard_units"),
      b.table(symbols),
      b.table(units),
      b.table(sources),
      b.table(folders),
      b.number(program.isOpen),
  };
  static_assert(sizeof(plc_program) == 8 * std::size(fields));
  Constant *host = ConstantStruct::getAnon(fields);
  new GlobalVariable(module, host->getType(), true,
                     GlobalValue::ExternalLinkage, host, "plc_program_host");
}

} // namespace plc::driver
