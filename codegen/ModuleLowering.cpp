//===- ModuleLowering.cpp - one unit to one LLVM module -------------------===//

#include "codegen/ModuleLowering.h"

#include "codegen/FunctionLowering.h"

namespace plc::codegen {

std::string unitSymbol(llvm::StringRef unitName) {
  return ("plc:unit:" + unitName).str();
}
std::string initSymbol(llvm::StringRef unitName) {
  return ("plc:init:" + unitName).str();
}

std::unique_ptr<llvm::Module> lowerModule(const ir::Module &source,
                                          llvm::LLVMContext &context,
                                          const CodegenOptions &options,
                                          SymbolResolver resolver) {
  assert(source.stage == ir::Stage::Lowered && "closures are not converted");
  return ModuleLowering(source, context, options, std::move(resolver)).run();
}

void setFunctionAttributes(llvm::Function *function) {
  function->setDoesNotThrow();
  function->setUWTableKind(llvm::UWTableKind::Async);
  function->addFnAttr("frame-pointer", "all");
  function->addFnAttr("probe-stack", "inline-asm");
  // Calls may jump to continuations, so nothing is known to return.
  function->addFnAttr("target-cpu", "x86-64");
}

ModuleLowering::ModuleLowering(const ir::Module &source,
                               llvm::LLVMContext &context,
                               const CodegenOptions &options,
                               SymbolResolver resolver)
    : source(source), options(options),
      module(std::make_unique<llvm::Module>(source.name(), context)),
      types(context), runtime(*module, types, options.forJit),
      literals(*module, types, std::move(resolver), options.forJit),
      debug(*module, source, options.debugInfo, options.optLevel > 0) {
  context.setDiscardValueNames(false);
  llvm::MDBuilder metadata(context);
  llvm::MDNode *root = metadata.createTBAARoot("plc");
  const char *names[] = {"context", "heap", "cell", "cards"};
  for (unsigned i = 0; i < 4; ++i) {
    llvm::MDNode *type = metadata.createTBAAScalarTypeNode(names[i], root);
    memoryTags[i] = metadata.createTBAAStructTagNode(type, type, 0);
  }
  likelyWeights = metadata.createBranchWeights(2000, 1);
  unlikelyWeights = metadata.createBranchWeights(1, 2000);
  module->setPICLevel(llvm::PICLevel::BigPIC);
  if (!options.forJit)
    module->setPIELevel(llvm::PIELevel::Large);
  module->setFramePointer(llvm::FramePointerKind::All);
  module->setUwtable(llvm::UWTableKind::Async);
}

std::unique_ptr<llvm::Module> ModuleLowering::run() {
  collectUses();
  createCells();
  declareProcedures();
  for (const auto &function : source.functions()) {
    Procedure &p = procedure(function.get());
    if (p.entry && p.body && p.entry != p.body)
      FunctionLowering(*this, *function, p.entry).runEntry(p.body);
    if (p.body && p.body != p.entry)
      FunctionLowering(*this, *function, p.body).runBody(false);
    else if (p.entry)
      FunctionLowering(*this, *function, p.entry).runBody(true);
  }
  emitDescriptor();
  debug.finish();
  return std::move(module);
}

void ModuleLowering::collectUses() {
  for (const auto &function : source.functions())
    for (const auto &block : function->blocks())
      for (const ir::Op *op : *block) {
        if (op->opcode() == ir::Opcode::CallKnown ||
            op->opcode() == ir::Opcode::TailCallKnown)
          calledDirectly.insert(op->callee());
        else if (op->opcode() == ir::Opcode::Self ||
                 op->opcode() == ir::Opcode::Free)
          selfUsers.insert(function.get());
        else if (op->opcode() == ir::Opcode::Const &&
                 Literals::needsConstruction(op->datum) &&
                 literalCells.try_emplace(op->datum).second)
          literalsToConstruct.push_back(op->datum);
      }
}

void ModuleLowering::setLinkage(llvm::GlobalValue *value,
                                bool isDefined) const {
  value->setLinkage(llvm::GlobalValue::ExternalLinkage);
  if (options.forJit) {
    // Another module may be further away than 2 GB.
    value->setDSOLocal(isDefined);
    return;
  }
  value->setVisibility(llvm::GlobalValue::HiddenVisibility);
  value->setDSOLocal(true);
}

void ModuleLowering::createCells() {
  llvm::SmallVector<const ir::GlobalVariable *, 16> own;
  for (const auto &global : source.globals()) {
    if (global->isProcedure) {
      auto *closure = new llvm::GlobalVariable(
          *module, llvm::ArrayType::get(types.word, 2), true,
          llvm::GlobalValue::ExternalLinkage, nullptr, global->symbol);
      closure->setAlignment(llvm::Align(16));
      setLinkage(closure, !global->isExternal);
      closures[global.get()] = closure;
      if (global->function)
        globalOf[global->function] = global.get();
    } else if (global->isExternal) {
      auto *variable = new llvm::GlobalVariable(
          *module, types.word, false, llvm::GlobalValue::ExternalLinkage,
          nullptr, global->symbol);
      setLinkage(variable, false);
      cells[global.get()] = variable;
    } else {
      own.push_back(global.get());
    }
  }
  size_t count = own.size() + literalsToConstruct.size();
  if (count == 0)
    return;
  auto *type = llvm::ArrayType::get(types.word, count);
  llvm::SmallVector<llvm::Constant *, 16> unbound(count,
                                                  literals.word(PLC_UNBOUND));
  cellArray = new llvm::GlobalVariable(
      // Private: an alias into it then has its own size, as JITLink demands.
      *module, type, false, llvm::GlobalValue::PrivateLinkage,
      llvm::ConstantArray::get(type, unbound), "cells");
  size_t next = 0;
  auto address = [&] {
    return llvm::ConstantExpr::getInBoundsGetElementPtr(
        types.word, cellArray,
        llvm::ArrayRef<llvm::Constant *>{literals.word(next++)});
  };
  for (const ir::GlobalVariable *global : own) {
    llvm::Constant *place = address();
    auto *alias = llvm::GlobalAlias::create(
        types.word, 0, llvm::GlobalValue::ExternalLinkage, global->symbol,
        place, module.get());
    setLinkage(alias, true);
    cells[global] = place;
  }
  for (const ir::Datum *datum : literalsToConstruct) {
    literalCells[datum] = address();
    constructed.push_back({datum, literalCells[datum]});
  }
}

llvm::Function *ModuleLowering::declareFunction(llvm::Twine name,
                                                llvm::FunctionType *type) {
  auto *target = llvm::Function::Create(
      type, llvm::GlobalValue::InternalLinkage, name, module.get());
  target->setCallingConv(llvm::CallingConv::PreserveNone);
  setFunctionAttributes(target);
  return target;
}

void ModuleLowering::declareProcedures() {
  unsigned number = 0;
  for (const auto &owned : source.functions()) {
    const ir::Function *function = owned.get();
    // Backtraces take the name from behind the second colon, without ".body";
    // the number makes the symbol unique.
    std::string symbol =
        "plc:" + std::to_string(number++) + ":" +
        (function->lispName.empty() ? "lambda" : function->lispName);
    Procedure &p = procedures[function];
    bool isInit = function == source.init();
    bool isCalled = calledDirectly.contains(function);
    bool needsEntry =
        isInit || function->escapes || globalOf.contains(function);
    if (needsEntry) {
      p.entry = declareFunction(isInit ? initSymbol(source.name()) : symbol,
                                types.uniform());
      setArity(p.entry, *function);
      if (isInit)
        setLinkage(p.entry, true);
    }
    if (isCalled)
      p.body = declareFunction(needsEntry ? symbol + ".body" : symbol,
                               isWorker(*function) ? types.worker(*function)
                                                   : types.uniform());
  }
  for (const auto &global : source.globals())
    if (global->isProcedure && !global->isExternal)
      staticClosure(global->function);
}

void ModuleLowering::setArity(llvm::Function *entry,
                              const ir::Function &source) {
  // Read by the runtime, see stdlib/runtime/LispEntry.h: bounds of argc, and
  // the name as an offset, so that code needs no relocation at start.
  uint32_t least = source.requiredArguments();
  int32_t most = source.hasRest ? -1 : static_cast<int32_t>(least);
  llvm::Constant *name = literals.word(0);
  if (!source.lispName.empty())
    name = llvm::ConstantExpr::getSub(
        llvm::ConstantExpr::getPtrToInt(literals.text(source.lispName),
                                        types.word),
        llvm::ConstantExpr::getPtrToInt(entry, types.word));
  constexpr uint32_t nameIsOffset = 1u << 30;
  entry->setPrefixData(llvm::ConstantStruct::getAnon(
      {llvm::ConstantInt::get(types.i32, least | nameIsOffset),
       llvm::ConstantInt::getSigned(types.i32, most), name},
      /*Packed=*/true));
  entry->setAlignment(llvm::Align(16));
}

Procedure &ModuleLowering::procedure(const ir::Function *function) {
  return procedures[function];
}

llvm::GlobalVariable *
ModuleLowering::staticClosure(const ir::Function *function) {
  assert(function->captureCount == 0 && "captures values");
  Procedure &p = procedure(function);
  if (p.closure)
    return p.closure;
  if (const ir::GlobalVariable *global = globalOf.lookup(function)) {
    p.closure = closures[global];
  } else {
    p.closure = new llvm::GlobalVariable(
        *module, llvm::ArrayType::get(types.word, 2), true,
        llvm::GlobalValue::PrivateLinkage, nullptr, "closure");
    p.closure->setAlignment(llvm::Align(16));
  }
  assert(p.entry && "its closure exists, so it escapes");
  p.closure->setInitializer(llvm::ConstantArray::get(
      llvm::ArrayType::get(types.word, 2),
      {literals.word(PLC_HEADER(PLC_KIND_CLOSURE, 0, 0)),
       llvm::ConstantExpr::getPtrToInt(p.entry, types.word)}));
  return p.closure;
}

llvm::Constant *ModuleLowering::cell(const ir::GlobalVariable *global) {
  return cells.lookup(global);
}

llvm::Constant *
ModuleLowering::procedureWord(const ir::GlobalVariable *global) {
  return literals.tagged(closures.lookup(global), PLC_TAG_PROCEDURE);
}

llvm::Constant *ModuleLowering::literalCell(const ir::Datum *datum) {
  return literalCells.lookup(datum);
}

void ModuleLowering::emitDescriptor() {
  auto internalWord = [&](llvm::Type *type, llvm::Constant *initializer,
                          bool isConstant, const char *name) {
    return new llvm::GlobalVariable(*module, type, isConstant,
                                    llvm::GlobalValue::InternalLinkage,
                                    initializer, name);
  };
  llvm::Constant *null = llvm::ConstantPointerNull::get(types.pointer);
  llvm::ArrayRef<llvm::Constant *> symbols = literals.symbols();
  llvm::Constant *symbolArray = null;
  if (!symbols.empty()) {
    auto *type = llvm::ArrayType::get(types.word, symbols.size());
    symbolArray = internalWord(type, llvm::ConstantArray::get(type, symbols),
                               true, "symbols");
  }
  uint64_t cellCount =
      cellArray ? cellArray->getValueType()->getArrayNumElements() : 0;
  llvm::Constant *fields[] = {
      literals.text(PLC_ABI),
      literals.text(source.name()),
      cellArray ? static_cast<llvm::Constant *>(cellArray) : null,
      literals.word(cellCount),
      symbolArray,
      literals.word(symbols.size()),
      procedure(source.init()).entry,
      internalWord(types.byte, llvm::ConstantInt::get(types.byte, 0), false,
                   "initialized")};
  llvm::Constant *initializer = llvm::ConstantStruct::getAnon(fields);
  auto *unit = new llvm::GlobalVariable(*module, initializer->getType(), true,
                                        llvm::GlobalValue::ExternalLinkage,
                                        initializer, unitSymbol(source.name()));
  setLinkage(unit, true);
}

} // namespace plc::codegen
