//===- Dump.cpp - native declarations as text -----------------------------===//

#include "tools/plc-c-report/Dump.h"

#include <cstdio>

using namespace plc::native;

namespace plc::creport {

/// What it is called where it is used: pointers and arrays in full.
static std::string nameOf(const Module &module, TypeId id) {
  return module.types[id].name;
}

static std::string functionText(const Module &module, const Type &type) {
  std::string text = nameOf(module, type.result) + " (";
  bool isFirst = true;
  for (const Parameter &parameter : type.parameters) {
    text += (isFirst ? "" : ", ") + nameOf(module, parameter.type);
    if (!parameter.name.empty())
      text += " : " + parameter.name;
    isFirst = false;
  }
  if (type.isVariadic)
    text += isFirst ? "..." : ", ...";
  return text + ")";
}

static std::string quoted(const std::string &text) {
  std::string result = "\"";
  for (char c : text)
    if (c == '\n')
      result += "\\n";
    else if (c == '"' || c == '\\')
      result += std::string("\\") + c;
    else
      result += c;
  return result + "\"";
}

static std::string docText(const std::string &doc) {
  return doc.empty() ? "" : " doc " + quoted(doc);
}

static std::string valueText(const Constant &constant) {
  char buffer[64];
  if (auto *value = std::get_if<int64_t>(&constant.value))
    return std::to_string(*value);
  if (auto *value = std::get_if<uint64_t>(&constant.value)) {
    if (!constant.type)
      return std::to_string(*value);
    snprintf(buffer, sizeof buffer, "%#llx",
             static_cast<unsigned long long>(*value));
    return buffer;
  }
  if (auto *value = std::get_if<double>(&constant.value)) {
    snprintf(buffer, sizeof buffer, "%.17g", *value);
    std::string text = buffer;
    return text.find_first_of(".en") == text.npos ? text + ".0" : text;
  }
  return quoted(std::get<std::string>(constant.value));
}

static void dumpType(const Module &module, const TypeName &name,
                     std::vector<std::string> &lines) {
  const Type &type = module.types[name.type];
  std::string line = "type " + name.name;
  if (type.name != name.name)
    line += " = " + type.name;
  if (type.kind == TypeKind::Record || type.kind == TypeKind::Enum)
    line += type.isComplete ? " size " + std::to_string(type.size) +
                                  " align " + std::to_string(type.align)
                            : " incomplete";
  if (type.kind == TypeKind::Enum)
    line += " of " + nameOf(module, type.element);
  lines.push_back(line + docText(name.doc));
  if (type.kind == TypeKind::Record)
    for (const Field &field : type.fields) {
      line = "  " + (field.name.empty() ? std::string("(unnamed)")
                                        : field.name) +
             " : " + nameOf(module, field.type) + " at " +
             std::to_string(field.bitOffset / 8);
      if (field.bitWidth)
        line += " bit " + std::to_string(field.bitOffset % 8) + " width " +
                std::to_string(field.bitWidth);
      lines.push_back(line + docText(field.doc));
    }
  for (const EnumMember &member : type.members)
    lines.push_back("  " + member.name + " = " + std::to_string(member.value));
}

std::vector<std::string> dump(const Module &module, bool isAll) {
  std::vector<std::string> lines;
  auto isShown = [&](const auto &entry) {
    return isAll || entry.origin.isOwn;
  };
  for (const TypeName &name : module.typeNames)
    if (isShown(name))
      dumpType(module, name, lines);
  for (const Constant &constant : module.constants)
    if (isShown(constant))
      lines.push_back(
          "constant " + constant.name + " = " + valueText(constant) +
          (constant.type ? " : " + nameOf(module, *constant.type) : "") +
          docText(constant.doc));
  for (const Global &global : module.globals)
    if (isShown(global))
      lines.push_back("global " + global.name + " : " +
                      (global.isConst ? "const " : "") +
                      nameOf(module, global.type) +
                      (global.isShim                   ? " shim"
                       : global.symbol == global.name ? ""
                                           : " symbol " + global.symbol) +
                      docText(global.doc));
  for (const Function &function : module.functions) {
    if (!isShown(function))
      continue;
    std::string line = "function " + function.name + " : " +
                       functionText(module, module.types[function.type]);
    if (function.isShim)
      line += " shim";
    else if (function.symbol != function.name)
      line += " symbol " + function.symbol;
    if (function.neverReturns)
      line += " noreturn";
    for (uint32_t parameter : function.nonNull)
      line += " nonnull " + std::to_string(parameter + 1);
    lines.push_back(line + docText(function.doc));
  }
  for (const Refusal &refusal : module.refusals)
    if (isShown(refusal))
      lines.push_back("refused " + refusal.name + " : " + refusal.reason);
  return lines;
}

} // namespace plc::creport
