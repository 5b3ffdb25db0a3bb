#include <stdio.h>
struct inner { const char *name; int v; };
struct outer { struct inner in; struct inner arr[3]; };
enum huge { HUGE_ONE = 1, HUGE_ALL = 0xffffffffffffffffULL };
enum few { FEW_ONE = 1, FEW_FIVE = 5 };
struct flexible { int count; int items[]; };
static int memory[] = {3, 10, 20, 30};
static inline struct flexible *some(void) { return (void *)memory; }
struct bits { enum few e : 2; };
static struct inner global_inner;
static char buffer[200];
static inline const char *cat(const char *a, const char *b, int (*f)(int)) {
  f(0);
  snprintf(buffer, sizeof buffer, "%s|%s", a, b);
  return buffer;
}
static inline int value(struct inner i) { return i.v; }
static inline unsigned long huge_value(enum huge h) { return h; }
