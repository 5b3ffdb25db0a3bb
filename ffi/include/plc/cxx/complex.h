/// \file
/// C++ shims: std::complex. Included where the header of the library is.
#ifndef PLC_CXX_COMPLEX_H
#define PLC_CXX_COMPLEX_H

#include "plc/cxx/values.h"

#include <complex>

namespace plc {
namespace cxx __attribute__((visibility("hidden"))) {

/// A number with two flonums; real numbers are taken, too.
template <class N>
struct Convert<std::complex<N>>
    : ConvertValue<std::complex<N>, Convert<std::complex<N>>> {
  static int rankOf(plc_value v) {
    if (plc_is_kind(v, PLC_KIND_COMPNUM))
      return Exact;
    return isReal(v) ? User : Impossible;
  }
  static std::complex<N> make(plc_value v) {
    if (!plc_is_kind(v, PLC_KIND_COMPNUM))
      return N(doubleOf(v));
    return {N(doubleOf(plc_fields(v)[0])), N(doubleOf(plc_fields(v)[1]))};
  }
  static plc_value to(std::complex<N> z, Owner = {}) {
    return host()->complex(host(), Convert<double>::to(double(z.real())),
                           Convert<double>::to(double(z.imag())));
  }
};

} // namespace cxx
} // namespace plc
#endif // PLC_CXX_COMPLEX_H
