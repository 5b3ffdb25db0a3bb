//===- DebugInfo.cpp - locations as DWARF ---------------------------------===//

#include "codegen/DebugInfo.h"

#include "llvm/BinaryFormat/Dwarf.h"
#include "llvm/IR/Module.h"

namespace plc::codegen {

DebugInfo::DebugInfo(llvm::Module &module, const ir::Module &source,
                     bool isEnabled, bool isOptimized, bool hasVariables)
    : sources(source.sourceManager()), isOptimized(isOptimized),
      wantsVariables(hasVariables) {
  if (!isEnabled)
    return;
  module.addModuleFlag(llvm::Module::Warning, "Debug Info Version",
                       llvm::DEBUG_METADATA_VERSION);
  module.addModuleFlag(llvm::Module::Max, "Dwarf Version", 5);
  builder = std::make_unique<llvm::DIBuilder>(module);
  // No Scheme code is known to gdb; C shows words as integers.
  llvm::StringRef name = source.name();
  for (const auto &function : source.functions())
    if (function->location.isKnown()) {
      name = sources.fileName(function->location);
      break;
    }
  unit = builder->createCompileUnit(
      llvm::dwarf::DW_LANG_C, file(name), "plc", isOptimized, "", 0, "",
      llvm::DICompileUnit::FullDebug, 0, true, false,
      llvm::DICompileUnit::DebugNameTableKind::None);
  procedureType =
      builder->createSubroutineType(builder->getOrCreateTypeArray({}));
  valueType = createValueType();
  realType = builder->createBasicType("flonum", 64, llvm::dwarf::DW_ATE_float);
}

/// The parts of a word that gdb can show and compare by itself: `n.fixnum`.
/// tools/gdb/plc.py shows the whole value.
llvm::DIType *DebugInfo::createValueType() {
  llvm::DIFile *none = unit->getFile();
  llvm::DIType *bits =
      builder->createBasicType("unsigned", 64, llvm::dwarf::DW_ATE_unsigned);
  llvm::DIType *integer =
      builder->createBasicType("integer", 64, llvm::dwarf::DW_ATE_signed);
  llvm::DICompositeType *type = builder->createStructType(
      unit, "plc_value", none, 0, 64, 64, llvm::DINode::FlagZero, nullptr, {});
  auto part = [&](llvm::StringRef name, unsigned first, unsigned size,
                  llvm::DIType *of) {
    return builder->createBitFieldMemberType(type, name, none, 0, size, first,
                                             0, llvm::DINode::FlagZero, of);
  };
  llvm::Metadata *parts[] = {part("tag", 0, 3, bits),
                             part("fixnum", 3, 61, integer)};
  builder->replaceArrays(type, builder->getOrCreateArray(parts));
  return type;
}

llvm::DIFile *DebugInfo::file(llvm::StringRef name) {
  name.consume_front("./");
  // Names stay as the user gave them: same bytes in any folder. Without a folder
  // LLVM divides the names of all but the first, the unit's own, into folder and
  // name, and traces show the names.
  bool isOfUnit = files.empty();
  llvm::DIFile *&known = files[name];
  if (!known)
    known = builder->createFile(name, isOfUnit ? "" : ".");
  return known;
}

ir::LineColumn DebugInfo::place(ir::Location location,
                                llvm::StringRef &fileName) {
  location = sources.written(location);
  if (!location.isKnown())
    return {0, 0};
  fileName = sources.fileName(location);
  return sources.lineColumn(location);
}

llvm::DISubprogram *DebugInfo::createSubprogram(llvm::StringRef name,
                                                ir::Location declared,
                                                bool isLocal) {
  llvm::StringRef fileName;
  ir::LineColumn at = place(declared, fileName);
  llvm::DIFile *where = fileName.empty() ? unit->getFile() : file(fileName);
  auto flags = llvm::DISubprogram::SPFlagDefinition;
  if (isLocal)
    flags |= llvm::DISubprogram::SPFlagLocalToUnit;
  if (isOptimized)
    flags |= llvm::DISubprogram::SPFlagOptimized;
  return builder->createFunction(where, name.empty() ? "lambda" : name, "",
                                 where, at.line, procedureType, at.line,
                                 llvm::DINode::FlagZero, flags);
}

void DebugInfo::attach(llvm::Function *target, const ir::Function &source) {
  if (!builder)
    return;
  if (&source == source.module()->init()) {
    target->setSubprogram(createSubprogram(
        source.lispName.empty() ? "top level" : source.lispName,
        source.location, target->hasLocalLinkage()));
    return;
  }
  // One subprogram for the inlined copies and the procedure itself; but a
  // subprogram has one function, and an entry and its body are two.
  llvm::DISubprogram *subprogram =
      inlinedProcedure(source.lispName, source.location);
  if (!attached.insert(subprogram).second)
    subprogram = createSubprogram(source.lispName, source.location,
                                  target->hasLocalLinkage());
  target->setSubprogram(subprogram);
}

llvm::DISubprogram *DebugInfo::inlinedProcedure(llvm::StringRef name,
                                                ir::Location declared) {
  llvm::DISubprogram *&known = procedures[{declared.index, name}];
  if (!known)
    known = createSubprogram(name, declared, true);
  return known;
}

void DebugInfo::enter(llvm::DISubprogram *around) {
  if (knownIn == around)
    return;
  knownIn = around;
  known.clear();
  variables.clear();
}

llvm::DILocation *DebugInfo::locationOf(llvm::DISubprogram *around,
                                        ir::Location location) {
  enter(around);
  if (auto found = known.find(location.index); found != known.end())
    return found->second;
  llvm::StringRef fileName;
  ir::LineColumn at = place(location, fileName);
  if (!at.line)
    return nullptr;
  llvm::DISubprogram *subprogram = around;
  llvm::DILocation *call = nullptr;
  if (uint32_t number = sources.span(location).site) {
    const ir::InlineSite &site = sources.inlineSite(number);
    subprogram = inlinedProcedure(site.procedure, site.declared);
    call = locationOf(around, site.call);
    if (!call)
      call = llvm::DILocation::get(around->getContext(), around->getLine(), 1,
                                   around);
    if (site.isTail)
      call = llvm::DILocation::get(around->getContext(), call->getLine(), 0,
                                   call->getScope(), call->getInlinedAt());
  }
  llvm::DIScope *scope = subprogram;
  // Macros bring text of other files into a procedure.
  if (llvm::DIFile *own = file(fileName); own != subprogram->getFile())
    scope = builder->createLexicalBlockFile(subprogram, own);
  llvm::DILocation *result = llvm::DILocation::get(
      around->getContext(), at.line, at.column, scope, call);
  known[location.index] = result;
  return result;
}

void DebugInfo::setLocation(llvm::IRBuilderBase &ir, llvm::Function *function,
                            ir::Location location) {
  llvm::DISubprogram *subprogram = function->getSubprogram();
  if (!subprogram)
    return;
  llvm::DILocation *at = locationOf(subprogram, location);
  if (!at) {
    if (ir.getCurrentDebugLocation())
      return;
    at = llvm::DILocation::get(function->getContext(), subprogram->getLine(), 0,
                               subprogram);
  }
  ir.SetCurrentDebugLocation(at);
}

void DebugInfo::nameValue(llvm::IRBuilderBase &ir, llvm::Function *function,
                          llvm::Value *value, llvm::StringRef name,
                          unsigned parameter) {
  if (!function->getSubprogram() || name.empty() ||
      !ir.getCurrentDebugLocation())
    return;
  enter(function->getSubprogram());
  llvm::DILocation *at = ir.getCurrentDebugLocation().get();
  llvm::DISubprogram *scope = at->getScope()->getSubprogram();
  llvm::Type *type = value->getType();
  llvm::DIType *shown = type->isDoubleTy() ? realType : valueType;
  Variable &variable =
      variables[{{scope, at->getInlinedAt()}, {shown, name}}];
  bool isNew = !variable.description;
  if (isNew && parameter && !at->getInlinedAt())
    variable.description = builder->createParameterVariable(
        scope, name, parameter, scope->getFile(), scope->getLine(), shown);
  else if (isNew)
    variable.description = builder->createAutoVariable(
        scope, name, scope->getFile(), at->getLine(), shown);
  llvm::BasicBlock *block = ir.GetInsertBlock();
  if (isOptimized) {
    builder->insertDbgValueIntrinsic(value, variable.description,
                                     builder->createExpression(), at, block);
    return;
  }
  if (isNew) {
    llvm::IRBuilderBase::InsertPointGuard guard(ir);
    llvm::BasicBlock &entry = function->getEntryBlock();
    ir.SetInsertPoint(&entry, entry.begin());
    variable.slot = ir.CreateAlloca(type);
    builder->insertDeclare(variable.slot, variable.description,
                           builder->createExpression(), at, block);
  }
  ir.CreateStore(value, variable.slot);
}

void DebugInfo::finish() {
  if (builder)
    builder->finalize();
}

} // namespace plc::codegen
