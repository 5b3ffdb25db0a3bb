//===- Libraries.h - what to link with --------------------------*- C++ -*-===//
#ifndef PLC_C_IMPORT_LIBRARIES_H
#define PLC_C_IMPORT_LIBRARIES_H

#include "CommandLine.h"

namespace plc::cimport {

/// Fills in Module::linkFlags and Module::libraries, looking as the linker does.
/// \returns false and fills in `error` if a library is nowhere.
bool resolveLibraries(const native::ImportOptions &options,
                      const CommandLine &command, native::Module &module,
                      native::ImportError &error);

} // namespace plc::cimport
#endif // PLC_C_IMPORT_LIBRARIES_H
