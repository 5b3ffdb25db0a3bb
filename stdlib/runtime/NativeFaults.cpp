//===- NativeFaults.cpp - faults in native code ---------------------------===//
//
// The frames are walked by their unwind information, from the fault outwards to
// the first that is Lisp. What is found on the way tells whose fault it is. The
// heap may be used here: the process ends anyway.
//
//===----------------------------------------------------------------------===//
#include "stdlib/runtime/NativeFaults.h"
#include "stdlib/runtime/Backtrace.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <dlfcn.h>
#include <pthread.h>
#include <string>
#include <sys/uio.h>
#include <ucontext.h>
#include <unistd.h>
#include <unwind.h>
#include <vector>

using namespace plc::rt;

extern "C" __attribute__((weak, visibility("hidden")))
const char __executable_start[];
extern "C" __attribute__((weak, visibility("hidden"))) const char etext[];

static bool isExecutable(uint64_t pc) {
  return pc >= reinterpret_cast<uint64_t>(__executable_start) &&
         pc < reinterpret_cast<uint64_t>(etext);
}

namespace {

/// Whose code it is.
enum class Owner { Lisp, Shim, Native, Plugin, Runtime, Nobody };

struct Frame {
  Owner owner = Owner::Nobody;
  std::string name; ///< of the function; "" unknown
  std::string file; ///< Native, Plugin: of the library, "" if in the executable
  std::string place; ///< Lisp: "main.lisp:3:4"; "" unknown
};

struct Fault {
  std::string place;    ///< "`strlen` of libc.so.6"
  std::string function; ///< that Lisp called; "" unknown
  std::string caller;   ///< "at main.lisp:3:4"; "" unknown
};

} // namespace

/// The innermost of the Lisp procedures at an address; false if there is none.
static bool findLisp(uint64_t at, Frame &frame) {
  plc_frame frames[MaxInlinedFrames];
  // As for a return address, which lies behind its call.
  if (symbolize(at + 1, frames, MaxInlinedFrames) == 0)
    return false;
  const plc_frame &found = frames[0];
  frame.owner = Owner::Lisp;
  frame.name = found.procedure ? found.procedure : "";
  if (found.file && found.line)
    frame.place = std::string(found.file) + ":" + std::to_string(found.line) +
                  ":" + std::to_string(found.column);
  return true;
}

/// The runtime and what it is linked with, by the symbol.
static bool isOurs(const std::string &symbol) {
  for (const char *prefix :
       {"rt_", "prim_", "plc_", "uv_", "uv__", "__gmp", "_Unwind", "_Z",
        "main", "_start"})
    if (symbol.starts_with(prefix))
      return !symbol.starts_with("plc_shim_");
  return symbol.empty();
}

/// A library's own name for a function, `__libc_free`, or the one that programs use.
static const char *usualName(const Dl_info &info) {
  for (const char *prefix : {"__libc_", "_IO_", "__", "_"})
    if (size_t length = strlen(prefix);
        strncmp(info.dli_sname, prefix, length) == 0) {
      const char *usual = info.dli_sname + length;
      if (dlsym(RTLD_DEFAULT, usual) == info.dli_saddr)
        return usual;
    }
  return info.dli_sname;
}

static Frame frameAt(uint64_t at) {
  Frame frame;
  if (rt_is_jit_code && rt_is_jit_code(at)) {
    // A shim has no debug information.
    if (!findLisp(at, frame) || frame.place.empty())
      frame = {Owner::Shim, "", "", ""};
    return frame;
  }
  if (isExecutable(at)) {
    if (findLisp(at, frame))
      return frame;
    const char *symbol = executableSymbol(at);
    frame.name = symbol ? symbol : "";
    frame.owner = frame.name.starts_with("plc_shim_") ? Owner::Shim
                  : isOurs(frame.name)                ? Owner::Runtime
                                                      : Owner::Native;
    return frame;
  }
  Dl_info info, compiler;
  if (!dladdr(reinterpret_cast<void *>(at), &info))
    return frame;
  const char *slash = strrchr(info.dli_fname, '/');
  frame.file = slash ? slash + 1 : info.dli_fname;
  frame.name = info.dli_sname ? usualName(info) : "";
  if (rt_symbolize_hook &&
      dladdr(reinterpret_cast<void *>(rt_symbolize_hook), &compiler) &&
      compiler.dli_fbase == info.dli_fbase)
    frame.owner = Owner::Runtime;
  else if (frame.file.starts_with("plc-") || frame.file.starts_with("libffi."))
    frame.owner = Owner::Plugin;
  else
    frame.owner = Owner::Native;
  return frame;
}

static _Unwind_Reason_Code addFrame(_Unwind_Context *context, void *data) {
  auto &frames = *static_cast<std::vector<uint64_t> *>(data);
  frames.push_back(_Unwind_GetIP(context));
  return frames.size() < 1000 ? _URC_NO_REASON : _URC_END_OF_STACK;
}

/// From where it faulted outwards; the first is no return address.
static std::vector<uint64_t> faultFrames(uint64_t pc) {
  std::vector<uint64_t> frames;
  _Unwind_Backtrace(addFrame, &frames);
  while (!frames.empty() && frames.front() != pc)
    frames.erase(frames.begin());
  return frames;
}

/// Bytes from a place in the stack of this thread to its end; `most` if it lies in
/// another stack, that of a fiber.
static size_t bytesToEnd(uint64_t place, size_t most) {
  pthread_attr_t attributes;
  void *start = nullptr;
  size_t size = 0;
  if (pthread_getattr_np(pthread_self(), &attributes) != 0)
    return most;
  pthread_attr_getstack(&attributes, &start, &size);
  pthread_attr_destroy(&attributes);
  uint64_t first = reinterpret_cast<uint64_t>(start);
  return place - first < size ? std::min(most, size_t(first + size - place))
                              : most;
}

/// Where frames cannot be unwound, of code in memory or where there is no code at
/// all: by the first word of the stack that is an address in Lisp code.
static std::string callerOnStack(const ucontext_t &state) {
  static uint64_t words[8192];
  uint64_t place = uint64_t(state.uc_mcontext.gregs[REG_RSP]);
  size_t size = bytesToEnd(place, sizeof words);
  iovec to = {words, size};
  iovec from = {reinterpret_cast<void *>(place), size};
  // Unlike a read of ours it stops where the stack ends.
  ssize_t bytes = process_vm_readv(getpid(), &to, 1, &from, 1, 0);
  for (ssize_t i = 0; i < bytes / 8; ++i) {
    uint64_t at = words[i] - 1;
    Frame frame;
    if ((isExecutable(at) || (rt_is_jit_code && rt_is_jit_code(at))) &&
        findLisp(at, frame) && !frame.place.empty())
      return "at " + frame.place;
  }
  return "";
}

/// False if it is not the fault of native code.
static bool findFault(const ucontext_t &state, Fault &fault) {
  uint64_t faultedAt = uint64_t(state.uc_mcontext.gregs[REG_RIP]);
  std::vector<uint64_t> frames;
  if (frameAt(faultedAt).owner != Owner::Nobody)
    frames = faultFrames(faultedAt);
  else // which the unwinder would read
    fault.place = "a call of an address without code";
  bool isDynamic = false;
  std::string procedure;
  for (size_t i = 0; i < frames.size() && fault.caller.empty(); ++i) {
    Frame frame = frameAt(i ? frames[i] - 1 : frames[i]);
    switch (frame.owner) {
    case Owner::Lisp:
      if (i == 0)
        return false;
      // Procedures of the standard library have no place.
      if (!frame.place.empty())
        fault.caller = "at " + frame.place;
      else if (procedure.empty())
        procedure = frame.name;
      continue;
    case Owner::Runtime:
      // Between Lisp and a call whose signature was made when it runs, or one by
      // a plugin, or below all Lisp.
      if (!isDynamic && procedure.empty())
        return false;
      continue;
    case Owner::Shim:
      if (i == 0)
        fault.place = "an inline function or macro of a header";
      continue;
    case Owner::Plugin:
      isDynamic = true;
      [[fallthrough]];
    case Owner::Native:
      if (i == 0)
        fault.place = (frame.name.empty() ? "" : "`" + frame.name + "`") +
                      (frame.file.empty() ? ""
                       : frame.name.empty() ? frame.file
                                            : " of " + frame.file);
      if (!isDynamic && procedure.empty() && !frame.name.empty())
        fault.function = frame.name;
      continue;
    case Owner::Nobody: // the first frame of a thread, or code in memory
      frames.resize(i);
      continue;
    }
  }
  if (fault.caller.empty())
    fault.caller = callerOnStack(state);
  if (fault.caller.empty() && !procedure.empty())
    fault.caller = "in `" + procedure + "`";
  // Threads of native code have no caller; a jump to nowhere may be our own.
  return !fault.place.empty() && (!frames.empty() || !fault.caller.empty());
}

extern "C" bool rt_report_native_fault(int signal, const siginfo_t *info,
                                       const void *context) {
  // One that was sent tells nothing of what runs; abort sends its own.
  if (info->si_code <= 0 && signal != SIGABRT)
    return false;
  // A second fault while reporting ends at once.
  static volatile sig_atomic_t isEntered;
  if (isEntered)
    return false;
  isEntered = 1;
  Fault fault;
  if (!findFault(*static_cast<const ucontext_t *>(context), fault))
    return false;
  const char *reason = signal == SIGABRT   ? "it gave up"
                       : signal == SIGFPE  ? "arithmetic exception"
                       : signal == SIGILL  ? "illegal instruction"
                                           : "segmentation fault";
  fprintf(stderr, "error: native code crashed: %s in %s\n", reason,
          fault.place.c_str());
  if (!fault.caller.empty()) {
    fputs("note: called ", stderr);
    if (!fault.function.empty())
      fprintf(stderr, "as `%s` ", fault.function.c_str());
    fprintf(stderr, "%s\n", fault.caller.c_str());
  }
  fputs("help: what C does with memory cannot be checked: see whether the "
        "arguments are what the function expects\n",
        stderr);
  fflush(stderr);
  return true;
}

/// Returning from the handler of a fault meets it again.
static void onSignal(int signal, siginfo_t *info, void *context) {
  rt_report_native_fault(signal, info, context);
  struct sigaction action = {};
  action.sa_handler = SIG_DFL;
  sigaction(signal, &action, nullptr);
  raise(signal);
}

void plc::rt::installNativeFaults() {
  rt_fault_hook = rt_report_native_fault;
  for (int signal : {SIGABRT, SIGILL, SIGBUS, SIGFPE}) {
    struct sigaction action = {}, old;
    action.sa_sigaction = onSignal;
    action.sa_flags = SA_ONSTACK | SA_SIGINFO;
    if (sigaction(signal, nullptr, &old) == 0 && old.sa_handler == SIG_DFL)
      sigaction(signal, &action, nullptr);
  }
}
