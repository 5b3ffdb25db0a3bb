//===- Procedures.cpp - procedures of one module in another ---------------===//

#include "ir/Procedures.h"

#include "ir/Clone.h"

#include "llvm/ADT/DenseSet.h"

namespace plc::ir {

GlobalVariable *globalOf(const Function *function) {
  for (auto &global : function->module()->globals())
    if (global->function == function)
      return global.get();
  return nullptr;
}

/// A block that calls something unknown: it may return anything, raise, or
/// never return.
static void makeUnknown(Module &module, Function *function,
                        llvm::ArrayRef<std::string> parameters) {
  Block *entry = function->addBlock("entry");
  for (llvm::StringRef name : parameters)
    entry->addArgument(Type::Any, name);
  Builder b(module, entry);
  b.tailCall(b.unspecified(), {});
}

Function *declareProcedure(Module &module, GlobalVariable *global) {
  assert(global->isExternal && global->isProcedure && "of this module");
  if (global->function)
    return global->function;
  Function *function =
      module.addFunction(module.uniqueSymbol(global->symbol + ".code"));
  function->lispName = global->name;
  function->origin = Origin::Declared;
  function->hasRest = global->hasRest();
  if (function->hasRest && global->maxArgs >= 0)
    function->restLimit = global->maxArgs - global->minArgs;
  std::vector<std::string> parameters(global->minArgs + function->hasRest);
  makeUnknown(module, function, parameters);
  global->function = function;
  return function;
}

/// Erases the functions nested in `function`, and all blocks of it.
static void eraseBlocks(Module &module, Function *function) {
  auto isInside = [&](const Function *f) {
    for (f = f->parent; f; f = f->parent)
      if (f == function)
        return true;
    return false;
  };
  std::vector<Function *> inside;
  for (auto &f : module.functions())
    if (isInside(f.get()))
      inside.push_back(f.get());
  inside.push_back(function);
  for (Function *f : inside)
    for (auto &block : f->blocks())
      for (Op *op : *block)
        op->dropOperands();
  while (!function->blocks().empty())
    function->eraseBlock(function->blocks().back().get());
  inside.pop_back();
  for (Function *f : inside)
    module.eraseFunction(f);
}

void forgetBlocks(Module &module, Function *function) {
  std::vector<std::string> parameters;
  for (const Value *parameter : function->entry()->arguments())
    parameters.push_back(parameter->name().str());
  eraseBlocks(module, function);
  makeUnknown(module, function, parameters);
  function->origin = Origin::Declared;
}

/// The global of `target` that stands for one of another module.
static GlobalVariable *globalIn(Module &target, const GlobalVariable &other) {
  if (GlobalVariable *known = target.findGlobal(other.symbol))
    return known;
  GlobalVariable *global = target.addGlobal(other.symbol);
  global->name = other.name;
  global->isExternal = true;
  global->isProcedure = other.isProcedure;
  global->minArgs = other.minArgs;
  global->maxArgs = other.maxArgs;
  global->returnsOne = other.returnsOne;
  global->neverReturns = other.neverReturns;
  return global;
}

void copyBlocks(const Function &from, Function *to) {
  Module &module = *to->module();
  if (!to->blocks().empty())
    eraseBlocks(module, to);
  to->lispName = from.lispName;
  to->lispNote = from.lispNote;
  to->location = from.location;
  to->hasRest = from.hasRest;
  to->restLimit = from.restLimit;
  to->resultType = from.resultType;
  Builder b(module);
  BlockClone clone = cloneBlocks(blocksOf(&from), to, b);
  llvm::DenseSet<const Function *> made;
  for (auto &[original, copy] : clone.functions)
    made.insert(copy);
  auto adapt = [&](Op *op) {
    if (op->global)
      op->global = globalIn(module, *op->global);
    if (op->opcode() != Opcode::CallKnown &&
        op->opcode() != Opcode::TailCallKnown)
      return;
    Function *callee = op->callee();
    if (made.contains(callee) || callee == to)
      return;
    if (callee == &from) {
      op->functions[0] = to;
      return;
    }
    GlobalVariable *global = globalIn(module, *globalOf(callee));
    op->functions[0] =
        global->function ? global->function : declareProcedure(module, global);
  };
  // In the order of the lists, since globals are made.
  for (auto &f : module.functions())
    if (f.get() == to || made.contains(f.get()))
      for (auto &block : f->blocks())
        for (Op *op : *block)
          adapt(op);
}

} // namespace plc::ir
