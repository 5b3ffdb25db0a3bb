//===- WorldTest.cpp - threads that call Lisp -----------------------------===//
//
// Counters here are changed by who holds the Lisp world and are no atomics: under
// ThreadSanitizer (preset tsan) a hole in the lock is found.
//
//===----------------------------------------------------------------------===//
#include "stdlib/runtime/Async.h"
#include "stdlib/runtime/Foreign.h"
#include "stdlib/runtime/HeapImpl.h"
#include "stdlib/runtime/Jobs.h"
#include "stdlib/runtime/RuntimeCalls.h"
#include "stdlib/runtime/World.h"
#include "test/unit/LispProcedure.h"

#include <gtest/gtest.h>
#include <pthread.h>

using namespace plc::rt;
using namespace plc::rt::detail;

namespace {
constexpr int Threads = 4, Calls = 500;
int64_t count;   ///< of calls; changed by who holds the world
int alive;       ///< threads; atomic
void (*current)(Context *ctx);
} // namespace

LISP(runInWorldTest, 0, 0) {
  current(ctx);
  return PLC_UNSPECIFIED;
}

/// What threads call: allocates, counts, adds one.
LISP(countAndAdd, 1, 1) {
  Value list = cons(ctx, a0, PLC_NULL);
  ++count;
  return fix(num(plc_car(list)) + 1);
}

static void onLispStack(void (*test)(Context *ctx)) {
  current = [](Context *) {};
  ASSERT_EQ(runLisp(procedure(runInWorldTest)), 0); // there is a world now
  current = test;
  count = 0;
  EXPECT_EQ(runLisp(procedure(runInWorldTest)), 0);
}

static void callOnce(void *data) {
  Value argument = fix(*static_cast<int *>(data)), result = PLC_FALSE;
  plc_error error = {PLC_FALSE, PLC_FALSE, PLC_FALSE,
                     PLC_FALSE, PLC_FALSE, PLC_FALSE};
  plc_status status = hostTable.call(&hostTable, procedure(countAndAdd),
                                     &argument, 1, &result, &error);
  EXPECT_EQ(status, PLC_OK);
  EXPECT_EQ(result, argument + fix(1));
}

static void *callOften(void *) {
  for (int i = 0; i < Calls; ++i)
    EXPECT_EQ(hostTable.run(&hostTable, callOnce, &i), PLC_OK);
  __atomic_sub_fetch(&alive, 1, __ATOMIC_SEQ_CST);
  return nullptr;
}

static void start(pthread_t *threads, void *(*body)(void *data),
                  void *data = nullptr) {
  alive = Threads;
  for (int i = 0; i < Threads; ++i)
    ASSERT_EQ(pthread_create(&threads[i], nullptr, body, data), 0);
}
static void join(pthread_t *threads) {
  for (int i = 0; i < Threads; ++i)
    pthread_join(threads[i], nullptr);
}

TEST(World, threadsCallWhileTheHolderBlocks) {
  onLispStack([](Context *ctx) {
    installForeignHooks(ctx);
    pthread_t threads[Threads];
    start(threads, callOften);
    plc_region region;
    hostTable.blocking_begin(&hostTable, &region);
    join(threads);
    hostTable.blocking_end(&hostTable, &region);
    EXPECT_EQ(count, int64_t(Threads) * Calls);
  });
}

TEST(World, threadsCallWhileTheHolderPolls) {
  onLispStack([](Context *ctx) {
    installForeignHooks(ctx);
    pthread_t threads[Threads];
    start(threads, callOften);
    while (__atomic_load_n(&alive, __ATOMIC_SEQ_CST)) {
      volatile Value kept = cons(ctx, fix(7), PLC_NULL);
      if (__atomic_load_n(&ctx->lim, __ATOMIC_SEQ_CST) == 0)
        rt_poll(ctx);
      EXPECT_EQ(plc_car(kept), fix(7));
    }
    join(threads);
    EXPECT_EQ(count, int64_t(Threads) * Calls);
  });
}

static void countJob(void *data) {
  if (++count == int64_t(Threads) * Calls)
    settlePromise(theContext, hostTable.held(&hostTable, plc_root(
                                  reinterpret_cast<uint64_t>(data))),
                  PromiseState::Resolved, fix(count));
}
static void *postOften(void *data) {
  for (int i = 0; i < Calls; ++i)
    EXPECT_TRUE(postJob(countJob, data));
  return nullptr;
}

TEST(World, jobsOfThreadsAreRunWhileTheHolderWaits) {
  onLispStack([](Context *ctx) {
    installForeignHooks(ctx);
    volatile Value promise = hostTable.promise(&hostTable);
    plc_root root = hostTable.hold(&hostTable, promise);
    pthread_t threads[Threads];
    start(threads, postOften, reinterpret_cast<void *>(root));
    EXPECT_EQ(awaitPromise(ctx, promise), fix(int64_t(Threads) * Calls));
    join(threads);
    hostTable.drop(&hostTable, root);
  });
}
