"""What `plc plugin check` needs, see ffi/conformance.lisp."""
import array as arrays_of_numbers
import asyncio
import atexit
import builtins
import concurrent.futures
import gc
import os
import signal
import sys
import threading
import time
import weakref

_held = None
_shared = None
_arrays = weakref.WeakSet()
_pool = concurrent.futures.ThreadPoolExecutor(4)


def identity(x):
    return x


def apply(f, *args):
    return f(*args)


def fail(text):
    raise RuntimeError(text)


class object:
    def __init__(self):
        self.x = 1

    def add(self, n):
        self.x += n
        return self.x


def sequence(n):
    return list(range(1, n + 1))


class scope:
    def __init__(self, note, ends):
        self._note, self._ends = note, ends

    def __enter__(self):
        self._note("enter")
        return "entered"

    def __exit__(self, kind, error, traceback):
        self._note("leave with an error" if error else "leave")
        return self._ends


class grid:
    def __init__(self):
        self._cells = {}

    def __getitem__(self, place):
        return self._cells[place]

    def __setitem__(self, place, x):
        row, column = place
        self._cells[row, column] = x


async def ticks(n):
    for i in range(n):
        await asyncio.sleep(0.001)
        yield i


def keep(x):
    global _held
    _held = x


def kept():
    return _held


def keywords(**named):
    return named


def later(ms, x):
    def wait():
        time.sleep(ms / 1000)
        return x
    return _pool.submit(wait)


def fail_later(ms, text):
    def wait():
        time.sleep(ms / 1000)
        raise RuntimeError(text)
    return _pool.submit(wait)


def in_thread(f, *args):
    result = []

    def run():
        try:
            result.append((True, f(*args)))
        except BaseException as error:
            result.append((False, error))
    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    done, value = result[0]
    if done:
        return value
    raise value


def background(f):
    return _pool.submit(f)


def spin(ms):
    pid = os.getpid()
    threading.Timer(ms / 1000, lambda: os.kill(pid, signal.SIGINT)).start()
    while True:
        pass


def farewell(text):
    atexit.register(lambda: print(text))


class array:
    """An array whose memory is that of the module `array`, so that it can be
    referred to weakly."""

    def __new__(cls, n):
        made = _Array("d", range(n))
        _arrays.add(made)
        return made


class _Array(arrays_of_numbers.array):
    __hash__ = builtins.object.__hash__


def arrays():
    gc.collect()
    return len(_arrays)


def share(x):
    global _shared
    _shared = x if isinstance(x, memoryview) else memoryview(x)


def shared(i):
    return _shared[i]


def shared_set(i, x):
    if _shared.readonly:
        return None
    _shared[i] = x
    return True


def unshare():
    global _shared
    _shared = None
    gc.collect()
