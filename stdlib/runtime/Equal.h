//===- Equal.h - equivalences and their hashes ------------------*- C++ -*-===//
#ifndef PLC_RUNTIME_EQUAL_H
#define PLC_RUNTIME_EQUAL_H

#include "stdlib/runtime/Runtime.h"
#include "stdlib/runtime/RuntimeCalls.h"

namespace plc::rt {

/// Only numbers on the heap are eqv? without being the same word.
inline bool isEqv(Context *ctx, Value a, Value b) {
  return a == b ||
         (plc_is_object(a) && plc_is_object(b) && detail::rt_eqv(ctx, a, b));
}
/// equal?: terminates on cycles, does not allocate on the heap, raises only
/// heap-exhausted.
bool isEqual(Context *ctx, Value a, Value b);
/// Same characters, whatever the storage.
bool stringsEqual(Value a, Value b);

/// A hash of the value and what it depends on.
struct Hash {
  uint64_t bits;    ///< in [0, 2^60): a fixnum
  bool usesAddress; ///< changes when the collector moves something
};
Hash hashEq(Value v);
Hash hashEqv(Value v);
Hash hashEqual(Value v);
Hash hashString(Value string);

} // namespace plc::rt
#endif // PLC_RUNTIME_EQUAL_H
