//===- NativeFaults.h - faults in native code -------------------*- C++ -*-===//
//
// Programs in memory share the process with the compiler: a fault in a function
// of C that the program calls is told from one of ours by the frames.
//
//===----------------------------------------------------------------------===//
#ifndef PLC_TOOLS_DRIVER_NATIVEFAULTS_H
#define PLC_TOOLS_DRIVER_NATIVEFAULTS_H

#include <csignal>
#include <optional>
#include <string>

namespace plc::driver {

struct NativeFault {
  std::string place;    ///< "`strlen` of libc.so.6"
  std::string function; ///< that Lisp called; "" unknown
  std::string caller;   ///< "main.lisp:3:4"; "" unknown
};

/// What faulted, if that is native code which a program called. Only in the
/// handler of a signal; may use the heap, as the process ends anyway.
std::optional<NativeFault> findNativeFault(const void *signalContext);

} // namespace plc::driver
#endif // PLC_TOOLS_DRIVER_NATIVEFAULTS_H
