/* Fibers.c - threads of Lua for fibers of Lisp.
 *
 * Calls of Lua nest on the stack of the fiber that makes them. While one fiber
 * waits in a procedure of Lisp that Lua has called, another one may call Lua: it
 * does so in a thread of its own, made at its first call. Below callbacks there
 * are more of them, see callLisp.
 */

#include "LuaPlugin.h"

#include <stdlib.h>

static const char kThreads[] = "plc.threads"; /* in the registry */

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

static int makeSpare(lua_State *L) {
  lua_newtable(L);
  theLua.spare = lua_newthread(L);
  lua_rawseti(L, -2, -1);
  lua_setfield(L, LUA_REGISTRYINDEX, kThreads);
  return 0;
}

bool openFibers(void) {
  mainFiber = (LuaFiber){0, theLua.main, 0, 0, NULL};
  *placeOf(0) = &mainFiber;
  lua_pushcfunction(theLua.main, makeSpare);
  return lua_pcall(theLua.main, 0, 0, 0) == LUA_OK;
}

lua_State *threadAt(lua_State *L, int depth) {
  luaL_checkstack(L, 4, "too many callbacks");
  LuaFiber *fiber = *placeOf(theLua.fiber);
  if (fiber && fiber->deepest < depth)
    fiber->deepest = depth;
  lua_Integer key = keyOf(theLua.fiber, depth);
  lua_getfield(L, LUA_REGISTRYINDEX, kThreads);
  if (lua_rawgeti(L, -1, key) == LUA_TNIL) {
    lua_pop(L, 1);
    if (!prepareThread(lua_newthread(L), depth == 0))
      luaL_error(L, "not enough memory");
    lua_pushvalue(L, -1);
    lua_rawseti(L, -3, key);
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
  lua_pushnil(L);
  lua_rawseti(L, -2, keyOf(theLua.fiber, 0));
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

void endFiber(plc_plugin *self, uint64_t number) {
  (void)self;
  LuaFiber **at = placeOf(number), *fiber = *at;
  if (!fiber)
    return;
  *at = fiber->next;
  lua_State *L = theLua.spare;
  lua_getfield(L, LUA_REGISTRYINDEX, kThreads);
  for (int depth = 0; depth <= fiber->deepest; ++depth) {
    lua_pushnil(L);
    lua_rawseti(L, -2, keyOf(number, depth));
  }
  lua_pop(L, 1);
  free(fiber);
}
