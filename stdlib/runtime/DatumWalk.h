//===- DatumWalk.h - the parts of a datum, for printing ----------*- C++ -*-===//
//
// One description of what a printed datum consists of, shared by the search for
// cycles and by the printer, so that both meet the parts in the same order.
//
//===----------------------------------------------------------------------===//
#ifndef PLC_RUNTIME_DATUMWALK_H
#define PLC_RUNTIME_DATUMWALK_H

#include "stdlib/runtime/Control.h"
#include "stdlib/runtime/HashTable.h"

namespace plc::rt {

/// True of data whose printed form shows other data.
inline bool hasParts(Value v) {
  if (plc_is_pair(v))
    return true;
  if (!plc_is_object(v))
    return false;
  switch (plc_header_kind(plc_header(v))) {
  case PLC_KIND_VECTOR:
  case PLC_KIND_VALUES:
  case PLC_KIND_RECORD:
  case PLC_KIND_BOX: return true;
  case PLC_KIND_HASHTABLE:
    return plc_fields(v)[TableKind] == plc_fixnum(TableEqual);
  default: return false;
  }
}

/// The part with the least number >= *index, which is advanced behind it, or
/// false at the end. A pair has its car and its cdr; a record its fields; a
/// map its keys and values in turn; a condition is shown by message, type and
/// irritants only.
inline bool nextPart(Value v, uint64_t *index, Value *part) {
  uint64_t i = *index;
  if (plc_is_pair(v)) {
    if (i > 1)
      return false;
    *part = i == 0 ? plc_car(v) : plc_cdr(v);
    *index = i + 1;
    return true;
  }
  const Value *fields = plc_fields(v);
  switch (plc_header_kind(plc_header(v))) {
  case PLC_KIND_HASHTABLE: {
    const Value *entries = plc_fields(fields[TableEntries]);
    auto used = uint64_t(plc_fixnum_value(fields[TableUsed]));
    for (; i < 2 * used; ++i) {
      const Value *entry = entries + (i / 2) * EntryWords;
      if (entry[EntryKey] == PLC_TOMBSTONE)
        continue;
      *part = entry[i & 1 ? EntryValue : EntryKey];
      *index = i + 1;
      return true;
    }
    return false;
  }
  case PLC_KIND_RECORD: {
    uint64_t count = lengthOf(v) - 1;
    if (isCondition(v))
      count = ConditionIrritants + 1;
    if (i >= count)
      return false;
    *part = fields[1 + i];
    *index = i + 1;
    return true;
  }
  case PLC_KIND_BOX:
    if (i > 0)
      return false;
    break;
  default:
    if (i >= lengthOf(v))
      return false;
  }
  *part = fields[i];
  *index = i + 1;
  return true;
}

} // namespace plc::rt

#endif // PLC_RUNTIME_DATUMWALK_H
