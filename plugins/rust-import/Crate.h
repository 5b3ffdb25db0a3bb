//===- Crate.h - what a crate of Rust offers --------------------*- C++ -*-===//
#ifndef PLC_RUST_IMPORT_CRATE_H
#define PLC_RUST_IMPORT_CRATE_H

#include "Api.h"

namespace plc::rustimport {

struct Crate {
  std::string folder;  ///< with its Cargo.toml
  std::string package; ///< as cargo names it
  uint64_t hash = 0;   ///< of all that a build depends on
  bool hasTokio = false; ///< among its dependencies
  bool isSharing = false; ///< `:share #t`
  Api api;
  std::vector<std::pair<std::string, uint64_t>> inputs;
};

/// Finds the crate of an import, and what it is made of.
bool findCrate(const native::ImportOptions &options, Crate &crate,
               native::ImportError &error);
/// Reads its public names.
bool readCrate(Crate &crate, native::ImportError &error);
/// Fills in `inputs` and `hash`.
void collectInputs(Crate &crate);

/// What rustdoc tells of a package that it depends on, from the cache if it is there;
/// "" or why not.
std::string readPackage(const Crate &crate, const Package &package,
                        llvm::json::Object &document);

/// The folder of Rust's own shared libraries.
std::string librariesOfRust();
/// The one that calls are linked with: of the Rust that is there now, else of what built
/// them before, as long as that is there; "" if there is none.
std::string standardLibrary(const Crate &crate);
/// cargo, or rustc beside it; "" if it is not there.
std::string findTool(const std::string &name);
/// Runs cargo; its errors are told by the first line that says "error". `output` and
/// `errors` receive what it writes.
bool runCargo(std::vector<std::string> arguments,
              const std::string &environment,
              const std::string &what, native::ImportError &error,
              std::string *output = nullptr, std::string *errors = nullptr);

/// The Cargo.lock of a crate, "" if there is none.
std::string lockFile(const Crate &crate);

/// Where cargo builds for a crate.
std::string targetFolder(const Crate &crate);

} // namespace plc::rustimport
#endif // PLC_RUST_IMPORT_CRATE_H
