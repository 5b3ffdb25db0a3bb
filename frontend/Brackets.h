//===- Brackets.h - which bracket has no partner ----------------*- C++ -*-===//
//
// A parser notices a missing bracket far from where it is missing. This pass
// over the tokens takes indentation as evidence, says which brackets have no
// partner, and puts every bracket in its place, so that the forms around an
// error are read as they were meant.
//
//===----------------------------------------------------------------------===//
#ifndef PLC_FRONTEND_BRACKETS_H
#define PLC_FRONTEND_BRACKETS_H

#include "frontend/Tokens.h"

#include "llvm/ADT/ArrayRef.h"

namespace plc::frontend {

struct BracketProblem {
  enum Kind : uint8_t {
    Unclosed,  // token: the opening bracket
    Unmatched, // token: a closing bracket that closes nothing
    Mismatched // token: a closing bracket of another kind than `partner`
  } kind;
  uint32_t token;
  /// Mismatched: the opening bracket. Unclosed: the token before which the
  /// bracket should have been closed, or kEndOfFile. Unmatched: the token
  /// whose indentation says that the form goes on, or kEndOfFile.
  uint32_t partner;
};
constexpr uint32_t kEndOfFile = UINT32_MAX;

/// Problems in order of place; `tokens` comes back with balanced brackets:
/// closing brackets added (of no width), dropped or changed. The numbers in the
/// problems count the tokens given.
std::vector<BracketProblem> repairBrackets(llvm::StringRef text,
                                           std::vector<Token> &tokens);

/// How unlikely it is that somebody meant these brackets: how many have no
/// partner, and how many forms start in the first column within another one.
size_t implausibility(llvm::StringRef text, llvm::ArrayRef<Token> tokens);

} // namespace plc::frontend
#endif // PLC_FRONTEND_BRACKETS_H
