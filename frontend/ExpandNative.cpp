//===- ExpandNative.cpp - members of modules of native code ---------------===//
//
// A module whose declarations are known when compiling: its constants become
// constants, calls of its functions are checked and become native calls, and
// its types are known to the program when it runs.
//
//===----------------------------------------------------------------------===//

#include "frontend/FormExpander.h"
#include "frontend/NativeChecks.h"

#include "llvm/ADT/StringExtras.h"

using namespace plc::ir;
using plc::native::TypeId;
using plc::native::TypeKind;

namespace plc::frontend {

//===----------------------------------------------------------------------===//
// Members
//===----------------------------------------------------------------------===//

static NativeLink linkOf(const native::Module &module) {
  return {module.shims, module.shimLibrary, module.linkFlags,
          module.libraries};
}

const NativeMember *FormExpander::nativeMember(const Binding *space,
                                               Symbol name, Location location) {
  if (!libraries.nativeOf(space))
    return nullptr; // that has been reported
  const NativeSpace &native = *space->native;
  if (std::optional<NativeMember> found = native.find(name->text())) {
    if (found->kind != NativeMember::Refusal)
      return new (arena) NativeMember(*found);
    const native::Refusal &refusal = native.module->refusals[found->index];
    auto report =
        diagnostics.report(Diag::RefusedNativeMember, location,
                           {name->text(), refusal.reason});
    if (refusal.origin.line)
      report.note("declared in " + refusal.origin.file + ":" +
                  std::to_string(refusal.origin.line));
    return nullptr;
  }
  auto report = diagnostics.report(Diag::NoNativeMember, location,
                                   {native.name, name->text()});
  std::string nearest = nearestName(name->text(), native.names()).str();
  if (!nearest.empty())
    report.help("is `" + nearest + "` meant?");
  return nullptr;
}

/// This unit has to be linked with the module.
void FormExpander::useModule(const native::Module *module) {
  if (llvm::is_contained(unit.natives, module))
    return;
  unit.natives.push_back(module);
  if (library)
    library->nativeLinks.push_back(linkOf(*module));
}

Datum *FormExpander::constantOf(const native::Constant &value) {
  DatumFactory &data = session.data;
  if (auto *n = std::get_if<int64_t>(&value.value))
    return data.integer64(*n);
  if (auto *n = std::get_if<uint64_t>(&value.value))
    return data.unsigned64(*n);
  if (auto *x = std::get_if<double>(&value.value))
    return data.flonum(*x);
  return data.string(std::get<std::string>(value.value));
}

Node *FormExpander::nativeValue(const Binding *space, Symbol name,
                                Location location) {
  if (sourceOf(space))
    return sourceValue(space, name, location);
  const NativeMember *found = nativeMember(space, name, location);
  if (!found)
    return makeError(location);
  const native::Module &module = *space->native->module;
  switch (found->kind) {
  case NativeMember::Constant: {
    const native::Constant &value = module.constants[found->index];
    Node *datum = constant(constantOf(value), location);
    if (!value.type)
      return datum;
    TypeId element = module.types[*value.type].element;
    nativeRows.addUse(module, *value.type);
    // What a function is to calls that take a pointer to it is its signature.
    std::string name = module.types[element].kind == native::TypeKind::Function
                           ? nativeTypeText(module, *value.type)
                           : module.types[element].name;
    return callPrimitive(
        "make-pointer",
        {constant(session.data.symbol(session.interner.intern(name)),
                  location),
         datum},
        location);
  }
  case NativeMember::Type: {
    TypeId id = module.typeNames[found->index].type;
    nativeRows.addNamed(module, id);
    return constant(session.data.symbol(session.interner.intern(
                        module.types[id].name)),
                    location);
  }
  case NativeMember::Global: {
    const native::Global &global = module.globals[found->index];
    nativeRows.addUse(module, global.type);
    useModule(&module);
    return nativeGlobal("native-global-ref", module, global, nullptr, location);
  }
  case NativeMember::Function:
    return nativeProcedure(*space->native, module.functions[found->index],
                           location);
  case NativeMember::Refusal:
    break;
  }
  llvm_unreachable("refused members have been reported");
}

Node *FormExpander::nativeGlobal(llvm::StringRef primitive,
                                 const native::Module &module,
                                 const native::Global &global, Node *value,
                                 Location location) {
  // A shim returns the address.
  Node *where = coreForm(
      "%native-call",
      {syntaxText((global.isShim ? "" : "&") + global.symbol, location),
       syntaxText(global.name, location), syntaxText("p<void>()", location)},
      &top, location);
  llvm::SmallVector<Node *, 4> args{
      where, constant(session.data.string(global.name), location),
      constant(session.data.string(nativePlaceText(module, global.type)),
               location)};
  if (value)
    args.push_back(value);
  return callPrimitive(primitive, args, location);
}

Node *FormExpander::setNativeMember(const Binding *space, Symbol name,
                                    const Syntax *value, Scope *scope,
                                    Location location) {
  if (sourceOf(space))
    return setInSource(space, name, value, scope, location);
  const NativeMember *found = nativeMember(space, name, location);
  if (!found)
    return makeError(location);
  const native::Module &module = *space->native->module;
  if (found->kind != NativeMember::Global ||
      module.globals[found->index].isConst) {
    diagnostics.report(Diag::ConstantNativeMember, location, {name->text()});
    return makeError(location);
  }
  const native::Global &global = module.globals[found->index];
  nativeRows.addUse(module, global.type);
  useModule(&module);
  return nativeGlobal("native-global-set!", module, global,
                      expand(value, scope), location);
}

//===----------------------------------------------------------------------===//
// Calls
//===----------------------------------------------------------------------===//

const Syntax *FormExpander::syntaxText(llvm::StringRef text,
                                       Location location) {
  auto *syntax = new (arena) Syntax(SyntaxKind::Constant, location);
  syntax->datum = session.data.string(text);
  return syntax;
}

/// An identifier that nothing else can be.
const Syntax *FormExpander::freshIdentifier(llvm::StringRef name,
                                            Location location) {
  auto *id = new (arena) Syntax(SyntaxKind::Identifier, location);
  id->name = session.interner.intern(name);
  id->alias = new (arena) Alias{id->name, nullptr, &top, nullptr};
  return id;
}

Node *FormExpander::coreForm(llvm::StringRef keyword,
                             llvm::ArrayRef<const Syntax *> parts, Scope *scope,
                             Location location) {
  auto *head = new (arena) Syntax(SyntaxKind::Identifier, location);
  head->name = session.interner.intern(keyword);
  llvm::SmallVector<const Syntax *, 8> elements{head};
  elements.append(parts.begin(), parts.end());
  auto *form = new (arena) Syntax(SyntaxKind::List, location);
  form->elements = llvm::ArrayRef<const Syntax *>(elements).copy(arena);
  Binding *binding = libraries.find("(plc core)")->exports.lookup(head->name);
  return expandCore(form, binding->core, scope);
}

Node *FormExpander::rawNativeCall(const NativeSpace &space,
                                  const native::Function &function,
                                  llvm::ArrayRef<const Syntax *> args,
                                  Scope *scope, Location location) {
  const native::Module &module = *space.module;
  nativeRows.addUse(module, function.type);
  useModule(&module);
  std::string signature = nativeSignature(module, function.type);
  if (space.isBlocking || space.blocking.contains(function.name))
    signature += '!';
  llvm::SmallVector<const Syntax *, 8> parts{
      syntaxText(function.symbol, location),
      syntaxText(function.name, location), syntaxText(signature, location)};
  parts.append(args.begin(), args.end());
  return coreForm("%native-call", parts, scope, location);
}

void FormExpander::noteDeclaration(DiagnosticBuilder &report,
                                   const native::Module &module,
                                   const native::Function &function) {
  std::string text = "`" + nativeDeclaration(module, function) + "`";
  if (function.origin.line)
    text += " is declared in " + function.origin.file + ":" +
            std::to_string(function.origin.line);
  report.note(text);
}

/// The constant that syntax stands for, or null.
const Datum *FormExpander::literalOf(const Syntax *s, Scope *scope) {
  if (s->kind == SyntaxKind::Constant)
    return s->datum;
  if (s->isProperList() && s->size() == 2 &&
      isCore((*s)[0], scope, CoreForm::Quote))
    return quote((*s)[1]);
  // nil and undefined.
  if (s->isIdentifier())
    if (const Binding *binding = libraries.lookup(s, scope);
        binding && binding->kind == BindingKind::Constant)
      return binding->datum;
  return nullptr;
}

/// Names of members of enumerations become their values; what cannot be passed
/// is reported.
bool FormExpander::checkNativeArguments(
    const native::Module &module, const native::Function &function,
    llvm::ArrayRef<const Syntax *> args, Scope *scope, Location location,
    llvm::SmallVectorImpl<const Syntax *> &result) {
  const native::Type &type = module.types[function.type];
  size_t count = type.parameters.size();
  if (args.size() < count || (args.size() > count && !type.isVariadic)) {
    std::string expected = std::to_string(count) +
                           (type.isVariadic ? " or more arguments"
                            : count == 1    ? " argument"
                                            : " arguments");
    auto report =
        diagnostics.report(Diag::NativeArgumentCount, location,
                           {function.name, expected,
                            std::to_string(args.size())});
    noteDeclaration(report, module, function);
    return false;
  }
  bool ok = true;
  for (size_t i = 0; i < args.size(); ++i) {
    result.push_back(args[i]);
    const Datum *literal = literalOf(args[i], scope);
    if (!literal || i >= count)
      continue;
    TypeId id = type.parameters[i].type;
    std::string expected = nativeMisfit(module, id, literal);
    if (expected.empty() && llvm::is_contained(function.nonNull, i) &&
        (literal->kind == DatumKind::Nil ||
         literal->kind == DatumKind::Undefined))
      expected = "anything but NULL here: the header says so";
    if (!expected.empty()) {
      auto report = diagnostics.report(
          Diag::NativeArgument, args[i]->location,
          {std::to_string(i + 1), function.name,
           nativeTypeSpelling(module, id), expected});
      noteDeclaration(report, module, function);
      ok = false;
      continue;
    }
    if (module.types[id].kind == TypeKind::Enum &&
        literal->kind == DatumKind::Symbol)
      for (const native::EnumMember &member : module.types[id].members)
        if (member.name == literal->symbol->text()) {
          auto *value =
              new (arena) Syntax(SyntaxKind::Constant, args[i]->location);
          TypeKind integer =
              module.types[module.types[id].element].kind;
          value->datum =
              integer == TypeKind::UInt64
                  ? session.data.unsigned64(uint64_t(member.value))
                  : session.data.integer64(member.value);
          result.back() = value;
          break;
        }
  }
  return ok;
}

Node *FormExpander::callNativeFunction(const NativeSpace &space,
                                       const native::Function &function,
                                       llvm::ArrayRef<const Syntax *> args,
                                       Scope *scope, Location location) {
  const native::Module &module = *space.module;
  llvm::SmallVector<const Syntax *, 8> checked;
  if (!checkNativeArguments(module, function, args, scope, location, checked)) {
    // What the arguments have wrong is told, too.
    for (const Syntax *arg : args)
      expand(arg, scope);
    return makeError(location);
  }
  if (space.isTransient || space.transient.contains(function.name))
    return transientNativeCall(space, function, checked, scope, location);
  return finishNativeCall(space, function, checked, scope, location);
}

Node *FormExpander::finishNativeCall(const NativeSpace &space,
                                     const native::Function &function,
                                     llvm::ArrayRef<const Syntax *> args,
                                     Scope *scope, Location location) {
  const NativeCheck *check = checkOf(space, function);
  if (!check)
    return rawNativeCall(space, function, args, scope, location);
  return checkedNativeCall(space, function, *check, args, scope, location);
}

/// What calls the procedures among the arguments is given back when the function
/// has returned.
Node *FormExpander::transientNativeCall(const NativeSpace &space,
                                        const native::Function &function,
                                        llvm::ArrayRef<const Syntax *> args,
                                        Scope *scope, Location location) {
  const native::Module &module = *space.module;
  const native::Type &type = module.types[function.type];
  Scope *inner = libraries.makeScope(scope);
  llvm::SmallVector<const Syntax *, 8> passed(args.begin(), args.end());
  struct Callback {
    Variable *value, *pointer;
    Node *init, *release;
  };
  llvm::SmallVector<Callback, 2> callbacks;
  llvm::SmallVector<Node *, 4> last;
  auto isProcedure = [&](Variable *value) {
    return callPrimitive("procedure?", {reference(value, location)}, location);
  };
  for (size_t i = 0; i < type.parameters.size(); ++i) {
    const native::Type &parameter = module.types[type.parameters[i].type];
    if (parameter.kind != TypeKind::Pointer ||
        module.types[parameter.element].kind != TypeKind::Function)
      continue;
    nativeRows.addUse(module, parameter.element);
    const Syntax *value = freshIdentifier("callback", location);
    const Syntax *pointer = freshIdentifier("pointer", location);
    Callback callback{bindVariable(value, inner), bindVariable(pointer, inner),
                      expand(args[i], scope), nullptr};
    callback.release = ifNode(
        isProcedure(callback.value),
        callPrimitive("native-release!",
                      {reference(callback.pointer, location)}, location),
        constant(session.data.boolean(false), location), location);
    callbacks.push_back(callback);
    last.push_back(callback.release);
    passed[i] = pointer;
  }
  if (callbacks.empty())
    return finishNativeCall(space, function, args, scope, location);
  Variable *result = temporary("result", location);
  Node *call = finishNativeCall(space, function, passed, inner, location);
  last.push_back(reference(result, location));
  Node *body = let({result}, {call}, sequence(last, location), location);
  for (size_t i = type.parameters.size(), k = callbacks.size(); i-- > 0;) {
    if (passed[i] == args[i])
      continue;
    const Callback &callback = callbacks[--k];
    const native::Type &parameter = module.types[type.parameters[i].type];
    const Syntax *value = freshIdentifier("callback", location);
    Scope *around = libraries.makeScope(scope);
    Variable *again = bindVariable(value, around);
    Node *made = coreForm(
        "%native-callback",
        {syntaxText(nativeSignature(module, parameter.element), location),
         value},
        around, location);
    made = callPrimitive("%native-transient", {made}, location);
    made = let({again}, {reference(callback.value, location)}, made, location);
    made = ifNode(isProcedure(callback.value), made,
                  reference(callback.value, location), location);
    if (callback.init->kind == NodeKind::GlobalRef)
      globalCallbacks.push_back({callback.init->global, made, callback.release});
    body = let({callback.pointer}, {made}, body, location);
    body = let({callback.value}, {callback.init}, body, location);
  }
  return body;
}

/// A constant procedure of the top level has a function of its own: native code
/// gets that, and there is nothing to give back. Which are constant is known when
/// the unit has been read.
void FormExpander::passConstantCallbacks() {
  for (const GlobalCallback &callback : globalCallbacks) {
    if (callback.global->kind != GlobalKind::Procedure)
      continue;
    *callback.made = *callback.made->children[2]; // the procedure itself
    *callback.release = *callback.release->children[2];
  }
  globalCallbacks.clear();
}

/// The function as a procedure: one of the unit, made once.
Node *FormExpander::nativeProcedure(const NativeSpace &space,
                                    const native::Function &function,
                                    Location location) {
  const native::Module &module = *space.module;
  const native::Type &type = module.types[function.type];
  if (type.isVariadic) {
    auto report = diagnostics.report(Diag::VariadicNativeValue, location,
                                     {function.name});
    noteDeclaration(report, module, function);
    return makeError(location);
  }
  Global *&global = nativeProcedures[{&space, &function}];
  if (!global) {
    Scope *inner = libraries.makeScope(&top);
    llvm::SmallVector<const Syntax *, 8> names;
    llvm::SmallVector<Variable *, 8> parameters;
    for (const native::Parameter &parameter : type.parameters) {
      const Syntax *name = freshIdentifier(
          parameter.name.empty() ? "x" : parameter.name, location);
      names.push_back(name);
      parameters.push_back(bindVariable(name, inner));
    }
    Node *procedure =
        lambda(parameters, false,
               callNativeFunction(space, function, names, inner, location),
               location);
    global = standForNative(session.interner.intern(function.name), procedure,
                            nativeDeclaration(module, function), function.doc,
                            location);
  }
  return globalRef(global, location);
}

/// A global of the unit whose value is a procedure that calls native code.
Global *FormExpander::standForNative(Symbol name, Node *procedure,
                                     const std::string &declaration,
                                     const std::string &doc,
                                     Location location) {
  Global *global = makeOwnGlobal(name, location, true);
  global->isDefined = true;
  procedure->name = global->name;
  Node *definition = make(NodeKind::GlobalDefine, location);
  definition->global = global;
  definition->children = nodes({procedure});
  nativePrologue.push_back(definition);
  // What `doc` shows.
  nativePrologue.push_back(callPrimitive(
      "%native-describe",
      {globalRef(global, location),
       constant(session.data.string(declaration), location),
       doc.empty() ? constant(session.data.boolean(false), location)
                   : constant(session.data.string(doc), location)},
      location));
  return global;
}

Node *FormExpander::callNativeMember(const Binding *space, Symbol name,
                                     llvm::ArrayRef<const Syntax *> args,
                                     Scope *scope, Location location) {
  if (sourceOf(space))
    return callSource(space, name, args, scope, location);
  const NativeMember *found = nativeMember(space, name, location);
  if (!found) {
    for (const Syntax *arg : args)
      expand(arg, scope);
    return makeError(location);
  }
  const native::Module &module = *space->native->module;
  if (found->kind == NativeMember::Function)
    return callNativeFunction(*space->native, module.functions[found->index],
                              args, scope, location);
  if (found->kind == NativeMember::Type)
    return makeNative(module, module.typeNames[found->index], args, scope,
                      location);
  llvm::SmallVector<Node *, 8> operands;
  for (const Syntax *arg : args)
    operands.push_back(expand(arg, scope));
  return call(nativeValue(space, name, location), operands, location);
}

//===----------------------------------------------------------------------===//
// Values of types
//===----------------------------------------------------------------------===//

static const native::Field *fieldOf(const native::Module &module,
                                    const native::Type &record, llvm::StringRef name) {
  for (const native::Field &field : record.fields) {
    if (field.name == name)
      return &field;
    if (field.name.empty() && module.types[field.type].kind == TypeKind::Record)
      if (const native::Field *inner =
              fieldOf(module, module.types[field.type], name))
        return inner;
  }
  return nullptr;
}

static void addFieldNames(const native::Module &module, const native::Type &record,
                          std::vector<llvm::StringRef> &names) {
  for (const native::Field &field : record.fields)
    if (!field.name.empty())
      names.push_back(field.name);
    else if (module.types[field.type].kind == TypeKind::Record)
      addFieldNames(module, module.types[field.type], names);
}

/// (z:type), (z:type :field value ...), (z:function-type procedure)
Node *FormExpander::makeNative(const native::Module &module,
                               const native::TypeName &name,
                               llvm::ArrayRef<const Syntax *> args,
                               Scope *scope, Location location) {
  TypeId id = name.type;
  const native::Type *type = &module.types[id];
  if (type->kind == TypeKind::Pointer &&
      module.types[type->element].kind == TypeKind::Function) {
    id = type->element;
    type = &module.types[id];
  }
  auto bad = [&](llvm::StringRef found) {
    auto report = diagnostics.report(Diag::BadNativeValue, location,
                                     {name.name, found});
    report.help(type->kind == TypeKind::Function
                    ? "the form is `(" + name.name + " procedure)`"
                    : "the form is `(" + name.name +
                          (type->kind == TypeKind::Record
                               ? " :field value ...)`"
                               : ")`"));
    for (const Syntax *arg : args)
      if (!arg->isIdentifier() || !arg->name->text().starts_with(":"))
        expand(arg, scope);
    return makeError(location);
  };
  if (type->kind == TypeKind::Function) {
    if (args.size() != 1)
      return bad("not one procedure");
    nativeRows.addUse(module, id);
    return coreForm("%native-callback",
                    {syntaxText(nativeSignature(module, id), location),
                     args[0]},
                    scope, location);
  }
  if (type->size == 0 || !type->isComplete) {
    bool isScalar = type->size != 0 && type->kind != TypeKind::Record &&
                    type->kind != TypeKind::Enum &&
                    type->kind != TypeKind::Array;
    if (!isScalar)
      return bad("its declaration is incomplete: only the library makes such "
                 "values");
  }
  if (type->kind != TypeKind::Record && !args.empty())
    return bad("only records have fields");
  nativeRows.addNamed(module, id);
  Node *fresh = callPrimitive(
      "native-new",
      {constant(session.data.symbol(session.interner.intern(type->name)),
                location)},
      location);
  if (args.empty())
    return fresh;
  Variable *variable = temporary("value", location);
  llvm::SmallVector<Node *, 8> steps;
  for (size_t i = 0; i < args.size(); i += 2) {
    const Syntax *keyword = args[i];
    if (!keyword->isIdentifier() || !keyword->name->text().starts_with(":") ||
        i + 1 == args.size())
      return bad(i + 1 == args.size() ? "a field without a value"
                                      : "no `:field`");
    std::string field = keyword->name->text().drop_front().str();
    if (!fieldOf(module, *type, field))
      std::replace(field.begin(), field.end(), '-', '_');
    if (!fieldOf(module, *type, field)) {
      std::vector<llvm::StringRef> names;
      addFieldNames(module, *type, names);
      auto report = diagnostics.report(Diag::NoNativeMember, keyword->location,
                                       {name.name, field});
      std::string nearest = nearestName(field, names).str();
      if (!nearest.empty())
        report.help("is `:" + nearest + "` meant?");
      return makeError(location);
    }
    steps.push_back(callPrimitive(
        "foreign-set!",
        {reference(variable, location),
         constant(session.data.symbol(session.interner.intern(field)),
                  location),
         expand(args[i + 1], scope)},
        keyword->location));
  }
  steps.push_back(reference(variable, location));
  return let({variable}, {fresh}, sequence(steps, location), location);
}

/// Before everything else the unit does.
void FormExpander::finishNative() {
  // Calls of sources are found in all of it.
  unit.body.insert(unit.body.begin(), nativePrologue.begin(),
                   nativePrologue.end());
  nativePrologue.clear();
  std::vector<Node *> first;
  finishSources(first);
  if (!nativeRows.isEmpty())
    first.push_back(callPrimitive("%native-types",
                                  {constant(nativeRows.take(), {})}, {}));
  unit.body.insert(unit.body.begin(), first.begin(), first.end());
}

} // namespace plc::frontend
