//===- Front.h - commands answered without the compiler ---------*- C++ -*-===//
#ifndef PLC_TOOLS_PLC_FRONT_H
#define PLC_TOOLS_PLC_FRONT_H

#include "tools/driver/Options.h"

namespace plc::front {

void printHelp(llvm::raw_ostream &out, std::optional<driver::Command> command);
int runExplain(const driver::Options &options);
int runDoctor(const driver::Options &options);
int runPlugin(const driver::Options &options);
int runCompletions(const driver::Options &options);
int runMan();

} // namespace plc::front
#endif // PLC_TOOLS_PLC_FRONT_H
