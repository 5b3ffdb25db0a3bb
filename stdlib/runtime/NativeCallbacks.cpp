//===- NativeCallbacks.cpp - native code calls Lisp -----------------------===//
//
// A procedure that native code may call is a constant one, for which the
// compiler has made a function, or gets a stub: a few instructions that load the
// address of its slot into r10 (the register of LLVM's `nest`) and jump to the
// handler that the compiler has made for the signature. Stubs stay until the
// program ends: nobody knows how long native code keeps their address.
//
//===----------------------------------------------------------------------===//

#include "stdlib/runtime/Foreign.h"
#include "stdlib/runtime/HashTable.h"
#include "stdlib/runtime/Heap.h"
#include "stdlib/runtime/NativeCalls.h"
#include "stdlib/runtime/Operation.h"
#include "stdlib/runtime/RuntimeCalls.h"
#include "stdlib/runtime/World.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <sys/mman.h>
#include <unistd.h>

using namespace plc::rt;
using namespace plc::rt::detail;

namespace plc::rt {
namespace {

constexpr size_t kPageBytes = 4096, kStubBytes = 32;
constexpr size_t kStubs = kPageBytes / kStubBytes;

uint8_t *stubPage;
Value *stubSlots;
size_t stubsUsed = kStubs;

/// The stub of a procedure and signature: procedure -> ((signature . address)
/// ...)
Value stubTable;

void *makeStub(Context *ctx, Value procedure, void *handler) {
  if (stubsUsed == kStubs) {
    void *page = mmap(nullptr, kPageBytes, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    auto *slots = static_cast<Value *>(calloc(kStubs, sizeof(Value)));
    if (page == MAP_FAILED || !slots)
      raiseCondition(ctx, "heap-exhausted",
                     "there is no memory for a callback", PLC_NULL);
    stubPage = static_cast<uint8_t *>(page);
    stubSlots = slots;
    registerRoots(ctx, slots, kStubs);
    stubsUsed = 0;
  }
  Value *slot = stubSlots + stubsUsed;
  uint8_t *code = stubPage + stubsUsed * kStubBytes;
  ++stubsUsed;
  *slot = procedure;
  // Never writable and executable at once.
  if (mprotect(stubPage, kPageBytes, PROT_READ | PROT_WRITE))
    raiseCondition(ctx, "heap-exhausted",
                   "the page of callbacks cannot be written", PLC_NULL);
  uint8_t *p = code;
  auto move = [&](uint8_t opcode, uint64_t word) { // movabsq $word, %reg
    *p++ = 0x49;
    *p++ = opcode;
    memcpy(p, &word, sizeof word);
    p += sizeof word;
  };
  move(0xBA, reinterpret_cast<uint64_t>(slot));    // r10
  move(0xBB, reinterpret_cast<uint64_t>(handler)); // r11
  for (uint8_t byte : {0x41, 0xFF, 0xE3})          // jmpq *%r11
    *p++ = byte;
  if (mprotect(stubPage, kPageBytes, PROT_READ | PROT_EXEC))
    raiseCondition(ctx, "heap-exhausted",
                   "the page of callbacks cannot be made executable", PLC_NULL);
  return code;
}

void *stubFor(Context *ctx, Value procedure, const char *signature,
              void *handler) {
  if (!stubTable) {
    stubTable = makeTable(ctx, TableEq);
    registerRoots(ctx, &stubTable, 1);
  }
  Value name = intern(ctx, signature);
  Value list = tableRef(ctx, stubTable, procedure, PLC_NULL);
  for (Value rest = list; plc_is_pair(rest); rest = plc_cdr(rest))
    if (plc_car(plc_car(rest)) == name)
      return reinterpret_cast<void *>(
          plc_fixnum_value(plc_cdr(plc_car(rest))));
  void *stub = makeStub(ctx, procedure, handler);
  Value entry = cons(ctx, name, plc_fixnum(reinterpret_cast<int64_t>(stub)));
  tableSet(ctx, stubTable, procedure, cons(ctx, entry, list));
  return stub;
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
    return stubFor(ctx, v, text + 2, handler);
  }
  return reinterpret_cast<void *>(rt_native_argument(ctx, site, index, v));
}

Value rt_callback_pointer(Context *ctx, void *site, Value procedure,
                          void *handler) {
  const char *signature = nativeSiteSignature(static_cast<char *>(site));
  if (!plc_is_procedure(procedure))
    wrongType(ctx, "callback", 1, "a procedure", procedure);
  void *stub = stubFor(ctx, procedure, signature, handler);
  char name[600];
  snprintf(name, sizeof name, "F<%.590s>", signature);
  const NativeType *type = nativeTypeOfText(ctx, name);
  return makePointer(ctx, stub,
                     type->shape == NativeShape::Pointer ? type->name
                                                         : intern(ctx, name),
                     procedure, -1);
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
