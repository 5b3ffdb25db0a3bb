//===- Options.h - settings of a running program -----------------*- C++ -*-===//
//
// PLC_RUNTIME holds a comma-separated list, e.g.
//   PLC_RUNTIME=heap-limit=512m,nursery=8m,gc-stats
// Sizes take the suffixes k, m and g. An unknown word is an error: a misspelt
// limit must not pass silently.
//
//===----------------------------------------------------------------------===//
#ifndef PLC_RUNTIME_OPTIONS_H
#define PLC_RUNTIME_OPTIONS_H

#include <cstddef>
#include <cstdint>

namespace plc::rt {

struct Options {
  /// Most bytes of heap in use after a collection; 0 = by physical memory.
  size_t heapLimit = 0;
  /// Bytes allocated between two minor collections, to start with.
  size_t nursery = size_t(4) << 20;
  /// Collect at every Nth slow path of the allocator; 1 also makes every
  /// allocation take the slow path; 0 = off.
  uint32_t stressEvery = 0;
  /// Print one line of statistics to stderr at exit.
  bool gcStats = false;
  /// Size of the main Lisp stack; 0 = default.
  size_t stack = 0;
};

/// The options of this process, parsed from PLC_RUNTIME at the first call.
const Options &options();

/// Parses one list. Returns null, or a static message on an error, with the
/// offending word in `bad` (points into text).
const char *parseOptions(const char *text, Options &result, const char **bad);

} // namespace plc::rt

#endif // PLC_RUNTIME_OPTIONS_H
