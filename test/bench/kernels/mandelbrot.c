/* The C twin of mandelbrot.scm. */
#include <stdio.h>

static long iterations(double cr, double ci, long limit) {
  double zr = 0.0, zi = 0.0;
  for (long n = 0; n != limit; ++n) {
    double zr2 = zr * zr, zi2 = zi * zi;
    if (zr2 + zi2 > 4.0)
      return n;
    zi = 2.0 * zr * zi + ci;
    zr = zr2 - zi2 + cr;
  }
  return limit;
}

int main(void) {
  long size, limit, inside = 0;
  if (scanf("%ld %ld", &size, &limit) != 2)
    return 1;
  for (long y = 0; y < size; ++y)
    for (long x = 0; x < size; ++x)
      inside += iterations(2.0 * x / size - 1.5, 2.0 * y / size - 1.0,
                           limit) == limit;
  printf("%ld\n", inside);
}
