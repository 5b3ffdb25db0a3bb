#define LIMIT 42
struct place { int where; };
static inline int add(int a, int b) { return a + b; }
static inline int where(struct place *p) { return p->where; }
