//===- GcPrimitives.cpp - collections and weak objects as procedures --------===//

#include "stdlib/runtime/Control.h"
#include "stdlib/runtime/HeapImpl.h"
#include "stdlib/runtime/LispEntry.h"
#include "stdlib/runtime/PrimitiveClosures.h"
#include "stdlib/runtime/RuntimeCalls.h"

#include <cstdio>

using plc::rt::detail::rt_arity_error;

namespace plc::rt {

HeapStatistics heapStatistics(Context *ctx) {
  Heap &heap = *heapOf(ctx);
  HeapStatistics stats = heap.stats;
  // Whole pages are counted when the nursery is collected; add the running one.
  stats.bytesAllocated += uint64_t(heap.pagesOf[0]) << kPageShift;
  if (heap.current != kNoPage)
    stats.bytesAllocated -= heap.addressOf(heap.current) + kPageSize - ctx->ap;
  stats.heapSize = uint64_t(heap.usedPages) << kPageShift;
  stats.residentSize = uint64_t(heap.residentPages) << kPageShift;
  return stats;
}

void printGcStatistics(Context *ctx) {
  HeapStatistics s = heapStatistics(ctx);
  fprintf(stderr,
          "gc: %llu minor, %llu major, %.1f MB allocated, %.1f MB copied, "
          "%llu pages pinned, pauses %.3f ms (max %.3f), heap %.1f MB "
          "(resident %.1f)\n",
          static_cast<unsigned long long>(s.minorCollections),
          static_cast<unsigned long long>(s.majorCollections),
          double(s.bytesAllocated) / 1e6, double(s.bytesCopied) / 1e6,
          static_cast<unsigned long long>(s.pagesPinned),
          double(s.pauseTotal) / 1e6, double(s.pauseMax) / 1e6,
          double(s.heapSize) / 1e6, double(s.residentSize) / 1e6);
}

static Value checkKind(Context *ctx, const char *who, const char *expected,
                       plc_kind kind, Value v) {
  if (!plc_is_kind(v, kind))
    wrongType(ctx, who, 1, expected, v);
  return v;
}

static Value makeWeak(Context *ctx, plc_kind kind, Value first, Value second) {
  uint64_t *words = allocateWords(ctx, 32);
  words[0] = PLC_HEADER(kind, 0, 2);
  words[1] = first;
  words[2] = second;
  words[3] = 0;
  return reinterpret_cast<uint64_t>(words) | PLC_TAG_OBJECT;
}

} // namespace plc::rt

using namespace plc::rt;

extern "C" {

// A call in the Lisp convention, so that nothing the program needs is in the
// registers: they are cleared, or what they were last used for would live.
PLC_LISP_CC plc_value prim_CollectGarbage(PLC_LISP_PARAMETERS) {
  if (argc > 1)
    PLC_WRONG_COUNT(CollectGarbage);
  (void)self;
  bool all = argc == 1 && plc_is_true(a0);
  asm volatile("xorl %%ebx, %%ebx\n\t"
               "xorl %%r13d, %%r13d\n\t"
               "xorl %%r14d, %%r14d\n\t"
               "xorl %%r15d, %%r15d"
               :
               :
               : "rbx", "r13", "r14", "r15", "cc");
  if (all)
    collectAll(ctx);
  else
    collect(ctx, Generations::Young);
  if (rt_foreign_release)
    rt_foreign_release();
  return PLC_UNSPECIFIED;
}

plc_value prim_GcStatistics(plc_context *ctx) {
  HeapStatistics s = heapStatistics(ctx);
  const struct {
    const char *name;
    uint64_t value;
  } rows[] = {{"minor-collections", s.minorCollections},
              {"major-collections", s.majorCollections},
              {"bytes-allocated", s.bytesAllocated},
              {"bytes-copied", s.bytesCopied},
              {"pages-pinned", s.pagesPinned},
              {"pause-total-ns", s.pauseTotal},
              {"pause-max-ns", s.pauseMax},
              {"heap-size", s.heapSize},
              {"resident-size", s.residentSize},
              {"stack-scanned", s.stackScanned}};
  Value list = PLC_NULL;
  for (size_t i = sizeof rows / sizeof rows[0]; i-- > 0;) {
    Value key = intern(ctx, rows[i].name);
    Value entry = cons(ctx, key, makeInteger(ctx, int64_t(rows[i].value)));
    list = cons(ctx, entry, list);
  }
  return list;
}

//===--- Weak pairs -------------------------------------------------------===//

plc_value prim_WeakCons(plc_context *ctx, plc_value car, plc_value cdr) {
  return makeWeak(ctx, PLC_KIND_WEAK_PAIR, car, cdr);
}
plc_value prim_WeakPairP(plc_context *, plc_value v) {
  return plc_bool(plc_is_kind(v, PLC_KIND_WEAK_PAIR));
}
plc_value prim_WeakCar(plc_context *ctx, plc_value v) {
  return fieldsOf(
      checkKind(ctx, "weak-car", "a weak pair", PLC_KIND_WEAK_PAIR, v))[0];
}
plc_value prim_WeakCdr(plc_context *ctx, plc_value v) {
  return fieldsOf(
      checkKind(ctx, "weak-cdr", "a weak pair", PLC_KIND_WEAK_PAIR, v))[1];
}

//===--- Ephemerons -------------------------------------------------------===//

plc_value prim_MakeEphemeron(plc_context *ctx, plc_value key, plc_value datum) {
  return makeWeak(ctx, PLC_KIND_EPHEMERON, key, datum);
}
plc_value prim_EphemeronP(plc_context *, plc_value v) {
  return plc_bool(plc_is_kind(v, PLC_KIND_EPHEMERON));
}
plc_value prim_EphemeronKey(plc_context *ctx, plc_value v) {
  return fieldsOf(checkKind(ctx, "ephemeron-key", "an ephemeron",
                            PLC_KIND_EPHEMERON, v))[0];
}
plc_value prim_EphemeronDatum(plc_context *ctx, plc_value v) {
  return fieldsOf(checkKind(ctx, "ephemeron-datum", "an ephemeron",
                            PLC_KIND_EPHEMERON, v))[1];
}
plc_value prim_EphemeronBrokenP(plc_context *ctx, plc_value v) {
  checkKind(ctx, "ephemeron-broken?", "an ephemeron", PLC_KIND_EPHEMERON, v);
  return plc_bool(plc_header_flags(plc_header(v)) & 1);
}

//===--- Guardians --------------------------------------------------------===//

plc_value prim_MakeGuardian(plc_context *ctx) {
  return allocateObject(ctx, PLC_KIND_GUARDIAN, 0, 2, PLC_NULL);
}
plc_value prim_GuardianRegister(plc_context *ctx, plc_value guardian,
                                plc_value object) {
  checkKind(ctx, "%guardian-register", "a guardian", PLC_KIND_GUARDIAN,
            guardian);
  heapOf(ctx)->guarded[0].push({object, guardian});
  return PLC_UNSPECIFIED;
}
plc_value prim_GuardianNext(plc_context *ctx, plc_value guardian) {
  Value *queue = &fieldsOf(checkKind(ctx, "%guardian-next", "a guardian",
                                     PLC_KIND_GUARDIAN, guardian))[1];
  if (!plc_is_pair(*queue))
    return PLC_FALSE;
  Value object = plc_car(*queue);
  store(ctx, queue, plc_cdr(*queue));
  return object;
}

} // extern "C"
