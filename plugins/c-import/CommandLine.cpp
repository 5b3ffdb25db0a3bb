//===- CommandLine.cpp - what Clang is told -------------------------------===//

#include "CommandLine.h"

#include "Process.h"

#include <algorithm>
#include <filesystem>

namespace fs = std::filesystem;

namespace plc::cimport {

std::vector<std::string> splitWords(const std::string &text) {
  std::vector<std::string> words;
  std::string word;
  bool isWord = false;
  char quote = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (quote) {
      if (c == quote)
        quote = 0;
      else if (c == '\\' && quote == '"' && i + 1 < text.size())
        word += text[++i];
      else
        word += c;
    } else if (c == '\'' || c == '"') {
      quote = c;
      isWord = true;
    } else if (c == '\\' && i + 1 < text.size()) {
      word += text[++i];
      isWord = true;
    } else if (c == ' ' || c == '\t' || c == '\n') {
      if (isWord)
        words.push_back(word);
      word.clear();
      isWord = false;
    } else {
      word += c;
      isWord = true;
    }
  }
  if (isWord)
    words.push_back(word);
  return words;
}

/// Edits that make one name of the other.
static size_t editDistance(const std::string &a, const std::string &b) {
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j)
    row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      size_t next = std::min({row[j] + 1, row[j - 1] + 1,
                              diagonal + (a[i - 1] != b[j - 1])});
      diagonal = row[j];
      row[j] = next;
    }
  }
  return row[b.size()];
}

std::string nearestNames(const std::string &name,
                         const std::vector<std::string> &known) {
  size_t best = std::max<size_t>(1, name.size() / 4) + 1;
  std::vector<std::string> nearest;
  for (const std::string &candidate : known) {
    size_t distance = editDistance(name, candidate);
    if (distance > best || distance >= name.size())
      continue;
    if (distance < best)
      nearest.clear();
    best = distance;
    if (std::find(nearest.begin(), nearest.end(), candidate) == nearest.end())
      nearest.push_back(candidate);
  }
  std::sort(nearest.begin(), nearest.end());
  std::string text;
  for (size_t i = 0; i < nearest.size() && i < 3; ++i)
    text += (i ? ", `" : "did you mean `") + nearest[i] + "`";
  return text.empty() ? "" : text + "?";
}

std::string includeLine(const native::ImportOptions &options) {
  // In angle brackets: the folders of the command line are searched in their
  // order, and none beside the file that is not there.
  std::string lines;
  if (!options.module.empty())
    lines = "#include <" + options.module + ">\n";
  for (const std::string &other : options.others)
    lines += "#include <" + other + ">\n";
  return lines;
}

/// Headers of Debian packages that are not spelled like the package.
static std::string packageOf(const std::string &header) {
  static const std::pair<const char *, const char *> kPackages[] = {
      {"zlib.h", "zlib1g-dev"},
      {"sqlite3.h", "libsqlite3-dev"},
      {"curl/", "libcurl4-openssl-dev"},
      {"gsl/", "libgsl-dev"},
      {"ncurses.h", "libncurses-dev"},
      {"curses.h", "libncurses-dev"},
      {"png.h", "libpng-dev"},
      {"jpeglib.h", "libjpeg-dev"},
      {"openssl/", "libssl-dev"},
      {"uv.h", "libuv1-dev"},
      {"git2.h", "libgit2-dev"},
      {"expat.h", "libexpat1-dev"},
      {"ffi.h", "libffi-dev"},
      {"gmp.h", "libgmp-dev"},
      {"lua.h", "liblua5.4-dev"},
      {"libxml/", "libxml2-dev"},
      {"SDL2/", "libsdl2-dev"},
      {"GL/", "libgl-dev"},
      {"X11/", "libx11-dev"},
      {"readline/", "libreadline-dev"},
      {"yaml.h", "libyaml-dev"},
      {"zmq.h", "libzmq3-dev"},
      {"lzma.h", "liblzma-dev"},
      {"bzlib.h", "libbz2-dev"},
      {"zstd.h", "libzstd-dev"},
      {"lz4.h", "liblz4-dev"},
      {"fftw3.h", "libfftw3-dev"},
      {"cblas.h", "libopenblas-dev"},
  };
  for (auto &[prefix, package] : kPackages)
    if (header.starts_with(prefix))
      return package;
  std::string first = fs::path(header).begin()->string();
  if (first == "/" || first == "." || first == "..")
    return ""; // a file, in no package
  std::string stem = fs::path(header).begin()->stem().string();
  return (stem.starts_with("lib") ? "" : "lib") + stem + "-dev";
}

static bool runPackageConfig(const std::string &package, CommandLine &line,
                             native::ImportError &error) {
  if (findProgram("pkg-config").empty()) {
    error.message = "`:pkg-config` needs the program `pkg-config`";
    error.hint = "install it: `apt install pkg-config`";
    return false;
  }
  ProcessResult flags =
      runProcess({"pkg-config", "--cflags", "--libs", package});
  if (flags.status != 0) {
    error.message = "pkg-config knows no package `" + package + "`";
    std::vector<std::string> known;
    ProcessResult all = runProcess({"pkg-config", "--list-package-names"});
    known = splitWords(all.output);
    error.hint = nearestNames(package, known);
    if (error.hint.empty())
      error.hint = "install it: `apt install " +
                   std::string(package.starts_with("lib") ? "" : "lib") +
                   package + "-dev`, or set PKG_CONFIG_PATH";
    return false;
  }
  for (const std::string &word : splitWords(flags.output))
    if (word.starts_with("-l") || word.starts_with("-L") ||
        word.starts_with("-Wl,"))
      line.linkFlags.push_back(word);
    else
      line.arguments.push_back(word);
  return true;
}

/// Of the newest libstdc++, which Clang takes.
static std::vector<std::string> cxxFolders() {
  int newest = 0;
  std::error_code failed;
  fs::directory_iterator i("/usr/include/c++", failed);
  for (; !failed && i != fs::directory_iterator(); i.increment(failed))
    newest = std::max(newest, atoi(i->path().filename().c_str()));
  std::string version = std::to_string(newest);
  return {"/usr/include/c++/" + version,
          "/usr/include/x86_64-linux-gnu/c++/" + version};
}

static void addFolders(CommandLine &line) {
  const std::vector<std::string> &words = line.arguments;
  for (size_t i = 0; i < words.size(); ++i)
    for (const char *option : {"-I", "-isystem", "-iquote", "-idirafter"}) {
      size_t length = std::string(option).size();
      if (words[i] == option && i + 1 < words.size())
        line.folders.push_back(words[i + 1]);
      else if (words[i].starts_with(option) && words[i].size() > length)
        line.folders.push_back(words[i].substr(length));
    }
  if (line.isCxx)
    for (const std::string &folder : cxxFolders())
      line.folders.push_back(folder);
  line.roots = {"/usr/local/include", line.compilerFolder,
                "/usr/include/x86_64-linux-gnu", "/usr/include"};
  std::erase_if(line.roots, [](const std::string &folder) {
    std::error_code error;
    return folder.empty() || !fs::is_directory(folder, error);
  });
  line.folders.insert(line.folders.end(), line.roots.begin(),
                      line.roots.end());
}

static bool findHeader(const native::ImportOptions &options, CommandLine &line,
                       native::ImportError &error) {
  if (options.module.empty())
    return true;
  if (options.module.starts_with("/")) {
    line.header = options.module;
  } else {
    for (const std::string &folder : line.folders) {
      std::string candidate = folder + "/" + options.module;
      if (isFile(candidate)) {
        line.header = candidate;
        return true;
      }
    }
  }
  if (!line.header.empty() && isFile(line.header))
    return true;
  error.message = "there is no header `" + options.module + "`";
  // Names in the same folder of each place.
  fs::path asked(options.module);
  std::vector<std::string> known;
  for (const std::string &folder : line.folders) {
    std::error_code failed;
    fs::directory_iterator i(fs::path(folder) / asked.parent_path(), failed);
    for (; !failed && i != fs::directory_iterator(); i.increment(failed))
      if (i->path().extension() == ".h")
        known.push_back((asked.parent_path() / i->path().filename()).string());
  }
  // Some packages have a folder of their own, which must be named.
  for (const std::string &root : line.roots) {
    std::error_code failed;
    fs::directory_iterator i(root, failed);
    for (; !failed && i != fs::directory_iterator(); i.increment(failed))
      if (isFile((i->path() / options.module).string())) {
        error.hint = "it is in `" + i->path().string() + "`: `:args \"-I" +
                     i->path().string() + "\"`, or its `:pkg-config`";
        return false;
      }
  }
  error.hint = nearestNames(options.module, known);
  std::string package = packageOf(options.module);
  if (error.hint.empty() && package.empty())
    error.hint = "such a name counts from the folder of the file that imports it";
  else if (error.hint.empty())
    error.hint = "install its package, perhaps `apt install " +
                 package +
                 "`, or give its folder: `:args \"-I/its/folder\"`";
  return false;
}

bool makeCommandLine(const native::ImportOptions &options, CommandLine &line,
                     native::ImportError &error) {
  for (const char *folder :
       {"/usr/lib/llvm-19/lib/clang/19", "/usr/lib/clang/19"})
    if (isFile(std::string(folder) + "/include/stddef.h")) {
      line.arguments.push_back(std::string("-resource-dir=") + folder);
      line.compilerFolder = std::string(folder) + "/include";
      break;
    }
  line.arguments.push_back(std::string("-std=") + line.standard);
  for (const std::string &folder : options.folders)
    line.arguments.push_back("-I" + folder);
  for (const std::string &several : options.arguments)
    for (const std::string &argument : splitWords(several))
      if (argument.starts_with("-l") || argument.starts_with("-L"))
        line.linkFlags.push_back(argument);
      else
        line.arguments.push_back(argument);
  for (const std::string &package : options.packages)
    if (!runPackageConfig(package, line, error))
      return false;
  addFolders(line);
  return findHeader(options, line, error);
}

} // namespace plc::cimport
