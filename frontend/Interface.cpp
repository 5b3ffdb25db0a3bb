//===- Interface.cpp - libraries as interface files -----------------------===//

#include "frontend/LibraryManager.h"

namespace plc::frontend {

Library *LibraryManager::loadInterface(llvm::StringRef, llvm::StringRef,
                                       bool) {
  return nullptr;
}
void LibraryManager::computeHash(Library &) {}
void LibraryManager::readMacroSource(Macro &) {}

} // namespace plc::frontend
