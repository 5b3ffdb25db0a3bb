//===- Main.cpp - entry of libplcjit.so -----------------------------------===//

#include "tools/driver/Compiler.h"
#include "tools/driver/Doc.h"
#include "tools/driver/Host.h"
#include "tools/driver/NativeLinks.h"
#include "tools/driver/Process.h"
#include "tools/driver/Repl.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/TargetParser/Host.h"

#include <csignal>
#include <cstdlib>
#include <unistd.h>

using namespace llvm;

namespace plc::driver {

//===--- Internal errors ---------------------------------------------------===//

static const Options *theOptions;
static int theArgumentCount;
static char **theArguments;

/// Keeps the source and the command line, so that the error can be shown to
/// those who mend it. Empty if that failed.
static std::string writeReproducer() {
  SmallString<128> folder;
  if (sys::fs::createUniqueDirectory("plc-internal-error", folder))
    return "";
  // A pipe would be waited for.
  if (theOptions && sys::fs::is_regular_file(theOptions->file)) {
    SmallString<128> copy(folder);
    sys::path::append(copy, sys::path::filename(theOptions->file));
    sys::fs::copy_file(theOptions->file, copy);
  }
  SmallString<128> command(folder);
  sys::path::append(command, "command");
  std::error_code error;
  raw_fd_ostream out(command, error);
  if (error)
    return "";
  for (int i = 0; i < theArgumentCount; ++i)
    out << (i ? " " : "") << theArguments[i];
  out << '\n';
  return std::string(folder);
}

[[noreturn]] void internalError(const char *reason) {
  restoreTerminal();
  errs() << "error: internal error in plc " PLC_VERSION " ("
         << sys::getDefaultTargetTriple() << "): " << reason << '\n'
         << "note: while doing: " << Stages::current() << '\n';
  if (theOptions && !theOptions->file.empty())
    errs() << "note: source file: " << theOptions->file << '\n';
  std::string folder = writeReproducer();
  if (!folder.empty())
    errs() << "help: please report it with the files in " << folder << '\n';
  errs().flush();
  _exit(70);
}

static void onFatalError(void *, const char *reason, bool) {
  internalError(reason);
}

static void onSignal(int signal, siginfo_t *info, void *context) {
  // A second fault while reporting ends at once.
  static volatile sig_atomic_t entered;
  if (entered)
    _exit(70);
  entered = 1;
  restoreTerminal();
  const char *reason = signal == SIGSEGV || signal == SIGBUS
                           ? "segmentation fault"
                       : signal == SIGABRT ? "assertion failed"
                       : signal == SIGFPE  ? "arithmetic exception"
                                           : "illegal instruction";
  if (const char *library = libraryBeingOpened())
    errs() << "error: native code crashed: " << library
           << " ended the program when it was loaded ("
           << (signal == SIGABRT ? "it gave up" : reason)
           << ")\nhelp: see what its variables are initialised with\n";
  else if (!Process::reportNativeFault(signal, info, context))
    internalError(reason);
  // Not ours: what the signal does to a program that was built it does here, too.
  struct sigaction action = {};
  action.sa_handler = SIG_DFL;
  sigaction(signal, &action, nullptr);
  raise(signal);
}

/// Lisp is safe, so in run and repl, too, a fault that is not one of native code
/// is ours. The runtime tries its own handler first, for overflows of the Lisp
/// stack.
static void reportFaults() {
  // The sanitizer's own report says more.
  if (__has_feature(address_sanitizer))
    return;
  struct sigaction action = {};
  action.sa_sigaction = onSignal;
  action.sa_flags = SA_ONSTACK | SA_SIGINFO;
  for (int signal : {SIGSEGV, SIGABRT, SIGILL, SIGBUS, SIGFPE})
    sigaction(signal, &action, nullptr);
}

} // namespace plc::driver

using namespace plc::driver;

extern "C" __attribute__((visibility("default"))) int
plcjit_main(int argc, char **argv, const plc_host *host) {
  std::optional<Options> options = parseOptions(argc, argv, errs());
  // What a closed standard error loses is no failure: LLVM would end plc with
  // one when it destroys the stream. The options are gone by then.
  std::atexit([] {
    errs().clear_error();
    theOptions = nullptr;
  });
  if (!options)
    return 2;
  theOptions = &*options;
  theArgumentCount = argc;
  theArguments = argv;
  install_fatal_error_handler(onFatalError);
  SignalStack forFaults;
  reportFaults();
  switch (*options->command) {
  case Command::Build:
    return runBuild(*options, *host);
  case Command::Check:
    return runCheck(*options, *host);
  case Command::Doc:
    return runDoc(*options, *host);
  case Command::Run:
    return runRun(*options, *host);
  case Command::Repl:
    return runRepl(*options, *host);
  case Command::Explain:
  case Command::Doctor:
  case Command::Plugin:
  case Command::Completions:
  case Command::Man:
    break;
  }
  llvm_unreachable("answered by the front");
}
