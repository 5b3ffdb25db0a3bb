//===- EmitObject.h - LLVM modules as objects and assembly ------*- C++ -*-===//
#ifndef PLC_CODEGEN_EMITOBJECT_H
#define PLC_CODEGEN_EMITOBJECT_H

#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/Module.h"
#include "llvm/Target/TargetMachine.h"

#include <memory>
#include <string>

namespace plc::codegen {

/// The object file of a module, which is consumed in the course.
llvm::SmallVector<char, 0> emitObject(llvm::Module &module,
                                      llvm::TargetMachine &machine);
std::string emitAssembly(llvm::Module &module, llvm::TargetMachine &machine);

/// The module that defines `main` of a program made of these units, in the
/// order of their initialisation.
std::unique_ptr<llvm::Module>
createMainModule(llvm::LLVMContext &context,
                 llvm::ArrayRef<std::string> unitNames);

} // namespace plc::codegen
#endif // PLC_CODEGEN_EMITOBJECT_H
