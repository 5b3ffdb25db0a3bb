//===- SpeculateCounters.cpp - versions of loops that count ---------------===//
// before   ^loop(%i: any):                    after   branch (fixnum? %n and
//            %t = num.eq %i, %n                         0 <= %n), ^fast, ^loop
//            branch %t, ^out, ^more                   ^fast(%i: fixnum):
//          ^more: ... native.call(%i) ...               %t = fx.ge %i, %n
//            %j = num.add %i, 1                         branch %t, ^out, ^more
//            jump ^loop(%j)                           ^more: ...
//                                                       %j = fx.add.nw %i, 1
// Why      a call of native code costs as little as the tests of what it is
//          called with: neither is %n known to be a fixnum, nor is that 1 can be
//          added to %i.
// Method   for each loop that calls native code: an argument that goes up or down
//          by 1, compared in the header with what comes from outside. Where both
//          are fixnums and the first value is not beyond the limit, it stays a
//          fixnum between them, so that "not equal" is "less".
// Requires canonical, after contify and inline.
//===----------------------------------------------------------------------===//

#include "ir/LoopVersion.h"
#include "ir/analysis/Facts.h"
#include "ir/analysis/Loops.h"
#include "ir/passes/Passes.h"

#include "llvm/ADT/Statistic.h"

#define DEBUG_TYPE "speculate-counters"
ALWAYS_ENABLED_STATISTIC(numVersioned, "loops with a version for a counter");

namespace plc::ir {
namespace {

constexpr size_t kLargestRegion = 250;
constexpr size_t kMostVersions = 100;

/// An argument of a loop's header that each round changes by one.
struct Counter {
  Value *argument = nullptr;
  Op *test = nullptr; ///< in the header, which decides whether the loop is left
  Value *limit = nullptr;
  bool isUp = false;
  /// The test asks for equality: the first value has to be on the right side.
  bool isEquality = false;
  llvm::SmallVector<Op *, 2> steps;
};

/// 1 or -1 if the op adds that to `v`, else 0.
int stepOf(const Op *op, const Value *v) {
  if (op->opcode() != Opcode::NumAdd && op->opcode() != Opcode::NumSub)
    return 0;
  bool isSum = op->opcode() == Opcode::NumAdd;
  unsigned at = isSum && op->operand(1) == v ? 1 : 0;
  const Datum *by = constantOf(op->operand(1 - at));
  if (op->operand(at) != v || !by || by->kind != DatumKind::Fixnum ||
      (by->integer != 1 && by->integer != -1))
    return 0;
  return isSum ? int(by->integer) : -int(by->integer);
}

bool mayBeFixnum(const Value *v) { return isSubtype(Type::Fixnum, v->type()); }

class Speculation {
public:
  explicit Speculation(Module &module) : module(module), b(module) {}

  bool run() {
    eraseUnreachable(module);
    for (auto &f : module.functions())
      while (numberOfVersions < kMostVersions && versionOneLoop(*f))
        ++numberOfVersions;
    numVersioned += numberOfVersions;
    return numberOfVersions > 0;
  }

private:
  bool versionOneLoop(Function &f) {
    if (!callsNative(blocksOf(&f)))
      return false;
    DominatorTree tree(f);
    Predecessors preds = predecessors(f);
    Loops loops(f, tree);
    for (const std::unique_ptr<Loop> &loop : loops.all()) {
      if (!done.insert(loop->header).second || !callsNative(loop->blocks))
        continue;
      std::optional<LoopRegion> region =
          loopRegion(loop->header, tree, preds, kLargestRegion);
      if (!region)
        continue;
      std::optional<Counter> counter = counterOf(*loop, *region);
      if (!counter)
        continue;
      version(*region, *counter);
      return true;
    }
    return false;
  }

  static bool callsNative(llvm::ArrayRef<Block *> blocks) {
    return llvm::any_of(blocks, [](const Block *block) {
      return llvm::any_of(*block, [](const Op *op) {
        return op->opcode() == Opcode::NativeCall;
      });
    });
  }

  static std::optional<Counter> counterOf(const Loop &loop,
                                          const LoopRegion &region) {
    const Op *last = loop.header->terminator();
    if (last->opcode() != Opcode::Branch)
      return std::nullopt;
    bool staysIfTrue = loop.contains(last->successors()[0].block);
    if (staysIfTrue == loop.contains(last->successors()[1].block))
      return std::nullopt;
    Op *test = last->operand(0)->op();
    if (!test || test->parent() != loop.header)
      return std::nullopt;
    for (unsigned at = 0; at < 2; ++at) {
      std::optional<Counter> counter = comparison(test, at, staysIfTrue);
      if (counter && counter->argument->isArgument() &&
          counter->argument->block() == loop.header &&
          mayBeFixnum(counter->argument) && mayBeFixnum(counter->limit) &&
          (region.isOutside(counter->limit) || constantOf(counter->limit)) &&
          findSteps(*counter, region))
        return counter;
    }
    return std::nullopt;
  }

  /// What holds in the loop of operand `at` of the test: that it is not the other
  /// one, less (then it goes up) or greater.
  static std::optional<Counter> comparison(Op *test, unsigned at,
                                           bool staysIfTrue) {
    bool isLess = false;
    switch (test->opcode()) {
    case Opcode::NumEq:
      break;
    case Opcode::NumLt:
      isLess = true;
      break;
    case Opcode::NumGe:
      isLess = true, staysIfTrue = !staysIfTrue;
      break;
    case Opcode::NumGt:
      break;
    case Opcode::NumLe:
      staysIfTrue = !staysIfTrue;
      break;
    default:
      return std::nullopt;
    }
    Counter counter;
    counter.isEquality = test->opcode() == Opcode::NumEq;
    if (staysIfTrue == counter.isEquality)
      return std::nullopt;
    counter.argument = test->operand(at);
    counter.limit = test->operand(1 - at);
    counter.test = test;
    counter.isUp = isLess == (at == 0);
    return counter;
  }

  /// All ways back change the argument by one in the same direction, behind the
  /// test.
  static bool findSteps(Counter &counter, const LoopRegion &region) {
    unsigned index = counter.argument->index();
    for (Edge edge : region.backEdges) {
      Op *op = edge.terminator->successorArguments(edge.index)[index]->op();
      int step = op ? stepOf(op, counter.argument) : 0;
      if (!step || op->parent() == region.header)
        return false;
      if (counter.isEquality && counter.steps.empty())
        counter.isUp = step > 0;
      if (counter.isUp != (step > 0))
        return false;
      if (!llvm::is_contained(counter.steps, op))
        counter.steps.push_back(op);
    }
    return true;
  }

  void version(const LoopRegion &region, const Counter &counter) {
    LoopVersion version(region, b);
    for (auto [block, copy] : version.generic().blocks)
      done.insert(copy);
    auto asFixnum = [&](Value *v) {
      if (const Datum *d = constantOf(v))
        return b.constant(d);
      if (v->type() == Type::Fixnum)
        return v;
      version.test(Type::Fixnum, v);
      return b.refine(Type::Fixnum, v);
    };
    unsigned index = counter.argument->index();
    Value *limit = asFixnum(counter.limit);
    Value *first = asFixnum(version.arguments()[index]);
    Opcode isBeyond = counter.isUp ? Opcode::FxGe : Opcode::FxLe;
    if (counter.isEquality)
      version.test(b.binary(isBeyond, limit, first));
    llvm::SmallVector<Value *, 8> fast(version.arguments());
    fast[index] = first;
    version.enter(fast);

    counter.argument->setType(Type::Fixnum);
    if (counter.isEquality) {
      Op *test = counter.test;
      before(test);
      replace(test, b.binary(isBeyond, counter.argument, limit));
    } else {
      for (unsigned i = 0; i < 2; ++i)
        if (counter.test->operand(i) == counter.limit)
          counter.test->setOperand(i, limit);
    }
    for (Op *step : counter.steps) {
      before(step);
      replace(step, b.binary(counter.isUp ? Opcode::FxAddNw : Opcode::FxSubNw,
                             counter.argument, b.fixnum(1)));
    }
  }

  void before(Op *op) {
    b.setBefore(op);
    b.location = op->location();
  }
  void replace(Op *op, Value *v) {
    v->setName(op->result()->name());
    op->result()->replaceAllUsesWith(v);
    op->erase();
  }

  Module &module;
  Builder b;
  llvm::DenseSet<const Block *> done;
  size_t numberOfVersions = 0;
};

} // namespace

bool runSpeculateCounters(Module &module) { return Speculation(module).run(); }

} // namespace plc::ir
