//===- AsyncPromise.cpp - promises that fibers await ----------------------===//

#include "stdlib/runtime/AsyncHosts.h"
#include "stdlib/runtime/AsyncPromise.h"
#include "stdlib/runtime/Fiber.h"
#include "stdlib/runtime/RuntimeCalls.h"
#include "stdlib/runtime/Start.h"

#include <cstdio>

using namespace plc::rt;
using namespace plc::rt::detail;

namespace plc::rt {

Value promiseStates[3];

void makePromiseType(Context *ctx) {
  registerRoots(ctx, promiseStates, 3);
  registerRoots(ctx, &asyncPromiseType, 1);
  for (Value &root : promiseStates)
    root = PLC_FALSE;
  static const char *const fields[] = {"state", "value", "waiters", "owner",
                                       "flags", "abandoned"};
  Value names =
      allocateObject(ctx, PLC_KIND_VECTOR, 0, PromiseFields, PLC_FALSE);
  for (size_t i = 0; i < PromiseFields; ++i)
    store(ctx, plc_fields(names) + i, intern(ctx, fields[i]));
  Value flags =
      allocateObject(ctx, PLC_KIND_VECTOR, 0, PromiseFields, PLC_FALSE);
  Value name = intern(ctx, "promise");
  Value type = allocateObject(ctx, PLC_KIND_RECORD_TYPE, 0, 4, PLC_FALSE);
  store(ctx, plc_fields(type), name);
  store(ctx, plc_fields(type) + 1, names);
  store(ctx, plc_fields(type) + 3, flags);
  asyncPromiseType = type;
  promiseStates[0] = intern(ctx, "pending");
  promiseStates[1] = intern(ctx, "resolved");
  promiseStates[2] = intern(ctx, "rejected");
}

bool isPromise(Value v) {
  return asyncPromiseType && plc_is_kind(v, PLC_KIND_RECORD) &&
         plc_fields(v)[0] == asyncPromiseType;
}

Value makePromise(Context *ctx, bool isExternal) {
  startAsync(ctx);
  Value promise =
      allocateObject(ctx, PLC_KIND_RECORD, 0, 1 + PromiseFields, PLC_FALSE);
  store(ctx, plc_fields(promise), asyncPromiseType);
  setField(ctx, promise, PromiseStateField, promiseStates[0]);
  setField(ctx, promise, PromiseWaiters, PLC_NULL);
  field(promise, PromiseFlags) = plc_fixnum(isExternal ? IsExternal : 0);
  return promise;
}

Value soleIfPromise(Value v) {
  if (isPromise(v))
    setFlag(v, IsSole);
  return v;
}

PromiseState promiseState(Value promise) {
  Value state = field(promise, PromiseStateField);
  return state == promiseStates[0]   ? PromiseState::Pending
         : state == promiseStates[1] ? PromiseState::Resolved
                                     : PromiseState::Rejected;
}
Value promiseValue(Value promise) { return field(promise, PromiseValueField); }

namespace {
struct JobHandle {
  void (*run)(void *data);
  void *data;
  uint64_t host; ///< its number
};
} // namespace

Value makeJobHandle(Context *ctx, void (*run)(void *data), void *data) {
  Value handle = allocateBytes(ctx, PLC_KIND_HANDLE, 0, sizeof(JobHandle));
  *reinterpret_cast<JobHandle *>(plc_fields(handle)) = {run, data, currentHost()};
  return handle;
}
void postHandle(Value handle) {
  auto *job = reinterpret_cast<JobHandle *>(plc_fields(handle));
  postJobTo(job->host, job->run, job->data);
}

/// Waiters are, in a list, youngest first: a Fiber, which may go on; a promise,
/// which is settled alike; a pair of a promise and a BOX that counts what is
/// still to come, the last of which resolves it; a HANDLE, a job to post.
static void wake(Context *ctx, Value waiter, PromiseState state, Value v) {
  if (plc_is_fixnum(waiter)) {
    makeReady(reinterpret_cast<Fiber *>(waiter));
  } else if (isPromise(waiter)) {
    settlePromise(ctx, waiter, state, v);
  } else if (plc_is_pair(waiter)) {
    Value &left = plc_fields(plc_cdr(waiter))[0];
    left -= plc_fixnum(1);
    if (state == PromiseState::Rejected || left == plc_fixnum(0))
      settlePromise(ctx, plc_car(waiter), state, v);
  } else {
    postHandle(waiter);
  }
}

/// Rejected promises that nobody awaited yet, to be told of at the end; the
/// oldest before that if they become too many.
static GrowArray<Handle> unawaited;
static constexpr size_t MostUnawaited = 10000;
/// Of those that are told of, at the most so many are shown.
static constexpr size_t MostShown = 10;
static size_t unawaitedShown, unawaitedHidden;

static void showUnawaited(Context *ctx, Value promise) {
  if (unawaitedShown == MostShown) {
    ++unawaitedHidden;
    return;
  }
  ++unawaitedShown;
  fputs("warning: nobody awaited a promise that was rejected\n", stderr);
  reportUnhandled(ctx, promiseValue(promise));
}

/// All but the youngest `most`.
static void reportUnawaited(Context *ctx, size_t most) {
  size_t kept = 0;
  for (Handle &handle : unawaited) {
    Value promise = handle.get(ctx);
    if (hasFlag(promise, IsAwaited)) {
      handle.release(ctx);
    } else if (unawaited.count - kept > most) {
      setFlag(promise, IsAwaited);
      showUnawaited(ctx, promise);
      handle.release(ctx);
    } else {
      unawaited[kept++] = handle;
    }
  }
  unawaited.count = kept;
  if (most == 0 && unawaitedHidden)
    fprintf(stderr, "warning: nobody awaited %zu more promises that were rejected\n",
            unawaitedHidden);
}

void reportUnawaited(Context *ctx) { reportUnawaited(ctx, 0); }

void limitUnawaited(Context *ctx) {
  if (unawaited.count > 2 * MostUnawaited)
    reportUnawaited(ctx, MostUnawaited);
}

bool settlePromise(Context *ctx, Value promise, PromiseState state, Value v) {
  if (!isPending(promise))
    return false;
  setField(ctx, promise, PromiseStateField,
           promiseStates[size_t(state)]);
  setField(ctx, promise, PromiseValueField, v);
  Value owner = field(promise, PromiseOwner);
  field(promise, PromiseOwner) = PLC_FALSE;
  field(promise, PromiseAbandoned) = PLC_FALSE;
  if (owner != PLC_FALSE && (owner & TimerBit))
    dropTimer(ctx, owner - TimerBit);
  // Oldest first.
  Value list = field(promise, PromiseWaiters), ordered = PLC_NULL;
  setField(ctx, promise, PromiseWaiters, PLC_NULL);
  if (state == PromiseState::Rejected && list == PLC_NULL &&
      !hasFlag(promise, IsAwaited))
    unawaited.push(Handle::create(ctx, promise));
  while (list != PLC_NULL) {
    Value next = plc_cdr(list);
    store(ctx, plc_object_words(list) + 1, ordered);
    ordered = list;
    list = next;
  }
  for (; ordered != PLC_NULL; ordered = plc_cdr(ordered))
    wake(ctx, plc_car(ordered), state, v);
  return true;
}

void addWaiter(Context *ctx, Value promise, Value waiter) {
  setFlag(promise, IsAwaited);
  Value list = cons(ctx, waiter, field(promise, PromiseWaiters));
  setField(ctx, promise, PromiseWaiters, list);
}

void removeWaiter(Context *ctx, Value promise, Value waiter) {
  Value *at = &field(promise, PromiseWaiters);
  for (; plc_is_pair(*at); at = plc_object_words(*at) + 1)
    if (plc_car(*at) == waiter) {
      store(ctx, at, plc_cdr(*at));
      return;
    }
}

Awaiting awaiting(Value promise) {
  // Who waits for whom is a graph: some waiters are looked at, and of those that have
  // others besides them on the way some are come back to.
  constexpr unsigned MostWaiters = 4000, MostLists = 64;
  Value lists[MostLists];
  unsigned depth = 0;
  Awaiting found;
  Value list = field(promise, PromiseWaiters);
  for (unsigned count = 0; count < MostWaiters && !found.host; ++count) {
    while (!plc_is_pair(list) && depth)
      list = lists[--depth];
    if (!plc_is_pair(list))
      break;
    Value waiter = plc_car(list);
    list = plc_cdr(list);
    if (plc_is_fixnum(waiter)) {
      auto *fiber = reinterpret_cast<Fiber *>(waiter);
      if (!fiber->host)
        found.isProgram = true;
      else if (fiber->host->isWaiting &&
               (fiber->isThread || fiber->hasFrames || fiber->isAtHome))
        found.host = fiber->host;
      waiter = fiber->promise.number() ? fiber->promise.get(theContext)
                                       : Value(PLC_FALSE);
    } else if (plc_is_pair(waiter)) {
      waiter = plc_car(waiter);
    } else {
      found.isProgram |= !isPromise(waiter);
    }
    if (!isPromise(waiter))
      continue;
    if (plc_is_pair(list) && depth < MostLists)
      lists[depth++] = list;
    list = field(waiter, PromiseWaiters);
  }
  return found;
}

Value checkPromise(Context *ctx, const char *who, Value v) {
  if (!isPromise(v))
    wrongType(ctx, who, 1, "a promise", v);
  return v;
}

} // namespace plc::rt

//===--- Primitives -------------------------------------------------------===//

extern "C" Value prim_NewPromise(Context *ctx) {
  return makePromise(ctx, false);
}

extern "C" Value prim_AsyncPromiseP(Context *, Value v) {
  return plc_bool(isPromise(v));
}

extern "C" Value prim_PromiseState(Context *ctx, Value promise) {
  return field(checkPromise(ctx, "promise-state", promise), PromiseStateField);
}

/// Settled as the first of the promises in the list is.
extern "C" Value prim_AnyOf(Context *ctx, Value list) {
  Value any = makePromise(ctx, false);
  for (Value p = list; plc_is_pair(p); p = plc_cdr(p)) {
    Value promise = plc_car(p);
    if (isPending(promise)) {
      if (hasFlag(promise, IsExternal))
        setFlag(any, IsExternal);
      addWaiter(ctx, promise, any);
      continue;
    }
    setFlag(promise, IsAwaited);
    settlePromise(ctx, any, promiseState(promise), promiseValue(promise));
    break;
  }
  return any;
}

/// Settled when all are resolved or one is rejected.
extern "C" Value prim_AllOf(Context *ctx, Value list) {
  Value all = makePromise(ctx, false);
  Value left = allocateObject(ctx, PLC_KIND_BOX, 0, 1, plc_fixnum(1));
  Value waiter = cons(ctx, all, left);
  for (Value p = list; plc_is_pair(p); p = plc_cdr(p)) {
    Value promise = plc_car(p);
    plc_fields(left)[0] += plc_fixnum(1);
    if (isPending(promise)) {
      if (hasFlag(promise, IsExternal))
        setFlag(all, IsExternal);
      addWaiter(ctx, promise, waiter);
    } else {
      setFlag(promise, IsAwaited);
      wake(ctx, waiter, promiseState(promise), promiseValue(promise));
    }
  }
  wake(ctx, waiter, PromiseState::Resolved, PLC_UNSPECIFIED);
  return all;
}

/// The promises in the list need not tell `combined` any more.
extern "C" Value prim_Forget(Context *ctx, Value combined, Value list) {
  for (; plc_is_pair(list); list = plc_cdr(list)) {
    Value *at = &field(plc_car(list), PromiseWaiters);
    while (plc_is_pair(*at)) {
      Value waiter = plc_car(*at);
      if (waiter == combined ||
          (plc_is_pair(waiter) && plc_car(waiter) == combined))
        store(ctx, at, plc_cdr(*at));
      else
        at = plc_object_words(*at) + 1;
    }
  }
  return PLC_UNSPECIFIED;
}
