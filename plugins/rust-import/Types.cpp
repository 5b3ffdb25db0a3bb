//===- Types.cpp - types of Rust as rustdoc tells of them -----------------===//

#include "Types.h"

#include "Api.h"

#include "llvm/ADT/StringSwitch.h"

using namespace llvm;

namespace plc::rustimport {

static const char kStatic[] = "'static";
static json::Array boundsOf(const json::Object &dyn);

Type refusedType(std::string shown, std::string reason) {
  Type type;
  type.shown = std::move(shown);
  type.refusal = std::move(reason);
  return type;
}

Type primitiveType(const std::string &name) {
  Type type;
  type.kind = Type::Plain;
  type.text = type.shown = name;
  type.scalar = StringSwitch<std::string>(name)
                    .Case("bool", "b")
                    .Case("usize", "u64")
                    .Case("isize", "i64")
                    .Cases("i8", "i16", "i32", "i64", name)
                    .Cases("u8", "u16", "u32", "u64", name)
                    .Cases("f32", "f64", name)
                    .Default("");
  if (name == "str")
    type.kind = Type::Text;
  else if (name == "never")
    type.text = "!";
  else if (type.scalar.empty() && name != "char" && name != "u128" &&
           name != "i128" && name != "String")
    return refusedType(name, "the type `" + name + "` is not bound");
  return type;
}

Type lispType() {
  Type type;
  type.kind = Type::Plain;
  type.text = "::plc::private::Any";
  type.shown = "Lisp";
  return type;
}

Type constantType(const std::string &text, bool isLiteral) {
  Type type = refusedType(text, "`" + text + "` is a constant");
  type.kind = Type::Constant;
  if (isLiteral)
    type.text = text;
  return type;
}

static void addLifetimes(Type &type) {
  for (const Type &part : type.parts)
    type.lifetimes.insert(part.lifetimes.begin(), part.lifetimes.end());
}

static Type plainText(std::string shown) {
  Type type = primitiveType("String");
  type.text = "::std::string::String";
  type.shown = std::move(shown);
  return type;
}

std::vector<const json::Value *> typeArguments(const json::Object *args) {
  std::vector<const json::Value *> result;
  args = args ? args->getObject("angle_bracketed") : nullptr;
  if (!args)
    return result;
  for (const json::Value &arg : arrayOf(*args, "args"))
    if (const json::Object *object = arg.getAsObject()) {
      if (const json::Value *type = object->get("type"))
        result.push_back(type);
      else if (object->get("const"))
        result.push_back(&arg);
    }
  return result;
}

/// Types, lifetimes or constants.
static bool hasArguments(const json::Object *args) {
  args = args ? args->getObject("angle_bracketed") : nullptr;
  return args && !arrayOf(*args, "args").empty();
}

static std::set<std::string> lifetimeArguments(const json::Object *args) {
  std::set<std::string> result;
  args = args ? args->getObject("angle_bracketed") : nullptr;
  if (args)
    for (const json::Value &arg : arrayOf(*args, "args"))
      if (const json::Object *object = arg.getAsObject())
        if (auto lifetime = object->getString("lifetime");
            lifetime && *lifetime != kStatic)
          result.insert(*lifetime == "'_" ? "" : lifetime->str());
  return result;
}

/// A generic type of several parts.
static Type made(Type::Kind kind, const std::string &path,
                 std::vector<Type> parts) {
  Type type;
  type.kind = kind;
  type.shown = lastPart(path);
  std::string text, shown;
  bool isPlain = true, isNamed = true;
  for (const Type &part : parts) {
    text += (text.empty() ? "" : ", ") + part.text;
    shown += (shown.empty() ? "" : ", ") + part.shown;
    isPlain = isPlain && part.isPlain();
    isNamed = isNamed && part.text != "_";
    if (type.refusal.empty())
      type.refusal = part.refusal;
  }
  if (!parts.empty())
    type.shown += "<" + shown + ">";
  type.text = !isNamed ? "_" : path + (parts.empty() ? "" : "<" + text + ">");
  type.parts = std::move(parts);
  addLifetimes(type);
  // Those that the crate `plc` converts as a whole.
  bool isKnown = path == "::std::vec::Vec" || path == "::std::option::Option" ||
                 path == "::std::collections::HashMap" ||
                 path == "::std::collections::BTreeMap";
  if (isPlain && isKnown)
    type.kind = Type::Plain;
  return type;
}

std::string standardName(const std::string &path) {
  SmallVector<StringRef, 8> parts;
  StringRef(path).split(parts, "::");
  if (parts.size() < 3)
    return "";
  std::string first = "::std::" + parts[1].str() + "::",
              last = parts.back().str();
  if (parts.size() == 3)
    return first + last;
  StringRef second = parts[2];
  if (parts[1] == "collections") {
    std::string inner =
        second.str() + (parts.size() > 4 ? "_" + parts[3].str() : "");
    return first + inner + "::" + last;
  }
  if (parts[1] == "os" || parts[1] == "arch")
    return "";
  if ((parts[1] == "sync" && (second == "mpsc" || second == "atomic")) ||
      (parts[1] == "str" && second == "pattern"))
    return first + second.str() + "::" + last;
  return first + last;
}

Type standardType(const std::string &path, std::vector<Type> parts,
                  std::set<std::string> lifetimes) {
  std::string name = lastPart(path);
  auto only = [&](size_t count) {
    parts.resize(std::min(parts.size(), count));
  };
  if (name == "String" && parts.empty())
    return plainText("String");
  if (name == "Vec") {
    only(1);
    return made(Type::Sequence, "::std::vec::Vec", parts);
  }
  if (name == "Option")
    return made(Type::Option, "::std::option::Option", parts);
  if (name == "Result") {
    while (parts.size() < 2) // io::Result and the like
      parts.push_back(parts.empty() ? primitiveType("never") : Type());
    if (parts[0].text == "!") { // fmt::Result
      parts[0] = Type();
      parts[0].kind = Type::Plain;
      parts[0].text = parts[0].shown = "()";
    }
    parts[1].refusal.clear();
    return made(Type::Result, "::std::result::Result", parts);
  }
  if (name == "HashMap" || name == "BTreeMap") {
    only(2);
    return made(Type::Map, "::std::collections::" + name, parts);
  }
  if (name == "HashSet" || name == "BTreeSet" || name == "VecDeque" ||
      name == "LinkedList" || name == "BinaryHeap") {
    only(1);
    return made(Type::Sequence, "::std::collections::" + name, parts);
  }
  if (name == "Box" && !parts.empty()) {
    only(1);
    if (parts[0].kind == Type::Closure || parts[0].kind == Type::Iterator ||
        parts[0].kind == Type::Future) {
      Type type = parts[0];
      type.text = "::std::boxed::Box<_>";
      type.shown = "Box<" + parts[0].shown + ">";
      return type;
    }
    return made(Type::Box, "::std::boxed::Box", parts);
  }
  if (name == "Pin" && parts.size() == 1 && parts[0].kind == Type::Future)
    return parts[0];
  if (name == "Cow" && !parts.empty() && parts[0].kind == Type::Text) {
    Type type;
    type.kind = Type::Cow;
    type.shown = "Cow<str>";
    return type;
  }
  if (name == "PathBuf" || name == "Path" || name == "OsStr" ||
      name == "OsString") {
    Type type;
    type.kind = Type::Path;
    type.text =
        std::string(name[0] == 'P' ? "::std::path::" : "::std::ffi::") + name;
    type.shown = name;
    return type;
  }
  if ((name == "Range" || name == "RangeInclusive") && parts.size() == 1 &&
      parts[0].isPlain()) {
    Type type = made(Type::Object, "::std::ops::" + name, parts);
    type.kind = Type::Plain;
    return type;
  }
  if (name == "Duration" || name == "Ordering") {
    Type type;
    type.kind = name == "Duration" ? Type::Duration : Type::Ordering;
    type.text = (name == "Duration" ? "::std::time::" : "::std::cmp::") + name;
    type.shown = name;
    if (path.find("atomic") == std::string::npos)
      return type;
  }
  if (std::optional<Type> iterator = standardIterator(path, parts, lifetimes))
    return *iterator;
  Type type;
  type.kind = Type::Object;
  type.shown = name;
  std::string inner;
  bool isNamed = true;
  for (const std::string &lifetime : lifetimes) {
    (void)lifetime;
    inner += inner.empty() ? "'_" : ", '_";
  }
  for (const Type &part : parts) {
    inner += (inner.empty() ? "" : ", ") + part.text;
    isNamed = isNamed && part.text != "_";
  }
  std::string full = standardName(path);
  type.text = isNamed && !full.empty()
                  ? full + (inner.empty() ? "" : "<" + inner + ">")
                  : "_";
  type.parts = std::move(parts);
  type.lifetimes = std::move(lifetimes);
  addLifetimes(type);
  return type;
}

Type itemType(const Api &api, const json::Object &item, std::vector<Type> parts,
              std::set<std::string> lifetimes) {
  auto [kind, inner] = kindOf(item);
  Type type;
  type.shown = textOf(item, "name");
  const std::string path = api.pathOf(idOf(item));
  bool isNamed = !path.empty(), isKnown = true;
  // rustdoc names the lifetimes of an item in its generics.
  std::string text;
  unsigned types = 0;
  Environment known;
  size_t shownParts = parts.size(); // without those that are the standard ones
  if (const json::Object *generics = inner->getObject("generics"))
    for (const json::Value &parameter : arrayOf(*generics, "params")) {
      const json::Object *what = parameter.getAsObject()->getObject("kind");
      std::string argument;
      if (what && what->get("lifetime"))
        argument = "'_";
      else if (what && (what->get("type") || what->get("const")) &&
               types < parts.size())
        argument = parts[types++].text;
      else if (what && what->get("type") &&
               what->getObject("type")->get("default") &&
               what->getObject("type")->get("default")->kind() !=
                   json::Value::Null) {
        Type standard =
            TypeReader(api, known).read(*what->getObject("type")->get("default"));
        if (standard.text == "_" || !isKnown)
          break; // it stands for the rest
        argument = standard.text;
        shownParts = std::min(shownParts, size_t(types));
        parts.push_back(standard);
        ++types;
      } else
        argument = "_";
      if (what && !what->get("lifetime") && types > 0 && types <= parts.size())
        known[textOf(*parameter.getAsObject(), "name")] = parts[types - 1];
      isKnown = isKnown && argument != "_";
      text += (text.empty() ? "" : ", ") + argument;
    }
  std::string shown;
  for (size_t i = 0; i < shownParts; ++i)
    shown += (shown.empty() ? "" : ", ") + parts[i].shown;
  if (!shown.empty())
    type.shown += "<" + shown + ">";
  if (isNamed && isKnown)
    type.text = path + (text.empty() ? "" : "<" + text + ">");
  type.isOpen = !isKnown;
  type.kind = Type::Object;
  type.item = &item;
  type.parts = std::move(parts);
  type.lifetimes = std::move(lifetimes);
  addLifetimes(type);
  if (kind == "enum" && isNamed && text.empty()) {
    bool isSimple = !arrayOf(*inner, "variants").empty();
    for (const json::Value &id : arrayOf(*inner, "variants")) {
      const json::Object *variant = api.item(&id);
      const json::Object *it = variant ? kindOf(*variant).second : nullptr;
      isSimple = isSimple && it && it->getString("kind") == StringRef("plain");
    }
    if (isSimple)
      type.kind = Type::Symbols;
  }
  type.isCopy = api.hasTrait(type, "Copy");
  type.isClone = api.hasTrait(type, "Clone");
  return type;
}

const json::Object *TypeReader::itemOf(const json::Value *id) const {
  return api.item(id);
}

Type TypeReader::readAlias(const json::Object &alias,
                           const std::vector<Type> &parts) {
  const json::Object *inner = kindOf(alias).second;
  Environment outer = environment;
  size_t at = 0;
  if (const json::Object *list = inner->getObject("generics"))
    for (const json::Value &parameter : arrayOf(*list, "params")) {
      const json::Object *object = parameter.getAsObject();
      const json::Object *what = object->getObject("kind");
      const json::Object *type = what ? what->getObject("type") : nullptr;
      const json::Value *standard = type ? type->get("default") : nullptr;
      if ((type || (what && what->get("const"))) && at < parts.size())
        environment[textOf(*object, "name")] = parts[at++];
      else if (standard && standard->kind() != json::Value::Null)
        environment[textOf(*object, "name")] = read(*standard);
    }
  // One of another crate is spelled so, whatever it is made of.
  std::string text = api.isOfOther(idOf(alias)) ? api.pathOf(idOf(alias)) : "",
              arguments;
  for (const Type &part : parts)
    arguments += (arguments.empty() ? "" : ", ") + part.text;
  bool isNamed = !text.empty() && llvm::none_of(parts, [](const Type &part) {
    return part.text == "_" || !part.lifetimes.empty();
  });
  isAliased = isNamed;
  ++depth;
  Type type = read(*inner->get("type"));
  --depth;
  isAliased = false;
  if (isNamed && type.kind == Type::Object && type.lifetimes.empty())
    type.text = text + (arguments.empty() ? "" : "<" + arguments + ">");
  environment = std::move(outer);
  return type;
}

/// Arrays of crates whose length is a type: what hash functions give.
static bool isArrayByType(StringRef path) {
  return path == "generic_array::GenericArray" || path == "hybrid_array::Array";
}

Type TypeReader::readPath(const json::Object &path) {
  const bool isTarget = std::exchange(isAliased, false);
  const json::Value *id = path.get("id");
  const json::Object *args = path.getObject("args");
  std::vector<Type> parts;
  std::string shown = lastPart(textOf(path, "path"));
  for (const json::Value *arg : typeArguments(args)) {
    // Whatever an error is, it is shown: its crate is not read for it.
    bool outer = isQuiet;
    isQuiet |= isTarget || (shown == "Result" && !parts.empty());
    parts.push_back(read(*arg));
    isQuiet = outer;
  }
  std::set<std::string> lifetimes = lifetimeArguments(args);
  const int64_t number = id ? id->getAsInteger().value_or(-1) : -1;
  std::string full = api.fullPath(number);
  if (isArrayByType(full) && !parts.empty()) {
    parts.resize(1);
    Type type = made(Type::Sequence, "", std::move(parts));
    type.kind = Type::Sequence;
    type.text = "_";
    type.shown = shown + type.shown;
    return type;
  }
  if (!isQuiet && shown != "Result")
    api.need(id);
  if (const json::Object *item = api.item(id)) {
    if (kindOf(*item).first == "type_alias" && depth < 16)
      return readAlias(*item, parts);
    return itemType(api, *item, std::move(parts), std::move(lifetimes));
  }
  StringRef root = StringRef(full).split("::").first;
  if (root == "std" || root == "core" || root == "alloc")
    return standardType(full, std::move(parts), std::move(lifetimes));
  if (shown == "Result" && !parts.empty()) // of anyhow and the like
    return standardType("core::result::Result", std::move(parts), {});
  Type type;
  type.kind = Type::Object;
  type.shown = shown;
  // One that the crate gives out by a name of its own.
  if (!hasArguments(args) && !api.pathOf(number).empty())
    type.text = api.pathOf(number);
  type.parts = std::move(parts);
  type.lifetimes = std::move(lifetimes);
  addLifetimes(type);
  return type;
}

Type TypeReader::closure(const json::Object &trait) {
  Type type;
  type.kind = Type::Closure;
  std::string shown;
  const json::Object *args = trait.getObject("args");
  args = args ? args->getObject("parenthesized") : nullptr;
  if (!args)
    return refusedType("Fn", "its closure is not told of");
  for (const json::Value &input : arrayOf(*args, "inputs")) {
    type.parts.push_back(read(input));
    shown += (shown.empty() ? "" : ", ") + type.parts.back().shown;
  }
  type.shown = lastPart(textOf(trait, "path")) + "(" + shown + ")";
  const json::Value *output = args->get("output");
  Type result;
  result.kind = Type::Plain;
  result.text = result.shown = "()";
  if (output && output->kind() != json::Value::Null) {
    result = read(*output);
    type.shown += " -> " + result.shown;
  }
  type.parts.push_back(result);
  return type;
}

Type TypeReader::ofBounds(const json::Array &bounds, const std::string &name) {
  Type found;
  found.shown = name;
  bool isSend = false, isStatic = false;
  for (const json::Value &bound : bounds) {
    const json::Object *object = bound.getAsObject();
    if (object && object->getString("outlives") == StringRef(kStatic))
      isStatic = true;
    const json::Object *trait =
        object ? object->getObject("trait_bound") : nullptr;
    trait = trait ? trait->getObject("trait") : nullptr;
    if (!trait)
      continue;
    std::string what = lastPart(textOf(*trait, "path"));
    const json::Object *args = trait->getObject("args");
    std::vector<const json::Value *> types = typeArguments(args);
    auto constraint = [&](StringRef wanted) -> const json::Value * {
      const json::Object *list =
          args ? args->getObject("angle_bracketed") : nullptr;
      if (list)
        for (const json::Value &value : arrayOf(*list, "constraints"))
          if (const json::Object *one = value.getAsObject();
              one && one->getString("name") == wanted)
            if (const json::Object *binding = one->getObject("binding"))
              if (const json::Object *equal = binding->getObject("equality"))
                return equal->get("type");
      return nullptr;
    };
    if (what == "Send" || what == "Sync") {
      isSend = true;
    } else if (what == "Fn" || what == "FnMut" || what == "FnOnce") {
      found = closure(*trait);
    } else if (what == "Future" || what == "IntoFuture") {
      found.kind = Type::Future;
      found.shown = "impl Future";
      found.parts = {constraint("Output") ? read(*constraint("Output"))
                                          : Type()};
      addLifetimes(found);
    } else if (what == "Iterator" || what == "IntoIterator" ||
               what == "DoubleEndedIterator" || what == "ExactSizeIterator") {
      Type item;
      if (const json::Value *type = constraint("Item")) {
        item = read(*type);
      } else if (const json::Object *all = generics) {
        generics = nullptr; // items of items are not looked for
        bool isAny = !name.empty();
        for (const json::Value &value : arrayOf(*all, "where_predicates"))
          if (const json::Object *it =
                  value.getAsObject()->getObject("bound_predicate"))
            if (const json::Object *path =
                    it->getObject("type")
                        ? it->getObject("type")->getObject("qualified_path")
                        : nullptr;
                path && path->getObject("self_type") &&
                path->getObject("self_type")->getString("generic") ==
                    StringRef(name)) {
              item = ofBounds(arrayOf(*it, "bounds"), name);
              isAny = isAny && isMetByLisp(arrayOf(*it, "bounds"));
            }
        generics = all;
        if (item.kind == Type::Inferred && isAny)
          item = lispType();
      }
      found.kind = Type::Iterator;
      found.shown = "impl " + what + "<Item = " + item.shown + ">";
      found.parts = {item};
      addLifetimes(found);
    } else if ((what == "AsRef" || what == "Into" || what == "Borrow" ||
                what == "ToOwned") &&
               types.size() == 1) {
      Type target = read(*types[0]);
      std::string shown = "impl " + what + "<" + target.shown + ">";
      if (target.kind == Type::Text || target.kind == Type::Path ||
          StringRef(target.shown).starts_with("Cow<"))
        found = plainText(shown);
      else if (target.kind == Type::Slice)
        found = made(Type::Sequence, "::std::vec::Vec", {target.parts[0]});
      else
        found = target;
      found.shown = shown;
    } else if (what == "Pattern" || ((what == "ToString" || what == "Display") &&
                                     (name.empty() || name == "impl"))) {
      // As a parameter these are numbers, too (Calls::candidates).
      if (found.kind == Type::Inferred)
        found = plainText("impl " + what);
    } else if (what == "Read" || what == "BufRead") {
      found.kind = Type::Bytes;
      found.text = "::std::io::Cursor<::std::vec::Vec<u8>>";
      found.shown = "impl " + what;
    } else if (what == "Write") {
      // What was written is got back by what gives the writer.
      const json::Value *id = trait->get("id");
      found =
          api.fullPath(id ? id->getAsInteger().value_or(-1) : -1) ==
                  "core::fmt::Write"
              ? plainText("")
              : standardType("alloc::vec::Vec", {primitiveType("u8")}, {});
      found.shown = "impl Write";
    } else if (what == "RangeBounds" && types.size() == 1) {
      Type of = read(*types[0]);
      if (of.isPlain()) {
        found.kind = Type::Plain;
        found.text = "::plc::private::Span<" + of.text + ">";
      }
      found.refusal = of.refusal;
      found.shown = "impl RangeBounds<" + of.shown + ">";
    }
  }
  found.isSend = found.kind == Type::Closure && isSend;
  if (isStatic)
    found.lifetimes.clear();
  return found;
}

/// The traits of a `dyn Trait + Send`, as the bounds of a parameter are told.
static json::Array boundsOf(const json::Object &dyn) {
  json::Array bounds;
  for (const json::Value &value : arrayOf(dyn, "traits"))
    if (const json::Object *trait = value.getAsObject()->getObject("trait"))
      bounds.push_back(json::Object{
          {"trait_bound", json::Object{{"trait", json::Object(*trait)}}}});
  return bounds;
}

Type TypeReader::readDyn(const json::Object &dyn) {
  const json::Array &traits = arrayOf(dyn, "traits");
  json::Array bounds = boundsOf(dyn);
  if (bounds.empty())
    return refusedType("dyn", "rustdoc does not tell its trait");
  const json::Object *first =
      bounds[0].getAsObject()->getObject("trait_bound")->getObject("trait");
  Type type = ofBounds(bounds, "");
  if (type.kind == Type::Closure || type.kind == Type::Iterator ||
      type.kind == Type::Future)
    return type;
  type = Type();
  type.kind = Type::Object;
  type.isDyn = true;
  std::string name = lastPart(textOf(*first, "path"));
  type.shown = "dyn " + name;
  if (auto known = environment.find(type.shown); known != environment.end())
    return known->second;
  const json::Value *id = first->get("id");
  api.need(id);
  if (const json::Object *item = api.item(id)) {
    type.item = item;
    if (std::string path = api.pathOf(idOf(*item));
        !path.empty() && typeArguments(first->getObject("args")).empty()) {
      type.text = "dyn " + path;
      for (const json::Value &value : traits) {
        std::string more =
            lastPart(textOf(*value.getAsObject()->getObject("trait"), "path"));
        if (more == "Send" || more == "Sync")
          type.text += " + " + more;
      }
      if (type.text.find('+') != std::string::npos)
        type.text = "(" + type.text + ")";
    }
  }
  return type;
}

/// An argument that is a constant: a number or truth value, or what a name stands for.
Type TypeReader::readConstant(const json::Object &constant) {
  std::string text = textOf(constant, "expr");
  if (auto known = environment.find(text); known != environment.end())
    return known->second;
  return constantType(text, constant.getBoolean("is_literal").value_or(false));
}

Type TypeReader::read(const json::Value &value) {
  const json::Object *object = value.getAsObject();
  if (!object)
    return refusedType("?", "rustdoc does not tell its type");
  if (auto primitive = object->getString("primitive"))
    return primitiveType(primitive->str());
  if (const json::Object *path = object->getObject("resolved_path"))
    return readPath(*path);
  if (const json::Object *constant = object->getObject("const"))
    return readConstant(*constant);
  if (auto generic = object->getString("generic")) {
    if (auto known = environment.find(generic->str());
        known != environment.end())
      return known->second;
    return refusedType(generic->str(), "it is generic");
  }
  if (const json::Array *parts = object->getArray("tuple")) {
    Type type;
    type.kind = Type::Tuple;
    bool isPlain = true, isNamed = true;
    std::string text, shown;
    for (const json::Value &part : *parts) {
      Type element = read(part);
      if (type.refusal.empty())
        type.refusal = element.refusal;
      isPlain = isPlain && element.isPlain();
      isNamed = isNamed && element.text != "_";
      text += element.text + ", ";
      shown += (shown.empty() ? "" : ", ") + element.shown;
      type.parts.push_back(std::move(element));
    }
    if (parts->empty())
      type.scalar = "v";
    if (parts->size() > 6)
      type.refusal = "it is a tuple of more than 6";
    if (isPlain)
      type.kind = Type::Plain;
    type.text = isNamed ? "(" + text + ")" : "_";
    type.shown = "(" + shown + ")";
    addLifetimes(type);
    return type;
  }
  if (const json::Object *reference = object->getObject("borrowed_ref")) {
    Type target = read(*reference->get("type"));
    if (const json::Object *of = reference->getObject("type"))
      if (const json::Object *dyn = of->getObject("dyn_trait")) {
        Type stream = ofBounds(boundsOf(*dyn), "");
        if (stream.kind == Type::Bytes || stream.isPlain())
          target = stream;
      }
    Type type;
    type.isMutable = reference->getBoolean("is_mutable").value_or(false);
    if (target.kind == Type::Closure || target.kind == Type::Iterator ||
        target.kind == Type::Bytes) {
      type = target;
      type.isMutable = reference->getBoolean("is_mutable").value_or(false);
      type.text = type.isMutable ? "&mut" : "&";
      return type;
    }
    type.kind = Type::Reference;
    type.refusal = target.refusal;
    std::string mark = type.isMutable ? "&mut " : "&";
    type.text = target.text == "_" ? "_" : mark + target.text;
    type.shown = mark + target.shown;
    type.parts = {std::move(target)};
    addLifetimes(type);
    std::string lifetime = textOf(*reference, "lifetime");
    type.isStatic = lifetime == kStatic;
    if (!type.isStatic)
      type.lifetimes.insert(lifetime == "'_" ? "" : lifetime);
    return type;
  }
  if (const json::Value *element = object->get("slice")) {
    Type type = made(Type::Slice, "", {read(*element)});
    type.kind = Type::Slice;
    type.text =
        type.parts[0].text == "_" ? "_" : "[" + type.parts[0].text + "]";
    type.shown = "[" + type.parts[0].shown + "]";
    return type;
  }
  if (const json::Object *array = object->getObject("array")) {
    Type type = made(Type::Sequence, "", {read(*array->get("type"))});
    std::string count = textOf(*array, "len");
    if (auto known = environment.find(count); known != environment.end())
      count = known->second.text;
    type.text = "[" + type.parts[0].text + "; " + count + "]";
    // A constant of the crate, or a generic one.
    if (count.empty() ||
        count.find_first_not_of("0123456789") != std::string::npos)
      type.text = "[_; _]";
    type.shown = "[" + type.parts[0].shown + "; " +
                 (type.text == "[_; _]" ? textOf(*array, "len") : count) + "]";
    return type;
  }
  if (const json::Array *bounds = object->getArray("impl_trait")) {
    // A parameter: what was found for it.
    if (generics)
      for (const json::Value &value : arrayOf(*generics, "params")) {
        const json::Object *parameter = value.getAsObject();
        const json::Object *what = parameter->getObject("kind");
        what = what ? what->getObject("type") : nullptr;
        auto known = environment.find(textOf(*parameter, "name"));
        if (what && what->getBoolean("is_synthetic").value_or(false) &&
            known != environment.end() && arrayOf(*what, "bounds") == *bounds)
          return known->second;
      }
    Type type = ofBounds(*bounds, "impl");
    bool isStatic = false;
    for (const json::Value &bound : *bounds)
      isStatic |= bound.getAsObject() && bound.getAsObject()->getString(
                                             "outlives") == StringRef(kStatic);
    if (!isStatic)
      type.lifetimes.insert("impl"); // of whatever the function takes
    if (type.kind == Type::Inferred && type.shown == "impl") {
      for (const json::Value &bound : *bounds)
        if (const json::Object *it =
                bound.getAsObject()->getObject("trait_bound"))
          if (const json::Object *trait = it->getObject("trait")) {
            type.shown = "impl " + lastPart(textOf(*trait, "path"));
            break;
          }
    }
    return type;
  }
  if (const json::Object *dyn = object->getObject("dyn_trait"))
    return readDyn(*dyn);
  if (const json::Object *path = object->getObject("qualified_path"))
    return readAssociated(*path);
  Type type;
  type.shown = object->empty() ? "?" : object->begin()->first.str();
  return type;
}

} // namespace plc::rustimport
