//===- DebugInfo.h - locations as DWARF -------------------------*- C++ -*-===//
//
// One compile unit a module, one subprogram a procedure under its Lisp name
// (no linkage name, so that debuggers show the Lisp name), line tables from the
// locations of ops. Text that a macro produced counts to the place where the
// user wrote the macro use; inlined text keeps its procedure and its call, and
// a tail call that was replaced has column 0, which tells the readers of traces
// (DwarfInfo.cpp, JitObjects.cpp) that the frame around it is gone.
//
// With `hasVariables` all named values are variables of the debugger, at -O0 in
// memory so that they can be seen as long as their procedure runs. LLVM follows
// them through its passes, for 2 % of the time of -O2.
//
//===----------------------------------------------------------------------===//
#ifndef PLC_CODEGEN_DEBUGINFO_H
#define PLC_CODEGEN_DEBUGINFO_H

#include "ir/Module.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/IR/DIBuilder.h"
#include "llvm/IR/IRBuilder.h"

#include <memory>

namespace plc::codegen {

class DebugInfo {
public:
  DebugInfo(llvm::Module &module, const ir::Module &source, bool isEnabled,
            bool isOptimized, bool hasVariables);

  void attach(llvm::Function *target, const ir::Function &source);
  /// Location of what `builder` inserts next; unknown ones keep the last.
  void setLocation(llvm::IRBuilderBase &builder, llvm::Function *function,
                   ir::Location location);
  /// Names a tagged or unboxed value for debuggers; `parameter` counts from 1,
  /// 0 is a local variable.
  void nameValue(llvm::IRBuilderBase &builder, llvm::Function *function,
                 llvm::Value *value, llvm::StringRef name, unsigned parameter);
  bool hasVariables() const { return builder && wantsVariables; }
  void finish();

private:
  llvm::DIFile *file(llvm::StringRef name);
  /// Line and column of the user's own text.
  ir::LineColumn place(ir::Location location, llvm::StringRef &fileName);
  llvm::DISubprogram *createSubprogram(llvm::StringRef name,
                                       ir::Location declared, bool isLocal);
  /// The subprogram that copies of a procedure's text belong to.
  llvm::DISubprogram *inlinedProcedure(llvm::StringRef name,
                                       ir::Location declared);
  /// Forgets what belongs to the function before.
  void enter(llvm::DISubprogram *around);
  /// Null where nothing is known.
  llvm::DILocation *locationOf(llvm::DISubprogram *around,
                               ir::Location location);
  llvm::DIType *createValueType();

  /// What a debugger shows under a name. All values of a procedure with the
  /// name share it: an assigned variable is several values, and of variables
  /// that shadow one another the one bound last counts.
  struct Variable {
    llvm::DILocalVariable *description = nullptr;
    llvm::AllocaInst *slot = nullptr; // at -O0
  };

  const ir::SourceManager &sources;
  std::unique_ptr<llvm::DIBuilder> builder; // null: disabled
  llvm::DICompileUnit *unit = nullptr;
  llvm::DISubroutineType *procedureType = nullptr;
  llvm::DIType *valueType = nullptr;
  llvm::DIType *realType = nullptr;
  llvm::StringMap<llvm::DIFile *> files;
  using ProcedureKey = std::pair<uint32_t, llvm::StringRef>;
  /// By place and name.
  llvm::DenseMap<ProcedureKey, llvm::DISubprogram *> procedures;
  llvm::DenseSet<const llvm::DISubprogram *> attached;
  /// Of the text in one function.
  llvm::DenseMap<uint32_t, llvm::DILocation *> known;
  llvm::DISubprogram *knownIn = nullptr;
  using VariableKey = std::pair<std::pair<const void *, const void *>,
                                std::pair<const void *, llvm::StringRef>>;
  /// By subprogram, inlined call, type and name; of one function.
  llvm::DenseMap<VariableKey, Variable> variables;
  bool isOptimized;
  bool wantsVariables;
};

} // namespace plc::codegen
#endif // PLC_CODEGEN_DEBUGINFO_H
