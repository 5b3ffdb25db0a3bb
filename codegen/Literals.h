//===- Literals.h - constants as static data --------------------*- C++ -*-===//
//
// A constant of the program becomes immutable static data laid out as in
// plc/kinds.def: pairs, strings, vectors, numbers, also shared and cyclic ones.
// Symbols are static objects too, one a name in the whole program (comdat), or
// words of the running process (JIT). A constant that contains a map cannot be
// static; the unit's init procedure builds it (LiteralConstruction.cpp).
//
//===----------------------------------------------------------------------===//
#ifndef PLC_CODEGEN_LITERALS_H
#define PLC_CODEGEN_LITERALS_H

#include "codegen/Codegen.h"
#include "codegen/TypeLowering.h"
#include "codegen/UnitPlan.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/IR/Constants.h"

namespace plc::codegen {

class Literals {
public:
  Literals(llvm::Module &module, const TypeLowering &types,
           SymbolResolver resolver, const CodegenOptions &options,
           const UnitPlan &plan, unsigned part)
      : module(module), types(types), resolver(std::move(resolver)),
        options(options), plan(plan), part(part) {}

  llvm::Constant *word(uint64_t bits) const {
    return llvm::ConstantInt::get(types.word, bits);
  }
  /// The tagged word of a constant without maps.
  llvm::Constant *value(const ir::Datum *datum);
  llvm::Constant *symbol(llvm::StringRef name);
  /// `object` + tag as a word.
  llvm::Constant *tagged(llvm::Constant *object, uint64_t tag) const;
  /// NUL-terminated bytes.
  llvm::Constant *text(llvm::StringRef utf8);
  /// Contains a map, so it is no static data.
  static bool needsConstruction(const ir::Datum *datum);
  /// The symbol that other modules know the data of a literal by, or empty;
  /// `isNew` if this module defines it.
  llvm::StringRef sharedName(const ir::Datum *datum, bool &isNew) const;
  /// Words of the symbols used so far, in order of first use.
  llvm::ArrayRef<llvm::Constant *> symbols() const { return symbolWords; }

private:
  using Words = llvm::SmallVector<llvm::Constant *, 16>;
  llvm::GlobalVariable *create(size_t words, llvm::Twine name);
  void fill(const ir::Datum *datum, llvm::GlobalVariable *object);
  void fillPending();
  void finish(llvm::GlobalVariable *object, Words &words);
  /// Appends a STRING and its BYTES; `base` is what they are appended to.
  void appendString(Words &words, llvm::Constant *base,
                    llvm::ArrayRef<uint32_t> codePoints, uint64_t hash);
  void appendBytes(Words &words, llvm::ArrayRef<uint8_t> bytes);

  llvm::Module &module;
  const TypeLowering &types;
  SymbolResolver resolver;
  const CodegenOptions &options;
  const UnitPlan &plan;
  unsigned part;
  llvm::DenseMap<const ir::Datum *, llvm::Constant *> objects;
  llvm::SmallVector<std::pair<const ir::Datum *, llvm::GlobalVariable *>, 16>
      pending;
  llvm::StringMap<llvm::Constant *> symbolsByName;
  llvm::StringMap<llvm::Constant *> texts;
  llvm::SmallVector<llvm::Constant *, 16> symbolWords;
};

} // namespace plc::codegen
#endif // PLC_CODEGEN_LITERALS_H
