#include <stdint.h>
static inline int64_t on_long(int64_t (*f)(int64_t), int64_t x) { return f(x); }
static inline int on_int(int (*f)(int), int x) { return f(x); }
static inline unsigned on_unsigned(unsigned (*f)(unsigned), unsigned x) {
  return f(x);
}
static inline double on_double(double (*f)(double), double x) { return f(x); }
static inline float on_float(float (*f)(float), float x) { return f(x); }
static inline _Bool on_bool(_Bool (*f)(_Bool), _Bool x) { return f(x); }
static double doubles[] = {1.5, -2.25, 1e300, 0.0};
static int32_t ints[] = {7, -8, INT32_MAX, INT32_MIN};
static int64_t longs[] = {5, INT64_MIN, INT64_MAX, -1};
static inline double at_doubles(double (*f)(const double *), int i) {
  return f(i < 0 ? 0 : doubles + i);
}
static inline long at_ints(long (*f)(const int32_t *), int i) {
  return f(ints + i);
}
static inline long at_longs(long (*f)(const int64_t *), int i) {
  return f(longs + i);
}
/// Text of f for 0 to 9, each looked at when the last one has been returned.
static inline long texts(const char *(*f)(int)) {
  const char *all[10];
  long sum = 0;
  for (int i = 0; i < 10; ++i)
    all[i] = f(i);
  for (int i = 0; i < 10; ++i)
    sum += all[i][0];
  return sum;
}
/* A function without a name for the linker. */
static int apply_to(int (*f)(int), int x) { return f(x) + 1; }
typedef int (*applying)(int (*)(int), int);
static inline applying get_apply(void) { return apply_to; }
