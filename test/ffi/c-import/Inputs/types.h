/** A place. */
typedef struct point {
  double x; /**< to the right */
  double y; ///< up
} point;
typedef struct { int a; } unnamed_tag;
struct node {
  struct node *next;
  struct { int inner; } named;
  struct {
    int shown;
    union { int as_int; float as_float; };
  };
  union { long l; double d; } choice;
  int matrix[2][3];
  const char *names[4];
  int (*compare)(const void *a, const void *b);
  _Atomic int counter;
  volatile int seen;
  __int128 huge;
};
struct flags {
  unsigned a : 3;
  unsigned : 2;
  signed b : 5;
  unsigned long c : 40;
  _Bool d : 1;
};
struct packet { unsigned length; char data[]; };
struct __attribute__((packed)) tight { char a; int b; };
union number { int i; double d; };
enum color { RED, GREEN = 5, /** the sky */ BLUE };
typedef enum { LOW = -1, HIGH = 1 } level;
enum { ANONYMOUS = 1 << 10 };
enum big { HUGE_MEMBER = 0xFFFFFFFFFFFFFFFF };
typedef int (*visitor)(struct node *node, void *data);
typedef void handler(int signal);
typedef handler *handler_pointer;
void on(handler *h, handler_pointer p, void (*q)(void (*)(int)));
int stat(const char *path, struct stat *into);
struct stat { int mode; };
enum color mix(enum color a, level b);
extern int counter;
extern const char *const version;
extern const double table[10];
extern point origin;
extern __thread int per_thread;
static const int kInternal = 7;
point *nearest(const point *of, point **all);
