//===- Find.h - which Python is used ----------------------------*- C++ -*-===//
#ifndef PLC_PLUGIN_PYTHON_FIND_H
#define PLC_PLUGIN_PYTHON_FIND_H

#include <string>

struct PythonPlace {
  std::string executable; ///< as the interpreter calls itself
  std::string version;    ///< "3.11.2"
  int minor = 0;
  std::string library; ///< libpython, a file or a name for the dynamic linker
};

/// The interpreter of PLC_PYTHON, of the folder .plc/venv here or above, of
/// VIRTUAL_ENV, or python3 on the path, asked where its library is.
/// \returns false, and one line with what is wrong and what to do
bool findPython(PythonPlace &place, std::string &problem);

#endif // PLC_PLUGIN_PYTHON_FIND_H
