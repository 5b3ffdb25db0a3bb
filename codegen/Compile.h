//===- Compile.h - a unit to objects, parts side by side --------*- C++ -*-===//
#ifndef PLC_CODEGEN_COMPILE_H
#define PLC_CODEGEN_COMPILE_H

#include "codegen/Codegen.h"

#include "llvm/ADT/SmallVector.h"

#include <chrono>
#include <vector>

namespace plc::codegen {

using ObjectBytes = llvm::SmallVector<char, 0>;

/// Where the time of compileUnit went. Threads work at the same time, so the
/// stages add up to more than what passed.
struct CompileTimes {
  using Duration = std::chrono::steady_clock::duration;
  Duration translate{}, optimize{}, emit{}, passed{};
};

/// Compiles a lowered module at options.optLevel, as one object or as several
/// that refer to one another; the first one defines the unit's descriptor. Uses
/// all processors. `resolver` as for lowerPart, and only called by the calling
/// thread.
std::vector<ObjectBytes> compileUnit(const ir::Module &source,
                                     const CodegenOptions &options,
                                     SymbolResolver resolver = {},
                                     CompileTimes *times = nullptr);

} // namespace plc::codegen
#endif // PLC_CODEGEN_COMPILE_H
