//===- Python.cpp - the interpreter, its errors, its threads --------------===//
//
// plc-python.so: CPython in process. Nothing is linked: the library that belongs
// to the environment is opened when Lisp first imports from Python.
//
//===----------------------------------------------------------------------===//

#include "Find.h"
#include "Layout.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

PythonRuntime thePython;

plc_status fail(plc_error *error, plc_status status, const char *text) {
  return thePython.host->fail(thePython.host, error, status, nullptr, text);
}

//===--- Errors -----------------------------------------------------------===//

/// The value of an attribute, or #f.
static plc_value attribute(PyObject *object, const char *name) {
  plc_value result = PLC_FALSE;
  Owned value(object ? py.PyObject_GetAttrString(object, name) : nullptr);
  if (!value || !toLisp(value.get(), &result))
    py.PyErr_Clear();
  return result;
}

/// The folder of the plugin's own modules.
static std::string ownFolder() {
  Dl_info info;
  if (!dladdr(reinterpret_cast<void *>(&ownFolder), &info) || !info.dli_fname)
    return "";
  std::string file = info.dli_fname;
  size_t slash = file.rfind('/');
  return (slash == std::string::npos ? std::string(".") : file.substr(0, slash)) +
         "/python";
}

/// Whether the code is that of plc's own modules, which nobody wants to see.
static bool isOwn(PyObject *code) {
  static const std::string folder = ownFolder() + "/";
  Owned file(code ? py.PyObject_GetAttrString(code, "co_filename") : nullptr);
  const char *text =
      file ? py.PyUnicode_AsUTF8AndSize(file.get(), nullptr) : nullptr;
  if (!text)
    py.PyErr_Clear();
  return text && strncmp(text, folder.c_str(), folder.size()) == 0;
}

plc_value framesOf(PyObject *traceback, PyObject *known) {
  const plc_host *host = thePython.host;
  plc_value list = PLC_NULL;
  Owned at(traceback ? retain(traceback) : nullptr);
  while (at && at.get() != none() && at.get() != known) {
    Owned frame(py.PyObject_GetAttrString(at.get(), "tb_frame"));
    Owned code(frame ? py.PyObject_GetAttrString(frame.get(), "f_code")
                     : nullptr);
    if (!isOwn(code.get())) {
      plc_value line = attribute(at.get(), "tb_lineno");
      plc_value entry = host->cons(host, line, PLC_NULL);
      entry = host->cons(host, attribute(code.get(), "co_filename"), entry);
      entry = host->cons(host, attribute(code.get(), "co_qualname"), entry);
      list = host->cons(host, entry, list);
    }
    at = Owned(py.PyObject_GetAttrString(at.get(), "tb_next"));
  }
  py.PyErr_Clear();
  return list;
}

/// "KeyError", "json.decoder.JSONDecodeError"
static plc_value typeName(PyObject *type) {
  const plc_host *host = thePython.host;
  plc_value name = attribute(type, "__qualname__"),
            module = attribute(type, "__module__");
  if (!plc_is_kind(module, PLC_KIND_STRING) ||
      !plc_is_kind(name, PLC_KIND_STRING))
    return name;
  char text[300];
  size_t length = host->string_utf8(host, module, text, sizeof text);
  if (length >= sizeof text ||
      (length == 8 && memcmp(text, "builtins", 8) == 0))
    return name;
  text[length++] = '.';
  size_t more =
      host->string_utf8(host, name, text + length, sizeof text - length);
  plc_value full;
  if (length + more > sizeof text ||
      host->string(host, text, length + more, &full) != PLC_OK)
    return name;
  return full;
}

/// The names of the class of an exception and of its bases.
static plc_value typeNames(PyObject *value) {
  const plc_host *host = thePython.host;
  Owned order(py.PyObject_GetAttrString(objectOf(value->type), "__mro__"));
  if (!order) {
    py.PyErr_Clear();
    return typeName(objectOf(value->type));
  }
  plc_value names = PLC_NULL;
  for (Py_ssize_t i = py.PyTuple_Size(order.get()); i-- > 0;)
    names = host->cons(
        host, typeName(py.PyTuple_GetItem(order.get(), i)), names);
  return names;
}

static plc_value textOf(PyObject *value) {
  plc_value text = PLC_FALSE;
  Owned shown(py.PyObject_Str(value));
  if (!shown || !toLisp(shown.get(), &text))
    py.PyErr_Clear();
  return text;
}

/// SystemExit: its status, and the text to be shown.
static plc_status takeExit(PyObject *value, plc_error *error) {
  PyObject *arguments[] = {value};
  Owned both(callSupport("exit_of", arguments, 1));
  if (!both || !toLisp(py.PyTuple_GetItem(both.get(), 0), &error->nearest) ||
      !toLisp(py.PyTuple_GetItem(both.get(), 1), &error->message))
    py.PyErr_Clear();
  return PLC_E_EXIT;
}

plc_status takeError(plc_error *error) {
  PyObject *type, *value, *traceback;
  py.PyErr_Fetch(&type, &value, &traceback);
  if (!type)
    return fail(error, PLC_E_FOREIGN, "an error that Python does not tell");
  py.PyErr_NormalizeException(&type, &value, &traceback);
  Owned ownType(type), ownValue(value), ownTraceback(traceback);
  if (traceback)
    py.PyException_SetTraceback(value, traceback);
  // One that only passes has given most of its frames already.
  if (comesBack(value, error))
    return PLC_E_LISP;
  if (traceback)
    error->trace = framesOf(traceback, nullptr);
  plc_status status = PLC_E_FOREIGN;
  if (isCarrier(value, &status, error))
    return status;
  error->type = typeNames(value);
  error->message = textOf(value);
  if (!plc_is_kind(error->message, PLC_KIND_STRING) ||
      plc_string_length(error->message) == 0)
    error->message = typeName(objectOf(value->type));
  error->value = makeReference(value);
  if (value->type == typeObject(py.PyExc_RecursionError))
    return PLC_E_DEPTH;
  if (py.PyType_IsSubtype(value->type, typeObject(py.PyExc_SystemExit)))
    return takeExit(value, error);
  if (py.PyType_IsSubtype(value->type, typeObject(py.PyExc_KeyboardInterrupt)))
    return PLC_E_INTERRUPT;
  return status;
}

plc_status takeMissing(PyObject *exception, plc_status status,
                       plc_error *error) {
  bool isMissing = py.PyErr_ExceptionMatches(exception);
  plc_status found = takeError(error);
  return isMissing && found == PLC_E_FOREIGN ? status : found;
}

//===--- Start and end ----------------------------------------------------===//

/// The module `plc_support`, which does in Python what is not needed often.
static bool openSupport() {
  Owned path(py.PyUnicode_DecodeUTF8(ownFolder().c_str(),
                                     Py_ssize_t(ownFolder().size()),
                                     "surrogateescape"));
  Owned system(py.PyImport_ImportModule("sys"));
  Owned list(system ? py.PyObject_GetAttrString(system.get(), "path")
                    : nullptr);
  Owned name(py.PyUnicode_FromString("append"));
  if (!path || !list || !name)
    return false;
  PyObject *arguments[] = {list.get(), path.get()};
  Owned done(py.PyObject_VectorcallMethod(name.get(), arguments, 2, nullptr));
  if (!done)
    return false;
  // Nothing is written beside plc's own files.
  Owned writes(
      py.PyObject_GetAttrString(system.get(), "dont_write_bytecode"));
  if (!writes || py.PyObject_SetAttrString(system.get(), "dont_write_bytecode",
                                           py._Py_TrueStruct) < 0)
    return false;
  thePython.support = py.PyImport_ImportModule("plc_support");
  thePython.asyncSteps = thePython.support
                             ? typeObject(py.PyObject_GetAttrString(
                                   thePython.support, "AsyncSteps"))
                             : nullptr;
  return thePython.asyncSteps &&
         py.PyObject_SetAttrString(system.get(), "dont_write_bytecode",
                                   writes.get()) == 0;
}

/// Whether python3 would use UTF-8 whatever the locale says (PEP 540): an
/// interpreter that is embedded does not see to that itself.
static bool isUtf8Wanted() {
  auto valueOf = [](const char *name) {
    const char *value = getenv(name);
    return std::string(value ? value : "");
  };
  if (std::string asked = valueOf("PYTHONUTF8"); !asked.empty())
    return asked == "1";
  for (const char *name : {"LC_ALL", "LC_CTYPE", "LANG"})
    if (std::string locale = valueOf(name); !locale.empty())
      return locale == "C" || locale == "POSIX";
  return true;
}

static plc_status start(plc_plugin *self, const plc_host *host,
                        plc_error *error) {
  thePython.host = host;
  thePython.plugin = self;
  if (!thePython.isHost) {
    PythonPlace place;
    std::string problem;
    if (!findPython(place, problem))
      return fail(error, PLC_E_FOREIGN, problem.c_str());
    if (const char *missing =
            openPythonLibrary(place.library.c_str(), place.minor)) {
      problem = "the library of Python cannot be used: " +
                std::string(missing) + "; set PLC_PYTHON to another Python";
      return fail(error, PLC_E_FOREIGN, problem.c_str());
    }
    // So that it finds the packages of its environment. It keeps the text.
    py.Py_SetProgramName(py.Py_DecodeLocale(place.executable.c_str(), nullptr));
    *py.Py_UTF8Mode = isUtf8Wanted();
    py.Py_InitializeEx(0);
  }
  resolvePythonExceptions();
  openThreads();
  thePython.interpreter = py.PyInterpreterState_Get();
  Operation operation;
  bool isOpen = openLispObjects() && openSupport();
  if (isOpen)
    checkLayout();
  return isOpen ? PLC_OK : takeError(error);
}

static plc_status describe(plc_plugin *, char *buffer, size_t size) {
  PythonPlace place;
  std::string problem;
  if (!findPython(place, problem)) {
    snprintf(buffer, size, "%s", problem.c_str());
    return PLC_E_NAME;
  }
  snprintf(buffer, size, "Python %s in %s", place.version.c_str(),
           place.library.c_str());
  return PLC_OK;
}

static void interrupt(plc_plugin *) { py.PyErr_SetInterrupt(); }

static void releaseReferences(plc_plugin *, const uintptr_t *handles,
                              size_t count) {
  if (thePython.isEnded)
    return;
  Operation operation;
  for (size_t i = 0; i < count; ++i)
    release(reinterpret_cast<PyObject *>(handles[i]));
  thePython.references -= count;
}

static uint64_t liveReferences(plc_plugin *) { return thePython.references; }

static void shutDown(plc_plugin *) {
  if (thePython.isEnded || !theThread)
    return;
  {
    // Threads that end meanwhile may call Lisp.
    Operation operation;
    Owned name(py.PyUnicode_FromString("end"));
    PyObject *arguments[] = {thePython.support};
    ForeignRegion region;
    Owned done(py.PyObject_VectorcallMethod(name.get(), arguments, 1, nullptr));
    if (!done)
      py.PyErr_Clear();
  }
  py.Py_FinalizeEx();
  thePython.isEnded = true;
  theThread = nullptr;
}

//===--- Modules and source text ------------------------------------------===//

/// Calls a function of plc_support. Null: an error of Python is set.
PyObject *callSupport(const char *name, PyObject *const *args, size_t count) {
  Owned function(py.PyObject_GetAttrString(thePython.support, name));
  return function
             ? py.PyObject_Vectorcall(function.get(), args, count, nullptr)
             : nullptr;
}

static plc_status import(plc_plugin *, plc_value name, plc_value options,
                         plc_value *result, plc_error *error) {
  Operation operation;
  Owned module(toPython(name)), list(toPython(options));
  PyObject *arguments[] = {module.get(), list.get()};
  Owned found;
  if (module && list) {
    ForeignRegion region;
    found = callSupport("load", arguments, 2);
  }
  if (!found)
    return takeError(error);
  *result = makeReference(found.get());
  return PLC_OK;
}

static plc_status evaluate(plc_plugin *, plc_value source, bool statements,
                           plc_value *result, plc_error *error) {
  Operation operation;
  Owned text(toPython(source));
  PyObject *arguments[] = {text.get(), statements ? py._Py_TrueStruct
                                                  : py._Py_FalseStruct};
  Owned value;
  if (text) {
    ForeignRegion region;
    value = callSupport("evaluate", arguments, 2);
  }
  if (!value)
    return takeError(error);
  // Statements have no value: NotImplemented stands for none.
  if (value.get() == py._Py_NotImplementedStruct) {
    *result = PLC_UNSPECIFIED;
    return PLC_OK;
  }
  return toLisp(value.get(), result) ? PLC_OK : takeError(error);
}

//===--- The table --------------------------------------------------------===//

PLC_PLUGIN_EXPORT plc_plugin *plc_plugin_query(const plc_host *) {
  static plc_plugin table;
  table.struct_size = sizeof table;
  table.abi_major = PLC_PLUGIN_ABI_MAJOR;
  table.abi_minor = PLC_PLUGIN_ABI_MINOR;
  table.language = "python";
  table.ecosystems = "python pypi";
  table.version = "0.1";
  table.start = start;
  table.describe = describe;
  table.import = import;
  table.evaluate = evaluate;
  table.release = releaseReferences;
  table.live_references = liveReferences;
  table.interrupt = interrupt;
  table.shutdown = shutDown;
  table.use_environment = [](plc_plugin *, const char *text) {
    useEnvironment(text);
  };
  fillThreads(table);
  fillSignals(table);
  fillOperations(table);
  fillCalls(table);
  fillLoop(table);
  fillForms(table);
  fillModule(table);
  return &table;
}
