//===- Compile.cpp - a unit to objects, parts side by side ----------------===//

#include "codegen/Compile.h"

#include "codegen/EmitObject.h"
#include "codegen/Optimize.h"
#include "codegen/UnitPlan.h"

#include "llvm/Support/thread.h"

#include <atomic>
#include <list>
#include <mutex>
#include <thread>

namespace plc::codegen {
namespace {

using Clock = std::chrono::steady_clock;

/// LLVM recurses over the blocks of a function.
constexpr unsigned kStackBytes = 256u << 20;

class UnitCompiler {
public:
  UnitCompiler(const ir::Module &source, const CodegenOptions &options,
               SymbolResolver resolver)
      : source(source), options(options), resolver(std::move(resolver)),
        plan(source, options.parts ? options.parts
                                   : UnitPlan::usefulParts(source)),
        modules(plan.partCount()), objects(plan.partCount()) {}

  std::vector<ObjectBytes> run();
  CompileTimes times;

private:
  /// A module and the context it lives in, which one thread at a time uses.
  struct Translated {
    std::unique_ptr<llvm::LLVMContext> context;
    std::unique_ptr<llvm::Module> module;
  };
  int levelOf(unsigned part) const {
    return plan.isPlain(part) ? 0 : options.optLevel;
  }
  void translate(unsigned part);
  void work();

  const ir::Module &source;
  const CodegenOptions &options;
  SymbolResolver resolver;
  UnitPlan plan;
  std::vector<Translated> modules;
  std::vector<ObjectBytes> objects;
  std::atomic<unsigned> next{0};
  std::mutex timesLock;
};

void UnitCompiler::translate(unsigned part) {
  modules[part].context = std::make_unique<llvm::LLVMContext>();
  CodegenOptions own = options;
  own.optLevel = levelOf(part);
  modules[part].module =
      lowerPart(source, *modules[part].context, own, plan, part, resolver);
}

void UnitCompiler::work() {
  std::unique_ptr<llvm::TargetMachine> machines[3];
  bool usesEmitter = options.emitter && plan.partCount() == 1 &&
                     levelOf(0) == options.optLevel;
  auto machineOf = [&](int level) {
    if (usesEmitter)
      return &options.emitter->machine();
    if (!machines[level])
      machines[level] = createTargetMachine(level);
    return machines[level].get();
  };
  CompileTimes own;
  for (unsigned part; (part = next++) < plan.partCount();) {
    Clock::time_point start = Clock::now();
    if (!modules[part].module)
      translate(part);
    Clock::time_point translated = Clock::now();
    llvm::TargetMachine *machine = machineOf(levelOf(part));
    optimize(*modules[part].module, *machine, levelOf(part));
    Clock::time_point optimized = Clock::now();
    objects[part] = usesEmitter
                        ? options.emitter->emit(*modules[part].module)
                        : emitObject(*modules[part].module, *machine);
    // In this order: the module lives in the context.
    modules[part].module.reset();
    modules[part].context.reset();
    own.translate += translated - start;
    own.optimize += optimized - translated;
    own.emit += Clock::now() - optimized;
  }
  std::lock_guard<std::mutex> guard(timesLock);
  times.translate += own.translate;
  times.optimize += own.optimize;
  times.emit += own.emit;
}

std::vector<ObjectBytes> UnitCompiler::run() {
  Clock::time_point start = Clock::now();
  // What resolves symbols belongs to the calling thread.
  if (resolver) {
    for (unsigned part = 0; part < plan.partCount(); ++part)
      translate(part);
    times.translate += Clock::now() - start;
  }
  unsigned helpers = std::min(std::max(1u, std::thread::hardware_concurrency()),
                              plan.partCount()) -
                     1;
  std::list<llvm::thread> threads;
  for (unsigned i = 0; i < helpers; ++i)
    threads.emplace_back(std::optional<unsigned>(kStackBytes),
                         [this] { work(); });
  work();
  for (llvm::thread &thread : threads)
    thread.join();
  times.passed = Clock::now() - start;
  return std::move(objects);
}

} // namespace

std::vector<ObjectBytes> compileUnit(const ir::Module &source,
                                     const CodegenOptions &options,
                                     SymbolResolver resolver,
                                     CompileTimes *times) {
  UnitCompiler compiler(source, options, std::move(resolver));
  std::vector<ObjectBytes> objects = compiler.run();
  if (times)
    *times = compiler.times;
  return objects;
}

} // namespace plc::codegen
