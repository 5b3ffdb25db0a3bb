//===- TransferTest.cpp - memory that becomes a vector ---------------------===//

#include "stdlib/runtime/NumVectors.h"
#include "stdlib/runtime/Transfer.h"
#include "test/unit/HeapFixture.h"

#include <atomic>
#include <csetjmp>
#include <random>
#include <thread>
#include <vector>

using namespace plc::rt;
using namespace heaptest;

namespace {

class TransferTest : public HeapTest {
protected:
  double *take(size_t count, bool isZeroed = false) {
    return static_cast<double *>(takeTransferable(8 * count, isZeroed));
  }
  double *filled(size_t count) {
    double *memory = take(count);
    for (size_t i = 0; i < count; ++i)
      memory[i] = double(i);
    return memory;
  }
  static double *elements(Value v) {
    return reinterpret_cast<double *>(plc_fields(v));
  }
};

TEST_F(TransferTest, AVectorHasTheMemory) {
  Handle held;
  uint64_t place; // hidden
  apart([&] {
    double *memory = filled(100000);
    place = hide(reinterpret_cast<Value>(memory));
    held = Handle::create(ctx, transfer(ctx, PLC_ELEMENT_F64, memory, 99999));
  });
  apart([&] {
    Value v = held.get(ctx);
    EXPECT_EQ(hide(reinterpret_cast<Value>(elements(v))), place);
    EXPECT_EQ(plc_header(v), numVectorHeader(PLC_ELEMENT_F64, 99999));
  });
  for (int i = 0; i < 4; ++i) {
    collect(ctx, i % 2 ? Generations::All : Generations::Young);
    verifyHeap(ctx);
    apart([&] { EXPECT_EQ(elements(held.get(ctx))[99998], 99998.0); });
  }
  EXPECT_GE(heapStatistics(ctx).heapSize, 800000u);
  held.release(ctx);
  collectAll(ctx);
  EXPECT_LT(heapStatistics(ctx).heapSize, 800000u);
  // It is there for others again, and as zeros if they want that.
  double *again = take(100000, true);
  EXPECT_EQ(hide(reinterpret_cast<Value>(again)), place);
  for (size_t i = 0; i < 100000; ++i)
    ASSERT_EQ(again[i], 0.0);
  giveTransferableBack(again);
}

TEST_F(TransferTest, AnAddressInItOnTheStackKeepsIt) {
  double *memory = filled(50000);
  uint64_t hidden;
  apart([&] { hidden = hide(transfer(ctx, PLC_ELEMENT_F64, memory, 50000)); });
  double *volatile inside = memory + 40000;
  collectAll(ctx);
  EXPECT_EQ(*inside, 40000.0);
  EXPECT_EQ(elements(hide(hidden)), memory);
  double *other = take(50000);
  EXPECT_NE(other, memory);
  giveTransferableBack(other);
}

TEST_F(TransferTest, OfMuchRoomTheRestIsGivenBack) {
  double *memory = filled(1000000), *next = take(1000);
  EXPECT_FALSE(resizeTransferable(memory, 8 * 2000000));
  giveTransferableBack(next);
  EXPECT_TRUE(resizeTransferable(memory, 8 * 2000000));
  EXPECT_EQ(memory[999999], 999999.0);
  Handle held =
      Handle::create(ctx, transfer(ctx, PLC_ELEMENT_F64, memory, 500000));
  double *behind = take(500000);
  EXPECT_GT(behind, memory);
  EXPECT_LT(behind, memory + 1000000);
  giveTransferableBack(behind);
  held.release(ctx);
}

TEST_F(TransferTest, MuchThatIsDeadIsCollected) {
  uint64_t before = heapStatistics(ctx).minorCollections;
  for (int i = 0; i < 1000; ++i)
    apart([&] {
      transfer(ctx, PLC_ELEMENT_F64, filled(100000), 100000);
    });
  EXPECT_GT(heapStatistics(ctx).minorCollections, before + 10);
  EXPECT_LT(heapStatistics(ctx).heapSize, uint64_t(80) << 20);
}

TEST_F(TransferTest, AFullHeapLeavesTheMemoryAlone) {
  heap().limitKnown = true;
  heap().limitPages = heap().usedPages + 8;
  static jmp_buf exhausted;
  heap().onExhausted = [] { longjmp(exhausted, 1); };
  // Locals do not survive longjmp.
  static double *memory;
  memory = filled(1000000);
  if (setjmp(exhausted) == 0) {
    transfer(ctx, PLC_ELEMENT_F64, memory, 1000000);
    FAIL() << "there was room";
  }
  EXPECT_EQ(memory[999999], 999999.0);
  giveTransferableBack(memory);
  heap().onExhausted = nullptr;
}

/// Threads take, change and give back, while this one collects and transfers.
TEST_F(TransferTest, OtherThreadsTakeSome) {
  std::atomic<bool> isOver = false;
  auto work = [&](unsigned seed) {
    std::minstd_rand random(seed);
    struct Piece {
      uint64_t *memory;
      size_t count;
    };
    std::vector<Piece> pieces;
    auto mark = [&](Piece &piece) {
      piece.memory[0] = piece.count ^ seed;
      piece.memory[piece.count - 1] = piece.count ^ seed;
    };
    while (!isOver || !pieces.empty()) {
      if (!isOver && (pieces.size() < 8 || random() % 2)) {
        size_t count = 1000 + random() % 100000;
        bool isZeroed = random() % 2;
        Piece piece = {
            static_cast<uint64_t *>(takeTransferable(8 * count, isZeroed)), count};
        ASSERT_NE(piece.memory, nullptr);
        if (isZeroed)
          ASSERT_EQ(piece.memory[random() % count], 0u);
        mark(piece);
        pieces.push_back(piece);
        continue;
      }
      Piece &piece = pieces[random() % pieces.size()];
      ASSERT_EQ(piece.memory[0], piece.count ^ seed);
      ASSERT_EQ(piece.memory[piece.count - 1], piece.count ^ seed);
      size_t count = 1000 + random() % 100000;
      if (random() % 2 && resizeTransferable(piece.memory, 8 * count)) {
        piece.count = count;
        mark(piece);
        continue;
      }
      giveTransferableBack(piece.memory);
      piece = pieces.back();
      pieces.pop_back();
    }
  };
  std::thread one(work, 17), two(work, 42);
  std::vector<Handle> held(10);
  for (int i = 0; i < 2000; ++i) {
    size_t count = 9000 + size_t(i) * 37 % 50000;
    apart([&] {
      Handle &place = held[size_t(i) % held.size()];
      if (i >= int(held.size())) {
        Value v = place.get(ctx);
        size_t old = plc_header_length(plc_header(v)) / 8;
        ASSERT_EQ(elements(v)[old - 1], double(old - 1));
        place.release(ctx);
      }
      place = Handle::create(
          ctx, transfer(ctx, PLC_ELEMENT_F64, filled(count), count));
    });
    if (i % 50 == 0)
      collect(ctx, i % 200 ? Generations::Young : Generations::All);
  }
  isOver = true;
  one.join();
  two.join();
}

} // namespace
