//===- Anchor.h - the runtime as a table of names and addresses -*- C++ -*-===//
#ifndef PLC_RUNTIME_ANCHOR_H
#define PLC_RUNTIME_ANCHOR_H

#ifdef __cplusplus
extern "C" {
#endif

typedef struct plc_anchor {
  const char *name;
  const void *address;
} plc_anchor;

/// Everything that compiled code may refer to by name: RuntimeCalls.def, the
/// functions prim_<Id> and closures plc_prim_<Id> of Primitives.def, and the
/// functions and hooks of Start.h and Backtrace.h, and `rt_context`. Ends with a
/// null name.
/// A program that mentions it keeps the whole runtime.
extern const plc_anchor plc_anchor_table[];

#ifdef __cplusplus
} // extern "C"
#endif
#endif // PLC_RUNTIME_ANCHOR_H
