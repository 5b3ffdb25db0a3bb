//===- Module.cpp - a program that Python has imported --------------------===//
//
// The process is Python's. Nothing is opened or begun; what the program has becomes
// members of a module.
//
//===----------------------------------------------------------------------===//

#include "Find.h"
#include "Layout.h"

#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <string>
#include <vector>

/// The head of an object, then what CPython keeps of a module: the stable ABI.
struct PyModuleDef {
  PyObject object;
  void *initialize;
  Py_ssize_t index;
  PyObject *copy;
  const char *name, *doc;
  Py_ssize_t size;
  PyMethodDef *methods;
  void *slots, *traverse, *clear, *free;
};

namespace {

/// \returns NULL, or why this process cannot be used
const char *useProcess(plc_plugin *, const plc_host *host) {
  if (thePython.host && thePython.host != host)
    return "another program of plc runs in this process, which can have one; "
           "build both as one module";
  if (thePython.host)
    return nullptr;
  auto *version = reinterpret_cast<const char *(*)()>(
      dlsym(RTLD_DEFAULT, "Py_GetVersion"));
  if (!version)
    return "this process has no Python whose functions are visible";
  // "3.11.7 (main, ...)"
  const char *text = version();
  int minor = strncmp(text, "3.", 2) == 0 ? atoi(text + 2) : 0;
  static std::string problem;
  if (minor < kOldestPython || minor > kNewestPython) {
    problem = "this is Python " + std::string(text, strcspn(text, " ")) +
              ", plc serves 3." + std::to_string(kOldestPython) + " to 3." +
              std::to_string(kNewestPython);
    return problem.c_str();
  }
  if (const char *missing = openPythonLibrary(nullptr, minor)) {
    problem = "Python's function `" + std::string(missing) + "` is missing";
    return problem.c_str();
  }
  thePython.isHost = true;
  thePython.home = py.PyThreadState_Get();
  return nullptr;
}

/// Adds members under their names in Lisp and, where that is another one, under the
/// one for Python. The roots are of pairs of a symbol and a value, the first last.
bool addMembers(PyObject *module, const std::vector<plc_root> &entries) {
  const plc_host *host = thePython.host;
  Owned names(py.PyTuple_New(Py_ssize_t(entries.size())));
  for (size_t i = 0; names && i < entries.size(); ++i) {
    plc_value entry = host->held(host, entries[entries.size() - 1 - i]);
    PyObject *name = toPython(plc_car(entry));
    if (!name)
      return false;
    py.PyTuple_SetItem(names.get(), Py_ssize_t(i), name);
  }
  PyObject *all[] = {names.get()};
  Owned spelled(names ? callSupport("member_names", all, 1) : nullptr);
  for (size_t i = 0; spelled && i < entries.size(); ++i) {
    PyObject *name = py.PyTuple_GetItem(spelled.get(), Py_ssize_t(i));
    plc_value value =
        plc_cdr(host->held(host, entries[entries.size() - 1 - i]));
    Owned member(plc_is_procedure(value) ? wrapProcedure(value, module, name)
                                         : toPython(value));
    PyObject *adding[] = {module, py.PyTuple_GetItem(names.get(), Py_ssize_t(i)),
                          name, member.get()};
    if (!member || !Owned(callSupport("add_member", adding, 4)))
      return false;
  }
  return bool(spelled);
}

void *makeModule(plc_plugin *, const char *name, const char *documentation,
                 plc_module_run *run, void *data) {
  Operation operation;
  plc_value exports = PLC_NULL;
  plc_error error = {PLC_FALSE, PLC_FALSE, PLC_FALSE,
                     PLC_FALSE, PLC_FALSE, PLC_FALSE};
  if (plc_status status = run(data, &exports, &error); status != PLC_OK) {
    raiseLisp(status, &error);
    return nullptr;
  }
  // CPython keeps it, and reads what it says again when the module is imported
  // once more.
  auto *definition = new PyModuleDef{};
  definition->object.refcount = 1;
  definition->name = strdup(name);
  definition->doc = *documentation ? strdup(documentation) : nullptr;
  definition->size = -1;
  constexpr int StableAbi = 3;
  Owned module(py.PyModule_Create2(definition, StableAbi));
  Owned names(module ? py.PyList_New(0) : nullptr);
  if (!names ||
      py.PyObject_SetAttrString(module.get(), "__all__", names.get()) < 0)
    return nullptr;
  const plc_host *host = thePython.host;
  std::vector<plc_root> entries;
  for (; plc_is_pair(exports); exports = plc_cdr(exports))
    entries.push_back(host->hold(host, plc_car(exports)));
  bool isGood = addMembers(module.get(), entries);
  for (plc_root entry : entries)
    host->drop(host, entry);
  return isGood ? module.take() : nullptr;
}

plc_status exitPython(plc_plugin *, int status, plc_error *error) {
  Operation operation;
  if (Owned number{py.PyLong_FromLongLong(status)})
    py.PyErr_SetObject(py.PyExc_SystemExit, number.get());
  return takeError(error);
}

} // namespace

void fillModule(plc_plugin &table) {
  table.use_process = useProcess;
  table.make_module = makeModule;
  table.exit = exitPython;
}
