//===- Associated.cpp - types that implementations of traits tell ---------===//
//
// `Self::Item` and `<T as Trait<A>>::Item` are looked for in the implementation of the
// trait for that type, with those arguments; what is not found the compiler infers.
//
//===----------------------------------------------------------------------===//

#include "Types.h"

#include "Api.h"

using namespace llvm;

namespace plc::rustimport {

/// `Self::Item`, `<T as Trait>::Item`.
Type TypeReader::readAssociated(const json::Object &path) {
  std::string name = textOf(path, "name");
  const json::Object *owner = path.getObject("self_type");
  bool isOwn = !owner || owner->getString("generic") == StringRef("Self");
  const json::Object *where = isOwn ? implementation : nullptr;
  Environment outer = environment;
  std::optional<Environment> inner; // of the implementation
  if (!isOwn && depth < 4) { // of a type that is known
    ++depth;
    Type of = read(json::Value(json::Object(*owner)));
    --depth;
    if (of.kind == Type::Iterator && name == "IntoIter")
      return of;
    if (of.kind == Type::Iterator && name == "Item")
      return of.parts[0];
    const json::Object *trait = path.getObject("trait");
    if (trait && of.kind != Type::Inferred) {
      std::vector<Type> arguments;
      ++depth;
      for (const json::Value *arg : typeArguments(trait->getObject("args")))
        arguments.push_back(read(*arg));
      --depth;
      std::string own = lastPart(textOf(*trait, "path"));
      if (own.empty()) // `G::NodeId` does not spell it
        own = lastPart(api.fullPath(trait->getInteger("id").value_or(-1)));
      // `&T` as it is, else as what it refers to.
      const json::Object *byReference =
          of.kind == Type::Reference
              ? api.implementation(of.parts[0], own, true, &arguments)
              : nullptr;
      if (of.kind == Type::Reference)
        of = Type(of.parts[0]);
      where = byReference ? byReference
                          : api.implementation(of, own, false, &arguments);
      auto hasItem = [&](const json::Object &one) {
        return llvm::any_of(arrayOf(one, "items"), [&](const json::Value &id) {
          const json::Object *item = api.item(&id);
          return item && item->getString("name") == StringRef(name);
        });
      };
      // Of a trait that this one is built on.
      if (where ? !hasItem(*where) : !api.implementation(of, own))
        where = api.implementationOf(of, name);
      if (const json::Object *item = where ? nullptr : api.item(trait->get("id")))
        where = api.implementationIn(*item, of);
      Environment bound;
      if (const json::Object *target = where ? where->getObject("for") : nullptr) {
        const json::Object *reference = target->getObject("borrowed_ref");
        unify(reference ? *reference->get("type") : json::Value(json::Object(*target)),
              of, *this, bound);
      }
      if (where && where->getObject("trait")) {
        std::vector<const json::Value *> args =
            typeArguments(where->getObject("trait")->getObject("args"));
        for (size_t i = 0; i < args.size() && i < arguments.size(); ++i)
          unify(*args[i], arguments[i], *this, bound);
      }
      bound["Self"] = of;
      inner = std::move(bound);
    }
  }
  if (where)
    for (const json::Value &id : arrayOf(*where, "items")) {
      const json::Object *item = api.item(&id);
      if (!item || textOf(*item, "name") != name)
        continue;
      auto [kind, told] = kindOf(*item);
      if (const json::Value *type =
              kind == "assoc_type" ? told->get("type") : nullptr;
          type && type->kind() != json::Value::Null && depth < 16) {
        if (inner) {
          // Its own arguments: `Buffer<T>`.
          std::vector<const json::Value *> own =
              typeArguments(path.getObject("args"));
          size_t next = 0;
          if (const json::Object *generics = told->getObject("generics"))
            for (const json::Value &parameter : arrayOf(*generics, "params"))
              if (next < own.size())
                (*inner)[textOf(*parameter.getAsObject(), "name")] =
                    read(*own[next++]);
          environment = std::move(*inner);
        }
        const json::Object *before = std::exchange(implementation, where);
        ++depth;
        Type result = read(*type);
        --depth;
        implementation = before;
        environment = std::move(outer);
        return result;
      }
    }
  environment = std::move(outer);
  Type type;
  type.shown = name;
  type.lifetimes.insert(""); // whatever it is
  return type;
}

} // namespace plc::rustimport
