//===- Bitwise.cpp - integers as infinite two's complement -----------------===//

#include "stdlib/runtime/Number.h"

namespace plc::rt {

namespace {

enum class BitOp { And, Ior, Xor };

uint64_t combine(BitOp op, uint64_t a, uint64_t b) {
  switch (op) {
  case BitOp::And: return a & b;
  case BitOp::Ior: return a | b;
  case BitOp::Xor: return a ^ b;
  }
  __builtin_unreachable();
}

/// Delivers the limbs of a number's two's complement one after the other:
/// -m is ~m + 1, the carry running through the zero limbs.
class TwosComplement {
public:
  explicit TwosComplement(Value v) : view(v), carry(view.negative) {}
  bool negative() const { return view.negative; }
  mp_size_t size() const { return view.size; }
  uint64_t next() {
    uint64_t limb = index < view.size ? view.limbs[index] : 0;
    ++index;
    if (!view.negative)
      return limb;
    uint64_t result = ~limb + carry;
    carry = carry && result == 0;
    return result;
  }

private:
  IntView view;
  mp_size_t index = 0;
  bool carry;
};

Value combineBig(Context *ctx, BitOp op, Value av, Value bv) {
  TwosComplement a(av), b(bv);
  mp_size_t size = (a.size() > b.size() ? a.size() : b.size()) + 1;
  bool negative = combine(op, a.negative(), b.negative()) & 1;
  IntResult r(ctx, size);
  bool carry = true;
  for (mp_size_t i = 0; i < size; ++i) {
    uint64_t limb = combine(op, a.next(), b.next());
    if (negative) {
      limb = ~limb + carry;
      carry = carry && limb == 0;
    }
    r.limbs[i] = limb;
  }
  return r.finish(ctx, size, negative);
}

void checkExact(Context *ctx, const char *who, int position, Value v) {
  if (!isExactInteger(v))
    wrongType(ctx, who, position, "an exact integer", v);
}

Value fold(Context *ctx, BitOp op, int64_t argc, const Value *argv,
           const char *who) {
  Value result = op == BitOp::And ? plc_fixnum(-1) : kZero;
  for (int64_t i = 0; i < argc; ++i) {
    checkExact(ctx, who, int(i) + 1, argv[i]);
    if (plc_is_fixnum(result) && plc_is_fixnum(argv[i]))
      result = combine(op, result, argv[i]);
    else
      result = combineBig(ctx, op, result, argv[i]);
  }
  return result;
}

/// Any 64 bits of a number's two's complement. The carry of a negative number
/// ends at its lowest limb that is not zero.
class BitWindow {
public:
  explicit BitWindow(const IntView &view) : view(view) {
    while (lowest < view.size && !view.limbs[lowest])
      ++lowest;
  }
  uint64_t at(uint64_t bit) const {
    uint64_t low = limb(bit / 64), shift = bit % 64;
    return shift ? low >> shift | limb(bit / 64 + 1) << (64 - shift) : low;
  }

private:
  uint64_t limb(uint64_t i) const {
    uint64_t magnitude = i < uint64_t(view.size) ? view.limbs[i] : 0;
    if (!view.negative || i < uint64_t(lowest))
      return magnitude;
    return i == uint64_t(lowest) ? 0 - magnitude : ~magnitude;
  }

  const IntView &view;
  mp_size_t lowest = 0;
};

} // namespace

extern "C" {

Value prim_BitAnd(Context *ctx, int64_t argc, const Value *argv) {
  return fold(ctx, BitOp::And, argc, argv, "bitwise-and");
}
Value prim_BitIor(Context *ctx, int64_t argc, const Value *argv) {
  return fold(ctx, BitOp::Ior, argc, argv, "bitwise-ior");
}
Value prim_BitXor(Context *ctx, int64_t argc, const Value *argv) {
  return fold(ctx, BitOp::Xor, argc, argv, "bitwise-xor");
}
Value prim_BitNot(Context *ctx, Value v) {
  checkExact(ctx, "bitwise-not", 1, v);
  return intSub(ctx, plc_fixnum(-1), v);
}
Value prim_ArithmeticShift(Context *ctx, Value v, Value count) {
  checkExact(ctx, "arithmetic-shift", 1, v);
  checkExact(ctx, "arithmetic-shift", 2, count);
  if (plc_is_fixnum(count))
    return intShift(ctx, v, plc_fixnum_value(count));
  return intShift(ctx, v, intIsNegative(count) ? PLC_FIXNUM_MIN
                                               : PLC_FIXNUM_MAX);
}
/// Costs time in proportion to the field, not to the number.
Value prim_BitField(Context *ctx, Value v, Value start, Value length) {
  checkExact(ctx, "bit-field", 1, v);
  if (!plc_is_fixnum(start) || plc_fixnum_value(start) < 0)
    wrongType(ctx, "bit-field", 2, "a count", start);
  if (!plc_is_fixnum(length) || plc_fixnum_value(length) < 0)
    wrongType(ctx, "bit-field", 3, "a count", length);
  IntView view(v);
  BitWindow window(view);
  uint64_t bit = uint64_t(plc_fixnum_value(start));
  uint64_t bits = uint64_t(plc_fixnum_value(length));
  constexpr uint64_t small = 60; // what a fixnum holds for sure
  if (bits <= small)
    return plc_fixnum(
        int64_t(window.at(bit) & ((uint64_t(1) << bits) - 1)));
  uint64_t limbs = (bits + 63) / 64;
  uint64_t above = uint64_t(view.size) - bit / 64;
  if (!view.negative) { // zeros above need no room
    if (bit / 64 >= uint64_t(view.size))
      return kZero;
    limbs = limbs < above ? limbs : above;
  }
  IntResult r(ctx, mp_size_t(limbs));
  for (uint64_t i = 0; i < limbs; ++i)
    r.limbs[i] = window.at(bit + i * 64);
  if (limbs * 64 > bits)
    r.limbs[limbs - 1] &= ~uint64_t(0) >> (limbs * 64 - bits);
  return r.finish(ctx, mp_size_t(limbs), false);
}
Value prim_BitCount(Context *ctx, Value v) {
  checkExact(ctx, "bit-count", 1, v);
  if (intIsNegative(v)) // zeros of v are the ones of its complement
    v = intSub(ctx, plc_fixnum(-1), v);
  IntView a(v);
  int64_t count = 0;
  for (mp_size_t i = 0; i < a.size; ++i)
    count += __builtin_popcountll(a.limbs[i]);
  return plc_fixnum(count);
}
Value prim_IntegerLength(Context *ctx, Value v) {
  checkExact(ctx, "integer-length", 1, v);
  if (intIsNegative(v))
    v = intSub(ctx, plc_fixnum(-1), v);
  return plc_fixnum(int64_t(intBits(v)));
}

} // extern "C"
} // namespace plc::rt
