//===- AsyncPromise.h - inside of promises of fibers -------------*- C++ -*-===//
//
// What Async.cpp, which decides who runs, knows of promises (Async.h) as records.
//
//===----------------------------------------------------------------------===//
#ifndef PLC_RUNTIME_ASYNCPROMISE_H
#define PLC_RUNTIME_ASYNCPROMISE_H

#include "stdlib/runtime/Async.h"
#include "stdlib/runtime/HeapImpl.h"

namespace plc::rt {

/// Fields of the record after its type.
enum PromiseField {
  PromiseStateField, ///< the symbol pending, resolved or rejected
  PromiseValueField, ///< the value, VALUES, or the object to raise
  PromiseWaiters,    ///< see wake()
  PromiseOwner,      ///< #f; a Fiber; or TimerData, with TimerBit
  PromiseFlags,
  PromiseAbandoned, ///< #f; HANDLE, a job to post, see whenAbandoned
  PromiseFields
};
/// Bits of PromiseFlags. IsSole: made for the one fiber that awaits it.
enum { HasTrace = 1, IsExternal = 2, IsAwaited = 4, IsSole = 8 };
/// Addresses of 16 bytes' alignment are fixnums.
constexpr uint64_t TimerBit = 8;

/// Symbols, by PromiseState.
extern Value promiseStates[3];

inline Value &field(Value promise, PromiseField f) {
  return plc_fields(promise)[1 + f];
}
inline void setField(Context *ctx, Value promise, PromiseField f, Value v) {
  store(ctx, &field(promise, f), v);
}
inline bool hasFlag(Value promise, int64_t flag) {
  return plc_fixnum_value(field(promise, PromiseFlags)) & flag;
}
inline void setFlag(Value promise, int64_t flag) {
  field(promise, PromiseFlags) |= plc_fixnum(flag);
}
inline bool isPending(Value promise) {
  return field(promise, PromiseStateField) == promiseStates[0];
}

/// Makes the type of the records.
void makePromiseType(Context *ctx);
/// The value, if it is a promise; else raises wrong-type.
Value checkPromise(Context *ctx, const char *who, Value v);
void addWaiter(Context *ctx, Value promise, Value waiter);
void removeWaiter(Context *ctx, Value promise, Value waiter);
/// Who waits for a promise, or for what waits for it.
struct Awaiting {
  /// Of a thread's call, or of a fiber that has to go on there; the call waits.
  FiberHost *host = nullptr;
  /// Without one: the main program, a fiber without a host, or a job.
  bool isProgram = false;
};
Awaiting awaiting(Value promise);
/// \{ A job to post later, as a HANDLE.
Value makeJobHandle(Context *ctx, void (*run)(void *data), void *data);
void postHandle(Value handle);
/// \}
/// \{ Tells on stderr of rejected promises that nobody awaited: all of them; the
/// oldest if there are too many.
void reportUnawaited(Context *ctx);
void limitUnawaited(Context *ctx);
/// \}

/// Async.cpp: before the first promise is made.
void startAsync(Context *ctx);
/// Async.cpp: the promise of the timer was settled by somebody else.
void dropTimer(Context *ctx, uint64_t address);

} // namespace plc::rt
#endif // PLC_RUNTIME_ASYNCPROMISE_H
