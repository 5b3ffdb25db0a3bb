/* Open.c - calls without lua_pcall.
 *
 * lua_pcall takes a third of the time of a small function. An error for which
 * there is none makes Lua give up all frames of its thread, close what is to be
 * closed, and call the panic function, which may jump out. So where no frame of
 * Lua is active in any thread (an error goes to a lua_pcall of the main thread,
 * if there is one), the panic function is as good as lua_pcall: it jumps to
 * callOpen, over frames of Lua alone, as Lua itself does.
 *
 * Two things are missing, and made up for:
 * - The message handler, which notes the frames of an error, is given to
 *   lua_pcall only. A thread keeps that of a lua_pcall which yielded and was
 *   then reset; `arm` does that.
 * - The count of nested calls in C, which `arm` sets back, and, after an error
 *   in a hook, that hooks may run: such a thread is replaced.
 * openOpenCalls tries it; where it does not work, calls are made by lua_pcall.
 */
#include "LuaPlugin.h"

#include <stdio.h>
#include <string.h>

void *theBoundary[5]; /* of __builtin_setjmp */
static lua_CFunction formerPanic;

static int onPanic(lua_State *L) {
  if (theLua.active >= OpenCall)
    __builtin_longjmp(theBoundary, 1);
  return formerPanic ? formerPanic(L) : 0;
}

static int yieldAtOnce(lua_State *L) { return lua_yield(L, 0); }
static int afterYield(lua_State *L, int status, lua_KContext context) {
  (void)L, (void)status, (void)context;
  return 0;
}

/* In slot 1 the message handler, which is slot IdleTop of the thread. */
static int armBody(lua_State *L) {
  lua_pushcfunction(L, yieldAtOnce);
  return lua_pcallk(L, 0, 0, 1, 0, afterYield);
}

/* Errors without lua_pcall in this thread, whose stack is empty, call the
   message handler in slot IdleTop from now on. */
static bool arm(lua_State *L) {
  int results;
  lua_pushcfunction(L, armBody);
  lua_pushcfunction(L, noteFrames);
  bool hasYielded = lua_resume(L, NULL, 1, &results) == LUA_YIELD;
  return lua_resetthread(L) == LUA_OK && hasYielded;
}

/* No open calls from now on. */
static void giveUp(void) {
  static bool isGivenUp;
  if (!isGivenUp)
    ++theLua.active;
  isGivenUp = true;
}

bool prepareThread(lua_State *L, bool forOpenCalls) {
  lua_settop(L, 0);
  if (forOpenCalls && !arm(L))
    giveUp();
  lua_settop(L, 0);
  if (!lua_checkstack(L, IdleTop + QuickSlots))
    return false;
  lua_pushnil(L);
  lua_pushcfunction(L, noteFrames);
  return true;
}

/* --- After an error ------------------------------------------------------- */

static bool hasHookRun;
static void noteHook(lua_State *L, lua_Debug *info) {
  (void)L, (void)info;
  hasHookRun = true;
}
static int nothing(lua_State *L) {
  (void)L;
  return 0;
}

/* False if the error was raised in a hook, which has not ended for Lua. */
static bool canRunHooks(lua_State *L) {
  lua_Hook hook = lua_gethook(L);
  int mask = lua_gethookmask(L), count = lua_gethookcount(L);
  hasHookRun = false;
  lua_sethook(L, noteHook, LUA_MASKCALL, 0);
  lua_pushcfunction(L, nothing);
  lua_call(L, 0, 0);
  lua_sethook(L, hook, mask, count);
  return hasHookRun;
}

static int renewBody(lua_State *L) {
  renewThread(L);
  return 0;
}

/* The error object lies alone on the stack. */
__attribute__((noinline)) plc_status takeOpenError(plc_error *error) {
  theLua.active -= OpenCall;
  theLua.running = NULL;
  if (theLua.isInterrupted) /* its hook would stop what follows */
    endInterrupt(theLua.L);
  static const char outOfMemory[] = "not enough memory";
  lua_State *L = theLua.L, *spare = theLua.spare;
  const char *text =
      lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : NULL;
  int code = text && strcmp(text, outOfMemory) == 0 ? LUA_ERRMEM : LUA_ERRRUN;
  lua_xmove(L, spare, 1);
  if (!prepareThread(L, true))
    giveUp();
  if (!canRunHooks(L)) {
    lua_pushcfunction(spare, renewBody);
    if (lua_pcall(spare, 0, 0, 0) != LUA_OK)
      lua_pop(spare, 1);
  }
  L = theLua.L;
  lua_xmove(spare, L, 1);
  plc_status status = takeError(code, error);
  lua_settop(theLua.L, IdleTop);
  return status;
}

/* True if an error in a thread of Lua arrives as from lua_pcall. */
static bool works(lua_State *L) {
  plc_error error = {PLC_FALSE, PLC_FALSE, PLC_FALSE,
                     PLC_FALSE, PLC_FALSE, PLC_FALSE};
  return luaL_loadstring(L, "error('?')") == LUA_OK &&
         callOpen(L, 0, &error) == PLC_E_FOREIGN && plc_is_pair(error.trace) &&
         theLua.L == L && lua_gettop(L) == IdleTop;
}

void openOpenCalls(lua_State *L) {
  formerPanic = lua_atpanic(L, onPanic);
  /* Twice, for the first one must leave the thread as it was. */
  if (!prepareThread(L, true) || !areSlotsKnown || !works(L) || !works(L))
    giveUp();
  lua_settop(L, IdleTop);
}
