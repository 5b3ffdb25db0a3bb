//===- Inputs.cpp - what a crate is made of -------------------------------===//
//
// The files that a build of a crate depends on, without asking cargo: all sources of its
// folder and of those that its manifests name, what the sources take in by name, the
// versions of dependencies and the settings of cargo. They and the variables that
// compilers read have one hash, which everything that is kept of a crate goes by.
//
//===----------------------------------------------------------------------===//

#include "Crate.h"

#include "Process.h"

#include "llvm/ADT/StringRef.h"

#include <algorithm>
#include <filesystem>
#include <functional>
#include <set>
#include <sys/stat.h>

extern char **environ;

using namespace llvm;
using namespace plc::cimport;
namespace fs = std::filesystem;

namespace plc::rustimport {

std::string findTool(const std::string &name) {
  std::string program = findProgram(name);
  const char *home = getenv("HOME");
  std::string own = std::string(home ? home : "") + "/.cargo/bin/" + name;
  return program.empty() && isFile(own) ? own : program;
}

static std::string variable(const char *name) {
  const char *value = getenv(name);
  return value ? value : "";
}

/// Of a tool whose folder a variable names: "~/.cargo".
static std::string homeOf(const char *name, const char *folder) {
  std::string home = variable(name);
  return home.empty() ? variable("HOME") + "/" + folder : home;
}

/// A folder and those that it lies in, from the inside.
static void eachAbove(fs::path folder,
                      const std::function<void(const fs::path &)> &visit) {
  for (; folder.has_relative_path(); folder = folder.parent_path())
    visit(folder);
}

std::string lockFile(const Crate &crate) {
  std::string found;
  eachAbove(crate.folder, [&](const fs::path &folder) {
    if (found.empty() && isFile((folder / "Cargo.lock").string()))
      found = (folder / "Cargo.lock").string();
  });
  return found;
}

/// The first text between quotes, "" if there is none; the rest follows it.
static StringRef takeLiteral(StringRef &text, StringRef quotes = "\"") {
  size_t start = text.find_first_of(quotes);
  char quote = start == StringRef::npos ? '"' : text[start];
  auto [literal, rest] = text.split(quote).second.split(quote);
  text = rest;
  return literal;
}

/// What stands between a parenthesis that has been opened and its end.
static StringRef inParentheses(StringRef text) {
  int depth = 1;
  size_t at = 0;
  for (; at < text.size() && depth; ++at)
    depth += text[at] == '(' ? 1 : text[at] == ')' ? -1 : 0;
  return text.take_front(at);
}

namespace {
/// Finds files that name others.
class Inputs {
public:
  std::set<std::string> files;
  std::set<std::string> variables; ///< that sources ask for by name

  void addPackage(const fs::path &folder) {
    std::error_code trouble;
    fs::path place = fs::canonical(folder, trouble);
    if (trouble || !isFile((place / "Cargo.toml").string()) ||
        !packages.insert(place.string()).second)
      return;
    addAll(place, [](const fs::path &file) {
      std::string name = file.filename().string();
      return file.extension() == ".rs" || name == "Cargo.toml" ||
             name == "Cargo.lock";
    });
    std::string manifest;
    readFile((place / "Cargo.toml").string(), manifest);
    addPaths(place, manifest);
    // A workspace tells of dependencies, features and profiles.
    eachAbove(place.parent_path(), [&](const fs::path &above) {
      std::string file = (above / "Cargo.toml").string(), contents;
      if (readFile(file, contents) && StringRef(contents).contains("[workspace") &&
          files.insert(file).second)
        addPaths(above, contents);
    });
  }

  /// What sources take in by name, and build scripts wait for.
  void addNamed(const std::string &file, StringRef text) {
    fs::path folder = fs::path(file).parent_path();
    StringRef rest = text;
    while (!(rest = rest.split("include").second).empty()) {
      StringRef call = rest;
      if (!call.consume_front("!(") && !call.consume_front("_str!(") &&
          !call.consume_front("_bytes!("))
        continue;
      // `concat!(env!("CARGO_MANIFEST_DIR"), "/data", "/a.txt")`.
      std::string name;
      for (call = inParentheses(call); call.contains('"');) {
        bool isVariable = call.split('"').first.ends_with("env!(");
        StringRef part = takeLiteral(call);
        name += isVariable ? "" : part.str();
      }
      addFile(folder, name);
    }
    for (StringRef macro : {"env!", "rerun-if-env-changed"})
      for (rest = text; !(rest = rest.split(macro).second).empty();) {
        StringRef name = rest.ltrim("( \t\n=\"");
        variables.insert(name.take_while([](char c) { return isalnum(c) || c == '_'; })
                             .str());
      }
    for (rest = text; !(rest = rest.split("#[path").second).empty();) {
      StringRef attribute = rest.split(']').first;
      addFile(folder, takeLiteral(attribute));
    }
    if (fs::path(file).filename() != "build.rs")
      return;
    // As cargo, which runs it again then.
    if (!text.contains("rerun-if-")) {
      addAll(folder, [](const fs::path &) { return true; });
      return;
    }
    for (rest = text; rest.contains('"');) {
      StringRef name = takeLiteral(rest);
      size_t mark = name.rfind('=');
      addFile(folder, mark == StringRef::npos ? name : name.substr(mark + 1));
    }
  }

private:
  std::set<std::string> packages;

  /// Files of a package.
  template <typename Test> void addAll(const fs::path &folder, Test isWanted) {
    std::error_code trouble;
    for (fs::recursive_directory_iterator at(folder, trouble), end;
         !trouble && at != end; at.increment(trouble)) {
      std::string name = at->path().filename().string();
      bool isBuilt = name == "target" && at.depth() == 0;
      if (at->is_directory(trouble) && (isBuilt || name[0] == '.'))
        at.disable_recursion_pending();
      else if (at->is_regular_file(trouble) && isWanted(at->path()))
        files.insert(at->path().string());
    }
  }

  /// `path = "..."` of a manifest.
  void addPaths(const fs::path &folder, StringRef manifest) {
    while (!(manifest = manifest.split("path").second).empty()) {
      StringRef line = manifest.split('\n').first;
      if (line.ltrim(" \t").starts_with("="))
        addPackage(folder / takeLiteral(line, "\"'").str());
    }
  }

  /// A name of a file or folder, beside the one that names it or in its package.
  void addFile(fs::path folder, StringRef name) {
    name = name.ltrim('/'); // behind `env!("CARGO_MANIFEST_DIR")`
    std::error_code trouble;
    fs::path path = folder / name.str();
    while (!fs::exists(path, trouble) && folder.has_relative_path() &&
           !isFile((folder / "Cargo.toml").string())) {
      folder = folder.parent_path();
      path = folder / name.str();
    }
    if (name.empty() || name == ".")
      return;
    if (fs::is_regular_file(path, trouble))
      files.insert(path.lexically_normal().string());
    else if (fs::is_directory(path, trouble))
      for (fs::recursive_directory_iterator at(path, trouble), end;
           !trouble && at != end; at.increment(trouble))
        if (at->is_regular_file(trouble))
          files.insert(at->path().lexically_normal().string());
  }
};
} // namespace

/// Variables that change what compilers make.
static bool isOfBuild(StringRef row) {
  for (const char *other : {"RUST_BACKTRACE=", "RUST_LOG=", "RUST_LIB_BACKTRACE=",
                            "RUSTUP_"})
    if (row.starts_with(other))
      return false;
  for (const char *prefix :
       {"RUST", "CARGO_BUILD_", "CARGO_ENCODED_", "CARGO_PROFILE_", "CARGO_TARGET_",
        "CC=", "CXX=", "CFLAGS=", "CXXFLAGS=", "LDFLAGS=", "PKG_CONFIG_"})
    if (row.starts_with(prefix))
      return true;
  return false;
}

void collectInputs(Crate &crate) {
  crate.inputs.clear();
  crate.hash = 0;
  Inputs inputs;
  inputs.addPackage(crate.folder);
  if (std::string lock = lockFile(crate); !lock.empty())
    inputs.files.insert(lock);
  // Settings are those of the folder where cargo runs.
  std::error_code trouble;
  std::vector<fs::path> settings = {homeOf("CARGO_HOME", ".cargo")};
  eachAbove(fs::current_path(trouble), [&](const fs::path &folder) {
    settings.push_back(folder / ".cargo");
  });
  for (const fs::path &folder : settings)
    for (const char *name : {"config.toml", "config"})
      if (std::string file = (folder / name).string(); isFile(file))
        inputs.files.insert(file);
  const std::set<std::string> sources = inputs.files;
  std::map<std::string, uint64_t> hashes;
  for (const std::string &file : sources) {
    std::string contents;
    if (!readFile(file, contents))
      continue;
    hashes[file] = hashBytes(contents);
    if (StringRef(file).ends_with(".rs"))
      inputs.addNamed(file, contents);
  }
  for (const std::string &file : inputs.files) {
    std::string contents;
    if (!hashes.count(file) && readFile(file, contents))
      hashes[file] = hashBytes(contents);
  }
  for (auto &[file, hash] : hashes) {
    crate.inputs.push_back({file, hash});
    crate.hash = hashBytes(file, crate.hash ^ hash);
  }
  std::set<std::string> variables;
  for (const std::string &name : inputs.variables)
    variables.insert(name + "=" + variable(name.c_str()));
  for (char **row = environ; *row; ++row)
    if (isOfBuild(*row))
      variables.insert(*row);
  for (const std::string &row : variables)
    crate.hash = hashBytes(row, crate.hash);
}

/// What tells which Rust runs here, "" if none does: the tool, and how rustup chooses.
static std::string toolchain() {
  std::string rustc = findTool("rustc");
  struct stat file;
  if (rustc.empty() || stat(rustc.c_str(), &file) != 0)
    return "";
  std::string text = rustc + " " + std::to_string(file.st_size) + " " +
                     std::to_string(file.st_mtim.tv_sec) + " " +
                     variable("RUSTUP_TOOLCHAIN");
  std::string settings;
  readFile(homeOf("RUSTUP_HOME", ".rustup") + "/settings.toml", settings);
  std::error_code trouble;
  fs::path here = fs::current_path(trouble);
  // By folder.
  if (StringRef(settings).split("[overrides]").second.contains('"'))
    text += " " + here.string();
  text += hexText(hashBytes(settings));
  eachAbove(here, [&](const fs::path &folder) {
    for (const char *name : {"rust-toolchain", "rust-toolchain.toml"}) {
      std::string contents;
      if (readFile((folder / name).string(), contents))
        text += " " + hexText(hashBytes(contents));
    }
  });
  return text;
}

std::string librariesOfRust() {
  static const std::string folder = [] {
    std::string rustc = findTool("rustc");
    return rustc.empty() ? ""
                         : runProcess({rustc, "--print", "target-libdir"}).output;
  }();
  return StringRef(folder).rtrim().str();
}

std::string standardLibrary(const Crate &crate) {
  std::string kept = targetFolder(crate) + "/standard-library", known,
              now = toolchain();
  readFile(kept, known);
  auto [of, library] = StringRef(known).split('\n');
  // Without rustc, what was built before is of use as long as its library is there.
  if ((now.empty() || of == now) && isFile(library.str()))
    return library.str();
  std::error_code trouble;
  for (const fs::directory_entry &file :
       fs::directory_iterator(librariesOfRust(), trouble)) {
    std::string name = file.path().filename().string();
    if (!StringRef(name).starts_with("libstd-") || !StringRef(name).ends_with(".so"))
      continue;
    std::string found = file.path().string();
    // Without it, Rust is asked again.
    writeFile(kept, now + "\n" + found);
    return found;
  }
  return "";
}

} // namespace plc::rustimport
