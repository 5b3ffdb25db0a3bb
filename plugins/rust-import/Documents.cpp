//===- Documents.cpp - the names of a crate and of those that it gives out ---===//
//
// rustdoc numbers the items of each crate anew, also those of others that it speaks of.
// Here all have one numbering: what is named in several documents, by the crate that
// defines it, its path there and its kind, has the number of the first one.
//
// A crate is read when a name that `pub use` gives out is asked for, or a type of it is
// used. Its items are spelled by the name under which the crate that is imported gives
// them out; else by their own, of a package that the shims then depend on themselves.
//
//===----------------------------------------------------------------------===//

#include "Api.h"

using namespace llvm;

namespace plc::rustimport {

/// The package of all that Rust comes with.
static const char kStandard[] = "std";

const json::Object *Api::item(const json::Value *id) const {
  auto number = id ? id->getAsInteger() : std::nullopt;
  auto known = number ? byId.find(*number) : byId.end();
  return known == byId.end() ? nullptr : known->second;
}

std::string Api::fullPath(int64_t id) const {
  auto found = known.find(id);
  return found == known.end() ? "" : found->second.path;
}

std::string Api::pathOf(int64_t id) const {
  auto found = paths.find(id);
  return found == paths.end() ? "" : found->second;
}

bool Api::isOfOther(int64_t id) const {
  auto found = known.find(id);
  return found != known.end() && !found->second.package.empty();
}

std::string Api::shownPathOf(int64_t id) const {
  std::string path = pathOf(id), own = "::" + name + "::";
  if (StringRef(path).starts_with(own))
    return path.substr(own.size());
  // Of another crate: its own name for it.
  auto found = known.find(id);
  size_t at = path.find("::", 2);
  return found == known.end() || at == std::string::npos
             ? path
             : StringRef(found->second.path).split("::").first.str() +
                   path.substr(at);
}

//===----------------------------------------------------------------------===//
// One numbering
//===----------------------------------------------------------------------===//

/// Whether it is not for users: `#[doc(hidden)]`.
static bool isHidden(const json::Object &item) {
  for (const json::Value &attribute : arrayOf(item, "attrs")) {
    const json::Object *object = attribute.getAsObject();
    if (object && object->getString("other").value_or("").contains("doc(hidden"))
      return true;
  }
  return false;
}

/// Gives all identifiers in it other numbers.
static void renumber(json::Value &value,
                     const std::function<int64_t(int64_t)> &numberOf) {
  if (json::Array *array = value.getAsArray()) {
    for (json::Value &part : *array)
      renumber(part, numberOf);
    return;
  }
  json::Object *object = value.getAsObject();
  if (!object)
    return;
  static const std::set<StringRef> lists = {
      "items", "impls", "variants", "implementations", "fields", "tuple"};
  for (auto &[key, part] : *object) {
    json::Array *array = part.getAsArray();
    if (auto id = part.getAsInteger(); id && key == "id")
      part = numberOf(*id);
    else if (array && lists.count(key))
      for (json::Value &one : *array)
        if (auto number = one.getAsInteger())
          one = numberOf(*number);
        else
          renumber(one, numberOf);
    else
      renumber(part, numberOf);
  }
}

/// The package that a document calls so; Rust's own crates have none.
std::string Api::packageOf(const json::Object *crate) const {
  if (!crate)
    return kStandard;
  std::string library = textOf(*crate, "name"), path = textOf(*crate, "path");
  StringRef file = StringRef(path).rsplit('/').second;
  file.consume_back(".rmeta");
  file.consume_back(".rlib");
  const Package *only = nullptr;
  unsigned count = 0;
  for (const Package &package : packages) {
    if (package.file == file)
      return package.id;
    if (package.library == library) {
      only = &package;
      ++count;
    }
  }
  bool isOfRust = StringRef(path).contains("/rustlib/") || path.empty();
  return count == 1 && !isOfRust ? only->id : kStandard;
}

const json::Object *Api::add(json::Object document,
                             const std::string &package) const {
  const json::Object *crates = document.getObject("external_crates");
  std::map<int64_t, std::string> packageOfCrate = {{0, package}};
  if (crates)
    for (auto &[number, crate] : *crates)
      packageOfCrate[atoll(number.str().c_str())] =
          packageOf(crate.getAsObject());
  // The first document keeps its numbers.
  const int64_t offset = int64_t(documents.size()) << 32;
  std::unordered_map<int64_t, int64_t> numbers;
  std::set<int64_t> isTaken; // several that have no name of their own
  if (const json::Object *all = document.getObject("paths"))
    for (auto &[digits, value] : *all) {
      const json::Object *summary = value.getAsObject();
      if (!summary)
        continue;
      std::string path;
      for (const json::Value &part : arrayOf(*summary, "path"))
        path += (path.empty() ? "" : "::") + part.getAsString().value_or("").str();
      const std::string &of =
          packageOfCrate[summary->getInteger("crate_id").value_or(0)];
      int64_t own = atoll(digits.str().c_str());
      auto at = ids.try_emplace(
          of + "|" + path + "|" + textOf(*summary, "kind"), own + offset).first;
      int64_t number = isTaken.insert(at->second).second ? at->second : own + offset;
      numbers[own] = number;
      known.try_emplace(number, Known{path, of});
    }
  auto numberOf = [&](int64_t own) {
    auto at = numbers.find(own);
    return at == numbers.end() ? own + offset : at->second;
  };
  for (const json::Value &marker : arrayOf(document, "markers"))
    markers.insert(marker.getAsString().value_or("").str());
  documents.push_back(std::move(document));
  json::Object &kept = documents.back();
  int64_t root = numberOf(kept.getInteger("root").value_or(-1));
  // Of what is hidden, modules count, as others may show what is in them, and what
  // a type is made of.
  static const std::set<StringRef> counting = {"module", "struct_field", "variant"};
  if (json::Object *index = kept.getObject("index"))
    for (auto &entry : *index) {
      if (offset)
        renumber(entry.second, numberOf);
      if (const json::Object *item = entry.second.getAsObject())
        if (!isHidden(*item) || counting.count(kindOf(*item).first))
          byId[idOf(*item)] = item;
    }
  json::Value number = root;
  return item(&number);
}

//===----------------------------------------------------------------------===//
// Names
//===----------------------------------------------------------------------===//

bool Api::index(json::Object json) {
  const json::Object *root = add(std::move(json), "");
  if (!root)
    return false;
  name = textOf(*root, "name");
  visit(*root, "", "", 0, {"::" + name, true});
  return true;
}

/// How the shims call a package: versions differ. What stands before the name of the
/// library is not shown.
static std::string rootOf(const Package &package) {
  size_t at = package.id.rfind('@');
  at = at == std::string::npos ? package.id.rfind('#') : at;
  std::string text = kOtherCrate + package.id.substr(at + 1) + "_of_" + package.library;
  for (char &c : text)
    c = isalnum(c) ? c : '_';
  return text;
}

std::vector<std::pair<std::string, const Package *>> Api::roots() const {
  std::vector<std::pair<std::string, const Package *>> result;
  for (const Package &package : packages)
    if (isRead.count(package.id))
      result.push_back({rootOf(package), &package});
  return result;
}

bool Api::readPackage(const std::string &id) const {
  if (!isRead.insert(id).second)
    return false;
  const Package *package = nullptr;
  for (const Package &one : packages)
    if (one.id == id)
      package = &one;
  json::Object document;
  std::string why =
      package && read ? read(*package, document) : "cargo does not tell of it";
  const json::Object *root =
      why.empty() ? add(std::move(document), id) : nullptr;
  if (why.empty() && !root)
    why = "rustdoc tells nothing of it";
  // Names that users write come first, the others are spelled by them.
  std::vector<Pending> uses;
  for (auto [at, end] = pending.equal_range(id); at != end; ++at)
    uses.push_back(at->second);
  pending.erase(id);
  for (bool isOwn : {true, false})
    for (const Pending &use : uses) {
      if (use.walk.isOwn != isOwn)
        continue;
      json::Value number = use.id;
      const json::Object *target = root ? item(&number) : nullptr;
      if (!target)
        foreign[use.name] =
            "it is an item of another crate" + (why.empty() ? "" : ": " + why);
      else if (!use.isAll)
        visit(*target, use.name, use.path, 1, use.walk);
      else if (kindOf(*target).first == "module")
        visitMembers(*kindOf(*target).second, use.name, use.path, 1, use.walk);
    }
  if (root)
    visit(*root, "", "", 0, {"::" + rootOf(*package), false});
  return root;
}

void Api::need(const json::Value *id) const {
  auto found = known.find(id ? id->getAsInteger().value_or(-1) : -1);
  if (found != known.end() && !found->second.package.empty() &&
      found->second.package != kStandard)
    readPackage(std::string(found->second.package));
}

/// Whether a name may be in what is given out under another one.
static bool isIn(StringRef name, StringRef scope, bool isAll) {
  if (isAll && scope.empty())
    return true;
  return name.consume_front(scope) &&
         (name.empty() || name[0] == ':' || name[0] == '<');
}

void Api::need(const std::string &full) const {
  std::string name = full;
  for (size_t at; (at = name.find("::")) != std::string::npos;)
    name.replace(at, 2, ":");
  for (bool isMore = true; isMore;) {
    isMore = false;
    // A name that is here is not looked for elsewhere.
    if (items.count(name) || modules.count(name))
      return;
    for (auto &[package, use] : pending)
      if (use.walk.isOwn && isIn(name, use.name, use.isAll)) {
        readPackage(std::string(package));
        isMore = true;
        break;
      }
  }
}

void Api::needAll() const {
  for (bool isMore = true; isMore;) {
    isMore = false;
    for (auto &[package, use] : pending)
      if (use.walk.isOwn) {
        readPackage(std::string(package));
        isMore = true;
        break;
      }
  }
}

/// A `use` of what is in a crate that has not been read.
void Api::postpone(const json::Object &use, const std::string &name,
                   const std::string &path, const Walk &walk) const {
  auto id = use.getInteger("id");
  auto found = id ? known.find(*id) : known.end();
  bool isAll = use.getBoolean("is_glob").value_or(false);
  if (!isAll)
    paths.try_emplace(id.value_or(-1), walk.root + "::" + path);
  std::string package = found == known.end() ? kStandard : found->second.package;
  if (package != kStandard && !isRead.count(package))
    pending.emplace(package, Pending{name, path, *id, isAll, walk});
  else if (!isAll && walk.isOwn)
    foreign[name] = "it is an item of another crate";
}

void Api::visit(const json::Object &item, std::string name, std::string path,
                unsigned depth, const Walk &walk) const {
  if (depth > 32) // re-exports may go in circles
    return;
  auto [kind, inner] = kindOf(item);
  if (kind == "module") {
    if (!name.empty() && walk.isOwn)
      modules[name] = true;
    visitMembers(*inner, name, path, depth, walk);
  } else if (kind == "use") {
    if (const json::Object *target = this->item(inner->get("id")))
      visit(*target, name, path, depth + 1, walk);
    else
      postpone(*inner, name, path, walk);
  } else if (kind == "macro" || kind == "proc_macro") {
    if (walk.isOwn)
      foreign[name] = "it is a macro";
  } else if (!name.empty()) {
    if (walk.isOwn)
      items.try_emplace(name, &item);
    // The shortest name that is public.
    std::string full = walk.root + "::" + path;
    auto [known, isNew] = paths.try_emplace(idOf(item), full);
    if (!isNew && known->second.size() > full.size() &&
        StringRef(known->second).starts_with(walk.root + "::"))
      known->second = full;
  }
}

void Api::visitMembers(const json::Object &module, const std::string &name,
                       const std::string &path, unsigned depth,
                       const Walk &walk) const {
  for (const json::Value &id : arrayOf(module, "items")) {
    const json::Object *member = item(&id);
    if (!member)
      continue;
    auto [kind, inner] = kindOf(*member);
    if (kind == "module" && isHidden(*member))
      continue;
    bool isUse = kind == "use";
    if (isUse && inner->getBoolean("is_glob").value_or(false)) {
      const json::Object *target = item(inner->get("id"));
      if (!target)
        postpone(*inner, name, path, walk);
      else if (kindOf(*target).first == "module" && depth < 32)
        visitMembers(*kindOf(*target).second, name, path, depth + 1, walk);
      continue;
    }
    std::string own = textOf(isUse ? *inner : *member, "name");
    if (!own.empty())
      visit(*member, (name.empty() ? "" : name + ":") + own,
            (path.empty() ? "" : path + "::") + spelled(own), depth + 1, walk);
  }
}

} // namespace plc::rustimport
