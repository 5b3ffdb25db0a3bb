//===- Bounds.cpp - types that meet the bounds of generic parameters ------===//

#include "Bounds.h"
#include "Calls.h"

#include "llvm/ADT/StringSwitch.h"

#include <algorithm>

using namespace llvm;

namespace plc::rustimport {

const json::Object *traitOf(const json::Value &bound) {
  const json::Object *object = bound.getAsObject();
  const json::Object *it = object ? object->getObject("trait_bound") : nullptr;
  return !it || textOf(*it, "modifier") == "maybe" ? nullptr
                                                   : it->getObject("trait");
}

bool isOfAll(StringRef trait) {
  return StringSwitch<bool>(trait)
      .Cases("Send", "Sync", "Sized", "Unpin", "Any", true)
      .Cases("UnwindSafe", "RefUnwindSafe", true)
      .Default(false);
}

/// Whether numbers and text meet a trait of the standard library.
static bool isMetBy(StringRef trait, const json::Object &bound,
                    StringRef type) {
  if (isOfAll(trait) ||
      StringSwitch<bool>(trait)
          .Cases("Clone", "Debug", "PartialEq", "PartialOrd", "Default", true)
          .Cases("Display", "ToString", true)
          .Default(false))
    return true;
  const std::string scalar = primitiveType(type.str()).scalar;
  bool isNumber = !scalar.empty() && scalar != "b";
  if (trait == "Copy")
    return isNumber || type == "bool";
  if (trait == "Eq" || trait == "Ord" || trait == "Hash")
    return scalar.empty() || scalar[0] != 'f';
  if (trait == "FromStr")
    return true;
  if (trait == "Into" || trait == "From") {
    std::vector<const json::Value *> args =
        typeArguments(bound.getObject("args"));
    const json::Object *arg = args.empty() ? nullptr : args[0]->getAsObject();
    std::string target = arg ? textOf(*arg, "primitive") : "";
    return target == type ||
           (type == "i32" && (target == "f64" || target == "i64")) ||
           (trait == "Into" && type == "i64" && target == "i128");
  }
  if (trait == "Neg")
    return isNumber && scalar[0] != 'u';
  return isNumber &&
         StringSwitch<bool>(trait)
             .Cases("Add", "Sub", "Mul", "Div", "Rem", true)
             .Cases("AddAssign", "SubAssign", "MulAssign", "DivAssign", true)
             .Cases("Sum", "Product", true)
             .Default(false);
}

bool isMetByLisp(const json::Array &bounds) {
  return llvm::all_of(bounds, [](const json::Value &bound) {
    const json::Object *trait = traitOf(bound);
    if (!trait)
      return true;
    std::string name = lastPart(textOf(*trait, "path"));
    return isOfAll(name) ||
           StringSwitch<bool>(name)
               .Cases("Clone", "Debug", "Display", "ToString", "Default", true)
               .Cases("PartialEq", "Eq", "PartialOrd", "Ord", "Hash", true)
               .Cases("ToOwned", "Equivalent", "Borrow", true)
               .Default(false);
  });
}

json::Array boundsOf(ArrayRef<const json::Object *> lists,
                            const json::Object &parameter) {
  json::Array bounds =
      arrayOf(*parameter.getObject("kind")->getObject("type"), "bounds");
  for (const json::Object *generics : lists)
    for (const json::Value &value :
         generics ? arrayOf(*generics, "where_predicates") : json::Array())
      if (const json::Object *it =
              value.getAsObject()->getObject("bound_predicate"))
        if (const json::Object *type = it->getObject("type");
            type && type->getString("generic") == parameter.getString("name"))
          for (const json::Value &bound : arrayOf(*it, "bounds"))
            bounds.push_back(bound);
  return bounds;
}

/// Numbers that have a trait of a crate as all have it that meet something of the
/// standard library: `impl<M: Debug + Add<M>> Measure for M`.
static void addNumbers(const Api &api, const json::Object &trait,
                       std::vector<Type> &types) {
  for (const json::Value &id :
       arrayOf(*kindOf(trait).second, "implementations")) {
    const json::Object *item = api.item(&id);
    const json::Object *it = item ? kindOf(*item).second : nullptr;
    const json::Object *target = it ? it->getObject("for") : nullptr;
    const json::Object *generics = it ? it->getObject("generics") : nullptr;
    if (!target || !target->getString("generic") || !generics)
      continue;
    json::Array asked;
    for (const json::Value &value : arrayOf(*generics, "params"))
      if (const json::Object &parameter = *value.getAsObject();
          parameter.getString("name") == target->getString("generic"))
        asked = boundsOf({generics}, parameter);
    for (const char *name : {"i64", "f64"})
      if (llvm::none_of(types, [&](const Type &type) { return type.text == name; }) &&
          llvm::all_of(asked, [&](const json::Value &bound) {
            const json::Object *one = traitOf(bound);
            return !one || (!api.item(one->get("id")) &&
                            isMetBy(lastPart(textOf(*one, "path")), *one, name));
          }))
        types.push_back(primitiveType(name));
  }
  // What it has to meet the compiler knows.
  if (types.empty() && api.isMarker(textOf(trait, "name")))
    types = {primitiveType("i64"), primitiveType("f64")};
}

std::vector<Type> Calls::candidates(const json::Array &bounds,
                                    const Environment &environment) {
  std::vector<Type> found;
  std::vector<const json::Object *> traits;
  const json::Object *own = nullptr, *ownItem = nullptr;
  for (const json::Value &bound : bounds)
    if (const json::Object *trait = traitOf(bound)) {
      traits.push_back(trait);
      api.need(trait->get("id"));
      if (const json::Object *item = api.item(trait->get("id")); item && !own) {
        own = trait;
        ownItem = item;
      }
    }
  auto implementors = [&](const json::Object &trait, const json::Object &item) {
    TypeReader reader(api, environment);
    std::vector<Type> arguments;
    for (const json::Value *arg : typeArguments(trait.getObject("args")))
      arguments.push_back(reader.read(*arg));
    std::vector<Type> types = api.implementors(item, arguments);
    addNumbers(api, item, types);
    return types;
  };
  auto meets = [&](const Type &type, const json::Object &trait) {
    std::string name = lastPart(textOf(trait, "path"));
    if (type.item)
      return isOfAll(name) || api.hasTrait(type, trait);
    if (const json::Object *item = api.item(trait.get("id")))
      return llvm::any_of(
          implementors(trait, *item),
          [&](const Type &other) { return other.shown == type.shown; });
    return isMetBy(name, trait, type.shown);
  };
  if (own)
    found = implementors(*own, *ownItem);
  if (found.empty()) {
    if (!own)
      for (const char *name : {"i64", "i32", "f64", "bool"})
        found.push_back(primitiveType(name));
    if (!own)
      found.push_back(standardType("std::String", {}, {}));
    for (Type &type : api.allTypes())
      found.push_back(std::move(type));
  }
  // `Trait<Dim = D>`: as far as it is told what its `Dim` is.
  auto suits = [&](const Type &type, const json::Object &trait) {
    const json::Object *args = trait.getObject("args");
    args = args ? args->getObject("angle_bracketed") : nullptr;
    TypeReader reader(api, environment);
    for (const json::Value &value : args ? arrayOf(*args, "constraints") : json::Array()) {
      const json::Object *one = value.getAsObject();
      const json::Object *binding = one->getObject("binding");
      const json::Value *equal = binding ? binding->get("equality") : nullptr;
      const json::Value *wanted =
          equal && equal->getAsObject() ? equal->getAsObject()->get("type") : nullptr;
      if (!wanted)
        continue;
      reader.environment["#it"] = type; // a name that no parameter has
      Type is = reader.read(json::Object{
          {"qualified_path",
           json::Object{{"name", textOf(*one, "name")},
                        {"self_type", json::Object{{"generic", "#it"}}},
                        {"trait", json::Value(json::Object(trait))}}}}),
           asked = reader.read(*wanted);
      if (is.kind != Type::Inferred && asked.kind != Type::Inferred &&
          is.shown != asked.shown)
        return false;
    }
    return true;
  };
  llvm::erase_if(found, [&](const Type &type) {
    return !llvm::all_of(traits, [&](const json::Object *trait) {
      return meets(type, *trait) && suits(type, *trait);
    });
  });
  // What numbers of Lisp are comes first.
  for (const char *scalar : {"f64", "i64"})
    if (auto at = std::find_if(
            found.begin(), found.end(),
            [&](const Type &type) { return type.scalar == scalar; });
        at != found.end())
      std::rotate(found.begin(), at, at + 1);
  if (found.size() > kMostVersions)
    found.resize(kMostVersions);
  return found;
}

} // namespace plc::rustimport
