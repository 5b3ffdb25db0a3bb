//===- Cache.cpp - modules that were read before --------------------------===//

#include "Cache.h"

#include "Process.h"
#include "Serialize.h"

#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <sys/stat.h>

using namespace plc::native;

namespace plc::cimport {

/// Of the files; another number, and all are made anew.
constexpr uint64_t kFormat = 1;

// The members of each struct, in one order for both ways.

template <typename A>
void fields(A &a, std::pair<std::string, uint64_t> &v) {
  a(v.first);
  a.number(v.second);
}
template <typename A> void fields(A &a, Field &v) {
  a(v.name);
  a.number(v.type);
  a.number(v.bitOffset);
  a.number(v.bitWidth);
  a(v.doc);
}
template <typename A> void fields(A &a, Parameter &v) {
  a(v.name);
  a.number(v.type);
}
template <typename A> void fields(A &a, EnumMember &v) {
  a(v.name);
  a.number(v.value);
}
template <typename A> void fields(A &a, Type &v) {
  a.number(v.kind);
  a(v.name);
  a.number(v.size);
  a.number(v.align);
  a.number(v.element);
  a.number(v.isConst);
  a.number(v.isComplete);
  a.number(v.isUnion);
  a.number(v.count);
  a(v.fields);
  a(v.members);
  a.number(v.result);
  a(v.parameters);
  a.number(v.isVariadic);
}
template <typename A> void fields(A &a, Function &v) {
  a(v.name);
  a(v.symbol);
  a.number(v.type);
  a.number(v.isShim);
  a.number(v.neverReturns);
  a(v.nonNull);
  a(v.doc);
  fields(a, v.origin);
}
static void value(Writer &w, decltype(Constant::value) &v) {
  uint8_t index = static_cast<uint8_t>(v.index());
  w.number(index);
  std::visit(
      [&](auto &x) {
        if constexpr (std::is_same_v<std::decay_t<decltype(x)>, std::string>)
          w(x);
        else
          w.number(x);
      },
      v);
}
template <size_t I> static void readValue(Reader &r, decltype(Constant::value) &v) {
  auto &x = v.emplace<I>();
  if constexpr (I == 3)
    r(x);
  else
    r.number(x);
}
static void value(Reader &r, decltype(Constant::value) &v) {
  uint8_t index = 0;
  r.number(index);
  switch (index) {
  case 0:
    return readValue<0>(r, v);
  case 1:
    return readValue<1>(r, v);
  case 2:
    return readValue<2>(r, v);
  case 3:
    return readValue<3>(r, v);
  default:
    r.isGood = false;
  }
}
template <typename A> void fields(A &a, Constant &v) {
  a(v.name);
  value(a, v.value);
  bool hasType = v.type.has_value();
  TypeId type = v.type.value_or(0);
  a.number(hasType);
  a.number(type);
  if (hasType)
    v.type = type;
  a(v.doc);
  fields(a, v.origin);
}
template <typename A> void fields(A &a, Global &v) {
  a(v.name);
  a(v.symbol);
  a.number(v.type);
  a.number(v.isConst);
  a.number(v.isShim);
  a(v.doc);
  fields(a, v.origin);
}
template <typename A> void fields(A &a, TypeName &v) {
  a(v.name);
  a.number(v.type);
  a(v.doc);
  fields(a, v.origin);
}
template <typename A> void fields(A &a, Refusal &v) {
  a(v.name);
  a(v.reason);
  fields(a, v.origin);
  a.number(v.isSyntax);
}
template <typename A> void fields(A &a, Module &v) {
  a(v.name);
  a(v.types);
  a(v.functions);
  a(v.constants);
  a(v.globals);
  a(v.typeNames);
  a(v.refusals);
  a(v.shims);
  a(v.shimLibrary);
  a(v.linkFlags);
  a(v.libraries);
  a(v.inputs);
}

/// Another format or build of the importer may see other things.
static std::string ownBuild() {
  std::string text = std::to_string(kFormat);
  Dl_info self;
  struct stat file;
  if (dladdr(reinterpret_cast<const void *>(&cacheFolder), &self) &&
      stat(self.dli_fname, &file) == 0)
    text += " " + std::to_string(file.st_size) + "." +
            std::to_string(file.st_mtim.tv_sec) + "." +
            std::to_string(file.st_mtim.tv_nsec);
  return text;
}

Cache::Cache(const std::string &everything)
    : hash(hashBytes(everything, hashBytes(ownBuild()))) {}

Cache::Cache(const ImportOptions &options, const CommandLine &command,
             const std::string &compiler) {
  std::string everything = compiler;
  auto add = [&](const std::string &word) {
    everything += '\0';
    everything += word;
  };
  add(ownBuild());
  add(options.module);
  add(command.header);
  for (const std::string &word : options.link)
    add("-l" + word);
  for (const std::string &word : command.arguments)
    add(word);
  for (const std::string &word : command.linkFlags)
    add("link " + word);
  for (const std::string &word : options.others)
    add("and " + word);
  for (const std::string &word : options.blocking)
    add("blocking " + word);
  if (options.isBlocking)
    add("blocking");
  for (const MacroTypes &macro : options.macros) {
    add("macro " + macro.name);
    for (const std::string &type : macro.parameters)
      add(type);
    add("-> " + macro.result);
  }
  hash = hashBytes(everything);
}

std::string Cache::path(const char *kind) const {
  return cacheFolder() + "/" + hexText(hash) + "." + kind;
}

bool Cache::loadBytes(const char *kind, std::string &bytes) const {
  if (!readFile(path(kind), bytes) || bytes.size() < 8)
    return false;
  // The hash of all before it closes the file.
  uint64_t expected;
  memcpy(&expected, bytes.data() + bytes.size() - 8, 8);
  bytes.resize(bytes.size() - 8);
  return hashBytes(bytes, kFormat) == expected;
}

bool Cache::storeBytes(const char *kind, std::string bytes,
                       ImportError &error) const {
  uint64_t sum = hashBytes(bytes, kFormat);
  bytes.append(reinterpret_cast<const char *>(&sum), sizeof sum);
  std::string trouble = writeFile(path(kind), bytes);
  if (trouble.empty())
    return true;
  error.message = trouble;
  error.hint = "PLC_CACHE_DIR names another folder";
  return false;
}

bool Cache::load(Module &module) const {
  std::string file;
  if (!loadBytes("module", file))
    return false;
  Reader reader{file};
  fields(reader, module);
  if (!reader.isGood || reader.at != file.size())
    return false;
  for (const auto &[name, hash] : module.inputs) {
    std::string contents;
    if (!readFile(name, contents) || hashBytes(contents) != hash)
      return false;
  }
  for (const std::string *made : {&module.shims, &module.shimLibrary})
    if (!made->empty() && !isFile(*made))
      return false;
  for (const std::string &library : module.libraries)
    if (!isFile(library))
      return false;
  return true;
}

bool Cache::store(const Module &module, ImportError &error) const {
  Writer writer;
  fields(writer, const_cast<Module &>(module));
  return storeBytes("module", std::move(writer.bytes), error);
}

} // namespace plc::cimport
