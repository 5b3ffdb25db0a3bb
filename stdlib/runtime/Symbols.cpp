//===- Symbols.cpp - the symbol table --------------------------------------===//
//
// Open addressing over the hash that every symbol carries. Symbols interned at
// run time, with their names, come from blocks that are never freed: symbols
// are for ever, and code may hold their addresses.
//
//===----------------------------------------------------------------------===//

#include "stdlib/runtime/Symbols.h"
#include "stdlib/StringHash.h"
#include "stdlib/runtime/RuntimeCalls.h"
#include "stdlib/runtime/Text.h"

#include <cstdio>
#include <cstdlib>

namespace plc::rt {

namespace {

Value *table;
size_t tableSize; ///< power of two, at most 3/4 full
size_t tableUsed;

uint64_t symbolHash(Value symbol) {
  return uint64_t(plc_fixnum_value(plc_fields(symbol)[1]));
}

[[noreturn]] void fatal(const char *message) {
  fprintf(stderr, "plc: internal error: %s\n", message);
  abort();
}

void growTable(size_t size) {
  auto *fresh = static_cast<Value *>(calloc(size, sizeof(Value)));
  if (!fresh)
    fatal("no memory for the symbol table");
  for (size_t i = 0; i < tableSize; ++i) {
    if (!table[i])
      continue;
    size_t at = symbolHash(table[i]) & (size - 1);
    while (fresh[at])
      at = (at + 1) & (size - 1);
    fresh[at] = table[i];
  }
  free(table);
  table = fresh;
  tableSize = size;
}

void reserve(uint64_t more) {
  size_t size = tableSize ? tableSize : 1024;
  while ((tableUsed + more) * 4 > size * 3)
    size *= 2;
  if (size != tableSize)
    growTable(size);
}

/// The slot of the symbol with this name, or the free slot where it belongs.
template <class Same> Value *findSlot(uint64_t hash, Same same) {
  size_t at = hash & (tableSize - 1);
  while (table[at] && (symbolHash(table[at]) != hash || !same(table[at])))
    at = (at + 1) & (tableSize - 1);
  return &table[at];
}

/// Zeroed memory that is never given back, aligned to 16.
uint64_t *permanentWords(size_t bytes) {
  static char *block, *blockEnd;
  constexpr size_t kBlock = 32768;
  bytes = (bytes + 15) & ~size_t(15);
  if (size_t(blockEnd - block) < bytes) {
    size_t size = bytes > kBlock ? bytes : kBlock;
    block = static_cast<char *>(aligned_alloc(16, size));
    if (!block)
      fatal("no memory for a symbol");
    blockEnd = block + size;
  }
  auto *words = reinterpret_cast<uint64_t *>(block);
  block += bytes;
  memset(words, 0, bytes);
  return words;
}

Value tagObject(uint64_t *words) {
  return reinterpret_cast<uint64_t>(words) | PLC_TAG_OBJECT;
}

/// Permanent symbol whose name has `length` characters; `storage` receives
/// the room for them.
Value newSymbol(uint64_t hash, size_t length, bool wide, void **storage) {
  size_t bytes = length << (wide ? 2 : 0);
  uint64_t *symbol = permanentWords(32 + 32 + 8 + bytes);
  uint64_t *name = symbol + 4, *chars = symbol + 8;
  chars[0] = PLC_HEADER(PLC_KIND_BYTES, wide, bytes);
  name[0] = PLC_HEADER(PLC_KIND_STRING, 1, 3);
  name[1] = plc_fixnum(int64_t(length));
  name[2] = tagObject(chars);
  name[3] = plc_fixnum(int64_t(hash));
  symbol[0] = PLC_HEADER(PLC_KIND_SYMBOL, 0, 2);
  symbol[1] = tagObject(name);
  symbol[2] = plc_fixnum(int64_t(hash));
  *storage = chars + 1;
  return tagObject(symbol);
}

} // namespace

void registerStaticSymbols(Context *, const Value *symbols, uint64_t count) {
  reserve(count);
  for (uint64_t i = 0; i < count; ++i) {
    Value symbol = symbols[i];
    Value name = symbolName(symbol);
    Value *slot = findSlot(symbolHash(symbol), [&](Value other) {
      return equalStrings(symbolName(other), name);
    });
    if (*slot == symbol)
      continue;
    if (*slot) {
      char *text = toUtf8(theContext, name, nullptr);
      fprintf(stderr, "plc: internal error: two static symbols `%s`\n", text);
      abort();
    }
    *slot = symbol;
    ++tableUsed;
  }
}

Value internString(Context *, Value string) {
  reserve(1);
  uint64_t hash = stringHash(string);
  Value *slot = findSlot(hash, [&](Value other) {
    return equalStrings(symbolName(other), string);
  });
  if (*slot)
    return *slot;
  StringView text(string);
  bool wide = false;
  for (size_t i = 0; text.isWide && i < text.length; ++i)
    wide |= text.wide[i] > 0xFF;
  void *storage;
  Value symbol = newSymbol(hash, text.length, wide, &storage);
  for (size_t i = 0; i < text.length; ++i)
    if (wide)
      static_cast<uint32_t *>(storage)[i] = text[i];
    else
      static_cast<uint8_t *>(storage)[i] = uint8_t(text[i]);
  *slot = symbol;
  ++tableUsed;
  return symbol;
}

Value intern(Context *ctx, const char *utf8, size_t bytes) {
  const auto *p = reinterpret_cast<const uint8_t *>(utf8);
  if (asciiPrefix(p, bytes) != bytes)
    return internString(ctx, makeString(ctx, utf8, bytes));
  reserve(1);
  uint64_t hash = hashCodePoints(p, bytes);
  Value *slot = findSlot(hash, [&](Value other) {
    StringView name(symbolName(other));
    return !name.isWide && name.length == bytes &&
           memcmp(name.narrow, p, bytes) == 0;
  });
  if (*slot)
    return *slot;
  void *storage;
  Value symbol = newSymbol(hash, bytes, false, &storage);
  memcpy(storage, p, bytes);
  *slot = symbol;
  ++tableUsed;
  return symbol;
}
Value intern(Context *ctx, const char *utf8) {
  return intern(ctx, utf8, strlen(utf8));
}

Value internKept(Context *ctx, const char *utf8) {
  constexpr size_t Count = 8;
  static struct {
    const char *text;
    Value symbol;
  } last[Count];
  static size_t next;
  for (auto &entry : last)
    if (entry.text == utf8)
      return entry.symbol;
  Value symbol = intern(ctx, utf8);
  last[next++ % Count] = {utf8, symbol};
  return symbol;
}

//===--- Primitives -------------------------------------------------------===//

extern "C" {

Value rt_intern(Context *ctx, void *utf8, int64_t bytes) {
  return intern(ctx, static_cast<const char *>(utf8), size_t(bytes));
}

Value prim_SymbolP(Context *, Value v) { return plc_bool(isSymbol(v)); }

Value prim_KeywordP(Context *, Value v) {
  if (!isSymbol(v))
    return PLC_FALSE;
  StringView name(symbolName(v));
  return plc_bool(name.length > 0 && name[0] == ':');
}

Value prim_SymbolEqP(Context *ctx, int64_t argc, const Value *argv) {
  bool same = true;
  for (int64_t i = 0; i < argc; ++i) {
    if (!isSymbol(argv[i]))
      wrongType(ctx, "symbol=?", int(i) + 1, "a symbol", argv[i]);
    same &= argv[i] == argv[0];
  }
  return plc_bool(same);
}

Value prim_SymbolToString(Context *ctx, Value v) {
  if (!isSymbol(v))
    wrongType(ctx, "symbol->string", 1, "a symbol", v);
  return symbolName(v);
}

Value prim_StringToSymbol(Context *ctx, Value v) {
  if (!isString(v))
    wrongType(ctx, "string->symbol", 1, "a string", v);
  return internString(ctx, v);
}

Value prim_GenerateSymbol(Context *ctx, Value prefix) {
  static uint64_t counter;
  if (prefix != PLC_DEFAULT && !isString(prefix))
    wrongType(ctx, "generate-symbol", 1, "a string", prefix);
  TextBuilder text(ctx);
  if (prefix == PLC_DEFAULT) {
    text.add('g');
  } else {
    StringView view(prefix);
    text.addView(view, 0, view.length);
  }
  char digits[24];
  int n = snprintf(digits, sizeof digits, "%llu",
                   (unsigned long long)++counter);
  text.addLatin1(digits, size_t(n));
  Value name = text.finish();
  plc_object_words(name)[0] |= 1 << 8; // immutable
  Value symbol = allocateObject(ctx, PLC_KIND_SYMBOL, 1, 2, plc_fixnum(0));
  plc_fields(symbol)[0] = name;
  plc_fields(symbol)[1] = plc_fixnum(int64_t(stringHash(name)));
  return symbol;
}

} // extern "C"
} // namespace plc::rt
