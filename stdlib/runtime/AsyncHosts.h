//===- AsyncHosts.h - which thread runs a fiber -----------------*- C++ -*-===//
//
// A thread whose call of Lisp waits is a host: fibers run on its stack, for the
// thread that schedules (Async.cpp) may be blocked in code of another runtime at any
// time, and a fiber that waits below such code goes on in its own thread only.
//
// So that it does not depend on time where a fiber runs: who waits for a fiber, also
// by way of others, runs it, a thread before the program; while nobody does, the call
// that has begun it, as long as it lasts. docs/decisions/0023 says why.
//
//===----------------------------------------------------------------------===//
#ifndef PLC_RUNTIME_ASYNCHOSTS_H
#define PLC_RUNTIME_ASYNCHOSTS_H

#include "stdlib/runtime/Async.h"

namespace plc::rt {

/// Of the thread that schedules.
extern ReadyFibers ready;

/// The host whose call waits for the fiber, which may begin or go on there; or null.
FiberHost *neededBy(Fiber *fiber);
/// True if what waits for the fiber runs on that host; null: in the program, and in no
/// host.
bool isNeededHere(Fiber *fiber, const FiberHost *host);
/// A fiber that is ready, in the queue of another host, and needed here; or null. It
/// has no host any more.
Fiber *takeFromHosts(const FiberHost *here);
/// A fiber to run there, or null.
Fiber *takeForHost(FiberHost &host);

/// A new fiber stays with the call that begins it.
void beginAtHome(Fiber *fiber);
/// It does, and the call is not over.
bool isAtHome(const Fiber *fiber);
/// The fiber, which has none, gets that host.
void enterHost(FiberHost &host, Fiber *fiber);
/// It has none any more.
void leaveHost(Fiber *fiber);

bool hasHostedFibers();
/// True if a call of another thread does not wait: it may settle a promise.
bool hasBusyCalls();
/// Async.cpp: there is one less.
void noteIdleCall();

/// The number of the host of the fiber that runs; 0: it has none.
uint64_t currentHost();
/// A job for the host with that number; for the thread that schedules where it is 0, or
/// the call is over.
bool postJobTo(uint64_t number, void (*run)(void *data), void *data);
/// The oldest job of the host, or of the thread that schedules; or null.
Job *takeJobOf(FiberHost *host);

} // namespace plc::rt
#endif // PLC_RUNTIME_ASYNCHOSTS_H
