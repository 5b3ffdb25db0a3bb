//===- Find.h - which Python is used ----------------------------*- C++ -*-===//
#ifndef PLC_PLUGIN_PYTHON_FIND_H
#define PLC_PLUGIN_PYTHON_FIND_H

#include <functional>
#include <string>
#include <vector>

/// Of the versions 3.x that are served.
constexpr int kOldestPython = 11, kNewestPython = 13;

struct PythonPlace {
  std::string executable; ///< as the interpreter calls itself
  std::string version;    ///< "3.11.2"
  int minor = 0;
  std::string library; ///< libpython, a file or a name for the dynamic linker
  /// Named by PLC_PYTHON or VIRTUAL_ENV.
  bool isOfUser = false;
};

/// The interpreter of PLC_PYTHON, the one that the program was built with, that
/// of the folder .plc/venv here or above, of VIRTUAL_ENV, or python3 on the path,
/// asked where its library is.
/// \returns false, and one line with what is wrong and what to do
bool findPython(PythonPlace &place, std::string &problem);

/// The interpreter of the environment that the program was built with.
void useEnvironment(const char *python);

/// Standard output of a program, which must end with status 0.
bool outputOf(const std::vector<const char *> &command, std::string &output);
/// Calls `tell` with each line that a program writes, also those about errors.
bool eachLineOf(const std::vector<const char *> &command,
                const std::function<void(const std::string &)> &tell);
std::vector<std::string> linesOf(const std::string &text);

#endif // PLC_PLUGIN_PYTHON_FIND_H
