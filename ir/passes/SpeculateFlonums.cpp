//===- SpeculateFlonums.cpp - versions of loops for real numbers ----------===//
// before   jump ^loop(%a)            after   %ok = is flonum %a
//          ^loop(%x: any):                   branch %ok, ^fast, ^loop(%a)
//            ... %x * 0.5 ...                ^fast: ... a copy of the loop in
//                                            which %x is a flonum ...
// Why      `(+ x c)` is a flonum when x is one and c is real, but a parameter c
//          may be complex: one test before the loop decides for all rounds.
// Method   for each loop, outer ones first: assume that its undecided
//          arguments are flonums and that outer operands of its arithmetic are
//          real; keep the assumptions that reproduce themselves and make more
//          operations flonum ones; copy everything the header dominates.
// Requires canonical, after contify and inline; unbox then does the work.
//===----------------------------------------------------------------------===//

#include "ir/LoopVersion.h"
#include "ir/analysis/TypeInference.h"
#include "ir/passes/Passes.h"

#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/Statistic.h"

#define DEBUG_TYPE "speculate-flonums"
ALWAYS_ENABLED_STATISTIC(numVersioned, "loops with a version for flonums");

namespace plc::ir {
namespace {

constexpr size_t kLargestRegion = 400;
constexpr size_t kMostAssumptions = 8;
constexpr size_t kMostVersions = 100;

bool isArithmetic(const Op *op) {
  return op->opcode() >= Opcode::NumAdd && op->opcode() <= Opcode::NumDiv;
}

bool mayBeReal(Type type) {
  return type == Type::Any || type == Type::Number || type == Type::Real;
}

class Speculation {
public:
  explicit Speculation(Module &module) : module(module), b(module) {}

  bool run() {
    bool changed = false;
    eraseUnreachable(module);
    auto types = std::make_unique<TypeInference>(module);
    types->run();
    for (auto &f : module.functions())
      while (versions < kMostVersions && versionOneLoop(f.get(), *types)) {
        changed = true;
        types = std::make_unique<TypeInference>(module);
        types->run();
      }
    return changed;
  }

private:
  bool versionOneLoop(Function *f, TypeInference &types) {
    DominatorTree tree(*f);
    Predecessors preds = predecessors(*f);
    for (Block *block : tree.reversePostOrder()) {
      if (done.contains(block))
        continue;
      std::optional<LoopRegion> region =
          loopRegion(block, tree, preds, kLargestRegion);
      if (!region)
        continue;
      done.insert(block);
      if (version(*region, types)) {
        ++versions;
        ++numVersioned;
        return true;
      }
    }
    return false;
  }

  size_t countFlonumOps(const LoopRegion &region,
                        const TypeInference &types) const {
    size_t count = 0;
    for (Block *block : region.blocks)
      for (Op *op : *block)
        if (isArithmetic(op) && types.of(op->result()) == Type::Flonum)
          ++count;
    return count;
  }

  using Values = llvm::SmallSetVector<Value *, 8>;

  static TypeInference::Assumptions assume(const Values &arguments, Type type,
                                           const Values &operands) {
    TypeInference::Assumptions a;
    for (Value *v : arguments)
      a[v] = type;
    for (Value *v : operands)
      a[v] = Type::Real;
    return a;
  }

  bool version(LoopRegion &region, TypeInference &types) {
    size_t before = countFlonumOps(region, types);
    Values arguments, operands;
    for (Value *v : region.header->arguments())
      if (mayBeReal(types.of(v)) && isTagged(v->type()))
        arguments.insert(v);
    for (Block *block : region.blocks)
      for (Op *op : *block)
        if (isArithmetic(op))
          for (Value *v : op->operands())
            if (region.isOutside(v) && mayBeReal(types.of(v)) &&
                types.of(v) != Type::Real)
              operands.insert(v);
    if (operands.size() > kMostAssumptions)
      return false;
    bool succeeds = choose(region, types, arguments, operands, before);
    if (succeeds)
      transform(region, types, arguments, operands);
    else
      types.runRegion(region.blocks, TypeInference::Assumptions()); // the truth
    return succeeds;
  }

  /// Narrows the assumptions to those that hold and help.
  bool choose(LoopRegion &region, TypeInference &types, Values &arguments,
              Values &operands, size_t before) {
    types.runRegion(region.blocks, assume(arguments, Type::Real, operands));
    arguments.remove_if([&](Value *v) {
      return !anyIncoming(region.entries, v, types) &&
             !anyIncoming(region.backEdges, v, types);
    });
    for (bool again = true; again;) {
      types.runRegion(region.blocks, assume(arguments, Type::Flonum, operands));
      size_t count = arguments.size();
      arguments.remove_if([&](Value *v) {
        return !allIncoming(region.backEdges, v, types);
      });
      again = arguments.size() != count;
    }
    size_t gained = countFlonumOps(region, types);
    if (gained <= before)
      return false;
    for (Value *v : llvm::to_vector(operands)) {
      operands.remove(v);
      types.runRegion(region.blocks, assume(arguments, Type::Flonum, operands));
      if (countFlonumOps(region, types) != gained ||
          !llvm::all_of(arguments, [&](Value *a) {
            return allIncoming(region.backEdges, a, types);
          }))
        operands.insert(v);
    }
    types.runRegion(region.blocks, assume(arguments, Type::Flonum, operands));
    return arguments.size() + operands.size() <= kMostAssumptions &&
           arguments.size() + operands.size() > 0;
  }

  static Value *incoming(Edge edge, const Value *argument) {
    return edge.terminator->successorArguments(edge.index)[argument->index()];
  }
  static bool anyIncoming(llvm::ArrayRef<Edge> edges, Value *v,
                          const TypeInference &types) {
    return llvm::any_of(edges, [&](Edge e) {
      return types.of(incoming(e, v)) == Type::Flonum;
    });
  }
  static bool allIncoming(llvm::ArrayRef<Edge> edges, Value *v,
                          const TypeInference &types) {
    return llvm::all_of(edges, [&](Edge e) {
      return types.of(incoming(e, v)) == Type::Flonum;
    });
  }

  void transform(LoopRegion &region, TypeInference &types, const Values &arguments,
                 const Values &operands) {
    // Uses of an outer operand whose partner is a flonum take its conversion.
    llvm::SmallVector<std::pair<Op *, unsigned>, 8> converted, refined;
    for (Block *block : region.blocks)
      for (Op *op : *block)
        for (unsigned i = 0; i < op->allOperands().size(); ++i)
          if (operands.contains(op->allOperands()[i]))
            (isArithmetic(op) &&
                     types.of(op->operand(1 - i)) == Type::Flonum
                 ? converted
                 : refined)
                .push_back({op, i});
    llvm::SmallVector<bool, 8> isTested;
    for (Value *v : arguments)
      isTested.push_back(!allIncoming(region.entries, v, types));

    LoopVersion version(region, b);
    for (auto [block, copy] : version.generic().blocks)
      done.insert(copy);
    llvm::ArrayRef<Value *> passed = version.arguments();
    for (auto [v, tested] : llvm::zip(arguments, isTested))
      if (tested)
        version.test(Type::Flonum, passed[v->index()]);
    for (Value *v : operands)
      version.test(Type::Real, v);

    llvm::SmallVector<Value *, 8> fast(passed.begin(), passed.end());
    for (auto [v, tested] : llvm::zip(arguments, isTested))
      if (tested || isTagged(v->type()))
        fast[v->index()] = b.unary(
            Opcode::FlBox, b.unary(Opcode::FlUnbox, passed[v->index()]));
    llvm::DenseMap<Value *, Value *> doubles, reals;
    for (Value *v : operands) {
      doubles[v] =
          b.unary(Opcode::FlBox, b.unary(Opcode::FlFromReal, v));
      reals[v] = b.refine(Type::Real, v);
    }
    for (auto [op, i] : converted)
      op->setOperand(i, doubles[op->allOperands()[i]]);
    for (auto [op, i] : refined)
      op->setOperand(i, reals[op->allOperands()[i]]);
    version.enter(fast);
    // Inside, inner loops are decided too: try them in the fast version only.
    done.insert(region.header);
  }

  Module &module;
  Builder b;
  llvm::DenseSet<Block *> done;
  size_t versions = 0;
};

} // namespace

bool runSpeculateFlonums(Module &module) { return Speculation(module).run(); }

} // namespace plc::ir
