//===- Recompile.h - procedures that are compiled again ---------*- C++ -*-===//
//
// A REPL compiles quickly first and the procedures that turn out to be hot well
// afterwards. Their closure objects stay, so that nobody sees a change; the new
// code goes into them. New code may only suppose what it tests, since any form
// can define any global anew: see Supposition.
//
//===----------------------------------------------------------------------===//
#ifndef PLC_FRONTEND_RECOMPILE_H
#define PLC_FRONTEND_RECOMPILE_H

#include "frontend/Session.h"

#include "llvm/ADT/STLFunctionalExtras.h"

namespace plc::frontend {

/// A global that a form of a REPL defines as a procedure.
struct ReplProcedure {
  const Global *cell;
  /// Its link symbol names the closure object {header, code}.
  Global *closure;
  Node *lambda;
  /// Nodes of the lambda.
  size_t size;
  /// One call of it can take long by itself.
  bool loops;
};

/// Gives the closure of each `(define name (lambda ...))` of a form a link
/// symbol. The symbols end in `suffix`, which no other form may use.
std::vector<ReplProcedure> nameProcedures(Session &session, Unit &unit,
                                          llvm::StringRef suffix);

/// A unit `name` that defines the procedures once more; the result's globals
/// begin with those of `procedures` in the same order. `find` gives what a cell
/// was last defined as, by the cell's symbol, or null: small procedures that
/// are called come along, to be inlined.
Unit *recompile(Session &session, llvm::StringRef name,
                llvm::ArrayRef<ReplProcedure> procedures,
                llvm::function_ref<const ReplProcedure *(llvm::StringRef)> find);

} // namespace plc::frontend
#endif // PLC_FRONTEND_RECOMPILE_H
