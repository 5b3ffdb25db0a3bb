//===- Api.cpp - the public names of a crate ------------------------------===//

#include "Api.h"

#include <algorithm>

using namespace llvm;
using namespace plc::native;

namespace plc::rustimport {

std::string textOf(const json::Object &object, StringRef key) {
  return object.getString(key).value_or("").str();
}

std::string spelled(const std::string &name) {
  // `self`, `Self`, `super` and `crate` name nothing else.
  static const std::set<StringRef> keywords = {
      "abstract", "as",     "async",  "await",   "become", "box",      "break",
      "const",    "continue", "do",   "dyn",     "else",   "enum",     "extern",
      "false",    "final",  "fn",     "for",     "gen",    "if",       "impl",
      "in",       "let",    "loop",   "macro",   "match",  "mod",      "move",
      "mut",      "override", "priv", "pub",     "ref",    "return",   "static",
      "struct",   "trait",  "true",   "try",     "type",   "typeof",   "unsafe",
      "unsized",  "use",    "virtual", "where",  "while",  "yield"};
  return keywords.count(name) ? "r#" + name : name;
}

const json::Array &arrayOf(const json::Object &object, StringRef key) {
  static const json::Array none;
  const json::Array *found = object.getArray(key);
  return found ? *found : none;
}

std::pair<std::string, const json::Object *> kindOf(const json::Object &item) {
  static const json::Object none;
  if (const json::Object *inner = item.getObject("inner"))
    for (auto &entry : *inner) {
      const json::Object *object = entry.second.getAsObject();
      return {entry.first.str(), object ? object : &none};
    }
  return {"", &none};
}

int64_t idOf(const json::Object &item) {
  return item.getInteger("id").value_or(-1);
}

std::string lastPart(const std::string &path) {
  size_t at = path.rfind("::");
  return at == std::string::npos ? path : path.substr(at + 2);
}

Origin Api::originOf(const json::Object &item) const {
  Origin origin;
  if (const json::Object *span = item.getObject("span")) {
    origin.file = textOf(*span, "filename");
    if (origin.file.empty() || origin.file[0] != '/')
      origin.file = folder + "/" + origin.file;
    const json::Array &begin = arrayOf(*span, "begin");
    if (!begin.empty())
      origin.line = unsigned(begin[0].getAsInteger().value_or(0));
  }
  return origin;
}

/// Where the last part of a name begins, after a `:` outside of `<...>`.
static size_t lastColon(const std::string &name) {
  int depth = 0;
  for (size_t at = name.size(); at-- > 0;) {
    if (name[at] == '>')
      ++depth;
    if (name[at] == '<')
      --depth;
    if (name[at] == ':' && depth == 0)
      return at;
  }
  return std::string::npos;
}

/// "f<a, b>" as "f" and { "a", "b" }.
static std::vector<std::string> splitArguments(std::string &name) {
  std::vector<std::string> result;
  size_t open = name.find('<');
  if (open == std::string::npos || name.back() != '>')
    return result;
  std::string text = name.substr(open + 1, name.size() - open - 2), part;
  name.resize(open);
  int depth = 0;
  for (char c : text + ",") {
    depth += (c == '<' || c == '(') - (c == '>' || c == ')');
    if (c == ',' && depth == 0) {
      result.push_back(StringRef(part).trim().str());
      part.clear();
    } else {
      part += c;
    }
  }
  return result;
}

std::optional<Type> Api::type(const std::string &full) const {
  std::string name = full;
  std::vector<Type> parts;
  for (const std::string &argument : splitArguments(name)) {
    std::optional<Type> part = type(argument);
    if (!part)
      return std::nullopt;
    parts.push_back(*part);
  }
  size_t at;
  while ((at = name.find("::")) != std::string::npos)
    name.replace(at, 2, ":");
  need(name);
  if (auto known = items.find(name); known != items.end()) {
    std::string kind = kindOf(*known->second).first;
    if (kind == "struct" || kind == "enum" || kind == "union") {
      // Generics that are not named are the standard ones, or unknown.
      return itemType(*this, *known->second, std::move(parts), {});
    }
    if (kind == "type_alias")
      return TypeReader(*this, {}).readAlias(*known->second, parts);
    return std::nullopt;
  }
  static const char *const standard[] = {"String",   "Vec",      "Option",
                                         "HashMap",  "BTreeMap", "HashSet",
                                         "BTreeSet", "VecDeque", "PathBuf"};
  for (const char *one : standard)
    if (name == one)
      return standardType("std::" + name, std::move(parts), {});
  if (name == "Lisp" && parts.empty())
    return lispType();
  if (name == "true" || name == "false" ||
      (!name.empty() &&
       name.find_first_not_of("0123456789") == std::string::npos))
    return constantType(name, true);
  Type primitive = primitiveType(name);
  if (primitive.refusal.empty() && parts.empty())
    return primitive;
  return std::nullopt;
}

std::vector<Use> Api::uses(const std::string &full) const {
  std::string name = full;
  need(name);
  auto known = items.find(name);
  std::vector<Type> arguments;
  if (known == items.end() && !name.empty() && name.back() == '>') {
    for (const std::string &argument : splitArguments(name)) {
      std::optional<Type> part = type(argument);
      if (!part)
        return {};
      arguments.push_back(*part);
    }
    known = items.find(name);
  }
  if (known != items.end()) {
    auto [kind, inner] = kindOf(*known->second);
    Use use;
    use.item = known->second;
    use.path = shownPathOf(idOf(*use.item));
    use.callee = pathOf(idOf(*use.item));
    use.arguments = arguments;
    use.isConstant = kind == "constant";
    use.isVariable = kind == "static";
    if (kind == "function" || use.isConstant || use.isVariable)
      return {use};
    if (std::optional<Type> of = kind == "struct" ? type(full) : std::nullopt) {
      // A struct whose fields are all public is made by them.
      use.environment = environmentOf(*of);
      use.variant = use.item;
      return {use};
    }
    return {};
  }
  name = full;
  size_t at = lastColon(name);
  if (at == std::string::npos)
    return {};
  std::optional<Type> of = type(name.substr(0, at));
  if (!of)
    return {};
  std::vector<Use> found = members(*of, name.substr(at + 1));
  llvm::erase_if(found, [](const Use &use) { return use.isField; });
  return found;
}

//===----------------------------------------------------------------------===//
// Members of types
//===----------------------------------------------------------------------===//

bool unify(const json::Value &found, const Type &type, TypeReader &reader,
           Environment &bound) {
  const json::Object *object = found.getAsObject();
  if (!object)
    return false;
  const json::Object *constant = object->getObject("const");
  if (constant && !constant->getBoolean("is_literal").value_or(false)) {
    auto [known, isNew] = bound.try_emplace(textOf(*constant, "expr"), type);
    return isNew || known->second.shown == type.shown;
  }
  if (auto generic = object->getString("generic")) {
    auto [known, isNew] = bound.try_emplace(generic->str(), type);
    return isNew || known->second.shown == type.shown;
  }
  if (object->getObject("qualified_path"))
    return true; // what it is depends on what is bound
  if (const json::Object *path = object->getObject("resolved_path")) {
    std::vector<const json::Value *> args =
        typeArguments(path->getObject("args"));
    const json::Value *id = path->get("id");
    if (const json::Object *item = reader.itemOf(id);
        item && kindOf(*item).first == "type_alias") {
      const json::Object *alias = kindOf(*item).second;
      Environment own;
      if (!unify(*alias->get("type"), type, reader, own))
        return false;
      size_t next = 0;
      if (const json::Object *generics = alias->getObject("generics"))
        for (const json::Value &parameter : arrayOf(*generics, "params"))
          if (const json::Object *kind =
                  parameter.getAsObject()->getObject("kind");
              kind && !kind->get("lifetime") && next < args.size()) {
            auto known = own.find(textOf(*parameter.getAsObject(), "name"));
            if (known != own.end() &&
                !unify(*args[next], known->second, reader, bound))
              return false;
            ++next;
          }
      return true;
    }
    if (type.item ? !id || id->getAsInteger() != idOf(*type.item)
                  : lastPart(textOf(*path, "path")) !=
                        StringRef(type.shown).split('<').first)
      return false;
    for (size_t i = 0; i < args.size() && i < type.parts.size(); ++i)
      if (!unify(*args[i], type.parts[i], reader, bound))
        return false;
    return true;
  }
  return reader.read(found).shown == type.shown;
}

/// The types of an item that has implementations.
static const json::Array &allImplementations(const Type &type) {
  static const json::Array none;
  return type.item ? arrayOf(*kindOf(*type.item).second, "impls") : none;
}

const std::vector<const json::Object *> &
Api::implementationsOf(const Type &type, const std::string &trait) const {
  auto [known, isNew] = byTrait.try_emplace(type.item);
  if (isNew)
    for (const json::Value &id : allImplementations(type)) {
      const json::Object *item = this->item(&id);
      const json::Object *it = item ? kindOf(*item).second : nullptr;
      const json::Object *of = it ? it->getObject("trait") : nullptr;
      if (of && !it->getBoolean("is_negative").value_or(false))
        known->second[lastPart(textOf(*of, "path"))].push_back(it);
    }
  return known->second[trait];
}

/// Whether an implementation is one of this type; binds its generics.
static bool isFor(const Api &api, const json::Object &implementation,
                  const Type &type, Environment &bound) {
  const json::Value *target = implementation.get("for");
  TypeReader reader(api, {});
  return target && unify(*target, type, reader, bound);
}

const json::Object *Api::implementation(const Type &type,
                                        const std::string &trait,
                                        bool byReference,
                                        const std::vector<Type> *arguments) const {
  for (const json::Object *it : implementationsOf(type, trait)) {
    const json::Object *of = it->getObject("trait");
    if (it->getObject("blanket_impl"))
      continue;
    const json::Object *target = it->getObject("for");
    bool isReference = target && target->getObject("borrowed_ref");
    Environment bound;
    if (arguments) {
      std::vector<const json::Value *> args = typeArguments(of->getObject("args"));
      TypeReader reader(*this, {});
      bool isSuited = true;
      for (size_t i = 0; i < args.size() && i < arguments->size(); ++i)
        isSuited &= unify(*args[i], (*arguments)[i], reader, bound);
      if (!isSuited)
        continue;
    }
    if (isReference == byReference &&
        (isReference || isFor(*this, *it, type, bound)))
      return it;
  }
  return nullptr;
}

const json::Object *
Api::implementationOf(const Type &type, const std::string &associated) const {
  for (const json::Value &id : allImplementations(type)) {
    const json::Object *item = this->item(&id);
    const json::Object *it = item ? kindOf(*item).second : nullptr;
    Environment bound;
    if (!it || it->getObject("blanket_impl") ||
        llvm::none_of(arrayOf(*it, "items"),
                      [&](const json::Value &member) {
                        const json::Object *one = this->item(&member);
                        return one && kindOf(*one).first == "assoc_type" &&
                               one->getString("name") == StringRef(associated);
                      }) ||
        !isFor(*this, *it, type, bound))
      continue;
    return it;
  }
  return nullptr;
}

bool Api::hasTrait(const Type &type, const json::Object &trait) const {
  return hasTrait(type, lastPart(textOf(trait, "path")), 0);
}

bool Api::hasTrait(const Type &type, const std::string &name,
                   unsigned depth) const {
  for (const json::Object *it : implementationsOf(type, name)) {
    Environment bound;
    const json::Object *all = it->getObject("blanket_impl");
    if (all)
      bound[textOf(*all, "generic")] = type;
    if ((all || isFor(*this, *it, type, bound)) && isMet(*it, bound, depth + 1))
      return true;
  }
  return false;
}

/// Whether what its generics stand for has the traits that an implementation asks for, as
/// far as that is told.
bool Api::isMet(const json::Object &implementation, const Environment &bound,
                unsigned depth) const {
  const json::Object *generics = implementation.getObject("generics");
  if (!generics || depth > 4)
    return true;
  auto has = [&](const std::string &name, const json::Array &bounds) {
    auto known = bound.find(name);
    if (known == bound.end())
      return true;
    const Type &type = known->second;
    bool isOwned = type.kind == Type::Plain && type.scalar.empty() &&
                    type.text != "char" && type.text != "u128" &&
                    type.text != "i128" && type.text[0] != '(';
    if (!type.item)
      return !isOwned || llvm::none_of(bounds, [](const json::Value &value) {
               const json::Object *it = value.getAsObject()->getObject("trait_bound");
               const json::Object *trait = it ? it->getObject("trait") : nullptr;
               return trait && textOf(*trait, "path") == "Copy";
             });
    return llvm::all_of(bounds, [&](const json::Value &value) {
      const json::Object *object = value.getAsObject();
      const json::Object *it = object ? object->getObject("trait_bound") : nullptr;
      const json::Object *trait = it ? it->getObject("trait") : nullptr;
      if (!trait || textOf(*it, "modifier") == "maybe")
        return true;
      std::string path = fullPath(trait->getInteger("id").value_or(-1)),
                  last = lastPart(path);
      StringRef root = StringRef(path).split("::").first;
      static const std::set<StringRef> told = {
          "Default", "Clone", "Copy",       "Debug", "Display", "PartialEq",
          "Eq",      "Hash",  "PartialOrd", "Ord",   "Iterator"};
      bool isStandard = root == "core" || root == "std" || root == "alloc";
      return path.empty() || markers.count(last) ||
             (isStandard && !told.count(last)) ||
             hasTrait(type, last, depth);
    });
  };
  for (const json::Value &value : arrayOf(*generics, "params"))
    if (const json::Object *kind = value.getAsObject()->getObject("kind"))
      if (const json::Object *type = kind->getObject("type");
          type && !has(textOf(*value.getAsObject(), "name"),
                       arrayOf(*type, "bounds")))
        return false;
  for (const json::Value &value : arrayOf(*generics, "where_predicates"))
    if (const json::Object *it = value.getAsObject()->getObject("bound_predicate"))
      if (const json::Object *type = it->getObject("type");
          type && !has(textOf(*type, "generic"), arrayOf(*it, "bounds")))
        return false;
  return true;
}

/// The traits of crates that the type has to have of which it is an implementation for
/// all such.
static std::vector<const json::Object *>
askedOfAll(const Api &api, const json::Object &implementation) {
  std::vector<const json::Object *> result;
  const json::Object *target = implementation.getObject("for");
  const json::Object *generics = implementation.getObject("generics");
  auto name = target ? target->getString("generic") : std::nullopt;
  auto add = [&](const json::Array &bounds) {
    for (const json::Value &value : bounds)
      if (const json::Object *it = value.getAsObject()->getObject("trait_bound"))
        if (const json::Object *trait = it->getObject("trait"))
          if (const json::Object *item = api.item(trait->get("id")))
            result.push_back(item);
  };
  if (!name || !generics)
    return result;
  for (const json::Value &value : arrayOf(*generics, "params"))
    if (const json::Object *kind = value.getAsObject()->getObject("kind"))
      if (const json::Object *type = kind->getObject("type");
          type && value.getAsObject()->getString("name") == name)
        add(arrayOf(*type, "bounds"));
  for (const json::Value &value : arrayOf(*generics, "where_predicates"))
    if (const json::Object *it = value.getAsObject()->getObject("bound_predicate"))
      if (const json::Object *type = it->getObject("type");
          type && type->getString("generic") == name)
        add(arrayOf(*it, "bounds"));
  return result;
}

std::vector<Type> Api::implementors(const json::Object &trait,
                                    const std::vector<Type> &arguments,
                                    unsigned depth) const {
  std::vector<Type> result;
  for (const json::Value &id :
       arrayOf(*kindOf(trait).second, "implementations")) {
    const json::Object *item = this->item(&id);
    const json::Object *it = item ? kindOf(*item).second : nullptr;
    if (!it || !it->get("for"))
      continue;
    TypeReader reader(*this, {});
    Environment bound;
    std::vector<const json::Value *> args =
        typeArguments(it->getObject("trait")->getObject("args"));
    bool isSuited = true;
    for (size_t i = 0; i < args.size() && i < arguments.size(); ++i)
      isSuited &= unify(*args[i], arguments[i], reader, bound);
    reader.environment = bound;
    Type type = reader.read(*it->get("for"));
    if (isSuited && type.refusal.empty() && type.text != "_")
      result.push_back(std::move(type));
    if (isSuited && depth < 3)
      for (const json::Object *asked : askedOfAll(*this, *it))
        for (Type &one : implementors(*asked, {}, depth + 1))
          result.push_back(std::move(one));
  }
  return result;
}

const json::Object *Api::implementationIn(const json::Object &trait,
                                          const Type &type,
                                          unsigned depth) const {
  for (const json::Value &id :
       arrayOf(*kindOf(trait).second, "implementations")) {
    const json::Object *item = this->item(&id);
    const json::Object *it = item ? kindOf(*item).second : nullptr;
    Environment bound;
    if (!it || !isFor(*this, *it, type, bound))
      continue;
    std::vector<const json::Object *> asked = askedOfAll(*this, *it);
    if (depth < 3 && llvm::all_of(asked, [&](const json::Object *one) {
          return implementationIn(*one, type, depth + 1);
        }))
      return it;
  }
  return nullptr;
}

std::vector<Type> Api::allTypes() const {
  std::vector<Type> result;
  for (auto &[name, item] : items) {
    auto [kind, inner] = kindOf(*item);
    if (kind != "struct" && kind != "enum")
      continue;
    Type type = itemType(*this, *item, {}, {});
    if (type.text != "_" && type.text.find('<') == std::string::npos)
      result.push_back(std::move(type));
  }
  return result;
}

/// Public fields of a struct or variant, by name.
static std::vector<std::pair<std::string, const json::Object *>>
fieldsOf(const Api &api, const json::Object &kind) {
  std::vector<std::pair<std::string, const json::Object *>> result;
  const json::Object *named = kind.getObject("plain");
  named = named ? named : kind.getObject("struct");
  unsigned place = 0;
  if (named) {
    for (const json::Value &id : arrayOf(*named, "fields"))
      if (const json::Object *field = api.item(&id))
        result.push_back({textOf(*field, "name"), field});
  } else {
    for (const json::Value &id : arrayOf(kind, "tuple")) {
      const json::Object *field = api.item(&id);
      std::string name = std::to_string(place++);
      if (field && kindOf(*field).first == "struct_field")
        result.push_back({name, field});
    }
  }
  return result;
}

Environment Api::environmentOf(const Type &type) const {
  Environment self = {{"Self", type}};
  const json::Object *generics =
      kindOf(*type.item).second->getObject("generics");
  size_t place = 0;
  if (generics)
    for (const json::Value &parameter : arrayOf(*generics, "params"))
      if (const json::Object *what = parameter.getAsObject()->getObject("kind");
          what && (what->get("type") || what->get("const"))) {
        const json::Object *kind = what->getObject("type");
        const json::Value *standard = kind ? kind->get("default") : nullptr;
        std::string own = textOf(*parameter.getAsObject(), "name");
        if (place < type.parts.size())
          self[own] = type.parts[place++];
        else if (standard && standard->kind() != json::Value::Null)
          self[own] = TypeReader(*this, self).read(*standard);
      }
  return self;
}

std::vector<Use> Api::members(const Type &type, const std::string &full) const {
  std::vector<Use> inherent, ofTraits;
  if (!type.item)
    return {};
  std::string name = full;
  if (std::vector<std::string> named = splitArguments(name); !named.empty()) {
    std::vector<Type> arguments;
    for (const std::string &argument : named)
      if (std::optional<Type> part = this->type(argument))
        arguments.push_back(*part);
    if (arguments.size() != named.size())
      return {};
    std::vector<Use> found = members(type, name);
    for (Use &use : found)
      use.arguments = arguments;
    return found;
  }
  // Quickly, as most implementations have no item of that name.
  auto hasItem = [&](const json::Object &implementation,
                     const json::Object *trait, StringRef name) {
    auto isIn = [&](const json::Object &of) {
      return llvm::any_of(arrayOf(of, "items"), [&](const json::Value &id) {
        const json::Object *member = item(&id);
        return member && member->getString("name") == name;
      });
    };
    // Of another crate, the implementation tells what the trait provides.
    if (trait && llvm::is_contained(
                     arrayOf(implementation, "provided_trait_methods"),
                     json::Value(name)))
      need(trait->get("id"));
    const json::Object *own = trait ? item(trait->get("id")) : nullptr;
    Environment none;
    return isIn(implementation) || (own && isIn(*kindOf(*own).second)) ||
           (trait && !own &&
            providedMethod(fullPath(trait->getInteger("id").value_or(-1)),
                           name.str(), none));
  };
  auto [kind, inner] = kindOf(*type.item);
  Environment self = environmentOf(type);
  if (kind == "struct" || kind == "union") {
    const json::Object *shape = inner->getObject("kind");
    if (shape)
      for (auto &[field, item] : fieldsOf(*this, *shape))
        if (field == name) {
          Use use;
          use.item = item;
          use.isField = true;
          use.path = type.shown + "." + name;
          use.environment = self;
          inherent.push_back(use);
        }
  }
  if (kind == "enum")
    for (const json::Value &id : arrayOf(*inner, "variants")) {
      const json::Object *variant = item(&id);
      if (!variant)
        continue;
      Use use;
      use.item = use.variant = variant;
      use.environment = self;
      std::string own = textOf(*variant, "name");
      use.path = type.shown + "::" + own;
      use.callee = "<" + type.text + ">::" + spelled(own);
      if (own == name || own + "?" == name) {
        if (own != name)
          use.callee += "?";
        inherent.push_back(use);
      }
      const json::Object *shape = kindOf(*variant).second->getObject("kind");
      if (shape)
        for (auto &[field, item] : fieldsOf(*this, *shape))
          if (field == name) {
            use.item = item;
            use.isField = true;
            inherent.push_back(use);
            use.isField = false;
            use.item = variant;
          }
    }
  auto add = [&](const json::Object &member, std::vector<Use> &to,
                 const json::Object *implementation, Environment bound,
                 const std::string &scope) {
    auto [kind, it] = kindOf(member);
    if (textOf(member, "name") != name ||
        (kind != "function" && kind != "assoc_const"))
      return;
    Use use;
    use.item = &member;
    use.path = type.shown + "::" + name;
    use.callee = scope + "::" + spelled(name);
    use.owner = type.text;
    use.environment = std::move(bound);
    use.implementation = implementation;
    use.isConstant = kind == "assoc_const";
    to.push_back(std::move(use));
  };
  if (kind == "trait") { // of a `dyn Trait`
    for (const json::Value &id : arrayOf(*inner, "items"))
      if (const json::Object *member = item(&id))
        add(*member, ofTraits, nullptr, self,
            "<" + type.text + " as " + pathOf(idOf(*type.item)) + ">");
    return ofTraits;
  }
  for (const json::Value &id : arrayOf(*inner, "impls")) {
    const json::Object *item = this->item(&id);
    const json::Object *it = item ? kindOf(*item).second : nullptr;
    const json::Object *trait = it ? it->getObject("trait") : nullptr;
    if (!it || !hasItem(*it, trait, name))
      continue;
    // Of those for all types that meet something: of traits of this crate.
    if (it->getBoolean("is_synthetic").value_or(false) ||
        it->getBoolean("is_negative").value_or(false) ||
        (it->getObject("blanket_impl") &&
         !(trait && this->item(trait->get("id")))))
      continue;
    Environment bound = self;
    if (!isFor(*this, *it, type, bound))
      continue;
    if (const json::Object *all = it->getObject("blanket_impl"))
      bound[textOf(*all, "generic")] = type;
    else if (type.isOpen) // of one instance: `impl DateTime<FixedOffset>`
      if (Type one = TypeReader(*this, bound).read(*it->get("for"));
          one.item == type.item && !one.isOpen && one.refusal.empty() &&
          one.text != "_")
        bound["Self"] = one;
    if (!isMet(*it, bound, 0))
      continue;
    if (!trait) {
      for (const json::Value &id : arrayOf(*it, "items"))
        if (const json::Object *member = this->item(&id))
          if (member->getString("visibility") == StringRef("public"))
            add(*member, inherent, it, bound, "<" + type.text + ">");
      continue;
    }
    // Of a trait that can be named: of std, or public here.
    int64_t number = trait->getInteger("id").value_or(-1);
    const json::Object *own = this->item(trait->get("id"));
    std::string path = fullPath(number), scope;
    StringRef root = StringRef(path).split("::").first;
    if (!pathOf(number).empty()) {
      scope = pathOf(number);
    } else if (own) {
      continue;
    } else if (root == "core" || root == "std" || root == "alloc") {
      scope = standardName(path);
      // Used by hash tables, when it is printed and when it ends.
      std::string last = lastPart(path);
      if (last == "Hash" || last == "Drop" ||
          StringRef(path).starts_with("core::fmt::"))
        continue;
    }
    if (scope.empty())
      continue;
    std::string args;
    std::vector<const json::Value *> passed =
        typeArguments(trait->getObject("args"));
    for (size_t i = passed.size(); i-- > 0;)
      args += args.empty() ? "_" : ", _";
    // What the trait itself is generic over.
    Environment ofTrait = bound;
    size_t next = 0;
    if (const json::Object *generics =
            own ? kindOf(*own).second->getObject("generics") : nullptr)
      for (const json::Value &parameter : arrayOf(*generics, "params"))
        if (const json::Object *what =
                parameter.getAsObject()->getObject("kind");
            what && what->get("type") && next < passed.size())
          ofTrait[textOf(*parameter.getAsObject(), "name")] =
              TypeReader(*this, bound).read(*passed[next++]);
    if (!args.empty())
      scope += "<" + args + ">";
    std::set<std::string> defined;
    for (const json::Value &id : arrayOf(*it, "items"))
      if (const json::Object *member = this->item(&id)) {
        defined.insert(textOf(*member, "name"));
        add(*member, ofTraits, it, bound,
            "<" + type.text + " as " + scope + ">");
      }
    if (const json::Object *member = own || defined.count(name)
                                         ? nullptr
                                         : providedMethod(path, name, ofTrait))
      add(*member, ofTraits, it, ofTrait, "<" + type.text + " as " + scope + ">");
    if (own)
      for (const json::Value &id : arrayOf(*kindOf(*own).second, "items"))
        if (const json::Object *member = this->item(&id))
          if (!defined.count(textOf(*member, "name")))
            add(*member, ofTraits, it, ofTrait,
                "<" + type.text + " as " + scope + ">");
  }
  return inherent.empty() ? ofTraits : inherent;
}

std::set<std::string> Api::memberNames(const Type &type) const {
  std::set<std::string> result;
  if (!type.item)
    return result;
  auto [kind, inner] = kindOf(*type.item);
  auto addItems = [&](const json::Object &from) {
    for (const json::Value &id : arrayOf(from, "items"))
      if (const json::Object *member = item(&id))
        if (std::string kind = kindOf(*member).first;
            kind == "function" || kind == "assoc_const")
          result.insert(textOf(*member, "name"));
  };
  if (kind == "trait")
    addItems(*inner);
  if (const json::Object *shape = inner->getObject("kind"))
    for (auto &[field, item] : fieldsOf(*this, *shape))
      result.insert(field);
  for (const json::Value &id : arrayOf(*inner, "variants"))
    if (const json::Object *variant = item(&id)) {
      result.insert(textOf(*variant, "name"));
      if (const json::Object *shape =
              kindOf(*variant).second->getObject("kind"))
        for (auto &[field, item] : fieldsOf(*this, *shape))
          result.insert(field);
    }
  for (const json::Value &id : arrayOf(*inner, "impls"))
    if (const json::Object *item = this->item(&id)) {
      const json::Object *it = kindOf(*item).second;
      const json::Object *trait = it->getObject("trait");
      const json::Object *own =
          trait ? this->item(trait->get("id")) : nullptr;
      if (it->getObject("blanket_impl") && !own)
        continue;
      addItems(*it);
      if (own)
        addItems(*kindOf(*own).second);
    }
  // Members of private inherent impls and of other types' are not found.
  for (auto at = result.begin(); at != result.end();)
    at = members(type, *at).empty() ? result.erase(at) : std::next(at);
  return result;
}

} // namespace plc::rustimport
