// A class whose methods are not inlined.
#pragma once
#include <stdexcept>
class Counter {
public:
  explicit Counter(long start) : count(start) {}
  __attribute__((noinline)) long add(long k) { return count += k; }
  __attribute__((noinline)) long get() const { return count; }
  __attribute__((noinline)) void refuse() const {
    throw std::runtime_error("refused");
  }

private:
  long count;
};
