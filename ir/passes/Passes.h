//===- Passes.h - declarations of all passes --------------------*- C++ -*-===//
#ifndef PLC_IR_PASSES_PASSES_H
#define PLC_IR_PASSES_PASSES_H

#include "ir/Module.h"

namespace plc::ir {

/// Each transforms the module and says whether it changed anything.
#define PASS(Id, Name, Doc) bool run##Id(Module &module);
#include "ir/Passes.def"

} // namespace plc::ir
#endif // PLC_IR_PASSES_PASSES_H
