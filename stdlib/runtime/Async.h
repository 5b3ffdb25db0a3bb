//===- Async.h - promises, and who runs when --------------------*- C++ -*-===//
//
// Promises of the host side, not those of (scheme lazy): records that are
// settled once, with a value, several values or an error, and that fibers await.
// Fibers run in turn, in the order in which they could: each until it awaits
// what is pending or ends. Who leaves the processor looks for the next one, and
// where there is none polls the event loop, on its own stack. The main program
// is one of them; its end is the end of the process.
//
//===----------------------------------------------------------------------===//
#ifndef PLC_RUNTIME_ASYNC_H
#define PLC_RUNTIME_ASYNC_H

#include "plc/plugin.h"
#include "stdlib/runtime/Fiber.h"

namespace plc::rt {

//===--- Promises ---------------------------------------------------------===//

/// `isExternal`: something outside of Lisp will settle it, so that waiting for
/// it is no deadlock.
Value makePromise(Context *ctx, bool isExternal);
bool isPromise(Value v);
enum class PromiseState { Pending, Resolved, Rejected };
PromiseState promiseState(Value promise);
Value promiseValue(Value promise);
/// False if it was settled before. Does not allocate nor run Lisp.
bool settlePromise(Context *ctx, Value promise, PromiseState state, Value v);
/// The values of a promise, when it is settled; raises its error.
Value awaitPromise(Context *ctx, Value promise);
/// Calls settled(data) as a job (see postJob) when the promise is settled: in the
/// thread's call that asks for it, as long as that lasts.
void whenSettled(Context *ctx, Value promise, void (*settled)(void *data),
                 void *data);

/// The same, abandoned(data) if nobody wants the value of a pending promise
/// any more: it is cancelled, or the only fiber that awaits it is to stop.
void whenAbandoned(Context *ctx, Value promise, void (*abandoned)(void *data),
                   void *data);
/// The value; if it is a promise only the fiber that calls will await it.
Value soleIfPromise(Value v);

//===--- Jobs of foreign runtimes -------------------------------------------===//

/// Calls run(data) from the event loop, in a fiber. Any thread; false if there
/// is no memory.
bool postJob(void (*run)(void *data), void *data);
/// Counts who may settle promises or post jobs without the loop knowing of
/// them: as long as there are some, waiting is no deadlock. Any thread.
void expectJobs(int change);

//===--- Running others -----------------------------------------------------===//

/// Runs what is ready now, and looks at the event loop; returns at once if there
/// is nothing. For those who wait for something else, outside of Lisp. False after
/// an interrupt.
bool runOthers(Context *ctx);
/// The same without a wait, for a loop of others that this one is to be part of:
/// what ffi::loopDescriptor and ffi::loopTimeout tell afterwards.
double turnOthers(Context *ctx, int *descriptor);
/// A fiber that calls body(data), in the thread that runs; false if there is no memory
/// for it.
bool spawnFiber(Context *ctx, void (*body)(void *data), void *data);
/// True if there may be something to run now or later.
bool hasOthers();
/// The fiber is in the queue of those that may run.
void makeReady(Fiber *fiber);
/// Waits until somebody makes this fiber ready.
void suspend(Context *ctx);

/// Those that are ready run before this fiber goes on. Raises what is in its way.
void giveTurn(Context *ctx);
/// Raises it where the fiber awaits, now or when what came before it has been raised.
void injectInto(Context *ctx, Fiber *fiber, Value object);

/// Hook of AsyncSignals.cpp, null without plugins: the main program waits, a fiber is to
/// handle signals that have come.
extern void (*rt_start_signals)(Context *ctx);
/// AsyncSignals.cpp: before plugins tell of signals.
void installSignals();

/// Fibers that may run, in the order in which they became ready.
class ReadyFibers {
public:
  void add(Fiber *fiber);
  Fiber *take() {
    return takeIf([](Fiber *) { return true; });
  }
  /// The first one of which that is true, or null.
  template <typename Test> Fiber *takeIf(Test isWanted) {
    Fiber **at = &first;
    while (*at && !isWanted(*at))
      at = &(*at)->nextReady;
    Fiber *fiber = *at;
    if (fiber)
      unlink(at);
    return fiber;
  }
  template <typename Test> Fiber *find(Test isWanted) const {
    Fiber *fiber = first;
    while (fiber && !isWanted(fiber))
      fiber = fiber->nextReady;
    return fiber;
  }
  bool isEmpty() const { return !first; }

private:
  void unlink(Fiber **at);
  Fiber *first = nullptr, **last = &first;
};

struct Job;

/// A call of Lisp by another thread, on whose stack fibers run (AsyncHosts.h).
struct FiberHost {
  Fiber self;               ///< the thread's own stack
  Fiber *waiting = nullptr; ///< that of the call
  ReadyFibers ready;   ///< of those that have to run here
  unsigned fibers = 0; ///< that have this host
  uint64_t number = 0;  ///< from 1
  Job *jobs = nullptr, **lastJob = &jobs; ///< that it has asked for
  bool isWaiting = false; ///< the call: the thread runs fibers
  bool isLeaving = false; ///< the call is over, but for fibers on its stack
  FiberHost *next = nullptr; ///< among those that there are
  void *data = nullptr; ///< of World.cpp
};
/// \{ Around each call.
void beginHost(FiberHost &host);
void endHost(FiberHost &host);
/// \}
/// The call begins to wait, or goes on.
void setWaiting(FiberHost &host, bool isWaiting);
/// There is something to run on the host's stack.
bool hasForHost(const FiberHost &host);
/// Runs what may run there until all of it waits. On the host's own stack, which is
/// the current fiber.
void runHosted(Context *ctx, FiberHost &host);
/// The call goes on: fibers that it has not begun need not wait until it waits again.
void giveBackGuests(FiberHost &host);
/// The call is over: fibers without frames of other runtimes go on elsewhere.
void leaveCall(FiberHost &host);
/// In a child process: hosts are other threads, but for the one that runs.
void forgetHosts();
/// Of what Async.cpp knows, too.
void forgetThreads();
/// A fiber of that host is ready.
extern void (*rt_wake_host)(FiberHost *host);

/// Around a poll of the event loop that may wait; null without plugins.
extern void (*rt_wait_begin)(Context *ctx, plc_region *region);
extern void (*rt_wait_end)(Context *ctx, plc_region *region);
/// Looks at the event loop, unless another thread does.
void lookAtLoop(Context *ctx);
/// Seconds until there may be something to see, `most` at most.
double timeUntilLook(double most);
/// Stands where a fiber goes on that did not have to wait: looks at the event loop
/// every so many times. True if it did.
bool takeTurn(Context *ctx);
/// A thread's fiber is ready: see World.cpp.
extern void (*rt_wake_thread)(Fiber *fiber);
/// Waits until a thread's fiber is ready, while others hold the world.
extern void (*rt_suspend_thread)(Context *ctx);

} // namespace plc::rt
#endif // PLC_RUNTIME_ASYNC_H
