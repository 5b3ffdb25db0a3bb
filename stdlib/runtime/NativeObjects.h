//===- NativeObjects.h - operations on pointers -----------------*- C++ -*-===//
#ifndef PLC_RUNTIME_NATIVEOBJECTS_H
#define PLC_RUNTIME_NATIVEOBJECTS_H

#include "stdlib/runtime/Runtime.h"

namespace plc::rt {

/// From now on `obj.name`, `ref` and their like work on pointers.
void installNativeObjects(Context *ctx);

} // namespace plc::rt
#endif // PLC_RUNTIME_NATIVEOBJECTS_H
