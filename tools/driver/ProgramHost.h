//===- ProgramHost.h - what a program that evaluates brings -----*- C++ -*-===//
#ifndef PLC_TOOLS_DRIVER_PROGRAMHOST_H
#define PLC_TOOLS_DRIVER_PROGRAMHOST_H

#include "stdlib/runtime/Evaluate.h"

#include "llvm/IR/Module.h"

#include <string>
#include <vector>

namespace plc::driver {

struct ProgramHost {
  /// Files of the program's own objects, and names of its own units.
  std::vector<std::string> objects, units;
  /// Path and text; the program's file first.
  std::vector<std::pair<std::string, std::string>> sources;
  std::vector<std::string> libraryPath;
  /// lib/plc of the installation.
  std::string libraryFolder;
  bool isOpen = false;
};

/// Defines plc_program_host in a program's main module.
void addProgramHost(llvm::Module &module, const ProgramHost &program);

} // namespace plc::driver
#endif // PLC_TOOLS_DRIVER_PROGRAMHOST_H
