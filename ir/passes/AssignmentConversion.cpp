//===- AssignmentConversion.cpp - variables to values or boxes ------------===//
//
// before   %x = var.new "x" %a        after   box.new, box.get, box.set, or
//          var.set %x, %b                     nothing: %b itself, and block
//          %y = var.get %x                    arguments where paths meet
// Why      Later passes and code generation know values only.
// Method   A variable becomes values when no closure captures it (block
//          arguments on iterated dominance frontiers of its assignments, only
//          where it is live), or when it is assigned at most once, before
//          anything reads it. All others become boxes. A var.check goes when
//          an assignment dominates it.
// Note     A continuation can re-enter a call after a later assignment, and
//          must then see it: the assignment is to a place, not to a stack
//          frame. So a variable that is live across a call from which an
//          assignment can be reached stays a box. Only for letrec does R7RS
//          forbid to enter the continuation of an init twice.
// Requires raw, yields canonical. Erases unreachable blocks.
//
//===----------------------------------------------------------------------===//

#include "ir/Builder.h"
#include "ir/analysis/Dominance.h"
#include "ir/passes/Passes.h"

#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/Statistic.h"

#define DEBUG_TYPE "assignment-conversion"
ALWAYS_ENABLED_STATISTIC(numPromoted, "variables that became values");
ALWAYS_ENABLED_STATISTIC(numBoxed, "variables that became boxes");
ALWAYS_ENABLED_STATISTIC(numChecks, "checks of letrec variables removed");

namespace plc::ir {
namespace {

/// One variable: the var.new and its users.
class Variable {
public:
  Variable(Op *home, NestedDominance &dominance)
      : home(home), dominance(dominance), function(home->function()) {
    llvm::DenseSet<Op *> seen;
    for (Op *user : home->result()->users()) {
      if (!seen.insert(user).second)
        continue;
      (user->opcode() == Opcode::VarSet ? sets : gets).push_back(user);
      isCaptured |= user->function() != function;
    }
    Op *init = home->operand(0)->op();
    startsUnset = init && init->opcode() == Opcode::Const &&
                  init->datum->kind == DatumKind::Default;
  }

  void foldChecks();
  bool isSetOnceBeforeUse();
  /// Only if not captured.
  bool isPromotable(
      const llvm::DenseMap<const Block *, std::vector<Op *>> &calls);
  void replaceByValue();
  void promote();
  void makeBox(Module &module);

private:
  using BlockSet = llvm::DenseSet<const Block *>;
  /// What a block contains of the variable, in order.
  llvm::DenseMap<const Block *, std::vector<Op *>> events();
  static bool isDefinition(const Op *op) {
    return op->opcode() != Opcode::VarGet;
  }
  static Value *definedValue(const Op *op) {
    return op->operand(op->opcode() == Opcode::VarSet ? 1 : 0);
  }
  /// Blocks at whose start the variable is live, or a set can be reached
  /// without passing the var.new.
  BlockSet blocksBefore(bool wantSets);
  void erase();

  Op *home;
  NestedDominance &dominance;
  Function *function;
  llvm::SmallVector<Op *, 8> gets, sets;
  bool isCaptured = false;
  bool startsUnset;
  llvm::DenseMap<const Block *, std::vector<Op *>> eventTable;

public:
  bool captured() const { return isCaptured; }
};

void Variable::foldChecks() {
  for (Op *get : gets) {
    bool isSet = !startsUnset;
    for (Op *set : sets)
      isSet = isSet || dominance.dominates(set, get);
    if (!isSet)
      continue;
    for (Op *user : llvm::SmallVector<Op *, 4>(get->result()->users()))
      if (user->opcode() == Opcode::VarCheck) {
        user->result()->replaceAllUsesWith(get->result());
        user->erase();
        ++numChecks;
      }
  }
}

llvm::DenseMap<const Block *, std::vector<Op *>> Variable::events() {
  llvm::DenseMap<const Block *, std::vector<Op *>> table;
  llvm::DenseSet<const Block *> blocks{home->parent()};
  llvm::DenseSet<const Op *> mine{home};
  for (Op *op : gets) {
    blocks.insert(op->parent());
    mine.insert(op);
  }
  for (Op *op : sets) {
    blocks.insert(op->parent());
    mine.insert(op);
  }
  for (const Block *block : blocks)
    for (Op *op : *block)
      if (mine.contains(op))
        table[block].push_back(op);
  return table;
}

Variable::BlockSet Variable::blocksBefore(bool wantSets) {
  BlockSet result;
  llvm::SmallVector<const Block *, 16> work;
  auto add = [&](const Block *b) {
    if (result.insert(b).second)
      work.push_back(b);
  };
  for (auto &[block, list] : eventTable)
    for (Op *op : list) {
      if (op->opcode() == Opcode::VarNew)
        break;
      if (wantSets == (op->opcode() == Opcode::VarSet)) {
        add(block);
        break;
      }
      if (!wantSets) // a set: dead before it
        break;
    }
  Predecessors preds = predecessors(*function);
  while (!work.empty())
    for (const Edge &edge : preds[work.pop_back_val()]) {
      const Block *source = edge.source();
      auto found = eventTable.find(source);
      bool stops = false;
      if (found != eventTable.end())
        for (Op *op : found->second)
          stops |= op->opcode() == Opcode::VarNew ||
                   (!wantSets && op->opcode() == Opcode::VarSet);
      if (!stops)
        add(source);
    }
  return result;
}

bool Variable::isSetOnceBeforeUse() {
  if (sets.empty())
    return true;
  if (!startsUnset || sets.size() != 1 || sets[0]->function() != function)
    return false;
  for (Op *get : gets)
    if (!dominance.dominates(sets[0], get))
      return false;
  // Not in a loop that keeps the variable.
  eventTable = events();
  BlockSet reaching = blocksBefore(/*wantSets=*/true);
  for (const Successor &s : sets[0]->parent()->terminator()->successors())
    if (reaching.contains(s.block))
      return false;
  return true;
}

bool Variable::isPromotable(
    const llvm::DenseMap<const Block *, std::vector<Op *>> &calls) {
  eventTable = events();
  BlockSet live = blocksBefore(/*wantSets=*/false);
  BlockSet reaching = blocksBefore(/*wantSets=*/true);
  auto isDangerous = [&](Op *call) {
    bool isLive = false, canSet = false, decided = false;
    for (Op *op = call->next(); op; op = op->next()) {
      if (op->operandCount() == 0 || op->operand(0) != home->result())
        continue;
      bool isSet = op->opcode() == Opcode::VarSet;
      if (!decided)
        isLive = !isSet;
      decided = true;
      canSet |= isSet;
    }
    for (const Successor &s : call->parent()->terminator()->successors()) {
      isLive |= !decided && live.contains(s.block);
      canSet |= reaching.contains(s.block);
    }
    return isLive && canSet;
  };
  for (Block *block : dominance.tree(function).reversePostOrder()) {
    auto here = calls.find(block);
    if (here == calls.end() || (!live.contains(block) &&
                                !reaching.contains(block) &&
                                !eventTable.contains(block)))
      continue;
    for (Op *call : here->second)
      if (dominance.dominates(home, call) && isDangerous(call))
        return false;
  }
  return true;
}

void Variable::replaceByValue() {
  for (Op *get : gets) {
    get->result()->replaceAllUsesWith(
        definedValue(sets.empty() ? home : sets[0]));
    get->erase();
  }
  gets.clear();
  erase();
}

void Variable::promote() {
  const DominatorTree &tree = dominance.tree(function);
  // For debuggers: what is assigned is the variable from then on.
  for (Op *set : sets)
    if (Value *value = definedValue(set); value->name().empty())
      value->setName(home->result()->name());
  BlockSet live = blocksBefore(/*wantSets=*/false);

  // Block arguments where assignments meet.
  llvm::DenseMap<const Block *, Value *> merges;
  std::vector<Block *> mergeOrder;
  llvm::SmallVector<const Block *, 16> work;
  for (Block *block : tree.reversePostOrder())
    if (auto found = eventTable.find(block); found != eventTable.end())
      for (Op *op : found->second)
        if (isDefinition(op)) {
          work.push_back(block);
          break;
        }
  while (!work.empty())
    for (Block *meet : tree.frontier(work.pop_back_val()))
      if (live.contains(meet) && !merges.contains(meet)) {
        merges[meet] = meet->addArgument(Type::Any, home->result()->name());
        mergeOrder.push_back(meet);
        work.push_back(meet);
      }

  // The value at a place is named by its definition, read when it is needed:
  // it may be a var.get that goes, too.
  struct Source {
    Op *definition = nullptr;
    Value *merge = nullptr;
    Value *value() const { return merge ? merge : definedValue(definition); }
  };
  auto atStart = [&](const Block *block) {
    for (;;) {
      if (Value *merge = merges.lookup(block))
        return Source{nullptr, merge};
      block = tree.immediateDominator(block);
      assert(block && "variable read before it is made");
      auto found = eventTable.find(block);
      if (found != eventTable.end())
        for (Op *op : llvm::reverse(found->second))
          if (isDefinition(op))
            return Source{op};
    }
  };
  auto atEnd = [&](const Block *block) {
    auto found = eventTable.find(block);
    if (found != eventTable.end())
      for (Op *op : llvm::reverse(found->second))
        if (isDefinition(op))
          return Source{op};
    return atStart(block);
  };

  std::vector<std::pair<Op *, Source>> reads;
  for (Op *get : gets) {
    Source source;
    for (Op *op : eventTable[get->parent()]) {
      if (op == get)
        break;
      if (isDefinition(op))
        source = {op};
    }
    reads.push_back({get, source.definition ? source
                                            : atStart(get->parent())});
  }
  Predecessors preds = predecessors(*function);
  for (Block *meet : mergeOrder)
    for (const Edge &edge : preds[meet])
      appendArgument(edge, atEnd(edge.source()).value());
  for (auto &[get, source] : reads) {
    get->result()->replaceAllUsesWith(source.value());
    get->erase();
  }
  gets.clear();
  erase();
}

void Variable::erase() {
  for (Op *set : sets)
    set->erase();
  home->erase();
  ++numPromoted;
}

void Variable::makeBox(Module &module) {
  Builder b(module);
  auto replace = [&](Op *op, Opcode by) {
    b.setBefore(op);
    b.location = op->location();
    Op *box = b.create(by, llvm::SmallVector<Value *, 2>(op->operands()));
    if (!op->results().empty()) {
      box->result()->setName(op->result()->name());
      op->result()->replaceAllUsesWith(box->result());
    }
    op->erase();
  };
  for (Op *get : gets)
    replace(get, Opcode::BoxGet);
  for (Op *set : sets)
    replace(set, Opcode::BoxSet);
  replace(home, Opcode::BoxNew);
  ++numBoxed;
}

} // namespace

bool runAssignmentConversion(Module &module) {
  bool changed = eraseUnreachable(module) || module.stage == Stage::Raw;
  llvm::SmallVector<Op *, 32> homes;
  llvm::DenseMap<const Block *, std::vector<Op *>> calls;
  for (auto &function : module.functions())
    for (auto &block : function->blocks())
      for (Op *op : *block) {
        if (op->opcode() == Opcode::VarNew)
          homes.push_back(op);
        if ((op->effects() & Calls) && !op->isTerminator())
          calls[block.get()].push_back(op);
      }
  NestedDominance dominance(module);
  // First all checks: their removal and the conversion of one variable can
  // only erase ops, so dominance stays right.
  llvm::SmallVector<Variable, 32> variables;
  for (Op *home : homes) {
    variables.emplace_back(home, dominance);
    variables.back().foldChecks();
  }
  llvm::SmallVector<Variable *, 32> boxes;
  for (Variable &v : variables) {
    if (v.isSetOnceBeforeUse())
      v.replaceByValue();
    else if (!v.captured() && v.isPromotable(calls))
      v.promote();
    else
      boxes.push_back(&v);
  }
  for (Variable *v : boxes)
    v->makeBox(module);
  // What remains reads no variable: checks of constants are left to fold.
  module.stage = Stage::Canonical;
  return changed;
}

} // namespace plc::ir
