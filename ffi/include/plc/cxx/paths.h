/// \file
/// C++ shims: std::filesystem::path. Included where the header of the library is.
#ifndef PLC_CXX_PATHS_H
#define PLC_CXX_PATHS_H

#include "plc/cxx/values.h"

#include <filesystem>

namespace plc {
namespace cxx __attribute__((visibility("hidden"))) {

/// Text.
template <>
struct Convert<std::filesystem::path>
    : ConvertValue<std::filesystem::path, Convert<std::filesystem::path>> {
  static int rankOf(plc_value v) {
    int rank = Convert<std::string>::rank(v);
    return rank == Impossible ? rank : int(User);
  }
  static std::filesystem::path make(plc_value v) {
    return Convert<std::string>::from(v);
  }
  static plc_value to(const std::filesystem::path &path, Owner = {}) {
    return textValue(path.string());
  }
};

} // namespace cxx
} // namespace plc
#endif // PLC_CXX_PATHS_H
