//===- NativeLinks.h - what programs with native code link ------*- C++ -*-===//
#ifndef PLC_TOOLS_DRIVER_NATIVELINKS_H
#define PLC_TOOLS_DRIVER_NATIVELINKS_H

#include "codegen/Link.h"
#include "tools/driver/Compiler.h"

namespace plc::driver {

/// Adds what the program and the libraries that it uses need: object files with
/// shims, libraries and their folders.
void addNativeLinks(Compiler &compiler, const frontend::Unit &program,
                    codegen::LinkOptions &options);
/// Opens the libraries that a unit needs, for code in this process; false after
/// a diagnostic.
bool openNativeLibraries(Compiler &compiler, const frontend::Unit &unit);

} // namespace plc::driver
#endif // PLC_TOOLS_DRIVER_NATIVELINKS_H
