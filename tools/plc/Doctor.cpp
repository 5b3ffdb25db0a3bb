//===- Doctor.cpp - what is installed, what is missing --------------------===//

#include "ffi/Plugins.h"
#include "stdlib/runtime/Foreign.h"
#include "tools/driver/SystemFiles.h"
#include "tools/plc/Front.h"
#include "tools/plc/Jit.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"

#include <cstdlib>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <unistd.h>

using namespace llvm;

namespace plc::front {
namespace {

enum class Status : uint8_t { Pass, Warn, Fail };
constexpr const char *statusNames[] = {"PASS", "WARN", "FAIL"};

struct Report {
  bool json, color;
  bool failed = false, warned = false;

  /// `fix` is the command or the action that mends it.
  void line(Status status, StringRef name, const Twine &detail,
            const Twine &fix = "") {
    failed |= status == Status::Fail;
    warned |= status == Status::Warn;
    if (json) {
      json::OStream out(outs());
      out.object([&] {
        out.attribute("version", 1);
        out.attribute("check", name);
        out.attribute("status", statusNames[int(status)]);
        out.attribute("detail", detail.str());
        if (status != Status::Pass)
          out.attribute("fix", fix.str());
      });
      outs() << '\n';
      return;
    }
    static constexpr raw_ostream::Colors colors[] = {
        raw_ostream::GREEN, raw_ostream::YELLOW, raw_ostream::RED};
    if (color)
      outs().changeColor(colors[int(status)], true);
    outs() << statusNames[int(status)];
    if (color)
      outs().resetColor();
    outs() << "  " << left_justify(name, 18) << ' ' << detail << '\n';
    if (status != Status::Pass)
      outs() << "      " << left_justify("", 18) << " fix: " << fix << '\n';
  }

  /// Passes if a file was found.
  void file(StringRef name, const std::string &path, StringRef what,
            const Twine &fix, Status missing = Status::Fail) {
    if (!path.empty())
      line(Status::Pass, name, path);
    else
      line(missing, name, what + " not found", fix);
  }
};

/// The file below the first of the folders that has it.
std::string findBelow(ArrayRef<std::string> folders, StringRef name) {
  for (const std::string &folder : folders)
    if (sys::fs::exists(folder + "/" + name))
      return folder + "/" + name.str();
  return "";
}

void checkCache(Report &report) {
  std::string folder = driver::cacheFolder();
  SmallString<128> probe(folder);
  sys::path::append(probe, ".doctor-" + Twine(getpid()));
  std::error_code error = sys::fs::create_directories(folder);
  int fd = -1;
  if (!error)
    error = sys::fs::openFileForWrite(probe, fd);
  if (error) {
    report.line(Status::Warn, "cache", folder + ": " + error.message(),
                "make the folder writable, or set PLC_CACHE_DIR; libraries "
                "are compiled again every time");
    return;
  }
  close(fd);
  sys::fs::remove(probe);
  struct statvfs space;
  if (!statvfs(folder.c_str(), &space)) {
    uint64_t free = uint64_t(space.f_bavail) * space.f_frsize;
    if (free < (64u << 20)) {
      report.line(Status::Warn, "cache",
                  folder + ": only " + Twine(free >> 20) + " MB free",
                  "free some space, or set PLC_CACHE_DIR");
      return;
    }
  }
  report.line(Status::Pass, "cache", folder);
}

/// The plugins that plc comes with; a machine may lack what they are built on.
void checkPlugins(Report &report) {
  static constexpr struct {
    const char *name, *fix;
  } own[] = {{"lua", "sudo apt-get install liblua5.4-dev, and build plc again"},
             {"python", "sudo apt-get install python3 libpython3-dev"}};
  for (auto [name, fix] : own) {
    std::string problem;
    ffi::Plugin *plugin = ffi::openPlugin(name, &rt::hostTable, problem);
    char line[256] = "";
    bool isReady =
        plugin && (!plugin->table->describe ||
                   plugin->table->describe(plugin->table, line, sizeof line) ==
                       PLC_OK);
    report.line(isReady ? Status::Pass : Status::Warn,
                ("plugin " + Twine(name)).str(), plugin ? line : problem, fix);
  }
}

/// What reads headers when a program is compiled, and the compiler for what in
/// them is no symbol.
void checkImporters(Report &report) {
  std::string importer = libraryFolder() + "/plc/plc-c-import.so";
  report.file("c headers", sys::fs::exists(importer) ? importer : "",
              "plc-c-import.so",
              "sudo apt-get install libclang-19-dev, and build plc again",
              Status::Warn);
  importer = libraryFolder() + "/plc/plc-rust-import.so";
  report.file("rust crates", sys::fs::exists(importer) ? importer : "",
              "plc-rust-import.so", "build plc again", Status::Warn);
  std::string cargo;
  if (auto found = sys::findProgramByName("cargo"))
    cargo = *found;
  else if (const char *home = getenv("HOME"))
    if (std::string own = std::string(home) + "/.cargo/bin/cargo";
        sys::fs::exists(own))
      cargo = own;
  report.file("cargo", cargo, "cargo",
              "install Rust 1.95 (https://rustup.rs); crates cannot be imported "
              "without it",
              Status::Warn);
  importer = libraryFolder() + "/plc/plc-cxx-import.so";
  report.file("c++ headers", sys::fs::exists(importer) ? importer : "",
              "plc-cxx-import.so",
              "sudo apt-get install libclang-19-dev, and build plc again",
              Status::Warn);
  std::string compiler;
  for (StringRef name : {"clang-19", "/usr/lib/llvm-19/bin/clang"})
    if (auto found = sys::findProgramByName(name); found && compiler.empty())
      compiler = *found;
  report.file("c compiler", compiler, "clang-19",
              "sudo apt-get install clang-19; inline functions and macros of C "
              "headers cannot be called without it",
              Status::Warn);
}

void checkEnvironment(Report &report) {
  static constexpr StringLiteral known[] = {
      "PLC_CACHE_DIR",   "PLC_OFFLINE",  "PLC_LOCKED", "PLC_NO_PROGRESS",
      "PLC_NO_CONFIG",   "PLC_LOG",      "PLC_PYTHON", "PLC_NODE",
      "PLC_PLUGIN_PATH", "PLC_RUNTIME",  "PLC_LIBRARY_PATH",
      "PLC_HASH_SEED",   "PLC_JIT"};
  std::string unknown;
  for (char **entry = environ; *entry; ++entry) {
    StringRef name = StringRef(*entry).split('=').first;
    if (name.starts_with("PLC_") && !is_contained(known, name))
      unknown += (unknown.empty() ? "" : " ") + name.str();
  }
  if (unknown.empty())
    report.line(Status::Pass, "environment", "no unknown PLC_ variables");
  else
    report.line(Status::Warn, "environment", "plc does not know " + unknown,
                "correct the spelling, or unset them");
}

} // namespace

int runDoctor(const driver::Options &options) {
  Report report{options.json, driver::useColor(options.color, 1)};
  report.line(Status::Pass, "plc", "version " PLC_VERSION);

  std::string compiler = libraryFolder() + "/libplcjit.so";
  report.file("compiler", sys::fs::exists(compiler) ? compiler : "",
              "libplcjit.so", "build or install plc again (tools/quickstart)");
  report.file("llvm",
              findBelow(driver::llvmLibraryFolders(), "libLLVM.so.19.1"),
              "libLLVM.so.19.1", "sudo apt-get install libllvm19");
  report.file("linker", driver::findLinker(), "ld.lld-19",
              "sudo apt-get install lld-19");
  std::vector<std::string> system = driver::systemLibraryFolders();
  report.file("c library", findBelow(system, "crt1.o"), "crt1.o",
              "sudo apt-get install libc6-dev");
  report.file("gcc runtime", findBelow(system, "libgcc.a"), "libgcc.a",
              "sudo apt-get install libgcc-12-dev");
  report.file("c++ runtime", findBelow(system, "libstdc++.a"), "libstdc++.a",
              "sudo apt-get install libstdc++-12-dev");
  report.file("gmp", findBelow(system, "libgmp.a"), "libgmp.a",
              "sudo apt-get install libgmp-dev");
  for (const char *name : {"libplcrt.a", "libplcstd.a"}) {
    std::string path = libraryFolder() + "/plc/" + name;
    report.file(name[6] == 'r' ? "runtime" : "standard library",
                sys::fs::exists(path) ? path : "", name,
                "build or install plc again (tools/quickstart)");
  }
  checkPlugins(report);
  checkImporters(report);
  checkCache(report);
  checkEnvironment(report);
#ifdef PLC_HAS_LINE_EDITOR
  report.line(Status::Pass, "line editor", "built in");
#else
  report.line(Status::Warn, "line editor",
              "not built in; the REPL reads plain lines",
              "install cargo 1.85 or newer and build plc again");
#endif
  struct rlimit limit;
  if (!getrlimit(RLIMIT_AS, &limit) && limit.rlim_cur != RLIM_INFINITY)
    report.line(Status::Warn, "address space",
                "limited to " + Twine(limit.rlim_cur >> 20) + " MB",
                "ulimit -v unlimited; programs reserve 4 GB for their stack");
  else
    report.line(Status::Pass, "address space", "not limited");

  if (!options.json)
    outs() << (report.failed   ? "\nplc cannot build programs until the lines "
                                 "with FAIL are mended\n"
               : report.warned ? "\nplc works; see the lines with WARN\n"
                               : "\nall is well\n");
  return report.failed ? 1 : 0;
}

} // namespace plc::front
