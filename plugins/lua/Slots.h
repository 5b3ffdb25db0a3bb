/* Slots.h - the stack of Lua as memory.
 *
 * A number that is passed to a function of Lua and back costs four calls of
 * Lua's API, each of which finds its place on the stack again: together nearly
 * half of what the call of a small function takes. Where lua_State and values
 * are laid out as they are in the releases of Lua 5.4 known so far, which
 * `openSlots` finds out by comparing memory with what the API tells, they are
 * read and written in place; else by the API.
 */
#ifndef PLC_PLUGIN_LUA_SLOTS_H
#define PLC_PLUGIN_LUA_SLOTS_H

#include <lua.h>
#include <stdbool.h>

/* For steps of a call. */
#define LUA_STEP static inline __attribute__((always_inline))

/* A value on the stack. */
typedef struct Slot {
  union {
    lua_Number number;
    lua_Integer integer;
    const void *object;
  } value;
  unsigned char tag;
} Slot;
enum {
  TagNil = LUA_TNIL,
  TagFalse = LUA_TBOOLEAN,
  TagTrue = LUA_TBOOLEAN | 1 << 4,
  TagInteger = LUA_TNUMBER,
  TagFloat = LUA_TNUMBER | 1 << 4,
  TagFunction = LUA_TFUNCTION | 1 << 4, /* of C, without upvalues */
  TagTable = LUA_TTABLE | 1 << 6,
  TopOffset = 16
};

/* False: Slot is not what Lua has. Nothing below is to be used then. */
extern bool areSlotsKnown;
/* Leaves the stack as it was. */
void openSlots(lua_State *L);

/* Where the first free slot is told. */
LUA_STEP Slot **topOf(lua_State *L) {
  return (Slot **)((char *)L + TopOffset);
}
/* The value at -1, -2, ... */
LUA_STEP Slot *slotAt(lua_State *L, int index) { return *topOf(L) + index; }
LUA_STEP void copySlot(Slot *to, const Slot *from) {
  to->value = from->value;
  to->tag = from->tag; /* bytes behind it are Lua's */
}

LUA_STEP void putNumber(Slot *to, lua_Number n) {
  to->value.number = n;
  to->tag = TagFloat;
}
LUA_STEP void putInteger(Slot *to, lua_Integer n) {
  to->value.integer = n;
  to->tag = TagInteger;
}
/* Pushes a value; needs a free slot. */
LUA_STEP void putSlot(lua_State *L, const Slot *from) {
  copySlot((*topOf(L))++, from);
}

#endif /* PLC_PLUGIN_LUA_SLOTS_H */
