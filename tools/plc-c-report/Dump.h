//===- Dump.h - native declarations as text ---------------------*- C++ -*-===//
#ifndef PLC_TOOLS_C_REPORT_DUMP_H
#define PLC_TOOLS_C_REPORT_DUMP_H

#include "plc/native.h"

namespace plc::creport {

/// One line for each declaration, in the order of the module; `isAll`: those of
/// included headers, too.
std::vector<std::string> dump(const native::Module &module, bool isAll);

} // namespace plc::creport
#endif // PLC_TOOLS_C_REPORT_DUMP_H
