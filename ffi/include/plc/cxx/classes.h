/// \file
/// C++ shims: the operations and members of classes.
#ifndef PLC_CXX_CLASSES_H
#define PLC_CXX_CLASSES_H

#include "plc/cxx/blocking.h"
#include "plc/cxx/keys.h"
#include "plc/cxx/overloads.h"

#include <concepts>
#include <functional>
#include <iterator>
#include <utility>

namespace plc {
namespace cxx __attribute__((visibility("hidden"))) {

/// Runs the body of an operation.
template <class F> plc_status guarded(plc_error *error, F run) noexcept {
  try {
    return run();
  } catch (...) {
    return describe(error);
  }
}

template <size_t Count>
plc_status callMethod(const char *name, const Overload (&overloads)[Count],
                      plc_value self, plc_shim_object *object,
                      const plc_value *args, size_t count, plc_value *result,
                      plc_error *error) noexcept {
  return guarded(error, [&] {
    *result = choose(name, overloads, Count, args, count, object->is_const)
                  ->call(object->address, Owner{self, args, count}, args);
    return PLC_OK;
  });
}

/// A method of a class that is known, with Lisp values.
template <class T, size_t Count>
plc_value callKnown(const char *name, const Overload (&overloads)[Count],
                    plc_value self, const plc_value *args,
                    size_t count) noexcept {
  try {
    void *object = const_cast<T *>(unchanged<T>(self));
    return choose(name, overloads, Count, args, count, isConstObject(self))
        ->call(object, Owner{self, args, count}, args);
  } catch (...) {
    failed();
    return PLC_UNSPECIFIED;
  }
}

/// The bounds of what `for (auto &x : ...)` of C++ walks over.
namespace walk {
using std::begin;
using std::end;
template <class T> auto first(T &x) -> decltype(begin(x)) { return begin(x); }
template <class T> auto last(T &x) -> decltype(end(x)) { return end(x); }
} // namespace walk

template <class T> struct WalkOver {
  using IsWalk = void;
  decltype(walk::first(std::declval<T &>())) now;
  decltype(walk::last(std::declval<T &>())) end;
  bool hasBegun = false;
};

/// What an iterator stands at. That of one that is passed once is gone with the next
/// step, and what an iterator has inside itself is another one then: it is copied, as
/// is what stands for a bit.
template <class I> plc_value elementAt(I &i, Owner owner) {
  constexpr bool isProxy = std::is_class_v<decltype(*i)> &&
                           std::is_arithmetic_v<std::iter_value_t<I>>;
  if constexpr ((!std::forward_iterator<I> || isProxy) && requires {
                  std::iter_value_t<I>(*i);
                })
    return resultOf([&] { return std::iter_value_t<I>(*i); });
  else if constexpr (std::is_lvalue_reference_v<decltype(*i)> &&
                     std::is_class_v<I>) {
    using Element = std::remove_cvref_t<decltype(*i)>;
    if constexpr (sizeof(I) >= sizeof(Element) && isCopyable<Element>) {
      auto *bytes = reinterpret_cast<const std::byte *>(std::addressof(*i));
      auto *begin = reinterpret_cast<const std::byte *>(std::addressof(i));
      if (!std::less<>()(bytes, begin) && std::less<>()(bytes, begin + sizeof i))
        return resultOf([&] { return Element(*i); });
    }
    return resultOf([&]() -> decltype(auto) { return *i; }, owner);
  } else
    return resultOf([&]() -> decltype(auto) { return *i; }, owner);
}

/// What stands for a bit, or another part that has no address, as `operator[]` of
/// `std::bitset` yields it.
template <class T, class R>
concept BitOf = requires { requires std::is_same_v<R, typename T::reference>; } &&
                std::is_class_v<R> && std::is_convertible_v<R, bool> &&
                std::is_assignable_v<R, bool>;

/// The text of instances, of classes that are written to streams (cxx/output.h).
template <class T> struct Written {
  static constexpr bool isPossible = false;
};
template <> struct Written<std::string> {
  static constexpr bool isPossible = true;
  static const std::string &text(const std::string &x) { return x; }
};

/// What `->lisp` makes of an instance that was made by name is the value.
template <class T>
concept IsLispValue = std::is_same_v<T, std::string> ||
                      requires { typename Convert<T>::IsValue; };
/// Of other classes that are no sequences: value(x).
template <class T> struct AsLisp {};

/// Bits, which have no iterators.
template <class T>
  requires(requires(const T &x) {
            x.to_ullong();
            x.size();
            x.test(0);
          })
struct AsLisp<T> {
  static plc_value value(const T &x) {
    plc_value bits = host()->vector(host(), x.size());
    for (size_t i = 0; i < x.size(); ++i)
      host()->vector_set(host(), bits, i, plc_bool(x[i]));
    return bits;
  }
};

/// An array with several dimensions, which takes none of the operations of one.
template <class T>
concept Matrix = requires(T &x) {
  requires !bool(std::remove_cvref_t<decltype(x.derived())>::IsVectorAtCompileTime);
};

/// Says how many elements there are: some call it length.
template <class T>
concept Sized = requires(T &x) { size_t(x.size()); };
template <class T>
concept Long = !Sized<T> && requires(T &x) {
  { x.length() } -> std::integral;
};
template <class T> size_t sizeOf(T &x) {
  if constexpr (Sized<T>)
    return size_t(x.size());
  else
    return size_t(x.length());
}

template <class T>
concept Subscripted = requires(T &x, size_t i) { x[i]; };
/// What an element by its index is assigned.
template <class T> struct ElementAt {};
template <Subscripted T> struct ElementAt<T> {
  using Type = std::remove_cvref_t<decltype(std::declval<T &>()[size_t()])>;
};
template <Subscripted T>
  requires requires(T &x, size_t i, typename T::value_type v) { x[i] = v; }
struct ElementAt<T> {
  using Type = typename T::value_type;
};

/// Has elements by their index, which can be assigned.
template <class T>
concept Indexed =
    !Matrix<T> && (Sized<T> || Long<T>) &&
    (requires(T &x, size_t i) { requires BitOf<T, decltype(x[i])>; } ||
     requires(T &x, size_t i, typename T::value_type v) { x[i] = v; } ||
     requires(T &x, size_t i, typename ElementAt<T>::Type v) {
       requires std::is_lvalue_reference_v<decltype(x[i])>;
       x[i] = v;
     });

/// A concept, so that elements are asked about only where they have to be.
template <class T>
concept Counted = Sized<T> || (Long<T> && Indexed<T>);

/// Operations of a class that clang refuses, though they are declared (a template may
/// take anything and do something with it that not all can): why is told where they are
/// used. The compiler of the shims specializes it; the names of its members are those of
/// the functions of Class.
template <class T> struct Refused {
  static constexpr bool length = false, compare = false, operate = false,
                        element = false, textElement = false, elements = false,
                        iterate = false, toLisp = false, repr = false;
  static constexpr const char *reason = "";
};

/// The operations that a class has by what can be written with its instances.
template <class T> struct Class {
  static T &self(const plc_shim_object *object) {
    return *static_cast<T *>(object->address);
  }
  static plc_status destroy(void *address, plc_error *error) {
    return guarded(error, [&] {
      if constexpr (std::is_destructible_v<T>) {
        // It may wait for threads that call Lisp.
        if (!std::is_trivially_destructible_v<T> && hasThreads())
          blocking([&] { delete static_cast<T *>(address); });
        else
          delete static_cast<T *>(address);
      }
      return PLC_OK;
    });
  }
  static plc_status length(plc_value, plc_shim_object *object,
                           const plc_value *, size_t, plc_value *result,
                           plc_error *error) {
    return guarded(error, [&] {
      if constexpr (Refused<T>::length)
        refuse(Refused<T>::reason);
      else
        *result = plc_fixnum(int64_t(sizeOf(self(object))));
      return PLC_OK;
    });
  }
  /// By the operators of the class, if it has them.
  static bool compareAs(plc_comparison op, const T &x, const T &y, bool &result) {
    if constexpr (hasEquality<T>)
      if (op == PLC_COMPARE_EQ) {
        result = bool(x == y);
        return true;
      }
    if constexpr (hasOrder<T>)
      switch (op) {
      case PLC_COMPARE_LT:
        result = bool(x < y);
        return true;
      case PLC_COMPARE_GT:
        result = bool(y < x);
        return true;
      case PLC_COMPARE_LE:
        result = !bool(y < x);
        return true;
      case PLC_COMPARE_GE:
        result = !bool(x < y);
        return true;
      default:
        break;
      }
    return false;
  }
  static plc_status compare(plc_comparison op, plc_value a, plc_value b,
                            bool *result, plc_error *error) {
    return guarded(error, [&] {
      int depth;
      T *x = objectIn<T>(a, depth), *y = objectIn<T>(b, depth);
      if (!x || !y) {
        if (op != PLC_COMPARE_EQ)
          return PLC_E_UNSUPPORTED;
        *result = false;
        return PLC_OK;
      }
      if constexpr (!Refused<T>::compare)
        if (compareAs(op, *x, *y, *result))
          return PLC_OK;
      if (op != PLC_COMPARE_EQ)
        return PLC_E_UNSUPPORTED;
      *result = x == y;
      return PLC_OK;
    });
  }
  static uint64_t hash(const void *address) {
    const T &x = *static_cast<const T *>(address);
    if constexpr (Refused<T>::compare)
      return reinterpret_cast<uintptr_t>(address);
    else if constexpr (requires { size_t(std::hash<T>()(x)); })
      return std::hash<T>()(x);
    else if constexpr (hasEquality<T>)
      return 1; // all that is known of those that are equal
    else
      return reinterpret_cast<uintptr_t>(address);
  }
  /// The value of an operator. What becomes a T where one is needed becomes it at once:
  /// types of unfinished computations have no end.
  template <class F> static plc_value computed(F run) {
    using R = decltype(run());
    if constexpr (std::is_class_v<R> && !std::is_same_v<R, T> && !Expression<R> &&
                  isImplicit<R, T>)
      return resultOf([&] { return T(run()); });
    else
      return resultOf(run);
  }
  /// The operands as A and B, if they are that.
  template <class A, class B>
  static bool tryOperate(plc_operator op, plc_value a, plc_value b,
                         plc_value *result) {
    if (Convert<A>::rank(a) == Impossible || Convert<B>::rank(b) == Impossible)
      return false;
    Argument<const A &> x(a);
    Argument<const B &> y(b);
#define PLC_OPERATE(Operator, Sign)                                            \
  if constexpr (requires(const A &l, const B &r) { l Sign r; })                \
    if (op == Operator) {                                                      \
      *result = computed([&] { return x.get() Sign y.get(); });                \
      return true;                                                             \
    }
    PLC_OPERATE(PLC_OPERATOR_ADD, +)
    PLC_OPERATE(PLC_OPERATOR_SUB, -)
    PLC_OPERATE(PLC_OPERATOR_MUL, *)
    PLC_OPERATE(PLC_OPERATOR_DIV, /)
#undef PLC_OPERATE
    return false;
  }
  static plc_status operate(plc_operator op, plc_value a, plc_value b,
                            plc_value *result, plc_error *error) {
    return guarded(error, [&]() -> plc_status {
      if constexpr (Refused<T>::operate) {
        refuse(Refused<T>::reason);
      } else {
        if constexpr (requires(const T &l) { -l; })
          if (op == PLC_OPERATOR_NEGATE) {
            Argument<const T &> x(a);
            *result = computed([&] { return -x.get(); });
            return PLC_OK;
          }
        bool isDone = tryOperate<T, T>(op, a, b, result) ||
                      tryOperate<T, double>(op, a, b, result) ||
                      tryOperate<double, T>(op, a, b, result);
        return isDone ? PLC_OK : PLC_E_UNSUPPORTED;
      }
    });
  }
  /// \{ An element that there is.
  static plc_value element(T &x, size_t i, plc_value reference) {
    if constexpr (Refused<T>::element)
      refuse(Refused<T>::reason);
    else if constexpr (BitOf<T, decltype(x[i])>)
      return plc_bool(x[i]);
    else
      return resultOf([&]() -> decltype(auto) { return x[i]; }, Owner{reference});
  }
  static plc_value textElement(T &x, plc_value key, plc_value reference) {
    if constexpr (Refused<T>::textElement)
      refuse(Refused<T>::reason);
    else
      return keyedElement(x, key, reference);
  }
  static void setElement(T &x, size_t i, plc_value v) {
    if constexpr (Refused<T>::element)
      refuse(Refused<T>::reason);
    else if constexpr (BitOf<T, decltype(x[i])>)
      x[i] = Convert<bool>::from(v);
    else
      x[i] = Argument<typename ElementAt<T>::Type>(v).get();
  }
  static void setTextElement(T &x, plc_value key, plc_value v) {
    if constexpr (Refused<T>::textElement)
      refuse(Refused<T>::reason);
    else
      setKeyed(x, key, v);
  }
  /// \}
  static plc_status index(plc_value reference, plc_shim_object *object,
                          const plc_value *args, size_t, plc_value *result,
                          plc_error *error) {
    return guarded(error, [&] {
      T &x = self(object);
      if constexpr (Mapping<T>) {
        Argument<const typename T::key_type &> key(args[0]);
        auto found = x.find(key.get());
        if (found == x.end())
          return host()->fail(host(), error, PLC_E_NAME, nullptr,
                              "there is no such key");
        *result = resultOf(
            [&]() -> decltype(auto) { return (found->second); },
            Owner{reference});
        return PLC_OK;
      } else {
      if constexpr (Document<T>)
        if (plc_is_kind(args[0], PLC_KIND_STRING))
          return keyed(x, args[0], reference, result, error);
      if constexpr (Keyed<T>)
        if (plc_is_kind(args[0], PLC_KIND_STRING)) {
          *result = textElement(x, args[0], reference);
          return PLC_OK;
        }
      if constexpr (!requires(size_t i) { x[i]; }) {
        refuse("a key of this object is text");
      } else {
      if constexpr (Counted<T>) {
        if (!isInteger(args[0]) || !fits<size_t>(args[0]) ||
            Convert<size_t>::from(args[0]) >= sizeOf(x))
          return host()->fail(host(), error, PLC_E_RANGE, nullptr,
                              "the index is out of range");
      }
      size_t i = Convert<size_t>::from(args[0]);
      *result = element(x, i, reference);
      return PLC_OK;
      }
      }
    });
  }

  /// The element of a key, which is not made if there is none.
  static plc_status keyed(T &x, plc_value key, plc_value reference,
                          plc_value *result, plc_error *error) {
    auto found = x.find(Convert<std::string>::from(key));
    if (found == x.end())
      return host()->fail(host(), error, PLC_E_NAME, nullptr,
                          "there is no such key");
    *result = resultOf([&]() -> decltype(auto) { return *found; },
                       Owner{reference});
    return PLC_OK;
  }

  static plc_status setIndex(plc_value, plc_shim_object *object,
                             const plc_value *args, size_t, plc_value *,
                             plc_error *error) {
    return guarded(error, [&] {
      T &x = self(object);
      if constexpr (Mapping<T>) {
        Argument<typename T::key_type> key(args[0]);
        Argument<typename T::mapped_type> value(args[1]);
        x.insert_or_assign(key.get(), value.get());
      } else {
        if constexpr (Document<T>)
          if (plc_is_kind(args[0], PLC_KIND_STRING)) {
            x[Convert<std::string>::from(args[0])] = Argument<T>(args[1]).get();
            return PLC_OK;
          }
        if constexpr (Keyed<T>)
          if (plc_is_kind(args[0], PLC_KIND_STRING)) {
            setTextElement(x, args[0], args[1]);
            return PLC_OK;
          }
        if constexpr (Indexed<T>) {
          size_t i = Convert<size_t>::from(args[0]);
          if (i >= sizeOf(x))
            return host()->fail(host(), error, PLC_E_RANGE, nullptr,
                                "the index is out of range");
          setElement(x, i, args[1]);
        } else {
          refuse("a key of this object is text");
        }
      }
      return PLC_OK;
    });
  }
  /// An iterator as an object of its own.
  static plc_status iterate(plc_value reference, plc_shim_object *object,
                            const plc_value *, size_t, plc_value *result,
                            plc_error *error) {
    return guarded(error, [&]() -> plc_status {
      using Walk = WalkOver<T>;
      T &x = self(object);
      // What it yields is as const as the object.
      Owner owner{reference};
      owner.isConst = object->is_const;
      *result = cxx::reference(new Walk{walk::first(x), walk::last(x)}, true,
                               owner);
      return PLC_OK;
    });
  }
  static plc_status next(plc_value reference, plc_shim_object *object,
                         const plc_value *, size_t, plc_value *result,
                         plc_error *error) {
    return guarded(error, [&] {
      T &walk = self(object);
      if (std::exchange(walk.hasBegun, true) && walk.now != walk.end)
        ++walk.now;
      if (!(walk.now != walk.end))
        return PLC_END;
      *result = elementAt(walk.now, Owner{reference});
      return PLC_OK;
    });
  }
  /// For `write` it is marked as an object.
  static plc_status repr(plc_value, plc_shim_object *object,
                         const plc_value *args, size_t, plc_value *result,
                         plc_error *error) {
    return guarded(error, [&]() -> plc_status {
      if constexpr (Refused<T>::repr) {
        refuse(Refused<T>::reason);
      } else {
        std::string text = Written<T>::text(self(object));
        *result = textValue(plc_is_true(args[0])
                                ? text
                                : "#<" + std::string(object->type->name) + " " +
                                      text + ">");
        return PLC_OK;
      }
    });
  }
  static plc_status toLisp(plc_value reference, plc_shim_object *object,
                           const plc_value *, size_t, plc_value *result,
                           plc_error *error) {
    return guarded(error, [&]() -> plc_status {
      T &x = self(object);
      if constexpr (Refused<T>::toLisp) {
        refuse(Refused<T>::reason);
      } else if constexpr (IsLispValue<T>) {
        *result = resultOf([&]() -> T & { return x; }, Owner{reference});
        return PLC_OK;
      } else if constexpr (requires { AsLisp<T>::value(x); }) {
        *result = AsLisp<T>::value(x);
        return PLC_OK;
      } else {
      // In one pass: directories and streams have no other.
      size_t count = 0;
      plc_value last = PLC_NULL;
      auto end = walk::last(x);
      for (auto i = walk::first(x); i != end; ++i, ++count)
        last = host()->cons(host(), elementAt(i, Owner{reference}), last);
      plc_value vector = host()->vector(host(), count);
      for (; count; last = plc_cdr(last))
        host()->vector_set(host(), vector, --count, plc_car(last));
      *result = vector;
      return PLC_OK;
      }
    });
  }

  /// An operation of what a pointer of the library points to.
  template <plc_shim_use *Use>
  static plc_status useBehind(plc_value reference, plc_shim_object *object,
                              const plc_value *args, size_t count,
                              plc_value *result, plc_error *error) {
    plc_shim_object part = *object;
    auto *behind = self(object).get();
    if (!behind)
      return host()->fail(host(), error, PLC_E_RANGE, nullptr,
                          "this pointer is empty");
    part.address = const_cast<std::remove_const_t<
        std::remove_pointer_t<decltype(behind)>> *>(behind);
    return Use(reference, &part, args, count, result, error);
  }
  /// Those that the class has.
  template <class Object> static void takeBehind(plc_shim_class &type) {
    using Behind = Class<Object>;
    constexpr plc_shim_class behind = Behind::operations();
    if constexpr (behind.length != nullptr)
      type.length = useBehind<Behind::length>;
    constexpr bool hasElements = !Refused<Object>::elements;
    if constexpr (hasElements && behind.index != nullptr)
      type.index = useBehind<Behind::index>;
    if constexpr (hasElements && behind.set_index != nullptr)
      type.set_index = useBehind<Behind::setIndex>;
    if constexpr (!Refused<Object>::iterate && behind.iterate != nullptr) {
      type.iterate = useBehind<Behind::iterate>;
      type.to_lisp = useBehind<Behind::toLisp>;
    }
  }

  static plc_shim_class make() {
    plc_shim_class type = operations();
    static std::string name = demangled(typeid(T).name());
    type.name = name.c_str();
    if constexpr (SmartPointer<T>)
      takeBehind<std::remove_const_t<typename T::element_type>>(type);
    return type;
  }
  static constexpr plc_shim_class operations() {
    plc_shim_class type = {};
    type.destroy = destroy;
    type.compare = compare;
    type.hash = hash;
    type.operate = operate;
    addElements(type);
    addWalk(type);
    if constexpr (Counted<T>)
      type.length = length;
    if constexpr (IsLispValue<T> || requires(T &x) { AsLisp<T>::value(x); })
      type.to_lisp = toLisp;
    if constexpr (requires(T &x) { typename T::IsWalk; })
      type.next = next;
    if constexpr (Written<T>::isPossible)
      type.repr = repr;
    return type;
  }

private:
  static plc_status refused(plc_value, plc_shim_object *, const plc_value *, size_t,
                            plc_value *, plc_error *error) {
    return guarded(error, []() -> plc_status { refuse(Refused<T>::reason); });
  }
  /// Those of elements by what the class declares, which may already be wrong.
  static constexpr void addElements(plc_shim_class &type) {
    if constexpr (Refused<T>::elements) {
      type.index = type.set_index = refused;
    } else {
    if constexpr (!Matrix<T> &&
                  (requires(T &x, size_t i) { x[i]; } || Mapping<T> || Keyed<T>))
      type.index = index;
    if constexpr (Document<T> || Indexed<T> || Keyed<T> ||
                  requires(T &x, typename T::key_type k,
                                typename T::mapped_type v) {
                    x.insert_or_assign(k, v);
                  })
      type.set_index = setIndex;
    }
  }
  static constexpr void addWalk(plc_shim_class &type) {
    if constexpr (Refused<T>::iterate)
      type.iterate = type.to_lisp = refused;
    else if constexpr (!Matrix<T> && requires(T &x) {
                         walk::first(x) != walk::last(x);
                         ++std::declval<decltype(walk::first(x)) &>();
                         *walk::first(x);
                       }) {
      type.iterate = iterate;
      type.to_lisp = toLisp;
    }
  }
};

/// Made before anything else runs: no use asks whether it is there.
template <class T> inline plc_shim_class classRecord = Class<T>::make();
template <class T> plc_shim_class *classOf() { return &classRecord<T>; }

/// \{ In a session with many libraries of shims one has the operations of a class,
/// and others find them.
template <class T> void addClass() { shims->add_class(classOf<T>()); }
template <class T> plc_shim_class *knownClass() {
  return const_cast<plc_shim_class *>(
      shims->find_class(demangled(typeid(T).name()).c_str()));
}
/// \}

template <class T>
void addMember(const char *name, plc_shim_use *call, plc_shim_use *get,
               plc_shim_use *set) {
  plc_shim_member member = {name, call, get, set};
  shims->add_member(classOf<T>(), &member);
}

/// A member that clang refuses: what it says is that of Why, wherever it is used.
template <class T, class Why> void refuseMember(const char *name, Why) {
  constexpr plc_shim_use *use = [](plc_value, plc_shim_object *, const plc_value *,
                                   size_t, plc_value *, plc_error *error) {
    return guarded(error, []() -> plc_status { refuse(Why()()); });
  };
  addMember<T>(name, use, use, use);
}

template <class T> void nameMembers(const char *names) {
  shims->name_members(classOf<T>(), names);
}

template <class D, class B> void addBase() {
  shims->add_base(
      classOf<D>(), classOf<B>(),
      [](void *p, const void *) -> void * {
        return static_cast<B *>(static_cast<D *>(p));
      },
      nullptr);
}

} // namespace cxx
} // namespace plc
#endif // PLC_CXX_CLASSES_H
