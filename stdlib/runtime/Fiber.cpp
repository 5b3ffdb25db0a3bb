//===- Fiber.cpp - making, switching and ending fibers --------------------===//

#include "stdlib/runtime/Continuation.h"
#include "stdlib/runtime/Fiber.h"
#include "stdlib/runtime/ReturnAddress.h"
#include "stdlib/runtime/SavedRegisters.h"
#include "stdlib/runtime/StackCopy.h"

#include <cstdlib>
#include <new>
#include <sys/mman.h>

using namespace plc::rt;

// plc_fiber_switch: rdi where to keep this stack's pointer, rsi the other's.
// Besides the registers that C preserves, the modes of floating point belong to
// who is interrupted.
// plc_fiber_begin: where the first switch to a fiber returns to.
asm(R"(
  .section .text.plc_fiber_switch,"ax",@progbits
  .p2align 4
  .globl plc_fiber_switch
  .hidden plc_fiber_switch
  .type plc_fiber_switch, @function
plc_fiber_switch:
)" PLC_SAVE_REGISTERS("subq $8, %rsp") R"(
  stmxcsr (%rsp)
  fnstcw 4(%rsp)
  movq %rsp, (%rdi)
  movq %rsi, %rsp
  ldmxcsr (%rsp)
  fldcw 4(%rsp)
  addq $8, %rsp
)" PLC_RESTORE_REGISTERS R"(
  .size plc_fiber_switch, . - plc_fiber_switch

  .section .text.plc_fiber_begin,"ax",@progbits
  .p2align 4
  .globl plc_fiber_begin
  .hidden plc_fiber_begin
  .type plc_fiber_begin, @function
  nop
plc_fiber_begin:
  .cfi_startproc
  .cfi_undefined %rip
  callq plc_fiber_main
  ud2
  .cfi_endproc
  .size plc_fiber_begin, . - plc_fiber_begin
  .text
)");
extern "C" {
void plc_fiber_switch(uint64_t *keep, uint64_t sp);
[[gnu::visibility("hidden")]] extern const char plc_fiber_begin[];
[[noreturn, gnu::used, gnu::visibility("hidden")]] void plc_fiber_main();
#ifdef PLC_HAS_ASAN
void __sanitizer_start_switch_fiber(void **fakeStack, const void *bottom,
                                    size_t size);
void __sanitizer_finish_switch_fiber(void *fakeStack, const void **oldBottom,
                                     size_t *oldSize);
#endif
#ifdef PLC_HAS_TSAN
void *__tsan_get_current_fiber();
void *__tsan_create_fiber(unsigned flags);
void __tsan_destroy_fiber(void *fiber);
void __tsan_switch_to_fiber(void *fiber, unsigned flags);
#endif
}

namespace plc::rt {

Fiber mainFiber;
Fiber *currentFiber = &mainFiber;
void (*rt_fiber_hook)(Fiber *from, Fiber *to);
void (*rt_fiber_end_hook)(Fiber *fiber);
/// Who plugins think is running.
static Fiber *told = &mainFiber;

/// All that have begun and not ended.
static Fiber *fibers;
static uint64_t fiberCount, lastNumber;
/// Ended, but its stack was in use until the switch.
static Fiber *ended;

//===--- Stacks -----------------------------------------------------------===//

// [guard][stack]. As much as a thread gets: foreign code runs here, too.
static constexpr uint64_t StackSize = 8u << 20;
static constexpr uint64_t GuardSize = 1u << 20;
static constexpr uint64_t UpperGuard = 512 * 1024, LowerGuard = 384 * 1024;
/// Stacks without a fiber are kept for the next one, with this much of their
/// memory.
static constexpr uint64_t MostPooled = 256, KeptMemory = 32 * 1024;

static uint64_t pool[MostPooled]; // low ends
static uint64_t poolCount;

static bool takeStack(Fiber *fiber) {
  uint64_t low;
  if (poolCount) {
    low = pool[--poolCount];
  } else {
    void *at = mmap(nullptr, GuardSize + StackSize, PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK,
                    -1, 0);
    if (at == MAP_FAILED)
      return false;
    if (mprotect(at, GuardSize, PROT_NONE) != 0) {
      munmap(at, GuardSize + StackSize);
      return false;
    }
    low = reinterpret_cast<uint64_t>(at) + GuardSize;
  }
  fiber->low = low;
  fiber->high = low + StackSize;
  return true;
}

static void giveStackBack(Fiber *fiber) {
  if (!fiber->low)
    return;
  unpoisonStack(fiber->low, fiber->high);
  if (poolCount == MostPooled) {
    munmap(reinterpret_cast<void *>(fiber->low - GuardSize),
           GuardSize + StackSize);
  } else {
    madvise(reinterpret_cast<void *>(fiber->low), StackSize - KeptMemory,
            MADV_DONTNEED);
    pool[poolCount++] = fiber->low;
  }
  fiber->low = fiber->high = 0;
}

//===--- Making and ending ------------------------------------------------===//

void initializeFibers(Context *ctx) {
  mainFiber.low = ctx->stack_low;
  mainFiber.high = ctx->stack_high;
  mainFiber.hasBegun = true;
}

Fiber *makeFiber(Context *, void (*body)(Context *ctx, Fiber *self),
                 void *data) {
  void *memory = malloc(sizeof(Fiber));
  if (!memory)
    return nullptr;
  Fiber *fiber = new (memory) Fiber();
  fiber->body = body;
  fiber->data = data;
  fiber->number = ++lastNumber;
  return fiber;
}

bool prepareFiber(Fiber *fiber) {
  if (fiber->low)
    return true;
  if (!takeStack(fiber))
    return false;
  // What plc_fiber_switch takes off.
  uint64_t *sp = reinterpret_cast<uint64_t *>(fiber->high - 64);
  *--sp = reinterpret_cast<uint64_t>(plc_fiber_begin);
  for (int i = 0; i < 6; ++i)
    *--sp = 0; // rbp, rbx, r12 to r15
  uint32_t mxcsr;
  uint16_t control;
  asm volatile("stmxcsr %0\n\tfnstcw %1" : "=m"(mxcsr), "=m"(control));
  *--sp = mxcsr | uint64_t(control) << 32;
#ifdef PLC_HAS_TSAN
  fiber->fakeStack = __tsan_create_fiber(0);
#endif
  fiber->range.sp = reinterpret_cast<uint64_t>(sp);
  fiber->range.high = fiber->high;
  return true;
}

void freeFiber(Context *ctx, Fiber *fiber) {
#ifdef PLC_HAS_TSAN
  if (fiber->fakeStack)
    __tsan_destroy_fiber(fiber->fakeStack);
#endif
  giveStackBack(fiber);
  fiber->promise.release(ctx);
  fiber->thunk.release(ctx);
  fiber->params.release(ctx);
  fiber->injected.release(ctx);
  fiber->entering.release(ctx);
  free(fiber);
}

//===--- Switching --------------------------------------------------------===//

void saveFiberState(Context *ctx, FiberState &state) {
  // A mark is known to the running stack only.
  leaveWatermark(ctx, ~uint64_t(0));
  forgetLeftChains();
  state.winds = ctx->winds;
  state.handlers = ctx->handlers;
  state.params = ctx->params;
  state.argvRest = ctx->argv_rest;
  state.token = keptToken;
  state.barrier = ctx->barrier;
  state.boundary = ctx->boundary;
  state.low = ctx->stack_low;
  state.high = ctx->stack_high;
  state.callbackLow = ctx->callback_low;
  state.isThrown = ctx->thrown;
  state.nvals = ctx->nvals;
  state.foreign = youngestForeignCall;
  state.nested = nestedForeignCalls;
  state.isFiber = onFiber;
  currentFiber->boundary = boundaryOf(ctx);
  currentFiber->range.high = ctx->stack_high;
  unusedStack(ctx, currentFiber->range.gap, currentFiber->range.gapEnd);
}

void restoreFiberState(Context *ctx, const FiberState &state) {
  ctx->winds = state.winds;
  ctx->handlers = state.handlers;
  ctx->params = state.params;
  ctx->argv_rest = state.argvRest;
  ctx->barrier = state.barrier;
  ctx->boundary = state.boundary;
  ctx->stack_low = state.low;
  ctx->stack_high = state.high;
  ctx->callback_low = state.callbackLow;
  setThrown(ctx, state.isThrown);
  ctx->nvals = 0;
  keptToken = state.token;
  youngestForeignCall = state.foreign;
  nestedForeignCalls = state.nested;
  onFiber = state.isFiber;
}

void tellPlugins(Fiber *to) {
  // Fibers may run and switch within the hook.
  if (rt_fiber_hook && told != to)
    rt_fiber_hook(told, to);
  told = to;
}

void endPlugins(Fiber *fiber, Fiber *to) {
  tellPlugins(to);
  if (rt_fiber_end_hook)
    rt_fiber_end_hook(fiber);
}

void unlistFiber(Fiber *fiber) {
  *fiber->link = fiber->next;
  if (fiber->next)
    fiber->next->link = fiber->link;
  --fiberCount;
}

void closeGuard(const StackGuard &guard) {
  if (guard.opened)
    mprotect(reinterpret_cast<void *>(guard.low), GuardSize, PROT_NONE);
}

static Fiber *cameFrom;

/// On the new stack: its guard is in force from now on.
static void arrive(Context *ctx, StackGuard guard) {
  StackGuard old = exchangeStackGuard(guard);
  // What was asked for there may have been answered here.
  if (guard.opened)
    requestPoll(ctx, PLC_PENDING_OVERFLOW);
  if (!cameFrom)
    return;
  if (cameFrom != ended) {
    cameFrom->guard = old;
    return;
  }
  closeGuard(old);
  ended = nullptr;
  freeFiber(ctx, cameFrom);
}

static void change(Context *ctx, Fiber *from, Fiber *to, bool hasEnded) {
  tellPlugins(to);
  if (hasEnded && rt_fiber_end_hook)
    rt_fiber_end_hook(from);
  if (hasEnded)
    ended = from;
  else
    addStack(ctx, &from->range);
  if (to->hasBegun)
    removeStack(ctx, &to->range);
  cameFrom = from;
  currentFiber = to;
#ifdef PLC_HAS_ASAN
  __sanitizer_start_switch_fiber(hasEnded ? nullptr : &from->fakeStack,
                                 reinterpret_cast<void *>(to->low),
                                 to->high - to->low);
#endif
#ifdef PLC_HAS_TSAN
  from->fakeStack = __tsan_get_current_fiber();
  __tsan_switch_to_fiber(to->fakeStack, 0);
#endif
  uint64_t nowhere;
  plc_fiber_switch(hasEnded ? &nowhere : &from->range.sp, to->range.sp);
#ifdef PLC_HAS_ASAN
  __sanitizer_finish_switch_fiber(from->fakeStack, nullptr, nullptr);
#endif
}

[[gnu::noinline]] void switchFiber(Context *ctx, Fiber *to) {
  if (to == currentFiber)
    return;
  FiberState state;
  saveFiberState(ctx, state);
  Fiber *self = currentFiber;
  change(ctx, self, to, false);
  restoreFiberState(ctx, state);
  arrive(ctx, self->guard);
}

void leaveFiber(Context *ctx, Fiber *to) {
  Fiber *self = currentFiber;
  leaveWatermark(ctx, ~uint64_t(0));
  unlistFiber(self);
  change(ctx, self, to, true);
  __builtin_unreachable();
}

void enterThreadFiber(Fiber *fiber, uint64_t *nativeStack) {
  cameFrom = nullptr;
#ifdef PLC_HAS_ASAN
  void *fake;
  __sanitizer_start_switch_fiber(&fake, reinterpret_cast<void *>(fiber->low),
                                 fiber->high - fiber->low);
#endif
#ifdef PLC_HAS_TSAN
  fiber->nativeBottom = __tsan_get_current_fiber();
  __tsan_switch_to_fiber(fiber->fakeStack, 0);
#endif
  plc_fiber_switch(nativeStack, fiber->range.sp);
#ifdef PLC_HAS_ASAN
  __sanitizer_finish_switch_fiber(fake, nullptr, nullptr);
#endif
}

void leaveThreadFiber(Fiber *fiber, uint64_t nativeStack, bool hasEnded) {
#ifdef PLC_HAS_ASAN
  __sanitizer_start_switch_fiber(hasEnded ? nullptr : &fiber->fakeStack,
                                 fiber->nativeBottom, fiber->nativeSize);
#endif
#ifdef PLC_HAS_TSAN
  __tsan_switch_to_fiber(const_cast<void *>(fiber->nativeBottom), 0);
#endif
  uint64_t nowhere;
  plc_fiber_switch(hasEnded ? &nowhere : &fiber->range.sp, nativeStack);
#ifdef PLC_HAS_ASAN
  __sanitizer_finish_switch_fiber(fiber->fakeStack, &fiber->nativeBottom,
                                  &fiber->nativeSize);
#endif
}

/// The first frame of every fiber.
static void begin(Context *ctx) {
  Fiber *self = currentFiber;
  self->hasBegun = true;
  ctx->winds = ctx->handlers = PLC_NULL;
  ctx->params = self->params.number() ? self->params.get(ctx) : PLC_NULL;
  self->params.release(ctx);
  ctx->barrier = nullptr;
  ctx->boundary = nullptr;
  setLispStack(ctx, self->low, self->high);
  ctx->nvals = 0;
  keptToken = PLC_FALSE;
  youngestForeignCall = nullptr;
  nestedForeignCalls = 0;
  onFiber = true;
  arrive(ctx,
         {self->low - GuardSize, self->low, UpperGuard, LowerGuard, 0});
  self->next = fibers;
  self->link = &fibers;
  if (fibers)
    fibers->link = &self->next;
  fibers = self;
  ++fiberCount;
  self->body(ctx, self);
  __builtin_trap(); // the body ends by leaveFiber
}

//===--- Looking for fibers -----------------------------------------------===//

Fiber *fiberOfNumber(uint64_t number) {
  if (number == 0)
    return &mainFiber;
  for (Fiber *fiber = fibers; fiber; fiber = fiber->next)
    if (fiber->number == number)
      return fiber;
  return nullptr;
}

Fiber *fiberOfBoundary(uint64_t serial) {
  auto has = [&](Fiber *fiber) {
    if (fiber == currentFiber)
      return false;
    for (Boundary *b = fiber->boundary; b; b = b->prev)
      if (b->serial == serial)
        return true;
    return false;
  };
  if (has(&mainFiber))
    return &mainFiber;
  for (Fiber *fiber = fibers; fiber; fiber = fiber->next)
    if (has(fiber))
      return fiber;
  return nullptr;
}

Fiber *firstFiber() { return fibers; }

uint64_t liveFibers() { return fiberCount; }

} // namespace plc::rt

void plc_fiber_main() {
#ifdef PLC_HAS_ASAN
  Fiber *self = currentFiber;
  __sanitizer_finish_switch_fiber(nullptr, &self->nativeBottom,
                                  &self->nativeSize);
#endif
  plc::rt::begin(theContext);
  __builtin_trap();
}
