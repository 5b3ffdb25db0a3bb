//===- SavedRegisters.h - frames of assembly --------------------*- C++ -*-===//
//
// How a function in assembly begins that keeps the registers which C preserves in
// its frame, and how it ends: rbp, below it rbx, r12 to r15, then what the
// function likes.
//
//===----------------------------------------------------------------------===//
#ifndef PLC_RUNTIME_SAVEDREGISTERS_H
#define PLC_RUNTIME_SAVEDREGISTERS_H

/// `Sixth` is what lies below them, for the alignment of the stack too: an
/// instruction that pushes 8 bytes, or "" where the function aligns it itself.
#define PLC_SAVE_REGISTERS(Sixth)                                              \
  "  .cfi_startproc\n"                                                         \
  "  pushq %rbp\n"                                                             \
  "  .cfi_def_cfa_offset 16\n"                                                 \
  "  .cfi_offset %rbp, -16\n"                                                  \
  "  movq %rsp, %rbp\n"                                                        \
  "  .cfi_def_cfa_register %rbp\n"                                             \
  "  pushq %rbx\n"                                                             \
  "  pushq %r12\n"                                                             \
  "  pushq %r13\n"                                                             \
  "  pushq %r14\n"                                                             \
  "  pushq %r15\n"                                                             \
  "  " Sixth "\n"                                                              \
  "  .cfi_offset %rbx, -24\n"                                                  \
  "  .cfi_offset %r12, -32\n"                                                  \
  "  .cfi_offset %r13, -40\n"                                                  \
  "  .cfi_offset %r14, -48\n"                                                  \
  "  .cfi_offset %r15, -56\n"

/// With rsp at the saved r15.
#define PLC_RESTORE_REGISTERS                                                  \
  "  popq %r15\n"                                                              \
  "  popq %r14\n"                                                              \
  "  popq %r13\n"                                                              \
  "  popq %r12\n"                                                              \
  "  popq %rbx\n"                                                              \
  "  popq %rbp\n"                                                              \
  "  .cfi_def_cfa %rsp, 8\n"                                                   \
  "  retq\n"                                                                   \
  "  .cfi_endproc\n"

#endif // PLC_RUNTIME_SAVEDREGISTERS_H
