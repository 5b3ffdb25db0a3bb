//===- Dominance.cpp - what runs before what ------------------------------===//
//
// Cooper, Harvey, Kennedy: A Simple, Fast Dominance Algorithm (2001), figures 3
// and 5.
//
//===----------------------------------------------------------------------===//

#include "ir/analysis/Dominance.h"

#include "llvm/ADT/STLExtras.h"

namespace plc::ir {

DominatorTree::DominatorTree(const Function &function)
    : function(function), order(ir::reversePostOrder(function)) {
  for (unsigned i = 0; i < order.size(); ++i)
    numbers[order[i]] = i;
  constexpr unsigned Undefined = ~0u;
  idom.assign(order.size(), Undefined);
  if (order.empty())
    return;
  idom[0] = 0;
  Predecessors preds = predecessors(function);

  auto intersect = [&](unsigned a, unsigned b) {
    while (a != b) {
      while (a > b)
        a = idom[a];
      while (b > a)
        b = idom[b];
    }
    return a;
  };
  for (bool changed = true; changed;) {
    changed = false;
    for (unsigned i = 1; i < order.size(); ++i) {
      unsigned best = Undefined;
      for (const Edge &edge : preds[order[i]]) {
        auto source = numbers.find(edge.source());
        if (source == numbers.end() || idom[source->second] == Undefined)
          continue;
        best = best == Undefined ? source->second
                                 : intersect(source->second, best);
      }
      if (idom[i] != best) {
        idom[i] = best;
        changed = true;
      }
    }
  }

  childLists.resize(order.size());
  for (unsigned i = 1; i < order.size(); ++i)
    childLists[idom[i]].push_back(order[i]);

  interval.resize(order.size());
  unsigned clock = 0;
  llvm::SmallVector<std::pair<unsigned, unsigned>, 32> stack{{0, 0}};
  interval[0].first = clock++;
  while (!stack.empty()) {
    auto &[block, nextChild] = stack.back();
    if (nextChild < childLists[block].size()) {
      unsigned child = numbers[childLists[block][nextChild++]];
      interval[child].first = clock++;
      stack.push_back({child, 0});
      continue;
    }
    interval[block].second = clock++;
    stack.pop_back();
  }
}

Block *DominatorTree::immediateDominator(const Block *b) const {
  auto found = numbers.find(b);
  if (found == numbers.end() || found->second == 0)
    return nullptr;
  return order[idom[found->second]];
}

llvm::ArrayRef<Block *> DominatorTree::children(const Block *b) const {
  auto found = numbers.find(b);
  if (found == numbers.end())
    return {};
  return childLists[found->second];
}

bool DominatorTree::dominates(const Block *a, const Block *b) const {
  auto inner = numbers.find(b);
  if (inner == numbers.end())
    return true;
  auto outer = numbers.find(a);
  if (outer == numbers.end())
    return false;
  const auto &o = interval[outer->second], &i = interval[inner->second];
  return o.first <= i.first && i.second <= o.second;
}

void DominatorTree::computeFrontiers(const Predecessors &preds) const {
  frontiers.resize(order.size());
  for (unsigned i = 0; i < order.size(); ++i) {
    auto edges = preds.find(order[i]);
    if (edges == preds.end() || edges->second.size() < 2)
      continue;
    for (const Edge &edge : edges->second) {
      auto source = numbers.find(edge.source());
      if (source == numbers.end())
        continue;
      for (unsigned runner = source->second; runner != idom[i];
           runner = idom[runner])
        if (!llvm::is_contained(frontiers[runner], order[i]))
          frontiers[runner].push_back(order[i]);
    }
  }
}

llvm::ArrayRef<Block *> DominatorTree::frontier(const Block *b) const {
  auto found = numbers.find(b);
  if (found == numbers.end())
    return {};
  if (frontiers.empty())
    computeFrontiers(predecessors(function));
  return frontiers[found->second];
}

//===--- Nested functions -------------------------------------------------===//

NestedDominance::NestedDominance(const Module &module)
    : makers(closureOps(module)) {}

const DominatorTree &NestedDominance::tree(const Function *function) {
  auto &slot = trees[function];
  if (!slot)
    slot = std::make_unique<DominatorTree>(*function);
  return *slot;
}

const Op *NestedDominance::lift(const Op *op, const Function *function) const {
  while (op && op->function() != function)
    op = makers.lookup(op->function());
  return op;
}

unsigned NestedDominance::position(const Op *op) {
  auto found = positions.find(op);
  if (found != positions.end())
    return found->second;
  unsigned n = 0;
  for (Op *each : *op->parent())
    positions[each] = n++;
  return positions[op];
}

bool NestedDominance::dominates(const Op *a, const Op *b) {
  b = lift(b, a->function());
  if (!b || a == b)
    return false;
  if (a->parent() == b->parent())
    return position(a) < position(b);
  return tree(a->function()).dominates(a->parent(), b->parent());
}

bool NestedDominance::dominates(const Value *value, const Op *user) {
  if (Op *op = value->op()) {
    // The functions of a closure op may use its results (they refer to one
    // another), the op itself may not before it has run.
    if (user->function() != op->function() &&
        lift(user, op->function()) == op)
      return true;
    return dominates(op, user);
  }
  Block *block = value->block();
  const Op *lifted = lift(user, block->function());
  return lifted &&
         tree(block->function()).dominates(block, lifted->parent());
}

} // namespace plc::ir
