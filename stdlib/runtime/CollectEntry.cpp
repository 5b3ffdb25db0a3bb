//===- CollectEntry.cpp - registers become roots, stack switch --------------===//
//
// Callee-saved registers of C are where the caller's live values may be: they
// are pushed, so that the scan from sp on sees them. The collector then runs on
// a stack of its own: it works however little of the Lisp stack is left, and
// leaves no stale pointers there.
//
//===----------------------------------------------------------------------===//

#include "stdlib/runtime/SavedRegisters.h"

#if !defined(__x86_64__)
#error "the collector entry is written for x86-64"
#endif

// void plc_collect_entry(Heap *heap, uint64_t full, void *collectorStackTop)
asm(R"(
  .text
  .globl plc_collect_entry
  .hidden plc_collect_entry
  .type plc_collect_entry,@function
  .p2align 4
plc_collect_entry:
)" PLC_SAVE_REGISTERS("") R"(
  movq %rsp, %rcx
  movq %rdx, %rsp
  movq %rcx, %rdx
  call plc_collect_on_own_stack
  leaq -40(%rbp), %rsp
)" PLC_RESTORE_REGISTERS R"(
  .size plc_collect_entry, .-plc_collect_entry
)");
