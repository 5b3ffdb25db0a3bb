/// \file
/// C++ shims: instances of classes as references.
#ifndef PLC_CXX_OBJECTS_H
#define PLC_CXX_OBJECTS_H

#include "plc/cxx/errors.h"

#include <cstdlib>
#include <new>
#include <type_traits>

namespace plc {
namespace cxx __attribute__((visibility("hidden"))) {

/// How well a value suits a type: less is better.
enum Rank : int {
  Exact,
  Promotion,
  Conversion,
  Narrow, ///< to a type that has room for this value but not for all
  Loose,
  Impossible = 100
};

/// The class of instances of T.
template <class T> plc_shim_class *classOf();

/// Whose part a result may be: the object of a method, PLC_FALSE for none, and what
/// was passed.
struct Owner {
  plc_value reference = PLC_FALSE;
  const plc_value *args = nullptr;
  size_t count = 0;
  bool isConst = false; ///< what the result refers to
  /// Some argument was made for the call, of text or data of Lisp.
  bool hasTemporary() const {
    for (size_t i = 0; i < count; ++i)
      if (plc_is_pointer(args[i]) && !plc_is_flonum(args[i]) &&
          !plc_is_reference(args[i], shims->plugin))
        return true;
    return false;
  }
};

inline plc_shim_object *shimObject(plc_value reference) {
  return reinterpret_cast<plc_shim_object *>(plc_reference_handle(reference));
}
inline bool isAlive(const plc_shim_object *object) {
  for (; object; object = object->parent)
    if (!object->address)
      return false;
  return true;
}
inline bool isConstObject(plc_value v) {
  return plc_is_reference(v, shims->plugin) && shimObject(v)->is_const;
}

/// What a new reference keeps alive: the only object there was, or all of them.
inline void keepOwner(plc_shim_object *object, const Owner &owner) {
  plc_value keeps = owner.reference, only = owner.reference;
  size_t objects = keeps != PLC_FALSE;
  for (size_t i = 0; i < owner.count; ++i) {
    if (!plc_is_reference(owner.args[i], shims->plugin))
      continue;
    only = owner.args[i];
    if (objects == 1)
      keeps = host()->cons(host(), keeps, PLC_NULL);
    keeps = objects++ ? host()->cons(host(), only, keeps) : only;
  }
  if (objects == 0)
    return;
  // Which one it is a part of is known of one alone, and of a method's object.
  plc_value whole = owner.reference != PLC_FALSE ? owner.reference : only;
  if (objects == 1 || owner.reference != PLC_FALSE) {
    object->parent = shimObject(whole);
    object->is_const |= object->parent->is_const;
  }
  object->parent_root = host()->hold(host(), keeps);
}

/// A reference to an object at an address.
template <class T>
plc_value reference(T *address, bool isOwned, Owner owner = {}) {
  auto *object =
      static_cast<plc_shim_object *>(malloc(sizeof(plc_shim_object)));
  if (!object)
    throw std::bad_alloc();
  *object = {classOf<std::remove_const_t<T>>(),
             const_cast<std::remove_const_t<T> *>(address),
             isOwned,
             std::is_const_v<T> || owner.isConst,
             nullptr,
             0,
             nullptr,
             nullptr,
             nullptr};
  keepOwner(object, owner);
  return shims->reference(shims->plugin, object);
}

/// An object that lives on. What a function returns by reference to const may be
/// what was made for the call: that is copied.
template <class T> plc_value valueOf(T &x, Owner owner) {
  if constexpr (std::is_copy_constructible_v<T>)
    if (owner.isConst && owner.hasTemporary())
      return reference(new T(x), true);
  return reference(&x, false, owner);
}

/// What v refers to if that is a T and no part of anything, as nearly always.
template <class T>
[[gnu::always_inline]] inline plc_shim_object *usualObject(plc_value v) {
  if (!plc_is_reference(v, shims->plugin))
    return nullptr;
  plc_shim_object *object = shimObject(v);
  return object->type == classOf<T>() && !object->parent && object->address
             ? object
             : nullptr;
}

/// The object that v refers to as a T; null if it is none.
template <class T> T *objectIn(plc_value v, int &depth) {
  if (plc_shim_object *usual = usualObject<T>(v)) {
    depth = 0;
    return static_cast<T *>(usual->address);
  }
  if (!plc_is_reference(v, shims->plugin))
    return nullptr;
  return static_cast<T *>(shims->cast(shimObject(v), classOf<T>(), &depth));
}

template <class T> [[noreturn, gnu::cold]] void refuseObject(plc_value v) {
  std::string name = "`" + demangled(typeid(T).name()) + "`";
  if (plc_is_reference(v, shims->plugin) && !isAlive(shimObject(v)))
    throw Failure{PLC_E_RANGE, "this " + name + " was destroyed"};
  refuse("an object of the class " + name + " is needed here");
}

template <class T>
[[gnu::noinline]] T *rareInstance(plc_value v, bool mayChange,
                                  const char *method) {
  int depth;
  T *object = objectIn<T>(v, depth);
  if (!object)
    refuseObject<T>(v);
  if (mayChange && isConstObject(v))
    refuse(method ? "this object is const, and " + std::string(method) +
                        " may change it"
                  : "this `" + demangled(typeid(T).name()) + "` is const");
  return object;
}

/// The instance that v refers to, for a method or an assignment that may change
/// it.
template <class T>
[[gnu::always_inline]] inline T *changeable(plc_value v,
                                            const char *method = nullptr) {
  plc_shim_object *object = usualObject<T>(v);
  return object && !object->is_const ? static_cast<T *>(object->address)
                                     : rareInstance<T>(v, true, method);
}
/// The same for a call that does not.
template <class T>
[[gnu::always_inline]] inline const T *unchanged(plc_value v) {
  plc_shim_object *object = usualObject<T>(v);
  return object ? static_cast<const T *>(object->address)
                : rareInstance<T>(v, false, nullptr);
}

/// Conversions of a type without qualifiers: rank(v), from(v), to(x). What has no
/// other one is a class, whose instances are references.
template <class T> struct Convert {
  static int rank(plc_value v) {
    int depth;
    if (!objectIn<T>(v, depth))
      return Impossible;
    return depth == 0 ? Exact : Promotion + depth;
  }
  static T &from(plc_value v) {
    int depth;
    T *object = objectIn<T>(v, depth);
    if (!object)
      refuseObject<T>(v);
    return *object;
  }
  /// A new object is Lisp's, another one is somebody's.
  template <class U> static plc_value to(U &&x, Owner owner = {}) {
    if constexpr (std::is_lvalue_reference_v<U>)
      return valueOf(x, owner);
    else
      return reference(new T(std::move(x)), true);
  }
};

/// A pointer to an instance, which somebody owns, or nil.
template <class T>
  requires std::is_class_v<T>
struct Convert<T *> {
  static int rank(plc_value v) {
    return v == PLC_NIL                               ? int(Conversion)
           : !std::is_const_v<T> && isConstObject(v) ? int(Impossible)
                                                     : Convert<std::remove_const_t<T>>::rank(v);
  }
  static T *from(plc_value v) {
    if (!std::is_const_v<T> && isConstObject(v))
      refuse("this object is const");
    return v == PLC_NIL ? nullptr
                        : &Convert<std::remove_const_t<T>>::from(v);
  }
  static plc_value to(T *object, Owner owner = {}) {
    if (!object)
      return PLC_NIL;
    return reference(object, false, owner);
  }
};

/// What a constructor has made.
template <class T> struct Made {
  T *object;
};
template <class T> struct Convert<Made<T>> {
  static plc_value to(Made<T> made) { return reference(made.object, true); }
};

} // namespace cxx
} // namespace plc
#endif // PLC_CXX_OBJECTS_H
