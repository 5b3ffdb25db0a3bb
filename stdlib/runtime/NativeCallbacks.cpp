//===- NativeCallbacks.cpp - native code calls Lisp -----------------------===//
//
// A procedure that native code may call is a constant one, for which the
// compiler has made a function, or gets a stub: a few instructions that load the
// address of its slot into r10 (the register of LLVM's `nest`) and jump to the
// handler that the compiler has made for the signature. A stub stays until the
// program says that native code has given it up: nobody else knows. Its code never
// changes, as other threads may run its neighbours: what does is data beside it.
//
//===----------------------------------------------------------------------===//

#include "stdlib/runtime/Foreign.h"
#include "stdlib/runtime/HashTable.h"
#include "stdlib/runtime/HeapImpl.h"
#include "stdlib/runtime/LispEntry.h"
#include "stdlib/runtime/NativeCalls.h"
#include "stdlib/runtime/NativeMemory.h"
#include "stdlib/runtime/Operation.h"
#include "stdlib/runtime/PrimitiveClosures.h"
#include "stdlib/runtime/RuntimeCalls.h"
#include "stdlib/runtime/World.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <initializer_list>
#include <sys/mman.h>
#include <unistd.h>

using namespace plc::rt;
using namespace plc::rt::detail;

namespace plc::rt {

/// What a stub calls that was given back.
extern "C" PLC_LISP_CC __attribute__((visibility("hidden"))) plc_value
plc_released_code(plc_context *ctx, plc_value, int64_t, plc_value, plc_value,
                  plc_value, plc_value, plc_value) {
  raiseCondition(ctx, "use-after-free",
                 "native code called a callback that c:release gave back",
                 PLC_NULL);
}
PLC_LISP_ENTRY(plc_released_entry, plc_released_code, 0, Any,
               "released callback");
static const StaticClosure releasedClosure = {StaticClosureHeader,
                                              plc_released_entry};

namespace {

constexpr size_t kPageBytes = 4096, kStubBytes = 16;
constexpr size_t kStubs = kPageBytes / kStubBytes;

/// The code is written once; the rest is never executable.
struct StubPage {
  uint8_t code[kStubs][kStubBytes];
  Value slots[kStubs];
  void *handlers[kStubs];
};
static_assert(sizeof(StubPage) == 2 * kPageBytes);

GrowArray<StubPage *> stubPages;
/// Stubs that nothing uses.
GrowArray<uint8_t *> freeStubs;

/// The stubs of a procedure: procedure -> (#(signature address uses kept) ...).
/// `uses`: pointers that were made to it and not released; `kept`: native code has
/// got it as a procedure, for as long as it likes.
Value stubTable;
enum StubWord { StubSignature, StubAddress, StubUses, StubKept, StubWords };

[[noreturn]] void noMemory(Context *ctx) {
  raiseCondition(ctx, "heap-exhausted", "there is no memory for a callback",
                 PLC_NULL);
}

void writeStub(uint8_t *p, const Value *slot, void *const *handler) {
  auto add = [&](std::initializer_list<uint8_t> opcode, const void *target) {
    for (uint8_t byte : opcode)
      *p++ = byte;
    auto offset = int32_t(static_cast<const uint8_t *>(target) - (p + 4));
    memcpy(p, &offset, sizeof offset);
    p += sizeof offset;
  };
  add({0x4C, 0x8D, 0x15}, slot); // leaq slot(%rip), %r10
  add({0xFF, 0x25}, handler);    // jmpq *handler(%rip)
}

void addStubPage(Context *ctx) {
  void *memory = mmap(nullptr, sizeof(StubPage), PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED)
    noMemory(ctx);
  auto *page = static_cast<StubPage *>(memory);
  for (size_t i = 0; i < kStubs; ++i) {
    page->slots[i] = PLC_FALSE;
    writeStub(page->code[i], &page->slots[i], &page->handlers[i]);
  }
  // Never writable and executable at once.
  if (mprotect(page->code, sizeof page->code, PROT_READ | PROT_EXEC)) {
    munmap(memory, sizeof(StubPage));
    noMemory(ctx);
  }
  for (size_t i = kStubs; i-- > 0;)
    freeStubs.push(page->code[i]);
  registerRoots(ctx, page->slots, kStubs);
  stubPages.push(page);
}

StubPage *pageOf(const void *stub) {
  return reinterpret_cast<StubPage *>(reinterpret_cast<uintptr_t>(stub) &
                                      ~uintptr_t(kPageBytes - 1));
}

size_t indexOf(const void *stub) {
  return reinterpret_cast<uintptr_t>(stub) % kPageBytes / kStubBytes;
}

Value &slotOf(const void *stub) { return pageOf(stub)->slots[indexOf(stub)]; }

bool isStub(const void *code) {
  for (StubPage *page : stubPages)
    if (pageOf(code) == page)
      return reinterpret_cast<uintptr_t>(code) % kStubBytes == 0;
  return false;
}

void *makeStub(Context *ctx, Value procedure, void *handler) {
  if (freeStubs.count == 0)
    addStubPage(ctx);
  uint8_t *stub = freeStubs[--freeStubs.count];
  slotOf(stub) = procedure;
  // Complete before any thread can have got the address.
  __atomic_store_n(&pageOf(stub)->handlers[indexOf(stub)], handler,
                   __ATOMIC_RELEASE);
  return stub;
}

Value entryFor(Context *ctx, Value procedure, const char *signature,
               void *handler) {
  if (!stubTable) {
    stubTable = makeTable(ctx, TableEq);
    registerRoots(ctx, &stubTable, 1);
  }
  Value name = intern(ctx, signature);
  Value list = tableRef(ctx, stubTable, procedure, PLC_NULL);
  for (Value rest = list; plc_is_pair(rest); rest = plc_cdr(rest))
    if (plc_fields(plc_car(rest))[StubSignature] == name)
      return plc_car(rest);
  Value entry =
      allocateObject(ctx, PLC_KIND_VECTOR, 0, StubWords, plc_fixnum(0));
  store(ctx, plc_fields(entry) + StubSignature, name);
  store(ctx, plc_fields(entry) + StubKept, PLC_FALSE);
  void *stub = makeStub(ctx, procedure, handler);
  store(ctx, plc_fields(entry) + StubAddress,
        plc_fixnum(reinterpret_cast<int64_t>(stub)));
  tableSet(ctx, stubTable, procedure, cons(ctx, entry, list));
  return entry;
}

void *stubOf(Value entry) {
  return reinterpret_cast<void *>(
      plc_fixnum_value(plc_fields(entry)[StubAddress]));
}

/// Frees the stubs of a procedure of which `isFree(entry)` is true.
template <typename Test>
void freeStubsOf(Context *ctx, Value procedure, Test isFree) {
  Value rest = tableRef(ctx, stubTable, procedure, PLC_NULL), kept = PLC_NULL;
  for (; plc_is_pair(rest); rest = plc_cdr(rest)) {
    Value entry = plc_car(rest);
    if (!isFree(entry)) {
      kept = cons(ctx, entry, kept);
      continue;
    }
    auto *stub = static_cast<uint8_t *>(stubOf(entry));
    slotOf(stub) =
        reinterpret_cast<Value>(&releasedClosure) | PLC_TAG_PROCEDURE;
    freeStubs.push(stub);
  }
  if (kept == PLC_NULL)
    tableDelete(ctx, stubTable, procedure);
  else
    tableSet(ctx, stubTable, procedure, kept);
}

/// What a pointer to a stub, and casts of it, keep: one use. A POINTER of this
/// type that keeps the procedure, or #f when the use has ended.
constexpr char kStubUse[] = "use of a callback";

bool isStubUse(Context *ctx, Value v) {
  return isPointer(v) && pointerType(v) == intern(ctx, kStubUse);
}

[[noreturn]] void fatal(const char *text) {
  (void)!write(2, text, strlen(text));
  _exit(1);
}

/// So many boundaries are nested that a condition is due.
bool isTooDeep(const Context *ctx) {
  int depth = 0;
  for (const Boundary *b = boundaryOf(ctx); b; b = b->prev)
    if (++depth > MostNested)
      return true;
  return false;
}

} // namespace

bool releaseStubs(Context *ctx, Value v) {
  if (plc_is_procedure(v)) {
    if (stubTable)
      freeStubsOf(ctx, v, [](Value) { return true; });
    return true;
  }
  // What points to a function of the compiler has no stub.
  Value use = pointerKeeps(v);
  if (!isStubUse(ctx, use) || pointerKeeps(use) == PLC_FALSE)
    return false;
  endStubUse(ctx, use);
  store(ctx, plc_fields(v) + PointerType, intern(ctx, kReleasedCallback));
  store(ctx, plc_fields(v) + PointerKeeps, PLC_FALSE);
  return true;
}

void endStubUse(Context *ctx, Value use) {
  if (pointerKeeps(use) == PLC_FALSE)
    return;
  void *stub = pointerAddress(use);
  if (isStub(stub))
    freeStubsOf(ctx, pointerKeeps(use), [&](Value entry) {
      if (stubOf(entry) != stub)
        return false;
      Value &uses = plc_fields(entry)[StubUses];
      uses = plc_fixnum(plc_fixnum_value(uses) - 1);
      return plc_fixnum_value(uses) <= 0 &&
             plc_fields(entry)[StubKept] == PLC_FALSE;
    });
  store(ctx, plc_fields(use) + PointerKeeps, PLC_FALSE);
}

bool isStubPointer(Context *ctx, Value pointer) {
  return isStubUse(ctx, pointerKeeps(pointer));
}

bool isReleasedUse(Context *ctx, Value pointer) {
  Value use = pointerKeeps(pointer);
  return isStubUse(ctx, use) && pointerKeeps(use) == PLC_FALSE;
}

void serveCallback(void (*run)(void *data), void *data) {
  if (!holdsWorld()) {
    if (runInBlockedCall(run, data))
      return;
    if (runInWorld(run, data) != PLC_OK)
      fatal("error: there is no memory for the stack of a callback\n");
    return;
  }
  Context *ctx = theContext;
  // What left an earlier callback of the same native function waits for its
  // end.
  if (ctx->thrown)
    return;
  uint64_t here = reinterpret_cast<uint64_t>(__builtin_frame_address(0));
  if (here - ctx->stack_low >= ctx->stack_high - ctx->stack_low)
    fatal("error: native code called a Lisp procedure on a stack of its own, "
          "which is not possible\n");
  if (here < ctx->stack_low + LeastForCallback || isTooDeep(ctx)) {
    protect(ctx, [](Context *context, void *) { raiseTooDeep(context); },
            nullptr);
    setThrown(ctx, true);
    return;
  }
  lowerCallbackLimit(ctx, here);
  run(data);
}

void keepReturned(Context *ctx, Value v) {
  constexpr size_t many = 64;
  static Value last[many];
  static size_t next;
  if (v == PLC_FALSE)
    return;
  if (!last[0]) {
    for (Value &each : last)
      each = PLC_FALSE;
    registerRoots(ctx, last, many);
  }
  Value &place = last[next++ % many];
  if (inHeap(ctx, place))
    unpin(ctx, place);
  if (inHeap(ctx, v))
    pin(ctx, v);
  place = v;
}

} // namespace plc::rt

extern "C" {

void *rt_native_function(Context *ctx, void *site, int64_t index, Value v,
                         void *handler) {
  const char *name = static_cast<char *>(site);
  if (plc_is_procedure(v)) {
    // "F<signature>"
    char *text = const_cast<char *>(nativeSiteType(ctx, name, index));
    text[strlen(text) - 1] = 0;
    Value entry = entryFor(ctx, v, text + 2, handler);
    plc_fields(entry)[StubKept] = PLC_TRUE;
    return stubOf(entry);
  }
  return reinterpret_cast<void *>(rt_native_argument(ctx, site, index, v));
}

Value rt_callback_pointer(Context *ctx, void *site, Value procedure,
                          void *handler) {
  const char *signature = nativeSiteSignature(static_cast<char *>(site));
  if (!plc_is_procedure(procedure))
    wrongType(ctx, "callback", 1, "a procedure", procedure);
  Value entry = entryFor(ctx, procedure, signature, handler);
  Value &uses = plc_fields(entry)[StubUses];
  uses = plc_fixnum(plc_fixnum_value(uses) + 1);
  void *stub = stubOf(entry);
  char name[600];
  snprintf(name, sizeof name, "F<%.590s>", signature);
  const NativeType *type = nativeTypeOfText(ctx, name);
  Value use = makePointer(ctx, stub, intern(ctx, kStubUse), procedure, -1);
  return makePointer(ctx, stub,
                     type->shape == NativeShape::Pointer ? type->name
                                                         : intern(ctx, name),
                     use, -1);
}

/// The native function that gets the pointer keeps nothing: should a throw leave
/// it, or an error prevent the call, the collector finds that the use has ended.
Value prim_NativeTransient(Context *ctx, Value pointer) {
  finalizeDeadPointers(ctx);
  finalizeWhenDead(ctx, pointerKeeps(pointer));
  return pointer;
}

void rt_callback_slow(Context *, void *replay, void *block) {
  serveCallback(reinterpret_cast<void (*)(void *)>(replay), block);
}

void rt_callback_result(Context *ctx, void *site, Value v, void *room) {
  const char *text = nativeSiteType(ctx, static_cast<char *>(site), -1);
  NativeFailure failure;
  Value kept = PLC_FALSE;
  memset(room, 0, 16);
  if (storeNative(ctx, {nativeTypeOfText(ctx, text), static_cast<char *>(room)},
                  v, &kept, failure))
    return keepReturned(ctx, kept);
  char message[700];
  snprintf(message, sizeof message, "result of a callback: %s", failure.text);
  raiseCondition(ctx, "wrong-type", message, list1(ctx, v));
}

} // extern "C"
