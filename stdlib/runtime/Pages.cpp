//===- Pages.cpp - the reserved range and its 32 KB pages -------------------===//
//
// The lowest free page is taken first, so that the nursery stays on the same
// few megabytes and the top of the heap drains. Free pages keep their memory
// until releaseFreePages gives it back, so recycling costs no page fault.
//
//===----------------------------------------------------------------------===//

#include "stdlib/runtime/HeapImpl.h"

#include <sys/mman.h>

namespace plc::rt {

static constexpr uint32_t kCommitPages = 128; // 4 MB at a time

static void *mapMemory(size_t bytes, int protection) {
  void *p = mmap(nullptr, bytes, protection,
                 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  return p == MAP_FAILED ? nullptr : p;
}

bool reservePages(Heap &heap) {
  // Address space may be limited (ulimit -v): halve until it fits.
  for (size_t size = size_t(64) << 30; size >= size_t(64) << 20; size /= 2) {
    size_t count = size >> kPageShift;
    void *range = mapMemory(size + kPageSize, PROT_NONE);
    void *state = mapMemory(count, PROT_READ | PROT_WRITE);
    void *pages = mapMemory(count * sizeof(Page), PROT_READ | PROT_WRITE);
    void *cards = mapMemory(size >> PLC_CARD_SHIFT, PROT_READ | PROT_WRITE);
    void *marks = mapMemory(size >> 7, PROT_READ | PROT_WRITE);
    if (range && state && pages && cards && marks) {
      uint64_t address = reinterpret_cast<uint64_t>(range);
      heap.base = (address + kPageSize - 1) & ~(kPageSize - 1);
      heap.size = size;
      heap.state = static_cast<uint8_t *>(state);
      heap.pages = static_cast<Page *>(pages);
      heap.cards = static_cast<uint8_t *>(cards);
      heap.markBits = static_cast<uint64_t *>(marks);
      // A quarter is for Transfer.cpp, if there is plenty.
      heap.pageCount = uint32_t(size >> 32 ? count - count / 4 : count);
      return true;
    }
    if (range)
      munmap(range, size + kPageSize);
    if (state)
      munmap(state, count);
    if (pages)
      munmap(pages, count * sizeof(Page));
    if (cards)
      munmap(cards, size >> PLC_CARD_SHIFT);
    if (marks)
      munmap(marks, size >> 7);
  }
  return false;
}

static void *pageMemory(Heap &heap, uint32_t page) {
  return reinterpret_cast<void *>(heap.addressOf(page));
}

/// Makes pages below `end` usable.
static bool commit(Heap &heap, uint32_t end) {
  if (end <= heap.committedPages)
    return true;
  uint64_t target = (uint64_t(end) + kCommitPages - 1) & ~(kCommitPages - 1);
  if (target > heap.pageCount)
    target = heap.pageCount;
  if (end > target)
    return false;
  size_t bytes = size_t(target - heap.committedPages) << kPageShift;
  if (mprotect(pageMemory(heap, heap.committedPages), bytes,
               PROT_READ | PROT_WRITE) != 0)
    return false;
  heap.committedPages = uint32_t(target);
  return true;
}

uint8_t stateFor(unsigned generation, Space space) {
  unsigned state = Used;
  if (generation < kOld)
    state |= Young;
  if (space != Space::Unscanned)
    state |= Scannable;
  if (space == Space::Mixed)
    state |= Walked;
  return uint8_t(state);
}

/// First page of `count` free ones in a row at or above `from`.
static uint32_t findFree(const Heap &heap, uint32_t from, uint32_t count) {
  const uint8_t *state = heap.state;
  uint32_t frontier = heap.frontier;
  uint32_t page = from;
  for (;;) {
    while (page < frontier && state[page])
      ++page;
    uint32_t end = page;
    while (end < frontier && end - page < count && !state[end])
      ++end;
    // Above the frontier everything is free.
    if (end - page == count || end == frontier)
      return page;
    page = end;
  }
}

uint32_t takePages(Heap &heap, uint32_t count, unsigned generation, Space space,
                   uint8_t extraState) {
  uint32_t page = findFree(heap, heap.firstFree, count);
  if (count == 1)
    heap.firstFree = page + 1;
  uint64_t end = uint64_t(page) + count;
  if (end > heap.pageCount || !commit(heap, uint32_t(end)))
    return kNoPage;
  if (end > heap.frontier)
    heap.frontier = uint32_t(end);
  for (uint32_t i = page; i < end; ++i)
    if (heap.pages[i].protect) {
      mprotect(pageMemory(heap, i), kPageSize, PROT_READ | PROT_WRITE);
      heap.pages[i].protect = false;
    }
  for (uint32_t i = page; i < end; ++i)
    heap.residentPages += !heap.pages[i].resident;
  describePages(heap, page, count, generation, space, extraState & Large);
  memset(heap.state + page, stateFor(generation, space) | extraState, count);
  memset(heap.cardOf(heap.addressOf(page)), 0, count * kCardsPerPage);
  heap.pagesOf[generation] += count;
  heap.usedPages += count;
  return page;
}

void describePages(Heap &heap, uint32_t page, uint32_t count,
                   unsigned generation, Space space, bool isLarge) {
  for (uint32_t i = page; i < page + count; ++i) {
    Page &p = heap.pages[i];
    p.resident = true;
    p.space = space;
    p.generation = uint8_t(generation);
    p.keptYoung = 0;
    p.next = kNoPage;
    p.extra = isLarge ? page : kNoPage;
    p.used = 0;
    p.length = count;
  }
}

void freePages(Heap &heap, uint32_t page, uint32_t count) {
  heap.pagesOf[heap.pages[page].generation] -= count;
  heap.usedPages -= count;
  memset(heap.state + page, 0, count);
  if (page >= heap.pageCount) {
    heap.residentPages -= count;
    heap.onTransferredFreed(heap, page, count);
    return;
  }
  if (page < heap.firstFree)
    heap.firstFree = page;
  if (heap.stressEvery) {
    // Stale pointers shall not find what they look for.
    memset(pageMemory(heap, page), 0xDB, size_t(count) << kPageShift);
#ifndef NDEBUG
    for (uint32_t i = page; i < page + count; ++i)
      heap.pages[i].protect =
          mprotect(pageMemory(heap, i), kPageSize, PROT_NONE) == 0;
#endif
  }
}

void releaseFreePages(Heap &heap, uint32_t keep) {
  uint32_t free = heap.residentPages - heap.usedPages;
  uint32_t page = heap.frontier;
  while (free > keep && page > 0) {
    uint32_t end = page;
    while (page > 0 && !heap.state[page - 1] && heap.pages[page - 1].resident &&
           free > keep) {
      heap.pages[--page].resident = false;
      --heap.residentPages;
      --free;
    }
    if (page < end)
      madvise(pageMemory(heap, page), size_t(end - page) << kPageShift,
              MADV_DONTNEED);
    else
      --page;
  }
  while (heap.frontier > 0 && !heap.state[heap.frontier - 1] &&
         !heap.pages[heap.frontier - 1].resident)
    --heap.frontier;
}

} // namespace plc::rt
