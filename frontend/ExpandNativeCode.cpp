//===- ExpandNativeCode.cpp - code of other languages in programs ---------===//
//
// Text of a language whose code is compiled, with variables of Lisp in it, and
// classes of it whose methods are procedures. What they mean, the native::Source
// of the language knows; here are the places and the variables.
//
//===----------------------------------------------------------------------===//

#include "frontend/FormExpander.h"

#include "llvm/Support/Path.h"

using namespace plc::ir;

namespace plc::frontend {

static const Datum *stringOf(const Syntax *s) {
  return s->kind == SyntaxKind::Constant && s->datum->kind == DatumKind::String
             ? s->datum
             : nullptr;
}

Node *FormExpander::makeCodeCall(native::Source *source,
                                 const std::optional<native::Call> &call,
                                 const native::ImportError &error,
                                 llvm::StringRef what,
                                 llvm::ArrayRef<const Syntax *> args,
                                 Scope *scope, Location location) {
  if (!call) {
    auto report = diagnostics.report(Diag::BadNativeCode, location,
                                     {what, error.message});
    if (!error.hint.empty())
      report.help(error.hint);
    return makeError(location);
  }
  codeCalls.try_emplace(call->symbol, what.str());
  llvm::SmallVector<Node *, 8> operands;
  for (const Syntax *arg : args)
    operands.push_back(expand(arg, scope));
  return makeSourceCall(source, call, error, session.interner.intern(what),
                        operands, location);
}

Node *FormExpander::expandNativeCode(const Syntax *form, Scope *scope) {
  const char *shape = "no texts";
  // Libraries export it by the name of the ecosystem.
  llvm::StringRef ecosystem = (*form)[0]->name->text();
  if (!session.natives || !session.natives->serves(ecosystem))
    return badForm(CoreForm::NativeCode, form,
                   "that it is called by another name than its language has");
  if (form->tail)
    return badForm(CoreForm::NativeCode, form, shape);
  llvm::ArrayRef<const Syntax *> parts = form->elements.drop_front(1);
  std::string type, text;
  if (parts.size() > 1 && parts[0]->isIdentifier() &&
      parts[0]->name->text() == ":type") {
    const Datum *given = stringOf(parts[1]);
    if (!given)
      return badForm(CoreForm::NativeCode, form, "no string after `:type`");
    type = given->text.str();
    parts = parts.drop_front(2);
  }
  for (const Syntax *part : parts) {
    if (!stringOf(part))
      return badForm(CoreForm::NativeCode, form, shape);
    text += (text.empty() ? "" : "\n") + stringOf(part)->text.str();
  }
  if (parts.empty())
    return badForm(CoreForm::NativeCode, form, shape);
  Location location = form->location;
  llvm::StringRef folder = llvm::sys::path::parent_path(
      session.sources.fileName(session.sources.written(location)));
  native::Source *source =
      libraries.sourceOfAll(ecosystem, top, folder, location);
  if (!source)
    return makeError(location);
  std::vector<std::string> variables;
  native::ImportError error;
  std::optional<native::Call> call =
      source->code(text, type, variables, error);
  llvm::SmallVector<const Syntax *, 8> args;
  for (const std::string &variable : variables) {
    auto *id = new (arena) Syntax(SyntaxKind::Identifier, location);
    id->name = session.interner.intern(variable);
    // What the macro that the form comes from binds, it may use.
    Scope *ignored = scope;
    id->alias = LibraryManager::aliasOfPart(id->name, (*form)[0]->alias, ignored);
    args.push_back(id);
  }
  return makeCodeCall(source, call, error, "code", args, scope, location);
}

Node *FormExpander::expandNativeDerive(const Syntax *form, Scope *scope) {
  if (form->tail || form->size() != 6 || !(*form)[1]->isIdentifier() ||
      !(*form)[2]->isProperList() || (*form)[2]->isNull() ||
      !(*form)[3]->isProperList())
    return badForm(CoreForm::NativeDerive, form,
                   "no name, base classes, methods and values");
  Location location = (*form)[2]->elements[0]->location; // not that of a macro
  native::Source *source = nullptr;
  std::vector<std::string> bases;
  for (const Syntax *base : (*form)[2]->elements) {
    Binding *space = nullptr;
    llvm::StringRef member;
    if (base->isIdentifier()) {
      auto [part, rest] = base->name->text().split(':');
      member = rest;
      space = libraries.lookupPart(session.interner.intern(part), base->alias,
                                   scope, /*isNamespace=*/true);
    }
    native::Source *found = space ? sourceOf(space) : nullptr;
    if (!found || member.empty() || (source && found != source)) {
      diagnostics.report(Diag::BadNativeCode, base->location,
                         {"class", found && source
                                       ? "its bases come from different imports"
                                       : "this is no class of an import"});
      return makeError(location);
    }
    source = found;
    std::optional<OfSource> full =
        findInSource(space, session.interner.intern(member), base->location);
    if (!full)
      return makeError(location);
    bases.push_back(full->name);
  }
  std::vector<native::Source::Method> methods;
  for (const Syntax *method : (*form)[3]->elements) {
    if (!method->isProperList() || method->size() != 2 ||
        !(*method)[0]->isIdentifier() || !(*method)[1]->isList() ||
        (*method)[1]->size() == 0)
      return badForm(CoreForm::NativeDerive, form,
                     "no `(method (self argument ...) body ...)`");
    const Syntax *formals = (*method)[1];
    methods.push_back({(*method)[0]->name->text().str(),
                       unsigned(formals->size() - 1), formals->tail != nullptr});
  }
  native::ImportError error;
  std::optional<native::Call> call = source->derive(
      (*form)[1]->name->text().str(), bases, methods, error);
  return makeCodeCall(source, call, error, "class",
                      form->elements.drop_front(4), scope, location);
}

} // namespace plc::frontend
