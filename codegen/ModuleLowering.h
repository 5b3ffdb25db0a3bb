//===- ModuleLowering.h - state of lowering one unit ------------*- C++ -*-===//
//
// What all functions of a unit share: declared procedures, global cells,
// literals, the runtime, debug information. What lies in another part or unit is
// declared at its first use.
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

/// What a native function calls.
struct CallbackProcedure {
  llvm::Constant *word = nullptr; ///< null: in a slot
  llvm::Function *code = nullptr; ///< if known: takes an argument count
  const ir::Function *source = nullptr; ///< of the code
};

/// Memory that cannot overlap, for alias analysis.
enum class Memory { Context, Heap, Cell, Cards };

class ModuleLowering {
public:
  ModuleLowering(const ir::Module &source, llvm::LLVMContext &context,
                 const CodegenOptions &options, const UnitPlan &plan, unsigned part, SymbolResolver resolver);
  std::unique_ptr<llvm::Module> run();

  const Procedure &procedure(const ir::Function *function);
  /// The code of another unit's constant procedure that a call with so many
  /// arguments reaches: the body where the number is fixed, which then needs no
  /// count, else the entry. Null if the procedure does not take them.
  llvm::Function *externalCode(const ir::GlobalVariable *global,
                               size_t argumentCount);
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
  /// Static NUL-terminated text.
  llvm::Constant *text(llvm::StringRef bytes);
  /// A native function of the signature that calls a procedure: a constant one,
  /// or the one in the slot whose address it gets in the `nest` register.
  llvm::Function *callback(llvm::StringRef signature,
                           const CallbackProcedure &procedure = {});
  /// How many calls are left until the unit counts as hot.
  llvm::GlobalVariable *callCounter();
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
  const UnitPlan &plan;
  unsigned part;
  std::unique_ptr<llvm::Module> module;
  TypeLowering types;
  RuntimeCalls runtime;
  Literals literals;
  DebugInfo debug;

private:
  bool isOwn(const ir::Function *function) const {
    return function->isOwn() && plan.partOf(function) == part;
  }
  /// The cells of the unit, in one array; part 0 only.
  void defineCells();
  llvm::Constant *declareCell(llvm::Twine symbol);
  /// Code and static closure of a procedure of this part.
  void define(const ir::Function &function);
  void emitDescriptor();
  /// The plc_symbols of this part; null if there is none.
  llvm::Constant *emitSymbols();
  llvm::Function *declareFunction(llvm::Twine name, llvm::FunctionType *type,
                                  const ir::Function &source);
  /// Code of the uniform prototype in another unit.
  llvm::Function *declareExternal(llvm::StringRef symbol);
  /// Words for static data.
  llvm::GlobalVariable *createWords(size_t count, bool isConstant,
                                    llvm::Twine name);
  llvm::GlobalVariable *closureOf(const ir::GlobalVariable *global);
  /// Symbols of this unit that no other one names: the whole unit keeps them to
  /// itself, parts show them to one another.
  void setPartLinkage(llvm::GlobalValue *value, bool isDefined) const;
  /// External symbols of this unit or of another.
  void setLinkage(llvm::GlobalValue *value, bool isDefined) const {
    setUnitLinkage(value, isDefined, options.forJit);
  }
  std::string literalCellSymbol(size_t index) const {
    return plan.symbol(index, "cell");
  }
  std::string symbolsSymbol(unsigned index) const {
    return plan.symbol(index, "symbols");
  }

  llvm::DenseMap<const ir::Function *, Procedure> procedures;
  llvm::DenseMap<const ir::GlobalVariable *, llvm::Constant *> cells;
  llvm::DenseMap<const ir::GlobalVariable *, llvm::GlobalVariable *> closures;
  llvm::DenseMap<const ir::Datum *, llvm::Constant *> literalCells;
  llvm::SmallVector<std::pair<const ir::Datum *, llvm::Constant *>, 4>
      constructed;
  llvm::StringMap<llvm::Constant *> texts;
  llvm::DenseMap<std::pair<llvm::Constant *, llvm::Constant *>,
                 llvm::Function *>
      callbacks;
  llvm::GlobalVariable *cellArray = nullptr, *counter = nullptr;
  llvm::MDNode *memoryTags[4];
  llvm::MDNode *likelyWeights, *unlikelyWeights;
};

/// Attributes of every function of generated code.
void setFunctionAttributes(llvm::Function *function);

} // namespace plc::codegen
#endif // PLC_CODEGEN_MODULELOWERING_H
