// What the tests of functions need.
#pragma once
#include <stdexcept>
#include <string>
#include <string_view>

/// Adds two numbers.
inline int add(int a, int b) { return a + b; }

namespace geo {
namespace inner {
inline double half(double x) { return x / 2; }
} // namespace inner

inline std::string name(int) { return "int"; }
inline std::string name(long) { return "long"; }
inline std::string name(double) { return "double"; }
inline std::string name(const std::string &text) { return "string " + text; }
inline std::string name(bool) { return "bool"; }
inline std::string name(int, int) { return "two"; }

inline std::string both(int, double) { return "int, double"; }
inline std::string both(double, int) { return "double, int"; }

inline std::string repeat(std::string_view text, int count = 2,
                          const char *between = "-") {
  std::string result;
  for (int i = 0; i < count; ++i)
    result += (i ? between : "") + std::string(text);
  return result;
}
inline std::size_t bytes(const std::string &text) { return text.size(); }
inline const char *pass(const char *text) { return text; }

struct Trouble : std::runtime_error {
  using std::runtime_error::runtime_error;
};
inline int divide(int a, int b) {
  if (b == 0)
    throw Trouble("no division by " + std::to_string(b));
  if (b < 0)
    throw b;
  return a / b;
}
inline int twice(int x) noexcept { return 2 * x; }
enum class Color { Red = 1, Green = 2 };
inline Color other(Color c) {
  return c == Color::Red ? Color::Green : Color::Red;
}
inline int counter = 5;
constexpr double ratio = 1.5;
inline void gone(int) = delete;
inline void change(int &x) { ++x; }
} // namespace geo
