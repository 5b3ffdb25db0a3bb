/// \file
/// The Lisp context: what generated code and the runtime share through the
/// first argument of every Lisp procedure (r12). Contract file, data only: the
/// code generator uses the offsets, the runtime the members.
#ifndef PLC_STDLIB_CONTEXT_H
#define PLC_STDLIB_CONTEXT_H

#include "plc/value.h"
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
  /// Arguments passed in registers; the rest go through plc_context::argv.
  PLC_REGISTER_ARGS = 5,
  /// Most arguments passed through argv; `apply` of more passes ARGV_MAX real
  /// ones, the rest as a list in plc_context::argv_rest, and sets
  /// PLC_ARGC_HAS_LIST in argc.
  PLC_ARGV_MAX = 4096,
  PLC_VALUES_MAX = 4096,
  /// Write barrier: one byte a 512-byte card.
  PLC_CARD_SHIFT = 9
};
#define PLC_ARGC_HAS_LIST ((int64_t)1 << 40)

typedef struct plc_context plc_context;

/// The one prototype of Lisp procedures. argc is the real count; arguments 6
/// and up are in ctx->argv[0..], stored by the caller right before the call and
/// loaded by the callee before its first call or allocation.
#if defined(__clang__)
#define PLC_LISP_CC __attribute__((preserve_none))
#else
#define PLC_LISP_CC
#endif
typedef plc_value(PLC_LISP_CC *plc_code)(plc_context *ctx, plc_value self,
                                         int64_t argc, plc_value a0,
                                         plc_value a1, plc_value a2,
                                         plc_value a3, plc_value a4);

/// Static SYMBOL objects to enter in the symbol table, as a list of arrays: one
/// for each object that the unit consists of.
typedef struct plc_symbols {
  const plc_value *words;
  uint64_t count;
  const struct plc_symbols *next;
} plc_symbols;

/// One unit (library or program) as one of its object files describes it. Symbol
/// `plc:unit:NAME`. All pointers are static data of the object.
typedef struct plc_unit {
  const char *abi;        ///< must equal PLC_ABI
  const char *name;       ///< "(scheme base)" or the program's file name
  plc_value *cells;       ///< global cells: all are roots
  uint64_t cell_count;
  const plc_symbols *symbols; ///< null if there are none
  plc_code init;          ///< runs the unit's top level once; 0 arguments
  uint8_t *initialized;   ///< set once registered and run
} plc_unit;

/// Objects, JIT and runtime must be built by one LLVM major: preserve_none is
/// not stable across releases.
#define PLC_ABI "plc-abi-2-llvm19"

/// Where foreign code entered Lisp. Frames above may be captured, those below
/// may not. Lies on the stack, between the two.
typedef struct plc_boundary {
  uint64_t sp;        ///< rsp at the call; the slot below holds its return
  uint64_t rbp;       ///< rbp at the call
  uint64_t stack_top; ///< where the frames above start, 0: right here
  struct plc_boundary *prev;
  /// 0: outermost and at the usual address. PLC_CALLBACK_SERIAL: of a callback
  /// that nobody has asked for its number.
  uint64_t serial;
  /// Those of the context outside, in its order.
  plc_value winds, handlers, params;
  void *barrier;
} plc_boundary;
/// Numbers of boundaries that callbacks of native code have made have this bit, all
/// others are even. Generated code makes them: it sets neither stack_top nor a
/// number.
#define PLC_CALLBACK_SERIAL ((uint64_t)1)

struct plc_context {
  /* Allocation: generated code bumps ap; if ap would pass lim it calls
     rt_alloc_slow. Signals and interrupts set lim = 0; it is 0 while a throw
     waits (`thrown`). */
  uint64_t ap;
  uint64_t lim;
  /* Write barrier: cards[address >> PLC_CARD_SHIFT] = 1, biased base. */
  uint8_t *cards;
  /* An address a is in the heap iff a - heap_base < heap_size (unsigned). */
  uint64_t heap_base;
  uint64_t heap_size;
  /* Multiple values: filled by (values ...) with n != 1, which returns PLC_MV.
     More than PLC_VALUES_MAX are the fields of the VALUES object vals[0]. */
  uint64_t nvals;
  /* Control state; all tagged words are precise roots. */
  plc_value winds;    ///< dynamic-wind list, innermost first
  plc_value handlers; ///< exception handlers, innermost first
  plc_value params;   ///< parameterize bindings: alist ((parameter . box) ...)
  void *barrier;      ///< youngest return barrier (runtime/Continuation.h)
  plc_boundary *boundary; ///< youngest foreign boundary record
  /* The stack Lisp code runs on: [stack_low, stack_high). */
  uint64_t stack_low;
  uint64_t stack_high;
  /* Bits of enum plc_pending: what the next poll must do. */
  uint64_t pending;
  /* Native code: what Lisp has written to standard output but not yet shown
     (never null once native code is called), and whether a raise or an escape
     left a callback and goes on when the native function has returned. */
  uint64_t *unshown_output;
  uint64_t thrown;
  /* Who may call Lisp from native code without further ado: the thread that
     holds the Lisp world (its address of thread-local data, 0: nobody), on the
     stack from callback_low, with callback_size bytes. The size is 0 while a
     throw waits. */
  uint64_t holder;
  uint64_t callback_low;
  uint64_t callback_size;
  plc_value argv_rest;
  plc_value argv[PLC_ARGV_MAX];
  plc_value vals[PLC_VALUES_MAX];
};

/// The ctx->nvals values of a result that is PLC_MV.
static inline const plc_value *plc_values(const plc_context *ctx) {
  return ctx->nvals > PLC_VALUES_MAX ? plc_fields(ctx->vals[0]) : ctx->vals;
}

enum plc_pending {
  PLC_PENDING_INTERRUPT = 1, ///< SIGINT
  PLC_PENDING_OVERFLOW = 2,  ///< stack overflow met in foreign code
  PLC_PENDING_FINALIZERS = 4,
  PLC_PENDING_CALLS = 8,   ///< another thread wants to run Lisp
  PLC_PENDING_RELEASE = 16, ///< foreign objects that Lisp has no more
  PLC_PENDING_SIGNALS = 32  ///< runtimes of plugins have handlers of signals to run
};

#ifdef __cplusplus
} // extern "C"
#endif
#endif // PLC_STDLIB_CONTEXT_H
