//===- System.h - the process -----------------------------------*- C++ -*-===//
#ifndef PLC_RUNTIME_SYSTEM_H
#define PLC_RUNTIME_SYSTEM_H

namespace plc::rt {
/// What (command-line) returns; the strings must stay.
void setCommandLine(int argc, char **argv);
} // namespace plc::rt
#endif // PLC_RUNTIME_SYSTEM_H
