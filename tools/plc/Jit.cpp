//===- Jit.cpp - opens libplcjit.so ---------------------------------------===//

#include "tools/plc/Jit.h"
#include "tools/driver/Host.h"

#include "llvm/Support/raw_ostream.h"

#include <climits>
#include <dlfcn.h>
#include <unistd.h>

namespace plc::front {

const std::string &executablePath() {
  static const std::string path = [] {
    char buffer[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", buffer, sizeof(buffer));
    return length > 0 ? std::string(buffer, length) : std::string("plc");
  }();
  return path;
}

std::string libraryFolder() {
  const std::string &executable = executablePath();
  size_t bin = executable.rfind('/');
  size_t root = bin ? executable.rfind('/', bin - 1) : std::string::npos;
  return (root == std::string::npos ? "." : executable.substr(0, root)) +
         "/lib";
}

int runInJit(int argc, char **argv) {
  std::string path = libraryFolder() + "/libplcjit.so";
  void *library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!library) {
    llvm::errs() << "error: cannot open the compiler: " << dlerror()
                 << "\nhelp: run `plc doctor`\n";
    return 70;
  }
  auto entry =
      reinterpret_cast<decltype(&plcjit_main)>(dlsym(library, "plcjit_main"));
  if (!entry) {
    llvm::errs() << "error: " << path << " belongs to another version of plc\n";
    return 70;
  }
  std::string libraries = libraryFolder() + "/plc";
  plc_host host = {};
  host.struct_size = sizeof(host);
  host.executable = executablePath().c_str();
  host.library_dir = libraries.c_str();
  host.runtime = plc_anchor_table;
  host.standard_symbols = plc_standard_symbols;
  host.standard_units = plc_standard_units;
  return entry(argc, argv, &host);
}

} // namespace plc::front
