//===- HeapFixture.h - what the tests of the heap share ----------*- C++ -*-===//
//
// Every test runs on its own heap and on the C stack of the test program. Since
// stacks are scanned conservatively, a test that wants objects to move or die
// keeps them in handles only and makes them in a function that is not inlined;
// where single stale words could still pin an object, it counts.
//
//===----------------------------------------------------------------------===//
#ifndef PLC_TEST_UNIT_HEAPFIXTURE_H
#define PLC_TEST_UNIT_HEAPFIXTURE_H

#include "stdlib/runtime/HeapImpl.h"

#include <gtest/gtest.h>

namespace heaptest {
using namespace plc::rt;

class HeapTest : public testing::Test {
protected:
  void SetUp() override {
    world = theContext;
    ctx = createContext();
  }
  void TearDown() override {
    verifyHeap(ctx);
    destroyContext(ctx);
    theContext = world;
  }
  Heap &heap() { return *heapOf(ctx); }
  size_t countSegments() {
    size_t count = 0;
    for (GrowArray<Value> &list : heap().segments)
      count += list.count;
    return count;
  }
  Context *ctx, *world; // the latter: of other tests in this process
};

/// Objects are built two calls away from the test, and the stack in between is
/// overwritten afterwards.
[[gnu::noinline]] inline void scrub() {
  volatile char bytes[16384];
  for (volatile char &byte : bytes)
    byte = 0;
}
template <typename Function> [[gnu::noinline]] void apart(Function fn) {
  fn();
  scrub();
}

/// The list (0 1 ... n-1).
[[gnu::noinline]] inline Value makeList(Context *ctx, int64_t n) {
  Value list = PLC_NULL;
  while (n-- > 0)
    list = cons(ctx, plc_fixnum(n), list);
  return list;
}
[[gnu::noinline]] inline int64_t checkList(Value list) {
  int64_t n = 0;
  for (; plc_is_pair(list); list = plc_cdr(list), ++n)
    if (plc_car(list) != plc_fixnum(n))
      return -1;
  return list == PLC_NULL ? n : -2;
}
/// The first stack word of a segment.
inline uint64_t &segmentWordOf(Value segment) {
  return plc_fields(segment)[kSegmentControlWords];
}
/// A word that hides an address from the conservative scan.
inline uint64_t hide(Value v) { return ~v; }

} // namespace heaptest

#endif // PLC_TEST_UNIT_HEAPFIXTURE_H
