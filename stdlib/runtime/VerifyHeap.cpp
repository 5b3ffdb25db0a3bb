//===- VerifyHeap.cpp - checks every page, object and word -------------------===//
//
// For tests and for stress runs of debug builds. Checked: pages can be walked;
// tagged words point at the beginning of objects of the right tag on used
// pages; old objects that point to young ones lie on dirty cards; the counts
// and lists of pages agree with their states.
//
//===----------------------------------------------------------------------===//

#include "stdlib/runtime/HeapImpl.h"

#include <cstdio>

namespace plc::rt {

namespace {
/// One bit for 16 bytes: object starts, of the pages in use.
struct Starts {
  uint64_t *bits;
  uint64_t base;

  void set(uint64_t address) {
    uint64_t i = (address - base) >> 4;
    bits[i >> 6] |= uint64_t(1) << (i & 63);
  }
  bool test(uint64_t address) const {
    uint64_t i = (address - base) >> 4;
    return bits[i >> 6] >> (i & 63) & 1;
  }
};
} // namespace

[[noreturn]] static void broken(const char *what, uint64_t where,
                                uint64_t word) {
  fprintf(stderr, "heap verification: %s at %#llx: %#llx\n", what,
          static_cast<unsigned long long>(where),
          static_cast<unsigned long long>(word));
  abort();
}

PLC_NO_ASAN static void checkWord(Heap &heap, const Starts &starts,
                                  const uint64_t *slot, bool old) {
  Value v = *slot;
  auto where = reinterpret_cast<uint64_t>(slot);
  if (!plc_is_pointer(v) || !heap.contains(v & ~uint64_t(7)))
    return;
  uint64_t address = v & ~uint64_t(7);
  if (!(heap.state[heap.pageOf(address)] & Used))
    broken("pointer to a free page", where, v);
  if (!starts.test(address))
    broken("pointer not to an object", where, v);
  uint64_t first = *reinterpret_cast<uint64_t *>(address);
  bool closure = isHeader(first) && plc_header_kind(first) == PLC_KIND_CLOSURE;
  unsigned tag = !isHeader(first) ? PLC_TAG_PAIR
                 : closure        ? PLC_TAG_PROCEDURE
                                  : PLC_TAG_OBJECT;
  if ((v & 7) != tag)
    broken("pointer with the wrong tag", where, v);
  if (isHeader(first) && (plc_header_kind(first) == PLC_KIND_FILLER ||
                          plc_header_kind(first) == PLC_KIND_FORWARD))
    broken("pointer to a hole", where, v);
  if (old && heap.isYoung(v) && heap.contains(where) && !*heap.cardOf(where))
    broken("old-to-young pointer without its card", where, v);
}

PLC_NO_ASAN static void checkObject(Heap &heap, const Starts &starts,
                                    uint64_t *object, bool old) {
  uint64_t header = object[0];
  if (!isHeader(header)) {
    checkWord(heap, starts, object, old);
    checkWord(heap, starts, object + 1, old);
    return;
  }
  plc_kind kind = plc_header_kind(header);
  const KindInfo &info = kindInfos[kind];
  if (!info.firstField)
    return;
  size_t end = 1 + payloadBytes(header) / 8;
  if (kind == PLC_KIND_PORT)
    end = 9;
  if (kind == PLC_KIND_SEGMENT)
    end = 2;
  for (size_t i = info.firstField; i < end; ++i) {
    // The card of a weak object is that of its header.
    bool weak = kind == PLC_KIND_WEAK_PAIR || kind == PLC_KIND_EPHEMERON;
    checkWord(heap, starts, object + i, old && !(weak && i == 1));
  }
}

/// Calls fn(object) for all objects of a page (the head page if large).
template <typename Function>
PLC_NO_ASAN static void forObjects(Heap &heap, uint32_t page, Function fn) {
  uint64_t start = heap.addressOf(page);
  if (heap.state[page] & Large) {
    if (heap.pages[page].extra == page)
      fn(reinterpret_cast<uint64_t *>(start));
    return;
  }
  uint64_t end = start + heap.pages[page].used;
  while (start < end) {
    auto *object = reinterpret_cast<uint64_t *>(start);
    fn(object);
    start += objectSize(object[0]);
  }
  if (start != end)
    broken("page cannot be walked", start, end);
}

PLC_NO_ASAN void verifyHeap(Context *ctx) {
  Heap &heap = *heapOf(ctx);
  if (heap.current != kNoPage)
    heap.pages[heap.current].used =
        uint32_t(ctx->ap - heap.addressOf(heap.current));
  size_t words = (size_t(heap.usedEnd()) << kPageShift) / 16 / 64 + 1;
  Starts starts{static_cast<uint64_t *>(calloc(words, 8)), heap.base};
  if (!starts.bits)
    abort();
  uint32_t used = 0, counts[kOld + 1] = {};
  for (uint32_t page = 0; page < heap.usedEnd(); ++page) {
    uint8_t state = heap.state[page];
    if (!state)
      continue;
    ++used;
    ++counts[heap.pages[page].generation];
    if (state & (Condemned | Pinned | ToOld))
      broken("page still condemned", page, state);
    uint8_t large = state & Large;
    if (state != (stateFor(heap.pages[page].generation,
                           heap.pages[page].space) |
                  large) &&
        !large)
      broken("page state", page, state);
    forObjects(heap, page, [&](uint64_t *object) {
      starts.set(reinterpret_cast<uint64_t>(object));
    });
  }
  if (used != heap.usedPages)
    broken("count of used pages", used, heap.usedPages);
  for (unsigned g = 0; g <= kOld; ++g) {
    if (counts[g] != heap.pagesOf[g])
      broken("count of pages of a generation", g, counts[g]);
    uint32_t listed = 0;
    for (uint32_t p = heap.generations[g]; p != kNoPage; p = heap.pages[p].next)
      listed += heap.pages[p].length;
    if (listed != counts[g])
      broken("list of a generation", g, listed);
  }
  for (uint32_t page = 0; page < heap.usedEnd(); ++page) {
    uint8_t state = heap.state[page];
    if (!state)
      continue;
    bool old = !(state & Young);
    // Plain pages must be clean in every word, padding included.
    if (old && !(state & (Walked | Large)) && (state & Scannable)) {
      uint64_t start = heap.addressOf(page);
      auto *first = reinterpret_cast<uint64_t *>(start);
      for (size_t i = 0; i < heap.pages[page].used / 8; ++i)
        checkWord(heap, starts, first + i, true);
    }
    forObjects(heap, page, [&](uint64_t *object) {
      checkObject(heap, starts, object, old);
    });
  }
  for (Heap::Roots &roots : heap.roots)
    for (size_t i = 0; i < roots.count; ++i)
      checkWord(heap, starts, roots.first + i, false);
  for (Value &handle : heap.handles)
    checkWord(heap, starts, &handle, false);
  free(starts.bits);
}

} // namespace plc::rt
