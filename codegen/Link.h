//===- Link.h - objects to a program ----------------------------*- C++ -*-===//
#ifndef PLC_CODEGEN_LINK_H
#define PLC_CODEGEN_LINK_H

#include "llvm/Support/Error.h"

#include <string>
#include <vector>

namespace plc::codegen {

struct LinkOptions {
  /// Object files of `main` and of all units.
  std::vector<std::string> objects;
  /// Archives of ours: the standard library, the runtime; they may refer to
  /// one another.
  std::vector<std::string> archives;
  /// The program's own -l and -L.
  std::vector<std::string> libraries, libraryFolders;
  /// What imports of native code need, as the linker takes it.
  std::vector<std::string> flags;
  std::string output;
  /// The one symbol that a shared library has; empty: a program.
  std::string exported;
  /// Print the linker's arguments to stderr.
  bool isVerbose = false;
  /// Leave out debug sections and local symbols.
  bool strip = false;
};

/// Runs ld.lld of LLVM 19, without a compiler driver. The output is written
/// beside its place and renamed, so that a failure leaves the old program.
/// Errors are complete sentences without a period, for the user.
llvm::Error link(const LinkOptions &options);

} // namespace plc::codegen
#endif // PLC_CODEGEN_LINK_H
