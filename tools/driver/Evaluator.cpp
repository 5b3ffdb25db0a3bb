//===- Evaluator.cpp - text to values of the running world ----------------===//

#include "tools/driver/Evaluator.h"

#include "frontend/Reader.h"
#include "stdlib/runtime/Globals.h"

#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/MemoryBuffer.h"

#include <cerrno>
#include <csignal>

using namespace llvm;

namespace plc::driver {

/// The one that the runtime's hooks ask.
static Evaluator *theEvaluator;

Evaluator::Evaluator(Compiler &compiler, Process &process,
                     const frontend::Unit *program)
    : compiler(compiler), process(process) {
  theEvaluator = this;
  // What is compiled here has no object that an interface could promise.
  compiler.session.options.cacheDirectory.clear();
  *process.entry<decltype(&lookUp)>("rt_global_ref_hook") = lookUp;
  *process.entry<decltype(&assign)>("rt_global_set_hook") = assign;
  bool isRepl = compiler.options.command == Command::Repl;
  if (!isRepl || compiler.options.level == 0)
    hotCode.emplace(compiler, process);
  if (program)
    environments.emplace_back(*program);
  else
    environments.emplace_back(compiler.session);
  answerRequests();
}

const frontend::Global *Evaluator::findGlobal(StringRef name) const {
  return environments.front().find(compiler.session.interner.intern(name));
}

/// Where the value of a global of the interaction environment lies; null if it
/// has none yet. Those of a program are known to the JIT only, and need no
/// looking up at run time.
plc_value *Evaluator::cell(StringRef name) {
  const frontend::Global *global = findGlobal(name);
  return global ? cells.lookup(global->symbol) : nullptr;
}

plc_value *Evaluator::makeCell() {
  if (!freeCells.empty()) {
    plc_value *place = freeCells.back();
    freeCells.pop_back();
    return place;
  }
  if (cellBlocks.empty() || cellBlocks.back()->used == CellBlock::kSize) {
    auto block = std::make_unique<CellBlock>();
    std::fill(std::begin(block->cells), std::end(block->cells), PLC_UNBOUND);
    block->unit.abi = PLC_ABI;
    block->unit.name = "repl";
    block->unit.cells = block->cells;
    block->unit.cell_count = CellBlock::kSize;
    block->unit.initialized = &block->isInitialized;
    process.entry<void(plc_context *, const plc_unit *)>("rt_register_unit")(
        process.context(), &block->unit);
    cellBlocks.push_back(std::move(block));
  }
  CellBlock &block = *cellBlocks.back();
  return &block.cells[block.used++];
}

/// Expands a form and makes cells for the globals that it defines.
frontend::Unit *Evaluator::expand(const frontend::Syntax *form,
                                  frontend::Environment &environment) {
  frontend::Unit *unit =
      frontend::expandForm(compiler.session, environment, form);
  namesAreOld = true;
  for (frontend::Global *global : unit->globals) {
    global->isExternal = true;
    plc_value *place = makeCell();
    cells[global->symbol] = place;
    defineSymbol(global->symbol, place);
  }
  if (compiler.hasErrors())
    compiler.session.libraries().dropShims();
  return unit;
}

void Evaluator::defineSymbol(StringRef symbol, plc_value *place) {
  if (Error error = process.jit().define(symbol, place))
    report_fatal_error(std::move(error));
}

plc_value Evaluator::lookUp(plc_context *, plc_value symbol) {
  plc_value *place =
      theEvaluator->cell(nameOfSymbol(symbol));
  return place ? *place : PLC_UNBOUND;
}

bool Evaluator::assign(plc_context *, plc_value symbol, plc_value value) {
  plc_value *place =
      theEvaluator->cell(nameOfSymbol(symbol));
  if (!place || *place == PLC_UNBOUND)
    return false;
  *place = value;
  return true;
}

const std::vector<std::string> &Evaluator::names() {
  if (namesAreOld)
    nameCache = interaction().visibleNames(compiler.session);
  namesAreOld = false;
  compiler.session.diagnostics.clear();
  return nameCache;
}

std::vector<std::string> Evaluator::namesIn(StringRef module, StringRef scope) {
  std::vector<std::string> names = interaction().namesIn(module, scope);
  compiler.session.diagnostics.clear();
  return names;
}

//===--- Evaluation --------------------------------------------------------===//

namespace {
/// Ctrl-C is not heard while the runtime works outside of all Lisp code: nobody
/// would handle the condition.
class WithoutInterrupts {
public:
  explicit WithoutInterrupts(plc_context *ctx) {
    sigset_t interrupt;
    sigemptyset(&interrupt);
    sigaddset(&interrupt, SIGINT);
    pthread_sigmask(SIG_BLOCK, &interrupt, &old);
    ctx->pending &= ~uint64_t(PLC_PENDING_INTERRUPT);
  }
  ~WithoutInterrupts() { pthread_sigmask(SIG_SETMASK, &old, nullptr); }

private:
  sigset_t old;
};
} // namespace

/// Calls a procedure of the Lisp world. A condition that nothing handles is
/// reported, and is *e then.
bool Evaluator::call(plc_value procedure, ArrayRef<plc_value> arguments,
                     plc_value *result) {
  plc_context *ctx = process.context();
  // An interrupt that came while nothing ran has nothing to stop.
  ctx->pending &= ~uint64_t(PLC_PENDING_INTERRUPT);
  int status =
      process.entry<int(plc_context *, plc_value, int64_t, const plc_value *,
                        plc_value *)>("plc_enter")(
          ctx, procedure, arguments.size(), arguments.data(), result);
  if (status != 0)
    report();
  return status == 0;
}

/// Shows the condition that nothing has handled.
void Evaluator::report() {
  plc_context *ctx = process.context();
  WithoutInterrupts report(ctx);
  plc_value object =
      process.entry<plc_value(plc_context *)>("plc_pending_object")(ctx);
  process.entry<void(plc_context *, plc_value)>("plc_report_condition")(
      ctx, object);
  if (plc_value *place = cell("*e"))
    *place = object;
}

bool Evaluator::callPrimitive(StringRef id, ArrayRef<plc_value> arguments) {
  auto closure = reinterpret_cast<uint64_t>(
      process.entry<void()>(("plc_prim_" + id).str()));
  plc_value ignored = PLC_UNSPECIFIED;
  return call(closure | PLC_TAG_PROCEDURE, arguments, &ignored);
}

/// What a library needs was made ready before it.
bool Evaluator::needsLibraries(const frontend::Unit &unit) const {
  return llvm::any_of(unit.imports,
                      [&](const std::string &name) {
                        return !libraryUnits.contains(name);
                      }) ||
         !failedAmong(unit.importedLibraries).empty();
}

/// Those of the libraries, and of what they import, that are not whole.
StringSet<>
Evaluator::failedAmong(ArrayRef<frontend::Library *> libraries) const {
  StringSet<> result;
  if (failedLibraries.empty())
    return result;
  frontend::Unit unit;
  for (const frontend::Library *library : libraries)
    unit.imports.push_back(library->name);
  for (const frontend::Library *library : compiler.unitsOf(unit))
    if (failedLibraries.contains(library->name))
      result.insert(library->name);
  return result;
}

/// Compiles and runs the user's libraries that a form needs; how that ended
/// (plc_enter). A library that has failed is run again for a form that imports
/// it, as by Chez Scheme; for other forms its variables are what they are.
int Evaluator::addLibraries(const frontend::Unit &unit) {
  StringSet<> again = failedAmong(unit.importedLibraries);
  int status = 0;
  for (const frontend::Library *library : compiler.unitsOf(unit)) {
    StringRef name = library->name;
    if (libraryUnits.contains(name) && !again.contains(name))
      continue;
    bool lacksImports = llvm::any_of(library->unitImports, [&](StringRef other) {
      return failedLibraries.contains(other);
    });
    if (status && !lacksImports)
      continue; // a later form that needs it runs it
    const plc_unit *&made = libraryUnits[name];
    if (!made) {
      // What is no form of the REPL cannot be redefined: compiled well at once.
      codegen::CodegenOptions codegenOptions;
      codegenOptions.optLevel = std::max(compiler.options.level, 2);
      made = library->unit && !library->isStandard
                 ? process.add(compiler, *library->unit, codegenOptions)
                 : process.standardUnit(name);
    }
    // Without what it imports it is not begun; there is code for those that name
    // it all the same.
    if (lacksImports)
      failedLibraries.insert(name);
    else
      status = runLibrary(*library);
  }
  return status;
}

int Evaluator::runLibrary(const frontend::Library &library) {
  // It may evaluate forms, which have cells of their own.
  std::vector<FormCell> cells = std::exchange(formCells, {});
  int status = process.entry<int(plc_context *, const plc_unit *)>(
      "rt_run_unit")(process.context(), libraryUnits.lookup(library.name));
  formCells = std::move(cells);
  if (status)
    failedLibraries.insert(library.name);
  else
    failedLibraries.erase(library.name);
  return status;
}

/// The unit whose init procedure evaluates an expanded form.
const plc_unit *Evaluator::compile(frontend::Unit &unit) {
  codegen::JitUnit made = process.addRemovable(
      compiler, unit,
      hotCode ? hotCode->watch(unit) : compiler.codegenOptions());
  const plc_unit *result = made.unit;
  process.entry<void(plc_context *, const plc_unit *)>("rt_register_unit")(
      process.context(), result);
  bool canGo = isRemovable(unit);
  if (canGo)
    forms.push_back({std::move(made), {}});
  endForm(unit, canGo ? FormCode::Removable : FormCode::Stays);
  return result;
}

/// Under the same protection as an evaluation: it can be long, or fail.
bool Evaluator::print(plc_value value) {
  plc_context *ctx = process.context();
  auto show = [&](plc_value v) {
    return callPrimitive("Write", {v}) && callPrimitive("Newline", {});
  };
  if (value == PLC_MV) {
    // ctx->vals is for the next call; the stack keeps a list alive.
    plc_value list = PLC_NULL;
    for (uint64_t i = ctx->nvals; i-- > 0;)
      list = process.entry<plc_value(plc_context *, plc_value, plc_value)>(
          "prim_Cons")(ctx, plc_values(ctx)[i], list);
    ctx->nvals = 0;
    for (; list != PLC_NULL; list = plc_cdr(list))
      if (!show(plc_car(list)))
        return false;
  } else if (value != PLC_UNSPECIFIED) {
    if (!show(value))
      return false;
    remember(value);
  }
  return callPrimitive("FlushOutputPort", {});
}

/// *1 is the last value, *2 the one before, *3 the one before that.
void Evaluator::remember(plc_value value) {
  for (const char *name : {"*1", "*2", "*3"})
    if (plc_value *place = cell(name))
      std::swap(*place, value);
}

bool Evaluator::evaluateForm(const frontend::Syntax *form, bool printValues) {
  collectForms();
  if (hotCode)
    hotCode->exchange();
  frontend::Unit *unit = prepare(form);
  if (!unit)
    return false;
  alignas(16) uint64_t closure[2] = {PLC_HEADER(PLC_KIND_CLOSURE, 0, 0)};
  plc_value procedure;
  {
    WithoutInterrupts making(process.context());
    if (const plc_tree_source *tree = trees->make(*unit)) {
      procedure =
          process.entry<plc_value(plc_context *, const plc_tree_source &)>(
              "rt_make_tree_procedure")(process.context(), *tree);
      endForm(*unit, FormCode::None);
    } else {
      closure[1] = reinterpret_cast<uint64_t>(compile(*unit)->init);
      procedure = reinterpret_cast<uint64_t>(closure) | PLC_TAG_PROCEDURE;
    }
  }
  // Symbols that no library has are found missing only now.
  bool isWhole = compiler.report() == 0;
  compiler.session.diagnostics.clear();
  if (!isWhole) {
    compiler.session.libraries().dropShims();
    return false;
  }
  compiler.session.libraries().keepShims();
  plc_value result = PLC_UNSPECIFIED;
  // What C left there belongs to the program, whatever is done between forms.
  errno = errorNumber;
  bool isGood = call(procedure, {}, &result);
  errorNumber = errno;
  if (!isGood)
    return false;
  if (printValues && !print(result))
    return false;
  if (hotCode && printValues)
    hotCode->compileLoops();
  return true;
}

/// Expands a form of the interaction environment and runs the libraries that it
/// needs; null after an error, which was reported.
frontend::Unit *Evaluator::prepare(const frontend::Syntax *form) {
  frontend::Unit *unit = expand(form, interaction());
  if (compiler.hasErrors()) {
    compiler.report();
    return nullptr;
  }
  for (const frontend::Node *node : unit->body)
    if (node->kind == frontend::NodeKind::GlobalDefine)
      definitions[node->global->symbol] = node->location;
  // Their symbols before the code that uses them.
  if (int status = addLibraries(*unit)) {
    if (status == 1)
      report();
    return nullptr;
  }
  return unit;
}

bool Evaluator::evaluate(StringRef text, StringRef name, bool printValues) {
  frontend::Session &session = compiler.session;
  session.diagnostics.clear();
  uint32_t file = session.sources.addFile(name.str(), text.str());
  ArrayRef<const frontend::Syntax *> forms =
      frontend::readForms(session, file);
  bool isGood = !compiler.hasErrors();
  if (!isGood)
    compiler.report();
  for (const frontend::Syntax *form : forms) {
    if (!isGood)
      break;
    isGood = evaluateForm(form, printValues);
  }
  // What the forms wrote comes before what is said next.
  isGood &= callPrimitive("FlushOutputPort", {});
  session.diagnostics.clear();
  return isGood;
}

bool Evaluator::evaluateFile(StringRef path) {
  auto buffer = MemoryBuffer::getFile(path, /*IsText=*/true);
  if (!buffer) {
    errs() << "error: cannot read file `" << path
           << "`: " << buffer.getError().message() << '\n';
    return false;
  }
  return evaluate((*buffer)->getBuffer(), path, false);
}

bool Evaluator::expandOnly(
    StringRef text, function_ref<void(const frontend::Unit &)> use) {
  frontend::Session &session = compiler.session;
  session.diagnostics.clear();
  uint32_t file = session.sources.addFile("<repl>", text.str());
  for (const frontend::Syntax *form : frontend::readForms(session, file)) {
    if (compiler.hasErrors())
      break;
    frontend::Unit *unit = expand(form, interaction());
    if (!compiler.hasErrors())
      use(*unit);
    session.libraries().dropShims();
  }
  bool isGood = compiler.report() == 0;
  session.diagnostics.clear();
  return isGood;
}

} // namespace plc::driver
