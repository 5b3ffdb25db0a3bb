//===- Run.cpp - plc run: compiles in memory and runs ---------------------===//
//
// Compilation and program share the Lisp stack of the process: the collector
// scans it, and the frontend needs a deep one anyway.
//
//===----------------------------------------------------------------------===//

#include "tools/driver/Evaluator.h"
#include "tools/driver/Progress.h"

#include "frontend/Expander.h"

using namespace llvm;

namespace plc::driver {
namespace {

int compileAndRun(Compiler &compiler, Process &process) {
  Progress progress(compiler.options);
  frontend::Unit *program = compiler.expand();
  if (!program && !compiler.hasErrors())
    compiler.session.diagnostics.report(ir::Diag::NotAProgram, {},
                                        {compiler.options.file});
  std::vector<const plc_unit *> units;
  std::optional<Evaluator> evaluator;
  if (program && !compiler.hasErrors()) {
    for (const frontend::Library *library : compiler.unitsOf(*program))
      if (library->unit && !library->isStandard)
        units.push_back(process.add(compiler, *library->unit));
      else
        units.push_back(process.standardUnit(library->name));
    units.push_back(process.add(compiler, *program));
  }
  progress.finish();
  if (int status = compiler.report())
    return status;
  if (compiler.needsEvaluator(*program)) {
    evaluator.emplace(compiler, process,
                      program->needsEvaluator ? program : nullptr);
    for (const plc_unit *unit : units)
      evaluator->addLibrary(unit->name, unit);
  }
  Stages::enterRun(compiler.options.time);
  for (const plc_unit *unit : units)
    if (int status = process.run(unit))
      return status;
  return 0;
}

} // namespace

int runRun(const Options &options, const plc_host &host) {
  // The program's name, then its own arguments.
  std::vector<std::string> words{options.file};
  words.insert(words.end(), options.programArguments.begin(),
               options.programArguments.end());
  Process process(options, host, words);
  Compiler compiler(options, host);
  // What is compiled here has no object that an interface could promise.
  compiler.session.options.cacheDirectory.clear();
  // As in a program that was built.
  *process.entry<bool>("exitOnUnhandled") = true;
  process.runOnStack([&] {
    int status = compileAndRun(compiler, process);
    process.exit(status);
  });
  return 70;
}

} // namespace plc::driver
