//===- LambdaLift.cpp - captured values become parameters -----------------===//
// before   func @g(%x) in @f { ... %y of @f ... }   call.known @g(%g, %a)
// after    func @g(%x, %y') { ... %y' ... }         call.known @g(_, %a, %y)
// Why      a procedure that is only called by name then needs no closure: no
//          allocation, and its captured values arrive in registers.
// Method   Johnsson 1985. All functions of one `closure` op are lifted
//          together when their parameters still fit in registers; what they
//          capture is closed under their calls of one another.
// Requires canonical, known-calls, after contify.
//===----------------------------------------------------------------------===//

#include "ir/Builder.h"
#include "ir/analysis/Nesting.h"
#include "ir/passes/Passes.h"

#include "llvm/ADT/Statistic.h"

#define DEBUG_TYPE "lambda-lift"
ALWAYS_ENABLED_STATISTIC(numLifted, "procedures that became closed");

namespace plc::ir {
namespace {

constexpr size_t kRegisterArgs = 5;

class Lifting {
public:
  explicit Lifting(Module &module) : module(module), b(module) {}

  bool run() {
    bool changed = false;
    children = nestedFunctions(module);
    llvm::SmallVector<Op *, 32> closures;
    for (auto &f : module.functions())
      for (auto &block : f->blocks())
        for (Op *op : *block)
          if (op->opcode() == Opcode::Closure && op->operandCount() == 0)
            closures.push_back(op);
    // Outer ones first: inner ones then capture parameters.
    for (Op *op : closures)
      changed |= lift(op);
    return changed;
  }

private:
  bool lift(Op *closure) {
    for (unsigned i = 0; i < closure->functions.size(); ++i)
      if (!hasOnlyKnownCalls(closure->result(i), closure->functions[i]))
        return false;
    ValueSet captured;
    for (Function *f : closure->functions)
      for (Value *v : freeValues(f, children))
        if (v->op() != closure &&
            !(v->op() && isRematerializable(v->op())))
          captured.insert(v);
    // Tail calls need equal prototypes; only tagged parameters leave them so.
    assert(llvm::all_of(captured,
                        [](Value *v) { return isTagged(v->type()); }) &&
           "a closure holds Lisp values");
    size_t most = 0;
    for (Function *f : closure->functions) {
      if (f->hasRest)
        return false;
      most = std::max(most, f->entry()->arguments().size());
    }
    if (most + captured.size() > kRegisterArgs)
      return false;

    // The parameters stand for the values within each function's nest.
    llvm::DenseMap<const Function *, llvm::DenseMap<Value *, Value *>> local;
    for (Function *f : closure->functions) {
      auto &map = local[f];
      for (Value *v : captured)
        map[v] = f->entry()->addArgument(v->type(), v->name());
      substitute(f, map);
    }
    for (Function *f : closure->functions) {
      Value *self = closure->result(indexOf(closure, f));
      llvm::SmallVector<Op *, 8> calls(self->users());
      for (Op *call : calls) {
        const Function *home = liftedHome(call->function(), closure);
        llvm::SmallVector<Value *, 8> operands(call->operands());
        b.setBefore(call);
        b.location = call->location();
        operands[0] = b.unspecified();
        for (Value *v : captured)
          operands.push_back(home ? local[home][v] : v);
        call->setOperands(operands);
      }
      materializeConstants(f);
      llvm::erase(children[f->parent], f);
      f->parent = nullptr;
      ++numLifted;
    }
    closure->erase();
    return true;
  }

  static unsigned indexOf(Op *closure, Function *f) {
    return llvm::find(closure->functions, f) - closure->functions.begin();
  }

  /// The lifted function in whose nest `f` lies, if any.
  static const Function *liftedHome(const Function *f, Op *closure) {
    for (; f; f = f->parent)
      if (llvm::is_contained(closure->functions, f))
        return f;
    return nullptr;
  }

  template <typename Action>
  void forNest(Function *f, Action action) {
    llvm::SmallVector<Function *, 8> work{f};
    while (!work.empty()) {
      Function *g = work.pop_back_val();
      for (auto &block : g->blocks())
        for (Op *op : opsOf(block.get()))
          action(op);
      auto found = children.find(g);
      if (found != children.end())
        work.append(found->second.begin(), found->second.end());
    }
  }

  void substitute(Function *f, llvm::DenseMap<Value *, Value *> &map) {
    forNest(f, [&](Op *op) {
      for (unsigned i = 0; i < op->allOperands().size(); ++i)
        if (Value *v = map.lookup(op->allOperands()[i]))
          op->setOperand(i, v);
    });
  }

  /// Outer constants are repeated inside, so that nothing outer is left.
  void materializeConstants(Function *f) {
    llvm::DenseMap<Value *, Value *> copies;
    forNest(f, [&](Op *op) {
      for (unsigned i = 0; i < op->allOperands().size(); ++i) {
        Value *v = op->allOperands()[i];
        if (!v->op() || isNestedIn(v->block()->function(), f) ||
            !isRematerializable(v->op()))
          continue;
        Value *&copy = copies[v];
        if (!copy) {
          b.setBefore(f->entry()->first());
          copy = b.clone(v->op())->result();
        }
        op->setOperand(i, copy);
      }
    });
  }

  Module &module;
  Builder b;
  Children children;
};

} // namespace

bool runLambdaLift(Module &module) { return Lifting(module).run(); }

} // namespace plc::ir
