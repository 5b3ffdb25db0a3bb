//===- RuntimeCalls.cpp - functions of the runtime ------------------------===//

#include "codegen/RuntimeCalls.h"

#include "llvm/ADT/Twine.h"

namespace plc::codegen {
namespace {

enum RowAttributes { None = 0, Cold = 1, NoReturn = 2 };
struct Row {
  const char *name;
  const char *signature; // null: the uniform Lisp prototype
  int attributes;
};
constexpr Row rows[] = {
#define RUNTIME_CALL(Name, Signature, Attributes, Doc)                         \
  {#Name, Signature, Attributes},
#define LISP_ENTRY(Name, Doc) {#Name, nullptr, Cold},
#include "stdlib/RuntimeCalls.def"
};

llvm::Type *typeOfLetter(const TypeLowering &types, char letter) {
  switch (letter) {
  case 'v':
  case 'i':
    return types.word;
  case 'd':
    return types.real;
  case 'b':
    return types.bit;
  case 'p':
    return types.pointer;
  case '.':
    return types.nothing;
  }
  llvm_unreachable("letter of RuntimeCalls.def");
}

} // namespace

bool RuntimeCalls::isNoReturn(RuntimeCall call) {
  return rows[size_t(call)].attributes & NoReturn;
}

/// For what raises: a call that was merged with an equal one would have no line
/// in traces.
static void keepPlace(llvm::Function *function) {
  function->addFnAttr(llvm::Attribute::NoMerge);
}

llvm::Function *RuntimeCalls::declare(llvm::StringRef name,
                                      llvm::FunctionType *type, bool isLisp) {
  auto *function = llvm::cast<llvm::Function>(
      module.getOrInsertFunction(name, type).getCallee());
  function->setDoesNotThrow();
  function->setDSOLocal(!isFar);
  if (isLisp)
    function->setCallingConv(llvm::CallingConv::PreserveNone);
  return function;
}

llvm::Function *RuntimeCalls::get(RuntimeCall call) {
  if (calls.empty())
    calls.resize(std::size(rows));
  llvm::Function *&slot = calls[size_t(call)];
  if (slot)
    return slot;
  const Row &row = rows[size_t(call)];
  if (!row.signature) {
    slot = declare(row.name, types.uniform(), true);
  } else {
    llvm::StringRef letters = row.signature;
    llvm::SmallVector<llvm::Type *, 6> parameters{types.pointer};
    for (char letter : letters.drop_front())
      parameters.push_back(typeOfLetter(types, letter));
    slot = declare(row.name,
                   llvm::FunctionType::get(typeOfLetter(types, letters[0]),
                                           parameters, false),
                   false);
    if (letters[0] == 'b')
      slot->addRetAttr(llvm::Attribute::ZExt);
  }
  if (row.attributes & Cold)
    slot->addFnAttr(llvm::Attribute::Cold);
  if (row.attributes & NoReturn) {
    slot->setDoesNotReturn();
    keepPlace(slot);
  }
  return slot;
}

llvm::Function *RuntimeCalls::primitive(ir::PrimitiveId id) {
  const ir::PrimitiveRow &row = ir::primitiveRow(id);
  std::string name = (llvm::Twine("prim_") + row.id).str();
  if (llvm::Function *known = module.getFunction(name))
    return known;
  if (row.lowering == ir::PrimitiveLowering::LispCall)
    return declare(name, types.uniform(), true);
  llvm::SmallVector<llvm::Type *, 6> parameters{types.pointer};
  if (takesArray(row))
    parameters.append({types.word, types.pointer});
  else
    parameters.append(row.maxArgs, types.word);
  llvm::Function *function = declare(
      name, llvm::FunctionType::get(types.word, parameters, false), false);
  if (row.effects & ir::MayRaise)
    keepPlace(function);
  return function;
}

llvm::GlobalVariable *RuntimeCalls::context() {
  constexpr const char *name = "rt_context";
  if (llvm::GlobalVariable *known = module.getGlobalVariable(name))
    return known;
  auto *variable = new llvm::GlobalVariable(
      module, types.pointer, /*isConstant=*/false,
      llvm::GlobalValue::ExternalLinkage, nullptr, name);
  variable->setDSOLocal(!isFar);
  return variable;
}

llvm::GlobalVariable *RuntimeCalls::primitiveClosure(ir::PrimitiveId id) {
  // The procedures of vectors take any sequence: they are the same everywhere.
  id = ir::vectorRow(id).value_or(id);
  std::string name = (llvm::Twine("plc_prim_") + ir::primitiveRow(id).id).str();
  if (llvm::GlobalVariable *known = module.getGlobalVariable(name))
    return known;
  auto *closure = new llvm::GlobalVariable(
      module, llvm::ArrayType::get(types.word, 2), /*isConstant=*/true,
      llvm::GlobalValue::ExternalLinkage, nullptr, name);
  closure->setAlignment(llvm::Align(16));
  closure->setDSOLocal(!isFar);
  return closure;
}

} // namespace plc::codegen
