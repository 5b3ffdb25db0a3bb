//===- NativeMemory.cpp - pointers and what they point to -----------------===//

#include "stdlib/runtime/NativeMemory.h"
#include "stdlib/runtime/Control.h"
#include "stdlib/runtime/Heap.h"
#include "stdlib/runtime/NativeCalls.h"
#include "stdlib/runtime/NativeObjects.h"
#include "stdlib/runtime/Number.h"
#include "stdlib/runtime/Symbols.h"
#include "stdlib/runtime/Text.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

using namespace plc::rt;

namespace plc::rt {

//===--- Blocks -----------------------------------------------------------===//

static bool isBlock(Value v) {
  return isPointer(v) && !isSymbol(plc_fields(v)[PointerType]);
}

static unsigned flagsOf(Value object) {
  return plc_header_flags(plc_header(object));
}
static void addFlags(Value object, unsigned flags) {
  plc_object_words(object)[0] |= uint64_t(flags) << 8;
}
static void removeFlags(Value object, unsigned flags) {
  plc_object_words(object)[0] &= ~(uint64_t(flags) << 8);
}

bool isFreed(Value pointer) {
  Value keeps = pointerKeeps(pointer);
  return isBlock(keeps) && (flagsOf(keeps) & BlockFreed);
}

static void unpinAll(Context *ctx, Value block) {
  for (Value list = plc_cdr(plc_fields(block)[PointerKeeps]);
       plc_is_pair(list); list = plc_cdr(list)) {
    Value kept = plc_cdr(plc_car(list));
    if (isHomogeneous(kept))
      unpin(ctx, kept);
  }
}

// Memory of C is seen by no limit of the heap: so much of it, and a collection
// looks for what can be freed.
static constexpr uint64_t LeastPressure = uint64_t(64) << 20;
static uint64_t pressure, ownedBytes;

/// Whether a collection is due before so much is allocated.
static bool isCollectionDue(uint64_t bytes) {
  if ((pressure += bytes) <= LeastPressure + ownedBytes / 2)
    return false;
  pressure = 0;
  return true;
}

/// Bytes that are freed when a buffer is given back.
static uint64_t ownedBytesOf(const plc_buffer &buffer) {
  uint64_t bytes = buffer.is_owned ? buffer.bits / 8 : 0;
  for (uint32_t i = 0; i < buffer.dimensions; ++i)
    bytes *= uint64_t(buffer.shape[i]);
  return bytes;
}

/// Gives shared memory back; `word` is what its block has for a finaliser.
static void releaseShared(Value word) {
  auto *buffer =
      reinterpret_cast<plc_buffer *>(uintptr_t(plc_fixnum_value(word)));
  ownedBytes -= ownedBytesOf(*buffer);
  if (buffer->release)
    buffer->release(buffer);
  delete buffer;
}

static void freeBlock(Context *ctx, Value block) {
  if (flagsOf(block) & BlockFreed)
    return;
  if (flagsOf(block) & BlockOwned) {
    free(pointerAddress(block));
    ownedBytes -= uint64_t(pointerBytes(block));
  }
  unpinAll(ctx, block);
  addFlags(block, BlockFreed);
}

/// Blocks whose finalisers wait, a list.
static Value dying = PLC_NULL;

static void finalizePointer(Context *ctx, Value block) {
  if (plc_fields(block)[PointerType] == PLC_FALSE)
    freeBlock(ctx, block);
  else
    dying = cons(ctx, block, dying);
}

void finalizeWhenDead(Context *ctx, Value block) {
  static bool isPrepared;
  if (!isPrepared) {
    isPrepared = true;
    setFinalizer(ctx, PLC_KIND_POINTER, finalizePointer);
    registerRoots(ctx, &dying, 1);
  }
  registerFinalizer(ctx, block);
}

static Value makeBlock(Context *ctx, const void *address, Value type,
                       int64_t bytes, unsigned flags) {
  Value kept = list1(ctx, type);
  Value block =
      allocateObject(ctx, PLC_KIND_POINTER, flags, PointerWords, PLC_FALSE);
  Value *words = plc_fields(block);
  store(ctx, words + PointerAddress, plc_fixnum(int64_t(address)));
  store(ctx, words + PointerKeeps, kept);
  if (bytes >= 0)
    store(ctx, words + PointerBytes, plc_fixnum(bytes));
  finalizeWhenDead(ctx, block);
  return block;
}

Value blockOf(Context *ctx, Value pointer) {
  Value keeps = pointerKeeps(pointer);
  if (isBlock(keeps))
    return keeps;
  Value block = makeBlock(ctx, pointerAddress(pointer), pointerType(pointer),
                          -1, 0);
  if (keeps != PLC_FALSE) {
    Value entry = cons(ctx, PLC_FALSE, keeps);
    Value list = plc_fields(block)[PointerKeeps];
    store(ctx, plc_object_words(list) + 1, list1(ctx, entry));
  }
  store(ctx, plc_fields(pointer) + PointerKeeps, block);
  addFlags(pointer, PointerKeepsSome);
  return block;
}

void keepWith(Context *ctx, Value pointer, const void *place, Value value) {
  Value keeps = pointerKeeps(pointer);
  if (value == PLC_FALSE && !isBlock(keeps))
    return;
  Value block = blockOf(ctx, pointer);
  Value offset = plc_fixnum(static_cast<const char *>(place) -
                            pointerAddress(block));
  if (isHomogeneous(value))
    pin(ctx, value);
  Value list = plc_fields(block)[PointerKeeps];
  for (Value rest = plc_cdr(list); plc_is_pair(rest); rest = plc_cdr(rest)) {
    Value entry = plc_car(rest);
    if (plc_car(entry) != offset)
      continue;
    if (isHomogeneous(plc_cdr(entry)))
      unpin(ctx, plc_cdr(entry));
    store(ctx, plc_object_words(entry) + 1, value);
    return;
  }
  if (value == PLC_FALSE)
    return;
  Value entry = cons(ctx, offset, value);
  Value more = cons(ctx, entry, plc_cdr(list));
  store(ctx, plc_object_words(list) + 1, more);
}

Value keptWith(Value pointer, const void *place) {
  Value block = pointerKeeps(pointer);
  if (!isBlock(block))
    return PLC_FALSE;
  Value offset = plc_fixnum(static_cast<const char *>(place) -
                            pointerAddress(block));
  Value list = plc_cdr(plc_fields(block)[PointerKeeps]);
  for (; plc_is_pair(list); list = plc_cdr(list))
    if (plc_car(plc_car(list)) == offset)
      return plc_cdr(plc_car(list));
  return PLC_FALSE;
}

//===--- Pointers ---------------------------------------------------------===//

Value makePointer(Context *ctx, const void *address, Value type, Value keeps,
                  int64_t bytes) {
  if (!address)
    return PLC_NIL;
  bool isPlain = bytes < 0 && keeps == PLC_FALSE;
  size_t count = isPlain ? PointerLeastWords : PointerWords;
  uint64_t *words = allocateWords(ctx, (8 + 8 * count + 15) & ~size_t(15));
  words[0] = PLC_HEADER(PLC_KIND_POINTER, 0, count);
  words[1 + PointerAddress] = plc_fixnum(int64_t(address));
  words[1 + PointerType] = type;
  words[1 + PointerKeeps] = keeps;
  if (!isPlain) {
    words[1 + PointerBytes] = bytes < 0 ? Value(PLC_FALSE) : plc_fixnum(bytes);
    words[1 + PointerWords] = 0;
  }
  return reinterpret_cast<Value>(words) | PLC_TAG_OBJECT;
}

Value shareMemory(Context *ctx, void *data, Value type, int64_t bytes,
                  bool isReadOnly, const plc_buffer *buffer) {
  unsigned flags = BlockShared | (isReadOnly ? BlockReadOnly : 0);
  uint64_t owned = buffer ? ownedBytesOf(*buffer) : 0;
  if (owned && isCollectionDue(owned)) {
    // Most die young, which is found in a fraction of the time.
    static uint64_t keptBytes;
    bool isFull = ownedBytes > 4 * LeastPressure + 2 * keptBytes;
    collect(ctx, isFull ? Generations::All : Generations::Young);
    if (isFull)
      keptBytes = ownedBytes;
  }
  // Also what the heap's own collections have found: the memory is somebody's.
  finalizeDeadPointers(ctx);
  Value block = makeBlock(ctx, data, type, bytes, flags);
  Value pointer = makePointer(ctx, data, type, block, bytes);
  // Last: what raises before leaves the buffer to the caller.
  if (buffer)
    store(ctx, plc_fields(block) + PointerType,
          plc_fixnum(int64_t(new plc_buffer(*buffer))));
  ownedBytes += owned;
  return pointer;
}

bool isReadOnly(Value pointer) {
  Value keeps = pointerKeeps(pointer);
  return isBlock(keeps) && (flagsOf(keeps) & BlockReadOnly);
}

Value newNative(Context *ctx, const NativeType *type, Value name,
                uint64_t count) {
  uint64_t bytes = 0;
  if (__builtin_mul_overflow(type->size, count, &bytes) ||
      bytes > uint64_t(1) << 47)
    raiseHeapExhausted(ctx, bytes);
  if (isCollectionDue(bytes))
    collect(ctx, Generations::All);
  size_t align = type->align < 16 ? 16 : size_t(type->align);
  size_t room = (bytes + align - 1) / align * align;
  void *memory = aligned_alloc(align, room ? room : align);
  if (!memory)
    raiseHeapExhausted(ctx, bytes);
  memset(memory, 0, room);
  ownedBytes += bytes;
  Value block = makeBlock(ctx, memory, name, int64_t(bytes), BlockOwned);
  return makePointer(ctx, memory, name, block, int64_t(bytes));
}

void finalizeDeadPointers(Context *ctx) {
  static bool isActive;
  if (isActive)
    return;
  while (plc_is_pair(dying)) {
    Value block = plc_car(dying);
    dying = plc_cdr(dying);
    if (!isBlock(block)) { // of a callback
      endStubUse(ctx, block);
      continue;
    }
    Value finalizer = plc_fields(block)[PointerType];
    store(ctx, plc_fields(block) + PointerType, PLC_FALSE);
    if (plc_is_fixnum(finalizer)) {
      releaseShared(finalizer);
      continue;
    }
    // Whatever it does with the pointer: what Lisp owns is freed afterwards,
    // when nothing refers to it again.
    registerFinalizer(ctx, block);
    Value pointer = makePointer(
        ctx, pointerAddress(block),
        plc_car(plc_fields(block)[PointerKeeps]), block, pointerBytes(block));
    isActive = true;
    EnterStatus status = enterLisp(ctx, finalizer, 1, &pointer, nullptr);
    isActive = false;
    if (status == EnterStatus::Raised)
      reportUnhandled(ctx, pendingObject(ctx));
    else if (status == EnterStatus::Escaping)
      resumePending(ctx);
  }
}

} // namespace plc::rt

//===--- Primitives -------------------------------------------------------===//

/// The symbol of a type given as a symbol or string.
static Value typeSymbol(Context *ctx, const char *who, int position, Value v) {
  if (isString(v))
    v = internString(ctx, v);
  if (!isSymbol(v))
    wrongType(ctx, who, position, "a type: a symbol or string", v);
  // Those of memory that another runtime shares, which alone knows its bounds.
  char text[512];
  if (strstr(symbolText(v, text, sizeof text), kStepOfType))
    wrongType(ctx, who, position, "a type of C", v);
  return v;
}

static const NativeType *typeNamed(Context *ctx, const char *who, int position,
                                   Value *name) {
  *name = typeSymbol(ctx, who, position, *name);
  const NativeType *type = findNativeType(ctx, *name);
  if (!type || type->size == 0) {
    char text[300], buffer[200];
    snprintf(text, sizeof text, "%s: nothing is known of the size of `%s`", who,
             symbolText(*name, buffer, sizeof buffer));
    raiseCondition(ctx, "unknown-native-type", text, list1(ctx, *name));
  }
  return type;
}

static void checkPointer(Context *ctx, const char *who, Value v) {
  if (!isPointer(v) || isBlock(v))
    wrongType(ctx, who, 1, "a pointer", v);
}

static void checkAlive(Context *ctx, const char *who, Value pointer) {
  checkPointer(ctx, who, pointer);
  if (!isFreed(pointer))
    return;
  char text[160];
  snprintf(text, sizeof text, "%s: this memory was given back by c:free", who);
  raiseCondition(ctx, "use-after-free", text, list1(ctx, pointer));
}

/// For what reads or measures memory byte by byte.
static void checkDense(Context *ctx, const char *who, Value pointer) {
  checkAlive(ctx, who, pointer);
  const NativeType *type = findNativeType(ctx, pointerType(pointer));
  if (!type || type->shape != NativeShape::Strided)
    return;
  char text[200];
  snprintf(text, sizeof text,
           "%s: there are gaps between the elements of this memory: c:vector and "
           "`->lisp` copy them",
           who);
  raiseCondition(ctx, "wrong-type", text, list1(ctx, pointer));
}

extern "C" {

Value prim_NativeNew(Context *ctx, Value name, Value count) {
  installNativeObjects(ctx);
  const NativeType *type = typeNamed(ctx, "c:new", 1, &name);
  uint64_t n = 1;
  if (count != PLC_DEFAULT)
    n = uint64_t(checkLength(ctx, "c:new", count));
  finalizeDeadPointers(ctx);
  // An array is its elements.
  if (type->shape == NativeShape::Array) {
    n *= type->count;
    type = type->element;
    name = type->name;
  }
  return newNative(ctx, type, name, n);
}

Value prim_PointerP(Context *, Value v) {
  return plc_bool(isPointer(v) && !isBlock(v));
}

Value prim_PointerAddress(Context *ctx, Value v) {
  if (v == PLC_NIL || v == PLC_UNDEFINED)
    return plc_fixnum(0);
  checkPointer(ctx, "c:address", v);
  return makeUnsigned(
      ctx, uint64_t(plc_fixnum_value(plc_fields(v)[PointerAddress])));
}

Value prim_PointerType(Context *ctx, Value v) {
  checkPointer(ctx, "c:type", v);
  return pointerType(v);
}

Value prim_MakePointer(Context *ctx, Value name, Value address) {
  installNativeObjects(ctx);
  name = typeSymbol(ctx, "c:pointer", 1, name);
  if (!isExactInteger(address) || intIsNegative(address) ||
      intBits(address) > 64)
    wrongType(ctx, "c:pointer", 2, "an address: an exact integer >= 0",
              address);
  // No address, but what C programs compare with and pass: (void *)-1.
  IntView view(address);
  uint64_t bits = view.size ? view.limbs[0] : 0;
  constexpr uint64_t kHighest = uint64_t(1) << 60;
  if (bits >= kHighest && bits < 0 - kHighest)
    wrongType(ctx, "c:pointer", 2, "an address that there can be", address);
  return makePointer(ctx, reinterpret_cast<void *>(bits), name, PLC_FALSE, -1);
}

Value prim_PointerCast(Context *ctx, Value v, Value name) {
  name = typeSymbol(ctx, "c:cast", 2, name);
  if (v == PLC_NIL || v == PLC_UNDEFINED)
    return PLC_NIL;
  checkDense(ctx, "c:cast", v);
  return makePointer(ctx, pointerAddress(v), name, pointerKeeps(v),
                     pointerBytes(v));
}

Value prim_PointerFree(Context *ctx, Value v) {
  if (v == PLC_NIL || v == PLC_UNDEFINED)
    return PLC_UNSPECIFIED;
  checkAlive(ctx, "c:free", v);
  Value block = blockOf(ctx, v);
  if (pointerAddress(block) != pointerAddress(v))
    raiseCondition(ctx, "wrong-type",
                   "c:free: this pointer points into other memory, which is "
                   "given back as a whole",
                   list1(ctx, v));
  if (!(flagsOf(block) & (BlockOwned | BlockShared)))
    free(pointerAddress(v));
  Value finalizer = plc_fields(block)[PointerType];
  store(ctx, plc_fields(block) + PointerType, PLC_FALSE);
  if (plc_is_fixnum(finalizer))
    releaseShared(finalizer);
  freeBlock(ctx, block);
  // Compiled calls compare types: this one fits nothing.
  store(ctx, plc_fields(v) + PointerType, intern(ctx, "freed memory"));
  return PLC_UNSPECIFIED;
}

/// The procedure is called once with a pointer to the same when nothing refers
/// to it; #f takes it back.
Value prim_PointerFinalizer(Context *ctx, Value v, Value procedure) {
  checkAlive(ctx, "c:finalizer!", v);
  if (procedure != PLC_FALSE && !plc_is_procedure(procedure))
    wrongType(ctx, "c:finalizer!", 2, "a procedure or #f", procedure);
  Value block = blockOf(ctx, v);
  if (flagsOf(block) & BlockShared)
    raiseCondition(ctx, "wrong-type",
                   "c:finalizer!: this memory is shared, who gave it frees it",
                   list1(ctx, v));
  store(ctx, plc_fields(block) + PointerType, procedure);
  return v;
}

/// Memory that a program made the responsibility of others: it is not freed.
Value prim_PointerDisown(Context *ctx, Value v) {
  checkAlive(ctx, "c:disown!", v);
  Value block = blockOf(ctx, v);
  if (flagsOf(block) & BlockOwned)
    ownedBytes -= uint64_t(pointerBytes(block));
  removeFlags(block, BlockOwned);
  return v;
}

static int64_t usableBytes(Context *ctx, const char *who, Value pointer,
                           Value length, int64_t unknown) {
  int64_t bytes = pointerBytes(pointer);
  if (length == PLC_DEFAULT)
    return bytes >= 0 ? bytes : unknown;
  int64_t n = checkLength(ctx, who, length);
  if (bytes >= 0 && n > bytes)
    outOfRange(ctx, who, length, bytes);
  return n;
}

Value prim_PointerString(Context *ctx, Value v, Value length) {
  if (v == PLC_NIL || v == PLC_UNDEFINED)
    return PLC_NIL;
  checkDense(ctx, "c:string", v);
  const char *text = pointerAddress(v);
  int64_t most = usableBytes(ctx, "c:string", v, length, -1);
  if (length != PLC_DEFAULT)
    return makeString(ctx, text, size_t(most));
  return makeString(ctx, text,
                    most >= 0 ? strnlen(text, size_t(most)) : strlen(text));
}

Value prim_PointerBytes(Context *ctx, Value v, Value length) {
  checkDense(ctx, "c:bytes", v);
  int64_t n = usableBytes(ctx, "c:bytes", v, length, -1);
  if (n < 0)
    raiseCondition(ctx, "range",
                   "c:bytes: the length there is not known; give it as the "
                   "second argument",
                   list1(ctx, v));
  Value bytes = allocateBytes(ctx, PLC_KIND_BYTEVECTOR, 0, size_t(n));
  memcpy(plc_fields(bytes), pointerAddress(v), size_t(n));
  return bytes;
}

Value prim_NativeSize(Context *ctx, Value name) {
  if (isPointer(name) && !isBlock(name)) {
    checkDense(ctx, "c:sizeof", name);
    int64_t bytes = pointerBytes(name);
    if (bytes >= 0)
      return makeInteger(ctx, bytes);
    name = pointerType(name);
  }
  return makeInteger(ctx,
                     int64_t(typeNamed(ctx, "c:sizeof", 1, &name)->size));
}

Value prim_NativeAlignment(Context *ctx, Value name) {
  return makeInteger(ctx,
                     int64_t(typeNamed(ctx, "c:alignof", 1, &name)->align));
}

Value prim_NativeOffset(Context *ctx, Value name, Value field) {
  const NativeType *type = typeNamed(ctx, "c:offsetof", 1, &name);
  if (!isSymbol(field))
    wrongType(ctx, "c:offsetof", 2, "a symbol", field);
  const NativeField *found = findNativeField(ctx, type, field);
  if (!found)
    raiseCondition(ctx, "no-such-member", "c:offsetof: there is no such field",
                   list2(ctx, name, field));
  return makeInteger(ctx, int64_t(found->bitOffset / 8));
}

} // extern "C"
