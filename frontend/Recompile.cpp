//===- Recompile.cpp - procedures that are compiled again -----------------===//

#include "frontend/Recompile.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSet.h"

namespace plc::frontend {
namespace {

// Nodes of a procedure that is worth a copy, and of all copies of one unit.
constexpr size_t kSmallProcedure = 60;
constexpr size_t kMostCopied = 600;

void walk(const Node *n, llvm::function_ref<void(const Node *)> visit) {
  // By a list: bodies nest deep.
  llvm::SmallVector<const Node *, 32> work{n};
  while (!work.empty()) {
    const Node *next = work.pop_back_val();
    visit(next);
    work.append(next->children.rbegin(), next->children.rend());
  }
}

Node *makeDefinition(Session &session, Global *global, Node *value) {
  llvm::BumpPtrAllocator &arena = session.interner.allocator();
  Node *node = new (arena) Node(NodeKind::GlobalDefine, value->location);
  node->global = global;
  node->children = llvm::ArrayRef<Node *>{value}.copy(arena);
  return node;
}

/// A global that is the procedure of a lambda.
Global *makeProcedure(Session &session, const Global &cell, const Node *lambda,
                      llvm::StringRef suffix) {
  Global *global = session.makeGlobal();
  global->name = cell.name;
  global->location = cell.location;
  global->symbol = cell.symbol + suffix.str();
  global->isDefined = true;
  global->kind = GlobalKind::Procedure;
  global->minArgs = lambda->minArgs();
  global->maxArgs = lambda->maxArgs();
  return global;
}

} // namespace

std::vector<ReplProcedure> nameProcedures(Session &session, Unit &unit,
                                          llvm::StringRef suffix) {
  std::vector<ReplProcedure> result;
  std::vector<Node *> body;
  for (Node *node : unit.body) {
    Node *value =
        node->kind == NodeKind::GlobalDefine ? node->children[0] : nullptr;
    if (value && value->kind == NodeKind::Lambda) {
      // The number tells two definitions of one form apart.
      Global *closure =
          makeProcedure(session, *node->global, value,
                        (suffix + "." + llvm::Twine(result.size())).str());
      ReplProcedure procedure{node->global, closure, value, 0, false};
      walk(value, [&](const Node *n) {
        ++procedure.size;
        procedure.loops |= n->kind == NodeKind::Letrec;
      });
      body.push_back(makeDefinition(session, closure, value));
      Node *reference = new (session.interner.allocator())
          Node(NodeKind::GlobalRef, value->location);
      reference->global = closure;
      node = makeDefinition(session, node->global, reference);
      result.push_back(procedure);
    }
    body.push_back(node);
  }
  unit.body = std::move(body);
  return result;
}

Unit *recompile(
    Session &session, llvm::StringRef name,
    llvm::ArrayRef<ReplProcedure> procedures,
    llvm::function_ref<const ReplProcedure *(llvm::StringRef)> find) {
  Unit *unit = session.makeUnit(name.str());
  llvm::StringSet<> supposed;
  size_t copied = 0;
  std::vector<const Node *> lambdas;
  auto add = [&](const ReplProcedure &procedure) {
    Global *copy =
        makeProcedure(session, *procedure.cell, procedure.lambda,
                      ("." + name + "." + llvm::Twine(lambdas.size())).str());
    unit->globals.push_back(copy);
    unit->body.push_back(makeDefinition(session, copy, procedure.lambda));
    lambdas.push_back(procedure.lambda);
    // Of two definitions of one global the last one counts.
    if (find(procedure.cell->symbol) &&
        find(procedure.cell->symbol)->closure != procedure.closure)
      return;
    Global *expected = session.makeGlobal();
    *expected = *procedure.closure;
    expected->isExternal = true;
    unit->suppositions.push_back({procedure.cell, expected, copy});
    supposed.insert(procedure.cell->symbol);
  };
  for (const ReplProcedure &procedure : procedures)
    add(procedure);
  // Breadth first: what is called directly matters most.
  for (size_t i = 0; i < lambdas.size(); ++i)
    walk(lambdas[i], [&](const Node *n) {
      if (n->kind != NodeKind::Call ||
          n->children[0]->kind != NodeKind::GlobalRef)
        return;
      const std::string &symbol = n->children[0]->global->symbol;
      const ReplProcedure *callee = find(symbol);
      if (!callee || callee->size > kSmallProcedure ||
          copied + callee->size > kMostCopied || supposed.contains(symbol))
        return;
      copied += callee->size;
      add(*callee);
    });
  return unit;
}

} // namespace plc::frontend
