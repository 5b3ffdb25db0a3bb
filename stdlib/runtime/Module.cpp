//===- Module.cpp - the program as a module of another language -----------===//
//
// A runtime that this process belongs to, such as CPython, has loaded the program.
// The thread that does so is home to Lisp's main program, whose stack is Lisp's
// own; between the calls that come from there the world is free, for other threads.
//
//===----------------------------------------------------------------------===//
#include "ffi/Plugins.h"
#include "stdlib/runtime/Evaluate.h"
#include "stdlib/runtime/HeapImpl.h"
#include "stdlib/runtime/Operation.h"
#include "stdlib/runtime/Start.h"
#include "stdlib/runtime/Symbols.h"
#include "stdlib/runtime/World.h"

#include <cstdlib>
#include <string>

using namespace plc;
using namespace plc::rt;

namespace {

/// What plc_make_module is given, and makes.
struct ModuleWork {
  const char *language, *name, *documentation;
  const plc_unit *const *units;
  uint64_t count;
  std::string problem;
  void *module;
};

/// A list of pairs of a symbol and a value, the last first.
Value exports = PLC_NULL;

} // namespace

extern "C" Value prim_Export(Context *ctx, Value name, Value value) {
  static bool isRooted;
  if (!isRooted)
    registerRoots(ctx, &exports, 1);
  isRooted = true;
  Value entry = cons(ctx, name, value);
  exports = cons(ctx, entry, exports);
  return PLC_UNSPECIFIED;
}

/// Runs the program. For plc_plugin::make_module.
static plc_status runProgram(void *data, plc_value *result, plc_error *error) {
  auto &work = *static_cast<ModuleWork *>(data);
  Context *ctx = theContext;
  exports = PLC_NULL;
  rt_register_program(ctx);
  for (uint64_t i = 0; i < work.count; ++i)
    rt_register_unit(ctx, work.units[i]);
  for (uint64_t i = 0; i < work.count; ++i)
    if (int status = rt_run_unit(ctx, work.units[i])) {
      error->token = makeToken(ctx, EnterStatus(status), pendingObject(ctx));
      return PLC_E_LISP;
    }
  if (hasLispOutput())
    showOutput(ctx);
  *result = exports;
  return PLC_OK;
}

/// The plugin of the runtime that the process belongs to.
static plc_plugin *thePlugin;

/// (exit): after the afters of this call of Lisp, as an exit of that runtime.
static void exitModule(Context *ctx, int status) {
  plc_error error = {PLC_FALSE, PLC_FALSE, PLC_FALSE,
                     PLC_FALSE, PLC_FALSE, PLC_FALSE};
  plc_status told = thePlugin->exit(thePlugin, status, &error);
  leaveBoundary(ctx, EnterStatus::Raised,
                foreignCondition(ctx, thePlugin, told, error, "exit",
                                 PLC_DEFAULT));
}

/// Why this process cannot be used, or "". Nothing of Lisp has begun.
static std::string usePlugin(const char *language) {
  std::string problem;
  ffi::Plugin *plugin =
      ffi::openPlugin(ffi::pluginOf(language), &hostTable, problem);
  if (!plugin)
    return problem;
  thePlugin = plugin->table;
  if (!thePlugin->make_module || !thePlugin->use_process)
    return "its plugin cannot make modules";
  const char *refusal = thePlugin->use_process(thePlugin, &hostTable);
  return refusal ? refusal : "";
}

/// On the Lisp stack.
static void makeModule(void *data) {
  auto &work = *static_cast<ModuleWork *>(data);
  Context *ctx = theContext;
  auto start = [](Context *context, void *of) {
    startPlugin(context, static_cast<const char *>(of));
  };
  if (!protect(ctx, start, const_cast<char *>(work.language))) {
    Value text = conditionText(ctx, plc_fields(keptToken)[1]);
    keptToken = PLC_FALSE;
    char *utf8 = toUtf8(ctx, text, nullptr);
    work.problem = utf8;
    free(utf8);
    return;
  }
  work.module = thePlugin->make_module(thePlugin, work.name,
                                       work.documentation, runProgram, &work);
}

/// When the process ends: what has been written is not lost.
static void flushAtEnd() {
  runAtHome([](void *) { statusAfterFlush(theContext, 0); }, nullptr);
}

void *plc_make_module(const char *language, const char *name,
                      const char *documentation, const plc_unit *const *units,
                      uint64_t count, void (*refuse)(const char *text)) {
  ModuleWork work = {language, name, documentation, units, count, "", nullptr};
  work.problem = usePlugin(language);
  if (work.problem.empty() && !theContext) {
    static char *arguments[] = {const_cast<char *>(name), nullptr};
    rt_module_exit = exitModule;
    Context *ctx = plc_runtime_start(1, arguments);
    atexit(flushAtEnd);
    initializeWorld(ctx);
    leaveHome();
  }
  if (work.problem.empty() && !runAtHome(makeModule, &work))
    work.problem = "another thread of this process runs Lisp, or has loaded this "
                   "module before";
  if (!work.problem.empty())
    refuse(("the module `" + std::string(name) +
            "` cannot be loaded: " + work.problem)
               .c_str());
  return work.module;
}
