//===- World.h - which thread runs Lisp --------------------------*- C++ -*-===//
//
// One thread at a time holds the Lisp world. The one that does lets others have
// it where its plugin says that it will block (plc_host::blocking_begin), while
// it waits in the event loop, and at a poll of generated code if somebody wants
// it. A thread of a foreign runtime runs Lisp on a fiber of its own, so that all
// values that it handles lie on a stack that collections know.
//
//===----------------------------------------------------------------------===//
#ifndef PLC_RUNTIME_WORLD_H
#define PLC_RUNTIME_WORLD_H

#include "plc/plugin.h"
#include "stdlib/runtime/Async.h"

namespace plc::rt {

/// This thread is the one that holds the world. Once.
void initializeWorld(Context *ctx);
/// See plc_host.
plc_status runInWorld(void (*body)(void *data), void *data);
/// \{ In a module (Module.cpp). Of the thread that is home to the main program: the
/// world is free from now on; and run `body` on the main program's stack if that can
/// be done at once. False in other threads, and while one of those has the world.
void leaveHome();
bool runAtHome(void (*body)(void *data), void *data);
/// \}
/// The same in the thread that has given the world away for a call of native
/// code, whose callback this is: it takes it back meanwhile. False in others.
bool runInBlockedCall(void (*body)(void *data), void *data);
/// Around what blocks without touching Lisp; `region` and the registers that
/// plc_release_world keeps there are part of the stack until the end.
extern "C" void plc_release_world(const plc_host *ignored, plc_region *region);
void takeWorldBack(plc_region *region);

} // namespace plc::rt
#endif // PLC_RUNTIME_WORLD_H
