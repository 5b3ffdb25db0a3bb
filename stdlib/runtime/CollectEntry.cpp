//===- CollectEntry.cpp - registers become roots, stack switch --------------===//
//
// Callee-saved registers of C are where the caller's live values may be: they
// are pushed, so that the scan from sp on sees them. The collector then runs on
// a stack of its own: it works however little of the Lisp stack is left, and
// leaves no stale pointers there.
//
//===----------------------------------------------------------------------===//

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
  .cfi_startproc
  pushq %rbp
  .cfi_def_cfa_offset 16
  .cfi_offset %rbp, -16
  movq %rsp, %rbp
  .cfi_def_cfa_register %rbp
  pushq %rbx
  pushq %r12
  pushq %r13
  pushq %r14
  pushq %r15
  movq %rsp, %rcx
  movq %rdx, %rsp
  movq %rcx, %rdx
  call plc_collect_on_own_stack
  leaq -40(%rbp), %rsp
  popq %r15
  popq %r14
  popq %r13
  popq %r12
  popq %rbx
  popq %rbp
  .cfi_def_cfa %rsp, 8
  ret
  .cfi_endproc
  .size plc_collect_entry, .-plc_collect_entry
)");
