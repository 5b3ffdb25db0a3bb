//===- Optimize.h - the LLVM pipeline ---------------------------*- C++ -*-===//
#ifndef PLC_CODEGEN_OPTIMIZE_H
#define PLC_CODEGEN_OPTIMIZE_H

#include "llvm/IR/Module.h"
#include "llvm/Target/TargetMachine.h"

#include <memory>

namespace plc::codegen {

/// The machine all code is made for. Level 0, 1 or 2.
/// hasSections: each procedure has one of its own, so that linkers can drop it.
std::unique_ptr<llvm::TargetMachine>
createTargetMachine(int level, bool hasSections = true);

/// Sets triple and layout of a module that has none yet.
void setTarget(llvm::Module &module, const llvm::TargetMachine &machine);

/// A pipeline trimmed to what the output of lowerModule gains from; the IR
/// passes have inlined and unboxed already.
void optimize(llvm::Module &module, llvm::TargetMachine &machine, int level);

} // namespace plc::codegen
#endif // PLC_CODEGEN_OPTIMIZE_H
