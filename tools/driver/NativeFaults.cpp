//===- NativeFaults.cpp - faults in native code ---------------------------===//

#include "tools/driver/NativeFaults.h"

#include "tools/driver/Process.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Path.h"

#include <dlfcn.h>
#include <sys/uio.h>
#include <ucontext.h>
#include <unistd.h>
#include <unwind.h>

using namespace llvm;

namespace plc::driver {

static _Unwind_Reason_Code addFrame(_Unwind_Context *context, void *data) {
  auto &frames = *static_cast<SmallVectorImpl<uint64_t> *>(data);
  frames.push_back(_Unwind_GetIP(context));
  return frames.size() < 1000 ? _URC_NO_REASON : _URC_END_OF_STACK;
}

/// From where it faulted outwards; the first is no return address.
static SmallVector<uint64_t, 64> faultFrames(uint64_t pc) {
  SmallVector<uint64_t, 64> frames;
  _Unwind_Backtrace(addFrame, &frames);
  while (!frames.empty() && frames.front() != pc)
    frames.erase(frames.begin());
  return frames;
}

static std::string textOf(const codegen::CodePlace &place) {
  return place.file + ":" + std::to_string(place.line) + ":" +
         std::to_string(place.column);
}

/// Where frames cannot be unwound, of code in memory or where there is no code at
/// all: by the first word of the stack that is an address in Lisp code.
static std::string callerOnStack(const ucontext_t &state) {
  static uint64_t words[8192];
  iovec to = {words, sizeof words};
  iovec from = {reinterpret_cast<void *>(state.uc_mcontext.gregs[REG_RSP]),
                sizeof words};
  // Unlike a read of ours it stops where the stack ends.
  ssize_t bytes = process_vm_readv(getpid(), &to, 1, &from, 1, 0);
  for (ssize_t i = 0; i < bytes / 8; ++i)
    if (auto place = Process::placeInMemory(words[i] - 1); place && place->line)
      return textOf(*place);
  return "";
}

static std::string nameOf(const Dl_info &info) {
  return info.dli_sname ? info.dli_sname : "";
}

std::optional<NativeFault> findNativeFault(const void *signalContext) {
  Dl_info ours, runtime, info;
  if (!Process::runtimeCode() ||
      !dladdr(reinterpret_cast<void *>(&findNativeFault), &ours) ||
      !dladdr(Process::runtimeCode(), &runtime))
    return std::nullopt;
  NativeFault fault;
  bool isDynamic = false, isFirst = true;
  auto &state = *static_cast<const ucontext_t *>(signalContext);
  uint64_t faultedAt = uint64_t(state.uc_mcontext.gregs[REG_RIP]);
  SmallVector<uint64_t, 64> frames;
  if (Process::placeInMemory(faultedAt) ||
      dladdr(reinterpret_cast<void *>(faultedAt), &info))
    frames = faultFrames(faultedAt);
  else // which the unwinder would read
    fault.place = "a call of an address without code";
  for (uint64_t pc : frames) {
    // A return address lies behind its call.
    uint64_t at = isFirst ? pc : pc - 1;
    if (std::optional<codegen::CodePlace> place = Process::placeInMemory(at)) {
      if (place->line) { // Lisp
        if (isFirst)
          return std::nullopt;
        fault.caller = textOf(*place);
        return fault;
      }
      // A shim: it has no debug information.
      if (isFirst)
        fault.place = "an inline function or macro of a header";
    } else if (!dladdr(reinterpret_cast<void *>(at), &info)) {
      break;
    } else if (info.dli_fbase == runtime.dli_fbase ||
               info.dli_fbase == ours.dli_fbase) {
      // Between Lisp and a call whose signature was made when it runs.
      if (!isDynamic)
        return std::nullopt;
    } else {
      StringRef file = sys::path::filename(info.dli_fname);
      // What called it there may be a tail call of plc-c.so.
      isDynamic |= file == "plc-c.so" || file.starts_with("libffi.");
      std::string name = nameOf(info);
      if (isFirst)
        fault.place =
            (name.empty() ? "" : "`" + name + "` of ") + file.str();
      if (!isDynamic && !name.empty())
        fault.function = name;
    }
    isFirst = false;
  }
  fault.caller = callerOnStack(state);
  if (fault.place.empty() || fault.caller.empty())
    return std::nullopt;
  return fault;
}

} // namespace plc::driver
