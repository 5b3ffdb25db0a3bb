//===- StackCopy.h - copying and leaving stack memory -----------*- C++ -*-===//
//
// Plain copies, except under AddressSanitizer: there the words between the
// variables of a frame are poisoned, and frames that are left without returning
// or written back leave a shadow that no longer fits.
//
//===----------------------------------------------------------------------===//
#ifndef PLC_RUNTIME_STACKCOPY_H
#define PLC_RUNTIME_STACKCOPY_H

#include <cstdint>
#include <cstring>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define PLC_HAS_ASAN 1
extern "C" void __asan_unpoison_memory_region(void const volatile *, size_t);
#elif __has_feature(thread_sanitizer)
#define PLC_HAS_TSAN 1
#endif
#endif

namespace plc::rt {

#ifdef PLC_HAS_ASAN
__attribute__((no_sanitize("address"), noinline)) inline void
copyStack(uint64_t *to, const uint64_t *from, uint64_t words) {
  for (uint64_t i = 0; i < words; ++i) {
    to[i] = from[i];
    asm volatile("" ::: "memory"); // or it becomes a call of memcpy again
  }
}
/// May copy a word more.
inline void copyFewWords(uint64_t *to, const uint64_t *from, uint64_t words) {
  copyStack(to, from, words);
}
inline void unpoisonStack(uint64_t from, uint64_t to) {
  if (from < to)
    __asan_unpoison_memory_region(reinterpret_cast<void *>(from), to - from);
}
#else
inline void copyStack(uint64_t *to, const uint64_t *from, uint64_t words) {
  memcpy(to, from, words * 8);
}
/// May copy a word more. A frame or two are copied faster without a call.
inline void copyFewWords(uint64_t *to, const uint64_t *from, uint64_t words) {
  for (uint64_t i = 0; i < words; i += 2) {
    uint64_t a = from[i], b = from[i + 1];
    // Not as vectors: a wide load of words stored just before has to wait.
    asm volatile("" : "+r"(a), "+r"(b));
    to[i] = a;
    to[i + 1] = b;
  }
}
inline void unpoisonStack(uint64_t, uint64_t) {}
#endif

/// All frames below `slot`, down to the caller's, are left by a jump.
inline void unpoisonBelow(uint64_t slot) {
  unpoisonStack(reinterpret_cast<uint64_t>(__builtin_frame_address(0)), slot);
}

} // namespace plc::rt
#endif // PLC_RUNTIME_STACKCOPY_H
