//===- Calls.cpp - the code of calls --------------------------------------===//

#include "Calls.h"

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
  // Of a type that cannot be named nothing but its items can be had.
  if (Type &result = version.result;
      result.kind == Type::Object && result.text == "_" && result.item &&
      api.implementation(result, "Iterator")) {
    result.kind = Type::Iterator;
    result.parts = {Type()};
  }
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
  version.isReleased = sendsLisp(use, reader.environment);
  std::string callee = use.callee;
  auto self = reader.environment.find("Self");
  bool isMember = !use.owner.empty() && self != reader.environment.end();
  version.declaration =
      declare(version, isMember ? self->second.shown + "::" + lastPart(use.path)
                                : use.path);
  if (isMember && self->second.text != "_" && self->second.text != use.owner &&
      StringRef(callee).starts_with("<" + use.owner))
    callee = "<" + self->second.text + callee.substr(1 + use.owner.size());
  version.call =
      callee +
      (passed.empty() || isSynthetic || !isSpelled ? ""
                                                   : "::<" + passed + ">") +
      "($0)";
  return version;
}

std::string nameIt(const Type &type) {
  std::string text = type.text;
  for (size_t at; (at = text.find("'_")) != std::string::npos;)
    text.replace(at, 2, "'a");
  return std::string("type It") + (text == type.text ? "" : "<'a>") + " = " +
         text + "; ";
}

const json::Array &fieldsOfNew(const Use &use, bool &isNamed) {
  auto [kind, inner] = kindOf(*use.item);
  const json::Object *shape = inner->getObject("kind");
  const json::Object *named =
      shape ? shape->getObject(kind == "variant" ? "struct" : "plain")
            : nullptr;
  isNamed = named;
  return named   ? arrayOf(*named, "fields")
         : shape ? arrayOf(*shape, "tuple")
                 : arrayOf(*inner, "");
}

/// Making a struct by its fields or a variant by its, a test of one, constants.
Version Calls::fieldVersion(const Use &use, const Environment &environment) {
  Version version;
  version.use = use;
  TypeReader reader(api, environment);
  reader.implementation = use.implementation;
  auto [kind, inner] = kindOf(*use.item);
  auto self = environment.find("Self");
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
  std::string alias = "{ " + nameIt(type);
  std::string name =
      kind == "variant" ? "It::" + spelled(textOf(*use.item, "name")) : "It";
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
  if (const json::Object *generics =
          kindOf(*type.item).second->getObject("generics"))
    for (const json::Value &value : arrayOf(*generics, "params"))
      if (const json::Object *kind = value.getAsObject()->getObject("kind");
          kind && kind->get("lifetime"))
        version.result.lifetimes.insert(textOf(*value.getAsObject(), "name"));
  bool isNamed = false;
  const json::Array &fields = fieldsOfNew(use, isNamed);
  static const char kHidden[] =
      "it has fields that are not public: call a function that makes it";
  if (isNamed && inner->getObject("kind")->begin()->second.getAsObject()
                     ->getBoolean("has_stripped_fields").value_or(false))
    version.refusal = kHidden;
  for (const json::Value &attribute : arrayOf(*use.item, "attrs"))
    if (attribute.getAsString() == StringRef("non_exhaustive") ||
        attribute.getAsString() == StringRef("#[non_exhaustive]"))
      version.refusal = "it is non_exhaustive: call a function that makes it";
  std::string values;
  unsigned place = 0;
  for (const json::Value &id : fields) {
    const json::Object *field = api.item(&id);
    if (!field) {
      version.refusal = kHidden;
      break;
    }
    std::string own = isNamed ? textOf(*field, "name") : std::to_string(place);
    version.parameters.push_back(
        {own, reader.read(*field->getObject("inner")->get("struct_field"))});
    values += (values.empty() ? "" : ", ") + spelled(own) + ": $" +
              std::to_string(++place);
  }
  version.call = alias + name + " { " + values + " } }";
  version.declaration = declare(version, use.path);
  return version;
}

std::vector<Version> Calls::versions(const Use &use) {
  if (use.isConstant || use.isVariable)
    return {fieldVersion(use, use.environment)};
  auto make = [&](const Environment &environment) {
    return use.variant ? fieldVersion(use, environment)
                       : version(use, environment);
  };
  std::string refusal;
  std::vector<Version> result;
  bool isOfArguments = false;
  for (const Environment &environment : environments(use, refusal, isOfArguments))
    result.push_back(make(environment));
  if (result.empty()) {
    result.push_back(make(use.environment));
    result.back().refusal = refusal;
    result.back().isOfArguments = isOfArguments;
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
  // A lifetime that has no name is none of those that have.
  const Type &type = version.parameters[place].second;
  if (type.kind == Type::Reference && own == std::set<std::string>{""} &&
      type.parts[0].lifetimes.empty() && !result.count("") &&
      !result.count("impl"))
    return false;
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
  bool runsLisp = version.isReleased, isReleased = version.isReleased,
       changesMemory = false, isApart = false;
  std::string memories, after;
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
    after += taken.after;
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
    bool isBox = !taken.after.empty();
    const Type &held = type.kind == Type::Option && type.parts[0].isMutable
                           ? type.parts[0]
                           : type;
    if (isBox ||
        (held.kind == Type::Reference && held.parts[0].kind == Type::Slice)) {
      memories += a + ", ";
      isApart |= held.isMutable;
      changesMemory |= held.isMutable && !isBox;
    }
  }
  call = replaced(call, "$0", arguments);
  if (changesMemory && runsLisp && refusal.empty())
    refusal = "it changes a slice while Lisp may run";
  if (!refusal.empty())
    return "";
  std::string code;
  bool isTied = !ties.empty() || !kept.empty();
  if (isApart)
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
  return code + "let value = " + call + ";\n" + after + "let word = " + give +
         ";\nword\n";
}

std::string declarationsOf(const std::vector<Version> &versions,
                           const std::string &separator) {
  constexpr size_t kMostShown = 6;
  std::set<std::string> seen;
  std::string list;
  for (const Version &version : versions)
    if (seen.insert(version.declaration).second && seen.size() <= kMostShown)
      list += (list.empty() ? "" : separator) + version.declaration;
  if (seen.size() > kMostShown)
    list += separator + "and " + std::to_string(seen.size() - kMostShown) +
            " more";
  return list;
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
  std::string code;
  std::vector<Version> usable;
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
    usable.push_back(*version);
  }
  return code + "{ Err(::plc::Error::wrong_type(" +
         quoted("no version of it takes these arguments: " +
                declarationsOf(usable, "; ")) + ")) }\n";
}

} // namespace plc::rustimport
