//===- Stage.cpp - compiles the standard library --------------------------===//
//
// Used while plc itself is built: every library below a folder becomes a member
// of libplcstd.a and an interface file.
//
//===----------------------------------------------------------------------===//

#include "codegen/Codegen.h"
#include "codegen/EmitObject.h"
#include "codegen/Optimize.h"
#include "tools/driver/Compiler.h"
#include "tools/driver/Stage.h"

#include "llvm/IR/Constants.h"
#include "llvm/Object/ArchiveWriter.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace llvm;

namespace plc::driver {
namespace {

/// "(scheme base)" for SOURCES/scheme/base.sld, sorted by name.
std::vector<std::string> libraryNames(StringRef sources) {
  std::vector<std::string> names;
  std::error_code error;
  for (sys::fs::recursive_directory_iterator i(sources, error), end;
       !error && i != end; i.increment(error)) {
    StringRef path = i->path();
    if (sys::path::extension(path) != ".sld")
      continue;
    path.consume_front(sources);
    path = path.ltrim('/');
    path.consume_back(".sld");
    std::string name = "(";
    for (char c : path)
      name += c == '/' ? ' ' : c;
    names.push_back(name + ")");
  }
  llvm::sort(names);
  return names;
}

/// The module of two tables: all units, and every symbol that code compiled
/// later may refer to (Host.h).
std::unique_ptr<Module> makeTables(LLVMContext &context,
                                   ArrayRef<std::string> units,
                                   ArrayRef<std::string> symbols) {
  auto module = std::make_unique<Module>("tables", context);
  auto *pointer = PointerType::get(context, 0);
  Constant *null = ConstantPointerNull::get(pointer);
  auto external = [&](StringRef name) {
    GlobalVariable *global = module->getGlobalVariable(name);
    if (!global) {
      global = new GlobalVariable(*module, Type::getInt8Ty(context), true,
                                  GlobalValue::ExternalLinkage, nullptr, name);
      global->setVisibility(GlobalValue::HiddenVisibility);
    }
    return global;
  };
  auto text = [&](StringRef characters) {
    Constant *bytes = ConstantDataArray::getString(context, characters);
    return new GlobalVariable(*module, bytes->getType(), true,
                              GlobalValue::PrivateLinkage, bytes, "name");
  };
  auto define = [&](StringRef name, ArrayRef<Constant *> elements) {
    auto *type = ArrayType::get(pointer, elements.size());
    new GlobalVariable(*module, type, true, GlobalValue::ExternalLinkage,
                       ConstantArray::get(type, elements), name);
  };
  std::vector<Constant *> unitTable, symbolTable;
  for (const std::string &unit : units)
    unitTable.push_back(external(codegen::unitSymbol(unit)));
  unitTable.push_back(null);
  define("plc_standard_units", unitTable);
  for (const std::string &symbol : symbols) {
    symbolTable.push_back(text(symbol));
    symbolTable.push_back(external(symbol));
  }
  symbolTable.insert(symbolTable.end(), {null, null});
  define("plc_standard_symbols", symbolTable);
  return module;
}

/// Shows the diagnostics and fails if there are errors.
bool isGood(Compiler &compiler) { return compiler.report() == 0; }

bool buildLibrary(StringRef sources, StringRef archive,
                  const plc_host &host) {
  Options options;
  Compiler compiler(options, host);
  frontend::Session &session = compiler.session;
  session.options.standardLibrary = sources.str();
  session.options.libraryPath.clear();
  frontend::LibraryManager &libraries = session.libraries();
  for (const std::string &name : libraryNames(sources))
    libraries.load(name, {});
  if (compiler.hasErrors())
    return isGood(compiler);

  std::vector<NewArchiveMember> members;
  auto addMember = [&](StringRef name, Module &module) {
    SmallVector<char, 0> object =
        codegen::emitObject(module, compiler.machine());
    NewArchiveMember &added = members.emplace_back();
    added.Buf = MemoryBuffer::getMemBufferCopy(
        StringRef(object.data(), object.size()), name);
    added.MemberName = added.Buf->getBufferIdentifier();
  };
  std::vector<std::string> units, symbols;
  for (const frontend::Library *library : libraries.loaded()) {
    if (!library->unit || library->isBuiltin)
      continue;
    std::unique_ptr<ir::Module> module = compiler.lower(*library->unit);
    LLVMContext context;
    std::unique_ptr<Module> translated =
        compiler.translate(*module, context);
    units.push_back(library->name);
    for (const GlobalValue &value : translated->global_values())
      if (!value.isDeclaration() && value.hasExternalLinkage())
        symbols.push_back(value.getName().str());
    // (scheme base) -> scheme.base.o
    std::string member = library->name.substr(1, library->name.size() - 2);
    std::replace(member.begin(), member.end(), ' ', '.');
    addMember(member + ".o", *translated);
    std::string interface = libraries.interfacePath(*library);
    if (interface.empty())
      continue;
    sys::fs::create_directories(sys::path::parent_path(interface));
    writeOutput(compiler, interface, [&](raw_pwrite_stream &out) {
      out << libraries.interfaceText(*library);
    });
  }
  LLVMContext context;
  std::unique_ptr<Module> tables = makeTables(context, units, symbols);
  codegen::setTarget(*tables, compiler.machine());
  addMember("tables.o", *tables);
  if (Error error =
          writeArchive(archive, members, SymtabWritingMode::NormalSymtab,
                       object::Archive::K_GNU, /*Deterministic=*/true,
                       /*Thin=*/false)) {
    errs() << "error: " << archive << ": " << toString(std::move(error))
           << '\n';
    return false;
  }
  return isGood(compiler);
}

} // namespace
} // namespace plc::driver

int plcjit_build_library(const char *sources, const char *folder) {
  plc_host host = {};
  host.struct_size = sizeof(host);
  host.executable = "plc-stage";
  host.library_dir = folder;
  bool isBuilt = false;
  plc::driver::runOnBigStack([&] {
    isBuilt = plc::driver::buildLibrary(
        sources, std::string(folder) + "/libplcstd.a", host);
  });
  return isBuilt ? 0 : 1;
}
