//===- Facts.h - what is known of values at a place -------------*- C++ -*-===//
//
// Facts that tests and checked operations establish: after (car x), x is a
// pair; where (< i n) is true of fixnums, i + 1 is a fixnum. They are collected
// along a walk of the dominator tree and forgotten when the walk leaves the
// blocks where they hold. All are about the value, never about the state of an
// object, so they hold in nested functions as well.
//
//===----------------------------------------------------------------------===//
#ifndef PLC_IR_ANALYSIS_FACTS_H
#define PLC_IR_ANALYSIS_FACTS_H

#include "ir/Builder.h"

#include "llvm/ADT/DenseMap.h"

#include <map>
#include <tuple>
#include <vector>

namespace plc::ir {

/// Inclusive bounds of a fixnum.
struct Range {
  int64_t low, high;
};

/// The value that a chain of refinements and checks is about.
Value *baseOf(Value *v);
/// True of what is surely one value, not what `values` delivers.
bool isOneValue(const Value *v);
/// The datum of a constant, also a boxed one, or null.
const Datum *constantOf(Value *v);

class Facts {
public:
  explicit Facts(Module &module) : module(module) {}

  //===--- The walk -------------------------------------------------------===//

  size_t mark() const { return undo.size(); }
  /// Forgets what was learned since mark().
  void rewind(size_t mark);

  /// Facts of an op that has run.
  void learn(Op *op);
  /// Facts of a condition whose outcome is known from the start of a block on.
  void learnOutcome(Value *condition, bool outcome, Block *from);

  //===--- Questions ------------------------------------------------------===//

  /// The most precise tagged type known.
  Type typeOf(Value *v) const;
  bool isFlonum(Value *v) const;
  /// Outcome of `is type v`, if it is known.
  std::optional<bool> isOfType(Value *v, Type type) const;
  /// Outcome of `truthy v`, if it is known.
  std::optional<bool> isTrue(Value *v) const;
  /// Value of an unboxed truth value, if it is known.
  std::optional<bool> outcome(Value *v) const;
  /// A var.check of the value has succeeded.
  bool isChecked(Value *v) const;
  /// Of a value of type fixnum.
  Range rangeOf(Value *v, unsigned depth = 4) const;

  //===--- Ops that carry a fact ------------------------------------------===//

  /// The value with its most precise type, for use in `user`: v itself, or a
  /// `refine` of it made where the fact was learned.
  Value *refined(Value *v, Op *user);
  /// `fl.unbox` of a value of which isFlonum is known by a test.
  Value *unboxed(Value *v, Op *user);

private:
  struct Fact {
    Type type = Type::Any;
    bool isFlonum = false;
    bool isChecked = false;
    uint32_t excluded = 0; // types of which it is none, a bit each
    std::optional<bool> truth;
    Range range{INT64_MIN, INT64_MAX};
    /// Where `type` and `isFlonum` hold from: behind an op, or at a block's
    /// start.
    Op *after = nullptr;
    Block *start = nullptr;
  };
  struct Place {
    Op *after = nullptr;
    Block *start = nullptr;
  };

  const Fact *find(Value *v) const;
  /// For change; the old state comes back on rewind.
  Fact &change(Value *v);
  void learnType(Value *v, Type type, Place place, Value *refined = nullptr);
  void learnFlonum(Value *v, Place place, Value *unboxed = nullptr);
  void remember(Value *v, Place place, Type type, Value *carrier);
  void exclude(Value *v, Type type);
  void learnOrder(Opcode opcode, Value *a, Value *b, bool outcome);
  void limit(Value *v, Range range);
  /// The op that carries a fact to `user`: a refinement, or fl.unbox.
  Value *carrier(Value *v, Type type, Op *user);

  Module &module;
  /// Those made or met so far, by value, place and type. Not forgotten on
  /// rewind: whoever comes to the same fact finds the same op.
  std::map<std::tuple<Value *, const void *, Type>, Value *> carriers;
  llvm::DenseMap<const Value *, Fact> facts;
  struct Saved {
    Value *value;
    Fact fact;
  };
  std::vector<Saved> undo;
};

} // namespace plc::ir
#endif // PLC_IR_ANALYSIS_FACTS_H
