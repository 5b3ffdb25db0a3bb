//===- Jit.h - opening libplcjit.so -----------------------------*- C++ -*-===//
#ifndef PLC_TOOLS_PLC_JIT_H
#define PLC_TOOLS_PLC_JIT_H

#include <string>

namespace plc::front {

/// Absolute path of this executable.
const std::string &executablePath();
/// The folder lib/ that belongs to this executable.
std::string libraryFolder();

/// Hands the command line to the compiler; returns the exit status.
int runInJit(int argc, char **argv);

} // namespace plc::front
#endif // PLC_TOOLS_PLC_JIT_H
