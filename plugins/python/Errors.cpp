//===- Errors.cpp - errors that go from Lisp to Python and back -----------===//
//
// What Lisp raises is an exception of Python: its own if it came from there, else
// a plc.LispError. When it arrives in Lisp again it goes on as what it was.
//
//===----------------------------------------------------------------------===//

#include "PythonPlugin.h"

#include <algorithm>
#include <iterator>
#include <vector>

static const plc_host *host() { return thePython.host; }

//===--- Exceptions of Python that pass Lisp ------------------------------===//

namespace {
/// One that a procedure of Lisp has raised again. The condition that it became
/// is kept only until the operation ends in which Lisp was called: it refers to
/// the exception, and a cycle through both collectors would never be freed.
struct Passing {
  PyObject *exception; ///< alive by the condition
  PyObject *traceback; ///< what it had then, held; may be null
  plc_root token;
  PyThreadState *thread;
  int depth; ///< of that operation
};
} // namespace

static std::vector<Passing> passing;

static void endPassing(const Passing &each) {
  host()->drop(host(), each.token);
  if (each.traceback)
    release(each.traceback);
}

bool dropPassing(int depth) {
  if (passing.empty())
    return false;
  // Releasing one may run code that comes here, too.
  std::vector<Passing> ended;
  auto isOver = [&](const Passing &each) {
    return each.thread == theThread && each.depth >= depth;
  };
  std::copy_if(passing.begin(), passing.end(), std::back_inserter(ended),
               isOver);
  passing.erase(std::remove_if(passing.begin(), passing.end(), isOver),
                passing.end());
  for (const Passing &each : ended)
    endPassing(each);
  return !passing.empty();
}

/// The very same exception with the frames that it has.
static void raiseAgain(PyObject *exception, plc_value token) {
  dropPassing(theDepth);
  PyObject *traceback = py.PyException_GetTraceback(exception);
  passing.push_back({exception, traceback ? retain(traceback) : nullptr,
                     host()->hold(host(), token), theThread, theDepth});
  thePython.hasDropped = true;
  py.PyErr_Restore(retain(objectOf(exception->type)), retain(exception),
                   traceback);
}

bool comesBack(PyObject *exception, plc_error *error) {
  for (const Passing &each : passing)
    if (each.exception == exception && each.thread == theThread &&
        each.depth == theDepth) {
      error->token = host()->held(host(), each.token);
      Owned now(py.PyException_GetTraceback(exception));
      error->trace = framesOf(now.get(), each.traceback);
      dropPassing(theDepth);
      return true;
    }
  return false;
}

//===--- Errors of Lisp ---------------------------------------------------===//

/// What a conversion or this plugin refuses.
static PyObject *refusedType;

static PyObject *makeException(const char *name, const char *doc,
                               PyObject *base) {
  PyObject *type = py.PyErr_NewExceptionWithDoc(name, doc, base, nullptr);
  // "plc.Name"
  if (type && py.PyObject_SetAttrString(thePython.module, name + 4, type) < 0)
    return nullptr;
  return type;
}

/// condition_parts(error): type, message and list of irritants of its condition; None.
static PyObject *conditionParts(PyObject *, PyObject *error) {
  return callInLisp(
      [](void *data) -> PyObject * {
        plc_value condition, message, irritants;
        if (!conditionOf(static_cast<PyObject *>(data), &condition) ||
            !host()->condition_parts(host(), condition, &message, &irritants))
          return retain(none());
        Owned list(py.PyList_New(0)), result(py.PyTuple_New(3)),
            append(py.PyUnicode_FromString("append"));
        for (; list && append && plc_is_pair(irritants);
             irritants = plc_cdr(irritants)) {
          Owned each(toPython(plc_car(irritants)));
          PyObject *arguments[] = {list.get(), each.get()};
          if (!each || !Owned(py.PyObject_VectorcallMethod(append.get(), arguments, 2,
                                                           nullptr)))
            return nullptr;
        }
        PyObject *type = toPython(host()->condition_type(host(), condition));
        PyObject *text = type ? toPython(message) : nullptr;
        if (!list || !append || !result || !text)
          return nullptr;
        py.PyTuple_SetItem(result.get(), 0, type);
        py.PyTuple_SetItem(result.get(), 1, text);
        py.PyTuple_SetItem(result.get(), 2, list.take());
        return result.take();
      },
      error);
}

/// A condition with such parts, which another process has sent.
static bool conditionFrom(PyObject *parts, plc_value *result) {
  if (!parts || parts->type != typeObject(py.PyTuple_Type))
    return false;
  Py_ssize_t bytes;
  const char *type =
      py.PyUnicode_AsUTF8AndSize(py.PyTuple_GetItem(parts, 0), &bytes);
  plc_value message, irritants = PLC_NULL;
  if (!type || !toLisp(py.PyTuple_GetItem(parts, 1), &message))
    return false;
  PyObject *list = py.PyTuple_GetItem(parts, 2);
  for (Py_ssize_t i = py.PyObject_Size(list); i-- > 0;) {
    Owned place(py.PyLong_FromLongLong(i));
    Owned item(place ? py.PyObject_GetItem(list, place.get()) : nullptr);
    plc_value irritant;
    if (!item || !toLispDeeply(item.get(), &irritant))
      return false;
    irritants = host()->cons(host(), irritant, irritants);
  }
  *result = host()->lisp_condition(
      host(), host()->symbol(host(), type, size_t(bytes)), message, irritants);
  return true;
}

bool openErrors() {
  thePython.lispError = makeException(
      "plc.LispError", "What a program of Lisp has raised.", py.PyExc_Exception);
  thePython.lispExit =
      makeException("plc.LispExit", "An exit by a continuation of Lisp.",
                    py.PyExc_BaseException);
  thePython.lispInterrupt =
      makeException("plc.LispInterrupt", "Ctrl-C while Lisp ran.",
                    py.PyExc_KeyboardInterrupt);
  refusedType = makeException("plc._Refused", "What plc does not do.",
                              py.PyExc_Exception);
  static PyMethodDef functions[] = {
      {"_condition_parts", conditionParts, METH_O, nullptr}};
  return thePython.lispError && thePython.lispExit && thePython.lispInterrupt &&
         refusedType && addFunctions(functions);
}

void raiseStatus(plc_status status, const char *text) {
  Owned message(py.PyUnicode_FromString(text));
  PyObject *arguments[] = {message.get()};
  Owned error(message ? py.PyObject_Vectorcall(refusedType, arguments, 1,
                                               nullptr)
                      : nullptr);
  Owned number(py.PyLong_FromLongLong(status));
  if (error && number &&
      py.PyObject_SetAttrString(error.get(), "status", number.get()) == 0)
    py.PyErr_SetObject(refusedType, error.get());
}

/// A new exception of that type for what Lisp raised; #f: nothing, it left.
static PyObject *makeLispError(PyObject *type, plc_value condition) {
  Owned message(condition == PLC_FALSE
                    ? py.PyUnicode_FromString("exit by a continuation")
                    : toPython(host()->condition_text(host(), condition)));
  PyObject *arguments[] = {message.get()};
  Owned raised(message ? py.PyObject_Vectorcall(type, arguments, 1, nullptr)
                       : nullptr);
  Owned object(raised ? wrapValue(condition) : nullptr);
  if (!object ||
      py.PyObject_SetAttrString(raised.get(), "condition", object.get()) < 0)
    return nullptr;
  return raised.take();
}

/// LispExit for #f; for a condition what handlers in Python expect: a range error
/// is an IndexError, too. Owned; null: an error of Python is set.
static PyObject *errorType(plc_value condition) {
  if (condition == PLC_FALSE)
    return retain(thePython.lispExit);
  plc_value kind = host()->condition_type(host(), condition);
  if (kind == PLC_FALSE)
    return retain(thePython.lispError);
  Owned name(toPython(kind));
  PyObject *arguments[] = {name.get()};
  return name ? callSupport("error_type", arguments, 1) : nullptr;
}

/// The exception of Python that was raised: one that passed Lisp, or an object that
/// a procedure of Lisp has made; null if it is none. Borrowed.
static PyObject *ownException(plc_value raised) {
  plc_value own =
      host()->condition_object(host(), thePython.plugin, raised);
  if (own != PLC_FALSE)
    return referent(own);
  return plc_is_reference(raised, thePython.plugin) &&
                 py.PyObject_IsInstance(referent(raised),
                                        py.PyExc_BaseException) == 1
             ? referent(raised)
             : nullptr;
}

PyObject *exceptionOf(plc_value raised) {
  if (PyObject *own = ownException(raised))
    return retain(own);
  Owned type(errorType(raised));
  return type ? makeLispError(type.get(), raised) : nullptr;
}

void raiseLisp(plc_status status, plc_error *error) {
  bool hasToken = status == PLC_E_LISP;
  plc_value condition =
      hasToken ? host()->token_condition(host(), error->token) : error->message;
  if (PyObject *own = hasToken ? ownException(condition) : nullptr) {
    raiseAgain(own, error->token);
    return;
  }
  Owned type(errorType(condition));
  Owned raised(type ? makeLispError(type.get(), condition) : nullptr);
  Owned token(raised ? wrapValue(error->token) : nullptr);
  if (token &&
      (!hasToken ||
       py.PyObject_SetAttrString(raised.get(), "_token", token.get()) == 0))
    py.PyErr_SetObject(type.get(), raised.get());
}

bool conditionOf(PyObject *error, plc_value *result) {
  Owned held(py.PyObject_GetAttrString(error, "condition"));
  py.PyErr_Clear();
  plc_value v;
  if (held && isWrapped(held.get(), &v) &&
      host()->condition_type(host(), v) != PLC_FALSE) {
    *result = v;
    return true;
  }
  Owned parts(py.PyObject_GetAttrString(error, "_parts"));
  bool isMade = conditionFrom(parts.get(), result);
  Owned made(isMade ? wrapValue(*result) : nullptr);
  if (made)
    py.PyObject_SetAttrString(error, "condition", made.get());
  py.PyErr_Clear();
  return isMade;
}

bool isCarrier(PyObject *value, plc_status *status, plc_error *error) {
  PyTypeObject *type = value->type;
  if (type == typeObject(refusedType)) {
    *status = PLC_E_UNSUPPORTED;
    Owned number(py.PyObject_GetAttrString(value, "status"));
    if (number) {
      int overflow;
      *status = plc_status(
          py.PyLong_AsLongLongAndOverflow(number.get(), &overflow));
    }
    py.PyErr_Clear();
    Owned text(py.PyObject_Str(value));
    if (!text || !toLisp(text.get(), &error->message))
      py.PyErr_Clear();
    return true;
  }
  bool isLisp = false;
  for (PyObject *each :
       {thePython.lispError, thePython.lispExit, thePython.lispInterrupt})
    isLisp |= py.PyType_IsSubtype(type, typeObject(each)) != 0;
  if (!isLisp)
    return false;
  Owned token(py.PyObject_GetAttrString(value, "_token"));
  py.PyErr_Clear();
  // One that Python raises itself has none.
  if (!(token && isWrapped(token.get(), &error->token)) &&
      !conditionOf(value, &error->token))
    return false;
  *status = PLC_E_LISP;
  return true;
}
