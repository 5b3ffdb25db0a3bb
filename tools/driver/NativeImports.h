//===- NativeImports.h - reads modules of native code -----------*- C++ -*-===//
#ifndef PLC_TOOLS_DRIVER_NATIVEIMPORTS_H
#define PLC_TOOLS_DRIVER_NATIVEIMPORTS_H

#include "frontend/Native.h"

#include <map>

namespace plc::driver {

/// Opens the importers of ecosystems (ffi/Ecosystems.def) at their first use.
class NativeImports final : public frontend::NativeImporter {
public:
  /// \param folder  where plc's own plugins lie
  explicit NativeImports(std::string folder) : folder(std::move(folder)) {}
  bool serves(llvm::StringRef ecosystem) override;
  const native::Module *import(llvm::StringRef ecosystem,
                               const native::ImportOptions &options,
                               native::ImportError &error) override;

private:
  std::string folder;
  std::map<std::string, native::ImporterFn *> importers;
  /// By ecosystem and options.
  std::map<std::string, std::unique_ptr<native::Module>> modules;
};

} // namespace plc::driver
#endif // PLC_TOOLS_DRIVER_NATIVEIMPORTS_H
