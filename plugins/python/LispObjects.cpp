//===- LispObjects.cpp - objects of Lisp in Python ------------------------===//
//
// Procedures are callables: as the argument of a call a function like those of C,
// which CPython calls on its shortest way, elsewhere the plc.Procedure behind it,
// which is a method as an attribute of a class. What has no counterpart is an opaque
// object, which exports its memory if it has any. What Lisp
// raises is a plc.LispError, an exit by a continuation a plc.LispExit, which
// `except Exception` does not catch.
//
//===----------------------------------------------------------------------===//

#include "Description.h"
#include "Layout.h"
#include "Memory.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <new>
#include <string>
#include <vector>

static const plc_host *host() { return thePython.host; }

namespace {

/// An instance of plc.Procedure or plc.Value.
struct Held {
  PyObject object;
  VectorcallFn call; ///< of a procedure
  PyObject *attributes; ///< of a procedure: a dict, or null
  plc_root root;
};

/// An instance of plc.Procedure.
struct HeldProcedure : Held {
  PyMethodDef definition; ///< of the function that it is as an argument
  /// See descriptionOf; or null. The definition points into it.
  PyObject *description;
  /// Names of the module that it is a member of and of the member, or null.
  PyObject *module, *member;
};

/// Roots of objects that are gone: given back when the world is ours. The GIL
/// guards them.
std::vector<plc_root> droppedRoots;

void deallocateHeld(PyObject *object) {
  if (object->type == thePython.procedureType) {
    auto *procedure =
        static_cast<HeldProcedure *>(reinterpret_cast<Held *>(object));
    Owned description(procedure->description), module(procedure->module),
        member(procedure->member), attributes(procedure->attributes);
  }
  if (plc_root root = reinterpret_cast<Held *>(object)->root)
    droppedRoots.push_back(root);
  thePython.hasDropped = true;
  freeObject(object);
}

PyObject *makeHeld(PyTypeObject *type, plc_value v, VectorcallFn call) {
  PyObject *object = py.PyType_GenericAlloc(type, 0);
  if (object) {
    auto *held = reinterpret_cast<Held *>(object);
    held->call = call;
    held->root = host()->hold(host(), v);
  }
  return object;
}

plc_value heldValue(PyObject *object) {
  return host()->held(host(), reinterpret_cast<Held *>(object)->root);
}

//===--- Calls of Lisp ----------------------------------------------------===//

/// Arguments for more than this many values are refused by the host.
constexpr size_t kMost = 4096;

/// ":name"
bool keywordOf(PyObject *name, plc_value *result) {
  Py_ssize_t bytes;
  const char *text = py.PyUnicode_AsUTF8AndSize(name, &bytes);
  if (!text)
    return false;
  std::string keyword = ":" + std::string(text, size_t(bytes));
  *result = host()->symbol(host(), keyword.data(), keyword.size());
  return true;
}

PyObject *valuesToPython(plc_value result) {
  if (result != PLC_MV)
    return argumentToPython(result);
  size_t count = host()->values_count(host(), result);
  if (count == 0)
    return retain(none());
  std::vector<plc_root> roots; // the values are gone when one is converted
  for (size_t i = 0; i < count; ++i)
    roots.push_back(host()->hold(host(), host()->values_ref(host(), result, i)));
  Owned tuple(py.PyTuple_New(Py_ssize_t(count)));
  bool isGood = bool(tuple);
  for (size_t i = 0; i < count; ++i) {
    PyObject *item =
        isGood ? toPython(host()->held(host(), roots[i])) : nullptr;
    if (item)
      py.PyTuple_SetItem(tuple.get(), Py_ssize_t(i), item);
    else
      isGood = false;
    host()->drop(host(), roots[i]);
  }
  return isGood ? tuple.take() : nullptr;
}

HeldProcedure *heldProcedure(PyObject *self) {
  return static_cast<HeldProcedure *>(reinterpret_cast<Held *>(self));
}

PyObject *getName(PyObject *self, void *);
/// See describeProcedure (borrowed).
PyObject *descriptionOf(PyObject *procedure);

/// In the thread that holds the world and the GIL. `finish` makes an object of
/// the result.
PyObject *callHere(PyObject *callable, PyObject *const *args, size_t count,
                   PyObject *keywords,
                   PyObject *(*finish)(plc_value) = valuesToPython) {
  PlacedArguments placed;
  PyObject *const *named = args + count;
  if (keywords) {
    PyObject *description = descriptionOf(callable);
    if (!description ||
        !placed.place(heldValue(callable), description, args, count, keywords))
      return nullptr;
    args = placed.values.data();
    count = placed.values.size();
  }
  size_t total = count + 2 * placed.others.size();
  if (total > kMost) {
    py.PyErr_SetString(py.PyExc_TypeError,
                       "procedures of Lisp take at most 4096 arguments");
    return nullptr;
  }
  // On the stack, where the collector sees them.
  auto *values = static_cast<plc_value *>(
      __builtin_alloca(sizeof(plc_value) * (total + 1)));
  for (size_t i = 0; i < count; ++i)
    if (!valueToLisp(args[i], &values[i]))
      return nullptr;
  plc_value *next = values + count;
  for (size_t i : placed.others) {
    if (!keywordOf(py.PyTuple_GetItem(keywords, Py_ssize_t(i)), next) ||
        !toLisp(named[i], next + 1))
      return nullptr;
    next += 2;
  }
  plc_value result = PLC_UNSPECIFIED;
  plc_error error;
  plc_status status =
      host()->call_held(host(), reinterpret_cast<Held *>(callable)->root,
                        values, total, &result, &error);
  if (status == PLC_OK)
    return finish(result);
  raiseLisp(status, &error);
  return nullptr;
}

[[gnu::noinline]] PyObject *finishCall(plc_status status, plc_value result,
                                       plc_error *error) {
  if (status == PLC_OK)
    return valuesToPython(result);
  raiseLisp(status, error);
  return nullptr;
}

/// What code of Python wants of Lisp: run() where this thread has both the world
/// and the GIL.
template <typename Body> struct Job {
  Body &body;
  PyThreadState *thread;
  PyObject *result = nullptr;

  /// Another thread of Python's has come to Lisp: it waits for the world without
  /// the GIL, and takes that when it has the world.
  static void run(void *data) {
    Job &job = *static_cast<Job *>(data);
    // Native code that Lisp has called may have called Python: then the thread has
    // its state again.
    bool isBack = theThread;
    if (!isBack)
      py.PyEval_RestoreThread(theThread = job.thread);
    runHere(data);
    if (isBack)
      return;
    theThread = nullptr;
    py.PyEval_SaveThread();
  }
  static void runHere(void *data) {
    Job &job = *static_cast<Job *>(data);
    Operation operation;
    job.result = job.body();
    dropPassing(theDepth);
  }
};

/// The same in the thread to which Python's module belongs: nobody is waited for.
template <typename Body> bool runAtHome(Body &body, PyObject *&result) {
  Job<Body> job{body, py.PyThreadState_Get()};
  theThread = job.thread;
  bool isDone = host()->run_at_home(host(), Job<Body>::runHere, &job);
  theThread = nullptr;
  result = job.result;
  return isDone;
}

template <typename Body> PyObject *inLisp(Body body) {
  if (!isInOperation()) {
    PyObject *result;
    if (thePython.isHost && runAtHome(body, result))
      return result;
    Job<Body> job{body, py.PyEval_SaveThread()};
    plc_status status = host()->run(host(), Job<Body>::run, &job);
    py.PyEval_RestoreThread(job.thread);
    if (status != PLC_OK)
      py.PyErr_SetString(py.PyExc_MemoryError,
                         "there is no memory for a call of Lisp");
    return job.result;
  }
  ForeignRegion *region = theRegion;
  bool isOpen = region && region->isOpen;
  if (isOpen)
    region->end();
  theRegion = nullptr;
  PyObject *result = body();
  theRegion = region;
  if (isOpen)
    region->begin();
  return result;
}

/// A call with so many positional arguments is as quick as it can be.
constexpr size_t kFew = 5;

/// callHere where this thread holds both and others do not run Lisp.
[[gnu::always_inline]] inline PyObject *
callQuickly(PyObject *callable, PyObject *const *args, size_t count) {
  plc_value values[kFew];
  if (count == 1) {
    if (!valueToLisp(args[0], values))
      return nullptr;
  } else {
    for (size_t i = 0; i < count; ++i)
      if (!valueToLisp(args[i], &values[i]))
        return nullptr;
  }
  plc_value result;
  plc_error error;
  ForeignRegion *region = theRegion;
  theRegion = nullptr;
  plc_status status =
      host()->call_held(host(), reinterpret_cast<Held *>(callable)->root,
                        values, count, &result, &error);
  theRegion = region;
  if (__builtin_expect(status == PLC_OK && plc_is_immediate_flonum(result), 1))
    return py.PyFloat_FromDouble(plc_flonum_decode(result));
  return finishCall(status, result, &error);
}

[[gnu::noinline]] PyObject *callInAnyCase(PyObject *callable,
                                          PyObject *const *args, size_t count,
                                          PyObject *keywords) {
  return inLisp([=] {
    return count <= kFew && !keywords
               ? callQuickly(callable, args, count)
               : callHere(callable, args, count, keywords);
  });
}

/// METH_FASTCALL | METH_KEYWORDS
PyObject *callFunction(PyObject *callable, PyObject *const *args, size_t count,
                       PyObject *keywords) {
  if (__builtin_expect(count <= kFew && !keywords && isInOperation() &&
                           !(theRegion && theRegion->isOpen),
                       1))
    return callQuickly(callable, args, count);
  return callInAnyCase(callable, args, count, keywords);
}

/// Vectorcall
PyObject *callProcedure(PyObject *callable, PyObject *const *args,
                        size_t countAndFlag, PyObject *keywords) {
  return callFunction(callable, args,
                      countAndFlag & ~PY_VECTORCALL_ARGUMENTS_OFFSET, keywords);
}

/// As it stands in a PyMethodDef.
const PyCFunction asCFunction =
    reinterpret_cast<PyCFunction>(reinterpret_cast<void *>(callFunction));

/// The plc.Procedure that is behind a function made here; another object itself.
PyObject *behindFunction(PyObject *object) {
  return object->type == typeObject(py.PyCFunction_Type) &&
                 py.PyCFunction_GetFunction(object) == asCFunction
             ? py.PyCFunction_GetSelf(object)
             : object;
}

/// _call_held(procedure, x): the result as it is in Lisp, not converted.
PyObject *callHeld(PyObject *, PyObject *arguments) {
  PyObject *procedure = py.PyTuple_GetItem(arguments, 0),
           *argument = py.PyTuple_GetItem(arguments, 1);
  if (!procedure || !argument)
    return nullptr;
  procedure = behindFunction(procedure);
  return inLisp(
      [&] { return callHere(procedure, &argument, 1, nullptr, wrapValue); });
}

PyObject *rulesAdded(PyObject *, PyObject *) {
  addRules();
  return retain(none());
}

} // namespace

PyObject *callInLisp(PyObject *(*run)(void *data), void *data) {
  return inLisp([=] { return run(data); });
}

namespace {

//===--- Attributes -------------------------------------------------------===//

PyObject *getName(PyObject *self, void *) {
  if (PyObject *member = heldProcedure(self)->member)
    return retain(member);
  return inLisp([=] {
    plc_value name = host()->procedure_name(host(), heldValue(self));
    return name == PLC_FALSE ? py.PyUnicode_FromString("lambda")
                             : toPython(name);
  });
}

PyObject *descriptionOf(PyObject *self) {
  HeldProcedure *procedure = heldProcedure(self);
  if (!procedure->description)
    procedure->description = inLisp(
        [=] { return describeProcedure(heldValue(self), procedure->member); });
  return procedure->description;
}

PyObject *described(PyObject *self, Described what) {
  PyObject *description = descriptionOf(self);
  return description ? retain(py.PyTuple_GetItem(description, what)) : nullptr;
}

PyObject *getDocstring(PyObject *self, void *) {
  return described(self, DescribedDocstring);
}

PyObject *getSignature(PyObject *self, void *) {
  Owned text(described(self, DescribedSignature));
  PyObject *arguments[] = {text.get()};
  return text ? callSupport("signature_of", arguments, 1) : nullptr;
}

PyObject *getModule(PyObject *self) {
  PyObject *module = heldProcedure(self)->module;
  return retain(module ? module : thePython.moduleName);
}

/// The type has one, too: a descriptor would hide that.
PyObject *getProcedureAttribute(PyObject *self, PyObject *name) {
  if (py.PyUnicode_Compare(name, thePython.moduleAttribute) == 0)
    return getModule(self);
  return py.PyObject_GenericGetAttr(self, name);
}

/// The member of a module is pickled by its name.
PyObject *reduceProcedure(PyObject *self, PyObject *) {
  if (PyObject *member = heldProcedure(self)->member)
    return retain(member);
  py.PyErr_SetString(py.PyExc_TypeError,
                     "a procedure of Lisp cannot be pickled, unless it is a "
                     "member of a module");
  return nullptr;
}

/// An attribute of a class is a method, as a function of Python is.
PyObject *bindProcedure(PyObject *self, PyObject *object, PyObject *) {
  return object ? py.PyMethod_New(self, object) : retain(self);
}

PyObject *procedureText(PyObject *self) {
  Owned name(getName(self, nullptr));
  Py_ssize_t bytes;
  const char *text =
      name ? py.PyUnicode_AsUTF8AndSize(name.get(), &bytes) : nullptr;
  return text ? py.PyUnicode_FromString(
                    ("<Lisp procedure " + std::string(text) + ">").c_str())
              : nullptr;
}

PyObject *valueText(PyObject *self) {
  return inLisp([=] {
    return toPython(host()->condition_text(host(), heldValue(self)));
  });
}

//===--- The module -------------------------------------------------------===//

PyObject *countThread(PyObject *, PyObject *change) {
  int overflow;
  long long n = py.PyLong_AsLongLongAndOverflow(change, &overflow);
  thePython.otherThreads += n;
  // The call that starts the first one may wait for it.
  if (n > 0 && isInOperation() && theRegion && !theRegion->isOpen)
    theRegion->begin();
  return retain(none());
}

/// \{ Around os.fork, which finds the world in the hands of this thread: others
/// are not in the child.
__thread ForeignRegion *forkingRegion;
PyObject *beforeFork(PyObject *, PyObject *) {
  forkingRegion = nullptr;
  if (isInOperation() && theRegion && theRegion->isOpen) {
    forkingRegion = theRegion;
    forkingRegion->end();
  }
  return retain(none());
}
PyObject *afterForkInParent(PyObject *, PyObject *) {
  if (forkingRegion)
    forkingRegion->begin();
  forkingRegion = nullptr;
  return retain(none());
}
PyObject *afterForkInChild(PyObject *, PyObject *) {
  forkingRegion = nullptr;
  thePython.otherThreads = 0;
  forgetOtherThreads();
  forgetLoop();
  return retain(none());
}
/// \}

PyObject *expect(PyObject *, PyObject *change) {
  int overflow;
  host()->expect(host(), int(py.PyLong_AsLongLongAndOverflow(change, &overflow)));
  return retain(none());
}

} // namespace

PyTypeObject *makeType(const char *name, size_t size, unsigned flags,
                       std::vector<PyType_Slot> slots) {
  slots.push_back({0, nullptr});
  PyType_Spec spec{name, int(size), 0,
                   Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION |
                       flags,
                   slots.data()};
  PyObject *type = py.PyType_FromSpec(&spec);
  // "plc.Name"
  if (type && py.PyObject_SetAttrString(thePython.module, name + 4, type) < 0)
    return nullptr;
  return typeObject(type);
}

void freeObject(PyObject *object) {
  PyTypeObject *type = object->type;
  py.PyObject_Free(object);
  release(objectOf(type));
}

void dropRoots() {
  thePython.hasDropped = dropPassing(theDepth);
  giveBackMemory();
  deleteStates();
  // Dropping one may end others.
  while (!droppedRoots.empty()) {
    plc_root root = droppedRoots.back();
    droppedRoots.pop_back();
    host()->drop(host(), root);
  }
}

bool addFunctions(std::span<PyMethodDef> functions) {
  for (PyMethodDef &each : functions) {
    Owned function(py.PyCFunction_NewEx(&each, nullptr, nullptr));
    if (!function || py.PyObject_SetAttrString(thePython.module, each.name,
                                               function.get()) < 0)
      return false;
  }
  return true;
}

bool openLispObjects() {
  static PyMemberDef members[] = {
      {"__vectorcalloffset__", T_PYSSIZET, offsetof(Held, call), READONLY,
       nullptr},
      {"__dictoffset__", T_PYSSIZET, offsetof(Held, attributes), READONLY, nullptr},
      {}};
  static PyGetSetDef attributes[] = {
      {"__dict__", py.PyObject_GenericGetDict, py.PyObject_GenericSetDict, nullptr,
       nullptr},
      {"__name__", getName, nullptr, nullptr, nullptr},
      {"__qualname__", getName, nullptr, nullptr, nullptr},
      {"__signature__", getSignature, nullptr, nullptr, nullptr},
      {"__doc__", getDocstring, nullptr, nullptr, nullptr},
      {}};
  static PyMethodDef methods[] = {
      {"__reduce__", reduceProcedure, METH_NOARGS, nullptr}, {}};
  static PyMethodDef functions[] = {
      {"_count_thread", countThread, METH_O, nullptr},
      {"_expect", expect, METH_O, nullptr},
      {"_before_fork", beforeFork, METH_NOARGS, nullptr},
      {"_after_fork_in_parent", afterForkInParent, METH_NOARGS, nullptr},
      {"_after_fork_in_child", afterForkInChild, METH_NOARGS, nullptr},
      {"_call_held", callHeld, METH_VARARGS, nullptr},
      {"_rules_added", rulesAdded, METH_NOARGS, nullptr}};
  thePython.module = py.PyImport_AddModule("plc");
  if (!thePython.module)
    return false;
  retain(thePython.module);
  thePython.moduleName = py.PyUnicode_InternFromString("plc");
  thePython.moduleAttribute = py.PyUnicode_InternFromString("__module__");
  thePython.procedureType = makeType(
      "plc.Procedure", sizeof(HeldProcedure), Py_TPFLAGS_HAVE_VECTORCALL,
      {{Py_tp_dealloc, slot(deallocateHeld)},
       {Py_tp_call, slot(py.PyVectorcall_Call)},
       {Py_tp_descr_get, slot(bindProcedure)},
       {Py_tp_members, members},
       {Py_tp_getset, attributes},
       {Py_tp_methods, methods},
       {Py_tp_repr, slot(procedureText)},
       // No documentation, which would hide that of the procedures.
       {Py_tp_getattro, slot(getProcedureAttribute)}});
  thePython.promiseType = makeType(
      "plc.Promise", sizeof(Held), 0,
      {{Py_tp_dealloc, slot(deallocateHeld)},
       {Py_tp_repr, slot(valueText)},
       {Py_am_await, slot(iteratorOfPromise)},
       {Py_tp_doc, const_cast<char *>("A promise of Lisp, to be awaited.")}});
  thePython.valueType =
      makeType("plc.Value", sizeof(Held), 0,
               {{Py_tp_dealloc, slot(deallocateHeld)},
                {Py_tp_repr, slot(valueText)},
                {Py_bf_getbuffer, slot(exportValue)},
                {Py_tp_doc, const_cast<char *>("An object of Lisp.")}});
  return thePython.moduleName && thePython.moduleAttribute &&
         thePython.procedureType && thePython.valueType &&
         makeMemoryType() && addFunctions(functions) && openLoop() && openSignals() && openErrors();
}

PyObject *wrapProcedure(plc_value procedure) {
  return makeHeld(thePython.procedureType, procedure, callProcedure);
}

PyObject *wrapProcedure(plc_value procedure, PyObject *module, PyObject *name) {
  PyObject *object = wrapProcedure(procedure);
  if (object) {
    heldProcedure(object)->module =
        py.PyObject_GetAttrString(module, "__name__");
    heldProcedure(object)->member = retain(name);
  }
  return object;
}

PyObject *functionOf(plc_value procedure) {
  Owned held(wrapProcedure(procedure));
  PyObject *description = held ? descriptionOf(held.get()) : nullptr;
  // The name, and behind its NUL the documentation, of which inspect reads the
  // signature.
  char *text;
  Py_ssize_t bytes;
  if (!description || py.PyBytes_AsStringAndSize(
                          py.PyTuple_GetItem(description, DescribedText), &text,
                          &bytes) < 0)
    return nullptr;
  HeldProcedure *self = heldProcedure(held.get());
  self->definition = {text, asCFunction, METH_FASTCALL | METH_KEYWORDS,
                      text + strlen(text) + 1};
  return py.PyCFunction_NewEx(&self->definition, held.get(),
                              thePython.moduleName);
}

PyObject *wrapValue(plc_value v) {
  return makeHeld(host()->is_promise(host(), v) ? thePython.promiseType
                                                : thePython.valueType,
                  v, nullptr);
}

bool isWrapped(PyObject *object, plc_value *result) {
  object = behindFunction(object);
  if (object->type != thePython.procedureType &&
      object->type != thePython.valueType &&
      object->type != thePython.promiseType)
    return false;
  *result = heldValue(object);
  return true;
}
