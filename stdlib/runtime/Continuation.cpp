//===- Continuation.cpp - capturing and entering continuations ------------===//
//
// See Continuation.h for the scheme. Everything here runs on the stack it
// copies: the jumps at the end are assembly that needs no stack of its own.
//
//===----------------------------------------------------------------------===//
#include "stdlib/runtime/Continuation.h"
#include "stdlib/runtime/HeapImpl.h"
#include "stdlib/runtime/LispEntry.h"
#include "stdlib/runtime/PrimitiveClosures.h"
#include "stdlib/runtime/ReturnAddress.h"
#include "stdlib/runtime/RuntimeCalls.h"
#include "stdlib/runtime/StackCopy.h"

using namespace plc::rt;
using namespace plc::rt::detail;

// plc_underflow: a frame returned into a barrier. rax holds the value, the
// slot of the return address lies right below rsp. A C++ function may have
// returned too: its other result registers are kept. It goes on with a jump:
// the processor has mispredicted one return, and is in step again; a second
// return here would make it mispredict all the older ones as well.
// plc_jump_return: rdi slot, rsi rbp, rdx value: return through the slot.
// plc_jump_underflow: the same, as if the slot held plc_underflow.
// Both clear the registers that C would preserve: Lisp does not, and what they
// were last used for would live as long as a C++ frame that saves them. Who is
// returned to may take its value from the registers of doubles: zero.
asm(R"(
  .macro plc_clear_registers
  xorl %ebx, %ebx
  xorl %r13d, %r13d
  xorl %r14d, %r14d
  xorl %r15d, %r15d
  .endm
  .section .text.plc_underflow,"ax",@progbits
  .p2align 4
  .globl plc_underflow
  .hidden plc_underflow
  .type plc_underflow, @function
  nop
plc_underflow:
  .cfi_startproc
  .cfi_undefined %rip
  subq $8, %rsp
  pushq %rax
  pushq %rdx
  subq $24, %rsp
  movsd %xmm0, (%rsp)
  movsd %xmm1, 8(%rsp)
  leaq 40(%rsp), %rdi
  callq plc_underflow_handler
  movq %rax, %r11
  movsd (%rsp), %xmm0
  movsd 8(%rsp), %xmm1
  addq $24, %rsp
  popq %rdx
  popq %rax
  addq $8, %rsp
  jmpq *%r11
  .cfi_endproc
  .size plc_underflow, . - plc_underflow

  .section .text.plc_jump_return,"ax",@progbits
  .p2align 4
  .hidden plc_jump_return
  .globl plc_jump_return
plc_jump_return:
  movq %rdi, %rsp
  movq %rsi, %rbp
  pushq %rdx
  leaq 8(%rsp), %rdi
  plc_clear_registers
  callq plc_stack_left
  popq %rax
  xorps %xmm0, %xmm0
  xorps %xmm1, %xmm1
  retq

  .section .text.plc_jump_underflow,"ax",@progbits
  .p2align 4
  .hidden plc_jump_underflow
  .globl plc_jump_underflow
plc_jump_underflow:
  leaq 8(%rdi), %rsp
  movq %rsi, %rbp
  movq %rdx, %rax
  plc_clear_registers
  jmp plc_underflow
  .text
)");
extern "C" {
[[noreturn]] void plc_jump_return(uint64_t slot, uint64_t frame, Value value);
[[noreturn]] void plc_jump_underflow(uint64_t slot, uint64_t frame,
                                     Value value);
__attribute__((used, visibility("hidden"))) uint64_t
plc_underflow_handler(uint64_t *slot);
__attribute__((used, visibility("hidden"))) void plc_stack_left(uint64_t sp);
}

static inline uint64_t max(uint64_t a, uint64_t b) { return a < b ? b : a; }

static inline uint64_t underflowCode() {
  return reinterpret_cast<uint64_t>(plc_underflow);
}

namespace plc::rt {

/// Frames are copied in pieces of at least this many bytes: small where the
/// program is, so that a capture after a few returns copies little again.
static constexpr uint64_t FirstPiece = 128, LargestPiece = 1024;

uint64_t intactEpoch = 1;
/// The largest number that intactEpoch has had.
static uint64_t lastEpoch = 1;

namespace {
/// A chain that was left for one that is no part of it. A generator and its
/// consumer run in turn, and the frames of the one often lie below those of the
/// other: then these are still in place when they go on.
struct LeftChain {
  Value barrier;    ///< ctx->barrier when it was left
  uint64_t epoch;   ///< its segments have this number as long as it is left
  uint64_t reached; ///< what has run since has changed the stack up to here
};
} // namespace

/// Those that may go on in place, each left from the one before.
static LeftChain leftChains[8];
unsigned leftCount = 0;

void forgetLeftChains() { leftCount = 0; }

void initializeContinuations(Context *ctx) {
  static_assert(sizeof ctx->barrier == sizeof(Value));
  registerRoots(ctx, reinterpret_cast<Value *>(&ctx->barrier), 1);
  // Segments move, and the dead ones among them go.
  addRootScanner(ctx, [](Context *, RootVisitor &, bool) {
    forgetLeftChains();
  });
}

/// `segment`, or PLC_FALSE, becomes the next barrier: all frames below it run
/// in place.
static inline void goOnBelow(Context *ctx, Value segment) {
  setBarrier(ctx, segment);
  if (!leftCount)
    return;
  uint64_t end = segment == PLC_FALSE ? ~uint64_t(0)
                                      : segmentWord(segment, SegmentLo);
  uint64_t &reached = leftChains[leftCount - 1].reached;
  if (reached < end)
    reached = end;
}

//===--- Capture ----------------------------------------------------------===//

Value captureSegments(Context *ctx, uint64_t *slot, uint64_t frame) {
  uint64_t lo = reinterpret_cast<uint64_t>(slot);
  Value barrier = barrierOf(ctx);
  if (barrier && segmentWord(barrier, SegmentLo) == lo)
    return barrier;
  Boundary *boundary = boundaryOf(ctx);
  uint64_t end = barrier ? segmentWord(barrier, SegmentLo) : boundary->sp;
  uint64_t lastSlot = barrier ? end : end - 8;

  Value first = 0, previous = 0;
  uint64_t pieceSize = FirstPiece;
  while (lo < end) {
    // Find the frame at which this piece ends.
    uint64_t cut = end, cutFrame = 0;
    for (uint64_t at = frame; at + 8 < lastSlot;
         at = *reinterpret_cast<uint64_t *>(at)) {
      if (at + 8 - lo >= pieceSize) {
        cut = at + 8;
        cutFrame = *reinterpret_cast<uint64_t *>(at);
        break;
      }
    }
    uint64_t words = (cut - lo) / 8;
    Value segment = allocateSegment(ctx, kSegmentControlWords + words);
    segmentWord(segment, SegmentLo) = lo;
    segmentWord(segment, SegmentFrame) = frame;
    segmentWord(segment, SegmentIntact) = intactEpoch;
    copyStack(segmentData(segment), reinterpret_cast<uint64_t *>(lo), words);
    cleanCopy(ctx, lo, cut, segmentData(segment));
    if (previous)
      store(ctx, &segmentWord(previous, SegmentParent), segment);
    else
      first = segment;
    previous = segment;
    lo = cut;
    frame = cutFrame;
    if (pieceSize < LargestPiece)
      pieceSize *= 2;
  }
  // An allocation above may have raised: the stack is changed only now.
  for (Value segment = first; segment; segment = barrierParent(segment))
    writeReturnAddress(
        ctx, reinterpret_cast<uint64_t *>(segmentWord(segment, SegmentLo)),
        underflowCode());
  if (barrier)
    store(ctx, &segmentWord(previous, SegmentParent), barrier);
  setBarrier(ctx, first);
  return first;
}

//===--- Underflow --------------------------------------------------------===//

/// A return into the piece `barrier`, or 0, must meet its barrier. The slot holds
/// it as long as the piece is intact; else anything may have been there since.
static void repairBarrier(Value barrier) {
  if (barrier && !isIntact(barrier))
    *reinterpret_cast<uint64_t *>(segmentWord(barrier, SegmentLo)) =
        underflowCode();
}

/// A piece of a few words is mostly copied without a call.
static inline void copyBack(uint64_t *to, const uint64_t *from,
                            uint64_t words) {
  if (words > FirstPiece / 4)
    return copyStack(to, from, words);
  // Of an odd number of words the first one goes ahead: nothing behind the last
  // one may change.
  if (words & 1)
    *to++ = *from++;
  copyFewWords(to, from, words & ~uint64_t(1));
}

/// What the return goes on to.
static uint64_t underflow(Context *ctx, uint64_t *slot) {
  Value segment = barrierOf(ctx);
  uint64_t lo = reinterpret_cast<uint64_t>(slot);
  if (!segment || segmentWord(segment, SegmentLo) != lo)
    __builtin_trap();
  if (!isIntact(segment)) {
    uint64_t hi = segmentHi(segment);
    unpoisonStack(lo, hi);
    copyBack(slot, segmentData(segment), (hi - lo) / 8);
    repairBarrier(barrierParent(segment));
  }
  segmentWord(segment, SegmentIntact) = 0;
  goOnBelow(ctx, segmentWord(segment, SegmentParent));
  return segmentData(segment)[0];
}

//===--- Leaving frames ---------------------------------------------------===//

/// Takes the segments below `target` off the chain, which it is part of.
static inline void leaveSegmentsBelow(Value current, Value target) {
  for (; current != target; current = barrierParent(current))
    segmentWord(current, SegmentIntact) = 0;
}

/// The chain is left for that of `target`. Where the frames of the latter end
/// at the barrier nothing else changes. Otherwise nothing counts as intact any
/// more: each piece is copied back when it is returned to, which is cheaper than
/// to search for what the chains have in common.
static inline void leaveSegments(Context *ctx, Value target) {
  Value current = barrierOf(ctx);
  if (current == target)
    return;
  if (isIntact(target))
    return leaveSegmentsBelow(current, target);
  Value end = target;
  for (int steps = 0; end && end != current && steps < 2; ++steps)
    end = barrierParent(end);
  if (end == current)
    return;
  if (leftCount == sizeof leftChains / sizeof *leftChains) {
    // What was left longest ago is the least likely to go on.
    --leftCount;
    leftChains[1].reached = max(leftChains[0].reached, leftChains[1].reached);
    memmove(leftChains, leftChains + 1, leftCount * sizeof *leftChains);
  }
  leftChains[leftCount++] = {current, intactEpoch, 0};
  intactEpoch = ++lastEpoch;
}

/// True if `segment` is of a chain that was left and whose frames are still in
/// place, as far as they are older: that is the chain in force then.
static bool returnToLeftChain(Value segment) {
  uint64_t lo = segmentWord(segment, SegmentLo);
  uint64_t reached = 0;
  for (unsigned i = leftCount; i-- > 0;) {
    LeftChain &left = leftChains[i];
    reached = max(reached, left.reached);
    if (reached > lo)
      return false;
    if (segmentWord(segment, SegmentIntact) != left.epoch)
      continue;
    intactEpoch = left.epoch;
    leaveSegmentsBelow(left.barrier, segment);
    leftCount = i;
    if (i)
      leftChains[i - 1].reached = max(leftChains[i - 1].reached, reached);
    return true;
  }
  return false;
}

void dropFrames(Context *ctx, uint64_t slot) {
  Value current = barrierOf(ctx);
  while (current && segmentWord(current, SegmentLo) < slot) {
    segmentWord(current, SegmentIntact) = 0;
    current = barrierParent(current);
  }
  goOnBelow(ctx, current ? current : PLC_FALSE);
  leaveWatermark(ctx, slot);
  closeStackGuard(slot);
}

/// Continues in `segment` with `value` as what call/cc returns.
[[noreturn]] static void enterSegment(Context *ctx, Value segment,
                                      Value value) {
  leaveSegments(ctx, segment);
  setBarrier(ctx, segment);
  uint64_t lo = segmentWord(segment, SegmentLo);
  // Older frames may be written back later without notice.
  leaveWatermark(ctx, isIntact(segment) ? lo : ~uint64_t(0));
  unpoisonBelow(lo);
  plc_jump_underflow(lo, segmentWord(segment, SegmentFrame), value);
}

/// Returns through a slot that is still part of this stack's history.
[[noreturn]] static void escapeTo(Context *ctx, uint64_t slot, uint64_t frame,
                                  Value value) {
  Value current = barrierOf(ctx);
  while (current && segmentHi(current) <= slot) {
    segmentWord(current, SegmentIntact) = 0;
    current = barrierParent(current);
  }
  if (current && segmentWord(current, SegmentLo) < slot) {
    // The slot lies inside this piece: make it run in place.
    if (!isIntact(current)) {
      // Only the part from the slot on: our own frames lie below.
      uint64_t lo = segmentWord(current, SegmentLo);
      uint64_t hi = segmentHi(current);
      unpoisonStack(slot, hi);
      copyStack(reinterpret_cast<uint64_t *>(slot),
                segmentData(current) + (slot - lo) / 8, (hi - slot) / 8);
      repairBarrier(barrierParent(current));
    }
    segmentWord(current, SegmentIntact) = 0;
    current = barrierParent(current);
  } else if (current && segmentWord(current, SegmentLo) == slot) {
    // The pieces that were passed may never have been copied back.
    repairBarrier(current);
  }
  goOnBelow(ctx, current ? current : PLC_FALSE);
  leaveWatermark(ctx, slot);
  unpoisonBelow(slot);
  plc_jump_return(slot, frame, value);
}

void returnFromCallback(Context *ctx) {
  Boundary *boundary = boundaryOf(ctx);
  escapeTo(ctx, boundary->sp - 8, boundary->rbp, 0);
}

} // namespace plc::rt

uint64_t plc_underflow_handler(uint64_t *slot) {
  // The guard is closed here, not before the jump: until then we may stand on
  // its pages.
  closeStackGuard(reinterpret_cast<uint64_t>(slot));
  return underflow(theContext, slot);
}
void plc_stack_left(uint64_t sp) { closeStackGuard(sp); }

//===--- Winds ------------------------------------------------------------===//

// ctx->winds is PLC_NULL or a vector: one for each active dynamic-wind, and
// one without thunks for each active call/ec.
namespace {
enum Wind {
  WindNext,
  WindBefore,
  WindAfter,
  WindHandlers,
  WindParams,
  WindDepth,
  WindWords
};
}

static Value windField(Value wind, Wind field) {
  return plc_fields(wind)[field];
}
static int64_t windDepth(Value wind) {
  return wind == PLC_NULL ? 0 : plc_fixnum_value(windField(wind, WindDepth));
}

static Value makeWind(Context *ctx, Value before, Value after) {
  // One in each dynamic-wind: without the general way of allocateObject.
  static_assert(WindWords % 2 == 0, "the last word pads");
  uint64_t *words = allocateWords(ctx, (WindWords + 2) * 8);
  words[0] = PLC_HEADER(PLC_KIND_VECTOR, 0, WindWords);
  words[WindWords + 1] = PLC_FALSE;
  Value wind = reinterpret_cast<uint64_t>(words) | PLC_TAG_OBJECT;
  Value *fields = plc_fields(wind);
  fields[WindNext] = ctx->winds;
  fields[WindBefore] = before;
  fields[WindAfter] = after;
  fields[WindHandlers] = ctx->handlers;
  fields[WindParams] = ctx->params;
  fields[WindDepth] = plc_fixnum(windDepth(ctx->winds) + 1);
  return wind;
}

/// Calls a thunk of `wind` where its dynamic-wind was called.
static void callThunk(Context *ctx, Value wind, Wind field) {
  Value thunk = windField(wind, field);
  if (thunk == PLC_FALSE)
    return;
  ctx->winds = windField(wind, WindNext);
  ctx->handlers = windField(wind, WindHandlers);
  ctx->params = windField(wind, WindParams);
  callLisp(ctx, thunk, 0, nullptr);
  ctx->nvals = 0;
}

static void enterWinds(Context *ctx, Value from, Value target) {
  // Outermost first.
  Value path = PLC_NULL;
  for (Value w = target; w != from; w = windField(w, WindNext))
    path = cons(ctx, w, path);
  for (; path != PLC_NULL; path = plc_cdr(path)) {
    callThunk(ctx, plc_car(path), WindBefore);
    ctx->winds = plc_car(path);
  }
}

void plc::rt::rewind(Context *ctx, Value target) {
  Value current = ctx->winds;
  if (current == target)
    return;
  Value common = target;
  while (windDepth(common) > windDepth(current))
    common = windField(common, WindNext);
  while (current != common) {
    // An after may itself change the winds only by leaving for good.
    Value next = windField(current, WindNext);
    ctx->winds = next;
    callThunk(ctx, current, WindAfter);
    ctx->winds = next;
    current = next;
    while (windDepth(common) > windDepth(current))
      common = windField(common, WindNext);
  }
  enterWinds(ctx, common, target);
}

//===--- Procedures -------------------------------------------------------===//

namespace {
/// Free variables of a continuation.
enum { KSegment, KWinds, KHandlers, KParams, KSerial, KWords };
/// Free variables of an escape: addresses are multiples of 8 and look like
/// fixnums to the collector.
enum {
  EscapeWind,
  EscapeSlot,
  EscapeFrame,
  EscapeHandlers,
  EscapeParams,
  EscapeSerial,
  EscapeWords
};
} // namespace

extern "C" __attribute__((visibility("hidden")))
const char plc_entry_continuation[],
    plc_entry_escape[];

static bool isContinuation(Value procedure) {
  return plc_fields(procedure)[0] ==
         reinterpret_cast<uint64_t>(plc_entry_continuation);
}

/// The arguments of a continuation as one value that can be kept.
static Value packValues(Context *ctx, int64_t argc, Value a0, Value a1,
                        Value a2, Value a3, Value a4) {
  if (argc == 1)
    return a0;
  Value list = listFromArguments(ctx, argc, 0, a0, a1, a2, a3, a4);
  int64_t count = 0;
  for (Value v = list; v != PLC_NULL; v = plc_cdr(v))
    ++count;
  Value values = allocateObject(ctx, PLC_KIND_VALUES, 0, count, PLC_FALSE);
  Value *out = plc_fields(values);
  for (Value v = list; v != PLC_NULL; v = plc_cdr(v))
    store(ctx, out++, plc_car(v));
  return values;
}

static bool boundaryIsActive(Context *ctx, uint64_t serial) {
  for (Boundary *b = boundaryOf(ctx); b; b = b->prev)
    if (b->serial == serial)
      return true;
  return false;
}

/// True of the wind that marks an active call/ec.
static bool windIsActive(Context *ctx, Value wind) {
  int64_t depth = windDepth(wind);
  Value w = ctx->winds;
  while (windDepth(w) > depth)
    w = windField(w, WindNext);
  return w == wind;
}

/// Going on where nothing but frames is left: no winds, no boundary.
[[gnu::always_inline]] static inline bool isPlain(Context *ctx, Value k) {
  return isContinuation(k) && !stackGuardOpened &&
         freeVariable(k, KWinds) == ctx->winds &&
         plc_fixnum_value(freeVariable(k, KSerial)) ==
             int64_t(boundaryOf(ctx)->serial);
}

/// True if the frames are still in place, as those of the escape from a call/cc
/// are.
[[gnu::always_inline]] static inline bool mayResumeInPlace(Context *ctx,
                                                           Value segment) {
  Value current = barrierOf(ctx);
  if (current == segment)
    return isIntact(segment);
  if (!isIntact(segment))
    return returnToLeftChain(segment);
  leaveSegmentsBelow(current, segment);
  return true;
}

/// Ends with a return and lies at the end of tail calls only, so that the
/// processor predicts the return if k was called where call/cc called its
/// procedure.
[[gnu::always_inline, noreturn]] static inline void
resumeInPlace(Context *ctx, Value segment, Value value) {
  uint64_t lo = segmentWord(segment, SegmentLo);
  uint64_t frame = segmentWord(segment, SegmentFrame);
  leaveWatermark(ctx, lo);
  unpoisonBelow(lo);
  *reinterpret_cast<uint64_t *>(lo) = segmentData(segment)[0];
  segmentWord(segment, SegmentIntact) = 0;
  goOnBelow(ctx, segmentWord(segment, SegmentParent));
  asm volatile("movq %0, %%rsp\n\t"
               "movq %1, %%rbp\n\t"
               "plc_clear_registers\n\t"
               "retq"
               :
               : "r"(lo), "r"(frame), "a"(value)
               : "memory");
  __builtin_unreachable();
}

[[noreturn]] static void resume(Context *ctx, Value k, Value packed) {
  bool full = isContinuation(k);
  uint64_t serial = continuationSerial(k);
  if (serial != boundaryOf(ctx)->serial) {
    if (boundaryIsActive(ctx, serial))
      leaveBoundary(ctx, EnterStatus::Escaping, cons(ctx, k, packed));
    if (rt_enter_fiber)
      rt_enter_fiber(ctx, k, packed);
    raiseCondition(ctx, "continuation-not-reentrant",
                   serial & FiberSerial
                       ? "the fiber that this continuation was captured in "
                         "has ended"
                       : "the foreign call that this continuation was captured "
                         "in has returned",
                   list1(ctx, k));
  }
  if (full) {
    rewind(ctx, freeVariable(k, KWinds));
    ctx->handlers = freeVariable(k, KHandlers);
    ctx->params = freeVariable(k, KParams);
    Value segment = freeVariable(k, KSegment);
    enterSegment(ctx, segment, restoreValues(ctx, packed));
  }
  Value wind = freeVariable(k, EscapeWind);
  if (!windIsActive(ctx, wind))
    raiseCondition(ctx, "continuation-not-reentrant",
                   "the call/ec of this continuation has returned",
                   list1(ctx, k));
  rewind(ctx, windField(wind, WindNext));
  ctx->handlers = freeVariable(k, EscapeHandlers);
  ctx->params = freeVariable(k, EscapeParams);
  uint64_t slot = freeVariable(k, EscapeSlot);
  uint64_t frame = freeVariable(k, EscapeFrame);
  escapeTo(ctx, slot, frame, restoreValues(ctx, packed));
}

uint64_t plc::rt::continuationSerial(Value k) {
  return plc_fixnum_value(freeVariable(
      k, isContinuation(k) ? unsigned(KSerial) : unsigned(EscapeSerial)));
}

void plc::rt::resumeEscape(Context *ctx, Value pending) {
  resume(ctx, plc_car(pending), plc_cdr(pending));
}

void plc::rt::resumePending(Context *ctx) {
  resumeEscape(ctx, pendingObject(ctx));
}

extern "C" PLC_LISP_CC __attribute__((visibility("hidden"))) plc_value
plc_continuation_code(PLC_LISP_PARAMETERS) {
  if (argc == 1 && isPlain(ctx, self)) {
    Value segment = freeVariable(self, KSegment);
    ctx->handlers = freeVariable(self, KHandlers);
    ctx->params = freeVariable(self, KParams);
    if (mayResumeInPlace(ctx, segment))
      resumeInPlace(ctx, segment, a0);
    enterSegment(ctx, segment, a0);
  }
  resume(ctx, self, packValues(ctx, argc, a0, a1, a2, a3, a4));
}
PLC_LISP_ENTRY(plc_entry_continuation, plc_continuation_code, 0, -1,
               "continuation");
PLC_LISP_ENTRY(plc_entry_escape, plc_continuation_code, 0, -1, "continuation");

static constexpr size_t ContinuationBytes = (2 + KWords + 1) * 8;
static_assert(ContinuationBytes % 16 == 0, "the last word is padding");

static Value initializeContinuation(Context *ctx, uint64_t *words,
                                    Value segment) {
  words[0] = PLC_HEADER(PLC_KIND_CLOSURE, 0, KWords);
  words[1] = reinterpret_cast<uint64_t>(plc_entry_continuation);
  words[2 + KSegment] = segment;
  words[2 + KWinds] = ctx->winds;
  words[2 + KHandlers] = ctx->handlers;
  words[2 + KParams] = ctx->params;
  words[2 + KSerial] = plc_fixnum(serialOf(boundaryOf(ctx)));
  words[2 + KWords] = 0;
  return reinterpret_cast<uint64_t>(words) | PLC_TAG_PROCEDURE;
}

/// The procedure that continues with the return through `slot`.
[[gnu::noinline]] static Value
makeContinuationSlow(Context *ctx, uint64_t *slot, uint64_t frame) {
  Value segment = captureSegments(ctx, slot, frame);
  uint64_t *words = allocateWords(ctx, ContinuationBytes);
  return initializeContinuation(ctx, words, segment);
}

/// The same if little has happened since the last capture: one piece at most,
/// for which the nursery has room.
[[gnu::noinline]] static Value makeContinuation(Context *ctx, uint64_t *slot,
                                                uint64_t frame) {
  Value barrier = barrierOf(ctx);
  if (!barrier)
    return makeContinuationSlow(ctx, slot, frame);
  uint64_t lo = reinterpret_cast<uint64_t>(slot);
  uint64_t end = segmentWord(barrier, SegmentLo);
  uint64_t length = end - lo;
  if (length == 0 && ctx->ap + ContinuationBytes <= ctx->lim) {
    // A tail call of the procedure that the barrier returns to.
    auto *words = reinterpret_cast<uint64_t *>(ctx->ap);
    ctx->ap += ContinuationBytes;
    return initializeContinuation(ctx, words, barrier);
  }
  Heap &heap = *heapOf(ctx);
  GrowArray<Value> &segments = heap.segments[YoungSegments];
  size_t bytes = (8 + kSegmentControlWords * 8 + length + 15) & ~size_t(15);
  uint64_t at = ctx->ap;
  if (length - 1 >= 2 * FirstPiece ||
      at + bytes + ContinuationBytes > ctx->lim || youngestMark < end ||
      segments.count == segments.capacity)
    return makeContinuationSlow(ctx, slot, frame);
  ctx->ap = at + bytes + ContinuationBytes;
  auto *words = reinterpret_cast<uint64_t *>(at);
  words[0] = PLC_HEADER(PLC_KIND_SEGMENT, 0, kSegmentControlWords + length / 8);
  Value segment = at | PLC_TAG_OBJECT;
  segmentWord(segment, SegmentParent) = barrier;
  segmentWord(segment, SegmentLo) = lo;
  segmentWord(segment, SegmentFrame) = frame;
  segmentWord(segment, SegmentIntact) = intactEpoch;
  copyFewWords(segmentData(segment), slot, length / 8);
  *slot = underflowCode();
  segments.data[segments.count++] = segment;
  ctx->barrier = reinterpret_cast<void *>(segment);
  return initializeContinuation(ctx, reinterpret_cast<uint64_t *>(at + bytes),
                                segment);
}

// The frame of a C++ function with the Lisp prototype: [rbp] is the caller's
// rbp, [rbp + 8] the return address, which is where the tail call returns to.
extern "C" PLC_LISP_CC plc_value prim_CallCC(PLC_LISP_PARAMETERS) {
  if (argc != 1)
    PLC_WRONG_COUNT(CallCC);
  (void)self;
  checkCallable(ctx, "call-with-current-continuation", 1, a0);
  uint64_t *frame = static_cast<uint64_t *>(__builtin_frame_address(0));
  Value k = makeContinuation(ctx, frame + 1, frame[0]);
  Value callee = a0;
  plc_code code = plc_is_procedure(callee) ? codeOf(callee) : rt_not_procedure;
  // Whatever is in the registers that hold no arguments.
  asm("" : "=r"(a1), "=r"(a2), "=r"(a3), "=r"(a4));
  [[clang::musttail]] return code(ctx, callee, 1, k, a1, a2, a3, a4);
}

/// Calls a procedure from a function with the Lisp prototype: as generated code
/// does, without the stub of callLisp. The other registers may hold anything.
[[gnu::always_inline]] static inline Value callFromLisp(Context *ctx,
                                                        Value procedure,
                                                        int64_t argc,
                                                        Value a0) {
  plc_code code =
      plc_is_procedure(procedure) ? codeOf(procedure) : rt_not_procedure;
  Value a1, a2, a3, a4;
  asm("" : "=r"(a1), "=r"(a2), "=r"(a3), "=r"(a4));
  return code(ctx, procedure, argc, a0, a1, a2, a3, a4);
}

PLC_NO_ASAN // LLVM 19 miscompiles such a call in an instrumented frame
extern "C" PLC_LISP_CC plc_value prim_CallEC(PLC_LISP_PARAMETERS) {
  if (argc != 1)
    PLC_WRONG_COUNT(CallEC);
  (void)self;
  checkCallable(ctx, "call-with-escape-continuation", 1, a0);
  uint64_t *frame = static_cast<uint64_t *>(__builtin_frame_address(0));
  Value wind = makeWind(ctx, PLC_FALSE, PLC_FALSE);
  Value variables[EscapeWords];
  variables[EscapeWind] = wind;
  variables[EscapeSlot] = reinterpret_cast<uint64_t>(frame + 1);
  variables[EscapeFrame] = frame[0];
  variables[EscapeHandlers] = ctx->handlers;
  variables[EscapeParams] = ctx->params;
  variables[EscapeSerial] = plc_fixnum(serialOf(boundaryOf(ctx)));
  Value k = makeClosure(ctx, plc_entry_escape, EscapeWords, variables);
  ctx->winds = wind;
  Value result = callFromLisp(ctx, a0, 1, k);
  ctx->winds = windField(wind, WindNext);
  return result;
}

// The thunks that leaving for the escape continuation and coming back would
// run. The frames stay: what they hold is the same when they are entered again.
extern "C" PLC_LISP_CC plc_value prim_LeaveAndEnter(PLC_LISP_PARAMETERS) {
  if (argc != 1)
    PLC_WRONG_COUNT(LeaveAndEnter);
  (void)self;
  Value inside = ctx->winds, handlers = ctx->handlers, params = ctx->params;
  rewind(ctx, windField(freeVariable(a0, EscapeWind), WindNext));
  rewind(ctx, inside);
  ctx->handlers = handlers;
  ctx->params = params;
  return PLC_UNSPECIFIED;
}

// The thunk runs on top of the frames that it decides about, which may fill the
// stack: nothing is copied. Inside the escape's own wind, the escape may still
// be used.
extern "C" PLC_LISP_CC plc_value prim_CallOutside(PLC_LISP_PARAMETERS) {
  if (argc != 2)
    PLC_WRONG_COUNT(CallOutside);
  (void)self;
  Value escape = a0, thunk = a1;
  Value inside = ctx->winds, handlers = ctx->handlers, params = ctx->params;
  rewind(ctx, freeVariable(escape, EscapeWind));
  ctx->handlers = freeVariable(escape, EscapeHandlers);
  ctx->params = freeVariable(escape, EscapeParams);
  Value result = callLisp(ctx, thunk, 0, nullptr);
  if (result != PLC_FALSE)
    return result;
  rewind(ctx, inside);
  ctx->handlers = handlers;
  ctx->params = params;
  return result;
}

PLC_NO_ASAN
extern "C" PLC_LISP_CC plc_value prim_DynamicWind(PLC_LISP_PARAMETERS) {
  if (argc != 3)
    PLC_WRONG_COUNT(DynamicWind);
  (void)self;
  Value thunk = a1;
  for (int i = 0; i < 3; ++i) {
    Value v = i == 0 ? a0 : i == 1 ? a1 : a2;
    if (!plc_is_procedure(v))
      wrongType(ctx, "dynamic-wind", i + 1, "a procedure", v);
  }
  Value wind = makeWind(ctx, a0, a2);
  callFromLisp(ctx, a0, 0, a0);
  ctx->nvals = 0;
  ctx->winds = wind;
  Value result = callFromLisp(ctx, thunk, 0, thunk);
  bool isSeveral = result == PLC_MV;
  if (isSeveral)
    result = saveValues(ctx, result);
  ctx->winds = windField(wind, WindNext);
  Value after = windField(wind, WindAfter);
  callFromLisp(ctx, after, 0, after);
  return isSeveral ? restoreValues(ctx, result) : result;
}
