//===- Loops.cpp - natural loops of a function ----------------------------===//

#include "ir/analysis/Loops.h"

namespace plc::ir {

Loops::Loops(const Function &function, const DominatorTree &tree) {
  Predecessors preds = predecessors(function);
  // A header comes before the headers of inner loops in this order.
  for (Block *header : tree.reversePostOrder()) {
    auto loop = std::make_unique<Loop>();
    loop->header = header;
    for (const Edge &edge : preds[header])
      if (tree.isReachable(edge.source()) &&
          tree.dominates(header, edge.source()))
        loop->backEdges.push_back(edge);
    if (loop->backEdges.empty())
      continue;

    loop->members.insert(header);
    std::vector<const Block *> work;
    auto add = [&](Block *b) {
      if (tree.isReachable(b) && loop->members.insert(b).second)
        work.push_back(b);
    };
    for (const Edge &edge : loop->backEdges)
      add(edge.source());
    while (!work.empty()) {
      const Block *b = work.back();
      work.pop_back();
      for (const Edge &edge : preds[b])
        add(edge.source());
    }
    for (Block *b : tree.reversePostOrder())
      if (loop->members.contains(b))
        loop->blocks.push_back(b);

    loop->parent = innermost.lookup(header);
    if (loop->parent)
      loop->depth = loop->parent->depth + 1;
    for (Block *b : loop->blocks)
      innermost[b] = loop.get();
    loops.push_back(std::move(loop));
  }
}

} // namespace plc::ir
