/* What the programs in C share: `program KERNEL COUNT` prints the seconds of
   CPU that COUNT calls took, and a result that tells that they were made. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
typedef struct Kernel {
  const char *name;
  double (*run)(long n);
} Kernel;
static int runKernel(const Kernel *kernels, char **argv) {
  for (; kernels->name; ++kernels)
    if (strcmp(kernels->name, argv[1]) == 0) {
      clock_t start = clock();
      double result = kernels->run(atol(argv[2]));
      printf("%f %.17g\n", (double)(clock() - start) / CLOCKS_PER_SEC, result);
      return 0;
    }
  return 3;
}
