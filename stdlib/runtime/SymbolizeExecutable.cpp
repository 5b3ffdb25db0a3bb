//===- SymbolizeExecutable.cpp - names and lines by libbacktrace -------------===//
//
// Frames of code compiled ahead of time. Lisp procedures are the functions
// whose symbols begin with "plc:"; all others belong to the runtime and are
// left out. Without symbols (a stripped program) nothing is found.
//
//===----------------------------------------------------------------------===//
#include "stdlib/runtime/Backtrace.h"

#include <cstddef>
#include <cstring>

// The part of libbacktrace's interface that is used; gcc ships the library
// without a header that clang would find.
extern "C" {
struct backtrace_state;
using backtrace_error_callback = void (*)(void *data, const char *message,
                                          int error);
using backtrace_full_callback = int (*)(void *data, uintptr_t pc,
                                        const char *file, int line,
                                        const char *function);
using backtrace_syminfo_callback = void (*)(void *data, uintptr_t pc,
                                            const char *symbol,
                                            uintptr_t value, uintptr_t size);
backtrace_state *backtrace_create_state(const char *file, int threaded,
                                        backtrace_error_callback, void *data);
int backtrace_pcinfo(backtrace_state *, uintptr_t pc, backtrace_full_callback,
                     backtrace_error_callback, void *data);
int backtrace_syminfo(backtrace_state *, uintptr_t pc,
                      backtrace_syminfo_callback, backtrace_error_callback,
                      void *data);
}

namespace {
struct Lookup {
  plc_frame *frames;
  int capacity, count;
  const char *symbol;
};
} // namespace

static void ignoreError(void *, const char *, int) {}

static void onSymbol(void *data, uintptr_t, const char *symbol, uintptr_t,
                     uintptr_t) {
  static_cast<Lookup *>(data)->symbol = symbol;
}

static int onFrame(void *data, uintptr_t, const char *file, int line,
                   const char *function) {
  Lookup *lookup = static_cast<Lookup *>(data);
  if (lookup->count == lookup->capacity)
    return 1;
  if (!file && !function)
    return 0;
  lookup->frames[lookup->count++] = {function, file, line, 0, "lisp"};
  return 0;
}

/// "plc:(lib name):proc" -> "proc".
static const char *procedureOfSymbol(const char *symbol) {
  const char *name = strchr(symbol + 4, ':');
  // Library names are in parentheses and may contain colons themselves.
  if (symbol[4] == '(')
    if (const char *close = strstr(symbol + 4, "):"))
      name = close + 1;
  return name && name[1] ? name + 1 : symbol + 4;
}

int plc::rt::symbolizeExecutable(uint64_t pc, plc_frame *frames,
                                 int capacity) {
  static backtrace_state *state;
  if (!state)
    state = backtrace_create_state(nullptr, 0, ignoreError, nullptr);
  if (!state)
    return 0;
  // The return address may be the first byte of another line or function.
  uintptr_t call = pc - 1;
  Lookup lookup = {frames, capacity, 0, nullptr};
  backtrace_syminfo(state, call, onSymbol, ignoreError, &lookup);
  if (!lookup.symbol || strncmp(lookup.symbol, "plc:", 4) != 0)
    return 0;
  backtrace_pcinfo(state, call, onFrame, ignoreError, &lookup);
  const char *name = procedureOfSymbol(lookup.symbol);
  if (lookup.count == 0) {
    frames[0] = {name, nullptr, 0, 0, "lisp"};
    return 1;
  }
  plc_frame &outermost = frames[lookup.count - 1];
  if (!outermost.procedure || strncmp(outermost.procedure, "plc:", 4) == 0)
    outermost.procedure = name;
  return lookup.count;
}
