/// \file
/// C++ shims: procedures of Lisp as functions of C++.
#ifndef PLC_CXX_PROCEDURES_H
#define PLC_CXX_PROCEDURES_H

#include "plc/cxx/calls.h"

#include <array>
#include <functional>

namespace plc {
namespace cxx __attribute__((visibility("hidden"))) {

/// An argument of a procedure of Lisp, which may keep it: a copy, unless C++ wants
/// it to be changed.
template <class A> plc_value valueFor(A &&a) {
  using T = std::remove_cv_t<std::remove_reference_t<A>>;
  constexpr bool isShared = std::is_lvalue_reference_v<A> &&
                            !std::is_const_v<std::remove_reference_t<A>>;
  if constexpr (isShared || !isCopyable<T>)
    return resultOf([&]() -> A && { return static_cast<A &&>(a); });
  else
    return resultOf([&] { return T(a); });
}

/// Throws what left Lisp.
[[noreturn]] inline void throwLisp(plc_value token) {
  LispThrow thrown{std::make_shared<Root>(token)};
  plc_value object = host()->token_condition(host(), token);
  if (object == PLC_FALSE)
    throw thrown;
  throw LispError(thrown, textOf(host()->condition_text(host(), object)));
}

/// What a procedure returns, as an R, or what it threw.
template <class R, class... A>
R callLisp(const auto &procedure, A &&...a) {
  using Kept = std::conditional_t<std::is_void_v<R>, char, R>;
  static_assert(!std::is_reference_v<R>, "a procedure returns no reference");
  std::optional<Kept> result;
  std::exception_ptr trouble;
  auto body = [&] {
    try {
      plc_value args[sizeof...(A) + 1] = {valueFor<A>(static_cast<A &&>(a))...};
      plc_value value = PLC_UNSPECIFIED;
      plc_error error = {PLC_FALSE, PLC_FALSE, PLC_FALSE,
                         PLC_FALSE, PLC_FALSE, PLC_FALSE};
      plc_status status = host()->call(host(), procedure->value(), args,
                                       sizeof...(A), &value, &error);
      // What C++ lends is there as long as the call.
      for (size_t i = 0; i < sizeof...(A); ++i)
        if (plc_is_reference(args[i], shims->plugin) &&
            !shimObject(args[i])->is_owned && !shimObject(args[i])->known_as)
          shimObject(args[i])->address = nullptr;
      if (status == PLC_E_LISP)
        throwLisp(error.token);
      if (status != PLC_OK)
        refuse("the procedure cannot be called");
      if constexpr (!std::is_void_v<R>) {
        Argument<R> converted(value);
        result.emplace(converted.get());
      }
    } catch (...) {
      trouble = std::current_exception();
    }
  };
  // Any thread may call this.
  plc_status status = shims->run(
      [](void *data) { (*static_cast<decltype(body) *>(data))(); }, &body);
  if (trouble)
    std::rethrow_exception(trouble);
  if (status != PLC_OK)
    throw std::bad_alloc();
  if constexpr (!std::is_void_v<R>)
    return std::move(*result);
}

template <class R, class... A> struct Convert<std::function<R(A...)>> {
  static int rank(plc_value v) {
    return plc_is_procedure(v) ? int(Exact)
           : v == PLC_NIL      ? int(Conversion)
                               : int(Impossible);
  }
  static std::function<R(A...)> from(plc_value v) {
    if (v == PLC_NIL)
      return nullptr;
    if (!plc_is_procedure(v))
      refuse("a procedure is needed here");
    return [procedure = std::make_shared<Root>(v)](A... a) -> R {
      return callLisp<R, A...>(procedure, static_cast<A &&>(a)...);
    };
  }
  template <class U> static plc_value to(U &&f, Owner = {}) {
    using F = std::function<R(A...)>;
    return f ? reference(new F(std::forward<U>(f)), true) : PLC_NIL;
  }
};

/// Procedures that pointers to functions of one type stand for. C++ may keep such a
/// pointer, so each stays for ever; the same procedure has the same one.
template <bool IsNoexcept, class R, class... A> class FunctionPointers {
public:
  using Pointer = R (*)(A...) noexcept(IsNoexcept);
  static Pointer of(plc_value procedure) {
    for (size_t i = 0; i < used; ++i)
      if (procedures[i]->value() == procedure)
        return pointers[i];
    if (used == Most)
      refuse("there are " + std::to_string(Most) +
             " procedures for pointers to functions of this type, and C++ may "
             "keep them: pass one that is made once");
    procedures[used] = std::make_shared<Root>(procedure);
    return pointers[used++];
  }

private:
  static constexpr size_t Most = 256;
  [[gnu::noinline]] static R enter(size_t i, A... a) {
    return callLisp<R, A...>(procedures[i], static_cast<A &&>(a)...);
  }
  template <size_t I> static R call(A... a) noexcept(IsNoexcept) {
    return enter(I, static_cast<A &&>(a)...);
  }
  template <size_t... I>
  static constexpr std::array<Pointer, Most> all(std::index_sequence<I...>) {
    return {call<I>...};
  }
  static inline std::shared_ptr<Root> procedures[Most];
  static inline size_t used = 0;
  static constexpr std::array<Pointer, Most> pointers =
      all(std::make_index_sequence<Most>());
};

template <bool IsNoexcept, class R, class... A>
struct Convert<R (*)(A...) noexcept(IsNoexcept)> {
  using Pointer = R (*)(A...) noexcept(IsNoexcept);
  static int rank(plc_value v) {
    return plc_is_procedure(v) ? int(Exact)
           : v == PLC_NIL      ? int(Conversion)
                               : objectRank<Pointer>(v);
  }
  static Pointer from(plc_value v) {
    if (v == PLC_NIL)
      return nullptr;
    if (plc_is_procedure(v))
      return FunctionPointers<IsNoexcept, R, A...>::of(v);
    return cxx::objectOf<Pointer>(v);
  }
  static plc_value to(Pointer f, Owner = {}) {
    return f ? cxx::reference(new Pointer(f), true) : PLC_NIL;
  }
};

/// What a procedure returns, where nobody has said what that is to be.
class Result {
public:
  explicit Result(plc_value v) : root(std::make_shared<Root>(v)) {}
  template <class T>
    requires(!std::is_reference_v<T> && !std::is_pointer_v<T> &&
             !std::is_same_v<T, char>)
  operator T() const {
    if constexpr (std::is_same_v<T, bool>)
      return plc_is_true(root->value()); // as Lisp takes it
    else
      return Argument<T>(root->value()).get();
  }
  plc_value value() const { return root->value(); }

private:
  std::shared_ptr<Root> root;
};

template <> struct Convert<Result> {
  static Result from(plc_value v) { return Result(v); }
  static plc_value to(const Result &result, Owner = {}) { return result.value(); }
};

/// A procedure where a template takes any function.
struct Procedure {
  std::shared_ptr<Root> root;
  template <class... A> Result operator()(A &&...a) const {
    return callLisp<Result, A...>(root, static_cast<A &&>(a)...);
  }
};
template <> struct Convert<Procedure> {
  static int rank(plc_value v) {
    return plc_is_procedure(v) ? Exact : Impossible;
  }
  static Procedure from(plc_value v) {
    if (!plc_is_procedure(v))
      refuse("a procedure is needed here");
    return {std::make_shared<Root>(v)};
  }
  static plc_value to(const Procedure &procedure, Owner = {}) {
    return procedure.root->value();
  }
};

} // namespace cxx
} // namespace plc
#endif // PLC_CXX_PROCEDURES_H
