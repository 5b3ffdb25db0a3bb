//===- Forms.cpp - scopes, slices, keys of several dimensions -------------===//

#include "Layout.h"

#include <initializer_list>

namespace {

//===--- Asynchronous iterators -------------------------------------------===//

bool isAsync(plc_plugin *, plc_value iterator) {
  return thePython.asyncSteps == referent(iterator)->type;
}

//===--- Scopes -----------------------------------------------------------===//

/// Whether `async with` is meant, for nothing else is possible.
bool isAsyncScope(PyObject *object) {
  PyObject *arguments[] = {object};
  Owned answer(callSupport("is_async_scope", arguments, 1));
  return answer && answer.get() == py._Py_TrueStruct;
}

/// Calls a function of plc_support on a scope.
plc_status inScope(const char *name, PyObject *const *arguments, size_t count,
                   plc_value *result, plc_error *error) {
  Owned value(foreign([&] { return callSupport(name, arguments, count); }));
  if (!value)
    return takeError(error);
  // Asked now, for entering it may tell; what is awaited is a promise then.
  if (isAsyncScope(arguments[0]) && isWrapped(value.get(), result))
    return PLC_OK;
  return finish(value.take(), result, error);
}

plc_status enter(plc_plugin *, plc_value object, plc_value *result,
                 plc_error *error) {
  Operation operation;
  PyObject *arguments[] = {referent(object)};
  return inScope("enter", arguments, 1, result, error);
}

plc_status leave(plc_plugin *, plc_value object, plc_value raised,
                 plc_value *result, plc_error *error) {
  Operation operation;
  Owned exception(raised == PLC_UNBOUND ? retain(none()) : exceptionOf(raised));
  if (!exception)
    return takeError(error);
  PyObject *arguments[] = {referent(object), exception.get()};
  return inScope("leave", arguments, 2, result, error);
}

//===--- Keys -------------------------------------------------------------===//

/// Whether several keys are one after the other: of a sequence or mapping as Python
/// knows them. Often asked for one type again and again.
bool isNested(PyObject *object) {
  static PyTypeObject *lastType;
  static bool isLastNested;
  if (object->type == lastType)
    return isLastNested;
  PyObject *arguments[] = {object};
  Owned answer(callSupport("is_container", arguments, 1));
  if (!answer) {
    py.PyErr_Clear();
    return false;
  }
  retain(reinterpret_cast<PyObject *>(object->type));
  if (lastType)
    release(reinterpret_cast<PyObject *>(lastType));
  lastType = object->type;
  isLastNested = answer.get() == py._Py_TrueStruct;
  return isLastNested;
}

/// A tuple; for sequences and mappings several keys have no meaning.
plc_status joinKeys(plc_plugin *, plc_value object, const plc_value *keys,
                    size_t count, plc_value *result, plc_error *error) {
  Operation operation;
  if (isNested(referent(object)))
    return PLC_E_UNSUPPORTED;
  Owned tuple(py.PyTuple_New(Py_ssize_t(count)));
  for (size_t i = 0; tuple && i < count; ++i) {
    PyObject *key = toPython(keys[i]);
    if (!key)
      return takeError(error);
    py.PyTuple_SetItem(tuple.get(), Py_ssize_t(i), key);
  }
  if (!tuple)
    return takeError(error);
  *result = makeReference(tuple.get());
  return PLC_OK;
}

plc_status slice(plc_plugin *, plc_value object, plc_value start, plc_value end,
                 plc_value step, plc_value *result, plc_error *error) {
  Operation operation;
  Owned from(toPython(start)), to(toPython(end)), by(toPython(step));
  Owned key(from && to && by ? py.PySlice_New(from.get(), to.get(), by.get())
                             : nullptr);
  if (!key)
    return takeError(error);
  PyObject *found = foreign(
      [&] { return py.PyObject_GetItem(referent(object), key.get()); });
  // Sets, iterators, deques know no slices; plc goes through their elements.
  if (!found && py.PyErr_ExceptionMatches(py.PyExc_TypeError)) {
    py.PyErr_Clear();
    return PLC_E_UNSUPPORTED;
  }
  return finish(found, result, error);
}

} // namespace

void fillForms(plc_plugin &table) {
  table.is_async = isAsync;
  table.enter = enter;
  table.leave = leave;
  table.join_keys = joinKeys;
  table.slice = slice;
}
