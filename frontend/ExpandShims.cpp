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
std::optional<std::string> FormExpander::findInSource(const Binding *space,
                                                      Symbol name,
                                                      Location location) {
  native::Source &source = *sourceOf(space);
  native::Source::Found found;
  auto find = [&](llvm::StringRef text) {
    return sourceName(*space->native, source, text, found);
  };
  std::string full = find(name->text());
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
    return full;
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
  std::vector<std::string> names = source.names();
  std::vector<llvm::StringRef> views(names.begin(), names.end());
  std::string nearest = nearestName(name->text(), views).str();
  if (!nearest.empty())
    report.help("is `" + nearest + "` meant?");
  return std::nullopt;
}

native::Argument FormExpander::argumentOf(const Syntax *arg, Scope *scope) {
  native::Argument argument;
  const Datum *literal = literalOf(arg, scope);
  if (!literal)
    return argument;
  switch (literal->kind) {
  case DatumKind::Fixnum:
    argument.kind = native::Argument::Integer;
    argument.value = literal->integer;
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

Node *FormExpander::makeSourceCall(const std::optional<native::Call> &call,
                                   const native::ImportError &error,
                                   llvm::StringRef name,
                                   llvm::ArrayRef<const Syntax *> args,
                                   Scope *scope, Location location) {
  if (!call) {
    for (const Syntax *arg : args)
      expand(arg, scope);
    auto report = diagnostics.report(Diag::NoNativeOverload, location,
                                     {name, error.message});
    if (!error.hint.empty())
      report.note(error.hint);
    return makeError(location);
  }
  sourceCalls.try_emplace(call->symbol, location);
  lastSourceCall = location;
  llvm::SmallVector<const Syntax *, 8> parts{
      syntaxText(call->symbol, location), syntaxText(call->name, location),
      syntaxText(call->signature, location)};
  parts.append(args.begin(), args.end());
  return coreForm("%native-call", parts, scope, location);
}

Node *FormExpander::callSource(const Binding *space, Symbol name,
                               llvm::ArrayRef<const Syntax *> args,
                               Scope *scope, Location location) {
  std::optional<std::string> full = findInSource(space, name, location);
  if (!full) {
    for (const Syntax *arg : args)
      expand(arg, scope);
    return makeError(location);
  }
  std::vector<native::Argument> known;
  for (const Syntax *arg : args)
    known.push_back(argumentOf(arg, scope));
  native::ImportError error;
  std::optional<native::Call> call =
      sourceOf(space)->call(*full, known, error);
  return makeSourceCall(call, error, name->text(), args, scope, location);
}

Node *FormExpander::sourceValue(const Binding *space, Symbol name,
                                Location location) {
  std::optional<std::string> full = findInSource(space, name, location);
  if (!full)
    return makeError(location);
  native::ImportError error;
  std::optional<native::Call> call = sourceOf(space)->value(*full, error);
  return makeSourceCall(call, error, name->text(), {}, &top, location);
}

Node *FormExpander::setInSource(const Binding *space, Symbol name,
                                const Syntax *value, Scope *scope,
                                Location location) {
  std::optional<std::string> full = findInSource(space, name, location);
  if (!full)
    return makeError(location);
  native::ImportError error;
  std::optional<native::Call> call = sourceOf(space)->assign(*full, error);
  if (!call) {
    diagnostics.report(Diag::ConstantNativeMember, location, {name->text()});
    return makeError(location);
  }
  return makeSourceCall(call, error, name->text(), {value}, scope, location);
}

/// (doc ns:name)
Node *FormExpander::sourceDocumentation(const Binding *space, Symbol name,
                                        bool isShown, const Binding *show,
                                        Location location) {
  if (!findInSource(space, name, location))
    return makeError(location);
  native::Source::Found found;
  sourceName(*space->native, *sourceOf(space), name->text(), found);
  std::string text = found.declaration;
  if (!found.doc.empty())
    text += "\n" + found.doc;
  if (found.origin.line)
    text += "\ndeclared in " + found.origin.file + ":" +
            std::to_string(found.origin.line);
  Node *node = constant(session.data.string(text), location);
  if (!isShown)
    return node;
  return call(objectOf(show, location), {node}, location);
}

void FormExpander::noteMemberUse(Symbol name) {
  if (session.natives)
    usedMembers.insert(name->text());
}

void FormExpander::finishSources(std::vector<Node *> &first) {
  for (native::Source *source : libraries.sources()) {
    for (auto &entry : usedMembers)
      source->useMember(entry.first().str());
    std::string start;
    native::ImportError error;
    const native::Module *module = source->finish(start, error);
    if (!error.message.empty()) {
      auto place = sourceCalls.find(error.symbol);
      diagnostics
          .report(Diag::NoNativeOverload,
                  place == sourceCalls.end() ? lastSourceCall : place->second,
                  {source->language(), error.message})
          .help(error.hint);
    }
    if (!module)
      continue;
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
}

} // namespace plc::frontend
