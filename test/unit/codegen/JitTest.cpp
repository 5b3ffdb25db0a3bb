//===- JitTest.cpp - lowered IR runs in this process ----------------------===//
//
// IR text to code, at -O0 and -O2, with stand-ins for the runtime: the slow
// paths return marks, so that a test sees which way a value took.
//
//===----------------------------------------------------------------------===//

#include "codegen/Jit.h"
#include "codegen/UnitPlan.h"
#include "codegen/Codegen.h"
#include "ir/Text.h"
#include "plc/elements.h"

#include "llvm/IR/Verifier.h"

#include "gtest/gtest.h"

#include <cstdlib>

using namespace plc;

namespace {

plc_context context;
alignas(16) uint64_t heap[1 << 16];
uint8_t cards[sizeof heap / 512 + 2];

constexpr plc_value kSlow = PLC_CONSTANT(100);
/// Marks: which stand-in was called last, with which operands.
const char *lastCall;
plc_value lastOperands[4];

plc_value slow(const char *name, plc_value a, plc_value b = 0) {
  lastCall = name;
  lastOperands[0] = a;
  lastOperands[1] = b;
  return kSlow;
}

#define SLOW2(Name)                                                            \
  plc_value Name(plc_context *, plc_value a, plc_value b) {                    \
    return slow(#Name, a, b);                                                  \
  }
SLOW2(rt_num_add)
SLOW2(rt_num_sub)
SLOW2(rt_num_mul)
SLOW2(rt_num_div)
SLOW2(rt_num_quotient)
SLOW2(rt_num_remainder)
SLOW2(rt_num_modulo)
SLOW2(prim_VectorRef)
SLOW2(prim_StringRef)
SLOW2(prim_F64VectorRef)
plc_value prim_ZeroP(plc_context *, plc_value v) {
  return slow("prim_ZeroP", v);
}
bool rt_num_lt(plc_context *, plc_value a, plc_value b) {
  slow("rt_num_lt", a, b);
  return true;
}
bool rt_num_eq(plc_context *, plc_value a, plc_value b) {
  slow("rt_num_eq", a, b);
  return false;
}
bool rt_eqv(plc_context *, plc_value a, plc_value b) {
  slow("rt_eqv", a, b);
  return true;
}
plc_value rt_box_flonum(plc_context *, double) { return slow("box", 0); }
plc_value prim_VectorSet(plc_context *, plc_value v, plc_value, plc_value) {
  return slow("prim_VectorSet", v);
}
plc_value prim_Max(plc_context *, int64_t argc, const plc_value *argv) {
  slow("prim_Max", argc, argv[argc - 1]);
  return argv[0];
}
plc_value prim_NumberToString(plc_context *, plc_value n, plc_value radix) {
  return slow("prim_NumberToString", n, radix);
}
void *rt_alloc_slow(plc_context *, int64_t) {
  lastCall = "rt_alloc_slow";
  abort();
}
void rt_poll(plc_context *ctx) {
  lastCall = "rt_poll";
  ctx->lim = reinterpret_cast<uint64_t>(heap) + sizeof heap;
}
plc_value rt_list_from_args(plc_context *ctx, int64_t argc, int64_t first,
                            const plc_value *registers) {
  plc_value list = PLC_NULL;
  for (int64_t i = argc; i-- > first;) {
    auto *pair = reinterpret_cast<uint64_t *>(ctx->ap);
    ctx->ap += 16;
    pair[0] =
        i < PLC_REGISTER_ARGS ? registers[i] : ctx->argv[i - PLC_REGISTER_ARGS];
    pair[1] = list;
    list = reinterpret_cast<uint64_t>(pair) | PLC_TAG_PAIR;
  }
  return list;
}
PLC_LISP_CC plc_value rt_arity_error(plc_context *, plc_value, int64_t argc,
                                     plc_value, plc_value, plc_value, plc_value,
                                     plc_value) {
  return slow("rt_arity_error", argc);
}
PLC_LISP_CC plc_value rt_not_procedure(plc_context *, plc_value self, int64_t,
                                       plc_value a0, plc_value, plc_value,
                                       plc_value, plc_value) {
  return slow("rt_not_procedure", self, a0);
}
plc_value rt_unbound_variable(plc_context *, plc_value symbol) {
  lastCall = "rt_unbound_variable";
  return symbol;
}

#define ANCHOR(Name) {#Name, reinterpret_cast<void *>(&Name)}
const codegen::AnchorSymbol anchors[] = {ANCHOR(rt_num_add),
                                         ANCHOR(rt_num_sub),
                                         ANCHOR(rt_num_mul),
                                         ANCHOR(rt_num_div),
                                         ANCHOR(rt_num_quotient),
                                         ANCHOR(rt_num_remainder),
                                         ANCHOR(rt_num_modulo),
                                         ANCHOR(rt_num_lt),
                                         ANCHOR(rt_num_eq),
                                         ANCHOR(rt_eqv),
                                         ANCHOR(rt_box_flonum),
                                         ANCHOR(rt_alloc_slow),
                                         ANCHOR(rt_poll),
                                         ANCHOR(rt_list_from_args),
                                         ANCHOR(rt_arity_error),
                                         ANCHOR(rt_not_procedure),
                                         ANCHOR(rt_unbound_variable),
                                         ANCHOR(prim_VectorRef),
                                         ANCHOR(prim_VectorSet),
                                         ANCHOR(prim_StringRef),
                                         ANCHOR(prim_F64VectorRef),
                                         ANCHOR(prim_Max),
                                         ANCHOR(prim_NumberToString),
                                         ANCHOR(prim_ZeroP)};

/// Functions are compiled as one module or each in a part of its own.
struct Mode {
  int level;
  unsigned parts;
};

class JitTest : public testing::TestWithParam<Mode> {
protected:
  JitTest() {
    context.ap = reinterpret_cast<uint64_t>(heap);
    context.lim = context.ap + sizeof heap;
    context.heap_base = context.ap;
    context.heap_size = sizeof heap;
    context.cards = reinterpret_cast<uint8_t *>(
        reinterpret_cast<uint64_t>(cards) - (context.ap >> PLC_CARD_SHIFT));
    memset(cards, 0, sizeof cards);
    lastCall = "";
    auto created = codegen::Jit::create(anchors);
    EXPECT_TRUE(bool(created));
    jit = std::move(*created);
  }

  /// Loads the functions; the first one is a unit's init procedure.
  void load(const char *functions, const char *globals = "") {
    std::string text = "module @\"test.lisp\" stage(lowered)\n";
    text += globals;
    text += functions;
    auto module = ir::parseModule(text, "test.plcir", sources, interner);
    if (!module)
      FAIL() << llvm::toString(module.takeError());
    codegen::CodegenOptions options;
    options.optLevel = level();
    options.forJit = true;
    options.parts = GetParam().parts;
    auto symbol = [](llvm::StringRef name) -> uint64_t {
      return PLC_CONSTANT(200 + name.size());
    };
    codegen::UnitPlan plan(**module, options.parts);
    for (unsigned part = 0; part < plan.partCount(); ++part) {
      llvm::LLVMContext context;
      ASSERT_FALSE(llvm::verifyModule(
          *codegen::lowerPart(**module, context, options, plan, part, symbol),
          &llvm::errs()));
    }
    auto added = jit->addObjects(
        codegen::compileUnit(**module, options, symbol), "test.lisp");
    if (!added)
      FAIL() << llvm::toString(added.takeError());
    unit = added->unit;
  }

  int level() const { return GetParam().level; }

  /// Calls init with these arguments.
  plc_value run(std::vector<plc_value> a = {}) {
    if (!unit)
      return 0;
    size_t count = a.size();
    a.resize(5);
    return unit->init(&context, 0, count, a[0], a[1], a[2], a[3], a[4]);
  }

  ir::SourceManager sources;
  ir::Interner interner;
  std::unique_ptr<codegen::Jit> jit;
  const plc_unit *unit = nullptr;
};

plc_value fx(int64_t n) { return plc_fixnum(n); }
plc_value fl(double d) { return plc_flonum_encode(d); }

TEST_P(JitTest, Descriptor) {
  load(R"(func @init() -> any {
^entry:
  %t = const #t : boolean
  global.define @x %t
  return %t
})",
       "global @x \"x\"\n");
  EXPECT_STREQ(unit->abi, PLC_ABI);
  EXPECT_STREQ(unit->name, "test.lisp");
  ASSERT_EQ(unit->cell_count, 1u);
  EXPECT_EQ(unit->cells[0], PLC_UNBOUND);
  EXPECT_EQ(*unit->initialized, 0);
  EXPECT_EQ(run(), PLC_TRUE);
  EXPECT_EQ(unit->cells[0], PLC_TRUE);
  auto cell = jit->lookup("x");
  ASSERT_TRUE(bool(cell));
  EXPECT_EQ(*cell, unit->cells);
}

TEST_P(JitTest, KnownRecursion) {
  load(R"(func @init(%n: any) -> any {
^entry:
  %u = const #f : boolean
  %r = call.known @fib(%u, %n) : any
  return %r
}
func @fib(%n: any) -> any local {
^entry:
  %two = const 2 : fixnum
  %c = num.lt %n, %two : bool
  branch %c, ^base, ^more
^base:
  return %n
^more:
  %u = const #f : boolean
  %one = const 1 : fixnum
  %a = num.sub %n, %one : number
  %fa = call.known @fib(%u, %a) : any
  %b = num.sub %n, %two : number
  %fb = call.known @fib(%u, %b) : any
  %s = num.add %fa, %fb : number
  return %s
})");
  EXPECT_EQ(run({fx(20)}), fx(6765));
  EXPECT_STREQ(lastCall, "");
  // true from the stand-in of <: the operand itself.
  EXPECT_EQ(run({PLC_NULL}), PLC_NULL);
  EXPECT_STREQ(lastCall, "rt_num_lt");
}

TEST_P(JitTest, WrongArgumentCount) {
  load(R"(func @init(%n: any) -> any {
^entry:
  return %n
})");
  EXPECT_EQ(run({1, 2}), kSlow);
  EXPECT_STREQ(lastCall, "rt_arity_error");
  EXPECT_EQ(lastOperands[0], 2u);
}

TEST_P(JitTest, GenericArithmetic) {
  load(R"(func @init(%op: any, %a: any, %b: any) -> any {
^entry:
  %u = const #f : boolean
  %r = call.known @compute(%u, %op, %a, %b) : any
  return %r
}
func @compute(%op: any, %a: any, %b: any) -> any local {
^entry:
  %0 = const 0 : fixnum
  %1 = const 1 : fixnum
  %2 = const 2 : fixnum
  %3 = const 3 : fixnum
  %4 = const 4 : fixnum
  %is0 = eq %op, %0 : bool
  branch %is0, ^add, ^next0
^next0:
  %is1 = eq %op, %1 : bool
  branch %is1, ^mul, ^next1
^next1:
  %is2 = eq %op, %2 : bool
  branch %is2, ^quotient, ^next2
^next2:
  %is3 = eq %op, %3 : bool
  branch %is3, ^modulo, ^div
^add:
  %r0 = num.add %a, %b : number
  return %r0
^mul:
  %r1 = num.mul %a, %b : number
  return %r1
^quotient:
  %r2 = num.quotient %a, %b : number
  return %r2
^modulo:
  %r3 = num.modulo %a, %b : number
  return %r3
^div:
  %r4 = num.div %a, %b : number
  return %r4
})");
  EXPECT_EQ(run({fx(0), fx(-5), fx(7)}), fx(2));
  EXPECT_EQ(run({fx(1), fx(-5), fx(7)}), fx(-35));
  EXPECT_EQ(run({fx(2), fx(-17), fx(5)}), fx(-3));
  EXPECT_EQ(run({fx(3), fx(-17), fx(5)}), fx(3));
  EXPECT_STREQ(lastCall, "");
  EXPECT_EQ(run({fx(0), fx(PLC_FIXNUM_MAX), fx(1)}), kSlow);
  EXPECT_STREQ(lastCall, "rt_num_add");
  EXPECT_EQ(run({fx(1), fx(PLC_FIXNUM_MAX), fx(2)}), kSlow);
  EXPECT_EQ(run({fx(2), fx(1), fx(0)}), kSlow);
  EXPECT_EQ(run({fx(3), fx(1), fx(-5)}), kSlow);
  plc_value sum = run({fx(0), fl(1.5), fl(2.25)});
  plc_value quotient = run({fx(4), fl(1.5), fl(0.5)});
  if (level() == 2) {
    EXPECT_EQ(sum, fl(3.75));
    EXPECT_EQ(quotient, fl(3.0));
    // No immediate form.
    EXPECT_EQ(run({fx(4), fl(1.5), fl(0.0)}), kSlow);
  } else {
    EXPECT_EQ(sum, kSlow);
    EXPECT_EQ(quotient, kSlow);
  }
  EXPECT_EQ(run({fx(0), fl(1.5), fx(1)}), kSlow);
}

TEST_P(JitTest, LoopsPollAndRun) {
  load(R"(func @init(%n: any) -> any {
^entry:
  %zero = const 0 : fixnum
  jump ^loop(%zero, %zero)
^loop(%i: number, %acc: number):
  %done = num.eq %i, %n : bool
  branch %done, ^exit, ^next
^next:
  %sum = num.add %acc, %i : number
  %one = const 1 : fixnum
  %inc = num.add %i, %one : number
  jump ^loop(%inc, %sum)
^exit:
  return %acc
})");
  context.lim = 0; // an interrupt
  EXPECT_EQ(run({fx(1000)}), fx(499500));
  EXPECT_STREQ(lastCall, "rt_poll");
}

TEST_P(JitTest, ClosuresReferToOneAnother) {
  load(R"(func @init(%n: any, %k: any) -> any {
^entry:
  %even, %odd = closure @even, @odd(%odd, %k, %even) : procedure
  %r = call %even(%n) : any
  return %r
}
func @even(%n: any) -> any captures 2 {
^entry:
  %zero = const 0 : fixnum
  %c = num.eq %n, %zero : bool
  branch %c, ^yes, ^no
^yes:
  %k = free 1 : any
  return %k
^no:
  %one = const 1 : fixnum
  %m = num.sub %n, %one : number
  %f = free 0 : any
  tailcall %f(%m)
}
func @odd(%n: any) -> any captures 1 {
^entry:
  %zero = const 0 : fixnum
  %c = num.eq %n, %zero : bool
  branch %c, ^yes, ^no
^yes:
  return %n
^no:
  %one = const 1 : fixnum
  %m = num.sub %n, %one : number
  %f = free 0 : any
  tailcall %f(%m)
})");
  // Constant stack: a million tail calls.
  EXPECT_EQ(run({fx(1000000), PLC_TRUE}), PLC_TRUE);
  EXPECT_EQ(run({fx(1000001), PLC_TRUE}), fx(0));
  uint64_t *words = heap;
  EXPECT_EQ(words[0], PLC_HEADER(PLC_KIND_CLOSURE, 0, 2));
  EXPECT_EQ(words[4], PLC_HEADER(PLC_KIND_CLOSURE, 0, 1));
}

TEST_P(JitTest, ManyArgumentsAndRest) {
  load(R"(func @init(%f: any) -> any {
^entry:
  %u = const #f : boolean
  %1 = const 1 : fixnum
  %2 = const 2 : fixnum
  %3 = const 3 : fixnum
  %4 = const 4 : fixnum
  %5 = const 5 : fixnum
  %6 = const 6 : fixnum
  %7 = const 7 : fixnum
  %a = call.known @seven(%u, %1, %2, %3, %4, %5, %6, %7) : any
  %g = closure @rest : procedure
  %b = call %g(%1, %2, %3, %4, %5, %6, %7) : any
  %c = call %g(%1) : any
  %l = prim "list"(%a, %b, %c) : any
  return %l
}
func @seven(%a: any, %b: any, %c: any, %d: any, %e: any, %f: any, %g: any) -> any local {
^entry:
  %r = prim "cons"(%f, %g) : pair
  return %r
}
func @rest(%a: any, rest %r: any) -> any {
^entry:
  return %r
})");
  plc_value list = run({0});
  plc_value pair = plc_car(list);
  EXPECT_EQ(plc_car(pair), fx(6));
  EXPECT_EQ(plc_cdr(pair), fx(7));
  plc_value rest = plc_car(plc_cdr(list));
  for (int i = 2; i <= 7; ++i, rest = plc_cdr(rest))
    EXPECT_EQ(plc_car(rest), fx(i));
  EXPECT_EQ(rest, PLC_NULL);
  EXPECT_EQ(plc_car(plc_cdr(plc_cdr(list))), PLC_NULL);
}

TEST_P(JitTest, CallsOfWhatIsNoProcedure) {
  load(R"(func @init(%f: any, %x: any) -> any {
^entry:
  %r = call %f(%x) : any
  return %r
})");
  EXPECT_EQ(run({fx(3), PLC_TRUE}), kSlow);
  EXPECT_STREQ(lastCall, "rt_not_procedure");
  EXPECT_EQ(lastOperands[0], fx(3));
  EXPECT_EQ(lastOperands[1], PLC_TRUE);
}

TEST_P(JitTest, Literals) {
  load(R"(func @init(%i: any) -> any {
^entry:
  %a = const #0=(1 . #0#) : pair
  %b = const "aé" : string
  %c = const #(#u8(1 2 255) -100000000000000000000000 1/3 1e300 #f64(1.5 2.5) sym #\a "λ") : vector
  %l = prim "list"(%a, %b, %c) : any
  return %l
})");
  plc_value list = run({0});
  plc_value cycle = plc_car(list);
  EXPECT_EQ(plc_car(cycle), fx(1));
  EXPECT_EQ(plc_cdr(cycle), cycle);
  plc_value string = plc_car(plc_cdr(list));
  ASSERT_TRUE(plc_is_kind(string, PLC_KIND_STRING));
  EXPECT_EQ(plc_header_flags(plc_header(string)), 1u);
  EXPECT_EQ(plc_fields(string)[0], fx(2));
  plc_value storage = plc_fields(string)[1];
  EXPECT_EQ(plc_header(storage), PLC_HEADER(PLC_KIND_BYTES, 0, 2));
  EXPECT_EQ(plc_fields(storage)[0], 0xE961u);
  plc_value vector = plc_car(plc_cdr(plc_cdr(list)));
  ASSERT_EQ(plc_header(vector), PLC_HEADER(PLC_KIND_VECTOR, 1, 8));
  plc_value *elements = plc_fields(vector);
  EXPECT_EQ(plc_header(elements[0]), PLC_HEADER(PLC_KIND_BYTEVECTOR, 1, 3));
  EXPECT_EQ(plc_fields(elements[0])[0], 0xFF0201u);
  EXPECT_EQ(plc_header(elements[1]), PLC_HEADER(PLC_KIND_BIGNUM, 1, 16));
  EXPECT_EQ(plc_fields(elements[1])[0],
            200376420520689664u); // 10^23 modulo 2^64
  EXPECT_EQ(plc_header(elements[2]), PLC_HEADER(PLC_KIND_RATNUM, 0, 2));
  EXPECT_EQ(plc_flonum_value(elements[3]), 1e300);
  EXPECT_EQ(plc_element_of(elements[4]), PLC_ELEMENT_F64);
  EXPECT_EQ(elements[5], PLC_CONSTANT(203)); // from the resolver
  EXPECT_EQ(elements[6], plc_char('a'));
  EXPECT_EQ(plc_header_flags(plc_header(plc_fields(elements[7])[1])), 1u);
}

TEST_P(JitTest, VectorsAndStrings) {
  load(R"(func @init(%x: any, %i: any) -> any {
^entry:
  %v = prim "vector"(%x, %i) : vector
  %c = const #\z : char
  %u = prim "vector-set!"(%v, %i, %c) : unspecified
  %r = prim "vector-ref"(%v, %i) : any
  %s = const "hλ" : string
  %t = prim "string-ref"(%s, %i) : char
  %n = prim "vector-length"(%v) : fixnum
  %lit = const #(1 2) : vector
  %w = prim "vector-set!"(%lit, %i, %c) : unspecified
  %l = prim "list"(%r, %t, %n) : any
  return %l
})");
  plc_value list = run({PLC_TRUE, fx(1)});
  EXPECT_EQ(plc_car(list), plc_char('z'));
  EXPECT_EQ(plc_car(plc_cdr(list)), plc_char(0x3BB));
  EXPECT_EQ(plc_car(plc_cdr(plc_cdr(list))), fx(2));
  EXPECT_STREQ(lastCall, "prim_VectorSet"); // of the literal
  list = run({PLC_TRUE, fx(2)});
  EXPECT_EQ(plc_car(list), kSlow);
  list = run({PLC_TRUE, fx(-1)});
  EXPECT_EQ(plc_car(list), kSlow);
  list = run({PLC_TRUE, PLC_NULL});
  EXPECT_EQ(plc_car(list), kSlow);
}

TEST_P(JitTest, StoresOfFixnumsMarkNoCards) {
  load(R"(func @init(%x: any) -> any {
^entry:
  %v = prim "vector"(%x, %x) : vector
  %zero = const 0 : fixnum
  %one = const 1 : fixnum
  %u = prim "vector-set!"(%v, %zero, %one) : unspecified
  return %v
})");
  run({fx(1)});
  EXPECT_EQ(cards[0], 0); // a fixnum needs no mark
}

TEST_P(JitTest, StoresOfPointersMarkCards) {
  load(R"(func @init(%x: any) -> any {
^entry:
  %b = box.new %x : box
  box.set %b, %x
  return %b
})");
  run({fx(1)});
  EXPECT_EQ(cards[0], 1);
}

TEST_P(JitTest, UnboxedWorkers) {
  load(R"(func @init(%x: any) -> any {
^entry:
  %u = const #f : boolean
  %d = fl.unbox %x : flonum
  %r = call.known @half(%u, %d) : flonum
  %b = fl.box %r : real
  return %b
}
func @half(%d: flonum) -> flonum local {
^entry:
  %two = const 2.0 : flonum
  %r = fl.div %d, %two : flonum
  return %r
})");
  EXPECT_EQ(run({fl(5.0)}), fl(2.5));
  EXPECT_EQ(run({fl(plc_flonum_value(fl(0x1p-255)))}), kSlow);
}

TEST_P(JitTest, Predicates) {
  load(R"(func @init(%x: any, %y: any) -> any {
^entry:
  %a = prim "eqv?"(%x, %y) : boolean
  %p = prim "pair?"(%x) : boolean
  %t = truthy %p : bool
  branch %t, ^yes, ^no
^yes:
  jump ^out(%a)
^no:
  %z = prim "zero?"(%y) : boolean
  %n = truthy %z : bool
  %m = bool.not %n : bool
  branch %m, ^out(%a), ^out(%y)
^out(%v: any):
  return %v
})");
  EXPECT_EQ(run({fx(1), fx(1)}), PLC_TRUE);
  EXPECT_EQ(run({fx(0), fx(0)}), fx(0));
  EXPECT_EQ(run({fx(1), fx(0)}), fx(0));
  EXPECT_EQ(run({fx(1), fx(2)}), PLC_FALSE);
}

TEST_P(JitTest, Types) {
  load(R"(func @init(%x: any) -> any {
^entry:
  %n = is number %x : bool
  branch %n, ^number, ^other
^number:
  %one = const 1 : fixnum
  return %one
^other:
  %s = is string %x : bool
  %t = bool.box %s : boolean
  return %t
})");
  EXPECT_EQ(run({fx(1)}), fx(1));
  EXPECT_EQ(run({fl(1.5)}), fx(1));
  alignas(16) uint64_t boxed[2] = {PLC_HEADER(PLC_KIND_FLONUM, 0, 8), 0};
  alignas(16) uint64_t complex[4] = {PLC_HEADER(PLC_KIND_COMPNUM, 0, 2)};
  alignas(16) uint64_t string[4] = {PLC_HEADER(PLC_KIND_STRING, 0, 3)};
  auto word = [](uint64_t *object) {
    return reinterpret_cast<uint64_t>(object) | PLC_TAG_OBJECT;
  };
  EXPECT_EQ(run({word(boxed)}), fx(1));
  EXPECT_EQ(run({word(complex)}), fx(1));
  EXPECT_EQ(run({word(string)}), PLC_TRUE);
  EXPECT_EQ(run({PLC_NULL}), PLC_FALSE);
}

TEST_P(JitTest, PrimitivesOfTheRuntime) {
  load(R"(func @init(%x: any, %y: any) -> any {
^entry:
  %m = prim "max"(%x, %y, %x) : number
  %s = prim "number->string"(%m) : string
  return %m
})");
  EXPECT_EQ(run({fx(1), fx(2)}), fx(1));
  EXPECT_STREQ(lastCall, "prim_NumberToString");
  EXPECT_EQ(lastOperands[1], PLC_DEFAULT);
}

TEST_P(JitTest, AddressesHaveNames) {
  load(R"(func @init(%x: any) -> any lisp-name "outer" {
^entry:
  return %x
})");
  auto places = jit->symbolize(reinterpret_cast<uint64_t>(unit->init));
  ASSERT_EQ(places.size(), 1u);
  EXPECT_EQ(places[0].function, "outer");
  EXPECT_TRUE(jit->symbolize(1).empty());
  // What the runtime reads before the entry.
  auto *arity = reinterpret_cast<const int32_t *>(unit->init);
  EXPECT_EQ(arity[-4], 1 | 1 << 30);
  EXPECT_EQ(arity[-3], 1);
  int64_t offset;
  memcpy(&offset, arity - 2, sizeof offset);
  EXPECT_STREQ(reinterpret_cast<const char *>(unit->init) + offset, "outer");
}

INSTANTIATE_TEST_SUITE_P(
    Modes, JitTest,
    testing::Values(Mode{0, 1}, Mode{2, 1}, Mode{0, 100}, Mode{2, 100}),
    [](const testing::TestParamInfo<Mode> &info) {
      return "O" + std::to_string(info.param.level) +
             (info.param.parts > 1 ? "Parts" : "");
    });

} // namespace
