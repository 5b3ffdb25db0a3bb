//===- Progress.cpp - what a long wait waits for --------------------------===//

#include "tools/driver/Progress.h"

#include "tools/driver/Compiler.h"

#include "llvm/Support/Format.h"

#include <csignal>
#include <cstdlib>
#include <unistd.h>

using namespace llvm;

namespace plc::driver {

constexpr auto kPatience = std::chrono::seconds(1);
constexpr auto kInterval = std::chrono::milliseconds(250);
constexpr const char *kClearLine = "\r\x1b[K";

static bool isWanted(const Options &options) {
  auto isSet = [](const char *name) {
    const char *value = getenv(name);
    return value && *value;
  };
  const char *term = getenv("TERM");
  return !options.jsonErrors && isatty(2) && term &&
         StringRef(term) != "dumb" && !isSet("CI") && !isSet("PLC_NO_PROGRESS");
}

Progress::Progress(const Options &options)
    : start(std::chrono::steady_clock::now()) {
  if (!isWanted(options))
    return;
  sigset_t all, old;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &old);
  shower = std::thread([this] { show(); });
  pthread_sigmask(SIG_SETMASK, &old, nullptr);
}

double Progress::seconds() const {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start)
      .count();
}

void Progress::show() {
  std::unique_lock lock(mutex);
  auto isOver = [this] { return isFinished; };
  for (auto wait = std::chrono::milliseconds(kPatience);
       !changed.wait_for(lock, wait, isOver); wait = kInterval) {
    wasShown = true;
    // One write: other messages do not come between.
    std::string line;
    raw_string_ostream(line) << kClearLine << "plc: " << Stages::currentName()
                             << format(", %.0f s", seconds());
    (void)!write(2, line.data(), line.size());
  }
  if (wasShown)
    (void)!write(2, kClearLine, strlen(kClearLine));
}

bool Progress::finish() {
  if (!shower.joinable())
    return wasShown;
  {
    std::lock_guard lock(mutex);
    isFinished = true;
  }
  changed.notify_all();
  shower.join();
  return wasShown;
}

} // namespace plc::driver
