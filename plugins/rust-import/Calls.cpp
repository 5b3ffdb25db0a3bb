//===- Calls.cpp - the code of calls --------------------------------------===//

#include "Calls.h"

#include "llvm/ADT/StringSwitch.h"

using namespace llvm;

namespace plc::rustimport {

Calls::Calls(const Api &api) : api(api) {
  converter.api = &api;
  converter.variants = [](const void *data, const Type &type) {
    const Api &api = *static_cast<const Api *>(data);
    std::vector<std::string> names;
    for (const json::Value &id :
         arrayOf(*kindOf(*type.item).second, "variants"))
      if (const json::Object *variant = api.item(&id))
        names.push_back(textOf(*variant, "name"));
    return names;
  };
}

//===----------------------------------------------------------------------===//
// Versions
//===----------------------------------------------------------------------===//

/// Whether numbers and text meet a trait of the standard library.
static bool isMetBy(StringRef trait, const json::Object &bound,
                    StringRef type) {
  if (StringSwitch<bool>(trait)
          .Cases("Clone", "Debug", "PartialEq", "PartialOrd", "Default", true)
          .Cases("Send", "Sync", "Sized", "Unpin", "Any", true)
          .Cases("UnwindSafe", "RefUnwindSafe", true)
          .Default(false))
    return true;
  bool isNumber = type == "i64" || type == "f64" || type == "i32";
  if (trait == "Copy")
    return isNumber || type == "bool";
  if (trait == "Eq" || trait == "Ord" || trait == "Hash")
    return type != "f64";
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
  return isNumber &&
         StringSwitch<bool>(trait)
             .Cases("Add", "Sub", "Mul", "Div", "Rem", true)
             .Cases("AddAssign", "SubAssign", "MulAssign", "DivAssign", true)
             .Cases("Neg", "Sum", "Product", true)
             .Default(false);
}

/// The types that meet all bounds of a generic parameter, the likeliest first.
std::vector<Type> Calls::candidates(const json::Array &bounds) {
  std::vector<Type> found;
  std::vector<std::pair<std::string, const json::Object *>> traits;
  const json::Object *own = nullptr;
  for (const json::Value &bound : bounds)
    if (const json::Object *it = bound.getAsObject()->getObject("trait_bound"))
      if (const json::Object *trait = it->getObject("trait")) {
        if (textOf(*it, "modifier") == "maybe")
          continue; // ?Sized
        traits.push_back({lastPart(textOf(*trait, "path")), trait});
        if (const json::Object *item = api.item(trait->get("id")))
          own = own ? own : item;
      }
  auto meetsAll = [&](const Type &type) {
    return llvm::all_of(traits, [&](auto &trait) {
      if (const json::Object *item = api.item(trait.second->get("id")))
        return llvm::any_of(api.implementors(*item), [&](const Type &other) {
          return other.shown == type.shown;
        });
      if (type.item)
        return trait.first == "Send" || trait.first == "Sync" ||
               trait.first == "Sized" || api.implementation(type, trait.first);
      return isMetBy(trait.first, *trait.second, type.shown);
    });
  };
  if (own) {
    found = api.implementors(*own);
  } else {
    for (const char *name : {"i64", "i32", "f64", "bool"})
      found.push_back(primitiveType(name));
    found.push_back(standardType("std::String", {}, {}));
    for (Type &type : api.allTypes())
      found.push_back(std::move(type));
  }
  found.erase(std::remove_if(found.begin(), found.end(),
                             [&](const Type &type) { return !meetsAll(type); }),
              found.end());
  if (found.size() > 16)
    found.resize(16);
  return found;
}

/// The bounds of a generic parameter, also those after `where`.
static json::Array boundsOf(const json::Object &generics,
                            const json::Object &parameter) {
  json::Array bounds =
      arrayOf(*parameter.getObject("kind")->getObject("type"), "bounds");
  for (const json::Value &value : arrayOf(generics, "where_predicates"))
    if (const json::Object *it =
            value.getAsObject()->getObject("bound_predicate"))
      if (const json::Object *type = it->getObject("type");
          type && type->getString("generic") == parameter.getString("name"))
        for (const json::Value &bound : arrayOf(*it, "bounds"))
          bounds.push_back(bound);
  return bounds;
}

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
  if (object->getString("generic") == StringRef(name))
    return true;
  return llvm::any_of(
      *object, [&](auto &entry) { return mentions(entry.second, name); });
}

/// What the generics of a function may stand for.
std::vector<Environment> Calls::environments(const Use &use,
                                             std::string &refusal) {
  std::vector<Environment> result = {use.environment};
  const json::Object *function = kindOf(*use.item).second;
  // Those of the type, if they are not known, and its own.
  std::vector<const json::Object *> lists;
  if (use.implementation)
    lists.push_back(use.implementation->getObject("generics"));
  lists.push_back(function->getObject("generics"));
  auto multiply = [&](const std::string &name, const std::vector<Type> &types) {
    std::vector<Environment> next;
    for (const Environment &one : result)
      for (const Type &type : types) {
        next.push_back(one);
        next.back()[name] = type;
      }
    result = std::move(next);
    if (result.size() > 16)
      result.resize(16);
  };
  std::vector<Type> named = use.arguments;
  for (const json::Object *generics : lists)
    for (const json::Value &value :
         generics ? arrayOf(*generics, "params") : json::Array()) {
      const json::Object *parameter = value.getAsObject();
      const json::Object *kind = parameter->getObject("kind");
      std::string name = textOf(*parameter, "name");
      bool isOfType = generics != lists.back();
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
        multiply(name, {named.front()});
        named.erase(named.begin());
        continue;
      }
      json::Array bounds = boundsOf(*generics, *parameter);
      TypeReader reader(api, use.environment);
      reader.implementation = use.implementation;
      reader.generics = generics;
      Type best = reader.ofBounds(bounds, name);
      if (best.kind != Type::Inferred) {
        if (!isSynthetic)
          multiply(name, {best});
        continue;
      }
      // What an argument does not tell has to be named.
      std::vector<Type> types;
      if (const json::Object *signature = function->getObject("sig"))
        if (isSynthetic || mentions(*signature->get("inputs"), name) ||
            (isOfType && mentions(*signature->get("inputs"), "Self")))
          types = candidates(bounds);
      if (types.empty()) {
        if (isSynthetic)
          continue; // the parameter says why
        refusal = isOfType ? "its type is generic: name its types, `" +
                                 use.path.substr(0, use.path.find("::")) + "<" +
                                 name + ">:...`"
                           : "it is generic: name the types, `" +
                                 lastPart(use.path) + "<" + name + ">`";
        return {};
      }
      multiply(name, types);
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
  // An object of a type is taken where a `dyn Trait` of it is.
  std::map<std::string, const json::Object *> dyns;
  if (const json::Object *signature = function->getObject("sig"))
    if (const json::Array *inputs = signature->getArray("inputs"))
      findDyns(json::Value(json::Array(*inputs)), api, dyns);
  for (auto &[name, item] : dyns) {
    std::vector<Type> types = api.implementors(*item);
    TypeReader reader(api, use.environment);
    if (auto path = api.paths.find(idOf(*item)); path != api.paths.end()) {
      Type dyn;
      dyn.kind = Type::Object;
      dyn.isDyn = true;
      dyn.item = item;
      dyn.shown = name;
      dyn.text = "dyn ::" + api.name + "::" + path->second;
      types.push_back(dyn);
    }
    multiply(name, types);
  }
  return result;
}

/// "fn add(a: i64) -> i64", in the words of the source.
static std::string declare(const Version &version, const std::string &path) {
  std::string text = version.isAsync ? "async fn " : "fn ";
  text += path + "(";
  for (size_t i = 0; i < version.parameters.size(); ++i) {
    auto &[name, type] = version.parameters[i];
    text += i ? ", " : "";
    bool isSelf = version.hasSelf && i == 0;
    text += !isSelf                        ? name + ": " + type.shown
            : type.kind != Type::Reference ? "self"
            : type.isMutable               ? "&mut self"
                                           : "&self";
  }
  return text + ")" +
         (version.result.shown == "()" ? "" : " -> " + version.result.shown);
}

Version Calls::version(const Use &use, Environment environment) {
  Version version;
  version.use = use;
  version.refusal = use.refusal;
  TypeReader reader(api, std::move(environment));
  reader.implementation = use.implementation;
  auto [kind, inner] = kindOf(*use.item);
  const json::Object *signature = inner->getObject("sig");
  reader.generics = inner->getObject("generics");
  for (const json::Value &input : arrayOf(*signature, "inputs")) {
    const json::Array *pair = input.getAsArray();
    std::string name = (*pair)[0].getAsString().value_or("_").str();
    Type type = reader.read((*pair)[1]);
    version.hasSelf |= version.parameters.empty() && name == "self";
    if (version.refusal.empty() && !type.refusal.empty())
      version.refusal = "its parameter `" + name + "`: " + type.refusal;
    version.parameters.push_back({name, std::move(type)});
  }
  version.result.kind = Type::Plain;
  version.result.text = version.result.shown = "()";
  version.result.scalar = "v";
  if (const json::Value *output = signature->get("output");
      output && output->kind() != json::Value::Null)
    version.result = reader.read(*output);
  if (version.refusal.empty() && !version.result.refusal.empty())
    version.refusal = "its result: " + version.result.refusal;
  if (const json::Object *header = inner->getObject("header")) {
    if (header->getBoolean("is_unsafe").value_or(false))
      version.refusal = "it is unsafe";
    version.isAsync = header->getBoolean("is_async").value_or(false);
  }
  if (version.result.kind == Type::Future) {
    version.isAsync = true;
    std::set<std::string> lifetimes = version.result.lifetimes;
    Type inside = version.result.parts[0];
    version.result = inside;
    version.result.lifetimes.insert(lifetimes.begin(), lifetimes.end());
  }
  // Generics that are named in full, or were found, are passed on: a parameter
  // of its own type may not occur in the arguments.
  std::string passed;
  bool isSpelled = true, isSynthetic = false;
  if (reader.generics)
    for (const json::Value &value : arrayOf(*reader.generics, "params")) {
      const json::Object *parameter = value.getAsObject();
      const json::Object *type =
          parameter->getObject("kind")->getObject("type");
      if (!type)
        continue;
      isSynthetic |= type->getBoolean("is_synthetic").value_or(false);
      auto known = reader.environment.find(textOf(*parameter, "name"));
      std::string text =
          known == reader.environment.end() ? "_" : known->second.text;
      if (known != reader.environment.end() &&
          known->second.kind == Type::Closure)
        text = "_";
      if (known != reader.environment.end() &&
          known->second.kind == Type::Iterator)
        text = "_";
      isSpelled &= text[0] != '&';
      passed += (passed.empty() ? "" : ", ") + text;
    }
  version.declaration = declare(version, use.path);
  std::string callee = use.callee;
  auto self = reader.environment.find("Self");
  if (!use.owner.empty() && self != reader.environment.end() &&
      self->second.text != "_" && self->second.text != use.owner &&
      StringRef(callee).starts_with("<" + use.owner))
    callee = "<" + self->second.text + callee.substr(1 + use.owner.size());
  version.call =
      callee +
      (passed.empty() || isSynthetic || !isSpelled ? ""
                                                   : "::<" + passed + ">") +
      "($0)";
  return version;
}

/// Making a struct by its fields or a variant by its, a test of one, constants.
Version Calls::fieldVersion(const Use &use) {
  Version version;
  version.use = use;
  TypeReader reader(api, use.environment);
  reader.implementation = use.implementation;
  auto [kind, inner] = kindOf(*use.item);
  auto self = use.environment.find("Self");
  if (use.isConstant || use.isVariable) {
    const json::Value *type = inner->get("type");
    version.result = type ? reader.read(*type) : Type();
    version.declaration = (use.isConstant ? "const " : "static ") + use.path +
                          ": " + version.result.shown;
    version.refusal = version.result.refusal;
    version.call = use.callee;
    if (use.isVariable) {
      Type reference;
      reference.kind = Type::Reference;
      reference.shown = version.result.shown;
      reference.parts = {version.result};
      version.result = reference;
      version.call = "&" + use.callee;
      if (inner->getBoolean("is_mutable").value_or(false))
        version.refusal = "it is a `static mut`";
    }
    return version;
  }
  const Type &type = self->second;
  std::string alias = "{ type It = " + type.text + "; ";
  std::string name =
      kind == "variant" ? "It::" + textOf(*use.item, "name") : "It";
  if (StringRef(use.callee).ends_with("?")) {
    Type reference;
    reference.kind = Type::Reference;
    reference.shown = "&" + type.shown;
    reference.text = "&" + type.text;
    reference.parts = {type};
    version.parameters.push_back({"self", reference});
    version.hasSelf = true;
    version.result = primitiveType("bool");
    version.call = alias + "matches!($0, " + name + " { .. }) }";
    version.declaration = "fn " + use.path + "?(&self) -> bool";
    return version;
  }
  version.result = type;
  const json::Object *shape = inner->getObject("kind");
  const json::Object *named =
      shape ? shape->getObject(kind == "variant" ? "struct" : "plain")
            : nullptr;
  const json::Array &fields = named   ? arrayOf(*named, "fields")
                              : shape ? arrayOf(*shape, "tuple")
                                      : arrayOf(*inner, "");
  if (named && named->getBoolean("has_stripped_fields").value_or(false))
    version.refusal =
        "it has fields that are not public: call a function that makes it";
  for (const json::Value &attribute : arrayOf(*use.item, "attrs"))
    if (attribute.getAsString() == StringRef("non_exhaustive") ||
        attribute.getAsString() == StringRef("#[non_exhaustive]"))
      version.refusal = "it is non_exhaustive: call a function that makes it";
  std::string values;
  unsigned place = 0;
  for (const json::Value &id : fields) {
    const json::Object *field = api.item(&id);
    if (!field) {
      version.refusal =
          "it has fields that are not public: call a function that makes it";
      break;
    }
    std::string own = named ? textOf(*field, "name") : std::to_string(place);
    version.parameters.push_back(
        {own, reader.read(*field->getObject("inner")->get("struct_field"))});
    values +=
        (values.empty() ? "" : ", ") + own + ": $" + std::to_string(++place);
  }
  version.call = alias + name + " { " + values + " } }";
  version.declaration = declare(version, use.path);
  return version;
}

std::vector<Version> Calls::versions(const Use &use) {
  if (use.variant || use.isConstant || use.isVariable)
    return {fieldVersion(use)};
  std::string refusal;
  std::vector<Version> result;
  for (Environment &environment : environments(use, refusal))
    result.push_back(version(use, std::move(environment)));
  if (result.empty()) {
    result.push_back(version(use, use.environment));
    result.back().refusal = refusal;
  }
  return result;
}

//===----------------------------------------------------------------------===//
// Bodies
//===----------------------------------------------------------------------===//

/// Whether what a parameter refers to is borrowed by the result.
static bool isBorrowed(const Version &version, size_t place) {
  const std::set<std::string> &result = version.result.lifetimes;
  const std::set<std::string> &own = version.parameters[place].second.lifetimes;
  if (result.empty() || own.empty())
    return false;
  bool isSelf = version.hasSelf && place == 0;
  bool byElision = result == std::set<std::string>{""};
  if (byElision && version.hasSelf &&
      version.parameters[0].second.kind == Type::Reference)
    return isSelf;
  if (isSelf || result.count("impl") || result.count("") || own.count(""))
    return true;
  return llvm::any_of(
      own, [&](const std::string &one) { return result.count(one); });
}

static std::string replaced(std::string text, const std::string &from,
                            const std::string &to) {
  for (size_t at = 0; (at = text.find(from, at)) != std::string::npos;
       at += to.size())
    text.replace(at, from.size(), to);
  return text;
}

std::string Calls::body(const Version &version, std::string &refusal) {
  refusal = version.refusal;
  std::string setup, arguments, ties, kept, words, call = version.call;
  bool runsLisp = false, isReleased = false, changesMemory = false;
  std::string memories;
  size_t count = version.parameters.size();
  for (size_t i = 0; i < count; ++i) {
    const Type &type = version.parameters[i].second;
    Taking taking;
    taking.place = unsigned(i);
    taking.shownPlace = int(i) - version.hasSelf;
    taking.isKept = isBorrowed(version, i);
    taking.isLater = version.isAsync;
    Taken taken = converter.take(type, taking);
    if (refusal.empty() && !taken.refusal.empty())
      refusal = "its parameter `" + version.parameters[i].first +
                "`: " + taken.refusal;
    setup += taken.setup;
    if (taking.isKept) {
      ties += taken.ties;
      if (!taken.kept.empty())
        kept += taken.kept + ".clone() as _, ";
    }
    std::string a = "a" + std::to_string(i);
    words += (i ? ", " : "") + a;
    arguments += (i ? ", " : "") + taken.value;
    if (version.call.find("$0") == std::string::npos)
      call = replaced(call, "$" + std::to_string(i + 1), taken.value);
    runsLisp |= type.kind == Type::Closure;
    isReleased |= type.kind == Type::Closure && type.isSend;
    if (type.kind == Type::Reference && type.parts[0].kind == Type::Slice) {
      memories += a + ", ";
      changesMemory |= type.isMutable;
    }
  }
  call = replaced(call, "$0", arguments);
  if (changesMemory && runsLisp && refusal.empty())
    refusal = "it changes a slice while a procedure may run";
  if (!refusal.empty())
    return "";
  std::string code;
  bool isTied = !ties.empty() || !kept.empty();
  if (changesMemory)
    code += "::plc::private::apart(&[" + memories + "])?;\n";
  // What is moved leaves what it borrows from before.
  bool isMoved = ties.find("ties_of") != std::string::npos;
  if (isTied)
    code += "let mut from = ::std::vec::Vec::new();\n";
  if (isMoved) {
    std::string before, after;
    for (StringRef rest = ties; !rest.empty();) {
      auto [line, more] = rest.split('\n');
      (line.contains("ties_of") ? before : after) += line.str() + "\n";
      rest = more;
    }
    code += before;
    ties = after;
  }
  code += setup;
  code += isTied
              ? ties + "let ties = &::plc::private::Ties::new(lisp, from, &[" +
                    words + "], ::std::vec![" + kept + "]);\n"
              : "let ties = ::plc::private::NO_TIES;\n";
  std::string give = "::plc::ToLisp::to_lisp(" +
                     converter.give(version.result, "value") + ", lisp)";
  if (version.isAsync) {
    std::string moved = isTied ? "let ties = ties.clone();\n" : "";
    return code + moved + "::plc::private::promise(lisp, within, &[" + words +
           "], async move { " +
           (isTied ? "let ties = &ties; "
                   : "let ties = ::plc::private::NO_TIES; ") +
           "let value = " + call + ".await; ::plc::private::in_lisp(|lisp| " +
           give + ") })\n";
  }
  if (isReleased)
    call = "::plc::private::released(lisp, || " + call + ")";
  return code + "let value = " + call + ";\nlet word = " + give + ";\nword\n";
}

std::string Calls::choice(const std::vector<Version> &all,
                          std::string &refusal) {
  std::vector<std::pair<const Version *, std::string>> made;
  std::string first;
  for (const Version &version : all) {
    std::string why, code = body(version, why);
    if (why.empty())
      made.push_back({&version, code});
    else if (first.empty())
      first = why;
  }
  refusal = made.empty() ? first : "";
  if (made.empty())
    return "";
  if (made.size() == 1)
    return made[0].second;
  std::string code, list;
  for (auto &[version, body] : made) {
    std::string condition;
    for (size_t i = 0; i < version->parameters.size(); ++i) {
      Taking taking;
      taking.place = unsigned(i);
      condition += (i ? " && " : "") +
                   converter.take(version->parameters[i].second, taking).check;
    }
    code += "if " + (condition.empty() ? "true" : condition) + " {\n" + body +
            "} else ";
    list += (list.empty() ? "" : "; ") + version->declaration;
  }
  return code + "{ Err(::plc::Error::wrong_type(" +
         quoted("no version of it takes these arguments: " + list) + ")) }\n";
}

} // namespace plc::rustimport
