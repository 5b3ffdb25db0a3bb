//===- Process.h - the Lisp world of this process ---------------*- C++ -*-===//
//
// The runtime inside plc, as run and repl use it: reached through the table of
// the host, since libplcjit.so is linked with none of it.
//
//===----------------------------------------------------------------------===//
#ifndef PLC_TOOLS_DRIVER_PROCESS_H
#define PLC_TOOLS_DRIVER_PROCESS_H

#include "codegen/Codegen.h"
#include "codegen/Jit.h"
#include "tools/driver/Compiler.h"

#include "llvm/ADT/StringMap.h"

#include <csignal>

namespace plc::driver {

class Process {
public:
  /// Starts the runtime; `commandLine` is what (command-line) returns.
  Process(const Options &options, const plc_host &host,
          std::vector<std::string> commandLine);

  /// Runs on the Lisp stack.
  void runOnStack(llvm::function_ref<void()> function);

  /// Compiles a unit, which can be run then.
  const plc_unit *add(Compiler &compiler, const frontend::Unit &unit) {
    return add(compiler, unit, compiler.codegenOptions());
  }
  const plc_unit *add(Compiler &compiler, const frontend::Unit &unit,
                      codegen::CodegenOptions options) {
    return addRemovable(compiler, unit, options).unit;
  }
  /// The same, with what Jit::remove needs.
  codegen::JitUnit addRemovable(Compiler &compiler, const frontend::Unit &unit,
                                codegen::CodegenOptions options);
  /// The first half of add: what has to do with the Lisp world. What is left
  /// is codegen::optimize, codegen::emitObject and Jit::addObject.
  std::unique_ptr<llvm::Module> translate(Compiler &compiler,
                                          const frontend::Unit &unit,
                                          llvm::LLVMContext &context,
                                          codegen::CodegenOptions options);
  const plc_unit *standardUnit(llvm::StringRef name) const;
  /// Runs a unit's top level. An unhandled condition is reported; returns 1
  /// then. Only on the Lisp stack.
  int run(const plc_unit *unit);
  /// Ends the process: flushes the program's ports.
  void exit(int status);

  plc_context *context() const { return ctx; }
  codegen::Jit &jit() { return *theJit; }
  /// A function of the runtime by its name.
  template <typename Function> Function *entry(llvm::StringRef name) const {
    return reinterpret_cast<Function *>(address(name));
  }
  /// See rt_report_native_fault; false before the runtime is started.
  static bool reportNativeFault(int signal, const siginfo_t *info,
                                const void *context);
  /// What the executable defines under a name, or null.
  void *find(llvm::StringRef name) const { return addresses.lookup(name); }
  /// The interned symbol as a word.
  uint64_t symbol(llvm::StringRef name);

private:
  void *address(llvm::StringRef name) const;

  plc_context *ctx = nullptr;
  std::vector<std::string> commandLine;
  std::vector<char *> commandLineWords;
  std::vector<codegen::AnchorSymbol> anchors;
  llvm::StringMap<void *> addresses;
  llvm::StringMap<const plc_unit *> standardUnits;
  std::unique_ptr<codegen::Jit> theJit;
};

} // namespace plc::driver
#endif // PLC_TOOLS_DRIVER_PROCESS_H
