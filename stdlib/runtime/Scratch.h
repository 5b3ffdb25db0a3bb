//===- Scratch.h - the C memory of one operation -----------------*- C++ -*-===//
//
// Who walks over data keeps stacks and tables in malloc'ed memory, so that
// nothing moves meanwhile. An operation may take as much of it as the heap may
// have; where that is not enough, or the system has no more, its blocks are
// freed and heap-exhausted is raised.
//
//===----------------------------------------------------------------------===//
#ifndef PLC_RUNTIME_SCRATCH_H
#define PLC_RUNTIME_SCRATCH_H

#include "stdlib/runtime/Runtime.h"

namespace plc::rt {

/// A list of blocks; only in a local variable, which does not move. No
/// destructor: who uses it calls releaseAll, also before it raises.
class Scratch {
public:
  explicit Scratch(Context *ctx) : ctx(ctx) {}
  Scratch(const Scratch &) = delete;
  Scratch &operator=(const Scratch &) = delete;

  /// realloc of a block, or of null. Raises.
  void *resize(void *memory, size_t bytes);
  /// calloc. Raises.
  void *allocateZeroed(size_t bytes);
  void release(void *memory);
  void releaseAll();
  Context *context() const { return ctx; }

private:
  struct Block;
  void *enter(Block *block, size_t bytes);
  void leave(Block *block);
  /// Raises unless the operation may have so many more bytes.
  void reserve(size_t bytes);

  Context *ctx;
  Block *blocks = nullptr;
  size_t total = 0;
};

/// A stack of trivially copyable elements.
template <class T> class RawStack {
public:
  T *data = nullptr;
  size_t size = 0, capacity = 0;

  explicit RawStack(Scratch &scratch) : scratch(&scratch) {}
  T *push(T element) {
    if (size == capacity)
      grow();
    data[size] = element;
    return &data[size++];
  }
  T &top() { return data[size - 1]; }
  void pop() { --size; }
  void release() {
    scratch->release(data);
    *this = RawStack(*scratch);
  }

private:
  Scratch *scratch;

  [[gnu::noinline]] void grow() {
    size_t larger = capacity ? 2 * capacity : 64;
    data = static_cast<T *>(scratch->resize(data, larger * sizeof(T)));
    capacity = larger;
  }
};

/// Open-addressed map from words to words; key 0 is not allowed. For addresses:
/// only while nothing allocates on the heap.
class WordMap {
public:
  explicit WordMap(Scratch &scratch) : scratch(&scratch) {}
  /// The value of a key, 0 at first.
  uint64_t &operator[](uint64_t key) {
    if ((used + 1) * 2 > size)
      grow();
    size_t at = find(key);
    if (entries[at].key == 0) {
      entries[at].key = key;
      ++used;
    }
    return entries[at].value;
  }
  uint64_t *lookup(uint64_t key) {
    if (size == 0)
      return nullptr;
    size_t at = find(key);
    return entries[at].key ? &entries[at].value : nullptr;
  }
  void release() {
    scratch->release(entries);
    *this = WordMap(*scratch);
  }

private:
  struct Entry {
    uint64_t key, value;
  };
  Scratch *scratch;
  Entry *entries = nullptr;
  size_t size = 0, used = 0;

  size_t find(uint64_t key) const {
    size_t at = ((key >> 3) * 0x9E3779B97F4A7C15u >> 20) & (size - 1);
    while (entries[at].key && entries[at].key != key)
      at = (at + 1) & (size - 1);
    return at;
  }
  [[gnu::noinline]] void grow() {
    Entry *old = entries;
    size_t oldSize = size;
    size = size ? 2 * size : 256;
    entries =
        static_cast<Entry *>(scratch->allocateZeroed(size * sizeof(Entry)));
    for (size_t i = 0; i < oldSize; ++i)
      if (old[i].key)
        entries[find(old[i].key)] = old[i];
    scratch->release(old);
  }
};

} // namespace plc::rt

#endif // PLC_RUNTIME_SCRATCH_H
