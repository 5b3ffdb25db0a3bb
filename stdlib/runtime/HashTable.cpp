//===- HashTable.cpp - insertion-ordered hash tables ----------------------===//
#include "stdlib/runtime/HashTable.h"
#include "stdlib/runtime/Control.h"

using namespace plc::rt;
using namespace plc::rt::detail;

static constexpr int64_t FirstCapacity = 8;

namespace {
/// Views of a table's parts; to be read again after anything that allocates.
struct Parts {
  Value *words;
  uint64_t *index;
  uint64_t indexMask;
  Value *entries;

  explicit Parts(Value table) {
    words = plc_fields(table);
    index = plc_fields(words[TableIndex]);
    indexMask = plc_header_length(plc_header(words[TableIndex])) / 8 - 1;
    entries = plc_fields(words[TableEntries]);
  }
  int64_t used() const { return plc_fixnum_value(words[TableUsed]); }
  int64_t count() const { return plc_fixnum_value(words[TableCount]); }
  TableKinds kind() const {
    return TableKinds(plc_fixnum_value(words[TableKind]));
  }
  int64_t capacity() const {
    return int64_t(plc_header_length(plc_header(words[TableEntries]))) /
           EntryWords;
  }
  Value *entry(int64_t i) const { return entries + i * EntryWords; }
};
} // namespace

static Hash hashKey(Context *ctx, TableKinds kind, Value key) {
  switch (kind) {
  case TableEq:
    return hashEq(key);
  case TableEqv:
    return hashEqv(key);
  case TableEqual:
    return hashEqual(key);
  case TableString:
    if (!plc_is_kind(key, PLC_KIND_STRING))
      wrongType(ctx, "hash-table", 2, "a string as key", key);
    return hashString(key);
  }
  __builtin_unreachable();
}

static bool sameKey(Context *ctx, TableKinds kind, Value a, Value b) {
  if (a == b)
    return true;
  switch (kind) {
  case TableEq:
    return false;
  case TableEqv:
    return isEqv(ctx, a, b);
  case TableEqual:
    return isEqual(ctx, a, b);
  case TableString:
    return plc_is_kind(a, PLC_KIND_STRING) && stringsEqual(a, b);
  }
  __builtin_unreachable();
}

/// Upper half of an index slot: bits of the hash that do not choose the slot,
/// so that most entries that do not fit are passed over without a look at them.
static constexpr uint64_t TagMask = uint64_t(0xFFFFFFFF) << 32;
static uint64_t hashTag(uint64_t hash) { return (hash << 4) & TagMask; }

/// Enters an entry that is known to be new.
static void indexEntry(const Parts &parts, uint64_t hash, int64_t entry) {
  uint64_t i = hash & parts.indexMask;
  while (parts.index[i])
    i = (i + 1) & parts.indexMask;
  parts.index[i] = hashTag(hash) | uint64_t(entry + 1);
}

/// New storage for `capacity` entries; live entries are moved together. The
/// hashes must be current.
static void rebuild(Context *ctx, Value table, int64_t capacity) {
  int64_t slots = 1;
  while (slots < capacity * 2)
    slots *= 2;
  Value index = allocateBytes(ctx, PLC_KIND_BYTEVECTOR, 0, slots * 8);
  memset(plc_fields(index), 0, slots * 8);
  Value entries =
      allocateObject(ctx, PLC_KIND_VECTOR, 0, capacity * EntryWords, PLC_FALSE);
  int64_t used = plc_fixnum_value(plc_fields(table)[TableUsed]), out = 0;
  Value *to = plc_fields(entries);
  // A new table has nothing yet, not even an index.
  const Value *from =
      used ? plc_fields(plc_fields(table)[TableEntries]) : nullptr;
  for (int64_t i = 0; i < used; ++i, from += EntryWords) {
    if (from[EntryKey] == PLC_TOMBSTONE)
      continue;
    for (int k = 0; k < EntryWords; ++k)
      store(ctx, to + out * EntryWords + k, from[k]);
    ++out;
  }
  Value *words = plc_fields(table);
  store(ctx, words + TableIndex, index);
  store(ctx, words + TableEntries, entries);
  words[TableUsed] = plc_fixnum(out);
  words[TableCount] = plc_fixnum(out);
  Parts parts(table);
  for (int64_t i = 0; i < out; ++i)
    indexEntry(parts, plc_fixnum_value(parts.entry(i)[EntryHash]), i);
}

/// The collector may have moved keys whose hash is their address.
static void rehash(Context *ctx, Value table) {
  plc_object_words(table)[0] &= ~(uint64_t(kTableMustRehash) << 8);
  Parts parts(table);
  if (parts.words[TableHasAddress] != PLC_TRUE)
    return;
  memset(parts.index, 0, (parts.indexMask + 1) * 8);
  bool usesAddress = false;
  for (int64_t i = 0, used = parts.used(); i < used; ++i) {
    Value *entry = parts.entry(i);
    if (entry[EntryKey] == PLC_TOMBSTONE)
      continue;
    Hash hash = hashKey(ctx, parts.kind(), entry[EntryKey]);
    usesAddress |= hash.usesAddress;
    entry[EntryHash] = plc_fixnum(hash.bits);
    indexEntry(parts, hash.bits, i);
  }
  parts.words[TableHasAddress] = plc_bool(usesAddress);
}

static inline void freshen(Context *ctx, Value table) {
  if (__builtin_expect(plc_header_flags(plc_header(table)) & kTableMustRehash,
                       0))
    rehash(ctx, table);
}

/// Number of the entry of a key, or -1.
static int64_t findEntry(Context *ctx, const Parts &parts, Value key,
                         uint64_t hash) {
  TableKinds kind = parts.kind();
  uint64_t tag = hashTag(hash);
  for (uint64_t i = hash & parts.indexMask; uint64_t slot = parts.index[i];
       i = (i + 1) & parts.indexMask) {
    if ((slot & TagMask) != tag)
      continue;
    int64_t number = int64_t(slot & ~TagMask) - 1;
    const Value *entry = parts.entry(number);
    if (entry[EntryHash] == plc_fixnum(hash) &&
        entry[EntryKey] != PLC_TOMBSTONE &&
        sameKey(ctx, kind, entry[EntryKey], key))
      return number;
  }
  return -1;
}

namespace plc::rt {

Value makeTable(Context *ctx, TableKinds kind) {
  // Flag bit 0 from the start: the collector looks at it when it first meets
  // an old table. TableHasAddress tells whether there is work to do.
  unsigned flags = kind == TableString ? 0 : kTableHashesAddresses;
  Value table =
      allocateObject(ctx, PLC_KIND_HASHTABLE, flags, TableWords, PLC_FALSE);
  Value *words = plc_fields(table);
  words[TableCount] = words[TableUsed] = plc_fixnum(0);
  words[TableKind] = plc_fixnum(kind);
  rebuild(ctx, table, FirstCapacity);
  return table;
}

Value tableRef(Context *ctx, Value table, Value key, Value otherwise) {
  freshen(ctx, table);
  Parts parts(table);
  int64_t i = findEntry(ctx, parts, key, hashKey(ctx, parts.kind(), key).bits);
  return i < 0 ? otherwise : parts.entry(i)[EntryValue];
}

void tableSet(Context *ctx, Value table, Value key, Value value) {
  freshen(ctx, table);
  {
    Parts parts(table);
    Hash hash = hashKey(ctx, parts.kind(), key);
    int64_t i = findEntry(ctx, parts, key, hash.bits);
    if (i >= 0) {
      store(ctx, parts.entry(i) + EntryValue, value);
      return;
    }
    if (parts.used() == parts.capacity()) {
      int64_t count = parts.count();
      // Many tombstones: the same room is enough.
      int64_t capacity = parts.capacity();
      if (count * 4 > capacity * 3)
        capacity *= 2;
      else if (count * 4 < capacity && capacity > FirstCapacity)
        capacity /= 2;
      rebuild(ctx, table, capacity);
      freshen(ctx, table);
    }
  }
  // A collection in between may have moved the key: hash again.
  Parts parts(table);
  Hash hash = hashKey(ctx, parts.kind(), key);
  int64_t at = parts.used();
  Value *entry = parts.entry(at);
  store(ctx, entry + EntryKey, key);
  store(ctx, entry + EntryValue, value);
  entry[EntryHash] = plc_fixnum(hash.bits);
  parts.words[TableUsed] = plc_fixnum(at + 1);
  parts.words[TableCount] = plc_fixnum(parts.count() + 1);
  if (hash.usesAddress)
    parts.words[TableHasAddress] = PLC_TRUE;
  indexEntry(parts, hash.bits, at);
}

bool tableDelete(Context *ctx, Value table, Value key) {
  freshen(ctx, table);
  Parts parts(table);
  int64_t i = findEntry(ctx, parts, key, hashKey(ctx, parts.kind(), key).bits);
  if (i < 0)
    return false;
  parts.entry(i)[EntryKey] = PLC_TOMBSTONE;
  parts.entry(i)[EntryValue] = PLC_FALSE;
  parts.words[TableCount] = plc_fixnum(parts.count() - 1);
  return true;
}

int64_t tableCount(Value table) {
  return plc_fixnum_value(plc_fields(table)[TableCount]);
}

} // namespace plc::rt

//===--- Primitives -------------------------------------------------------===//

static Value checkTable(Context *ctx, const char *who, Value table) {
  if (!isTable(table))
    wrongType(ctx, who, 1, "a hash table", table);
  return table;
}

namespace plc::rt::detail {

/// In the order of TableKinds.
static const char *const kindNames[] = {"eq", "eqv", "equal", "string"};

plc_value prim_MakeHashTable(Context *ctx, Value kind) {
  for (int i = 0; i < 4; ++i)
    if (kind == intern(ctx, kindNames[i]))
      return makeTable(ctx, TableKinds(i));
  wrongType(ctx, "make-hash-table", 1, "one of eq, eqv, equal, string", kind);
}

plc_value prim_HashTableKind(Context *ctx, Value table) {
  checkTable(ctx, "hash-table-kind", table);
  return intern(ctx, kindNames[Parts(table).kind()]);
}

plc_value prim_HashTableP(Context *, Value v) { return plc_bool(isTable(v)); }

plc_value prim_HashTableRefDefault(Context *ctx, Value table, Value key,
                                   Value otherwise) {
  if (rt_foreign_lookup && isForeign(table))
    return rt_foreign_lookup(ctx, table, key, otherwise);
  return tableRef(ctx, checkTable(ctx, "hash-table-ref/default", table), key,
                  otherwise);
}
plc_value prim_HashTableSet(Context *ctx, Value table, Value key, Value value) {
  if (rt_foreign_store && isForeign(table)) {
    rt_foreign_store(ctx, table, key, value);
    return PLC_UNSPECIFIED;
  }
  tableSet(ctx, checkTable(ctx, "hash-table-set!", table), key, value);
  return PLC_UNSPECIFIED;
}
plc_value prim_HashTableDelete(Context *ctx, Value table, Value key) {
  if (rt_foreign_delete && isForeign(table))
    return plc_bool(rt_foreign_delete(ctx, table, key));
  return plc_bool(
      tableDelete(ctx, checkTable(ctx, "hash-table-delete!", table), key));
}
plc_value prim_HashTableContainsP(Context *ctx, Value table, Value key) {
  if (rt_foreign_lookup && isForeign(table))
    return plc_bool(rt_foreign_lookup(ctx, table, key, PLC_UNBOUND) !=
                    PLC_UNBOUND);
  checkTable(ctx, "hash-table-contains?", table);
  return plc_bool(tableRef(ctx, table, key, PLC_TOMBSTONE) != PLC_TOMBSTONE);
}
/// The keys and values of an object of another language; false for others.
static bool hasForeignEntries(Context *ctx, Value table, Value *entries) {
  if (!rt_foreign_entries || !isForeign(table))
    return false;
  *entries = rt_foreign_entries(ctx, table);
  return true;
}

/// One side of each pair.
static Value sides(Context *ctx, Value pairs, bool isKey) {
  Value list = PLC_NULL;
  for (Value p = pairs; plc_is_pair(p); p = plc_cdr(p)) {
    Value pair = plc_car(p);
    list = consFast(ctx, isKey ? plc_car(pair) : plc_cdr(pair), list);
  }
  Value result = PLC_NULL;
  for (; plc_is_pair(list); list = plc_cdr(list))
    result = consFast(ctx, plc_car(list), result);
  return result;
}

plc_value prim_HashTableSize(Context *ctx, Value table) {
  Value entries;
  if (hasForeignEntries(ctx, table, &entries))
    return plc_fixnum(properListLength(entries));
  return plc_fixnum(tableCount(checkTable(ctx, "hash-table-size", table)));
}

/// A list with one element per entry, in order.
template <typename Element>
static Value entryList(Context *ctx, Value table, Element element) {
  Value list = PLC_NULL;
  for (int64_t i = Parts(table).used() - 1; i >= 0; --i) {
    const Value *entry = Parts(table).entry(i);
    if (entry[EntryKey] == PLC_TOMBSTONE)
      continue;
    Value v = element(entry[EntryKey], entry[EntryValue]);
    list = consFast(ctx, v, list);
  }
  return list;
}

plc_value prim_HashTableKeys(Context *ctx, Value table) {
  Value entries;
  if (hasForeignEntries(ctx, table, &entries))
    return sides(ctx, entries, true);
  checkTable(ctx, "hash-table-keys", table);
  return entryList(ctx, table, [](Value key, Value) { return key; });
}
plc_value prim_HashTableValues(Context *ctx, Value table) {
  Value entries;
  if (hasForeignEntries(ctx, table, &entries))
    return sides(ctx, entries, false);
  checkTable(ctx, "hash-table-values", table);
  return entryList(ctx, table, [](Value, Value value) { return value; });
}
plc_value prim_HashTableToAlist(Context *ctx, Value table) {
  Value entries;
  if (hasForeignEntries(ctx, table, &entries))
    return entries;
  checkTable(ctx, "hash-table->alist", table);
  return entryList(ctx, table, [=](Value key, Value value) {
    return consFast(ctx, key, value);
  });
}

plc_value prim_HashTableClear(Context *ctx, Value table) {
  checkTable(ctx, "hash-table-clear!", table);
  Value *words = plc_fields(table);
  words[TableUsed] = words[TableCount] = plc_fixnum(0);
  words[TableHasAddress] = PLC_FALSE;
  rebuild(ctx, table, FirstCapacity);
  return PLC_UNSPECIFIED;
}

plc_value prim_HashTableCopy(Context *ctx, Value table, Value) {
  Value entries;
  if (hasForeignEntries(ctx, table, &entries)) {
    Value copy = makeTable(ctx, TableEqual);
    for (; plc_is_pair(entries); entries = plc_cdr(entries))
      tableSet(ctx, copy, plc_car(plc_car(entries)), plc_cdr(plc_car(entries)));
    return copy;
  }
  checkTable(ctx, "hash-table-copy", table);
  Value copy = makeTable(ctx, Parts(table).kind());
  int64_t used = Parts(table).used();
  for (int64_t i = 0; i < used; ++i) {
    const Value *entry = Parts(table).entry(i);
    if (entry[EntryKey] != PLC_TOMBSTONE)
      tableSet(ctx, copy, entry[EntryKey], entry[EntryValue]);
  }
  return copy;
}

plc_value prim_Hash(Context *, Value v) {
  Hash hash = hashEqual(v);
  // An address is no stable hash; such values share one.
  return plc_fixnum(hash.usesAddress ? 0 : hash.bits);
}

} // namespace plc::rt::detail
