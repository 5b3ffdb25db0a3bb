/* Objects.c - what is done with objects of Lua. */

#include "LuaPlugin.h"

#include <stdio.h>
#include <string.h>

const char kModules[] = "plc.modules";
static const char kIterator[] = "plc.iterator";

/* Makes of anything that can be gone through a function that returns true and
   the next element, or false. Tables with a sequence give its elements, others
   their pairs; coroutines what they yield; functions what they return. */
static const char iteratorSource[] =
    "local type, pairs, getmetatable = type, pairs, getmetatable\n"
    "local resume, status = coroutine.resume, coroutine.status\n"
    "local pack, unpack = table.pack, table.unpack\n"
    "return function(x)\n"
    "  local kind = type(x)\n"
    "  if kind == 'thread' then\n"
    "    return function()\n"
    "      if status(x) == 'dead' then return false end\n"
    "      local r = pack(resume(x))\n"
    "      if not r[1] then error(r[2], 0) end\n"
    "      if status(x) == 'dead' then return false end\n"
    "      return unpack(r, 1, r.n)\n"
    "    end\n"
    "  end\n"
    "  local meta = getmetatable(x)\n"
    "  local hasPairs = type(meta) == 'table' and meta.__pairs\n"
    "  if kind == 'function' or type(meta) == 'table' and meta.__call\n"
    "     and kind ~= 'table' then\n"
    "    return function()\n"
    "      local r = pack(x())\n"
    "      if r[1] == nil then return false end\n"
    "      return true, unpack(r, 1, r.n)\n"
    "    end\n"
    "  end\n"
    "  if not hasPairs and (kind ~= 'table' or #x > 0) then\n"
    "    local i, n = 0, #x\n"
    "    return function()\n"
    "      i = i + 1\n"
    "      if i > n then return false end\n"
    "      return true, x[i]\n"
    "    end\n"
    "  end\n"
    "  local step, state, key = pairs(x)\n"
    "  return function()\n"
    "    local value\n"
    "    key, value = step(state, key)\n"
    "    if key == nil then return false end\n"
    "    return true, key, value\n"
    "  end\n"
    "end\n";

void openObjects(lua_State *L) {
  /* Weak keys: a module that is gone is forgotten. */
  lua_newtable(L);
  lua_newtable(L);
  lua_pushliteral(L, "k");
  lua_setfield(L, -2, "__mode");
  lua_setmetatable(L, -2);
  lua_setfield(L, LUA_REGISTRYINDEX, kModules);
  if (luaL_loadbuffer(L, iteratorSource, sizeof iteratorSource - 1,
                      "=iterator") != LUA_OK)
    lua_error(L);
  lua_call(L, 0, 1);
  lua_setfield(L, LUA_REGISTRYINDEX, kIterator);
}

bool isModule(lua_State *L, int index) {
  index = lua_absindex(L, index);
  if (lua_type(L, index) != LUA_TTABLE)
    return false;
  lua_getfield(L, LUA_REGISTRYINDEX, kModules);
  lua_pushvalue(L, index);
  bool result = lua_rawget(L, -2) != LUA_TNIL;
  lua_pop(L, 2);
  return result;
}

/* --- Members -------------------------------------------------------------- */

typedef struct Job {
  plc_value object, name, value;
  const plc_value *args;
  size_t count;
  plc_value *result;
  plc_status status;
  plc_error *error;
  int64_t *length;
  bool *flag;
  int op;
} Job;

/* Distance in single edits, as far as it is below `limit` (Wagner, Fischer
   1974, one row). */
static int distance(const char *a, const char *b, int limit) {
  int row[64];
  size_t m = strlen(b);
  if (m >= 64 || strlen(a) >= 64)
    return limit;
  for (size_t j = 0; j <= m; ++j)
    row[j] = (int)j;
  for (size_t i = 0; a[i]; ++i) {
    int diagonal = row[0];
    row[0] = (int)i + 1;
    for (size_t j = 1; j <= m; ++j) {
      int best = diagonal + (a[i] != b[j - 1]);
      if (row[j] + 1 < best)
        best = row[j] + 1;
      if (row[j - 1] + 1 < best)
        best = row[j - 1] + 1;
      diagonal = row[j];
      row[j] = best;
    }
  }
  return row[m] < limit ? row[m] : limit;
}

/* Names of a table that are near `name`, the nearest first. */
static plc_value nearestNames(lua_State *L, int table, const char *name) {
  enum { Most = 3 };
  const plc_host *host = theLua.host;
  const char *found[Most];
  int distances[Most], count = 0, limit = strlen(name) < 4 ? 2 : 3;
  /* The order of a table is not that of its names: ties go by name. The texts
     live as long as the table. */
  for (lua_pushnil(L); lua_next(L, table); lua_pop(L, 1)) {
    if (lua_type(L, -2) != LUA_TSTRING)
      continue;
    const char *candidate = lua_tostring(L, -2);
    int d = distance(name, candidate, limit), at = count;
    if (d >= limit)
      continue;
    while (at > 0 &&
           (d < distances[at - 1] ||
            (d == distances[at - 1] && strcmp(candidate, found[at - 1]) < 0)))
      --at;
    if (at == Most)
      continue;
    if (count < Most)
      ++count;
    for (int i = count - 1; i > at; --i) {
      found[i] = found[i - 1];
      distances[i] = distances[i - 1];
    }
    found[at] = candidate;
    distances[at] = d;
  }
  plc_value list = PLC_NULL;
  for (int i = count; i-- > 0;) {
    plc_value text;
    if (host->string(host, found[i], strlen(found[i]), &text) == PLC_OK)
      list = host->cons(host, text, list);
  }
  return list;
}

/* Pushes the member; a module has it or it is no member. */
static void pushMember(lua_State *L, Job *job) {
  pushReference(L, job->object);
  int object = lua_gettop(L);
  pushValue(L, job->name);
  size_t length;
  const char *name = lua_tolstring(L, -1, &length);
  rememberName(L, job->name, -1);
  lua_pushvalue(L, -1);
  if (lua_gettable(L, object) != LUA_TNIL)
    return;
  /* What has no such field gives nil; but a dash is never in a Lua name. */
  bool module = isModule(L, object);
  if (!module && !strchr(name, '-'))
    return;
  if (module)
    job->error->nearest = nearestNames(L, object, name);
  char message[200];
  snprintf(message, sizeof message, "%s `%s`",
           module ? "the module has no member" : "there is no field", name);
  raiseStatus(L, PLC_E_NAME, message);
}

static int getBody(lua_State *L) {
  Job *job = lua_touserdata(L, 1);
  pushMember(L, job);
  *job->result = toValue(L, -1);
  return 0;
}

plc_status getLong(plc_value object, plc_value name, plc_value *result,
                   plc_error *error) {
  Job job = {.object = object, .name = name, .result = result, .error = error};
  return protect(getBody, &job, error);
}

enum { IsMember = 1 };

static int setBody(lua_State *L) {
  Job *job = lua_touserdata(L, 1);
  pushReference(L, job->object);
  pushValue(L, job->name);
  if (job->op == IsMember)
    rememberName(L, job->name, -1);
  /* A dash is never in a Lua name: plc tries `_` next. */
  if (job->op == IsMember && strchr(lua_tostring(L, -1), '-')) {
    lua_pushvalue(L, -1);
    if (lua_gettable(L, -3) == LUA_TNIL)
      return raiseStatus(L, PLC_E_NAME, "there is no field of that name");
    lua_pop(L, 1);
  }
  pushValue(L, job->value);
  lua_settable(L, -3);
  return 0;
}

plc_status luaSet(plc_plugin *self, plc_value object, plc_value name,
                  plc_value value, plc_error *error) {
  (void)self;
  if (quickSet(object, name, value))
    return PLC_OK;
  Job job = {.object = object, .name = name, .value = value, .op = IsMember};
  return protect(setBody, &job, error);
}

static int indexBody(lua_State *L) {
  Job *job = lua_touserdata(L, 1);
  pushReference(L, job->object);
  pushValue(L, job->name);
  lua_gettable(L, -2);
  *job->result = toValue(L, -1);
  return 0;
}

plc_status luaIndex(plc_plugin *self, plc_value object, plc_value key,
                    plc_value *result, plc_error *error) {
  (void)self;
  if (quickIndex(object, key, result))
    return PLC_OK;
  Job job = {.object = object, .name = key, .result = result};
  return protect(indexBody, &job, error);
}

plc_status luaSetIndex(plc_plugin *self, plc_value object, plc_value key,
                       plc_value value, plc_error *error) {
  (void)self;
  if (quickSetIndex(object, key, value))
    return PLC_OK;
  Job job = {.object = object, .name = key, .value = value};
  return protect(setBody, &job, error);
}

static int deleteBody(lua_State *L) {
  Job *job = lua_touserdata(L, 1);
  pushReference(L, job->object);
  pushValue(L, job->name);
  lua_pushvalue(L, -1);
  if (lua_gettable(L, -3) == LUA_TNIL)
    return raiseStatus(L, PLC_E_NAME, "there is no such key");
  lua_pop(L, 1);
  lua_pushnil(L);
  lua_settable(L, -3);
  return 0;
}

plc_status luaDeleteIndex(plc_plugin *self, plc_value object, plc_value key,
                          plc_error *error) {
  (void)self;
  Job job = {.object = object, .name = key};
  return protect(deleteBody, &job, error);
}

/* All pairs, also those of a sequence. */
static int entriesBody(lua_State *L) {
  Job *job = lua_touserdata(L, 1);
  const plc_host *host = theLua.host;
  plc_value list = PLC_NULL;
  lua_getglobal(L, "pairs");
  pushReference(L, job->object);
  lua_call(L, 1, 3);
  int step = lua_gettop(L) - 2;
  for (;;) {
    lua_pushvalue(L, step);
    lua_pushvalue(L, step + 1);
    lua_pushvalue(L, step + 2);
    lua_call(L, 2, 2);
    if (lua_isnil(L, -2))
      break;
    plc_value key = toValue(L, -2);
    list = host->cons(host, host->cons(host, key, toValue(L, -1)), list);
    lua_pop(L, 1);
    lua_replace(L, step + 2);
  }
  plc_value ordered = PLC_NULL;
  for (; plc_is_pair(list); list = plc_cdr(list))
    ordered = host->cons(host, plc_car(list), ordered);
  *job->result = ordered;
  return 0;
}

plc_status luaEntries(plc_plugin *self, plc_value object, plc_value *result,
                      plc_error *error) {
  (void)self;
  Job job = {.object = object, .result = result};
  return protect(entriesBody, &job, error);
}

/* --- Calls ---------------------------------------------------------------- */

static int callBody(lua_State *L) {
  Job *job = lua_touserdata(L, 1);
  luaL_checkstack(L, (int)job->count + 8, "too many arguments");
  if (job->name != PLC_FALSE) {
    pushMember(L, job);
    int object = lua_gettop(L) - 2;
    lua_replace(L, object + 1);
    /* object, function: now function, object */
    lua_rotate(L, object, 1);
    if (isModule(L, -1))
      lua_pop(L, 1);
  } else {
    pushReference(L, job->object);
  }
  for (size_t i = 0; i < job->count; ++i)
    pushValue(L, job->args[i]);
  lua_call(L, lua_gettop(L) - 2, LUA_MULTRET);
  *job->result = lua_gettop(L) == 1 ? PLC_UNSPECIFIED : toValues(L, 2);
  return 0;
}

plc_status callLong(plc_value object, plc_value name, const plc_value *args,
                    size_t positional, size_t keywords, plc_value *result,
                    plc_error *error) {
  if (keywords)
    return theLua.host->fail(theLua.host, error, PLC_E_UNSUPPORTED, NULL,
                             "functions of Lua have no keyword arguments; give "
                             "a map `{...}`");
  Job job = {.object = object,
             .name = name,
             .args = args,
             .count = positional,
             .result = result,
             .error = error};
  return protect(callBody, &job, error);
}

/* --- Sequences ------------------------------------------------------------ */

static int iterateBody(lua_State *L) {
  Job *job = lua_touserdata(L, 1);
  lua_getfield(L, LUA_REGISTRYINDEX, kIterator);
  pushReference(L, job->object);
  lua_call(L, 1, 1);
  *job->result = toValue(L, -1);
  return 0;
}

plc_status luaIterate(plc_plugin *self, plc_value object, plc_value *result,
                      plc_error *error) {
  (void)self;
  Job job = {.object = object, .result = result};
  return protect(iterateBody, &job, error);
}

static int nextBody(lua_State *L) {
  Job *job = lua_touserdata(L, 1);
  const plc_host *host = theLua.host;
  pushReference(L, job->object);
  lua_call(L, 0, LUA_MULTRET);
  if (!lua_toboolean(L, 2)) {
    job->status = PLC_END;
    return 0;
  }
  int count = lua_gettop(L) - 2;
  if (count == 1) {
    *job->result = toValue(L, 3);
  } else if (count == 2) {
    /* A pair of a table. */
    plc_value key = toValue(L, 3);
    *job->result = host->cons(host, key, toValue(L, 4));
  } else {
    plc_value list = PLC_NULL;
    for (int i = count; i-- > 0;)
      list = host->cons(host, toValue(L, 3 + i), list);
    *job->result = list;
  }
  return 0;
}

plc_status luaNext(plc_plugin *self, plc_value iterator, plc_value *result,
                   plc_error *error) {
  (void)self;
  Job job = {.object = iterator, .result = result, .status = PLC_OK};
  plc_status status = protect(nextBody, &job, error);
  return status == PLC_OK ? job.status : status;
}

static int lengthBody(lua_State *L) {
  Job *job = lua_touserdata(L, 1);
  pushReference(L, job->object);
  *job->length = luaL_len(L, -1);
  return 0;
}

plc_status luaLength(plc_plugin *self, plc_value object, int64_t *result,
                     plc_error *error) {
  (void)self;
  Job job = {.object = object, .length = result};
  return protect(lengthBody, &job, error);
}

/* --- Comparison and arithmetic -------------------------------------------- */

static int compareBody(lua_State *L) {
  Job *job = lua_touserdata(L, 1);
  bool swaps = job->op == PLC_COMPARE_GT || job->op == PLC_COMPARE_GE;
  pushValue(L, swaps ? job->value : job->object);
  pushValue(L, swaps ? job->object : job->value);
  *job->flag = lua_compare(
      L, 2, 3,
      job->op == PLC_COMPARE_EQ                                ? LUA_OPEQ
      : job->op == PLC_COMPARE_LT || job->op == PLC_COMPARE_GT ? LUA_OPLT
                                                               : LUA_OPLE);
  return 0;
}

plc_status luaCompare(plc_plugin *self, plc_comparison op, plc_value a,
                      plc_value b, bool *result, plc_error *error) {
  (void)self;
  Job job = {.object = a, .value = b, .op = op, .flag = result};
  return protect(compareBody, &job, error);
}

static int operateBody(lua_State *L) {
  static const int operators[] = {
      [PLC_OPERATOR_ADD] = LUA_OPADD,       [PLC_OPERATOR_SUB] = LUA_OPSUB,
      [PLC_OPERATOR_MUL] = LUA_OPMUL,       [PLC_OPERATOR_DIV] = LUA_OPDIV,
      [PLC_OPERATOR_QUOTIENT] = LUA_OPIDIV, [PLC_OPERATOR_MODULO] = LUA_OPMOD,
      [PLC_OPERATOR_EXPT] = LUA_OPPOW,      [PLC_OPERATOR_NEGATE] = LUA_OPUNM,
      [PLC_OPERATOR_AND] = LUA_OPBAND,      [PLC_OPERATOR_OR] = LUA_OPBOR,
      [PLC_OPERATOR_XOR] = LUA_OPBXOR,      [PLC_OPERATOR_SHIFT] = LUA_OPSHL,
      [PLC_OPERATOR_NOT] = LUA_OPBNOT};
  Job *job = lua_touserdata(L, 1);
  pushValue(L, job->object);
  if (job->value != PLC_DEFAULT)
    pushValue(L, job->value);
  lua_arith(L, operators[job->op]);
  *job->result = toValue(L, -1);
  return 0;
}

plc_status luaOperate(plc_plugin *self, plc_operator op, plc_value a,
                      plc_value b, plc_value *result, plc_error *error) {
  (void)self;
  Job job = {.object = a, .value = b, .op = op, .result = result};
  return protect(operateBody, &job, error);
}

/* --- Looking at objects --------------------------------------------------- */

static int reprBody(lua_State *L) {
  Job *job = lua_touserdata(L, 1);
  pushReference(L, job->object);
  luaL_tolstring(L, -1, NULL);
  *job->result = toValue(L, -1);
  return 0;
}

plc_status luaRepr(plc_plugin *self, plc_value object, bool isDisplay,
                   plc_value *result, plc_error *error) {
  (void)self, (void)isDisplay;
  Job job = {.object = object, .result = result};
  return protect(reprBody, &job, error);
}

/* Adds the string keys of the table at `index`, and of those it inherits
   from. */
static plc_value addMembers(lua_State *L, int index, int depth,
                            plc_value list) {
  const plc_host *host = theLua.host;
  index = lua_absindex(L, index);
  luaL_checkstack(L, 8, NULL);
  if (lua_type(L, index) == LUA_TTABLE)
    for (lua_pushnil(L); lua_next(L, index); lua_pop(L, 1)) {
      plc_value text;
      if (lua_type(L, -2) == LUA_TSTRING &&
          host->string(host, lua_tostring(L, -2), lua_rawlen(L, -2), &text) ==
              PLC_OK)
        list = host->cons(host, text, list);
    }
  if (depth < 8 && luaL_getmetafield(L, index, "__index") != LUA_TNIL) {
    list = addMembers(L, -1, depth + 1, list);
    lua_pop(L, 1);
  }
  return list;
}

static int membersBody(lua_State *L) {
  Job *job = lua_touserdata(L, 1);
  pushReference(L, job->object);
  *job->result = addMembers(L, -1, 0, PLC_NULL);
  return 0;
}

plc_status luaMembers(plc_plugin *self, plc_value object, plc_value *result,
                      plc_error *error) {
  (void)self;
  Job job = {.object = object, .result = result};
  return protect(membersBody, &job, error);
}

static int toLispBody(lua_State *L) {
  Job *job = lua_touserdata(L, 1);
  pushReference(L, job->object);
  *job->result = toLisp(L, -1);
  return 0;
}

plc_status luaToLisp(plc_plugin *self, plc_value object, plc_value *result,
                     plc_error *error) {
  (void)self;
  Job job = {.object = object, .result = result};
  return protect(toLispBody, &job, error);
}

static int closeMethod(lua_State *L) {
  lua_getfield(L, 1, "close");
  return 1;
}
static int closeBody(lua_State *L) {
  Job *job = lua_touserdata(L, 1);
  pushReference(L, job->object);
  if (luaL_getmetafield(L, 2, "__close") != LUA_TNIL) {
    lua_pushvalue(L, 2);
    lua_pushnil(L);
    lua_call(L, 2, 0);
    return 0;
  }
  /* An __index that knows no such key may raise. */
  lua_pushcfunction(L, closeMethod);
  lua_pushvalue(L, 2);
  if (lua_pcall(L, 1, 1, 0) == LUA_OK && !lua_isnil(L, -1)) {
    lua_pushvalue(L, 2);
    lua_call(L, 1, 0);
    return 0;
  }
  return raiseStatus(L, PLC_E_UNSUPPORTED,
                     "this object has neither __close nor a method `close`");
}

plc_status luaClose(plc_plugin *self, plc_value object, plc_error *error) {
  (void)self;
  Job job = {.object = object};
  return protect(closeBody, &job, error);
}
