//===- Fiber.h - stacks that take turns --------------------------*- C++ -*-===//
//
// A fiber is a Lisp computation with a stack of its own: address space as of a
// thread, memory as far as it was touched, a guard below. One fiber runs at a
// time; switchFiber changes the stack and all of the control state that belongs
// to one: winds, handlers, parameters, barrier and boundary of continuations,
// guard, calls of plugins. The main program counts as a fiber.
//
// What a fiber has saved lies on its own stack, which is scanned conservatively
// while it waits (StackRange). When and for whom fibers run is decided by
// Async.cpp; threads of foreign runtimes by World.cpp.
//
//===----------------------------------------------------------------------===//
#ifndef PLC_RUNTIME_FIBER_H
#define PLC_RUNTIME_FIBER_H

#include "stdlib/runtime/Control.h"
#include "stdlib/runtime/Heap.h"

namespace plc::rt {

struct FiberHost;

struct Fiber {
  StackRange range;          ///< linked while it waits and has begun
  uint64_t low = 0, high = 0; ///< its stack; 0: it has none yet
  Boundary *boundary = nullptr; ///< youngest, while it waits
  StackGuard guard = {};        ///< while it waits
  /// What it does, on its own stack; returns when it has ended.
  void (*body)(Context *ctx, Fiber *self) = nullptr;
  void *data = nullptr; ///< of body
  Fiber *next = nullptr, **link = nullptr; ///< among those that have begun
  Fiber *nextReady = nullptr;
  Handle promise;        ///< that body settles, or none
  Handle thunk;          ///< of Lisp fibers that have not begun
  Handle params;         ///< parameter bindings where it was made
  Handle injected;       ///< list of conditions to raise where it waits
  Handle entering;       ///< continuation and values to go on with, a pair
  Value awaited = 0;     ///< the promise it waits for, on its stack, too
  uint64_t number = 0;   ///< from 1; the main program is 0
  bool isReady = false;  ///< in the queue of those that may run
  bool hasBegun = false;
  bool isThread = false; ///< runs on a thread of its own (World.cpp)
  bool isStuck = false;  ///< nothing can settle what it waits for
  /// While it waits: there are frames of other runtimes on its stack, which belong
  /// to the thread that runs it.
  bool hasFrames = false;
  bool isBound = false; ///< a plugin wants the same for it
  /// The thread that runs it or has to; null: the one that schedules (Async.cpp).
  FiberHost *host = nullptr;
  bool isAtHome = false; ///< the host's call has begun it
  /// For the sanitizer: what belongs to the stack, and the one it is entered
  /// from if that is a thread's.
  void *fakeStack = nullptr;
  const void *nativeBottom = nullptr;
  size_t nativeSize = 0;
};

/// The fiber that runs.
extern Fiber *currentFiber;
/// The main program's; never ends.
extern Fiber mainFiber;
/// Before any fiber is made.
void initializeFibers(Context *ctx);

/// A fiber without a stack.
Fiber *makeFiber(Context *ctx, void (*body)(Context *ctx, Fiber *self),
                 void *data);
/// Gives it a stack; false if the system has no more.
bool prepareFiber(Fiber *fiber);
/// Runs `to`; returns when somebody switches back. \pre `to` has a stack
void switchFiber(Context *ctx, Fiber *to);
/// The same for a fiber that has ended: it is gone then.
[[noreturn]] void leaveFiber(Context *ctx, Fiber *to);
/// Frees a fiber that has not begun or ended on another thread.
void freeFiber(Context *ctx, Fiber *fiber);
/// A waiting fiber with that outermost or inner boundary, or null.
Fiber *fiberOfBoundary(uint64_t serial);
/// The guard of a fiber that has ended, whose stack may serve another one.
void closeGuard(const StackGuard &guard);
/// Null if it has ended.
Fiber *fiberOfNumber(uint64_t number);
/// Of those that have begun and not ended, the main program left out; Fiber::next leads
/// to the others.
Fiber *firstFiber();
/// Fibers that have begun and not ended, the main program not counted.
uint64_t liveFibers();

/// Called before a switch; null without plugins.
extern void (*rt_fiber_hook)(Fiber *from, Fiber *to);
/// A fiber that plugins were told of is gone.
extern void (*rt_fiber_end_hook)(Fiber *fiber);
/// Unless they know.
void tellPlugins(Fiber *to);
void endPlugins(Fiber *fiber, Fiber *to);

/// \{ Fibers of threads (World.cpp). From the thread's own stack, to where it
/// left off; and back.
void enterThreadFiber(Fiber *fiber, uint64_t *nativeStack);
void leaveThreadFiber(Fiber *fiber, uint64_t nativeStack, bool hasEnded);
/// It has ended.
void unlistFiber(Fiber *fiber);
/// \}

/// What one side saves of the context while it does not run.
struct FiberState {
  Value winds, handlers, params, argvRest, token;
  void *barrier;
  Boundary *boundary;
  uint64_t low, high, callbackLow, nvals;
  ForeignCall *foreign;
  int nested;
  bool isFiber, isThrown;
};
void saveFiberState(Context *ctx, FiberState &state);
void restoreFiberState(Context *ctx, const FiberState &state);

} // namespace plc::rt
#endif // PLC_RUNTIME_FIBER_H
