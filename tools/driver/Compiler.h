//===- Compiler.h - one run of the pipeline ---------------------*- C++ -*-===//
//
// What build, run, check and repl share: a session, its options, and the steps
// from a source file to lowered IR and LLVM modules.
//
//===----------------------------------------------------------------------===//
#ifndef PLC_TOOLS_DRIVER_COMPILER_H
#define PLC_TOOLS_DRIVER_COMPILER_H

#include "codegen/Compile.h"
#include "codegen/EmitObject.h"
#include "frontend/LibraryManager.h"
#include "frontend/Session.h"
#include "ir/Module.h"
#include "tools/driver/Host.h"
#include "tools/driver/NativeImports.h"
#include "tools/driver/Options.h"
#include "tools/driver/Packages.h"

#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/Target/TargetMachine.h"

#include <chrono>
#include <functional>

namespace plc::driver {

/// Where handlers of faults run in this thread, as long as it lives: a stack
/// that overflowed has no room for them.
class SignalStack {
public:
  SignalStack();
  ~SignalStack();

private:
  static constexpr size_t kSize = 64 * 1024;
  std::unique_ptr<char[]> memory;
};

/// Runs a function on a stack of 512 MB: the frontend recurses as deep as
/// programs nest.
void runOnBigStack(llvm::function_ref<void()> function);

/// What the compiler is doing, for --time and for internal errors.
class Stages {
public:
  /// Starts a stage and ends the one before; names are literals.
  void enter(const char *name, llvm::StringRef unit = "");
  /// Ends the current stage, which did these things at the same time: its time
  /// is divided among them in proportion to theirs.
  using Clock = std::chrono::steady_clock;
  void leaveAs(llvm::ArrayRef<std::pair<const char *, Clock::duration>> shares);
  void print(llvm::raw_ostream &out);
  /// The program runs from here to the end of the process; says how long that
  /// was, if asked to.
  static void enterRun(bool sayTime);
  /// "optimise (scheme base)"
  static std::string current();
  /// "optimise"; any thread may ask.
  static const char *currentName();

private:
  void add(const char *name, Clock::duration time);

  std::vector<std::pair<const char *, Clock::duration>> times;
  const char *open = nullptr;
  Clock::time_point start;
};

class Compiler {
public:
  Compiler(const Options &options, const plc_host &host);

  /// Before the session, whose units refer to its modules.
  NativeImports nativeImports;
  Packages packages;
  frontend::Session session;
  const Options &options;
  const plc_host &host;
  Stages stages;

  /// Reads and expands the program; null after a diagnostic, or if the file
  /// holds libraries: then libraryUnits has them.
  frontend::Unit *expand();
  /// IR after all passes (stage lowered); null after a diagnostic.
  std::unique_ptr<ir::Module> lower(const frontend::Unit &unit) {
    return lower(unit, options.level);
  }
  std::unique_ptr<ir::Module> lower(const frontend::Unit &unit, int level);

  /// The LLVM module of a lowered one, after LLVM's own passes.
  std::unique_ptr<llvm::Module> translate(const ir::Module &module,
                                          llvm::LLVMContext &context);
  llvm::TargetMachine &machine() { return machine(options.level); }
  llvm::TargetMachine &machine(int level);
  /// The objects of a lowered module. `resolver` for code that will run in this
  /// process.
  std::vector<codegen::ObjectBytes>
  compile(const ir::Module &module, codegen::CodegenOptions codegenOptions,
          codegen::SymbolResolver resolver = {});
  /// What the command line asks for.
  codegen::CodegenOptions codegenOptions() const;

  /// Libraries whose units the program needs, each after those it imports.
  std::vector<const frontend::Library *>
  unitsOf(const frontend::Unit &program);

  /// Whether the program or a library it uses can evaluate code.
  bool needsEvaluator(const frontend::Unit &program);

  bool hasErrors() const { return session.diagnostics.errorCount() != 0; }
  /// Writes the diagnostics met so far to stderr; returns the exit status, 1
  /// if there was an error. With --verify-diagnostics compares instead.
  int report();

  /// Libraries that the file given defines, instead of a program.
  std::vector<frontend::Unit *> libraryUnits;

private:
  bool openSource(uint32_t &file);

  std::unique_ptr<llvm::TargetMachine> targets[3]; // by level
  std::unique_ptr<codegen::ObjectEmitter> emitters[3];
};

/// --heap-limit and --gc-stats as words of PLC_RUNTIME.
std::string runtimeOptions(const Options &options);

/// A piece of text to `-o`: a file or, with `-`, standard output. Diagnoses
/// what goes wrong.
bool writeOutput(Compiler &compiler, llvm::StringRef path,
                 llvm::function_ref<void(llvm::raw_pwrite_stream &)> write);

/// Compares the diagnostics with the `expected-error {{text}}` comments of the
/// program's file; says what differs on stderr.
bool verifyDiagnostics(const frontend::Session &session);

int runBuild(const Options &options, const plc_host &host);
int runRun(const Options &options, const plc_host &host);
int runRepl(const Options &options, const plc_host &host);
int runCheck(const Options &options, const plc_host &host);

} // namespace plc::driver
#endif // PLC_TOOLS_DRIVER_COMPILER_H
