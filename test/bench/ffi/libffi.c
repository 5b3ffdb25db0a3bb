/* Calls and callbacks by libffi, each with a description prepared once. */
#include "test/bench/ffi/kernels.h"
#include "test/bench/ffi/native.h"
#include <ffi.h>
enum { MostArguments = 3 };
typedef struct Call {
  ffi_cif cif;
  ffi_type *types[MostArguments];
  void (*function)(void);
} Call;
static Call call;
static void prepare(void *function, ffi_type *result, unsigned count,
                    ffi_type *first, ffi_type *second, ffi_type *third) {
  call.function = FFI_FN(function);
  call.types[0] = first, call.types[1] = second, call.types[2] = third;
  if (ffi_prep_cif(&call.cif, FFI_DEFAULT_ABI, count, result, call.types) !=
      FFI_OK)
    abort();
}
static double doubles(long n) {
  prepare((void *)native_double, &ffi_type_double, 1, &ffi_type_double, 0, 0);
  double x = 1.5, y, sum = 0;
  void *arguments[] = {&x};
  for (long i = 0; i < n; ++i) {
    ffi_call(&call.cif, call.function, &y, arguments);
    sum += y;
  }
  return sum;
}
static double ints(long n) {
  prepare((void *)native_int, &ffi_type_sint, 2, &ffi_type_sint,
          &ffi_type_sint, 0);
  int a, b = 1;
  ffi_arg result;
  long sum = 0;
  void *arguments[] = {&a, &b};
  for (long i = 0; i < n; ++i) {
    a = (int)i;
    ffi_call(&call.cif, call.function, &result, arguments);
    sum += (int)result;
  }
  return (double)sum;
}
static double pointers(long n) {
  prepare((void *)native_pointer, &ffi_type_pointer, 1, &ffi_type_pointer, 0,
          0);
  void *first = &n, *p = first, *arguments[] = {&p};
  for (long i = 0; i < n; ++i)
    ffi_call(&call.cif, call.function, &p, arguments);
  return p == first;
}
static double strings(long n) {
  prepare((void *)native_string, &ffi_type_slong, 1, &ffi_type_pointer, 0, 0);
  const char *text = "a string";
  long result, sum = 0;
  void *arguments[] = {&text};
  for (long i = 0; i < n; ++i) {
    ffi_call(&call.cif, call.function, &result, arguments);
    sum += result;
  }
  return (double)sum;
}
static double texts(long n) {
  prepare((void *)native_text, &ffi_type_pointer, 0, 0, 0, 0);
  const char *text;
  long sum = 0;
  for (long i = 0; i < n; ++i) {
    ffi_call(&call.cif, call.function, &text, NULL);
    sum += text[0];
  }
  return (double)sum;
}
/* A function of C that calls `handler`. */
static void *closureOf(void (*handler)(ffi_cif *, void *, void **, void *),
                       void *data, ffi_type *result, unsigned count, ffi_type *type) {
  static ffi_cif cif;
  static ffi_type *types[2];
  void *code;
  ffi_closure *closure = ffi_closure_alloc(sizeof *closure, &code);
  types[0] = types[1] = type;
  if (!closure ||
      ffi_prep_cif(&cif, FFI_DEFAULT_ABI, count, result, types) != FFI_OK ||
      ffi_prep_closure_loc(closure, &cif, handler, data, code) != FFI_OK)
    abort();
  return code;
}
static void increment(ffi_cif *cif, void *result, void **arguments,
                      void *data) {
  (void)cif, (void)data;
  *(ffi_sarg *)result = *(long *)arguments[0] + 1;
}
static volatile long calls;
static void incrementAndNote(ffi_cif *cif, void *result, void **arguments,
                             void *data) {
  calls = *(long *)arguments[0];
  increment(cif, result, arguments, data);
}
static void (*volatile step)(ffi_cif *, void *, void **, void *) = increment;
static void stepAndNote(ffi_cif *cif, void *result, void **arguments,
                        void *data) {
  calls = *(long *)arguments[0];
  step(cif, result, arguments, data);
}
static void add(ffi_cif *cif, void *result, void **arguments, void *data) {
  (void)cif;
  *(ffi_sarg *)result = *(long *)arguments[0] + *(long *)data;
}
static double callbacksOf(void (*handler)(ffi_cif *, void *, void **, void *),
                          void *data, long n) {
  prepare((void *)native_callback, &ffi_type_slong, 2, &ffi_type_slong,
          &ffi_type_pointer, 0);
  void *f = closureOf(handler, data, &ffi_type_slong, 1, &ffi_type_slong);
  void *arguments[] = {&n, &f};
  long result;
  ffi_call(&call.cif, call.function, &result, arguments);
  return (double)result;
}
static double callbacks(long n) { return callbacksOf(increment, NULL, n); }
static double callbacksThatWrite(long n) {
  return callbacksOf(incrementAndNote, NULL, n);
}
static double callbacksThatCall(long n) {
  return callbacksOf(stepAndNote, NULL, n);
}
static double callbacksOfClosure(long n) {
  long one = 1;
  return callbacksOf(add, &one, n);
}
static void compare(ffi_cif *cif, void *result, void **arguments, void *data) {
  (void)cif, (void)data;
  double a = **(double **)arguments[0], b = **(double **)arguments[1];
  *(ffi_sarg *)result = (a > b) - (a < b);
}
static double *numbers;
static double sort(long n) {
  prepare((void *)native_sort, &ffi_type_void, 3, &ffi_type_pointer,
          &ffi_type_slong, &ffi_type_pointer);
  void *f = closureOf(compare, NULL, &ffi_type_sint, 2, &ffi_type_pointer);
  void *arguments[] = {&numbers, &n, &f};
  ffi_call(&call.cif, call.function, NULL, arguments);
  return native_is_sorted(numbers, n);
}
#include "test/bench/ffi/native_main.h"
