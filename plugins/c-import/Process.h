//===- Process.h - running other programs -----------------------*- C++ -*-===//
#ifndef PLC_C_IMPORT_PROCESS_H
#define PLC_C_IMPORT_PROCESS_H

#include <cstdint>
#include <string>
#include <vector>

namespace plc::cimport {

struct ProcessResult {
  int status = -1; ///< -1: could not be started, or was ended by a signal
  std::string output, errors;
};

/// Runs a program without a shell and waits for it. What is found on the path
/// needs no folder.
ProcessResult runProcess(const std::vector<std::string> &command);

/// The path of a program: as it is, on PATH or in LLVM's folder; "" if it is
/// nowhere.
std::string findProgram(const std::string &name);

/// The whole file; false if it cannot be read.
bool readFile(const std::string &path, std::string &contents);

/// Writes by way of a second file and a rename, so that readers see all or
/// nothing. \returns "" or what went wrong, with the place.
std::string writeFile(const std::string &path, const std::string &contents);

/// The folder for files of the importers (`$PLC_CACHE_DIR`, `$XDG_CACHE_HOME/plc`
/// or `~/.cache/plc`): a folder in it.
std::string cacheFolder(const char *name = "c-import");

bool isFile(const std::string &path);

/// A hash of bytes that is the same on every machine.
uint64_t hashBytes(const std::string &bytes, uint64_t seed = 0);
std::string hexText(uint64_t value);

} // namespace plc::cimport
#endif // PLC_C_IMPORT_PROCESS_H
