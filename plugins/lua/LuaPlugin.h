/* LuaPlugin.h - what the files of the Lua plugin share.
 *
 * One lua_State. Everything that may raise a Lua error runs in a function that
 * `protect` calls under lua_pcall, so that no longjmp passes a frame of plc;
 * the functions below marked "raises" are called there only.
 */
#ifndef PLC_PLUGIN_LUA_H
#define PLC_PLUGIN_LUA_H

#include "Slots.h"
#include "plc/plugin.h"

#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <signal.h>

/* A fiber of Lisp that has called Lua: its calls run in threads of its own, for
   those of a fiber that waits are in the middle of something. */
typedef struct LuaFiber {
  uint64_t number;
  lua_State *L;       /* the thread that its calls run in */
  int depth, deepest; /* callbacks that are active, and were at most */
  struct LuaFiber *next;
} LuaFiber;

typedef struct LuaRuntime {
  lua_State *L; /* the thread that calls run in now; NULL: this fiber's first */
  lua_State *main;
  lua_State *spare; /* never runs anything: for what may be done at any time */
  uint64_t fiber;
  const plc_host *host;
  plc_plugin *plugin;
  int depth;           /* callbacks of this fiber that are active */
  /* Calls of Lua that are active, in all fibers; one more if open calls are not
     possible, or the layout of the stack is not known. */
  int active;
  uint64_t references; /* that Lisp holds */
  /* The thread of Lua whose code runs just now, perhaps a coroutine of the
     program; NULL: none does. Read by a signal handler. */
  lua_State *volatile running;
  volatile sig_atomic_t isInterrupted; /* that call has to end */
} LuaRuntime;
extern LuaRuntime theLua;

/* --- Lua.c */

/* Frames that were active when the last error was raised, innermost first. */
enum { MaxFrames = 32 };
typedef struct LuaFrame {
  char procedure[80], file[80];
  int line;
} LuaFrame;

/* A message handler for lua_pcall that notes them. */
int noteFrames(lua_State *L);
/* The stack of a thread in which calls run, between calls: a free slot,
   noteFrames, and room for what the functions of Quick.c push. */
enum { IdleTop = 2, QuickArguments = 16, QuickSlots = QuickArguments + 8 };
/* Runs body(L), which gets `job` as light userdata in stack slot 1. */
plc_status protect(lua_CFunction body, void *job, plc_error *error);
/* Calls the function above noteFrames, with the `arguments` above it. Leaves
   its results in their place, or nothing. */
plc_status protectCall(int arguments, int results, plc_error *error);
/* What an error left: its object is on top of the stack, and taken off. */
plc_status takeError(int code, plc_error *error);

/* --- Interrupts.c */

void openInterrupts(lua_State *L); /* raises */
void interrupt(plc_plugin *self);
/* The call that was to end has ended. */
void endInterrupt(lua_State *L);

/* --- Open.c: calls without lua_pcall */

/* Finds out whether there can be any. */
void openOpenCalls(lua_State *L);
/* Makes the stack of a thread idle; one `forOpenCalls` must not be in use.
   False if there is no memory. */
bool prepareThread(lua_State *L, bool forOpenCalls);
/* Where an error in such a call arrives. */
extern void *theBoundary[5];
enum { OpenCall = 1 << 30 }; /* such a call is active: added to theLua.active */
plc_status takeOpenError(plc_error *error);
/* protectCall for a thread that is not in use, with all results. */
LUA_STEP plc_status callOpen(lua_State *L, int arguments, plc_error *error) {
  theLua.active = OpenCall;
  theLua.running = L;
  if (__builtin_setjmp(theBoundary))
    return takeOpenError(error);
  lua_call(L, arguments, LUA_MULTRET);
  theLua.active -= OpenCall;
  theLua.running = NULL;
  if (__builtin_expect(theLua.isInterrupted, 0))
    endInterrupt(L);
  return PLC_OK;
}
/* True if nothing of Lua runs in any fiber, so that callOpen may be used, and
   slots are known. Only in the main thread: an error that nothing waits for in
   another one is passed on to what waits in the main thread, which may be a call
   of another fiber by now. */
LUA_STEP bool canCallOpen(void) {
  return theLua.active == 0 && theLua.L == theLua.main;
}

/* --- Fibers.c */

/* theLua.L; NULL if there is no memory. */
lua_State *luaState(void);
/* The thread for calls under `depth` callbacks of this fiber. Raises. */
lua_State *threadAt(lua_State *L, int depth);
/* Another thread for calls of this fiber outside of callbacks. Raises. */
void renewThread(lua_State *L);
bool openFibers(void);
/* True of a thread that calls of Lisp run in. Raises. */
bool isOurThread(lua_State *L, int index);
/* Keeps programs of Lua from ending the threads of calls. Raises. */
void guardThreads(lua_State *L);
/* What a fiber that was left has not closed is closed now. */
void closeThreads(void);
void switchFiber(plc_plugin *self, uint64_t from, uint64_t to);
void endFiber(plc_plugin *self, uint64_t number);

/* --- Convert.c */

void openConversions(lua_State *L); /* raises */
/* Pushes the counterpart of a Lisp value. Raises. */
void pushValue(lua_State *L, plc_value v);
/* Raises. */
plc_value toValue(lua_State *L, int index);
/* False for what is neither nil, boolean, number nor string. */
bool toScalar(lua_State *L, int index, plc_value *result);
/* Gives an object back to Lua. */
void dropHandle(lua_State *L, uintptr_t handle);
/* A reference is that of a module, whose functions are no methods. */
void noteModule(plc_value reference);
/* The values in slots first..top as one result. Raises. */
plc_value toValues(lua_State *L, int first);
/* Deep copy as Lisp data. Raises. */
plc_value toLisp(lua_State *L, int index);
/* What Lisp has a reference to. */
typedef struct Object {
  Slot slot; /* if the layout is known */
  bool isModule;
} Object;
extern Object *theObjects; /* by handle */
LUA_STEP const Object *objectOf(plc_value reference) {
  return &theObjects[plc_reference_handle(reference)];
}
/* Pushes it. */
static inline void pushReference(lua_State *L, plc_value reference) {
  if (areSlotsKnown)
    putSlot(L, &objectOf(reference)->slot);
  else
    lua_rawgeti(L, LUA_REGISTRYINDEX,
                (lua_Integer)plc_reference_handle(reference));
}
/* True if the error at `index` carries what Lisp or a conversion reported. */
bool isCarrier(lua_State *L, int index, plc_status *status, plc_error *error);
/* The opaque Lisp value at `index`. Raises. */
plc_value heldValue(lua_State *L, int index);
/* The C function of Lisp procedures in Lua. */
int callLisp(lua_State *L);
/* Raises a Lua error that arrives as this status in plc. */
int raiseStatus(lua_State *L, plc_status status, const char *message);

/* --- Quick.c: the usual cases. */

/* Operations of the plugin's table. */
plc_status luaGet(plc_plugin *self, plc_value object, plc_value name,
                  plc_value *result, plc_error *error);
plc_status luaCall(plc_plugin *self, plc_value callee, const plc_value *args,
                   size_t positional, size_t keywords, plc_value *result,
                   plc_error *error);
plc_status luaCallMethod(plc_plugin *self, plc_value object, plc_value name,
                         const plc_value *args, size_t positional,
                         size_t keywords, plc_value *result, plc_error *error);
/* What needs no protection. True if that was enough. */

bool quickIndex(plc_value object, plc_value key, plc_value *result);
bool quickSet(plc_value object, plc_value name, plc_value value);
bool quickSetIndex(plc_value object, plc_value key, plc_value value);
/* The Lua string at `index`, from the top, is the name of a symbol that is
   used as a member. Raises. */
void rememberName(lua_State *L, plc_value symbol, int index);

/* --- Documentation.c: operations of the plugin's table */

plc_status luaSignature(plc_plugin *self, plc_value object, plc_value *result,
                        plc_error *error);
plc_status luaDoc(plc_plugin *self, plc_value object, plc_value *result,
                  plc_error *error);

/* --- Buffers.c */

/* `lispValues`: the metatable of opaque Lisp values. Raises. */
void openBuffers(lua_State *L, const char *lispValues);
plc_status luaBuffer(plc_plugin *self, plc_value object, plc_buffer *result,
                     plc_error *error);

/* --- Objects.c: operations of the plugin's table; those of Quick.c go there
   first */

/* A table that `require` returned for Lisp. Raises. */
bool isModule(lua_State *L, int index);
extern const char kModules[];   /* registry field: set of module tables */
void openObjects(lua_State *L); /* raises */
plc_status luaSet(plc_plugin *self, plc_value object, plc_value name,
                  plc_value value, plc_error *error);
plc_status luaIndex(plc_plugin *self, plc_value object, plc_value key,
                    plc_value *result, plc_error *error);
plc_status luaSetIndex(plc_plugin *self, plc_value object, plc_value key,
                       plc_value value, plc_error *error);
plc_status luaDeleteIndex(plc_plugin *self, plc_value object, plc_value key,
                          plc_error *error);
plc_status luaEntries(plc_plugin *self, plc_value object, plc_value *result,
                      plc_error *error);
/* Any member. */
plc_status getLong(plc_value object, plc_value name, plc_value *result,
                   plc_error *error);
/* Any call; `name` is that of a method, or PLC_FALSE. */
plc_status callLong(plc_value object, plc_value name, const plc_value *args,
                    size_t positional, size_t keywords, plc_value *result,
                    plc_error *error);
plc_status luaIterate(plc_plugin *self, plc_value object, plc_value *result,
                      plc_error *error);
plc_status luaNext(plc_plugin *self, plc_value iterator, plc_value *result,
                   plc_error *error);
plc_status luaLength(plc_plugin *self, plc_value object, int64_t *result,
                     plc_error *error);
plc_status luaCompare(plc_plugin *self, plc_comparison op, plc_value a,
                      plc_value b, bool *result, plc_error *error);
plc_status luaOperate(plc_plugin *self, plc_operator op, plc_value a,
                      plc_value b, plc_value *result, plc_error *error);
plc_status luaRepr(plc_plugin *self, plc_value object, bool isDisplay,
                   plc_value *result, plc_error *error);
plc_status luaMembers(plc_plugin *self, plc_value object, plc_value *result,
                      plc_error *error);
plc_status luaToLisp(plc_plugin *self, plc_value object, plc_value *result,
                     plc_error *error);
plc_status luaClose(plc_plugin *self, plc_value object, plc_error *error);

#endif /* PLC_PLUGIN_LUA_H */
