//===- Evaluator.cpp - text to values of the running world ----------------===//

#include "frontend/Reader.h"
#include "stdlib/runtime/Globals.h"
#include "tools/driver/Repl.h"

#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/MemoryBuffer.h"

#include <csignal>

using namespace llvm;

namespace plc::driver {

/// The one that the runtime's hooks ask.
static Evaluator *theEvaluator;

Evaluator::Evaluator(const Options &options, const plc_host &host)
    : compiler(options, host), process(options, host, {"plc"}),
      environment(compiler.session) {
  theEvaluator = this;
  // What is compiled here has no object that an interface could promise.
  compiler.session.options.cacheDirectory.clear();
  *process.entry<decltype(&lookUp)>("rt_global_ref_hook") = lookUp;
  *process.entry<decltype(&assign)>("rt_global_set_hook") = assign;
  if (options.level == 0)
    hotCode.emplace(compiler, process);
}

const frontend::Global *Evaluator::findGlobal(StringRef name) const {
  const frontend::Global *result = nullptr;
  for (const frontend::Global *global : environment.globals())
    if (global->name->text() == name)
      result = global;
  return result;
}

/// Where the value of a global of the REPL lies; null if it has none yet.
plc_value *Evaluator::cell(StringRef name) {
  const frontend::Global *global = findGlobal(name);
  return global ? cells.lookup(global->symbol) : nullptr;
}

plc_value *Evaluator::makeCell() {
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
frontend::Unit *Evaluator::expand(const frontend::Syntax *form) {
  frontend::Unit *unit =
      frontend::expandForm(compiler.session, environment, form);
  unit->returnsLast = true;
  namesAreOld = true;
  for (frontend::Global *global : unit->globals) {
    global->isExternal = true;
    plc_value *place = makeCell();
    cells[global->symbol] = place;
    if (Error error = process.jit().define(global->symbol, place))
      report_fatal_error(std::move(error));
  }
  return unit;
}

/// The name of a symbol of the running world.
static std::string symbolName(Process &process, plc_value symbol) {
  plc_context *ctx = process.context();
  plc_value text = process.entry<plc_value(plc_context *, plc_value)>(
      "prim_SymbolToString")(ctx, symbol);
  std::string result;
  int64_t length =
      process.entry<plc_value(plc_context *, plc_value)>("prim_StringLength")(
          ctx, text) >> 3;
  auto *ref = process.entry<plc_value(plc_context *, plc_value, plc_value)>(
      "prim_StringRef");
  for (int64_t i = 0; i < length; ++i) {
    uint32_t c = uint32_t(ref(ctx, text, plc_value(i) << 3) >> 8);
    // UTF-8
    if (c < 0x80) {
      result += char(c);
    } else if (c < 0x800) {
      result += {char(0xC0 | c >> 6), char(0x80 | (c & 63))};
    } else if (c < 0x10000) {
      result += {char(0xE0 | c >> 12), char(0x80 | (c >> 6 & 63)),
                 char(0x80 | (c & 63))};
    } else {
      result += {char(0xF0 | c >> 18), char(0x80 | (c >> 12 & 63)),
                 char(0x80 | (c >> 6 & 63)), char(0x80 | (c & 63))};
    }
  }
  return result;
}

plc_value Evaluator::lookUp(plc_context *, plc_value symbol) {
  plc_value *place =
      theEvaluator->cell(symbolName(theEvaluator->process, symbol));
  return place ? *place : PLC_UNBOUND;
}

bool Evaluator::assign(plc_context *, plc_value symbol, plc_value value) {
  plc_value *place =
      theEvaluator->cell(symbolName(theEvaluator->process, symbol));
  if (!place || *place == PLC_UNBOUND)
    return false;
  *place = value;
  return true;
}

const std::vector<std::string> &Evaluator::names() {
  if (namesAreOld)
    nameCache = environment.visibleNames(compiler.session);
  namesAreOld = false;
  compiler.session.diagnostics.clear();
  return nameCache;
}

//===--- Evaluation --------------------------------------------------------===//

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
  if (status == 0)
    return true;
  // Another Ctrl-C must not stop the report: nobody would handle it.
  sigset_t interrupt, old;
  sigemptyset(&interrupt);
  sigaddset(&interrupt, SIGINT);
  pthread_sigmask(SIG_BLOCK, &interrupt, &old);
  ctx->pending &= ~uint64_t(PLC_PENDING_INTERRUPT);
  plc_value object =
      process.entry<plc_value(plc_context *)>("plc_pending_object")(ctx);
  process.entry<void(plc_context *, plc_value)>("plc_report_condition")(
      ctx, object);
  if (plc_value *place = cell("*e"))
    *place = object;
  pthread_sigmask(SIG_SETMASK, &old, nullptr);
  return false;
}

bool Evaluator::callPrimitive(StringRef id, ArrayRef<plc_value> arguments) {
  auto closure = reinterpret_cast<uint64_t>(
      process.entry<void()>(("plc_prim_" + id).str()));
  plc_value ignored = PLC_UNSPECIFIED;
  return call(closure | PLC_TAG_PROCEDURE, arguments, &ignored);
}

bool Evaluator::runUnit(const plc_unit *unit, plc_value *result) {
  process.entry<void(plc_context *, const plc_unit *)>("rt_register_unit")(
      process.context(), unit);
  // A procedure without free variables lives as long as its code.
  alignas(16) uint64_t closure[2] = {PLC_HEADER(PLC_KIND_CLOSURE, 0, 0),
                                     reinterpret_cast<uint64_t>(unit->init)};
  return call(reinterpret_cast<uint64_t>(closure) | PLC_TAG_PROCEDURE, {},
              result);
}

/// Compiles and runs the user's libraries that a form needs.
bool Evaluator::addLibraries(const frontend::Unit &unit) {
  for (const frontend::Library *library : compiler.unitsOf(unit)) {
    if (libraryUnits.contains(library->name))
      continue;
    // What is no form of the REPL cannot be redefined: compiled well at once.
    codegen::CodegenOptions codegenOptions;
    codegenOptions.optLevel = std::max(compiler.options.level, 2);
    const plc_unit *made =
        library->unit && !library->isStandard
            ? process.add(compiler, *library->unit, codegenOptions)
            : process.standardUnit(library->name);
    libraryUnits[library->name] = made;
    if (process.run(made))
      return false;
  }
  return true;
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
          "prim_Cons")(ctx, ctx->vals[i], list);
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
  if (hotCode)
    hotCode->exchange();
  frontend::Unit *unit = expand(form);
  if (compiler.hasErrors())
    return compiler.report() == 0;
  for (const frontend::Node *node : unit->body)
    if (node->kind == frontend::NodeKind::GlobalDefine)
      definitions[node->global->symbol] = node->location;
  // Their symbols before the code that uses them.
  if (!addLibraries(*unit))
    return false;
  const plc_unit *made =
      hotCode ? process.add(compiler, *unit, hotCode->watch(*unit))
              : process.add(compiler, *unit);
  compiler.report();
  compiler.session.diagnostics.clear();
  plc_value result = PLC_UNSPECIFIED;
  if (!runUnit(made, &result))
    return false;
  if (printValues && !print(result))
    return false;
  if (hotCode && printValues)
    hotCode->compileLoops();
  return true;
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
    frontend::Unit *unit = expand(form);
    if (!compiler.hasErrors())
      use(*unit);
  }
  bool isGood = compiler.report() == 0;
  session.diagnostics.clear();
  return isGood;
}

} // namespace plc::driver
