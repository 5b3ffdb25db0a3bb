//===- Expander.h - forms to core nodes -------------------------*- C++ -*-===//
//
// The entry points of the expander. Each returns a Unit of the session, always
// complete enough to go on with; whether it may be compiled tells
// Session::diagnostics.errorCount(). Call them on a big stack (512 MB): the
// expander recurses up to kMaxNesting levels deep.
//
//===----------------------------------------------------------------------===//
#ifndef PLC_FRONTEND_EXPANDER_H
#define PLC_FRONTEND_EXPANDER_H

#include "frontend/Session.h"

namespace plc::frontend {

/// Forms nested deeper than this are an error.
constexpr unsigned kMaxNesting = 20000;

/// Expands a program. Libraries it imports are in Session::libraries().
Unit *expandProgram(Session &session, uint32_t file);
Unit *expandProgram(Session &session, llvm::StringRef name,
                    llvm::ArrayRef<const Syntax *> forms);

/// Expands a program, or a file of libraries of which the last one counts, that
/// tells its names when it runs (`%export`): for a module of another language.
Unit *expandModule(Session &session, uint32_t file);

/// Expands all libraries that a file defines (for `plc build lib.sld`);
/// returns the units in order of definition.
std::vector<Unit *> expandLibraryFile(Session &session, uint32_t file);

/// An environment of a REPL or of eval: globals are cells that live on, one
/// unit a form.
class Environment {
public:
  /// Every (scheme ...) library and (plc) are visible at lowest priority.
  explicit Environment(Session &session);
  /// The top level of a program that was expanded in this session.
  explicit Environment(const Unit &program);
  /// What `(import set ...)` brings, and nothing can be defined.
  Environment(Session &session, llvm::ArrayRef<const Syntax *> sets);
  Environment(Environment &&);
  ~Environment();

  /// Names of all globals defined so far, in order of definition.
  std::vector<const Global *> globals() const;
  /// The global of that name, or null.
  const Global *find(ir::Symbol name) const;
  /// Libraries imported so far.
  const std::vector<Library *> &libraries() const;
  /// Names visible here, for completion; sorted.
  std::vector<std::string> visibleNames(Session &session) const;
  /// Names behind `module:` and `scope`, "inner:" or "", of a module that is asked.
  std::vector<std::string> namesIn(llvm::StringRef module, llvm::StringRef scope) const;

private:
  friend Unit *expandForm(Session &, Environment &, const Syntax *);
  struct State;
  std::unique_ptr<State> state;
};

/// Expands one form entered at a REPL or passed to eval.
Unit *expandForm(Session &session, Environment &environment,
                 const Syntax *form);

/// Prints expanded code as readable Lisp.
void dumpCore(const Node *node, llvm::raw_ostream &out);
void dumpUnit(const Unit &unit, llvm::raw_ostream &out);

/// Diagnoses calls that cannot succeed: argument counts, operands of plainly
/// wrong type, use before initialisation. Called by the entry points above.
/// \param isOwnFile  of a library found by its name: see E0204
void checkCalls(Session &session, const Unit &unit, bool isOwnFile = false);

} // namespace plc::frontend
#endif // PLC_FRONTEND_EXPANDER_H
