//===- EarlyReads.cpp - globals read before their definition --------------===//

#include "ir/analysis/EarlyReads.h"

#include "ir/analysis/Cfg.h"

namespace plc::ir {
namespace {

/// The op may run procedures of the module. An access to an object of another
/// language may, too: it has not the effect `Calls` because no continuation
/// from in there can be entered again when it has returned.
bool mayRunOthers(const Op *op) {
  return (op->effects() & Calls) ||
         (op->opcode() == Opcode::Prim && vectorRow(op->primitive));
}

/// Walks the top level in the order in which it runs.
class EarlyReads {
public:
  llvm::DenseSet<const GlobalVariable *> find(const Module &module) {
    for (Block *block : reversePostOrder(*module.init()))
      for (const Op *op : *block) {
        if (op->opcode() == Opcode::GlobalDefine)
          defined.insert(op->global);
        visit(op);
        if (mayRunOthers(op))
          runAll();
      }
    return std::move(early);
  }

private:
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
    if (op->opcode() == Opcode::GlobalRef && !defined.contains(op->global))
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
