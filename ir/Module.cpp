//===- Module.cpp - functions and modules ---------------------------------===//

#include "ir/Module.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/Twine.h"

#include <cassert>

namespace plc::ir {

/// Drops every operand first, so that blocks can die in any order.
Function::~Function() {
  for (auto &block : blockList)
    for (Op *op : *block)
      op->dropOperands();
}

Block *Function::addBlock(llvm::StringRef name) {
  blockList.push_back(std::make_unique<Block>(this));
  Block *block = blockList.back().get();
  block->position = std::prev(blockList.end());
  block->setName(name);
  return block;
}

void Function::eraseBlock(Block *block) {
  for (Op *op : *block)
    op->dropOperands();
  blockList.erase(block->position);
}

void Function::adoptBlock(Block *block) {
  // The position stays valid.
  blockList.splice(blockList.end(), block->owner->blockList, block->position);
  block->owner = this;
}

bool hasOwnPrototype(const Function &function) {
  // Unless it is lowered, a function that escapes is not known to.
  if (function.escapes && function.module()->stage == Stage::Lowered)
    return false;
  if (!isTagged(function.resultType) && function.resultType != Type::None)
    return true;
  return llvm::any_of(
      function.entry()->arguments(),
      [](const Value *parameter) { return !isTagged(parameter->type()); });
}

bool haveEqualPrototypes(const Function &a, const Function &b) {
  auto areEqual = [](Type x, Type y) {
    return representation(x) == representation(y);
  };
  return hasOwnPrototype(a) && hasOwnPrototype(b) &&
         areEqual(a.resultType, b.resultType) &&
         llvm::equal(a.entry()->arguments(), b.entry()->arguments(),
                     [&](const Value *x, const Value *y) {
                       return areEqual(x->type(), y->type());
                     });
}

ProcedureSource::~ProcedureSource() = default;

Module::~Module() {
  // Nested functions use values of others: drop all before any dies.
  for (auto &function : functionList)
    for (auto &block : function->blocks())
      for (Op *op : *block)
        op->dropOperands();
}

Function *Module::addFunction(std::string symbol) {
  assert(!functionsBySymbol.contains(symbol) && "symbol is taken");
  functionList.push_back(std::make_unique<Function>(this, symbol));
  Function *function = functionList.back().get();
  function->position = std::prev(functionList.end());
  functionsBySymbol[symbol] = function;
  return function;
}

void Module::eraseFunction(Function *function) {
  functionsBySymbol.erase(function->symbol());
  nextNumbers.clear();
  functionList.erase(function->position);
}

Function *Module::findFunction(llvm::StringRef symbol) const {
  return functionsBySymbol.lookup(symbol);
}

std::string linkName(llvm::StringRef name) {
  std::string result;
  for (char c : name)
    if (c == 0)
      result += "\\0";
    else
      result.append(c == '\\' ? 2 : 1, c);
  return result;
}

std::string Module::uniqueSymbol(llvm::StringRef base) {
  auto isTaken = [this](llvm::StringRef symbol) {
    return functionsBySymbol.contains(symbol) ||
           globalsBySymbol.contains(symbol);
  };
  std::string candidate = base.str();
  if (!isTaken(candidate))
    return candidate;
  // From where the last search ended: thousands of lambdas have one name. An
  // erasure forgets these numbers.
  unsigned &n = nextNumbers.try_emplace(base, 1).first->second;
  for (;; ++n) {
    candidate = (base + "." + llvm::Twine(n)).str();
    if (!isTaken(candidate))
      return candidate;
  }
}

GlobalVariable *Module::addGlobal(std::string symbol) {
  assert(!globalsBySymbol.contains(symbol) && "symbol is taken");
  globalList.push_back(std::make_unique<GlobalVariable>());
  globalList.back()->symbol = symbol;
  globalsBySymbol[symbol] = globalList.back().get();
  return globalList.back().get();
}

void Module::eraseGlobals(
    llvm::function_ref<bool(const GlobalVariable *)> isDead) {
  nextNumbers.clear();
  std::erase_if(globalList, [&](auto &global) {
    if (!isDead(global.get()))
      return false;
    globalsBySymbol.erase(global->symbol);
    return true;
  });
}

GlobalVariable *Module::findGlobal(llvm::StringRef symbol) const {
  return globalsBySymbol.lookup(symbol);
}

const NativeCallee *Module::nativeCallee(const NativeCallee &callee) {
  std::string key = callee.symbol + '\0' + callee.name + '\0' + callee.signature;
  const NativeCallee *&known = natives[key];
  if (!known)
    known =
        nativeList.emplace_back(std::make_unique<NativeCallee>(callee)).get();
  return known;
}

} // namespace plc::ir
