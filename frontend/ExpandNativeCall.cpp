//===- ExpandNativeCall.cpp - calls of native code ------------------------===//
//
// The forms that imports of native declarations become, and that libraries which
// know their functions may write themselves.
//
//===----------------------------------------------------------------------===//

#include "frontend/FormExpander.h"

#include "ir/NativeSignature.h"

using namespace plc::ir;

namespace plc::frontend {

static bool isText(const Syntax *s) {
  return s->kind == SyntaxKind::Constant && s->datum->kind == DatumKind::String;
}

/// What no callback can do: shims pass records by value for calls only.
static bool hasRecord(const NativeSignature &signature) {
  auto isRecord = [](const NativeType &type) {
    return type.kind == NativeType::Record;
  };
  return isRecord(signature.result) ||
         llvm::any_of(signature.parameters, isRecord);
}

static bool wantsRecordBack(const NativeSignature &signature) {
  return llvm::any_of(signature.parameters, [](const NativeType &type) {
    if (type.kind != NativeType::Function)
      return false;
    auto callback = parseNativeSignature(type.name);
    return callback && hasRecord(*callback);
  });
}

static constexpr char kRecordInCallback[] =
    "a procedure cannot be given to native code that passes it records by value "
    "or takes one from it";

Node *FormExpander::expandNativeCall(const Syntax *form, Scope *scope) {
  if (form->tail || form->size() < 4 || !isText((*form)[1]) ||
      !isText((*form)[2]) || !isText((*form)[3]) ||
      (*form)[1]->datum->text.empty())
    return badForm(CoreForm::NativeCall, form,
                   "no symbol, name and signature");
  auto signature = parseNativeSignature((*form)[3]->datum->text);
  if (!signature)
    return badForm(CoreForm::NativeCall, (*form)[3], "no signature");
  unit.callsNative = true;
  llvm::ArrayRef<const Syntax *> args = form->elements.drop_front(4);
  if (!signature->accepts(args.size()))
    return badForm(CoreForm::NativeCall, form,
                   (llvm::Twine(args.size()) + " arguments for " +
                    llvm::Twine(signature->parameters.size()) + " parameters")
                       .str());
  if (wantsRecordBack(*signature)) {
    diagnostics.report(Diag::RefusedNativeMember, form->location,
                       {(*form)[2]->datum->text, kRecordInCallback});
    return makeError(form->location);
  }
  if (signature->isVariadic &&
      llvm::any_of(signature->parameters, [](const NativeType &type) {
        return type.kind == NativeType::Scalar &&
               type.scalar == NativeScalar::Float80;
      })) {
    diagnostics.report(Diag::RefusedNativeMember, form->location,
                       {(*form)[2]->datum->text,
                        "a function with any number of arguments and a `long "
                        "double` among the named ones cannot be called"});
    return makeError(form->location);
  }
  Node *node = make(NodeKind::NativeCall, form->location);
  auto symbol = [&](unsigned i) {
    return session.interner.intern((*form)[i]->datum->text);
  };
  node->native = {symbol(1), symbol(2), symbol(3)};
  llvm::SmallVector<Node *, 8> operands;
  for (const Syntax *arg : args)
    operands.push_back(expand(arg, scope));
  node->children = nodes(operands);
  return node;
}

Node *FormExpander::expandNativeCallback(const Syntax *form, Scope *scope) {
  if (form->tail || form->size() != 3 || !isText((*form)[1]))
    return badForm(CoreForm::NativeCallback, form,
                   "no signature and procedure");
  auto signature = parseNativeSignature((*form)[1]->datum->text);
  if (!signature)
    return badForm(CoreForm::NativeCallback, (*form)[1], "no signature");
  if (hasRecord(*signature)) {
    diagnostics.report(Diag::RefusedNativeMember, form->location,
                       {"callback", kRecordInCallback});
    return makeError(form->location);
  }
  unit.callsNative = true;
  Node *node = make(NodeKind::NativeCallback, form->location);
  node->native.signature = session.interner.intern((*form)[1]->datum->text);
  node->children = nodes({expand((*form)[2], scope)});
  return node;
}

} // namespace plc::frontend
