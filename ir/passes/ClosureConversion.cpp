//===- ClosureConversion.cpp - captured values become fields --------------===//
// before   func @g() in @f { return %x of @f }    %g = closure @g
// after    func @g() { %x' = free 0  return %x' } %g = closure @g (%x)
// Why      code generation wants closed functions.
// Method   a greatest fixed point finds closures that capture nothing but one
//          another: they are static objects, repeated where they are used.
//          The others get their captured values as operands, in order of first
//          use; a function's own value is `self`. Outer functions go first, so
//          that an inner one captures what its parent has loaded.
// Requires canonical. Gives lowered; sets captureCount and escapes.
//===----------------------------------------------------------------------===//

#include "ir/Builder.h"
#include "ir/analysis/Nesting.h"
#include "ir/passes/Passes.h"

#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/Statistic.h"

#include <map>

#define DEBUG_TYPE "closure-conversion"
ALWAYS_ENABLED_STATISTIC(numStatic, "closures that capture nothing");
ALWAYS_ENABLED_STATISTIC(numCaptured, "values captured by closures");

namespace plc::ir {
namespace {

class Conversion {
public:
  explicit Conversion(Module &module) : module(module), b(module) {}

  void run() {
    materializeConstants();
    children = nestedFunctions(module);
    makers = closureOps(module);
    findStaticClosures();
    free = allFreeValues(module, children);
    for (Function *f : nestedInOrder())
      convert(f);
    for (auto &[closure, values] : capturedBy) {
      llvm::append_range(values, closure->operands());
      closure->setOperands(values);
    }
    for (auto &f : module.functions())
      f->parent = nullptr;
    markEscapes();
    module.stage = Stage::Lowered;
  }

private:
  /// Constants of an outer function are repeated in the function that uses
  /// them.
  void materializeConstants() {
    for (auto &f : module.functions()) {
      llvm::DenseMap<Value *, Value *> copies;
      forUses(f.get(), [&](Op *op, unsigned i, Value *v) {
        if (v->op() && v->block()->function() != f.get() &&
            isRematerializable(v->op()))
          op->setOperand(i, copyInEntry(f.get(), v, copies));
      });
    }
  }

  Value *copyInEntry(Function *f, Value *v,
                     llvm::DenseMap<Value *, Value *> &copies) {
    Value *&copy = copies[v];
    if (!copy) {
      b.setBefore(f->entry()->first());
      copy = b.clone(v->op())->result();
    }
    return copy;
  }

  template <typename Action> void forUses(Function *f, Action action) {
    for (auto &block : f->blocks())
      for (Op *op : opsOf(block.get()))
        for (unsigned i = 0; i < op->allOperands().size(); ++i)
          action(op, i, op->allOperands()[i]);
  }

  void findStaticClosures() {
    llvm::DenseSet<Op *> candidates;
    for (auto &f : module.functions())
      for (auto &block : f->blocks())
        for (Op *op : *block)
          if (op->opcode() == Opcode::Closure)
            candidates.insert(op);
    std::map<Op *, std::vector<Value *>> captured;
    FreeValues uses = allFreeValues(module, children);
    for (Op *op : candidates)
      for (Function *f : op->functions)
        llvm::append_range(captured[op], uses[f]);
    for (bool again = true; again;) {
      again = false;
      for (auto &[op, values] : captured) {
        if (!candidates.contains(op))
          continue;
        for (Value *v : values)
          if (!v->op() || !candidates.contains(v->op())) {
            candidates.erase(op);
            again = true;
            break;
          }
      }
    }
    // Repeat static closures where they are used, so that none is captured.
    for (auto &f : module.functions()) {
      llvm::DenseMap<Value *, Value *> copies;
      forUses(f.get(), [&](Op *op, unsigned i, Value *v) {
        if (!v->op() || v->block()->function() == f.get() ||
            !candidates.contains(v->op()))
          return;
        Value *&copy = copies[v];
        if (!copy) {
          b.setBefore(f->entry()->first());
          b.location = v->op()->location();
          copy = b.closure({v->op()->functions[v->index()]})->result();
          copy->setName(v->name());
        }
        op->setOperand(i, copy);
      });
    }
    numStatic += candidates.size();
  }

  std::vector<Function *> nestedInOrder() const {
    std::vector<Function *> order;
    llvm::SmallVector<const Function *, 16> work;
    for (auto &f : module.functions())
      if (!f->parent)
        work.push_back(f.get());
    for (size_t i = 0; i < work.size(); ++i) {
      auto found = children.find(work[i]);
      if (found == children.end())
        continue;
      for (Function *child : found->second) {
        order.push_back(child);
        work.push_back(child);
      }
    }
    return order;
  }

  void convert(Function *f) {
    Op *closure = makers.lookup(f);
    if (!closure)
      return;
    unsigned position =
        llvm::find(closure->functions, f) - closure->functions.begin();
    Value *own = closure->result(position);
    const llvm::DenseMap<Value *, Value *> &outside =
        local[closure->function()];
    llvm::DenseMap<Value *, Value *> inside;
    llvm::SmallVector<Value *, 8> captured;
    Op *first = f->entry()->first();
    for (Value *v : free[f]) {
      b.setBefore(first);
      b.location = f->location;
      Op *load;
      if (v == own) {
        load = b.create(Opcode::Self);
      } else {
        assert(isTagged(v->type()) && "a closure holds Lisp values");
        load = b.create(Opcode::Free, {}, v->type());
        load->indexAttribute = captured.size();
        auto loaded = outside.find(v);
        captured.push_back(loaded == outside.end() ? v : loaded->second);
      }
      load->result()->setName(v->name());
      inside[v] = load->result();
    }
    forUses(f, [&](Op *op, unsigned i, Value *v) {
      if (Value *replacement = inside.lookup(v))
        op->setOperand(i, replacement);
    });
    f->captureCount = captured.size();
    numCaptured += captured.size();
    // Operands are grouped by function in the order of the op's functions, which
    // are converted in that order, though others come between them. They are
    // set at once, as a body can have thousands of procedures.
    llvm::append_range(capturedBy[closure], captured);
    local[f] = std::move(inside);
  }

  void markEscapes() {
    for (auto &f : module.functions())
      f->escapes = false;
    for (auto &g : module.globals())
      if (g->function)
        g->function->escapes = true;
    for (auto &f : module.functions())
      for (auto &block : f->blocks())
        for (Op *op : *block)
          if (op->opcode() == Opcode::Closure)
            for (unsigned i = 0; i < op->functions.size(); ++i)
              if (!hasOnlyKnownCalls(op->result(i), op->functions[i]))
                op->functions[i]->escapes = true;
    module.init()->escapes = true;
    // A closure that reaches itself may hand itself on.
    for (auto &f : module.functions())
      for (auto &block : f->blocks())
        for (Op *op : *block)
          if ((op->opcode() == Opcode::Self &&
               !hasOnlyKnownCalls(op->result(), f.get())))
            f->escapes = true;
  }

  Module &module;
  Builder b;
  Children children;
  ClosureOps makers; // before static closures are repeated
  FreeValues free;   // after that
  llvm::MapVector<Op *, llvm::SmallVector<Value *, 8>> capturedBy;
  /// In each function that is converted, what stands for the values of others.
  llvm::DenseMap<const Function *, llvm::DenseMap<Value *, Value *>> local;
};

} // namespace

bool runClosureConversion(Module &module) {
  Conversion(module).run();
  return true;
}

} // namespace plc::ir
