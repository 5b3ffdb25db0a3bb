//===- Importer.cpp - reads a crate of Rust -------------------------------===//
//
// plc-rust-import.so: answers what the compiler asks about the public functions
// of a crate (native::Source). For what is used it writes a crate of shims,
// functions with a C ABI that take and return scalars or Lisp values (converted by
// the crate `plc`) and let no panic out. Cargo builds it: a static library for
// programs, a shared one for code in memory.
//
//===----------------------------------------------------------------------===//

#include "Crate.h"
#include "Process.h"

#include <dlfcn.h>
#include <filesystem>
#include <set>
#include <unistd.h>

using namespace plc::native;
using namespace plc::cimport;
namespace fs = std::filesystem;

namespace plc::rustimport {

namespace {

class RustSource final : public Source {
public:
  explicit RustSource(Crate read) : crate(std::move(read)) {}

  std::string language() override { return "rust"; }
  Found find(const std::string &name) override;
  std::vector<std::string> names() override;
  std::optional<Call> call(const std::string &name,
                           const std::vector<Argument> &arguments,
                           ImportError &error) override;
  std::optional<Call> value(const std::string &name,
                            ImportError &error) override;
  std::optional<Call> assign(const std::string &name,
                             ImportError &error) override;
  void useMember(const std::string &) override {}
  const Module *finish(std::string &start, ImportError &error) override;

private:
  bool build(const std::string &code, uint64_t hash, Module &module,
             ImportError &error);

  Crate crate;
  std::map<std::string, std::string> wanted;
  std::set<std::string> made;
  std::vector<std::unique_ptr<Module>> modules;
};

} // namespace

Source::Found RustSource::find(const std::string &name) {
  Found found;
  if (auto at = crate.functions.find(name); at != crate.functions.end()) {
    const Function &function = at->second;
    found.kind = function.refusal.empty() ? Found::Functions : Found::Refused;
    found.reason = function.refusal;
    found.declaration = function.declaration;
    found.doc = function.doc;
    found.origin = function.origin;
  } else if (crate.modules.count(name)) {
    found.kind = Found::Space;
  } else if (auto other = crate.others.find(name);
             other != crate.others.end()) {
    found.kind = Found::Refused;
    found.reason = other->second;
  }
  return found;
}

std::vector<std::string> RustSource::names() {
  std::vector<std::string> result;
  for (auto &[name, function] : crate.functions)
    result.push_back(name);
  return result;
}

std::optional<Call> RustSource::call(const std::string &name,
                                     const std::vector<Argument> &arguments,
                                     ImportError &error) {
  auto at = crate.functions.find(name);
  if (at == crate.functions.end()) {
    error.message = "it is no function";
    return std::nullopt;
  }
  const Function &function = at->second;
  size_t arity = function.parameters.size();
  if (arguments.size() != arity) {
    error.message = "it takes " + std::to_string(arity) +
                    (arity == 1 ? " argument" : " arguments") + ", found " +
                    std::to_string(arguments.size());
    error.hint = function.declaration;
    return std::nullopt;
  }
  bool isScalar = !function.result.scalar.empty();
  for (auto &[parameter, type] : function.parameters)
    isScalar = isScalar && !type.scalar.empty();
  std::string id = "plc_rust_" + hexText(crate.hash) + "_";
  for (char c : function.path)
    id += isalnum(c) ? c : '_';
  std::string signature = (isScalar ? function.result.scalar : "V") + "(";
  std::string parameters, conversions, passed;
  for (size_t i = 0; i < arity; ++i) {
    const Type &type = function.parameters[i].second;
    std::string x = "a" + std::to_string(i), comma = i ? ", " : "";
    signature += (i ? "," : "") + (isScalar ? type.scalar : "V");
    parameters += comma + x + ": " + (isScalar ? type.text : "u64");
    passed += comma;
    if (isScalar) {
      passed += x;
      continue;
    }
    std::string owned = type.isReference
                            ? "<" + type.text + " as ::plc::Borrowed>::Owned"
                            : type.text;
    conversions += "let " + x + " = ::plc::private::argument::<" + owned +
                   ">(lisp, " + x + ", " + std::to_string(i) + ")?; ";
    passed += type.isReference
                  ? "<" + type.text + " as ::plc::Borrowed>::of(&" + x + ")"
                  : x;
  }
  std::string callee =
      "::" + crate.name + "::" + function.path + "(" + passed + ")";
  if (function.result.hasTextError)
    callee += ".map_err(|text| ::plc::Error::new(\"String\", text))";
  std::string body =
      isScalar ? "::plc::private::scalar(|| " + callee + ")"
               : "::plc::private::shim(|lisp| { " + conversions +
                     "::plc::ToLisp::to_lisp(" + callee + ", lisp) })";
  wanted.try_emplace(
      id, "#[no_mangle]\npub unsafe extern \"C\" fn " + id + "(" + parameters +
              ") -> " + (isScalar ? function.result.text : "u64") + " {\n    " +
              body + "\n}\n");
  return Call{id, name, signature + ")"};
}

std::optional<Call> RustSource::value(const std::string &name,
                                      ImportError &error) {
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

const Module *RustSource::finish(std::string &start, ImportError &error) {
  std::string code;
  for (auto &[id, text] : wanted)
    if (made.insert(id).second)
      code += text;
  wanted.clear();
  if (code.empty())
    return nullptr;
  uint64_t hash = hashBytes(code, crate.hash);
  std::error_code trouble;
  for (const fs::directory_entry &file :
       fs::directory_iterator(supportFolder() + "/src", trouble)) {
    std::string contents;
    readFile(file.path().string(), contents);
    hash ^= hashBytes(contents, hashBytes(file.path().filename().string()));
  }
  start = "plc_rust_start_" + hexText(hash);
  code = "#![allow(warnings)]\n" + code +
         "#[no_mangle]\npub unsafe extern \"C\" fn " + start +
         "(host: *const ::core::ffi::c_void) {\n"
         "    ::plc::private::start_shims(host.cast())\n}\n";
  auto module = std::make_unique<Module>();
  module->name = crate.name;
  module->isLoaded = true;
  module->linkFlags = {"-lgcc_s", "-lpthread", "-ldl", "-lm"};
  if (!build(code, hash, *module, error))
    return nullptr;
  modules.push_back(std::move(module));
  return modules.back().get();
}

bool RustSource::build(const std::string &code, uint64_t hash, Module &module,
                       ImportError &error) {
  std::string stem = targetFolder(crate) + "/shims-" + hexText(hash);
  module.shims = stem + ".a";
  module.shimLibrary = stem + ".so";
  if (isFile(module.shims) && isFile(module.shimLibrary))
    return true;
  std::string manifest = "[package]\nname = \"plc-shims-" + hexText(hash) +
                         "\"\nversion = \"0.0.0\"\n"
                         "edition = \"2021\"\n\n[workspace]\n\n[lib]\n"
                         "crate-type = [\"staticlib\", \"cdylib\"]\n\n"
                         "[dependencies]\nplc = { path = \"" +
                         supportFolder() + "\" }\n" + crate.name +
                         " = { path = \"" + crate.folder + "\", package = \"" +
                         crate.package + "\" }\n";
  std::string problem;
  for (auto &[file, text] :
       {std::pair{stem + "/Cargo.toml", manifest}, {stem + "/src/lib.rs", code}}) {
    std::error_code trouble;
    fs::create_directories(fs::path(file).parent_path(), trouble);
    if (problem.empty())
      problem = writeFile(file, text);
  }
  if (problem.empty() &&
      !runCargo({"build", "--release", "--quiet", "--manifest-path",
                 stem + "/Cargo.toml", "--target-dir", targetFolder(crate)},
                "", "build the calls", error))
    return false;
  for (const std::string &file : {module.shims, module.shimLibrary}) {
    std::error_code trouble;
    std::string part = file + "." + std::to_string(getpid()) + ".part";
    fs::copy_file(targetFolder(crate) + "/release/libplc_shims_" +
                      hexText(hash) + fs::path(file).extension().string(),
                  part, fs::copy_options::overwrite_existing, trouble);
    if (!trouble)
      fs::rename(part, file, trouble);
    if (trouble && problem.empty())
      problem = "cannot write `" + file + "`: " + trouble.message();
  }
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
