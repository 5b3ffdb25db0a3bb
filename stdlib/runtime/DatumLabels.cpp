//===- DatumLabels.cpp - which objects need a label -----------------------===//

#include "stdlib/runtime/DatumLabels.h"
#include "stdlib/runtime/DatumWalk.h"

namespace plc::rt {

namespace {

/// One step of a walk: an object and the number of its next part.
struct Visit {
  Value v;
  uint64_t index;
};

/// True if a walk without any table ends within so many steps: then the datum
/// has no cycle.
bool isTree(Scratch &scratch, Value root, uint64_t steps) {
  RawStack<Visit> stack(scratch);
  stack.push({root, 0});
  for (; stack.size > 0 && steps > 0; --steps) {
    Visit &top = stack.top();
    Value part;
    if (!nextPart(top.v, &top.index, &part)) {
      stack.pop();
      continue;
    }
    if (!hasParts(part))
      continue;
    if (plc_is_pair(top.v) && top.index == 2)
      top = {part, 0}; // along a list without growing
    else
      stack.push({part, 0});
  }
  bool ended = stack.size == 0;
  stack.release();
  return ended;
}

/// The search for cycles: objects that reach one another (Tarjan 1972). While
/// it is not known what an object belongs to, its mark is kOpen, its number in
/// the order of the walk, and kAgain if it was met again.
class CycleSearch {
public:
  CycleSearch(Scratch &scratch, WordMap &marks, uint64_t most)
      : marks(marks), most(most), path(scratch), open(scratch) {}

  /// Fills the map: kNeedsLabel for objects of a cycle met more than once.
  /// False, and the map is of no use, if there are more than `most` objects.
  bool run(Value root) {
    enter(root);
    while (path.size > 0 && count <= most)
      step();
    path.release();
    open.release();
    return count <= most;
  }

private:
  static constexpr uint64_t kOpen = uint64_t(1) << 63, kAgain = 1;
  struct Step {
    Visit at;
    uint64_t number, low; ///< low: the first open object that it reaches
  };
  WordMap &marks;
  uint64_t most, count = 0;
  RawStack<Step> path;
  RawStack<Value> open;

  void enter(Value v) {
    ++count;
    marks[v] = kOpen | count << 1;
    path.push({{v, 0}, count, count});
    open.push(v);
  }

  void step() {
    Step &top = path.top();
    Value part;
    if (!nextPart(top.at.v, &top.at.index, &part))
      return leave();
    if (!hasParts(part))
      return;
    uint64_t &mark = marks[part];
    if (mark == kUnseen)
      return enter(part);
    if (mark & kOpen) {
      mark |= kAgain;
      uint64_t number = (mark & ~kOpen) >> 1;
      top.low = number < top.low ? number : top.low;
    } else if (mark == kCyclic) {
      mark = kNeedsLabel;
    }
  }

  void leave() {
    Step done = path.top();
    path.pop();
    if (path.size > 0 && done.low < path.top().low)
      path.top().low = done.low;
    if (done.low < done.number)
      return;
    // All that were opened since form a component. One object alone is a
    // cycle if it was met again before it was left.
    bool isCycle = open.top() != done.at.v || (marks[done.at.v] & kAgain);
    for (Value v = 0; v != done.at.v;) {
      v = open.top();
      open.pop();
      uint64_t &mark = marks[v];
      mark = !isCycle ? kDone : mark & kAgain ? kNeedsLabel : kCyclic;
    }
  }
};

} // namespace

bool findShared(Scratch &scratch, Value root, WordMap &marks) {
  RawStack<Visit> stack(scratch);
  marks[root] = kDone;
  stack.push({root, 0});
  while (stack.size > 0) {
    Visit &top = stack.top();
    Value part;
    if (!nextPart(top.v, &top.index, &part)) {
      stack.pop();
      continue;
    }
    if (!hasParts(part))
      continue;
    uint64_t &mark = marks[part];
    if (mark != kUnseen) {
      mark = kNeedsLabel;
      continue;
    }
    mark = kDone;
    stack.push({part, 0});
  }
  stack.release();
  return true;
}

bool findCycles(Scratch &scratch, Value root, WordMap &marks) {
  constexpr uint64_t kSmall = 20000, kLarge = 20000000;
  if (isTree(scratch, root, kSmall))
    return false;
  if (CycleSearch(scratch, marks, kSmall).run(root))
    return true;
  marks.release();
  if (isTree(scratch, root, kLarge))
    return false;
  return CycleSearch(scratch, marks, UINT64_MAX).run(root);
}

} // namespace plc::rt
