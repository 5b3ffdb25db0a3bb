/// \file
/// C++ shims: std::chrono::duration. Included where the header of the library is.
#ifndef PLC_CXX_DURATIONS_H
#define PLC_CXX_DURATIONS_H

#include "plc/cxx/values.h"

#include <chrono>
#include <cmath>

namespace plc {
namespace cxx __attribute__((visibility("hidden"))) {

/// Calls use(d) with an object of Lisp that is a duration of the library.
template <class F> bool withDuration(plc_value v, F use) {
  auto take = [&]<class D>(D *) {
    int depth;
    D *duration = objectIn<D>(v, depth);
    if (duration)
      use(*duration);
    return duration != nullptr;
  };
  using namespace std::chrono;
  return take(static_cast<nanoseconds *>(nullptr)) ||
         take(static_cast<microseconds *>(nullptr)) ||
         take(static_cast<milliseconds *>(nullptr)) ||
         take(static_cast<seconds *>(nullptr)) ||
         take(static_cast<minutes *>(nullptr)) || take(static_cast<hours *>(nullptr));
}

/// Seconds: exact if the duration counts integers. Durations that the library turns into
/// one another are taken, too.
template <class N, class Period>
struct Convert<std::chrono::duration<N, Period>>
    : ConvertValue<std::chrono::duration<N, Period>,
                   Convert<std::chrono::duration<N, Period>>> {
  using Duration = std::chrono::duration<N, Period>;
  static int rankOf(plc_value v) {
    int rank = isReal(v) ? User : Impossible;
    withDuration(v, [&]<class D>(D) {
      rank = std::is_convertible_v<D, Duration> ? User : Impossible;
    });
    return rank;
  }
  static Duration make(plc_value v) {
    std::optional<Duration> known;
    withDuration(v, [&](auto d) {
      if constexpr (std::is_convertible_v<decltype(d), Duration>)
        known = d;
      else
        refuseTime();
    });
    if (known)
      return *known;
    double ticks = doubleOf(v) * Period::den / Period::num;
    if constexpr (std::is_floating_point_v<N>) {
      return Duration(N(ticks));
    } else {
      double whole = std::nearbyint(ticks);
      // 0.3 s are 300 ms, though 0.3 is no such number.
      if (std::fabs(whole - ticks) > std::fabs(ticks) * 1e-12 ||
          !(std::fabs(whole) < 0x1p63))
        refuseTime();
      return Duration(N(whole));
    }
  }
  [[noreturn]] static void refuseTime() {
    refuse("a time in seconds that `" + demangled(typeid(Duration).name()) +
           "` can tell is needed here");
  }
  static plc_value to(Duration d, Owner = {}) {
    if constexpr (std::is_floating_point_v<N>) {
      return Convert<double>::to(double(d.count()) * Period::num / Period::den);
    } else if constexpr (Period::den == 1) {
      return Convert<int64_t>::to(int64_t(d.count()) * Period::num);
    } else {
      return host()->rational(host(),
                              Convert<int64_t>::to(int64_t(d.count()) * Period::num),
                              Convert<int64_t>::to(Period::den));
    }
  }
};

} // namespace cxx
} // namespace plc
#endif // PLC_CXX_DURATIONS_H
