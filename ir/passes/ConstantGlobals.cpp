//===- ConstantGlobals.cpp - reads of globals that never change -----------===//
// before   global.define @days %d   ; 365.24    after   ... const 365.24
//          ... global.ref @days ...
// Why      a program names its constants and tables at the top level; reads of
//          them should cost, and tell, as much as if they stood in place.
// Method   a global marked constant with one definition: a constant replaces
//          its reads; otherwise reads get the type of the value as a refine.
//          A global that may be read before its definition keeps its reads,
//          for they raise (analysis/EarlyReads.h).
// Requires canonical.
//===----------------------------------------------------------------------===//

#include "ir/Builder.h"
#include "ir/analysis/EarlyReads.h"
#include "ir/passes/Passes.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/Statistic.h"

#define DEBUG_TYPE "constant-globals"
ALWAYS_ENABLED_STATISTIC(numConstants, "reads replaced by a constant");
ALWAYS_ENABLED_STATISTIC(numTyped, "reads that learned a type");

namespace plc::ir {
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
  llvm::DenseSet<const GlobalVariable *> early = findEarlyReads(module);
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
