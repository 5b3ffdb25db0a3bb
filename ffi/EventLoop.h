//===- EventLoop.h - timers and file descriptors ----------------*- C++ -*-===//
//
// The one file that uses libuv is EventLoop.cpp. Nothing here calls Lisp or
// knows values: what has happened is noted while the loop is polled, and told
// afterwards by dispatchEvents, so that whoever is told may run Lisp and switch
// fibers without a frame of libuv below.
//
// All functions but wakeLoop are called by the thread that holds the Lisp
// world. Another thread may do so while the loop is being polled: changes wait
// until that poll has ended, and end it.
//
//===----------------------------------------------------------------------===//
#ifndef PLC_FFI_EVENTLOOP_H
#define PLC_FFI_EVENTLOOP_H

#include <cstdint>

namespace plc::ffi {

struct Timer;
/// Calls expired(data) once, after that many seconds; the timer is gone then.
Timer *startTimer(double seconds, void (*expired)(void *data), void *data);
/// Before it has expired.
void stopTimer(Timer *timer);

enum WatchEvent { WatchReadable = 1, WatchWritable = 2, WatchFailed = 4 };
struct Watch;
/// Calls ready(data, events) when the descriptor is ready; not again before
/// rearmWatch.
Watch *startWatch(int fd, int events, void (*ready)(void *data, int events),
                  void *data);
void rearmWatch(Watch *watch);
/// It is not told of any more.
void stopWatch(Watch *watch);

/// True if timers or watches are active: polling would end some time.
bool loopHasWork();
/// Ends a poll, or the next one at once. Any thread, signal handlers.
void wakeLoop();
/// Waits until something happens (or just looks, if not `mayWait`).
void pollLoop(bool mayWait);
/// For a loop of others that this one is to be part of: the descriptor that is
/// readable when there is something to look for, and the time until then at most
/// in seconds, negative: for ever. Changes count from the next poll on.
int loopDescriptor();
double loopTimeout();
/// Tells of what polling has found.
void dispatchEvents();
/// In a child process, which has a loop of its own from now on.
void afterFork();

} // namespace plc::ffi
#endif // PLC_FFI_EVENTLOOP_H
