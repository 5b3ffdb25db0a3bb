#pragma once
#include <array>
#include <atomic>
#include <bitset>
#include <chrono>
#include <complex>
#include <filesystem>
#include <functional>
#include <initializer_list>
#include <map>
#include <memory>
#include <numeric>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

namespace own {
inline int alive = 0;
struct Animal {
  std::string name;
  explicit Animal(std::string name) : name(std::move(name)) { ++alive; }
  Animal(const Animal &) = delete;
  virtual ~Animal() { --alive; }
  virtual std::string sound() const { return "..."; }
};
struct Dog : Animal {
  explicit Dog(std::string name) : Animal(std::move(name)) {}
  std::string sound() const override { return "woof"; }
  int bones = 3;
};
inline std::unique_ptr<Animal> adopt(std::string name) {
  return std::make_unique<Dog>(std::move(name));
}
inline std::unique_ptr<Animal> none() { return nullptr; }
inline std::string give(std::unique_ptr<Animal> a) {
  return a ? a->name + " given" : "nobody";
}
class Farm {
public:
  void add(std::shared_ptr<Animal> a) { all.push_back(std::move(a)); }
  void take(std::unique_ptr<Animal> a) { all.push_back(std::move(a)); }
  std::shared_ptr<Animal> at(std::size_t i) const { return all.at(i); }
  long uses(std::size_t i) const { return all.at(i).use_count(); }
  std::size_t size() const { return all.size(); }
  void clear() { all.clear(); }

private:
  std::vector<std::shared_ptr<Animal>> all;
};
/// Whom nobody may change.
inline std::shared_ptr<const std::vector<int>> fixed() {
  return std::make_shared<const std::vector<int>>(2, 7);
}
inline int grow(std::vector<int> &v) { return int((v.push_back(0), v.size())); }
inline int count(const std::vector<int> &v) { return int(v.size()); }
inline std::shared_ptr<Dog> dog(std::string name) {
  return std::make_shared<Dog>(std::move(name));
}
inline std::string hear(const Animal &a) { return a.sound(); }
inline std::string share(std::shared_ptr<const Animal> a) {
  return a ? a->name : "nobody";
}
} // namespace own

namespace val {
using Value = std::variant<std::monostate, bool, int, double, std::string,
                           std::vector<int>>;
inline Value pass(Value v) { return v; }
inline std::string kind(const Value &v) {
  return std::to_string(v.index());
}
inline std::tuple<int, std::string, double> three(int n) {
  return {n, "t", n / 2.0};
}
inline std::string untuple(const std::tuple<int, std::string, std::pair<int, bool>> &t) {
  return std::to_string(std::get<0>(t)) + std::get<1>(t) +
         std::to_string(std::get<2>(t).first) +
         (std::get<2>(t).second ? "t" : "f");
}
inline int total(const std::map<std::string, int> &m) {
  int n = 0;
  for (auto &[k, v] : m)
    n += v * int(k.size());
  return n;
}
inline std::unordered_map<std::string, std::vector<int>>
groups(std::unordered_map<std::string, std::vector<int>> m) {
  return m;
}
inline int distinct(const std::set<int> &s) { return int(s.size()); }
inline int sumList(std::initializer_list<int> l) {
  return std::accumulate(l.begin(), l.end(), 0);
}
inline int sumArray(const std::array<int, 3> &a) { return a[0] + a[1] + a[2]; }
inline std::array<int, 3> triple(int n) { return {n, n + 1, n + 2}; }
inline double sumSpan(std::span<const double> s) {
  return std::accumulate(s.begin(), s.end(), 0.0);
}
inline void twice(std::span<double> s) {
  for (double &x : s)
    x *= 2;
}
inline void fill(double *p, int n, double x) {
  for (int i = 0; i < n; ++i)
    p[i] = x;
}
struct Point {
  int x, y;
  std::string label = "p";
};
struct Line {
  Point from, to;
};
inline std::string show(const Point &p) {
  return p.label + std::to_string(p.x) + "," + std::to_string(p.y);
}
inline int length(Line l) { return l.to.x - l.from.x + l.to.y - l.from.y; }
struct Metres {
  double n;
  Metres(double n) : n(n) {}
};
struct Feet {
  double n;
  explicit Feet(double n) : n(n) {}
  operator Metres() const { return Metres(n * 0.3); }
};
struct Name {
  std::string text;
  Name(const char *text) : text(text) {}
  Name(const Point &p) : text(show(p)) {}
};
inline double metres(Metres m) { return m.n; }
inline std::string name(const Name &n) { return n.text; }
inline int apply(int (*f)(int, int), int a, int b) { return f ? f(a, b) : -1; }
inline std::string call(std::string (*f)(const std::string &)) { return f("x"); }
inline std::chrono::milliseconds half(std::chrono::milliseconds d) { return d / 2; }
inline std::chrono::seconds whole(std::chrono::seconds d) { return d; }
inline std::string parent(const std::filesystem::path &p) {
  return p.parent_path().string();
}
inline std::filesystem::path join(std::filesystem::path a, const std::string &b) {
  return a / b;
}
inline void change(std::vector<int> &v) { v.push_back(1); }
inline std::complex<double> turned(std::complex<double> z) {
  return z * std::complex<double>(0, 1);
}
struct View {
  std::string_view text;
  const char *more = "";
  std::string all() const { return std::string(text) + more; }
};
struct Counted {
  std::atomic<int> hits{0};
  int n = 1;
};
inline int many(const Counted &c) { return c.hits + c.n; }
class Pattern {
public:
  Pattern(const char *text) : text(text) {}
  Pattern(const std::string &text) : text(text) {}
  Pattern(const Pattern &) = delete;
  std::string text;
};
inline bool matches(const std::string &s, const Pattern &p) {
  return s.find(p.text) != s.npos;
}
class Grid {
public:
  struct Row {
    double x[3] = {};
    double &operator[](int i) { return x[i]; }
    static int length() { return 3; }
  };
  struct None {};
  explicit Grid(None) {}
  template <class N> explicit Grid(const N &n) : rows{{}, {}} { (*this)(0, 0) = n; }
  double &operator()(int i, int j) { return rows[i][j]; }
  double operator()(int i, int j) const { return rows[i].x[j]; }
  Row &operator[](int i) { return rows[i]; }
  int length() const { return 2; }
private:
  Row rows[2];
};
struct Failure {
  int code;
  std::string text() const { return "failure " + std::to_string(code); }
};
template <class F> void later(F f) { f(Failure{3}, 1); }
struct Adder {
  int by = 0;
  int operator()(int x) const { return x + by; }
  std::string operator()(const std::string &s) const { return s + "+"; }
  template <class T> double operator()(int x, T y) { return x + y + by; }
};
inline std::unique_ptr<Adder> adder(int by) {
  return std::make_unique<Adder>(Adder{by});
}
} // namespace val
