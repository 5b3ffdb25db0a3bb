//===- Scratch.cpp - the C memory of one operation -------------------------===//

#include "stdlib/runtime/Scratch.h"
#include "stdlib/runtime/Heap.h"

#include <cstdlib>

namespace plc::rt {

/// What precedes the memory that is handed out.
struct alignas(16) Scratch::Block {
  Block *next, **link;
  size_t bytes;

  static Block *of(void *memory) { return static_cast<Block *>(memory) - 1; }
};

void *Scratch::enter(Block *block, size_t bytes) {
  block->bytes = bytes;
  block->next = blocks;
  block->link = &blocks;
  if (blocks)
    blocks->link = &block->next;
  blocks = block;
  total += bytes;
  return block + 1;
}

void Scratch::leave(Block *block) {
  *block->link = block->next;
  if (block->next)
    block->next->link = block->link;
  total -= block->bytes;
}

void Scratch::reserve(size_t bytes) {
  // Small operations shall not ask how large the memory is.
  constexpr size_t kAlways = 1 << 20;
  if (total + bytes <= kAlways || total + bytes <= heapLimit(ctx))
    return;
  releaseAll();
  raiseHeapExhausted(ctx, bytes);
}

void *Scratch::resize(void *memory, size_t bytes) {
  Block *old = memory ? Block::of(memory) : nullptr;
  reserve(bytes - (old ? old->bytes : 0));
  if (old)
    leave(old);
  void *grown = realloc(old, sizeof(Block) + bytes);
  if (!grown) {
    free(old);
    releaseAll();
    raiseHeapExhausted(ctx, bytes);
  }
  return enter(static_cast<Block *>(grown), bytes);
}

void *Scratch::allocateZeroed(size_t bytes) {
  reserve(bytes);
  void *fresh = calloc(1, sizeof(Block) + bytes);
  if (!fresh) {
    releaseAll();
    raiseHeapExhausted(ctx, bytes);
  }
  return enter(static_cast<Block *>(fresh), bytes);
}

void Scratch::release(void *memory) {
  if (!memory)
    return;
  Block *block = Block::of(memory);
  leave(block);
  free(block);
}

void Scratch::releaseAll() {
  while (Block *block = blocks) {
    leave(block);
    free(block);
  }
}

} // namespace plc::rt
