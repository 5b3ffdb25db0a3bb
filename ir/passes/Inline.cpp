//===- Inline.cpp - small known procedures in place -----------------------===//
// before   %r = call.known @square(_, %x)     after   %r = num.mul %x, %x
// Why      the call costs more than a small body, and facts about arguments
//          reach the body.
// Method   bounded by the size of the body and of the caller (Waddell & Dybvig
//          1997 in spirit). Bodies that make closures are left alone, and so
//          are recursive ones, which unroll takes. In a large unit, calls that
//          are in no loop take the smallest bodies only, as many as may be
//          added to the unit.
// Requires canonical, known-calls.
//===----------------------------------------------------------------------===//

#include "ir/InlineCall.h"
#include "ir/analysis/BodyFacts.h"
#include "ir/analysis/Loops.h"
#include "ir/passes/Passes.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/Statistic.h"

#include <map>

#define DEBUG_TYPE "inline"
ALWAYS_ENABLED_STATISTIC(numInlined, "calls replaced by the body");
ALWAYS_ENABLED_STATISTIC(numLeft, "calls left alone in a large unit");

namespace plc::ir {
namespace {

constexpr size_t kLargestCaller = 2000;
/// Takes less room than the call.
constexpr size_t kTinyBody = 3;

class Inlining {
public:
  explicit Inlining(Module &module) : module(module), b(module) {}

  bool run() {
    bool changed = false;
    for (auto &f : module.functions())
      facts[f.get()] = factsOf(f.get());
    findCalls();
    findLargestBody();
    for (auto &[f, calls] : callers)
      changed |= inlineInto(f, calls);
    return changed;
  }

private:
  struct Call {
    Op *op;
    bool isInLoop;
  };

  void findCalls() {
    for (auto &f : module.functions()) {
      if (!f->isOwn())
        continue;
      std::vector<Call> calls;
      DominatorTree tree(*f);
      Loops loops(*f, tree);
      for (auto &block : f->blocks())
        for (Op *op : *block)
          if (op->opcode() == Opcode::CallKnown ||
              op->opcode() == Opcode::TailCallKnown)
            if (Function *callee = op->callee();
                callee != f.get() && callee->origin != Origin::Declared)
              calls.push_back({op, loops.of(block.get()) != nullptr});
      if (!calls.empty())
        callers.push_back({f.get(), std::move(calls)});
    }
  }

  /// The largest size for which all bodies of it and of smaller ones may be
  /// copied.
  void findLargestBody() {
    std::map<size_t, size_t> growth;
    for (auto &[f, calls] : callers)
      for (const Call &call : calls)
        if (const BodyFacts &body = facts[call.op->callee()];
            !call.isInLoop && isSmallBody(body))
          growth[body.size] += body.size;
    size_t left = growthAllowance(module);
    largestBody = 0;
    for (auto [size, added] : growth) {
      if (added > left && size > kTinyBody)
        return;
      left -= std::min(left, added);
      largestBody = size;
    }
    largestBody = SIZE_MAX;
  }

  bool inlineInto(Function *f, llvm::ArrayRef<Call> calls) {
    bool changed = false;
    for (auto [call, isInLoop] : calls) {
      Function *callee = call->callee();
      const BodyFacts &body = facts[callee];
      // Others have been put into it in the meantime.
      if (!isSmallBody(body) || facts[f].size + body.size > kLargestCaller)
        continue;
      if (!isInLoop && body.size > largestBody) {
        ++numLeft;
        continue;
      }
      inlineCall(call, callee, b);
      facts[f].size += body.size;
      ++numInlined;
      changed = true;
    }
    if (changed)
      facts[f] = factsOf(f);
    return changed;
  }

  Module &module;
  Builder b;
  llvm::DenseMap<const Function *, BodyFacts> facts;
  std::vector<std::pair<Function *, std::vector<Call>>> callers;
  size_t largestBody = 0;
};

} // namespace

bool runInline(Module &module) { return Inlining(module).run(); }

} // namespace plc::ir
