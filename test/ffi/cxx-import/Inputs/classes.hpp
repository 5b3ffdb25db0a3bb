// What the tests of classes need.
#pragma once
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace zoo {

inline int alive = 0;
inline int destroyed = 0;

struct Counted {
  Counted() { ++alive; }
  Counted(const Counted &) { ++alive; }
  Counted(Counted &&) { ++alive; }
  ~Counted() {
    --alive;
    ++destroyed;
  }
  Counted &operator=(const Counted &) = default;
};

/// An animal.
class Animal : public Counted {
public:
  explicit Animal(std::string name, int legs = 4) : name(name), legs(legs) {
    if (legs < 0)
      throw std::invalid_argument("so few legs: " + std::to_string(legs));
  }
  virtual ~Animal() = default;
  virtual std::string sound() const { return "..."; }
  std::string speak() const { return name + ": " + sound(); }
  std::string speak(int times) const {
    std::string text;
    for (int i = 0; i < times; ++i)
      text += sound();
    return text;
  }
  std::string speak(const std::string &to) const {
    return name + " to " + to + ": " + sound();
  }
  Animal *self() { return this; }
  static int count() { return alive; }
  std::string name;
  int legs;
  const int eyes = 2;
  unsigned small : 3 = 5;

private:
  int hidden() { return 1; }
};

struct Dog : Animal {
  explicit Dog(std::string name) : Animal(name) {}
  std::string sound() const override { return "woof"; }
};

inline std::string meet(const Animal &a, const Animal &b) {
  return a.name + " meets " + b.name;
}
inline Dog puppy(const Dog &parent) { return Dog(parent.name + " jr"); }

struct Vec {
  double x, y;
  Vec(double x, double y) : x(x), y(y) {}
  Vec operator+(const Vec &o) const { return {x + o.x, y + o.y}; }
  Vec operator*(double f) const { return {x * f, y * f}; }
  bool operator==(const Vec &o) const { return x == o.x && y == o.y; }
  bool operator<(const Vec &o) const { return x < o.x; }
};

struct Box : Counted {
  std::vector<Vec> items;
  Vec corner{1, 2};
  void add(double x, double y) { items.emplace_back(x, y); }
  std::size_t size() const { return items.size(); }
  Vec &operator[](std::size_t i) { return items[i]; }
  auto begin() { return items.begin(); }
  auto end() { return items.end(); }
};

struct Shape {
  virtual ~Shape() = default;
  virtual double area() const = 0;
};

} // namespace zoo
