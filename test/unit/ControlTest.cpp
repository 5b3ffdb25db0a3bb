//===- ControlTest.cpp - calls, continuations, winds, handlers ------------===//
//
// The procedures here are C++ functions with the Lisp prototype. Their frames
// are copied and re-entered like those of compiled code, so none of them keeps
// anything on the stack that must not be restored.
//
//===----------------------------------------------------------------------===//
#include "test/unit/LispProcedure.h"

#include "stdlib/runtime/Backtrace.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>

using namespace plc::rt;

namespace {
/// A log of small numbers, as text.
char trace[4096];
void note(int64_t n) {
  snprintf(trace + strlen(trace), 16, "%lld ", (long long)n);
}
Value saved[8]; // roots, see TestWorld

struct TestWorld : ::testing::Test {
  void SetUp() override {
    static bool rooted;
    trace[0] = 0;
    Value none;
    if (!rooted) {
      rooted = true;
      runLisp(primitive(Void), &none);
      registerRoots(theContext, saved, 8);
    }
  }
};
struct Calls : TestWorld {};
struct Continuations : TestWorld {};
struct Winds : TestWorld {};
struct Handlers : TestWorld {};
struct Stack : TestWorld {};

double seconds() {
  return std::chrono::duration<double>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}
} // namespace

//===--- Calls ------------------------------------------------------------===//

LISP(sumList, 1, 1) {
  int64_t sum = 0, n = 0;
  for (; plc_is_pair(a0); a0 = plc_cdr(a0), ++n)
    sum += num(plc_car(a0)) * (n % 7 + 1);
  return fix(sum * 10000 + n);
}
/// (lambda args (sumList args))
LISP(sumArgs, 0, -1) {
  Value list = listFromArguments(ctx, argc, 0, a0, a1, a2, a3, a4);
  [[clang::musttail]] return code_sumList(ctx, procedure(sumList), 1, list, a1,
                                          a2, a3, a4);
}
static int64_t expectedSum(int64_t n) {
  int64_t sum = 0;
  for (int64_t i = 0; i < n; ++i)
    sum += i * (i % 7 + 1);
  return sum * 10000 + n;
}
static Value iota(Context *ctx, int64_t first, int64_t n) {
  Value list = PLC_NULL;
  while (n-- > 0)
    list = consFast(ctx, fix(first + n), list);
  return list;
}

LISP(applyTest, 0, 0) {
  for (int64_t n : {0, 1, 4, 5, 6, 12, 100, 4095, 4096, 4097, 5000, 20000}) {
    Value list = iota(ctx, 0, n);
    EXPECT_EQ(num(call(ctx, primitive(Apply), procedure(sumArgs), list)),
              expectedSum(n))
        << n;
    // Through a primitive that takes any number.
    Value copy = call(ctx, primitive(Apply), primitive(List), list);
    EXPECT_EQ(num(call(ctx, procedure(sumList), copy)), expectedSum(n)) << n;
  }
  EXPECT_EQ(num(call(ctx, primitive(Apply), procedure(sumArgs), fix(0), fix(1),
                     iota(ctx, 2, 10))),
            expectedSum(12));
  EXPECT_EQ(num(call(ctx, primitive(Apply), procedure(sumArgs), fix(0), fix(1),
                     fix(2), fix(3), fix(4), fix(5), fix(6), iota(ctx, 7, 50))),
            expectedSum(57));
  Value all = iota(ctx, 2, 6000);
  Value nested = call(ctx, primitive(Apply), primitive(Apply),
                      procedure(sumArgs), fix(0), fix(1), list1(ctx, all));
  EXPECT_EQ(num(nested), expectedSum(6002));
  return fix(1);
}
TEST_F(Calls, Apply) {
  Value r = 0;
  EXPECT_EQ(runLisp(procedure(applyTest), &r), 0);
  EXPECT_EQ(num(r), 1);
}

LISP(countDown, 2, 2) {
  if (a0 == fix(0))
    return a1;
  plc_code code = codeOf(self);
  [[clang::musttail]] return code(ctx, self, 2, a0 - 8, a1 + 8, a2, a3, a4);
}
LISP(tailTest, 0, 0) {
  Value n = fix(100000000);
  [[clang::musttail]] return code_countDown(ctx, procedure(countDown), 2, n,
                                            fix(0), a2, a3, a4);
}
TEST_F(Calls, TailCalls) {
  Value r = 0;
  EXPECT_EQ(runLisp(procedure(tailTest), &r), 0);
  EXPECT_EQ(num(r), 100000000);
}

LISP(produce, 0, 0) {
  Value v[7] = {fix(0), fix(1), fix(2), fix(3), fix(4), fix(5), fix(6)};
  return returnValues(ctx, 7, v);
}
LISP(produceNone, 0, 0) { return returnValues(ctx, 0, nullptr); }
LISP(produceOne, 0, 0) { return fix(0); }
LISP(valuesTest, 0, 0) {
  Value with = primitive(CallWithValues);
  EXPECT_EQ(num(call(ctx, with, procedure(produce), procedure(sumArgs))),
            expectedSum(7));
  EXPECT_EQ(num(call(ctx, with, procedure(produceNone), procedure(sumArgs))),
            expectedSum(0));
  EXPECT_EQ(num(call(ctx, with, procedure(produceOne), procedure(sumArgs))),
            expectedSum(1));
  EXPECT_EQ(ctx->nvals, 0u);
  return fix(1);
}
TEST_F(Calls, Values) { EXPECT_EQ(runLisp(procedure(valuesTest)), 0); }

LISP(clause0, 0, 0) { return fix(0); }
LISP(clause2, 2, 2) { return a1; }
LISP(clauseRest, 4, -1) { return fix(argc); }
LISP(caseTest, 0, 0) {
  Value f = call(ctx, primitive(CaseLambda), procedure(clause0),
                 procedure(clause2), procedure(clauseRest));
  EXPECT_EQ(call(ctx, f), fix(0));
  EXPECT_EQ(call(ctx, f, fix(8), fix(9)), fix(9));
  EXPECT_EQ(call(ctx, f, fix(1), fix(2), fix(3), fix(4), fix(5), fix(6)),
            fix(6));
  EXPECT_TRUE(acceptsArguments(f, 2));
  EXPECT_FALSE(acceptsArguments(f, 1));
  EXPECT_TRUE(acceptsArguments(primitive(Car), 1));
  EXPECT_FALSE(acceptsArguments(primitive(Car), 2));
  EXPECT_STREQ(procedureName(primitive(Car)), "car");
  EXPECT_STREQ(procedureName(procedure(clause2)), "clause2");
  return fix(1);
}
TEST_F(Calls, CaseLambda) { EXPECT_EQ(runLisp(procedure(caseTest)), 0); }

//===--- Continuations ----------------------------------------------------===//

LISP(saveK, 1, 1) {
  saved[0] = a0;
  return fix(10);
}
LISP(addHundred, 0, 0) {
  Value v = call(ctx, primitive(CallCC), procedure(saveK));
  return v + fix(100);
}
/// Non-tail recursion, then addHundred at the bottom.
LISP(deepAdd, 1, 1) {
  if (a0 == fix(0))
    return call(ctx, procedure(addHundred));
  return call(ctx, procedure(deepAdd), a0 - fix(1)) + fix(1);
}
static int64_t rounds;
LISP(reenterTest, 0, 0) {
  rounds = 0;
  Value v = call(ctx, procedure(deepAdd), fix(300));
  note(num(v));
  if (++rounds < 5)
    call(ctx, saved[0], fix(rounds * 1000));
  return v;
}
TEST_F(Continuations, Reentry) {
  Value r = 0;
  EXPECT_EQ(runLisp(procedure(reenterTest), &r), 0);
  EXPECT_STREQ(trace, "410 1400 2400 3400 4400 ");
  EXPECT_EQ(num(r), 4400);
}

// A12: the continuation of one top-level form, entered from another.
LISP(firstForm, 0, 0) { return call(ctx, procedure(deepAdd), fix(0)); }
LISP(secondForm, 0, 0) { return call(ctx, saved[0], fix(50)); }
TEST_F(Continuations, AcrossTopLevelForms) {
  Value r = 0;
  EXPECT_EQ(runLisp(procedure(firstForm), &r), 0);
  EXPECT_EQ(num(r), 110);
  EXPECT_EQ(runLisp(procedure(secondForm), &r), 0);
  EXPECT_EQ(num(r), 150);
}

// Generators: the producer walks a recursion `depth` deep and yields at the
// bottom; each yield captures both sides.
static int64_t depth, yields;
LISP(storeConsumer, 1, 1) {
  saved[1] = a0; // consumer's continuation
  if (saved[2] == fix(0)) {
    [[clang::musttail]] return codeOf(saved[3])(ctx, saved[3], 1, fix(depth),
                                                a1, a2, a3, a4);
  }
  Value k = saved[2];
  [[clang::musttail]] return codeOf(k)(ctx, k, 1, fix(0), a1, a2, a3, a4);
}
LISP(storeProducer, 1, 1) {
  saved[2] = a0;
  Value k = saved[1];
  [[clang::musttail]] return codeOf(k)(ctx, k, 1, saved[4], a1, a2, a3, a4);
}
LISP(producer, 1, 1) {
  if (a0 != fix(0))
    return call(ctx, procedure(producer), a0 - fix(1)) + fix(1);
  for (int64_t i = 0; i < yields; ++i) {
    saved[4] = fix(i);
    call(ctx, primitive(CallCC), procedure(storeProducer));
  }
  // The last consumer gets the end mark.
  call(ctx, saved[1], PLC_EOF);
  return fix(0);
}
LISP(generatorTest, 0, 0) {
  saved[2] = fix(0);
  saved[3] = procedure(producer);
  int64_t sum = 0;
  for (;;) {
    Value v = call(ctx, primitive(CallCC), procedure(storeConsumer));
    if (v == PLC_EOF)
      break;
    sum += num(v);
  }
  return fix(sum);
}
TEST_F(Continuations, Generators) {
  for (int64_t d : {10, 100, 1000}) {
    depth = d;
    yields = 100000;
    Value r = 0;
    double start = seconds();
    EXPECT_EQ(runLisp(procedure(generatorTest), &r), 0);
    double ns = (seconds() - start) * 1e9 / yields;
    EXPECT_EQ(num(r), yields * (yields - 1) / 2);
    printf("[ bench    ] generator round trip, depth %lld: %.0f ns\n",
           (long long)d, ns);
  }
}

// Returning through a re-entered deep stack.
LISP(deepReenter, 0, 0) {
  rounds = 0;
  Value v = call(ctx, procedure(deepAdd), fix(1000));
  if (++rounds < 2000)
    call(ctx, saved[0], fix(rounds));
  return v;
}
TEST_F(Continuations, DeepReentry) {
  Value r = 0;
  double start = seconds();
  EXPECT_EQ(runLisp(procedure(deepReenter), &r), 0);
  EXPECT_EQ(num(r), 1999 + 100 + 1000);
  printf("[ bench    ] re-entry under 1000 frames: %.1f us\n",
         (seconds() - start) * 1e6 / 2000);
}

LISP(escapeWith7, 1, 1) {
  call(ctx, a0, fix(7));
  return fix(0);
}
LISP(unusedK, 1, 1) { return fix(7); }
static Value capturePrimitive;
LISP(escapeLoop, 0, 0) {
  int64_t sum = 0;
  for (int i = 0; i < 100000; ++i)
    sum += num(call(ctx, capturePrimitive, saved[5]));
  return fix(sum);
}
LISP(escapeDeep, 1, 1) {
  if (a0 == fix(0))
    return call(ctx, procedure(escapeLoop));
  return call(ctx, procedure(escapeDeep), a0 - fix(1)) + fix(0);
}
LISP(escapeRun, 0, 0) { return call(ctx, procedure(escapeDeep), fix(depth)); }
TEST_F(Continuations, Escapes) {
  for (int64_t d : {10, 1000}) {
    depth = d;
    for (bool full : {true, false})
      for (bool used : {true, false}) {
        capturePrimitive = full ? primitive(CallCC) : primitive(CallEC);
        saved[5] = used ? procedure(escapeWith7) : procedure(unusedK);
        Value r = 0;
        double start = seconds();
        EXPECT_EQ(runLisp(procedure(escapeRun), &r), 0);
        EXPECT_EQ(num(r), 700000);
        printf("[ bench    ] %s %s, depth %lld: %.0f ns\n",
               full ? "call/cc" : "call/ec", used ? "+ throw" : "unused",
               (long long)d, (seconds() - start) * 1e4);
      }
  }
}

// Values to a continuation.
LISP(throwThree, 1, 1) {
  call(ctx, a0, fix(0), fix(1), fix(2));
  return fix(0);
}
LISP(captureThree, 0, 0) {
  return call(ctx, primitive(CallCC), procedure(throwThree));
}
LISP(manyValuesTest, 0, 0) {
  return call(ctx, primitive(CallWithValues), procedure(captureThree),
              procedure(sumArgs));
}
TEST_F(Continuations, SeveralValues) {
  Value r = 0;
  EXPECT_EQ(runLisp(procedure(manyValuesTest), &r), 0);
  EXPECT_EQ(num(r), expectedSum(3));
}

// Random captures and throws at random depths, against a model: each saved
// continuation returns the sum that its depth implies.
static uint64_t seed = 1;
static uint64_t nextRandom() {
  seed = seed * 6364136223846793005u + 1442695040888963407u;
  return seed >> 33;
}
static int64_t captures;
LISP(keepK, 1, 1) {
  saved[nextRandom() % 8] = a0;
  return fix(0);
}
LISP(randomWalk, 1, 1) {
  // Returns its own depth below the start plus what comes back.
  if (++captures % 3 == 0)
    call(ctx, primitive(CallCC), procedure(keepK));
  if (nextRandom() % 50 == 0) {
    // Garbage on the way, so that collections happen.
    iota(ctx, 0, 500);
    return fix(0);
  }
  return call(ctx, procedure(randomWalk), fix(0)) + fix(1) - fix(1);
}
LISP(randomTest, 0, 0) {
  captures = 0;
  for (Value &k : saved)
    k = procedure(unusedK);
  Value v = call(ctx, procedure(randomWalk), fix(0));
  EXPECT_EQ(v, fix(0));
  // Continuations get ever deeper: start afresh now and then.
  if (++rounds % 100 != 0) {
    Value k = saved[nextRandom() % 8];
    if (k != procedure(unusedK))
      call(ctx, k, fix(0));
  }
  return v;
}
TEST_F(Continuations, Random) {
  rounds = 0;
  Value r = fix(1);
  while (rounds < 20000)
    ASSERT_EQ(runLisp(procedure(randomTest), &r), 0);
  EXPECT_EQ(num(r), 0);
}

//===--- Winds ------------------------------------------------------------===//

LISP(noteFirst, 0, 0) {
  note(num(freeVariable(self, 0)));
  return fix(0);
}
static Value noter(Context *ctx, int64_t n) {
  Value v = fix(n);
  return makeClosure(ctx, entry_noteFirst, 1, &v);
}
LISP(windBody, 0, 0) {
  note(2);
  Value v = call(ctx, primitive(CallCC), procedure(saveK));
  note(num(v));
  return v;
}
LISP(windInner, 0, 0) {
  return call(ctx, primitive(DynamicWind), noter(ctx, 11), procedure(windBody),
              noter(ctx, 13));
}
LISP(windTest, 0, 0) {
  rounds = 0;
  Value v = call(ctx, primitive(DynamicWind), noter(ctx, 1),
                 procedure(windInner), noter(ctx, 3));
  if (++rounds < 3)
    call(ctx, saved[0], fix(20 + rounds));
  return v;
}
TEST_F(Winds, OrderOnReentry) {
  Value r = 0;
  EXPECT_EQ(runLisp(procedure(windTest), &r), 0);
  EXPECT_STREQ(trace, "1 11 2 10 13 3 1 11 21 13 3 1 11 22 13 3 ");
}

LISP(escapeFromWind, 1, 1) {
  saved[1] = a0;
  return call(ctx, primitive(DynamicWind), noter(ctx, 1), saved[2],
              noter(ctx, 3));
}
LISP(callSaved1, 0, 0) { return call(ctx, saved[1], fix(5)); }
LISP(escapeWindTest, 0, 0) {
  saved[2] = procedure(callSaved1);
  Value v = call(ctx, primitive(CallEC), procedure(escapeFromWind));
  note(num(v));
  v = call(ctx, primitive(CallCC), procedure(escapeFromWind));
  note(num(v));
  return v;
}
TEST_F(Winds, Escape) {
  Value r = 0;
  EXPECT_EQ(runLisp(procedure(escapeWindTest), &r), 0);
  EXPECT_STREQ(trace, "1 3 5 1 3 5 ");
  EXPECT_EQ(theContext->winds, PLC_NULL);
}

//===--- Handlers ---------------------------------------------------------===//

LISP(raise42, 0, 0) {
  Value v = call(ctx, primitive(RaiseContinuable), fix(42));
  return v + fix(1);
}
LISP(handlerAdd, 1, 1) { return a0 + fix(100); }
LISP(continuableTest, 0, 0) {
  return call(ctx, primitive(WithExceptionHandler), procedure(handlerAdd),
              procedure(raise42));
}
TEST_F(Handlers, Continuable) {
  Value r = 0;
  EXPECT_EQ(runLisp(procedure(continuableTest), &r), 0);
  EXPECT_EQ(num(r), 143);
  EXPECT_EQ(theContext->handlers, PLC_NULL);
}

LISP(carOfSix, 0, 0) { return call(ctx, primitive(Car), fix(6)); }
LISP(escapeWithType, 1, 1) {
  // The outer handlers are installed while a handler runs.
  EXPECT_EQ(ctx->handlers, PLC_NULL);
  Value type = call(ctx, primitive(ConditionType), a0);
  Value ok = plc_bool(type == intern(ctx, "wrong-type"));
  return call(ctx, saved[1], ok);
}
LISP(withHandlerBody, 1, 1) {
  saved[1] = a0;
  return call(ctx, primitive(WithExceptionHandler), procedure(escapeWithType),
              procedure(carOfSix));
}
LISP(typeErrorTest, 0, 0) {
  return call(ctx, primitive(CallCC), procedure(withHandlerBody));
}
TEST_F(Handlers, RuntimeError) {
  Value r = 0;
  EXPECT_EQ(runLisp(procedure(typeErrorTest), &r), 0);
  EXPECT_EQ(r, PLC_TRUE);
}

LISP(raiseFive, 0, 0) { return call(ctx, primitive(Raise), fix(5)); }
LISP(noteAndReturn, 1, 1) {
  note(plc_is_fixnum(a0) ? num(a0) : -1);
  return fix(0);
}
LISP(outerEscape, 1, 1) {
  Value type = call(ctx, primitive(ConditionType), a0);
  note(type == intern(ctx, "handler-returned") ? 1 : 0);
  return call(ctx, saved[1], fix(9));
}
LISP(innerHandled, 0, 0) {
  return call(ctx, primitive(WithExceptionHandler), procedure(noteAndReturn),
              procedure(raiseFive));
}
LISP(secondaryBody, 1, 1) {
  saved[1] = a0;
  return call(ctx, primitive(WithExceptionHandler), procedure(outerEscape),
              procedure(innerHandled));
}
LISP(secondaryTest, 0, 0) {
  return call(ctx, primitive(CallEC), procedure(secondaryBody));
}
TEST_F(Handlers, ReturningFromRaise) {
  Value r = 0;
  EXPECT_EQ(runLisp(procedure(secondaryTest), &r), 0);
  EXPECT_STREQ(trace, "5 1 ");
  EXPECT_EQ(num(r), 9);
}

LISP(windRaise, 0, 0) {
  return call(ctx, primitive(DynamicWind), noter(ctx, 1), procedure(raiseFive),
              noter(ctx, 3));
}
TEST_F(Handlers, UnhandledLeavesEnter) {
  EXPECT_EQ(runLisp(procedure(windRaise)), 1);
  EXPECT_STREQ(trace, "1 3 ");
  Value object = plc_pending_object(theContext);
  ASSERT_TRUE(isCondition(object));
  EXPECT_EQ(plc_car(conditionField(object, ConditionIrritants)), fix(5));
  EXPECT_EQ(theContext->boundary, nullptr);
}

// An escape over a foreign frame: status 2, then the throw goes on.
LISP(throwOut, 0, 0) { return call(ctx, saved[1], fix(77)); }
LISP(foreignMiddle, 1, 1) {
  saved[1] = a0;
  Value result = 0;
  int status = plc_enter(ctx, procedure(throwOut), 0, nullptr, &result);
  note(status);
  if (status == 2)
    plc_resume_pending(ctx);
  return fix(0);
}
LISP(foreignTest, 0, 0) {
  Value v = call(ctx, primitive(CallCC), procedure(foreignMiddle));
  return v;
}
TEST_F(Handlers, EscapeOverForeignFrame) {
  Value r = 0;
  EXPECT_EQ(runLisp(procedure(foreignTest), &r), 0);
  EXPECT_STREQ(trace, "2 ");
  EXPECT_EQ(num(r), 77);
}

//===--- Traces -----------------------------------------------------------===//

// A procedure under the symbol that the compiler would give it.
LISP(raiseTrace, 1, 1) {
  saved[0] = call(ctx, primitive(ConditionTrace), a0);
  return call(ctx, saved[1], fix(0));
}
__attribute__((noinline)) Value
failing(Context *ctx) asm("plc:(my lib):fail-here");
__attribute__((noinline)) Value failing(Context *ctx) {
  Value v = call(ctx, primitive(Car), fix(1));
  return v + 8;
}
LISP(callFailing, 0, 0) { return failing(ctx); }
LISP(traceBody, 1, 1) {
  saved[1] = a0;
  return call(ctx, primitive(WithExceptionHandler), procedure(raiseTrace),
              procedure(callFailing));
}
LISP(traceTest, 0, 0) {
  call(ctx, primitive(CallCC), procedure(traceBody));
  Value trace = saved[0];
  if (!plc_is_pair(trace))
    return fix(-1);
  EXPECT_EQ(plc_cdr(trace), PLC_NULL);
  Value frame = plc_car(trace);
  EXPECT_EQ(plc_car(frame), intern(ctx, "fail-here"));
  return fix(0);
}
TEST_F(Handlers, Trace) {
  Value r = 0;
  EXPECT_EQ(runLisp(procedure(traceTest), &r), 0);
  EXPECT_EQ(num(r), 0);
  uint64_t pc = reinterpret_cast<uint64_t>(&failing) + 8;
  plc_frame frame = {};
  ASSERT_EQ(symbolize(pc, &frame, 1), 1);
  EXPECT_STREQ(frame.procedure, "fail-here");
  if (frame.file) {
    EXPECT_TRUE(strstr(frame.file, "ControlTest.cpp"));
    EXPECT_GT(frame.line, 0);
  }
}

//===--- Depth ------------------------------------------------------------===//

LISP(recurse, 1, 1) {
  if (a0 == fix(0))
    return fix(0);
  return codeOf(self)(ctx, self, 1, a0 - fix(1), a1, a2, a3, a4) + fix(1);
}
LISP(deepTest, 0, 0) {
  int64_t d = depth;
  return call(ctx, procedure(recurse), fix(d));
}
TEST_F(Stack, Deep) {
  Value r = 0;
  depth = 10000000;
  double start = seconds();
  EXPECT_EQ(runLisp(procedure(deepTest), &r), 0);
  EXPECT_EQ(num(r), depth);
  printf("[ bench    ] recursion 10^7 deep: %.0f ms\n",
         (seconds() - start) * 1e3);
}

LISP(overflowHandler, 1, 1) {
  Value type = call(ctx, primitive(ConditionType), a0);
  return call(ctx, saved[1],
              type == intern(ctx, "stack-overflow") ? fix(1) : fix(0));
}
LISP(forever, 0, 0) {
  return codeOf(self)(ctx, self, 0, a0, a1, a2, a3, a4) + fix(1);
}
LISP(foreverCons, 0, 0) {
  Value v = codeOf(self)(ctx, self, 0, a0, a1, a2, a3, a4);
  return consFast(ctx, v, consFast(ctx, fix(0), v));
}
static Value overflowing;
LISP(overflowBody, 1, 1) {
  saved[1] = a0;
  return call(ctx, primitive(WithExceptionHandler), procedure(overflowHandler),
              overflowing);
}
LISP(overflowTest, 0, 0) {
  int64_t caught = 0;
  for (int i = 0; i < 3; ++i)
    caught += num(call(ctx, primitive(CallEC), procedure(overflowBody)));
  return fix(caught);
}
TEST_F(Stack, Overflow) {
  for (Value f : {procedure(forever), procedure(foreverCons)}) {
    overflowing = f;
    Value r = 0;
    double start = seconds();
    EXPECT_EQ(runLisp(procedure(overflowTest), &r), 0);
    EXPECT_EQ(num(r), 3);
    printf("[ bench    ] overflow caught: %.0f ms\n",
           (seconds() - start) * 1e3 / 3);
  }
}

//===--- Parameters and promises ------------------------------------------===//

LISP(doubleIt, 1, 1) { return a0 + a0; }
LISP(readParameter, 0, 0) { return call(ctx, saved[0]); }
LISP(parameterTest, 0, 0) {
  saved[0] = call(ctx, primitive(MakeParameter), fix(2), procedure(doubleIt));
  note(num(call(ctx, saved[0])));
  Value v = call(ctx, primitive(ParameterBind), list1(ctx, saved[0]),
                 list1(ctx, fix(5)), procedure(readParameter));
  note(num(v));
  note(num(parameterValue(ctx, saved[0])));
  return v;
}
TEST_F(Handlers, Parameters) {
  EXPECT_EQ(runLisp(procedure(parameterTest)), 0);
  EXPECT_STREQ(trace, "4 10 4 ");
}

// (define (loop n) (delay-force (if (= n 0) (delay 7) (loop (- n 1)))))
LISP(loopThunk, 0, 0) {
  Value n = freeVariable(self, 0);
  if (n == fix(0))
    return call(ctx, primitive(MakePromise), fix(7));
  Value next = n - fix(1);
  Value thunk =
      makeClosure(ctx, reinterpret_cast<void *>(codeOf(self)), 1, &next);
  return call(ctx, primitive(MakeLazy), thunk);
}
LISP(forceTest, 0, 0) {
  Value n = fix(1000000);
  Value promise =
      call(ctx, primitive(MakeLazy), makeClosure(ctx, entry_loopThunk, 1, &n));
  EXPECT_EQ(call(ctx, primitive(Force), promise), fix(7));
  return call(ctx, primitive(Force), promise);
}
TEST_F(Handlers, DelayForce) {
  Value r = 0;
  EXPECT_EQ(runLisp(procedure(forceTest), &r), 0);
  EXPECT_EQ(num(r), 7);
}
