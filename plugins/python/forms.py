"""What the forms of (plc python) make in Python: functions and classes of Lisp,
iterators, views. Imported at the first use of one."""

import collections.abc
import copy
import keyword
import operator
import sys
import types

import plc


# --- Functions

def _python_name(name):
    spelled = name.replace("-", "_")
    if keyword.iskeyword(spelled):
        return spelled + "_"  # as Python's own style has it
    if not spelled.isidentifier():
        raise plc._Refused(f"`{name}` is no name that Python can spell")
    return spelled


def function(name, parameters, has_rest, procedure, doc):
    """A function of Python that calls a procedure of Lisp. A parameter is a list
    of its name and maybe a default; the rest takes what is left, keyword
    arguments as `:name value`."""
    spelled = _python_name(name) if name else "lambda_"
    scope = {"_plc_call": procedure, "__name__": "__main__"}
    signature, arguments = _signature(parameters, scope)
    if has_rest:
        signature.append("*rest, **keywords")
        arguments.append("*rest, **keywords")
    # What Lisp has as the value of a body is nothing that __init__ may return.
    value = "" if spelled == "__init__" else "return "
    source = (f"def {spelled}({', '.join(signature)}):\n"
              f"    {value}_plc_call({', '.join(arguments)})\n")
    exec(compile(source, "<Lisp>", "exec"), scope)
    made = scope[spelled]
    made.__doc__ = doc or None
    if not name:
        made.__name__ = made.__qualname__ = "<lambda>"
    return made


def _signature(parameters, scope):
    """What stands in `def`, with the defaults in scope, and the names."""
    signature, names = [], []
    for place, (parameter, *default) in enumerate(parameters):
        parameter = _python_name(parameter)
        names.append(parameter)
        if default:
            scope[f"_plc_default_{place}"] = default[0]
            parameter += f"=_plc_default_{place}"
        signature.append(parameter)
    return signature, names


def _fields(parameters):
    """An __init__ that keeps the very objects that it is given."""
    scope = {"__name__": "__main__"}
    signature, names = _signature(parameters, scope)
    body = "".join(f"    self.{name} = {name}\n" for name in names) or "    pass\n"
    exec(compile(f"def __init__({', '.join(['self', *signature])}):\n{body}",
                 "<Lisp>", "exec"), scope)
    return scope["__init__"]


def named(name, made):
    """made, which is then where pickle, and code of Python, look for it."""
    setattr(sys.modules["__main__"], _python_name(name), made)
    return made


def decorated(function, decorators):
    for decorate in reversed(decorators):
        function = decorate(function)
    return function


# --- Classes

def _member(kind, *rest):
    """Name and value of what a clause of py-class defines."""
    if kind == "value":
        name, value = rest
        return _python_name(name), value
    if kind == "function":
        made = function(*rest)
        return made.__name__, made
    if kind == "fields":
        return "__init__", _fields(*rest)
    if kind == "property":
        accessors = [_member(*clause)[1] for clause in rest]
        return accessors[0].__name__, property(*accessors)
    decorators, clause = ([_DECORATORS[kind]], *rest) if kind in _DECORATORS else rest
    name, made = _member(*clause)
    return name, decorated(made, decorators)


_DECORATORS = {"static": staticmethod, "class": classmethod}


def make_class(name, clauses, /, *bases, **keywords):
    name = _python_name(name)

    def fill(namespace):
        namespace["__module__"] = "__main__"
        for kind, *rest in clauses:
            if kind == "doc":
                namespace["__doc__"] = rest[0]
                continue
            key, value = _member(kind, *rest)
            if isinstance(value, types.FunctionType):
                value.__qualname__ = f"{name}.{value.__name__}"
            namespace[key] = value
    return named(name, types.new_class(name, bases, keywords, fill))


# --- Source text with values in scope

def _in_scope(values):
    """Procedures as what is a method as an attribute of a class, see
    LispObjects.cpp."""
    return {name: value.__self__
            if isinstance(value, types.BuiltinFunctionType)
            and isinstance(value.__self__, plc.Procedure) else value
            for name, value in values.items()}


def evaluate(source, /, **values):
    try:
        code = compile(source.lstrip(), "<py-eval>", "eval")
    except SyntaxError:
        return execute(source, **values)  # statements, or a mistake
    return eval(code, {**sys.modules["__main__"].__dict__, **_in_scope(values)})


def execute(source, /, **values):
    namespace = sys.modules["__main__"].__dict__
    namespace.update(_in_scope(values))
    exec(compile(source, "<py-exec>", "exec"), namespace)


# --- Operators

_OPERATORS = {
    "+": operator.add, "-": operator.sub, "*": operator.mul,
    "/": operator.truediv, "//": operator.floordiv, "%": operator.mod,
    "**": operator.pow, "@": operator.matmul, "&": operator.and_,
    "|": operator.or_, "^": operator.xor, "<<": operator.lshift,
    ">>": operator.rshift, "==": operator.eq, "!=": operator.ne,
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
    "in": lambda a, b: a in b, "not in": lambda a, b: a not in b,
    "is": operator.is_, "is not": operator.is_not,
    "+=": operator.iadd, "-=": operator.isub, "*=": operator.imul,
    "/=": operator.itruediv, "//=": operator.ifloordiv, "%=": operator.imod,
    "**=": operator.ipow, "@=": operator.imatmul, "&=": operator.iand,
    "|=": operator.ior, "^=": operator.ixor, "<<=": operator.ilshift,
    ">>=": operator.irshift,
}
_UNARY = {
    "-": operator.neg, "+": operator.pos, "~": operator.invert,
    "not": operator.not_, "bool": bool, "abs": abs, "round": round,
}


def operate(name, a, *b):
    found = (_OPERATORS if b else _UNARY).get(name)
    if found is None or len(b) > 1:
        count = "two operands" if b else "one operand"
        raise plc._Refused(f"`{name}` is no operator of Python with {count}")
    return found(a, *b)


# --- Iterators

END = object()


class Iterator(collections.abc.Iterator):
    """What a generator of Lisp delivers."""

    def __init__(self, advance):
        self._advance = advance

    def __next__(self):
        x = self._advance()
        if x is END:
            raise StopIteration
        return x


# --- Views

class _View:
    """A sequence or map of Lisp, not a copy."""

    def __init__(self, size, get, put):
        self._size, self._get, self._put = size, get, put

    def __len__(self):
        return self._size()


class Sequence(_View, collections.abc.Sequence):
    def _place(self, i):
        i = operator.index(i)
        if i < 0:
            i += len(self)
        if not 0 <= i < len(self):
            raise IndexError("index out of range of a sequence of Lisp")
        return i

    def __getitem__(self, i):
        if isinstance(i, slice):
            return [self._get(k) for k in range(*i.indices(len(self)))]
        return self._get(self._place(i))

    def __setitem__(self, i, x):
        if isinstance(i, slice):
            places = range(*i.indices(len(self)))
            xs = list(x)
            if len(xs) != len(places):
                raise ValueError("a sequence of Lisp keeps its length")
            for k, each in zip(places, xs):
                self._put(k, each)
            return
        self._put(self._place(i), x)

    def __copy__(self):
        return list(self)

    def __deepcopy__(self, memo):
        return copy.deepcopy(list(self), memo)

    def __reduce_ex__(self, protocol):
        return list, (list(self),)

    def __eq__(self, other):
        if isinstance(other, (Sequence, list)):
            return list(self) == list(other)
        return NotImplemented

    __hash__ = None

    def __repr__(self):
        return repr(list(self))


class Mapping(_View, collections.abc.MutableMapping, dict):
    """A dict for who asks for one (pandas, json), which keeps nothing itself but
    an entry that nobody sees: json asks for the items only if there is one."""

    def __init__(self, size, get, put, delete, keys):
        super().__init__(size, get, put)
        dict.__setitem__(self, END, END)
        self._delete, self._keys = delete, keys

    def __getitem__(self, key):
        x = self._get(key, END)
        if x is END:
            raise KeyError(key)
        return x

    def __setitem__(self, key, x):
        self._put(key, x)

    def __delitem__(self, key):
        if self._get(key, END) is END:
            raise KeyError(key)
        self._delete(key)

    def __contains__(self, key):
        return self._get(key, END) is not END

    def __iter__(self):
        return iter(self._keys())

    def __reversed__(self):
        return reversed(self._keys())

    def copy(self):
        return dict(self.items())

    def __copy__(self):
        return self.copy()

    def __deepcopy__(self, memo):
        return copy.deepcopy(self.copy(), memo)

    def __reduce_ex__(self, protocol):
        return dict, (self.copy(),)

    def __or__(self, other):
        return self.copy() | other

    def __ror__(self, other):
        return other | self.copy()

    def __ior__(self, other):
        self.update(other)
        return self

    def __repr__(self):
        return repr(self.copy())
