//===- PythonPlugin.h - what the files of the Python plugin share -*- C++ -*-===//
//
// CPython in process. The thread that runs Lisp holds the interpreter's lock (the
// GIL) from the start; it gives it up while it waits in the event loop. Python's
// errors are fetched where an operation ends and cross as values.
//
//===----------------------------------------------------------------------===//
#ifndef PLC_PLUGIN_PYTHON_H
#define PLC_PLUGIN_PYTHON_H

#include "Api.h"
#include "plc/plugin.h"

#include <span>
#include <vector>

struct PythonRuntime {
  const plc_host *host;
  plc_plugin *plugin;
  PyInterpreterState *interpreter;
  uint64_t references; ///< that Lisp holds
  /// Threads of Python besides the one that started it: a call may have to wait
  /// for one that wants to call Lisp.
  int64_t otherThreads;
  PyObject *support; ///< the module `plc_support`, see support.py
  /// Types of Lisp's own objects in Python, and its errors.
  PyTypeObject *procedureType, *promiseType, *valueType;
  PyObject *lispError, *lispExit, *lispInterrupt;
  PyObject *module, *moduleName; ///< `plc`
  PyObject *moduleAttribute; ///< `__module__`
  PyTypeObject *asyncSteps; ///< plc_support.AsyncSteps
  bool hasDropped; ///< see dropRoots
  bool hasRules;   ///< the program has rules of its own for conversions
  bool isLayoutKnown; ///< see Layout.h
  bool isEnded;
  bool isHost; ///< the process is Python's, plc's program a module of it
  PyThreadState *home; ///< of the thread that has imported that
};
extern PythonRuntime thePython;

/// \{ Threads.cpp

/// In the thread that has started Python.
void openThreads();
/// Those of fibers that have ended; needs the world and the GIL.
void deleteStates();
/// In a child process.
void forgetOtherThreads();
/// The state of the thread that runs here; null in a thread that does not hold
/// the GIL.
extern __thread PyThreadState *theThread;
/// Operations that are active in this fiber.
extern __thread int theDepth;
/// Gives back what objects have held that are gone, and forgets exceptions that
/// passed Lisp; needs the world and the GIL.
void dropRoots();
/// Gives a thread of another language, which has called Lisp, a state of Python for as
/// long as that call lasts.
void attachThread();
/// Stands in every operation: Python runs in this fiber meanwhile.
class Operation {
public:
  Operation() {
    if (__builtin_expect(!theThread, false))
      attachThread();
    ++theDepth;
    if (thePython.hasDropped)
      dropRoots();
  }
  ~Operation() { --theDepth; }
};
/// This thread has given the GIL up: its state is nobody's.
extern __thread bool isDetached;
/// True if Lisp has called Python in this fiber, so that this thread holds the
/// world (unless in a ForeignRegion); not where native code that Lisp has called
/// meanwhile calls Python, without the world.
inline bool isInOperation() { return theDepth > 0 && !isDetached; }
class ForeignRegion;
/// The innermost region of this fiber.
extern __thread ForeignRegion *theRegion;
/// While code of Python runs that may wait for other threads, which may run Lisp
/// meanwhile. Nothing is done if there are no other threads.
class ForeignRegion {
public:
  ForeignRegion() : isOpen(false), outer(theRegion) {
    theRegion = this;
    if (thePython.otherThreads > 0)
      begin();
  }
  ~ForeignRegion() {
    if (isOpen)
      end();
    theRegion = outer;
  }
  /// \{ Lisp is called back: others may not run it meanwhile.
  void end();
  void begin();
  bool isOpen;
  /// \}

private:
  ForeignRegion *outer;
  plc_region region;
};
/// Runs code of Python that may wait for other threads.
template <typename Run> [[gnu::always_inline]] inline auto foreign(Run run) {
  ForeignRegion region;
  return run();
}
/// \}

/// \{ Python.cpp

/// What the error that is set in Python becomes.
plc_status takeError(plc_error *error);
/// The same; an exception of that type becomes that status.
plc_status takeMissing(PyObject *exception, plc_status status,
                       plc_error *error);
plc_status fail(plc_error *error, plc_status status, const char *text);
/// The frames that a traceback names, innermost first; `known` and what it has
/// are left out.
plc_value framesOf(PyObject *traceback, PyObject *known);
/// Calls a function of plc_support. Null: an error of Python is set.
PyObject *callSupport(const char *name, PyObject *const *args, size_t count);
/// \}

/// \{ Convert.cpp

/// The counterpart of a Lisp value; null, and an error of Python is set, if
/// there is none.
PyObject *toPython(plc_value v);
/// The counterpart of an object, which stays the caller's.
/// \returns false, and an error of Python is set, if there is no memory
bool toLisp(PyObject *object, plc_value *result);
/// Deep copy as Lisp data.
bool toLispDeeply(PyObject *object, plc_value *result);
/// The object behind a reference of this plugin, borrowed.
inline PyObject *referent(plc_value reference) {
  return reinterpret_cast<PyObject *>(plc_reference_handle(reference));
}
/// A reference to it, whatever it is.
plc_value makeReference(PyObject *object);
/// Names that were asked for, see nameOf.
struct RecentName {
  plc_value symbol;
  PyObject *name;
  bool hasDash;
};
extern RecentName theRecentNames[64];
inline RecentName &recentName(plc_value symbol) {
  return theRecentNames[symbol >> 4 & 63];
}
const RecentName *findName(plc_value symbol);
/// The name that a symbol stands for, interned, borrowed; null: an error is set.
inline PyObject *nameOf(plc_value symbol) {
  const RecentName *name = &recentName(symbol);
  if (name->symbol != symbol && !(name = findName(symbol)))
    return nullptr;
  return name->name;
}
/// The same for a member; null, and no error, for what Python cannot spell: plc
/// tries another name then.
inline PyObject *memberNameOf(plc_value symbol) {
  const RecentName *name = &recentName(symbol);
  if (name->symbol != symbol && !(name = findName(symbol)))
    return nullptr;
  return name->hasDash ? nullptr : name->name;
}
/// After that was null.
plc_status noName(plc_error *error);
/// The same for a keyword argument, with `_` for `-`.
PyObject *parameterOf(plc_value symbol);
/// The program has added a rule, see support.py.
void addRules();
/// A conversion that is not possible: sets an error of Python that arrives with
/// this status.
void raiseStatus(plc_status status, const char *text);
/// \}

/// \{ LispObjects.cpp: objects of Lisp in Python

/// Makes the types and the module `plc`. False: an error of Python is set.
bool openLispObjects();
PyObject *wrapProcedure(plc_value procedure);
/// The same for the member of that name of a module, where pickle looks for it.
PyObject *wrapProcedure(plc_value procedure, PyObject *module, PyObject *name);
/// What a procedure is as an argument of a call.
PyObject *functionOf(plc_value procedure);
PyObject *wrapValue(plc_value v);
/// Makes a type of the module `plc`; null: an error of Python is set.
PyTypeObject *makeType(const char *name, size_t size, unsigned flags,
                       std::vector<PyType_Slot> slots);
template <typename Function> void *slot(Function *function) {
  return reinterpret_cast<void *>(function);
}
/// After the destructor of such a type.
void freeObject(PyObject *object);
/// Of the module `plc`; false: an error of Python is set.
bool addFunctions(std::span<PyMethodDef> functions);
/// The Lisp value behind such an object.
bool isWrapped(PyObject *object, plc_value *result);
/// Calls run(data) where this thread has both the world and the GIL: for code of
/// Python that wants something of Lisp.
PyObject *callInLisp(PyObject *(*run)(void *data), void *data);
/// \}

/// \{ Errors.cpp

/// Makes the exceptions of the module `plc`. False: an error of Python is set.
bool openErrors();
/// Sets the error that a status of the host becomes.
void raiseLisp(plc_status status, plc_error *error);
/// True, with the token and the frames since then, if it is the exception that Lisp
/// has handed on to what the current operation called.
bool comesBack(PyObject *exception, plc_error *error);
/// True if the error carries a status and token of Lisp or of a conversion.
bool isCarrier(PyObject *value, plc_status *status, plc_error *error);
/// The condition behind a plc.LispError, made anew if that comes from another process;
/// false: it has none.
bool conditionOf(PyObject *error, plc_value *result);
/// The exception for what was raised in Lisp; null: an error of Python is set.
PyObject *exceptionOf(plc_value raised);
/// Forgets exceptions that have passed Lisp in operations that are over: those
/// of this thread from that depth on. \returns true if there are others.
bool dropPassing(int depth);
/// \}

/// \{ Signals.cpp
/// Adds functions to the module `plc`. False: an error of Python is set.
bool openSignals();
/// A handler has not run yet: Lisp is told of it in the thread that handles signals.
extern volatile bool isSignalPending;
/// \}

/// Loop.cpp: in a child process the loop is not there.
void forgetLoop();
/// Loop.cpp: asyncio. Adds functions to the module `plc`. False: an error of
/// Python is set.
bool openLoop();
/// The slot `__await__` of plc.Promise.
PyObject *iteratorOfPromise(PyObject *promise);

/// \{ Operations of the plugin's table.
void fillOperations(plc_plugin &table); ///< Objects.cpp
void fillCalls(plc_plugin &table);      ///< Calls.cpp
void fillForms(plc_plugin &table);      ///< Forms.cpp
void fillModule(plc_plugin &table);     ///< Module.cpp
void fillLoop(plc_plugin &table);       ///< Loop.cpp
void fillThreads(plc_plugin &table);    ///< Threads.cpp
void fillSignals(plc_plugin &table);    ///< Signals.cpp
/// \}

/// What takeError makes of an attribute that is not there, with the names that
/// are like it.
plc_status noMember(PyObject *object, PyObject *name, plc_error *error);

#endif // PLC_PLUGIN_PYTHON_H
