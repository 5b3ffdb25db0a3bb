//===- Equal.cpp - equal? and hashing -------------------------------------===//
//
// equal? first runs as a plain recursion with a budget. Structures that exhaust
// it are large, deep or circular: the comparison starts again with an explicit
// stack and a union-find over the nodes assumed equal, which ends on cycles and
// is close to linear. Most nodes are compared without the union-find, which
// takes turns of its own: it meets the cycles sooner or later (Adams and Dybvig
// 2008).
//
//===----------------------------------------------------------------------===//
#include "stdlib/runtime/Equal.h"
#include "stdlib/StringHash.h"
#include "stdlib/runtime/Control.h"
#include "stdlib/runtime/Scratch.h"

#include <cstdlib>

using namespace plc::rt;

//===--- Leaves -----------------------------------------------------------===//

namespace {
/// The characters of a string.
struct Text {
  const void *data;
  int64_t length;
  bool wide;

  explicit Text(Value string) {
    const Value *fields = plc_fields(string);
    length = plc_fixnum_value(fields[0]);
    data = plc_fields(fields[1]);
    wide = plc_header_flags(plc_header(fields[1])) & 1;
  }
};
} // namespace

bool plc::rt::stringsEqual(Value a, Value b) {
  Text x(a), y(b);
  if (x.length != y.length)
    return false;
  if (x.wide == y.wide)
    return memcmp(x.data, y.data, x.length << (x.wide ? 2 : 0)) == 0;
  const uint32_t *wide =
      static_cast<const uint32_t *>(x.wide ? x.data : y.data);
  const uint8_t *narrow =
      static_cast<const uint8_t *>(x.wide ? y.data : x.data);
  for (int64_t i = 0; i < x.length; ++i)
    if (wide[i] != narrow[i])
      return false;
  return true;
}

namespace {
enum class Answer { No, Yes, Inside };
} // namespace

/// Compares two values except for what lies inside pairs, vectors and boxes of
/// the same shape.
static Answer compareShallow(Context *ctx, Value a, Value b) {
  if (a == b)
    return Answer::Yes;
  if (plc_is_pair(a))
    return plc_is_pair(b) ? Answer::Inside : Answer::No;
  if (!plc_is_object(a) || !plc_is_object(b))
    return Answer::No;
  uint64_t x = plc_header(a), y = plc_header(b);
  if (plc_header_kind(x) != plc_header_kind(y))
    return Answer::No;
  switch (plc_header_kind(x)) {
  case PLC_KIND_VECTOR:
    return plc_header_length(x) == plc_header_length(y) ? Answer::Inside
                                                        : Answer::No;
  case PLC_KIND_BOX:
    return Answer::Inside;
  case PLC_KIND_STRING:
    return stringsEqual(a, b) ? Answer::Yes : Answer::No;
  case PLC_KIND_NUMVECTOR:
    if ((plc_header_flags(x) ^ plc_header_flags(y)) & ~1u)
      return Answer::No;
    [[fallthrough]];
  case PLC_KIND_BYTEVECTOR:
    return plc_header_length(x) == plc_header_length(y) &&
                   memcmp(plc_fields(a), plc_fields(b), plc_header_length(x)) ==
                       0
               ? Answer::Yes
               : Answer::No;
  case PLC_KIND_POINTER:
    return plc_fields(a)[0] == plc_fields(b)[0] ? Answer::Yes : Answer::No;
  case PLC_KIND_FOREIGN:
    return rt_foreign_equal(ctx, a, b) ? Answer::Yes : Answer::No;
  default:
    return detail::rt_eqv(ctx, a, b) ? Answer::Yes : Answer::No;
  }
}

//===--- Recursion with a budget ------------------------------------------===//

namespace {
struct Budget {
  int nodes;
  bool spent = false;
};
} // namespace

static bool compareSmall(Context *ctx, Value a, Value b, Budget &budget,
                         int depth) {
  for (;;) {
    Answer answer = compareShallow(ctx, a, b);
    if (answer != Answer::Inside)
      return answer == Answer::Yes;
    if (--budget.nodes < 0 || depth > 200) {
      budget.spent = true;
      return false;
    }
    if (plc_is_pair(a)) {
      if (!compareSmall(ctx, plc_car(a), plc_car(b), budget, depth + 1))
        return false;
      a = plc_cdr(a);
      b = plc_cdr(b);
      continue;
    }
    uint64_t length = plc_header_length(plc_header(a));
    if (plc_header_kind(plc_header(a)) == PLC_KIND_BOX)
      length = 1;
    if (length == 0)
      return true;
    for (uint64_t i = 0; i + 1 < length; ++i) {
      if (--budget.nodes < 0) {
        budget.spent = true;
        return false;
      }
      if (!compareSmall(ctx, plc_fields(a)[i], plc_fields(b)[i], budget,
                        depth + 1))
        return false;
    }
    Value nextA = plc_fields(a)[length - 1];
    b = plc_fields(b)[length - 1];
    a = nextA;
  }
}

//===--- Union-find -------------------------------------------------------===//

namespace {
/// Nodes assumed equal so far. Nothing allocates on the heap, so nothing moves
/// while it lives.
class EqualGraphs {
public:
  explicit EqualGraphs(Context *ctx) : ctx(ctx), scratch(ctx), stack(scratch) {}

  bool compare(Value a, Value b) {
    bool result = run(a, b);
    scratch.releaseAll();
    return result;
  }

private:
  struct Task {
    Value a, b;
  };
  struct Node {
    Value key;
    Value parent; ///< key of the node above, itself at the root
  };

  bool run(Value a, Value b) {
    stack.push({a, b});
    while (stack.size) {
      Task task = stack.top();
      stack.pop();
      Answer answer = compareShallow(ctx, task.a, task.b);
      if (answer == Answer::No)
        return false;
      if (answer == Answer::Yes)
        continue;
      if (--turn < 0) {
        if (!unite(task.a, task.b)) {
          // Where parts are shared it pays: it goes on.
          turn = 0;
          continue;
        }
        if (turn < -kRecordedTurn)
          turn = plainTurn();
      }
      if (plc_is_pair(task.a)) {
        stack.push({plc_cdr(task.a), plc_cdr(task.b)});
        stack.push({plc_car(task.a), plc_car(task.b)});
        continue;
      }
      uint64_t length = plc_header_length(plc_header(task.a));
      if (plc_header_kind(plc_header(task.a)) == PLC_KIND_BOX)
        length = 1;
      for (uint64_t i = length; i-- > 0;)
        stack.push({plc_fields(task.a)[i], plc_fields(task.b)[i]});
    }
    return true;
  }

  /// Nodes until the next turn of the union-find: of random length, so that no
  /// structure can evade it for long.
  int plainTurn() {
    random = random * 6364136223846793005u + 1442695040888963407u;
    return int(random >> 33) % kLongestPlainTurn;
  }

  Node &find(Value key) {
    if (nodes * 2 >= capacity)
      grow();
    size_t i = slot(key);
    while (table[i].key && table[i].key != key)
      i = (i + 1) & (capacity - 1);
    if (!table[i].key) {
      table[i] = {key, key};
      ++nodes;
    }
    return table[i];
  }
  size_t slot(Value key) const {
    return (key * 0x9E3779B97F4A7C15u >> 20) & (capacity - 1);
  }
  void grow() {
    size_t oldCapacity = capacity;
    Node *old = table;
    capacity = capacity ? capacity * 2 : 256;
    table =
        static_cast<Node *>(scratch.allocateZeroed(capacity * sizeof(Node)));
    for (size_t i = 0; i < oldCapacity; ++i) {
      if (!old[i].key)
        continue;
      size_t at = slot(old[i].key);
      while (table[at].key)
        at = (at + 1) & (capacity - 1);
      table[at] = old[i];
    }
    scratch.release(old);
  }
  Value root(Value key) {
    for (;;) {
      Value parent = find(key).parent;
      if (parent == key)
        return key;
      Value grand = find(parent).parent;
      find(key).parent = grand;
      key = parent;
    }
  }
  /// False if both were known to be equal.
  bool unite(Value a, Value b) {
    Value x = root(a), y = root(b);
    if (x == y)
      return false;
    find(x).parent = y;
    return true;
  }

  static constexpr int kRecordedTurn = 40, kLongestPlainTurn = 800;

  Context *ctx;
  int turn = kLongestPlainTurn;
  uint64_t random = 1;
  Scratch scratch;
  RawStack<Task> stack;
  Node *table = nullptr;
  size_t nodes = 0, capacity = 0;
};
} // namespace

bool plc::rt::isEqual(Context *ctx, Value a, Value b) {
  Budget budget = {1000};
  if (compareSmall(ctx, a, b, budget, 0))
    return true;
  if (!budget.spent)
    return false;
  return EqualGraphs(ctx).compare(a, b);
}

//===--- Hashes -----------------------------------------------------------===//

static uint64_t mix(uint64_t h) {
  h ^= h >> 33;
  h *= 0xFF51AFD7ED558CCDu;
  h ^= h >> 33;
  h *= 0xC4CEB9FE1A85EC53u;
  h ^= h >> 33;
  return h >> 4;
}

/// PLC_HASH_SEED: the hashes of strings differ from run to run where input is
/// hostile. 0: the hashes that objects carry are used.
static uint64_t hashSeed() {
  static bool known;
  static uint64_t seed;
  if (!known) {
    known = true;
    if (const char *text = getenv("PLC_HASH_SEED"))
      seed = strtoull(text, nullptr, 0);
  }
  return seed;
}

Hash plc::rt::hashString(Value string) {
  uint64_t seed = hashSeed();
  // Only a constant string's cached hash is sure to be current.
  if (seed == 0 && (plc_header_flags(plc_header(string)) & 1) &&
      plc_fields(string)[2] != 0)
    return {uint64_t(plc_fixnum_value(plc_fields(string)[2])), false};
  Text text(string);
  uint64_t h = text.wide
                   ? hashCodePoints(static_cast<const uint32_t *>(text.data),
                                    text.length, seed)
                   : hashCodePoints(static_cast<const uint8_t *>(text.data),
                                    text.length, seed);
  return {h, false};
}

static Hash hashBytes(Value v) {
  const uint8_t *bytes = reinterpret_cast<const uint8_t *>(plc_fields(v));
  uint64_t length = plc_header_length(plc_header(v));
  return {plc::hashCodePoints(bytes, length), false};
}

Hash plc::rt::hashEq(Value v) {
  if (!plc_is_pointer(v))
    return {mix(v), false};
  if (plc_is_kind(v, PLC_KIND_SYMBOL))
    return {uint64_t(plc_fixnum_value(plc_fields(v)[1])), false};
  return {mix(v), inHeap(theContext, v)};
}

Hash plc::rt::hashEqv(Value v) {
  if (!plc_is_object(v))
    return hashEq(v);
  uint64_t header = plc_header(v);
  switch (plc_header_kind(header)) {
  case PLC_KIND_FLONUM:
    return {mix(plc_fields(v)[0]), false};
  case PLC_KIND_BIGNUM: {
    Hash h = hashBytes(v);
    return {mix(h.bits + plc_header_flags(header)), false};
  }
  case PLC_KIND_RATNUM:
  case PLC_KIND_COMPNUM: {
    Hash a = hashEqv(plc_fields(v)[0]), b = hashEqv(plc_fields(v)[1]);
    return {mix(a.bits * 31 + b.bits), false};
  }
  default:
    return hashEq(v);
  }
}

namespace {
/// Hashes the parts of a datum: all of them up to some thousands, and the end of
/// what is longer. Data that are equal? have the same hash though one of them is
/// circular and the other shares nothing: both look the same to a walk.
class DatumHash {
public:
  void add(Value v, int depth);
  uint64_t state = 0;
  bool usesAddress = false;

private:
  void addTail(Value list, int depth);
  /// One of the last elements of something too long, on a budget of its own.
  void addLast(Value element, int depth) {
    int rest = budget, others = tails;
    budget = kLastNodes;
    tails = 0;
    add(element, depth + 1);
    budget = rest;
    tails = others;
  }

  static constexpr int kNodes = 4096, kDepth = 200;
  static constexpr int kLast = 16, kLastNodes = 32;
  int budget = kNodes;
  int tails = 4; ///< how many ends are still looked for
};
} // namespace

/// Length and last elements of a list of which the beginning has been hashed.
void DatumHash::addTail(Value list, int depth) {
  if (--tails < 0)
    return;
  // Brent 1980: a list that goes round has no end.
  uint64_t length = 0, limit = 64;
  Value mark = list, at = list;
  for (; plc_is_pair(at); ++length) {
    at = plc_cdr(at);
    if (at == mark)
      return;
    if (length == limit) {
      mark = at;
      limit *= 2;
    }
  }
  state = mix(state * 31 + length);
  for (; length > kLast; --length)
    list = plc_cdr(list);
  for (; plc_is_pair(list); list = plc_cdr(list))
    addLast(plc_car(list), depth);
  addLast(list, depth);
}

void DatumHash::add(Value v, int depth) {
  for (;;) {
    if (--budget < 0 || depth > kDepth)
      return;
    if (plc_is_pair(v)) {
      state = mix(state * 31 + 1);
      add(plc_car(v), depth + 1);
      v = plc_cdr(v);
      if (budget <= 0)
        return addTail(v, depth);
      continue;
    }
    Hash h;
    plc_kind kind =
        plc_is_object(v) ? plc_header_kind(plc_header(v)) : PLC_KIND_FILLER;
    switch (kind) {
    case PLC_KIND_STRING:
      h = hashString(v);
      break;
    case PLC_KIND_BYTEVECTOR:
    case PLC_KIND_NUMVECTOR:
      h = hashBytes(v);
      break;
    case PLC_KIND_BOX:
      state = mix(state * 31 + 2);
      v = plc_fields(v)[0];
      continue;
    case PLC_KIND_VECTOR: {
      uint64_t length = plc_header_length(plc_header(v)), i = 0;
      state = mix(state * 31 + 3 + length);
      for (; i < length && budget > 0; ++i)
        add(plc_fields(v)[i], depth + 1);
      if (i < length && --tails >= 0)
        for (i = i + kLast < length ? length - kLast : i; i < length; ++i)
          addLast(plc_fields(v)[i], depth);
      return;
    }
    case PLC_KIND_POINTER: // by its address
      h = hashEqv(plc_fields(v)[0]);
      break;
    case PLC_KIND_FOREIGN:
      h = hashEqv(v);
      if (uint64_t bits = rt_foreign_hash(theContext, v))
        h = {bits, false};
      break;
    default:
      h = hashEqv(v);
    }
    usesAddress |= h.usesAddress;
    state = mix(state * 31 + h.bits);
    return;
  }
}

Hash plc::rt::hashEqual(Value v) {
  if (plc_is_kind(v, PLC_KIND_STRING))
    return hashString(v);
  if (!plc_is_pointer(v) || plc_is_kind(v, PLC_KIND_SYMBOL))
    return hashEq(v);
  DatumHash hash;
  hash.add(v, 0);
  return {hash.state, hash.usesAddress};
}
