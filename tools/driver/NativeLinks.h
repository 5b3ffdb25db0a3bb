//===- NativeLinks.h - native code that units refer to ----------*- C++ -*-===//
#ifndef PLC_TOOLS_DRIVER_NATIVELINKS_H
#define PLC_TOOLS_DRIVER_NATIVELINKS_H

#include "codegen/Jit.h"
#include "codegen/Link.h"
#include "tools/driver/Compiler.h"

#include "llvm/ADT/StringMap.h"

namespace plc::driver {

/// Where a module uses functions and variables of native code, by their symbols.
struct NativePlace {
  ir::Location location;
  bool isVariable = false;
};
using NativePlaces = llvm::StringMap<NativePlace>;
void addNativePlaces(const ir::Module &module, NativePlaces &places);

/// Adds shims and flags of the modules that a unit or library refers to.
void addNativeLinks(const frontend::Unit &unit, codegen::LinkOptions &options);
void addNativeLinks(const frontend::Library &library,
                    codegen::LinkOptions &options);

/// Reports each symbol that the linker did not find and that a unit or a shim
/// among the linked objects uses, with its place. False if the text tells of none.
bool reportMissingSymbols(Compiler &compiler, llvm::StringRef text,
                          const NativePlaces &places,
                          const std::vector<std::string> &objects);

/// Opens the libraries of a unit, links its shims, and reports symbols that
/// nothing defines: they become `missing`, so that the unit can be linked.
void loadNativeCode(Compiler &compiler, const frontend::Unit &unit,
                    const ir::Module &module, codegen::Jit &jit, void *missing);

/// The library, or the module whose code it is, that is being opened, or null: its
/// initialisers run.
const char *libraryBeingOpened();

} // namespace plc::driver
#endif // PLC_TOOLS_DRIVER_NATIVELINKS_H
