//===- Compiler.cpp - one run of the pipeline -----------------------------===//

#include "tools/driver/Compiler.h"

#include "codegen/Codegen.h"
#include "codegen/Optimize.h"
#include "frontend/Expander.h"
#include "frontend/Lower.h"
#include "ir/Pipeline.h"
#include "tools/driver/SystemFiles.h"

#include "llvm/ADT/StringSet.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/thread.h"

#include <atomic>
#include <csignal>
#include <unistd.h>

using namespace llvm;

namespace plc::driver {

SignalStack::SignalStack() : memory(new char[kSize]) {
  stack_t alternative = {};
  alternative.ss_sp = memory.get();
  alternative.ss_size = kSize;
  sigaltstack(&alternative, nullptr);
}

SignalStack::~SignalStack() {
  stack_t none = {};
  none.ss_flags = SS_DISABLE;
  sigaltstack(&none, nullptr);
}

void runOnBigStack(function_ref<void()> function) {
  thread worker(std::optional<unsigned>(512u << 20), [&] {
    SignalStack forFaults;
    function();
  });
  worker.join();
}

//===--- Stages ------------------------------------------------------------===//

// Read by the handler of fatal errors, hence plain data.
static std::atomic<const char *> currentStage{"start"};
static char currentUnit[256];

void Stages::add(const char *name, Clock::duration time) {
  auto same = [&](auto &row) { return StringRef(row.first) == name; };
  auto row = llvm::find_if(times, same);
  if (row == times.end())
    times.push_back({name, time});
  else
    row->second += time;
}

void Stages::leaveAs(ArrayRef<std::pair<const char *, Clock::duration>> shares) {
  double passed = (Clock::now() - start).count(), sum = 0;
  for (auto [name, time] : shares)
    sum += time.count();
  for (auto [name, time] : shares)
    if (sum > 0)
      add(name, Clock::duration(int64_t(time.count() * passed / sum)));
  open = nullptr;
}

void Stages::enter(const char *name, StringRef unit) {
  Clock::time_point now = Clock::now();
  if (open)
    add(open, now - start);
  open = name;
  start = now;
  currentStage = name ? name : "end";
  size_t length = std::min(unit.size(), sizeof(currentUnit) - 1);
  memcpy(currentUnit, unit.data(), length);
  currentUnit[length] = 0;
}

static void printTime(raw_ostream &out,
                      std::chrono::steady_clock::duration duration,
                      const char *name) {
  out << format("%9.2f ms  ",
                std::chrono::duration<double, std::milli>(duration).count())
      << name << '\n';
}

void Stages::print(raw_ostream &out) {
  enter(nullptr);
  Clock::duration sum{};
  for (auto [name, duration] : times)
    sum += duration;
  times.push_back({"total", sum});
  for (auto [name, duration] : times)
    printTime(out, duration, name);
}

void Stages::enterRun(bool sayTime) {
  currentStage = "run";
  if (!sayTime)
    return;
  // A program may end anywhere.
  static Clock::time_point started;
  started = Clock::now();
  atexit([] {
    printTime(errs(), Clock::now() - started, "run");
    errs().flush();
  });
}

const char *Stages::currentName() { return currentStage.load(); }

std::string Stages::current() {
  std::string text = currentStage.load();
  if (*currentUnit)
    text += std::string(" ") + currentUnit;
  return text;
}

//===--- Compiler ----------------------------------------------------------===//

static frontend::SessionOptions sessionOptions(const Options &options,
                                               const plc_host &host) {
  frontend::SessionOptions result;
  StringRef folder = sys::path::parent_path(options.file);
  result.libraryPath.push_back(folder.empty() ? "." : folder.str());
  for (const std::string &path : options.libraryPath)
    result.libraryPath.push_back(path);
  result.standardLibrary = std::string(host.library_dir) + "/sources";
  result.standardInterfaces = std::string(host.library_dir) + "/interfaces";
  result.cacheDirectory = cacheFolder();
  result.optionsKey = "-O" + std::to_string(options.level) +
                      (options.debugInfo ? " -g" : "") + " " PLC_VERSION;
  return result;
}

Compiler::Compiler(const Options &options, const plc_host &host)
    : nativeImports(host.library_dir ? host.library_dir : ""),
      packages(host.library_dir ? host.library_dir : ""),
      session(sessionOptions(options, host)), options(options), host(host) {
  session.natives = &nativeImports;
  // `check` and `doc` make nothing, and a program that was built installs nothing.
  if (options.command != Command::Check && options.command != Command::Doc &&
      !host.program_symbols)
    session.packages = &packages;
}

bool Compiler::openSource(uint32_t &file) {
  if (options.file != "-" && sys::fs::is_directory(options.file)) {
    session.diagnostics.report(ir::Diag::InputIsFolder, {}, {options.file});
    return false;
  }
  std::optional<uint32_t> opened = session.openFile(options.file);
  if (!opened) {
    session.diagnostics.report(ir::Diag::CannotReadFile, {}, {options.file});
    return false;
  }
  file = *opened;
  return true;
}

frontend::Unit *Compiler::expand() {
  uint32_t file;
  stages.enter("expand", options.file);
  if (!openSource(file))
    return nullptr;
  if (options.emit == Emit::PythonModule) {
    frontend::Unit *unit = frontend::expandModule(session, file);
    return hasErrors() ? nullptr : unit;
  }
  if (sys::path::extension(options.file) == ".sld") {
    libraryUnits = frontend::expandLibraryFile(session, file);
    return nullptr;
  }
  frontend::Unit *unit = frontend::expandProgram(session, file);
  return hasErrors() ? nullptr : unit;
}

TargetMachine &Compiler::machine(int level) {
  std::unique_ptr<TargetMachine> &target = targets[level];
  if (!target)
    target = codegen::createTargetMachine(level);
  return *target;
}

codegen::CodegenOptions Compiler::codegenOptions() const {
  codegen::CodegenOptions result;
  result.optLevel = options.level;
  result.keepNames = options.emit == Emit::Llvm;
  result.debugVariables = options.debugInfo;
  return result;
}

std::unique_ptr<Module> Compiler::translate(const ir::Module &module,
                                            LLVMContext &context) {
  stages.enter("translate to LLVM", module.name());
  std::unique_ptr<Module> result =
      codegen::lowerModule(module, context, codegenOptions());
  codegen::setTarget(*result, machine());
  stages.enter("LLVM passes", module.name());
  codegen::optimize(*result, machine(), options.level);
  return result;
}

std::vector<codegen::ObjectBytes>
Compiler::compile(const ir::Module &module,
                  codegen::CodegenOptions codegenOptions,
                  codegen::SymbolResolver resolver) {
  stages.enter("generate code", module.name());
  codegenOptions.forJit = bool(resolver);
  if (codegenOptions.forJit) {
    auto &emitter = emitters[codegenOptions.optLevel];
    if (!emitter)
      emitter =
          std::make_unique<codegen::ObjectEmitter>(codegenOptions.optLevel);
    codegenOptions.emitter = emitter.get();
  }
  codegen::CompileTimes times;
  std::vector<codegen::ObjectBytes> objects = codegen::compileUnit(
      module, codegenOptions, std::move(resolver), &times);
  stages.leaveAs({{"translate to LLVM", times.translate},
                  {"LLVM passes", times.optimize},
                  {"object", times.emit}});
  return objects;
}

std::unique_ptr<ir::Module> Compiler::lower(const frontend::Unit &unit,
                                            int level) {
  stages.enter("lower", unit.name);
  std::unique_ptr<ir::Module> module =
      frontend::lowerUnit(unit, session.sources, session.interner);
  stages.enter("IR passes", unit.name);
  ir::PassOptions passOptions;
  passOptions.printAfter = options.printAfter;
  passOptions.disabled = options.disabled;
  passOptions.verifyEach = options.verifyEach;
  passOptions.time = options.time;
  passOptions.statistics = options.stats;
  frontend::LibraryManager &libraries = session.libraries();
  const frontend::Library *library =
      unit.isLibrary ? libraries.find(unit.name) : nullptr;
  module->procedures = &libraries.procedures;
  module->stringsAreNames = library && library->isStandard;
  ir::PassManager passes(std::move(passOptions));
  ir::buildPipeline(passes, level);
  // The names in the options were checked with them.
  if (Error error = passes.run(*module))
    report_fatal_error(std::move(error), /*gen_crash_diag=*/false);
  libraries.procedures.fill(std::move(module->exports));
  return module;
}

std::vector<const frontend::Library *>
Compiler::unitsOf(const frontend::Unit &program) {
  frontend::LibraryManager &libraries = session.libraries();
  StringSet<> needed;
  std::vector<std::string> work(program.imports);
  while (!work.empty()) {
    std::string name = std::move(work.back());
    work.pop_back();
    if (!needed.insert(name).second)
      continue;
    if (const frontend::Library *library = libraries.find(name))
      work.insert(work.end(), library->unitImports.begin(),
                  library->unitImports.end());
  }
  std::vector<const frontend::Library *> result;
  for (const frontend::Library *library : libraries.loaded())
    if (!library->isBuiltin && needed.contains(library->name))
      result.push_back(library);
  return result;
}

bool Compiler::needsEvaluator(const frontend::Unit &program) {
  return llvm::any_of(unitsOf(program), [](const frontend::Library *library) {
    return library->name == "(plc eval)";
  });
}

int Compiler::report() {
  stages.enter(nullptr);
  if (options.time)
    stages.print(errs());
  if (options.verifyDiagnostics)
    return driver::verifyDiagnostics(session) ? 0 : 1;
  ir::RenderOptions render;
  render.format = options.jsonErrors ? ir::RenderOptions::Format::Json
                                     : ir::RenderOptions::Format::Text;
  render.color = useColor(options.color, 2);
  render.errorLimit = options.errorLimit;
  ir::renderDiagnostics(session.diagnostics, render, errs());
  errs().flush();
  return hasErrors() ? 1 : 0;
}

std::string runtimeOptions(const Options &options) {
  std::string words;
  if (!options.heapLimit.empty())
    words = "heap-limit=" + options.heapLimit;
  if (options.gcStats)
    words += words.empty() ? "gc-stats" : ",gc-stats";
  return words;
}

bool writeOutput(Compiler &compiler, StringRef path,
                 function_ref<void(raw_pwrite_stream &)> write) {
  ir::DiagnosticEngine &diagnostics = compiler.session.diagnostics;
  auto failed = [&](std::error_code error) {
    diagnostics.report(ir::Diag::CannotWriteFile, {},
                       {path == "-" ? "standard output" : path,
                        error.message()});
    return false;
  };
  if (path == "-") {
    SmallVector<char> buffer;
    raw_svector_ostream memory(buffer);
    write(memory);
    outs() << StringRef(buffer.data(), buffer.size());
    outs().flush();
    if (outs().has_error()) {
      std::error_code error = outs().error();
      outs().clear_error();
      // A reader that has seen enough is no error.
      return error == std::errc::broken_pipe || failed(error);
    }
    return true;
  }
  if (sys::fs::is_directory(path)) {
    diagnostics.report(ir::Diag::OutputIsFolder, {}, {path});
    return false;
  }
  // A device is written to, never replaced.
  sys::fs::file_status status;
  if (!sys::fs::status(path, status) && sys::fs::exists(status) &&
      !sys::fs::is_regular_file(status)) {
    std::error_code error;
    raw_fd_ostream out(path, error, sys::fs::CD_OpenExisting);
    if (!error) {
      write(out);
      out.flush();
      error = out.error();
      out.clear_error();
    }
    return error ? failed(error) : true;
  }
  // Written beside its place and renamed: a failure leaves the old file.
  auto temporary = sys::fs::TempFile::create(path + "-%%%%%%.tmp");
  if (!temporary)
    return failed(errorToErrorCode(temporary.takeError()));
  std::error_code error;
  {
    raw_fd_ostream out(temporary->FD, /*shouldClose=*/false);
    write(out);
    out.flush();
    error = out.error();
    out.clear_error();
  }
  if (!error)
    error = errorToErrorCode(temporary->keep(path));
  if (error) {
    consumeError(temporary->discard());
    return failed(error);
  }
  return true;
}

} // namespace plc::driver
