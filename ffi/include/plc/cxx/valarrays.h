/// \file
/// C++ shims: std::valarray. Included where the header of the library is.
#ifndef PLC_CXX_VALARRAYS_H
#define PLC_CXX_VALARRAYS_H

#include "plc/cxx/objects.h"

#include <valarray>

namespace plc {
namespace cxx __attribute__((visibility("hidden"))) {

#ifdef __GLIBCXX__
/// What operators yield, each of another type.
template <class Closure, class N> struct Finished<std::_Expr<Closure, N>> {
  using Type = std::valarray<N>;
};
#endif

} // namespace cxx
} // namespace plc
#endif // PLC_CXX_VALARRAYS_H
