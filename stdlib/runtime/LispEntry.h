//===- LispEntry.h - code addresses of runtime procedures -------*- C++ -*-===//
//
// What closures of the runtime point to. Right before the first instruction of
// every procedure lie 16 bytes that tell its arity and name:
//
//   entry - 16   int32   least number of arguments; bit 30 set: the name is
//                        given as an offset from the entry; bit 29 set: behind
//                        the NUL of the name (which may be empty) stands a note:
//                        the parameters, and behind a newline the docstring
//   entry - 12   int32   greatest number, -1: any
//   entry -  8   int64   address (or offset, 0: none) of the UTF-8 name
//
// The code generator emits them as prefix data, the runtime by this macro:
// a jump behind them leads to the C++ function. Each entry has a section of
// its own, so that the linker drops what a program does not use.
//
//===----------------------------------------------------------------------===//
#ifndef PLC_RUNTIME_LISPENTRY_H
#define PLC_RUNTIME_LISPENTRY_H

#include "stdlib/Context.h"

namespace plc::rt {
inline constexpr int32_t NameIsOffset = 1 << 30, HasNote = 1 << 29;
/// A procedure without free variables, as static data.
struct alignas(16) StaticClosure {
  uint64_t header;
  const void *code;
};
inline constexpr uint64_t StaticClosureHeader =
    PLC_HEADER(PLC_KIND_CLOSURE, 0, 0);
} // namespace plc::rt

/// Defines the code address `SYMBOL` that jumps to the C symbol `TARGET`.
/// MIN and MAX are decimal numbers (MAX may be -1), NAME a string literal.
#define PLC_LISP_ENTRY(SYMBOL, TARGET, MIN, MAX, NAME)                         \
  asm(".set Any, -1\n"                                                         \
      ".section .text." #SYMBOL ",\"ax\",@progbits\n"                          \
      ".Lname_" #SYMBOL ": .asciz \"" NAME "\"\n"                              \
      ".p2align 4, 0xcc\n"                                                     \
      ".long " #MIN " + 0x40000000\n"                                          \
      ".long " #MAX "\n"                                                       \
      ".quad .Lname_" #SYMBOL " - " #SYMBOL "\n"                               \
      ".globl " #SYMBOL "\n"                                                   \
      ".hidden " #SYMBOL "\n"                                                  \
      ".type " #SYMBOL ", @function\n" #SYMBOL ":\n"                           \
      "jmp " #TARGET "\n"                                                      \
      ".size " #SYMBOL ", . - " #SYMBOL "\n"                                   \
      ".text\n");                                                              \
  extern "C" __attribute__((visibility("hidden"))) const char SYMBOL[]

/// The parameters of a C++ function with the Lisp prototype.
#define PLC_LISP_PARAMETERS                                                    \
  plc_context *ctx, plc_value self, int64_t argc, plc_value a0, plc_value a1,  \
      plc_value a2, plc_value a3, plc_value a4
namespace plc::rt {
/// Raises not-a-procedure for `self`, which was called.
plc_value PLC_LISP_CC raiseNotProcedure(PLC_LISP_PARAMETERS);
/// The same, with the arguments as a list.
[[noreturn]] void raiseNotProcedure(plc_context *ctx, plc_value object,
                                    plc_value arguments);
} // namespace plc::rt
/// In the function of a primitive with Lowering LispCall, which may be called
/// without its closure: raises wrong-number-of-arguments.
#define PLC_WRONG_COUNT(ID)                                                    \
  [[clang::musttail]] return rt_arity_error(                                   \
      ctx, staticProcedure(plc_prim_##ID), argc, a0, a1, a2, a3, a4)

#endif // PLC_RUNTIME_LISPENTRY_H
