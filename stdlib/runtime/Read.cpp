//===- Read.cpp - read: one datum from a port ------------------------------===//
//
// A streaming reader: it takes no character beyond the datum (but the delimiter
// it has to look at). What is open - lists, vectors, quotes, comments - is kept
// as a chain of frames on the heap, so that depth is bounded by the heap only.
// Lexical facts: Lexical.def and NumberSyntax.h, shared with the compiler.
//
//===----------------------------------------------------------------------===//

#include "stdlib/runtime/CharTables.h"
#include "stdlib/runtime/DatumWalk.h"
#include "stdlib/runtime/NumVectors.h"
#include "stdlib/runtime/Number.h"
#include "stdlib/runtime/Port.h"
#include "stdlib/runtime/Scratch.h"
#include "stdlib/runtime/Symbols.h"
#include "stdlib/NumberSyntax.h"

#include <cstdarg>
#include <cstdio>

namespace plc::rt {

namespace {

/// Words of a frame, a VECTOR on the heap.
enum FrameWord {
  FrameKind,   ///< fixnum of Kind
  FrameHead,   ///< list of the data so far
  FrameTail,   ///< its last pair
  FrameExtra,  ///< quote symbol; label number; element type; list: dot state
  FrameLine,   ///< where it began
  FrameColumn,
  FrameParent, ///< enclosing frame or #f
  FrameWords
};
enum class Kind {
  List,
  Vector,
  Map,
  Bytes,
  Quote,
  Comment,
  Label,
  Text, ///< #"...": the list (%interpolate part ...)
  Code  ///< {...} in a Text
};
enum Dot { NoDot, OnlyComment, DotSeen, TailRead };

/// What a token turned out to be. Nothing: a frame was opened, or a directive.
enum class Token { Datum, Nothing, Close, Dot, EndOfFile };

class Reader {
public:
  Reader(Context *ctx, Value port) : ctx(ctx), port(port) {}
  Value read();

private:
  Context *ctx;
  Value port;
  Value frame = PLC_FALSE;  ///< innermost open frame
  Value labels = PLC_FALSE; ///< table: number to (number . datum or placeholder)
  Value datum = PLC_FALSE;  ///< result of a Token::Datum
  uint32_t closer = 0;      ///< the bracket of a Token::Close
  uint64_t line = 0, column = 0; ///< start of the token
  bool needsPatch = false;

  int32_t peek() { return peekCharacter(ctx, port); }
  int32_t next() { return readCharacter(ctx, port); }
  bool folding() { return portState(port)->has(PortState::FoldCase); }

  [[noreturn, gnu::format(printf, 2, 3)]] void fail(const char *format, ...);
  [[noreturn, gnu::format(printf, 4, 5)]] void
  failAt(uint64_t atLine, uint64_t atColumn, const char *format, ...);
  [[noreturn]] void failEnd();

  Kind frameKind() const {
    return Kind(plc_fixnum_value(plc_fields(frame)[FrameKind]));
  }
  void open(Kind kind, Value extra);
  void append(Value v);
  /// Gives a complete datum to the open frame; true if it is the result.
  bool deliver(Value v);
  Value close();
  void patch(Value root);

  Token token();
  Token sharp();
  Token directive();
  Token sharpToken();
  Token label(uint64_t number);
  Token done(Value v) {
    datum = v;
    return Token::Datum;
  }
  Token opened(Kind kind, Value extra) {
    open(kind, extra);
    return Token::Nothing;
  }
  Token quote(const char *name) {
    return opened(Kind::Quote, intern(ctx, name));
  }
  void blockComment();
  void collect(TextBuilder &text);
  Token atom(TextBuilder &text);
  Value symbolOf(TextBuilder &text);
  uint32_t quoted(TextBuilder &text, uint32_t end, const char *what,
                  bool interpolated = false);
  Token interpolatedText();
  uint32_t hexEscape();
  Token character();
};

bool isSpace(int32_t c) {
#define WHITESPACE(First, Last)                                                \
  if (c >= First && c <= Last)                                                 \
    return true;
#include "stdlib/Lexical.def"
  return false;
}
bool isDelimiter(int32_t c) {
  switch (c) {
#define DELIMITER(Char) case Char:
#include "stdlib/Lexical.def"
  case kEndOfFile: return true;
  default: return isSpace(c);
  }
}
int hexDigit(int32_t c) {
  unsigned d = c < 0x80 ? plc::detail::digitValue(char(c)) : 99;
  return d < 16 ? int(d) : -1;
}

//===--- Errors -----------------------------------------------------------===//

[[noreturn]] void raiseReadError(Context *ctx, Value port, uint64_t line,
                                 uint64_t column, const char *text) {
  char message[320];
  snprintf(message, sizeof message, "read: %llu:%llu: %s", (unsigned long long)line,
           (unsigned long long)column, text);
  raiseCondition(ctx, "read-error", message, list1(ctx, port));
}

void Reader::fail(const char *format, ...) {
  char text[256];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  raiseReadError(ctx, port, line, column, text);
}
void Reader::failAt(uint64_t atLine, uint64_t atColumn, const char *format,
                    ...) {
  char text[256];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  raiseReadError(ctx, port, atLine, atColumn, text);
}

void Reader::failEnd() {
  const char *what = "a datum";
  switch (frameKind()) {
  case Kind::List: what = "this list"; break;
  case Kind::Vector: what = "this vector"; break;
  case Kind::Bytes: what = "this homogeneous vector"; break;
  case Kind::Map: what = "this map"; break;
  case Kind::Quote: what = "the datum after this quote"; break;
  case Kind::Comment: what = "the datum after this `#;`"; break;
  case Kind::Label: what = "the datum after this label"; break;
  case Kind::Text:
  case Kind::Code: what = "this interpolated string"; break;
  }
  failAt(uint64_t(plc_fixnum_value(plc_fields(frame)[FrameLine])),
         uint64_t(plc_fixnum_value(plc_fields(frame)[FrameColumn])),
         "the input ends inside %s", what);
}

//===--- Frames -----------------------------------------------------------===//

void Reader::open(Kind kind, Value extra) {
  Value v = allocateObject(ctx, PLC_KIND_VECTOR, 0, FrameWords, PLC_NULL);
  Value *words = plc_fields(v);
  words[FrameKind] = plc_fixnum(int64_t(kind));
  words[FrameExtra] = extra;
  words[FrameLine] = plc_fixnum(int64_t(line));
  words[FrameColumn] = plc_fixnum(int64_t(column));
  words[FrameParent] = frame;
  frame = v;
}

void Reader::append(Value v) {
  Value pair = cons(ctx, v, PLC_NULL);
  Value *words = plc_fields(frame);
  if (words[FrameHead] == PLC_NULL)
    store(ctx, &words[FrameHead], pair);
  else
    store(ctx, &plc_object_words(words[FrameTail])[1], pair);
  store(ctx, &words[FrameTail], pair);
}

bool Reader::deliver(Value v) {
  while (frame != PLC_FALSE) {
    Value *words = plc_fields(frame);
    switch (frameKind()) {
    case Kind::List:
      if (words[FrameExtra] == plc_fixnum(NoDot) ||
          words[FrameExtra] == plc_fixnum(OnlyComment)) {
        words[FrameExtra] = plc_fixnum(NoDot);
        append(v);
      } else if (words[FrameExtra] == plc_fixnum(DotSeen)) {
        store(ctx, &plc_object_words(words[FrameTail])[1], v);
        words[FrameExtra] = plc_fixnum(TailRead);
      } else {
        fail("expected `)` after the tail of a list");
      }
      return false;
    case Kind::Vector:
    case Kind::Map:
    case Kind::Bytes:
    case Kind::Text:
    case Kind::Code: append(v); return false;
    case Kind::Comment:
      frame = words[FrameParent];
      if (frame != PLC_FALSE && frameKind() == Kind::List &&
          plc_fields(frame)[FrameHead] == PLC_NULL)
        plc_fields(frame)[FrameExtra] = plc_fixnum(OnlyComment);
      return false;
    case Kind::Quote: {
      Value symbol = words[FrameExtra];
      v = list2(ctx, symbol, v);
      break;
    }
    case Kind::Label: {
      Value entry = words[FrameExtra];
      Value placeholder = plc_cdr(entry);
      if (v == placeholder)
        fail("a datum label stands for itself");
      store(ctx, &plc_fields(placeholder)[0], v);
      store(ctx, &plc_object_words(entry)[1], v);
      break;
    }
    }
    frame = plc_fields(frame)[FrameParent];
  }
  datum = v;
  return true;
}

/// The datum that the innermost frame makes now that its bracket is closed.
Value Reader::close() {
  Value *words = plc_fields(frame);
  Value head = words[FrameHead];
  size_t count = 0;
  Kind kind = frameKind();
  if (kind != Kind::List)
    for (Value p = head; p != PLC_NULL; p = plc_cdr(p))
      ++count;
  switch (kind) {
  case Kind::List:
    if (words[FrameExtra] == plc_fixnum(DotSeen))
      fail("expected a datum after `.`");
    return head;
  case Kind::Vector: {
    Value v = allocateObject(ctx, PLC_KIND_VECTOR, 0, count, PLC_FALSE);
    size_t i = 0;
    for (Value p = head; p != PLC_NULL; p = plc_cdr(p))
      store(ctx, &plc_fields(v)[i++], plc_car(p));
    return v;
  }
  case Kind::Bytes: {
    auto element = plc_element(plc_fixnum_value(words[FrameExtra]));
    Value v = makeNumVector(ctx, element, count);
    size_t i = 0;
    for (Value p = head; p != PLC_NULL; p = plc_cdr(p), ++i)
      if (!numVectorStore(v, element, i, plc_car(p)))
        fail("element %zu does not fit%s", i,
             ElementName(element, " a vector of ", "").text);
    return v;
  }
  case Kind::Map: {
    if (count % 2 != 0)
      fail("a map needs a value for each key");
    Value table = makeTable(ctx, TableEqual);
    for (Value p = head; p != PLC_NULL; p = plc_cdr(plc_cdr(p))) {
      if (plc_is_kind(plc_car(p), PLC_KIND_BOX))
        fail("a datum label cannot be a key of a map that it is part of");
      tableSet(ctx, table, plc_car(p), plc_car(plc_cdr(p)));
    }
    return table;
  }
  case Kind::Code:
    if (count != 1)
      fail("expected one datum between `{` and `}` of a string");
    return plc_car(head);
  case Kind::Text:
  case Kind::Quote:
  case Kind::Comment:
  case Kind::Label: break;
  }
  fail("expected a datum before `%c`", char(closer));
}

/// Replaces placeholders, the only boxes in data, by what they stand for.
void Reader::patch(Value root) {
  // Nothing here allocates on the heap, so addresses stay.
  Scratch scratch(ctx);
  RawStack<Value> stack(scratch);
  WordMap seen(scratch);
  stack.push(root);
  auto fix = [&](Value *slot) {
    if (plc_is_kind(*slot, PLC_KIND_BOX))
      store(ctx, slot, plc_fields(*slot)[0]);
    if (hasParts(*slot) && !seen.lookup(*slot)) {
      seen[*slot] = 1;
      stack.push(*slot);
    }
  };
  while (stack.size > 0) {
    Value v = stack.top();
    stack.pop();
    if (plc_is_pair(v)) {
      fix(&plc_object_words(v)[0]);
      fix(&plc_object_words(v)[1]);
    } else if (plc_is_kind(v, PLC_KIND_VECTOR)) {
      for (uint64_t i = 0, n = lengthOf(v); i < n; ++i)
        fix(&plc_fields(v)[i]);
    } else if (isTable(v)) {
      Value *entries = plc_fields(plc_fields(v)[TableEntries]);
      int64_t used = plc_fixnum_value(plc_fields(v)[TableUsed]);
      for (int64_t i = 0; i < used; ++i) {
        fix(&entries[i * EntryWords + EntryKey]);
        fix(&entries[i * EntryWords + EntryValue]);
      }
    }
  }
  scratch.releaseAll();
}

Value Reader::read() {
  for (;;) {
    switch (token()) {
    case Token::Nothing: break;
    case Token::Datum:
      if (!deliver(datum))
        break;
      if (needsPatch)
        patch(datum);
      return datum;
    case Token::Dot:
      if (frame != PLC_FALSE) {
        Value *words = plc_fields(frame);
        bool list = frameKind() == Kind::List;
        bool bracket = frameKind() == Kind::Vector &&
                       words[FrameExtra] == plc_fixnum(']');
        // (. a b) is sugar for a call, (#;x . y) is not.
        if ((list || bracket) && words[FrameHead] == PLC_NULL &&
            words[FrameExtra] != plc_fixnum(OnlyComment)) {
          deliver(intern(ctx, "."));
          break;
        }
        if (list && words[FrameExtra] == plc_fixnum(NoDot)) {
          words[FrameExtra] = plc_fixnum(DotSeen);
          break;
        }
      }
      fail("unexpected `.`");
    case Token::Close: {
      if (frame == PLC_FALSE)
        fail("unexpected `%c`", char(closer));
      Kind kind = frameKind();
      uint32_t expected =
          kind == Kind::Map || kind == Kind::Code ? '}' : ')';
      // [a b] and #(a b) are both vectors.
      if (kind == Kind::Vector)
        expected = uint32_t(plc_fixnum_value(plc_fields(frame)[FrameExtra]));
      Value v = close();
      if (closer != expected)
        fail("expected `%c`, found `%c`", char(expected), char(closer));
      frame = plc_fields(frame)[FrameParent];
      if (kind == Kind::Code) { // on with the text around it
        append(v);
        if (interpolatedText() == Token::Nothing)
          break;
        v = datum;
      }
      if (deliver(v)) {
        if (needsPatch)
          patch(datum);
        return datum;
      }
      break;
    }
    case Token::EndOfFile:
      if (frame == PLC_FALSE)
        return PLC_EOF;
      failEnd();
    }
  }
}

//===--- Tokens -----------------------------------------------------------===//

Token Reader::token() {
  for (;;) {
    PortState *p = portState(port);
    line = p->line;
    column = p->column;
    int32_t c = next();
    if (isSpace(c) || (c == 0xFEFF && line == 1 && column == 1))
      continue;
    switch (c) {
    case kEndOfFile: return Token::EndOfFile;
    case ';':
      while (c != kEndOfFile && c != '\n' && c != '\r')
        c = next();
      continue;
    case '(': return opened(Kind::List, plc_fixnum(NoDot));
    case '[': return opened(Kind::Vector, plc_fixnum(']'));
    case '{': return opened(Kind::Map, PLC_FALSE);
    case ')':
    case ']':
    case '}': closer = uint32_t(c); return Token::Close;
    case '\'': return quote("quote");
    case '`': return quote("quasiquote");
    case ',':
      if (peek() != '@')
        return quote("unquote");
      next();
      return quote("unquote-splicing");
    case '"': {
      TextBuilder text(ctx);
      quoted(text, '"', "string");
      return done(text.finish());
    }
    case '|': {
      TextBuilder text(ctx);
      quoted(text, '|', "symbol");
      return done(symbolOf(text));
    }
    case '#':
      if (peek() == '|') {
        next();
        blockComment();
        continue;
      }
      return sharp();
    default: {
      TextBuilder text(ctx);
      text.add(uint32_t(c));
      collect(text);
      return atom(text);
    }
    }
  }
}

void Reader::blockComment() {
  uint64_t depth = 1;
  for (int32_t c = next(); depth > 0; c = next()) {
    while (c == '|' || c == '#') {
      int32_t after = next();
      if (c == '|' && after == '#') {
        if (--depth == 0)
          return;
        after = next();
      } else if (c == '#' && after == '|') {
        ++depth;
        after = next();
      }
      c = after;
    }
    if (c == kEndOfFile)
      fail("the input ends inside this block comment");
  }
}

/// Takes characters up to a delimiter.
void Reader::collect(TextBuilder &text) {
  for (int32_t c; !isDelimiter(c = peek());) {
    next();
    text.add(uint32_t(c));
  }
}

Value Reader::symbolOf(TextBuilder &text) {
  const char *latin1 = text.latin1();
  if (latin1 && asciiPrefix(reinterpret_cast<const uint8_t *>(latin1),
                            text.size()) == text.size())
    return intern(ctx, latin1, text.size());
  return internString(ctx, text.finish());
}

void fold(TextBuilder &text, TextBuilder &folded) {
  for (size_t i = 0; i < text.size(); ++i) {
    uint32_t c = text.at(i);
    if (const SpecialCasing *special = specialCasing(Casing::Fold, c))
      for (unsigned k = 0; k < 3 && special->to[k]; ++k)
        folded.add(special->to[k]);
    else
      folded.add(charFoldcase(c));
  }
}

/// A number or a symbol.
Token Reader::atom(TextBuilder &text) {
  if (text.size() == 1 && text.at(0) == '.')
    return Token::Dot;
  if (const char *latin1 = text.latin1()) {
    Value number = parseNumber(ctx, latin1, text.size(), 10);
    if (number != PLC_FALSE)
      return done(number);
  }
  if (!folding())
    return done(symbolOf(text));
  TextBuilder folded(ctx);
  fold(text, folded);
  return done(symbolOf(folded));
}

uint32_t Reader::hexEscape() {
  uint32_t code = 0;
  int digits = 0;
  for (;; ++digits) {
    int32_t c = next();
    if (c == ';' && digits > 0)
      return code;
    int digit = hexDigit(c);
    if (digit < 0)
      fail("expected hexadecimal digits and `;` after `\\x`");
    code = code << 4 | uint32_t(digit);
    if (code > 0x10FFFF)
      fail("`\\x` names no character");
  }
}

/// The rest of a string or |symbol|, up to `end` or a `{` that interrupts it;
/// the value is which.
uint32_t Reader::quoted(TextBuilder &text, uint32_t end, const char *what,
                        bool interpolated) {
  for (;;) {
    int32_t c = next();
    if (c == int32_t(end) || (interpolated && c == '{'))
      return uint32_t(c);
    if (c == kEndOfFile)
      fail("the input ends inside this %s", what);
    if (c == '\r' && end == '"') { // in a string any line end is a newline
      if (peek() != '\n')
        text.add('\n');
      continue;
    }
    if (c != '\\') {
      text.add(uint32_t(c));
      continue;
    }
    c = next();
    switch (c) {
#define ESCAPE(Letter, Code)                                                   \
  case Letter:                                                                 \
    text.add(Code);                                                            \
    continue;
#include "stdlib/Lexical.def"
    case 'x':
    case 'X': text.add(hexEscape()); continue;
    case '{':
    case '}':
      if (!interpolated)
        break;
      text.add(uint32_t(c));
      continue;
    case kEndOfFile: fail("the input ends inside this %s", what);
    default: break;
    }
    // Backslash, spaces, line end, spaces: nothing.
    while (c == ' ' || c == '\t')
      c = next();
    if (c == '\r' && peek() == '\n')
      c = next();
    if (c != '\n' && c != '\r')
      fail("unknown escape in this %s", what);
    while (peek() == ' ' || peek() == '\t')
      next();
  }
}

/// Text of the innermost frame, a Text. At a `{` opens the code; at the end
/// closes the frame, and `datum` is its list.
Token Reader::interpolatedText() {
  TextBuilder text(ctx);
  uint32_t end = quoted(text, '"', "string", true);
  if (text.size() > 0)
    append(text.finish());
  if (end == '{')
    return opened(Kind::Code, PLC_FALSE);
  Value list = plc_fields(frame)[FrameHead];
  frame = plc_fields(frame)[FrameParent];
  return done(list);
}

//===--- After # ----------------------------------------------------------===//

Token Reader::sharp() {
  int32_t c = peek();
  switch (c) {
  case '(': next(); return opened(Kind::Vector, plc_fixnum(')'));
  case ';': next(); return opened(Kind::Comment, PLC_FALSE);
  case '\\': next(); return character();
  case '!': next(); return directive();
  case '"':
    next();
    open(Kind::Text, PLC_FALSE);
    append(intern(ctx, "%interpolate"));
    return interpolatedText();
  default: break;
  }
  if (isDelimiter(c))
    return done(intern(ctx, "#"));
  if (c >= '0' && c <= '9') {
    uint64_t number = 0;
    while ((c = peek()) >= '0' && c <= '9') {
      next();
      number = number * 10 + uint64_t(c - '0');
      if (number > 1u << 30)
        fail("this datum label is too large");
    }
    return label(number);
  }
  return sharpToken();
}

Token Reader::label(uint64_t number) {
  int32_t c = next();
  Value key = plc_fixnum(int64_t(number));
  if (labels == PLC_FALSE)
    labels = makeTable(ctx, TableEq);
  Value entry = tableRef(ctx, labels, key, PLC_NULL);
  if (c == '#') {
    if (entry == PLC_NULL)
      fail("the datum label #%llu# was not defined before",
           (unsigned long long)number);
    Value v = plc_cdr(entry);
    needsPatch |= plc_is_kind(v, PLC_KIND_BOX);
    return done(v);
  }
  if (c != '=')
    fail("expected `=` or `#` after a datum label");
  Value placeholder = allocateObject(ctx, PLC_KIND_BOX, 0, 1, PLC_FALSE);
  entry = cons(ctx, key, placeholder);
  tableSet(ctx, labels, key, entry);
  return opened(Kind::Label, entry);
}

Token Reader::directive() {
  int32_t c = peek();
  if (line == 1 && column == 1 && (c == '/' || c == ' ')) {
    while (c != kEndOfFile && c != '\n' && c != '\r')
      c = next();
    return Token::Nothing;
  }
  TextBuilder text(ctx);
  collect(text);
  const char *name = text.latin1();
  auto is = [&](const char *word) {
    return name && text.size() == strlen(word) &&
           memcmp(name, word, text.size()) == 0;
  };
  if (is("fold-case")) {
    portState(port)->flags |= PortState::FoldCase;
    return Token::Nothing;
  }
  if (is("no-fold-case")) {
    portState(port)->flags &= ~uint32_t(PortState::FoldCase);
    return Token::Nothing;
  }
  if (is("r7rs"))
    return Token::Nothing;
  fail("unknown directive `#!%.*s`", int(name ? text.size() : 0),
       name ? name : "");
}

Token Reader::character() {
  int32_t c = next();
  if (c == kEndOfFile)
    fail("the input ends after `#\\`");
  if (isDelimiter(c)) // #\( is complete, whatever follows
    return done(plc_char(uint32_t(c)));
  TextBuilder text(ctx);
  text.add(uint32_t(c));
  collect(text);
  if (text.size() == 1)
    return done(plc_char(uint32_t(c)));
  if (c == 'x' || (c == 'X' && folding())) {
    uint32_t code = 0;
    for (size_t i = 1; i < text.size(); ++i) {
      int digit = hexDigit(int32_t(text.at(i)));
      if (digit < 0)
        break;
      code = code << 4 | uint32_t(digit);
      if (code > 0x10FFFF)
        fail("`#\\x` names no character");
      if (i + 1 == text.size())
        return done(plc_char(code));
    }
  }
  TextBuilder folded(ctx);
  if (folding())
    fold(text, folded);
  TextBuilder &name = folding() ? folded : text;
  if (const char *latin1 = name.latin1()) {
#define CHARACTER_NAME(Name, Code)                                             \
  if (name.size() == sizeof(Name) - 1 &&                                       \
      memcmp(latin1, Name, sizeof(Name) - 1) == 0)                             \
    return done(plc_char(Code));
#include "stdlib/Lexical.def"
    fail("unknown character name `%.*s`", int(name.size() > 40 ? 40 : name.size()),
         latin1);
  }
  fail("unknown character name");
}

/// Booleans, numbers with a prefix, homogeneous vectors.
Token Reader::sharpToken() {
  TextBuilder text(ctx);
  text.add('#');
  collect(text);
  const char *latin1 = text.latin1();
  if (!latin1)
    fail("unknown syntax after `#`");
  auto is = [&](const char *word) {
    if (text.size() != strlen(word) + 1)
      return false;
    for (size_t i = 1; i < text.size(); ++i)
      if (plc::detail::lower(latin1[i]) != word[i - 1])
        return false;
    return true;
  };
  if (is("t") || is("true"))
    return done(PLC_TRUE);
  if (is("f") || is("false"))
    return done(PLC_FALSE);
  if (peek() == '(') {
#define NUMBER_VECTOR(Prefix, Element)                                         \
  if (is(Prefix)) {                                                            \
    next();                                                                    \
    return opened(Kind::Bytes, plc_fixnum(PLC_ELEMENT_##Element));             \
  }
#include "stdlib/Lexical.def"
  }
  Value number = parseNumber(ctx, latin1, text.size(), 10);
  if (number != PLC_FALSE)
    return done(number);
  fail("unknown syntax `%.*s`", int(text.size() > 40 ? 40 : text.size()),
       latin1);
}

} // namespace

Value readDatum(Context *ctx, Value port) { return Reader(ctx, port).read(); }

} // namespace plc::rt
