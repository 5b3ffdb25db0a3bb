//===- ForeignEvents.cpp - what plugins are told of -----------------------===//
//
// Interrupts and other signals, the end of the program, and fibers that take
// turns, which have what C++ keeps of exceptions changed, too.
//
//===----------------------------------------------------------------------===//
#include "ffi/Plugins.h"
#include "stdlib/runtime/Fiber.h"
#include "stdlib/runtime/Foreign.h"
#include "stdlib/runtime/HeapImpl.h"
#include "stdlib/runtime/Operation.h"

#include <dlfcn.h>
#include <utility>

namespace plc::rt {

void onInterruptedPlugin() {
  // Signal handler: plugins set flags only.
  for (ffi::Plugin *plugin : ffi::openPlugins())
    if (plugin->isStarted && plugin->table->interrupt)
      plugin->table->interrupt(plugin->table);
}

void handleSignals(Context *ctx) {
  for (ffi::Plugin *plugin : ffi::openPlugins())
    if (plugin->isStarted && plugin->table->handle_signals) {
      Operation op(ctx, plugin->table, "signal");
      op.finish(plugin->table->handle_signals(plugin->table, &op.error));
    }
}

void shutDownPlugins() {
  // (exit) inside a callback: the runtime below is in the middle of a call.
  if (youngestForeignCall || isInCallback(theContext))
    return;
  const std::vector<ffi::Plugin *> &plugins = ffi::openPlugins();
  for (size_t i = plugins.size(); i-- > 0;)
    if (plugins[i]->isStarted && plugins[i]->table->shutdown)
      plugins[i]->table->shutdown(plugins[i]->table);
}

/// A runtime of C++ keeps what is thrown and caught by thread.
static void *(*exceptionGlobals)();

namespace {
struct ExceptionState {
  uint64_t words[2];
};
} // namespace

/// What a fiber that waits has thrown, by its number; few have.
static GrowArray<std::pair<uint64_t, ExceptionState>> *exceptions;

void onFiberSwitch(Fiber *from, Fiber *to) {
  if (exceptionGlobals) {
    auto *now = static_cast<ExceptionState *>(exceptionGlobals());
    if (now->words[0] || now->words[1])
      exceptions->push({from->number, *now});
    *now = {};
    for (size_t i = exceptions->count; i-- > 0;)
      if ((*exceptions)[i].first == to->number) {
        *now = (*exceptions)[i].second;
        (*exceptions)[i] = (*exceptions)[--exceptions->count];
        break;
      }
  }
  for (ffi::Plugin *plugin : ffi::openPlugins())
    if (plugin->isStarted && plugin->table->fiber_switch)
      plugin->table->fiber_switch(plugin->table, from->number, to->number);
}

void onFiberEnd(Fiber *fiber) {
  for (ffi::Plugin *plugin : ffi::openPlugins())
    if (plugin->isStarted && plugin->table->fiber_end)
      plugin->table->fiber_end(plugin->table, fiber->number);
}

/// The libstdc++ that plugins share, if there is one; each asks again.
void findExceptionGlobals() {
  if (exceptionGlobals)
    return;
  void *library = dlopen("libstdc++.so.6", RTLD_LAZY | RTLD_NOLOAD);
  if (!library)
    return;
  exceptionGlobals =
      reinterpret_cast<void *(*)()>(dlsym(library, "__cxa_get_globals"));
  static GrowArray<std::pair<uint64_t, ExceptionState>> states;
  exceptions = &states;
}

} // namespace plc::rt
