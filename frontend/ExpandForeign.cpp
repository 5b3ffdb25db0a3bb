//===- ExpandForeign.cpp - forms that reach other languages ---------------===//
//
// Foreign imports, members and their calls, all in terms of the neutral
// operations of the runtime (foreign-get, ...): no language is named here.
//
//===----------------------------------------------------------------------===//

#include "frontend/FormExpander.h"
#include "frontend/Native.h"
#include "frontend/Packages.h"

#include "ir/support/DatumText.h"

#include "llvm/Support/Path.h"

using namespace plc::ir;

namespace plc::frontend {

static bool isText(const Syntax *s) {
  return s->kind == SyntaxKind::Constant && s->datum->kind == DatumKind::String;
}

/// `:name`, which evaluates to itself.
static bool isKeyword(const Syntax *s) {
  return s->isIdentifier() && s->name->text().size() > 1 &&
         s->name->text().front() == ':';
}

ImportParts splitImport(llvm::ArrayRef<const Syntax *> parts) {
  ImportParts result;
  while (!parts.empty()) {
    const Syntax *part = parts.front();
    parts = parts.drop_front();
    if (!isText(part)) {
      result.sets.push_back(part);
      continue;
    }
    ForeignImport import;
    import.name = part;
    while (!parts.empty() && isKeyword(parts.front())) {
      import.options.push_back(
          {parts.front(), parts.size() > 1 ? parts[1] : nullptr});
      parts = parts.drop_front(std::min<size_t>(parts.size(), 2));
    }
    result.foreign.push_back(std::move(import));
  }
  return result;
}

//===----------------------------------------------------------------------===//
// Imports
//===----------------------------------------------------------------------===//

/// "json" of "nlohmann/json.hpp", "os.path" of itself: a name that is usable
/// as a namespace without `:as`.
static std::string namespaceNameOf(llvm::StringRef module) {
  llvm::StringRef name = llvm::sys::path::filename(module);
  for (const char *extension : {".h", ".hh", ".hpp", ".hxx", ".so", ".lua",
                                ".wasm", ".py", ".js", ".mjs", ".cjs", ".ts"})
    if (name.size() > strlen(extension) && name.ends_with(extension))
      return name.drop_back(strlen(extension)).str();
  return name.str();
}

void FormExpander::badImport(const Syntax *at, llvm::StringRef found) {
  diagnostics.report(Diag::BadForeignImport, at->location, {found})
      .note("the form is `(import \"module\" :from \"ecosystem\" [:as name] "
            "[:only (name ...)] [:alias ((new old) ...)] [:prefix name] "
            "...)`");
}

std::optional<FormExpander::ForeignModule>
FormExpander::parseForeign(const ForeignImport &import) {
  ForeignModule module;
  std::vector<Datum *> rest;
  for (auto [keyword, value] : import.options) {
    llvm::StringRef option = keyword->name->text();
    if (!value) {
      badImport(keyword, ("`" + option + "` without a value").str());
      return std::nullopt;
    }
    if (option == ":from") {
      if (isText(value))
        module.ecosystem = value->datum->text.str();
      else if (value->isIdentifier())
        module.ecosystem = value->name->text().str();
      if (module.ecosystem.empty()) {
        badImport(value, "no name of an ecosystem after `:from`");
        return std::nullopt;
      }
      if (llvm::StringRef(module.ecosystem).contains('/')) {
        diagnostics.report(Diag::NoForeignHost, value->location,
                           {import.name->datum->text});
        return std::nullopt;
      }
      module.from = value;
    } else if (option == ":as") {
      if (!value->isIdentifier() || isKeyword(value)) {
        badImport(value, "no name after `:as`");
        return std::nullopt;
      }
      module.as = value;
    } else if (option == ":only") {
      if (!value->isProperList() ||
          !llvm::all_of(value->elements,
                        [](const Syntax *s) { return s->isIdentifier(); })) {
        badImport(value, "no list of names after `:only`");
        return std::nullopt;
      }
      for (const Syntax *name : value->elements)
        module.members.push_back({name, name->name});
    } else if (option == ":alias") {
      auto isPair = [](const Syntax *s) {
        return s->isProperList() && s->size() == 2 && (*s)[0]->isIdentifier() &&
               (*s)[1]->isIdentifier();
      };
      if (!value->isProperList() || !llvm::all_of(value->elements, isPair)) {
        badImport(value, "no list of pairs `(new old)` after `:alias`");
        return std::nullopt;
      }
      for (const Syntax *pair : value->elements)
        module.members.push_back({(*pair)[0], (*pair)[1]->name});
    } else if (option == ":prefix") {
      if (!value->isIdentifier()) {
        badImport(value, "no name after `:prefix`");
        return std::nullopt;
      }
      module.prefix = value->name->text().str();
    } else {
      rest.push_back(session.data.symbol(keyword->name));
      rest.push_back(quote(value));
    }
  }
  if (!module.from) {
    badImport(import.name, "no `:from`");
    return std::nullopt;
  }
  if (!module.as) {
    auto *id =
        new (arena) Syntax(SyntaxKind::Identifier, import.name->location);
    id->name =
        session.interner.intern(namespaceNameOf(import.name->datum->text));
    module.as = id;
  }
  module.name = import.name;
  Datum *options = session.data.make(DatumKind::Null);
  for (size_t i = rest.size(); i-- > 0;)
    options = session.data.pair(rest[i], options);
  module.options = options;
  return module;
}

bool FormExpander::providePackage(ForeignModule &module) {
  if (!session.packages || !session.packages->serves(module.ecosystem))
    return true;
  // Whoever imports this library later wants the package, too.
  if (library)
    library->isUncacheable = true;
  PackageRequest request{module.ecosystem, module.name->datum->text, "", ""};
  for (const Datum *rest = module.options; rest->kind == DatumKind::Pair;
       rest = rest->second->second) {
    const Datum *value = rest->second->first;
    llvm::StringRef option = rest->first->symbol->text();
    if (value->kind != DatumKind::String)
      continue; // the plugin's business
    if (option == ":version")
      request.version = value->text.str();
    else if (option == ":package")
      request.package = value->text.str();
  }
  PackageAnswer answer = session.packages->provide(request);
  if (!answer.isThere) {
    auto report = diagnostics.report(Diag::NoPackage, module.name->location,
                                     {request.module, answer.text});
    if (!answer.hint.empty())
      report.help(answer.hint);
    return false;
  }
  if (!answer.text.empty())
    module.options = session.data.pair(
        session.data.symbol(session.interner.intern(":environment")),
        session.data.pair(session.data.string(answer.text), module.options));
  return true;
}

Node *FormExpander::foreignNamespace(const ForeignModule &module) {
  Location location = module.name->location;
  return callPrimitive(
      "%foreign-namespace",
      {constant(session.data.string(module.ecosystem), location),
       constant(module.name->datum, location),
       constant(module.options, location)},
      location);
}

void FormExpander::scanForeignImport(const ForeignImport &import,
                                     Context &context) {
  std::optional<ForeignModule> parsed = parseForeign(import);
  if (!parsed)
    return;
  ForeignModule module = *parsed;
  if (session.natives && session.natives->serves(module.ecosystem))
    return scanNativeImport(module, context);
  if (!providePackage(module))
    return;
  Location location = import.name->location;
  checkOpen(module.as);
  Binding *space = top.find(keyOf(module.as));
  auto known = top.foreignNames.find(keyOf(module.as));
  bool isKnown = known != top.foreignNames.end() &&
                 known->second.binding == space &&
                 known->second.meaning == meaningOf(module);
  if (!isKnown) {
    space = libraries.makeBinding(BindingKind::Global);
    space->global = makeOwnGlobal(module.as->name, location,
                                  module.as->alias != nullptr);
    space->global->isDefined = true;
    space->global->isNamespace = true;
    space->library = library;
    space->location = location;
    // First of all: what a name means does not depend on when that is asked.
    context.items.insert(
        context.items.begin(),
        {{nullptr, space->global},
         [=, this] { return foreignNamespace(module); },
         location});
  }
  bindForeign(module.as, space, meaningOf(module));
  Target target{nullptr, globalHere(space)};
  // In a REPL the module is wanted now, and mistakes are seen at once.
  if (mode == ExpandMode::Repl)
    context.items.push_back({{},
                             [=, this] {
                               return callPrimitive(
                                   "%foreign-module",
                                   {targetRef(target, location)}, location);
                             },
                             location});
  bindMembers(module, space);
}

std::string FormExpander::meaningOf(const ForeignModule &module) {
  std::string text =
      module.ecosystem + " " + module.name->datum->text.str() + " ";
  llvm::raw_string_ostream out(text);
  writeDatum(out, module.options);
  return text;
}

void FormExpander::bindForeign(const Syntax *id, Binding *binding,
                               std::string meaning) {
  TopLevel::ForeignName &known = top.foreignNames[keyOf(id)];
  if (mode != ExpandMode::Repl && known.binding && known.meaning != meaning)
    diagnostics
        .report(Diag::ImportConflict, id->location,
                {("`" + id->name->text() + "`").str()})
        .help(binding->isNamespace()
                  ? "give one of them another name: `:as other-name`"
                  : "leave it out of one import, or give it another name: "
                    "`:alias ((other-name " +
                        binding->member->text().str() + "))`");
  known = {binding, std::move(meaning)};
  top.bind(keyOf(id), binding);
}

void FormExpander::bindMembers(const ForeignModule &module,
                               const Binding *space) {
  for (auto [id, member] : module.members) {
    const Syntax *name = id;
    if (!module.prefix.empty()) {
      auto *prefixed = new (arena) Syntax(SyntaxKind::Identifier, id->location);
      prefixed->name =
          session.interner.intern((module.prefix + id->name->text()).str());
      prefixed->alias = id->alias;
      name = prefixed;
    }
    checkOpen(name);
    if (library && name->alias)
      library->isUncacheable = true; // interfaces name members by symbols
    bindForeign(name, libraries.makeMember(space, member, name->location),
                meaningOf(module) + " " + member->text().str());
  }
  if (!module.prefix.empty() && module.members.empty())
    top.memberPrefixes.push_back({module.prefix, space});
}

Node *FormExpander::expandImportExpression(const Syntax *form) {
  ImportParts parts = splitImport(form->elements.drop_front());
  if (parts.foreign.size() != 1 || !parts.sets.empty())
    return badForm(CoreForm::Import, form, "it inside another form");
  std::optional<ForeignModule> module = parseForeign(parts.foreign[0]);
  if (!module)
    return makeError(form->location);
  if (session.natives && session.natives->serves(module->ecosystem))
    return badForm(CoreForm::Import, form,
                   "an import of declarations inside another form");
  if (!providePackage(*module))
    return makeError(form->location);
  return callPrimitive("%foreign-module", {foreignNamespace(*module)},
                       form->location);
}

Node *FormExpander::expandForeignObject(const Syntax *form, Scope *scope) {
  if (form->size() != 3 || !isText((*form)[2]))
    return badForm(CoreForm::ForeignObject, form, "no object and ecosystem");
  const Syntax *object = (*form)[1];
  if (!object->isIdentifier() || libraries.lookup(object, scope) ||
      memberPath(object, scope))
    return expand(object, scope);
  ForeignModule module;
  module.ecosystem = (*form)[2]->datum->text.str();
  auto *name = new (arena) Syntax(SyntaxKind::Constant, object->location);
  name->datum = session.data.string(object->name->text());
  module.name = name;
  module.options = session.data.make(DatumKind::Null);
  return callPrimitive("%foreign-module", {foreignNamespace(module)},
                       form->location);
}

//===----------------------------------------------------------------------===//
// Members
//===----------------------------------------------------------------------===//

Node *FormExpander::objectOf(const Binding *binding, Location location) {
  switch (binding->kind) {
  case BindingKind::Local:
    return reference(binding->variable, location);
  case BindingKind::Global:
    return globalRef(globalHere(binding), location);
  case BindingKind::Primitive: {
    return primitiveRef(binding->primitive, location);
  }
  case BindingKind::Constant:
    return constant(binding->datum, location);
  case BindingKind::Member:
    if (binding->space->kind == BindingKind::NativeSpace)
      return nativeValue(binding->space, binding->member, location);
    return member(objectOf(binding->space, location), binding->member,
                  location);
  case BindingKind::NativeSpace:
    diagnostics.report(Diag::NativeNamespaceValue, location,
                       {binding->member->text()});
    return makeError(location);
  case BindingKind::Core:
  case BindingKind::Macro:
    break;
  }
  llvm_unreachable("syntax is no object");
}

Node *FormExpander::member(Node *object, Symbol name, Location location) {
  noteMemberUse(name);
  return callPrimitive("foreign-get",
                       {object, constant(session.data.symbol(name), location)},
                       location);
}

/// Where the first name ends: what is between `<` and `>` is part of it, as in
/// "get<std::string>".
static size_t endOfName(llvm::StringRef text) {
  size_t depth = 0;
  bool hasArguments = text.count('<') == text.count('>');
  for (size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (hasArguments && c == '<' && i > 0)
      ++depth;
    else if (c == '>' && depth > 0)
      --depth;
    else if ((c == '.' || c == ':') && depth == 0)
      return i;
  }
  return llvm::StringRef::npos;
}

/// The parts of "a.b:c", each with something in it.
static bool splitNames(llvm::StringRef text,
                       llvm::SmallVectorImpl<llvm::StringRef> &names) {
  while (true) {
    size_t end = endOfName(text);
    llvm::StringRef name = text.substr(0, end);
    if (name.empty())
      return false;
    names.push_back(name);
    if (end == llvm::StringRef::npos)
      return true;
    text = text.substr(end + 1);
  }
}

std::optional<FormExpander::MemberPath>
FormExpander::memberPath(const Syntax *id, Scope *scope) {
  llvm::StringRef text = id->name->text();
  MemberPath path;
  if (Binding *binding = libraries.lookup(id, scope)) {
    if (binding->kind != BindingKind::Member)
      return std::nullopt;
    path.base = binding->space;
    path.names.push_back(binding->member);
    return path;
  }
  // The longest bound part before a dot, or part before a colon that is a
  // namespace, whatever else may have its name.
  for (size_t end = text.size(); (end = text.substr(0, end).find_last_of(
                                      ".:")) != llvm::StringRef::npos;) {
    if (end == 0 || end + 1 == text.size())
      continue;
    Binding *binding = libraries.lookupPart(
        session.interner.intern(text.substr(0, end)), id->alias, scope,
        /*isNamespace=*/text[end] == ':');
    if (!binding || binding->isSyntax())
      continue;
    binding = meaningHere(binding);
    llvm::SmallVector<llvm::StringRef, 4> names;
    llvm::StringRef rest = text.substr(end + 1);
    // A name of the language, with colons, up to its members.
    if (binding->kind == BindingKind::NativeSpace && sourceOf(binding)) {
      size_t depth = 0, length = 0;
      for (; length < rest.size() && (depth || rest[length] != '.'); ++length)
        depth += rest[length] == '<' ? 1
                 : rest[length] == '>' && depth ? size_t(-1)
                                                : 0;
      path.base = binding;
      path.names.push_back(session.interner.intern(rest.take_front(length)));
      rest = rest.drop_front(length);
      if (rest.empty())
        return path;
      rest = rest.drop_front();
    }
    if (!splitNames(rest, names)) {
      path = {};
      continue;
    }
    path.base = binding;
    for (llvm::StringRef name : names)
      path.names.push_back(session.interner.intern(name));
    return path;
  }
  if (!id->alias)
    for (auto &[prefix, space] : top.memberPrefixes)
      if (text.size() > prefix.size() && text.starts_with(prefix)) {
        path.base = space;
        path.names.push_back(
            session.interner.intern(text.substr(prefix.size())));
        return path;
      }
  return std::nullopt;
}

Node *FormExpander::objectOfPath(const MemberPath &path, Location location) {
  llvm::ArrayRef<Symbol> names = llvm::ArrayRef(path.names).drop_back();
  Node *object;
  if (path.base->kind == BindingKind::NativeSpace) {
    object = nativeValue(path.base, names.front(), location);
    names = names.drop_front();
  } else {
    object = objectOf(path.base, location);
  }
  for (Symbol name : names)
    object = member(object, name, location);
  return object;
}

Node *FormExpander::valueOfPath(const MemberPath &path, Location location) {
  if (path.isNativeMember())
    return nativeValue(path.base, path.names.back(), location);
  return member(objectOfPath(path, location), path.names.back(), location);
}

const Binding *FormExpander::nativeSpaceOf(const Syntax *id, Scope *scope) {
  if (!id->isIdentifier())
    return nullptr;
  Binding *binding = libraries.lookup(id, scope);
  if (binding)
    binding = meaningHere(binding);
  return binding && binding->kind == BindingKind::NativeSpace ? binding
                                                              : nullptr;
}

Node *FormExpander::methodCall(Node *object, Symbol name,
                               llvm::ArrayRef<const Syntax *> args,
                               Scope *scope, Location location) {
  noteMemberUse(name);
  llvm::SmallVector<Node *, 8> operands{
      object, constant(session.data.symbol(name), location)};
  for (const Syntax *arg : args)
    operands.push_back(expand(arg, scope));
  return callPrimitive("foreign-call-method", operands, location);
}

/// The name in (. object name): a symbol, or a string for what is no symbol.
static const Syntax *nameIn(const Syntax *s) {
  return s->isIdentifier() || isText(s) ? s : nullptr;
}

static Symbol symbolIn(const Syntax *s, Interner &interner) {
  return s->isIdentifier() ? s->name : interner.intern(s->datum->text);
}

bool FormExpander::checkDot(const Syntax *form) {
  if (form->tail || form->size() < 3) {
    badSyntax(CoreForm::Dot, form, "no object and name");
    return false;
  }
  if (isKeyword((*form)[2]))
    return true;
  for (const Syntax *name : form->elements.drop_front(2))
    if (!nameIn(name) || isKeyword(name)) {
      badSyntax(CoreForm::Dot, name, "no name of a member")
          .help("a method is called by `(. object :method argument ...)`");
      return false;
    }
  return true;
}

Node *FormExpander::expandDotObject(const Syntax *form, Scope *scope) {
  llvm::ArrayRef<const Syntax *> names =
      form->elements.drop_front(2).drop_back();
  Node *object;
  if (const Binding *space = nativeSpaceOf((*form)[1], scope)) {
    object = nativeValue(space, symbolIn(names.front(), session.interner),
                         names.front()->location);
    names = names.drop_front();
  } else {
    object = expand((*form)[1], scope);
  }
  for (const Syntax *name : names)
    object = member(object, symbolIn(name, session.interner), name->location);
  return object;
}

Node *FormExpander::expandDot(const Syntax *form, Scope *scope) {
  if (!checkDot(form))
    return makeError(form->location);
  const Binding *space = nativeSpaceOf((*form)[1], scope);
  if (space && isKeyword((*form)[2]))
    return callNativeMember(
        space, session.interner.intern((*form)[2]->name->text().drop_front()),
        form->elements.drop_front(3), scope, form->location);
  if (space && form->size() == 3)
    return nativeValue(space, symbolIn((*form)[2], session.interner),
                       form->location);
  if (isKeyword((*form)[2]))
    return methodCall(
        expand((*form)[1], scope),
        session.interner.intern((*form)[2]->name->text().drop_front()),
        form->elements.drop_front(3), scope, form->location);
  const Syntax *last = form->elements.back();
  return member(expandDotObject(form, scope), symbolIn(last, session.interner),
                form->location);
}

Node *FormExpander::expandForeignCall(const Syntax *form, Scope *scope) {
  const Syntax *head = (*form)[0];
  llvm::ArrayRef<const Syntax *> args = form->elements.drop_front();
  if (head->isIdentifier()) {
    if (Node *text = expandMemberDoc(form, scope))
      return text;
    std::optional<MemberPath> path = memberPath(head, scope);
    if (!path)
      return nullptr;
    if (path->isNativeMember())
      return callNativeMember(path->base, path->names.back(), args, scope,
                              form->location);
    return methodCall(objectOfPath(*path, head->location), path->names.back(),
                      args, scope, form->location);
  }
  // ((. object name) argument ...): the receiver stays bound.
  Binding *binding = headBinding(head, scope);
  if (!binding || binding->kind != BindingKind::Core ||
      binding->core != CoreForm::Dot || head->tail || head->size() < 3 ||
      isKeyword((*head)[2]) || !checkDot(head))
    return nullptr;
  if (const Binding *space = nativeSpaceOf((*head)[1], scope);
      space && head->size() == 3)
    return callNativeMember(space, symbolIn((*head)[2], session.interner),
                            args, scope, form->location);
  return methodCall(expandDotObject(head, scope),
                    symbolIn(head->elements.back(), session.interner), args,
                    scope, form->location);
}

/// (doc z:NAME), (documentation z:NAME) of what has no value that could tell:
/// constants, types and variables; (doc object.member) of classes that the compiler
/// knows.
Node *FormExpander::expandMemberDoc(const Syntax *form, Scope *scope) {
  if (form->size() != 2 || !(*form)[1]->isIdentifier())
    return nullptr;
  const Binding *binding = libraries.lookup((*form)[0], scope);
  if (!binding || binding->kind != BindingKind::Global || !binding->library ||
      binding->library->name != "(plc foreign)")
    return nullptr;
  llvm::StringRef name = binding->global->name->text();
  bool isShown = name == "doc";
  if (!isShown && name != "documentation")
    return nullptr;
  auto exported = [&](const char *text) {
    return binding->library->exports.lookup(session.interner.intern(text));
  };
  const Binding *show = exported("show-documentation");
  std::optional<MemberPath> path = memberPath((*form)[1], scope);
  if (!path)
    return nullptr;
  if (!path->isNativeMember())
    return memberDocumentation(*path, isShown, exported("member-documentation"),
                               show, (*form)[1]->location);
  Symbol member = path->names.back();
  if (sourceOf(path->base))
    return sourceDocumentation(path->base, member, isShown, show,
                               (*form)[1]->location);
  const NativeMember *found =
      nativeMember(path->base, member, (*form)[1]->location);
  if (!found)
    return makeError(form->location);
  if (found->kind == NativeMember::Function)
    return nullptr;
  Node *text = constant(
      session.data.string(nativeDocumentation(*path->base->native, *found)),
      form->location);
  if (!isShown)
    return text;
  return call(objectOf(show, form->location), {text}, form->location);
}

Node *FormExpander::setMember(Node *object, Symbol name, const Syntax *value,
                              Scope *scope, Location location) {
  noteMemberUse(name);
  return callPrimitive("foreign-set!",
                       {object, constant(session.data.symbol(name), location),
                        expand(value, scope)},
                       location);
}

Node *FormExpander::expandSetMember(const Syntax *form, Scope *scope) {
  const Syntax *place = (*form)[1], *value = (*form)[2];
  if (place->isIdentifier()) {
    std::optional<MemberPath> path = memberPath(place, scope);
    if (!path)
      return nullptr;
    if (path->isNativeMember())
      return setNativeMember(path->base, path->names.back(), value, scope,
                             form->location);
    return setMember(objectOfPath(*path, place->location), path->names.back(),
                     value, scope, form->location);
  }
  if (!checkDot(place))
    return makeError(form->location);
  if (isKeyword((*place)[2]))
    return badForm(CoreForm::Set, place, "a call of a method");
  if (const Binding *space = nativeSpaceOf((*place)[1], scope);
      space && place->size() == 3)
    return setNativeMember(space, symbolIn((*place)[2], session.interner),
                           value, scope, form->location);
  return setMember(expandDotObject(place, scope),
                   symbolIn(place->elements.back(), session.interner), value,
                   scope, form->location);
}

void FormExpander::scanExport(Symbol name, const Binding *binding,
                              Location location) {
  auto make = [=, this] {
    return callPrimitive("%export",
                         {constant(session.data.symbol(name), location),
                          objectOf(binding, location)},
                         location);
  };
  topContext.items.push_back({{}, make, location});
}

} // namespace plc::frontend
