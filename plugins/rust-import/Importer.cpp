//===- Importer.cpp - reads a crate of Rust -------------------------------===//
//
// plc-rust-import.so: answers what the compiler asks about the public items
// of a crate (native::Source). For what is used it writes a crate of shims,
// functions with a C ABI that take and return scalars or Lisp values (converted
// by the crate `plc`) and let no panic out. Cargo builds it: a static library
// for programs, a shared one for code in memory.
//
//===----------------------------------------------------------------------===//

#include "Calls.h"
#include "Crate.h"
#include "Process.h"

#include <algorithm>
#include <dlfcn.h>
#include <filesystem>
#include <set>
#include <unistd.h>

using namespace plc::native;
using namespace plc::cimport;
using namespace llvm;
namespace fs = std::filesystem;

namespace plc::rustimport {

namespace {

class RustSource final : public Source {
public:
  explicit RustSource(Crate read) : crate(std::move(read)), calls(crate.api) {
    calls.converter.isSharing = crate.isSharing;
    crate.api.read = [this](const Package &package, json::Object &document) {
      return readPackage(crate, package, document);
    };
  }

  std::string language() override { return "rust"; }
  Found find(const std::string &name) override;
  std::vector<std::string> names() override;
  std::vector<std::string> memberNotes(const std::string &member) override;
  std::optional<Call> call(const std::string &name,
                           const std::vector<Argument> &arguments,
                           ImportError &error) override;
  std::optional<Call> value(const std::string &name,
                            ImportError &error) override;
  std::optional<Call> assign(const std::string &name,
                             ImportError &error) override;
  void useMember(const std::string &name) override { members.insert(name); }
  std::optional<Call> member(const std::string &type, const std::string &name,
                             MemberUse use,
                             const std::vector<Argument> &arguments) override;
  const Module *finish(std::string &start, ImportError &error) override;

private:
  bool build(uint64_t hash, uint64_t support, Module &module,
             ImportError &error);
  uint64_t supportHash(const std::string &libraryOfRust);
  void classCode();
  std::string source(const std::string &start);
  bool dropFailing(const std::string &errors, const std::string &code,
                   ImportError &error);
  std::optional<Call> choose(const std::vector<Version> &all,
                             const std::string &name,
                             const std::vector<Argument> &arguments,
                             ImportError &error);
  std::optional<Call> field(const Type &self, const std::vector<Use> &uses,
                            bool isSet);
  std::string methodCode(const Type &self, const std::string &expression);
  std::vector<Version> versionsOf(const std::string &name);
  std::string classOf(const std::vector<Version> &versions);

  Crate crate;
  Calls calls;
  /// Classes of objects that calls result in, as Call::type names them.
  std::map<std::string, Type> known;
  /// Shims to be made, and all that were, by symbol.
  std::map<std::string, std::string> wanted;
  std::set<std::string> made;
  /// Names of members that the program uses; what was made: "type.member".
  std::set<std::string> members, madeMembers;
  /// Of the module that is being made: functions of members, and what makes
  /// them known, by the function.
  std::map<std::string, std::string> memberFunctions;
  std::vector<std::string> startCode;
  std::vector<std::unique_ptr<Module>> modules;
};

} // namespace

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
      if (!why.empty())
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
  return choose(versionsOf(name), name, arguments, error);
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
  std::string id = "plc_rust_" + hexText(crate.hash) + "_";
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
  std::vector<Version> all;
  for (const Use &one : uses)
    if (!one.isField && !one.isConstant && !one.variant)
      for (Version &version : calls.versions(one))
        if (version.hasSelf && version.refusal.empty())
          all.push_back(std::move(version));
  std::vector<Argument> given(1);
  given.insert(given.end(), arguments.begin(), arguments.end());
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
  std::string id = "plc_rust_" + hexText(crate.hash) + "_" +
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

std::optional<Call> RustSource::value(const std::string &name,
                                      ImportError &error) {
  std::vector<Version> all = versionsOf(name);
  all.erase(std::remove_if(all.begin(), all.end(),
                           [](const Version &version) {
                             return !version.parameters.empty() ||
                                    !(version.use.isConstant ||
                                      version.use.isVariable ||
                                      version.use.variant);
                           }),
            all.end());
  if (!all.empty())
    return choose(all, name, {}, error);
  error.message = "a function of Rust is no value: call it in a lambda";
  return std::nullopt;
}
std::optional<Call> RustSource::assign(const std::string &name,
                                       ImportError &error) {
  error.message = "it is no variable";
  return std::nullopt;
}

/// The crate `plc`, which lies beside this library.
static std::string supportFolder() {
  Dl_info info;
  if (!dladdr(reinterpret_cast<void *>(&supportFolder), &info))
    return "";
  return (fs::path(info.dli_fname).parent_path() / "rust/plc").string();
}

/// Whether a type is made of one that is called as it is: `Rev<Rev<...>>`.
static bool isNested(StringRef text) {
  std::vector<StringRef> outer;
  size_t begin = 0;
  for (size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '<') {
      StringRef name = text.slice(begin, at).rsplit("::").second;
      if (is_contained(outer, name))
        return true;
      outer.push_back(name);
    } else if (text[at] == '>' && !outer.empty()) {
      outer.pop_back();
    }
    if (StringRef("<>, &(").contains(text[at]))
      begin = at + 1;
  }
  return false;
}

/// Makes classes known that have not been: what they can do, and the members
/// that the program uses. More classes may be seen on the way, of which there may be no
/// end: those that are nested in themselves have no members then.
void RustSource::classCode() {
  auto &objects = calls.converter.objects;
  const auto asked = objects;
  for (size_t before = 0; before != objects.size();) {
    before = objects.size();
    auto known = objects;
    for (auto &[text, type] : known) {
      if (!asked.count(text) && isNested(text))
        continue;
      if (madeMembers.insert(text).second)
        startCode.push_back(calls.traits(type, memberFunctions));
      for (const std::string &name : members)
        if (madeMembers.insert(text + "." + name).second)
          startCode.push_back(calls.member(type, name, memberFunctions));
    }
  }
}

/// In the base of the shims: futures are polled in it.
static const char kTokio[] =
    "pub fn within(poll: &mut dyn FnMut()) {\n"
    "    static RUNTIME: ::std::sync::OnceLock<::tokio::runtime::Runtime> = "
    "::std::sync::OnceLock::new();\n"
    "    let runtime = RUNTIME.get_or_init(|| "
    "::tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_"
    "all().build()"
    ".expect(\"tokio cannot start\"));\n"
    "    let _entered = runtime.enter();\n    poll()\n}\n";
static const char kNoRuntime[] =
    "pub fn within(poll: &mut dyn FnMut()) {\n    poll()\n}\n";

std::string RustSource::source(const std::string &start) {
  std::string code = "#![allow(warnings)]\nuse ::plc_base::within;\n";
  for (auto &[id, text] : wanted)
    code += text;
  for (auto &[name, text] : calls.converter.helpers)
    code += text;
  for (auto &[name, text] : memberFunctions)
    code += text;
  code += "#[no_mangle]\npub unsafe extern \"C\" fn " + start +
          "(host: *const ::core::ffi::c_void) {\n"
          "    ::plc::private::start_shims(host.cast());\n";
  for (const std::string &line : startCode)
    code += line;
  return code + "}\n";
}

/// Without the function of a member that the compiler refuses, which is then
/// not there; false if the errors are about something else.
bool RustSource::dropFailing(const std::string &errors, const std::string &code,
                             ImportError &error) {
  std::set<std::string> failing;
  bool isLess = false;
  for (size_t at = 0;
       (at = errors.find("src/lib.rs:", at)) != std::string::npos;) {
    at += sizeof "src/lib.rs:" - 1;
    unsigned line = unsigned(atoi(errors.c_str() + at));
    size_t end = 0;
    while (line-- > 1 && end != std::string::npos)
      end = code.find('\n', end + 1);
    size_t open = code.rfind("extern \"C\" fn ",
                             end == std::string::npos ? end : end + 15);
    // Of a helper that no call has for itself there is no place.
    if (open == std::string::npos || code.find("\n}\n", open) < end)
      continue;
    open += sizeof "extern \"C\" fn " - 1;
    std::string name = code.substr(open, code.find('(', open) - open);
    // Of operators the one for these operands.
    std::string row = code.substr(end + 1, code.find('\n', end + 1) - end);
    auto operate = memberFunctions.find(name);
    if (operate != memberFunctions.end() &&
        StringRef(name).starts_with("operate_") && StringRef(row).starts_with("if ")) {
      if (size_t place = operate->second.find(row); place != std::string::npos)
        operate->second.erase(place, row.size());
      isLess = true;
    } else {
      failing.insert(name);
    }
  }
  for (const std::string &name : failing) {
    if (wanted.count(name))
      error.symbol = name;
    if (!memberFunctions.erase(name))
      continue;
    isLess = true;
    for (std::string &line : startCode)
      for (size_t at;
           (at = line.find("Some(" + name + ")")) != std::string::npos;)
        line.replace(at, name.size() + 6, "None");
  }
  return isLess;
}

/// Of all but the calls: the crate, the crate `plc`, and Rust itself.
uint64_t RustSource::supportHash(const std::string &libraryOfRust) {
  uint64_t hash = crate.hash ^ hashBytes(libraryOfRust);
  std::error_code trouble;
  for (const fs::directory_entry &file :
       fs::directory_iterator(supportFolder() + "/src", trouble)) {
    std::string contents;
    readFile(file.path().string(), contents);
    hash ^= hashBytes(contents, hashBytes(file.path().filename().string()));
  }
  return hash;
}

/// The base, beside the shared libraries of calls, which look for it there.
static std::string baseFile(uint64_t support) {
  return "libplc_base_" + hexText(support) + ".so";
}

const Module *RustSource::finish(std::string &start, ImportError &error) {
  std::map<std::string, std::string> fresh;
  for (auto &[id, text] : wanted)
    if (made.insert(id).second)
      fresh[id] = text;
  wanted = fresh;
  memberFunctions.clear();
  startCode.clear();
  classCode();
  startCode.erase(std::remove(startCode.begin(), startCode.end(), ""),
                  startCode.end());
  if (wanted.empty() && startCode.empty())
    return nullptr;
  auto module = std::make_unique<Module>();
  module->name = crate.api.name;
  module->isLoaded = true;
  module->linkFlags = {"-lgcc_s", "-lpthread", "-ldl", "-lm"};
  // What is there may be of another Rust than calls that are built now.
  bool isBuilt = false;
  for (bool isBuilding : {false, true}) {
    uint64_t support = supportHash(standardLibrary(crate, isBuilding)),
             hash = hashBytes(source(""), support);
    start = "plc_rust_start_" + hexText(hash);
    std::string stem = targetFolder(crate) + "/shims-" + hexText(hash);
    module->shims = stem + ".a";
    module->shimLibrary = stem + ".so";
    isBuilt = isFile(module->shims) && isFile(module->shimLibrary) &&
              isFile(targetFolder(crate) + "/" + baseFile(support));
    if (!isBuilt && isBuilding)
      isBuilt = build(hash, support, *module, error);
    if (isBuilt)
      break;
  }
  wanted.clear();
  if (!isBuilt)
    return nullptr;
  modules.push_back(std::move(module));
  return modules.back().get();
}

/// "{ package = "a", version = "=1.2.3" }": that very one of those in the lock file.
static std::string dependencyOn(const Package &package) {
  StringRef source, fragment, kind, url;
  std::tie(source, fragment) = StringRef(package.id).split('#');
  std::tie(kind, url) = source.split('+');
  auto [location, query] = url.split('?');
  StringRef folder = StringRef(package.manifest).rsplit('/').first;
  auto [name, version] = fragment.split('@');
  if (version.empty()) {
    version = fragment;
    name = location.rsplit('/').second;
  }
  auto row = [](StringRef key, StringRef text) {
    return ", " + key.str() + " = " + quoted(text.str());
  };
  std::string text = "{ default-features = false" + row("package", name);
  if (kind == "path")
    text += row("path", folder);
  else
    text += row("version", "=" + version.str());
  if (kind == "git") {
    text += row("git", location);
    if (!query.empty())
      text += row(query.split('=').first, query.split('=').second);
  } else if (kind != "path" && !url.contains("github.com/rust-lang/crates.io-index")) {
    text += row("registry-index", kind == "sparse" ? source : url);
  }
  return text + " }";
}

/// Cargo builds two packages. What lies below the calls, the crate and the crate
/// `plc`, is the base: a library of Rust that all shims of one process share, so that
/// the forms of a REPL have the same statics. In programs it is a part of the archive.
bool RustSource::build(uint64_t hash, uint64_t support, Module &module,
                       ImportError &error) {
  std::string stem = targetFolder(crate) + "/shims-" + hexText(hash);
  std::string base = targetFolder(crate) + "/base-" + hexText(support);
  std::string start = "plc_rust_start_" + hexText(hash);
  auto package = [](const std::string &name, const char *types) {
    return "[package]\nname = \"" + name +
           "\"\nversion = \"0.0.0\"\nedition = \"2021\"\n\n[lib]\n"
           "crate-type = [" +
           types + "]\n\n[dependencies]\n";
  };
  std::string dependencies = "plc = { path = \"" + supportFolder() + "\" }\n" +
                             crate.api.name + " = { path = \"" + crate.folder +
                             "\", package = \"" + crate.package + "\" }\n";
  std::string baseName = "plc-base-" + hexText(support);
  std::string baseManifest =
      package(baseName, "\"rlib\", \"dylib\"") + dependencies;
  if (crate.hasTokio && crate.api.name != "tokio")
    baseManifest +=
        "tokio = { version = \"1\", features = [\"rt-multi-thread\"] }\n";
  std::string manifest =
      package("plc-shims-" + hexText(hash), "\"staticlib\", \"cdylib\"") +
      dependencies + "plc-base = { path = \"" + base + "\", package = \"" +
      baseName + "\" }\n\n[workspace]\n";
  // Other crates whose items it names.
  const std::string first = source(start);
  for (auto &[root, other] : crate.api.roots())
    if (first.find("::" + root + "::") != std::string::npos)
      manifest.insert(manifest.find("plc-base = "),
                      root + " = " + dependencyOn(*other) + "\n");
  std::string problem, lock;
  auto write = [&](const std::string &file, const std::string &text) {
    std::error_code trouble;
    fs::create_directories(fs::path(file).parent_path(), trouble);
    if (problem.empty())
      problem = writeFile(file, text);
  };
  write(base + "/Cargo.toml", baseManifest);
  write(base + "/src/lib.rs", "pub extern crate plc;\npub extern crate " +
                                  crate.api.name + ";\n" +
                                  (crate.hasTokio ? kTokio : kNoRuntime));
  write(stem + "/Cargo.toml", manifest);
  // For a flag of this one crate. In the environment of cargo the name would have the
  // build scripts of others run again for each program.
  std::string compiler = stem + "/rustc";
  write(compiler, "#!/bin/sh\nRUSTC_BOOTSTRAP=1 exec \"$@\"\n");
  std::error_code noMode;
  fs::permissions(compiler, fs::perms::owner_all, noMode);
  // The versions that the crate is built with elsewhere.
  if (readFile(lockFile(crate), lock))
    write(stem + "/Cargo.lock", lock);
  for (bool isDone = false; problem.empty() && !isDone;) {
    std::string code = source(start), errors;
    write(stem + "/src/lib.rs", code);
    if (!problem.empty())
      break;
    error = ImportError();
    isDone =
        runCargo({"rustc", "--release", "--quiet", "--manifest-path",
                  stem + "/Cargo.toml", "--target-dir", targetFolder(crate),
                  "--", "-Cprefer-dynamic",
                  // The linker makes direct calls of what goes through its table, not
                  // of calls through that of addresses.
                  "-Zplt=yes",
                  "-Clink-arg=-Wl,-rpath,$ORIGIN:" + librariesOfRust()},
                 "RUSTC_WORKSPACE_WRAPPER=" + compiler, "build the calls",
                 error, nullptr, &errors);
    if (!isDone && !dropFailing(errors, code, error)) {
      error.hint = "the source is in `" + stem + "`";
      return false;
    }
  }
  std::string built = targetFolder(crate) + "/release/";
  auto keep = [&](const std::string &from, const std::string &to) {
    std::error_code trouble;
    std::string part = to + "." + std::to_string(getpid()) + ".part";
    fs::copy_file(from, part, fs::copy_options::overwrite_existing, trouble);
    if (!trouble)
      fs::rename(part, to, trouble);
    if (trouble && problem.empty())
      problem = "cannot write `" + to + "`: " + trouble.message();
  };
  std::string library = baseFile(support),
              kept = targetFolder(crate) + "/" + library;
  if (!isFile(kept))
    keep(built + "deps/" + library, kept);
  keep(built + "libplc_shims_" + hexText(hash) + ".a", module.shims);
  keep(built + "libplc_shims_" + hexText(hash) + ".so", module.shimLibrary);
  error.message = problem;
  error.hint = problem.empty() ? "" : "PLC_CACHE_DIR names another folder";
  return problem.empty();
}

} // namespace plc::rustimport

extern "C" __attribute__((visibility("default"))) bool
plc_native_importer(const plc::native::ImportOptions &options,
                    plc::native::Module &module,
                    plc::native::ImportError &error) {
  plc::rustimport::Crate crate;
  if (!plc::rustimport::readCrate(options, crate, error))
    return false;
  module = Module();
  module.name = options.module;
  module.inputs = crate.inputs;
  module.source.reset(new plc::rustimport::RustSource(std::move(crate)));
  return true;
}
