//===- Description.h - what Python may know of procedures of Lisp -*- C++ -*-===//
#ifndef PLC_PYTHON_DESCRIPTION_H
#define PLC_PYTHON_DESCRIPTION_H

#include "PythonPlugin.h"

#include <vector>

/// The items of a description, see procedure_description in support.py.
enum Described {
  DescribedText,
  DescribedSignature,
  DescribedNames,
  DescribedTakesOthers,
  DescribedDocstring
};

/// A tuple; null: an error of Python is set. Made once for all procedures of which the
/// source says the same. `member` is the name in a module, or null. In the thread that
/// holds the world and the GIL.
PyObject *describeProcedure(plc_value procedure, PyObject *member);

/// A call with keywords as Lisp has it.
struct PlacedArguments {
  std::vector<PyObject *> values; ///< by position
  std::vector<size_t> others;     ///< keywords that go behind them with their names

  /// A keyword with the name of a parameter is that; others are plain arguments where
  /// there is room for them. False: an error of Python is set.
  bool place(plc_value procedure, PyObject *description, PyObject *const *args,
             size_t count, PyObject *keywords);
};

#endif
