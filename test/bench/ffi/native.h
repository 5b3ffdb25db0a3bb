/* What is called. Without directives: LuaJIT and cffi read it, too. */
double native_double(double x);
int native_int(int a, int b);
void *native_pointer(void *p);
int native_is_same(const void *p, const void *q);
/* The first byte. */
long native_string(const char *text);
const char *native_text(void);
/* f(f(... f(0))), n times. */
long native_callback(long n, long (*f)(long x));
/* n numbers in no order, for native_sort. */
double *native_numbers(long n);
void native_sort(double *numbers, long n,
                 int (*compare)(const double *a, const double *b));
int native_is_sorted(const double *numbers, long n);
