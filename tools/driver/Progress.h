//===- Progress.h - what a long wait waits for ------------------*- C++ -*-===//
#ifndef PLC_TOOLS_DRIVER_PROGRESS_H
#define PLC_TOOLS_DRIVER_PROGRESS_H

#include "tools/driver/Options.h"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace plc::driver {

/// Shows the stage of the compilation on the terminal once it has taken a
/// second. Silent without a terminal, with CI or PLC_NO_PROGRESS set.
class Progress {
public:
  explicit Progress(const Options &options);
  ~Progress() { finish(); }

  /// Takes the line away. True if one was shown: then a word at the end is due.
  bool finish();
  double seconds() const;

private:
  void show();

  std::chrono::steady_clock::time_point start;
  std::mutex mutex; // of the next two
  std::condition_variable changed;
  bool isFinished = false, wasShown = false;
  std::thread shower;
};

} // namespace plc::driver
#endif // PLC_TOOLS_DRIVER_PROGRESS_H
