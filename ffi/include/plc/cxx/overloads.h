/// \file
/// C++ shims: the choice among overloads by the values of a call.
#ifndef PLC_CXX_OVERLOADS_H
#define PLC_CXX_OVERLOADS_H

#include "plc/cxx/calls.h"

#include <cstring>
#include <vector>

namespace plc {
namespace cxx __attribute__((visibility("hidden"))) {

/// One way to call something, with a number of arguments.
struct Overload {
  const char *declaration;
  size_t arity;
  int (*rank)(plc_value v, size_t index);
  /// `self`: the object of a method, which `owner` refers to.
  plc_value (*call)(void *self, Owner owner, const plc_value *args);
  enum : unsigned {
    Const = 1,  ///< for objects that are const
    Hidden = 2, ///< there is another one for those that are not
    Any = 4     ///< no method: there is no object
  };
  unsigned flags;
  const char *refusal = nullptr; ///< why it cannot be called: it is only told
  bool serves(bool isConst) const {
    return (flags & Any) || (isConst ? flags & Const : !(flags & Hidden));
  }
};

template <class... P> int rankAt(plc_value v, size_t index) {
  // A function that cannot be called would have no code, and the unwinder would
  // take it for the one behind it.
  if constexpr (sizeof...(P) == 0) {
    return Impossible;
  } else {
    int (*const ranks[])(plc_value) = {rankOf<P>...};
    return ranks[index](v);
  }
}

/// The overload that suits the values best, by the rule of C++: better for one
/// argument, and worse for none.
inline const Overload *choose(const char *name, const Overload *overloads,
                              size_t count, const plc_value *args,
                              size_t arity, bool isConst = false) {
  auto isPossible = [&](const Overload &o) {
    if (o.arity != arity || o.refusal || !o.serves(isConst))
      return false;
    for (size_t i = 0; i < arity; ++i)
      if (o.rank(args[i], i) == Impossible)
        return false;
    return true;
  };
  auto isBetter = [&](const Overload &a, const Overload &b) {
    bool isBetterOnce = false;
    for (size_t i = 0; i < arity; ++i) {
      int ra = a.rank(args[i], i), rb = b.rank(args[i], i);
      if (ra > rb)
        return false;
      isBetterOnce |= ra < rb;
    }
    return isBetterOnce;
  };
  const Overload *best = nullptr, *only = nullptr;
  size_t suitable = 0, others = 0;
  for (size_t i = 0; i < count; ++i) {
    others += !overloads[i].serves(isConst);
    if (!overloads[i].refusal && overloads[i].arity == arity && overloads[i].serves(isConst)) {
      ++suitable;
      only = &overloads[i];
    }
  }
  // With one there is nothing to choose: it says what it does not take.
  if (suitable == 1)
    return only;
  if (suitable == 0 && isConst && others)
    refuse("this object is const, and " + std::string(name) + " may change it");
  for (size_t i = 0; i < count; ++i)
    if (isPossible(overloads[i]) && (!best || isBetter(overloads[i], *best)))
      best = &overloads[i];
  std::string text;
  bool isAmbiguous = false;
  for (size_t i = 0; i < count; ++i) {
    if (best && &overloads[i] != best && isPossible(overloads[i]) &&
        !isBetter(*best, overloads[i])) {
      isAmbiguous = true;
      text += std::string("; ") + overloads[i].declaration;
    } else if (!best && (i == 0 || strcmp(overloads[i].declaration,
                                          overloads[i - 1].declaration) != 0)) {
      text += std::string(i ? "; " : ": ") + overloads[i].declaration;
      if (overloads[i].refusal)
        text += std::string(" (") + overloads[i].refusal + ")";
    }
  }
  if (!best)
    refuse(std::string(name) + ": no overload takes these arguments" + text);
  bool isMisfit = false;
  for (size_t i = 0; best && i < arity; ++i)
    isMisfit |= best->rank(args[i], i) / 2 == Misfit;
  if (isAmbiguous)
    refuse(std::string(name) +
           (isMisfit ? ": none of these overloads takes all the elements: "
                     : ": these overloads take the arguments as well: ") +
           best->declaration + text);
  return best;
}

template <size_t Count>
plc_value callBest(const char *name, const Overload (&overloads)[Count],
                   const plc_value *args, size_t arity) noexcept {
  try {
    return choose(name, overloads, Count, args, arity)
        ->call(nullptr, Owner{PLC_FALSE, args, arity}, args);
  } catch (...) {
    failed();
    return PLC_UNSPECIFIED;
  }
}

/// Overloads for a call of another unit, which did not know their classes; kept for
/// ever.
struct MoreOverloads {
  const Overload *rows;
  size_t count;
  const MoreOverloads *next;
};
template <size_t Count>
void addOverloads(const char *call, const Overload (&rows)[Count]) {
  void **slot = shims->slot(call);
  *slot = new MoreOverloads{rows, Count, static_cast<MoreOverloads *>(*slot)};
}

/// A call that units with more classes add overloads to.
class OpenCall {
public:
  template <size_t Count>
  OpenCall(const char *call, const char *name, const Overload (&rows)[Count])
      : name(name), slot(shims->slot(call)), all(rows, rows + Count) {}
  plc_value run(const plc_value *args, size_t arity) noexcept {
    try {
      auto *last = static_cast<const MoreOverloads *>(*slot);
      for (auto *more = last; more != seen; more = more->next)
        for (size_t i = 0; i < more->count; ++i)
          add(more->rows[i]);
      seen = last;
      return choose(name, all.data(), all.size(), args, arity)
          ->call(nullptr, Owner{PLC_FALSE, args, arity}, args);
    } catch (...) {
      failed();
      return PLC_UNSPECIFIED;
    }
  }

private:
  void add(const Overload &row) {
    for (const Overload &known : all)
      if (strcmp(known.declaration, row.declaration) == 0 && !known.refusal)
        return;
    all.push_back(row);
  }
  const char *name;
  void **slot;
  const MoreOverloads *seen = nullptr;
  std::vector<Overload> all;
};

} // namespace cxx
} // namespace plc
#endif // PLC_CXX_OVERLOADS_H
