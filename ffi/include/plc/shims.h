/// \file
/// What shims are given: code of another language that is generated and compiled
/// for the functions and classes that a program uses (plc/native.h). They are
/// part of the program, and convert Lisp values as a plugin does (plc/plugin.h).
#ifndef PLC_SHIMS_H
#define PLC_SHIMS_H

#include "plc/plugin.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct plc_shim_host {
  size_t struct_size;
  const plc_host *host;
  /// What references to objects of this language belong to.
  plc_plugin *plugin;
  /// A shim that compiled code called has failed: the condition is raised when it
  /// has returned, whatever it returns. Calls of Lisp return at once until then.
  void (*raise)(plc_plugin *plugin, plc_status status, plc_error *error);
} plc_shim_host;

#ifdef __cplusplus
} // extern "C"
#endif
#endif // PLC_SHIMS_H
