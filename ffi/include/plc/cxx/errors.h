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
    host()->run(
        host(),
        [](void *data) { host()->drop(host(), *static_cast<plc_root *>(data)); },
        &root);
  }
  plc_value value() const { return host()->held(host(), root); }

private:
  plc_root root;
};

/// Lisp that was called raised, or left: what is thrown until Lisp is reached.
struct LispThrow {
  std::shared_ptr<Root> token;
};

[[noreturn]] inline void refuse(std::string text) {
  throw Failure{PLC_E_TYPE, std::move(text)};
}

inline std::string demangled(const char *name) {
  int status;
  char *text = abi::__cxa_demangle(name, nullptr, nullptr, &status);
  std::string result = status == 0 ? text : name;
  free(text);
  return result;
}

/// Describes the exception that is being handled.
inline plc_status describe(plc_error *error) noexcept {
  auto fail = [&](plc_status status, const char *type, const char *text) {
    return host()->fail(host(), error, status, type, text);
  };
  try {
    const std::type_info *type = abi::__cxa_current_exception_type();
    std::string name = type ? demangled(type->name()) : "foreign exception";
    try {
      throw;
    } catch (const LispThrow &thrown) {
      error->token = thrown.token->value();
      return PLC_E_LISP;
    } catch (const Failure &failure) {
      return fail(failure.status, nullptr, failure.text.c_str());
    } catch (const std::exception &e) {
      return fail(PLC_E_FOREIGN, name.c_str(), e.what());
    } catch (const std::string &text) {
      return fail(PLC_E_FOREIGN, name.c_str(), text.c_str());
    } catch (const char *text) {
      return fail(PLC_E_FOREIGN, name.c_str(), text ? text : "");
    } catch (int number) {
      return fail(PLC_E_FOREIGN, name.c_str(),
                  std::to_string(number).c_str());
    } catch (...) {
      return fail(PLC_E_FOREIGN, name.c_str(),
                  ("a `" + name + "` was thrown").c_str());
    }
  } catch (...) { // what() threw, or there is no memory
    return fail(PLC_E_FOREIGN, nullptr, "an exception that cannot be described");
  }
}

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
