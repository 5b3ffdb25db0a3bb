//===- Globals.h - names of the interaction environment ---------*- C++ -*-===//
#ifndef PLC_RUNTIME_GLOBALS_H
#define PLC_RUNTIME_GLOBALS_H

#include "stdlib/Context.h"

extern "C" {
/// Set by libplcjit.so. Value of a name that no unit defines, or PLC_UNBOUND.
extern plc_value (*rt_global_ref_hook)(plc_context *ctx, plc_value symbol);
/// Assigns it; false if it has no value yet.
extern bool (*rt_global_set_hook)(plc_context *ctx, plc_value symbol,
                                  plc_value value);
/// Called when the process ends, before anything is destroyed.
extern void (*rt_exit_hook)();
}
#endif // PLC_RUNTIME_GLOBALS_H
