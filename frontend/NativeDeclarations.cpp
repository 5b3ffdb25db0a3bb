//===- NativeDeclarations.cpp - native functions without a header ---------===//
//
// (%native-function "add" (int int) int): types are named as in C, with `-` for
// blanks or as strings; `(* T)` is a pointer, `(* const T)` one to constant,
// `string` const char *, `(function (T ...) -> T)` a pointer to a function, and
// `...` ends the parameters of a variadic function.
//
//===----------------------------------------------------------------------===//

#include "frontend/FormExpander.h"
#include "frontend/Native.h"

using namespace plc::ir;

namespace plc::frontend {

static const char *scalarOfName(llvm::StringRef name) {
#define NATIVE_SCALAR(Id, Spelling, CType, Bytes, Class)                       \
  static constexpr const char *text##Id = Spelling;
#include "plc/native_types.def"
#define NATIVE_NAME(Spelling, Scalar)                                          \
  if (name == Spelling)                                                        \
    return text##Scalar;
#include "plc/native_names.def"
  return nullptr;
}

static std::string escaped(llvm::StringRef name) {
  std::string text;
  for (char c : name) {
    if (c == '<' || c == '>' || c == '\\')
      text += '\\';
    text += c;
  }
  return text;
}

static bool isNamed(const Syntax *s, llvm::StringRef name) {
  return s->isIdentifier() && s->name->text() == name;
}

/// The words of a type that is no list.
static std::optional<std::string> wordsOf(const Syntax *s) {
  if (s->kind == SyntaxKind::Constant && s->datum->kind == DatumKind::String)
    return s->datum->text.str();
  if (!s->isIdentifier())
    return std::nullopt;
  std::string words = s->name->text().str();
  if (!scalarOfName(words)) {
    std::string spaced = words;
    std::replace(spaced.begin(), spaced.end(), '-', ' ');
    if (scalarOfName(spaced))
      return spaced;
  }
  return words;
}

std::string FormExpander::declaredName(const Syntax *s, Scope *scope) {
  if (s->isProperList() && s->size() >= 2 && isNamed((*s)[0], "*")) {
    std::string inner = declaredName(s->elements.back(), scope);
    if (inner.empty())
      return "";
    if (s->size() == 3)
      inner = "const " + inner;
    return inner + (llvm::StringRef(inner).ends_with("*") ? "*" : " *");
  }
  // A type of an imported module.
  if (s->isIdentifier())
    if (std::optional<MemberPath> path = memberPath(s, scope);
        path && path->isNativeMember()) {
      const NativeMember *found =
          nativeMember(path->base, path->names.back(), s->location);
      if (!found)
        return "";
      if (found->kind == NativeMember::Type) {
        const native::Module &module = *path->base->native->module;
        native::TypeId id = module.typeNames[found->index].type;
        nativeRows.addNamed(module, id);
        return module.types[id].name;
      }
    }
  if (std::optional<std::string> words = wordsOf(s))
    return *words;
  badSyntax(CoreForm::NativeFunction, s, "no type");
  return "";
}

std::string FormExpander::declaredType(const Syntax *s, Scope *scope) {
  if (isNamed(s, "string"))
    return "s";
  if (s->isProperList() && s->size() >= 2 && isNamed((*s)[0], "*")) {
    bool isConst = s->size() == 3 && isNamed((*s)[1], "const");
    if (s->size() != 2 && !isConst) {
      badSyntax(CoreForm::NativeFunction, s, "no pointer type")
          .help("a pointer type is `(* type)` or `(* const type)`");
      return "";
    }
    std::string name = declaredName(s->elements.back(), scope);
    if (name.empty())
      return "";
    if (isConst && name == "char")
      return "s";
    return (isConst ? "k<" : "p<") + escaped(name) + ">";
  }
  if (s->isProperList() && s->size() == 4 && isNamed((*s)[0], "function") &&
      (*s)[1]->isProperList()) {
    std::string result = declaredType((*s)[3], scope), text;
    for (const Syntax *parameter : (*s)[1]->elements) {
      std::string type = declaredType(parameter, scope);
      if (type.empty())
        return "";
      text += (text.empty() ? "" : ",") + type;
    }
    return result.empty() ? "" : "F<" + result + "(" + text + ")>";
  }
  std::optional<std::string> words = wordsOf(s);
  const char *scalar = words ? scalarOfName(*words) : nullptr;
  if (scalar)
    return scalar;
  badSyntax(CoreForm::NativeFunction, s, "no type of a parameter or result")
      .help("types are `int`, `double`, `size_t` and their like, `string`, "
            "`(* type)` and `(function (type ...) -> type)`");
  return "";
}

Node *FormExpander::expandNativeFunction(const Syntax *form, Scope *scope) {
  auto isText = [](const Syntax *s) {
    return s->kind == SyntaxKind::Constant &&
           s->datum->kind == DatumKind::String;
  };
  if (form->tail || form->size() != 4 || !isText((*form)[1]) ||
      !(*form)[2]->isProperList()) {
    badSyntax(CoreForm::NativeFunction, form,
              "no name, list of types and result")
        .help("a name or types that are computed need `c:function`");
    return makeError(form->location);
  }
  Location location = form->location;
  std::string parameters;
  size_t count = 0;
  bool isVariadic = false;
  for (const Syntax *type : (*form)[2]->elements) {
    if (isNamed(type, "...") && type == (*form)[2]->elements.back()) {
      isVariadic = true;
      parameters += parameters.empty() ? "..." : ",...";
      continue;
    }
    std::string text = declaredType(type, scope);
    if (text.empty() || text == "v") {
      if (text == "v")
        badSyntax(CoreForm::NativeFunction, type, "a parameter without a value");
      return makeError(location);
    }
    parameters += (parameters.empty() ? "" : ",") + text;
    ++count;
  }
  std::string result = declaredType((*form)[3], scope);
  if (result.empty())
    return makeError(location);
  llvm::StringRef name = (*form)[1]->datum->text;
  const Syntax *signature =
      syntaxText(result + "(" + parameters + ")", location);
  // What follows `...` is known only where it is called.
  if (isVariadic) {
    Variable *rest = temporary("rest", location);
    llvm::SmallVector<Variable *, 8> variables;
    llvm::SmallVector<Node *, 8> operands{
        primitiveRef("native-call-dynamic", location),
        constant(session.data.string(name), location),
        constant(session.data.string(name), location),
        constant(signature->datum, location)};
    for (size_t i = 0; i < count; ++i) {
      variables.push_back(temporary("x", location));
      operands.push_back(reference(variables.back(), location));
    }
    variables.push_back(rest);
    operands.push_back(reference(rest, location));
    Node *node = lambda(variables, true,
                        callPrimitive("apply", operands, location), location);
    nameLambda(node, session.interner.intern(name));
    return node;
  }
  Scope *inner = libraries.makeScope(&top);
  llvm::SmallVector<Variable *, 8> variables;
  llvm::SmallVector<const Syntax *, 8> parts{syntaxText(name, location),
                                             syntaxText(name, location),
                                             signature};
  for (size_t i = 0; i < count; ++i) {
    const Syntax *id = freshIdentifier("x", location);
    variables.push_back(bindVariable(id, inner));
    parts.push_back(id);
  }
  Node *node = lambda(variables, false,
                      coreForm("%native-call", parts, inner, location),
                      location);
  nameLambda(node, session.interner.intern(name));
  return node;
}

const NativeSpace *LibraryManager::importMacro(const NativeSpace &space,
                                               const native::MacroTypes &macro) {
  native::ImportOptions options = space.importOptions;
  options.macros.push_back(macro);
  native::ImportError error;
  const native::Module *module =
      session.natives->import(space.ecosystem, options, error);
  if (!module)
    return nullptr;
  nativeSpaces.push_back(std::make_unique<NativeSpace>());
  NativeSpace &made = *nativeSpaces.back();
  made.name = space.name;
  made.ecosystem = space.ecosystem;
  made.importOptions = options;
  made.module = module;
  indexMembers(made);
  return &made;
}

Node *FormExpander::expandNativeMacro(const Syntax *form, Scope *scope) {
  if (form->tail || form->size() != 4 ||
      (*form)[1]->kind != SyntaxKind::Constant ||
      (*form)[1]->datum->kind != DatumKind::String ||
      !(*form)[2]->isProperList())
    return badForm(CoreForm::NativeMacro, form,
                   "no name, list of types and result");
  auto spelling = [&](const Syntax *type) {
    return isNamed(type, "string") ? "const char *"
                                   : declaredName(type, scope);
  };
  native::MacroTypes macro;
  macro.name = (*form)[1]->datum->text.str();
  macro.result = spelling((*form)[3]);
  if (macro.result.empty())
    return makeError(form->location);
  for (const Syntax *type : (*form)[2]->elements) {
    macro.parameters.push_back(spelling(type));
    if (macro.parameters.back().empty())
      return makeError(form->location);
  }
  for (auto &[key, name] : top.foreignNames) {
    if (name.binding->kind != BindingKind::NativeSpace)
      continue;
    const NativeSpace *space = libraries.nativeOf(name.binding);
    if (!space || !space->find(macro.name))
      continue;
    const NativeSpace *made = libraries.importMacro(*space, macro);
    std::optional<NativeMember> found;
    if (made)
      found = made->find(macro.name);
    if (found && found->kind == NativeMember::Function)
      return nativeProcedure(*made, made->module->functions[found->index],
                             form->location);
    std::string reason = "these types do not suit it";
    if (found && found->kind == NativeMember::Refusal)
      reason = made->module->refusals[found->index].reason;
    diagnostics.report(Diag::RefusedNativeMember, form->location,
                       {macro.name, reason});
    return makeError(form->location);
  }
  diagnostics
      .report(Diag::NoNativeMember, (*form)[1]->location,
              {"no import of this program", macro.name})
      .help("import the header that defines the macro");
  return makeError(form->location);
}

Node *FormExpander::expandNativeMemberCall(const Syntax *form, Scope *scope) {
  if (form->tail || form->size() < 2 ||
      (*form)[1]->kind != SyntaxKind::Constant ||
      (*form)[1]->datum->kind != DatumKind::String)
    return badForm(CoreForm::NativeMemberCall, form,
                   "no name of a function as a string");
  llvm::StringRef name = (*form)[1]->datum->text;
  Symbol symbol = session.interner.intern(name);
  for (auto &[key, foreign] : top.foreignNames)
    if (foreign.binding->kind == BindingKind::NativeSpace)
      if (const NativeSpace *space = libraries.nativeOf(foreign.binding))
        if (space->find(name))
          return callNativeMember(foreign.binding, symbol,
                                  form->elements.drop_front(2), scope,
                                  form->location);
  diagnostics
      .report(Diag::NoNativeMember, (*form)[1]->location,
              {"no import of this program", name})
      .help("import the header that declares it, or declare it by "
            "`(c-function \"" +
            name.str() + "\" (type ...) -> type)`");
  return makeError(form->location);
}

} // namespace plc::frontend
