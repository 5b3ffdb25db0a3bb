//===- Layout.cpp - whether objects lie as they are read ------------------===//

#include "Layout.h"

#include <initializer_list>

SpareNumbers theSpareFloats, theSpareIntegers;
PyObject *theSmallIntegers[kMostSmall - kLeastSmall + 1];

static PyObject *itself(PyObject *, PyObject *object) { return retain(object); }

static bool areNumbersKnown() {
  Owned number(py.PyFloat_FromDouble(0.1));
  if (!number || doubleIn(number.get()) != 0.1)
    return false;
  // One digit has 30 bits.
  for (long long each : {0ll, 1ll, -1ll, 77777ll, -77777ll, (1ll << 30) - 1,
                         1 - (1ll << 30), 1ll << 30, -(1ll << 30), 1ll << 60}) {
    Owned integer(py.PyLong_FromLongLong(each));
    int64_t n;
    bool isShort = each < (1ll << 30) && each > -(1ll << 30);
    if (!integer || isShortInteger(integer.get(), &n) != isShort ||
        (isShort && n != each))
      return false;
  }
  return true;
}

static bool areTypesKnown() {
  for (PyObject *each : {py.PyFloat_Type, py.PyDict_Type, py.PyCFunction_Type,
                         objectOf(thePython.procedureType)})
    if (flagsOf(typeObject(each)) != py.PyType_GetFlags(typeObject(each)))
      return false;
  static PyMethodDef definition = {"itself", itself, METH_O, nullptr};
  Owned function(py.PyCFunction_NewEx(&definition, none(), nullptr));
  if (!function || definitionOf(function.get()) != &definition ||
      selfOf(function.get()) != none())
    return false;
  auto call = wordOf<VectorcallFn>(
      function.get(), size_t(vectorcallOffset(function.get()->type)));
  return call && call == py.PyVectorcall_Function(function.get());
}

static bool areVersionsKnown() {
  Owned dict(py.PyDict_New()), one(py.PyLong_FromLongLong(1)),
      two(py.PyLong_FromLongLong(2));
  if (!dict || !one || !two)
    return false;
  uint64_t seen[4] = {versionOf(dict.get())};
  py.PyDict_SetItem(dict.get(), one.get(), one.get());
  seen[1] = versionOf(dict.get());
  py.PyDict_SetItem(dict.get(), one.get(), two.get());
  seen[2] = versionOf(dict.get());
  py.PyObject_DelItem(dict.get(), one.get());
  seen[3] = versionOf(dict.get());
  for (int i = 0; i < 4; ++i)
    for (int k = 0; k < i; ++k)
      if (seen[i] == seen[k])
        return false;
  Owned other(py.PyDict_New());
  return other && versionOf(dict.get()) == seen[3];
}

void checkLayout() {
  thePython.isLayoutKnown =
      areNumbersKnown() && areTypesKnown() && areVersionsKnown();
  py.PyErr_Clear();
  for (int64_t n = kLeastSmall; n <= kMostSmall; ++n)
    if (!(theSmallIntegers[n - kLeastSmall] = py.PyLong_FromLongLong(n)))
      thePython.isLayoutKnown = false;
  theSpareFloats.most = theSpareIntegers.most =
      thePython.isLayoutKnown ? SpareNumbers::Most : 0;
}

void releaseRarely(PyObject *object) {
  int64_t n;
  if (object->type == typeObject(py.PyLong_Type) &&
      theSpareIntegers.count < theSpareIntegers.most &&
      isShortInteger(object, &n) && isPlainInteger(n))
    theSpareIntegers.add(object);
  else
    release(object);
}

plc_status finishRarely(PyObject *value, plc_value *result, plc_error *error) {
  Owned own(value);
  return value && toLisp(value, result) ? PLC_OK : takeError(error);
}
