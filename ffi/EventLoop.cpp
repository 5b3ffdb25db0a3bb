//===- EventLoop.cpp - libuv ----------------------------------------------===//

#include "ffi/EventLoop.h"

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <new>
#include <pthread.h>
#include <uv.h>

namespace plc::ffi {

namespace {
/// What both kinds of handles go through: New, then active in libuv, then
/// Closing, which libuv ends when it likes.
enum class Phase : uint8_t { New, Active, Idle, Closing };

struct Entry {
  Entry *nextChange = nullptr, *nextEvent = nullptr;
  bool isTimer, hasChanged = false, hasEvent = false, isStopped = false;
  Phase phase = Phase::New;
  explicit Entry(bool isTimer) : isTimer(isTimer) {}
};
} // namespace

struct Timer : Entry {
  Timer() : Entry(true) {}
  uv_timer_t handle;
  uint64_t deadline; ///< of uv_hrtime
  void (*expired)(void *data);
  void *data;
};

struct Watch : Entry {
  Watch() : Entry(false) {}
  uv_poll_t handle;
  int fd, wanted, found = 0;
  void (*ready)(void *data, int events);
  void *data;
};

static uv_loop_t loop;
static uv_async_t wake;
static bool isOpen;
static uint64_t active; ///< timers and watches that are not stopped
static bool isPolling;
static bool isWoken; ///< before the loop was opened

/// Of `changes` and `isPolling`: the poller has no other lock.
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static Entry *changes;
static Entry *events, **lastEvent = &events;

static void fail [[noreturn]] (const char *what, int error) {
  fprintf(stderr, "error: %s: %s\n", what, uv_strerror(error));
  exit(70);
}

static void openLoop() {
  if (isOpen)
    return;
  if (int error = uv_loop_init(&loop))
    fail("cannot open the event loop", error);
  if (int error = uv_async_init(&loop, &wake, [](uv_async_t *) {}))
    fail("cannot open the event loop", error);
  uv_unref(reinterpret_cast<uv_handle_t *>(&wake));
  __atomic_store_n(&isOpen, true, __ATOMIC_SEQ_CST);
  if (__atomic_load_n(&isWoken, __ATOMIC_SEQ_CST))
    uv_async_send(&wake);
}

void wakeLoop() {
  // Whoever opens the loop looks at isWoken after that.
  if (!__atomic_load_n(&isOpen, __ATOMIC_SEQ_CST))
    __atomic_store_n(&isWoken, true, __ATOMIC_SEQ_CST);
  if (__atomic_load_n(&isOpen, __ATOMIC_SEQ_CST))
    uv_async_send(&wake);
}

bool loopHasWork() { return active != 0; }

int loopDescriptor() {
  openLoop();
  return uv_backend_fd(&loop);
}

double loopTimeout() {
  if (!isOpen || !active)
    return -1;
  uv_update_time(&loop);
  int milliseconds = uv_backend_timeout(&loop);
  return milliseconds < 0 ? -1 : milliseconds / 1000.0;
}

namespace {
struct Locked {
  Locked() { pthread_mutex_lock(&lock); }
  ~Locked() { pthread_mutex_unlock(&lock); }
};
} // namespace

/// The entry is looked at before the next poll. \pre locked
static void change(Entry *entry) {
  if (!entry->hasChanged) {
    entry->hasChanged = true;
    entry->nextChange = changes;
    changes = entry;
  }
  if (isPolling)
    wakeLoop();
}

//===--- The poller's side ------------------------------------------------===//

static void note(Entry *entry) {
  Locked locked;
  if (entry->hasEvent || entry->isStopped)
    return;
  entry->hasEvent = true;
  entry->nextEvent = nullptr;
  *lastEvent = entry;
  lastEvent = &entry->nextEvent;
}

static void destroy(Entry *entry) {
  if (entry->isTimer)
    delete static_cast<Timer *>(entry);
  else
    delete static_cast<Watch *>(entry);
}

static void closeEntry(Entry *entry) {
  if (entry->phase == Phase::New) {
    destroy(entry);
    return;
  }
  if (entry->phase == Phase::Closing)
    return;
  entry->phase = Phase::Closing;
  auto closed = [](uv_handle_t *handle) {
    destroy(static_cast<Entry *>(handle->data));
  };
  if (entry->isTimer)
    uv_close(reinterpret_cast<uv_handle_t *>(
                 &static_cast<Timer *>(entry)->handle),
             closed);
  else
    uv_close(reinterpret_cast<uv_handle_t *>(
                 &static_cast<Watch *>(entry)->handle),
             closed);
}

static void apply(Timer *timer) {
  if (timer->phase != Phase::New)
    return;
  uv_timer_init(&loop, &timer->handle);
  timer->handle.data = static_cast<Entry *>(timer);
  timer->phase = Phase::Active;
  uint64_t now = uv_hrtime();
  // Rounded up: never too early.
  uint64_t left =
      timer->deadline > now ? (timer->deadline - now + 999999) / 1000000 : 0;
  uv_update_time(&loop);
  uv_timer_start(
      &timer->handle,
      [](uv_timer_t *handle) {
        Entry *entry = static_cast<Entry *>(handle->data);
        entry->phase = Phase::Idle;
        note(entry);
        // libuv runs timers before it waits, and would wait all the same.
        uv_stop(&loop);
      },
      left, 0);
}

static void onReady(uv_poll_t *handle, int status, int found) {
  Watch *watch = static_cast<Watch *>(static_cast<Entry *>(handle->data));
  watch->found = status < 0 ? WatchFailed : 0;
  if (found & (UV_READABLE | UV_DISCONNECT))
    watch->found |= WatchReadable;
  if (found & UV_WRITABLE)
    watch->found |= WatchWritable;
  uv_poll_stop(handle);
  watch->phase = Phase::Idle;
  note(watch);
}

static void apply(Watch *watch) {
  int error = 0;
  if (watch->phase == Phase::New) {
    // libuv makes the descriptor one that does not block, for all who have it
    // open; whoever reads from it here is not prepared for that.
    int flags = fcntl(watch->fd, F_GETFL);
    error = uv_poll_init(&loop, &watch->handle, watch->fd);
    if (flags >= 0 && !(flags & O_NONBLOCK))
      fcntl(watch->fd, F_SETFL, flags);
    watch->handle.data = static_cast<Entry *>(watch);
    if (!error)
      watch->phase = Phase::Idle;
  }
  if (!error && watch->phase == Phase::Idle) {
    int wanted = (watch->wanted & WatchReadable ? UV_READABLE : 0) |
                 (watch->wanted & WatchWritable ? UV_WRITABLE : 0);
    error = uv_poll_start(&watch->handle, wanted, onReady);
    watch->phase = Phase::Active;
  }
  if (error) {
    watch->found = WatchFailed;
    note(watch);
  }
}

static void applyChanges() {
  // In the order in which they were made.
  Entry *ordered = nullptr;
  {
    Locked locked;
    while (Entry *entry = changes) {
      changes = entry->nextChange;
      entry->hasChanged = false;
      entry->nextChange = ordered;
      ordered = entry;
    }
    isPolling = true;
  }
  while (Entry *entry = ordered) {
    ordered = entry->nextChange;
    if (entry->isStopped)
      closeEntry(entry);
    else if (entry->isTimer)
      apply(static_cast<Timer *>(entry));
    else
      apply(static_cast<Watch *>(entry));
  }
}

void pollLoop(bool mayWait) {
  openLoop();
  applyChanges();
  // Without handles that count libuv does not wait, not even to be woken.
  uv_ref(reinterpret_cast<uv_handle_t *>(&wake));
  uv_run(&loop, mayWait && !events ? UV_RUN_ONCE : UV_RUN_NOWAIT);
  uv_unref(reinterpret_cast<uv_handle_t *>(&wake));
  Locked locked;
  isPolling = false;
}

void afterFork() {
  // Whoever had it is not in this process.
  lock = PTHREAD_MUTEX_INITIALIZER;
  isPolling = false;
  if (!isOpen)
    return;
  if (int error = uv_loop_fork(&loop))
    fail("cannot go on with the event loop after a fork", error);
}

void dispatchEvents() {
  Entry *list = events;
  events = nullptr;
  lastEvent = &events;
  while (Entry *entry = list) {
    list = entry->nextEvent;
    entry->hasEvent = false;
    if (entry->isStopped) {
      Locked locked;
      change(entry);
      continue;
    }
    if (entry->isTimer) {
      Timer *timer = static_cast<Timer *>(entry);
      auto *expired = timer->expired;
      void *data = timer->data;
      stopTimer(timer);
      expired(data);
    } else {
      Watch *watch = static_cast<Watch *>(entry);
      watch->ready(watch->data, watch->found);
    }
  }
}

//===--- The holder's side ------------------------------------------------===//

Timer *startTimer(double seconds, void (*expired)(void *data), void *data) {
  Timer *timer = new (std::nothrow) Timer();
  if (!timer)
    return nullptr;
  // A century is for ever.
  double nanoseconds = std::fmin(seconds, 3e9) * 1e9;
  timer->deadline = uv_hrtime() + uint64_t(std::ceil(nanoseconds));
  timer->expired = expired;
  timer->data = data;
  ++active;
  Locked locked;
  change(timer);
  return timer;
}

static void stop(Entry *entry) {
  Locked locked;
  if (entry->isStopped)
    return;
  entry->isStopped = true;
  --active;
  // In the list of events it is met again by dispatchEvents.
  if (!entry->hasEvent)
    change(entry);
}
void stopTimer(Timer *timer) { stop(timer); }

Watch *startWatch(int fd, int wanted, void (*ready)(void *data, int events),
                  void *data) {
  Watch *watch = new (std::nothrow) Watch();
  if (!watch)
    return nullptr;
  watch->fd = fd;
  watch->wanted = wanted;
  watch->ready = ready;
  watch->data = data;
  ++active;
  Locked locked;
  change(watch);
  return watch;
}
void rearmWatch(Watch *watch) {
  Locked locked;
  if (!watch->isStopped)
    change(watch);
}
void stopWatch(Watch *watch) { stop(watch); }

} // namespace plc::ffi
