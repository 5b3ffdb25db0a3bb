struct pair { int left, right; };
struct big { double values[8]; };
static inline int twice(int x) { return 2 * x; }
inline int inlined(int x) { return x + 1; }
static int plain_static(int (*f)(int), int x) { return f(x); }
struct pair make_pair(int left, int right);
double sum_big(struct big b, int scale);
struct big scale_big(struct big b, struct pair p);
static inline struct pair swapped(struct pair p) {
  return (struct pair){p.right, p.left};
}
struct pair formatted(const char *format, ...);
static inline int any_number(int n, ...) { return n; }
#define PAIR_SUM(p) ((p).left + (p).right)
#define ORIGIN_PAIR ((struct pair){1, 2})
static __thread int per_thread = 5;
