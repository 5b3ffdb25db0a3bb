//===- Inline.cpp - small known procedures in place -----------------------===//
// before   %r = call.known @square(_, %x)     after   %r = num.mul %x, %x
// Why      the call costs more than a small body, and facts about arguments
//          reach the body.
// Method   bounded by the size of the body and of the caller (Waddell & Dybvig
//          1997 in spirit). Bodies that make closures are left alone, and so
//          are recursive ones, which unroll takes.
// Requires canonical, known-calls.
//===----------------------------------------------------------------------===//

#include "ir/InlineCall.h"
#include "ir/analysis/BodyFacts.h"
#include "ir/passes/Passes.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/Statistic.h"

#define DEBUG_TYPE "inline"
ALWAYS_ENABLED_STATISTIC(numInlined, "calls replaced by the body");

namespace plc::ir {
namespace {

constexpr size_t kLargestCaller = 2000;

class Inlining {
public:
  explicit Inlining(Module &module) : module(module), b(module) {}

  bool run() {
    bool changed = false;
    for (auto &f : module.functions())
      facts[f.get()] = factsOf(f.get());
    for (auto &f : module.functions())
      if (f->isOwn())
        changed |= inlineInto(f.get());
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
      if (callee == f || callee->origin == Origin::Declared ||
          !isSmallBody(body) || facts[f].size + body.size > kLargestCaller)
        continue;
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
};

} // namespace

bool runInline(Module &module) { return Inlining(module).run(); }

} // namespace plc::ir
