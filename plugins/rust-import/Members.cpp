//===- Members.cpp - what objects can do ----------------------------------===//
//
// The tables of classes: methods and fields by name, and what a type can do by
// its traits.
//
//===----------------------------------------------------------------------===//

#include "Calls.h"

#include "Process.h"

#include <algorithm>

using namespace llvm;
using plc::cimport::hashBytes;
using plc::cimport::hexText;

namespace plc::rustimport {

static const char kUse[] =
    "(me: u64, _: *mut ::plc::sys::ShimObject, args: *const u64, count: usize, "
    "result: *mut "
    "u64, error: *mut ::plc::sys::Error) -> ::plc::sys::Status {\n    ";

/// A function for the table of a class, with `a0`, the object, and what
/// follows.
static std::string memberFunction(const std::string &name, size_t arity,
                                  const std::string &declaration,
                                  const std::string &body) {
  std::string words;
  for (size_t i = 0; i < arity; ++i)
    words += "let a" + std::to_string(i + 1) + " = args[" + std::to_string(i) +
             "];\n";
  return "unsafe extern \"C\" fn " + name + kUse +
         "::plc::private::member(args, count, " + std::to_string(arity) + ", " +
         quoted(declaration) +
         ", result, error, |lisp, args| {\nlet a0 = me;\n" + words + body +
         "})\n}\n";
}

Type Calls::fieldType(const Use &use) {
  return TypeReader(api, use.environment)
      .read(*use.item->getObject("inner")->get("struct_field"));
}

std::string Calls::fieldCode(const Use &use, const Type &self, bool isSet) {
  Type type = fieldType(use);
  if (!type.refusal.empty() || self.text == "_")
    return "";
  std::string own = spelled(textOf(*use.item, "name"));
  std::string borrow = std::string("::plc::private::") +
                       (isSet ? "borrow_mut" : "borrow") + "::<" + self.text +
                       ">(a0)?";
  std::string code =
      std::string("let ") + (isSet ? "mut " : "") + "x0 = " + borrow + ";\n";
  std::string place = isSet ? "x0." + own : "&x0." + own, before, after;
  if (use.variant) {
    std::string variant = textOf(*use.variant, "name");
    before = nameIt(self) + "\nmatch &" + (isSet ? "mut " : "") + "*x0 { It::" +
             spelled(variant) + " { " + own + ": it, .. } => { ";
    after = "} _ => Err(::plc::Error::range(" +
            quoted("this " + self.shown + " is no " + variant) + ")) }\n";
    place = isSet ? "*it" : "it";
  }
  if (isSet) {
    Taking taking;
    taking.place = 1;
    Taken taken = converter.take(type, taking);
    if (!taken.refusal.empty() || type.kind == Type::Reference)
      return "";
    return taken.setup + code + before + place + " = " + taken.value +
           ";\nOk(::plc::sys::UNSPECIFIED)\n" + after;
  }
  Type reference;
  reference.kind = Type::Reference;
  reference.parts = {type};
  return code +
         "let ties = &::plc::private::Ties::new(lisp, ::std::vec![x0.tie()], "
         "&[a0], "
         "::std::vec![]);\n" +
         before + "let word = ::plc::ToLisp::to_lisp(" +
         converter.give(reference, "(" + place + ")") + ", lisp);\nword\n" +
         after;
}

Type Calls::associated(const json::Object &implementation, const Type &type,
                       const char *name) {
  Environment environment = {{"Self", type}};
  TypeReader reader(api, environment);
  if (const json::Value *target = implementation.get("for")) {
    const json::Object *reference =
        target->getAsObject()->getObject("borrowed_ref");
    unify(reference ? *reference->get("type") : *target, type, reader, environment);
    reader.environment = environment;
  }
  reader.implementation = &implementation;
  json::Object path{{"qualified_path", json::Object{{"name", name}}}};
  return reader.read(json::Value(std::move(path)));
}

Type Calls::pointeeOf(const Type &type, bool &isChanged) {
  StringRef text = type.text;
  isChanged = false;
  bool isShared = text.starts_with("::std::sync::Arc<") ||
                  text.starts_with("::std::rc::Rc<");
  if (isShared && type.parts.size() == 1 && type.parts[0].item)
    return type.parts[0];
  const json::Object *deref = type.item && !type.isDyn && type.text != "_"
                                  ? api.implementation(type, "Deref")
                                  : nullptr;
  Type target = deref ? associated(*deref, type, "Target") : Type();
  if (target.kind != Type::Object || !target.item || target.text == "_")
    return type;
  isChanged = api.implementation(type, "DerefMut");
  return target;
}

/// A method of what a pointer points to, as one of the pointer, which `&self` is made
/// of by itself.
static void passPointer(Version &version, const Type &pointer, bool isChanged) {
  Type &self = version.parameters[0].second;
  if (self.text == pointer.text)
    return;
  if (self.kind == Type::Reference && (!self.isMutable || isChanged))
    self.parts[0] = pointer;
  else if (version.refusal.empty())
    version.refusal = "what an `" + pointer.shown +
                      "` points to is shared: only what takes `&self` is called";
}

/// Whether it is a method.
static bool hasSelf(const Use &use) {
  if (use.isConstant || use.variant)
    return false;
  const json::Object *signature = kindOf(*use.item).second->getObject("sig");
  const json::Array &inputs = arrayOf(*signature, "inputs");
  const json::Array *first = inputs.empty() ? nullptr : inputs[0].getAsArray();
  return first && (*first)[0].getAsString() == StringRef("self");
}

std::string Calls::member(const Type &type, const std::string &used,
                          std::map<std::string, std::string> &functions) {
  bool isChanged = false, isPointer = false;
  std::string name;
  std::vector<Use> found;
  auto look = [&](const Type &owner) {
    name = used;
    found = api.members(owner, name);
    if (found.empty()) {
      std::replace(name.begin(), name.end(), '-', '_');
      found = api.members(owner, name);
    }
    // `Vector3::x()` is no member of a vector.
    llvm::erase_if(found, [](const Use &use) { return !use.isField && !hasSelf(use); });
  };
  look(type);
  if (found.empty())
    if (Type owner = pointeeOf(type, isChanged); owner.text != type.text) {
      isPointer = true;
      look(owner);
    }
  std::string id = hexText(hashBytes(type.text + "." + used));
  std::string call, get, set;
  std::vector<Version> methods;
  for (const Use &use : found) {
    if (use.isField) {
      if (isPointer && use.variant)
        continue;
      get = "get_" + id;
      std::string code = fieldCode(use, type, false);
      if (code.empty()) {
        get.clear();
        continue;
      }
      // A name that several variants have: of the one that it is.
      auto known = functions.find(get);
      if (known != functions.end() && use.variant)
        continue;
      functions[get] = memberFunction(get, 0, use.path, code);
      if (code = isPointer && !isChanged ? "" : fieldCode(use, type, true);
          !code.empty()) {
        set = "set_" + id;
        functions[set] = memberFunction(set, 1, use.path, code);
      }
    } else {
      for (Version &version : versions(use)) {
        if (isPointer)
          passPointer(version, type, isChanged);
        methods.push_back(std::move(version));
      }
    }
  }
  if (!methods.empty()) {
    size_t arity = methods[0].parameters.size();
    std::string declarations;
    methods.erase(std::remove_if(methods.begin(), methods.end(),
                                 [&](const Version &version) {
                                   return version.parameters.size() != arity;
                                 }),
                  methods.end());
    std::string refusal, code = choice(methods, refusal);
    call = "call_" + id;
    // What cannot be called says why.
    if (!refusal.empty())
      code = "Err(::plc::Error::unsupported(" +
             quoted("`" + name + "`: " + refusal) + "))\n";
    functions[call] =
        memberFunction(call, arity - 1, methods[0].declaration, code);
  }
  if (type.item && kindOf(*type.item).first == "enum" && used == "variant" &&
      found.empty()) {
    std::string rows;
    for (const std::string &variant : converter.variants(&api, type))
      rows += "It::" + spelled(variant) + " { .. } => " + quoted(variant) + ", ";
    get = "get_" + id;
    functions[get] = memberFunction(
        get, 0, "variant",
        nameIt(type) + "\nlet x0 = ::plc::private::borrow::<" + type.text +
            ">(a0)?;\n"
            "::plc::ToLisp::to_lisp(::plc::private::Symbol(match &*x0 { " +
            rows + "_ => \"?\" }), lisp)\n");
  }
  if (call.empty() && get.empty() && set.empty())
    return "";
  auto orNone = [](const std::string &text) {
    return text.empty() ? std::string("None") : "Some(" + text + ")";
  };
  return converter.classOf(type) + ".member(c" + quoted(used) + ", " +
         orNone(call) + ", " + orNone(get) + ", " + orNone(set) + ");\n";
}

/// Operands are not moved away: those that are taken by value are copied. "" if there
/// is no such value.
static std::string copied(const Type &operand, const std::string &word,
                          std::string &check) {
  const Type &inner = operand.kind == Type::Reference ? operand.parts[0] : operand;
  if (inner.isPlain()) {
    check = "::plc::private::fits::<" + inner.text + ">(lisp, " + word + ")";
    return std::string(operand.kind == Type::Reference ? "&" : "") +
           "::plc::private::argument::<" + inner.text + ">(lisp, " + word + ", 0)?";
  }
  if (inner.kind != Type::Object || inner.text == "_")
    return "";
  check = "::plc::private::is::<" + inner.text + ">(" + word + ")";
  if (operand.kind == Type::Reference)
    return "&*::plc::private::borrow::<" + inner.text + ">(" + word + ")?";
  if (!inner.isCopy && !inner.isClone)
    return "";
  return "::plc::private::cloned::<" + inner.text + ">(" + word + ")?";
}

/// One row of an operator: of operands `a` and `b` of these types.
std::string Calls::operation(const std::string &symbol,
                             const json::Object &implementation, const Type &type,
                             Environment bound) {
  const json::Value *target = implementation.get("for");
  bool isReference = target->getAsObject()->getObject("borrowed_ref");
  std::vector<const json::Value *> args =
      typeArguments(implementation.getObject("trait")->getObject("args"));
  TypeReader reader(api, std::move(bound));
  reader.implementation = &implementation;
  Type left = isReference ? reader.read(*target) : type,
       right = args.empty() ? left : reader.read(*args[0]);
  std::string checkLeft, checkRight, a = copied(left, "a", checkLeft),
                                     b = copied(right, "b", checkRight);
  if (a.empty() || b.empty())
    return "";
  json::Object path{{"qualified_path", json::Object{{"name", "Output"}}}};
  Type result = reader.read(json::Value(std::move(path)));
  return "if " + checkLeft + " && " + checkRight + " { let value = " + a + " " +
         symbol + " " + b + "; return ::plc::ToLisp::to_lisp(" +
         converter.give(result, "value") + ", lisp); }\n";
}

std::string Calls::operators(const Type &type) {
  std::string code;
  static constexpr struct {
    const char *trait, *symbol, *number;
  } table[] = {{"Add", "+", "ADD"},
               {"Sub", "-", "SUB"},
               {"Mul", "*", "MUL"},
               {"Div", "/", "DIV"}};
  for (auto &row : table) {
    std::string cases;
    for (bool byReference : {true, false}) {
      for (const json::Object *it : api.implementationsOf(type, row.trait)) {
        const json::Object *trait = it->getObject("trait");
        const json::Value *target = it->get("for");
        const json::Object *reference =
            target->getAsObject()->getObject("borrowed_ref");
        if (bool(reference) != byReference)
          continue;
        Environment bound = {{"Self", type}};
        TypeReader reader(api, bound);
        if (!unify(reference ? *reference->get("type") : *target, type, reader,
                   bound))
          continue;
        std::vector<const json::Value *> args =
            typeArguments(trait->getObject("args"));
        for (Environment &one : args.empty()
                                     ? std::vector<Environment>{bound}
                                     : operands(*it, *args[0], type, bound))
          cases += operation(row.symbol, *it, type, std::move(one));
      }
    }
    if (!cases.empty())
      code += std::string("if op == ::plc::sys::") + row.number + " {\n" +
              cases + " }\n"; // the end of a function begins a line
  }
  return code;
}

std::string Calls::indexing(const Type &type, bool isSet) {
  std::vector<std::pair<std::string, std::string>> rows;
  std::set<std::string> keys;
  for (const json::Object *index :
       api.implementationsOf(type, isSet ? "IndexMut" : "Index")) {
    Environment bound = {{"Self", type}};
    TypeReader reader(api, bound);
    std::vector<const json::Value *> args =
        typeArguments(index->getObject("trait")->getObject("args"));
    if (index->getObject("blanket_impl") || args.empty() ||
        !unify(*index->get("for"), type, reader, bound))
      continue;
    for (Environment &one : operands(*index, *args[0], type, bound)) {
      reader.environment = std::move(one);
      reader.implementation = index;
      Type key = reader.read(*args[0]);
      json::Object path{{"qualified_path", json::Object{{"name", "Output"}}}};
      Type output = reader.read(json::Value(std::move(path)));
      // `IndexMut` has it of `Index`.
      if (const json::Object *read = isSet ? api.implementation(type, "Index") : nullptr;
          read && output.kind == Type::Inferred)
        output = associated(*read, type, "Output");
      Taking first, second;
      first.place = 1;
      second.place = 2;
      second.shownPlace = 1;
      Taken taken = converter.take(key, first), value = converter.take(output, second);
      if (!taken.refusal.empty() || (isSet && !value.refusal.empty()) ||
          !keys.insert(key.text).second)
        continue;
      Type reference;
      reference.kind = Type::Reference;
      reference.parts = {output};
      std::string row =
          "{ " + taken.setup + (isSet ? value.setup : "") +
          "let " + (isSet ? "mut " : "") + "x0 = ::plc::private::borrow" +
          (isSet ? "_mut" : "") + "::<" + type.text + ">(a0)?; " +
          (isSet ? "x0[" + taken.value + "] = " + value.value +
                       "; return Ok(::plc::sys::UNSPECIFIED);"
                 : "let ties = &::plc::private::Ties::new(lisp, "
                   "::std::vec![x0.tie()], &[a0], ::std::vec![]); let word = "
                   "::plc::ToLisp::to_lisp(" +
                       converter.give(reference, "(&x0[" + taken.value + "])") +
                       ", lisp); return word;") +
          " }";
      // A row is one line, so that it may be left out.
      std::replace(row.begin(), row.end(), '\n', ' ');
      rows.push_back({taken.check, row + "\n"});
    }
  }
  // Of one only, the conversion tells what is wrong.
  if (rows.size() < 2)
    return rows.empty() ? "" : rows[0].second;
  std::string code;
  for (auto &[check, row] : rows)
    code += "if " + check + " " + row;
  return code + "Err(::plc::Error::wrong_type(" +
         quoted("argument 1: `" + type.shown + "` has no such index") + "))\n";
}

std::string Calls::traits(const Type &type,
                          std::map<std::string, std::string> &functions) {
  if (!type.item)
    return "";
  std::string id = hexText(hashBytes(type.text)), set, none;
  auto field = [&](const std::string &name, const std::string &function) {
    set += "it." + name + " = Some(" + function + "); ";
  };
  auto method = [&](const std::string &name) -> std::optional<Version> {
    for (const Use &use : api.members(type, name))
      if (!use.isField && !use.isConstant && !use.variant)
        for (Version &version : versions(use))
          if (version.hasSelf && version.parameters.size() == 1 &&
              version.refusal.empty())
            return version;
    return std::nullopt;
  };
  const std::string self =
      "let mut x0 = ::plc::private::borrow_mut::<" + type.text + ">(a0)?;\n";
  std::string ties = "let ties = &::plc::private::Ties::new(lisp, "
                     "::std::vec![x0.tie()], &[a0], "
                     "::std::vec![]);\n";
  if (std::optional<Version> length = method("len"))
    if (std::string code = body(*length, none); !code.empty()) {
      functions["length_" + id] =
          memberFunction("length_" + id, 0, "len", code);
      field("length", "length_" + id);
    }
  auto item = [&](const json::Object *implementation, const char *name) {
    return associated(*implementation, type, name);
  };
  if (const json::Object *iterator = api.implementation(type, "Iterator")) {
    Type of = item(iterator, "Item");
    // The items borrow what the iterator does.
    functions["next_" + id] =
        "unsafe extern \"C\" fn next_" + id + kUse +
        "::plc::private::next(result, error, |lisp| {\nlet a0 = me;\n" + self +
        "let ties = x0.owners();\nlet ties = &ties;\nmatch "
        "::std::iter::Iterator::next(&mut *x0) { Some(value) => "
        "::plc::ToLisp::to_lisp(" +
        converter.give(of, "value") +
        ", lisp).map(Some), None => Ok(None) }\n})\n}\n";
    field("next", "next_" + id);
    field("iterate", "::plc::private::itself");
  } else {
    std::string code;
    Type sequence;
    sequence.kind = Type::Iterator;
    if (const json::Object *into =
            api.implementation(type, "IntoIterator", true)) {
      sequence.parts = {item(into, "Item")};
      code =
          "let x0 = ::plc::private::borrow::<" + type.text + ">(a0)?;\n" +
          ties +
          "let value = ::std::iter::IntoIterator::into_iter(&*x0);\nlet word = "
          "::plc::ToLisp::to_lisp(" +
          converter.give(sequence, "value") + ", lisp);\nword\n";
    } else if (std::optional<Version> iter = method("iter")) {
      code = body(*iter, none);
    } else if (const json::Object *into =
                   api.implementation(type, "IntoIterator")) {
      sequence.parts = {item(into, "Item")};
      code =
          std::string("let value = "
                      "::std::iter::IntoIterator::into_iter(::plc::private::") +
          (type.isClone ? "cloned" : "take") + "::<" + type.text +
          ">(a0)?);\nlet ties = ::plc::private::NO_TIES;\nlet word = "
          "::plc::ToLisp::to_lisp(" +
          converter.give(sequence, "value") + ", lisp);\nword\n";
    }
    if (!code.empty()) {
      functions["iterate_" + id] =
          memberFunction("iterate_" + id, 0, "iter", code);
      field("iterate", "iterate_" + id);
    }
  }
  for (bool isSet : {false, true}) {
    std::string name = (isSet ? "set_index_" : "index_") + id;
    if (std::string code = indexing(type, isSet); !code.empty()) {
      functions[name] = memberFunction(name, isSet ? 2 : 1, "index", code);
      field(isSet ? "set_index" : "index", name);
    }
  }
  if (set.find("iterate") != std::string::npos)
    field("to_lisp", "::plc::private::collect");
  if (std::string code = operators(type); !code.empty()) {
    functions["operate_" + id] =
        "unsafe extern \"C\" fn operate_" + id +
        "(op: ::core::ffi::c_int, a: u64, b: u64, result: *mut u64, error: "
        "*mut "
        "::plc::sys::Error) -> ::plc::sys::Status {\n    "
        "::plc::private::operate(result, error, "
        "|lisp| {\nlet ties = ::plc::private::NO_TIES;\n" +
        code + "Err(::plc::Error::unsupported(" +
        quoted("`" + type.shown + "` has no such operator for these") +
        "))\n})\n}\n";
    field("operate", "operate_" + id);
  }
  return set.empty() ? ""
                     : converter.classOf(type) + ".set(|it| { " + set + "});\n";
}

} // namespace plc::rustimport
