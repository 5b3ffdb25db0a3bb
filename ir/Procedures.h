//===- Procedures.h - procedures of one module in another -------*- C++ -*-===//
//
// A constant procedure of another unit can have a Function in a module
// (Origin), so that calls of it are known ones. Its copy in the text of an
// interface is a module of its own, from which the blocks come when a call
// would gain by them.
//
//===----------------------------------------------------------------------===//
#ifndef PLC_IR_PROCEDURES_H
#define PLC_IR_PROCEDURES_H

#include "ir/Module.h"

namespace plc::ir {

/// The function of an external constant procedure, made if there is none yet:
/// one block that does what nobody knows.
Function *declareProcedure(Module &module, GlobalVariable *global);

/// Makes a function a declaration again, without the copy of its blocks and
/// what is nested in them.
void forgetBlocks(Module &module, Function *function);

/// Copies the blocks of a function of another module, and what is nested in
/// them, to one without blocks. Globals are found or made by their symbols and
/// are external in `target`'s module if they are new there; other functions
/// that are called must be constant procedures.
void copyBlocks(const Function &from, Function *target);

/// The global of a function that is a constant procedure; null for others.
GlobalVariable *globalOf(const Function *function);

} // namespace plc::ir
#endif // PLC_IR_PROCEDURES_H
