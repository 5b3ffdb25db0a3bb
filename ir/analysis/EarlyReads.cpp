//===- EarlyReads.cpp - globals read before their definition --------------===//

#include "ir/analysis/EarlyReads.h"

#include "ir/analysis/Dominance.h"

namespace plc::ir {
namespace {

/// The op may run procedures of the module. An access to an object of another
/// language may, too: it has not the effect `Calls` because no continuation
/// from in there can be entered again when it has returned.
bool mayRunOthers(const Op *op) {
  return (op->effects() & Calls) ||
         (op->opcode() == Opcode::Prim && vectorRow(op->primitive));
}

bool definesGlobal(const Op *op) {
  return op->opcode() == Opcode::GlobalDefine;
}

/// Walks the top level in the order in which it runs.
class EarlyReads {
public:
  llvm::DenseSet<const GlobalVariable *> find(const Module &module) {
    DominatorTree tree(*module.init());
    unsigned turn = 0;
    bool mayCall = false;
    for (auto [block, before, defines, position] : inOrder(tree)) {
      // In a loop a call may run what a block behind it has referred to.
      if ((before != turn || defines) && mayCall)
        runAll();
      if (before != turn || defines)
        mayCall = false;
      turn = before;
      for (const Op *op : *block) {
        if (definesGlobal(op))
          defined.insert(op->global);
        visit(op);
        if (mayRunOthers(op)) {
          mayCall |= !defines;
          runAll();
        }
      }
    }
    return std::move(early);
  }

private:
  struct Step {
    const Block *block;
    unsigned before; // definitions that have run when the block is entered
    bool defines;
    size_t position; // in reverse post-order
  };

  /// The blocks of a loop before what follows the loop, which reverse
  /// post-order does not promise. Definitions dominate one another, so what all
  /// ways to a block have defined is a number.
  static std::vector<Step> inOrder(const DominatorTree &tree) {
    std::vector<Step> steps;
    llvm::DenseMap<const Block *, unsigned> after;
    for (const Block *block : tree.reversePostOrder()) {
      const Block *dominator = tree.immediateDominator(block);
      unsigned before = dominator ? after.lookup(dominator) : 0;
      unsigned own = llvm::count_if(*block, definesGlobal);
      steps.push_back({block, before, own != 0, steps.size()});
      after[block] = before + own;
    }
    llvm::sort(steps, [](const Step &a, const Step &b) {
      return std::tie(a.before, a.defines, a.position) <
             std::tie(b.before, b.defines, b.position);
    });
    return steps;
  }

  /// The op runs now, or may.
  void visit(const Op *op) {
    auto refer = [&](const Function *function) {
      if (function && referred.insert(function).second)
        waiting.push_back(function);
    };
    for (const Function *function : op->functions)
      refer(function);
    if (op->global && op->global->isProcedure)
      refer(op->global->function);
    if (op->opcode() == Opcode::CallKnown ||
        op->opcode() == Opcode::TailCallKnown)
      refer(op->callee());
    if ((op->opcode() == Opcode::GlobalRef ||
         op->opcode() == Opcode::GlobalSet) &&
        !defined.contains(op->global))
      early.insert(op->global);
  }

  void runAll() {
    while (!waiting.empty())
      for (const auto &block : waiting.pop_back_val()->blocks())
        for (const Op *op : *block)
          visit(op);
  }

  llvm::DenseSet<const GlobalVariable *> defined, early;
  llvm::DenseSet<const Function *> referred;
  /// Referred to since the last call.
  llvm::SmallVector<const Function *, 16> waiting;
};

} // namespace

llvm::DenseSet<const GlobalVariable *> findEarlyReads(const Module &module) {
  return EarlyReads().find(module);
}

} // namespace plc::ir
