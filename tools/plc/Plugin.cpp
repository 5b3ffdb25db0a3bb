//===- Plugin.cpp - listing, checking and beginning plugins ---------------===//

#include "ffi/Plugins.h"
#include "stdlib/runtime/Foreign.h"
#include "tools/plc/Front.h"
#include "tools/plc/Jit.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

#include <csignal>
#include <cstdlib>

using namespace llvm;

namespace plc::front {
namespace {

int usage(const Twine &problem) {
  errs() << "error: " << problem
         << "\nhelp: usage: plc plugin list | check FILE | new NAME\n";
  return 2;
}

/// What the plugin says of the runtime it would use.
std::string describe(plc_plugin *table) {
  char line[256] = "";
  if (table->describe)
    table->describe(table, line, sizeof line);
  return line;
}

int list(bool asJson) {
  for (const ffi::PluginFile &file : ffi::findPlugins()) {
    std::string problem;
    ffi::Plugin *plugin = ffi::openPlugin(file.name, &rt::hostTable, problem);
    if (asJson) {
      json::OStream out(outs());
      out.object([&] {
        out.attribute("version", 1);
        out.attribute("name", file.name);
        out.attribute("path", file.path);
        if (!plugin) {
          out.attribute("problem", problem);
          return;
        }
        out.attribute("language", plugin->table->language);
        out.attribute("ecosystems", plugin->table->ecosystems);
        out.attribute("plugin-version", plugin->table->version);
        out.attribute("runtime", describe(plugin->table));
      });
      outs() << '\n';
    } else if (plugin) {
      outs() << left_justify(file.name, 12) << ' '
             << left_justify(plugin->table->version, 8) << ' '
             << describe(plugin->table) << '\n'
             << left_justify("", 13) << "for: " << plugin->table->ecosystems
             << '\n'
             << left_justify("", 13) << file.path << '\n';
    } else {
      outs() << left_justify(file.name, 12) << " cannot be used: " << problem
             << '\n';
    }
  }
  return 0;
}

/// NAME of a file .../plc-NAME.so, or empty.
StringRef pluginName(StringRef path) {
  StringRef name = sys::path::filename(path);
  if (!name.consume_front("plc-") || !name.consume_back(".so"))
    return "";
  return name;
}

int check(StringRef path) {
  std::string name = pluginName(path).str();
  if (name.empty())
    return usage("`" + path + "` is no file plc-NAME.so");
  SmallString<128> file(path);
  if (std::error_code error = sys::fs::make_absolute(file)) {
    errs() << "error: " << path << ": " << error.message() << '\n';
    return 1;
  }
  if (!sys::fs::exists(file)) {
    errs() << "error: cannot read file `" << path
           << "`\nhelp: build the plugin first\n";
    return 1;
  }
  std::string folders = sys::path::parent_path(file).str();
  if (const char *given = getenv("PLC_PLUGIN_PATH"))
    folders += std::string(":") + given;
  setenv("PLC_PLUGIN_PATH", folders.c_str(), 1);
  // One case sends itself an interrupt. Shells ignore it in what they start in
  // the background.
  signal(SIGINT, SIG_DFL);
  // Where modules are read by the compiler there are none to load.
  std::string suite = libraryFolder() + "/plc/conformance" +
                      (ffi::importerOf(name).empty() ? "" : "-native") +
                      ".lisp";
  std::string words[] = {"plc", "run", suite, name};
  char *argv[] = {words[0].data(), words[1].data(), words[2].data(),
                  words[3].data(), nullptr};
  return runInJit(4, argv);
}

/// Copies a template, with the new name in place of "example".
bool copyTemplate(StringRef from, StringRef to, StringRef name) {
  std::error_code error = sys::fs::create_directories(to);
  for (sys::fs::directory_iterator entry(from, error), end;
       !error && entry != end; entry.increment(error)) {
    auto replaced = [&](StringRef text) {
      std::string capital = name.str();
      capital[0] = char(toupper(capital[0]));
      std::string result;
      for (size_t i = 0; i < text.size();) {
        if (text.substr(i).starts_with("example")) {
          result += name;
          i += 7;
        } else if (text.substr(i).starts_with("Example")) {
          result += capital;
          i += 7;
        } else {
          result += text[i++];
        }
      }
      return result;
    };
    SmallString<128> target(to);
    sys::path::append(target, replaced(sys::path::filename(entry->path())));
    if (sys::fs::is_directory(entry->path())) {
      if (!copyTemplate(entry->path(), target, name))
        return false;
      continue;
    }
    auto text = MemoryBuffer::getFile(entry->path());
    if (!text) {
      errs() << "error: cannot read `" << entry->path()
             << "`: " << text.getError().message() << '\n';
      return false;
    }
    raw_fd_ostream out(target, error);
    if (!error)
      out << replaced((*text)->getBuffer());
    out.close();
    if (out.has_error())
      error = out.error();
    out.clear_error();
  }
  if (error)
    errs() << "error: cannot write `" << to << "`: " << error.message() << '\n';
  return !error;
}

int makeNew(StringRef name, StringRef language) {
  bool isGood = !name.empty() && isalpha(name[0]);
  for (char c : name)
    isGood &= isalnum(c) || c == '_';
  if (!isGood)
    return usage("`" + name +
                 "` is no name of a plugin: letters, digits and `_`");
  std::string folder = ("plc-" + name).str();
  if (sys::fs::exists(folder)) {
    errs() << "error: `" << folder << "` exists already\n"
           << "help: choose another name, or another folder\n";
    return 1;
  }
  std::string from = libraryFolder() + "/plc/plugin-templates/" +
                     (language == "c++" ? "cpp" : language.str());
  if (!copyTemplate(from, folder, name))
    return 1;
  outs() << "made " << folder << "; next:\n  cd " << folder
         << "\n  make PLC_INCLUDE=" << libraryFolder()
         << "/plc/include\n  plc plugin check plc-" << name << ".so\n";
  return 0;
}

} // namespace

int runPlugin(const driver::Options &options) {
  StringRef action = options.file, word;
  if (!options.programArguments.empty())
    word = options.programArguments[0];
  if (action == "list" && word.empty())
    return list(options.json);
  if (action == "check" && !word.empty())
    return check(word);
  if (action == "new" && !word.empty())
    return makeNew(word, options.language);
  return usage(action.empty()     ? Twine("plc plugin needs to know what to do")
               : action == "list" ? Twine("`list` takes no argument")
               : action == "check" || action == "new"
                   ? "`" + action + "` needs " +
                         (action == "check" ? "a file" : "a name")
                   : "`" + action + "` is nothing that plc plugin does");
}

} // namespace plc::front
