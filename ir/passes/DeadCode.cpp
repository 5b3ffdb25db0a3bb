//===- DeadCode.cpp - removes what nothing needs --------------------------===//
//
// before   %p = prim "cons"(%a, %b)      after   nothing, when %p is unused
//          func @f, never called                 nothing
//          global.define @x %v                   nothing, in a program that
//                                                never reads @x
// Why      Other passes leave ops whose uses they have replaced; programs use
//          a part of what they define.
// Method   Marks from what has effects, over the whole module; what stays
//          unmarked goes, cycles of block arguments included.
// Requires canonical or lowered. Globals of libraries are all kept: other units
//          may refer to them, as may the evaluator of a program that has one.
//
//===----------------------------------------------------------------------===//

#include "ir/Builder.h"
#include "ir/analysis/Cfg.h"
#include "ir/passes/Passes.h"

#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/Statistic.h"

#define DEBUG_TYPE "dead-code"
ALWAYS_ENABLED_STATISTIC(numOps, "unused ops removed");
ALWAYS_ENABLED_STATISTIC(numArguments, "unused block arguments removed");
ALWAYS_ENABLED_STATISTIC(numFunctions, "unused functions removed");
ALWAYS_ENABLED_STATISTIC(numGlobals, "unused globals removed");

namespace plc::ir {
namespace {

class DeadCode {
public:
  explicit DeadCode(Module &module)
      : module(module), makers(closureOps(module)),
        isPrivate(module.isProgram && !module.needsEvaluator) {
    for (auto &f : module.functions())
      indexFunction(*f);
    for (auto &g : module.globals())
      if (g->function && g->isExternal)
        externals[g->function] = g.get();
  }

  bool run() {
    mark();
    return sweep();
  }

private:
  void indexFunction(const Function &f) {
    for (auto &[block, edges] : predecessors(f))
      preds[block] = edges;
    for (auto &block : f.blocks())
      for (Op *op : *block)
        if (op->opcode() == Opcode::GlobalDefine)
          definitions[op->global].push_back(op);
  }

  Module &module;
  ClosureOps makers;
  bool isPrivate;
  Predecessors preds;
  llvm::DenseMap<const GlobalVariable *, std::vector<Op *>> definitions;
  /// The globals by which functions of other units are known.
  llvm::DenseMap<const Function *, GlobalVariable *> externals;
  llvm::DenseSet<const Op *> liveOps;
  llvm::DenseSet<const Value *> liveArguments;
  llvm::DenseSet<const Function *> liveFunctions;
  llvm::DenseSet<const GlobalVariable *> liveGlobals;
  std::vector<Op *> opWork;
  std::vector<Value *> argumentWork;
  std::vector<Function *> functionWork;

  //===--- Marking --------------------------------------------------------===//

  void mark() {
    markFunction(module.init());
    for (auto &g : module.globals())
      if (!isPrivate && !g->isExternal)
        markGlobal(g.get());
    while (!functionWork.empty() || !opWork.empty() ||
           !argumentWork.empty()) {
      if (!opWork.empty()) {
        Op *op = opWork.back();
        opWork.pop_back();
        markInputs(op);
        continue;
      }
      if (!argumentWork.empty()) {
        Value *v = argumentWork.back();
        argumentWork.pop_back();
        for (const Edge &edge : preds[v->block()])
          markValue(
              edge.terminator->successorArguments(edge.index)[v->index()]);
        continue;
      }
      Function *f = functionWork.back();
      functionWork.pop_back();
      for (Value *parameter : f->entry()->arguments())
        liveArguments.insert(parameter);
      for (auto &block : f->blocks())
        for (Op *op : *block)
          if (isRoot(op))
            markOp(op);
    }
  }

  bool isRoot(Op *op) const {
    // A definition that nothing can read; see markGlobal.
    if (op->opcode() == Opcode::GlobalDefine)
      return !isPrivate || liveGlobals.contains(op->global);
    return !op->isRemovable();
  }

  void markOp(Op *op) {
    if (liveOps.insert(op).second)
      opWork.push_back(op);
  }

  void markFunction(Function *f) {
    if (!liveFunctions.insert(f).second)
      return;
    functionWork.push_back(f);
    if (GlobalVariable *g = externals.lookup(f))
      markGlobal(g);
    // What the function captures is captured where it is made.
    if (f->parent)
      if (Op *maker = makers.lookup(f))
        markOp(maker);
  }

  void markGlobal(GlobalVariable *g) {
    if (!liveGlobals.insert(g).second)
      return;
    if (g->function)
      markFunction(g->function);
    for (Op *op : definitions[g])
      if (liveFunctions.contains(op->function()))
        markOp(op);
  }

  void markValue(Value *v) {
    if (Op *op = v->op()) {
      markOp(op);
      if (op->opcode() == Opcode::Closure && module.stage != Stage::Lowered)
        markFunction(op->functions[v->index()]);
      return;
    }
    if (liveArguments.insert(v).second)
      argumentWork.push_back(v);
  }

  void markInputs(Op *op) {
    for (Value *v : op->operands())
      markValue(v);
    if (op->global)
      markGlobal(op->global);
    if (op->opcode() != Opcode::Closure || module.stage == Stage::Lowered)
      for (Function *f : op->functions)
        markFunction(f);
  }

  //===--- Sweeping -------------------------------------------------------===//

  bool sweep() {
    std::vector<Op *> dead;
    std::vector<Function *> deadFunctions;
    std::vector<std::pair<Block *, unsigned>> deadArguments;
    for (auto &f : module.functions()) {
      if (!liveFunctions.contains(f.get())) {
        deadFunctions.push_back(f.get());
        for (auto &block : f->blocks())
          for (Op *op : *block)
            op->dropOperands();
        continue;
      }
      for (auto &block : f->blocks()) {
        for (Op *op : *block)
          if (!liveOps.contains(op))
            dead.push_back(op);
        if (block.get() == f->entry())
          continue;
        // From the last, so that the positions of the others stay.
        for (unsigned i = block->arguments().size(); i-- > 0;)
          if (!liveArguments.contains(block->argument(i)))
            deadArguments.push_back({block.get(), i});
      }
    }
    // First all uses of what goes, then what goes.
    for (auto &[block, i] : deadArguments)
      for (const Edge &edge : preds[block])
        eraseArgument(edge, i);
    for (Op *op : dead)
      op->dropOperands();
    for (Op *op : dead)
      op->erase();
    for (auto &[block, i] : deadArguments)
      block->eraseArgument(i);
    for (auto &f : module.functions())
      if (liveFunctions.contains(f.get()))
        shrinkClosures(*f);
    // Those of other units, which nothing calls any more.
    for (auto &g : module.globals())
      if (g->function && !liveFunctions.contains(g->function))
        g->function = nullptr;
    for (Function *f : deadFunctions)
      module.eraseFunction(f);
    numOps += dead.size();
    numArguments += deadArguments.size();
    numFunctions += deadFunctions.size();
    return sweepGlobals() || !dead.empty() || !deadFunctions.empty() ||
           !deadArguments.empty();
  }

  /// Functions that only their own group named leave the group.
  void shrinkClosures(Function &f) {
    if (module.stage == Stage::Lowered)
      return;
    Builder b(module);
    for (auto &block : f.blocks())
      for (Op *op : opsOf(block.get())) {
        if (op->opcode() != Opcode::Closure)
          continue;
        llvm::SmallVector<Function *, 4> live;
        for (Function *made : op->functions)
          if (liveFunctions.contains(made))
            live.push_back(made);
        if (live.size() == op->functions.size())
          continue;
        b.setBefore(op);
        b.location = op->location();
        Op *fresh = b.closure(live);
        for (unsigned i = 0, k = 0; i < op->functions.size(); ++i)
          if (liveFunctions.contains(op->functions[i])) {
            fresh->result(k)->setName(op->result(i)->name());
            op->result(i)->replaceAllUsesWith(fresh->result(k++));
          }
        op->erase();
      }
  }

  bool sweepGlobals() {
    if (!isPrivate)
      return false;
    size_t before = module.globals().size();
    module.eraseGlobals(
        [&](const GlobalVariable *g) { return !liveGlobals.contains(g); });
    numGlobals += before - module.globals().size();
    return before != module.globals().size();
  }
};

} // namespace

bool runDeadCode(Module &module) {
  bool changed = eraseUnreachable(module);
  return DeadCode(module).run() || changed;
}

} // namespace plc::ir
