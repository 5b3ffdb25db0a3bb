"""What the Python plugin of plc does in Python: what is rare or short."""

import builtins
import collections.abc
import enum
import functools
import importlib
import inspect
import io
import keyword
import os
import sys
import _signal
import _thread
import threading
import weakref

import plc


# --- Start and end

def _unbuffered(stream, descriptor):
    """Lisp and Python write to the same descriptors, each at once."""
    if stream is None:
        return None
    raw = io.FileIO(descriptor, "w", closefd=False)
    text = io.TextIOWrapper(raw, encoding=stream.encoding,
                            errors=stream.errors, write_through=True)
    text.mode = "w"
    return text


sys.stdout = sys.__stdout__ = _unbuffered(sys.stdout, 1)
sys.stderr = sys.__stderr__ = _unbuffered(sys.stderr, 2)
sys.path.insert(0, "")
if not hasattr(sys, "argv") or not sys.argv:
    sys.argv = [""]

# --- Signals

def _watching(set_handler):
    @functools.wraps(set_handler)
    def signal(number, handler, /):
        before = set_handler(number, handler)
        plc._watch_signal(number, _signal.getsignal(number))
        return before
    return signal


# While Lisp runs or waits it is told of signals for which Python has a handler.
_signal.signal = _watching(_signal.signal)
if threading.current_thread() is threading.main_thread():
    # SIGINT is plc's as long as Python has this one; PyErr_SetInterrupt needs one.
    if not plc._is_host():
        _signal.signal(_signal.SIGINT, _signal.default_int_handler)
    for _number in _signal.valid_signals():
        plc._watch_signal(_number, _signal.getsignal(_number))


# --- Threads


def _counting(start):
    def counted(function, *rest, **keywords):
        def run(*args, **kwargs):
            try:
                return function(*args, **kwargs)
            finally:
                plc._count_thread(-1)
        # Lisp waits for what they call, see plc_host::expect.
        plc._count_thread(1)
        plc._expect(1)
        try:
            return start(run, *rest, **keywords)
        except BaseException:
            plc._count_thread(-1)
            plc._expect(-1)
            raise
    return counted


# While there are other threads a call may have to wait for one that wants to
# call Lisp.
for _name in ("start_new_thread", "start_joinable_thread"):
    if hasattr(_thread, _name):
        setattr(_thread, _name, _counting(getattr(_thread, _name)))
        if hasattr(threading, "_" + _name):
            setattr(threading, "_" + _name, getattr(_thread, _name))


def _after_fork_in_child():
    plc._after_fork_in_child()
    if "plc_loop" in sys.modules:
        sys.modules["plc_loop"].forget()


os.register_at_fork(before=plc._before_fork,
                    after_in_parent=plc._after_fork_in_parent,
                    after_in_child=_after_fork_in_child)


def end():
    """Before the interpreter ends: threads may still want to call Lisp."""
    threading._shutdown()
    if "plc_loop" in sys.modules:
        sys.modules["plc_loop"].end()
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()


# --- Waiting

def awaited(x, by="plc_loop"):
    """The promise that `await` waits for, None if x is nothing to wait for."""
    if inspect.isawaitable(x):
        return own(by).awaited(x)
    if not (hasattr(x, "add_done_callback") and hasattr(x, "result")):
        return None
    promise = plc._promise(True)
    plc._expect(1)

    def done(future):
        try:
            plc._settle(promise, future)
        finally:
            plc._expect(-1)
    x.add_done_callback(done)
    return promise


def awaited_here(x):
    return awaited(x, "plc_scopes" if "plc_scopes" in sys.modules else "plc_loop")


class AsyncSteps:
    """An iterator whose elements are awaited, in a task of its own; the end is told by
    itself."""

    def __init__(self, iterable):
        self._iterator = type(iterable).__aiter__(iterable)
        self._task = None

    def next(self):
        scopes = own("plc_scopes")
        if self._task is None:
            self._task = scopes.begin_iterator()
        return scopes.Step(self._task, self._step)

    def end(self):
        task, self._task = self._task, None
        if task is not None:
            task.end_iterator()

    __del__ = end

    async def _step(self):
        try:
            return await type(self._iterator).__anext__(self._iterator)
        except BaseException as error:
            self.end()
            if isinstance(error, StopAsyncIteration):
                return self
            raise


def iterator(x):
    if hasattr(type(x), "__aiter__") and not hasattr(type(x), "__iter__"):
        return AsyncSteps(x)
    return iter(x)


def step(steps):
    return steps.next()


# --- Modules and source text

def _add_environment(python):
    """The environment of the project, where another Python runs already: a
    package was installed since."""
    prefix = os.path.dirname(os.path.dirname(python))
    folder = os.path.join(prefix, "lib", "python%d.%d" % sys.version_info[:2],
                          "site-packages")
    if (folder not in sys.path and os.path.isdir(folder)
            and os.path.exists(os.path.join(prefix, "pyvenv.cfg"))):
        import site
        site.addsitedir(folder)
    importlib.invalidate_caches()


_OWN = ("plc-conformance", "plc_forms", "plc_loop", "plc_scopes")


def own(name):
    """One of plc's own modules: nothing is written beside its files."""
    writes = sys.dont_write_bytecode
    sys.dont_write_bytecode = True
    try:
        return importlib.import_module(name)
    finally:
        sys.dont_write_bytecode = writes


def _with_loop(value):
    """value, where asyncio has perhaps been imported: its functions find the loop."""
    if "asyncio" in sys.modules:
        own("plc_loop")
    return value


def _what_is_missing(name, missing):
    """Where there is no module `missing`, which `name` is or imports, and what to do."""
    python = "%s (Python %d.%d)" % (sys.executable, *sys.version_info[:2])
    package = missing.split(".")[0]
    if package in sys.modules:
        return f"`{package}` of {python} has none"
    wanted = "" if name.split(".")[0] == package else f", which `{name}` imports"
    return f"{python} has none{wanted}: {sys.executable} -m pip install {package}"


def load(name, options):
    options = iter(options)
    for option in options:
        if option in ("version", "package"):
            next(options)  # what the compiler has seen to
            continue
        if option == "environment":
            _add_environment(next(options))
            continue
        if option != "path":
            raise plc._Refused("an import from Python takes the options `:path`, "
                               "a folder, and from PyPI `:version` and "
                               "`:package`, texts, and no other")
        folder = os.fspath(next(options))
        if folder not in sys.path:
            sys.path.insert(0, folder)
    try:
        return _with_loop(own(name) if name in _OWN else
                          importlib.import_module(name))
    except ModuleNotFoundError as error:
        if error.name:
            error.args = (f"{error.msg}; {_what_is_missing(name, error.name)}",)
            error.msg = error.args[0]
        raise


def evaluate(source, statements):
    namespace = sys.modules["__main__"].__dict__
    if not statements:
        try:
            code = compile(source.lstrip(), "<py-eval>", "eval")
        except SyntaxError:
            code = None
        if code is not None:
            return eval(code, namespace)
    exec(compile(source, "<py-exec>" if statements else "<py-eval>", "exec"),
         namespace)
    return _with_loop(NotImplemented)


def caller_for(error, callable):
    """What calls again for a call of callable that has failed with error: in a frame
    if that of the caller was asked for, by sys._getframe or `currentframe().f_back`,
    in asyncio's loop if that was asked for; or None.
    Only functions of asyncio and classes ask for the loop before they do anything."""
    text = str(error.args[0]) if error.args else ""
    if (text == "call stack is not deep enough"
            or text.startswith("'NoneType' object has no attribute 'f_")):
        return call_from_frame
    if error.args == ("no running event loop",) and (
            isinstance(callable, type) or (getattr(callable, "__module__", None)
                                           or "").split(".")[0] in ("asyncio", "_asyncio")):
        return call_in_loop
    return None


def call_in_loop(f, /, *args, **keywords):
    return own("plc_scopes").call_in_loop(f, args, keywords)


# In __main__, whose names are those that py-exec has defined.
_frames = {}
exec("def call_from_frame(f, /, *args, **keywords):\n"
     "    return f(*args, **keywords)", sys.modules["__main__"].__dict__, _frames)
call_from_frame = _frames["call_from_frame"]


def resolve(path):
    """The object at a path such as "math.sqrt", "os.path.join", "len"."""
    parts = path.split(".")
    if hasattr(builtins, parts[0]):
        found, rest = builtins, parts
    else:
        found, rest = importlib.import_module(parts[0]), parts[1:]
        while rest and not hasattr(found, rest[0]):
            name = ".".join(parts[:len(parts) - len(rest) + 1])
            found, rest = importlib.import_module(name), rest[1:]
    for part in rest:
        found = getattr(found, part)
    return found


# --- Values

def integer_of(limbs, negative):
    n = int.from_bytes(limbs, "little")
    return -n if negative else n


def bytes_of(n):
    n = abs(n)
    return n.to_bytes((n.bit_length() + 63) // 64 * 8, "little")


def fraction(numerator, denominator):
    from fractions import Fraction
    return Fraction(numerator, denominator)


class Complex(complex):
    """A complex number of Lisp with an exact part: it comes back as it was."""


def exact_complex(real, imaginary):
    made = Complex(real, imaginary)
    made.parts = [real, imaginary]
    return made


# Rules of the program: classes and what makes a Lisp value of their objects;
# pairs of a predicate and what makes an object of a Lisp value, the latest first.
_rules_from = {}
_rules_to = []


class _Here(threading.local):
    """What this thread is converting: objects by rules, values on their way to
    Python."""
    is_leaving = False

    def __init__(self):
        self.converting = set()


_here = _Here()


def convert_from(type, procedure):
    _rules_from[type] = procedure
    plc._rules_added()


def convert_to(predicate, procedure):
    _rules_to.insert(0, (predicate, procedure))
    plc._rules_added()


def by_rules(value):
    for predicate, procedure in _rules_to:
        if predicate(value):
            # What it makes in Python must not become a value of Lisp on its way.
            outer = _here.is_leaving
            _here.is_leaving = True
            try:
                return procedure(value)
            finally:
                _here.is_leaving = outer
    return value


def _rule_for(type):
    return next((_rules_from[c] for c in type.__mro__ if c in _rules_from),
                None)


def is_scalar_type(type):
    if type is Complex or _rule_for(type) is not None:
        return True
    # Classes that type() makes without a caller in Python have no module.
    if (getattr(type, "__module__", None) == "fractions" and
            type.__name__ == "Fraction"):
        return True
    numpy = sys.modules.get("numpy")
    # Dates of NumPy have units, records have names: these stay what they are.
    return (numpy is not None and issubclass(type, numpy.generic) and
            not issubclass(type, (numpy.datetime64, numpy.timedelta64,
                                  numpy.void, numpy.object_)))


def scalar(x):
    """A number, a tuple for a rational one, a list for a complex one; what a rule
    makes of x, which is a reference in that."""
    rule = _rule_for(type(x))
    if rule is not None:
        if id(x) in _here.converting or _here.is_leaving:
            return x
        _here.converting.add(id(x))
        try:
            return plc._call_held(rule, x)
        finally:
            _here.converting.discard(id(x))
    if type(x) is Complex:
        return x.parts
    if (hasattr(x, "denominator") and
            getattr(type(x), "__module__", None) == "fractions"):
        return (x.numerator, x.denominator)
    found = x.item()
    if type(found) is not type(x):
        return found
    # Numbers that are wider than Python's.
    return complex(x) if type(x).__name__.startswith("c") else float(x)


def share(view):
    """A homogeneous vector in Python: an array if there is NumPy."""
    numpy = sys.modules.get("numpy")
    return view if numpy is None else numpy.asarray(view)


def _to_dlpack(self, *, stream=None, max_version=None, dl_device=None, copy=None):
    if dl_device is not None and tuple(dl_device) != _PROCESSOR:
        raise BufferError("this memory is in Lisp, not on another device")
    if copy:
        raise BufferError("this memory is shared, not copied")
    return plc._dlpack(self, max_version is not None and max_version[0] >= 1)


_PROCESSOR = (1, 0)
plc.Value.__dlpack__ = _to_dlpack
plc.Value.__dlpack_device__ = lambda self: _PROCESSOR


def buffered(x):
    """What has the memory of x by the buffer protocol."""
    if not hasattr(x, "__dlpack__") or "numpy" not in sys.modules:
        return x
    try:
        return memoryview(x)
    except TypeError:
        return sys.modules["numpy"].from_dlpack(x)


_FINE = ("ns", "ps", "fs", "as")


def plain(x):
    """What `->lisp` copies: a list, tuple or dict; else x."""
    if isinstance(x, dict):
        return x if type(x) is dict else dict(x)
    if isinstance(x, (list, tuple)):
        return list(x)
    if isinstance(x, bytearray):
        return bytes(x)
    if isinstance(x, memoryview):
        return bytes(x) if x.format == "B" else x.tolist()
    if isinstance(x, enum.Enum):
        return x.value
    for base in (int, float, complex, str, bytes):
        if isinstance(x, base):
            return base(x)
    if isinstance(x, collections.abc.Mapping):
        return dict(x)
    if isinstance(x, (collections.abc.Sequence, collections.abc.Set,
                      collections.abc.ValuesView)):
        return list(x)
    if isinstance(x, os.PathLike):
        return os.fspath(x)
    numpy = sys.modules.get("numpy")
    if numpy is not None and isinstance(x, (numpy.ndarray, numpy.datetime64,
                                            numpy.timedelta64)):
        # What is finer than microseconds would be numbers.
        if x.dtype.kind in "mM" and numpy.datetime_data(x.dtype)[0] in _FINE:
            x = x.astype(x.dtype.kind + "8[us]")
        x = x.tolist()
    elif hasattr(type(x), "__array__"):
        return _plain_of_array(x)
    return _plain_of_library(x)


def _plain_of_array(x):
    """Series and tensors of other libraries."""
    for name in ("tolist", "to_list", "to_pylist"):
        if hasattr(type(x), name):
            return getattr(x, name)()
    return x


def _plain_of_library(x):
    """Numbers and dates, if the program has them."""
    decimal = sys.modules.get("decimal")
    if decimal is not None and isinstance(x, decimal.Decimal):
        return fraction(*x.as_integer_ratio()) if x.is_finite() else float(x)
    datetime = sys.modules.get("datetime")
    if datetime is None:
        return x
    if isinstance(x, (datetime.date, datetime.time)):
        return x.isoformat()
    if isinstance(x, datetime.timedelta):
        microseconds = x // datetime.timedelta(microseconds=1)
        return fraction(microseconds, 10 ** 6)
    return x


# --- Objects

def tuple_of(elements):
    return tuple(elements)


def near(x, name):
    """Names of members that are like the name."""
    import difflib
    names = [n for n in dir(x) if n.startswith("_") == name.startswith("_")]
    return difflib.get_close_matches(name, names, 3, 0.7)


def not_callable(member, name):
    return (f"{type(member).__name__!r} object is not callable: {name} is an "
            f"attribute, which (. object {name}) reads")


def documentation(x):
    return inspect.getdoc(x)


def signature(x):
    try:
        text = str(inspect.signature(x))
    except (TypeError, ValueError):
        return None
    return f"{getattr(x, '__name__', '')}{text}"


def signature_of(text):
    return inspect.signature(eval(f"lambda {text[1:-1]}: None"))


def _spelling(name):
    spelled = name.strip("*").rstrip("!").replace("->", "_to_").replace("-", "_")
    if spelled.endswith("?"):
        spelled = "is_" + spelled[:-1]
    return spelled + "_" if keyword.iskeyword(spelled) else spelled


def procedure_description(name, parameters, docstring, least, most):
    """Of a procedure of Lisp: `name\0` and the docstring of a function of C, the
    signature, the names of the parameters, whether it takes other keywords, and the
    docstring. The parameters stand as in Lisp, `(a b . rest)` or `list`, or nobody
    knows them."""
    if "|" in (parameters or ""):
        parameters = None
    words = (parameters or "").strip("()").split()
    if words and not parameters.startswith("("):
        words.insert(0, ".")
    names, rest, keywords = [], "rest", "keywords"
    end = next((i for i, word in enumerate(words) if word in (".", ":up-to")),
               len(words))
    isKnown = parameters is not None and end >= least and (most < 0 or end <= most)
    for i in range(max(least, most, end if isKnown else 0)):
        spelled = _spelling(words[i]) if isKnown and i < end else ""
        names.append(spelled if spelled.isidentifier() and spelled not in names
                     else f"x{i}")
    if isKnown and end < len(words) and _spelling(words[-1]).isidentifier():
        rest = _spelling(words[-1])
    while rest in names:
        rest += "_"
    while keywords in names or keywords == rest:
        keywords += "_"
    # Which parameters the clauses of a case-lambda have, nobody knows.
    byName = isKnown and len(names) == least

    def signature(names):
        parts = [each + ("" if i < least else "=None") for i, each in enumerate(names)]
        if names and not byName:
            parts.append("/")
        if most < 0:
            parts += ["*" + rest, "**" + keywords]
        return "(" + ", ".join(parts) + ")"

    # The text of a function of C is ASCII.
    shown = signature(names)
    if not shown.isascii():
        rest = rest if rest.isascii() else "rest_"
        shown = signature([each if each.isascii() else f"x{i}"
                           for i, each in enumerate(names)])
    text = f"{name}\0{name.rpartition('.')[2] or name}{shown}\n--\n\n{docstring or ''}"
    return (text.encode(errors="replace"), signature(names),
            tuple(names) if byName else (), most < 0 or not isKnown, docstring)


def member_names(names):
    """Names of Lisp for Python: `even?` is `is_even`, `a->b` is `a_to_b`. Who would
    have the name of another one keeps its own."""
    taken = set(names)
    result = []
    for name in names:
        spelled = _spelling(name)
        result.append(name if not spelled or spelled in taken else spelled)
        taken.add(result[-1])
    return tuple(result)


def add_member(module, name, spelled, value):
    """Of the module that a program of Lisp is. Names like `__all__` are Python's."""
    def is_own(name):
        return name.startswith("__") and name.endswith("__")
    for each in (name, spelled):
        if not is_own(each):
            setattr(module, each, value)
    if spelled.isidentifier() and not is_own(spelled):
        module.__all__.append(spelled)


def entries(x):
    items = getattr(x, "items", None)
    if items is None:
        raise plc._Refused("this object has no entries")
    return list(items())


# --- Scopes

def is_container(x):
    return isinstance(x, (collections.abc.Mapping, collections.abc.Sequence))


# Classes whose __enter__ only tells that `async with` is meant, as aiohttp's.
_async_scopes = weakref.WeakSet()


def is_async_scope(x):
    kind = type(x)
    return kind in _async_scopes or (
        hasattr(kind, "__aexit__") and not hasattr(kind, "__exit__"))


def enter(x):
    kind = type(x)
    if is_async_scope(x):
        return own("plc_scopes").enter(x)
    enter = getattr(kind, "__enter__", None)
    try:
        return x if enter is None else enter(x)
    except TypeError as error:
        if not hasattr(kind, "__aenter__") or "async with" not in str(error):
            raise
        _async_scopes.add(kind)
        return own("plc_scopes").enter(x)


def coroutine(f):
    """A coroutine function: what f returns, awaited if it can be. For what asks
    whether a callable is one before it awaits."""
    @functools.wraps(f)
    async def call(*args, **keywords):
        value = f(*args, **keywords)
        return await value if inspect.isawaitable(value) else value
    return call


plc.coroutine = coroutine


def leave(x, error):
    kind = type(x)
    if is_async_scope(x):
        return own("plc_scopes").leave(x, error)
    why = (None, None, None)
    if error is not None:
        why = (type(error), error, error.__traceback__)
    leave = getattr(kind, "__exit__", None)
    if leave is not None:
        return bool(leave(x, *why))
    close = getattr(x, "close", None)
    if close is None:
        raise plc._Refused("this object has neither __exit__ nor a method "
                           "`close`")
    close()
    return False


def close(x):
    leave(x, None)


_KINDS = {
    "divide-by-zero": ZeroDivisionError,
    "file-error": OSError,
    "heap-exhausted": MemoryError,
    "no-such-member": AttributeError,
    "range": IndexError,
    "read-error": ValueError,
    "stack-overflow": RecursionError,
    "timeout": TimeoutError,
    "unbound-variable": NameError,
    "wrong-number-of-arguments": TypeError,
    "wrong-type": TypeError,
}
_types = {"interrupt": plc.LispInterrupt}


def error_type(kind):
    """The exception for a condition of that type: a LispError that is also what
    handlers in Python expect."""
    if kind not in _types:
        like = _KINDS.get(kind)
        _types[kind] = plc.LispError if like is None else type(
            "Lisp" + like.__name__, (plc.LispError, like),
            {"__module__": "plc", "__doc__": plc.LispError.__doc__})
    return _types[kind]


def _error_again(args, parts):
    made = error_type(parts[0] if parts else None)(*args)
    made._parts = parts
    return made


def _portable(x):
    import pickle
    try:
        pickle.dumps(x)
        return x
    except Exception:
        return str(x)


def _reduce_error(self):
    """What another process is sent: type, text and irritants of the condition."""
    parts = self._parts or plc._condition_parts(self)
    if parts:
        kind, message, irritants = parts
        parts = kind, _portable(message), [_portable(x) for x in irritants]
    return _error_again, (self.args, parts)


plc.LispError._parts = plc.LispError.condition = None
plc.LispError.__reduce__ = _reduce_error


def exit_of(error):
    """What SystemExit means: the status and the text to be shown."""
    code = error.code
    if code is None:
        return (0, "")
    return (code, "") if isinstance(code, int) else (1, str(code))


def hash_of(x):
    try:
        return hash(x)
    except TypeError:
        return 0
