/* What is called, in a library of its own: no call is inlined. */
#include <stdlib.h>
double native_double(double x) { return x; }
int native_int(int a, int b) { return a + b; }
void *native_pointer(void *p) { return p; }
long native_callback(long n, long (*f)(long)) {
  long s = 0;
  for (long i = 0; i < n; ++i)
    s = f(s);
  return s;
}
