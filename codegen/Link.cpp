//===- Link.cpp - objects to a program ------------------------------------===//
//
// Programs are position-dependent executables that use libc.so, and static
// libstdc++, libgcc and GMP. Static data need no relocation at start then. Modules
// for other languages are shared libraries of the same parts.
//
//===----------------------------------------------------------------------===//

#include "codegen/Link.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/raw_ostream.h"

#include <optional>

namespace plc::codegen {
namespace {

namespace fs = llvm::sys::fs;

llvm::Error fail(const llvm::Twine &message) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), message.str());
}

constexpr const char *kLinker = "ld.lld-19";
constexpr const char *kCFolder = "/usr/lib/x86_64-linux-gnu";
constexpr const char *kGccFolder = "/usr/lib/gcc/x86_64-linux-gnu";

/// Folder of the newest gcc that has a static libstdc++.
std::optional<std::string> findGccFolder() {
  std::optional<std::string> best;
  unsigned bestVersion = 0;
  std::error_code error;
  for (fs::directory_iterator it(kGccFolder, error), end; it != end && !error;
       it.increment(error)) {
    unsigned version;
    if (llvm::sys::path::filename(it->path())
            .split('.')
            .first.getAsInteger(10, version) ||
        version < bestVersion || !fs::exists(it->path() + "/libstdc++.a"))
      continue;
    bestVersion = version;
    best = it->path();
  }
  return best;
}

/// Path of a program found in PATH or where Debian puts LLVM.
std::optional<std::string> findLinker() {
  if (auto found = llvm::sys::findProgramByName(kLinker))
    return *found;
  if (auto found = llvm::sys::findProgramByName(
          "ld.lld", {"/usr/lib/llvm-19/bin", "/opt/llvm-19/bin"}))
    return *found;
  return std::nullopt;
}

/// A static library by its file name, from the C folder; else dynamic.
std::string staticOr(llvm::StringRef folder, llvm::StringRef name) {
  std::string archive = (folder + "/lib" + name + ".a").str();
  return fs::exists(archive) ? archive : ("-l" + name).str();
}

/// A version script that leaves nothing visible but one symbol.
std::error_code writeExports(llvm::StringRef symbol,
                             llvm::SmallVectorImpl<char> &path) {
  int fd = -1;
  if (std::error_code error =
          fs::createTemporaryFile("plc-exports", "map", fd, path))
    return error;
  llvm::raw_fd_ostream out(fd, /*shouldClose=*/true);
  out << "{ global: " << symbol << "; local: *; };\n";
  out.flush();
  std::error_code error = out.error();
  out.clear_error();
  return error;
}

} // namespace

llvm::Error link(const LinkOptions &options) {
  if (fs::is_directory(options.output))
    return fail("cannot write `" + options.output + "`: it is a folder");
  std::optional<std::string> linker = findLinker();
  if (!linker)
    return fail(llvm::Twine("the linker `") + kLinker +
                "` is missing; install it with `apt install lld-19`");
  std::optional<std::string> gcc = findGccFolder();
  if (!gcc)
    return fail("no static libstdc++ found below `" + llvm::Twine(kGccFolder) +
                "`; install it with `apt install libstdc++-12-dev`");
  auto startFile = [](llvm::StringRef name) {
    return (llvm::Twine(kCFolder) + "/" + name).str();
  };
  for (const char *name : {"crt1.o", "crti.o", "crtn.o"})
    if (!fs::exists(startFile(name)))
      return fail("`" + startFile(name) +
                  "` is missing; install it with `apt install libc6-dev`");

  // In the folder of the output, so that renaming is one step.
  llvm::SmallString<128> temporary;
  if (std::error_code error =
          fs::createUniqueFile(options.output + ".%%%%%%.tmp", temporary))
    return fail("cannot write `" + options.output + "`: " + error.message());
  llvm::FileRemover removeOutput(temporary);

  bool isShared = !options.exported.empty();
  std::vector<std::string> arguments = {
      *linker,
      "-m",
      "elf_x86_64",
      "-o",
      std::string(temporary),
      isShared ? "-shared" : "--no-pie",
      "--eh-frame-hdr",
      "--hash-style=gnu",
      "--build-id=none",
      "--gc-sections",
      "--exclude-libs=ALL",
      "--wrap=_Unwind_Find_FDE", // stdlib/runtime/FrameTable.cpp
      "--as-needed",
      "-znow",
      "-zrelro",
      "-znoexecstack"};
  if (options.strip)
    arguments.push_back("--strip-all");
  auto add = [&](const llvm::Twine &argument) {
    arguments.push_back(argument.str());
  };
  llvm::SmallString<128> exports;
  llvm::FileRemover removeExports;
  if (isShared) {
    if (std::error_code error = writeExports(options.exported, exports))
      return fail("cannot write a temporary file: " + error.message());
    removeExports.setFile(exports);
    add("--version-script=" + exports.str());
    add("-Bsymbolic");
  } else {
    add("--dynamic-linker=/lib64/ld-linux-x86-64.so.2");
    add(startFile("crt1.o"));
  }
  add(startFile("crti.o"));
  add(*gcc + (isShared ? "/crtbeginS.o" : "/crtbegin.o"));
  for (const std::string &folder : options.libraryFolders)
    add("-L" + folder);
  add("-L" + *gcc);
  add(llvm::Twine("-L") + kCFolder);
  add("-L/lib/x86_64-linux-gnu");
  add("-L/usr/lib");
  for (const std::string &object : options.objects)
    add(object);
  add("--start-group");
  for (const std::string &archive : options.archives)
    add(archive);
  add("--end-group");
  // What the user names is loaded, also if it is only looked into when the
  // program runs.
  add("--no-as-needed");
  for (const std::string &library : options.libraries)
    add("-l" + library);
  for (const std::string &flag : options.flags)
    add(flag);
  add("--as-needed");
  // Debian's static ones are for programs only.
  if (isShared) {
    add("-lgmp");
    add("-luv");
  } else {
    add(staticOr(kCFolder, "gmp"));
  }
  // Backtraces read the program's own debug sections with it.
  if (fs::exists(*gcc + "/libbacktrace.a"))
    add(*gcc + "/libbacktrace.a");
  add(*gcc + "/libstdc++.a");
  add("-lm");
  add(*gcc + "/libgcc.a");
  add(*gcc + "/libgcc_eh.a");
  add("-lc");
  add(*gcc + "/libgcc.a");
  add(*gcc + (isShared ? "/crtendS.o" : "/crtend.o"));
  add(startFile("crtn.o"));

  if (options.isVerbose)
    llvm::errs() << llvm::join(arguments, " ") << '\n';

  llvm::SmallString<128> messages;
  if (std::error_code error =
          fs::createTemporaryFile("plc-link", "txt", messages))
    return fail("cannot write a temporary file: " + error.message());
  llvm::FileRemover removeMessages(messages);
  std::vector<llvm::StringRef> views(arguments.begin(), arguments.end());
  std::optional<llvm::StringRef> redirects[] = {llvm::StringRef(""),
                                                llvm::StringRef(messages),
                                                llvm::StringRef(messages)};
  std::string problem;
  int status = llvm::sys::ExecuteAndWait(*linker, views, std::nullopt,
                                         redirects, 0, 0, &problem);
  if (status != 0) {
    std::string text = problem;
    if (auto buffer = llvm::MemoryBuffer::getFile(messages))
      text += (*buffer)->getBuffer().rtrim();
    return fail("linking `" + options.output + "` failed\n" + text);
  }
  if (std::error_code error = fs::rename(temporary, options.output))
    return fail("cannot write `" + options.output + "`: " + error.message());
  removeOutput.releaseFile();
  return llvm::Error::success();
}

} // namespace plc::codegen
