//===- LibraryHooks.cpp - what the libraries written in Lisp tell us -------===//
//
// The standard library defines some things in Lisp that the runtime relies on,
// and uses a few primitives that no program sees.
//
//===----------------------------------------------------------------------===//
#include "stdlib/runtime/Port.h"
#include "stdlib/runtime/PrimitivePrototypes.h"
#include "stdlib/runtime/Runtime.h"

namespace plc::rt {

extern "C" Value prim_SetPortParameters(Context *ctx, Value input,
                                        Value output, Value error) {
  if (!portParameters[CurrentInput])
    registerRoots(ctx, portParameters, 3);
  portParameters[CurrentInput] = input;
  portParameters[CurrentOutput] = output;
  portParameters[CurrentError] = error;
  return PLC_UNSPECIFIED;
}

/// Unlike make-promise, also of a promise: (force (delay p)) is the promise p.
extern "C" Value prim_MakeForced(Context *ctx, Value value) {
  Value cell = cons(ctx, PLC_TRUE, value);
  return allocateObject(ctx, PLC_KIND_PROMISE, 0, 1, cell);
}

} // namespace plc::rt
