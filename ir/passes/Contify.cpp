//===- Contify.cpp - known procedures become blocks -----------------------===//
// before   %loop = closure @loop            after   jump ^loop(%zero)
//          tailcall.known @loop(%loop, %0)        ^loop(%i):
//          func @loop(%i) { ... }                   ...
// Why      a named let, a state machine of local procedures or a procedure
//          that is called once costs a jump instead of a call, its variables
//          are block arguments that can be unboxed, and nothing is captured.
// Method   Fluet & Weeks, "Contification using dominators", 2001, restricted
//          to one `closure` op at a time: all uses are known calls, calls from
//          the group's own bodies are tail calls, and calls from the enclosing
//          function are either all tail calls or one single other call. Then
//          self tail calls of the remaining functions become loops.
// Requires canonical, known-calls. Iterates to a fixed point.
//===----------------------------------------------------------------------===//

#include "ir/Builder.h"
#include "ir/Inlined.h"
#include "ir/analysis/Nesting.h"
#include "ir/passes/Passes.h"

#include "llvm/ADT/Statistic.h"

#define DEBUG_TYPE "contify"
ALWAYS_ENABLED_STATISTIC(numContified, "procedures that became blocks");
ALWAYS_ENABLED_STATISTIC(numLoops, "self tail calls that became jumps");

namespace plc::ir {
namespace {

class Contification {
public:
  explicit Contification(Module &module) : module(module), b(module) {}

  bool run() {
    bool changed = false;
    for (bool again = true; again;) {
      again = false;
      // Other closure ops only move when one is contified.
      for (Op *op : allClosures())
        if (contify(op))
          again = changed = true;
    }
    for (auto &f : module.functions())
      changed |= loopSelfCalls(f.get());
    return changed;
  }

private:
  llvm::SmallVector<Op *, 32> allClosures() const {
    llvm::SmallVector<Op *, 32> ops;
    for (auto &f : module.functions())
      for (auto &block : f->blocks())
        for (Op *op : *block)
          if (op->opcode() == Opcode::Closure && op->operandCount() == 0)
            ops.push_back(op);
    return ops;
  }

  /// The calls of the group, or nothing when it cannot be contified.
  bool findCalls(Op *closure, llvm::SmallVectorImpl<Op *> &calls,
                 Op *&returningCall) const {
    Function *outer = closure->function();
    bool hasOuterTailCall = false;
    for (unsigned i = 0; i < closure->functions.size(); ++i) {
      Function *f = closure->functions[i];
      if (!hasOnlyKnownCalls(closure->result(i), f))
        return false;
      for (Op *call : closure->result(i)->users()) {
        bool isTail = call->opcode() == Opcode::TailCallKnown;
        if (call->function() == outer) {
          if (isTail) {
            hasOuterTailCall = true;
          } else {
            if (returningCall)
              return false;
            returningCall = call;
          }
        } else if (!isTail ||
                   !llvm::is_contained(closure->functions, call->function())) {
          return false;
        }
        calls.push_back(call);
      }
    }
    return !calls.empty() && !(returningCall && hasOuterTailCall);
  }

  bool contify(Op *closure) {
    llvm::SmallVector<Op *, 8> calls;
    Op *returningCall = nullptr;
    if (!findCalls(closure, calls, returningCall))
      return false;
    Function *outer = closure->function();
    // Calls inside the bodies only: nobody enters them.
    if (llvm::none_of(calls, [&](Op *c) { return c->function() == outer; }))
      return false;

    Block *after = nullptr;
    if (returningCall)
      after = splitAfter(returningCall);
    llvm::SmallVector<Function *, 4> functions(closure->functions.begin(),
                                               closure->functions.end());
    llvm::DenseMap<Function *, Block *> entries;
    for (Function *f : functions)
      entries[f] = f->entry();
    // Where the procedures now run. Outer calls are tail calls or one call, so
    // that all of them leave the same frames.
    Op *outerCall = *llvm::find_if(
        calls, [&](Op *c) { return c->function() == outer; });
    for (Function *f : functions) {
      InlinedLocations inlined(*f, outerCall);
      llvm::SmallVector<Block *, 16> blocks;
      for (auto &block : f->blocks())
        blocks.push_back(block.get());
      blocks.front()->setName(
          f->lispName.empty() ? llvm::StringRef("body") : f->lispName);
      for (Block *block : blocks) {
        for (Op *op : *block)
          op->setLocation(inlined(op->location()));
        if (after)
          redirectReturn(block, after, closure, returningCall->location());
        outer->adoptBlock(block);
      }
    }
    for (Op *call : calls) {
      b.setBefore(call);
      b.location = call->location();
      // A returning call stands at the end of its split block.
      b.jump(entries[call->callee()], call->operands().drop_front());
      call->erase();
    }
    closure->erase();
    for (auto &f : module.functions())
      if (llvm::is_contained(functions, f->parent))
        f->parent = outer;
    for (Function *f : functions)
      module.eraseFunction(f);
    numContified += functions.size();
    return true;
  }

  /// Moves what follows the call to a new block whose argument is the result.
  Block *splitAfter(Op *call) {
    Block *after = call->function()->addBlock("after");
    Value *result = after->addArgument(call->result()->type(),
                                       call->result()->name());
    call->result()->replaceAllUsesWith(result);
    for (Op *op = call->next(); op;) {
      Op *next = op->next();
      op->moveToEnd(after);
      op = next;
    }
    return after;
  }

  /// What delivered a value to the caller delivers it to `after`.
  void redirectReturn(Block *block, Block *after, Op *closure, Location call) {
    Op *end = block->terminator();
    b.setBefore(end);
    b.location = end->opcode() == Opcode::Return ? end->location() : call;
    switch (end->opcode()) {
    case Opcode::Return:
      b.jump(after, {end->operand(0)});
      break;
    case Opcode::TailCall:
      b.jump(after,
             {b.call(end->operand(0), end->operands().drop_front())});
      break;
    case Opcode::TailCallKnown:
      if (end->operand(0)->op() == closure)
        return; // becomes a jump within the group
      b.jump(after, {b.callKnown(end->callee(), end->operand(0),
                                 end->operands().drop_front())});
      break;
    default:
      return;
    }
    end->erase();
  }

  bool loopSelfCalls(Function *f) {
    llvm::SmallVector<Op *, 4> calls;
    for (auto &block : f->blocks())
      if (Op *end = block->terminator())
        if (end->opcode() == Opcode::TailCallKnown && end->callee() == f &&
            isOwnClosure(end->operand(0), f))
          calls.push_back(end);
    if (calls.empty())
      return false;
    // The entry block cannot be a target: its copy is the loop header.
    Block *entry = f->entry();
    Block *header = f->addBlock("loop");
    llvm::SmallVector<Value *, 8> parameters;
    for (Value *parameter : entry->arguments()) {
      Value *argument =
          header->addArgument(parameter->type(), parameter->name());
      parameter->replaceAllUsesWith(argument);
      parameters.push_back(parameter);
    }
    for (Op *op : opsOf(entry))
      op->moveToEnd(header);
    b.setEnd(entry);
    b.location = f->location;
    b.jump(header, parameters);
    for (Op *call : calls) {
      b.setBefore(call);
      b.location = call->location();
      b.jump(header, call->operands().drop_front());
      call->erase();
      ++numLoops;
    }
    return true;
  }

  /// The closure that is running: the very value that made f, or none at all
  /// where f is closed.
  static bool isOwnClosure(Value *self, Function *f) {
    Op *op = self->op();
    return op && (op->opcode() == Opcode::Const ||
                  (op->opcode() == Opcode::Closure &&
                   op->functions[self->index()] == f &&
                   !isNestedIn(op->function(), f)));
  }

  Module &module;
  Builder b;
};

} // namespace

bool runContify(Module &module) { return Contification(module).run(); }

} // namespace plc::ir
