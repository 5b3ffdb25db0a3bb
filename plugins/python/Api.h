//===- Api.h - CPython's C API, as far as it is used ------------*- C++ -*-===//
//
// The names and layouts of CPython's own headers (Include/object.h and others,
// the limited API of 3.11), so that the plugin is built without them and serves
// every version from 3.11 on. The functions are pointers in `py`, filled in when
// the library is opened.
//
//===----------------------------------------------------------------------===//
#ifndef PLC_PLUGIN_PYTHON_API_H
#define PLC_PLUGIN_PYTHON_API_H

#include <cstddef>
#include <cstdint>
#include <sys/types.h>

using Py_ssize_t = ssize_t;
using Py_hash_t = ssize_t;
struct PyTypeObject;
struct PyThreadState;
struct PyInterpreterState;

/// The first words of every object, in all versions but free-threaded ones.
struct PyObject {
  Py_ssize_t refcount;
  PyTypeObject *type;
};

struct Py_buffer {
  void *buf;
  PyObject *obj;
  Py_ssize_t len, itemsize;
  int readonly, ndim;
  char *format;
  Py_ssize_t *shape, *strides, *suboffsets;
  void *internal;
};

using PyCFunction = PyObject *(*)(PyObject *self, PyObject *args);
struct PyMethodDef {
  const char *name;
  PyCFunction function;
  int flags;
  const char *doc;
};
struct PyModuleDef; ///< Module.cpp
struct PyMemberDef {
  const char *name;
  int type;
  Py_ssize_t offset;
  int flags;
  const char *doc;
};
struct PyType_Slot {
  int slot;
  void *function;
};
struct PyType_Spec {
  const char *name;
  int basicsize, itemsize;
  unsigned flags;
  PyType_Slot *slots;
};
struct PyGetSetDef {
  const char *name;
  PyObject *(*get)(PyObject *self, void *closure);
  int (*set)(PyObject *self, PyObject *value, void *closure);
  const char *doc;
  void *closure;
};

/// Numbers of the stable ABI: slots of types, flags, operations.
enum {
  Py_am_await = 77,
  Py_bf_getbuffer = 1,
  Py_sq_length = 45,
  Py_sq_item = 44,
  Py_tp_call = 50,
  Py_tp_dealloc = 52,
  Py_tp_descr_get = 54,
  Py_tp_doc = 56,
  Py_tp_repr = 66,
  Py_tp_methods = 64,
  Py_tp_members = 72,
  Py_tp_getattro = 58,
  Py_tp_getset = 73,
  METH_VARARGS = 1,
  METH_KEYWORDS = 2,
  METH_O = 8,
  METH_NOARGS = 4,
  METH_FASTCALL = 0x80,
  T_PYSSIZET = 19,
  READONLY = 1,
  Py_LT = 0,
  Py_LE = 1,
  Py_EQ = 2,
  Py_GT = 4,
  Py_GE = 5,
  Py_file_input = 257,
  Py_eval_input = 258,
  PyBUF_FORMAT = 0x4,
  PyBUF_ND = 0x8,
  PyBUF_STRIDES = 0x18,
  PyBUF_F_CONTIGUOUS = 0x40 | PyBUF_STRIDES,
  PyBUF_CONTIGUITIES = 0xe0, ///< the bits of all that ask for an order
  PyBUF_WRITABLE = 0x1,
};
inline constexpr unsigned Py_TPFLAGS_DEFAULT = 1u << 18,
                          Py_TPFLAGS_DISALLOW_INSTANTIATION = 1u << 7,
                          Py_TPFLAGS_HAVE_VECTORCALL = 1u << 11;
inline constexpr size_t PY_VECTORCALL_ARGUMENTS_OFFSET = size_t(1) << 63;

struct PythonApi {
#define PY_FUNCTION(Result, Name, Parameters) Result(*Name) Parameters;
#define PY_OBJECT(Name) PyObject *Name;
#define PY_EXCEPTION(Name) PyObject *Name;
#define PY_VARIABLE(Type, Name) Type *Name;
#include "Api.def"
  int minor; ///< of 3.minor
};
extern PythonApi py;

/// Opens the library and fills in `py`. \returns null, or what is missing.
const char *openPythonLibrary(const char *file, int minor);

/// Exceptions are variables that are set when the interpreter starts: until this
/// is called `py` holds where they are.
void resolvePythonExceptions();

inline PyObject *none() { return py._Py_NoneStruct; }
inline PyTypeObject *typeObject(PyObject *type) {
  return reinterpret_cast<PyTypeObject *>(type);
}
inline PyObject *objectOf(PyTypeObject *type) {
  return reinterpret_cast<PyObject *>(type);
}

/// \{ From 3.12 on immortal objects have a count whose lower half is negative.
inline bool isImmortal(const PyObject *object) {
  return py.minor >= 12 && int32_t(object->refcount) < 0;
}
inline PyObject *retain(PyObject *object) {
  if (!isImmortal(object))
    ++object->refcount;
  return object;
}
inline void release(PyObject *object) {
  if (!isImmortal(object) && --object->refcount == 0)
    py._Py_Dealloc(object);
}
/// \}

/// A reference that is owned; null: none.
class Owned {
public:
  Owned(PyObject *object = nullptr) : object(object) {}
  Owned(Owned &&other) : object(other.take()) {}
  Owned &operator=(Owned &&other) {
    PyObject *old = object;
    object = other.take();
    if (old)
      release(old);
    return *this;
  }
  ~Owned() {
    if (object)
      release(object);
  }
  explicit operator bool() const { return object; }
  PyObject *get() const { return object; }
  PyObject *take() {
    PyObject *result = object;
    object = nullptr;
    return result;
  }

private:
  PyObject *object;
};

#endif // PLC_PLUGIN_PYTHON_API_H
