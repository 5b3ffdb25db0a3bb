//===- NativeMemory.h - pointers and what they point to ---------*- C++ -*-===//
//
// A POINTER's word 2 is what has to live as long as the memory is used: a block,
// or any object. A block stands for memory that Lisp owns or finalises: itself
// of kind POINTER, with no symbol in word 1.
//
//===----------------------------------------------------------------------===//
#ifndef PLC_RUNTIME_NATIVEMEMORY_H
#define PLC_RUNTIME_NATIVEMEMORY_H

#include "plc/plugin.h"
#include "stdlib/runtime/NativeTypes.h"

namespace plc::rt {

enum PointerWord {
  PointerAddress, ///< fixnum
  PointerType,    ///< symbol; of a block its finaliser or #f
  PointerKeeps,   ///< of a block: (type (offset . value) ...)
  PointerBytes,   ///< fixnum, or #f; not there if PointerLeastWords are
  PointerWords,
  PointerLeastWords = PointerBytes
};
/// Flags of a block. Shared: the memory of another runtime or of a vector; its
/// finaliser is a plc_buffer, as a fixnum, or #f.
enum BlockFlags : unsigned {
  BlockOwned = 1,
  BlockFreed = 2,
  BlockShared = 4,
  BlockReadOnly = 8
};
/// Flag of a pointer with PointerLeastWords that keeps something alive: compiled
/// code looks at the header alone.
inline constexpr unsigned PointerKeepsSome = 16;

inline bool isPointer(Value v) { return plc_is_kind(v, PLC_KIND_POINTER); }
/// Bytes without references: what is lent to others is pinned.
inline bool isHomogeneous(Value v) {
  return plc_is_kind(v, PLC_KIND_BYTEVECTOR) ||
         plc_is_kind(v, PLC_KIND_NUMVECTOR);
}
inline char *pointerAddress(Value pointer) {
  return reinterpret_cast<char *>(
      plc_fixnum_value(plc_fields(pointer)[PointerAddress]));
}
inline Value pointerType(Value pointer) {
  return plc_fields(pointer)[PointerType];
}
inline Value pointerKeeps(Value pointer) {
  return plc_fields(pointer)[PointerKeeps];
}
/// Bytes that may be used there, or -1 if that is not known.
inline int64_t pointerBytes(Value pointer) {
  if (plc_header_length(plc_header(pointer)) == PointerLeastWords)
    return -1;
  Value bytes = plc_fields(pointer)[PointerBytes];
  return plc_is_fixnum(bytes) ? plc_fixnum_value(bytes) : -1;
}
/// True if the memory was given back by c:free.
bool isFreed(Value pointer);

/// A pointer, or nil for NULL. \param bytes  -1: not known
Value makePointer(Context *ctx, const void *address, Value type, Value keeps,
                  int64_t bytes);
/// Zeroed memory for `count` values of a type, which is freed when nothing
/// refers to it.
Value newNative(Context *ctx, const NativeType *type, Value name,
                uint64_t count);
/// Pointer to memory that another one gives back: `buffer` is copied, and released
/// when nothing refers to the memory any more.
Value shareMemory(Context *ctx, void *data, Value type, int64_t bytes,
                  bool isReadOnly, const plc_buffer *buffer);
/// True if nothing may be written through the pointer.
bool isReadOnly(Value pointer);
/// The block behind a pointer; one is made if it has none.
Value blockOf(Context *ctx, Value pointer);
/// `value` lives as long as what the pointer points to, or until another one is
/// stored at that offset of it. Objects of the heap are pinned.
void keepWith(Context *ctx, Value pointer, const void *place, Value value);

/// What keepWith() keeps for that place, or #f.
Value keptWith(Value pointer, const void *place);

/// What a conversion could not do.
struct NativeFailure {
  plc_status status = PLC_OK;
  char text[480];
  /// Fills in the text: "TYPE cannot hold VALUE".
  bool cannotHold(const NativeType *type, const char *expected);
};

/// A place of a type: bits only for bit-fields.
struct NativePlace {
  const NativeType *type;
  char *address;
  unsigned bitOffset = 0, bitWidth = 0;
  Value keeps = PLC_FALSE; ///< for pointers into it
};

/// The value there. Records and arrays are pointers to where they are.
Value loadNative(Context *ctx, const NativePlace &place);
/// Writes a value; false, and why, if it does not fit.
/// \param kept  receives what has to live as long as the place refers to it, or
///              is left alone
bool storeNative(Context *ctx, const NativePlace &place, Value v, Value *kept,
                 NativeFailure &failure);
/// The type of a pointer to a callback that was given back.
inline constexpr char kReleasedCallback[] = "freed memory";
/// The same for an argument of a call. What a string becomes is found by its
/// address on the stack, as long as the caller has it there.
bool storeNativeArgument(Context *ctx, const NativePlace &place, Value v,
                         Value *kept, NativeFailure &failure);
/// NUL-terminated UTF-8 of a string in a fresh bytevector; 0 if it has NULs.
Value nativeText(Context *ctx, Value string);
/// The address of a record that is passed by value: the place has the type of
/// pointers to it.
bool storeRecordArgument(Context *ctx, const NativePlace &place, Value v,
                         Value *kept, NativeFailure &failure);
/// True if a pointer to `have` may stand where `want` is wanted.
bool pointerFits(Context *ctx, Value have, Value want);
/// A string of NUL-terminated text; nil for NULL.
Value textOfNative(Context *ctx, const char *text);

/// What a pointer keeps: its end is seen to when nothing refers to it any more.
void finalizeWhenDead(Context *ctx, Value kept);
/// Calls the finalisers of pointers that nothing refers to any more.
void finalizeDeadPointers(Context *ctx);

} // namespace plc::rt
#endif // PLC_RUNTIME_NATIVEMEMORY_H
