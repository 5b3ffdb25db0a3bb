//===- LiteralConstruction.cpp - constants built by the init procedure ----===//
//
// A constant that contains a map literal lives in the heap; a cell of the unit
// holds it. Such constants are trees: data labels never reach into maps.
//
//===----------------------------------------------------------------------===//

#include "codegen/FunctionLowering.h"

namespace plc::codegen {

using namespace ir;

llvm::Value *
FunctionLowering::callPrimitive(llvm::StringRef id,
                                llvm::ArrayRef<llvm::Value *> operands) {
  llvm::SmallVector<llvm::Value *, 6> all{context};
  all.append(operands.begin(), operands.end());
  return b.CreateCall(unit.runtime.primitive(primitiveById(id)), all);
}

llvm::Value *FunctionLowering::constructLiteral(const Datum *datum) {
  if (!Literals::needsConstruction(datum))
    return unit.literals.value(datum);
  switch (datum->kind) {
  case DatumKind::Pair: {
    llvm::Value *first = constructLiteral(datum->first);
    return callPrimitive("Cons", {first, constructLiteral(datum->second)});
  }
  case DatumKind::Vector: {
    auto count = static_cast<int64_t>(datum->elements.size());
    llvm::Value *vector =
        callPrimitive("MakeVector", {word(plc_fixnum(count)), word(PLC_FALSE)});
    for (int64_t i = 0; i < count; ++i)
      callPrimitive("VectorSet", {vector, word(plc_fixnum(i)),
                                  constructLiteral(datum->elements[i])});
    return vector;
  }
  case DatumKind::Map: {
    llvm::Value *map =
        callPrimitive("MakeHashTable", {unit.literals.symbol("equal")});
    for (size_t i = 0; i + 1 < datum->elements.size(); i += 2) {
      llvm::Value *key = constructLiteral(datum->elements[i]);
      callPrimitive("HashTableSet",
                    {map, key, constructLiteral(datum->elements[i + 1])});
    }
    return map;
  }
  default:
    llvm_unreachable("not a datum that contains a map");
  }
}

void FunctionLowering::constructLiterals() {
  for (auto [datum, cell] : unit.constructedLiterals())
    b.CreateAlignedStore(constructLiteral(datum), cell, llvm::Align(8))
        ->setMetadata(llvm::LLVMContext::MD_tbaa, unit.memoryTag(Memory::Cell));
}

} // namespace plc::codegen
