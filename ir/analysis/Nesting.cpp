//===- Nesting.cpp - nested functions and what they capture ---------------===//

#include "ir/analysis/Nesting.h"

namespace plc::ir {

bool isNestedIn(const Function *inner, const Function *outer) {
  for (; inner; inner = inner->parent)
    if (inner == outer)
      return true;
  return false;
}

ClosureOps closureOps(const Module &module) {
  ClosureOps ops;
  for (auto &f : module.functions())
    for (auto &block : f->blocks())
      for (Op *op : *block)
        if (op->opcode() == Opcode::Closure)
          for (Function *made : op->functions)
            ops[made] = op;
  return ops;
}

Children nestedFunctions(const Module &module) {
  Children children;
  for (auto &f : module.functions())
    if (f->parent)
      children[f->parent].push_back(f.get());
  return children;
}

ValueSet freeValues(const Function *function, const Children &children) {
  ValueSet free;
  llvm::SmallVector<const Function *, 8> work{function};
  while (!work.empty()) {
    const Function *f = work.pop_back_val();
    for (auto &block : f->blocks())
      for (Op *op : *block)
        for (Value *v : op->allOperands())
          if (!isNestedIn(v->block()->function(), function))
            free.insert(v);
    auto found = children.find(f);
    if (found != children.end())
      work.append(found->second.begin(), found->second.end());
  }
  return free;
}

Value *closureValue(const ClosureOps &ops, const Function *function) {
  Op *op = ops.lookup(function);
  if (!op)
    return nullptr;
  for (unsigned i = 0; i < op->functions.size(); ++i)
    if (op->functions[i] == function)
      return op->result(i);
  return nullptr;
}

bool hasOnlyKnownCalls(const Value *closure, const Function *function) {
  for (const Op *user : closure->users()) {
    if (user->opcode() != Opcode::CallKnown &&
        user->opcode() != Opcode::TailCallKnown)
      return false;
    if (user->callee() != function)
      return false;
    for (Value *v : user->allOperands().drop_front())
      if (v == closure)
        return false;
  }
  return true;
}

KnownCalls knownCalls(const Module &module) {
  KnownCalls calls;
  for (auto &f : module.functions())
    for (auto &block : f->blocks())
      for (Op *op : *block)
        if (op->opcode() == Opcode::CallKnown ||
            op->opcode() == Opcode::TailCallKnown)
          calls[op->callee()].push_back(op);
  return calls;
}

bool isRematerializable(const Op *op) {
  switch (op->opcode()) {
  case Opcode::Const:
  case Opcode::BoolConst:
  case Opcode::PrimRef:
  case Opcode::GlobalClosure:
    return true;
  default:
    return false;
  }
}

} // namespace plc::ir
