#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

/** Adds.
 *
 *  Both must be positive.
 */
int add(int a, int b);
/// Halves `x`,
/// exactly.
double halve(double x);
long double widen(float x, long double y);
_Bool flag(_Bool a, char b, signed char c, unsigned char d);
short shorts(short a, unsigned short b);
uint64_t sizes(size_t n, int64_t m, ptrdiff_t d);
double _Complex rotate(float _Complex z);
void nothing(void);
int unspecified();
int print(const char *format, ...);
char *duplicate(const char *text, char *into);
void *copy(void *to, const void *from, size_t size) __attribute__((nonnull(1, 2)));
void all_needed(int *a, int n, int *b) __attribute__((nonnull));
_Noreturn void stop(int status);
int renamed(int) __asm__("real_name");
int vector_sum(const double values[3], const char *const names[]);
int listed(va_list list);
struct hidden;
struct hidden *make_hidden(void);
void free_hidden(struct hidden *);
int gone(void) __attribute__((unavailable("use add")));
__int128 wide(void);
int narrow(const __int128 *through_a_pointer);
typedef int quad __attribute__((vector_size(16)));
quad quads(quad a);
int opaque_by_value(struct hidden h);
int quad_pointer(quad *q);
