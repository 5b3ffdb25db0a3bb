/// \file
/// C++ shims: the text that instances write to a stream.
#ifndef PLC_CXX_OUTPUT_H
#define PLC_CXX_OUTPUT_H

#include "plc/cxx/classes.h"

#include <sstream>

namespace plc {
namespace cxx __attribute__((visibility("hidden"))) {

/// A base of Written<T> for classes that the headers have an operator << for.
template <class T> struct Streamed {
  static constexpr bool isPossible =
      requires(std::ostream &out, const T &x) { out << x; };
  static std::string text(const T &x) {
    std::ostringstream out;
    out << x;
    return out.str();
  }
};

} // namespace cxx
} // namespace plc
#endif // PLC_CXX_OUTPUT_H
