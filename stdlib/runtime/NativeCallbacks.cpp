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
#include "stdlib/runtime/NativeCalls.h"
#include "stdlib/runtime/Operation.h"
#include "stdlib/runtime/RuntimeCalls.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <sys/mman.h>
#include <unistd.h>

using namespace plc::rt;
using namespace plc::rt::detail;

namespace plc::rt {
namespace {

/// With fewer calls nested, callFromPlugin need not look at the limit.
constexpr int FewNested = 1000;

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

void keepThrow(Context *ctx, EnterStatus status) {
  if (keptToken == PLC_FALSE)
    keptToken = makeToken(ctx, status, pendingObject(ctx));
  ctx->thrown = 1;
}

} // namespace
} // namespace plc::rt

/// Where a callback comes from a thread that does not hold the Lisp world.
extern "C" [[noreturn]] void rt_foreign_thread() {
  static const char text[] =
      "error: native code called a Lisp procedure from another thread, which "
      "is not possible\n";
  (void)!write(2, text, sizeof text - 1);
  _exit(1);
}

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

void *rt_callback_context(Context *) {
  Context *ctx = theContext;
  uint64_t here = reinterpret_cast<uint64_t>(__builtin_frame_address(0));
  if (__builtin_expect(
          !ctx || here - ctx->stack_low >= ctx->stack_high - ctx->stack_low, 0))
    rt_foreign_thread();
  return ctx;
}

Value rt_callback_enter(Context *ctx, Value procedure, int64_t argc,
                        void *argv) {
  // What left an earlier callback of the same native function waits for its end.
  if (__builtin_expect(ctx->thrown != 0, 0))
    return PLC_UNBOUND;
  Value result;
  // An object that is raised goes on as it is.
  ForeignCall call = {youngestForeignCall, boundaryOf(ctx)};
  youngestForeignCall = &call;
  EnterStatus status;
  if (__builtin_expect(nestedForeignCalls < FewNested && !onFiber, 1)) {
    ++nestedForeignCalls;
    status = enterCallback(ctx, procedure, argc, static_cast<Value *>(argv),
                           &result);
    --nestedForeignCalls;
  } else {
    status = callFromPlugin(ctx, procedure, argc, static_cast<Value *>(argv),
                            &result);
  }
  youngestForeignCall = call.prev;
  if (__builtin_expect(status != EnterStatus::Returned, 0)) {
    keepThrow(ctx, status);
    return PLC_UNBOUND;
  }
  return result;
}

bool rt_callback_result(Context *ctx, void *site, Value v, void *room) {
  struct Work {
    const char *site;
    Value v;
    void *room;
  } work{static_cast<const char *>(site), v, room};
  auto convert = [](Context *context, void *data) {
    Work *w = static_cast<Work *>(data);
    const char *text = nativeSiteType(context, w->site, -1);
    NativeFailure failure;
    Value kept = PLC_FALSE;
    memset(w->room, 0, 16);
    if (storeNative(context,
                    {nativeTypeOfText(context, text),
                     static_cast<char *>(w->room)},
                    w->v, &kept, failure))
      return;
    char message[700];
    snprintf(message, sizeof message, "result of a callback: %s", failure.text);
    raiseCondition(context, "wrong-type", message, list1(context, w->v));
  };
  if (protect(ctx, convert, &work))
    return true;
  ctx->thrown = 1;
  return false;
}

} // extern "C"
