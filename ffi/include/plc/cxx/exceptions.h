/// \file
/// Exceptions of C++ as foreign errors: their names, those of their bases, and the
/// object that was thrown. What the compiler says at run time of a class is enough:
/// no header need declare what a library throws.
#ifndef PLC_CXX_EXCEPTIONS_H
#define PLC_CXX_EXCEPTIONS_H

#include "plc/cxx/classes.h"

#include <cstdio>
#include <cstring>
#include <vector>

namespace plc {
namespace cxx __attribute__((visibility("hidden"))) {

/// Calls use(base) for each public base class.
template <class F> void eachBase(const std::type_info &type, F use) {
#ifdef __GLIBCXX__
  if (auto *one = dynamic_cast<const abi::__si_class_type_info *>(&type))
    use(*one->__base_type);
  else if (auto *some = dynamic_cast<const abi::__vmi_class_type_info *>(&type))
    for (unsigned i = 0; i < some->__base_count; ++i)
      if (some->__base_info[i].__is_public_p())
        use(*some->__base_info[i].__base_type);
#endif
}

/// The type and all by which it can be caught, nearest first.
inline std::vector<const std::type_info *>
typesOf(const std::type_info &type) {
  std::vector<const std::type_info *> types = {&type};
  for (size_t i = 0; i < types.size(); ++i)
    eachBase(*types[i], [&](const std::type_info &base) {
      for (const std::type_info *known : types)
        if (*known == base)
          return;
      types.push_back(&base);
    });
  return types;
}

/// What is thrown, of that type and at that address, as a T; null if a handler of
/// `const T &` would not catch it. To throw it again would cost as much as the throw.
template <class T>
const T *caughtAs(const std::type_info &type, void *address) {
#ifdef __GLIBCXX__
  return typeid(T).__do_catch(&type, &address, 1) ? static_cast<T *>(address)
                                                  : nullptr;
#else
  try {
    throw;
  } catch (const T &x) {
    return &x;
  } catch (...) {
    return nullptr;
  }
#endif
}

/// A class that something thrown has; kept for ever.
struct ThrownClass {
  plc_shim_class type = {};
  std::string name;
  const std::type_info *info;
  ThrownClass *next;
  bool hasOperations = false; ///< those that shims have for the class
  /// What handlers of these would catch it, found once: an exception of the library,
  /// one that may hold others, what shims throw.
  bool isException, mayNest, isOurs;
  bool isClass = true;        ///< no number, pointer or enum
  /// Where in it the std::exception is, once one was seen.
  bool isPlaced = false;
  ptrdiff_t exceptionAt = 0;
  plc_root names = 0;         ///< of the types by which it can be caught
};
inline ThrownClass *thrownClasses;

/// What is thrown lives as long as any exception_ptr, which is its address.
inline plc_status dropThrown(void *address, plc_error *) {
  std::exception_ptr thrown;
  static_assert(sizeof thrown == sizeof address);
  memcpy(static_cast<void *>(&thrown), &address, sizeof address);
  return PLC_OK;
}

/// From a class to a base of it.
struct Step {
  const std::type_info *from, *to;
};
inline void *castByStep(void *address, const void *data) {
#ifdef __GLIBCXX__
  auto *step = static_cast<const Step *>(data);
  if (step->to->__do_catch(step->from, &address, 1))
    return address;
#endif
  return nullptr;
}

inline ThrownClass *thrownClass(const std::type_info &info) {
  for (ThrownClass *known = thrownClasses; known; known = known->next)
    if (known->info == &info)
      return known;
  auto *made = new ThrownClass;
  made->name = demangled(info.name());
  made->type.name = made->name.c_str();
  made->type.destroy = dropThrown;
  made->type.hash = [](const void *address) -> uint64_t {
    return reinterpret_cast<uintptr_t>(address);
  };
  made->info = &info;
#ifdef __GLIBCXX__
  auto isBelow = [&, types = typesOf(info)](const std::type_info &base) {
    for (const std::type_info *type : types)
      if (*type == base)
        return true;
    return false;
  };
  made->isException = isBelow(typeid(std::exception));
  made->mayNest = isBelow(typeid(std::nested_exception));
  made->isOurs = isBelow(typeid(LispThrow)) || isBelow(typeid(Failure));
  made->isClass = dynamic_cast<const abi::__class_type_info *>(&info);
#else
  made->isException = made->mayNest = made->isOurs = true; // nobody knows
#endif
  made->next = thrownClasses;
  thrownClasses = made;
  eachBase(info, [&](const std::type_info &base) {
    shims->add_base(&made->type, &thrownClass(base)->type, castByStep,
                    new Step{&info, &base});
  });
  return made;
}

/// A number or text that was thrown, if the type is one of T.
template <class... T>
bool readPlain(const std::type_info &type, void *address, plc_value &value,
               std::string &text) {
  auto read = [&]<class One>(One *x) {
    if (type != typeid(One))
      return false;
    value = Convert<One>::to(*x);
    if constexpr (std::is_same_v<One, bool>) {
      text = *x ? "true" : "false";
    } else if constexpr (std::is_floating_point_v<One>) {
      char digits[40];
      snprintf(digits, sizeof digits, "%Lg", static_cast<long double>(*x));
      text = digits;
    } else if constexpr (std::is_arithmetic_v<One>) {
      text = std::to_string(*x);
    } else if constexpr (std::is_pointer_v<One>) {
      text = *x ? *x : "";
    } else {
      text = *x;
    }
    return true;
  };
  return (read(static_cast<T *>(address)) || ...);
}

/// What an exception says, and those that it was made of.
inline std::string messageOf(const std::exception &e) {
  std::string text = e.what();
  auto *outer = dynamic_cast<const std::nested_exception *>(&e);
  if (!outer || !outer->nested_ptr())
    return text;
  try {
    outer->rethrow_nested();
  } catch (const std::exception &inner) {
    return text + ": " + messageOf(inner);
  } catch (...) {
    return text + ": a `" +
           demangled(abi::__cxa_current_exception_type()->name()) +
           "` was thrown";
  }
}

/// What was thrown as an exception of the library; null if it is none.
inline const std::exception *exceptionIn(ThrownClass &known, void *address) {
#ifdef __GLIBCXX__
  if (known.isException && !known.isPlaced) {
    auto *e = caughtAs<std::exception>(*known.info, address);
    known.isException = e; // it may be so in two ways
    known.isPlaced = true;
    if (e)
      known.exceptionAt = reinterpret_cast<const char *>(e) - static_cast<char *>(address);
  }
  return known.isException ? reinterpret_cast<const std::exception *>(
                                 static_cast<char *>(address) + known.exceptionAt)
                           : nullptr;
#else
  return caughtAs<std::exception>(*known.info, address);
#endif
}

/// Another name of a class of exceptions; kept for ever.
struct ErrorName {
  const std::type_info *type;
  const char *name;
  ErrorName *next;
};
inline ErrorName *errorNames, **lastErrorName = &errorNames;
inline void nameError(const std::type_info &type, const char *name) {
  *lastErrorName = new ErrorName{&type, name, nullptr};
  lastErrorName = &(*lastErrorName)->next;
  for (ThrownClass *known = thrownClasses; known; known = known->next) {
    if (known->names) // of the class or one below it
      host()->drop(host(), known->names);
    known->names = 0;
  }
}

/// A list of the names of all types by which a handler can catch it.
inline plc_value namesOf(ThrownClass &known) {
  if (!known.names) {
    std::vector<const std::type_info *> types = typesOf(*known.info);
    plc_value list = PLC_NULL;
    std::vector<std::string> names;
    for (const std::type_info *type : types) {
      for (const ErrorName *each = errorNames; each; each = each->next)
        if (*each->type == *type)
          names.push_back(each->name);
      names.push_back(demangled(type->name()));
    }
    for (size_t i = names.size(); i-- > 0;)
      list = host()->cons(host(), textValue(names[i]), list);
    known.names = host()->hold(host(), list);
  }
  return host()->held(host(), known.names);
}

/// An instance of a class that was thrown, which lives as long as the reference.
inline plc_value thrownObject(ThrownClass &known, std::exception_ptr thrown,
                              void *address) {
  if (!known.hasOperations)
    if (const plc_shim_class *shown = shims->find_class(known.name.c_str())) {
      plc_shim_class own = known.type;
      known.type = *shown;
      known.type.name = own.name;
      known.type.info = own.info;
      known.type.destroy = own.destroy;
      known.hasOperations = true;
    }
  auto *object =
      static_cast<plc_shim_object *>(malloc(sizeof(plc_shim_object)));
  if (!object)
    throw std::bad_alloc();
  *object = {&known.type, address, true, false, nullptr, 0,
             nullptr,      nullptr, nullptr};
  new (&thrown) std::exception_ptr; // the object has it
  return shims->reference(shims->plugin, object);
}

inline plc_status describe(plc_error *error) noexcept {
  auto fail = [&](plc_status status, const char *type, const char *text) {
    return host()->fail(host(), error, status, type, text);
  };
  try {
    const std::type_info *type = abi::__cxa_current_exception_type();
    if (!type)
      return fail(PLC_E_FOREIGN, "foreign exception",
                  "an exception of another language");
    std::exception_ptr thrown = std::current_exception();
    // Which is a pointer to the object.
    void *address;
    memcpy(&address, &thrown, sizeof address);
    ThrownClass &known = *thrownClass(*type);
    if (known.isOurs) {
      if (auto *lisp = caughtAs<LispThrow>(*type, address)) {
        error->token = lisp->token->value();
        return PLC_E_LISP;
      }
      if (auto *failure = caughtAs<Failure>(*type, address))
        return fail(failure->status, nullptr, failure->text.c_str());
    }
    std::string text;
    const char *said = nullptr;
    plc_value value = PLC_FALSE;
    bool isPlain = false;
    if (const std::exception *e = exceptionIn(known, address)) {
      if (known.mayNest)
        text = messageOf(*e);
      else
        said = e->what();
    } else {
      isPlain =
          readPlain<bool, char, signed char, unsigned char, short,
                    unsigned short, int, unsigned, long, unsigned long,
                    long long, unsigned long long, float, double, long double,
                    std::string, const char *>(*type, address, value, text);
    }
    if (!said)
      said = text.c_str();
    if (!*said && !isPlain) {
      text = "a `" + known.name + "` was thrown";
      said = text.c_str();
    }
    plc_status status = fail(PLC_E_FOREIGN, nullptr, said);
    if (!isPlain && known.isClass)
      value = thrownObject(known, std::move(thrown), address);
    error->type = namesOf(known);
    error->value = value;
    return status;
  } catch (...) { // what() threw, or there is no memory
    return fail(PLC_E_FOREIGN, nullptr, "an exception that cannot be described");
  }
}

/// What a file of shims begins with. All exceptions of the library say something.
inline void start(const void *host) {
  shims = static_cast<const plc_shim_host *>(host);
  static plc_shim_use *const what =
      [](plc_value, plc_shim_object *object, const plc_value *, size_t,
         plc_value *result, plc_error *error) -> plc_status {
    return guarded(error, [&] {
      *result =
          textValue(static_cast<std::exception *>(object->address)->what());
      return PLC_OK;
    });
  };
  addMember<std::exception>("what", what, nullptr, nullptr);
}

} // namespace cxx
} // namespace plc
#endif // PLC_CXX_EXCEPTIONS_H
