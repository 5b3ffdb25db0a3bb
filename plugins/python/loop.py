"""asyncio on the event loop of plc.

Its loop runs in a fiber of Lisp. Where it would wait for descriptors and time it
lets that fiber wait, so coroutines, fibers of Lisp and what other plugins wait for
go on in turns in one thread. Threads whose calls of Lisp await coroutines have loops
of their own, which run as long as something is awaited. Imported when something is
first awaited, or with asyncio.
"""

import asyncio
import itertools
import selectors
import sys
import threading
import weakref

import plc

READ, WRITE = selectors.EVENT_READ, selectors.EVENT_WRITE


class Selector(selectors.BaseSelector):
    """Descriptors are watched by plc."""

    def __init__(self, number):
        self._number = number
        self._keys = {}
        # What a loop registers first is the end of a pipe by which others wake it;
        # they use plc._post_wake for the main program's, where signals alone need it.
        self._own = None

    def _descriptor(self, fileobj):
        if isinstance(fileobj, int):
            return fileobj
        descriptor = fileobj.fileno()
        if descriptor >= 0:
            return descriptor
        for key in self._keys.values():  # closed meanwhile
            if key.fileobj is fileobj:
                return key.fd
        raise ValueError(f"invalid file object: {fileobj!r}")

    def register(self, fileobj, events, data=None):
        key = selectors.SelectorKey(fileobj, self._descriptor(fileobj), events, data)
        if key.fd in self._keys:
            raise KeyError(f"{fileobj!r} (FD {key.fd}) is already registered")
        self._keys[key.fd] = key
        if self._own is None:
            self._own = key.fd
        else:
            plc._watch(self._number, key.fd, events)
        return key

    def unregister(self, fileobj):
        descriptor = self._descriptor(fileobj)
        key = self._keys.pop(descriptor)
        plc._unwatch(self._number, descriptor)
        return key

    def modify(self, fileobj, events, data=None):
        self.unregister(fileobj)
        return self.register(fileobj, events, data)

    def watch_own(self):
        plc._watch(self._number, self._own, READ)

    def select(self, timeout=None):
        ready = []
        for descriptor, events in plc._wait(
                self._number, -1.0 if timeout is None else max(timeout, 0.0)):
            key = self._keys.get(descriptor)
            if key is not None and events & key.events:
                ready.append((key, events & key.events))
        return ready

    def get_map(self):
        return self._keys


class Loop(asyncio.SelectorEventLoop):
    """It may be told of work by code that runs in other fibers."""

    def __init__(self):
        self._plc_number = plc._new_loop()
        self._plc_selector = Selector(self._plc_number)
        super().__init__(self._plc_selector)
        _loops[self._plc_number] = self

    def begin(self):
        if not plc._start_loop(self._plc_number):
            raise MemoryError("there is no memory for the fiber of asyncio's loop")

    def call_soon(self, callback, *args, context=None):
        handle = super().call_soon(callback, *args, context=context)
        plc._wake(self._plc_number)
        return handle

    def call_at(self, when, callback, *args, context=None):
        handle = super().call_at(when, callback, *args, context=context)
        plc._wake(self._plc_number)
        return handle

    def call_soon_threadsafe(self, callback, *args, context=None):
        handle = super().call_soon_threadsafe(callback, *args, context=context)
        plc._post_wake(self._plc_number)
        return handle

    def add_signal_handler(self, sig, callback, *args):
        super().add_signal_handler(sig, callback, *args)
        self._plc_selector.watch_own()

    # Its fiber runs it until the program ends; other fibers wait.

    def run_forever(self):
        if not plc._is_in_loop():
            raise RuntimeError("plc runs this loop: await what is to be waited for")
        super().run_forever()

    def run_until_complete(self, future):
        return plc._await(awaited(future))

    def close(self):
        pass

    # What Lisp awaits begins and ends.

    def begin_await(self):
        pass

    def end_await(self):
        pass

    def run(self):
        while True:
            self.run_once()

    def run_once(self):
        try:
            self.run_forever()
        except BaseException:
            # KeyboardInterrupt and SystemExit leave it: who awaits the task that
            # raised them is told.
            pass


class ThreadLoop(Loop):
    """That of a thread, which runs as long as calls of Lisp await something there."""

    def __init__(self):
        super().__init__()
        self._plc_awaited = 0
        self._plc_runs = False
        self._plc_selector.watch_own()

    def call_soon_threadsafe(self, callback, *args, context=None):
        return asyncio.SelectorEventLoop.call_soon_threadsafe(
            self, callback, *args, context=context)

    def begin_await(self):
        if not self._plc_runs:
            self.begin()
            self._plc_runs = True
        self._plc_awaited += 1

    def end_await(self):
        self._plc_awaited -= 1
        if not self._plc_awaited:
            self.stop()

    def run(self):
        while self._plc_awaited:
            self.run_once()
        self._plc_runs = False

    def drop(self):
        """Its thread is gone."""
        for task in asyncio.all_tasks(self):
            task._log_destroy_pending = False
        asyncio.SelectorEventLoop.close(self)
        plc._free_loop(self._plc_number)


class Policy(asyncio.DefaultEventLoopPolicy):
    """Functions such as `asyncio.gather`, which make tasks for the loop of the
    thread, find plc's where Lisp runs, unless the program has set another one."""

    def get_event_loop(self):
        if (self._local._loop is None
                and (threading.current_thread() is threading.main_thread()
                     or plc._is_in_thread())):
            return loop()
        return super().get_event_loop()


if not plc._is_host() and (type(asyncio.get_event_loop_policy())
                           is asyncio.DefaultEventLoopPolicy):
    asyncio.set_event_loop_policy(Policy())


_loop = None
_loops = weakref.WeakValueDictionary()  # all, by number
_thread_loops = {}  # by thread


def _running_loop():
    """In a process of Python's: the loop that runs in this thread, or None."""
    try:
        return asyncio.get_running_loop() if plc._is_host() else None
    except RuntimeError:
        return None


def loop():
    """The main program's loop, which goes on in its fiber until that ends, or that of
    the thread; or the one that runs already."""
    global _loop
    if running := _running_loop():
        return running
    if plc._is_in_thread():
        return _thread_loop()
    if _loop is None:
        made = Loop()
        made.begin()
        _loop = made
    return _loop


def _thread_loop():
    thread = threading.get_ident()
    if thread not in _thread_loops:
        alive = sys._current_frames()
        for other in [each for each in _thread_loops if each not in alive]:
            _thread_loops.pop(other).drop()
        _thread_loops[thread] = ThreadLoop()
    return _thread_loops[thread]


def run(number):
    """What the fiber of the loop with that number does."""
    _loops[number].run()


def forget():
    """In a child process the loop's fiber does not go on."""
    global _loop
    _drop_tasks()
    _loop = None
    _thread_loops.clear()
    tasks.clear()
    _waiting.clear()


has_ended = False


def _drop_tasks():
    fiber_tasks.clear()
    for each in list(_loops.values()):
        for task in asyncio.all_tasks(each):
            task._log_destroy_pending = False


def end():
    """The program ends: what is not done is dropped, as fibers are."""
    global has_ended
    has_ended = True
    _drop_tasks()


# --- Lisp waits for Python

# Tasks that Lisp awaits, by number: asyncio itself holds none of them.
tasks = {}
numbers = itertools.count(1)
fiber_tasks = {}  # those of fibers in scopes (plc_scopes), by number


def own_loop():
    """The loop in which what Lisp awaits here runs."""
    if plc._is_in_loop() or plc._is_in_main() and _running_loop():
        raise RuntimeError(
            "asyncio's loop has called this procedure and goes on when it returns: "
            "it cannot await a coroutine here, but return `(async ...)`")
    return loop()


def begin_await_in(own):
    if isinstance(own, Loop):
        own.begin_await()


def end_await_in(own):
    if isinstance(own, Loop):
        own.end_await()


def awaited(x):
    """The promise that an awaitable will settle."""
    own = own_loop()
    future = asyncio.ensure_future(x, loop=own) if not asyncio.isfuture(x) else x
    is_own = future.get_loop() is own
    promise = plc._promise(not is_own)
    number = next(numbers)
    tasks[number] = future

    def done(future):
        tasks.pop(number, None)
        plc._settle(promise, future)
        if is_own:
            end_await_in(own)
    if is_own:
        begin_await_in(own)
        future.add_done_callback(done)
    else:
        future.get_loop().call_soon_threadsafe(future.add_done_callback, done)
    plc._when_abandoned(promise, number)
    return promise


def abandoned(number):
    """Nobody in Lisp wants the value any more."""
    future = tasks.pop(number, None)
    if future is not None:
        future.get_loop().call_soon_threadsafe(future.cancel)


# --- Python waits for Lisp

_waiting = {}


class Turns:
    """Lets fibers and timers of Lisp go on in a loop of Python's own, as long as
    promises are awaited there."""

    _longest = 0.05  # calls of Lisp that are not awaited may ask for timers
    _of = {}

    @classmethod
    def begin(cls, loop):
        turns = cls._of.get(loop)
        if turns is None:
            turns = cls._of[loop] = cls(loop)
            turns._take()

    def __init__(self, loop):
        self._loop, self._descriptor, self._timer = loop, -1, None

    def _take(self):
        if self._timer is not None:
            self._timer.cancel()
        descriptor, seconds = plc._turn()
        if all(future.get_loop() is not self._loop
               for _, future in _waiting.values()):
            del self._of[self._loop]
            if self._descriptor >= 0:
                self._loop.remove_reader(self._descriptor)
            return
        if descriptor != self._descriptor:
            self._descriptor = descriptor
            self._loop.add_reader(descriptor, self._take)
        if not 0 <= seconds < self._longest:
            seconds = self._longest
        self._timer = self._loop.call_later(seconds, self._take)


def promise_await(promise):
    """What `await promise` goes through."""
    if plc._is_away() and not isinstance(asyncio.get_running_loop(), Loop):
        raise RuntimeError(
            "this is not the thread that has imported the module, where fibers of "
            "Lisp run: it cannot await promises")
    future = asyncio.get_running_loop().create_future()
    number = next(numbers)
    _waiting[number] = promise, future

    def done(future):
        if future.cancelled():
            plc._cancel(promise)
    future.add_done_callback(done)
    plc._when_settled(promise, number)
    if plc._is_host() and not isinstance(future.get_loop(), Loop):
        Turns.begin(future.get_loop())
    return future.__await__()


def settled(number):
    promise, future = _waiting.pop(number)

    def deliver():
        if future.done():
            return
        try:
            value = plc._await(promise)
        except BaseException as error:
            future.set_exception(error)
        else:
            future.set_result(value)
    try:
        future.get_loop().call_soon_threadsafe(deliver)
    except RuntimeError:
        pass  # that loop is closed
