//===- Ports.cpp - ports: buffers, characters, bytes -----------------------===//

#include "stdlib/runtime/Port.h"
#include "stdlib/runtime/Control.h"

#include <cstdio>
#include <cstdlib>
#include <poll.h>

namespace plc::rt {

Value portParameters[3];

//===--- Making ports -----------------------------------------------------===//

Value allocateFilePort(Context *ctx, PortState *state) {
  Value port = allocateObject(ctx, PLC_KIND_PORT, 0, kPortTaggedWords + 2, 0);
  plc_fields(port)[kPortTaggedWords] = reinterpret_cast<uint64_t>(state);
  return port;
}

Value allocateMemoryPort(Context *ctx, uint32_t flags, size_t capacity) {
  Value bytes = allocateBytes(ctx, PLC_KIND_BYTES, 0, capacity);
  constexpr size_t kWords =
      kPortTaggedWords + 1 + (sizeof(PortState) + 7) / sizeof(Value);
  // Without the general way of allocateObject: ports on strings are short-lived.
  constexpr size_t kBytes = (kWords + 2) / 2 * 16;
  uint64_t *words = allocateWords(ctx, kBytes);
  memset(words, 0, kBytes);
  words[0] = PLC_HEADER(PLC_KIND_PORT, 0, kWords);
  Value port = reinterpret_cast<uint64_t>(words) | PLC_TAG_OBJECT;
  plc_fields(port)[0] = bytes;
  PortState *p = portState(port);
  p->flags = flags | PortState::Open;
  p->fd = -1;
  p->capacity = capacity;
  p->line = p->column = 1;
  return port;
}

Value openMemoryInput(Context *ctx, const uint8_t *bytes, size_t length,
                      uint32_t flags) {
  Value port = allocateMemoryPort(ctx, flags | PortState::Input, length);
  memcpy(portBytes(port), bytes, length);
  portState(port)->end = length;
  return port;
}

Value currentPort(Context *ctx, PortRole role) {
  if (portParameters[role])
    return parameterValue(ctx, portParameters[role]);
  return standardPort(ctx, role);
}

static const char *describeNeed(uint32_t need) {
  bool textual = need & PortState::Textual;
  if (need & PortState::Input)
    return textual ? "a textual input port" : "a binary input port";
  return textual ? "a textual output port" : "a binary output port";
}

Value checkPort(Context *ctx, const char *who, int position, Value port,
                uint32_t need) {
  if (port == PLC_DEFAULT)
    port = currentPort(ctx, need & PortState::Input ? CurrentInput
                                                    : CurrentOutput);
  if (isPort(port)) {
    uint32_t flags = portState(port)->flags;
    constexpr uint32_t kMask =
        PortState::Input | PortState::Output | PortState::Textual;
    if ((flags & kMask) == need) {
      if (flags & PortState::Open)
        return port;
      char message[96];
      snprintf(message, sizeof message, "%.60s: the port is closed", who);
      raiseCondition(ctx, "closed-port", message, list1(ctx, port));
    }
  }
  wrongType(ctx, who, position, describeNeed(need), port);
}

//===--- Reading ----------------------------------------------------------===//

bool fillPort(Context *ctx, Value port) {
  PortState *p = portState(port);
  if (p->begin < p->end)
    return true;
  return p->has(PortState::File) && readMore(ctx, p);
}

/// Decodes the next character; its bytes go to *length. The slow path of reading:
/// end of buffer, bytes beyond ASCII.
static int32_t decodeNext(Context *ctx, Value port, size_t *length) {
  PortState *p = portState(port);
  if (p->has(PortState::AtEof)) { // a terminal may go on after its end
    p->flags &= ~uint32_t(PortState::AtEof);
    return kEndOfFile;
  }
  if (!fillPort(ctx, port))
    return kEndOfFile;
  unsigned wanted = utf8Length(portBytes(port)[p->begin]);
  while (p->end - p->begin < wanted && p->has(PortState::File) &&
         readMore(ctx, p)) {
  }
  const uint8_t *start = portBytes(port) + p->begin, *q = start;
  uint32_t c = decodeUtf8(q, portBytes(port) + p->end);
  if (c == kBadUtf8 && p->has(PortState::Surrogates) &&
      p->end - p->begin >= 3) { // memory ports hold them as three bytes
    c = uint32_t(start[0] & 15) << 12 | uint32_t(start[1] & 63) << 6 |
        (start[2] & 63);
    q = start + 3;
  }
  *length = size_t(q - start);
  if (c != kBadUtf8)
    return int32_t(c);
  char message[160];
  snprintf(message, sizeof message,
           "invalid UTF-8 in the input: byte 0x%02X at %llu:%llu", *start,
           (unsigned long long)p->line, (unsigned long long)p->column);
  ++p->begin; // who handles this can read on
  ++p->column;
  raiseCondition(ctx, "encoding-error", message, list1(ctx, port));
}

int32_t readCharacter(Context *ctx, Value port) {
  PortState *p = portState(port);
  int32_t c;
  size_t length = 1;
  if (p->begin < p->end && portBytes(port)[p->begin] < 0x80)
    c = portBytes(port)[p->begin];
  else
    c = decodeNext(ctx, port, &length);
  if (c == kEndOfFile)
    return c;
  p->begin += length;
  if (c == '\n') {
    ++p->line;
    p->column = 1;
  } else {
    ++p->column;
  }
  return c;
}

int32_t peekCharacter(Context *ctx, Value port) {
  PortState *p = portState(port);
  if (p->begin < p->end && portBytes(port)[p->begin] < 0x80)
    return portBytes(port)[p->begin];
  size_t length;
  int32_t c = decodeNext(ctx, port, &length);
  if (c == kEndOfFile && p->has(PortState::File))
    p->flags |= PortState::AtEof; // the next read reports the same end
  return c;
}

//===--- Writing ----------------------------------------------------------===//

/// Makes room for `more` bytes behind the end.
static void makeRoom(Context *ctx, Value port, size_t more) {
  PortState *p = portState(port);
  if (p->has(PortState::File)) {
    writeOut(ctx, p);
    return;
  }
  size_t capacity = 2 * (p->end + more);
  Value fresh = allocateBytes(ctx, PLC_KIND_BYTES, 0, capacity);
  memcpy(plc_fields(fresh), portBytes(port), p->end);
  store(ctx, &plc_fields(port)[0], fresh);
  p->capacity = capacity;
}

void writeBytes(Context *ctx, Value port, const void *bytes, size_t length) {
  PortState *p = portState(port);
  const auto *from = static_cast<const uint8_t *>(bytes);
  while (p->capacity - p->end < length) {
    if (p->has(PortState::File)) {
      size_t part = p->capacity - p->end;
      memcpy(p->memory + p->end, from, part);
      p->end += part;
      from += part;
      length -= part;
    }
    makeRoom(ctx, port, length);
  }
  memcpy(portBytes(port) + p->end, from, length);
  p->end += length;
  if (p->has(PortState::LineFlush) && memchr(from, '\n', length))
    writeOut(ctx, p);
}

static void checkEncodable(Context *ctx, Value port, uint32_t c) {
  if (!isSurrogate(c) || portState(port)->has(PortState::Surrogates))
    return;
  char message[96];
  snprintf(message, sizeof message,
           "the lone surrogate U+%04X cannot be written as UTF-8", c);
  raiseCondition(ctx, "encoding-error", message, list1(ctx, port));
}

void writeCharacter(Context *ctx, Value port, uint32_t c) {
  checkEncodable(ctx, port, c);
  char buffer[4];
  writeBytes(ctx, port, buffer, size_t(encodeUtf8(buffer, c) - buffer));
}

void writeCharacters(Context *ctx, Value port, const StringView &text,
                     size_t start, size_t end) {
  if (!text.isWide) {
    size_t ascii = asciiPrefix(text.narrow + start, end - start);
    writeBytes(ctx, port, text.narrow + start, ascii);
    start += ascii;
  }
  while (start < end) {
    char buffer[256];
    char *out = buffer;
    while (start < end && out + 4 <= buffer + sizeof buffer) {
      uint32_t c = text[start++];
      checkEncodable(ctx, port, c);
      out = encodeUtf8(out, c);
    }
    writeBytes(ctx, port, buffer, size_t(out - buffer));
  }
}

void finishWrite(Context *ctx, Value port) {
  PortState *p = portState(port);
  if (p->has(PortState::AlwaysFlush))
    writeOut(ctx, p);
}

void flushPort(Context *ctx, Value port) {
  PortState *p = portState(port);
  if (p->has(PortState::File) && p->has(PortState::Open))
    writeOut(ctx, p);
}

void closePort(Context *ctx, Value port) {
  PortState *p = portState(port);
  if (!p->has(PortState::Open))
    return;
  if (!p->has(PortState::File)) {
    p->flags &= ~uint32_t(PortState::Open);
    return;
  }
  // What cannot be written must not leave the port open.
  int error = p->has(PortState::Output)
                  ? tryWriteOut(ctx, p, SignalAction::Handle)
                  : 0;
  releaseFile(p);
  if (error)
    raiseWriteError(ctx, p, error);
}

} // namespace plc::rt
