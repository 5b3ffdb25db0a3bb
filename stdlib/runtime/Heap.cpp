//===- Heap.cpp - the context, allocation, the heap limit -------------------===//

#include "stdlib/runtime/Control.h"
#include "stdlib/runtime/HeapImpl.h"
#include "stdlib/runtime/Options.h"

#include <cstdio>
#include <sys/mman.h>
#include <unistd.h>

extern "C" void rt_poll(plc_context *ctx);
extern "C" void *__libc_stack_end;

namespace plc::rt {

Context *theContext;

static constexpr size_t kCollectorStack = size_t(256) << 10;

static size_t contextBytes() {
  size_t bytes = ((sizeof(Context) + 63) & ~size_t(63)) + sizeof(Heap);
  return (bytes + 4095) & ~size_t(4095);
}

static void *mapPages(size_t bytes) {
  void *p = mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (p != MAP_FAILED)
    return p;
  fputs("error: no memory for the heap\n", stderr);
  exit(1);
}

Context *createContext() {
  // Zeroed by the system: only what is not zero is set here.
  auto *ctx = static_cast<Context *>(mapPages(contextBytes()));
  Heap &heap = *heapOf(ctx);
  heap.ctx = ctx;
  if (!reservePages(heap)) {
    fputs("error: cannot reserve address space for the heap\n", stderr);
    exit(1);
  }
  heap.collectorStack =
      static_cast<char *>(mapPages(kCollectorStack)) + kCollectorStack;
  for (uint32_t &list : heap.generations)
    list = kNoPage;
  for (auto &spaces : heap.to)
    for (CopySpace &to : spaces)
      to.page = to.scanPage = kNoPage;
  heap.current = kNoPage;
  heap.condemned = kNoPage;
  heap.finalizers = PLC_NULL;
  heap.handles.push(0); // index 0 means no handle

  const Options &option = options();
  heap.minNurseryPages = uint32_t(option.nursery >> kPageShift);
  if (heap.minNurseryPages < 4)
    heap.minNurseryPages = 4;
  heap.stressEvery = option.stressEvery;
  if (option.heapLimit) {
    heap.limitKnown = true;
    heap.limitPages = option.heapLimit >> kPageShift;
    if (heap.limitPages < 32)
      heap.limitPages = 32;
    if (heap.minNurseryPages > heap.limitPages / 8)
      heap.minNurseryPages = uint32_t(heap.limitPages / 8);
  } else {
    // Looked up when the heap has grown to this; most never do.
    heap.limitPages = (size_t(256) << 20) >> kPageShift;
  }
  heap.nurseryPages = heap.minNurseryPages;
  heap.majorThreshold = 1024;

  ctx->cards = heap.cards - (heap.base >> PLC_CARD_SHIFT);
  ctx->heap_base = heap.base;
  ctx->heap_size = heap.size;
  // An empty current block, distinct from lim == 0, which asks for a poll.
  ctx->ap = ctx->lim = heap.limit = heap.base;
  ctx->winds = ctx->handlers = ctx->params = PLC_NULL;
  ctx->argv_rest = PLC_NULL;
  ctx->stack_high = reinterpret_cast<uint64_t>(__libc_stack_end);
  ctx->stack_low = ctx->stack_high - (size_t(8) << 20);
  resetMarks();
  theContext = ctx;
  return ctx;
}

void destroyContext(Context *ctx) {
  Heap &heap = *heapOf(ctx);
  heap.pins.release();
  heap.gray.release();
  heap.roots.release();
  heap.scanners.release();
  heap.handles.release();
  heap.pinned.release();
  for (GrowArray<Value> &list : heap.segments)
    list.release();
  heap.markStack.release();
  heap.addressTables.release();
  heap.guarded[0].release();
  heap.guarded[1].release();
  heap.dying.release();
  heap.marks.release();
  heap.suspended.release();
  munmap(static_cast<char *>(heap.collectorStack) - kCollectorStack,
         kCollectorStack);
  munmap(reinterpret_cast<void *>(heap.base), heap.size);
  munmap(heap.state, heap.reservedPages());
  munmap(heap.pages, heap.reservedPages() * sizeof(Page));
  munmap(heap.cards, heap.size >> PLC_CARD_SHIFT);
  munmap(heap.markBits, heap.size >> 7);
  if (theContext == ctx)
    theContext = nullptr;
  munmap(ctx, contextBytes());
}

// Sequentially consistent: a thread that asks for a poll sets `pending` and then
// `lim`; whoever sets `lim` after it sees what is pending. While a throw waits it
// stays 0, for the code that called the native function.
static void setLimit(Context *ctx, uint64_t limit) {
  __atomic_store_n(&ctx->lim, limit, __ATOMIC_SEQ_CST);
  if (ctx->thrown ||
      __atomic_load_n(&ctx->pending, __ATOMIC_SEQ_CST) &
          (PLC_PENDING_INTERRUPT | PLC_PENDING_OVERFLOW | PLC_PENDING_CALLS |
           PLC_PENDING_RELEASE | PLC_PENDING_SIGNALS))
    __atomic_store_n(&ctx->lim, 0, __ATOMIC_SEQ_CST);
}

void restoreLimit(Context *ctx) { setLimit(ctx, heapOf(ctx)->limit); }

//===--- The heap limit -------------------------------------------------------===//

/// Half of the memory of the machine: copying needs the other half.
static uint64_t defaultLimit() {
  uint64_t bytes = uint64_t(sysconf(_SC_PHYS_PAGES)) *
                   uint64_t(sysconf(_SC_PAGESIZE));
  if (FILE *file = fopen("/sys/fs/cgroup/memory.max", "r")) {
    unsigned long long most;
    if (fscanf(file, "%llu", &most) == 1 && most < bytes)
      bytes = most;
    fclose(file);
  }
  uint64_t pages = (bytes / 2) >> kPageShift;
  return pages < 8192 ? 8192 : pages;
}

/// What a program may use on top of the limit to handle heap-exhausted.
static uint64_t reserveOf(const Heap &heap) {
  uint64_t reserve = heap.limitPages / 16;
  return reserve < 64 ? 64 : reserve;
}

static bool fits(const Heap &heap, uint64_t pages) {
  return heap.usedPages + pages <=
         heap.limitPages + heap.reserveLevel * reserveOf(heap);
}

/// After a collection that did not make enough room. What the handler needs
/// comes from the reserve if the limit itself is used up.
static void heapExhausted(Heap &heap, uint64_t pages) {
  if (!fits(heap, 32) && ++heap.reserveLevel > 2) {
    fputs("error: the heap is full, and so is the reserve for handling that\n",
          stderr);
    _exit(1);
  }
  if (heap.onExhausted)
    heap.onExhausted();
  raiseHeapExhausted(heap.ctx, pages << kPageShift);
}

void raiseHeapExhausted(Context *ctx, uint64_t bytes) {
  raiseCondition(ctx, "heap-exhausted", "the heap limit is reached",
                 list2(ctx, plc_fixnum(int64_t(heapLimit(ctx))),
                       plc_fixnum(int64_t(bytes))));
}

/// After this limitPages is the limit, not where one begins to ask for it.
static void findLimit(Heap &heap) {
  if (heap.limitKnown)
    return;
  heap.limitPages = defaultLimit();
  heap.limitKnown = true;
}

uint64_t heapLimit(Context *ctx) {
  Heap &heap = *heapOf(ctx);
  findLimit(heap);
  return uint64_t(heap.limitPages) << kPageShift;
}

bool mayAllocate(Context *ctx, uint64_t bytes) {
  Heap &heap = *heapOf(ctx);
  uint64_t pages = (bytes >> kPageShift) + 1;
  auto hasRoom = [&] {
    return heap.usedPages + pages + heap.limitPages / 32 <= heap.limitPages;
  };
  if (hasRoom())
    return true;
  findLimit(heap);
  if (hasRoom())
    return true;
  collect(ctx, Generations::All);
  return hasRoom();
}

/// Makes sure that `pages` may be taken; raises heap-exhausted.
static void ensureRoom(Heap &heap, uint64_t pages) {
  if (fits(heap, pages))
    return;
  findLimit(heap);
  if (fits(heap, pages))
    return;
  collect(heap.ctx, Generations::All);
  uint32_t level = heap.reserveLevel;
  heap.reserveLevel = 0;
  // Unless some room is left, the next collection would come at once.
  uint64_t margin = heap.limitPages / 32;
  if (fits(heap, pages + margin))
    return;
  if (!fits(heap, margin))
    heap.reserveLevel = level;
  if (level == 0 || !fits(heap, pages))
    heapExhausted(heap, pages);
}

//===--- The slow path ---------------------------------------------------------===//

void retireNurseryPage(Heap &heap) {
  if (heap.current == kNoPage)
    return;
  heap.pages[heap.current].used =
      uint32_t(heap.ctx->ap - heap.addressOf(heap.current));
  heap.current = kNoPage;
  Context *ctx = heap.ctx;
  ctx->ap = ctx->lim = heap.limit = heap.base;
}

static uint32_t takeNursery(Heap &heap, uint32_t count, Space space,
                            uint8_t state) {
  uint32_t page = takePages(heap, count, 0, space, state);
  if (page == kNoPage) {
    collect(heap.ctx, Generations::All);
    page = takePages(heap, count, 0, space, state);
    if (page == kNoPage) {
      heap.limitPages = heap.usedPages;
      heap.limitKnown = true;
      heapExhausted(heap, count);
    }
  }
  heap.pages[page].next = heap.generations[0];
  heap.generations[0] = page;
  return page;
}

/// Collects if the nursery's budget is spent or stress asks for it.
static void collectIfDue(Heap &heap, uint64_t pages) {
  if (heap.stressEvery && ++heap.stressCount >= heap.stressEvery) {
    heap.stressCount = 0;
    uint64_t n = heap.stats.minorCollections + heap.stats.majorCollections;
    collect(heap.ctx, n % 16 == 15 ? Generations::All : Generations::Young);
    return;
  }
  uint64_t budget = heap.nurseryPages > heap.stackPages ? heap.nurseryPages
                                                        : heap.stackPages;
  if (heap.pagesOf[0] && heap.pagesOf[0] + pages > budget)
    collect(heap.ctx, Generations::Young);
}

static uint64_t *allocateLarge(Heap &heap, size_t bytes, Space space) {
  uint64_t count = (bytes + kPageSize - 1) >> kPageShift;
  if (count > heap.pageCount)
    heapExhausted(heap, count);
  collectIfDue(heap, count);
  ensureRoom(heap, count);
  uint32_t page = takeNursery(heap, uint32_t(count), space, Large);
  return reinterpret_cast<uint64_t *>(heap.addressOf(page));
}

void adoptLarge(Heap &heap, uint32_t page, uint32_t count) {
  // The memory is there already: a collection that these pages make due may wait for
  // the next allocation, unless more and more of them come.
  constexpr uint32_t MostWaiting = (32 << 20) >> kPageShift;
  if (heap.stressEvery || heap.pagesOf[0] > MostWaiting)
    collectIfDue(heap, count);
  ensureRoom(heap, count);
  memset(heap.state + page, stateFor(0, Space::Unscanned) | Large, count);
  heap.pagesOf[0] += count;
  heap.usedPages += count;
  heap.residentPages += count;
  heap.pages[page].next = heap.generations[0];
  heap.generations[0] = page;
}

static void *allocateSmall(Heap &heap, uint64_t bytes) {
  Context *ctx = heap.ctx;
  if (heap.stressEvery || ctx->ap + bytes > heap.limit ||
      heap.current == kNoPage) {
    collectIfDue(heap, 1);
    // Stress leaves the page in use when it did not collect.
    if (heap.current == kNoPage ||
        ctx->ap + bytes > heap.addressOf(heap.current) + kPageSize) {
      retireNurseryPage(heap);
      ensureRoom(heap, 1);
      // The condition handlers of ensureRoom may have taken a page.
      retireNurseryPage(heap);
      heap.current = takeNursery(heap, 1, Space::Mixed, 0);
      ctx->ap = heap.addressOf(heap.current);
      heap.limit = ctx->ap + kPageSize;
    }
  }
  uint64_t address = ctx->ap;
  ctx->ap = address + bytes;
  if (heap.stressEvery == 1)
    heap.limit = ctx->ap;
  // A signal may have asked for a poll in the meantime.
  setLimit(ctx, heap.limit);
  return reinterpret_cast<void *>(address);
}

void *allocateSlow(Context *ctx, size_t bytes) {
  Heap &heap = *heapOf(ctx);
  if (ctx->lim == 0)
    pollRaises(ctx);
  if (bytes > kLargeObject)
    return allocateLarge(heap, bytes, Space::Plain);
  return allocateSmall(heap, bytes);
}

// Generated code only: the caller's frame is where a watermark may be put.
extern "C" void *rt_alloc_slow(plc_context *ctx, int64_t bytes) {
  Heap &heap = *heapOf(ctx);
  if (ctx->lim == 0)
    rt_poll(ctx);
  heap.lispFrame = *static_cast<uint64_t *>(__builtin_frame_address(0));
  void *words = uint64_t(bytes) > kLargeObject
                    ? allocateLarge(heap, size_t(bytes), Space::Plain)
                    : allocateSmall(heap, uint64_t(bytes));
  heap.lispFrame = 0;
  return words;
}

//===--- Allocation of Runtime.h ------------------------------------------------===//

Value allocateBytes(Context *ctx, plc_kind kind, unsigned flags,
                    size_t length) {
  size_t bytes = (length + 8 + 15) & ~size_t(15);
  uint64_t *words = bytes > kLargeObject
                        ? allocateLarge(*heapOf(ctx), bytes, Space::Unscanned)
                        : allocateWords(ctx, bytes);
  words[0] = PLC_HEADER(kind, flags, length);
  return reinterpret_cast<uint64_t>(words) | PLC_TAG_OBJECT;
}

Value allocateObject(Context *ctx, plc_kind kind, unsigned flags, size_t fields,
                     Value fill) {
  if (kind == PLC_KIND_SEGMENT)
    return allocateSegment(ctx, fields);
  size_t bytes = (fields * 8 + 8 + 15) & ~size_t(15);
  uint64_t *words =
      bytes > kLargeObject
          ? allocateLarge(*heapOf(ctx), bytes, kindInfos[kind].space)
          : allocateWords(ctx, bytes);
  words[0] = PLC_HEADER(kind, flags, fields);
  for (size_t i = 1; i < bytes / 8; ++i)
    words[i] = fill;
  return reinterpret_cast<uint64_t>(words) | PLC_TAG_OBJECT;
}

Value allocateSegment(Context *ctx, size_t fields) {
  Heap &heap = *heapOf(ctx);
  if (fields < kSegmentControlWords)
    fields = kSegmentControlWords;
  size_t bytes = (fields * 8 + 8 + 15) & ~size_t(15);
  uint64_t *words = bytes > kLargeObject
                        ? allocateLarge(heap, bytes, Space::Mixed)
                        : allocateWords(ctx, bytes);
  words[0] = PLC_HEADER(PLC_KIND_SEGMENT, 0, fields);
  words[1] = PLC_FALSE;
  Value v = reinterpret_cast<uint64_t>(words) | PLC_TAG_OBJECT;
  heap.segments[YoungSegments].push(v);
  return v;
}

} // namespace plc::rt
