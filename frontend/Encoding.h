//===- Encoding.h - source text as UTF-8 ------------------------*- C++ -*-===//
#ifndef PLC_FRONTEND_ENCODING_H
#define PLC_FRONTEND_ENCODING_H

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <string>

namespace plc::frontend {

/// The text with bytes that are not UTF-8, and a byte order mark, blanked out; of the
/// same length. \param badBytes  gets the offset at which each run of them begins
std::string withoutBadBytes(llvm::StringRef text,
                            llvm::SmallVectorImpl<uint32_t> &badBytes);

} // namespace plc::frontend
#endif // PLC_FRONTEND_ENCODING_H
