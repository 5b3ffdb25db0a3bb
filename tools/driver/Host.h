/*===- Host.h - what the front hands to libplcjit.so ------------*- C -*-===*
 *
 * The only interface between the executable that opens libplcjit.so (the
 * command plc, or a compiled program that uses eval) and the compiler inside.
 * Plain C data; no LLVM object crosses.
 *
 *===--------------------------------------------------------------------===*/
#ifndef PLC_TOOLS_DRIVER_HOST_H
#define PLC_TOOLS_DRIVER_HOST_H

#include "stdlib/Context.h"
#include "stdlib/runtime/Anchor.h"

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct plc_host {
  size_t struct_size;
  /* Absolute path of the running executable; lib/ lies beside its folder. */
  const char *executable;
  /* Where the runtime and the standard library for `plc build` are. */
  const char *library_dir;
  /* For code that runs in this process; null in the stage compiler. Both end
     with a null name: the runtime, and what the standard library exports. */
  const plc_anchor *runtime;
  const plc_anchor *standard_symbols;
  /* All units of the standard library; ends with null. */
  const plc_unit *const *standard_units;
  /* What a program that was built defines itself; else null. */
  const plc_anchor *program_symbols;
} plc_host;

/* Made by the stage compiler, in libplcstd.a. */
extern const plc_anchor plc_standard_symbols[];
extern const plc_unit *const plc_standard_units[];

/* Runs one command that needs the compiler; returns the exit status. */
int plcjit_main(int argc, char **argv, const plc_host *host);

#ifdef __cplusplus
}
#endif
#endif
