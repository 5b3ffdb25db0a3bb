//===- Weak.cpp - weak pairs, ephemerons, guardians -------------------------===//

#include "stdlib/runtime/HeapImpl.h"

namespace plc::rt {

/// True if the object is young; its card must lead back to it as long as a
/// weak field of it, in an old page, points to something young.
static void keepCard(Heap &heap, uint64_t *object, Value field) {
  if (!(heap.state[heap.pageOf(reinterpret_cast<uint64_t>(object))] & Young) &&
      heap.isYoung(field))
    *heap.cardOf(reinterpret_cast<uint64_t>(object)) = 1;
}

static uint64_t *nextOf(uint64_t *object) {
  return reinterpret_cast<uint64_t *>(object[3]);
}

/// One pass over the ephemerons: data of reached keys are traced. True if any
/// was.
static bool traceEphemerons(Heap &heap) {
  bool any = false;
  uint64_t *object = heap.ephemerons;
  heap.ephemerons = nullptr; // tracing may add to it
  uint64_t *waiting = nullptr;
  while (object) {
    uint64_t *next = nextOf(object);
    bool old =
        !(heap.state[heap.pageOf(reinterpret_cast<uint64_t>(object))] & Young);
    if (isReached(heap, object[1])) {
      scanWords(heap, object + 2, object + 3, old);
      keepCard(heap, object, object[1]);
      any = true;
    } else {
      object[3] = reinterpret_cast<uint64_t>(waiting);
      waiting = object;
    }
    object = next;
  }
  drain(heap);
  // Those met by the drain come first, those that still wait behind.
  while (waiting) {
    uint64_t *next = nextOf(waiting);
    waiting[3] = reinterpret_cast<uint64_t>(heap.ephemerons);
    heap.ephemerons = waiting;
    waiting = next;
  }
  return any;
}

static void enqueue(Heap &heap, Value object, Value guardian) {
  Value *queue = &heap.finalizers;
  bool old = false;
  if (guardian != PLC_TRUE) {
    queue = plc_fields(guardian) + 1;
    old = !heap.isYoung(guardian);
  }
  uint64_t *pair = copyTo(heap, false, Space::Plain, 16);
  pair[0] = object;
  pair[1] = *queue;
  *queue = reinterpret_cast<uint64_t>(pair) | PLC_TAG_PAIR;
  // The pair is scanned with its page; the object is resurrected by that.
  if (old)
    *heap.cardOf(reinterpret_cast<uint64_t>(queue)) = 1;
}

/// Dybvig, Bruggeman and Eby 1993: objects that are not reached go to the
/// queues of the guardians that are; that may reach more guardians.
static void processGuardians(Heap &heap) {
  GrowArray<GuardedObject> &waiting = heap.dying;
  waiting.count = 0;
  for (unsigned g = 0; g < (heap.full ? 2u : 1u); ++g) {
    GrowArray<GuardedObject> entries = heap.guarded[g];
    heap.guarded[g] = {};
    for (GuardedObject &entry : entries)
      waiting.push(entry);
    entries.release();
  }
  // Decide about all objects before any of them is resurrected, so that an
  // object registered with two guardians comes out of both.
  GrowArray<GuardedObject> dead;
  size_t kept = 0;
  for (GuardedObject entry : waiting) {
    if (isReached(heap, entry.object))
      waiting[kept++] = entry;
    else
      dead.push(entry);
  }
  waiting.count = kept;
  bool any = true;
  while (any) {
    any = false;
    size_t left = 0;
    for (GuardedObject entry : dead) {
      if (isReached(heap, entry.guardian)) {
        enqueue(heap, entry.object, entry.guardian);
        any = true;
      } else {
        dead[left++] = entry;
      }
    }
    dead.count = left;
    if (any) {
      drain(heap);
      while (traceEphemerons(heap)) {
      }
    }
  }
  dead.release();
  for (GuardedObject entry : waiting) {
    if (!isReached(heap, entry.guardian))
      continue;
    isReached(heap, entry.object); // its new address
    if (heap.onReferenceMoved && plc_is_kind(entry.object, PLC_KIND_FOREIGN))
      heap.onReferenceMoved(entry.object);
    bool young = heap.isYoung(entry.object) || heap.isYoung(entry.guardian);
    heap.guarded[young ? 0 : 1].push(entry);
  }
}

void processWeak(Heap &heap) {
  while (traceEphemerons(heap)) {
  }
  processGuardians(heap);
  for (uint64_t *p = heap.ephemerons; p;) {
    uint64_t *next = nextOf(p);
    p[1] = p[2] = PLC_FALSE;
    // Distinguishes a broken ephemeron from one whose key is #f.
    p[0] |= uint64_t(1) << 8;
    p = next;
  }
  heap.ephemerons = nullptr;
  for (uint64_t *p = heap.weakPairs; p; p = nextOf(p)) {
    if (!isReached(heap, p[1]))
      p[1] = PLC_FALSE;
    keepCard(heap, p, p[1]);
  }
  heap.weakPairs = nullptr;
}

//===--- Finalisers ------------------------------------------------------------===//

void registerFinalizer(Context *ctx, Value object) {
  heapOf(ctx)->guarded[0].push({object, PLC_TRUE});
}

void setFinalizer(Context *ctx, plc_kind kind, Finalizer finalizer) {
  heapOf(ctx)->finalizerOf[kind] = finalizer;
}

Value finalizerQueueNext(Context *ctx) {
  Heap &heap = *heapOf(ctx);
  Value queue = heap.finalizers;
  if (!plc_is_pair(queue))
    return PLC_FALSE;
  heap.finalizers = plc_cdr(queue);
  return plc_car(queue);
}

} // namespace plc::rt
