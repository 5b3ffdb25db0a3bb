//===- FiberTest.cpp - stacks that take turns -----------------------------===//
#include "stdlib/runtime/Fiber.h"
#include "stdlib/runtime/HeapImpl.h"
#include "test/unit/LispProcedure.h"

#include <cerrno>
#include <cstring>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>
#include <vector>
#include <xmmintrin.h>

using namespace plc::rt;

namespace {
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr bool isSanitized = true;
#else
constexpr bool isSanitized = false;
#endif
#else
constexpr bool isSanitized = false;
#endif

std::vector<int> trail;

/// Runs `test` on the Lisp stack, as fibers are.
void (*current)(Context *ctx);
} // namespace

LISP(runCurrent, 0, 0) {
  current(ctx);
  return PLC_UNSPECIFIED;
}

static void onLispStack(void (*test)(Context *ctx)) {
  current = [](Context *) {};
  ASSERT_EQ(runLisp(procedure(runCurrent)), 0); // there is a world now
  initializeFibers(theContext);
  trail.clear();
  current = test;
  EXPECT_EQ(runLisp(procedure(runCurrent)), 0);
}

static Fiber *begin(Context *ctx, void (*body)(Context *ctx, Fiber *self),
                    void *data = nullptr) {
  Fiber *fiber = makeFiber(ctx, body, data);
  EXPECT_TRUE(fiber && prepareFiber(fiber));
  return fiber;
}

/// True if a byte at the address can be read.
static bool isReadable(uint64_t address) {
  int ends[2];
  if (pipe(ends) != 0)
    return false;
  bool isGood = write(ends[1], reinterpret_cast<void *>(address), 1) == 1;
  EXPECT_TRUE(isGood || errno == EFAULT);
  close(ends[0]);
  close(ends[1]);
  return isGood;
}

TEST(Fibers, takeTurns) {
  onLispStack([](Context *ctx) {
    static Fiber *a, *b;
    a = begin(ctx, [](Context *context, Fiber *) {
      trail.push_back(1);
      switchFiber(context, b);
      trail.push_back(3);
      leaveFiber(context, &mainFiber);
    });
    b = begin(ctx, [](Context *context, Fiber *) {
      trail.push_back(2);
      switchFiber(context, a);
      trail.push_back(5);
      leaveFiber(context, &mainFiber);
    });
    switchFiber(ctx, a);
    trail.push_back(4);
    EXPECT_EQ(liveFibers(), 1u);
    switchFiber(ctx, b);
    trail.push_back(6);
    EXPECT_EQ(liveFibers(), 0u);
    EXPECT_EQ(currentFiber, &mainFiber);
  });
  EXPECT_EQ(trail, (std::vector<int>{1, 2, 3, 4, 5, 6}));
}

TEST(Fibers, areKnownWhileTheyLive) {
  onLispStack([](Context *ctx) {
    static uint64_t number;
    Fiber *fiber = begin(ctx, [](Context *context, Fiber *self) {
      number = self->number;
      switchFiber(context, &mainFiber);
      leaveFiber(context, &mainFiber);
    });
    switchFiber(ctx, fiber);
    EXPECT_NE(number, 0u);
    EXPECT_EQ(fiberOfNumber(number), fiber);
    EXPECT_EQ(fiberOfNumber(0), &mainFiber);
    switchFiber(ctx, fiber);
    EXPECT_EQ(fiberOfNumber(number), nullptr);
  });
}

/// Rounding of one fiber is not that of another.
TEST(Fibers, haveTheirOwnModeOfArithmetic) {
  onLispStack([](Context *ctx) {
    unsigned mode = _mm_getcsr();
    Fiber *fiber = begin(ctx, [](Context *context, Fiber *) {
      _MM_SET_ROUNDING_MODE(_MM_ROUND_UP);
      switchFiber(context, &mainFiber);
      trail.push_back(int(_MM_GET_ROUNDING_MODE()));
      leaveFiber(context, &mainFiber);
    });
    switchFiber(ctx, fiber);
    EXPECT_EQ(_mm_getcsr() & _MM_ROUND_MASK, mode & _MM_ROUND_MASK);
    switchFiber(ctx, fiber);
  });
  EXPECT_EQ(trail, std::vector<int>{_MM_ROUND_UP});
}

/// What only the stack of a waiting fiber refers to is neither freed nor moved.
TEST(Fibers, keepWhatTheirStacksReferTo) {
  onLispStack([](Context *ctx) {
    Fiber *fiber = begin(ctx, [](Context *context, Fiber *) {
      volatile Value list = PLC_NULL;
      for (int64_t i = 100; i-- > 0;)
        list = cons(context, fix(i), list);
      switchFiber(context, &mainFiber);
      int64_t i = 0;
      for (Value v = list; plc_is_pair(v); v = plc_cdr(v))
        i += num(plc_car(v)) == i;
      trail.push_back(int(i));
      leaveFiber(context, &mainFiber);
    });
    switchFiber(ctx, fiber);
    for (int round = 0; round < 3; ++round) {
      for (int i = 0; i < 20000; ++i)
        cons(ctx, PLC_FALSE, PLC_FALSE);
      collect(ctx, Generations::All);
    }
    switchFiber(ctx, fiber);
  });
  EXPECT_EQ(trail, std::vector<int>{100});
}

TEST(Fibers, haveAGuardBelowTheirStack) {
  onLispStack([](Context *ctx) {
    Fiber *fiber = begin(ctx, [](Context *context, Fiber *) {
      leaveFiber(context, &mainFiber);
    });
    uint64_t low = fiber->low, high = fiber->high;
    EXPECT_TRUE(isReadable(low) && isReadable(high - 1));
    EXPECT_FALSE(isReadable(low - 1));
    EXPECT_FALSE(isReadable(low - (512u << 10)));
    switchFiber(ctx, fiber);
  });
}

TEST(Fibers, getTheStacksOfThoseThatEnded) {
  onLispStack([](Context *ctx) {
    auto end = [](Context *context, Fiber *) {
      leaveFiber(context, &mainFiber);
    };
    Fiber *first = begin(ctx, end);
    uint64_t low = first->low;
    // What was left there is gone, but for the top.
    uint64_t *word = reinterpret_cast<uint64_t *>(low + 4096);
    *word = 1;
    switchFiber(ctx, first);
    Fiber *second = begin(ctx, end);
    EXPECT_EQ(second->low, low);
    EXPECT_EQ(*word, 0u);
    switchFiber(ctx, second);
  });
}

TEST(Fibers, manyWaitAtATime) {
  onLispStack([](Context *ctx) {
    constexpr size_t Count = 2000;
    static std::vector<Fiber *> all;
    all.clear();
    for (size_t i = 0; i < Count; ++i) {
      all.push_back(begin(ctx, [](Context *context, Fiber *) {
        switchFiber(context, &mainFiber);
        leaveFiber(context, &mainFiber);
      }));
      switchFiber(ctx, all.back());
    }
    EXPECT_EQ(liveFibers(), Count);
    collect(ctx, Generations::All);
    for (Fiber *fiber : all)
      switchFiber(ctx, fiber);
    EXPECT_EQ(liveFibers(), 0u);
  });
}

/// Without address space there is no stack, and nothing else happens.
TEST(Fibers, areRefusedWhereThereIsNoMemory) {
  if (isSanitized)
    GTEST_SKIP() << "the sanitizer needs more address space than any limit";
  onLispStack([](Context *ctx) {
    auto end = [](Context *context, Fiber *) {
      leaveFiber(context, &mainFiber);
    };
    // Use up the stacks that are kept.
    std::vector<Fiber *> kept;
    for (int i = 0; i < 300; ++i)
      kept.push_back(begin(ctx, end));
    Fiber *fiber = makeFiber(ctx, end, nullptr);
    rlimit before, little;
    ASSERT_EQ(getrlimit(RLIMIT_AS, &before), 0);
    little = {1u << 20, before.rlim_max};
    ASSERT_EQ(setrlimit(RLIMIT_AS, &little), 0);
    bool isPrepared = prepareFiber(fiber);
    ASSERT_EQ(setrlimit(RLIMIT_AS, &before), 0);
    EXPECT_FALSE(isPrepared);
    EXPECT_EQ(fiber->low, 0u);
    EXPECT_TRUE(prepareFiber(fiber));
    switchFiber(ctx, fiber);
    for (Fiber *other : kept)
      switchFiber(ctx, other);
  });
}
