//===- DebugInfo.h - locations as DWARF -------------------------*- C++ -*-===//
//
// One compile unit a module, one subprogram a procedure under its Lisp name
// (no linkage name, so that debuggers show the Lisp name), line tables from the
// locations of ops. Text that a macro produced counts to the place where the
// user wrote the macro use.
//
//===----------------------------------------------------------------------===//
#ifndef PLC_CODEGEN_DEBUGINFO_H
#define PLC_CODEGEN_DEBUGINFO_H

#include "ir/Module.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/IR/DIBuilder.h"
#include "llvm/IR/IRBuilder.h"

#include <memory>

namespace plc::codegen {

class DebugInfo {
public:
  DebugInfo(llvm::Module &module, const ir::Module &source, bool isEnabled,
            bool isOptimized);

  void attach(llvm::Function *target, const ir::Function &source);
  /// Location of what `builder` inserts next; unknown ones keep the last.
  void setLocation(llvm::IRBuilderBase &builder, llvm::Function *function,
                   ir::Location location);
  /// Names a tagged or unboxed value for debuggers.
  void nameValue(llvm::IRBuilderBase &builder, llvm::Function *function,
                 llvm::Value *value, llvm::StringRef name,
                 ir::Location location);
  void finish();

private:
  llvm::DIFile *file(llvm::StringRef name);
  /// Line and column of the user's own text.
  ir::LineColumn place(ir::Location location, llvm::StringRef &fileName);

  const ir::SourceManager &sources;
  std::unique_ptr<llvm::DIBuilder> builder; // null: disabled
  llvm::DICompileUnit *unit = nullptr;
  llvm::DISubroutineType *procedureType = nullptr;
  llvm::DIType *wordType = nullptr;
  llvm::DIType *realType = nullptr;
  llvm::StringMap<llvm::DIFile *> files;
  bool isOptimized;
};

} // namespace plc::codegen
#endif // PLC_CODEGEN_DEBUGINFO_H
