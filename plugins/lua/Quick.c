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
  Slot slot; /* if the layout is known */
  int ref;   /* in the registry */
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
  if (areSlotsKnown)
    names[place].slot = *slotAt(L, index);
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
  if (areSlotsKnown)
    putSlot(L, &names[place].slot);
  else
    lua_rawgeti(L, LUA_REGISTRYINDEX, names[place].ref);
  return true;
}

/* --- Calls ---------------------------------------------------------------- */

/* Pushes a value for which that needs no memory; false for others. */
LUA_STEP bool pushScalar(lua_State *L, plc_value v) {
  if (plc_is_fixnum(v))
    putInteger(L, plc_fixnum_value(v));
  else if (plc_is_immediate_flonum(v))
    putNumber(L, plc_flonum_decode(v));
  else if (v == PLC_TRUE || v == PLC_FALSE)
    lua_pushboolean(L, v == PLC_TRUE);
  else if (plc_is_reference(v, theLua.plugin))
    pushReference(L, v);
  else if (v == PLC_NIL || v == PLC_UNDEFINED || v == PLC_UNSPECIFIED)
    lua_pushnil(L);
  else
    return false;
  return true;
}

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

LUA_STEP plc_value fromNumber(lua_Number n) {
  plc_value v = plc_flonum_encode(n);
  return plc_is_immediate_flonum(v) ? v
                                    : theLua.host->flonum(theLua.host, n);
}
LUA_STEP plc_value fromInteger(lua_Integer n) {
  return plc_fits_fixnum(n) ? plc_fixnum(n)
                            : theLua.host->integer(theLua.host, n);
}

/* The number on top of the stack; false for what is none. */
LUA_STEP bool readNumber(lua_State *L, plc_value *result) {
  if (areSlotsKnown) {
    const Slot *slot = slotAt(L, -1);
    if (slot->tag == TagFloat)
      *result = fromNumber(slot->value.number);
    else if (slot->tag == TagInteger)
      *result = fromInteger(slot->value.integer);
    else
      return false;
    return true;
  }
  if (lua_type(L, -1) != LUA_TNUMBER)
    return false;
  *result = lua_isinteger(L, -1) ? fromInteger(lua_tointeger(L, -1))
                                 : fromNumber(lua_tonumber(L, -1));
  return true;
}

/* True if the value on top of an idle stack is the only one. What lies below is
   no value that a function could return. */
LUA_STEP bool isOneResult(lua_State *L) {
  if (!areSlotsKnown)
    return lua_gettop(L) == IdleTop + 1;
  const Slot *slot = slotAt(L, -2);
  return slot->tag == TagFunction &&
         slot->value.object == (const void *)noteFrames;
}

LUA_STEP void popOne(lua_State *L) {
  if (areSlotsKnown)
    --*topOf(L);
  else
    lua_pop(L, 1);
}

/* What is not one number. */
static __attribute__((noinline)) plc_status takeResults(plc_value *result,
                                                        plc_error *error) {
  lua_State *L = theLua.L;
  plc_status status = PLC_OK;
  int results = lua_gettop(L) - IdleTop;
  if (results == 0)
    *result = PLC_UNSPECIFIED;
  else if (results > 1 || !toScalar(L, IdleTop + 1, result))
    status = convertResults(results, result, error);
  lua_settop(L, IdleTop);
  return status;
}

/* Calls the function above noteFrames. */
LUA_STEP plc_status finishCall(lua_State *L, int arguments, plc_value *result,
                               plc_error *error) {
  plc_status status = canCallOpen()
                          ? callOpen(L, arguments, error)
                          : protectCall(arguments, LUA_MULTRET, error);
  if (status != PLC_OK)
    return status;
  if (!readNumber(L, result) || !isOneResult(L))
    return takeResults(result, error);
  popOne(L);
  return PLC_OK;
}

LUA_STEP bool pushArguments(lua_State *L, const plc_value *args,
                                 size_t count) {
  for (size_t i = 0; i < count; ++i)
    if (!pushScalar(L, args[i])) {
      lua_settop(L, IdleTop);
      return false;
    }
  return true;
}

plc_status luaCall(plc_plugin *self, plc_value callee, const plc_value *args,
                   size_t positional, size_t keywords, plc_value *result,
                   plc_error *error) {
  (void)self;
  lua_State *L = theLua.L; /* the long way makes one */
  if (L && positional <= QuickArguments && !keywords) {
    pushReference(L, callee);
    if (pushArguments(L, args, positional))
      return finishCall(L, (int)positional, result, error);
  }
  return callLong(callee, PLC_FALSE, args, positional, keywords, result, error);
}

/* Pushes what a table has itself by that name, which needs no metatable, and the
   table behind it if that is a method; false if it has no such function. */
LUA_STEP bool pushMethod(lua_State *L, plc_value object, plc_value name,
                         bool isMethod) {
  pushReference(L, object);
  if (lua_type(L, -1) != LUA_TTABLE || !pushName(L, name) ||
      lua_rawget(L, -2) != LUA_TFUNCTION) {
    lua_settop(L, IdleTop);
    return false;
  }
  if (isMethod)
    lua_insert(L, IdleTop + 1);
  else if (areSlotsKnown) {
    copySlot(slotAt(L, -2), slotAt(L, -1));
    popOne(L);
  } else
    lua_replace(L, IdleTop + 1);
  return true;
}

plc_status luaCallMethod(plc_plugin *self, plc_value object, plc_value name,
                         const plc_value *args, size_t positional,
                         size_t keywords, plc_value *result, plc_error *error) {
  (void)self;
  lua_State *L = theLua.L;
  bool isMethod = !objectOf(object)->isModule;
  if (L && positional <= QuickArguments && !keywords &&
      pushMethod(L, object, name, isMethod) &&
      pushArguments(L, args, positional))
    return finishCall(L, (int)positional + isMethod, result, error);
  return callLong(object, name, args, positional, keywords, result, error);
}

/* --- Members and elements ------------------------------------------------- */

/* The value on top of the stack, if it is there and needs no conversion that may
   raise; the stack is idle afterwards. */
static bool takeScalar(lua_State *L, int type, plc_value *result) {
  bool isTaken = readNumber(L, result) ||
                 (type != LUA_TNIL && toScalar(L, -1, result));
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
