//===- Stage.h - compiles the standard library ------------------*- C++ -*-===//
#ifndef PLC_TOOLS_DRIVER_STAGE_H
#define PLC_TOOLS_DRIVER_STAGE_H

/// Compiles the libraries below `sources` into folder/libplcstd.a and
/// folder/interfaces. Returns an exit status.
extern "C" __attribute__((visibility("default"))) int
plcjit_build_library(const char *sources, const char *folder);

#endif // PLC_TOOLS_DRIVER_STAGE_H
