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
} plc_host;

/* Runs one command that needs the compiler; returns the exit status. */
int plcjit_main(int argc, char **argv, const plc_host *host);

#ifdef __cplusplus
}
#endif
#endif
