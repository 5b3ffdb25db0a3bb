//===- Utf8.cpp - UTF-8 ----------------------------------------------------===//

#include "stdlib/runtime/Text.h"

namespace plc::rt {

uint32_t decodeUtf8(const uint8_t *&p, const uint8_t *end) {
  uint32_t lead = *p++;
  if (lead < 0x80)
    return lead;
  unsigned length = utf8Length(uint8_t(lead));
  if (length == 1 || size_t(end - p) < length - 1)
    return kBadUtf8;
  uint32_t c = lead & (0x7F >> length);
  for (unsigned i = 0; i + 1 < length; ++i) {
    if ((p[i] & 0xC0) != 0x80)
      return kBadUtf8;
    c = c << 6 | (p[i] & 0x3F);
  }
  constexpr uint32_t kLeast[5] = {0, 0, 0x80, 0x800, 0x10000};
  if (c < kLeast[length] || c > 0x10FFFF || isSurrogate(c))
    return kBadUtf8;
  p += length - 1;
  return c;
}

Utf8Extent measureUtf8(const uint8_t *p, const uint8_t *end) {
  Utf8Extent extent;
  while (p != end) {
    const uint8_t *start = p;
    uint32_t c = *p < 0x80 ? *p++ : decodeUtf8(p, end);
    if (c == kBadUtf8) {
      if (!extent.bad)
        extent.bad = start;
      c = kReplacement;
    }
    extent.largest = c > extent.largest ? c : extent.largest;
    ++extent.length;
  }
  return extent;
}

char *encodeUtf8(char *out, uint32_t c) {
  if (c < 0x80) {
    *out++ = char(c);
  } else if (c < 0x800) {
    *out++ = char(0xC0 | c >> 6);
    *out++ = char(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    *out++ = char(0xE0 | c >> 12);
    *out++ = char(0x80 | (c >> 6 & 0x3F));
    *out++ = char(0x80 | (c & 0x3F));
  } else {
    *out++ = char(0xF0 | c >> 18);
    *out++ = char(0x80 | (c >> 12 & 0x3F));
    *out++ = char(0x80 | (c >> 6 & 0x3F));
    *out++ = char(0x80 | (c & 0x3F));
  }
  return out;
}

size_t utf8Size(const StringView &text, size_t start, size_t end) {
  size_t size = 0;
  if (!text.isWide) { // sixteen characters at a time, each two bytes at most
    size = end - start;
    const uint8_t *p = text.narrow + start;
    constexpr uint64_t high = 0x8080808080808080u;
    for (; start + 16 <= end; start += 16, p += 16) {
      uint64_t words[2];
      memcpy(words, p, 16);
      // To count bits is slow where the processor may lack the instruction.
      if ((words[0] | words[1]) & high)
        size += size_t(__builtin_popcountll(words[0] & high) +
                       __builtin_popcountll(words[1] & high));
    }
    for (; start < end; ++start, ++p)
      size += *p >> 7;
    return size;
  }
  for (size_t i = start; i < end; ++i) {
    uint32_t c = text.wide[i];
    size += c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
  }
  return size;
}

size_t asciiPrefix(const uint8_t *p, size_t length) {
  size_t i = 0;
  for (; i + 8 <= length; i += 8) {
    uint64_t word;
    memcpy(&word, p + i, 8);
    word &= 0x8080808080808080u;
    if (word)
      return i + size_t(__builtin_ctzll(word) / 8);
  }
  while (i < length && p[i] < 0x80)
    ++i;
  return i;
}

} // namespace plc::rt
