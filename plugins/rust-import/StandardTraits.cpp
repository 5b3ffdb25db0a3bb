//===- StandardTraits.cpp - what traits of std provide by themselves ------===//
//
// rustdoc tells of a crate's own items only: a method that `Read` or `Write` provides is
// not among them, so that its signature stands here.
//
//===----------------------------------------------------------------------===//

#include "Api.h"

using namespace llvm;

namespace plc::rustimport {

namespace {
struct Provided {
  const char *trait, *name, *buffer, *result;
};
} // namespace

static constexpr Provided kProvided[] = {
    {"std::io::Write", "write_all", "&[u8]", "()"},
    {"std::io::Read", "read_to_string", "&mut String", "usize"},
    {"std::io::Read", "read_to_end", "&mut Vec<u8>", "usize"},
    {"std::io::Read", "read_exact", "&mut [u8]", "()"},
    {"std::io::BufRead", "read_line", "&mut String", "usize"},
};

static const Provided *find(StringRef trait, StringRef name) {
  for (const Provided &row : kProvided)
    if (trait == row.trait && name == row.name)
      return &row;
  return nullptr;
}

const json::Object *providedMethod(const std::string &trait,
                                   const std::string &name,
                                   Environment &environment) {
  const Provided *row = find(trait, name);
  if (!row)
    return nullptr;
  Type target;
  StringRef buffer = row->buffer;
  bool isMutable = buffer.consume_front("&mut ");
  buffer.consume_front("&");
  if (buffer == "String") {
    target = standardType("std::String", {}, {});
  } else if (buffer == "Vec<u8>") {
    target = standardType("std::Vec", {primitiveType("u8")}, {});
  } else {
    target.kind = Type::Slice;
    target.parts = {primitiveType("u8")};
    target.text = target.shown = buffer.str();
  }
  Type reference;
  reference.kind = Type::Reference;
  reference.isMutable = isMutable;
  reference.text = reference.shown = row->buffer;
  reference.parts = {target};
  Type given = primitiveType("usize");
  if (StringRef(row->result) == "()") {
    given = Type();
    given.kind = Type::Plain;
    given.text = given.shown = "()";
  }
  // Names that no parameter of a type has.
  environment["#buffer"] = reference;
  environment["#result"] = standardType("core::result::Result", {given}, {});
  static std::map<std::string, json::Object> items;
  json::Object &item = items[trait + "::" + name];
  if (item.empty()) {
    json::Object self{{"borrowed_ref",
                       json::Object{{"is_mutable", true},
                                    {"type", json::Object{{"generic", "Self"}}}}}};
    json::Array inputs{
        json::Array{"self", std::move(self)},
        json::Array{"buffer", json::Object{{"generic", "#buffer"}}}};
    json::Object signature{{"inputs", std::move(inputs)},
                           {"output", json::Object{{"generic", "#result"}}}};
    item["name"] = name;
    item["inner"] = json::Object{
        {"function", json::Object{{"sig", std::move(signature)},
                                  {"generics", json::Object{}}}}};
  }
  return &item;
}

} // namespace plc::rustimport
