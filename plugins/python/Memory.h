//===- Memory.h - memory of Lisp that Python shares -------------*- C++ -*-===//
#ifndef PLC_PYTHON_MEMORY_H
#define PLC_PYTHON_MEMORY_H

#include "PythonPlugin.h"

/// Makes the type plc.Memory; false: an error of Python is set.
bool makeMemoryType();
/// Memory of a homogeneous vector, as an array of NumPy or a memoryview.
PyObject *shareVector(plc_value v);
/// Slot bf_getbuffer of plc.Value: vectors, and pointers of known length.
int exportValue(PyObject *self, Py_buffer *view, int flags);
/// Gives back to Lisp what Python has no more; needs the world and the GIL.
void giveBackMemory();

#endif
