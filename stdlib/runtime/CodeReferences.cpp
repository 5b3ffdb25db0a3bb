//===- CodeReferences.cpp - which evaluated code is still in use ----------===//
//
// Code of forms that were evaluated can be given back when nothing refers to
// it: no closure, no literal, no frame that will return there, no trace of an
// error. After a collection every word that may be a reference is looked at:
// the heap, the stacks and their copies, roots and tables of the runtime. What
// looks like an address of the code or its data counts as one.
//
//===----------------------------------------------------------------------===//
#include "stdlib/runtime/Evaluate.h"
#include "stdlib/runtime/HeapImpl.h"

using namespace plc::rt;

namespace {

class ReferenceFinder final : public RootVisitor {
public:
  ReferenceFinder(const plc_code_memory *memory, uint64_t count,
                  uint8_t *isReached)
      : memory(memory), count(count), isReached(isReached),
        lowest(memory[0].start), size(memory[count - 1].end - lowest) {
    uint32_t owners = 0;
    for (uint64_t i = 0; i < count; ++i)
      if (memory[i].owner >= owners)
        owners = memory[i].owner + 1;
    for (uint32_t owner = 0; owner < owners; ++owner)
      firstRange.push(kNone);
    for (uint64_t i = 0; i < count; ++i) {
      nextRange.push(firstRange[memory[i].owner]);
      firstRange[memory[i].owner] = i;
    }
  }
  ~ReferenceFinder() {
    found.release();
    firstRange.release();
    nextRange.release();
  }

  void values(Value *first, size_t n) override { words(first, first + n); }

  PLC_NO_ASAN void words(const uint64_t *first, const uint64_t *end) override {
    for (; first < end; ++first)
      // A return address may be the one behind the last instruction.
      if (*first - lowest <= size)
        look(*first);
  }

  void addresses(uint64_t first, uint64_t end) {
    words(reinterpret_cast<const uint64_t *>((first + 7) & ~uint64_t(7)),
          reinterpret_cast<const uint64_t *>(end & ~uint64_t(7)));
  }

  /// What a form refers to counts once something refers to the form.
  void follow() {
    while (found.count) {
      uint32_t owner = found[--found.count];
      for (uint64_t i = firstRange[owner]; i != kNone; i = nextRange[i])
        addresses(memory[i].start, memory[i].end);
    }
  }

  bool contains(uint64_t address) const {
    const plc_code_memory *range = rangeBefore(address);
    return range && address < range->end;
  }

private:
  /// The last range that starts at or before an address, or null.
  const plc_code_memory *rangeBefore(uint64_t address) const {
    uint64_t low = 0, high = count;
    while (low < high) {
      uint64_t middle = (low + high) / 2;
      if (memory[middle].start <= address)
        low = middle + 1;
      else
        high = middle;
    }
    return low ? memory + low - 1 : nullptr;
  }

  void look(uint64_t word) {
    reach(word);
    reach(word - 1);
  }

  void reach(uint64_t address) {
    const plc_code_memory *range = rangeBefore(address);
    if (!range || address >= range->end || isReached[range->owner])
      return;
    isReached[range->owner] = 1;
    found.push(range->owner);
  }

  const plc_code_memory *memory;
  uint64_t count;
  uint8_t *isReached;
  uint64_t lowest, size;
  GrowArray<uint32_t> found; ///< reached, but not yet looked through
  /// The ranges of each owner, and of each range the next of the same owner.
  static constexpr uint64_t kNone = ~uint64_t(0);
  GrowArray<uint64_t> firstRange, nextRange;
};

/// The objects of a page; holes hold stale words.
PLC_NO_ASAN void lookThroughPage(Heap &heap, uint32_t page,
                                 ReferenceFinder &finder) {
  uint64_t start = heap.addressOf(page);
  if (heap.state[page] & Large) {
    if (heap.pages[page].extra == page)
      finder.addresses(start, start + objectSize(*reinterpret_cast<uint64_t *>(
                                          start)));
    return;
  }
  for (uint64_t at = start, end = start + heap.pages[page].used; at < end;) {
    uint64_t first = *reinterpret_cast<uint64_t *>(at);
    uint64_t next = at + objectSize(first);
    if (!isHeader(first) || plc_header_kind(first) != PLC_KIND_FILLER)
      finder.addresses(at, next);
    at = next;
  }
}

[[gnu::noinline]] PLC_NO_ASAN void lookThroughStacks(Context *ctx,
                                                     ReferenceFinder &finder) {
  // The registers that callers may use are saved right below the frame pointer.
  __builtin_unwind_init();
  uint64_t sp = reinterpret_cast<uint64_t>(__builtin_frame_address(0)) - 5 * 8;
  uint64_t gap, gapEnd;
  unusedStack(ctx, gap, gapEnd);
  finder.addresses(sp, sp < gap ? gap : ctx->stack_high);
  if (sp < gap)
    finder.addresses(gapEnd, ctx->stack_high);
  Heap &heap = *heapOf(ctx);
  StackRange *waiting[] = {heap.stacks, heap.settledStacks};
  for (StackRange *stack : waiting)
    for (; stack; stack = stack->next)
      finder.addresses(stack->sp, stack->high);
  for (StackMark &mark : heap.marks)
    finder.words(&mark.original, &mark.original + 1);
}

template <typename T>
void lookThrough(GrowArray<T> &list, ReferenceFinder &finder) {
  finder.addresses(reinterpret_cast<uint64_t>(list.begin()),
                   reinterpret_cast<uint64_t>(list.end()));
}

} // namespace

void rt_find_code_references(plc_context *ctx, const plc_code_memory *memory,
                             uint64_t count, uint8_t *isReached) {
  collect(ctx, Generations::All);
  Heap &heap = *heapOf(ctx);
  // What is in use of the page that is being allocated on is known then.
  retireNurseryPage(heap);
  ReferenceFinder finder(memory, count, isReached);
  for (uint32_t page = 0; page < heap.frontier; ++page)
    if (heap.state[page] & Used)
      lookThroughPage(heap, page, finder);
  lookThroughStacks(ctx, finder);
  finder.addresses(reinterpret_cast<uint64_t>(ctx),
                   reinterpret_cast<uint64_t>(ctx + 1));
  for (Heap::Roots &roots : heap.roots)
    // Cells of a form count with the form.
    if (!finder.contains(reinterpret_cast<uint64_t>(roots.first)))
      finder.values(roots.first, roots.count);
  for (RootScanner scanner : heap.scanners) {
    scanner(ctx, finder, true);
    scanner(ctx, finder, false);
  }
  finder.values(&heap.finalizers, 1);
  lookThrough(heap.handles, finder);
  lookThrough(heap.pinned.entries, finder);
  for (GrowArray<GuardedObject> &list : heap.guarded)
    lookThrough(list, finder);
  finder.follow();
}

void rt_unregister_unit(plc_context *ctx, const plc_unit *unit) {
  if (!unit->cell_count)
    return;
  GrowArray<Heap::Roots> &roots = heapOf(ctx)->roots;
  for (size_t i = roots.count; i-- > 0;)
    if (roots[i].first == unit->cells) {
      roots[i] = roots[--roots.count];
      return;
    }
}
