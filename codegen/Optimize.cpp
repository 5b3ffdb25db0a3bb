//===- Optimize.cpp - the LLVM pipeline -----------------------------------===//

#include "codegen/Optimize.h"

#include "llvm/MC/TargetRegistry.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Transforms/IPO/AlwaysInliner.h"
#include "llvm/Transforms/InstCombine/InstCombine.h"
#include "llvm/Transforms/Scalar/ADCE.h"
#include "llvm/Transforms/Scalar/EarlyCSE.h"
#include "llvm/Transforms/Scalar/GVN.h"
#include "llvm/Transforms/Scalar/IndVarSimplify.h"
#include "llvm/Transforms/Scalar/JumpThreading.h"
#include "llvm/Transforms/Scalar/LICM.h"
#include "llvm/Transforms/Scalar/LoopPassManager.h"
#include "llvm/Transforms/Scalar/LoopRotation.h"
#include "llvm/Transforms/Scalar/SCCP.h"
#include "llvm/Transforms/Scalar/SimplifyCFG.h"

#include <mutex>

namespace plc::codegen {

static void initializeTarget() {
  static std::once_flag once;
  std::call_once(once, [] {
    LLVMInitializeX86TargetInfo();
    LLVMInitializeX86Target();
    LLVMInitializeX86TargetMC();
    LLVMInitializeX86AsmPrinter();
    LLVMInitializeX86AsmParser();
  });
}

std::unique_ptr<llvm::TargetMachine> createTargetMachine(int level,
                                                         bool hasSections) {
  initializeTarget();
  const char *triple = "x86_64-pc-linux-gnu";
  std::string error;
  const llvm::Target *target =
      llvm::TargetRegistry::lookupTarget(triple, error);
  assert(target && "libLLVM without x86");
  llvm::TargetOptions options;
  // Processors fetch so many bytes at a time: a short loop with a call in it
  // takes up to a fifth longer where it begins in the middle of them.
  options.LoopAlignment = level > 1 ? 32 : 0;
  options.FunctionSections = hasSections;
  options.DataSections = hasSections;
  options.UniqueSectionNames = true;
  // Slow paths and poisoned arguments are no reasons for traps.
  options.TrapUnreachable = false;
  return std::unique_ptr<llvm::TargetMachine>(target->createTargetMachine(
      triple, "x86-64", "", options, llvm::Reloc::PIC_, llvm::CodeModel::Small,
      level == 0   ? llvm::CodeGenOptLevel::None
      : level == 1 ? llvm::CodeGenOptLevel::Less
                   : llvm::CodeGenOptLevel::Default));
}

void setTarget(llvm::Module &module, const llvm::TargetMachine &machine) {
  module.setTargetTriple(machine.getTargetTriple().str());
  module.setDataLayout(machine.createDataLayout());
}

void optimize(llvm::Module &module, llvm::TargetMachine &machine, int level) {
  setTarget(module, machine);
  if (level == 0)
    return;
  llvm::LoopAnalysisManager loops;
  llvm::FunctionAnalysisManager functions;
  llvm::CGSCCAnalysisManager components;
  llvm::ModuleAnalysisManager modules;
  llvm::PassBuilder builder(&machine);
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(components);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, components, modules);

  llvm::FunctionPassManager pipeline;
  pipeline.addPass(llvm::SimplifyCFGPass());
  pipeline.addPass(llvm::EarlyCSEPass());
  if (level >= 2) {
    // Type tests that an earlier test has decided.
    pipeline.addPass(llvm::SCCPPass());
    pipeline.addPass(llvm::JumpThreadingPass());
    pipeline.addPass(llvm::InstCombinePass());
    llvm::LoopPassManager loopPasses;
    loopPasses.addPass(llvm::LoopRotatePass());
    loopPasses.addPass(llvm::LICMPass(llvm::LICMOptions()));
    pipeline.addPass(llvm::createFunctionToLoopPassAdaptor(
        std::move(loopPasses), /*UseMemorySSA=*/true));
    pipeline.addPass(llvm::GVNPass());
    pipeline.addPass(llvm::ADCEPass());
  }
  pipeline.addPass(llvm::InstCombinePass());
  pipeline.addPass(llvm::SimplifyCFGPass(
      llvm::SimplifyCFGOptions().convertSwitchRangeToICmp(true)));
  llvm::ModulePassManager all;
  // Bodies of leaves in callbacks of native code.
  all.addPass(llvm::AlwaysInlinerPass(/*InsertLifetimeIntrinsics=*/false));
  all.addPass(llvm::createModuleToFunctionPassAdaptor(std::move(pipeline)));
  all.run(module, modules);
}

} // namespace plc::codegen
