//===- Literal.h - what tokens within literals stand for --------*- C++ -*-===//
#ifndef PLC_FRONTEND_LITERAL_H
#define PLC_FRONTEND_LITERAL_H

#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <optional>
#include <string>

namespace plc::frontend {

/// Appends a code point; surrogates are kept (WTF-8).
void appendUtf8(std::string &out, uint32_t codePoint);

/// The code point at the start of valid UTF-8, and its length.
std::pair<uint32_t, unsigned> decodeUtf8(llvm::StringRef text);

/// Appends what an escape in a string or |identifier| stands for. False if
/// there is no such escape.
bool appendEscape(std::string &out, llvm::StringRef escape, bool interpolated);

/// Appends text of a string, with every line end as a newline.
void appendStringContent(std::string &out, llvm::StringRef text);

/// Folded as by string-foldcase, one code point at a time.
std::string foldCase(llvm::StringRef text);

/// The character of `#\...`, or nothing if it has no such name.
std::optional<uint32_t> characterValue(llvm::StringRef token, bool fold);

/// The known character name nearest to that of the token, or empty.
llvm::StringRef nearestCharacterName(llvm::StringRef token);

} // namespace plc::frontend
#endif // PLC_FRONTEND_LITERAL_H
