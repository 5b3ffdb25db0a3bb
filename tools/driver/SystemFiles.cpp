//===- SystemFiles.cpp - where plc finds what it needs --------------------===//

#include "tools/driver/SystemFiles.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Program.h"

#include <cstdlib>

using namespace llvm;

namespace plc::driver {

/// A folder of the XDG base directories, or its default below the home folder.
static std::string userFolder(const char *variable, const char *standard) {
  if (const char *base = getenv(variable); base && *base == '/')
    return std::string(base) + "/plc";
  const char *home = getenv("HOME");
  if (home && *home)
    return std::string(home) + standard + "/plc";
  return "/tmp/plc-" + std::string(getenv("USER") ? getenv("USER") : "user");
}

std::string cacheFolder() {
  if (const char *folder = getenv("PLC_CACHE_DIR"); folder && *folder)
    return folder;
  return userFolder("XDG_CACHE_HOME", "/.cache");
}

std::string stateFolder() {
  return userFolder("XDG_STATE_HOME", "/.local/state");
}

std::string findLinker() {
  if (auto found = sys::findProgramByName("ld.lld-19"))
    return *found;
  if (auto found = sys::findProgramByName("ld.lld", {"/usr/lib/llvm-19/bin"}))
    return *found;
  return "";
}

std::vector<std::string> systemLibraryFolders() {
  std::vector<std::string> folders;
  const std::string gcc = "/usr/lib/gcc/x86_64-linux-gnu";
  // The newest gcc that has the C++ library.
  int best = 0;
  std::error_code error;
  for (sys::fs::directory_iterator i(gcc, error), end; !error && i != end;
       i.increment(error)) {
    StringRef name = StringRef(i->path()).rsplit('/').second;
    int version;
    if (!name.getAsInteger(10, version) && version > best &&
        sys::fs::exists(i->path() + "/libstdc++.a"))
      best = version;
  }
  if (best)
    folders.push_back(gcc + "/" + std::to_string(best));
  for (const char *folder : {"/usr/lib/x86_64-linux-gnu",
                             "/lib/x86_64-linux-gnu", "/usr/lib64", "/usr/lib"})
    if (sys::fs::exists(folder))
      folders.push_back(folder);
  return folders;
}

std::vector<std::string> llvmLibraryFolders() {
  return {"/usr/lib/llvm-19/lib", "/usr/lib/x86_64-linux-gnu"};
}

} // namespace plc::driver
