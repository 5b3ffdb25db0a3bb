//===- InlineCall.h - a procedure's text in the place of a call -*- C++ -*-===//
#ifndef PLC_IR_INLINECALL_H
#define PLC_IR_INLINECALL_H

#include "ir/Builder.h"

namespace plc::ir {

/// Replaces a call.known or tailcall.known by a copy of the blocks of `callee`,
/// which is the callee or has its parameters. Its values go to where the call's
/// went.
void inlineCall(Op *call, const Function *callee, Builder &builder);

} // namespace plc::ir
#endif // PLC_IR_INLINECALL_H
