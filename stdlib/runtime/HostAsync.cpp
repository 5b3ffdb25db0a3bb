//===- HostAsync.cpp - promises, loop and threads for plugins -------------===//
//
// Functions of host_slots.def that have to do with time, see HostTable.cpp.
//
//===----------------------------------------------------------------------===//
#include "stdlib/runtime/HostAsync.h"
#include "stdlib/runtime/AsyncHosts.h"
#include "ffi/EventLoop.h"
#include "stdlib/runtime/Number.h"
#include "stdlib/runtime/Operation.h"
#include "stdlib/runtime/PrimitiveClosures.h"
#include "stdlib/runtime/PrimitivePrototypes.h"
#include "stdlib/runtime/World.h"

#include <cstdlib>

/// On the side of plc it knows who is told, and how far that has come.
struct plc_watch {
  plc::ffi::Watch *watch;
  void (*ready)(void *data, int events);
  void *data;
  uint64_t host; ///< the call that is told, see postJobTo
  int events;
  bool isQueued, isStopped;
};

namespace plc::rt {

/// Makes a value by code that may raise.
template <typename Make> static Value protectedValue(Make make) {
  struct Work {
    Make &make;
    Value result;
  } work = {make, PLC_UNSPECIFIED};
  protect(
      theContext,
      [](Context *ctx, void *data) {
        auto *w = static_cast<Work *>(data);
        w->result = w->make(ctx);
      },
      &work);
  return work.result;
}

plc_value host_promise(const plc_host *) {
  return protectedValue([](Context *ctx) { return makePromise(ctx, true); });
}
plc_value host_local_promise(const plc_host *) {
  return protectedValue([](Context *ctx) { return makePromise(ctx, false); });
}
plc_value host_timer(const plc_host *, double seconds) {
  return protectedValue([=](Context *ctx) {
    return detail::prim_Timer(ctx, makeFlonum(ctx, seconds), PLC_DEFAULT);
  });
}
bool host_cancel(const plc_host *, plc_value promise) {
  return protectedValue([=](Context *ctx) {
           return detail::prim_Cancel(ctx, promise);
         }) == PLC_TRUE;
}
plc_status host_await(const plc_host *host, plc_value promise,
                      plc_value *result, plc_error *error) {
  return host->call(host, staticProcedure(plc_prim_Await), &promise, 1, result,
                    error);
}
void host_when_abandoned(const plc_host *, plc_value promise,
                         void (*abandoned)(void *data), void *data) {
  protectedValue([=](Context *ctx) {
    whenAbandoned(ctx, promise, abandoned, data);
    return PLC_UNSPECIFIED;
  });
}
bool host_spawn(const plc_host *, void (*body)(void *data), void *data) {
  return protectedValue([=](Context *ctx) {
           return plc_bool(spawnFiber(ctx, body, data));
         }) == PLC_TRUE;
}

bool host_settle(const plc_host *, plc_value promise, plc_promise_state state,
                 plc_value v) {
  if (!isPromise(promise) || state == PLC_PENDING)
    return false;
  return settlePromise(theContext, promise,
                       state == PLC_RESOLVED ? PromiseState::Resolved
                                             : PromiseState::Rejected,
                       v);
}

plc_value host_make_condition(const plc_host *, const plc_plugin *plugin,
                              plc_status status, plc_error *error) {
  struct Work {
    const plc_plugin *plugin;
    plc_status status;
    plc_error *error;
    Value result;
  } work = {plugin, status, error, PLC_FALSE};
  protect(
      theContext,
      [](Context *ctx, void *data) {
        auto *w = static_cast<Work *>(data);
        w->result = foreignCondition(ctx, w->plugin, w->status, *w->error,
                                     "await", PLC_DEFAULT);
      },
      &work);
  return work.result;
}

bool host_is_promise(const plc_host *, plc_value v) { return isPromise(v); }

plc_promise_state host_promise_state(const plc_host *, plc_value promise,
                                     plc_value *v) {
  PromiseState state = promiseState(promise);
  *v = promiseValue(promise);
  return state == PromiseState::Pending    ? PLC_PENDING
         : state == PromiseState::Resolved ? PLC_RESOLVED
                                           : PLC_REJECTED;
}

void host_when_settled(const plc_host *, plc_value promise,
                       void (*settled)(void *data), void *data) {
  struct Work {
    Value promise;
    void (*settled)(void *data);
    void *data;
  } work = {promise, settled, data};
  protect(
      theContext,
      [](Context *ctx, void *argument) {
        auto *w = static_cast<Work *>(argument);
        whenSettled(ctx, w->promise, w->settled, w->data);
      },
      &work);
}

//===--- Watches ----------------------------------------------------------===//

/// A job: the plugin is told.
static void tell(void *data) {
  auto *watch = static_cast<plc_watch *>(data);
  if (!watch->isStopped)
    watch->ready(watch->data, watch->events);
  watch->isQueued = false;
  if (watch->isStopped)
    free(watch);
  else if (!(watch->events & PLC_WATCH_FAILED))
    ffi::rearmWatch(watch->watch);
}

plc_watch *host_watch(const plc_host *, int fd, int events,
                      void (*ready)(void *data, int events), void *data) {
  auto *watch = static_cast<plc_watch *>(malloc(sizeof(plc_watch)));
  if (!watch)
    return nullptr;
  static_assert(int(ffi::WatchReadable) == int(PLC_WATCH_READABLE) &&
                int(ffi::WatchWritable) == int(PLC_WATCH_WRITABLE) &&
                int(ffi::WatchFailed) == int(PLC_WATCH_FAILED));
  *watch = {nullptr, ready, data, currentHost(), 0, false, false};
  watch->watch = ffi::startWatch(
      fd, events,
      [](void *argument, int found) {
        auto *w = static_cast<plc_watch *>(argument);
        w->events = found;
        w->isQueued = postJobTo(w->host, tell, w);
      },
      watch);
  if (!watch->watch) {
    free(watch);
    return nullptr;
  }
  return watch;
}

void host_unwatch(const plc_host *, plc_watch *watch) {
  if (!watch || watch->isStopped)
    return;
  ffi::stopWatch(watch->watch);
  watch->isStopped = true;
  if (!watch->isQueued)
    free(watch);
}

bool host_post(const plc_host *, void (*call)(void *data), void *data) {
  return postJob(call, data);
}
void host_expect(const plc_host *, int change) { expectJobs(change); }
uint64_t host_fiber(const plc_host *) { return currentFiber->number; }
bool host_is_in_thread(const plc_host *) { return currentFiber->host; }
bool host_raise_in(const plc_host *, uint64_t number, plc_value object) {
  Fiber *fiber = fiberOfNumber(number);
  return fiber && !fiber->injected.number() && protectedValue([=](Context *ctx) {
                    injectInto(ctx, fiber, object);
                    return PLC_TRUE;
                  }) == PLC_TRUE;
}

void host_bind_fiber(const plc_host *, uint64_t number, bool isBound) {
  if (Fiber *fiber = fiberOfNumber(number))
    fiber->isBound = isBound;
}

//===--- Threads ----------------------------------------------------------===//

plc_status host_run(const plc_host *, void (*body)(void *data), void *data) {
  return runInBlockedCall(body, data) ? PLC_OK : runInWorld(body, data);
}
double host_turn(const plc_host *, int *descriptor) {
  return turnOthers(theContext, descriptor);
}
bool host_run_at_home(const plc_host *, void (*body)(void *data), void *data) {
  return runAtHome(body, data);
}
void host_signalled(const plc_host *) {
  requestPoll(theContext, PLC_PENDING_SIGNALS);
  if (rt_wake_hook)
    rt_wake_hook();
}
void host_blocking_end(const plc_host *, plc_region *region) {
  takeWorldBack(region);
}

} // namespace plc::rt
