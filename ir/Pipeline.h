//===- Pipeline.h - the order of passes -------------------------*- C++ -*-===//
#ifndef PLC_IR_PIPELINE_H
#define PLC_IR_PIPELINE_H

#include "ir/PassManager.h"

namespace plc::ir {

/// Adds the passes from the frontend's output (stage raw) to code generation's
/// input (stage lowered). optLevel 0 to 2.
void buildPipeline(PassManager &passes, int optLevel);

} // namespace plc::ir
#endif // PLC_IR_PIPELINE_H
