//===- Plugins.cpp - finding, checking and keeping plugins ----------------===//

#include "ffi/Plugins.h"
#include "ffi/SharedLibrary.h"

#include <algorithm>
#include <climits>
#include <cstdlib>
#include <dirent.h>
#include <unistd.h>

/// The folder of the installation: put into programs by `plc build`.
extern "C" __attribute__((weak)) const char plc_plugin_folder[];

namespace plc::ffi {

static constexpr const char kPrefix[] = "plc-", kSuffix[] = ".so";

std::string pluginOf(const std::string &ecosystem) {
#define ECOSYSTEM(Name, Plugin, Importer, Packages)                            \
  if (ecosystem == Name)                                                       \
    return Plugin;
#include "ffi/Ecosystems.def"
  return ecosystem;
}

std::string importerOf(const std::string &ecosystem) {
#define ECOSYSTEM(Name, Plugin, Importer, Packages)                            \
  if (ecosystem == Name)                                                       \
    return Importer;
#include "ffi/Ecosystems.def"
  return "";
}

bool hasPackages(const std::string &ecosystem) {
  constexpr bool Yes = true, No = false;
#define ECOSYSTEM(Name, Plugin, Importer, Packages)                            \
  if (ecosystem == Name)                                                       \
    return Packages;
#include "ffi/Ecosystems.def"
  return No;
}

static std::string folderOfProgram() {
  char path[PATH_MAX];
  ssize_t length = readlink("/proc/self/exe", path, sizeof path);
  std::string text(path, length > 0 ? size_t(length) : 0);
  size_t slash = text.rfind('/');
  return slash == std::string::npos ? "" : text.substr(0, slash);
}

std::vector<std::string> pluginPath() {
  std::vector<std::string> folders;
  auto add = [&](const std::string &folder) {
    if (!folder.empty() &&
        std::find(folders.begin(), folders.end(), folder) == folders.end())
      folders.push_back(folder);
  };
  if (const char *given = getenv("PLC_PLUGIN_PATH")) {
    std::string text = given;
    for (size_t at = 0; at <= text.size();) {
      size_t colon = std::min(text.find(':', at), text.size());
      add(text.substr(at, colon - at));
      at = colon + 1;
    }
  }
  if (std::string program = folderOfProgram(); !program.empty()) {
    add(program);
    add(program + "/../lib/plc");
  }
  if (plc_plugin_folder)
    add(plc_plugin_folder);
  return folders;
}

std::vector<PluginFile> findPlugins() {
  std::vector<PluginFile> found;
  for (const std::string &folder : pluginPath()) {
    DIR *directory = opendir(folder.c_str());
    if (!directory)
      continue;
    size_t before = found.size();
    while (dirent *entry = readdir(directory)) {
      std::string file = entry->d_name;
      if (!file.starts_with(kPrefix) || !file.ends_with(kSuffix) ||
          file.size() <= sizeof kPrefix + sizeof kSuffix - 2)
        continue;
      std::string name =
          file.substr(sizeof kPrefix - 1,
                      file.size() - sizeof kPrefix - sizeof kSuffix + 2);
      auto isSame = [&](const PluginFile &f) { return f.name == name; };
      if (std::none_of(found.begin(), found.end(), isSame))
        found.push_back({name, folder + "/" + file});
    }
    closedir(directory);
    std::sort(found.begin() + before, found.end(),
              [](auto &a, auto &b) { return a.name < b.name; });
  }
  return found;
}

static std::vector<Plugin *> &plugins() {
  static auto *list = new std::vector<Plugin *>;
  return *list;
}
const std::vector<Plugin *> &openPlugins() { return plugins(); }

/// Why a table cannot be used, or "".
static std::string refusal(const std::string &name, const plc_plugin *table) {
  auto version = [](uint32_t major, uint32_t minor) {
    return std::to_string(major) + "." + std::to_string(minor);
  };
  if (!table || table->struct_size < offsetof(plc_plugin, start))
    return "its table of operations is missing";
  // While the major number is 0 everything may change.
  if (table->abi_major != PLC_PLUGIN_ABI_MAJOR ||
      table->abi_minor != PLC_PLUGIN_ABI_MINOR ||
      table->struct_size != sizeof(plc_plugin))
    return "it needs plugin ABI " +
           version(table->abi_major, table->abi_minor) + ", this plc offers " +
           version(PLC_PLUGIN_ABI_MAJOR, PLC_PLUGIN_ABI_MINOR) + "; build " +
           name + " again with this plc's headers";
  if (!table->language || !table->ecosystems || !table->version)
    return "it has no language, ecosystems or version";
  return "";
}

/// The library plc-NAME.so; null, and one sentence, if it cannot be opened.
static SharedLibrary *openLibrary(const std::string &name, std::string &path,
                                  std::string &problem,
                                  const std::string &firstFolder = "") {
  std::string file = kPrefix + name + kSuffix, searched;
  std::vector<std::string> folders = pluginPath();
  if (!firstFolder.empty())
    folders.push_back(firstFolder);
  for (const std::string &folder : folders) {
    std::string candidate = folder + "/" + file;
    if (path.empty() && access(candidate.c_str(), R_OK) == 0)
      path = candidate;
    searched += (searched.empty() ? "" : ", ") + folder;
  }
  if (path.empty() || name.find('/') != std::string::npos) {
    problem = "there is no plugin `" + file + "` (searched: " + searched +
              "); PLC_PLUGIN_PATH can name its folder";
    return nullptr;
  }
  SharedLibrary *library = SharedLibrary::open(path, problem);
  if (!library)
    problem = "the plugin `" + path + "` cannot be loaded: " + problem;
  return library;
}

void *openFunction(const std::string &name, const std::string &symbol,
                   const std::string &folder, std::string &problem) {
  std::string path;
  SharedLibrary *library = openLibrary(name, path, problem, folder);
  if (!library)
    return nullptr;
  void *function = library->find(symbol.c_str());
  if (!function)
    problem = "`" + path + "` does not export " + symbol;
  return function;
}

Plugin *openPlugin(const std::string &name, const plc_host *host,
                   std::string &problem) {
  for (Plugin *plugin : plugins())
    if (plugin->name == name)
      return plugin;
  std::string path;
  SharedLibrary *library = openLibrary(name, path, problem);
  if (!library)
    return nullptr;
  auto *query = reinterpret_cast<plc_plugin_query_fn *>(
      library->find("plc_plugin_query"));
  if (!query) {
    problem =
        "`" + path + "` is no plugin: it does not export plc_plugin_query";
    return nullptr;
  }
  plc_plugin *table = query(host);
  if (std::string why = refusal(name, table); !why.empty()) {
    problem = "the plugin `" + path + "` cannot be used: " + why;
    return nullptr;
  }
  plugins().push_back(new Plugin{table, name, path});
  return plugins().back();
}

} // namespace plc::ffi
