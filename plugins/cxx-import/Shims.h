//===- Shims.h - generated C++ that is compiled -----------------*- C++ -*-===//
#ifndef PLC_CXX_IMPORT_SHIMS_H
#define PLC_CXX_IMPORT_SHIMS_H

#include "CommandLine.h"

#include "plc/native.h"

#include <string>

namespace plc::cxximport {

/// Compiles a file of shims, or finds it in the cache. \returns false and fills in
/// `error` if it cannot be compiled, or it needs what no library has
/// \param head       what it begins with: the headers
/// \param isShared   these are parsed once for several files
bool compileShims(const cimport::CommandLine &command, const std::string &head,
                  const std::string &source, bool isShared, const native::Module &imported, native::Module &module,
                  native::ImportError &error);

/// The folder of plc's own headers.
std::string headerFolder();
/// What they say.
uint64_t hashOwnHeaders();

/// A row of a table of overloads that is not called but told, with the reason.
std::string refusedRow(const std::string &declaration, const std::string &arity,
                       const std::string &reason);

} // namespace plc::cxximport
#endif // PLC_CXX_IMPORT_SHIMS_H
