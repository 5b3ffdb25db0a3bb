//===- ResolveShims.cpp - which code of another language is called --------===//
//
// When a unit has been expanded, the classes of objects are followed from what
// makes them to variables that are never assigned. So functions are chosen by what
// is known of their arguments, and the members of such objects are called without
// looking for them when the program runs.
//
//===----------------------------------------------------------------------===//

#include "frontend/FormExpander.h"

#include "plc/shims.h"

using namespace plc::ir;

namespace plc::frontend {

class SourceResolver {
public:
  explicit SourceResolver(FormExpander &expander) : expander(expander) {}

  void run() {
    for (Node *form : expander.unit.body)
      noteInits(form);
    for (Node *form : expander.unit.body)
      typeOf(form);
  }

private:
  using Type = FormExpander::OfSource;

  void noteInits(const Node *node);
  const Type &typeOf(Node *node);
  Type resolve(Node *node);
  Type callSource(Node *node);
  Type useMember(Node *node);
  Type call(Node *node, Node *object, const std::string &member,
            native::MemberUse use, size_t firstArgument);
  void useOperator(const Node *callee, std::vector<native::Argument> operands);
  bool isBox(const Node *node) const;
  native::Argument argumentOf(Node *node);
  std::vector<native::Argument> argumentsOf(llvm::ArrayRef<Node *> nodes);
  native::Source *sourceFor(native::Source *own, llvm::ArrayRef<Node *> args);

  FormExpander &expander;
  /// The values of variables that have only one.
  llvm::DenseMap<const Variable *, Node *> locals;
  llvm::DenseMap<const Global *, Node *> globals;
  /// Expressions that were seen; without a class while they are being looked at.
  llvm::DenseMap<const Node *, Type> types;
};

void SourceResolver::noteInits(const Node *node) {
  bool isLet = node->kind == NodeKind::Let || node->kind == NodeKind::Letrec;
  for (size_t i = 0; isLet && i < node->variables.size(); ++i)
    if (const Variable *v = node->variables[i];
        !v->isAssigned && !v->holdsSeveral)
      locals[v] = node->children[i];
  if (node->kind == NodeKind::GlobalDefine && !node->global->isAssigned)
    globals[node->global] = node->children[0];
  for (const Node *child : node->children)
    noteInits(child);
}

const SourceResolver::Type &SourceResolver::typeOf(Node *node) {
  if (auto known = types.find(node); known != types.end())
    return known->second;
  types[node] = {};
  Type type = resolve(node);
  return types[node] = std::move(type);
}

SourceResolver::Type SourceResolver::resolve(Node *node) {
  Type last;
  bool isOfPrimitive = node->kind == NodeKind::Call &&
                       node->children[0]->kind == NodeKind::PrimitiveRef;
  for (Node *child : node->children.drop_front(isOfPrimitive))
    last = typeOf(child);
  switch (node->kind) {
  case NodeKind::PrimitiveRef: // as a value
    useOperator(node, {{}, {}});
    return {};
  case NodeKind::LocalRef:
    if (Node *init = locals.lookup(node->variable))
      return typeOf(init);
    return {};
  case NodeKind::GlobalRef:
    if (Node *init = globals.lookup(node->global))
      return typeOf(init);
    return {};
  case NodeKind::Let:
  case NodeKind::Letrec:
  case NodeKind::Sequence:
    return last;
  case NodeKind::NativeCall:
    return callSource(node);
  case NodeKind::Call:
    if (isOfPrimitive)
      useOperator(node->children[0], argumentsOf(node->children.drop_front()));
    return useMember(node);
  default:
    return {};
  }
}

/// A new box, or a variable that is always one.
bool SourceResolver::isBox(const Node *node) const {
  if (node->kind == NodeKind::LocalRef)
    node = locals.lookup(node->variable);
  else if (node->kind == NodeKind::GlobalRef)
    node = globals.lookup(node->global);
  return node && node->kind == NodeKind::Call &&
         node->children[0]->kind == NodeKind::PrimitiveRef &&
         llvm::StringRef(primitiveRow(node->children[0]->primitive).id) == "MakeBox";
}

native::Argument SourceResolver::argumentOf(Node *node) {
  native::Argument argument;
  if (const Type &type = typeOf(node); type.source) {
    argument.kind = native::Argument::Object;
    argument.type = type.name;
    return argument;
  }
  if (node->kind == NodeKind::Lambda || node->kind == NodeKind::CaseLambda)
    argument.kind = native::Argument::Procedure;
  if (isBox(node))
    argument.kind = native::Argument::Box;
  if (node->kind != NodeKind::Constant)
    return argument;
  switch (node->datum->kind) {
  case DatumKind::Fixnum:
    argument.kind = native::Argument::Integer;
    argument.value = node->datum->integer;
    break;
  case DatumKind::BigInteger:
    argument.kind = native::Argument::Integer;
    argument.isLarge = true;
    break;
  case DatumKind::Flonum:
  case DatumKind::Ratio:
    argument.kind = native::Argument::Real;
    break;
  case DatumKind::Complex:
    argument.kind = native::Argument::Complex;
    break;
  case DatumKind::True:
  case DatumKind::False:
    argument.kind = native::Argument::Boolean;
    break;
  case DatumKind::Character:
    argument.kind = native::Argument::Character;
    break;
  case DatumKind::String:
    argument.kind = native::Argument::Text;
    argument.text = node->datum->text;
    break;
  case DatumKind::Nil:
  case DatumKind::Undefined:
    argument.kind = native::Argument::Nil;
    break;
  default:
    argument.kind = native::Argument::Other;
    break;
  }
  return argument;
}

std::vector<native::Argument>
SourceResolver::argumentsOf(llvm::ArrayRef<Node *> nodes) {
  std::vector<native::Argument> arguments;
  for (Node *node : nodes)
    arguments.push_back(argumentOf(node));
  return arguments;
}

/// What knows the classes of all arguments: that of the import, or of all imports.
native::Source *SourceResolver::sourceFor(native::Source *own,
                                          llvm::ArrayRef<Node *> args) {
  for (Node *arg : args)
    if (native::Source *other = typeOf(arg).source;
        other && other != own && other->language() == own->language())
      if (native::Source *joined = expander.joinedSource(own->language()))
        return joined;
  return own;
}

SourceResolver::Type SourceResolver::callSource(Node *node) {
  auto found = expander.sourceNames.find(node);
  if (found != expander.sourceNames.end()) {
    Type callee = found->second;
    callee.source = sourceFor(callee.source, node->children);
    native::ImportError error;
    std::optional<native::Call> call =
        callee.source->call(callee.name, argumentsOf(node->children), error);
    expander.makeSourceCall(node, callee.source, call, error);
  }
  return expander.sourceTypes.lookup(node);
}

/// (foreign-call-method object 'name argument ...), foreign-get, foreign-set!; the
/// call of an object.
SourceResolver::Type SourceResolver::useMember(Node *node) {
  Node *callee = node->children[0];
  if (typeOf(callee).source)
    return call(node, callee, PLC_SHIM_CALL, native::MemberUse::Call, 1);
  if (callee->kind != NodeKind::PrimitiveRef || node->children.size() < 3)
    return {};
  llvm::StringRef id = primitiveRow(callee->primitive).id;
  native::MemberUse use;
  if (id == "ForeignCallMethod")
    use = native::MemberUse::Call;
  else if (id == "ForeignGet")
    use = native::MemberUse::Get;
  else if (id == "ForeignSet")
    use = native::MemberUse::Set;
  else
    return {};
  const Node *name = node->children[2];
  if (name->kind != NodeKind::Constant ||
      name->datum->kind != DatumKind::Symbol)
    return {};
  return call(node, node->children[1], name->datum->symbol->text().str(), use, 3);
}

/// A use of a member of the object, with the arguments from that child on.
SourceResolver::Type SourceResolver::call(Node *node, Node *object,
                                          const std::string &member,
                                          native::MemberUse use,
                                          size_t firstArgument) {
  Type type = typeOf(object);
  llvm::ArrayRef<Node *> args = node->children.drop_front(firstArgument);
  for (const Node *arg : args)
    if (arg->kind == NodeKind::Constant &&
        arg->datum->kind == DatumKind::Symbol &&
        arg->datum->symbol->text().starts_with(":"))
      return {};
  std::vector<native::Argument> known = argumentsOf(args);
  std::optional<native::Call> call;
  if (type.source)
    call = type.source->member(type.name, member, use, known);
  if (!call) {
    if (use == native::MemberUse::Call)
      for (native::Source *source : expander.libraries.sources())
        source->useMethod(member, known);
    return {};
  }
  // Code for all classes that have such a member takes clang long.
  auto uses = expander.usedMembers.find(member);
  if (uses != expander.usedMembers.end() && uses->second)
    --uses->second;
  llvm::SmallVector<Node *, 8> operands{object};
  operands.append(args.begin(), args.end());
  node->kind = NodeKind::NativeCall;
  node->children = expander.nodes(operands);
  expander.makeSourceCall(node, type.source, call, {});
  return expander.sourceTypes.lookup(node);
}

/// An operator of which some operand may be an object.
void SourceResolver::useOperator(const Node *callee,
                                 std::vector<native::Argument> operands) {
  using native::Argument;
  llvm::StringRef sign = signOfOperator(callee->primitive);
  bool mayBeObject = llvm::any_of(operands, [](const Argument &a) {
    return a.kind == Argument::Unknown || a.kind == Argument::Object;
  });
  // All that matters is whether there is an object: one question for most programs.
  bool isObject = llvm::any_of(operands, [](const Argument &a) {
    return a.kind == Argument::Object;
  });
  if (sign.empty() || !mayBeObject || operands.size() < 2)
    return;
  Argument operand;
  operand.kind = isObject ? Argument::Object : Argument::Unknown;
  for (native::Source *source : expander.libraries.sources())
    source->useOperator(sign.str(), {operand, operand});
}

void FormExpander::resolveSources() {
  if (!libraries.sources().empty())
    SourceResolver(*this).run();
}

} // namespace plc::frontend
