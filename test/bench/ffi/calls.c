#include <stdio.h>
#include <stdlib.h>
#include <time.h>
double native_double(double);
int native_int(int, int);
void *native_pointer(void *);
long native_callback(long, long (*)(long));
static long increment(long x) { return x + 1; }
static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec * 1e-9;
}
static volatile double sink;
int main(int argc, char **argv) {
  long n = argc > 1 ? atol(argv[1]) : 100000000;
  double start = now(), sum = 0;
  for (long i = 0; i < n; ++i)
    sum += native_double(1.5);
  sink = sum;
  printf("double %.4f\n", now() - start);
  start = now();
  long total = 0;
  for (long i = 0; i < n; ++i)
    total += native_int((int)i, 1);
  sink = total;
  printf("int %.4f\n", now() - start);
  start = now();
  void *p = &start;
  for (long i = 0; i < n; ++i)
    p = native_pointer(p);
  sink = p != 0;
  printf("pointer %.4f\n", now() - start);
  start = now();
  sink = native_callback(n / 10, increment);
  printf("callback %.4f\n", now() - start);
  start = now();
  sink = native_callback(n / 10, increment);
  printf("callback-closure %.4f\n", now() - start);
}
