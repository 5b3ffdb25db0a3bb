//===- CharTables.h - case mappings of Unicode -------------------*- C++ -*-===//
#ifndef PLC_RUNTIME_CHARTABLES_H
#define PLC_RUNTIME_CHARTABLES_H

#include <cstdint>

namespace plc::rt {

enum class Casing { Upper, Lower, Fold };

/// Full mapping to more than one character; the rest is 0.
struct SpecialCasing {
  uint32_t code;
  uint32_t to[3];
};
/// The entry of c, or null where the simple mapping is the full one.
const SpecialCasing *specialCasing(Casing casing, uint32_t c);

/// For the final sigma rule.
bool charIsCased(uint32_t c);
bool charIsCaseIgnorable(uint32_t c);

} // namespace plc::rt

#endif // PLC_RUNTIME_CHARTABLES_H
