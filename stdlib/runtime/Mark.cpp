//===- Mark.cpp - finds the live segments before anything is copied ---------===//
//
// The stack words of a segment are ambiguous, so what they refer to must not
// move, and that must be known before the first object is copied: before it is
// known which segments are live. Where segments are few, those that are dead
// count as well; this costs a little memory until the next collection. A
// program that captures continuations in its inner loop leaves thousands of
// dead ones in the nursery, though. Then this pass goes first, which marks what
// is reachable without moving it: its cost is that of the live objects.
//
// It may mark too much (ephemerons, guarded objects), never too little.
//
//===----------------------------------------------------------------------===//

#include "stdlib/runtime/HeapImpl.h"

namespace plc::rt {

/// True if the bit was clear.
static bool setMark(Heap &heap, uint64_t address) {
  uint64_t index = (address - heap.base) >> 4;
  uint64_t &word = heap.markBits[index >> 6];
  uint64_t bit = uint64_t(1) << (index & 63);
  if (word & bit)
    return false;
  word |= bit;
  return true;
}

void markWords(Heap &heap, const uint64_t *first, const uint64_t *end) {
  for (const uint64_t *p = first; p != end; ++p) {
    Value v = *p;
    if (!plc_is_pointer(v))
      continue;
    uint64_t address = v & ~uint64_t(7);
    if (heap.contains(address) &&
        (heap.state[heap.pageOf(address)] & Condemned) &&
        setMark(heap, address))
      heap.markStack.push(address);
  }
}

void markSegmentTargets(Heap &heap, const uint64_t *first,
                        const uint64_t *end) {
  for (const uint64_t *p = first; p < end; ++p) {
    uint64_t object = pinWord(heap, *p, false);
    if (object && setMark(heap, object))
      heap.markStack.push(object);
  }
}

/// Clears the bits of the condemned pages; other bits are never looked at.
static void clearMarks(Heap &heap) {
  constexpr size_t wordsPerPage = kPageSize / 16 / 64;
  for (uint32_t page = heap.condemned; page != kNoPage;
       page = heap.pages[page].next)
    memset(heap.markBits + page * wordsPerPage, 0, wordsPerPage * 8);
}

void markLiveSegments(Heap &heap) {
  clearMarks(heap);
  heap.marking = true;
  heap.markStack.count = 0;
  GrowArray<Value> &live = heap.segments[YoungSegments];
  live.count = 0;
  // What the stacks refer to is immobile and waits to be scanned.
  for (Value v : heap.gray) {
    uint64_t address = v & ~uint64_t(7);
    setMark(heap, address);
    heap.markStack.push(address);
  }
  scanPreciseRoots(heap);
  // The guarded are traced even when they are dead.
  for (GrowArray<GuardedObject> &list : heap.guarded)
    for (GuardedObject &guarded : list)
      markWords(heap, &guarded.object, &guarded.guardian + 1);
  while (heap.markStack.count) {
    auto *object =
        reinterpret_cast<uint64_t *>(heap.markStack[--heap.markStack.count]);
    if (isHeader(object[0]) && plc_header_kind(object[0]) == PLC_KIND_SEGMENT)
      live.push(reinterpret_cast<uint64_t>(object) | PLC_TAG_OBJECT);
    scanObject(heap, object, false);
  }
  heap.marking = false;
}

} // namespace plc::rt
