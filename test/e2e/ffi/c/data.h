/* What the tests of values and memory use: all in the header, so that no
 * library has to be there. */
#ifndef PLC_TEST_DATA_H
#define PLC_TEST_DATA_H
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

enum color { RED, GREEN = 5, BLUE = -1 };
union number { int32_t i; float f; uint8_t bytes[8]; };
struct inner { short a; char tag[6]; };
typedef struct outer {
  struct inner in;
  unsigned flag : 1, mode : 3;
  int delta : 5;
  union number n;
  struct inner many[2];
  double *data;
  const char *name;
  int (*op)(int, int);
  enum color c;
  struct outer *next;
  long double wide;
  bool ok;
  struct { int x, y; };
} outer;
typedef int (*binary)(int, int);

static int counter = 7;
static const char *greeting = "hello";
static const int limit = 9;
static struct inner shared = {3, "abc"};

static inline int add(int a, int b) { return a + b; }
static inline int64_t id64(int64_t x) { return x; }
static inline uint64_t idu64(uint64_t x) { return x; }
static inline uint8_t idu8(uint8_t x) { return x; }
static inline int8_t id8(int8_t x) { return x; }
static inline double idf(double x) { return x; }
static inline float idf32(float x) { return x; }
static inline long double idl(long double x) { return x; }
static inline bool idb(bool x) { return x; }
static inline const char *ids(const char *s) { return s; }
static inline enum color idc(enum color c) { return c; }
static inline void fill(outer *o) {
  o->in.a = 1;
  o->flag = 1;
  o->mode = 5;
  o->delta = -3;
  o->n.f = 1.5f;
  o->many[1].a = 9;
  o->x = 10;
  o->y = 20;
  o->op = add;
  o->c = GREEN;
  o->next = o;
  o->wide = 0.25L;
  o->ok = true;
  o->name = "filled";
}
static inline struct inner turn(struct inner in) { in.a = (short)-in.a; return in; }
static inline int apply(binary f, int a, int b) { return f(a, b); }
static inline double total(const double *data, size_t n) {
  double sum = 0;
  for (size_t i = 0; i < n; ++i)
    sum += data[i];
  return sum;
}
static inline int fails(int code) { return code; }
static inline const char *why(int code) { return code == 3 ? "three is wrong" : "other"; }
static inline outer *none(void) { return NULL; }
static inline int no_file(void) { errno = ENOENT; return -1; }
static inline char *fresh(void) { return (char *)calloc(1, 8); }
#endif
