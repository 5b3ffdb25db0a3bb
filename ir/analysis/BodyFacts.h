//===- BodyFacts.h - what copies of a procedure cost ------------*- C++ -*-===//
#ifndef PLC_IR_ANALYSIS_BODYFACTS_H
#define PLC_IR_ANALYSIS_BODYFACTS_H

#include "ir/Module.h"

namespace plc::ir {

struct BodyFacts {
  /// Ops, without those that any function can repeat at no cost, or that are
  /// no code.
  size_t size = 0;
  bool makesClosures = false;
  std::vector<Op *> selfCalls; // not in tail position
  bool hasSelfTailCall = false;
  /// All it does is raise: called where something has gone wrong.
  bool neverReturns = true;
};
BodyFacts factsOf(const Function *function);

/// The op is a raise in tail position, or follows one. (Or another primitive
/// that never returns.)
bool isRaise(const Op *terminator);

/// A copy costs about as much as a call.
bool isSmallBody(const BodyFacts &facts);

/// How many ops the copies that one pass makes may add to a unit. Small units
/// may double; in large ones most of the code runs seldom, and compiling it
/// takes the time of all of it.
size_t growthAllowance(const Module &module);

} // namespace plc::ir
#endif // PLC_IR_ANALYSIS_BODYFACTS_H
