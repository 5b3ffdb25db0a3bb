//===- Lists.cpp - pairs, lists, booleans, boxes --------------------------===//
#include "stdlib/runtime/Control.h"
#include "stdlib/runtime/Equal.h"
#include "stdlib/runtime/RuntimeCalls.h"

using namespace plc::rt;
using namespace plc::rt::detail;

namespace {
/// Notices a walk along a list that goes round: compares the pair reached with
/// an earlier one (Brent 1980), at every 16th step only.
class RoundTrip {
public:
  bool ends(Value at) {
    if (++steps % 16 != 0)
      return false;
    if (at == mark && plc_is_pair(at))
      return true;
    if (steps == limit) {
      mark = at;
      limit *= 2;
    }
    return false;
  }
  int64_t count() const { return steps; }

private:
  Value mark = PLC_NULL;
  int64_t steps = 0, limit = 64;
};
} // namespace

int64_t plc::rt::properListLength(Value list) {
  RoundTrip trip;
  while (plc_is_pair(list)) {
    list = plc_cdr(list);
    if (trip.ends(list))
      return -1;
  }
  return list == PLC_NULL ? trip.count() : -1;
}

namespace plc::rt::detail {

//===--- Booleans and identity --------------------------------------------===//

plc_value prim_EqP(Context *, Value a, Value b) { return plc_bool(a == b); }
plc_value prim_EqvP(Context *ctx, Value a, Value b) {
  return plc_bool(isEqv(ctx, a, b));
}
plc_value prim_EqualP(Context *ctx, Value a, Value b) {
  return plc_bool(isEqual(ctx, a, b));
}
plc_value prim_Not(Context *, Value v) { return plc_bool(!plc_is_true(v)); }
plc_value prim_BooleanP(Context *, Value v) {
  return plc_bool(v == PLC_TRUE || v == PLC_FALSE);
}
plc_value prim_BooleanEqP(Context *ctx, int64_t argc, const Value *argv) {
  bool same = true;
  for (int64_t i = 0; i < argc; ++i) {
    if (argv[i] != PLC_TRUE && argv[i] != PLC_FALSE)
      wrongType(ctx, "boolean=?", int(i + 1), "a boolean", argv[i]);
    same &= argv[i] == argv[0];
  }
  return plc_bool(same);
}

//===--- Pairs ------------------------------------------------------------===//

static inline Value *pairWords(Value pair) { return plc_object_words(pair); }

plc_value prim_PairP(Context *, Value v) { return plc_bool(plc_is_pair(v)); }
plc_value prim_Cons(Context *ctx, Value a, Value d) {
  return consFast(ctx, a, d);
}
plc_value prim_Car(Context *ctx, Value v) {
  if (!plc_is_pair(v))
    wrongType(ctx, "car", 1, "a pair", v);
  return plc_car(v);
}
plc_value prim_Cdr(Context *ctx, Value v) {
  if (!plc_is_pair(v))
    wrongType(ctx, "cdr", 1, "a pair", v);
  return plc_cdr(v);
}
plc_value prim_SetCar(Context *ctx, Value pair, Value v) {
  if (!plc_is_pair(pair))
    wrongType(ctx, "set-car!", 1, "a pair", pair);
  if (!inHeap(ctx, pair))
    immutable(ctx, "set-car!", pair);
  store(ctx, pairWords(pair), v);
  return PLC_UNSPECIFIED;
}
plc_value prim_SetCdr(Context *ctx, Value pair, Value v) {
  if (!plc_is_pair(pair))
    wrongType(ctx, "set-cdr!", 1, "a pair", pair);
  if (!inHeap(ctx, pair))
    immutable(ctx, "set-cdr!", pair);
  store(ctx, pairWords(pair) + 1, v);
  return PLC_UNSPECIFIED;
}

/// Follows the letters of `path` from the last to the first.
static Value followPath(Context *ctx, const char *name, const char *path,
                        int length, Value v) {
  Value at = v;
  for (int i = length - 1; i >= 0; --i) {
    if (!plc_is_pair(at))
      wrongType(ctx, name, 1, "a structure of pairs", v);
    at = path[i] == 'a' ? plc_car(at) : plc_cdr(at);
  }
  return at;
}
#define CXR(ID, PATH)                                                          \
  plc_value prim_##ID(Context *ctx, Value v) {                                 \
    return followPath(ctx, "c" PATH "r", PATH, sizeof PATH - 1, v);            \
  }
CXR(CAAR, "aa")
CXR(CADR, "ad")
CXR(CDAR, "da")
CXR(CDDR, "dd")
CXR(CAAAR, "aaa")
CXR(CAADR, "aad")
CXR(CADAR, "ada")
CXR(CADDR, "add")
CXR(CDAAR, "daa")
CXR(CDADR, "dad")
CXR(CDDAR, "dda")
CXR(CDDDR, "ddd")
CXR(CAAAAR, "aaaa")
CXR(CAAADR, "aaad")
CXR(CAADAR, "aada")
CXR(CAADDR, "aadd")
CXR(CADAAR, "adaa")
CXR(CADADR, "adad")
CXR(CADDAR, "adda")
CXR(CADDDR, "addd")
CXR(CDAAAR, "daaa")
CXR(CDAADR, "daad")
CXR(CDADAR, "dada")
CXR(CDADDR, "dadd")
CXR(CDDAAR, "ddaa")
CXR(CDDADR, "ddad")
CXR(CDDDAR, "ddda")
CXR(CDDDDR, "dddd")
#undef CXR

//===--- Lists ------------------------------------------------------------===//

plc_value prim_NullP(Context *, Value v) { return plc_bool(v == PLC_NULL); }

static int64_t listLength(Value list) { return properListLength(list); }

static int64_t checkList(Context *ctx, const char *who, int position,
                         Value list) {
  int64_t n = listLength(list);
  if (n < 0)
    wrongType(ctx, who, position, "a proper list", list);
  return n;
}

plc_value prim_ListP(Context *, Value v) {
  return plc_bool(listLength(v) >= 0);
}

plc_value prim_List(Context *ctx, int64_t argc, const Value *argv) {
  Value list = PLC_NULL;
  while (argc-- > 0)
    list = consFast(ctx, argv[argc], list);
  return list;
}

plc_value prim_ConsStar(Context *ctx, int64_t argc, const Value *argv) {
  Value list = argv[--argc];
  while (argc-- > 0)
    list = consFast(ctx, argv[argc], list);
  return list;
}

plc_value prim_MakeList(Context *ctx, Value length, Value fill) {
  int64_t n = checkLength(ctx, "make-list", length);
  if (fill == PLC_DEFAULT)
    fill = PLC_UNSPECIFIED;
  Value list = PLC_NULL;
  while (n-- > 0)
    list = consFast(ctx, fill, list);
  return list;
}

plc_value prim_Length(Context *ctx, Value list) {
  if (rt_foreign_length && isForeign(list))
    return makeInteger(ctx, rt_foreign_length(ctx, list));
  return plc_fixnum(checkList(ctx, "length", 1, list));
}

/// Copies the pairs of a list that `count` says are there; the last cdr is
/// `tail`.
static Value copyPairs(Context *ctx, Value list, int64_t count, Value tail) {
  if (count == 0)
    return tail;
  Value head = consFast(ctx, plc_car(list), tail);
  Value last = head;
  for (int64_t i = 1; i < count; ++i) {
    list = plc_cdr(list);
    Value next = consFast(ctx, plc_car(list), tail);
    // `last` may be old by now.
    store(ctx, pairWords(last) + 1, next);
    last = next;
  }
  return head;
}

plc_value prim_Append(Context *ctx, int64_t argc, const Value *argv) {
  if (argc == 0)
    return PLC_NULL;
  Value result = argv[argc - 1];
  for (int64_t i = argc - 2; i >= 0; --i) {
    int64_t n = checkList(ctx, "append", int(i + 1), argv[i]);
    result = copyPairs(ctx, argv[i], n, result);
  }
  return result;
}

plc_value prim_Reverse(Context *ctx, Value list) {
  int64_t n = checkList(ctx, "reverse", 1, list);
  Value result = PLC_NULL;
  for (; n > 0; --n, list = plc_cdr(list))
    result = consFast(ctx, plc_car(list), result);
  return result;
}

static Value tailAt(Context *ctx, const char *who, Value list, Value index) {
  if (!plc_is_fixnum(index) || plc_fixnum_value(index) < 0)
    wrongType(ctx, who, 2, "an exact integer >= 0", index);
  int64_t k = plc_fixnum_value(index);
  if (k > 0 && !plc_is_pair(list) && list != PLC_NULL)
    wrongType(ctx, who, 1, "a list", list);
  Value at = list;
  for (int64_t i = 0; i < k; ++i) {
    if (!plc_is_pair(at))
      outOfRange(ctx, who, index, i);
    at = plc_cdr(at);
  }
  return at;
}
static Value pairAt(Context *ctx, const char *who, Value list, Value index) {
  Value at = tailAt(ctx, who, list, index);
  if (!plc_is_pair(list) && list != PLC_NULL)
    wrongType(ctx, who, 1, "a list", list);
  if (!plc_is_pair(at))
    outOfRange(ctx, who, index, plc_fixnum_value(index));
  return at;
}

plc_value prim_ListTail(Context *ctx, Value list, Value k) {
  return tailAt(ctx, "list-tail", list, k);
}
plc_value prim_ListRef(Context *ctx, Value list, Value k) {
  return plc_car(pairAt(ctx, "list-ref", list, k));
}
plc_value prim_ListSet(Context *ctx, Value list, Value k, Value v) {
  Value pair = pairAt(ctx, "list-set!", list, k);
  if (!inHeap(ctx, pair))
    immutable(ctx, "list-set!", pair);
  store(ctx, pairWords(pair), v);
  return PLC_UNSPECIFIED;
}

plc_value prim_ListCopy(Context *ctx, Value list) {
  // The last cdr of an improper list is shared; a circular one is an error.
  int64_t n = 0;
  Value slow = list, at = list;
  while (plc_is_pair(at)) {
    at = plc_cdr(at);
    if ((++n & 1) == 0) {
      slow = plc_cdr(slow);
      if (slow == at && plc_is_pair(at))
        wrongType(ctx, "list-copy", 1, "a list that ends", list);
    }
  }
  return copyPairs(ctx, list, n, at);
}

//===--- Searching --------------------------------------------------------===//

namespace {
enum class Same { Eq, Eqv, Equal };
}

template <Same How> static inline bool same(Context *ctx, Value a, Value b) {
  if (a == b)
    return true;
  if constexpr (How == Same::Eq)
    return false;
  else if constexpr (How == Same::Eqv)
    return isEqv(ctx, a, b);
  else
    return isEqual(ctx, a, b);
}

template <Same How>
static Value member(Context *ctx, const char *who, Value v, Value list) {
  Value at = list;
  for (RoundTrip trip; plc_is_pair(at); at = plc_cdr(at)) {
    if (same<How>(ctx, v, plc_car(at)))
      return at;
    if (trip.ends(at))
      break;
  }
  if (at != PLC_NULL)
    wrongType(ctx, who, 2, "a proper list", list);
  return PLC_FALSE;
}

template <Same How>
static Value associate(Context *ctx, const char *who, Value v, Value list) {
  Value at = list;
  for (RoundTrip trip; plc_is_pair(at); at = plc_cdr(at)) {
    Value entry = plc_car(at);
    if (!plc_is_pair(entry))
      wrongType(ctx, who, 2, "a list of pairs", list);
    if (same<How>(ctx, v, plc_car(entry)))
      return entry;
    if (trip.ends(at))
      break;
  }
  if (at != PLC_NULL)
    wrongType(ctx, who, 2, "a proper list", list);
  return PLC_FALSE;
}

/// eqv? and equal? are eq? where one side is such a value.
static bool isIdentity(Value v) {
  return !plc_is_pointer(v) || plc_is_kind(v, PLC_KIND_SYMBOL);
}

plc_value prim_Memq(Context *ctx, Value v, Value list) {
  return member<Same::Eq>(ctx, "memq", v, list);
}
plc_value prim_Memv(Context *ctx, Value v, Value list) {
  return isIdentity(v) ? member<Same::Eq>(ctx, "memv", v, list)
                       : member<Same::Eqv>(ctx, "memv", v, list);
}
plc_value prim_MemberEqual(Context *ctx, Value v, Value list) {
  return isIdentity(v) ? member<Same::Eq>(ctx, "member", v, list)
                       : member<Same::Equal>(ctx, "member", v, list);
}
plc_value prim_Assq(Context *ctx, Value v, Value list) {
  return associate<Same::Eq>(ctx, "assq", v, list);
}
plc_value prim_Assv(Context *ctx, Value v, Value list) {
  return isIdentity(v) ? associate<Same::Eq>(ctx, "assv", v, list)
                       : associate<Same::Eqv>(ctx, "assv", v, list);
}
plc_value prim_AssocEqual(Context *ctx, Value v, Value list) {
  return isIdentity(v) ? associate<Same::Eq>(ctx, "assoc", v, list)
                       : associate<Same::Equal>(ctx, "assoc", v, list);
}

//===--- Boxes ------------------------------------------------------------===//

plc_value prim_MakeBox(Context *ctx, Value v) {
  return allocateObject(ctx, PLC_KIND_BOX, 0, 1, v);
}
plc_value prim_BoxP(Context *, Value v) {
  return plc_bool(plc_is_kind(v, PLC_KIND_BOX));
}
plc_value prim_Unbox(Context *ctx, Value box) {
  if (!plc_is_kind(box, PLC_KIND_BOX))
    wrongType(ctx, "unbox", 1, "a box", box);
  return plc_fields(box)[0];
}
plc_value prim_SetBox(Context *ctx, Value box, Value v) {
  if (!plc_is_kind(box, PLC_KIND_BOX))
    wrongType(ctx, "set-box!", 1, "a box", box);
  if (!inHeap(ctx, box))
    immutable(ctx, "set-box!", box);
  store(ctx, plc_fields(box), v);
  return PLC_UNSPECIFIED;
}

} // namespace plc::rt::detail
