//===- ExpandShims.cpp - declarations that are asked for ------------------===//
//
// A module whose language has overloads, classes and templates is a
// native::Source: it is asked for each name that the program uses, and makes the
// code that the uses need at the end of the unit.
//
//===----------------------------------------------------------------------===//

#include "frontend/FormExpander.h"

using namespace plc::ir;

namespace plc::frontend {

native::Source *FormExpander::sourceOf(const Binding *space) {
  const NativeSpace *native = libraries.nativeOf(space);
  return native ? native->module->source.get() : nullptr;
}

std::string sourceName(const NativeSpace &space, native::Source &source,
                       llvm::StringRef name, native::Source::Found &found) {
  for (const std::string &outer : space.namespaces) {
    std::string full = outer + ":" + name.str();
    found = source.find(full);
    if (found.kind != native::Source::Found::Nothing)
      return full;
  }
  found = source.find(name.str());
  return name.str();
}

/// Nothing after a diagnostic.
std::optional<FormExpander::OfSource>
FormExpander::findInSource(const Binding *space, Symbol name,
                           Location location) {
  native::Source *source = sourceOf(space);
  native::Source::Found found;
  auto find = [&](llvm::StringRef text) {
    return sourceName(*space->native, *source, text, found);
  };
  std::string full = find(name->text());
  // "vector<geo::Vec>": a template and classes of other imports.
  if (found.kind == native::Source::Found::Nothing && name->text().contains('<'))
    if (native::Source *joined = joinedSource(source->language());
        joined && joined != source) {
      source = joined;
      full = find(name->text());
    }
  if (found.kind == native::Source::Found::Nothing &&
      name->text().contains('-')) {
    std::string other = name->text().str();
    std::replace(other.begin(), other.end(), '-', '_');
    full = find(other);
  }
  switch (found.kind) {
  case native::Source::Found::Functions:
  case native::Source::Found::Class:
  case native::Source::Found::Value:
    return OfSource{source, full};
  case native::Source::Found::Space:
    diagnostics.report(Diag::NativeNamespaceValue, location, {name->text()});
    return std::nullopt;
  case native::Source::Found::Refused: {
    auto report = diagnostics.report(Diag::RefusedNativeMember, location,
                                     {name->text(), found.reason});
    if (found.origin.line)
      report.note("declared in " + found.origin.file + ":" +
                  std::to_string(found.origin.line));
    return std::nullopt;
  }
  case native::Source::Found::Nothing:
    break;
  }
  auto report = diagnostics.report(Diag::NoNativeMember, location,
                                   {space->native->name, name->text()});
  std::vector<std::string> names = sourceOf(space)->names();
  std::vector<llvm::StringRef> views(names.begin(), names.end());
  std::string nearest = nearestName(name->text(), views).str();
  if (!nearest.empty())
    report.help("is `" + nearest + "` meant?");
  return std::nullopt;
}

/// The call is chosen when all of the unit is known (ResolveShims.cpp).
Node *FormExpander::callSource(const Binding *space, Symbol name,
                               llvm::ArrayRef<const Syntax *> args,
                               Scope *scope, Location location) {
  std::optional<OfSource> full = findInSource(space, name, location);
  llvm::SmallVector<Node *, 8> operands;
  for (const Syntax *arg : args)
    operands.push_back(expand(arg, scope));
  if (!full)
    return makeError(location);
  Node *node = make(NodeKind::NativeCall, location);
  node->native.name = name;
  node->children = nodes(operands);
  sourceNames[node] = *full;
  unit.callsNative = true;
  return node;
}

/// False after a diagnostic.
bool FormExpander::makeSourceCall(Node *node, native::Source *source,
                                  const std::optional<native::Call> &call,
                                  const native::ImportError &error) {
  Location location = node->location;
  if (!call) {
    auto report = diagnostics.report(Diag::NoNativeOverload, location,
                                     {node->native.name->text(), error.message});
    if (!error.hint.empty())
      report.note(error.hint);
    *node = *makeError(location);
    return false;
  }
  sourceCalls.try_emplace(call->symbol, location);
  lastSourceCall = location;
  auto symbol = [&](const std::string &text) {
    return session.interner.intern(text);
  };
  node->native = {symbol(call->symbol), symbol(call->name),
                  symbol(call->signature)};
  if (!call->type.empty())
    sourceTypes[node] = {source, call->type};
  unit.callsNative = true;
  return true;
}

Node *FormExpander::makeSourceCall(native::Source *source,
                                   const std::optional<native::Call> &call,
                                   const native::ImportError &error,
                                   Symbol name, llvm::ArrayRef<Node *> operands,
                                   Location location) {
  Node *node = make(NodeKind::NativeCall, location);
  node->native.name = name;
  node->children = nodes(operands);
  makeSourceCall(node, source, call, error);
  return node;
}

Node *FormExpander::sourceValue(const Binding *space, Symbol name,
                                Location location) {
  std::optional<OfSource> full = findInSource(space, name, location);
  if (!full)
    return makeError(location);
  native::ImportError error;
  std::optional<native::Call> call = full->source->value(full->name, error);
  if (!call)
    if (std::vector<uint32_t> counts = full->source->arities(full->name);
        !counts.empty())
      return sourceProcedure(space, name, *full, counts, location);
  return makeSourceCall(full->source, call, error, name, {}, location);
}

/// A function as a value: a procedure of the unit that calls it, with a clause for each
/// number of arguments.
Node *FormExpander::sourceProcedure(const Binding *space, Symbol name,
                                    const OfSource &full,
                                    llvm::ArrayRef<uint32_t> counts,
                                    Location location) {
  Global *&global = sourceProcedures[{full.source, full.name}];
  if (!global) {
    llvm::SmallVector<Node *, 4> clauses;
    for (uint32_t count : counts) {
      Scope *inner = libraries.makeScope(&top);
      llvm::SmallVector<const Syntax *, 8> names;
      llvm::SmallVector<Variable *, 8> parameters;
      for (uint32_t i = 0; i < count; ++i) {
        names.push_back(freshIdentifier("x", location));
        parameters.push_back(bindVariable(names.back(), inner));
      }
      clauses.push_back(lambda(parameters, false,
                               callSource(space, name, names, inner, location),
                               location));
    }
    native::Source::Found found = full.source->find(full.name);
    global = standForNative(name, caseLambda(clauses, location),
                            found.declaration, found.doc, location);
  }
  return globalRef(global, location);
}

Node *FormExpander::setInSource(const Binding *space, Symbol name,
                                const Syntax *value, Scope *scope,
                                Location location) {
  std::optional<OfSource> full = findInSource(space, name, location);
  if (!full)
    return makeError(location);
  native::ImportError error;
  std::optional<native::Call> call = full->source->assign(full->name, error);
  if (!call) {
    diagnostics.report(Diag::ConstantNativeMember, location, {name->text()});
    return makeError(location);
  }
  return makeSourceCall(full->source, call, error, name,
                        {expand(value, scope)}, location);
}

/// (doc ns:name)
Node *FormExpander::sourceDocumentation(const Binding *space, Symbol name,
                                        bool isShown, const Binding *show,
                                        Location location) {
  native::Source::Found found;
  // What cannot be used has its documentation, too.
  sourceName(*space->native, *sourceOf(space), name->text(), found);
  if (found.declaration.empty()) {
    std::optional<OfSource> full = findInSource(space, name, location);
    if (!full)
      return makeError(location);
    found = full->source->find(full->name);
  }
  Node *node = constant(session.data.string(found.text()), location);
  if (!isShown)
    return node;
  return call(objectOf(show, location), {node}, location);
}

Node *FormExpander::memberDocumentation(const MemberPath &path, bool isShown,
                                        const Binding *documentation,
                                        const Binding *show,
                                        Location location) {
  Symbol name = path.names.back();
  Datum *notes = session.data.make(DatumKind::Null);
  for (native::Source *source : libraries.sources())
    for (const std::string &note : source->memberNotes(name->text().str())) {
      auto [type, text] = llvm::StringRef(note).split('\n');
      notes = session.data.pair(
          session.data.pair(session.data.string(type), session.data.string(text)),
          notes);
    }
  if (notes->kind == DatumKind::Null)
    return nullptr;
  Node *text = call(objectOf(documentation, location),
                    {objectOfPath(path, location),
                     constant(session.data.symbol(name), location),
                     constant(notes, location)},
                    location);
  return isShown ? call(objectOf(show, location), {text}, location) : text;
}

void FormExpander::noteMemberUse(Symbol name) {
  if (session.natives)
    ++usedMembers[name->text()];
}

void FormExpander::finishSources(std::vector<Node *> &first) {
  resolveSources();
  // Nobody waits for code that will not run.
  if (mode == ExpandMode::Repl && diagnostics.errorCount())
    return;
  std::vector<Joint> joints = planJoints();
  std::vector<native::Source *> sources = libraries.sources();
  for (native::Source *source : sources) {
    tellMembers(source, /*isNew=*/false);
    if (llvm::none_of(joints, [&](Joint &j) { return j.source == source; }))
      finishSource(source, first);
  }
  for (Joint &joint : joints)
    if (join(joint))
      finishSource(joint.source, first);
  if (library)
    noteKnowledge(joints);
}

void FormExpander::finishSource(native::Source *source,
                                std::vector<Node *> &first) {
  std::string start;
  native::ImportError error;
  const native::Module *module = source->finish(start, error);
  if (!error.message.empty()) {
    auto place = sourceCalls.find(error.symbol);
    ir::Location location =
        place == sourceCalls.end() ? lastSourceCall : place->second;
    auto code = codeCalls.find(error.symbol);
    auto report =
        code == codeCalls.end()
            ? diagnostics.report(Diag::NoNativeOverload, location,
                                 {source->language(), error.message})
            : diagnostics.report(Diag::BadNativeCode, location,
                                 {code->second, error.message});
    if (!error.hint.empty())
      report.help(error.hint);
  }
  if (!module)
    return;
  useModule(module);
  // A pointer to what the runtime offers to shims.
  const Syntax *host = freshIdentifier("host", {});
  Scope *inner = libraries.makeScope(&top);
  Variable *variable = bindVariable(host, inner);
  Node *body = coreForm("%native-call",
                        {syntaxText(start, {}), syntaxText(start, {}),
                         syntaxText("v(p<void>)", {}), host},
                        inner, {});
  first.push_back(
      let({variable}, {callPrimitive("%shim-host",
                        {constant(session.data.string(source->language()), {})},
                        {})}, body, {}));
}

void LibraryManager::keepShims() const {
  for (native::Source *source : nativeSources)
    source->keep();
}

void LibraryManager::dropShims() const {
  for (native::Source *source : nativeSources)
    source->drop();
}

} // namespace plc::frontend
