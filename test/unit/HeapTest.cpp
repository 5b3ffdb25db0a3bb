//===- HeapTest.cpp - the heap and the collector -----------------------------===//
//
// See HeapFixture.h.
//
//===----------------------------------------------------------------------===//

#include "test/unit/HeapFixture.h"

#include "stdlib/runtime/Options.h"

#include <csetjmp>
#include <cstdio>
#include <gtest/gtest.h>
#include <random>
#include <vector>

extern "C" void *rt_alloc_slow(plc_context *ctx, int64_t bytes);

using namespace plc::rt;
using namespace plc::rt::detail; // prim_*
using namespace heaptest;

// Stand-ins, so that the heap can be tested without the rest of the runtime.
namespace plc::rt {
[[gnu::weak]] [[noreturn]] void raiseCondition(Context *, const char *,
                                               const char *, Value) {
  abort();
}
[[gnu::weak]] [[noreturn]] void wrongType(Context *, const char *, int,
                                          const char *, Value) {
  abort();
}
[[gnu::weak]] Value intern(Context *ctx, const char *) {
  return allocateObject(ctx, PLC_KIND_SYMBOL, 0, 2, PLC_FALSE);
}
[[gnu::weak]] Value makeInteger(Context *, int64_t n) { return plc_fixnum(n); }
} // namespace plc::rt
extern "C" [[gnu::weak]] void rt_poll(plc_context *) {}

namespace {

//===--- Moving and staying ----------------------------------------------------===//

TEST_F(HeapTest, ObjectsMoveAndKeepTheirContents) {
  Handle list;
  std::vector<uint64_t> before;
  apart([&] {
    Value v = makeList(ctx, 10000);
    list = Handle::create(ctx, v);
    for (; plc_is_pair(v); v = plc_cdr(v))
      before.push_back(hide(v));
  });
  collect(ctx, Generations::Young);
  size_t moved = 0;
  Value v = list.get(ctx);
  EXPECT_EQ(checkList(v), 10000);
  for (size_t i = 0; plc_is_pair(v); v = plc_cdr(v))
    moved += hide(v) != before[i++];
  EXPECT_GT(moved, 9900u);
  verifyHeap(ctx);
  for (int i = 0; i < 4; ++i) {
    collect(ctx, i == 2 ? Generations::All : Generations::Young);
    verifyHeap(ctx);
    EXPECT_EQ(checkList(list.get(ctx)), 10000);
  }
  EXPECT_FALSE(heap().isYoung(list.get(ctx)));
}

TEST_F(HeapTest, AWordOnTheStackPinsItsObjectOnly) {
  // The interior pointer is all that refers to the vector.
  Handle others;
  Value *volatile interior = nullptr;
  std::vector<uint64_t> before;
  apart([&] {
    Value list = makeList(ctx, 100);
    Value vector = allocateObject(ctx, PLC_KIND_VECTOR, 0, 20, PLC_TRUE);
    fieldsOf(vector)[7] = list;
    interior = fieldsOf(vector) + 7;
    others = Handle::create(ctx, makeList(ctx, 500));
    for (Value v = others.get(ctx); plc_is_pair(v); v = plc_cdr(v))
      before.push_back(hide(v));
  });
  Value *where = interior;
  for (int i = 0; i < 5; ++i) {
    collect(ctx, i % 2 ? Generations::All : Generations::Young);
    verifyHeap(ctx);
  }
  EXPECT_EQ(interior, where);
  EXPECT_EQ(lengthOf(reinterpret_cast<uint64_t>(where - 8) | PLC_TAG_OBJECT),
            20u);
  EXPECT_EQ(checkList(*where), 100);
  EXPECT_EQ(where[1], PLC_TRUE);
  size_t moved = 0, i = 0;
  for (Value v = others.get(ctx); plc_is_pair(v); v = plc_cdr(v))
    moved += hide(v) != before[i++];
  EXPECT_GT(moved, 450u); // from the same page
}

TEST_F(HeapTest, LastingPinsBecomeOld) {
  // What many old objects refer to must not stay young, or their cards would
  // be dirty at every collection.
  Handle type, list;
  apart([&] {
    type = Handle::create(ctx, cons(ctx, PLC_NULL, PLC_NULL));
    pin(ctx, type.get(ctx));
    list = Handle::create(ctx, PLC_NULL);
    for (int i = 0; i < 10000; ++i)
      list.set(ctx, cons(ctx, type.get(ctx), list.get(ctx)));
  });
  for (int i = 0; i < 8; ++i)
    apart([&] { collect(ctx, Generations::Young); });
  EXPECT_FALSE(heap().isYoung(type.get(ctx)));
  size_t dirty = 0;
  for (Value l = list.get(ctx); plc_is_pair(l); l = plc_cdr(l))
    dirty += *heap().cardOf(l & ~uint64_t(7));
  EXPECT_EQ(dirty, 0u);
  unpin(ctx, type.get(ctx));
}

TEST_F(HeapTest, ManyPinsInAnyOrder) {
  constexpr size_t n = 20000;
  std::vector<Handle> pairs(n);
  for (size_t i = 0; i < n; ++i) {
    pairs[i] = Handle::create(ctx, cons(ctx, plc_fixnum(int64_t(i)), PLC_NULL));
    for (size_t times = 0; times <= i % 3; ++times)
      pin(ctx, pairs[i].get(ctx));
  }
  EXPECT_EQ(heap().pinned.entries.count, n);
  // 7919 is prime to n: each is unpinned once a round.
  for (size_t round = 0; round < 3; ++round) {
    size_t left = 0;
    for (size_t i = 0; i < n; ++i)
      if (size_t k = i * 7919 % n; round <= k % 3) {
        unpin(ctx, pairs[k].get(ctx));
        left += round < k % 3;
      }
    EXPECT_EQ(heap().pinned.entries.count, left);
  }
  unpin(ctx, pairs[0].get(ctx)); // more often than pinned: nothing is done
  EXPECT_EQ(heap().pinned.entries.count, 0u);
}

// Twenty lists: a stale word in the stack may keep one of them where it is, as may
// the block that it stands in.
TEST_F(HeapTest, PinsAreCounted) {
  constexpr size_t n = 20;
  std::vector<Handle> lists(n);
  std::vector<uint64_t> hidden(n);
  for (size_t i = 0; i < n; ++i)
    apart([&] {
      lists[i] = Handle::create(ctx, makeList(ctx, 1000));
      pin(ctx, lists[i].get(ctx));
      pin(ctx, lists[i].get(ctx));
      hidden[i] = hide(lists[i].get(ctx));
    });
  auto unpinAll = [&] {
    for (Handle &list : lists)
      apart([&] { unpin(ctx, list.get(ctx)); });
  };
  auto staying = [&] {
    size_t count = 0;
    apart([&] { collect(ctx, Generations::All); });
    for (size_t i = 0; i < n; ++i)
      apart([&] { count += hide(lists[i].get(ctx)) == hidden[i]; });
    return count;
  };
  EXPECT_EQ(staying(), n);
  unpinAll();
  EXPECT_EQ(staying(), n);
  unpinAll();
  EXPECT_LT(staying(), n / 2);
  for (Handle &list : lists)
    EXPECT_EQ(checkList(list.get(ctx)), 1000);
}

//===--- Generations -----------------------------------------------------------===//

TEST_F(HeapTest, OldToYoungPointersAreFoundByTheirCards) {
  Handle vector;
  apart([&] {
    vector = Handle::create(
        ctx, allocateObject(ctx, PLC_KIND_VECTOR, 0, 1000, PLC_NULL));
  });
  apart([&] {
    for (int i = 0; i < 3; ++i)
      collect(ctx, Generations::Young);
  });
  ASSERT_FALSE(heap().isYoung(vector.get(ctx)));
  apart([&] {
    for (int i = 0; i < 1000; i += 50) {
      Value list = makeList(ctx, i);
      store(ctx, fieldsOf(vector.get(ctx)) + i, list);
    }
  });
  for (int round = 0; round < 4; ++round) {
    apart([&] { collect(ctx, Generations::Young); });
    verifyHeap(ctx);
    for (int i = 0; i < 1000; i += 50)
      ASSERT_EQ(checkList(fieldsOf(vector.get(ctx))[i]), i);
  }
  // All is old by now, and the cards are clean again.
  uint64_t first = vector.get(ctx) & ~uint64_t(7);
  for (uint64_t a = first; a < first + 8000; a += kCardSize)
    EXPECT_EQ(*heap().cardOf(a), 0);
}

TEST_F(HeapTest, ShrinksAfterDataIsDropped) {
  Handle list;
  apart([&] { list = Handle::create(ctx, makeList(ctx, 4000000)); });
  apart([&] { collect(ctx, Generations::All); });
  EXPECT_EQ(checkList(list.get(ctx)), 4000000);
  EXPECT_GT(heapStatistics(ctx).heapSize, 64000000u);
  list.set(ctx, PLC_NULL);
  apart([&] { collectAll(ctx); });
  EXPECT_LT(heapStatistics(ctx).heapSize, 2000000u);
  EXPECT_LT(heapStatistics(ctx).residentSize, 16000000u);
}

TEST_F(HeapTest, LargeObjectsStayAndAreRecycled) {
  Handle vector, bytes;
  apart([&] {
    vector = Handle::create(
        ctx, allocateObject(ctx, PLC_KIND_VECTOR, 0, 100000, plc_fixnum(1)));
    bytes = Handle::create(
        ctx, allocateBytes(ctx, PLC_KIND_BYTEVECTOR, 0, 1000000));
    memset(fieldsOf(bytes.get(ctx)), 0xAF, 1000000);
  });
  uint64_t where = hide(vector.get(ctx));
  for (int i = 0; i < 3; ++i)
    apart([&] { collect(ctx, Generations::Young); });
  EXPECT_EQ(hide(vector.get(ctx)), where);
  apart([&] {
    Value young = makeList(ctx, 77);
    store(ctx, fieldsOf(vector.get(ctx)) + 99999, young);
  });
  for (int i = 0; i < 3; ++i) {
    apart([&] { collect(ctx, Generations::Young); });
    verifyHeap(ctx);
  }
  EXPECT_EQ(checkList(fieldsOf(vector.get(ctx))[99999]), 77);
  EXPECT_EQ(fieldsOf(vector.get(ctx))[50000], plc_fixnum(1));
  EXPECT_EQ(reinterpret_cast<uint8_t *>(fieldsOf(bytes.get(ctx)))[999999],
            0xAF);
  bytes.set(ctx, PLC_FALSE);
  vector.set(ctx, PLC_FALSE);
  apart([&] { collectAll(ctx); });
  uint64_t resident = heapStatistics(ctx).residentSize;
  apart([&] {
    for (int i = 0; i < 1000; ++i)
      allocateBytes(ctx, PLC_KIND_BYTEVECTOR, 0, 1000000);
  });
  // 1 GB went through a few recycled megabytes.
  EXPECT_LT(heapStatistics(ctx).residentSize, resident + 32000000);
}

//===--- Weak objects ------------------------------------------------------------===//

TEST_F(HeapTest, WeakPairsBreak) {
  Handle kept, weak;
  apart([&] {
    kept = Handle::create(ctx, makeList(ctx, 3));
    Value list = PLC_NULL;
    for (int i = 0; i < 100; ++i)
      list = cons(ctx,
                  prim_WeakCons(ctx, i % 2 ? kept.get(ctx) : makeList(ctx, 5),
                                makeList(ctx, 2)),
                  list);
    weak = Handle::create(ctx, list);
  });
  for (int round = 0; round < 5; ++round) {
    apart([&] {
      collect(ctx, round == 3 ? Generations::All : Generations::Young);
    });
    verifyHeap(ctx);
    int alive = 0, broken = 0;
    for (Value v = weak.get(ctx); plc_is_pair(v); v = plc_cdr(v)) {
      Value pair = plc_car(v);
      EXPECT_EQ(checkList(prim_WeakCdr(ctx, pair)), 2);
      alive += prim_WeakCar(ctx, pair) == kept.get(ctx);
      broken += prim_WeakCar(ctx, pair) == PLC_FALSE;
    }
    EXPECT_EQ(alive, 50);
    EXPECT_GE(broken, 48);
  }
}

TEST_F(HeapTest, AnOldWeakPairFollowsAYoungObject) {
  Handle weak, kept;
  apart([&] {
    weak = Handle::create(ctx, prim_WeakCons(ctx, PLC_NULL, PLC_NULL));
    for (int i = 0; i < 3; ++i)
      collect(ctx, Generations::Young);
    kept = Handle::create(ctx, makeList(ctx, 9));
    store(ctx, fieldsOf(weak.get(ctx)), kept.get(ctx));
  });
  for (int i = 0; i < 4; ++i) {
    apart([&] { collect(ctx, Generations::Young); });
    EXPECT_EQ(prim_WeakCar(ctx, weak.get(ctx)), kept.get(ctx));
    EXPECT_EQ(checkList(prim_WeakCar(ctx, weak.get(ctx))), 9);
  }
  kept.set(ctx, PLC_FALSE);
  apart([&] { collectAll(ctx); });
  EXPECT_EQ(prim_WeakCar(ctx, weak.get(ctx)), PLC_FALSE);
}

TEST_F(HeapTest, EphemeronChains) {
  // key i+1 is reachable only through the datum of ephemeron i.
  constexpr int N = 200;
  Handle key, chain;
  apart([&] {
    Value keys[N + 1];
    for (Value &k : keys)
      k = makeList(ctx, 4);
    Value list = PLC_NULL;
    for (int i = 0; i < N; ++i)
      list = cons(ctx, prim_MakeEphemeron(ctx, keys[i], keys[i + 1]), list);
    key = Handle::create(ctx, keys[0]);
    chain = Handle::create(ctx, list);
  });
  auto count = [&] {
    int whole = 0;
    for (Value v = chain.get(ctx); plc_is_pair(v); v = plc_cdr(v)) {
      Value e = plc_car(v);
      if (prim_EphemeronBrokenP(ctx, e) == PLC_FALSE &&
          checkList(prim_EphemeronKey(ctx, e)) == 4 &&
          checkList(prim_EphemeronDatum(ctx, e)) == 4)
        ++whole;
    }
    return whole;
  };
  for (int i = 0; i < 4; ++i) {
    apart([&] {
      collect(ctx, i % 2 ? Generations::All : Generations::Young);
    });
    verifyHeap(ctx);
    EXPECT_EQ(count(), N);
  }
  key.set(ctx, PLC_FALSE);
  apart([&] { collectAll(ctx); });
  EXPECT_LE(count(), 2);
}

TEST_F(HeapTest, GuardiansResurrect) {
  Handle guardian, kept;
  apart([&] {
    guardian = Handle::create(ctx, prim_MakeGuardian(ctx));
    Value keep = PLC_NULL;
    for (int i = 0; i < 100; ++i) {
      Value list = makeList(ctx, i);
      prim_GuardianRegister(ctx, guardian.get(ctx), list);
      if (i % 4 == 0)
        keep = cons(ctx, list, keep);
    }
    kept = Handle::create(ctx, keep);
  });
  apart([&] { collect(ctx, Generations::Young); });
  verifyHeap(ctx);
  int dead = 0;
  while (true) {
    Value v = prim_GuardianNext(ctx, guardian.get(ctx));
    if (v == PLC_FALSE)
      break;
    EXPECT_GE(checkList(v), 0);
    ++dead;
  }
  EXPECT_GE(dead, 72);
  EXPECT_LE(dead, 75);
  kept.set(ctx, PLC_FALSE);
  apart([&] { collectAll(ctx); });
  while (prim_GuardianNext(ctx, guardian.get(ctx)) != PLC_FALSE)
    ++dead;
  EXPECT_GE(dead, 97);
}

TEST_F(HeapTest, AGuardianMayGuardAnother) {
  // The outer guardian is alive; the inner one and its object both die.
  Handle outer;
  apart([&] {
    outer = Handle::create(ctx, prim_MakeGuardian(ctx));
    Value inner = prim_MakeGuardian(ctx);
    prim_GuardianRegister(ctx, inner, makeList(ctx, 12));
    prim_GuardianRegister(ctx, outer.get(ctx), inner);
  });
  apart([&] { collectAll(ctx); });
  Value inner = prim_GuardianNext(ctx, outer.get(ctx));
  ASSERT_TRUE(plc_is_kind(inner, PLC_KIND_GUARDIAN));
  EXPECT_EQ(checkList(prim_GuardianNext(ctx, inner)), 12);
}

int finalized;
TEST_F(HeapTest, FinalisersRunOnce) {
  finalized = 0;
  setFinalizer(ctx, PLC_KIND_FOREIGN, [](Context *, Value v) {
    EXPECT_EQ(fieldsOf(v)[0], 0x1234u);
    ++finalized;
  });
  apart([&] {
    for (int i = 0; i < 50; ++i)
      registerFinalizer(
          ctx, allocateObject(ctx, PLC_KIND_FOREIGN, 0, 1, 0x1234));
  });
  apart([&] { collectAll(ctx); });
  EXPECT_GE(finalized, 48);
  apart([&] { collectAll(ctx); });
  EXPECT_LE(finalized, 50);
}

//===--- Hash tables ---------------------------------------------------===//

TEST_F(HeapTest, TablesLearnThatTheirKeysMoved) {
  Handle tables[16];
  auto fields = [&](int i) { return fieldsOf(tables[i].get(ctx)); };
  auto collected = [&](Generations which) {
    apart([&] { collect(ctx, which); });
    int flagged = 0;
    for (Handle &table : tables) {
      uint64_t &header = plc_object_words(table.get(ctx))[0];
      flagged += (plc_header_flags(header) & kTableMustRehash) != 0;
      header &= ~(uint64_t(kTableMustRehash) << 8);
    }
    return flagged;
  };
  apart([&] {
    for (Handle &table : tables) {
      // On pages of their own, so that a stale word pins one table at most.
      allocateObject(ctx, PLC_KIND_VECTOR, 0, 2000, PLC_NULL);
      allocateObject(ctx, PLC_KIND_VECTOR, 0, 2000, PLC_NULL);
      // Long enough to share no card with another where it matters.
      Value keys = allocateObject(ctx, PLC_KIND_VECTOR, 0, 200, PLC_NULL);
      Value t = allocateObject(ctx, PLC_KIND_HASHTABLE, kTableHashesAddresses,
                               8, PLC_FALSE);
      fieldsOf(t)[3] = keys;
      table = Handle::create(ctx, t);
    }
  });
  EXPECT_EQ(collected(Generations::Young), 16);
  EXPECT_EQ(collected(Generations::Young), 16);
  EXPECT_LE(collected(Generations::Young), 2); // all is old
  apart([&] {
    for (int i = 0; i < 16; i += 2) {
      allocateObject(ctx, PLC_KIND_VECTOR, 0, 2000, PLC_NULL);
      allocateObject(ctx, PLC_KIND_VECTOR, 0, 2000, PLC_NULL);
      store(ctx, fieldsOf(fields(i)[3]) + 100, makeList(ctx, 1));
    }
  });
  // Twice, as the key goes from generation 0 to old.
  for (int i = 0; i < 2; ++i) {
    int flagged = collected(Generations::Young);
    EXPECT_GE(flagged, 8);
    EXPECT_LE(flagged, 10);
  }
  EXPECT_LE(collected(Generations::Young), 2);
  EXPECT_EQ(collected(Generations::All), 16);
}

//===--- Watermarks ---------------------------------------------------------------===//

/// Allocates as generated code does.
inline Value consInLine(Context *ctx, Value car, Value cdr) {
  uint64_t at = ctx->ap;
  if (at + 16 <= ctx->lim)
    ctx->ap = at + 16;
  else
    at = reinterpret_cast<uint64_t>(rt_alloc_slow(ctx, 16));
  auto *words = reinterpret_cast<uint64_t *>(at);
  words[0] = car;
  words[1] = cdr;
  return at | PLC_TAG_PAIR;
}
/// Every frame holds an object that nothing else refers to; allocates on the
/// way down and on the way up, as `garbage` says.
[[gnu::noinline]] Value descend(Context *ctx, int64_t n, int garbage) {
  if (n == 0)
    return PLC_NULL;
  Value mine = consInLine(ctx, plc_fixnum(n), PLC_TRUE);
  for (int i = 0; i < garbage; ++i)
    consInLine(ctx, PLC_FALSE, PLC_FALSE);
  Value rest = descend(ctx, n - 1, garbage);
  for (int i = 0; i < garbage; ++i)
    consInLine(ctx, PLC_FALSE, PLC_FALSE);
  if (plc_car(mine) != plc_fixnum(n) || plc_cdr(mine) != PLC_TRUE)
    abort();
  return consInLine(ctx, mine, rest);
}
void checkDescent(Value list, int64_t n) {
  for (; plc_is_pair(list); list = plc_cdr(list), --n)
    ASSERT_EQ(plc_car(plc_car(list)), plc_fixnum(n));
  EXPECT_EQ(n, 0);
}

TEST_F(HeapTest, DeepStacksAreScannedOnce) {
  heap().nurseryPages = heap().minNurseryPages = 4;
  constexpr int64_t depth = 40000;
  checkDescent(descend(ctx, depth, 10), depth);
  HeapStatistics s = heapStatistics(ctx);
  EXPECT_GT(s.minorCollections, 10u);
  EXPECT_LT(s.stackScanned, 5 * depth * 128);
  EXPECT_TRUE(heap().marks.count < 30);
}

TEST_F(HeapTest, ASuspendedStackIsNotScannedAgain) {
  heap().nurseryPages = heap().minNurseryPages = 4;
  struct Deep {
    [[gnu::noinline]] static Value run(Context *ctx, int64_t n) {
      if (n == 0) {
        for (int i = 0; i < 1000; ++i)
          descend(ctx, 100, 5);
        return PLC_NULL;
      }
      Value mine = consInLine(ctx, plc_fixnum(n), PLC_TRUE);
      Value rest = run(ctx, n - 1);
      return consInLine(ctx, mine, rest);
    }
  };
  constexpr int64_t depth = 30000;
  checkDescent(Deep::run(ctx, depth), depth);
  HeapStatistics s = heapStatistics(ctx);
  EXPECT_GT(s.minorCollections, 10u);
  EXPECT_LT(s.stackScanned, 5 * depth * 96);
}

TEST_F(HeapTest, WatermarksUnderStress) {
  heap().stressEvery = 1;
  heap().limit = ctx->lim = ctx->ap;
  for (int i = 0; i < 5; ++i)
    checkDescent(descend(ctx, 100 + i, i), 100 + i);
}

[[gnu::noinline]] int64_t leap(Context *ctx, int64_t n, jmp_buf &target) {
  consInLine(ctx, PLC_FALSE, PLC_FALSE);
  if (n == 0)
    longjmp(target, 1);
  return leap(ctx, n - 1, target) + 1;
}
TEST_F(HeapTest, MarksOfFramesLeftByAJumpAreDropped) {
  heap().stressEvery = 1;
  heap().limit = ctx->lim = ctx->ap;
  for (int i = 0; i < 5; ++i) {
    static jmp_buf target;
    if (setjmp(target) == 0)
      leap(ctx, 50, target);
    dropMarks(ctx, reinterpret_cast<uint64_t>(__builtin_frame_address(0)));
    checkDescent(descend(ctx, 50, 1), 50);
  }
}

//===--- Limits and options ---------------------------------------------------------===//

TEST_F(HeapTest, TheHeapLimitIsACondition) {
  static jmp_buf raised;
  static volatile bool wasRaised;
  heap().onExhausted = [] {
    wasRaised = true;
    longjmp(raised, 1);
  };
  heap().limitKnown = true;
  heap().limitPages = (8 << 20) >> kPageShift;
  heap().nurseryPages = heap().minNurseryPages = 64;
  // Locals do not survive longjmp.
  static volatile int caught, i;
  caught = 0;
  static Handle list;
  list = Handle::create(ctx, PLC_NULL);
  for (i = 0; i < 100; i = i + 1) {
    if (setjmp(raised) == 0) {
      for (;;)
        list.set(ctx, cons(ctx, PLC_TRUE, list.get(ctx)));
    }
    EXPECT_TRUE(wasRaised);
    caught = caught + 1;
    // The handler may allocate a little before it drops the data.
    apart([&] { makeList(ctx, 10000); });
    list.set(ctx, PLC_NULL);
  }
  EXPECT_EQ(caught, 100);
  for (i = 0; i < 20; i = i + 1)
    apart([&] { makeList(ctx, 100000); });
  // One object that can never fit is refused without harm.
  for (i = 0; i < 100; i = i + 1) {
    wasRaised = false;
    if (setjmp(raised) == 0)
      allocateBytes(ctx, PLC_KIND_BYTES, 0, size_t(1) << 40);
    EXPECT_TRUE(wasRaised);
    wasRaised = false;
    if (setjmp(raised) == 0)
      allocateBytes(ctx, PLC_KIND_BYTES, 0, size_t(10) << 20);
    EXPECT_TRUE(wasRaised);
  }
}

TEST(OptionsTest, Parse) {
  Options o;
  const char *bad = nullptr;
  EXPECT_EQ(parseOptions("heap-limit=512m,stress=7,gc-stats,nursery=64k", o,
                         &bad),
            nullptr);
  EXPECT_EQ(o.heapLimit, size_t(512) << 20);
  EXPECT_EQ(o.stressEvery, 7u);
  EXPECT_TRUE(o.gcStats);
  EXPECT_EQ(o.nursery, size_t(64) << 10);
  EXPECT_NE(parseOptions("stres", o, &bad), nullptr);
  EXPECT_STREQ(bad, "stres");
  EXPECT_NE(parseOptions("gc-stats,heap-limit=5x", o, &bad), nullptr);
  EXPECT_EQ(parseOptions("", o, &bad), nullptr);
}

//===--- Random mutation against a model ------------------------------------------===//

/// A graph of pairs, vectors, boxes and strings, mirrored in C++. Node i of the
/// model is reached through element i of the root vector.
struct Node {
  plc_kind kind; // FILLER stands for a pair
  std::vector<int> links; // -1: the fixnum of the slot
  std::vector<uint8_t> bytes;
};

class ModelTest : public HeapTest {
protected:
  static constexpr int N = 400;
  std::mt19937 random{12345};
  std::vector<Node> nodes{size_t(N)};
  Handle root;

  unsigned pick(unsigned n) { return random() % n; }
  Value object(int i) { return fieldsOf(root.get(ctx))[i]; }
  Value *slots(int i) {
    return nodes[i].kind == PLC_KIND_FILLER ? plc_object_words(object(i))
                                            : fieldsOf(object(i));
  }
  Value linkValue(int link, size_t slot) {
    return link < 0 ? plc_fixnum(int64_t(slot)) : object(link);
  }

  [[gnu::noinline]] void replace(int i) {
    Node node;
    static const plc_kind kinds[] = {PLC_KIND_FILLER, PLC_KIND_VECTOR,
                                     PLC_KIND_BOX, PLC_KIND_BYTES};
    node.kind = kinds[pick(4)];
    size_t size = node.kind == PLC_KIND_FILLER ? 2
                  : node.kind == PLC_KIND_BOX  ? 1
                  : pick(50) == 0              ? pick(5000)
                                               : pick(40);
    Value v;
    if (node.kind == PLC_KIND_BYTES) {
      node.bytes.resize(size);
      for (uint8_t &byte : node.bytes)
        byte = uint8_t(random());
      v = allocateBytes(ctx, node.kind, 0, size);
      if (size)
        memcpy(fieldsOf(v), node.bytes.data(), size);
    } else {
      // Sometimes of themselves, to have cycles: linked below.
      node.links.assign(size, -1);
      if (node.kind == PLC_KIND_FILLER)
        v = cons(ctx, plc_fixnum(0), plc_fixnum(1));
      else
        v = allocateObject(ctx, node.kind, 0, size, plc_fixnum(0));
      if (node.kind != PLC_KIND_FILLER)
        for (size_t s = 0; s < size; ++s)
          fieldsOf(v)[s] = plc_fixnum(int64_t(s));
    }
    // Who pointed to the old node must point to the new one.
    store(ctx, fieldsOf(root.get(ctx)) + i, v);
    nodes[i] = node;
    for (int n = 0; n < N; ++n)
      for (size_t s = 0; s < nodes[n].links.size(); ++s)
        if (nodes[n].links[s] == i)
          store(ctx, slots(n) + s, v);
  }
  [[gnu::noinline]] void mutate(int i) {
    if (nodes[i].links.empty())
      return;
    size_t slot = pick(unsigned(nodes[i].links.size()));
    int link = pick(4) == 0 ? -1 : int(pick(N));
    nodes[i].links[slot] = link;
    store(ctx, slots(i) + slot, linkValue(link, slot));
  }
  [[gnu::noinline]] void check() {
    for (int i = 0; i < N; ++i) {
      const Node &node = nodes[i];
      Value v = object(i);
      if (node.kind == PLC_KIND_FILLER)
        ASSERT_TRUE(plc_is_pair(v));
      else
        ASSERT_TRUE(plc_is_kind(v, node.kind));
      if (node.kind == PLC_KIND_BYTES) {
        ASSERT_EQ(lengthOf(v), node.bytes.size());
        ASSERT_TRUE(node.bytes.empty() ||
                    !memcmp(fieldsOf(v), node.bytes.data(),
                            node.bytes.size()));
      }
      for (size_t s = 0; s < node.links.size(); ++s)
        ASSERT_EQ(slots(i)[s], linkValue(node.links[s], s));
    }
  }
  void run(int steps, int checkEvery) {
    root = Handle::create(
        ctx, allocateObject(ctx, PLC_KIND_VECTOR, 0, N, PLC_NULL));
    for (int i = 0; i < N; ++i) {
      nodes[i].kind = PLC_KIND_BOX;
      nodes[i].links = {-1};
    }
    for (int i = 0; i < N; ++i)
      apart([&] { replace(i); });
    for (int step = 0; step < steps; ++step) {
      int i = int(pick(N));
      if (pick(3) == 0)
        apart([&] { replace(i); });
      else
        mutate(i);
      if (step % checkEvery == 0) {
        check();
        verifyHeap(ctx);
      }
      if (HasFatalFailure())
        return;
    }
    check();
  }
};

TEST_F(ModelTest, StressAtEveryAllocation) {
  heap().stressEvery = 1;
  heap().limit = ctx->lim = ctx->ap;
  run(3000, 50);
  EXPECT_GT(heapStatistics(ctx).minorCollections, 1000u);
}

TEST_F(ModelTest, StressAtSomeSlowPaths) {
  heap().stressEvery = 3;
  heap().nurseryPages = heap().minNurseryPages = 4;
  run(20000, 500);
}

TEST_F(ModelTest, SmallNursery) {
  heap().nurseryPages = heap().minNurseryPages = 4;
  heap().majorThreshold = 64;
  run(100000, 2000);
}

} // namespace
