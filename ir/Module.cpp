//===- Module.cpp - functions and modules ---------------------------------===//

#include "ir/Module.h"

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
  blockList.back()->setName(name);
  return blockList.back().get();
}

void Function::eraseBlock(Block *block) {
  for (Op *op : *block)
    op->dropOperands();
  blockList.remove_if([&](auto &b) { return b.get() == block; });
}

void Function::adoptBlock(Block *block) {
  auto &source = block->owner->blockList;
  for (auto it = source.begin(); it != source.end(); ++it)
    if (it->get() == block) {
      blockList.splice(blockList.end(), source, it);
      block->owner = this;
      return;
    }
  llvm_unreachable("block is not in its function");
}

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
  functionsBySymbol[symbol] = functionList.back().get();
  return functionList.back().get();
}

void Module::eraseFunction(Function *function) {
  functionsBySymbol.erase(function->symbol());
  functionList.remove_if([&](auto &f) { return f.get() == function; });
}

Function *Module::findFunction(llvm::StringRef symbol) const {
  return functionsBySymbol.lookup(symbol);
}

std::string Module::uniqueSymbol(llvm::StringRef base) const {
  std::string candidate = base.str();
  for (unsigned n = 1; functionsBySymbol.contains(candidate) ||
                       globalsBySymbol.contains(candidate);
       ++n)
    candidate = (base + "." + llvm::Twine(n)).str();
  return candidate;
}

GlobalVariable *Module::addGlobal(std::string symbol) {
  assert(!globalsBySymbol.contains(symbol) && "symbol is taken");
  globalList.push_back(std::make_unique<GlobalVariable>());
  globalList.back()->symbol = symbol;
  globalsBySymbol[symbol] = globalList.back().get();
  return globalList.back().get();
}

void Module::eraseGlobal(GlobalVariable *global) {
  globalsBySymbol.erase(global->symbol);
  std::erase_if(globalList, [&](auto &g) { return g.get() == global; });
}

GlobalVariable *Module::findGlobal(llvm::StringRef symbol) const {
  return globalsBySymbol.lookup(symbol);
}

} // namespace plc::ir
