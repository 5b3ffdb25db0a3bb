//===- Interner.h - unique symbols and arena memory -------------*- C++ -*-===//
//
// Names are compared all the time: a Symbol is a unique pointer per spelling.
//
//===----------------------------------------------------------------------===//
#ifndef PLC_IR_SUPPORT_INTERNER_H
#define PLC_IR_SUPPORT_INTERNER_H

#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Allocator.h"

namespace plc::ir {

/// An interned name: equal spellings, equal pointers. UTF-8.
class SymbolName {
public:
  llvm::StringRef text() const { return spelling; }

private:
  friend class Interner;
  explicit SymbolName(llvm::StringRef spelling) : spelling(spelling) {}
  llvm::StringRef spelling;
};
using Symbol = const SymbolName *;

/// Owns all symbols of a compilation session, and arena memory for syntax,
/// data and core nodes, which live as long as the session, or as the form that
/// is evaluated (frontend/FormMemory.h).
class Interner {
public:
  Symbol intern(llvm::StringRef text) {
    auto [entry, isNew] = table.try_emplace(text, nullptr);
    if (isNew)
      entry->second = new (symbols) SymbolName(entry->first());
    return entry->second;
  }
  llvm::BumpPtrAllocator &allocator() { return arena; }
  /// A copy of text in the arena.
  llvm::StringRef copy(llvm::StringRef text) { return text.copy(arena); }

private:
  llvm::BumpPtrAllocator arena, symbols;
  llvm::StringMap<Symbol> table;
};

} // namespace plc::ir
#endif // PLC_IR_SUPPORT_INTERNER_H
