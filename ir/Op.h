//===- Op.h - values, operations, blocks ------------------------*- C++ -*-===//
//
// SSA with block arguments. A Value is a block argument or a result of an Op.
// Ops form a doubly linked list in their Block. Terminators list successors,
// each with the values for that block's arguments.
//
// Ownership: a Function owns its blocks, a block its ops and arguments; erasing
// one frees it. Users are tracked with multiplicity, in
// no particular order; an operand knows its place among them, so that a value
// with thousands of users loses one in constant time.
//
//===----------------------------------------------------------------------===//
#ifndef PLC_IR_OP_H
#define PLC_IR_OP_H

#include "ir/Type.h"
#include "ir/support/Datum.h"
#include "ir/support/Location.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/iterator.h"
#include "llvm/ADT/iterator_range.h"

#include <list>
#include <memory>
#include <string>

namespace plc::ir {

class Block;
class Function;
class Op;

enum class Opcode : uint8_t {
#define OP(Id, Spelling, Operands, Result, Effects, Attribute, Doc) Id,
#include "ir/Ops.def"
};

/// Bits of the Effects columns of Ops.def and stdlib/Primitives.def.
enum Effects : uint16_t {
  Pure = 0,
  Reads = 1,
  Writes = 2,
  Allocates = 4,
  MayRaise = 8,
  Calls = 16,
  Terminator = 32,
  /// Ops.def only: look at the primitive's row.
  Primitive = 64
};

enum class AttributeKind : uint8_t {
  None,
  Datum,
  Function,
  Functions,
  Global,
  Primitive,
  Type,
  Index,
  Name,
  Native
};

struct OpRow {
  const char *spelling;
  const char *operands;
  const char *result;
  uint16_t effects;
  AttributeKind attribute;
  const char *doc;
};
const OpRow &opRow(Opcode opcode);
std::optional<Opcode> parseOpcode(llvm::StringRef spelling);

/// A row of stdlib/Primitives.def as the compiler sees it.
enum class PrimitiveLowering : uint8_t {
  IrOp,
  Inline,
  RuntimeCall,
  LispCall
};
struct PrimitiveRow {
  const char *id;   // "Car": runtime function prim_Car, closure plc_prim_Car
  const char *name; // "car"
  int minArgs;
  int maxArgs; // -1: any
  const char *type;
  uint16_t effects;
  PrimitiveLowering lowering;
  Opcode op;          // IrOp only
  const char *inlined; // Inline only: name of the emitter
  const char *doc;
  /// IR types of result and parameters, from `type`.
  Type result;
  llvm::ArrayRef<Type> parameters; // last repeats for variadic rows
};
using PrimitiveId = uint16_t;
size_t primitiveCount();
const PrimitiveRow &primitiveRow(PrimitiveId id);
std::optional<PrimitiveId> findPrimitive(llvm::StringRef name);
/// By the Id column; the row must exist.
PrimitiveId primitiveById(llvm::StringRef id);
/// The type that a predicate tests for if it is one type test of the IR, or None.
Type testedType(llvm::StringRef id);
/// Some procedures of vectors take objects of other languages, too, where these
/// may come along: the row for any sequence of one for vectors, and back.
std::optional<PrimitiveId> sequenceRow(PrimitiveId vector);
std::optional<PrimitiveId> vectorRow(PrimitiveId sequence);

/// A Lisp name as a part of a link symbol. Object files end a symbol at its
/// first NUL, so that NUL is spelled `\0` there, and a backslash `\\`.
std::string linkName(llvm::StringRef name);

/// A global as an op names it; owned by the Module.
struct GlobalVariable {
  std::string symbol; // link symbol, "plc:(scheme base):map"
  std::string name;   // Lisp name, for messages
  bool isExternal = false;
  /// Defined once in this module and never assigned by anybody.
  bool isConstant = false;
  /// Static closure of a constant procedure, else a cell.
  bool isProcedure = false;
  /// The function of a procedure. Of an external one it stands for code in
  /// another unit (Origin), and is made for those that are called only.
  Function *function = nullptr;
  /// A call of it delivers one value, never several or none.
  bool returnsOne = false;
  /// A call of it never returns.
  bool neverReturns = false;
  /// Accepted argument counts of a procedure; max -1: rest.
  int minArgs = 0;
  int maxArgs = -1;
  /// The last parameter is a list. (A procedure whose list is always empty is
  /// no constant procedure to other units.)
  bool hasRest() const { return minArgs != maxArgs; }
};

/// A function of native code as an op names it; owned by the Module.
struct NativeCallee {
  std::string symbol;    // link symbol; "&x": the address of variable x
  std::string name;      // for messages
  std::string signature; // see plc/native.h
  bool operator==(const NativeCallee &) const = default;
};

/// A block argument or a result.
class Value {
public:
  Type type() const { return valueType; }
  void setType(Type type) { valueType = type; }
  /// Name without '%'; empty: the printer numbers it.
  llvm::StringRef name() const { return valueName; }
  void setName(llvm::StringRef name) { valueName = name.str(); }

  bool isArgument() const { return !definingOp; }
  /// The op of which this is a result, or null for a block argument.
  Op *op() const { return definingOp; }
  /// The block that defines it.
  Block *block() const;
  unsigned index() const { return position; }

  llvm::ArrayRef<Op *> users() const { return userList; }
  bool hasUses() const { return !userList.empty(); }
  void replaceAllUsesWith(Value *other);

private:
  friend class Op;
  friend class Block;
  friend class Builder;
  Value(Type type, Op *op, Block *block, unsigned index)
      : valueType(type), position(index), definingOp(op), owner(block) {}
  Type valueType;
  unsigned position;
  Op *definingOp;
  Block *owner;
  std::string valueName;
  llvm::SmallVector<Op *, 2> userList;
  /// Which operand of the user at the same place.
  llvm::SmallVector<unsigned, 2> userOperands;
};

struct Successor {
  Block *block;
  unsigned firstOperand; // its arguments in the op's operand list
  unsigned count;
};

class Op {
public:
  Opcode opcode() const { return code; }
  const OpRow &row() const { return opRow(code); }
  Location location() const { return place; }
  void setLocation(Location location) { place = location; }
  Block *parent() const { return block; }
  Function *function() const;
  Op *next() const { return nextOp; }
  Op *previous() const { return previousOp; }

  /// Own operands, without the successors' arguments.
  llvm::ArrayRef<Value *> operands() const {
    return llvm::ArrayRef(operandList).take_front(ownOperands);
  }
  /// All operands: own ones, then those of each successor.
  llvm::ArrayRef<Value *> allOperands() const { return operandList; }
  Value *operand(unsigned i) const { return operandList[i]; }
  unsigned operandCount() const { return ownOperands; }
  /// Index into allOperands().
  void setOperand(unsigned i, Value *v);
  /// Replaces own operands; those of successors stay.
  void setOperands(llvm::ArrayRef<Value *> values);

  llvm::ArrayRef<Value *> results() const { return resultList; }
  Value *result(unsigned i = 0) const { return resultList[i]; }

  llvm::ArrayRef<Successor> successors() const { return successorList; }
  llvm::ArrayRef<Value *> successorArguments(unsigned i) const {
    const Successor &s = successorList[i];
    return llvm::ArrayRef(operandList).slice(s.firstOperand, s.count);
  }
  void setSuccessor(unsigned i, Block *target, llvm::ArrayRef<Value *> args);
  void addSuccessor(Block *target, llvm::ArrayRef<Value *> args = {});

  // Attributes; which one is valid stands in Ops.def.
  const Datum *datum = nullptr;
  llvm::SmallVector<Function *, 1> functions; // Function: functions[0]
  GlobalVariable *global = nullptr;
  PrimitiveId primitive = 0;
  Type typeAttribute = Type::None;
  int64_t indexAttribute = 0;
  Symbol nameAttribute = nullptr;
  const NativeCallee *native = nullptr;
  Function *callee() const { return functions[0]; }

  /// Effects of this very op (a primitive's from its row).
  uint16_t effects() const;
  bool isTerminator() const { return effects() & Terminator; }
  /// Can be removed when its results are unused.
  bool isRemovable() const {
    return !(effects() & (Writes | MayRaise | Calls | Terminator));
  }

  /// Unlinks and frees; results must have no uses.
  void erase();
  /// Forgets all operands and successors, before a group of ops dies.
  void dropOperands();
  void moveBefore(Op *other);
  void moveToEnd(Block *target);

private:
  friend class Block;
  friend class Builder;
  Op(Opcode code, Location place) : code(code), place(place) {}
  ~Op();
  /// Tells the value of operand i of its new user.
  void addUser(unsigned i);
  /// The same for a user that it loses.
  void removeUser(unsigned i);
  void addUsers(unsigned first, unsigned end);
  void removeUsers(unsigned first, unsigned end);
  void unlink();

  Opcode code;
  Location place;
  Block *block = nullptr;
  Op *nextOp = nullptr;
  Op *previousOp = nullptr;
  unsigned ownOperands = 0;
  llvm::SmallVector<Value *, 4> operandList;
  /// Where the operand's value keeps this user.
  llvm::SmallVector<unsigned, 4> userPlaces;
  llvm::SmallVector<Value *, 1> resultList;
  llvm::SmallVector<Successor, 2> successorList;
};

class Block {
public:
  explicit Block(Function *function) : owner(function) {}
  ~Block();
  Block(const Block &) = delete;
  Block &operator=(const Block &) = delete;

  Function *function() const { return owner; }
  llvm::StringRef name() const { return blockName; }
  void setName(llvm::StringRef name) { blockName = name.str(); }

  llvm::ArrayRef<Value *> arguments() const { return argumentList; }
  Value *argument(unsigned i) const { return argumentList[i]; }
  Value *addArgument(Type type, llvm::StringRef name = "");
  /// Removes argument i; the caller fixes the predecessors' terminators.
  void eraseArgument(unsigned i);

  Op *first() const { return firstOp; }
  Op *last() const { return lastOp; }
  bool empty() const { return !firstOp; }
  /// The terminator, or null while the block is being built.
  Op *terminator() const {
    return lastOp && lastOp->isTerminator() ? lastOp : nullptr;
  }

  class iterator
      : public llvm::iterator_facade_base<iterator, std::forward_iterator_tag,
                                          Op *, std::ptrdiff_t, Op **, Op *> {
  public:
    explicit iterator(Op *op) : current(op) {}
    bool operator==(const iterator &o) const { return current == o.current; }
    Op *operator*() const { return current; }
    iterator &operator++() {
      current = current->next();
      return *this;
    }

  private:
    Op *current;
  };
  iterator begin() const { return iterator(firstOp); }
  iterator end() const { return iterator(nullptr); }

private:
  friend class Op;
  friend class Builder;
  friend class Function;
  Function *owner;
  /// In the function's list.
  std::list<std::unique_ptr<Block>>::iterator position;
  std::string blockName;
  llvm::SmallVector<Value *, 2> argumentList;
  Op *firstOp = nullptr;
  Op *lastOp = nullptr;
};

/// Frees ops while iterating: takes the next op before the body runs.
inline llvm::SmallVector<Op *, 16> opsOf(Block *block) {
  return {block->begin(), block->end()};
}

} // namespace plc::ir
#endif // PLC_IR_OP_H
