//===- Packages.h - installs packages that imports need ---------*- C++ -*-===//
#ifndef PLC_TOOLS_DRIVER_PACKAGES_H
#define PLC_TOOLS_DRIVER_PACKAGES_H

#include "frontend/Packages.h"

#include <map>

namespace plc::driver {

/// Asks the plugins of ecosystems that have packages (plc/packages.h).
class Packages final : public frontend::PackageProvider {
public:
  /// \param folder  where plc's own plugins lie
  explicit Packages(std::string folder) : folder(std::move(folder)) {}
  bool serves(llvm::StringRef ecosystem) override;
  frontend::PackageAnswer
  provide(const frontend::PackageRequest &request) override;

private:
  std::string folder;
  /// Each package is looked for once.
  std::map<std::string, frontend::PackageAnswer> answers;
};

} // namespace plc::driver
#endif // PLC_TOOLS_DRIVER_PACKAGES_H
