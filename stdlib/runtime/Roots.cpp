//===- Roots.cpp - where tracing starts -------------------------------------===//

#include "stdlib/runtime/Control.h"
#include "stdlib/runtime/HeapImpl.h"

namespace plc::rt {

static void setBit(uint64_t *bits, uint64_t offset) {
  bits[offset >> 10] |= uint64_t(1) << (offset >> 4 & 63);
}

//===--- Ambiguous roots ----------------------------------------------------===//

static PinRecord &pinRecord(Heap &heap, uint32_t page) {
  Page &p = heap.pages[page];
  if (!(heap.state[page] & Pinned)) {
    if (heap.copying)
      abort();
    heap.state[page] |= Pinned;
    p.extra = uint32_t(heap.pins.count);
    heap.pins.reserve(heap.pins.count + 1);
    memset(static_cast<void *>(&heap.pins.data[heap.pins.count++]), 0,
           sizeof(PinRecord));
    heap.pins[p.extra].page = page;
  }
  return heap.pins[p.extra];
}

/// Records the object starts of the page up to the object at `offset`. Must
/// happen before anything is copied: forwarded objects have lost their size.
PLC_NO_ASAN static void walkTo(Heap &heap, PinRecord &pin, uint32_t offset) {
  uint64_t start = heap.addressOf(pin.page);
  uint32_t position = pin.walked;
  if (heap.copying)
    abort();
  while (position <= offset) {
    setBit(pin.starts, position);
    position +=
        uint32_t(objectSize(*reinterpret_cast<uint64_t *>(start + position)));
  }
  pin.walked = position;
}

/// The start of the object at or before `offset`, whose bit exists.
static uint32_t startBefore(const PinRecord &pin, uint32_t offset) {
  uint32_t word = offset >> 10;
  uint64_t bits =
      pin.starts[word] & (~uint64_t(0) >> (63 - (offset >> 4 & 63)));
  while (!bits)
    bits = pin.starts[--word];
  return (word << 10) + uint32_t(63 - __builtin_clzll(bits)) * 16;
}

PLC_NO_ASAN uint64_t pinWord(Heap &heap, uint64_t word, bool live) {
  uint64_t distance = word - heap.base;
  if (distance >= heap.size)
    return 0;
  uint32_t page = uint32_t(distance >> kPageShift);
  uint8_t state = heap.state[page];
  if (!(state & Used))
    return 0;
  if (state & Large) {
    page = heap.pages[page].extra;
    state = heap.state[page];
    if (!(state & Condemned))
      return 0;
    uint64_t object = heap.addressOf(page);
    if (!live)
      return object;
    if (heap.recording && heap.pages[page].generation < kOld)
      heap.suspended.push(object);
    forwardCondemned(heap, object | PLC_TAG_OBJECT, state);
    return object;
  }
  uint32_t offset = uint32_t(distance & (kPageSize - 1));
  if (!(state & Condemned) || offset >= heap.pages[page].used)
    return 0;
  PinRecord &pin = pinRecord(heap, page);
  if (offset >= pin.walked)
    walkTo(heap, pin, offset);
  uint32_t start = startBefore(pin, offset);
  uint64_t object = heap.addressOf(page) + start;
  if (!testBit(pin.immobile, start)) {
    uint64_t first = *reinterpret_cast<uint64_t *>(object);
    if (isHeader(first) && plc_header_kind(first) == PLC_KIND_FILLER)
      return 0;
    setBit(pin.immobile, start);
  }
  if (!live)
    return object;
  bool isNew = !testBit(pin.marked, start);
  if (isNew) {
    setBit(pin.marked, start);
    heap.gray.push(object);
  }
  if (heap.recording && (isNew || heap.recordingAll) &&
      heap.pages[page].generation < kOld)
    heap.suspended.push(object);
  return object;
}

PLC_NO_ASAN static void pinWords(Heap &heap, const uint64_t *first,
                                 const uint64_t *end, bool live) {
  uint64_t base = heap.base;
  uint64_t used = uint64_t(heap.usedEnd()) << kPageShift;
  for (; first < end; ++first)
    if (*first - base < used)
      pinWord(heap, *first, live);
}

/// End of the words of a segment, and its stack words.
static const uint64_t *segmentWords(const uint64_t *segment,
                                    const uint64_t *&end) {
  end = segment + 1 + plc_header_length(segment[0]);
  return segment + 1 + kSegmentControlWords;
}

void markSegmentWords(Heap &heap, uint64_t *segment) {
  // An old one, met because something near it was written: scanSegments has seen
  // to its words. Those of a settled one must not be looked at: a word that is
  // no reference may lie in a page that has become young since.
  if (heap.scanningCards)
    return;
  const uint64_t *end;
  const uint64_t *first = segmentWords(segment, end);
  if (heap.marking)
    return markSegmentTargets(heap, first, end);
  pinWords(heap, first, end, true);
}

namespace {
class Visitor final : public RootVisitor {
public:
  Visitor(Heap &heap, bool ambiguous) : heap(heap), ambiguous(ambiguous) {}
  void values(Value *first, size_t count) override {
    if (!ambiguous)
      scanWords(heap, first, first + count, false);
  }
  void words(const uint64_t *first, const uint64_t *end) override {
    if (ambiguous)
      pinWords(heap, first, end, true);
  }

private:
  Heap &heap;
  bool ambiguous;
};
} // namespace

static void pinSegmentTargets(Heap &heap, GrowArray<Value> &list, bool live) {
  for (Value v : list) {
    const uint64_t *end;
    const uint64_t *first = segmentWords(plc_object_words(v), end);
    pinWords(heap, first, end, live);
  }
}

/// True if it costs less to trace what is live twice than to look at all the
/// segments and to keep what the dead ones among them refer to.
static bool segmentsAreMany(const Heap &heap) {
  if (heap.stressEvery)
    return heap.stats.minorCollections & 1;
  constexpr size_t few = 512, bytes = 128; // of one, typically
  size_t count = heap.segments[YoungSegments].count;
  return count > few && count * bytes > heap.survivorBytes[heap.full];
}

/// The words of condemned segments make their targets immobile before it is
/// known which of them are live, since an object cannot be pinned once it has
/// been copied; the targets are marked when the segment is reached.
static void scanSegments(Heap &heap) {
  if (!heap.full)
    pinSegmentTargets(heap, heap.segments[OpenSegments], true);
  if (segmentsAreMany(heap))
    return markLiveSegments(heap);
  pinSegmentTargets(heap, heap.segments[YoungSegments], false);
  if (heap.full) {
    pinSegmentTargets(heap, heap.segments[OpenSegments], false);
    pinSegmentTargets(heap, heap.segments[SettledSegments], false);
  }
}

/// The outermost entry of Lisp code leaves unused room above its frames (see
/// Enter.cpp); the word three below its stack_top says where the frames of the
/// host begin.
void unusedStack(Context *ctx, uint64_t &first, uint64_t &end) {
  first = end = ctx->stack_high;
  const Boundary *outermost = boundaryOf(ctx);
  while (outermost && outermost->prev)
    outermost = outermost->prev;
  if (!outermost || isCallback(outermost) || !outermost->stack_top)
    return;
  uint64_t host = reinterpret_cast<uint64_t *>(outermost->stack_top)[-3];
  if (outermost->stack_top < host && host < ctx->stack_high) {
    first = outermost->stack_top;
    end = host;
  }
}

/// A page that is pinned for the sake of a few objects does not become old:
/// the next minor collections may get rid of it. But not for ever: if the pins
/// last, so do the old objects that refer to theirs, and each is a dirty card
/// (of records, say, whose type is pinned). Decided before anything is copied,
/// since the page's other survivors share its generation.
static void keepSparsePagesYoung(Heap &heap) {
  constexpr uint32_t most = 64, times = 3;
  constexpr size_t sparse = kPageSize / 4;
  uint32_t kept = 0;
  for (PinRecord &pin : heap.pins) {
    uint8_t &state = heap.state[pin.page];
    Page &page = heap.pages[pin.page];
    if (!(state & ToOld) || page.generation == kOld || page.keptYoung == times)
      continue;
    size_t bytes = 0;
    for (size_t i = 0; i < PinRecord::kWords; ++i)
      for (uint64_t bits = pin.immobile[i]; bits; bits &= bits - 1) {
        uint64_t offset = i * 1024 + uint64_t(__builtin_ctzll(bits)) * 16;
        bytes += objectSize(*reinterpret_cast<uint64_t *>(
            heap.addressOf(pin.page) + offset));
      }
    if (bytes > sparse)
      continue;
    ++page.keptYoung;
    state = uint8_t((state & ~ToOld) | Young);
    if (++kept == most)
      return;
  }
}

/// A stack that waits. Each has a list of its own of the young objects that it
/// refers to: it may run, and let go of them, before the others do.
static void scanWaitingStack(Heap &heap, StackRange &stack) {
  GrowArray<uint64_t> others = heap.suspended;
  heap.suspended = {};
  if (stack.isScanned && !heap.full) {
    for (size_t i = 0; i < stack.youngCount; ++i)
      pinWord(heap, stack.young[i], true);
  } else {
    auto words = [&](uint64_t first, uint64_t end) {
      if (first >= end)
        return;
      heap.stats.stackScanned += end - first;
      pinWords(heap, reinterpret_cast<uint64_t *>(first),
               reinterpret_cast<uint64_t *>(end), true);
    };
    if (stack.sp < stack.gap) {
      words(stack.sp, stack.gap);
      words(stack.gapEnd, stack.high);
    } else {
      words(stack.sp, stack.high);
    }
  }
  free(stack.young);
  // Frames of a recursion refer to the same few objects again and again.
  GrowArray<uint64_t> &found = heap.suspended;
  if (found.count > 1) {
    qsort(found.data, found.count, sizeof(uint64_t),
          [](const void *a, const void *b) {
            uint64_t x = *static_cast<const uint64_t *>(a);
            uint64_t y = *static_cast<const uint64_t *>(b);
            return x < y ? -1 : x > y;
          });
    size_t kept = 1;
    for (size_t i = 1; i < found.count; ++i)
      if (found[i] != found[kept - 1])
        found[kept++] = found[i];
    found.count = kept;
  }
  if (!found.count)
    found.release();
  stack.young = found.data;
  stack.youngCount = found.count;
  stack.isScanned = true;
  heap.suspended = others;
}

static void scanWaitingStacks(Heap &heap) {
  // All generations are condemned now.
  if (heap.full)
    while (StackRange *stack = heap.settledStacks) {
      unlinkStack(stack);
      linkStack(&heap.stacks, stack);
    }
  heap.recording = heap.recordingAll = true;
  for (StackRange *stack = heap.stacks, *next; stack; stack = next) {
    next = stack->next;
    scanWaitingStack(heap, *stack);
    if (stack->youngCount == 0) {
      unlinkStack(stack);
      linkStack(&heap.settledStacks, stack);
    }
  }
  heap.recording = heap.recordingAll = false;
}

void scanAmbiguousRoots(Heap &heap, uint64_t sp) {
  Context *ctx = heap.ctx;
  auto words = [&](uint64_t first, uint64_t end) {
    if (first >= end)
      return;
    heap.stats.stackScanned += end - first;
    pinWords(heap, reinterpret_cast<uint64_t *>(first),
             reinterpret_cast<uint64_t *>(end), true);
  };
  uint64_t gap, gapEnd;
  unusedStack(ctx, gap, gapEnd);
  auto stackWords = [&](uint64_t first, uint64_t end) {
    if (first < gap && end > gapEnd) {
      words(first, gap);
      first = gapEnd;
    }
    words(first, end);
  };
  // What is older than the mark has not changed; see Watermark.h. What is older
  // than the marks that this collection puts will not be seen by the next one.
  uint64_t end = heap.full ? ctx->stack_high : watermark(ctx, sp);
  if (heap.lispFrame)
    installWatermarks(ctx, heap.lispFrame);
  uint64_t mark = watermark(ctx, sp);
  GrowArray<uint64_t> suspended = heap.suspended;
  heap.suspended = {};
  heap.recording = true;
  if (end != ctx->stack_high)
    for (uint64_t object : suspended)
      pinWord(heap, object, true);
  stackWords(mark, end);
  heap.recording = false;
  suspended.release();
  stackWords(sp, mark < end ? mark : end);
  heap.stackAhead = sp < mark ? mark - sp : 0;
  scanWaitingStacks(heap);
  pinWord(heap, reinterpret_cast<uint64_t>(ctx->barrier), true);
  pinWord(heap, reinterpret_cast<uint64_t>(ctx->boundary), true);
  for (PinTable::Entry &pinned : heap.pinned.entries)
    pinWord(heap, pinned.object, true);
  Visitor visitor(heap, true);
  for (RootScanner scanner : heap.scanners)
    scanner(ctx, visitor, true);
  scanSegments(heap);
  keepSparsePagesYoung(heap);
}

//===--- Cards ----------------------------------------------------------------===//

/// Old tables that hash addresses: if a vector of the table is young or has a
/// dirty card, a key may be about to move. Looks before the cards are cleaned.
static void scanAddressTables(Heap &heap) {
  for (Value v : heap.addressTables) {
    uint64_t *table = plc_object_words(v);
    bool moves = false;
    for (size_t i = 1; i <= 8 && !moves; ++i) {
      Value field = table[i];
      if (!plc_is_pointer(field) || !heap.contains(field))
        continue;
      uint64_t first = field & ~uint64_t(7);
      if (heap.state[heap.pageOf(first)] & Condemned) {
        moves = true;
        break;
      }
      size_t size = objectSize(*reinterpret_cast<uint64_t *>(first));
      const uint8_t *card = heap.cardOf(first);
      const uint8_t *last = heap.cardOf(first + size - 8);
      moves = memchr(card, 1, size_t(last - card) + 1) != nullptr;
    }
    if (moves)
      table[0] |= uint64_t(kTableMustRehash) << 8;
  }
}

/// Old-to-young pointers of one page with a dirty card.
PLC_NO_ASAN static void scanDirtyPage(Heap &heap, uint32_t page) {
  bool clean = !heap.marking;
  uint64_t start = heap.addressOf(page);
  uint8_t *cards = heap.cardOf(start);
  uint64_t used = kPageSize;
  if (!(heap.state[page] & Large))
    used = heap.pages[page].used;
  else {
    // The rest of the last page of a large object is not initialised.
    uint32_t first = heap.pages[page].extra;
    uint64_t object = heap.addressOf(first);
    uint64_t bytes = objectSize(*reinterpret_cast<uint64_t *>(object));
    if (bytes - (start - object) < used)
      used = bytes - (start - object);
  }
  if (!(heap.state[page] & Walked)) {
    for (uint64_t i = 0; i * kCardSize < used; ++i) {
      if (!cards[i])
        continue;
      cards[i] &= !clean;
      uint64_t end = (i + 1) * kCardSize < used ? (i + 1) * kCardSize : used;
      scanWords(heap, reinterpret_cast<uint64_t *>(start + i * kCardSize),
                reinterpret_cast<uint64_t *>(start + end), true);
    }
    return;
  }
  if (heap.state[page] & Large) {
    // A large segment: only its first words are precise.
    if (clean)
      memset(cards, 0, kCardsPerPage);
    if (heap.pages[page].extra == page)
      scanObject(heap, reinterpret_cast<uint64_t *>(start), true);
    return;
  }
  uint8_t dirty[kCardsPerPage];
  memcpy(dirty, cards, kCardsPerPage);
  if (clean)
    memset(cards, 0, kCardsPerPage);
  for (uint64_t i = 0; i < used;) {
    auto *object = reinterpret_cast<uint64_t *>(start + i);
    uint64_t end = i + objectSize(object[0]);
    uint64_t first = i >> PLC_CARD_SHIFT;
    uint64_t last = (end - 1) >> PLC_CARD_SHIFT;
    if (memchr(dirty + first, 1, last - first + 1))
      scanObject(heap, object, true);
    i = end;
  }
}

static void scanCards(Heap &heap) {
  if (!heap.marking)
    scanAddressTables(heap);
  heap.scanningCards = true;
  constexpr uint8_t mask = Used | Condemned | Young | Scannable;
  for (uint32_t page = 0; page < heap.frontier; ++page) {
    if ((heap.state[page] & mask) != (Used | Scannable))
      continue;
    uint64_t cards[kCardsPerPage / 8];
    memcpy(cards, heap.cardOf(heap.addressOf(page)), sizeof cards);
    if (cards[0] | cards[1] | cards[2] | cards[3] | cards[4] | cards[5] |
        cards[6] | cards[7])
      scanDirtyPage(heap, page);
  }
  heap.scanningCards = false;
}

//===--- Precise roots ---------------------------------------------------------===//

void scanPreciseRoots(Heap &heap) {
  Context *ctx = heap.ctx;
  // Pages that were filled in this collection are not old yet for scanCards:
  // it runs before anything is promoted.
  if (!heap.full)
    scanCards(heap);
  auto values = [&](Value *first, size_t count) {
    scanWords(heap, first, first + count, false);
  };
  for (Heap::Roots &roots : heap.roots)
    values(roots.first, roots.count);
  values(heap.handles.data, heap.handles.count);
  values(&heap.finalizers, 1);
  values(&ctx->winds, 1);
  values(&ctx->handlers, 1);
  values(&ctx->params, 1);
  values(&ctx->argv_rest, 1);
  values(ctx->vals, ctx->nvals > PLC_VALUES_MAX ? 1 : ctx->nvals);
  Visitor visitor(heap, false);
  for (RootScanner scanner : heap.scanners)
    scanner(ctx, visitor, false);
}

} // namespace plc::rt
