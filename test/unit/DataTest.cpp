//===- DataTest.cpp - lists, vectors, equal?, hash tables -----------------===//
#include "test/unit/LispProcedure.h"

#include "stdlib/runtime/HashTable.h"

#include <gtest/gtest.h>

#include <random>
#include <unordered_map>
#include <vector>

using namespace plc::rt;
using namespace plc::rt::detail;

namespace {
using Body = void (*)(Context *);
Body body;
} // namespace

LISP(runBody, 0, 0) {
  body(ctx);
  return fix(0);
}
/// Runs a test on the Lisp stack.
static void onLispStack(Body test) {
  body = test;
  EXPECT_EQ(runLisp(procedure(runBody)), 0);
}

static Value list(Context *ctx, std::initializer_list<Value> elements) {
  return prim_List(ctx, elements.size(), elements.begin());
}

//===--- Lists and vectors ------------------------------------------------===//

TEST(Data, Lists) {
  onLispStack([](Context *ctx) {
    Value l = list(ctx, {fix(1), fix(2), fix(3)});
    EXPECT_EQ(prim_Length(ctx, l), fix(3));
    Value both[] = {l, l, PLC_NULL, fix(9)};
    Value joined = prim_Append(ctx, 4, both);
    EXPECT_EQ(prim_ListTail(ctx, joined, fix(6)), fix(9));
    EXPECT_EQ(prim_ListRef(ctx, joined, fix(4)), fix(2));
    EXPECT_EQ(prim_ListP(ctx, joined), PLC_FALSE);
    EXPECT_EQ(prim_Car(ctx, prim_Reverse(ctx, l)), fix(3));
    EXPECT_EQ(prim_CADDR(ctx, l), fix(3));
    EXPECT_EQ(prim_Car(ctx, prim_Memv(ctx, fix(2), l)), fix(2));
    EXPECT_EQ(prim_Memq(ctx, fix(7), l), PLC_FALSE);
    Value circular = list(ctx, {fix(1), fix(2)});
    prim_SetCdr(ctx, plc_cdr(circular), circular);
    EXPECT_EQ(prim_ListP(ctx, circular), PLC_FALSE);
    for (int n = 0; n < 20; ++n) {
      Value made = prim_MakeList(ctx, fix(n), fix(0));
      EXPECT_EQ(prim_Length(ctx, made), fix(n));
      EXPECT_EQ(prim_Length(ctx, prim_ListCopy(ctx, made)), fix(n));
      EXPECT_EQ(prim_ListP(ctx, made), PLC_TRUE);
    }
  });
}

TEST(Data, Vectors) {
  onLispStack([](Context *ctx) {
    Value v = prim_MakeVector(ctx, fix(10), fix(0));
    for (int i = 0; i < 10; ++i)
      prim_VectorSet(ctx, v, fix(i), fix(i));
    prim_VectorCopyTo(ctx, v, fix(2), v, fix(0), fix(5));
    const int expected[] = {0, 1, 0, 1, 2, 3, 4, 7, 8, 9};
    for (int i = 0; i < 10; ++i)
      EXPECT_EQ(prim_VectorRef(ctx, v, fix(i)), fix(expected[i]));
    prim_VectorCopyTo(ctx, v, fix(0), v, fix(2), PLC_DEFAULT);
    EXPECT_EQ(prim_VectorRef(ctx, v, fix(4)), fix(4));
    Value l = prim_VectorToList(ctx, v, fix(1), fix(3));
    EXPECT_EQ(prim_Length(ctx, l), fix(2));
    EXPECT_EQ(prim_VectorLength(ctx, prim_ListToVector(ctx, l)), fix(2));
  });
}

TEST(Data, Records) {
  onLispStack([](Context *ctx) {
    Value names = prim_Vector(ctx, 0, nullptr);
    Value base = prim_MakeRecordType(ctx, intern(ctx, "base"), names, names,
                                     PLC_DEFAULT);
    Value derived =
        prim_MakeRecordType(ctx, intern(ctx, "derived"), names, names, base);
    Value words[] = {derived, fix(1), fix(2)};
    Value r = prim_MakeRecord(ctx, 3, words);
    EXPECT_EQ(prim_RecordIs(ctx, r, base), PLC_TRUE);
    EXPECT_EQ(prim_RecordIs(ctx, r, derived), PLC_TRUE);
    EXPECT_EQ(prim_RecordIs(ctx, fix(3), derived), PLC_FALSE);
    EXPECT_EQ(prim_RecordRef(ctx, r, base, fix(1)), fix(2));
    prim_RecordSet(ctx, r, derived, fix(0), fix(8));
    EXPECT_EQ(prim_RecordRef(ctx, r, derived, fix(0)), fix(8));
  });
}

//===--- equal? -----------------------------------------------------------===//

static Value deepList(Context *ctx, int64_t depth) {
  Value l = PLC_NULL;
  for (int64_t i = 0; i < depth; ++i)
    l = list1(ctx, l);
  return l;
}

TEST(Data, Equal) {
  onLispStack([](Context *ctx) {
    auto same = [=](Value a, Value b) { return isEqual(ctx, a, b); };
    EXPECT_TRUE(same(makeString(ctx, "abc"), makeString(ctx, "abc")));
    EXPECT_FALSE(same(makeString(ctx, "abc"), makeString(ctx, "abd")));
    EXPECT_TRUE(same(makeString(ctx, "\xCE\xBB"), makeString(ctx, "\xCE\xBB")));
    EXPECT_FALSE(same(PLC_NULL, PLC_FALSE));
    // Deep in the car, and long.
    EXPECT_TRUE(same(deepList(ctx, 1000000), deepList(ctx, 1000000)));
    EXPECT_FALSE(same(deepList(ctx, 1000000), deepList(ctx, 1000001)));
    EXPECT_TRUE(same(prim_MakeList(ctx, fix(1000000), fix(1)),
                     prim_MakeList(ctx, fix(1000000), fix(1))));
    // Cycles of lengths 2 and 3 of the same element are equal.
    Value a = list(ctx, {fix(1), fix(1)});
    prim_SetCdr(ctx, plc_cdr(a), a);
    Value b = list(ctx, {fix(1), fix(1), fix(1)});
    prim_SetCdr(ctx, plc_cdr(plc_cdr(b)), b);
    EXPECT_TRUE(same(a, b));
    prim_SetCar(ctx, plc_cdr(b), fix(2));
    EXPECT_FALSE(same(a, b));
    Value v = prim_MakeVector(ctx, fix(3), fix(0));
    Value w = prim_MakeVector(ctx, fix(3), fix(0));
    prim_VectorSet(ctx, v, fix(1), w);
    prim_VectorSet(ctx, w, fix(1), v);
    EXPECT_TRUE(same(v, w));
    EXPECT_EQ(hashEqual(v).bits, hashEqual(w).bits);
  });
}

//===--- Hash tables ------------------------------------------------------===//

TEST(Data, TableAgainstModel) {
  onLispStack([](Context *ctx) {
    for (TableKinds kind : {TableEq, TableEqv, TableEqual}) {
      Value table = makeTable(ctx, kind);
      std::unordered_map<int64_t, int64_t> model;
      std::mt19937 random(42);
      for (int i = 0; i < 200000; ++i) {
        int64_t key = random() % 5000;
        switch (random() % 4) {
        case 0:
        case 1:
          tableSet(ctx, table, fix(key), fix(i));
          model[key] = i;
          break;
        case 2:
          EXPECT_EQ(tableDelete(ctx, table, fix(key)), model.erase(key) == 1);
          break;
        default: {
          auto found = model.find(key);
          EXPECT_EQ(tableRef(ctx, table, fix(key), PLC_FALSE),
                    found == model.end() ? PLC_FALSE : fix(found->second));
        }
        }
        EXPECT_EQ(tableCount(table), int64_t(model.size()));
      }
    }
  });
}

TEST(Data, TableKeepsOrder) {
  onLispStack([](Context *ctx) {
    Value table = makeTable(ctx, TableEqual);
    for (int i = 0; i < 1000; ++i)
      tableSet(ctx, table, fix(i * 7919 % 1000), fix(i));
    for (int i = 0; i < 1000; i += 2)
      tableDelete(ctx, table, fix(i * 7919 % 1000));
    tableSet(ctx, table, fix(0), fix(5000)); // again, at the end
    Value keys = prim_HashTableKeys(ctx, table);
    for (int i = 1; i < 1000; i += 2, keys = plc_cdr(keys))
      ASSERT_EQ(plc_car(keys), fix(i * 7919 % 1000));
    EXPECT_EQ(plc_car(keys), fix(0));
    EXPECT_EQ(plc_cdr(keys), PLC_NULL);
  });
}

TEST(Data, AddressKeysSurviveCollections) {
  onLispStack([](Context *ctx) {
    constexpr int Count = 20000;
    Value table = makeTable(ctx, TableEq);
    Value keys = prim_MakeVector(ctx, fix(Count), fix(0));
    for (int i = 0; i < Count; ++i) {
      Value key = list1(ctx, fix(i));
      prim_VectorSet(ctx, keys, fix(i), key);
      tableSet(ctx, table, key, fix(i));
      if (i % 5000 == 0)
        collect(ctx, Generations::Young);
    }
    for (int round = 0; round < 4; ++round) {
      collect(ctx, round == 2 ? Generations::All : Generations::Young);
      for (int i = 0; i < Count; ++i)
        ASSERT_EQ(tableRef(ctx, table, plc_fields(keys)[i], PLC_FALSE), fix(i));
      Value fresh = list1(ctx, fix(-1));
      EXPECT_EQ(tableRef(ctx, table, fresh, PLC_FALSE), PLC_FALSE);
    }
    // An old table with young keys.
    for (int round = 0; round < 5; ++round) {
      for (int i = 0; i < 100; ++i) {
        Value key = list1(ctx, fix(i));
        prim_VectorSet(ctx, keys, fix(i), key);
        tableSet(ctx, table, key, fix(i + 1000000));
      }
      collect(ctx, Generations::Young);
      for (int i = 0; i < 100; ++i)
        ASSERT_EQ(tableRef(ctx, table, plc_fields(keys)[i], PLC_FALSE),
                  fix(i + 1000000));
    }
  });
}

TEST(Data, StringKeys) {
  onLispStack([](Context *ctx) {
    for (TableKinds kind : {TableString, TableEqual}) {
      Value table = makeTable(ctx, kind);
      char text[32];
      for (int i = 0; i < 5000; ++i) {
        snprintf(text, sizeof text, "key %d", i);
        tableSet(ctx, table, makeString(ctx, text), fix(i));
      }
      for (int i = 0; i < 5000; ++i) {
        snprintf(text, sizeof text, "key %d", i);
        ASSERT_EQ(tableRef(ctx, table, makeString(ctx, text), PLC_FALSE),
                  fix(i));
      }
      EXPECT_EQ(tableCount(table), 5000);
    }
    Value table = makeTable(ctx, TableEqual);
    tableSet(ctx, table, list(ctx, {fix(1), makeString(ctx, "x")}), fix(1));
    EXPECT_EQ(tableRef(ctx, table, list(ctx, {fix(1), makeString(ctx, "x")}),
                       PLC_FALSE),
              fix(1));
  });
}
