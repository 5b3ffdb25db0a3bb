//===- ImportProcedures.cpp - code of other units where it is called ------===//
// before   %f = global.closure @map         after   the same, and
//          call %f(%lambda, %list)                  func @map.code imported
// Why      a call of another unit's procedure can then be treated like one
//          inside the unit: known-calls names it, inline and specialize take
//          its code in.
// Method   declares the procedures that are called with a fitting number of
//          arguments. Their code is read from the interface if it is small, or
//          if it calls a parameter for which the call has a known procedure.
// Leaves   everything if the module has no source of procedures. What the code
//          that was read calls is declared only, until it is taken in.
// Requires canonical.
//===----------------------------------------------------------------------===//

#include "ir/Procedures.h"
#include "ir/Text.h"
#include "ir/analysis/CalledParameters.h"
#include "ir/analysis/Facts.h"
#include "ir/analysis/Nesting.h"
#include "ir/passes/Passes.h"

#include "llvm/ADT/Statistic.h"
#include "llvm/Support/ErrorHandling.h"

#define DEBUG_TYPE "import-procedures"
ALWAYS_ENABLED_STATISTIC(numDeclared, "procedures of other units called");
ALWAYS_ENABLED_STATISTIC(numImported, "procedures read from interfaces");

namespace plc::ir {
namespace {

class Importing {
public:
  explicit Importing(Module &module) : module(module) {
    for (auto &global : module.globals())
      if (global->function && global->isExternal)
        globals[global->function] = global.get();
  }

  bool run() {
    for (auto &f : module.functions())
      if (f->isOwn())
        for (auto &block : f->blocks())
          for (Op *op : *block)
            visit(op);
    return changed;
  }

private:
  void visit(Op *op) {
    GlobalVariable *global = nullptr;
    switch (op->opcode()) {
    case Opcode::Call:
    case Opcode::TailCall: {
      const Op *callee = baseOf(op->operand(0))->op();
      if (callee && callee->opcode() == Opcode::GlobalClosure)
        global = callee->global;
      if (!global || !global->isExternal || !accepts(*global, op))
        return;
      break;
    }
    case Opcode::CallKnown:
    case Opcode::TailCallKnown:
      global = globals.lookup(op->callee());
      if (!global)
        return;
      break;
    default:
      return;
    }
    if (!global->function) {
      globals[declareProcedure(module, global)] = global;
      ++numDeclared;
      changed = true;
    }
    if (global->function->origin == Origin::Declared)
      if (const ExportedProcedure *known =
              module.procedures->find(global->symbol);
          known && gainsBy(*known, op))
        load(*known, global->function);
  }

  static bool accepts(const GlobalVariable &global, const Op *call) {
    int count = int(call->operandCount()) - 1;
    return count >= global.minArgs &&
           (global.maxArgs < 0 || count <= global.maxArgs);
  }

  static bool gainsBy(const ExportedProcedure &procedure, const Op *call) {
    if (procedure.text.empty())
      return false;
    if (procedure.isSmall)
      return true;
    for (unsigned i = 1; i < call->operandCount() && i <= 32; ++i)
      if (procedure.calledParameters >> (i - 1) & 1 &&
          isKnownProcedure(call->operand(i)))
        return true;
    return false;
  }

  void load(const ExportedProcedure &procedure, Function *to) {
    auto parsed =
        parseModule(procedure.text, procedure.symbol, module.sourceManager(),
                    module.datums().symbols());
    const GlobalVariable *global =
        parsed ? (*parsed)->findGlobal(procedure.symbol) : nullptr;
    if (!global || !global->function)
      llvm::report_fatal_error(
          "an interface is damaged, compile the library again: " +
          (parsed ? llvm::Twine(procedure.symbol)
                  : llvm::Twine(llvm::toString(parsed.takeError()))));
    copyBlocks(*global->function, to);
    for (auto &f : module.functions())
      if (isNestedIn(f.get(), to))
        f->origin = Origin::Imported;
    ++numImported;
    changed = true;
    for (auto &g : module.globals())
      if (g->function && g->isExternal)
        globals[g->function] = g.get();
  }

  Module &module;
  llvm::DenseMap<const Function *, GlobalVariable *> globals;
  bool changed = false;
};

} // namespace

bool runImportProcedures(Module &module) {
  return module.procedures && Importing(module).run();
}

} // namespace plc::ir
