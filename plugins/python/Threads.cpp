//===- Threads.cpp - who runs Python with which thread state --------------===//
//
// A fiber that waits with frames of Python below it keeps its thread state; the
// others use one that is free, for CPython's state is that of one stack. Threads of
// other languages that call Lisp get a state when they call Python.
//
//===----------------------------------------------------------------------===//

#include "PythonPlugin.h"

#include <climits>
#include <pthread.h>
#include <unordered_map>
#include <utility>
#include <vector>

__thread PyThreadState *theThread;
__thread ForeignRegion *theRegion;
__thread int theDepth;

/// The fiber that runs in this thread. Switches that plc tells while the thread
/// is without the GIL are those of others, which have the world meanwhile.
static __thread uint64_t theFiber;
__thread bool isDetached;

/// \{ Gives the GIL up and takes it back.
static void detach() {
  isDetached = true;
  py.PyEval_SaveThread();
}
static void attach() {
  py.PyEval_RestoreThread(theThread);
  isDetached = false;
}
/// \}

//===--- PyGILState -------------------------------------------------------===//
// Extension modules ask for the state of the thread by PyGILState_Ensure, which up to
// 3.11 knows the first one of a thread only, by thread-specific data that no function
// of the API sets.

static bool isKeyKnown;
static pthread_key_t stateKey;

/// Finds the key by trying those that hold the state.
static void findStateKey() {
  void *state = py.PyGILState_GetThisThreadState();
  char other;
  for (pthread_key_t key = 0; state && key < PTHREAD_KEYS_MAX; ++key) {
    if (pthread_getspecific(key) != state || pthread_setspecific(key, &other))
      continue;
    isKeyKnown =
        static_cast<void *>(py.PyGILState_GetThisThreadState()) == &other;
    pthread_setspecific(key, state);
    stateKey = key;
    if (isKeyKnown)
      return;
  }
}

static void tellState(PyThreadState *state) {
  if (isKeyKnown && py.PyGILState_GetThisThreadState() != state)
    pthread_setspecific(stateKey, state);
}

static void swapThread(PyThreadState *next) {
  py.PyThreadState_Swap(next);
  theThread = next;
  tellState(next);
}

//===--- Threads ----------------------------------------------------------===//

/// What PyGILState_Ensure has given for this call of Lisp, and told; or null.
static __thread PyThreadState *ensured;
static __thread int howEnsured;
/// The state with which a thread of Python has come.
static __thread PyThreadState *stateBefore;
/// The thread that has started Python.
static __thread bool isFirst;

void attachThread() {
  if (thePython.isEnded)
    return;
  howEnsured = py.PyGILState_Ensure();
  theThread = ensured = py.PyThreadState_Get();
}

/// States of fibers that have ended. What they hold may run code when it goes, so it
/// goes when the next operation begins. The GIL guards them.
static std::vector<PyThreadState *> deadStates;

static void dropState(PyThreadState *state) {
  deadStates.push_back(state);
  thePython.hasDropped = true;
}

void deleteStates() {
  while (!deadStates.empty()) {
    PyThreadState *state = deadStates.back();
    deadStates.pop_back();
    py.PyThreadState_Clear(state);
    py.PyThreadState_Delete(state);
  }
}

/// The thread's call of Lisp is over; what it came with it has taken back.
static void leaveThread() {
  PyThreadState *left = theThread, *own = ensured ? ensured : stateBefore;
  if (!left)
    return;
  // What goes may call Lisp, which may wait.
  ++theDepth;
  if (own && left != own) {
    // It is that of a fiber; the thread is to go on with its own.
    swapThread(own);
    dropState(left);
  }
  if (ensured) {
    ensured = nullptr;
    py.PyGILState_Release(howEnsured);
  } else if (own) {
    py.PyEval_SaveThread();
  } else {
    py.PyThreadState_Clear(left);
    py.PyThreadState_DeleteCurrent();
  }
  --theDepth;
  theThread = nullptr;
}

//===--- Fibers -----------------------------------------------------------===//

static std::vector<PyThreadState *> freeThreads;
static PyThreadState *firstThread;

struct WaitingFiber {
  PyThreadState *thread;
  int depth;
  ForeignRegion *region;
};
static std::unordered_map<uint64_t, WaitingFiber> waitingFibers;

void forgetOtherThreads() {
  // CPython has freed all states but that of this thread.
  deadStates.clear();
  freeThreads.clear();
  waitingFibers.clear();
  if (ensured != theThread)
    ensured = nullptr;
  if (stateBefore != theThread)
    stateBefore = nullptr;
}

/// The one that the interpreter began with, if it is free: signals are told to
/// that.
static PyThreadState *takeFreeThread() {
  if (!isFirst || freeThreads.empty())
    return py.PyThreadState_New(thePython.interpreter);
  for (PyThreadState *&each : freeThreads)
    if (each == firstThread)
      std::swap(each, freeThreads.back());
  PyThreadState *thread = freeThreads.back();
  freeThreads.pop_back();
  return thread;
}

static void switchFiber(plc_plugin *, uint64_t, uint64_t to) {
  if (isDetached || to == theFiber || thePython.isEnded)
    return;
  // It goes: of fibers that run on its stack it leaves none behind, and the main
  // program has another thread.
  if (!isFirst && to == 0) {
    leaveThread();
    theFiber = 0;
    return;
  }
  uint64_t from = theFiber;
  theFiber = to;
  auto found = waitingFibers.find(to);
  if (!theThread) {
    // It comes, without the state that it may have; or has given that back, and goes
    // on with a fiber on its stack.
    if (found == waitingFibers.end()) {
      stateBefore = py.PyGILState_GetThisThreadState();
      return;
    }
    theDepth = found->second.depth;
    theRegion = found->second.region;
    theThread = found->second.thread;
    waitingFibers.erase(found);
    attach();
    tellState(theThread);
    return;
  }
  bool isWaiting = theDepth > 0;
  PyThreadState *left = theThread;
  if (isWaiting)
    waitingFibers[from] = {left, theDepth, theRegion};
  WaitingFiber state{nullptr, 0, nullptr};
  if (found != waitingFibers.end()) {
    state = found->second;
    waitingFibers.erase(found);
  }
  if (!isWaiting && isFirst)
    freeThreads.push_back(left);
  PyThreadState *next = state.thread             ? state.thread
                        : isWaiting || isFirst ? takeFreeThread()
                                               : left;
  theDepth = state.depth;
  theRegion = state.region;
  if (next == left)
    return;
  swapThread(next);
  if (!isWaiting && !isFirst && left != ensured)
    dropState(left);
}

static void endFiber(plc_plugin *, uint64_t fiber) {
  // One that was left with frames of Python: they are never gone on with, and
  // what they hold stays.
  waitingFibers.erase(fiber);
}

static void beforeWait(plc_plugin *) {
  if (theThread && !thePython.isEnded)
    detach();
}
static void afterWait(plc_plugin *) {
  if (theThread && isDetached)
    attach();
  if (isSignalPending && isFirst)
    thePython.host->signalled(thePython.host);
}

void ForeignRegion::begin() {
  thePython.host->blocking_begin(thePython.host, &region);
  isOpen = true;
}

void ForeignRegion::end() {
  // Who holds the world may be waiting for the GIL.
  detach();
  thePython.host->blocking_end(thePython.host, &region);
  attach();
  isOpen = false;
}

void openThreads() {
  theThread = firstThread = py.PyThreadState_Get();
  isFirst = true;
  findStateKey();
}

void fillThreads(plc_plugin &table) {
  table.fiber_switch = switchFiber;
  table.fiber_end = endFiber;
  table.before_wait = beforeWait;
  table.after_wait = afterWait;
}
