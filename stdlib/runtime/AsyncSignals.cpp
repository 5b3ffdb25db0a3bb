//===- AsyncSignals.cpp - handlers of signals where fibers run ------------===//
//
// Handlers that runtimes of plugins have for signals run where the program is: in the
// main program at a poll (Overflow.cpp), in the fiber that computes while that waits, in
// one of their own while all wait. What they raise is raised in the main program.
//
//===----------------------------------------------------------------------===//
#include "stdlib/runtime/Async.h"
#include "stdlib/runtime/Foreign.h"
#include "stdlib/runtime/HeapImpl.h"

namespace plc::rt {

static void handleForMain(Context *ctx) {
  auto handle = [](Context *context, void *) { rt_signals_hook(context); };
  // What is raised comes here, an exit, too.
  ForeignCall call = {youngestForeignCall, boundaryOf(ctx)};
  youngestForeignCall = &call;
  bool isDone = protect(ctx, handle, nullptr);
  youngestForeignCall = call.prev;
  if (isDone)
    return;
  Value token = keptToken;
  keptToken = PLC_FALSE;
  if (!isRaised(token))
    resumeEscape(ctx, tokenObject(token));
  injectInto(ctx, &mainFiber, tokenObject(token));
}

static void handleInFiber(Context *ctx) {
  Fiber *self = currentFiber;
  // Other threads handle none: the main program's is told again when it goes on.
  if (self->isThread || self->host)
    return;
  // Its main program is the runtime that waits for the fiber.
  if (isModule()) {
    rt_signals_hook(ctx);
    return;
  }
  handleForMain(ctx);
  if (mainFiber.injected.number())
    giveTurn(ctx);
}

static void startSignals(Context *ctx) {
  auto handle = [](void *) { handleForMain(theContext); };
  if (!spawnFiber(ctx, handle, nullptr))
    return;
  clearPending(ctx, PLC_PENDING_SIGNALS);
  restoreLimit(ctx);
}

void installSignals() {
  rt_signals_in_fiber = handleInFiber;
  rt_start_signals = startSignals;
}

} // namespace plc::rt
