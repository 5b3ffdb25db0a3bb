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

/// Numbers that nobody else has: the next ones to be made. The GIL guards them.
struct SpareNumbers {
  static constexpr size_t Most = 8;
  PyObject *numbers[Most];
  size_t count;
  size_t most; ///< 0 where the layouts are not known
  void add(PyObject *number) { numbers[count++] = number; }
};
extern SpareNumbers theSpareFloats, theSpareIntegers;

inline PyObject *makeFloat(double d) {
  if (theSpareFloats.count == 0)
    return py.PyFloat_FromDouble(d);
  PyObject *number = theSpareFloats.numbers[--theSpareFloats.count];
  doubleIn(number) = d;
  return number;
}

/// \{ Ints that CPython has one object of each for.
constexpr int64_t kLeastSmall = -5, kMostSmall = 256;
extern PyObject *theSmallIntegers[kMostSmall - kLeastSmall + 1];
inline bool isSmallInteger(int64_t n) {
  return n >= kLeastSmall && n <= kMostSmall;
}
/// \}
/// Other ints of one digit, positive.
constexpr int64_t kMostPlain = (1 << 30) - 1;
inline bool isPlainInteger(int64_t n) { return n > kMostSmall && n <= kMostPlain; }

inline PyObject *makeInteger(int64_t n) {
  if (theSpareIntegers.count == 0)
    return py.PyLong_FromLongLong(n);
  if (isSmallInteger(n))
    return retain(theSmallIntegers[n - kLeastSmall]);
  if (!isPlainInteger(n))
    return py.PyLong_FromLongLong(n);
  // Its size or tag is that of a positive int of one digit already.
  PyObject *number = theSpareIntegers.numbers[--theSpareIntegers.count];
  wordOf<uint32_t>(number, 24) = uint32_t(n);
  return number;
}

[[gnu::noinline]] void releaseRarely(PyObject *object);
/// Gives up an object that nobody else may have.
inline void releaseValue(PyObject *object) {
  if (object->refcount != 1)
    release(object);
  else if (object->type != typeObject(py.PyFloat_Type))
    releaseRarely(object);
  else if (theSpareFloats.count < theSpareFloats.most)
    theSpareFloats.add(object);
  else
    release(object);
}

/// toPython where most arguments need no call; `other` makes the others.
[[gnu::always_inline]] inline PyObject *
argumentToPython(plc_value v, PyObject *other(plc_value) = toPython) {
  if (plc_is_immediate_flonum(v))
    return makeFloat(plc_flonum_decode(v));
  if (plc_is_fixnum(v))
    return makeInteger(plc_fixnum_value(v));
  if (plc_is_reference(v, thePython.plugin))
    return retain(referent(v));
  return other(v);
}

/// toLisp where most values need no call.
inline bool valueToLisp(PyObject *object, plc_value *result) {
  if (thePython.isLayoutKnown) {
    int64_t n;
    if (object->type == typeObject(py.PyFloat_Type)) {
      *result = plc_flonum_encode(doubleIn(object));
      if (plc_is_immediate_flonum(*result))
        return true;
    } else if (object->type == typeObject(py.PyLong_Type) &&
               isShortInteger(object, &n)) {
      *result = plc_fixnum(n);
      return true;
    }
  }
  return toLisp(object, result);
}

/// What an operation returns for an object, which it owns; null: the error that
/// is set.
[[gnu::noinline]] plc_status finishRarely(PyObject *value, plc_value *result,
                                          plc_error *error);
[[gnu::always_inline]] inline plc_status
finish(PyObject *value, plc_value *result, plc_error *error) {
  if (value && value->type == typeObject(py.PyFloat_Type) &&
      thePython.isLayoutKnown) {
    plc_value v = plc_flonum_encode(doubleIn(value));
    if (plc_is_immediate_flonum(v)) {
      releaseValue(value);
      *result = v;
      return PLC_OK;
    }
  }
  return finishRarely(value, result, error);
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
