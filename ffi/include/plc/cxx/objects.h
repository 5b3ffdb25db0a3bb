/// \file
/// C++ shims: instances of classes as references.
#ifndef PLC_CXX_OBJECTS_H
#define PLC_CXX_OBJECTS_H

#include "plc/cxx/errors.h"

#include <concepts>
#include <cstdlib>
#include <forward_list>
#include <memory>
#include <new>
#include <optional>
#include <string>
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
  Data = 40, ///< an instance is made of Lisp data, as of the elements of a list
  Misfit = 55, ///< the same, of data with an element that does not suit
  User = 60, ///< it is made by a conversion that its class has
  Impossible = 1000
};

/// The class of instances of T.
template <class T> plc_shim_class *classOf();

/// What the library says of its containers whether their elements can or not.
template <class T>
concept Comparable = requires(const T &x) { bool(x == x); };
template <class T>
concept Ordered = requires(const T &x) { bool(x < x); };
#define PLC_OF_ELEMENTS(Has, Can)                                              \
  template <class T> constexpr bool Has = Can<T>;                              \
  template <class A, class B>                                                  \
  constexpr bool Has<std::pair<A, B>> =                                        \
      Has<std::remove_cv_t<A>> && Has<std::remove_cv_t<B>>;                    \
  template <class T>                                                           \
    requires(!std::is_same_v<typename T::value_type, T>) &&                    \
            requires(T &x) { x.begin(); }                                      \
  constexpr bool Has<T> = Can<T> && Has<typename T::value_type>;
PLC_OF_ELEMENTS(isCopyable, std::is_copy_constructible_v)
PLC_OF_ELEMENTS(hasEquality, Comparable)
PLC_OF_ELEMENTS(hasOrder, Ordered)
#undef PLC_OF_ELEMENTS

/// Text that what is made for a call refers to. The result of that may, too: the text
/// lives as long as that then.
struct LastingText {
  std::forward_list<std::string> texts; ///< each stays where it is
  LastingText *next = nullptr;          ///< of the same call
  std::string &keep(std::string text) {
    return texts.emplace_front(std::move(text));
  }
  void take(LastingText &others) {
    texts.splice_after(texts.before_begin(), others.texts);
  }
};

/// Whose part a result may be: the object of a method, PLC_FALSE for none, and what
/// was passed.
struct Owner {
  plc_value reference = PLC_FALSE;
  const plc_value *args = nullptr;
  size_t count = 0;
  bool isConst = false; ///< what the result refers to
  /// The function was given memory of Lisp that a result may point to.
  bool isLending = false;
  LastingText *texts = nullptr;
  void lend(LastingText &text) {
    text.next = texts;
    texts = &text;
  }
  /// Of a new object that is no part of others, but may refer to what was lent.
  Owner ofNew() const {
    if (isLending)
      return *this;
    Owner own;
    own.texts = texts;
    return own;
  }
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

inline plc_value keepTexts(LastingText &text);

/// A list of pointers that keep the memory where it is, and of texts; '() if there is
/// none.
inline plc_value keepMemory(const Owner &owner) {
  plc_value kept = PLC_NULL;
  for (LastingText *text = owner.texts; text; text = text->next)
    if (!text->texts.empty())
      kept = host()->cons(host(), keepTexts(*text), kept);
  for (size_t i = 0; owner.isLending && i < owner.count; ++i) {
    plc_value v = owner.args[i];
    if (!plc_is_kind(v, PLC_KIND_NUMVECTOR) &&
        !plc_is_kind(v, PLC_KIND_BYTEVECTOR) && !plc_is_kind(v, PLC_KIND_POINTER))
      continue;
    plc_buffer buffer = {};
    buffer.struct_size = sizeof buffer;
    plc_error error = {PLC_FALSE, PLC_FALSE, PLC_FALSE,
                       PLC_FALSE, PLC_FALSE, PLC_FALSE};
    if (host()->buffer(host(), v, &buffer, &error) == PLC_OK) {
      plc_value shared = host()->share(host(), &buffer);
      if (shared == PLC_UNBOUND) {
        buffer.release(&buffer);
        shared = v;
      }
      v = shared;
    }
    kept = host()->cons(host(), v, kept);
  }
  return kept;
}

/// What a new reference keeps alive: the only object there was, or all of them.
inline void keepOwner(plc_shim_object *object, const Owner &owner) {
  plc_value keeps = owner.reference, only = owner.reference;
  size_t objects = keeps != PLC_FALSE;
  plc_value memory = keepMemory(owner);
  for (size_t i = 0; i < owner.count; ++i) {
    if (!plc_is_reference(owner.args[i], shims->plugin))
      continue;
    only = owner.args[i];
    if (objects == 1)
      keeps = host()->cons(host(), keeps, PLC_NULL);
    keeps = objects++ ? host()->cons(host(), only, keeps) : only;
  }
  if (objects == 0) {
    object->parent_root =
        memory == PLC_NULL ? 0 : host()->hold(host(), memory);
    return;
  }
  // Which one it is a part of is known of one alone, and of a method's object.
  plc_value whole = owner.reference != PLC_FALSE ? owner.reference : only;
  if (objects == 1 || owner.reference != PLC_FALSE) {
    object->parent = shimObject(whole);
    object->is_const |= !object->is_owned && object->parent->is_const;
  }
  if (memory != PLC_NULL)
    keeps = host()->cons(host(), keeps, memory);
  object->parent_root = host()->hold(host(), keeps);
}

/// std::unique_ptr, std::shared_ptr, and what others have like these.
template <class T>
concept SmartPointer = requires(const T &x) {
  requires std::is_class_v<typename T::element_type>;
  { x.get() } -> std::same_as<typename T::element_type *>;
  x.operator->();
  *x;
};
/// Nothing may change what it points to, nor by it.
template <class T>
constexpr bool isPointerToConst = [] {
  if constexpr (SmartPointer<T>)
    return std::is_const_v<typename T::element_type>;
  else
    return false;
}();

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
             std::is_const_v<T> || isPointerToConst<T> || owner.isConst,
             nullptr,
             0,
             nullptr,
             nullptr,
             nullptr};
  keepOwner(object, owner);
  return shims->reference(shims->plugin, object);
}

/// Text as an object that only keeps it.
inline plc_value keepTexts(LastingText &text) {
  return reference(new LastingText(std::move(text)), true);
}

/// An object that lives on. What a function returns by reference to const may be
/// what was made for the call: that is copied.
template <class T> plc_value valueOf(T &x, Owner owner) {
  if constexpr (isCopyable<T>)
    if (owner.isConst && owner.hasTemporary()) {
      Owner own;
      own.texts = owner.texts;
      return reference(new T(x), true, own);
    }
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
template <class T> int objectRank(plc_value v) {
  int depth;
  return !objectIn<T>(v, depth) ? int(Impossible)
         : depth == 0           ? int(Exact)
                                : Promotion + depth;
}
template <class T> T &objectOf(plc_value v) {
  int depth;
  T *object = objectIn<T>(v, depth);
  if (!object)
    refuseObject<T>(v);
  return *object;
}

/// What instances are made of that are no objects yet: isPossible, rank(v),
/// make(v, own, texts) (containers.h).
template <class T> struct FromData;

/// An instance that is there, or one that was made of Lisp data for a call. It may be of a
/// class that cannot be moved.
template <class T> struct HeldObject {
  T *object = nullptr;
  std::optional<T> own;
  LastingText texts;
  HeldObject() = default;
  explicit HeldObject(plc_value v) {
    int depth;
    object = objectIn<T>(v, depth);
    if (!object)
      FromData<T>::make(v, own, texts);
  }
  T &get() { return own ? *own : *object; }
};

/// A new object is Lisp's, another one is somebody's.
template <class T, class U> plc_value instanceValue(U &&x, Owner owner);

/// Conversions of a type without qualifiers: rank(v), from(v), to(x). What has no
/// other one is a class, whose instances are references.
template <class T> struct Convert {
  static int rank(plc_value v) {
    int rank = objectRank<T>(v);
    if constexpr (FromData<T>::isPossible)
      if (rank == Impossible)
        return FromData<T>::rank(v);
    return rank;
  }
  static decltype(auto) from(plc_value v) {
    if constexpr (FromData<T>::isPossible)
      return HeldObject<T>(v);
    else
      return (objectOf<T>(v));
  }
  template <class U> static plc_value to(U &&x, Owner owner = {}) {
    return instanceValue<T>(std::forward<U>(x), owner);
  }
};

template <class T>
concept Complete = requires { sizeof(T); };

/// A pointer to an instance, which somebody owns, or nil.
template <class T>
  requires(std::is_class_v<T> && Complete<T>)
struct Convert<T *> {
  static int rank(plc_value v) {
    if (v == PLC_NIL)
      return Conversion;
    if (!std::is_const_v<T> && isConstObject(v))
      return Impossible;
    // Where there is a reference, that is meant.
    int rank = objectRank<std::remove_const_t<T>>(v);
    return rank == Impossible ? rank : rank + 1;
  }
  static T *from(plc_value v) {
    if (!std::is_const_v<T> && isConstObject(v))
      refuse("this object is const");
    return v == PLC_NIL ? nullptr : &objectOf<std::remove_const_t<T>>(v);
  }
  static plc_value to(T *object, Owner owner = {}) {
    if (!object)
      return PLC_NIL;
    return reference(object, false, owner);
  }
};

/// Of a class that is only declared nothing is known but where it is: an object that is
/// this pointer.
template <class T>
  requires(std::is_class_v<T> && !Complete<T>)
struct Convert<T *> {
  using Pointer = std::remove_const_t<T> *;
  static int rank(plc_value v) {
    int rank = objectRank<Pointer>(v);
    if (v == PLC_NIL)
      return Conversion;
    return rank == Impossible && std::is_const_v<T> ? objectRank<T *>(v) : rank;
  }
  static T *from(plc_value v) {
    if (v == PLC_NIL)
      return nullptr;
    if constexpr (std::is_const_v<T>)
      if (int depth; T **object = objectIn<T *>(v, depth))
        return *object;
    return objectOf<Pointer>(v);
  }
  static plc_value to(T *x, Owner owner = {}) {
    return x ? reference(new T *(x), true, owner) : PLC_NIL;
  }
};

/// What refers to something else without owning it: iterators and views.
template <class T>
concept Viewing = requires(T &x) {
  *x;
  ++x;
} || requires(T &x) {
  x.data();
  x.subspan(0);
};
/// What types of unfinished computations, which refer to their operands, result in;
/// others are themselves.
template <class T> struct Finished {
  using Type = T;
};
template <class T>
  requires requires(T &x) { typename T::PlainObject; x.eval(); }
struct Finished<T> {
  using Type = typename T::PlainObject;
};
template <class T>
  requires(std::is_class_v<typename T::result_type> &&
           !std::is_same_v<T, typename T::result_type> &&
           std::is_convertible_v<T, typename T::result_type>)
struct Finished<T> {
  using Type = typename T::result_type;
};
template <class T>
concept Expression = !std::is_same_v<typename Finished<T>::Type, T>;

template <class T, class U> plc_value instanceValue(U &&x, Owner owner) {
  if constexpr (std::is_lvalue_reference_v<U>) {
    return valueOf(x, owner);
  } else if constexpr (Expression<T> && !Viewing<T>) {
    using Result = typename Finished<T>::Type;
    return reference(new Result(std::move(x)), true);
  } else {
    return reference(new T(std::move(x)), true,
                     Viewing<T> ? owner : owner.ofNew());
  }
}

/// What a constructor has made.
template <class T> struct Made {
  T *object;
};
template <class T> struct Convert<Made<T>> {
  static plc_value to(Made<T> made, Owner owner = {}) {
    return reference(made.object, true, Viewing<T> ? owner : owner.ofNew());
  }
};

} // namespace cxx
} // namespace plc
#endif // PLC_CXX_OBJECTS_H
