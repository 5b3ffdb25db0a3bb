/* Quick.c - the usual cases of calls and members.
 *
 * Values go in and out by the stack's memory. Of Lua's API only what raises no
 * error is used, on tables without the help of their metatables. Where that is
 * not enough, or the layout of the stack is not known, the long way is gone, in
 * Objects.c. It also makes the thread of a fiber that has none.
 */
#include "LuaPlugin.h"

/* --- Names ---------------------------------------------------------------- */

/* Names of members that were used: Lua's string for a symbol, found without
   making it again. The symbols are pinned, so that a word tells them; a name
   that takes another's place drops it. */
enum { Names = 256 };
static struct {
  plc_value symbol;
  Slot slot;
  int ref; /* in the registry */
} names[Names];

static size_t placeOf(plc_value symbol) {
  return (size_t)plc_fixnum_value(plc_fields(symbol)[1]) % Names;
}

void rememberName(lua_State *L, plc_value symbol, int index) {
  size_t place = placeOf(symbol);
  if (!areSlotsKnown || names[place].symbol == symbol)
    return;
  lua_pushvalue(L, index);
  int ref = luaL_ref(L, LUA_REGISTRYINDEX);
  if (names[place].symbol) {
    luaL_unref(L, LUA_REGISTRYINDEX, names[place].ref);
    theLua.host->unpin(theLua.host, names[place].symbol);
  }
  theLua.host->pin(theLua.host, symbol);
  names[place].symbol = symbol;
  names[place].slot = *slotAt(L, index);
  names[place].ref = ref;
}

/* The string of a symbol, NULL if it is not known. */
LUA_STEP const Slot *nameOf(plc_value symbol) {
  size_t place = placeOf(symbol);
  return names[place].symbol == symbol ? &names[place].slot : NULL;
}

/* --- Values --------------------------------------------------------------- */

/* Where calls may be quick. */
LUA_STEP lua_State *quickState(void) { return areSlotsKnown ? theLua.L : NULL; }

static __attribute__((noinline)) bool putOther(Slot *to, plc_value v) {
  if (plc_is_reference(v, theLua.plugin))
    copySlot(to, &objectOf(v)->slot);
  else if (v == PLC_TRUE || v == PLC_FALSE)
    to->tag = v == PLC_TRUE ? TagTrue : TagFalse;
  else if (v == PLC_NIL || v == PLC_UNDEFINED || v == PLC_UNSPECIFIED)
    to->tag = TagNil;
  else
    return false;
  return true;
}

/* Writes a value for which that needs no memory; false for others. */
LUA_STEP bool putScalar(Slot *to, plc_value v) {
  if (plc_is_immediate_flonum(v))
    putNumber(to, plc_flonum_decode(v));
  else if (plc_is_fixnum(v))
    putInteger(to, plc_fixnum_value(v));
  else
    return putOther(to, v);
  return true;
}

/* Writes all of them. */
LUA_STEP bool putArguments(Slot *to, const plc_value *args, size_t count) {
  for (const plc_value *end = args + count; args != end; ++args, ++to)
    if (!putScalar(to, *args))
      return false;
  return true;
}

/* Numbers; false for other values. */
LUA_STEP bool takeNumber(const Slot *slot, plc_value *result) {
  const plc_host *host = theLua.host;
  if (slot->tag == TagFloat) {
    plc_value v = plc_flonum_encode(slot->value.number);
    *result = plc_is_immediate_flonum(v)
                  ? v
                  : host->flonum(host, slot->value.number);
    return true;
  }
  if (slot->tag == TagInteger) {
    lua_Integer n = slot->value.integer;
    *result = plc_fits_fixnum(n) ? plc_fixnum(n) : host->integer(host, n);
    return true;
  }
  return false;
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

/* True if the value on top of an idle stack is the only one. What lies below is
   no value that a function could return. */
LUA_STEP bool isOneResult(const Slot *slot) {
  return slot[-1].tag == TagFunction &&
         slot[-1].value.object == (const void *)noteFrames;
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

/* The result of a call above noteFrames. */
LUA_STEP plc_status takeResult(lua_State *L, plc_value *result,
                               plc_error *error) {
  Slot *slot = *topOf(L) - 1;
  if (!takeNumber(slot, result) || !isOneResult(slot))
    return takeResults(result, error);
  *topOf(L) = slot;
  return PLC_OK;
}

/* Calls the function above noteFrames; the arguments end at `top`. */
LUA_STEP plc_status finishOpen(lua_State *L, Slot *top, size_t arguments,
                               plc_value *result, plc_error *error) {
  *topOf(L) = top;
  plc_status status = callOpen(L, (int)arguments, error);
  return status == PLC_OK ? takeResult(theLua.main, result, error) : status;
}

/* The same where callOpen cannot be used. */
LUA_STEP plc_status finishProtected(lua_State *L, Slot *top, size_t arguments,
                                    plc_value *result, plc_error *error) {
  *topOf(L) = top;
  plc_status status = protectCall((int)arguments, LUA_MULTRET, error);
  return status == PLC_OK ? takeResult(L, result, error) : status;
}

/* Writes the function and the arguments to the free slots. */
LUA_STEP bool putCall(Slot *base, plc_value callee, const plc_value *args,
                      size_t positional) {
  copySlot(base, &objectOf(callee)->slot);
  return putArguments(base + 1, args, positional);
}

/* Under a callback or in a fiber. */
static __attribute__((noinline)) plc_status
callProtected(plc_value callee, const plc_value *args, size_t positional,
              size_t keywords, plc_value *result, plc_error *error) {
  lua_State *L = quickState();
  if (L && positional <= QuickArguments && !keywords) {
    Slot *base = *topOf(L);
    if (putCall(base, callee, args, positional))
      return finishProtected(L, base + 1 + positional, positional, result,
                             error);
  }
  return callLong(callee, PLC_FALSE, args, positional, keywords, result, error);
}

plc_status luaCall(plc_plugin *self, plc_value callee, const plc_value *args,
                   size_t positional, size_t keywords, plc_value *result,
                   plc_error *error) {
  (void)self;
  if (canCallOpen() && positional <= QuickArguments && !keywords) {
    lua_State *L = theLua.main;
    Slot *base = *topOf(L);
    if (putCall(base, callee, args, positional))
      return finishOpen(L, base + 1 + positional, positional, result, error);
  }
  return callProtected(callee, args, positional, keywords, result, error);
}

/* --- Members and elements ------------------------------------------------- */

/* What a table has itself by that name or under that integer needs no
   metatable. Pushes the table and that; the type of that, or LUA_TNONE, and
   nothing pushed, if the object is no table or the name is not known. */
LUA_STEP int pushField(lua_State *L, plc_value object, plc_value name) {
  const Slot *table = &objectOf(object)->slot, *key = nameOf(name);
  if (table->tag != TagTable || !key)
    return LUA_TNONE;
  Slot *base = *topOf(L);
  copySlot(base, table);
  copySlot(base + 1, key);
  *topOf(L) = base + 2;
  return lua_rawget(L, -2);
}

/* Writes a method and its arguments to the free slots. Where the arguments end;
   NULL, and the stack as it was, if that is not possible. */
LUA_STEP Slot *putMethodCall(lua_State *L, plc_value object, plc_value name,
                             const plc_value *args, size_t positional) {
  Slot *base = *topOf(L), *end = NULL;
  if (pushField(L, object, name) == LUA_TFUNCTION) {
    copySlot(base, base + 1);
    Slot *first = base + 1;
    /* Functions of modules are no methods. */
    if (!objectOf(object)->isModule)
      copySlot(first++, &objectOf(object)->slot);
    if (putArguments(first, args, positional))
      end = first + positional;
  }
  *topOf(L) = base;
  return end;
}

/* Under a callback or in a fiber. */
static __attribute__((noinline)) plc_status
callMethodProtected(plc_value object, plc_value name, const plc_value *args,
                    size_t positional, size_t keywords, plc_value *result,
                    plc_error *error) {
  lua_State *L = quickState();
  if (L && positional <= QuickArguments && !keywords) {
    Slot *base = *topOf(L);
    Slot *end = putMethodCall(L, object, name, args, positional);
    if (end)
      return finishProtected(L, end, (size_t)(end - base) - 1, result, error);
  }
  return callLong(object, name, args, positional, keywords, result, error);
}

plc_status luaCallMethod(plc_plugin *self, plc_value object, plc_value name,
                         const plc_value *args, size_t positional,
                         size_t keywords, plc_value *result, plc_error *error) {
  (void)self;
  if (canCallOpen() && positional <= QuickArguments && !keywords) {
    lua_State *L = theLua.main;
    Slot *base = *topOf(L);
    Slot *end = putMethodCall(L, object, name, args, positional);
    if (end)
      return finishOpen(L, end, (size_t)(end - base) - 1, result, error);
  }
  return callMethodProtected(object, name, args, positional, keywords, result,
                             error);
}

/* Takes what lies above the table at `base`, if it is there and needs no
   conversion that may raise; the stack is idle afterwards. */
LUA_STEP bool takeField(lua_State *L, Slot *base, int type, plc_value *result) {
  bool isTaken = type > LUA_TNIL && (takeNumber(base + 1, result) ||
                                     toScalar(L, -1, result));
  *topOf(L) = base;
  return isTaken;
}

plc_status luaGet(plc_plugin *self, plc_value object, plc_value name,
                  plc_value *result, plc_error *error) {
  (void)self;
  lua_State *L = quickState();
  if (L) {
    Slot *base = *topOf(L);
    if (takeField(L, base, pushField(L, object, name), result))
      return PLC_OK;
  }
  return getLong(object, name, result, error);
}

/* Pushes the table and its element. */
LUA_STEP int pushElement(lua_State *L, plc_value object, plc_value key) {
  const Slot *table = &objectOf(object)->slot;
  if (table->tag != TagTable || !plc_is_fixnum(key))
    return LUA_TNONE;
  putSlot(L, table);
  return lua_rawgeti(L, -1, plc_fixnum_value(key));
}

bool quickIndex(plc_value object, plc_value key, plc_value *result) {
  lua_State *L = quickState();
  if (!L)
    return false;
  Slot *base = *topOf(L);
  return takeField(L, base, pushElement(L, object, key), result);
}

/* A key that is there can be given another value without memory and without
   __newindex. */
bool quickSet(plc_value object, plc_value name, plc_value value) {
  lua_State *L = quickState();
  if (!L)
    return false;
  Slot *base = *topOf(L);
  bool isThere = pushField(L, object, name) > LUA_TNIL;
  if (isThere) {
    copySlot(base + 1, nameOf(name));
    isThere = putScalar(base + 2, value);
    *topOf(L) = base + 3;
    if (isThere)
      lua_rawset(L, -3);
  }
  *topOf(L) = base;
  return isThere;
}

bool quickSetIndex(plc_value object, plc_value key, plc_value value) {
  lua_State *L = quickState();
  if (!L)
    return false;
  Slot *base = *topOf(L);
  bool isThere = pushElement(L, object, key) > LUA_TNIL &&
                 putScalar(base + 1, value);
  if (isThere)
    lua_rawseti(L, -2, plc_fixnum_value(key));
  *topOf(L) = base;
  return isThere;
}
