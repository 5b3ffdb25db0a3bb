/// \file
/// A plugin for plc in C++: the whole bridge to a small foreign runtime.
///
/// The runtime, called `example`, is an object store with its own heap: nil,
/// booleans, 64-bit integers, doubles, strings, byte strings, lists, maps with
/// string keys, objects with members and methods, functions. Objects are shared
/// pointers; errors are exceptions.
///
/// Two rules decide how everything is written:
/// - A plc_value lies in a local variable, an argument or the plc_error, where
///   the collector sees it; never in a container, a captured copy on the heap
///   or an exception, for these lie elsewhere. Objects hold Lisp by a Root.
/// - No exception leaves the plugin: every operation runs in `guarded`. No
///   exception meets a frame of Lisp either, since host functions report by a
///   status, which becomes an exception on our side of the call.
#include "plc/plugin.h"

#include <array>
#include <atomic>
#include <charconv>
#include <chrono>
#include <compare>
#include <csignal>
#include <cstdio>
#include <exception>
#include <memory>
#include <string>
#include <thread>
#include <unistd.h>
#include <utility>
#include <variant>
#include <vector>

namespace {

const plc_host *lisp;     ///< set by start
extern plc_plugin plugin; ///< the table at the end of the file

constexpr int MaxDepth =
    500; ///< nesting that conversions, which recurse, follow
constexpr std::size_t MaxArguments = 256; ///< of calls into Lisp

/* --- 1 Values ------------------------------------------------------------ */

class Object;
using Ref = std::shared_ptr<Object>;
struct Nil {};
struct Bytes {
  std::string data;
};
/// Strings are UTF-8, lone surrogates included.
using Value =
    std::variant<Nil, bool, std::int64_t, double, std::string, Bytes, Ref>;

/// A Lisp value that is kept outside of the stack.
class Root {
public:
  explicit Root(plc_value v) : root(lisp->hold(lisp, v)) {}
  ~Root() { lisp->drop(lisp, root); }
  Root(const Root &) = delete;
  Root &operator=(const Root &) = delete;
  plc_value get() const { return lisp->held(lisp, root); }

private:
  plc_root root;
};

struct Call {
  Ref self; ///< the receiver of a method
  const Value *args;
  std::size_t count;
  plc_error *error; ///< for the host only
  Ref keywords = nullptr; ///< a map of the keyword arguments, if there are some
};

struct Native {
  const char *name, *signature, *doc;
  std::size_t least, most; ///< how many arguments it takes
  Value (*code)(Call &call);
  bool takesKeywords = false;
};

struct Class {
  const char *name, *doc;
  std::vector<Native> methods = {};
};

/// The functions that are active, for traces: those of the operation that runs.
/// What lies around it is known to plc.
struct Frame {
  static inline const Frame *innermost = nullptr;
  const Native *native;
  const Frame *outer;
  explicit Frame(const Native *native)
      : native(native), outer(std::exchange(innermost, this)) {}
  ~Frame() { innermost = outer; }
};

/// An error on its way to the border of the plugin. It holds no Lisp values:
/// it does not lie on the stack.
struct Failure {
  plc_status status;
  std::string message;
  std::string type = {};
  std::vector<std::string> nearest = {};
  std::vector<const Native *> trace = {};
};
/// The host has described an error in the plc_error of the operation, perhaps a
/// PLC_E_LISP with its token: only the status is to be passed on.
struct Passing {
  plc_status status;
};

void check(plc_status status) {
  if (status != PLC_OK)
    throw Passing{status};
}

/// An error of the runtime itself.
[[noreturn]] void raise(const char *type, std::string message) {
  Failure failure{PLC_E_FOREIGN, std::move(message), type};
  for (const Frame *f = Frame::innermost; f; f = f->outer)
    failure.trace.push_back(f->native);
  throw failure;
}

/* --- 2 Objects ----------------------------------------------------------- */

/// The objects around one that is copied.
struct Copying {
  const Object *object;
  const Copying *outer;
  int depth;
};

/// What every object can be asked for; what it cannot do is unsupported.
class Object : public std::enable_shared_from_this<Object> {
public:
  explicit Object(const Class &type) : type(type) {}
  virtual ~Object() = default;
  Object(const Object &) = delete;
  Object &operator=(const Object &) = delete;

  const Class &type;

  virtual Value *member(const std::string &) { return nullptr; }
  virtual std::vector<std::string> memberNames() const { return {}; }
  virtual Value element(plc_value) { unsupported("has no elements"); }
  virtual void setElement(plc_value, Value) { unsupported("has no elements"); }
  virtual std::size_t length() const { unsupported("has no elements"); }
  /// What an iterator sees at a position below the length.
  virtual Value visit(std::size_t) const { unsupported("has no elements"); }
  virtual Value call(Call &) {
    throw Failure{PLC_E_TYPE, "the object cannot be called"};
  }
  virtual const Native *native() const { return nullptr; }
  virtual void write(std::string &text, bool, int) const {
    text += std::string("<") + type.name;
    text += native() ? std::string(" ") + native()->name + ">" : ">";
  }
  virtual std::partial_ordering order(const Object &other, int) const {
    return this == &other ? std::partial_ordering::equivalent
                          : std::partial_ordering::unordered;
  }
  virtual std::uint64_t hash() const {
    return reinterpret_cast<std::uintptr_t>(this);
  }
  /// What it crosses as: a reference, for most.
  virtual plc_value intoLisp();
  /// A deep copy, by default none.
  virtual plc_value copy(const Copying *) { return intoLisp(); }

private:
  [[noreturn]] static void unsupported(const char *what) {
    throw Failure{PLC_E_UNSUPPORTED, std::string("the object ") + what};
  }
};

plc_value intoLisp(const Value &v);
plc_value copyToLisp(const Value &v, const Copying *outer);
void writeValue(std::string &text, const Value &v, bool isDisplay, int depth);
std::partial_ordering orderValues(const Value &a, const Value &b, int depth);
std::string textFromLisp(plc_value v);

/// Ends a use of a value that a container held. The dead wait in a list rather
/// than on the stack: lists may be nested deeper than any stack.
void bury(Value &&v) {
  if (!std::holds_alternative<Ref>(v))
    return;
  static std::vector<Value> *waiting;
  if (waiting) {
    waiting->push_back(std::move(v));
    return;
  }
  std::vector<Value> mine;
  mine.push_back(std::move(v));
  waiting = &mine;
  while (!mine.empty()) {
    Value dying = std::move(mine.back());
    mine.pop_back();
  }
  waiting = nullptr;
}

/// True if a copy of `object` within `outer` would not end.
bool isTooDeep(const Object *object, const Copying *outer) {
  if (outer && outer->depth >= MaxDepth)
    return true;
  for (; outer; outer = outer->outer)
    if (outer->object == object)
      return true;
  return false;
}

Value push(Call &call);

class List : public Object {
public:
  static inline const Class Type{
      "list",
      "A sequence that can grow.",
      {{"push", "(push item)", "Adds an element at the end.", 1, 1, push}}};
  List() : Object(Type) {}
  ~List() override {
    for (Value &item : items)
      bury(std::move(item));
  }
  std::vector<Value> items;

  Value element(plc_value key) override { return items[place(key)]; }
  void setElement(plc_value key, Value v) override {
    std::swap(items[place(key)], v);
  }
  std::size_t length() const override { return items.size(); }
  Value visit(std::size_t position) const override { return items[position]; }
  void write(std::string &text, bool isDisplay, int depth) const override {
    text += '[';
    for (std::size_t i = 0; i < items.size(); i++) {
      text += i > 0 ? ", " : "";
      writeValue(text, items[i], isDisplay, depth + 1);
    }
    text += ']';
  }
  std::partial_ordering order(const Object &other, int depth) const override {
    auto *list = dynamic_cast<const List *>(&other);
    if (!list || this == list || depth > MaxDepth)
      return Object::order(other, depth);
    for (std::size_t i = 0; i < items.size() && i < list->items.size(); i++) {
      auto result = orderValues(items[i], list->items[i], depth + 1);
      if (result != 0)
        return result;
    }
    return items.size() <=> list->items.size();
  }
  /// Equal lists have equal lengths; the rest is left to `order`.
  std::uint64_t hash() const override { return items.size(); }
  plc_value copy(const Copying *outer) override {
    if (isTooDeep(this, outer))
      return intoLisp();
    Copying here{this, outer, outer ? outer->depth + 1 : 1};
    plc_value vector = lisp->vector(lisp, items.size());
    for (std::size_t i = 0; i < items.size(); i++)
      lisp->vector_set(lisp, vector, i, copyToLisp(items[i], &here));
    return vector;
  }

private:
  std::size_t place(plc_value key) const {
    if (plc_type_of(key) != PLC_TYPE_INTEGER)
      throw Failure{PLC_E_TYPE, "the index of a list is an integer"};
    if (!plc_is_fixnum(key) || plc_fixnum_value(key) < 0 ||
        static_cast<std::size_t>(plc_fixnum_value(key)) >= items.size())
      throw Failure{PLC_E_RANGE, "the index is outside of the list"};
    return static_cast<std::size_t>(plc_fixnum_value(key));
  }
};

Value push(Call &call) {
  static_cast<List &>(*call.self).items.push_back(call.args[0]);
  return Nil{};
}

/// Entries in order of insertion, searched in turn; a real runtime would hash
/// them.
class Table : public Object {
public:
  using Object::Object;
  ~Table() override {
    for (Entry &entry : entries)
      bury(std::move(entry.second));
  }
  Value *find(const std::string &key) {
    for (Entry &entry : entries)
      if (entry.first == key)
        return &entry.second;
    return nullptr;
  }
  void put(const std::string &key, Value v) {
    if (Value *place = find(key))
      std::swap(*place, v); // the old value dies when all is in order
    else
      entries.emplace_back(key, std::move(v));
  }

protected:
  using Entry = std::pair<std::string, Value>;
  std::vector<Entry> entries;
};

class Map : public Table {
public:
  static inline const Class Type{"map", "Values by strings."};
  Map() : Table(Type) {}
  Value element(plc_value key) override {
    Value *place = find(name(key));
    if (!place)
      throw Failure{PLC_E_NAME, "the map has no such key"};
    return *place;
  }
  void setElement(plc_value key, Value v) override {
    put(name(key), std::move(v));
  }
  std::size_t length() const override { return entries.size(); }
  Value visit(std::size_t position) const override {
    return entries[position].first;
  }
  void write(std::string &text, bool isDisplay, int depth) const override {
    text += '{';
    for (const Entry &entry : entries) {
      text += &entry != entries.data() ? ", " : "";
      writeValue(text, entry.first, isDisplay, depth + 1);
      text += ": ";
      writeValue(text, entry.second, isDisplay, depth + 1);
    }
    text += '}';
  }
  plc_value copy(const Copying *outer) override {
    if (isTooDeep(this, outer))
      return intoLisp();
    Copying here{this, outer, outer ? outer->depth + 1 : 1};
    plc_value map = lisp->map(lisp);
    for (const Entry &entry : entries) {
      plc_value key = ::intoLisp(entry.first);
      lisp->map_set(lisp, map, key, copyToLisp(entry.second, &here));
    }
    return map;
  }
  /// The text of a key.
  static std::string name(plc_value key) {
    plc_type type = plc_type_of(key);
    if (type != PLC_TYPE_STRING && type != PLC_TYPE_SYMBOL)
      throw Failure{PLC_E_TYPE, "the keys of a map are strings"};
    return textFromLisp(key);
  }
};

/// An object with members; also modules and errors.
class Instance : public Table {
public:
  using Table::Table;
  Value *member(const std::string &name) override { return find(name); }
  std::vector<std::string> memberNames() const override {
    std::vector<std::string> names;
    for (const Entry &entry : entries)
      names.push_back(entry.first);
    return names;
  }
};

/// A function or, with a receiver, a method.
class Function : public Object {
public:
  static inline const Class Type{"function", "A function."};
  explicit Function(const Native *code, Ref self = nullptr)
      : Object(Type), code(code), self(std::move(self)) {}
  const Native *native() const override { return code; }
  Value call(Call &call) override {
    if (self)
      call.self = self;
    return run(*code, call);
  }
  static Value run(const Native &native, Call &call) {
    Frame frame(&native);
    if (call.count < native.least || call.count > native.most)
      raise("ArgumentError", "wrong number of arguments");
    if (call.keywords && !native.takesKeywords)
      raise("ArgumentError", "it takes no keyword arguments");
    return native.code(call);
  }

private:
  const Native *code;
  Ref self;
};

class Iterator : public Object {
public:
  static inline const Class Type{"iterator", "What is left of a sequence."};
  explicit Iterator(Ref source) : Object(Type), source(std::move(source)) {}
  bool next(Value &result) {
    if (position >= source->length()) // asked each time: it may have grown
      return false;
    result = source->visit(position++);
    return true;
  }

private:
  Ref source;
  std::size_t position = 0;
};

/// Several results of a call; never an element or a member.
class Results : public Object {
public:
  static inline const Class Type{"results", "Several results."};
  Results() : Object(Type) {}
  std::vector<Value> items;
  plc_value intoLisp() override {
    std::array<plc_value, MaxArguments> values; // the collector scans the stack
    for (std::size_t i = 0; i < items.size(); i++)
      values[i] = ::intoLisp(items[i]);
    return lisp->values(lisp, values.data(), items.size());
  }
};

Value fromLisp(plc_value v);

/// A procedure, or anything that is opaque to this runtime.
class LispValue : public Object {
public:
  static inline const Class Type{"lisp", "A value of Lisp."};
  explicit LispValue(plc_value v) : Object(Type), root(v) {}
  plc_value intoLisp() override { return root.get(); }
  std::partial_ordering order(const Object &other, int depth) const override {
    auto *lispValue = dynamic_cast<const LispValue *>(&other);
    return lispValue && root.get() == lispValue->root.get()
               ? std::partial_ordering::equivalent
               : Object::order(other, depth);
  }
  Value call(Call &call) override {
    if (!plc_is_procedure(root.get()))
      return Object::call(call);
    if (call.count > MaxArguments)
      throw Failure{PLC_E_UNSUPPORTED, "too many arguments"};
    std::array<plc_value, MaxArguments> values;
    for (std::size_t i = 0; i < call.count; i++)
      values[i] = ::intoLisp(call.args[i]);

    // Operations that Lisp calls meanwhile begin a new trace.
    const Frame *outside = std::exchange(Frame::innermost, nullptr);
    plc_value result;
    plc_status status = lisp->call(lisp, root.get(), values.data(), call.count,
                                   &result, call.error);
    Frame::innermost = outside;
    check(status);

    std::size_t count = lisp->values_count(lisp, result);
    if (count == 1)
      return fromLisp(result);
    if (count > MaxArguments)
      throw Failure{PLC_E_UNSUPPORTED, "too many results"};
    // They are valid until the next call of the host: first take them all.
    for (std::size_t i = 0; i < count; i++)
      values[i] = lisp->values_ref(lisp, result, i);
    auto results = std::make_shared<Results>();
    for (std::size_t i = 0; i < count; i++)
      results->items.push_back(fromLisp(values[i]));
    return results;
  }

private:
  Root root;
};

/* --- 3 Lisp values into ours --------------------------------------------
   Nothing here makes a Lisp value, so no collection happens meanwhile. */

/// The containers around the value that is converted.
struct Around {
  plc_value container;
  const Around *outer;
  int depth;
};

Value fromLisp(plc_value v, const Around *outer);
Value fromLisp(plc_value v) { return fromLisp(v, nullptr); }

/// The text of a string, or the name of a symbol without a keyword's colon.
std::string textFromLisp(plc_value v) {
  bool isSymbol = plc_is_kind(v, PLC_KIND_SYMBOL);
  plc_value string = isSymbol ? plc_symbol_name(v) : v;
  std::string text(lisp->string_utf8(lisp, string, nullptr, 0), '\0');
  lisp->string_utf8(lisp, string, text.data(), text.size());
  return isSymbol && plc_is_keyword(v) ? text.substr(1) : text;
}

/// A character is a string of one. Surrogates take three bytes, as the host
/// has it.
std::string characterFromLisp(std::uint32_t c) {
  auto tail = [c](int shift) {
    return static_cast<char>(0x80 | ((c >> shift) & 0x3F));
  };
  auto head = [c](unsigned mark, int shift) {
    return static_cast<char>(mark | (c >> shift));
  };
  if (c < 0x80)
    return {head(0, 0)};
  if (c < 0x800)
    return {head(0xC0, 6), tail(0)};
  if (c < 0x10000)
    return {head(0xE0, 12), tail(6), tail(0)};
  return {head(0xF0, 18), tail(12), tail(6), tail(0)};
}

/// What does not fit is refused, never wrapped around or rounded.
std::int64_t integerFromLisp(plc_value v) {
  if (plc_is_fixnum(v))
    return plc_fixnum_value(v);
  std::uint64_t limb = plc_bignum_limbs(v)[0];
  bool isNegative = plc_bignum_is_negative(v);
  if (plc_bignum_count(v) > 1 || limb > std::uint64_t{INT64_MAX} + isNegative)
    throw Failure{PLC_E_TYPE, "the integer does not fit into 64 bits"};
  return static_cast<std::int64_t>(isNegative ? 0 - limb : limb);
}

template <class Number> Value numberFrom(const unsigned char *bytes) {
  Number n;
  memcpy(&n, bytes, sizeof n);
  if constexpr (std::is_floating_point_v<Number>)
    return static_cast<double>(n);
  else if (std::is_same_v<Number, std::uint64_t> && n > INT64_MAX)
    throw Failure{PLC_E_TYPE, "the integer does not fit into 64 bits"};
  else
    return static_cast<std::int64_t>(n);
}

Ref numbersFromLisp(plc_value v) {
  auto list = std::make_shared<List>();
  const unsigned char *bytes = plc_bytes(v);
  std::size_t size = plc_bytes_length(v);
  switch (plc_element_of(v)) {
#define PLC_ELEMENT(Name, Number, CType, Bytes)                                \
  case PLC_ELEMENT_##Name:                                                     \
    for (std::size_t i = 0; i < size; i += Bytes)                              \
      list->items.push_back(numberFrom<CType>(bytes + i));                     \
    break;
#include "plc/elements.def"
  }
  return list;
}

Ref mapFromLisp(plc_value v, const Around *here) {
  auto map = std::make_shared<Map>();
  std::size_t position = 0;
  plc_value key, value;
  while (lisp->map_next(lisp, v, &position, &key, &value)) {
    std::string name = Map::name(key);
    if (map->find(name)) // a symbol and a string
      throw Failure{PLC_E_TYPE, "two keys are the same string"};
    map->put(name, fromLisp(value, here));
  }
  return map;
}

Ref containerFromLisp(plc_value v, const Around *outer) {
  Around here{v, outer, outer ? outer->depth + 1 : 1};
  for (const Around *a = outer; a; a = a->outer)
    if (a->container == v)
      throw Failure{PLC_E_TYPE, "the value contains itself"};
  if (here.depth > MaxDepth)
    throw Failure{PLC_E_TYPE, "the value is nested too deeply"};
  plc_type type = plc_type_of(v);
  if (type == PLC_TYPE_MAP)
    return mapFromLisp(v, &here);
  if (type == PLC_TYPE_NUMERIC_VECTOR)
    return numbersFromLisp(v);
  auto list = std::make_shared<List>();
  if (type == PLC_TYPE_VECTOR) {
    for (std::size_t i = 0; i < plc_vector_length(v); i++)
      list->items.push_back(fromLisp(plc_vector_ref(v, i), &here));
    return list;
  }
  if (lisp->list_length(lisp, v) < 0)
    throw Failure{PLC_E_TYPE, "the list is improper or circular"};
  for (; plc_is_pair(v); v = plc_cdr(v))
    list->items.push_back(fromLisp(plc_car(v), &here));
  return list;
}

/// The object of a reference that an operation was given. The handle is a
/// shared pointer on the heap, which is the use that the reference makes.
const Ref &referred(plc_value reference) {
  return *reinterpret_cast<const Ref *>(plc_reference_handle(reference));
}

/// Our value for a Lisp value: a case for each row of plc/conversions.def.
Value fromLisp(plc_value v, const Around *outer) {
  switch (plc_type_of(v)) {
  case PLC_TYPE_NIL:
  case PLC_TYPE_UNDEFINED:
  case PLC_TYPE_UNSPECIFIED:
    return Nil{};
  case PLC_TYPE_BOOLEAN:
    return v == PLC_TRUE;
  case PLC_TYPE_INTEGER:
    return integerFromLisp(v);
  case PLC_TYPE_FLONUM:
    return plc_flonum_value(v);
  case PLC_TYPE_RATIONAL:
  case PLC_TYPE_COMPLEX:
    throw Failure{PLC_E_TYPE, "there are no such numbers"};
  case PLC_TYPE_CHARACTER:
    return characterFromLisp(plc_char_code(v));
  case PLC_TYPE_STRING:
  case PLC_TYPE_SYMBOL:
    return textFromLisp(v);
  case PLC_TYPE_BYTEVECTOR:
    return Bytes{{reinterpret_cast<char *>(plc_bytes(v)), plc_bytes_length(v)}};
  case PLC_TYPE_NUMERIC_VECTOR:
  case PLC_TYPE_VECTOR:
  case PLC_TYPE_LIST:
  case PLC_TYPE_MAP:
    return containerFromLisp(v, outer);
  case PLC_TYPE_REFERENCE:
    if (plc_is_reference(v, &plugin))
      return referred(v);
    break; // another plugin's: opaque
  case PLC_TYPE_PROCEDURE:
  case PLC_TYPE_OTHER:
    break;
  }
  return std::make_shared<LispValue>(v);
}

/* --- 4 Our values into Lisp's, comparison, text ------------------------- */

std::uint64_t referenceCount; ///< references made and not released yet

/// A new reference may be made while an old one of the same key, dead already,
/// waits for its release: the key is the object, but each handle is its own.
plc_value Object::intoLisp() {
  auto key = reinterpret_cast<std::uintptr_t>(this);
  plc_value reference = lisp->reference_find(lisp, &plugin, key);
  if (reference != PLC_UNBOUND)
    return reference;
  auto *handle = new Ref(shared_from_this());
  referenceCount++;
  return lisp->reference_make(lisp, &plugin, key,
                              reinterpret_cast<std::uintptr_t>(handle));
}

plc_value stringIntoLisp(std::string_view text) {
  plc_value string;
  check(lisp->string(lisp, text.data(), text.size(), &string));
  return string;
}

template <class... Cases> struct Match : Cases... {
  using Cases::operator()...;
};
template <class... Cases> Match(Cases...) -> Match<Cases...>;

/// What v crosses as. Values that cannot change are copied; objects can, so
/// Lisp gets references to them.
plc_value intoLisp(const Value &v) {
  return std::visit(
      Match{[](Nil) { return PLC_NIL; }, [](bool b) { return plc_bool(b); },
            [](std::int64_t n) { return lisp->integer(lisp, n); },
            [](double d) { return lisp->flonum(lisp, d); },
            [](const std::string &s) { return stringIntoLisp(s); },
            [](const Bytes &b) {
              return lisp->bytevector(lisp, b.data.data(), b.data.size());
            },
            [](const Ref &object) { return object->intoLisp(); }},
      v);
}

/// What is inside itself or nested too deeply stays a reference.
plc_value copyToLisp(const Value &v, const Copying *outer) {
  if (auto *object = std::get_if<Ref>(&v))
    return (*object)->copy(outer);
  return intoLisp(v);
}

/// Numbers and strings of the same type have an order, lists have one element
/// by element; all else is equal to itself only.
std::partial_ordering orderValues(const Value &a, const Value &b, int depth) {
  if (a.index() != b.index())
    return std::partial_ordering::unordered;
  return std::visit(
      Match{[](Nil) { return std::partial_ordering::equivalent; },
            [&](bool x) {
              return x == std::get<bool>(b) ? std::partial_ordering::equivalent
                                            : std::partial_ordering::unordered;
            },
            [&](const Bytes &x) -> std::partial_ordering {
              return x.data <=> std::get<Bytes>(b).data;
            },
            [&](const Ref &x) { return x->order(*std::get<Ref>(b), depth); },
            [&](const auto &x) -> std::partial_ordering {
              return x <=> std::get<std::decay_t<decltype(x)>>(b);
            }},
      a);
}

void writeValue(std::string &text, const Value &v, bool isDisplay, int depth) {
  if (depth > 8) { // it may contain itself
    text += "...";
    return;
  }
  auto number = [&](auto n) {
    char digits[40];
    auto end = std::to_chars(digits, digits + sizeof digits, n).ptr;
    text.append(digits, end);
  };
  std::visit(Match{[&](Nil) { text += "nil"; },
                   [&](bool b) { text += b ? "true" : "false"; },
                   [&](const std::string &s) {
                     text += isDisplay ? s : '"' + s + '"';
                   },
                   [&](const Bytes &) { text += "<bytes>"; },
                   [&](const Ref &r) { r->write(text, isDisplay, depth); },
                   number},
             v);
}

/* --- 5 The modules ------------------------------------------------------- */

Value kept; ///< by plc-conformance.keep

std::string farewell; ///< shown at the end
std::int64_t waitCount;
thread_local bool isWaiting;
bool wasOutOfStep;
std::uint64_t currentFiber;         ///< by fiber_switch
std::atomic<bool> isInterrupted;    ///< set in a signal handler

/// A value that is not there yet: what Lisp awaits is a promise of plc.
class Later : public Object {
public:
  static inline const Class Type{"later", "A value that is not there yet."};
  Later() : Object(Type), promise(lisp->promise(lisp)) {}
  Root promise;
};

template <class Body> plc_status guarded(plc_error *error, Body body) noexcept;

/// Settles it with what the body returns or throws.
template <class Body> void settle(const Later &later, Body body) {
  plc_error error{PLC_FALSE, PLC_FALSE, PLC_FALSE,
                  PLC_FALSE, PLC_FALSE, PLC_FALSE};
  plc_value v = PLC_NIL;
  plc_status status = guarded(&error, [&] { v = intoLisp(body(&error)); });
  if (status != PLC_OK)
    v = lisp->make_condition(lisp, &plugin, status, &error);
  lisp->settle(lisp, later.promise.get(),
               status == PLC_OK ? PLC_RESOLVED : PLC_REJECTED, v);
}

/// What a thread of its own will finish; that thread looks at the time only:
/// values, and their counts, are touched by who holds the world.
struct Task {
  std::shared_ptr<Later> later;
  Value what; ///< the value, the text of an error, or what to call
  std::chrono::milliseconds time;
  bool fails;
};

Value callValue(const Value &callee, Call &call) {
  if (auto *object = std::get_if<Ref>(&callee))
    return (*object)->call(call);
  raise("TypeError", "the value cannot be called");
}

std::chrono::milliseconds timeOf(const Value &v) {
  auto *n = std::get_if<std::int64_t>(&v);
  return std::chrono::milliseconds(n && *n > 0 ? *n : 0);
}

/// Calls a function of ours that the host gives its data as a pointer.
template <class Data, void (*body)(Data &)> void take(void *data) {
  std::unique_ptr<Data> owned(static_cast<Data *>(data));
  body(*owned);
}

void finishLater(Task &task) {
  settle(*task.later, [&](plc_error *) -> Value {
    if (task.fails)
      raise("ExampleError", std::get<std::string>(task.what));
    return task.what;
  });
}

Value startLater(Call &call, bool fails) {
  if (fails && !std::holds_alternative<std::string>(call.args[1]))
    raise("TypeError", "the text is no string");
  auto later = std::make_shared<Later>();
  auto *task = new Task{later, call.args[1], timeOf(call.args[0]), fails};
  std::thread([task] {
    std::this_thread::sleep_for(task->time);
    lisp->post(lisp, take<Task, finishLater>, task);
  }).detach();
  return later;
}

void finishBackground(Task &task) {
  settle(*task.later, [&](plc_error *error) {
    Call call{nullptr, nullptr, 0, error};
    return callValue(task.what, call);
  });
}
void giveUp(Task &task) {
  settle(*task.later, [](plc_error *) -> Value {
    throw Failure{PLC_E_FOREIGN, "there is no memory"};
  });
}

Value background(Call &call) {
  auto later = std::make_shared<Later>();
  auto *task = new Task{later, call.args[0], {}, false};
  std::thread([task] {
    if (lisp->run(lisp, take<Task, finishBackground>, task) != PLC_OK)
      lisp->post(lisp, take<Task, giveUp>, task);
  }).detach();
  return later;
}

/// A call that another thread makes while this one waits for it. What belongs
/// to a stack is out of the way meanwhile: other stacks go on.
Value inThread(Call &call) {
  struct Errand {
    const Value &callee;
    Call inner;
    Value result = Nil{};
    plc_status status = PLC_OK;
  } errand{call.args[0], {nullptr, call.args + 1, call.count - 1, call.error}};
  std::thread thread([&errand] {
    plc_status status = lisp->run(
        lisp,
        [](void *data) {
          auto &e = *static_cast<Errand *>(data);
          e.status = guarded(e.inner.error, [&e] {
            e.result = callValue(e.callee, e.inner);
          });
        },
        &errand);
    if (status != PLC_OK)
      errand.status = status;
  });
  const Frame *outside = std::exchange(Frame::innermost, nullptr);
  plc_region region;
  lisp->blocking_begin(lisp, &region);
  thread.join();
  lisp->blocking_end(lisp, &region);
  Frame::innermost = outside;
  check(errand.status);
  return errand.result;
}

/// A descriptor that is read as far as there is something to read.
struct Reader {
  int descriptor;
  Value callee;
  plc_watch *watch = nullptr;
  ~Reader() {
    if (watch)
      lisp->unwatch(lisp, watch);
    close(descriptor);
  }
};

void readSome(void *data, int events) {
  auto *reader = static_cast<Reader *>(data);
  char text[8];
  ssize_t size = events & PLC_WATCH_FAILED
                     ? 0
                     : read(reader->descriptor, text, sizeof text);
  Value part = Nil{};
  if (size > 0)
    part = std::string(text, static_cast<std::size_t>(size));
  plc_error error{PLC_FALSE, PLC_FALSE, PLC_FALSE,
                  PLC_FALSE, PLC_FALSE, PLC_FALSE};
  // Who is called here has nobody to tell of an error.
  guarded(&error, [&] {
    Call call{nullptr, &part, 1, &error};
    callValue(reader->callee, call);
  });
  if (size <= 0)
    delete reader;
}

Value echo(Call &call) {
  auto *text = std::get_if<std::string>(&call.args[0]);
  if (!text || text->size() > 4096)
    raise("TypeError", "the text is no short string");
  int ends[2];
  if (pipe(ends) != 0)
    raise("SystemError", "there are no more pipes");
  ssize_t written = write(ends[1], text->data(), text->size());
  close(ends[1]);
  auto reader = std::make_unique<Reader>(ends[0], call.args[1]);
  reader->watch = lisp->watch(lisp, ends[0], PLC_WATCH_READABLE, readSome,
                              reader.get());
  if (!reader->watch || written != static_cast<ssize_t>(text->size()))
    raise("SystemError", "the pipe cannot be used");
  reader.release();
  return Nil{};
}

/// Who wants to know how a promise of Lisp ends.
struct Watcher {
  Root promise;
  Value callee;
};

void tellWatcher(Watcher &watcher) {
  plc_error error{PLC_FALSE, PLC_FALSE, PLC_FALSE,
                  PLC_FALSE, PLC_FALSE, PLC_FALSE};
  guarded(&error, [&] {
    plc_value v;
    bool isResolved =
        lisp->promise_state(lisp, watcher.promise.get(), &v) == PLC_RESOLVED;
    Value args[] = {isResolved, fromLisp(v)};
    Call call{nullptr, args, 2, &error};
    callValue(watcher.callee, call);
  });
}

Value notify(Call &call) {
  auto *object = std::get_if<Ref>(&call.args[0]);
  plc_value promise = object ? (*object)->intoLisp() : PLC_FALSE;
  if (!lisp->is_promise(lisp, promise))
    raise("TypeError", "that is no promise");
  lisp->when_settled(lisp, promise, take<Watcher, tellWatcher>,
                     new Watcher{Root(promise), call.args[1]});
  return Nil{};
}

Value fiber(Call &) {
  if (currentFiber != lisp->fiber(lisp))
    raise("FiberError", "fiber_switch was not called");
  return static_cast<std::int64_t>(currentFiber);
}

/// Doubles, whose memory can be shared.
class Array : public Object {
public:
  static inline const Class Type{"array", "Doubles."};
  static inline std::int64_t count = 0;
  explicit Array(std::size_t length) : Object(Type), numbers(length) {
    for (std::size_t i = 0; i < length; i++)
      numbers[i] = static_cast<double>(i);
    count++;
  }
  ~Array() override { count--; }
  Value element(plc_value key) override {
    auto index = static_cast<std::size_t>(plc_fixnum_value(key));
    if (!plc_is_fixnum(key) || index >= numbers.size())
      throw Failure{PLC_E_RANGE, "the index is outside of the array"};
    return numbers[index];
  }
  std::size_t length() const override { return numbers.size(); }
  Value visit(std::size_t position) const override { return numbers[position]; }

  /// The memory lives as long as the buffer: that has a use of the array.
  void share(plc_buffer &result) {
    struct Export {
      Ref array;
      std::int64_t length;
    };
    auto *owner = new Export{shared_from_this(),
                             static_cast<std::int64_t>(numbers.size())};
    result.data = numbers.data();
    result.scalar = PLC_SCALAR_FLOAT;
    result.bits = 8 * sizeof(double);
    result.is_read_only = false;
    result.dimensions = 1;
    result.shape = &owner->length;
    result.strides = nullptr;
    result.format = "d";
    result.owner = owner;
    result.release = [](plc_buffer *buffer) {
      delete static_cast<Export *>(buffer->owner);
    };
  }

private:
  std::vector<double> numbers;
};

std::shared_ptr<Array> makeArray(const Value &length) {
  auto *n = std::get_if<std::int64_t>(&length);
  if (!n || *n < 0 || *n > 1000000)
    raise("ArgumentError", "no usable length");
  return std::make_shared<Array>(static_cast<std::size_t>(*n));
}

/// The memory of an array that nobody here keeps, as a value of Lisp.
Value lend(Call &call) {
  plc_buffer buffer{};
  buffer.struct_size = sizeof buffer;
  makeArray(call.args[0])->share(buffer);
  plc_value pointer = lisp->share(lisp, &buffer);
  if (pointer != PLC_UNBOUND)
    return fromLisp(pointer);
  buffer.release(&buffer);
  throw Failure{PLC_E_UNSUPPORTED, "Lisp knows no such elements"};
}

/// The memory of somebody else, as long as this runtime uses it.
plc_buffer shared{};
void unshare() {
  plc_buffer old = std::exchange(shared, {});
  if (old.release)
    old.release(&old);
}
/// An array of our own, or what Lisp made a pointer to by `foreign-buffer`.
Value share(Call &call) {
  unshare();
  plc_buffer buffer{};
  buffer.struct_size = sizeof buffer;
  auto *object = std::get_if<Ref>(&call.args[0]);
  if (auto *array = object ? dynamic_cast<Array *>(object->get()) : nullptr)
    array->share(buffer);
  else
    check(lisp->buffer(lisp, intoLisp(call.args[0]), &buffer, call.error));
  shared = buffer;
  if (shared.scalar == PLC_SCALAR_FLOAT && shared.bits == 64 &&
      shared.dimensions == 1)
    return Nil{};
  unshare();
  throw Failure{PLC_E_TYPE, "its elements are no doubles"};
}
double &sharedElement(const Value &index) {
  auto *i = std::get_if<std::int64_t>(&index);
  if (!i || !shared.data || *i < 0 || *i >= shared.shape[0])
    raise("IndexError", "there is no such element");
  std::int64_t step = shared.strides ? shared.strides[0]
                                     : std::int64_t{sizeof(double)};
  return *reinterpret_cast<double *>(static_cast<char *>(shared.data) +
                                     *i * step);
}
Value setShared(Call &call) {
  double &element = sharedElement(call.args[0]);
  auto *number = std::get_if<double>(&call.args[1]);
  if (!number)
    raise("TypeError", "that is no double");
  if (shared.is_read_only)
    return Nil{};
  element = *number;
  return true;
}

Value spin(Call &call) {
  isInterrupted = false;
  std::thread([time = timeOf(call.args[0])] {
    std::this_thread::sleep_for(time);
    kill(getpid(), SIGINT);
  }).detach();
  while (!isInterrupted) // as a runtime looks between two instructions
    ;
  raise("Interrupted", "it was interrupted");
}

Value setFarewell(Call &call) {
  auto *text = std::get_if<std::string>(&call.args[0]);
  farewell = text ? *text : std::string();
  return Nil{};
}

Value apply(Call &call) {
  auto *callee = std::get_if<Ref>(&call.args[0]);
  if (!callee)
    raise("TypeError", "the value cannot be called");
  Call inner{nullptr, call.args + 1, call.count - 1, call.error};
  return (*callee)->call(inner);
}

Value fail(Call &call) {
  auto *text = std::get_if<std::string>(&call.args[0]);
  raise("ExampleError", text ? *text : "the text is no string");
}

Value sequence(Call &call) {
  auto *n = std::get_if<std::int64_t>(&call.args[0]);
  if (!n || *n < 0 || *n > 1000000)
    raise("ArgumentError", "no usable length");
  auto list = std::make_shared<List>();
  for (std::int64_t i = 1; i <= *n; i++)
    list->items.push_back(i);
  return list;
}

/// Adds to a member of the receiver and returns the sum.
Value addTo(Call &call, const char *name, const Value &n) {
  auto *member = std::get_if<std::int64_t>(call.self->member(name));
  auto *summand = std::get_if<std::int64_t>(&n);
  std::int64_t sum;
  if (!member || !summand)
    raise("TypeError", "only integers can be added");
  if (__builtin_add_overflow(*member, *summand, &sum))
    raise("OverflowError", "the sum is too large");
  return *member = sum;
}

Ref makeInstance(const Class &type, const char *name, Value v) {
  auto instance = std::make_shared<Instance>(type);
  instance->put(name, std::move(v));
  return instance;
}

const Class Adder{
    "adder",
    "Has a number x.",
    {{"add", "(add n)", "Adds n to x and returns the sum.", 1, 1,
      [](Call &call) { return addTo(call, "x", call.args[0]); }}}};
const Class Counter{
    "counter",
    "Counts.",
    {{"increment", "(increment)", "Adds 1 to the value.", 0, 0,
      [](Call &call) { return addTo(call, "value", std::int64_t{1}); }}}};

/// A module is made by its first import; later ones give the same object.
struct Module {
  const char *name;
  std::vector<Native> functions;
  Ref instance = nullptr;
};
Module modules[] = {
    {"plc-conformance",
     {{"identity", "(identity x)", "Returns x.", 1, 1,
       [](Call &call) { return call.args[0]; }},
      {"apply", "(apply f x ...)", "Calls f with the x.", 1, SIZE_MAX, apply},
      {"fail", "(fail text)", "Raises an error.", 1, 1, fail},
      {"object", "(object)", "Makes an adder.", 0, 0,
       [](Call &) -> Value {
         return makeInstance(Adder, "x", std::int64_t{1});
       }},
      {"sequence", "(sequence n)", "The integers 1 to n.", 1, 1, sequence},
      {"keep", "(keep x)", "Holds x.", 1, 1,
       [](Call &call) -> Value {
         Value old = std::exchange(kept, call.args[0]);
         return Nil{};
       }},
      {"kept", "(kept)", "Returns what is held.", 0, 0,
       [](Call &) { return kept; }},
      {"keywords", "(keywords :k v ...)", "A map.", 0, 0,
       [](Call &call) -> Value {
         return call.keywords ? call.keywords : std::make_shared<Map>();
       },
       true},
      {"later", "(later ms x)", "x after a while.", 2, 2,
       [](Call &call) { return startLater(call, false); }},
      {"fail_later", "(fail_later ms text)", "An error.", 2, 2,
       [](Call &call) { return startLater(call, true); }},
      {"background", "(background f)", "Calls f meanwhile.", 1, 1, background},
      {"in_thread", "(in_thread f x ...)", "Calls f.", 1, SIZE_MAX, inThread},
      {"echo", "(echo text f)", "Passes text through a pipe.", 2, 2, echo},
      {"notify", "(notify promise f)", "Calls f at its end.", 2, 2, notify},
      {"waits", "(waits)", "How often plc has waited.", 0, 0,
       [](Call &) -> Value {
         return wasOutOfStep || isWaiting ? std::int64_t{-1} : waitCount;
       }},
      {"fiber", "(fiber)", "The number of the fiber.", 0, 0, fiber},
      {"spin", "(spin ms)", "Runs until interrupted.", 1, 1, spin},
      {"array", "(array n)", "Makes an array.", 1, 1,
       [](Call &call) -> Value { return makeArray(call.args[0]); }},
      {"lend", "(lend n)", "The memory of an array.", 1, 1, lend},
      {"arrays", "(arrays)", "How many there are.", 0, 0,
       [](Call &) -> Value { return Array::count; }},
      {"share", "(share x)", "Keeps its memory.", 1, 1, share},
      {"shared", "(shared i)", "Reads it.", 1, 1,
       [](Call &call) -> Value { return sharedElement(call.args[0]); }},
      {"shared_set", "(shared_set i x)", "Writes it.", 2, 2, setShared},
      {"unshare", "(unshare)", "Gives it back.", 0, 0,
       [](Call &) -> Value { return unshare(), Nil{}; }},
      {"farewell", "(farewell text)", "Shows it at the end.", 1, 1,
       setFarewell}}},
    {"counter",
     {{"make", "(make)", "Makes a counter.", 0, 0, [](Call &) -> Value {
         return makeInstance(Counter, "value", std::int64_t{0});
       }}}}};

/* --- 6 The border -------------------------------------------------------- */

plc_value namesIntoLisp(const std::vector<std::string> &names) {
  plc_value list = PLC_NULL;
  for (auto name = names.rbegin(); name != names.rend(); ++name)
    list = lisp->cons(lisp, stringIntoLisp(*name), list);
  return list;
}

/// Describes a failure to plc, that of the runtime with all there is to show.
plc_status describe(const Failure &failure, plc_error *error) {
  static const Class Type{"error", "An error."};
  error->message = stringIntoLisp(failure.message);
  if (failure.status == PLC_E_NAME)
    error->nearest = namesIntoLisp(failure.nearest);
  if (failure.status != PLC_E_FOREIGN)
    return failure.status;
  error->type = stringIntoLisp(failure.type);
  error->value = makeInstance(Type, "message", failure.message)->intoLisp();
  error->trace = PLC_NULL;
  for (auto f = failure.trace.rbegin(); f != failure.trace.rend(); ++f) {
    plc_value where = lisp->cons(lisp, PLC_FALSE, PLC_NULL); // no line
    where = lisp->cons(lisp, PLC_FALSE, where);              // no file
    where = lisp->cons(lisp, stringIntoLisp((*f)->name), where);
    error->trace = lisp->cons(lisp, where, error->trace);
  }
  return failure.status;
}

/// Runs an operation; whatever it throws becomes a status here.
template <class Body> plc_status guarded(plc_error *error, Body body) noexcept {
  try {
    try {
      return body(), PLC_OK;
    } catch (const Failure &failure) {
      return describe(failure, error);
    }
  } catch (const Passing &passing) {
    return passing.status;
  } catch (const std::exception &e) { // bad_alloc and the like
    return lisp->fail(lisp, error, PLC_E_FOREIGN, "std::exception", e.what());
  }
}

/* --- 7 The operations of the plugin -------------------------------------- */

std::vector<std::string> namesOf(const Object &object) {
  std::vector<std::string> names = object.memberNames();
  for (const Native &method : object.type.methods)
    names.push_back(method.name);
  return names;
}

/// A name that does not exist, with those that begin like it: what plc shows as
/// what may have been meant.
Failure unknown(const char *message, const std::string &name,
                std::vector<std::string> names) {
  std::erase_if(names, [&](const std::string &other) {
    return name.empty() || other.empty() || other[0] != name[0];
  });
  return {PLC_E_NAME, message, {}, std::move(names), {}};
}

/// Looks for a method of that name if there is no such member.
const Native &findMethod(const Object &object, const std::string &name) {
  for (const Native &method : object.type.methods)
    if (name == method.name)
      return method;
  throw unknown("there is no such member", name, namesOf(object));
}

plc_status start(plc_plugin *, const plc_host *host, plc_error *) noexcept {
  lisp = host;
  return PLC_OK;
}

plc_status describeRuntime(plc_plugin *self, char *buffer,
                           std::size_t size) noexcept {
  std::snprintf(buffer, size, "example %s, built in", self->version);
  return PLC_OK;
}

/// There are no options.
plc_status importModule(plc_plugin *, plc_value name, plc_value,
                        plc_value *result, plc_error *error) noexcept {
  return guarded(error, [&] {
    static const Class Type{"module", "A module."};
    std::string wanted = textFromLisp(name);
    std::vector<std::string> names;
    for (Module &module : modules) {
      names.push_back(module.name);
      if (wanted != module.name)
        continue;
      if (!module.instance) {
        auto instance = std::make_shared<Instance>(Type);
        for (const Native &native : module.functions)
          instance->put(native.name, std::make_shared<Function>(&native));
        module.instance = instance;
      }
      *result = module.instance->intoLisp();
      return;
    }
    throw unknown("there is no such module", wanted, names);
  });
}

plc_status get(plc_plugin *, plc_value object, plc_value name,
               plc_value *result, plc_error *error) noexcept {
  return guarded(error, [&] {
    const Ref &self = referred(object);
    std::string text = textFromLisp(name);
    if (Value *member = self->member(text))
      *result = intoLisp(*member);
    else
      *result = std::make_shared<Function>(&findMethod(*self, text), self)
                    ->intoLisp();
  });
}

/// Adds no members: plc tries several spellings of a name, and the first one
/// would be accepted whatever it is.
plc_status set(plc_plugin *, plc_value object, plc_value name, plc_value value,
               plc_error *error) noexcept {
  return guarded(error, [&] {
    Object &self = *referred(object);
    std::string text = textFromLisp(name);
    Value *member = self.member(text);
    if (!member) {
      findMethod(self, text);
      throw Failure{PLC_E_UNSUPPORTED, "methods cannot be replaced"};
    }
    Value old = std::exchange(*member, fromLisp(value));
  });
}

plc_status getElement(plc_plugin *, plc_value object, plc_value key,
                      plc_value *result, plc_error *error) noexcept {
  return guarded(error,
                 [&] { *result = intoLisp(referred(object)->element(key)); });
}

plc_status setElement(plc_plugin *, plc_value object, plc_value key,
                      plc_value value, plc_error *error) noexcept {
  return guarded(error,
                 [&] { referred(object)->setElement(key, fromLisp(value)); });
}

/// Converts the arguments, lets `body` make the call, converts its result.
template <class Body>
void withArguments(const plc_value *args, std::size_t positional,
                   std::size_t keywords, plc_value *result, plc_error *error,
                   Body body) {
  std::vector<Value> values;
  for (std::size_t i = 0; i < positional; i++)
    values.push_back(fromLisp(args[i]));
  Call call{nullptr, values.data(), positional, error};
  if (keywords > 0) {
    auto map = std::make_shared<Map>();
    for (const plc_value *pair = args + positional;
         pair < args + positional + 2 * keywords; pair += 2)
      map->put(textFromLisp(pair[0]), fromLisp(pair[1]));
    call.keywords = map;
  }
  *result = intoLisp(body(call));
}

plc_status call(plc_plugin *, plc_value callee, const plc_value *args,
                std::size_t positional, std::size_t keywords, plc_value *result,
                plc_error *error) noexcept {
  return guarded(error, [&] {
    withArguments(args, positional, keywords, result, error,
                  [&](Call &call) { return referred(callee)->call(call); });
  });
}

plc_status callMethod(plc_plugin *, plc_value object, plc_value name,
                      const plc_value *args, std::size_t positional,
                      std::size_t keywords, plc_value *result,
                      plc_error *error) noexcept {
  return guarded(error, [&] {
    withArguments(
        args, positional, keywords, result, error, [&](Call &call) -> Value {
          Ref self = referred(object);
          std::string text = textFromLisp(name);
          Value *member = self->member(text);
          if (!member) {
            call.self = self;
            return Function::run(findMethod(*self, text), call);
          }
          Value callee = *member; // a copy: the call may replace the member
          if (auto *function = std::get_if<Ref>(&callee))
            return (*function)->call(call);
          throw Failure{PLC_E_TYPE, "the member cannot be called"};
        });
  });
}

plc_status iterate(plc_plugin *, plc_value object, plc_value *result,
                   plc_error *error) noexcept {
  return guarded(error, [&] {
    const Ref &source = referred(object);
    source->length(); // refuses what has no elements
    *result = std::make_shared<Iterator>(source)->intoLisp();
  });
}

/// The elements of a list, the keys of a map.
plc_status next(plc_plugin *, plc_value iterator, plc_value *result,
                plc_error *error) noexcept {
  bool isEnd = false;
  plc_status status = guarded(error, [&] {
    auto *self = dynamic_cast<Iterator *>(referred(iterator).get());
    if (!self)
      throw Failure{PLC_E_TYPE, "the object is no iterator"};
    Value v;
    isEnd = !self->next(v);
    if (!isEnd)
      *result = intoLisp(v);
  });
  return isEnd ? PLC_END : status;
}

plc_status length(plc_plugin *, plc_value object, std::int64_t *result,
                  plc_error *error) noexcept {
  return guarded(error, [&] {
    *result = static_cast<std::int64_t>(referred(object)->length());
  });
}

plc_status compare(plc_plugin *, plc_comparison op, plc_value a, plc_value b,
                   bool *result, plc_error *error) noexcept {
  return guarded(error, [&] {
    std::partial_ordering c = orderValues(fromLisp(a), fromLisp(b), 0);
    if (op != PLC_COMPARE_EQ && c == std::partial_ordering::unordered)
      throw Failure{PLC_E_TYPE, "the values have no order"};
    *result = op == PLC_COMPARE_EQ   ? c == 0
              : op == PLC_COMPARE_LT ? c < 0
              : op == PLC_COMPARE_LE ? c <= 0
              : op == PLC_COMPARE_GT ? c > 0
                                     : c >= 0;
  });
}

plc_status hash(plc_plugin *, plc_value object, std::uint64_t *result,
                plc_error *) noexcept {
  *result = referred(object)->hash();
  return PLC_OK;
}

plc_status repr(plc_plugin *, plc_value object, bool isDisplay,
                plc_value *result, plc_error *error) noexcept {
  return guarded(error, [&] {
    std::string text;
    writeValue(text, referred(object), isDisplay, 0);
    *result = stringIntoLisp(text);
  });
}

plc_status members(plc_plugin *, plc_value object, plc_value *result,
                   plc_error *error) noexcept {
  return guarded(error,
                 [&] { *result = namesIntoLisp(namesOf(*referred(object))); });
}

plc_status doc(plc_plugin *, plc_value object, plc_value *result,
               plc_error *error) noexcept {
  return guarded(error, [&] {
    const Object &self = *referred(object);
    *result =
        stringIntoLisp(self.native() ? self.native()->doc : self.type.doc);
  });
}

plc_status signature(plc_plugin *, plc_value object, plc_value *result,
                     plc_error *error) noexcept {
  return guarded(error, [&] {
    const Native *native = referred(object)->native();
    *result = native ? stringIntoLisp(native->signature) : PLC_FALSE;
  });
}

plc_status toLisp(plc_plugin *, plc_value object, plc_value *result,
                  plc_error *error) noexcept {
  return guarded(error, [&] { *result = referred(object)->copy(nullptr); });
}

void release(plc_plugin *, const std::uintptr_t *handles,
             std::size_t count) noexcept {
  for (std::size_t i = 0; i < count; i++)
    delete reinterpret_cast<Ref *>(handles[i]);
  referenceCount -= count;
}

std::uint64_t liveReferences(plc_plugin *) noexcept { return referenceCount; }

plc_status buffer(plc_plugin *, plc_value object, plc_buffer *result,
                  plc_error *error) noexcept {
  return guarded(error, [&] {
    auto *array = dynamic_cast<Array *>(referred(object).get());
    if (!array)
      throw Failure{PLC_E_UNSUPPORTED, "the object has no memory to share"};
    array->share(*result);
  });
}

void interrupt(plc_plugin *) noexcept { isInterrupted = true; }

plc_status await(plc_plugin *, plc_value object, plc_value *result,
                 plc_error *error) noexcept {
  return guarded(error, [&] {
    auto *later = dynamic_cast<Later *>(referred(object).get());
    if (!later)
      throw Failure{PLC_E_UNSUPPORTED, "the object is there already"};
    *result = later->promise.get();
  });
}

void fiberSwitch(plc_plugin *, std::uint64_t, std::uint64_t to) noexcept {
  currentFiber = to;
}

/// A runtime with locks gives them up here.
void beforeWait(plc_plugin *) noexcept {
  wasOutOfStep |= std::exchange(isWaiting, true);
}
void afterWait(plc_plugin *) noexcept {
  wasOutOfStep |= !std::exchange(isWaiting, false);
  waitCount++;
}

/// Lisp may still have references: only what the runtime keeps itself goes. It
/// must not wait for static destructors, when the host may be gone.
void shutdown(plc_plugin *) noexcept {
  if (!farewell.empty())
    std::printf("%s\n", farewell.c_str());
  kept = Nil{};
  unshare();
  for (Module &module : modules)
    module.instance = nullptr;
}

/// Left out, and thus not supported: `evaluate` (the language has no source
/// text), `operate` (no operators), `close` (nothing to close), `fiber_end`
/// (fibers have no state here), `delete_index`, and `entries` (going through a
/// map gives its keys).
plc_plugin plugin = {
    .struct_size = sizeof(plc_plugin),
    .abi_major = PLC_PLUGIN_ABI_MAJOR,
    .abi_minor = PLC_PLUGIN_ABI_MINOR,
    .language = "example",
    .ecosystems = "example",
    .version = "1.0",
    .start = start,
    .describe = describeRuntime,
    .import = importModule,
    .evaluate = nullptr,
    .get = get,
    .set = set,
    .index = getElement,
    .set_index = setElement,
    .call = call,
    .call_method = callMethod,
    .iterate = iterate,
    .next = next,
    .length = length,
    .compare = compare,
    .operate = nullptr,
    .hash = hash,
    .repr = repr,
    .members = members,
    .doc = doc,
    .signature = signature,
    .to_lisp = toLisp,
    .close = nullptr,
    .release = release,
    .live_references = liveReferences,
    .interrupt = interrupt,
    .shutdown = shutdown,
    .await = await,
    .fiber_switch = fiberSwitch,
    .fiber_end = nullptr,
    .before_wait = beforeWait,
    .after_wait = afterWait,
    .delete_index = nullptr,
    .entries = nullptr,
    .first_index = 0,
    .buffer = buffer,
    .use_environment = nullptr,
    .enter = nullptr,
    .leave = nullptr,
    .join_keys = nullptr,
    .slice = nullptr,
    .is_async = nullptr,
    .use_process = nullptr,
    .make_module = nullptr,
    .exit = nullptr,
    .handle_signals = nullptr,
    .await_here = nullptr,
};

} // namespace

plc_plugin *plc_plugin_query(const plc_host *host) {
  return host->abi_major == PLC_PLUGIN_ABI_MAJOR ? &plugin : nullptr;
}
