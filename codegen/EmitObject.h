//===- EmitObject.h - LLVM modules as objects and assembly ------*- C++ -*-===//
#ifndef PLC_CODEGEN_EMITOBJECT_H
#define PLC_CODEGEN_EMITOBJECT_H

#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Target/TargetMachine.h"

#include <memory>
#include <string>

namespace plc::codegen {

/// The object file of a module, which is consumed in the course.
llvm::SmallVector<char, 0> emitObject(llvm::Module &module,
                                      llvm::TargetMachine &machine);
std::string emitAssembly(llvm::Module &module, llvm::TargetMachine &machine);

/// Makes objects for this process, one after the other in one thread. LLVM's
/// passes are put together once: for a small form that takes a fifth as long as
/// what they do.
class ObjectEmitter {
public:
  explicit ObjectEmitter(int level);

  llvm::TargetMachine &machine() { return *target; }
  /// As emitObject.
  llvm::SmallVector<char, 0> emit(llvm::Module &module);

private:
  std::unique_ptr<llvm::TargetMachine> target;
  llvm::SmallVector<char, 0> buffer;
  llvm::raw_svector_ostream stream{buffer};
  llvm::legacy::PassManager passes;
};

/// The module that defines `main` of a program made of these units, in the
/// order of their initialisation.
std::unique_ptr<llvm::Module>
createMainModule(llvm::LLVMContext &context,
                 llvm::ArrayRef<std::string> unitNames);

/// The same for an extension module of Python: `PyInit_NAME`. It refers to
/// functions of the process that loads it.
std::unique_ptr<llvm::Module>
createPythonMain(llvm::LLVMContext &context,
                 llvm::ArrayRef<std::string> unitNames, llvm::StringRef name,
                 llvm::StringRef documentation);

} // namespace plc::codegen
#endif // PLC_CODEGEN_EMITOBJECT_H
