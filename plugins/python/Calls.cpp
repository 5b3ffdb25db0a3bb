//===- Calls.cpp - members of objects and calls of them -------------------===//
//
// What is done most often, so that it costs what it costs in C.
//
//===----------------------------------------------------------------------===//

#include "Layout.h"

namespace {

//===--- Members of modules -----------------------------------------------===//

/// A member of a module that was found in its dict; it is as long as the dict
/// has not changed. Few places of a program ask for members of modules.
struct ModuleMember {
  plc_value name;
  PyObject *module; ///< held: its address is not another object's
  PyObject *dict;
  uint64_t version;
  PyObject *member; ///< the dict's
};
ModuleMember moduleMembers[256];

ModuleMember &placeOf(PyObject *module, plc_value name) {
  return moduleMembers[(uintptr_t(module) >> 4 ^ name >> 4) & 255];
}

/// The member, borrowed; null, and no error, if it has to be asked for.
[[gnu::noinline]] PyObject *findModuleMember(PyObject *module, plc_value name,
                                             PyObject *text) {
  PyObject *dict = py.PyModule_GetDict(module);
  PyObject *member = dict ? py.PyDict_GetItemWithError(dict, text) : nullptr;
  if (!member) {
    py.PyErr_Clear();
    return nullptr;
  }
  ModuleMember &place = placeOf(module, name);
  if (place.module != module) {
    Owned old(place.module);
    place.module = retain(module);
  }
  place.name = name;
  place.dict = dict;
  place.version = versionOf(dict);
  place.member = member;
  return member;
}

inline PyObject *moduleMember(PyObject *object, plc_value name) {
  if (object->type != typeObject(py.PyModule_Type) || !thePython.isLayoutKnown)
    return nullptr;
  ModuleMember &place = placeOf(object, name);
  if (place.module == object && place.name == name &&
      versionOf(place.dict) == place.version)
    return place.member;
  PyObject *text = memberNameOf(name);
  if (text)
    return findModuleMember(object, name, text);
  py.PyErr_Clear();
  return nullptr;
}

plc_status get(plc_plugin *, plc_value object, plc_value name,
               plc_value *result, plc_error *error) {
  Operation operation;
  PyObject *from = referent(object);
  if (PyObject *member = moduleMember(from, name))
    return finish(retain(member), result, error);
  PyObject *text = memberNameOf(name);
  if (!text)
    return noName(error);
  Owned value(foreign([&] { return py.PyObject_GetAttr(from, text); }));
  if (!value)
    return noMember(from, text, error);
  return toLisp(value.get(), result) ? PLC_OK : takeError(error);
}

//===--- Arguments --------------------------------------------------------===//

[[gnu::noinline]] PyObject *otherArgument(plc_value v) {
  return plc_is_procedure(v) ? functionOf(v) : toPython(v);
}
[[gnu::always_inline]] inline PyObject *argumentOfCall(plc_value v) {
  return argumentToPython(v, otherArgument);
}

/// The arguments of a call as objects of Python, on the stack. Word 0 is free
/// for who is called, word 1 for a receiver.
class Arguments {
public:
  Arguments(const plc_value *args, size_t positional, size_t keywords);
  ~Arguments() {
    for (size_t i = 2; i < 2 + count; ++i)
      release(objects[i]);
    if (objects != few)
      delete[] objects;
  }
  bool isGood = true;
  size_t count = 0; ///< that have been converted
  PyObject **objects;
  Owned names; ///< of the keywords

private:
  static constexpr size_t Few = 12;
  PyObject *few[Few + 2];
};

Arguments::Arguments(const plc_value *args, size_t positional,
                     size_t keywords) {
  size_t all = positional + keywords;
  objects = all <= Few ? few : new PyObject *[all + 2];
  auto add = [&](plc_value v) {
    PyObject *object = argumentOfCall(v);
    if (object)
      objects[2 + count++] = object;
    return object != nullptr;
  };
  for (size_t i = 0; isGood && i < positional; ++i)
    isGood = add(args[i]);
  if (!isGood || !keywords)
    return;
  names = Owned(py.PyTuple_New(Py_ssize_t(keywords)));
  isGood = bool(names);
  for (size_t i = 0; isGood && i < keywords; ++i) {
    PyObject *name = parameterOf(args[positional + 2 * i]);
    isGood = name && add(args[positional + 2 * i + 1]);
    if (isGood)
      py.PyTuple_SetItem(names.get(), Py_ssize_t(i), retain(name));
  }
}

//===--- Calls ------------------------------------------------------------===//

/// Calls with so many positional arguments are as quick as in C.
constexpr size_t kFew = 6;

/// A call with so many arguments, few: `call` is given words of which the first is
/// free, the second for a receiver, and then the arguments; and their count.
template <typename Call>
[[gnu::always_inline]] inline PyObject *
withArguments(const plc_value *args, size_t count, Call call) {
  PyObject *words[kFew + 2];
  size_t done = 0;
  while (done < count && (words[2 + done] = argumentOfCall(args[done])))
    ++done;
  PyObject *value = nullptr;
  if (done == count)
    value = foreign([&] { return call(words, count); });
  while (done-- > 0)
    releaseValue(words[2 + done]);
  return value;
}
/// The same; most calls have one argument: no loops for that.
template <typename Call>
[[gnu::always_inline]] inline PyObject *
withFew(const plc_value *args, size_t count, Call call) {
  return count == 1 ? withArguments(args, 1, call)
                    : withArguments(args, count, call);
}

[[gnu::noinline]] PyObject *callWithMany(PyObject *callable,
                                         const plc_value *args,
                                         size_t positional, size_t keywords) {
  Arguments arguments(args, positional, keywords);
  return arguments.isGood ? foreign([&] {
    return callObject(callable, arguments.objects + 2,
                      positional | PY_VECTORCALL_ARGUMENTS_OFFSET,
                      arguments.names.get());
  })
                          : nullptr;
}

/// \pre the callable stays where it is until the call returns
[[gnu::always_inline]] inline PyObject *callWith(PyObject *callable,
                                                 const plc_value *args,
                                                 size_t positional,
                                                 size_t keywords) {
  if (positional > kFew || keywords)
    return callWithMany(callable, args, positional, keywords);
  return withFew(args, positional, [=](PyObject **words, size_t count) {
    return callObject(callable, words + 2,
                      count | PY_VECTORCALL_ARGUMENTS_OFFSET, nullptr);
  });
}

/// After a call that failed because it asked for the frame of its caller or for the
/// loop that runs, which Lisp has not: it is called once more from a frame of Python,
/// in `__main__`, or as from that loop. See caller_for: not what may have done more.
[[gnu::noinline]] PyObject *
callOnceMore(PyObject *callable, const plc_value *args, size_t positional,
             size_t keywords) {
  PyObject *type, *raised, *traceback;
  py.PyErr_Fetch(&type, &raised, &traceback);
  py.PyErr_NormalizeException(&type, &raised, &traceback);
  PyObject *question[] = {raised, callable};
  Owned caller(callSupport("caller_for", question, 2));
  if (!caller || caller.get() == none()) {
    py.PyErr_Clear();
    py.PyErr_Restore(type, raised, traceback);
    return nullptr;
  }
  Owned dropped[] = {type, raised, traceback};
  Arguments arguments(args, positional, keywords);
  if (!arguments.isGood)
    return nullptr;
  arguments.objects[1] = callable;
  return foreign([&] {
    return py.PyObject_Vectorcall(
        caller.get(), arguments.objects + 1,
        (positional + 1) | PY_VECTORCALL_ARGUMENTS_OFFSET,
        arguments.names.get());
  });
}

inline bool mayCallOnceMore() {
  return py.PyErr_ExceptionMatches(py.PyExc_ValueError) ||
         py.PyErr_ExceptionMatches(py.PyExc_AttributeError) ||
         py.PyErr_ExceptionMatches(py.PyExc_RuntimeError);
}

/// Of a call that failed: what it returns after all, or null.
inline PyObject *callAgain(PyObject *callable, const plc_value *args,
                           size_t positional, size_t keywords) {
  return mayCallOnceMore()
             ? callOnceMore(callable, args, positional, keywords)
             : nullptr;
}

plc_status call(plc_plugin *, plc_value callee, const plc_value *args,
                size_t positional, size_t keywords, plc_value *result,
                plc_error *error) {
  Operation operation;
  PyObject *callable = referent(callee);
  PyObject *value = callWith(callable, args, positional, keywords);
  if (!value)
    value = callAgain(callable, args, positional, keywords);
  return finish(value, result, error);
}

/// The method of a call that failed: a property is not to be read again.
struct FailedMethod {
  Owned method;
  bool isMissing = false; ///< asking for it has failed
  bool isUnbound = false; ///< it is to be given the receiver, too
};

/// A call of a method: `words` as of withArguments. Not PyObject_VectorcallMethod, which
/// does not tell what failed.
[[gnu::always_inline]] inline PyObject *
callMethodOf(PyObject *receiver, PyObject *name, PyObject **words, size_t count,
             PyObject *keywords, FailedMethod &failed) {
  PyObject *method = nullptr;
  size_t more = size_t(py._PyObject_GetMethod(receiver, name, &method));
  if (__builtin_expect(!method, false)) {
    failed.isMissing = true;
    return nullptr;
  }
  words[1] = receiver;
  PyObject *value =
      callObject(method, words + 2 - more,
                 (count + more) | PY_VECTORCALL_ARGUMENTS_OFFSET, keywords);
  if (__builtin_expect(value != nullptr, 1)) {
    release(method);
  } else {
    failed.method = Owned(method);
    failed.isUnbound = more;
  }
  return value;
}

[[gnu::noinline]] PyObject *
callMethodWithMany(PyObject *receiver, PyObject *name, const plc_value *args,
                   size_t positional, size_t keywords, FailedMethod &failed) {
  Arguments arguments(args, positional, keywords);
  return arguments.isGood ? foreign([&] {
    return callMethodOf(receiver, name, arguments.objects, positional,
                        arguments.names.get(), failed);
  })
                          : nullptr;
}

/// After a call that failed: the method itself may be missing, or something in
/// it, or it is none.
[[gnu::noinline]] plc_status failedMethod(PyObject *receiver, PyObject *name,
                                          const FailedMethod &failed,
                                          plc_error *error) {
  if (failed.isMissing && py.PyErr_ExceptionMatches(py.PyExc_AttributeError))
    return noMember(receiver, name, error);
  PyObject *method = failed.method.get();
  bool isAttribute = method && py.PyErr_ExceptionMatches(py.PyExc_TypeError) &&
                     !py.PyCallable_Check(method);
  plc_status status = takeError(error);
  if (isAttribute) {
    PyObject *arguments[] = {method, name};
    Owned text(callSupport("not_callable", arguments, 2));
    if (!text || !toLisp(text.get(), &error->message))
      py.PyErr_Clear();
  }
  return status;
}

/// See callOnceMore.
[[gnu::noinline]] PyObject *
callMethodOnceMore(PyObject *receiver, PyObject *name, const FailedMethod &failed,
                   const plc_value *args, size_t positional, size_t keywords) {
  PyObject *type, *raised, *traceback;
  py.PyErr_Fetch(&type, &raised, &traceback);
  Owned method(failed.isUnbound ? py.PyObject_GetAttr(receiver, name)
                                : retain(failed.method.get()));
  py.PyErr_Clear();
  py.PyErr_Restore(type, raised, traceback);
  return method ? callOnceMore(method.get(), args, positional, keywords) : nullptr;
}

plc_status callMethod(plc_plugin *, plc_value object, plc_value name,
                      const plc_value *args, size_t positional,
                      size_t keywords, plc_value *result, plc_error *error) {
  Operation operation;
  PyObject *receiver = referent(object);
  if (PyObject *member = moduleMember(receiver, name)) {
    // The call may take it out of the module.
    retain(member);
    PyObject *value = callWith(member, args, positional, keywords);
    if (!value)
      value = callAgain(member, args, positional, keywords);
    release(member);
    return finish(value, result, error);
  }
  PyObject *text = memberNameOf(name);
  if (!text)
    return noName(error);
  // See setIndex.
  Owned held(retain(receiver));
  FailedMethod failed;
  PyObject *value =
      positional > kFew || keywords
          ? callMethodWithMany(receiver, text, args, positional, keywords, failed)
          : withFew(args, positional, [&](PyObject **words, size_t count) {
              return callMethodOf(receiver, text, words, count, nullptr, failed);
            });
  if (!value && failed.method && mayCallOnceMore())
    value = callMethodOnceMore(receiver, text, failed, args, positional, keywords);
  return value ? finish(value, result, error)
               : failedMethod(receiver, text, failed, error);
}

} // namespace

void fillCalls(plc_plugin &table) {
  table.get = get;
  table.call = call;
  table.call_method = callMethod;
}
