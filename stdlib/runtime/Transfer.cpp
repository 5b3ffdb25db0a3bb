//===- Transfer.cpp - memory that becomes a vector without a copy ----------===//
//
// The pages are handed out in runs, the lowest that suffices first, under a lock of
// their own. Those that are free are in one list, in order, neighbours joined.
//
//===----------------------------------------------------------------------===//
#include "stdlib/runtime/Transfer.h"
#include "stdlib/runtime/HeapImpl.h"
#include "stdlib/runtime/NumVectors.h"

#include <pthread.h>
#include <sys/mman.h>

namespace plc::rt {
namespace {

constexpr size_t HeaderSize = 8;
/// Free pages that keep their memory (Page::resident), so that the system need not
/// clear it for each array.
constexpr uint32_t MostKept = (64 << 20) >> kPageShift;
/// At a time: 4 MB, or a quarter more than before.
constexpr uint32_t CommitPages = 128;

struct Run {
  uint32_t page, count;
  uint32_t end() const { return page + count; }
};

struct {
  pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
  GrowArray<Run> free; ///< in order
  uint32_t kept;       ///< free pages that have memory
} pool;

class Locked {
public:
  Locked() { pthread_mutex_lock(&pool.lock); }
  ~Locked() { pthread_mutex_unlock(&pool.lock); }
  Locked(const Locked &) = delete;
  Locked &operator=(const Locked &) = delete;
};

uint32_t pagesFor(size_t bytes) {
  size_t limit = size_t(kNoPage) << (kPageShift - 1);
  return bytes > limit ? kNoPage
                       : uint32_t((bytes + HeaderSize + kPageSize - 1) >> kPageShift);
}

void *memoryOf(const Heap &heap, uint32_t page) {
  return reinterpret_cast<void *>(heap.addressOf(page));
}
uint32_t pageOf(const Heap &heap, const void *memory) {
  return heap.pageOf(reinterpret_cast<uint64_t>(memory));
}

void removeRun(size_t at) {
  --pool.free.count;
  memmove(pool.free.data + at, pool.free.data + at + 1,
          (pool.free.count - at) * sizeof(Run));
}

/// Puts pages into the list, as one run with their neighbours there.
void release(Heap &heap, uint32_t page, uint32_t count) {
  if (pool.kept + count > MostKept &&
      madvise(memoryOf(heap, page), size_t(count) << kPageShift,
              MADV_DONTNEED) == 0)
    for (uint32_t i = page; i < page + count; ++i)
      heap.pages[i].resident = false;
  else
    pool.kept += count;
  size_t at = 0;
  while (at < pool.free.count && pool.free[at].page < page)
    ++at;
  Run run = {page, count};
  if (at < pool.free.count && pool.free[at].page == run.end()) {
    run.count += pool.free[at].count;
    removeRun(at);
  }
  if (at > 0 && pool.free[at - 1].end() == page) {
    pool.free[at - 1].count += run.count;
    return;
  }
  pool.free.push(run);
  memmove(pool.free.data + at + 1, pool.free.data + at,
          (pool.free.count - 1 - at) * sizeof(Run));
  pool.free[at] = run;
}

void forgetTransferred(Heap &heap, uint32_t page, uint32_t count) {
  Locked locked;
  release(heap, page, count);
}

/// Before anything is taken from the heap.
void start(Heap &heap) {
  heap.onTransferredFreed = forgetTransferred;
  pool.free.count = pool.kept = 0;
  if (uint32_t all = heap.reservedPages() - heap.pageCount)
    pool.free.push({heap.pageCount, all});
  // A child has the list as it is between two operations.
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, [] {
    pthread_atfork([] { pthread_mutex_lock(&pool.lock); },
                   [] { pthread_mutex_unlock(&pool.lock); },
                   [] { pthread_mutex_unlock(&pool.lock); });
  });
}

/// Makes pages below `end` usable.
bool commit(Heap &heap, uint32_t end) {
  uint32_t from = heap.transferEnd ? heap.transferEnd : heap.pageCount;
  if (end <= from)
    return true;
  uint32_t more = (from - heap.pageCount) / 4;
  uint64_t target = uint64_t(end) + (more > CommitPages ? more : CommitPages);
  if (target > heap.reservedPages())
    target = heap.reservedPages();
  if (mprotect(memoryOf(heap, from), size_t(target - from) << kPageShift,
               PROT_READ | PROT_WRITE) != 0)
    return false;
  __atomic_store_n(&heap.transferEnd, uint32_t(target), __ATOMIC_RELEASE);
  return true;
}

/// Takes the first pages of a run in the list. False if the system has no more.
bool takeFrom(Heap &heap, size_t at, uint32_t count) {
  Run &run = pool.free[at];
  if (!commit(heap, run.page + count))
    return false;
  for (uint32_t i = run.page; i < run.page + count; ++i)
    pool.kept -= heap.pages[i].resident;
  run.page += count;
  run.count -= count;
  if (!run.count)
    removeRun(at);
  return true;
}

} // namespace

void transferRange(uint64_t *first, uint64_t *bytes) {
  Heap &heap = *heapOf(theContext);
  *first = heap.addressOf(heap.pageCount);
  *bytes = uint64_t(heap.reservedPages() - heap.pageCount) << kPageShift;
}

void *takeTransferable(size_t bytes, bool isZeroed) {
  Heap &heap = *heapOf(theContext);
  uint32_t count = pagesFor(bytes), page;
  {
    Locked locked;
    if (!heap.onTransferredFreed)
      start(heap);
    size_t at = 0;
    while (at < pool.free.count && pool.free[at].count < count)
      ++at;
    if (at == pool.free.count)
      return nullptr;
    page = pool.free[at].page;
    if (!takeFrom(heap, at, count))
      return nullptr;
  }
  if (isZeroed)
    for (uint32_t i = page; i < page + count; ++i)
      if (heap.pages[i].resident)
        memset(memoryOf(heap, i), 0, kPageSize);
  describePages(heap, page, count, 0, Space::Unscanned, true);
  return static_cast<char *>(memoryOf(heap, page)) + HeaderSize;
}

bool resizeTransferable(void *memory, size_t bytes) {
  Heap &heap = *heapOf(theContext);
  uint32_t page = pageOf(heap, memory), count = pagesFor(bytes);
  uint32_t old = heap.pages[page].length;
  if (count == old)
    return true;
  Locked locked;
  if (count < old) {
    release(heap, page + count, old - count);
    heap.pages[page].length = count;
    return true;
  }
  size_t at = 0;
  while (at < pool.free.count && pool.free[at].page < page)
    ++at;
  if (at == pool.free.count || pool.free[at].page != page + old ||
      pool.free[at].count < count - old || !takeFrom(heap, at, count - old))
    return false;
  describePages(heap, page, count, 0, Space::Unscanned, true);
  return true;
}

void giveTransferableBack(void *memory) {
  Heap &heap = *heapOf(theContext);
  uint32_t page = pageOf(heap, memory);
  Locked locked;
  release(heap, page, heap.pages[page].length);
}

Value transfer(Context *ctx, plc_element element, void *memory, size_t count) {
  Heap &heap = *heapOf(ctx);
  uint32_t page = pageOf(heap, memory), held = heap.pages[page].length;
  uint64_t bytes = count * elementSize(element);
  uint32_t needed = pagesFor(bytes);
  uint64_t *object = static_cast<uint64_t *>(memory) - 1;
  *object = numVectorHeader(element, count);
  adoptLarge(heap, page, needed);
  heap.pages[page].length = needed;
  if (needed < held) {
    Locked locked;
    release(heap, page + needed, held - needed);
  }
  return reinterpret_cast<Value>(object) | PLC_TAG_OBJECT;
}

} // namespace plc::rt
