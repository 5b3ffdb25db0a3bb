//===- Text.h - strings from inside the runtime ------------------*- C++ -*-===//
//
// Views of STRING objects, building new ones, UTF-8. A string is Latin-1 (one
// byte a character) until a character beyond U+00FF goes in, then UTF-32.
//
//===----------------------------------------------------------------------===//
#ifndef PLC_RUNTIME_TEXT_H
#define PLC_RUNTIME_TEXT_H

#include "stdlib/runtime/Runtime.h"

namespace plc::rt {

inline bool isString(Value v) { return plc_is_kind(v, PLC_KIND_STRING); }
inline bool isSymbol(Value v) { return plc_is_kind(v, PLC_KIND_SYMBOL); }
inline Value symbolName(Value symbol) { return plc_fields(symbol)[0]; }

inline bool isWideStorage(Value storage) {
  return plc_header_flags(plc_header(storage)) & 1;
}

/// The characters of a string as they are now. Stays valid while nobody widens
/// the string: storage held by a view on a stack does not move.
struct StringView {
  explicit StringView(Value string) {
    const Value *fields = plc_fields(string);
    length = size_t(plc_fixnum_value(fields[0]));
    narrow = reinterpret_cast<uint8_t *>(plc_fields(fields[1]));
    wide = reinterpret_cast<uint32_t *>(narrow);
    isWide = isWideStorage(fields[1]);
  }
  uint32_t operator[](size_t i) const { return isWide ? wide[i] : narrow[i]; }

  size_t length;
  uint8_t *narrow;
  uint32_t *wide;
  bool isWide;
};

struct Utf8Extent;

/// Fresh mutable string, contents undefined.
Value allocateString(Context *ctx, size_t length, bool wide);
/// Fresh string over part of the characters of a view.
Value makeSubstring(Context *ctx, const StringView &text, size_t start,
                    size_t end);
Value makeLatin1String(Context *ctx, const char *text, size_t length);
/// Fresh string of UTF-8 text that was measured; the bytes must not move.
Value makeMeasuredString(Context *ctx, const uint8_t *utf8, const uint8_t *end,
                         const Utf8Extent &extent);
/// Unseeded hash of a string, cached in it.
uint64_t stringHash(Value string);
/// Compares code points: negative, 0 or positive.
int compareStrings(Value a, Value b);
bool equalStrings(Value a, Value b);
/// Raises immutable-literal unless the string may be changed.
void checkMutable(Context *ctx, const char *who, Value object);

/// A string that grows at its end. Only on a stack: the storage is a value.
class TextBuilder {
public:
  explicit TextBuilder(Context *ctx) : ctx(ctx) {}
  TextBuilder(const TextBuilder &) = delete;
  TextBuilder &operator=(const TextBuilder &) = delete;

  void add(uint32_t c) {
    if (length == capacity || (c > 0xFF && !isWide))
      grow(1, c > 0xFF);
    if (isWide)
      wide()[length++] = c;
    else
      narrow()[length++] = uint8_t(c);
  }
  void addLatin1(const char *text, size_t count);
  void addView(const StringView &text, size_t start, size_t end);
  /// The string; the builder is empty afterwards.
  Value finish();
  size_t size() const { return length; }
  /// The characters while all are Latin-1, else null; until the next change.
  const char *latin1() const {
    return isWide ? nullptr : reinterpret_cast<const char *>(narrow());
  }
  void clear() { length = 0; }
  uint32_t at(size_t i) const { return isWide ? wide()[i] : narrow()[i]; }

private:
  uint8_t *narrow() const {
    return storage ? reinterpret_cast<uint8_t *>(plc_fields(storage))
                   : const_cast<uint8_t *>(local);
  }
  uint32_t *wide() const { return reinterpret_cast<uint32_t *>(narrow()); }
  void grow(size_t more, bool needWide);

  static constexpr size_t kLocal = 64;
  Context *ctx;
  Value storage = 0; ///< BYTES, or none while the text fits `local`
  size_t length = 0, capacity = kLocal;
  bool isWide = false;
  alignas(4) uint8_t local[kLocal];
};

//===--- UTF-8 (Utf8.cpp) --------------------------------------------------===//

inline constexpr uint32_t kBadUtf8 = 0xFFFFFFFF;
/// Decodes one character and moves p behind it; kBadUtf8 for bytes that are no
/// character (p then moves by one): overlong forms, surrogates, cut sequences.
/// \pre p != end
uint32_t decodeUtf8(const uint8_t *&p, const uint8_t *end);
/// What stands for bytes that are no character.
inline constexpr uint32_t kReplacement = 0xFFFD;
struct Utf8Extent {
  size_t length = 0;            ///< in characters, bad bytes replaced
  uint32_t largest = 0;         ///< character
  const uint8_t *bad = nullptr; ///< first byte that is part of no character
};
Utf8Extent measureUtf8(const uint8_t *p, const uint8_t *end);
/// Bytes of the sequence a lead byte starts, 1 for bad ones.
inline unsigned utf8Length(uint8_t lead) {
  return lead < 0xC2 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : lead < 0xF5 ? 4
                                                                         : 1;
}
/// Writes 1 to 4 bytes and returns their end. Surrogates come out as in WTF-8:
/// callers that must not write them check first.
char *encodeUtf8(char *out, uint32_t c);
inline bool isSurrogate(uint32_t c) { return c - 0xD800 < 0x800; }
size_t utf8Size(const StringView &text, size_t start, size_t end);
/// Leading bytes below 0x80.
size_t asciiPrefix(const uint8_t *p, size_t length);

//===--- Unicode properties (Chars.cpp) ------------------------------------===//

bool charIsAlphabetic(uint32_t c);
bool charIsNumeric(uint32_t c);
bool charIsWhitespace(uint32_t c);
bool charIsUpper(uint32_t c);
bool charIsLower(uint32_t c);
/// Letters, marks, numbers, symbols, punctuation: seen as ink when printed.
bool charIsGraphic(uint32_t c);
uint32_t charUpcase(uint32_t c);
uint32_t charDowncase(uint32_t c);
uint32_t charFoldcase(uint32_t c);
/// Decimal digit value or -1.
int charDigitValue(uint32_t c);

} // namespace plc::rt

#endif // PLC_RUNTIME_TEXT_H
