//===- Nodes.cpp - making core nodes, finishing a unit --------------------===//

#include "frontend/FormExpander.h"

#include "llvm/ADT/StringSwitch.h"

using namespace plc::ir;

namespace plc::frontend {

Node *FormExpander::makeError(Location location) {
  // Never compiled: an error has been reported.
  return unspecified(location);
}

Node *FormExpander::constant(const Datum *datum, Location location) {
  Node *node = make(NodeKind::Constant, location);
  node->datum = datum;
  return node;
}

Node *FormExpander::unspecified(Location location) {
  return constant(session.data.make(DatumKind::Unspecified), location);
}

Node *FormExpander::reference(Variable *variable, Location location) {
  Node *node = make(NodeKind::LocalRef, location);
  node->variable = variable;
  ++variable->references;
  return node;
}

Node *FormExpander::primitiveRef(llvm::StringRef name, Location location) {
  std::optional<ir::PrimitiveId> id = findPrimitive(name);
  assert(id && "the expander uses a primitive that does not exist");
  return primitiveRef(*id, location);
}

/// It makes or reaches objects of other languages.
static bool bringsReferences(ir::PrimitiveId id) {
  return llvm::StringSwitch<bool>(ir::primitiveRow(id).id)
      .Cases("ForeignImport", "ForeignNamespace", "ForeignModule", true)
      .Cases("ForeignEvaluate", "ForeignGet", "ForeignCallMethod", true)
      .Case("NativeNew", true)
      .Default(false);
}

Node *FormExpander::primitiveRef(ir::PrimitiveId id, Location location) {
  Node *node = make(NodeKind::PrimitiveRef, location);
  node->primitive = id;
  unit.hasReferences |= bringsReferences(id);
  return node;
}

Node *FormExpander::call(Node *callee, llvm::ArrayRef<Node *> args,
                         Location location) {
  Node *node = make(NodeKind::Call, location);
  node->children = {arena.Allocate<Node *>(args.size() + 1), args.size() + 1};
  node->children[0] = callee;
  llvm::copy(args, node->children.begin() + 1);
  return node;
}

Node *FormExpander::callPrimitive(llvm::StringRef name,
                                  llvm::ArrayRef<Node *> args,
                                  Location location) {
  return call(primitiveRef(name, location), args, location);
}

Node *FormExpander::lambda(llvm::ArrayRef<Variable *> parameters, bool hasRest,
                           Node *body, Location location) {
  Node *node = make(NodeKind::Lambda, location);
  node->variables = variables(parameters);
  node->hasRest = hasRest;
  node->children = nodes({body});
  return node;
}

Node *FormExpander::caseLambda(llvm::ArrayRef<Node *> clauses,
                               Location location) {
  if (clauses.size() == 1)
    return clauses[0];
  Node *node = make(NodeKind::CaseLambda, location);
  node->children = nodes(clauses);
  return node;
}

Node *FormExpander::lambda(const Formals &formals, Node *body,
                           Location location) {
  Node *node = lambda(formals.variables, formals.hasRest, body, location);
  node->restLimit = formals.restLimit;
  return node;
}

Node *FormExpander::implicitLambda(llvm::ArrayRef<Variable *> parameters,
                                   Node *body, Location location) {
  Node *node = lambda(parameters, false, body, location);
  node->isImplicit = true;
  return node;
}

Node *FormExpander::let(llvm::ArrayRef<Variable *> bound,
                        llvm::ArrayRef<Node *> inits, Node *body,
                        Location location, NodeKind kind) {
  Node *node = make(kind, location);
  node->variables = variables(bound);
  node->children = {arena.Allocate<Node *>(inits.size() + 1), inits.size() + 1};
  llvm::copy(inits, node->children.begin());
  node->children.back() = body;
  return node;
}

Node *FormExpander::ifNode(Node *test, Node *then, Node *otherwise,
                           Location location) {
  Node *node = make(NodeKind::If, location);
  node->children = nodes({test, then, otherwise});
  return node;
}

Node *FormExpander::sequence(llvm::ArrayRef<Node *> list, Location location) {
  assert(!list.empty() && "a sequence has a value");
  if (list.size() == 1)
    return list[0];
  Node *node = make(NodeKind::Sequence, location);
  node->children = nodes(list);
  return node;
}

Node *FormExpander::target(const Target &target, Node *value,
                           Location location) {
  assert(target.global && "definitions of bodies become a letrec*");
  Node *node = make(NodeKind::GlobalDefine, location);
  node->global = target.global;
  node->children = nodes({value});
  return node;
}

Node *FormExpander::targetRef(const Target &target, Location location) {
  if (target.variable)
    return reference(target.variable, location);
  return globalRef(target.global, location);
}

Node *FormExpander::globalRef(Global *global, Location location) {
  Node *node = make(NodeKind::GlobalRef, location);
  node->global = global;
  return node;
}

Global *FormExpander::globalHere(const Binding *binding) {
  Global *global = binding->global;
  if (owned.count(global))
    return global;
  if (binding->library)
    usedLibraries.insert(binding->library);
  unit.hasReferences |= binding->library && binding->library->hasReferences;
  Global *&here = external[global];
  if (!here) {
    here = session.makeGlobal();
    *here = *global;
    here->isExternal = true;
  }
  return here;
}

DiagnosticBuilder FormExpander::badSyntax(CoreForm core, const Syntax *at,
                                          llvm::StringRef found) {
  const CoreFormRow &row = coreFormRow(core);
  auto report =
      diagnostics.report(Diag::BadSyntax, at->location, {row.name, found});
  report.note((llvm::Twine("the form is `") + row.form + "`").str());
  return report;
}

void FormExpander::finish() {
  if (mode == ExpandMode::Program)
    for (const Library *library : importedLibraries)
      unit.needsEvaluator |= library->needsEvaluator;
  llvm::DenseMap<const Global *, const Node *> definitionOf;
  for (const Node *node : unit.body)
    if (node->kind == NodeKind::GlobalDefine) {
      auto [entry, isNew] =
          definitionOf.try_emplace(node->global, node->children[0]);
      if (!isNew)
        node->global->isAssigned = true;
    }
  for (Global *global : unit.globals) {
    const Node *value = definitionOf.lookup(global);
    // In a REPL any later form may define it anew.
    if (!value || global->isAssigned || value->kind != NodeKind::Lambda ||
        mode == ExpandMode::Repl)
      continue;
    global->minArgs = value->minArgs();
    global->maxArgs = value->maxArgs();
    // Bounds tell other units whether there is a rest list: a list that is
    // always empty they would not see.
    if (!unit.needsEvaluator && !(value->hasRest && value->restLimit == 0))
      global->kind = GlobalKind::Procedure;
  }
  passConstantCallbacks();
  // Whoever evaluates may define them later.
  if (!unit.needsEvaluator)
    for (auto [id, scope] : unboundNames)
      warnUnbound(id, scope);
  // What was defined in one form comes along in the next.
  unit.hasReferences |= mode == ExpandMode::Repl || unit.callsNative ||
                        !unit.natives.empty();
  // Units to initialise first, in the order in which they were loaded: each
  // after its own imports. Standard libraries have no effects when they are
  // initialised, so only those in use count.
  for (Library *other : libraries.loaded()) {
    bool isImported = llvm::is_contained(importedLibraries, other);
    bool hasEffects = other->needsInit || !other->unitImports.empty();
    if (!other->isBuiltin && other != library &&
        (usedLibraries.count(other) ||
         (isImported && hasEffects && !other->isStandard)))
      unit.imports.push_back(other->name);
  }
}

} // namespace plc::frontend
