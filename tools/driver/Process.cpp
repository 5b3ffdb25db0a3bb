//===- Process.cpp - the Lisp world of this process -----------------------===//

#include "tools/driver/Process.h"

#include "tools/driver/NativeLinks.h"

#include "stdlib/runtime/Backtrace.h"
#include "stdlib/runtime/NativeFaults.h"

#include "llvm/ADT/StringSet.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/Support/ErrorHandling.h"

#include <cstdlib>

using namespace llvm;

namespace plc::driver {

/// The JIT that the hooks ask; there is one Lisp world in a process.
static codegen::Jit *theProcessJit;

static int symbolizeJit(uint64_t pc, plc_frame *frames, int capacity) {
  // The texts must outlive the call; they are names and files, the same again
  // and again.
  static StringSet<> texts;
  auto keep = [](const std::string &text) {
    return text.empty() ? nullptr : texts.insert(text).first->getKeyData();
  };
  int count = 0;
  // A return address lies behind its call.
  for (const codegen::CodePlace &place : theProcessJit->symbolize(pc - 1))
    if (count < capacity)
      frames[count++] = {keep(place.function), keep(place.file),
                         int(place.line), int(place.column), "lisp"};
  return count;
}

static bool isJitCode(uint64_t pc) {
  return theProcessJit->isCode(pc);
}

static decltype(&rt_report_native_fault) nativeFaultReporter;

bool Process::reportNativeFault(int signal, const siginfo_t *info,
                                const void *context) {
  return nativeFaultReporter && nativeFaultReporter(signal, info, context);
}

/// The flags come after what the environment says, and win.
static void setRuntimeOptions(const Options &options) {
  std::string words = runtimeOptions(options);
  if (words.empty())
    return;
  if (const char *given = getenv("PLC_RUNTIME"); given && *given)
    words = std::string(given) + "," + words;
  setenv("PLC_RUNTIME", words.c_str(), 1);
}

Process::Process(const Options &options, const plc_host &host,
                 std::vector<std::string> words)
    : commandLine(std::move(words)) {
  if (!host.runtime)
    report_fatal_error("this executable has no runtime");
  for (const plc_anchor *table : {host.runtime, host.standard_symbols,
                                  host.program_symbols})
    for (const plc_anchor *anchor = table; anchor && anchor->name; ++anchor) {
      void *at = const_cast<void *>(anchor->address);
      anchors.push_back({anchor->name, at});
      addresses[anchor->name] = at;
    }

  setRuntimeOptions(options);
  for (std::string &word : commandLine)
    commandLineWords.push_back(word.data());
  commandLineWords.push_back(nullptr);
  nativeFaultReporter =
      entry<decltype(rt_report_native_fault)>("rt_report_native_fault");
  ctx = entry<plc_context *(int, char **)>("plc_runtime_start")(
      commandLine.size(), commandLineWords.data());
  // Before anything is interned: static symbols are the symbols of their name.
  auto *registerUnit =
      entry<void(plc_context *, const plc_unit *)>("rt_register_unit");
  for (const plc_unit *const *unit = host.standard_units; *unit; ++unit) {
    registerUnit(ctx, *unit);
    standardUnits[(*unit)->name] = *unit;
  }

  Expected<std::unique_ptr<codegen::Jit>> jit =
      codegen::Jit::create(anchors);
  if (!jit)
    report_fatal_error(jit.takeError());
  theJit = std::move(*jit);
  theProcessJit = theJit.get();
  *entry<decltype(&symbolizeJit)>("rt_symbolize_hook") = symbolizeJit;
  *entry<decltype(&isJitCode)>("rt_is_jit_code") = isJitCode;
}

void *Process::address(StringRef name) const {
  auto found = addresses.find(name);
  if (found == addresses.end())
    report_fatal_error("the runtime has no " + Twine(name));
  return found->second;
}

uint64_t Process::symbol(StringRef name) {
  return entry<plc_value(plc_context *, const char *, int64_t)>("rt_intern")(
      ctx, name.data(), int64_t(name.size()));
}

void Process::runOnStack(function_ref<void()> function) {
  auto call = [](plc_context *, void *argument) {
    (*static_cast<function_ref<void()> *>(argument))();
    return 0;
  };
  entry<int(plc_context *, int (*)(plc_context *, void *), void *)>(
      "plc_run_on_lisp_stack")(ctx, call, &function);
}

const plc_unit *Process::standardUnit(StringRef name) const {
  auto found = standardUnits.find(name);
  if (found == standardUnits.end())
    report_fatal_error("no unit of the standard library is called " +
                       Twine(name));
  return found->second;
}

std::unique_ptr<Module>
Process::translate(Compiler &compiler, const frontend::Unit &unit,
                   LLVMContext &context, codegen::CodegenOptions options) {
  std::unique_ptr<ir::Module> module = compiler.lower(unit, options.optLevel);
  compiler.stages.enter("translate to LLVM", unit.name);
  options.forJit = true;
  return codegen::lowerModule(*module, context, options,
                              [this](StringRef name) { return symbol(name); });
}

codegen::JitUnit Process::addRemovable(Compiler &compiler,
                                       const frontend::Unit &unit,
                                       codegen::CodegenOptions options) {
  std::unique_ptr<ir::Module> module = compiler.lower(unit, options.optLevel);
  loadNativeCode(compiler, unit, *module, *theJit,
                 address("rt_native_missing"));
  // What may be exchanged later must be one module.
  if (options.hotId)
    options.parts = 1;
  std::vector<codegen::ObjectBytes> objects = compiler.compile(
      *module, options, [this](StringRef name) { return symbol(name); });
  compiler.stages.enter("link in memory", unit.name);
  Expected<codegen::JitUnit> result =
      theJit->addObjects(std::move(objects), unit.name);
  if (!result)
    report_fatal_error(result.takeError());
  compiler.stages.enter(nullptr);
  return std::move(*result);
}

int Process::run(const plc_unit *unit) {
  int status = entry<int(plc_context *, const plc_unit *)>("rt_run_unit")(
      ctx, unit);
  if (status == 0)
    return 0;
  // An escape that has no target any more ends the program like a raise.
  if (status == 1)
    entry<void(plc_context *, plc_value)>("plc_report_condition")(
        ctx, entry<plc_value(plc_context *)>("plc_pending_object")(ctx));
  return 1;
}

void Process::exit(int status) {
  entry<void(plc_context *, int)>("plc_exit")(ctx, status);
}

} // namespace plc::driver
