/* In a library of its own: no call is inlined. */
#include "test/bench/ffi/native.h"
#include <stdint.h>
#include <stdlib.h>
double native_double(double x) { return x; }
int native_int(int a, int b) { return a + b; }
void *native_pointer(void *p) { return p; }
int native_is_same(const void *p, const void *q) { return p == q; }
long native_string(const char *text) { return *text; }
const char *native_text(void) { return "a string"; }
long native_callback(long n, long (*f)(long)) {
  long s = 0;
  for (long i = 0; i < n; ++i)
    s = f(s);
  return s;
}
double *native_numbers(long n) {
  double *numbers = malloc((size_t)n * sizeof *numbers);
  uint64_t x = 1; /* Knuth's MMIX generator */
  for (long i = 0; i < n; ++i) {
    x = x * 6364136223846793005u + 1442695040888963407u;
    numbers[i] = (double)(x >> 11);
  }
  return numbers;
}
void native_sort(double *numbers, long n,
                 int (*compare)(const double *, const double *)) {
  qsort(numbers, (size_t)n, sizeof *numbers,
        (int (*)(const void *, const void *))compare);
}
int native_is_sorted(const double *numbers, long n) {
  for (long i = 1; i < n; ++i)
    if (numbers[i - 1] > numbers[i])
      return 0;
  return 1;
}
