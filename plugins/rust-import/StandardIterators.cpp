//===- StandardIterators.cpp - iterators of the standard library ----------===//
//
// What the iterators of std yield, which rustdoc does not tell for a crate: a function
// that gives a `std::slice::Iter` gives an iterator, as one that gives `impl Iterator`.
//
//===----------------------------------------------------------------------===//

#include "Types.h"

#include "llvm/ADT/StringRef.h"

using namespace llvm;

namespace plc::rustimport {

namespace {
/// Its path begins so, and ends with the name. Items, where `0` and `1` are the types of
/// the iterator, `i` and `j` the items of these, `d` what `i` refers to.
struct Row {
  const char *path, *name, *items;
};
} // namespace

static constexpr Row kRows[] = {
    {"core::slice::", "Iter", "&0"},
    {"core::slice::", "IterMut", "*0"},
    {"core::array::", "IntoIter", "0"},
    {"alloc::vec::", "IntoIter", "0"},
    {"alloc::vec::", "Drain", "0"},
    {"core::option::", "Iter", "&0"},
    {"core::option::", "IntoIter", "0"},
    // Maps have other parameters than sets and queues.
    {"std::collections::hash::map::", "Iter", "(&0&1"},
    {"std::collections::hash::map::", "IterMut", "(&0*1"},
    {"std::collections::hash::map::", "IntoIter", "(01"},
    {"std::collections::hash::map::", "Drain", "(01"},
    {"alloc::collections::btree::map::", "Iter", "(&0&1"},
    {"alloc::collections::btree::map::", "IterMut", "(&0*1"},
    {"alloc::collections::btree::map::", "IntoIter", "(01"},
    {"alloc::collections::btree::map::", "Range", "(&0&1"},
    {"std::collections::hash::set::", "Iter", "&0"},
    {"std::collections::hash::set::", "IntoIter", "0"},
    {"std::collections::hash::set::", "Drain", "0"},
    {"alloc::collections::", "Iter", "&0"},
    {"alloc::collections::", "IterMut", "*0"},
    {"alloc::collections::", "IntoIter", "0"},
    {"alloc::collections::", "Drain", "0"},
    {"std::collections::hash::map::", "Keys", "&0"},
    {"std::collections::hash::map::", "Values", "&1"},
    {"std::collections::hash::map::", "ValuesMut", "*1"},
    {"std::collections::hash::map::", "IntoKeys", "0"},
    {"std::collections::hash::map::", "IntoValues", "1"},
    {"alloc::collections::btree::map::", "Keys", "&0"},
    {"alloc::collections::btree::map::", "Values", "&1"},
    {"alloc::collections::btree::map::", "ValuesMut", "*1"},
    {"alloc::collections::btree::map::", "IntoKeys", "0"},
    {"alloc::collections::btree::map::", "IntoValues", "1"},
    {"core::str::", "Chars", "c"},
    {"core::str::", "CharIndices", "(uc"},
    {"core::str::", "Bytes", "b"},
    {"core::str::", "Lines", "&s"},
    {"core::str::", "SplitWhitespace", "&s"},
    {"core::str::", "SplitAsciiWhitespace", "&s"},
    {"core::str::", "Split", "&s"},
    {"core::iter::", "Rev", "i"},
    {"core::iter::", "Skip", "i"},
    {"core::iter::", "Take", "i"},
    {"core::iter::", "StepBy", "i"},
    {"core::iter::", "Peekable", "i"},
    {"core::iter::", "Fuse", "i"},
    {"core::iter::", "Cycle", "i"},
    {"core::iter::", "Chain", "i"},
    {"core::iter::", "Cloned", "d"},
    {"core::iter::", "Copied", "d"},
    {"core::iter::", "Enumerate", "(ui"},
    {"core::iter::", "Zip", "(ij"},
    {"core::iter::", "Once", "0"},
    {"core::iter::", "Repeat", "0"},
    {"core::iter::", "Empty", "0"},
};

namespace {
/// Reads what a row tells.
struct Reader {
  StringRef rest;
  const std::vector<Type> &parts;
  const std::set<std::string> &lifetimes;
  bool isKnown = true; ///< all that it speaks of is there

  Type part(size_t place) {
    isKnown &= place < parts.size();
    return isKnown ? parts[place] : Type();
  }
  Type itemOf(size_t place) {
    Type of = part(place);
    isKnown &= of.kind == Type::Iterator;
    return isKnown ? of.parts[0] : Type();
  }
  Type reference(bool isMutable) {
    Type type, target = read();
    const std::string mark = isMutable ? "&mut " : "&";
    type.kind = Type::Reference;
    type.isMutable = isMutable;
    type.text = target.text == "_" ? "_" : mark + target.text;
    type.shown = mark + target.shown;
    type.refusal = target.refusal;
    type.lifetimes = lifetimes;
    type.parts = {std::move(target)};
    return type;
  }
  Type pair() {
    Type type, first = read(), second = read();
    type.kind = first.isPlain() && second.isPlain() ? Type::Plain : Type::Tuple;
    type.text = "_";
    type.shown = "(" + first.shown + ", " + second.shown + ")";
    type.refusal = first.refusal.empty() ? second.refusal : first.refusal;
    type.lifetimes = lifetimes;
    type.parts = {std::move(first), std::move(second)};
    return type;
  }
  Type read() {
    char sign = rest.front();
    rest = rest.drop_front();
    switch (sign) {
    case '&':
    case '*':
      return reference(sign == '*');
    case '(':
      return pair();
    case '0':
    case '1':
      return part(size_t(sign - '0'));
    case 'i':
    case 'j':
      return itemOf(size_t(sign - 'i'));
    case 'd': {
      Type item = itemOf(0);
      isKnown &= item.kind == Type::Reference;
      return isKnown ? item.parts[0] : Type();
    }
    default:
      return primitiveType(sign == 'c'   ? "char"
                           : sign == 'b' ? "u8"
                           : sign == 's' ? "str"
                                         : "usize");
    }
  }
};
} // namespace

std::optional<Type> standardIterator(const std::string &path,
                                     const std::vector<Type> &parts,
                                     const std::set<std::string> &lifetimes) {
  StringRef full = path, name = full.rsplit("::").second;
  for (const Row &row : kRows) {
    if (name != row.name || !full.starts_with(row.path))
      continue;
    Reader reader = {row.items, parts, lifetimes};
    Type type, item = reader.read();
    if (!reader.isKnown)
      return std::nullopt;
    type.kind = Type::Iterator;
    // What arguments are made of is a Vec.
    type.isConcrete = name != "IntoIter" || !full.starts_with("alloc::vec::");
    type.shown = name.str() + "<Item = " + item.shown + ">";
    type.refusal = item.refusal;
    type.lifetimes = lifetimes;
    for (const Type &part : parts)
      type.lifetimes.insert(part.lifetimes.begin(), part.lifetimes.end());
    type.parts = {std::move(item)};
    return type;
  }
  return std::nullopt;
}

} // namespace plc::rustimport
