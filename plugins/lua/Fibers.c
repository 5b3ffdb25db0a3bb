/* Fibers.c - threads of Lua for fibers of Lisp.
 *
 * Calls of Lua nest on the stack of the fiber that makes them. While one fiber
 * waits in a procedure of Lisp that Lua has called, another one may call Lua: it
 * does so in a thread of its own, made at its first call. Below callbacks there
 * are more of them, see callLisp.
 */

#include "LuaPlugin.h"

#include <stdlib.h>

/* In the registry: all threads in which calls run; those that were left in the
   middle of a call and are still to be closed. */
static const char kThreads[] = "plc.threads";
static const char kLeft[] = "plc.left";

static LuaFiber mainFiber;
enum { Buckets = 1024 };
static LuaFiber *fibers[Buckets];

/* Keys of the table of threads. */
enum { MostDepth = 1 << 20 };
static lua_Integer keyOf(uint64_t number, int depth) {
  return (lua_Integer)(number * MostDepth + (uint64_t)depth);
}

static LuaFiber **placeOf(uint64_t number) {
  LuaFiber **at = &fibers[number % Buckets];
  while (*at && (*at)->number != number)
    at = &(*at)->next;
  return at;
}

/* The table of threads is on top of the stack: its value for `key` is a thread
   from now on, or none if `thread` is NULL. It has the threads as keys, too. */
static void setThread(lua_State *L, lua_Integer key, lua_State *thread) {
  if (lua_rawgeti(L, -1, key) == LUA_TTHREAD) {
    lua_pushnil(L);
    lua_rawset(L, -3);
  } else {
    lua_pop(L, 1);
  }
  if (thread) {
    lua_pushthread(thread);
    if (thread != L)
      lua_xmove(thread, L, 1);
    lua_pushvalue(L, -1);
    lua_rawseti(L, -3, key);
    lua_pushboolean(L, 1);
    lua_rawset(L, -3);
  } else {
    lua_pushnil(L);
    lua_rawseti(L, -2, key);
  }
}

static int makeSpare(lua_State *L) {
  lua_newtable(L);
  lua_newtable(L);
  theLua.spare = lua_newthread(L);
  lua_insert(L, 1); /* it stays until it is in the table */
  lua_setfield(L, LUA_REGISTRYINDEX, kLeft);
  setThread(L, -1, theLua.spare);
  setThread(L, -2, theLua.main);
  lua_setfield(L, LUA_REGISTRYINDEX, kThreads);
  return 0;
}

/* --- Threads that only plc may run ----------------------------------------- */

bool isOurThread(lua_State *L, int index) {
  index = lua_absindex(L, index);
  luaL_checkstack(L, 3, NULL);
  lua_getfield(L, LUA_REGISTRYINDEX, kThreads);
  lua_pushvalue(L, index);
  bool found = lua_rawget(L, -2) != LUA_TNIL;
  lua_pop(L, 2);
  return found;
}

/* coroutine.close: between calls such a thread looks like a coroutine that waits,
   to code that has got hold of it. */
static int guardThread(lua_State *L) {
  if (lua_isthread(L, 1) && isOurThread(L, 1))
    return luaL_error(L, "this coroutine is the program's: it cannot be closed");
  lua_pushvalue(L, lua_upvalueindex(1));
  lua_insert(L, 1);
  lua_call(L, lua_gettop(L) - 1, LUA_MULTRET);
  return lua_gettop(L);
}

void guardThreads(lua_State *L) {
  lua_getglobal(L, LUA_COLIBNAME);
  lua_getfield(L, -1, "close");
  lua_pushcclosure(L, guardThread, 1);
  lua_setfield(L, -2, "close");
  lua_pop(L, 1);
}

bool openFibers(void) {
  mainFiber = (LuaFiber){0, theLua.main, 0, 0, NULL};
  *placeOf(0) = &mainFiber;
  lua_pushcfunction(theLua.main, makeSpare);
  return lua_pcall(theLua.main, 0, 0, 0) == LUA_OK;
}

lua_State *threadAt(lua_State *L, int depth) {
  luaL_checkstack(L, 8, "too many callbacks");
  LuaFiber *fiber = *placeOf(theLua.fiber);
  if (fiber && fiber->deepest < depth)
    fiber->deepest = depth;
  lua_Integer key = keyOf(theLua.fiber, depth);
  lua_getfield(L, LUA_REGISTRYINDEX, kThreads);
  if (lua_rawgeti(L, -1, key) == LUA_TNIL) {
    lua_pop(L, 1);
    lua_State *made = lua_newthread(L);
    if (!prepareThread(made, depth == 0))
      luaL_error(L, "not enough memory");
    lua_insert(L, -2);
    setThread(L, key, made);
    lua_insert(L, -2);
  }
  lua_State *thread = lua_tothread(L, -1);
  lua_pop(L, 2);
  return thread;
}

static int makeThread(lua_State *L) {
  LuaFiber *fiber = lua_touserdata(L, 1);
  fiber->L = threadAt(L, 0);
  return 0;
}

void renewThread(lua_State *L) {
  LuaFiber *fiber = *placeOf(theLua.fiber);
  lua_getfield(L, LUA_REGISTRYINDEX, kThreads);
  setThread(L, keyOf(theLua.fiber, 0), NULL);
  lua_pop(L, 1);
  fiber->L = theLua.L = threadAt(L, 0);
}

lua_State *luaState(void) {
  if (theLua.L)
    return theLua.L;
  LuaFiber *fiber = calloc(1, sizeof *fiber);
  if (!fiber)
    return NULL;
  fiber->number = theLua.fiber;
  lua_State *L = theLua.spare;
  lua_pushcfunction(L, makeThread);
  lua_pushlightuserdata(L, fiber);
  if (lua_pcall(L, 1, 0, 0) != LUA_OK) {
    lua_pop(L, 1);
    free(fiber);
    return NULL;
  }
  *placeOf(theLua.fiber) = fiber;
  return theLua.L = fiber->L;
}

void switchFiber(plc_plugin *self, uint64_t from, uint64_t to) {
  (void)self;
  LuaFiber *fiber = *placeOf(from);
  if (fiber) {
    fiber->L = theLua.L;
    fiber->depth = theLua.depth;
  }
  fiber = *placeOf(to);
  theLua.fiber = to;
  theLua.L = fiber ? fiber->L : NULL;
  theLua.depth = fiber ? fiber->depth : 0;
}

/* Runs what is to be closed in the threads that were left, innermost first. */
static int closeBody(lua_State *L) {
  lua_getfield(L, LUA_REGISTRYINDEX, kLeft); /* slot 2 */
  while (lua_rawlen(L, 2) > 0) {
    lua_rawgeti(L, 2, 1);
    /* Out of the list first: what it runs may come here, too. */
    lua_getglobal(L, LUA_TABLIBNAME);
    lua_getfield(L, -1, "remove");
    lua_pushvalue(L, 2);
    lua_pushinteger(L, 1);
    lua_call(L, 2, 0);
    lua_pop(L, 1);
    lua_State *thread = lua_tothread(L, 3);
    if (lua_resetthread(thread) != LUA_OK && lua_isstring(thread, -1))
      theLua.host->log(theLua.host, theLua.plugin, lua_tostring(thread, -1));
    lua_settop(L, 2);
  }
  return 0;
}

static void closeLeft(void *data) {
  (void)data;
  plc_error error = {PLC_FALSE, PLC_FALSE, PLC_FALSE,
                     PLC_FALSE, PLC_FALSE, PLC_FALSE};
  if (theLua.main)
    protect(closeBody, NULL, &error);
}

void closeThreads(void) { closeLeft(NULL); }

void endFiber(plc_plugin *self, uint64_t number) {
  (void)self;
  LuaFiber **at = placeOf(number), *fiber = *at;
  if (!fiber)
    return;
  *at = fiber->next;
  lua_State *L = theLua.spare;
  bool isAnyLeft = false;
  lua_getfield(L, LUA_REGISTRYINDEX, kLeft);
  lua_getfield(L, LUA_REGISTRYINDEX, kThreads);
  for (int depth = fiber->deepest; depth >= 0; --depth) {
    lua_Debug frame;
    if (lua_rawgeti(L, -1, keyOf(number, depth)) == LUA_TTHREAD &&
        lua_getstack(lua_tothread(L, -1), 0, &frame)) {
      /* Lisp has left it for good, and the stack below it is gone. */
      lua_rawseti(L, -3, (lua_Integer)lua_rawlen(L, -3) + 1);
      isAnyLeft = true;
      --theLua.active; /* of protectCall, which does not return */
    } else {
      lua_pop(L, 1);
    }
    setThread(L, keyOf(number, depth), NULL);
  }
  lua_pop(L, 2);
  free(fiber);
  if (isAnyLeft)
    theLua.host->post(theLua.host, closeLeft, NULL);
}
