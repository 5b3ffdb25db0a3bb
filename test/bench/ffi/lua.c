/* Lua from C: the function, its module and the names it uses in known slots of
   the stack. With -DPROTECTED by lua_pcall instead of lua_call. */
#include "test/bench/ffi/kernels.h"
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
static lua_State *L;
enum { Module = 1, Function, Name };
static void call(void) {
#ifdef PROTECTED
  if (lua_pcall(L, 1, 1, 0) != LUA_OK)
    abort();
#else
  lua_call(L, 1, 1);
#endif
}
static double functions(long n) {
  double sum = 0;
  for (long i = 0; i < n; ++i) {
    lua_pushvalue(L, Function);
    lua_pushnumber(L, 1.5);
    call();
    sum += lua_tonumber(L, -1);
    lua_pop(L, 1);
  }
  return sum;
}
static double members(long n) {
  double sum = 0;
  for (long i = 0; i < n; ++i) {
    lua_pushvalue(L, Name);
    lua_rawget(L, Module);
    lua_pushnumber(L, 1.5);
    call();
    sum += lua_tonumber(L, -1);
    lua_pop(L, 1);
  }
  return sum;
}
static double fields(long n) {
  double sum = 0;
  for (long i = 0; i < n; ++i) {
    lua_pushvalue(L, Name);
    lua_rawget(L, Module);
    sum += lua_tonumber(L, -1);
    lua_pop(L, 1);
  }
  return sum;
}
static const Kernel kernels[] = {{"lua-call", functions},
                                 {"lua-member", members},
                                 {"lua-get", fields},
                                 {0}};
/* argv[3] is the file of the module. */
int main(int argc, char **argv) {
  L = luaL_newstate();
  if (argc != 4 || !L)
    return 2;
  luaL_openlibs(L);
  if (luaL_dofile(L, argv[3]))
    return 1;
  lua_getfield(L, Module, "increment");
  lua_pushstring(L, strcmp(argv[1], "lua-get") ? "increment" : "size");
  return runKernel(kernels, argv);
}
