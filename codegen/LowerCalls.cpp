//===- LowerCalls.cpp - calls ---------------------------------------------===//
//
// See runtime.md 1.3. Every tail call is a musttail where the prototypes allow
// it, which they always do between procedures of the uniform prototype. A
// procedure with a prototype of its own is never tail called except by its
// like, so that the frame which stays when it makes a tail call itself is one
// for each call that is none.
//
//===----------------------------------------------------------------------===//

#include "codegen/FunctionLowering.h"

namespace plc::codegen {

using namespace ir;

bool FunctionLowering::canMustTail(llvm::FunctionType *callee) const {
  return target->getFunctionType() == callee;
}

llvm::CallInst *FunctionLowering::callUniform(
    llvm::Value *code, llvm::Value *callee, llvm::Value *argc,
    llvm::ArrayRef<llvm::Value *> arguments, bool isTail) {
  llvm::FunctionType *type = types.uniform();
  llvm::SmallVector<llvm::Value *, 8> all{context, callee, argc};
  all.append(arguments.begin(),
             arguments.begin() +
                 std::min<size_t>(arguments.size(), PLC_REGISTER_ARGS));
  if (isTail)
    standAlone();
  if (isTail || unit.options.optLevel > 0)
    all.resize(type->getNumParams(), llvm::PoisonValue::get(types.word));
  else
    // A prefix of the prototype has the same registers and is compiled faster.
    // (Optimized, such a call of a known procedure would count as wrong.)
    type = types.uniformPrefix(all.size());
  // Nothing may run between these stores and the callee's loads.
  for (size_t i = PLC_REGISTER_ARGS; i < arguments.size(); ++i)
    storeContext(arguments[i],
                 offsetof(plc_context, argv) + 8 * (i - PLC_REGISTER_ARGS));
  auto *call = b.CreateCall(type, code, all);
  call->setCallingConv(llvm::CallingConv::PreserveNone);
  if (isTail && canMustTail(types.uniform()))
    call->setTailCallKind(llvm::CallInst::TCK_MustTail);
  else // a merged call would have no place in traces
    call->addFnAttr(llvm::Attribute::NoMerge);
  return call;
}

void FunctionLowering::finishCall(const Op *op, llvm::CallInst *call,
                                  bool isTail) {
  if (!isTail)
    set(op->result(), call);
  else if (call->isMustTailCall())
    b.CreateRet(call);
  else
    emitReturn(call);
}

void FunctionLowering::lowerCall(const Op *op, bool isTail) {
  const Value *callee = op->operand(0);
  llvm::SmallVector<llvm::Value *, 8> arguments;
  for (const Value *argument : op->operands().drop_front())
    arguments.push_back(get(argument));
  llvm::Value *argc = word(arguments.size());
  llvm::Value *v = get(callee);

  const Op *definition = callee->op();
  if (definition && definition->opcode() == Opcode::PrimRef &&
      primitiveRow(definition->primitive).lowering ==
          PrimitiveLowering::LispCall)
    return finishCall(op,
                      callUniform(unit.runtime.primitive(definition->primitive),
                                  v, argc, arguments, isTail),
                      isTail);
  if (definition && definition->opcode() == Opcode::GlobalClosure &&
      definition->global->isExternal)
    if (llvm::Function *code = unit.externalCode(definition->global,
                                                 arguments.size())) {
      // Closed procedures look at no closure, bodies at no argument count.
      llvm::Value *unused = llvm::PoisonValue::get(types.word);
      bool isBody = !definition->global->hasRest();
      return finishCall(op,
                        callUniform(code, unused, isBody ? unused : argc,
                                    arguments, isTail),
                        isTail);
    }
  if (callee->type() == Type::Procedure) {
    llvm::Value *code =
        b.CreateIntToPtr(load(v, 8 - PLC_TAG_PROCEDURE), types.pointer);
    return finishCall(op, callUniform(code, v, argc, arguments, isTail),
                      isTail);
  }
  // What is no procedure has the same call out of line, so that the usual
  // one can use the code address in memory.
  llvm::BasicBlock *wrong = newColdBlock("not.procedure");
  llvm::Function *rescue = unit.runtime.get(RuntimeCall::rt_not_procedure);
  require(hasTag(v, PLC_TAG_PROCEDURE), wrong);
  llvm::Value *code =
      b.CreateIntToPtr(load(v, 8 - PLC_TAG_PROCEDURE), types.pointer);
  if (isTail) {
    finishCall(op, callUniform(code, v, argc, arguments, true), true);
    b.SetInsertPoint(wrong);
    finishCall(op, callUniform(rescue, v, argc, arguments, true), true);
    return;
  }
  llvm::Value *value = callUniform(code, v, argc, arguments, false);
  llvm::BasicBlock *usual = b.GetInsertBlock();
  llvm::BasicBlock *join = newBlock("");
  jump({join});
  b.SetInsertPoint(wrong);
  llvm::Value *rescued = callUniform(rescue, v, argc, arguments, false);
  jump({join});
  b.SetInsertPoint(join);
  llvm::PHINode *phi = b.CreatePHI(types.word, 2);
  phi->addIncoming(value, usual);
  phi->addIncoming(rescued, wrong);
  set(op->result(), phi);
}

void FunctionLowering::lowerCallKnown(const Op *op, bool isTail) {
  const ir::Function *callee = op->callee();
  llvm::Function *body = unit.procedure(callee).body;
  llvm::Value *itself = unit.plan.usesSelf(callee)
                            ? get(op->operand(0))
                            : llvm::PoisonValue::get(types.word);
  auto parameters = callee->entry()->arguments();
  assert(op->operandCount() - 1 == parameters.size() &&
         "argument count of a known call");
  llvm::SmallVector<llvm::Value *, 8> arguments;
  for (const Value *argument : op->operands().drop_front())
    arguments.push_back(get(argument));
  llvm::CallInst *call;
  if (hasOwnPrototype(*callee)) {
    llvm::SmallVector<llvm::Value *, 8> all{context, itself};
    all.append(arguments.begin(), arguments.end());
    assert((!isTail || canMustTail(body->getFunctionType())) &&
           "verified: a tail call of another prototype");
    if (isTail)
      standAlone();
    call = b.CreateCall(body, all);
    call->setCallingConv(llvm::CallingConv::PreserveNone);
    if (isTail)
      call->setTailCallKind(llvm::CallInst::TCK_MustTail);
    else
      call->addFnAttr(llvm::Attribute::NoMerge);
  } else {
    call = callUniform(body, itself, llvm::PoisonValue::get(types.word),
                       arguments, isTail);
  }
  if (!isTail && callee->resultType == Type::None)
    return;
  finishCall(op, call, isTail);
}

} // namespace plc::codegen
