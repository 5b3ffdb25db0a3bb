//===- NativeCalls.h - compiled calls of native code ------------*- C++ -*-===//
#ifndef PLC_RUNTIME_NATIVECALLS_H
#define PLC_RUNTIME_NATIVECALLS_H

#include "stdlib/runtime/NativeMemory.h"

namespace plc::rt {

const char *nativeSiteSignature(const char *site);
/// Text of the type of a parameter, -1: the result. It lies on the heap.
const char *nativeSiteType(Context *ctx, const char *site, int64_t index);
/// Runs a callback of native code that could not run at once: in another thread
/// when that may have the Lisp world. Left out while a throw waits.
void serveCallback(void (*run)(void *data), void *data);
/// Text or a record that a procedure has returned to native code lives until
/// that has happened many times more.
void keepReturned(Context *ctx, Value v);
[[noreturn]] void raiseNativeArgument(Context *ctx, const char *site,
                                      int64_t index, Value v,
                                      const NativeFailure &failure);

/// The text of the type by which a function with any number of arguments is passed
/// one; null, and why, if there is none.
const char *nativeExtraType(Value v, NativeFailure &failure);

/// Native code has given up a callback: a pointer to one (one use of it), or all
/// of a procedure. False if the pointer is none.
bool releaseStubs(Context *ctx, Value pointerOrProcedure);
/// Ends what a pointer to a stub, and casts of it, keep, unless it has ended.
void endStubUse(Context *ctx, Value use);
/// True of casts of a pointer that releaseStubs() has taken.
bool isReleasedUse(Context *ctx, Value pointer);
/// True if the pointer is to a callback that releaseStubs() takes.
bool isStubPointer(Context *ctx, Value pointer);

} // namespace plc::rt
#endif // PLC_RUNTIME_NATIVECALLS_H
