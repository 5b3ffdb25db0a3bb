//===- CalledParameters.cpp - parameters that are procedures --------------===//

#include "ir/analysis/CalledParameters.h"

#include "ir/analysis/Facts.h"

namespace plc::ir {

CalledParameters::CalledParameters(const Module &module) {
  // What a procedure of another unit does with its parameters is in its
  // interface.
  for (auto &global : module.globals())
    if (global->function && !global->function->isOwn() && module.procedures)
      if (const ExportedProcedure *known =
              module.procedures->find(global->symbol))
        called[global->function] = known->calledParameters;
  bool changed = true;
  auto note = [&](Value *v) {
    v = baseOf(v);
    if (!v->isArgument() || v->block() != v->block()->function()->entry() ||
        v->index() >= 32)
      return;
    uint32_t &bits = called[v->block()->function()];
    changed |= !(bits >> v->index() & 1);
    bits |= uint32_t(1) << v->index();
  };
  while (changed) {
    changed = false;
    for (auto &f : module.functions())
      for (auto &block : f->blocks())
        for (const Op *op : *block)
          switch (op->opcode()) {
          case Opcode::Call:
          case Opcode::TailCall:
            note(op->operand(0));
            break;
          case Opcode::CallKnown:
          case Opcode::TailCallKnown:
            for (unsigned i = 1; i < op->operandCount() && i <= 32; ++i)
              if (called.lookup(op->callee()) >> (i - 1) & 1)
                note(op->operand(i));
            break;
          default:
            break;
          }
  }
}

bool isKnownProcedure(const Value *value) {
  static const PrimitiveId caseLambda = primitiveById("CaseLambda");
  const Op *op = baseOf(const_cast<Value *>(value))->op();
  if (!op)
    return false;
  switch (op->opcode()) {
  case Opcode::Closure:
  case Opcode::GlobalClosure:
  case Opcode::PrimRef:
    return true;
  case Opcode::Prim:
    return op->primitive == caseLambda;
  default:
    return false;
  }
}

} // namespace plc::ir
