//===- Handles.cpp - roots that others register -----------------------------===//

#include "stdlib/runtime/HeapImpl.h"

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

/// Few objects are pinned at a time, and mostly the last ones are unpinned.
void pin(Context *ctx, Value object) {
  Heap &heap = *heapOf(ctx);
  for (size_t i = heap.pinned.count; i-- > 0;)
    if (heap.pinned[i].object == object) {
      ++heap.pinned[i].count;
      return;
    }
  heap.pinned.push({object, 1});
}

void unpin(Context *ctx, Value object) {
  Heap &heap = *heapOf(ctx);
  for (size_t i = heap.pinned.count; i-- > 0;)
    if (heap.pinned[i].object == object) {
      if (--heap.pinned[i].count == 0)
        heap.pinned[i] = heap.pinned[--heap.pinned.count];
      return;
    }
}

} // namespace plc::rt
