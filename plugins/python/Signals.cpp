//===- Signals.cpp - handlers of signals that Python has ------------------===//
//
// CPython's handler of a signal notes that it has come; what the program has set by
// `signal.signal` runs between two instructions of Python. So that it runs while Lisp
// does or waits, Lisp is told, by a handler in front of CPython's.
//
//===----------------------------------------------------------------------===//

#include "PythonPlugin.h"

#include <csignal>

volatile bool isSignalPending;

namespace {

/// CPython's.
struct sigaction behind[NSIG];
/// What SIGINT did before Python was started.
struct sigaction ownInterrupt;

void tellLisp() {
  isSignalPending = true;
  thePython.host->signalled(thePython.host);
}

void onSignal(int number) {
  behind[number].sa_handler(number);
  tellLisp();
}

/// watch_signal(number, handler): what `signal.getsignal` tells was set.
PyObject *watchSignal(PyObject *, PyObject *arguments) {
  int overflow;
  auto number = int(py.PyLong_AsLongLongAndOverflow(
      py.PyTuple_GetItem(arguments, 0), &overflow));
  PyObject *handler = py.PyTuple_GetItem(arguments, 1);
  // SIG_DFL and SIG_IGN are numbers; what is not Python's is None.
  if (handler == none() || !py.PyCallable_Check(handler))
    return retain(none());
  if (number == SIGINT && !thePython.isHost) {
    Owned module(py.PyImport_ImportModule("_signal"));
    Owned usual(module ? py.PyObject_GetAttrString(module.get(),
                                                   "default_int_handler")
                       : nullptr);
    if (!usual)
      return nullptr;
    if (handler == usual.get()) {
      sigaction(SIGINT, &ownInterrupt, nullptr);
      return retain(none());
    }
  }
  struct sigaction now;
  sigaction(number, nullptr, &now);
  if (now.sa_handler == onSignal || (now.sa_flags & SA_SIGINFO))
    return retain(none());
  behind[number] = now;
  now.sa_handler = onSignal;
  now.sa_flags |= SA_ONSTACK;
  sigaction(number, &now, nullptr);
  tellLisp(); // one may have come meanwhile
  return retain(none());
}

plc_status handleSignals(plc_plugin *, plc_error *error) {
  if (thePython.isEnded)
    return PLC_OK;
  Operation operation;
  isSignalPending = false;
  return py.PyErr_CheckSignals() < 0 ? takeError(error) : PLC_OK;
}

} // namespace

bool openSignals() {
  static PyMethodDef functions[] = {
      {"_watch_signal", watchSignal, METH_VARARGS, nullptr}};
  sigaction(SIGINT, nullptr, &ownInterrupt);
  return addFunctions(functions);
}

void fillSignals(plc_plugin &table) { table.handle_signals = handleSignals; }
