//===- AsyncHosts.cpp - which thread runs a fiber ---------------------------===//

#include "stdlib/runtime/AsyncHosts.h"
#include "stdlib/runtime/AsyncPromise.h"
#include "stdlib/runtime/Jobs.h"

namespace plc::rt {

void (*rt_wake_host)(FiberHost *host);

static FiberHost *hosts;
static unsigned hostedFibers;   ///< of all hosts
static unsigned waitingThreads; ///< calls of other threads that wait

//===--- Fibers that are ready ----------------------------------------------===//

void ReadyFibers::add(Fiber *fiber) {
  fiber->nextReady = nullptr;
  *last = fiber;
  last = &fiber->nextReady;
}

void ReadyFibers::unlink(Fiber **at) {
  Fiber *fiber = *at;
  *at = fiber->nextReady;
  if (!*at)
    last = at;
  fiber->isReady = false;
}

//===--- Who waits for them -------------------------------------------------===//

static Awaiting awaitingOf(Fiber *fiber) {
  return fiber->promise.number() ? awaiting(fiber->promise.get(theContext))
                                 : Awaiting();
}

FiberHost *neededBy(Fiber *fiber) {
  if (!waitingThreads || fiber->hasFrames)
    return nullptr;
  return awaitingOf(fiber).host;
}

bool isNeededHere(Fiber *fiber, const FiberHost *here) {
  if (fiber->hasFrames)
    return false;
  Awaiting found = awaitingOf(fiber);
  return here ? found.host == here : !found.host && found.isProgram;
}

template <typename Find> static Fiber *findInHosts(const FiberHost *here, Find find) {
  auto isWanted = [here](Fiber *it) { return isNeededHere(it, here); };
  for (FiberHost *host = hosts; host; host = host->next)
    if (host != here)
      if (Fiber *fiber = find(host->ready, isWanted))
        return fiber;
  return nullptr;
}

Fiber *takeFromHosts(const FiberHost *here) {
  Fiber *fiber = findInHosts(
      here, [](ReadyFibers &of, auto isWanted) { return of.takeIf(isWanted); });
  if (fiber)
    leaveHost(fiber);
  return fiber;
}

bool hasForHost(const FiberHost &host) {
  return !host.ready.isEmpty() || host.jobs ||
         ready.find([&](Fiber *fiber) { return neededBy(fiber) == &host; }) ||
         findInHosts(&host, [](const ReadyFibers &of, auto isWanted) {
           return of.find(isWanted);
         });
}

Fiber *takeForHost(FiberHost &host) {
  // Its own must not keep the others from it.
  static unsigned turns;
  bool areOthersFirst = ++turns % 8 == 0;
  if (!areOthersFirst)
    if (Fiber *fiber = host.ready.take())
      return fiber;
  Fiber *fiber = ready.takeIf([&](Fiber *it) { return neededBy(it) == &host; });
  if (!fiber)
    fiber = takeFromHosts(&host);
  if (fiber)
    enterHost(host, fiber);
  else if (areOthersFirst)
    fiber = host.ready.take();
  return fiber;
}

//===--- Coming and going ---------------------------------------------------===//

void enterHost(FiberHost &host, Fiber *fiber) {
  fiber->host = &host;
  ++host.fibers;
  ++hostedFibers;
}

void leaveHost(Fiber *fiber) {
  if (!fiber->host)
    return;
  --fiber->host->fibers;
  --hostedFibers;
  fiber->host = nullptr;
  fiber->isAtHome = false;
}

void beginAtHome(Fiber *fiber) {
  FiberHost *host = currentFiber->host;
  if (!host || host->isLeaving)
    return;
  enterHost(*host, fiber);
  fiber->isAtHome = true;
}

bool isAtHome(const Fiber *fiber) {
  return fiber->isAtHome && !fiber->host->isLeaving;
}

bool hasHostedFibers() { return hostedFibers > 0; }

bool hasBusyCalls() {
  FiberHost *host = hosts;
  while (host && host->isWaiting)
    host = host->next;
  return host;
}

//===--- Jobs ---------------------------------------------------------------===//

uint64_t currentHost() {
  return currentFiber->host ? currentFiber->host->number : 0;
}

bool postJobTo(uint64_t number, void (*run)(void *data), void *data) {
  FiberHost *host = number ? hosts : nullptr;
  while (host && host->number != number)
    host = host->next;
  Job *job = makeJob(run, data);
  if (!job)
    return false;
  if (!host) {
    postJob(job);
    return true;
  }
  *host->lastJob = job;
  host->lastJob = &job->next;
  rt_wake_host(host);
  return true;
}

Job *takeJobOf(FiberHost *host) {
  if (!host)
    return takeJob();
  Job *job = host->jobs;
  if (!job)
    return nullptr;
  host->jobs = job->next;
  if (!host->jobs)
    host->lastJob = &host->jobs;
  return job;
}

//===--- Calls --------------------------------------------------------------===//

void beginHost(FiberHost &host) {
  static uint64_t lastNumber;
  host.number = ++lastNumber;
  host.next = hosts;
  hosts = &host;
}

void endHost(FiberHost &host) {
  FiberHost **at = &hosts;
  while (*at != &host)
    at = &(*at)->next;
  *at = host.next;
  noteIdleCall();
  while (Job *job = takeJobOf(&host))
    postJob(job);
}

void setWaiting(FiberHost &host, bool isWaiting) {
  host.isWaiting = isWaiting;
  waitingThreads += isWaiting ? 1 : -1;
  if (isWaiting)
    noteIdleCall();
}

void giveBackGuests(FiberHost &host) {
  auto isFree = [](Fiber *fiber) { return !fiber->hasFrames && !isAtHome(fiber); };
  while (Fiber *fiber = host.ready.takeIf(isFree)) {
    leaveHost(fiber);
    makeReady(fiber);
  }
}

void leaveCall(FiberHost &host) {
  host.isLeaving = true;
  giveBackGuests(host);
  for (Fiber *fiber = firstFiber(); fiber; fiber = fiber->next)
    if (fiber->host == &host && !fiber->isThread && !fiber->hasFrames)
      leaveHost(fiber);
}

void forgetHosts() {
  static FiberHost gone;
  FiberHost *own = currentFiber->host;
  for (FiberHost *host = hosts; host; host = host->next)
    if (host != own)
      leaveCall(*host);
  // The stacks of the other threads serve new ones. Nor can fibers go on that wait in
  // other runtimes, which forget all threads but this one.
  for (Fiber *fiber = firstFiber(); fiber; fiber = fiber->next) {
    if (fiber == currentFiber)
      continue;
    if (fiber->host && fiber->host != own) {
      fiber->host = &gone;
    } else if (fiber->isThread || !fiber->hasFrames || !rt_fiber_hook) {
      continue;
    } else {
      (own && fiber->host ? own->ready : ready).takeIf([=](Fiber *it) {
        return it == fiber;
      });
      leaveHost(fiber);
    }
    fiber->isReady = true; // nobody is to be woken
  }
  hosts = own;
  if (own)
    own->next = nullptr;
  hostedFibers = own ? own->fibers : 0;
  waitingThreads = own && own->isWaiting;
}

} // namespace plc::rt
