/// \file
/// C++ shims: calls that may wait for other threads.
#ifndef PLC_CXX_BLOCKING_H
#define PLC_CXX_BLOCKING_H

#include "plc/cxx/errors.h"

#include <optional>
#include <type_traits>
#if __has_include(<sys/single_threaded.h>)
#include <sys/single_threaded.h>
#endif

namespace plc {
namespace cxx __attribute__((visibility("hidden"))) {

inline bool hasThreads() {
#if __has_include(<sys/single_threaded.h>)
  return !__libc_single_threaded;
#else
  return true;
#endif
}

/// Runs code, while other threads may run Lisp.
template <class F> auto blocking(F run) -> decltype(run()) {
  using R = decltype(run());
  using Value = std::conditional_t<std::is_void_v<R>, char,
                                   std::remove_reference_t<R>>;
  using Kept = std::conditional_t<std::is_reference_v<R>, Value *,
                                  std::optional<std::remove_cv_t<Value>>>;
  Kept result{};
  std::exception_ptr trouble;
  auto body = [&] {
    try {
      if constexpr (std::is_void_v<R>) {
        run();
      } else if constexpr (std::is_reference_v<R>) {
        auto &&found = run();
        result = std::addressof(found);
      } else {
        result.emplace(run());
      }
    } catch (...) {
      trouble = std::current_exception();
    }
  };
  shims->block([](void *data) { (*static_cast<decltype(body) *>(data))(); },
               &body);
  if (trouble)
    std::rethrow_exception(trouble);
  if constexpr (std::is_reference_v<R>)
    return static_cast<R>(*result);
  else if constexpr (!std::is_void_v<R>)
    return std::move(*result);
}

} // namespace cxx
} // namespace plc
#endif // PLC_CXX_BLOCKING_H
