//===- UnitPlan.h - what the parts of a unit agree on -----------*- C++ -*-===//
//
// LLVM takes nearly all of the time of a compilation and treats functions one
// by one, so a large unit is translated as several LLVM modules, its parts,
// each in a context of its own. The plan says which part defines what, and how
// procedures are reached. It depends on the module alone: the same bytes come
// out whatever the number of processors.
//
// Part 0 has the init procedure, the cells of the unit and its descriptor. A
// literal that several parts mention keeps its identity: one of them defines
// it, the others refer to it by a link symbol.
//
//===----------------------------------------------------------------------===//
#ifndef PLC_CODEGEN_UNITPLAN_H
#define PLC_CODEGEN_UNITPLAN_H

#include "ir/Module.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/IR/GlobalValue.h"

namespace plc::codegen {

class UnitPlan {
public:
  /// Literals that several parts mention, in order of first mention.
  struct SharedLiteral {
    const ir::Datum *datum;
    unsigned owner;
    std::string symbol;
  };

  /// How many parts pay for the overhead of each.
  static unsigned usefulParts(const ir::Module &source);
  /// \param parts  1 or more; there may be fewer than asked for.
  explicit UnitPlan(const ir::Module &source, unsigned parts = 1);

  unsigned partCount() const { return parts; }
  bool isWhole() const { return parts == 1; }
  /// The part is one very large procedure, which is compiled as at -O0: LLVM's
  /// passes and register allocation take time that grows with the square of a
  /// procedure's size and more.
  bool isPlain(unsigned part) const { return plainParts.contains(part); }
  unsigned partOf(const ir::Function *function) const {
    return places.lookup(function).part;
  }

  /// Known calls reach the body of the function directly.
  bool isCalledDirectly(const ir::Function *function) const {
    return calledDirectly.contains(function);
  }
  /// The function looks at its closure.
  bool usesSelf(const ir::Function *function) const {
    return selfUsers.contains(function);
  }
  /// The static closure of the function is needed in a part that is not the
  /// function's own.
  bool isClosureShared(const ir::Function *function) const {
    return sharedClosures.contains(function);
  }
  /// Every read of it outside of the init procedure gives the same value.
  bool isSettled(const ir::GlobalVariable *global) const {
    return global->isConstant && !readEarly.contains(global);
  }
  /// Nothing reads it before it is defined: reads outside of the init procedure,
  /// and those in it, need no test.
  bool isBound(const ir::GlobalVariable *global) const {
    return definedOnce && !global->isExternal && !readEarly.contains(global);
  }
  /// The constant that holds the procedure, or null.
  const ir::GlobalVariable *globalOf(const ir::Function *function) const {
    return globals.lookup(function);
  }

  const SharedLiteral *shared(const ir::Datum *datum) const {
    auto found = sharedIndex.find(datum);
    return found == sharedIndex.end() ? nullptr
                                      : &sharedLiterals[found->second];
  }
  llvm::ArrayRef<SharedLiteral> literals() const { return sharedLiterals; }
  /// Index in literalsToConstruct(), if it is one of them.
  std::optional<size_t> constructionIndex(const ir::Datum *datum) const {
    auto found = constructedIndex.find(datum);
    if (found == constructedIndex.end())
      return std::nullopt;
    return found->second;
  }
  /// Literals that the init procedure builds and keeps in cells.
  llvm::ArrayRef<const ir::Datum *> literalsToConstruct() const {
    return constructed;
  }

  /// Other units call the function by the symbols of its global.
  bool isShared(const ir::Function *function) const {
    return isLibrary && globals.contains(function);
  }

  /// Link symbol of a thing of this unit, "plc:7:" + name, made unique in the
  /// program if parts refer to one another. Backtraces take the name from
  /// behind the second colon, without ".body".
  std::string symbol(size_t number, llvm::StringRef name) const;
  std::string procedureSymbol(const ir::Function *function) const;

private:
  struct Place {
    unsigned part = 0;
    unsigned number = 0;
  };
  void findUses(const ir::Module &source);
  void findSharedLiterals(const ir::Module &source);

  std::string unitHash;
  bool isLibrary = false;
  bool definedOnce = false;
  unsigned parts = 1;
  llvm::DenseSet<unsigned> plainParts;
  llvm::DenseMap<const ir::Function *, Place> places;
  llvm::DenseMap<const ir::Function *, const ir::GlobalVariable *> globals;
  llvm::DenseSet<const ir::Function *> calledDirectly, selfUsers,
      sharedClosures;
  llvm::DenseSet<const ir::GlobalVariable *> readEarly;
  std::vector<const ir::Datum *> constructed;
  llvm::DenseMap<const ir::Datum *, size_t> constructedIndex;
  std::vector<SharedLiteral> sharedLiterals;
  llvm::DenseMap<const ir::Datum *, size_t> sharedIndex;
};

/// Linkage of what other parts of the unit and other units see.
void setUnitLinkage(llvm::GlobalValue *value, bool isDefined, bool forJit);

} // namespace plc::codegen
#endif // PLC_CODEGEN_UNITPLAN_H
