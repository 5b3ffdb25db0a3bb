//===- HashTable.h - insertion-ordered hash tables --------------*- C++ -*-===//
//
// A HASHTABLE has eight tagged words. Entries lie in a vector in the order of
// insertion, three words each: key, value, hash. The index, a bytevector of
// uint64_t, is an open-addressed table of entry numbers plus one (0: free),
// each under 32 bits of its hash. A deleted entry keeps its place with
// PLC_TOMBSTONE as key until the entries are compacted.
//
//===----------------------------------------------------------------------===//
#ifndef PLC_RUNTIME_HASHTABLE_H
#define PLC_RUNTIME_HASHTABLE_H

#include "stdlib/runtime/Equal.h"
#include "stdlib/runtime/Heap.h"

namespace plc::rt {

enum TableWord {
  TableIndex,      ///< BYTEVECTOR
  TableEntries,    ///< VECTOR
  TableCount,      ///< live entries, fixnum
  TableUsed,       ///< entries with tombstones, fixnum
  TableKind,       ///< TableKinds, fixnum
  TableHasAddress, ///< #t: some stored hash depends on an address
  TableSpare1,
  TableSpare2,
  TableWords
};
enum TableKinds { TableEq, TableEqv, TableEqual, TableString };

enum EntryWord { EntryKey, EntryValue, EntryHash, EntryWords };

Value makeTable(Context *ctx, TableKinds kind);
inline bool isTable(Value v) { return plc_is_kind(v, PLC_KIND_HASHTABLE); }
/// The value of a key, or `otherwise`.
Value tableRef(Context *ctx, Value table, Value key, Value otherwise);
void tableSet(Context *ctx, Value table, Value key, Value value);
/// True if the key was there.
bool tableDelete(Context *ctx, Value table, Value key);
int64_t tableCount(Value table);
/// Calls visit(key, value) in order; the table must not change meanwhile.
template <typename Visit> void forEachEntry(Value table, Visit visit) {
  const Value *entries = plc_fields(plc_fields(table)[TableEntries]);
  int64_t used = plc_fixnum_value(plc_fields(table)[TableUsed]);
  for (int64_t i = 0; i < used; ++i)
    if (entries[i * EntryWords + EntryKey] != PLC_TOMBSTONE)
      visit(entries[i * EntryWords + EntryKey],
            entries[i * EntryWords + EntryValue]);
}

} // namespace plc::rt
#endif // PLC_RUNTIME_HASHTABLE_H
