//===- LetrecGroups.h - order and kinds of letrec* bindings -----*- C++ -*-===//
//
// Splits the bindings of a letrec* into strongly connected groups in an order
// in which each can be bound, after Ghuloum & Dybvig, "Fixing Letrec
// (reloaded)", 2009.
//
//===----------------------------------------------------------------------===//
#ifndef PLC_FRONTEND_LETRECGROUPS_H
#define PLC_FRONTEND_LETRECGROUPS_H

#include "frontend/Core.h"

#include "llvm/ADT/SmallVector.h"

namespace plc::frontend {

struct LetrecGroup {
  enum Kind {
    Simple,     // one binding that does not refer to itself
    Procedures, // never-assigned lambdas that refer to one another
    Complex     // anything else: through variables, with checks
  } kind;
  llvm::SmallVector<size_t, 4> members; // indices of variables, ascending
};

std::vector<LetrecGroup> letrecGroups(const Node *letrec);

} // namespace plc::frontend
#endif // PLC_FRONTEND_LETRECGROUPS_H
