//===- Enter.cpp - C++ calls Lisp -----------------------------------------===//
//
// Lisp code is entered here only. The calls themselves are assembly: LLVM 19
// miscompiles callers of preserve_none code that use a base pointer, and a
// boundary must know its stack pointer exactly.
//
//===----------------------------------------------------------------------===//
#include "stdlib/runtime/Enter.h"
#include "stdlib/runtime/FormTree.h"
#include "stdlib/runtime/SavedRegisters.h"
#include "stdlib/runtime/StackCopy.h"

using namespace plc::rt;

// Registers of the Lisp convention: r12 context, r13 self, r14 argc, then the
// arguments in r15 rdi rsi rdx rcx. Both functions receive rdi context,
// rsi procedure, rdx argc, rcx argv, r8 code.
asm(R"(
  .macro plc_load_arguments
  movq %rdi, %r12
  movq %rsi, %r13
  movq %rdx, %r14
  movq %rcx, %rax
  cmpq $1, %r14
  jl 9f
  movq (%rax), %r15
  je 9f
  movq 8(%rax), %rdi
  cmpq $3, %r14
  jl 9f
  movq 16(%rax), %rsi
  je 9f
  movq 24(%rax), %rdx
  cmpq $5, %r14
  jl 9f
  movq 32(%rax), %rcx
9:
  .endm

  .section .text.plc_call_lisp,"ax",@progbits
  .p2align 4
  .hidden plc_call_lisp
  .globl plc_call_lisp
  .type plc_call_lisp, @function
plc_call_lisp:
)" // What was there before would keep garbage alive.
    PLC_SAVE_REGISTERS("pushq $0") R"(
  plc_load_arguments
  callq *%r8
  leaq -40(%rbp), %rsp
)" PLC_RESTORE_REGISTERS R"(
  .size plc_call_lisp, . - plc_call_lisp

  # The same from the tree of a form; the sixth argument, r9, is its place, which
  # lies TreePlaceOffset below the frame pointer.
  .section .text.plc_call_from_tree,"ax",@progbits
  .p2align 4
  .hidden plc_call_from_tree
  .globl plc_call_from_tree
  .type plc_call_from_tree, @function
plc_call_from_tree:
)" PLC_SAVE_REGISTERS("pushq %r9") R"(
  plc_load_arguments
  callq *%r8
  .globl plc_tree_returned
  .hidden plc_tree_returned
plc_tree_returned:
  leaq -40(%rbp), %rsp
)" PLC_RESTORE_REGISTERS R"(
  .size plc_call_from_tree, . - plc_call_from_tree

  # The sixth argument, r9, is the Boundary. Its frame lies at stack_top: the
  # outermost entry always runs at the same address, so that continuations of one
  # top-level form can be entered from another.
  .section .text.plc_enter_lisp,"ax",@progbits
  .p2align 4
  .hidden plc_enter_lisp
  .globl plc_enter_lisp
  .type plc_enter_lisp, @function
plc_enter_lisp:
)" PLC_SAVE_REGISTERS("pushq %r9") R"(
  movq %rsp, %rax
  movq 16(%r9), %r10
  leaq -32(%r10), %rsp
  movq 8(%rbp), %r11
  movq %r11, -8(%r10)
  movq %rbp, -16(%r10)
  movq %rax, -24(%r10)
  movq %r9, -32(%r10)
  leaq -16(%r10), %rbp
  movq %rsp, (%r9)
  movq %rbp, 8(%r9)
  plc_load_arguments
  callq *%r8
  .globl plc_enter_returned
  .hidden plc_enter_returned
plc_enter_returned:
  movq -8(%rbp), %rsp
  movq (%rbp), %rbp
  addq $8, %rsp
)" PLC_RESTORE_REGISTERS R"(
  .size plc_enter_lisp, . - plc_enter_lisp

  # The same where stack_top is 0.
  .section .text.plc_enter_nested,"ax",@progbits
  .p2align 4
  .hidden plc_enter_nested
  .globl plc_enter_nested
  .type plc_enter_nested, @function
plc_enter_nested:
)" PLC_SAVE_REGISTERS("pushq %r9") R"(
  movq %rsp, (%r9)
  movq %rbp, 8(%r9)
  plc_load_arguments
  callq *%r8
  .globl plc_nested_returned
  .hidden plc_nested_returned
plc_nested_returned:
  leaq -40(%rbp), %rsp
)" PLC_RESTORE_REGISTERS R"(
  .size plc_enter_nested, . - plc_enter_nested

  # rdi Boundary: as if the procedure called there had returned.
  .section .text.plc_leave_lisp,"ax",@progbits
  .p2align 4
  .hidden plc_leave_lisp
  .globl plc_leave_lisp
  .type plc_leave_lisp, @function
plc_leave_lisp:
  movq (%rdi), %rsp
  movq 8(%rdi), %rbp
  cmpq $0, 16(%rdi)
  je plc_nested_returned
  jmp plc_enter_returned
  .size plc_leave_lisp, . - plc_leave_lisp
  .text
)");

extern "C" {
Value plc_call_lisp(Context *ctx, Value procedure, int64_t argc,
                    const Value *argv, plc_code code);
Value plc_call_from_tree(Context *ctx, Value procedure, int64_t argc,
                         const Value *argv, plc_code code, Value place);
[[noreturn]] void plc_leave_lisp(Boundary *boundary);
}
static_assert(offsetof(Boundary, rbp) == 8 &&
                  offsetof(Boundary, stack_top) == 16,
              "known to the assembly");

namespace plc::rt {

Value callLisp(Context *ctx, Value procedure, int64_t argc, const Value *argv) {
  plc_code code = prepareCall(ctx, procedure, argc, argv);
  return plc_call_lisp(ctx, procedure, argc, argv, code);
}

Value callFromTree(Context *ctx, Value procedure, int64_t argc,
                   const Value *argv, Value place) {
  plc_code code = prepareCall(ctx, procedure, argc, argv);
  return plc_call_from_tree(ctx, procedure, argc, argv, code, place);
}

Value callFromTree(Context *ctx, Value self, int64_t argc, const Value *argv,
                   Value place, plc_code code) {
  return plc_call_from_tree(ctx, self, argc, argv, code, place);
}

EnterStatus pendingStatus = EnterStatus::Returned;
static Value pendingValue;
uint64_t lastSerial;

/// Space at the top of the stack for the frames of the host program (main, the
/// REPL), above the frames of the outermost entry.
static constexpr uint64_t HostFrames = 256 * 1024;

/// That of an outermost boundary: Lisp's frames lie below everything the host has
/// on this stack.
static uint64_t stackTopFor(const Context *ctx) {
  uint64_t here = reinterpret_cast<uint64_t>(__builtin_frame_address(0));
  uint64_t top = (ctx->stack_high - HostFrames) & ~uint64_t(15);
  bool onLispStack = here - ctx->stack_low < ctx->stack_high - ctx->stack_low;
  return !onFiber && (!onLispStack || here > top + 4096) ? top : 0;
}

EnterStatus enterLisp(Context *ctx, Value procedure, int64_t argc,
                      const Value *argv, Value *result) {
  if (boundaryOf(ctx))
    return enterNested(ctx, procedure, argc, argv, result);
  static bool rooted;
  if (!rooted) {
    rooted = true;
    registerRoots(ctx, &pendingValue, 1);
  }
  Boundary boundary;
  boundary.stack_top = stackTopFor(ctx);
  // Entries at the same address share their continuations.
  boundary.serial = boundary.stack_top ? 0 : nextSerial();
  if (onFiber)
    boundary.serial |= FiberSerial;
  return enterWithin(boundary, ctx, procedure, argc, argv, result);
}

Value pendingObject(Context *) { return pendingValue; }

uint64_t serialOf(Boundary *boundary) {
  if (boundary->serial == PLC_CALLBACK_SERIAL) {
    boundary->serial |= nextSerial();
    if (onFiber && !boundary->prev)
      boundary->serial |= FiberSerial;
  }
  return boundary->serial;
}

bool isInCallback(const Context *ctx) {
  for (const Boundary *b = boundaryOf(ctx); b; b = b->prev)
    if (isCallback(b))
      return true;
  return false;
}

Value makeToken(Context *ctx, EnterStatus status, Value object) {
  Value token = allocateObject(ctx, PLC_KIND_VALUES, 0, 2, PLC_FALSE);
  store(ctx, plc_fields(token), plc_fixnum(int(status)));
  store(ctx, plc_fields(token) + 1, object);
  return token;
}

bool isRaised(Value token) {
  return isCondition(token) ||
         plc_fields(token)[0] == plc_fixnum(int(EnterStatus::Raised));
}

Value tokenObject(Value token) {
  return isCondition(token) ? token : plc_fields(token)[1];
}

void keepEnd(Context *ctx, EnterStatus status, Value object) {
  if (keptToken == PLC_FALSE)
    keptToken = makeToken(ctx, status, object);
}

void lowerCallbackLimit(Context *ctx, uint64_t here) {
  // Small enough that what calls itself without end is found early.
  constexpr uint64_t step = 4u << 20;
  uint64_t least = ctx->stack_low + LeastForCallback;
  ctx->callback_low = here - step < least || here < step ? least : here - step;
  setThrown(ctx, ctx->thrown);
}

void setLispStack(Context *ctx, uint64_t low, uint64_t high) {
  ctx->stack_low = low;
  ctx->stack_high = high;
  ctx->thrown = 0;
  lowerCallbackLimit(ctx, high);
}

void setThrown(Context *ctx, bool isThrown) {
  ctx->thrown = isThrown;
  ctx->callback_size = isThrown ? 0 : ctx->stack_high - ctx->callback_low;
  if (isThrown) // what called the native function looks at nothing else
    __atomic_store_n(&ctx->lim, 0, __ATOMIC_SEQ_CST);
}

void leaveBoundary(Context *ctx, EnterStatus status, Value object) {
  Boundary *boundary = boundaryOf(ctx);
  rewind(ctx, boundary->winds);
  if (isCallback(boundary)) {
    keepEnd(ctx, status, object);
    setThrown(ctx, true);
    // The code of the callback does the rest, as after any return.
    ctx->params = boundary->params;
    ctx->handlers = boundary->handlers;
    returnFromCallback(ctx);
  }
  pendingStatus = status;
  pendingValue = object;
  unpoisonBelow(boundary->sp);
  plc_leave_lisp(boundary);
}

} // namespace plc::rt
