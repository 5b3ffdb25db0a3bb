//===- Builder.cpp - makes ops --------------------------------------------===//

#include "ir/Builder.h"

#include "ir/NativeSignature.h"

#include <cassert>

namespace plc::ir {

Type typeOfDatum(const Datum *datum) {
  switch (datum->kind) {
  case DatumKind::Fixnum:
    return Type::Fixnum;
  case DatumKind::BigInteger:
  case DatumKind::Ratio:
    return Type::Real;
  case DatumKind::Flonum:
    return Type::Flonum;
  case DatumKind::Complex:
    return Type::Number;
  case DatumKind::False:
  case DatumKind::True:
    return Type::Boolean;
  case DatumKind::Null:
    return Type::Null;
  case DatumKind::Unspecified:
    return Type::Unspecified;
  case DatumKind::Character:
    return Type::Char;
  case DatumKind::String:
    return Type::String;
  case DatumKind::Symbol:
    return Type::Symbol;
  case DatumKind::Pair:
    return Type::Pair;
  case DatumKind::Vector:
    return Type::Vector;
  case DatumKind::Bytevector:
    return Type::Bytevector;
  case DatumKind::NumVector:
    return datum->text == "f64" ? Type::F64Vector : Type::Any;
  case DatumKind::Nil:
  case DatumKind::Undefined:
  case DatumKind::Eof:
  case DatumKind::Default:
  case DatumKind::Map:
    return Type::Any;
  }
  llvm_unreachable("kind of datum");
}

Op *Builder::insert(Op *op) {
  op->block = block;
  if (before) {
    op->nextOp = before;
    op->previousOp = before->previousOp;
    (op->previousOp ? op->previousOp->nextOp : block->firstOp) = op;
    before->previousOp = op;
  } else {
    op->previousOp = block->lastOp;
    (block->lastOp ? block->lastOp->nextOp : block->firstOp) = op;
    block->lastOp = op;
  }
  return op;
}

Op *Builder::create(Opcode opcode, llvm::ArrayRef<Value *> operands,
                    Type result) {
  Op *op = new Op(opcode, location);
  op->setOperands(operands);
  if (result != Type::None)
    op->resultList.push_back(new Value(result, op, nullptr, 0));
  return insert(op);
}

Op *Builder::create(Opcode opcode, llvm::ArrayRef<Value *> operands) {
  return create(opcode, operands, *parseType(opRow(opcode).result));
}

Value *Builder::constant(const Datum *datum) {
  return constant(datum, typeOfDatum(datum));
}

Value *Builder::constant(const Datum *datum, Type type) {
  Op *op = create(Opcode::Const, {}, type);
  op->datum = datum;
  return op->result();
}

Value *Builder::unspecified() {
  return constant(module.datums().make(DatumKind::Unspecified));
}

Value *Builder::boolean(bool b) {
  return constant(module.datums().boolean(b));
}

Value *Builder::boolConst(bool b) {
  Op *op = create(Opcode::BoolConst);
  op->indexAttribute = b;
  return op->result();
}

Value *Builder::fixnum(int64_t n) {
  return constant(module.datums().fixnum(n));
}

Value *Builder::flonum(double d) {
  return constant(module.datums().flonum(d));
}

Value *Builder::unary(Opcode opcode, Value *a) {
  return create(opcode, {a})->result();
}

Value *Builder::binary(Opcode opcode, Value *a, Value *b) {
  return create(opcode, {a, b})->result();
}

static llvm::SmallVector<Value *, 8> prepend(Value *first,
                                             llvm::ArrayRef<Value *> rest) {
  llvm::SmallVector<Value *, 8> all{first};
  all.append(rest.begin(), rest.end());
  return all;
}

Value *Builder::call(Value *callee, llvm::ArrayRef<Value *> args) {
  return create(Opcode::Call, prepend(callee, args))->result();
}

Value *Builder::callKnown(Function *callee, Value *self,
                          llvm::ArrayRef<Value *> args) {
  Op *op = create(Opcode::CallKnown, prepend(self, args), callee->resultType);
  op->functions.push_back(callee);
  return op->result();
}

Op *Builder::tailCall(Value *callee, llvm::ArrayRef<Value *> args) {
  return create(Opcode::TailCall, prepend(callee, args));
}

Op *Builder::tailCallKnown(Function *callee, Value *self,
                           llvm::ArrayRef<Value *> args) {
  Op *op = create(Opcode::TailCallKnown, prepend(self, args));
  op->functions.push_back(callee);
  return op;
}

Value *Builder::prim(PrimitiveId id, llvm::ArrayRef<Value *> args) {
  Op *op = create(Opcode::Prim, args, primitiveRow(id).result);
  op->primitive = id;
  return op->results().empty() ? nullptr : op->result();
}

Op *Builder::closure(llvm::ArrayRef<Function *> functions,
                     llvm::ArrayRef<Value *> captured) {
  Op *op = create(Opcode::Closure, captured, Type::None);
  op->functions.assign(functions.begin(), functions.end());
  for (unsigned i = 0; i < functions.size(); ++i)
    op->resultList.push_back(new Value(Type::Procedure, op, nullptr, i));
  return op;
}

Value *Builder::nativeCall(const NativeCallee &callee,
                           llvm::ArrayRef<Value *> args) {
  auto signature = parseNativeSignature(callee.signature);
  assert(signature && "checked by the caller");
  Op *op = create(Opcode::NativeCall, args, nativeResultType(signature->result));
  op->native = module.nativeCallee(callee);
  Value *result = op->result();
  return result->type() == Type::Flonum ? unary(Opcode::FlBox, result) : result;
}

Value *Builder::is(Type type, Value *v) {
  Op *op = create(Opcode::Is, {v});
  op->typeAttribute = type;
  return op->result();
}

Value *Builder::refine(Type type, Value *v) {
  return create(Opcode::Refine, {v}, type)->result();
}

Op *Builder::jump(Block *target, llvm::ArrayRef<Value *> args) {
  Op *op = create(Opcode::Jump);
  op->successorList.push_back({target, 0, 0});
  op->setSuccessor(0, target, args);
  return op;
}

Op *Builder::branch(Value *condition, Block *ifTrue,
                    llvm::ArrayRef<Value *> trueArgs, Block *ifFalse,
                    llvm::ArrayRef<Value *> falseArgs) {
  Op *op = create(Opcode::Branch, {condition});
  op->successorList.push_back({ifTrue, 1, 0});
  op->successorList.push_back({ifFalse, 1, 0});
  op->setSuccessor(0, ifTrue, trueArgs);
  op->setSuccessor(1, ifFalse, falseArgs);
  return op;
}

Op *Builder::ret(Value *value) { return create(Opcode::Return, {value}); }

Op *Builder::unreachable() { return create(Opcode::Unreachable); }

Op *Builder::clone(const Op *op) {
  Op *copy = new Op(op->code, op->place);
  copy->datum = op->datum;
  copy->functions = op->functions;
  copy->global = op->global;
  copy->primitive = op->primitive;
  copy->typeAttribute = op->typeAttribute;
  copy->indexAttribute = op->indexAttribute;
  copy->nameAttribute = op->nameAttribute;
  if (op->native)
    copy->native = module.nativeCallee(*op->native);
  copy->ownOperands = op->ownOperands;
  copy->operandList = op->operandList;
  copy->addUsers(0, copy->operandList.size());
  copy->successorList = op->successorList;
  for (Value *r : op->resultList) {
    auto *v = new Value(r->type(), copy, nullptr, r->index());
    v->setName(r->name());
    copy->resultList.push_back(v);
  }
  return insert(copy);
}

} // namespace plc::ir
