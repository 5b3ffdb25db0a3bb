/* Convert.c - values of Lisp to Lua and back. */

#include "LuaPlugin.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Of a procedure of Lisp that Lua calls: half a megabyte of stack. */
#define MOST_RESULTS 65536

/* Metatables in the registry. */
static const char kValue[] = "plc.value";   /* opaque Lisp objects */
static const char kCarrier[] = "plc.error"; /* errors that pass through */

/* A Lisp value that Lua holds. */
typedef struct Held {
  plc_root root;
} Held;

/* An error that is plc's own. */
typedef struct Carrier {
  plc_status status;
  plc_root token;   /* PLC_E_LISP */
  plc_root message; /* a string */
} Carrier;

/* --- Errors --------------------------------------------------------------- */

static Carrier *pushCarrier(lua_State *L) {
  Carrier *carrier = lua_newuserdatauv(L, sizeof *carrier, 0);
  *carrier = (Carrier){PLC_E_FOREIGN, 0, 0};
  luaL_setmetatable(L, kCarrier);
  return carrier;
}

int raiseStatus(lua_State *L, plc_status status, const char *message) {
  Carrier *carrier = pushCarrier(L);
  plc_value text;
  carrier->status = status;
  if (theLua.host->string(theLua.host, message, strlen(message), &text) ==
      PLC_OK)
    carrier->message = theLua.host->hold(theLua.host, text);
  return lua_error(L);
}

static int raiseLisp(lua_State *L, plc_value token) {
  const plc_host *host = theLua.host;
  Carrier *carrier = pushCarrier(L);
  plc_value condition = host->token_condition(host, token);
  carrier->status = PLC_E_LISP;
  carrier->token = host->hold(host, token);
  if (condition != PLC_FALSE)
    carrier->message = host->hold(host, host->condition_text(host, condition));
  return lua_error(L);
}

bool isCarrier(lua_State *L, int index, plc_status *status, plc_error *error) {
  Carrier *carrier = luaL_testudata(L, index, kCarrier);
  if (!carrier)
    return false;
  *status = carrier->status;
  if (carrier->token)
    error->token = theLua.host->held(theLua.host, carrier->token);
  if (carrier->message)
    error->message = theLua.host->held(theLua.host, carrier->message);
  return true;
}

static int carrierText(lua_State *L) {
  Carrier *carrier = luaL_checkudata(L, 1, kCarrier);
  plc_value text = carrier->message
                       ? theLua.host->held(theLua.host, carrier->message)
                       : PLC_FALSE;
  if (plc_is_kind(text, PLC_KIND_STRING))
    pushValue(L, text);
  else
    lua_pushliteral(L, "exit by a continuation");
  return 1;
}

static int collectCarrier(lua_State *L) {
  Carrier *carrier = luaL_checkudata(L, 1, kCarrier);
  theLua.host->drop(theLua.host, carrier->token);
  theLua.host->drop(theLua.host, carrier->message);
  carrier->token = carrier->message = 0;
  return 0;
}

/* --- Lisp values in Lua --------------------------------------------------- */

static int collectHeld(lua_State *L) {
  Held *held = lua_touserdata(L, 1);
  theLua.host->drop(theLua.host, held->root);
  held->root = 0;
  return 0;
}

static int heldText(lua_State *L) {
  Held *held = luaL_checkudata(L, 1, kValue);
  plc_value text = theLua.host->condition_text(
      theLua.host, theLua.host->held(theLua.host, held->root));
  pushValue(L, text);
  return 1;
}

plc_value heldValue(lua_State *L, int index) {
  Held *held = luaL_checkudata(L, index, kValue);
  return theLua.host->held(theLua.host, held->root);
}

static void pushHeld(lua_State *L, plc_value v, const char *metatable) {
  Held *held = lua_newuserdatauv(L, sizeof *held, 0);
  held->root = 0;
  luaL_setmetatable(L, metatable);
  held->root = theLua.host->hold(theLua.host, v);
}

static void newMetatable(lua_State *L, const char *name, lua_CFunction collect,
                         lua_CFunction text) {
  luaL_newmetatable(L, name); /* sets __name, too */
  lua_pushcfunction(L, collect);
  lua_setfield(L, -2, "__gc");
  lua_pushcfunction(L, text);
  lua_setfield(L, -2, "__tostring");
  lua_pop(L, 1);
}

void openConversions(lua_State *L) {
  newMetatable(L, kValue, collectHeld, heldText);
  newMetatable(L, kCarrier, collectCarrier, carrierText);
  openBuffers(L, kValue);
}

/* --- To Lua --------------------------------------------------------------- */

/* Ancestors at depths 1, 2, 4, ... of the value that is being converted: a
   cycle meets one of them again (Brent 1980, applied to each path). */
typedef struct Path {
  size_t depth;
  plc_value marks[64];
} Path;

static void pushDeep(lua_State *L, plc_value v, Path *path);

static void descend(lua_State *L, plc_value v, Path *path) {
  size_t depth = ++path->depth;
  int level = 63 - __builtin_clzll(depth);
  if ((depth & (depth - 1)) == 0)
    path->marks[level] = v;
  else if (path->marks[level] == v)
    raiseStatus(L, PLC_E_TYPE,
                "this structure contains itself: Lua gets "
                "copies, and there is none of a cycle");
  luaL_checkstack(L, 8, "the structure is too deep");
}

static void pushText(lua_State *L, plc_value string) {
  const plc_host *host = theLua.host;
  const unsigned char *latin1 = plc_string_latin1(string);
  size_t length = plc_string_length(string), i = 0;
  if (latin1) {
    while (i < length && latin1[i] < 0x80)
      ++i;
    if (i == length) {
      lua_pushlstring(L, (const char *)latin1, length);
      return;
    }
  }
  size_t bytes = host->string_utf8(host, string, NULL, 0);
  luaL_Buffer buffer;
  char *text = luaL_buffinitsize(L, &buffer, bytes);
  host->string_utf8(host, string, text, bytes);
  luaL_pushresultsize(&buffer, bytes);
}

static void pushNumbers(lua_State *L, plc_value v) {
  size_t bytes = plc_bytes_length(v);
  const void *data = plc_bytes(v);
  lua_Integer n = 0;
  lua_newtable(L);
  switch (plc_element_of(v)) {
#define INTEGERS(Name, Type)                                                   \
  case PLC_ELEMENT_##Name:                                                     \
    for (size_t i = 0; i < bytes / sizeof(Type); ++i) {                        \
      lua_pushinteger(L, (lua_Integer)((const Type *)data)[i]);                \
      lua_rawseti(L, -2, ++n);                                                 \
    }                                                                          \
    break;
    INTEGERS(U8, uint8_t)
    INTEGERS(S8, int8_t)
    INTEGERS(U16, uint16_t)
    INTEGERS(S16, int16_t)
    INTEGERS(U32, uint32_t)
    INTEGERS(S32, int32_t)
    INTEGERS(S64, int64_t)
#undef INTEGERS
  case PLC_ELEMENT_U64:
    for (size_t i = 0; i < bytes / 8; ++i) {
      uint64_t u = ((const uint64_t *)data)[i];
      if (u > INT64_MAX)
        raiseStatus(L, PLC_E_TYPE,
                    "an integer of this vector has more than 64 "
                    "bits with its sign, which Lua has not");
      lua_pushinteger(L, (lua_Integer)u);
      lua_rawseti(L, -2, ++n);
    }
    break;
  case PLC_ELEMENT_F32:
    for (size_t i = 0; i < bytes / 4; ++i) {
      lua_pushnumber(L, ((const float *)data)[i]);
      lua_rawseti(L, -2, ++n);
    }
    break;
  case PLC_ELEMENT_F64:
    for (size_t i = 0; i < bytes / 8; ++i) {
      lua_pushnumber(L, ((const double *)data)[i]);
      lua_rawseti(L, -2, ++n);
    }
    break;
  }
}

static void pushCharacter(lua_State *L, uint32_t c) {
  char text[4];
  size_t n = 0;
  if (c < 0x80) {
    text[n++] = (char)c;
  } else if (c < 0x800) {
    text[n++] = (char)(0xC0 | c >> 6);
    text[n++] = (char)(0x80 | (c & 63));
  } else if (c < 0x10000) {
    text[n++] = (char)(0xE0 | c >> 12);
    text[n++] = (char)(0x80 | (c >> 6 & 63));
    text[n++] = (char)(0x80 | (c & 63));
  } else {
    text[n++] = (char)(0xF0 | c >> 18);
    text[n++] = (char)(0x80 | (c >> 12 & 63));
    text[n++] = (char)(0x80 | (c >> 6 & 63));
    text[n++] = (char)(0x80 | (c & 63));
  }
  lua_pushlstring(L, text, n);
}

static void pushInteger(lua_State *L, plc_value v) {
  if (plc_is_fixnum(v)) {
    lua_pushinteger(L, plc_fixnum_value(v));
    return;
  }
  uint64_t limb = plc_bignum_limbs(v)[0];
  bool negative = plc_bignum_is_negative(v);
  if (plc_bignum_count(v) > 1 || limb > (uint64_t)INT64_MAX + negative)
    raiseStatus(L, PLC_E_TYPE,
                "this integer has more than 64 bits, and Lua's "
                "have not");
  lua_pushinteger(L, (lua_Integer)(negative ? 0 - limb : limb));
}

static void pushSequence(lua_State *L, plc_value v, Path *path) {
  lua_Integer n = 0;
  descend(L, v, path);
  if (plc_is_kind(v, PLC_KIND_VECTOR)) {
    size_t length = plc_vector_length(v);
    lua_createtable(L, length < 1 << 20 ? (int)length : 0, 0);
    for (size_t i = 0; i < length; ++i) {
      pushDeep(L, plc_vector_ref(v, i), path);
      lua_rawseti(L, -2, ++n);
    }
  } else {
    if (theLua.host->list_length(theLua.host, v) < 0)
      raiseStatus(L, PLC_E_TYPE,
                  "an improper or circular list has no counterpart in Lua");
    lua_newtable(L);
    for (; plc_is_pair(v); v = plc_cdr(v)) {
      pushDeep(L, plc_car(v), path);
      lua_rawseti(L, -2, ++n);
    }
  }
  --path->depth;
}

static void pushMap(lua_State *L, plc_value map, Path *path) {
  size_t position = 0;
  plc_value key, v;
  descend(L, map, path);
  lua_newtable(L);
  while (theLua.host->map_next(theLua.host, map, &position, &key, &v)) {
    pushDeep(L, key, path);
    if (lua_isnil(L, -1))
      raiseStatus(L, PLC_E_TYPE, "a table of Lua cannot have the key nil");
    pushDeep(L, v, path);
    lua_rawset(L, -3);
  }
  --path->depth;
}

static void pushDeep(lua_State *L, plc_value v, Path *path) {
  switch (plc_type_of(v)) {
  case PLC_TYPE_INTEGER:
    pushInteger(L, v);
    return;
  case PLC_TYPE_FLONUM:
    lua_pushnumber(L, plc_flonum_value(v));
    return;
  case PLC_TYPE_RATIONAL:
    raiseStatus(L, PLC_E_TYPE,
                "Lua has no rational numbers; `inexact` makes a "
                "float of this one");
    return;
  case PLC_TYPE_COMPLEX:
    raiseStatus(L, PLC_E_TYPE, "Lua has no complex numbers");
    return;
  case PLC_TYPE_BOOLEAN:
    lua_pushboolean(L, v == PLC_TRUE);
    return;
  case PLC_TYPE_CHARACTER:
    pushCharacter(L, plc_char_code(v));
    return;
  case PLC_TYPE_STRING:
    pushText(L, v);
    return;
  case PLC_TYPE_SYMBOL: {
    pushText(L, plc_symbol_name(v));
    if (plc_is_keyword(v)) {
      size_t length;
      const char *text = lua_tolstring(L, -1, &length);
      lua_pushlstring(L, text + 1, length - 1);
      lua_remove(L, -2);
    }
    return;
  }
  case PLC_TYPE_BYTEVECTOR:
    lua_pushlstring(L, (const char *)plc_bytes(v), plc_bytes_length(v));
    return;
  case PLC_TYPE_NUMERIC_VECTOR:
    pushNumbers(L, v);
    return;
  case PLC_TYPE_VECTOR:
  case PLC_TYPE_LIST:
    pushSequence(L, v, path);
    return;
  case PLC_TYPE_MAP:
    pushMap(L, v, path);
    return;
  case PLC_TYPE_PROCEDURE:
    pushHeld(L, v, kValue);
    lua_pushcclosure(L, callLisp, 1);
    return;
  case PLC_TYPE_NIL:
  case PLC_TYPE_UNDEFINED:
  case PLC_TYPE_UNSPECIFIED:
    lua_pushnil(L);
    return;
  case PLC_TYPE_REFERENCE:
    if (plc_is_reference(v, theLua.plugin)) {
      pushReference(L, v);
      return;
    }
    pushHeld(L, v, kValue);
    return;
  case PLC_TYPE_OTHER:
    pushHeld(L, v, kValue);
    return;
  }
}

void pushValue(lua_State *L, plc_value v) {
  Path path;
  path.depth = 0;
  luaL_checkstack(L, 8, NULL);
  pushDeep(L, v, &path);
}

/* Objects that Lisp holds, by handle, as they lie in the registry. */
Object *theObjects;
static size_t objectCount;

/* Raises if there is no memory. */
static void noteObject(lua_State *L, int index, int handle) {
  if ((size_t)handle >= objectCount) {
    size_t count = 2 * (size_t)handle + 64;
    Object *grown = realloc(theObjects, count * sizeof *grown);
    if (!grown) {
      luaL_unref(L, LUA_REGISTRYINDEX, handle);
      luaL_error(L, "not enough memory");
      return;
    }
    memset(grown + objectCount, 0, (count - objectCount) * sizeof *grown);
    theObjects = grown;
    objectCount = count;
  }
  if (areSlotsKnown)
    theObjects[handle].slot = *slotAt(L, index);
  theObjects[handle].isModule = false;
}

void noteModule(plc_value reference) {
  if (plc_is_reference(reference, theLua.plugin))
    theObjects[plc_reference_handle(reference)].isModule = true;
}

void dropHandle(lua_State *L, uintptr_t handle) {
  luaL_unref(L, LUA_REGISTRYINDEX, (int)handle);
}


/* --- To Lisp -------------------------------------------------------------- */

/* The Lisp value behind the object at `index`. */
static bool isHeld(lua_State *L, int index, plc_value *result) {
  Held *held = NULL;
  if (lua_tocfunction(L, index) == callLisp) {
    lua_getupvalue(L, index, 1);
    held = lua_touserdata(L, -1);
    lua_pop(L, 1);
  } else if (lua_type(L, index) == LUA_TUSERDATA) {
    held = luaL_testudata(L, index, kValue);
  }
  if (!held)
    return false;
  *result = theLua.host->held(theLua.host, held->root);
  return true;
}

bool toScalar(lua_State *L, int index, plc_value *result) {
  const plc_host *host = theLua.host;
  switch (lua_type(L, index)) {
  case LUA_TNIL:
    *result = PLC_NIL;
    return true;
  case LUA_TBOOLEAN:
    *result = lua_toboolean(L, index) ? PLC_TRUE : PLC_FALSE;
    return true;
  case LUA_TNUMBER:
    *result = lua_isinteger(L, index)
                  ? host->integer(host, lua_tointeger(L, index))
                  : host->flonum(host, lua_tonumber(L, index));
    return true;
  case LUA_TSTRING: {
    size_t length;
    const char *text = lua_tolstring(L, index, &length);
    if (host->string(host, text, length, result) != PLC_OK)
      *result = host->bytevector(host, text, length);
    return true;
  }
  default:
    return false;
  }
}

plc_value toValue(lua_State *L, int index) {
  const plc_host *host = theLua.host;
  plc_value result;
  if (toScalar(L, index, &result) || isHeld(L, index, &result))
    return result;
  /* Light userdata are plain addresses, which other objects may have, too. */
  uintptr_t key = (uintptr_t)lua_topointer(L, index) << 1 |
                  (lua_type(L, index) == LUA_TLIGHTUSERDATA);
  result = host->reference_find(host, theLua.plugin, key);
  if (result != PLC_UNBOUND)
    return result;
  luaL_checkstack(L, 6, NULL);
  bool module = isModule(L, index);
  lua_pushvalue(L, index);
  lua_pushvalue(L, -1);
  int handle = luaL_ref(L, LUA_REGISTRYINDEX);
  noteObject(L, -1, handle);
  lua_pop(L, 1);
  ++theLua.references;
  result = host->reference_make(host, theLua.plugin, key, (uintptr_t)handle);
  if (module)
    noteModule(result);
  return result;
}

plc_value toValues(lua_State *L, int first) {
  int count = lua_gettop(L) - first + 1;
  if (count == 1)
    return toValue(L, first);
  /* Values in memory of Lua would not be seen by the collector. */
  plc_value values[count > 0 ? count : 1];
  for (int i = 0; i < count; ++i)
    values[i] = toValue(L, first + i);
  return theLua.host->values(theLua.host, values, (size_t)count);
}

/* `seen` is the stack index of a set of the tables that are being copied. */
static plc_value copyTable(lua_State *L, int index, int seen) {
  const plc_host *host = theLua.host;
  index = lua_absindex(L, index);
  if (lua_type(L, index) != LUA_TTABLE)
    return toValue(L, index);
  luaL_checkstack(L, 8, "the structure is too deep");
  lua_pushvalue(L, index);
  if (lua_rawget(L, seen) != LUA_TNIL)
    raiseStatus(L, PLC_E_TYPE,
                "this table contains itself: there is no copy of a cycle");
  lua_pop(L, 1);
  lua_pushvalue(L, index);
  lua_pushboolean(L, 1);
  lua_rawset(L, seen);

  /* A sequence has the keys 1 to n and no others. */
  lua_Unsigned length = lua_rawlen(L, index), count = 0;
  for (lua_pushnil(L); lua_next(L, index); lua_pop(L, 1))
    ++count;
  plc_value result;
  if (count == length) {
    result = host->vector(host, length);
    for (lua_Unsigned i = 0; i < length; ++i) {
      lua_rawgeti(L, index, (lua_Integer)i + 1);
      host->vector_set(host, result, i, copyTable(L, -1, seen));
      lua_pop(L, 1);
    }
  } else {
    result = host->map(host);
    for (lua_pushnil(L); lua_next(L, index); lua_pop(L, 1)) {
      plc_value key = copyTable(L, -2, seen);
      host->map_set(host, result, key, copyTable(L, -1, seen));
    }
  }
  lua_pushvalue(L, index);
  lua_pushnil(L);
  lua_rawset(L, seen);
  return result;
}

plc_value toLisp(lua_State *L, int index) {
  index = lua_absindex(L, index);
  lua_newtable(L);
  plc_value result = copyTable(L, index, lua_gettop(L));
  lua_pop(L, 1);
  return result;
}

/* --- Lua calls Lisp ------------------------------------------------------- */

int callLisp(lua_State *L) {
  const plc_host *host = theLua.host;
  Held *held = lua_touserdata(L, lua_upvalueindex(1));
  int count = lua_gettop(L);
  plc_value args[count > 0 ? count : 1];
  for (int i = 0; i < count; ++i)
    args[i] = toValue(L, i + 1);
  plc_value result = PLC_UNSPECIFIED;
  plc_error error = {PLC_FALSE, PLC_FALSE, PLC_FALSE,
                     PLC_FALSE, PLC_FALSE, PLC_FALSE};
  /* What Lisp calls meanwhile runs in a thread of its own: Lisp may have been
     called from a coroutine, and a thread counts at most 200 nested calls from
     C. */
  lua_State *outer = theLua.L;
  theLua.L = threadAt(L, theLua.depth + 1);
  theLua.running = NULL;
  ++theLua.depth;
  plc_status status = host->call(host, host->held(host, held->root), args,
                                 (size_t)count, &result, &error);
  theLua.L = outer;
  theLua.running = L;
  --theLua.depth;
  if (status != PLC_OK)
    return raiseLisp(L, error.token);
  size_t results = host->values_count(host, result);
  if (results == 1) {
    pushValue(L, result);
    return 1;
  }
  if (results > MOST_RESULTS)
    return luaL_error(L, "too many results");
  luaL_checkstack(L, (int)results + 4, "too many results");
  plc_value values[results > 0 ? results : 1];
  for (size_t i = 0; i < results; ++i)
    values[i] = host->values_ref(host, result, i);
  for (size_t i = 0; i < results; ++i)
    pushValue(L, values[i]);
  return (int)results;
}
