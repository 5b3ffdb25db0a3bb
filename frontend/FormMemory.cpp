//===- FormMemory.cpp - the memory of one evaluated form ------------------===//

#include "frontend/FormMemory.h"

#include "frontend/LibraryManager.h"

namespace plc::frontend {

FormMemory::FormMemory(Session &session)
    : session(session), isOuter(!session.isFormOpen),
      keptBefore(session.keptForms), sources(session.sources.mark()),
      units(session.units.size()), globals(session.globals.size()),
      scopes(session.libraries().scopes.size()) {
  if (!isOuter)
    return;
  session.isFormOpen = true;
  std::swap(session.interner.allocator(), session.formArena);
}

FormMemory::~FormMemory() {
  if (!isOuter)
    return;
  session.isFormOpen = false;
  std::swap(session.interner.allocator(), session.formArena);
  if (session.keptForms != keptBefore) {
    session.keptArenas.push_back(std::move(session.formArena));
    session.formArena = llvm::BumpPtrAllocator();
    return;
  }
  session.formArena.Reset();
  session.sources.release(sources);
  while (session.units.size() > units)
    session.units.pop_back();
  while (session.globals.size() > globals)
    session.globals.pop_back();
  session.libraries().scopes.resize(scopes);
}

} // namespace plc::frontend
