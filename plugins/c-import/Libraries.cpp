//===- Libraries.cpp - what to link with ----------------------------------===//

#include "Libraries.h"

#include "Cache.h"
#include "Process.h"

#include <algorithm>
#include <cstring>
#include <elf.h>
#include <filesystem>

namespace fs = std::filesystem;

namespace plc::cimport {

namespace {

/// Looks libraries up and writes down what was found.
class Resolver {
public:
  Resolver(native::Module &module, native::ImportError &error)
      : module(module), error(error) {}

  std::vector<std::string> folders;

  /// `name` as in `-lname`.
  bool addName(const std::string &name);
  /// A shared library, a linker script or an archive.
  bool addFile(const std::string &path, int depth);

private:
  bool addScript(const std::string &contents, int depth);
  bool addArchive(const std::string &path);
  void addLibrary(const std::string &path);

  native::Module &module;
  native::ImportError &error;
};

} // namespace

/// DT_SONAME of a shared library; "" if it has none.
static std::string readSoname(const std::string &bytes) {
  auto at = [&](size_t offset, auto &value) {
    if (offset > bytes.size() || bytes.size() - offset < sizeof value)
      return false;
    memcpy(&value, bytes.data() + offset, sizeof value);
    return true;
  };
  Elf64_Ehdr header;
  if (!at(0, header))
    return "";
  for (unsigned i = 0; i < header.e_shnum; ++i) {
    Elf64_Shdr section, strings;
    if (!at(header.e_shoff + i * sizeof section, section))
      return "";
    if (section.sh_type != SHT_DYNAMIC)
      continue;
    if (!at(header.e_shoff + section.sh_link * sizeof strings, strings))
      return "";
    for (size_t j = 0; j < section.sh_size / sizeof(Elf64_Dyn); ++j) {
      Elf64_Dyn entry;
      if (!at(section.sh_offset + j * sizeof entry, entry))
        return "";
      if (entry.d_tag != DT_SONAME)
        continue;
      size_t start = strings.sh_offset + entry.d_un.d_val;
      size_t end = start < bytes.size() ? bytes.find('\0', start) : 0;
      return start < end && end != bytes.npos ? bytes.substr(start, end - start)
                                              : "";
    }
  }
  return "";
}

void Resolver::addLibrary(const std::string &path) {
  if (std::find(module.libraries.begin(), module.libraries.end(), path) ==
      module.libraries.end())
    module.libraries.push_back(path);
}

bool Resolver::addFile(const std::string &path, int depth) {
  std::string contents;
  if (!readFile(path, contents)) {
    error.message = "cannot read the library `" + path + "`";
    return false;
  }
  if (contents.starts_with(ELFMAG)) {
    // What is there when the program runs: the link without a version belongs
    // to the -dev package.
    std::string soname = readSoname(contents);
    std::string named = fs::path(path).parent_path().string() + "/" + soname;
    addLibrary(!soname.empty() && isFile(named) ? named
                                                : fs::absolute(path).string());
    return true;
  }
  if (contents.starts_with("!<arch>") || contents.starts_with("!<thin>"))
    return addArchive(path);
  return addScript(contents, depth);
}

/// `INPUT(libncurses.so.6 -ltinfo)`, `GROUP ( /lib/libm.so.6 AS_NEEDED ( ... ) )`.
bool Resolver::addScript(const std::string &contents, int depth) {
  if (depth > 4) {
    error.message = "linker scripts that name one another without an end";
    return false;
  }
  std::string text;
  for (size_t i = 0; i < contents.size(); ++i) {
    if (contents.compare(i, 2, "/*") == 0) {
      size_t end = contents.find("*/", i + 2);
      i = end == contents.npos ? contents.size() : end + 1;
      text += ' ';
    } else {
      char c = contents[i];
      text += c == '(' || c == ')' ? std::string(" ") + c + " "
              : c == ','           ? std::string(" ")
                                   : std::string(1, c);
    }
  }
  std::vector<std::string> words = splitWords(text);
  for (size_t i = 0; i < words.size(); ++i) {
    const std::string &word = words[i];
    if (word == "OUTPUT_FORMAT") {
      while (i < words.size() && words[i] != ")")
        ++i;
    } else if (word.starts_with("-l")) {
      if (!addName(word.substr(2)))
        return false;
    } else if (word.find(".so") != word.npos) {
      std::string path = word;
      for (const std::string &folder : folders)
        if (path[0] != '/' && isFile(folder + "/" + path))
          path = folder + "/" + path;
      if (!addFile(path, depth + 1))
        return false;
    }
  }
  return true;
}

/// Programs get the archive; for code in memory it becomes a shared library.
bool Resolver::addArchive(const std::string &path) {
  std::string contents;
  readFile(path, contents);
  // What was a library once has an archive without anything in it (librt.a).
  if (contents.size() <= sizeof "!<arch>")
    return true;
  std::string made =
      cacheFolder() + "/" + hexText(hashBytes(contents)) + "-" +
      fs::path(path).stem().string() + ".so";
  if (isFile(made)) {
    addLibrary(made);
    return true;
  }
  std::error_code ignored;
  fs::create_directories(cacheFolder(), ignored);
  std::string part = made + "." + std::to_string(hashBytes(path)) + ".part";
  ProcessResult linked =
      runProcess({"ld.lld-19", "-shared", "--unresolved-symbols=ignore-all",
                  "--whole-archive", path, "-o", part});
  if (linked.status == 0) {
    std::error_code failed;
    fs::rename(part, made, failed);
    if (!failed) {
      addLibrary(made);
      return true;
    }
  }
  // It can still be linked into programs; loading it in memory says why not.
  addLibrary(fs::absolute(path).string());
  return true;
}

bool Resolver::addName(const std::string &name) {
  // As the linker: `:file` is a file's name; in each folder the shared library
  // goes before the archive.
  for (const std::string &folder : folders) {
    if (name.starts_with(":")) {
      if (isFile(folder + "/" + name.substr(1)))
        return addFile(folder + "/" + name.substr(1), 0);
      continue;
    }
    for (const char *ending : {".so", ".a"})
      if (std::string path = folder + "/lib" + name + ending; isFile(path))
        return addFile(path, 0);
  }
  error.message = "there is no library `" + name + "` to link with";
  std::vector<std::string> known;
  std::string versioned;
  for (const std::string &folder : folders) {
    std::error_code failed;
    fs::directory_iterator i(folder, failed);
    for (; !failed && i != fs::directory_iterator(); i.increment(failed)) {
      std::string file = i->path().filename().string();
      if (!file.starts_with("lib"))
        continue;
      if (file.starts_with("lib" + name + ".so."))
        versioned = file;
      if (size_t end = file.rfind(".so"); end == file.size() - 3)
        known.push_back(file.substr(3, end - 3));
      else if (file.ends_with(".a"))
        known.push_back(file.substr(3, file.size() - 5));
    }
  }
  std::string package = name == "z" ? "zlib1g-dev"
                        : name == "curl" ? "libcurl4-openssl-dev"
                                         : "lib" + name + "-dev";
  error.hint = versioned.empty() ? nearestNames(name, known) : "";
  if (error.hint.empty())
    error.hint = "install it, perhaps `apt install " + package +
                 "`, or give its folder: `:args \"-L/its/folder\"`";
  if (!versioned.empty())
    error.hint = "`" + versioned + "` is there, what is linked with is not: " +
                 "`apt install " + package + "`";
  return false;
}

static std::vector<std::string> systemFolders() {
  std::vector<std::string> folders;
  for (const char *folder :
       {"/usr/local/lib/x86_64-linux-gnu", "/usr/local/lib",
        "/usr/lib/x86_64-linux-gnu", "/lib/x86_64-linux-gnu", "/usr/lib64",
        "/lib64", "/usr/lib", "/lib"}) {
    std::error_code failed;
    if (fs::is_directory(folder, failed))
      folders.push_back(folder);
  }
  // The compiler's own, of its newest version: libatomic, libgomp.
  int newest = 0;
  std::string own;
  std::error_code failed;
  fs::directory_iterator i("/usr/lib/gcc/x86_64-linux-gnu", failed);
  for (; !failed && i != fs::directory_iterator(); i.increment(failed))
    if (int version = atoi(i->path().filename().c_str()); version > newest) {
      newest = version;
      own = i->path().string();
    }
  if (newest)
    folders.push_back(own);
  return folders;
}

bool resolveLibraries(const native::ImportOptions &options,
                      const CommandLine &command, native::Module &module,
                      native::ImportError &error) {
  Resolver resolver(module, error);
  std::vector<std::string> names;
  std::vector<std::string> &flags = module.linkFlags;
  // In the linker's own spelling: it is called directly.
  std::vector<std::string> given;
  for (const std::string &word : command.linkFlags) {
    if (!word.starts_with("-Wl,")) {
      given.push_back(word);
      continue;
    }
    for (size_t start = 4; start <= word.size();) {
      size_t end = std::min(word.find(',', start), word.size());
      given.push_back(word.substr(start, end - start));
      start = end + 1;
    }
  }
  for (size_t i = 0; i < given.size(); ++i) {
    std::string word = given[i];
    if ((word == "-L" || word == "-l") && i + 1 < given.size())
      word += given[++i];
    if (word.starts_with("-L")) {
      std::string folder = fs::absolute(word.substr(2)).string();
      resolver.folders.push_back(folder);
      flags.push_back("-L" + folder);
    } else if (word.starts_with("-l")) {
      names.push_back(word.substr(2));
    } else if (word != "-pthread") {
      flags.push_back(word);
    }
  }
  names.insert(names.begin(), options.link.begin(), options.link.end());
  for (const std::string &folder : systemFolders())
    resolver.folders.push_back(folder);
  for (const std::string &name : names) {
    // A path is a library as it is.
    if (name.find('/') != name.npos) {
      std::string path = name;
      for (const std::string &folder : options.folders)
        if (path[0] != '/' && isFile(folder + "/" + path))
          path = folder + "/" + path;
      path = fs::absolute(path).lexically_normal().string();
      if (!isFile(path)) {
        error.message = "there is no library `" + name + "`";
        error.hint = "the path counts from the folder of the importing file";
        return false;
      }
      flags.push_back(path);
      if (!resolver.addFile(path, 0))
        return false;
      continue;
    }
    flags.push_back("-l" + name);
    if (!resolver.addName(name))
      return false;
  }
  return true;
}

} // namespace plc::cimport
