//===- DatumReader.cpp - Lisp text to constants ---------------------------===//

#include "ir/support/DatumText.h"

#include "stdlib/NumberSyntax.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/ConvertUTF.h"

#include <limits>

namespace plc::ir {
namespace {

void appendUtf8(std::string &out, uint32_t code) {
  char buffer[8];
  char *end = buffer;
  if (llvm::ConvertCodePointToUTF8(code, end))
    out.append(buffer, end);
}

class Reader {
public:
  Reader(llvm::StringRef &text, DatumFactory &factory, std::string &message)
      : text(text), factory(factory), message(message) {}

  Datum *read() {
    skipBlanks();
    if (text.empty())
      return fail("expected a datum");
    switch (text[0]) {
    case '(':
      text = text.drop_front();
      return readList(nullptr);
    case '{':
      text = text.drop_front();
      return readElements(DatumKind::Map, '}', nullptr);
    case '"': {
      std::string value;
      return readDelimited('"', value) ? factory.string(value) : nullptr;
    }
    case '|': {
      std::string value;
      return readDelimited('|', value)
                 ? factory.symbol(factory.symbols().intern(value))
                 : nullptr;
    }
    case '#':
      return readHash();
    default:
      return readAtom();
    }
  }

  /// String or |symbol|.
  bool readDelimited(char quote, std::string &value) {
    llvm::StringRef start = text;
    text = text.drop_front();
    while (!text.empty() && text[0] != quote) {
      if (text[0] != '\\') {
        value += text[0];
        text = text.drop_front();
        continue;
      }
      if (text.size() < 2)
        break;
      char c = text[1];
      if (c == 'x') {
        auto [digits, rest] = text.drop_front(2).split(';');
        uint32_t code;
        if (digits.getAsInteger(16, code)) {
          fail("invalid escape");
          return false;
        }
        appendUtf8(value, code);
        text = rest;
        continue;
      }
      bool known = false;
#define ESCAPE(Letter, Code)                                                   \
  if (c == Letter) {                                                           \
    value += char(Code);                                                       \
    known = true;                                                              \
  }
#include "stdlib/Lexical.def"
      if (!known) {
        fail("invalid escape");
        return false;
      }
      text = text.drop_front(2);
    }
    if (text.empty()) {
      text = start;
      fail("text without a closing quote");
      return false;
    }
    text = text.drop_front();
    return true;
  }

private:
  llvm::StringRef &text;
  DatumFactory &factory;
  std::string &message;
  llvm::DenseMap<unsigned, Datum *> labels;

  Datum *fail(const char *why) {
    message = why;
    return nullptr;
  }
  void skipBlanks() { text = text.ltrim(" \t\r\n"); }

  static bool isDelimiter(char c) {
    return llvm::isSpace(c) || llvm::StringRef("()[]{}\";|'`,").contains(c);
  }

  /// A fresh datum, or the one that a label has already promised.
  Datum *make(DatumKind kind, Datum *promised) {
    if (!promised)
      return factory.make(kind);
    promised->kind = kind;
    return promised;
  }

  Datum *readList(Datum *promised) {
    Datum *first = nullptr, *last = nullptr;
    for (;;) {
      skipBlanks();
      if (text.empty())
        return fail("list without `)`");
      if (text[0] == ')') {
        text = text.drop_front();
        Datum *end = factory.make(DatumKind::Null);
        if (last)
          last->second = end;
        else
          first = promised ? make(DatumKind::Null, promised) : end;
        return first;
      }
      if (last && text[0] == '.' && text.size() > 1 && isDelimiter(text[1])) {
        text = text.drop_front();
        last->second = read();
        if (!last->second)
          return nullptr;
        skipBlanks();
        if (!text.consume_front(")"))
          return fail("expected `)` after the tail of a list");
        return first;
      }
      Datum *pair = make(DatumKind::Pair, first ? nullptr : promised);
      if (last)
        last->second = pair;
      else
        first = pair;
      last = pair;
      pair->first = read();
      if (!pair->first)
        return nullptr;
    }
  }

  Datum *readElements(DatumKind kind, char close, Datum *promised) {
    Datum *result = make(kind, promised);
    std::vector<Datum *> elements;
    for (;;) {
      skipBlanks();
      if (text.empty())
        return fail("sequence without its end");
      if (text[0] == close) {
        text = text.drop_front();
        break;
      }
      Datum *element = read();
      if (!element)
        return nullptr;
      elements.push_back(element);
    }
    if (kind == DatumKind::Map && elements.size() % 2)
      return fail("map key without a value");
    result->elements = factory.array(elements.size());
    std::copy(elements.begin(), elements.end(), result->elements.begin());
    return result;
  }

  Datum *readHash() {
    llvm::StringRef start = text;
    if (text.consume_front("#("))
      return readElements(DatumKind::Vector, ')', nullptr);
    if (text.consume_front("#u8("))
      return readBytes(nullptr);
    if (text.starts_with("#\\"))
      return readCharacter();
    llvm::StringRef digits =
        text.drop_front().take_while([](char c) { return llvm::isDigit(c); });
    unsigned label;
    if (!digits.getAsInteger(10, label)) {
      text = text.drop_front(1 + digits.size());
      if (text.consume_front("#")) {
        if (Datum *d = labels.lookup(label))
          return d;
        text = start;
        return fail("undefined datum label");
      }
      if (text.consume_front("="))
        return readLabelled(label);
    }
    text = start;
    llvm::StringRef word =
        text.take_until([](char c) { return isDelimiter(c); });
    auto kind = llvm::StringSwitch<std::optional<DatumKind>>(word)
                    .Case("#t", DatumKind::True)
                    .Case("#f", DatumKind::False)
                    .Case("#!nil", DatumKind::Nil)
                    .Case("#!undefined", DatumKind::Undefined)
                    .Case("#!unspecified", DatumKind::Unspecified)
                    .Case("#!eof", DatumKind::Eof)
                    .Case("#!default", DatumKind::Default)
                    .Default(std::nullopt);
    if (kind) {
      text = text.drop_front(word.size());
      return factory.make(*kind);
    }
    if (text.drop_front(word.size()).starts_with("(") && word.size() >= 3)
      return readNumbers(word, nullptr);
    return fail("unknown syntax after `#`");
  }

  /// The datum behind #n=; only those with identity carry labels.
  Datum *readLabelled(unsigned label) {
    skipBlanks();
    Datum *promised = factory.make(DatumKind::Null);
    labels[label] = promised;
    if (text.consume_front("("))
      return readList(promised);
    if (text.consume_front("{"))
      return readElements(DatumKind::Map, '}', promised);
    if (text.consume_front("#("))
      return readElements(DatumKind::Vector, ')', promised);
    if (text.consume_front("#u8("))
      return readBytes(promised);
    if (text.starts_with("\"")) {
      std::string value;
      if (!readDelimited('"', value))
        return nullptr;
      promised->kind = DatumKind::String;
      promised->text = factory.symbols().copy(value);
      return promised;
    }
    if (text.starts_with("#"))
      return readNumbers(
          text.take_until([](char c) { return isDelimiter(c); }), promised);
    return fail("a datum without identity cannot have a label");
  }

  Datum *readNumbers(llvm::StringRef prefix, Datum *promised) {
    llvm::StringRef element = prefix.drop_front();
    bool known = false;
#define NUMBER_VECTOR(Prefix, Element) known |= element == Prefix;
#include "stdlib/Lexical.def"
    known |= element == "c64" || element == "c128";
    if (!known)
      return fail("unknown syntax after `#`");
    text = text.drop_front(prefix.size());
    if (!text.consume_front("("))
      return fail("expected `(`");
    Datum *result = readElements(DatumKind::NumVector, ')', promised);
    if (!result)
      return nullptr;
    for (Datum *d : result->elements)
      if (!d->isNumber())
        return fail("element is not a number");
    result->text = factory.symbols().copy(element);
    return result;
  }

  Datum *readBytes(Datum *promised) {
    Datum *result = readElements(DatumKind::Bytevector, ')', promised);
    if (!result)
      return nullptr;
    std::string bytes;
    for (Datum *d : result->elements) {
      if (d->kind != DatumKind::Fixnum || d->integer < 0 || d->integer > 255)
        return fail("element is not a byte");
      bytes += static_cast<char>(d->integer);
    }
    result->elements = {};
    result->text = factory.symbols().copy(bytes);
    return result;
  }

  Datum *readCharacter() {
    // The first character after #\ may be a delimiter.
    llvm::StringRef word = text.substr(2, 1);
    word = {word.data(),
            word.size() + text.drop_front(2 + word.size())
                              .take_until([](char c) { return isDelimiter(c); })
                              .size()};
    std::optional<uint32_t> code;
    uint32_t hex;
    if (word.size() == 1)
      code = static_cast<unsigned char>(word[0]);
    else if (word.starts_with("x") && !word.drop_front().getAsInteger(16, hex))
      code = hex;
#define CHARACTER_NAME(Name, Code)                                             \
  if (word == Name)                                                            \
    code = Code;
#include "stdlib/Lexical.def"
    if (!code)
      return fail("unknown character name");
    text = text.drop_front(2 + word.size());
    return factory.character(*code);
  }

  Datum *readAtom() {
    llvm::StringRef word =
        text.take_until([](char c) { return isDelimiter(c); });
    if (word.empty())
      return fail("expected a datum");
    NumberSyntax syntax;
    Datum *result;
    if (!parseNumberSyntax(word.begin(), word.end(), 10, syntax))
      result = factory.symbol(factory.symbols().intern(word));
    else if (syntax.form == NumberSyntax::Polar)
      return fail("polar numbers are not written in this form");
    else {
      result = syntax.first.kind == RealSyntax::None ? factory.fixnum(0)
                                                     : real(syntax.first);
      if (syntax.form == NumberSyntax::Rectangular) {
        Datum *complex = factory.make(DatumKind::Complex);
        complex->first = result;
        complex->second = real(syntax.second);
        result = complex;
      }
    }
    text = text.drop_front(word.size());
    return result;
  }

  Datum *integer(llvm::StringRef digits, bool negative) {
    digits = digits.ltrim('0');
    std::string spelled = (negative ? "-" : "") + digits.str();
    if (digits.empty())
      spelled = "0";
    int64_t small;
    if (!llvm::StringRef(spelled).getAsInteger(10, small) &&
        small >= -(int64_t(1) << 60) && small < (int64_t(1) << 60))
      return factory.fixnum(small);
    Datum *big = factory.make(DatumKind::BigInteger);
    big->text = factory.symbols().copy(spelled);
    return big;
  }

  Datum *real(const RealSyntax &r) {
    double sign = r.negative ? -1 : 1;
    switch (r.kind) {
    case RealSyntax::None:
    case RealSyntax::Integer:
      return integer({r.digits, size_t(r.digitsEnd - r.digits)}, r.negative);
    case RealSyntax::Ratio: {
      Datum *ratio = factory.make(DatumKind::Ratio);
      ratio->first =
          integer({r.digits, size_t(r.digitsEnd - r.digits)}, r.negative);
      ratio->second = integer({r.tail, size_t(r.tailEnd - r.tail)}, false);
      return ratio;
    }
    case RealSyntax::Decimal:
      return factory.flonum(decimalToDouble(r));
    case RealSyntax::Infinity:
      return factory.flonum(sign * std::numeric_limits<double>::infinity());
    case RealSyntax::NaN:
      return factory.flonum(
          sign * std::numeric_limits<double>::quiet_NaN());
    }
    llvm_unreachable("kind of number");
  }
};

} // namespace

Datum *readDatum(llvm::StringRef &text, DatumFactory &factory,
                 std::string &message) {
  return Reader(text, factory, message).read();
}

bool readQuoted(llvm::StringRef &text, std::string &value,
                std::string &message) {
  if (!text.starts_with("\"")) {
    message = "expected text in quotes";
    return false;
  }
  Interner unused;
  DatumFactory factory(unused);
  return Reader(text, factory, message).readDelimited('"', value);
}

} // namespace plc::ir
