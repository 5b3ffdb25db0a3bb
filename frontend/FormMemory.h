//===- FormMemory.h - the memory of one evaluated form ----------*- C++ -*-===//
//
// A program may evaluate any number of forms. What the frontend makes of one is
// given back when the form has become code or a tree, unless something of it
// lives on (Session::keepForm): then all of it stays.
//
//===----------------------------------------------------------------------===//
#ifndef PLC_FRONTEND_FORMMEMORY_H
#define PLC_FRONTEND_FORMMEMORY_H

#include "frontend/Session.h"

namespace plc::frontend {

/// From before a form's syntax is made until nothing needs it or its unit. One
/// inside another, of a form that is evaluated while a library is made ready
/// for the outer one, belongs to that.
class FormMemory {
public:
  explicit FormMemory(Session &session);
  ~FormMemory();
  FormMemory(const FormMemory &) = delete;

private:
  Session &session;
  bool isOuter;
  unsigned keptBefore;
  ir::SourceManager::Mark sources;
  size_t units, globals, scopes;
};

} // namespace plc::frontend
#endif // PLC_FRONTEND_FORMMEMORY_H
