/// \file
/// C++ shims: code of C++ in programs, `(c++ "f($x)")`.
#ifndef PLC_CXX_CODE_H
#define PLC_CXX_CODE_H

#include "plc/cxx/calls.h"

namespace plc {
namespace cxx __attribute__((visibility("hidden"))) {

/// A variable of Lisp, which becomes what its place needs.
class Variable {
public:
  explicit Variable(plc_value v) : v(v) {}
  template <class T> operator T() const { return Argument<T>(v).get(); }

private:
  plc_value v;
};

/// The value of code: what refers to an argument that was made for it is copied.
template <class F> plc_value resultOfCode(F run, Owner owner) {
  using R = decltype(run());
  using T = std::remove_cv_t<std::remove_reference_t<R>>;
  if constexpr (std::is_lvalue_reference_v<R> &&
                std::is_copy_constructible_v<T>)
    if (owner.hasTemporary())
      return resultOf([&] { return T(run()); }, owner);
  return resultOf(run, owner);
}

} // namespace cxx
} // namespace plc
#endif // PLC_CXX_CODE_H
