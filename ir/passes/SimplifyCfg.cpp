//===- SimplifyCfg.cpp - fewer blocks and block arguments -----------------===//
//
// before   branch %true, ^a, ^b          after   jump ^a
//          ^a: jump ^c(%x)                       (edges to ^a go to ^c)
//          jump ^d, the only way there           (ops of ^d stand here)
//          ^e(%p): always passed %x              %x for %p
//          ^f(%c): %t = truthy %c;               each predecessor that knows
//                  branch %t, ^g, ^h             %c tests for itself
// Why      Lowering of nested conditionals and inlining leave joins of truth
//          values that are tested right away; a predicate in test position must
//          become control flow.
// Method   To a fixed point, function by function.
// Requires any stage.
//
//===----------------------------------------------------------------------===//

#include "ir/Builder.h"
#include "ir/analysis/Dominance.h"
#include "ir/passes/Passes.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Statistic.h"

#define DEBUG_TYPE "simplify-cfg"
ALWAYS_ENABLED_STATISTIC(numBranches, "branches decided");
ALWAYS_ENABLED_STATISTIC(numMerged, "blocks merged into their predecessor");
ALWAYS_ENABLED_STATISTIC(numForwarded, "edges past a block that only jumps");
ALWAYS_ENABLED_STATISTIC(numArguments, "block arguments removed");
ALWAYS_ENABLED_STATISTIC(numThreaded, "edges past a test of a known value");

namespace plc::ir {
namespace {

class Simplifier {
public:
  Simplifier(Module &module, Function &function)
      : module(module), function(function) {}

  bool run() {
    bool any = false;
    for (bool changed = true; changed;) {
      changed = decideBranches();
      changed |= eraseDeadBlocks();
      changed |= simplifyArguments();
      changed |= forwardJumps();
      changed |= mergeBlocks();
      if (!changed)
        changed = threadTests();
      any |= changed;
    }
    return any;
  }

private:
  Module &module;
  Function &function;

  void replaceByJump(Op *branch, unsigned taken) {
    Builder b(module);
    b.setBefore(branch);
    b.location = branch->location();
    llvm::SmallVector<Value *, 8> args(branch->successorArguments(taken));
    b.jump(branch->successors()[taken].block, args);
    Op *condition = branch->operand(0)->op();
    branch->erase();
    // So that a block that only tested is empty now.
    if (condition && condition->isRemovable() &&
        !condition->result()->hasUses())
      condition->erase();
    ++numBranches;
  }

  bool decideBranches() {
    bool changed = false;
    for (auto &block : function.blocks()) {
      Op *branch = block->terminator();
      if (!branch || branch->opcode() != Opcode::Branch)
        continue;
      Op *condition = branch->operand(0)->op();
      if (condition && condition->opcode() == Opcode::BoolConst) {
        replaceByJump(branch, condition->indexAttribute ? 0 : 1);
        changed = true;
      } else if (branch->successors()[0].block ==
                     branch->successors()[1].block &&
                 branch->successorArguments(0).equals(
                     branch->successorArguments(1))) {
        replaceByJump(branch, 0);
        changed = true;
      }
    }
    return changed;
  }

  bool eraseDeadBlocks() { return eraseUnreachable(function); }

  bool simplifyArguments() {
    bool changed = false;
    Predecessors preds = predecessors(function);
    for (auto &block : function.blocks()) {
      if (block.get() == function.entry())
        continue;
      for (unsigned i = block->arguments().size(); i-- > 0;) {
        Value *argument = block->argument(i);
        Value *same = nullptr;
        bool isUnused = !argument->hasUses(), differ = false;
        for (const Edge &edge : preds[block.get()]) {
          Value *passed = edge.terminator->successorArguments(edge.index)[i];
          if (passed == argument || unrefined(passed) == argument)
            continue;
          differ |= same && same != passed;
          same = passed;
        }
        if (!isUnused && (differ || !same ||
                          representation(same->type()) !=
                              representation(argument->type())))
          continue;
        if (!isUnused)
          argument->replaceAllUsesWith(refined(same, argument, block.get()));
        for (const Edge &edge : preds[block.get()])
          eraseArgument(edge, i);
        block->eraseArgument(i);
        ++numArguments;
        changed = true;
      }
    }
    return changed;
  }

  static Value *unrefined(Value *v) {
    while (v->op() && v->op()->opcode() == Opcode::Refine)
      v = v->op()->operand(0);
    return v;
  }

  /// The value with the argument's type where that says more.
  Value *refined(Value *same, Value *argument, Block *block) {
    if (isSubtype(same->type(), argument->type()))
      return same;
    Builder b(module);
    b.setBefore(block->first());
    b.location = block->first()->location();
    return b.refine(argument->type(), same);
  }

  /// The arguments of edge i of `through` in terms of what `edge` passes.
  static llvm::SmallVector<Value *, 8> substituted(Op *through, unsigned i,
                                                   const Edge &edge) {
    llvm::ArrayRef<Value *> passed =
        edge.terminator->successorArguments(edge.index);
    llvm::SmallVector<Value *, 8> result;
    for (Value *v : through->successorArguments(i))
      result.push_back(v->isArgument() && v->block() == through->parent()
                           ? passed[v->index()]
                           : v);
    return result;
  }

  bool forwardJumps() {
    bool changed = false;
    Predecessors preds = predecessors(function);
    for (auto &block : function.blocks()) {
      Op *jump = block->terminator();
      if (block.get() == function.entry() || !jump ||
          jump->opcode() != Opcode::Jump || block->first() != jump ||
          jump->successors()[0].block == block.get())
        continue;
      bool usedElsewhere = false;
      for (Value *v : block->arguments())
        for (Op *user : v->users())
          usedElsewhere |= user != jump;
      if (usedElsewhere)
        continue;
      Block *target = jump->successors()[0].block;
      llvm::SmallVector<Edge, 2> edges = std::move(preds[block.get()]);
      preds[block.get()].clear();
      for (const Edge &edge : edges) {
        edge.terminator->setSuccessor(edge.index, target,
                                      substituted(jump, 0, edge));
        preds[target].push_back(edge);
        ++numForwarded;
        changed = true;
      }
    }
    return eraseDeadBlocks() || changed;
  }

  bool mergeBlocks() {
    bool changed = false;
    Predecessors preds = predecessors(function);
    for (Block *block : reversePostOrder(function)) {
      auto &edges = preds[block];
      if (block == function.entry() || edges.size() != 1 ||
          edges[0].terminator->opcode() != Opcode::Jump)
        continue;
      Op *jump = edges[0].terminator;
      Block *above = jump->parent();
      if (above == block)
        continue;
      llvm::SmallVector<Value *, 8> passed(jump->successorArguments(0));
      for (unsigned i = 0; i < passed.size(); ++i)
        if (block->argument(i)->hasUses())
          block->argument(i)->replaceAllUsesWith(
              refined(passed[i], block->argument(i), block));
      jump->erase();
      for (Op *op : opsOf(block))
        op->moveToEnd(above);
      function.eraseBlock(block);
      ++numMerged;
      changed = true;
    }
    return changed;
  }

  //===--- Tests of known values ------------------------------------------===//

  /// A block that does nothing but test one of its arguments: that argument's
  /// number.
  std::optional<unsigned> testedArgument(Block *block) {
    Op *branch = block->terminator();
    if (block == function.entry() || !branch ||
        branch->opcode() != Opcode::Branch)
      return std::nullopt;
    Value *tested = nullptr;
    unsigned count = 0;
    for (Op *op : *block) {
      if (op != branch && op->opcode() != Opcode::Truthy &&
          op->opcode() != Opcode::BoolNot && op->opcode() != Opcode::Is)
        return std::nullopt;
      if (++count > 3)
        return std::nullopt;
      Value *v = op->operand(0);
      if (v->isArgument() && v->block() == block) {
        if (tested && tested != v)
          return std::nullopt;
        tested = v;
      } else if (!v->op() || v->op()->parent() != block) {
        return std::nullopt;
      }
      for (Value *r : op->results())
        for (Op *user : r->users())
          if (user->parent() != block)
            return std::nullopt;
    }
    for (Value *v : block->arguments())
      for (Op *user : v->users())
        if (user->parent() != block)
          return std::nullopt;
    if (!tested)
      return std::nullopt;
    return tested->index();
  }

  /// The outcome is known where the value comes from, or is a truth value that
  /// should not be carried around.
  static bool isWorthThreading(Value *passed) {
    if (representation(passed->type()) == Representation::Bit)
      return true;
    Op *op = passed->op();
    return op && (op->opcode() == Opcode::Const ||
                  op->opcode() == Opcode::BoolBox);
  }

  bool threadTests() {
    DominatorTree tree(function);
    Predecessors preds = predecessors(function);
    bool changed = false;
    for (Block *block : tree.reversePostOrder()) {
      std::optional<unsigned> tested = testedArgument(block);
      if (!tested)
        continue;
      auto &edges = preds[block];
      if (llvm::any_of(edges, [&](const Edge &e) {
            return tree.dominates(block, e.source()); // a loop
          }))
        continue;
      // Edges of the copies are unknown to `tree` and `preds`: they are seen
      // in the next round.
      for (const Edge &edge : edges)
        if (isWorthThreading(
                edge.terminator->successorArguments(edge.index)[*tested])) {
          thread(block, edge);
          changed = true;
        }
    }
    return changed;
  }

  /// Gives the edge its own copy of the block.
  void thread(Block *block, const Edge &edge) {
    llvm::SmallVector<Value *, 8> passed(
        edge.terminator->successorArguments(edge.index));
    Block *copy = function.addBlock(block->name());
    Builder b(module, copy);
    llvm::DenseMap<Value *, Value *> map;
    for (unsigned i = 0; i < passed.size(); ++i) {
      // Along an edge of a branch its own condition is known.
      if (edge.terminator->opcode() == Opcode::Branch &&
          passed[i] == edge.terminator->operand(0))
        passed[i] = b.boolConst(edge.index == 0);
      map[block->argument(i)] = passed[i];
    }
    for (Op *op : *block) {
      Op *cloned = b.clone(op);
      for (unsigned i = 0; i < cloned->allOperands().size(); ++i)
        if (Value *by = map.lookup(cloned->operand(i)))
          cloned->setOperand(i, by);
      for (unsigned i = 0; i < op->results().size(); ++i)
        map[op->result(i)] = cloned->result(i);
      foldTest(cloned, b, map, op);
    }
    llvm::SmallVector<Op *, 16> ops = opsOf(copy);
    for (Op *op : llvm::reverse(ops))
      if (op->isRemovable() && !op->result()->hasUses())
        op->erase();
    edge.terminator->setSuccessor(edge.index, copy, {});
    ++numThreaded;
  }

  /// Decides the tests that the copy was made for.
  static void foldTest(Op *cloned, Builder &b,
                       llvm::DenseMap<Value *, Value *> &map, Op *original) {
    if (cloned->opcode() != Opcode::Truthy)
      return;
    Op *source = cloned->operand(0)->op();
    if (!source)
      return;
    b.location = cloned->location();
    if (source->opcode() == Opcode::Const)
      map[original->result()] = b.boolConst(!source->datum->isFalse());
    else if (source->opcode() == Opcode::BoolBox &&
             source->function() == cloned->function())
      map[original->result()] = source->operand(0);
  }
};

} // namespace

bool runSimplifyCfg(Module &module) {
  bool changed = eraseUnreachable(module);
  // Functions may go while we look.
  std::vector<std::string> symbols;
  for (auto &f : module.functions())
    symbols.push_back(f->symbol().str());
  for (const std::string &symbol : symbols)
    if (Function *f = module.findFunction(symbol))
      changed |= Simplifier(module, *f).run();
  return changed;
}

} // namespace plc::ir
