//===- NativeDynamic.h - calls with signatures made at run time -*- C++ -*-===//
#ifndef PLC_RUNTIME_NATIVEDYNAMIC_H
#define PLC_RUNTIME_NATIVEDYNAMIC_H

#include "stdlib/runtime/Runtime.h"

namespace plc::rt {

/// Calls a function by its address. Arguments as in a compiled call.
Value callNative(Context *ctx, void *function, const char *name,
                 const char *signature, size_t argc, const Value *argv);
/// A pointer to a function that calls the procedure: the same for the same two.
Value nativeCallback(Context *ctx, const char *signature, Value procedure);

} // namespace plc::rt
#endif // PLC_RUNTIME_NATIVEDYNAMIC_H
