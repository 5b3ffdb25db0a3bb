/* A list that is walked by its functions alone. */
#include <stddef.h>
typedef struct node {
  int value;
  struct node *next;
} node;
static node nodes[100];
/* n nodes with the values 1, 2, ...; NULL for none. */
static inline node *first_node(int n) {
  for (int i = 0; i < n; ++i) {
    nodes[i].value = i + 1;
    nodes[i].next = i + 1 < n ? &nodes[i + 1] : NULL;
  }
  return n > 0 ? nodes : NULL;
}
static inline node *next_node(node *p) { return p->next; }
static inline int node_value(const node *p) { return p ? p->value : -1; }
static inline void *any_node(void *p) { return p; }
static inline int is_same(void *a, const void *b) { return a == b; }
/* With a callback on the way. */
static inline node *visit_node(node *p, int (*f)(int)) {
  return f(p->value) ? p->next : NULL;
}
