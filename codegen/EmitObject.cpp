//===- EmitObject.cpp - LLVM modules as objects and assembly --------------===//

#include "codegen/EmitObject.h"

#include "codegen/Codegen.h"
#include "codegen/ModuleLowering.h"
#include "codegen/Optimize.h"

#include "llvm/IR/IRBuilder.h"

namespace plc::codegen {

static void addPasses(llvm::legacy::PassManager &passes,
                      llvm::TargetMachine &machine,
                      llvm::raw_pwrite_stream &stream,
                      llvm::CodeGenFileType type) {
  bool isImpossible = machine.addPassesToEmitFile(passes, stream, nullptr, type,
                                                  /*DisableVerify=*/true);
  assert(!isImpossible && "x86 emits objects and assembly");
  (void)isImpossible;
}

static llvm::SmallVector<char, 0> emit(llvm::Module &module,
                                       llvm::TargetMachine &machine,
                                       llvm::CodeGenFileType type) {
  llvm::SmallVector<char, 0> buffer;
  llvm::raw_svector_ostream stream(buffer);
  llvm::legacy::PassManager passes;
  addPasses(passes, machine, stream, type);
  passes.run(module);
  return buffer;
}

ObjectEmitter::ObjectEmitter(int level)
    : target(createTargetMachine(level, /*hasSections=*/false)) {
  addPasses(passes, *target, stream, llvm::CodeGenFileType::ObjectFile);
}

llvm::SmallVector<char, 0> ObjectEmitter::emit(llvm::Module &module) {
  passes.run(module);
  return std::exchange(buffer, {});
}

llvm::SmallVector<char, 0> emitObject(llvm::Module &module,
                                      llvm::TargetMachine &machine) {
  return emit(module, machine, llvm::CodeGenFileType::ObjectFile);
}

std::string emitAssembly(llvm::Module &module, llvm::TargetMachine &machine) {
  auto text = emit(module, machine, llvm::CodeGenFileType::AssemblyFile);
  return std::string(text.begin(), text.end());
}

std::unique_ptr<llvm::Module>
createMainModule(llvm::LLVMContext &context,
                 llvm::ArrayRef<std::string> unitNames) {
  auto module = std::make_unique<llvm::Module>("main", context);
  module->setPICLevel(llvm::PICLevel::BigPIC);
  module->setPIELevel(llvm::PIELevel::Large);
  llvm::IRBuilder<> b(context);
  auto *pointer = b.getPtrTy();
  llvm::SmallVector<llvm::Constant *, 16> units;
  for (const std::string &name : unitNames) {
    auto *unit = new llvm::GlobalVariable(*module, b.getInt8Ty(), true,
                                          llvm::GlobalValue::ExternalLinkage,
                                          nullptr, unitSymbol(name));
    unit->setVisibility(llvm::GlobalValue::HiddenVisibility);
    unit->setDSOLocal(true);
    units.push_back(unit);
  }
  auto *type = llvm::ArrayType::get(pointer, units.size());
  auto *table = new llvm::GlobalVariable(
      *module, type, true, llvm::GlobalValue::InternalLinkage,
      llvm::ConstantArray::get(type, units), "units");
  auto start =
      module->getOrInsertFunction("plc_main", b.getInt32Ty(), b.getInt32Ty(),
                                  pointer, pointer, b.getInt64Ty());
  llvm::cast<llvm::Function>(start.getCallee())->setDSOLocal(true);
  auto *main = llvm::Function::Create(
      llvm::FunctionType::get(b.getInt32Ty(), {b.getInt32Ty(), pointer}, false),
      llvm::GlobalValue::ExternalLinkage, "main", module.get());
  setFunctionAttributes(main);
  b.SetInsertPoint(llvm::BasicBlock::Create(context, "", main));
  b.CreateRet(b.CreateCall(start, {main->getArg(0), main->getArg(1), table,
                                   b.getInt64(units.size())}));
  return module;
}

} // namespace plc::codegen
