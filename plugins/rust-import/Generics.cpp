//===- Generics.cpp - what generic parameters stand for -------------------===//
//
// A generic function is called with types that are named, that its bounds leave one
// of, or that its arguments tell: then all that may be are tried when it is called.
//
//===----------------------------------------------------------------------===//

#include "Bounds.h"
#include "Calls.h"

#include "llvm/ADT/StringSwitch.h"

#include <algorithm>

using namespace llvm;

namespace plc::rustimport {

/// The traits of this crate that a type takes as `dyn Trait`.
static void findDyns(const json::Value &value, const Api &api,
                     std::map<std::string, const json::Object *> &found) {
  if (const json::Array *array = value.getAsArray()) {
    for (const json::Value &part : *array)
      findDyns(part, api, found);
  } else if (const json::Object *object = value.getAsObject()) {
    if (const json::Object *dyn = object->getObject("dyn_trait"))
      for (const json::Value &trait : arrayOf(*dyn, "traits"))
        if (const json::Object *it = trait.getAsObject()->getObject("trait"))
          if (const json::Object *item = api.item(it->get("id")))
            found["dyn " + lastPart(textOf(*it, "path"))] = item;
    for (auto &entry : *object)
      findDyns(entry.second, api, found);
  }
}

/// Whether a type has that generic parameter in it.
static bool mentions(const json::Value &value, const std::string &name) {
  if (const json::Array *array = value.getAsArray())
    return llvm::any_of(
        *array, [&](const json::Value &part) { return mentions(part, name); });
  const json::Object *object = value.getAsObject();
  if (!object)
    return false;
  const json::Object *constant = object->getObject("const");
  if (object->getString("generic") == StringRef(name) ||
      (constant && constant->getString("expr") == StringRef(name)))
    return true;
  return llvm::any_of(
      *object, [&](auto &entry) { return mentions(entry.second, name); });
}

/// Calls visit(type, bound) for each `where type: bound`.
static void eachBound(
    ArrayRef<const json::Object *> lists,
    llvm::function_ref<void(const json::Object &type, const json::Value &bound)> visit) {
  for (const json::Object *generics : lists)
    for (const json::Value &value :
         generics ? arrayOf(*generics, "where_predicates") : json::Array()) {
      const json::Object *it = value.getAsObject()->getObject("bound_predicate");
      if (const json::Object *type = it ? it->getObject("type") : nullptr)
        for (const json::Value &bound : arrayOf(*it, "bounds"))
          visit(*type, bound);
    }
}

/// Whether another type has to meet something because of the parameter, as in
/// `where Standard: Distribution<T>`: of that nothing is known.
static bool isAskedOfOthers(ArrayRef<const json::Object *> lists,
                            const std::string &name) {
  bool isAsked = false;
  eachBound(lists, [&](const json::Object &type, const json::Value &bound) {
    isAsked |= !type.getString("generic") && mentions(bound, name);
  });
  return isAsked;
}

/// What a parameter may be because of `where Self: Dot<P>`: of which the type has such.
static std::vector<Type> askedOfSelf(ArrayRef<const json::Object *> lists,
                                     const std::string &name, const Api &api,
                                     const Environment &environment) {
  std::vector<Type> result;
  auto self = environment.find("Self");
  if (self == environment.end() || !self->second.item)
    return result;
  eachBound(lists, [&](const json::Object &type, const json::Value &asked) {
    const json::Object *trait = traitOf(asked);
    if (type.getString("generic") != StringRef("Self") || !trait ||
        !mentions(asked, name))
      return;
    for (const json::Object *one : api.implementationsOf(
             self->second, lastPart(textOf(*trait, "path")))) {
      std::vector<const json::Value *> args =
          typeArguments(one->getObject("trait")->getObject("args"));
      TypeReader reader(api, {});
      Environment bound;
      if (args.size() != 1 || one->getObject("blanket_impl") ||
          !unify(*one->get("for"), self->second, reader, bound))
        continue;
      Environment same = bound;
      if (unify(*args[0], self->second, reader, same))
        bound = std::move(same);
      reader.environment = std::move(bound);
      Type found = reader.read(*args[0]);
      if (found.refusal.empty() && found.text != "_")
        result.push_back(std::move(found));
    }
  });
  return result;
}

namespace {
/// A generic parameter of a function or of its type.
struct Parameter {
  std::string name;
  json::Array bounds;
  bool isSynthetic, isOfType;
};
} // namespace

/// Those whose bounds have no other one in them come first.
static void sortByUse(std::vector<Parameter> &parameters) {
  std::vector<Parameter> sorted;
  while (!parameters.empty()) {
    auto at = std::find_if(
        parameters.begin(), parameters.end(), [&](const Parameter &one) {
          return llvm::none_of(parameters, [&](const Parameter &other) {
            return &other != &one &&
                   mentions(json::Value(json::Array(one.bounds)), other.name);
          });
        });
    if (at == parameters.end())
      at = parameters.begin();
    sorted.push_back(std::move(*at));
    parameters.erase(at);
  }
  parameters = std::move(sorted);
}

/// The parameter that this one is a borrowed form of: `K` of `Q: Equivalent<K>` and
/// of `K: Borrow<Q>`.
static std::string ownerOf(const Parameter &parameter,
                           ArrayRef<const json::Object *> lists) {
  auto genericOf = [](const json::Object &trait) {
    std::vector<const json::Value *> args =
        typeArguments(trait.getObject("args"));
    const json::Object *arg = args.empty() ? nullptr : args[0]->getAsObject();
    return arg ? textOf(*arg, "generic") : std::string();
  };
  for (const json::Value &bound : parameter.bounds)
    if (const json::Object *trait = traitOf(bound);
        trait && StringSwitch<bool>(lastPart(textOf(*trait, "path")))
                     .Cases("Equivalent", "Comparable", true)
                     .Default(false))
      return genericOf(*trait);
  for (const json::Object *generics : lists)
    for (const json::Value &value :
         generics ? arrayOf(*generics, "where_predicates") : json::Array())
      if (const json::Object *it =
              value.getAsObject()->getObject("bound_predicate"))
        for (const json::Value &bound : arrayOf(*it, "bounds"))
          if (const json::Object *trait = traitOf(bound);
              trait && lastPart(textOf(*trait, "path")) == "Borrow" &&
              genericOf(*trait) == parameter.name && it->getObject("type"))
            return textOf(*it->getObject("type"), "generic");
  return "";
}

/// `S: Data<Elem = A>` tells what `A` is where `S` is known.
static std::optional<Type>
typeOfConstraint(const std::string &name, ArrayRef<const json::Object *> lists,
                 TypeReader &reader) {
  auto find = [&](const json::Value &owner,
                  const json::Array &bounds) -> std::optional<Type> {
    for (const json::Value &bound : bounds) {
      const json::Object *trait = traitOf(bound);
      const json::Object *args = trait ? trait->getObject("args") : nullptr;
      args = args ? args->getObject("angle_bracketed") : nullptr;
      for (const json::Value &value : args ? arrayOf(*args, "constraints") : json::Array()) {
        const json::Object *one = value.getAsObject();
        const json::Object *binding = one->getObject("binding");
        const json::Object *equal =
            binding ? binding->getObject("equality") : nullptr;
        const json::Object *type = equal ? equal->getObject("type") : nullptr;
        if (!type || type->getString("generic") != StringRef(name))
          continue;
        Type found = reader.read(json::Object{
            {"qualified_path",
             json::Object{{"name", textOf(*one, "name")},
                          {"self_type", owner},
                          {"trait", json::Value(json::Object(*trait))}}}});
        if (found.kind != Type::Inferred && found.refusal.empty())
          return found;
      }
    }
    return std::nullopt;
  };
  for (const json::Object *generics : lists) {
    if (!generics)
      continue;
    for (const json::Value &value : arrayOf(*generics, "params")) {
      const json::Object *parameter = value.getAsObject();
      const json::Object *kind = parameter->getObject("kind");
      if (const json::Object *type = kind ? kind->getObject("type") : nullptr)
        if (std::optional<Type> found =
                find(json::Object{{"generic", textOf(*parameter, "name")}},
                     arrayOf(*type, "bounds")))
          return found;
    }
    for (const json::Value &value : arrayOf(*generics, "where_predicates"))
      if (const json::Object *it =
              value.getAsObject()->getObject("bound_predicate");
          it && it->get("type"))
        if (std::optional<Type> found =
                find(*it->get("type"), arrayOf(*it, "bounds")))
          return found;
  }
  return std::nullopt;
}

/// What is taken for an `impl Into<T>` of a type of a crate: the type itself, and what it
/// is made of by `From`, as far as Lisp has it.
static std::vector<Type> convertible(const json::Array &bounds, const Api &api,
                                     TypeReader &reader) {
  std::vector<Type> result;
  for (const json::Value &bound : bounds) {
    const json::Object *trait = traitOf(bound);
    if (!trait || lastPart(textOf(*trait, "path")) != "Into")
      continue;
    std::vector<const json::Value *> args = typeArguments(trait->getObject("args"));
    Type target = args.size() == 1 ? reader.read(*args[0]) : Type();
    if (target.kind != Type::Object || !target.item)
      return {};
    std::set<std::string> texts;
    for (const json::Value &id : arrayOf(*kindOf(*target.item).second, "impls")) {
      const json::Object *item = api.item(&id);
      const json::Object *it = item ? kindOf(*item).second : nullptr;
      const json::Object *of = it ? it->getObject("trait") : nullptr;
      if (!of || lastPart(textOf(*of, "path")) != "From" ||
          it->getObject("blanket_impl"))
        continue;
      std::vector<const json::Value *> from = typeArguments(of->getObject("args"));
      Type source = from.size() == 1 ? reader.read(*from[0]) : Type();
      bool isText = source.kind == Type::Reference &&
                    source.parts[0].kind == Type::Text && !source.isMutable;
      if (source.refusal.empty() && (source.isPlain() || isText) &&
          texts.insert(isText ? "&str" : source.text).second)
        result.push_back(source);
    }
    // Text comes once.
    if (texts.count("&str") && texts.count("::std::string::String"))
      llvm::erase_if(result, [](const Type &type) {
        return type.kind == Type::Reference;
      });
    if (!result.empty())
      result.insert(result.begin(), target);
    return result;
  }
  return {};
}

bool Calls::sendsLisp(const Use &use, const Environment &environment) {
  const std::string lisp = lispType().text;
  if (llvm::none_of(environment, [&](auto &entry) {
        return entry.second.text.find(lisp) != std::string::npos;
      }))
    return false;
  auto isAsked = [](const json::Array &bounds) {
    return llvm::any_of(bounds, [](const json::Value &bound) {
      const json::Object *trait = traitOf(bound);
      std::string name = trait ? lastPart(textOf(*trait, "path")) : "";
      return name == "Send" || name == "Sync";
    });
  };
  const json::Object *lists[] = {
      use.implementation ? use.implementation->getObject("generics") : nullptr,
      kindOf(*use.item).second->getObject("generics")};
  for (const json::Object *generics : lists) {
    if (!generics)
      continue;
    for (const json::Value &value : arrayOf(*generics, "params"))
      if (const json::Object *kind = value.getAsObject()->getObject("kind"))
        if (const json::Object *type = kind->getObject("type");
            type && isAsked(arrayOf(*type, "bounds")))
          return true;
    for (const json::Value &value : arrayOf(*generics, "where_predicates"))
      if (const json::Object *it =
              value.getAsObject()->getObject("bound_predicate");
          it && isAsked(arrayOf(*it, "bounds")))
        return true;
  }
  return false;
}

/// What its own generics stand for where arguments of the type of `self`, with other
/// generics, are of the very type: `a.dot(b)`. Nothing if that does not tell all.
static std::optional<Environment>
environmentOfSelf(const Use &use, const std::vector<Parameter> &parameters,
                  const json::Array &inputs, const Api &api) {
  auto self = use.environment.find("Self");
  if (parameters.empty() || self == use.environment.end() || !self->second.item ||
      self->second.isOpen)
    return std::nullopt;
  Environment bound = use.environment;
  TypeReader reader(api, bound);
  for (const json::Value &input : inputs) {
    const json::Array *pair = input.getAsArray();
    const json::Object *type = pair ? (*pair)[1].getAsObject() : nullptr;
    const json::Object *reference = type ? type->getObject("borrowed_ref") : nullptr;
    type = reference ? reference->getObject("type") : type;
    const json::Object *path = type ? type->getObject("resolved_path") : nullptr;
    if (path && api.item(path->get("id")) == self->second.item)
      unify(json::Value(json::Object(*type)), self->second, reader, bound);
  }
  return llvm::all_of(parameters,
                      [&](const Parameter &one) { return bound.count(one.name); })
             ? std::optional<Environment>(bound)
             : std::nullopt;
}

std::vector<Type> Calls::typesGiven(const std::string &name, const json::Array &bounds,
                                    const json::Value &inputs, bool &isAsked) {
  std::vector<Type> result;
  size_t place = 0;
  for (const json::Value &input : *inputs.getAsArray()) {
    const json::Array *pair = input.getAsArray();
    const json::Object *type = pair ? (*pair)[1].getAsObject() : input.getAsObject();
    const json::Object *reference = type ? type->getObject("borrowed_ref") : nullptr;
    const json::Object *inner = reference ? reference->getObject("type") : type;
    size_t at = place++;
    if (!inner || inner->getString("generic") != StringRef(name))
      continue;
    isAsked = true;
    if (at >= given.size() || given[at].kind != Type::Object || !result.empty())
      continue;
    Type known = given[at];
    bool isMet = llvm::all_of(bounds, [&](const json::Value &bound) {
      const json::Object *trait = traitOf(bound);
      return !trait || isOfAll(lastPart(textOf(*trait, "path"))) ||
             api.hasTrait(known, *trait);
    });
    if (!reference && !isMet) { // as `&Graph` is one of these
      Type borrowed;
      borrowed.kind = Type::Reference;
      borrowed.text = "&" + known.text;
      borrowed.shown = "&" + known.shown;
      borrowed.lifetimes = {""};
      borrowed.parts = {known};
      known = borrowed;
    }
    result.push_back(known);
  }
  return result;
}

std::vector<Environment> Calls::environments(const Use &use, std::string &refusal,
                                             bool &isOfArguments) {
  std::vector<Environment> result = {use.environment};
  const json::Object *function = kindOf(*use.item).second;
  const json::Object *signature = function->getObject("sig");
  const Type *made = use.variant ? &use.environment.at("Self") : nullptr;
  // Those of the type, if they are not known, and its own.
  std::vector<const json::Object *> lists;
  if (use.implementation)
    lists.push_back(use.implementation->getObject("generics"));
  lists.push_back(made ? kindOf(*made->item).second->getObject("generics")
                       : function->getObject("generics"));
  // The types that the arguments tell.
  json::Array told;
  if (signature)
    told = arrayOf(*signature, "inputs");
  bool isNamed = false;
  if (made)
    for (const json::Value &id : fieldsOfNew(use, isNamed))
      if (const json::Object *field = api.item(&id))
        told.push_back(*field->getObject("inner")->get("struct_field"));
  json::Value inputs = std::move(told);
  auto multiply = [&](const std::string &name, auto typesFor) {
    std::vector<Environment> next;
    for (const Environment &one : result)
      for (const Type &type : typesFor(one)) {
        next.push_back(one);
        next.back()[name] = type;
      }
    if (next.size() > kMostVersions)
      next.resize(kMostVersions);
    bool isAny = !next.empty();
    if (isAny)
      result = std::move(next);
    return isAny;
  };
  std::vector<Type> named = use.arguments;
  std::vector<Parameter> parameters;
  unsigned ofType = 0;
  for (const json::Object *generics : lists)
    for (const json::Value &value :
         generics ? arrayOf(*generics, "params") : json::Array()) {
      const json::Object *parameter = value.getAsObject();
      const json::Object *kind = parameter->getObject("kind");
      std::string name = textOf(*parameter, "name");
      bool isOfType = made || generics != lists.back();
      if (isOfType && use.environment.count(name))
        continue;
      if (kind && kind->get("const")) {
        refusal = "it is generic over the constant `" + name + "`";
        return {};
      }
      const json::Object *type = kind ? kind->getObject("type") : nullptr;
      if (!type)
        continue;
      bool isSynthetic = type->getBoolean("is_synthetic").value_or(false);
      if (!named.empty() && !isSynthetic && !isOfType) {
        Type first = named.front();
        multiply(name, [&](auto &) { return std::vector<Type>{first}; });
        named.erase(named.begin());
        continue;
      }
      ofType += isOfType;
      // What a trait provides may call its own so as the implementation does.
      ArrayRef<const json::Object *> asked = lists;
      parameters.push_back(
          {name, boundsOf(isOfType ? asked : asked.take_back(), *parameter),
           isSynthetic, isOfType});
    }
  std::optional<Environment> ofSelf =
      signature ? environmentOfSelf(use, parameters, arrayOf(*signature, "inputs"), api)
                : std::nullopt;
  sortByUse(parameters);
  for (const Parameter &parameter : parameters) {
    const std::string &name = parameter.name;
    std::string owner = ownerOf(parameter, lists);
    if (!owner.empty() && result[0].count(owner)) {
      multiply(name, [&](const Environment &one) {
        return std::vector<Type>{one.at(owner)};
      });
      continue;
    }
    auto best = [&](const Environment &one) {
      TypeReader reader(api, one);
      reader.implementation = use.implementation;
      reader.generics = lists.back();
      return reader.ofBounds(parameter.bounds, name);
    };
    auto sources = [&](const Environment &one) {
      TypeReader reader(api, one);
      reader.implementation = use.implementation;
      return convertible(parameter.bounds, api, reader);
    };
    if (!sources(result[0]).empty()) {
      multiply(name, sources);
      continue;
    }
    auto constraint = [&](const Environment &one) {
      TypeReader reader(api, one);
      std::optional<Type> type = typeOfConstraint(name, lists, reader);
      return type ? std::vector<Type>{*type} : std::vector<Type>();
    };
    if (parameter.isOfType && multiply(name, constraint))
      continue;
    if (!parameter.isOfType && multiply(name, [&](const Environment &one) {
          return askedOfSelf(lists, name, api, one);
        }))
      continue;
    if (best(result[0]).kind != Type::Inferred) {
      if (!parameter.isSynthetic)
        multiply(name, [&](const Environment &one) {
          return std::vector<Type>{best(one)};
        });
      continue;
    }
    // What an argument does not tell has to be named, or is any value of Lisp.
    bool isTold = parameter.isSynthetic || mentions(inputs, name),
         isOfSelf = parameter.isOfType && mentions(inputs, "Self");
    bool isLisp = !parameter.isSynthetic && isMetByLisp(parameter.bounds) &&
                  !isAskedOfOthers(lists, name);
    // By the argument whose type it is a part of: `R: SampleRange<T>`.
    if (!isLisp)
      for (const Parameter &other : parameters)
        isTold |= &other != &parameter &&
                  mentions(inputs, other.name) &&
                  mentions(json::Value(json::Array(other.bounds)), name);
    auto types = [&](const Environment &one) {
      std::vector<Type> found;
      if (isLisp && (parameter.isOfType || !isTold))
        found.push_back(lispType());
      // Of a type with several parameters there would be too many.
      if (isTold ? !(made && isLisp) : (isOfSelf && (ofType == 1 || !isLisp)))
        for (Type &type : candidates(parameter.bounds, one))
          found.push_back(std::move(type));
      // What only procedures give is not seen before they do: any real number.
      if (!mentions(inputs, name))
        if (auto real = llvm::find_if(
                found, [](const Type &type) { return type.scalar == "f64"; });
            real != found.end())
          std::rotate(found.begin(), real, real + 1);
      return found;
    };
    if (multiply(name, types))
      continue;
    bool isAsked = false;
    if (!parameter.isOfType && multiply(name, [&](auto &) {
          return typesGiven(name, parameter.bounds, inputs, isAsked);
        }))
      continue;
    isOfArguments |= isAsked;
    if (parameter.isSynthetic)
      continue; // the parameter says why
    if (ofSelf)
      return {*ofSelf};
    refusal = parameter.isOfType
                  ? "its type is generic: name its types, `" +
                        (made ? made->shown + "<" + name + ">`"
                              : use.path.substr(0, use.path.find("::")) + "<" +
                                    name + ">:...`")
                  : "it is generic: name the types, `" + lastPart(use.path) +
                        "<" + name + ">`";
    return {};
  }
  // The type itself, with what was found for its generics.
  if (use.implementation && use.implementation->get("for"))
    for (Environment &one : result)
      if (one.size() > use.environment.size()) {
        TypeReader reader(api, one);
        Type self = reader.read(*use.implementation->get("for"));
        if (self.kind == Type::Object)
          one["Self"] = self;
      }
  if (made && !parameters.empty())
    for (Environment &one : result) {
      std::vector<Type> parts;
      for (const json::Value &value : arrayOf(*lists.back(), "params"))
        if (auto known = one.find(textOf(*value.getAsObject(), "name"));
            known != one.end())
          parts.push_back(known->second);
      one["Self"] = itemType(api, *made->item, parts, made->lifetimes);
    }
  // An object of a type is taken where a `dyn Trait` of it is.
  std::map<std::string, const json::Object *> dyns;
  findDyns(inputs, api, dyns);
  for (auto &[name, item] : dyns) {
    std::vector<Type> types = api.implementors(*item, {});
    if (std::string path = api.pathOf(idOf(*item)); !path.empty()) {
      Type dyn;
      dyn.kind = Type::Object;
      dyn.isDyn = true;
      dyn.item = item;
      dyn.shown = name;
      dyn.text = "dyn " + path;
      types.push_back(dyn);
    }
    multiply(name, [&](auto &) { return types; });
  }
  if (ofSelf)
    result.insert(result.begin(), *ofSelf);
  return result;
}

/// The numbers that a type is made of.
static void addScalars(const Type &type, std::set<std::string> &scalars) {
  if (!type.scalar.empty())
    scalars.insert(type.scalar);
  for (const Type &part : type.parts)
    addScalars(part, scalars);
}

std::vector<Environment> Calls::operands(const json::Object &implementation,
                                         const json::Value &argument,
                                         const Type &self, const Environment &bound) {
  const json::Object *generics = implementation.getObject("generics");
  const json::Array &parameters = arrayOf(*generics, "params");
  auto isOpen = [&](const json::Value &parameter) {
    std::string name = textOf(*parameter.getAsObject(), "name");
    return !bound.count(name) && mentions(argument, name);
  };
  auto open = llvm::find_if(parameters, isOpen);
  if (open == parameters.end())
    return {bound};
  std::vector<Environment> result;
  const json::Object *type = argument.getAsObject();
  const json::Object *reference = type->getObject("borrowed_ref");
  const json::Value &inner = reference ? *reference->get("type") : argument;
  auto add = [&](const Type &operand) {
    TypeReader reader(api, bound);
    Environment same = bound;
    if (unify(inner, operand, reader, same) && result.size() < kMostVersions)
      result.push_back(std::move(same));
  };
  if (!inner.getAsObject()->get("generic")) {
    // What is generic on the right is first of all what is on the left.
    add(self);
    for (auto &[text, other] : converter.objects)
      if (text != self.text)
        add(other);
    return result.empty() ? std::vector<Environment>{bound} : result;
  }
  std::vector<Type> types =
      candidates(boundsOf({generics}, *open->getAsObject()), bound);
  std::set<std::string> own;
  addScalars(self, own);
  // Numbers are those of the elements.
  if (llvm::any_of(types, [&](const Type &one) { return own.count(one.scalar); }))
    llvm::erase_if(types, [&](const Type &one) {
      return !one.scalar.empty() && !own.count(one.scalar) && one.scalar != "U";
    });
  for (const Type &one : types)
    add(one);
  return result;
}

} // namespace plc::rustimport
