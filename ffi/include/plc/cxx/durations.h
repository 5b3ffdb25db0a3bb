/// \file
/// C++ shims: std::chrono::duration. Included where the header of the library is.
#ifndef PLC_CXX_DURATIONS_H
#define PLC_CXX_DURATIONS_H

#include "plc/cxx/values.h"

#include <chrono>
#include <cmath>

namespace plc {
namespace cxx __attribute__((visibility("hidden"))) {

/// Seconds: exact if the duration counts integers.
template <class N, class Period>
struct Convert<std::chrono::duration<N, Period>>
    : ConvertValue<std::chrono::duration<N, Period>,
                   Convert<std::chrono::duration<N, Period>>> {
  using Duration = std::chrono::duration<N, Period>;
  static int rankOf(plc_value v) { return isReal(v) ? User : Impossible; }
  static Duration make(plc_value v) {
    double ticks = doubleOf(v) * Period::den / Period::num;
    if constexpr (std::is_floating_point_v<N>) {
      return Duration(N(ticks));
    } else {
      double whole = std::nearbyint(ticks);
      // 0.3 s are 300 ms, though 0.3 is no such number.
      if (std::fabs(whole - ticks) > std::fabs(ticks) * 1e-12 ||
          !(std::fabs(whole) < 0x1p63))
        refuse("a time in seconds that `" +
               demangled(typeid(Duration).name()) + "` can tell is needed here");
      return Duration(N(whole));
    }
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
