//===- NativeChecks.h - what results of native code must be -----*- C++ -*-===//
//
// `:check ((name policy [message]) ...)` of an import: for a function, or for all
// functions that return a type.
//
//===----------------------------------------------------------------------===//
#ifndef PLC_FRONTEND_NATIVECHECKS_H
#define PLC_FRONTEND_NATIVECHECKS_H

#include "frontend/Native.h"
#include "ir/support/Location.h"

namespace plc::frontend {

class Session;

/// One entry as it is written; names are of the module.
struct WrittenCheck {
  std::string name; ///< of a function or type
  std::string policy;
  std::vector<std::string> values;  ///< instead of a policy: what is allowed
  std::vector<std::string> message; ///< functions, each of what the next returns
};

/// Reads an entry; "" or what is wrong with it.
std::string readCheck(const ir::Datum *entry, WrittenCheck &check);

/// Fills in the checks of a module that was read; reports what does not suit it.
void resolveChecks(Session &session, NativeSpace &space,
                   llvm::ArrayRef<WrittenCheck> written, ir::Location location);

/// The check that calls of a function need, or null.
const NativeCheck *checkOf(const NativeSpace &space,
                           const native::Function &function);

/// What the innermost message function of a check is called with: the place of
/// an argument of its type, kResult for the result, kNothing; none if nothing
/// suits it.
inline constexpr size_t kResult = ~size_t(0), kNothing = kResult - 1;
std::optional<size_t> messageArgument(const native::Module &module,
                                      const native::Function &function,
                                      const NativeCheck &check);

} // namespace plc::frontend
#endif // PLC_FRONTEND_NATIVECHECKS_H
