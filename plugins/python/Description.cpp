//===- Description.cpp - what Python may know of procedures of Lisp -------===//
//
// Names, signatures and docstrings, and where the arguments of a call with keywords
// belong.
//
//===----------------------------------------------------------------------===//

#include "Description.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <unordered_map>

static const plc_host *host() { return thePython.host; }

namespace {

/// The descriptions that were made, by what they were made of: each closure that is
/// handed over has one. The GIL guards them. Not released at exit: Python may be gone.
auto &descriptions = *new std::unordered_map<std::string, PyObject *>;
constexpr size_t kMostDescriptions = 4096;

} // namespace

PyObject *describeProcedure(plc_value procedure, PyObject *member) {
  plc_procedure_note note;
  int64_t bounds[2];
  host()->procedure_note(host(), procedure, &note);
  host()->procedure_arity(host(), procedure, &bounds[0], &bounds[1]);
  std::string_view name = note.name ? note.name : "lambda", parameters, docstring;
  if (member) {
    Py_ssize_t bytes;
    const char *text = py.PyUnicode_AsUTF8AndSize(member, &bytes);
    if (!text)
      return nullptr;
    name = std::string_view(text, size_t(bytes));
  }
  if (note.parameters)
    parameters = std::string_view(note.parameters, note.parameters_bytes);
  if (note.docstring)
    docstring = note.docstring;
  std::string key(reinterpret_cast<const char *>(bounds), sizeof bounds);
  key.append(name).append(1, '\0').append(parameters).append(1, '\0');
  key.append(docstring);
  auto known = descriptions.find(key);
  if (known != descriptions.end())
    return retain(known->second);
  auto text = [](std::string_view utf8) {
    return utf8.data() ? py.PyUnicode_DecodeUTF8(
                             utf8.data(), Py_ssize_t(utf8.size()), "surrogatepass")
                       : retain(none());
  };
  Owned parts[] = {Owned(text(name)), Owned(text(parameters)),
                   Owned(text(docstring)),
                   Owned(py.PyLong_FromLongLong(bounds[0])),
                   Owned(py.PyLong_FromLongLong(bounds[1]))};
  PyObject *arguments[5];
  for (size_t i = 0; i < 5; ++i)
    if (!(arguments[i] = parts[i].get()))
      return nullptr;
  PyObject *made = callSupport("procedure_description", arguments, 5);
  if (made) {
    if (descriptions.size() >= kMostDescriptions) {
      for (auto &[old, description] : descriptions)
        release(description);
      descriptions.clear();
    }
    if (descriptions.try_emplace(std::move(key), made).second)
      retain(made);
  }
  return made;
}

/// Sets a TypeError that begins with the name. False.
static bool failCall(PyObject *description, const std::string &what) {
  char *name;
  Py_ssize_t bytes;
  if (py.PyBytes_AsStringAndSize(py.PyTuple_GetItem(description, DescribedText),
                                 &name, &bytes) == 0)
    py.PyErr_SetString(py.PyExc_TypeError, (name + ("() " + what)).c_str());
  return false;
}

bool PlacedArguments::place(plc_value procedure, PyObject *description,
                            PyObject *const *args, size_t count,
                            PyObject *keywords) {
  PyObject *names = py.PyTuple_GetItem(description, DescribedNames);
  size_t known = size_t(py.PyTuple_Size(names));
  bool takesOthers = py.PyTuple_GetItem(description, DescribedTakesOthers) ==
                     py._Py_TrueStruct;
  auto textOf = [](PyObject *name) {
    Py_ssize_t bytes;
    const char *text = py.PyUnicode_AsUTF8AndSize(name, &bytes);
    return "'" + (text ? std::string(text, size_t(bytes)) : "?") + "'";
  };
  values.assign(args, args + count);
  bool isDouble = false;
  for (size_t i = 0; i < size_t(py.PyTuple_Size(keywords)); ++i) {
    PyObject *name = py.PyTuple_GetItem(keywords, Py_ssize_t(i));
    size_t at = 0;
    while (at < known && py.PyUnicode_Compare(py.PyTuple_GetItem(
                             names, Py_ssize_t(at)), name) != 0)
      ++at;
    if (at < known && at >= count) {
      if (values.size() <= at)
        values.resize(at + 1);
      values[at] = args[count + i];
    } else {
      others.push_back(i);
      isDouble |= at < known;
    }
  }
  int64_t least, most;
  host()->procedure_arity(host(), procedure, &least, &most);
  size_t total = values.size() + 2 * others.size();
  if (!others.empty() && !takesOthers &&
      (total < size_t(least) || total > size_t(most)))
    return failCall(description,
                    (isDouble ? "got multiple values for argument "
                              : "got an unexpected keyword argument ") +
                        textOf(py.PyTuple_GetItem(
                            keywords, Py_ssize_t(others.back()))));
  // Names would take the places of what is missing.
  if (!others.empty() && takesOthers &&
      values.size() < std::min(size_t(least), known))
    values.resize(size_t(least));
  for (size_t i = 0; i < values.size(); ++i)
    if (!values[i])
      return failCall(description, "is missing the argument " +
                                    textOf(py.PyTuple_GetItem(names, Py_ssize_t(i))));
  return true;
}
