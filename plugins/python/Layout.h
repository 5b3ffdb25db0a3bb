//===- Layout.h - objects of CPython read in place --------------*- C++ -*-===//
//
// Where CPython 3.11 to 3.13 keep what calls of the API would tell. Used only if
// isLayoutKnown: when Python starts, each place is compared with what the API
// tells (Layout.cpp); if one is elsewhere everything goes by the API alone.
//
//===----------------------------------------------------------------------===//
#ifndef PLC_PLUGIN_PYTHON_LAYOUT_H
#define PLC_PLUGIN_PYTHON_LAYOUT_H

#include "PythonPlugin.h"

using VectorcallFn = PyObject *(*)(PyObject *, PyObject *const *, size_t,
                                   PyObject *);

/// Compares all of this with what the API tells. Sets thePython.isLayoutKnown.
void checkLayout();

/// \{ Of objects whose type is known.
template <typename T> T &wordOf(void *object, size_t offset) {
  return *reinterpret_cast<T *>(static_cast<char *>(object) + offset);
}
inline double &doubleIn(PyObject *number) { return wordOf<double>(number, 16); }
inline Py_ssize_t vectorcallOffset(PyTypeObject *type) {
  return wordOf<Py_ssize_t>(type, 56);
}
inline unsigned long flagsOf(PyTypeObject *type) {
  return wordOf<unsigned long>(type, 168);
}
/// Another one after each change of the dict.
inline uint64_t versionOf(PyObject *dict) { return wordOf<uint64_t>(dict, 24); }
inline PyMethodDef *definitionOf(PyObject *function) {
  return wordOf<PyMethodDef *>(function, 16);
}
inline PyObject *selfOf(PyObject *function) {
  return wordOf<PyObject *>(function, 24);
}
/// An int of one digit or none; false: it is another one.
inline bool isShortInteger(PyObject *number, int64_t *n) {
  auto digit = int64_t(wordOf<uint32_t>(number, 24));
  if (py.minor == 11) {
    auto size = wordOf<Py_ssize_t>(number, 16);
    *n = size * digit;
    return size >= -1 && size <= 1;
  }
  auto tag = wordOf<uint64_t>(number, 16);
  *n = (1 - int64_t(tag & 3)) * digit;
  return tag < 16;
}
/// \}

/// Floats that nobody else has: the next ones to be made. The GIL guards them.
struct SpareFloats {
  static constexpr size_t Most = 8;
  PyObject *floats[Most];
  size_t count;
};
extern SpareFloats theSpareFloats;

inline PyObject *makeFloat(double d) {
  if (theSpareFloats.count == 0)
    return py.PyFloat_FromDouble(d);
  PyObject *number = theSpareFloats.floats[--theSpareFloats.count];
  doubleIn(number) = d;
  return number;
}

/// Gives up an object that may be a float which nobody else has.
inline void releaseValue(PyObject *object) {
  if (object->refcount == 1 && object->type == typeObject(py.PyFloat_Type) &&
      theSpareFloats.count < SpareFloats::Most && thePython.isLayoutKnown)
    theSpareFloats.floats[theSpareFloats.count++] = object;
  else
    release(object);
}

/// PyObject_Vectorcall of a callable that this thread holds. Like the calls that
/// CPython specialises, it does not look whether a function of C that returned a
/// value has set an error, too.
inline PyObject *callObject(PyObject *callable, PyObject *const *args,
                            size_t countAndFlag, PyObject *keywords) {
  PyTypeObject *type = callable->type;
  if (thePython.isLayoutKnown &&
      (flagsOf(type) & Py_TPFLAGS_HAVE_VECTORCALL)) {
    if (type == typeObject(py.PyCFunction_Type) && !keywords &&
        countAndFlag == (1 | PY_VECTORCALL_ARGUMENTS_OFFSET)) {
      PyMethodDef *definition = definitionOf(callable);
      if (definition->flags == METH_O)
        return definition->function(selfOf(callable), args[0]);
    }
    if (auto call = wordOf<VectorcallFn>(callable,
                                         size_t(vectorcallOffset(type))))
      return call(callable, args, countAndFlag, keywords);
  }
  return py.PyObject_Vectorcall(callable, args, countAndFlag, keywords);
}

#endif // PLC_PLUGIN_PYTHON_LAYOUT_H
