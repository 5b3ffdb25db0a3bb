//===- DebugInfo.cpp - locations as DWARF ---------------------------------===//

#include "codegen/DebugInfo.h"

#include "llvm/BinaryFormat/Dwarf.h"
#include "llvm/IR/Module.h"

namespace plc::codegen {

DebugInfo::DebugInfo(llvm::Module &module, const ir::Module &source,
                     bool isEnabled, bool isOptimized)
    : sources(source.sourceManager()), isOptimized(isOptimized) {
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
  wordType =
      builder->createBasicType("value", 64, llvm::dwarf::DW_ATE_unsigned);
  realType = builder->createBasicType("flonum", 64, llvm::dwarf::DW_ATE_float);
}

llvm::DIFile *DebugInfo::file(llvm::StringRef name) {
  llvm::DIFile *&known = files[name];
  if (!known)
    // Names stay as the user gave them: same bytes in any folder.
    known = builder->createFile(name, "");
  return known;
}

ir::LineColumn DebugInfo::place(ir::Location location,
                                llvm::StringRef &fileName) {
  while (location.isKnown() && sources.span(location).expandedFrom.isKnown())
    location = sources.span(location).expandedFrom;
  if (!location.isKnown())
    return {0, 0};
  fileName = sources.fileName(location);
  return sources.lineColumn(location);
}

void DebugInfo::attach(llvm::Function *target, const ir::Function &source) {
  if (!builder)
    return;
  llvm::StringRef fileName;
  ir::LineColumn at = place(source.location, fileName);
  llvm::DIFile *where = fileName.empty() ? unit->getFile() : file(fileName);
  llvm::StringRef name = source.lispName;
  if (name.empty())
    name = &source == source.module()->init() ? "top level" : "lambda";
  auto flags = llvm::DISubprogram::SPFlagDefinition;
  if (target->hasLocalLinkage())
    flags |= llvm::DISubprogram::SPFlagLocalToUnit;
  if (isOptimized)
    flags |= llvm::DISubprogram::SPFlagOptimized;
  target->setSubprogram(builder->createFunction(where, name, "", where, at.line,
                                                procedureType, at.line,
                                                llvm::DINode::FlagZero, flags));
}

void DebugInfo::setLocation(llvm::IRBuilderBase &ir, llvm::Function *function,
                            ir::Location location) {
  llvm::DISubprogram *subprogram = function->getSubprogram();
  if (!subprogram)
    return;
  llvm::StringRef fileName;
  ir::LineColumn at = place(location, fileName);
  if (!at.line) {
    if (ir.getCurrentDebugLocation())
      return;
    at = {subprogram->getLine(), 0};
  }
  llvm::DIScope *scope = subprogram;
  // Inlining and macros bring text of other files into a procedure.
  if (!fileName.empty() && file(fileName) != subprogram->getFile())
    scope = builder->createLexicalBlockFile(subprogram, file(fileName));
  ir.SetCurrentDebugLocation(
      llvm::DILocation::get(function->getContext(), at.line, at.column, scope));
}

void DebugInfo::nameValue(llvm::IRBuilderBase &ir, llvm::Function *function,
                          llvm::Value *value, llvm::StringRef name,
                          ir::Location location) {
  llvm::DISubprogram *subprogram = function->getSubprogram();
  if (!subprogram || name.empty() || !ir.getCurrentDebugLocation())
    return;
  llvm::DIType *type = value->getType()->isDoubleTy() ? realType : wordType;
  const llvm::DebugLoc &at = ir.getCurrentDebugLocation();
  llvm::DILocalVariable *variable = builder->createAutoVariable(
      subprogram, name, subprogram->getFile(), at.getLine(), type);
  builder->insertDbgValueIntrinsic(value, variable, builder->createExpression(),
                                   at.get(), ir.GetInsertBlock());
}

void DebugInfo::finish() {
  if (builder)
    builder->finalize();
}

} // namespace plc::codegen
