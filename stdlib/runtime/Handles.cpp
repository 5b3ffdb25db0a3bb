//===- Handles.cpp - roots that others register -----------------------------===//

#include "stdlib/runtime/HeapImpl.h"

#include <algorithm>

namespace plc::rt {

Handle Handle::create(Context *ctx, Value v) {
  Heap &heap = *heapOf(ctx);
  Handle handle;
  if (heap.freeHandle) {
    handle.index = uint32_t(heap.freeHandle);
    heap.freeHandle =
        uint64_t(plc_fixnum_value(heap.handles[handle.index]));
    heap.handles[handle.index] = v;
  } else {
    handle.index = uint32_t(heap.handles.count);
    heap.handles.push(v);
  }
  return handle;
}

Value Handle::get(Context *ctx) const { return heapOf(ctx)->handles[index]; }

void Handle::set(Context *ctx, Value v) { heapOf(ctx)->handles[index] = v; }

void Handle::release(Context *ctx) {
  if (!index)
    return;
  Heap &heap = *heapOf(ctx);
  heap.handles[index] = plc_fixnum(int64_t(heap.freeHandle));
  heap.freeHandle = index;
  index = 0;
}

void registerRoots(Context *ctx, Value *first, size_t count) {
  heapOf(ctx)->roots.push({first, count});
}

void addRootScanner(Context *ctx, RootScanner scanner) {
  heapOf(ctx)->scanners.push(scanner);
}

void linkStack(StackRange **list, StackRange *stack) {
  stack->next = *list;
  stack->link = list;
  if (stack->next)
    stack->next->link = &stack->next;
  *list = stack;
}

void unlinkStack(StackRange *stack) {
  *stack->link = stack->next;
  if (stack->next)
    stack->next->link = stack->link;
  stack->next = nullptr;
  stack->link = nullptr;
}

void addStack(Context *ctx, StackRange *stack) {
  stack->isScanned = false;
  linkStack(&heapOf(ctx)->stacks, stack);
}

void removeStack(Context *, StackRange *stack) {
  unlinkStack(stack);
  free(stack->young);
  stack->young = nullptr;
  stack->youngCount = 0;
}

//===--- Pins -------------------------------------------------------------===//

// Pinned objects do not move, so that their addresses can be hashed.
size_t PinTable::homeOf(Value object) const {
  return (object >> 4) * 0x9E3779B97F4A7C15 >> 32 & (places.count - 1);
}

size_t PinTable::find(Value object) const {
  size_t at = homeOf(object);
  while (places.data[at] && entries.data[places.data[at] - 1].object != object)
    at = (at + 1) & (places.count - 1);
  return at;
}

void PinTable::add(Value object) {
  if (2 * (entries.count + 1) > places.count) {
    size_t size = places.count ? 2 * places.count : 16;
    places.release();
    places.reserve(size);
    places.count = size;
    std::fill(places.begin(), places.end(), 0);
    for (size_t i = 0; i < entries.count; ++i)
      places[find(entries[i].object)] = uint32_t(i + 1);
  }
  size_t at = find(object);
  if (places[at]) {
    ++entries[places[at] - 1].count;
    return;
  }
  entries.push({object, 1});
  places[at] = uint32_t(entries.count);
}

void PinTable::remove(Value object) {
  if (!entries.count)
    return;
  size_t hole = find(object);
  if (!places[hole] || --entries[places[hole] - 1].count)
    return;
  size_t index = places[hole] - 1, last = --entries.count;
  if (index != last) {
    // `find` reads entries: the last one's place is asked for first.
    places[find(entries[last].object)] = uint32_t(index + 1);
    entries[index] = entries[last];
  }
  // Who stands behind the hole and could stand in it moves up (Knuth, The Art of
  // Computer Programming 3, 6.4, algorithm R).
  size_t mask = places.count - 1;
  places[hole] = 0;
  for (size_t at = (hole + 1) & mask; places[at]; at = (at + 1) & mask) {
    size_t home = homeOf(entries[places[at] - 1].object);
    if (((at - home) & mask) < ((at - hole) & mask))
      continue;
    places[hole] = places[at];
    places[at] = 0;
    hole = at;
  }
}

void pin(Context *ctx, Value object) { heapOf(ctx)->pinned.add(object); }

void unpin(Context *ctx, Value object) { heapOf(ctx)->pinned.remove(object); }

} // namespace plc::rt
