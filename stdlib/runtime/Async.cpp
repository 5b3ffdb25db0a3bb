//===- Async.cpp - who runs when ------------------------------------------===//

#include "stdlib/runtime/AsyncHosts.h"
#include "stdlib/runtime/AsyncPromise.h"
#include "ffi/EventLoop.h"
#include "stdlib/runtime/Continuation.h"
#include "stdlib/runtime/HeapImpl.h"
#include "stdlib/runtime/Jobs.h"
#include "stdlib/runtime/LispEntry.h"
#include "stdlib/runtime/Number.h"
#include "stdlib/runtime/PrimitiveClosures.h"
#include "stdlib/runtime/RuntimeCalls.h"
#include "stdlib/runtime/Start.h"

#include <cstdio>

using namespace plc::rt;
using namespace plc::rt::detail;

// Only there if the program uses ports.
extern "C" __attribute__((weak)) void plc_show_standard_output(plc_context *);

namespace plc::rt {

void (*rt_wait_begin)(Context *ctx, plc_region *region);
void (*rt_wait_end)(Context *ctx, plc_region *region);
void (*rt_wake_thread)(Fiber *fiber);
void (*rt_suspend_thread)(Context *ctx);
void (*rt_start_signals)(Context *ctx);

//===--- Who runs next ----------------------------------------------------===//

ReadyFibers ready;
static bool isLoopUsed, isPolling;
static bool pollsForCalls; ///< nothing but calls of other threads can settle anything
static bool isInOtherLoop; ///< this one is part of another (turnOthers)
static unsigned externalWaits; ///< fibers that await an external promise
static bool mustJobsWait;      ///< there was no memory for their fiber
static bool mustMainChoose;    ///< it has been entered only for that

void makeReady(Fiber *fiber) {
  if (fiber->isReady)
    return;
  __atomic_store_n(&fiber->isReady, true, __ATOMIC_SEQ_CST);
  if (fiber->isThread) {
    rt_wake_thread(fiber);
    return;
  }
  if (FiberHost *host = fiber->host) {
    host->ready.add(fiber);
    rt_wake_host(host);
    if ((isPolling || isInOtherLoop) && isNeededHere(fiber, nullptr))
      ffi::wakeLoop();
    return;
  }
  ready.add(fiber);
  if (isPolling)
    ffi::wakeLoop();
}

/// A fiber that waits has no more to wait for.
static void stopWaiting(Context *ctx, Fiber *fiber) {
  if (!fiber->awaited)
    return;
  removeWaiter(ctx, fiber->awaited, reinterpret_cast<Value>(fiber));
  makeReady(fiber);
}

/// The conditions in the fiber's way, oldest first.
static Value injectedInto(Context *ctx, Fiber *fiber) {
  return fiber->injected.number() ? fiber->injected.get(ctx) : Value(PLC_NULL);
}
static void setInjected(Context *ctx, Fiber *fiber, Value list) {
  fiber->injected.release(ctx);
  if (list != PLC_NULL)
    fiber->injected = Handle::create(ctx, list);
}

void injectInto(Context *ctx, Fiber *fiber, Value condition) {
  Value last = list1(ctx, condition), list = injectedInto(ctx, fiber);
  if (list == PLC_NULL) {
    setInjected(ctx, fiber, last);
  } else {
    while (plc_cdr(list) != PLC_NULL)
      list = plc_cdr(list);
    store(ctx, plc_object_words(list) + 1, last);
  }
  stopWaiting(ctx, fiber);
}

/// The condition that stops the main program, which waits for it now.
static Value interruptMain(Context *ctx) {
  clearPending(ctx, PLC_PENDING_INTERRUPT);
  restoreLimit(ctx);
  // One is enough, how often the key was pressed.
  Value type = intern(ctx, "interrupt");
  for (Value list = injectedInto(ctx, &mainFiber); plc_is_pair(list);
       list = plc_cdr(list))
    if (isCondition(plc_car(list)) &&
        conditionField(plc_car(list), ConditionKind) == type)
      return plc_car(list);
  Value condition =
      makeCondition(ctx, type, makeString(ctx, "interrupted"), PLC_NULL);
  injectInto(ctx, &mainFiber, condition);
  return condition;
}

/// In a fiber that computes: the main program is told at once. So is the fiber
/// later, which might go on for ever otherwise.
static int interruptFiber(Context *ctx) {
  Fiber *self = currentFiber;
  if (!onFiber || self->isThread || self->host)
    return 0;
  injectInto(ctx, self, interruptMain(ctx));
  setFlag(self->promise.get(ctx), IsAwaited);
  giveTurn(ctx);
  return 1;
}

/// Signals have come for plugins, and the main program waits.
static bool mustHandleSignals(Context *ctx) {
  return (ctx->pending & PLC_PENDING_SIGNALS) && mainFiber.awaited;
}

static bool canHappen() {
  return ffi::loopHasWork() || hasJobs() || externalWaits > 0 ||
         expectedJobs() > 0 || hasHostedFibers();
}

static void poll(Context *ctx, bool mayWait) {
  // Others may run Lisp meanwhile: what our callers keep in registers must be
  // where collections see it.
  __builtin_unwind_init();
  plc_region region;
  isLoopUsed = true;
  if (mayWait && plc_show_standard_output)
    plc_show_standard_output(ctx);
  isPolling = true;
  if (mayWait && rt_wait_begin)
    rt_wait_begin(ctx, &region);
  ffi::pollLoop(mayWait && ready.isEmpty() && (!hasJobs() || mustJobsWait) &&
                !(ctx->pending & PLC_PENDING_INTERRUPT) && !mustHandleSignals(ctx));
  if (mayWait && rt_wait_end)
    rt_wait_end(ctx, &region);
  isPolling = false;
  ffi::dispatchEvents();
}

void lookAtLoop(Context *ctx) {
  if (!isPolling)
    poll(ctx, false);
}

/// What is needed here and lies with hosts gets into the queue.
static void takeFromHosts() {
  if (Fiber *fiber = takeFromHosts(nullptr))
    makeReady(fiber);
}

double timeUntilLook(double most) {
  double time = isPolling ? -1 : ffi::loopTimeout();
  return time < 0 || time > most ? most : time;
}

static void runJobs(Context *ctx, Fiber *self);

/// Those of a host, or of the thread that schedules. False if there is no memory for a
/// fiber.
static bool startJobs(Context *ctx, FiberHost *host = nullptr) {
  Fiber *fiber = makeFiber(ctx, runJobs, nullptr);
  bool isPrepared = fiber && prepareFiber(fiber);
  if (!host)
    mustJobsWait = !isPrepared;
  if (!isPrepared) {
    if (fiber)
      freeFiber(ctx, fiber);
    return false;
  }
  fiber->promise = Handle::create(ctx, makePromise(ctx, false));
  fiber->hasFrames = true; // from its beginning: what it calls
  if (host)
    enterHost(*host, fiber);
  makeReady(fiber);
  return true;
}

/// A fiber cannot begin.
static void refuse(Context *ctx, Fiber *fiber) {
  Value condition = makeCondition(
      ctx, intern(ctx, "too-many-fibers"),
      makeString(ctx, "the system has no memory for the stack of a fiber"),
      list1(ctx, makeInteger(ctx, int64_t(liveFibers()))));
  settlePromise(ctx, fiber->promise.get(ctx), PromiseState::Rejected,
                condition);
  freeFiber(ctx, fiber);
}

/// Who never waits must not keep others from what the loop has for them.
bool takeTurn(Context *ctx) {
  static unsigned turns;
  constexpr unsigned MostTurns = 64;
  if (++turns % MostTurns || !isLoopUsed)
    return false;
  lookAtLoop(ctx);
  return true;
}

/// Waits until there is a fiber to run.
static Fiber *chooseNext(Context *ctx) {
  for (;;) {
    if (ctx->pending & PLC_PENDING_INTERRUPT)
      interruptMain(ctx);
    if (mustHandleSignals(ctx))
      rt_start_signals(ctx);
    if (takeTurn(ctx)) {
      if (hasJobs())
        startJobs(ctx);
      takeFromHosts();
    }
    if (Fiber *fiber = ready.take()) {
      if (FiberHost *host = neededBy(fiber)) {
        enterHost(*host, fiber);
        makeReady(fiber);
        continue;
      }
      if (prepareFiber(fiber))
        return fiber;
      refuse(ctx, fiber);
      continue;
    }
    if (hasJobs() && startJobs(ctx))
      continue;
    takeFromHosts();
    if (!ready.isEmpty())
      continue;
    pollsForCalls = !canHappen() && hasBusyCalls();
    if (canHappen() || pollsForCalls) {
      // Meanwhile other threads may go on with any fiber that has been left, but for
      // the main program.
      if (rt_wait_begin && currentFiber != &mainFiber) {
        mustMainChoose = true;
        return &mainFiber;
      }
      poll(ctx, true);
    } else {
      mainFiber.isStuck = true;
      stopWaiting(ctx, &mainFiber);
    }
  }
}

//===--- Threads that run fibers meanwhile --------------------------------===//

/// A fiber to run on the thread, or the thread itself.
static Fiber *chooseOnHost(Context *ctx, FiberHost &host) {
  for (;;) {
    takeTurn(ctx);
    if (host.waiting->isReady)
      return &host.self;
    if (host.jobs)
      startJobs(ctx, &host);
    Fiber *fiber = takeForHost(host);
    if (!fiber)
      return &host.self;
    if (!prepareFiber(fiber)) {
      leaveHost(fiber);
      refuse(ctx, fiber);
      continue;
    }
    return fiber;
  }
}

void runHosted(Context *ctx, FiberHost &host) {
  Fiber *next = chooseOnHost(ctx, host);
  if (next != &host.self)
    switchFiber(ctx, next);
}

void noteIdleCall() {
  if (isPolling && pollsForCalls)
    ffi::wakeLoop();
}

void forgetThreads() {
  isPolling = mustMainChoose = false;
  forgetHosts();
}

void suspend(Context *ctx) {
  Fiber *self = currentFiber;
  if (self->isThread) {
    rt_suspend_thread(ctx);
    return;
  }
  self->hasFrames =
      youngestForeignCall || nestedForeignCalls || isInCallback(ctx) || self->isBound;
  FiberHost *host = self->host;
  // Without frames any thread can go on with it.
  if (host && !self->hasFrames && !self->isReady && !isAtHome(self))
    leaveHost(self);
  do {
    mustMainChoose = false;
    Fiber *next = host ? chooseOnHost(ctx, *host) : chooseNext(ctx);
    if (next != self)
      switchFiber(ctx, next);
  } while (self == &mainFiber && mustMainChoose);
}

[[noreturn]] static void finishFiber(Context *ctx) {
  FiberHost *host = currentFiber->host;
  leaveHost(currentFiber);
  leaveFiber(ctx, host ? chooseOnHost(ctx, *host) : chooseNext(ctx));
}

/// What others have put in this fiber's way while it waited.
static void takeInjected(Context *ctx) {
  Fiber *self = currentFiber;
  if (self->entering.number()) {
    Value pending = self->entering.get(ctx);
    self->entering.release(ctx);
    resumeEscape(ctx, pending);
  }
  Value list = injectedInto(ctx, self);
  if (list != PLC_NULL) {
    setInjected(ctx, self, plc_cdr(list));
    raise(ctx, plc_car(list));
  }
}

void giveTurn(Context *ctx) {
  makeReady(currentFiber);
  suspend(ctx);
  takeInjected(ctx);
}

static void abandon(Value promise) {
  Value job = field(promise, PromiseAbandoned);
  if (job == PLC_FALSE)
    return;
  field(promise, PromiseAbandoned) = PLC_FALSE;
  postHandle(job);
}

static Fiber *ownerOf(Value promise) {
  Value owner = field(promise, PromiseOwner);
  return plc_is_fixnum(owner) && !(owner & TimerBit)
             ? reinterpret_cast<Fiber *>(owner)
             : nullptr;
}

/// Something is in the fiber's way: it will not wait for the promise.
static void leavePromise(Context *ctx, Value promise) {
  if (!hasFlag(promise, IsSole))
    return;
  setFlag(promise, IsAwaited); // who gives it up knows
  abandon(promise);
  // No time is to be waited for either.
  Value owner = field(promise, PromiseOwner);
  if (owner != PLC_FALSE && (owner & TimerBit))
    settlePromise(ctx, promise, PromiseState::Resolved, PLC_UNSPECIFIED);
}

static void waitFor(Context *ctx, Value promise) {
  Fiber *self = currentFiber;
  if (self->injected.number())
    leavePromise(ctx, promise);
  takeInjected(ctx);
  while (isPending(promise)) {
    addWaiter(ctx, promise, reinterpret_cast<Value>(self));
    self->awaited = promise;
    // It may be needed by the program now.
    Fiber *owner = isPolling ? ownerOf(promise) : nullptr;
    if (owner && owner->host && owner->isReady && isNeededHere(owner, nullptr))
      ffi::wakeLoop();
    bool isExternal = hasFlag(promise, IsExternal);
    externalWaits += isExternal;
    suspend(ctx);
    externalWaits -= isExternal;
    self->awaited = 0;
    if (self->injected.number())
      leavePromise(ctx, promise);
    takeInjected(ctx);
    if (self->isStuck) {
      self->isStuck = false;
      raiseCondition(ctx, "await-would-deadlock",
                     "nothing can settle this promise: no fiber can run, and "
                     "nothing is waited for",
                     list1(ctx, promise));
    }
  }
}

Value awaitPromise(Context *ctx, Value promise) {
  volatile Value kept = promise; // on the stack: it does not move
  waitFor(ctx, promise);
  setFlag(kept, IsAwaited);
  Value v = promiseValue(promise);
  if (promiseState(promise) == PromiseState::Resolved)
    return restoreValues(ctx, v);
  if (isCondition(v) && !hasFlag(promise, HasTrace)) {
    setFlag(promise, HasTrace);
    appendTrace(ctx, v, captureTrace(ctx));
  }
  raise(ctx, v);
}

void whenSettled(Context *ctx, Value promise, void (*settled)(void *data),
                 void *data) {
  setFlag(promise, IsAwaited);
  if (!isPending(promise)) {
    postJobTo(currentHost(), settled, data);
    return;
  }
  addWaiter(ctx, promise, makeJobHandle(ctx, settled, data));
}

void whenAbandoned(Context *ctx, Value promise, void (*abandoned)(void *data),
                   void *data) {
  if (isPending(promise))
    setField(ctx, promise, PromiseAbandoned,
             makeJobHandle(ctx, abandoned, data));
}

bool hasOthers() { return !ready.isEmpty() || canHappen(); }

bool runOthers(Context *ctx) {
  takeFromHosts();
  if (ready.isEmpty() && !hasJobs())
    poll(ctx, true);
  makeReady(currentFiber);
  suspend(ctx);
  // Nobody here could handle it.
  bool isInterrupted = currentFiber->injected.number();
  currentFiber->injected.release(ctx);
  return !isInterrupted;
}

double turnOthers(Context *ctx, int *descriptor) {
  isInOtherLoop = true;
  lookAtLoop(ctx);
  if (hasJobs())
    startJobs(ctx);
  takeFromHosts();
  if (!ready.isEmpty()) {
    makeReady(currentFiber);
    suspend(ctx);
    currentFiber->injected.release(ctx);
    lookAtLoop(ctx); // so that it knows what has been asked of it
  }
  *descriptor = ffi::loopDescriptor();
  return !ready.isEmpty() || hasJobs() ? 0 : ffi::loopTimeout();
}

//===--- Fibers -----------------------------------------------------------===//

static void runThunk(Context *ctx, Fiber *self) {
  Value thunk = self->thunk.get(ctx), result = PLC_UNSPECIFIED;
  self->thunk.release(ctx);
  EnterStatus status = enterLisp(ctx, thunk, 0, nullptr, &result);
  Value promise = self->promise.get(ctx);
  if (status == EnterStatus::Returned)
    settlePromise(ctx, promise, PromiseState::Resolved,
                  saveValues(ctx, result));
  else
    settlePromise(ctx, promise, PromiseState::Rejected, pendingObject(ctx));
  finishFiber(ctx);
}

static void runJobs(Context *ctx, Fiber *self) {
  // Lisp that a job calls must hand its errors to the job.
  ForeignCall call = {youngestForeignCall, boundaryOf(ctx)};
  youngestForeignCall = &call;
  while (Job *job = takeJobOf(self->host)) {
    Job work = *job;
    free(job);
    work.run(work.data);
  }
  youngestForeignCall = call.prev;
  settlePromise(ctx, self->promise.get(ctx), PromiseState::Resolved,
                PLC_UNSPECIFIED);
  finishFiber(ctx);
}

namespace {
struct Spawned {
  void (*body)(void *data);
  void *data;
};
} // namespace

static void runSpawned(Context *ctx, Fiber *self) {
  // As in runJobs.
  ForeignCall call = {youngestForeignCall, boundaryOf(ctx)};
  youngestForeignCall = &call;
  auto *spawned = static_cast<Spawned *>(self->data);
  spawned->body(spawned->data);
  free(spawned);
  youngestForeignCall = call.prev;
  settlePromise(ctx, self->promise.get(ctx), PromiseState::Resolved,
                PLC_UNSPECIFIED);
  finishFiber(ctx);
}

bool spawnFiber(Context *ctx, void (*body)(void *data), void *data) {
  Value promise = makePromise(ctx, false);
  auto *spawned = static_cast<Spawned *>(malloc(sizeof(Spawned)));
  Fiber *fiber = spawned ? makeFiber(ctx, runSpawned, spawned) : nullptr;
  if (!fiber) {
    free(spawned);
    return false;
  }
  *spawned = {body, data};
  fiber->promise = Handle::create(ctx, promise);
  fiber->params = Handle::create(ctx, ctx->params);
  fiber->hasFrames = true; // from its beginning: `body`
  if (FiberHost *host = currentFiber->host)
    enterHost(*host, fiber);
  makeReady(fiber);
  return true;
}

/// A continuation of a fiber that waits: it goes on there. The one that runs has
/// left for good.
static void enterFiber(Context *ctx, Value k, Value packed) {
  Fiber *target = fiberOfBoundary(continuationSerial(k));
  if (!target || target->isThread || currentFiber->isThread || target->host ||
      currentFiber->host)
    return;
  Fiber *self = currentFiber;
  Value promise = target == &mainFiber ? Value(PLC_FALSE)
                                       : target->promise.get(ctx);
  target->entering.release(ctx);
  target->entering = Handle::create(ctx, cons(ctx, k, packed));
  stopWaiting(ctx, target);
  if (self != &mainFiber) {
    rewind(ctx, PLC_NULL);
    Value condition = makeCondition(
        ctx, intern(ctx, "fiber-left"),
        makeString(ctx, "the fiber went on in a continuation of another one"),
        PLC_NULL);
    settlePromise(ctx, self->promise.get(ctx), PromiseState::Rejected,
                  condition);
    finishFiber(ctx);
  }
  // The main program has left, with its afters and handlers, and ends when that
  // fiber does.
  volatile Value kept = promise;
  rewind(ctx, PLC_NULL);
  ctx->handlers = PLC_NULL;
  ctx->params = PLC_NULL;
  awaitPromise(ctx, kept);
  exitProcess(ctx, 0);
}

void startAsync(Context *ctx) {
  if (asyncPromiseType)
    return;
  makePromiseType(ctx);
  initializeFibers(ctx);
  rt_interrupt_fiber = interruptFiber;
  rt_wake_hook = ffi::wakeLoop;
  rt_async_end_hook = reportUnawaited;
  rt_enter_fiber = enterFiber;
}

//===--- Timers -----------------------------------------------------------===//

namespace {
struct TimerData {
  ffi::Timer *timer;
  Handle promise;
  Handle condition; ///< to raise where `target` awaits, or none
  uint64_t target;  ///< the number of that fiber
};
} // namespace

static void freeTimer(Context *ctx, TimerData *timer) {
  timer->promise.release(ctx);
  timer->condition.release(ctx);
  free(timer);
}

/// Its promise was settled by somebody else.
void dropTimer(Context *ctx, uint64_t address) {
  auto *timer = reinterpret_cast<TimerData *>(address);
  ffi::stopTimer(timer->timer);
  freeTimer(ctx, timer);
}

static void onTimer(void *data) {
  auto *timer = static_cast<TimerData *>(data);
  Context *ctx = theContext;
  Value promise = timer->promise.get(ctx);
  field(promise, PromiseOwner) = PLC_FALSE;
  settlePromise(ctx, promise, PromiseState::Resolved, PLC_UNSPECIFIED);
  if (timer->condition.number()) {
    if (Fiber *fiber = fiberOfNumber(timer->target))
      injectInto(ctx, fiber, timer->condition.get(ctx));
  }
  freeTimer(ctx, timer);
}

} // namespace plc::rt

int plc_wait_for_input(plc_context *ctx, int fd) {
  if (!asyncPromiseType || !hasOthers())
    return 0;
  if (fd < 0)
    return 1;
  volatile bool isReadable = false;
  plc::ffi::Watch *watch = plc::ffi::startWatch(
      fd, plc::ffi::WatchReadable,
      [](void *data, int) { *static_cast<volatile bool *>(data) = true; },
      const_cast<bool *>(&isReadable));
  if (!watch)
    return 0;
  bool goesOn = true;
  while (!isReadable && goesOn)
    goesOn = runOthers(ctx);
  plc::ffi::stopWatch(watch);
  return goesOn ? 1 : -1;
}

//===--- Primitives -------------------------------------------------------===//

/// A promise that is settled after that time; then the condition, if there is
/// one, is raised where this fiber awaits.
extern "C" Value prim_Timer(Context *ctx, Value seconds, Value condition) {
  double time = isNumber(seconds) && isReal(seconds) ? realToDouble(seconds)
                                                     : -1;
  if (!(time >= 0))
    wrongType(ctx, condition == PLC_DEFAULT ? "sleep-for" : "with-timeout", 1,
              "a time in seconds, a real number >= 0", seconds);
  Value promise = makePromise(ctx, false);
  Handle kept = Handle::create(ctx, promise), raised;
  if (condition != PLC_DEFAULT)
    raised = Handle::create(ctx, condition);
  else
    setFlag(promise, IsSole);
  auto *data = static_cast<TimerData *>(malloc(sizeof(TimerData)));
  if (data)
    *data = {nullptr, kept, raised, currentFiber->number};
  plc::ffi::Timer *timer =
      data ? plc::ffi::startTimer(time, onTimer, data) : nullptr;
  if (!timer) {
    free(data);
    kept.release(ctx);
    raised.release(ctx);
    raiseHeapExhausted(ctx, sizeof(TimerData));
  }
  data->timer = timer;
  isLoopUsed = true;
  field(promise, PromiseOwner) = reinterpret_cast<Value>(data) | TimerBit;
  return promise;
}

extern "C" Value prim_StopTimer(Context *ctx, Value promise, Value condition) {
  settlePromise(ctx, promise, PromiseState::Resolved, PLC_UNSPECIFIED);
  Fiber *self = currentFiber;
  Value list = injectedInto(ctx, self), before = PLC_NULL;
  for (; list != PLC_NULL; before = list, list = plc_cdr(list))
    if (plc_car(list) == condition) {
      if (before == PLC_NULL)
        setInjected(ctx, self, plc_cdr(list));
      else
        store(ctx, plc_object_words(before) + 1, plc_cdr(list));
      break;
    }
  return PLC_UNSPECIFIED;
}

extern "C" Value prim_Async(Context *ctx, Value thunk) {
  checkCallable(ctx, "async", 1, thunk);
  limitUnawaited(ctx);
  Value promise = makePromise(ctx, false);
  Fiber *fiber = makeFiber(ctx, runThunk, nullptr);
  if (!fiber)
    raiseHeapExhausted(ctx, sizeof(Fiber));
  fiber->promise = Handle::create(ctx, promise);
  fiber->thunk = Handle::create(ctx, thunk);
  fiber->params = Handle::create(ctx, ctx->params);
  field(promise, PromiseOwner) = reinterpret_cast<Value>(fiber);
  beginAtHome(fiber);
  makeReady(fiber);
  return promise;
}

/// What `await` waits for: other values as they are.
static Value awaitable(Context *ctx, Value v, bool isHere) {
  return isForeign(v) && rt_foreign_await ? rt_foreign_await(ctx, v, isHere) : v;
}

extern "C" Value prim_Await(Context *ctx, Value v) {
  Value object = v;
  v = awaitable(ctx, v, true);
  if (!isPromise(v))
    return v;
  if (v != object)
    setFlag(v, IsSole);
  return awaitPromise(ctx, v);
}

extern "C" Value prim_ToAsyncPromise(Context *ctx, Value v) {
  v = awaitable(ctx, v, false);
  if (isPromise(v))
    return v;
  volatile Value kept = v;
  Value promise = makePromise(ctx, false);
  settlePromise(ctx, promise, PromiseState::Resolved, kept);
  return promise;
}

extern "C" Value prim_Resolve(Context *ctx, int64_t argc, const Value *argv) {
  Value promise = checkPromise(ctx, "resolve!", argv[0]);
  Value v = argc == 2
                ? argv[1]
                : saveValues(ctx, returnValues(ctx, argc - 1, argv + 1));
  ctx->nvals = 0;
  return plc_bool(settlePromise(ctx, promise, PromiseState::Resolved, v));
}

extern "C" Value prim_Reject(Context *ctx, Value promise, Value object) {
  checkPromise(ctx, "reject!", promise);
  limitUnawaited(ctx);
  return plc_bool(settlePromise(ctx, promise, PromiseState::Rejected, object));
}

extern "C" Value prim_Cancel(Context *ctx, Value promise) {
  checkPromise(ctx, "cancel!", promise);
  if (!isPending(promise))
    return PLC_FALSE;
  Value condition = makeCondition(
      ctx, intern(ctx, "cancelled"),
      makeString(ctx, "what settles this promise was cancelled"), PLC_NULL);
  // Whoever cancels knows.
  setFlag(promise, IsAwaited);
  Fiber *fiber = ownerOf(promise);
  if (fiber && fiber->hasBegun) {
    injectInto(ctx, fiber, condition);
    return PLC_TRUE;
  }
  abandon(promise);
  settlePromise(ctx, promise, PromiseState::Rejected, condition);
  if (fiber) {
    (fiber->host ? fiber->host->ready : ready).takeIf([=](Fiber *it) {
      return it == fiber;
    });
    leaveHost(fiber);
    freeFiber(ctx, fiber);
  }
  return PLC_TRUE;
}
