//===- HostAsync.h - slots of the host table in HostAsync.cpp ---*- C++ -*-===//
#ifndef PLC_RUNTIME_HOSTASYNC_H
#define PLC_RUNTIME_HOSTASYNC_H

#include "stdlib/runtime/World.h"

namespace plc::rt {

plc_value host_promise(const plc_host *);
bool host_settle(const plc_host *, plc_value promise, plc_promise_state state,
                 plc_value v);
plc_value host_make_condition(const plc_host *, const plc_plugin *plugin,
                              plc_status status, plc_error *error);
bool host_is_promise(const plc_host *, plc_value v);
plc_promise_state host_promise_state(const plc_host *, plc_value promise,
                                     plc_value *v);
void host_when_settled(const plc_host *, plc_value promise,
                       void (*settled)(void *data), void *data);
plc_watch *host_watch(const plc_host *, int fd, int events,
                      void (*ready)(void *data, int events), void *data);
void host_unwatch(const plc_host *, plc_watch *watch);
bool host_post(const plc_host *, void (*call)(void *data), void *data);
void host_expect(const plc_host *, int change);
uint64_t host_fiber(const plc_host *);
bool host_spawn(const plc_host *, void (*body)(void *data), void *data);
plc_value host_local_promise(const plc_host *);
plc_value host_timer(const plc_host *, double seconds);
plc_status host_await(const plc_host *, plc_value promise, plc_value *result,
                      plc_error *error);
bool host_cancel(const plc_host *, plc_value promise);
void host_when_abandoned(const plc_host *, plc_value promise,
                         void (*abandoned)(void *data), void *data);
plc_status host_run(const plc_host *, void (*body)(void *data), void *data);
double host_turn(const plc_host *, int *descriptor);
bool host_run_at_home(const plc_host *, void (*body)(void *data), void *data);
void host_signalled(const plc_host *);
bool host_is_in_thread(const plc_host *);
bool host_raise_in(const plc_host *, uint64_t number, plc_value object);
void host_bind_fiber(const plc_host *, uint64_t number, bool isBound);
/// In assembly: it keeps the registers of who calls it.
inline constexpr auto &host_blocking_begin = plc_release_world;
void host_blocking_end(const plc_host *, plc_region *region);

} // namespace plc::rt
#endif // PLC_RUNTIME_HOSTASYNC_H
