/// \file
/// Calls of native code whose signature is made when the program runs: what
/// plc-c.so offers to the runtime beside plc_plugin_query. Values are converted
/// by the runtime, as for everything else; this only moves them to where the
/// calling convention wants them.
#ifndef PLC_NATIVE_DYNAMIC_H
#define PLC_NATIVE_DYNAMIC_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
#define NATIVE_SCALAR(Id, Spelling, CType, Bytes, Class) PLC_ABI_##Id,
#include "plc/native_types.def"
  PLC_ABI_POINTER,
  PLC_ABI_RECORD
};

/// How a value is passed.
typedef struct plc_abi_type {
  int kind;
  /// PLC_ABI_RECORD: the parts in order, and what they have to come to.
  const struct plc_abi_type *const *elements;
  size_t count, size, align;
} plc_abi_type;

/// A signature, prepared: never freed.
typedef struct plc_abi_signature plc_abi_signature;

/// Native code calls a procedure: the addresses of the arguments, and room for
/// the result (at least a word).
typedef void plc_abi_handler(void *data, void *result, void **args);

typedef struct plc_native_dynamic {
  size_t struct_size;
  /// \param fixed  parameters before `...`, or `count` if there is none
  /// NULL if there is no such signature.
  plc_abi_signature *(*prepare)(const plc_abi_type *result,
                                const plc_abi_type *const *parameters,
                                size_t count, size_t fixed);
  /// \param result  room of at least a word
  void (*call)(plc_abi_signature *signature, void *function, void *result,
               void **args);
  /// A function that calls `handler`; NULL if there is no memory for it.
  /// \param stub  receives what release() wants
  void *(*callback)(plc_abi_signature *signature, plc_abi_handler *handler,
                    void *data, void **stub);
  void (*release)(void *stub);
} plc_native_dynamic;

/// Exported under this name.
const plc_native_dynamic *plc_native_dynamic_table(void);

#ifdef __cplusplus
} // extern "C"
#endif
#endif // PLC_NATIVE_DYNAMIC_H
