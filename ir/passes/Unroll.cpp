//===- Unroll.cpp - recursive procedures inlined into themselves ----------===//
// before   func @fib(%n) { ... call.known @fib(_, %m) ... }
// after    the same, with the body in the place of the call, once or twice
// Why      fib makes 2.8 times fewer calls that way.
// Method   replaces the calls of a small procedure to itself that are no tail
//          calls by its body, as it was, while the whole stays small.
// Requires canonical, known-calls. Late, so that what other units read in
//          interfaces is the short form.
//===----------------------------------------------------------------------===//

#include "ir/Clone.h"
#include "ir/InlineCall.h"
#include "ir/analysis/BodyFacts.h"
#include "ir/passes/Passes.h"

#include "llvm/ADT/Statistic.h"
#include "llvm/ADT/Twine.h"

#define DEBUG_TYPE "unroll"
ALWAYS_ENABLED_STATISTIC(numUnrolled, "recursive calls replaced by the body");

namespace plc::ir {
namespace {

constexpr size_t kRecursiveBody = 40;
constexpr size_t kLargestUnrolled = 160;
constexpr unsigned kUnrollLevels = 2;

bool isUnrolled(const BodyFacts &facts) {
  return !facts.selfCalls.empty() && !facts.makesClosures &&
         facts.size <= kRecursiveBody && facts.selfCalls.size() <= 4;
}

bool unroll(Function *f, Module &module) {
  BodyFacts now = factsOf(f);
  Builder b(module);
  Function *original =
      module.addFunction(module.uniqueSymbol((f->symbol() + ".copy").str()));
  original->parent = f->parent;
  original->lispName = f->lispName;
  original->location = f->location;
  cloneBlocks(blocksOf(f), original, b);
  size_t bodySize = now.size;
  bool changed = false;
  for (unsigned level = 0;
       level < kUnrollLevels && !now.selfCalls.empty() &&
       now.size + now.selfCalls.size() * bodySize <= kLargestUnrolled;
       ++level) {
    for (Op *call : now.selfCalls) {
      inlineCall(call, original, b);
      ++numUnrolled;
    }
    changed = true;
    now = factsOf(f);
  }
  module.eraseFunction(original);
  return changed;
}

} // namespace

bool runUnroll(Module &module) {
  struct Candidate {
    size_t growth, position;
    Function *function;
  };
  std::vector<Candidate> candidates;
  for (auto &f : module.functions())
    if (f->isOwn())
      if (BodyFacts facts = factsOf(f.get()); isUnrolled(facts))
        candidates.push_back({facts.size * facts.selfCalls.size(),
                              candidates.size(), f.get()});
  // In a large unit only some, beginning with the smallest.
  llvm::sort(candidates, [](const Candidate &a, const Candidate &b) {
    return std::tie(a.growth, a.position) < std::tie(b.growth, b.position);
  });
  size_t left = growthAllowance(module);
  bool changed = false;
  for (auto [growth, position, f] : candidates) {
    size_t before = factsOf(f).size;
    changed |= unroll(f, module);
    left -= std::min(left, factsOf(f).size - before);
    if (!left)
      break;
  }
  return changed;
}

} // namespace plc::ir
