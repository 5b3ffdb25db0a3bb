//===- SharedLibrary.cpp - opening shared libraries -----------------------===//

#include "ffi/SharedLibrary.h"

// Header only, without Boost.Filesystem and Boost.System. Only functions with
// an error code are called: nothing throws.
#define BOOST_DLL_USE_STD_FS
#include <boost/dll/shared_library.hpp>
#include <dlfcn.h>

namespace plc::ffi {

struct SharedLibrary::Impl {
  boost::dll::shared_library library;
};

SharedLibrary *SharedLibrary::open(const std::string &path,
                                   std::string &problem) {
  auto *impl = new Impl;
  std::error_code error;
  // Symbols of one runtime must not shadow those of another; its own extension
  // modules find them, if the plugin asks for that.
  impl->library.load(path, boost::dll::load_mode::rtld_now, error);
  if (error) {
    // The error code says "bad file" for everything.
    const char *text = dlerror();
    problem = text ? text : error.message();
    delete impl;
    return nullptr;
  }
  return new SharedLibrary(impl);
}

void *SharedLibrary::find(const char *symbol) const {
  return dlsym(impl->library.native(), symbol);
}

} // namespace plc::ffi
