"""asyncio on the event loop of plc.

Its loop runs in a fiber of Lisp. Where it would wait for descriptors and time it
lets that fiber wait, so coroutines, fibers of Lisp and what other plugins wait for
go on in turns in one thread. Threads whose calls of Lisp await coroutines have loops
of their own, which run as long as something is awaited. Imported when something is
first awaited, or with asyncio.
"""

import asyncio
import collections
import contextvars
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
    _tasks.clear()
    _waiting.clear()


_has_ended = False


def _drop_tasks():
    _fibers.clear()
    for each in list(_loops.values()):
        for task in asyncio.all_tasks(each):
            task._log_destroy_pending = False


def end():
    """The program ends: what is not done is dropped, as fibers are."""
    global _has_ended
    _has_ended = True
    _drop_tasks()


# --- Lisp waits for Python

# Tasks that Lisp awaits, by number: asyncio itself holds none of them.
_tasks = {}
_numbers = itertools.count(1)


def _own_loop():
    """The loop in which what Lisp awaits here runs."""
    if plc._is_in_loop() or plc._is_in_main() and _running_loop():
        raise RuntimeError(
            "asyncio's loop has called this procedure and goes on when it returns: "
            "it cannot await a coroutine here, but return `(async ...)`")
    return loop()


def _begin_await(own):
    if isinstance(own, Loop):
        own.begin_await()


def _end_await(own):
    if isinstance(own, Loop):
        own.end_await()


def awaited(x):
    """The promise that an awaitable will settle."""
    own = _own_loop()
    future = asyncio.ensure_future(x, loop=own) if not asyncio.isfuture(x) else x
    is_own = future.get_loop() is own
    promise = plc._promise(not is_own)
    number = next(_numbers)
    _tasks[number] = future

    def done(future):
        _tasks.pop(number, None)
        plc._settle(promise, future)
        if is_own:
            _end_await(own)
    if is_own:
        _begin_await(own)
        future.add_done_callback(done)
    else:
        future.get_loop().call_soon_threadsafe(future.add_done_callback, done)
    plc._when_abandoned(promise, number)
    return promise


def abandoned(number):
    """Nobody in Lisp wants the value any more."""
    future = _tasks.pop(number, None)
    if future is not None:
        future.get_loop().call_soon_threadsafe(future.cancel)


# --- Fibers in asynchronous scopes

class Request:
    """Something awaited in the task of a fiber."""

    def __init__(self, fiber, awaitable):
        self._fiber, self._awaitable = fiber, awaitable
        self.outcome = fiber.loop.create_future()
        self.promise = plc._promise(False)
        self.number = next(_numbers)
        self.context = contextvars.copy_context()
        self.is_abandoned = False
        self.stopped = None  # what others have cancelled it with, in a tuple

    def get_loop(self):
        return self._fiber.loop

    def cancel(self):
        """Nobody in Lisp wants the value any more."""
        self.is_abandoned = True
        self._fiber.give_up(self)

    def drop(self):
        """It is not to begin; false if it has to."""
        if asyncio.iscoroutine(self._awaitable):
            self._awaitable.close()
        return True

    async def serve(self):
        try:
            value = await self._awaitable
        except BaseException as error:
            if not self._fiber.runs():  # the task is dropped
                raise
            self.outcome.set_exception(error)
        else:
            self.outcome.set_result(value)

    def settle(self):
        _tasks.pop(self.number, None)
        # Traces of errors hold this object, and the promise holds the error: what goes
        # round both heaps is never freed.
        promise, self.promise = self.promise, None
        if self.outcome.done():
            plc._settle(promise, self.outcome)


class Entering(Request):
    """A scope is entered, and open then."""

    def __init__(self, fiber, manager):
        self.manager = manager
        super().__init__(fiber, type(manager).__aenter__(manager))

    def cancel(self):
        if self.is_open():
            self._leave()
        else:
            super().cancel()

    def is_open(self):
        return self in self._fiber.open

    def _leave(self):
        self._fiber.request(Leaving(self._fiber, self.manager, None))

    async def serve(self):
        await super().serve()
        if self.outcome.exception() is not None:
            return
        self._fiber.open.append(self)
        _begin_await(self._fiber.loop)
        if self.is_abandoned:
            self._leave()

    def settle(self):
        super().settle()
        if self.is_open():  # whether it is wanted may turn out later
            _tasks[self.number] = self


class Leaving(Request):
    """A scope is left."""

    def __init__(self, fiber, manager, error):
        self._manager = manager
        super().__init__(fiber, self._leave(error))

    async def _leave(self, error):
        leave = type(self._manager).__aexit__
        if error is None:
            return await leave(self._manager, None, None, None)
        try:
            return bool(await leave(self._manager, type(error), error,
                                    error.__traceback__))
        except BaseException as raised:
            if raised is not error:
                raise
            return False  # Lisp goes on with its own

    def drop(self):
        return False

    async def serve(self):
        try:
            await super().serve()
        finally:
            entered = self._fiber.entered(self._manager)
            if entered is not None:
                self._fiber.open.remove(entered)
                _tasks.pop(entered.number, None)
                _end_await(self._fiber.loop)


class Step:
    """The next element of an asynchronous iterator, to be awaited."""

    def __init__(self, fiber, step):
        self.fiber, self._step = fiber, step

    def __await__(self):
        return self._step().__await__()


class Turn:
    """Awaited, it lets others run, while the task waits for what is done."""

    def __init__(self, loop):
        self._loop = loop

    def __await__(self):
        done = self._loop.create_future()
        done.set_result(None)
        done._asyncio_future_blocking = True  # what makes a task wait for it
        yield done


class Task(asyncio.Task):
    """Others cancel not only what it awaits, but the fiber, wherever that waits."""

    def __init__(self, fiber, coroutine, **options):
        super().__init__(coroutine, **options)
        self._log_destroy_pending = False
        self._fiber, self._cancelling = fiber, 0

    def cancel(self, msg=None):
        if self.done():
            return False
        self._cancelling += 1
        self._fiber.stop(() if msg is None else (msg,))
        return True

    def cancelling(self):
        return self._cancelling

    def uncancel(self):
        if self._cancelling > 0:
            self._cancelling -= 1
        if not self._cancelling:
            self._fiber.stopped = None
        return self._cancelling

    def throw(self, args):
        """Cancels what it awaits."""
        super().cancel(*args)


class FiberTask:
    """What a fiber is for asyncio as long as it is in scopes that are entered by
    `async with`: one task, in which they are entered and left and what it awaits runs, so
    that they can cancel it. If that happens while the fiber waits for something else,
    CancelledError is raised there. The same for an asynchronous iterator, whose scopes
    cancel what is awaited of it only."""

    def __init__(self, own, is_iterator=False):
        self.loop, self.number = own, plc._fiber()
        self.open, self._is_iterator = [], is_iterator
        self.stopped = None  # what it is to be cancelled with next, in a tuple
        self._requests = collections.deque()
        self._served = self._idle = self.task = None
        self._context = contextvars.copy_context()
        self._known = contextvars.copy_context()  # as the fiber has it
        self._is_in_context = False

    def runs(self):
        return self.task is not None and asyncio.current_task(self.loop) is self.task

    def entered(self, manager):
        """By what the scope was entered that is left first, or None."""
        for each in reversed(self.open):
            if each.manager is manager:
                return each
        return None

    def request(self, request):
        """Its promise."""
        _tasks[request.number] = request
        plc._when_abandoned(request.promise, request.number)
        self._requests.append(request)
        _begin_await(self.loop)
        if self.task is None:
            self.task = Task(self, self._run(), loop=self.loop, context=self._context,
                             name=f"fiber-{self.number}")
            # Who waits for all tasks does so in this one, perhaps.
            asyncio._unregister_task(self.task)
        self._wake()
        return request.promise

    def call(self, f, args, keywords):
        """Calls f in the context of the task."""
        if self._is_in_context:
            return f(*args, **keywords)
        self._is_in_context = True
        try:
            return self._context.run(f, *args, **keywords)
        finally:
            self._is_in_context = False

    def end_iterator(self):
        """Any thread: it is at the end, or gone."""
        self._is_iterator = False
        if asyncio._get_running_loop() is self.loop:
            self._wake()
        elif self.task is not None and not _has_ended:
            try:
                self.loop.call_soon_threadsafe(self._wake)
            except RuntimeError:
                pass  # that loop is closed

    def give_up(self, request):
        if request is self._served:
            self.task.throw(())
        elif request in self._requests and request.drop():
            self._requests.remove(request)
            self._end(request)

    def stop(self, args):
        """Scopes, or others, cancel the task."""
        served, waiting = self._served, self._requests
        if served is not None and not served.is_abandoned:
            served.stopped = args
            self.task.throw(args)
        elif not self.open or waiting and isinstance(waiting[-1], Leaving):
            # A scope that is left finds out there, an iterator at its next element.
            self.stopped = args
        else:
            self._raise(args)

    def _raise(self, args):
        """Where the fiber waits."""
        plc._raise_in(self.number, asyncio.CancelledError(*args))

    def _wake(self):
        if self._idle is not None and not self._idle.done():
            self._idle.set_result(None)

    async def _run(self):
        try:
            while self._requests or self.open or self._is_iterator:
                if self._requests:
                    await self._serve(self._requests.popleft())
                else:
                    await self._wait()
        finally:
            self.task = None
            self._forget()

    def _forget(self):
        if _fibers.get(self.number) is self:
            plc._bind(self.number, False)
            del _fibers[self.number]

    async def _wait(self):
        # The fiber goes on first. To who looks whether this task has to be cancelled,
        # as anyio does, it runs.
        await Turn(self.loop)
        if not self._requests:
            self._idle = self.loop.create_future()
            try:
                await self._idle
            finally:
                self._idle = None

    async def _serve(self, request):
        self._served = request
        self._take_context(request)
        if self.stopped is not None:
            args, self.stopped = self.stopped, None
            request.stopped = args
            self.task.throw(args)
        try:
            await request.serve()
        finally:
            self._served = None
            self._end(request)
            if not self.open and not any(isinstance(each, Entering)
                                         for each in self._requests):
                self._forget()
        is_late = self.task._must_cancel
        if is_late:  # it did not wait any more
            try:
                await Turn(self.loop)
            except asyncio.CancelledError:
                pass
        if (is_late or request.is_abandoned) and request.stopped is not None and (
                self.task.cancelling()):
            self.stop(request.stopped)

    def _take_context(self, request):
        """Variables that the fiber has set."""
        for variable, value in request.context.items():
            if self._known.get(variable, self) is not value:
                variable.set(value)
        self._known = request.context

    def _end(self, request):
        request.settle()
        _end_await(self.loop)


_fibers = {}  # the tasks of those that have one, by number


def _fiber_task():
    """That of the fiber that runs here, or None."""
    fiber = _fibers.get(plc._fiber()) if _fibers else None
    return fiber if fiber is not None and fiber.loop is _own_loop() else None


def awaited_here(x):
    """The promise of an awaitable for which this fiber waits."""
    if asyncio.isfuture(x):
        return awaited(x)
    fiber = x.fiber if isinstance(x, Step) else _fiber_task()
    if fiber is None or fiber.loop is not _own_loop():
        return awaited(x)
    return fiber.request(Request(fiber, x))


def enter(manager):
    """The promise of what `async with` enters."""
    fiber = _fiber_task() or FiberTask(_own_loop())
    _fibers[fiber.number] = fiber
    plc._bind(fiber.number, True)
    return fiber.request(Entering(fiber, manager))


def leave(manager, error):
    """The promise of what `__aexit__` returns, in the task that has entered."""
    if isinstance(error, plc.LispError):
        parts = plc._condition_parts(error)
        if parts and parts[0] == "cancelled":
            error = asyncio.CancelledError(*error.args)
    fiber = _fibers.get(plc._fiber())
    if fiber is None or fiber.entered(manager) is None:
        fiber = next((each for each in _fibers.values()
                      if each.entered(manager) is not None), None)
    if fiber is None:
        fiber = _fiber_task() or FiberTask(_own_loop())
    return fiber.request(Leaving(fiber, manager, error))


def begin_iterator():
    """The task in which an iterator's elements are awaited."""
    return FiberTask(_own_loop(), is_iterator=True)


def call_in_loop(f, args, keywords):
    """Calls f as code that the loop runs, in the task of this fiber if it has one."""
    own = loop() if plc._is_host() else asyncio.get_event_loop()
    fiber = _fiber_task()
    task = fiber and fiber.task
    if asyncio.current_task(own) is not None:
        task = None  # one that waits in Lisp
    asyncio._set_running_loop(own)
    if task is not None:
        asyncio._enter_task(own, task)
    try:
        return f(*args, **keywords) if task is None else fiber.call(f, args, keywords)
    finally:
        if task is not None:
            asyncio._leave_task(own, task)
        asyncio._set_running_loop(None)


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
    number = next(_numbers)
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
