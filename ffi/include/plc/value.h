/// \file
/// The representation of Lisp values: one tagged 64-bit word each.
///
/// C11, self-contained. Shared by the compiler (which emits the same bit
/// patterns), the runtime and every plugin. The scheme and its measurements
/// are described in docs/runtime.md.
///
///   low 3 bits     what                                   access
///   000            fixnum, 61 bits in the upper bits
///   001 010 110    flonum, self-tagged (see plc_flonum_*)
///   011            pair, no header, 16 bytes              car [v-3], cdr [v+5]
///   100            immediates (and object headers, never first-class)
///   101            procedure                              code [v+3]
///   111            any other heap object, header first    header [v-7],
///                                                         field i [v+1+8i]
///
/// Heap objects are 16-byte aligned, their sizes are multiples of 16 bytes.
#ifndef PLC_VALUE_H
#define PLC_VALUE_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

/// One Lisp value.
typedef uint64_t plc_value;

enum {
  PLC_TAG_MASK = 7,
  PLC_TAG_FIXNUM = 0,
  PLC_TAG_PAIR = 3,
  PLC_TAG_IMMEDIATE = 4,
  PLC_TAG_PROCEDURE = 5,
  PLC_TAG_OBJECT = 7
};

/* --- Immediates: payload << 8 | kind << 3 | 4; kind 0 are the constants,
       kind 1 the characters, kinds 2 to 31 are object headers. ------------ */

/// The three false values differ in bits 8 and 9 only: plc_is_true is one
/// `and` and one compare. Payload 3 stays unused for that reason.
#define PLC_CONSTANT(n) ((plc_value)(((uint64_t)(n) << 8) | 4u))
#define PLC_FALSE PLC_CONSTANT(0)
#define PLC_NIL PLC_CONSTANT(1)
#define PLC_UNDEFINED PLC_CONSTANT(2)
#define PLC_TRUE PLC_CONSTANT(4)
#define PLC_NULL PLC_CONSTANT(5) /* the empty list */
#define PLC_UNSPECIFIED PLC_CONSTANT(6)
#define PLC_EOF PLC_CONSTANT(7)
#define PLC_DEFAULT PLC_CONSTANT(8) /* an optional argument left out */
#define PLC_UNBOUND PLC_CONSTANT(9) /* a global or letrec cell before init */
#define PLC_MV PLC_CONSTANT(10)     /* "see ctx->vals"; never stored */
#define PLC_TOMBSTONE PLC_CONSTANT(11) /* deleted hash-table slot */

#define PLC_FALSE_MASK (~(uint64_t)0x300)
static inline bool plc_is_true(plc_value v) {
  return (v & PLC_FALSE_MASK) != PLC_FALSE;
}
static inline plc_value plc_bool(bool b) { return b ? PLC_TRUE : PLC_FALSE; }

static inline bool plc_is_char(plc_value v) { return (v & 0xFF) == 0x0C; }
static inline plc_value plc_char(uint32_t codePoint) {
  return ((uint64_t)codePoint << 8) | 0x0C;
}
static inline uint32_t plc_char_code(plc_value v) { return (uint32_t)(v >> 8); }

/* --- Fixnums ----------------------------------------------------------- */

#define PLC_FIXNUM_MAX (((int64_t)1 << 60) - 1)
#define PLC_FIXNUM_MIN (-((int64_t)1 << 60))

static inline bool plc_is_fixnum(plc_value v) { return (v & 7) == 0; }
static inline bool plc_fits_fixnum(int64_t n) {
  return n >= PLC_FIXNUM_MIN && n <= PLC_FIXNUM_MAX;
}
/// \pre plc_fits_fixnum(n)
static inline plc_value plc_fixnum(int64_t n) { return (uint64_t)n << 3; }
static inline int64_t plc_fixnum_value(plc_value v) { return (int64_t)v >> 3; }

/* --- Flonums ------------------------------------------------------------
   The double's bits rotated left by 4 have the top three exponent bits in
   bits 2..0; XOR 2 then moves them off the fixnum tag. Immediate are 0.0,
   -0.0, subnormals, magnitudes below 2^-767, and 2^-255 <= |d| < 2^257. All
   others are boxed (object kind FLONUM). A double that can be immediate is
   never boxed, so each number has exactly one form. */

static inline bool plc_is_immediate_flonum(plc_value v) {
  return (0x46u >> (v & 7)) & 1;
}
static inline uint64_t plc_double_bits(double d) {
  uint64_t bits;
  memcpy(&bits, &d, sizeof bits);
  return bits;
}
/// The word for d; an immediate flonum only if plc_is_immediate_flonum(result).
static inline plc_value plc_flonum_encode(double d) {
  uint64_t bits = plc_double_bits(d);
  return ((bits << 4) | (bits >> 60)) ^ 2;
}
static inline double plc_flonum_decode(plc_value v) {
  uint64_t bits = v ^ 2;
  bits = (bits >> 4) | (bits << 60);
  double d;
  memcpy(&d, &bits, sizeof d);
  return d;
}

/* --- Heap objects -------------------------------------------------------
   header = length << 16 | flags << 8 | kind << 3 | 4. The meaning of length
   and flags by kind stands in kinds.def. */

typedef enum plc_kind {
#define PLC_KIND(Name, Number, Layout, Doc) PLC_KIND_##Name = Number,
#include "plc/kinds.def"
} plc_kind;

static inline bool plc_is_pair(plc_value v) { return (v & 7) == PLC_TAG_PAIR; }
static inline bool plc_is_procedure(plc_value v) {
  return (v & 7) == PLC_TAG_PROCEDURE;
}
static inline bool plc_is_object(plc_value v) {
  return (v & 7) == PLC_TAG_OBJECT;
}
/// True of everything that lives in memory rather than in the word.
static inline bool plc_is_pointer(plc_value v) {
  return (0xA8u >> (v & 7)) & 1;
}
static inline uint64_t *plc_object_words(plc_value v) {
  return (uint64_t *)(v & ~(uint64_t)7);
}
#define PLC_HEADER(kind, flags, length)                                        \
  (((uint64_t)(length) << 16) | ((uint64_t)(flags) << 8) |                     \
   ((uint64_t)(kind) << 3) | 4u)
static inline uint64_t plc_header(plc_value v) {
  return plc_object_words(v)[0];
}
static inline plc_kind plc_header_kind(uint64_t header) {
  return (plc_kind)((header >> 3) & 31);
}
static inline unsigned plc_header_flags(uint64_t header) {
  return (unsigned)(header >> 8) & 0xFF;
}
static inline uint64_t plc_header_length(uint64_t header) {
  return header >> 16;
}
static inline bool plc_is_kind(plc_value v, plc_kind kind) {
  return plc_is_object(v) && plc_header_kind(plc_header(v)) == kind;
}
/// Fields of an object (tag 111) or of a closure (tag 101): words after the
/// header.
static inline plc_value *plc_fields(plc_value v) {
  return plc_object_words(v) + 1;
}
static inline plc_value plc_car(plc_value v) { return plc_object_words(v)[0]; }
static inline plc_value plc_cdr(plc_value v) { return plc_object_words(v)[1]; }

static inline bool plc_is_flonum(plc_value v) {
  return plc_is_immediate_flonum(v) || plc_is_kind(v, PLC_KIND_FLONUM);
}
static inline double plc_flonum_value(plc_value v) {
  if (plc_is_immediate_flonum(v))
    return plc_flonum_decode(v);
  double d;
  memcpy(&d, plc_fields(v), sizeof d);
  return d;
}

#ifdef __cplusplus
} // extern "C"
#endif
#endif // PLC_VALUE_H
