//===- Literal.cpp - what tokens within literals stand for ----------------===//

#include "frontend/Literal.h"

#include "ir/support/Diagnostics.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Unicode.h"

namespace plc::frontend {

void appendUtf8(std::string &out, uint32_t c) {
  auto put = [&](uint32_t byte) { out += static_cast<char>(byte); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xC0 | c >> 6);
    put(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    put(0xE0 | c >> 12);
    put(0x80 | (c >> 6 & 0x3F));
    put(0x80 | (c & 0x3F));
  } else {
    put(0xF0 | c >> 18);
    put(0x80 | (c >> 12 & 0x3F));
    put(0x80 | (c >> 6 & 0x3F));
    put(0x80 | (c & 0x3F));
  }
}

std::pair<uint32_t, unsigned> decodeUtf8(llvm::StringRef text) {
  if (text.empty())
    return {0, 0};
  unsigned char c = text[0];
  unsigned length = c < 0x80 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
  uint32_t code = length == 1 ? c : c & (0xFF >> (length + 1));
  for (unsigned k = 1; k < length && k < text.size(); ++k)
    code = code << 6 | (text[k] & 0x3F);
  return {code, length};
}

/// A code point in hexadecimal digits, all of the text.
static std::optional<uint32_t> hexValue(llvm::StringRef digits) {
  uint32_t code = 0;
  if (digits.empty() || !llvm::all_of(digits, llvm::isHexDigit) ||
      digits.ltrim('0').size() > 6)
    return std::nullopt;
  for (char c : digits)
    code = code * 16 + llvm::hexDigitValue(c);
  if (code > 0x10FFFF)
    return std::nullopt;
  return code;
}

bool appendEscape(std::string &out, llvm::StringRef escape,
                  bool interpolated) {
  llvm::StringRef rest = escape.drop_front();
  if (rest.empty())
    return false;
  switch (rest[0]) {
#define ESCAPE(Letter, Code)                                                   \
  case Letter:                                                                 \
    out += static_cast<char>(Code);                                            \
    return true;
#include "stdlib/Lexical.def"
  case '{':
  case '}':
    if (!interpolated)
      return false;
    out += rest[0];
    return true;
  case 'x':
  case 'X': {
    rest = rest.drop_front();
    if (!rest.consume_back(";"))
      return false;
    std::optional<uint32_t> code = hexValue(rest);
    if (code)
      appendUtf8(out, *code);
    return code.has_value();
  }
  default:
    // A line end, with the blanks around it, is skipped.
    return rest.contains('\n') || rest.contains('\r');
  }
}

void appendStringContent(std::string &out, llvm::StringRef text) {
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\r') {
      out += text[i];
    } else {
      out += '\n';
      if (i + 1 < text.size() && text[i + 1] == '\n')
        ++i;
    }
  }
}

static void appendFolded(std::string &out, uint32_t code) {
  switch (code) {
#define FULL_FOLDING(Code, First, Second, Third)                               \
  case Code:                                                                   \
    for (uint32_t part : {First, Second, Third})                               \
      if (part != 0)                                                           \
        appendUtf8(out, part);                                                 \
    return;
#include "stdlib/CaseFolding.def"
  default:
    appendUtf8(out, llvm::sys::unicode::foldCharSimple(code));
  }
}

std::string foldCase(llvm::StringRef text) {
  std::string result;
  while (!text.empty()) {
    auto [code, length] = decodeUtf8(text);
    appendFolded(result, code);
    text = text.drop_front(std::min<size_t>(length, text.size()));
  }
  return result;
}

std::optional<uint32_t> characterValue(llvm::StringRef token, bool fold) {
  llvm::StringRef name = token.drop_front(2);
  auto [code, length] = decodeUtf8(name);
  if (name.size() == length)
    return code;
  std::string folded = fold ? foldCase(name) : name.str();
#define CHARACTER_NAME(Name, Code)                                             \
  if (folded == Name)                                                          \
    return Code;
#include "stdlib/Lexical.def"
  if (folded[0] == 'x' || folded[0] == 'X')
    return hexValue(llvm::StringRef(folded).drop_front());
  return std::nullopt;
}

llvm::StringRef nearestCharacterName(llvm::StringRef token) {
  static const llvm::StringRef names[] = {
#define CHARACTER_NAME(Name, Code) Name,
#include "stdlib/Lexical.def"
  };
  return ir::nearestName(token.drop_front(2), names);
}

} // namespace plc::frontend
