"""Python's ctypes and cffi: `python.py KERNEL COUNT HEADER LIBRARY WHICH`."""

import sys
import time

kernel, n, header, library, which = sys.argv[1:]
n = int(n)
text = b"a string"


def compare(a, b):
    x, y = a[0], b[0]
    return -1 if x < y else 1 if x > y else 0


if which == "ctypes":
    import ctypes
    from ctypes import POINTER, CFUNCTYPE, c_double, c_int, c_long, c_void_p

    native = ctypes.CDLL(library)
    callback_type = CFUNCTYPE(c_long, c_long)
    compare_type = CFUNCTYPE(c_int, POINTER(c_double), POINTER(c_double))
    for name, result, *types in (
        ("double", c_double, c_double),
        ("int", c_int, c_int, c_int),
        ("pointer", c_void_p, c_void_p),
        ("string", c_long, ctypes.c_char_p),
        ("callback", c_long, c_long, callback_type),
        ("numbers", POINTER(c_double), c_long),
        ("sort", None, POINTER(c_double), c_long, compare_type),
        ("is_sorted", c_int, POINTER(c_double), c_long),
    ):
        function = getattr(native, "native_" + name)
        function.restype, function.argtypes = result, types
    first = 4096
else:
    import cffi

    ffi = cffi.FFI()
    with open(header) as file:
        ffi.cdef(file.read())
    native = ffi.dlopen(library)
    first = ffi.cast("void *", 4096)

    def callback_type(f):
        return ffi.callback("long(long)", f)

    def compare_type(f):
        return ffi.callback("int(const double *, const double *)", f)


def double():
    f, total = native.native_double, 0
    for _ in range(n):
        total += f(1.5)
    return total


def integer():
    f, total = native.native_int, 0
    for i in range(n):
        total += f(i, 1)
    return total


def pointer():
    f, p = native.native_pointer, first
    for _ in range(n):
        p = f(p)
    return int(p == first)


def string():
    f, total = native.native_string, 0
    for _ in range(n):
        total += f(text)
    return total


def callback():
    return native.native_callback(n, callback_type(lambda x: x + 1))


def closure():
    def adder(k):
        return lambda x: x + k

    return native.native_callback(n, callback_type(adder(1)))


def sort():
    native.native_sort(numbers, n, compare_type(compare))
    return native.native_is_sorted(numbers, n)


kernels = {"double": double, "int": integer, "pointer": pointer,
           "string": string, "callback": callback,
           "callback-closure": closure, "qsort": sort}
if kernel not in kernels:
    sys.exit(3)
numbers = native.native_numbers(n)
start = time.process_time()
result = kernels[kernel]()
print(time.process_time() - start, result)
