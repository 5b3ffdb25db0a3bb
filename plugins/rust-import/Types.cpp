//===- Types.cpp - types of Rust as rustdoc tells of them -----------------===//

#include "Types.h"

#include "llvm/ADT/StringSwitch.h"

using namespace llvm;

namespace plc::rustimport {

static Type refused(std::string shown, std::string reason) {
  Type type;
  type.shown = std::move(shown);
  type.refusal = std::move(reason);
  return type;
}

/// The place of a type of the standard library that the crate `plc` converts.
static StringRef standardPath(StringRef name) {
  return StringSwitch<StringRef>(name)
      .Case("String", "::std::string::String")
      .Case("Vec", "::std::vec::Vec")
      .Case("Option", "::std::option::Option")
      .Case("Result", "::std::result::Result")
      .Case("HashMap", "::std::collections::HashMap")
      .Case("BTreeMap", "::std::collections::BTreeMap")
      .Default("");
}

static Type readPath(const json::Object &path, bool isResult) {
  StringRef full = path.getString("path").value_or("");
  StringRef name = full.rsplit("::").second;
  if (name.empty())
    name = full;
  StringRef standard = standardPath(name);
  if (standard.empty())
    return refused(name.str(),
                   "the type `" + name.str() + "` is not bound: only numbers, "
                   "text, Vec, Option, Result, maps and tuples are");
  if (name == "Result" && !isResult)
    return refused("Result", "a Result cannot be given");
  Type type;
  type.text = standard.str();
  type.shown = name.str();
  const json::Object *args = path.getObject("args");
  args = args ? args->getObject("angle_bracketed") : nullptr;
  const json::Array *list = args ? args->getArray("args") : nullptr;
  std::string text, shown;
  unsigned place = 0;
  for (const json::Value &arg : list ? *list : json::Array()) {
    const json::Object *object = arg.getAsObject();
    const json::Value *inner = object ? object->get("type") : nullptr;
    if (!inner)
      return refused(name.str(), "its arguments are not types only");
    Type element = readType(*inner, isResult && name != "Result");
    if (name == "Result" && place == 0)
      element = readType(*inner, true);
    if (name == "Result" && place == 1) {
      // The error is only told of, it need not have a value in Lisp.
      type.hasTextError = element.shown == "String" || element.shown == "&str";
    } else {
      if (!element.refusal.empty())
        return refused(name.str(), element.refusal);
      if (element.isReference && !isResult)
        return refused(name.str(), "it holds references");
    }
    text += (place ? ", " : "") + std::string(element.isReference ? "&" : "") +
            element.text;
    shown += (place ? ", " : "") + element.shown;
    ++place;
  }
  if (name == "Result" && place < 2)
    return refused(name.str(), "it is another `Result` than that of std");
  if (place) {
    type.text += "<" + text + ">";
    type.shown += "<" + shown + ">";
  }
  return type;
}

Type readType(const json::Value &value, bool isResult) {
  const json::Object *object = value.getAsObject();
  if (!object)
    return refused("?", "rustdoc does not tell its type");
  if (auto primitive = object->getString("primitive")) {
    Type type;
    type.text = type.shown = primitive->str();
    type.scalar = StringSwitch<std::string>(*primitive)
                      .Case("bool", "b")
                      .Case("usize", "u64")
                      .Case("isize", "i64")
                      .Cases("i8", "i16", "i32", "i64", primitive->str())
                      .Cases("u8", "u16", "u32", "u64", primitive->str())
                      .Cases("f32", "f64", primitive->str())
                      .Default("");
    if (type.scalar.empty() && *primitive != "char")
      type.refusal = "the type `" + type.shown + "` is not bound";
    return type;
  }
  if (const json::Object *path = object->getObject("resolved_path"))
    return readPath(*path, isResult);
  if (const json::Array *parts = object->getArray("tuple")) {
    Type type;
    if (parts->empty() && isResult)
      type.scalar = "v";
    std::string shown;
    for (const json::Value &part : *parts) {
      Type element = readType(part, isResult);
      if (!element.refusal.empty() || (element.isReference && !isResult))
        return refused("(...)", element.refusal.empty() ? "it holds references"
                                                        : element.refusal);
      type.text += (element.isReference ? "&" : "") + element.text + ", ";
      shown += (shown.empty() ? "" : ", ") + element.shown;
    }
    type.text = "(" + type.text + ")";
    type.shown = "(" + shown + ")";
    return type;
  }
  if (const json::Object *reference = object->getObject("borrowed_ref")) {
    const json::Value *inner = reference->get("type");
    const json::Object *target = inner ? inner->getAsObject() : nullptr;
    if (reference->getBoolean("is_mutable").value_or(false))
      return refused("&mut", "it takes `&mut`");
    if (target && target->getString("primitive") == StringRef("str")) {
      Type type;
      type.text = "str";
      type.shown = "&str";
      type.isReference = true;
      return type;
    }
    if (const json::Value *element = target ? target->get("slice") : nullptr;
        element && !isResult) {
      Type type = readType(*element, false);
      if (!type.refusal.empty() || type.isReference)
        return refused("&[...]", type.refusal.empty() ? "it holds references"
                                                      : type.refusal);
      type.text = "[" + type.text + "]";
      type.shown = "&[" + type.shown + "]";
      type.scalar.clear();
      type.isReference = true;
      return type;
    }
    return refused("&", "of references, only `&str` and `&[T]` arguments are "
                        "bound");
  }
  if (auto generic = object->getString("generic"))
    return refused(generic->str(), "it is generic");
  if (object->get("impl_trait"))
    return refused("impl", "it takes or returns `impl Trait`");
  return refused("?", "its type is not bound");
}

} // namespace plc::rustimport
