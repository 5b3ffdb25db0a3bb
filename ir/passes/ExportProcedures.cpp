//===- ExportProcedures.cpp - what interfaces tell of procedures ----------===//
//
// Fills Module::exports with a row for each constant procedure of a library:
// what is known of its result and parameters and, for those that are small or
// call what they are given, the IR. Changes no function.
//
// IR is not for others if it needs the identity of a literal, which another
// unit would have a copy of, or calls a function that has no link symbol.
//
//===----------------------------------------------------------------------===//

#include "ir/Builder.h"
#include "ir/Procedures.h"
#include "ir/Text.h"
#include "ir/analysis/BodyFacts.h"
#include "ir/analysis/CalledParameters.h"
#include "ir/analysis/Dominance.h"
#include "ir/analysis/Loops.h"
#include "ir/analysis/Nesting.h"
#include "ir/passes/Passes.h"

#include "llvm/ADT/Statistic.h"

#define DEBUG_TYPE "export-procedures"
ALWAYS_ENABLED_STATISTIC(numExported, "procedures with IR for other units");

namespace plc::ir {
namespace {

constexpr size_t kLargestExported = 150;
/// Less than inside a unit: programs call many procedures of libraries, and
/// LLVM takes its time over each copy.
constexpr size_t kSmallExported = 14;

bool hasLoop(const Function &f) {
  DominatorTree tree(f);
  return !Loops(f, tree).all().empty();
}

class Exporting {
public:
  explicit Exporting(Module &module)
      : module(module), called(module), children(nestedFunctions(module)) {
    for (auto &global : module.globals())
      if (global->function)
        constants.insert(global->function);
  }

  void run() {
    module.exports.clear();
    for (auto &global : module.globals())
      if (global->function && !global->isExternal)
        add(*global);
  }

private:
  void add(const GlobalVariable &global) {
    const Function *f = global.function;
    ExportedProcedure &row = module.exports.emplace_back();
    row.symbol = global.symbol;
    row.returnsOne = global.returnsOne;
    row.neverReturns = global.neverReturns;
    row.calledParameters = called.of(f);
    // A loop takes longer than the call of it.
    BodyFacts facts = factsOf(f);
    row.isSmall = isSmallBody(facts) && facts.size <= kSmallExported &&
                  !hasLoop(*f);
    if (!row.isSmall && !row.calledParameters)
      return;
    size_t size = 0;
    if (!isForOthers(f, size) || (!row.isSmall && size > kLargestExported)) {
      row.isSmall = false;
      return;
    }
    row.text = textOf(global);
    ++numExported;
  }

  /// Adds up the ops of the function and what is nested in it.
  bool isForOthers(const Function *root, size_t &size) {
    llvm::SmallVector<const Function *, 8> tree{root};
    for (size_t i = 0; i < tree.size(); ++i) {
      size += factsOf(tree[i]).size;
      auto nested = children.find(tree[i]);
      if (nested != children.end())
        tree.append(nested->second.begin(), nested->second.end());
    }
    for (const Function *f : tree)
      for (auto &block : f->blocks())
        for (const Op *op : *block) {
          if (op->opcode() == Opcode::Const && needsIdentity(op))
            return false;
          if ((op->opcode() == Opcode::CallKnown ||
               op->opcode() == Opcode::TailCallKnown) &&
              !llvm::is_contained(tree, op->callee()) &&
              !constants.contains(op->callee()))
            return false;
        }
    return true;
  }

  bool needsIdentity(const Op *constant) const {
    switch (constant->datum->kind) {
    case DatumKind::Pair:
    case DatumKind::Vector:
    case DatumKind::Bytevector:
    case DatumKind::NumVector:
    case DatumKind::Map:
      return true;
    case DatumKind::String:
      // Nobody compares the strings of messages.
      return !module.stringsAreNames &&
             llvm::any_of(constant->result()->users(), [](const Op *user) {
               return user->opcode() != Opcode::Prim ||
                      !user->results().empty();
             });
    default:
      return false;
    }
  }

  std::string textOf(const GlobalVariable &global) {
    Module copy(module.name(), module.sourceManager(),
                module.datums().symbols());
    copy.stage = Stage::Canonical;
    Builder b(copy, copy.addFunction("init")->addBlock("entry"));
    b.ret(b.unspecified());
    GlobalVariable *own = copy.addGlobal(global.symbol);
    own->name = global.name;
    own->isProcedure = true;
    own->minArgs = global.minArgs;
    own->maxArgs = global.maxArgs;
    own->returnsOne = global.returnsOne;
    own->function = copy.addFunction(global.function->symbol().str());
    copyBlocks(*global.function, own->function);
    std::string text;
    llvm::raw_string_ostream out(text);
    PrintOptions options;
    options.locations = options.writtenPlaces = true;
    print(copy, out, options);
    return text;
  }

  Module &module;
  CalledParameters called;
  Children children;
  llvm::DenseSet<const Function *> constants;
};

} // namespace

bool runExportProcedures(Module &module) {
  if (module.isLibrary)
    Exporting(module).run();
  return false;
}

} // namespace plc::ir
