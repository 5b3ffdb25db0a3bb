//===- ModuleLowering.cpp - one unit to one LLVM module -------------------===//

#include "codegen/ModuleLowering.h"

#include "codegen/FunctionLowering.h"

namespace plc::codegen {

std::string unitSymbol(llvm::StringRef unitName) {
  return "plc:unit:" + ir::linkName(unitName);
}
std::string initSymbol(llvm::StringRef unitName) {
  return "plc:init:" + ir::linkName(unitName);
}

// Behind the prefix, where no Lisp name can be: no procedure is called so.
std::string entrySymbol(llvm::StringRef global) {
  return ("plc:entry:" + global.drop_front(4)).str();
}
std::string bodySymbol(llvm::StringRef global) {
  return ("plc:code:" + global.drop_front(4)).str();
}

std::unique_ptr<llvm::Module>
lowerPart(const ir::Module &source, llvm::LLVMContext &context,
          const CodegenOptions &options, const UnitPlan &plan, unsigned part,
          SymbolResolver resolver) {
  assert(source.stage == ir::Stage::Lowered && "closures are not converted");
  return ModuleLowering(source, context, options, plan, part,
                        std::move(resolver))
      .run();
}

std::unique_ptr<llvm::Module> lowerModule(const ir::Module &source,
                                          llvm::LLVMContext &context,
                                          const CodegenOptions &options,
                                          SymbolResolver resolver) {
  return lowerPart(source, context, options, UnitPlan(source), 0,
                   std::move(resolver));
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
                               const UnitPlan &plan, unsigned part,
                               SymbolResolver resolver)
    : source(source), options(options), plan(plan), part(part),
      module(std::make_unique<llvm::Module>(source.name(), context)),
      types(context), runtime(*module, types, options.forJit),
      literals(*module, types, std::move(resolver), this->options, plan, part),
      debug(*module, source, options.debugInfo, options.optLevel > 0,
            options.debugVariables) {
  context.setDiscardValueNames(!options.keepNames);
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
  if (part == 0)
    defineCells();
  for (const auto &function : source.functions())
    if (isOwn(function.get()))
      define(*function);
  for (const UnitPlan::SharedLiteral &literal : plan.literals())
    if (literal.owner == part)
      literals.value(literal.datum);
  if (part == 0)
    emitDescriptor();
  else
    emitSymbols();
  debug.finish();
  return std::move(module);
}

void ModuleLowering::define(const ir::Function &function) {
  const Procedure p = procedure(&function);
  if (p.entry && p.body)
    FunctionLowering(*this, function, p.entry).runEntry(p.body);
  if (p.body)
    FunctionLowering(*this, function, p.body).runBody(false);
  else if (p.entry)
    FunctionLowering(*this, function, p.entry).runBody(true);
  if (plan.globalOf(&function) || plan.isClosureShared(&function))
    staticClosure(&function);
}

//===----------------------------------------------------------------------===//
// Cells
//===----------------------------------------------------------------------===//

llvm::GlobalVariable *ModuleLowering::createWords(size_t count,
                                                  bool isConstant,
                                                  llvm::Twine name) {
  auto *words = new llvm::GlobalVariable(
      *module, llvm::ArrayType::get(types.word, count), isConstant,
      llvm::GlobalValue::PrivateLinkage, nullptr, name);
  words->setAlignment(llvm::Align(16));
  return words;
}

void ModuleLowering::defineCells() {
  llvm::SmallVector<const ir::GlobalVariable *, 16> own;
  for (const auto &global : source.globals())
    if (!global->isProcedure && !global->isExternal)
      own.push_back(global.get());
  llvm::SmallVector<std::pair<const ir::Datum *, std::string>, 4> built;
  for (size_t i = 0; i < plan.literalsToConstruct().size(); ++i) {
    const ir::Datum *datum = plan.literalsToConstruct()[i];
    bool isNew;
    llvm::StringRef name = literals.sharedName(datum, isNew);
    if (name.empty())
      built.push_back({datum, plan.isWhole() ? "" : literalCellSymbol(i)});
    else if (isNew)
      built.push_back({datum, name.str()});
    else
      // The unit that was compiled first has built it.
      literalCells[datum] = declareCell(name);
  }
  size_t count = own.size() + built.size();
  if (count == 0)
    return;
  // Private: an alias into it then has its own size, as JITLink demands.
  cellArray = createWords(count, false, "cells");
  llvm::SmallVector<llvm::Constant *, 16> unbound(count,
                                                  literals.word(PLC_UNBOUND));
  cellArray->setInitializer(llvm::ConstantArray::get(
      llvm::cast<llvm::ArrayType>(cellArray->getValueType()), unbound));
  size_t next = 0;
  auto address = [&] {
    return llvm::ConstantExpr::getInBoundsGetElementPtr(
        types.word, cellArray,
        llvm::ArrayRef<llvm::Constant *>{literals.word(next++)});
  };
  auto show = [&](llvm::Constant *place, llvm::Twine symbol) {
    setLinkage(llvm::GlobalAlias::create(types.word, 0,
                                         llvm::GlobalValue::ExternalLinkage,
                                         symbol, place, module.get()),
               true);
  };
  for (const ir::GlobalVariable *global : own)
    show(cells[global] = address(), global->symbol);
  for (auto &[datum, symbol] : built) {
    llvm::Constant *place = literalCells[datum] = address();
    constructed.push_back({datum, place});
    if (!symbol.empty())
      show(place, symbol);
  }
}

llvm::Constant *ModuleLowering::declareCell(llvm::Twine symbol) {
  auto *variable = new llvm::GlobalVariable(
      *module, types.word, false, llvm::GlobalValue::ExternalLinkage, nullptr,
      symbol);
  setLinkage(variable, false);
  return variable;
}

llvm::Constant *ModuleLowering::cell(const ir::GlobalVariable *global) {
  llvm::Constant *&known = cells[global];
  if (!known)
    known = declareCell(global->symbol);
  return known;
}

llvm::Constant *ModuleLowering::literalCell(const ir::Datum *datum) {
  if (part == 0)
    return literalCells.lookup(datum);
  std::optional<size_t> index = plan.constructionIndex(datum);
  if (!index)
    return nullptr;
  llvm::Constant *&known = literalCells[datum];
  if (!known)
    known = declareCell(literalCellSymbol(*index));
  return known;
}

//===----------------------------------------------------------------------===//
// Procedures
//===----------------------------------------------------------------------===//

void ModuleLowering::setPartLinkage(llvm::GlobalValue *value,
                                    bool isDefined) const {
  if (plan.isWhole())
    value->setLinkage(llvm::isa<llvm::Function>(value)
                          ? llvm::GlobalValue::InternalLinkage
                          : llvm::GlobalValue::PrivateLinkage);
  else
    setLinkage(value, isDefined);
}

llvm::Function *ModuleLowering::declareFunction(llvm::Twine name,
                                                llvm::FunctionType *type,
                                                const ir::Function &function) {
  auto *target = llvm::Function::Create(
      type, llvm::GlobalValue::ExternalLinkage, name, module.get());
  target->setCallingConv(llvm::CallingConv::PreserveNone);
  setPartLinkage(target, isOwn(&function));
  if (isOwn(&function))
    setFunctionAttributes(target);
  else
    target->setDoesNotThrow();
  return target;
}

const Procedure &ModuleLowering::procedure(const ir::Function *function) {
  auto [known, isNew] = procedures.try_emplace(function);
  Procedure &p = known->second;
  if (!isNew)
    return p;
  const ir::GlobalVariable *global = plan.globalOf(function);
  if (!function->isOwn()) {
    p.body = declareExternal(bodySymbol(global->symbol));
    return p;
  }
  bool isInit = function == source.init();
  bool isShared = plan.isShared(function);
  // Those who know how many arguments there are call the body, if it can do
  // without a list of the rest.
  bool isEntryShared = isShared && function->hasRest;
  bool needsEntry = isInit || function->escapes || global;
  std::string symbol = plan.procedureSymbol(function);
  if (needsEntry) {
    p.entry = declareFunction(isInit     ? initSymbol(source.name())
                              : isEntryShared
                                  ? entrySymbol(global->symbol)
                                  : symbol,
                              types.uniform(), *function);
    if (isInit || isEntryShared)
      setLinkage(p.entry, isOwn(function));
    if (isOwn(function))
      setArity(p.entry, *function);
  }
  if (isShared || plan.isCalledDirectly(function)) {
    p.body = declareFunction(isShared     ? bodySymbol(global->symbol)
                             : needsEntry ? symbol + ".body"
                                          : symbol,
                             ir::hasOwnPrototype(*function)
                                 ? types.worker(*function)
                                 : types.uniform(),
                             *function);
    if (isShared)
      setLinkage(p.body, isOwn(function));
  }
  return p;
}

void ModuleLowering::setArity(llvm::Function *entry,
                              const ir::Function &source) {
  // Read by the runtime, see stdlib/runtime/LispEntry.h: bounds of argc, and
  // the texts as an offset, so that code needs no relocation at start.
  uint32_t least = source.requiredArguments();
  int32_t most = source.mostArguments();
  llvm::Constant *name = literals.word(0);
  std::string texts = source.lispName;
  bool tellsNote =
      !source.lispNote.empty() && texts.find('\0') == std::string::npos;
  if (tellsNote)
    texts += '\0' + source.lispNote;
  if (!texts.empty())
    name = llvm::ConstantExpr::getSub(
        llvm::ConstantExpr::getPtrToInt(literals.text(texts), types.word),
        llvm::ConstantExpr::getPtrToInt(entry, types.word));
  constexpr uint32_t nameIsOffset = 1u << 30, hasNote = 1u << 29;
  entry->setPrefixData(llvm::ConstantStruct::getAnon(
      {llvm::ConstantInt::get(types.i32,
                              least | nameIsOffset |
                                  (tellsNote ? hasNote : 0)),
       llvm::ConstantInt::getSigned(types.i32, most), name},
      /*Packed=*/true));
  entry->setAlignment(llvm::Align(16));
}

llvm::Function *
ModuleLowering::externalCode(const ir::GlobalVariable *global,
                             size_t argumentCount) {
  assert(global->isExternal && global->isProcedure && "of this unit");
  int count = int(argumentCount);
  if (count < global->minArgs ||
      (global->maxArgs >= 0 && count > global->maxArgs))
    return nullptr;
  bool hasRest = global->hasRest();
  return declareExternal(hasRest ? entrySymbol(global->symbol)
                                 : bodySymbol(global->symbol));
}

llvm::Function *ModuleLowering::declareExternal(llvm::StringRef symbol) {
  if (llvm::Function *known = module->getFunction(symbol))
    return known;
  llvm::Function *code =
      llvm::Function::Create(types.uniform(),
                             llvm::GlobalValue::ExternalLinkage, symbol,
                             module.get());
  code->setCallingConv(llvm::CallingConv::PreserveNone);
  code->setDoesNotThrow();
  setLinkage(code, false);
  return code;
}

llvm::GlobalVariable *
ModuleLowering::closureOf(const ir::GlobalVariable *global) {
  llvm::GlobalVariable *&known = closures[global];
  if (known)
    return known;
  // Code that may be exchanged is written into the closure.
  known = createWords(2, !options.hotId, global->symbol);
  setLinkage(known, global->function && isOwn(global->function));
  return known;
}

llvm::GlobalVariable *
ModuleLowering::staticClosure(const ir::Function *function) {
  assert(function->captureCount == 0 && "captures values");
  llvm::Function *entry = procedure(function).entry;
  assert(entry && "its closure exists, so it escapes");
  llvm::GlobalVariable *&closure = procedures[function].closure;
  if (closure)
    return closure;
  if (const ir::GlobalVariable *global = plan.globalOf(function)) {
    closure = closureOf(global);
  } else {
    bool isShared = plan.isClosureShared(function);
    closure = createWords(
        2, true, isShared ? plan.procedureSymbol(function) + ".closure"
                          : "closure");
    if (isShared)
      setLinkage(closure, isOwn(function));
  }
  if (isOwn(function))
    closure->setInitializer(llvm::ConstantArray::get(
        llvm::ArrayType::get(types.word, 2),
        {literals.word(PLC_HEADER(PLC_KIND_CLOSURE, 0, 0)),
         llvm::ConstantExpr::getPtrToInt(entry, types.word)}));
  return closure;
}

llvm::Constant *
ModuleLowering::procedureWord(const ir::GlobalVariable *global) {
  return literals.tagged(closureOf(global), PLC_TAG_PROCEDURE);
}

//===----------------------------------------------------------------------===//
// The descriptor
//===----------------------------------------------------------------------===//

llvm::Constant *ModuleLowering::emitSymbols() {
  llvm::ArrayRef<llvm::Constant *> words = literals.symbols();
  bool isLast = part + 1 == plan.partCount();
  llvm::Constant *null = llvm::ConstantPointerNull::get(types.pointer);
  // In this process symbols are words of the runtime.
  if (options.forJit || (words.empty() && plan.isWhole()))
    return null;
  llvm::GlobalVariable *array = createWords(words.size(), true, "symbols");
  array->setInitializer(llvm::ConstantArray::get(
      llvm::cast<llvm::ArrayType>(array->getValueType()), words));
  llvm::Constant *next = null;
  if (!isLast) {
    auto *record = new llvm::GlobalVariable(
        *module, types.word, true, llvm::GlobalValue::ExternalLinkage, nullptr,
        symbolsSymbol(part + 1));
    setLinkage(record, false);
    next = record;
  }
  llvm::Constant *fields[] = {array, literals.word(words.size()), next};
  llvm::Constant *initializer = llvm::ConstantStruct::getAnon(fields);
  auto *record = new llvm::GlobalVariable(
      *module, initializer->getType(), true, llvm::GlobalValue::PrivateLinkage,
      initializer, plan.isWhole() ? "" : symbolsSymbol(part));
  if (part > 0)
    setLinkage(record, true);
  return record;
}

llvm::GlobalVariable *ModuleLowering::callCounter() {
  if (!counter)
    counter = new llvm::GlobalVariable(
        *module, types.word, false, llvm::GlobalValue::InternalLinkage,
        literals.word(kCallsUntilHot), "calls");
  return counter;
}

void ModuleLowering::emitDescriptor() {
  llvm::Constant *null = llvm::ConstantPointerNull::get(types.pointer);
  uint64_t cellCount =
      cellArray ? cellArray->getValueType()->getArrayNumElements() : 0;
  auto *isInitialized = new llvm::GlobalVariable(
      *module, types.byte, false, llvm::GlobalValue::InternalLinkage,
      llvm::ConstantInt::get(types.byte, 0), "initialized");
  llvm::Constant *fields[] = {
      literals.text(PLC_ABI),
      literals.text(source.name()),
      cellArray ? static_cast<llvm::Constant *>(cellArray) : null,
      literals.word(cellCount),
      emitSymbols(),
      procedure(source.init()).entry,
      isInitialized};
  llvm::Constant *initializer = llvm::ConstantStruct::getAnon(fields);
  auto *unit = new llvm::GlobalVariable(*module, initializer->getType(), true,
                                        llvm::GlobalValue::ExternalLinkage,
                                        initializer, unitSymbol(source.name()));
  setLinkage(unit, true);
}

llvm::Constant *ModuleLowering::text(llvm::StringRef bytes) {
  llvm::Constant *&known = texts[bytes];
  if (!known) {
    auto *data =
        llvm::ConstantDataArray::getString(module->getContext(), bytes);
    auto *global = new llvm::GlobalVariable(
        *module, data->getType(), /*isConstant=*/true,
        llvm::GlobalValue::PrivateLinkage, data, "text");
    global->setUnnamedAddr(llvm::GlobalValue::UnnamedAddr::Global);
    known = global;
  }
  return known;
}

} // namespace plc::codegen
