enum color { RED, GREEN };
struct point { int x, y; };
int add(int a, int b);
signed char narrow(signed char x);
enum color paint(enum color c);
const char *name(const char *s);
int sum(int n, ...);
extern const int limit;
