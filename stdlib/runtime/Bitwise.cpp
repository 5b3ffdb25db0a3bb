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
