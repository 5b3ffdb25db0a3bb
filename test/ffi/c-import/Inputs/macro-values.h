#define ANSWER (40 + 2)
#define NAME "plc " "macros"
#define RATIO (1 / 4.0)
#define MAKE(a, b) ((a) << 8 | (b))
#define LARGER(a, b) ((a) > (b) ? (a) : (b))
#define SUM(a, b) ((a) + (b))
struct pair { int left, right; };
static inline int twice(int x) { return 2 * x; }
static inline struct pair swapped(struct pair p) {
  struct pair other = {p.right, p.left};
  return other;
}
static int counter = 7;
