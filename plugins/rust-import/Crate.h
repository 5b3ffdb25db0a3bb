//===- Crate.h - what a crate of Rust offers --------------------*- C++ -*-===//
#ifndef PLC_RUST_IMPORT_CRATE_H
#define PLC_RUST_IMPORT_CRATE_H

#include "Types.h"

#include "plc/native.h"

#include <map>

namespace plc::rustimport {

/// A public function.
struct Function {
  std::string path; ///< in the crate: "inner::f"
  std::vector<std::pair<std::string, Type>> parameters;
  Type result;
  std::string declaration, doc, refusal;
  native::Origin origin;
};

struct Crate {
  std::string folder;  ///< with its Cargo.toml
  std::string package; ///< as cargo names it
  std::string name;    ///< as Rust names its library
  uint64_t hash = 0;   ///< of its sources
  std::map<std::string, Function> functions; ///< by "inner:f"
  std::map<std::string, std::string> others; ///< why not, of other items
  std::map<std::string, bool> modules;
  std::vector<std::pair<std::string, uint64_t>> inputs;
};

/// Finds the crate of an import and reads its public names.
bool readCrate(const native::ImportOptions &options, Crate &crate,
               native::ImportError &error);

/// Runs cargo; its errors are told by the first line that says "error".
bool runCargo(std::vector<std::string> arguments,
              const std::string &environment,
              const std::string &what, native::ImportError &error,
              std::string *output = nullptr);

/// Where cargo builds for a crate.
std::string targetFolder(const Crate &crate);

} // namespace plc::rustimport
#endif // PLC_RUST_IMPORT_CRATE_H
