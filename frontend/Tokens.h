//===- Tokens.h - the tokens of a file, from its syntax tree ----*- C++ -*-===//
//
// The leaves of the Tree-sitter tree in order. The grammar's lexing does not
// depend on the parser's state, so the tokens are right even where the tree is
// an error; the Reader builds forms from them after Brackets.cpp has put every
// bracket in its place.
//
//===----------------------------------------------------------------------===//
#ifndef PLC_FRONTEND_TOKENS_H
#define PLC_FRONTEND_TOKENS_H

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <vector>

namespace plc::frontend {

enum class TokenKind : uint8_t {
  // Opening brackets; isOpening() knows the order.
  ListStart,         // (
  BracketStart,      // [
  VectorStart,       // #(
  NumberVectorStart, // #u8(
  MapStart,          // {
  ListEnd,           // )
  BracketEnd,        // ]
  MapEnd,            // }
  InterpolationStart, // { in #"..."
  InterpolationEnd,
  StringStart,
  InterpolatedStringStart,
  StringContent,
  Escape,
  StringEnd,
  Quote,
  Quasiquote,
  Unquote,
  UnquoteSplicing,
  DatumComment,
  Label,
  LabelReference,
  Dot,
  Boolean,
  Character,
  Number,     // or an identifier that looks like one, such as 1+
  Identifier, // keywords too
  HashName,   // # and a name that means nothing
  Directive,
  Shebang,
  UnterminatedComment,
  UnterminatedBar,
  Stray // text that is no token, such as control characters
};

struct Token {
  TokenKind kind;
  uint32_t begin;
  uint32_t end;
};

inline bool isOpening(TokenKind kind) { return kind <= TokenKind::MapStart; }
inline bool isClosing(TokenKind kind) {
  return kind >= TokenKind::ListEnd && kind <= TokenKind::MapEnd;
}
/// The closing bracket that belongs to an opening one.
inline TokenKind closingOf(TokenKind opening) {
  return opening == TokenKind::BracketStart ? TokenKind::BracketEnd
         : opening == TokenKind::MapStart   ? TokenKind::MapEnd
                                            : TokenKind::ListEnd;
}
inline llvm::StringRef bracketText(TokenKind closing) {
  return closing == TokenKind::BracketEnd ? "]"
         : closing == TokenKind::MapEnd   ? "}"
                                          : ")";
}

/// Tokens of text, which is valid UTF-8, comments and blanks left out.
std::vector<Token> tokenize(llvm::StringRef text);

/// A file's tokens in which every string has an end. Where one is missing, the
/// string is taken to end with its first line.
struct TokenizedText {
  std::vector<Token> tokens;
  /// Where the strings start that had no end.
  llvm::SmallVector<uint32_t, 0> unterminated;
};
TokenizedText tokenizeWithRecovery(llvm::StringRef text);

} // namespace plc::frontend
#endif // PLC_FRONTEND_TOKENS_H
