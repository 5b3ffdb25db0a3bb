//===- Stage.cpp - compiles the standard library --------------------------===//
//
// Used while plc itself is built: every library below a folder becomes a member
// of libplcstd.a and an interface file.
//
//===----------------------------------------------------------------------===//

#include "codegen/EmitObject.h"
#include "tools/driver/Compiler.h"
#include "tools/driver/Stage.h"

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
  for (const frontend::Library *library : libraries.loaded()) {
    if (!library->unit || library->isBuiltin)
      continue;
    std::unique_ptr<ir::Module> module = compiler.lower(*library->unit);
    LLVMContext context;
    std::unique_ptr<Module> translated =
        compiler.translate(*module, context);
    SmallVector<char, 0> object =
        codegen::emitObject(*translated, compiler.machine());
    // (scheme base) -> scheme.base.o
    std::string member = library->name.substr(1, library->name.size() - 2);
    std::replace(member.begin(), member.end(), ' ', '.');
    NewArchiveMember &added = members.emplace_back();
    added.Buf = MemoryBuffer::getMemBufferCopy(
        StringRef(object.data(), object.size()), member + ".o");
    added.MemberName = added.Buf->getBufferIdentifier();
    std::string interface = libraries.interfacePath(*library);
    if (interface.empty())
      continue;
    sys::fs::create_directories(sys::path::parent_path(interface));
    writeOutput(compiler, interface, [&](raw_pwrite_stream &out) {
      out << libraries.interfaceText(*library);
    });
  }
  sys::fs::create_directories(sys::path::parent_path(archive));
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
  plc_host host{sizeof(plc_host), "plc-stage", folder};
  bool isBuilt = false;
  plc::driver::runOnBigStack([&] {
    isBuilt = plc::driver::buildLibrary(
        sources, std::string(folder) + "/libplcstd.a", host);
  });
  return isBuilt ? 0 : 1;
}
