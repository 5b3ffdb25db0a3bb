//===- Main.cpp - the command plc -----------------------------------------===//
//
// A small front: usage, help, explain and doctor are answered here in about a
// millisecond; what needs the compiler goes to libplcjit.so.
//
//===----------------------------------------------------------------------===//

#include "tools/plc/Front.h"
#include "tools/plc/Jit.h"

#include <csignal>
#include <cstdlib>

using namespace plc::driver;

int main(int argc, char **argv) {
  // A closed standard output ends plc quietly, not with a signal.
  signal(SIGPIPE, SIG_IGN);
  std::optional<Options> options = parseOptions(argc, argv, llvm::errs());
  // What a closed standard error loses is no failure: LLVM would end plc with
  // one when it destroys the stream.
  std::atexit([] { llvm::errs().clear_error(); });
  if (!options)
    return 2;
  int status = 0;
  if (options->version) {
    llvm::outs() << "plc " PLC_VERSION "\n";
  } else if (options->help) {
    plc::front::printHelp(llvm::outs(), options->command);
  } else if (!options->command) {
    plc::front::printHelp(llvm::errs(), {});
    return 2;
  } else if (rowOf(*options->command).needsCompiler) {
    return plc::front::runInJit(argc, argv);
  } else {
    switch (*options->command) {
    case Command::Explain:
      status = plc::front::runExplain(*options);
      break;
    case Command::Doctor:
      status = plc::front::runDoctor(*options);
      break;
    case Command::Plugin:
      status = plc::front::runPlugin(*options);
      break;
    case Command::Completions:
      status = plc::front::runCompletions(*options);
      break;
    case Command::Man:
      status = plc::front::runMan();
      break;
    case Command::Build:
    case Command::Run:
    case Command::Repl:
    case Command::Check:
    case Command::Doc:
      llvm_unreachable("needs the compiler");
    }
  }
  llvm::outs().flush();
  if (llvm::outs().has_error()) {
    bool closed = llvm::outs().error() == std::errc::broken_pipe ||
                  llvm::outs().error() == std::errc::bad_file_descriptor;
    if (!closed)
      llvm::errs() << "error: cannot write to standard output: "
                   << llvm::outs().error().message() << '\n';
    llvm::outs().clear_error();
    return closed ? status : 1;
  }
  return status;
}
