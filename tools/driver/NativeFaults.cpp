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

/// Where there is no code, at NULL say, nothing can be unwound: the first word
/// of the stack that is an address in Lisp code.
static SmallVector<uint64_t, 64> framesOnStack(const ucontext_t &state) {
  static uint64_t words[8192];
  iovec to = {words, sizeof words};
  iovec from = {reinterpret_cast<void *>(state.uc_mcontext.gregs[REG_RSP]),
                sizeof words};
  // Unlike a read of ours it stops where the stack ends.
  ssize_t bytes = process_vm_readv(getpid(), &to, 1, &from, 1, 0);
  for (ssize_t i = 0; i < bytes / 8; ++i)
    if (auto place = Process::placeInMemory(words[i]); place && place->line)
      return {words[i]};
  return {};
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
  SmallVector<uint64_t, 64> frames = faultFrames(faultedAt);
  if (!Process::placeInMemory(faultedAt) &&
      !dladdr(reinterpret_cast<void *>(faultedAt), &info)) {
    fault.place = "a call of an address without code";
    frames = framesOnStack(state);
    isFirst = false;
  }
  for (uint64_t pc : frames) {
    // A return address lies behind its call.
    uint64_t at = isFirst ? pc : pc - 1;
    if (std::optional<codegen::CodePlace> place = Process::placeInMemory(at)) {
      if (place->line) { // Lisp
        if (isFirst)
          return std::nullopt;
        fault.caller = place->file + ":" + std::to_string(place->line) + ":" +
                       std::to_string(place->column);
        return fault;
      }
      fault.function = place->function; // a shim
      if (isFirst)
        fault.place = "`" + place->function + "`";
    } else if (!dladdr(reinterpret_cast<void *>(at), &info)) {
      return std::nullopt;
    } else if (info.dli_fbase == runtime.dli_fbase ||
               info.dli_fbase == ours.dli_fbase) {
      // Between Lisp and a call whose signature was made when it runs.
      if (!isDynamic)
        return std::nullopt;
    } else {
      StringRef file = sys::path::filename(info.dli_fname);
      isDynamic |= file == "plc-c.so";
      std::string name = nameOf(info);
      if (isFirst)
        fault.place =
            (name.empty() ? "" : "`" + name + "` of ") + file.str();
      if (!isDynamic && !name.empty() && !file.starts_with("libffi"))
        fault.function = name;
    }
    isFirst = false;
  }
  return std::nullopt;
}

} // namespace plc::driver
