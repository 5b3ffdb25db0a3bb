//===- Objects.cpp - what is done with objects of Python ------------------===//

#include "Layout.h"

#include <cstring>

namespace {

const plc_host *host() { return thePython.host; }

//===--- Members and elements ---------------------------------------------===//

plc_status set(plc_plugin *, plc_value object, plc_value name, plc_value value,
               plc_error *error) {
  Operation operation;
  PyObject *text = memberNameOf(name);
  if (!text)
    return noName(error);
  Owned converted(toPython(value));
  if (!converted)
    return takeError(error);
  if (foreign([&] {
        return py.PyObject_SetAttr(referent(object), text, converted.get());
      }) < 0)
    return noMember(referent(object), text, error);
  return PLC_OK;
}

plc_status missingElement(plc_error *error) {
  return py.PyErr_ExceptionMatches(py.PyExc_KeyError)
             ? takeMissing(py.PyExc_KeyError, PLC_E_NAME, error)
             : takeMissing(py.PyExc_IndexError, PLC_E_RANGE, error);
}

plc_status index(plc_plugin *, plc_value object, plc_value key,
                 plc_value *result, plc_error *error) {
  Operation operation;
  Owned converted(argumentToPython(key));
  if (!converted)
    return takeError(error);
  PyObject *value = foreign([&] {
    return py.PyObject_GetItem(referent(object), converted.get());
  });
  if (!value)
    return missingElement(error);
  releaseValue(converted.take());
  return finish(value, result, error);
}

/// `into[key] = item`, where `number` is what the key is in Lisp.
inline int setItem(PyObject *into, PyObject *key, plc_value number,
                   PyObject *item) {
  if (into->type == typeObject(py.PyDict_Type)) {
    // An int that is not negative is its own hash.
    int64_t n = plc_is_fixnum(number) ? plc_fixnum_value(number) : -1;
    return n >= 0 && n <= kMostPlain
               ? py._PyDict_SetItem_KnownHash(into, key, item, n)
               : py.PyDict_SetItem(into, key, item);
  }
  // As the stack of Python would: pandas tells from the count whether an object
  // is a variable's or nobody's.
  retain(into);
  int failed = py.PyObject_SetItem(into, key, item);
  release(into);
  return failed;
}

plc_status setIndex(plc_plugin *, plc_value object, plc_value key,
                    plc_value value, plc_error *error) {
  Operation operation;
  PyObject *into = referent(object);
  PyObject *converted = argumentToPython(key);
  // What is one fixnum is one int, as it would be in Python.
  bool isSame = key == value && plc_is_fixnum(key);
  PyObject *item = isSame      ? converted
                   : converted ? argumentToPython(value)
                               : nullptr;
  if (!item) {
    Owned unused(converted);
    return takeError(error);
  }
  int failed = foreign([&] { return setItem(into, converted, key, item); });
  releaseValue(converted);
  if (!isSame)
    releaseValue(item);
  return failed < 0 ? missingElement(error) : PLC_OK;
}

plc_status deleteIndex(plc_plugin *, plc_value object, plc_value key,
                       plc_error *error) {
  Operation operation;
  Owned converted(toPython(key));
  if (!converted)
    return takeError(error);
  if (py.PyObject_DelItem(referent(object), converted.get()) < 0)
    return missingElement(error);
  return PLC_OK;
}

/// A list of pairs from a list of tuples.
plc_status entries(plc_plugin *, plc_value object, plc_value *result,
                   plc_error *error) {
  Operation operation;
  PyObject *arguments[] = {referent(object)};
  Owned items(callSupport("entries", arguments, 1));
  if (!items)
    return takeError(error);
  plc_value list = PLC_NULL;
  for (Py_ssize_t i = py.PyObject_Size(items.get()); i-- > 0;) {
    Owned place(py.PyLong_FromLongLong(i));
    Owned item(place ? py.PyObject_GetItem(items.get(), place.get()) : nullptr);
    plc_value key, value;
    if (!item || !toLisp(py.PyTuple_GetItem(item.get(), 0), &key) ||
        !toLisp(py.PyTuple_GetItem(item.get(), 1), &value))
      return takeError(error);
    list = host()->cons(host(), host()->cons(host(), key, value), list);
  }
  *result = list;
  return PLC_OK;
}

//===--- Sequences --------------------------------------------------------===//

plc_status iterate(plc_plugin *, plc_value object, plc_value *result,
                   plc_error *error) {
  Operation operation;
  PyObject *arguments[] = {referent(object)};
  Owned iterator(
      foreign([&] { return py.PyObject_GetIter(arguments[0]); }));
  if (!iterator && py.PyErr_ExceptionMatches(py.PyExc_TypeError)) {
    py.PyErr_Clear();
    iterator = callSupport("iterator", arguments, 1);
  }
  if (!iterator)
    return takeError(error);
  *result = makeReference(iterator.get());
  return PLC_OK;
}

plc_status next(plc_plugin *, plc_value iterator, plc_value *result,
                plc_error *error) {
  Operation operation;
  PyObject *steps = referent(iterator);
  if (steps->type == thePython.asyncSteps) {
    Owned step(callSupport("step", &steps, 1));
    if (!step)
      return takeError(error);
    *result = makeReference(step.get());
    return PLC_OK;
  }
  PyObject *item = foreign([&] { return py.PyIter_Next(steps); });
  if (!item && !py.PyErr_Occurred())
    return PLC_END;
  return finish(item, result, error);
}

plc_status length(plc_plugin *, plc_value object, int64_t *result,
                  plc_error *error) {
  Operation operation;
  Py_ssize_t size =
      foreign([&] { return py.PyObject_Size(referent(object)); });
  if (size < 0)
    return takeError(error);
  *result = size;
  return PLC_OK;
}

//===--- Comparison and arithmetic ----------------------------------------===//

plc_status compare(plc_plugin *, plc_comparison op, plc_value a, plc_value b,
                   bool *result, plc_error *error) {
  static const int operations[] = {Py_EQ, Py_LT, Py_LE, Py_GT, Py_GE};
  Operation operation;
  Owned x(toPython(a)), y(toPython(b));
  int answer = x && y ? foreign([&] {
    return py.PyObject_RichCompareBool(x.get(), y.get(), operations[op]);
  })
                      : -1;
  if (answer < 0)
    return takeError(error);
  *result = answer;
  return PLC_OK;
}

PyObject *apply(plc_operator op, PyObject *a, PyObject *b, plc_value right) {
  switch (op) {
  case PLC_OPERATOR_ADD:
    return py.PyNumber_Add(a, b);
  case PLC_OPERATOR_SUB:
    return py.PyNumber_Subtract(a, b);
  case PLC_OPERATOR_MUL:
    return py.PyNumber_Multiply(a, b);
  case PLC_OPERATOR_DIV:
    return py.PyNumber_TrueDivide(a, b);
  case PLC_OPERATOR_QUOTIENT:
    return py.PyNumber_FloorDivide(a, b);
  case PLC_OPERATOR_MODULO:
    return py.PyNumber_Remainder(a, b);
  case PLC_OPERATOR_EXPT:
    return py.PyNumber_Power(a, b, none());
  case PLC_OPERATOR_NEGATE:
    return py.PyNumber_Negative(a);
  case PLC_OPERATOR_AND:
    return py.PyNumber_And(a, b);
  case PLC_OPERATOR_OR:
    return py.PyNumber_Or(a, b);
  case PLC_OPERATOR_XOR:
    return py.PyNumber_Xor(a, b);
  case PLC_OPERATOR_SHIFT: {
    if (!plc_is_fixnum(right) || plc_fixnum_value(right) >= 0)
      return py.PyNumber_Lshift(a, b);
    Owned places(py.PyNumber_Negative(b));
    return places ? py.PyNumber_Rshift(a, places.get()) : nullptr;
  }
  case PLC_OPERATOR_NOT:
    return py.PyNumber_Invert(a);
  }
  return nullptr;
}

plc_status operate(plc_plugin *, plc_operator op, plc_value a, plc_value b,
                   plc_value *result, plc_error *error) {
  Operation operation;
  bool isUnary = b == PLC_DEFAULT;
  Owned x(toPython(a)), y(isUnary ? nullptr : toPython(b));
  PyObject *value =
      x && (isUnary || y)
          ? foreign([&] { return apply(op, x.get(), y.get(), b); })
          : nullptr;
  return finish(value, result, error);
}

plc_status hash(plc_plugin *, plc_value object, uint64_t *result,
                plc_error *error) {
  Operation operation;
  PyObject *arguments[] = {referent(object)};
  Owned number(callSupport("hash_of", arguments, 1));
  int overflow;
  if (!number)
    return takeError(error);
  *result =
      uint64_t(py.PyLong_AsLongLongAndOverflow(number.get(), &overflow));
  return PLC_OK;
}

//===--- Looking at objects -----------------------------------------------===//

plc_status repr(plc_plugin *, plc_value object, bool isDisplay,
                plc_value *result, plc_error *error) {
  Operation operation;
  PyObject *text = foreign([&] {
    return isDisplay ? py.PyObject_Str(referent(object))
                     : py.PyObject_Repr(referent(object));
  });
  return finish(text, result, error);
}

plc_status members(plc_plugin *, plc_value object, plc_value *result,
                   plc_error *error) {
  Operation operation;
  Owned names(py.PyObject_Dir(referent(object)));
  plc_value vector;
  if (!names || !toLispDeeply(names.get(), &vector))
    return takeError(error);
  plc_value list = PLC_NULL;
  for (size_t i = plc_vector_length(vector); i-- > 0;)
    if (plc_is_kind(plc_vector_ref(vector, i), PLC_KIND_STRING))
      list = host()->cons(host(), plc_vector_ref(vector, i), list);
  *result = list;
  return PLC_OK;
}

/// A text of plc_support, or #f for None.
plc_status told(const char *function, plc_value object, plc_value *result,
                plc_error *error) {
  Operation operation;
  PyObject *arguments[] = {referent(object)};
  plc_status status =
      finish(callSupport(function, arguments, 1), result, error);
  if (status == PLC_OK && !plc_is_kind(*result, PLC_KIND_STRING))
    *result = PLC_FALSE;
  return status;
}

plc_status doc(plc_plugin *, plc_value object, plc_value *result,
               plc_error *error) {
  return told("documentation", object, result, error);
}
plc_status signature(plc_plugin *, plc_value object, plc_value *result,
                     plc_error *error) {
  return told("signature", object, result, error);
}

plc_status copyToLisp(plc_plugin *, plc_value object, plc_value *result,
                      plc_error *error) {
  Operation operation;
  return toLispDeeply(referent(object), result) ? PLC_OK : takeError(error);
}

plc_status close(plc_plugin *, plc_value object, plc_error *error) {
  Operation operation;
  PyObject *arguments[] = {referent(object)};
  Owned done(foreign([&] { return callSupport("close", arguments, 1); }));
  return done ? PLC_OK : takeError(error);
}

//===--- Memory -----------------------------------------------------------===//

/// Of the `struct` module, in native or standard sizes.
bool scalarOf(const char *format, Py_ssize_t size, plc_scalar *scalar) {
  if (!format)
    format = "B";
  if (strchr("@=<|", *format))
    ++format;
  if (*format == 'Z' && (format[1] == 'f' || format[1] == 'd') && !format[2]) {
    *scalar = PLC_SCALAR_COMPLEX;
    return true;
  }
  if (strlen(format) != 1)
    return false;
  if (strchr("bhilqn", *format))
    *scalar = PLC_SCALAR_SIGNED;
  else if (strchr("BHILQNc", *format))
    *scalar = PLC_SCALAR_UNSIGNED;
  else if (strchr("efd", *format))
    *scalar = PLC_SCALAR_FLOAT;
  else if (*format == '?')
    *scalar = PLC_SCALAR_BOOLEAN;
  else
    return false;
  return size == 1 || size == 2 || size == 4 || size == 8;
}

/// By Lisp, when it holds the memory no more.
void releaseView(plc_buffer *buffer) {
  auto *view = static_cast<Py_buffer *>(buffer->owner);
  if (!thePython.isEnded) {
    Operation operation;
    py.PyBuffer_Release(view);
  }
  delete view;
}

plc_status buffer(plc_plugin *, plc_value object, plc_buffer *result,
                  plc_error *error) {
  Operation operation;
  auto *view = new Py_buffer{};
  PyObject *arguments[] = {referent(object)};
  Owned memory(callSupport("buffered", arguments, 1));
  if (!memory || py.PyObject_GetBuffer(memory.get(), view,
                                       PyBUF_STRIDES | PyBUF_FORMAT) < 0) {
    delete view;
    // Other errors are those of its own code, as it raised them.
    return takeMissing(py.PyExc_TypeError, PLC_E_UNSUPPORTED, error);
  }
  plc_scalar scalar = PLC_SCALAR_OPAQUE;
  scalarOf(view->format, view->itemsize, &scalar);
  result->data = view->buf;
  result->scalar = scalar;
  result->bits = uint32_t(8 * view->itemsize);
  result->is_read_only = view->readonly;
  result->dimensions = uint32_t(view->ndim);
  result->shape = reinterpret_cast<const int64_t *>(view->shape);
  result->strides = reinterpret_cast<const int64_t *>(view->strides);
  result->format = view->format;
  result->owner = view;
  result->release = releaseView;
  return PLC_OK;
}

} // namespace

plc_status noMember(PyObject *object, PyObject *name, plc_error *error) {
  plc_status status =
      takeMissing(py.PyExc_AttributeError, PLC_E_NAME, error);
  if (status != PLC_E_NAME)
    return status;
  PyObject *arguments[] = {object, name};
  Owned near(callSupport("near", arguments, 2));
  plc_value names = PLC_FALSE;
  if (near && toLispDeeply(near.get(), &names) &&
      plc_is_kind(names, PLC_KIND_VECTOR)) {
    plc_value list = PLC_NULL;
    for (size_t i = plc_vector_length(names); i-- > 0;)
      list = host()->cons(host(), plc_vector_ref(names, i), list);
    error->nearest = list;
  }
  py.PyErr_Clear();
  return status;
}

void fillOperations(plc_plugin &table) {
  table.set = set;
  table.index = index;
  table.set_index = setIndex;
  table.delete_index = deleteIndex;
  table.entries = entries;
  table.iterate = iterate;
  table.next = next;
  table.length = length;
  table.compare = compare;
  table.operate = operate;
  table.hash = hash;
  table.repr = repr;
  table.members = members;
  table.doc = doc;
  table.signature = signature;
  table.to_lisp = copyToLisp;
  table.close = close;
  table.buffer = buffer;
  table.first_index = 0;
}
