//===- Plugins.h - finding, checking and keeping plugins --------*- C++ -*-===//
//
// A plugin is a file plc-NAME.so. It is looked for in the folders of
// PLC_PLUGIN_PATH, beside the program, in ../lib/plc from there, and in the
// installation; opened once, checked, started at its first use, and kept.
//
//===----------------------------------------------------------------------===//
#ifndef PLC_FFI_PLUGINS_H
#define PLC_FFI_PLUGINS_H

#include "plc/plugin.h"

#include <string>
#include <vector>

namespace plc::ffi {

/// A plugin in this process.
struct Plugin {
  plc_plugin *table;
  std::string name; ///< NAME of plc-NAME.so
  std::string path;
  bool isStarted = false;
};

/// Name of the plugin for an ecosystem; the same name if nobody else serves it.
std::string pluginOf(const std::string &ecosystem);

/// Name of the library that reads the modules of an ecosystem when programs are
/// compiled; "" if its modules are loaded by the plugin.
std::string importerOf(const std::string &ecosystem);

/// Whether its plugin provides packages when programs are compiled.
bool hasPackages(const std::string &ecosystem);

/// A function of the library of that name, which is looked for like a plugin,
/// and in `folder`; null, and one sentence in `problem`, if that fails.
void *openFunction(const std::string &name, const std::string &symbol,
                   const std::string &folder, std::string &problem);

/// The plugin of that name, opened and checked but not started; null, and one
/// sentence in `problem`, if that fails.
Plugin *openPlugin(const std::string &name, const plc_host *host,
                   std::string &problem);

/// Folders that are searched, in order.
std::vector<std::string> pluginPath();
/// Files that look like plugins, by the first folder that has them.
struct PluginFile {
  std::string name, path;
};
std::vector<PluginFile> findPlugins();

/// All plugins that were opened, in order.
const std::vector<Plugin *> &openPlugins();

} // namespace plc::ffi
#endif // PLC_FFI_PLUGINS_H
