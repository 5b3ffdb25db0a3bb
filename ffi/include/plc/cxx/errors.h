/// \file
/// C++ shims: what conversions throw, and exceptions as conditions.
#ifndef PLC_CXX_ERRORS_H
#define PLC_CXX_ERRORS_H

#include "plc/shims.h"

#include <cstdlib>
#include <cxxabi.h>
#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <typeinfo>
#include <utility>

namespace plc {
namespace cxx __attribute__((visibility("hidden"))) {

/// Of this program or library; set before any shim is called.
inline const plc_shim_host *shims;
inline const plc_host *host() { return shims->host; }

/// What a conversion throws.
struct Failure {
  plc_status status;
  std::string text;
};

/// A value that is kept alive from anywhere, and given back from any thread.
class Root {
public:
  explicit Root(plc_value v) : root(host()->hold(host(), v)) {}
  Root(const Root &) = delete;
  Root &operator=(const Root &) = delete;
  ~Root() {
    shims->run(
        [](void *data) { host()->drop(host(), *static_cast<plc_root *>(data)); },
        &root);
  }
  plc_value value() const { return host()->held(host(), root); }

private:
  plc_root root;
};

/// Lisp that was called left by a continuation: what is thrown until Lisp is
/// reached.
struct LispThrow {
  std::shared_ptr<Root> token;
};

/// It raised: code that handles errors of C++ may handle this one.
struct LispError : LispThrow, std::exception {
  std::string text;
  LispError(LispThrow thrown, std::string text)
      : LispThrow(std::move(thrown)), text(std::move(text)) {}
  const char *what() const noexcept override { return text.c_str(); }
};

[[noreturn]] inline void refuse(std::string text) {
  throw Failure{PLC_E_TYPE, std::move(text)};
}

/// The name of a type as programs write it: without what tells versions of the
/// library apart, and what nobody writes in full.
inline std::string demangled(const char *name) {
  int status;
  char *text = abi::__cxa_demangle(name, nullptr, nullptr, &status);
  std::string result = status == 0 ? text : name;
  free(text);
  for (std::string_view version : {"[abi:cxx11]", "__cxx11::"})
    for (size_t at; (at = result.find(version)) != std::string::npos;)
      result.erase(at, version.size());
  constexpr std::string_view full =
      "std::basic_string<char, std::char_traits<char>, std::allocator<char> >";
  constexpr std::string_view brief = "std::string";
  for (size_t at; (at = result.find(full)) != std::string::npos;) {
    result.replace(at, full.size(), brief);
    if (result.compare(at + brief.size(), 2, " >") == 0)
      result.erase(at + brief.size(), 1);
  }
  return result;
}

/// Describes the exception that is being handled (cxx/exceptions.h).
inline plc_status describe(plc_error *error) noexcept;

/// In a handler of a shim that compiled code called.
inline void failed() noexcept {
  plc_error error = {PLC_FALSE, PLC_FALSE, PLC_FALSE,
                     PLC_FALSE, PLC_FALSE, PLC_FALSE};
  plc_status status = describe(&error);
  shims->raise(shims->plugin, status, &error);
}

} // namespace cxx
} // namespace plc
#endif // PLC_CXX_ERRORS_H
