//===- ModuleLowering.h - state of lowering one unit ------------*- C++ -*-===//
//
// What all functions of a unit share: declared procedures, global cells,
// literals, the runtime, debug information.
//
// A procedure `S` becomes up to three things: the uniform entry `S`, which
// checks argc; the body `S.body`, which known calls reach directly (the entry
// is the body if there are none); and, if it captures nothing, a static closure
// object.
//
//===----------------------------------------------------------------------===//
#ifndef PLC_CODEGEN_MODULELOWERING_H
#define PLC_CODEGEN_MODULELOWERING_H

#include "codegen/Codegen.h"
#include "codegen/DebugInfo.h"
#include "codegen/Literals.h"
#include "codegen/RuntimeCalls.h"
#include "codegen/TypeLowering.h"

#include "llvm/IR/MDBuilder.h"

namespace plc::codegen {

struct Procedure {
  /// Checks argc; null if only known calls reach the function.
  llvm::Function *entry = nullptr;
  /// Target of known calls; null if there are none.
  llvm::Function *body = nullptr;
  /// Static closure, if one is needed.
  llvm::GlobalVariable *closure = nullptr;
};

/// Memory that cannot overlap, for alias analysis.
enum class Memory { Context, Heap, Cell, Cards };

class ModuleLowering {
public:
  ModuleLowering(const ir::Module &source, llvm::LLVMContext &context,
                 const CodegenOptions &options, SymbolResolver resolver);
  std::unique_ptr<llvm::Module> run();

  Procedure &procedure(const ir::Function *function);
  /// The function looks at its closure.
  bool usesSelf(const ir::Function *function) const {
    return selfUsers.contains(function);
  }
  /// Static closure object of a function that captures nothing.
  llvm::GlobalVariable *staticClosure(const ir::Function *function);
  /// Address of the cell of a global that is no constant procedure.
  llvm::Constant *cell(const ir::GlobalVariable *global);
  /// Word of a global that is a constant procedure.
  llvm::Constant *procedureWord(const ir::GlobalVariable *global);
  /// Cell of a literal that the init procedure builds.
  llvm::Constant *literalCell(const ir::Datum *datum);
  llvm::ArrayRef<std::pair<const ir::Datum *, llvm::Constant *>>
  constructedLiterals() const {
    return constructed;
  }
  llvm::MDNode *memoryTag(Memory memory) const {
    return memoryTags[size_t(memory)];
  }
  /// Branch weights: the first successor is taken nearly always.
  llvm::MDNode *likely() const { return likelyWeights; }
  llvm::MDNode *unlikely() const { return unlikelyWeights; }
  /// The mark of an entry that takes any arguments in `function`.
  void setArity(llvm::Function *entry, const ir::Function &source);

  const ir::Module &source;
  CodegenOptions options;
  std::unique_ptr<llvm::Module> module;
  TypeLowering types;
  RuntimeCalls runtime;
  Literals literals;
  DebugInfo debug;

private:
  void collectUses();
  void createCells();
  void declareProcedures();
  void emitDescriptor();
  llvm::Function *declareFunction(llvm::Twine name, llvm::FunctionType *type);
  /// External symbols of this unit or of another.
  void setLinkage(llvm::GlobalValue *value, bool isDefined) const;

  llvm::DenseMap<const ir::Function *, Procedure> procedures;
  llvm::DenseMap<const ir::GlobalVariable *, llvm::Constant *> cells;
  llvm::DenseMap<const ir::GlobalVariable *, llvm::GlobalVariable *> closures;
  llvm::DenseMap<const ir::Function *, const ir::GlobalVariable *> globalOf;
  llvm::DenseMap<const ir::Datum *, llvm::Constant *> literalCells;
  llvm::SmallVector<std::pair<const ir::Datum *, llvm::Constant *>, 4>
      constructed;
  llvm::SmallVector<const ir::Datum *, 4> literalsToConstruct;
  llvm::DenseSet<const ir::Function *> calledDirectly, selfUsers;
  llvm::GlobalVariable *cellArray = nullptr;
  llvm::MDNode *memoryTags[4];
  llvm::MDNode *likelyWeights, *unlikelyWeights;
};

/// Attributes of every function of generated code.
void setFunctionAttributes(llvm::Function *function);

} // namespace plc::codegen
#endif // PLC_CODEGEN_MODULELOWERING_H
