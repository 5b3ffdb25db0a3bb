//===- Watermark.h - the part of the stack that cannot have changed -*- C++ -*-===//
//
// A minor collection scans the stack only down to a frame that has not run
// since an earlier collection. Such a frame is known by its callee's return
// address, which that collection replaced by plc_watermark_return: as long as
// nobody has returned there, all older words are what they were, and the
// objects they refer to are pinned on old pages or in Heap::suspended.
//
// Marks are put only between a procedure in generated code and its caller: C++
// functions may write to locals of older C++ functions, compiled code never
// writes to an older frame. The caller of rt_alloc_slow is generated code, and
// so are its callers up to a stub through which C++ called Lisp. (Runtime C++
// allocates through allocateSlow.) When C++ allocates, existing marks count but
// none is added.
//
// Several marks are in force at a time, at distances that double, so that
// returning through one leaves another one a bit further.
//
//===----------------------------------------------------------------------===//
#ifndef PLC_RUNTIME_WATERMARK_H
#define PLC_RUNTIME_WATERMARK_H

#include "stdlib/runtime/Runtime.h"

namespace plc::rt {

struct StackMark {
  uint64_t *slot;    ///< holds plc_watermark_return
  uint64_t original; ///< what belongs there
};

/// Address of the youngest slot that holds a mark, ~0 if there is none.
extern uint64_t youngestMark;

/// The youngest slot in force at or above sp, or stack_high.
uint64_t watermark(Context *ctx, uint64_t sp);
/// Puts marks on the callers of the procedure whose frame pointer this is.
void installWatermarks(Context *ctx, uint64_t frame);
/// The return address in a slot that holds plc_watermark_return, to read and to
/// change.
uint64_t &markedReturnAddress(Context *ctx, const uint64_t *slot);
/// Forgets all marks, for a new context.
void resetMarks();
/// Replaces the marks in a copy of the stack words [lo, hi).
void removeMarksFromCopy(Context *ctx, uint64_t lo, uint64_t hi,
                         uint64_t *copy);
/// Control goes on at or above `slot` without returning to it through its
/// callees: marks up to it are gone. ~0: all are taken off the stack, because
/// the older words may change unnoticed. The same before any switch to another
/// stack.
void dropMarks(Context *ctx, uint64_t slot);

} // namespace plc::rt

extern "C" __attribute__((visibility("hidden"))) const char
    plc_watermark_return[];

#endif // PLC_RUNTIME_WATERMARK_H
