//===- ForeignHooks.cpp - doors to foreign objects ------------------------===//
//
// Null in programs without foreign imports or fibers, which then contain nothing
// of Foreign.cpp and Async.cpp. Set when the first plugin or fiber starts.
//
//===----------------------------------------------------------------------===//
#include "stdlib/runtime/Control.h"

namespace plc::rt {

plc_code rt_foreign_call;
Value (*rt_foreign_operate)(Context *ctx, int op, Value a, Value b);
bool (*rt_foreign_compare)(Context *ctx, int op, Value a, Value b);
bool (*rt_foreign_equal)(Context *ctx, Value a, Value b);
uint64_t (*rt_foreign_hash)(Context *ctx, Value v);
int64_t (*rt_foreign_length)(Context *ctx, Value v);
Value (*rt_foreign_lookup)(Context *ctx, Value object, Value key,
                           Value otherwise);
void (*rt_foreign_store)(Context *ctx, Value object, Value key, Value value);
bool (*rt_foreign_delete)(Context *ctx, Value object, Value key);
Value (*rt_foreign_entries)(Context *ctx, Value object);
Value (*rt_foreign_elements)(Context *ctx, Value object);
Value (*rt_foreign_element)(Context *ctx, const char *who, Value object,
                            Value index, Value element);
bool (*rt_foreign_values)(Context *ctx);
Value (*rt_foreign_await)(Context *ctx, Value object, bool isHere);
void (*rt_foreign_release)();
void (*rt_interrupt_hook)();
void (*rt_signals_hook)(Context *ctx);
void (*rt_shutdown_hook)();
plc_plugin *rt_native_plugin;
Value rt_procedure_notes = PLC_FALSE;
ForeignCall *youngestForeignCall;
Value keptToken = PLC_FALSE;
void (*rt_show_foreign_output)();
int nestedForeignCalls;
bool onFiber;
Value asyncPromiseType;
void (*rt_async_end_hook)(Context *ctx);
void (*rt_enter_fiber)(Context *ctx, Value k, Value packed);

} // namespace plc::rt
