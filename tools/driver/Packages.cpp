//===- Packages.cpp - installs packages that imports need -----------------===//

#include "tools/driver/Packages.h"

#include "ffi/Plugins.h"
#include "plc/packages.h"

#include <cstdio>
#include <cstdlib>

using namespace llvm;

namespace plc::driver {

using frontend::PackageAnswer;

bool Packages::serves(StringRef ecosystem) {
  return ffi::hasPackages(ecosystem.str());
}

/// Why nothing may be installed; null if it may.
static const char *refusal() {
  for (const char *name : {"PLC_OFFLINE", "PLC_LOCKED"})
    if (const char *value = getenv(name); value && *value)
      return name;
  return nullptr;
}

static void showProgress(const char *line) { fprintf(stderr, "%s\n", line); }

PackageAnswer Packages::provide(const frontend::PackageRequest &request) {
  std::string key = request.ecosystem.str() + "\n" + request.module.str() + "\n" +
                    request.package + "\n" + request.version;
  if (auto known = answers.find(key); known != answers.end())
    return known->second;
  std::string problem, name = ffi::pluginOf(request.ecosystem.str());
  auto *provider = reinterpret_cast<plc_package_provider_fn *>(
      ffi::openFunction(name, "plc_package_provider", folder, problem));
  if (!provider)
    return {false, problem, "`plc doctor` says what has to be installed"};
  auto optional = [](const std::string &text) {
    return text.empty() ? nullptr : text.c_str();
  };
  std::string module = request.module.str();
  const char *progress = getenv("PLC_NO_PROGRESS");
  plc_package package = {sizeof package,
                         module.c_str(),
                         optional(request.package),
                         optional(request.version),
                         refusal(),
                         progress && *progress ? nullptr : showProgress};
  char text[4096] = "";
  bool isThere = provider(&package, text, sizeof text) == PLC_OK;
  auto [first, second] = StringRef(text).split('\n');
  return answers[key] = {isThere, first.str(), second.str()};
}

} // namespace plc::driver
