//===- Packages.h - packages that imports need ------------------*- C++ -*-===//
//
// A module of another language may come in a package, which has to be there when
// the program runs. Who installs it is the driver's business; here is what the
// expander sees.
//
//===----------------------------------------------------------------------===//
#ifndef PLC_FRONTEND_PACKAGES_H
#define PLC_FRONTEND_PACKAGES_H

#include "llvm/ADT/StringRef.h"

#include <string>

namespace plc::frontend {

struct PackageRequest {
  llvm::StringRef ecosystem, module;
  std::string package, version; ///< options of the import; empty: none
};

struct PackageAnswer {
  bool isThere;
  /// What the program has to know to find it. Else: what is wrong.
  std::string text;
  std::string hint;
};

class PackageProvider {
public:
  virtual ~PackageProvider() = default;
  /// True if modules of that ecosystem come in packages.
  virtual bool serves(llvm::StringRef ecosystem) = 0;
  /// Sees to it that the package is installed.
  virtual PackageAnswer provide(const PackageRequest &request) = 0;
};

} // namespace plc::frontend
#endif // PLC_FRONTEND_PACKAGES_H
