//===- ReturnAddress.h - return addresses that others patch ------*- C++ -*-===//
//
// Two parties replace return addresses on the Lisp stack: continuations
// (plc_underflow) and the collector (its watermark). Continuations read and
// write them through these functions only, so that neither loses the other's.
//
//===----------------------------------------------------------------------===//
#ifndef PLC_RUNTIME_RETURNADDRESS_H
#define PLC_RUNTIME_RETURNADDRESS_H

#include "stdlib/runtime/Watermark.h"

namespace plc::rt {

inline bool holdsWatermark(const uint64_t *slot) {
  return *slot == reinterpret_cast<uint64_t>(plc_watermark_return);
}
/// The return address in `slot` without the collector's watermark.
inline uint64_t readReturnAddress(Context *ctx, const uint64_t *slot) {
  return holdsWatermark(slot) ? markedReturnAddress(ctx, slot) : *slot;
}
/// Changes it; a watermark in that slot stays in force.
inline void writeReturnAddress(Context *ctx, uint64_t *slot, uint64_t value) {
  (holdsWatermark(slot) ? markedReturnAddress(ctx, slot) : *slot) = value;
}
/// `copy` was copied from [lo, hi): the watermark does not belong in a copy.
inline void cleanCopy(Context *ctx, uint64_t lo, uint64_t hi, uint64_t *copy) {
  if (youngestMark < hi)
    removeMarksFromCopy(ctx, lo, hi, copy);
}
/// Frames below `slot` are gone without having returned; what lies above is
/// unchanged. ~0: nothing is known of the frames above.
inline void leaveWatermark(Context *ctx, uint64_t slot) {
  if (youngestMark <= slot)
    dropMarks(ctx, slot);
}

} // namespace plc::rt
#endif // PLC_RUNTIME_RETURNADDRESS_H
