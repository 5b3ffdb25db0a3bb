//===- Backtrace.h - from return addresses to Lisp names --------*- C++ -*-===//
#ifndef PLC_RUNTIME_BACKTRACE_H
#define PLC_RUNTIME_BACKTRACE_H

#include <cstdint>

extern "C" {

/// One frame of a trace; inlined procedures are frames of their own.
typedef struct plc_frame {
  const char *procedure; ///< null: unknown
  const char *file;      ///< null: unknown
  int line, column;      ///< 0: unknown
  const char *language;  ///< "lisp", "python", ...
} plc_frame;

/// Set by libplcjit.so: frames of JIT-compiled code at `pc`, innermost first;
/// the result is their number, 0 if the address is not its own.
extern int (*rt_symbolize_hook)(uint64_t pc, plc_frame *frames, int capacity);

/// Set by libplcjit.so: true of addresses inside JIT-compiled code.
extern bool (*rt_is_jit_code)(uint64_t pc);

} // extern "C"

namespace plc::rt {

inline constexpr int MaxInlinedFrames = 48;
/// Frames at a return address: the hook, then the executable's debug
/// information (SymbolizeExecutable.cpp). Frames of the runtime give 0.
int symbolize(uint64_t pc, plc_frame *frames, int capacity);
int symbolizeExecutable(uint64_t pc, plc_frame *frames, int capacity);
/// The symbol of the executable's function at an address, of the runtime, too;
/// null in a stripped program and where there is none.
const char *executableSymbol(uint64_t at);

} // namespace plc::rt
#endif // PLC_RUNTIME_BACKTRACE_H
