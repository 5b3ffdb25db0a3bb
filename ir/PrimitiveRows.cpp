//===- PrimitiveRows.cpp - Primitives.def as the compiler sees it ---------===//
//
// Adds to each row the IR types that its type string names. Words without an
// IR type of that name stand for `any`.
//
//===----------------------------------------------------------------------===//

#include "ir/Op.h"

#include "llvm/ADT/StringSwitch.h"

#include <cassert>

namespace plc::ir {
namespace {

constexpr int Any = -1;
struct Lowering {
  PrimitiveLowering kind;
  Opcode op = Opcode::Const;
  const char *inlined = "";
};
constexpr Lowering RuntimeCall{PrimitiveLowering::RuntimeCall};
constexpr Lowering LispCall{PrimitiveLowering::LispCall};
#define IrOp(op) Lowering{PrimitiveLowering::IrOp, Opcode::op}
#define Inline(emit) Lowering{PrimitiveLowering::Inline, Opcode::Const, #emit}

struct RawRow {
  const char *id, *name;
  int minArgs, maxArgs;
  const char *type;
  uint16_t effects;
  Lowering lowering;
  const char *doc;
};
constexpr RawRow rawRows[] = {
#define PRIMITIVE(Id, Name, Min, Max, Type, EffectBits, How, Doc)              \
  {#Id, Name, Min, Max, Type, EffectBits, How, Doc},
#include "stdlib/Primitives.def"
};
#undef IrOp
#undef Inline

/// The type a word of a type string stands for; `flonum` results are tagged in
/// calls, hence `real`.
Type typeOfWord(llvm::StringRef word) {
  if (word == "none")
    return Type::None;
  if (word == "flonum")
    return Type::Real;
  if (auto type = parseType(word); type && isTagged(*type))
    return *type;
  return Type::Any;
}

struct Table {
  std::vector<PrimitiveRow> rows;
  std::vector<std::vector<Type>> parameterTypes;
  llvm::StringMap<PrimitiveId> byName, byId;

  Table() {
    parameterTypes.reserve(std::size(rawRows));
    for (const RawRow &raw : rawRows) {
      auto [parameters, result] = llvm::StringRef(raw.type).split(" -> ");
      llvm::SmallVector<llvm::StringRef, 8> words;
      parameters.drop_front().drop_back().split(words, ' ', -1, false);
      std::vector<Type> types;
      for (llvm::StringRef word : words)
        if (word != "...")
          types.push_back(typeOfWord(word));
      parameterTypes.push_back(std::move(types));
      byName[raw.name] = rows.size();
      byId[raw.id] = rows.size();
      rows.push_back({raw.id, raw.name, raw.minArgs, raw.maxArgs, raw.type,
                      raw.effects, raw.lowering.kind, raw.lowering.op,
                      raw.lowering.inlined, raw.doc, typeOfWord(result),
                      parameterTypes.back()});
    }
  }
};
const Table &table() {
  static const Table instance;
  return instance;
}

struct SequenceRows {
  PrimitiveId vector, sequence;
};
llvm::ArrayRef<SequenceRows> sequenceRows() {
  static const SequenceRows rows[] = {
      {primitiveById("VectorLength"), primitiveById("SequenceLength")},
      {primitiveById("VectorRef"), primitiveById("SequenceRef")},
      {primitiveById("VectorSet"), primitiveById("SequenceSet")}};
  return rows;
}

} // namespace

size_t primitiveCount() { return std::size(rawRows); }

const PrimitiveRow &primitiveRow(PrimitiveId id) { return table().rows[id]; }

std::optional<PrimitiveId> findPrimitive(llvm::StringRef name) {
  auto found = table().byName.find(name);
  if (found == table().byName.end())
    return std::nullopt;
  return found->second;
}

PrimitiveId primitiveById(llvm::StringRef id) {
  auto found = table().byId.find(id);
  assert(found != table().byId.end() && "no such row in Primitives.def");
  return found->second;
}

Type testedType(llvm::StringRef id) {
  return llvm::StringSwitch<Type>(id)
      .Case("PairP", Type::Pair)
      .Case("NullP", Type::Null)
      .Case("SymbolP", Type::Symbol)
      .Case("StringP", Type::String)
      .Case("VectorP", Type::Vector)
      .Case("BytevectorP", Type::Bytevector)
      .Case("CharP", Type::Char)
      .Case("BooleanP", Type::Boolean)
      .Case("ProcedureP", Type::Procedure)
      .Case("FixnumP", Type::Fixnum)
      .Case("FlonumP", Type::Flonum)
      .Default(Type::None);
}

std::optional<PrimitiveId> sequenceRow(PrimitiveId vector) {
  for (const SequenceRows &row : sequenceRows())
    if (row.vector == vector)
      return row.sequence;
  return std::nullopt;
}

std::optional<PrimitiveId> vectorRow(PrimitiveId sequence) {
  for (const SequenceRows &row : sequenceRows())
    if (row.sequence == sequence)
      return row.vector;
  return std::nullopt;
}

} // namespace plc::ir
