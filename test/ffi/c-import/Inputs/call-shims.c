// Calls shims by the rule of plc/native.h: records by their address, a record
// that is a result goes to the address that comes first.
#include "shims.h"
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

static void *find(void *library, const char *prefix, const char *name) {
  char symbol[200];
  snprintf(symbol, sizeof symbol, "%s%s", prefix, name);
  void *found = dlsym(library, symbol);
  if (!found)
    printf("%s\n", dlerror());
  return found;
}

int inlined(int x);

int main(int argc, char **argv) {
  void *library = dlopen(argv[1], RTLD_LAZY);
  if (!library) {
    printf("%s\n", dlerror());
    return 1;
  }
  const char *prefix = argv[2];
  int (*doubled)(int) = find(library, prefix, "twice");
  printf("%d\n", doubled(21));
  struct pair p = {1, 2}, q = {0, 0};
  void (*swap)(struct pair *, struct pair *) =
      find(library, prefix, "swapped");
  swap(&q, &p);
  printf("%d %d\n", q.left, q.right);
  long long (*sum)(struct pair *) = find(library, prefix, "PAIR_SUM");
  printf("%d\n", (int)sum(&p));
  void (*origin)(struct pair *) = find(library, prefix, "ORIGIN_PAIR");
  origin(&q);
  printf("%d %d\n", q.left, q.right);
  int (*apply)(int (*)(int), int) = find(library, prefix, "plain_static");
  printf("%d\n", apply(doubled, 4));
  int *(*place)(void) = find(library, prefix, "per_thread");
  printf("%d\n", *place());
  return 0;
}
