//===- Evaluator.h - forms to values of the running world -------*- C++ -*-===//
//
// Compiles and runs forms one by one, a unit each: what a REPL reads, and what
// programs pass to eval and load. All of it runs on the Lisp stack. A program
// comes in through the table of runtime/Evaluate.h (Requests.cpp).
//
//===----------------------------------------------------------------------===//
#ifndef PLC_TOOLS_DRIVER_EVALUATOR_H
#define PLC_TOOLS_DRIVER_EVALUATOR_H

#include "frontend/Expander.h"
#include "stdlib/runtime/Evaluate.h"
#include "tools/driver/FormTrees.h"
#include "tools/driver/HotCode.h"
#include "tools/driver/ValueSyntax.h"

#include <deque>

namespace plc::driver {

class Evaluator {
public:
  /// \param program  its top level is the interaction environment; null: that
  ///                 is one of its own, which sees the standard libraries
  Evaluator(Compiler &compiler, Process &process,
            const frontend::Unit *program = nullptr);

  /// Evaluates all forms of a text; `name` is shown in messages. Prints the
  /// values if asked to. False after an error, which was reported.
  bool evaluate(llvm::StringRef text, llvm::StringRef name, bool printValues);
  bool evaluateFile(llvm::StringRef path);

  /// Expands the forms of a text and calls back for each unit.
  bool expandOnly(llvm::StringRef text,
                  llvm::function_ref<void(const frontend::Unit &)> use);
  /// Names for completion, sorted.
  const std::vector<std::string> &names();
  /// Names behind `module:scope:`, or `module:` if `scope` is "", sorted.
  std::vector<std::string> namesIn(llvm::StringRef module, llvm::StringRef scope);
  /// Members of the object of another language that a global has, sorted.
  std::vector<std::string> membersOf(llvm::StringRef name);
  /// The value of a global that is a list of lists of strings.
  std::vector<std::vector<std::string>> rowsOf(llvm::StringRef name);
  const frontend::Global *findGlobal(llvm::StringRef name) const;
  /// Where a global was defined last; unknown if that did not work out.
  ir::Location definitionOf(const frontend::Global *global) const {
    return definitions.lookup(global->symbol);
  }

  /// A library that the program has in memory already.
  void addLibrary(llvm::StringRef name, const plc_unit *unit) {
    libraryUnits[name] = unit;
  }

  Compiler &compiler;
  Process &process;
  /// None in a REPL with -O1 and -O2: all is compiled well at once.
  std::optional<HotCode> hotCode;

private:
  bool evaluateForm(const frontend::Syntax *form, bool printValues);
  frontend::Unit *prepare(const frontend::Syntax *form);
  frontend::Environment &interaction() { return environments.front(); }
  frontend::Unit *expand(const frontend::Syntax *form,
                         frontend::Environment &environment);
  bool needsLibraries(const frontend::Unit &unit) const;
  int addLibraries(const frontend::Unit &unit);
  int runLibrary(const frontend::Library &library);
  llvm::StringSet<>
  failedAmong(llvm::ArrayRef<frontend::Library *> libraries) const;
  const plc_unit *compile(frontend::Unit &unit);
  enum class FormCode { None, Removable, Stays };
  void endForm(const frontend::Unit &unit, FormCode code);
  void report();

  /// A cell for an object inside a form.
  struct FormCell {
    std::string symbol;
    plc_value *place;
  };
  /// Code that can be given back once nothing refers to it: that of a form
  /// which defines nothing.
  struct EvaluatedForm {
    codegen::JitUnit code;
    std::vector<FormCell> cells;
  };
  // EvaluatedForms.cpp
  bool isRemovable(const frontend::Unit &unit) const;
  void collectForms();
  void remove(EvaluatedForm &form);
  void remove(std::vector<FormCell> &cells);
  std::vector<EvaluatedForm> forms;
  /// Of the form at hand.
  std::vector<FormCell> formCells;
  static constexpr size_t kLeastForms = 500;
  /// How many there are when they are looked through next.
  size_t mostForms = kLeastForms;

  // Requests.cpp
  void answerRequests();
  bool isConstant(const frontend::Unit &unit, plc_value *result);
  FormTrees::Meaning meaningOf(const frontend::Global *global);
  int procedureOf(const frontend::Syntax *form, int64_t environment,
                  plc_value *result);
  int fail(const char *type, std::string message);
  int failByDiagnostics();
  int failBy(int status, plc_value *result);
  int request(plc_value sets, plc_value *result);
  int open(plc_value path, int64_t environment, plc_value *result);
  int next(int64_t source, plc_value *result);
  bool call(plc_value procedure, llvm::ArrayRef<plc_value> arguments,
            plc_value *result);
  bool callPrimitive(llvm::StringRef id, llvm::ArrayRef<plc_value> arguments);
  bool print(plc_value value);
  void remember(plc_value value);
  plc_value *makeCell();
  void defineSymbol(llvm::StringRef symbol, plc_value *place);
  plc_value *cell(llvm::StringRef name);
  static plc_value lookUp(plc_context *, plc_value symbol);
  static bool assign(plc_context *, plc_value symbol, plc_value value);

  /// Cells of globals, registered as roots like those of a unit. They belong
  /// to no form: a form that cannot be compiled leaves the names it defines.
  struct CellBlock {
    static constexpr size_t kSize = 256;
    plc_value cells[kSize];
    size_t used = 0;
    uint8_t isInitialized = 0;
    plc_unit unit = {};
  };
  std::vector<std::unique_ptr<CellBlock>> cellBlocks;
  std::vector<plc_value *> freeCells;
  /// The interaction environment first; programs know them by their numbers.
  std::deque<frontend::Environment> environments;
  llvm::StringMap<int64_t> environmentNumbers; // by import sets
  std::optional<ValueSyntax> values;
  std::optional<FormTrees> trees;
  /// Of globals that the executable or a library in memory defines.
  llvm::StringMap<void *> addresses;
  /// Files that load reads.
  struct Source {
    llvm::ArrayRef<const frontend::Syntax *> forms;
    int64_t environment;
  };
  std::vector<Source> sources;
  plc_evaluator table = {};
  std::string message;
  llvm::StringMap<plc_value *> cells; // by link symbol
  llvm::StringMap<ir::Location> definitions; // the last of each, likewise
  llvm::StringMap<const plc_unit *> libraryUnits;
  /// Of these, the ones whose body has not come to its end, or not begun
  /// because one that they import has failed. A new import runs it again.
  llvm::StringSet<> failedLibraries;
  std::vector<std::string> nameCache;
  bool namesAreOld = true;
  int errorNumber = 0; ///< errno of the forms
};

} // namespace plc::driver
#endif // PLC_TOOLS_DRIVER_EVALUATOR_H
