//===- Importer.cpp - reads a crate of Rust -------------------------------===//
//
// plc-rust-import.so: answers what the compiler asks about the public items
// of a crate (native::Source). For what is used it writes a crate of shims,
// functions with a C ABI that take and return scalars or Lisp values (converted
// by the crate `plc`) and let no panic out. Cargo builds it: a static library
// for programs, a shared one for code in memory.
//
//===----------------------------------------------------------------------===//

#include "Answers.h"
#include "Process.h"
#include "RustSource.h"

#include <algorithm>

using namespace plc::native;
using namespace plc::cimport;
using namespace llvm;

namespace plc::rustimport {

std::vector<Version> RustSource::versionsOf(const std::string &name) {
  std::vector<Version> all;
  for (const Use &use : crate.api.uses(name))
    for (Version &version : calls.versions(use))
      all.push_back(std::move(version));
  return all;
}

Source::Found RustSource::find(const std::string &name) {
  Found found;
  const Api &api = crate.api;
  std::vector<Use> uses = api.uses(name);
  std::string refusal;
  for (const Use &use : uses) {
    // A type that is named like its constructor is both.
    if (!found.origin.line)
      found.origin = api.originOf(*use.item);
    if (found.doc.empty())
      found.doc = textOf(*use.item, "docs");
    std::string last;
    for (const Version &version : calls.versions(use)) {
      std::string why;
      calls.body(version, why);
      if (refusal.empty())
        refusal = why;
      if (version.declaration != last)
        found.declaration +=
            (found.declaration.empty() ? "" : "\n") + version.declaration;
      last = version.declaration;
      if (!why.empty() && !version.isOfArguments)
        continue;
      bool isValue = use.isConstant || use.isVariable ||
                     (use.variant && version.parameters.empty());
      found.kind = isValue ? Found::Value : Found::Functions;
    }
  }
  if (found.kind != Found::Nothing)
    return found;
  if (!uses.empty()) {
    found.kind = Found::Refused;
    found.reason = refusal;
    return found;
  }
  if (api.modules.count(name)) {
    found.kind = Found::Space;
  } else if (auto item = api.items.find(name); item != api.items.end()) {
    found.kind = Found::Refused;
    found.origin = api.originOf(*item->second);
    found.doc = textOf(*item->second, "docs");
    std::string kind = kindOf(*item->second).first;
    found.declaration = kind + " " + textOf(*item->second, "name");
    found.reason =
        kind == "struct" || kind == "enum" || kind == "union"
            ? "it is a type: call one of its functions, `" + name + ":new`"
        : kind == "trait" ? "it is a trait"
                          : "it is a " + kind;
  } else if (auto other = api.foreign.find(name); other != api.foreign.end()) {
    found.kind = Found::Refused;
    found.reason = other->second;
  } else if (size_t at = name.rfind(':'); at != std::string::npos && at > 0) {
    // A type that is only named here: nothing is known of its functions.
    std::string owner = name.substr(0, at);
    auto alias = api.items.find(owner);
    std::optional<Type> type;
    if (alias != api.items.end() && kindOf(*alias->second).first == "type_alias")
      type = api.type(owner);
    if (api.foreign.count(owner) || (type && !type->item)) {
      found.kind = Found::Refused;
      found.reason = "`" + owner + "` is of another crate: call it in a function of "
                     "a crate of your own";
    }
  }
  return found;
}

std::vector<std::string> RustSource::names() {
  crate.api.needAll();
  std::vector<std::string> result;
  for (auto &[name, item] : crate.api.items) {
    std::string kind = kindOf(*item).first;
    if (kind == "function" || kind == "constant" || kind == "static")
      result.push_back(name);
    if (kind != "struct" && kind != "enum")
      continue;
    Type type = itemType(crate.api, *item, {}, {});
    for (const std::string &member : crate.api.memberNames(type)) {
      std::vector<Use> uses = crate.api.uses(name + ":" + member);
      if (!uses.empty())
        result.push_back(name + ":" + member);
    }
  }
  std::sort(result.begin(), result.end());
  return result;
}

/// As Lisp writes them: functions with `-` for `_`.
std::vector<std::string> RustSource::namesIn(const std::string &scope) {
  std::string prefix = scope.empty() ? "" : scope + ":";
  std::replace(prefix.begin(), prefix.end(), '-', '_');
  std::vector<std::string> result;
  for (const std::string &name : names()) {
    std::string spelled = name;
    std::replace(spelled.begin(), spelled.end(), '-', '_');
    if (!StringRef(spelled).starts_with(prefix))
      continue;
    spelled = name.substr(prefix.size());
    // Constants are written as they are.
    size_t part = spelled.rfind(':') + 1;
    if (islower(spelled[part]))
      std::replace(spelled.begin(), spelled.end(), '_', '-');
    result.push_back(spelled);
  }
  return result;
}

std::vector<std::string> RustSource::memberNotes(const std::string &member) {
  std::string name = member;
  std::replace(name.begin(), name.end(), '-', '_');
  std::vector<std::string> notes;
  for (auto &[spelling, type] : known) {
    // "::geo::deep::Stack<i64>" is `deep:Stack<i64>` of the module.
    llvm::StringRef told = llvm::StringRef(spelling);
    told.consume_front("::");
    auto [own, arguments] = told.split("::").second.split('<');
    std::string path = own.str();
    for (size_t at; (at = path.find("::")) != std::string::npos;)
      path.erase(at, 1);
    if (!arguments.empty())
      path += "<" + arguments.str();
    Found found = find(path + ":" + name);
    for (const Use &use : crate.api.members(type, name))
      if (use.isField) {
        found.declaration = use.path + ": " + calls.fieldType(use).shown;
        found.doc = textOf(*use.item, "docs");
        found.origin = crate.api.originOf(*use.item);
      }
    if (!found.declaration.empty())
      notes.push_back(told.str() + "\n" + found.text());
  }
  return notes;
}

/// What the functions that plc calls begin with: those of a crate that is imported twice
/// may do different things.
static std::string prefixOf(const Crate &crate) {
  return "plc_rust_" + hexText(crate.hash) + (crate.isSharing ? "_shared_" : "_");
}

/// Whether a literal may be the argument; what is not known may be anything.
static bool mayTake(const Type &type, const Argument &argument) {
  if (argument.kind == Argument::Unknown || argument.kind == Argument::Box)
    return true;
  if (argument.kind == Argument::Object) {
    const Type &inner = type.kind == Type::Reference ||
                                type.kind == Type::Box ||
                                type.kind == Type::Option
                            ? type.parts[0]
                            : type;
    return (inner.kind != Type::Object && !inner.isPlain()) ||
           inner.text == argument.type || inner.text == "_";
  }
  if (type.kind == Type::Plain && !type.scalar.empty()) {
    bool isFloat = type.scalar[0] == 'f';
    switch (argument.kind) {
    case Argument::Integer:
      return type.scalar != "b";
    case Argument::Real:
      return isFloat;
    case Argument::Boolean:
      return type.scalar == "b";
    default:
      return false;
    }
  }
  bool isText =
      type.text == "::std::string::String" || type.kind == Type::Path ||
      (type.kind == Type::Reference && type.parts[0].kind == Type::Text);
  if (isText)
    return argument.kind == Argument::Text || argument.kind == Argument::Other;
  if (type.kind == Type::Closure)
    return argument.kind == Argument::Procedure;
  if (type.kind == Type::Object)
    return false;
  return true;
}

/// Whether it refers to an object whose type has a name and no lifetimes.
static bool isOfOneType(const Type &type) {
  return type.kind == Type::Reference && type.parts[0].kind == Type::Object &&
         !type.parts[0].isDyn && type.parts[0].text != "_" &&
         type.parts[0].text.find("'_") == std::string::npos;
}

/// A use of the object `a0`, which is `it` in the expression.
std::string RustSource::methodCode(const Type &self,
                                   const std::string &expression) {
  const std::string &type = self.parts[0].text;
  std::string known = "KNOWN_" + hexText(hashBytes(type));
  calls.converter.helpers[known] = "static " + known +
                                   ": ::plc::private::Known = "
                                   "::plc::private::Known::new();\n";
  return std::string("::plc::private::method") +
         (self.isMutable ? "_mut" : "") + "::<" + type + ", _>(&" + known +
         ", a0, move |it| " + expression + ")";
}

std::optional<Call> RustSource::call(const std::string &name,
                                     const std::vector<Argument> &arguments,
                                     ImportError &error) {
  setGiven(arguments);
  std::vector<Version> versions = versionsOf(name);
  calls.given.clear();
  return choose(versions, name, arguments, error);
}

/// The classes of objects that arguments are known to be.
void RustSource::setGiven(const std::vector<Argument> &arguments) {
  calls.given.clear();
  for (const Argument &argument : arguments) {
    auto type = known.find(argument.type);
    bool isKnown = argument.kind == Argument::Object && type != known.end();
    calls.given.push_back(isKnown ? type->second : Type());
  }
}

std::optional<Call> RustSource::choose(const std::vector<Version> &all,
                                       const std::string &name,
                                       const std::vector<Argument> &arguments,
                                       ImportError &error) {
  std::vector<Version> possible, fitting;
  size_t arity = arguments.size();
  std::string hint = declarationsOf(all, "\n");
  for (const Version &version : all)
    if (version.parameters.size() == arity)
      possible.push_back(version);
  if (possible.empty()) {
    size_t takes = all.empty() ? 0 : all[0].parameters.size();
    error.message = all.empty()
                        ? "it is no function"
                        : "it takes " + std::to_string(takes) +
                              (takes == 1 ? " argument" : " arguments") +
                              ", found " + std::to_string(arity);
    error.hint = hint;
    return std::nullopt;
  }
  for (const Version &version : possible) {
    bool fits = true;
    for (size_t i = 0; i < arity; ++i)
      fits = fits && mayTake(version.parameters[i].second, arguments[i]);
    if (fits)
      fitting.push_back(version);
  }
  // Of one only, the conversion tells what is wrong.
  if (possible.size() > 1 && fitting.empty()) {
    error.message = "no version of it takes these arguments";
    error.hint = hint;
    return std::nullopt;
  }
  if (fitting.empty())
    fitting = possible;
  const Version &first = fitting[0];
  // Of one object and numbers.
  bool isMethod = first.hasSelf && isOfOneType(first.parameters[0].second);
  bool isScalar = fitting.size() == 1 && !first.result.scalar.empty() &&
                  !first.isAsync && !first.isReleased && !first.use.variant &&
                  !first.use.isConstant && first.refusal.empty();
  for (size_t i = isMethod; i < first.parameters.size(); ++i) {
    const Type &type = first.parameters[i].second;
    isScalar = isScalar && type.kind == Type::Plain && !type.scalar.empty();
  }
  std::string what = name + "/" + std::to_string(arity);
  for (const Version &version : fitting)
    what += version.declaration;
  std::string id = prefixOf(crate);
  for (char c : name)
    id += isalnum(c) ? c : '_';
  id += "_" + hexText(hashBytes(what));
  std::string signature = isScalar ? first.result.scalar + "(" : "V(";
  std::string parameters, passed, body;
  for (size_t i = 0; i < arity; ++i) {
    const Type &type = first.parameters[i].second;
    std::string a = "a" + std::to_string(i), comma = i ? ", " : "";
    bool isNumber = isScalar && !(i == 0 && isMethod);
    signature += (i ? "," : "") + (isNumber ? type.scalar : "V");
    parameters += comma + a + ": " + (isNumber ? type.text : "u64");
    passed += comma + (isNumber || !isScalar ? a : "it");
  }
  if (isScalar) {
    std::string callee = first.call;
    callee.replace(callee.find("$0"), 2, passed);
    body = isMethod ? methodCode(first.parameters[0].second, callee)
                    : "::plc::private::scalar(|| " + callee + ")";
  } else {
    std::string refusal, code = calls.choice(fitting, refusal);
    if (!refusal.empty()) {
      error.message = refusal;
      error.hint = hint;
      return std::nullopt;
    }
    body = "::plc::private::shim(|lisp| {\n" + code + "})";
  }
  wanted.try_emplace(id, "#[no_mangle]\npub unsafe extern \"C\" fn " + id +
                             "(" + parameters + ") -> " +
                             (isScalar ? first.result.text : "u64") +
                             " {\n    " + body + "\n}\n");
  return Call{id, name, signature + ")", isScalar ? "" : classOf(fitting)};
}

/// The class of the objects that a call results in, "" if there are several.
std::string RustSource::classOf(const std::vector<Version> &versions) {
  std::string name;
  for (const Version &version : versions) {
    const Type *type = &version.result;
    while (type->kind == Type::Option || type->kind == Type::Result ||
           type->kind == Type::Reference || type->kind == Type::Box)
      type = &type->parts[0];
    if (version.isAsync || type->kind != Type::Object || type->text == "_" ||
        type->text.find("'_") != std::string::npos ||
        (!name.empty() && name != type->text))
      return "";
    name = type->text;
    known.try_emplace(name, *type);
  }
  return name;
}

std::optional<Call> RustSource::member(const std::string &type,
                                       const std::string &name, MemberUse use,
                                       const std::vector<Argument> &arguments) {
  auto found = known.find(type);
  if (found == known.end())
    return std::nullopt;
  std::string rust = name;
  if (crate.api.members(found->second, rust).empty())
    std::replace(rust.begin(), rust.end(), '-', '_');
  std::vector<Use> uses = crate.api.members(found->second, rust);
  if (use != MemberUse::Call)
    return field(found->second, uses, use == MemberUse::Set);
  std::vector<Argument> given(1);
  given.insert(given.end(), arguments.begin(), arguments.end());
  setGiven(given);
  std::vector<Version> all;
  for (const Use &one : uses)
    if (!one.isField && !one.isConstant && !one.variant)
      for (Version &version : calls.versions(one))
        if (version.hasSelf && version.refusal.empty())
          all.push_back(std::move(version));
  calls.given.clear();
  ImportError error;
  return all.empty()
             ? std::nullopt
             : choose(all, found->second.shown + ":" + rust, given, error);
}

std::optional<Call> RustSource::field(const Type &self,
                                      const std::vector<Use> &uses,
                                      bool isSet) {
  // Of an enum the object tells whether it has it.
  if (uses.size() != 1 || !uses[0].isField || uses[0].variant)
    return std::nullopt;
  std::string code = calls.fieldCode(uses[0], self, isSet);
  if (code.empty())
    return std::nullopt;
  Type type = calls.fieldType(uses[0]), reference;
  reference.kind = Type::Reference;
  reference.parts = {self};
  reference.isMutable = isSet;
  bool isScalar = type.isPlain() && !type.scalar.empty() &&
                  type.scalar != "v" && isOfOneType(reference);
  std::string own = "it." + spelled(textOf(*uses[0].item, "name")),
              given = isScalar ? type.scalar : "V",
              result = !isScalar ? "u64" : isSet ? "()" : type.text,
              signature = (!isSet ? given : isScalar ? "v" : "V") + "(V" +
                          (isSet ? "," + given : "") + ")";
  std::string id = prefixOf(crate) +
                   (isSet ? "set_" : "get_") +
                   hexText(hashBytes(self.text + own));
  std::string body =
      isScalar ? methodCode(reference, isSet ? "{ " + own + " = a1; }" : own)
               : "::plc::private::shim(|lisp| {\n" + code + "})";
  wanted.try_emplace(id, "#[no_mangle]\npub unsafe extern \"C\" fn " + id +
                             "(a0: u64" +
                             (!isSet     ? ""
                              : isScalar ? ", a1: " + type.text
                                         : ", a1: u64") +
                             ") -> " + result + " {\n    " + body + "\n}\n");
  return Call{id, uses[0].path, signature};
}

/// Constants, and what a variant without fields is.
static bool isValue(const Version &version) {
  return version.parameters.empty() &&
         (version.use.isConstant || version.use.isVariable || version.use.variant);
}

std::vector<uint32_t> RustSource::arities(const std::string &name) {
  std::set<uint32_t> counts;
  for (const Version &version : versionsOf(name))
    if (isValue(version))
      return {};
    else if (version.refusal.empty() && version.parameters.size() <= MostOfValue)
      counts.insert(uint32_t(version.parameters.size()));
  return {counts.begin(), counts.end()};
}

std::optional<Call> RustSource::value(const std::string &name,
                                      ImportError &error) {
  std::vector<Version> all = versionsOf(name);
  all.erase(std::remove_if(all.begin(), all.end(),
                           [](const Version &version) { return !isValue(version); }),
            all.end());
  if (!all.empty())
    return choose(all, name, {}, error);
  error.message = "it is no value";
  return std::nullopt;
}
std::optional<Call> RustSource::assign(const std::string &name,
                                       ImportError &error) {
  error.message = "it is no variable";
  return std::nullopt;
}

//===----------------------------------------------------------------------===//
// The import
//===----------------------------------------------------------------------===//

/// What is known of calls of this very crate, of the Rust that is there.
static Cache cacheOf(const Crate &crate, uint64_t support) {
  return Cache("rust " + crate.folder + " " + hexText(support) +
               (crate.isSharing ? " shared" : ""));
}

static bool import(const ImportOptions &options, Module &module,
                   ImportError &error) {
  Crate crate;
  if (!findCrate(options, crate, error))
    return false;
  uint64_t support = supportHash(crate);
  bool isKnown = hasAnswers(cacheOf(crate, support)) &&
                 isFile(baseFile(crate, support));
  if (!isKnown) {
    if (!readCrate(crate, error))
      return false;
    support = supportHash(crate);
    // Calls without their base are to be built again.
    if (hasAnswers(cacheOf(crate, support)) &&
        !isFile(baseFile(crate, support)) &&
        !cacheOf(crate, support).storeBytes("answers", "", error))
      return false;
  }
  module = Module();
  module.name = options.module;
  module.inputs = crate.inputs;
  Module shims = module; // what those of calls are linked with
  shims.linkFlags = {"-lgcc_s", "-lpthread", "-ldl", "-lm"};
  // Set by whichever source answers.
  auto source = std::make_shared<RustSource *>(nullptr);
  auto make = [=](Crate read) {
    auto made = std::make_unique<RustSource>(std::move(read));
    *source = made.get();
    return made;
  };
  auto read = [=](const Module &, ImportError &trouble) -> std::unique_ptr<Source> {
    Crate again;
    return findCrate(options, again, trouble) && readCrate(again, trouble)
               ? make(std::move(again))
               : nullptr;
  };
  Cache cache = cacheOf(crate, support);
  module.source = answerFromCache(
      cache, isKnown ? nullptr : make(std::move(crate)), shims, read,
      {"rust", /*isUndoing=*/true, [=] { return !*source || (*source)->isWhole(); }});
  return true;
}

} // namespace plc::rustimport

extern "C" __attribute__((visibility("default"))) bool
plc_native_importer(const plc::native::ImportOptions &options,
                    plc::native::Module &module,
                    plc::native::ImportError &error) {
  return plc::rustimport::import(options, module, error);
}
