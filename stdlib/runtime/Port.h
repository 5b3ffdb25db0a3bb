//===- Port.h - ports --------------------------------------------*- C++ -*-===//
//
// Every port is a byte buffer. Textual ports decode and encode UTF-8 at its
// edge; string ports are textual ports whose bytes stay in memory (there, lone
// surrogates are allowed, in the WTF-8 form).
//
// A PORT object has 8 tagged words, then a raw pointer to its state. State and
// buffer of a file port are malloc'ed: its finalizer and the exit of the
// process write them out. A memory port has a null pointer, its state follows
// in the object, and its buffer is a BYTES object in tagged word 0: it needs no
// finalizer.
//
//===----------------------------------------------------------------------===//
#ifndef PLC_RUNTIME_PORT_H
#define PLC_RUNTIME_PORT_H

#include "stdlib/runtime/Text.h"

namespace plc::rt {

inline constexpr unsigned kPortTaggedWords = 8;

struct PortState {
  enum Flag : uint32_t {
    Input = 1,
    Output = 2,
    Textual = 4,
    Open = 8,
    File = 16,        ///< reads from or writes to fd
    Surrogates = 32,  ///< memory port: WTF-8
    LineFlush = 64,   ///< a terminal: flush at every newline
    AlwaysFlush = 128,///< stderr: flush after every operation
    AtEof = 256,      ///< a read found the end; forgotten once reported
    FoldCase = 512,   ///< #!fold-case was read
    Standard = 1024   ///< stdin, stdout, stderr: never closed
  };
  uint32_t flags;
  int fd;
  uint8_t *memory;    ///< buffer of a file port
  uint64_t capacity;
  uint64_t begin;     ///< input: next byte
  uint64_t end;       ///< input: end of what was read; output: bytes buffered
  uint64_t line;      ///< of the next character, from 1
  uint64_t column;    ///< from 1, in characters
  char *name;         ///< malloc'ed file name, or null
  PortState *next, **link; ///< list of the open output file ports

  bool has(Flag flag) const { return flags & flag; }
};

inline bool isPort(Value v) { return plc_is_kind(v, PLC_KIND_PORT); }
inline PortState *portState(Value port) {
  Value *raw = plc_fields(port) + kPortTaggedWords;
  return raw[0] ? reinterpret_cast<PortState *>(raw[0])
                : reinterpret_cast<PortState *>(raw + 1);
}
/// The buffer. Moves when the heap does: fetch it after every allocation.
inline uint8_t *portBytes(Value port) {
  PortState *p = portState(port);
  return p->memory ? p->memory
                   : reinterpret_cast<uint8_t *>(plc_fields(plc_fields(port)[0]));
}

/// Memory port with room for `capacity` bytes, or the shell of a file port.
Value allocateMemoryPort(Context *ctx, uint32_t flags, size_t capacity);
Value allocateFilePort(Context *ctx, PortState *state);
/// Input port over `length` bytes that it copies.
Value openMemoryInput(Context *ctx, const uint8_t *bytes, size_t length,
                      uint32_t flags);

//===--- The current ports ------------------------------------------------===//

enum PortRole { CurrentInput, CurrentOutput, CurrentError };
/// The procedures that current-input-port etc. are; 0 until the library has
/// made them. Roots.
extern Value portParameters[3];
/// The port that an input or output procedure uses by default.
Value currentPort(Context *ctx, PortRole role);
/// stdin, stdout or stderr of the process.
Value standardPort(Context *ctx, PortRole role);

/// The port given or, for PLC_DEFAULT, the current one; raises if it is not an
/// open port of that kind. `need`: Input or Output, with Textual or not.
Value checkPort(Context *ctx, const char *who, int position, Value port,
                uint32_t need);

//===--- Reading ----------------------------------------------------------===//

inline constexpr int32_t kEndOfFile = -1;
/// Next character, consumed or not; kEndOfFile at the end. Raises on bytes that
/// are no UTF-8.
int32_t readCharacter(Context *ctx, Value port);
int32_t peekCharacter(Context *ctx, Value port);
/// Makes at least one byte available; false at the end of file.
bool fillPort(Context *ctx, Value port);

//===--- Writing ----------------------------------------------------------===//

/// Appends bytes as they are; text must be UTF-8 (WTF-8 for memory ports).
void writeBytes(Context *ctx, Value port, const void *bytes, size_t length);
/// Appends characters; raises for surrogates that the port cannot encode.
void writeCharacters(Context *ctx, Value port, const StringView &text,
                     size_t start, size_t end);
void writeCharacter(Context *ctx, Value port, uint32_t c);
/// After an operation: flushes ports that want it.
void finishWrite(Context *ctx, Value port);
void flushPort(Context *ctx, Value port);
void closePort(Context *ctx, Value port);

/// Appends to a port what `write` shows (Print.cpp).
enum class WriteStyle : uint8_t { Write, WriteShared, WriteSimple, Display };
void writeDatum(Context *ctx, Value port, Value datum, WriteStyle style);
/// How the host of a FOREIGN object shows it: malloc'ed UTF-8, or null. Set by
/// whoever makes such objects; may call back into Lisp.
extern char *(*describeForeign)(Context *ctx, Value object, bool write);
/// Next datum of a textual input port, or PLC_EOF (Read.cpp).
Value readDatum(Context *ctx, Value port);

//===--- Files (FilePorts.cpp) --------------------------------------------===//

/// Reads more bytes behind `end`; false at the end of file.
bool readMore(Context *ctx, PortState *p);
/// Writes out the buffer of an output file port; raises file-error.
void writeOut(Context *ctx, PortState *p);
/// What a signal does that asks for a poll: it is handled at once, and a raise
/// leaves what is not yet written in the buffer; it stops the writing, and the
/// error is EINTR; or it waits.
enum class SignalAction { Handle, Stop, Wait };
/// Writes out the buffer; 0 or the error number, and then the buffer is lost.
int tryWriteOut(Context *ctx, PortState *p, SignalAction action);
/// Called around what goes to a standard stream, where the REPL has set it.
extern void (*rt_output_hook)(int fd, const char *text, size_t length,
                              bool isBefore);
[[noreturn]] void raiseWriteError(Context *ctx, PortState *p, int error);
/// Port on a descriptor; takes ownership of a malloc'ed name.
Value openDescriptor(Context *ctx, int fd, uint32_t flags, char *name);
/// Closes descriptor and list entry; the buffer goes. What was not written out
/// is lost.
void releaseFile(PortState *p);
[[noreturn]] void raiseFileError(Context *ctx, const char *action,
                                 const char *name, int error);
/// Writes out all output file ports; false, after a message on stderr, if some
/// could not.
bool flushAllPorts(Context *ctx);
/// Standard output once it is used; else null.
extern PortState *standardOutput;
/// Writes out what waits for standard output.
void showOutput(Context *ctx);

} // namespace plc::rt

extern "C" bool plc_flush_ports(plc_context *ctx);

#endif // PLC_RUNTIME_PORT_H
