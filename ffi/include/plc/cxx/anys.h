/// \file
/// C++ shims: std::any. Included where the header of the library is.
#ifndef PLC_CXX_ANYS_H
#define PLC_CXX_ANYS_H

#include "plc/cxx/classes.h"

#include <any>

namespace plc {
namespace cxx __attribute__((visibility("hidden"))) {

/// What it contains, if that is a number, a boolean or text.
template <> struct AsLisp<std::any> {
  static plc_value value(const std::any &x) {
    if (!x.has_value())
      return PLC_NIL;
    plc_value result = PLC_NIL;
    if (!read<bool, char, signed char, unsigned char, short, unsigned short, int,
              unsigned, long, unsigned long, long long, unsigned long long, float,
              double, long double, std::string, std::string_view, const char *>(
            x, result))
      refuse("what this `std::any` contains is no value of Lisp: `std::any_cast<" +
             demangled(x.type().name()) + ">` takes it out");
    return result;
  }

private:
  template <class... V> static bool read(const std::any &x, plc_value &result) {
    auto one = [&]<class One>(const One *held) {
      if (held)
        result = resultOf([&] { return *held; });
      return held != nullptr;
    };
    return (one(std::any_cast<V>(&x)) || ...);
  }
};

} // namespace cxx
} // namespace plc
#endif // PLC_CXX_ANYS_H
