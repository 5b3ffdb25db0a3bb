//===- Watermark.cpp - marks in return addresses ----------------------------===//

#include "stdlib/runtime/Watermark.h"
#include "stdlib/runtime/HeapImpl.h"

// A procedure returned into a mark: its result registers are kept, the slot is
// restored, and the return repeated.
asm(R"(
  .section .text.plc_watermark_return,"ax",@progbits
  .globl plc_watermark_return
  .hidden plc_watermark_return
  .type plc_watermark_return,@function
  .p2align 4
  nop
plc_watermark_return:
  .cfi_startproc
  .cfi_undefined %rip
  subq $8, %rsp
  pushq %rax
  pushq %rdx
  pushq %rcx
  subq $64, %rsp
  movups %xmm0, (%rsp)
  movups %xmm1, 16(%rsp)
  movups %xmm2, 32(%rsp)
  movups %xmm3, 48(%rsp)
  leaq 88(%rsp), %rdi
  call plc_watermark_handler
  movups (%rsp), %xmm0
  movups 16(%rsp), %xmm1
  movups 32(%rsp), %xmm2
  movups 48(%rsp), %xmm3
  addq $64, %rsp
  popq %rcx
  popq %rdx
  popq %rax
  ret
  .cfi_endproc
  .size plc_watermark_return, .-plc_watermark_return
  .text
)");

// Absent in programs that link only a part of the runtime, such as tests.
extern "C" {
[[gnu::weak, gnu::visibility("hidden")]] extern const char plc_call_lisp[];
[[gnu::weak, gnu::visibility("hidden")]] extern const char plc_enter_returned[];
[[gnu::weak, gnu::visibility("hidden")]] extern const char plc_nested_returned[];
[[gnu::weak, gnu::visibility("hidden")]] extern const char plc_underflow[];
}

namespace plc::rt {

static uint64_t markCode() {
  return reinterpret_cast<uint64_t>(plc_watermark_return);
}
static uint64_t addressOf(const uint64_t *slot) {
  return reinterpret_cast<uint64_t>(slot);
}

uint64_t youngestMark = ~uint64_t(0);

static void noteYoungest(const GrowArray<StackMark> &marks) {
  youngestMark = marks.count ? addressOf(marks.data[marks.count - 1].slot)
                             : ~uint64_t(0);
}
void resetMarks() { youngestMark = ~uint64_t(0); }

extern "C" __attribute__((used, visibility("hidden"))) void
plc_watermark_handler(uint64_t *slot) {
  GrowArray<StackMark> &marks = heapOf(theContext)->marks;
  if (!marks.count || marks[marks.count - 1].slot != slot)
    __builtin_trap();
  *slot = marks[--marks.count].original;
  noteYoungest(marks);
}

uint64_t watermark(Context *ctx, uint64_t sp) {
  GrowArray<StackMark> &marks = heapOf(ctx)->marks;
  if (marks.count) {
    uint64_t slot = addressOf(marks[marks.count - 1].slot);
    if (slot >= sp && slot < ctx->stack_high)
      return slot;
  }
  return ctx->stack_high;
}

/// True if frames above this return address need not be generated code, or need
/// not be in place (behind the barrier of a continuation).
static bool endsLispFrames(uint64_t returnAddress) {
  constexpr uint64_t stubSize = 128;
  auto is = [&](const char *code, uint64_t size) {
    return code && returnAddress - reinterpret_cast<uint64_t>(code) < size;
  };
  return is(plc_call_lisp, stubSize) || is(plc_enter_returned, 1) ||
         is(plc_nested_returned, 1) ||
         is(plc_underflow, 1);
}

PLC_NO_ASAN void installWatermarks(Context *ctx, uint64_t frame) {
  GrowArray<StackMark> &marks = heapOf(ctx)->marks;
  uint64_t *found[64];
  unsigned count = 0;
  uint64_t end = watermark(ctx, frame);
  if (frame < ctx->stack_low)
    return;
  uint64_t next = 0, distance = 512;
  // The frames of who calls a callback need not be chained.
  uint64_t foreign = ctx->boundary ? ctx->boundary->rbp : 0;
  while (frame + 8 < end && count < 64 && !(frame & 7)) {
    auto *words = reinterpret_cast<uint64_t *>(frame);
    if (frame == foreign)
      break;
    bool last = endsLispFrames(words[1]) || words[0] == foreign;
    if (frame >= next || last) {
      found[count++] = words + 1;
      next = frame + distance;
      distance *= 2;
    }
    if (last || words[0] <= frame)
      break;
    frame = words[0];
  }
  while (count > 0) {
    uint64_t *slot = found[--count];
    marks.push({slot, *slot});
    *slot = markCode();
  }
  noteYoungest(marks);
}

uint64_t &markedReturnAddress(Context *ctx, const uint64_t *slot) {
  GrowArray<StackMark> &marks = heapOf(ctx)->marks;
  for (size_t i = marks.count; i-- > 0;)
    if (marks[i].slot == slot)
      return marks[i].original;
  __builtin_trap();
}

void removeMarksFromCopy(Context *ctx, uint64_t lo, uint64_t hi,
                         uint64_t *copy) {
  GrowArray<StackMark> &marks = heapOf(ctx)->marks;
  for (size_t i = marks.count; i-- > 0;) {
    uint64_t slot = addressOf(marks[i].slot);
    if (slot >= hi)
      return;
    if (slot >= lo)
      copy[(slot - lo) / 8] = marks[i].original;
  }
}

PLC_NO_ASAN void dropMarks(Context *ctx, uint64_t slot) {
  GrowArray<StackMark> &marks = heapOf(ctx)->marks;
  uint64_t here = reinterpret_cast<uint64_t>(__builtin_frame_address(0));
  while (marks.count) {
    StackMark &mark = marks[marks.count - 1];
    uint64_t address = addressOf(mark.slot);
    if (address > slot)
      break;
    // What lies below this frame is no stack any more; what lies between may
    // have been left, but is not in use for anything else yet.
    if (address > here && *mark.slot == markCode())
      *mark.slot = mark.original;
    --marks.count;
  }
  noteYoungest(marks);
}

} // namespace plc::rt
