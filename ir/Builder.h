//===- Builder.h - makes ops ------------------------------------*- C++ -*-===//
#ifndef PLC_IR_BUILDER_H
#define PLC_IR_BUILDER_H

#include "ir/Module.h"

namespace plc::ir {

/// Inserts ops at a point: before an op, or at the end of a block.
class Builder {
public:
  explicit Builder(Module &module) : module(module) {}
  Builder(Module &module, Block *block) : module(module) { setEnd(block); }

  void setEnd(Block *target) {
    block = target;
    before = nullptr;
  }
  void setBefore(Op *op) {
    block = op->parent();
    before = op;
  }
  Block *insertBlock() const { return block; }
  Location location;

  /// Any op with a fixed or given result type (None: no result).
  Op *create(Opcode opcode, llvm::ArrayRef<Value *> operands, Type result);
  /// An op whose result type stands in its row.
  Op *create(Opcode opcode, llvm::ArrayRef<Value *> operands = {});

  Value *constant(const Datum *datum);
  Value *constant(const Datum *datum, Type type);
  Value *unspecified();
  Value *boolean(bool b);
  Value *boolConst(bool b);
  Value *fixnum(int64_t n);
  Value *flonum(double d);
  Value *unary(Opcode opcode, Value *a);
  Value *binary(Opcode opcode, Value *a, Value *b);
  Value *call(Value *callee, llvm::ArrayRef<Value *> args);
  Value *callKnown(Function *callee, Value *self,
                   llvm::ArrayRef<Value *> args);
  Op *tailCall(Value *callee, llvm::ArrayRef<Value *> args);
  Op *tailCallKnown(Function *callee, Value *self,
                    llvm::ArrayRef<Value *> args);
  /// Null when the primitive never returns (an `unreachable` must follow).
  Value *prim(PrimitiveId id, llvm::ArrayRef<Value *> args);
  Op *closure(llvm::ArrayRef<Function *> functions,
              llvm::ArrayRef<Value *> captured = {});
  /// The result as a tagged value.
  Value *nativeCall(const NativeCallee &callee, llvm::ArrayRef<Value *> args);
  Value *is(Type type, Value *v);
  Value *refine(Type type, Value *v);
  Op *jump(Block *target, llvm::ArrayRef<Value *> args = {});
  Op *branch(Value *condition, Block *ifTrue, llvm::ArrayRef<Value *> trueArgs,
             Block *ifFalse, llvm::ArrayRef<Value *> falseArgs);
  Op *ret(Value *value);
  Op *unreachable();

  /// A copy of an op without its successors' blocks changed; operands mapped by
  /// the caller afterwards.
  Op *clone(const Op *op);
  Module &module;

private:
  Op *insert(Op *op);
  Block *block = nullptr;
  Op *before = nullptr;
};

/// Type of a constant: fixnum, flonum (unboxed), pair, string, ...
Type typeOfDatum(const Datum *datum);

} // namespace plc::ir
#endif // PLC_IR_BUILDER_H
