//===- SingleValues.cpp - tests for several values that cannot fail -------===//
//
// before   %r = call.known @f(%c, %x)     after   %r = call.known @f(%c, %x)
//          %v = single %r                         %w = num.add %r, %y
//          %w = num.add %v, %y
// Why      a call delivers any number of values, and where one is wanted
//          `single` compares; nearly all procedures return one.
// Method   a function may return several if it returns what a call, `values` or
//          a primitive that calls delivers, or if it tail calls one that may.
//          Optimistic: all are taken to return one until something says
//          otherwise, so that recursion does not matter.
//          What it finds of constant procedures goes to interfaces.
// Leaves   results of unknown procedures.
//===----------------------------------------------------------------------===//

#include "ir/Builder.h"
#include "ir/analysis/Cfg.h"
#include "ir/analysis/Facts.h"
#include "ir/passes/Passes.h"

#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/Statistic.h"

#define DEBUG_TYPE "single-values"
ALWAYS_ENABLED_STATISTIC(numProved, "results proved to be one value");

namespace plc::ir {
namespace {

class SingleValues {
public:
  explicit SingleValues(Module &module) : module(module) {}

  bool run() {
    findFunctions();
    for (auto &g : module.globals())
      if (g->function && !g->isExternal)
        g->returnsOne = !several.contains(g->function);
    bool changed = false;
    for (auto &f : module.functions())
      for (auto &block : f->blocks())
        for (Op *op : opsOf(block.get()))
          if (op->opcode() == Opcode::Single && isOne(op->operand(0))) {
            op->result()->replaceAllUsesWith(op->operand(0));
            op->erase();
            ++numProved;
            changed = true;
          }
    return changed;
  }

private:
  Module &module;
  llvm::DenseSet<const Function *> several;
  /// Of other units, as their interfaces say.
  llvm::DenseSet<const Function *> one;
  llvm::DenseMap<const Function *, Predecessors> waysIn;

  void findFunctions() {
    for (auto &f : module.functions())
      waysIn.try_emplace(f.get(), predecessors(*f));
    for (auto &g : module.globals())
      if (g->function && g->function->origin == Origin::Declared)
        (g->returnsOne ? one : several).insert(g->function);
    for (bool changed = true; changed;) {
      changed = false;
      for (auto &f : module.functions())
        if (!several.contains(f.get()) && !one.contains(f.get()) &&
            returnsSeveral(*f)) {
          several.insert(f.get());
          changed = true;
        }
    }
  }

  bool returnsSeveral(const Function &f) {
    for (auto &block : f.blocks()) {
      const Op *end = block->terminator();
      if (!end)
        continue;
      if (end->opcode() == Opcode::TailCall ||
          (end->opcode() == Opcode::TailCallKnown &&
           several.contains(end->callee())) ||
          (end->opcode() == Opcode::Return && !isOne(end->operand(0))))
        return true;
    }
    return false;
  }

  /// All that a value may come from, through arguments of blocks.
  bool isOne(Value *v) {
    llvm::SmallVector<Value *, 8> worklist{v};
    llvm::DenseSet<Value *> seen;
    while (!worklist.empty()) {
      v = baseOf(worklist.pop_back_val());
      if (!seen.insert(v).second || isOneValue(v))
        continue;
      if (const Op *op = v->op()) {
        if (op->opcode() == Opcode::CallKnown &&
            !several.contains(op->callee()))
          continue;
        return false;
      }
      Block *block = v->block();
      Function *f = block->function();
      // Arguments of procedures were tested by those who call.
      if (block == f->entry())
        continue;
      for (Edge edge : waysIn.find(f)->second.lookup(block))
        worklist.push_back(
            edge.terminator->successorArguments(edge.index)[v->index()]);
    }
    return true;
  }
};

} // namespace

bool runSingleValues(Module &module) { return SingleValues(module).run(); }

} // namespace plc::ir
