//===- Continuation.h - pieces of stack in the heap -------------*- C++ -*-===//
//
// A capture copies the stack from the return slot of call/cc down to the next
// barrier, as a chain of SEGMENT objects of about 1 KB each, cut between
// frames. Where a segment begins, the return address on the stack is replaced
// by plc_underflow: when the frames below have returned there, the segment is
// taken off the chain ctx->barrier, its frames are copied back unless they are
// still intact, and run. So a capture and a throw cost what changed since the
// last one, not the depth of the stack.
//
// Segment chains are ordered by address; `lo` is the slot of the return address
// with which the piece begins, `hi` the `lo` of its parent, or the end of the
// frames above the boundary. The first word of the copy is the return address
// that belongs in `lo`.
//
//===----------------------------------------------------------------------===//
#ifndef PLC_RUNTIME_CONTINUATION_H
#define PLC_RUNTIME_CONTINUATION_H

#include "stdlib/runtime/Control.h"
#include "stdlib/runtime/Heap.h"

namespace plc::rt {

enum SegmentWord {
  SegmentParent, ///< SEGMENT or PLC_FALSE
  SegmentLo,
  SegmentFrame,  ///< rbp when returning through lo
  SegmentIntact, ///< see isIntact
};
static_assert(SegmentIntact + 1 == kSegmentControlWords);

inline uint64_t &segmentWord(Value segment, SegmentWord word) {
  return plc_fields(segment)[word];
}
inline uint64_t *segmentData(Value segment) {
  return plc_fields(segment) + kSegmentControlWords;
}
inline uint64_t segmentWords(Value segment) {
  return plc_header_length(plc_header(segment)) - kSegmentControlWords;
}
inline uint64_t segmentHi(Value segment) {
  return segmentWord(segment, SegmentLo) + segmentWords(segment) * 8;
}

/// Segments are intact, that is, in ctx->barrier's chain and unchanged on the
/// stack, if this number is theirs: one step takes that from all of them.
extern uint64_t intactEpoch;
inline bool isIntact(Value segment) {
  return segmentWord(segment, SegmentIntact) == intactEpoch;
}

/// ctx->barrier is a tagged word: a SEGMENT, or 0.
inline Value barrierOf(const Context *ctx) {
  return reinterpret_cast<Value>(ctx->barrier);
}
inline void setBarrier(Context *ctx, Value segment) {
  ctx->barrier =
      segment == PLC_FALSE ? nullptr : reinterpret_cast<void *>(segment);
}
inline Value barrierParent(Value segment) {
  Value parent = segmentWord(segment, SegmentParent);
  return parent == PLC_FALSE ? 0 : parent;
}

/// The continuation that begins with the return through `slot`, rbp being
/// `frame` there.
Value captureSegments(Context *ctx, uint64_t *slot, uint64_t frame);

/// The frames of chains that were left may have changed: another stack runs.
void forgetLeftChains();

/// Number of the boundary above which a continuation was captured.
uint64_t continuationSerial(Value k);

} // namespace plc::rt

extern "C" __attribute__((visibility("hidden"))) const char plc_underflow[];

#endif // PLC_RUNTIME_CONTINUATION_H
