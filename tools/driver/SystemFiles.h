//===- SystemFiles.h - where plc finds what it needs ------------*- C++ -*-===//
#ifndef PLC_TOOLS_DRIVER_SYSTEMFILES_H
#define PLC_TOOLS_DRIVER_SYSTEMFILES_H

#include <string>
#include <vector>

namespace plc::driver {

/// $PLC_CACHE_DIR, $XDG_CACHE_HOME/plc or ~/.cache/plc.
std::string cacheFolder();
/// $XDG_STATE_HOME/plc or ~/.local/state/plc: the REPL's history.
std::string stateFolder();

/// ld.lld-19; empty if it is not installed.
std::string findLinker();
/// Folders with the crt files and static libraries of C, gcc, C++ and GMP.
std::vector<std::string> systemLibraryFolders();
/// Folders that may have libLLVM.
std::vector<std::string> llvmLibraryFolders();

} // namespace plc::driver
#endif // PLC_TOOLS_DRIVER_SYSTEMFILES_H
