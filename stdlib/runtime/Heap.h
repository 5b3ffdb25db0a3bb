//===- Heap.h - the heap as the rest of the runtime sees it ------*- C++ -*-===//
//
// Beyond the allocation functions of Runtime.h: the context, collections,
// roots, pins, finalisers, statistics. How the collector works is described
// in HeapImpl.h.
//
//===----------------------------------------------------------------------===//
#ifndef PLC_RUNTIME_HEAP_H
#define PLC_RUNTIME_HEAP_H

#include "stdlib/runtime/Runtime.h"

namespace plc::rt {

/// Objects over this size that do not fit the current page get pages of their
/// own and never move. Generated code that bumps for several objects at once
/// must stay below it: beyond, rt_alloc_slow gives room for one object.
inline constexpr size_t kLargeObject = 16384;

//===--- The context ------------------------------------------------------===//

/// Reserves the heap and makes the context; sets theContext. The stack bounds
/// are those of the thread that called main until someone changes them.
Context *createContext();
/// Gives everything back (tests only; a program just exits).
void destroyContext(Context *ctx);

/// Undoes `lim = 0`, by which signals ask for a poll. rt_poll calls this.
void restoreLimit(Context *ctx);

//===--- The limit --------------------------------------------------------===//

/// Most bytes of heap that may be in use after a collection.
uint64_t heapLimit(Context *ctx);
/// Raises heap-exhausted: memory for `bytes` is neither there nor to be had.
[[noreturn]] void raiseHeapExhausted(Context *ctx, uint64_t bytes);
/// False if an object of `bytes` would raise heap-exhausted. May collect.
bool mayAllocate(Context *ctx, uint64_t bytes);

//===--- Collections ------------------------------------------------------===//

enum class Generations { Young, All };
void collect(Context *ctx, Generations which);
/// As exact as a conservative collector can be: everything is collected, and
/// the unused stack below the caller is cleared so that no stale word of it
/// ends up in a later frame.
void collectAll(Context *ctx);

/// Counters since the start of the program; sizes in bytes, times in ns.
struct HeapStatistics {
  uint64_t minorCollections, majorCollections;
  uint64_t bytesAllocated, bytesCopied;
  uint64_t pagesPinned;
  uint64_t pauseTotal, pauseMax;
  uint64_t heapSize;     ///< pages in use now
  uint64_t residentSize; ///< pages with memory behind them
  uint64_t stackScanned; ///< stack bytes scanned
};
HeapStatistics heapStatistics(Context *ctx);
/// One line to stderr.
void printGcStatistics(Context *ctx);

/// Walks every page and checks every word; prints what is wrong and aborts.
void verifyHeap(Context *ctx);

//===--- Roots ------------------------------------------------------------===//

/// What a root scanner reports its words to.
class RootVisitor {
public:
  /// Tagged words; rewritten when their objects move.
  virtual void values(Value *first, size_t count) = 0;
  /// Stack-like words that may or may not be pointers; their objects stay.
  /// Only valid in the ambiguous phase (see RootScanner).
  virtual void words(const uint64_t *first, const uint64_t *end) = 0;
};
/// Reports roots. Called twice in a collection: first with ambiguous = true,
/// when it may only call words(), then with false for values().
using RootScanner = void (*)(Context *ctx, RootVisitor &visitor,
                             bool ambiguous);
void addRootScanner(Context *ctx, RootScanner scanner);

/// A stack other than the one that runs: the words of [sp, high) are roots
/// while the record is linked, but for [gap, gapEnd). They do not change
/// meanwhile: once all that they refer to is old, minor collections do not look
/// at them any more.
struct StackRange {
  uint64_t sp = 0, high = 0;
  uint64_t gap = 0, gapEnd = 0;
  StackRange *next = nullptr, **link = nullptr;
  /// Young objects that the last collection found there; malloc'ed.
  uint64_t *young = nullptr;
  size_t youngCount = 0;
  bool isScanned = false;
};
void addStack(Context *ctx, StackRange *stack);
void removeStack(Context *ctx, StackRange *stack);
/// The part of the running stack that its outermost entry left out (Enter.cpp).
void unusedStack(Context *ctx, uint64_t &first, uint64_t &end);

/// Counted: while pinned, the object lives and stays at its address.
void pin(Context *ctx, Value object);
void unpin(Context *ctx, Value object);

//===--- Special objects ---------------------------------------------------===//

/// A SEGMENT: `words` words after the header, of which the first
/// kSegmentControlWords are control words (word 0, the parent, is a tagged
/// value, set to PLC_FALSE; the others are raw) and the rest is a copy of
/// stack words, scanned conservatively; the caller fills it before the next
/// allocation. The copied words are immutable afterwards.
inline constexpr size_t kSegmentControlWords = 4;
Value allocateSegment(Context *ctx, size_t words);

/// Asks for `object` to be handed out by finalizerQueueNext once nothing else
/// refers to it (ports, foreign proxies).
void registerFinalizer(Context *ctx, Value object);
/// What is done with dead registered objects of `kind`: called right after a
/// collection, may allocate, must not raise or call Lisp.
using Finalizer = void (*)(Context *ctx, Value object);
void setFinalizer(Context *ctx, plc_kind kind, Finalizer finalizer);
/// Next unreachable object whose kind has no Finalizer, or PLC_FALSE.
Value finalizerQueueNext(Context *ctx);

/// HASHTABLE flag bits: 0 is set by the owner when some hash depends on an
/// address; 1 is set by the collector when a key may have moved and cleared by
/// the owner after rehashing.
inline constexpr unsigned kTableHashesAddresses = 1;
inline constexpr unsigned kTableMustRehash = 2;

} // namespace plc::rt

#endif // PLC_RUNTIME_HEAP_H
