//===- Loop.cpp - asyncio on the event loop of plc ------------------------===//
//
// What loop.py needs of Lisp: descriptors are watched, its fiber waits, promises
// are settled and awaited.
//
//===----------------------------------------------------------------------===//

#include "PythonPlugin.h"

#include <unordered_map>
#include <vector>

namespace {

const plc_host *host() { return thePython.host; }

struct Loop;

/// A descriptor that the loop has registered.
struct Watched {
  Loop *loop;
  int fd, wanted;
  int found = 0;
  plc_watch *watch = nullptr; ///< null: to be watched when the loop waits
};

/// A loop of asyncio, in plc_loop a number.
struct Loop {
  std::unordered_map<int, Watched *> watched;
  std::vector<Watched *> ready; ///< those that have been found ready
  plc_root waiting = 0;         ///< the promise that the loop waits for, if any
  uint64_t fiber = 0;           ///< in which it runs
};
std::vector<Loop *> theLoops;
PyObject *theModule; ///< plc_loop

PyObject *loopFunction(const char *name) {
  if (!theModule) {
    Owned name(py.PyUnicode_FromString("plc_loop"));
    PyObject *arguments[] = {name.get()};
    theModule = name ? callSupport("own", arguments, 1) : nullptr;
  }
  return theModule ? py.PyObject_GetAttrString(theModule, name) : nullptr;
}

PyObject *callLoop(const char *name, PyObject *const *args, size_t count) {
  Owned function(loopFunction(name));
  return function
             ? py.PyObject_Vectorcall(function.get(), args, count, nullptr)
             : nullptr;
}

/// From the event loop: plc_loop.NAME(number).
void tellLoop(const char *name, void *number) {
  Operation operation;
  Owned argument(
      py.PyLong_FromLongLong(static_cast<long long>(uintptr_t(number))));
  PyObject *arguments[] = {argument.get()};
  Owned done(argument ? foreign([&] { return callLoop(name, arguments, 1); })
                      : nullptr);
  if (!done)
    py.PyErr_Clear();
}

long long integerOf(PyObject *number) {
  int overflow;
  return py.PyLong_AsLongLongAndOverflow(number, &overflow);
}

Loop *loopOf(PyObject *number) {
  return reinterpret_cast<Loop *>(uintptr_t(integerOf(number)));
}
PyObject *numberOf(const Loop *loop) {
  return py.PyLong_FromLongLong(static_cast<long long>(uintptr_t(loop)));
}

/// An argument of a function of the module.
PyObject *item(PyObject *arguments, Py_ssize_t i) {
  return py.PyTuple_GetItem(arguments, i);
}

/// The promise in an argument; false, and an error, if it is none.
bool promiseIn(PyObject *object, plc_value *promise) {
  if (isWrapped(object, promise) && host()->is_promise(host(), *promise))
    return true;
  py.PyErr_SetString(py.PyExc_TypeError, "not a promise of Lisp");
  return false;
}

template <typename Body> PyObject *inLisp(Body body) {
  return callInLisp(
      [](void *data) -> PyObject * { return (*static_cast<Body *>(data))(); },
      &body);
}

//===--- Waiting ----------------------------------------------------------===//

void wakeHere(Loop *loop) {
  if (loop->waiting)
    host()->settle(host(), host()->held(host(), loop->waiting), PLC_RESOLVED,
                   PLC_UNSPECIFIED);
}

void stopWatching(Watched *watched) {
  if (watched->watch)
    host()->unwatch(host(), watched->watch);
  watched->watch = nullptr;
}

void onReady(void *data, int events) {
  auto *watched = static_cast<Watched *>(data);
  Loop *loop = watched->loop;
  if (!watched->found)
    loop->ready.push_back(watched);
  // Who is to be told what has failed finds out by trying.
  bool isFailed = events & PLC_WATCH_FAILED;
  watched->found |= isFailed ? watched->wanted : events;
  // It would be found again and again until the loop looks at it.
  if (!loop->waiting || isFailed)
    stopWatching(watched);
  wakeHere(loop);
}

bool startWatching(Watched *watched) {
  if (!watched->watch && !watched->found)
    watched->watch = host()->watch(host(), watched->fd, watched->wanted,
                                   onReady, watched);
  return watched->watch || watched->found;
}

/// watch(loop, fd, events)
PyObject *watch(PyObject *, PyObject *arguments) {
  return inLisp([=]() -> PyObject * {
    Loop *loop = loopOf(item(arguments, 0));
    int fd = int(integerOf(item(arguments, 1)));
    auto *watched = new Watched{loop, fd, int(integerOf(item(arguments, 2)))};
    Watched *&place = loop->watched[fd];
    if (place) {
      delete watched;
      return retain(none());
    }
    place = watched;
    if (startWatching(watched))
      return retain(none());
    loop->watched.erase(fd);
    delete watched;
    py.PyErr_SetString(py.PyExc_MemoryError, "no memory for a descriptor");
    return nullptr;
  });
}

/// unwatch(loop, fd)
PyObject *unwatch(PyObject *, PyObject *arguments) {
  return inLisp([=]() -> PyObject * {
    Loop *loop = loopOf(item(arguments, 0));
    auto found = loop->watched.find(int(integerOf(item(arguments, 1))));
    if (found == loop->watched.end())
      return retain(none());
    Watched *watched = found->second;
    loop->watched.erase(found);
    std::erase(loop->ready, watched);
    stopWatching(watched);
    delete watched;
    return retain(none());
  });
}

/// A list of (fd, events), which is empty afterwards.
PyObject *takeReady(Loop *loop) {
  Owned list(py.PyList_New(Py_ssize_t(loop->ready.size())));
  for (size_t i = 0; list && i < loop->ready.size(); ++i) {
    Watched *watched = loop->ready[i];
    Owned pair(py.PyTuple_New(2));
    if (!pair)
      return nullptr;
    py.PyTuple_SetItem(pair.get(), 0, py.PyLong_FromLongLong(watched->fd));
    py.PyTuple_SetItem(pair.get(), 1, py.PyLong_FromLongLong(watched->found));
    py.PyList_SetItem(list.get(), Py_ssize_t(i), pair.take());
    watched->found = 0;
  }
  loop->ready.clear();
  return list.take();
}

/// wait(loop, seconds): lets the loop's fiber wait until a descriptor is ready, that
/// time is over (negative: without end) or it is woken. Others run in any case.
PyObject *wait(PyObject *, PyObject *arguments) {
  return inLisp([=]() -> PyObject * {
    Loop *loop = loopOf(item(arguments, 0));
    double time = py.PyFloat_AsDouble(item(arguments, 1));
    for (auto [fd, watched] : loop->watched)
      startWatching(watched);
    plc_value promise = time < 0 ? host()->local_promise(host())
                                 : host()->timer(host(), time);
    loop->waiting = host()->hold(host(), promise);
    if (!loop->ready.empty())
      wakeHere(loop);
    plc_value ignored;
    plc_error error = {PLC_FALSE, PLC_FALSE, PLC_FALSE,
                       PLC_FALSE, PLC_FALSE, PLC_FALSE};
    plc_status status = host()->await(host(), promise, &ignored, &error);
    plc_root root = loop->waiting;
    loop->waiting = 0;
    host()->drop(host(), root);
    if (status == PLC_OK)
      return takeReady(loop);
    raiseLisp(status, &error);
    return nullptr;
  });
}

/// wake(loop): there is something to do for the loop.
PyObject *wake(PyObject *, PyObject *number) {
  Loop *loop = loopOf(number);
  if (!loop->waiting)
    return retain(none());
  return inLisp([=]() -> PyObject * {
    wakeHere(loop);
    return retain(none());
  });
}

/// post_wake(loop): the same, from any thread, for the loop of the main program.
PyObject *postWake(PyObject *, PyObject *number) {
  host()->post(
      host(), [](void *loop) { wakeHere(static_cast<Loop *>(loop)); },
      loopOf(number));
  return retain(none());
}

void runLoop(void *data) {
  Operation operation;
  auto *loop = static_cast<Loop *>(data);
  loop->fiber = host()->fiber(host());
  Owned number(numberOf(loop));
  PyObject *arguments[] = {number.get()};
  Owned done(number ? foreign([&] { return callLoop("run", arguments, 1); })
                    : nullptr);
  if (!done)
    py.PyErr_Clear();
  loop->fiber = 0;
  // Watches are told in the call that has made them, which ends.
  for (auto [fd, watched] : loop->watched)
    stopWatching(watched);
}

/// new_loop() -> number
PyObject *newLoop(PyObject *, PyObject *) {
  theLoops.push_back(new Loop);
  return numberOf(theLoops.back());
}

/// free_loop(loop): nothing is watched for it any more.
PyObject *freeLoop(PyObject *, PyObject *number) {
  Loop *loop = loopOf(number);
  std::erase(theLoops, loop);
  delete loop;
  return retain(none());
}

/// start_loop(loop): run(loop) is called in a fiber; false if there is no memory for it.
PyObject *startLoop(PyObject *, PyObject *number) {
  Loop *loop = loopOf(number);
  return inLisp([=]() -> PyObject * {
    return retain(host()->spawn(host(), runLoop, loop) ? py._Py_TrueStruct
                                                       : py._Py_FalseStruct);
  });
}

/// What the fiber that has called this code is; false outside of Lisp. It runs only while
/// this thread has the world.
template <typename Test> PyObject *isFiber(Test test) {
  if (!isInOperation())
    return retain(py._Py_FalseStruct);
  return inLisp(
      [=] { return retain(test() ? py._Py_TrueStruct : py._Py_FalseStruct); });
}

PyObject *isInLoop(PyObject *, PyObject *) {
  return isFiber([] {
    for (const Loop *loop : theLoops)
      if (loop->fiber && host()->fiber(host()) == loop->fiber)
        return true;
    return false;
  });
}

/// True if Lisp has called this code in a thread that is not the one of its main program.
PyObject *isInThread(PyObject *, PyObject *) {
  return isFiber([] { return host()->is_in_thread(host()); });
}

//===--- The loop of a process that is Python's ---------------------------===//

PyObject *isHost(PyObject *, PyObject *) {
  return retain(thePython.isHost ? py._Py_TrueStruct : py._Py_FalseStruct);
}

PyObject *isAway(PyObject *, PyObject *) {
  bool isThere = thePython.isHost && py.PyThreadState_Get() != thePython.home;
  return retain(isThere ? py._Py_TrueStruct : py._Py_FalseStruct);
}

/// True in Lisp's main program: Python's loop, which has called it, goes on when it
/// has returned.
PyObject *isInMain(PyObject *, PyObject *) {
  return isFiber([] { return host()->fiber(host()) == 0; });
}

/// turn() -> (descriptor, seconds)
PyObject *turn(PyObject *, PyObject *) {
  int descriptor = -1;
  double seconds = -1;
  PyObject *isDone = inLisp([&] {
    seconds = host()->turn(host(), &descriptor);
    return none();
  });
  if (!isDone)
    return nullptr;
  Owned result(py.PyTuple_New(2)), time(py.PyFloat_FromDouble(seconds)),
      number(py.PyLong_FromLongLong(descriptor));
  if (!result || !time || !number)
    return nullptr;
  py.PyTuple_SetItem(result.get(), 0, number.take());
  py.PyTuple_SetItem(result.get(), 1, time.take());
  return result.take();
}

//===--- Promises ---------------------------------------------------------===//

/// promise(is_external)
PyObject *makePromise(PyObject *, PyObject *isExternal) {
  return inLisp([=]() -> PyObject * {
    return wrapValue(isExternal == py._Py_TrueStruct
                         ? host()->promise(host())
                         : host()->local_promise(host()));
  });
}

/// settle(promise, future): the future is done.
PyObject *settle(PyObject *, PyObject *arguments) {
  PyObject *held = item(arguments, 0), *future = item(arguments, 1);
  if (!held || !future)
    return nullptr;
  return inLisp([=]() -> PyObject * {
    plc_value promise, value;
    plc_error error = {PLC_FALSE, PLC_FALSE, PLC_FALSE,
                       PLC_FALSE, PLC_FALSE, PLC_FALSE};
    if (!promiseIn(held, &promise))
      return nullptr;
    Owned name(py.PyUnicode_FromString("result"));
    PyObject *receiver[] = {future};
    Owned result(name ? py.PyObject_VectorcallMethod(name.get(), receiver, 1,
                                                     nullptr)
                      : nullptr);
    if (result && toLisp(result.get(), &value)) {
      host()->settle(host(), promise, PLC_RESOLVED, value);
    } else {
      plc_status status = takeError(&error);
      host()->settle(host(), promise, PLC_REJECTED,
                     host()->make_condition(host(), thePython.plugin, status,
                                            &error));
    }
    return retain(none());
  });
}

/// await(promise): its value; this fiber waits for it.
PyObject *awaitPromise(PyObject *, PyObject *held) {
  return inLisp([=]() -> PyObject * {
    plc_value promise, value;
    if (!promiseIn(held, &promise))
      return nullptr;
    plc_error error = {PLC_FALSE, PLC_FALSE, PLC_FALSE,
                       PLC_FALSE, PLC_FALSE, PLC_FALSE};
    plc_status status = host()->await(host(), promise, &value, &error);
    if (status == PLC_OK)
      return toPython(value);
    raiseLisp(status, &error);
    return nullptr;
  });
}

PyObject *cancel(PyObject *, PyObject *held) {
  return inLisp([=]() -> PyObject * {
    plc_value promise;
    if (!promiseIn(held, &promise))
      return nullptr;
    host()->cancel(host(), promise);
    return retain(none());
  });
}

/// when_settled(promise, number), when_abandoned(promise, number)
PyObject *whenSettled(PyObject *, PyObject *arguments) {
  return inLisp([=]() -> PyObject * {
    plc_value promise;
    if (!promiseIn(item(arguments, 0), &promise))
      return nullptr;
    host()->when_settled(
        host(), promise, [](void *number) { tellLoop("settled", number); },
        reinterpret_cast<void *>(integerOf(item(arguments, 1))));
    return retain(none());
  });
}
PyObject *whenAbandoned(PyObject *, PyObject *arguments) {
  return inLisp([=]() -> PyObject * {
    plc_value promise;
    if (!promiseIn(item(arguments, 0), &promise))
      return nullptr;
    host()->when_abandoned(
        host(), promise, [](void *number) { tellLoop("abandoned", number); },
        reinterpret_cast<void *>(integerOf(item(arguments, 1))));
    return retain(none());
  });
}

/// fiber(): the number of the one that has called this code.
PyObject *fiber(PyObject *, PyObject *) {
  return inLisp([] {
    return py.PyLong_FromLongLong(
        static_cast<long long>(host()->fiber(host())));
  });
}

/// raise_in(fiber, error): where the fiber awaits.
PyObject *raiseIn(PyObject *, PyObject *arguments) {
  long long number = integerOf(item(arguments, 0));
  PyObject *error = item(arguments, 1);
  return inLisp([=] {
    py.PyErr_SetObject(reinterpret_cast<PyObject *>(error->type), error);
    plc_error details = {PLC_FALSE, PLC_FALSE, PLC_FALSE,
                         PLC_FALSE, PLC_FALSE, PLC_FALSE};
    plc_status status = takeError(&details);
    host()->raise_in(host(), uint64_t(number),
                     host()->make_condition(host(), thePython.plugin, status,
                                            &details));
    return retain(none());
  });
}

/// bind(fiber, is_bound): whether it has to go on in its thread.
PyObject *bindFiber(PyObject *, PyObject *arguments) {
  long long number = integerOf(item(arguments, 0));
  bool isBound = item(arguments, 1) == py._Py_TrueStruct;
  return inLisp([=] {
    host()->bind_fiber(host(), uint64_t(number), isBound);
    return retain(none());
  });
}

/// What Lisp awaits: the promise that a function of plc_support makes.
plc_status awaitBy(const char *function, plc_value object, plc_value *result,
                   plc_error *error) {
  Operation operation;
  PyObject *arguments[] = {referent(object)};
  Owned promise(foreign([&] { return callSupport(function, arguments, 1); }));
  if (!promise)
    return takeError(error);
  if (promise.get() == none())
    return PLC_E_UNSUPPORTED;
  return isWrapped(promise.get(), result) ? PLC_OK : PLC_E_UNSUPPORTED;
}
plc_status await(plc_plugin *, plc_value object, plc_value *result,
                 plc_error *error) {
  return awaitBy("awaited", object, result, error);
}
plc_status awaitHere(plc_plugin *, plc_value object, plc_value *result,
                     plc_error *error) {
  return awaitBy("awaited_here", object, result, error);
}

} // namespace

PyObject *iteratorOfPromise(PyObject *promise) {
  PyObject *arguments[] = {promise};
  return callLoop("promise_await", arguments, 1);
}

bool openLoop() {
  static PyMethodDef functions[] = {
      {"_watch", watch, METH_VARARGS, nullptr},
      {"_unwatch", unwatch, METH_VARARGS, nullptr},
      {"_wait", wait, METH_VARARGS, nullptr},
      {"_wake", wake, METH_O, nullptr},
      {"_post_wake", postWake, METH_O, nullptr},
      {"_new_loop", newLoop, METH_NOARGS, nullptr},
      {"_free_loop", freeLoop, METH_O, nullptr},
      {"_start_loop", startLoop, METH_O, nullptr},
      {"_is_in_loop", isInLoop, METH_NOARGS, nullptr},
      {"_is_in_thread", isInThread, METH_NOARGS, nullptr},
      {"_is_host", isHost, METH_NOARGS, nullptr},
      {"_is_away", isAway, METH_NOARGS, nullptr},
      {"_is_in_main", isInMain, METH_NOARGS, nullptr},
      {"_turn", turn, METH_NOARGS, nullptr},
      {"_fiber", fiber, METH_NOARGS, nullptr},
      {"_raise_in", raiseIn, METH_VARARGS, nullptr},
      {"_bind", bindFiber, METH_VARARGS, nullptr},
      {"_promise", makePromise, METH_O, nullptr},
      {"_settle", settle, METH_VARARGS, nullptr},
      {"_await", awaitPromise, METH_O, nullptr},
      {"_cancel", cancel, METH_O, nullptr},
      {"_when_settled", whenSettled, METH_VARARGS, nullptr},
      {"_when_abandoned", whenAbandoned, METH_VARARGS, nullptr}};
  return addFunctions(functions);
}

void forgetLoop() {
  for (Loop *loop : theLoops) {
    for (auto [fd, watched] : loop->watched)
      stopWatching(watched);
    loop->watched.clear();
    loop->ready.clear();
    loop->waiting = 0;
    loop->fiber = 0;
  }
}

void fillLoop(plc_plugin &table) {
  table.await = await;
  table.await_here = awaitHere;
}
