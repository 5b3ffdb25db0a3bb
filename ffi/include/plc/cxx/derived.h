/// \file
/// C++ shims: classes whose virtual methods are procedures of Lisp.
#ifndef PLC_CXX_DERIVED_H
#define PLC_CXX_DERIVED_H

#include "plc/cxx/classes.h"
#include "plc/cxx/procedures.h"

namespace plc {
namespace cxx __attribute__((visibility("hidden"))) {

/// A part of each instance of such a class, which Lisp or C++ may own.
struct Derived {
  /// A vector of procedures; none until the constructors of C++ have run.
  std::unique_ptr<Root> methods;
  /// The reference that Lisp knows it by, null if there is none.
  plc_shim_object *object = nullptr;

  ~Derived() {
    if (methods)
      shims->run([](void *self) { static_cast<Derived *>(self)->end(); }, this);
  }
  void show(plc_shim_object *next) {
    if (object)
      object->known_as = nullptr;
    object = next;
    if (object)
      object->known_as = &object;
  }

private:
  void end() {
    if (object)
      object->address = nullptr;
    show(nullptr);
    methods.reset();
  }
};

/// One of the methods, as callLisp wants a procedure.
struct MethodOf {
  const Derived &self;
  size_t index;
  const MethodOf *operator->() const { return this; }
  plc_value value() const {
    return plc_vector_ref(self.methods->value(), index);
  }
};

/// The object as an argument: always the same reference as long as Lisp has it.
template <class T> struct Self {
  T *object;
};
template <class T> struct Convert<Self<T>> {
  static plc_value to(Self<T> self) {
    Derived &part = *self.object;
    if (part.object && part.object->address) {
      plc_value known = host()->reference_find(
          host(), shims->plugin, reinterpret_cast<uintptr_t>(part.object));
      if (known != PLC_UNBOUND)
        return known;
    }
    plc_value made = reference(self.object, false);
    part.show(shimObject(made));
    return made;
  }
};

/// What a method returns. What that refers to lives until the next call of it in the
/// same thread, or is an object of Lisp, which somebody has to keep.
template <class R, class T, class... A>
R callMethodOfLisp(T &self, size_t index, A &&...a) {
  using V = std::remove_cv_t<std::remove_reference_t<R>>;
  MethodOf method{self, index};
  auto call = [&]<class Wanted>(std::type_identity<Wanted>) {
    return callLisp<Wanted, Self<T>, A...>(method, Self<T>{&self},
                                           static_cast<A &&>(a)...);
  };
  if constexpr (std::is_same_v<V, std::string_view> ||
                std::is_same_v<R, const char *>) {
    thread_local std::string kept;
    kept = call(std::type_identity<std::string>());
    if constexpr (std::is_same_v<R, const char *>)
      return kept.c_str();
    else
      return kept;
  } else if constexpr (!std::is_reference_v<R>) {
    return call(std::type_identity<R>());
  } else if constexpr (std::is_const_v<std::remove_reference_t<R>> &&
                       std::is_copy_constructible_v<V>) {
    thread_local std::optional<V> kept;
    kept.reset();
    kept.emplace(call(std::type_identity<V>()));
    return *kept;
  } else {
    V *object = call(std::type_identity<V *>());
    if (!object)
      refuse("an object is needed here");
    return static_cast<R>(*object);
  }
}

template <class R, bool IsNothrow, class... A, class T>
R callOverride(T &self, size_t index, A &&...a) {
  if constexpr (!IsNothrow) {
    return callMethodOfLisp<R, T, A...>(self, index, static_cast<A &&>(a)...);
  } else {
    // It must not throw: the condition is raised when C++ has returned to Lisp.
    std::exception_ptr trouble;
    try {
      return callMethodOfLisp<R, T, A...>(self, index,
                                          static_cast<A &&>(a)...);
    } catch (...) {
      trouble = std::current_exception();
    }
    shims->run(
        [](void *thrown) {
          try {
            std::rethrow_exception(*static_cast<std::exception_ptr *>(thrown));
          } catch (...) {
            failed();
          }
        },
        &trouble);
    if constexpr (std::is_void_v<R>)
      return;
    else if constexpr (std::is_default_constructible_v<R>)
      return R();
    else
      std::terminate();
  }
}

template <class T> struct MadeDerived {
  T *object;
};
template <class T> MadeDerived<T> madeOf(T *object) { return {object}; }
template <class T> struct Convert<MadeDerived<T>> {
  static plc_value to(MadeDerived<T> made) {
    plc_value v = reference(made.object, true);
    made.object->show(shimObject(v));
    return v;
  }
};

/// \param methods, args  vectors
template <size_t Count>
plc_value makeDerived(const char *name, const Overload (&overloads)[Count],
                      plc_value methods, plc_value args) noexcept {
  try {
    // Collections look for values on the stack.
    plc_value list[64];
    size_t arity = plc_vector_length(args);
    if (arity > sizeof list / sizeof *list)
      refuse("an object is made of at most 64 arguments");
    for (size_t i = 0; i < arity; ++i)
      list[i] = plc_vector_ref(args, i);
    plc_value made = choose(name, overloads, Count, list, arity)
                         ->call(nullptr, Owner{PLC_FALSE, list, arity}, list);
    int depth;
    objectIn<Derived>(made, depth)->methods = std::make_unique<Root>(methods);
    return made;
  } catch (...) {
    failed();
    return PLC_UNSPECIFIED;
  }
}

} // namespace cxx
} // namespace plc
#endif // PLC_CXX_DERIVED_H
