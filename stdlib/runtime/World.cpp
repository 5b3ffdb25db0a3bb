//===- World.cpp - which thread runs Lisp ---------------------------------===//

#include "stdlib/runtime/World.h"
#include "ffi/EventLoop.h"
#include "ffi/Plugins.h"
#include "stdlib/runtime/Jobs.h"
#include "stdlib/runtime/Operation.h"
#include "stdlib/runtime/RuntimeCalls.h"
#include "stdlib/runtime/Start.h"
#include "stdlib/runtime/StackCopy.h"

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <pthread.h>
#include <sys/mman.h>

using namespace plc::rt;

// rt_blocking_begin: the same for a call of native code; plugins are told first.
// rsi: the region. What the caller's registers hold becomes part of it, for
// plugins keep values there, too; the stack begins where the caller's frame ends.
asm(R"(
  .section .text.plc_release_world,"ax",@progbits
  .p2align 4
  .globl rt_blocking_begin
  .hidden rt_blocking_begin
  .type rt_blocking_begin, @function
rt_blocking_begin:
  pushq %rsi
  movq %rsi, %rdi
  callq plc_before_blocking
  popq %rsi
  .globl plc_release_world
  .hidden plc_release_world
  .type plc_release_world, @function
plc_release_world:
  movq %rbx, (%rsi)
  movq %rbp, 8(%rsi)
  movq %r12, 16(%rsi)
  movq %r13, 24(%rsi)
  movq %r14, 32(%rsi)
  movq %r15, 40(%rsi)
  movq %rsi, %rdi
  leaq 8(%rsp), %rsi
  jmp plc_world_released
  .size plc_release_world, . - plc_release_world
  .text
)");
extern "C" {
[[gnu::used, gnu::visibility("hidden")]] void
plc_before_blocking(plc_region *region);
[[gnu::used, gnu::visibility("hidden")]] void
plc_world_released(plc_region *region, uint64_t sp);
}

namespace plc::rt {

//===--- The lock ---------------------------------------------------------===//

// `isHeld` changes by single instructions; who does not get the world at once
// waits for `isFree`, counted in `waiting`. Who lets go looks at `waiting` after
// that, who waits looks at `isHeld` after counting itself: nobody sleeps on.
static bool isHeld = true;
static int waiting;
static uint64_t turns; ///< how often a waiting thread got the world
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t isFree = PTHREAD_COND_INITIALIZER;
static pthread_cond_t wasTaken = PTHREAD_COND_INITIALIZER;

/// The thread that holds it, for callbacks of native code.
static void setHolder(uint64_t thread) {
  __atomic_store_n(&theContext->holder, thread, __ATOMIC_RELAXED);
}

static bool tryTake() {
  return !__atomic_exchange_n(&isHeld, true, __ATOMIC_SEQ_CST);
}

static void putHomeAside(Context *ctx);

static void take() {
  if (!tryTake()) {
    pthread_mutex_lock(&lock);
    __atomic_add_fetch(&waiting, 1, __ATOMIC_SEQ_CST);
    while (!tryTake()) {
      requestPoll(theContext, PLC_PENDING_CALLS);
      pthread_cond_wait(&isFree, &lock);
    }
    __atomic_sub_fetch(&waiting, 1, __ATOMIC_SEQ_CST);
    ++turns;
    pthread_cond_broadcast(&wasTaken);
    pthread_mutex_unlock(&lock);
  }
  setHolder(currentThread());
  putHomeAside(theContext);
}

static void letGo() {
  setHolder(0);
  __atomic_store_n(&isHeld, false, __ATOMIC_SEQ_CST);
  if (__atomic_load_n(&waiting, __ATOMIC_SEQ_CST)) {
    pthread_mutex_lock(&lock);
    pthread_cond_broadcast(&isFree);
    pthread_mutex_unlock(&lock);
  }
}

/// The same; returns when a waiting thread has it.
static void handOver() {
  setHolder(0);
  pthread_mutex_lock(&lock);
  uint64_t before = turns;
  __atomic_store_n(&isHeld, false, __ATOMIC_SEQ_CST);
  pthread_cond_broadcast(&isFree);
  while (waiting && turns == before)
    pthread_cond_wait(&wasTaken, &lock);
  pthread_mutex_unlock(&lock);
}
/// What plc_release_world ends with; null: letGo.
static void (*giveUp)();

//===--- Regions ----------------------------------------------------------===//

namespace {
/// What a plc_region holds.
struct Region {
  uint64_t registers[6];
  FiberState state;
  Fiber *fiber;
  plc_region *outer; ///< see blockedIn
};
static_assert(sizeof(Region) <= sizeof(plc_region));
Region &regionOf(plc_region *region) {
  return *reinterpret_cast<Region *>(region);
}
} // namespace

/// The fiber that runs becomes one that waits, from `sp` on.
static void putAside(Context *ctx, Region &region, uint64_t sp) {
  saveFiberState(ctx, region.state);
  region.fiber = currentFiber;
  currentFiber->range.sp = sp;
  currentFiber->guard = exchangeStackGuard({});
  addStack(ctx, &currentFiber->range);
}

static void putBack(Context *ctx, Region &region) {
  removeStack(ctx, &region.fiber->range);
  currentFiber = region.fiber;
  tellPlugins(currentFiber);
  restoreFiberState(ctx, region.state);
  exchangeStackGuard(currentFiber->guard);
}

void takeWorldBack(plc_region *region) {
  take();
  putBack(theContext, regionOf(region));
}

//===--- Polls ------------------------------------------------------------===//

static void tellWait() {
  for (ffi::Plugin *plugin : ffi::openPlugins())
    if (plugin->isStarted && plugin->table->before_wait)
      plugin->table->before_wait(plugin->table);
}

static void tellEndOfWait() {
  const std::vector<ffi::Plugin *> &plugins = ffi::openPlugins();
  for (size_t i = plugins.size(); i-- > 0;)
    if (plugins[i]->isStarted && plugins[i]->table->after_wait)
      plugins[i]->table->after_wait(plugins[i]->table);
}

static void yieldWorld(Context *ctx) {
  volatile Value values =
      ctx->nvals ? saveValues(ctx, PLC_MV) : Value(PLC_FALSE);
  if (__atomic_load_n(&waiting, __ATOMIC_SEQ_CST) > 0) {
    plc_region region;
    tellWait();
    giveUp = handOver;
    plc_release_world(nullptr, &region);
    takeWorldBack(&region);
    tellEndOfWait();
  }
  pthread_mutex_lock(&lock);
  if (!waiting)
    clearPending(ctx, PLC_PENDING_CALLS);
  pthread_mutex_unlock(&lock);
  restoreLimit(ctx);
  if (values != PLC_FALSE)
    restoreValues(ctx, values);
}

/// The call of native code in which this thread has given the world away.
static thread_local plc_region *blockedIn;

bool runInBlockedCall(void (*body)(void *data), void *data) {
  plc_region *region = blockedIn;
  if (!region)
    return false;
  uint64_t sp = regionOf(region).fiber->range.sp;
  blockedIn = nullptr;
  takeWorldBack(region);
  tellEndOfWait();
  body(data);
  tellWait();
  // The registers are still those of who began the call.
  putAside(theContext, regionOf(region), sp);
  blockedIn = region;
  letGo();
  return true;
}

static void beginWait(Context *, plc_region *region) {
  tellWait();
  giveUp = letGo;
  plc_release_world(nullptr, region);
}

static void endWait(Context *, plc_region *region) {
  takeWorldBack(region);
  tellEndOfWait();
}

//===--- The main program of a module -------------------------------------===//

namespace {
/// Between two calls of the home thread no frame of the main program is there. Its
/// state stays in the context until another thread wants to run Lisp.
struct Home {
  bool isIdle, isAside;
  Region region;
} home;
/// This thread has loaded the module; it may end before others call it.
thread_local bool isHome;
} // namespace

void leaveHome() {
  isHome = true;
  home.isIdle = true;
  letGo();
}

/// By who has just taken the world: another thread, or a call that is not over.
static void putHomeAside(Context *ctx) {
  if (!home.isIdle || home.isAside)
    return;
  home.isAside = true;
  putAside(ctx, home.region, ctx->stack_high);
}

namespace {
struct HomeCall {
  void (*body)(void *data);
  void *data;
};
} // namespace

/// Lets the world go in the end.
static void callAtHome(void (*body)(void *data), void *data) {
  Context *ctx = theContext;
  setHolder(currentThread());
  home.isIdle = false;
  if (home.isAside)
    putBack(ctx, home.region);
  home.isAside = false;
  HomeCall call = {body, data};
  plc_run_on_lisp_stack(
      ctx,
      [](Context *, void *of) {
        auto *home = static_cast<HomeCall *>(of);
        home->body(home->data);
        return 0;
      },
      &call);
  home.isIdle = true;
  letGo();
}

bool runAtHome(void (*body)(void *data), void *data) {
  if (!home.isIdle || !isHome || !tryTake())
    return false;
  callAtHome(body, data);
  return true;
}

//===--- Threads of foreign runtimes ---------------------------------------===//

namespace {
struct ThreadCall {
  void (*body)(void *data);
  void *data; ///< of body
  Fiber *fiber = nullptr;
  uint64_t nativeStack = 0;
  bool hasEnded = false;
  FiberHost host = {};
  bool waitsForHosted = false; ///< the fiber, until the host has none
  pthread_cond_t isReady = PTHREAD_COND_INITIALIZER;
  bool isWaiting = false;   ///< for its turn, without the world
  bool isHostWoken = false; ///< the host has fibers that are ready
};
} // namespace

static void suspendThread(Context *ctx);

/// Until no fiber is left on the thread's stack: those with frames of other runtimes
/// cannot go on elsewhere.
static void waitForHosted(Context *ctx, ThreadCall *call) {
  leaveCall(call->host);
  call->waitsForHosted = true;
  while (call->host.fibers)
    suspendThread(ctx);
  call->waitsForHosted = false;
}

/// On the fiber's stack.
static void runBody(Context *ctx, Fiber *self) {
  auto *call = static_cast<ThreadCall *>(self->data);
  self->promise = Handle::create(ctx, makePromise(ctx, false));
  // Lisp that the body calls hands its errors to it.
  ForeignCall foreign = {youngestForeignCall, boundaryOf(ctx)};
  youngestForeignCall = &foreign;
  call->body(call->data);
  youngestForeignCall = foreign.prev;
  // Nobody goes on with what a callback of native code was left by: it is told
  // as the error of any fiber that nobody awaits.
  bool isLost = keptToken != PLC_FALSE;
  settlePromise(ctx, self->promise.get(ctx),
                isLost ? PromiseState::Rejected : PromiseState::Resolved,
                isLost ? plc_fields(keptToken)[1] : Value(PLC_UNSPECIFIED));
  // What plugins keep for the thread may run Lisp when it goes.
  ForeignCall ending = {youngestForeignCall, boundaryOf(ctx)};
  youngestForeignCall = &ending;
  do {
    waitForHosted(ctx, call);
    endPlugins(self, &mainFiber);
  } while (call->host.fibers);
  youngestForeignCall = ending.prev;
  unlistFiber(self);
  closeGuard(exchangeStackGuard({}));
  call->hasEnded = true;
  leaveThreadFiber(self, call->nativeStack, true);
  __builtin_unreachable();
}

static void wake(ThreadCall *call) {
  pthread_mutex_lock(&lock);
  pthread_cond_signal(&call->isReady);
  pthread_mutex_unlock(&lock);
}

static void wakeThread(Fiber *fiber) {
  wake(static_cast<ThreadCall *>(fiber->data));
}

static void wakeHost(FiberHost *host) {
  auto *call = static_cast<ThreadCall *>(host->data);
  if (!call->isWaiting)
    return;
  __atomic_store_n(&call->isHostWoken, true, __ATOMIC_SEQ_CST);
  wake(call);
}

/// Lisp may run on the thread's own stack, and collections look at it, until the
/// main program or a fiber is the current one again. False if the system does not
/// tell where the stack is.
static bool standOnOwnStack(Context *ctx, ThreadCall *call) {
  Fiber &self = call->host.self;
  if (!self.high) {
    pthread_attr_t attributes;
    void *low;
    size_t size;
    if (pthread_getattr_np(pthread_self(), &attributes))
      return false;
    pthread_attr_getstack(&attributes, &low, &size);
    pthread_attr_destroy(&attributes);
    self.low = reinterpret_cast<uint64_t>(low);
    self.high = self.low + size;
    self.hasBegun = true;
    // To plugins it is the fiber that waits here.
    self.number = call->fiber->number;
  }
  currentFiber = &self;
  ctx->winds = ctx->handlers = ctx->params = PLC_NULL;
  ctx->barrier = nullptr;
  ctx->boundary = nullptr;
  setLispStack(ctx, self.low, self.high);
  keptToken = PLC_FALSE;
  youngestForeignCall = nullptr;
  nestedForeignCalls = 0;
  return true;
}

/// On the thread's own stack, with the world: looks at the event loop by `look`, which
/// may allocate, and runs what the call waits for. False if there was nothing.
template <typename Look>
static bool runHostedFibers(ThreadCall *call, const Look &look) {
  FiberHost &host = call->host;
  __atomic_store_n(&call->isHostWoken, false, __ATOMIC_SEQ_CST);
  Context *ctx = theContext;
  bool hasRun = false;
  if (standOnOwnStack(ctx, call)) {
    look(ctx);
    hasRun = hasForHost(host);
    if (hasRun) {
      tellEndOfWait();
      runHosted(ctx, host);
      tellWait();
    }
  }
  currentFiber = &mainFiber;
  return hasRun;
}

/// On the fiber's stack: back to the thread's own, until it is ready.
static void suspendThread(Context *ctx) {
  auto *call = static_cast<ThreadCall *>(currentFiber->data);
  Region region;
  tellWait();
  putAside(ctx, region, 0);
  setWaiting(call->host, true);
  leaveThreadFiber(currentFiber, call->nativeStack, false);
  setWaiting(call->host, false);
  putBack(ctx, region);
  tellEndOfWait();
}

static bool mayGoOn(const ThreadCall *call) {
  return call->waitsForHosted ? !call->host.fibers : call->fiber->isReady;
}

/// On the thread's own stack, with the world, which others get meanwhile: until the fiber
/// may go on.
static void waitForTurn(ThreadCall *call) {
  auto isWoken = [call] {
    auto isSet = [](bool &flag) { return __atomic_load_n(&flag, __ATOMIC_SEQ_CST); };
    return isSet(call->isHostWoken) ||
           (!call->waitsForHosted && isSet(call->fiber->isReady));
  };
  // Usually somebody else polls the loop. Where the main program is blocked, nobody
  // does: this thread looks, less and less often if there is nothing to see.
  constexpr double Shortest = 0.0001, Longest = 0.005;
  double pause = Shortest;
  while (!mayGoOn(call)) {
    double time = timeUntilLook(pause);
    call->isWaiting = true;
    letGo();
    timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += long(1e9 * (time < Shortest ? Shortest : time));
    if (until.tv_nsec >= 1000000000) {
      until.tv_nsec -= 1000000000;
      ++until.tv_sec;
    }
    pthread_mutex_lock(&lock);
    int status = 0;
    while (!isWoken() && status != ETIMEDOUT)
      status = pthread_cond_clockwait(&call->isReady, &lock, CLOCK_MONOTONIC, &until);
    pthread_mutex_unlock(&lock);
    take();
    call->isWaiting = false;
    if (mayGoOn(call))
      break;
    pause = runHostedFibers(call, lookAtLoop) ? Shortest
            : pause < Longest / 2             ? 2 * pause
                                              : Longest;
  }
}

static void freeSignalStack(void *memory) {
  stack_t none = {};
  none.ss_flags = SS_DISABLE;
  sigaltstack(&none, nullptr);
  munmap(memory, SignalStackSize);
}

/// Stack overflows are handled on it.
static void prepareThread() {
  static pthread_key_t key;
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, [] { pthread_key_create(&key, freeSignalStack); });
  if (!pthread_getspecific(key))
    pthread_setspecific(key, installSignalStack());
}

plc_status runInWorld(void (*body)(void *data), void *data) {
  if (holdsWorld()) {
    body(data);
    return PLC_OK;
  }
  Context *ctx = theContext;
  prepareThread();
  take();
  // A call of the home thread that had to wait for the world.
  if (home.isIdle && isHome) {
    callAtHome(body, data);
    return PLC_OK;
  }
  ThreadCall call{body, data};
  Fiber *fiber = makeFiber(ctx, runBody, &call);
  if (!fiber || !prepareFiber(fiber)) {
    if (fiber)
      freeFiber(ctx, fiber);
    letGo();
    return PLC_E_UNSUPPORTED;
  }
  call.fiber = fiber;
  fiber->isThread = true;
  fiber->host = &call.host;
  call.host.waiting = fiber;
  call.host.data = &call;
  beginHost(call.host);
  // Whoever had the world before may have ended when this call has: each sets
  // itself when it takes the world back, and between two it is the main program.
  for (;;) {
    giveBackGuests(call.host);
    currentFiber = fiber;
    fiber->isReady = false;
    tellPlugins(fiber);
    enterThreadFiber(fiber, &call.nativeStack);
    if (call.hasEnded)
      break;
    runHostedFibers(&call, takeTurn);
    waitForTurn(&call);
  }
  endHost(call.host);
  currentFiber = &mainFiber;
  freeFiber(ctx, fiber);
  letGo();
  pthread_cond_destroy(&call.isReady);
  return PLC_OK;
}

/// In a child process, which has the thread that forked.
static void afterFork() {
  lock = PTHREAD_MUTEX_INITIALIZER;
  isFree = wasTaken = PTHREAD_COND_INITIALIZER;
  waiting = 0;
  // A thread may fork outside of Lisp.
  if (!holdsWorld()) {
    currentFiber = &mainFiber;
    setHolder(0);
    __atomic_store_n(&isHeld, false, __ATOMIC_SEQ_CST);
  }
  forgetThreads();
  forgetJobsOfThreads();
  ffi::afterFork();
}

void initializeWorld(Context *ctx) {
  (void)ctx;
  setHolder(currentThread());
  rt_yield_world = yieldWorld;
  rt_wait_begin = beginWait;
  rt_wait_end = endWait;
  rt_wake_thread = wakeThread;
  rt_suspend_thread = suspendThread;
  rt_wake_host = wakeHost;
  pthread_atfork(nullptr, nullptr, afterFork);
}

} // namespace plc::rt

void plc_world_released(plc_region *region, uint64_t sp) {
  putAside(theContext, regionOf(region), sp);
  void (*end)() = giveUp;
  giveUp = nullptr;
  (end ? end : letGo)();
}

void plc_before_blocking(plc_region *region) {
  tellWait();
  regionOf(region).outer = blockedIn;
  blockedIn = region;
}

void plc::rt::detail::rt_blocking_end(Context *ctx, void *region) {
  int error = errno; // of the native function
  blockedIn = regionOf(static_cast<plc_region *>(region)).outer;
  endWait(ctx, static_cast<plc_region *>(region));
  errno = error;
}
