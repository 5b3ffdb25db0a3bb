//===- Interface.cpp - libraries as interface files -----------------------===//

#include "frontend/LibraryManager.h"

namespace plc::frontend {

Library *LibraryManager::loadInterface(llvm::StringRef, llvm::StringRef,
                                       bool) {
  return nullptr;
}
void LibraryManager::computeHash(Library &) {}
std::string LibraryManager::interfacePath(const Library &) const {
  return "";
}
std::string LibraryManager::interfaceText(const Library &) const { return ""; }
void LibraryManager::readMacroSource(Macro &) {}

} // namespace plc::frontend
