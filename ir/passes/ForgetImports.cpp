//===- ForgetImports.cpp - copies of code that nothing has taken in -------===//
// before   func @map.code(%f, %list) imported { ... }
// after    func @map.code(%f, %list) declared { one block }
// Why      the code stands in another unit; passes below and code generation
//          need the parameters only.
// Requires canonical.
//===----------------------------------------------------------------------===//

#include "ir/Procedures.h"
#include "ir/passes/Passes.h"

namespace plc::ir {

bool runForgetImports(Module &module) {
  llvm::SmallVector<Function *, 16> imported;
  for (auto &f : module.functions())
    if (f->origin == Origin::Imported && !f->parent)
      imported.push_back(f.get());
  for (Function *f : imported)
    forgetBlocks(module, f);
  return !imported.empty();
}

} // namespace plc::ir
