//===- Crate.cpp - reads a crate by rustdoc's JSON ------------------------===//

#include "Crate.h"

#include "Process.h"

#include <algorithm>
#include <filesystem>

using namespace llvm;
using namespace plc::cimport;
using namespace plc::native;
namespace fs = std::filesystem;

namespace plc::rustimport {

/// Of rustc 1.95. Other versions may tell the same in another way.
static constexpr int64_t kFormatVersion = 57;

static bool fail(ImportError &error, std::string message, std::string hint) {
  error.message = std::move(message);
  error.hint = std::move(hint);
  return false;
}

std::string targetFolder(const Crate &crate) {
  return cacheFolder() + "/rust-" + hexText(hashBytes(crate.folder));
}

/// cargo, or rustc beside it; "" if it is not there.
static std::string findTool(const std::string &name) {
  std::string program = findProgram(name);
  const char *home = getenv("HOME");
  std::string own = std::string(home ? home : "") + "/.cargo/bin/" + name;
  return program.empty() && isFile(own) ? own : program;
}

std::string librariesOfRust() {
  static const std::string folder = [] {
    std::string rustc = findTool("rustc");
    return rustc.empty() ? ""
                         : runProcess({rustc, "--print", "target-libdir"}).output;
  }();
  return StringRef(folder).rtrim().str();
}

std::string standardLibrary(const Crate &crate, bool isBuilding) {
  std::string kept = targetFolder(crate) + "/standard-library", known;
  readFile(kept, known);
  if (!isBuilding && isFile(known))
    return known;
  std::error_code trouble;
  for (const fs::directory_entry &file :
       fs::directory_iterator(librariesOfRust(), trouble)) {
    std::string name = file.path().filename().string();
    if (StringRef(name).starts_with("libstd-") &&
        StringRef(name).ends_with(".so")) {
      std::string found = file.path().string();
      // Without it, Rust is asked again.
      if (found != known)
        writeFile(kept, found);
      return found;
    }
  }
  return "";
}

bool runCargo(std::vector<std::string> arguments,
              const std::string &environment,
              const std::string &what, ImportError &error,
              std::string *output, std::string *errors) {
  std::string cargo = findTool("cargo");
  if (cargo.empty())
    return fail(error, "it needs cargo, which is not there",
                "install Rust 1.95: https://rustup.rs");
  std::vector<std::string> command = {"env"};
  if (!environment.empty())
    command.push_back(environment);
  command.push_back(cargo);
  command.push_back(arguments[0]); // what follows `--` is for rustc
  command.push_back("--color=never");
  if (getenv("PLC_OFFLINE"))
    command.push_back("--offline");
  command.insert(command.end(), arguments.begin() + 1, arguments.end());
  ProcessResult result = runProcess(command);
  if (output)
    *output = result.output;
  if (errors)
    *errors = result.errors;
  if (result.status == 0)
    return true;
  // The first line that begins so.
  size_t at = StringRef(result.errors).starts_with("error")
                  ? 0
                  : result.errors.find("\nerror");
  if (at != std::string::npos && at > 0)
    ++at;
  std::string why = at == std::string::npos
                        ? "it fails"
                        : result.errors.substr(
                              at, result.errors.find('\n', at) - at);
  return fail(error, "cargo cannot " + what + ": " + why,
              "`cargo build` in the folder of the crate says more");
}

/// The files that the crate is made of.
static void collectInputs(Crate &crate) {
  crate.inputs.clear();
  crate.hash = 0;
  std::vector<std::string> files;
  std::error_code trouble;
  for (fs::recursive_directory_iterator at(crate.folder, trouble), end;
       !trouble && at != end; at.increment(trouble)) {
    std::string name = at->path().filename().string();
    if (at->is_directory(trouble) && (name == "target" || name[0] == '.'))
      at.disable_recursion_pending();
    else if (at->path().extension() == ".rs" || name == "Cargo.toml" ||
             name == "Cargo.lock")
      files.push_back(at->path().string());
  }
  std::sort(files.begin(), files.end());
  for (const std::string &file : files) {
    std::string contents;
    if (readFile(file, contents))
      crate.inputs.push_back({file, hashBytes(contents)});
  }
  for (auto &[file, hash] : crate.inputs)
    crate.hash = hashBytes(file, crate.hash ^ hash);
}

/// The versions of its dependencies: its own, or those of its workspace.
std::string lockFile(const Crate &crate) {
  for (fs::path folder = crate.folder; folder.has_relative_path();
       folder = folder.parent_path())
    if (isFile((folder / "Cargo.lock").string()))
      return (folder / "Cargo.lock").string();
  return "";
}

static bool parse(const std::string &text, const std::string &what,
                  json::Object &object, ImportError &error) {
  Expected<json::Value> value = json::parse(text);
  if (!value) {
    consumeError(value.takeError());
    return fail(error, what + " is no JSON", "is this Rust 1.95?");
  }
  if (json::Object *found = value->getAsObject()) {
    object = std::move(*found);
    return true;
  }
  return fail(error, what + " is no object", "is this Rust 1.95?");
}

/// How cargo names the package.
static bool readPackage(const std::string &manifest, Crate &crate,
                        ImportError &error) {
  std::string contents;
  readFile(manifest, contents);
  std::string kept =
      targetFolder(crate) + "/package-" + hexText(hashBytes(contents));
  if (readFile(kept, crate.package))
    return true;
  std::string text;
  json::Object metadata;
  if (!runCargo({"metadata", "--no-deps", "--format-version=1", "--quiet",
                 "--manifest-path", manifest},
                "", "read the manifest", error, &text) ||
      !parse(text, "what cargo tells", metadata, error))
    return false;
  const json::Array *packages = metadata.getArray("packages");
  for (const json::Value &package : packages ? *packages : json::Array()) {
    const json::Object *object = package.getAsObject();
    if (object && object->getString("manifest_path") == StringRef(manifest))
      crate.package = object->getString("name").value_or("").str();
  }
  if (crate.package.empty())
    return fail(error, "there is no package in `" + manifest + "`",
                "name the folder of one crate, not of a workspace");
  if (std::string problem = writeFile(kept, crate.package); !problem.empty())
    return fail(error, problem, "PLC_CACHE_DIR names another folder");
  return true;
}

bool readCrate(const ImportOptions &options, Crate &crate, ImportError &error) {
  crate.isSharing = options.isSharing;
  std::vector<std::string> folders = options.folders;
  folders.push_back(""); // an absolute path stays what it is in any folder
  for (const std::string &folder : folders) {
    fs::path place = fs::path(folder) / options.module;
    std::error_code trouble;
    if (crate.folder.empty() && isFile((place / "Cargo.toml").string()))
      crate.folder = fs::canonical(place, trouble).string();
  }
  if (crate.folder.empty())
    return fail(error, "there is no crate `" + options.module + "`",
                "name the folder that its Cargo.toml lies in");
  collectInputs(crate);
  std::string manifest = crate.folder + "/Cargo.toml";
  std::string kept =
      targetFolder(crate) + "/rustdoc-" + hexText(crate.hash) + ".json";
  std::string doc = targetFolder(crate) + "/doc";
  std::string text;
  std::error_code trouble;
  fs::create_directories(targetFolder(crate), trouble);
  if (!readPackage(manifest, crate, error))
    return false;
  if (!readFile(kept, text)) {
    fs::remove_all(doc, trouble);
    if (!runCargo({"rustdoc", "--quiet", "--lib", "--manifest-path", manifest,
                   "--target-dir", targetFolder(crate), "--config",
                   "build.rustdocflags=[\"-Zunstable-options\","
                   "\"--output-format\",\"json\","
                   "\"--document-hidden-items\"]"},
                  "RUSTC_BOOTSTRAP=1", "read the crate", error))
      return false;
    for (const fs::directory_entry &file : fs::directory_iterator(doc, trouble))
      if (file.path().extension() == ".json")
        readFile(file.path().string(), text);
    collectInputs(crate); // cargo has made a Cargo.lock if there was none
    kept = targetFolder(crate) + "/rustdoc-" + hexText(crate.hash) + ".json";
    if (std::string problem = writeFile(kept, text); !problem.empty())
      return fail(error, problem, "PLC_CACHE_DIR names another folder");
  }
  crate.api.folder = crate.folder;
  if (!parse(text, "what rustdoc tells", crate.api.json, error))
    return false;
  int64_t version = crate.api.json.getInteger("format_version").value_or(0);
  if (version != kFormatVersion)
    return fail(error,
                "rustdoc tells of crates in format " + std::to_string(version) +
                    ", this plc reads " + std::to_string(kFormatVersion),
                "use Rust 1.95: `rustup toolchain install 1.95`");
  if (!crate.api.index())
    return fail(error, "rustdoc tells nothing of the crate", "is it a library?");
  std::string lock;
  crate.hasTokio = readFile(lockFile(crate), lock) &&
                   lock.find("name = \"tokio\"\n") != std::string::npos;
  return true;
}

} // namespace plc::rustimport
