/* Quick.c - the usual cases of calls and members.
 *
 * A function of Lua's API that may raise an error is called under lua_pcall only.
 * What follows uses the others alone, and tables without the help of metatables:
 * where that is not enough, the caller goes the long way, in Objects.c.
 */
#include "LuaPlugin.h"

#include <string.h>

/* --- Names ---------------------------------------------------------------- */

/* Names of members that were used: Lua's string for a symbol, found without
   making it again. ASCII only; a name that takes another's place drops it. */
enum { Names = 256, LongestName = 27 };
static struct {
  int ref; /* in the registry */
  unsigned char length;
  char text[LongestName];
} names[Names];

static size_t placeOf(plc_value symbol) {
  return (size_t)plc_fixnum_value(plc_fields(symbol)[1]) % Names;
}

static const char *shortText(plc_value symbol, size_t *length) {
  plc_value name = plc_symbol_name(symbol);
  *length = plc_string_length(name);
  return *length > 0 && *length <= LongestName
             ? (const char *)plc_string_latin1(name)
             : NULL;
}

void rememberName(lua_State *L, plc_value symbol, int index) {
  size_t length;
  const char *text = shortText(symbol, &length);
  if (!text)
    return;
  for (size_t i = 0; i < length; ++i)
    if ((unsigned char)text[i] >= 0x80)
      return;
  size_t place = placeOf(symbol);
  lua_pushvalue(L, index);
  int ref = luaL_ref(L, LUA_REGISTRYINDEX);
  if (names[place].length)
    luaL_unref(L, LUA_REGISTRYINDEX, names[place].ref);
  names[place].ref = ref;
  names[place].length = (unsigned char)length;
  memcpy(names[place].text, text, length);
}

static bool pushName(lua_State *L, plc_value symbol) {
  size_t length, place = placeOf(symbol);
  const char *text = shortText(symbol, &length);
  if (!text || names[place].length != length ||
      memcmp(names[place].text, text, length) != 0)
    return false;
  lua_rawgeti(L, LUA_REGISTRYINDEX, names[place].ref);
  return true;
}

/* --- Calls ---------------------------------------------------------------- */

static plc_value *resultPlace;

static int convertBody(lua_State *L) {
  *resultPlace = toValues(L, 1);
  return 0;
}

/* The results of a call on top of the stack. */
static plc_status convertResults(int count, plc_value *result,
                                 plc_error *error) {
  lua_State *L = theLua.L;
  resultPlace = result;
  if (!lua_checkstack(L, 1))
    return theLua.host->fail(theLua.host, error, PLC_E_FOREIGN, "memory",
                             "the stack of Lua is full");
  lua_pushcfunction(L, convertBody);
  lua_insert(L, IdleTop + 1);
  return protectCall(count, 0, error);
}

/* Numbers and booleans; needs no memory of Lua. */
static bool toNumber(lua_State *L, int index, int type, plc_value *result) {
  const plc_host *host = theLua.host;
  if (type == LUA_TNUMBER) {
    if (!lua_isinteger(L, index)) {
      *result = host->flonum(host, lua_tonumber(L, index));
      return true;
    }
    lua_Integer n = lua_tointeger(L, index);
    *result = plc_fits_fixnum(n) ? plc_fixnum(n) : host->integer(host, n);
    return true;
  }
  if (type == LUA_TBOOLEAN) {
    *result = lua_toboolean(L, index) ? PLC_TRUE : PLC_FALSE;
    return true;
  }
  return false;
}

bool quickCall(plc_value object, plc_value name, const plc_value *args,
               size_t count, plc_value *result, plc_status *status,
               plc_error *error) {
  lua_State *L = theLua.L;
  int arguments = (int)count;
  if (name != PLC_FALSE && !knowsModules())
    return false;
  if (!L)
    return false; /* the long way makes one */
  if (count > QuickArguments)
    return false;
  pushReference(L, object);
  if (name != PLC_FALSE) {
    /* What a table has itself needs no metatable. */
    if (lua_type(L, -1) != LUA_TTABLE || !pushName(L, name) ||
        lua_rawget(L, -2) != LUA_TFUNCTION) {
      lua_settop(L, IdleTop);
      return false;
    }
    if (isModuleReference(object)) {
      lua_replace(L, IdleTop + 1);
    } else {
      lua_insert(L, IdleTop + 1);
      ++arguments;
    }
  }
  for (size_t i = 0; i < count; ++i)
    if (!pushScalar(L, args[i])) {
      lua_settop(L, IdleTop);
      return false;
    }
  *status = protectCall(arguments, LUA_MULTRET, error);
  if (*status == PLC_OK) {
    int results = lua_gettop(L) - IdleTop;
    if (results == 0)
      *result = PLC_UNSPECIFIED;
    else if (results > 1 ||
             (!toNumber(L, IdleTop + 1, lua_type(L, IdleTop + 1), result) &&
              !toScalar(L, IdleTop + 1, result)))
      *status = convertResults(results, result, error);
    lua_settop(L, IdleTop);
  }
  return true;
}

/* --- Members and elements ------------------------------------------------- */

/* The value on top of the stack, if it is there and needs no conversion that may
   raise; the stack is idle afterwards. */
static bool takeScalar(lua_State *L, int type, plc_value *result) {
  bool isTaken = type != LUA_TNIL && (toNumber(L, -1, type, result) ||
                                      toScalar(L, -1, result));
  lua_settop(L, IdleTop);
  return isTaken;
}

/* Pushes the object if it is a table, and then the name, if there is one; false,
   and the stack idle, if that is not possible. */
static bool pushTable(lua_State *L, plc_value object, plc_value name) {
  if (!L)
    return false; /* the long way makes one */
  pushReference(L, object);
  if (lua_type(L, -1) == LUA_TTABLE && (name == PLC_FALSE || pushName(L, name)))
    return true;
  lua_settop(L, IdleTop);
  return false;
}

bool quickGet(plc_value object, plc_value name, plc_value *result) {
  lua_State *L = theLua.L;
  return pushTable(L, object, name) && takeScalar(L, lua_rawget(L, -2), result);
}

bool quickIndex(plc_value object, plc_value key, plc_value *result) {
  lua_State *L = theLua.L;
  return plc_is_fixnum(key) && pushTable(L, object, PLC_FALSE) &&
         takeScalar(L, lua_rawgeti(L, -1, plc_fixnum_value(key)), result);
}

/* A key that is there can be given another value without memory and without
   __newindex. table, key -> idle. */
static bool storeScalar(lua_State *L, plc_value value) {
  lua_pushvalue(L, -1);
  bool isThere = lua_rawget(L, -3) != LUA_TNIL;
  lua_pop(L, 1);
  bool isStored = isThere && pushScalar(L, value);
  if (isStored)
    lua_rawset(L, -3);
  lua_settop(L, IdleTop);
  return isStored;
}

bool quickSet(plc_value object, plc_value name, plc_value value) {
  lua_State *L = theLua.L;
  return pushTable(L, object, name) && storeScalar(L, value);
}

bool quickSetIndex(plc_value object, plc_value key, plc_value value) {
  lua_State *L = theLua.L;
  if (!plc_is_fixnum(key) || !pushTable(L, object, PLC_FALSE))
    return false;
  lua_pushinteger(L, plc_fixnum_value(key));
  return storeScalar(L, value);
}
