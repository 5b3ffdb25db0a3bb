/// \file
/// How the compiler asks for packages that a program imports. A plugin whose
/// ecosystem has packages that can be installed (ffi/Ecosystems.def) exports a
/// second function, plc_package_provider. It is called where a program is
/// compiled or run from source, never by a built program, and does not start the
/// runtime.
#ifndef PLC_PACKAGES_H
#define PLC_PACKAGES_H

#include "plc/plugin.h"

#ifdef __cplusplus
extern "C" {
#endif

/// A package that a program imports: what is written in the import.
typedef struct plc_package {
  size_t struct_size;
  const char *module;
  const char *package; ///< `:package`, or NULL: as the module tells
  const char *version; ///< `:version`, or NULL: any
  /// NULL: it may be installed; else the reason why not.
  const char *refusal;
  /// Shows what is being done: a line without its end. Maybe NULL.
  void (*progress)(const char *line);
} plc_package;

/// Sees to it that the package is there. PLC_OK: `text` is what
/// plc_plugin::use_environment is given when the program runs. Else it says what
/// is wrong and, on a second line, what to do. It is cut at `size`.
typedef plc_status plc_package_provider_fn(const plc_package *package,
                                           char *text, size_t size);
PLC_PLUGIN_EXPORT plc_status plc_package_provider(const plc_package *package,
                                                  char *text, size_t size);

#ifdef __cplusplus
} // extern "C"
#endif
#endif // PLC_PACKAGES_H
