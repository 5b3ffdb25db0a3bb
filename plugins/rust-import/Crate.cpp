//===- Crate.cpp - reads a crate by rustdoc's JSON ------------------------===//

#include "Crate.h"

#include "Process.h"

#include "llvm/Support/raw_ostream.h"

#include <algorithm>
#include <fcntl.h>
#include <filesystem>
#include <sys/file.h>
#include <unistd.h>

using namespace llvm;
using namespace plc::cimport;
using namespace plc::native;
namespace fs = std::filesystem;

namespace plc::rustimport {

/// Of rustc 1.95. Other versions may tell the same in another way.
static constexpr int64_t kFormatVersion = 57;
/// In the names of files that are kept: of what rustdoc tells and what is left of it.
static const std::string kKeptVersion = std::to_string(kFormatVersion) + "-2";

static bool fail(ImportError &error, std::string message, std::string hint) {
  error.message = std::move(message);
  error.hint = std::move(hint);
  return false;
}

std::string targetFolder(const Crate &crate) {
  return cacheFolder() + "/rust-" + hexText(hashBytes(crate.folder));
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

static std::string printed(const json::Object &object) {
  std::string text;
  raw_string_ostream stream(text);
  stream << json::Value(json::Object(object));
  return text;
}

/// Only the entries that are named.
static void keep(json::Object &object,
                 const std::function<bool(const std::string &)> &isKept) {
  json::Object kept;
  for (auto &[key, value] : object)
    if (std::string name = key.str(); isKept(name))
      kept.try_emplace(std::move(name), std::move(value));
  object = std::move(kept);
}

/// Without what is not so, which is not read otherwise than what is not told. Spans keep
/// their beginning.
static void shortenValue(json::Value &value) {
  if (json::Array *array = value.getAsArray())
    for (json::Value &part : *array)
      shortenValue(part);
  json::Object *object = value.getAsObject();
  if (!object)
    return;
  static const std::set<StringRef> unread = {"links", "end", "crate_id",
                                             "deprecation"};
  json::Object kept;
  for (auto &[key, part] : *object) {
    if (part.kind() == json::Value::Null || part.getAsBoolean() == false ||
        unread.count(key))
      continue;
    shortenValue(part);
    kept.try_emplace(key.str(), std::move(part));
  }
  *object = std::move(kept);
}

/// Makes what rustdoc tells short: without the implementations that all types have, and
/// that only the compiler asks for, and without the names of what is spoken of nowhere.
static void shorten(json::Object &document) {
  json::Object *index = document.getObject("index");
  json::Object *paths = document.getObject("paths");
  if (!index || !paths)
    return;
  static const std::set<StringRef> ofAll = {
      "Any", "Borrow", "BorrowMut", "CloneToUninit", "SizedTypeProperties", "From", "TryFrom", "TryInto"};
  std::set<std::string> useless, used, markers;
  for (auto &[id, value] : *index) {
    json::Object *item = value.getAsObject();
    if (!item)
      continue;
    shortenValue(value);
    auto [kind, inner] = kindOf(*item);
    const json::Object *trait = inner->getObject("trait");
    if (kind != "impl" || !trait)
      continue;
    auto isFunction = [&](const json::Value &id) {
      const json::Object *member =
          index->getObject(std::to_string(id.getAsInteger().value_or(-1)));
      return member && kindOf(*member).first == "function";
    };
    bool isOfAll = inner->getObject("blanket_impl") &&
                   (ofAll.count(textOf(*trait, "path")) ||
                    (arrayOf(*inner, "provided_trait_methods").empty() &&
                     llvm::none_of(arrayOf(*inner, "items"), isFunction)));
    if (!isOfAll && !inner->getBoolean("is_synthetic").value_or(false))
      continue;
    useless.insert(id.str());
    if (isOfAll)
      markers.insert(lastPart(textOf(*trait, "path")));
    for (const json::Value &member : arrayOf(*inner, "items"))
      if (auto number = member.getAsInteger())
        useless.insert(std::to_string(*number));
  }
  keep(*index, [&](const std::string &id) { return !useless.count(id); });
  std::function<void(const json::Value &)> find = [&](const json::Value &value) {
    if (const json::Array *array = value.getAsArray())
      for (const json::Value &part : *array)
        find(part);
    if (const json::Object *object = value.getAsObject())
      for (auto &[key, part] : *object) {
        if (auto id = part.getAsInteger(); id && key == "id")
          used.insert(std::to_string(*id));
        find(part);
      }
  };
  for (auto &entry : *index)
    find(entry.second);
  keep(*paths, [&](const std::string &id) { return used.count(id) > 0; });
  json::Array names;
  for (const std::string &name : markers)
    names.push_back(name);
  document["markers"] = std::move(names);
  static const std::set<std::string> parts = {"root", "index", "paths", "markers",
                                              "external_crates"};
  keep(document, [&](const std::string &part) { return parts.count(part) > 0; });
}

namespace {
/// One process at a time asks rustdoc for a crate: its answers lie in one folder.
class Turn {
public:
  explicit Turn(const Crate &crate) {
    std::string path = targetFolder(crate) + "/rustdoc-lock";
    std::error_code trouble;
    fs::create_directories(targetFolder(crate), trouble);
    file = open(path.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0666);
    while (file >= 0 && flock(file, LOCK_EX) != 0 && errno == EINTR)
      ;
  }
  ~Turn() {
    if (file >= 0)
      close(file);
  }
  Turn(const Turn &) = delete;
  Turn &operator=(const Turn &) = delete;

private:
  int file = -1;
};
} // namespace

/// Asks rustdoc, and cargo for the packages that it is built with.
static bool document(const Crate &crate, const std::string &package,
                     std::string library, json::Object &result,
                     std::string *messages, ImportError &error) {
  std::vector<std::string> command = {
      "rustdoc", "--quiet", "--lib", "--message-format=json-render-diagnostics",
      "--manifest-path", crate.folder + "/Cargo.toml", "--target-dir",
      targetFolder(crate), "--config",
      "build.rustdocflags=[\"-Zunstable-options\",\"--output-format\",\"json\","
      "\"--document-hidden-items\"]"};
  if (!package.empty())
    command.insert(command.end(), {"-p", package});
  std::string doc = targetFolder(crate) + "/doc", text;
  std::error_code trouble;
  fs::remove_all(doc, trouble);
  if (!runCargo(command, "RUSTC_BOOTSTRAP=1", "read the crate", error, messages))
    return false;
  for (const fs::directory_entry &file : fs::directory_iterator(doc, trouble))
    if (file.path().extension() == ".json" &&
        (library.empty() || file.path().stem() == library))
      readFile(file.path().string(), text);
  if (!parse(text, "what rustdoc tells", result, error))
    return false;
  int64_t version = result.getInteger("format_version").value_or(0);
  if (version != kFormatVersion)
    return fail(error,
                "rustdoc tells of crates in format " + std::to_string(version) +
                    ", this plc reads " + std::to_string(kFormatVersion),
                "use Rust 1.95: `rustup toolchain install 1.95`");
  shorten(result);
  return true;
}

/// The libraries that cargo has built, of its messages.
static json::Array packagesOf(const std::string &messages) {
  json::Array result;
  SmallVector<StringRef, 0> lines;
  StringRef(messages).split(lines, '\n', -1, false);
  for (StringRef line : lines) {
    Expected<json::Value> value = json::parse(line);
    if (!value) {
      consumeError(value.takeError());
      continue;
    }
    const json::Object *message = value->getAsObject();
    const json::Object *target = message ? message->getObject("target") : nullptr;
    if (!target || textOf(*message, "reason") != "compiler-artifact")
      continue;
    for (const json::Value &file : arrayOf(*message, "filenames")) {
      fs::path path = file.getAsString().value_or("").str();
      if (path.extension() == ".rmeta")
        result.push_back(json::Object{
            {"id", textOf(*message, "package_id")},
            {"library", textOf(*target, "name")},
            {"manifest", textOf(*message, "manifest_path")},
            {"file", path.stem().string()}});
    }
  }
  return result;
}

std::string readPackage(const Crate &crate, const Package &package,
                        json::Object &result) {
  // The name of the file tells the version, the features and the compiler, but not what
  // is in a folder.
  Crate own;
  own.folder = fs::path(package.manifest).parent_path().string();
  if (!StringRef(package.id).starts_with("registry+"))
    collectInputs(own);
  std::string kept = cacheFolder() + "/rustdoc/" + package.file + "-" +
                     hexText(own.hash) + "-" + kKeptVersion + ".json";
  std::string text;
  ImportError error;
  if (readFile(kept, text) && parse(text, "what is kept", result, error))
    return "";
  Turn turn(crate); // another process may have asked meanwhile
  if (readFile(kept, text) && parse(text, "what is kept", result, error))
    return "";
  if (!document(crate, package.id, package.library, result, nullptr, error))
    return error.message;
  std::error_code trouble;
  fs::create_directories(fs::path(kept).parent_path(), trouble);
  return writeFile(kept, printed(result));
}

bool findCrate(const ImportOptions &options, Crate &crate, ImportError &error) {
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
  return true;
}

bool readCrate(Crate &crate, ImportError &error) {
  std::string manifest = crate.folder + "/Cargo.toml";
  auto keptFile = [&] {
    return targetFolder(crate) + "/rustdoc-" + hexText(crate.hash) + "-" +
           kKeptVersion + ".json";
  };
  std::error_code trouble;
  fs::create_directories(targetFolder(crate), trouble);
  if (!readPackage(manifest, crate, error))
    return false;
  std::string text;
  json::Object kept;
  std::optional<Turn> turn;
  bool isKept = readFile(keptFile(), text);
  if (!isKept) {
    turn.emplace(crate); // another process may have asked meanwhile
    collectInputs(crate);
    isKept = readFile(keptFile(), text);
  }
  if (isKept) {
    if (!parse(text, "what is kept", kept, error))
      return false;
  } else {
    std::string messages;
    if (!document(crate, "", "", kept, &messages, error))
      return false;
    kept["packages"] = packagesOf(messages);
    collectInputs(crate); // cargo has made a Cargo.lock if there was none
    if (std::string problem = writeFile(keptFile(), printed(kept));
        !problem.empty())
      return fail(error, problem, "PLC_CACHE_DIR names another folder");
  }
  crate.api.folder = crate.folder;
  for (const json::Value &value : arrayOf(kept, "packages"))
    if (const json::Object *one = value.getAsObject())
      crate.api.packages.push_back({textOf(*one, "id"), textOf(*one, "library"),
                                    textOf(*one, "manifest"),
                                    textOf(*one, "file")});
  if (!crate.api.index(std::move(kept)))
    return fail(error, "rustdoc tells nothing of the crate", "is it a library?");
  std::string lock;
  crate.hasTokio = readFile(lockFile(crate), lock) &&
                   lock.find("name = \"tokio\"\n") != std::string::npos;
  return true;
}

} // namespace plc::rustimport
