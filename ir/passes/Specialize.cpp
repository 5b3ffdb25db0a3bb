//===- Specialize.cpp - copies for arguments that are known procedures ----===//
// before   %f = closure @double             after   %f = closure @double
//          call.known @map1(_, %f, %list)           %m = closure @map1.double
//                                                   call.known @..(%m, %list)
// Why      the copy calls a procedure that is known: known-calls names it, and
//          inline or contify put it in place. `map`, `fold`, `for-each` of a
//          lambda become loops like those that one would write.
// Method   a procedure that calls a parameter (analysis/CalledParameters.h) and
//          is given a known one there is inlined if it does not call itself;
//          else it becomes a procedure nested in the caller, without the
//          parameters that all its calls of itself hand on unchanged.
//          Bounded by the sizes of both.
// Requires canonical, known-calls. Only calls that are there when it begins.
//===----------------------------------------------------------------------===//

#include "ir/Clone.h"
#include "ir/InlineCall.h"
#include "ir/analysis/BodyFacts.h"
#include "ir/analysis/CalledParameters.h"
#include "ir/analysis/Facts.h"
#include "ir/analysis/Nesting.h"
#include "ir/passes/Passes.h"

#include "llvm/ADT/Statistic.h"
#include "llvm/ADT/Twine.h"

#define DEBUG_TYPE "specialize"
ALWAYS_ENABLED_STATISTIC(numInlined, "calls replaced for a known argument");
ALWAYS_ENABLED_STATISTIC(numCopied, "procedures copied for a known argument");

namespace plc::ir {
namespace {

constexpr size_t kLargestCopied = 150;
constexpr size_t kLargestCaller = 2000;

bool isKnownCall(const Op *op) {
  return op->opcode() == Opcode::CallKnown ||
         op->opcode() == Opcode::TailCallKnown;
}

/// A procedure and those nested in it.
struct Nest {
  std::vector<Function *> functions;
  size_t size = 0;
  std::vector<Op *> selfCalls;
};

class Specialization {
public:
  explicit Specialization(Module &module)
      : module(module), b(module), called(module),
        children(nestedFunctions(module)) {}

  bool run() {
    llvm::SmallVector<Op *, 32> calls;
    for (auto &f : module.functions())
      if (f->isOwn())
        for (auto &block : f->blocks())
          for (Op *op : *block)
            if (isKnownCall(op) && fits(op))
              calls.push_back(op);
    bool changed = false;
    for (Op *call : calls)
      changed |= specialize(call);
    return changed;
  }

private:
  bool fits(const Op *call) const {
    const Function *callee = call->callee();
    return callee->origin != Origin::Declared && !callee->parent &&
           !isNestedIn(call->function(), callee) &&
           !knownArguments(call).empty();
  }

  /// Parameters that the callee calls and for which a procedure is passed.
  llvm::SmallVector<unsigned, 2> knownArguments(const Op *call) const {
    llvm::SmallVector<unsigned, 2> result;
    uint32_t bits = called.of(call->callee());
    for (unsigned i = 0; i + 1 < call->operandCount() && i < 32; ++i)
      if (bits >> i & 1 && isKnownProcedure(call->operand(i + 1)))
        result.push_back(i);
    return result;
  }

  Nest nestOf(Function *root) const {
    Nest nest{{root}, 0, {}};
    for (size_t i = 0; i < nest.functions.size(); ++i) {
      auto inner = children.find(nest.functions[i]);
      if (inner != children.end())
        llvm::append_range(nest.functions, inner->second);
    }
    for (Function *f : nest.functions) {
      nest.size += factsOf(f).size;
      for (auto &block : f->blocks())
        for (Op *op : *block)
          if (isKnownCall(op) && op->callee() == root)
            nest.selfCalls.push_back(op);
    }
    return nest;
  }

  bool specialize(Op *call) {
    Function *caller = call->function(), *callee = call->callee();
    children = nestedFunctions(module); // the last copy may have added some
    Nest nest = nestOf(callee);
    size_t &callerSize = sizes[caller];
    if (!callerSize)
      callerSize = factsOf(caller).size;
    if (nest.size > kLargestCopied || callerSize + nest.size > kLargestCaller)
      return false;
    if (nest.selfCalls.empty()) {
      inlineCall(call, callee, b);
      ++numInlined;
    } else if (!copyFor(call, nest)) {
      return false;
    }
    callerSize += nest.size;
    return true;
  }

  bool copyFor(Op *call, const Nest &nest) {
    Function *callee = call->callee();
    llvm::SmallVector<unsigned, 2> fixed = knownArguments(call);
    llvm::erase_if(fixed, [&](unsigned i) {
      return llvm::any_of(nest.selfCalls, [&](const Op *self) {
        return baseOf(self->operand(i + 1)) != callee->entry()->argument(i);
      });
    });
    if (fixed.empty())
      return false;
    Function *caller = call->function();
    Function *copy = module.addFunction(module.uniqueSymbol(
        (caller->symbol() + "." + linkName(callee->lispName)).str()));
    copy->parent = caller;
    copy->lispName = callee->lispName;
    copy->location = callee->location;
    copy->hasRest = callee->hasRest;
    copy->restLimit = callee->restLimit;
    copy->resultType = callee->resultType;
    BlockClone clone = cloneBlocks(blocksOf(callee), copy, b);
    b.setBefore(call);
    b.location = call->location();
    Value *self = b.closure({copy})->result();
    auto redirect = [&](Op *op) {
      llvm::SmallVector<Value *, 8> operands(op->operands());
      for (unsigned i : llvm::reverse(fixed))
        operands.erase(operands.begin() + i + 1);
      operands[0] = self;
      op->setOperands(operands);
      op->functions[0] = copy;
    };
    llvm::SmallVector<Value *, 2> values;
    for (unsigned i : fixed)
      values.push_back(call->operand(i + 1));
    redirect(call);
    for (auto &[original, block] : clone.blocks)
      for (Op *op : *block)
        if (isKnownCall(op) && op->callee() == callee)
          redirect(op);
    for (size_t k = fixed.size(); k-- > 0;) {
      copy->entry()->argument(fixed[k])->replaceAllUsesWith(values[k]);
      copy->entry()->eraseArgument(fixed[k]);
    }
    ++numCopied;
    return true;
  }

  Module &module;
  Builder b;
  CalledParameters called;
  Children children;
  llvm::DenseMap<const Function *, size_t> sizes;
};

} // namespace

bool runSpecialize(Module &module) { return Specialization(module).run(); }

} // namespace plc::ir
