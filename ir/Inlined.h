//===- Inlined.h - locations of text that replaces a call -------*- C++ -*-===//
//
// Passes that put a procedure's ops in the place of a call give them their new
// locations with it, so that backtraces and debuggers go on to see a frame of
// the procedure and one of its caller. These are the frames of the same program
// without optimisation, by two rules:
//   - A tail call gives up the frame of its procedure. A site that was one is
//     marked, and the frame around it is not shown.
//   - A tail call that becomes a call, because its procedure no longer returns,
//     gets the location of the call that was replaced: its own procedure's
//     frame would be gone, and its caller's stands at that call.
//
//===----------------------------------------------------------------------===//
#ifndef PLC_IR_INLINED_H
#define PLC_IR_INLINED_H

#include "ir/Module.h"

#include "llvm/ADT/DenseMap.h"

namespace plc::ir {

/// Locations of the text of `callee` in the place of one call.
class InlinedLocations {
public:
  InlinedLocations(const Function &callee, const Op *call);

  /// Where text at `location` of the callee stands now. Unknown places count
  /// as the procedure's beginning.
  Location operator()(Location location);

private:
  /// A site inside the callee, as seen from the caller.
  uint32_t moved(uint32_t site);

  SourceManager &sources;
  Location declared;
  uint32_t newSite;
  // By index, old to new.
  llvm::SmallDenseMap<uint32_t, uint32_t, 32> locations;
  llvm::SmallDenseMap<uint32_t, uint32_t, 4> sites;
};

} // namespace plc::ir
#endif // PLC_IR_INLINED_H
