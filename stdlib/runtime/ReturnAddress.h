//===- ReturnAddress.h - return addresses that others patch ------*- C++ -*-===//
//
// Two parties replace return addresses on the Lisp stack: continuations
// (plc_underflow) and the collector (its watermark). Continuations read and
// write them through these functions only, so that neither loses the other's.
//
//===----------------------------------------------------------------------===//
#ifndef PLC_RUNTIME_RETURNADDRESS_H
#define PLC_RUNTIME_RETURNADDRESS_H

#include "stdlib/runtime/Runtime.h"

namespace plc::rt {

/// The return address in `slot` without the collector's watermark.
inline uint64_t readReturnAddress(Context *, const uint64_t *slot) {
  return *slot;
}
/// Changes it; a watermark in that slot stays in force.
inline void writeReturnAddress(Context *, uint64_t *slot, uint64_t value) {
  *slot = value;
}
/// `copy` was copied from [lo, hi): the watermark does not belong in a copy.
inline void cleanCopy(Context *, uint64_t, uint64_t, uint64_t *) {}
/// Frames below `slot` are gone without having returned; what lies above is
/// unchanged. ~0: nothing is known of the frames above.
inline void leaveWatermark(Context *, uint64_t) {}

} // namespace plc::rt
#endif // PLC_RUNTIME_RETURNADDRESS_H
