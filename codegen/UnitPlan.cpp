//===- UnitPlan.cpp - what the parts of a unit agree on -------------------===//

#include "codegen/UnitPlan.h"

#include "codegen/Literals.h"
#include "ir/analysis/EarlyReads.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/xxhash.h"

namespace plc::codegen {

static size_t opCount(const ir::Function &function) {
  size_t count = 0;
  for (const auto &block : function.blocks())
    count += std::distance(block->begin(), block->end());
  return count;
}

/// Measured: what is smaller is optimized in some seconds at most. The frames of
/// code that is not optimized are large, and every collection scans them.
static bool isTooLarge(size_t ops) {
  constexpr size_t mostOps = 4000;
  return ops > mostOps;
}

unsigned UnitPlan::usefulParts(const ir::Module &source) {
  // Smaller parts cost more for themselves (a context, a target machine, an
  // object) than they save; more do not balance the load any better. Measured
  // with programs of 150 to 11,000 lines.
  constexpr size_t opsPerPart = 400, mostParts = 16;
  size_t ops = 0;
  bool hasPlain = false;
  for (const auto &function : source.functions()) {
    if (!function->isOwn())
      continue;
    size_t own = opCount(*function);
    bool isPlain = isTooLarge(own);
    ops += isPlain ? 0 : own;
    hasPlain |= isPlain;
  }
  return std::clamp<size_t>(ops / opsPerPart, 1 + hasPlain, mostParts);
}

UnitPlan::UnitPlan(const ir::Module &source, unsigned wanted) {
  size_t total = 0, done = 0;
  llvm::SmallVector<const ir::Function *, 2> tooLarge;
  if (wanted > 1)
    for (const auto &function : source.functions()) {
      if (!function->isOwn())
        continue;
      size_t ops = opCount(*function);
      if (isTooLarge(ops))
        tooLarge.push_back(function.get());
      else
        total += ops;
    }
  size_t each = total / wanted + 1;
  Place place;
  // The init procedure keeps part 0.
  unsigned first = llvm::is_contained(tooLarge, source.init());
  place.part = first;
  bool isEmpty = true;
  for (const auto &function : source.functions()) {
    if (!function->isOwn())
      continue;
    // What calls one another stands together in the source, so parts are
    // runs. A large procedure leaves no empty parts behind it.
    bool isOwnPart = llvm::is_contained(tooLarge, function.get());
    if (wanted > 1 && !isOwnPart && done >= (place.part - first + 1) * each)
      ++place.part;
    places[function.get()] = place;
    ++place.number;
    if (isOwnPart)
      continue;
    isEmpty = false;
    if (wanted > 1)
      done += opCount(*function);
  }
  parts = isEmpty ? first : place.part + 1;
  for (const ir::Function *function : tooLarge) {
    unsigned part = function == source.init() ? 0 : parts++;
    places[function].part = part;
    plainParts.insert(part);
  }
  // Enough to tell the units of a program apart.
  if (!isWhole())
    unitHash = llvm::utohexstr(llvm::xxh3_64bits(source.name()) >> 16,
                               /*LowerCase=*/true, /*Width=*/12);
  isLibrary = source.isLibrary;
  definedOnce = source.isProgram && !source.needsEvaluator;
  for (const auto &global : source.globals())
    if (global->isProcedure && global->function)
      globals[global->function] = global.get();
  readEarly = ir::findEarlyReads(source);
  findUses(source);
  if (!isWhole())
    findSharedLiterals(source);
}

void UnitPlan::findUses(const ir::Module &source) {
  for (const auto &function : source.functions())
    for (const auto &block : function->blocks())
      for (const ir::Op *op : *block) {
        if (op->opcode() == ir::Opcode::CallKnown ||
            op->opcode() == ir::Opcode::TailCallKnown)
          calledDirectly.insert(op->callee());
        else if (op->opcode() == ir::Opcode::Self ||
                 op->opcode() == ir::Opcode::Free)
          selfUsers.insert(function.get());
        else if (op->opcode() == ir::Opcode::Const &&
                 Literals::needsConstruction(op->datum) &&
                 constructedIndex.try_emplace(op->datum, constructed.size())
                     .second)
          constructed.push_back(op->datum);
        for (const ir::Function *closed : op->functions)
          if (!closed->captureCount && closed->escapes &&
              partOf(closed) != partOf(function.get()))
            sharedClosures.insert(closed);
      }
}

/// Literals with an identity that `eq?` shows.
static bool hasIdentity(const ir::Datum *datum) {
  switch (datum->kind) {
  case ir::DatumKind::Pair:
  case ir::DatumKind::Vector:
  case ir::DatumKind::String:
  case ir::DatumKind::Bytevector:
  case ir::DatumKind::NumVector:
    return true;
  default:
    return false;
  }
}

void UnitPlan::findSharedLiterals(const ir::Module &source) {
  llvm::DenseMap<const ir::Datum *, unsigned> owners;
  llvm::SmallVector<const ir::Datum *, 32> worklist;
  auto mention = [&](const ir::Datum *root, unsigned part) {
    worklist.push_back(root);
    while (!worklist.empty()) {
      const ir::Datum *datum = worklist.pop_back_val();
      bool isMap = datum->kind == ir::DatumKind::Map;
      if (!isMap && !hasIdentity(datum))
        continue;
      auto [known, isNew] = owners.try_emplace(datum, part);
      if (!isNew) {
        if (known->second != part && !isMap &&
            sharedIndex.try_emplace(datum, sharedLiterals.size()).second)
          sharedLiterals.push_back(
              {datum, known->second,
               symbol(sharedLiterals.size(), "literal")});
        continue;
      }
      if (datum->kind == ir::DatumKind::Pair)
        worklist.append({datum->second, datum->first});
      else if (isMap || datum->kind == ir::DatumKind::Vector)
        worklist.append(datum->elements.begin(), datum->elements.end());
    }
  };
  for (const auto &function : source.functions())
    for (const auto &block : function->blocks())
      for (const ir::Op *op : *block)
        // The init procedure builds what is not static.
        if (op->datum)
          mention(op->datum, Literals::needsConstruction(op->datum)
                                 ? 0
                                 : partOf(function.get()));
}

std::string UnitPlan::symbol(size_t number, llvm::StringRef name) const {
  std::string result = "plc:" + std::to_string(number);
  if (!isWhole())
    result += "." + unitHash;
  return result + ":" + ir::linkName(name);
}

std::string UnitPlan::procedureSymbol(const ir::Function *function) const {
  llvm::StringRef name = function->lispName;
  return symbol(places.lookup(function).number, name.empty() ? "lambda" : name);
}

void setUnitLinkage(llvm::GlobalValue *value, bool isDefined, bool forJit) {
  value->setLinkage(llvm::GlobalValue::ExternalLinkage);
  if (forJit) {
    // Another module may be further away than 2 GB.
    value->setDSOLocal(isDefined);
    return;
  }
  value->setVisibility(llvm::GlobalValue::HiddenVisibility);
  value->setDSOLocal(true);
}

} // namespace plc::codegen
