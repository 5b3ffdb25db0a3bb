//===- EmitObject.cpp - LLVM modules as objects and assembly --------------===//

#include "codegen/EmitObject.h"

#include "codegen/Codegen.h"
#include "codegen/ModuleLowering.h"
#include "codegen/Optimize.h"

#include "llvm/CodeGen/MachineModuleInfo.h"
#include "llvm/CodeGen/Passes.h"
#include "llvm/CodeGen/TargetPassConfig.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"

namespace plc::codegen {

/// Descriptions of variables are the only use of tracking where values lie,
/// which takes a tenth of the time of this stage.
static bool describesVariables(const llvm::Module &module) {
  for (const llvm::Function &function : module)
    for (const llvm::Instruction &instruction : llvm::instructions(function))
      if (instruction.hasDbgRecords() ||
          llvm::isa<llvm::DbgInfoIntrinsic>(instruction))
        return true;
  return false;
}

/// As addPassesToEmitFile, which leaves no choice of passes.
static void addPasses(llvm::legacy::PassManager &passes,
                      llvm::TargetMachine &machine,
                      llvm::raw_pwrite_stream &stream,
                      llvm::CodeGenFileType type, bool tracksVariables) {
  auto &target = static_cast<llvm::LLVMTargetMachine &>(machine);
  auto *info = new llvm::MachineModuleInfoWrapperPass(&target);
  llvm::TargetPassConfig *config = target.createPassConfig(passes);
  config->setDisableVerify(true);
  if (!tracksVariables)
    config->disablePass(&llvm::LiveDebugValuesID);
  passes.add(config);
  passes.add(info);
  bool isImpossible = config->addISelPasses();
  config->addMachinePasses();
  config->setInitialized();
  isImpossible |= target.addAsmPrinter(passes, stream, nullptr, type,
                                       info->getMMI().getContext());
  assert(!isImpossible && "x86 emits objects and assembly");
  (void)isImpossible;
  passes.add(llvm::createFreeMachineFunctionPass());
}

static llvm::SmallVector<char, 0> emit(llvm::Module &module,
                                       llvm::TargetMachine &machine,
                                       llvm::CodeGenFileType type) {
  llvm::SmallVector<char, 0> buffer;
  llvm::raw_svector_ostream stream(buffer);
  llvm::legacy::PassManager passes;
  addPasses(passes, machine, stream, type, describesVariables(module));
  passes.run(module);
  return buffer;
}

ObjectEmitter::ObjectEmitter(int level)
    : target(createTargetMachine(level, /*hasSections=*/false)) {
  addPasses(passes, *target, stream, llvm::CodeGenFileType::ObjectFile,
            /*tracksVariables=*/true);
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

/// A module with a table of these units, which it calls `units`.
static std::unique_ptr<llvm::Module>
createUnitTable(llvm::LLVMContext &context,
                llvm::ArrayRef<std::string> unitNames) {
  auto module = std::make_unique<llvm::Module>("main", context);
  module->setPICLevel(llvm::PICLevel::BigPIC);
  module->setPIELevel(llvm::PIELevel::Large);
  llvm::SmallVector<llvm::Constant *, 16> units;
  for (const std::string &name : unitNames) {
    auto *unit = new llvm::GlobalVariable(
        *module, llvm::Type::getInt8Ty(context), true,
        llvm::GlobalValue::ExternalLinkage, nullptr, unitSymbol(name));
    unit->setVisibility(llvm::GlobalValue::HiddenVisibility);
    unit->setDSOLocal(true);
    units.push_back(unit);
  }
  auto *type =
      llvm::ArrayType::get(llvm::PointerType::getUnqual(context), units.size());
  new llvm::GlobalVariable(*module, type, true,
                           llvm::GlobalValue::InternalLinkage,
                           llvm::ConstantArray::get(type, units), "units");
  return module;
}

/// A function that the program's code or the runtime defines.
static llvm::FunctionCallee
ownFunction(llvm::Module &module, llvm::StringRef name,
            llvm::FunctionType *type) {
  llvm::FunctionCallee function = module.getOrInsertFunction(name, type);
  llvm::cast<llvm::Function>(function.getCallee())->setDSOLocal(true);
  return function;
}

std::unique_ptr<llvm::Module>
createMainModule(llvm::LLVMContext &context,
                 llvm::ArrayRef<std::string> unitNames) {
  std::unique_ptr<llvm::Module> module = createUnitTable(context, unitNames);
  llvm::IRBuilder<> b(context);
  auto *pointer = b.getPtrTy();
  llvm::FunctionCallee start = ownFunction(
      *module, "plc_main",
      llvm::FunctionType::get(
          b.getInt32Ty(), {b.getInt32Ty(), pointer, pointer, b.getInt64Ty()},
          false));
  auto *main = llvm::Function::Create(
      llvm::FunctionType::get(b.getInt32Ty(), {b.getInt32Ty(), pointer}, false),
      llvm::GlobalValue::ExternalLinkage, "main", module.get());
  setFunctionAttributes(main);
  b.SetInsertPoint(llvm::BasicBlock::Create(context, "", main));
  b.CreateRet(b.CreateCall(start, {main->getArg(0), main->getArg(1),
                                   module->getNamedGlobal("units"),
                                   b.getInt64(unitNames.size())}));
  return module;
}

std::unique_ptr<llvm::Module>
createPythonMain(llvm::LLVMContext &context,
                 llvm::ArrayRef<std::string> unitNames, llvm::StringRef name,
                 llvm::StringRef documentation) {
  std::unique_ptr<llvm::Module> module = createUnitTable(context, unitNames);
  llvm::IRBuilder<> b(context);
  auto *pointer = b.getPtrTy();
  auto define = [&](llvm::FunctionType *type, llvm::StringRef symbol,
                    llvm::GlobalValue::LinkageTypes linkage) {
    auto *function =
        llvm::Function::Create(type, linkage, symbol, module.get());
    setFunctionAttributes(function);
    b.SetInsertPoint(llvm::BasicBlock::Create(context, "", function));
    return function;
  };
  // What cannot be told by the plugin, which is not there yet.
  auto *textType = llvm::FunctionType::get(b.getVoidTy(), {pointer}, false);
  llvm::Function *refuse =
      define(textType, "refuse", llvm::GlobalValue::InternalLinkage);
  llvm::Value *error = b.CreateLoad(
      pointer, module->getOrInsertGlobal("PyExc_ImportError", pointer));
  b.CreateCall(module->getOrInsertFunction("PyErr_SetString", b.getVoidTy(),
                                           pointer, pointer),
               {error, refuse->getArg(0)});
  b.CreateRetVoid();
  llvm::FunctionCallee start = ownFunction(
      *module, "plc_make_module",
      llvm::FunctionType::get(pointer,
                              {pointer, pointer, pointer, pointer,
                               b.getInt64Ty(), pointer},
                              false));
  define(llvm::FunctionType::get(pointer, {}, false), ("PyInit_" + name).str(),
         llvm::GlobalValue::ExternalLinkage);
  b.CreateRet(b.CreateCall(
      start, {b.CreateGlobalString("python"), b.CreateGlobalString(name),
              b.CreateGlobalString(documentation),
              module->getNamedGlobal("units"), b.getInt64(unitNames.size()),
              refuse}));
  return module;
}

} // namespace plc::codegen
