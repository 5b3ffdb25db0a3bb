/// \file
/// C++ shims: instances that are made of Lisp data, containers above all.
#ifndef PLC_CXX_CONTAINERS_H
#define PLC_CXX_CONTAINERS_H

#include "plc/cxx/scalars.h"
#include "plc/cxx/text.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <type_traits>

namespace plc {
namespace cxx __attribute__((visibility("hidden"))) {

template <class T>
concept Sequence = requires(T &x, typename T::value_type v) {
  x.push_back(std::move(v));
  x.begin();
  x.end();
};
template <class T>
concept Mapping = requires(T &x, typename T::key_type k,
                           typename T::mapped_type v) {
  x.emplace(std::move(k), std::move(v));
  x.find(k) != x.end();
};

inline bool isSequence(plc_value v) {
  return plc_is_kind(v, PLC_KIND_VECTOR) || plc_is_kind(v, PLC_KIND_NUMVECTOR) ||
         v == PLC_NULL || plc_is_pair(v);
}

template <class N, class F> void eachNumber(plc_value v, F use, size_t most) {
  for (size_t i = 0; i < std::min(plc_bytes_length(v) / sizeof(N), most); ++i)
    use(Convert<N>::to(reinterpret_cast<const N *>(plc_bytes(v))[i]));
}

/// While data is converted whose parts are converted, too: it may have no end.
class Level {
public:
  Level() {
    if (depth == Most)
      throw Failure{PLC_E_DEPTH, "the data is nested too deeply, or contains itself"};
    ++depth;
  }
  Level(const Level &) = delete;
  ~Level() { --depth; }

private:
  static constexpr int Most = 1000;
  static inline thread_local int depth = 0;
};

/// Calls use(element) for the elements of a list or vector, `most` at the most.
template <class F>
void eachElement(plc_value v, F use, size_t most = SIZE_MAX) {
  if (plc_is_kind(v, PLC_KIND_NUMVECTOR)) {
    switch (plc_element_of(v)) {
#define PLC_ELEMENT(Name, Number, CType, Bytes)                                \
  case PLC_ELEMENT_##Name:                                                     \
    return eachNumber<CType>(v, use, most);
#include "plc/elements.def"
    }
  }
  if (plc_is_kind(v, PLC_KIND_VECTOR)) {
    for (size_t i = 0; i < std::min(plc_vector_length(v), most); ++i)
      use(plc_vector_ref(v, i));
    return;
  }
  if (host()->list_length(host(), v) < 0)
    refuse("a list or vector is needed here");
  for (; plc_is_pair(v) && most; v = plc_cdr(v), --most)
    use(plc_car(v));
}

/// The rank of a list or vector for elements of type T, by the worst of the first
/// ones: the types of several overloads differ in that alone.
template <class T> int rankOfElements(plc_value v) {
  constexpr int Most = Misfit - Data - 1;
  size_t looked = 32;
  int worst = Exact;
  auto look = [&](plc_value element) {
    int rank = Convert<T>::rank(element);
    worst = std::max(worst, rank == Impossible ? int(Misfit - Data)
                            : rank >= Data     ? std::min(rank - Data, Most)
                                               : std::min(rank, Most));
  };
  if (plc_is_pair(v))
    for (; plc_is_pair(v) && looked; v = plc_cdr(v), --looked)
      look(plc_car(v));
  else
    eachElement(v, look, looked);
  return Data + worst;
}

inline size_t elementsOf(plc_value v) {
  size_t count = 0;
  eachElement(v, [&](plc_value) { ++count; });
  return count;
}

/// Calls use(key, value) for the entries of a hash table or an association list.
template <class F> void eachEntry(plc_value v, F use) {
  if (plc_is_kind(v, PLC_KIND_HASHTABLE)) {
    size_t position = 0;
    plc_value key, value;
    while (host()->map_next(host(), v, &position, &key, &value))
      use(key, value);
    return;
  }
  eachElement(v, [&](plc_value entry) {
    if (!plc_is_pair(entry))
      refuse("a hash table or a list of pairs is needed here");
    use(plc_car(entry), plc_cdr(entry));
  });
}

/// Has a fixed number of elements that lie one after the other.
template <class T>
concept FixedSequence = requires(T &x) {
  std::tuple_size<T>::value;
  x.data();
  x[0] = x[0];
};
template <class T>
concept Set = requires(T &x, typename T::key_type k) {
  typename T::value_type;
  x.insert(std::move(k));
} && !Sequence<T> && !Mapping<T>;
/// A value that is one of several kinds, lists and maps of itself among them.
template <class T>
concept Document = Sequence<T> && std::is_same_v<typename T::value_type, T> &&
                   requires(T &x, T y) { x[std::string()] = y; };

/// What a class can be made of besides its own instances; the code of the importer
/// specializes it. An aggregate has `set<Field>(instance, value, texts)`, too.
template <class... T> struct Types {};
template <class T> struct AggregateOf {
  static constexpr size_t count = 0;
};
/// Objects of other classes, by a converting constructor or operator.
template <class T> struct MadeFrom {
  using Others = Types<>;
};

/// Conversions that the class itself has. What takes anything means another thing.
struct Anything {};
template <class From, class T>
constexpr bool isImplicit = [] {
  if constexpr (std::is_class_v<T> && !std::is_abstract_v<T>)
    return std::is_convertible_v<From, T> && !std::is_convertible_v<Anything, T>;
  else
    return false;
}();

/// The same of numbers, without loss.
template <class From, class T>
constexpr bool takesNumber = [] {
  if constexpr (isImplicit<From, T>)
    return requires { T{std::declval<From>()}; };
  else
    return false;
}();

template <class P, bool MayBeMade = false> struct Argument;
/// A part of what is made of data; text that it refers to goes to `texts`.
template <class T> struct Part;

/// Of an aggregate that is made of data.
template <class F>
void setField(F &field, plc_value v, const char *name, LastingText &texts) {
  if constexpr (std::is_move_assignable_v<F>)
    field = Part<F>(v, texts).get();
  else
    refuse(std::string("the field `") + name + "` cannot be assigned");
}

template <class T> struct FromData {
  using Others = typename MadeFrom<T>::Others;
  static constexpr size_t fields =
      std::is_default_constructible_v<T> ? AggregateOf<T>::count : 0;
  static constexpr bool isText =
      isImplicit<std::string, T> || isImplicit<const char *, T>;
  static constexpr bool isReal =
      takesNumber<double, T> || takesNumber<float, T>;
  static constexpr bool isWhole =
      takesNumber<long, T> || takesNumber<int, T> ||
      takesNumber<unsigned long, T> || takesNumber<unsigned, T>;
  /// C++ takes them for numbers, Lisp does not.
  static constexpr bool isBoolean =
      isImplicit<bool, T> && (Document<T> || !(isWhole || isReal));
  static constexpr bool isNil = isImplicit<std::nullptr_t, T>;
  static constexpr bool isMovable = std::is_move_constructible_v<T>;
  static constexpr bool isContainer =
      isMovable &&
      (Sequence<T> || Mapping<T> || Set<T> || FixedSequence<T> || fields != 0);
  static constexpr bool isPossible =
      isText || isReal || isWhole || isBoolean || isNil || isContainer ||
      !std::is_same_v<Others, Types<>>;

  static int rank(plc_value v) {
    if (isContainerData(v)) {
      if constexpr (Sequence<T> && !Document<T>)
        return rankOfElements<std::remove_cv_t<typename T::value_type>>(v);
      return Data;
    }
    std::optional<T> *none = nullptr;
    return rankOfOthers(v, Others()) != Impossible || convert(v, none, nullptr) ? User
                                                                       : Impossible;
  }
  static void make(plc_value v, std::optional<T> &own, LastingText &texts) {
    if (isContainerData(v))
      fill(v, own, texts);
    else if (!makeOfOther(v, own, Others()) && !convert(v, &own, &texts))
      refuse("an object of the class `" + demangled(typeid(T).name()) +
             "`, or what it can be made of, is needed here");
  }

private:
  static bool isContainerData(plc_value v) {
    if constexpr (Mapping<T> || Document<T>)
      if (plc_is_kind(v, PLC_KIND_HASHTABLE))
        return true;
    return isContainer && isSequence(v);
  }
  static void fill(plc_value v, std::optional<T> &own, LastingText &texts) {
    Level level;
    if constexpr (isContainer)
      own.emplace();
    if constexpr (fields != 0) {
      fillFields(v, *own, texts, std::make_index_sequence<fields>());
    } else if constexpr (FixedSequence<T>) {
      size_t i = 0, needed = std::tuple_size<T>::value;
      if (elementsOf(v) != needed)
        refuse(std::to_string(needed) + " elements are needed here");
      eachElement(v, [&](plc_value element) {
        (*own)[i++] = Part<typename T::value_type>(element, texts).get();
      });
    } else if constexpr (Mapping<T>) {
      eachEntry(v, [&](plc_value key, plc_value value) {
        Part<typename T::key_type> k(key, texts);
        Part<typename T::mapped_type> x(value, texts);
        own->emplace(k.get(), x.get());
      });
    } else if constexpr (Set<T>) {
      eachElement(v, [&](plc_value element) {
        own->insert(Part<typename T::value_type>(element, texts).get());
      });
    } else if constexpr (Sequence<T>) {
      if constexpr (Document<T>) {
        if (plc_is_kind(v, PLC_KIND_HASHTABLE)) {
          if constexpr (requires { T(T::object()); })
            own.emplace(T::object());
          eachEntry(v, [&](plc_value key, plc_value value) {
            (*own)[Convert<std::string>::from(key)] = Part<T>(value, texts).get();
          });
          return;
        }
        if constexpr (requires { T(T::array()); })
          own.emplace(T::array());
      }
      eachElement(v, [&](plc_value element) {
        own->push_back(Part<typename T::value_type>(element, texts).get());
      });
    }
  }
  template <size_t... I>
  static void fillFields(plc_value v, T &instance, LastingText &texts,
                         std::index_sequence<I...>) {
    size_t i = 0;
    eachElement(v, [&](plc_value part) {
      if (i == fields)
        refuse("`" + demangled(typeid(T).name()) + "` has " +
               std::to_string(fields) + " fields");
      ((I == i ? AggregateOf<T>::template set<I>(instance, part, texts) : void()),
       ...);
      ++i;
    });
  }

  template <class... O> static int rankOfOthers(plc_value v, Types<O...>) {
    int best = Impossible;
    ((best = std::min(best, objectRank<O>(v))), ...);
    return best;
  }
  template <class... O>
  static bool makeOfOther(plc_value v, std::optional<T> &own, Types<O...>) {
    auto take = [&]<class Other>(Other *) {
      int depth;
      Other *object = objectIn<Other>(v, depth);
      if constexpr (isMovable) {
        if (object)
          own.emplace(static_cast<T>(*object));
      } else if constexpr (std::is_constructible_v<T, Other &>) {
        if (object)
          own.emplace(*object);
      } else {
        return false;
      }
      return object != nullptr;
    };
    return (take(static_cast<O *>(nullptr)) || ...);
  }

  /// By a conversion of the class, if it has one; nothing is made if `own` is
  /// null.
  static bool convert(plc_value v, std::optional<T> *own, LastingText *texts) {
    if (plc_is_kind(v, PLC_KIND_STRING)) {
      if constexpr (isImplicit<std::string, T>)
        return emplace<std::string>(v, own, texts);
      else if constexpr (isImplicit<const char *, T>)
        return emplace<const char *>(v, own, texts);
    } else if (isInteger(v)) {
      return convertNumber<long, int, unsigned long, unsigned, double, float>(
          v, own, texts);
    } else if (cxx::isReal(v)) {
      return convertNumber<double, float>(v, own, texts);
    } else if (v == PLC_TRUE || v == PLC_FALSE) {
      if constexpr (isBoolean)
        return emplace<bool>(v, own, texts);
    } else if (v == PLC_NIL) {
      if constexpr (isNil)
        return emplace<std::nullptr_t>(v, own, texts);
    }
    return false;
  }
  template <class... N>
  static bool convertNumber(plc_value v, std::optional<T> *own,
                            LastingText *texts) {
    auto take = [&]<class Number>(Number) {
      if constexpr (takesNumber<Number, T>)
        if (Convert<Number>::rank(v) != Impossible)
          return emplace<Number>(v, own, texts);
      return false;
    };
    return (take(N()) || ...);
  }
  template <class From>
  static bool emplace(plc_value v, std::optional<T> *own, LastingText *texts) {
    if (!own)
      return true;
    // The class may be a view. A document has its own text.
    if constexpr (std::is_same_v<From, std::string> && !Document<T>)
      implicitly<From>(*own, std::move(texts->keep(textOf(v))));
    else if constexpr (std::is_same_v<From, const char *>)
      implicitly<From>(*own, Part<From>(v, *texts).get());
    else
      implicitly<From>(*own, Convert<From>::from(v));
    return true;
  }
  template <class From> static void implicitly(std::optional<T> &own, From &&x) {
    if constexpr (isMovable)
      own.emplace([&]() -> T { return static_cast<From &&>(x); }());
    else
      own.emplace(static_cast<From &&>(x));
  }
};

} // namespace cxx
} // namespace plc
#endif // PLC_CXX_CONTAINERS_H
