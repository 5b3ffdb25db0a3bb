//===- Strings.cpp - strings -----------------------------------------------===//

#include "stdlib/runtime/Heap.h"
#include "stdlib/runtime/Text.h"

#include "stdlib/StringHash.h"

#include <cstdlib>

namespace plc::rt {

//===--- Making strings ---------------------------------------------------===//

static Value allocateStorage(Context *ctx, size_t characters, bool wide) {
  return allocateBytes(ctx, PLC_KIND_BYTES, wide, characters << (wide ? 2 : 0));
}
static Value wrapStorage(Context *ctx, Value storage, size_t length) {
  Value s = allocateObject(ctx, PLC_KIND_STRING, 0, 3, plc_fixnum(0));
  plc_fields(s)[0] = plc_fixnum(int64_t(length));
  plc_fields(s)[1] = storage;
  return s;
}

Value allocateString(Context *ctx, size_t length, bool wide) {
  return wrapStorage(ctx, allocateStorage(ctx, length, wide), length);
}

/// A short string of Latin-1 and its storage, allocated at once.
static Value allocateShort(Context *ctx, size_t length) {
  size_t storageBytes = (length + 8 + 15) & ~size_t(15);
  uint64_t *storage = allocateWords(ctx, storageBytes + 32);
  uint64_t *string = storage + storageBytes / 8;
  storage[0] = PLC_HEADER(PLC_KIND_BYTES, 0, length);
  string[0] = PLC_HEADER(PLC_KIND_STRING, 0, 3);
  string[1] = plc_fixnum(int64_t(length));
  string[2] = reinterpret_cast<Value>(storage) | PLC_TAG_OBJECT;
  string[3] = plc_fixnum(0);
  return reinterpret_cast<Value>(string) | PLC_TAG_OBJECT;
}

Value makeLatin1String(Context *ctx, const char *text, size_t length) {
  Value s = length < 256 ? allocateShort(ctx, length)
                         : allocateString(ctx, length, false);
  if (length) // an empty text may lie nowhere
    memcpy(StringView(s).narrow, text, length);
  return s;
}

/// Some character of a wide view does not fit Latin-1.
static bool needsWide(const StringView &text, size_t start, size_t end) {
  if (!text.isWide)
    return false;
  for (size_t i = start; i < end; ++i)
    if (text.wide[i] > 0xFF)
      return true;
  return false;
}

/// Copies characters between any two storages.
static void copyCharacters(const StringView &from, size_t start, size_t end,
                           const StringView &to, size_t at) {
  if (from.isWide == to.isWide) {
    if (from.isWide)
      memmove(to.wide + at, from.wide + start, (end - start) * 4);
    else
      memmove(to.narrow + at, from.narrow + start, end - start);
  } else if (to.isWide) {
    for (size_t i = start; i < end; ++i)
      to.wide[at + i - start] = from.narrow[i];
  } else {
    for (size_t i = start; i < end; ++i)
      to.narrow[at + i - start] = uint8_t(from.wide[i]);
  }
}

Value makeSubstring(Context *ctx, const StringView &text, size_t start,
                    size_t end) {
  Value s = allocateString(ctx, end - start, needsWide(text, start, end));
  copyCharacters(text, start, end, StringView(s), 0);
  return s;
}

Value makeMeasuredString(Context *ctx, const uint8_t *p, const uint8_t *end,
                         const Utf8Extent &extent) {
  Value s = allocateString(ctx, extent.length, extent.largest > 0xFF);
  StringView text(s);
  if (extent.largest < 0x80) {
    memcpy(text.narrow, p, extent.length);
    return s;
  }
  for (size_t i = 0; p != end; ++i) {
    uint32_t c = *p < 0x80 ? *p++ : decodeUtf8(p, end);
    if (text.isWide)
      text.wide[i] = c == kBadUtf8 ? kReplacement : c;
    else
      text.narrow[i] = uint8_t(c);
  }
  return s;
}
Value makeString(Context *ctx, const char *utf8, size_t bytes) {
  const uint8_t *p = reinterpret_cast<const uint8_t *>(utf8);
  if (asciiPrefix(p, bytes) == bytes)
    return makeLatin1String(ctx, utf8, bytes);
  return makeMeasuredString(ctx, p, p + bytes, measureUtf8(p, p + bytes));
}
Value makeString(Context *ctx, const char *utf8) {
  return makeString(ctx, utf8, strlen(utf8));
}

char *toUtf8(Context *ctx, Value string, size_t *bytes) {
  StringView text(string);
  size_t size = utf8Size(text, 0, text.length);
  char *result = static_cast<char *>(malloc(size + 1)), *out = result;
  if (!result)
    raiseHeapExhausted(ctx, size);
  for (size_t i = 0; i < text.length; ++i)
    out = encodeUtf8(out, text[i]);
  *out = 0;
  if (bytes)
    *bytes = size;
  return result;
}

void TextBuilder::grow(size_t more, bool needWide) {
  size_t needed = length + more;
  size_t units = needed > capacity ? 2 * needed : capacity;
  bool toWide = isWide || needWide;
  Value fresh = allocateStorage(ctx, units, toWide);
  auto *to = reinterpret_cast<uint8_t *>(plc_fields(fresh));
  if (isWide == toWide)
    memcpy(to, narrow(), length << (isWide ? 2 : 0));
  else
    for (size_t i = 0; i < length; ++i)
      reinterpret_cast<uint32_t *>(to)[i] = narrow()[i];
  storage = fresh;
  capacity = units;
  isWide = toWide;
}

void TextBuilder::addLatin1(const char *text, size_t count) {
  if (length + count > capacity)
    grow(count, false);
  if (!isWide)
    memcpy(narrow() + length, text, count);
  else
    for (size_t i = 0; i < count; ++i)
      wide()[length + i] = uint8_t(text[i]);
  length += count;
}

void TextBuilder::addView(const StringView &text, size_t start, size_t end) {
  if (!text.isWide) {
    addLatin1(reinterpret_cast<const char *>(text.narrow) + start, end - start);
    return;
  }
  for (size_t i = start; i < end; ++i)
    add(text.wide[i]);
}

Value TextBuilder::finish() {
  Value s = allocateString(ctx, length, isWide);
  memcpy(StringView(s).narrow, narrow(), length << (isWide ? 2 : 0));
  length = 0;
  return s;
}

//===--- Hash and order ---------------------------------------------------===//

uint64_t stringHash(Value string) {
  Value *cached = &plc_fields(string)[2];
  if (*cached != 0)
    return uint64_t(plc_fixnum_value(*cached));
  StringView text(string);
  uint64_t hash = text.isWide ? hashCodePoints(text.wide, text.length)
                              : hashCodePoints(text.narrow, text.length);
  *cached = plc_fixnum(int64_t(hash));
  return hash;
}

int compareStrings(Value av, Value bv) {
  StringView a(av), b(bv);
  size_t n = a.length < b.length ? a.length : b.length;
  if (!a.isWide && !b.isWide) {
    int order = memcmp(a.narrow, b.narrow, n);
    if (order != 0)
      return order;
  } else {
    for (size_t i = 0; i < n; ++i)
      if (a[i] != b[i])
        return a[i] < b[i] ? -1 : 1;
  }
  return a.length < b.length ? -1 : a.length > b.length;
}

bool equalStrings(Value av, Value bv) {
  if (av == bv)
    return true;
  StringView a(av), b(bv);
  return a.length == b.length && compareStrings(av, bv) == 0;
}

//===--- Checks -----------------------------------------------------------===//

void checkMutable(Context *ctx, const char *who, Value object) {
  if (inHeap(ctx, object) && !(plc_header_flags(plc_header(object)) & 1))
    return;
  immutable(ctx, who, object);
}

namespace {

void checkString(Context *ctx, const char *who, int position, Value v) {
  if (!isString(v))
    wrongType(ctx, who, position, "a string", v);
}
void checkChar(Context *ctx, const char *who, int position, Value v) {
  if (!plc_is_char(v))
    wrongType(ctx, who, position, "a character", v);
}
/// Index of a character that exists.
size_t checkElement(Context *ctx, const char *who, Value index,
                    size_t length) {
  if (!plc_is_fixnum(index))
    wrongType(ctx, who, 2, "an index", index);
  if (uint64_t(plc_fixnum_value(index)) >= length)
    outOfRange(ctx, who, index, int64_t(length));
  return size_t(plc_fixnum_value(index));
}
void fillView(const StringView &text, size_t start, size_t end, uint32_t c) {
  if (text.isWide)
    for (size_t i = start; i < end; ++i)
      text.wide[i] = c;
  else
    memset(text.narrow + start, int(c), end - start);
}
/// Gives a string UTF-32 storage.
void widen(Context *ctx, Value string) {
  size_t length = StringView(string).length;
  Value storage = allocateStorage(ctx, length, true);
  StringView from(string);
  auto *to = reinterpret_cast<uint32_t *>(plc_fields(storage));
  for (size_t i = 0; i < length; ++i)
    to[i] = from.narrow[i];
  store(ctx, &plc_fields(string)[1], storage);
}
/// Before a string is changed: it is mutable, its cached hash goes.
void prepareChange(Context *ctx, const char *who, Value string, bool wide) {
  checkMutable(ctx, who, string);
  if (wide && !isWideStorage(plc_fields(string)[1]))
    widen(ctx, string);
  plc_fields(string)[2] = plc_fixnum(0);
}

Value compareAll(Context *ctx, int64_t argc, const Value *argv, const char *who,
                 bool (*holds)(int)) {
  for (int64_t i = 0; i < argc; ++i)
    checkString(ctx, who, int(i) + 1, argv[i]);
  for (int64_t i = 1; i < argc; ++i)
    if (!holds(compareStrings(argv[i - 1], argv[i])))
      return PLC_FALSE;
  return PLC_TRUE;
}

} // namespace

//===--- Primitives -------------------------------------------------------===//

extern "C" {

Value prim_StringP(Context *, Value v) { return plc_bool(isString(v)); }

Value prim_MakeString(Context *ctx, Value length, Value fill) {
  auto n = size_t(checkLength(ctx, "make-string", length));
  uint32_t c = ' ';
  if (fill != PLC_DEFAULT) {
    checkChar(ctx, "make-string", 2, fill);
    c = plc_char_code(fill);
  }
  Value s = allocateString(ctx, n, c > 0xFF);
  fillView(StringView(s), 0, n, c);
  return s;
}

Value prim_String(Context *ctx, int64_t argc, const Value *argv) {
  bool wide = false;
  for (int64_t i = 0; i < argc; ++i) {
    checkChar(ctx, "string", int(i) + 1, argv[i]);
    wide |= plc_char_code(argv[i]) > 0xFF;
  }
  Value s = allocateString(ctx, size_t(argc), wide);
  StringView text(s);
  for (int64_t i = 0; i < argc; ++i)
    if (wide)
      text.wide[i] = plc_char_code(argv[i]);
    else
      text.narrow[i] = uint8_t(plc_char_code(argv[i]));
  return s;
}

Value prim_StringLength(Context *ctx, Value s) {
  checkString(ctx, "string-length", 1, s);
  return plc_fields(s)[0];
}

Value prim_StringRef(Context *ctx, Value s, Value index) {
  checkString(ctx, "string-ref", 1, s);
  StringView text(s);
  return plc_char(text[checkElement(ctx, "string-ref", index, text.length)]);
}

Value prim_StringSet(Context *ctx, Value s, Value index, Value c) {
  checkString(ctx, "string-set!", 1, s);
  checkChar(ctx, "string-set!", 3, c);
  size_t i = checkElement(ctx, "string-set!", index, StringView(s).length);
  uint32_t code = plc_char_code(c);
  prepareChange(ctx, "string-set!", s, code > 0xFF);
  fillView(StringView(s), i, i + 1, code);
  return PLC_UNSPECIFIED;
}

static Value copyPart(Context *ctx, const char *who, Value s, Value start,
                      Value end) {
  checkString(ctx, who, 1, s);
  StringView text(s);
  int64_t first, last;
  checkRange(ctx, who, start, end, int64_t(text.length), &first, &last);
  return makeSubstring(ctx, text, size_t(first), size_t(last));
}
Value prim_Substring(Context *ctx, Value s, Value start, Value end) {
  return copyPart(ctx, "substring", s, start, end);
}
Value prim_StringCopy(Context *ctx, Value s, Value start, Value end) {
  return copyPart(ctx, "string-copy", s, start, end);
}

Value prim_StringAppend(Context *ctx, int64_t argc, const Value *argv) {
  size_t length = 0;
  bool wide = false;
  for (int64_t i = 0; i < argc; ++i) {
    checkString(ctx, "string-append", int(i) + 1, argv[i]);
    StringView text(argv[i]);
    length += text.length;
    wide |= text.isWide;
  }
  Value s = allocateString(ctx, length, wide);
  StringView result(s);
  size_t at = 0;
  for (int64_t i = 0; i < argc; ++i) {
    StringView text(argv[i]);
    copyCharacters(text, 0, text.length, result, at);
    at += text.length;
  }
  return s;
}

Value prim_StringCopyTo(Context *ctx, Value to, Value at, Value from,
                        Value start, Value end) {
  checkString(ctx, "string-copy!", 1, to);
  checkString(ctx, "string-copy!", 3, from);
  size_t room = StringView(to).length;
  int64_t index = checkIndex(ctx, "string-copy!", 2, at, int64_t(room));
  int64_t first, last;
  checkRange(ctx, "string-copy!", start, end,
             int64_t(StringView(from).length), &first, &last);
  if (last - first > int64_t(room) - index)
    outOfRange(ctx, "string-copy!", plc_fixnum(index + last - first),
               int64_t(room));
  prepareChange(ctx, "string-copy!", to,
                needsWide(StringView(from), size_t(first), size_t(last)));
  copyCharacters(StringView(from), size_t(first), size_t(last), StringView(to),
                 size_t(index));
  return PLC_UNSPECIFIED;
}

Value prim_StringFill(Context *ctx, Value s, Value c, Value start, Value end) {
  checkString(ctx, "string-fill!", 1, s);
  checkChar(ctx, "string-fill!", 2, c);
  int64_t first, last;
  checkRange(ctx, "string-fill!", start, end, int64_t(StringView(s).length),
             &first, &last);
  uint32_t code = plc_char_code(c);
  prepareChange(ctx, "string-fill!", s, code > 0xFF);
  fillView(StringView(s), size_t(first), size_t(last), code);
  return PLC_UNSPECIFIED;
}

Value prim_StringToList(Context *ctx, Value s, Value start, Value end) {
  checkString(ctx, "string->list", 1, s);
  StringView text(s);
  int64_t first, last;
  checkRange(ctx, "string->list", start, end, int64_t(text.length), &first,
             &last);
  Value list = PLC_NULL;
  for (int64_t i = last; i-- > first;)
    list = cons(ctx, plc_char(text[size_t(i)]), list);
  return list;
}

Value prim_ListToString(Context *ctx, Value list) {
  TextBuilder text(ctx);
  Value p = list;
  for (; plc_is_pair(p); p = plc_cdr(p)) {
    if (!plc_is_char(plc_car(p)))
      wrongType(ctx, "list->string", 1, "a list of characters", plc_car(p));
    text.add(plc_char_code(plc_car(p)));
  }
  if (p != PLC_NULL)
    wrongType(ctx, "list->string", 1, "a proper list", list);
  return text.finish();
}

Value prim_StringToVector(Context *ctx, Value s, Value start, Value end) {
  checkString(ctx, "string->vector", 1, s);
  StringView text(s);
  int64_t first, last;
  checkRange(ctx, "string->vector", start, end, int64_t(text.length), &first,
             &last);
  Value v = allocateObject(ctx, PLC_KIND_VECTOR, 0, size_t(last - first),
                           PLC_UNSPECIFIED);
  for (int64_t i = first; i < last; ++i)
    plc_fields(v)[i - first] = plc_char(text[size_t(i)]);
  return v;
}

Value prim_VectorToString(Context *ctx, Value v, Value start, Value end) {
  if (!plc_is_kind(v, PLC_KIND_VECTOR))
    wrongType(ctx, "vector->string", 1, "a vector", v);
  int64_t first, last;
  checkRange(ctx, "vector->string", start, end, int64_t(lengthOf(v)), &first,
             &last);
  TextBuilder text(ctx);
  for (int64_t i = first; i < last; ++i) {
    Value c = plc_fields(v)[i];
    if (!plc_is_char(c))
      wrongType(ctx, "vector->string", 1, "a vector of characters", c);
    text.add(plc_char_code(c));
  }
  return text.finish();
}

Value prim_StringSearch(Context *ctx, Value pattern, Value s, Value start) {
  checkString(ctx, "string-search-forward", 1, pattern);
  checkString(ctx, "string-search-forward", 2, s);
  StringView p(pattern), text(s);
  int64_t first = checkIndex(ctx, "string-search-forward", 3, start,
                             int64_t(text.length));
  if (p.length == 0)
    return start;
  if (!p.isWide && !text.isWide) {
    void *found = memmem(text.narrow + first, text.length - size_t(first),
                         p.narrow, p.length);
    if (!found)
      return PLC_FALSE;
    return plc_fixnum(static_cast<uint8_t *>(found) - text.narrow);
  }
  for (size_t i = size_t(first); i + p.length <= text.length; ++i) {
    size_t k = 0;
    while (k < p.length && p[k] == text[i + k])
      ++k;
    if (k == p.length)
      return plc_fixnum(int64_t(i));
  }
  return PLC_FALSE;
}

Value prim_StringHash(Context *ctx, Value s, Value bound) {
  checkString(ctx, "string-hash", 1, s);
  uint64_t hash = stringHash(s);
  if (bound != PLC_DEFAULT) {
    if (!plc_is_fixnum(bound) || plc_fixnum_value(bound) <= 0)
      wrongType(ctx, "string-hash", 2, "a positive fixnum", bound);
    hash %= uint64_t(plc_fixnum_value(bound));
  }
  return plc_fixnum(int64_t(hash));
}

Value prim_StringEqP(Context *ctx, int64_t argc, const Value *argv) {
  return compareAll(ctx, argc, argv, "string=?", [](int o) { return o == 0; });
}
Value prim_StringLtP(Context *ctx, int64_t argc, const Value *argv) {
  return compareAll(ctx, argc, argv, "string<?", [](int o) { return o < 0; });
}
Value prim_StringGtP(Context *ctx, int64_t argc, const Value *argv) {
  return compareAll(ctx, argc, argv, "string>?", [](int o) { return o > 0; });
}
Value prim_StringLeP(Context *ctx, int64_t argc, const Value *argv) {
  return compareAll(ctx, argc, argv, "string<=?", [](int o) { return o <= 0; });
}
Value prim_StringGeP(Context *ctx, int64_t argc, const Value *argv) {
  return compareAll(ctx, argc, argv, "string>=?", [](int o) { return o >= 0; });
}

} // extern "C"
} // namespace plc::rt
