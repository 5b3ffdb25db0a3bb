/* CPython from C by its API: names interned, callables held, `vectorcall`. */
#include <Python.h>
#include "test/bench/ffi/kernels.h"
static PyObject *increment, *point, *add, *root, *number, *repeat, *fill, *take,
    *dict, *asarray;
static double *memory;
enum { Elements = 1000000 };
static PyObject *checked(PyObject *object) {
  if (!object) {
    PyErr_Print();
    exit(1);
  }
  return object;
}
static double doubleOf(PyObject *object) {
  double d = PyFloat_AsDouble(checked(object));
  Py_DECREF(object);
  return d;
}
static double callDouble(PyObject *callable, double x) {
  PyObject *words[2] = {NULL, PyFloat_FromDouble(x)};
  PyObject *result = PyObject_Vectorcall(
      callable, words + 1, 1 | PY_VECTORCALL_ARGUMENTS_OFFSET, NULL);
  Py_DECREF(words[1]);
  return doubleOf(result);
}
static double calls(PyObject *callable, long n) {
  double sum = 0, x = PyFloat_AsDouble(number);
  for (long i = 0; i < n; ++i)
    sum += callDouble(callable, x);
  return sum;
}
static double roots(long n) { return calls(root, n); }
static double increments(long n) { return calls(increment, n); }
static double methods(long n) {
  double sum = 0, x = PyFloat_AsDouble(number);
  for (long i = 0; i < n; ++i) {
    PyObject *words[3] = {NULL, point, PyFloat_FromDouble(x)};
    PyObject *result = PyObject_VectorcallMethod(
        add, words + 1, 2 | PY_VECTORCALL_ARGUMENTS_OFFSET, NULL);
    Py_DECREF(words[2]);
    sum += doubleOf(result);
  }
  return sum;
}
static PyObject *plusOne(PyObject *self, PyObject *const *args, Py_ssize_t n) {
  (void)self;
  if (n != 1) {
    PyErr_SetString(PyExc_TypeError, "one argument");
    return NULL;
  }
  double x = PyFloat_AsDouble(args[0]);
  return x == -1 && PyErr_Occurred() ? NULL : PyFloat_FromDouble(x + 1);
}
static PyMethodDef plusOneMethod = {"plus_one", (PyCFunction)(void *)plusOne,
                                    METH_FASTCALL, NULL};
static double callbacks(long n) {
  PyObject *f = checked(PyCFunction_New(&plusOneMethod, NULL));
  double sum = doubleOf(PyObject_CallFunction(repeat, "OlO", f, n, number));
  Py_DECREF(f);
  return sum;
}
static double arrays(long n) {
  double sum = 0;
  for (long i = 0; i < n; ++i) {
    PyObject *bytes = checked(PyMemoryView_FromMemory(
        (char *)memory, Elements * sizeof(double), PyBUF_WRITE));
    PyObject *array = checked(
        PyObject_CallFunction(asarray, "Os", bytes, "d"));
    sum += doubleOf(PyObject_CallOneArg(take, array));
    Py_DECREF(array);
    Py_DECREF(bytes);
  }
  return sum;
}
static double entries(long n) {
  double sum = 0;
  for (long i = 0; i < n; i += 1000) {
    Py_DECREF(checked(PyObject_CallOneArg(fill, dict)));
    sum += (double)PyDict_Size(dict);
  }
  return sum;
}
static const Kernel kernels[] = {
    {"python-held", roots},      {"python-member", roots},
    {"python-def", increments},  {"python-method", methods},
    {"python-callback", callbacks}, {"python-dict", entries},
    {"python-array", arrays},    {"python-module", callbacks},
    {0}};
static PyObject *member(PyObject *of, const char *name) {
  return checked(PyObject_GetAttrString(of, name));
}
int main(int argc, char **argv) {
  if (argc != 3)
    return 2;
  Py_Initialize();
  PyObject *module = checked(PyImport_ImportModule("bench_module"));
  root = member(checked(PyImport_ImportModule("math")), "sqrt");
  increment = member(module, "increment");
  point = member(module, "point");
  number = member(module, "number");
  repeat = member(module, "repeat");
  fill = member(module, "fill");
  take = member(module, "take");
  dict = checked(PyDict_New());
  add = checked(PyUnicode_InternFromString("add"));
  memory = calloc(Elements, sizeof(double));
  if (strcmp(argv[1], "python-array") == 0) {
    PyObject *numpy = PyImport_ImportModule("numpy");
    if (!numpy)
      return 3;
    asarray = member(numpy, "frombuffer");
  }
  return runKernel(kernels, argv);
}
