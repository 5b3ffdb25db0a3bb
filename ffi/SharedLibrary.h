//===- SharedLibrary.h - opening shared libraries ---------------*- C++ -*-===//
//
// The only door to Boost.DLL. Libraries that were opened stay open until the
// process ends: objects and code of a foreign runtime may outlive every
// reference to it.
//
//===----------------------------------------------------------------------===//
#ifndef PLC_FFI_SHAREDLIBRARY_H
#define PLC_FFI_SHAREDLIBRARY_H

#include <string>

namespace plc::ffi {

/// A file in memory.
class SharedLibrary {
public:
  /// \returns null and the system's words for it in `problem` on failure.
  static SharedLibrary *open(const std::string &path, std::string &problem);
  /// Address of an exported symbol, or null.
  void *find(const char *symbol) const;

private:
  struct Impl;
  explicit SharedLibrary(Impl *impl) : impl(impl) {}
  Impl *impl; // never freed
};

} // namespace plc::ffi
#endif // PLC_FFI_SHAREDLIBRARY_H
