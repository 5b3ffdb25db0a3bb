//===- PortProcedures.cpp - the procedures on ports of R7RS 6.13 -----------===//

#include "stdlib/runtime/Port.h"

#include <poll.h>

namespace plc::rt {

namespace {

constexpr uint32_t kTextIn = PortState::Input | PortState::Textual;
constexpr uint32_t kTextOut = PortState::Output | PortState::Textual;

Value charOrEof(int32_t c) {
  return c == kEndOfFile ? PLC_EOF : plc_char(uint32_t(c));
}

/// The next byte of an open textual input port if it is there and ASCII: the
/// short way of reading, without any call.
inline uint8_t *nextAscii(Value port) {
  if (!isPort(port))
    return nullptr;
  PortState *p = portState(port);
  constexpr uint32_t kMask = kTextIn | PortState::Open | PortState::Output;
  if ((p->flags & kMask) != (kTextIn | PortState::Open) || p->begin >= p->end)
    return nullptr;
  uint8_t *byte = portBytes(port) + p->begin;
  return *byte < 0x80 ? byte : nullptr;
}

/// True if a whole character or byte is there, or the end: a read would not
/// wait.
bool isReady(Context *ctx, Value port) {
  PortState *p = portState(port);
  if (!p->has(PortState::File) || p->has(PortState::AtEof))
    return true;
  auto isWhole = [p] {
    return p->begin < p->end &&
           (!p->has(PortState::Textual) ||
            p->end - p->begin >= utf8Length(p->memory[p->begin]));
  };
  while (!isWhole()) {
    pollfd ask = {p->fd, POLLIN, 0};
    if (poll(&ask, 1, 0) == 0)
      return false;
    if (!p->has(PortState::Textual))
      return true;
    if (!readMore(ctx, p)) {
      if (p->begin == p->end)
        p->flags |= PortState::AtEof; // the next read reports the same end
      return true; // or raises, where the end cuts a character
    }
  }
  return true;
}

bool hasFlag(Value v, PortState::Flag flag) {
  return isPort(v) && portState(v)->has(flag);
}

Value checkAnyPort(Context *ctx, const char *who, Value port) {
  if (!isPort(port))
    wrongType(ctx, who, 1, "a port", port);
  return port;
}

Value openFlag(Context *ctx, const char *who, Value port,
               PortState::Flag direction) {
  checkAnyPort(ctx, who, port);
  return plc_bool(hasFlag(port, direction) && hasFlag(port, PortState::Open));
}

Value checkMemoryOutput(Context *ctx, const char *who, Value port,
                        bool textual) {
  if (!hasFlag(port, PortState::Output) || hasFlag(port, PortState::File) ||
      hasFlag(port, PortState::Textual) != textual)
    wrongType(ctx, who, 1,
              textual ? "a string output port" : "a bytevector output port",
              port);
  return port;
}

int64_t checkCount(Context *ctx, const char *who, Value k) {
  if (!plc_is_fixnum(k) || plc_fixnum_value(k) < 0)
    wrongType(ctx, who, 1, "an exact integer >= 0", k);
  return plc_fixnum_value(k);
}

/// Takes up to `count` bytes into `out`; fewer only at the end of file.
size_t takeBytes(Context *ctx, Value port, Value target, size_t at,
                 size_t count) {
  size_t done = 0;
  while (done < count && fillPort(ctx, port)) {
    PortState *p = portState(port);
    size_t part = size_t(p->end - p->begin);
    if (part > count - done)
      part = count - done;
    memcpy(reinterpret_cast<uint8_t *>(plc_fields(target)) + at + done,
           portBytes(port) + p->begin, part);
    p->begin += part;
    done += part;
  }
  return done;
}

Value writeWith(Context *ctx, const char *who, Value v, Value port,
                WriteStyle style) {
  port = checkPort(ctx, who, 2, port, kTextOut);
  writeDatum(ctx, port, v, style);
  finishWrite(ctx, port);
  return PLC_UNSPECIFIED;
}

} // namespace

extern "C" {

//===--- Memory ports -----------------------------------------------------===//

Value prim_OpenInputString(Context *ctx, Value s) {
  if (!isString(s))
    wrongType(ctx, "open-input-string", 1, "a string", s);
  StringView text(s);
  size_t size = utf8Size(text, 0, text.length);
  constexpr uint32_t kFlags =
      kTextIn | PortState::Surrogates;
  Value port = allocateMemoryPort(ctx, kFlags, size);
  char *out = reinterpret_cast<char *>(portBytes(port));
  if (size == text.length)
    memcpy(out, text.narrow, size);
  if (size != text.length || text.isWide)
    for (size_t i = 0; i < text.length; ++i)
      out = encodeUtf8(out, text[i]);
  portState(port)->end = size;
  return port;
}

Value prim_OpenOutputString(Context *ctx) {
  return allocateMemoryPort(ctx, kTextOut | PortState::Surrogates, 120);
}

Value prim_GetOutputString(Context *ctx, Value port) {
  checkMemoryOutput(ctx, "get-output-string", port, true);
  size_t size = portState(port)->end;
  if (asciiPrefix(portBytes(port), size) == size) {
    Value s = allocateString(ctx, size, false);
    memcpy(StringView(s).narrow, portBytes(port), size);
    return s;
  }
  // The characters come out as they went in: read them back.
  Value input = openMemoryInput(ctx, portBytes(port), size,
                                PortState::Textual | PortState::Surrogates);
  TextBuilder text(ctx);
  for (int32_t c; (c = readCharacter(ctx, input)) != kEndOfFile;)
    text.add(uint32_t(c));
  return text.finish();
}

Value prim_OpenInputBytevector(Context *ctx, Value bytes) {
  if (!plc_is_kind(bytes, PLC_KIND_BYTEVECTOR))
    wrongType(ctx, "open-input-bytevector", 1, "a bytevector", bytes);
  return openMemoryInput(ctx, reinterpret_cast<uint8_t *>(plc_fields(bytes)),
                         lengthOf(bytes), 0);
}

Value prim_OpenOutputBytevector(Context *ctx) {
  return allocateMemoryPort(ctx, PortState::Output, 120);
}

Value prim_GetOutputBytevector(Context *ctx, Value port) {
  checkMemoryOutput(ctx, "get-output-bytevector", port, false);
  size_t size = portState(port)->end;
  Value bytes = allocateBytes(ctx, PLC_KIND_BYTEVECTOR, 0, size);
  memcpy(plc_fields(bytes), portBytes(port), size);
  return bytes;
}

//===--- State ------------------------------------------------------------===//

Value prim_ClosePort(Context *ctx, Value port) {
  closePort(ctx, checkAnyPort(ctx, "close-port", port));
  return PLC_UNSPECIFIED;
}
Value prim_CloseInputPort(Context *ctx, Value port) {
  if (!hasFlag(port, PortState::Input))
    wrongType(ctx, "close-input-port", 1, "an input port", port);
  closePort(ctx, port);
  return PLC_UNSPECIFIED;
}
Value prim_CloseOutputPort(Context *ctx, Value port) {
  if (!hasFlag(port, PortState::Output))
    wrongType(ctx, "close-output-port", 1, "an output port", port);
  closePort(ctx, port);
  return PLC_UNSPECIFIED;
}
Value prim_PortP(Context *, Value v) { return plc_bool(isPort(v)); }
Value prim_InputPortP(Context *, Value v) {
  return plc_bool(hasFlag(v, PortState::Input));
}
Value prim_OutputPortP(Context *, Value v) {
  return plc_bool(hasFlag(v, PortState::Output));
}
Value prim_TextualPortP(Context *, Value v) {
  return plc_bool(hasFlag(v, PortState::Textual));
}
Value prim_BinaryPortP(Context *, Value v) {
  return plc_bool(isPort(v) && !hasFlag(v, PortState::Textual));
}
Value prim_InputPortOpenP(Context *ctx, Value port) {
  return openFlag(ctx, "input-port-open?", port, PortState::Input);
}
Value prim_OutputPortOpenP(Context *ctx, Value port) {
  return openFlag(ctx, "output-port-open?", port, PortState::Output);
}
Value prim_EofObject(Context *) { return PLC_EOF; }
Value prim_EofObjectP(Context *, Value v) { return plc_bool(v == PLC_EOF); }

//===--- Text in ----------------------------------------------------------===//

Value prim_ReadChar(Context *ctx, Value port) {
  if (port == PLC_DEFAULT)
    port = currentPort(ctx, CurrentInput);
  if (uint8_t *byte = nextAscii(port)) {
    PortState *p = portState(port);
    if (*byte != '\n') {
      ++p->begin;
      ++p->column;
      return plc_char(*byte);
    }
  }
  port = checkPort(ctx, "read-char", 1, port, kTextIn);
  return charOrEof(readCharacter(ctx, port));
}
Value prim_PeekChar(Context *ctx, Value port) {
  if (port == PLC_DEFAULT)
    port = currentPort(ctx, CurrentInput);
  if (uint8_t *byte = nextAscii(port))
    return plc_char(*byte);
  port = checkPort(ctx, "peek-char", 1, port, kTextIn);
  return charOrEof(peekCharacter(ctx, port));
}
Value prim_CharReadyP(Context *ctx, Value port) {
  return plc_bool(isReady(ctx, checkPort(ctx, "char-ready?", 1, port, kTextIn)));
}

Value prim_ReadLine(Context *ctx, Value port) {
  port = checkPort(ctx, "read-line", 1, port, kTextIn);
  TextBuilder text(ctx);
  int32_t c = readCharacter(ctx, port);
  if (c == kEndOfFile)
    return PLC_EOF;
  for (; c != kEndOfFile && c != '\n' && c != '\r';
       c = readCharacter(ctx, port)) {
    text.add(uint32_t(c));
    // The ASCII bytes up to the end of the line in one piece.
    PortState *p = portState(port);
    const uint8_t *start = portBytes(port) + p->begin;
    size_t room = size_t(p->end - p->begin);
    if (const void *newline = memchr(start, '\n', room))
      room = size_t(static_cast<const uint8_t *>(newline) - start);
    if (const void *carriageReturn = memchr(start, '\r', room))
      room = size_t(static_cast<const uint8_t *>(carriageReturn) - start);
    size_t ascii = asciiPrefix(start, room);
    text.addLatin1(reinterpret_cast<const char *>(start), ascii);
    p = portState(port);
    p->begin += ascii;
    p->column += ascii;
  }
  if (c == '\r' && peekCharacter(ctx, port) == '\n')
    readCharacter(ctx, port); // one line end
  return text.finish();
}

Value prim_ReadString(Context *ctx, Value count, Value port) {
  int64_t k = checkCount(ctx, "read-string", count);
  port = checkPort(ctx, "read-string", 2, port, kTextIn);
  TextBuilder text(ctx);
  for (int64_t i = 0; i < k; ++i) {
    int32_t c = readCharacter(ctx, port);
    if (c == kEndOfFile) {
      if (i == 0)
        return PLC_EOF;
      break;
    }
    text.add(uint32_t(c));
  }
  return text.finish();
}

Value prim_Read(Context *ctx, Value port) {
  return readDatum(ctx, checkPort(ctx, "read", 1, port, kTextIn));
}

//===--- Bytes in ---------------------------------------------------------===//

Value prim_ReadU8(Context *ctx, Value port) {
  port = checkPort(ctx, "read-u8", 1, port, PortState::Input);
  if (!fillPort(ctx, port))
    return PLC_EOF;
  return plc_fixnum(portBytes(port)[portState(port)->begin++]);
}
Value prim_PeekU8(Context *ctx, Value port) {
  port = checkPort(ctx, "peek-u8", 1, port, PortState::Input);
  if (!fillPort(ctx, port))
    return PLC_EOF;
  return plc_fixnum(portBytes(port)[portState(port)->begin]);
}
Value prim_U8ReadyP(Context *ctx, Value port) {
  return plc_bool(
      isReady(ctx, checkPort(ctx, "u8-ready?", 1, port, PortState::Input)));
}

Value prim_ReadBytevector(Context *ctx, Value count, Value port) {
  int64_t k = checkCount(ctx, "read-bytevector", count);
  port = checkPort(ctx, "read-bytevector", 2, port, PortState::Input);
  if (k == 0)
    return allocateBytes(ctx, PLC_KIND_BYTEVECTOR, 0, 0);
  // Not more than what is there: k may be "everything".
  size_t size = 0, capacity = 0;
  Value bytes = PLC_FALSE;
  while (int64_t(size) < k) {
    if (size == capacity) {
      size_t more = capacity ? capacity * 2 : 4096;
      capacity = more < size_t(k) ? more : size_t(k);
      Value fresh = allocateBytes(ctx, PLC_KIND_BYTEVECTOR, 0, capacity);
      if (size > 0)
        memcpy(plc_fields(fresh), plc_fields(bytes), size);
      bytes = fresh;
    }
    size_t n = takeBytes(ctx, port, bytes, size, capacity - size);
    size += n;
    if (size < capacity)
      break;
  }
  if (size == 0)
    return PLC_EOF;
  if (size == capacity)
    return bytes;
  Value result = allocateBytes(ctx, PLC_KIND_BYTEVECTOR, 0, size);
  memcpy(plc_fields(result), plc_fields(bytes), size);
  return result;
}

Value prim_ReadBytevectorTo(Context *ctx, Value bytes, Value port, Value start,
                            Value end) {
  if (!plc_is_kind(bytes, PLC_KIND_BYTEVECTOR))
    wrongType(ctx, "read-bytevector!", 1, "a bytevector", bytes);
  checkMutable(ctx, "read-bytevector!", bytes);
  port = checkPort(ctx, "read-bytevector!", 2, port, PortState::Input);
  int64_t first, last;
  checkRange(ctx, "read-bytevector!", start, end, int64_t(lengthOf(bytes)),
             &first, &last);
  size_t n =
      takeBytes(ctx, port, bytes, size_t(first), size_t(last - first));
  return n == 0 && first != last ? PLC_EOF : plc_fixnum(int64_t(n));
}

//===--- Out --------------------------------------------------------------===//

Value prim_Write(Context *ctx, Value v, Value port) {
  return writeWith(ctx, "write", v, port, WriteStyle::Write);
}
Value prim_WriteShared(Context *ctx, Value v, Value port) {
  return writeWith(ctx, "write-shared", v, port, WriteStyle::WriteShared);
}
Value prim_WriteSimple(Context *ctx, Value v, Value port) {
  return writeWith(ctx, "write-simple", v, port, WriteStyle::WriteSimple);
}
Value prim_Display(Context *ctx, Value v, Value port) {
  return writeWith(ctx, "display", v, port, WriteStyle::Display);
}

Value prim_Newline(Context *ctx, Value port) {
  port = checkPort(ctx, "newline", 1, port, kTextOut);
  writeBytes(ctx, port, "\n", 1);
  finishWrite(ctx, port);
  return PLC_UNSPECIFIED;
}
Value prim_WriteChar(Context *ctx, Value c, Value port) {
  if (!plc_is_char(c))
    wrongType(ctx, "write-char", 1, "a character", c);
  if (port == PLC_DEFAULT)
    port = currentPort(ctx, CurrentOutput);
  if (isPort(port) && plc_char_code(c) < 0x80) {
    PortState *p = portState(port);
    constexpr uint32_t kMask = kTextOut | PortState::Open |
                               PortState::LineFlush | PortState::AlwaysFlush;
    if ((p->flags & kMask) == (kTextOut | PortState::Open) &&
        p->end < p->capacity) {
      portBytes(port)[p->end++] = uint8_t(plc_char_code(c));
      return PLC_UNSPECIFIED;
    }
  }
  port = checkPort(ctx, "write-char", 2, port, kTextOut);
  writeCharacter(ctx, port, plc_char_code(c));
  finishWrite(ctx, port);
  return PLC_UNSPECIFIED;
}
Value prim_WriteString(Context *ctx, Value s, Value port, Value start,
                       Value end) {
  if (!isString(s))
    wrongType(ctx, "write-string", 1, "a string", s);
  port = checkPort(ctx, "write-string", 2, port, kTextOut);
  StringView text(s);
  int64_t first, last;
  checkRange(ctx, "write-string", start, end, int64_t(text.length), &first,
             &last);
  writeCharacters(ctx, port, text, size_t(first), size_t(last));
  finishWrite(ctx, port);
  return PLC_UNSPECIFIED;
}
Value prim_WriteU8(Context *ctx, Value byte, Value port) {
  if (!plc_is_fixnum(byte) || plc_fixnum_value(byte) < 0 ||
      plc_fixnum_value(byte) > 255)
    wrongType(ctx, "write-u8", 1, "a byte", byte);
  port = checkPort(ctx, "write-u8", 2, port, PortState::Output);
  auto b = uint8_t(plc_fixnum_value(byte));
  writeBytes(ctx, port, &b, 1);
  return PLC_UNSPECIFIED;
}
Value prim_WriteBytevector(Context *ctx, Value bytes, Value port, Value start,
                           Value end) {
  if (!plc_is_kind(bytes, PLC_KIND_BYTEVECTOR))
    wrongType(ctx, "write-bytevector", 1, "a bytevector", bytes);
  port = checkPort(ctx, "write-bytevector", 2, port, PortState::Output);
  int64_t first, last;
  checkRange(ctx, "write-bytevector", start, end, int64_t(lengthOf(bytes)),
             &first, &last);
  writeBytes(ctx, port, reinterpret_cast<uint8_t *>(plc_fields(bytes)) + first,
             size_t(last - first));
  return PLC_UNSPECIFIED;
}
Value prim_FlushOutputPort(Context *ctx, Value port) {
  if (port == PLC_DEFAULT)
    port = currentPort(ctx, CurrentOutput);
  if (!hasFlag(port, PortState::Output))
    wrongType(ctx, "flush-output-port", 1, "an output port", port);
  flushPort(ctx, port);
  return PLC_UNSPECIFIED;
}

} // extern "C"
} // namespace plc::rt
