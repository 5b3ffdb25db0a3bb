//===- Runtime.h - what every file of the runtime uses -----------*- C++ -*-===//
//
// Allocation, type errors and small accessors. The runtime is built without
// exceptions and RTTI. Rules (docs/runtime.md): values may be kept in locals
// freely (stacks are scanned conservatively), in malloc'ed memory only through
// a Handle; no frame between Lisp and raise() may own a destructor; stores into
// existing heap objects go through store().
//
//===----------------------------------------------------------------------===//
#ifndef PLC_RUNTIME_RUNTIME_H
#define PLC_RUNTIME_RUNTIME_H

#include "plc/value.h"
#include "stdlib/Context.h"

#include <cstddef>
#include <cstdint>

namespace plc::rt {

using Context = plc_context;
using Value = plc_value;

//===--- Allocation (Heap.cpp) --------------------------------------------===//
// Every function may collect; objects held in locals stay where they are.

/// rt_alloc_slow for C++; the two differ in what they know of the caller.
void *allocateSlow(Context *ctx, size_t bytes);
/// Bump-allocates `bytes` (multiple of 16) and returns the untagged address;
/// the caller initialises all words before the next allocation.
inline uint64_t *allocateWords(Context *ctx, size_t bytes) {
  uint64_t address = ctx->ap;
  if (__builtin_expect(address + bytes > ctx->lim, 0))
    return static_cast<uint64_t *>(allocateSlow(ctx, bytes));
  ctx->ap = address + bytes;
  return reinterpret_cast<uint64_t *>(address);
}
/// Object of `length` bytes that is never scanned (BYTES, BIGNUM, FLONUM, ...);
/// contents undefined, padding included.
Value allocateBytes(Context *ctx, plc_kind kind, unsigned flags,
                    size_t length);
/// Object of `words` fields after the header, every field set to `fill`;
/// header length = words.
Value allocateObject(Context *ctx, plc_kind kind, unsigned flags, size_t words,
                     Value fill);
inline Value cons(Context *ctx, Value car, Value cdr) {
  uint64_t *words = allocateWords(ctx, 16);
  words[0] = car;
  words[1] = cdr;
  return reinterpret_cast<uint64_t>(words) | PLC_TAG_PAIR;
}

/// Store with write barrier into field `slot` of a heap object.
inline void store(Context *ctx, Value *slot, Value v) {
  *slot = v;
  uint64_t address = reinterpret_cast<uint64_t>(slot);
  if (address - ctx->heap_base < ctx->heap_size)
    ctx->cards[address >> PLC_CARD_SHIFT] = 1;
}
inline bool inHeap(const Context *ctx, Value v) {
  return (v & ~uint64_t(7)) - ctx->heap_base < ctx->heap_size;
}

/// A root outside stacks and heap, e.g. for a value kept in C++ memory.
class Handle {
public:
  Handle() = default;
  static Handle create(Context *ctx, Value v);
  Value get(Context *ctx) const;
  void set(Context *ctx, Value v);
  void release(Context *ctx);
  /// As a number, for those who cannot keep a Handle; 0 is none.
  uint32_t number() const { return index; }
  static Handle ofNumber(uint32_t number) {
    Handle handle;
    handle.index = number;
    return handle;
  }

private:
  uint32_t index = 0;
};
/// Static words (a C++ global that holds a value) as roots for ever.
void registerRoots(Context *ctx, Value *first, size_t count);

//===--- Errors (Condition.cpp) -------------------------------------------===//
// All of these call the current exception handler and never return.

/// Raises any object.
[[noreturn]] void raise(Context *ctx, Value object);
/// Raises a condition: `type` as in condition-type ("wrong-type", "file-error",
/// "read-error", "range", "divide-by-zero", ...), irritants a list.
[[noreturn]] void raiseCondition(Context *ctx, const char *type,
                                 const char *message, Value irritants);
/// "`who`: expected `expected` as argument `position` (from 1; 0: not said)"; the
/// value is the irritant. expected: "a pair", "an exact integer", ...
[[noreturn]] void wrongType(Context *ctx, const char *who, int position,
                            const char *expected, Value got);
[[noreturn]] void outOfRange(Context *ctx, const char *who, Value index,
                             int64_t length);
/// "who: a constant cannot be changed"
[[noreturn]] void immutable(Context *ctx, const char *who, Value object);

//===--- Small constructors -----------------------------------------------===//

Value makeString(Context *ctx, const char *utf8, size_t bytes); // Strings.cpp
Value makeString(Context *ctx, const char *utf8);
/// malloc'ed, NUL-terminated UTF-8 of a string; free() it before anything that
/// may raise.
char *toUtf8(Context *ctx, Value string, size_t *bytes);
Value intern(Context *ctx, const char *utf8, size_t bytes); // Symbols.cpp
Value intern(Context *ctx, const char *utf8);
/// Of text that stays where it is: the last ones are found by their addresses.
Value internKept(Context *ctx, const char *utf8);
/// The canonical value of a double (immediate, static or boxed). Number.cpp
Value makeFlonum(Context *ctx, double d);
/// Fixnum or bignum. Number.cpp
Value makeInteger(Context *ctx, int64_t n);
inline Value list1(Context *ctx, Value a) { return cons(ctx, a, PLC_NULL); }
inline Value list2(Context *ctx, Value a, Value b) {
  return cons(ctx, a, list1(ctx, b));
}

//===--- Calling Lisp from C++ (Enter.cpp) --------------------------------===//

/// Calls a procedure from runtime C++ (not from foreign code: no boundary).
/// An escape jumps over the caller's frames. At most PLC_ARGV_MAX arguments.
Value callLisp(Context *ctx, Value procedure, int64_t argc, const Value *argv);

/// Several values: fills ctx->vals and returns PLC_MV (or the one value).
Value returnValues(Context *ctx, int64_t count, const Value *values);

//===--- Checked accessors -------------------------------------------------===//

inline Value *fieldsOf(Value v) { return plc_fields(v); }
inline uint64_t lengthOf(Value v) { return plc_header_length(plc_header(v)); }
/// Fixnum in [0, limit], or raises naming `who`.
int64_t checkIndex(Context *ctx, const char *who, int position, Value v,
                   int64_t limit);
/// The length of what is to be made, argument 1, at most `limit` elements.
int64_t checkLength(Context *ctx, const char *who, Value v,
                    int64_t limit = int64_t(1) << 40);
/// Bounds of an optional [start, end) pair; DEFAULT means 0 and length.
void checkRange(Context *ctx, const char *who, Value start, Value end,
                int64_t length, int64_t *first, int64_t *last);

/// The context of this process (one Lisp world, runtime.md 4.5).
extern Context *theContext __asm__("rt_context");
/// What tells this thread from all others.
inline uint64_t currentThread() {
  uint64_t address;
  asm("movq %%fs:0, %0" : "=r"(address));
  return address;
}
/// True in the thread that may touch Lisp values now.
inline bool holdsWorld() {
  return __atomic_load_n(&theContext->holder, __ATOMIC_RELAXED) ==
         currentThread();
}

} // namespace plc::rt

/// C prototypes of all primitives, generated from the table.
#include "stdlib/runtime/PrimitivePrototypes.h"

#endif // PLC_RUNTIME_RUNTIME_H
