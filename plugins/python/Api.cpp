//===- Api.cpp - opens libpython ------------------------------------------===//

#include "Api.h"

#include <dlfcn.h>

PythonApi py;

const char *openPythonLibrary(const char *file, int minor) {
  // Extension modules look its symbols up in the whole process.
  void *library = file ? dlopen(file, RTLD_NOW | RTLD_GLOBAL) : RTLD_DEFAULT;
  if (file && !library)
    return dlerror();
  py.minor = minor;
  const char *missing = nullptr;
  auto find = [&](const char *name) {
    void *symbol = dlsym(library, name);
    if (!symbol && !missing)
      missing = name;
    return symbol;
  };
#define PY_FUNCTION(Result, Name, Parameters)                                  \
  py.Name = reinterpret_cast<Result(*) Parameters>(find(#Name));
#define PY_OBJECT(Name) py.Name = static_cast<PyObject *>(find(#Name));
#define PY_EXCEPTION(Name)                                                     \
  if (void *variable = find(#Name))                                            \
    py.Name = reinterpret_cast<PyObject *>(variable);
#define PY_VARIABLE(Type, Name) py.Name = static_cast<Type *>(find(#Name));
#include "Api.def"
  return missing;
}

void resolvePythonExceptions() {
#define PY_FUNCTION(Result, Name, Parameters)
#define PY_OBJECT(Name)
#define PY_VARIABLE(Type, Name)
#define PY_EXCEPTION(Name) py.Name = *reinterpret_cast<PyObject **>(py.Name);
#include "Api.def"
}
