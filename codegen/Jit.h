//===- Jit.h - code in this process -----------------------------*- C++ -*-===//
//
// Takes objects that were compiled with options.forJit and makes them runnable.
// Each unit has a tracker with which it can be removed.
// Everything the code needs of the process comes from a table of names and
// addresses, since programs do not export their symbols. Debuggers hear of each
// module by gdb's JIT interface.
//
//===----------------------------------------------------------------------===//
#ifndef PLC_CODEGEN_JIT_H
#define PLC_CODEGEN_JIT_H

#include "codegen/Compile.h"
#include "stdlib/Context.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/IntrusiveRefCntPtr.h"

#include <memory>
#include <optional>
#include <string>

// Their headers are large, and twenty files include this one.
namespace llvm::orc {
class LLJIT;
class ResourceTracker;
} // namespace llvm::orc

namespace plc::codegen {

/// One entry of plc_anchor_table.
struct AnchorSymbol {
  const char *name;
  void *address;
};

struct CodePlace {
  std::string function, file;
  unsigned line = 0, column = 0;
};

/// From the first byte up to the one behind the last.
struct AddressRange {
  uint64_t start, end;
};

class JitObjects;
struct JitUnitObject;

/// A unit that can be removed, and everything that lies in memory for it.
struct JitUnit {
  const plc_unit *unit = nullptr;
  std::vector<AddressRange> memory;
  /// What removes it.
  llvm::IntrusiveRefCntPtr<llvm::orc::ResourceTracker> tracker;
  std::vector<JitUnitObject> objects;

  JitUnit();
  JitUnit(JitUnit &&);
  JitUnit &operator=(JitUnit &&);
  ~JitUnit();
};

class Jit {
public:
  /// \param anchors  lives as long as the Jit.
  static llvm::Expected<std::unique_ptr<Jit>>
  create(llvm::ArrayRef<AnchorSymbol> anchors);
  ~Jit();

  /// Links an object that stays; its symbols can be looked up.
  llvm::Error addObject(ObjectBytes object, llvm::StringRef name);
  /// Links the objects of a unit that was compiled for this process; its code
  /// can run at once. Names of units and external symbols are unique.
  llvm::Expected<JitUnit> addObjects(std::vector<ObjectBytes> objects,
                                     llvm::StringRef unitName);
  /// Gives back what a unit has. Nothing may refer to it any more, nor to the
  /// symbols that it defines.
  llvm::Error remove(JitUnit &unit);
  /// Address of a symbol of an added module or of the table.
  llvm::Expected<void *> lookup(llvm::StringRef symbol);
  /// Makes a symbol known to modules that are added later, until it is
  /// undefined: then no code may refer to it any more.
  llvm::Error define(llvm::StringRef symbol, void *address);
  llvm::Error undefine(llvm::StringRef symbol);
  /// Procedures at a code address, innermost first: what was inlined there,
  /// then the procedure itself, without those that a tail call has ended.
  /// Empty if the address lies in no module that was added.
  llvm::SmallVector<CodePlace, 4> symbolize(uint64_t address);
  bool isCode(uint64_t address) const;

private:
  Jit();
  llvm::Error addObject(ObjectBytes object, llvm::StringRef name,
                        llvm::orc::ResourceTracker &tracker);

  std::shared_ptr<JitObjects> objects;
  std::unique_ptr<llvm::orc::LLJIT> jit;
};

} // namespace plc::codegen
#endif // PLC_CODEGEN_JIT_H
