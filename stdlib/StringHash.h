//===- StringHash.h - hash of strings and symbols ----------------*- C++ -*-===//
//
// The compiler emits static strings and symbols with their hash in place, so it
// and the runtime share this function. It runs over code points: a string has
// one hash whichever storage it has. Contract file.
//
//===----------------------------------------------------------------------===//
#ifndef PLC_STDLIB_STRINGHASH_H
#define PLC_STDLIB_STRINGHASH_H

#include <cstddef>
#include <cstdint>

namespace plc {

/// Feeds code points one by one; the result is in [1, 2^60), a fixnum, and 0
/// stays free for "not computed".
class StringHasher {
public:
  /// Word 2 of a STRING and word 1 of a SYMBOL hold the hash of seed 0. Only
  /// hash tables keyed by strings use another one (PLC_HASH_SEED).
  constexpr explicit StringHasher(uint64_t seed = 0)
      : state(seed ^ 0x9E3779B97F4A7C15u) {}

  constexpr void add(uint32_t codePoint) {
    state = (state ^ codePoint) * 0x100000001B3u;
    state ^= state >> 29;
  }
  constexpr uint64_t finish() const {
    uint64_t h = state;
    h ^= h >> 33;
    h *= 0xFF51AFD7ED558CCDu;
    h ^= h >> 33;
    h *= 0xC4CEB9FE1A85EC53u;
    h ^= h >> 33;
    h >>= 4;
    return h == 0 ? 1 : h;
  }

private:
  uint64_t state;
};

/// Hash of an array of code points: uint8_t (Latin-1) or uint32_t (UTF-32).
template <class Unit>
constexpr uint64_t hashCodePoints(const Unit *text, size_t length,
                                  uint64_t seed = 0) {
  StringHasher hasher(seed);
  for (size_t i = 0; i < length; ++i)
    hasher.add(text[i]);
  return hasher.finish();
}

} // namespace plc

#endif // PLC_STDLIB_STRINGHASH_H
