//===- NativeFaults.h - faults in native code -------------------*- C++ -*-===//
//
// A fault in a function of C that the program calls is told from one of ours by
// the frames between it and Lisp.
//
//===----------------------------------------------------------------------===//
#ifndef PLC_RUNTIME_NATIVEFAULTS_H
#define PLC_RUNTIME_NATIVEFAULTS_H

#include <csignal>

namespace plc::rt {

/// From now on faults in native code are reported before the process ends by
/// their signal, unless somebody else handles it. Costs nothing until then.
void installNativeFaults();

/// Asked by the handler of SIGSEGV about what is no stack overflow: as
/// rt_report_native_fault. Null in programs that use nothing foreign.
extern bool (*rt_fault_hook)(int signal, const siginfo_t *info,
                             const void *context);

} // namespace plc::rt

/// Says on standard error what faulted and where Lisp called it; false if it is
/// not native code that the program called. Only in the handler of a signal.
extern "C" bool rt_report_native_fault(int signal, const siginfo_t *info,
                                       const void *context);

#endif // PLC_RUNTIME_NATIVEFAULTS_H
