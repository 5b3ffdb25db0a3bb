//===- JoinShims.cpp - units that use objects of one another --------------===//
//
// The code of a library may call members, operators and templates with objects of
// classes that only its importers know, and theirs may use objects whose class only
// the library knows. What the one uses and what the other knows stands in the
// interface; a source that has the modules of both makes what is missing.
//
//===----------------------------------------------------------------------===//

#include "frontend/FormExpander.h"

#include "llvm/ADT/SetVector.h"

using namespace plc::ir;

namespace plc::frontend {

llvm::StringRef signOfOperator(PrimitiveId primitive) {
  static constexpr llvm::StringRef signs[][2] = {
      {"Add", "+"},   {"Sub", "-"},   {"Mul", "*"},    {"Div", "/"},   {"NumEq", "=="},
      {"NumLt", "<"}, {"NumGt", ">"}, {"NumLe", "<="}, {"NumGe", ">="}};
  llvm::StringRef id = primitiveRow(primitive).id;
  for (auto &[known, sign] : signs)
    if (id == known)
      return sign;
  return "";
}

/// Members and operators that are used with what may be an object of any class.
static void noteUses(const Node *node, ForeignUses &uses) {
  llvm::ArrayRef<Node *> children = node->children;
  if (node->kind == NodeKind::Call &&
      children[0]->kind == NodeKind::PrimitiveRef) {
    PrimitiveId callee = children[0]->primitive;
    children = children.drop_front();
    llvm::StringRef sign = signOfOperator(callee);
    auto isConstant = [](const Node *operand) {
      return operand->kind == NodeKind::Constant;
    };
    if (!sign.empty() && children.size() > 1 && !llvm::all_of(children, isConstant))
      uses.operators.insert(sign.str());
    if (children.size() > 1 && isConstant(children[1]) &&
        children[1]->datum->kind == DatumKind::Symbol &&
        primitiveRow(callee).id == llvm::StringRef("ForeignCallMethod"))
      uses.members.insert({children[1]->datum->symbol->text().str(),
                           int(children.size()) - 2});
  } else if (node->kind == NodeKind::PrimitiveRef) {
    if (llvm::StringRef sign = signOfOperator(node->primitive); !sign.empty())
      uses.operators.insert(sign.str());
  }
  for (const Node *child : children)
    noteUses(child, uses);
}

static void tell(native::Source &source, const ForeignUses &uses) {
  for (auto &[name, count] : uses.members)
    if (count < 0)
      source.useMember(name);
    else
      source.useMethod(name, std::vector<native::Argument>(size_t(count)));
  for (const std::string &sign : uses.operators)
    source.useOperator(sign, {{}, {}});
}

/// The libraries that the unit imports, and those that these import.
std::vector<const Library *> FormExpander::librariesBelow() const {
  llvm::SetVector<const Library *> below;
  for (const Library *imported : importedLibraries)
    below.insert(imported);
  for (size_t i = 0; i < below.size(); ++i)
    for (const Library *imported : below[i]->imports)
      if (!imported->isStandard)
        below.insert(imported);
  below.remove_if([](const Library *l) { return l->isStandard || l->isBuiltin; });
  return {below.begin(), below.end()};
}

/// The modules that a source needs which knows all classes.
std::vector<const NativeSpace *>
FormExpander::spacesToJoin(llvm::StringRef ecosystem) {
  std::vector<const NativeSpace *> spaces = libraries.spacesOf(ecosystem, top);
  for (const Library *below : librariesBelow())
    if (below->foreignUses.ecosystems.count(ecosystem.str()))
      for (const NativeSpace *space : libraries.spacesOf(ecosystem, below->scope))
        if (llvm::none_of(spaces, [&](auto *known) {
              return known->module == space->module;
            }))
          spaces.push_back(space);
  return spaces;
}

native::Source *FormExpander::joinedSource(llvm::StringRef ecosystem) {
  native::Source *&source = joinedSources[ecosystem];
  if (source)
    return source;
  std::vector<const NativeSpace *> spaces = spacesToJoin(ecosystem);
  if (!spaces.empty())
    source = libraries.sourceOfAll(spaces, spaces[0]->importOptions.folders.front(),
                                   unit.body.empty() ? Location()
                                                     : unit.body[0]->location);
  return source;
}

/// What the unit and the libraries below it use: for a source of just now, of which
/// nothing has been asked yet, and for others.
void FormExpander::tellMembers(native::Source *source, bool isNew) {
  for (auto &entry : usedMembers)
    if (entry.second)
      source->useMember(entry.first().str());
  for (const Library *below : librariesBelow())
    tell(*source, below->foreignUses);
  if (isNew)
    tell(*source, foreignUses);
}

/// What has to be made for units that import one another. Calls of sources that may
/// suit more classes later are left open.
std::vector<FormExpander::Joint> FormExpander::planJoints() {
  if (!session.natives)
    return {};
  std::vector<const Library *> below = librariesBelow();
  std::set<std::string> ecosystems;
  ForeignUses usesBelow;
  for (const Library *one : below) {
    for (auto &[ecosystem, known] : one->foreignUses.ecosystems)
      ecosystems.insert(ecosystem);
    usesBelow.members.insert(one->foreignUses.members.begin(),
                             one->foreignUses.members.end());
    usesBelow.operators.insert(one->foreignUses.operators.begin(),
                               one->foreignUses.operators.end());
  }
  if (library || !ecosystems.empty()) {
    for (const Node *form : unit.body)
      noteUses(form, foreignUses);
    for (auto &entry : usedMembers)
      if (entry.second)
        foreignUses.members.insert({entry.first().str(), -1});
  }
  for (native::Source *source : libraries.sources())
    ecosystems.insert(source->language());

  std::vector<Joint> joints;
  for (const std::string &ecosystem : ecosystems) {
    Joint joint;
    for (const NativeSpace *space : libraries.spacesOf(ecosystem, top))
      if (native::Source *source = space->module->source.get())
        joint.own.push_back(source);
    bool isKnown = false; // a class of a library
    for (const Library *one : below) {
      auto found = one->foreignUses.ecosystems.find(ecosystem);
      if (found == one->foreignUses.ecosystems.end())
        continue;
      const ForeignUses::Known &known = found->second;
      llvm::append_range(joint.known.requests, known.requests);
      llvm::append_range(joint.known.knowledge, known.knowledge);
      isKnown |= !known.knowledge.empty();
    }
    bool isUsing = !foreignUses.members.empty() || !foreignUses.operators.empty() ||
                   !usesBelow.members.empty() || !usesBelow.operators.empty();
    // Of a library alone its importers take care.
    bool hasOwn = !joint.own.empty();
    bool isUser = mode != ExpandMode::Library || hasOwn;
    joint.isNeeded = isUser && ((isKnown && isUsing) ||
                                (!joint.known.requests.empty() && (hasOwn || isKnown)));
    if (joint.isNeeded || joinedSources.count(ecosystem)) {
      joint.isNeeded = true;
      joint.source = joinedSource(ecosystem);
    } else if (mode == ExpandMode::Repl && joint.own.size() == 1) {
      // What earlier forms left open.
      joint.source = joint.own[0];
      joint.isNeeded = true;
    }
    if (joint.isNeeded || joint.own.size() > 1 || library)
      for (native::Source *source : joint.own)
        source->leaveOpen();
    joint.ecosystem = ecosystem;
    joints.push_back(std::move(joint));
  }
  return joints;
}

/// Tells the source that has all modules; false if there is nothing to make.
bool FormExpander::join(Joint &joint) {
  for (native::Source *source : joint.own)
    if (source != joint.source) {
      llvm::append_range(joint.known.requests, source->requests());
      llvm::append_range(joint.known.knowledge, source->knowledge());
    }
  if (!joint.isNeeded && joint.known.requests.empty())
    return false;
  if (!joint.source)
    joint.source = joinedSource(joint.ecosystem);
  if (!joint.source)
    return false;
  if (!llvm::is_contained(joint.own, joint.source))
    tellMembers(joint.source, /*isNew=*/true);
  joint.source->join(joint.known.requests, joint.known.knowledge);
  return true;
}

/// For those who import the library.
void FormExpander::noteKnowledge(llvm::ArrayRef<Joint> joints) {
  if (library->isStandard)
    return;
  library->foreignUses = foreignUses;
  for (const Joint &joint : joints) {
    std::vector<native::Source *> sources = joint.own;
    if (joint.source && !llvm::is_contained(sources, joint.source))
      sources.push_back(joint.source);
    ForeignUses::Known known;
    for (native::Source *source : sources) {
      llvm::append_range(known.requests, source->requests());
      llvm::append_range(known.knowledge, source->knowledge());
    }
    if (!known.requests.empty() || !known.knowledge.empty())
      library->foreignUses.ecosystems[joint.ecosystem] = std::move(known);
  }
}

} // namespace plc::frontend
