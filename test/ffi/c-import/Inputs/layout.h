#include <complex.h>
#include <stdint.h>
struct scalars { char c; short s; int i; long l; float f; double d; long double ld; _Bool b; };
struct mixed { char a; double b; char c; int16_t d; void *e; char f; };
struct bits {
  unsigned a : 1; unsigned b : 7; unsigned c : 9; int d : 15; unsigned e : 32;
  unsigned long f : 33; unsigned g : 5; unsigned char h : 3; unsigned short i : 11;
};
struct zero_width { unsigned a : 3; unsigned : 0; unsigned b : 4; char c; unsigned d : 2; };
struct nested { char a; struct { char b; long c; } in; union { int x; double y; char z[9]; } u; char d; };
struct arrays { char a[3]; int b[2][5]; double c[1]; struct mixed d[2]; };
struct __attribute__((packed)) packed_bits { char a; unsigned b : 5; unsigned c : 20; double d; };
struct aligned { char a; int b __attribute__((aligned(32))); char c; };
struct complexes { char a; float _Complex b; char c; double _Complex d; };
union sum { char a; struct mixed b; int64_t c[3]; };
struct tail { int n; struct mixed items[]; };
enum small { SMALL = 1 };
struct with_enum { char a; enum small b; char c; int (*f)(int); };
#pragma pack(push, 2)
struct pragma_packed { char a; double b; int c : 7; int d : 30; };
#pragma pack(pop)
struct empty { };
