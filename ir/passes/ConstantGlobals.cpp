//===- ConstantGlobals.cpp - reads of globals that never change -----------===//
// before   global.define @days %d   ; 365.24    after   ... const 365.24
//          ... global.ref @days ...
// Why      a program names its constants and tables at the top level; reads of
//          them should cost, and tell, as much as if they stood in place.
// Method   a global marked constant with one definition: a constant replaces
//          its reads; otherwise reads get the type of the value as a refine.
//          A global that may be read before its definition keeps its reads,
//          for they raise: whatever code has been referred to when the top
//          level first calls something may run then (findEarlyReads).
// Requires canonical.
//===----------------------------------------------------------------------===//

#include "ir/Builder.h"
#include "ir/analysis/Cfg.h"
#include "ir/passes/Passes.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/Statistic.h"

#define DEBUG_TYPE "constant-globals"
ALWAYS_ENABLED_STATISTIC(numConstants, "reads replaced by a constant");
ALWAYS_ENABLED_STATISTIC(numTyped, "reads that learned a type");

namespace plc::ir {
namespace {

/// Walks the top level in the order in which it runs.
class EarlyReads {
public:
  llvm::DenseSet<const GlobalVariable *> find(const Module &module) {
    for (Block *block : reversePostOrder(*module.init()))
      for (const Op *op : *block) {
        if (op->opcode() == Opcode::GlobalDefine)
          defined.insert(op->global);
        visit(op);
        if (op->effects() & Calls)
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

bool runConstantGlobals(Module &module) {
  llvm::DenseMap<const GlobalVariable *, Op *> definitions;
  llvm::SmallVector<Op *, 32> reads;
  for (auto &f : module.functions())
    for (auto &block : f->blocks())
      for (Op *op : *block) {
        if (op->opcode() == Opcode::GlobalRef && op->global->isConstant)
          reads.push_back(op);
        if (op->opcode() == Opcode::GlobalDefine && op->global->isConstant) {
          auto [entry, isFirst] = definitions.try_emplace(op->global, op);
          if (!isFirst)
            entry->second = nullptr;
        }
      }
  if (definitions.empty())
    return false;
  llvm::DenseSet<const GlobalVariable *> early = EarlyReads().find(module);
  bool changed = false;
  Builder b(module);
  for (Op *read : reads) {
    Op *definition = definitions.lookup(read->global);
    if (!definition || early.contains(read->global))
      continue;
    Value *value = definition->operand(0);
    Value *result = read->result();
    b.location = read->location();
    if (value->op() && value->op()->opcode() == Opcode::Const) {
      b.setBefore(read);
      Value *copy = b.clone(value->op())->result();
      copy->setName(result->name());
      result->replaceAllUsesWith(copy);
      read->erase();
      ++numConstants;
      changed = true;
      continue;
    }
    bool isTyped = result->users().size() == 1 &&
                   result->users()[0]->opcode() == Opcode::Refine;
    if (value->type() == Type::Any || !isTagged(value->type()) || isTyped ||
        !read->next())
      continue;
    b.setBefore(read->next());
    Op *refined = b.create(Opcode::Refine, {result}, value->type());
    result->replaceAllUsesWith(refined->result());
    refined->setOperand(0, result);
    refined->result()->setName(result->name());
    result->setName("");
    ++numTyped;
    changed = true;
  }
  return changed;
}

} // namespace plc::ir
