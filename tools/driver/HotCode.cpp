//===- HotCode.cpp - hot procedures compiled well -------------------------===//

#include "tools/driver/HotCode.h"

#include "codegen/EmitObject.h"
#include "codegen/Optimize.h"

#include "llvm/Support/ErrorHandling.h"

#include <csignal>

using namespace llvm;

namespace plc::driver {

// Calls between two looks for code that is ready.
constexpr int64_t kCallsUntilNextLook = 1000;
// Nodes of a form that would keep the compiler busy for seconds.
constexpr size_t kMostNodes = 20000;
constexpr unsigned kWorkerStack = 64u << 20;

/// The one that generated code calls.
static HotCode *theHotCode;

HotCode::HotCode(Compiler &compiler, Process &process)
    : compiler(compiler), process(process) {
  theHotCode = this;
  if (Error error = process.jit().define(codegen::kHotSymbol,
                                         reinterpret_cast<void *>(&onHot)))
    report_fatal_error(std::move(error));
  // exit destroys what LLVM needs.
  *process.entry<void (*)()>("rt_exit_hook") = [] { theHotCode->stop(); };
}

HotCode::~HotCode() {
  *process.entry<void (*)()>("rt_exit_hook") = nullptr;
  stop();
  theHotCode = nullptr;
}

void HotCode::stop() {
  {
    std::lock_guard lock(mutex);
    isStopping = true;
  }
  changed.notify_all();
  if (worker)
    worker->join();
  worker.reset();
}

codegen::CodegenOptions HotCode::watch(frontend::Unit &unit) {
  codegen::CodegenOptions options;
  options.optLevel = 0;
  std::string suffix = "." + unit.name;
  std::vector<frontend::ReplProcedure> procedures =
      frontend::nameProcedures(compiler.session, unit, suffix);
  if (procedures.empty())
    return options;
  size_t form = forms.size();
  for (size_t i = 0; i < procedures.size(); ++i)
    latest[procedures[i].cell->symbol] = {form, i};
  forms.push_back({std::move(procedures), {}});
  options.hotId = form + 1;
  options.literalNames = &literals;
  return options;
}

void HotCode::compileLoops() {
  if (!forms.empty() && llvm::any_of(forms.back().procedures,
                                     [](auto &p) { return p.loops; }))
    request(forms.size());
}

//===--- The thread of the Lisp world --------------------------------------===//

void HotCode::onHot(uint64_t id, int64_t *counter) {
  *counter = kCallsUntilNextLook;
  theHotCode->request(id);
  theHotCode->exchange();
}

/// Lowers the procedures of a form again and gives them to the other thread.
void HotCode::request(uint64_t id) {
  Form &form = forms[id - 1];
  if (form.state != State::Counting)
    return;
  size_t size = 0;
  for (const frontend::ReplProcedure &procedure : form.procedures)
    size += procedure.size;
  form.state = size > kMostNodes ? State::TooLarge : State::Compiling;
  if (form.state == State::TooLarge)
    return;
  std::string name = "hot-" + std::to_string(id);
  frontend::Unit *unit = frontend::recompile(
      compiler.session, name, form.procedures,
      [&](StringRef symbol) -> const frontend::ReplProcedure * {
        auto found = latest.find(symbol);
        if (found == latest.end())
          return nullptr;
        auto [where, index] = found->second;
        return &forms[where].procedures[index];
      });
  for (const frontend::Global *global : unit->globals)
    form.newSymbols.push_back(global->symbol);
  form.newSymbols.resize(form.procedures.size());
  codegen::CodegenOptions options;
  options.literalNames = &literals;
  Task task{id, std::make_unique<LLVMContext>(), nullptr, {}};
  task.module =
      process.translate(compiler, *unit, *task.context, options);
  compiler.stages.enter(nullptr);
  {
    std::lock_guard lock(mutex);
    waiting.push_back(std::move(task));
  }
  if (!worker) {
    // Signals are for the thread of the Lisp world.
    sigset_t all, old;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    worker.emplace(std::optional<unsigned>(kWorkerStack), [this] { work(); });
    pthread_sigmask(SIG_SETMASK, &old, nullptr);
  }
  changed.notify_one();
}

uint64_t *HotCode::closureOf(StringRef symbol) {
  Expected<void *> address = process.jit().lookup(symbol);
  if (!address)
    report_fatal_error(address.takeError());
  return static_cast<uint64_t *>(*address);
}

void HotCode::exchange() {
  if (!isReady.load(std::memory_order_relaxed))
    return;
  std::vector<Task> ready;
  {
    std::lock_guard lock(mutex);
    ready.swap(done);
    isReady = false;
  }
  for (Task &task : ready) {
    if (Error error = process.jit().addObject(
            std::move(task.object), "hot-" + std::to_string(task.id)))
      report_fatal_error(std::move(error));
    Form &form = forms[task.id - 1];
    // {header, code}
    for (size_t i = 0; i < form.procedures.size(); ++i)
      closureOf(form.procedures[i].closure->symbol)[1] =
          closureOf(form.newSymbols[i])[1];
    form.state = State::Exchanged;
  }
}

const char *HotCode::stateOf(StringRef cellSymbol) const {
  auto found = latest.find(cellSymbol);
  if (found == latest.end())
    return nullptr;
  switch (forms[found->second.first].state) {
  case State::Counting:
  case State::TooLarge:
    return "compiled at -O0";
  case State::Compiling:
    return "being compiled at -O2";
  case State::Exchanged:
    return "compiled at -O2";
  }
  llvm_unreachable("state of a form");
}

//===--- The other thread --------------------------------------------------===//

void HotCode::work() {
  std::unique_ptr<TargetMachine> machine = codegen::createTargetMachine(2);
  for (;;) {
    Task task;
    {
      std::unique_lock lock(mutex);
      changed.wait(lock, [this] { return isStopping || !waiting.empty(); });
      if (isStopping)
        return;
      task = std::move(waiting.front());
      waiting.erase(waiting.begin());
    }
    codegen::optimize(*task.module, *machine, 2);
    task.object = codegen::emitObject(*task.module, *machine);
    task.module.reset();
    task.context.reset();
    std::lock_guard lock(mutex);
    done.push_back(std::move(task));
    isReady = true;
  }
}

} // namespace plc::driver
