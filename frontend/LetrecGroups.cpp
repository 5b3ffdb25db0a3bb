//===- LetrecGroups.cpp - order and kinds of letrec* bindings -------------===//

#include "frontend/LetrecGroups.h"

#include "llvm/ADT/DenseMap.h"

#include <algorithm>

namespace plc::frontend {
namespace {

using Indices = llvm::SmallVector<size_t, 4>;

class Grouping {
public:
  explicit Grouping(const Node *letrec) : letrec(letrec) {
    size_t count = letrec->variables.size();
    for (size_t i = 0; i < count; ++i)
      indexOf[letrec->variables[i]] = i;
    edges.resize(count);
    order.assign(count, 0);
    low.assign(count, 0);
    isOnStack.assign(count, false);
    size_t first = count, previous = count;
    for (size_t i = 0; i < count; ++i) {
      collect(letrec->children[i], edges[i]);
      keepAfter(letrec->children[i], i);
      // Inits with effects keep their order.
      if (hasEffects(letrec->children[i])) {
        if (previous != count)
          edges[i].push_back(previous);
        else
          first = i;
        previous = i;
      }
    }
    // One complex group of all inits that have effects.
    if (letrec->assignsAfterInits && first != count)
      edges[first].push_back(previous);
  }

  std::vector<LetrecGroup> run() {
    for (size_t i = 0; i < edges.size(); ++i)
      if (!order[i])
        visit(i);
    return std::move(groups);
  }

private:
  bool isProcedure(size_t i) const {
    return letrec->children[i]->kind == NodeKind::Lambda &&
           !letrec->variables[i]->isAssigned;
  }

  static bool hasEffects(const Node *n) {
    switch (n->kind) {
    case NodeKind::Constant:
    case NodeKind::Lambda:
    case NodeKind::CaseLambda:
    case NodeKind::PrimitiveRef:
      return false;
    default:
      return true;
    }
  }

  void collect(const Node *n, Indices &out) const {
    if (n->variable) {
      auto found = indexOf.find(n->variable);
      if (found != indexOf.end() && !llvm::is_contained(out, found->second))
        out.push_back(found->second);
    }
    for (const Node *child : n->children)
      collect(child, out);
  }

  /// A variable that init `i` needs at once and that is defined later must not be
  /// computed before it: the program has been told that it has no value then.
  void keepAfter(const Node *n, size_t i) {
    if (n->kind == NodeKind::Lambda || n->kind == NodeKind::CaseLambda)
      return;
    if (n->kind == NodeKind::LocalRef) {
      auto found = indexOf.find(n->variable);
      if (found != indexOf.end() && found->second > i)
        edges[found->second].push_back(i);
    }
    for (const Node *child : n->children)
      keepAfter(child, i);
  }

  /// Tarjan 1972: components come out in dependency order.
  void visit(size_t i) {
    order[i] = low[i] = ++counter;
    stack.push_back(i);
    isOnStack[i] = true;
    for (size_t j : edges[i]) {
      if (!order[j]) {
        visit(j);
        low[i] = std::min(low[i], low[j]);
      } else if (isOnStack[j]) {
        low[i] = std::min(low[i], order[j]);
      }
    }
    if (low[i] != order[i])
      return;
    LetrecGroup group;
    size_t j;
    do {
      j = stack.pop_back_val();
      isOnStack[j] = false;
      group.members.push_back(j);
    } while (j != i);
    llvm::sort(group.members);
    if (llvm::all_of(group.members, [&](size_t m) { return isProcedure(m); }))
      group.kind = LetrecGroup::Procedures;
    else if (group.members.size() == 1 && !llvm::is_contained(edges[i], i))
      group.kind = LetrecGroup::Simple;
    else
      group.kind = LetrecGroup::Complex;
    groups.push_back(std::move(group));
  }

  const Node *letrec;
  llvm::DenseMap<const Variable *, size_t> indexOf;
  std::vector<Indices> edges;
  std::vector<size_t> order, low;
  std::vector<bool> isOnStack;
  Indices stack;
  size_t counter = 0;
  std::vector<LetrecGroup> groups;
};

} // namespace

std::vector<LetrecGroup> letrecGroups(const Node *letrec) {
  return Grouping(letrec).run();
}

} // namespace plc::frontend
