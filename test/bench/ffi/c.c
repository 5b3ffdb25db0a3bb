/* C itself. */
#include "test/bench/ffi/kernels.h"
#include "test/bench/ffi/native.h"
static double doubles(long n) {
  double sum = 0;
  for (long i = 0; i < n; ++i)
    sum += native_double(1.5);
  return sum;
}
static double ints(long n) {
  long sum = 0;
  for (long i = 0; i < n; ++i)
    sum += native_int((int)i, 1);
  return (double)sum;
}
static double pointers(long n) {
  void *first = &n, *p = first;
  for (long i = 0; i < n; ++i)
    p = native_pointer(p);
  return p == first;
}
static double strings(long n) {
  long sum = 0;
  for (long i = 0; i < n; ++i)
    sum += native_string("a string");
  return (double)sum;
}
static double texts(long n) {
  long sum = 0;
  for (long i = 0; i < n; ++i)
    sum += native_text()[0];
  return (double)sum;
}
static long increment(long x) { return x + 1; }
static double callbacks(long n) {
  return (double)native_callback(n, increment);
}
/* As c.lisp has them: one writes, the other calls what may change, too. */
static volatile long calls;
static long incrementAndNote(long x) {
  calls = x;
  return x + 1;
}
static double callbacksThatWrite(long n) {
  return (double)native_callback(n, incrementAndNote);
}
static long (*volatile step)(long) = increment;
static long stepAndNote(long x) {
  calls = x;
  return step(x);
}
static double callbacksThatCall(long n) {
  return (double)native_callback(n, stepAndNote);
}
/* The same function, called by C without native_callback. */
static long (*volatile stepFromHere)(long) = stepAndNote;
static double callsOfSame(long n) {
  long s = 0;
  for (long i = 0; i < n; ++i)
    s = stepFromHere(s);
  return (double)s;
}
/* A closure of C: a function and what it is given. */
static volatile long one = 1;
static long add(long x) { return x + one; }
static double callbacksOfClosure(long n) {
  return (double)native_callback(n, add);
}
static int compare(const double *a, const double *b) {
  return (*a > *b) - (*a < *b);
}
static double *numbers;
static double sort(long n) {
  native_sort(numbers, n, compare);
  return native_is_sorted(numbers, n);
}
#define HAS_CALLS
#include "test/bench/ffi/native_main.h"
