//===- Collect.cpp - one collection from condemnation to the sweep ----------===//

#include "stdlib/runtime/HeapImpl.h"

#include <cerrno>
#include <sys/mman.h>
#include <time.h>

namespace plc::rt {

static uint64_t nanoseconds() {
  timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return uint64_t(t.tv_sec) * 1000000000 + uint64_t(t.tv_nsec);
}

/// Moves the pages of a generation to the condemned list.
static void condemn(Heap &heap, unsigned generation) {
  uint8_t fate = generation == 0 ? Young : ToOld;
  uint32_t page = heap.generations[generation];
  while (page != kNoPage) {
    Page &p = heap.pages[page];
    uint8_t large = heap.state[page] & Large;
    heap.state[page] = uint8_t(Used | Condemned | fate | large);
    uint32_t next = p.next;
    p.next = heap.condemned;
    heap.condemned = page;
    page = next;
  }
  heap.generations[generation] = kNoPage;
}

/// A pinned page stays; everything but the marked objects becomes holes.
PLC_NO_ASAN static bool sweepPinned(Heap &heap, uint32_t page) {
  Page &p = heap.pages[page];
  PinRecord &pin = heap.pins[p.extra];
  uint64_t start = heap.addressOf(page);
  uint64_t live = 0; // end of the last marked object
  for (size_t i = 0; i < PinRecord::kWords; ++i) {
    for (uint64_t bits = pin.marked[i]; bits; bits &= bits - 1) {
      uint64_t offset = i * 1024 + uint64_t(__builtin_ctzll(bits)) * 16;
      auto *object = reinterpret_cast<uint64_t *>(start + offset);
      if (offset > live) {
        auto *hole = reinterpret_cast<uint64_t *>(start + live);
        if (heap.stressEvery)
          memset(hole, 0xDB, offset - live);
        hole[0] = PLC_HEADER(PLC_KIND_FILLER, 0, offset - live - 8);
      }
      live = offset + objectSize(object[0]);
    }
  }
  if (live == 0)
    return false;
  if (heap.stressEvery)
    memset(reinterpret_cast<void *>(start + live), 0xDB, kPageSize - live);
  p.used = uint32_t(live);
  // The holes hold stale words, so the page must be walked from now on.
  if (p.space == Space::Plain)
    p.space = Space::Mixed;
  unsigned generation = heap.state[page] & ToOld ? kOld : 1;
  --heap.pagesOf[p.generation];
  ++heap.pagesOf[generation];
  p.generation = uint8_t(generation);
  heap.state[page] = stateFor(generation, p.space);
  ++heap.stats.pagesPinned;
  return true;
}

static void link(Heap &heap, uint32_t page) {
  unsigned generation = heap.pages[page].generation;
  heap.pages[page].next = heap.generations[generation];
  heap.generations[generation] = page;
}

static void sweep(Heap &heap) {
  uint32_t page = heap.condemned;
  heap.condemned = kNoPage;
  while (page != kNoPage) {
    uint32_t next = heap.pages[page].next;
    uint8_t state = heap.state[page];
    if (!(state & Condemned) || // a large object that was reached
        ((state & Pinned) && sweepPinned(heap, page)))
      link(heap, page);
    else
      freePages(heap, page, heap.pages[page].length);
    page = next;
  }
  heap.pins.count = 0;
  if (heap.pins.capacity > 4096)
    heap.pins.release();
}

/// The list that a segment belongs into now.
static SegmentList listFor(Heap &heap, Value v) {
  if (heap.isYoung(v))
    return YoungSegments;
  const uint64_t *segment = plc_object_words(v);
  const uint64_t *end = segment + 1 + plc_header_length(segment[0]);
  for (const uint64_t *p = segment + 1 + kSegmentControlWords; p < end; ++p)
    if (heap.contains(*p) && (heap.state[heap.pageOf(*p)] & Young))
      return OpenSegments;
  return SettledSegments;
}

/// Drops dead segments and follows those that moved. Runs when all destinations
/// are known, before the sweep.
static void updateSegments(Heap &heap) {
  // From the last list to the first, so that what moves on to a later one is
  // not seen again. Settled ones stay settled.
  unsigned end = heap.full ? SettledSegments + 1 : SettledSegments;
  for (unsigned i = end; i-- > 0;) {
    GrowArray<Value> &list = heap.segments[i];
    size_t kept = 0;
    for (size_t k = 0; k < list.count; ++k) {
      Value v = list[k];
      if (!isReached(heap, v))
        continue;
      SegmentList next =
          i == SettledSegments ? SettledSegments : listFor(heap, v);
      if (next == i)
        list[kept++] = v;
      else
        heap.segments[next].push(v);
    }
    list.count = kept;
  }
}

static void resetCopySpaces(Heap &heap, bool all) {
  for (unsigned old = 0; old < 2; ++old)
    for (CopySpace &to : heap.to[old]) {
      if (!old || all || to.page == kNoPage) {
        to = {0, 0, kNoPage, kNoPage, 0};
        continue;
      }
      // Old pages are filled up by the next minor collection. What they hold
      // already was counted when it was copied.
      heap.stats.bytesCopied -= to.ap - heap.addressOf(to.page);
      to.scanPage = to.page;
      to.scan = to.ap;
    }
}

static void recordUsed(Heap &heap) {
  for (auto &spaces : heap.to)
    for (CopySpace &to : spaces)
      if (to.page != kNoPage) {
        heap.pages[to.page].used = uint32_t(to.ap - heap.addressOf(to.page));
        heap.stats.bytesCopied += heap.pages[to.page].used;
      }
}

/// Adapts the nursery to what survives, and plans the next full collection.
static void adapt(Heap &heap, uint32_t nurseryBefore, uint32_t survivors) {
  uint64_t nursery = heap.nurseryPages, least = heap.minNurseryPages;
  if (survivors * 4 > nurseryBefore && nurseryBefore * 2 >= nursery)
    nursery = nursery * 2 < least * 8 ? nursery * 2 : least * 8;
  else if (survivors * 16 < nurseryBefore)
    nursery -= (nursery - least + 1) / 2;
  if (heap.full) {
    uint64_t old = heap.pagesOf[kOld];
    uint64_t threshold = old * 2 > 1024 ? old * 2 : 1024; // 32 MB
    heap.majorThreshold = uint32_t(threshold);
    // A big nursery is for big heaps.
    if (nursery > heap.usedPages)
      nursery = heap.usedPages > least ? heap.usedPages : least;
    // The next full collection copies that much again. What the heap needed
    // until now is given back only if it still does not need it then: heaps
    // that fill up and drain in turn would pay for it at every turn.
    uint32_t keep = uint32_t(nursery * 2 + heap.usedPages);
    releaseFreePages(heap, keep > heap.keepPages ? keep : heap.keepPages);
    heap.keepPages = keep;
  }
  // A deep stack costs time in proportion at every collection; so that this
  // stays in proportion to what is allocated, too, the nursery grows with it.
  uint64_t deep = heap.stackAhead / 4;
  if (deep > size_t(256) << 20)
    deep = size_t(256) << 20;
  heap.stackPages = uint32_t(deep >> kPageShift);
  if (heap.limitKnown && nursery > heap.limitPages / 8)
    nursery = heap.limitPages / 8 > least ? heap.limitPages / 8 : least;
  heap.nurseryPages = uint32_t(nursery);
}

extern "C" PLC_NO_ASAN void plc_collect_on_own_stack(Heap *heapPointer,
                                                     uint64_t full,
                                                     uint64_t sp) {
  Heap &heap = *heapPointer;
  uint64_t begin = nanoseconds();
  heap.collecting = true;
  heap.full = full;
  uint32_t nurseryBefore = heap.pagesOf[0];
  resetCopySpaces(heap, full);
  heap.condemned = kNoPage;
  heap.gray.count = 0;
  heap.weakPairs = heap.ephemerons = nullptr;
  for (unsigned generation = 0; generation <= (full ? kOld : 1); ++generation)
    condemn(heap, generation);
  if (full)
    heap.addressTables.count = 0;

  uint64_t copiedBefore = heap.stats.bytesCopied;
  scanAmbiguousRoots(heap, sp);
  heap.copying = true;
  scanPreciseRoots(heap);
  drain(heap);
  processWeak(heap);
  heap.copying = false;
  recordUsed(heap);
  heap.survivorBytes[full != 0] = heap.stats.bytesCopied - copiedBefore;
  updateSegments(heap);
  sweep(heap);

  heap.stats.bytesAllocated += uint64_t(nurseryBefore) << kPageShift;
  ++(full ? heap.stats.majorCollections : heap.stats.minorCollections);
  adapt(heap, nurseryBefore, heap.pagesOf[1]);
  heap.collecting = false;
  uint64_t pause = nanoseconds() - begin;
  heap.stats.pauseTotal += pause;
  if (pause > heap.stats.pauseMax)
    heap.stats.pauseMax = pause;
}

static void runFinalizers(Context *ctx) {
  Heap &heap = *heapOf(ctx);
  Value queue = heap.finalizers;
  heap.finalizers = PLC_NULL;
  while (plc_is_pair(queue)) {
    Value object = plc_car(queue);
    Value rest = plc_cdr(queue);
    Finalizer finalizer =
        plc_is_object(object)
            ? heap.finalizerOf[plc_header_kind(plc_header(object))]
            : nullptr;
    if (finalizer) {
      finalizer(ctx, object);
    } else {
      // Nobody else holds the pair: it becomes part of the queue again.
      store(ctx, plc_object_words(queue) + 1, heap.finalizers);
      heap.finalizers = queue;
    }
    queue = rest;
  }
  if (heap.finalizers != PLC_NULL)
    __atomic_fetch_or(&ctx->pending, uint64_t(PLC_PENDING_FINALIZERS),
                      __ATOMIC_SEQ_CST);
}

void collect(Context *ctx, Generations which) {
  Heap &heap = *heapOf(ctx);
  if (heap.collecting)
    abort();
  // It comes where the program does not see it: what a call of C said about its
  // failure is still to be read.
  int error = errno;
  retireNurseryPage(heap);
  bool full =
      which == Generations::All || heap.pagesOf[kOld] > heap.majorThreshold;
  plc_collect_entry(&heap, full, heap.collectorStack);
  heap.lispFrame = 0;
#ifndef NDEBUG
  // Under stress, as often as the size of the heap allows.
  if (heap.stressEvery &&
      (heap.stats.minorCollections + heap.stats.majorCollections) %
              (heap.usedPages / 16 + 1) ==
          0)
    verifyHeap(ctx);
#endif
  if (heap.finalizers != PLC_NULL)
    runFinalizers(ctx);
  errno = error;
}

/// Overwrites what calls that have returned left below this frame.
[[gnu::noinline]] PLC_NO_ASAN static void clearStackBelow() {
  volatile uint64_t words[2048];
  for (volatile uint64_t &word : words)
    word = 0;
}

void collectAll(Context *ctx) {
  clearStackBelow();
  // Twice: finalised objects and their guardians die one collection later.
  collect(ctx, Generations::All);
  collect(ctx, Generations::All);
  clearStackBelow();
}

} // namespace plc::rt
