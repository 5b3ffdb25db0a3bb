//===- Start.h - starting and ending a Lisp world ---------------*- C++ -*-===//
//
// C functions that a program's main, libplcjit.so and tests start from. All of
// them are entries of plc_anchor_table.
//
//===----------------------------------------------------------------------===//
#ifndef PLC_RUNTIME_START_H
#define PLC_RUNTIME_START_H

#include "stdlib/Context.h"

extern "C" {

/// Runs the units in order and ends like a program: the value is the exit
/// status. Called by main of every compiled program.
int plc_main(int argc, char **argv, const plc_unit *const *units,
             uint64_t count);

/// Runs the units in order as a module of the language whose runtime this process
/// is: called by what that runtime looks for in a shared library, in a thread that
/// may use it. Null after `refuse`, or after an error of that runtime is set.
void *plc_make_module(const char *language, const char *name,
                      const char *documentation, const plc_unit *const *units,
                      uint64_t count, void (*refuse)(const char *text));

/// Makes the world without running anything.
plc_context *plc_runtime_start(int argc, char **argv);

/// Runs fn(ctx, arg) on the Lisp stack and returns its result. Nested calls
/// stay on that stack.
int plc_run_on_lisp_stack(plc_context *ctx, int (*fn)(plc_context *, void *),
                          void *arg);

/// Makes a unit's cells roots and its symbols known. Idempotent. Aborts with a
/// message if the unit was made for another ABI.
void rt_register_unit(plc_context *ctx, const plc_unit *unit);

/// Registers the unit and runs its top level once. Only on the Lisp stack.
/// Values: see plc_enter.
int rt_run_unit(plc_context *ctx, const plc_unit *unit);

/// Calls a procedure from foreign code. 0: returned; 1: a raise was not
/// handled (plc_pending_object); 2: an escape goes beyond this call
/// (plc_resume_pending).
int plc_enter(plc_context *ctx, plc_value procedure, int64_t argc,
              const plc_value *argv, plc_value *result);
plc_value plc_pending_object(plc_context *ctx);
void plc_resume_pending(plc_context *ctx);

/// What a program prints for an unhandled condition, to stderr.
void plc_report_condition(plc_context *ctx, plc_value object);

/// Flushes the ports and ends the process with this status.
void plc_exit(plc_context *ctx, int status);

/// Runs the event loop and fibers until the descriptor is readable: 1. Returns
/// 0 at once if there is nothing that could run (1 if there is, and the descriptor
/// is negative); -1 after an interrupt. Only on
/// the Lisp stack, outside of Lisp. (Async.cpp)
int plc_wait_for_input(plc_context *ctx, int fd);

} // extern "C"
#endif // PLC_RUNTIME_START_H
