"""Fibers in scopes of `async with`, and asynchronous iterators, as tasks of asyncio.

See docs/decisions/0025-fibers-as-tasks.md. Imported when the first is entered or asked for
an element.
"""

import asyncio
import collections
import contextvars

import plc
import plc_loop as loops

_fibers = loops.fiber_tasks


class Request:
    """Something awaited in the task of a fiber."""

    def __init__(self, fiber, awaitable):
        self._fiber, self._awaitable = fiber, awaitable
        self.outcome = fiber.loop.create_future()
        self.promise = plc._promise(False)
        self.number = next(loops.numbers)
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
        loops.tasks.pop(self.number, None)
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
        loops.begin_await_in(self._fiber.loop)
        if self.is_abandoned:
            self._leave()

    def settle(self):
        super().settle()
        if self.is_open():  # whether it is wanted may turn out later
            loops.tasks[self.number] = self


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
                loops.tasks.pop(entered.number, None)
                loops.end_await_in(self._fiber.loop)


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
        loops.tasks[request.number] = request
        plc._when_abandoned(request.promise, request.number)
        self._requests.append(request)
        loops.begin_await_in(self.loop)
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
        elif self.task is not None and not loops.has_ended:
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
        loops.end_await_in(self.loop)


def _fiber_task():
    """That of the fiber that runs here, or None."""
    fiber = _fibers.get(plc._fiber()) if _fibers else None
    return fiber if fiber is not None and fiber.loop is loops.own_loop() else None


def awaited(x):
    """The promise of an awaitable for which this fiber waits."""
    if asyncio.isfuture(x):
        return loops.awaited(x)
    fiber = x.fiber if isinstance(x, Step) else _fiber_task()
    if fiber is None or fiber.loop is not loops.own_loop():
        return loops.awaited(x)
    return fiber.request(Request(fiber, x))


def enter(manager):
    """The promise of what `async with` enters."""
    fiber = _fiber_task() or FiberTask(loops.own_loop())
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
        fiber = _fiber_task() or FiberTask(loops.own_loop())
    return fiber.request(Leaving(fiber, manager, error))


def begin_iterator():
    """The task in which an iterator's elements are awaited."""
    return FiberTask(loops.own_loop(), is_iterator=True)


def call_in_loop(f, args, keywords):
    """Calls f as code that the loop runs, in the task of this fiber if it has one."""
    own = loops.loop() if plc._is_host() else asyncio.get_event_loop()
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
