/* Interrupts.c - Ctrl-C while Lua runs.
 *
 * Hooks belong to threads of Lua: the one that runs gets a hook which raises an
 * error at its next instruction, and again where the program has caught that
 * one; so do those that have resumed it, one after the other, until the call has
 * ended. Who has resumed whom is not told by Lua's API: `coroutine.resume` and
 * `coroutine.wrap` are replaced by functions that note it.
 */
#include "LuaPlugin.h"

static void onInterrupt(lua_State *L, lua_Debug *info) {
  (void)info;
  luaL_error(L, "interrupted");
}

static void stop(lua_State *L) {
  lua_sethook(L, onInterrupt,
              LUA_MASKCALL | LUA_MASKRET | LUA_MASKLINE | LUA_MASKCOUNT, 1);
}

/* In a signal handler. While Lisp runs that Lua has called, the interrupt is
   Lisp's. */
void interrupt(plc_plugin *self) {
  (void)self;
  lua_State *L = theLua.running;
  if (L) {
    theLua.isInterrupted = 1;
    stop(L);
  }
}

void endInterrupt(lua_State *L) {
  theLua.isInterrupted = 0;
  lua_sethook(L, NULL, 0, 0);
}

/* As lcorolib.c has it. How many results are on the stack of L; -1: an error
   object. */
static int resume(lua_State *L, lua_State *co, int arguments) {
  if (!lua_checkstack(co, arguments)) {
    lua_pushliteral(L, "too many arguments to resume");
    return -1;
  }
  lua_xmove(L, co, arguments);
  int results;
  theLua.running = co;
  int status = lua_resume(co, L, arguments, &results);
  theLua.running = L;
  if (theLua.isInterrupted)
    stop(L);
  if (status != LUA_OK && status != LUA_YIELD) {
    lua_xmove(co, L, 1);
    return -1;
  }
  if (!lua_checkstack(L, results + 1)) {
    lua_pop(co, results);
    lua_pushliteral(L, "too many results to resume");
    return -1;
  }
  lua_xmove(co, L, results);
  return results;
}

static int coroutineResume(lua_State *L) {
  lua_State *co = lua_tothread(L, 1);
  luaL_argexpected(L, co, 1, "coroutine");
  if (lua_status(co) == LUA_OK && isOurThread(L, 1))
    return luaL_error(L, "this coroutine is the program's: it cannot be resumed");
  int results = resume(L, co, lua_gettop(L) - 1);
  lua_pushboolean(L, results >= 0);
  int count = results < 0 ? 1 : results;
  lua_insert(L, -(count + 1));
  return count + 1;
}

static int wrapped(lua_State *L) {
  lua_State *co = lua_tothread(L, lua_upvalueindex(1));
  int results = resume(L, co, lua_gettop(L));
  if (results >= 0)
    return results;
  int status = lua_status(co);
  if (status != LUA_OK && status != LUA_YIELD) { /* it closes what is open */
    status = lua_resetthread(co);
    lua_xmove(co, L, 1);
  }
  if (status != LUA_ERRMEM && lua_type(L, -1) == LUA_TSTRING) {
    luaL_where(L, 1);
    lua_insert(L, -2);
    lua_concat(L, 2);
  }
  return lua_error(L);
}

static int coroutineWrap(lua_State *L) {
  luaL_checktype(L, 1, LUA_TFUNCTION);
  lua_State *co = lua_newthread(L);
  lua_pushvalue(L, 1);
  lua_xmove(L, co, 1);
  lua_pushcclosure(L, wrapped, 1);
  return 1;
}

void openInterrupts(lua_State *L) {
  static const luaL_Reg functions[] = {
      {"resume", coroutineResume}, {"wrap", coroutineWrap}, {NULL, NULL}};
  lua_getglobal(L, "coroutine");
  luaL_setfuncs(L, functions, 0);
  lua_pop(L, 1);
}
