//===- HeapImpl.h - inside the heap ------------------------------*- C++ -*-===//
//
// A generational mostly-copying heap (Bartlett 1988, Smith & Morrisett 1998).
//
// One address range is reserved and committed in chunks. It consists of 32 KB
// pages (the last part is for memory that others fill, see Transfer.cpp);
// state[] holds one byte a page for the tests on the hot paths, pages[] the
// rest. Generations: 0 nursery, 1 survived once, 2 old. A collection
// condemns generations 0 and 1, or all three; survivors go one generation up.
//
//   1. ambiguous roots (stacks, registers, stack segments, pins): a condemned
//      page that is hit gets a PinRecord; the objects hit are immobile. Which
//      segments are live may be found out by marking first (Mark.cpp)
//   2. precise roots: dirty cards of old pages, cells, handles, ...
//   3. Cheney scan of the pages copied to, and of the immobile objects reached
//   4. ephemerons, guardians, weak pairs
//   5. pinned pages are kept, their holes filled; other condemned pages freed
//
// Where survivors go depends on their kind (Space): Plain pages hold only
// tagged words, headers and raw words that cannot look like heap pointers, so
// they are scanned as arrays of words without regard to objects. Unscanned
// pages hold bytes. Mixed pages are walked object by object: the nursery,
// pages once pinned, and objects with weak, raw or ambiguous words.
//
//===----------------------------------------------------------------------===//
#ifndef PLC_RUNTIME_HEAPIMPL_H
#define PLC_RUNTIME_HEAPIMPL_H

#include "stdlib/runtime/Heap.h"
#include "stdlib/runtime/Watermark.h"

#include <cstdlib>
#include <cstring>

namespace plc::rt {

inline constexpr unsigned kPageShift = 15;
inline constexpr size_t kPageSize = size_t(1) << kPageShift;
inline constexpr size_t kCardSize = size_t(1) << PLC_CARD_SHIFT;
inline constexpr size_t kCardsPerPage = kPageSize / kCardSize;

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define PLC_NO_ASAN __attribute__((no_sanitize("address")))
#endif
#endif
#ifndef PLC_NO_ASAN
#define PLC_NO_ASAN
#endif

/// malloc'ed array of trivially copyable things; no libstdc++ behind it.
template <typename T> struct GrowArray {
  T *data = nullptr;
  size_t count = 0, capacity = 0;

  void reserve(size_t n) {
    if (n <= capacity)
      return;
    capacity = capacity * 2 > n ? capacity * 2 : n;
    data = static_cast<T *>(realloc(static_cast<void *>(data),
                                    capacity * sizeof(T)));
    if (!data)
      abort();
  }
  T &push(const T &value) {
    T copy = value;
    if (count == capacity)
      reserve(count + 16);
    return data[count++] = copy;
  }
  T &operator[](size_t i) { return data[i]; }
  T *begin() { return data; }
  T *end() { return data + count; }
  void release() {
    free(static_cast<void *>(data));
    data = nullptr;
    count = capacity = 0;
  }
};

//===--- Pages -------------------------------------------------------------===//

/// Bits of Heap::state[page]; 0 = free.
enum PageState : uint8_t {
  Used = 1,
  Condemned = 2, ///< being collected and not yet known to stay
  Pinned = 4,    ///< condemned, with a PinRecord
  Large = 8,     ///< first or later page of a large object
  Young = 16,    ///< generation 0 or 1
  Scannable = 32, ///< may hold pointers
  ToOld = 64,    ///< condemned; survivors become old
  Walked = 128,  ///< Mixed: must be read object by object
};

enum class Space : uint8_t { Plain, Mixed, Unscanned };
inline constexpr unsigned kSpaces = 3;
inline constexpr unsigned kOld = 2;
inline constexpr uint32_t kNoPage = ~uint32_t(0);

struct Page {
  uint32_t next;   ///< in the list of its generation
  uint32_t used;   ///< bytes; stale for a page being allocated on
  uint32_t extra;  ///< pinned: index of its PinRecord; large: first page
  uint32_t length; ///< large, first page: number of pages
  Space space;
  uint8_t generation;
  uint8_t keptYoung; ///< how many collections did so, see keepSparsePagesYoung
  bool resident; ///< has memory behind it, also while free
  bool protect;  ///< stress mode in debug builds: PROT_NONE while free
};

/// Where the objects of a pinned page begin and which of them stay.
struct PinRecord {
  static constexpr size_t kWords = kPageSize / 16 / 64;
  uint32_t page;
  uint32_t walked;          ///< starts[] is complete below this offset
  uint64_t starts[kWords];  ///< one bit for 16 bytes
  uint64_t immobile[kWords];
  uint64_t marked[kWords];  ///< immobile and reached
};

/// Pages of one generation and space that are being allocated on by the
/// collector, and how far they have been scanned.
struct CopySpace {
  uint64_t ap, lim;
  uint32_t page;     ///< current, kNoPage before the first allocation
  uint32_t scanPage; ///< kNoPage: nothing to scan
  uint64_t scan;
};

//===--- Object layout ------------------------------------------------------===//

/// How the words after a header are read; see kinds.def.
struct KindInfo {
  uint8_t shift;      ///< log2 of the unit of length
  bool hasLength;     ///< else the size is fixed
  uint16_t fixed;     ///< bytes after the header besides length units
  Space space;        ///< where survivors go
  uint8_t firstField; ///< word index of the first tagged word
};
extern const KindInfo kindInfos[32];

inline constexpr uint64_t kForward = PLC_HEADER(PLC_KIND_FORWARD, 0, 8);

/// True of the first word of every object but a pair.
inline bool isHeader(uint64_t word) {
  return (word & 7) == PLC_TAG_IMMEDIATE && (word & 0xFF) >= (2 << 3 | 4);
}
inline size_t payloadBytes(uint64_t header) {
  const KindInfo &info = kindInfos[plc_header_kind(header)];
  return info.fixed +
         (info.hasLength ? plc_header_length(header) << info.shift : 0);
}
inline size_t objectSize(uint64_t firstWord) {
  if (!isHeader(firstWord))
    return 16;
  return (payloadBytes(firstWord) + 8 + 15) & ~size_t(15);
}

//===--- The heap ------------------------------------------------------------===//

/// Lists of SEGMENTs. An old one whose words refer to old objects only is
/// settled: its words never change, so minor collections need not look at it.
enum SegmentList { YoungSegments, OpenSegments, SettledSegments, SegmentLists };

struct GuardedObject {
  Value object;
  Value guardian; ///< or PLC_TRUE: the finaliser queue
};
/// The objects that are pinned, and how often: a dense list, and a hash table with
/// linear probing over it.
class PinTable {
public:
  struct Entry {
    Value object;
    uint64_t count;
  };
  void add(Value object);
  void remove(Value object);
  void release() {
    entries.release();
    places.release();
  }
  GrowArray<Entry> entries;

private:
  size_t homeOf(Value object) const;
  /// Where in `places` the object stands or would stand.
  size_t find(Value object) const;
  GrowArray<uint32_t> places; ///< index in entries + 1; 0: none
};

struct Heap {
  Context *ctx;
  uint64_t base, size; ///< the reserved range
  uint8_t *state;
  Page *pages;
  uint8_t *cards; ///< unbiased
  uint32_t pageCount;      ///< reserved, without those of Transfer.cpp behind them
  uint32_t committedPages; ///< usable, a prefix
  uint32_t frontier;       ///< no page at or above has memory behind it
  uint32_t firstFree;      ///< no page below is free
  uint32_t transferEnd;    ///< no page at or above was ever used; 0: none behind
                           ///< pageCount either
  /// A vector that had been transferred is gone.
  void (*onTransferredFreed)(Heap &heap, uint32_t page, uint32_t count);

  uint32_t generations[kOld + 1]; ///< list heads
  uint32_t pagesOf[kOld + 1];     ///< counts; large objects by all pages
  uint32_t usedPages, residentPages;

  // Nursery.
  uint32_t current;         ///< page that ctx->ap runs through, or kNoPage
  uint64_t limit;           ///< what ctx->lim is when nobody wants a poll
  uint32_t nurseryPages;    ///< budget
  uint32_t minNurseryPages; ///< from the options
  uint32_t stackPages;      ///< least budget on account of a deep stack
  uint64_t stackAhead; ///< bytes of stack that the next collection must scan
  uint32_t keepPages;       ///< what the last full collection would have kept
  uint32_t majorThreshold;  ///< old pages that make the next collection full

  // Heap limit.
  uint64_t limitPages;
  bool limitKnown;
  /// How many times heap-exhausted was raised and not recovered from; each
  /// opens a part of the reserve for the handler.
  uint32_t reserveLevel;
  /// What tests do instead of raising heap-exhausted; does not return.
  void (*onExhausted)();

  // Collection in progress.
  bool collecting, full, scanningCards;
  uint32_t condemned; ///< list of condemned pages
  CopySpace to[2][kSpaces]; ///< generations 1 and old
  GrowArray<PinRecord> pins;
  GrowArray<Value> gray; ///< immobile and large objects to scan
  uint64_t *weakPairs, *ephemerons; ///< linked through their spare word
  bool moved; ///< some object was copied
  bool copying; ///< from here on no further object can be made immobile
  bool marking; ///< scanWords marks instead of copying
  uint64_t *markBits; ///< one bit for 16 bytes, valid for condemned pages
  GrowArray<uint64_t> markStack;

  // Registered things.
  struct Roots {
    Value *first;
    size_t count;
  };
  GrowArray<Roots> roots;
  GrowArray<RootScanner> scanners;
  GrowArray<Value> handles;
  uint64_t freeHandle; ///< index, 0 = none; free ones hold the next as fixnum
  StackRange *stacks;
  StackRange *settledStacks; ///< refer to old objects only
  GrowArray<StackMark> marks; ///< oldest first
  /// Young objects that stack words older than the youngest mark refer to.
  GrowArray<uint64_t> suspended;
  bool recording;     ///< pinWord adds to suspended
  bool recordingAll;  ///< also what was marked before
  uint64_t lispFrame; ///< rbp of generated code that allocates, or 0
  PinTable pinned;
  GrowArray<Value> segments[SegmentLists];
  /// Copied by the last minor and by the last full collection.
  uint64_t survivorBytes[2];
  GrowArray<Value> addressTables; ///< old HASHTABLEs with flag bit 0
  GrowArray<GuardedObject> guarded[2]; ///< young, old
  GrowArray<GuardedObject> dying;      ///< scratch of a collection
  Value finalizers;                    ///< list of the dead
  Finalizer finalizerOf[32];
  void (*onReferenceMoved)(Value object); ///< FOREIGN objects; or null
  void *collectorStack;

  uint32_t stressEvery, stressCount;
  HeapStatistics stats;

  uint32_t pageOf(uint64_t address) const {
    return uint32_t((address - base) >> kPageShift);
  }
  uint64_t addressOf(uint32_t page) const {
    return base + (uint64_t(page) << kPageShift);
  }
  uint8_t *cardOf(uint64_t address) const {
    return cards + ((address - base) >> PLC_CARD_SHIFT);
  }
  bool contains(uint64_t address) const { return address - base < size; }
  /// No page at or above is in use.
  uint32_t usedEnd() const {
    uint32_t end = __atomic_load_n(&transferEnd, __ATOMIC_ACQUIRE);
    return end ? end : frontier;
  }
  /// Of the whole range.
  uint32_t reservedPages() const { return uint32_t(size >> kPageShift); }
  bool isYoung(Value v) const {
    return plc_is_pointer(v) && contains(v & ~7) &&
           (state[pageOf(v & ~7)] & Young);
  }
};

/// The heap stands right behind the context.
inline Heap *heapOf(Context *ctx) {
  return reinterpret_cast<Heap *>(reinterpret_cast<char *>(ctx) +
                                  ((sizeof(Context) + 63) & ~size_t(63)));
}

//===--- Pages.cpp ------------------------------------------------------------===//

bool reservePages(Heap &heap);
/// Takes one free page or a run of them; kNoPage when the range or the machine
/// is full. Cards are clean; contents are undefined.
uint32_t takePages(Heap &heap, uint32_t count, unsigned generation, Space space,
                   uint8_t extraState);
/// What stands about pages that are taken, beside their state.
void describePages(Heap &heap, uint32_t page, uint32_t count,
                   unsigned generation, Space space, bool isLarge);
/// Puts a page (or the pages of a large object) back. Not unlinked from lists.
void freePages(Heap &heap, uint32_t page, uint32_t count);
/// Gives memory of free pages back to the system, keeping `keep` of them.
void releaseFreePages(Heap &heap, uint32_t keep);
uint8_t stateFor(unsigned generation, Space space);

//===--- Heap.cpp --------------------------------------------------------------===//

/// Records how far the current nursery page is filled.
void retireNurseryPage(Heap &heap);
/// Makes pages that have been described and have memory those of a young large object
/// without pointers, whose header has to be there. Raises if the heap is full.
void adoptLarge(Heap &heap, uint32_t page, uint32_t count);
/// Ambiguous-root words of registers are pushed by this before it switches to
/// the collector's stack and calls collectOnOwnStack (CollectEntry.cpp).
extern "C" void plc_collect_entry(Heap *heap, uint64_t full,
                                  void *collectorStackTop);
extern "C" void plc_collect_on_own_stack(Heap *heap, uint64_t full,
                                         uint64_t sp);

//===--- Trace.cpp ---------------------------------------------------------------===//

/// Copies a condemned object, or marks it if it stays; its new value.
Value forwardCondemned(Heap &heap, Value v, uint8_t state);
inline Value forward(Heap &heap, Value v) {
  if (!plc_is_pointer(v))
    return v;
  uint64_t offset = (v & ~uint64_t(7)) - heap.base;
  if (offset >= heap.size)
    return v;
  uint8_t state = heap.state[offset >> kPageShift];
  if (!(state & Condemned))
    return v;
  return forwardCondemned(heap, v, state);
}
/// True if v survives as things stand; *v is its address then.
bool isReached(Heap &heap, Value &v);
/// Space for an object of `bytes` in generation 1 or old during a collection.
uint64_t *copyToNewPage(Heap &heap, bool old, Space space, size_t bytes);
inline uint64_t *copyTo(Heap &heap, bool old, Space space, size_t bytes) {
  CopySpace &to = heap.to[old][unsigned(space)];
  uint64_t address = to.ap;
  if (__builtin_expect(bytes > to.lim - address, 0))
    return copyToNewPage(heap, old, space, bytes);
  to.ap = address + bytes;
  return reinterpret_cast<uint64_t *>(address);
}
/// Forwards the fields of one object that has a known place.
void scanObject(Heap &heap, uint64_t *object, bool old);
/// Forwards words in place and dirties their cards if `old` and young.
void scanWords(Heap &heap, uint64_t *first, uint64_t *end, bool old);
/// Scans until nothing is left to scan.
void drain(Heap &heap);

//===--- Handles.cpp ----------------------------------------------------------===//

void linkStack(StackRange **list, StackRange *stack);
void unlinkStack(StackRange *stack);

//===--- Roots.cpp ------------------------------------------------------------===//

/// Step 1: everything that must not move.
void scanAmbiguousRoots(Heap &heap, uint64_t sp);
/// Step 2.
void scanPreciseRoots(Heap &heap);
/// A word that may point anywhere into an object: the object becomes immobile
/// and, if `live`, is marked. Where it begins, 0 if it is no condemned object.
uint64_t pinWord(Heap &heap, uint64_t word, bool live);
/// Marks the targets of a live segment's stack words.
void markSegmentWords(Heap &heap, uint64_t *segment);
inline bool testBit(const uint64_t *bits, uint64_t offset) {
  return bits[offset >> 10] >> (offset >> 4 & 63) & 1;
}

//===--- Mark.cpp --------------------------------------------------------------===//

/// Between the ambiguous roots and the precise ones: pins what live segments
/// refer to; only those that may be live stay in the list of young segments.
void markLiveSegments(Heap &heap);
/// Parts of scanWords and scanObject while heap.marking.
void markWords(Heap &heap, const uint64_t *first, const uint64_t *end);
void markSegmentTargets(Heap &heap, const uint64_t *first,
                        const uint64_t *end);

//===--- Weak.cpp --------------------------------------------------------------===//

/// Step 4.
void processWeak(Heap &heap);

} // namespace plc::rt

#endif // PLC_RUNTIME_HEAPIMPL_H
