//===- TextWrap.h - lines of a terminal -------------------------*- C++ -*-===//
#ifndef PLC_TOOLS_DRIVER_TEXTWRAP_H
#define PLC_TOOLS_DRIVER_TEXTWRAP_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/raw_ostream.h"

namespace plc::driver {

/// Writes `text` wrapped at `width` columns, each line behind `indent` blanks.
void printWrapped(llvm::raw_ostream &out, llvm::StringRef text, size_t indent,
                  size_t width = 78);

} // namespace plc::driver
#endif // PLC_TOOLS_DRIVER_TEXTWRAP_H
