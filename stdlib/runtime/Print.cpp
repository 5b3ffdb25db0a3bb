//===- Print.cpp - write and display ---------------------------------------===//
//
// Prints into a buffer that goes to a file whenever it is full, and to a port on
// memory in one piece. So nothing allocates on the heap while data are walked,
// and addresses can serve as keys for the datum labels. Neither the walk nor the
// printer recurses: both keep an explicit stack, so that depth is bounded by
// memory only.
//
//===----------------------------------------------------------------------===//

#include "stdlib/runtime/DatumLabels.h"
#include "stdlib/runtime/DatumWalk.h"
#include "stdlib/runtime/Number.h"
#include "stdlib/runtime/Port.h"
#include "stdlib/runtime/RuntimeCalls.h"
#include "stdlib/runtime/Scratch.h"
#include "stdlib/NumberSyntax.h"
#include "plc/elements.h"

#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstdlib>

namespace plc::rt {

namespace {

//===--- Output -----------------------------------------------------------===//

/// The text of one datum on its way to a port.
class Output {
public:
  char *data = local;
  size_t size = 0, capacity = sizeof local;

  Output(Scratch &scratch, Value port) : scratch(scratch), port(port) {}

  void reserve(size_t more) {
    if (capacity - size < more)
      makeRoom(more);
  }
  void add(const char *text, size_t length) {
    constexpr size_t kPiece = sizeof local / 2;
    for (; length > kPiece; text += kPiece, length -= kPiece)
      addPiece(text, kPiece);
    addPiece(text, length);
  }
  void add(const char *text) { add(text, strlen(text)); }
  void add(char c) {
    reserve(1);
    data[size++] = c;
  }
  void addCharacter(uint32_t c) {
    reserve(4);
    size = size_t(encodeUtf8(data + size, c) - data);
  }
  void addUnsigned(uint64_t n, int radix = 10) {
    char digits[64];
    char *end = std::to_chars(digits, digits + sizeof digits, n, radix).ptr;
    add(digits, size_t(end - digits));
  }
  /// The rest goes out, from what is now the only block of scratch memory.
  void finish();

private:
  Scratch &scratch;
  Value port;
  char local[1 << 14];

  void addPiece(const char *text, size_t length) {
    reserve(length);
    memcpy(data + size, text, length);
    size += length;
  }
  void makeRoom(size_t more);
  void flushToFile();
};

/// True if UTF-8 may go to the port as it is: displayed strings and symbols may
/// hold surrogates, which only ports on memory take.
bool isEncodable(PortState *p, const char *data, size_t size) {
  const auto *at = reinterpret_cast<const uint8_t *>(data), *end = at + size;
  if (p->has(PortState::Surrogates) || asciiPrefix(at, size) == size)
    return true;
  while (at != end)
    if (decodeUtf8(at, end) == kBadUtf8)
      return false;
  return true;
}

/// Writes the text up to the first surrogate and raises for that.
void writeUnencodable(Context *ctx, Value port, const char *data, size_t size) {
  const auto *start = reinterpret_cast<const uint8_t *>(data);
  const uint8_t *p = start, *end = start + size;
  while (p != end) {
    const uint8_t *at = p;
    if (decodeUtf8(p, end) != kBadUtf8)
      continue;
    writeBytes(ctx, port, start, size_t(at - start));
    writeCharacter(ctx, port, uint32_t(at[0] & 15) << 12 |
                                  uint32_t(at[1] & 63) << 6 | (at[2] & 63));
    p = start = at + 3;
  }
  writeBytes(ctx, port, start, size_t(end - start));
}

[[gnu::noinline]] void Output::makeRoom(size_t more) {
  if (portState(port)->has(PortState::File))
    return flushToFile();
  size_t larger = 2 * (size + more);
  auto *old = data == local ? nullptr : data;
  data = static_cast<char *>(scratch.resize(old, larger));
  if (!old)
    memcpy(data, local, size);
  capacity = larger;
}

/// Empties the buffer. Frees all scratch memory before it raises.
void Output::flushToFile() {
  Context *ctx = scratch.context();
  PortState *p = portState(port);
  if (!isEncodable(p, data, size)) {
    scratch.releaseAll();
    return writeUnencodable(ctx, port, data, size);
  }
  for (size_t done = 0; done < size;) {
    size_t part = size - done, room = p->capacity - p->end;
    part = part < room ? part : room;
    memcpy(p->memory + p->end, data + done, part);
    p->end += part;
    done += part;
    while (p->end == p->capacity) {
      int error = tryWriteOut(ctx, p, SignalAction::Stop);
      if (error == EINTR) {
        if (ctx->pending & PLC_PENDING_INTERRUPT)
          scratch.releaseAll();
        detail::rt_poll(ctx);
      } else if (error) {
        scratch.releaseAll();
        raiseWriteError(ctx, p, error);
      }
    }
  }
  size = 0;
}

void Output::finish() {
  Context *ctx = scratch.context();
  PortState *p = portState(port);
  if (p->has(PortState::File)) {
    if (isEncodable(p, data, size))
      writeBytes(ctx, port, data, size);
    else
      writeUnencodable(ctx, port, data, size);
    return;
  }
  if (data != local && p->capacity - p->end < size &&
      !mayAllocate(ctx, 2 * (p->end + size))) {
    scratch.releaseAll();
    raiseHeapExhausted(ctx, 2 * (p->end + size));
  }
  writeBytes(ctx, port, data, size);
  scratch.releaseAll();
}

struct Frame {
  Value v;
  uint64_t index;
  const char *close;
};

class Printer {
public:
  Printer(Context *ctx, Value port, WriteStyle style, Value foreign)
      : scratch(ctx), out(scratch, port), style(style), foreign(foreign),
        marks(scratch), stack(scratch) {}

  void print(Value root);

private:
  Scratch scratch;
  Output out;
  WriteStyle style;
  Value foreign; ///< vector: foreign object, its text, ...
  WordMap marks;
  bool labels = false;
  uint64_t nextLabel = kFirstLabel;
  RawStack<Frame> stack;

  bool writing() const { return style != WriteStyle::Display; }
  /// Prints an atom, or opens a compound datum and pushes its frame.
  void begin(Value v);
  /// Prints the next part of the datum on top, or closes it.
  void step();
  /// #n# for a datum printed already (true), else #n= if it needs a label.
  bool label(Value v);
  void open(Value v, const char *opening, const char *close) {
    out.add(opening);
    stack.push({v, 0, close});
  }
  void stepPair(Frame &top);
  void stepRecord(Frame &top, Value part, uint64_t index);

  void object(Value v);
  void constant(Value v);
  void record(Value v);
  void string(const StringView &text, char quote);
  void symbol(Value v);
  void character(uint32_t c);
  void plain(const StringView &text);
  void number(Value v);
  void bytes(Value v);
  void numVector(Value v);
  void named(const char *what, const char *name);
  void namedBy(const char *what, Value name);
  void typeName(Value type);
  void foreignObject(Value v);
  void pointer(Value v);
};

void Printer::print(Value root) {
  if (hasParts(root) && style != WriteStyle::WriteSimple)
    labels = style == WriteStyle::WriteShared
                 ? findShared(scratch, root, marks)
                 : findCycles(scratch, root, marks);
  begin(root);
  while (stack.size > 0)
    step();
  stack.release();
  marks.release();
  out.finish();
}

bool Printer::label(Value v) {
  if (!labels)
    return false;
  uint64_t *mark = marks.lookup(v);
  if (!mark || *mark < kNeedsLabel)
    return false;
  out.add('#');
  if (*mark >= kFirstLabel) {
    out.addUnsigned(*mark - kFirstLabel);
    out.add('#');
    return true;
  }
  *mark = nextLabel++;
  out.addUnsigned(*mark - kFirstLabel);
  out.add('=');
  return false;
}

void Printer::begin(Value v) {
  if (plc_is_fixnum(v) || plc_is_immediate_flonum(v))
    return number(v);
  if (hasParts(v) && label(v))
    return;
  if (plc_is_pair(v))
    return open(v, "(", ")");
  if (plc_is_procedure(v))
    return named("procedure", procedureName(v));
  if (plc_is_object(v))
    return object(v);
  if (plc_is_char(v)) {
    if (writing())
      return character(plc_char_code(v));
    return out.addCharacter(plc_char_code(v));
  }
  constant(v);
}

void Printer::stepPair(Frame &top) {
  if (top.index == 0) {
    top.index = 1;
    return begin(plc_car(top.v)); // may move `top`
  }
  Value rest = plc_cdr(top.v);
  uint64_t *mark = labels ? marks.lookup(rest) : nullptr;
  if (plc_is_pair(rest) && !(mark && *mark >= kNeedsLabel)) {
    out.add(' ');
    top.v = rest;
    return begin(plc_car(rest));
  }
  if (rest != PLC_NULL && top.index == 1) {
    out.add(" . ");
    top.index = 2;
    return begin(rest);
  }
  out.add(top.close);
  stack.pop();
}

void Printer::step() {
  Frame &top = stack.top();
  if (plc_is_pair(top.v))
    return stepPair(top);
  uint64_t index = top.index;
  Value part;
  if (!nextPart(top.v, &top.index, &part)) {
    out.add(top.close);
    stack.pop();
    return;
  }
  if (plc_is_kind(top.v, PLC_KIND_RECORD))
    return stepRecord(top, part, index);
  if (index > 0)
    out.add(' ');
  begin(part);
}

/// Name of field `index`: a type lists its own fields, after its parent's.
Value fieldName(Value type, uint64_t index, uint64_t count) {
  uint64_t behind = 0;
  for (; plc_is_kind(type, PLC_KIND_RECORD_TYPE); type = plc_fields(type)[2]) {
    Value names = plc_fields(type)[1];
    if (!plc_is_kind(names, PLC_KIND_VECTOR))
      return PLC_FALSE;
    uint64_t own = lengthOf(names);
    if (own + behind > count)
      return PLC_FALSE;
    uint64_t first = count - behind - own;
    if (index >= first)
      return plc_fields(names)[index - first];
    behind += own;
  }
  return PLC_FALSE;
}

void Printer::stepRecord(Frame &top, Value part, uint64_t index) {
  if (isCondition(top.v)) {
    // #<condition type: message irritant ...>
    out.add(index == 1 ? ": " : " ");
    if (index == ConditionText && isString(part))
      return plain(StringView(part));
    if (index == ConditionIrritants && part == PLC_NULL) {
      --out.size;
      return;
    }
    return begin(part);
  }
  out.add(' ');
  Value name = fieldName(plc_fields(top.v)[0], index, lengthOf(top.v) - 1);
  if (isSymbol(name)) {
    plain(StringView(symbolName(name)));
    out.add(": ");
  }
  begin(part);
}

//===--- Atoms ------------------------------------------------------------===//

void Printer::constant(Value v) {
  switch (v) {
  case PLC_FALSE: return out.add("#f");
  case PLC_TRUE: return out.add("#t");
  case PLC_NULL: return out.add("()");
  case PLC_NIL: return out.add("nil");
  case PLC_UNDEFINED: return out.add("undefined");
  case PLC_UNSPECIFIED: return out.add("#<unspecified>");
  case PLC_EOF: return out.add("#<eof>");
  case PLC_DEFAULT: return out.add("#<default>");
  case PLC_UNBOUND: return out.add("#<unbound>");
  case PLC_MV: return out.add("#<several values>");
  default: break;
  }
  out.add("#<immediate ");
  out.addUnsigned(v, 16);
  out.add('>');
}

void Printer::named(const char *what, const char *name) {
  out.add("#<");
  out.add(what);
  if (name && *name) {
    out.add(' ');
    out.add(name);
  }
  out.add('>');
}

void Printer::plain(const StringView &text) {
  for (size_t i = 0; i < text.length; ++i)
    out.addCharacter(text[i]);
}

void Printer::namedBy(const char *what, Value name) {
  out.add("#<");
  out.add(what);
  if (isSymbol(name))
    name = symbolName(name);
  if (isString(name)) {
    out.add(' ');
    plain(StringView(name));
  }
  out.add('>');
}

/// A type called <point> or point shows as point.
void Printer::typeName(Value type) {
  Value name = plc_is_kind(type, PLC_KIND_RECORD_TYPE) ? plc_fields(type)[0]
                                                       : PLC_FALSE;
  if (isSymbol(name))
    name = symbolName(name);
  if (!isString(name))
    return out.add("record");
  StringView text(name);
  bool bracketed = text.length > 2 && text[0] == '<' &&
                   text[text.length - 1] == '>';
  for (size_t i = bracketed; i + bracketed < text.length; ++i)
    out.addCharacter(text[i]);
}

void Printer::record(Value v) {
  out.add("#<");
  // Of a promise its first field, the state.
  if (asyncPromiseType && plc_fields(v)[0] == asyncPromiseType) {
    out.add("promise ");
    symbol(plc_fields(v)[1]);
    return out.add('>');
  }
  typeName(plc_fields(v)[0]);
  stack.push({v, 0, ">"});
}

void Printer::object(Value v) {
  const Value *fields = plc_fields(v);
  switch (plc_header_kind(plc_header(v))) {
  case PLC_KIND_FLONUM:
  case PLC_KIND_BIGNUM:
  case PLC_KIND_RATNUM:
  case PLC_KIND_COMPNUM: return number(v);
  case PLC_KIND_STRING:
    return writing() ? string(StringView(v), '"') : plain(StringView(v));
  case PLC_KIND_SYMBOL:
    return writing() ? symbol(v) : plain(StringView(symbolName(v)));
  case PLC_KIND_VECTOR: return open(v, "#(", ")");
  case PLC_KIND_BYTEVECTOR: return bytes(v);
  case PLC_KIND_NUMVECTOR: return numVector(v);
  case PLC_KIND_RECORD: return record(v);
  case PLC_KIND_RECORD_TYPE:
    out.add("#<record-type ");
    typeName(v);
    return out.add('>');
  case PLC_KIND_BOX: return open(v, "#<box ", ">");
  case PLC_KIND_VALUES: return open(v, "#<values ", ">");
  case PLC_KIND_PROMISE: return out.add("#<promise>");
  case PLC_KIND_HASHTABLE:
    if (hasParts(v))
      return open(v, "{", "}");
    out.add("#<hash-table ");
    out.addUnsigned(uint64_t(tableCount(v)));
    return out.add('>');
  case PLC_KIND_PORT: {
    PortState *p = portState(v);
    const char *what = p->has(PortState::Input) ? "input-port" : "output-port";
    if (!p->has(PortState::File))
      return named(what, p->has(PortState::Textual) ? "string" : "bytevector");
    if (!p->has(PortState::Standard))
      return named(what, p->name);
    return named(what, p->fd == 0 ? "stdin" : p->fd == 1 ? "stdout" : "stderr");
  }
  case PLC_KIND_ENVIRONMENT: return namedBy("environment", fields[0]);
  case PLC_KIND_CELL: return namedBy("cell", fields[1]);
  case PLC_KIND_WEAK_PAIR: return out.add("#<weak-pair>");
  case PLC_KIND_EPHEMERON: return out.add("#<ephemeron>");
  case PLC_KIND_GUARDIAN: return out.add("#<guardian>");
  case PLC_KIND_PARAMETER: return out.add("#<parameter>");
  case PLC_KIND_FOREIGN: return foreignObject(v);
  case PLC_KIND_POINTER: return pointer(v);
  case PLC_KIND_SEGMENT: return out.add("#<continuation>");
  case PLC_KIND_HANDLE: return out.add("#<handle>");
  case PLC_KIND_BYTES: return out.add("#<bytes>");
  case PLC_KIND_CLOSURE:
  case PLC_KIND_FORWARD:
  case PLC_KIND_FILLER: break;
  }
  out.add("#<object>");
}

void Printer::foreignObject(Value v) {
  if (foreign != PLC_FALSE)
    for (uint64_t i = 0; i < lengthOf(foreign); i += 2)
      if (plc_fields(foreign)[i] == v && isString(plc_fields(foreign)[i + 1]))
        return plain(StringView(plc_fields(foreign)[i + 1]));
  out.add("#<foreign>");
}

void Printer::pointer(Value v) {
  out.add("#<pointer ");
  if (isSymbol(plc_fields(v)[1]))
    plain(StringView(symbolName(plc_fields(v)[1])));
  out.add(" 0x");
  out.addUnsigned(uint64_t(plc_fixnum_value(plc_fields(v)[0])), 16);
  out.add('>');
}

void Printer::number(Value v) {
  formatNumber(
      scratch, v, 10,
      [](Context *, void *data, const char *text, size_t length) {
        static_cast<Output *>(data)->add(text, length);
      },
      &out);
}

void Printer::character(uint32_t c) {
  out.add("#\\");
#define CHARACTER_NAME(Name, Code)                                             \
  if (c == Code)                                                               \
    return out.add(Name);
#include "stdlib/Lexical.def"
  if (charIsGraphic(c))
    return out.addCharacter(c);
  out.add('x');
  out.addUnsigned(c, 16);
}

void Printer::string(const StringView &text, char quote) {
  out.add(quote);
  for (size_t i = 0; i < text.length; ++i) {
    uint32_t c = text[i];
    if (c == uint32_t(quote) || c == '\\') {
      out.add('\\');
      out.add(char(c));
    } else if ((c >= ' ' && c < 0x7F) || charIsGraphic(c)) {
      out.addCharacter(c);
    } else {
      char letter = 0;
#define ESCAPE(Letter, Code)                                                   \
  if (c == Code)                                                               \
    letter = Letter;
#include "stdlib/Lexical.def"
      out.add('\\');
      if (letter && letter != '"' && letter != '|') {
        out.add(letter);
      } else {
        out.add('x');
        out.addUnsigned(c, 16);
        out.add(';');
      }
    }
  }
  out.add(quote);
}

/// True if the reader takes ASCII characters for a number.
bool looksLikeNumber(const char *text, size_t length) {
  NumberSyntax syntax;
  return parseNumberSyntax(text, text + length, 10, syntax) ||
         // Some readers take +nan.0a for a number and a symbol.
         (length > 6 && (text[0] == '+' || text[0] == '-') &&
          (text[1] | 0x20) >= 'i' &&
          parseNumberSyntax(text, text + 6, 10, syntax));
}

/// True if the reader would not take the bare name for this symbol.
bool needsBars(const StringView &name) {
  if (name.length == 0 || (name.length == 1 && name[0] == '.'))
    return true;
  if (name[0] == '#' && name.length > 1)
    return true;
  bool maybeNumber = (name[0] >= '0' && name[0] <= '9') || name[0] == '+' ||
                     name[0] == '-' || name[0] == '.';
  for (size_t i = 0; i < name.length; ++i) {
    uint32_t c = name[i];
    if (c >= 0x80) {
      if (!charIsGraphic(c) || charIsWhitespace(c))
        return true;
      maybeNumber = false;
      continue;
    }
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
        (c >= 'A' && c <= 'Z'))
      continue;
    switch (c) {
    case '+':
    case '-':
    case '.':
    case '@':
    case '#': continue;
#define SPECIAL_INITIAL(Char)                                                  \
  case Char:                                                                   \
    continue;
#include "stdlib/Lexical.def"
    default: return true;
    }
  }
  // An interned name of ASCII characters is narrow.
  return maybeNumber && (name.isWide || looksLikeNumber(reinterpret_cast<
                                            const char *>(name.narrow),
                                        name.length));
}

void Printer::symbol(Value v) {
  StringView name(symbolName(v));
  if (needsBars(name))
    string(name, '|');
  else
    plain(name);
}

void Printer::bytes(Value v) {
  out.add("#u8(");
  auto *p = reinterpret_cast<const uint8_t *>(plc_fields(v));
  for (uint64_t i = 0, n = lengthOf(v); i < n; ++i) {
    if (i > 0)
      out.add(' ');
    out.addUnsigned(p[i]);
  }
  out.add(')');
}

template <class T> void addElements(Output &out, const void *data, size_t n) {
  for (size_t i = 0; i < n; ++i) {
    T element;
    memcpy(&element, static_cast<const char *>(data) + i * sizeof(T),
           sizeof(T));
    out.add(i > 0 ? " " : "");
    char text[kDoubleTextMax];
    char *end;
    if constexpr (std::is_floating_point_v<T>)
      end = formatDouble(text, double(element));
    else
      end = std::to_chars(text, text + sizeof text, element).ptr;
    out.add(text, size_t(end - text));
  }
}

void Printer::numVector(Value v) {
  switch (plc_element_of(v)) {
#define PLC_ELEMENT(Name, Number, CType, Bytes)                                \
  case PLC_ELEMENT_##Name: {                                                   \
    const char *name = #Name;                                                  \
    out.add('#');                                                              \
    out.add(char(name[0] - 'A' + 'a'));                                        \
    out.add(name + 1);                                                         \
    out.add('(');                                                              \
    addElements<CType>(out, plc_fields(v), lengthOf(v) / Bytes);               \
    return out.add(')');                                                       \
  }
#include "plc/elements.def"
  }
}

/// Calls visit for each different FOREIGN object that the datum shows.
template <class Visit>
void forEachForeign(Context *ctx, Value root, Visit visit) {
  Scratch scratch(ctx);
  RawStack<Value> stack(scratch);
  WordMap seen(scratch);
  stack.push(root);
  while (stack.size > 0) {
    Value v = stack.top();
    stack.pop();
    bool compound = hasParts(v);
    if (!compound && !plc_is_kind(v, PLC_KIND_FOREIGN))
      continue;
    uint64_t &mark = seen[v];
    if (mark)
      continue;
    mark = 1;
    if (!compound) {
      visit(v);
      continue;
    }
    Value part;
    for (uint64_t index = 0; nextPart(v, &index, &part);)
      if (plc_is_pointer(part))
        stack.push(part);
  }
  scratch.releaseAll();
}

/// Asks the hosts before the printer starts: they may run anything.
Value describeForeignParts(Context *ctx, Value datum, bool write) {
  size_t count = 0;
  if (describeForeign)
    forEachForeign(ctx, datum, [&](Value) { ++count; });
  if (count == 0)
    return PLC_FALSE;
  Value table = allocateObject(ctx, PLC_KIND_VECTOR, 0, 2 * count, PLC_FALSE);
  size_t at = 0;
  forEachForeign(ctx, datum, [&](Value v) {
    if (at < 2 * count)
      store(ctx, &plc_fields(table)[at], v);
    at += 2;
  });
  for (size_t i = 0; i < 2 * count; i += 2) {
    char *text = describeForeign(ctx, plc_fields(table)[i], write);
    if (!text)
      continue;
    Value string = makeString(ctx, text);
    free(text);
    store(ctx, &plc_fields(table)[i + 1], string);
  }
  return table;
}

} // namespace

char *(*describeForeign)(Context *ctx, Value object, bool write);

void writeDatum(Context *ctx, Value port, Value datum, WriteStyle style) {
  // Short ways for what is printed most.
  if (plc_is_fixnum(datum) || plc_is_immediate_flonum(datum)) {
    char text[kDoubleTextMax];
    char *end = plc_is_fixnum(datum)
                    ? std::to_chars(text, text + sizeof text,
                                    plc_fixnum_value(datum))
                          .ptr
                    : formatDouble(text, plc_flonum_decode(datum));
    return writeBytes(ctx, port, text, size_t(end - text));
  }
  if (style == WriteStyle::Display) {
    if (isString(datum) || isSymbol(datum)) {
      StringView text(isSymbol(datum) ? symbolName(datum) : datum);
      return writeCharacters(ctx, port, text, 0, text.length);
    }
    if (plc_is_char(datum))
      return writeCharacter(ctx, port, plc_char_code(datum));
  }
  Value foreign =
      describeForeignParts(ctx, datum, style != WriteStyle::Display);
  Printer(ctx, port, style, foreign).print(datum);
}

} // namespace plc::rt
