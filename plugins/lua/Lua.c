/* Lua.c - Lua 5.4 in process: the runtime, its errors, the plugin's table. */

// dladdr
#define _GNU_SOURCE
#include "LuaPlugin.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

LuaRuntime theLua;

/* --- Errors --------------------------------------------------------------- */

static LuaFrame frames[MaxFrames];
static int frameCount;

static void copyText(char *to, size_t size, const char *from) {
  snprintf(to, size, "%s", from ? from : "");
}

/* The message handler: the frames are gone when lua_pcall returns. Needs no
   memory of Lua. */
int noteFrames(lua_State *L) {
  lua_Debug info;
  frameCount = 0;
  for (int level = 1; frameCount < MaxFrames && lua_getstack(L, level, &info);
       ++level) {
    lua_getinfo(L, "Slnf", &info);
    bool isLisp = lua_tocfunction(L, -1) == callLisp;
    lua_pop(L, 1);
    /* What lies below was called by Lisp, whose frames come first; level 1 is
       what raised the error. */
    if (isLisp && level > 1)
      break;
    if (isLisp)
      continue;
    if (*info.what == 'C' && !info.name)
      continue;
    LuaFrame *frame = &frames[frameCount++];
    copyText(frame->procedure, sizeof frame->procedure,
             info.name           ? info.name
             : *info.what == 'm' ? "main chunk"
                                 : "");
    copyText(frame->file, sizeof frame->file,
             *info.what == 'C' ? "" : info.short_src);
    frame->line = info.currentline > 0 ? info.currentline : 0;
  }
  return 1;
}

static plc_value textOrFalse(const char *text) {
  plc_value result;
  return *text && theLua.host->string(theLua.host, text, strlen(text),
                                      &result) == PLC_OK
             ? result
             : PLC_FALSE;
}

static plc_value frameList(void) {
  const plc_host *host = theLua.host;
  plc_value list = PLC_NULL;
  for (int i = frameCount; i-- > 0;) {
    plc_value frame = host->cons(host, plc_fixnum(frames[i].line), PLC_NULL);
    frame = host->cons(host, textOrFalse(frames[i].file), frame);
    frame = host->cons(host, textOrFalse(frames[i].procedure), frame);
    list = host->cons(host, frame, list);
  }
  frameCount = 0;
  return list;
}

/* In slot 1 the error object, in slot 2 a plc_error; may itself fail. */
static int describeError(lua_State *L) {
  plc_error *error = lua_touserdata(L, 2);
  const char *type = luaL_typename(L, 1);
  theLua.host->string(theLua.host, type, strlen(type), &error->type);
  size_t length;
  const char *text = luaL_tolstring(L, 1, &length);
  if (theLua.host->string(theLua.host, text, length, &error->message) != PLC_OK)
    error->message = PLC_FALSE;
  error->value = toValue(L, 1);
  return 0;
}

plc_status takeError(int code, plc_error *error) {
  lua_State *L = theLua.L;
  const plc_host *host = theLua.host;
  plc_status status = PLC_E_FOREIGN;
  error->trace = frameList();
  if (code == LUA_ERRMEM) {
    lua_pop(L, 1);
    return host->fail(host, error, PLC_E_FOREIGN, "memory",
                      "not enough memory");
  }
  if (!isCarrier(L, -1, &status, error)) {
    lua_pushcfunction(L, describeError);
    lua_pushvalue(L, -2);
    lua_pushlightuserdata(L, error);
    if (lua_pcall(L, 2, 0, 0) != LUA_OK) {
      lua_pop(L, 1);
      host->fail(host, error, status, NULL, "an error that cannot be shown");
    }
  }
  lua_pop(L, 1);
  return status;
}

plc_status protectCall(int arguments, int results, plc_error *error) {
  lua_State *L = theLua.L, *outer = theLua.running;
  ++theLua.active;
  theLua.running = L;
  int code = lua_pcall(L, arguments, results, IdleTop);
  theLua.running = outer;
  --theLua.active;
  if (theLua.isInterrupted)
    endInterrupt(L);
  if (code == LUA_OK)
    return PLC_OK;
  plc_status status = takeError(code, error);
  lua_settop(L, IdleTop);
  return status;
}

plc_status protect(lua_CFunction body, void *job, plc_error *error) {
  lua_State *L = luaState();
  if (!L)
    return theLua.host->fail(theLua.host, error, PLC_E_FOREIGN, "memory",
                             "there is no memory for a thread of Lua");
  lua_pushcfunction(L, body);
  lua_pushlightuserdata(L, job);
  return protectCall(1, 0, error);
}

/* --- Start and end -------------------------------------------------------- */

/* Modules of the plugin's own lie in the folder lua beside it. */
static void addOwnModules(lua_State *L) {
  Dl_info info;
  if (!dladdr((void *)(uintptr_t)&addOwnModules, &info) || !info.dli_fname)
    return;
  const char *slash = strrchr(info.dli_fname, '/');
  lua_getglobal(L, "package");
  lua_getfield(L, -1, "path");
  lua_pushliteral(L, ";");
  lua_pushlstring(L, info.dli_fname,
                  slash ? (size_t)(slash - info.dli_fname) + 1 : 0);
  lua_pushliteral(L, "lua/?.lua");
  lua_concat(L, 4);
  lua_setfield(L, -2, "path");
  lua_pop(L, 1);
}

static int openAll(lua_State *L) {
  luaL_openlibs(L);
  openInterrupts(L);
  guardThreads(L);
  addOwnModules(L);
  openConversions(L);
  openObjects(L);
  return 0;
}

static plc_status start(plc_plugin *self, const plc_host *host,
                        plc_error *error) {
  theLua.host = host;
  theLua.plugin = self;
  /* C modules of Debian and LuaRocks find the API only if it is global. */
  Dl_info info;
  if (dladdr((void *)(uintptr_t)&lua_newstate, &info) && info.dli_fname)
    dlopen(info.dli_fname, RTLD_NOW | RTLD_GLOBAL | RTLD_NOLOAD);
  theLua.L = theLua.main = luaL_newstate();
  if (!theLua.L || !prepareThread(theLua.L, false) || !openFibers())
    return host->fail(host, error, PLC_E_FOREIGN, "memory",
                      "Lua cannot start: not enough memory");
  plc_status status = protect(openAll, NULL, error);
  if (status == PLC_OK) {
    openSlots(theLua.L);
    openOpenCalls(theLua.L);
  }
  return status;
}

static plc_status describe(plc_plugin *self, char *buffer, size_t size) {
  (void)self;
  Dl_info info;
  const char *file =
      dladdr((void *)(uintptr_t)&lua_newstate, &info) ? info.dli_fname : "?";
  snprintf(buffer, size, "%s in %s", LUA_RELEASE, file);
  return PLC_OK;
}

static void release(plc_plugin *self, const uintptr_t *handles, size_t count) {
  (void)self;
  for (size_t i = 0; i < count; ++i)
    dropHandle(theLua.spare, handles[i]);
  theLua.references -= count;
}

static uint64_t liveReferences(plc_plugin *self) {
  (void)self;
  return theLua.references;
}

static void shutDown(plc_plugin *self) {
  (void)self;
  closeThreads();
  lua_close(theLua.main);
  theLua.L = theLua.main = NULL;
}

/* --- Modules and source text ---------------------------------------------- */

typedef struct ImportJob {
  plc_value name, options, *result;
} ImportJob;

/* Folder whose modules are found first; once is enough. */
static void addToPath(lua_State *L, plc_value folder) {
  lua_getglobal(L, "package");
  pushValue(L, folder);
  lua_getfield(L, -2, "path");
  const char *directory = lua_tostring(L, -2), *path = lua_tostring(L, -1);
  lua_pushfstring(L, "%s/?.lua;%s/?/init.lua;", directory, directory);
  if (!strstr(path, lua_tostring(L, -1))) {
    lua_pushvalue(L, -2);
    lua_concat(L, 2);
    lua_setfield(L, -4, "path");
  }
}

static int importBody(lua_State *L) {
  ImportJob *job = lua_touserdata(L, 1);
  for (plc_value list = job->options; plc_is_pair(list);) {
    pushValue(L, plc_car(list));
    list = plc_cdr(list);
    if (strcmp(lua_tostring(L, -1), "path") != 0 || !plc_is_pair(list) ||
        !plc_is_kind(plc_car(list), PLC_KIND_STRING))
      return raiseStatus(L, PLC_E_TYPE,
                         "an import from Lua takes the option `:path`, a "
                         "folder, and no other");
    addToPath(L, plc_car(list));
    list = plc_cdr(list);
    lua_settop(L, 1);
  }
  lua_getglobal(L, "require");
  pushValue(L, job->name);
  lua_call(L, 1, 1);
  lua_getfield(L, LUA_REGISTRYINDEX, kModules);
  bool isModule = lua_type(L, -2) == LUA_TTABLE;
  if (isModule) {
    lua_pushvalue(L, -2);
    lua_pushboolean(L, 1);
    lua_rawset(L, -3);
  }
  lua_pop(L, 1);
  *job->result = toValue(L, -1);
  if (isModule)
    noteModule(*job->result);
  return 0;
}

static plc_status import(plc_plugin *self, plc_value name, plc_value options,
                         plc_value *result, plc_error *error) {
  (void)self;
  ImportJob job = {name, options, result};
  return protect(importBody, &job, error);
}

typedef struct EvaluateJob {
  plc_value source;
  bool statements;
  plc_value *result;
} EvaluateJob;

static int evaluateBody(lua_State *L) {
  EvaluateJob *job = lua_touserdata(L, 1);
  size_t length;
  pushValue(L, job->source);
  const char *text = lua_tolstring(L, 2, &length);
  int code = LUA_ERRSYNTAX;
  if (!job->statements) {
    lua_pushfstring(L, "return %s", text);
    code =
        luaL_loadbuffer(L, lua_tostring(L, 3), lua_rawlen(L, 3), "=lua-eval");
    if (code != LUA_OK)
      lua_settop(L, 2);
    else
      lua_remove(L, 3);
  }
  if (code != LUA_OK && luaL_loadbuffer(L, text, length, "=lua-eval") != LUA_OK)
    return lua_error(L);
  lua_call(L, 0, LUA_MULTRET);
  *job->result = lua_gettop(L) == 2 ? PLC_UNSPECIFIED : toValues(L, 3);
  return 0;
}

static plc_status evaluate(plc_plugin *self, plc_value source, bool statements,
                           plc_value *result, plc_error *error) {
  (void)self;
  EvaluateJob job = {source, statements, result};
  return protect(evaluateBody, &job, error);
}

/* --- The table ------------------------------------------------------------ */

static plc_plugin table = {
    .struct_size = sizeof(plc_plugin),
    .abi_major = PLC_PLUGIN_ABI_MAJOR,
    .abi_minor = PLC_PLUGIN_ABI_MINOR,
    .language = "lua",
    .ecosystems = "lua luarocks",
    .version = "0.1",
    .start = start,
    .describe = describe,
    .import = import,
    .evaluate = evaluate,
    .get = luaGet,
    .set = luaSet,
    .index = luaIndex,
    .set_index = luaSetIndex,
    .call = luaCall,
    .call_method = luaCallMethod,
    .iterate = luaIterate,
    .next = luaNext,
    .length = luaLength,
    .compare = luaCompare,
    .operate = luaOperate,
    .repr = luaRepr,
    .members = luaMembers,
    .doc = luaDoc,
    .signature = luaSignature,
    .to_lisp = luaToLisp,
    .close = luaClose,
    .release = release,
    .live_references = liveReferences,
    .interrupt = interrupt,
    .shutdown = shutDown,
    .fiber_switch = switchFiber,
    .fiber_end = endFiber,
    .delete_index = luaDeleteIndex,
    .entries = luaEntries,
    .first_index = 1,
    .buffer = luaBuffer,
};

PLC_PLUGIN_EXPORT plc_plugin *plc_plugin_query(const plc_host *host) {
  (void)host;
  return &table;
}
