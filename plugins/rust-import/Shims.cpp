//===- Shims.cpp - code of Rust for the calls of a program ----------------===//
//
// A crate of functions with a C ABI, which cargo builds with the crate that is imported:
// a static library for programs, a shared one for code in memory.
//
//===----------------------------------------------------------------------===//

#include "Process.h"
#include "RustSource.h"

#include <algorithm>
#include <dlfcn.h>
#include <filesystem>
#include <unistd.h>

using namespace plc::native;
using namespace plc::cimport;
using namespace llvm;
namespace fs = std::filesystem;

namespace plc::rustimport {

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

/// In the base of the shims: large arrays lie where they can become vectors of Lisp.
static const char kAllocator[] =
    "#[global_allocator]\n"
    "static ALLOCATOR: ::plc::private::Allocator = ::plc::private::Allocator;\n";
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
  // Of the crate itself cargo tells the whole path.
  const std::string place = " src/lib.rs:";
  for (size_t at = 0; (at = errors.find(place, at)) != std::string::npos;) {
    at += place.size();
    unsigned line = unsigned(atoi(errors.c_str() + at));
    size_t end = 0;
    while (line-- > 1 && end != std::string::npos)
      end = code.find('\n', end + 1);
    if (end == std::string::npos)
      continue;
    std::string row = code.substr(end + 1, code.find('\n', end + 1) - end);
    size_t open = code.rfind("extern \"C\" fn ", end + 15);
    if (open == std::string::npos || code.find("\n}\n", open) < end) {
      // A helper: the call that uses it.
      for (auto &[helper, text] : calls.converter.helpers)
        for (auto &[id, call] : wanted)
          if (error.symbol.empty() && text.find(row) != std::string::npos &&
              call.find(helper) != std::string::npos)
            error.symbol = id;
      continue;
    }
    open += sizeof "extern \"C\" fn " - 1;
    std::string name = code.substr(open, code.find('(', open) - open);
    // The message is that of the first error.
    if (error.symbol.empty() && wanted.count(name))
      error.symbol = name;
    // Of operators and indexing the one for these operands.
    auto operate = memberFunctions.find(name);
    bool isTable = StringRef(name).starts_with("operate_") ||
                   StringRef(name).starts_with("index_") ||
                   StringRef(name).starts_with("set_index_");
    if (operate != memberFunctions.end() && isTable &&
        StringRef(row).starts_with("if ")) {
      if (size_t found = operate->second.find(row); found != std::string::npos)
        operate->second.erase(found, row.size());
      isLess = true;
    } else {
      failing.insert(name);
    }
  }
  for (const std::string &name : failing) {
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

uint64_t supportHash(const Crate &crate) {
  uint64_t hash = crate.hash ^ hashBytes(standardLibrary(crate));
  std::error_code trouble;
  for (const fs::directory_entry &file :
       fs::directory_iterator(supportFolder() + "/src", trouble)) {
    std::string contents;
    readFile(file.path().string(), contents);
    hash ^= hashBytes(contents, hashBytes(file.path().filename().string()));
  }
  return hash;
}

std::string baseFile(const Crate &crate, uint64_t support) {
  return targetFolder(crate) + "/libplc_base_" + hexText(support) + ".so";
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
  uint64_t support = supportHash(crate), hash = hashBytes(source(""), support);
  start = "plc_rust_start_" + hexText(hash);
  std::string stem = targetFolder(crate) + "/shims-" + hexText(hash);
  module->shims = stem + ".a";
  module->shimLibrary = stem + ".so";
  bool isBuilt = (isFile(module->shims) && isFile(module->shimLibrary) &&
                  isFile(baseFile(crate, support))) ||
                 build(hash, support, *module, error);
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
  std::string baseCode = "pub extern crate plc;\npub extern crate " +
                         crate.api.name + ";\n" +
                         (crate.hasTokio ? kTokio : kNoRuntime);
  // A crate that has an allocator of its own was met before.
  std::string known;
  if (!readFile(base + "/src/lib.rs", known) || known != baseCode)
    write(base + "/src/lib.rs", baseCode + kAllocator);
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
    if (!isDone && errors.find("conflicts with global allocator") != std::string::npos) {
      write(base + "/src/lib.rs", baseCode);
      continue;
    }
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
  std::string kept = baseFile(crate, support);
  if (!isFile(kept))
    keep(built + "deps/" + fs::path(kept).filename().string(), kept);
  keep(built + "libplc_shims_" + hexText(hash) + ".a", module.shims);
  keep(built + "libplc_shims_" + hexText(hash) + ".so", module.shimLibrary);
  error.message = problem;
  error.hint = problem.empty() ? "" : "PLC_CACHE_DIR names another folder";
  return problem.empty();
}

} // namespace plc::rustimport
