//===- NativeLinks.cpp - what programs with native code link --------------===//

#include "tools/driver/NativeLinks.h"

#include <dlfcn.h>

using namespace llvm;

namespace plc::driver {

static void addOnce(std::vector<std::string> &list, StringRef item) {
  if (!item.empty() && !is_contained(list, item))
    list.push_back(item.str());
}

static void addLink(const std::string &shims,
                    const std::vector<std::string> &flags,
                    codegen::LinkOptions &options) {
  addOnce(options.objects, shims);
  for (StringRef flag : flags) {
    if (flag.consume_front("-L"))
      addOnce(options.libraryFolders, flag);
    else if (flag.consume_front("-l"))
      addOnce(options.libraries, flag);
    else
      addOnce(options.objects, flag);
  }
}

void addNativeLinks(Compiler &compiler, const frontend::Unit &program,
                    codegen::LinkOptions &options) {
  for (const native::Module *module : program.natives)
    addLink(module->shims, module->linkFlags, options);
  for (const frontend::Library *library : compiler.unitsOf(program))
    for (const frontend::NativeLink &link : library->nativeLinks)
      addLink(link.shims, link.flags, options);
}

bool openNativeLibraries(Compiler &compiler, const frontend::Unit &unit) {
  static std::vector<std::string> opened;
  auto open = [&](const std::string &path) {
    if (path.empty() || is_contained(opened, path))
      return true;
    if (!dlopen(path.c_str(), RTLD_LAZY | RTLD_GLOBAL)) {
      compiler.session.diagnostics.report(ir::Diag::LinkFailed, {}, {dlerror()});
      return false;
    }
    opened.push_back(path);
    return true;
  };
  for (const native::Module *module : unit.natives) {
    for (const std::string &library : module->libraries)
      if (!open(library))
        return false;
    if (!open(module->shimLibrary))
      return false;
  }
  return true;
}

} // namespace plc::driver
