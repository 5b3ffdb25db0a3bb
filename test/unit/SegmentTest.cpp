//===- SegmentTest.cpp - segments of continuations under the collector ------===//

#include "test/unit/HeapFixture.h"

using namespace plc::rt;
using namespace plc::rt::detail; // prim_*
using namespace heaptest;

namespace {
class SegmentTest : public HeapTest {};

TEST_F(SegmentTest, SegmentsPinWhatTheyHold) {
  Handle segment;
  uint64_t hidden = 0;
  apart([&] {
    Value s = allocateSegment(ctx, kSegmentControlWords + 100);
    for (int i = 0; i < 100; ++i)
      fieldsOf(s)[kSegmentControlWords + i] = 0;
    segment = Handle::create(ctx, s);
    Value list = makeList(ctx, 10);
    hidden = hide(list);
    // An interior, untagged pointer.
    fieldsOf(segment.get(ctx))[kSegmentControlWords + 50] =
        (list & ~uint64_t(7)) + 8;
  });
  for (int i = 0; i < 6; ++i) {
    apart([&] {
      collect(ctx, i == 4 ? Generations::All : Generations::Young);
      makeList(ctx, 100000);
    });
    verifyHeap(ctx);
    uint64_t word = fieldsOf(segment.get(ctx))[kSegmentControlWords + 50];
    EXPECT_EQ(hide(((word - 8) | PLC_TAG_PAIR)), hidden);
    EXPECT_EQ(checkList((word - 8) | PLC_TAG_PAIR), 10);
  }
  segment.set(ctx, PLC_FALSE);
  hidden = 0;
  apart([&] { collectAll(ctx); });
  EXPECT_EQ(countSegments(), 0u);
}

/// A segment with one stack word.
[[gnu::noinline]] Value makeSegment(Context *ctx, uint64_t word) {
  Value s = allocateSegment(ctx, kSegmentControlWords + 1);
  segmentWordOf(s) = word;
  return s;
}
/// More than a collection is willing to look at one by one; all of them dead.
[[gnu::noinline]] void makeDeadSegments(Context *ctx) {
  for (int i = 0; i < 2000; ++i) {
    Value list = makeList(ctx, 3);
    makeSegment(ctx, list);
  }
}

TEST_F(SegmentTest, DeadSegmentsKeepNothing) {
  Handle live;
  uint64_t hidden = 0;
  apart([&] {
    Value list = makeList(ctx, 10);
    hidden = hide(list);
    live = Handle::create(ctx, makeSegment(ctx, list + 5));
  });
  apart([&] { makeDeadSegments(ctx); });
  for (int i = 0; i < 4; ++i) {
    uint64_t before = heapStatistics(ctx).pagesPinned;
    apart([&] { collect(ctx, Generations::Young); });
    verifyHeap(ctx);
    // The dead ones lie on some ten pages.
    EXPECT_LE(heapStatistics(ctx).pagesPinned - before, 4u);
    EXPECT_LE(countSegments(), 3u);
    uint64_t word = segmentWordOf(live.get(ctx));
    EXPECT_EQ(hide(word - 5), hidden);
    EXPECT_EQ(checkList(word - 5), 10);
    apart([&] { makeDeadSegments(ctx); });
  }
}

TEST_F(SegmentTest, SegmentsAreFoundWhereverTheyAreHeld) {
  enum { ByOldVector, ByEphemeron, ByGuardian, BySegment, ByParent, Holders };
  Handle holder[Holders], key;
  uint64_t hidden[Holders];
  auto segment = [&](int i) {
    Value list = makeList(ctx, 10 + i);
    hidden[i] = hide(list);
    return makeSegment(ctx, list);
  };
  apart([&] {
    holder[ByOldVector] = Handle::create(
        ctx, allocateObject(ctx, PLC_KIND_VECTOR, 0, 1, PLC_FALSE));
    holder[ByParent] = Handle::create(ctx, makeSegment(ctx, 0));
    holder[ByGuardian] = Handle::create(ctx, prim_MakeGuardian(ctx));
    key = Handle::create(ctx, cons(ctx, PLC_NULL, PLC_NULL));
  });
  for (int i = 0; i < 3; ++i)
    apart([&] { collect(ctx, Generations::Young); });
  apart([&] {
    store(ctx, plc_fields(holder[ByOldVector].get(ctx)), segment(ByOldVector));
    store(ctx, plc_fields(holder[ByParent].get(ctx)), segment(ByParent));
    holder[ByEphemeron] = Handle::create(
        ctx, prim_MakeEphemeron(ctx, key.get(ctx), segment(ByEphemeron)));
    Value guarded = cons(ctx, segment(ByGuardian), PLC_NULL);
    prim_GuardianRegister(ctx, holder[ByGuardian].get(ctx), guarded);
    holder[BySegment] =
        Handle::create(ctx, makeSegment(ctx, segment(BySegment)));
  });
  auto found = [&](int i) -> Value {
    Value v = holder[i].get(ctx);
    switch (i) {
    case ByEphemeron:
      return prim_EphemeronDatum(ctx, v);
    case BySegment:
      return segmentWordOf(v);
    case ByGuardian:
      v = prim_GuardianNext(ctx, v);
      return plc_is_pair(v) ? plc_car(v) : PLC_FALSE;
    default:
      return plc_fields(v)[0];
    }
  };
  for (int round = 0; round < 4; ++round) {
    apart([&] {
      makeDeadSegments(ctx);
      collect(ctx, round == 3 ? Generations::All : Generations::Young);
    });
    verifyHeap(ctx);
    for (int i = 0; i < Holders; ++i) {
      Value segment = found(i);
      if (i == ByGuardian && segment == PLC_FALSE)
        continue; // it gives its object away once
      uint64_t word = segmentWordOf(segment);
      EXPECT_EQ(hide(word), hidden[i]) << i;
      EXPECT_EQ(checkList(word), 10 + i);
    }
  }
}

TEST_F(SegmentTest, OldSegmentsSettle) {
  Handle all;
  apart([&] {
    all = Handle::create(ctx, PLC_NULL);
    for (int i = 0; i < 30000; ++i)
      all.set(ctx, cons(ctx, makeSegment(ctx, makeList(ctx, 4)), all.get(ctx)));
  });
  for (int i = 0; i < 6; ++i)
    apart([&] { collect(ctx, Generations::Young); });
  // All but those that refer to the few sparse pages that are kept young.
  EXPECT_GE(heap().segments[SettledSegments].count, 10000u);
  EXPECT_EQ(countSegments(), 30000u);
  for (Value l = all.get(ctx); plc_is_pair(l); l = plc_cdr(l))
    EXPECT_EQ(checkList(segmentWordOf(plc_car(l))), 4);
  all.set(ctx, PLC_NULL);
  apart([&] { collectAll(ctx); });
  EXPECT_LE(countSegments(), 2u);
}

TEST_F(SegmentTest, DeadSegmentCyclesAreCollected) {
  apart([&] {
    for (int i = 0; i < 100; ++i) {
      // The segment's stack words hold a closure that holds the segment.
      Value s = allocateSegment(ctx, kSegmentControlWords + 4);
      Value k = allocateObject(ctx, PLC_KIND_CLOSURE, 0, 2, s);
      k = (k & ~uint64_t(7)) | PLC_TAG_PROCEDURE;
      plc_object_words(k)[0] = PLC_HEADER(PLC_KIND_CLOSURE, 0, 1);
      plc_object_words(k)[1] = 0;
      for (int j = 0; j < 4; ++j)
        fieldsOf(s)[kSegmentControlWords + j] = k;
    }
  });
  EXPECT_EQ(countSegments(), 100u);
  apart([&] { collectAll(ctx); });
  EXPECT_LE(countSegments(), 2u);
}

// Its words are looked at no more: one that is no reference may lie in a page that
// became young later, and nothing has prepared that page to be pinned.
TEST_F(SegmentTest, SettledSegmentsAreNotScanned) {
  Handle segment;
  apart([&] { segment = Handle::create(ctx, makeSegment(ctx, 0)); });
  // A stale word on the stack can keep it young for some collections.
  for (int i = 0; i < 10 && !heap().segments[SettledSegments].count; ++i)
    apart([&] { collect(ctx, Generations::Young); });
  ASSERT_EQ(heap().segments[SettledSegments].count, 1u);
  apart([&] { makeList(ctx, 100000); });
  uint32_t page = heap().pages[heap().generations[0]].next;
  ASSERT_NE(page, kNoPage);
  segmentWordOf(segment.get(ctx)) = heap().addressOf(page) + 64;
  // Its card is dirty.
  store(ctx, plc_fields(segment.get(ctx)), PLC_FALSE);
  apart([&] { collect(ctx, Generations::Young); });
  segmentWordOf(segment.get(ctx)) = 0;
  verifyHeap(ctx);
}

} // namespace
