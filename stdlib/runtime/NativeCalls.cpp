//===- NativeCalls.cpp - what compiled native calls leave to the runtime --===//
//
// Arguments that the code of a call cannot convert by itself, large results,
// and what left a callback. A site is the name of the function and its
// signature, each NUL-terminated.
//
//===----------------------------------------------------------------------===//

#include "stdlib/runtime/NativeCalls.h"
#include "stdlib/runtime/Foreign.h"
#include "stdlib/runtime/NativeMemory.h"
#include "stdlib/runtime/NativeObjects.h"
#include "stdlib/runtime/Operation.h"
#include "stdlib/runtime/RuntimeCalls.h"
#include "stdlib/runtime/Text.h"

#include "plc/kinds_layout.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>

using namespace plc::rt;
using namespace plc::rt::detail;

namespace plc::rt {

const char *nativeSiteSignature(const char *site) {
  return site + strlen(site) + 1;
}

const char *nativeSiteType(Context *ctx, const char *site, int64_t index) {
  const char *start = nativeSiteSignature(site), *end = endOfNativeType(start);
  for (int64_t i = 0; i <= index; ++i) {
    start = end + 1;
    end = endOfNativeType(start);
  }
  // On the heap, where it needs no release when something is raised.
  size_t length = size_t(end - start);
  Value copy = allocateObject(ctx, PLC_KIND_BYTEVECTOR, 0, length + 1, 0);
  char *text = reinterpret_cast<char *>(plc_fields(copy));
  memcpy(text, start, length);
  text[length] = 0;
  return text;
}

void raiseNativeArgument(Context *ctx, const char *site, int64_t index,
                         Value v, const NativeFailure &failure) {
  char text[800];
  snprintf(text, sizeof text, "%.200s: argument %lld: %s", site,
           (long long)index + 1, failure.text);
  raiseCondition(ctx,
                 failure.status == PLC_E_RANGE ? "use-after-free" : "wrong-type",
                 text, list1(ctx, v));
}

/// Copies ASCII text and puts a NUL behind it; false if there is other text, or
/// a NUL in it.
static bool copyPlain(char *to, const uint8_t *from, size_t length) {
  uint64_t seen = 0;
  // In bytes below 0x80 the difference has the highest bit for a zero, and for
  // nothing else unless a zero lies before it.
  auto copy = [&](size_t at) {
    uint64_t word;
    memcpy(&word, from + at, sizeof word);
    memcpy(to + at, &word, sizeof word);
    seen |= word | (word - 0x0101010101010101u);
  };
  to[length] = 0;
  if (length >= sizeof(uint64_t)) {
    for (size_t at = 0; at + 8 < length; at += 8)
      copy(at);
    copy(length - 8);
    return !(seen & 0x8080808080808080u);
  }
  for (size_t at = 0; at < length; ++at) {
    to[at] = char(from[at]);
    seen |= from[at] | (from[at] - uint64_t(1));
  }
  return !(seen & 0x80);
}

/// Converts v; `room` has 16 bytes.
static void convert(Context *ctx, const char *site, int64_t index, Value v,
                    void *room) {
  char *text = const_cast<char *>(nativeSiteType(ctx, site, index));
  bool isRecord = *text == 'R';
  if (isRecord)
    *text = 'p'; // its address is passed
  NativeFailure failure;
  Value kept = PLC_FALSE;
  memset(room, 0, 16);
  // What a pointer comes from is found on the stack, also by the address alone.
  const NativeType *type = nativeTypeOfText(ctx, text);
  auto *store = isRecord ? storeRecordArgument : storeNativeArgument;
  NativePlace place{type, static_cast<char *>(room)};
  if (!store(ctx, place, v, &kept, failure))
    raiseNativeArgument(ctx, site, index, v, failure);
}

const char *nativeExtraType(Value v, NativeFailure &failure) {
  if (plc_is_flonum(v))
    return "f64";
  if (plc_is_fixnum(v) || plc_is_kind(v, PLC_KIND_BIGNUM))
    return plc_is_kind(v, PLC_KIND_BIGNUM) &&
                   !(plc_header_flags(plc_header(v)) & 1)
               ? "u64"
               : "i64";
  if (v == PLC_TRUE || v == PLC_FALSE)
    return "b";
  if (isString(v))
    return "s";
  if (v == PLC_NIL || v == PLC_UNDEFINED || isPointer(v))
    return "p<void>";
  // Whether they are only read is not known: a constant may be passed.
  if (plc_is_kind(v, PLC_KIND_BYTEVECTOR) || plc_is_kind(v, PLC_KIND_NUMVECTOR))
    return "k<void>";
  snprintf(failure.text, sizeof failure.text, "%s",
           plc_is_procedure(v)
               ? "a procedure needs a type here: `(c:callback type procedure)`"
               : "this value has no form in C that a variadic argument may have");
  return nullptr;
}

} // namespace plc::rt

extern "C" {

void rt_native_start(Context *ctx) {
  static bool started;
  if (started)
    return;
  started = true;
  installNativeObjects(ctx);
  standardPort(ctx, CurrentOutput);
  ctx->unshown_output = &standardOutput->end;
  rt_show_foreign_output = showForeignOutput;
}

int64_t rt_native_argument(Context *ctx, void *site, int64_t index, Value v) {
  alignas(16) int64_t room[2];
  // A double also for a parameter of type float, which the code then narrows.
  const char *type = nativeSiteType(ctx, static_cast<char *>(site), index);
  if (strcmp(type, "f32") == 0 && rt_is_real(ctx, v))
    return int64_t(plc_double_bits(rt_real_to_double(ctx, v)));
  convert(ctx, static_cast<char *>(site), index, v, room);
  return room[0];
}

int64_t rt_native_string(Context *ctx, void *site, int64_t index, Value v,
                         void *room) {
  if (isString(v)) {
    char *text = static_cast<char *>(room);
    StringView view(v);
    if (!view.isWide && view.length < PLC_TEXT_ROOM &&
        copyPlain(text, view.narrow, view.length))
      return reinterpret_cast<int64_t>(text);
    if (Value copy = nativeText(ctx, v))
      return reinterpret_cast<int64_t>(plc_fields(copy));
  }
  return rt_native_argument(ctx, site, index, v);
}

void rt_native_wide(Context *ctx, void *site, int64_t index, Value v,
                    void *room) {
  convert(ctx, static_cast<char *>(site), index, v, room);
}

Value rt_native_load(Context *ctx, void *site, void *room) {
  const char *text = nativeSiteType(ctx, static_cast<char *>(site), -1);
  if (*text == 'R') { // its address
    char *type = const_cast<char *>(text);
    *type = 'p';
  }
  return loadNative(ctx,
                    {nativeTypeOfText(ctx, text), static_cast<char *>(room)});
}

Value rt_native_signed(Context *ctx, int64_t n) { return makeInteger(ctx, n); }

Value rt_native_unsigned(Context *ctx, int64_t n) {
  NativePlace place{nativeTypeOfText(ctx, "u64"), reinterpret_cast<char *>(&n)};
  return loadNative(ctx, place);
}

Value rt_native_text(Context *ctx, void *text) {
  return textOfNative(ctx, static_cast<const char *>(text));
}

Value rt_native_new(Context *ctx, Value name) {
  return newNative(ctx, findNativeType(ctx, name), name, 1);
}

void rt_native_show(Context *ctx) { showLispOutput(ctx); }

void rt_native_resume(Context *ctx, void *function) {
  if (!ctx->thrown)
    return;
  setThrown(ctx, false);
  Value token = keptToken;
  keptToken = PLC_FALSE;
  Value object = plc_fields(token)[1];
  if (plc_fields(token)[0] != plc_fixnum(int(EnterStatus::Raised)))
    resumeEscape(ctx, object);
  if (isCondition(object))
    appendTrace(ctx, object, captureTrace(ctx, static_cast<char *>(function)));
  raise(ctx, object);
}

void rt_native_poll(Context *ctx, void *function) {
  rt_native_resume(ctx, function);
  rt_poll(ctx);
}

void rt_native_missing(Context *) {
  raiseCondition(theContext, "no-such-member",
                 "no library has this function of native code", PLC_NULL);
}

int64_t rt_native_extra(Context *ctx, void *site, int64_t index, Value v,
                        void *room) {
  if (plc_is_flonum(v)) {
    double d = plc_flonum_value(v);
    memcpy(room, &d, sizeof d);
    return 1;
  }
  if (plc_is_char(v)) {
    int64_t code = plc_char_code(v);
    memcpy(room, &code, sizeof code);
    return 0;
  }
  NativeFailure failure;
  const char *type = nativeExtraType(v, failure);
  if (!type)
    raiseNativeArgument(ctx, static_cast<char *>(site), index, v, failure);
  alignas(16) char bytes[16] = {};
  Value kept = PLC_FALSE;
  if (!storeNativeArgument(ctx, {nativeTypeOfText(ctx, type), bytes}, v, &kept,
                           failure))
    raiseNativeArgument(ctx, static_cast<char *>(site), index, v, failure);
  memcpy(room, bytes, 8);
  return 0;
}

} // extern "C"

// rdi context, rsi function, rdx count, rcx words, r8 classes. The first 6 words
// of class 0 go to integer registers, the first 8 of class 1 to SSE registers,
// all others to the stack, in order.
asm(R"(
  .section .text.rt_native_variadic,"ax",@progbits
  .p2align 4
  .globl rt_native_variadic
  .hidden rt_native_variadic
  .type rt_native_variadic, @function
rt_native_variadic:
  .cfi_startproc
  pushq %rbp
  .cfi_def_cfa_offset 16
  .cfi_offset %rbp, -16
  movq %rsp, %rbp
  .cfi_def_cfa_register %rbp
  # Room for all words, and for 6 + 8 registers.
  leaq 112(,%rdx,8), %rax
  addq $15, %rax
  andq $-16, %rax
  subq %rax, %rsp
  # r9 integers so far, r10 doubles so far, rdi the next word of the stack; the
  # registers' words lie behind those of the stack.
  movq %rsi, %r11
  xorl %r9d, %r9d
  xorl %r10d, %r10d
  movq %rsp, %rdi
  leaq (%rsp,%rdx,8), %rsi
  xorl %eax, %eax
1:
  cmpq %rdx, %rax
  jae 4f
  cmpb $0, (%r8,%rax)
  jne 2f
  cmpq $6, %r9
  jae 3f
  pushq (%rcx,%rax,8)
  popq (%rsi,%r9,8)
  incq %r9
  incq %rax
  jmp 1b
2:
  cmpq $8, %r10
  jae 3f
  pushq (%rcx,%rax,8)
  popq 48(%rsi,%r10,8)
  incq %r10
  incq %rax
  jmp 1b
3:
  pushq (%rcx,%rax,8)
  popq (%rdi)
  addq $8, %rdi
  incq %rax
  jmp 1b
4:
  movl %r10d, %eax
  movq %rsi, %r10
  movsd 48(%r10), %xmm0
  movsd 56(%r10), %xmm1
  movsd 64(%r10), %xmm2
  movsd 72(%r10), %xmm3
  movsd 80(%r10), %xmm4
  movsd 88(%r10), %xmm5
  movsd 96(%r10), %xmm6
  movsd 104(%r10), %xmm7
  movq (%r10), %rdi
  movq 8(%r10), %rsi
  movq 16(%r10), %rdx
  movq 24(%r10), %rcx
  movq 32(%r10), %r8
  movq 40(%r10), %r9
  callq *%r11
  movq %rbp, %rsp
  popq %rbp
  .cfi_def_cfa %rsp, 8
  retq
  .cfi_endproc
  .size rt_native_variadic, . - rt_native_variadic
  .text
)");
