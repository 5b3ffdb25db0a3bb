//===- Open.cpp - the compiler inside a program that was built ------------===//
//
// The program hands over its runtime, its units and its sources. The sources
// are expanded again, so that names and macros mean what they meant when it was
// built; the symbols that result are those of the program's own objects.
//
//===----------------------------------------------------------------------===//

#include "tools/driver/Evaluator.h"

using namespace llvm;

namespace plc::driver {
namespace {

/// Lives as long as the program.
struct Opened {
  Opened(const plc_program &program)
      : host(hostOf(program)), options(optionsOf(program)),
        compiler(options, host), process(options, host, {}) {
    frontend::SessionOptions &session = compiler.session.options;
    for (const plc_source *source = program.sources; source->path; ++source)
      session.files[source->path] = source->text;
    session.libraryPath.clear();
    for (const char *const *path = program.library_path; *path; ++path)
      session.libraryPath.push_back(*path);
    const frontend::Unit *unit = compiler.expand();
    compiler.session.diagnostics.clear();
    evaluator.emplace(compiler, process, program.is_open ? unit : nullptr);
    for (const plc_unit *const *unit = program.units; *unit; ++unit)
      evaluator->addLibrary((*unit)->name, *unit);
  }

  static plc_host hostOf(const plc_program &program) {
    plc_host host = {};
    host.struct_size = sizeof(host);
    host.executable = "";
    host.library_dir = program.library_dir;
    host.runtime = program.runtime;
    host.standard_symbols = program.standard_symbols;
    host.standard_units = program.standard_units;
    host.program_symbols = program.symbols;
    return host;
  }

  static Options optionsOf(const plc_program &program) {
    Options options;
    options.command = Command::Run;
    options.file = program.sources->path;
    return options;
  }

  plc_host host;
  Options options;
  Compiler compiler;
  Process process;
  std::optional<Evaluator> evaluator;
};

} // namespace
} // namespace plc::driver

extern "C" __attribute__((visibility("default"))) int
plcjit_open_evaluator(const plc_program *program) {
  if (program->struct_size != sizeof(plc_program))
    return 1;
  new plc::driver::Opened(*program);
  return 0;
}
