//===- Overflow.cpp - stack overflow, interrupts, polling -----------------===//
//
// Below the Lisp stack lies a guard in two parts. A fault in the upper part
// opens it and asks for a poll: whatever runs goes on, and the next allocation
// or loop raises stack-overflow. Code that never polls reaches the lower part;
// then the fault itself is turned into a call of rt_stack_overflow, unless the
// faulting instruction is not ours (malloc, a plugin).
//
//===----------------------------------------------------------------------===//
#include "stdlib/runtime/Backtrace.h"
#include "stdlib/runtime/Control.h"
#include "stdlib/runtime/Heap.h"
#include "stdlib/runtime/NativeFaults.h"
#include "stdlib/runtime/RuntimeCalls.h"

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

using namespace plc::rt;
using namespace plc::rt::detail;

/// Sizes from the top of the guard downwards: opened at the first fault, opened
/// at the second; the rest is never opened.
static constexpr uint64_t UpperGuard = 8u << 20;
static constexpr uint64_t LowerGuard = 4u << 20;

extern "C" [[noreturn]] void rt_stack_overflow();

static StackGuard guard;

// First and last byte of the executable's code, from the linker.
extern "C" __attribute__((weak, visibility("hidden")))
const char __executable_start[];
extern "C" __attribute__((weak, visibility("hidden"))) const char etext[];

bool (*rt_is_jit_code)(uint64_t pc);
/// 1: the upper part is open, 2: both are.
int plc::rt::stackGuardOpened;
int (*plc::rt::rt_interrupt_fiber)(Context *ctx);
void (*plc::rt::rt_signals_in_fiber)(Context *ctx);
void (*plc::rt::rt_wake_hook)();
void (*plc::rt::rt_yield_world)(Context *ctx);

/// Code from which a raise may start: the program's own and what no file maps
/// (JIT code); not libc or a plugin.
static bool mayRaiseAt(uint64_t pc) {
  uint64_t first = reinterpret_cast<uint64_t>(__executable_start);
  uint64_t last = reinterpret_cast<uint64_t>(etext);
  if (pc >= first && pc < last)
    return true;
  return rt_is_jit_code && rt_is_jit_code(pc);
}

/// Who handled faults before: the default action, or the compiler's report.
static struct sigaction previousFault;

bool (*plc::rt::rt_fault_hook)(int signal, const siginfo_t *info,
                               const void *context);

/// A fault that is no stack overflow: return with the previous handler
/// installed, so that the instruction faults again.
static void onFault(int signal, siginfo_t *info, void *context) {
  uint64_t address = reinterpret_cast<uint64_t>(info->si_addr);
  ucontext_t *state = static_cast<ucontext_t *>(context);
  Context *ctx = theContext;
  if (!ctx || address < guard.low || address >= guard.high) {
    bool isReported = rt_fault_hook && rt_fault_hook(signal, info, context);
    struct sigaction end = {};
    end.sa_handler = SIG_DFL;
    sigaction(signal, isReported ? &end : &previousFault, nullptr);
    // Sent by a process, it does not come again by itself.
    if (info->si_code <= 0)
      raise(signal);
    return;
  }
  if (address >= guard.high - guard.upper && stackGuardOpened == 0) {
    stackGuardOpened = 1;
    mprotect(reinterpret_cast<void *>(guard.high - guard.upper), guard.upper,
             PROT_READ | PROT_WRITE);
    requestPoll(ctx, PLC_PENDING_OVERFLOW);
    return;
  }
  uint64_t lower = guard.high - guard.upper - guard.lower;
  if (address >= lower && stackGuardOpened < 2) {
    stackGuardOpened = 2;
    mprotect(reinterpret_cast<void *>(lower), guard.lower,
             PROT_READ | PROT_WRITE);
    greg_t *registers = state->uc_mcontext.gregs;
    if (mayRaiseAt(registers[REG_RIP])) {
      // As after a call by the instruction: aligned, and the address behind it.
      uint64_t sp = (registers[REG_RSP] - 256) & ~uint64_t(15);
      reinterpret_cast<uint64_t *>(sp)[-1] = uint64_t(registers[REG_RIP]) + 1;
      registers[REG_RSP] = static_cast<greg_t>(sp - 8);
      registers[REG_RIP] = reinterpret_cast<greg_t>(&rt_stack_overflow);
    }
    return;
  }
  static const char text[] = "error: the stack overflowed again while its "
                             "overflow was handled\n";
  (void)!write(2, text, sizeof text - 1);
  _exit(1);
}

static void onInterrupt(int) {
  Context *ctx = theContext;
  if (!ctx)
    return;
  requestPoll(ctx, PLC_PENDING_INTERRUPT);
  if (rt_wake_hook)
    rt_wake_hook();
  // Only if foreign code runs, not Lisp that it called.
  if (rt_interrupt_hook && youngestForeignCall &&
      youngestForeignCall->boundary == boundaryOf(ctx))
    rt_interrupt_hook();
}

void *plc::rt::installSignalStack() {
  void *memory = mmap(nullptr, SignalStackSize, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED)
    return nullptr;
  stack_t stack = {};
  stack.ss_sp = memory;
  stack.ss_size = SignalStackSize;
  sigaltstack(&stack, nullptr);
  return memory;
}

uint64_t plc::rt::stackGuardLow() { return guard.low; }

StackGuard plc::rt::exchangeStackGuard(StackGuard next) {
  StackGuard old = guard;
  old.opened = stackGuardOpened;
  guard = next;
  stackGuardOpened = next.opened;
  return old;
}

/// Unless it is ignored. In a module its runtime sees to it, see plc_host::signalled.
static void takeInterrupts() {
  struct sigaction interrupt = {}, old;
  interrupt.sa_handler = onInterrupt;
  interrupt.sa_flags = SA_ONSTACK;
  sigaction(SIGINT, nullptr, &old);
  if (old.sa_handler != SIG_IGN && !isModule())
    sigaction(SIGINT, &interrupt, nullptr);
}

void plc::rt::installStackGuard(Context *, uint64_t reserveLow, uint64_t low) {
  guard = {reserveLow, low, UpperGuard, LowerGuard, 0};
  stackGuardOpened = 0;
  mprotect(reinterpret_cast<void *>(guard.low), guard.high - guard.low,
           PROT_NONE);
  installSignalStack();
  struct sigaction action = {};
  action.sa_sigaction = onFault;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
  struct sigaction old;
  sigaction(SIGSEGV, &action, &old);
  // A second call must not make the handler its own predecessor.
  if (!(old.sa_flags & SA_SIGINFO) || old.sa_sigaction != onFault)
    previousFault = old;
  takeInterrupts();
}

void plc::rt::closeOpenedGuard(uint64_t sp) {
  static constexpr uint64_t Distance = 64 * 1024;
  uint64_t here = reinterpret_cast<uint64_t>(__builtin_frame_address(0));
  uint64_t used = here < sp ? here : sp;
  if (used < guard.high + 2 * Distance)
    return;
  stackGuardOpened = 0;
  // Gives the memory of the deep part back, when somebody needs it.
  madvise(reinterpret_cast<void *>(guard.low),
          (used - Distance - guard.low) & ~uint64_t(4095), MADV_FREE);
  mprotect(reinterpret_cast<void *>(guard.low), guard.high - guard.low,
           PROT_NONE);
}

void plc::rt::raiseStackOverflow(Context *ctx) {
  clearPending(ctx, PLC_PENDING_OVERFLOW);
  restoreLimit(ctx);
  raiseCondition(ctx, "stack-overflow", "the stack is exhausted", PLC_NULL);
}

void rt_stack_overflow() { raiseStackOverflow(theContext); }

/// What any code of the runtime that allocates may do.
void plc::rt::pollRaises(Context *ctx) {
  uint64_t pending = ctx->pending;
  if (pending & PLC_PENDING_OVERFLOW) {
    uint64_t here = reinterpret_cast<uint64_t>(__builtin_frame_address(0));
    if (here - guard.low < guard.high + (1u << 20) - guard.low)
      raiseStackOverflow(ctx);
    // What met the guard has returned by itself.
    clearPending(ctx, PLC_PENDING_OVERFLOW);
    closeStackGuard(here);
  }
  // In a fiber it waits for the main program, see rt_poll.
  if ((pending & PLC_PENDING_INTERRUPT) && !onFiber) {
    clearPending(ctx, PLC_PENDING_INTERRUPT);
    restoreLimit(ctx);
    raiseCondition(ctx, "interrupt", "interrupted", PLC_NULL);
  }
  restoreLimit(ctx);
}

/// Gives dead references back between operations of Lisp that no foreign code waits for:
/// a program may make objects for ever and ask nothing of them by name.
static void releaseOfPoll(Context *ctx) {
  clearPending(ctx, PLC_PENDING_RELEASE);
  restoreLimit(ctx);
  if (!rt_foreign_release || youngestForeignCall || isInCallback(ctx))
    return;
  volatile Value values =
      ctx->nvals ? saveValues(ctx, PLC_MV) : Value(PLC_FALSE);
  rt_foreign_release();
  if (values != PLC_FALSE)
    restoreValues(ctx, values);
}

/// Handlers of the program for signals that plugins have told of. While a throw waits
/// in native code they do, too.
static void signalsOfPoll(Context *ctx) {
  if (ctx->thrown)
    return;
  clearPending(ctx, PLC_PENDING_SIGNALS);
  restoreLimit(ctx);
  volatile Value values =
      ctx->nvals ? saveValues(ctx, PLC_MV) : Value(PLC_FALSE);
  if (onFiber && rt_signals_in_fiber)
    rt_signals_in_fiber(ctx);
  else
    rt_signals_hook(ctx);
  if (values != PLC_FALSE)
    restoreValues(ctx, values);
}

/// Called by generated code only, between its operations: here others may run.
void plc::rt::detail::rt_poll(Context *ctx) {
  int error = errno; // as in collect
  pollRaises(ctx);
  if ((ctx->pending & PLC_PENDING_INTERRUPT) && rt_interrupt_fiber)
    rt_interrupt_fiber(ctx);
  if ((ctx->pending & PLC_PENDING_CALLS) && rt_yield_world)
    rt_yield_world(ctx);
  if (ctx->pending & PLC_PENDING_RELEASE)
    releaseOfPoll(ctx);
  if (ctx->pending & PLC_PENDING_SIGNALS)
    signalsOfPoll(ctx);
  errno = error;
}
