//===- Trace.cpp - copies and scans objects ---------------------------------===//

#include "stdlib/runtime/HeapImpl.h"

#include <cstdio>

namespace plc::rt {

static constexpr KindInfo words(uint8_t firstField = 1, uint16_t fixed = 0) {
  return {3, true, fixed, Space::Plain, firstField};
}
static constexpr KindInfo fixed(uint16_t n) {
  return {0, false, uint16_t(8 * n), Space::Plain, 1};
}
static constexpr KindInfo bytes() {
  return {0, true, 0, Space::Unscanned, 0};
}
static constexpr KindInfo mixed(KindInfo info) {
  info.space = Space::Mixed;
  return info;
}

const KindInfo kindInfos[32] = {
    {}, // the constants are no headers
    {}, // nor are the characters
    /* CLOSURE */ words(2, 8),
    /* FLONUM */ bytes(),
    /* BIGNUM */ bytes(),
    /* RATNUM */ fixed(2),
    /* COMPNUM */ fixed(2),
    /* STRING */ fixed(3),
    /* BYTES */ bytes(),
    /* SYMBOL */ fixed(2),
    /* VECTOR */ words(),
    /* BYTEVECTOR */ bytes(),
    /* NUMVECTOR */ bytes(),
    /* RECORD */ words(),
    /* RECORD_TYPE */ fixed(4),
    /* BOX */ fixed(1),
    /* PROMISE */ fixed(1),
    /* VALUES */ words(),
    /* HASHTABLE */ mixed(fixed(8)),
    /* PORT */ mixed(words()),
    /* SEGMENT */ mixed(words()),
    /* ENVIRONMENT */ fixed(2),
    /* WEAK_PAIR */ mixed(fixed(2)),
    /* EPHEMERON */ mixed(fixed(2)),
    /* GUARDIAN */ fixed(2),
    /* PARAMETER */ fixed(2),
    /* FOREIGN */ bytes(),
    /* CELL */ fixed(2),
    /* POINTER */ words(),
    /* HANDLE */ bytes(),
    /* FORWARD */ bytes(),
    /* FILLER */ bytes(),
};

//===--- Copying -----------------------------------------------------------===//

uint64_t *copyToNewPage(Heap &heap, bool old, Space space, size_t bytes) {
  CopySpace &to = heap.to[old][unsigned(space)];
  unsigned generation = old ? kOld : 1;
  uint32_t page = takePages(heap, 1, generation, space, 0);
  if (page == kNoPage) {
    fputs("error: out of memory during a collection\n", stderr);
    abort();
  }
  heap.pages[page].next = heap.generations[generation];
  heap.generations[generation] = page;
  uint64_t start = heap.addressOf(page);
  if (to.page != kNoPage) {
    heap.pages[to.page].used = uint32_t(to.ap - heap.addressOf(to.page));
    heap.stats.bytesCopied += heap.pages[to.page].used;
    heap.pages[to.page].extra = page; // next to be scanned
  }
  if (to.scanPage == kNoPage) {
    to.scanPage = page;
    to.scan = start;
  }
  to.page = page;
  to.ap = start + bytes;
  to.lim = start + kPageSize;
  return reinterpret_cast<uint64_t *>(start);
}

/// Marks a large object: all its pages change generation at once.
static void keepLarge(Heap &heap, uint32_t page) {
  Page &head = heap.pages[page];
  bool old = heap.state[page] & ToOld;
  unsigned generation = old ? kOld : 1;
  // rt_alloc_slow did not know the kind.
  uint64_t header = *reinterpret_cast<uint64_t *>(heap.addressOf(page));
  head.space = kindInfos[plc_header_kind(header)].space;
  heap.pagesOf[head.generation] -= head.length;
  heap.pagesOf[generation] += head.length;
  uint8_t state = uint8_t(stateFor(generation, head.space) | Large);
  for (uint32_t i = page; i < page + head.length; ++i) {
    heap.state[i] = state;
    heap.pages[i].generation = uint8_t(generation);
  }
  memset(heap.cardOf(heap.addressOf(page)), 0, head.length * kCardsPerPage);
  if (head.space != Space::Unscanned)
    heap.gray.push(heap.addressOf(page));
}

PLC_NO_ASAN Value forwardCondemned(Heap &heap, Value v, uint8_t state) {
  uint64_t *from = plc_object_words(v);
  uint64_t first = from[0];
  if (first == kForward)
    return from[1];
  if (state & (Pinned | Large)) {
    uint64_t address = reinterpret_cast<uint64_t>(from);
    uint32_t page = heap.pageOf(address);
    if (state & Large) {
      keepLarge(heap, page);
      return v;
    }
    PinRecord &pin = heap.pins[heap.pages[page].extra];
    uint64_t offset = address & (kPageSize - 1);
    if (testBit(pin.immobile, offset)) {
      if (!testBit(pin.marked, offset)) {
        pin.marked[offset >> 10] |= uint64_t(1) << (offset >> 4 & 63);
        heap.gray.push(address | (v & 7));
      }
      return v;
    }
  }
  bool old = state & ToOld;
  uint64_t *target;
  if ((v & 7) == PLC_TAG_PAIR) {
    target = copyTo(heap, old, Space::Plain, 16);
    target[0] = first;
    target[1] = from[1];
  } else {
    size_t payload = payloadBytes(first);
    size_t size = (payload + 8 + 15) & ~size_t(15);
    target = copyTo(heap, old, kindInfos[plc_header_kind(first)].space, size);
    for (size_t i = 0; i < size / 8; i += 2) {
      uint64_t a = from[i], b = from[i + 1];
      target[i] = a;
      target[i + 1] = b;
    }
    // Padding must not look like a pointer when the page is scanned.
    if ((payload + 8) & 15)
      if (payload % 8 == 0)
        target[size / 8 - 1] = 0;
  }
  from[0] = kForward;
  return from[1] = reinterpret_cast<uint64_t>(target) | (v & 7);
}

bool isReached(Heap &heap, Value &v) {
  if (!plc_is_pointer(v))
    return true;
  uint64_t address = v & ~uint64_t(7);
  if (!heap.contains(address))
    return true;
  uint32_t page = heap.pageOf(address);
  uint8_t state = heap.state[page];
  if (!(state & Condemned))
    return true;
  const uint64_t *from = plc_object_words(v);
  if (from[0] == kForward) {
    v = from[1];
    return true;
  }
  return (state & Pinned) &&
         testBit(heap.pins[heap.pages[page].extra].marked,
                 address & (kPageSize - 1));
}

//===--- Scanning ------------------------------------------------------------===//

/// Copies a pair, and what follows it in its list as long as that is to lie in
/// the same generation: a list lies in a row afterwards. \p first is its car.
PLC_NO_ASAN static inline Value copyList(Heap &heap, uint64_t *from,
                                         uint64_t first, uint8_t state) {
  uint64_t *to = copyTo(heap, state & ToOld, Space::Plain, 16);
  Value result = reinterpret_cast<uint64_t>(to) | PLC_TAG_PAIR;
  for (;;) {
    uint64_t rest = from[1];
    to[0] = first;
    from[0] = kForward;
    from[1] = reinterpret_cast<uint64_t>(to) | PLC_TAG_PAIR;
    to[1] = rest;
    if (!plc_is_pair(rest))
      break;
    uint64_t offset = (rest & ~uint64_t(7)) - heap.base;
    if (offset >= heap.size || heap.state[offset >> kPageShift] != state)
      break;
    from = plc_object_words(rest);
    first = from[0];
    if (first == kForward) {
      to[1] = from[1];
      break;
    }
    uint64_t *next = copyTo(heap, state & ToOld, Space::Plain, 16);
    to[1] = reinterpret_cast<uint64_t>(next) | PLC_TAG_PAIR;
    to = next;
  }
  return result;
}

/// How many words before its turn an object is fetched.
static constexpr ptrdiff_t kAhead = 8;

PLC_NO_ASAN void scanWords(Heap &heap, uint64_t *first, uint64_t *end,
                           bool old) {
  if (heap.marking)
    return markWords(heap, first, end);
  for (uint64_t *p = first; p != end; ++p) {
    Value v = *p;
    if (end - p > kAhead)
      __builtin_prefetch(reinterpret_cast<void *>(p[kAhead]), 1);
    if (!plc_is_pointer(v))
      continue;
    uint64_t offset = (v & ~uint64_t(7)) - heap.base;
    if (offset >= heap.size)
      continue;
    uint8_t state = heap.state[offset >> kPageShift];
    if (state & Condemned) {
      uint64_t *from = plc_object_words(v);
      uint64_t word = from[0];
      if (word == kForward) {
        *p = from[1];
      } else if ((v & 7) == PLC_TAG_PAIR && !(state & Pinned)) {
        *p = copyList(heap, from, word, state);
      } else {
        *p = forwardCondemned(heap, v, state);
      }
    }
    // The destination of a condemned object is young unless ToOld.
    if (old && (state & Young))
      *heap.cardOf(reinterpret_cast<uint64_t>(p)) = 1;
  }
}

void scanObject(Heap &heap, uint64_t *object, bool old) {
  uint64_t header = object[0];
  if (!isHeader(header))
    return scanWords(heap, object, object + 2, old);
  plc_kind kind = plc_header_kind(header);
  const KindInfo &info = kindInfos[kind];
  switch (kind) {
  default:
    if (info.firstField)
      scanWords(heap, object + info.firstField,
                object + 1 + payloadBytes(header) / 8, old);
    return;
  case PLC_KIND_PORT:
    return scanWords(heap, object + 1, object + 9, old);
  case PLC_KIND_SEGMENT:
    scanWords(heap, object + 1, object + 2, old);
    return markSegmentWords(heap, object);
  case PLC_KIND_HASHTABLE:
    // Reached for the first time, so this table moved or is pinned: assume
    // the same of its keys. Tables that stay old: see scanAddressTables.
    if (!heap.scanningCards && !heap.marking &&
        (plc_header_flags(header) & kTableHashesAddresses)) {
      object[0] |= uint64_t(kTableMustRehash) << 8;
      if (old)
        heap.addressTables.push(reinterpret_cast<uint64_t>(object) |
                                PLC_TAG_OBJECT);
    }
    return scanWords(heap, object + 1, object + 9, old);
  case PLC_KIND_WEAK_PAIR:
    if (heap.marking)
      return markWords(heap, object + 2, object + 3);
    object[3] = reinterpret_cast<uint64_t>(heap.weakPairs);
    heap.weakPairs = object;
    return scanWords(heap, object + 2, object + 3, old);
  case PLC_KIND_EPHEMERON:
    if (heap.marking)
      return markWords(heap, object + 1, object + 3);
    object[3] = reinterpret_cast<uint64_t>(heap.ephemerons);
    heap.ephemerons = object;
    return;
  }
}

/// Scans what has been copied to one space; false if there was nothing.
static bool scanCopied(Heap &heap, bool old, Space space) {
  CopySpace &to = heap.to[old][unsigned(space)];
  bool any = false;
  while (to.scanPage != kNoPage) {
    bool current = to.scanPage == to.page;
    uint64_t end = current ? to.ap
                           : heap.addressOf(to.scanPage) +
                                 heap.pages[to.scanPage].used;
    if (to.scan == end) {
      if (current)
        break;
      to.scanPage = heap.pages[to.scanPage].extra;
      to.scan = heap.addressOf(to.scanPage);
      continue;
    }
    any = true;
    if (space == Space::Plain) {
      scanWords(heap, reinterpret_cast<uint64_t *>(to.scan),
                reinterpret_cast<uint64_t *>(end), old);
      to.scan = end;
    } else {
      auto *object = reinterpret_cast<uint64_t *>(to.scan);
      to.scan += objectSize(object[0]);
      scanObject(heap, object, old);
    }
  }
  return any;
}

void drain(Heap &heap) {
  bool any;
  do {
    any = false;
    while (heap.gray.count) {
      any = true;
      uint64_t address = heap.gray[--heap.gray.count] & ~uint64_t(7);
      uint8_t state = heap.state[heap.pageOf(address)];
      scanObject(heap, reinterpret_cast<uint64_t *>(address),
                 !(state & Young));
    }
    for (unsigned old = 0; old < 2; ++old) {
      any |= scanCopied(heap, old, Space::Plain);
      any |= scanCopied(heap, old, Space::Mixed);
    }
  } while (any);
}

} // namespace plc::rt
