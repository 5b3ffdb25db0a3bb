//===- Start.cpp - starting and ending a Lisp world -----------------------===//
//
// Creates the context and the Lisp stack, registers units and runs them.
//
//===----------------------------------------------------------------------===//
#include "stdlib/runtime/Start.h"
#include "stdlib/runtime/Control.h"
#include "stdlib/runtime/Evaluate.h"
#include "stdlib/runtime/Heap.h"
#include "stdlib/runtime/Options.h"
#include "stdlib/runtime/Symbols.h"
#include "stdlib/runtime/System.h"

#include <cstdio>
#include <cstdlib>
#include <sys/mman.h>
#include <unistd.h>

using namespace plc::rt;

// rdi new rsp, rsi fn, rdx ctx, rcx arg
asm(R"(
  .section .text.plc_switch_stack,"ax",@progbits
  .p2align 4
  .globl plc_switch_stack
  .hidden plc_switch_stack
  .type plc_switch_stack, @function
plc_switch_stack:
  .cfi_startproc
  pushq %rbp
  .cfi_def_cfa_offset 16
  .cfi_offset %rbp, -16
  movq %rsp, %rbp
  .cfi_def_cfa_register %rbp
  movq %rdi, %rsp
  movq 8(%rbp), %rax
  pushq %rax
  pushq %rbp
  movq %rsp, %rbp
  movq %rdx, %rdi
  movq %rsi, %rax
  movq %rcx, %rsi
  callq *%rax
  movq (%rbp), %rsp
  popq %rbp
  .cfi_def_cfa %rsp, 8
  retq
  .cfi_endproc
  .size plc_switch_stack, . - plc_switch_stack
  .text
)");
extern "C" int plc_switch_stack(uint64_t sp, int (*fn)(Context *, void *),
                                Context *ctx, void *arg);

/// Below the Lisp stack: opened piece by piece on overflow (Overflow.cpp).
static constexpr uint64_t GuardSize = 16u << 20;
static constexpr uint64_t DefaultStack = 1u << 30;

static void fail [[noreturn]] (const char *message, const char *detail) {
  fprintf(stderr, "error: %s%s%s\n", message, *detail ? ": " : "", detail);
  exit(70);
}

static void createStack(Context *ctx) {
  uint64_t size = options().stack ? options().stack : DefaultStack;
  size = (size + 65535) & ~uint64_t(65535);
  void *at = mmap(nullptr, size + GuardSize, PROT_READ | PROT_WRITE,
                  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (at == MAP_FAILED)
    fail("cannot reserve the stack", "");
  uint64_t low = reinterpret_cast<uint64_t>(at);
  setLispStack(ctx, low + GuardSize, low + GuardSize + size);
  installStackGuard(ctx, low, ctx->stack_low);
}

plc_context *plc_runtime_start(int argc, char **argv) {
  if (theContext)
    return theContext;
  setCommandLine(argc, argv);
  Context *ctx = createContext();
  ctx->winds = ctx->handlers = ctx->params = PLC_NULL;
  ctx->argv_rest = PLC_NULL;
  ctx->barrier = nullptr;
  ctx->boundary = nullptr;
  ctx->holder = currentThread();
  createStack(ctx);
  initializeContinuations(ctx);
  return ctx;
}

#if __has_feature(address_sanitizer)
extern "C" void __sanitizer_start_switch_fiber(void **fakeStack,
                                               const void *bottom, size_t size);
extern "C" void __sanitizer_finish_switch_fiber(void *fakeStack,
                                                const void **oldBottom,
                                                size_t *oldSize);

/// Tells the sanitizer which stack the process is on.
struct AnnouncedCall {
  int (*fn)(Context *, void *);
  void *argument;
};
static int callAnnounced(Context *ctx, void *argument) {
  auto *call = static_cast<AnnouncedCall *>(argument);
  const void *bottom;
  size_t size;
  __sanitizer_finish_switch_fiber(nullptr, &bottom, &size);
  int result = call->fn(ctx, call->argument);
  __sanitizer_start_switch_fiber(nullptr, bottom, size);
  return result;
}
static int switchStack(Context *ctx, int (*fn)(Context *, void *), void *arg) {
  AnnouncedCall call{fn, arg};
  void *fakeStack;
  __sanitizer_start_switch_fiber(&fakeStack,
                                 reinterpret_cast<void *>(ctx->stack_low),
                                 ctx->stack_high - ctx->stack_low);
  int result =
      plc_switch_stack(ctx->stack_high - 64, callAnnounced, ctx, &call);
  __sanitizer_finish_switch_fiber(fakeStack, nullptr, nullptr);
  return result;
}
#else
static int switchStack(Context *ctx, int (*fn)(Context *, void *), void *arg) {
  return plc_switch_stack(ctx->stack_high - 64, fn, ctx, arg);
}
#endif

int plc_run_on_lisp_stack(plc_context *ctx, int (*fn)(plc_context *, void *),
                          void *arg) {
  uint64_t here = reinterpret_cast<uint64_t>(__builtin_frame_address(0));
  if (here - ctx->stack_low < ctx->stack_high - ctx->stack_low)
    return fn(ctx, arg);
  return switchStack(ctx, fn, arg);
}

void rt_register_unit(plc_context *ctx, const plc_unit *unit) {
  if (strcmp(unit->abi, PLC_ABI) != 0)
    fail("this unit was compiled for another runtime", unit->name);
  // 1: registered, 2: run.
  if (*unit->initialized)
    return;
  *unit->initialized = 1;
  if (unit->cell_count)
    registerRoots(ctx, unit->cells, unit->cell_count);
  for (const plc_symbols *part = unit->symbols; part; part = part->next)
    registerStaticSymbols(ctx, part->words, part->count);
}

int rt_run_unit(plc_context *ctx, const plc_unit *unit) {
  rt_register_unit(ctx, unit);
  if (*unit->initialized >= 2 || !unit->init)
    return 0;
  *unit->initialized = 2;
  alignas(16) uint64_t closure[2] = {PLC_HEADER(PLC_KIND_CLOSURE, 0, 0),
                                     reinterpret_cast<uint64_t>(unit->init)};
  Value procedure = reinterpret_cast<uint64_t>(closure) | PLC_TAG_PROCEDURE;
  int status = plc_enter(ctx, procedure, 0, nullptr, nullptr);
  if (status != int(EnterStatus::Returned))
    *unit->initialized = 1; // not run to its end: it can be run again
  return status;
}

int plc_enter(plc_context *ctx, plc_value procedure, int64_t argc,
              const plc_value *argv, plc_value *result) {
  return static_cast<int>(enterLisp(ctx, procedure, argc, argv, result));
}
plc_value plc_pending_object(plc_context *ctx) { return pendingObject(ctx); }
void plc_resume_pending(plc_context *ctx) { resumePending(ctx); }
void plc_report_condition(plc_context *ctx, plc_value object) {
  reportUnhandled(ctx, object);
}
void plc_exit(plc_context *ctx, int status) { exitProcess(ctx, status); }

namespace {
struct Units {
  const plc_unit *const *units;
  uint64_t count;
};
} // namespace

static int runUnits(Context *ctx, void *arg) {
  const Units *program = static_cast<Units *>(arg);
  // Symbols of all units first: a library may intern a name that a later unit
  // has as a static symbol.
  rt_register_program(ctx);
  for (uint64_t i = 0; i < program->count; ++i)
    rt_register_unit(ctx, program->units[i]);
  for (uint64_t i = 0; i < program->count; ++i) {
    int status = rt_run_unit(ctx, program->units[i]);
    if (status != int(EnterStatus::Returned))
      return 1; // not reached: exitOnUnhandled
  }
  return 0;
}

int plc_main(int argc, char **argv, const plc_unit *const *units,
             uint64_t count) {
  Context *ctx = plc_runtime_start(argc, argv);
  exitOnUnhandled = true;
  Units program = {units, count};
  int status = plc_run_on_lisp_stack(ctx, runUnits, &program);
  exitProcess(ctx, status);
}
