//===- HotCode.h - hot procedures compiled well -----------------*- C++ -*-===//
//
// The REPL compiles at -O0. Procedures count their calls; a form whose
// procedures are hot is compiled again at -O2, and the new code takes the place
// of the old one in the procedures' closure objects. Calls see no difference,
// nor does eq?; a later definition of the name replaces the closure in the cell
// as ever, and code that was inlined elsewhere tests for that.
//
// Threads: the thread that holds the Lisp world expands, lowers and names the
// symbols, links, and exchanges code, at calls and between forms. The other one
// gets an LLVM module with a context of its own and hands an object back; it
// touches nothing else.
//
//===----------------------------------------------------------------------===//
#ifndef PLC_TOOLS_DRIVER_HOTCODE_H
#define PLC_TOOLS_DRIVER_HOTCODE_H

#include "frontend/Recompile.h"
#include "tools/driver/Process.h"

#include "llvm/Support/thread.h"

#include <condition_variable>
#include <mutex>

namespace plc::driver {

class HotCode {
public:
  HotCode(Compiler &compiler, Process &process);
  ~HotCode();

  /// Makes the procedures that a form defines exchangeable; the form is
  /// compiled with the options returned.
  codegen::CodegenOptions watch(frontend::Unit &unit);
  /// Compiles the procedures of the form watched last again at once if one call
  /// of them can take long.
  void compileLoops();
  /// Puts code that is ready in its place; a safe point.
  void exchange();
  /// What is said of the procedure of a cell, or null if it is none.
  const char *stateOf(llvm::StringRef cellSymbol) const;

private:
  enum class State : uint8_t { Counting, TooLarge, Compiling, Exchanged };
  struct Form {
    std::vector<frontend::ReplProcedure> procedures;
    std::vector<std::string> newSymbols;
    State state = State::Counting;
  };
  struct Task {
    uint64_t id;
    std::unique_ptr<llvm::LLVMContext> context;
    std::unique_ptr<llvm::Module> module;
    codegen::ObjectBytes object;
  };

  static void onHot(uint64_t id, int64_t *counter);
  void request(uint64_t id);
  void work();
  void stop();
  uint64_t *closureOf(llvm::StringRef symbol);

  Compiler &compiler;
  Process &process;
  codegen::LiteralNames literals;
  std::vector<Form> forms; // by id - 1
  /// Form and place of what each cell was last defined as, by symbol.
  llvm::StringMap<std::pair<size_t, size_t>> latest;

  std::mutex mutex; // of what follows
  std::condition_variable changed;
  std::vector<Task> waiting, done;
  bool isStopping = false;
  /// Read without the mutex: something may be done.
  std::atomic<bool> isReady = false;
  std::optional<llvm::thread> worker;
};

} // namespace plc::driver
#endif // PLC_TOOLS_DRIVER_HOTCODE_H
