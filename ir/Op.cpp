//===- Op.cpp - values, operations, blocks --------------------------------===//

#include "ir/Op.h"

#include "ir/Module.h"

#include <cassert>

namespace plc::ir {

//===--- Tables -----------------------------------------------------------===//

namespace {
constexpr OpRow opRows[] = {
#define OP(Id, Spelling, Operands, Result, EffectBits, Attribute, Doc)         \
  {Spelling, Operands, Result, EffectBits, AttributeKind::Attribute, Doc},
#include "ir/Ops.def"
};
} // namespace

const OpRow &opRow(Opcode opcode) {
  return opRows[static_cast<size_t>(opcode)];
}

std::optional<Opcode> parseOpcode(llvm::StringRef spelling) {
  static const llvm::StringMap<Opcode> bySpelling = [] {
    llvm::StringMap<Opcode> map;
    for (size_t i = 0; i < std::size(opRows); ++i)
      map[opRows[i].spelling] = static_cast<Opcode>(i);
    return map;
  }();
  auto found = bySpelling.find(spelling);
  if (found == bySpelling.end())
    return std::nullopt;
  return found->second;
}

//===--- Value ------------------------------------------------------------===//

Block *Value::block() const {
  return definingOp ? definingOp->parent() : owner;
}

void Value::replaceAllUsesWith(Value *other) {
  assert(other != this && "replacing a value by itself");
  while (!userList.empty()) {
    Op *user = userList.back();
    llvm::ArrayRef<Value *> operands = user->allOperands();
    for (unsigned i = 0; i < operands.size(); ++i)
      if (operands[i] == this)
        user->setOperand(i, other);
  }
}

//===--- Op ---------------------------------------------------------------===//

Op::~Op() {
  removeUsers(0, operandList.size());
  for (Value *r : resultList) {
    assert(!r->hasUses() && "erased op has users");
    delete r;
  }
}

void Op::addUser(unsigned i) {
  Value *v = operandList[i];
  if (userPlaces.size() <= i)
    userPlaces.resize(i + 1);
  userPlaces[i] = v->userList.size();
  v->userList.push_back(this);
  v->userOperands.push_back(i);
}

void Op::removeUser(unsigned i) {
  Value *v = operandList[i];
  unsigned place = userPlaces[i];
  assert(v->userList[place] == this && "operand does not know its user");
  // The last one takes the place.
  Op *moved = v->userList[place] = v->userList.back();
  unsigned operand = v->userOperands[place] = v->userOperands.back();
  moved->userPlaces[operand] = place;
  v->userList.pop_back();
  v->userOperands.pop_back();
}

void Op::addUsers(unsigned first, unsigned end) {
  for (unsigned i = first; i < end; ++i)
    addUser(i);
}

void Op::removeUsers(unsigned first, unsigned end) {
  for (unsigned i = end; i-- > first;)
    removeUser(i);
}

Function *Op::function() const { return block->function(); }

void Op::setOperand(unsigned i, Value *v) {
  removeUser(i);
  operandList[i] = v;
  addUser(i);
}

void Op::setOperands(llvm::ArrayRef<Value *> values) {
  // `values` may point into operandList.
  llvm::SmallVector<Value *, 8> fresh(values);
  // Those of successors move.
  removeUsers(0, operandList.size());
  llvm::ArrayRef<Value *> rest = allOperands().drop_front(ownOperands);
  unsigned count = fresh.size();
  fresh.append(rest.begin(), rest.end());
  for (Successor &s : successorList)
    s.firstOperand += count - ownOperands;
  operandList.assign(fresh.begin(), fresh.end());
  ownOperands = count;
  addUsers(0, operandList.size());
}

void Op::addSuccessor(Block *target, llvm::ArrayRef<Value *> args) {
  successorList.push_back({target, unsigned(operandList.size()), 0});
  setSuccessor(successorList.size() - 1, target, args);
}

void Op::setSuccessor(unsigned i, Block *target,
                      llvm::ArrayRef<Value *> args) {
  llvm::SmallVector<llvm::SmallVector<Value *, 4>, 2> lists;
  for (unsigned s = 0; s < successorList.size(); ++s)
    lists.emplace_back(successorArguments(s));
  lists[i].assign(args.begin(), args.end());
  successorList[i].block = target;
  removeUsers(ownOperands, operandList.size());
  operandList.truncate(ownOperands);
  for (unsigned s = 0; s < lists.size(); ++s) {
    successorList[s].firstOperand = operandList.size();
    successorList[s].count = lists[s].size();
    for (Value *v : lists[s]) {
      operandList.push_back(v);
      addUser(operandList.size() - 1);
    }
  }
}

uint16_t Op::effects() const {
  uint16_t bits = row().effects;
  if (bits & Primitive)
    return primitiveRow(primitive).effects;
  return bits;
}

void Op::unlink() {
  (previousOp ? previousOp->nextOp : block->firstOp) = nextOp;
  (nextOp ? nextOp->previousOp : block->lastOp) = previousOp;
  nextOp = previousOp = nullptr;
  block = nullptr;
}

void Op::dropOperands() {
  removeUsers(0, operandList.size());
  operandList.clear();
  successorList.clear();
  ownOperands = 0;
}

void Op::erase() {
  unlink();
  delete this;
}

void Op::moveBefore(Op *other) {
  unlink();
  block = other->block;
  nextOp = other;
  previousOp = other->previousOp;
  (previousOp ? previousOp->nextOp : block->firstOp) = this;
  other->previousOp = this;
}

void Op::moveToEnd(Block *target) {
  unlink();
  block = target;
  previousOp = target->lastOp;
  (previousOp ? previousOp->nextOp : target->firstOp) = this;
  target->lastOp = this;
}

//===--- Block ------------------------------------------------------------===//

Block::~Block() {
  for (Op *op = lastOp; op;) {
    Op *previous = op->previousOp;
    delete op;
    op = previous;
  }
  for (Value *argument : argumentList)
    delete argument;
}

Value *Block::addArgument(Type type, llvm::StringRef name) {
  auto *v = new Value(type, nullptr, this, argumentList.size());
  v->setName(name);
  argumentList.push_back(v);
  return v;
}

void Block::eraseArgument(unsigned i) {
  assert(!argumentList[i]->hasUses() && "erased argument has users");
  delete argumentList[i];
  argumentList.erase(argumentList.begin() + i);
  for (unsigned k = i; k < argumentList.size(); ++k)
    argumentList[k]->position = k;
}

} // namespace plc::ir
