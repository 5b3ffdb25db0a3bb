//===- Inline.cpp - small known procedures in place -----------------------===//
// before   %r = call.known @square(_, %x)     after   %r = num.mul %x, %x
// Why      the call costs more than a small body, and facts about arguments
//          reach the body. A small recursive procedure is inlined into itself
//          a level or two: fib makes 2.8 times fewer calls that way.
// Method   bounded by the size of the body and of the caller (Waddell & Dybvig
//          1997 in spirit). Bodies that make closures are left alone.
// Requires canonical, known-calls.
//===----------------------------------------------------------------------===//

#include "ir/Clone.h"
#include "ir/Inlined.h"
#include "ir/analysis/Nesting.h"
#include "ir/passes/Passes.h"

#include "llvm/ADT/Statistic.h"
#include "llvm/ADT/Twine.h"

#define DEBUG_TYPE "inline"
ALWAYS_ENABLED_STATISTIC(numInlined, "calls replaced by the body");
ALWAYS_ENABLED_STATISTIC(numUnrolled, "recursive calls replaced by the body");

namespace plc::ir {
namespace {

constexpr size_t kSmallBody = 24;
constexpr size_t kRecursiveBody = 40;
constexpr size_t kLargestCaller = 2000;
constexpr size_t kLargestUnrolled = 160;
constexpr unsigned kUnrollLevels = 2;

struct BodyFacts {
  size_t size = 0;
  bool makesClosures = false;
  std::vector<Op *> selfCalls; // not in tail position
  bool hasSelfTailCall = false;
};

BodyFacts factsOf(const Function *f) {
  BodyFacts facts;
  for (auto &block : f->blocks())
    for (Op *op : *block) {
      if (!isRematerializable(op))
        ++facts.size;
      if (op->opcode() == Opcode::Closure)
        facts.makesClosures = true;
      if (op->opcode() == Opcode::CallKnown && op->callee() == f)
        facts.selfCalls.push_back(op);
      if (op->opcode() == Opcode::TailCallKnown && op->callee() == f)
        facts.hasSelfTailCall = true;
    }
  return facts;
}

class Inlining {
public:
  explicit Inlining(Module &module) : module(module), b(module) {}

  bool run() {
    bool changed = false;
    for (auto &f : module.functions())
      facts[f.get()] = factsOf(f.get());
    for (auto &f : module.functions())
      changed |= inlineInto(f.get());
    llvm::SmallVector<Function *, 16> recursive;
    for (auto &f : module.functions())
      if (!facts[f.get()].selfCalls.empty())
        recursive.push_back(f.get());
    for (Function *f : recursive)
      changed |= unroll(f);
    return changed;
  }

private:
  bool inlineInto(Function *f) {
    bool changed = false;
    llvm::SmallVector<Op *, 16> calls;
    for (auto &block : f->blocks())
      for (Op *op : *block)
        if (op->opcode() == Opcode::CallKnown ||
            op->opcode() == Opcode::TailCallKnown)
          calls.push_back(op);
    for (Op *call : calls) {
      Function *callee = call->callee();
      const BodyFacts &body = facts[callee];
      if (callee == f || body.makesClosures || !body.selfCalls.empty() ||
          body.hasSelfTailCall || body.size > kSmallBody ||
          facts[f].size + body.size > kLargestCaller)
        continue;
      inlineCall(call, callee);
      facts[f].size += body.size;
      ++numInlined;
      changed = true;
    }
    if (changed)
      facts[f] = factsOf(f);
    return changed;
  }

  /// Replaces the recursive calls of f by its body, as it was, while small.
  bool unroll(Function *f) {
    BodyFacts now = factsOf(f);
    if (now.makesClosures || now.size > kRecursiveBody ||
        now.selfCalls.size() > 4)
      return false;
    Function *original =
        module.addFunction(module.uniqueSymbol((f->symbol() + ".copy").str()));
    original->parent = f->parent;
    original->lispName = f->lispName;
    original->location = f->location;
    llvm::SmallVector<Block *, 16> blocks = blocksOf(f);
    cloneBlocks(blocks, original, b);
    size_t bodySize = now.size;
    bool changed = false;
    for (unsigned level = 0;
         level < kUnrollLevels && !now.selfCalls.empty() &&
         now.size + now.selfCalls.size() * bodySize <= kLargestUnrolled;
         ++level) {
      for (Op *call : now.selfCalls) {
        inlineCall(call, original);
        ++numUnrolled;
      }
      changed = true;
      now = factsOf(f);
    }
    module.eraseFunction(original);
    return changed;
  }

  static llvm::SmallVector<Block *, 16> blocksOf(const Function *f) {
    llvm::SmallVector<Block *, 16> blocks;
    for (auto &block : f->blocks())
      blocks.push_back(block.get());
    return blocks;
  }

  /// Copies the body to the end of the caller; returns the copy of the entry.
  /// With `after`, what left the procedure continues there.
  Block *cloneBody(const Function *callee, const Op *call, Block *after) {
    llvm::SmallVector<Block *, 16> blocks = blocksOf(callee);
    BlockClone clone = cloneBlocks(blocks, call->function(), b);
    InlinedLocations inlined(*callee, call);
    for (Block *block : blocks) {
      Block *copy = clone.blocks[block];
      for (Op *op : *copy)
        op->setLocation(inlined(op->location()));
      if (after)
        leaveTo(copy->terminator(), after, call->location());
    }
    return clone.blocks[callee->entry()];
  }

  void leaveTo(Op *op, Block *after, Location call) {
    b.setBefore(op);
    b.location = op->opcode() == Opcode::Return ? op->location() : call;
    switch (op->opcode()) {
    case Opcode::Return:
      b.jump(after, {op->operand(0)});
      break;
    case Opcode::TailCall:
      b.jump(after, {b.call(op->operand(0), op->operands().drop_front())});
      break;
    case Opcode::TailCallKnown:
      b.jump(after, {b.callKnown(op->callee(), op->operand(0),
                                 op->operands().drop_front())});
      break;
    default:
      return;
    }
    op->erase();
  }

  void inlineCall(Op *call, const Function *callee) {
    Function *caller = call->function();
    Block *after = nullptr;
    if (call->opcode() == Opcode::CallKnown) {
      after = caller->addBlock("after");
      Value *result = after->addArgument(call->result()->type(),
                                         call->result()->name());
      call->result()->replaceAllUsesWith(result);
      for (Op *op = call->next(); op;) {
        Op *next = op->next();
        op->moveToEnd(after);
        op = next;
      }
    }
    Block *entry = cloneBody(callee, call, after);
    entry->setName(callee->lispName);
    b.setBefore(call);
    b.location = call->location();
    b.jump(entry, call->operands().drop_front());
    call->erase();
  }

  Module &module;
  Builder b;
  llvm::DenseMap<const Function *, BodyFacts> facts;
};

} // namespace

bool runInline(Module &module) { return Inlining(module).run(); }

} // namespace plc::ir
