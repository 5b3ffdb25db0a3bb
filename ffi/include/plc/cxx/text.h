/// \file
/// C++ shims: strings.
#ifndef PLC_CXX_TEXT_H
#define PLC_CXX_TEXT_H

#include "plc/cxx/objects.h"

#include <string_view>

namespace plc {
namespace cxx __attribute__((visibility("hidden"))) {

/// Bytes that are no UTF-8 are a bytevector.
inline plc_value textValue(std::string_view text) {
  plc_value result;
  if (host()->string(host(), text.data(), text.size(), &result) == PLC_OK)
    return result;
  return host()->bytevector(host(), text.data(), text.size());
}

/// The std::string that was made as an object; null if v is none.
inline std::string *stringIn(plc_value v) {
  if (!plc_is_reference(v, shims->plugin) ||
      std::string_view(shimObject(v)->type->name) != "std::string")
    return nullptr;
  if (!isAlive(shimObject(v)))
    throw Failure{PLC_E_RANGE, "this `std::string` was destroyed"};
  return static_cast<std::string *>(shimObject(v)->address);
}

inline std::string textOf(plc_value v) {
  if (const std::string *object = stringIn(v))
    return *object;
  if (plc_is_kind(v, PLC_KIND_BYTEVECTOR))
    return std::string(reinterpret_cast<const char *>(plc_bytes(v)),
                       plc_bytes_length(v));
  if (!plc_is_kind(v, PLC_KIND_STRING))
    refuse("a string is needed here");
  char buffer[256];
  size_t bytes = host()->string_utf8(host(), v, buffer, sizeof buffer);
  if (bytes <= sizeof buffer)
    return std::string(buffer, bytes);
  std::string text(bytes, '\0');
  host()->string_utf8(host(), v, text.data(), bytes);
  return text;
}

template <> struct Convert<std::string> {
  static int rank(plc_value v) {
    return plc_is_kind(v, PLC_KIND_STRING)       ? Exact
           : plc_is_kind(v, PLC_KIND_BYTEVECTOR) ? Conversion
           : stringIn(v)                         ? Exact
                                                 : Impossible;
  }
  static std::string from(plc_value v) { return textOf(v); }
  static plc_value to(const std::string &text) { return textValue(text); }
};

/// What lives as long as a call, and is a view or a pointer there.
struct HeldText {
  std::string text;
  bool isNull = false;
  operator std::string_view() const { return text; }
  operator const char *() const { return isNull ? nullptr : text.c_str(); }
};

template <> struct Convert<std::string_view> {
  static int rank(plc_value v) {
    int rank = Convert<std::string>::rank(v);
    return rank == Impossible ? rank : rank + 1;
  }
  static HeldText from(plc_value v) { return {textOf(v)}; }
  static plc_value to(std::string_view text) { return textValue(text); }
};

template <> struct Convert<const char *> {
  static int rank(plc_value v) {
    bool isText = plc_is_kind(v, PLC_KIND_STRING) || v == PLC_NIL || stringIn(v);
    return isText ? Conversion : Impossible;
  }
  static HeldText from(plc_value v) {
    if (v == PLC_NIL)
      return {"", true};
    if (!plc_is_kind(v, PLC_KIND_STRING) && !stringIn(v))
      refuse("a string or nil is needed here");
    HeldText held{textOf(v)};
    if (held.text.find('\0') != std::string::npos)
      refuse("a string without NUL is needed here");
    return held;
  }
  static plc_value to(const char *text) {
    return text ? textValue(text) : PLC_NIL;
  }
};

/// An argument of text that lives as long as the result, if that is an object.
template <class T> struct LastingArgument {
  LastingText held;
  const std::string *text = nullptr; ///< null for a null pointer
  explicit LastingArgument(plc_value v) {
    if constexpr (std::is_same_v<T, const char *>)
      if (v == PLC_NIL)
        return;
    if constexpr (std::is_same_v<T, std::string>)
      text = &held.keep(Convert<T>::from(v));
    else
      text = &held.keep(std::move(Convert<T>::from(v).text));
  }
  decltype(auto) get() const {
    if constexpr (std::is_same_v<T, std::string>)
      return (*text);
    else if constexpr (std::is_same_v<T, const char *>)
      return text ? text->c_str() : nullptr;
    else
      return T(*text);
  }
};
template <class T>
concept TextView =
    std::is_same_v<T, std::string_view> || std::is_same_v<T, const char *>;

} // namespace cxx
} // namespace plc
#endif // PLC_CXX_TEXT_H
