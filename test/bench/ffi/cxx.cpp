// C++ itself.
#include "test/bench/ffi/kernels.h"
#include "test/bench/ffi/native.hpp"
static double methods(long n) {
  Counter counter(0);
  for (long i = 0; i < n; ++i)
    counter.add(1);
  return (double)counter.get();
}
static double exceptions(long n) {
  Counter counter(0);
  for (long i = 0; i < n; ++i)
    try {
      counter.refuse();
    } catch (const std::exception &e) {
      counter.add(e.what()[0] == 'r');
    }
  return (double)counter.get();
}
static const Kernel kernels[] = {{"cxx-method", methods},
                                 {"cxx-method-unknown", methods},
                                 {"cxx-throw", exceptions},
                                 {nullptr, nullptr}};
int main(int argc, char **argv) {
  return argc == 3 ? runKernel(kernels, argv) : 2;
}
