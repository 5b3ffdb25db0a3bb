/// \file
/// C++ shims: procedures of Lisp as std::function.
#ifndef PLC_CXX_PROCEDURES_H
#define PLC_CXX_PROCEDURES_H

#include "plc/cxx/calls.h"

#include <functional>

namespace plc {
namespace cxx __attribute__((visibility("hidden"))) {

/// An argument of a procedure of Lisp, which may keep it: a copy, unless C++ wants
/// it to be changed.
template <class A> plc_value valueFor(A &&a) {
  using T = std::remove_cv_t<std::remove_reference_t<A>>;
  constexpr bool isShared = std::is_lvalue_reference_v<A> &&
                            !std::is_const_v<std::remove_reference_t<A>>;
  if constexpr (isShared || !std::is_copy_constructible_v<T>)
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

} // namespace cxx
} // namespace plc
#endif // PLC_CXX_PROCEDURES_H
