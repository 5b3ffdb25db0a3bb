/* A plugin of things that happen later: timers of its own threads, calls of Lisp
 * by threads, descriptors. Written from plc/plugin.h. */
#include "plc/plugin.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const plc_host *host;
static plc_plugin plugin;
static uint64_t references;

/* --- Objects: members of the module, by number, and results to come --------- */

typedef enum Member {
  LATER,          /* later(ms, x): an object whose value is x, from a thread */
  FAILS,          /* fails(ms, text): one that fails */
  THREADS,        /* threads(n, count, f): n threads call f count times each, while
                     this one waits for them; how many calls returned 1 more */
  BACKGROUND,     /* background(n, count, f): the same, but it returns at once: an
                     object whose value is that number */
  READ,           /* read(fd, f): f(text) when there is something to read */
  CALL,           /* call(f): f() */
  SWITCHES,       /* switches(): how often fibers changed below this plugin */
  FIBER,          /* fiber(): the number of the fiber */
  MODULE,
  RESULT
} Member;
static const char *const names[] = {"later",      "fails", "threads",
                                    "background", "read",  "call",
                                    "switches",   "fiber"};

typedef struct Object {
  Member member;
  plc_root promise; /* of RESULT */
} Object;
static Object members[MODULE + 1];
static uint64_t switches, current, ended;

static plc_value reference(Object *object) {
  plc_value found =
      host->reference_find(host, &plugin, (uintptr_t)object);
  if (found != PLC_UNBOUND)
    return found;
  ++references;
  return host->reference_make(host, &plugin, (uintptr_t)object,
                              (uintptr_t)object);
}

static plc_value result_object(void) {
  Object *object = calloc(1, sizeof *object);
  object->member = RESULT;
  object->promise = host->hold(host, host->promise(host));
  return reference(object);
}

/* --- later ------------------------------------------------------------------- */

typedef struct Later {
  plc_root promise, value;
  int64_t ms;
  bool fails;
} Later;

static void settle_later(void *data) {
  Later *later = data;
  plc_value promise = host->held(host, later->promise);
  plc_value value = host->held(host, later->value);
  if (later->fails) {
    plc_error error = {PLC_FALSE, PLC_FALSE, PLC_FALSE,
                       PLC_FALSE, PLC_FALSE, PLC_FALSE};
    char text[100];
    size_t n = host->string_utf8(host, value, text, sizeof text - 1);
    text[n] = 0;
    host->fail(host, &error, PLC_E_FOREIGN, "Late", text);
    value = host->make_condition(host, &plugin, PLC_E_FOREIGN, &error);
  }
  host->settle(host, promise, later->fails ? PLC_REJECTED : PLC_RESOLVED,
               value);
  host->drop(host, later->promise);
  host->drop(host, later->value);
  free(later);
}

static void *sleep_and_post(void *data) {
  Later *later = data;
  usleep((useconds_t)later->ms * 1000);
  host->post(host, settle_later, later);
  return NULL;
}

static void start_thread(void *(*body)(void *), void *data) {
  pthread_t thread;
  pthread_create(&thread, NULL, body, data);
  pthread_detach(thread);
}

static plc_value start_later(int64_t ms, plc_value value, bool fails) {
  plc_value result = result_object();
  Later *later = malloc(sizeof *later);
  Object *object = (Object *)plc_reference_handle(result);
  *later = (Later){host->hold(host, host->held(host, object->promise)),
                   host->hold(host, value), ms, fails};
  start_thread(sleep_and_post, later);
  return result;
}

/* --- Threads ------------------------------------------------------------------ */

typedef struct Crowd {
  plc_root procedure, promise;
  int64_t count, alive;
  int64_t good; /* changed by who holds the world */
} Crowd;

typedef struct Call {
  Crowd *crowd;
  int64_t number;
} Call;

static void call_once(void *data) {
  Call *call = data;
  plc_value result = PLC_UNSPECIFIED;
  plc_value argument = host->integer(host, call->number);
  plc_error error = {PLC_FALSE, PLC_FALSE, PLC_FALSE,
                     PLC_FALSE, PLC_FALSE, PLC_FALSE};
  plc_status status =
      host->call(host, host->held(host, call->crowd->procedure), &argument, 1,
                 &result, &error);
  if (status == PLC_OK && result == plc_fixnum(call->number + 1))
    ++call->crowd->good;
}

static void *member_of_crowd(void *data) {
  Crowd *crowd = data;
  for (int64_t i = 0; i < crowd->count; ++i) {
    Call call = {crowd, i};
    host->run(host, call_once, &call);
  }
  return NULL;
}

static void finish_crowd(void *data) {
  Crowd *crowd = data;
  host->settle(host, host->held(host, crowd->promise), PLC_RESOLVED,
               host->integer(host, crowd->good));
  host->drop(host, crowd->promise);
  host->drop(host, crowd->procedure);
  free(crowd);
}

static void *member_of_free_crowd(void *data) {
  Crowd *crowd = data;
  member_of_crowd(data);
  if (__atomic_sub_fetch(&crowd->alive, 1, __ATOMIC_SEQ_CST) == 0)
    host->post(host, finish_crowd, crowd);
  return NULL;
}

static plc_value run_threads(int64_t n, int64_t count, plc_value procedure) {
  Crowd crowd = {host->hold(host, procedure), 0, count, n, 0};
  pthread_t threads[64];
  for (int64_t i = 0; i < n; ++i)
    pthread_create(&threads[i], NULL, member_of_crowd, &crowd);
  plc_region region;
  host->blocking_begin(host, &region);
  for (int64_t i = 0; i < n; ++i)
    pthread_join(threads[i], NULL);
  host->blocking_end(host, &region);
  host->drop(host, crowd.procedure);
  return host->integer(host, crowd.good);
}

static plc_value run_background(int64_t n, int64_t count, plc_value procedure) {
  plc_value result = result_object();
  Object *object = (Object *)plc_reference_handle(result);
  Crowd *crowd = malloc(sizeof *crowd);
  *crowd = (Crowd){host->hold(host, procedure),
                   host->hold(host, host->held(host, object->promise)), count, n,
                   0};
  for (int64_t i = 0; i < n; ++i)
    start_thread(member_of_free_crowd, crowd);
  return result;
}

/* --- Descriptors -------------------------------------------------------------- */

typedef struct Reader {
  int fd;
  plc_root procedure;
  plc_watch *watch;
} Reader;

static void on_readable(void *data, int events) {
  Reader *reader = data;
  char text[256];
  ssize_t n = events & PLC_WATCH_FAILED
                  ? -1
                  : read(reader->fd, text, sizeof text);
  plc_value argument = PLC_FALSE, result;
  if (n > 0)
    host->string(host, text, (size_t)n, &argument);
  plc_error error = {PLC_FALSE, PLC_FALSE, PLC_FALSE,
                     PLC_FALSE, PLC_FALSE, PLC_FALSE};
  host->call(host, host->held(host, reader->procedure), &argument, 1, &result,
             &error);
  if (n > 0)
    return;
  host->unwatch(host, reader->watch);
  host->drop(host, reader->procedure);
  free(reader);
}

static void start_reader(int fd, plc_value procedure) {
  Reader *reader = malloc(sizeof *reader);
  *reader = (Reader){fd, host->hold(host, procedure), NULL};
  reader->watch =
      host->watch(host, fd, PLC_WATCH_READABLE, on_readable, reader);
}

/* --- Operations --------------------------------------------------------------- */

static plc_status start(plc_plugin *self, const plc_host *h, plc_error *error) {
  (void)self, (void)error;
  host = h;
  for (int i = 0; i <= MODULE; ++i)
    members[i].member = (Member)i;
  return PLC_OK;
}

static plc_status import(plc_plugin *self, plc_value name, plc_value options,
                         plc_value *result, plc_error *error) {
  (void)self, (void)name, (void)options, (void)error;
  *result = reference(&members[MODULE]);
  return PLC_OK;
}

static plc_status get(plc_plugin *self, plc_value object, plc_value name,
                      plc_value *result, plc_error *error) {
  (void)self, (void)object;
  char text[40];
  size_t n = host->string_utf8(host, plc_symbol_name(name), text,
                               sizeof text - 1);
  text[n < sizeof text ? n : 0] = 0;
  for (int i = 0; i < MODULE; ++i)
    if (strcmp(text, names[i]) == 0) {
      *result = reference(&members[i]);
      return PLC_OK;
    }
  return host->fail(host, error, PLC_E_NAME, NULL, "no such member");
}

static plc_status call(plc_plugin *self, plc_value callee,
                       const plc_value *args, size_t positional,
                       size_t keywords, plc_value *result, plc_error *error) {
  (void)self, (void)keywords, (void)positional;
  Object *object = (Object *)plc_reference_handle(callee);
  switch (object->member) {
  case LATER:
  case FAILS:
    *result = start_later(plc_fixnum_value(args[0]), args[1],
                          object->member == FAILS);
    return PLC_OK;
  case THREADS:
    *result = run_threads(plc_fixnum_value(args[0]), plc_fixnum_value(args[1]),
                          args[2]);
    return PLC_OK;
  case BACKGROUND:
    *result = run_background(plc_fixnum_value(args[0]),
                             plc_fixnum_value(args[1]), args[2]);
    return PLC_OK;
  case READ:
    start_reader((int)plc_fixnum_value(args[0]), args[1]);
    *result = PLC_UNSPECIFIED;
    return PLC_OK;
  case CALL:
    return host->call(host, args[0], NULL, 0, result, error);
  case SWITCHES:
    *result = host->integer(host, (int64_t)switches);
    return PLC_OK;
  case FIBER:
    if (current != host->fiber(host))
      return host->fail(host, error, PLC_E_FOREIGN, NULL,
                        "fiber_switch was not called");
    *result = host->integer(host, (int64_t)current);
    return PLC_OK;
  default:
    return host->fail(host, error, PLC_E_TYPE, NULL, "not to be called");
  }
}

static plc_status call_method(plc_plugin *self, plc_value object,
                              plc_value name, const plc_value *args,
                              size_t positional, size_t keywords,
                              plc_value *result, plc_error *error) {
  plc_value callee;
  plc_status status = get(self, object, name, &callee, error);
  if (status != PLC_OK)
    return status;
  return call(self, callee, args, positional, keywords, result, error);
}

static plc_status await(plc_plugin *self, plc_value object, plc_value *result,
                        plc_error *error) {
  (void)self, (void)error;
  Object *o = (Object *)plc_reference_handle(object);
  if (o->member != RESULT)
    return PLC_E_UNSUPPORTED;
  *result = host->held(host, o->promise);
  return PLC_OK;
}

static void fiber_switch(plc_plugin *self, uint64_t from, uint64_t to) {
  (void)self;
  if (from == current)
    ++switches;
  current = to;
}
static void fiber_end(plc_plugin *self, uint64_t fiber) {
  (void)self, (void)fiber;
  ++ended;
}

static void release(plc_plugin *self, const uintptr_t *handles, size_t count) {
  (void)self;
  for (size_t i = 0; i < count; ++i) {
    Object *object = (Object *)handles[i];
    if (object->member == RESULT) {
      host->drop(host, object->promise);
      free(object);
    }
  }
  references -= count;
}

static plc_plugin plugin = {
    .struct_size = sizeof(plc_plugin),
    .abi_major = PLC_PLUGIN_ABI_MAJOR,
    .abi_minor = PLC_PLUGIN_ABI_MINOR,
    .language = "later",
    .ecosystems = "later",
    .version = "1",
    .start = start,
    .import = import,
    .get = get,
    .call = call,
    .call_method = call_method,
    .release = release,
    .await = await,
    .fiber_switch = fiber_switch,
    .fiber_end = fiber_end,
};

plc_plugin *plc_plugin_query(const plc_host *h) {
  return h->abi_major == PLC_PLUGIN_ABI_MAJOR ? &plugin : NULL;
}
