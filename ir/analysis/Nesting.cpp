//===- Nesting.cpp - nested functions and what they capture ---------------===//

#include "ir/analysis/Nesting.h"

namespace plc::ir {

bool isNestedIn(const Function *inner, const Function *outer) {
  for (; inner; inner = inner->parent)
    if (inner == outer)
      return true;
  return false;
}

std::vector<Function *> outerFirst(const Module &module) {
  auto depth = [](const Function *f) {
    unsigned levels = 0;
    for (; f->parent; f = f->parent)
      ++levels;
    return levels;
  };
  std::vector<std::vector<Function *>> byDepth;
  for (auto &f : module.functions()) {
    unsigned level = depth(f.get());
    if (byDepth.size() <= level)
      byDepth.resize(level + 1);
    byDepth[level].push_back(f.get());
  }
  std::vector<Function *> order;
  for (auto &level : byDepth)
    order.insert(order.end(), level.begin(), level.end());
  return order;
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

FreeValues allFreeValues(const Module &module, const Children &children) {
  FreeValues free;
  std::vector<Function *> functions = outerFirst(module);
  for (Function *f : llvm::reverse(functions)) {
    ValueSet values;
    auto use = [&](Value *v) {
      if (v->block()->function() != f)
        values.insert(v);
    };
    for (auto &block : f->blocks())
      for (Op *op : *block)
        llvm::for_each(op->allOperands(), use);
    auto found = children.find(f);
    if (found != children.end())
      for (const Function *child : llvm::reverse(found->second))
        llvm::for_each(free[child], use);
    free[f] = std::move(values);
  }
  return free;
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
